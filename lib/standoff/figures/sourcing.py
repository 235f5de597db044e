"""Figures of who gets to speak: heard or only talked about, named or not, and where the footnotes
lead."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..measures import sourcing
from .common import REST, by_article, drawn, inside, label, nothing, percent, sentence, together
from .display import Figure
from .theme import BLUE, GREY, INK, ORANGE, WIDTH, YELLOW

__all__ = ["citations", "heard", "naming"]


def _voices(corpus):
    """Shares of parties in the words and the mentions of each article drawn, and of all others
    taken together."""
    table = together(sourcing.voices(corpus, by="party"), corpus, "actor", "name")
    rest = table["doc"] == REST
    if rest.any():
        said = inside(corpus.attributions)
        given = said.loc[said["parent"].isna() & ~said["doc"].isin(drawn(corpus)), "words"].sum()
        table.loc[rest, "share"] = table.loc[rest, "words"] / max(given, 1)
        table.loc[rest, "mention_share"] = table.loc[rest, "mentions"] / max(
            table.loc[rest, "mentions"].sum(), 1
        )
    return table.fillna({"mention_share": 0.0})


def _loudest(table, top):
    """The `top` parties of each article, and the rest summed and named."""
    table["weight"] = table[["share", "mention_share"]].max(axis=1)
    table["rank"] = table.groupby("doc")["weight"].rank(ascending=False, method="first")
    most = table.groupby("doc")["rank"].transform("max")
    rest = (table["rank"] > top) & (most > top + 1)
    number = rest.groupby(table["doc"]).transform("sum")
    table["party"] = table["name"].where(~rest, number.map(lambda n: f"{n} others together"))
    table = table.groupby(["doc", "party"], as_index=False, sort=False).agg(
        heard=("share", "sum"), mentioned=("mention_share", "sum"), weight=("weight", "sum")
    )
    table.loc[table["party"].str.endswith("others together"), "weight"] = -1.0
    return table


def _gap(name, rows):
    """The party of an article that is most talked about beyond what is heard of it."""
    row = rows.assign(gap=rows["mentioned"] - rows["heard"]).sort_values("gap").iloc[-1]
    return (
        f"the widest gap in {name}: {row['party']}, {percent(row['mentioned'])} of the mentions "
        f"and {percent(row['heard'])} of the words"
    )


def heard(corpus, top: int = 9) -> Figure:
    """Each party's share of the words given to voices against its share of mentions; beyond `top`
    the rest is summed and named."""
    title = "Heard, and only talked about"
    if not any(
        inside(table)["actor"].notna().any() for table in (corpus.mentions, corpus.attributions)
    ):
        return nothing(title, "nobody speaks and nobody is mentioned")
    table = label(_loudest(_voices(corpus), top), corpus)
    kinds = {
        "heard": "heard: share of all words given to voices",
        "mentioned": "talked about: share of all mentions",
    }

    def panel(rows):
        rows = rows.sort_values("weight", ascending=False, kind="stable")
        y = alt.Y("party:N", sort=list(rows["party"]), title=None)
        rule = (
            alt.Chart(rows)
            .mark_rule(color="#8c959f", strokeWidth=2)
            .encode(y=y, x="heard:Q", x2="mentioned:Q")
        )
        long = rows.melt(["party"], list(kinds), "what", "share").replace({"what": kinds})
        colour = alt.Color(
            "what:N", scale=alt.Scale(domain=list(kinds.values()), range=[ORANGE, BLUE]), title=None
        )
        dots = alt.Chart(long).mark_point(filled=True, size=110, opacity=1)
        return rule + dots.encode(
            y=y,
            x=alt.X("share:Q", axis=alt.Axis(format=".0%"), title="share within the article"),
            color=colour.legend(labelLimit=320, columns=1),
            shape=alt.Shape(
                "what:N",
                scale=alt.Scale(domain=list(kinds.values()), range=["circle", "diamond"]),
                title=None,
            ),
            tooltip=["party", "what", alt.Tooltip("share:Q", format=".1%")],
        )

    said = [
        _gap(name, rows[rows["weight"] >= 0]) for name, rows in table.groupby("article", sort=False)
    ]
    reading = sentence(said, table, corpus)
    reading = f"{reading[:1].upper()}{reading[1:]}."
    return Figure(
        by_article(table, panel, 24, own=()),
        title,
        reading,
        f"Two points a party, joined by a line. {reading}",
    )


def naming(corpus) -> Figure:
    """Attributions by whether the source is named, and whether it is quoted."""
    title = "Named or not, quoted or not"
    if inside(corpus.attributions).empty:
        return nothing(title, "nothing is attributed to anybody")
    table = label(together(sourcing.naming(corpus), corpus, "naming", "kind"), corpus)
    kinds = ["direct", "mixed", "indirect"]
    table["rank"] = table["kind"].map(kinds.index)
    table["middle"] = (
        table.sort_values("rank")
        .groupby(["doc", "naming"])["attributions"]
        .transform(lambda n: n.cumsum() - n / 2)
    )

    def panel(rows):
        y = alt.Y("naming:N", sort=["named", "unnamed", "no source"], title="source")
        bars = (
            alt.Chart(rows)
            .mark_bar()
            .encode(
                y=y,
                x=alt.X("attributions:Q", title="attributions", axis=alt.Axis(format="d")),
                order="rank:Q",
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=kinds, range=[ORANGE, YELLOW, GREY]),
                    sort=kinds,
                    title="the words are",
                ),
                tooltip=["naming", "kind", "attributions", "words"],
            )
        )
        ink = alt.condition("datum.kind == 'indirect'", alt.value("#ffffff"), alt.value(INK))
        return bars + alt.Chart(rows).mark_text(fontWeight="bold").encode(
            y=y, x="middle:Q", text="attributions:Q", color=ink
        )

    parts = []
    for name, rows in table.groupby("article", sort=False):
        all_, named = (
            rows["attributions"].sum(),
            rows.loc[rows["naming"] == "named", "attributions"].sum(),
        )
        quoted = rows.loc[rows["kind"] != "indirect", "attributions"].sum()
        parts.append(
            f"{name}: {named:,} of {all_:,} attributions have a named source, {quoted:,} "
            f"quote at least in part"
        )
    reading = f"{sentence(parts, table, corpus)}."
    return Figure(
        by_article(table, panel, 30), title, reading, f"Stacked bars of counts. {reading}"
    )


WAYS = ["can be followed", "leads nowhere: only mark and date are left"]


def _entries(table, top):
    """Entries in the same words as one that counts them, and beyond `top` those with fewest
    attributions summed and named, each way for itself."""
    same = table.groupby("entry", sort=False)["way"].transform("size")
    if (same == 1).all() and len(table) <= top + 1:
        return table
    table = table.assign(
        entry=table["entry"].where(same == 1, table["entry"] + same.map(" ({:,} entries)".format)),
        entries=1,
    )
    table = table.groupby(["entry", "way"], as_index=False, sort=False)[
        ["attributions", "entries"]
    ].sum()
    table = table.sort_values("attributions", ascending=False, kind="stable", ignore_index=True)
    if len(table) <= top + 1:
        return table
    rest = table[top:].groupby("way", as_index=False, sort=False)[["attributions", "entries"]].sum()
    said = rest["way"].map({WAYS[0]: "that can be followed", WAYS[1]: "that lead nowhere"})
    return pd.concat(
        [table[:top], rest.assign(entry=rest["entries"].map("{:,} other entries ".format) + said)],
        ignore_index=True,
    )


def citations(corpus, top: int = 12) -> Figure:
    """The footnotes' entries as they stand, with what rests on each, and whether they can be
    followed; beyond `top` the rest is summed and named."""
    title = "Where the footnotes lead"
    if not (corpus.zones["label"] == "Reference").any():
        return nothing(title, "there are no footnotes")
    found = sourcing.citations(corpus)
    found = label(found, corpus) if len(drawn(corpus)) == len(corpus.documents) else found
    found["entry"] = found["text"].str.replace("\u00a0", " ")
    found["way"] = found["followable"].map({True: WAYS[0], False: WAYS[1]})
    table = _entries(found, top)
    most = table["attributions"].max()
    ticks = {"values": list(range(1 + most))} if most <= 12 else {"tickCount": 6}
    base = alt.Chart(table).encode(
        y=alt.Y("entry:N", sort=None, title="entry, as it stands"),
        x=alt.X(
            "attributions:Q",
            title="attributions that rest on it",
            axis=alt.Axis(format="d", **ticks),
        ),
    )
    colour = alt.Color(
        "way:N",
        scale=alt.Scale(domain=WAYS, range=[BLUE, ORANGE]),
        title=None,
        legend=alt.Legend(labelLimit=320),
    )
    chart = base.mark_bar().encode(
        color=colour, tooltip=["entry", "attributions", "way"]
    ) + base.mark_text(align="left", dx=4, color=INK).encode(text="attributions:Q")
    good, resting = int(found["followable"].sum()), int(found["attributions"].sum())
    reading = (
        f"{good:,} of {len(found):,} entries can be followed; {resting:,} links from "
        f"attributions end at them."
    )
    return Figure(
        chart.properties(width=WIDTH, height=alt.Step(26)),
        title,
        reading,
        f"Bars: attributions for each entry. {reading}",
    )
