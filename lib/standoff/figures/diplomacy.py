"""Figures of the negotiating tables, and of who does what to whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..measures import diplomacy
from .articles import article_figure, label, limit_articles, top_n
from .charts import by_article, choice, colour, day_range, empty_figure, iso_days, one_width
from .display import Figure
from .names import join_words, named, number, tracks, voices
from .theme import BLUE, INK, ORANGE, PALE, WIDTH

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["dealings", "matrix", "periods"]

TWO_LINES = "split(replace(datum.label, ' in ', ', in '), ', ')"  # the name of a table
SIDES = {
    "comes or invites": PALE,
    "stays away or refuses": "#f5b48a",
    "open": "#e6e8eb",
    "refuses, then accepts": "#f3d98c",
    "leads and fails": "#d5c3e6",
}
SIDE_OF = {  # a party's first stance at a table -> its side
    "hosts": "comes or invites",
    "comes": "comes or invites",
    "accepts": "comes or invites",
    "invites": "comes or invites",
    "proposes": "comes or invites",
    "stays away": "stays away or refuses",
    "declines": "stays away or refuses",
    "does not accept": "stays away or refuses",
    "fails to lead": "leads and fails",
}
RELATIONS = {"cooperation": BLUE, "request": "#8c959f", "conflict": ORANGE}
DAY = pd.Timedelta(days=1)

Circle = dict[str, tuple[float, float]]  # party -> its place


def _squares(corpus: Corpus) -> pd.DataFrame:
    """Return parties by tables, with the side that each takes and the words in its square."""
    table = label(diplomacy.positions(corpus), corpus)
    table["party"] = table["party"].map(voices(corpus))
    table["table"] = table["track"].map(tracks(corpus))
    table["first"] = table["stances"].str.split(", ").str[0].replace("", "invited")
    table["side"] = table["first"].map(SIDE_OF).fillna("open")
    changed = table["stances"].str.contains("declines, accepts")
    table.loc[changed, "side"] = "refuses, then accepts"
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
        parties = rows.loc[rows["side"] == "stays away or refuses", "party"].unique()
        return f"{name}: staying away or refusing: {join_words(parties)}" if len(parties) else ""

    chart = by_article(shown, panel, 26, width=alt.Step(142))
    tables = number(table["article"].nunique(), "table").capitalize()
    return article_figure(
        "What each party does at each table",
        chart.resolve_scale(x="independent", y="independent", color="shared"),
        table,
        corpus,
        describe,
        what=f"{tables}, parties by negotiating tables, with the moves of each.",
        if_empty="nobody makes a move at a table",
        otherwise="no party stays away or refuses",
        note=note,
    )


@limit_articles
def dealings(corpus: Corpus, top: int = 6) -> Figure:
    """Draw who does what to whom, according to events reported as fact.

    The `top` busiest parties of each article are on a circle; lines are cooperation, requests and
    conflict, thicker for more events.
    """
    table = diplomacy.network(corpus).query("factual > 0").drop(columns="events")
    table = label(table.rename(columns={"factual": "events"}), corpus)
    names, articles = voices(corpus), table.groupby("article", sort=False)
    circles = {name: _circle(rows, names, top) for name, rows in articles}
    table = named(table, corpus, "who", "whom")
    table["drawn"] = [
        {row.who, row.whom} <= circles[row.article].keys() for row in table.itertuples()
    ]
    chosen, opacity = choice(
        sorted(set().union(*circles.values())), "Show one party", "who", "whom"
    )

    def panel(rows):
        return _network(rows[rows["drawn"]], circles[rows["article"].iloc[0]], opacity)

    def describe(name, rows):
        rows = rows.query("drawn and relation == 'conflict'")
        most = rows[rows["events"] == rows["events"].max()]
        pairs = _pairs(list(zip(most["who"], most["whom"], strict=True)))
        each = " each" if len(pairs) > 1 else ""
        words = f"most conflict is between {join_words(pairs, 3)} ({rows['events'].max()}{each})"
        return f"{name}: {words}" if pairs else ""

    none = "no conflict is a fact"
    if (table["relation"] == "conflict").any():
        none = "no conflict between the parties drawn is a fact"
    chart = by_article(table, panel, 1, height=330).resolve_scale(color="shared", size="shared")
    return article_figure(
        "Who does what to whom, as a fact",
        chart.add_params(chosen),
        table,
        corpus,
        describe,
        what="Parties on a circle, a line for each relation, thicker for more events.",
        if_empty="no party does anything to another",
        otherwise=none,
    )


def _pairs(pairs: list[tuple[str, str]]) -> list[str]:
    """Put pairs of parties into words; those in conflict in both directions come first, once."""
    mutual, one_way = [], []
    for place, pair in enumerate(pairs):
        if pair[::-1] not in pairs:
            one_way.append(" against ".join(pair))
        elif pair[::-1] not in pairs[:place]:
            mutual.append(f"{' and '.join(pair)} against each other")
    return mutual + one_way


def _circle(rows: pd.DataFrame, names: dict[str, str], top: int) -> Circle:
    """Place the busiest parties at even distances on a circle."""
    events = rows.melt("events", ["who", "whom"], value_name="party").groupby("party")["events"]
    parties = events.sum().sort_values(ascending=False, kind="stable").index[:top]
    angles = [2 * math.pi * place / len(parties) for place in range(len(parties))]
    places = [(math.sin(angle), math.cos(angle)) for angle in angles]
    return dict(zip(parties.map(names), places, strict=True))


def _line(row: dict[str, Any], circle: Circle) -> dict[str, Any]:
    """Return the line of a relation, a little to the side so that relations do not overlap."""
    (x, y), (x2, y2) = circle[row["who"]], circle[row["whom"]]
    aside = 0.035 * (list(RELATIONS).index(row["relation"]) + 0.5)
    length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5
    dx, dy = (y2 - y) / length * aside, (x - x2) / length * aside
    return row | {"x": x + dx, "y": y + dy, "x2": x2 + dx, "y2": y2 + dy}


def _network(rows: pd.DataFrame, circle: Circle, opacity: Any) -> alt.LayerChart:
    """Return the lines between parties, and the parties' names a little outside the circle."""
    relations = rows[["who", "whom", "relation", "events"]].to_dict("records")
    lines = alt.Data(values=[_line(row, circle) for row in relations])
    nodes = [
        {"party": party, "x": x * 1.02, "y": y * 1.02 + math.copysign(0.14, y)}
        for party, (x, y) in circle.items()
    ]
    x, y = alt.X("x:Q", axis=None), alt.Y("y:Q", axis=None)
    words = alt.Chart(alt.Data(values=nodes)).mark_text(fontWeight="bold", fontSize=12, color=INK)
    return alt.Chart(lines).mark_rule().encode(
        x=x.scale(domain=[-1.6, 1.6]),
        y=y.scale(domain=[-1.3, 1.3]),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=alt.StrokeWidth("events:Q", legend=None).scale(domain=[1, 10], range=[1.2, 7]),
        color=colour("relation", RELATIONS, "relation", sort=list(RELATIONS)),
        opacity=opacity,
        tooltip=["who:N", "whom:N", "relation:N", "events:Q"],
    ) + words.encode(x=x, y=y, text="party:N")


