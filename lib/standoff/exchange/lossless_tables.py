"""The project itself as three tables (articles, coders, annotations), from which it is read back
unchanged."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..annotation import brat
from ..annotation.dates import day
from ..annotation.limits import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES
from ..annotation.ordering import edit_all
from ..annotation.problems import Report, refuse
from ..annotation.span_checks import verify
from ..corpus.schema import COLUMNS, TYPES, Coder, Doc, Ident, Line, with_types
from .documents import Document, ignored_remarks, read_all
from .import_builder import Reader
from .untrusted import read_bytes, read_utf8

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BETWEEN_AUTHORS",
    "IGNORED",
    "RECORD",
    "RECORD_ROWS",
    "Row",
    "article_meta",
    "documents_in",
    "read_record",
    "record_tables",
]


class ArticleRow:
    """One row per article, with its text."""

    doc: Doc
    title: Annotated[str, "headline"]
    short: Annotated[str, "what figures and tables call it, such as DW"]
    outlet: Annotated[str, "who published it, as far as the text says"]
    authors: Annotated[str, "names in the byline, separated by a semicolon and a blank"]
    country_of_outlet: Annotated[str, "country of the outlet"]
    genre: Annotated[str, "our reading: news report or commentary"]
    published: Annotated[dt.date, "date of publication"]
    earlier_publication: Annotated[str, "where it was published before"]
    language: Annotated[str, "language of the text"]
    rights: Annotated[str, "whose text it is, and on what grounds it is used"]
    sha256: Annotated[str, "checksum of `text.txt`"]
    text: Annotated[str, "the text as it is stored"]


class CoderRow:
    """One row per coding of an article."""

    doc: Doc
    coder: Coder
    who: Annotated[str, "what the coder is: a person, a language model"]
    when: Annotated[dt.date, "day of the coding"]
    guidelines: Annotated[str, "version of the guidelines"]
    how: Annotated[str, "what the coder worked from, and what became of the coding"]
    partial: Annotated[
        str, "what the coder coded, if that is not everything; missing for all others"
    ]


class AnnotationRow:
    """One row per line of an `.ann` file, in its order."""

    doc: Doc
    id: Ident
    kind: Annotated[str, "span, event, attribute, relation, reference or note"]
    label: Annotated[str, "label; name of an attribute, collection of a reference, kind of a note"]
    a: Annotated[
        str,
        "id of an event's trigger; of what an attribute, a reference or a note is about; of the "
        "first item that a relation joins",
    ]
    b: Annotated[str, "id of the second item that a relation joins"]
    value: Annotated[
        str,
        "value of an attribute, key of a reference, roles of an event as Role:id separated by "
        "blanks",
    ]
    text: Annotated[str, "the words covered; words of a reference or a note"]
    fragments: Annotated[
        str, "code points of a span as `start end`, fragments separated by semicolons"
    ]
    coder: Coder
    line: Line


RECORD_ROWS = {"articles": ArticleRow, "coders": CoderRow, "annotations": AnnotationRow}
RECORD = {table: list(row.__annotations__) for table, row in RECORD_ROWS.items()}
OF_EVERY_LINE = "doc id kind coder line".split()
# kind of annotation -> the columns of the table with the fields that they hold, in the order of
# `Annotations`; and the line of an `.ann` that they make
FIELDS = {
    "span": {"label": "label", "text": "text"},
    "event": {"label": "label", "a": "trigger"},
    "attribute": {"label": "name", "a": "target", "value": "value"},
    "relation": {"label": "label", "a": "a", "b": "b"},
    "reference": {"label": "db", "a": "target", "value": "key", "text": "text"},
    "note": {"label": "kind", "a": "target", "text": "text"},
}
LINES = {  # by the first letter of the id
    "T": "{id}\t{label} {fragments}\t{text}",
    "E": "{id}\t{label}:{a} {value}",
    "A": "{id}\t{label} {a} {value}",
    "R": "{id}\t{label} Arg1:{a} Arg2:{b}",
    "N": "{id}\tReference {a} {label}:{value}\t{text}",
    "#": "{id}\t{label} {a}\t{text}",
}
IGNORED = {
    "kind": "the first letter of the id says it",
    **dict.fromkeys(
        [*COLUMNS, "datapackage.json"], "a file made of the annotation, which is made anew"
    ),
}
DATES = ("published", "when")
LATER = ("partial",)  # columns that older exports lack
BETWEEN_AUTHORS = "; "
NAME_COLUMNS = {"label": "label", "value": "key"}  # columns whose names hold no blanks in an `.ann`
Row = tuple[int, dict[str, str]]  # line or number of a row, and its cells by column


# --- writing ---


def record_tables(documents: list[Document]) -> dict[str, pd.DataFrame]:
    """Return one row per article, one per coding and one per line of an `.ann`, in their order."""
    import pandas as pd

    articles: dict[str, dict] = {}
    coders: list[dict] = []
    annotations: list[dict] = []
    for document in documents:
        name = {"doc": document.name, "coder": document.coder}
        meta = _with_dates(document.meta)
        meta["authors"] = BETWEEN_AUTHORS.join(meta.get("authors", [])) or None
        articles.setdefault(document.name, meta | name | {"text": document.text})
        coders.append(_with_dates(_coder_meta(document)) | name)
        annotations += [row | name for row in _rows(document)]
    rows = zip(RECORD.items(), (articles.values(), coders, annotations), strict=True)
    return {
        table: with_types(
            pd.DataFrame(entries, columns=columns, dtype=object), when=TYPES["published"]
        )
        for (table, columns), entries in rows
    }


def _coder_meta(document: Document) -> dict[str, Any]:
    return document.meta.get("coders", {}).get(document.coder, {})


def _with_dates(entries: dict[str, Any]) -> dict[str, Any]:
    """Entries of `meta.toml` whose dates are dates, or None where they are unknown."""
    return entries | {key: _date(entries.get(key)) for key in DATES}


def _date(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else day(str(value))


def _rows(document: Document) -> Iterator[dict[str, Any]]:
    """Yield a row for each annotation."""
    for kind, part in zip(FIELDS, document.annotations.parts().values(), strict=True):
        for item in part:
            row = {column: getattr(item, name) or None for column, name in FIELDS[kind].items()}
            row |= {"id": item.id, "kind": kind, "line": item.line}
            if kind == "span":
                row["fragments"] = ";".join(f"{start} {end}" for start, end in item.fragments)
            elif kind == "event":
                row["value"] = " ".join(f"{role}:{target}" for role, target in item.roles) or None
            yield row


# --- reading ---


def read_record(source: Path, form: str, left_out: Report | None = None) -> list[Document]:
    """Read the tables articles, coders and annotations in a folder; `form` is "csv" or "parquet".

    Raises `SeedError` with everything that is wrong.
    """
    paths = [source / f"{table}.{form}" for table in RECORD]
    tables = read_all(_read_csv if form == "csv" else _read_parquet, paths, source, "")
    return documents_in(tables, paths, source, left_out)


def documents_in(
    tables: list[list[Row]], paths: Sequence[Path], source: Path, left_out: Report | None = None
) -> list[Document]:
    """Return the documents that the rows of the tables of `RECORD` hold; `paths` are their files.

    Raises `SeedError` with everything that is wrong.
    """
    articles, coders, annotations = tables
    texts = _index_articles(articles, paths[0])
    metas: dict[str, dict] = defaultdict(dict)
    rows: dict[tuple[str, str], list[Row]] = {}
    for _, row in coders:
        metas[row["doc"]][row["coder"]] = _known(row, RECORD["coders"][2:])
        rows[row["doc"], row["coder"]] = []
    for line, row in annotations:
        rows.setdefault((row["doc"], row["coder"]), []).append((line, row))

    def read_coding(key: tuple[str, str]) -> Document:
        doc, coder = key
        if doc not in texts:
            line = rows[key][0][0] if rows[key] else 1
            message = f"names the article {doc!r}; expected one of {paths[0].name}"
            raise refuse(paths[2], line, "E-source-reference", message)
        meta = article_meta(texts[doc]) | {"coders": metas[doc]}
        reader = Reader(texts[doc]["text"], paths[0], paths[2])
        _parse_rows(reader, rows[key])
        return reader.finish(doc, coder, meta)

    missing = "holds no coding; expected at least one"
    documents = read_all(read_coding, list(rows), source, missing, left_out)
    documents[0].remarks += ignored_remarks(_count_unread(tables))
    return documents


def _read_csv(path: Path) -> list[Row]:
    """Return (line, row) for each row; missing values are empty."""
    reader = csv.DictReader(io.StringIO(read_utf8(path, path.parent), newline=""))
    before = csv.field_size_limit(MAX_FILE_BYTES)
    rows = []
    try:
        _check_columns(reader.fieldnames or [], path)
        line = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                message = "has more or fewer cells than the header; expected as many"
                raise refuse(path, line, "E-source-format", message)
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"is not CSV that can be read: {error}"
        raise refuse(path, reader.line_num, "E-source-format", message) from error
    finally:
        csv.field_size_limit(before)
    return rows


def _read_parquet(path: Path) -> list[Row]:
    """Return (number, row) for each row; missing values are empty."""
    import pyarrow as pa
    from pyarrow import parquet

    data = pa.BufferReader(read_bytes(path, path.parent))
    try:
        file = parquet.ParquetFile(data)
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        size = sum(group.total_byte_size for group in groups)
        if size > MAX_ARCHIVE_BYTES:
            message = f"unpacks to {size:,} bytes; expected at most {MAX_ARCHIVE_BYTES:,}"
            raise refuse(path, 1, "E-source-size", message)
        _check_columns(file.schema_arrow.names, path)
        rows = file.read().to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = f"is not a Parquet file that can be read: {error}"
        raise refuse(path, 1, "E-source-format", message) from error
    words = [
        {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
    ]
    return list(enumerate(words, 1))


def _check_columns(names: Collection[str], path: Path) -> None:
    expected = RECORD[path.stem]
    missing = [column for column in expected if column not in (*names, *LATER)]
    if missing:
        message = f"has no column {', '.join(missing)}; expected {', '.join(expected)}"
        raise refuse(path, 1, "E-source-format", message)


def _count_unread(tables: list[list[Row]]) -> Counter[str]:
    """Count the values in columns that are not ours, or not those of a line of this kind."""
    unread: Counter[str] = Counter()
    for (table, columns), rows in zip(RECORD.items(), tables, strict=True):
        for _, row in rows:
            read = columns
            if table == "annotations":
                read = [*OF_EVERY_LINE, *re.findall(r"{(\w+)}", _template(row))]
            names = [name for name, value in row.items() if value and name not in read]
            unread.update(f"{table}.{name}" for name in names)
    return unread


def _template(row: dict[str, str]) -> str:
    return LINES.get(row["id"][:1], "{id}")


def _index_articles(rows: list[Row], path: Path) -> dict[str, dict[str, str]]:
    articles: dict[str, dict[str, str]] = {}
    for line, row in rows:
        if not row["doc"] or row["doc"] in articles:
            message = f"names the article {row['doc']!r}; expected a new name"
            raise refuse(path, line, "E-source-duplicate", message)
        articles[row["doc"]] = row
    return articles


def article_meta(row: dict[str, str]) -> dict[str, Any]:
    """Return what a row of the table of articles knows of `meta.toml`."""
    meta = _known(row, RECORD["articles"][1:-1])
    if "authors" in meta:
        meta["authors"] = meta["authors"].split(BETWEEN_AUTHORS)
    return meta


def _known(row: dict[str, str], columns: list[str]) -> dict[str, Any]:
    """Return the values of a row that are not missing."""
    known: dict[str, Any] = {key: row[key] for key in columns if row.get(key)}
    return known | {key: day(known[key][:10]) or known[key] for key in DATES if key in known}


def _parse_rows(reader: Reader, rows: list[Row]) -> None:
    """Parse and verify the rows of one coding as an `.ann` file; problems name the line of the
    table, annotations then get that of their `.ann`."""
    lines = [""] * max((line for line, _ in rows), default=0)
    ann_lines = {}
    for line, row in rows:
        for column, what in NAME_COLUMNS.items():
            if " " in row[column] and (column == "label" or row["id"].startswith("N")):
                row[column] = reader.builder.name(row[column], what)
        lines[line - 1] = _template(row).format_map(row)
        ann_lines[row["id"]] = int(row["line"]) if row["line"].isdecimal() else 0
    path = str(reader.path)
    annotations = brat.parse("\n".join(lines), path, reader.report)
    verify(annotations, reader.text, path, reader.report)
    reader.builder.annotations = edit_all(
        annotations, lambda item: item._replace(line=ann_lines.get(item.id, 0))
    )
