"""standoff: reproducible content analysis of news, from annotated words to claims that are checked."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .brat import SeedError
    from .corpus import Corpus, coders, load
    from .dataset import scan
    from .setting import folder

__all__ = ["Corpus", "SeedError", "coders", "folder", "load", "scan"]
__version__ = "0.1.0"

ROOMS = {"Corpus": "corpus", "SeedError": "brat", "coders": "corpus", "folder": "setting", "load": "corpus", "scan": "dataset"}


def __getattr__(name: str):
    """A name of `__all__`, imported when it is first asked for: a command that needs no articles does not wait for what reads them."""
    if name not in ROOMS:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    globals()[name] = found = getattr(import_module(f".{ROOMS[name]}", __name__), name)
    return found


def __dir__():
    return sorted({*globals(), *__all__})
