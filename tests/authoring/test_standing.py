"""standing.py: where words stand, found by the index of a text, are the places where one finds them
by looking through all of it."""

import random

import pytest

from standoff.authoring.quotes import Quote, find_all, places, quote_for
from standoff.authoring.standing import Standing

PARTS = [
    "the",
    "them",
    "US",
    "USA",
    "a_b",
    "e\u0301",
    "中文",
    "12",
    " ",
    " ",
    " ",
    "\n",
    ".",
    "“",
    "\u00a0",
]


def made(seed, size=40):
    chance = random.Random(seed)
    return chance, "".join(chance.choice(PARTS) for _ in range(size))


def looked_for(text, words):
    """Where words begin, from end to end of a text."""
    return [at for at in range(len(text)) if words and text.startswith(words, at)]


def begins_inside(text, at):
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


@pytest.mark.parametrize("seed", range(20))
def test_words_are_found_wherever_they_stand_and_whole_ones_where_none_is_cut(seed):
    chance, text = made(seed)
    index = Standing(text)
    for _ in range(50):
        first = chance.randrange(len(text))
        words = text[first : first + chance.randint(1, 9)]
        everywhere = looked_for(text, words)
        assert list(index.where(words, (True, True))) == everywhere
        whole = [
            at
            for at in everywhere
            if not begins_inside(text, at) and not begins_inside(text, at + len(words))
        ]
        assert [at for at in index.where(words, (False, False)) if at in whole] == whole
        begun = [at for at in everywhere if not begins_inside(text, at)]
        assert [at for at in index.where(words, (False, True)) if at in begun] == begun


@pytest.mark.parametrize("seed", range(20))
def test_between_two_offsets_only_what_lies_whole_between_them_is_found(seed):
    chance, text = made(seed)
    for _ in range(50):
        first, last = sorted(chance.choices(range(len(text) + 1), k=2))
        words = chance.choice(PARTS)
        found = list(Standing(text).where(words, (True, True), first, last))
        assert found == [
            at for at in looked_for(text, words) if first <= at and at + len(words) <= last
        ]


def test_the_rarest_word_leads_to_a_quotation_and_the_text_is_not_looked_through():
    class Watched(str):
        __slots__ = ("asked",)

        def startswith(self, *where):
            self.asked.append(where[1])
            return super().startswith(*where)

        def find(self, *_):
            raise AssertionError("looked through")

    text = Watched("the envoy of the Taliban and the envoy of the US " * 3 + "the envoy left")
    text.asked = []
    assert list(Standing(text).where("the envoy left", (False, False))) == [147]
    assert text.asked == [147]


def test_no_words_stand_nowhere():
    assert list(Standing("a b").where("", (True, True))) == [] and find_all("a b", Quote("")) == []


def test_lines_are_counted_from_one_and_a_line_end_belongs_to_the_line_before_it():
    index = Standing("a\n\nb")
    assert [index.line(offset) for offset in range(5)] == [1, 1, 2, 3, 3]
    assert [index.line_end(offset) for offset in range(5)] == [1, 1, 2, 4, 4]


@pytest.mark.parametrize("seed", range(20))
def test_what_quote_for_says_leads_back(seed):
    chance, text = made(seed, 120)
    for _ in range(30):
        start = chance.randrange(len(text))
        end = start + chance.randint(1, 60)
        line_ends = "\n" in text[start:end]
        if not line_ends and text[start:end].strip():
            end = min(end, len(text))
            assert places(text, Quote(**quote_for(text, start, end))) == (start, end)


def test_a_quotation_and_its_end_may_meet_inside_a_word():
    assert places("from Kabulistan on", Quote("from Kabul", until="istan on")) == (0, 18)
