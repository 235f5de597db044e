"""EDTF values (ISO 8601-2:2019) and ISO 8601 durations as bounds in days."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
from contextlib import redirect_stdout
from functools import lru_cache

from .limits import MAX_DATE_LENGTH

__all__ = [
    "DAY_PATTERN",
    "MONTHS",
    "bounds",
    "day",
    "is_period",
    "is_value",
    "modified",
    "no_day",
    "period",
]

MONTHS = (
    "January February March April May June July August September October November December".split()
)
DURATION = re.compile(r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII)
WITHIN = ("START", "MID", "END", "EARLY", "LATE")  # modifiers of a part of some days
DAY_PATTERN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
VAST = re.compile(r"E\d\d")  # an exponent of a year that no computer should write out

Bounds = tuple[dt.date | None, dt.date | None]


@lru_cache(maxsize=4096)
def bounds(value: str | None) -> Bounds:
    """Return the first and the last day of an EDTF value.

    A side is None where it is open; both are None for a duration and for a missing value. Raises
    `ValueError` for any other text, a text longer than a date can be, an interval that ends before
    it begins, and days outside the years 1 to 9999.

    >>> bounds("2017-04")
    (datetime.date(2017, 4, 1), datetime.date(2017, 4, 30))
    >>> bounds("2018/.."), bounds("P3D")
    ((datetime.date(2018, 1, 1), None), (None, None))
    """
    if value is None or DURATION.fullmatch(value):
        return None, None
    if len(value) > MAX_DATE_LENGTH:
        raise ValueError(
            f"'{value[:MAX_DATE_LENGTH]} …' has {len(value):,} characters; expected an EDTF date "
            f"of at most {MAX_DATE_LENGTH}"
        )
    if single := day(value):
        return single, single
    try:
        first, last = _interval(value)
    except OverflowError as error:
        raise ValueError(f"'{value}' names no day of the years 1 to 9999") from error
    if first and last and last < first:
        raise ValueError(f"'{value}' ends before it begins")
    return first, last


def modified(first: dt.date | None, last: dt.date | None, mod: str | None) -> Bounds:
    """Return the first and the last day of what a modifier makes of some days (`mod` of TIMEX3,
    TimeML 1.2.1): it bounds no more than it says.

    >>> modified(dt.date(2012, 1, 1), dt.date(2012, 12, 31), "BEFORE")
    (None, datetime.date(2011, 12, 31))
    """
    if mod is None or mod in WITHIN:
        return first, last
    one = dt.timedelta(days=1)
    if mod == "BEFORE" and first and first > dt.date.min:
        return None, first - one
    if mod == "AFTER" and last and last < dt.date.max:
        return last + one, None
    if mod == "ON_OR_BEFORE":
        return None, last
    if mod == "ON_OR_AFTER":
        return first, None
    return None, None


def _interval(value: str) -> Bounds:
    """First and last day of a value that only the package `edtf` can read."""
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    if VAST.search(value):
        raise OverflowError
    try:
        with redirect_stdout(io.StringIO()):  # edtf prints what it cannot parse
            parsed = parse_edtf(value)
        return _date(parsed.lower_strict()), _date(parsed.upper_strict())
    # the last two come out of edtf if it parses a value only in part
    except (EDTFParseException, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"'{value}' is no EDTF date and no ISO 8601 duration") from error


def _date(moment: time.struct_time | float) -> dt.date | None:
    """The day that edtf gives for a side of an interval; it gives an infinite float if it is open.

    Raises `OverflowError` for a year that no calendar has.
    """
    if isinstance(moment, float):
        return None
    if not dt.MINYEAR <= moment[0] <= dt.MAXYEAR:
        raise OverflowError
    return dt.date(*moment[:3])


def day(words: str) -> dt.date | None:
    """Return a day written as 2017-04-14, or None for any other words.

    >>> day("2017-04-14"), day("2017-04-31")
    (datetime.date(2017, 4, 14), None)
    """
    try:
        return dt.date.fromisoformat(words) if DAY_PATTERN.fullmatch(words) else None
    except ValueError:
        return None


def no_day(words: str) -> str:
    """Return what a message says of words that are no day.

    >>> no_day("2017-04-31")
    "there is no such day as '2017-04-31'; expected one such as 2017-04-14"
    """
    if DAY_PATTERN.fullmatch(words):
        return f"there is no such day as '{words}'; expected one such as 2017-04-14"
    return f"'{words}' is not a date; expected year-month-day, such as 2017-04-14"


def is_value(value: str) -> bool:
    """Return whether `bounds` can read a value."""
    try:
        bounds(value)
    except ValueError:
        return False
    return True


def period(words: str) -> Bounds:
    """Return the first and the last day of the period of a negotiating table, as `bounds` does.

    The period "unknown" is open on both sides. Raises `ValueError` for a duration and for what
    `bounds` cannot read.
    """
    if DURATION.fullmatch(words):
        raise ValueError(f"'{words}' says how long, not when")
    return (None, None) if words == "unknown" else bounds(words)


def is_period(words: str) -> bool:
    """Return whether `period` can read some words."""
    return words == "unknown" or (is_value(words) and not DURATION.fullmatch(words))
