"""Figures: charts that say what they show, and tables that can be read."""

import datetime as dt
import re
from dataclasses import replace
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SEEDS

from standoff import agreement, figures, framing, load
from standoff.corpus.schema import COLUMNS
from standoff.figures import Table, articles, named
from standoff.figures.display import SCHEMA, format_value

ALL = [
    "citations",
    "dealings",
    "frames",
    "functions",
    "heard",
    "matrix",
    "naming",
    "share_of_words",
    "sightings",
    "strip",
    "telling",
    "timeline",
    "zones",
]


@pytest.mark.parametrize("name", ALL)
def test_a_figure_has_title_reading_description_and_axes_in_words(name, corpus):
    figure = getattr(figures, name)(corpus)
    spec = figure.spec()
    assert spec["$schema"] == SCHEMA.format(5)
    assert " ".join(spec["title"]["text"]) == figure.title and figure.caption.endswith(".")
    assert figure.caption.split(";")[0][3:20] in spec["description"]
    assert all("_" not in title for title in titles(spec)), titles(spec)


def titles(part):
    """Return every axis title in a specification."""
    if isinstance(part, list):
        return [title for item in part for title in titles(item)]
    if not isinstance(part, dict):
        return []
    own = [
        part[axis]["title"]
        for axis in ("x", "y")
        if isinstance(part.get(axis), dict) and part[axis].get("title")
    ]
    return own + [title for item in part.values() for title in titles(item)]


@pytest.mark.parametrize("name", ALL)
def test_a_figure_is_drawn_the_same_each_time(name, corpus):
    first, second = (getattr(figures, name)(corpus) for _ in range(2))
    drawn = first.svg()
    assert first.spec() == second.spec() and drawn == second.svg()
    assert drawn.startswith("<svg") and "font-family" in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")
    assert "nan" not in first.caption and "subtitle" not in first.spec()["title"]


def test_figures_of_tables_list_their_findings_in_the_reading(corpus):
    figure = figures.key_words(framing.keyness(*framing.sentences_by(corpus)), ("one", "other"))
    assert figure.caption.startswith("Of ") and figure.caption.endswith("taleban, taliban, usa.")
    assert "Said once: rebel Islamic group" in figures.calling(corpus, "taliban").description
    assert (
        "framing clauses stand in what a named source says, quoted at least in part"
        in figures.voices_of_frames(framing.crossing(corpus), corpus).caption
    )


def test_telling_draws_intervals_and_marks_open_sides(corpus):
    rows = [row for data in figures.telling(corpus).spec()["datasets"].values() for row in data]
    bombing = next(row for row in rows if row["said"] == "bombing")
    assert (bombing["from_day"], bombing["to_day"], bombing["open"]) == (
        "2017-04-13",
        "2017-04-14",
        "between the two days",
    )
    assert {row["open"] for row in rows} == {
        "between the two days",
        "not later than",
        "not earlier than",
    }


def test_the_strip_covers_every_word_of_the_article_text(corpus):
    spec = figures.strip(corpus).spec()
    rows = [row for name, data in spec["datasets"].items() for row in data]
    assert sum(row["words"] for row in rows) == corpus.documents["words"].sum()
    assert all(row["passage"] for row in rows)


def test_parties_beyond_the_top_are_summed(corpus):
    spec = figures.heard(corpus, top=3).spec()
    parties = {row["party"] for data in spec["datasets"].values() for row in data}
    assert {"19 others together", "7 others together"} <= parties


def test_every_article_has_a_name(corpus):
    assert list(figures.labels(corpus).values()) == [
        "DW",
        "AVIM",
    ]


EACH = [*ALL, "calling", "voices_of_frames"]


def drawing(name, corpus):
    """Return a figure by its name."""
    if name == "calling":
        return figures.calling(corpus, "taliban")
    return (
        figures.voices_of_frames(framing.crossing(corpus), corpus)
        if name == "voices_of_frames"
        else getattr(figures, name)(corpus)
    )


@pytest.fixture(scope="module")
def several(corpus):
    """A function that returns a corpus of a number of articles, which it makes once."""
    return cache(partial(repeated, corpus))


def repeated(corpus, number):
    """Return a corpus of so many articles: the seeds in turn, again and again under new ids."""
    old = list(corpus.texts)
    source = {
        f"{old[place % len(old)]}-{place // len(old)}": old[place % len(old)]
        for place in range(number)
    }
    tables = {}
    for name in COLUMNS.keys() - {"actors"}:
        parts = dict(list(getattr(corpus, name).groupby("doc")))
        tables[name] = pd.concat(
            [parts[of].assign(doc=doc) for doc, of in source.items() if of in parts],
            ignore_index=True,
        )
    tables["documents"] = tables["documents"].sort_values(
        "published", kind="stable", ignore_index=True
    )
    held = {
        name: {doc: getattr(corpus, name)[of] for doc, of in source.items()}
        for name in ("texts", "meta", "annotations")
    }
    return replace(corpus, **tables, **held)


