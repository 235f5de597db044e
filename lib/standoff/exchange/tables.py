"""Writes the tables as CSV and Parquet, described by a Frictionless Data Package
(https://specs.frictionlessdata.io/data-package/, version 1).

Three more tables hold the project itself: they are what is read back (see lossless_tables.py).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.text_files import read_text
from ..corpus.loading import coders, load
from ..corpus.safe_writing import new_folder, write_text
from ..corpus.schema import ARROW_TYPES, COLUMNS, ROWS, meanings
from .documents import Format
from .lossless_tables import RECORD_ROWS, record_tables
from .projects import documents_of, export_project

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = [
    "CITATION",
    "WORDS",
    "citation",
    "column_dictionary",
    "export_tables",
    "write_tables",
]

FIELD_TYPES = {  # type in Arrow -> type in a Table Schema
    "int64": "integer",
    "bool": "boolean",
    "date32": "date",
    "large_string": "string",
}
PRIMARY_KEYS = {
    "articles": ["doc"],
    "coders": ["doc", "coder"],
    "documents": ["doc", "coder"],
    "actors": ["actor", "coder"],
}
DEFAULT_KEY = ["doc", "id", "coder"]
REFERENCES = {  # column -> the table that it refers to
    "doc": "documents",
    "sentence": "sentences",
    "attribution": "attributions",
    "parent": "attributions",
    "actor": "actors",
}
OF_ARTICLES = ("coders", "annotations", "documents")  # in these tables `doc` refers to articles
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
WORDS = ("text", "source", "cue", "content")  # columns that hold words of the articles
CITATION = "CITATION.cff"
MIT = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}


def export_tables(
    folder: str | Path,
    destination: str | Path,
    forms: Sequence[str] = tuple(MEDIA),
    without: Collection[str] = (),
) -> list[Path]:
    """Write every table with all coders as `<table>.csv` and `<table>.parquet`, a
    `datapackage.json` that describes them, codebook and registries; return the files written.

    Meanings of tables and columns are those of `column_dictionary`. Columns named in `without`
    are left out, and then codebook and registries too. The same project gives the same bytes.
    `destination` must not exist yet; it is written completely or not at all.
    """
    write = partial(write_tables, forms=forms, without=without)
    if without:
        write(Path(folder), Path(destination))
    else:
        export_project(Format("tables", None, write, True), Path(folder), Path(destination))
    return sorted(Path(destination).iterdir())


def write_tables(
    folder: Path,
    destination: Path,
    forms: Sequence[str] = tuple(MEDIA),
    without: Collection[str] = (),
) -> list[str]:
    """Write as `export_tables` does; there are no losses."""
    import pandas as pd

    documents = documents_of(folder)
    corpora = [load(folder, coder) for coder in coders(folder)]
    tables = record_tables(documents)
    for name in COLUMNS:
        parts = [getattr(corpus, name) for corpus in corpora]
        tables[name] = pd.concat(parts, ignore_index=True)
    tables = {
        name: table.drop(columns=[*without], errors="ignore") for name, table in tables.items()
    }
    dictionary = column_dictionary(folder)
    with new_folder(destination) as draft:
        resources = []
        for name, table in tables.items():
            about, columns = dictionary[name]
            schema = _schema(name, tables, columns)
            for form in forms:
                path = draft / f"{name}.{form}"
                if form == "csv":
                    _write_csv(path, table)
                else:
                    _write_parquet(path, table, schema["fields"])
                resources.append(_resource(path, form, about, schema))
        package = _package(folder, corpora) | {"resources": resources}
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        write_text(draft / "datapackage.json", text)
    return []


def column_dictionary(folder: str | Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Map each table to its meaning and the meanings of its columns.

    A README.md in the folder may say it in other words, in sections headed by the tables' names.
    Raises `SeedError` if that is not plain text.
    """
    dictionary = {table: meanings(row) for table, row in (ROWS | RECORD_ROWS).items()}
    readme = _read_optional(Path(folder) / "README.md")
    parts = re.split(r"^### `(\w+)`$", readme, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        about, columns = dictionary.get(name, ("", {}))
        first_line = body.strip().split("\n", 1)[0]
        if first_line and not first_line.startswith(("|", "#")):
            about = first_line
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", body, re.MULTILINE)
        dictionary[name] = about, columns | dict(rows)
    return dictionary


def _read_optional(path: Path) -> str:
    """Read a text file that need not exist; raise `SeedError` if it is not plain text."""
    if not path.is_file():
        return ""
    return read_text(path, empty=True, any_editor=True) or ""


def _schema(name: str, tables: dict[str, pd.DataFrame], columns: dict[str, str]) -> dict[str, Any]:
    """Return the Table Schema of a table: types, required columns, and keys."""
    key = PRIMARY_KEYS.get(name, DEFAULT_KEY)
    fields = []
    for column, kind in tables[name].dtypes.items():
        field = {"name": column, "type": FIELD_TYPES[ARROW_TYPES[str(kind)]]}
        field["description"] = columns[str(column)]
        if column in key or str(kind) in ("int64", "bool"):
            field["constraints"] = {"required": True}
        fields.append(field)
    foreign = _foreign_keys(name, key, tables)
    return {"fields": fields, "missingValues": [""], "primaryKey": key, "foreignKeys": foreign}


def _foreign_keys(
    name: str, primary: list[str], tables: dict[str, pd.DataFrame]
) -> list[dict[str, Any]]:
    """Return the keys into other tables that every row keeps; columns with missing values or with
    several ids in a cell are none."""
    references = dict(REFERENCES)
    if name in OF_ARTICLES:
        references["doc"] = "articles"
    keys = []
    for column, other in references.items():
        key = PRIMARY_KEYS.get(other, DEFAULT_KEY)
        row_id = [part for part in key if part != "coder"][-1]
        fields = [column if part == row_id else part for part in key]
        if fields == primary or not set(fields) <= set(tables[name].columns):
            continue
        if _rows(tables[name][fields]) <= _rows(tables[other][key]):
            resource = "" if other == name else other
            keys.append({"fields": fields, "reference": {"resource": resource, "fields": key}})
    return keys


def _rows(table: pd.DataFrame) -> set[tuple]:
    return set(table.itertuples(index=False, name=None))


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    columns = table.select_dtypes(["bool", "boolean"])
    words = {name: columns[name].map({True: "true", False: "false"}) for name in columns}
    table.assign(**words).to_csv(
        path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d"
    )


def _write_parquet(path: Path, table: pd.DataFrame, fields: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = []
    for field, kind in zip(fields, table.dtypes, strict=True):
        arrow = pa.type_for_alias(ARROW_TYPES[str(kind)].removeprefix("large_"))
        columns.append(pa.field(field["name"], arrow, nullable="constraints" not in field))
    rows = pa.Table.from_pandas(table, pa.schema(columns), preserve_index=False)
    parquet.write_table(rows.replace_schema_metadata(), path)


def _resource(path: Path, form: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Describe one file: the CSV by its schema; the standard has none for Parquet."""
    data = path.read_bytes()
    if form == "csv":
        resource = {
            "name": path.stem,
            "profile": "tabular-data-resource",
            "description": about,
            "encoding": "utf-8",
            "schema": schema,
        }
    else:
        resource = {
            "name": f"{path.stem}-{form}",
            "profile": "data-resource",
            "type": "file",
            "description": f"The rows of {path.stem}.csv, typed.",
        }
    return resource | {
        "path": path.name,
        "format": form,
        "mediatype": MEDIA[form],
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _package(folder: Path, corpora: list[Corpus]) -> dict[str, Any]:
    """Describe the package: title, version and licence of the citation, and each article as a
    source with the rights in it."""
    line = r"""^(title|version|license): *(?![>|\[])["']?(.*?)["']?(?: +#.*)? *$"""
    cited = dict(re.findall(line, citation(folder), re.MULTILINE))
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower())
    meta = {doc: entry for corpus in corpora for doc, entry in corpus.meta.items()}
    rights = "; ".join(dict.fromkeys(entry["rights"] for entry in meta.values()))
    coded = " ".join(sorted({corpus.coder for corpus in corpora}))
    package = {
        "profile": "data-package",
        "name": f"{name}-tables",
        "title": cited.get("title", f"Annotated articles: {name}"),
        "version": cited.get("version", corpora[0].codebook.version),
        "description": f"What {coded} coded. Words quoted from the articles: {rights}",
    }
    licence = cited.get("license", "")
    if re.fullmatch(r"[-\w.+]+", licence, re.ASCII):
        package["licenses"] = [MIT if licence == "MIT" else {"name": licence}]
    package["sources"] = [
        {
            "title": f"{entry['title']} ({entry['outlet']}, {entry['published']}): {doc}",
            "rights": entry["rights"],
        }
        for doc, entry in meta.items()
    ]
    return package


def citation(folder: Path) -> str:
    """Return the text of CITATION.cff in a folder, or of the one beside it if the folder is called
    seeds; else "".

    The citation of a repository is not that of a folder within it. Raises `SeedError` if the file
    is not plain text.
    """
    path = folder / CITATION
    if not path.is_file() and folder.resolve().name == "seeds":
        path = folder.resolve().parent / CITATION
    return _read_optional(path)
