"""Whether annotations fit the text: offsets, words, and ids that name one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from .limits import MAX_MISFITS, MAX_SPANS_OVER_CHARACTER
from .model import Annotation, Annotations, Span, covered
from .problems import FileReport, Report, reported

__all__ = ["missing_references", "verify"]

NEARBY = 300  # code points on either side that are searched first for moved words
MOST_PLACES = 9  # places that are proposed
MOST_QUOTED = 400  # code points, or fragments of a span, that a message quotes


def verify(annotations: Annotations, text: str, name: str, report: Report | None = None) -> None:
    """Report every span whose offsets or words do not fit `text`, and every id that is not there.

    Problems of the file `name` are added to `report`. Without a report `SeedError` lists all.

    >>> from standoff.annotation.brat import parse
    >>> verify(parse("T1\\tActor 0 7\\tMr Grey\\n", "gold.ann"), "Mr Grey left.", "gold.ann")
    """
    with reported(report) as problems:
        file = problems.at(name)
        if not _crowded(annotations.spans, file):
            _check_spans(annotations.spans, text, file)
        _check_references(annotations, file)


def _crowded(spans: list[Span], file: FileReport) -> bool:
    """Report the first span that begins within more others than may overlap."""
    starts, ends = sorted([span.start for span in spans]), sorted([span.end for span in spans])
    for number, end in enumerate(ends[:-MAX_SPANS_OVER_CHARACTER], MAX_SPANS_OVER_CHARACTER):
        if starts[number] < end:
            span = sorted(spans, key=lambda span: span.start)[number]
            file.error(
                span.line,
                "E-span-crowded",
                f"{span.id} is one of more than {MAX_SPANS_OVER_CHARACTER} spans over one "
                "character; expected fewer",
            )
            return True
    return False


def _check_spans(spans: list[Span], text: str, file: FileReport) -> None:
    misfits = 0
    for span in spans:
        problem = _span_problem(span, text)
        if problem is None:
            continue
        code, message = problem
        file.error(span.line, code, f"{span.id} {message}")
        misfits += 1
        if misfits == MAX_MISFITS:
            message = (
                f"{span.id} is the {MAX_MISFITS:,}th span that does not fit the text; the spans "
                "below are not checked. Is this the text that was annotated?"
            )
            file.error(span.line, "E-span-misfits", message)
            return


def _span_problem(span: Span, text: str) -> tuple[str, str] | None:
    """Code and message if the offsets or the words of a span do not fit the text."""
    for start, end in span.fragments:
        if not 0 <= start < end <= len(text):
            return _offset_problem(start, end, len(text))
    if len(span.fragments) > 1:
        for one, other in pairwise(sorted(span.fragments)):
            if other[0] < one[1]:
                return "E-span-fragments", (
                    f"has the offsets {other[0]} {other[1]}, which overlap its fragment {one[0]} "
                    f"{one[1]}; expected fragments side by side"
                )
    words = covered(text, span.fragments)
    if words == span.text and "\n" not in words:
        return None
    for start, end in span.fragments:
        newline = text.find("\n", start, end)
        if newline >= 0:
            return "E-span-newline", (
                f"covers a newline at offset {newline}; expected a span within one line of the text"
            )
    offsets = ";".join(f"{start} {end}" for start, end in span.fragments[:MOST_QUOTED])
    return "E-span-words", (
        f"says {_shortened(span.text)}, but the text has {_shortened(words)} at offsets {offsets}; "
        f"{_proposal(span, text)}"
    )


def _offset_problem(start: int, end: int, length: int) -> tuple[str, str]:
    """Code and message for a fragment that the text cannot have."""
    offsets = f"has the offsets {start} {end}"
    if end <= start:
        return "E-span-empty", f"{offsets}; expected the start before the end"
    return "E-span-range", f"{offsets}; expected at most {length}, the length of the text"


def _shortened(words: str) -> str:
    return repr(words) if len(words) < MOST_QUOTED else f"{words[:MOST_QUOTED]!r} …"


def _proposal(span: Span, text: str) -> str:
    """Where in the text the words of a span may have moved to."""
    if len(span.fragments) > 1:
        return "expected the words of its fragments, joined by one blank"
    size, near = len(span.text), max(0, span.start - NEARBY)
    places = _occurrences(span.text, text, near, span.start + size + NEARBY)
    places = places or _occurrences(span.text, text, 0, len(text))
    if not places:
        return "these words are nowhere in the text"
    listed = " or ".join(f"{place} {place + size}" for place in places[:MOST_PLACES])
    if len(places) <= MOST_PLACES:
        return f"did you mean {listed}?"
    return f"these words are in more than {MOST_PLACES} places, the first at {listed}"


def _occurrences(words: str, text: str, start: int, end: int) -> list[int]:
    """First offsets between two others at which the text has these words: one more than listed."""
    matches = re.compile(re.escape(words)).finditer(text, start, end)
    return [match.start() for match in islice(matches, MOST_PLACES + 1)]


def _check_references(annotations: Annotations, file: FileReport) -> None:
    for item, verb, ref in missing_references(annotations):
        message = f"{item.id} {verb} {ref}, which is not in this file"
        file.error(item.line, "E-id-missing", message)


def missing_references(annotations: Annotations) -> Iterator[tuple[Annotation, str, str]]:
    """Yield (annotation, in what way it names another, the id of that) where there is no other."""
    spans = {span.id for span in annotations.spans}
    ids = spans.union(
        [event.id for event in annotations.events],
        [relation.id for relation in annotations.relations],
    )
    for event in annotations.events:
        if event.trigger not in spans:
            yield event, "has the trigger", event.trigger
        for role, ref in event.roles:
            if ref not in ids:
                yield event, f"has as {role}", ref
    for relation in annotations.relations:
        for ref in (relation.a, relation.b):
            if ref not in ids:
                yield relation, "joins", ref
    for item in annotations.properties():
        if item.target not in ids:
            yield item, "is about", item.target
