"""brat.py: one `.ann` file in, one out."""

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.annotation import brat
from standoff.annotation.columns import Rows, columns
from standoff.annotation.limits import control, surely_plain
from standoff.annotation.problems import Report
from standoff.annotation.spans import Spans
from standoff.annotation.words import count, words_in

WORDS = st.text(
    st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"]), min_size=1, max_size=12
)
NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
TEXTS = st.text(st.sampled_from("ab cé😀e\u0301 “”ش\u00a0"), min_size=2, max_size=60)


@st.composite
def documents(draw):
    """A text and annotations that fit it: discontinuous spans, emoji, combining marks and all."""
    text = draw(TEXTS)
    found = brat.Annotations()
    for number in range(1, draw(st.integers(1, 5)) + 1):
        cuts = draw(
            st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted)
        )
        fragments = tuple(zip(cuts[::2], cuts[1::2], strict=False))
        found.spans.append(
            brat.Span(f"T{number}", draw(NAMES), fragments, brat.covered(text, fragments))
        )
    ids = [span.id for span in found.spans]
    roles = draw(st.lists(st.tuples(NAMES, st.sampled_from(ids)), max_size=3))
    found.events.append(brat.Event("E1", "Says", "T1", tuple(roles)))
    found.attributes.append(brat.Attribute("A1", draw(NAMES), "E1", draw(NAMES)))
    found.relations.append(brat.Relation("R1", draw(NAMES), "E1", draw(st.sampled_from(ids))))
    found.normalisations.append(
        brat.Normalisation("N1", draw(st.sampled_from(ids)), draw(NAMES), "2018-02/..", draw(WORDS))
    )
    found.notes.append(brat.Note("#1", "AnnotatorNotes", "T1", draw(WORDS)))
    return text, found


def read(source):
    problems = Report()
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
    problems = Report()
    brat.verify(found, text, "x.ann", problems)
    assert problems == []


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_line_by_line(source):
    found, problems = read(source)
    assert len(found) + len(problems) == sum(bool(line) for line in source.split("\n"))


def test_each_kind_of_line_is_read():
    source = (
        "T1\tA 0 2;5 7\tab cd\nE1\tA:T1 Who:T1 Who2:T1\nA1\tNeg E1\nA2\tKind E1 x\nR1\tTo "
        "Arg1:E1 Arg2:T1\n"
    )
    source += "N1\tReference T1 db:k:1\tw\n#1\tAnnotatorNotes E1\ta b\n"
    found, problems = read(source)
    assert problems == []
    assert found.spans[0].fragments == ((0, 2), (5, 7)) and (
        found.spans[0].start,
        found.spans[0].end,
    ) == (0, 7)
    assert found.events[0].roles == (("Who", "T1"), ("Who2", "T1"))
    assert [item.value for item in found.attributes] == ["true", "x"]
    assert (found.normalisations[0].db, found.normalisations[0].key) == ("db", "k:1")
    assert [item.line for item in found] == [1, 2, 3, 4, 5, 6, 7]


def test_a_second_use_of_an_id_names_the_first():
    assert read("T1\tA 0 2\tab\nT1\tB 3 4\tc\n")[1] == [
        "x.ann:2: id T1 stands already in line 1; expected a new id"
    ]


def test_an_annotation_cut_by_a_newline_is_recognised():
    problems = read("T1\tA 0 5\tab\nde\n")[1]
    assert problems == [
        (
            "x.ann:2: found 'de', which begins no annotation; was the annotation above cut by a "
            "newline?"
        )
    ]


def test_a_malformed_line_says_what_was_expected():
    problems = read("T1\tA 0-5\tab\nE1\tA\nR1\tTo T1 T2\nN1\tT1 db\n#1\tx\nA1\tKind\n")[1]
    assert len(problems) == 6
    assert problems[0] == (
        "x.ann:1: found 'T1\\tA 0-5\\tab'; expected 'T1<tab>Label start end[;start end]<tab>words'"
    )
    assert problems[2].endswith("expected 'R1<tab>Label Arg1:T1 Arg2:T2'")


def test_equivalences_are_refused_not_skipped():
    assert "equivalences (*) and modifications (M) are not read" in read("*\tEquiv T1 T2\n")[1][0]


def refused(line, text="0123456789 Grey left. " * 20):
    """What verifying one line of annotation against a text finds wrong."""
    problems = Report()
    brat.verify(read(f"{line}\n")[0], text, "x.ann", problems)
    return [problem.message for problem in problems]


