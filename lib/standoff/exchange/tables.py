"""The tables as CSV and Parquet, described by a Frictionless Data Package
(https://specs.frictionlessdata.io/data-package/, version 1).

To the tables of analysis come three that hold the record itself: they are what is read back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from ..annotation.brat import SeedError, read_text
from ..annotation.problems import Report
from ..corpus.files import whole
from ..corpus.loading import coders, load
from ..corpus.schema import COLUMNS
from .projects import documents_of
from .record import record_losses, record_tables

__all__ = ["CITATION", "citation", "column_dictionary", "export_tables", "write_tables"]

TYPES = {
    "int64": "integer",
    "bool": "boolean",
    "boolean": "boolean",
    "datetime64[s]": "date",
    "str": "string",
}
PRIMARY = {
    "articles": ["doc"],
    "coders": ["doc", "coder"],
    "documents": ["doc", "coder"],
    "actors": ["actor", "coder"],
}
OF_ARTICLES = ("coders", "annotations", "documents")  # the other tables refer to documents
REFERS = {
    "doc": "documents",
    "sentence": "sentences",
    "attribution": "attributions",
    "parent": "attributions",
    "actor": "actors",
}
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
CITATION, README = "CITATION.cff", "README.md"
MIT = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}


def export_tables(
    folder: str | Path, destination: str | Path, forms: Sequence[str] = tuple(MEDIA)
) -> list[Path]:
    """Every table, all coders below one another, as `<table>.csv` and `<table>.parquet`, with a
    `datapackage.json` that describes them.

    Meanings of tables and columns come from the column dictionary of the seeds' README.md, and over
    it that of the folder's own.
    The same record gives the same bytes. `destination` must not exist yet; it is there whole or not
    at all. Gives the files written.
    """
    _written(Path(folder), Path(destination), documents_of(folder), forms)
    return sorted(Path(destination).iterdir())


def write_tables(folder: Path, destination: Path, forms: Sequence[str] = tuple(MEDIA)) -> list[str]:
    """`export_tables`, giving what the tables have no column for."""
    documents = documents_of(folder)
    _written(folder, destination, documents, forms)
    return record_losses(documents)


def _written(folder, destination, documents, forms):
    import pandas as pd

    corpora = [load(folder, coder) for coder in coders(folder)]
    tables = record_tables(documents) | {
        name: pd.concat([getattr(corpus, name) for corpus in corpora], ignore_index=True)
        for name in COLUMNS
    }
    meanings = column_dictionary(folder)
    with whole(destination) as draft:
        resources = []
        for name, table in tables.items():
            about, columns = meanings.get(name, ("", {}))
            schema = _schema(name, tables, columns)
            for form in forms:
                path = draft / f"{name}.{form}"
                _write_csv(path, table) if form == "csv" else _write_parquet(path, table, schema)
                resources.append(_resource(path, form, about, schema))
        package = _package(folder, corpora) | {"resources": resources}
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        (draft / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def column_dictionary(folder: str | Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Table -> (its meaning, column -> meaning), as README.md says it in sections headed by the
    tables' names: the seeds', and over it the folder's own.

    Raises `SeedError` where a README.md is no plain text.
    """
    from ..authoring.project import standard_folder

    meanings: dict[str, tuple[str, dict[str, str]]] = {}
    for path in (standard_folder() / README, Path(folder) / README):
        for name, body in _sections(path):
            about, columns = meanings.get(name, ("", {}))
            first = body.strip().split("\n", 1)[0]
            own = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", body, re.MULTILINE))
            meanings[name] = (
                about if first.startswith(("|", "#")) or not first else first,
                columns | own,
            )
    return meanings


