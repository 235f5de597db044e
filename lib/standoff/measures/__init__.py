"""Tables in, table out: one module for each question."""

from ..lazy import attach

__all__ = ["agreement", "audit", "chronology", "diplomacy", "framing", "sourcing"]

__getattr__, __dir__ = attach(__name__, dict.fromkeys(__all__, ""), globals())
