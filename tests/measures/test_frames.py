"""Measures that count, join or aggregate give the same table on every engine."""

from dataclasses import replace
from types import SimpleNamespace

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pytest
from conftest import SEEDS
from test_sourcing import said_through_another

import standoff
from standoff import agreement, chronology, diplomacy, framing, sourcing
from standoff.annotation.zone_labels import ARTICLE
from standoff.corpus.schema import COLUMNS
from standoff.measures import frames as engines

ENGINES = {
    "polars": pl.from_pandas,
    "polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "duckdb": duckdb.from_df,
    "dask": lambda table: dd.from_pandas(table, npartitions=3),
}
# Dask takes longer than all others together; scale/test_dataset.py asks it in make test too
PARAMS = [
    pytest.param(name, marks=[pytest.mark.slow] if name == "dask" else []) for name in ENGINES
]
KINDS = {
    "polars": pl.DataFrame,
    "polars, lazy": pl.LazyFrame,
    "duckdb": duckdb.DuckDBPyRelation,
    "dask": dd.DataFrame,
    "pandas": pd.DataFrame,
}
MEASURES = {
    "voices": sourcing.voices,
    "voices of parties": lambda c: sourcing.voices(c, by="party"),
    "voices with captions": lambda c: sourcing.voices(c, captions=True),
    "concentration": sourcing.concentration,
    "concentration of parties": lambda c: sourcing.concentration(c, by="party"),
    "naming": sourcing.naming,
    "unsourced": sourcing.unsourced,
    "profile": framing.profile,
    "ownership": framing.ownership,
    "ownership of actors": lambda c: framing.ownership(c, by="actor"),
    "places": framing.places,
    "ledger": diplomacy.ledger,
    "ledger with captions": lambda c: diplomacy.ledger(c, captions=True),
    "network": diplomacy.network,
    "lag": chronology.lag,
    "positions": diplomacy.positions,
}


def on(engine, corpus):
    """The tables of a corpus in another engine."""
    return SimpleNamespace(**{name: ENGINES[engine](getattr(corpus, name)) for name in COLUMNS})


@pytest.fixture(scope="module", params=PARAMS)
def elsewhere(request, corpus):
    return request.param, on(request.param, corpus)


@pytest.mark.parametrize("name", MEASURES)
def test_measures_give_the_same_table_on_every_engine(name, elsewhere, corpus):
    engine, there = elsewhere
    found, expected = MEASURES[name](there), MEASURES[name](corpus)
    assert len(expected)
    if name != "positions":
        assert isinstance(found, KINDS[engine])
    pd.testing.assert_frame_equal(engines.collect(found), expected)


@pytest.mark.parametrize("engine", PARAMS)
@pytest.mark.parametrize("nested", [True, False])
def test_voices_counts_nested_words_alike_on_every_engine(engine, nested, folder):
    corpus = said_through_another(folder)
    if not nested:
        corpus = replace(corpus, attributions=corpus.attributions.head(1))
    for measure in (sourcing.voices, sourcing.concentration):
        pd.testing.assert_frame_equal(engines.collect(measure(on(engine, corpus))), measure(corpus))


def test_counts_gives_the_same_table_on_every_engine(elsewhere):
    engine, _ = elsewhere
    coders = [standoff.load(SEEDS, coder) for coder in "ab"]
    expected = agreement.counts(*coders)
    found = agreement.counts(*(on(engine, coder) for coder in coders))
    assert isinstance(found, KINDS[engine])
    pd.testing.assert_frame_equal(engines.collect(found), expected)


def test_counts_separates_shared_spans_from_those_of_one_coder(corpus):
    found = agreement.counts(corpus, corpus).set_index("label")
    assert (found["f1"] == 1).all() and (found["both"] == found["first"]).all()
    assert found.loc["Actor", "first"] == corpus.mentions["zone"].isin(ARTICLE).sum()
    fewer = replace(corpus, mentions=corpus.mentions[corpus.mentions["actor"] != "taliban"])
    found = agreement.counts(corpus, fewer).set_index("label")
    assert found.loc["Actor", "both"] == found.loc["Actor", "second"] < found.loc["Actor", "first"]


@pytest.mark.parametrize("engine", ["pandas", *PARAMS])
def test_voices_counts_joint_sources_for_each_actor_and_once_for_their_party(engine):
    actors = pd.DataFrame(
        {
            "actor": ["x", "y", "z"],
            "name": ["X", "Y", "Z"],
            "kind": "government",
            "country": "c",
            "part_of": [None, "x", "x"],
            "named": True,
        }
    )
    columns = {"doc": "d", "parent": None, "zone": "Body"}
    said = pd.DataFrame(
        {
            "id": ["E1", "E2", "E3"],
            "actor": ["y z", "y", "unlisted"],
            "source": ["Y and Z", "Y", "unlisted"],
            "cue": ["say", "must hold", "says"],
            "words": [5, 3, 2],
            "quoted_words": [1, 0, 0],
            **columns,
        }
    )
    mentions = pd.DataFrame({"id": ["T1"], "actor": ["y z"], "doc": "d", "zone": "Body"})
    documents = pd.DataFrame({"doc": ["d"], "published": pd.to_datetime(["2020-01-01"])})
    tables = {
        "actors": actors,
        "attributions": said.astype({"parent": "str"}),
        "mentions": mentions,
        "documents": documents,
    }
    make = ENGINES.get(engine, lambda table: table)
    corpus = SimpleNamespace(**{name: make(table) for name, table in tables.items()})
    each = engines.collect(sourcing.voices(corpus)).set_index("actor")[
        ["attributions", "words", "quoted_words", "mentions"]
    ]
    assert each.T.to_dict("list") == {
        "y": [2, 8, 1, 1],
        "z": [1, 5, 1, 1],
        "unlisted": [1, 2, 0, 0],
    }
    party = engines.collect(sourcing.voices(corpus, by="party")).set_index("actor")[
        ["attributions", "words", "quoted_words", "mentions"]
    ]
    assert party.T.to_dict("list") == {"x": [2, 8, 1, 2], "unlisted": [1, 2, 0, 0]}


def test_table_rejects_what_is_not_a_table():
    with pytest.raises(TypeError, match="list"):
        engines.table(SimpleNamespace(frames=[1, 2]), "frames")


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pandas"])
def test_a_share_of_nothing_is_missing_and_of_one_is_not(engine):
    table = pd.DataFrame({"part": [0, 1, 1], "whole": [0, 1, 2]})
    tables = SimpleNamespace(given=table if engine == "pandas" else ENGINES[engine](table))
    frame = engines.table(tables, "given").with_columns(share=engines.ratio("part", "whole"))
    share = engines.collect(frame)["share"]
    assert share.isna().tolist() == [True, False, False]
    assert share.tolist()[1:] == [1.0, 0.5]
