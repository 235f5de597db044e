"""What each camp does at each negotiating table."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ..measures import diplomacy
from ..measures.frames import split_ids
from .camps import PARTIES, camp_names, camps
from .canvas import BOLD, Board, is_wide, line_count, wrap
from .display import Figure, empty_figure
from .names import capital, first_fitting, join_words, labels, tracks
from .theme import INK, LIGHT, PAPER, QUIET, WIDE, text_colour

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["matrix"]

MOST_TABLES = 8  # tables that a reader can compare
HOST, YES, ASK, NO, OPEN, ABSENT = "host", "yes", "ask", "no", "open", "absent"
# a stance of `diplomacy.ANSWERS` -> its sign, and how it is put here
STANCES = {
    "hosts": (HOST, "hosts"),
    "invites": (HOST, "invites"),
    "comes": (YES, "comes"),
    "accepts": (YES, "accepts"),
    "proposes": (ASK, "asks for talks"),
    "may come": (OPEN, "may come"),
    "stays away": (NO, "stays away"),
    "declines": (NO, "declines"),
    "does not accept": (NO, "does not accept"),
    "postpones": (NO, "postpones"),
    "fails to lead": (NO, "fails to lead"),
}
CROSS = "M-1,-.72L-.72,-1L0,-.28L.72,-1L1,-.72L.28,0L1,.72L.72,1L0,.28L-.72,1L-1,.72L-.28,0Z"
DASH = "M-.7,-.12L.7,-.12L.7,.12L-.7,.12Z"
SHAPES = {
    HOST: ("square", 150),
    YES: ("circle", 150),
    OPEN: ("circle", 150),
    ASK: ("triangle-up", 150),
    NO: (CROSS, 190),
    ABSENT: (DASH, 190),
}
TITLE = "Who comes to which negotiating table"
NOTE = (
    "Square: hosts or invites; hollow: our own entry. Dot: comes or agrees. Triangle: asks for "
    "talks. Cross: refuses, stays away or puts off. Ring: unclear. Dash: not a party, or no action "
    "reported."
)
REPORTED = ", it is reported"  # where the text gives no source at the first mention
NO_PARTY = "not a party"
BY_LIST = "hosts (our own entry)"
CAPTION = "The figure shows what the articles say, not what happened."


class Seat(NamedTuple):
    """What a camp does at a table: a sign and words for each move, in the order of telling."""

    moves: list[tuple[str, str]]

    @property
    def sign(self) -> str:
        """The sign that counts: whoever hosts, comes; otherwise the last move."""
        signs = [sign for sign, _ in self.moves]
        return HOST if HOST in signs else signs[-1]

    @property
    def words(self) -> str:
        """All moves in words."""
        return ", then ".join(words for _, words in self.moves)


class TableRow(NamedTuple):
    """A table as one article tells it."""

    name: str
    when: str
    seats: dict[str, Seat]


def matrix(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw what each of the camps does at each negotiating table, as each article tells it.

    The figure has the tables at which at least two of the camps make a move or are invited,
    according to the article; of more than 8, those with most moves. Moves are in the order of
    telling; of several with one sign in a row the first is named, and "may come" only if there is
    nothing firmer. The host of `tracks.toml` is filled in where the article gives it no move.

    >>> import standoff
    >>> standoff.figures.matrix(standoff.load("seeds")).title
    'At no table do Washington, Moscow, Kabul and the Taliban all meet'
    """
    names = {key: name for key, name in camp_names(corpus).items() if key in PARTIES}
    told = _told(corpus)
    busy = told[told["camp"].isin(names)].groupby(["doc", "track"], sort=False)
    counts = busy["camp"].agg(["nunique", "size"])
    chosen = counts[counts["nunique"] > 1].nlargest(MOST_TABLES, "size").index
    if not len(chosen):
        return empty_figure(TITLE, "no table has moves of two parties", width)
    rows = [_row(key, told, names, corpus) for key in counts.index if key in chosen]
    title, caption = _title(rows, names), _left_out(counts.index.difference(chosen), corpus)

    def draw(width: int) -> alt.LayerChart:
        return _chart(rows, names, width)

    table = _as_table(rows, names)
    parts = [
        f"{row.name}: " + ", ".join(f"{names[camp]}: {row.seats[camp].words}" for camp in names)
        for row in rows
    ]
    description = f"{title}. " + "; ".join(parts) + "."
    return Figure(draw, title, NOTE, f"{CAPTION} {caption}".strip(), description, table, width)


def _left_out(keys: pd.Index, corpus: Corpus) -> str:
    """Which tables are not drawn."""
    names = tracks(corpus)
    parts = dict.fromkeys(f"“{names.get(track, track)}”" for _, track in keys)
    if not parts:
        return ""
    return f"Left out, because the articles report too few moves: {join_words(parts, 5)}."


def _told(corpus: Corpus) -> pd.DataFrame:
    """Moves at tables in the order of telling: `doc track camp word`; the invited have no word."""
    words = {}
    for move, factualities, stance in diplomacy.ANSWERS:
        words.update(dict.fromkeys([(move, one) for one in factualities], stance))
    moves = diplomacy.ledger(corpus)
    moves = moves[moves["track"].notna()]
    camp = camps(corpus)
    rows: list[tuple[str, str, str, str | None]] = []
    for row in moves.itertuples():
        word = words.get((row.move, row.factuality))
        if word and row.voices.startswith("unsourced"):
            word += REPORTED
        said = [(actor, word) for actor in split_ids(row.who)]
        if row.move == "invite":
            said += [(actor, "") for actor in split_ids(row.whom)]
        rows += [(row.doc, row.track, camp.get(actor, "other"), word) for actor, word in said]
    table = pd.DataFrame(rows, columns=["doc", "track", "camp", "word"])
    return table[table["word"].notna()].drop_duplicates(ignore_index=True)


