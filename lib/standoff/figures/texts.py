"""Figures of the texts themselves: what is article, and whose words stand where."""

from __future__ import annotations

import altair as alt

from ..annotation.structure_checks import ARTICLE
from ..annotation.words import count
from ..measures import sourcing
from .common import (
    REST,
    by_article,
    choice,
    few,
    figure,
    label,
    nothing,
    number,
    only_drawn,
    percent,
    sentence,
    together,
)
from .display import NO_ACTORS, Figure, voices
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH

__all__ = ["share_of_words", "strip", "zones"]

VOICES = 20  # rows of the strip
PARTS = ["the author's own", "reported in other words", "quoted"]


def _zoned(corpus):
    table = corpus.zones.assign(words=corpus.zones["text"].map(count))
    table["part"] = (table["label"].isin(ARTICLE) & ~table["duplicate"]).map(
        {True: "article text", False: "everything else"}
    )
    table.loc[table["duplicate"], "label"] += " (again)"
    table = table.groupby(["doc", "label", "part"], as_index=False).agg(
        words=("words", "sum"), zones=("id", "count")
    )
    return label(together(table, corpus, "label", "part"), corpus)


def zones(corpus) -> Figure:
    """Words of each file by zone: what is article, what is furniture."""
    files = "file" if len(corpus.documents) == 1 else number(len(corpus.documents), "file")
    title = f"What in the {files} is article, and what is furniture"
    if corpus.zones.empty:
        return nothing(title, "no zone is marked")
    table = _zoned(corpus)
    parts = ["article text", "everything else"]

    def panel(rows):
        base = alt.Chart(rows).encode(
            x=alt.X("words:Q", title="words", axis=alt.Axis(tickCount=6)),
            y=alt.Y(
                "label:N",
                sort=list(rows.sort_values("words", ascending=False)["label"]),
                title="zone",
            ),
            tooltip=["label", "part", "zones", "words"],
        )
        colour = alt.Color(
            "part:N", scale=alt.Scale(domain=parts, range=[BLUE, ORANGE]), title=None
        )
        return base.mark_bar().encode(color=colour) + base.mark_text(
            align="left", dx=4, color=INK
        ).encode(text="words:Q")

    said = []
    for (doc, name), rows in table.groupby(["doc", "article"], sort=False):
        share = rows.loc[rows["part"] == parts[0], "words"].sum() / max(rows["words"].sum(), 1)
        said.append(
            f"{percent(share)} of the words in the file{'s' if doc == REST else ''} of "
            f"{name} are article text"
        )
    reading = sentence(said, table, corpus)
    return Figure(
        by_article(table, panel, 20),
        title,
        f"{reading}.",
        f"Bars: words by kind of zone. {reading}.",
    )


def _shares(corpus):
    runs = sourcing.runs(corpus)
    runs["words"] = runs["last"] - runs["first"] + 1
    runs["part"] = "reported in other words"
    runs.loc[runs["quoted"].astype(bool), "part"] = "quoted"
    runs.loc[runs["actor"] == "author", "part"] = "the author's own"
    table = together(
        runs.groupby(["doc", "part"], as_index=False, sort=False)["words"].sum(), corpus, "part"
    )
    table["share"] = table["words"] / table.groupby("doc")["words"].transform("sum")
    return label(table, corpus)


def _stacked(table, least):
    """A bar an article, cut by whose words they are, with the numbers of all pieces of more than
    `least` words."""
    called = list(dict.fromkeys(table["article"]))
    room = (
        {"axis": alt.Axis(labelLimit=420)} if max(map(len, called)) > 40 else {}
    )  # a name with an id is longer than the usual 260 pixels
    base = alt.Chart(table).encode(
        y=alt.Y("article:N", sort=called, title=None, **room),
        x=alt.X(
            "words:Q", title="words of the article text", stack="zero", axis=alt.Axis(tickCount=6)
        ),
        order=alt.Order("rank:Q"),
        tooltip=["article", "part", "words", alt.Tooltip("share:Q", format=".0%")],
    )
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=PARTS, range=[GREY, PALE, BLUE]), sort=PARTS, title=None
    )
    white = alt.condition("datum.rank != 1", alt.value("#ffffff"), alt.value(INK))
    numbers = (
        alt.Chart(table[table["words"] > least])
        .mark_text()
        .encode(y=base.encoding.y, x="middle:Q", text="words:Q", color=white)
    )
    return (base.mark_bar().encode(color=colour) + numbers).properties(
        width=WIDTH, height=alt.Step(44)
    )


