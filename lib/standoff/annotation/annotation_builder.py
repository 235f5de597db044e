"""Annotations made one by one: what gives each of them an id and collects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
    covered,
)

__all__ = ["AnnotationBuilder", "numbered"]


class AnnotationBuilder:
    """The annotations of one text under construction.

    Each method adds one annotation and returns its id: `ident` where it is given, else the next
    free one. `line` is the line of the source that it comes from. It may begin with `annotations`,
    to which it adds.

    >>> builder = AnnotationBuilder("Grey left.")
    >>> builder.add_span("Actor", ((0, 4),))
    'T1'
    >>> builder.annotations.spans[0].text
    'Grey'
    """

    def __init__(self, text: str, annotations: Annotations | None = None):
        self.text = text
        self.annotations = annotations or Annotations()
        self._last: Counter[str] = Counter()
        for item in self.annotations:
            self._last[item.id[0]] = max(self._last[item.id[0]], int(item.id[1:]))

    def next_id(self, letter: str) -> str:
        """Return the next id of a kind: T, E, A, R, N or #."""
        self._last[letter] += 1
        return f"{letter}{self._last[letter]}"

    def _add(self, letter: str, items: list[Any], item: Any) -> str:
        """Add an annotation, under the next free id if it has none; return its id."""
        if not item.id:
            item = item._replace(id=self.next_id(letter))
        items.append(item)
        return str(item.id)

    def add_span(self, label: str, fragments: Fragments, *, line: int = 0, ident: str = "") -> str:
        """Add a span over these parts of the text."""
        words = covered(self.text, fragments)
        return self._add("T", self.annotations.spans, Span(ident, label, fragments, words, line))

    def add_event(
        self,
        label: str,
        trigger: str,
        roles: Iterable[tuple[str, str]] = (),
        *,
        line: int = 0,
        ident: str = "",
    ) -> str:
        """Add an event on the span with the id `trigger`; roles are (name, id) pairs."""
        item = Event(ident, label, trigger, tuple(roles), line)
        return self._add("E", self.annotations.events, item)

    def add_attribute(
        self, target: str, name: str, value: str = "true", *, line: int = 0, ident: str = ""
    ) -> str:
        """Add an attribute of the annotation with the id `target`."""
        item = Attribute(ident, name, target, value, line)
        return self._add("A", self.annotations.attributes, item)

    def add_relation(self, label: str, a: str, b: str, *, line: int = 0, ident: str = "") -> str:
        """Add a relation between two annotations, given by their ids."""
        return self._add("R", self.annotations.relations, Relation(ident, label, a, b, line))

    def add_reference(
        self,
        target: str,
        collection: str,
        key: str,
        words: str = "",
        *,
        line: int = 0,
        ident: str = "",
    ) -> str:
        """Add a reference from an annotation to an entry of a registry."""
        item = Normalisation(ident, target, collection, key, words, line)
        return self._add("N", self.annotations.normalisations, item)

    def add_note(
        self, target: str, kind: str, remark: str, *, line: int = 0, ident: str = ""
    ) -> str:
        """Add a remark on an annotation."""
        return self._add("#", self.annotations.notes, Note(ident, kind, target, remark, line))


def numbered(roles: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Roles as files name them: the second target of a role gets the number 2, and so on.

    >>> numbered([("Content", "T2"), ("Content", "T3")])
    (('Content', 'T2'), ('Content2', 'T3'))
    """
    seen: dict[str, int] = {}
    named = []
    for role, target in roles:
        seen[role] = number = seen.get(role, 0) + 1
        named.append((role if number == 1 else f"{role}{number}", target))
    return tuple(named)
