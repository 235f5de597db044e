"""python -m standoff and its commands."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .main import main

__all__ = ["main"]

NAMES = {"main": "main"}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
