"""Tables of many articles as Parquet, read by DuckDB, Polars or Dask."""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .dataset import scan as scan
    from .dataset import write as write

__getattr__, __dir__, __all__ = attach(__name__, {"dataset": "scan write"})
