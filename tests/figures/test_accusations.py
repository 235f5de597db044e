"""accusations.py: who charges whom, how it is put, and the answer found by rule."""

from dataclasses import replace

import pytest
from drawn import WIDTHS, overlaps, said

from standoff import figures


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_charges_overlap(corpus, width):
    assert overlaps(figures.charges(corpus), width) == []


def test_charges_has_a_row_for_each_clause_of_article_text(corpus):
    figure = figures.charges(corpus)
    coded = corpus.frames.query("frame == 'BadFaith'")
    assert list(figure.table["what"]) == [
        text.replace("\u00a0", " ") for text in coded.sort_values("line")["text"]
    ] or len(figure.table) == len(coded)
    assert figure.title == "Seven clauses speak of bad faith; the only answer denies and accuses"


def test_charges_say_how_they_are_put(corpus):
    how = figures.charges(corpus).table.set_index("what")["how it is put"]
    how.index = how.index.str[:20]
    assert how["A questionable relat"] == "a subheading, no source"
    assert how["Moscow of supporting"] == "“has accused”"  # the report has no footnotes
    assert how["Russia is giving the"] == (
        "“have claimed”, which keeps its distance; nobody is named; no footnote"
    )
    assert (
        how["Russia is supporting"] == "“claim”, which keeps its distance; no source; no footnote"
    )
    assert how["a ploy used against "] == "a question of the author’s"


def test_an_answer_is_a_denial_by_the_accused_close_by(corpus):
    answers = figures.charges(corpus).table.set_index("what")["the answer"]
    answered = answers[~answers.str.startswith("no answer")]
    assert (
        answers[answers != "no answer"].iloc[0]
        == "no answer; Alexander Gruschko speaks just before"
    )
    assert list(answered.index.str[:17]) == ["Russia is giving ", "Russia is support"]
    assert answered.iloc[0].startswith("Russia “has retorted”: US claims about its activities")
    assert answered.iloc[1] == "the answer above"


def test_without_the_denial_there_is_no_answer(corpus):
    silent = corpus.events[corpus.events["move"] != "deny"].reset_index(drop=True)
    figure = figures.charges(replace(corpus, events=silent))
    assert figure.title == "Seven clauses speak of bad faith; nobody answers"


def test_charges_of_another_frame_and_of_none(corpus):
    assert figures.charges(corpus, "Threat").title.startswith("Eight clauses speak of violence")
    none = figures.charges(corpus, "Corruption")
    assert none.caption == "Nothing to show: no clause is one." and none.svg().startswith("<svg")
    one = figures.charges(corpus.only(["dw-2017-04-14"]))
    assert one.title == "Two clauses speak of bad faith; nobody answers"
    assert "AVIM" not in said(one)
