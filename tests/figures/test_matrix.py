"""diplomacy.py: what each camp does at each table, by rule from the moves."""

from dataclasses import replace

import pytest
from drawn import WIDTHS, overlaps, rows

from standoff import figures
from standoff.figures.diplomacy import STANCES
from standoff.measures.diplomacy import ANSWERS


@pytest.fixture
def seats(corpus):
    return figures.matrix(corpus).table.set_index("table")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_the_matrix_overlap(corpus, width):
    assert overlaps(figures.matrix(corpus), width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_long_names_of_parties_overlap_where_no_camp_is_named(corpus, width):
    foreign = replace(corpus, actors=corpus.actors.assign(camp=None))
    figure = figures.matrix(foreign)
    assert overlaps(figure, width) == [] and "Afghan government" in figure.description


def test_every_stance_of_the_measure_has_a_sign_and_words():
    assert set(STANCES) == {word for _, _, word in ANSWERS}


def test_moves_are_in_the_order_of_telling(seats):
    talks, moscow = (
        seats.loc["Taliban and US directly, 2018"],
        seats.loc["Moscow invitation, summer 2018"],
    )
    assert talks["Washington"] == "declines, then accepts"
    assert (moscow["Moscow"], moscow["The Taliban"]) == (
        "invites, then postpones, it is reported",
        "accepts",
    )


def test_to_ask_for_talks_has_a_sign_of_its_own(corpus):
    assert STANCES["proposes"][0] not in {
        sign for word, (sign, _) in STANCES.items() if word != "proposes"
    }
    assert "Triangle: asks for talks" in figures.matrix(corpus).note


def test_each_move_has_a_sign_of_its_own(corpus):
    drawn = rows(figures.matrix(corpus))
    signs = [row for row in drawn if "fill" in row and "words" not in row]
    washington = [row["y"] for row in drawn if row.get("words") in ("declines", "accepts")]
    assert len(signs) == 22 and len(set(washington)) > 1  # 5 tables, 4 parties, 2 second moves


def test_a_camp_is_a_guest_a_host_by_the_list_or_not_a_party(seats):
    conference = seats.loc["Moscow conference, April 2017"]
    assert list(conference[["Washington", "Moscow", "Kabul", "The Taliban"]]) == [
        "stays away",
        "hosts (our own entry)",
        "comes",
        "may come",
    ]
    assert seats.loc["Kabul's unconditional offer, February 2018", "Moscow"] == "not a party"


def test_the_title_says_whether_a_table_brings_all_together(corpus):
    title = "At no table do Washington, Moscow, Kabul and the Taliban all meet"
    assert figures.matrix(corpus).title == title
    moves = corpus.events["move"].where(corpus.events["move"].isna(), "attend")
    all_come = corpus.events.assign(move=moves, factuality="fact")
    figure = figures.matrix(replace(corpus, events=all_come))
    assert (
        figure.title
        == "Tables that bring Washington, Moscow, Kabul and the Taliban together: 2 of 5"
    )


def test_tables_of_one_party_are_left_out_and_named(corpus, seats):
    assert "Quadrilateral Group (QCG)" not in seats.index
    assert "Quadrilateral Group (QCG)" in figures.matrix(corpus).caption


def test_a_corpus_without_moves_or_tables_has_nothing_to_show(corpus):
    still = replace(corpus, events=corpus.events.head(0))
    assert figures.matrix(still).caption == "Nothing to show: no table has moves of two parties."
    unlisted = replace(corpus, registry=corpus.registry | {"tracks": {}})
    assert "moscow-2018" in set(figures.matrix(unlisted).table["table"])
