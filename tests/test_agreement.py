"""agreement.py: published worked examples, symmetry, and what is undefined."""

import dataclasses
import math

import numpy as np
import pytest
from conftest import SEEDS

import standoff
from standoff import agreement, comparison
from standoff.agreement import alpha, undefined, unitizing


def rows(text):
    return [[None if value == "." else int(value) for value in line.split()] for line in text.strip().split("\n")]


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
# Krippendorff, Content Analysis (2004), p. 254, with starts counted from the beginning of the continuum (150)
CLASS_C = [[(75, 70), (220, 30)], [(70, 80), (205, 20), (250, 20)]]
CLASS_K = [[(30, 60), (150, 50)], [(30, 60), (150, 50)]]


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


def test_words_will_do_for_nominal_values():
    words = [[None if value is None else f"v{value}" for value in row] for row in FOUR]
    assert alpha(words) == pytest.approx(alpha(FOUR))


def test_a_wrong_level_names_the_right_ones():
    with pytest.raises(ValueError, match=r"unknown level 'nominel'; did you mean 'nominal'?"):
        alpha(FOUR, level="nominel")
    with pytest.raises(ValueError, match="expected one of interval, nominal, ordinal, ratio"):
        alpha(FOUR, level="x")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([[1, 1], [1, 1]], "there is one value only, so chance cannot be told from agreement"),
        ([[1, None], [None, 2]], "no unit has values of two coders"),
        ([[], []], "no unit has values of two coders"),
        ([[1, 2], [1, 2]], ""),
    ],
)
def test_undefined_cases_are_missing_with_the_reason(data, reason):
    assert undefined(data) == reason
    assert math.isnan(alpha(data)) == bool(reason)


def drawn(rng, draws, units):
    """The draws that `bootstrap` makes with the same generator."""
    return rng.integers(0, units, (draws, units))


def random_data(level, missing):
    rng = np.random.default_rng(5)
    values = {"nominal": 4, "ordinal": 5, "interval": 1000, "ratio": 30}[level]
    truth = rng.integers(0, values, 25)
    data = np.where(rng.random((4, 25)) < 0.6, truth, rng.integers(0, values, (4, 25))).astype(float) / (7 if level == "interval" else 1)
    data[rng.random(data.shape) < missing] = np.nan
    return data


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("missing", [0, 0.5])
def test_each_draw_of_the_bootstrap_is_alpha_of_the_units_drawn(level, missing):
    data = random_data(level, missing)
    again = [alpha(data[:, units], level) for units in drawn(np.random.default_rng(3), 40, 25)]
    found = agreement.bootstrap(data, np.random.default_rng(3), 40, level)
    assert found.alpha == alpha(data, level)
    assert (found.low, found.high) == pytest.approx(tuple(np.nanpercentile(again, (2.5, 97.5))), rel=1e-9)
    weights = np.stack([np.bincount(units, minlength=25) for units in drawn(np.random.default_rng(3), 40, 25)])
    assert agreement._alphas(data, weights, level) == pytest.approx(again, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)])
def test_what_the_bootstrap_computes_of_all_units_once_is_the_published_value(level, published):
    codes = np.array([[np.nan if value is None else value for value in row] for row in FOUR], dtype=float)
    assert agreement._alphas(codes, np.ones((1, 12)), level) == pytest.approx([published], abs=0.0005)


def test_draws_without_alpha_are_counted_and_leave_the_interval_whole():
    found = agreement.bootstrap([["x", "x", "y", None], ["x", "x", "y", "x"]], np.random.default_rng(1), 500)
    assert 0 < found.undefined < found.draws == 500
    assert found.alpha == found.low == found.high == 1


@pytest.mark.parametrize("data", [[[1, 1], [1, 1]], [[1, None], [None, 2]], [[], []]])
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_where_alpha_is_undefined_so_is_every_draw(data, level):
    found = agreement.bootstrap(data, np.random.default_rng(1), 20, level)
    assert all(math.isnan(value) for value in found[:3]) and found.undefined == 20


def test_the_bootstrap_refuses_a_wrong_level_as_alpha_does():
    with pytest.raises(ValueError, match=r"unknown level 'ordnal'; did you mean 'ordinal'\?"):
        agreement.bootstrap(FOUR, np.random.default_rng(1), level="ordnal")


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


@pytest.fixture(scope="module")
def coders():
    return [standoff.load(SEEDS, coder=name) for name in ("a", "b")]


def test_agreement_is_symmetric_in_the_coders(coders):
    one, other = (agreement.labels(pair, np.random.default_rng(1), draws=20) for pair in (coders, coders[::-1]))
    figures = ["one_coder_only", "sentence", "word", "unit", "exact", "overlap", "word_low", "word_high"]
    assert np.allclose(one[figures].to_numpy(float), other[figures].to_numpy(float))


