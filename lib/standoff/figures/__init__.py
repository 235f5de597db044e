"""One function per figure: tables in, `Figure` out; `Table` and `named` for tables to be read.

A title says what is shown; the reading beneath is computed from the same table. Of more
than `articles.MOST_ARTICLES` articles a figure draws the longest, and says so. A figure of an empty
table says that there is nothing to show. `reading` shows an article with its annotation.
"""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from . import reading as reading
    from .accusations import charges as charges
    from .chronology import telling as telling
    from .closereading import ladder as ladder
    from .coders import agreement as agreement
    from .diplomacy import matrix as matrix
    from .display import Figure as Figure
    from .display import Table as Table
    from .framing import frames as frames
    from .names import labels as labels
    from .names import named as named
    from .sourcing import heard as heard
    from .sourcing import ways as ways
    from .texts import strip as strip

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "": "reading",
        "accusations": "charges",
        "chronology": "telling",
        "closereading": "ladder",
        "coders": "agreement",
        "diplomacy": "matrix",
        "display": "Figure Table",
        "framing": "frames",
        "names": "labels named",
        "sourcing": "heard ways",
        "texts": "strip",
    },
)
