"""The text of a source as a project stores it, and the offsets in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from ..annotation.limits import CONTROL
from ..annotation.problems import refuse

__all__ = ["Places", "ReadError", "clean_text", "first_line", "replace_controls"]

# what a stored text omits: a byte order mark, and a carriage return before a line feed
OMITTED = re.compile(r"\A\ufeff|\r(?=\n)")
REPLACEMENT = "\ufffd"


class ReadError(ValueError):
    """Why one annotation of a file cannot be read: the code of the problem, and a message."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Places:
    """Converts offsets of a source to code points of the stored text.

    `raw` is the source's text before `clean_text`. With `utf16`, offsets count UTF-16 units, so
    that characters beyond U+FFFF count twice
    (https://www.unicode.org/glossary/#surrogate_pair); with `utf8`, they count bytes.

    >>> Places("😀 no", utf16=True)(3)
    2
    """

    def __init__(self, raw: str, utf16: bool = False, utf8: bool = False):
        self.places: list[int | None] = []  # of each unit in the stored text; None in a character
        place = 0
        for at, character in enumerate(raw):
            width = 1
            if utf16:
                width += character > "\uffff"
            elif utf8:
                width = len(character.encode())
            self.places += [place, *[None] * (width - 1)]
            if not OMITTED.match(raw, at):
                place += 1
        self.places.append(place)
        self.units = len(self.places) - 1

    def __call__(self, offset: int) -> int:
        """Convert one offset; raise `ValueError` if it is outside the text or inside a
        character."""
        message = (
            f"which is out of range; expected a whole number up to {self.units}, the length of the "
            f"text"
        )
        if type(offset) is int and 0 <= offset <= self.units:
            place = self.places[offset]
            if place is not None:
                return place
            message = "which is inside a character; expected one beside it"
        raise ReadError("E-source-offset", f"has the offset {offset!r}, {message}")

    def fragment(self, start: int, end: int) -> tuple[int, int]:
        """Convert the two offsets of a stretch of text; raise `ValueError` as for one offset, and
        if they are in the wrong order."""
        fragment = self(start), self(end)
        if end < start:
            raise ReadError(
                "E-source-offset",
                f"has the offsets {start} {end}; expected the start before the end",
            )
        return fragment


def clean_text(raw: str, path: str | Path, remarks: list[str]) -> str:
    """Return a source's text as a project stores it: LF line ends, no byte order mark, no control
    characters.

    Changes are added to `remarks`. Raises `SeedError` if the text is empty.
    """
    text = replace_controls(OMITTED.sub("", raw).replace("\r", "\n"), remarks)
    if raw.startswith("\ufeff"):
        remarks.append("a byte order mark left out; offsets follow")
    if returns := raw.count("\r"):
        remarks.append(f"{returns} line ends made LF; offsets follow")
    if not text.strip():
        raise refuse(path, 1, "E-source-text", "holds no words; expected the text of an article")
    return text


def first_line(text: str) -> tuple[int, int]:
    """Return (start, end) of the first line with words in a stored text."""
    start = len(text) - len(text.lstrip())
    return start, start + len(text[start:].partition("\n")[0].rstrip())


def replace_controls(words: str, remarks: list[str]) -> str:
    """Replace each control character by one other, so that no offset moves: those that separate
    words by a blank, all others by U+FFFD.

    >>> replace_controls("a\\x0cb\\x83", [])
    'a b\ufffd'
    """
    found = Counter(CONTROL.findall(words))
    if not found:
        return words
    codes = ", ".join(f"U+{ord(sign):04X} ({count})" for sign, count in sorted(found.items()))
    remarks.append(f"control characters replaced one to one, by a blank or by U+FFFD: {codes}")
    return CONTROL.sub(lambda match: " " if match[0].isspace() else REPLACEMENT, words)
