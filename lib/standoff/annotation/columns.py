"""Things of one kind held as columns: thousands of them are read, checked and tabled without making
each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence

__all__ = ["Columns", "Rows", "columns"]


class Columns(Sequence):
    """As a sequence it holds each thing as itself: it is made when it is asked for, by `at`."""

    @abstractmethod
    def at(self, place: int):
        """The one at a place, without making the others."""

    def __getitem__(self, place):
        wanted = range(len(self))[place]
        return self.at(wanted) if isinstance(wanted, int) else [*map(self.at, wanted)]

    def __eq__(self, other):
        return [*self] == [*other]

    __hash__ = None


class Rows(Columns):
    """Things of a kind of `NamedTuple`: `columns` has a list for each of its fields."""

    def __init__(self, kind: type, things: Iterable[tuple] = ()):
        self.kind, self.columns = kind, [[] for _ in kind._fields]
        self.add(*zip(*things, strict=True))

    def add(self, *columns: Iterable) -> None:
        """More of them, as columns in the order of the fields; no columns are none more."""
        for column, more in zip(self.columns, columns, strict=bool(columns)):
            column.extend(more)

    def at(self, place: int):
        """The one at a place."""
        return self.kind._make([column[place] for column in self.columns])

    def __len__(self):
        return len(self.columns[0])

    def __iter__(self):
        return map(self.kind._make, zip(*self.columns, strict=True))


def columns(things: Sequence[tuple], kind: type) -> Sequence[Sequence]:
    """Things of a kind as columns, one for each of its fields.

    >>> from typing import NamedTuple
    >>> Point = NamedTuple("Point", [("x", int), ("y", int)])
    >>> columns([Point(1, 2), Point(3, 4)], Point)
    [(1, 3), (2, 4)]
    """
    if isinstance(things, Rows):
        return things.columns
    return [*zip(*things, strict=True)] if things else [()] * len(kind._fields)
