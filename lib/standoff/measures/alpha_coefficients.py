"""How reliable are the codes of several coders: Krippendorff's alpha, and how far it varies?

Two coefficients: alpha of values that coders gave to units, with a bootstrap over units, and alpha
for unitizing, which asks whether coders mark the same stretches of a continuum.

With o(c, k) the coincidences of two values within units, n(c) how often a value is paired, n their
sum and d(c, k) the squared difference of two values, alpha = 1 - (n - 1) * sum of o(c, k) d(c, k) /
sum of n(c) n(k) d(c, k): Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), p. 1; for
any number of coders, missing values and each level of measurement p. 4-8; Hayes and Krippendorff,
Answering the call for a standard reliability measure for coding data, Communication Methods and
Measures 1 (2007), also for the bootstrap. A unit with one value has no pair and counts nowhere. The
matrix of coincidences is never built: what each unit adds to either sum is tallied once, and each
draw of units adds up tallies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ..annotation.did_you_mean import check_known

__all__ = [
    "Bootstrap",
    "Unitizing",
    "alpha",
    "bootstrap",
    "draw_units",
    "interval",
    "nominal_alpha",
    "tallies",
    "to_codes",
    "undefined",
    "unitizing",
    "unitizing_of_draws",
]

Array: TypeAlias = np.ndarray[Any, Any]

PERCENTILES = [0.025, 0.975]  # of the draws: the ends of the interval


def alpha(data: Any, level: str = "nominal") -> float:
    """Krippendorff's alpha of values: 1 is perfect agreement, 0 what chance would give.

    `data`: coders x units, a list of lists or an array, with None or NaN where a coder gave no
    value; nominal values may be words. `level`: nominal, ordinal, interval or ratio. NaN where
    alpha is undefined (`undefined` says why). Raises ValueError for another level. Krippendorff
    (2011).

    >>> round(alpha([["yes", "no", "no", "yes"], ["yes", "no", "yes", "yes"]]), 3)
    0.533
    """
    codes = to_codes(data, level)
    return float(_alphas(codes, np.ones((1, codes.shape[1])), level)[0])


def undefined(data: Any) -> str:
    """Why alpha of `data` (coders x units) is undefined; empty where it is defined.

    >>> undefined([[1, None], [None, 2]])
    'no unit has values of two coders'
    """
    codes = to_codes(data)
    values, _ = _counts(codes[:, _paired(codes)])
    if len(values) == 0:
        return "no unit has values of two coders"
    if len(values) == 1:
        return "there is only one value, so agreement cannot be distinguished from chance"
    return ""


class Bootstrap(NamedTuple):
    """Alpha with its interval: `low` and `high` (95 %) over those of the `draws` in which it is
    defined; in `undefined` of them it is not."""

    alpha: float
    low: float
    high: float
    draws: int
    undefined: int


def bootstrap(
    data: Any, generator: np.random.Generator, draws: int = 1000, level: str = "nominal"
) -> Bootstrap:
    """Krippendorff's alpha of `data` and its interval when as many units as there
    are are drawn with replacement.

    `data` and `level` are as in `alpha`. Alpha of each draw is exact, also for ordinal values,
    whose differences depend on how often each value was drawn. Raises ValueError for another level.
    Hayes and Krippendorff (2007).

    >>> result = bootstrap([[1, 2, 2, 1], [1, 2, 1, 1]], np.random.default_rng(1), draws=100)
    >>> result.low <= result.alpha <= result.high
    True
    """
    codes = to_codes(data, level)
    values = _alphas(codes, draw_units(generator, draws, codes.shape[1])[1][1:], level)
    return Bootstrap(alpha(data, level), *interval(values), draws, int(np.isnan(values).sum()))


def draw_units(generator: np.random.Generator, draws: int, units: int) -> tuple[Array, Array]:
    """All units once, then as many units in each of the draws, with replacement: which ones, and
    how often each (both 1 + draws x units)."""
    anew = generator.integers(0, max(units, 1), (draws, units))
    chosen = np.concatenate([np.arange(units)[np.newaxis], anew])
    weights = np.array([np.bincount(row, minlength=units) for row in chosen], dtype=float)
    return chosen, weights


def interval(values: Any) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the draws in which a figure is defined; NaN if there are
    none."""
    low, high = pd.Series(values, dtype=float).quantile(PERCENTILES)
    return float(low), float(high)


def to_codes(data: Any, level: str = "nominal") -> Array:
    """Values (coders x units) as numbers, NaN where there is none; nominal ones are numbered.
    Raises ValueError for an unknown level."""
    check_known(level, LEVELS, "unknown level")
    table = pd.DataFrame(data)
    if level != "nominal":
        return np.asarray(table.to_numpy(dtype=float, na_value=np.nan))
    values = table.to_numpy(dtype=object)
    codes = pd.factorize(values.ravel())[0].astype(float).reshape(values.shape)
    return np.where(codes < 0, np.nan, codes)


