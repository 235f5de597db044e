"""What every reader gives and every writer takes: a text, one coder's annotations of it, and what
was noticed on the way."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..annotation import brat
from ..annotation.brat import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Problem,
    Relation,
    SeedError,
    Span,
    covered,
)
from ..annotation.dates import day
from ..annotation.problems import Report

__all__ = [
    "Builder",
    "Document",
    "Format",
    "Places",
    "by_coder",
    "counted",
    "fit_for_xml",
    "flat",
    "gathered",
    "refuse",
    "stored",
    "unflat",
]

# what a stored text leaves out: a byte order mark, a carriage return before a line feed
GONE = r"\A\ufeff|\r(?=\n)"


@dataclass
class Document:
    """One coder's annotations of one text. `name` is the article's, `meta` holds what is known of
    `meta.toml`, `said` each repair."""

    name: str
    text: str
    coder: str
    annotations: Annotations
    meta: dict = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


class Format(NamedTuple):
    """A format by its two directions, either of which may be missing.

    `read` takes a path and gives documents; `write` takes documents and a new folder and gives what
    it could not carry, in words; where `of_folder`
    is true it takes a project's folder instead, for the format holds more than documents do.
    `behind` names what it never carries of a project.
    """

    about: str
    read: Callable[[Path], list[Document]] | None = None
    write: Callable[..., list[str]] | None = None
    of_folder: bool = False
    behind: str = "codebook.toml, actors.toml, tracks.toml"


def refuse(name: str | Path, line: int, message: str) -> SeedError:
    """The error for one thing that is wrong with a file, to be raised."""
    return SeedError([Problem(str(name), line, message)])


def gathered(
    read: Callable[..., list], sources: Sequence, nothing: SeedError | None = None
) -> list:
    """What `read` makes of all sources, one after another; what is wrong with any of them is raised
    together. `nothing` is raised where there are none."""
    problems = Report()
    found: list = []
    for source in sources:
        try:
            found += read(source)
        except SeedError as error:
            problems += error.problems
    if nothing and not sources:
        raise nothing
    if problems:
        raise SeedError(problems)
    return found


def by_coder(documents: Iterable[Document]) -> list[Document]:
    """Documents by the names of their articles, gold before the other coders."""
    return sorted(
        documents, key=lambda document: (document.name, document.coder != "gold", document.coder)
    )


def counted(counts: Counter[str]) -> list[str]:
    """What was left out, a line a kind, the most frequent first.

    >>> counted(Counter({"notes": 1, "spans Actor": 101}))
    ['101 spans Actor', '1 notes']
    """
    return [
        f"{number} {what}"
        for what, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


# --- texts and offsets ---


class Places:
    """Offsets of a source, counted in its own units, as code points of the stored text.

    `gone` are the places of units that the stored text does not have: second halves of characters
    that UTF-16 writes as two
    (https://www.unicode.org/glossary/#surrogate_pair), and what `stored` leaves out.
    """

    def __init__(self, raw: str, utf16: bool = False):
        self.gone: list[int] = []
        self.halves: set[int] = set()
        for match in re.finditer(GONE + r"|[\U00010000-\U0010ffff]" if utf16 else GONE, raw):
            unit = match.start() + len(self.halves)
            if match[0] > "\uffff":
                unit += 1
                self.halves.add(unit)
            self.gone.append(unit)
        self.units = len(raw) + len(self.halves)

    def __call__(self, offset: int) -> int:
        """One offset; `ValueError` where it lies outside the text or inside a character."""
        if not 0 <= offset <= self.units:
            raise ValueError(
                f"the offset {offset} is out of range; expected at most {self.units}, the "
                f"length of the text"
            )
        if offset in self.halves:
            raise ValueError(
                f"the offset {offset} parts the two halves of a character; expected one beside it"
            )
        return offset - bisect_left(self.gone, offset)


def stored(raw: str, name: str | Path, said: list[str]) -> str:
    """A source's text as a project stores it: LF alone, no byte order mark, not empty, no half
    characters. Changes are added to `said`."""
    text = re.sub(GONE, "", raw).replace("\r", "\n")
    if raw.startswith("\ufeff"):
        said.append("a byte order mark left out; offsets follow")
    if (returns := raw.count("\r")) != 0:
        said.append(f"{returns} line ends made LF; offsets follow")
    if not text.strip():
        raise refuse(name, 1, "holds no words; expected the text of an article")
    if half := re.search(r"[\ud800-\udfff]", text):
        line = text.count("\n", 0, half.start()) + 1
        raise refuse(
            name,
            line,
            (
                f"holds half a character (U+{ord(half[0]):04X}) at offset {half.start()}; "
                f"expected whole ones"
            ),
        )
    return text


CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)  # https://www.w3.org/TR/xml/#charsets


def fit_for_xml(document: Document) -> None:
    """Raise `SeedError` where a document holds characters that XML 1.0 cannot carry."""
    parts = {
        "the text": document.text,
        "the annotation": brat.write(document.annotations),
        "the meta": "".join(words for _, words in flat(document.meta)),
    }
    for where, words in parts.items():
        if found := CONTROL.search(words):
            raise refuse(
                document.name,
                1,
                (
                    f"{where} holds U+{ord(found[0]):04X}, which XML cannot carry; expected "
                    f"another format (cas-json, w3c, csv)"
                ),
            )


# --- meta ---


def flat(meta: dict, above: str = "") -> list[tuple[str, str]]:
    """`meta.toml` as (key, words) pairs: lists give their key again, tables a key with dots.

    >>> flat({"title": "T", "authors": ["A", "B"], "coders": {"gold": {"who": "C"}}})
    [('title', 'T'), ('authors', 'A'), ('authors', 'B'), ('coders.gold.who', 'C')]
    """
    found = []
    for key, value in meta.items():
        if isinstance(value, dict):
            found += flat(value, f"{above}{key}.")
        else:
            found += [
                (above + key, str(part)) for part in (value if isinstance(value, list) else [value])
            ]
    return found


def unflat(pairs: Iterable[tuple[str, str]]) -> dict:
    """The pairs as `meta.toml` has them; dates are dates again where the key is one of a date."""
    meta: dict = {}
    for key, words in pairs:
        if not (steps := _steps(key)):
            continue  # dots alone name nothing
        *above, last = steps
        table = meta
        for part in above:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                break
        if not isinstance(table, dict) or isinstance(table.get(last), dict):
            continue  # a key that is also a table: nothing of meta.toml
        if last in ("authors", "normalised"):
            table.setdefault(last, []).append(words)
        else:
            table[last] = (day(words) or words) if last in ("published", "when") else words
    return meta


def _steps(key):
    """`coders.a.b.who` as coders, a.b, who: only the names of coders may hold dots of their own."""
    first, _, rest = key.partition(".")
    between, _, last = rest.rpartition(".")
    return [part for part in (first, between, last) if part]


# --- annotations ---


class Builder:
    """Annotations of one text, made from another format's, each change of them said.

    brat holds no blank in names and values, no newline in a span and no span without words; what
    has one is kept in the nearest form.
    """

    def __init__(self, text: str, said: list[str]):
        self.text, self.said, self.found = text, said, Annotations()
        self.used: set[str] = set()
        self.reserved: set[str] = set()
        self.given: set[tuple[str, str]] = set()
        self.remarks: set[str] = set()
        self.next = Counter(dict.fromkeys("TEARN#", 0))

    def reserve(self, letter: str, wanted: str | None = None) -> str:
        """The id of something that is built later, under this id: the one wanted where it is free,
        else the next."""
        ident = self._id(letter, wanted)
        self.reserved.add(ident)
        return ident

    def _id(self, letter, wanted=None):
        if wanted in self.reserved and wanted.startswith(letter):
            self.reserved.remove(wanted)
            return wanted
        if wanted and re.fullmatch(rf"{letter}[0-9]{{1,18}}", wanted) and wanted not in self.used:
            self.used.add(wanted)
            return wanted
        while True:
            self.next[letter] += 1
            if (ident := f"{letter}{self.next[letter]}") not in self.used:
                self.used.add(ident)
                return ident

    def name(self, word: str, what: str) -> str:
        """A label or name as brat can hold it."""
        plain = (
            re.sub(r"[\s:]+" if what == "collection" else r"\s+", "_", word.strip()) or "unnamed"
        )
        if plain != word:
            self.once(f"the {what} {word!r} is written {plain!r}: names hold no blanks")
        return plain

    def once(self, remark: str) -> None:
        """Say something that is true of many, once."""
        if remark not in self.remarks:
            self.remarks.add(remark)
            self.said.append(remark)

    def span(
        self,
        label: str,
        fragments: Sequence[tuple[int, int]],
        ident: str | None = None,
        line: int = 0,
    ) -> str:
        """A span; its id. Fragments are put in order, parted at newlines, and widened to one
        character where they cover none."""
        ident, label = self._id("T", ident), self.name(label, "label")
        kept = self._fragments(fragments, f"{ident} {label}")
        self.found.spans.append(Span(ident, label, kept, covered(self.text, kept), line))
        return ident

    def _fragments(self, fragments, who):
        pieces = [piece for start, end in sorted(fragments) for piece in self._lines(start, end)]
        kept: list[tuple[int, int]] = []
        for start, end in pieces:
            if kept and start < kept[-1][1]:
                self.said.append(
                    f"{who}: the fragments {kept[-1]} and {(start, end)} overlap; made one"
                )
                kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
            else:
                kept.append((start, end))
        if not kept:
            kept = [self._widened(fragments[0][0] if fragments else 0)]
            self.said.append(
                f"{who}: covers no words at offset {fragments[0][0] if fragments else 0}; "
                f"put on the character at {kept[0][0]}"
            )
        elif any("\n" in self.text[start:end] for start, end in fragments):
            self.said.append(
                f"{who}: covers a line break; kept as "
                f"{';'.join(f'{start} {end}' for start, end in kept)}"
            )
        return tuple(kept)

    def _lines(self, start, end):
        """The parts of a stretch on either side of its newlines, without white space beside
        these."""
        if "\n" not in self.text[start:end]:
            return [(start, end)] if start < end else []
        return [
            (start + match.start(), start + match.end())
            for match in re.finditer(r"\S(?:[^\n]*\S)?", self.text[start:end])
        ]

    def _widened(self, offset):
        after = re.search(r"\S", self.text[offset:])
        at = offset + after.start() if after else len(self.text.rstrip()) - 1
        return at, at + 1

    def event(
        self,
        label: str,
        trigger: str,
        roles: Iterable[tuple[str, str]] = (),
        ident: str | None = None,
        line: int = 0,
    ) -> str:
        """An event; its id."""
        ident = self._id("E", ident)
        roles = tuple((self.name(role, "role"), target) for role, target in roles)
        self.found.events.append(Event(ident, self.name(label, "label"), trigger, roles, line))
        return ident

    def attribute(
        self, target: str, name: str, value: str, ident: str | None = None, line: int = 0
    ) -> None:
        """An attribute. What brat cannot hold as one (blanks, a second of one name) is kept as a
        note of that name; an empty value says nothing."""
        if not value:
            return
        if (blanks := re.search(r"\s", value)) or (target, name) in self.given:
            self.note(target, name, value, line=line)
            self.once(
                f"values of {name} that hold blanks are kept as notes"
                if blanks
                else f"where {name} has several values, the others are kept as notes"
            )
            return
        self.given.add((target, name))
        self.found.attributes.append(
            Attribute(self._id("A", ident), self.name(name, "attribute"), target, value, line)
        )

    def relation(self, label: str, a: str, b: str, ident: str | None = None, line: int = 0) -> str:
        """A relation; its id."""
        ident = self._id("R", ident)
        self.found.relations.append(Relation(ident, self.name(label, "relation"), a, b, line))
        return ident

    def reference(
        self,
        target: str,
        db: str,
        key: str,
        text: str = "",
        ident: str | None = None,
        line: int = 0,
    ) -> None:
        """A reference to an entry of a collection."""
        db, key = self.name(db, "collection"), self.name(key, "key")
        self.found.normalisations.append(
            Normalisation(self._id("N", ident), target, db, key, self._line(text), line)
        )

    def note(
        self, target: str, kind: str, text: str, ident: str | None = None, line: int = 0
    ) -> None:
        """A remark."""
        self.found.notes.append(
            Note(
                self._id("#", ident),
                self.name(kind, "kind of note"),
                target,
                self._line(text),
                line,
            )
        )

    def _line(self, text):
        if "\n" in text or "\r" in text:
            self.said.append(f"the line breaks in {text[:40]!r} are blanks now")
        return re.sub(r"\s*[\r\n]+\s*", " ", text)
