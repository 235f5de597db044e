"""What messages say of names: the known one most like an unknown one, or the first of many."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["check_known", "first_five", "suggest"]

COMPARED = 2_000  # options
MOST_LISTED = 100  # options
COMPARED_CHARACTERS = 200  # of the word


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
    if close := difflib.get_close_matches(word[:COMPARED_CHARACTERS].lower(), lowered, 1, 0.6):
        return f"did you mean '{lowered[close[0]]}'?"
    more = " …" if len(known) > MOST_LISTED else ""
    return f"expected one of {', '.join(known[:MOST_LISTED])}{more}"


def check_known(
    word: str, options: Iterable[str], what: str, error: type[Exception] = ValueError
) -> None:
    """Raise an error, which suggests an option, if a word is not one of the options.

    `what` begins its message: "unknown level", "no layer".
    """
    options = list(options)
    if word not in options:
        raise error(f"{what} '{word}'; {suggest(str(word), options)}")


def first_five(names: list[str]) -> str:
    """Return up to five names, separated by commas.

    >>> first_five(list("abcdef"))
    'a, b, c, d, e …'
    """
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
