"""Finds out how a tool counted positions, from the words that its file says are there.

Tools disagree: some count code points, some UTF-16 units; a line end counts as one character or
as two, and a byte order mark counts or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .offsets import Places, ReadError, clean_text

__all__ = ["COUNTINGS_OF_ANN", "Counting", "Passage", "Positions", "choose_counting"]

DECISIVE = 20  # characters of a title that may be cut short without an ellipsis
UNITS = ("code points", "UTF-16 units", "bytes of UTF-8")
ENDS = ("as the file has them", "as one character", "as two characters")
CUT = ("…", "...")  # ends a title that is cut short


class Counting(NamedTuple):
    """One way to count: `unit` is an index of `UNITS`, `ends` one of `ENDS`."""

    unit: int = 0
    ends: int = 0
    mark: bool = False

    def __str__(self) -> str:
        mark = ", the byte order mark counted" if self.mark else ""
        return f"{UNITS[self.unit]}, line ends {ENDS[self.ends]}{mark}"

    def places(self, raw: str) -> Places:
        """Return what converts positions in `raw` that were counted in this way."""
        text = raw if self.mark else raw.removeprefix("\ufeff")
        if self.ends:
            text = text.replace("\r\n", "\n")
        if self.ends == 2:
            text = text.replace("\n", "\r\n")
        return Places(text, utf16=self.unit == 1, utf8=self.unit == 2)


# the way of the standard first: https://www.qdasoftware.org counts code points of the file
COUNTINGS_OF_ANN = [  # some scripts that make `.ann` count bytes
    Counting(unit, ends, mark) for unit in range(3) for ends in range(3) for mark in (False, True)
]
COUNTINGS = [counting for counting in COUNTINGS_OF_ANN if counting.unit < 2]


class Passage(NamedTuple):
    """Where a passage is, in the positions of its file, and the words that its file says it has."""

    start: int
    end: int
    words: str = ""


class Positions:
    """One text and its positions; `raw` is the text as the file has it."""

    def __init__(self, raw: str):
        self.raw = raw
        self.text = clean_text(raw, "", [])
        self.places: dict[Counting, Places] = {}

    def find(self, passage: Passage, counting: Counting) -> tuple[int, int] | None:
        """Return (start, end) in the stored text, or None if there is no such place."""
        if counting not in self.places:
            self.places[counting] = counting.places(self.raw)
        try:
            return self.places[counting].fragment(passage.start, passage.end)
        except ReadError:
            return None

    def fits(self, passage: Passage, counting: Counting) -> bool:
        """Return whether the words of a passage are where it is said to be."""
        fragment = self.find(passage, counting) if passage.words else None
        if fragment is None:
            return False
        start, end = fragment
        most = start + 3 * len(passage.words) + 100  # what is longer has more words than are said
        return _same(self.text[start : min(end, most)], passage.words)

    def whole(self, fragment: tuple[int, int] | None) -> bool:
        """Return whether a place cuts no word."""
        return fragment is not None and not any(
            self.text[at - 1 : at].isalnum() and self.text[at : at + 1].isalnum() for at in fragment
        )

    def fragment(self, passage: Passage, chosen: Counting) -> tuple[tuple[int, int] | None, bool]:
        """Return where a passage is, and whether only another counting than the chosen one finds
        its words."""
        if not self.fits(passage, chosen):
            for counting in COUNTINGS:
                if self.fits(passage, counting):
                    return self.find(passage, counting), True
        return self.find(passage, chosen), False


def _same(words: str, said: str) -> bool:
    """Return whether words of the text are those that a file says, perhaps cut short."""
    words, said = " ".join(words.split()), " ".join(said.split())
    if said.endswith(CUT) or len(said) >= DECISIVE:
        said = said.removesuffix("...").removesuffix("…").rstrip()
        return bool(said) and words.startswith(said)
    return bool(said) and words == said


def choose_counting(
    texts: Sequence[tuple[Positions, Sequence[Passage]]], tool: str
) -> tuple[Counting, list[str]]:
    """Return how the positions of a file were counted, and remarks on it.

    That is the counting under which most passages have the words that the file says; then the one
    under which most are inside their text; then the one under which most begin and end with a
    word. Where that does not decide, the first of `COUNTINGS` is taken, except that ATLAS.ti
    (`tool`) counts a line end as one character.
    """
    first = Counting(ends=1) if "atlas" in tool.lower() else COUNTINGS[0]
    pairs = [(text, passage) for text, passages in texts for passage in passages]
    scores, places = {}, {}
    for counting in [first, *COUNTINGS]:
        said = sum(text.fits(passage, counting) for text, passage in pairs)
        found = [text.find(passage, counting) for text, passage in pairs]
        inside = sum(place is not None for place in found)
        whole = sum(text.whole(place) for (text, _), place in zip(pairs, found, strict=True))
        scores[counting], places[counting] = (said, inside, whole), found
    chosen = max(scores, key=scores.__getitem__)
    for other, score in scores.items():
        if score == scores[chosen] and places[other] != places[chosen]:
            return chosen, [
                f"nothing in the file tells whether positions count {chosen}, or {other}; taken as "
                f"the first"
            ]
    if all(found == places[chosen] for found in places.values()):
        return chosen, []  # this text is one in which all ways to count are the same
    said, _, whole = scores[chosen]
    why = f"{said} of {len(pairs)} passages have the words that the file says"
    if not said:
        why = f"{whole} of {len(pairs)} passages then begin and end with a word"
    return chosen, [f"positions count {chosen}: {why}"]
