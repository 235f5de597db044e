"""One function per figure: tables in, `Figure` out; `Table` and `named` for tables to be read.

A title says what is shown; the reading beneath is computed from the same table. Of more
than `articles.MOST_ARTICLES` articles a figure draws the longest, and says so. A figure of an empty
table says that there is nothing to show. `reading` shows an article with its annotation.
"""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from . import reading
    from .accusations import charges
    from .chronology import telling
    from .closereading import ladder
    from .coders import agreement
    from .diplomacy import matrix
    from .display import Figure, Table
    from .framing import frames
    from .names import labels, named
    from .sourcing import heard, ways
    from .texts import strip

__all__ = [
    "Figure",
    "Table",
    "agreement",
    "charges",
    "frames",
    "heard",
    "labels",
    "ladder",
    "matrix",
    "named",
    "reading",
    "strip",
    "telling",
    "ways",
]

NAMES = {
    "Figure": "display",
    "Table": "display",
    "agreement": "coders",
    "charges": "accusations",
    "frames": "framing",
    "heard": "sourcing",
    "labels": "names",
    "ladder": "closereading",
    "matrix": "diplomacy",
    "named": "names",
    "reading": "",  # a module
    "strip": "texts",
    "telling": "chronology",
    "ways": "sourcing",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
