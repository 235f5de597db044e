"""The site: notebooks executed side by side, pages, the ledger of claims, the tables for
download."""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .builder import build as build
    from .seed_cells import folder as folder

__getattr__, __dir__, __all__ = attach(__name__, {"builder": "build", "seed_cells": "folder"})
