"""Helpers for the notebooks about news framing: annotated articles in, tables and figures out.

    import standoff
    from standoff import sourcing

    corpus = standoff.load("seeds")  # a folder of articles, as one coder coded them
    corpus.attributions              # a pandas table: who says what, in which words
    sourcing.voices(corpus)          # a measure: tables in, table out

Load     load, coders, Corpus    the articles of a folder as verified pandas tables
         SeedError               every problem found, with file, line and code
         folder                  the folder that a notebook reads
Measure  sourcing                who speaks, named or not, quoted or paraphrased
         framing                 which problems, causes and remedies, in whose voice
         chronology              what happened when, and in which order the text tells it
         diplomacy               who invited whom to which talks, and the answers
         agreement, audit        how far coders agree, and how differences were settled
Show     figures                 one function per figure, tables for readers
Check    claims                  findings that fail when they are false
Scale    scan                    a Parquet dataset in DuckDB, Polars, Dask or pandas

`python -m standoff --help` lists the commands.
"""

from typing import TYPE_CHECKING

from .lazy import attach

if TYPE_CHECKING:
    from .annotation import SeedError as SeedError
    from .corpus import Corpus as Corpus
    from .corpus import coders as coders
    from .corpus import load as load
    from .measures import agreement as agreement
    from .measures import audit as audit
    from .measures import chronology as chronology
    from .measures import diplomacy as diplomacy
    from .measures import framing as framing
    from .measures import sourcing as sourcing
    from .scale import scan as scan
    from .site import folder as folder

__version__ = "0.1.0"

# There is no __all__: help() would print every class and function in full.
NAMES = {
    "Corpus": "corpus.loading",
    "SeedError": "annotation.problems",
    "coders": "corpus.loading",
    "folder": "site.seed_cells",
    "load": "corpus.loading",
    "scan": "scale.dataset",
    "claims": "",
    "figures": "",
}
NAMES |= dict.fromkeys(
    ("agreement", "audit", "chronology", "diplomacy", "framing", "sourcing"), "measures"
)
__getattr__, __dir__ = attach(__name__, NAMES, globals())
