"""corpus/schema.py: columns, types and meanings of the tables."""

import pandas as pd
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from standoff.corpus.schema import COLUMNS, as_frame
from standoff.exchange.tables import column_dictionary


def test_meanings_of_columns_equal_those_in_the_readme_of_the_seeds(tmp_path):
    assert column_dictionary(tmp_path) == column_dictionary(SEEDS)


@given(
    st.lists(
        st.none() | st.sampled_from(["", "a", "a\0b", "\0", "é", "😀 ش"]) | st.just("word"),
        max_size=6,
    )
)
def test_tables_keep_words_unchanged(words):
    numbers = dict.fromkeys(("start", "end", "line"), [0] * len(words))
    table = as_frame("sentences", dict.fromkeys(COLUMNS["sentences"], words) | numbers)
    for column in ("doc", "text", "coder"):
        kept = [None if pd.isna(word) else word for word in table[column]]
        assert kept == words and table[column].dtype == "str"
