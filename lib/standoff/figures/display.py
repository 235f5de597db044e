"""How figures and tables are shown, in JupyterLab without a network and on the site."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html, as_markdown

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = ["LATER", "SCHEMA", "VEGALITE", "VERSION", "Figure", "Table", "draw", "format_value"]

VEGALITE = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab 4.6 draws by itself
SCHEMA = "https://vega.github.io/schema/vega-lite/v{}.json"
LEFT = ' style="text-align: left"'  # JupyterLab aligns the cells of tables to the right
VERSION = "6.4"  # of Vega-Lite, for pages and pictures, as vl-convert spells it
# set in the environment of a kernel whose pictures are drawn later, all in one process
LATER = "STANDOFF_DRAWS_LATER"


class Figure:
    """A chart with its title, a sentence that reads it, and a description.

    A notebook shows it as Vega-Lite, which JupyterLab draws offline, with a static SVG beside it
    and the reading below. `chart` is an Altair chart. `description` is for readers who cannot see
    it. A `note` is a second line under the title.
    """

    def __init__(
        self, chart: alt.TopLevelMixin, title: str, reading: str, description: str, note: str = ""
    ):
        self.chart, self.title, self.reading = chart, title, reading
        self.description, self.note = description, note

    @property
    def alternative(self) -> str:
        """Title, note and description, for readers who cannot see the chart."""
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return " ".join(words for words in (title, self.note, self.description) if words)

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite specification, with title and description."""
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
        """Return the chart as a static SVG."""
        return draw(self.spec())

    def _ipython_display_(self) -> None:
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

    values = alt.to_values(data)
    for row in values["values"]:
        for column, value in row.items():
            if isinstance(value, float):
                row[column] = float(f"{value:.12g}")
    return values


def draw(spec: dict[str, Any]) -> str:
    """Draw a Vega-Lite specification as a static SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, vl_version=VERSION)


class Table:
    """A table with a caption, to be read: dates as days, missing values as a dash.

    `names` maps columns to their headings; without one, "_" becomes a blank.

    >>> Table(sourcing.voices(corpus), "Who speaks", {"words": "all words"})  # doctest: +SKIP
    """

    def __init__(self, table: pd.DataFrame, caption: str, names: dict[str, str] | None = None):
        self.table, self.caption, self.names = table, caption, names or {}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        plain = f"{self.caption}\n{self.table.to_string(index=False)}"
        return {"text/html": self._html(), "text/plain": plain}

    def _html(self) -> str:
        names = [self.names.get(column, column.replace("_", " ")) for column in self.table]
        head = "".join(f'<th scope="col"{LEFT}>{as_html(name)}</th>' for name in names)
        cells = [map(_cell, row) for row in self.table.itertuples(index=False)]
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        return (
            f'<table class="table"><caption>{as_html(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _cell(value: Any) -> str:
    """Return a cell: numbers to the right; days and short words without a line break."""
    style = LEFT
    if isinstance(value, int | float) and not isinstance(value, bool):
        style = ' style="text-align: right"'
    elif isinstance(value, dt.date) or (
        isinstance(value, str) and " " not in value and len(value) < 20
    ):
        style = ' style="text-align: left; white-space: nowrap"'
    return f"<td{style}>{as_html(format_value(value))}</td>"


def format_value(value: Any) -> str:
    """Return the text of a cell: two decimals, dates as days, "yes" or "no", a dash if missing.

    >>> format_value(0.256), format_value(True), format_value(None)
    ('0.26', 'yes', '–')
    """
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


def __dir__() -> list[str]:
    return __all__
