"""One function per figure: tables in, `Figure` out; `Table` and `named` for tables to be read.

A title says what is shown; the reading beneath is computed from the same table. Of more
than `articles.MOST_ARTICLES` articles a figure draws the longest, and says so. A figure of an empty
table says that there is nothing to show. `reading` shows an article with its annotation.
"""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from . import reading
    from .chronology import telling, timeline
    from .coders import agreement, fates
    from .diplomacy import dealings, matrix, periods
    from .display import Figure, Table
    from .framing import frames
    from .names import labels, named
    from .sourcing import heard, ways
    from .texts import strip

__all__ = [
    "Figure",
    "Table",
    "agreement",
    "dealings",
    "fates",
    "frames",
    "heard",
    "labels",
    "matrix",
    "named",
    "periods",
    "reading",
    "strip",
    "telling",
    "timeline",
    "ways",
]

NAMES = {
    "Figure": "display",
    "Table": "display",
    "agreement": "coders",
    "dealings": "diplomacy",
    "fates": "coders",
    "frames": "framing",
    "heard": "sourcing",
    "labels": "names",
    "matrix": "diplomacy",
    "named": "names",
    "periods": "diplomacy",
    "reading": "",  # a module
    "strip": "texts",
    "telling": "chronology",
    "timeline": "chronology",
    "ways": "sourcing",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
