"""Drafts of times: the example of each rule, tense, modifiers, and the cost of hostile text."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from standoff.annotation.dates import is_value
from standoff.authoring.drafts.all_rules import proposals
from standoff.authoring.drafts.times import TIME_RULES, propose_times

WEDNESDAY = dt.date(2018, 10, 31)


def times(text, published=WEDNESDAY):
    """What is found in a text: the words, the value and the modifier."""
    found = []
    for one in propose_times(text, published, [(0, len(text))]):
        (place,) = one.fragments
        given = one.attributes
        found.append((text[slice(*place)], given.get("refers", ""), given.get("Mod", "")))
    return found


@pytest.mark.parametrize("rule", TIME_RULES, ids=lambda rule: rule.name)
def test_the_example_of_each_rule(rule):
    text, words, value = rule.example
    (one,) = propose_times(text, WEDNESDAY, [(0, len(text))])
    assert one.rule == rule.name and one.attributes["TimeType"] == rule.type
    assert text[slice(*one.fragments[0])] == words
    assert one.attributes.get("refers", "") == value
    assert not value or is_value(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He left on Wednesday.", "2018-10-31"),
        ("He left on Thursday.", "2018-10-25"),
        ("He will leave on Thursday.", "2018-11-01"),
        ("He will leave, she said Monday.", "2018-10-29"),
        ("He will be released Friday.", "2018-11-02"),
        ("He will go. She left Friday.", "2018-10-26"),
        ("He left in December.", "2017-12"),
        ("He will leave in January.", "2019-01"),
        ("Last October he left.", "2017-10"),
        ("He left last summer.", "2018-22"),
        ("He left last winter.", "2017-24"),
        ("He left a decade ago.", "2008"),
        ("He left last month.", "2018-09"),
        ("He sails next quarter.", "2019-33"),
    ],
)
def test_a_value_follows_from_the_publication_and_the_tense(text, value):
    assert [found[1] for found in times(text)] == [value]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at the end of March 2018", ("the end of March 2018", "2018-03-22/2018-03-31", "")),
        ("in early 2012", ("early 2012", "2012", "START")),
        ("in the middle of 2012", ("the middle of 2012", "2012", "MID")),
        ("earlier this week", ("earlier this week", "2018-10-29/2018-10-30", "")),
        ("earlier Friday", ("Friday", "2018-10-26", "")),
        ("over 20 years", ("20 years", "P20Y", "MORE_THAN")),
        ("about two weeks", ("two weeks", "P2W", "APPROX")),
        ("less than an hour", ("an hour", "PT1H", "LESS_THAN")),
    ],
)
def test_a_modifier_changes_the_value_or_is_an_attribute(text, found):
    assert times(text) == [found]


@pytest.mark.parametrize(
    "text",
    ["You may march.", "He is 20 years old.", "It cost $2000.", "a total of 1,998"],
)
def test_what_is_no_time(text):
    assert times(text) == []


def test_a_day_that_no_calendar_has_gets_no_value():
    assert times("on 31 February 2018") == [("31 February 2018", "", "")]


@pytest.mark.parametrize("published", [dt.date.min, dt.date.max])
@pytest.mark.parametrize(
    "text", ["last week", "earlier this week", "later next week", "next month", "99 centuries ago"]
)
def test_a_value_outside_the_calendar_is_left_out(text, published):
    (found,) = times(text, published)
    assert not found[1] or is_value(found[1])


def test_a_number_with_a_comma_gives_no_wrong_value():
    assert times("3,000 years") == [("years", "", "")]


def test_without_a_publication_only_full_dates_have_a_value():
    found = times("On Friday, 3 May 2018 he left; on Monday, last week and in July too.", None)
    assert [value for _, value, _ in found] == ["2018-05-03", "", "", ""]


def test_places_are_those_of_the_text_and_zones_are_kept():
    text = "Monday\n\nTuesday 🙂 Friday"
    found = propose_times(text, WEDNESDAY, [(8, len(text))])
    assert [text[slice(*one.fragments[0])] for one in found] == ["Tuesday", "Friday"]


def test_times_are_among_the_proposals():
    text = "He left on Friday."
    assert [one.label for one in proposals(text, WEDNESDAY, [(0, len(text))])] == ["Time"]


@pytest.mark.parametrize("piece", ["1 ", "Monday, ", "-", "a few "])
def test_the_work_grows_with_the_text_alone(piece):
    def seconds(size):
        text = piece * (size // len(piece))
        start = time.process_time()
        for _ in propose_times(text, WEDNESDAY, [(0, len(text))]):
            pass
        return time.process_time() - start

    small, large = seconds(62_500), seconds(1_000_000)
    assert large < 60 * small + 1
