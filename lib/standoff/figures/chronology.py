"""Figures of time: the order of telling against the order of events, and how certain events are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ..measures import chronology
from .articles import article_figure, inside, label, limit_articles
from .charts import by_article, colour, day_range, iso_days
from .display import Figure
from .theme import BLUE, GREY, INK, ORANGE, YELLOW

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["telling", "timeline"]

FACTUALITY = {"fact": INK, "denied": ORANGE, "possible": YELLOW, "planned": BLUE}
CERTAINTY = {
    "fact": INK,
    "fact, by a source alone": GREY,
    "denied": ORANGE,
    "possible or planned": BLUE,
}
DAY = pd.Timedelta(days=1)
# A row of the timeline has room for so many bars of 3 pixels; later bars start again at the top.
LANES = 36
COLUMNS = "article doc number said factuality voice reported open from_day to_day".split()
NO_DATE = "no event is dated"
CLOSED = "between the two days"
IS_CLOSED = f"datum.open == '{CLOSED}'"


def _dated_events(corpus: Corpus) -> pd.DataFrame:
    """Return the dated events of the article text, with the days between which each is drawn.

    A side without a bound is drawn a little beyond all dates of the article, and marked as open.
    """
    timeline = chronology.timeline(corpus).query("kind == 'event'")
    bounds = timeline[["doc", "id", "earliest", "latest"]]
    table = label(inside(corpus.events).merge(bounds, on=["doc", "id"]), corpus)
    table["number"] = table.groupby("doc")["start"].rank(method="first").astype(int)
    table = table.dropna(subset=["earliest", "latest"], how="all", ignore_index=True)
    docs = table.groupby("doc")
    first = docs["earliest"].transform("min").fillna(docs["latest"].transform("min"))
    last = docs["latest"].transform("max").fillna(docs["earliest"].transform("max"))
    margin = ((last - first) * 0.06).clip(lower=DAY)
    table["open"] = CLOSED
    table.loc[table["earliest"].isna(), "open"] = "not later than"
    table.loc[table["latest"].isna(), "open"] = "not earlier than"
    table["said"] = table["text"].str.replace("\u00a0", " ")
    table["from_day"] = iso_days(table["earliest"].fillna(first - margin))
    table["to_day"] = iso_days((table["latest"] + DAY).fillna(last + margin))
    return table[COLUMNS]


def _bars(base: alt.Chart) -> alt.Chart:
    """Add what the bars of events share: their days, paleness and tooltips."""
    days = [
        alt.Tooltip(f"{side}:T", timeUnit="utcyearmonthdate", title=side)
        for side in ("from_day", "to_day")
    ]
    return base.encode(
        **day_range("%-d %b %Y", 5),
        opacity=alt.condition(IS_CLOSED, alt.value(1.0), alt.value(0.3)),
        tooltip=["said", "factuality", "voice", "open", *days],
    )


@limit_articles
def telling(corpus: Corpus) -> Figure:
    """Draw events by their place in the text and their date, each as long as its date is uncertain.

    Events told in the order in which they happened run from top left to bottom right.
    """
    table = _dated_events(corpus)
    order = label(chronology.order(corpus), corpus)

    def panel(rows):
        y = alt.Y("number:Q", title="order of telling").scale(nice=False, reverse=True)
        return _bars(alt.Chart(rows).mark_rule(strokeWidth=3.5)).encode(
            y=y.axis(format="d", tickCount=6),
            color=colour("factuality", FACTUALITY, "told as", sort=list(FACTUALITY)),
        )

    def describe(name, rows):
        row = rows.iloc[0]
        return (
            f"{name}: of {row.as_told + row.reversed} pairs of mentions of events whose order is "
            f"known, {row.reversed} come in reverse order"
        )

    return article_figure(
        "Order of telling against date",
        by_article(table, panel, 1, height=300).resolve_scale(x="independent", color="shared"),
        order[order["doc"].isin(table["doc"])],
        corpus,
        describe,
        what="One bar for each event from its earliest to its latest day, pale where a side is "
        "open, from top to bottom in the order of telling.",
        if_empty=NO_DATE,
    )


@limit_articles
def timeline(corpus: Corpus) -> Figure:
    """Draw the dated events of each article on a time axis, with facts, reports and plans apart."""
    table = _dated_events(corpus)
    table["kind"] = table["factuality"].replace(["possible", "planned"], "possible or planned")
    by_source = (table["kind"] == "fact") & table["reported"].astype(bool)
    table.loc[by_source, "kind"] = "fact, by a source alone"
    table = table.sort_values(["kind", "from_day", "to_day"], kind="stable")
    table = label(table.drop(columns="article"), corpus)
    table["lane"] = table.groupby(["doc", "kind"]).cumcount() % LANES
    kinds = list(CERTAINTY)

    def panel(rows):
        return _bars(alt.Chart(rows).mark_bar(height=3)).encode(
            y=alt.Y("kind:N", sort=kinds, title=None).scale(domain=kinds),
            yOffset=alt.YOffset("lane:Q"),
            color=colour("kind", CERTAINTY, alt.Undefined, legend=None),
        )

    def describe(name, rows):
        facts = (rows["kind"] == "fact").sum()
        return f"{name}: {facts} of {len(rows)} dated events are facts in the author's own words"

    return article_figure(
        "Facts, reports, denials and plans, by date",
        by_article(table, panel, 110).resolve_scale(x="independent", color="shared"),
        table,
        corpus,
        describe,
        what="One bar for each event.",
        if_empty=NO_DATE,
    )


def __dir__() -> list[str]:
    return __all__
