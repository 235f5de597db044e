"""Figures of sources: heard or only mentioned, and how their words reach the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..measures import sourcing
from .articles import limit_articles
from .board import BOLD, Board, fitted, is_wide, text_width, wrap
from .camps import camp_names, in_camps
from .charts import empty_figure
from .display import Figure
from .names import capital, first_fitting, headings, labels, percent
from .theme import INK, LIGHT, PAPER, QUIET, WIDE, colours, text_colour

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["heard", "ways"]

HEARD = "Who is heard, and who is only mentioned"
LEAST = 98  # pixels of a part of a bar that has its words beneath
MENTIONS, WORDS = "share of mentions", "share of sources’ words"  # headings of the table
SHARES = {"share": "heard", "mention_share": "mentioned"}
REACH = "How words reach the reader"
OWN, QUOTED, NONE = "the author’s own words", "quoted", "no source given"
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
    names, above = camp_names(corpus), headings(corpus)
    docs = [doc for doc in above if doc in shares["share"]]
    most = shares.to_numpy().max()

    def draw(width: int) -> Any:
        wide = is_wide(width) and len(docs) > 1
        room = width / 2 if wide else width
        panels = [
            _dumbbells(shares.xs(doc, axis=1, level="doc"), above[doc], names, room, most)
            for doc in docs
        ]
        rows = [alt.hconcat(*panels[at : at + 2], spacing=0) for at in range(0, len(panels), 2)]
        return alt.vconcat(*(rows if wide else panels), spacing=18)

    table = _share_table(shares, above, names)
    return Figure(
        draw,
        _widest_gap(shares["mention_share"] - shares["share"], names, labels(corpus)),
        "Ring: share of all mentions of actors. Dot: share of the words that the article gives to "
        "sources.",
        "Mentions are names, descriptions and pronouns. Other sources and actors are "
        "included in the totals, but not drawn; what one source says through another counts "
        "for both." + _unlinked(corpus, "are among the others"),
        _in_words(table, f"{{who}} {{{MENTIONS}}} of mentions, {{{WORDS}}} of words"),
        table,
        width,
    )


def _shares(corpus: Corpus) -> pd.DataFrame:
    """Each camp's `mention_share` and `share` of words in each article; the widest gap first."""
    voices = sourcing.voices(corpus, by="party").fillna({"mention_share": 0.0})
    voices = voices.assign(camp=in_camps(voices["actor"], corpus))
    shares = voices[voices["camp"] != "other"].pivot_table(
        index="camp",
        columns="doc",
        values=["mention_share", "share"],
        aggfunc="sum",
        fill_value=0.0,
    )
    if shares.empty:
        return shares
    gaps = (shares["mention_share"] - shares["share"]).sum(axis=1)
    return shares.loc[gaps.sort_values(ascending=False, kind="stable").index]


