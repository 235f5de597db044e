"""What is given as the text of an article, judged before it is taken: its bytes are kept as they
are, or it is refused with the way out."""

from __future__ import annotations

import re
from pathlib import Path

from ..annotation.brat import BOM, Problem
from ..annotation.limits import CONTROL, too_large

__all__ = ["read_article_text"]

OTHER = {  # how other kinds of file begin
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive (a Word or LibreOffice document is one)",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
}
COPY = "open it, copy the words of the article and save them as plain text in UTF-8"
SAVE = "open it in the editor it came from and save it as UTF-8"
UTF16 = {b"\xff\xfe": "UTF-16 (little-endian)", b"\xfe\xff": "UTF-16 (big-endian)"}
HTML = re.compile(r"\s*<(!doctype|html|\?xml|head|body|div|article|p)\b", re.IGNORECASE)
WHERE = {
    "\x0c": ", a page break as PDF converters leave it",
    "\x00": ", as in a file that is no text",
}


def read_article_text(
    path: Path, normalise: bool, problems: list[Problem]
) -> tuple[str, list[str]] | None:
    """The text in `path` and what `normalise` changed in it (in words), or None with the reasons
    added to `problems`.

    Without `normalise` nothing is changed: a byte order mark or other line ends than LF are reasons
    to refuse. Raises `OSError`.
    """
    name = str(path)
    if (large := too_large(path.stat().st_size, ".txt")) is not None:
        problems.append(Problem(name, 1, large))
        return None
    data = path.read_bytes()
    if (found := _foreign(data)) is not None:
        problems.append(Problem(name, 1, found))
        return None
    text = _decoded(data, name, problems)
    if text is None:
        return None
    before, changes = len(problems), []
    text = _marks(text, normalise, changes, name, problems)
    for match in CONTROL.finditer(text):
        if match[0] != "\r":
            line, code = text.count("\n", 0, match.start()) + 1, f"U+{ord(match[0]):04X}"
            problems.append(
                Problem(
                    name,
                    line,
                    (
                        f"holds the control character {code}{WHERE.get(match[0], '')}; expected "
                        f"none: delete it"
                    ),
                )
            )
    return (text, changes) if len(problems) == before else None


def _foreign(data):
    """Why these bytes are no plain text in UTF-8, as far as their beginning says it."""
    if not data.removeprefix(BOM).strip():
        return (
            "the file is empty; expected the text of an article"
            if not data
            else "the file holds no words; expected the text of an article"
        )
    for begins, kind in OTHER.items():
        if data.startswith(begins):
            return f"is {kind}; expected plain text: {COPY}"
    for begins, kind in UTF16.items():
        if data.startswith(begins):
            return f"is text in {kind}; expected UTF-8: {SAVE}"
    if data[:400].count(0) > len(data[:400]) // 4:
        return (
            f"is text in UTF-16 or no text at all (every second byte or so is zero); expected "
            f"UTF-8: {SAVE}"
        )
    if HTML.match(data[:400].removeprefix(BOM).decode("latin-1")):
        return f"is a web page (HTML); expected plain text: {COPY}"
    return None


def _decoded(data, name, problems):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode(
            "utf-8", "replace"
        )[-20:]
        found = (
            f"byte {error.start} is 0x{data[error.start]:02X} (after {before!r}), which is no UTF-8"
        )
        problems.append(
            Problem(
                name,
                line,
                f"{found}; expected UTF-8, this is perhaps Windows-1252 or Latin-1: {SAVE}",
            )
        )
        return None


def _marks(text, normalise, changes, name, problems):
    """`text` without byte order mark and carriage returns, where `normalise` allows it."""
    way = (
        "save it as UTF-8 without BOM and with LF line ends, or add --normalise, which changes "
        "this and says so"
    )
    if text.startswith("\ufeff"):
        if not normalise:
            problems.append(
                Problem(
                    name, 1, f"begins with a byte order mark (bytes EF BB BF); expected none: {way}"
                )
            )
        text = text[1:]
        changes.append("byte order mark removed")
    returns = text.count("\r")
    if returns and not normalise:
        line = text.count("\n", 0, text.index("\r")) + 1
        problems.append(
            Problem(
                name,
                line,
                (
                    f"holds {returns} carriage returns (line ends of Windows or old Macs); "
                    f"expected LF alone: {way}"
                ),
            )
        )
    if returns and normalise:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        changes.append(f"{returns} line ends made LF")
    return text
