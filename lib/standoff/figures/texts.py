"""Figures of the texts themselves: what is article text, and who speaks where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ..annotation.structure_checks import ARTICLE
from ..annotation.words import count
from ..measures import sourcing
from .articles import article_figure, label, limit_articles, top_n
from .charts import bar_numbers, by_article, choice, colour, middles, white_if
from .display import Figure
from .names import AUTHOR, percent, voices
from .theme import BLUE, GREY, ORANGE, PALE, WIDTH

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["share_of_words", "strip", "zones"]

MOST_VOICES = 20  # rows of the strip
ARTICLE_TEXT, ELSE = "article text", "everything else"
OWN, REPORTED, QUOTED = "the author's own", "paraphrased", "quoted"
PARTS = {OWN: GREY, REPORTED: PALE, QUOTED: BLUE}
HOW = {"quoted": ORANGE, "paraphrased or the author's": GREY}
NO_TEXT = "there is no article text"


@limit_articles
def zones(corpus: Corpus) -> Figure:
    """Draw the words of each file by zone, article text and the rest apart."""
    title = "What counts as the article"
    table = corpus.zones.assign(words=corpus.zones["text"].map(count), part=ELSE)
    table.loc[table["label"].isin(ARTICLE) & ~table["duplicate"], "part"] = ARTICLE_TEXT
    table.loc[table["duplicate"], "label"] += " (again)"
    table = table.groupby(["doc", "label", "part"], as_index=False).agg(
        words=("words", "sum"), zones=("id", "count")
    )
    table = label(table, corpus)

    def panel(rows):
        order = list(rows.sort_values("words", ascending=False)["label"])
        base = alt.Chart(rows).encode(
            x=alt.X("words:Q", title="words").axis(tickCount=6),
            y=alt.Y("label:N", sort=order, title="zone"),
            tooltip=["label", "part", "zones", "words"],
        )
        parts = colour("part", {ARTICLE_TEXT: BLUE, ELSE: ORANGE}, None)
        return base.mark_bar().encode(color=parts) + bar_numbers(base, "words")

    def describe(name, rows):
        words = rows.loc[rows["part"] == ARTICLE_TEXT, "words"].sum()
        share = words / max(rows["words"].sum(), 1)
        return f"{percent(share)} of the words in the file of {name} are article text"

    return article_figure(
        title,
        by_article(table, panel, 20),
        table,
        corpus,
        describe,
        what="Bars: words by kind of zone.",
        if_empty="no zone is marked",
    )


@limit_articles
def share_of_words(corpus: Corpus) -> Figure:
    """Draw how many words of each article are the author's own, reported or quoted."""
    table = _word_counts(corpus)
    names = list(table["article"].unique())
    y = alt.Y("article:N", sort=names, title=None)
    if any(len(name) > 40 for name in names):
        y = y.axis(labelLimit=420)  # a name with an id needs more than the usual 260 pixels
    base = alt.Chart(table).encode(
        y=y,
        x=alt.X("words:Q", title="words of the article text", stack="zero").axis(tickCount=6),
        order=alt.Order("rank:Q"),
        tooltip=["article", "part", "words", alt.Tooltip("share:Q", format=".0%")],
    )
    bars = base.mark_bar().encode(color=colour("part", PARTS, None, sort=list(PARTS)))
    white = white_if("datum.rank != 1")
    large = alt.Chart(table[table["words"] > 30]).mark_text()
    numbers = large.encode(y=y, x="middle:Q", text="words:Q", color=white)

    def describe(name, rows):
        share = rows.loc[rows["part"] != OWN, "share"].sum()
        quoted = rows.loc[rows["part"] == QUOTED, "words"].sum()
        return (
            f"{name}: {percent(share)} of the words are attributed to sources, {quoted:,} of "
            f"them quoted"
        )

    return article_figure(
        "Whose words are these?",
        (bars + numbers).properties(width=WIDTH, height=alt.Step(44)),
        table,
        corpus,
        describe,
        what="A stacked bar for each article.",
        if_empty=NO_TEXT,
    )


def _word_counts(corpus: Corpus) -> pd.DataFrame:
    """Return the words of each article by whose they are, with their place in the bar."""
    runs = sourcing.runs(corpus).assign(part=REPORTED)
    runs["words"] = runs["last"] - runs["first"] + 1
    runs.loc[runs["quoted"].astype(bool), "part"] = QUOTED
    runs.loc[runs["actor"] == "author", "part"] = OWN
    table = runs.groupby(["doc", "part"], as_index=False, sort=False)["words"].sum()
    table["share"] = table["words"] / table.groupby("doc")["words"].transform("sum")
    table = label(table, corpus)
    table["rank"] = table["part"].map(list(PARTS).index)
    table["middle"] = middles(table, ["doc"], "words")
    return table


@limit_articles
def strip(corpus: Corpus) -> Figure:
    """Draw who speaks from the first word of each article to the last; passages show on hover."""
    runs = _passages(corpus)
    chosen, opacity = choice(runs["voice"].unique(), "Show one voice", "voice")
    x = alt.X("before:Q", title="word number in the article text")

    def panel(rows):
        words = rows.groupby("voice")["words"].sum().sort_values(ascending=False, kind="stable")
        order = [AUTHOR, *words.index.drop(AUTHOR, errors="ignore")]
        bars = alt.Chart(rows).mark_bar(height=14)
        return bars.encode(
            x=x.scale(nice=False).axis(tickCount=6),
            x2="last:Q",
            y=alt.Y("voice:N", sort=order, title=None).axis(grid=True),
            color=colour("how", HOW, None),
            opacity=opacity,
            tooltip=["voice:N", "how:N", "words:Q", "passage:N"],
        )

    def describe(name, rows):
        own, first = rows["actor"] == "author", "nobody else speaks"
        if not own.all():
            first = f"the first source speaks at word {rows.loc[~own, 'first'].min()}"
        longest = rows.loc[own, "words"].max() if own.any() else 0
        return (
            f"in {name} {first}, and the longest stretch in the author's own voice has {longest} "
            f"words"
        )

    return article_figure(
        "Who is speaking, word by word",
        by_article(runs, panel, 22).add_params(chosen),
        runs,
        corpus,
        describe,
        what="A row for each voice, a bar for each stretch of words, orange where it is quoted.",
        if_empty=NO_TEXT,
    )


def _passages(corpus: Corpus) -> pd.DataFrame:
    """Return each stretch of words in one voice, from word `before` to word `last`."""
    runs = label(sourcing.runs(corpus).drop(columns="linked"), corpus)
    runs["voice"] = runs["actor"].map(voices(corpus)).fillna(runs["actor"])
    runs["before"], runs["words"] = runs["first"] - 1, runs["last"] - runs["first"] + 1
    runs["how"] = runs["quoted"].map({True: "quoted", False: "paraphrased or the author's"})
    runs["passage"] = runs["text"].str.slice(0, 400)
    return top_n(runs, "voice", "words", MOST_VOICES, "{:,} other voices together")


def __dir__() -> list[str]:
    return __all__