def _paired(codes: Array) -> Array:
    """Which units have values of two coders or more."""
    return np.asarray((~np.isnan(codes)).sum(axis=0) > 1)


def _counts(codes: Array) -> tuple[Array, Array]:
    """All values, sorted, and how often each unit has each of them (units x values)."""
    values = np.unique(codes[~np.isnan(codes)])
    return values, (codes[:, :, np.newaxis] == values).sum(axis=0)


def _alphas(codes: Array, weights: Array, level: str) -> Array:
    """Alpha for each row of weights (draws x units: how often each unit counts)."""
    paired = _paired(codes)
    if not paired.any():
        return np.full(len(weights), np.nan)
    return LEVELS[level](codes[:, paired], weights[:, paired])


def _alpha(observed: Array, expected: Array, total: Array) -> Array:
    """Alpha from the sums of observed and expected differences of `total` values; NaN where no
    difference is expected."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)


def tallies(codes: Array, group_of: Sequence[int] | Array, groups: int) -> Array:
    """What nominal codes add to the observed differences (first column) and to the number of times
    each value occurs, summed by the group of each unit (groups x (1 + values)).

    `nominal_alpha` takes sums of the rows.
    """
    paired = _paired(codes)
    counts = _counts(codes[:, paired])[1]
    number = counts.sum(axis=1)
    observed = (number**2 - (counts**2).sum(axis=1)) / (number - 1)
    sums = np.zeros((groups, 1 + counts.shape[1]))
    np.add.at(sums, np.asarray(group_of)[paired], np.column_stack([observed, counts]))
    return sums


def nominal_alpha(tallied: Array) -> Array:
    """Nominal alpha of each row of summed tallies (draws x (1 + values))."""
    of_value = tallied[:, 1:]
    total = of_value.sum(axis=1)
    return _alpha(tallied[:, 0], total**2 - (of_value**2).sum(axis=1), total)


def _nominal(codes: Array, weights: Array) -> Array:
    """Two values differ or do not."""
    units = codes.shape[1]
    return nominal_alpha(weights @ tallies(codes, np.arange(units), units))


def _ordinal(codes: Array, weights: Array) -> Array:
    """Two values differ as their mean ranks do among all values of the draw; ranks are counted from
    the middle, so that their sum is 0."""
    counts = _counts(codes)[1]
    number, of_value = counts.sum(axis=1), weights @ counts
    total = of_value.sum(axis=1)
    ranks = of_value.cumsum(axis=1) - of_value / 2 - total[:, np.newaxis] / 2
    share = weights / (number - 1)
    observed = (ranks**2 * (share @ (counts * number[:, np.newaxis]))).sum(axis=1) - (
        share * (ranks @ counts.T) ** 2
    ).sum(axis=1)
    return _alpha(observed, total * (of_value * ranks**2).sum(axis=1), total)


def _ratio(codes: Array, weights: Array) -> Array:
    """Two values differ by their difference divided by their sum; not at all where that is 0."""

    def relative(one: Array, other: Array) -> Array:
        sums = np.add.outer(one, other)
        differences = np.subtract.outer(one, other)
        return np.divide(differences, sums, out=np.zeros_like(sums), where=sums != 0)

    return _by_distance(codes, weights, relative)


def _by_distance(codes: Array, weights: Array, distance: Callable[[Array, Array], Array]) -> Array:
    """Alpha of values that differ by a distance, which is the same in every draw."""
    values, counts = _counts(codes)
    squared = distance(values, values) ** 2
    observed = weights @ ((counts @ squared * counts).sum(axis=1) / (counts.sum(axis=1) - 1))
    of_value = weights @ counts
    return _alpha(observed, (of_value @ squared * of_value).sum(axis=1), of_value.sum(axis=1))


LEVELS: dict[str, Callable[[Array, Array], Array]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": partial(_by_distance, distance=np.subtract.outer),
    "ratio": _ratio,
}


class Unitizing(NamedTuple):
    """Observed and expected disagreement of unitizing, and its `alpha` (NaN where nothing is
    expected)."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float:
        """1 - observed / expected."""
        return 1 - self.observed / self.expected if self.expected else np.nan


def unitizing(units: Sequence[Iterable[tuple[int, int]]], length: int) -> Unitizing:
    """Disagreement of coders on where the units of one class begin and end on a continuum.

    `units`: for each coder (start, length) pairs that do not overlap, starts counted from 0, such
    as words; `length`: of the continuum. For an alpha of several classes add up observed and
    expected. Raises ValueError for units that overlap or leave the continuum. Krippendorff, Content
    Analysis (2004), p. 251-256; Krippendorff et al., On the reliability of unitizing textual
    continua, Quality & Quantity 50 (2016).

    >>> result = unitizing([[(75, 70), (220, 30)], [(70, 80), (205, 20), (250, 20)]], 300)
    >>> round(result.alpha, 4)  # Krippendorff (2004), p. 255
    0.7286
    """
    return _unitizing([np.array(sorted(own)).reshape(-1, 2) for own in units], length)


