"""One `.ann` file in and out: its spans, the codebook it follows, and whether it fits the text."""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .brat import parse as parse
    from .brat import write as write
    from .codebook import Codebook as Codebook
    from .model import Annotations as Annotations
    from .model import Event as Event
    from .model import Span as Span
    from .problems import Problem as Problem
    from .problems import Report as Report
    from .problems import SeedError as SeedError
    from .span_checks import verify as verify

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "brat": "parse write",
        "codebook": "Codebook",
        "model": "Annotations Event Span",
        "problems": "Problem Report SeedError",
        "span_checks": "verify",
    },
)
