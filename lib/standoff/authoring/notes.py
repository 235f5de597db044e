"""Annotation written by hand: `notes.toml`, in which every mark quotes the text.

`notes_format.txt` explains the format to those who write them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from ..annotation.annotation_builder import AnnotationBuilder, numbered
from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.model import REMARK, Annotations, Fragments, covered
from ..annotation.origin import ORIGIN
from ..annotation.problems import Report
from ..annotation.toml_files import Lines, is_tables, parse_toml
from .derivations import derive, mark_speech
from .note_problems import EXPECTED_WORDS, Note, NoteProblems
from .quote_finding import QUOTE_KEYS, QuoteError, find_fragments, pieces
from .short_notes import SHORT, write_out

__all__ = ["Notes", "read_notes"]

OWN_WORDS = (
    *QUOTE_KEYS,
    "name",
    "refers",
    "note",
    "attributes",
    "roles",
    "label",
    "again",
    "draft",
)
OF_DRAFTS = ("rule", "rejected")  # keys of a note that was moved from drafts.toml
SIDES = ("a", "b")
LONGEST_QUOTED = 60  # characters of a quotation shown in a message

Finder = Callable[[], str | None]  # gives the id of a mark once all notes are read


@dataclass
class Notes:
    """What a file of notes says: its annotations, with the line of the file that each comes from.

    `names` gives the words by which a message speaks of each id, and `drafts` the id of the draft
    that a note says it was, for each id that the note made.
    """

    annotations: Annotations
    names: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

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
    actors: Mapping[str, dict] | None = None,
) -> Notes:
    """Return the annotations that a file of notes makes on a text; add every problem to `report`.

    `source` holds the notes, `name` is the file's name in messages. `base` holds the zones and
    sentences of the text, to which notes may refer; None means that the notes make them. Where
    `actors`, the registry, is given, what follows from it and from the text is added.
    """
    file, lines = report.at(name), Lines(source)
    data = parse_toml(source, name, report) or {}
    reader = _Reader(text, codebook, base, NoteProblems(lines, file))
    for label, entries in data.items():
        if not is_tables(entries):
            message = (
                f"'{label}' is not a note; expected [[{label}]] with two brackets, and "
                "its keys in the lines below"
            )
            file.error(lines.of_entry(label, 0), "E-note-shape", message)
    for line, label, keys in lines.tables(data):
        reader.add(Note(label, keys, line))
    reader.resolve()
    if actors is not None:
        derive(reader.builder, codebook, actors)
    annotations, names = reader.builder.annotations, reader.shown
    properties: list = [*annotations.attributes, *annotations.normalisations]
    names |= {item.id: names[item.target] for item in properties}
    return Notes(annotations, names, reader.drafts)


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _is_reference(value: dict) -> bool:
    """Whether a quotation in a role only says which mark is meant, or describes a mark in full."""
    return value.keys() <= {*QUOTE_KEYS, "label"}


def _known(ident: str | None) -> Finder:
    return lambda: ident


class _Reader:
    """Turns notes into annotations: first every mark, then the roles and relations between them."""

    def __init__(
        self, text: str, codebook: Codebook, base: Annotations | None, problems: NoteProblems
    ):
        self.text, self.book, self.base, self.problems = text, codebook, base, problems
        sentences = codebook.of_kind("sentence")
        self.sentences = None if base is None else base.labelled(sentences)
        self.builder = AnnotationBuilder(text)
        self.shown: dict[str, str] = {}  # id -> how a message speaks of it
        self.names: dict[str, tuple[str | None, int]] = {}  # name of a note -> its id and line
        self.marks: dict[tuple[str, Fragments], list[tuple[str, str, int]]] = defaultdict(list)
        self.roles: list[tuple[str | None, list[tuple[str, Finder]]]] = []
        self.relations: list[tuple[Note, dict[str, Finder]]] = []
        self.said: list[tuple[Note, Fragments]] = []  # what `says` quotes
        self.drafts: dict[str, str] = {}  # id -> the draft that it was
        self.own: set[str | None] = set()  # ids of what has a note of its own

    # --- marks ---

    def add(self, note: Note) -> None:
        """Read one note."""
        labels, relations = self.book.labels, self.book.relations
        if note.label in relations:
            ends = {side: [note.keys[side]] for side in SIDES if side in note.keys}
            finders = self.find_later(note, ends, relations[note.label])
            self.relations.append((note, dict(finders)))
        elif note.label in labels:
            self.own.add(self.add_mark(note))
        else:
            self.problems.label(note, note.label, labels if "quote" in note.keys else relations)
            self.register_name(None, note)

    def add_mark(self, note: Note) -> str | None:
        """Add a span or an event with its attributes; return its id, or None if it has no place."""
        allowed = self.book.labels[note.label].get("roles", {})
        keys, said = write_out(note.keys, allowed, self.text, self.sentences)
        if said:
            self.said.append((note, said))
        note = note._replace(keys=keys)
        attributes, roles = self.split_keys(note)
        ident, fragments = None, self.find_place(note)
        if fragments is not None:
            words = covered(self.text, fragments)
            ident = self.add_at(note, fragments, f"'{words[:LONGEST_QUOTED]}'")
        self.register_name(ident, note)
        if ident is not None:
            self.add_attributes(ident, note, attributes)
            for value in _listed(note.keys.get("refers", [])):
                self.add_reference(ident, note, value, words)
            self.add_remarks(ident, note)
            if draft := self.problems.words(note, "draft"):
                self.drafts[ident] = draft
        if roles:
            self.roles.append((ident, self.find_later(note, roles, allowed)))
        return ident

    def add_speech(self) -> None:
        """Mark the quotation marks in what `says` quotes as those of speech, if no note does."""
        for note, content in self.said:
            for span in mark_speech(self.builder, self.book, content, note.line):
                self.shown[span.id] = f"'{span.text[:LONGEST_QUOTED]}'"
                self.marks[span.mark].append((span.id, span.id, note.line))
                self.share_draft(note.keys.get("draft"), span.id)

    def split_keys(self, note: Note) -> tuple[dict, dict]:
        """The attributes and the roles among the keys of a note."""
        known_roles = self.book.labels[note.label].get("roles", {})
        parts: dict[str, dict] = {"attributes": {}, "roles": {}}
        for key, value in note.keys.items():
            if key in parts and isinstance(value, dict):
                parts[key] |= value
            elif key in parts:
                self.problems.value(note, key, value, f'expected a table, such as {key}.x = "y"')
            elif key in OWN_WORDS or (key in OF_DRAFTS and "draft" in note.keys):
                continue
            elif key in known_roles:
                parts["roles"][key] = value
            elif key in self.book.attributes or key == ORIGIN:
                parts["attributes"][key] = value
            elif SHORT.get(key) in note.keys:
                message = f"'{key}' stands for '{SHORT[key]}', which is given too; expected one"
                self.problems.error(note, key, "E-note-key", message)
            else:
                own = self.book.attributes_of(note.label)
                short = [name for name, role in SHORT.items() if role in known_roles]
                known = [*known_roles, *short, *own, *QUOTE_KEYS, "name", "refers"]
                self.problems.key(note, key, known)
        return parts["attributes"], parts["roles"]

    def register_name(self, ident: str | None, note: Note) -> None:
        """Remember the name of a note, by which others refer to it."""
        name = self.problems.words(note, "name")
        if name in self.names:
            message = (
                f"the name '{name}' is taken by the note in line {self.names[name][1]}; "
                "expected another name"
            )
            self.problems.error(note, "name", "E-note-name-taken", message)
        elif name is not None:
            self.names[name] = ident, note.line

    def find_place(self, note: Note) -> Fragments | None:
        """The fragments that a note quotes, or None if they are not found."""
        try:
            return find_fragments(self.text, pieces(note.keys))
        except QuoteError as error:
            self.problems.error(note, "quote", error.code, str(error))
        return None

    def add_at(self, note: Note, fragments: Fragments, words: str) -> str | None:
        """Add a span, or an event with its trigger, at a place."""
        label, earlier = note.label, self.marks[note.label, fragments]
        kind = self.book.labels[label]["kind"]
        if kind in ("zone", "sentence") and not self.is_in_base(note, fragments, words):
            return None
        if earlier and not note.keys.get("again"):
            message = (
                f"the {label} {words} is marked already in line {earlier[0][2]}; if it is "
                "meant twice, add again = true"
            )
            self.problems.error(note, "", "E-note-twice", message)
            return None
        if earlier and kind == "event":
            span = earlier[0][1]
        else:
            span = self.builder.add_span(label, fragments, line=note.line)
        ident = span
        if kind == "event":
            ident = self.builder.add_event(label, span, line=note.line)
        self.shown[span] = self.shown[ident] = words
        earlier.append((ident, span, note.line))
        return ident

    def is_in_base(self, note: Note, fragments: Fragments, words: str) -> bool:
        """Whether the base has this zone or sentence, or is yet to be made by the notes."""
        if self.base is None:
            return True
        start, end, label = fragments[0][0], fragments[-1][1], note.label
        there = [
            span
            for span in self.base.spans
            if span.label == label and span.start < end and start < span.end
        ]
        if any(span.fragments == fragments for span in there):
            return True
        found = f"no {label} is there"
        if there:
            shown = " and ".join(f"'{span.text[:LONGEST_QUOTED]}'" for span in there)
            found = f"the {label} there is {shown}"
        message = f"{words} is not a {label} of this article: {found}"
        self.problems.error(note, "", "E-note-zone", message)
        return False

    # --- attributes, references, remarks ---

    def add_attributes(self, ident: str, note: Note, attributes: dict) -> None:
        for name, values in attributes.items():
            for value in _listed(values):
                if isinstance(value, dict | list | float | dt.date) or value is False:
                    self.problems.value(note, name, value, f"{EXPECTED_WORDS}, or true")
                else:
                    words = "true" if value is True else str(value)
                    self.builder.add_attribute(
                        ident, name, words, line=self.problems.line_of(note, name)
                    )

    def add_reference(self, ident: str, note: Note, value: object, words: str) -> None:
        """Add a reference to the registry of the label."""
        collection = self.book.labels[note.label].get("registry")
        if collection is None:
            message = f"a {note.label} refers to no registry; expected no 'refers' here"
            self.problems.error(note, "refers", "E-note-refers", message)
        elif not isinstance(value, str | dt.date) or not value:
            self.problems.value(note, "refers", value, f"{EXPECTED_WORDS}, or a list of them")
        else:
            line = self.problems.line_of(note, "refers")
            self.builder.add_reference(ident, collection, str(value), words, line=line)

    def add_remarks(self, ident: str, note: Note) -> None:
        for value in _listed(note.keys.get("note", [])):
            if isinstance(value, str):
                self.builder.add_note(
                    ident, REMARK, value.replace("\n", " ").strip(), line=note.line
                )
            else:
                self.problems.value(note, "note", value, EXPECTED_WORDS)

    # --- roles and relations ---

    def find_later(
        self, note: Note, roles: dict, allowed: Mapping[str, Collection[str]]
    ) -> list[tuple[str, Finder]]:
        """(role, finder) for what fills each role.

        A mark that is described in full is added now; names and quotations are looked up when all
        notes are read.
        """
        finders: list[tuple[str, Finder]] = []
        for role, values in roles.items():
            line = self.problems.line_of(note, role)
            for value in _listed(values):
                find: Finder = partial(self.find_target, value, allowed.get(role, ()), line)
                if isinstance(value, dict) and not _is_reference(value):
                    find = _known(find())
                finders.append((role, find))
        return finders

    def resolve(self) -> None:
        """Add roles and relations, now that every mark has its id."""
        self.add_speech()
        for note, finders in self.relations:
            self.add_relation(note, finders)
        events = self.builder.annotations.events
        for ident, pairs in self.roles:
            found = [(role, find()) for role, find in pairs]
            roles = numbered((role, target) for role, target in found if target is not None)
            if ident is not None:
                index = int(ident[1:]) - 1
                events[index] = events[index]._replace(roles=roles)
                for _, target in roles:
                    self.share_draft(self.drafts.get(ident), target)

    def share_draft(self, draft: str | None, ident: str) -> None:
        """Let what a note makes besides its own mark come from the draft of the note."""
        if draft is not None and ident not in self.own:
            self.drafts.setdefault(ident, draft)

    def add_relation(self, note: Note, finders: dict[str, Finder]) -> None:
        known = (*SIDES, "note")
        for key in note.keys.keys() - {*known}:
            self.problems.key(note, key, known)
        for side in SIDES:
            if side not in finders:
                message = (
                    f"[[{note.label}]] has no '{side}'; expected the name of a note, or a quotation"
                )
                self.problems.error(note, "", "E-note-end", message)
        a, b = (finders.get(side, _known(None))() for side in SIDES)
        if a is not None and b is not None:
            ident = self.builder.add_relation(note.label, a, b, line=note.line)
            self.shown[ident] = f"the {note.label}"
            self.add_remarks(ident, note)

    def find_target(self, value: object, allowed: Collection[str], line: int) -> str | None:
        """The id that a name or a quotation in a role or relation refers to."""
        if isinstance(value, dict):
            return self.find_quoted(value, allowed, line)
        if not isinstance(value, str):
            message = f'found {value!r}; expected the name of a note, or {{ quote = "…" }}'
            self.problems.file.error(line, "E-note-value", message)
            return None
        if value in self.names:
            return self.names[value][0]
        hint = suggest(value, self.names) if self.names else "no note has a name"
        message = f"no note has the name '{value}'; {hint}"
        if value in self.text:
            message += f"; to quote these words, write {{ quote = '{value}' }}"
        self.problems.file.error(line, "E-note-name-unknown", message)
        return None

    def find_quoted(self, value: dict, allowed: Collection[str], line: int) -> str | None:
        """The mark that a quotation refers to, which is added if there is none."""
        note = Note("", value, line)
        labels, fragments = self.find_labels(note, allowed), self.find_place(note)
        if not labels or fragments is None:
            return None
        there = [mark[0] for label in labels for mark in self.marks.get((label, fragments), ())]
        if _is_reference(value) and len(there) == 1:
            return there[0]
        if len(labels) == 1 and not (_is_reference(value) and there):
            return self.add_mark(note._replace(label=labels[0]))
        words = covered(self.text, fragments)[:LONGEST_QUOTED]
        message = (
            f"{len(there) or 'no'} notes mark '{words}' as {' or '.join(labels)}; "
            "expected a label as well, or the name of a note"
        )
        self.problems.error(note, "", "E-note-label-open", message)
        return None

    def find_labels(self, note: Note, allowed: Collection[str]) -> list[str]:
        """The labels that a quotation may have: its own, or all that are allowed."""
        label = self.problems.words(note, "label")
        if label is None:
            return self.book.labels_among(allowed)
        if label in self.book.labels:
            return [label]
        self.problems.label(note, label, self.book.labels)
        return []
