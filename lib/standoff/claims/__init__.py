"""Findings that are checked, and the codings and analytical choices under which they are tried."""

from .analysis_choices import universes
from .claim import Claim, ClaimFailed, Claims, Finding, claims_in, recall

__all__ = [
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "recall",
    "universes",
]
