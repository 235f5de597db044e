"""Finding a quotation in a text: exactly, or not at all, with a message that shows what is nearest.

A quotation consists of whole words: "US" is not the beginning of "USA". White space between a
quotation and its `prefix` or `suffix` does not matter; every other character does. The idea is that
of the Text Quote Selector, https://www.w3.org/TR/annotation-model/.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import methodcaller
from typing import Any

from ..annotation.did_you_mean import suggest

__all__ = [
    "QUOTE_KEYS",
    "Quote",
    "QuoteError",
    "find_alike",
    "find_all",
    "find_fragments",
    "find_one",
    "parse_quote",
    "pieces",
    "quote_for",
    "quoted",
    "surroundings",
]

Place = tuple[int, int]  # start and end, in code points

QUOTE_KEYS = {
    "quote": str,
    "until": str,
    "prefix": str,
    "suffix": str,
    "occurrence": int,
    "inside_word": bool,
}
EXPECTED = {str: "words in quotation marks", int: "a number", bool: "true or false"}
MARGIN = 30  # code points shown on either side of a place
BLANKS = 1_000  # code points of white space allowed between a quotation and its prefix or suffix
PLACES_SHOWN = 9  # places shown in a message
LONG = 12  # words from which on a quotation is given by its beginning and its end
QUOTATION = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′`´", "'"))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


class QuoteError(ValueError):
    """A quotation that is not found, or not found exactly once; the message shows candidates.

    `code` names the kind of problem.
    """

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Quote:
    """Words of a text: `quote` (or from `quote` to `until`), after `prefix`, before `suffix`.

    `occurrence` counts from 1 and chooses one of several such places. With `inside_word` the
    quotation may begin or end inside a word.
    """

    quote: str
    until: str = ""
    prefix: str = ""
    suffix: str = ""
    occurrence: int | None = None
    inside_word: bool = False

    def __str__(self) -> str:
        return f"'{self.quote}'" + (f" … '{self.until}'" if self.until else "")


# --- quotations as they are written in TOML ---


def parse_quote(piece: object) -> Quote:
    """Return a quotation given as words, or as a table with keys of `QUOTE_KEYS`.

    Raises `QuoteError` if it is neither.

    >>> parse_quote({"quote": "the US", "occurrence": 2}).occurrence
    2
    """
    keys = {"quote": piece} if isinstance(piece, str) else piece
    if not isinstance(keys, dict):
        raise QuoteError("E-quote-value", f"found {piece!r}; expected words in quotation marks")
    for key, value in keys.items():
        if key not in QUOTE_KEYS:
            hint = suggest(key, QUOTE_KEYS)
            raise QuoteError("E-quote-key", f"'{key}' is an unknown key of a quotation; {hint}")
        kind = QUOTE_KEYS[key]
        if type(value) is not kind or value == "":
            raise QuoteError("E-quote-value", f"'{key}' is {value!r}; expected {EXPECTED[kind]}")
    if "quote" not in keys:
        raise QuoteError("E-quote-none", "there is no quote; expected the words of the text")
    return Quote(**keys)


def pieces(value: object) -> list:
    """Return the quotations in a value of TOML or in a note, as `find_fragments` takes them.

    >>> pieces("the US"), pieces({"quote": "the US", "prefix": "of", "Form": "name"})
    (['the US'], [{'quote': 'the US', 'prefix': 'of'}])
    """
    quote = value.get("quote") if isinstance(value, dict) else value
    if isinstance(quote, list):
        return quote or [quote]
    if not isinstance(value, dict):
        return [value]
    return [{key: value[key] for key in QUOTE_KEYS if key in value}]


def find_fragments(text: str, pieces: list) -> tuple[Place, ...]:
    """Return the places of quotations (as `parse_quote` takes them) that follow one another.

    Raises `QuoteError` if one of them is not found.
    """
    fragments: list[Place] = []
    for piece in pieces:
        after = fragments[-1][1] if fragments else 0
        fragments.append(find_one(text, parse_quote(piece), after))
    return tuple(fragments)


# --- exact search ---


def find_one(text: str, quote: Quote, after: int = 0) -> Place:
    """Return the one place that a quotation means, at the offset `after` or later.

    Raises `QuoteError` if there is none or more than one.

    >>> find_one("The US and the USA", Quote("US"))
    (4, 6)
    """
    if "\n" in quote.quote + quote.until:
        message = (
            f"{quote} contains a line end; expected a list of quotations, one per line of the text"
        )
        raise QuoteError("E-quote-line", message)
    places = chosen = find_all(text, quote)
    if not places:
        raise QuoteError("E-quote-absent", _explain_absence(text, quote))
    if quote.occurrence is not None:
        chosen = [place for n, place in enumerate(places, 1) if n == quote.occurrence]
    if not chosen:
        message = (
            f"{quote} has occurrence = {quote.occurrence}, but occurs "
            f"{_times(places)}:{_list(text, places)}"
        )
        raise QuoteError("E-quote-occurrence", message)
    later = [place for place in chosen if place[0] >= after]
    if not later:
        message = (
            f"{quote} occurs only before the piece that it should follow:{_list(text, places)}"
        )
        raise QuoteError("E-quote-order", message)
    if len(later) > 1:
        message = (
            f"{quote} occurs {_times(later)}; choose one with occurrence, prefix or "
            f"suffix:{_list(text, later, places)}"
        )
        raise QuoteError("E-quote-ambiguous", message)
    return later[0]


def find_all(text: str, quote: Quote) -> list[Place]:
    """Return all places of a quotation, in the order of the text, overlapping ones too."""
    return [
        (start, end)
        for start in _positions(text, quote.quote)
        for end in _ends(text, start + len(quote.quote), quote.until)
        if _fits(text, quote, start, end)
    ]


def _positions(text: str, words: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _ends(text: str, start: int, until: str) -> list[int]:
    """Where `until` ends in the rest of the line, or where the quotation itself ends."""
    if not until:
        return [start]
    rest = text[start:].partition("\n")[0]
    return [start + at + len(until) for at in _positions(rest, until)]


def _fits(text: str, quote: Quote, start: int, end: int) -> bool:
    """Whether prefix and suffix surround a place, and no word is cut."""
    prefix, suffix = quote.prefix.rstrip(), quote.suffix.lstrip()
    before = text[max(0, start - len(prefix) - BLANKS) : start].rstrip()
    after = text[end : end + len(suffix) + BLANKS].lstrip()
    if not before.endswith(prefix) or not after.startswith(suffix):
        return False
    return quote.inside_word or not _cuts_word(text, start, end)


def _cuts_word(text: str, start: int, end: int) -> bool:
    return _is_inside_word(text, start) or _is_inside_word(text, end)


def _is_inside_word(text: str, offset: int) -> bool:
    """Whether an offset has letters or digits on both sides, or an accent after it."""
    if not 0 < offset < len(text):
        return False
    if unicodedata.combining(text[offset]):
        return True
    return text[offset - 1].isalnum() and text[offset].isalnum()


# --- places in messages ---


def _times(places: list[Place]) -> str:
    return "once" if len(places) == 1 else f"{len(places)} times"


def _list(text: str, places: list[Place], numbered: list[Place] | None = None) -> str:
    """Places in context, one per line, with the number that `occurrence` would take."""
    numbered = numbered or places
    lines = [
        f"\n    {numbered.index(place) + 1}. {surroundings(text, *place)}"
        for place in places[:PLACES_SHOWN]
    ]
    if len(places) > PLACES_SHOWN:
        lines.append(f"\n    … and {len(places) - PLACES_SHOWN} more")
    return "".join(lines)


def surroundings(text: str, start: int, end: int) -> str:
    """Return a place in context: its line number, and its words in brackets between others.

    >>> surroundings("One.\\nMr Grey left.", 8, 12)
    'line 2: Mr [Grey] left.'
    """
    line = text.count("\n", 0, start) + 1
    before = text[max(0, start - MARGIN) : start].rpartition("\n")[2]
    after = text[end : end + MARGIN].partition("\n")[0]
    words = text[start:end]
    if len(words) > 4 * MARGIN:
        words = f"{words[: 2 * MARGIN]} … {words[-2 * MARGIN :]}"
    is_cut = start > len(before) and text[start - len(before) - 1] != "\n"
    return f"line {line}: {'…' if is_cut else ''}{before}[{words}]{after}"


# --- why a quotation is not found ---


def _explain_absence(text: str, quote: Quote) -> str:
    """Why a quotation is not found, with what comes nearest: shown, never taken instead."""
    if places := find_all(text, Quote(quote.quote, quote.until)):
        around = {"prefix": quote.prefix, "suffix": quote.suffix}
        named = " and ".join(f"{name} '{words}'" for name, words in around.items() if words)
        return f"{quote} does not occur with the {named}; without:{_list(text, places)}"
    if places := find_all(text, Quote(quote.quote, quote.until, inside_word=True)):
        return (
            f"{quote} occurs only inside longer words; if that is meant, add "
            f"inside_word = true:{_list(text, places)}"
        )
    if quote.until:
        return f"{quote} is not in the text: {_explain_absent_half(text, quote)}"
    difference, places = find_alike(text, quote.quote)
    if places:
        return (
            f"{quote} is not in the text as written; the only difference is {difference}; "
            f"copy it from the text:{_list(text, places)}{_hidden(text, *places[0])}"
        )
    if places := _find_longest_part(text, quote.quote):
        return f"{quote} is not in the text; part of it is:{_list(text, places)}"
    return f"{quote} is not in the text, nor is any of its words"


def _explain_absent_half(text: str, quote: Quote) -> str:
    for part in (quote.quote, quote.until):
        try:
            find_one(text, Quote(part, occurrence=1))
        except QuoteError as error:
            return str(error)
    return "its beginning and its end are, but not in one line in this order"


def find_alike(text: str, words: str) -> tuple[str, list[Place]]:
    """Return how words of a text differ from those given, "" if not at all, and their places.

    >>> find_alike("“No”, he said.", 'he  said')
    ('in white space (a no-break space, a line end, two blanks or one)', [(6, 13)])
    """
    if places := find_all(text, Quote(words)):
        return "", places
    for difference, fold in DIFFERENCES:
        if places := _find_folded(text, words, fold):
            return difference, places
    return "", []


def _fold_text(text: str, fold: Callable[[str], str]) -> tuple[str, list[int]]:
    """The text with each character folded, and the offset that each new character came from."""
    folded: list[str] = []
    offsets = []
    for offset, character in enumerate(text):
        for new in fold(character):
            if new != " " or folded[-1:] != [" "]:
                folded.append(new)
                offsets.append(offset)
    return "".join(folded), offsets


def _find_folded(text: str, words: str, fold: Callable[[str], str]) -> list[Place]:
    """Places of whole words that equal a quotation once both are folded."""
    folded, offsets = _fold_text(text, fold)
    wanted = _fold_text(words.strip(), fold)[0].strip()
    places = []
    for at in _positions(folded, wanted):
        start, end = offsets[at], offsets[at + len(wanted) - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if not _cuts_word(text, start, end):
            places.append((start, end))
    return places


def _fold_space(character: str) -> str:
    if character in HIDDEN:
        return ""
    return " " if character.isspace() else character


def _fold_accent(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _fold_all(character: str) -> str:
    plain = _fold_space(character.translate(QUOTATION | DASHES))
    return _fold_accent(plain).casefold()


DIFFERENCES = (
    ("in white space (a no-break space, a line end, two blanks or one)", _fold_space),
    ("in the kind of quotation marks or apostrophes", methodcaller("translate", QUOTATION)),
    ("in the kind of dashes or hyphens", methodcaller("translate", DASHES)),
    ("in capital and small letters", str.casefold),
    ("in accents, or in how letters and accents are combined", _fold_accent),
    ("in white space, quotation marks, dashes, capitals or accents", _fold_all),
)


def _hidden(text: str, start: int, end: int) -> str:
    """The names of characters of a place that look like a blank or like nothing."""
    hidden = sorted(c for c in set(text[start:end]) - {" "} if c.isspace() or c in HIDDEN)
    names = [f"U+{ord(c):04X} {unicodedata.name(c, 'line end').lower()}" for c in hidden]
    return f"\n    it contains {', '.join(names)}" if names else ""


def _find_longest_part(text: str, quote: str) -> list[Place]:
    """Places of the longest run of a quotation's words that is in the text."""
    words, text_words = list(re.finditer(r"\w+", quote)), list(re.finditer(r"\w+", text))
    matcher = SequenceMatcher(None, [m[0] for m in words], [m[0] for m in text_words], False)
    match = matcher.find_longest_match()
    if not match.size:
        return []
    start = text_words[match.b].start()
    end = text_words[match.b + match.size - 1].end()
    return find_all(text, Quote(text[start:end])) or [(start, end)]