def share_of_words(corpus) -> Figure:
    """Each article's words: the author's own, reported, quoted."""
    title = "Whose words are these?"
    table = _shares(corpus)
    if table.empty:
        return nothing(title, "there is no article text")
    table["rank"] = table["part"].map(PARTS.index)
    table["middle"] = (
        table.sort_values("rank")
        .groupby("doc")["words"]
        .transform(lambda words: words.cumsum() - words / 2)
    )
    alone, rest = table[table["doc"] != REST], table[table["doc"] == REST].reset_index(drop=True)
    bars = [_stacked(alone, 30)] if len(alone) else []
    if len(rest):
        bars.append(
            _stacked(rest, 0.05 * rest["words"].sum()).properties(
                title=alt.Title("On a scale of their own", fontSize=13, offset=6)
            )
        )
    chart = (
        bars[0]
        if len(bars) == 1
        else alt.vconcat(*bars, spacing=16).resolve_scale(x="independent", color="shared")
    )
    said = []
    for name, rows in table.groupby("article", sort=False):
        words = rows.groupby("part")["words"].sum()
        share = rows.loc[rows["part"] != PARTS[0], "share"].sum()
        said.append(
            f"{name}: {percent(share)} of the words are given to others, "
            f"{words.get(PARTS[2], 0):,} of them in quotation marks"
        )
    reading = sentence(said, table, corpus)
    return Figure(chart, title, f"{reading}.", f"Stacked bars, one an article. {reading}.")


def _voiced(corpus):
    """Stretches of words of the articles drawn, with the names of their voices and the passages."""
    runs = label(sourcing.runs(only_drawn(corpus)), corpus)
    runs["voice"] = runs["actor"].map(voices(corpus))
    runs["before"], runs["words"] = runs["first"] - 1, runs["last"] - runs["first"] + 1
    runs["how"] = runs["quoted"].map({True: "quoted", False: "in the author's words"})
    runs["passage"] = runs["text"].str.slice(0, 400)
    return few(runs, "voice", "words", VOICES, "voices")


def _heard_from(name, rows):
    """Where in an article others speak first, and how long its author goes on alone."""
    others, own = (
        rows.loc[rows["actor"] != "author", "first"],
        rows.loc[rows["actor"] == "author", "words"],
    )
    first = (
        f"somebody else speaks from word {others.min()} on" if len(others) else "nobody else speaks"
    )
    return (
        f"in {name} {first}, and the longest stretch in the author's own voice is "
        f"{own.max() if len(own) else 0} words"
    )


def strip(corpus) -> Figure:
    """Each article from first to last word: whose words stand where, with the passage on hover."""
    title = "Whose words stand where, from the first word to the last"
    if corpus.zones.empty or (runs := _voiced(corpus)).empty:
        return nothing(title, "there is no article text", corpus)
    chosen, opacity = choice(list(dict.fromkeys(runs["voice"])), "Show one voice", "voice")

    def panel(rows):
        loud = (
            rows.groupby("voice")["words"].sum().sort_values(ascending=False, kind="stable").index
        )
        order = [NO_ACTORS["author"], *(voice for voice in loud if voice != NO_ACTORS["author"])]
        hows = ["quoted", "in the author's words"]
        return (
            alt.Chart(rows)
            .mark_bar(height=14)
            .encode(
                x=alt.X(
                    "before:Q",
                    title="word number in the article text",
                    scale=alt.Scale(nice=False),
                    axis=alt.Axis(tickCount=6),
                ),
                x2="last:Q",
                y=alt.Y("voice:N", sort=order, title=None, axis=alt.Axis(grid=True)),
                color=alt.Color(
                    "how:N", scale=alt.Scale(domain=hows, range=[ORANGE, GREY]), title=None
                ),
                opacity=opacity,
                tooltip=["voice:N", "how:N", "words:Q", "passage:N"],
            )
        )

    reading = sentence(
        [_heard_from(name, rows) for name, rows in runs.groupby("article", sort=False)],
        runs,
        corpus,
    )
    reading = reading[:1].upper() + reading[1:]
    return figure(
        corpus,
        by_article(runs, panel, 22).add_params(chosen),
        title,
        f"{reading}.",
        f"One row a voice, one bar a stretch of words, orange where it is quoted. {reading}.",
    )
