"""A folder of annotated articles, verified, as pandas tables."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .loading import Corpus, coders, load

__all__ = ["Corpus", "coders", "load"]

NAMES = {"Corpus": "loading", "coders": "loading", "load": "loading"}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
