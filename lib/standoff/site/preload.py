"""Imported by the fork server only: what notebooks import, so that no kernel imports it again."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress

from .kernel_main import without_working_directory

__all__ = ["ADDED", "SEARCH_PATH"]

MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "altair",
    "edtf",
    "numpy.random",
    "pandas",
    "scipy.sparse.csgraph",
    "standoff.claims.claim",
    "standoff.corpus.loading",
    "standoff.measures.agreement",
    "standoff.figures",
    "standoff.figures.chronology",
    "standoff.figures.coders",
    "standoff.figures.diplomacy",
    "standoff.figures.framing",
    "standoff.figures.sourcing",
    "standoff.figures.texts",
)
# These keep imports from printing, and from starting threads, which no fork would have.
ENVIRONMENT = {
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
SEARCH_PATH = without_working_directory(sys.path)


def _import_all() -> dict[str, str]:
    """Import all modules; what they themselves added to the environment."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    sys.path[:] = SEARCH_PATH
    for name in MODULES:
        with suppress(Exception):  # the notebook that imports it reports what is wrong
            importlib.import_module(name)
    added = dict(os.environ.items() - before.items() - ENVIRONMENT.items())
    os.environ.clear()
    os.environ.update(before)
    return added


ADDED = _import_all()
