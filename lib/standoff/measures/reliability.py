"""Krippendorff's alpha of values that coders gave to units, and how far it varies when the units
are drawn anew.

With o(c, k) the coincidences of two values within units, n(c) how often a value is paired, n their
sum and d(c, k) the squared difference of two values,
alpha = 1 - (n - 1) * sum of o(c, k) d(c, k) / sum of n(c) n(k) d(c, k): Krippendorff, Computing
Krippendorff's Alpha-Reliability (2011), p. 1, for any number
of coders, missing values and each level of measurement p. 4-8. A unit with one value has no pair
and counts nowhere. The matrix of coincidences is
not made: what a unit adds to either sum is tallied once, and each draw of units adds up tallies.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, hstack

from ..annotation.suggest import suggest

__all__ = [
    "Bootstrap",
    "alpha",
    "alpha_of",
    "bootstrap",
    "bounds",
    "codes_of",
    "drawn",
    "tallies",
    "undefined",
]

SHOWN = (2.5, 97.5)  # percentiles of the interval


def alpha(data, level: str = "nominal") -> float:
    """Krippendorff's alpha of `data`: coders x units, None or NaN where a coder gave no value.

    `level` is nominal, ordinal, interval or ratio; nominal values may be words. NaN where alpha is
    undefined: no unit with two
    values, or one value only in all of them (`undefined` says which). ValueError for another level.
    """
    codes = codes_of(data, level)
    return float(_alphas(codes, np.ones((1, codes.shape[1])), level)[0])


def undefined(data) -> str:
    """Why alpha of `data` (coders x units) is undefined; empty where it is defined."""
    codes = codes_of(data)
    paired = codes[:, _paired(codes)]
    values = np.unique(paired[~np.isnan(paired)])
    if len(values) == 0:
        return "no unit has values of two coders"
    if len(values) == 1:
        return "there is one value only, so chance cannot be told from agreement"
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
    data, generator: np.random.Generator, draws: int = 1000, level: str = "nominal"
) -> Bootstrap:
    """Krippendorff's alpha of `data` (as `alpha` takes it) and how far it varies when units are
    drawn anew, as many and with replacement.

    Alpha of each draw is exact, also for ordinal values, whose differences depend on how often each
    value was drawn. ValueError for another level.
    """
    codes = codes_of(data, level)
    values = _alphas(codes, drawn(generator, draws, codes.shape[1])[1][1:], level)
    return Bootstrap(alpha(data, level), *bounds(values), draws, int(np.isnan(values).sum()))


def drawn(generator, draws, units):
    """All units once, then as many units in each of the draws, with replacement: which ones (1 +
    draws x units), and how often each."""
    chosen = np.concatenate(
        [np.arange(units)[np.newaxis], generator.integers(0, max(units, 1), (draws, units))]
    )
    places = chosen + units * np.arange(1 + draws)[:, np.newaxis]
    return chosen, np.bincount(places.ravel(), minlength=chosen.size).reshape(chosen.shape).astype(
        float
    )


def bounds(values):
    """Lower and upper end of the interval: percentiles of the draws in which a figure is
    defined."""
    values = np.asarray(values)
    values = values[~np.isnan(values)]
    return tuple(map(float, np.percentile(values, SHOWN))) if len(values) else (np.nan, np.nan)


def codes_of(data, level="nominal"):
    """Values (coders x units) as numbers: as they are, or, if nominal, a number for each; NaN where
    there is none. ValueError for an unknown level."""
    if level not in MEASURES:
        raise ValueError(f"unknown level '{level}'; {suggest(str(level), MEASURES)}")
    if isinstance(data, np.ndarray) and data.dtype.kind == "f":
        return data
    numbers = {}
    code = (lambda value: numbers.setdefault(value, len(numbers))) if level == "nominal" else float
    return np.array(
        [[np.nan if _missing(value) else code(value) for value in row] for row in data], ndmin=2
    )


def _missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def _paired(codes):
    """Which units have values of two coders or more."""
    return (~np.isnan(codes)).sum(axis=0) > 1


def _counts(codes):
    """All values of codes (coders x units), in order, and how often each unit has each of them
    (units x values, sparse)."""
    coder, unit = np.nonzero(~np.isnan(codes))
    values, place = np.unique(codes[coder, unit], return_inverse=True)
    return values, coo_array(
        (np.ones(len(unit)), (unit, place)), shape=(codes.shape[1], len(values))
    ).tocsr()


def _alphas(codes, weights, level):
    """Alpha of codes (coders x units) for each row of weights (draws x units: how often each unit
    counts)."""
    paired = _paired(codes)
    return (
        MEASURES[level](codes[:, paired], weights[:, paired])
        if paired.any()
        else np.full(len(weights), np.nan)
    )


def _alpha(observed, expected, total):
    """Alpha from the sums of observed and expected differences of so many values; NaN where no
    difference is expected."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)