def _sections(path):
    """(name, what stands below it) of each heading that names a table."""
    parts = re.split(r"^### `(\w+)`$", _words(path), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _words(path):
    """The text of a file that need not be there. Raises `SeedError` where it is no plain text."""
    problems = Report()
    text = (
        read_text(path, str(path), problems, empty=True, any_editor=True) if path.is_file() else ""
    )
    if problems:
        raise SeedError(problems)
    return text or ""


def _schema(name, tables, meanings):
    """Table Schema of a table: types, what may not be missing, its primary key, its foreign
    keys."""
    key = _primary(name)
    fields = [
        _field(column, str(kind), column in key, meanings.get(column))
        for column, kind in tables[name].dtypes.items()
    ]
    return {
        "fields": fields,
        "missingValues": [""],
        "primaryKey": key,
        "foreignKeys": _foreign(name, tables),
    }


def _field(column, kind, in_key, meaning):
    field = {"name": column, "type": TYPES[kind]} | ({"description": meaning} if meaning else {})
    return field | (
        {"constraints": {"required": True}} if in_key or kind in ("int64", "bool") else {}
    )


def _primary(name):
    return PRIMARY.get(name, ["doc", "id", "coder"])


def _foreign(name, tables):
    """The keys into other tables that every row keeps; none is declared where a cell may be missing
    or holds several ids."""
    found = []
    for column, other in (REFERS | ({"doc": "articles"} if name in OF_ARTICLES else {})).items():
        key = _primary(other)
        fields = [column if part == _own(key) else part for part in key]
        if (
            set(fields) <= set(tables[name].columns)
            and fields != _primary(name)
            and _kept(tables[name][fields], tables[other][key])
        ):
            found.append(
                {
                    "fields": fields,
                    "reference": {"resource": "" if other == name else other, "fields": key},
                }
            )
    return found


def _own(key):
    """The part of a primary key that names a row within an article and a coding."""
    return [part for part in key if part != "coder"][-1]


def _kept(here, there):
    rows = set(here.itertuples(index=False, name=None))
    return rows <= set(there.itertuples(index=False, name=None))


def _write_csv(path, table):
    truths = {
        column: table[column].map({True: "true", False: "false"})
        for column in table.select_dtypes(["bool", "boolean"])
    }
    table.assign(**truths).to_csv(
        path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d"
    )


def _write_parquet(path, table, schema):
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "string": pa.string(),
    }
    fields = [
        pa.field(field["name"], kinds[field["type"]], nullable="constraints" not in field)
        for field in schema["fields"]
    ]
    rows = pa.Table.from_pandas(table, pa.schema(fields), preserve_index=False)
    parquet.write_table(rows.replace_schema_metadata(), path)


def _resource(path, form, about, schema):
    """One file: its size, its checksum, and what its columns mean. Parquet, which is no text table
    to the standard, says what it repeats."""
    data = path.read_bytes()
    table = {
        "name": path.stem,
        "profile": "tabular-data-resource",
        "description": about,
        "encoding": "utf-8",
        "schema": schema,
    }
    copy = {
        "name": f"{path.stem}-{form}",
        "profile": "data-resource",
        "type": "file",
        "description": f"The rows of {path.stem}.csv, typed.",
    }
    return {
        **(table if form == "csv" else copy),
        "path": path.name,
        "format": form,
        "mediatype": MEDIA[form],
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _package(folder, corpora):
    """What the package says of the whole: the citation's title, version and licence; each article
    as a source, with the rights in it."""
    cited = dict(
        re.findall(
            r"""^(title|version|license): *(?![>|\[])["']?(.*?)["']?(?: +#.*)? *$""",
            citation(folder),
            re.MULTILINE,
        )
    )
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower())
    meta = {doc: entry for corpus in corpora for doc, entry in corpus.meta.items()}
    rights = "; ".join(dict.fromkeys(entry["rights"] for entry in meta.values()))
    return {
        "profile": "data-package",
        "name": f"{name}-tables",
        "title": cited.get("title", f"Annotated articles: {name}"),
        "version": cited.get("version", corpora[0].codebook.version),
        "description": (
            f"What {' '.join(sorted({corpus.coder for corpus in corpora}))} coded. Words quoted "
            f"from the articles: {rights}"
        ),
        **(
            {"licenses": [MIT if licence == "MIT" else {"name": licence}]}
            if re.fullmatch(r"[-\w.+]+", licence := cited.get("license", ""), re.ASCII)
            else {}
        ),
        "sources": [
            {
                "title": f"{entry['title']} ({entry['outlet']}, {entry['published']}): {doc}",
                "rights": entry["rights"],
            }
            for doc, entry in meta.items()
        ],
    }


def citation(folder: Path) -> str:
    """What CITATION.cff says of a folder's articles: the one in it; beside it only where the folder
    is called seeds, as the collection's is. Else nothing.

    A folder within somebody's repository is not what the repository's own citation is about. Raises
    `SeedError` where the file is no plain text.
    """
    beside = [folder.resolve().parent / CITATION] if folder.resolve().name == "seeds" else []
    return _words(
        next((path for path in (folder / CITATION, *beside) if path.is_file()), folder / CITATION)
    )
