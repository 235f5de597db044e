"""How figures and tables are shown, in JupyterLab without a network and on the site."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html, as_markdown
from .theme import CONFIG, NARROW, QUIET, WIDE, repainted, themed

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = [
    "FIGURE",
    "LATER",
    "SCHEMA",
    "SVG",
    "VEGALITE",
    "Figure",
    "Table",
    "change_values",
    "draw",
    "empty_figure",
    "format_value",
    "pictures",
    "untitled",
]

VEGALITE = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab 4.6 draws by itself
FIGURE = "application/vnd.standoff.figure+json"  # what a page needs beside the wide chart
SVG, MARKDOWN = "image/svg+xml", "text/markdown"
SCHEMA = "https://vega.github.io/schema/vega-lite/v{}.json"
LEFT = ' style="text-align: left"'  # JupyterLab aligns the cells of tables to the right
VERSION = "6.4"  # of Vega-Lite, for pages and pictures, as vl-convert spells it
FONTS = Path(__file__).parent / "fonts"  # parts of those of the pages, to measure words with
# set in the environment of a kernel whose pictures are drawn later, all in one process
LATER = "STANDOFF_DRAWS_LATER"


class Figure:
    """A chart whose title is its finding, with what a reader needs to judge it.

    A notebook shows it as Vega-Lite, which JupyterLab draws offline, with a static SVG beside it
    and the caption below. A page draws it twice, wide and narrow.

    `draw` makes the chart for a width in pixels: the wide layout from 600 pixels on, below that the
    narrow one. `title` is at most 80 characters long. `note` says how to read the chart, `caption`
    what is uncertain or not shown, `description` what it shows to readers who cannot see it.
    `table` holds the numbers under plain headings. `width` is that of `chart`.

    All of these can be set: `figure.title = "Who speaks"`. `colours` maps roles of `theme.PALETTE`
    to colours of your own, and is empty at first: `figure.colours = {"camp-2": "#7b1fa2"}`. Keys of
    camps are those of `camps.camp_names(corpus)`.
    """

    def __init__(
        self,
        draw: Callable[[int], alt.TopLevelMixin],
        title: str,
        note: str,
        caption: str,
        description: str,
        table: pd.DataFrame | None = None,
        width: int = WIDE,
    ):
        self.draw, self.title, self.note, self.caption = draw, title, note, caption
        self.description, self.table, self.width = description, table, width
        self.colours: dict[str, str] = {}

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The chart at the width of the figure, plain Altair without a title."""
        chart = self.draw(self.width)
        if not self.colours:
            return chart
        import altair as alt

        return alt.Chart.from_dict(_painted(chart.to_dict(), repainted(self.colours)))

    @property
    def alternative(self) -> str:
        """Title, note and description, for readers who cannot see the chart."""
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return " ".join(words for words in (title, self.note, self.description) if words)

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite specification of the chart, with title and note."""
        title: dict[str, Any] = {"text": _lines(self.title, self.width / 9)}
        if self.note:
            title["subtitle"] = _lines(self.note, self.width / 6.6)
        return self._spec(self.width) | {"title": title}

    def page_parts(self) -> dict[str, Any]:
        """Return what a page shows beside the wide chart: words, table, and the narrow chart.

        A figure of which somebody chose the width has no narrow one. The table is a `header` and
        `rows` of text.
        """
        names = ("title", "note", "caption", "description")
        parts: dict[str, Any] = {name: getattr(self, name) for name in names}
        if self.table is not None:
            rows = [list(map(format_value, row)) for row in self.table.itertuples(index=False)]
            parts["table"] = {"header": list(self.table), "rows": rows}
        if self.width == WIDE:
            parts["narrow"] = self._spec(NARROW)
        return parts

    def _spec(self, width: int) -> dict[str, Any]:
        import altair as alt

        alt.data_transformers.register("rounded", _rounded)
        with alt.data_transformers.enable("rounded"):
            spec = self.draw(width).to_dict(context={"pre_transform": False})
        spec = _painted(spec, repainted(self.colours))
        words = {"description": self.alternative}
        return spec | {"$schema": SCHEMA.format(5), "config": CONFIG} | words

    def svg(self) -> str:
        """Return the chart as a static SVG, with title and note."""
        return draw(self.spec())

    def png(self, scale: float = 2) -> bytes:
        """Return the chart as a PNG, with title and note, `scale` times as large as in pixels."""
        return _vl_convert().vegalite_to_png(self.spec(), vl_version=VERSION, scale=scale)

    def _ipython_display_(self) -> None:
        from IPython.display import Markdown, display

        spec = self.spec()
        drawn = {SVG: ""} if LATER in os.environ else pictures(spec)
        words = {"text/plain": self.alternative}
        display({VEGALITE: spec, FIGURE: self.page_parts()} | drawn | words, raw=True)
        if self.caption:
            display(Markdown(as_markdown(self.caption)))


def change_values(data: Any, change: Callable[[Any], Any]) -> Any:
    """Return data as JSON holds them with every single value changed."""
    if isinstance(data, dict):
        return {key: change_values(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [change_values(value, change) for value in data]
    return change(data)


def _painted(spec: dict[str, Any], new: dict[str, str]) -> dict[str, Any]:
    """A specification in which `new` says what becomes of some colours."""
    painted: dict[str, Any] = change_values(spec, lambda value: new.get(value, value))
    return painted


def _lines(words: str, most: float) -> list[str]:
    """Words in lines of at most so many characters."""
    return textwrap.wrap(words, int(most))


def pictures(spec: dict[str, Any]) -> dict[str, str]:
    """Return a specification as a static SVG, and as Markdown with the SVG and its description.

    nbconvert has no place for the description of an SVG and prefers Markdown; JupyterLab prefers
    the specification to both.
    """
    svg = draw(spec)
    name = f"figure-{hashlib.sha256(svg.encode()).hexdigest()[:8]}"
    return {SVG: svg, MARKDOWN: f"<div>\n{themed(svg, name, spec['description'])}\n</div>"}


def untitled(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification for a page, which itself shows the title: without it and margins."""
    rest = {key: value for key, value in spec.items() if key != "title"}
    return rest | {"config": spec["config"] | {"background": None, "padding": 0}}


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
    return _vl_convert().vegalite_to_svg(spec, vl_version=VERSION)


