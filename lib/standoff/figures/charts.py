"""The parts that charts are built from: panels, colours, calendar axes, lists to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import altair as alt
import pandas as pd

from .board import Board, wrap
from .display import Figure
from .theme import QUIET, WIDE, WIDTH

__all__ = [
    "by_article",
    "choice",
    "colour",
    "day_range",
    "empty_figure",
    "iso_days",
    "one_width",
    "panel_title",
]

CALENDAR = pd.Timestamp("0001-01-01"), pd.Timestamp("9999-12-31")


def by_article(
    table: pd.DataFrame, panel: Callable[[pd.DataFrame], Any], step: int, **size: Any
) -> alt.VConcatChart:
    """Return one panel per article, below each other in the order of the table, on one scale.

    `panel` makes the chart of an article's rows; `step` is the height of a row in pixels, and
    `size` may set `width` or `height` otherwise.
    """
    size = {"width": WIDTH, "height": alt.Step(step), **size}
    panels = [
        panel(rows.reset_index(drop=True)).properties(**size, title=panel_title(name))
        for name, rows in table.groupby("article", sort=False)
    ]
    return alt.vconcat(*panels, spacing=16).resolve_scale(
        x="shared", color="shared", shape="shared"
    )


def panel_title(name: str) -> alt.Title:
    """Return the title of one panel."""
    return alt.Title(name, fontSize=13, offset=6)


def colour(field: str, palette: dict[str, str], title: str | None, **options: Any) -> alt.Color:
    """Return a colour scale; `palette` maps the values of the field to their colours, in order."""
    scale = alt.Scale(domain=list(palette), range=list(palette.values()))
    return alt.Color(f"{field}:N", scale=scale, title=title, **options)


def iso_days(days: pd.Series) -> pd.Series:
    """Return days as text, such as "2017-04-14"; those beyond the years 1 to 9999 as their ends."""
    return days.clip(*CALENDAR).dt.strftime("%Y-%m-%d")


def day_range(labels: str, ticks: int) -> dict[str, Any]:
    """Return the channels of a bar from `from_day` to `to_day`; `labels` is a format of dates.

    Days are calendar days. In the time zone of the reader's browser they would be hours off.
    """
    x = alt.X("from_day:T", title="time").scale(type="utc")
    return {
        "x": x.axis(format=labels, labelAngle=0, tickCount=ticks),
        "x2": alt.X2("to_day:T", timeUnit="utcyearmonthdate"),
    }


def choice(options: Iterable[str], words: str, *fields: str) -> tuple[alt.Parameter, Any]:
    """Return a list to choose from below the chart, and the opacity that pales all other marks.

    A mark stays as it is where one of its `fields` has the chosen value, or where "all" is chosen.
    """
    chosen = alt.param(
        name=f"chosen_{fields[0]}",
        value="all",
        bind=alt.binding_select(options=["all", *options], name=f"{words}: "),
    )
    tests = [f"{chosen.name} == 'all'", *(f"datum.{field} == {chosen.name}" for field in fields)]
    return chosen, alt.when(" || ".join(tests)).then(alt.value(1)).otherwise(alt.value(0.12))


def one_width(chart: Any, title: str, reading: str, description: str, note: str = "") -> Figure:
    """Return a figure whose chart is the same at every width."""
    return Figure(lambda width: chart, title, note, reading, description)


def empty_figure(title: str, why: str, width: int = WIDE) -> Figure:
    """Return a figure that says that there is nothing to show, and why."""
    words = f"Nothing to show: {why}."

    def draw(width: int) -> Any:
        board = Board(width, 40)
        board.say(0, 20, wrap(words, width // 7), QUIET)
        return board.chart()

    return Figure(draw, f"{title} (nothing to show)", "", words, words, width=width)


def __dir__() -> list[str]:
    return __all__
