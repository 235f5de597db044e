"""statements.py: what coders state about an article, under shared names and as people read it."""

import pytest

import standoff
from standoff.measures.statements import codings_of, is_same, one_way, subjects, undirected

MORE = [
    "T11\tConsult 38 43\ttalks",
    "T12\tRetreat 57 61\tleft",
    "E2\tConsult:T11 Who:T6 Who2:T10",
    "E3\tRetreat:T12 Who:T10",
    "A7\tFactuality E2 fact",
    "A8\tFactuality E3 fact",
    "R1\tAFTER Arg1:E3 Arg2:E2",
    'T13\tRivalry 32 50\t"low" talks failed',
    "A9\tFunction T13 problem",
    "A10\tValence T13 negative",
    "R2\tTarget Arg1:T13 Arg2:T10",
    "#1\tAnnotatorNotes E3\tor sent away?",
    "#2\tAnnotatorNotes E3\tby whom?",
]


@pytest.fixture
def coding(folder):
    """One coder's statements about the article of `folder`."""
    folder.lines = [*folder.lines, *MORE]
    folder.write()
    corpus = standoff.load(folder.path)
    (only,), _ = codings_of([corpus.annotations["one"]], corpus.codebook)
    return only


@pytest.mark.parametrize(
    ("key", "says", "marked"),
    [
        (("words", "Rivalry", "1:T13"), '"low" talks failed', [(32, 50)]),
        (("role", "Source", "1:E1"), "“Mr Grey”", [(15, 22)]),
        (("role", "Who", "1:E2"), "“Mr Grey”, “Grey”", [(15, 22), (52, 56)]),
        (("relation", "Target", "1:T13"), "“Grey”", [(52, 56)]),
        (("link", "1:E2", "1:E3"), "“left” AFTER “talks”", [(57, 61), (38, 43)]),
        (("attribute", "Function", "1:T13"), "problem", [(32, 50)]),
        (("reference", "actors", "1:T6"), "grey", [(15, 22)]),
        (("note", "AnnotatorNotes", "1:E3"), "or sent away?, by whom?", [(57, 61)]),
        (("attribute", "Function", "1:T6"), "none", [(15, 22)]),  # this mark has no function
    ],
)
def test_a_statement_is_told_in_words_and_marks_what_it_is_about(coding, key, says, marked):
    assert coding.says(key) == says
    assert coding.marked(key) == tuple(marked)


def test_each_line_of_the_annotation_is_one_statement_or_part_of_one(coding):
    kinds = [kind for kind, _, _ in coding.statements]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "words": 13,  # ten spans that are no triggers, and three events
        "role": 4,  # both actors of the talks are one statement
        "link": 1,
        "relation": 1,
        "attribute": 10,
        "reference": 2,
        "note": 1,  # both remarks on one mark
    }
    assert coding.texts == {("1:T6", "grey"): "Mr Grey", ("1:T10", "grey"): "Grey"}


def test_what_is_said_about_a_mark_leaves_out_its_words_and_its_links_in_time(coding):
    assert coding.about("1:E3") == "Who: “Grey”; Factuality: fact; note: or sent away?, by whom?"
    assert coding.about("1:T13") == "Target: “Grey”; Function: problem; Valence: negative"


def test_a_link_in_time_is_about_both_of_its_ends_and_other_statements_about_one(coding):
    assert subjects(("link", "1:E2", "1:E3")) == ("1:E2", "1:E3")
    assert subjects(("role", "Who", "1:E2")) == ("1:E2",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("AFTER", "b", "a"), ("BEFORE", "a", "b")),
        (("INCLUDES", "b", "a"), ("IS_INCLUDED", "a", "b")),
        (("SIMULTANEOUS", "b", "a"), ("SIMULTANEOUS", "a", "b")),
        (("IDENTITY", "b", "a"), ("IDENTITY", "a", "b")),
    ],
)
def test_a_link_in_time_is_the_same_whichever_way_round_it_was_drawn(one, other):
    assert undirected(one) == undirected(other) == other
    assert is_same("link", one, other)


def test_a_link_the_other_way_round_or_none_at_all_is_not_the_same():
    assert not is_same("link", ("AFTER", "b", "a"), ("AFTER", "a", "b"))
    assert not is_same("link", ("AFTER", "b", "a"), None)
    assert one_way(None) is None


def test_two_coders_state_the_same_in_any_order_but_mark_the_same_words_in_one():
    assert is_same("role", ("a", "b"), ("b", "a"))
    assert not is_same("role", ("a", "b"), ("a",))
    assert not is_same("role", ("a",), None)
    assert not is_same("role", None, ("a",))
    assert is_same("attribute", "fact", "fact")
    assert not is_same("attribute", "fact", "planned")
    assert is_same("words", ((0, 2), (4, 6)), ((0, 2), (4, 6)))
    assert not is_same("words", ((0, 2), (4, 6)), ((4, 6), (0, 2)))
