"""The order in which an article tells its events, against their dates."""

from __future__ import annotations

from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..annotation.dates import MONTHS
from .board import BOLD, Board, is_wide
from .camps import in_camps
from .charts import empty_figure
from .display import Figure
from .event_choice import told_events
from .names import NUMBERS, first_fitting, labels, split_ids, voices
from .theme import INK, LIGHT, QUIET, WIDE, colours, text_colour

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["telling"]

WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
DAY, HALF_DAY = pd.Timedelta(days=1), pd.Timedelta(hours=12)
TAIL = 26  # pixels of the line to the side on which a date is open
CRUSHED = 6  # half of the dates lie in less than this part of the time between first and last
LABELS = 165  # pixels for the names of events on a narrow board; a wide one has twice as many
TOP, STEP = 46, 40  # pixels above the first event, and of each event
TIMES = {1: "once", 2: "twice"} | {n: f"{NUMBERS[n]} times" for n in range(3, 13)}
ORDER = "The order of telling against date"
NO_DATE = ", no date"
NOTE = (
    "Down: the order of telling. Across: the date that the text or a footnote gives{year}. Thick "
    "line: back in time. Dashed: the dates do not say which came first. Tail: earlier or later."
)
LINES: dict[str, tuple[str, float, int]] = {  # way of a step: colour, width and dashes
    "back": (INK, 3.5, 0),
    "on": (LIGHT["author-line"], 1.5, 0),
    "open": (LIGHT["author-line"], 2.5, 6),
}
EVEN = " The dates stand at even distances, whatever the days between them."
RULE = (
    "Shown are events that belong to a negotiating table or have a date, at their first "
    "mention{how_many}.{scale} A footnote dates a source, not always what it reports."
)


class Scale(NamedTuple):
    """Where days lie between 0 and 1, and which of them the axis names."""

    days: list[float]
    places: list[float]
    ticks: dict[float, str]
    even: bool = False  # whether the days between dates are ignored

    def place(self, day: pd.Timestamp) -> float:
        """Return where a day lies."""
        return float(np.interp(_number(day), self.days, self.places))


def telling(corpus: Corpus, doc: str, width: int = WIDE) -> Figure:
    """Draw the events of an article by the order of telling (down) and by date (across).

    Which events are named is decided by the rule of `event_choice.told_events`. The name of an
    event is who acts or speaks, and the words of the sentence from its verb or noun on. A dot is a
    day, a bar the days between which an event lies, a tail the side on which its date is open.
    Lines join what has a last day in the order of telling, heavy where that goes back in time.
    Dates that would crowd at one end of a calendar are drawn at even distances instead.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> standoff.figures.telling(corpus, "dw-2017-04-14").title
    'DW goes back in time at least five times'
    """
    table, chosen = told_events(corpus, doc)
    name = labels(corpus)[doc]
    if table.empty:
        return empty_figure(f"{name}: order of telling against date", "no event is dated", width)
    table = _with_words(table, corpus, doc)
    scale = _scale(table)

    def draw(width: int) -> alt.LayerChart:
        return _chart(table, scale, width)

    how_many = ""
    if chosen > len(table):
        how_many = f"; {len(table)} of {chosen}, because repetitions and plans are left out"
    years = pd.concat([table["first"], table["last"]]).dropna().dt.year.unique()
    year = f" in {years[0]}" if len(years) == 1 else ""
    title = first_fitting(_title(name, table), ORDER)
    undated = (table["dated"] == "none").sum()
    summary = f"{len(table)} events in the order of telling, {undated} of them without a date."
    return Figure(
        draw,
        title,
        NOTE.format(year=year),
        RULE.format(how_many=how_many, scale=EVEN * scale.even),
        f"{title}: {summary}",
        _as_table(table),
        width,
    )


