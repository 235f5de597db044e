"""copied_words.py: which words a text takes from an article, eight of them or more in a row."""

import pytest

from standoff.corpus.copied_words import Quotations

ARTICLE = "The harbour office closed the eastern quay for eleven days, Grey said."


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (ARTICLE, "The harbour office closed the eastern quay for"),
        (
            "So: «harbour OFFICE – closed – the eastern quay, for eleven» (as we read).",
            "harbour OFFICE – closed – the eastern quay, for eleven",
        ),
        ("harbour office closed the eastern quay for", ""),
        ("The harbour office closed the western quay for eleven days, Grey said.", ""),
        ("Eight words that are in no article here.", ""),
        ("", ""),
    ],
    ids=["all of it", "other punctuation", "seven words", "a word changed", "own words", "none"],
)
def test_eight_words_of_an_article_in_a_row_are_copied(text, copied):
    assert Quotations(["Another article.", ARTICLE]).first(text) == copied


def test_an_article_of_seven_words_cannot_be_copied():
    short = "One two three four five six seven."
    assert Quotations([short]).first(short) == ""


def test_words_that_are_allowed_may_be_copied_but_not_those_around_them():
    quotations = Quotations([ARTICLE], ["Harbour office closed the eastern quay for eleven days!"])
    assert quotations.first("harbour office closed the eastern quay for eleven days") == ""
    assert quotations.first(ARTICLE) == "The harbour office closed the eastern quay for"
    assert (
        quotations.first("office closed the eastern quay for eleven days, Grey said")
        == "closed the eastern quay for eleven days, Grey"
    )
