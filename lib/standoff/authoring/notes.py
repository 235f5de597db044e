"""Annotation written by hand: `notes.toml`, in which every mark is a quotation of the text.

    [[Actor]]                       # two brackets, and the label
    name = "grey"                   # what other notes call it, where they do
    quote = "Mr Grey"               # the words, to the letter; where they stand twice, occurrence =
    2 or prefix or suffix says which
    Form = "name"                   # attributes by their names
    refers = "mary-grey"            # the actor in actors.toml; of a Time its date

    [[Attribution]]                 # an event: its quotation is the trigger, its roles are names of
    other notes, or quotations
    quote = "said"
    Source = "grey"
    Content = { quote = "the talks failed" }
    Kind = "indirect"

    [[BEFORE]]                      # a relation joins a and b
    a = "…"
    b = "…"

Of a long passage `quote` has the first words and `until` the last. A list of quotations is a span
in pieces, a list in a role is a role several
times, `note` is a remark. A note on a zone or a sentence says something of one that is there
already: `[[Byline]] quote = "…" Duplicate = true`.
What a codebook calls by a word that means something here stands in `attributes` or `roles`:
`attributes.name = "…"`.
Format: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from ..annotation.brat import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Problem,
    Relation,
    Span,
    covered,
)
from ..annotation.codebook import Codebook
from ..annotation.suggest import suggest
from ..annotation.toml_files import parse_toml
from .quotes import Quote, QuoteError, find_one

__all__ = ["KIND", "OWN_WORDS", "Notes", "read_notes", "wrong_place"]

PLACE = {
    "quote": (str, list),
    "until": str,
    "prefix": str,
    "suffix": str,
    "occurrence": int,
    "inside_word": bool,
}
OWN_WORDS = (*PLACE, "name", "refers", "note", "attributes", "roles", "label", "again")
KIND = "AnnotatorNotes"  # of notes, as brat calls them


class Notes:
    """What one file of notes says: `found`, with ids of its own and the lines of the file, and how
    to speak of each id in a message."""

    def __init__(self):
        self.found = Annotations()
        self.named: dict[str, str] = {}

    def speak(self, message: str) -> str:
        """A message that begins with an id, beginning with the words that the id stands for."""
        ident, _, rest = message.partition(" ")
        return f"{self.named[ident]} {rest}" if ident in self.named else message


def read_notes(
    source: str,
    name: str,
    text: str,
    codebook: Codebook,
    base: Annotations | None,
    problems: list[Problem],
) -> Notes:
    """What the file of notes `source` (called `name` in messages) says of a text; everything that
    is wrong with it is added to `problems`.

    `base` holds the zones and sentences that are there already; None means that the notes
    themselves make them.
    """
    data = parse_toml(source, name, problems) or {}
    lines = _Lines(source)
    reader = _Reader(
        text,
        codebook,
        base,
        lines,
        lambda line, message: problems.append(Problem(name, line, message)),
    )
    found = []
    for label, entries in data.items():
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            reader.say(
                lines.of_key(label),
                (
                    f"'{label}' is no note; expected [[{label}]] with two brackets, and what "
                    f"belongs to it in the lines below"
                ),
            )
            continue
        found += [
            (lines.of_note(label, number), label, entry) for number, entry in enumerate(entries)
        ]
    for line, label, entry in sorted(found, key=lambda note: note[0]):
        reader.take(label, entry, line)
    reader.join()
    return reader.notes


class _Lines:
    """In which line of a file of notes things stand; TOML readers do not say it."""

    def __init__(self, source):
        self.lines = source.split("\n")
        self.heads = defaultdict(list)
        for number, line in enumerate(self.lines, 1):
            if match := re.match(r"\s*\[\[\s*([\"']?)(.+?)\1\s*\]\]", line):
                self.heads[match[2]].append(number)

    @cached_property
    def begins(self):
        """First word of a line, in brackets or not -> the first line that begins so."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.lines, 1):
            if match := re.match(r"\s*\[*\s*[\"']?([\w-]+)", line):
                found.setdefault(match[1], number)
        return found

    def of_key(self, key):
        """The first line that begins with a key."""
        return self.begins.get(key, 1)

    def of_note(self, label, number):
        heads = self.heads[label]
        return heads[number] if number < len(heads) else self.of_key(label)

    def inside(self, first, key):
        """The line of a key within the note that begins in line `first`, or that line, as for a
        note that stands in one line."""
        if not re.match(r"\s*\[\[", self.lines[first - 1]):
            return first
        for number in range(first + 1, len(self.lines) + 1):
            line = self.lines[number - 1]
            if re.match(r"\s*\[\[", line):
                break
            if re.match(
                rf"\s*((attributes|roles)\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*[.=]", line
            ):
                return number
        return first


