"""Helpers for notebooks about news framing: annotated articles in, tables and figures out.

    corpus = standoff.load("seeds")   # a folder of articles, as one coder coded them
    corpus.attributions               # a pandas table: who says what, in which words
    standoff.sourcing.voices(corpus)  # a measure: tables in, table out

Load     load, coders, folder, Corpus    verified tables; SeedError lists every problem
Measure  sourcing, framing               who speaks; problems, causes, remedies and whose they are
         chronology, diplomacy           what happened in which order; who invited whom to talks
         agreement, audit                how far coders agree, and how differences were settled
Code     annotate, compare, adjudicate   in JupyterLab; two coders beside each other
Show     figures, claims                 charts and tables; findings that fail when they are false
Scale    scan                            a Parquet dataset in DuckDB, Polars, Dask or pandas
Run      python -m standoff --help       the commands, listed
"""

from typing import TYPE_CHECKING

from .lazy_imports import attach

if TYPE_CHECKING:
    from .annotation import SeedError as SeedError
    from .authoring import adjudicate as adjudicate
    from .authoring import annotate as annotate
    from .authoring import compare as compare
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

# The modules only: help() prints every function and class in __all__ in full.
__all__ = [
    "agreement",
    "audit",
    "chronology",
    "claims",
    "diplomacy",
    "figures",
    "framing",
    "sourcing",
]
__getattr__, __dir__, _ = attach(
    __name__,
    {
        "": "claims figures",
        "annotation.problems": "SeedError",
        "authoring.adjudicating": "adjudicate",
        "authoring.annotator": "annotate",
        "authoring.comparing": "compare",
        "corpus.loading": "Corpus coders load",
        "measures": "agreement audit chronology diplomacy framing sourcing",
        "scale.dataset": "scan",
        "site.seed_cells": "folder",
    },
)
