"""How figures and tables are shown, in JupyterLab without a network and on the pages."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html, as_markdown

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = ["LATER", "VEGALITE", "Figure", "Table", "draw"]

VEGALITE = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab 4.6 draws by itself
SCHEMA = "https://vega.github.io/schema/vega-lite/v{}.json"
LEFT = ' style="text-align: left"'  # JupyterLab puts cells of tables to the right
VERSION = "6.4"  # of Vega-Lite, for pages and pictures, as vl-convert names it
# in the environment of a kernel whose pictures whoever runs it will draw, all in one process
LATER = "STANDOFF_DRAWS_LATER"


class Figure:
    """A chart with its title, a sentence that reads it, and a description for those who cannot see
    it.

    Shown as Vega-Lite (JupyterLab draws it offline), with a static SVG beside it for everything
    else, and the sentence beneath. A `note` stands
    as a second line under the title.
    """

    def __init__(
        self, chart: alt.TopLevelMixin, title: str, reading: str, description: str, note: str = ""
    ):
        self.chart, self.title, self.reading, self.description, self.note = (
            chart,
            title,
            reading,
            description,
            note,
        )

    @property
    def alternative(self) -> str:
        """Title, note and description, for readers who cannot see the chart."""
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return " ".join(words for words in (title, self.note, self.description) if words)

    def spec(self) -> dict:
        """The Vega-Lite specification, with title and description."""
        import altair as alt

        from .theme import CONFIG, GREY

        alt.data_transformers.register("rounded", _rounded)
        with alt.data_transformers.enable("rounded"):
            spec = self.chart.to_dict(context={"pre_transform": False})
        title: dict[str, Any] = {"text": self.title, "anchor": "start"}
        if self.note:
            title |= {"subtitle": self.note, "subtitleColor": GREY, "subtitlePadding": 4}
        return spec | {
            "$schema": SCHEMA.format(5),
            "title": title,
            "description": self.alternative,
            "config": CONFIG,
        }

    def svg(self) -> str:
        """The chart as a static SVG."""
        return draw(self.spec())

    def _ipython_display_(self):
        from IPython.display import Markdown, display

        svg = "" if LATER in os.environ else self.svg()
        display(
            {VEGALITE: self.spec(), "image/svg+xml": svg, "text/plain": self.alternative}, raw=True
        )
        display(Markdown(as_markdown(self.reading)))


def _rounded(data: Any) -> Any:
    """Return data for a chart with all numbers to 12 digits.

    The last of 16 digits differ from processor to processor, and so would the specification.
    """
    import altair as alt

    floats = data.select_dtypes("float").map(lambda value: float(f"{value:.12g}"))
    return alt.to_values(data.assign(**floats))


def draw(spec: dict) -> str:
    """A Vega-Lite specification as a static SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, vl_version=VERSION)


class Table:
    """A table with a caption, for reading: dates as days, missing values as a dash, numbers to the
    right."""

    def __init__(self, table: pd.DataFrame, caption: str, names: dict[str, str] | None = None):
        self.table, self.caption, self.names = table, caption, names or {}

    def _repr_mimebundle_(self, include=None, exclude=None):
        plain = f"{self.caption}\n{self.table.to_string(index=False)}"
        return {"text/html": self._html(), "text/plain": plain}

    def _html(self):
        head = "".join(
            f'<th scope="col"{LEFT}>{as_html(self.names.get(c, c.replace("_", " ")))}</th>'
            for c in self.table
        )
        rows = "".join(
            f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.table.itertuples(index=False)
        )
        caption = f"<caption>{as_html(self.caption)}</caption>"
        return (
            f"<table "
            f'class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )


def _cell(value):
    text = format_value(value)
    side = LEFT
    if isinstance(value, int | float) and not isinstance(value, bool):
        side = ' style="text-align: right"'
    elif isinstance(value, dt.date) or (
        isinstance(value, str) and " " not in value and len(value) < 20
    ):
        side = ' style="text-align: left; white-space: nowrap"'
    return f"<td{side}>{as_html(text)}</td>"


def format_value(value) -> str:
    """A cell's value in words: 0.25 as 0.25, a date as its day, true as yes, missing as a dash."""
    import pandas as pd

    if pd.isna(value):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}".replace("-0.00", "0.00")
    if isinstance(value, dt.datetime | dt.date):
        return str(value)[: len("2017-04-14")]
    return str(value)
