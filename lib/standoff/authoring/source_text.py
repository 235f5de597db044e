"""The text of a new article: taken exactly as it is, or refused with advice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..annotation.limits import CONTROL, too_large
from ..annotation.problems import FileReport, Report
from ..annotation.text_files import BOM, decode_utf8

__all__ = ["read_article_text"]

COPY = "open it, copy the words of the article and save them as plain text in UTF-8"
SAVE = "open it in the editor it came from and save it as UTF-8"
NORMALISE = "save it as UTF-8 without BOM and with LF line ends, or add --normalise"
FORMATS = {  # the first bytes of other kinds of file
    b"%PDF": ("a PDF", COPY),
    b"PK\x03\x04": ("a ZIP archive (a Word or LibreOffice document is one)", COPY),
    b"\xd0\xcf\x11\xe0": ("an old Word document", COPY),
    b"{\\rtf": ("an RTF document", COPY),
    b"\x1f\x8b": ("a gzip archive", COPY),
    b"\x89PNG": ("a picture (PNG)", COPY),
    b"\xff\xd8\xff": ("a picture (JPEG)", COPY),
    b"\xff\xfe": ("text in UTF-16 (little-endian)", SAVE),
    b"\xfe\xff": ("text in UTF-16 (big-endian)", SAVE),
}
HTML = re.compile(rb"\s*<(!doctype|html|\?xml|head|body|div|article|p)\b", re.IGNORECASE)
CAUSES = {
    "\x0c": " (a page break, as PDF converters leave it)",
    "\x00": " (as in a file that is not text)",
}


def read_article_text(path: Path, normalise: bool, report: Report) -> tuple[str, list[str]] | None:
    """Return the text of a file and what `normalise` changed in it, or None if it is refused.

    With `normalise` a byte order mark is removed and line ends become LF; without it either is a
    problem. Reasons for a refusal are added to `report`. Raises `OSError`.
    """
    file, before = report.at(path), len(report)
    if not path.is_file():
        file.error(1, "E-file-missing", "no such file; expected the text of an article")
        return None
    message = too_large(path.stat().st_size, ".txt")
    if message is not None:
        file.error(1, "E-file-size", message)
        return None
    data = path.read_bytes()
    for code, message in _not_plain_text(data):
        file.error(1, code, message)
        return None
    text = decode_utf8(data, str(path), report)
    if text is None:
        return None
    text, changes = _normalise(text, normalise, file)
    for match in CONTROL.finditer(text.replace("\r", " ")):
        line = text.count("\n", 0, match.start()) + 1
        message = (
            "contains the control character "
            f"U+{ord(match[0]):04X}{CAUSES.get(match[0], '')}; delete it"
        )
        file.error(line, "E-text-control", message)
    return (text, changes) if len(report) == before else None


def _not_plain_text(data: bytes) -> Iterator[tuple[str, str]]:
    """Code and message for each reason why bytes are not those of an article's plain text."""
    start = data[:400].removeprefix(BOM)
    if not data.removeprefix(BOM).strip():
        yield "E-text-empty", "the file has no words; expected the text of an article"
    for first_bytes, (kind, advice) in FORMATS.items():
        if data.startswith(first_bytes):
            yield "E-text-kind", f"is {kind}; expected plain text in UTF-8: {advice}"
    if HTML.match(start):
        yield "E-text-kind", f"is a web page (HTML); expected plain text: {COPY}"
    if start.count(0) > len(start) // 4:
        yield (
            "E-text-kind",
            (
                "is UTF-16, or not text at all (every second byte or so is zero); expected "
                f"UTF-8: {SAVE}"
            ),
        )


def _normalise(text: str, is_allowed: bool, file: FileReport) -> tuple[str, list[str]]:
    """The text without byte order mark and with LF line ends, and the changes, if allowed."""
    changes = []
    if text.startswith("\ufeff"):
        changes.append("byte order mark removed")
        text = text[1:]
        if not is_allowed:
            message = f"begins with a byte order mark (bytes EF BB BF); expected none: {NORMALISE}"
            file.error(1, "E-text-bom", message)
    returns = text.count("\r")
    if returns and is_allowed:
        changes.append(f"{returns} line ends made LF")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    elif returns:
        line = text.count("\n", 0, text.index("\r")) + 1
        message = (
            f"has {returns} carriage returns (line ends of Windows or old Macs); expected "
            f"LF: {NORMALISE}"
        )
        file.error(line, "E-text-line-ends", message)
    return text, changes
