"""What to say after an unknown word: the most similar known one, or all of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["suggest"]

COMPARED = 2_000  # options
LISTED = 100  # options
LONGEST = 200  # characters of the word


def suggest(word: str, options: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: the option most like it, or all options.

    Of very many options only the first are compared and listed.

    >>> suggest("Sorce", ["Source", "Content"])
    "did you mean 'Source'?"
    >>> suggest("Cue", {"Source", "Content"})
    'expected one of Content, Source'
    """
    known = sorted(options)[:COMPARED]
    if not known:
        return "there is none yet"
    lowered = {option.lower(): option for option in known}
    if close := difflib.get_close_matches(word[:LONGEST].lower(), lowered, 1, 0.6):
        return f"did you mean '{lowered[close[0]]}'?"
    more = " …" if len(known) > LISTED else ""
    return f"expected one of {', '.join(known[:LISTED])}{more}"
