"""Figures of the negotiating tables, and of who does what to whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..measures import diplomacy
from .articles import article_figure, label, limit_articles, top_n
from .charts import by_article, choice, colour, day_range, empty_figure, iso_days
from .display import Figure
from .names import join_words, named, number, tracks, voices
from .theme import BLUE, INK, ORANGE, PALE, WIDTH

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["dealings", "matrix", "periods"]

TWO_LINES = "split(replace(datum.label, ' in ', ', in '), ', ')"  # the name of a table
SIDES = {
    "for it": PALE,
    "against it": "#f5b48a",
    "open": "#e6e8eb",
    "first against, then for it": "#f3d98c",
    "leads it, and fails": "#d5c3e6",
}
FOR_IT = ("hosts", "comes", "accepts", "invites", "proposes")
AGAINST_IT = ("stays away", "declines", "does not accept")
RELATIONS = {"cooperation": BLUE, "request": "#8c959f", "conflict": ORANGE}


def _side(stances: str) -> str:
    """Return which side a party takes at a table, from its stances in the order of the text."""
    first = stances.partition(", ")[0]
    if "declines, accepts" in stances:
        return "first against, then for it"
    if first == "fails to lead":
        return "leads it, and fails"
    if first in FOR_IT:
        return "for it"
    return "against it" if first in AGAINST_IT else "open"


def _squares(corpus: Corpus) -> pd.DataFrame:
    """Return parties by tables, with the side that each takes and the words in its square."""
    table = label(diplomacy.positions(corpus), corpus)
    table["party"] = table["party"].map(voices(corpus))
    table["table"] = table["track"].map(tracks(corpus))
    table["first"] = table["stances"].str.split(", ").str[0].replace("", "invited")
    table["side"] = table["stances"].map(_side)
    invited = table["invited"].map({True: " (invited)", False: ""})
    table["shown"] = table["stances"].str.replace(", ", " · ") + invited
    return table


@limit_articles
def matrix(corpus: Corpus, top: int = 20) -> Figure:
    """Draw what each party does at each negotiating table.

    Of more than `top` parties of an article, it draws those with most moves.
    """
    table = _squares(corpus)
    shown = top_n(table, "party", "moves", top, "")
    shown, note = shown[shown["party"] != ""], ""
    if len(shown) < len(table):
        note = f"Shows the {top} parties of each article that make most moves."

    def panel(rows):
        x = alt.X("table:N", title=None)
        base = alt.Chart(rows).encode(
            x=x.axis(labelAngle=0, labelExpr=TWO_LINES, labelFontSize=11, labelLimit=142),
            y=alt.Y("party:N", title=None),
        )
        squares = base.mark_rect(stroke="#ffffff").encode(
            color=colour("side", SIDES, "at the table", sort=list(SIDES)),
            tooltip=["party", "table", "stances", "moves", "invited"],
        )
        return squares + base.mark_text(fontSize=10, color=INK).encode(text="shown:N")

    def describe(name, rows):
        parties = rows.loc[rows["side"] == "against it", "party"].unique()
        return f"{name}: {join_words(parties)} against a table" if len(parties) else ""

    chart = by_article(shown, panel, 26, width=alt.Step(142))
    tables = number(table["article"].nunique(), "table").capitalize()
    return article_figure(
        "What each party does at each table",
        chart.resolve_scale(x="independent", y="independent", color="shared"),
        table,
        corpus,
        describe,
        what=f"{tables}, parties by negotiating tables, with their moves in words.",
        if_empty="nobody makes a move at a table",
        otherwise="no party is against a table",
        note=note,
    )


@limit_articles
def dealings(corpus: Corpus, top: int = 6) -> Figure:
    """Draw who does what to whom, according to events reported as fact.

    The `top` busiest parties of each article are on a circle; lines are cooperation, requests and
    conflict, thicker for more events.
    """
    names = voices(corpus)
    table = diplomacy.network(corpus).query("factual > 0").drop(columns="events")
    table = label(table.rename(columns={"factual": "events"}), corpus)
    circles = {name: _circle(rows, top) for name, rows in table.groupby("article", sort=False)}
    drawn = {names[party] for circle in circles.values() for party in circle}
    chosen, opacity = choice(sorted(drawn), "Show one party", "who", "whom")

    def between_drawn(name, rows):
        return rows[rows["who"].isin(circles[name]) & rows["whom"].isin(circles[name])]

    def panel(rows):
        name = rows["article"].iloc[0]
        arcs = [_arc(row, circles[name], names) for row in between_drawn(name, rows).itertuples()]
        return _network(arcs, circles[name], names, opacity)

    def describe(name, rows):
        rows = between_drawn(name, rows).query("relation == 'conflict'")
        most = rows[rows["events"] == rows["events"].max()]
        pairs = _pairs(list(zip(most["who"].map(names), most["whom"].map(names), strict=True)))
        each = " each" if len(pairs) > 1 else ""
        words = f"most conflict is told of {join_words(pairs, 3)} ({rows['events'].max()}{each})"
        return f"{name}: {words}" if pairs else ""

    none = "no conflict is told as fact"
    if (table["relation"] == "conflict").any():
        none = "no conflict of two of the parties drawn is told as fact"
    chart = by_article(table, panel, 1, height=330).resolve_scale(color="shared", size="shared")
    return article_figure(
        "Who does what to whom, as far as it is told as fact",
        chart.add_params(chosen),
        table,
        corpus,
        describe,
        what="Parties on a circle, a line a relation and direction, thicker for more events.",
        if_empty="no party is told to have done anything to another",
        otherwise=none,
    )


def _pairs(pairs: list[tuple[str, str]]) -> list[str]:
    """Put pairs of parties into words; those in conflict in both directions come first, once."""
    mutual = [pair for pair in pairs if pair[::-1] in pairs]
    once = [pair for n, pair in enumerate(mutual) if pair[::-1] not in mutual[:n]]
    one_way = [pair for pair in pairs if pair not in mutual]
    words = [f"{' and '.join(pair)} against each other" for pair in once]
    return words + [" against ".join(pair) for pair in one_way]


def _circle(rows: pd.DataFrame, top: int) -> dict[str, tuple[float, float]]:
    """Place the busiest parties at even distances on a circle: party -> (x, y)."""
    events = rows.melt("events", ["who", "whom"], value_name="party").groupby("party")["events"]
    parties = events.sum().sort_values(ascending=False, kind="stable").index[:top]
    angles = {party: 2 * math.pi * i / len(parties) for i, party in enumerate(parties)}
    return {party: (math.sin(angle), math.cos(angle)) for party, angle in angles.items()}


def _arc(row: Any, circle: dict[str, tuple[float, float]], names: dict[str, str]) -> dict:
    """Return the line of a relation, a little to the side so that relations do not overlap."""
    (x, y), (x2, y2) = circle[row.who], circle[row.whom]
    length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5
    aside = 0.035 * (list(RELATIONS).index(row.relation) + 0.5)
    dx, dy = (y2 - y) / length * aside, (x - x2) / length * aside
    line = {"x": x + dx, "y": y + dy, "x2": x2 + dx, "y2": y2 + dy}
    who, whom = names[row.who], names[row.whom]
    return line | {"relation": row.relation, "events": row.events, "who": who, "whom": whom}


def _network(arcs: list[dict], circle: dict, names: dict[str, str], opacity: Any) -> alt.LayerChart:
    """Return the lines between parties, and the parties' names a little outside the circle."""
    nodes = [
        {"party": names[party], "x": x * 1.02, "y": y * 1.02 + (0.14 if y >= 0 else -0.14)}
        for party, (x, y) in circle.items()
    ]
    x, y = alt.X("x:Q", axis=None), alt.Y("y:Q", axis=None)
    width = alt.StrokeWidth("events:Q", legend=None).scale(domain=[1, 10], range=[1.2, 7])
    lines = alt.Chart(alt.Data(values=arcs)).mark_rule()
    lines = lines.encode(
        x=x.scale(domain=[-1.6, 1.6]),
        y=y.scale(domain=[-1.3, 1.3]),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=width,
        color=colour("relation", RELATIONS, "relation", sort=list(RELATIONS)),
        opacity=opacity,
        tooltip=["who:N", "whom:N", "relation:N", "events:Q"],
    )
    words = alt.Chart(alt.Data(values=nodes)).mark_text(fontWeight="bold", fontSize=12, color=INK)
    return lines + words.encode(x=x, y=y, text="party:N")


