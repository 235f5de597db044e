"""Who is speaking, from the first word of each article to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..measures import sourcing
from ..measures.frames import local
from .articles import limit_articles, row_sentences
from .camps import author_name, camp_names, in_camps
from .canvas import BOLD, Board, fitted, is_wide, text_width, wrap
from .display import Figure, empty_figure
from .names import capital, first_fitting, headings, labels, number
from .theme import TRACK, WIDE, colours, text_colour

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["strip"]

NEUTRAL = "Who is speaking, word by word"
LONG = 0.1  # share of an article from which its author's last words are named in the title
SILENT = 5  # mentions from which a camp without a word is named in the title


@limit_articles
def strip(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw who speaks from the first word of each article to the last, with a row for each camp.

    `width` is in pixels; below 600 the rows have their names above them.
    """
    runs = sourcing.runs(corpus)
    if runs.empty:
        return empty_figure(NEUTRAL, "there is no article text", width)
    runs = runs.assign(
        camp=in_camps(runs["actor"], corpus),
        words=runs["last"] - runs["first"] + 1,
        quoted=runs["quoted"].astype(bool),
    )
    rows = _rows(corpus, runs)
    last = runs.groupby("doc").tail(1)  # of each article, so that it ends with the last word
    is_long = (last["words"] > LONG * last["last"]) & (last["words"] < last["last"])
    tails = last[is_long & (last["actor"] == "author")]
    caption = (
        "Words belong to the innermost source around them; captions, menus and links are "
        "not counted."
    )
    if rows["remark"].str.startswith("mentioned").any():
        caption += " Mentions are names, descriptions and pronouns."

    def draw(width: int) -> Any:
        panels = [
            _panel(own, runs[runs["doc"] == doc], tails, width, runs["last"].max())
            for doc, own in rows.groupby("doc", sort=False)
        ]
        return alt.vconcat(*panels, spacing=30 if is_wide(width) else 24)

    return Figure(
        draw,
        _title(rows, tails, labels(corpus)),
        "Left to right, every word of each article. Sources’ words are tall and solid where they "
        "are quoted, low and pale where they are paraphrased or ascribed as thoughts.",
        caption,
        row_sentences(rows, "{who}: {remark}"),
        rows[["article", "who", "words", "quoted"]].rename(columns={"quoted": "of them quoted"}),
        width,
    )


def _rows(corpus: Corpus, runs: pd.DataFrame) -> pd.DataFrame:
    """One row per article and camp: its words, its mentions, and a remark on both."""
    mentions = local(corpus, "mentions")
    mentions = mentions.assign(camp=in_camps(mentions["actor"], corpus))
    present = set(runs["camp"]) | set(mentions["camp"])
    rows = []
    for doc, own in runs.groupby("doc", sort=False):
        times = mentions.loc[mentions["doc"] == doc, "camp"].value_counts()
        names = camp_names(corpus) | {"author": author_name(corpus, str(doc))}
        for camp in filter(present.__contains__, names):
            said = own[own["camp"] == camp]
            row = {
                "doc": doc,
                "article": headings(corpus)[str(doc)],
                "camp": camp,
                "name": names[camp],
                "who": capital(names[camp]),
                "words": said["words"].sum(),
                "quoted": said.loc[said["quoted"], "words"].sum(),
                "mentions": times.get(camp, 0),
                "is_silent": said.empty and camp not in ("author", "other"),
                "is_certain": own["linked"].all(),  # else nobody knows who it is
            }
            rows.append(row | {"remark": _remark(row)})
    return pd.DataFrame(rows)


def _remark(row: dict[str, Any]) -> str:
    """How many words a camp has; of one without any, how often it is mentioned."""
    if not row["is_silent"]:
        quoted = f", {row['quoted']:,} quoted" if row["quoted"] else ""
        return f"{row['words']:,} word{'' if row['words'] == 1 else 's'}{quoted}"
    if not row["mentions"]:
        return "none in this text"
    given = "given no words" if row["is_certain"] else "no source linked to it"
    times = number(row["mentions"], "time").replace("one time", "once")
    return f"mentioned {times}, {given}"


def _title(rows: pd.DataFrame, tails: pd.DataFrame, short: dict[str, str]) -> str:
    """The camp most often mentioned without a word, and the longest last words of an author."""
    parts = []
    is_known = rows["is_silent"] & rows["is_certain"] & (rows["camp"] != "expert")
    silent = rows[is_known & (rows["mentions"] >= SILENT)]
    if len(silent):
        row = silent.loc[silent["mentions"].idxmax()]
        parts.append(f"{short[row['doc']]} gives no words to {row['name']}")
    if len(tails):
        tail = tails.loc[tails["words"].idxmax()]
        doc = tail["doc"]
        author = rows.loc[(rows["doc"] == doc) & (rows["camp"] == "author"), "name"].item()
        whose = f"{author}’" if author.endswith("s") else f"{author}’s"
        parts.append(f"the last {tail['words']} words of {short[doc]} are {whose}")
    return capital(first_fitting("; ".join(parts), *parts, NEUTRAL))


def _panel(
    rows: pd.DataFrame, runs: pd.DataFrame, tails: pd.DataFrame, width: int, longest: int
) -> Any:
    """One article: a row for each camp, as long as the article, on a scale common to all."""
    wide = is_wide(width)
    left, right, step, half = (144, 142, 31, 11) if wide else (0, 0, 44, 9)
    top, scale, length = 26, (width - left - right) / longest, runs["last"].max()
    end = left + length * scale
    board = Board(width, top + step * len(rows))
    heading = f"{rows['article'].iloc[0]}: {length:,} words"
    board.say(0, 8, fitted(heading, width), **BOLD)
    for place, row in enumerate(rows.itertuples()):
        y = top + step * (place + (0.5 if wide else 0.7))
        colour = text_colour(row.camp)
        remark = row.remark
        board.box(left, end, y, half, (TRACK, TRACK))
        for run in runs[runs["camp"] == row.camp].itertuples():
            start, stop = left + (run.first - 1) * scale, left + run.last * scale
            height = half if run.quoted or run.camp == "author" else half / 2
            look = colours(run.camp, soft=not run.quoted)
            board.box(start, max(stop, start + 2), y, height, look)
            label = f"last {run.words} words"
            if run.Index in tails.index and text_width(label, 12) < stop - start - 6:
                board.say((start + stop) / 2, y, label, align="center", fontSize=12)
            elif run.Index in tails.index and not wide:
                remark += f", among them the last {run.words}"
        if wide:
            name = wrap(row.who, 17).split("\n")[:2]
            board.say(0, y - 7 * (len(name) - 1), "\n".join(name), colour, lineHeight=14, **BOLD)
        else:
            board.say(0, y - 20, row.who, colour, **BOLD)
        if row.is_silent:
            board.say(left + 10, y, remark, colour, **board.small)
        elif wide:
            board.say(end + 12, y, remark, colour, **board.small)
        else:
            board.say(width, y - 20, remark, colour, align="right", **board.small)
    return board.chart()