def _with_words(table: pd.DataFrame, corpus: Corpus, doc: str) -> pd.DataFrame:
    """Add who acts or speaks as `name`, the camp, and the words from the event on."""
    names, text = voices(corpus), corpus.texts[doc]
    sentences = corpus.sentences[corpus.sentences["doc"] == doc].set_index("id")
    ends = table["sentence"].map(sentences["end"]).fillna(table["end"]).astype(int)
    return table.assign(
        name=[_who(row, names) for row in table.itertuples()],
        camp=in_camps(table["who"].fillna(table["whom"]), corpus),
        words=[text[start:end] for start, end in zip(table["start"], ends, strict=True)],
    )


def _who(row: Any, names: dict[str, str]) -> str:
    """Who acts or speaks; of an event without an actor, whom it is directed to."""
    ids, to = split_ids(row.who), ""
    if not ids:
        ids, to = split_ids(row.whom), "to "
    if not ids:
        return "no source given" if row.spoken else "no one named"
    first, *others = (names.get(one, one) for one in ids)
    if len(others) == 1:
        return f"{to}{first} and {others[0]}"
    return to + first + f" and {len(others)} others" * bool(others)


def _number(day: pd.Timestamp) -> float:
    """Days since 1970, whatever the year."""
    return float(np.datetime64(day, "D").astype(int))


def _scale(table: pd.DataFrame) -> Scale:
    """A calendar, or even steps where half of the dates would crowd into a small part of it."""
    bounds = pd.concat([table["first"], table["last"]]).dropna().drop_duplicates().sort_values()
    if bounds.empty:
        return Scale([0.0, 1.0], [0.0, 1.0], {})
    days = [_number(day) for day in bounds]
    middles = np.array([_number(_middle(row)) for row in table.itertuples() if row.dated != "none"])
    spread = np.subtract(*np.quantile(middles, [0.75, 0.25]))
    span = days[-1] - days[0]
    if len(days) == 1:
        return Scale([days[0] - 1, days[0] + 1], [0.0, 1.0], {0.5: _day(bounds.iloc[0], True)})
    if spread * CRUSHED < span:
        places = [float(place) for place in np.linspace(0, 1, len(days))]
        year = bounds.dt.year.nunique() > 1
        names = [_day(day, year) for day in bounds]
        return Scale(days, places, dict(zip(places, names, strict=True)), True)
    return Scale([days[0], days[-1]], [0.0, 1.0], _calendar(days[0], days[-1]))


def _day(day: pd.Timestamp, year: bool) -> str:
    words = f"{day.day} {MONTHS[day.month - 1][:3]}"
    return f"{words}\n{day.year}" if year else f"{WEEKDAYS[day.weekday()]}\n{words}"


def _calendar(first: float, last: float) -> dict[float, str]:
    """The beginnings of years or months between two days, or days, with their places."""
    unit = "D"
    if last - first > 45:
        unit = "M"
    if last - first > 3 * 365:
        unit = "Y"
    start, end = (np.datetime64(int(day), "D") for day in (first, last))
    begin = np.arange(start.astype(f"M8[{unit}]"), end.astype(f"M8[{unit}]") + 1)
    ticks = {}
    for at in begin:
        day = at.astype("M8[D]")
        place = float((day - start).astype(int)) / (last - first)
        if place >= 0:
            year, number, of_month = str(day).split("-")
            month = MONTHS[int(number) - 1][:3]
            ticks[place] = {"Y": year, "M": month, "D": f"{int(of_month)} {month}"}[unit]
    return ticks


def _middle(row: Any) -> pd.Timestamp:
    """The day at which a line meets an event; its only bound where the other is open."""
    if pd.isna(row.first):
        return row.last
    if pd.isna(row.last):
        return row.first
    return row.first + (row.last - row.first) / 2


def _steps(table: pd.DataFrame) -> list[tuple[int, int, str]]:
    """Return the places of events that follow each other in the text, and the way of each step.

    The way is "back", "on" or "open". Only events with a last day are joined: others may
    be much later.
    """
    places = table.index[table["dated"].isin(["known", "by"])]
    steps = []
    for one, two in pairwise(places):
        before, then = table.loc[one], table.loc[two]
        way = "open"
        if before["last"] <= then["first"]:
            way = "on"
        elif then["last"] < before["first"]:
            way = "back"
        steps.append((one, two, way))
    return steps


