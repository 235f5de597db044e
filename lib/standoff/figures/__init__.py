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

NAMES = {
    "Figure": "display",
    "Table": "display",
    "agreement": "coders",
    "calling": "framing",
    "citations": "sourcing",
    "dealings": "diplomacy",
    "fates": "coders",
    "frames": "framing",
    "functions": "framing",
    "heard": "sourcing",
    "key_words": "framing",
    "labels": "names",
    "matrix": "diplomacy",
    "named": "names",
    "naming": "sourcing",
    "periods": "diplomacy",
    "reading": "",  # a module
    "share_of_words": "texts",
    "sightings": "framing",
    "strip": "texts",
    "telling": "chronology",
    "timeline": "chronology",
    "voices_of_frames": "framing",
    "zones": "texts",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
