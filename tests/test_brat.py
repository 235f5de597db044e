"""brat.py: one `.ann` file in, one out."""

import string

from hypothesis import given
from hypothesis import strategies as st

from standoff import brat

WORDS = st.text(st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"]), min_size=1, max_size=12)
NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
TEXTS = st.text(st.sampled_from("ab cé😀e\u0301 “”ش\u00a0"), min_size=2, max_size=60)


@st.composite
def documents(draw):
    """A text and annotations that fit it: discontinuous spans, emoji, combining marks and all."""
    text = draw(TEXTS)
    found = brat.Annotations()
    for number in range(1, draw(st.integers(1, 5)) + 1):
        cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted))
        fragments = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        found.spans.append(brat.Span(f"T{number}", draw(NAMES), fragments, brat.covered(text, fragments)))
    ids = [span.id for span in found.spans]
    roles = draw(st.lists(st.tuples(NAMES, st.sampled_from(ids)), max_size=3))
    found.events.append(brat.Event("E1", "Says", "T1", tuple(roles)))
    found.attributes.append(brat.Attribute("A1", draw(NAMES), "E1", draw(NAMES)))
    found.relations.append(brat.Relation("R1", draw(NAMES), "E1", draw(st.sampled_from(ids))))
    found.normalisations.append(brat.Normalisation("N1", draw(st.sampled_from(ids)), draw(NAMES), "2018-02/..", draw(WORDS)))
    found.notes.append(brat.Note("#1", "AnnotatorNotes", "T1", draw(WORDS)))
    return text, found


def read(source):
    problems = []
    return brat.parse(source, "x.ann", problems), [str(problem) for problem in problems]


def without_lines(found):
    return [item._replace(line=0) for item in found]


@given(documents())
def test_what_is_written_is_read_again_the_same(document):
    _, found = document
    again, problems = read(brat.write(found))
    assert problems == []
    assert without_lines(again) == without_lines(found)
    assert brat.write(again) == brat.write(found)


@given(documents())
def test_words_at_their_offsets_verify(document):
    text, found = document
    problems = []
    brat.verify(found, text, "x.ann", problems)
    assert problems == []


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_line_by_line(source):
    found, problems = read(source)
    assert len(found) + len(problems) == sum(bool(line) for line in source.split("\n"))


def test_each_kind_of_line_is_read():
    source = "T1\tA 0 2;5 7\tab cd\nE1\tA:T1 Who:T1 Who2:T1\nA1\tNeg E1\nA2\tKind E1 x\nR1\tTo Arg1:E1 Arg2:T1\n"
    source += "N1\tReference T1 db:k:1\tw\n#1\tAnnotatorNotes E1\ta b\n"
    found, problems = read(source)
    assert problems == []
    assert found.spans[0].fragments == ((0, 2), (5, 7)) and (found.spans[0].start, found.spans[0].end) == (0, 7)
    assert found.events[0].roles == (("Who", "T1"), ("Who2", "T1"))
    assert [item.value for item in found.attributes] == ["true", "x"]
    assert (found.normalisations[0].db, found.normalisations[0].key) == ("db", "k:1")
    assert [item.line for item in found] == [1, 2, 3, 4, 5, 6, 7]


def test_a_second_use_of_an_id_names_the_first():
    assert read("T1\tA 0 2\tab\nT1\tB 3 4\tc\n")[1] == ["x.ann:2: id T1 stands already in line 1; expected a new id"]


def test_an_annotation_cut_by_a_newline_is_recognised():
    problems = read("T1\tA 0 5\tab\nde\n")[1]
    assert problems == ["x.ann:2: found 'de', which begins no annotation; was the annotation above cut by a newline?"]


def test_a_malformed_line_says_what_was_expected():
    problems = read("T1\tA 0-5\tab\nE1\tA\nR1\tTo T1 T2\nN1\tT1 db\n#1\tx\nA1\tKind\n")[1]
    assert len(problems) == 6
    assert problems[0] == "x.ann:1: found 'T1\\tA 0-5\\tab'; expected 'T1<tab>Label start end[;start end]<tab>words'"
    assert problems[2].endswith("expected 'R1<tab>Label Arg1:T1 Arg2:T2'")


