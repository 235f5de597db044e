"""What coders state about an article, under names that they share.

A statement says on which words a mark is, which value an attribute has, who plays a role, or what a
relation joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..annotation.codebook import CHRONOLOGY
from ..annotation.model import unnumbered
from ..annotation.ordering import edit_all, with_ids
from .pairing import annotated_spans, in_one_sentence, match

if TYPE_CHECKING:
    from ..annotation.codebook import Codebook
    from ..annotation.model import Annotations, Fragments, Span

__all__ = ["Coding", "Key", "codings_of", "is_same", "one_way", "subjects", "undirected"]

NONE = "none"  # what a coder says who says nothing
NOTE = "note"  # what people call an annotator's remark
TRIGGER = "/trigger"  # ends the shared name of an event's trigger
INVERSE = {"AFTER": "BEFORE", "INCLUDES": "IS_INCLUDED"}
SYMMETRIC = ("IDENTITY", "SIMULTANEOUS")

Key = tuple[str, str, str]  # the kind of a statement, its name, the shared name of what it is about


def codings_of(
    article: Iterable[Annotations], codebook: Codebook
) -> tuple[list[Coding], dict[str, Span]]:
    """Return what several coders state about an article, and every marked span by its shared name.

    Marks of one label are paired as agreement pairs them, but in all of the article. The span of a
    name is that of the first coder who marked it.
    """
    codings: list[Coding] = []
    known: dict[str, Span] = {}
    for number, coding in enumerate(article, 1):
        spans = dict(annotated_spans(coding))
        names = {b.id: a.id for a, b in match(in_one_sentence(known), in_one_sentence(spans))}
        for ident, span in spans.items():
            known.setdefault(names.setdefault(ident, f"{number}:{ident}"), span)
        codings.append(Coding(coding, codebook, names))
    return codings, known


class Coding:
    """One coder's annotations by names that all coders share.

    `names` maps own ids to shared names, and `annotations` has these in place of ids. `spans` maps
    names to the spans of marks, `places` also those of triggers, `statements` keys to values.
    """

    def __init__(
        self, annotations: Annotations, codebook: Codebook, names: Mapping[str, str]
    ) -> None:
        self.rules, self.names = codebook, {**names}
        for event in reversed(annotations.events):
            self.names[event.trigger] = names[event.id] + TRIGGER
        for item in annotations.relations:
            ends = (item.label, self.names[item.a], self.names[item.b])
            label = undirected(ends) if self._is_in_time(item.label) else ends
            self.names[item.id] = " ".join(label)
        self.annotations = edit_all(annotations, lambda item: with_ids(item, self.names))
        self.events = {event.id: event for event in self.annotations.events}
        self.spans = dict(annotated_spans(self.annotations))
        self.places = self.annotations.spans_by_id() | self.spans
        self.statements: dict[Key, Any] = {
            ("words", span.label, name): span.fragments for name, span in self.spans.items()
        }
        self.texts: dict[tuple[str, str], str] = {}  # what references repeat of the words
        self._add_statements()

    def _is_in_time(self, relation: str) -> bool:
        return bool(self.rules.relations[relation]["layer"] == CHRONOLOGY)

    def links(self) -> dict[tuple[str, str], str]:
        """Map two names, in the order in which they are linked, to their relation in time."""
        return {
            (item.a, item.b): item.label
            for item in self.annotations.relations
            if self._is_in_time(item.label)
        }

    def _add_statements(self) -> None:
        """Add what is stated about marks: roles, relations, attributes, references and remarks."""
        for event in self.annotations.events:
            for role, target in event.roles:
                self._append("role", unnumbered(role), event.id, target)
        for item in self.annotations.relations:
            if self._is_in_time(item.label):
                first, second = sorted((item.a, item.b))
                self.statements["link", first, second] = (item.label, item.a, item.b)
            else:
                self._append("relation", item.label, item.a, item.b)
        for one in self.annotations.attributes:
            self.statements["attribute", one.name, one.target] = one.value
        for reference in self.annotations.normalisations:
            self._append("reference", reference.db, reference.target, reference.key)
            self.texts[reference.target, reference.key] = reference.text
        for note in self.annotations.notes:
            self._append("note", note.kind, note.target, note.text)

    def _append(self, kind: str, label: str, name: str, value: str) -> None:
        key = (kind, label, name)
        self.statements[key] = (*self.statements.get(key, ()), value)

    def says(self, key: Key) -> str:
        """Return what is stated under a key, as people read it."""
        kind, _, name = key
        value = self.statements.get(key)
        if not value:
            return NONE
        if kind == "words":
            return self.places[name].text
        if kind in ("role", "relation"):
            return ", ".join(f"“{self.places[name].text}”" for name in value)
        if kind == "link":
            label, a, b = value
            return f"“{self.places[a].text}” {label} “{self.places[b].text}”"
        return value if isinstance(value, str) else ", ".join(value)

    def about(self, name: str) -> str:
        """Return what this coder says of an annotation besides its label and words."""
        parts = [
            f"{NOTE if key[0] == 'note' else key[1]}: {self.says(key)}"
            for key in self.statements
            if key[2] == name and key[0] not in ("words", "link")
        ]
        return "; ".join(parts)

    def marked(self, key: Key) -> Fragments:
        """Return the words that a statement is about."""
        kind, label, name = key
        names = [name]
        if kind == "link":
            names.append(label)
        elif kind in ("role", "relation"):
            names = [*self.statements.get(key, ())]
        return tuple(pair for own in names for pair in self.places[own].fragments)


def undirected(link: tuple[str, str, str]) -> Any:
    """Return a link in time, the same whichever way round it was drawn."""
    label, a, b = link
    return one_way(((a, b), label))


def one_way(link: tuple[tuple[str, str], str] | None) -> tuple[str, ...] | None:
    """The relation and the ends of a link, the same whichever way round it was drawn."""
    if link is None:
        return None
    ends, label = link
    if label in INVERSE:
        return INVERSE[label], *ends[::-1]
    return label, *(sorted(ends) if label in SYMMETRIC else ends)


def is_same(kind: str, one: Any, other: Any) -> bool:
    """Return whether two coders state the same; the order of several values does not matter."""
    if kind == "link":
        return bool(one and other and undirected(one) == undirected(other))
    if isinstance(one, tuple) and isinstance(other, tuple) and kind != "words":
        return sorted(one) == sorted(other)
    return bool(one == other)


def subjects(key: Key) -> tuple[str, ...]:
    """Return the shared names of what a statement is about: of a link in time both ends."""
    return key[1:] if key[0] == "link" else key[2:]
