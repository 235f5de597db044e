"""The site: notebooks executed side by side, pages, the ledger of claims, the tables for
download."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .builder import build
    from .seed_cells import folder

__all__ = ["build", "folder"]

NAMES = {"build": "builder", "folder": "seed_cells"}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
