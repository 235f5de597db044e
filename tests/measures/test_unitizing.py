"""Unitizing in alpha_coefficients.py: published worked examples, symmetry, and invalid units."""

from itertools import combinations

import numpy as np
import pytest

from standoff.measures.agreement import unitizing
from standoff.measures.alpha_coefficients import unitizing_of_draws

# Krippendorff, Content Analysis (2004), p. 254, with starts counted from the beginning of the
# continuum (150)
CLASS_C = [[(75, 70), (220, 30)], [(70, 80), (205, 20), (250, 20)]]
CLASS_K = [[(30, 60), (150, 50)], [(30, 60), (150, 50)]]


def test_unitizing_alpha_equals_the_published_values():
    c, k = unitizing(CLASS_C, 300), unitizing(CLASS_K, 300)
    assert (c.observed, c.expected, c.alpha) == pytest.approx((0.0144, 0.0532, 0.7286), abs=5e-5)
    assert (k.observed, k.expected, k.alpha) == pytest.approx((0.0, 0.0490, 1.0), abs=5e-5)
    assert 1 - (c.observed + k.observed) / (c.expected + k.expected) == pytest.approx(
        0.8591, abs=5e-4
    )


@pytest.mark.parametrize(
    ("one", "other", "squared"),
    [((75, 70), (70, 80), 50), ((220, 30), (205, 20), 850), ((250, 20), None, 400)],
)
def test_unitizing_distance_equals_the_published_values(one, other, squared):
    units = [[one], [other] if other else []]
    assert unitizing(units, 300).observed * 300**2 == pytest.approx(squared)


def test_unitizing_is_symmetric_in_the_coders():
    assert unitizing(CLASS_C, 300) == pytest.approx(unitizing(CLASS_C[::-1], 300))


@pytest.mark.parametrize("units", [[(0, 10), (5, 10)], [(5, 26)], [(5, 0)], [(5, -1)], [(-5, 10)]])
def test_unitizing_rejects_units_that_overlap_leave_the_continuum_or_are_empty(units):
    start, length = units[-1]
    with pytest.raises(
        ValueError,
        match=rf"unit \({start}, {length}\)",
    ):
        unitizing([units, []], 30)


def test_unitizing_accepts_touching_units_and_one_that_fills_the_continuum():
    assert (
        unitizing([[(0, 30)], [(0, 30)]], 30).observed
        == unitizing([[(0, 10), (10, 20)]] * 2, 30).observed
        == 0
    )


def test_unitizing_of_three_coders_observes_the_mean_of_their_pairs():
    three = [*CLASS_C, [(70, 75), (260, 1), (262, 30)]]
    pairs = [unitizing([one, other], 300).observed for one, other in combinations(three, 2)]
    assert unitizing(three, 300).observed == pytest.approx(sum(pairs) / 3)


def expected(units, length):
    """Expected disagreement with its sums written out: Krippendorff (2004), p. 251-256."""
    sizes = [size for own in units for _, size in own]
    gaps = []
    for own in units:
        ends = [0, *(start + size for start, size in sorted(own))]
        starts = [*(start for start, _ in sorted(own)), length]
        gaps += [start - end for start, end in zip(starts, ends, strict=True)]
    among = sum((len(sizes) - 1) / 3 * (2 * size**3 - 3 * size**2 + size) for size in sizes)
    around = sum(size**2 * sum(gap - size + 1 for gap in gaps if gap >= size) for size in sizes)
    total = len(units) * length
    return (
        2
        / length
        * (among + around)
        / (total * (total - 1) - sum(size * (size - 1) for size in sizes))
    )


@pytest.mark.parametrize(
    "units", [CLASS_C, CLASS_K, [[(0, 1), (2, 1), (3, 4)], [(1, 1)]], [[], [(10, 20)], [(0, 300)]]]
)
def test_unitizing_expects_the_disagreement_of_all_possible_places(units):
    assert unitizing(units, 300).expected == pytest.approx(expected(units, 300))


@pytest.mark.parametrize("sizes", [[4], [0]])
def test_unitizing_of_draws_is_missing_without_units(sizes):
    assert np.isnan(unitizing_of_draws([[], []], np.array(sizes), [np.array([0])])).all()
