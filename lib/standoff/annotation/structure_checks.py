"""What an annotated article must keep beyond the codebook: zones, quotation marks, kinds, moves,
the common base."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import pairwise

from .brat import Annotations, Normalisation, Problem, Relation, Span, attributes
from .codebook import Codebook
from .columns import columns
from .span_index import Within
from .spans import Spans
from .words import words_in

__all__ = [
    "ARTICLE",
    "DIVIDED",
    "check_article",
    "check_base",
    "check_own_base",
    "check_quotations",
    "check_sentences",
    "check_zones",
    "uncovered",
]

ARTICLE = ("Headline", "Lead", "Crosshead", "Body")
DIVIDED = (*ARTICLE, "Caption")  # zones that hold sentences
OPENING = '"“„«'
QUOTES = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')


def check_article(
    found: Annotations, text: str, codebook: Codebook, name: str, problems: list[Problem]
) -> None:
    """Add to `problems` what breaks the rules of the article as a whole; what is missing from it
    `check_quotations` says."""
    check_zones(found, text, codebook.of_kind("zone"), name, problems)
    _kinds(found, text, name, problems)
    _moves(found, name, problems)
    _twice(found, name, problems)


def check_zones(
    found: Annotations, text: str, labels: frozenset[str], name: str, problems: list[Problem]
) -> None:
    """Zones part the text: no two overlap, and no character but white space lies outside."""
    covered, line, before, spans = 0, 1, None, Spans.of(found.spans)
    for place in sorted(spans.labelled(labels), key=spans.start.__getitem__):
        start, line = spans.start[place], spans.line[place]
        if start < covered:
            zone, last = spans.at(place), spans.at(before)
            problems.append(
                Problem(
                    name,
                    line,
                    (
                        f"{zone.id} {zone.label} overlaps {last.id} {last.label}; expected zones "
                        f"side by side"
                    ),
                )
            )
        _gap(text, covered, start, name, line, problems)
        covered, before = max(covered, spans.end[place]), place
    _gap(text, covered, len(text), name, line, problems)


def check_sentences(
    found: Annotations, text: str, codebook: Codebook, name: str, problems: list[Problem]
) -> None:
    """Sentences lie in one zone each and side by side, and hold every word of the zones that are
    divided into sentences."""
    sentences = sorted(
        (span for span in found.spans if span.label in codebook.of_kind("sentence")),
        key=lambda span: span.start,
    )
    for one, other in pairwise(sentences):
        if other.start < one.end:
            problems.append(
                Problem(
                    name,
                    other.line,
                    (
                        f"{other.id} {other.label} overlaps {one.id} {one.label}; expected "
                        f"sentences side by side"
                    ),
                )
            )
    again = {item.target for item in attributes(found, "Duplicate")}
    starts = [span.start for span in sentences]
    for zone in (span for span in found.spans if span.label in codebook.of_kind("zone")):
        inside = sentences[bisect_left(starts, zone.start) : bisect_left(starts, zone.end)]
        for span in inside:
            if span.end > zone.end:
                problems.append(
                    Problem(
                        name,
                        span.line,
                        (
                            f"{span.id} {span.label} runs beyond {zone.id} {zone.label}; "
                            f"expected it in one zone"
                        ),
                    )
                )
        if zone.label in DIVIDED and zone.id not in again:
            places = [
                zone.start,
                *(place for span in inside for place in (span.start, span.end)),
                zone.end,
            ]
            for start, end in zip(places[::2], places[1::2], strict=True):
                if left := text[start:end].strip():
                    problems.append(
                        Problem(
                            name,
                            zone.line,
                            (
                                f"no sentence covers {left[:40]!r} of {zone.id} {zone.label}; "
                                f"expected every word in one"
                            ),
                        )
                    )


def _gap(text, start, end, name, line, problems):
    if left := text[start:end].strip():
        at = start + text[start:end].index(left[0])
        problems.append(
            Problem(
                name,
                line,
                f"no zone covers {left[:40]!r} at offset {at}; expected every word in a zone",
            )
        )


def check_quotations(
    found: Annotations, text: str, codebook: Codebook, name: str, problems: list[Problem]
) -> None:
    """Every pair of quotation marks in article text is covered, where who is given a voice is coded
    at all.

    A codebook may say `exhaustive = false` of its label Quoted: then nobody looked for every pair.
    """
    rules = codebook.labels.get("Quoted", {"exhaustive": False})
    if not rules.get("exhaustive", True) or not any(
        codebook.labels.get(label, {}).get("layer") == rules["layer"]
        for label in Spans.of(found.spans).by_label
    ):
        return
    for zone, match in uncovered(found, text):
        where = f"at offsets {match.start()} {match.end()}"
        problems.append(
            Problem(
                name,
                max(zone.line, 1),
                f"no Quoted span covers {match[0][:60]!r} {where}; expected one",
            )
        )


def uncovered(found: Annotations, text: str) -> list[tuple[Span, re.Match]]:
    """Pairs of quotation marks in article text that no Quoted span covers, each with its zone."""
    spans = Spans.of(found.spans)
    quoted = {(spans.start[place], spans.end[place]) for place in spans.labelled({"Quoted"})}
    opened = sorted(at for mark in OPENING for at in _places(mark, text))
    places = (
        place
        for place in spans.labelled(ARTICLE)
        if bisect_left(opened, spans.start[place]) < bisect_left(opened, spans.end[place])
    )
    zones = map(spans.at, places)
    return [
        (zone, match)
        for zone in zones
        for match in QUOTES.finditer(text, zone.start, zone.end)
        if match.span() not in quoted
    ]


def _places(mark, text):
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _kinds(found, text, name, problems):
    """`Kind` says what the quotation marks of speech show."""
    if not (given := attributes(found, "Kind")):
        return
    spans = {span.id: span for span in found.spans}
    use = {item.target: item.value for item in attributes(found, "Use")}
    quoted = (
        span for span in found.spans if span.label == "Quoted" and use.get(span.id) == "speech"
    )
    speech = Within((*pair, span) for span in quoted for pair in span.fragments)
    contents = {
        event.id: [spans[t] for r, t in event.roles if t in spans and r.startswith("Content")]
        for event in found.events
    }
    open_ = cache(lambda: [match for _, match in uncovered(found, text)])
    for item in given:
        if contents.get(item.target):
            total, quoted = (
                words_in(text, contents[item.target]),
                words_in(text, contents[item.target], speech),
            )
            kind = "indirect" if not quoted else "direct" if quoted == total else "mixed"
            if item.value != kind:
                found_words = (
                    f"{quoted} of its content's {total} words stand in quotation marks of speech"
                )
                marks = [
                    m[0]
                    for m in open_()
                    if any(
                        m.start() < span.end and span.start < m.end()
                        for span in contents[item.target]
                    )
                ]
                hint = (
                    (
                        f", or a Quoted span of the use speech for {marks[0][:60]!r}, which none "
                        f"covers yet"
                    )
                    if marks
                    else ""
                )
                problems.append(
                    Problem(
                        name,
                        item.line,
                        f"{item.id} says {item.value}, but {found_words}; expected {kind}{hint}",
                    )
                )


def _moves(found, name, problems):
    moves = [item for item in attributes(found, "Move") if item.value != "deny"]
    have = {item.target for item in attributes(found, "Track")} if moves else ()
    for item in moves:
        if item.target not in have:
            problems.append(
                Problem(
                    name,
                    item.line,
                    (
                        f"{item.id} is the move {item.value} of {item.target}, which has no "
                        f"Track; expected one"
                    ),
                )
            )


def _twice(found, name, problems):
    """Nothing is said a second time: it would count twice. Two attributions may share a content,
    and two events of imported texts a trigger."""
    spans = Spans.of(found.spans)
    if len(set(zip(spans.label, spans.start, spans.end, strict=True))) < len(spans):
        own = {event.trigger for event in found.events}
        alone = [span for span in spans if span.label != "Content" and span.id not in own]
        problems += _again(alone, [span[1:3] for span in alone], name)
    for part, kind in ((found.relations, Relation), (found.normalisations, Normalisation)):
        problems += _again(part, [*zip(*columns(part, kind)[1:-1], strict=True)], name)


def _again(things, said, name):
    """What is wrong with things that say what one before them says."""
    if len(set(said)) < len(said):
        first = {}
        for item, what in zip(things, said, strict=True):
            if (other := first.setdefault(what, item)) is not item:
                yield Problem(
                    name,
                    item.line,
                    (
                        f"{item.id} says what {other.id} in line {other.line} says already; "
                        f"expected it once"
                    ),
                )


def check_base(
    found: Annotations, gold: Annotations, base: frozenset[str], name: str, problems: list[Problem]
) -> None:
    """Every coder starts from the same zones and sentences: those of gold."""
    check_own_base(found, gold, base, "gold.ann", name, problems)
    mine = {(span.label, span.fragments) for span in found.spans}
    for label, fragments in sorted(
        {(span.label, span.fragments) for span in gold.spans if span.label in base} - mine
    ):
        problems.append(
            Problem(
                name,
                1,
                (
                    f"no {label} at {fragments[0][0]} {fragments[-1][1]}; expected the common "
                    f"base of gold.ann"
                ),
            )
        )


def check_own_base(
    found: Annotations,
    common: Annotations,
    base: frozenset[str],
    where: str,
    name: str,
    problems: list[Problem],
) -> None:
    """No zone or sentence of a coder's own: each stands in `where` too, which holds the `common`
    ones."""
    wanted = {(span.label, span.fragments) for span in common.spans}
    for span in found.spans:
        if span.label in base and (span.label, span.fragments) not in wanted:
            problems.append(
                Problem(
                    name,
                    span.line,
                    f"{span.id} {span.label} is not in {where}; expected the common base",
                )
            )
