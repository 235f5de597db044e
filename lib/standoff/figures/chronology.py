"""Figures of time: the order of telling against the order of events, and how sure each event is."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..measures import chronology
from .common import by_article, figure, inside, label, names, nothing, only_drawn, sentence
from .display import Figure
from .theme import BLUE, GREY, INK, ORANGE, YELLOW

__all__ = ["telling", "timeline"]

FACTS = ["fact", "denied", "possible", "planned"]
SURE = ["fact", "fact, by a source alone", "denied", "possible or planned"]
DAY = pd.Timedelta(days=1)
# bars of 3 pixels that lie beside each other in a row of the timeline; later ones begin at the
# first lane again
LANES = 36


def _dated(corpus):
    """Events of the article text with their bounds; an open side is cut a little beyond all dates
    of the article, and said to be open."""
    part = only_drawn(corpus)
    events = inside(part.events)
    if events.empty:
        return events
    bounds = chronology.timeline(part).query("kind == 'event'")[["doc", "id", "earliest", "latest"]]
    table = label(events.merge(bounds, on=["doc", "id"]), corpus)
    table["number"] = table.groupby("doc")["start"].rank(method="first").astype(int)
    table = table[table["earliest"].notna() | table["latest"].notna()].reset_index(drop=True)
    first, last, margin = _span(table)
    table["open"] = "between the two days"
    table.loc[table["earliest"].isna(), "open"] = "not later than"
    table.loc[table["latest"].isna(), "open"] = "not earlier than"
    table["from_day"] = table["earliest"].fillna(first - margin)
    table["to_day"] = (table["latest"] + DAY).fillna(last + margin)
    table["said"] = [text.replace("\u00a0", " ") for text in table["text"]]
    for side in ("from_day", "to_day"):
        table[side] = table[side].dt.strftime("%Y-%m-%d")
    return table[
        [
            "article",
            "doc",
            "number",
            "said",
            "factuality",
            "voice",
            "reported",
            "open",
            "from_day",
            "to_day",
        ]
    ]


def _span(table):
    """First and last day that bounds any event of an article, and how far beyond them an open side
    is drawn: a day where all lie on one day."""
    days = table.groupby("doc")
    first = days["earliest"].transform("min").fillna(days["latest"].transform("min"))
    last = days["latest"].transform("max").fillna(days["earliest"].transform("max"))
    span = last - first
    return first, last, (span * 0.06).clip(lower=DAY)


def _days():
    """From day to day on an axis. They are days of the calendar: in the time zone of whoever draws
    or reads, they would be hours or a day off."""
    axis = alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=5)
    return {
        "x": alt.X("from_day:T", title="time", axis=axis, scale=alt.Scale(type="utc")),
        "x2": alt.X2("to_day:T", timeUnit="utcyearmonthdate"),
    }


def _told():
    """What a tooltip tells of an event."""
    return [
        "said",
        "factuality",
        "voice",
        "open",
        *(
            alt.Tooltip(f"{side}:T", timeUnit="utcyearmonthdate", title=side)
            for side in ("from_day", "to_day")
        ),
    ]


def telling(corpus) -> Figure:
    """Narrated position against time: one line an event, as long as its date is uncertain."""
    title = "Told in which order, happened when"
    table = _dated(corpus)
    if table.empty:
        return nothing(title, "no event is dated", corpus)

    def panel(rows):
        base = alt.Chart(rows).encode(
            y=alt.Y(
                "number:Q",
                title="order of telling",
                scale=alt.Scale(reverse=True, nice=False),
                axis=alt.Axis(format="d", tickCount=6),
            ),
            color=alt.Color(
                "factuality:N",
                scale=alt.Scale(domain=FACTS, range=[INK, ORANGE, YELLOW, BLUE]),
                sort=FACTS,
                title="told as",
            ),
            tooltip=_told(),
        )
        solid = alt.condition(
            "datum.open == 'between the two days'", alt.value(1.0), alt.value(0.3)
        )
        return base.mark_rule(strokeWidth=3.5).encode(**_days(), opacity=solid)

    chart = by_article(table, panel, 1)
    for part in chart.vconcat:
        part.height = 300
    order, called = chronology.order(only_drawn(corpus)), names(corpus)
    parts = [
        (
            f"{called[row.doc]}: of {row.as_told + row.reversed} pairs of mentions of events "
            f"whose order is known, {row.reversed} are told the other way round"
        )
        for row in order.itertuples()
    ]
    reading = sentence(parts, order, corpus)
    return figure(
        corpus,
        chart.resolve_scale(x="independent", color="shared"),
        title,
        f"{reading}.",
        (
            f"One bar an event from its earliest to its latest day, pale where a side is open, "
            f"from top to bottom as told. {reading}."
        ),
    )


def _sure(corpus):
    """Dated events by how sure they are, each in a lane of its row."""
    table = _dated(corpus)
    if table.empty:
        return table
    table["kind"] = table["factuality"].map(
        {
            "fact": "fact",
            "denied": "denied",
            "possible": "possible or planned",
            "planned": "possible or planned",
        }
    )
    table.loc[(table["kind"] == "fact") & table["reported"], "kind"] = "fact, by a source alone"
    table = table.sort_values(["article", "kind", "from_day", "to_day"], kind="stable")
    table = label(table.drop(columns="article"), corpus)
    return table.assign(lane=table.groupby(["doc", "kind"]).cumcount() % LANES)


def timeline(corpus) -> Figure:
    """Each article on its own time: facts, reports, denials, plans told apart."""
    title = "What happened, what is said to have, what did not, and what was to come"
    table = _sure(corpus)
    if table.empty:
        return nothing(title, "no event is dated", corpus)

    def panel(rows):
        return (
            alt.Chart(rows)
            .mark_bar(height=3)
            .encode(
                **_days(),
                y=alt.Y("kind:N", sort=SURE, title=None, scale=alt.Scale(domain=SURE)),
                yOffset=alt.YOffset("lane:Q"),
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=SURE, range=[INK, GREY, ORANGE, BLUE]),
                    legend=None,
                ),
                opacity=alt.condition(
                    "datum.open == 'between the two days'", alt.value(1.0), alt.value(0.3)
                ),
                tooltip=_told(),
            )
        )

    chart = by_article(table, panel, 110).resolve_scale(x="independent", color="shared")
    parts = [
        (
            f"{name}: {(rows['kind'] == 'fact').sum()} of {len(rows)} dated events are facts in "
            f"the author's own words"
        )
        for name, rows in table.groupby("article", sort=False)
    ]
    reading = f"{sentence(parts, table, corpus)}."
    return figure(
        corpus, chart, title, reading, f"One bar an event on its article's time. {reading}"
    )
