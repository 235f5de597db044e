"""Annotations made one by one: what gives each of them an id and collects them."""

from __future__ import annotations

from collections import Counter

from ..annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
    covered,
)

__all__ = ["AnnotationBuilder"]


class AnnotationBuilder:
    """The annotations of one text under construction.

    Each method adds one annotation and returns its id: `ident` where it is given, else the next
    free one. `line` is the line of the source that it comes from.

    >>> builder = AnnotationBuilder("Grey left.")
    >>> builder.add_span("Actor", ((0, 4),))
    'T1'
    >>> builder.annotations.spans[0].text
    'Grey'
    """

    def __init__(self, text: str):
        self.text = text
        self.annotations = Annotations()
        self._last: Counter[str] = Counter()

    def next_id(self, letter: str) -> str:
        """Return the next id of a kind: T, E, A, R, N or #."""
        self._last[letter] += 1
        return f"{letter}{self._last[letter]}"

    def add_span(
        self,
        label: str,
        fragments: tuple[tuple[int, int], ...],
        line: int = 0,
        ident: str | None = None,
    ) -> str:
        """Add a span over these parts of the text."""
        ident = ident or self.next_id("T")
        words = covered(self.text, fragments)
        self.annotations.spans.append(Span(ident, label, fragments, words, line))
        return ident

    def add_event(
        self,
        label: str,
        trigger: str,
        roles: tuple[tuple[str, str], ...] = (),
        line: int = 0,
        ident: str | None = None,
    ) -> str:
        """Add an event on the span with the id `trigger`; roles are (name, id) pairs."""
        ident = ident or self.next_id("E")
        self.annotations.events.append(Event(ident, label, trigger, roles, line))
        return ident

    def add_attribute(
        self, target: str, name: str, value: str = "true", line: int = 0, ident: str | None = None
    ) -> str:
        """Add an attribute of the annotation with the id `target`."""
        ident = ident or self.next_id("A")
        self.annotations.attributes.append(Attribute(ident, name, target, value, line))
        return ident

    def add_relation(
        self, label: str, a: str, b: str, line: int = 0, ident: str | None = None
    ) -> str:
        """Add a relation between two annotations, given by their ids."""
        ident = ident or self.next_id("R")
        self.annotations.relations.append(Relation(ident, label, a, b, line))
        return ident

    def add_reference(
        self,
        target: str,
        collection: str,
        key: str,
        words: str = "",
        line: int = 0,
        ident: str | None = None,
    ) -> str:
        """Add a reference from an annotation to an entry of a registry."""
        ident = ident or self.next_id("N")
        self.annotations.normalisations.append(
            Normalisation(ident, target, collection, key, words, line)
        )
        return ident

    def add_note(
        self, target: str, kind: str, remark: str, line: int = 0, ident: str | None = None
    ) -> str:
        """Add a remark on an annotation."""
        ident = ident or self.next_id("#")
        self.annotations.notes.append(Note(ident, kind, target, remark, line))
        return ident


def __dir__() -> list[str]:
    return __all__
