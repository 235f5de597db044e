"""The order in which an article tells its events, against their dates."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..annotation.dates import MONTHS
from ..measures.frames import split_ids
from .camps import in_camps
from .canvas import BOLD, Board, is_wide, line_count, wrap
from .display import Figure, empty_figure
from .event_choice import first_dated, told_events
from .names import first_fitting, labels, number, voices
from .theme import INK, LIGHT, QUIET, WIDE, colours, text_colour

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["telling"]

WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
DAY, HALF_DAY = pd.Timedelta(days=1), pd.Timedelta(hours=12)
TAIL = 26  # pixels of the line to the side on which a date is open
CRUSHED = 6  # half of the dates lie in less than this part of the time between first and last
LABELS = {False: 165, True: 360}  # pixels for the names of events, by whether a board is wide
TOP, STEP = 46, 38  # pixels above the first event, and of each event with a line of words
TIMES = {1: "once", 2: "twice"}
MOST_WORDS = 8  # of the name of an event
BEGIN_PHRASES = set(
    "about after against as at before during for from had has in of on that to "
    "toward towards was were with without".split()
)
END_NAMES = set("and but by when where which while who".split())
STOP = re.compile(r"[,.;:?!–—]+$")
LINES: dict[str, tuple[str, float, int]] = {  # way of a step: colour, width and dashes
    "back": (INK, 3.5, 0),
    "on": (INK, 1.5, 0),
    "open": (LIGHT["author-line"], 1.5, 5),
}
AXES = "Down: the order of telling. Across: the date{year}."
KEY = {  # what a reader must know of a line, where there is one
    "back": "Thick line: back in time.",
    "open": "Dashed: the dates do not say which came first.",
    "by": "Tail: on that day or earlier.",
}
RULE = (
    "The figure shows {shown} of {chosen} events and statements that the text{footnotes} dates, "
    "each at its first mention (an act at a negotiating table where it is first stated as a "
    "fact). Plans are left out, and so are events that share a date within one sentence."
)
EVEN = " The axis of dates is not to scale."
FOOTNOTE = " A footnote dates a source, not always what it reports."


HEADS = {"name": "who", "words": "words", "first": "not before", "last": "not after"}


class Scale(NamedTuple):
    """Where days lie between 0 and 1, and which of them the axis names."""

    days: list[float]
    places: list[float]
    ticks: dict[float, str]
    even: bool = False  # whether the days between dates are ignored

    def place(self, day: pd.Timestamp) -> float:
        """Return where a day lies."""
        return float(np.interp(_number(day), self.days, self.places))


def telling(corpus: Corpus, doc: str | None = None, width: int = WIDE) -> Figure:
    """Draw the events of an article by the order of telling (down) and by date (across).

    Without `doc` it is the first article in which an event has a date.
    Which events are drawn is decided by the rule of `event_choice.told_events`, their names by
    `event_words`. A dot is a day, a bar the days between which an event lies, a tail says that it
    may be earlier. Lines join events in the order of telling, heavy where that goes back in time.
    Dates that would crowd at one end of a calendar are drawn at even distances instead.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> standoff.figures.telling(corpus, "dw-2017-04-14").title
    'DW goes back in time at least five times'
    """
    if doc is None:
        doc = first_dated(corpus) or next(iter(corpus.texts))
    table, chosen = told_events(corpus, doc)
    name = labels(corpus)[doc]
    if table.empty:
        return empty_figure(f"{name}: order of telling against date", "no event is dated", width)
    table = _with_words(table, corpus, doc)
    scale = _scale(table)

    def draw(width: int) -> alt.LayerChart:
        return _chart(table, scale, width)

    ways = [way for _, _, way in _steps(table)]
    present = {*ways, "by" if table["first"].isna().any() else ""}
    years = pd.concat([table["first"], table["last"]]).dropna().dt.year.unique()
    year = f" in {years[0]}" if len(years) == 1 else ""
    note = [AXES.format(year=year)] + [words for way, words in KEY.items() if way in present]
    noted = "Reference" in set(corpus.times.loc[corpus.times["doc"] == doc, "zone"])
    caption = RULE.format(
        footnotes=" or a footnote" if noted else "", shown=len(table), chosen=chosen
    )
    if scale.even:
        caption += EVEN
    if noted:
        caption += FOOTNOTE
    title = _title(name, ways)
    summary = "; ".join(f"{row.name}: {row.words}" for row in table.itertuples())
    return Figure(
        draw,
        title,
        " ".join(note),
        caption,
        f"{title}. In the order of telling: {summary}.",
        table[list(HEADS)].rename(columns=HEADS),
        width,
    )


def event_words(text: str) -> str:
    """Return the words that name an event, of a text that begins with its verb or noun.

    They end with the clause: at a comma or another stop, or before a word such as "and" or "by".
    Of more than eight, whole phrases stay, which begin with words such as "of" or "with".
    Quotation marks within are dropped. Of a statement, what is said is its text; that of an event
    whose own words begin with such a word begins with the event before it in the sentence.

    >>> event_words("visit with his counterpart Sergey Lavrov on Wednesday of last week. After")
    'visit with his counterpart Sergey Lavrov on Wednesday'
    """
    phrases: list[list[str]] = [[]]
    for word in re.sub('["“”]', "", text).split():
        if phrases[0] and word in END_NAMES:
            break
        if phrases[0] and word in BEGIN_PHRASES:
            phrases.append([])
        phrases[-1].append(STOP.sub("", word))
        if STOP.search(word):
            break
    words = phrases[0][:MOST_WORDS]
    for phrase in phrases[1:]:
        if len(words) + len(phrase) > MOST_WORDS:
            break
        words += phrase
    return " ".join(words)


def _with_words(table: pd.DataFrame, corpus: Corpus, doc: str) -> pd.DataFrame:
    """Add who acts or speaks as `name`, the camp, and what happens or is said as `words`."""
    names, text = voices(corpus), corpus.texts[doc]
    sentences = corpus.sentences[corpus.sentences["doc"] == doc].set_index("id")
    ends = table["sentence"].map(sentences["end"]).fillna(table["end"]).astype(int)
    events = corpus.events[corpus.events["doc"] == doc]
    clauses = []
    for row, end in zip(table.itertuples(), ends, strict=True):
        start = row.start
        before = events[(events["sentence"] == row.sentence) & (events["start"] < start)]
        if text[start:end].split()[0] in BEGIN_PHRASES and len(before):
            start = before["start"].max()
        clauses.append(row.content if isinstance(row.content, str) else text[start:end])
    return table.assign(
        name=[_who(row, names) + _mark(row) for row in table.itertuples()],
        camp=in_camps(table["who"].fillna(table["whom"]), corpus),
        words=list(map(event_words, clauses)),
    )


def _mark(row: Any) -> str:
    """What follows the name: whether somebody speaks, or something is only possible."""
    if row.spoken:
        return ":"
    return " (possible)" if row.factuality == "possible" else ""


def _who(row: Any, names: dict[str, str]) -> str:
    """Who acts or speaks; of an event without an actor, whom it is directed to."""
    ids, to = split_ids(row.who), ""
    if not ids:
        ids, to = split_ids(row.whom), "to "
    if not ids:
        return "no source given" if row.spoken else "no one named"
    first, *others = (names.get(one, one) for one in ids)
    if not others:
        return to + first
    return f"{to}{first} and {others[0] if len(others) == 1 else f'{len(others)} others'}"


def _number(day: pd.Timestamp) -> float:
    """Days since 1970, whatever the year."""
    return float(np.datetime64(day, "D").astype(int))


def _scale(table: pd.DataFrame) -> Scale:
    """A calendar, or even steps where half of the dates would crowd into a small part of it."""
    bounds = pd.concat([table["first"], table["last"]]).dropna().drop_duplicates().sort_values()
    days = [_number(day) for day in bounds]
    middles = np.array([_number(_middle(row)) for row in table.itertuples()])
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
    ticks = {}
    for time in pd.period_range(*map(_period, (first, last)), freq=unit):
        place = (time.asfreq("D", "start").ordinal - first) / (last - first)
        if place >= 0:
            month = MONTHS[time.month - 1][:3]
            ticks[place] = {"Y": str(time.year), "M": month, "D": f"{time.day} {month}"}[unit]
    return ticks


def _period(day: float) -> pd.Period:
    """A day, by its number since 1970, as a period of pandas, for which years have no bounds."""
    return pd.Period(ordinal=int(day), freq="D")


def _middle(row: Any) -> pd.Timestamp:
    """The day at which a line meets an event; its only bound where the other is open."""
    return row.last if pd.isna(row.first) else row.first + (row.last - row.first) / 2


def _steps(table: pd.DataFrame) -> list[tuple[int, int, str]]:
    """Return the places of events that follow each other in the text, and the way of each step.

    The way is "back", "on" or "open".
    """
    steps = []
    for one, two in pairwise(table.itertuples()):
        way = "open"
        if one.last <= two.first:
            way = "on"
        elif two.last < one.first:
            way = "back"
        steps.append((one.Index, two.Index, way))
    return steps


def _title(name: str, ways: list[str]) -> str:
    """What is known about the order of telling."""
    back, on = ways.count("back"), ways.count("on")
    if not ways:
        return f"{name}: the order of telling against date"
    if back:
        title = f"{name} goes back in time at least {TIMES.get(back, number(back, 'time'))}"
    elif on == len(ways):
        title = f"{name} tells what it dates in the order of the dates"
    else:
        steps, settled = number(len(ways), "step"), number(on, "step").split(" ")[0]
        title = (
            f"Of {steps} between dated events in {name}, dates settle the order of only {settled}"
        )
    return first_fitting(title, "The order of telling against date")


def _chart(table: pd.DataFrame, scale: Scale, width: int) -> alt.LayerChart:
    """Events by name in a column at the left, and their dates in a field of their own."""
    left = LABELS[is_wide(width)]
    names = [wrap(name, int((left - 8) / 7)) for name in table["name"]]
    words = [wrap(f"“{words}”", int((left - 8) / 6.1)) for words in table["words"]]
    lines = [line_count(name) for name in names]
    heights = [
        8 + 16 * (above + line_count(below)) for above, below in zip(lines, words, strict=True)
    ]
    board = Board(width, TOP + sum(heights) + 4)
    first, last = left + TAIL * (1 + 3 * is_wide(width)), width - TAIL
    across = {place: first + place * (last - first) for place in scale.ticks}
    _ticks(board, scale, across)
    points, over = [], TOP
    for place, row in enumerate(table.itertuples()):
        board.say(0, over, names[place], text_colour(row.camp), **BOLD, **board.lines)
        board.say(0, over + 16 * lines[place], words[place], INK, **board.lines)
        y = over + 16
        ends = [scale.place(day) for day in (row.first, row.last) if not pd.isna(day)]
        x, x2 = (first + at * (last - first) for at in (ends[0], ends[-1]))
        _date(board, row, x, x2, y)
        points.append(((x + x2) / 2, y))
        over += heights[place]
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
        board.rule(across[place], TOP - 8, across[place], board.height)
        if x - half >= free:
            y = 0 if "\n" in name else 16
            board.say(x, y, name, QUIET, align="center", baseline="top", **board.small)
            free = x + half + 8


def _date(board: Board, row: Any, x: float, x2: float, y: float) -> None:
    """A bar over a span or a dot on a day; a tail and words where only the last day is known."""
    if row.last - row.first > HALF_DAY:
        board.box(x, x2, y, 5, colours(row.camp))
        return
    board.dot(x, y, colours(row.camp), size=110, strokeWidth=1.5)
    if pd.isna(row.first):
        board.rule(x - TAIL, y, x, y, colours(row.camp)[1], 2.5)
        if is_wide(board.width):
            words = f"by {row.last.day} {MONTHS[row.last.month - 1][:3]}"
            board.say(x - TAIL * 1.2, y, words, QUIET, True, align="right", **board.small)
