"""What rules propose to annotate in an English text: no model, no weights.

proposal      one proposal, and the order of trust
quotations    pairs of quotation marks
attributions  who says what
times         expressions of time with their value
mentions      names
tokens        sentences and words; `cues`, the lexicon of verbs and nouns of saying
"""

from .proposal import Proposal, proposals

__all__ = ["Proposal", "proposals"]