def without(corpus, *tables, doc=None):
    """Return a corpus without the rows of some tables, or without those of one article."""
    return replace(
        corpus,
        **{
            name: (rows := getattr(corpus, name))[
                (rows["doc"] != doc) & (doc is not None)
            ].reset_index(drop=True)
            for name in tables
        },
    )


CODED = ("mentions", "attributions", "quotations", "frames", "times", "events", "links")


def rows_of(figure):
    return [row for data in figure.spec().get("datasets", {}).values() for row in data]


def panels(spec):
    """Return the title of every panel."""
    own = (
        [spec["title"]["text"]]
        if isinstance(spec.get("title"), dict) and isinstance(spec["title"]["text"], str)
        else []
    )
    return own + [title for part in spec.get("vconcat", ()) for title in panels(part)]


@pytest.mark.parametrize("name", EACH)
def test_a_figure_is_drawn_of_one_article(name, several):
    figure = drawing(name, several(1))
    assert figure.svg().startswith("<svg") and "subtitle" not in figure.spec()["title"]
    assert figure.caption.endswith(".") and "nan" not in figure.caption
    assert ("nothing to show" in figure.title) == (name == "citations")


@pytest.mark.parametrize("name", EACH)
def test_figures_draw_the_longest_articles_and_count_the_others_in_a_note(name, several):
    figure = drawing(name, several(12))
    spec = figure.spec()
    assert figure.svg().startswith("<svg") and "nothing to show" not in figure.title
    assert figure.caption.endswith(".") and "nan" not in figure.caption
    shown = {row["article"] for row in rows_of(figure) if "article" in row}
    assert len(figure.caption) < 1500 and len(shown) <= articles.MOST_ARTICLES
    note = "Shows the 6 articles with most words; 6 more are not shown."
    assert " ".join(spec["title"]["subtitle"]) == note and note in spec["description"]
    if name not in {"citations", "share_of_words"}:
        assert len(panels(spec)) == articles.MOST_ARTICLES


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


@pytest.mark.parametrize("name", EACH)
def test_figures_of_a_corpus_without_annotation_say_that_nothing_is_shown(name, corpus):
    zones_alone = without(corpus, *CODED)
    figure = drawing(name, zones_alone)
    is_empty = "nothing to show" in figure.title
    assert figure.svg().startswith("<svg") and "nan" not in figure.caption
    assert is_empty == figure.caption.startswith("Nothing to show: ")
    assert is_empty == (name not in {"zones", "share_of_words", "strip", "citations"})
    assert "nothing to show" in drawing(name, without(zones_alone, "zones", "sentences")).title


@pytest.mark.parametrize(
    "name", [name for name in EACH if name not in {"citations", "zones", "share_of_words", "strip"}]
)
def test_an_article_without_rows_is_named_in_the_reading(name, corpus):
    figure = drawing(name, without(corpus, *CODED, doc="dw-2017-04-14"))
    assert "nothing to show of DW" in figure.caption and figure.svg().startswith("<svg")


def test_readings_of_undated_events_of_tables_without_refusals_and_of_one_voice(corpus):
    undated = without(corpus, "links", "times")
    assert (
        figures.telling(undated).title.endswith("(nothing to show)")
        and figures.timeline(undated).caption == "Nothing to show: no event is dated."
    )
    events = corpus.events
    calm = replace(
        corpus,
        events=events[
            events["move"].isin(["attend", "host", "propose"]) & (events["factuality"] == "fact")
        ].reset_index(drop=True),
    )
    assert figures.matrix(calm).caption.startswith("No party stays away or refuses")
    assert figures.strip(without(corpus, "attributions")).caption.startswith(
        "In DW nobody else speaks, and "
    )


def test_figures_draw_the_largest_parties_and_entries_and_say_so_in_a_note(corpus):
    figure = figures.matrix(corpus, top=3)
    assert figure.note == "Shows the 3 parties of each article that make most moves."
    assert {row["party"] for row in rows_of(figure) if row["doc"].startswith("dw")} == {
        "Taliban",
        "US government",
        "diplomats at the Moscow conference",
    }
    figure = figures.citations(corpus, top=2)
    assert figure.note == "Shows the 2 entries with most attributions; 4 more are not shown."
    assert len(rows_of(figure)) == 2 and figure.note in figure.alternative
    assert figures.matrix(corpus).note == figures.citations(corpus).note == ""


def test_footnotes_in_the_same_words_are_drawn_as_one_bar(corpus, several):
    once, six_times = rows_of(figures.citations(corpus)), figures.citations(several(12))
    assert {row["entry"]: 6 * row["attributions"] for row in once} == {
        row["entry"]: row["attributions"] for row in rows_of(six_times)
    }


