"""span_checks.py: spans whose words are not at their offsets, and ids that are not there."""

import pytest

from standoff.annotation.brat import parse
from standoff.annotation.limits import MAX_MISFITS, MAX_SPANS_OVER_CHARACTER
from standoff.annotation.model import Annotations, Relation, Span
from standoff.annotation.problems import Report, SeedError
from standoff.annotation.span_checks import NEARBY, verify

TEXT = "0123456789 Grey left. " * 20


def problems(source, text=TEXT):
    """What verifying the lines of an annotation against a text reports."""
    report = Report()
    verify(parse(source, "x.ann", report), text, "x.ann", report)
    return report


def codes(source, text=TEXT):
    return [problem.code for problem in problems(source, text)]


def message(source, text=TEXT):
    (problem,) = problems(source, text)
    return problem.message


def test_nearby_places_are_proposed_first_and_otherwise_all():
    text = "Grey " + "x" * 1000 + " Grey " + "y" * 1000
    assert message("T1\tA 1002 1006\tGrey", text).endswith("did you mean 1006 1010?")
    assert message("T1\tA 1500 1504\tGrey", text).endswith("did you mean 0 4 or 1006 1010?")
    assert message("T1\tA 1 5\tGrey", text).endswith("did you mean 0 4?")
    assert message("T1\tA 1 5\tGray", text).endswith("these words are nowhere in the text")


def test_at_most_nine_places_are_proposed():
    assert "did you mean 0 1 or 2 3 or" in message("T1\tA 1 2\ta", "a " * 9)
    assert "in more than 9 places, the first at 0 1 or 2 3" in message("T1\tA 1 2\ta", "a " * 10)


def test_long_words_that_moved_a_little_are_found_nearby():
    words = "".join(chr(0x4E00 + n) for n in range(2 * NEARBY))
    text = f"{'z' * 1_000}\nxx{words}\n{'y' * 1_000}{words}"
    moved = message(f"T1\tA 1001 {1001 + len(words)}\t{words}", text)
    assert moved.endswith(f"did you mean 1003 {1003 + len(words)}?")


def test_long_words_are_quoted_in_part():
    text = "word " * 40_000
    assert len(message(f"T1\tActor 0 {len(text) - 1}\tshort", text)) < 600


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("E-span-words", "T1\tA 0 1;2 3\t0 9"),
        ("E-span-empty", "T1\tA 3 3;4 5\t 4"),
        ("E-span-range", "T1\tA 0 9999\t0"),
        ("E-span-fragments", "T1\tA 2 5;4 6\t234 45"),
        ("E-id-missing", "A1\tKind T1"),
    ],
)
def test_what_does_not_fit_the_text_is_reported(code, source):
    assert codes(source) == [code]


def test_a_span_of_no_length_is_reported_although_its_words_are_there():
    report = Report()
    verify(Annotations([Span("T1", "A", ((1, 1),), "", 7)]), "xyz", "x.ann", report)
    assert [(problem.line, problem.code) for problem in report] == [(7, "E-span-empty")]


def test_a_span_across_lines_is_reported_although_its_words_are_there():
    spans = [Span("T1", "A", ((2, 7),), "bc\nde")]
    with pytest.raises(SeedError, match="covers a newline at offset 4"):
        verify(Annotations(spans), "a\nbc\nde", "x.ann")


def test_a_span_in_fragments_may_end_where_its_line_does():
    assert codes("T1\tA 0 1;2 3\ta b", "a b\ncd") == []


@pytest.mark.parametrize(
    ("end", "expected"),
    [(MAX_SPANS_OVER_CHARACTER + 2, []), (MAX_SPANS_OVER_CHARACTER + 1, ["E-span-crowded"])],
)
def test_more_spans_over_one_character_than_allowed_are_reported(end, expected):
    text, report = "x" * 500, Report()
    last = MAX_SPANS_OVER_CHARACTER + 1
    spans = [
        Span(f"T{n}", "A", ((n, last),), text[n:last]) for n in range(MAX_SPANS_OVER_CHARACTER)
    ]
    more = Span("T900", "A", ((end - 1, end),), "x")
    verify(Annotations([more, *spans]), text, "x.ann", report)
    assert [problem.code for problem in report] == expected
    assert all(problem.message.startswith("T900 ") for problem in report)


def test_after_a_thousand_misfits_no_more_spans_are_checked():
    lines = [f"T{n}\tActor {n} {n + 1}\tshort" for n in range(1, 3_001)]
    report = problems("\n".join(lines), "word " * 40_000)
    assert [(problem.line, problem.code) for problem in report[-2:]] == [
        (MAX_MISFITS, "E-span-words"),
        (MAX_MISFITS, "E-span-misfits"),
    ]
    assert len(report) == MAX_MISFITS + 1


@pytest.mark.parametrize(("ends", "missing"), [(("T8", "T1"), "T8"), (("T1", "T9"), "T9")])
def test_each_end_of_a_relation_must_be_there(ends, missing):
    annotations = Annotations([Span("T1", "A", ((0, 1),), "x")])
    annotations.relations = [Relation("R1", "To", *ends, 2)]
    with pytest.raises(SeedError, match=f"R1 joins {missing}, which is not in this file"):
        verify(annotations, "x", "x.ann")


def test_a_trigger_is_a_span_and_an_argument_may_be_an_event():
    source = "T1\tA 0 1\t0\nE1\tA:T1\n"
    assert codes(f"{source}E2\tA:T1 What:E1") == []
    assert message(f"{source}E2\tA:E1").startswith("E2 has the trigger E1, which is not")
