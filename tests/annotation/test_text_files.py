"""text_files.py: UTF-8 text, and the line and byte of what is wrong with it."""

import pytest

from standoff.annotation.problems import Report, SeedError
from standoff.annotation.text_files import BOM, decode_text, decode_utf8, read_text

MANY = 1_000


def problems(data, **how):
    report = Report()
    assert decode_text(data, "x.txt", report, **how) is None
    return [(problem.line, problem.code) for problem in report]


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"a\n" * MANY + b"\xc3", MANY + 1, "E-file-utf8"),
        (b"a\n" * MANY + b"\xe2\n", MANY + 1, "E-file-utf8"),
        (b"a\n" * MANY + b"b\r\nc", MANY + 1, "E-file-line-ends"),
        ("é\n".encode() * MANY + b"\x07", MANY + 1, "E-file-control"),
        (b"a" * MANY + b"\n\x00", 2, "E-file-control"),
        (BOM + b"a\n" * MANY, 1, "E-file-bom"),
        (b"", 1, "E-file-empty"),
    ],
)
def test_what_is_wrong_is_reported_with_its_line(data, line, code):
    assert problems(data) == [(line, code)]


def test_a_byte_that_is_not_utf8_is_named_with_its_place_and_what_precedes_it():
    with pytest.raises(SeedError, match=r"x:2: E-file-utf8: byte 5 is 0xFF after 'caf'"):
        decode_utf8(b"a\ncaf\xff", "x")


def test_a_byte_order_mark_and_crlf_are_removed_if_any_editor_may_have_written_them():
    assert decode_text(BOM + b"a\r\nb\r\n", "x.txt", any_editor=True) == "a\nb\n"
    assert problems(BOM, any_editor=True) == [(1, "E-file-empty")]


def test_a_byte_order_mark_within_the_text_stays():
    text = "a\n" * MANY + "\ufeffb\n"
    assert decode_text(text.encode(), "x.txt") == text
    assert decode_text(text.encode(), "x.txt", any_editor=True) == text


def test_an_empty_file_is_read_where_it_may_be_empty(tmp_path):
    (tmp_path / "x.ann").write_bytes(b"")
    assert read_text(tmp_path / "x.ann", empty=True) == ""