def test_top_n_gives_the_remaining_values_one_name():
    table = pd.DataFrame({"doc": "one", "voice": list("abcdab"), "words": [5, 4, 3, 2, 5, 4]})
    rest = "{:,} other voices together"
    assert list(articles.top_n(table, "voice", "words", 2, rest)["voice"]) == [
        "a",
        "b",
        *["2 other voices together"] * 2,
        "a",
        "b",
    ]
    assert articles.top_n(table, "voice", "words", 3, rest).equals(table)


def test_agreement_names_the_number_of_coders_or_says_that_nothing_is_shown(corpus):
    coders = [load(SEEDS, name) for name in ("a", "b")]
    table = agreement.labels(coders, np.random.default_rng(1), draws=20)
    assert figures.agreement(table).title == "Two coders, label by label"
    ten = figures.agreement(table.assign(spans="/".join(["7", "12"] * 5)))
    assert ten.title == "Ten coders, label by label" and any(
        row["name"].endswith("(7 to 12)") for row in rows_of(ten)
    )
    assert "nothing to show" in figures.agreement(pd.DataFrame()).title
    assert (
        figures.agreement(table, least=10**6).caption
        == "Nothing to show: no label has at least 1000000 spans of each coder."
    )
    assert (
        figures.key_words(pd.DataFrame(columns=["word"]), ("one", "other")).caption
        == "Nothing to show: there are no words to compare."
    )


def test_dealings_names_all_drawn_parties_with_most_conflict(corpus):
    reading = figures.dealings(corpus).caption
    assert "DW: most conflict is between Russia and US government" in reading  # NATO is not drawn
    assert figures.dealings(corpus, top=99).caption.count("NATO against Russia") == 1
    assert figures.dealings(corpus, top=1).caption.startswith(
        "No conflict between the parties drawn is a fact"
    )


def test_periods_names_hosts_or_says_that_there_is_no_table(corpus):
    figure = figures.periods(corpus)
    rows = {row["track"]: row for row in rows_of(figure)}
    assert (
        rows["Moscow invitation, summer 2018"]["hosted"] == "host: Russia"
        and rows["Taliban and US directly, 2018"]["hosted"] == "host: nobody"
    )
    assert [name for name, row in rows.items() if row["open"]] == ["Quadrilateral Group (QCG)"]
    assert figure.caption == (
        "Seven tables: 3 hosted by Russia, 1 hosted by US government, 1 hosted by President "
        "Ghani, 1 hosted by nobody, 1 hosted by Afghan government."
    )
    assert (
        figures.periods(replace(corpus, registry=corpus.registry | {"tracks": {}})).caption
        == "Nothing to show: there is no negotiating table."
    )


def test_a_table_of_unknown_period_is_drawn_pale_over_the_whole_calendar(corpus):
    tracks = corpus.registry["tracks"]
    some = tracks | {"qcg": tracks["qcg"] | {"period": "unknown"}}
    rows = rows_of(figures.periods(replace(corpus, registry=corpus.registry | {"tracks": some})))
    (row,) = (row for row in rows if row["open"])
    assert row["track"] == tracks["qcg"]["name"]
    assert (row["from_day"], row["to_day"]) == (
        min(row["from_day"] for row in rows),
        max(row["to_day"] for row in rows),
    )
    none = {name: entry | {"period": "unknown"} for name, entry in tracks.items()}
    assert (
        figures.periods(replace(corpus, registry=corpus.registry | {"tracks": none})).caption
        == "Nothing to show: no negotiating table has a known day."
    )


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
    assert "&lt;i&gt;" in html and '<td style="text-align: right">1</td>' in html


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


def test_calling_chooses_the_actor_most_often_mentioned_alone(corpus):
    assert figures.calling(corpus).spec() == figures.calling(corpus, "taliban").spec()
    joint = replace(
        corpus,
        mentions=corpus.mentions.assign(
            actor=corpus.mentions["actor"].where(
                corpus.mentions["actor"] != "taliban", "taliban usa"
            )
        ),
    )
    assert (
        "Taliban" not in figures.calling(joint).title
        and "nothing to show" not in figures.calling(joint).title
    )
    for mentions in (corpus.mentions.head(0), corpus.mentions.assign(actor="taliban usa")):
        assert (
            figures.calling(replace(corpus, mentions=mentions)).caption
            == "Nothing to show: nobody is mentioned in the article text."
        )


@pytest.mark.parametrize(
    ("actor", "hint"),
    [
        ("talban", "did you mean 'taliban'?"),
        ("taliban usa", "did you mean 'taliban'?"),
        (7, "expected one of "),
    ],
)
def test_calling_rejects_an_unknown_actor_and_suggests_the_nearest(corpus, actor, hint):
    with pytest.raises(ValueError, match=re.escape(f"unknown actor '{actor}'; {hint}")):
        figures.calling(corpus, actor)
