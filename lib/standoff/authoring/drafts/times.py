"""Expressions of time with the value that follows from the day of publication.

The words and rules are in `time_words.toml`. They are English; each pattern is bounded, so that the
work grows with the length of the text alone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from typing import NamedTuple

from ...annotation.dates import is_value
from .proposal import Proposal

__all__ = ["TIME_RULES", "propose_times"]

DATA = tomllib.loads((files(__package__) / "time_words.toml").read_text(encoding="utf-8"))
TIME_WORDS: dict[str, dict] = DATA["words"]
CAPITALISED = ("month", "weekday")  # which have a capital letter
PATTERNS = {
    "year": r"(?P<year>(?<![\d$£€.,#/])(?:1[5-9]|20)\d\d(?![\d%]|[.,/]\d))",
    "decade": r"(?P<decade>(?:1[5-9]|20)\d)",
    "mm": r"(?P<mm>0[1-9]|1[0-2])",
    "dd": r"(?P<dd>3[01]|[12]\d|0?[1-9])(?!\d|:\d|\.\d|,\d{3})",
    "hour": r"(?P<hour>1\d|2[0-3]|0?\d)",
    "period": r"(?P<unit>day|week|month|quarter|year|decade|century)",
    "plural": r"(?P<unit>days|weeks|months|years|decades|centuries)",
}
GAP = r"[\s-]{1,2}"
UNMODIFIED = ("a weekday", "yesterday, today or tomorrow")  # "earlier" is not part of these
WINDOW = 120  # characters before a time that may hold its tense


class UndatedError(Exception):
    """A value follows from the day of publication, which is unknown."""


class Rule(NamedTuple):
    """A rule of `time_words.toml`; `example` has a text, what is found in it, and its value."""

    name: str
    pattern: re.Pattern[str]
    value: str
    example: list[str]
    type: str = "DATE"


class Expression(NamedTuple):
    """A time that a rule found, and what its value may follow from.

    `tense` is 1 if the nearest verb before it in its sentence tells of what is to come, else -1.
    """

    rule: Rule
    match: re.Match[str]
    day: dt.date | None
    tense: int

    @property
    def published(self) -> dt.date:
        """The day of publication. Raises `UndatedError` if it is unknown."""
        if self.day is None:
            raise UndatedError
        return self.day

    def word(self, name: str) -> str | None:
        """The words of a group of the pattern, or None."""
        return self.match.groupdict().get(name)

    def number(self, name: str) -> int | None:
        """What a word of a list stands for, or a number in digits."""
        word = self.word(name)
        if word is None:
            return None
        known = TIME_WORDS.get(name, {})
        return int(word) if word.isdecimal() else known.get(word, known.get(word.lower()))

    def unit(self) -> str:
        """The letter of the unit of a period, as ISO 8601 has it (TH for hours)."""
        word = (self.word("unit") or self.word("often") or "year").lower()
        return TIME_WORDS["unit"].get(word) or TIME_WORDS["often"][word]

    def begins(self, word: str) -> bool:
        """Whether its first letters are those of a word."""
        return self.match[0].lower().startswith(word)


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _group(name: str, seen: set[str]) -> str:
    """The group of a word list or of a pattern; a name that comes a second time is no group."""
    pattern = PATTERNS.get(name)
    if pattern is None:
        more = r"\d{1,3}|" if name == "number" else ""
        flags = "-i:" if name in CAPITALISED else ":"
        pattern = f"(?P<{name}>(?{flags}{more}{_alternatives(TIME_WORDS[name])}))"
    own = pattern.partition("P<")[2].partition(">")[0]
    if own in seen:
        return pattern.replace(f"(?P<{own}>", "(?:", 1)
    seen.add(own)
    return pattern


def _compile(pattern: str) -> re.Pattern[str]:
    seen: set[str] = set()
    spaced = re.sub(r"(?<!\\) (?!\?)", lambda _: GAP, pattern)
    whole = re.sub(r"\{([a-z]+)\}", lambda found: _group(found[1], seen), spaced)
    return re.compile(rf"(?<![\w/])(?<!\d[.,])(?:{whole})(?!\w)", re.IGNORECASE)


def _before(kinds: dict[str, list[str]]) -> re.Pattern[str]:
    """A pattern for words at the end of what stands before a time, one group for each kind."""
    parts = (f"(?P<{name}>{_alternatives(words)})" for name, words in kinds.items())
    spaced = "|".join(parts).replace(r"\ ", GAP)
    return re.compile(rf"(?<!\w)(?:{spaced}){GAP}(?:the )?$", re.IGNORECASE)


TIME_RULES = [Rule(**one | {"pattern": _compile(one["pattern"])}) for one in DATA["rule"]]
BEFORE, ABOUT = _before(DATA["before"]), _before(DATA["about"])
UNTIL = re.compile(r"\b(?:by|until|through|as early as|as soon as)\s\Z", re.IGNORECASE)
TENSE = re.compile(
    rf"\b(?:(?P<future>{DATA['tense']['future']})|(?<!be )(?P<past>{DATA['tense']['past']}))\b"
    r"|(?P<stop>[.!?][\s”\"])",
    re.IGNORECASE,
)


def propose_times(
    text: str, published: dt.date | None, zones: Iterable[tuple[int, int]]
) -> Iterator[Proposal]:
    """Yield the expressions of time in some zones of a text, with `refers` if they have a value.

    >>> next(propose_times("He left on Friday.", dt.date(2017, 4, 14), [(0, 18)])).attributes
    {'TimeType': 'DATE', 'refers': '2017-04-14'}
    """
    for start, end in zones:
        for rule, match in _longest(text, start, end):
            time = Expression(rule, match, published, _tense(text, start, match.start()))
            yield _proposal(text, start, time)


def _longest(text: str, start: int, end: int) -> Iterator[tuple[Rule, re.Match[str]]]:
    """The times of a zone in the order of the text, of overlapping ones the longest."""
    candidates = [
        (rule, match)
        for rule in TIME_RULES
        for match in rule.pattern.finditer(text, start, end)
        if _is_time(text, match)
    ]
    candidates.sort(key=lambda one: (one[1].start(), -one[1].end()))
    last = start
    for rule, match in candidates:
        if match.start() >= last:
            last = match.end()
            yield rule, match


def _is_time(text: str, match: re.Match[str]) -> bool:
    """Whether a word with several meanings is a time: "May" and "March" need a word before it."""
    before = text[max(0, match.start() - 12) : match.start()]
    after = text[match.end() : match.end() + 5]
    if match[0] in ("May", "March"):
        return bool(re.search(r"\b(?:in|of|since|until|by|from|to|late|early|mid.)\s$", before))
    return not re.match(r"[\s-]olds?\b", after)


def _proposal(text: str, zone: int, time: Expression) -> Proposal:
    """The proposal for a time: its value, and the modifier before it."""
    rule, (begin, end), kind = time.rule, time.match.span(), ""
    known = ABOUT if rule.name == "a duration" else BEFORE
    match = known.search(text[max(zone, begin - 30) : begin])
    if match and rule.type in ("DATE", "DURATION") and rule.name not in UNMODIFIED:
        kind = match.lastgroup or ""
        begin -= len(match[0]) if known is BEFORE else 0
    try:
        value = _value(time)
        if known is BEFORE and kind:
            value, kind = _part(value, kind, time)
    except (ValueError, OverflowError):  # no such day
        value, kind = None, ""
    attributes = {"TimeType": rule.type}
    if kind:
        attributes["Mod"] = kind
    if value is not None and is_value(value):
        attributes["refers"] = value
    return Proposal("Time", ((begin, end),), rule.name, attributes)


def _value(time: Expression) -> str | None:
    """The value of a time; None if it has none, or follows from an unknown day."""
    try:
        return VALUES[time.rule.value](time)
    except UndatedError:
        return None


def _part(value: str | None, kind: str, time: Expression) -> tuple[str | None, str]:
    """The value and the modifier of a part of a time: the end of a month is its last ten days."""
    if kind in ("EARLIER", "LATER"):
        return _rest(value, kind, time), ""
    if value is None or not re.fullmatch(r"\d{4}-(?:0\d|1[0-2])", value):
        return value, kind
    days = calendar.monthrange(int(value[:4]), int(value[5:]))[1]
    first, last = {"START": (1, 10), "MID": (11, 20), "END": (days - 9, days)}[kind]
    return f"{value}-{first:02}/{value}-{last:02}", ""


def _rest(value: str | None, kind: str, time: Expression) -> str | None:
    """The days of a week before or after that of publication; a longer period stays as it is."""
    if value is None or "/" not in value:
        return value
    first, last = map(dt.date.fromisoformat, value.split("/"))
    if kind == "EARLIER":
        last = min(last, time.published - dt.timedelta(1))
    else:
        first = max(first, time.published + dt.timedelta(1))
    return f"{first}/{last}" if first <= last else None


def _tense(text: str, zone: int, start: int) -> int:
    """1 if the nearest verb before a time in its sentence tells of what is to come, else -1."""
    if UNTIL.search(text[max(zone, start - 14) : start]):
        return 1
    nearest = ""
    for match in TENSE.finditer(text, max(zone, start - WINDOW), start):
        nearest = match.lastgroup or ""
    return 1 if nearest == "future" else -1


# --- values ---


def _date(time: Expression) -> str | None:
    """The value of a month, a day or a year, whose year may follow from the publication."""
    month = time.number("month") or time.number("mm")
    day, year, which = time.number("dd"), time.number("year"), time.number("which")
    if month and year is None:
        year = time.published.year + _years(month, day, which, time.tense, time.published)
    if month and day and year:
        return str(dt.date(year, month, day))
    if year:
        return f"{year}-{month:02}" if month else str(year)
    weekday = time.number("weekday")
    if weekday is None:
        return _near(time)
    return _on(time, _days(weekday, which, time.tense, time.published))


def _on(time: Expression, days: int) -> str:
    """The day so many days after the publication."""
    return str(time.published + dt.timedelta(days))


def _years(month: int, day: int | None, which: int | None, tense: int, published: dt.date) -> int:
    """How many years after the publication a month or a day of a month lies."""
    place, now = (month, day or 0), (published.month, published.day if day else 0)
    if which:
        is_beyond = place >= now if which < 0 else place <= now
        return which if is_beyond else 0
    if which == 0 or place == now:
        return 0
    ahead = (month - published.month) % 12
    is_ahead = ahead < (6 if day or tense > 0 else 2)
    if place > now:
        return 0 if is_ahead else -1
    return 1 if is_ahead and ahead else 0


def _days(weekday: int, which: int | None, tense: int, published: dt.date) -> int:
    """How many days after the publication a weekday lies; 0 if it was published on that day."""
    ahead = (weekday - published.weekday()) % 7
    direction = which or tense
    if which and ahead == 0:
        return 7 * which
    return ahead if direction > 0 or ahead == 0 else ahead - 7


def _near(time: Expression) -> str | None:
    """The day of "yesterday", "tonight" or "this morning"."""
    if time.word("hour") and not time.word("near"):
        return None
    return _on(time, -1 if time.begins("last") else time.number("near") or 0)


def _decade(time: Expression) -> str:
    return f"{time.word('decade')}X"


def _season(time: Expression) -> str:
    """A season of a year; the last summer is the last one that has ended."""
    season, year, which = time.number("season"), time.number("year"), time.number("which")
    if year is None:
        published = time.published
        last_month = 3 * ((season or 21) - 20) + 2  # spring ends in May
        is_over = published.month > last_month
        year = published.year + (which or 0)
        if (which == -1 and is_over) or (which == 1 and published.month < last_month - 2):
            year = published.year
    return f"{year}-{season}"


def _weekend(time: Expression) -> str:
    """The Saturday and Sunday of last, this or next week; the plain one by tense."""
    which, weekday = time.number("which"), time.published.weekday()
    if which is None:
        which = 0 if time.tense > 0 or weekday > 4 else -1
    saturday = 5 - weekday + 7 * which
    return f"{_on(time, saturday)}/{_on(time, saturday + 1)}"


def _relative(time: Expression) -> str | None:
    value = _moved(time, time.unit(), time.number("which") or 0)
    month = time.number("month")
    return f"{value}-{month:02}" if value and month else value


def _within(time: Expression) -> str | None:
    """A week, month or year without what has or has not passed of it at publication."""
    kind = "LATER" if time.begins("later") else "EARLIER"
    return _rest(_moved(time, time.unit(), 0), kind, time)


def _ago(time: Expression) -> str | None:
    number = time.number("number") or 1
    unit, factor = {"E": ("Y", 10), "C": ("Y", 100)}.get(time.unit(), (time.unit(), 1))
    return _moved(time, unit, -number * factor)


def _moved(time: Expression, unit: str, steps: int) -> str | None:
    """The day, week, month, quarter or year some steps from that of publication."""
    published = time.published
    if unit == "D":
        return _on(time, steps)
    if unit == "W":
        monday = 7 * steps - published.weekday()
        return f"{_on(time, monday)}/{_on(time, monday + 6)}"
    if unit in ("M", "Q"):
        size, base = (1, 1) if unit == "M" else (3, 33)
        count = (published.year * 12 + published.month - 1) // size + steps
        year, rest = divmod(count, 12 // size)
        return f"{year}-{rest + base:02}"
    year = published.year + steps * {"Y": 1, "E": 10, "C": 100}.get(unit, 0)
    cut = {"Y": 4, "E": 3, "C": 2}.get(unit)
    return None if cut is None else f"{year:04}"[:cut].ljust(4, "X")


def _quarter(time: Expression) -> str:
    """A quarter of a year; without a year, the last one that had begun before publication."""
    quarter, year = time.number("ordinal") or 1, time.number("year")
    if year is None:
        year = time.published.year + (time.number("which") or 0)
        begun = (time.published.month + 2) // 3
        year -= time.word("which") is None and time.tense < 0 and quarter > begun
    return f"{year}-{32 + quarter}"


def _duration(time: Expression) -> str:
    """A duration as ISO 8601 writes it; a quarter is three months."""
    number = time.number("number") if time.word("number") else 1
    unit = time.unit()
    factor, unit = {"Q": (3, "M"), "E": (10, "Y"), "C": (100, "Y")}.get(unit, (1, unit))
    return f"P{unit[:-1]}{(number or 1) * factor}{unit[-1]}"


def _none(time: Expression) -> None:
    return None


VALUES: dict[str, Callable[[Expression], str | None]] = {
    "date": _date,
    "decade": _decade,
    "season": _season,
    "weekend": _weekend,
    "relative": _relative,
    "within": _within,
    "ago": _ago,
    "near": _near,
    "quarter": _quarter,
    "duration": _duration,
    "none": _none,
}
