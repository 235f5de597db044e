"""Findings that are checked, and the codings and analytical choices under which they are tried."""

from .claim import Claim, ClaimFailed, Claims, Finding, claims_in, claims_made, together, universes

__all__ = [
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "claims_made",
    "together",
    "universes",
]
