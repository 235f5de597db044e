"""The short form of an attribution in notes: `by` and `says`, which quote what fills two roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..annotation.model import Fragments, Span
from ..annotation.span_index import widened
from .quote_finding import QUOTE_KEYS, Quote, QuoteError, find_all, find_fragments, pieces

__all__ = ["SHORT", "write_out"]

SHORT = {"by": "Source", "says": "Content"}  # keys that stand for a role
DISTINCT = QUOTE_KEYS.keys() - {"quote", "inside_word"}  # what chooses one of several places


def write_out(
    keys: dict, roles: Collection[str], text: str, sentences: Sequence[Span] | None
) -> tuple[dict, Fragments]:
    """Return the keys of a note with the roles that its short keys stand for, and what `says`
    quotes.

    `roles` are those that the label of the note has. Words that occur several times are those in
    the sentence of the note's other words, if there are `sentences`.
    """
    short = [
        key for key, role in SHORT.items() if key in keys and role in roles and role not in keys
    ]
    if not short:
        return keys, ()
    quoted = {key: _quotation(keys[key]) for key in short}
    said, source = (quoted.get(key, {}) for key in ("says", "by"))
    places = next(filter(None, (_find(text, one) for one in (said, keys, source))), ())
    start, end = 0, len(text)
    if places and sentences is not None:
        start, end = _around(places, sentences)
    written = _choose(keys, text, start, end)
    for key in short:
        del written[key]
        written[SHORT[key]] = _choose(quoted[key], text, start, end)
    return written, _find(text, said)


def _quotation(value: object) -> dict:
    """A quotation as a table; a list holds the pieces of one."""
    return value if isinstance(value, dict) else {"quote": value}


def _find(text: str, keys: dict) -> Fragments:
    """The fragments of a quotation, none if it is not found."""
    try:
        return find_fragments(text, pieces(keys))
    except QuoteError:
        return ()


def _around(places: Fragments, sentences: Sequence[Span]) -> tuple[int, int]:
    """Where the sentences of some places begin and end."""
    return widened(places[0][0], places[-1][1], sentences)


def _choose(keys: dict, text: str, start: int, end: int) -> dict:
    """A quotation with `occurrence`, if it occurs several times, but once between offsets."""
    words, chosen = keys.get("quote"), {}
    if isinstance(words, str) and keys.keys().isdisjoint(DISTINCT):
        places = find_all(text, Quote(words))
        inside = [place for place in places if start <= place[0] and place[1] <= end]
        if len(inside) == 1 < len(places):
            chosen["occurrence"] = places.index(inside[0]) + 1
    return keys | chosen
