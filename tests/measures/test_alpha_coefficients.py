"""alpha_coefficients.py: published examples, another implementation, draws, undefined cases."""

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.measures import alpha_coefficients
from standoff.measures.agreement import alpha, bootstrap, undefined

LEVELS = ["nominal", "ordinal", "interval", "ratio"]


def rows(text):
    return [
        [None if value == "." else int(value) for value in line.split()]
        for line in text.strip().split("\n")
    ]


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units
FOUR = rows("""
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
""")
# Wikipedia, Krippendorff's alpha: three coders, fifteen units
THREE = rows("""
. . . . . 3 4 1 2 1 1 3 3 . 3
1 . 2 1 3 3 4 3 . . . . . . .
. . 2 1 3 4 4 . 2 1 1 3 3 . 4
""")


@pytest.mark.parametrize(
    ("data", "level", "published"),
    [
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
        (FOUR, "ratio", 0.797),
        (THREE, "nominal", 0.691),
        (THREE, "interval", 0.811),
    ],
)
def test_alpha_equals_the_published_value(data, level, published):
    assert alpha(data, level=level) == pytest.approx(published, abs=0.0005)


def coded(missing):
    """Values of two to five coders for one to twelve units, some of them missing if asked for."""
    value = st.one_of(
        st.integers(0, 4),
        st.integers(1, 1000),
        st.floats(0, 100).map(lambda number: round(number, 3)),
    ).map(float)
    cell = st.one_of(value, st.just(float("nan"))) if missing else value
    return st.tuples(st.integers(2, 5), st.integers(1, 12)).flatmap(
        lambda shape: st.lists(
            st.lists(cell, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("missing", [False, True])
def test_alpha_equals_that_of_the_krippendorff_package(level, missing):
    @given(coded(missing))
    def check(data):
        if undefined(data):
            assert math.isnan(alpha(data, level))
        else:
            theirs = krippendorff.alpha(data, level_of_measurement=level)
            assert alpha(data, level) == pytest.approx(theirs, rel=1e-12, abs=1e-12)

    check()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shape", [(2, 400), (10, 1000)])
def test_alpha_of_many_units_equals_that_of_the_krippendorff_package(level, shape):
    rng = np.random.default_rng(11)
    truth = rng.integers(1, 30, shape[1]) / 7
    data = np.where(rng.random(shape) < 0.9, truth, rng.integers(1, 30, shape) / 7)
    data[rng.random(shape) < 0.3] = np.nan
    assert alpha(data, level) == pytest.approx(
        krippendorff.alpha(data, level_of_measurement=level), rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_one_if_all_coders_agree(level):
    truth = np.tile([3.0, 1.0, 7.5, 1.0], 50)
    assert alpha([truth, truth, truth], level) == pytest.approx(1, abs=1e-12)


def test_alpha_of_ratio_values_that_add_up_to_zero_equals_that_of_the_krippendorff_package():
    data = [[0.0, 1.0, -1.0, 2.0], [0.0, -1.0, 1.0, 3.0]]
    assert alpha(data, "ratio") == pytest.approx(
        krippendorff.alpha(data, level_of_measurement="ratio"), abs=1e-12
    )


@pytest.mark.parametrize("far", [1e6, 1e9])
def test_alpha_of_intervals_far_from_zero_loses_no_precision(far):
    near = np.array(
        [[np.nan if value is None else value for value in row] for row in FOUR], dtype=float
    )
    assert alpha(near + far, "interval") == pytest.approx(alpha(near, "interval"), abs=1e-12)


def test_alpha_accepts_words_as_nominal_values():
    words = [[None if value is None else f"v{value}" for value in row] for row in FOUR]
    assert alpha(words) == alpha(np.array(words, dtype=object)) == alpha(FOUR)


def test_alpha_accepts_lists_and_arrays_of_any_numbers():
    whole = [row[:9] for row in FOUR[:2]]
    alike = (
        whole,
        np.array(whole),
        np.array(whole, dtype=float),
        [[float(value) for value in row] for row in whole],
    )
    assert len({alpha(data, "ordinal") for data in alike}) == 1


def test_alpha_rejects_an_unknown_level_and_suggests_one():
    with pytest.raises(ValueError, match="did you mean 'nominal'"):
        alpha(FOUR, level="nominel")
    with pytest.raises(ValueError, match="expected one of interval, nominal, ordinal, ratio"):
        alpha(FOUR, level="x")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            [[1, 1], [1, 1]],
            "there is only one value, so agreement cannot be distinguished from chance",
        ),
        (
            [[1, 1, 2], [1, 1, None]],
            "there is only one value, so agreement cannot be distinguished from chance",
        ),
        ([[1, None], [None, 2]], "no unit has values of two coders"),
        ([[1, 2, 3]], "no unit has values of two coders"),
        ([[None, None], [None, None]], "no unit has values of two coders"),
        ([], "no unit has values of two coders"),
        ([[], []], "no unit has values of two coders"),
        ([[1, 2], [1, 2]], ""),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_undefined_gives_the_reason_where_alpha_is_missing(data, reason, level):
    assert undefined(data) == reason
    assert math.isnan(alpha(data, level)) == bool(reason)


def drawn(rng, draws, units):
    """The draws that `bootstrap` makes with the same generator."""
    return rng.integers(0, units, (draws, units))


def random_data(level, missing):
    rng = np.random.default_rng(5)
    values = {"nominal": 4, "ordinal": 5, "interval": 1000, "ratio": 30}[level]
    truth = rng.integers(0, values, 25)
    data = np.where(rng.random((4, 25)) < 0.6, truth, rng.integers(0, values, (4, 25))).astype(
        float
    ) / (7 if level == "interval" else 1)
    data[rng.random(data.shape) < missing] = np.nan
    return data


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("missing", [0, 0.5])
def test_bootstrap_computes_alpha_of_the_units_drawn(level, missing):
    data = random_data(level, missing)
    again = [alpha(data[:, units], level) for units in drawn(np.random.default_rng(3), 40, 25)]
    found = bootstrap(data, np.random.default_rng(3), 40, level)
    assert found.alpha == alpha(data, level)
    assert (found.low, found.high) == pytest.approx(
        tuple(np.nanpercentile(again, (2.5, 97.5))), rel=1e-9
    )
    weights = np.stack(
        [np.bincount(units, minlength=25) for units in drawn(np.random.default_rng(3), 40, 25)]
    )
    assert alpha_coefficients._alphas(data, weights, level) == pytest.approx(
        again, rel=1e-9, nan_ok=True
    )


def test_bootstrap_counts_undefined_draws_and_leaves_them_out_of_the_interval():
    found = bootstrap([["x", "x", "y", None], ["x", "x", "y", "x"]], np.random.default_rng(1), 500)
    assert 0 < found.undefined < found.draws == 500
    assert found.alpha == found.low == found.high == 1


@pytest.mark.parametrize("data", [[[1, 1], [1, 1]], [[1, None], [None, 2]], [[], []]])
@pytest.mark.parametrize("level", LEVELS)
def test_bootstrap_is_undefined_if_alpha_is(data, level):
    found = bootstrap(data, np.random.default_rng(1), 20, level)
    assert all(math.isnan(value) for value in found[:3]) and found.undefined == 20


def test_bootstrap_draws_a_thousand_times_by_default():
    assert bootstrap(FOUR, np.random.default_rng(1)) == bootstrap(
        FOUR, np.random.default_rng(1), 1000
    )
    assert bootstrap(FOUR, np.random.default_rng(1)).draws == 1000


@pytest.mark.parametrize("level", LEVELS)
def test_bootstrap_of_one_unit_always_draws_it(level):
    assert bootstrap([[1], [2]], np.random.default_rng(1), 5, level) == pytest.approx(
        (0, 0, 0, 5, 0)
    )


@pytest.mark.parametrize("level", LEVELS)
def test_bootstrap_gives_draws_of_one_value_no_alpha(level):
    values = np.random.default_rng(1).random(40)
    weights = (
        np.eye(41, 40) * 3001 + (np.arange(41) == 40)[:, np.newaxis]
    )  # each value alone, then all of them once
    for coders in (3, 4, 7):
        found = alpha_coefficients._alphas(np.array([values] * coders), weights, level)
        assert np.isnan(found[:-1]).all() and found[-1] == pytest.approx(1)


def test_tallies_ignores_units_without_a_pair():
    found = alpha_coefficients.tallies(
        np.array([[1, np.nan, np.nan], [np.nan, 2, np.nan]]), [0, 0, 1], 2
    )
    assert found.shape == (2, 1) and found.sum() == 0


def test_bootstrap_rejects_an_unknown_level():
    with pytest.raises(ValueError, match="did you mean 'ordinal'"):
        bootstrap(FOUR, np.random.default_rng(1), level="ordnal")
