"""What a coding states, under names that two coders share, and a coding written from statements.

A statement says on which words a mark is, which value an attribute has, who plays a role, or what a
relation joins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..annotation.annotation_builder import AnnotationBuilder, numbered
from ..annotation.codebook import CHRONOLOGY, Codebook
from ..annotation.model import Annotations, Event, Fragments, covered, unnumbered
from ..annotation.ordering import edit_all, with_ids
from ..measures.audit import one_way
from ..measures.pairing import annotated_spans

__all__ = ["Coding", "Key", "StatementWriter", "is_same", "subjects", "undirected"]

NONE = "none"  # what a coder says who says nothing
NOTE = "note"  # what people call an annotator's remark
TRIGGER = "/trigger"  # ends the shared name of an event's trigger

Key = tuple[str, str, str]  # the kind of a statement, its name, the shared name of what it is about


class Coding:
    """One coder's annotations by names that both coders share.

    `names` maps own ids to shared names, and `annotations` has these in place of ids. `spans` maps
    names to the spans of marks, `places` also those of triggers, `statements` keys to values.
    """

    def __init__(self, annotations: Annotations, names: dict[str, str], codebook: Codebook):
        self.names, self.rules = names, codebook
        for event in reversed(annotations.events):
            names[event.trigger] = names[event.id] + TRIGGER
        for item in annotations.relations:
            ends = (item.label, names[item.a], names[item.b])
            names[item.id] = " ".join(undirected(ends) if self._is_in_time(item.label) else ends)
        self.annotations = edit_all(annotations, lambda item: with_ids(item, names))
        self.events = {event.id: event for event in self.annotations.events}
        self.spans = dict(annotated_spans(self.annotations))
        self.places = self.annotations.spans_by_id() | self.spans
        self.statements: dict[Key, Any] = {
            ("words", span.label, name): span.fragments for name, span in self.spans.items()
        }
        self.texts: dict[tuple[str, str], str] = {}  # what references repeat of the words
        self._add_statements()

    def _is_in_time(self, relation: str) -> bool:
        return self.rules.relations[relation]["layer"] == CHRONOLOGY

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


class StatementWriter:
    """Writes the statements of two codings as one coding, with shared names for ids."""

    def __init__(self, codings: tuple[Coding, Coding], text: str):
        self.codings, self.builder = codings, AnnotationBuilder(text)
        self.events = codings[1].events | codings[0].events
        self.words: dict[str, str] = {}  # name -> the words of what is written

    def write(self, values: Mapping[Key, Any], left: Collection[str]) -> Annotations:
        """Return the annotations that make these statements, in no particular order.

        Marks that are `left` out are not written, nor what needs them.
        """
        roles: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for (kind, label, name), value in values.items():
            if kind == "words" and name not in left:
                self._add_mark(label, name, value)
            elif kind == "role":
                roles[name][label] = value
        for (kind, label, name), value in values.items():
            if kind == "link":
                self._add_relation(value, undirected(value))
            elif kind == "relation":
                for target in value:
                    self._add_relation((label, name, target), (label, name, target))
        for name, event in self.events.items():
            if name in self.words:
                self._add_event(event, roles[name])
        for key, value in values.items():
            if key[2] in self.words:
                self._add_statement(key, value)
        return self.builder.annotations

    def _add_mark(self, label: str, name: str, fragments: Fragments) -> None:
        """Add a span; that of an event, which several events may have, is its trigger."""
        span = self.events[name].trigger if name in self.events else name
        if span not in self.words:
            self.builder.add_span(label, fragments, ident=span)
        self.words[name] = self.words[span] = covered(self.builder.text, fragments)

    def _add_event(self, event: Event, roles: Mapping[str, Sequence[str]]) -> None:
        """Add an event with its roles in the order of the codebook."""
        order = [*self.codings[0].rules.labels[event.label].get("roles", {}), *roles]
        pairs = [
            (role, target)
            for role in sorted(roles, key=order.index)
            for target in roles[role]
            if target in self.words
        ]
        self.builder.add_event(event.label, event.trigger, numbered(pairs), ident=event.id)

    def _add_relation(self, ends: tuple[str, str, str], name: Sequence[str]) -> None:
        if {*ends[1:]} <= self.words.keys():
            self.words[self.builder.add_relation(*ends, ident=" ".join(name))] = ""

    def _add_statement(self, key: Key, value: Any) -> None:
        kind, label, name = key
        if kind == "attribute":
            self.builder.add_attribute(name, label, value)
        elif kind == "note":
            for words in value:
                self.builder.add_note(name, label, words)
        elif kind == "reference":
            for entry in value:
                self.builder.add_reference(name, label, entry, self._repeated(name, entry))

    def _repeated(self, name: str, key: str) -> str:
        """What a reference repeats of the words: if it repeats all, all words of the new span."""
        coding = next(one for one in self.codings if (name, key) in one.texts)
        text = coding.texts[name, key]
        return self.words[name] if text == coding.places[name].text else text
