"""Figures of sources: heard or only mentioned, and how their words reach the reader."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..measures import sourcing
from .articles import limit_articles, row_sentences
from .camps import camp_names, in_camps
from .canvas import BOLD, Board, fitted, is_wide, text_width, wrap
from .display import Figure, empty_figure
from .names import capital, first_fitting, headings, labels, number, percent
from .theme import INK, LIGHT, PAPER, QUIET, WIDE, colours, text_colour

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["heard", "ways"]

HEARD = "Who is heard, and who is only mentioned"
MENTIONS, WORDS = "share of mentions", "share of sources’ words"  # headings of the table
REACH = "How words reach the reader"
OWN, QUOTED, NONE = "own words", "quoted", "no source given"
NAMED, UNNAMED = "paraphrased, source named", "paraphrased, source unnamed"
WAYS = {  # the order of a bar, with the colours of inside and edge
    OWN: colours("author"),
    QUOTED: (INK, INK),
    NAMED: (LIGHT["grey-1"], LIGHT["grey-1"]),
    UNNAMED: (LIGHT["grey-2"], LIGHT["grey-1"]),
    NONE: (PAPER, LIGHT["grey-1"]),
}


@limit_articles
def heard(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw each camp's share of the words given to sources beside its share of mentions.

    The camp most mentioned for its few words comes first. `width` is in pixels; from 600 on, two
    articles are side by side.
    """
    shares = _shares(corpus)
    if shares.empty:
        return empty_figure(HEARD, "no camp speaks or is mentioned", width)
    most = shares[["heard", "mentioned"]].to_numpy().max()
    count = shares["doc"].nunique()

    def draw(width: int) -> Any:
        columns = 2 if is_wide(width) and count > 1 else 1
        step = 58 + 44 * shares["camp"].nunique()
        board = Board(width, 12 + step * math.ceil(count / columns))
        _key(board)
        for place, (_, own) in enumerate(shares.groupby("doc", sort=False)):
            left, top = place % columns * width / columns, 36 + place // columns * step
            _dumbbells(board, own, left, top, width / columns, most)
        return board.chart()

    parts = {MENTIONS: shares["mentioned"].map(percent), WORDS: shares["heard"].map(percent)}
    table = shares[["article", "who"]].assign(**parts)
    return Figure(
        draw,
        _widest_gap(shares),
        "Dot: share of all words that are attributed, to a source or to a footnote alone. Ring: "
        "share of all mentions of actors.",
        "Mentions are names, descriptions and pronouns. Other sources and actors are "
        "included in the totals, but not drawn; what one source says through another counts "
        "for both." + _unlinked(corpus, "are among the others"),
        row_sentences(table, f"{{who}} {{{MENTIONS}}} of mentions, {{{WORDS}}} of words"),
        table,
        width,
    )


def _shares(corpus: Corpus) -> pd.DataFrame:
    """One row per article and camp: how much it is `heard` and `mentioned`; widest gap first."""
    voices = sourcing.voices(corpus, by="party").fillna({"mention_share": 0.0})
    voices = voices.assign(camp=in_camps(voices["actor"], corpus))
    sums = voices[voices["camp"] != "other"].groupby(["doc", "camp"])[["share", "mention_share"]]
    shares = sums.sum().set_axis(["heard", "mentioned"], axis=1)
    gaps = (shares["mentioned"] - shares["heard"]).groupby("camp").sum()
    camps = gaps.sort_values(ascending=False, kind="stable").index
    docs = [doc for doc in corpus.documents["doc"] if doc in shares.index]
    every = pd.MultiIndex.from_product([docs, camps], names=["doc", "camp"])
    shares = shares.reindex(every, fill_value=0.0).reset_index()
    names = shares["camp"].map(camp_names(corpus))
    article = shares["doc"].map(headings(corpus))
    return shares.assign(article=article, name=names, who=names.map(capital))


def _widest_gap(shares: pd.DataFrame) -> str:
    """The camp most mentioned for its few words, if it is the same in every article."""
    gaps = shares["mentioned"] - shares["heard"]
    widest = shares.loc[gaps.groupby(shares["doc"]).idxmax()]
    title = ""
    if widest["name"].nunique() == 1 and (widest["mentioned"] > widest["heard"]).all():
        title = f"Mentioned more than heard: {widest['name'].iloc[0]}"
    return first_fitting(title, HEARD)


def _key(board: Board) -> None:
    """What a dot and a ring stand for, beside one of each."""
    heard = (8, QUIET, "heard, % of words")
    mentioned = (160, PAPER, "mentioned, % of mentions")
    for x, inside, words in (heard, mentioned):
        board.dot(x, 8, (inside, QUIET), size=120, strokeWidth=2.5)
        board.say(x + 14, 8, words, **board.small)


