"""The tables of many articles as Parquet, written in a stream and read by the engine that the size
calls for.

A dataset is a folder: `<table>/part-00000.parquet` and so on, a part a range of articles, and
`manifest.json`, which is written last and says how
many rows each part has and what its checksum is. A writer that is stopped leaves no folder of that
name, and one without a manifest is none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.brat import Problem, SeedError
from ..annotation.suggest import suggest
from ..corpus.files import DRAFT, checksum, new_folder
from ..corpus.schema import COLUMNS, TYPES

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["Dataset", "scan", "slices", "write"]

SCHEMA = 1  # of the manifest and of the tables; one that is not known is refused
MANIFEST = "manifest.json"
PER_PART = 1000  # articles
EXTRAS = {"duckdb": "scale", "polars": "scale", "dask": "cluster"}


@dataclass
class Dataset(AbstractContextManager):
    """A dataset's tables in one engine, each an attribute as of a `Corpus`, for the measures; what
    lies behind them, and what the manifest says.

    `connection`: DuckDB's connection or Dask's client, where there is one. Usable in `with`, which
    closes it.
    """

    folder: Path
    engine: str
    coder: str
    manifest: dict
    connection: Any
    documents: Any
    zones: Any
    sentences: Any
    actors: Any
    mentions: Any
    attributions: Any
    quotations: Any
    frames: Any
    times: Any
    events: Any
    links: Any

    def close(self) -> None:
        """End the connection."""
        if self.connection is not None:
            self.connection.close()

    def __exit__(self, *_):
        self.close()


def slices(corpus: Corpus, size: int = PER_PART) -> Iterator[dict]:
    """The tables of a corpus, a range of at most `size` articles at a time, in the order of their
    ids: table -> pandas DataFrame."""
    docs = sorted(corpus.documents["doc"])
    part_of = {doc: number // size for number, doc in enumerate(docs)}
    parts = {
        name: dict(iter(table.groupby(table["doc"].map(part_of))))
        for name in COLUMNS
        if "doc" in (table := getattr(corpus, name))
    }
    for number in range(-(-len(docs) // size)):
        found = {name: of.get(number, getattr(corpus, name).head(0)) for name, of in parts.items()}
        yield {name: table.sort_values("doc", kind="stable") for name, table in found.items()} | {
            "actors": corpus.actors
        }


def write(batches: Iterable[Corpus | dict], folder: str | Path) -> Path:
    """A dataset of all that `batches` give: corpora, or their tables by name, each a part of every
    table; one is in memory at a time.

    `folder` must not be there yet (`FileExistsError`); it is there whole, when all is written, or
    not at all. ValueError where there is nothing;
    it is a `SeedError` with what is wrong where every article was set aside.
    """
    aside: list[Problem] = []
    with new_folder(folder) as draft:
        parts: dict[str, list[dict]] = {name: [] for name in COLUMNS}
        coder = None
        for number, tables in enumerate(_with_articles(batches, aside)):
            for name in COLUMNS:
                if name != "actors" or not number:  # the registry is one for all articles
                    rows = _arrow(name, tables[name])
                    parts[name].append(_write_part(draft, name, number, rows))
                    coder = rows["coder"][0].as_py() if name == "documents" else coder
        if coder is None and aside:
            raise SeedError(aside)
        if coder is None:
            raise ValueError("there is no article to write")
        _write_manifest(draft, coder, parts)
    return Path(folder)


def _with_articles(batches, aside):
    """The tables of each batch that holds articles; why others were set aside is added to
    `aside`."""
    for batch in batches:
        aside += chain.from_iterable(getattr(batch, "set_aside", {}).values())
        tables = (
            batch if isinstance(batch, dict) else {name: getattr(batch, name) for name in COLUMNS}
        )
        if len(tables["documents"]):
            yield tables


def _arrow(name, table):
    """A table of pandas or Arrow as Arrow, with the types that all parts share."""
    import pyarrow as pa

    kinds = {
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "boolean": pa.bool_(),
        "datetime64[s]": pa.timestamp("ms"),
        "str": pa.string(),
    }
    schema = pa.schema([(column, kinds[TYPES.get(column, "str")]) for column in COLUMNS[name]])
    if isinstance(table, pa.Table):
        return table.select(COLUMNS[name]).cast(schema)
    return pa.Table.from_pandas(table[COLUMNS[name]], schema, preserve_index=False)


def _write_part(draft, name, number, rows):
    """Write one part; what the manifest says of it."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = draft / name / f"part-{number:05}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(rows, path, compression="zstd")
    part = {
        "path": f"{name}/{path.name}",
        "rows": len(rows),
        "bytes": path.stat().st_size,
        "sha256": checksum(path),
    }
    docs = pc.min_max(rows["doc"]).as_py() if "doc" in rows.column_names and len(rows) else {}
    return part | ({"first": docs["min"], "last": docs["max"]} if docs else {})


