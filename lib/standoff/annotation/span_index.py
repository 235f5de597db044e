"""Which stretches of a text lie around a place or overlap it, without trying all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from .model import Span

__all__ = ["SpanIndex", "touched", "widened"]

PIECE_LENGTH = 256  # code points; a stretch is listed under all pieces that it touches

T = TypeVar("T")


class SpanIndex(Generic[T]):
    """Stretches of a text, given as (start, end, value): half-open, in any unit.

    >>> index = SpanIndex([(0, 40, "lead"), (10, 20, "quotation")])
    >>> index.first_around(12, 14), index.first_around(30, 50), index.overlapping(15, 50)
    ('lead', None, ['lead', 'quotation'])
    """

    def __init__(self, stretches: Iterable[tuple[int, int, T]]):
        self.pieces: dict[int, list[tuple[int, int, int, T]]] = defaultdict(list)
        for number, (start, end, value) in enumerate(stretches):
            for piece in _pieces(start, end):
                self.pieces[piece].append((number, start, end, value))

    def first_around(
        self, start: int, end: int, fits: Callable[[T], bool] | None = None
    ) -> T | None:
        """Return the value of the first given stretch that holds all of a place, or None.

        With `fits` only values for which it is true count.
        """
        for _, first, last, value in self.pieces.get(start // PIECE_LENGTH, ()):
            if first <= start and end <= last and (fits is None or fits(value)):
                return value
        return None

    def overlapping(self, start: int, end: int) -> list[T]:
        """Return the values of all stretches that overlap a place, in the order given."""
        near = {
            entry[0]: entry for piece in _pieces(start, end) for entry in self.pieces.get(piece, ())
        }
        return [
            value
            for _, (_, first, last, value) in sorted(near.items())
            if first < end and start < last
        ]


def _pieces(start: int, end: int) -> range:
    return range(start // PIECE_LENGTH, (end - 1) // PIECE_LENGTH + 1)


def touched(start: int, end: int, spans: Iterable[Span]) -> list[Span]:
    """Return the spans that overlap the words from `start` to `end`."""
    return [span for span in spans if span.start < end and start < span.end]


def widened(start: int, end: int, spans: Iterable[Span]) -> tuple[int, int]:
    """Return the bounds of some words together with all spans that overlap them."""
    near = touched(start, end, spans)
    return min([start, *(span.start for span in near)]), max([end, *(span.end for span in near)])