def _dumbbells(
    board: Board, shares: pd.DataFrame, left: float, top: float, width: float, most: float
) -> None:
    """Dot and ring of each camp in one article."""
    board.say(left, top + 8, fitted(shares["article"].iloc[0], width - 16), **BOLD)
    zero = left + min(190, 56 + max(text_width(who, 13, bold=True) for who in shares["who"]))
    scale = (left + width - 70 - zero) / most
    y = top + 50
    for row in shares.itertuples():
        board.say(left, y, wrap(row.who, 18), text_colour(row.camp), lineHeight=14, **BOLD)
        if row.heard or row.mentioned:
            _dumbbell(board, row, zero, scale, y)
        else:
            board.say(zero, y, "none in this text", QUIET, **board.small)
        y += 44


def _dumbbell(board: Board, row: Any, zero: float, scale: float, y: float) -> None:
    """A dot and a ring, the line between them, and both shares."""
    colour, dark = LIGHT[row.camp], text_colour(row.camp)
    dot, ring = zero + row.heard * scale, zero + row.mentioned * scale
    board.rule(dot, y, ring, y, colour, 3)
    board.dot(dot, y, (colour, colour), size=120, strokeWidth=2.5)
    board.dot(ring, y, (PAPER, colour), size=120, strokeWidth=2.5)
    low, high = sorted((row.heard, row.mentioned))
    board.say(min(dot, ring) - 12, y, percent(low), dark, align="right", halo=True)
    board.say(max(dot, ring) + 12, y, percent(high), dark, halo=True)


@limit_articles
def ways(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw each article as a bar of all its words, divided by how they reach the reader.

    Words are the author's own, quoted, paraphrased from a source that is named or from one that is
    not, or reported without a source. `width` is in pixels.
    """
    runs = sourcing.runs(corpus, by="actor")
    if runs.empty:
        return empty_figure(REACH, "there is no article text", width)
    named = set(corpus.actors.loc[corpus.actors["named"].fillna(False), "actor"])
    runs = runs.assign(
        way=[_way(run, named) for run in runs.itertuples()],
        words=runs["last"] - runs["first"] + 1,
    )
    words = runs.pivot_table(
        index="doc", columns="way", values="words", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=list(WAYS), fill_value=0)

    def draw(width: int) -> Any:
        step = 196
        board = Board(width, step * len(words) - 10)
        for place, (doc, counts) in enumerate(words.iterrows()):
            total = f"{headings(corpus)[str(doc)]}: {counts.sum():,} words"
            board.say(0, place * step + 8, fitted(total, width), **BOLD)
            _bar(board, counts[counts > 0], place * step + 46)
        return board.chart()

    table = words.rename(index=headings(corpus)).rename_axis("article", axis=0)
    table = table.rename_axis(None, axis=1).reset_index()
    cells = "; ".join(f"{{{way}}} words {way}" for way in WAYS)
    return Figure(
        draw,
        _quoting(words[QUOTED], labels(corpus)),
        "Each bar is the whole article. Named: the text gives the source a name. Unnamed: it only "
        "describes the source.",
        "Only words in quotation marks of speech count as quoted; words belong to the innermost "
        "source around them." + _unlinked(corpus, "count as unnamed"),
        row_sentences(table, cells),
        table,
        width,
    )


def _unlinked(corpus: Corpus, where: str) -> str:
    """What becomes of sources that are no registered actor, if there are any."""
    attributions = corpus.attributions
    any_is = (attributions["actor"].isna() & attributions["source"].notna()).any()
    return f" Sources linked to no actor {where}." if any_is else ""


def _way(run: Any, named: set[str]) -> str:
    """How the words of a run reach the reader."""
    if run.actor == "author":
        return OWN
    if run.quoted:
        return QUOTED
    if run.actor == "unsourced":
        return NONE
    return NAMED if named.issuperset(run.actor.split(" ")) else UNNAMED


def _quoting(quoted: pd.Series, short: dict[str, str]) -> str:
    """How many words each article quotes."""
    (first, words), *others = quoted.items()
    parts = [f"{short[str(first)]} quotes {number(words, 'word')}"]
    counts = {
        doc: number(count, "word").split(" ")[0] if count else "none" for doc, count in others
    }
    parts += [f"{short[str(doc)]} {count}" for doc, count in counts.items()]
    return first_fitting(", ".join(parts), REACH)


def _bar(board: Board, counts: pd.Series, y: float) -> None:
    """One article as a bar around the height `y`; a line leads from each part to its label below.

    Each label has a line of its own, on the side where there is more room.
    """
    scale, end, below = board.width / counts.sum(), 0.0, y + 36
    for way, words in counts.items():
        start, end = end, end + words * scale
        board.box(start, max(end - 2, start + 1), y, 20, WAYS[str(way)])
        middle = (start + end) / 2
        side = 1 if middle < board.width * 0.4 else -1
        board.rule(middle, y + 20, middle, below, QUIET)
        board.rule(middle, below, middle + side * 6, below, QUIET)
        share = words / counts.sum()
        text = f"{number(words, 'word') if share < 0.005 else percent(share)} {way}"
        if way == QUOTED and share >= 0.005:
            text += f", {number(words, 'word')}"
        board.say(middle + side * 10, below, text, align="left" if side > 0 else "right")
        below += 20
