"""The tables of many articles as Parquet, read by the engine that suits their size.

A dataset is a folder. It holds `<table>/part-00000.parquet` and so on, each part with a range of
articles, and `manifest.json`, which is written last and gives the version of the tables and the
rows of each part. A writer that is stopped leaves no folder of that name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.did_you_mean import check_known
from ..annotation.problems import Problem, Report, SeedError
from ..corpus.safe_writing import DRAFT, new_folder, write_text
from ..corpus.schema import COLUMNS, with_types

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["MANIFEST", "Dataset", "scan", "slices", "write"]

SCHEMA = 1  # version of the manifest and the tables; other versions are refused
MANIFEST = "manifest.json"
PER_PART = 1000  # articles
EXTRAS = {"duckdb": "scale", "polars": "scale", "dask": "cluster"}
ENGINES = (*EXTRAS, "pandas")

Tables = Mapping[str, "pd.DataFrame"]


@dataclass
class Dataset(AbstractContextManager["Dataset"]):
    """The tables of a dataset in one engine, as attributes like those of a `Corpus`.

    `connection` is DuckDB's connection or Dask's client, else None; leaving a `with` block closes
    it. `manifest` is the content of `manifest.json`.
    """

    folder: Path
    engine: str
    coder: str
    manifest: dict[str, Any]
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
        """Close the connection, if there is one."""
        if self.connection is not None:
            self.connection.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def slices(corpus: Corpus, size: int = PER_PART) -> Iterator[dict[str, pd.DataFrame]]:
    """Yield the tables of at most `size` articles at a time, in the order of the articles' names.

    Each table has its rows article after article; that of actors is always complete.
    """
    docs = sorted(corpus.documents["doc"])
    for first in range(0, len(docs), size):
        tables = _tables(corpus.only(docs[first : first + size]))
        yield {
            name: table.sort_values("doc", kind="stable") if "doc" in table else table
            for name, table in tables.items()
        }


def _tables(batch: Corpus | Tables) -> dict[str, pd.DataFrame]:
    if isinstance(batch, Mapping):
        return dict(batch)
    return {name: getattr(batch, name) for name in COLUMNS}


def write(batches: Iterable[Corpus | Tables], folder: str | Path) -> Path:
    """Write batches of articles as one dataset, and return its folder.

    A batch is a `Corpus` or its tables by name, and becomes one part of every table; one batch is
    in memory at a time. `folder` must not exist (`FileExistsError`); it is written completely or
    not at all. Raises `ValueError` if there is no article, and `SeedError` with the reasons if all
    articles were set aside.
    """
    set_aside: list[Problem] = []
    manifest: dict[str, Any] = {
        name: {"columns": columns, "rows": 0, "parts": []} for name, columns in COLUMNS.items()
    }
    coder = None
    with new_folder(folder) as draft:
        for batch in batches:
            set_aside += chain.from_iterable(getattr(batch, "set_aside", {}).values())
            tables = _tables(batch)
            if tables["documents"].empty:
                continue
            for name, entry in manifest.items():
                if name == "actors" and coder:
                    continue  # all articles share one registry
                path, rows = _part_path(name, len(entry["parts"])), len(tables[name])
                (draft / name).mkdir(exist_ok=True)
                table = tables[name][entry["columns"]]
                table.to_parquet(draft / path, compression="zstd", index=False)
                entry["parts"].append({"path": path, "rows": rows})
                entry["rows"] += rows
            coder = coder or tables["documents"]["coder"].iloc[0]
        if coder is None and set_aside:
            raise SeedError(set_aside)
        if coder is None:
            raise ValueError("no article to write; expected at least one")
        content = {"schema": SCHEMA, "coder": coder, "tables": manifest}
        write_text(draft / MANIFEST, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return Path(folder)


def _part_path(table: str, number: int) -> str:
    return f"{table}/part-{number:05}.parquet"


def scan(
    folder: str | Path, engine: str = "duckdb", scheduler: str | None = None, verify: bool = True
) -> Dataset:
    """Return the tables of a dataset, which are read when a measure asks for them.

    `engine` is "duckdb" (relations), "polars" (lazy frames), "dask", or "pandas" (all in memory).
    `scheduler` is the address of a Dask cluster, whose workers must see `folder` under the same
    path; without one Dask computes here. `verify` compares the rows of every part with the
    manifest. Raises `SeedError` listing everything that does not fit, `ValueError` for an unknown
    engine, and `ImportError` if the engine's package is missing.
    """
    check_known(engine, ENGINES, "unknown engine")
    if scheduler is not None and engine != "dask":
        raise ValueError(f"a scheduler is Dask's, and the engine is '{engine}'")
    folder = Path(folder)
    report = Report()
    manifest = _read_manifest(folder, report)
    report.raise_if_any()
    _check_parts(folder, manifest["tables"], verify, report)
    report.raise_if_any()
    try:
        connection, read = _open(engine, scheduler)
    except ImportError as error:
        raise ImportError(
            f"the engine '{engine}' needs the package {error.name}: pip install "
            f"'standoff[{EXTRAS[engine]}]'"
        ) from error
    tables = {
        name: read([str(folder / part["path"]) for part in table["parts"]])
        for name, table in manifest["tables"].items()
    }
    return Dataset(folder, engine, manifest["coder"], manifest, connection, **tables)


def _open(engine: str, scheduler: str | None) -> tuple[Any, Callable[[list[str]], Any]]:
    """The connection to close in the end, and a function that makes a table of Parquet files."""
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
    return None, _read_with_pandas


def _read_with_pandas(paths: list[str]) -> pd.DataFrame:
    import pandas as pd

    return with_types(pd.concat(map(pd.read_parquet, paths), ignore_index=True))


def _read_manifest(folder: Path, report: Report) -> dict[str, Any]:
    """The manifest of a dataset; everything wrong with it is added to `report`."""
    path = folder / MANIFEST
    if not path.is_file():
        drafts = ", ".join(str(draft) for draft in folder.parent.glob(f".{folder.name}.*{DRAFT}"))
        hint = f"; writing it was cut short: {drafts} may be deleted" if drafts else ""
        message = f"no {MANIFEST} here; expected a dataset that was written to its end{hint}"
        report.at(folder).error(1, "E-dataset-incomplete", message)
        return {}
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = manifest["schema"]
        complete = version == SCHEMA and _is_complete(manifest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"is not a manifest ({error!r}); expected what Corpus.write writes"
        report.at(path).error(1, "E-dataset-manifest", message)
        return {}
    if version != SCHEMA:
        message = f"has the schema {version!r}; expected {SCHEMA}: write the dataset again"
        report.at(path).error(1, "E-dataset-version", message)
    elif not complete:
        message = "lists other tables, columns, rows or parts than expected: write it again"
        report.at(path).error(1, "E-dataset-manifest", message)
    return manifest


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest lists every table with its columns, and parts with the right names."""
    columns = {}
    for name, table in manifest["tables"].items():
        columns[name] = table["columns"]
        paths = [part["path"] for part in table["parts"]]
        if not paths or paths != [_part_path(name, number) for number in range(len(paths))]:
            return False
    return isinstance(manifest["coder"], str) and columns == COLUMNS


def _check_parts(folder: Path, tables: Mapping[str, Any], verify: bool, report: Report) -> None:
    """Report parts that are missing, not in the manifest or, if `verify`, of other rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = {part["path"]: part["rows"] for table in tables.values() for part in table["parts"]}
    present = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    for path in sorted(present - listed.keys()):
        message = "is not in the manifest; expected only the parts that it lists"
        report.at(folder / path).error(1, "E-dataset-part-unlisted", message)
    for path, rows in listed.items():
        if path not in present:
            message = "no such file; expected one, as the manifest lists it"
            report.at(folder / path).error(1, "E-dataset-part-missing", message)
        elif verify:
            try:
                actual = pq.read_metadata(folder / path).num_rows
            except pa.ArrowInvalid as error:
                actual = f"unreadable ({error}) "
            if actual != rows:
                message = f"has {actual} rows; expected {rows} of the manifest"
                report.at(folder / path).error(1, "E-dataset-rows", message)
