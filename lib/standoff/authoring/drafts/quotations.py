"""Pairs of quotation marks, as `check` looks for them, and quotations of several paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...annotation.quotation_marks import quotations
from .proposal import Proposal

__all__ = ["propose_quotations"]


def propose_quotations(text: str, zones: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
    """Yield each outermost pair of quotation marks of some zones of a text.

    >>> [found.fragments for found in propose_quotations('He said "no".', [(0, 13)])]
    [((8, 12),)]
    """
    for zone in zones:
        for place in quotations(text, *zone):
            yield Proposal("Quoted", (place,), "a pair of quotation marks")
