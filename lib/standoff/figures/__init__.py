"""One function a figure: tables in, `Figure` out. Titles say what is shown; readings are worked out
from the same table.

Any number of articles will do. `common.drawn` says which are drawn one by one; all others are added
up in one more panel where a figure
shows counts, and are said not to be drawn where it shows places in a text or single events. A
figure without rows says so.
"""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from . import reading
    from .chronology import telling, timeline
    from .coders import agreement, fates
    from .common import labels
    from .diplomacy import dealings, matrix, periods
    from .display import Figure, Table, named
    from .framing import calling, frames, functions, key_words, sightings, voices_of_frames
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
    **dict.fromkeys(["reading"], ""),
    **dict.fromkeys(["telling", "timeline"], "chronology"),
    **dict.fromkeys(["agreement", "fates"], "coders"),
    **dict.fromkeys(["labels"], "common"),
    **dict.fromkeys(["dealings", "matrix", "periods"], "diplomacy"),
    **dict.fromkeys(["Figure", "Table", "named"], "display"),
    **dict.fromkeys(
        ["calling", "frames", "functions", "key_words", "sightings", "voices_of_frames"], "framing"
    ),
    **dict.fromkeys(["citations", "heard", "naming"], "sourcing"),
    **dict.fromkeys(["share_of_words", "strip", "zones"], "texts"),
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
