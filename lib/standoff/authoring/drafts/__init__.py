"""What rules propose to annotate in an English text: no model, no weights.

proposal      one proposal, and the order of trust
quotations    pairs of quotation marks
attributions  who says what, in direct speech
"""

from .times import Proposal, proposals

__all__ = ["Proposal", "proposals"]


def __dir__() -> list[str]:
    return __all__
