"""What one `.ann` file holds: spans, events, attributes, relations, references and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = [
    "REMARK",
    "Annotation",
    "Annotations",
    "Attribute",
    "Event",
    "Fragments",
    "Normalisation",
    "Note",
    "Relation",
    "Span",
    "covered",
    "is_content",
    "unnumbered",
]

Fragments = tuple[tuple[int, int], ...]
REMARK = "AnnotatorNotes"  # brat's word for a note that is a remark


class Span(NamedTuple):
    """A `T` line: a stretch of the text with a label.

    `fragments` are (start, end) pairs in code points, end exclusive, in the order in which they are
    read; `text` holds their words, joined by one blank.
    """

    id: str
    label: str
    fragments: Fragments
    text: str
    line: int = 0

    @property
    def mark(self) -> tuple[str, Fragments]:
        """Its label and its place, which are the same in two files that mark the same words."""
        return self.label, self.fragments

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.fragments[0][0] if len(self.fragments) == 1 else min(self.fragments)[0]

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.fragments[0][1] if len(self.fragments) == 1 else max(self.fragments)[1]


class Event(NamedTuple):
    """An `E` line: a label, the id of its trigger span, and its (role, id) pairs in file order."""

    id: str
    label: str
    trigger: str
    roles: tuple[tuple[str, str], ...]
    line: int = 0


class Attribute(NamedTuple):
    """An `A` line. One without a value, which is true because it is there, has the value "true"."""

    id: str
    name: str
    target: str
    value: str = "true"
    line: int = 0


class Relation(NamedTuple):
    """An `R` line: a label and the two ids that it joins."""

    id: str
    label: str
    a: str
    b: str
    line: int = 0


class Normalisation(NamedTuple):
    """An `N` line: `target` refers to the entry `key` of the collection `db`."""

    id: str
    target: str
    db: str
    key: str
    text: str = ""
    line: int = 0


class Note(NamedTuple):
    """A `#` line: a remark of a kind on `target`."""

    id: str
    kind: str
    target: str
    text: str
    line: int = 0


Annotation = Span | Event | Attribute | Relation | Normalisation | Note


@dataclass
class Annotations:
    """What one `.ann` file holds, each list in the order of the file."""

    spans: list[Span] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    normalisations: list[Normalisation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts().values())

    def __iter__(self) -> Iterator[Annotation]:
        for part in self.parts().values():
            yield from part

    def parts(self) -> dict[str, list[Any]]:
        """Map the letter with which ids begin to the list of the annotations that have such ids.

        The letters are in the order in which `Annotations` takes the lists.
        """
        return {
            "T": self.spans,
            "E": self.events,
            "A": self.attributes,
            "R": self.relations,
            "N": self.normalisations,
            "#": self.notes,
        }

    def spans_by_id(self) -> dict[str, Span]:
        """Map the id of each span to the span."""
        return {span.id: span for span in self.spans}

    def labelled(self, labels: Collection[str]) -> list[Span]:
        """Spans that have one of these labels."""
        return [span for span in self.spans if span.label in labels]

    def in_text_order(self, labels: Collection[str]) -> list[Span]:
        """Spans that have one of these labels, by where they begin in the text."""
        return sorted(self.labelled(labels), key=lambda span: span.start)

    def properties(self) -> list[Attribute | Normalisation | Note]:
        """All attributes, references and notes: what is stated about other annotations."""
        return [*self.attributes, *self.normalisations, *self.notes]

    def attributes_named(self, name: str) -> list[Attribute]:
        """Attributes of this name."""
        return [item for item in self.attributes if item.name == name]


def covered(text: str, fragments: Iterable[tuple[int, int]]) -> str:
    """Words of `text` under `fragments`, joined by one blank, as a `T` line states them.

    >>> covered("Mr Grey said so", ((0, 7), (13, 15)))
    'Mr Grey so'
    """
    return " ".join([text[start:end] for start, end in fragments])


def unnumbered(role: str) -> str:
    """A role as the codebook names it: files number those of which an event has several.

    >>> unnumbered("Content2")
    'Content'
    """
    return role.rstrip("0123456789")


def is_content(role: str) -> bool:
    """Return whether a role is that of the words of an attribution.

    >>> is_content("Content2"), is_content("Contention")
    (True, False)
    """
    return unnumbered(role) == "Content"
