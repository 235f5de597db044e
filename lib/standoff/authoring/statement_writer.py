"""A coding written from statements under the names that two coders share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..annotation.annotation_builder import AnnotationBuilder, numbered
from ..annotation.model import Annotations, Event, Fragments, covered
from ..measures.statements import Coding, Key, undirected

__all__ = ["StatementWriter"]


class StatementWriter:
    """Writes the statements of two codings as one coding, with shared names for ids."""

    def __init__(self, codings: Sequence[Coding], text: str):
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
