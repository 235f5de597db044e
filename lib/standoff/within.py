"""Which stretch of a text a place lies in, without looking through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Within"]

STEP = 256  # code points: a text is cut into pieces of this length, each of which knows the stretches that touch it


class Within:
    """Stretches of a text, given as (start, end, what), in the order in which they are to be preferred."""

    def __init__(self, stretches: Iterable[tuple[int, int, Any]]):
        self.pieces = defaultdict(list)
        for stretch in stretches:
            for piece in range(stretch[0] // STEP, (stretch[1] - 1) // STEP + 1):
                self.pieces[piece].append(stretch)

    def find(self, start: int, end: int, fits: Callable[[Any], bool] | None = None) -> Any:
        """What lies around a place: of the stretches that hold all of it the first one, of those alone that fit; None where there is none."""
        for first, last, what in self.pieces.get(start // STEP, ()):
            if first <= start and end <= last and (fits is None or fits(what)):
                return what
        return None
