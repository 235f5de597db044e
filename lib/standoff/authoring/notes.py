"""Annotation written by hand: `notes.toml`, in which every mark quotes the text.

    [[Actor]]                       # two brackets, and the label
    name = "grey"                   # by which other notes refer to this one (optional)
    quote = "Mr Grey"               # exact words; if they occur twice, add occurrence = 2,
                                    # or prefix = "…" or suffix = "…"
    Form = "name"                   # attributes by their names
    refers = "mary-grey"            # the actor in actors.toml; for a Time, its date

    [[Attribution]]                 # an event: the quotation is its trigger;
    quote = "said"                  # roles name other notes, or quote
    Source = "grey"
    Content = { quote = "the talks failed" }
    Kind = "indirect"

    [[BEFORE]]                      # a relation joins a and b
    a = "…"
    b = "…"

Of a long passage, `quote` gives the first words and `until` the last. A list of quotations is one
span in several pieces, a list in a role is several roles; `note` is a remark. A note on a zone or a
sentence describes one that exists: `[[Byline]] quote = "…" Duplicate = true`. If the codebook uses
a word that has a meaning here, write it within `attributes` or `roles`: `attributes.name = "…"`.
Format: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, covered
from ..annotation.problems import FileReport, Report
from ..annotation.suggest import suggest
from ..annotation.toml_files import parse_toml
from .builder import AnnotationBuilder
from .quotes import QUOTE_KEYS, QuoteError, find_fragments

__all__ = ["KIND", "OWN_WORDS", "NoteLines", "Notes", "read_notes"]

OWN_WORDS = (*QUOTE_KEYS, "name", "refers", "note", "attributes", "roles", "label", "again")
KIND = "AnnotatorNotes"  # brat's word for a remark
SHOWN = 60  # characters of a quotation shown in a message
WORDS = "expected words in quotation marks"


@dataclass
class Notes:
    """What a file of notes says: its annotations, with the line of the file that each comes from.

    `names` gives the words by which a message speaks of each id.
    """

    annotations: Annotations
    names: dict[str, str] = field(default_factory=dict)

    def reword(self, message: str) -> str:
        """Return a message that begins with an id with the words in place of the id."""
        ident, _, rest = message.partition(" ")
        return f"{self.names[ident]} {rest}" if ident in self.names else message


def read_notes(
    source: str,
    name: str,
    text: str,
    codebook: Codebook,
    base: Annotations | None,
    report: Report,
) -> Notes:
    """Return what a file of notes says of a text; every problem is added to `report`.

    `source` holds the notes, `name` is the file's name in messages. `base` holds the zones and
    sentences of the text, to which notes may refer; None means that the notes make them.
    """
    file, lines = report.at(name), NoteLines(source)
    reader = _Reader(text, codebook, base, lines, file)
    notes = []
    for label, entries in (parse_toml(source, name, report) or {}).items():
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            heads = lines.heads(label)
            for number, entry in enumerate(entries):
                line = heads[number] if number < len(heads) else lines.first(label)
                notes.append((line, label, entry))
        else:
            expected = f"expected [[{label}]] with two brackets, and its keys in the lines below"
            file.error(lines.first(label), "E-note-shape", f"'{label}' is not a note; {expected}")
    for line, label, entry in sorted(notes, key=lambda note: note[0]):
        reader.add(label, entry, line)
    reader.resolve()
    return Notes(reader.builder.annotations, reader.shown)


class NoteLines:
    """Line numbers in a TOML file of [[tables]], which TOML readers do not give."""

    def __init__(self, source: str):
        self.lines = source.split("\n")

    def heads(self, label: str) -> list[int]:
        """Return the lines that begin a table [[label]]."""
        head = re.compile(rf"\s*\[\[\s*([\"']?){re.escape(label)}\1\s*\]\]")
        return [number for number, line in enumerate(self.lines, 1) if head.match(line)]

    def first(self, key: str) -> int:
        """Return the first line that begins with a key, in brackets or not, or 1."""
        begins = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}\b")
        return next((n for n, line in enumerate(self.lines, 1) if begins.match(line)), 1)

    def inside(self, head: int, key: str) -> int:
        """Return the line of a key in the table that begins in line `head`, or else `head`."""
        if not re.match(r"\s*\[\[", self.lines[head - 1]):
            return head  # a table written in one line
        begins = re.compile(rf"\s*((attributes|roles)\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*[.=]")
        for number, line in enumerate(self.lines[head:], head + 1):
            if re.match(r"\s*\[\[", line):
                break
            if begins.match(line):
                return number
        return head


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


class _Reader:
    """Turns notes into annotations: first every mark, then the roles and relations between them."""

    def __init__(
        self,
        text: str,
        codebook: Codebook,
        base: Annotations | None,
        lines: NoteLines,
        file: FileReport,
    ):
        self.text, self.book, self.base, self.lines, self.file = text, codebook, base, lines, file
        self.builder = AnnotationBuilder(text)
        self.shown: dict[str, str] = {}  # id -> how a message speaks of it
        self.names: dict[str, tuple[str | None, int]] = {}  # name of a note -> its id and line
        self.marks: dict[tuple, list[tuple[str, int]]] = defaultdict(list)  # by label and place
        self.nested: dict[int, str | None] = {}  # id() of a quotation in a role -> its mark
        self.roles: list[tuple[str | None, str, dict, int]] = []
        self.relations: list[tuple[str, dict, int]] = []

    def error(self, line: int, code: str, message: str) -> None:
        self.file.error(line, code, message)

    # --- marks ---

    def add(self, label: str, entry: dict, line: int) -> None:
        """Read one note."""
        if label in self.book.relations:
            self.relations.append((label, entry, line))
            ends = {side: entry[side] for side in ("a", "b") if side in entry}
            self.add_nested(ends, self.book.relations[label], line)
        elif label in self.book.labels:
            self.add_mark(label, entry, line)
        else:
            known = self.book.labels if "quote" in entry else self.book.relations
            self.error(
                line, "E-label-unknown", f"'{label}' is an unknown label; {suggest(label, known)}"
            )
            self.register_name(None, entry, line)

    def add_mark(self, label: str, entry: dict, line: int) -> str | None:
        """Add a span or an event with its attributes; return its id, or None if it has no place."""
        attributes, roles = self.split_keys(label, entry, line)
        fragments = self.find_place(entry, line)
        ident = None
        if fragments is not None:
            ident = self.add_at(label, fragments, entry, line)
        self.register_name(ident, entry, line)
        if ident is not None:
            self.add_properties(ident, label, attributes, entry, line)
        if roles:
            self.roles.append((ident, label, roles, line))
            self.add_nested(roles, self.book.labels[label].get("roles", {}), line)
        return ident

    def add_nested(self, roles: dict, allowed: dict, line: int) -> None:
        """Add the marks that roles describe in full; mere references are resolved at the end."""
        for role, values in roles.items():
            for value in _listed(values):
                if isinstance(value, dict) and value.keys() - {*QUOTE_KEYS, "label"}:
                    self.nested[id(value)] = self.find_target(
                        value, allowed.get(role, ()), self.lines.inside(line, role)
                    )

    def split_keys(self, label: str, entry: dict, line: int) -> tuple[dict, dict]:
        """The attributes and the roles among the keys of a note."""
        known_roles = self.book.labels[label].get("roles", {})
        parts: dict[str, dict] = {"attributes": {}, "roles": {}}
        for key, value in entry.items():
            if key in parts and isinstance(value, dict):
                parts[key] |= value
            elif key in parts:
                expected = f'expected a table, such as {key}.x = "y"'
                self.report_value(key, value, expected, line)
            elif key in OWN_WORDS:
                continue
            elif key in known_roles:
                parts["roles"][key] = value
            elif key in self.book.attributes:
                parts["attributes"][key] = value
            else:
                self.report_unknown_key(label, key, [*known_roles, *self.allowed_on(label)], line)
        return parts["attributes"], parts["roles"]

    def allowed_on(self, label: str) -> list[str]:
        """The attributes that a label may have, and the keys that every note may have."""
        names = self.book.names(label)
        rules = self.book.attributes.items()
        own = [name for name, rule in rules if not names.isdisjoint(rule["on"])]
        return [*own, *QUOTE_KEYS, "name", "refers"]

    def report_unknown_key(self, label: str, key: str, known: Iterable[str], line: int) -> None:
        message = f"'{key}' is an unknown key of [[{label}]]; {suggest(key, known)}"
        self.error(self.lines.inside(line, key), "E-note-key", message)

    def report_value(self, key: str, value: object, expected: str, line: int) -> None:
        message = f"'{key}' is {value!r}; {expected}"
        self.error(self.lines.inside(line, key), "E-note-value", message)

    def read_words(self, entry: dict, key: str, line: int) -> str | None:
        """The words of a key, or None if it has none."""
        value = entry.get(key)
        if isinstance(value, str) and value:
            return value
        if value is not None:
            self.report_value(key, value, WORDS, line)
        return None

    def register_name(self, ident: str | None, entry: dict, line: int) -> None:
        """Remember the name of a note, by which others refer to it."""
        name = self.read_words(entry, "name", line)
        if name is None:
            return
        if name in self.names:
            found = f"the name '{name}' is taken by the note in line {self.names[name][1]}"
            at = self.lines.inside(line, "name")
            self.error(at, "E-note-name-taken", f"{found}; expected another name")
        self.names.setdefault(name, (ident, line))

    def find_place(self, entry: dict, line: int) -> tuple[tuple[int, int], ...] | None:
        """The fragments that a note quotes, or None if they are not found."""
        quote = entry.get("quote")
        pieces = [{key: entry[key] for key in QUOTE_KEYS if key in entry}]
        if isinstance(quote, list):
            pieces = quote or [""]
        try:
            return find_fragments(self.text, pieces)
        except QuoteError as error:
            self.error(self.lines.inside(line, "quote"), error.code, str(error))
        return None

    def add_at(self, label: str, fragments: tuple, entry: dict, line: int) -> str | None:
        """Add a span, or an event with its trigger, at a place."""
        words = covered(self.text, fragments)[:SHOWN]
        kind = self.book.labels[label]["kind"]
        if kind in ("zone", "sentence") and not self.is_in_base(label, fragments):
            there = self.describe_base(label, fragments)
            found = f"'{words}' is not a {label} of this article"
            self.error(line, "E-note-zone", f"{found}: {there}")
            return None
        earlier = self.marks[label, fragments]
        if earlier and not entry.get("again"):
            found = f"the {label} '{words}' is marked already in line {earlier[0][1]}"
            self.error(line, "E-note-twice", f"{found}; if it is meant twice, add again = true")
            return None
        if earlier and kind == "event":
            events = self.builder.annotations.events
            ident = next(event.trigger for event in events if event.id == earlier[0][0])
        else:
            ident = self.builder.add_span(label, fragments, line)
        self.shown[ident] = f"'{words}'"
        if kind == "event":
            ident = self.builder.add_event(label, ident, (), line)
            self.shown[ident] = f"'{words}'"
        self.marks[label, fragments].append((ident, line))
        return ident

    def is_in_base(self, label: str, fragments: tuple) -> bool:
        """Whether the base has this zone or sentence, or is yet to be made by the notes."""
        if self.base is None:
            return True
        return any((span.label, span.fragments) == (label, fragments) for span in self.base.spans)

    def describe_base(self, label: str, fragments: tuple) -> str:
        """Which zone or sentence with this label stands at a place."""
        spans = self.base.spans if self.base else ()
        there = [
            f"'{span.text[:SHOWN]}'"
            for span in spans
            if span.label == label and span.start < fragments[-1][1] and fragments[0][0] < span.end
        ]
        return f"the {label} there is {' and '.join(there)}" if there else f"no {label} is there"

    # --- attributes, references, remarks ---

    def add_properties(
        self, ident: str, label: str, attributes: dict, entry: dict, line: int
    ) -> None:
        """Add the attributes, references and remarks of a mark."""
        for name, values in attributes.items():
            for value in _listed(values):
                self.add_attribute(ident, name, value, line)
        if "refers" in entry:
            for value in _listed(entry["refers"]):
                self.add_reference(ident, label, value, self.lines.inside(line, "refers"))
        self.add_remarks(ident, entry, line)

    def add_attribute(self, ident: str, name: str, value: object, line: int) -> None:
        if isinstance(value, dict | list | float | dt.date) or value is False:
            self.report_value(name, value, f"{WORDS}, or true", line)
            return
        value = "true" if value is True else str(value)
        added = self.builder.add_attribute(ident, name, value, self.lines.inside(line, name))
        self.shown[added] = self.shown[ident]

    def add_reference(self, ident: str, label: str, value: object, line: int) -> None:
        collection = self.book.labels[label].get("registry")
        if isinstance(value, dict) and {"collection", "key"} <= value.keys():
            collection, value = self.read_words(value, "collection", line), value["key"]
            if collection is None:
                return
            if ":" in collection or re.search(r"\s", f"{collection}{value}"):
                expected = "expected no blanks, and no colon in the collection"
                message = f"'refers' names '{value}' in '{collection}'; {expected}"
                self.error(line, "E-note-value", message)
                return
        if collection is None:
            expected = "expected no 'refers' here"
            self.error(line, "E-note-refers", f"a {label} refers to no registry; {expected}")
        elif not isinstance(value, str | dt.date) or not value:
            message = f"'refers' is {value!r}; {WORDS}, or a list of them"
            self.error(line, "E-note-value", message)
        else:
            spans = self.builder.annotations.spans
            words = next(span.text for span in spans if span.id == ident)
            added = self.builder.add_reference(ident, collection, str(value), words, line)
            self.shown[added] = self.shown[ident]

    def add_remarks(self, ident: str, entry: dict, line: int) -> None:
        for value in _listed(entry.get("note", [])):
            kind, remark = KIND, value
            if isinstance(value, dict):
                kind, remark = value.get("kind", KIND), value.get("text")
            if isinstance(remark, str) and isinstance(kind, str):
                self.builder.add_note(ident, kind, " ".join(remark.split("\n")).strip(), line)
            else:
                self.report_value("note", value, WORDS, line)

    # --- roles and relations ---

    def resolve(self) -> None:
        """Add roles and relations, now that every mark has its id."""
        for label, entry, line in self.relations:
            self.add_relation(label, entry, line)
        for ident, label, roles, line in self.roles:  # grows while it is read
            pairs = self.resolve_roles(label, roles, line)
            if ident is not None:
                events = self.builder.annotations.events
                index = int(ident[1:]) - 1
                events[index] = events[index]._replace(roles=tuple(pairs))

    def resolve_roles(self, label: str, roles: dict, line: int) -> list[tuple[str, str]]:
        pairs = []
        for role, values in roles.items():
            allowed = self.book.labels[label].get("roles", {}).get(role, ())
            for number, value in enumerate(_listed(values), 1):
                target = self.find_target(value, allowed, self.lines.inside(line, role))
                if target is not None:
                    pairs.append((f"{role}{number}" if number > 1 else role, target))
        return pairs

    def add_relation(self, label: str, entry: dict, line: int) -> None:
        for key in entry.keys() - {"a", "b", "note"}:
            self.report_unknown_key(label, key, ("a", "b", "note"), line)
        ends = []
        for side in ("a", "b"):
            if side in entry:
                allowed = self.book.relations[label][side]
                ends.append(self.find_target(entry[side], allowed, self.lines.inside(line, side)))
            else:
                expected = "expected the name of a note, or a quotation"
                self.error(line, "E-note-end", f"[[{label}]] has no '{side}'; {expected}")
        targets = [end for end in ends if end is not None]
        if len(targets) == 2:
            ident = self.builder.add_relation(label, targets[0], targets[1], line)
            self.shown[ident] = f"the {label}"
            self.add_remarks(ident, entry, line)

    def find_target(self, value: object, allowed: Collection[str], line: int) -> str | None:
        """The id that a name or a quotation in a role or relation refers to.

        A quotation that is not marked yet becomes a mark.
        """
        if isinstance(value, str):
            if value in self.names:
                return self.names[value][0]
            self.error(line, "E-note-name-unknown", self.explain_unknown_name(value))
            return None
        if id(value) in self.nested:
            return self.nested[id(value)]
        if isinstance(value, dict):
            labels = self.find_labels(value, allowed, line)
            return None if labels is None else self.find_quoted(value, labels, line)
        expected = 'expected the name of a note, or { quote = "…" }'
        self.error(line, "E-note-value", f"found {value!r}; {expected}")
        return None

    def explain_unknown_name(self, name: str) -> str:
        hint = suggest(name, self.names) if self.names else "no note has a name"
        message = f"no note has the name '{name}'; {hint}"
        if name in self.text:
            message += f"; to quote these words, write {{ quote = '{name}' }}"
        return message

    def find_labels(self, value: dict, allowed: Collection[str], line: int) -> list[str] | None:
        """The labels that a quotation may have: its own, or all that are allowed."""
        if "label" not in value:
            names = self.book.names
            return [label for label in self.book.labels if not names(label).isdisjoint(allowed)]
        label = self.read_words(value, "label", line)
        if label in self.book.labels:
            return [label]
        if label is not None:
            message = f"'{label}' is an unknown label; {suggest(label, self.book.labels)}"
            self.error(line, "E-label-unknown", message)
        return None

    def find_quoted(self, value: dict, labels: list[str], line: int) -> str | None:
        """The mark that a quotation refers to, which is added if there is none."""
        is_reference = not value.keys() - {*QUOTE_KEYS, "label"}
        fragments = self.find_place(value, line)
        if fragments is None:
            return None
        there = [ident for label in labels for ident, _ in self.marks.get((label, fragments), ())]
        if is_reference and len(there) == 1:
            return there[0]
        if (is_reference and there) or len(labels) != 1:
            count = f"{len(there)} notes mark" if there else "no note marks"
            found = f"{count} '{covered(self.text, fragments)[:SHOWN]}' as {' or '.join(labels)}"
            expected = "expected a label as well, or the name of a note"
            self.error(line, "E-note-label-open", f"{found}; {expected}")
            return None
        return self.add_mark(labels[0], value, line)


def __dir__() -> list[str]:
    return __all__
