"""Which stretch of a text a place lies in, and which it touches, without looking through all of
them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Touching", "Within"]

# code points: a text is cut into pieces of this length, each of which knows the stretches that
# touch it
STEP = 256


class Within:
    """Stretches of a text, given as (start, end, what), in the order in which they are to be
    preferred."""

    def __init__(self, stretches: Iterable[tuple[int, int, Any]]):
        self.pieces = defaultdict(list)
        for stretch in stretches:
            for piece in _pieces(*stretch[:2]):
                self.pieces[piece].append(stretch)

    def find(self, start: int, end: int, fits: Callable[[Any], bool] | None = None) -> Any:
        """What lies around a place: of the stretches that hold all of it the first one, of those
        alone that fit; None where there is none."""
        for first, last, what in self.pieces.get(start // STEP, ()):
            if first <= start and end <= last and (fits is None or fits(what)):
                return what
        return None


class Touching:
    """Stretches of a text, or of its words, given as (start, end, what): which of them a place
    touches."""

    def __init__(self, stretches: Iterable[tuple[int, int, Any]]):
        self.pieces = defaultdict(list)
        for number, stretch in enumerate(stretches):
            for piece in _pieces(*stretch[:2]):
                self.pieces[piece].append((number, *stretch))

    def find(self, start: int, end: int) -> list:
        """What a place touches, in the order in which it was given."""
        near = (entry for piece in _pieces(start, end) for entry in self.pieces.get(piece, ()))
        found = {number: what for number, first, last, what in near if first < end and start < last}
        return [found[number] for number in sorted(found)]


def _pieces(start, end):
    """Numbers of the pieces of a text that a stretch touches."""
    return range(start // STEP, (end - 1) // STEP + 1)
