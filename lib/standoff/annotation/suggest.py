"""What to say after an unknown word: the nearest right one."""

from __future__ import annotations

import difflib
from itertools import islice

__all__ = ["nearest"]

LOOKED_AT, LISTED, LONGEST = (
    2_000,
    100,
    200,
)  # options that are compared, and listed; letters of a word that are


def nearest(word: str, options) -> str:
    """What to say after an unknown word: the option nearest to it, or all of them, or that there
    are none. Of many options the first are looked at."""
    options = sorted(
        islice(sorted(options) if isinstance(options, set | frozenset) else options, LOOKED_AT)
    )
    if not options:
        return "there is none yet"
    lowered = {option.lower(): option for option in options}
    close = difflib.get_close_matches(word[:LONGEST].lower(), lowered, 1, 0.6)
    return (
        f"did you mean '{lowered[close[0]]}'?"
        if close
        else f"expected one of {', '.join(options[:LISTED])}{' …' if len(options) > LISTED else ''}"
    )