@cache
def _vl_convert() -> Any:
    """vl-convert, which measures words in the fonts of the pages, on every machine."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


class Table:
    """A table with a caption, to be read: dates as days, missing values as a dash. One without rows
    is a line that says so.

    `names` maps columns to their headings; without one, "_" becomes a blank.

    >>> Table(sourcing.voices(corpus), "Who speaks", {"words": "all words"})  # doctest: +SKIP
    """

    def __init__(self, table: pd.DataFrame, caption: str, names: dict[str, str] | None = None):
        self.table, self.caption, self.names = table, caption, names or {}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        plain = f"{self.caption}\n{self.table.to_string(index=False)}"
        return {"text/html": self._html(), "text/plain": plain}

    def _html(self) -> str:
        if self.table.empty:
            return f"<p>{as_html(self.caption)}: nothing to show.</p>"
        names = [self.names.get(column, column.replace("_", " ")) for column in self.table]
        head = "".join(f'<th scope="col"{LEFT}>{as_html(name)}</th>' for name in names)
        body = ""
        for row in self.table.itertuples(index=False):
            cells = [_cell(value, name) for value, name in zip(row, names, strict=True)]
            body += f"<tr>{''.join(cells)}</tr>"
        return (
            f'<table class="table cards"><caption>{as_html(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _cell(value: Any, column: str) -> str:
    """Return a cell, which names its column for small screens, where tables become cards."""
    style = LEFT
    if isinstance(value, dt.date):
        style = ' style="text-align: left; white-space: nowrap"'
    return f'<td{style} data-is="{as_html(column)}">{as_html(format_value(value))}</td>'


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


def empty_figure(title: str, why: str, width: int = WIDE) -> Figure:
    """Return a figure that says that there is nothing to show, and why."""
    words = f"Nothing to show: {why}."

    def draw_words(width: int) -> Any:
        from .canvas import Board, wrap

        board = Board(width, 40)
        board.say(0, 20, wrap(words, width // 7), QUIET)
        return board.chart()

    return Figure(draw_words, f"{title} (nothing to show)", "", words, words, width=width)
