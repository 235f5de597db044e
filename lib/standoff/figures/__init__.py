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
    from .framing import calling, frames, functions, key_words, sightings, voices_of_frames
    from .names import labels, named
    from .sourcing import citations, heard, naming
    from .texts import share_of_words, strip, zones

__all__ = [
    "Figure",
    "Table",
    "agreement",
    "calling",
    "citations",
    "dealings",
    "fates",
    "frames",
    "functions",
    "heard",
    "key_words",
    "labels",
    "matrix",
    "named",
    "naming",
    "periods",
    "reading",
    "share_of_words",
    "sightings",
    "strip",
    "telling",
    "timeline",
    "voices_of_frames",
    "zones",
]

MODULES = {
    "chronology": ["telling", "timeline"],
    "coders": ["agreement", "fates"],
    "diplomacy": ["dealings", "matrix", "periods"],
    "display": ["Figure", "Table"],
    "framing": [
        "calling",
        "frames",
        "functions",
        "key_words",
        "sightings",
        "voices_of_frames",
    ],
    "names": ["labels", "named"],
    "sourcing": ["citations", "heard", "naming"],
    "texts": ["share_of_words", "strip", "zones"],
}
NAMES = {name: module for module, names in MODULES.items() for name in names} | {"reading": ""}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
