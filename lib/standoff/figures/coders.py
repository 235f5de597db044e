"""How far coders agree, label by label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from .board import Board, is_wide
from .charts import empty_figure
from .display import Figure
from .names import number
from .theme import INK, QUIET, WIDE

if TYPE_CHECKING:
    import altair as alt

__all__ = ["agreement"]

CUSTOMARY = 0.8  # Krippendorff (2004): rely on labels from here on
MANY = 4  # of so many coders or more, only the fewest and most spans of a label are named
CAPITAL = r"(?<=[a-z])(?=[A-Z])"  # inside a label, such as BadFaith
EMPTY = "Agreement of the coders, label by label"
HEADS = {
    "name": "label",
    "spans": "spans of each coder",
    "word": "alpha",
    "word_low": "from",
    "word_high": "to",
}


def agreement(table: pd.DataFrame, least: int = 4, width: int = WIDE) -> Figure:
    """Draw Krippendorff's alpha on words for each label, with its interval, the lowest first.

    `table` comes from `agreement.labels`. Labels for which one coder has fewer than `least` spans
    are counted, but not drawn.
    """
    if table.empty:
        return empty_figure(EMPTY, "no label is used by any coder", width)
    counts = table["spans"].str.split("/", expand=True).astype(int)
    fewest, words = counts.min(axis=1), table["label"].str.replace(CAPITAL, " ", regex=True)
    name = words.str.lower().where(table["label"] != "any", "any " + table["layer"])
    spans = table["spans"].str.replace("/", " and ")
    if counts.shape[1] >= MANY:
        spans = fewest.astype(str) + " to " + counts.max(axis=1).astype(str)
    shown = table.assign(name=name, spans=spans)[(fewest >= least) & table["word"].notna()]
    if shown.empty:
        return empty_figure(EMPTY, f"no label has at least {least} spans of each coder", width)
    shown = shown.sort_values(["word", "name"], ignore_index=True)

    def draw(width: int) -> alt.LayerChart:
        return _intervals(shown, width)

    high = int((shown["word"] >= CUSTOMARY).sum())
    title = f"Agreement reaches {CUSTOMARY} on {high} of {len(shown)} labels and layers"
    caption = (
        f"Alpha on words, with its 95% interval; {CUSTOMARY} is the customary threshold. Left out: "
        f"{number(len(table) - len(shown), 'label')} for which one coder has fewer than "
        f"{number(least, 'span')}."
    )
    values = ", ".join(f"{row.name} {row.word:.2f}" for row in shown.itertuples(index=False))
    return Figure(
        draw,
        title,
        "A dot is the agreement of the coders on one label, the line its interval. In brackets: "
        "how many spans each coder marks. 1 is perfect, 0 what chance would give.",
        caption,
        f"{title}: {values}.",
        shown[list(HEADS)].rename(columns=HEADS),
        width,
    )


def _intervals(table: pd.DataFrame, width: int) -> alt.LayerChart:
    """A row for each label; on a narrow board its name stands above the line."""
    wide = is_wide(width)
    left, right, step, top = (330, 50, 24, 34) if wide else (6, 44, 42, 30)
    board = Board(width, top + step * len(table) + 4)
    lowest = min(0.0, table["word_low"].min())
    scale = (width - left - right) / (1 - lowest)
    places = {value: left + (value - lowest) * scale for value in (0.0, CUSTOMARY, 1.0)}
    for value, x in places.items():
        board.rule(x, top - 12, x, board.height)
        board.say(x, 8, f"{value:g}", QUIET, align="center", **board.small)
    for place, row in enumerate(table.itertuples()):
        y = top + step * place + (10 if wide else 30)
        _row(board, row, [left + (at - lowest) * scale for at in _values(row)], y, wide)
    return board.chart()


def _values(row: Any) -> tuple[float, float, float]:
    """Interval and value; without an interval, the value three times."""
    low = row.word if pd.isna(row.word_low) else row.word_low
    high = row.word if pd.isna(row.word_high) else row.word_high
    return low, row.word, high


def _row(board: Board, row: Any, places: list[float], y: float, wide: bool) -> None:
    """A label, its interval, its value and the number."""
    low, at, high = places
    board.say(0, y if wide else y - 18, f"{row.name} ({row.spans})", INK, True, **board.small)
    board.rule(low, y, high, y, QUIET, 2)
    board.dot(at, y, (INK, INK), size=80, strokeWidth=0)
    words = f"{row.word:.2f}"
    board.say(board.width, y, words, INK, align="right", **board.small)


def __dir__() -> list[str]:
    return __all__
