"""A copy of the record that is to be corrupted: files line by line, so that no other line of a file
moves."""

from __future__ import annotations

import hashlib
from pathlib import Path

from standoff.annotation import brat
from standoff.annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
)
from standoff.annotation.problems import Report
from standoff.annotation.toml_files import with_key

LISTS = {
    Span: "spans",
    Event: "events",
    Attribute: "attributes",
    Relation: "relations",
    Normalisation: "normalisations",
    Note: "notes",
}


class AnnFile:
    """One coder's file. A line that is dropped leaves an empty one behind, which the reader passes
    over: line numbers say nothing."""

    def __init__(self, path: Path):
        self.path, source = path, path.read_text(encoding="utf-8")
        self.lines, self.found = source.split("\n"), brat.parse(source, str(path), Report())
        self.text = (path.parent / "text.txt").read_bytes().decode()

    def put(self, item) -> None:
        """Write an item in its line."""
        self.lines[item.line - 1] = _line(item)

    def drop(self, item) -> None:
        """Empty an item's line."""
        self.lines[item.line - 1] = ""

    def add(self, item) -> int:
        """Write an item after all others; the line it stands in."""
        self.lines.insert(len(self.lines) - 1, _line(item))
        return len(self.lines) - 1

    def fresh(self, item) -> str:
        """An id of an item's kind that the file does not hold yet."""
        kind = item.id[0]
        return f"{kind}{1 + max(int(line[1 : line.index(chr(9))]) for line in self.lines if line.startswith(kind))}"

    def save(self) -> None:
        """Write the file."""
        self.path.write_bytes("\n".join(self.lines).encode())

    def where(self, item) -> str:
        """Article, file, line and id of an item."""
        return f"{self.path.parent.name}/{self.path.name}:{item.line} {item.id}"

    def refers(self, ident: str) -> set[str]:
        """Keys of what an annotation refers to."""
        return {item.key for item in self.found.normalisations if item.target == ident}

    def of(self, item) -> list:
        """An item with all that hangs on it: trigger and event, attributes, references, links and
        notes; others' roles do not belong."""
        ids = {item.id}
        for event in self.found.events:
            if ids & {event.id, event.trigger}:
                ids |= {event.id, event.trigger}
        ids |= {link.id for link in self.found.relations if {link.a, link.b} & ids}
        return [one for one in self.found if one.id in ids or getattr(one, "target", None) in ids]


def _line(item):
    return brat.write(Annotations(**{LISTS[type(item)]: [item]})).rstrip("\n")


def ann_files(folder: Path) -> list[AnnFile]:
    """All coders' files of all articles."""
    return [AnnFile(path) for path in sorted(folder.glob("*/*.ann"))]


def items(folder: Path, part: str, wanted=lambda file, item: True) -> list[tuple[AnnFile, object]]:
    """(file, item) of a list of `Annotations` in all files, those that are wanted."""
    return [
        (file, item)
        for file in ann_files(folder)
        for item in getattr(file.found, part)
        if wanted(file, item)
    ]


def pick(generator, options):
    """One of some options, all alike likely."""
    options = list(options)
    return options[generator.integers(len(options))]


def misspelt(words: str, generator) -> str:
    """The words with one letter or digit turned into its neighbour."""
    places = [place for place, letter in enumerate(words) if letter.isascii() and letter.isalnum()]
    place = pick(generator, places)
    other = {"z": "y", "Z": "Y", "9": "8"}.get(words[place], chr(ord(words[place]) + 1))
    return words[:place] + other + words[place + 1 :]


def set_key(path: Path, table: str | None, name: str, value) -> str:
    """Change a key of a TOML file; the place and what stands there now."""
    source = path.read_text(encoding="utf-8")
    changed = with_key(source, table.split(".") if table else (), name, value)
    path.write_text(changed, encoding="utf-8")
    lines = zip(source.split("\n"), changed.split("\n"), strict=False)
    number = next(number for number, (old, new) in enumerate(lines, 1) if old != new)
    return f"{path.name}:{number} {f'[{table}] ' if table else ''}{name} = {value!r}"


def set_text(path: Path, text: str, checksum: bool) -> None:
    """Write a text, and with `checksum` its sha256 to the `meta.toml` beside it."""
    path.write_bytes(text.encode())
    if checksum:
        set_key(
            path.parent / "meta.toml", None, "sha256", hashlib.sha256(text.encode()).hexdigest()
        )
