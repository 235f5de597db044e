"""One function a figure: tables in, `Figure` out. Titles say what is shown; readings are worked out from the same table.

Any number of articles will do. `common.drawn` says which are drawn one by one; all others are added up in one more panel where a figure
shows counts, and are said not to be drawn where it shows places in a text or single events. A figure without rows says so.
"""

from .chronology import telling, timeline
from .coders import agreement, fates
from .common import labels
from .diplomacy import dealings, matrix, periods
from .framing import calling, frames, functions, key_words, sightings, voices_of_frames
from .sourcing import citations, heard, naming
from .texts import share_of_words, strip, zones

__all__ = [
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
    "naming",
    "periods",
    "share_of_words",
    "sightings",
    "strip",
    "telling",
    "timeline",
    "voices_of_frames",
    "zones",
]
