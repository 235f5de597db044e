"""The `.ann` format of brat: its lines as annotations, and annotations as its lines.

https://brat.nlplab.org/standoff.html defines it: `T` spans, `E` events, `A` attributes, `R`
relations, `N` normalisations and `#` notes, one per line. Offsets are Unicode code points, 0-based,
end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .model import (
    Annotations,
    Attribute,
    Event,
    Fragments,
    Normalisation,
    Note,
    Relation,
    Span,
)
from .problems import Report, reported

__all__ = ["parse", "write"]

NUMBER = "[0-9]{1,18}"
PATTERNS = {
    kind: re.compile(rf"({kind}{NUMBER})\t{rest}")
    for kind, rest in {
        "T": rf"(\S+) ({NUMBER}) ({NUMBER})((?:;{NUMBER} {NUMBER})*)\t(.+)",
        "E": r"(\S+):([^\s:]+)((?: \S+:[^\s:]+)*) ?",
        "A": r"(\S+) (\S+)(?: (\S+))?",
        "R": r"(\S+) Arg1:(\S+) Arg2:(\S+)\t?",
        "N": r"Reference (\S+) ([^\s:]+):(\S+)(?:\t(.*))?",
        "#": r"(\S+) (\S+)\t(.*)",
    }.items()
}
SHAPES = {
    "T": "'T1<tab>Label start end[;start end]<tab>words'",
    "E": "'E1<tab>Label:T1 Role:T2 …'",
    "A": "'A1<tab>Name T1 value'",
    "R": "'R1<tab>Label Arg1:T1 Arg2:T2'",
    "N": "'N1<tab>Reference T1 collection:key<tab>words'",
    "#": "'#1<tab>AnnotatorNotes T1<tab>words'",
}


def parse(text: str, name: str, report: Report | None = None) -> Annotations:
    """Return the annotations that the text of an `.ann` file states.

    A line that cannot be read, and one whose id an earlier line has, becomes a problem of the file
    `name` in `report` and is left out. Without a report `SeedError` lists all problems.

    >>> parse("T1\\tActor 0 7\\tMr Grey\\n", "gold.ann").spans
    [Span(id='T1', label='Actor', fragments=((0, 7),), text='Mr Grey', line=1)]
    """
    annotations = Annotations()
    lists = annotations.parts()
    first_lines: dict[str, int] = {}
    with reported(report) as problems:
        error = problems.at(name).error
        for number, line in enumerate(text.split("\n"), 1):
            if not line:
                continue
            kind = line[0]
            match = PATTERNS[kind].fullmatch(line) if kind in PATTERNS else None
            if match is None:
                error(number, *_unreadable(line))
                continue
            item = BUILDERS[kind](*match.groups(""), number)
            first = first_lines.setdefault(item.id, number)
            if first == number:
                lists[kind].append(item)
            else:
                message = f"id {item.id} is already used in line {first}; expected a new id"
                error(number, "E-id-duplicate", message)
    return annotations


def _span(ident: str, label: str, start: str, end: str, more: str, words: str, line: int) -> Span:
    fragments: Fragments = ((int(start), int(end)),)
    if more:
        pairs = (pair.split(" ") for pair in more[1:].split(";"))
        fragments += tuple((int(first), int(last)) for first, last in pairs)
    return Span(ident, label, fragments, words, line)


def _event(ident: str, label: str, trigger: str, roles: str, line: int) -> Event:
    pairs = tuple((role, ref) for role, _, ref in (pair.rpartition(":") for pair in roles.split()))
    return Event(ident, label, trigger, pairs, line)


def _attribute(ident: str, name: str, target: str, value: str, line: int) -> Attribute:
    return Attribute(ident, name, target, value or "true", line)


BUILDERS: dict[str, Callable[..., Any]] = {
    "T": _span,
    "E": _event,
    "A": _attribute,
    "R": Relation,
    "N": Normalisation,
    "#": Note,
}


def _unreadable(line: str) -> tuple[str, str]:
    """Code and message for a line that is no annotation."""
    start = repr(line[:60])
    if re.match(r"[TEARN#]\d+\t", line):
        return "E-line-format", f"the line is {start}; expected {SHAPES[line[0]]}"
    if line[0] in "*M":
        return "E-line-unsupported", (
            f"the line is {start}; equivalences (*) and modifications (M) are not supported: use "
            f"a relation or an attribute"
        )
    return "E-line-unknown", (
        f"the line is {start}; expected an annotation. Was the annotation above cut by a newline?"
    )


def write(annotations: Annotations) -> str:
    """Return the text of an `.ann` file: each list in its order, spans first, notes last.

    >>> write(parse("A1\\tKind E1 direct\\n", "gold.ann"))
    'A1\\tKind E1 direct\\n'
    """
    lines = []
    for span in annotations.spans:
        offsets = ";".join(f"{start} {end}" for start, end in span.fragments)
        lines.append(f"{span.id}\t{span.label} {offsets}\t{span.text}")
    for event in annotations.events:
        roles = "".join(f" {role}:{ref}" for role, ref in event.roles)
        lines.append(f"{event.id}\t{event.label}:{event.trigger}{roles}")
    for attribute in annotations.attributes:
        lines.append(f"{attribute.id}\t{attribute.name} {attribute.target} {attribute.value}")
    for relation in annotations.relations:
        lines.append(f"{relation.id}\t{relation.label} Arg1:{relation.a} Arg2:{relation.b}")
    for item in annotations.normalisations:
        lines.append(f"{item.id}\tReference {item.target} {item.db}:{item.key}\t{item.text}")
    for note in annotations.notes:
        lines.append(f"{note.id}\t{note.kind} {note.target}\t{note.text}")
    return "".join(f"{line}\n" for line in lines)
