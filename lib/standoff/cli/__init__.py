"""python -m standoff and its commands."""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .main import main as main

__getattr__, __dir__, __all__ = attach(__name__, {"main": "main"})
