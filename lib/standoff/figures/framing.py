"""Figures of frames: which ones, what for, in whose voice, where; and of what actors are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ..annotation.suggest import suggest
from ..measures import framing
from .articles import article_figure, inside, label, limit_articles, top_n
from .charts import by_article, choice, colour, count_axis, empty_figure, one_width, white_if
from .display import Figure
from .names import join_words, number
from .theme import BLUE, GREY, ORANGE, PALE, WIDTH

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["calling", "frames", "functions", "key_words", "sightings", "voices_of_frames"]

OWNERS = {"author": GREY, "source": ORANGE, "no source given": PALE}
OWNER = colour("owner", OWNERS, "in the voice of", sort=list(OWNERS))
QUOTED = "named source, quoted"
KINDS = ["the author", QUOTED, "named source, paraphrased", "unnamed source", "no source given"]
FUNCTIONS = ["problem", "cause", "judgement", "remedy"]
MOST_WORDINGS = 15  # rows of one article's wordings
NO_FRAME = "no clause is marked with a frame"
LASTING = {"stands": ORANGE, "may be chance": "#8c959f"}
NUMBERS = ("z", "g2", "q", "dp")


def _owner_of(voice: pd.Series) -> pd.Series:
    """Return whose voice it is: the author's, a source's or nobody's."""
    return voice.map(framing.OWNERS).fillna("source")


def _owner_bars(rows: pd.DataFrame, y: alt.Y, x: alt.X, tooltip: list[str]) -> alt.Chart:
    """Return bars divided by whose voice it is."""
    bars = alt.Chart(rows).mark_bar()
    return bars.encode(y=y, x=x, order="rank:Q", color=OWNER, tooltip=tooltip)


@limit_articles
def frames(corpus: Corpus) -> Figure:
    """Draw how many clauses carry each frame, and in whose voice."""
    table = framing.ownership(corpus)
    table["frame"] = table["frame"].map(corpus.codebook.title)
    table = table.groupby(["doc", "frame", "owner", "of"], as_index=False)["frames"].sum()
    table = label(table, corpus)
    table["rank"] = table["owner"].map(list(OWNERS).index)

    def panel(rows):
        order = list(rows.sort_values("of", ascending=False)["frame"].unique())
        y, x = alt.Y("frame:N", sort=order, title="frame"), count_axis("frames", "clauses")
        return _owner_bars(rows, y, x, ["frame", "owner", "frames", "of"])

    def describe(name, rows):
        total, own = rows["frames"].sum(), rows.loc[rows["owner"] == "author", "frames"].sum()
        most = rows.groupby("frame")["frames"].sum().idxmax()
        return (
            f"{name}: the most frequent frame is {most}; {own:,} of {total:,} clauses are in the "
            f"author's own voice"
        )

    return article_figure(
        "Frames, and in whose voice",
        by_article(table, panel, 22),
        table,
        corpus,
        describe,
        what="Stacked bars of counts.",
        if_empty=NO_FRAME,
    )


def _squares(table: pd.DataFrame, x: alt.X, light: int) -> alt.VConcatChart:
    """Return frames by the field of `x` as squares with counts, darker for more.

    Numbers on squares above `light` are white, or above half of the highest if that is over ten.
    """
    most = table["frames"].max()
    if most > 10:
        light = int(most) // 2
    shades = alt.Color("frames:Q", legend=None).scale(range=["#e8f1f8", BLUE])
    ink = white_if(f"datum.frames > {light}")
    tooltip = ["frame", x.shorthand.removesuffix(":N"), "frames"]

    def panel(rows):
        base = alt.Chart(rows).encode(x=x, y=alt.Y("frame:N", title="frame"))
        squares = base.mark_rect().encode(color=shades, tooltip=tooltip)
        return squares + base.mark_text().encode(text="frames:Q", color=ink)

    return by_article(table, panel, 24)


