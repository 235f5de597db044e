"""dates.py: what is a day, a value of time and a period, and what is refused before it takes
time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.annotation.dates import bounds, day, is_period, is_value, modified, period


@pytest.mark.parametrize(
    "value",
    [
        "2018-02-30",
        "2017-02-29/2017-03-01",
        "P٣D",
        "٢٠١٧-٠٤-١٤",
        "/..",
        "../",
        "2017-X04",
        "2011-X0~",
        "{1960,1961-12..}",
    ],
)
def test_what_is_no_value_is_refused_however_it_looks_and_nothing_is_printed(value, capsys):
    bounds.cache_clear()
    assert not is_value(value) and capsys.readouterr() == ("", "")
    with pytest.raises(ValueError, match="is no EDTF date and no ISO 8601 duration"):
        bounds(value)


@pytest.mark.parametrize(
    "value", ["Y17E9", "Y1E99999999", "Y1E5", "Y170000002", "0000", "-0044-03-15", "XXXX"]
)
def test_a_year_that_no_calendar_holds_is_refused_at_once(value):
    assert not is_value(value)
    with pytest.raises(ValueError, match=f"'{value}' names no day of the years 1 to 9999"):
        bounds(value)


def test_a_year_with_an_exponent_is_read_where_a_calendar_holds_it():
    assert bounds("Y2E3") == (dt.date(2000, 1, 1), dt.date(2000, 12, 31))


@pytest.mark.parametrize("year", [1, 9999])
def test_the_first_and_the_last_year_of_the_calendar_are_read(year):
    assert bounds(f"{year:04}") == (dt.date(year, 1, 1), dt.date(year, 12, 31))


FIRST, LAST = dt.date(2012, 3, 1), dt.date(2012, 3, 31)  # March 2012


@pytest.mark.parametrize(
    ("mod", "found"),
    [
        (None, (FIRST, LAST)),
        *((mod, (FIRST, LAST)) for mod in ("START", "MID", "END", "EARLY", "LATE")),
        ("BEFORE", (None, dt.date(2012, 2, 29))),
        ("AFTER", (dt.date(2012, 4, 1), None)),
        ("ON_OR_BEFORE", (None, LAST)),
        ("ON_OR_AFTER", (FIRST, None)),
        ("APPROX", (None, None)),
    ],
)
def test_a_modifier_moves_or_opens_the_bounds_of_a_month(mod, found):
    assert modified(FIRST, LAST, mod) == found


@pytest.mark.parametrize(
    ("first", "last", "mod", "found"),
    [
        ((1, 1, 1), (1, 1, 1), "BEFORE", (None, None)),
        ((1, 1, 2), (1, 1, 2), "BEFORE", (None, (1, 1, 1))),
        ((9999, 12, 31), (9999, 12, 31), "AFTER", (None, None)),
        ((9999, 12, 30), (9999, 12, 30), "AFTER", ((9999, 12, 31), None)),
        (None, (2012, 3, 31), "BEFORE", (None, None)),
        ((2012, 3, 1), None, "AFTER", (None, None)),
    ],
)
def test_before_and_after_bound_nothing_where_no_day_is_left_or_the_side_is_open(
    first, last, mod, found
):
    given, expected = (
        tuple(side and dt.date(*side) for side in pair) for pair in ((first, last), found)
    )
    assert modified(*given, mod) == expected


def test_a_date_of_more_characters_than_one_can_have_is_refused_unread():
    long = f"[{','.join(['2017'] * 2000)}]"
    assert is_value(f"[{','.join(['2017'] * 30)}]") and not is_value(long)
    with pytest.raises(
        ValueError, match=r" …' has 10,001 characters; expected an EDTF date of at most 200"
    ):
        bounds(long)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2017-04-14", dt.date(2017, 4, 14)),
        ("20170414", None),
        ("2017-W15-5", None),
        ("2017-04-31", None),
        ("", None),
    ],
)
def test_a_day_is_written_in_one_way(words, found):
    assert day(words) == found


def test_a_period_may_be_unknown_and_is_no_duration():
    assert [is_period(words) for words in ("unknown", "2017", "../2017-04", "P3D", "soon")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(ValueError, match="'P3D' says how long, not when"):
        period("P3D")


@given(
    st.lists(
        st.sampled_from(
            [
                "2017",
                "19",
                "-",
                "04",
                "X",
                "/",
                "..",
                "{",
                "}",
                "[",
                "]",
                ",",
                "?",
                "~",
                "%",
                "Y",
                "E3",
                "S2",
                "00",
                "T10:00",
                "Z",
                " ",
            ]
        ),
        max_size=7,
    )
)
def test_a_value_has_bounds_or_is_refused_and_nothing_else(parts):
    value = "".join(parts)
    try:
        found = bounds(value)
    except ValueError:
        assert not is_value(value)
    else:
        assert is_value(value) and all(side is None or isinstance(side, dt.date) for side in found)
