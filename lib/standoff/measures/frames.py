"""One measure for every engine: tables of pandas, Polars (eager or lazy), DuckDB (relations) and
Dask, asked through Narwhals.

A measure reads its tables with `table`, says what it wants in Narwhals, and hands the answer out
with `finished`: a table of the engine that it was
given, with whole numbers as 64-bit integers, in a stated order. Beside that stand the three things
that Narwhals has no word for: a row for each id
of a cell (`each`), the ids of several cells joined again (`joined`), and a small table taken to
another engine (`bring`); and what Dask needs so that
it does not lose its way (`settled`).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from ..annotation.structure_checks import ARTICLE
from ..corpus.schema import TYPES

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "bring",
    "collect",
    "dated",
    "each",
    "finished",
    "grouped",
    "inside",
    "joined",
    "local",
    "ratio",
    "settled",
    "table",
]


def table(corpus, name: str):
    """A table of a corpus, of whichever engine, as Narwhals sees it. TypeError for what is no table
    of an engine that it knows."""
    return _seen(getattr(corpus, name))


def _seen(native):
    """A native table as Narwhals sees it, without its announcement that Dask will move to a package
    of its own, which is not out yet."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dask support is moving out of Narwhals", FutureWarning)
        return nw.from_native(native)


def inside(frame, captions: bool = False):
    """Rows that stand in article text, with `captions` in captions too."""
    return frame.filter(nw.col("zone").is_in([*ARTICLE, "Caption"] if captions else list(ARTICLE)))


def dated(frame, corpus):
    """A table with the day of publication of each article, by which articles are ordered."""
    return frame.join(table(corpus, "documents").select("doc", "published"), on="doc", how="left")


def local(corpus, name: str, captions: bool = False) -> pd.DataFrame:
    """Rows of a table of any engine that stand in article text (with `captions` in captions too),
    in memory as pandas."""
    return collect(inside(table(corpus, name), captions))


def ratio(part: str, whole: str):
    """One column divided by another; missing where there is nothing to divide by."""
    return (
        nw.when(nw.col(whole) != 0)
        .then(nw.col(part).cast(nw.Float64) / nw.col(whole).cast(nw.Float64))
        .otherwise(None)
    )


def grouped(frame, keys: str, *measures, **named):
    """`frame.group_by(…).agg(…)` for every engine; `keys` are names of columns with blanks between.

    A Dask table then forgets how it was made.
    """
    return settled(frame.group_by(keys.split()).agg(*measures, **named))


def settled(frame):
    """A Dask table as a plain graph of tasks, any other as it is.

    Dask 2026.8 loses its way when what it has grouped is joined on other columns (a KeyError from
    its optimiser); and its optimiser and scheduler need
    time that grows exponentially with the steps behind a table that is used twice, for they do not
    see that the two are one.
    """
    if not frame.implementation.is_dask():
        return frame
    import dask.dataframe as dd

    best = nw.to_native(frame).optimize()
    return _seen(
        dd.from_graph(
            best.__dask_graph__(), best._meta, best.divisions, best.__dask_keys__(), "standoff"
        )
    )


def finished(frame, columns: str, order: str, whole: str = ""):
    """A table of the engine that `frame` came from: these columns, those named in `whole` as
    integers, sorted by `order`.

    A column of `order` with a - before it goes from the largest down; missing values come last.
    """
    names = [name.removeprefix("-") for name in order.split()]
    frame = frame.with_columns(nw.col(*whole.split()).cast(nw.Int64)) if whole else frame
    frame = settled(frame).sort(
        *names, descending=[name.startswith("-") for name in order.split()], nulls_last=True
    )
    native = nw.to_native(frame.select(columns.split()))
    return native.reset_index(drop=True) if frame.implementation.is_pandas() else native


def collect(frame) -> pd.DataFrame:
    """A table of any engine, worked out and in memory, as pandas with the types that
    `standoff.load` gives its columns."""
    frame = _seen(frame)
    if frame.implementation.is_pandas():
        return nw.to_native(frame)
    if frame.implementation.is_dask():
        found = nw.to_native(frame).compute().reset_index(drop=True)
    else:
        found = (
            (frame.collect("pyarrow") if isinstance(frame, nw.LazyFrame) else frame)
            .to_arrow()
            .to_pandas()
        )
    words = {name: "str" for name in found.select_dtypes(["string", "object"])}
    return found.astype(words | {name: TYPES[name] for name in found.columns if name in TYPES})


