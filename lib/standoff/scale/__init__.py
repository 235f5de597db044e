"""Tables of many articles as Parquet, read by DuckDB, Polars or Dask."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .dataset import scan, write

__all__ = ["scan", "write"]

NAMES = {"scan": "dataset", "write": "dataset"}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
