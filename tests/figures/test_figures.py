"""Figures: charts that say what they show, and tables that can be read."""

import datetime as dt
import json
import re
from dataclasses import replace
from functools import cache, partial
from html import escape
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT
from drawn import WIDTHS, overlaps, rows, said
from made_corpora import CODED, repeated, without

from standoff import figures, framing, sourcing
from standoff.figures import Table, articles, named
from standoff.figures.camps import in_camps
from standoff.figures.canvas import fitted
from standoff.figures.display import FIGURE, SCHEMA, VEGALITE, format_value
from standoff.figures.names import headings
from standoff.figures.theme import TRACK, colours
from standoff.measures.frames import local

FIGURES = ("frames", "heard", "strip", "ways")


@pytest.fixture(scope="module")
def several(corpus):
    """A function that returns a corpus of a number of articles, which it makes once."""
    return cache(partial(repeated, corpus))


@pytest.fixture(scope="module")
def foreign(corpus):
    """A corpus whose registry names no camp."""
    return replace(corpus, actors=corpus.actors.assign(camp=None))


def is_sound(figure):
    """Whether a figure has everything a page shows, and all its words are inside and apart."""
    words = (figure.title, figure.note, figure.caption, figure.description)
    assert all(words) and "nan" not in " ".join(words) and len(figure.title) <= 80
    assert figure.note.endswith(".") and figure.caption.endswith(".")
    assert not [name for name in figure.table if "_" in name] and not figure.table.empty
    assert [overlaps(figure, width) for width in WIDTHS] == [[], []]
    return True


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_sound_at_both_widths_whatever_the_corpus(name, corpus, several, foreign):
    draw = getattr(figures, name)
    assert all(is_sound(draw(one)) for one in (corpus, several(1), several(3), foreign))


