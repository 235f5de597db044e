"""unitizing.py: published worked examples, symmetry, and what is refused."""

import pytest

from standoff.agreement import unitizing

# Krippendorff, Content Analysis (2004), p. 254, with starts counted from the beginning of the continuum (150)
CLASS_C = [[(75, 70), (220, 30)], [(70, 80), (205, 20), (250, 20)]]
CLASS_K = [[(30, 60), (150, 50)], [(30, 60), (150, 50)]]


def test_unitizing_alpha_equals_the_published_values():
    c, k = unitizing(CLASS_C, 300), unitizing(CLASS_K, 300)
    assert (c.observed, c.expected, c.alpha) == pytest.approx((0.0144, 0.0532, 0.7286), abs=5e-5)
    assert (k.observed, k.expected, k.alpha) == pytest.approx((0.0, 0.0490, 1.0), abs=5e-5)
    assert 1 - (c.observed + k.observed) / (c.expected + k.expected) == pytest.approx(0.8591, abs=5e-4)


@pytest.mark.parametrize(("one", "other", "squared"), [((75, 70), (70, 80), 50), ((220, 30), (205, 20), 850), ((250, 20), None, 400)])
def test_its_distance_is_the_published_one(one, other, squared):
    units = [[one], [other] if other else []]
    assert unitizing(units, 300).observed * 300**2 == pytest.approx(squared)


def test_unitizing_does_not_depend_on_who_comes_first():
    assert unitizing(CLASS_C, 300) == pytest.approx(unitizing(CLASS_C[::-1], 300))


def test_units_that_overlap_or_leave_the_continuum_are_refused():
    with pytest.raises(ValueError, match=r"unit \(5, 10\) overlaps another or leaves the continuum of length 30"):
        unitizing([[(0, 10), (5, 10)], []], 30)
