"""One `.ann` file in and out: its spans, the codebook it follows, and whether it fits the text."""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .brat import parse, write
    from .codebook import Codebook
    from .model import Annotations, Event, Span
    from .problems import Problem, Report, SeedError
    from .verification import verify

__all__ = [
    "Annotations",
    "Codebook",
    "Event",
    "Problem",
    "Report",
    "SeedError",
    "Span",
    "parse",
    "verify",
    "write",
]

NAMES = {
    "Annotations": "model",
    "Codebook": "codebook",
    "Event": "model",
    "Problem": "problems",
    "Report": "problems",
    "SeedError": "problems",
    "Span": "model",
    "parse": "brat",
    "verify": "verification",
    "write": "brat",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
