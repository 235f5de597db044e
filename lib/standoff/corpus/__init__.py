"""A folder of annotated articles, verified, as pandas tables."""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .loading import Corpus as Corpus
    from .loading import coders as coders
    from .loading import load as load

__getattr__, __dir__, __all__ = attach(__name__, {"loading": "Corpus coders load"})