def test_of_words_that_stand_often_the_near_places_are_proposed_and_else_all():
    text = "Grey " + "x" * 1000 + " Grey " + "y" * 1000
    assert refused("T1\tA 1002 1006\tGrey", text)[0].endswith("did you mean 1006 1010?")
    assert refused("T1\tA 1500 1504\tGrey", text)[0].endswith("did you mean 0 4 or 1006 1010?")
    assert refused("T1\tA 1 5\tGrey", text)[0].endswith("did you mean 0 4?")


def test_more_places_than_can_be_read_are_counted():
    assert "did you mean 0 1 or 2 3 or" in refused("T1\tA 1 2\ta", "a " * 9)[0]
    assert (
        "they stand in more than 9 places, the first at 0 1 or 2 3"
        in refused("T1\tA 1 2\ta", "a " * 10)[0]
    )


def test_words_that_do_not_fit_their_fragments_are_refused_with_all_offsets():
    message = refused("T1\tA 0 1;2 3\t0 9")[0]
    assert message.startswith(
        "T1 says '0 9', but offsets 0 1;2 3 hold '0 2'; expected the words of its fragments"
    )


def test_a_span_without_words_or_length_is_refused():
    assert len(read("T1\tA 0 0\t\n")[1]) == 1
    assert (
        "has the offsets 3 3; expected the start before the end" in refused("T1\tA 3 3;4 5\t 4")[0]
    )


def test_words_that_fit_but_cross_a_line_are_refused_at_the_newline_inside():
    text = "a\nbc\nde"
    found = brat.Annotations(spans=[brat.Span("T1", "A", ((2, 7),), "bc\nde")])
    problems = Report()
    brat.verify(found, text, "x.ann", problems)
    assert [problem.message for problem in problems] == [
        "T1 covers a newline at offset 4; expected a span within one line of the text"
    ]


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


LONG = 3 * brat.PIECE


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (
            b"a\n" * LONG + b"\xc3",
            LONG + 1,
            f"byte {2 * LONG} is 0xC3 (unexpected end of data); expected UTF-8",
        ),
        (
            b"a\n" * LONG + b"\xe2\n",
            LONG + 1,
            f"byte {2 * LONG} is 0xE2 (invalid continuation byte); expected UTF-8",
        ),
        (
            b"a\n" * LONG + b"b\r\nc",
            LONG + 1,
            "holds a carriage return (CRLF line ends?); expected LF alone",
        ),
        (
            "é\n".encode() * LONG + b"\x07",
            LONG + 1,
            "holds the control character U+0007; expected none: delete it",
        ),
        (
            b"a" * LONG + b"\n\x00",
            2,
            "holds the control character U+0000; expected none: delete it",
        ),
        (
            brat.BOM + b"a\n" * LONG,
            1,
            "begins with a byte order mark (bytes EF BB BF); expected UTF-8 without one",
        ),
        (b"", 1, "the file is empty; expected UTF-8 text"),
    ],
)
def test_what_is_wrong_far_into_a_file_is_named_by_its_line_and_byte(tmp_path, data, line, message):
    problems = Report()
    (tmp_path / "x.ann").write_bytes(data)
    assert brat.read_pieces(tmp_path / "x.ann", "x.ann", problems) is None
    assert [problem[:3] for problem in problems] == [("x.ann", line, message)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("aé😀"),
            st.integers(0, 3 * brat.PIECE),
            st.sampled_from(["\n", "\n\n", "\r\n"]),
        ),
        max_size=4,
    )
)
def test_pieces_are_the_whole_file_in_whole_lines(tmp_path_factory, parts):
    path, problems = tmp_path_factory.mktemp("pieces") / "x.ann", []
    text = "".join(character * often + newline for character, often, newline in parts)
    path.write_bytes(text.encode())
    pieces = brat.read_pieces(path, "x.ann", problems, empty=True, any_editor=True)
    assert problems == [] and "".join(pieces) == text.replace("\r\n", "\n")
    assert all(
        piece.endswith("\n") and len(piece.encode()) > brat.PIECE / 2 for piece in pieces[:-1]
    )


