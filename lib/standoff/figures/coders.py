"""How far coders agree, label by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..annotation.codebook import Codebook
from .canvas import Board, is_wide
from .display import Figure, empty_figure
from .names import number
from .theme import INK, PAPER, QUIET, WIDE

if TYPE_CHECKING:
    import altair as alt

__all__ = ["agreement"]

CUSTOMARY = 0.8  # Krippendorff (2004): rely on labels from here on
MANY = 4  # of so many coders or more, only the fewest and most spans of a label are named
ENOUGH_SPANS = 10  # of each coder, from which the title counts a label
ENOUGH_LABELS = 3  # from which the title counts them
EMPTY = "Agreement of the coders, label by label"
HEADS = {
    "layer": "layer",
    "name": "label",
    "spans": "spans of each coder",
    "word": "alpha",
    "word_low": "from",
    "word_high": "to",
}


def agreement(
    table: pd.DataFrame, least: int = 4, width: int = WIDE, codebook: Codebook | None = None
) -> Figure:
    """Draw Krippendorff's alpha on words for each label, with its interval, layer by layer,
    the lowest first.

    `table` comes from `agreement.labels`. Labels for which one coder has fewer than `least` spans
    are counted, but not drawn. With `codebook`, labels have the titles that it gives them.
    """
    if table.empty:
        return empty_figure(EMPTY, "no label is used by any coder", width)
    book = codebook or Codebook({}, {}, {}, {}, "")
    counts = table["spans"].str.split("/", expand=True).astype(int)
    fewest = counts.min(axis=1)
    name = table["label"].map(book.title).where(table["label"] != "any", "any label")
    spans = table["spans"].str.replace("/", " and ")
    if counts.shape[1] >= MANY:
        spans = fewest.astype(str) + " to " + counts.max(axis=1).astype(str)
    is_shown = (fewest >= least) & table["word"].notna()
    shown = table.assign(name=name, spans=spans, fewest=fewest)[is_shown]
    if shown.empty:
        return empty_figure(EMPTY, f"no label has at least {least} spans of each coder", width)
    shown = shown.sort_values(["layer", "word", "name"], ignore_index=True)
    title = _title(shown[shown["label"] != "any"])
    caption = (
        f"Alpha on words, with its 95% interval; {CUSTOMARY} is the customary threshold. Left out: "
        f"{number(len(table) - len(shown), 'label')} for which one coder has fewer than "
        f"{number(least, 'span')}."
    )
    values = ", ".join(f"{row.name} {row.word:.2f}" for row in shown.itertuples(index=False))
    return Figure(
        lambda width: _intervals(shown, width),
        title,
        "A dot is the agreement of the coders on one label, the line its interval; filled: the "
        f"whole interval is above {CUSTOMARY}. In brackets: how many spans each coder marks. "
        "1 is perfect, 0 what chance would give.",
        caption,
        f"{title}: {values}.",
        shown[list(HEADS)].rename(columns=HEADS),
        width,
    )


def _title(labels: pd.DataFrame) -> str:
    """On how many of the labels with enough spans coders agree; nothing of that for few labels."""
    lowest = labels.loc[labels["fewest"] >= ENOUGH_SPANS, "word_low"]
    if len(lowest) < ENOUGH_LABELS:
        return EMPTY
    high = (lowest >= CUSTOMARY).sum()
    return (
        f"Agreement is clearly above {CUSTOMARY} on {high} of {len(lowest)} single labels with at "
        f"least {number(ENOUGH_SPANS, 'span')}"
    )


def _intervals(table: pd.DataFrame, width: int) -> alt.LayerChart:
    """A row for each label; on a narrow board its name stands above the line."""
    left, right, step, above = (330, 50, 24, 0) if is_wide(width) else (6, 44, 42, 18)
    board = Board(width, 40 + step * len(table))
    low = table["word_low"].fillna(table["word"])  # without an interval, it is the value
    high = table["word_high"].fillna(table["word"])
    lowest = min(0.0, low.min())
    scale = (width - left - right) / (1 - lowest)
    zero = left - lowest * scale
    values, half = (0.0, CUSTOMARY, 1.0), (step - above) / 2
    for value in values:
        board.say(zero + value * scale, 8, f"{value:g}", QUIET, align="center", **board.small)
    for place, row in enumerate(table.assign(low=low, high=high).itertuples()):
        y = 44 + above * 0.6 + step * place
        for value in values:
            x = zero + value * scale
            board.rule(x, y - half, x, y + half)
        board.say(0, y - above, f"{row.layer}: {row.name} ({row.spans})", **board.small)
        board.rule(zero + row.low * scale, y, zero + row.high * scale, y, QUIET, 2)
        inside = INK if row.low >= CUSTOMARY else PAPER
        board.dot(zero + row.word * scale, y, (inside, INK), size=80, strokeWidth=1.5)
        board.say(width, y, f"{row.word:.2f}", align="right", **board.small)
    return board.chart()