def _title(name: str, table: pd.DataFrame) -> str:
    """What is known about the order of telling."""
    ways = [way for _, _, way in _steps(table)]
    back, on = ways.count("back"), ways.count("on")
    if not ways:
        return f"{name}: the order of telling against date"
    if back:
        return f"{name} goes back in time at least {TIMES.get(back, f'{back} times')}"
    if on == len(ways):
        return f"{name} tells what it dates in the order of the dates"
    unclear = f"{len(ways) - on} times out of {len(ways)}"
    return f"Dates in {name} leave open which event came first, {unclear}"


def _chart(table: pd.DataFrame, scale: Scale, width: int) -> alt.LayerChart:
    """Events by name in a column at the left, and their dates in a field of their own."""
    left = LABELS * (1 + is_wide(width))
    board = Board(width, TOP + STEP * len(table) + 4)
    first, last = left + TAIL, width - TAIL
    across = {place: first + place * (last - first) for place in scale.ticks}
    _ticks(board, scale, across)
    points = {}
    for place, row in enumerate(table.itertuples()):
        y = TOP + STEP * place + STEP / 2
        _label(board, row, y, left)
        if row.dated != "none":
            ends = [scale.place(day) for day in (row.first, row.last) if not pd.isna(day)]
            x, x2 = (first + at * (last - first) for at in (ends[0], ends[-1]))
            _date(board, row, x, x2, y)
            points[place] = (x + x2) / 2, y
    for one, two, way in _steps(table):
        colour, thick, dash = LINES[way]
        board.rule(*points[one], *points[two], colour, thick, dash)
    return board.chart()


def _ticks(board: Board, scale: Scale, across: dict[float, float]) -> None:
    """Thin lines for dates, with their names where these have room."""
    free = -1.0
    for place, name in scale.ticks.items():
        half = max(map(len, name.split("\n"))) * 3.4
        x = min(across[place], board.width - half)
        if x - half >= free:
            board.rule(across[place], TOP - 8, across[place], board.height)
            y = 0 if "\n" in name else 16
            board.say(x, y, name, QUIET, align="center", baseline="top", **board.small)
            free = x + half + 8


def _label(board: Board, row: Any, y: float, left: float) -> None:
    """Who acts or speaks, in the colour of the camp, and below it the words of the event."""
    room = min(left, 260)
    name = shorten(row.name, int(room / 6.5), placeholder=" …")
    board.say(0, y - 8, name, text_colour(row.camp), **BOLD, **board.small)
    undated = NO_DATE * (row.dated == "none")
    most = max(int(room / 6) - 2 - len(undated), len(row.words.split()[0]) + 2)
    words = shorten(row.words, most, placeholder=" …")
    board.say(0, y + 9, f"“{words}”{undated}", INK, **board.small)


def _date(board: Board, row: Any, x: float, x2: float, y: float) -> None:
    """A bar over a span or a dot on a day; a tail to the open side, and words where they fit."""
    if row.dated == "known" and row.last - row.first > HALF_DAY:
        board.box(x, x2, y, 5, colours(row.camp))
        return
    board.dot(x, y, colours(row.camp), size=110, strokeWidth=1.5)
    if row.dated == "known":
        return
    far, words = TAIL, "or later"
    if row.dated == "by":
        far, words = -TAIL, f"by {row.last.day} {MONTHS[row.last.month - 1][:3]}"
    board.rule(x, y, x + far, y, colours(row.camp)[1], 2.5)
    if is_wide(int(board.width)):
        end = x + far * 1.2
        align = "left" if far > 0 else "right"
        board.say(end, y, words, QUIET, True, align=align, **board.small)


def _as_table(table: pd.DataFrame) -> pd.DataFrame:
    """The events as a table to be read."""
    days = table[["first", "last"]].map(lambda day: day.date() if not pd.isna(day) else None)
    return pd.DataFrame(
        {
            "who": table["name"],
            "words": table["words"],
            "not before": days["first"],
            "not after": days["last"],
        }
    )


def __dir__() -> list[str]:
    return __all__
