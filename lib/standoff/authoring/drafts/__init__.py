"""What rules propose to annotate in an English text: no model, no weights.

proposal      one proposal, and the order of trust
quotations    pairs of quotation marks
times         expressions of time with their value
attributions  who says what
mentions      who is mentioned
"""

from .proposal import Proposal, proposals

__all__ = ["Proposal", "proposals"]


def __dir__() -> list[str]:
    return __all__
