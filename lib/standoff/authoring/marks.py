"""Each mark of a coding with what is said about it, gathered from the lists of an `.ann` file."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..annotation.model import REMARK, Annotations, Span, unnumbered

__all__ = ["CodedMark", "read_marks"]


@dataclass
class CodedMark:
    """A span, or an event with the span of its trigger.

    `attributes` are by name, `refers` has the keys of references, `roles` and `relations` pairs of
    a name and the id of another mark, and `note` the coder's remark.
    """

    id: str
    span: Span
    roles: list[list[str]] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    refers: list[str] = field(default_factory=list)
    relations: list[list[str]] = field(default_factory=list)
    note: str = ""


def read_marks(annotations: Annotations) -> dict[str, CodedMark]:
    """Return id -> mark of all events, and then of all spans, triggers too."""
    spans = annotations.spans_by_id()
    marks: dict[str, CodedMark] = {}
    for event in annotations.events:
        roles = [[unnumbered(role), target] for role, target in event.roles]
        marks[event.id] = CodedMark(event.id, spans[event.trigger], roles)
    marks |= {span.id: CodedMark(span.id, span) for span in annotations.spans}
    for item in annotations.attributes:
        if item.target in marks:
            marks[item.target].attributes[item.name] = item.value
    for reference in annotations.normalisations:
        if reference.target in marks:
            marks[reference.target].refers.append(reference.key)
    for relation in annotations.relations:
        if relation.a in marks:
            marks[relation.a].relations.append([relation.label, relation.b])
    for note in annotations.notes:
        if note.target in marks and note.kind == REMARK:
            marks[note.target].note = note.text
    return marks