def _share_table(
    shares: pd.DataFrame, above: dict[str, str], names: dict[str, str]
) -> pd.DataFrame:
    """Return the shares under plain headings, one article after the other."""
    parts = []
    for doc, heading in above.items():
        if doc in shares["share"]:
            own = shares.xs(doc, axis=1, level="doc")
            columns = {
                "article": heading,
                "who": [capital(names[str(camp)]) for camp in own.index],
                MENTIONS: own["mention_share"].map(percent).tolist(),
                WORDS: own["share"].map(percent).tolist(),
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _widest_gap(gaps: pd.DataFrame, names: dict[str, str], short: dict[str, str]) -> str:
    """The camp most mentioned for its few words, if it is the same in every article."""
    widest = [(gaps[doc].idxmax(), short[doc]) for doc in gaps if gaps[doc].max() > 0]
    alike = {camp for camp, _ in widest}
    title = ""
    if len(alike) == 1 and len(widest) == gaps.shape[1]:
        title = f"No camp is mentioned so often and heard so little as {names[alike.pop()]}"
    elif widest:
        parts = ", ".join(f"{names[camp]} in {label}" for camp, label in widest)
        title = f"Mentioned most for the words they have: {parts}"
    return first_fitting(title, HEARD)


def _dumbbells(
    shares: pd.DataFrame, heading: str, names: dict[str, str], width: float, most: float
) -> Any:
    """Ring and dot of each camp in one article; the first camp's are labelled."""
    step, top = (46, 54) if width > 400 else (44, 50)
    left = min(190, 56 + max(text_width(names[camp], 13, bold=True) for camp in shares.index))
    board = Board(width, top + step * len(shares))
    board.say(0, 8, fitted(heading, width - 16), **BOLD)
    labelled = False
    for place, (camp, row) in enumerate(shares.iterrows()):
        y, key = top + step * (place + 0.4), str(camp)
        board.say(0, y, wrap(capital(names[key]), 18), text_colour(key), lineHeight=14, **BOLD)
        if not row.any():
            board.say(left, y, "none in this text", QUIET, **board.small)
            continue
        ends = [left + row[name] / most * (width - left - 70) for name in row.index]
        places = dict(zip(row.index, ends, strict=True))
        _dumbbell(board, row, places, y, key)
        low, high = sorted(places, key=lambda name: places[name])
        if not labelled and places[high] - places[low] > 25:
            board.say(places[low] + 8, y - 20, SHARES[low], align="right", **board.small)
            board.say(places[high] - 8, y - 20, SHARES[high], **board.small)
            labelled = True
    return board.chart()


def _dumbbell(board: Board, row: pd.Series, places: dict[str, float], y: float, camp: str) -> None:
    """A dot and a ring, the line between them, and both shares."""
    colour = LIGHT[camp]
    low, high = sorted(("share", "mention_share"), key=lambda name: row[name])
    board.rule(places[low], y, places[high], y, colour, 3)
    board.dot(places["share"], y, (colour, colour), size=120, strokeWidth=2.5)
    board.dot(places["mention_share"], y, (PAPER, colour), size=120, strokeWidth=2.5)
    board.say(places[low] - 12, y, percent(row[low]), text_colour(camp), align="right", halo=True)
    board.say(places[high] + 12, y, percent(row[high]), text_colour(camp), halo=True)


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
        sizes = words.div(words.sum(axis=1), axis=0) * width
        small = (sizes > 0) & (sizes < LEAST)
        above = 17 * int(small.sum(axis=1).max()) if is_wide(width) else 0
        step = above + (150 if is_wide(width) else 200)
        board = Board(width, step * len(words) - 10)
        for place, (doc, counts) in enumerate(words.iterrows()):
            total = f"{headings(corpus)[str(doc)]}: {counts.sum():,} words"
            board.say(0, place * step + 8, fitted(total, width), **BOLD)
            _bar(board, counts, place * step + above + 46)
        return board.chart()

    table = words.rename(index=headings(corpus)).rename_axis("article", axis=0)
    table = table.rename_axis(None, axis=1).reset_index()
    cells = "; ".join(f"{{{way}}} words {way}" for way in WAYS)
    return Figure(
        draw,
        _quoting(words[QUOTED], labels(corpus)),
        "Each bar is the whole article. Named: a reader could tell whom to ask.",
        "Only words in quotation marks of speech count as quoted; words belong to the innermost "
        "source around them." + _unlinked(corpus, "count as unnamed"),
        _in_words(table, cells),
        table,
        width,
    )


def _unlinked(corpus: Corpus, where: str) -> str:
    """What becomes of sources that are no registered actor, if there are any."""
    attributions = corpus.attributions
    any_is = (attributions["actor"].isna() & attributions["source"].notna()).any()
    return f" Sources linked to no actor {where}." if any_is else ""


def _in_words(table: pd.DataFrame, pattern: str) -> str:
    """The rows of a table as sentences, one for each article."""
    parts = []
    for article, rows in table.groupby("article", sort=False):
        cells = "; ".join(pattern.format_map(row) for row in rows.to_dict("records"))
        parts.append(f"{article}: {cells}.")
    return " ".join(parts)


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
    parts = [f"{short[str(first)]} quotes {_amount(words)}"]
    for doc, words in others:
        parts.append(
            f"{short[str(doc)]} {_amount(words).removesuffix(' words').removesuffix(' word')}"
        )
    return first_fitting(", ".join(parts), REACH)


def _amount(words: int) -> str:
    return {0: "no word", 1: "one word"}.get(words, f"{words:,} words")


def _bar(board: Board, counts: pd.Series, middle: float) -> None:
    """One article as a bar around the height `middle`.

    Wide, what a part is stands beneath it, or above it if it is too small for that; narrow, all
    stands in a list.
    """
    end, high = 0.0, middle - 30
    for place, (way, words) in enumerate(counts.items()):
        start, share = end, words / counts.sum()
        end += share * board.width
        if words:
            board.box(start, max(end - 2, start + 1), middle, 20, WAYS[str(way)])
        amount = _amount(words) if share < 0.005 else percent(share)
        if not is_wide(int(board.width)):
            y = middle + 42 + 22 * place
            board.box(0, 11, y, 5.5, WAYS[str(way)])
            board.say(18, y, f"{amount}: {way}")
        elif end - start >= LEAST:
            text = f"{amount}\n{wrap(str(way), int((end - start) / 8))}"
            board.say(start, middle + 28, text, baseline="top", lineHeight=16)
        elif words:
            text = f"{amount} {way} ↓"
            board.say(max(end, text_width(text, 13)), high, text, align="right")
            high -= 17


def __dir__() -> list[str]:
    return __all__