def _unitizing(units: Sequence[Array], length: int) -> Unitizing:
    """`unitizing` of each coder's units as rows (start, length), in order."""
    sections = [_sections(own, length) for own in units]
    pairs = len(sections) * (len(sections) - 1)
    observed = sum(_distance(one, other) for one, other in combinations(sections, 2)) * 2
    _, lengths, is_unit = np.concatenate(sections).T
    sizes, gaps = lengths[is_unit == 1], lengths[is_unit == 0]
    total = len(sections) * length
    within = (len(sizes) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes)
    size, times = np.unique(sizes, return_counts=True)
    # at how many places a unit of each size could begin within the gaps
    room = np.maximum(gaps - size[:, np.newaxis] + 1, 0).sum(axis=1)
    in_gaps = (times * size**2 * room).sum()
    chance = (
        2 / length * (within.sum() + in_gaps) / (total * (total - 1) - (sizes * (sizes - 1)).sum())
    )
    return Unitizing(float(observed / (pairs * length**2)), float(chance))


def _sections(units: Array, length: int) -> Array:
    """Units and the gaps around them as rows (start, length, 1 or 0); gaps between units that touch
    have no length and take no part."""
    rows = np.zeros((2 * len(units) + 1, 3))
    rows[1::2, :2] = units
    rows[1::2, 2] = 1
    rows[2::2, 0] = units.sum(axis=1)
    rows[:-1:2, 1] = units[:, 0] - rows[:-1:2, 0]
    rows[-1, 1] = length - rows[-1, 0]
    wrong = (rows[:-1:2, 1] < 0) | (units[:, 1] <= 0) | (rows[2::2, 0] > length)
    if wrong.any():
        start, size = units[wrong][0]
        raise ValueError(
            f"unit ({start}, {size}) overlaps another or leaves the continuum of length {length}"
        )
    return rows


def _distance(one: Array, other: Array) -> float:
    """Sum of Krippendorff's squared differences over all sections of two coders that share a
    place."""
    # at each place a section begins, so no pair comes twice
    places = np.union1d(one[:, 0], other[:, 0])
    a, b = (own[np.searchsorted(own[:, 0], places, side="right") - 1].T for own in (one, other))
    starts, ends = a[0] - b[0], a[0] + a[1] - b[0] - b[1]
    both = (a[2] == 1) & (b[2] == 1)
    a_in_gap = (a[2] > b[2]) & (starts >= 0) & (ends <= 0)
    b_in_gap = (a[2] < b[2]) & (starts <= 0) & (ends >= 0)
    squared = both * (starts**2 + ends**2) + a_in_gap * a[1] ** 2 + b_in_gap * b[1] ** 2
    return float(squared.sum())


def unitizing_of_draws(spans: Sequence[Iterable[Any]], sizes: Array, draws: Array) -> Array:
    """Unitizing alpha on the sentences of each draw, laid end to end; NaN where no coder has a unit
    there.

    `spans`: each coder's, in order, each with its `sentence` and its `first` and `last` word there;
    those that overlap are one unit. `sizes`: words of each sentence; `draws`: the sentences of
    each, by number.
    """
    units_of = [_units_by_sentence(own, len(sizes)) for own in spans]
    coders = [(units, np.array([len(own) for own in units])) for units in units_of]
    values = []
    for chosen in draws:
        starts = np.cumsum(sizes[chosen]) - sizes[chosen]
        laid = []
        for units, numbers in coders:
            rows = np.concatenate([units[sentence] for sentence in chosen])
            rows[:, 0] += np.repeat(starts, numbers[chosen])
            laid.append(rows)
        length = int(sizes[chosen].sum())
        values.append(_unitizing(laid, length).alpha if any(map(len, laid)) else np.nan)
    return np.array(values)


def _units_by_sentence(spans: Iterable[Any], sentences: int) -> list[Array]:
    """Units of one coder in each sentence as rows (start, length); spans that overlap are one
    unit."""
    units: list[list[list[int]]] = [[] for _ in range(sentences)]
    for span in spans:
        own = units[span.sentence]
        if own and span.first < sum(own[-1]):
            start = own[-1][0]
            own[-1][1] = max(sum(own[-1]), span.last) - start
        else:
            own.append([span.first, span.last - span.first])
    return [np.array(own, dtype=int).reshape(-1, 2) for own in units]