def test_a_coder_agrees_wholly_with_themselves(coders):
    table = agreement.labels([coders[0], coders[0]], np.random.default_rng(1), draws=20)
    assert (table["one_coder_only"] == 0).all()
    assert (table[["word", "exact", "overlap"]] == 1).all().all()
    assert len(agreement.disagreements([coders[0], coders[0]])) == 0


def test_the_vectorised_alpha_of_the_bootstrap_is_that_of_the_package(coders):
    ground = comparison.Ground(coders)
    covered, sentence_of = agreement._covers(ground, ground.of(["Rivalry"]))
    cells = agreement._tallies(covered, sentence_of, len(ground.words)).sum(axis=0)[np.newaxis]
    assert agreement._alpha_of(cells)[0] == pytest.approx(alpha(covered))


def test_intervals_hold_their_value_and_come_again_with_the_same_generator(coders):
    first, second = (agreement.attributes(coders, np.random.default_rng(7)) for _ in range(2))
    assert first.equals(second)
    defined = first[first["alpha"].notna()]
    assert ((defined["low"] <= defined["alpha"] + 1e-9) & (defined["alpha"] <= defined["high"] + 1e-9)).all()


def test_spans_that_only_one_coder_marked_are_listed_as_disagreements(coders):
    table = agreement.labels(coders, np.random.default_rng(1), draws=2).set_index("label")
    listed = agreement.disagreements(coders)
    only = listed[listed["kind"] == "only one"].groupby("label").size()
    for label in ("Rivalry", "Indispensable", "Attribution", "Cooperate"):
        assert table.loc[label, "one_coder_only"] == only[label]


def test_gold_stands_beside_the_disagreements(coders, corpus):
    table = agreement.disagreements(coders, corpus)
    rows = table[(table["layer"] == "framing") & table["gold"].notna()]
    assert len(rows) > 10
    values = rows[rows["kind"].isin(["Valence", "Function"])]
    assert set(values["gold"]) <= {"negative", "neutral", "positive", "problem", "cause", "judgement", "remedy"}
    for row in rows[rows["kind"].isin(["only one", "extent"])].itertuples():
        assert row.gold in corpus.texts[row.doc]


def test_one_coder_is_not_enough(coders):
    with pytest.raises(ValueError, match="agreement needs two coders; got 1"):
        agreement.labels(coders[:1], np.random.default_rng(1))


def test_matching_pairs_each_span_once_and_exact_ones_first():
    item = comparison.Item
    one = [item(0, 0, 5, "T1", "d", 0, 5, ""), item(0, 3, 9, "T2", "d", 3, 9, "")]
    other = [item(0, 3, 9, "T8", "d", 3, 9, ""), item(0, 1, 2, "T9", "d", 1, 2, "")]
    pairs = {(a.id, b.id) for a, b in agreement.match(one, other)}
    assert pairs == {("T2", "T8"), ("T1", "T9")}
    assert [(a.id, b.id) for a, b in agreement.match(one, other, exact=True)] == [("T2", "T8")]


def test_relations_of_a_coder_agree_wholly_with_their_own(coders):
    table = agreement.relations([coders[0], coders[0]], np.random.default_rng(1), draws=20)
    assert len(table) > 5 and (table["both"] > 0).all()
    assert (table["a"] == table["both"]).all() and (table["b"] == table["both"]).all()
    assert (table[["f1", "low", "high"]] == 1).all().all()


def test_relations_are_symmetric_in_the_coders_and_never_more_than_either_has(coders):
    one, other = (agreement.relations(pair, np.random.default_rng(1), draws=20) for pair in (coders, coders[::-1]))
    assert list(one["a"]) == list(other["b"]) and list(one["both"]) == list(other["both"])
    assert (one["both"] <= one[["a", "b"]].min(axis=1)).all() and (one["both"] < one["a"]).any()
    assert list(one["f1"]) == pytest.approx(list(2 * one["both"] / (one["a"] + one["b"])))


def test_a_span_that_only_one_coder_has_lowers_the_count_of_its_label_alone(coders):
    one = coders[0]
    label = one.frames["frame"].iloc[0]
    less = dataclasses.replace(one, frames=one.frames.iloc[1:])
    table = agreement.counts(one, less).set_index("label")
    number = (one.frames["frame"] == label).sum()
    assert table.loc[label, "f1"] == pytest.approx(2 * table.loc[label, "both"] / (table.loc[label, "first"] + table.loc[label, "second"]))
    assert table.loc[label, "first"] - table.loc[label, "second"] == 1 and table.loc[label, "both"] == table.loc[label, "second"] < number
    assert (table.drop(label)["f1"] == 1).all() and {"Actor", "Attribution", "Content", "Quoted", "Time"} < set(table.index)