def test_a_long_file_is_one_text_an_empty_one_may_be_wanted_and_a_mark_within_stays(tmp_path):
    path, problems = tmp_path / "x.ann", []
    long = "a\n" * LONG + "\ufeffb\n"
    path.write_text(long, encoding="utf-8")
    assert (
        brat.read_text(path, "x.ann", problems)
        == brat.read_text(path, "x.ann", problems, any_editor=True)
        == long
    )
    path.write_text(text := "a" * brat.PIECE + "\n\ufeffb\n", encoding="utf-8")
    assert brat.read_text(path, "x.ann", problems, any_editor=True) == text
    path.write_bytes(b"")
    assert brat.read_text(path, "x.ann", problems, empty=True) == "" and problems == []


@pytest.mark.parametrize(
    "lines",
    [
        ["T1\tA 0 4\tab\tA 0 0 4\tcd", ""],
        ["T1\tA 0 2\ta\tb", "T2\tA 0 2\ta\tb", ""],
        ["T1\tA 0 4\tab\tcd", "", "", ""],
    ],
)
def test_an_empty_line_at_the_end_lends_its_tabs_to_no_other(lines):
    found, problems = read("\n".join(lines) + "\n")
    assert [(span.text, span.line) for span in found.spans] == [
        (line.split("\t", 2)[2], number) for number, line in enumerate(lines, 1) if line
    ]
    assert problems == []


def test_empty_lines_that_end_a_piece_are_counted():
    problems = Report()
    brat.parse(["\n\n", "T1\tA 0 1\ta\n\n", "?\n"], "x.ann", problems)
    assert [problem.line for problem in problems] == [5]


def test_a_byte_order_mark_alone_is_an_empty_file(tmp_path):
    problems = Report()
    (tmp_path / "x.txt").write_bytes(brat.BOM)
    assert brat.read_text(tmp_path / "x.txt", "x.txt", problems, any_editor=True) is None
    assert [problem[:3] for problem in problems] == [
        ("x.txt", 1, "the file is empty; expected UTF-8 text")
    ]


LINES = [
    "T{}\tA 0 2\tab",
    "T{}\tA 0 1;3 4\ta d",
    "T{}\tA 0 x\tab",
    "E{}\tSays:T1 Who:T2",
    "E{}\t",
    "A{}\tKind T1",
    "A{}\tKind T1 direct",
    "R{}\tTo Arg1:T1 Arg2:T2",
]
OF_SPANS = [
    *LINES[:3],
    "",
    "T{}\tA 0 2\ta\tb",
    "T{}\tA 0 2\ta\tA 0 0 2\tb",
    "T{}\tA 0 2",
    "T{}\tA 0 2\t",
    "T{}\tA 0 2 3\tab",
    "T{}\tA 0\tab",
    "T{}\tA\u00a0B 0 2\tab",
    "T{}\tA 0 \u0662\tab",
]
LINES += [
    "N{}\tReference T1 actors:us",
    "N{}\tReference T1",
    "#{}\tAnnotatorNotes T1\tso",
    "?{}",
    "",
    "T{}\tA 0 2\tab\u2028cd",
]


