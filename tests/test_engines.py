"""Every measure that counts, joins or aggregates gives the same answer on every engine."""

from types import SimpleNamespace

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pytest

from standoff import chronology, diplomacy, engines, framing, sourcing
from standoff.tables import COLUMNS

ENGINES = {
    "polars": pl.from_pandas,
    "polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "duckdb": duckdb.from_df,
    "dask": lambda table: dd.from_pandas(table, npartitions=3),
}
KINDS = {"polars": pl.DataFrame, "polars, lazy": pl.LazyFrame, "duckdb": duckdb.DuckDBPyRelation, "dask": dd.DataFrame, "pandas": pd.DataFrame}
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


@pytest.fixture(scope="module", params=ENGINES)
def elsewhere(request, corpus):
    return request.param, on(request.param, corpus)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_the_same_on_every_engine(name, elsewhere, corpus):
    engine, there = elsewhere
    found, expected = MEASURES[name](there), MEASURES[name](corpus)
    assert len(expected)
    if name != "positions":
        assert isinstance(found, KINDS[engine])
    pd.testing.assert_frame_equal(engines.collect(found), expected)
