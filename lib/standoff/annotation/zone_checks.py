"""Checks beyond the codebook: zones, sentences, quotation marks, duplicates.

They also cover two attributes whose value follows from others (Kind, Move) and the common base:
the zones and sentences that all coders share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TypeAlias

from .codebook import Codebook
from .model import Annotations, Normalisation, Relation, Span
from .ordering import properties_by_id
from .problems import FileReport
from .quotation_marks import quotations
from .words import content_spans, kind_of, quoted_words
from .zone_labels import ARTICLE, DIVIDED

__all__ = [
    "check_article",
    "check_base",
    "check_own_base",
    "check_quotations",
    "check_sentences",
    "check_zones",
    "repeated",
]

Repeatable: TypeAlias = Span | Relation | Normalisation


def check_article(
    annotations: Annotations, text: str, codebook: Codebook, file: FileReport
) -> None:
    """Report what is wrong with what is annotated; `check_quotations` finds what is missing."""
    check_zones(annotations, text, codebook, file)
    _check_kinds(annotations, text, file)
    _check_moves(annotations, file)
    _check_duplicates(annotations, codebook, file)


def check_zones(annotations: Annotations, text: str, codebook: Codebook, file: FileReport) -> None:
    """Report zones that overlap, and words outside all zones."""
    covered, line, before = 0, 1, None
    for zone in annotations.in_text_order(codebook.of_kind("zone")):
        if before is not None and zone.start < covered:
            message = f"{_name(zone)} overlaps {_name(before)}; expected zones side by side"
            file.error(zone.line, "E-zone-overlap", message)
        _check_gap(text, covered, zone.start, zone.line, file)
        covered, line, before = max(covered, zone.end), zone.line, zone
    _check_gap(text, covered, len(text), line, file)


def _check_gap(text: str, start: int, end: int, line: int, file: FileReport) -> None:
    """Report words between two zones."""
    if words := text[start:end].strip():
        offset = text.index(words[0], start)
        message = f"no zone covers {words[:40]!r} at offset {offset}; expected every word in a zone"
        file.error(line, "E-zone-gap", message)


def check_sentences(
    annotations: Annotations, text: str, codebook: Codebook, file: FileReport
) -> None:
    """Report sentences that overlap or leave their zone, and words of a zone in no sentence."""
    sentences = annotations.in_text_order(codebook.of_kind("sentence"))
    for one, other in pairwise(sentences):
        if other.start < one.end:
            message = f"{_name(other)} overlaps {_name(one)}; expected sentences side by side"
            file.error(other.line, "E-sentence-overlap", message)
    repeated = {item.target for item in annotations.attributes_named("Duplicate")}
    for zone in annotations.in_text_order(codebook.of_kind("zone")):
        inside = [span for span in sentences if zone.start <= span.start < zone.end]
        for span in inside:
            if span.end > zone.end:
                message = f"{_name(span)} runs beyond {_name(zone)}; expected it in one zone"
                file.error(span.line, "E-sentence-zone", message)
        if zone.label in DIVIDED and zone.id not in repeated:
            starts = [zone.start, *(span.end for span in inside)]
            ends = [*(span.start for span in inside), zone.end]
            for start, end in zip(starts, ends, strict=True):
                if words := text[start:end].strip():
                    message = (
                        f"no sentence covers {words[:40]!r} of {_name(zone)}; expected "
                        "every word in one"
                    )
                    file.error(zone.line, "E-sentence-gap", message)


def _name(span: Span) -> str:
    return f"{span.id} {span.label}"


def check_quotations(
    annotations: Annotations, text: str, codebook: Codebook, file: FileReport
) -> None:
    """Report pairs of quotation marks without a Quoted span, if attribution is annotated at all.

    A codebook sets `exhaustive = false` for its label Quoted if coders did not mark every pair.
    """
    rules = codebook.labels.get("Quoted")
    if rules is None or not rules.get("exhaustive", True):
        return
    used = {span.label for span in annotations.spans}
    if any(codebook.labels.get(label, {}).get("layer") == rules["layer"] for label in used):
        for zone, start, end in unmarked_quotations(annotations, text):
            words = text[start:end][:60]
            message = f"no Quoted span covers {words!r} at offsets {start} {end}; expected one"
            file.error(max(zone.line, 1), "E-quotation-unmarked", message)


def unmarked_quotations(annotations: Annotations, text: str) -> list[tuple[Span, int, int]]:
    """Return (zone, start, end) of the pairs of quotation marks that no Quoted span covers."""
    quoted = {(span.start, span.end) for span in annotations.spans if span.label == "Quoted"}
    return [
        (zone, *place)
        for zone in annotations.spans
        if zone.label in ARTICLE
        for place in quotations(text, zone.start, zone.end)
        if place not in quoted
    ]


def _check_kinds(annotations: Annotations, text: str, file: FileReport) -> None:
    """Check that `Kind` says how much of the content is in quotation marks of speech."""
    kinds = annotations.attributes_named("Kind")
    counts = quoted_words(annotations, text) if kinds else {}
    for item in kinds:
        total, quoted = counts.get(item.target, (0, 0))
        kind = kind_of(total, quoted)
        if item.target in counts and item.value != kind:
            message = f"{item.id} says {item.value}, but {quoted} of the content's {total} words"
            message += f" are in quotation marks of speech; expected {kind}"
            content = content_spans(annotations)[item.target]
            hint = _unmarked_hint(annotations, text, content)
            file.error(item.line, "E-kind-quotation", message + hint)


def _unmarked_hint(annotations: Annotations, text: str, content: list[Span]) -> str:
    """The end of a message: the first pair of quotation marks of a content without a span."""
    for _, start, end in unmarked_quotations(annotations, text):
        if any(start < span.end and span.start < end for span in content):
            return f", or a Quoted span with Use speech for {text[start:end][:60]!r}"
    return ""


def _check_moves(annotations: Annotations, file: FileReport) -> None:
    """Check that what is a move, other than a denial, belongs to a negotiating table."""
    on_track = {item.target for item in annotations.attributes_named("Track")}
    for item in annotations.attributes_named("Move"):
        if item.value != "deny" and item.target not in on_track:
            message = (
                f"{item.id} is the move {item.value} of {item.target}, which has no "
                "Track; expected one"
            )
            file.error(item.line, "E-move-track", message)


def _check_duplicates(annotations: Annotations, codebook: Codebook, file: FileReport) -> None:
    """Report what is annotated twice and would count twice."""
    stacked = {label for label, rules in codebook.labels.items() if rules.get("stacked")}
    for item, other in repeated(annotations, stacked):
        message = f"{item.id} repeats {other.id} in line {other.line}; expected it once"
        file.error(item.line, "E-duplicate", message)


def repeated(
    annotations: Annotations, stacked: Collection[str]
) -> Iterator[tuple[Repeatable, Repeatable]]:
    """Yield each span, relation and reference that repeats another, with that other.

    Spans with a label of `stacked` may have the same place if attributes, references or notes tell
    them apart. Two attributions may share a content, and two events of imported texts a trigger.
    """
    triggers = {event.trigger for event in annotations.events}
    spans = [
        span for span in annotations.spans if span.label != "Content" and span.id not in triggers
    ]
    stated = properties_by_id(annotations) if stacked else {}
    details = {span.id: tuple(stated[span.id]) for span in spans if span.label in stacked}
    for items in (spans, annotations.relations, annotations.normalisations):
        first: dict[tuple[object, ...], Repeatable] = {}
        for item in items:
            key = (*item[1:-1], details.get(item.id))  # without id and line
            other = first.setdefault(key, item)
            if other is not item:
                yield item, other


def check_base(
    annotations: Annotations, gold: Annotations, base: frozenset[str], file: FileReport
) -> None:
    """Report where a coder's zones and sentences differ from those of gold.

    `base` holds the labels of zones and sentences.
    """
    check_own_base(annotations, gold, base, "gold.ann", file)
    own = {span.mark for span in annotations.spans}
    common = {span.mark for span in gold.spans if span.label in base}
    for label, fragments in sorted(common - own):
        message = (
            f"no {label} at {fragments[0][0]} {fragments[-1][1]}; expected the common "
            "base of gold.ann"
        )
        file.error(1, "E-base-missing", message)


def check_own_base(
    annotations: Annotations,
    common: Annotations,
    base: frozenset[str],
    source: str,
    file: FileReport,
) -> None:
    """Report a coder's own zones and sentences, which are not among the `common` ones.

    `base` holds the labels of zones and sentences; `source` names the common file in messages.
    """
    shared = {span.mark for span in common.spans}
    for span in annotations.spans:
        if span.label in base and span.mark not in shared:
            message = f"{_name(span)} is not in {source}; expected the common base"
            file.error(span.line, "E-base-own", message)
