"""brat.py: what is written is read back the same, and every line that cannot be read is reported."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.annotation.brat import parse, write
from standoff.annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
    covered,
)
from standoff.annotation.problems import Report, SeedError
from standoff.annotation.span_checks import verify

WORDS = st.text(
    st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"]), min_size=1, max_size=12
)
NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
TEXTS = st.text(st.sampled_from("ab cé😀e\u0301 “”ش\u00a0"), min_size=2, max_size=60)


@st.composite
def documents(draw):
    """A text and annotations that fit it: discontinuous spans, emoji, combining marks and all."""
    text = draw(TEXTS)
    annotations = Annotations()
    for number in range(1, draw(st.integers(1, 5)) + 1):
        offsets = st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True)
        cuts = sorted(draw(offsets))
        fragments = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        words = covered(text, fragments)
        annotations.spans.append(Span(f"T{number}", draw(NAMES), fragments, words))
    ids = st.sampled_from([span.id for span in annotations.spans])
    roles = draw(st.lists(st.tuples(NAMES, ids), max_size=3))
    annotations.events.append(Event("E1", "Says", "T1", tuple(roles)))
    annotations.attributes.append(Attribute("A1", draw(NAMES), "E1", draw(NAMES)))
    annotations.relations.append(Relation("R1", draw(NAMES), "E1", draw(ids)))
    annotations.normalisations.append(
        Normalisation("N1", draw(ids), draw(NAMES), "2018-02/..", draw(WORDS))
    )
    annotations.notes.append(Note("#1", "AnnotatorNotes", "T1", draw(WORDS)))
    return text, annotations


def read(source):
    """The annotations of a source and its problems as (line, code)."""
    report = Report()
    return parse(source, "x.ann", report), [(problem.line, problem.code) for problem in report]


def without_lines(annotations):
    return [item._replace(line=0) for item in annotations]


@given(documents())
def test_what_is_written_is_read_back_the_same(document):
    _, annotations = document
    again, problems = read(write(annotations))
    assert problems == []
    assert without_lines(again) == without_lines(annotations)
    assert write(again) == write(annotations)


@given(documents())
def test_words_at_their_offsets_verify(document):
    text, annotations = document
    verify(annotations, text, "x.ann")


@given(st.text(max_size=200))
def test_each_line_is_read_or_reported(source):
    annotations, problems = read(source)
    assert len(annotations) + len(problems) == sum(bool(line) for line in source.split("\n"))


def test_each_kind_of_line_is_read():
    annotations, problems = read(
        "T1\tA 0 2;5 7\tab cd\n"
        "E1\tA:T1 Who:T1 Who2:T1\n"
        "A1\tNeg E1\n"
        "A2\tKind E1 x\n"
        "R1\tTo Arg1:E1 Arg2:T1\n"
        "N1\tReference T1 db:k:1\tw\n"
        "#1\tAnnotatorNotes E1\ta b\n"
    )
    assert problems == []
    assert list(annotations) == [
        Span("T1", "A", ((0, 2), (5, 7)), "ab cd", 1),
        Event("E1", "A", "T1", (("Who", "T1"), ("Who2", "T1")), 2),
        Attribute("A1", "Neg", "E1", "true", 3),
        Attribute("A2", "Kind", "E1", "x", 4),
        Relation("R1", "To", "E1", "T1", 5),
        Normalisation("N1", "T1", "db", "k:1", "w", 6),
        Note("#1", "AnnotatorNotes", "E1", "a b", 7),
    ]
    assert (annotations.spans[0].start, annotations.spans[0].end) == (0, 7)


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        ("T1\tA 0 3\ta\tb", "text", "a\tb"),
        ("E1\tA:T1 x:Who:T2", "roles", (("x:Who", "T2"),)),
        ("N1\tReference T1 db:k", "text", ""),
    ],
)
def test_tabs_colons_and_missing_words_are_read_as_brat_writes_them(source, field, value):
    (item,) = read(f"{source}\n")[0]
    assert getattr(item, field) == value


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("E-line-format", "T1\tA 0-5\tab"),
        ("E-line-format", "T1\tA 0 0\t"),
        ("E-line-format", "T1\tA  0 2\tab"),
        ("E-line-format", "T1\tA 0 1;2  3\ta c"),
        ("E-line-format", "T1\tA 1_0 12\tab"),
        ("E-line-format", "T1\tA +0 2\tab"),
        ("E-line-format", "T1\tA 0 \u0662\tab"),
        ("E-line-format", "E1\tA"),
        ("E-line-format", "A1\tKind"),
        ("E-line-format", "R1\tTo T1 T2"),
        ("E-line-format", "N1\tT1 db"),
        ("E-line-format", "#1\tx"),
        ("E-line-unknown", "Tx\tA 0 2\tab"),
        ("E-line-unknown", "de"),
        ("E-line-unsupported", "*\tEquiv T1 T2"),
        ("E-line-unsupported", "M1\tNegation E1"),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_and_shifts_no_other(code, source):
    annotations, problems = read(f"T8\tA 0 1\tx\n\n{source}\nT9\tA 1 2\ty\n")
    assert problems == [(3, code)]
    assert [(span.id, span.line) for span in annotations.spans] == [("T8", 1), ("T9", 4)]


def test_the_first_use_of_an_id_is_kept():
    lines = [f"T{number}\tA {number} {number + 1}\tx\n" * 2 for number in range(5)]
    annotations, problems = read("".join(lines))
    assert problems == [(2 * number + 2, "E-id-duplicate") for number in range(5)]
    assert [(span.id, span.line) for span in annotations.spans] == [
        (f"T{number}", 2 * number + 1) for number in range(5)
    ]


def test_without_a_report_all_problems_are_raised():
    with pytest.raises(SeedError) as caught:
        parse("x\ny\n", "x.ann")
    assert [problem.line for problem in caught.value.problems] == [1, 2]
