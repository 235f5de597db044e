"""What a word is, and how many there are."""

from __future__ import annotations

import re
from functools import cache

from .span_index import Within

__all__ = ["count", "words_in"]

_LETTERS = r"[\w\u0300-\u036f]++"  # of a text whose underscores are made blanks
_RUN, _MARK = rf"{_LETTERS}(?:[-'’]{_LETTERS}|(?<=\d)[.,]\d+)*+", r"\[\d+\]"
_RUNS, _MARKS, _WORDS = re.compile(_RUN), re.compile(_MARK), re.compile(rf"{_MARK}|({_RUN})")
_DIVIDED = re.compile(
    rf"[.,]\d++{_LETTERS}"
)  # at the stop of a number: letters after its last digit are a word of their own
_LONG = 1_000  # code points from which on it is quicker to look at all of them at once
_OTHER, _JOINS, _STOPS, _LETTER, _DIGIT = range(5)


def positions(text: str, start: int = 0, end: int | None = None):
    """(start, end) of each word of `text` between two offsets.

    A word is a run of letters or digits, with what hyphens and apostrophes join: "Afghan-led",
    "didn't" and
    "thanks-but-no-thanks" are one each, "20" and "1,900" too. A footnote mark such as [1] is none.
    """
    return [
        (start + match.start(1), start + match.end(1))
        for match in _WORDS.finditer(text[start:end].replace("_", " "))
        if match[1]
    ]


def count(text: str) -> int:
    """Number of words, as `positions` finds them.

    >>> count("thanks-but-no-thanks didn't end the Afghan-led talks.[1]")
    6
    """
    text = text.replace("_", " ")
    return (_runs(text) if len(text) > _LONG else len(_RUNS.findall(text))) - len(
        _MARKS.findall(text)
    )  # a footnote mark is a run in brackets


def _runs(text):
    """How many runs `_RUNS` finds in a text: as many as begin, less those that the character before
    them joins to another."""
    import numpy as np

    points = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "surrogatepass"), "uint32")
    kinds = np.zeros(points.max() + 1, "int8")
    kinds[points] = 1
    used = np.flatnonzero(kinds)
    kinds[used] = [*map(_kind, map(chr, used.tolist()))]
    before, here, after = (kinds := kinds[points])[:-2], kinds[1:-1], kinds[2:]
    begun = np.count_nonzero((before < _LETTER) & (here >= _LETTER))
    joined = np.count_nonzero((before >= _LETTER) & (here == _JOINS) & (after >= _LETTER))
    stops = np.flatnonzero((before == _DIGIT) & (here == _STOPS) & (after == _DIGIT)).tolist()
    return begun - joined - len(stops) + sum(_DIVIDED.match(text, at) is not None for at in stops)


@cache
def _kind(character):
    """What a character does to runs of letters; from `_LETTER` on it is in one."""
    if _RUNS.match(character):
        return _DIGIT if re.match(r"\d", character) else _LETTER
    return _JOINS if character in "-'’" else _STOPS if character in ".," else _OTHER


def words_in(text: str, spans, within: Within | None = None) -> int:
    """Number of words of `text` under `spans`; with `within`, only those that lie in one of these
    stretches too."""
    places = (pair for span in spans for pair in span.fragments)
    if within is None:
        return count("\n".join([text[start:end] for start, end in places]))
    return sum(
        within.find(*word) is not None
        for start, end in places
        for word in positions(text, start, end)
    )
