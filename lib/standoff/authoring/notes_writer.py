"""Annotations written as notes: the reverse of notes.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from ..annotation.codebook import Codebook
from ..annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
    unnumbered,
)
from ..annotation.ordering import canonical
from ..annotation.toml_files import key, toml
from .notes import KIND, OWN_WORDS, SHORT
from .project import slug
from .quotes import quote_for

__all__ = ["as_notes"]


def as_notes(
    annotations: Annotations, text: str, codebook: Codebook, base: Annotations | None
) -> str:
    """Return the notes that give these annotations of a text, in the order of the text.

    `base` holds the zones and sentences that notes need not make, as for `read_notes`.
    """
    return _Writer(canonical(annotations, codebook), text, codebook, base).write()


class _Writer:
    """Writes each annotation as a table of TOML."""

    def __init__(
        self, annotations: Annotations, text: str, codebook: Codebook, base: Annotations | None
    ):
        self.annotations, self.text, self.book = annotations, text, codebook
        self.base = {span.mark for span in base.spans} if base else set()
        self.spans = {span.id: span for span in annotations.spans}
        self.events = {event.id: event for event in annotations.events}
        self.first = {span.mark: span for span in reversed(annotations.spans)}
        self.attributes = _by_target(annotations.attributes)
        self.references = _by_target(annotations.normalisations)
        self.remarks = _by_target(annotations.notes)
        self.names = self.name_marks()

    def span_of(self, ident: str) -> Span:
        """The span with an id, or the trigger of the event with that id."""
        return self.spans[self.events[ident].trigger if ident in self.events else ident]

    def is_base(self, span: Span) -> bool:
        return span.mark in self.base

    def name_marks(self) -> dict[str, str]:
        """A name for each mark that others refer to: its first words, numbered if necessary."""
        wanted = {target for event in self.annotations.events for _, target in event.roles}
        wanted |= {ident for link in self.annotations.relations for ident in (link.a, link.b)}
        names: dict[str, str] = {}
        used: Counter[str] = Counter()
        for ident in (*self.spans, *self.events):
            if ident not in wanted or self.is_base(self.span_of(ident)):
                continue
            stem = slug(self.span_of(ident).text) or slug(self.span_of(ident).label) or "mark"
            name = stem
            while name in used:
                used[stem] += 1
                name = f"{stem}-{used[stem]}"
            used[name] += 1
            names[ident] = name
        return names

    def write(self) -> str:
        """Every mark, then the relations."""
        events: dict[str, list[Span | Event]] = defaultdict(list)
        for event in self.annotations.events:
            events[event.trigger].append(event)
        notes = []
        for span in self.annotations.spans:
            is_again = self.first[span.mark] is not span
            for item in events.get(span.id) or [span]:
                if not self.is_base(span) or self.remarks[item.id]:
                    notes.append(self.write_mark(item, span, is_again))
                is_again = True
        notes += [self.write_relation(item) for item in self.annotations.relations]
        return "\n".join(notes)

    def write_mark(self, item: Span | Event, span: Span, is_again: bool) -> str:
        """A span or an event as a note."""
        keys = {"name": self.names.get(item.id), **self.quote(span), "again": is_again}
        rows = _rows((name, value) for name, value in keys.items() if value)
        if isinstance(item, Event):
            roles = ((unnumbered(role), self.refer_to(target)) for role, target in item.roles)
            rows += _rows(roles, "roles")
        if not self.is_base(span):
            attributes = ((a.name, _value(a)) for a in self.attributes[item.id])
            rows += _rows(attributes, "attributes")
        registry = self.book.labels.get(span.label, {}).get("registry")
        references = [*self.references[span.id]]
        if item is not span:
            references += self.references[item.id]
        rows += _rows(("refers", _entry(reference, registry)) for reference in references)
        return self.table(span.label, rows, item.id)

    def write_relation(self, item: Relation) -> str:
        ends = [("a", self.refer_to(item.a)), ("b", self.refer_to(item.b))]
        return self.table(item.label, _rows(ends), item.id)

    def table(self, label: str, rows: list[str], ident: str) -> str:
        remarks = _rows(("note", _remark(note)) for note in self.remarks[ident])
        return "\n".join([f"[[{key(label)}]]", *rows, *remarks, ""])

    def quote(self, span: Span) -> dict:
        """The keys that quote a span."""
        pieces = [quote_for(self.text, *fragment) for fragment in span.fragments]
        if len(pieces) == 1:
            return pieces[0]
        return {"quote": [piece["quote"] if len(piece) == 1 else piece for piece in pieces]}

    def refer_to(self, ident: str) -> str | dict:
        """How a role or a relation refers to a mark: by name, or by quoting a zone or sentence."""
        if ident in self.names:
            return self.names[ident]
        span = self.span_of(ident)
        return {"label": span.label, **self.quote(span)}


def _by_target(items: list) -> dict[str, list]:
    targets = defaultdict(list)
    for item in items:
        targets[item.target].append(item)
    return targets


def _value(attribute: Attribute) -> str | bool:
    return True if attribute.value == "true" else attribute.value


def _entry(reference: Normalisation, registry: str | None) -> str | dict:
    if reference.db == registry:
        return reference.key
    return {"collection": reference.db, "key": reference.key}


def _remark(note: Note) -> str | dict:
    return note.text if note.kind == KIND else {"kind": note.kind, "text": note.text}


def _rows(pairs: Iterable[tuple[str, Any]], part: str = "") -> list[str]:
    """Lines of TOML, with a list for several values of one key.

    Names that have a meaning in notes are written within their part.
    """
    rows, values = [], defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    for name, given in values.items():
        prefix = f"{part}." if part and name in (*OWN_WORDS, *SHORT) else ""
        rows.append(f"{prefix}{key(name)} = {toml(given if len(given) > 1 else given[0])}")
    return rows


def __dir__() -> list[str]:
    return __all__
