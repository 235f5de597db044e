"""What counts as a word, and how many words a text has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .model import Span
from .span_index import SpanIndex

__all__ = ["count", "positions", "words_in"]

LETTERS = r"[\w\u0300-\u036f]++"  # in a text whose underscores are replaced by blanks
WORD = rf"{LETTERS}(?:[-'’]{LETTERS}|(?<=\d)[.,]\d+)*+"
FOOTNOTE = r"\[\d+\]"
WORDS = re.compile(rf"{FOOTNOTE}|({WORD})")  # a footnote mark matches, but not as the group


def positions(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return (start, end) of each word of `text` between two offsets.

    A word is a run of letters or digits, with what hyphens and apostrophes join: "Afghan-led",
    "didn't" and "thanks-but-no-thanks" are one word each, "20" and "1,900" too. A footnote mark
    such as [1] is not a word.

    >>> positions("Afghan-led talks.[1]")
    [(0, 10), (11, 16)]
    """
    return [
        (start + match.start(1), start + match.end(1))
        for match in WORDS.finditer(text[start:end].replace("_", " "))
        if match[1]
    ]


def count(text: str) -> int:
    """Return the number of words, as `positions` finds them.

    >>> count("thanks-but-no-thanks didn't end the Afghan-led talks.[1]")
    6
    """
    matches = WORDS.findall(text.replace("_", " "))
    return len(matches) - matches.count("")


def words_in(text: str, spans: Iterable[Span], within: SpanIndex[Any] | None = None) -> int:
    """Return the number of words of `text` under `spans`.

    With `within`, only words inside one of its stretches count.
    """
    fragments = [pair for span in spans for pair in span.fragments]
    if within is None:
        return sum(count(text[start:end]) for start, end in fragments)
    words = [word for start, end in fragments for word in positions(text, start, end)]
    return sum(within.first_around(*word) is not None for word in words)


def __dir__() -> list[str]:
    return __all__
