"""EDTF values (ISO 8601-2:2019) and ISO 8601 durations as bounds in days."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

__all__ = ["MONTHS", "bounds", "day", "is_period", "is_value", "period"]

MONTHS = "January February March April May June July August September October November December".split()
_DURATION = re.compile(r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?")


@lru_cache(maxsize=4096)
def bounds(value: str | None) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of an EDTF value; None where it is open, a duration or missing. ValueError if it is none of these or ends before it begins."""
    if value is None or _DURATION.fullmatch(value):
        return None, None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = dt.date.fromisoformat(value)
        return day, day
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(value)
    except EDTFParseException as error:
        raise ValueError(f"'{value}' is no EDTF date and no ISO 8601 duration") from error
    first, last = (_date(getattr(parsed, side)()) for side in ("lower_strict", "upper_strict"))
    if first and last and last < first:
        raise ValueError(f"'{value}' ends before it begins")
    return first, last


def _date(moment):
    """A `time.struct_time` as a date, or None where EDTF says that a side is open (an infinite float)."""
    return None if isinstance(moment, float) else dt.date(*moment[:3])


def day(words: str) -> dt.date | None:
    """A day written as 2017-04-14, or None."""
    try:
        return dt.date.fromisoformat(words)
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
    """First and last day of the period of a negotiating table, as `bounds` gives them; one that is "unknown" is open on both sides."""
    return (None, None) if words == "unknown" else bounds(words)


def is_period(words: str) -> bool:
    """Whether `period` can read it; a duration says no day and is none."""
    return words == "unknown" or (is_value(words) and not _DURATION.fullmatch(words))
