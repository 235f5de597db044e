"""Text from files and bytes: UTF-8, decoded in one place, with the line and byte of what is wrong.

The record is strict: no byte order mark, LF line ends, no control characters. Files that people
write in editors of their own are read with `any_editor`.
"""

from __future__ import annotations

import re
from pathlib import Path

from .limits import CONTROL, too_large
from .problems import Report, reported

__all__ = ["BOM", "INVISIBLE", "decode_text", "decode_utf8", "read_text"]

# What CONTROL does not match. Parts of a set are tried in order: with ASCII first it takes half
# as long to see that a text is clean as it takes to search it for CONTROL.
ALLOWED = re.compile("[ -~\n\t\xa0-\ufffd\U00010000-\U0010ffff]*")
BOM = b"\xef\xbb\xbf"
# in a set of a pattern: characters that a reader does not see
INVISIBLE = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"


def read_text(
    path: Path,
    report: Report | None = None,
    empty: bool = False,
    any_editor: bool = False,
) -> str | None:
    """Return the text of a file, or None with the reason in `report`.

    As `decode_text`; a file that is too large is not read. Without a report `SeedError` is raised.
    Raises `OSError` if the file cannot be read.
    """
    with reported(report) as problems:
        message = too_large(path.stat().st_size, path.suffix)
        if message is None:
            return decode_text(path.read_bytes(), str(path), problems, empty, any_editor)
        problems.at(path).error(1, "E-file-size", message)
    return None


def decode_text(
    data: bytes,
    name: str,
    report: Report | None = None,
    empty: bool = False,
    any_editor: bool = False,
) -> str | None:
    """Return the text of a file's bytes, or None with the first reason in `report`.

    Expects UTF-8 without byte order mark, LF line ends, no control characters, and some text unless
    `empty`. With `any_editor` a byte order mark and CRLF line ends are removed instead of reported.

    >>> decode_text(b"one\\r\\ntwo\\r\\n", "notes.toml", any_editor=True)
    'one\\ntwo\\n'
    """
    if any_editor:
        data = data.removeprefix(BOM).replace(b"\r\n", b"\n")
    with reported(report) as problems:
        error = problems.at(name).error
        if not data and not empty:
            error(1, "E-file-empty", "the file is empty; expected UTF-8 text")
            return None
        if data.startswith(BOM):
            message = "begins with a byte order mark (bytes EF BB BF); expected UTF-8 without one"
            error(1, "E-file-bom", message)
            return None
        text = decode_utf8(data, name, problems)
        if text is None:
            return None
        if ALLOWED.fullmatch(text):
            return text
        control = next(CONTROL.finditer(text))
        line = text.count("\n", 0, control.start()) + 1
        if control[0] == "\r":
            message = "holds a carriage return (CRLF line ends?); expected LF alone"
            error(line, "E-file-line-ends", message)
        else:
            code = f"U+{ord(control[0]):04X}"
            message = f"holds the control character {code}; expected none: delete it"
            error(line, "E-file-control", message)
    return None


def decode_utf8(data: bytes, name: str, report: Report | None = None) -> str | None:
    """Return UTF-8 bytes as text, or None with the first byte that is not UTF-8 in `report`.

    Line ends, control characters and a byte order mark (as U+FEFF) are left in. Without a report
    `SeedError` is raised.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        before = data[begin : error.start].decode("utf-8")[-20:]
        message = (
            f"byte {error.start} is 0x{data[error.start]:02X} after {before!r} ({error.reason}); "
            f"expected UTF-8; this may be Windows-1252 or Latin-1: open it in the editor it came "
            f"from and save it as UTF-8"
        )
    with reported(report) as problems:
        problems.at(name).error(line, "E-file-utf8", message)
    return None