def periods(corpus: Corpus) -> Figure:
    """Draw the negotiating tables on one calendar, each with its host.

    A table whose first or last day is unknown is pale, and reaches to the edge of the calendar.
    """
    title = "The negotiating tables, and for how long"
    table = named(diplomacy.tracks(corpus), corpus, "track", "host").fillna({"host": "nobody"})
    if table.empty:
        return empty_figure(title, "there is no negotiating table")
    first, last = table["earliest"], table["latest"]
    days = pd.concat([first, last]).dropna()
    if days.empty:
        return empty_figure(title, "no negotiating table has a known day")
    table["open"] = first.isna() | last.isna()
    table["members"] = table["members"].str.split().str.len()
    table["hosted"] = "host: " + table["host"]
    table["from_day"] = iso_days(first.fillna(days.min()))
    table["to_day"] = iso_days(last.fillna(days.max()) + DAY)
    data = table[["track", "hosted", "members", "period", "open", "from_day", "to_day"]]
    base = alt.Chart(data).encode(
        y=alt.Y("track:N", sort=None, title=None), tooltip=["track", "hosted", "members", "period"]
    )
    bars = base.mark_bar(height=6, minBandSize=4, stroke=BLUE, strokeWidth=2, color=BLUE)
    pale = alt.condition("datum.open", alt.value(0.4), alt.value(1.0))
    bars = bars.encode(**day_range("%b %Y", 6), opacity=pale)
    words = base.mark_text(align="left", dy=-9, fontSize=11, color=INK)
    parts = [f"{times} hosted by {host}" for host, times in table["host"].value_counts().items()]
    reading = f"{number(len(table), 'table').capitalize()}: {join_words(parts)}."
    chart = bars + words.encode(x="from_day:T", text="hosted:N")
    return one_width(
        chart.properties(width=WIDTH, height=alt.Step(34)),
        title,
        reading,
        f"A bar for each table from its first to its last day. {reading}",
    )


def __dir__() -> list[str]:
    return __all__
