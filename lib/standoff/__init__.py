"""standoff: reproducible content analysis of news, from annotated words to claims that are checked."""

from .brat import SeedError
from .corpus import Corpus, coders, load

__all__ = ["Corpus", "SeedError", "coders", "load"]
__version__ = "0.1.0"
