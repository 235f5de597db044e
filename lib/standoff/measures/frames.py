"""Tables of pandas, Polars (eager or lazy), DuckDB and Dask, opened so that a measure takes any.

A measure opens its tables with `table`, works on them in Narwhals, and returns a table of the same
engine through `to_native`, in a stated order and with counts as 64-bit integers. `collect` brings a
table of any engine into memory as pandas.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw

from ..annotation.zone_labels import ARTICLE
from ..corpus.schema import TYPES

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Expr",
    "Frame",
    "NativeTable",
    "Tables",
    "by_publication",
    "collect",
    "explode_ids",
    "grouped",
    "in_article",
    "local",
    "materialize",
    "ratio",
    "split_ids",
    "table",
    "to_engine",
    "to_native",
]

Tables: TypeAlias = Any  # a Corpus, or any object that has the tables as attributes
NativeTable: TypeAlias = Any  # a table of any engine
Frame: TypeAlias = Any  # a Narwhals DataFrame or LazyFrame; their union cannot be joined in types
Expr: TypeAlias = nw.Expr


def table(corpus: Tables, name: str) -> Frame:
    """A table of a corpus of any engine as a Narwhals frame.

    Raises TypeError where it is not a table of an engine that Narwhals knows.
    """
    return _from_native(getattr(corpus, name))


def _from_native(native: NativeTable) -> Frame:
    with warnings.catch_warnings():
        # the package to which Narwhals says it will move Dask is not out yet
        warnings.filterwarnings("ignore", "Dask support is moving out of Narwhals", FutureWarning)
        return nw.from_native(native)


def in_article(frame: Frame, captions: bool = False) -> Frame:
    """Rows in article text, with `captions` also those in captions."""
    return frame.filter(nw.col("zone").is_in([*ARTICLE, "Caption"] if captions else list(ARTICLE)))


def by_publication(
    frame: Frame, corpus: Tables, columns: str, order: str, whole: str = ""
) -> NativeTable:
    """`to_native`, with articles in the order of their publication."""
    days = table(corpus, "documents").select("doc", "published")
    return to_native(frame.join(days, on="doc", how="left"), columns, f"published {order}", whole)


def local(corpus: Tables, name: str, captions: bool = False) -> pd.DataFrame:
    """Rows of a table in article text (with `captions` also in captions), in memory as pandas."""
    return collect(in_article(table(corpus, name), captions))


def ratio(part: str, whole: str) -> Expr:
    """One column divided by another; missing where the other is 0."""
    return (
        nw.when(nw.col(whole) != 0)
        .then(nw.col(part).cast(nw.Float64()) / nw.col(whole).cast(nw.Float64()))
        .otherwise(None)
    )


def grouped(frame: Frame, keys: str, *aggregates: Expr, **named: Expr) -> Frame:
    """`frame.group_by(keys).agg(…)` for every engine; `keys` are names of columns separated by
    blanks."""
    return materialize(frame.group_by(keys.split()).agg(*aggregates, **named))


def materialize(frame: Frame) -> Frame:
    """A Dask table as a plain graph of tasks, without the steps behind it; any other unchanged.

    Dask 2026.8 raises KeyError from its optimiser when grouped tables are joined on other columns,
    and its time grows exponentially with the steps behind a table that is used twice.
    """
    if not frame.implementation.is_dask():
        return frame
    import dask.dataframe as dd

    best = nw.to_native(frame).optimize()
    return _from_native(
        dd.from_graph(  # type: ignore[no-untyped-call]  # Dask has no types
            best.__dask_graph__(), best._meta, best.divisions, best.__dask_keys__(), "standoff"
        )
    )


def to_native(frame: Frame, columns: str, order: str, whole: str = "") -> NativeTable:
    """A table of the engine that `frame` came from: these columns, sorted by `order`, those in
    `whole` as integers.

    Names are separated by blanks. A column of `order` preceded by - descends; missing values come
    last.
    """
    keys = order.split()
    if whole:
        frame = frame.with_columns(nw.col(*whole.split()).cast(nw.Int64()))
    frame = materialize(frame).sort(
        *(key.removeprefix("-") for key in keys),
        descending=[key.startswith("-") for key in keys],
        nulls_last=True,
    )
    native = nw.to_native(frame.select(columns.split()))
    return native.reset_index(drop=True) if frame.implementation.is_pandas() else native


def collect(native: NativeTable) -> pd.DataFrame:
    """A table of any engine (native or Narwhals) computed and in memory, as pandas with the types
    that `standoff.load` gives its columns.

    >>> import polars
    >>> collect(polars.DataFrame({"doc": ["a"], "words": [3]}).lazy())
      doc  words
    0   a      3
    """
    frame = _from_native(native)
    if frame.implementation.is_pandas():
        return nw.to_native(frame)
    if frame.implementation.is_dask():
        rows = nw.to_native(frame).compute().reset_index(drop=True)
    else:
        arrow = frame.collect("pyarrow") if isinstance(frame, nw.LazyFrame) else frame
        rows = arrow.to_arrow().to_pandas()
    words = {name: "str" for name in rows.select_dtypes(["string", "object"])}
    return rows.astype(words | {name: TYPES[name] for name in rows.columns if name in TYPES})


def to_engine(rows: pd.DataFrame, like: Frame) -> Frame:
    """A pandas table in the engine of `like`, and for DuckDB on its connection."""
    engine = like.implementation
    if engine.is_pandas():
        return _from_native(rows)
    if engine.is_dask():
        import dask.dataframe as dd

        # Dask has no types
        return _from_native(dd.from_pandas(rows, npartitions=1))  # type: ignore[no-untyped-call]
    if engine.is_duckdb():
        return _from_native(nw.to_native(like).query("_", "SELECT * FROM rows"))
    import polars as pl

    eager = pl.from_pandas(rows)
    return _from_native(eager.lazy() if isinstance(like, nw.LazyFrame) else eager)


def split_ids(cell: object) -> list[str]:
    """The ids in a cell of a table, none of a missing one.

    >>> split_ids("nato kabul"), split_ids(None)
    (['nato', 'kabul'], [])
    """
    return cell.split() if isinstance(cell, str) else []


def explode_ids(
    frame: Frame, column: str, names: dict[str, str] | None = None, once: Sequence[str] = ()
) -> Frame:
    """One row for each id of a cell that holds several, separated by blanks; none for an empty
    cell.

    `names` maps ids to the ids to count them under. `once` names columns whose values then occur
    together only once, for cells whose ids get the same name.
    """
    frame = frame.filter(~nw.col(column).is_null())
    if frame.implementation.is_pandas() or frame.implementation.is_dask():
        native = nw.to_native(frame)  # here Narwhals cannot split words into lists
        lists = native.assign(**{column: native[column].str.split(" ")}).explode(column)
        frame = _from_native(lists.astype({column: native[column].dtype}))
    else:
        frame = frame.with_columns(nw.col(column).str.split(" ")).explode(column)
    if names is None:
        return materialize(frame)
    import pandas as pd

    known = pd.DataFrame({column: names.keys(), "_name": names.values()}, dtype="str")
    order = frame.collect_schema().names()
    frame = frame.join(to_engine(known, frame), on=column, how="left")
    frame = frame.with_columns(nw.coalesce("_name", column).alias(column)).select(order)
    return materialize(frame.unique(list(once)) if once else frame)
