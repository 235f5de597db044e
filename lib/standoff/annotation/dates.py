"""EDTF values (ISO 8601-2:2019) and ISO 8601 durations as bounds in days."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
from contextlib import redirect_stdout
from functools import lru_cache

from .limits import DATE

__all__ = ["MONTHS", "bounds", "day", "is_period", "is_value", "period"]

MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DURATION = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_VAST = re.compile(r"E\d\d")  # an exponent of a year that no computer should write out


@lru_cache(maxsize=4096)
def bounds(value: str | None) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of an EDTF value; None where it is open, a duration or missing.

    ValueError if it is none of these, is longer than a date can be, ends before it begins, or lies
    outside the years 1 to 9999.
    """
    if value is None or _DURATION.fullmatch(value):
        return None, None
    if len(value) > DATE:
        raise ValueError(
            f"'{value[:DATE]} …' has {len(value):,} characters; expected an EDTF date of at "
            f"most {DATE}"
        )
    try:
        first, last = _sides(value) if (found := day(value)) is None else (found, found)
    except OverflowError as error:
        raise ValueError(f"'{value}' names no day of the years 1 to 9999") from error
    if first and last and last < first:
        raise ValueError(f"'{value}' ends before it begins")
    return first, last


def _sides(value: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of an EDTF value, None where it is open."""
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    if _VAST.search(value):
        raise OverflowError
    try:
        if value in ("../", "/.."):
            raise ValueError
        with redirect_stdout(io.StringIO()):  # edtf prints what it stumbles over
            parsed = parse_edtf(value)
        return _date(parsed.lower_strict()), _date(parsed.upper_strict())
    except (
        EDTFParseException,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:  # the last two come out of edtf where it half understands a value
        raise ValueError(f"'{value}' is no EDTF date and no ISO 8601 duration") from error


def _date(moment: time.struct_time | float) -> dt.date | None:
    """A `time.struct_time` as a date, or None where EDTF says that a side is open (an infinite
    float). OverflowError where no calendar has its year."""
    if isinstance(moment, float):
        return None
    if not dt.MINYEAR <= moment[0] <= dt.MAXYEAR:
        raise OverflowError
    return dt.date(*moment[:3])


def day(words: str) -> dt.date | None:
    """A day written as 2017-04-14, or None."""
    try:
        return dt.date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        return None


def is_value(value: str) -> bool:
    """Whether `bounds` can read it."""
    try:
        bounds(value)
    except ValueError:
        return False
    return True


def period(words: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of the period of a negotiating table, as `bounds` gives them; one that is
    "unknown" is open on both sides, a duration is none."""
    if _DURATION.fullmatch(words):
        raise ValueError(f"'{words}' says how long, not when")
    return (None, None) if words == "unknown" else bounds(words)


def is_period(words: str) -> bool:
    """Whether `period` can read it."""
    return words == "unknown" or (is_value(words) and not _DURATION.fullmatch(words))