@pytest.mark.parametrize("name", FIGURES)
def test_a_notebook_gets_one_output_with_everything_a_page_shows(name, corpus, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    figure = getattr(figures, name)(corpus)
    figure._ipython_display_()
    bundle, caption = shown
    spec, parts = bundle[VEGALITE], bundle[FIGURE]
    assert set(bundle) == {VEGALITE, FIGURE, "image/svg+xml", "text/markdown", "text/plain"}
    assert f'aria-label="{escape(figure.alternative)}"' in bundle["text/markdown"]
    assert spec["$schema"] == SCHEMA.format(5) and " ".join(spec["title"]["text"]) == figure.title
    assert " ".join(spec["title"]["subtitle"]) == figure.note
    assert bundle["image/svg+xml"].startswith("<svg") and caption.data == f"*{figure.caption}*"
    assert "http" not in bundle["image/svg+xml"].replace("http://www.w3.org/", "")
    assert figure.description in bundle["text/plain"]
    assert parts["title"] == figure.title and "title" not in parts["narrow"]
    assert len(parts["table"]["rows"][0]) == len(parts["table"]["header"])
    assert json.loads(json.dumps(parts)) == parts


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_a_chosen_width_has_no_narrow_chart(name, corpus):
    figure = getattr(figures, name)(corpus, width=700)
    assert "narrow" not in figure.page_parts()
    assert figure.svg() == getattr(figures, name)(corpus, width=700).svg()
    assert overlaps(figure, 700) == []


@pytest.mark.parametrize("name", FIGURES)
def test_figures_draw_the_longest_articles_and_count_the_others_in_a_note(name, several):
    figure = getattr(figures, name)(several(12))
    assert is_sound(figure)
    assert figure.note.startswith("Shows the 6 articles with most words; 6 more are not shown.")
    assert figure.table["article"].nunique() == articles.MOST_ARTICLES


@pytest.mark.parametrize("name", FIGURES)
def test_figures_without_anything_to_show_say_so(name, corpus):
    figure = getattr(figures, name)(without(corpus, *CODED, "zones", "sentences"))
    assert figure.title.endswith("(nothing to show)") and figure.svg().startswith("<svg")
    assert figure.caption.startswith("Nothing to show: ")


@pytest.mark.parametrize("name", FIGURES)
def test_an_article_without_annotation_is_drawn_beside_one_with_it(name, corpus):
    figure = getattr(figures, name)(without(corpus, *CODED, doc="dw-2017-04-14"))
    assert is_sound(figure)


def test_the_strip_covers_every_word_and_says_who_has_none(corpus):
    figure = figures.strip(corpus)
    rows = figure.table.set_index(["article", "who"])
    assert figure.table["words"].sum() == corpus.documents["words"].sum()
    report = headings(corpus)["dw-2017-04-14"]
    assert rows.loc[(report, "Washington")].tolist() == [88, 60]
    assert rows.loc[(report, "The Taliban")].tolist() == [0, 0]
    assert "mentioned 14 times, given no words" in said(figure)
    assert "The reporters" in said(figure) and "The author" in said(figure)
    assert figure.title == (
        "DW gives no words to the Taliban; the last 180 words of AVIM are the author’s"
    )


def test_the_strip_labels_long_last_words_of_an_author(corpus):
    words = said(figures.strip(corpus))
    assert words.count("last ") == 1  # 18 of the report's 640 words are too few
    assert "last 180 words" in words
    assert "712 words, among them the last 180" in said(figures.strip(corpus, width=350))


def test_frames_draws_a_square_for_each_clause_in_the_colour_of_its_voice(corpus):
    figure = figures.frames(corpus)
    clauses = local(corpus, "frames")
    assert figure.table["clauses"].sum() == len(clauses)
    squares = [row for row in rows(figure) if 12 < row.get("y2", 0) - row["y"] < 30]
    experts = in_camps(framing.spoken_by(corpus, clauses), corpus) == "expert"
    assert len(squares) == len(clauses)
    fills = [row["fill"] for row in squares]
    assert fills.count(colours("expert")[0]) == experts.sum()
    [tint] = [row for row in rows(figure) if row.get("fill") == TRACK]
    [frame] = [row for row in rows(figure) if row.get("words") == "Rivalry"]
    assert tint["y"] < frame["y"] < tint["y2"]
    assert "Bad faith" in said(figure) and "hidden aims" in said(figure)
    assert figure.title == "Sources voice some rivalry clauses in DW, none in AVIM"


def test_frames_leaves_out_an_article_without_frames_and_says_so(corpus):
    bare = without(corpus, "frames", doc="dw-2017-04-14")
    figure = figures.frames(bare)
    assert "In DW no frames are marked." in figure.caption
    assert "AVIM: 50 clauses" in said(figure) and "DW" not in said(figure)


def test_the_strip_says_what_mentions_are_only_where_it_counts_them(corpus):
    assert "Mentions are" in figures.strip(corpus).caption
    silent = figures.strip(without(corpus, "mentions"))
    assert "Mentions are" not in silent.caption and "0 word;" not in silent.description


@pytest.mark.parametrize("room", range(60, 420, 20))
def test_days_and_numbers_are_kept_or_left_out_whole(room):
    short = fitted("Sandholm Weekly, commentary, 19 March 2025: 353 words", room)
    assert len(short) * 13 * 0.56 <= room
    rest = short.replace("19 March 2025:", "").replace("353 words", "")
    assert not re.search(r"\d|March", rest) and rest.count("…") <= 1


def test_frames_beyond_the_most_frequent_are_counted_in_the_caption(corpus, monkeypatch):
    monkeypatch.setattr("standoff.figures.framing.MOST_FRAMES", 3)
    figure = figures.frames(corpus)
    assert "5 rarer frames are not drawn" in figure.caption and "Failure" not in said(figure)


def test_heard_shows_the_shares_of_the_measure_with_the_widest_gap_first(corpus):
    figure = figures.heard(corpus)
    voices = sourcing.voices(corpus, by="party").set_index(["doc", "actor"])
    russia = voices.loc[("avim-2018-10-31", "russia")]
    shown = figure.table.set_index(["article", "who"]).loc[
        (list(headings(corpus).values())[1], "Moscow")
    ]
    assert shown.tolist() == [f"{russia['mention_share']:.0%}", f"{russia['share']:.0%}"]
    assert figure.table["who"].iloc[0] == "The Taliban" and "none in this text" in said(figure)
    assert figure.title == "Mentioned more than heard: the Taliban"


def test_ways_counts_every_word_once(corpus):
    figure = figures.ways(corpus)
    counts = figure.table.drop(columns="article")
    assert counts.sum(axis=1).tolist() == corpus.documents["words"].tolist()
    assert counts["quoted"].tolist() == [96, 1]
    assert figure.title == "DW quotes 96 words, AVIM one"
    unnamed = corpus.actors.assign(named=False)
    assert (
        figures.ways(replace(corpus, actors=unnamed)).table["paraphrased, source named"].sum() == 0
    )


def test_every_article_has_a_name(corpus):
    assert list(figures.labels(corpus).values()) == [
        "DW",
        "AVIM",
    ]


def test_the_articles_drawn_are_those_with_most_words_in_the_order_of_publication(corpus, several):
    many = several(9)
    words = many.documents["words"].where(many.documents["doc"] != "dw-2017-04-14-3", 5000)
    many = replace(many, documents=many.documents.assign(words=words))
    drawn = articles.limit_articles(
        lambda part: SimpleNamespace(docs=list(part.documents["doc"]), note="")
    )
    assert drawn(many).docs == [
        "dw-2017-04-14-0",
        "dw-2017-04-14-3",
        *(f"avim-2018-10-31-{number}" for number in range(4)),
    ]


def test_articles_of_one_outlet_and_day_have_different_names_and_undated_ones_say_so(
    corpus, several
):
    names = figures.labels(several(3))
    assert names["dw-2017-04-14-1"] == "DW, 14 April 2017 (dw-2017-04-14-1)"
    assert names["avim-2018-10-31-0"] == "AVIM"
    unknown = replace(corpus, documents=corpus.documents.assign(published=pd.NaT))
    assert figures.labels(unknown)["dw-2017-04-14"] == "DW"
    undated = several(3)
    undated = replace(undated, documents=undated.documents.assign(published=pd.NaT))
    assert figures.labels(undated)["dw-2017-04-14-0"] == "DW, undated (dw-2017-04-14-0)"


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
def test_format_value_returns_text_for_every_type(value, shown):
    assert format_value(value) == shown


def test_a_table_has_a_caption_column_headers_and_no_markup_from_data():
    html = Table(pd.DataFrame({"a_b": ["<i>x</i>"], "n": [1]}), "All & sundry")._repr_mimebundle_()[
        "text/html"
    ]
    assert (
        "<caption>All &amp; sundry</caption>" in html
        and '<th scope="col" style="text-align: left">a b</th>' in html
    )
    assert "&lt;i&gt;" in html and '<td style="text-align: left" data-is="n">1</td>' in html


def test_the_figure_in_the_readme_is_current(corpus):
    assert (ROOT / "notebooks" / "strip.svg").read_text(encoding="utf-8") == figures.strip(
        corpus
    ).svg()


def test_named_replaces_ids_and_keeps_missing_values(corpus):
    table = named(
        pd.DataFrame(
            {
                "who": ["russia us-government", None, "author", "“senior official”"],
                "track": ["qcg", "moscow-2018", None, None],
            }
        ),
        corpus,
        "who",
        "track",
    )
    assert table["who"].fillna("missing").tolist() == [
        "Russia, US government",
        "missing",
        "the author",
        "“senior official”",
    ]
    assert table["track"].iloc[1] == "Moscow invitation, summer 2018"


def test_an_actor_and_a_negotiating_table_with_one_id_keep_their_own_names(corpus):
    tracks = corpus.registry["tracks"] | {"russia": {"name": "the Russia format"}}
    registry = corpus.registry | {"tracks": tracks}
    table = pd.DataFrame({"who": ["russia"], "track": ["russia"]})
    shown = named(table, replace(corpus, registry=registry), "who", "track")
    assert shown.loc[0].tolist() == ["Russia", "the Russia format"]
