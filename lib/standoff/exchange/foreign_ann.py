"""Reads `.ann` files as other projects leave them: everything is kept, with a remark on each
repair."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from ..annotation import brat
from ..annotation.model import Annotations, Relation, Span, covered
from ..annotation.verification import verify
from .documents import Builder, Reader, replace_controls

__all__ = ["read_ann"]

FIRST_LINE = re.compile(r"([TEARNM#]\d+|\*)\t")  # of an annotation


def read_ann(source: str, reader: Reader) -> None:
    """Read an `.ann` file into `reader`, which has its text.

    Repaired, each with a remark, are: covered words broken over lines, spans over line breaks,
    equivalences (`*`) and modifications (`M`), repeated lines, references to annotations that are
    missing, and offsets that count carriage returns. Words that are not at their offsets are
    problems.
    """
    builder, remarks = reader.builder, reader.remarks
    source = replace_controls(source.replace("\r\n", "\n").replace("\r", "\n"), remarks)
    lines = source.split("\n")
    lines = _join_broken_lines(lines, remarks)
    ids = {line.split("\t")[0] for line in lines}
    builder.used |= ids
    builder.reserved |= ids
    lines, equivalences = _translate(lines, builder)
    parsed = brat.parse("\n".join(lines), str(reader.path), reader.report)
    for span in parsed.spans:
        with reader.reading(span.line, span.id):
            _add_span(reader, span)
    parsed.spans = builder.annotations.spans
    parsed.relations = [*parsed.relations, *equivalences]
    builder.annotations = _drop_dangling(parsed, remarks)


def _join_broken_lines(lines: list[str], remarks: list[str]) -> list[str]:
    """Append lines that begin no annotation to the span or note above; line numbers stay."""
    joined: list[str] = []
    above = 0  # number of the line that the last annotation begins in
    for number, line in enumerate(lines, 1):
        joined.append(line)
        if FIRST_LINE.match(line):
            above = number
        elif line and above and lines[above - 1][0] in "T#":
            ident = lines[above - 1].split("\t")[0]
            remarks.append(
                f"line {number}: goes on from line {above} ({ident}); joined with a blank"
            )
            joined[above - 1] += f" {line}"
            joined[-1] = ""
    return joined


def _translate(lines: list[str], builder: Builder) -> tuple[list[str], list[Relation]]:
    """Return lines that `brat.parse` takes, and the relations that stand for equivalences;
    modifications become attributes."""
    kept: list[str] = []
    relations: list[Relation] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        ident, _, rest = line.partition("\t")
        new_line, remark = "", ""
        if ident == "*":
            label, *members = rest.split() or ["Equiv"]
            chain = [
                Relation(builder.reserve("R"), label, a, b, number)
                for a, b in itertools.pairwise(members)
            ]
            relations += chain
            ids = ", ".join(relation.id for relation in chain)
            remark = f"the equivalence of {', '.join(members)} is now {ids} {label}"
        elif line and line in seen:
            remark = f"repeats the line of {ident}; left out"
        elif ident.startswith("M"):
            new = builder.reserve("A")
            new_line = f"{new}\t{rest}"
            remark = f"the modification {ident} is now the attribute {new}"
        elif re.fullmatch(r"#\d+\t\S+ \S+", line):
            new_line = f"{line}\t"  # a note without words
        else:
            new_line = line
        if remark:
            builder.remarks.append(f"line {number}: {remark}")
        seen.add(line)
        kept.append(new_line)
    return kept, relations


def _add_span(reader: Reader, span: Span) -> None:
    """Build a span if its words are at its offsets; white space may differ."""
    fragments = [reader.places.fragment(start, end) for start, end in span.fragments]
    words = covered(reader.text, fragments)
    if words.split() != span.text.split():
        moved = Annotations([span._replace(fragments=tuple(fragments))])
        verify(moved, reader.text, str(reader.path), reader.report)
        return
    if words != span.text and "\n" not in words:
        reader.remarks.append(f"{span.id} {span.label}: says {span.text!r}; the text has {words!r}")
    reader.builder.span(span.label, fragments, span.id, span.line)


def _drop_dangling(parsed: Annotations, remarks: list[str]) -> Annotations:
    """Drop references to annotations that are not in the file, and what cannot be without them."""
    known = {span.id for span in parsed.spans}
    known |= {event.id for event in parsed.events if event.trigger in known}
    known |= {relation.id for relation in parsed.relations}
    broken = {""}
    while broken:
        broken = {item.id for item in parsed.relations if not {item.a, item.b} <= known} & known
        known -= broken

    def complete(item: Any, verb: str, *targets: str) -> bool:
        missing = ", ".join(target for target in targets if target not in known)
        if missing:
            remarks.append(f"{item.id} {verb} {missing}, which is not in the file; left out")
        return not missing

    events = []
    for event in parsed.events:
        if complete(event, "has the trigger", event.trigger):
            roles = (pair for pair in event.roles if complete(event, f"has as {pair[0]}", pair[1]))
            events.append(event._replace(roles=tuple(roles)))
    without_roles = ", ".join(event.id for event in events if not event.roles)
    if without_roles:
        remarks.append(f"events without arguments: {without_roles}; kept as they are")
    relations = [item for item in parsed.relations if complete(item, "joins", item.a, item.b)]
    properties: Iterator[Any] = (
        [item for item in part if complete(item, "is about", item.target)]
        for part in (parsed.attributes, parsed.normalisations, parsed.notes)
    )
    attributes, normalisations, notes = properties
    return Annotations(parsed.spans, events, attributes, relations, normalisations, notes)


def __dir__() -> list[str]:
    return __all__
