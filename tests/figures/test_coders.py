"""coders.py: agreement, label by label."""

import numpy as np
import pandas as pd
import pytest
from conftest import SEEDS
from drawn import WIDTHS, overlaps, said

from standoff import agreement, figures, load


@pytest.fixture(scope="module")
def table():
    coders = [load(SEEDS, name) for name in ("a", "b")]
    return agreement.labels(coders, np.random.default_rng(1), draws=20)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_agreement_overlap(table, width):
    assert overlaps(figures.agreement(table), width) == []


def test_the_title_counts_labels_with_ten_spans_whose_whole_interval_reaches_the_threshold(table):
    figure = figures.agreement(table)
    layers = figure.table.groupby("layer", sort=False)["alpha"]
    assert all(values.is_monotonic_increasing for _, values in layers)
    assert figure.table["layer"].is_monotonic_increasing
    is_label = figure.table["label"] != "any label"
    often = figure.table["spans of each coder"].str.fullmatch(r"\d\d+ and \d\d+")
    lowest = figure.table.loc[is_label & often, "from"]
    counted = f"{(lowest >= 0.8).sum()} of {len(lowest)} single labels with at least ten spans"
    assert figure.title == f"Agreement is clearly above 0.8 on {counted}"
    assert (figure.table["from"] < 0.8).sum() > (figure.table["alpha"] < 0.8).sum()
    assert "bad faith (7 and 7)" in said(figure) and "threat (8 and 8)" in said(figure)


def test_agreement_calls_labels_what_the_codebook_calls_them(table, corpus):
    words = said(figures.agreement(table, codebook=corpus.codebook))
    assert "violence (8 and 8)" in words and "threat" not in words


def test_of_many_coders_the_fewest_and_most_spans_are_named(table):
    ten = figures.agreement(table.assign(spans="/".join(["7", "12"] * 5)))
    assert "failure (7 to 12)" in said(ten)


def test_of_few_labels_the_title_does_not_count_any(table):
    few = table[table["label"].isin(["any", "Actor", "Time", "Reject"])]
    assert figures.agreement(few).title == "Agreement of the coders, label by label"


def test_agreement_without_labels_says_so(table):
    assert "nothing to show" in figures.agreement(pd.DataFrame()).title
    assert (
        figures.agreement(table, least=10**6).caption
        == "Nothing to show: no label has at least 1000000 spans of each coder."
    )
