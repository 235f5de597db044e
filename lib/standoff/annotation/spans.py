"""Stretches of a text that carry a label, one by one or as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from .columns import Columns

__all__ = ["Span", "Spans"]

Fragments = tuple[tuple[int, int], ...]


class Span(NamedTuple):
    """A `T` line. `fragments` are (start, end) pairs; `text` holds their words, joined by one
    blank."""

    id: str
    label: str
    fragments: Fragments
    text: str
    line: int = 0

    @property
    def start(self) -> int:
        """Where its first fragment begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where its last fragment ends."""
        return self.fragments[-1][1]


class Spans(Columns):
    """Spans as columns, a list each, in the order of a file.

    `parted` has the fragments of those that are not of one piece, by their place.
    As a sequence it holds each as a `Span`: these are made when they are asked for, as a table of
    thousands needs none of them.
    """

    def __init__(self, spans: Iterable[Span] = ()):
        spans = list(spans)
        self.id, self.label = [span.id for span in spans], [span.label for span in spans]
        self.start, self.end = [span.start for span in spans], [span.end for span in spans]
        self.text, self.line = [span.text for span in spans], [span.line for span in spans]
        self.parted = {
            place: span.fragments for place, span in enumerate(spans) if len(span.fragments) > 1
        }

    def add(self, *columns: Iterable) -> None:
        """More spans, as columns in the order of `__init__`; their `places`, and which of them are
        `parted`, whoever adds them says."""
        for column, more in zip(
            (self.id, self.label, self.start, self.end, self.text, self.line), columns, strict=True
        ):
            column.extend(more)

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Spans:
        """The same as columns."""
        return spans if isinstance(spans, cls) else cls(spans)

    @cached_property
    def places(self) -> dict[str, int]:
        """Id -> its place."""
        return dict(zip(self.id, range(len(self)), strict=True))

    @cached_property
    def each(self) -> list[Span]:
        """All of them, one by one."""
        return [self.at(place) for place in range(len(self))]

    def at(self, place: int) -> Span:
        """The one at a place, without making the others."""
        fragments = self.parted.get(place) or ((self.start[place], self.end[place]),)
        return Span(
            self.id[place], self.label[place], fragments, self.text[place], self.line[place]
        )

    @cached_property
    def by_label(self) -> dict[str, list[int]]:
        """Label -> places of those that have it."""
        found = defaultdict(list)
        for place, label in enumerate(self.label):
            found[label].append(place)
        return dict(found)

    def labelled(self, labels: Collection[str]) -> list[int]:
        """Places of those that have one of these labels."""
        return sorted(
            chain.from_iterable(
                places for label, places in self.by_label.items() if label in labels
            )
        )

    def __getstate__(self):
        return {
            name: held
            for name, held in vars(self).items()
            if name not in ("places", "each", "by_label")
        }  # these are soon made again

    def __len__(self):
        return len(self.id)

    def __iter__(self):
        return iter(self.each)
