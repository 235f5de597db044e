"""The figure of frames: how many clauses carry each of them, and in whose voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ..measures import framing
from ..measures.frames import local
from .articles import limit_articles, row_sentences
from .camps import camp_names, in_camps
from .canvas import BOLD, Board, fitted, is_wide, text_width
from .display import Figure, empty_figure
from .names import capital, first_fitting, join_words, labels
from .theme import CAMPS, QUIET, TRACK, WIDE, colours

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["frames"]

NEUTRAL = "The frames of each article, and in whose voice they stand"
MOST_FRAMES = 12  # rows
ENOUGH = 5  # clauses of a frame in both articles, from which the title compares it
AMOUNTS = {0.0: "none", 1.0: "all"}
SQUARE, GAP = 20, 3  # pixels
CAPTION = (
    "Which frame a clause has, whose it is and where it ends is a judgement; another coder may "
    "count differently."
)


@limit_articles
def frames(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw each framing clause as a square in the colour of whoever says it, frame by frame.

    All articles have one order of frames, the most frequent first; of more than twelve frames the
    rarest are not drawn. The frame that the title compares is tinted. `width` is in pixels; two
    articles are side by side.
    """
    table = local(corpus, "frames")
    if table.empty:
        return empty_figure(NEUTRAL, "no clause is marked with a frame", width)
    table = table.assign(camp=in_camps(framing.spoken_by(corpus, table), corpus))
    table = table.sort_values("camp", key=lambda camps: camps.map(CAMPS.index), kind="stable")
    counts = table["frame"].value_counts()
    shown = list(counts.index[:MOST_FRAMES])
    framed = set(table["doc"])
    docs = {doc: label for doc, label in labels(corpus).items() if doc in framed}
    names = camp_names(corpus)
    title, compared = _title(corpus, table)

    def draw(width: int) -> Any:
        board = Board(width, 0)
        top = _key(board, {camp: names[camp] for camp in CAMPS if camp in set(table["camp"])})
        for at in range(0, len(docs), 2):
            pair = dict(list(docs.items())[at : at + 2])
            top = _panel(board, corpus, table, pair, shown, compared, top)
        board.height = top - 34
        return board.chart()

    caption = CAPTION
    unframed = [label for doc, label in labels(corpus).items() if doc not in framed]
    if unframed:
        caption += f" In {join_words(unframed)} no frames are marked."
    if len(counts) > len(shown):
        caption += f" {len(counts) - len(shown)} rarer frames are not drawn."
    numbers = _numbers(corpus, table, names)
    return Figure(
        draw,
        title,
        "One square is one clause that frames the events; its colour says in whose voice.",
        caption,
        row_sentences(numbers, "{clauses} {frame} ({in the voice of})"),
        numbers,
        width,
    )


def _numbers(corpus: Corpus, table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """One row per article and frame: how many clauses, and in whose voice."""
    rows = []
    for doc, label in labels(corpus).items():
        own = table[table["doc"] == doc]
        for frame, camps in own.groupby("frame")["camp"]:
            voices = camps.value_counts(sort=False)  # in the order of the camps
            whose = ", ".join(f"{names[str(camp)]} {times}" for camp, times in voices.items())
            name = corpus.codebook.title(str(frame))
            rows.append((label, name, len(camps), whose))
    return pd.DataFrame(rows, columns=["article", "frame", "clauses", "in the voice of"])


def _title(corpus: Corpus, table: pd.DataFrame) -> tuple[str, str]:
    """Whether sources voice none, some or all clauses of the frame on which articles differ most.

    The frame is returned too, or nothing.
    """
    is_voiced = table["camp"] != "author"
    counts = is_voiced.groupby([table["frame"], table["doc"]]).agg(["sum", "size"]).unstack()
    common = counts[(counts["size"] >= ENOUGH).all(axis=1)]
    docs = [doc for doc in corpus.documents["doc"] if doc in common["size"]]
    if len(docs) != 2 or common.empty:
        return NEUTRAL, ""
    shares = common["sum"] / common["size"]
    frame = (shares[docs[0]] - shares[docs[1]]).abs().idxmax()
    first, second = (AMOUNTS.get(shares.loc[frame, doc], "some") for doc in docs)
    if first == second:
        return NEUTRAL, ""
    name, other = (labels(corpus)[doc] for doc in docs)
    clauses = f"{corpus.codebook.title(frame)} clauses"
    title = f"Sources voice {first} {clauses} in {name}, {second} in {other}"
    return first_fitting(title, NEUTRAL), frame


def _key(board: Board, names: dict[str, str]) -> float:
    """The colours of the camps, in lines; return where the next part begins."""
    x, y = 0.0, 8.0
    for camp, name in names.items():
        needed = 17 + text_width(name, 13) + 22
        if x and x + needed > board.width:
            x, y = 0.0, y + 20
        board.box(x, x + 11, y, 5.5, colours(camp))
        board.say(x + 17, y, name, **board.small)
        x += needed
    return y + 34


def _panel(
    board: Board,
    corpus: Corpus,
    table: pd.DataFrame,
    docs: dict[str, str],
    shown: list[str],
    compared: str,
    top: float,
) -> float:
    """At most two articles side by side, frames as common rows; return where the next begin."""
    wide = is_wide(board.width)
    step, names, side = (44, 300, SQUARE) if wide else (50, 0, 10)
    column = (board.width - names) / len(docs)
    most = table.groupby(["doc", "frame"]).size().max()
    unit = min(side + GAP, (column - 40) / most)
    lefts = {doc: names + place * column for place, doc in enumerate(docs)}
    for doc, left in lefts.items():
        clauses = f"{docs[doc]}: {(table['doc'] == doc).sum()} clauses"
        if text_width(clauses, 13, bold=True) > column - 16:
            clauses = clauses.removesuffix(" clauses")
        board.say(left, top, fitted(clauses, column - 16), **BOLD)
    y = top + 28
    for frame in shown:
        if frame == compared:
            board.box(0, board.width, y + 9, step / 2, (TRACK, TRACK))
        name = capital(corpus.codebook.title(frame))
        beside = text_width(name, 13, bold=True) + 12
        board.say(0, y, name, **BOLD)
        x, lower = (0, 17) if wide else (beside, 0)
        board.say(x, y + lower, corpus.codebook.gloss(frame), QUIET, **board.small)
        for doc, left in lefts.items():
            camps = table.loc[(table["doc"] == doc) & (table["frame"] == frame), "camp"]
            remark = str(len(camps))
            whose = f"{remark}, {(camps != 'author').sum() or 'none'} from sources"
            has_room = len(camps) * unit + 4 + text_width(whose, 13) < column
            if frame == compared and has_room:
                remark = whose
            _squares(board, camps, left, y + (8 if wide else 20), unit, remark)
        y += step
    return y + 24


def _squares(
    board: Board, camps: pd.Series, left: float, y: float, unit: float, remark: str
) -> None:
    """Draw a square for each clause, and a remark; a bar where squares would be too small."""
    side = unit - GAP if unit > 2 * GAP else unit
    half = side / 2 if unit > 2 * GAP else 8
    for place, camp in enumerate(camps):
        x = left + place * unit
        board.box(x, x + side, y, half, colours(str(camp)))
    end = left + len(camps) * unit + 4
    board.say(end if len(camps) else left, y, remark, QUIET, **board.small)
