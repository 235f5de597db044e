"""What a word is, and how many there are."""

from __future__ import annotations

import re

__all__ = ["count", "words_in"]

_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
_WORD = re.compile(rf"\[\d+\]|({_LETTER}+(?:[-'’]{_LETTER}+|(?<=\d)[.,]\d+)*)")


def positions(text: str, start: int = 0, end: int | None = None):
    """(start, end) of each word of `text` between two offsets.

    A word is a run of letters or digits, with what hyphens and apostrophes join: "Afghan-led", "didn't" and
    "thanks-but-no-thanks" are one each, "20" and "1,900" too. A footnote mark such as [1] is none.
    """
    end = len(text) if end is None else end
    return [match.span(1) for match in _WORD.finditer(text, start, end) if match[1]]


def count(text: str) -> int:
    """Number of words, as `positions` finds them.

    >>> count("thanks-but-no-thanks didn't end the Afghan-led talks.[1]")
    6
    """
    return len(positions(text))


def words_in(text: str, spans, within=None) -> int:
    """Number of words of `text` under `spans`; with `within`, only those that lie in one of these spans too."""
    inside = [pair for span in within or () for pair in span.fragments]
    total = 0
    for start, end in (pair for span in spans for pair in span.fragments):
        for a, b in positions(text, start, end):
            total += within is None or any(x <= a and b <= y for x, y in inside)
    return total