@limit_articles
def functions(corpus: Corpus) -> Figure:
    """Draw what each frame is used for: frames by function, with the number of clauses."""
    table = framing.profile(corpus)
    table["frame"] = table["frame"].map(corpus.codebook.title)
    table = table.groupby(["doc", "frame", "function"], as_index=False)["frames"].sum()
    table = label(table, corpus)
    x = alt.X("function:N", sort=FUNCTIONS, title="function of the clause")

    def describe(name, rows):
        remedies = rows.loc[rows["function"] == "remedy", "frames"].sum()
        return f"{name}: {remedies:,} of {rows['frames'].sum():,} clauses ask for a remedy"

    return article_figure(
        "What each frame is used for: number of clauses",
        _squares(table, x.axis(labelAngle=0).scale(domain=FUNCTIONS), 3),
        table,
        corpus,
        describe,
        what=f"{_tables(table)} of counts of clauses, frame by function.",
        if_empty=NO_FRAME,
    )


def voices_of_frames(table: pd.DataFrame, corpus: Corpus) -> Figure:
    """Draw frames by the kind of voice they stand in, with the number of clauses.

    `table` has the columns doc, frame, voice_kind and frames.
    """
    return _voices_of_frames(corpus, table)


@limit_articles
def _voices_of_frames(corpus: Corpus, table: pd.DataFrame) -> Figure:
    table = label(table[table["doc"].isin(corpus.documents["doc"])], corpus)
    table["frame"] = table["frame"].map(corpus.codebook.title)
    kinds = list(dict.fromkeys([*KINDS, *table["voice_kind"]]))
    x = alt.X("voice_kind:N", sort=kinds, title="in the voice of")

    def describe(name, rows):
        quoted = rows.loc[rows["voice_kind"] == QUOTED, "frames"].sum()
        return (
            f"{name}: {quoted:,} of {rows['frames'].sum():,} framing clauses stand in what a named "
            f"source says, quoted at least in part"
        )

    return article_figure(
        "Frames by the kind of voice they stand in: number of clauses",
        _squares(table, x.axis(labelAngle=-20).scale(domain=kinds), 4),
        table,
        corpus,
        describe,
        what=f"{_tables(table)} of counts, frame by kind of voice.",
        if_empty=NO_FRAME,
    )


def _tables(table: pd.DataFrame) -> str:
    """Count the panels of a figure: "Two tables"."""
    return number(table["article"].nunique(), "table").capitalize()


@limit_articles
def calling(corpus: Corpus, actor: str | None = None) -> Figure:
    """Draw what an actor is called, by the author and by others.

    `actor` is an id of the registry; without it, the figure is about the actor mentioned most
    often. Raises `ValueError` with the nearest id for an unknown actor.
    """
    known = corpus.registry["actors"]
    if actor is None:
        ids = inside(corpus.mentions)["actor"].dropna()
        most = ids[~ids.str.contains(" ")].mode()  # without mentions of several actors
        if most.empty:
            title = "What the texts call their actors"
            return empty_figure(title, "nobody is mentioned in the article text")
        actor = most[0]
    if actor not in known:
        raise ValueError(f"unknown actor '{actor}'; {suggest(str(actor), known)}")
    table, shown = _wordings(corpus, actor)

    def panel(rows):
        most = alt.EncodingSortField("mentions", op="sum", order="descending")
        y = alt.Y("wording:N", sort=most, title=None).axis(labelLimit=330)
        x = count_axis("mentions", "mentions")
        return _owner_bars(rows, y, x, ["wording", "owner", "mentions"])

    def describe(name, rows):
        many = rows["wording"].nunique()
        return f"{name}: {many} wording{'s' if many > 1 else ''}"

    figure = article_figure(
        f"What the texts call the {known[actor]['name']}",
        by_article(shown, panel, 24),
        table,
        corpus,
        describe,
        what="Bars: mentions of each wording.",
        if_empty="no name or description of it stands in the article text",
    )
    rare = table.loc[table["mentions"] == 1, "wording"].unique()
    if len(rare):
        figure.description += f" Said once: {join_words(rare, 40)}."
    return figure


