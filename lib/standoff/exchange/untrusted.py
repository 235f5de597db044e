"""Files of other tools, read without trusting them: no entity is expanded, no path or link leads
out, nothing is larger than it may be."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..annotation.limits import ARCHIVE, DEEP, FILES
from ..annotation.limits import FILE as LIMIT
from .documents import refuse

__all__ = [
    "LIMIT",
    "archive",
    "as_utf8",
    "files_in",
    "parse_json",
    "parse_xml",
    "read_bytes",
    "read_utf8",
]

HALF = re.compile(r"\\u[dD][89a-fA-F]")  # what may be half of a character that UTF-16 writes as two
BOM = b"\xef\xbb\xbf"


def files_in(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """Files below `folder` that are wanted, in the order of their names. A link that leads out of
    the folder is refused."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and wanted(path) and not path.name.startswith("."):
            _inside(path, folder)
            found.append(path)
            if len(found) > FILES:
                raise refuse(folder, 1, f"holds more than {FILES:,} files; import it in parts")
    return found


def _inside(path, folder):
    if not path.resolve().is_relative_to(folder.resolve()):
        raise refuse(path, 1, "is a link that leads out of the folder; expected a file in it")


def read_bytes(path: Path, folder: Path | None = None) -> bytes:
    """A file's bytes. Raises `SeedError` where there is none, where it is too large, and where it
    is a link out of `folder`."""
    if not path.is_file():
        raise refuse(path, 1, "no such file; expected one")
    if folder is not None:
        _inside(path, folder)
    if (size := path.stat().st_size) > LIMIT:
        raise refuse(path, 1, f"holds {size:,} bytes; expected at most {LIMIT:,}")
    return path.read_bytes()


def read_utf8(path: Path, folder: Path | None = None) -> str:
    """A file's text with the line ends that it has, without a byte order mark. Raises `SeedError`
    as `read_bytes` does, and where it is no UTF-8."""
    return as_utf8(read_bytes(path, folder), path)


def as_utf8(data: bytes, name: str | Path) -> str:
    """Bytes as text; `SeedError` names the line of the first byte that is no UTF-8."""
    try:
        return data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(
            name,
            line,
            (
                f"byte {error.start} is 0x{error.object[error.start]:02X} ({error.reason}); "
                f"expected UTF-8"
            ),
        ) from error


def parse_json(source: str, name: str | Path, line: int = 1):
    """JSON as Python values; `SeedError` names the line. `line` is that of the file in which
    `source` begins."""
    try:
        value = json.loads(source)
        if HALF.search(source):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except UnicodeEncodeError as error:
        raise refuse(
            name,
            line,
            f"holds half a character (U+{ord(error.object[error.start]):04X}); expected whole ones",
        ) from error
    except json.JSONDecodeError as error:
        raise refuse(
            name, line + error.lineno - 1, f"is no JSON: {error.msg} (column {error.colno})"
        ) from error
    except (RecursionError, ValueError) as error:
        raise refuse(
            name,
            line,
            "is no JSON that can be read: it is nested too deeply or holds a number too long",
        ) from error


def parse_xml(data: bytes, name: str | Path) -> Element:
    """XML as an element tree. A document type, and with it every entity of a file's own, is
    refused, and so is what is nested too deeply."""
    builder, parser = TreeBuilder(), expat.ParserCreate()
    depth = 0

    def start(tag, attributes):
        nonlocal depth
        depth += 1
        if depth > DEEP:
            raise refuse(
                name, parser.CurrentLineNumber, f"nests more than {DEEP} elements; expected fewer"
            )
        builder.start(tag, attributes)

    def end(tag):
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def doctype(*_):
        raise refuse(
            name,
            parser.CurrentLineNumber,
            "declares a document type (<!DOCTYPE); expected none: delete it, entities are not read",
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise refuse(
            name,
            error.lineno,
            f"is no XML: {expat.errors.messages[error.code]} (column {error.offset + 1})",
        ) from error
    except (LookupError, ValueError) as error:
        raise refuse(
            name, 1, f"is XML in an encoding that cannot be read ({error}); expected UTF-8"
        ) from error
    return builder.close()


def archive(data: bytes, name: str | Path) -> dict[str, bytes]:
    """Files of a ZIP archive, unpacked in memory: path -> bytes. What is too large, encrypted or
    broken is refused; nothing is written."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
            if len(infos) > FILES or sum(info.file_size for info in infos) > ARCHIVE:
                raise refuse(
                    name,
                    1,
                    (
                        f"unpacks to more than {FILES:,} files or {ARCHIVE:,} bytes; import it "
                        f"in parts"
                    ),
                )
            return {info.filename: _unpacked(packed, info, name) for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise refuse(name, 1, f"is no ZIP archive that can be read: {error}") from error


def _unpacked(packed, info, name):
    if info.file_size > LIMIT:
        raise refuse(
            name,
            1,
            f"holds {info.filename} of {info.file_size:,} bytes; expected at most {LIMIT:,}",
        )
    with packed.open(info) as file:
        data = file.read(LIMIT + 1)
    if len(data) > info.file_size:
        raise refuse(
            name,
            1,
            (
                f"holds {info.filename}, which is larger than it says; expected "
                f"{info.file_size:,} bytes"
            ),
        )
    return data