# --- the other way round ---


def quote_for(text: str, start: int, end: int) -> dict[str, str | int | bool]:
    """Return the keys of a `Quote` that `find_one` finds at this place and nowhere else.

    Of a long place only its beginning and its end are quoted.

    >>> quote_for("The talks, the talks", 15, 20)
    {'quote': 'talks', 'occurrence': 2}
    """
    quote, until = text[start:end], ""
    blanks = list(re.finditer(r"\s+", quote))
    if len(blanks) >= LONG:
        first, last = blanks[LONG // 2 - 1].start(), blanks[-LONG // 2].end()
        quote, until = quote[:first], quote[last:]
    inside = _cuts_word(text, start, end)
    keys: dict[str, str | int | bool] = {"quote": quote, "until": until, "inside_word": inside}
    places = find_all(text, Quote(quote, until, inside_word=inside))
    if len(places) > 1:
        keys["occurrence"] = places.index((start, end)) + 1
    return {key: value for key, value in keys.items() if value}


def quoted(text: str, fragments: Iterable[Place]) -> dict[str, Any]:
    """Return the keys that quote these parts of a text, of several under one `quote`."""
    quotes = [quote_for(text, *fragment) for fragment in fragments]
    return quotes[0] if len(quotes) == 1 else {"quote": quotes}