def _write_manifest(draft, coder, parts):
    tables = {
        name: {"columns": COLUMNS[name], "rows": sum(part["rows"] for part in of), "parts": of}
        for name, of in parts.items()
    }
    with open(draft / MANIFEST, "w", encoding="utf-8", newline="\n") as file:
        json.dump(
            {"schema": SCHEMA, "coder": coder, "tables": tables}, file, ensure_ascii=False, indent=1
        )
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def scan(
    folder: str | Path, engine: str = "duckdb", scheduler: str | None = None, verify: bool = True
) -> Dataset:
    """The tables of a dataset, read when a measure asks: as relations of DuckDB, lazy frames of
    Polars, Dask's or (all in memory) pandas' own.

    `scheduler`: the address of a Dask cluster, whose workers must see `folder` under the same path;
    without one Dask computes here. Every part is
    checked against the manifest; without `verify` its checksum is not, which would read it all.
    Raises `SeedError` with everything that does not fit,
    ValueError for an engine that there is not, ImportError where its package is missing.
    """
    if engine not in (known := ("duckdb", "polars", "dask", "pandas")):
        raise ValueError(f"unknown engine '{engine}'; {suggest(engine, known)}")
    if scheduler is not None and engine != "dask":
        raise ValueError(f"a scheduler is Dask's, and the engine is '{engine}'")
    folder = Path(folder)
    manifest = _verified(folder, verify)
    files = {
        name: [str(folder / part["path"]) for part in table["parts"]]
        for name, table in manifest["tables"].items()
    }
    try:
        connection, read = _reader(engine, scheduler)
    except ImportError as error:
        raise ImportError(
            f"the engine '{engine}' needs the package {error.name}: pip install "
            f"'standoff[{EXTRAS[engine]}]'"
        ) from error
    return Dataset(
        folder,
        engine,
        manifest["coder"],
        manifest,
        connection,
        **{name: read(paths) for name, paths in files.items()},
    )


def _reader(engine, scheduler):
    """What must be closed in the end, and what makes a table of an engine from Parquet files."""
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        return connection, connection.read_parquet
    if engine == "polars":
        import polars as pl

        return None, pl.scan_parquet
    if engine == "dask":
        import dask.dataframe as dd

        client = None
        if scheduler is not None:
            from distributed import Client

            client = Client(scheduler)
        return client, dd.read_parquet
    return None, _in_memory


def _in_memory(paths):
    import pandas as pd

    table = pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
    return table.astype({column: TYPES.get(column, "str") for column in table.columns})


def _verified(folder: Path, deep: bool) -> dict:
    """The manifest of a dataset, every part of which is as it says."""
    path = folder / MANIFEST
    manifest = _manifest(folder, path)
    problems = [Problem(str(path), 1, what) for what in _misfits(manifest)]
    if problems:
        raise SeedError(problems)
    listed = {
        part["path"]: part for table in manifest["tables"].values() for part in table["parts"]
    }
    there = {found.relative_to(folder).as_posix() for found in folder.glob("*/*")}
    problems += [
        Problem(
            str(folder / name), 1, "is not in the manifest; expected the parts that it lists alone"
        )
        for name in sorted(there - listed.keys())
    ]
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda item: _part_misfit(folder / item[0], item[1], deep), listed.items())
        problems += [
            Problem(str(folder / name), 1, what)
            for name, what in zip(listed, found, strict=True)
            if what
        ]
    if problems:
        raise SeedError(problems)
    return manifest


def _manifest(folder, path):
    if not path.is_file():
        left = [str(draft) for draft in islice(folder.parent.glob(f".{folder.name}.*{DRAFT}"), 3)]
        cut = f"; writing it was cut short: {', '.join(left)} may be deleted" if left else ""
        raise SeedError(
            [
                Problem(
                    str(folder),
                    1,
                    f"no {MANIFEST} here; expected a dataset that was written to its end{cut}",
                )
            ]
        )
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SeedError(
            [
                Problem(
                    str(path),
                    getattr(error, "lineno", 1),
                    f"is no JSON ({error}); expected what Corpus.write writes",
                )
            ]
        ) from error


def _misfits(manifest):
    """What is wrong with a manifest itself."""
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        found = manifest.get("schema") if isinstance(manifest, dict) else type(manifest).__name__
        yield (
            f"has the schema {found!r}; expected {SCHEMA}: write the dataset anew with this "
            f"version of standoff"
        )
        return
    tables = manifest.get("tables")
    if (
        not isinstance(manifest.get("coder"), str)
        or not isinstance(tables, dict)
        or tables.keys() != COLUMNS.keys()
    ):
        yield f"expected a coder and the tables {', '.join(COLUMNS)}"
        return
    for name, table in tables.items():
        try:
            parts = table["parts"]
            named = parts and [part["path"] for part in parts] == [
                f"{name}/part-{number:05}.parquet" for number in range(len(parts))
            ]
            counted = all({"rows", "bytes", "sha256"} <= part.keys() for part in parts) and table[
                "rows"
            ] == sum(part["rows"] for part in parts)
            fits = table["columns"] == COLUMNS[name] and named and counted
        except (TypeError, KeyError, AttributeError):
            fits = False
        if not fits:
            yield f"table '{name}': columns, rows or parts are not as expected"


def _part_misfit(path, part, deep):
    """How a part differs from what the manifest says of it, or nothing."""
    import pyarrow.parquet as pq

    if not path.is_file() or path.is_symlink():
        return "no such file; expected one, as the manifest lists it"
    if (size := path.stat().st_size) != part["bytes"]:
        return f"has {size} bytes; expected {part['bytes']} of the manifest"
    if deep and (found := checksum(path)) != part["sha256"]:
        return f"has changed: its sha256 is {found}; expected {part['sha256']} of the manifest"
    if (rows := pq.read_metadata(path).num_rows) != part["rows"]:
        return f"has {rows} rows; expected {part['rows']} of the manifest"
    return None