class _Reader:
    """One file of notes on its way to annotations: first every mark, then what joins them."""

    def __init__(self, text, codebook, base, lines, say: Callable[[int, str], None]):
        self.text, self.book, self.base, self.lines, self.say = text, codebook, base, lines, say
        self.notes, self.found = Notes(), Annotations()
        self.notes.found = self.found
        self.names: dict[str, tuple[str | None, int]] = {}
        self.made: dict[tuple, list[tuple[str, int]]] = defaultdict(list)
        self.marked: dict[int, str | None] = {}
        self.events, self.links = [], []

    def take(self, label, entry, line):
        """One note."""
        if label in self.book.relations:
            self.links.append((label, entry, line))
            self.inner(
                {side: entry[side] for side in ("a", "b") if side in entry},
                self.book.relations[label],
                line,
            )
        elif label in self.book.labels:
            self.mark(label, entry, line)
        else:
            known = self.book.labels if "quote" in entry else self.book.relations
            self.say(line, f"'{label}' is an unknown label; {suggest(label, known)}")
            self.call(None, entry, line)

    def mark(self, label, entry, line):
        """A span or an event with what is said of it; its id, or None where its place is not
        clear."""
        given = self.sorted(label, entry, line)
        fragments = self.place(entry, line)
        ident = None if fragments is None else self.at(label, fragments, entry, line)
        self.call(ident, entry, line)
        if ident is not None:
            self.describe(ident, label, given["attributes"], entry, line)
        if given["roles"]:
            self.events.append((ident, label, given["roles"], line))
            self.inner(given["roles"], self.book.labels[label].get("roles", {}), line)
        return ident

    def call(self, ident, entry, line):
        """Remember the name that a note gives itself."""
        if name := self.words(entry, "name", line):
            if name in self.names:
                self.say(
                    self.lines.inside(line, "name"),
                    (
                        f"the name '{name}' is that of the note in line {self.names[name][1]}; "
                        f"expected a new one"
                    ),
                )
            self.names.setdefault(name, (ident, line))

    def inner(self, given, allowed, line):
        """Mark the quotations in roles and relations that say more than a place; those that only
        point are looked up at the end."""
        for role, values in given.items():
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict) and value.keys() - {*PLACE, "label"}:
                    self.marked[id(value)] = self.target(
                        value, allowed.get(role, ()), self.lines.inside(line, role)
                    )

    def sorted(self, label, entry, line):
        """The keys of a note that are attributes and roles; unknown keys are reported."""
        roles = self.book.labels[label].get("roles", {})
        given = {
            part: dict(entry.get(part, {})) if isinstance(entry.get(part, {}), dict) else {}
            for part in ("attributes", "roles")
        }
        for key, value in entry.items():
            if key in given and not isinstance(value, dict):
                self.say(
                    self.lines.inside(line, key),
                    f"'{key}' is {value!r}; expected a table, such as {key}.x = \"y\"",
                )
            if key in OWN_WORDS:
                continue
            if key in roles:
                given["roles"][key] = value
            elif key in self.book.attributes:
                given["attributes"][key] = value
            else:
                mine = [
                    name
                    for name, rules in self.book.attributes.items()
                    if not self.book.names(label).isdisjoint(rules["on"])
                ]
                self.say(
                    self.lines.inside(line, key),
                    (
                        f"'{key}' is an unknown key of [[{label}]]; "
                        f"{suggest(key, [*roles, *mine, *OWN_WORDS[:8]])}"
                    ),
                )
        return given

    def words(self, entry, key, line):
        """The words that a key gives, or None; something else than words is reported."""
        value = entry.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            self.say(
                self.lines.inside(line, key),
                f"'{key}' is {value!r}; expected words in quotation marks",
            )
            return None
        return value

    def place(self, entry, line):
        """The fragments that a note's quotation means, or None."""
        quote = entry.get("quote")
        line = self.lines.inside(line, "quote")
        if quote is None:
            return self.say(line, "no quote found; expected the words of the text that are meant")
        pieces = (
            quote
            if isinstance(quote, list)
            else [{key: entry[key] for key in PLACE if key in entry}]
        )
        pieces = [{"quote": piece} if isinstance(piece, str) else piece for piece in pieces]
        fragments, after = [], 0
        for piece in pieces:
            if (wrong := wrong_place(piece)) is not None:
                return self.say(line, wrong)
            try:
                fragments.append(find_one(self.text, Quote(**piece), after))
            except QuoteError as error:
                return self.say(line, str(error))
            after = fragments[-1][1]
        return tuple(fragments) or self.say(line, "the quote is an empty list; expected words")

    def at(self, label, fragments, entry, line):
        """A new span, or event with its trigger, at a place."""
        words = covered(self.text, fragments)
        is_set = self.base is not None and self.book.labels[label]["kind"] in ("zone", "sentence")
        if is_set and not any(
            (span.label, span.fragments) == (label, fragments) for span in self.base.spans
        ):
            return self.say(
                line,
                (
                    f"'{words[:60]}' is no {label} of the zones and sentences that are set: "
                    f"{self.set_there(label, fragments)}"
                ),
            )
        again = self.made[label, fragments]
        if again and not entry.get("again"):
            return self.say(
                line,
                (
                    f"the {label} '{words[:60]}' is marked already in line {again[0][1]}; where "
                    f"it is meant twice, add again = true"
                ),
            )
        is_event = self.book.labels[label]["kind"] == "event"
        if is_event and again:
            trigger = next(event.trigger for event in self.found.events if event.id == again[0][0])
        else:
            trigger = f"T{len(self.found.spans) + 1}"
            self.found.spans.append(Span(trigger, label, fragments, words, line))
        ident = f"E{len(self.found.events) + 1}" if is_event else trigger
        if is_event:
            self.found.events.append(Event(ident, label, trigger, (), line))
        self.made[label, fragments].append((ident, line))
        self.notes.named[trigger] = self.notes.named[ident] = f"'{words[:60]}'"
        return ident

    def set_there(self, label, fragments):
        """What of the base stands at a place."""
        there = [
            span
            for span in self.base.spans
            if span.start < fragments[-1][1] and fragments[0][0] < span.end
        ]
        own = [f"'{span.text[:60]}'" for span in there if span.label == label]
        return f"the {label} there is {' and '.join(own)}" if own else f"no {label} stands there"

    def describe(self, ident, label, attributes, entry, line):
        """Attributes, references and remarks of a mark."""
        for name, values in attributes.items():
            for value in values if isinstance(values, list) else [values]:
                self.attribute(ident, name, value, self.lines.inside(line, name))
        if "refers" in entry:
            values = entry["refers"] if isinstance(entry["refers"], list) else [entry["refers"]]
            for value in values:
                self.reference(ident, label, value, self.lines.inside(line, "refers"))
        self.remarks(ident, entry, line)

    def attribute(self, ident, name, value, line):
        if isinstance(value, dict | list | float | dt.date) or value is False:
            self.say(line, f"{name} is {value!r}; expected words in quotation marks, or true")
            return
        said = Attribute(
            f"A{len(self.found.attributes) + 1}",
            name,
            ident,
            "true" if value is True else str(value),
            line,
        )
        self.found.attributes.append(said)
        self.notes.named[said.id] = self.notes.named[ident]

    def reference(self, ident, label, value, line):
        collection = self.book.labels[label].get("registry")
        if isinstance(value, dict) and {"collection", "key"} <= value.keys():
            collection, value = self.words(value, "collection", line), value["key"]
            if collection is None:
                return
            if isinstance(value, str) and (
                ":" in collection or re.search(r"\s", collection + value)
            ):
                self.say(
                    line,
                    (
                        f"'refers' leads to '{value}' in '{collection}'; expected no blanks, no "
                        f"colon in the collection"
                    ),
                )
                return
        if collection is None:
            self.say(line, f"a {label} refers to nothing; expected no 'refers' here")
        elif not isinstance(value, str | dt.date) or not value:
            self.say(
                line, f"'refers' is {value!r}; expected words in quotation marks, or a list of them"
            )
        else:
            words = next(span.text for span in self.found.spans if span.id == ident)
            said = Normalisation(
                f"N{len(self.found.normalisations) + 1}", ident, collection, str(value), words, line
            )
            self.found.normalisations.append(said)
            self.notes.named[said.id] = self.notes.named[ident]

    def remarks(self, ident, entry, line):
        values = entry.get("note", [])
        for value in values if isinstance(values, list) else [values]:
            kind, remark = (
                (value.get("kind", KIND), value.get("text"))
                if isinstance(value, dict)
                else (KIND, value)
            )
            if not isinstance(remark, str) or not isinstance(kind, str):
                self.say(
                    self.lines.inside(line, "note"),
                    f"'note' is {value!r}; expected words in quotation marks",
                )
                continue
            self.found.notes.append(
                Note(
                    f"#{len(self.found.notes) + 1}",
                    kind,
                    ident,
                    " ".join(remark.split("\n")).strip(),
                    line,
                )
            )

    def join(self):
        """Roles and relations, now that every mark has its id. A quotation in a role may make a
        further mark with roles of its own."""
        for label, entry, line in self.links:
            self.link(label, entry, line)
        for ident, label, roles, line in self.events:  # grows while it is read
            found = []
            for role, values in roles.items():
                allowed = self.book.labels[label].get("roles", {}).get(role, ())
                for number, value in enumerate(values if isinstance(values, list) else [values], 1):
                    if (
                        target := self.target(value, allowed, self.lines.inside(line, role))
                    ) is not None:
                        found.append((f"{role}{number}" if number > 1 else role, target))
            if ident is not None:
                index = int(ident[1:]) - 1
                self.found.events[index] = self.found.events[index]._replace(roles=tuple(found))

    def link(self, label, entry, line):
        for key in entry.keys() - {"a", "b", "note"}:
            self.say(
                self.lines.inside(line, key),
                f"'{key}' is an unknown key of [[{label}]]; {suggest(key, ('a', 'b', 'note'))}",
            )
        ends = []
        for side in ("a", "b"):
            if side not in entry:
                self.say(
                    line,
                    f"[[{label}]] has no '{side}'; expected the name of a note, or a quotation",
                )
            elif (
                target := self.target(
                    entry[side], self.book.relations[label][side], self.lines.inside(line, side)
                )
            ) is not None:
                ends.append(target)
        if len(ends) == 2:
            said = Relation(f"R{len(self.found.relations) + 1}", label, *ends, line)
            self.found.relations.append(said)
            self.notes.named[said.id] = f"the {label}"
            self.remarks(said.id, entry, line)

    def target(self, value, allowed, line):
        """The id that a name or a quotation in a role or relation means; a quotation that nothing
        marks yet becomes a mark."""
        if isinstance(value, str):
            if value not in self.names:
                hint = suggest(value, self.names) if self.names else "no note has a name"
                quoted = (
                    f"; for words of the text write {{ quote = '{value}' }}"
                    if value in self.text
                    else ""
                )
                return self.say(line, f"no note has the name '{value}'; {hint}{quoted}")
            return self.names[value][0]
        if id(value) in self.marked:
            return self.marked[id(value)]
        if not isinstance(value, dict):
            return self.say(
                line, f'found {value!r}; expected the name of a note, or {{ quote = "…" }}'
            )
        labels = self.labels(value, allowed, line)
        return None if labels is None else self.quoted(value, labels, line)

    def labels(self, value, allowed, line):
        """What a quotation may be marked as: its own label, else each that is allowed; None where
        its own is none."""
        if "label" not in value:
            return [
                label
                for label in self.book.labels
                if not self.book.names(label).isdisjoint(allowed)
            ]
        label = self.words(value, "label", line)
        if label is None or label in self.book.labels:
            return None if label is None else [label]
        return self.say(line, f"'{label}' is an unknown label; {suggest(label, self.book.labels)}")

    def quoted(self, value, labels, line):
        bare = not value.keys() - {*PLACE, "label"}
        fragments = self.place(value, line)
        if fragments is None:
            return None
        there = [ident for label in labels for ident, _ in self.made.get((label, fragments), ())]
        if bare and len(there) == 1:
            return there[0]
        if (bare and there) or len(labels) != 1:
            what = f"{len(there)} notes mark" if there else "no note marks"
            return self.say(
                line,
                (
                    f"{what} '{covered(self.text, fragments)[:60]}' as {' or '.join(labels)}; "
                    f"expected its label too, or the name of a note"
                ),
            )
        return self.mark(labels[0], value, line)


def wrong_place(piece) -> str | None:
    """What is wrong with the keys that say a place, or None."""
    if not isinstance(piece, dict):
        return f"a piece of the quote is {piece!r}; expected words in quotation marks"
    for key, value in piece.items():
        kind = PLACE.get(key)
        if kind is None:
            return f"'{key}' is an unknown key of a quotation; {suggest(key, PLACE)}"
        if (
            not isinstance(value, kind)
            or isinstance(value, list)
            or (kind is int and isinstance(value, bool))
            or value == ""
        ):
            expected = {int: "a number", bool: "true or false"}.get(
                kind, "words in quotation marks"
            )
            return f"'{key}' is {value!r}; expected {expected}"
    return (
        None
        if "quote" in piece
        else "no quote found; expected the words of the text that are meant"
    )