def bring(rows: pd.DataFrame, like):
    """A pandas table as one of the engine, and for DuckDB of the connection, that `like` is of."""
    kind = like.implementation
    if kind.is_pandas():
        return _seen(rows)
    if kind.is_dask():
        import dask.dataframe as dd

        return _seen(dd.from_pandas(rows, npartitions=1))
    if kind.is_duckdb():
        return _seen(nw.to_native(like).query("_", "SELECT * FROM rows"))
    import polars as pl

    brought = pl.from_pandas(rows)
    return _seen(brought.lazy() if isinstance(like, nw.LazyFrame) else brought)


def each(frame, column: str, names: dict[str, str] | None = None, once: tuple[str, ...] = ()):
    """One row for each id of a cell that holds several, joined by a blank; none for an empty cell.

    `names` puts another id in the place of each that it knows; `once` names columns whose values
    then occur together once, for cells
    whose ids get the same name.
    """
    frame = frame.filter(~nw.col(column).is_null())
    several = nw.col(column).str.contains(" ", literal=True)
    single, many = frame.filter(~several), _exploded(frame.filter(several), column)
    if names is None:
        return settled(nw.concat([single, many]))
    import pandas as pd

    known = bring(pd.DataFrame({column: names.keys(), "_name": names.values()}, dtype="str"), frame)
    order = frame.collect_schema().names()
    single, many = (
        part.join(known, on=column, how="left")
        .with_columns(nw.coalesce("_name", column).alias(column))
        .select(order)
        for part in (single, many)
    )
    return settled(nw.concat([single, many.unique(list(once)) if once else many]))


def _exploded(frame, column):
    """The ids of cells that hold several; pandas and Dask have no lists that Narwhals could split
    words into."""
    if frame.implementation.is_pandas() or frame.implementation.is_dask():
        native = nw.to_native(frame)
        split = native.assign(**{column: native[column].str.split(" ")}).explode(column)
        return _seen(split.astype({column: native[column].dtype}))
    return frame.with_columns(nw.col(column).str.split(" ")).explode(column)


def joined(frame, keys: str, columns: str, order: str):
    """One row a group: the ids in the cells of its rows, taken in `order`, each id once, joined by
    a blank; missing where there are none."""
    keys, columns, order = keys.split(), columns.split(), order.split()
    native, kind = nw.to_native(frame.select([*keys, *columns, *order])), frame.implementation
    if kind.is_pandas():
        return _seen(_joined(native, keys, columns, order))
    if kind.is_dask():
        meta = native._meta[[*keys, *columns]]
        return _seen(
            native.shuffle(on=keys).map_partitions(_joined, keys, columns, order, meta=meta)
        )
    if kind.is_duckdb():
        keys_, by = (", ".join(f'"{name}"' for name in names) for names in (keys, order))
        gathered = native.aggregate(
            f"{keys_}, "
            + ", ".join(
                f"""string_split(string_agg("{c}", ' ' ORDER BY {by}), ' ') AS "{c}\""""
                for c in columns
            )
        )
        once = ", ".join(
            f'array_to_string(list_filter("{c}", '
            f"""lambda x, i: list_position("{c}", x) = i), ' ') AS "{c}\""""
            for c in columns
        )
        return _seen(gathered.project(f"{keys_}, {once}"))
    import polars as pl

    def ids(column):
        text = (
            pl.col(column)
            .sort_by(order)
            .drop_nulls()
            .str.join(" ")
            .str.split(" ")
            .list.unique(maintain_order=True)
            .list.join(" ")
        )
        return pl.when(text != "").then(text).alias(column)

    return _seen(native.group_by(keys).agg([ids(column) for column in columns]))


def _joined(table, keys, columns, order):
    """The same for pandas, and for one part of a Dask table."""
    groups = table.sort_values(order).groupby(keys, sort=False, as_index=False)
    return (
        groups[columns]
        .agg(lambda cells: " ".join(dict.fromkeys(" ".join(cells.dropna()).split())) or None)
        .astype(table[[*keys, *columns]].dtypes)
    )
