"""chronology.py and event_choice.py: which events are named, how they are dated, and where words stand."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from drawn import WIDTHS, boxes, overlaps, rows, said
from made_corpora import CODED, without

from standoff import chronology, figures
from standoff.figures.chronology import event_words
from standoff.figures.event_choice import MOST_EVENTS, told_events

DW, AVIM = "dw-2017-04-14", "avim-2018-10-31"
DOCS = [DW, AVIM]


@pytest.mark.parametrize("doc", DOCS)
def test_told_events_have_a_last_day_and_stand_in_the_order_of_the_text(corpus, doc):
    table, chosen = told_events(corpus, doc)
    assert table["start"].is_monotonic_increasing and len(table) <= MOST_EVENTS
    assert len(table) < chosen and table["last"].notna().all()
    first = chronology.same_events(corpus)
    events = table[~table["spoken"].astype(bool)]
    assert all(first[doc, row.id] == row.event for row in events.itertuples())
    assert table["event"].is_unique


@pytest.mark.parametrize("doc", DOCS)
def test_told_events_lose_plans_that_are_no_move_and_repeated_dates(corpus, doc):
    table, _ = told_events(corpus, doc)
    plans = table["factuality"].isin(["planned", "possible"]) & table["move"].isna()
    assert not plans.any()
    assert not table.duplicated(["sentence", "first", "last"]).any()


def test_a_state_or_an_order_that_only_precedes_something_dated_is_no_told_event(corpus):
    days = chronology.timeline(corpus).query("doc == @DW").groupby("text")["latest_start"].max()
    assert days[["increasingly icy", "order"]].notna().all()
    words = figures.telling(corpus, DW).table["words"]
    assert "bombed targets in Afghanistan" in set(words)
    assert not words.str.contains("icy|cruise").any()


def test_a_move_and_then_a_fact_are_named_first_of_what_a_sentence_dates_alike(corpus):
    words = list(figures.telling(corpus, AVIM).table["words"])
    assert "will not negotiate with the Taleban" in words  # a move, where the cue has its date too
    assert not [one for one in words if one.startswith("called on")]


def test_that_something_was_before_publication_is_no_date(corpus):
    dated = told_events(corpus, AVIM)[0]
    refused = dated[dated["move"] == "decline"]
    assert list(refused["who"]) == ["donald-trump", "afghan-government"]  # not Washington's
    assert (dated["last"] < pd.Timestamp("2018-10-30")).all()


def test_told_events_rejects_an_unknown_article(corpus):
    with pytest.raises(ValueError, match="no article 'dw'; "):
        told_events(corpus, "dw")


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_telling_overlap(corpus, doc, width):
    assert overlaps(figures.telling(corpus, doc), width) == []


def test_telling_says_which_side_of_a_date_is_open(corpus):
    words = said(figures.telling(corpus, AVIM))
    assert "by 14 Feb" in words and "by 29 Jan" in words


def test_telling_counts_the_steps_that_go_back(corpus):
    figure = figures.telling(corpus, DW)
    lines = [row for row in rows(figure) if row.get("line") == "#1d1b18" and "y2" in row]
    back = [line for line in lines if line["x2"] < line["x"]]
    assert figure.title == "DW goes back in time at least five times" and len(back) == 5
    title = "Of eight steps between dated events in AVIM, dates settle the order of only two"
    assert figures.telling(corpus, AVIM).title == title


def test_the_first_step_of_the_report_goes_back_to_the_bombing_and_so_does_the_last(corpus):
    words = list(figures.telling(corpus, DW).table["words"])
    assert words[1] == "bombed targets in Afghanistan"
    assert words[-2] == "was dropped in coordination with the Afghan government"


def test_the_note_explains_only_the_lines_that_there_are(corpus):
    report, commentary = (figures.telling(corpus, doc) for doc in DOCS)
    assert "Thick" in report.note and "Dashed" not in report.note and "Tail" not in report.note
    assert "Thick" not in commentary.note and "Dashed" in commentary.note
    assert "Tail" in commentary.note
    assert "footnote" not in report.caption and "footnote" in commentary.caption


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "took part in Friday's talks had supported their efforts at",
            "took part in Friday's talks",
        ),
        ("invitation, the Trump administration did not attend", "invitation"),
        ("urged the Taliban to stop fighting and engage", "urged the Taliban to stop fighting"),
        (
            "visit with his friend Sergey in Rome on a Friday",
            "visit with his friend Sergey in Rome",
        ),
        ('"We have contact with the Taliban," adding', "We have contact with the Taliban"),
        ("one two three four five six seven eight nine", "one two three four five six seven eight"),
    ],
)
def test_the_words_of_an_event_are_whole_phrases_of_its_clause(text, words):
    assert event_words(text) == words


def test_dates_that_crowd_stand_at_even_distances_and_the_caption_says_so(corpus):
    week, year = (figures.telling(corpus, doc) for doc in DOCS)
    assert "not to scale" in week.caption and "not to scale" not in year.caption
    assert "Fri\n14 Apr" in said(week) and "Jul" in said(year)


def test_telling_of_an_undated_or_empty_article_says_that_nothing_is_dated(corpus):
    undated = replace(corpus, links=corpus.links.head(0), times=corpus.times.head(0))
    empty = replace(undated, events=corpus.events.head(0), attributions=corpus.attributions.head(0))
    for one in (undated, empty):
        figure = figures.telling(one, DW)
        assert figure.svg().startswith("<svg") and "order of telling" in figure.title
        assert figure.caption == "Nothing to show: no event is dated."


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_name_of_an_event_is_an_actor_and_the_words_of_the_article_from_it_on(
    corpus, doc, width
):
    table, _ = told_events(corpus, doc)
    names = figures.telling(corpus, doc, width=width)
    words = [row["words"] for row in rows(names) if str(row.get("words")).startswith("“")]
    assert len(words) == len(table)
    article = " ".join(re.sub('["“”]', "", corpus.texts[doc]).split())
    for name in words:
        assert name.replace("\n", " ").strip("“”") in article


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_runs_through_the_name_of_an_event(corpus, doc, width):
    figure = figures.telling(corpus, doc, width=width)
    lines = [x for row in rows(figure) if "y2" in row for x in (row["x"], row["x2"])]
    names = [box for box in boxes(figure, width) if box[1] < 1]
    assert names and max(right for _, _, _, right, _ in names) < min(lines)


def test_without_an_article_the_first_with_a_dated_event_is_drawn(corpus):
    assert figures.telling(corpus).title == figures.telling(corpus, "dw-2017-04-14").title
    later = without(corpus, *CODED, doc="dw-2017-04-14")
    assert figures.telling(later).title == figures.telling(later, "avim-2018-10-31").title
    assert "no event is dated" in figures.telling(without(corpus, *CODED)).caption


def test_an_event_that_is_only_possible_says_so(corpus):
    who = figures.telling(corpus, "dw-2017-04-14").table.set_index("words")["who"]
    assert who["will attend Friday's conference"] == "Taliban representatives (possible)"
    assert who["took part in Friday's talks"] == "diplomats at the Moscow conference and 6 others"
