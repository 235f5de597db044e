"""Where words stand in a text, and in which line: by an index of its words, without looking through
all of it each time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["Standing", "standing"]

WORD = re.compile(r"[^\W_]+")


class Standing:
    """A text's words and line ends, by their offsets."""

    def __init__(self, text: str):
        self.text, self.places = text, defaultdict(list)
        for match in WORD.finditer(text):
            self.places[match[0]].append(match.start())
        self.ends = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """The number of the line in which an offset lies, from 1."""
        return bisect_left(self.ends, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line ends in which an offset lies."""
        at = bisect_left(self.ends, offset)
        return self.ends[at] if at < len(self.ends) else len(self.text)

    def where(
        self, words: str, cut: tuple[bool, bool], first: int = 0, last: int | None = None
    ) -> Iterator[int]:
        """Where `words` begin between two offsets, in order; `cut` tells whether they may begin,
        and end, inside a longer word.

        They are looked for where the rarest of their words stands; from end to end only where none
        of them is sure to be a whole one.
        """
        last = len(self.text) if last is None else last
        inner = [
            match
            for match in WORD.finditer(words)
            if not ((cut[0] and match.start() == 0) or (cut[1] and match.end() == len(words)))
        ]
        if not inner:
            yield from self._looked_for(words, first, last)
            return
        rarest = min(inner, key=lambda match: len(self.places.get(match[0], ())))
        places, shift = self.places.get(rarest[0], ()), rarest.start()
        for number in range(bisect_left(places, first + shift), len(places)):
            at = places[number] - shift
            if at + len(words) > last:
                return
            if self.text.startswith(words, at):
                yield at

    def _looked_for(self, words, first, last):
        at = self.text.find(words, first, last) if words else -1
        while at >= 0:
            yield at
            at = self.text.find(words, at + 1, last)


@lru_cache(maxsize=2)
def standing(text: str) -> Standing:
    """The index of a text; that of the last two texts is kept."""
    return Standing(text)
