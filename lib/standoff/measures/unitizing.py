"""Krippendorff's alpha for unitizing: do coders mark the same stretches of a text? Also of its
sentences drawn anew.

Krippendorff, Content Analysis (2004), p. 251-256; Krippendorff et al. (2016).
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

__all__ = ["Unitizing", "of_draws", "unitizing"]


class Unitizing(NamedTuple):
    """Observed and expected disagreement of unitizing, and alpha (NaN where nothing is
    expected)."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float:
        """1 - observed / expected."""
        return 1 - self.observed / self.expected if self.expected else np.nan


def unitizing(units, length: int) -> Unitizing:
    """Disagreement of coders on where the units of one class begin and end on a continuum.

    `units`: for each coder (start, length) pairs that do not overlap, starts counted from 0;
    `length`: of the continuum. Add up observed and
    expected over classes for an alpha of all. ValueError for units that overlap or leave the
    continuum.
    """
    return _unitized([np.array(sorted(own)).reshape(-1, 2) for own in units], length)


def _unitized(units, length):
    """`unitizing` of each coder's units as rows (start, length), in order."""
    sections = [_sections(own, length) for own in units]
    coders = len(sections)
    observed = sum(_distance(one, other) for one, other in combinations(sections, 2)) * 2
    all_units = np.concatenate([own[own[:, 2] == 1, 1] for own in sections])
    gaps = np.sort(np.concatenate([own[own[:, 2] == 0, 1] for own in sections]))
    total = coders * length
    within = (len(all_units) - 1) / 3 * (2 * all_units**3 - 3 * all_units**2 + all_units)
    chance = (
        2
        / length
        * (within + all_units**2 * _room(gaps, all_units)).sum()
        / (total * (total - 1) - (all_units * (all_units - 1)).sum())
    )
    return Unitizing(float(observed / (coders * (coders - 1) * length**2)), float(chance))


def _room(gaps, units):
    """For each unit, at how many places it could begin within the gaps (lengths, sorted)."""
    first = np.searchsorted(gaps, units)
    beyond = np.append(np.cumsum(gaps[::-1])[::-1], 0.0)  # sum of this gap and all longer ones
    return beyond[first] - (units - 1) * (len(gaps) - first)


def _sections(units, length):
    """Units and the gaps around them as rows (start, length, 1 or 0); gaps between units that touch
    have no length and take no part."""
    starts, sizes = units.T
    ends = starts + sizes
    before = np.concatenate([[0], ends[:-1]])
    wrong = np.flatnonzero((starts < before) | (sizes <= 0) | (ends > length))
    if len(wrong):
        start, size = units[wrong[0]]
        raise ValueError(
            f"unit ({start}, {size}) overlaps another or leaves the continuum of length {length}"
        )
    rows = np.zeros((2 * len(units) + 1, 3))
    rows[1::2] = np.column_stack([starts, sizes, np.ones(len(units))])
    rows[2::2, 0] = ends
    rows[:-1:2, 1] = starts - before
    rows[-1, 1] = length - rows[-1, 0]
    return rows


def _distance(one, other):
    """Sum of Krippendorff's squared differences over all sections of two coders that share a
    place."""
    places = np.union1d(one[:, 0], other[:, 0])
    a, b = (
        own[np.searchsorted(own[:, 0], places, side="right") - 1] for own in (one, other)
    )  # at each place a section begins, so no pair comes twice
    starts, ends = a[:, 0] - b[:, 0], (a[:, 0] + a[:, 1]) - (b[:, 0] + b[:, 1])
    both = (a[:, 2] == 1) & (b[:, 2] == 1)
    a_in_gap = (a[:, 2] == 1) & (b[:, 2] == 0) & (starts >= 0) & (ends <= 0)
    b_in_gap = (a[:, 2] == 0) & (b[:, 2] == 1) & (starts <= 0) & (ends >= 0)
    return (both * (starts**2 + ends**2) + a_in_gap * a[:, 1] ** 2 + b_in_gap * b[:, 1] ** 2).sum()


def of_draws(spans, sizes, draws):
    """Unitizing alpha on the sentences of each draw, laid end to end; NaN where no coder has a unit
    there.

    `spans`: each coder's, in order, each with its `sentence` and its `first` and `last` word there;
    those that overlap are one unit. `sizes`: words
    of each sentence; `draws`: the sentences of each, by number.
    """
    coders = [
        (own, np.searchsorted(own[:, 0], np.arange(len(sizes) + 1))) for own in map(_units, spans)
    ]  # with the place of each sentence's first
    values = []
    for chosen in draws:
        starts = np.concatenate([[0], np.cumsum(sizes[chosen])])
        laid = [_laid(own, first, chosen, starts) for own, first in coders]
        values.append(_unitized(laid, int(starts[-1])).alpha if any(map(len, laid)) else np.nan)
    return np.array(values)


def _units(spans):
    """Spans of one coder as rows (sentence, first, last), those that overlap made one."""
    rows = []
    for item in spans:
        if rows and rows[-1][0] == item.sentence and item.first < rows[-1][2]:
            rows[-1][2] = max(rows[-1][2], item.last)
        else:
            rows.append([item.sentence, item.first, item.last])
    return np.array(rows).reshape(-1, 3)


def _laid(units, first, chosen, starts):
    """Units of the sentences chosen as rows (start, length), these sentences laid end to end from
    `starts` on."""
    many = first[chosen + 1] - first[chosen]
    place = np.arange(many.sum()) + np.repeat(first[chosen] - np.cumsum(many) + many, many)
    begin, end = units[place, 1], units[place, 2]
    return np.column_stack([np.repeat(starts[:-1], many) + begin, end - begin])
