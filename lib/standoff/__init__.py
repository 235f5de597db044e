"""standoff: reproducible content analysis of news, from annotated words to claims that are
checked."""

from typing import TYPE_CHECKING

from .lazy import attach

if TYPE_CHECKING:
    from .annotation import SeedError
    from .corpus import Corpus, coders, load
    from .measures import agreement, audit, chronology, diplomacy, framing, sourcing
    from .scale import scan
    from .site import folder

__all__ = [
    "Corpus",
    "SeedError",
    "agreement",
    "audit",
    "chronology",
    "claims",
    "coders",
    "diplomacy",
    "figures",
    "folder",
    "framing",
    "load",
    "scan",
    "sourcing",
]
__version__ = "0.1.0"

NAMES = {
    **{
        "Corpus": "corpus.loading",
        "coders": "corpus.loading",
        "load": "corpus.loading",
        "SeedError": "annotation.problems",
    },
    **{"folder": "site.seed_cells", "scan": "scale.dataset", "claims": "", "figures": ""},
    **{
        name: "measures"
        for name in ("agreement", "audit", "chronology", "diplomacy", "framing", "sourcing")
    },
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
