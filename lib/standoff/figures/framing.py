"""The figure of frames: how many clauses carry each of them, and in whose voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..measures import framing
from .articles import inside, limit_articles
from .board import BOLD, Board, fitted, is_wide, text_width
from .camps import camp_names, in_camps
from .charts import empty_figure
from .display import Figure
from .names import capital, first_fitting, labels
from .theme import CAMPS, QUIET, WIDE, colours

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["frames"]

NEUTRAL = "The frames of each article, and in whose voice they stand"
MOST_FRAMES = 12  # rows
ENOUGH = 5  # clauses of a frame in both articles, from which the title compares it
SQUARE, GAP = 20, 3  # pixels


@limit_articles
def frames(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw each framing clause as a square in the colour of whoever says it, frame by frame.

    All articles have one order of frames, the most frequent first; of more than twelve frames the
    rarest are not drawn. `width` is in pixels; two articles are side by side.
    """
    table = inside(corpus.frames)
    if table.empty:
        return empty_figure(NEUTRAL, "no clause is marked with a frame", width)
    table = table.assign(camp=in_camps(framing.spoken_by(corpus, table), corpus))
    counts = table["frame"].value_counts()
    shown = list(counts.index[:MOST_FRAMES])
    docs, names = list(corpus.documents["doc"]), camp_names(corpus)
    key = {camp: names[camp] for camp in CAMPS if (table["camp"] == camp).any()}
    table = table.sort_values("camp", key=lambda camps: camps.map(CAMPS.index), kind="stable")

    def draw(width: int) -> Any:
        panels = [
            _panel(corpus, table, docs[at : at + 2], shown, key if at == 0 else {}, width)
            for at in range(0, len(docs), 2)
        ]
        return alt.vconcat(*panels, spacing=24)

    caption = "Which frame a clause has, and where it ends, is the coder's judgement."
    if len(counts) > len(shown):
        caption += f" {len(counts) - len(shown)} rarer frames are not drawn."
    numbers = _numbers(corpus, table, names)
    rows = numbers.to_dict("records")
    cells = [
        f"{row['article']}: {row['clauses']} {row['frame']} ({row['in the voice of']})"
        for row in rows
    ]
    return Figure(
        draw,
        _title(corpus, table),
        "One square is one clause that frames the events; its colour says in whose voice.",
        caption,
        f"{'; '.join(cells)}.",
        numbers,
        width,
    )


def _numbers(corpus: Corpus, table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """One row per article and frame: how many clauses, and in whose voice."""
    rows = []
    for doc, label in labels(corpus).items():
        own = table[table["doc"] == doc]
        for frame, camps in own.groupby("frame")["camp"]:
            voices = camps.value_counts()
            voices = voices.sort_index(key=lambda keys: keys.map(CAMPS.index))
            whose = ", ".join(f"{names[str(camp)]} {times}" for camp, times in voices.items())
            name = corpus.codebook.title(str(frame))
            rows.append((label, name, len(camps), whose))
    return pd.DataFrame(rows, columns=["article", "frame", "clauses", "in the voice of"])


def _title(corpus: Corpus, table: pd.DataFrame) -> str:
    """How many clauses sources voice, of the frame in which two articles differ most, or of all."""
    short = labels(corpus)
    if len(short) > 2:
        return NEUTRAL
    is_voiced = (table["camp"] != "author").rename("voiced")
    by_frame = is_voiced.groupby([table["frame"], table["doc"]]).agg(["sum", "size"]).unstack()
    common = by_frame[(by_frame["size"] >= ENOUGH).all(axis=1)]
    title = ""
    if len(short) == 2 and len(common):
        shares = common["sum"] / common["size"]
        frame = (shares.iloc[:, 0] - shares.iloc[:, -1]).abs().idxmax()
        counts = common.loc[frame].unstack(0)
        title = _voiced(counts, short, f"{corpus.codebook.title(str(frame))} clauses")
    counts = is_voiced.groupby(table["doc"]).agg(["sum", "size"])
    return first_fitting(title, _voiced(counts, short, "framing clauses"), NEUTRAL)


def _voiced(counts: pd.DataFrame, short: dict[str, str], what: str) -> str:
    """`Sources voice 5 of 8 rivalry clauses in DW, none of 7 in AVIM`."""
    parts: list[str] = []
    for doc, name in short.items():
        if doc in counts.index:
            some, of = counts.loc[doc, ["sum", "size"]]
            kind = "" if parts else f" {what}"
            parts.append(f"{int(some) or 'none'} of {int(of)}{kind} in {name}")
    return f"Sources voice {', '.join(parts)}"


def _panel(
    corpus: Corpus,
    table: pd.DataFrame,
    docs: list[str],
    shown: list[str],
    key: dict[str, str],
    width: int,
) -> Any:
    """At most two articles side by side, with the frames as common rows."""
    wide = is_wide(width)
    step, first = (44, 14) if wide else (50, 30)
    lines = _key_places(key, width)
    top = 20 * max((line for _, line in lines), default=-1) + 64
    board = Board(width, top + step * len(shown))
    for (camp, name), (x, line) in zip(key.items(), lines, strict=True):
        board.box(x, x + 11, 8 + 20 * line, 5.5, colours(camp))
        board.say(x + 17, 8 + 20 * line, name, **board.small)
    names = 300 if wide else 0
    column = (width - names) / len(docs)
    most = table.groupby(["doc", "frame"]).size().max()
    unit = min((SQUARE if wide else 10) + GAP, (column - 40) / most)
    for place, doc in enumerate(docs):
        own, left = table[table["doc"] == doc], names + place * column
        clauses = f"{labels(corpus)[doc]}: {len(own)} clauses"
        board.say(left, top - 22, fitted(clauses, column - 16), **BOLD)
        for row, frame in enumerate(shown):
            camps = own.loc[own["frame"] == frame, "camp"]
            _squares(board, camps, left, top + step * row + first, unit)
    for row, frame in enumerate(shown):
        _name(board, corpus, frame, top + step * row + (6 if wide else 10))
    return board.chart()


def _name(board: Board, corpus: Corpus, frame: str, y: float) -> None:
    """The name of a frame and what it means: below it if wide, else beside it."""
    name, gloss = capital(corpus.codebook.title(frame)), corpus.codebook.gloss(frame)
    board.say(0, y, name, **BOLD)
    if is_wide(int(board.width)):
        board.say(0, y + 17, gloss, QUIET, **board.small)
    else:
        board.say(text_width(name, 13, bold=True) + 12, y, gloss, QUIET, **board.small)


def _squares(board: Board, camps: pd.Series, left: float, y: float, unit: float) -> None:
    """Draw a square for each clause, and their number; a bar where squares would be too small."""
    side = unit - GAP if unit > 2 * GAP else unit
    half = (unit - GAP) / 2 if unit > 2 * GAP else 8
    for place, camp in enumerate(camps):
        x = left + place * unit
        board.box(x, x + side, y, half, colours(str(camp)))
    end = left + len(camps) * unit + 4
    board.say(end if len(camps) else left, y, str(len(camps)), QUIET, **board.small)


def _key_places(key: dict[str, str], width: int) -> list[tuple[float, int]]:
    """Where each entry of the key stands: its left end, and its line."""
    places, x, line = [], 0.0, 0
    for name in key.values():
        needed = 17 + text_width(name, 13) + 22
        if x and x + needed > width:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += needed
    return places


def __dir__() -> list[str]:
    return __all__
