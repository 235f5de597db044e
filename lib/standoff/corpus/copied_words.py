"""Which words of the articles a text quotes: runs of eight words that nobody has allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["RUN", "Quotations"]

RUN = 8  # words in a row that are a quotation; fewer may be a turn of phrase
WORD = re.compile(r"[^\W_]+")


class Quotations:
    """The runs of eight words of some articles, without those that stand in `allowed`.

    A word is a run of letters and digits; capitals do not matter.

    >>> quotations = Quotations(["One two three four five six seven eight nine."])
    >>> quotations.first("He said: Two, three, four, five, six, seven, eight, NINE!")
    'Two, three, four, five, six, seven, eight, NINE'
    >>> quotations.first("two three four")
    ''
    """

    def __init__(self, texts: Iterable[str], allowed: Iterable[str] = ()):
        self.runs = {run for text in texts for run, _, _ in _runs(text)}
        self.runs -= {run for text in allowed for run, _, _ in _runs(text)}

    def first(self, text: str) -> str:
        """Return the first run of eight words in `text` that quotes an article, or ""."""
        for run, start, end in _runs(text):
            if run in self.runs:
                return text[start:end]
        return ""


def _runs(text: str) -> Iterable[tuple[int, int, int]]:
    """Each run of eight words as a number, and where it begins and ends."""
    words = [(match[0].casefold(), match.start(), match.end()) for match in WORD.finditer(text)]
    for first in range(len(words) - RUN + 1):
        run = words[first : first + RUN]
        yield hash(tuple(word for word, _, _ in run)), run[0][1], run[-1][2]