def periods(corpus: Corpus) -> Figure:
    """Draw the negotiating tables on one calendar, each with its host.

    A table whose first or last day is unknown is pale, and reaches to the edge of the calendar.
    """
    title = "The negotiating tables, and for how long"
    table = named(diplomacy.tracks(corpus), corpus, "track", "host")
    if table.empty:
        return empty_figure(title, "there is no negotiating table")
    days = table[["earliest", "latest"]].stack().dropna()
    if days.empty:
        return empty_figure(title, "of no negotiating table a day is known")
    hosts = table["host"].fillna("nobody")
    table["open"] = table[["earliest", "latest"]].isna().any(axis=1)
    table["members"] = table["members"].str.split().str.len()
    table["hosted"] = "host: " + hosts
    last = table["latest"].fillna(days.max()) + pd.Timedelta(days=1)
    table["from_day"] = iso_days(table["earliest"].fillna(days.min()))
    table["to_day"] = iso_days(last)
    data = table[["track", "hosted", "members", "period", "open", "from_day", "to_day"]]
    base = alt.Chart(data).encode(
        y=alt.Y("track:N", sort=None, title=None), tooltip=["track", "hosted", "members", "period"]
    )
    bars = base.mark_bar(height=6, minBandSize=4, stroke=BLUE, strokeWidth=2, color=BLUE)
    pale = alt.condition("datum.open", alt.value(0.4), alt.value(1.0))
    bars = bars.encode(**day_range("%b %Y", 6), opacity=pale)
    words = base.mark_text(align="left", dy=-9, fontSize=11, color=INK)
    parts = [f"{times} hosted by {host}" for host, times in hosts.value_counts().items()]
    reading = f"{number(len(table), 'table').capitalize()}: {join_words(parts)}."
    chart = bars + words.encode(x="from_day:T", text="hosted:N")
    return Figure(
        chart.properties(width=WIDTH, height=alt.Step(34)),
        title,
        reading,
        f"A bar a table from its first to its last day. {reading}",
    )


def __dir__() -> list[str]:
    return __all__