def _wordings(corpus: Corpus, actor: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how often each owner uses each wording: all of them, and with rare ones summed."""
    table = framing.designations(corpus, actor)
    table["owner"] = _owner_of(table["voice"])
    table = table.groupby(["doc", "wording", "owner"], as_index=False)["mentions"].sum()
    table = label(table, corpus)
    table["rank"] = table["owner"].map(list(OWNERS).index)
    shown = top_n(table, "wording", "mentions", MOST_WORDINGS, "{:,} other wordings together")
    keys = ["doc", "wording", "owner", "article", "rank"]
    return table, shown.groupby(keys, as_index=False, sort=False)["mentions"].sum()


def key_words(table: pd.DataFrame, sides: tuple[str, str], top: int = 14) -> Figure:
    """Draw the `top` most distinctive words of two sides.

    `table` comes from `framing.keyness`; `sides` are the names of its two sides.
    """
    title = "Words that set the two sides apart"
    if table.empty:
        return empty_figure(title, "there are no words to compare")
    stands = table["q"] < 0.05
    lasting = stands.map({True: "stands", False: "may be chance"})
    shown = table.assign(lasting=lasting).head(top)
    numbers = [alt.Tooltip(f"{column}:Q", format=".2f") for column in NUMBERS]
    words = list(shown.sort_values("z")["word"])
    points = alt.Chart(shown).mark_point(filled=True, size=100, opacity=1)
    points = points.encode(
        y=alt.Y("word:N", sort=words, title="word"),
        x=alt.X("z:Q", title=f"z of the log odds: left {sides[1]}, right {sides[0]}"),
        color=colour("lasting", LASTING, "after control for many comparisons"),
        tooltip=["word", "count_1", "count_2", *numbers, "parts"],
    )
    zero = alt.Chart().mark_rule(color="#8c959f", aria=False).encode(x=alt.datum(0))
    reading = (
        f"Of {len(table)} words compared, {stands.sum()} stand after control for the number of "
        f"comparisons{': ' if stands.any() else ''}{join_words(table['word'][stands])}."
    )
    chart = (points + zero).properties(width=WIDTH, height=alt.Step(20))
    return one_width(chart, title, reading, f"A point for each word. {reading}")


@limit_articles
def sightings(corpus: Corpus) -> Figure:
    """Draw where in each article its frames are."""
    table = inside(corpus.frames)
    table = table.assign(
        place=table["start"] / table["doc"].map(corpus.texts).str.len(),
        owner=_owner_of(table["voice"]),
    )
    table["frame"] = table["frame"].map(corpus.codebook.title)
    table = label(table[["doc", "frame", "place", "owner", "text"]], corpus)
    chosen, opacity = choice(sorted(table["frame"].unique()), "Show one frame", "frame")
    x = alt.X("place:Q", title="place in the file, from its first to its last character")

    def panel(rows):
        ticks = alt.Chart(rows).mark_tick(thickness=4, height=16)
        return ticks.encode(
            x=x.axis(format=".0%").scale(domain=[0, 1]),
            y=alt.Y("frame:N", title="frame"),
            color=OWNER,
            opacity=opacity,
            tooltip=["frame", "owner", "text"],
        )

    def describe(name, rows):
        frames = rows.sort_values("place")["frame"]
        return f"{name} opens with {frames.iloc[0]} and ends with {frames.iloc[-1]}"

    return article_figure(
        "Where in the text the frames stand",
        by_article(table, panel, 22).add_params(chosen),
        table,
        corpus,
        describe,
        what="One mark for each framing clause.",
        if_empty=NO_FRAME,
    )


def __dir__() -> list[str]:
    return __all__
