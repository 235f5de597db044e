"""Tables in, table out: one module for each question."""

from ..lazy_imports import attach

__getattr__, __dir__, __all__ = attach(
    __name__, {"": "agreement audit chronology diplomacy framing sourcing"}
)