def tallies(codes, group_of, groups):
    """What nominal codes (coders x units) add to observed differences and, behind it, to how often
    each value occurs.

    Summed by the group of each unit (groups x (1 + values), sparse); `alpha_of` takes sums of its
    rows.
    """
    paired = _paired(codes)
    counts = _counts(codes[:, paired])[1]
    number = counts.sum(axis=1)
    observed = (number**2 - (counts**2).sum(axis=1)) / (number - 1)
    places = np.asarray(group_of)[paired], np.arange(len(number))
    return (
        coo_array((np.ones(len(number)), places), shape=(groups, len(number))).tocsr()
        @ hstack([coo_array(observed[:, np.newaxis]), counts]).tocsr()
    )


def alpha_of(tallied):
    """Nominal alpha of each row of summed tallies (draws x (1 + values))."""
    of_value = tallied[:, 1:]
    total = of_value.sum(axis=1)
    return _alpha(tallied[:, 0], total**2 - (of_value**2).sum(axis=1), total)


def _nominal(codes, weights):
    """Two values differ or do not."""
    units = codes.shape[1]
    return alpha_of(weights @ tallies(codes, np.arange(units), units))


def _ordinal(codes, weights):
    """Two values differ as their mean ranks do among all values of the draw, whose sum, counted
    from the middle, is 0."""
    counts = _counts(codes)[1].toarray()
    number, of_value = counts.sum(axis=1), weights @ counts
    total = of_value.sum(axis=1)
    ranks = of_value.cumsum(axis=1) - of_value / 2 - total[:, np.newaxis] / 2
    share = weights / (number - 1)
    observed = (ranks**2 * (share @ (counts * number[:, np.newaxis]))).sum(axis=1) - (
        share * (ranks @ counts.T) ** 2
    ).sum(axis=1)
    return _alpha(observed, total * (of_value * ranks**2).sum(axis=1), total)


def _interval(codes, weights):
    """Two values differ by as much as lies between them: all that is needed are sums and sums of
    squares."""
    codes = codes - np.nanmean(codes)
    number, total, squares = (
        (~np.isnan(codes)).sum(axis=0),
        np.nansum(codes, axis=0),
        np.nansum(codes**2, axis=0),
    )
    observed = weights @ ((number * squares - total**2) / (number - 1))
    number, total, squares = (weights @ np.stack([number, total, squares], axis=1)).T
    expected = number * squares - total**2
    return _alpha(
        observed, np.where(expected > 1e-12 * number * squares, expected, 0), number
    )  # what is smaller is rounding


def _ratio(codes, weights):
    """Two values differ by their difference divided by their sum; not at all where that is 0."""
    values, counts = _counts(codes)
    counts = counts.toarray()
    differences, sums = values[:, np.newaxis] - values, values[:, np.newaxis] + values
    squared = np.divide(differences, sums, out=np.zeros_like(sums), where=sums != 0) ** 2
    observed = weights @ ((counts @ squared * counts).sum(axis=1) / (counts.sum(axis=1) - 1))
    of_value = weights @ counts
    return _alpha(observed, (of_value @ squared * of_value).sum(axis=1), of_value.sum(axis=1))


MEASURES = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}
