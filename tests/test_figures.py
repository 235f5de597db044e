"""figures.py and show.py: charts that say what they show, tables that can be read."""

import datetime as dt

import pandas as pd
import pytest
from conftest import ROOT

from standoff import figures, framing
from standoff.show import SCHEMA, Table, format_value, named

ALL = ["citations", "dealings", "frames", "functions", "heard", "matrix", "naming", "share_of_words", "sightings", "strip", "telling", "timeline", "zones"]


@pytest.mark.parametrize("name", ALL)
def test_a_figure_has_title_reading_description_and_axes_in_words(name, corpus):
    figure = getattr(figures, name)(corpus)
    spec = figure.spec()
    assert spec["$schema"] == SCHEMA.format(5)
    assert spec["title"]["text"] == figure.title and figure.reading.endswith(".")
    assert figure.reading.split(";")[0][3:20] in spec["description"]
    assert all("_" not in title for title in titles(spec)), titles(spec)


def titles(part):
    """Every axis title in a specification."""
    if isinstance(part, list):
        return [title for item in part for title in titles(item)]
    if not isinstance(part, dict):
        return []
    own = [part[axis]["title"] for axis in ("x", "y") if isinstance(part.get(axis), dict) and part[axis].get("title")]
    return own + [title for item in part.values() for title in titles(item)]


@pytest.mark.parametrize("name", ALL)
def test_a_figure_is_drawn_the_same_each_time(name, corpus):
    first, second = (getattr(figures, name)(corpus) for _ in range(2))
    assert first.spec() == second.spec() and first.svg() == second.svg()
    assert "font-family" in first.svg() and "http" not in first.svg().replace("http://www.w3.org/", "")


def test_figures_of_a_table_say_what_stands(corpus):
    figure = figures.key_words(framing.keyness(*framing.sentences_by(corpus)), ("one", "other"))
    assert figure.reading.startswith("Of ") and figure.reading.endswith("taleban, taliban, usa.")
    assert "Said once: rebel Islamic group" in figures.calling(corpus, "taliban").description
    assert "framing clauses stand in quoted words" in figures.voices_of_frames(framing.crossing(corpus), corpus).reading


def test_an_interval_of_time_is_drawn_as_one_and_an_open_side_is_said_to_be(corpus):
    rows = [row for data in figures.telling(corpus).spec()["datasets"].values() for row in data]
    bombing = next(row for row in rows if row["said"] == "bombing")
    assert (bombing["from_day"], bombing["to_day"], bombing["open"]) == ("2017-04-13", "2017-04-14", "between the two days")
    assert {row["open"] for row in rows} == {"between the two days", "not later than", "not earlier than"}


def test_the_strip_covers_every_word_of_the_article_text(corpus):
    spec = figures.strip(corpus).spec()
    rows = [row for name, data in spec["datasets"].items() for row in data]
    assert sum(row["words"] for row in rows) == corpus.documents["words"].sum()
    assert all(row["passage"] for row in rows)


def test_beyond_the_top_the_rest_is_summed_and_named(corpus):
    spec = figures.heard(corpus, top=3).spec()
    parties = {row["party"] for data in spec["datasets"].values() for row in data}
    assert {"19 others together", "7 others together"} <= parties


def test_every_article_has_a_name(corpus):
    assert list(figures.labels(corpus).values()) == ["DW, news report of 14 April 2017", "AVIM, commentary of 31 October 2018"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.256, "0.26"),
        (True, "yes"),
        (dt.date(2018, 2, 1), "2018-02-01"),
        (pd.Timestamp("2018-02-01"), "2018-02-01"),
        (3, "3"),
    ],
)
def test_cells_read_as_words(value, shown):
    assert format_value(value) == shown


def test_a_table_has_a_caption_column_headers_and_no_markup_from_data():
    html = Table(pd.DataFrame({"a_b": ["<i>x</i>"], "n": [1]}), "All & sundry")._repr_mimebundle_()["text/html"]
    assert "<caption>All &amp; sundry</caption>" in html and '<th scope="col">a b</th>' in html
    assert "&lt;i&gt;" in html and '<td style="text-align: right">1</td>' in html


def test_the_figure_in_the_readme_is_todays(corpus):
    assert (ROOT / "notebooks" / "strip.svg").read_text(encoding="utf-8") == figures.strip(corpus).svg()


def test_ids_are_shown_by_name_and_what_is_missing_stays_missing(corpus):
    table = named(pd.DataFrame({"who": ["russia us-government", None, "author"], "track": ["qcg", "moscow-2018", None]}), corpus, "who", "track")
    assert table["who"].fillna("missing").tolist() == ["Russia, US government", "missing", "the author"]
    assert table["track"].iloc[1] == "Moscow invitation, summer 2018"