@given(
    st.one_of(
        st.lists(st.sampled_from(part), max_size=40)
        for part in (LINES, OF_SPANS, OF_SPANS[:1], OF_SPANS[::3])
    ),
    st.sampled_from([1, 5, 50]),
)
def test_many_lines_say_what_each_says_alone(lines, piece):
    lines = [line.format(number) for number, line in enumerate(lines, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brat, "PIECE", piece)
        found, problems = read("\n".join(lines))
    alone = [read("\n" * number + line) for number, line in enumerate(lines)]
    for part in vars(found):
        assert list(getattr(found, part)) == [
            item for one, _ in alone for item in getattr(one, part)
        ], part
    assert sorted(problems) == sorted(problem for _, said in alone for problem in said)


def test_of_an_id_the_first_is_kept_in_whichever_piece_the_others_stand(monkeypatch):
    monkeypatch.setattr(brat, "PIECE", 2)
    found, problems = read(
        "".join(f"T{n}\tA {at} {at + 1}\tx\n" for at, n in enumerate((1, 2, 2, 3, 1, 4, 4, 4)))
    )
    assert [(span.id, span.start, span.line) for span in found.spans] == [
        ("T1", 0, 1),
        ("T2", 1, 2),
        ("T3", 3, 4),
        ("T4", 5, 6),
    ]
    again = [("3", "T2", 2), ("5", "T1", 1), ("7", "T4", 6), ("8", "T4", 6)]
    assert problems == [
        f"x.ann:{line}: id {ident} stands already in line {first}; expected a new id"
        for line, ident, first in again
    ]


def test_an_offset_is_written_in_plain_digits():
    assert (
        len(read("T1\tA 1_0 12\tab\nT2\tA +0 2\tab\nT3\tA 0 \u0662\tab\nT\u0664\tA 0 2\tab\n")[1])
        == 4
    )


@given(documents())
def test_spans_as_columns_are_the_same_spans(document):
    _, found = document
    columns = Spans.of(found.spans)
    assert (
        Spans.of(columns) is columns
        and columns == found.spans
        and columns[0] == found.spans[0]
        and len(columns) == len(found.spans)
    )
    assert [columns.at(place) for place in range(len(columns))] == found.spans
    for label in {span.label for span in found.spans}:
        assert [columns[place] for place in columns.labelled({label})] == [
            span for span in found.spans if span.label == label
        ]


@given(st.lists(st.tuples(*[NAMES] * 4, st.integers(0, 9)).map(brat.Relation._make)), st.slices(5))
def test_rows_as_columns_are_the_same_things(things, some):
    rows = Rows(brat.Relation, things)
    assert (
        rows == things and things == rows and rows != [*things, None] and len(rows) == len(things)
    )
    assert [*rows] == [rows.at(place) for place in range(len(rows))] == things and rows[
        some
    ] == things[some]
    assert [[*column] for column in columns(rows, brat.Relation)] == [
        [*column] for column in columns(things, brat.Relation)
    ]
    assert pickle.loads(pickle.dumps(rows)) == rows and all(
        type(row) is brat.Relation for row in rows
    )
    rows.add(*zip(*things, strict=True))
    assert rows == things * 2
    with pytest.raises(IndexError):
        rows[len(rows)]


def test_rows_have_a_value_for_each_field_and_no_other():
    for things in ([("R1", "To", "T1", "T2")], [("R1", "To", "T1", "T2", 1), ("R2", "To")]):
        with pytest.raises(ValueError, match="zip"):
            Rows(brat.Relation, things)
        with pytest.raises(ValueError, match="zip"):
            Rows(brat.Relation).add(*things)
    with pytest.raises(ValueError, match="zip"):
        columns([("R1", "To", "T1", "T2", 1), ("R2", "To")], brat.Relation)
    rows = Rows(brat.Relation, [("R1", "To", "T1", "T2", 1)])
    rows.columns[0].append("R2")
    with pytest.raises(ValueError, match="zip"):
        list(rows)


def test_one_more_span_over_a_character_than_may_be_is_named():
    text, most = "x" * 500, brat.NESTED
    spans = [brat.Span(f"T{n}", "A", ((n, most + 1),), text[n : most + 1]) for n in range(most)]
    for more, wrong in (
        (brat.Span("T900", "A", ((most + 1, most + 2),), "x"), 0),
        (brat.Span("T900", "A", ((most, most + 2),), "xx"), 1),
    ):
        problems = Report()
        brat.verify(brat.Annotations([more, *spans]), text, "x.ann", problems)
        assert [problem.message for problem in problems] == [
            f"T900 is one of more than {most} spans over one character; expected fewer"
        ] * wrong


@given(st.text(st.sampled_from("aé_1 .,-'’[]\n\u0301\u00a0ش"), max_size=80), st.data())
def test_words_under_spans_are_as_many_as_are_found_one_by_one(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    places = list(zip(cuts[::2], cuts[1::2], strict=False))
    assert words_in(text, [brat.Span("T1", "A", ((a, b),), text[a:b]) for a, b in places]) == sum(
        count(text[a:b]) for a, b in places
    )


@given(
    st.text(
        st.sampled_from("aé\n\t\x00\x1f\x7f\x80\x9f\u00a0\u00ff\ufffd\ufffe\uffff😀"), max_size=20
    )
)
def test_what_is_surely_plain_holds_no_control_character(text):
    assert not surely_plain(text.encode()) or control(text) is None
    assert surely_plain(text.replace("\u00a0", "").encode()) or any(
        c in text for c in "\x00\x1f\x7f\x80\x9f\ufffd\ufffe\uffff"
    )


@pytest.mark.parametrize(("ends", "missing"), [(("T8", "T1"), "T8"), (("T1", "T9"), "T9")])
def test_each_end_of_a_relation_that_is_not_there_is_named(ends, missing):
    found, problems = brat.Annotations([brat.Span("T1", "A", ((0, 1),), "x")]), []
    found.relations = [brat.Relation("R1", "To", *ends, 2)]
    brat.verify(found, "x", "x.ann", problems)
    assert list(map(str, problems)) == [f"x.ann:2: R1 joins {missing}, which is not in this file"]


def test_a_span_of_no_length_is_refused_though_its_words_are_there():
    problems = Report()
    brat.verify(
        brat.Annotations([brat.Span("T1", "A", ((1, 1),), "", 7)]), "xyz", "x.ann", problems
    )
    assert list(map(str, problems)) == [
        "x.ann:7: T1 has the offsets 1 1; expected the start before the end"
    ]


def test_a_span_in_pieces_may_end_where_its_line_does():
    assert refused("T1\tA 0 1;2 3\ta b", "a b\ncd") == []


def test_long_words_that_moved_a_little_are_found_where_they_are_now():
    words = "".join(chr(0x4E00 + n) for n in range(2 * brat.NEARBY))
    text = f"{'z' * 1_000}\nxx{words}\n{'y' * 1_000}{words}"
    assert refused(f"T1\tA 1001 {1001 + len(words)}\t{words}", text)[0].endswith(
        f"did you mean 1003 {1003 + len(words)}?"
    )


def test_too_many_spans_over_a_character_are_refused_with_file_and_line():
    text, problems = "x" * 500, []
    lines = "".join(f"T{n}\tA 0 {n}\t{text[:n]}\n" for n in range(1, brat.NESTED + 2))
    brat.verify(read(lines)[0], text, "x.ann", problems)
    (problem,) = problems
    assert str(problem) == (
        f"x.ann:{brat.NESTED + 1}: T{brat.NESTED + 1} is one of more than {brat.NESTED} "
        f"spans over one character; expected fewer"
    )


def test_each_id_that_stands_again_leads_to_its_first_line():
    found, problems = read(
        "".join(f"T{number}\tA {number} {number + 1}\tx\n" * 2 for number in range(5))
    )
    assert problems == [
        (
            f"x.ann:{2 * number + 2}: id T{number} stands already in line {2 * number + 1}; "
            f"expected a new id"
        )
        for number in range(5)
    ]
    assert found.spans.places == {
        f"T{number}": number for number in range(5)
    } and found.spans.start == [*range(5)]


def test_a_line_that_cannot_be_read_shifts_no_other():
    found, problems = read("T1\tA 0 1\tx\nT2 A\nT3\tA 1 2\ty\nT4\nT5\tA 2 3\tz\n")
    assert [problem.split(":")[1] for problem in problems] == ["2", "4"]
    assert (found.spans.id, found.spans.line) == (["T1", "T3", "T5"], [1, 3, 5])


def test_a_trigger_that_is_not_there_is_named_though_all_else_is():
    found, problems = read("T1\tA 0 1\tx\nE1\tB:T9 Role:T1\n")[0], []
    brat.verify(found, "x", "x.ann", problems)
    assert [str(problem) for problem in problems] == [
        "x.ann:2: E1 trigger names T9, which is not in this file"
    ]


def test_spans_are_a_sequence_and_keep_to_their_columns_when_they_are_handed_over():
    spans = read("T1\tA 0 1\tx\nT2\tB 1 2;3 4\ty z\nT3\tA 5 6\tv\n")[0].spans
    assert [span.id for span in spans] == [spans[0].id, spans[1].id, spans[-1].id] and spans[
        -2
    ].fragments == ((1, 2), (3, 4))
    assert (
        spans[1:] == list(spans)[1:]
        and spans[::-2] == [spans[2], spans[0]]
        and spans.by_label == {"A": [0, 2], "B": [1]}
    )
    other = pickle.loads(pickle.dumps(spans))
    assert (
        sorted(vars(other)) == sorted(vars(Spans()))
        and other == spans
        and other.places == {"T1": 0, "T2": 1, "T3": 2}
    )
    with pytest.raises(IndexError):
        spans[3]


def test_an_error_is_the_same_in_another_process():
    error = brat.SeedError([brat.Problem("a.ann", 2, "one"), brat.Problem("a.ann", 1, "two")])
    again = pickle.loads(pickle.dumps(error))
    assert (
        type(again) is brat.SeedError and str(again) == str(error) == "a.ann:1: two\na.ann:2: one"
    )
    assert again.problems == error.problems