def _row(
    key: tuple[str, str], told: pd.DataFrame, names: dict[str, str], corpus: Corpus
) -> TableRow:
    """One table of one article, with a seat for each camp."""
    doc, track = key
    entry, camp = corpus.registry["tracks"].get(track, {}), camps(corpus)
    own = told[(told["doc"] == doc) & (told["track"] == track)]
    words = own.groupby("camp")["word"].agg(list)
    seats = {key: _seat(words.get(key, [])) for key in names}
    host = camp.get(entry.get("host"))
    if host in names and host not in words.index:
        seats[host] = Seat([(HOST, BY_LIST)])
    for member in entry.get("members", []):
        seat = camp.get(member)
        if seat in names and seats[seat].sign == ABSENT:
            seats[seat] = Seat([(ABSENT, "a party, but no action reported")])
    fate = entry.get("fate", {}).get(doc, "")
    return TableRow(entry.get("name", track), f"{labels(corpus)[doc]}: {fate}".rstrip(": "), seats)


def _seat(words: list[str]) -> Seat:
    """The signs and words for the moves of a camp, which are in the order of telling."""
    if not words:
        return Seat([(ABSENT, NO_PARTY)])
    moves = []
    for word in filter(None, words):
        sign, phrase = STANCES[word.removesuffix(REPORTED)]
        moves.append((sign, phrase + REPORTED * word.endswith(REPORTED)))
    firm = [move for move in moves if move[0] != OPEN] or moves
    if not firm:
        return Seat([(OPEN, "is invited")])
    return Seat([next(same) for _, same in groupby(firm, key=itemgetter(0))])


def _title(rows: list[TableRow], names: dict[str, str]) -> str:
    """Whether those tables bring all camps together that are meant for all of them."""
    together = sum(all(seat.sign in (HOST, YES) for seat in row.seats.values()) for row in rows)
    meant = any(all(seat.words != NO_PARTY for seat in row.seats.values()) for row in rows)
    *others, last = names.values()
    everybody = f"{', '.join(others)} and {last}"
    if len(rows) == 1 or not others:
        return TITLE
    title = f"No table is for {everybody} together"
    if meant:
        title = f"At no table do {everybody} all meet"
    if together:
        title = f"Tables that bring {everybody} together: {together} of {len(rows)}"
    return first_fitting(title, title.replace(everybody, "all parties"))


def _chart(rows: list[TableRow], names: dict[str, str], width: int) -> alt.LayerChart:
    """A row for each table, a column for each camp; on a narrow board the table stands above."""
    wide = is_wide(width)
    left, most = (width * 0.3, 16) if wide else (0, 10)
    letters = int((left or width) / 7.8)
    columns = {key: left + at * (width - left) / len(names) for at, key in enumerate(names)}
    heads = {key: wrap(capital(name), most + 1) for key, name in names.items()}
    over = 12 + 16 * max(map(line_count, heads.values()))
    placed = []
    for row in rows:
        label = wrap(row.name, letters), wrap(row.when, letters)
        lines = sum(map(line_count, label))
        below = max(sum(_heights(seat, most)) for seat in row.seats.values())
        height = max(16 * lines, below) if wide else 16 * lines + 8 + below
        placed.append((over, row, label, over + 14 + (0 if wide else 16 * lines + 8)))
        over += height + 22
    board = Board(width, over)
    for key, x in columns.items():
        board.say(x, 2, heads[key], text_colour(key), **BOLD, **board.lines)
    for top, row, (head, fate), y in placed:
        board.rule(0, top - 4, width, top - 4)
        board.say(0, top + 6, head, INK, **BOLD, **board.lines)
        board.say(0, top + 8 + 16 * line_count(head), fate, QUIET, **board.lines)
        for key, x in columns.items():
            _draw_seat(board, x, y, key, row.seats[key], most)
    return board.chart()


def _heights(seat: Seat, most: int) -> list[int]:
    """Pixels that each move of a seat needs."""
    return [6 + 15 * line_count(wrap(words, most)) for _, words in seat.moves]


def _draw_seat(board: Board, x: float, y: float, camp: str, seat: Seat, most: int) -> None:
    """One sign for each move, and beside it what the move is."""
    for (sign, words), height in zip(seat.moves, _heights(seat, most), strict=True):
        shape, size = SHAPES[sign]
        edge, ink = LIGHT[camp], INK
        if sign == ABSENT:
            edge, ink = LIGHT["author-line"], QUIET
        hollow = sign == OPEN or words == BY_LIST
        inside, line = (PAPER, 2.5) if hollow else (edge, 0)
        board.dot(x + 8, y, (inside, edge), shape=shape, size=size, strokeWidth=line)
        look = board.lines | {"lineHeight": 15}
        board.say(x + 22, y - 7, wrap(words, most), ink, **look)
        y += height


def _as_table(rows: list[TableRow], names: dict[str, str]) -> pd.DataFrame:
    """Tables and seats as a table to be read."""
    cells = [
        {"table": row.name, "in": row.when}
        | {capital(names[key]): row.seats[key].words for key in names}
        for row in rows
    ]
    return pd.DataFrame(cells)
