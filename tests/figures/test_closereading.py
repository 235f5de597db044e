"""closereading.py: steps are found in the text in order, or the one that is not is named."""

import pytest
from drawn import WIDTHS, overlaps, rows, said

from standoff import figures
from standoff.figures.closereading import LEVELS

STEPS = [
    ("was revealed", "it is so", "vouches for what follows"),
    ("it was claimed", "somebody says", "a report"),
    ("If the reports are true", "if", "a condition"),
    ("has accepted", "it is so", "the condition is gone"),
    ("The message is clear", "it is clear", "announces what an act means"),
]


@pytest.mark.parametrize("width", WIDTHS)
def test_ladder_shows_each_step_with_its_sentence_and_nothing_overlaps(corpus, width):
    figure = figures.ladder(corpus, STEPS, width=width)
    words = said(figure).replace("\n", " ")
    assert all(f"“{step}”: {does}" in words for step, _, does in STEPS)
    assert "However, that the signal was false was revealed in time" in words
    assert overlaps(figure, width) == []
    assert all(words.count(level) >= 1 for level in ("somebody says", "it is so", "it is clear"))


def test_ladder_says_how_many_sentences_a_condition_lasts(corpus):
    title = "AVIM drops “If the reports are true” after one sentence"
    assert figures.ladder(corpus, STEPS[1:]).title == title
    assert figures.ladder(corpus, STEPS).title == title
    assert figures.ladder(corpus, STEPS[:2]).title == "From “was revealed” to “it was claimed”"
    assert "close reading" in figures.ladder(corpus, STEPS).caption


def test_ladder_names_the_step_that_is_not_found_in_order(corpus):
    message = "“was revealed” is not found in avim-2018-10-31 after “has accepted”"
    with pytest.raises(ValueError, match=message):
        figures.ladder(corpus, [STEPS[3], STEPS[0]])
    with pytest.raises(ValueError, match="“was reveald”, the first step, is in none"):
        figures.ladder(corpus, [("was reveald", "if", "")])


def test_ladder_rejects_an_unknown_level_and_suggests_the_nearest(corpus):
    with pytest.raises(ValueError, match="unknown level 'it follow'; did you mean 'it follows'"):
        figures.ladder(corpus, [("was revealed", "it follow", "")])
    assert "it follows" in LEVELS


def test_ladder_without_steps_says_so(corpus):
    assert figures.ladder(corpus, []).caption == "Nothing to show: no step is given."


@pytest.mark.parametrize("width", WIDTHS)
def test_ladder_is_one_line_to_the_right_of_which_all_words_stand(corpus, width):
    drawn = rows(figures.ladder(corpus, STEPS, width=width))
    lines = [row["x2"] for row in drawn if "y2" in row]
    heads = {*LEVELS, "somebody\nsays", "it\nfollows", "it is\nclear", "surer →"}
    passages = [row["x"] for row in drawn if row.get("words", "surer →") not in heads]
    assert max(lines) < min(passages)
    dots = [row["x"] for row in drawn if "fill" in row and "words" not in row]
    assert len(dots) == len(STEPS) and dots[2] < dots[1] < dots[3] < dots[4]
