"""One note of a file of notes, and its problems, each with the line of the key that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..annotation.did_you_mean import suggest
from ..annotation.problems import FileReport
from ..annotation.toml_files import Lines
from .short_notes import SHORT

__all__ = ["EXPECTED_WORDS", "Note", "NoteProblems"]

EXPECTED_WORDS = "expected words in quotation marks"


class Note(NamedTuple):
    """An entry of the file: its label, its keys, and the line in which it begins."""

    label: str
    keys: dict
    line: int


class NoteProblems:
    """Adds the problems of notes to the report of their file."""

    def __init__(self, lines: Lines, file: FileReport):
        self.lines, self.file = lines, file

    def line_of(self, note: Note, key: str) -> int:
        """Return the line of a key of a note."""
        short = [name for name, role in SHORT.items() if role == key]
        return self.lines.inside(note.line, key, f"attributes.{key}", f"roles.{key}", *short)

    def error(self, note: Note, key: str, code: str, message: str) -> None:
        """Add a problem at a key of a note; "" is its first line."""
        self.file.error(self.line_of(note, key), code, message)

    def value(self, note: Note, key: str, value: object, expected: str) -> None:
        """Add that a value is not the expected one."""
        self.error(note, key, "E-note-value", f"'{key}' is {value!r}; {expected}")

    def key(self, note: Note, key: str, known: Iterable[str]) -> None:
        """Add that a key is not one of those known."""
        message = f"'{key}' is an unknown key of [[{note.label}]]; {suggest(key, known)}"
        self.error(note, key, "E-note-key", message)

    def label(self, note: Note, label: str, known: Iterable[str]) -> None:
        """Add that a label is not one of those known."""
        message = f"'{label}' is an unknown label; {suggest(label, known)}"
        self.error(note, "", "E-label-unknown", message)

    def words(self, note: Note, key: str) -> str | None:
        """Return the words of a key; None if it has none, which is a problem if it has a value."""
        value = note.keys.get(key)
        if isinstance(value, str) and value:
            return value
        if value is not None:
            self.value(note, key, value, EXPECTED_WORDS)
        return None