def test_equivalences_are_refused_not_skipped():
    assert "equivalences (*) and modifications (M) are not read" in read("*\tEquiv T1 T2\n")[1][0]


def refused(line, text="0123456789 Grey left. " * 20):
    """What verifying one line of annotation against a text finds wrong."""
    problems = []
    brat.verify(read(f"{line}\n")[0], text, "x.ann", problems)
    return [problem.message for problem in problems]


def test_of_words_that_stand_often_the_near_places_are_proposed_and_else_all():
    text = "Grey " + "x" * 1000 + " Grey " + "y" * 1000
    assert refused("T1\tA 1002 1006\tGrey", text)[0].endswith("did you mean 1006 1010?")
    assert refused("T1\tA 1500 1504\tGrey", text)[0].endswith("did you mean 0 4 or 1006 1010?")
    assert refused("T1\tA 1 5\tGrey", text)[0].endswith("did you mean 0 4?")


def test_more_places_than_can_be_read_are_counted():
    assert "did you mean 0 1 or 2 3 or" in refused("T1\tA 1 2\ta", "a " * 9)[0]
    assert "they stand in more than 9 places, the first at 0 1 or 2 3" in refused("T1\tA 1 2\ta", "a " * 10)[0]


def test_words_that_do_not_fit_their_fragments_are_refused_with_all_offsets():
    message = refused("T1\tA 0 1;2 3\t0 9")[0]
    assert message.startswith("T1 says '0 9', but offsets 0 1;2 3 hold '0 2'; expected the words of its fragments")


def test_a_span_without_words_or_length_is_refused():
    assert len(read("T1\tA 0 0\t\n")[1]) == 1
    assert "has the offsets 3 3; expected the start before the end" in refused("T1\tA 3 3;4 5\t 4")[0]


def test_words_that_fit_but_cross_a_line_are_refused_at_the_newline_inside():
    text = "a\nbc\nde"
    found = brat.Annotations(spans=[brat.Span("T1", "A", ((2, 7),), "bc\nde")])
    problems = []
    brat.verify(found, text, "x.ann", problems)
    assert [problem.message for problem in problems] == ["T1 covers a newline at offset 4; expected a span within one line of the text"]


def test_an_id_without_a_number_is_refused():
    assert len(read("Tx\tA 0 2\tab\n")[1]) == 1


def test_the_words_of_a_span_may_hold_a_tab():
    assert read("T1\tA 0 3\ta\tb\n")[0].spans[0].text == "a\tb"


def test_a_role_whose_name_holds_a_colon_ends_at_the_last():
    assert read("E1\tA:T1 x:Who:T2\n")[0].events[0].roles == (("x:Who", "T2"),)


def test_blanks_between_label_and_offsets_count():
    assert len(read("T1\tA  0 2\tab\nT2\tA 0 1;2  3\ta c\n")[1]) == 2


def test_a_reference_without_words_has_none():
    assert read("N1\tReference T1 db:k\n")[0].normalisations[0].text == ""


def test_a_modification_is_refused_as_what_it_is():
    assert "modifications (M) are not read" in read("M1\tNegation E1\n")[1][0]


def test_a_trigger_is_a_span_and_an_argument_may_be_an_event():
    source = "T1\tA 0 1\t0\nE1\tA:T1\n"
    assert refused(f"{source}E2\tA:T1 What:E1") == []
    assert refused(f"{source}E2\tA:E1") == ["E2 trigger names E1, which is not in this file"]


def test_what_some_editors_write_is_let_pass_where_any_editor_may_have_written(tmp_path):
    path, problems = tmp_path / "x.txt", []
    path.write_bytes(brat.BOM + b"a\r\nb\r\n")
    assert brat.read_text(path, "x.txt", problems, any_editor=True) == "a\nb\n"
    assert problems == []


def test_a_carriage_return_and_a_broken_byte_are_named_by_their_lines(tmp_path):
    path, problems = tmp_path / "x.txt", []
    for data in (b"\na\r\n", b"\n\n\xff"):
        path.write_bytes(data)
        assert brat.read_text(path, "x.txt", problems) is None
    assert [problem.line for problem in problems] == [2, 3]
