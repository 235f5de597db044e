"""Figures of sources: heard or only talked about, named or not, and where the footnotes lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ..measures import sourcing
from .articles import article_figure, label, limit_articles, top_n
from .charts import (
    bar_numbers,
    by_article,
    colour,
    count_axis,
    empty_figure,
    middles,
    one_width,
    white_if,
)
from .display import Figure
from .names import percent
from .theme import BLUE, GREY, ORANGE, WIDTH, YELLOW

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["citations", "heard", "naming"]

SHARES = {
    "heard": "heard: share of all attributed words",
    "mentioned": "mentioned: share of all mentions",
}
KINDS = {"direct": ORANGE, "mixed": YELLOW, "indirect": GREY}
FOLLOWED, LOST = "can be followed", "cannot be followed: only a date is left"
WAYS = {FOLLOWED: BLUE, LOST: ORANGE}
OTHER = "others together"


def _shares(corpus: Corpus, top: int) -> pd.DataFrame:
    """Return each party's share of the words and of the mentions; the `top` parties by name."""
    table = sourcing.voices(corpus, by="party").fillna({"mention_share": 0.0})
    table["weight"] = table[["share", "mention_share"]].max(axis=1)
    table = top_n(table, "name", "weight", top, f"{{}} {OTHER}")
    table = table.groupby(["doc", "name"], as_index=False, sort=False).agg(
        heard=("share", "sum"), mentioned=("mention_share", "sum"), weight=("weight", "sum")
    )
    table.loc[table["name"].str.endswith(OTHER), "weight"] = -1.0
    return label(table.rename(columns={"name": "party"}), corpus)


@limit_articles
def heard(corpus: Corpus, top: int = 9) -> Figure:
    """Draw each party's share of the words given to voices against its share of mentions.

    Beyond the `top` parties of an article, the others are taken together.
    """
    table, names = _shares(corpus, top), list(SHARES.values())

    def panel(rows):
        rows = rows.sort_values("weight", ascending=False, kind="stable")
        y = alt.Y("party:N", sort=list(rows["party"]), title=None)
        lines = alt.Chart(rows).mark_rule(color="#8c959f", strokeWidth=2)
        long = rows.melt(["party"], list(SHARES), "what", "share").replace({"what": SHARES})
        colours = colour("what", dict(zip(names, (ORANGE, BLUE), strict=True)), None)
        shapes = alt.Shape("what:N", title=None).scale(domain=names, range=["circle", "diamond"])
        points = alt.Chart(long).mark_point(filled=True, size=110, opacity=1)
        return lines.encode(y=y, x="heard:Q", x2="mentioned:Q") + points.encode(
            y=y,
            x=alt.X("share:Q", title="share within the article").axis(format=".0%"),
            color=colours.legend(labelLimit=320, columns=1),
            shape=shapes,
            tooltip=["party", "what", alt.Tooltip("share:Q", format=".1%")],
        )

    def describe(name, rows):
        rows = rows[rows["weight"] >= 0]
        row = rows.loc[(rows["mentioned"] - rows["heard"]).idxmax()]
        return (
            f"the widest gap in {name}: {row['party']}, {percent(row['mentioned'])} of the "
            f"mentions and {percent(row['heard'])} of the words"
        )

    return article_figure(
        "Heard, and only mentioned",
        by_article(table, panel, 24),
        table,
        corpus,
        describe,
        what="Two points for each party, joined by a line.",
        if_empty="nobody speaks and nobody is mentioned",
    )


@limit_articles
def naming(corpus: Corpus) -> Figure:
    """Draw the number of attributions by whether the source is named and whether it is quoted."""
    table = label(sourcing.naming(corpus), corpus)
    table["rank"] = table["kind"].map(list(KINDS).index)
    table["middle"] = middles(table, ["doc", "naming"], "attributions")
    ink = white_if("datum.kind == 'indirect'")

    def panel(rows):
        y = alt.Y("naming:N", sort=["named", "unnamed", "no source"], title="source")
        numbers = alt.Chart(rows).mark_text(fontWeight="bold")
        bars = alt.Chart(rows).mark_bar()
        bars = bars.encode(
            y=y,
            x=count_axis("attributions", "attributions"),
            order="rank:Q",
            color=colour("kind", KINDS, "the words are", sort=list(KINDS)),
            tooltip=["naming", "kind", "attributions", "words"],
        )
        return bars + numbers.encode(y=y, x="middle:Q", text="attributions:Q", color=ink)

    def describe(name, rows):
        counts = rows["attributions"]
        named = counts[rows["naming"] == "named"].sum()
        quoted = counts[rows["kind"] != "indirect"].sum()
        return (
            f"{name}: {named:,} of {counts.sum():,} attributions have a named source, {quoted:,} "
            f"quote at least in part"
        )

    return article_figure(
        "Named or not, quoted or not",
        by_article(table, panel, 30),
        table,
        corpus,
        describe,
        what="Stacked bars of counts.",
        if_empty="nothing is attributed to anybody",
    )


@limit_articles
def citations(corpus: Corpus, top: int = 12) -> Figure:
    """Draw the entries of the footnotes, how many attributions rest on each, and where they lead.

    Of more than `top` entries, it draws those on which most attributions rest.
    """
    title = "Where the footnotes lead"
    if not (corpus.zones["label"] == "Reference").any():
        return empty_figure(title, "there are no footnotes")
    entries = label(sourcing.citations(corpus), corpus)
    entries["entry"] = entries["text"].str.replace("\u00a0", " ")
    entries["way"] = entries["followable"].map({True: FOLLOWED, False: LOST})
    table, note = entries, ""
    if table["entry"].duplicated().any():
        table = table.groupby(["entry", "way"], as_index=False, sort=False)["attributions"].sum()
    if len(table) > top:
        left_out = len(table) - top
        note = f"Shows the {top} entries with most attributions; {left_out:,} more are not shown."
        table = table.nlargest(top, "attributions")
    most = table["attributions"].max()
    ticks = {"values": list(range(1 + most))} if most <= 12 else {"tickCount": 6}
    x = alt.X("attributions:Q", title="attributions that rest on it")
    base = alt.Chart(table).encode(
        y=alt.Y("entry:N", sort=None, title="entry, as it stands"), x=x.axis(format="d", **ticks)
    )
    bars = base.mark_bar().encode(
        color=colour("way", WAYS, None).legend(labelLimit=320),
        tooltip=["entry", "attributions", "way"],
    )
    chart = (bars + bar_numbers(base, "attributions")).properties(width=WIDTH, height=alt.Step(26))
    reading = (
        f"{entries['followable'].sum():,} of {len(entries):,} entries can be followed; "
        f"{entries['attributions'].sum():,} links from attributions end at them."
    )
    return one_width(chart, title, reading, f"Bars: attributions for each entry. {reading}", note)


def __dir__() -> list[str]:
    return __all__
