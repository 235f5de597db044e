"""A surface of pixels on which a figure puts lines, boxes, dots and words; Altair draws them."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from typing import Any

import altair as alt
import pandas as pd

from .theme import INK, LINE, PAPER

__all__ = ["BOLD", "Board", "fitted", "is_wide", "line_count", "text_width", "wrap"]

BOLD: dict[str, Any] = {"fontWeight": 600}
TEXT: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": 13}
# what `fitted` leaves out whole: a day, a number with what it counts, or a word
UNIT = re.compile(r"\d+ [^\W\d]+ \d{4}\S*|\d[\d,]* [^\W\d]+|\S+")
LAYERS = ("rule", "box", "dot", "text")  # from the lowest to the highest


def is_wide(width: float) -> bool:
    """Return whether a chart of this width, in pixels, has the wide layout.

    >>> is_wide(960), is_wide(350)
    (True, False)
    """
    return width >= 600


class Board:
    """Marks in pixels from the top left corner; `chart` returns them as layers of one chart.

    Marks of one kind that look alike are one layer. Colours come from `theme`. `small` is the look
    of minor words, which are smaller on a narrow board, and `lines` theirs from the top downwards.
    """

    def __init__(self, width: float, height: float):
        self.width, self.height = width, height
        self.small: dict[str, Any] = {"fontSize": 13 if is_wide(width) else 12}
        self.lines = self.small | {"baseline": "top", "lineHeight": 16}
        self.marks: dict[tuple[str, Any], list[dict[str, Any]]] = defaultdict(list)

    def _put(self, kind: str, look: dict[str, Any], **row: Any) -> None:
        self.marks[kind, tuple(sorted(look.items()))].append(row)

    def rule(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        colour: str = LINE,
        width: float = 1,
        dash: int = 0,
    ) -> None:
        """Draw a straight line, in dashes and gaps of `dash` pixels unless that is 0."""
        look: dict[str, Any] = {"strokeWidth": width}
        if dash:
            look["strokeDash"] = (dash, dash)
        self._put("rule", look, x=x, y=y, x2=x2, y2=y2, line=colour)

    def box(self, x: float, x2: float, y: float, half: float, colours: tuple[str, str]) -> None:
        """Draw a rectangle from `x` to `x2` that reaches `half` above and below `y`.

        `colours` are those of its inside and its edge.
        """
        inside, edge = colours
        look = {"strokeWidth": 1}
        self._put("box", look, x=x, x2=x2, y=y - half, y2=y + half, fill=inside, line=edge)

    def dot(self, x: float, y: float, colours: tuple[str, str], **look: Any) -> None:
        """Draw a point; `look` may set its `shape`, `size` and `strokeWidth`."""
        inside, edge = colours
        self._put("dot", {"opacity": 1} | look, x=x, y=y, fill=inside, line=edge)

    def say(
        self, x: float, y: float, words: str, colour: str = INK, halo: bool = False, **look: Any
    ) -> None:
        """Write words, of one line or several; a `halo` keeps them clear of lines behind them.

        `look` may set any property of Vega-Lite's text marks, such as `align` or `fontSize`.
        """
        if halo:
            around = {"stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"}
            self._put("text", look | around, x=x, y=y, words=words, fill=PAPER)
        self._put("text", look, x=x, y=y, words=words, fill=colour)

    def chart(self) -> Any:
        """Return everything as a chart: boxes above lines, dots above boxes, words on top."""
        marks = sorted(self.marks.items(), key=lambda item: LAYERS.index(item[0][0]))
        layers = [self._layer(kind, dict(look), rows) for (kind, look), rows in marks]
        return alt.layer(*layers).properties(width=self.width, height=self.height)

    def _layer(self, kind: str, look: dict[str, Any], rows: list[dict[str, Any]]) -> alt.Chart:
        chart = alt.Chart(pd.DataFrame(rows))
        x = alt.X("x:Q", axis=None).scale(domain=[0, self.width], nice=False)
        y = alt.Y("y:Q", axis=None).scale(domain=[self.height, 0], nice=False)
        fill, line = alt.Fill("fill:N", scale=None), alt.Stroke("line:N", scale=None)
        if kind == "rule":
            return chart.mark_rule(**look).encode(x, y, line, x2="x2", y2="y2")
        if kind == "box":
            return chart.mark_rect(**look).encode(x, y, fill, line, x2="x2", y2="y2")
        if kind == "dot":
            return chart.mark_point(**look).encode(x, y, fill, line)
        look = TEXT | look
        text = chart.mark_text(lineBreak="\n", **look)
        return text.encode(x, y, alt.Color("fill:N", scale=None), text="words:N")


def wrap(words: str, most: int) -> str:
    """Return words in lines of at most `most` characters.

    >>> wrap("no date in the text", 10)
    'no date in\\nthe text'
    """
    return "\n".join(textwrap.wrap(words.replace("\u00a0", " "), most))


def line_count(words: str) -> int:
    """Return how many lines words have.

    >>> line_count(wrap("no date in the text", 10))
    2
    """
    return words.count("\n") + 1


def fitted(words: str, room: float) -> str:
    """Return bold words that fit into `room` pixels; of too many, the middle is left out.

    Days and numbers are never cut, and words are left out before them.

    >>> fitted("Sandholm Weekly, commentary, 19 March 2025: 353 words", 350)
    'Sandholm Weekly, … 19 March 2025: 353 words'
    """
    most = int(room / text_width("m", 13, bold=True))
    if len(words) <= most:
        return words
    first, *rest = UNIT.findall(words)
    short = words
    while rest and len(short) > most:
        place = max((at for at, unit in enumerate(rest) if not unit[0].isdigit()), default=0)
        del rest[place]
        short = " ".join([first, *rest[:place], "…", *rest[place:]]).replace("…, …", "…")
    return short if len(short) <= most else f"{first[: most - 1]}…"


def text_width(words: str, size: float, bold: bool = False) -> float:
    """Return about how wide a line of words is, in pixels.

    >>> text_width("Washington", 13) < text_width("Washington", 13, bold=True)
    True
    """
    return len(words) * size * (0.56 if bold else 0.52)
