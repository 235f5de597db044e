"""Figures of the negotiating tables, and of who does what to whom."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ..measures import diplomacy
from .common import (
    by_article,
    choice,
    few,
    figure,
    inside,
    label,
    nothing,
    number,
    only_drawn,
    sentence,
    some,
)
from .display import Figure, named, tracks, voices
from .theme import BLUE, INK, ORANGE, PALE, WIDTH

__all__ = ["dealings", "matrix", "periods"]

SPLIT = "split(replace(datum.label, ' in ', ', in '), ', ')"
SIDES = ["for it", "against it", "open", "first against, then for it", "leads it, and fails"]
SEVERAL = "several parties"
YES, NO = (
    ["hosts", "comes", "accepts", "invites", "proposes"],
    ["stays away", "declines", "does not accept"],
)
RELATIONS = ["cooperation", "request", "conflict"]


def _sided(corpus):
    """Parties of the articles drawn by table, with the side that they take and what is written in
    their square."""
    table = label(diplomacy.positions(only_drawn(corpus)), corpus)
    table["party"], table["table"] = (
        table["party"].map(voices(corpus)),
        table["track"].map(tracks(corpus)),
    )
    table["first"] = table["stances"].str.split(", ").str[0].replace("", "invited")
    table["side"] = [
        "for it" if word in YES else "against it" if word in NO else "open"
        for word in table["first"]
    ]
    table.loc[table["first"] == "fails to lead", "side"] = "leads it, and fails"
    table.loc[table["stances"].str.contains("declines, accepts", regex=False), "side"] = (
        "first against, then for it"
    )
    table["shown"] = table["stances"].str.replace(", ", " · ") + table["invited"].map(
        {True: " (invited)", False: ""}
    )
    return table


def _busiest(table, top):
    """Beyond the `top` parties with most moves in an article, one row that counts who of the others
    is on which side."""
    called = few(table, "party", "moves", top, "parties")
    rest = called["party"] != table["party"]
    if not rest.any():
        return table
    sums = called[rest].groupby(["doc", "article", "party", "table"], as_index=False, sort=False)
    sums = sums.agg(
        shown=(
            "side",
            lambda sides: " · ".join(f"{n} {side}" for side, n in sides.value_counts().items()),
        ),
        moves=("moves", "sum"),
    )
    return pd.concat(
        [called[~rest], sums.assign(side=SEVERAL, stances=sums["shown"], invited=False)],
        ignore_index=True,
    )


def matrix(corpus, top: int = 20) -> Figure:
    """Parties by tables: what each is to each; beyond `top` parties of an article the rest is
    summed and named."""
    title = "What each party does at each table"
    events = inside(only_drawn(corpus).events)
    if not (
        events["move"].notna()
        & events["track"].notna()
        & (events["who"].notna() | events["whom"].notna())
    ).any():
        return nothing(title, "nobody makes a move at a table", corpus)
    table = _sided(corpus)
    if table.empty:
        return nothing(title, "nobody makes a move at a table", corpus)
    shown = _busiest(table, top)
    more = SEVERAL in set(shown["side"])
    scale = alt.Scale(
        domain=[*SIDES, *[SEVERAL] * more],
        range=[PALE, "#f5b48a", "#e6e8eb", "#f3d98c", "#d5c3e6", *["#ffffff"] * more],
    )

    def panel(rows):
        last = (
            {
                "sort": sorted(
                    rows["party"].unique(),
                    key=lambda name: (name.endswith("parties together"), name),
                )
            }
            if more
            else {}
        )
        base = alt.Chart(rows).encode(
            y=alt.Y("party:N", title=None, **last),
            x=alt.X(
                "table:N",
                title=None,
                axis=alt.Axis(labelAngle=0, labelLimit=142, labelFontSize=11, labelExpr=SPLIT),
            ),
        )
        colour = alt.Color("side:N", scale=scale, sort=scale.domain, title="at the table")
        return base.mark_rect(stroke="#ffffff").encode(
            color=colour, tooltip=["party", "table", "stances", "moves", "invited"]
        ) + base.mark_text(fontSize=10, color=INK).encode(text="shown:N")

    chart = by_article(shown, panel, 26)
    for part in chart.vconcat:
        part.width = alt.Step(142)
    no_of = table[table["side"] == "against it"].groupby("article", sort=False)["party"].unique()
    parts = [f"{name}: {some(parties)} against a table" for name, parties in no_of.items()] or [
        "no party is against a table"
    ]
    reading = sentence(parts, table, corpus)
    tables = number(table["article"].nunique(), "table").capitalize()
    return figure(
        corpus,
        chart.resolve_scale(x="independent", y="independent", color="shared"),
        title,
        f"{reading}.",
        f"{tables}, parties by negotiating tables, with their moves in words. {reading}.",
    )


def _clashes(table, rings, names):
    """Of each article, in their order, which of the parties drawn are most in conflict, in
    words."""
    said = []
    for article, rows in table[table["relation"] == "conflict"].groupby("article", sort=False):
        drawn = rows[rows["who"].isin(rings[article]) & rows["whom"].isin(rings[article])]
        most = drawn[drawn["events"] == drawn["events"].max()]
        pairs = _pairs([*zip(most["who"].map(names), most["whom"].map(names), strict=True)])
        if pairs:
            said.append(
                f"{article}: most conflict is told of {some(pairs, 3)} "
                f"({drawn['events'].max()}{' each' if len(pairs) > 1 else ''})"
            )
    none = (
        "no conflict is told as fact"
        if (table["relation"] != "conflict").all()
        else "no conflict of two of the parties drawn is told as fact"
    )
    return said or [none]


def _pairs(pairs):
    """Pairs in words, those that stand both ways once."""
    both = [(a, b) for a, b in pairs if (b, a) in pairs]
    told = [
        f"{a} and {b} against each other"
        for place, (a, b) in enumerate(both)
        if (b, a) not in both[:place]
    ]
    return told + [f"{a} against {b}" for a, b in pairs if (b, a) not in pairs]


def dealings(corpus, top: int = 6) -> Figure:
    """Who does what to whom, as far as it is told as fact: the busiest parties on a circle,
    conflict and cooperation told apart."""
    title = "Who does what to whom, as far as it is told as fact"
    names = voices(corpus)
    table = (
        diplomacy.network(only_drawn(corpus))
        .query("factual > 0")
        .drop(columns="events")
        .rename(columns={"factual": "events"})
    )
    if table.empty:
        return nothing(title, "no party is told to have done anything to another", corpus)
    table = label(table, corpus)
    rings = {name: _places(rows, top) for name, rows in table.groupby("article", sort=False)}
    chosen, opacity = choice(
        sorted({names[party] for ring in rings.values() for party in ring}),
        "Show one party",
        "who",
        "whom",
    )
    panels = []
    for name, rows in table.groupby("article", sort=False):
        ring = rings[name]
        arcs = [
            _arc(row, ring) for row in rows.itertuples() if row.who in ring and row.whom in ring
        ]
        arcs = [arc | {"who": names[arc["who"]], "whom": names[arc["whom"]]} for arc in arcs]
        nodes = [
            {"party": names[party], "x": x * 1.02, "y": y * 1.02 + (0.14 if y >= 0 else -0.14)}
            for party, (x, y) in ring.items()
        ]
        panels.append(
            _ring(arcs, nodes, opacity).properties(
                width=WIDTH, height=330, title=alt.Title(name, fontSize=13, offset=6)
            )
        )
    chart = (
        alt.vconcat(*panels, spacing=16)
        .resolve_scale(color="shared", size="shared")
        .add_params(chosen)
    )
    reading = sentence(_clashes(table, rings, names), table, corpus)
    return figure(
        corpus,
        chart,
        title,
        f"{reading}.",
        (
            f"Parties on a circle, a line a relation and direction, thicker for more events. "
            f"{reading}."
        ),
    )


def _places(rows, top):
    """The busiest parties at even distances on a circle: party -> (x, y)."""
    weight = (
        rows.groupby("who")["events"]
        .sum()
        .add(rows.groupby("whom")["events"].sum(), fill_value=0)
        .sort_values(ascending=False, kind="stable")
    )
    shown = weight.index[:top]
    return {
        party: (math.sin(2 * math.pi * i / len(shown)), math.cos(2 * math.pi * i / len(shown)))
        for i, party in enumerate(shown)
    }


def _arc(row, ring):
    """A line between two parties, set a little aside for each kind of relation so that lines do not
    cover each other."""
    (x, y), (x2, y2) = ring[row.who], ring[row.whom]
    length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5
    aside = 0.035 * (RELATIONS.index(row.relation) + 0.5)
    dx, dy = (y2 - y) / length * aside, -(x2 - x) / length * aside
    return {
        "x": x + dx,
        "y": y + dy,
        "x2": x2 + dx,
        "y2": y2 + dy,
        "relation": row.relation,
        "events": row.events,
        "who": row.who,
        "whom": row.whom,
    }


def _ring(arcs, nodes, opacity):
    blank, scale = None, alt.Scale(domain=[-1.6, 1.6])
    lines = alt.Chart(alt.Data(values=arcs)).mark_rule()
    lines = lines.encode(
        x=alt.X("x:Q", axis=blank, scale=scale),
        y=alt.Y("y:Q", axis=blank, scale=alt.Scale(domain=[-1.3, 1.3])),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=alt.StrokeWidth(
            "events:Q", scale=alt.Scale(domain=[1, 10], range=[1.2, 7]), legend=None
        ),
        color=alt.Color(
            "relation:N",
            scale=alt.Scale(domain=RELATIONS, range=[BLUE, "#8c959f", ORANGE]),
            sort=RELATIONS,
            title="relation",
        ),
        opacity=opacity,
        tooltip=["who:N", "whom:N", "relation:N", "events:Q"],
    )
    words = alt.Chart(alt.Data(values=nodes)).mark_text(fontWeight="bold", fontSize=12, color=INK)
    return lines + words.encode(
        x=alt.X("x:Q", axis=blank), y=alt.Y("y:Q", axis=blank), text="party:N"
    )


def periods(corpus) -> Figure:
    """The negotiating tables on one calendar, each with its host and as many members as it has; one
    with an open side is drawn pale, to the edge."""
    title = "The negotiating tables, and for how long"
    table = named(diplomacy.tracks(corpus), corpus, "track", "host")
    if table.empty:
        return nothing(title, "there is no negotiating table")
    days = table[["earliest", "latest"]].stack().dropna()
    if days.empty:
        return nothing(title, "of no negotiating table a day is known")
    table["open"] = table[["earliest", "latest"]].isna().any(axis=1)
    table["members"] = table["members"].str.split().str.len()
    table["hosted"] = "host: " + table["host"].fillna("nobody")
    table["from_day"] = table["earliest"].fillna(days.min()).dt.strftime("%Y-%m-%d")
    table["to_day"] = (table["latest"].fillna(days.max()) + pd.Timedelta(days=1)).dt.strftime(
        "%Y-%m-%d"
    )
    data = table[["track", "hosted", "members", "period", "open", "from_day", "to_day"]]
    base = alt.Chart(data).encode(
        y=alt.Y("track:N", sort=None, title=None), tooltip=["track", "hosted", "members", "period"]
    )
    axis = alt.Axis(format="%b %Y", labelAngle=0, tickCount=6)
    bars = base.mark_bar(height=6, minBandSize=4, stroke=BLUE, strokeWidth=2, color=BLUE).encode(
        x=alt.X("from_day:T", title="time", axis=axis, scale=alt.Scale(type="utc")),
        x2=alt.X2("to_day:T", timeUnit="utcyearmonthdate"),
        opacity=alt.condition("datum.open", alt.value(0.4), alt.value(1.0)),
    )
    said = base.mark_text(align="left", dy=-9, fontSize=11, color=INK).encode(
        x="from_day:T", text="hosted:N"
    )
    hosts = some(
        [
            f"{often} hosted by {host}"
            for host, often in table["host"].fillna("nobody").value_counts().items()
        ]
    )
    reading = f"{number(len(table), 'table').capitalize()}: {hosts}."
    chart = (bars + said).properties(width=WIDTH, height=alt.Step(34))
    return Figure(chart, title, reading, f"A bar a table from its first to its last day. {reading}")
