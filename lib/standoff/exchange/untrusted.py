"""Reads files of unknown origin safely: XML entities are never expanded, links that lead out of a
folder are refused, and no file may be larger than a limit."""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..annotation.limits import MAX_ARCHIVE_BYTES, MAX_DEPTH, MAX_FILE_BYTES, MAX_FILES
from ..annotation.problems import Report, SeedError, refuse
from ..annotation.text_files import BOM, decode_utf8
from .documents import Document, read_all

__all__ = [
    "archive",
    "as_utf8",
    "files_in",
    "listed",
    "object_at",
    "parse_json",
    "parse_xml",
    "read_bytes",
    "read_files",
    "read_utf8",
    "without_control_references",
    "words_of",
]

CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)
ENTITY = re.compile(  # of a document type; or what only looks like one, without a group
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|&(?!#|(?:amp|lt|gt|quot|apos);)([^;\s]*);",
    re.DOTALL,
)
HALF = re.compile(r"\\u[dD][89a-fA-F]")  # may be half of a character that UTF-16 writes as two


def files_in(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """List the wanted files below `folder`, sorted by name, or `folder` itself if it is a file;
    hidden files are skipped.

    Raises `SeedError` for a link that leads out of the folder, and for too many files.
    """
    paths = [folder] if folder.is_file() else []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and wanted(path) and not path.name.startswith("."):
            _refuse_link_out(path, folder)
            paths.append(path)
    if len(paths) > MAX_FILES:
        raise refuse(
            folder, 1, "E-source-size", f"holds more than {MAX_FILES:,} files; import it in parts"
        )
    return paths


def read_files(
    source: Path,
    wanted: Callable[[Path], bool],
    read: Callable[[Path], list[Document]],
    missing: str,
    left_out: Report | None,
) -> list[Document]:
    """Return the documents of all wanted files below a folder, or of one file, as `read_all`
    does."""
    documents = read_all(read, files_in(source, wanted), source, missing, left_out)
    return list(itertools.chain.from_iterable(documents))


def _refuse_link_out(path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise refuse(
            path,
            1,
            "E-source-link",
            "is a link that leads out of the folder; expected a file in it",
        )


def read_bytes(path: Path, folder: Path | None = None) -> bytes:
    """Read a file. Raises `SeedError` if there is none, if it is too large, and if it is a link
    that leads out of `folder`."""
    if not path.is_file():
        raise refuse(path, 1, "E-source-missing", "no such file; expected one")
    if folder is not None:
        _refuse_link_out(path, folder)
    _refuse_too_large(path, "holds", path.stat().st_size)
    return path.read_bytes()


def _refuse_too_large(path: str | Path, what: str, size: int, most: int | None = None) -> None:
    most = most or MAX_FILE_BYTES
    if size > most:
        raise refuse(path, 1, "E-source-size", f"{what} {size:,} bytes; expected at most {most:,}")


def read_utf8(path: Path, folder: Path | None = None) -> str:
    """Read a text with its own line ends, without a byte order mark. Raises `SeedError` as
    `read_bytes` does, and if it is not UTF-8."""
    return as_utf8(read_bytes(path, folder), path)


def as_utf8(data: bytes, path: str | Path) -> str:
    """Decode bytes; `SeedError` names the line of the first byte that is not UTF-8."""
    return decode_utf8(data.removeprefix(BOM), str(path)) or ""


def parse_json(source: str, path: str | Path, line: int = 1) -> Any:
    """Parse JSON that begins in `line` of a file; `SeedError` names the line of a mistake."""
    try:
        value = json.loads(source)
        if HALF.search(source):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError) as error:
        line += getattr(error, "lineno", 1) - 1
        raise refuse(
            path, line, "E-source-format", f"is not JSON that can be read: {error}"
        ) from error


def listed(value: Any) -> list[Any]:
    """Return a value of JSON as a list: a list is one, null an empty one.

    >>> listed("a"), listed(["a"]), listed(None)
    (['a'], ['a'], [])
    """
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def object_at(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key of an object of JSON, an empty one if there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def words_of(value: Any) -> str:
    """Return a value of JSON in words: a string as it is, all others as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parse_xml(data: bytes, path: str | Path, lines: dict[Element, int] | None = None) -> Element:
    """Parse XML; `lines` gets the line of each element.

    A document type is passed over: nothing that it names is opened. Raises `SeedError` for every
    entity that a file declares or that only a document type elsewhere declares, and for elements
    nested too deeply. References to characters that XML does not allow stand for U+FFFD.
    """
    data, encoding = without_control_references(data), None
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data, encoding = data.decode("utf-16", "replace").encode(), "utf-8"
    builder, parser = TreeBuilder(), expat.ParserCreate(encoding)

    def refuse_entity(name: str, *_: object) -> None:
        raise _entity_error(path, parser.CurrentLineNumber, name)

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = builder.start(tag, attributes)
        if lines is not None:
            lines[element] = parser.CurrentLineNumber

    parser.EntityDeclHandler = refuse_entity
    parser.StartElementHandler, parser.EndElementHandler = start, builder.end
    parser.CharacterDataHandler = builder.data
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except SeedError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        message = f"is not XML that can be read: {error}"
        raise refuse(path, line, "E-source-format", message) from error
    for match in ENTITY.finditer(data):  # which the parser leaves out of attributes in silence
        if match[1]:
            line = data.count(b"\n", 0, match.start()) + 1
            raise _entity_error(path, line, match[1].decode(errors="replace"))
    root = builder.close()
    if root.find("/".join(["*"] * MAX_DEPTH)) is not None:
        raise refuse(
            path, 1, "E-source-size", f"nests more than {MAX_DEPTH} elements; expected fewer"
        )
    return root


def _entity_error(path: str | Path, line: int, name: str) -> SeedError:
    message = f"has the entity {name!r} of a document type; expected the characters themselves"
    return refuse(path, line, "E-source-doctype", message)


def without_control_references(data: bytes) -> bytes:
    """Replace references to control characters, which XML 1.0 does not allow, by those to U+FFFD.

    >>> without_control_references(b"a&#1;b&#x9;c")
    b'a&#xFFFD;b&#x9;c'
    """
    return CONTROL_REFERENCE.sub(b"&#xFFFD;", data)


def archive(
    source: bytes | Path, path: str | Path, wanted: Callable[[str], bool] = bool
) -> dict[str, bytes]:
    """Unpack the wanted files of a ZIP archive in memory: name -> bytes; nothing is written.

    `source` is the archive or its file, `wanted` says of a name whether it is unpacked. Raises
    `SeedError` if what is wanted is too large, encrypted or broken.
    """
    try:
        opened = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        with opened, zipfile.ZipFile(opened) as packed:
            infos = [
                info for info in packed.infolist() if not info.is_dir() and wanted(info.filename)
            ]
            for info in infos:
                _refuse_too_large(path, f"holds {info.filename} of", info.file_size)
            _refuse_too_large(
                path, "unpacks to", sum(info.file_size for info in infos), MAX_ARCHIVE_BYTES
            )
            return {info.filename: packed.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise refuse(
            path, 1, "E-source-format", f"is not a ZIP archive that can be read: {error}"
        ) from error
