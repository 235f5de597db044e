"""chronology.py and event_choice.py: which events are named, how they are dated, and where words stand."""

from dataclasses import replace

import pandas as pd
import pytest
from drawn import WIDTHS, boxes, overlaps, rows, said

from standoff import chronology, figures
from standoff.figures.event_choice import MOST_EVENTS, told_events

DW, AVIM = "dw-2017-04-14", "avim-2018-10-31"
DOCS = [DW, AVIM]


@pytest.mark.parametrize("doc", DOCS)
def test_told_events_have_a_table_or_a_date_and_stand_in_the_order_of_the_text(corpus, doc):
    table, chosen = told_events(corpus, doc)
    assert table["start"].is_monotonic_increasing and len(table) <= MOST_EVENTS < chosen
    assert (table["track"].notna() | (table["dated"] != "none")).all()
    first = chronology.same_events(corpus)
    events = table[~table["spoken"].astype(bool)]
    assert all(first[doc, row.id] == row.event for row in events.itertuples())
    assert table["event"].is_unique


def test_told_events_are_all_of_them_while_they_are_few(corpus):
    few = corpus.events[corpus.events["doc"] == DW].head(12)
    small = replace(
        corpus,
        events=few,
        attributions=corpus.attributions.head(0),
        links=corpus.links[corpus.links["a"].isin(few["id"]) & corpus.links["b"].isin(few["id"])],
    )
    table, chosen = told_events(small, DW)
    assert (
        len(table)
        == chosen
        == few.loc[few["track"].notna(), "id"]
        .map(lambda one: chronology.same_events(small)[DW, one])
        .nunique()
        + (table["track"].isna()).sum()
    )


@pytest.mark.parametrize("doc", DOCS)
def test_many_told_events_lose_plans_that_are_no_move_and_repeated_dates(corpus, doc):
    table, _ = told_events(corpus, doc)
    plans = table["factuality"].isin(["planned", "possible"]) & table["move"].isna()
    assert not plans.any()
    dated = table[table["dated"] != "none"]
    assert not dated.duplicated(["sentence", "first", "last"]).any()
    undated = table.loc[table["dated"] == "none", "sentence"]
    assert not set(undated) & set(dated["sentence"]) and undated.is_unique


def test_a_move_and_then_a_fact_are_named_first_of_what_a_sentence_dates_alike(corpus):
    table = told_events(corpus, AVIM)[0].set_index("id")
    words = corpus.events[corpus.events["doc"] == AVIM].set_index("id")["text"]
    accepted = table.loc[table["move"] == "accept"].index.map(words)
    assert "accepted" in accepted and "would attend" not in table.index.map(words)


def test_that_something_was_before_publication_is_no_date(corpus):
    dated = told_events(corpus, AVIM)[0]
    refused = dated[(dated["move"] == "decline") & (dated["dated"] == "none")]
    assert len(refused) == 1  # Washington's refusal has no date and no footnote
    assert (dated["last"].dropna() < pd.Timestamp("2018-10-30")).all()


def test_told_events_rejects_an_unknown_article(corpus):
    with pytest.raises(ValueError, match="no article 'dw'; "):
        told_events(corpus, "dw")


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_telling_overlap(corpus, doc, width):
    assert overlaps(figures.telling(corpus, doc), width) == []


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_undated_events_have_no_mark_and_say_that_they_have_no_date(corpus, doc, width):
    table, _ = told_events(corpus, doc)
    figure = figures.telling(corpus, doc, width=width)
    undated = (table["dated"] == "none").sum()
    marks = [row for row in rows(figure) if "fill" in row and "words" not in row]
    assert len(marks) == len(table) - undated
    notes = [row for row in rows(figure) if str(row.get("words")).endswith(", no date")]
    assert undated and len(notes) == undated and {row["x"] for row in notes} == {0}


def test_telling_says_which_side_of_a_date_is_open(corpus):
    words = said(figures.telling(corpus, AVIM))
    assert "by 14 Feb" in words and "by 29 Jan" in words and "or later" in words


def test_telling_counts_the_steps_that_go_back(corpus):
    figure = figures.telling(corpus, DW)
    heavy = [row for row in rows(figure) if row.get("line") == "#1d1b18" and "y2" in row]
    assert figure.title == "DW goes back in time at least five times" and len(heavy) == 5
    title = "Dates in AVIM leave open which event came first, 7 times out of 9"
    assert figures.telling(corpus, AVIM).title == title


def test_dates_that_crowd_stand_at_even_distances_and_the_caption_says_so(corpus):
    week, year = (figures.telling(corpus, doc) for doc in DOCS)
    assert "at even distances" in week.caption and "at even distances" not in year.caption
    assert "Fri\n14 Apr" in said(week) and "Jul" in said(year)


def test_telling_of_an_undated_or_empty_article_draws_no_date(corpus):
    undated = replace(corpus, links=corpus.links.head(0), times=corpus.times.head(0))
    figure = figures.telling(undated, DW)
    assert figure.svg().startswith("<svg") and "the order of telling" in figure.title
    assert not [row for row in rows(figure) if "fill" in row and "words" not in row]
    empty = replace(undated, events=corpus.events.head(0), attributions=corpus.attributions.head(0))
    assert figures.telling(empty, DW).caption == "Nothing to show: no event is dated."


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_name_of_an_event_is_an_actor_and_the_words_of_the_article_from_it_on(
    corpus, doc, width
):
    table, _ = told_events(corpus, doc)
    names = figures.telling(corpus, doc, width=width)
    words = [row["words"] for row in rows(names) if str(row.get("words")).startswith("“")]
    assert len(words) == len(table)
    article = " ".join(corpus.texts[doc].split())
    for place, name in enumerate(words):
        shown = name.split("”")[0].removeprefix("“").removesuffix(" …")
        first = corpus.texts[doc][table["start"][place] :].split()[0]
        assert shown in article and shown.startswith(first[:4])


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_runs_through_the_name_of_an_event(corpus, doc, width):
    figure = figures.telling(corpus, doc, width=width)
    lines = [x for row in rows(figure) if "y2" in row for x in (row["x"], row["x2"])]
    names = [box for box in boxes(figure, width) if box[1] < 1]
    assert names and max(right for _, _, _, right, _ in names) < min(lines)
