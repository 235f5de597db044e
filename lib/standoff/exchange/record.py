"""The record itself as three tables (articles, coders, annotations), from which everything is read
back the same."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..annotation import brat
from ..annotation.brat import Problem, SeedError
from ..annotation.dates import day
from ..annotation.limits import ARCHIVE
from ..annotation.ordering import LETTERS
from ..annotation.problems import Report
from .documents import Builder, Document, counted, gathered, refuse, stored
from .untrusted import LIMIT, read_bytes, read_utf8

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RECORD", "read_record", "record_losses", "record_tables"]

RECORD = {
    "articles": (
        "doc title outlet authors country_of_outlet genre published earlier_publication language "
        "rights sha256 text"
    ),
    "coders": "doc coder who when guidelines how",
    "annotations": "doc id kind label a b value text fragments coder line",
}
RECORD = {table: columns.split() for table, columns in RECORD.items()}
# kind of an annotation -> column of the table and field of the annotation that hold the same, in
# the order of `Annotations`
FIELDS = {
    "span": {"label": "label", "text": "text"},
    "event": {"label": "label", "a": "trigger"},
    "attribute": {"label": "name", "a": "target", "value": "value"},
    "relation": {"label": "label", "a": "a", "b": "b"},
    "reference": {"label": "db", "a": "target", "value": "key", "text": "text"},
    "note": {"label": "kind", "a": "target", "text": "text"},
}
KINDS = dict(zip(LETTERS, FIELDS, strict=True))
DATES = ("published", "when")
APART = "; "  # between authors
PLACE = re.compile(r"\d{1,9} \d{1,9}(;\d{1,9} \d{1,9})*")


# --- out ---


def record_tables(documents: list[Document]) -> dict[str, pd.DataFrame]:
    """The three tables of some documents: a row an article, a row a coding, a row a line of an
    `.ann`, in their order."""
    import pandas as pd

    rows: dict[str, list[tuple]] = {"articles": [], "coders": [], "annotations": []}
    seen: set[str] = set()
    for document in documents:
        meta, coder = document.meta, document.meta.get("coders", {}).get(document.coder, {})
        if document.name not in seen:
            seen.add(document.name)
            known = meta | {
                "doc": document.name,
                "text": document.text,
                "authors": APART.join(meta.get("authors", [])) or None,
            }
            rows["articles"].append(tuple(known.get(column) for column in RECORD["articles"]))
        rows["coders"].append(
            (document.name, document.coder, *(coder.get(column) for column in RECORD["coders"][2:]))
        )
        rows["annotations"] += _lines(document)
    kinds = dict.fromkeys(DATES, "datetime64[s]") | {"line": "int64"}
    tables = {}
    for table, columns in RECORD.items():
        values = zip(*rows[table], strict=True) if rows[table] else ([] for _ in columns)
        tables[table] = pd.DataFrame(
            {
                c: pd.Series(list(v), dtype=kinds.get(c, "str"), name=c)
                for c, v in zip(columns, values, strict=True)
            },
            columns=columns,
        )
    return tables


def _lines(document) -> Iterator[tuple]:
    """Annotations as rows of the table."""
    for kind, part in zip(FIELDS, vars(document.annotations).values(), strict=True):
        for item in part:
            row = {column: getattr(item, name) or None for column, name in FIELDS[kind].items()}
            if kind == "span":
                row["fragments"] = ";".join(f"{start} {end}" for start, end in item.fragments)
            elif kind == "event":
                row["value"] = " ".join(f"{role}:{target}" for role, target in item.roles) or None
            row |= {
                "doc": document.name,
                "id": item.id,
                "kind": kind,
                "coder": document.coder,
                "line": item.line,
            }
            yield tuple(row.get(column) for column in RECORD["annotations"])


def record_losses(documents: list[Document]) -> list[str]:
    """Keys of `meta.toml` that the tables have no column for."""
    lost: Counter[str] = Counter()
    for document in documents:
        coder = document.meta.get("coders", {}).get(document.coder, {})
        lost.update(
            f"entries of meta.toml: {key}"
            for key in document.meta
            if key not in (*RECORD["articles"], "coders")
        )
        lost.update(
            f"entries of meta.toml: coders.{document.coder}.{key}"
            for key in coder
            if key not in RECORD["coders"]
        )
    return counted(lost)


# --- in ---


def read_record(source: Path, form: str) -> list[Document]:
    """Documents from the tables articles, coders and annotations in a folder, as `.csv` or
    `.parquet`: `form` says which.

    Raises `SeedError` with everything that is wrong.
    """
    rows_of = _rows_of_csv if form == "csv" else _rows_of_parquet
    rows = gathered(
        lambda table: [list(rows_of(source / f"{table}.{form}", RECORD[table]))], list(RECORD)
    )
    tables, problems = dict(zip(RECORD, rows, strict=True)), Report()
    articles = _articles(tables["articles"], source / f"articles.{form}")
    lines, coders = defaultdict(list), defaultdict(dict)
    for _, row in tables["coders"]:
        coders[row["doc"]][row["coder"]] = _known(row, RECORD["coders"][2:])
        lines[(row["doc"], row["coder"])] = []
    for number, row in tables["annotations"]:
        lines[(row["doc"], row["coder"])].append((number, row))
    name, found = str(source / f"annotations.{form}"), []
    for (doc, coder), mine in lines.items():
        if doc not in articles:
            problems.append(
                Problem(
                    name,
                    mine[0][0] if mine else 1,
                    f"speaks of the article {doc!r}, which is not in articles.{form}",
                )
            )
            continue
        text, meta, said = articles[doc]
        annotations = _annotations(mine, text, name, problems, said := list(said))
        found.append(
            Document(
                doc,
                text,
                coder,
                annotations,
                meta | ({"coders": coders[doc]} if coders[doc] else {}),
                said,
            )
        )
    if problems:
        raise SeedError(problems)
    return found


def _rows_of_csv(path, columns):
    """(line, row) of a CSV file; missing words are empty."""
    source = read_utf8(path, path.parent)
    before = csv.field_size_limit(LIMIT)
    try:
        reader = csv.DictReader(io.StringIO(source, newline=""))
        _columns(reader.fieldnames or [], columns, path)
        line = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                raise refuse(
                    path,
                    line,
                    f"has more or fewer cells than the header; expected {len(reader.fieldnames)}",
                )
            yield line, {column: row[column] for column in columns}
            line = reader.line_num + 1
    except csv.Error as error:
        raise refuse(path, reader.line_num, f"is no CSV: {error}") from error
    finally:
        csv.field_size_limit(before)


def _rows_of_parquet(path, columns):
    """(number, row) of a Parquet file; missing words are empty, all cells words."""
    import pyarrow as pa
    from pyarrow import parquet

    data = pa.BufferReader(read_bytes(path, path.parent))
    try:
        file = parquet.ParquetFile(data)
        size = sum(
            file.metadata.row_group(number).total_byte_size
            for number in range(file.metadata.num_row_groups)
        )
        if size > ARCHIVE:
            raise refuse(path, 1, f"unpacks to {size:,} bytes; expected at most {ARCHIVE:,}")
        _columns(file.schema_arrow.names, columns, path)
        rows = file.read(columns=columns).to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise refuse(path, 1, f"is no Parquet file that can be read: {error}") from error
    for number, row in enumerate(rows, 1):
        yield (
            number,
            {column: "" if row[column] is None else str(row[column]) for column in columns},
        )


def _columns(found, wanted, path):
    if missing := [column for column in wanted if column not in found]:
        raise refuse(path, 1, f"has no column {', '.join(missing)}; expected {', '.join(wanted)}")


def _articles(rows, path):
    """Name -> (text, meta, what was said of it)."""
    found = {}
    for number, row in rows:
        said: list[str] = []
        if not row["doc"] or row["doc"] in found:
            raise refuse(
                path,
                number,
                (
                    f"is a second article {row['doc']!r}, or one without a name; expected names "
                    f"of their own"
                ),
            )
        meta = _known(row, RECORD["articles"][1:-1]) | (
            {"authors": row["authors"].split(APART)} if row["authors"] else {}
        )
        found[row["doc"]] = stored(row["text"], path, said), meta, said
    return found


def _known(row, columns):
    """What a row says, without what is missing."""
    return {
        key: (day(row[key][:10]) or row[key]) if key in DATES else row[key]
        for key in columns
        if row[key]
    }


def _annotations(rows, text, name, problems, said):
    """The lines of one coding; `line` counts those of the table until all is verified."""
    built, own, before = Builder(text, said), {}, len(problems)
    for number, row in rows:
        ident, kind = row["id"], row["kind"]
        if (
            not re.fullmatch(r"[TEARN#]\d{1,9}", ident)
            or KINDS.get(ident[0]) != kind
            or ident in own
        ):
            problems.append(
                Problem(
                    name,
                    number,
                    (
                        f"has the id {ident!r} for a {kind or 'line without kind'}; expected a "
                        f"new one, such as T1 for a span"
                    ),
                )
            )
            continue
        own[ident] = int(row["line"]) if re.fullmatch(r"\d{1,9}", row["line"]) else 0
        try:
            _add(built, row, ident, number)
        except ValueError as error:
            problems.append(Problem(name, number, f"{ident} {error}"))
    if len(problems) == before:
        brat.verify(built.found, text, name, problems)
    for part in vars(built.found).values():
        part[:] = [item._replace(line=own.get(item.id, 0)) for item in part]
    return built.found


def _add(built, row, ident, number):
    label, a, b, value, words = (row[key] for key in ("label", "a", "b", "value", "text"))
    if ident[0] == "T":
        if not PLACE.fullmatch(row["fragments"]):
            raise ValueError(
                f"has the fragments {row['fragments']!r}; expected 'start end[;start end]'"
            )
        fragments = [tuple(map(int, part.split(" "))) for part in row["fragments"].split(";")]
        if (
            max(end for _, end in fragments) > len(built.text)
            or brat.covered(built.text, fragments) != words
        ):
            raise ValueError(
                f"says {words!r}, but {row['fragments']} holds "
                f"{brat.covered(built.text, fragments)!r}; expected the same words"
            )
        built.span(label, fragments, ident, number)
    elif ident[0] == "E":
        if not re.fullmatch(r"(\S+:\S+( \S+:\S+)*)?", value):
            raise ValueError(f"has the roles {value!r}; expected 'Role:T1 Role:T2'")
        built.event(label, a, [tuple(part.rsplit(":", 1)) for part in value.split()], ident, number)
    elif ident[0] == "A":
        built.attribute(a, label, value, ident, number)
    elif ident[0] == "R":
        built.relation(label, a, b, ident, number)
    elif ident[0] == "N":
        built.reference(a, label, value, words, ident, number)
    else:
        built.note(a, label, words, ident, number)
