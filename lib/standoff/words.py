"""What a word is, and how many there are."""

from __future__ import annotations

import re
from itertools import filterfalse

from .within import Within

__all__ = ["count", "words_in"]

_LETTERS = r"[\w\u0300-\u036f]++"  # of a text whose underscores are made blanks
_RUN, _MARK = rf"{_LETTERS}(?:[-'’]{_LETTERS}|(?<=\d)[.,]\d+)*+", r"\[\d+\]"
_RUNS, _MARKS, _WORDS = re.compile(_RUN), re.compile(_MARK), re.compile(rf"{_MARK}|({_RUN})")


def positions(text: str, start: int = 0, end: int | None = None):
    """(start, end) of each word of `text` between two offsets.

    A word is a run of letters or digits, with what hyphens and apostrophes join: "Afghan-led", "didn't" and
    "thanks-but-no-thanks" are one each, "20" and "1,900" too. A footnote mark such as [1] is none.
    """
    return [(start + match.start(1), start + match.end(1)) for match in _WORDS.finditer(text[start:end].replace("_", " ")) if match[1]]


def count(text: str) -> int:
    """Number of words, as `positions` finds them.

    >>> count("thanks-but-no-thanks didn't end the Afghan-led talks.[1]")
    6
    """
    pieces = text.replace("_", " ").split()  # most of what stands between blanks are letters alone: a word each
    rest = " ".join(filterfalse(str.isalnum, pieces))
    return len(pieces) - len(rest.split()) + len(_RUNS.findall(rest)) - len(_MARKS.findall(rest))  # a footnote mark is a run in brackets


def words_in(text: str, spans, within: Within | None = None) -> int:
    """Number of words of `text` under `spans`; with `within`, only those that lie in one of these stretches too."""
    places = (pair for span in spans for pair in span.fragments)
    if within is None:
        return count("\n".join([text[start:end] for start, end in places]))
    return sum(within.find(*word) is not None for start, end in places for word in positions(text, start, end))
