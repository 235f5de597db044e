"""One `.ann` file in and out: its spans, the codebook it follows, and whether it fits the text."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .brat import Annotations, Event, parse, verify, write
    from .codebook import Codebook
    from .problems import Problem, SeedError
    from .spans import Span

__all__ = [
    "Annotations",
    "Codebook",
    "Event",
    "Problem",
    "SeedError",
    "Span",
    "parse",
    "verify",
    "write",
]

NAMES = {
    "Annotations": "brat",
    "Event": "brat",
    "Problem": "problems",
    "SeedError": "problems",
    "parse": "brat",
    "write": "brat",
    "verify": "brat",
    "Span": "spans",
    "Codebook": "codebook",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
