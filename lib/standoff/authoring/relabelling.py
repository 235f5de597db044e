"""Correct proposed zones by the number of their line in `text.txt`, or by quoting their words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ..annotation import brat
from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.model import Annotations, Span
from ..annotation.problems import Report, refuse
from ..annotation.text_files import read_text
from ..annotation.toml_files import read_toml
from ..corpus.articles import PROPOSED, read_proposed
from ..corpus.safe_writing import write_text
from .article_files import project_of, require_article
from .zone_proposals import LINE, add_sentences

__all__ = ["ProposedZone", "proposed_zones", "relabel"]


class ProposedZone(NamedTuple):
    """A proposed zone: its line in `text.txt`, its label, its words, and where they stand."""

    line: int
    label: str
    words: str
    place: tuple[int, int]


class _Proposed(NamedTuple):
    text: str
    annotations: Annotations
    codebook: Codebook


def proposed_zones(article: str | Path) -> list[ProposedZone]:
    """Return the zones that are proposed for an article, in the order of the text.

    Raises `SeedError` if nothing is proposed, or what is proposed is not right.
    """
    return _zones(_read(Path(article)))


def relabel(article: str | Path, label: str, places: list[str]) -> list[ProposedZone]:
    """Give proposed zones another label and return them as they are now.

    Each place is the number of a line in `text.txt`, or words of one zone. If they are only a part
    of their zone, it is divided; the rest keeps its label. Sentences in changed zones are proposed
    again. Raises `SeedError` listing every problem; then nothing is changed.
    """
    article = Path(article)
    proposed, report = _read(article), Report()
    labels = proposed.codebook.of_kind("zone")
    if label not in labels:
        message = f"'{label}' is no label of zones; {suggest(label, labels)}"
        report.at(article / f"{PROPOSED}.ann").error(1, "E-zone-label", message)
    zones = _zones(proposed)
    chosen = [_place(zones, place, proposed.text, article, report) for place in places]
    ranges = sorted(found for found in chosen if found)
    for one, other in pairwise(ranges):
        if other[0] < one[1]:
            line = proposed.text.count("\n", 0, other[0]) + 1
            message = "two of the places overlap; expected each part of a zone once"
            report.at(article / "text.txt").error(line, "E-zone-twice", message)
    report.raise_if_any()
    written = _rewritten(proposed, label, ranges, _language(article))
    write_text(article / f"{PROPOSED}.ann", brat.write(written))
    return [zone for zone in proposed_zones(article) if zone.place in ranges]


def _read(article: Path) -> _Proposed:
    require_article(article)
    report = Report()
    codebook = Codebook.read(project_of(article) / "codebook.toml", report)
    text = read_text(article / "text.txt", report)
    annotations = read_proposed(article, text, codebook, report)
    report.raise_if_any()
    if text is None or annotations is None:
        message = (
            f"no zones are proposed here, in {PROPOSED}.ann; if they are accepted, change their "
            "label in gold.ann and in the file of each other coder"
        )
        raise refuse(article, 1, "E-proposed-missing", message)
    return _Proposed(text, annotations, codebook)


def _zones(proposed: _Proposed) -> list[ProposedZone]:
    spans = proposed.annotations.in_text_order(proposed.codebook.of_kind("zone"))
    return [
        ProposedZone(
            proposed.text.count("\n", 0, span.start) + 1,
            span.label,
            span.text,
            (span.start, span.end),
        )
        for span in spans
    ]


def _place(
    zones: list[ProposedZone], place: str, text: str, article: Path, report: Report
) -> tuple[int, int] | None:
    """Where a line or a quotation stands; None after a problem."""
    error = report.at(article / "text.txt").error
    if place.isdecimal():
        on_line = [zone for zone in zones if zone.line == int(place)]
        if len(on_line) == 1:
            return on_line[0].place
        if on_line:
            message = "two zones stand in this line; expected the words of one of them"
        else:
            lines = suggest(place, [str(zone.line) for zone in zones])
            message = f"no zone begins in this line; {lines}"
        error(int(place), "E-zone-line", message)
        return None
    holding = [zone for zone in zones if place in zone.words]
    if len(holding) == 1 and holding[0].words.count(place) == 1:
        start = text.index(place, holding[0].place[0])
        return start, start + len(place)
    lines = ", ".join(str(zone.line) for zone in holding)
    what = f"stands in the lines {lines}" if len(holding) > 1 else "stands in it twice"
    message = f"'{place}' {what if holding else 'stands in no zone'}"
    line = holding[0].line if holding else 1
    error(line, "E-zone-quote", f"{message}; expected words of one zone, or the number of its line")
    return None


def _language(article: Path) -> str:
    meta = read_toml(article / "meta.toml", Report()) or {}
    return str(meta.get("language", "en"))


def _rewritten(
    proposed: _Proposed, label: str, ranges: list[tuple[int, int]], language: str
) -> Annotations:
    """The proposals with another label at some places, and new sentences in what has changed."""
    builder = AnnotationBuilder(proposed.text)
    duplicates = {item.target for item in proposed.annotations.attributes_named("Duplicate")}
    new: list[Span] = []
    for span in sorted(proposed.annotations.spans, key=lambda span: (span.start, -span.end)):
        inside = [] if span.label == label else _inside(span, ranges)
        around = [place for place in ranges if place[0] <= span.start < place[1]]
        if span.label in proposed.codebook.of_kind("zone"):
            for part, name in _parts(span, inside, label, proposed.text):
                ident = builder.add_span(name, (part,))
                if inside:
                    new.append(builder.annotations.spans[-1])
                elif span.id in duplicates:
                    builder.add_attribute(ident, "Duplicate")
        elif not around and not any(zone.start <= span.start < zone.end for zone in new):
            builder.add_span(span.label, span.fragments)
    add_sentences(builder, new, language)
    return builder.annotations


def _inside(zone: Span, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [place for place in ranges if zone.start <= place[0] < zone.end]


def _parts(
    zone: Span, inside: list[tuple[int, int]], label: str, text: str
) -> list[tuple[tuple[int, int], str]]:
    """A zone divided at the places inside it, which get the label; the rest keeps its own."""
    parts, at = [], zone.start
    for start, end in sorted(inside):
        parts += [((at, start), zone.label), ((start, end), label)]
        at = end
    parts.append(((at, zone.end), zone.label))
    found = [(LINE.search(text, *place), name) for place, name in parts]
    return [(words.span(), name) for words, name in found if words]
