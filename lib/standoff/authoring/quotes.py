"""Places in a text, said in words: a quotation, and what tells it from the same words elsewhere.
Found exactly, or not at all.

A quotation stands for whole words: "US" does not mean the beginning of "USA". Between a quotation
and the `prefix` or `suffix` around it white space
does not matter; everywhere else every character does. The idea is that of the Text Quote Selector,
https://www.w3.org/TR/annotation-model/.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from .standing import standing

__all__ = ["Quote", "QuoteError", "find_all", "places", "quote_for", "surroundings"]

MARGIN = 30  # code points of the surroundings that are shown on either side
PLACES = 100_000  # that are looked at
BLANKS = (
    1_000  # code points of white space that may stand between a quotation and its prefix or suffix
)
WORK = 100_000_000  # code points that are compared for a hint
SHOWN = 9  # candidates that are shown
LONG = 12  # words from which on a quotation is given by its beginning and its end
QUOTATION = dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′`´", "'")
DASHES = dict.fromkeys("‐‑‒–—―−", "-")
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


class QuoteError(ValueError):
    """A quotation that stands nowhere, or in several places; the message shows the candidates."""


@dataclass(frozen=True)
class Quote:
    """Words of a text: from `quote` (to `until`, where given), after `prefix`, before `suffix`; the
    `occurrence`-th of all such places."""

    quote: str
    until: str = ""
    prefix: str = ""
    suffix: str = ""
    occurrence: int | None = None
    inside_word: bool = False

    def __str__(self):
        return f"'{self.quote}'" + (f" … '{self.until}'" if self.until else "")


def places(text: str, wanted: Quote, after: int = 0) -> tuple[int, int]:
    """The one place that a quotation means, as (start, end); with `after`, only places from that
    offset on count. Raises `QuoteError`."""
    if "\n" in wanted.quote + wanted.until:
        raise QuoteError(
            f"{wanted} holds a line end, but a span stands within one line; expected a list "
            f"of quotations, one a line"
        )
    found = find_all(text, wanted)
    number = wanted.occurrence
    if number is not None and 1 <= number <= len(found):
        found = [found[number - 1]]
    elif number is not None and found:
        raise QuoteError(
            f"{wanted} has the occurrence {number}, but stands in "
            f"{_count(found)}:{_listed(text, found)}"
        )
    later = [place for place in found if place[0] >= after]
    if len(later) == 1:
        return later[0]
    if later:
        hint = "say which by occurrence, prefix or suffix"
        raise QuoteError(
            f"{wanted} stands in {_count(later)}; {hint}:{_listed(text, later, found)}"
        )
    if found:
        raise QuoteError(
            f"{wanted} stands only before the words that it is to follow:{_listed(text, found)}"
        )
    raise QuoteError(_nowhere(text, wanted))


@lru_cache(maxsize=128)  # the same words are often quoted again
def find_all(text: str, wanted: Quote) -> list[tuple[int, int]]:
    """All places of a quotation, in the order of the text, overlapping ones too; of very many the
    first."""
    starts = standing(text).where(
        wanted.quote, (wanted.inside_word, wanted.inside_word or bool(wanted.until))
    )
    found = (
        (start, last) for start in starts for last in _ends(text, start + len(wanted.quote), wanted)
    )
    return [place for place in islice(found, PLACES) if _fits(text, wanted, *place)]


def _ends(text, start, wanted):
    """Where `until` ends in the rest of the line, or where the quotation itself does."""
    if not wanted.until:
        return [start]
    words = standing(text)
    return (
        at + len(wanted.until)
        for at in words.where(
            wanted.until, (True, wanted.inside_word), start, words.line_end(start)
        )
    )


def _fits(text, wanted, start, end):
    prefix, suffix = wanted.prefix.rstrip(), wanted.suffix.lstrip()
    if wanted.prefix and not text[max(0, start - len(prefix) - BLANKS) : start].rstrip().endswith(
        prefix
    ):
        return False
    if wanted.suffix and not text[end : end + len(suffix) + BLANKS].lstrip().startswith(suffix):
        return False
    return wanted.inside_word or not (_cuts(text, start) or _cuts(text, end))


def _cuts(text, offset):
    """Whether a word runs on over an offset: letters or digits on both sides, or a letter's accent
    behind it."""
    if not 0 < offset < len(text):
        return False
    return (text[offset - 1].isalnum() and text[offset].isalnum()) or bool(
        unicodedata.combining(text[offset])
    )


def _count(found):
    return f"{len(found)} place{'' if len(found) == 1 else 's'}"


def _listed(text, found, numbered=None):
    """Places with their surroundings, a line each, with the number that `occurrence` would take."""
    numbered = numbered or found
    lines = [
        f"\n    {numbered.index(place) + 1}. {surroundings(text, *place)}"
        for place in found[:SHOWN]
    ]
    return "".join(lines) + (f"\n    … and {len(found) - SHOWN} more" if len(found) > SHOWN else "")


def surroundings(text: str, start: int, end: int) -> str:
    """A place in words: its line in the text, and its own words in brackets between those around
    them."""
    line = standing(text).line(start)
    before = text[max(0, start - MARGIN) : start].rpartition("\n")[2]
    after = text[end : end + MARGIN].partition("\n")[0]
    own = (
        text[start:end]
        if end - start <= 4 * MARGIN
        else f"{text[start : start + 2 * MARGIN]} … {text[end - 2 * MARGIN : end]}"
    )
    is_cut = start - len(before) > 0 and text[start - len(before) - 1] != "\n"
    return f"line {line}: {'…' if is_cut else ''}{before}[{own}]{after}"


def _nowhere(text, wanted):
    """Why a quotation stands nowhere, with what comes nearest to it: shown, never taken."""
    bare = Quote(wanted.quote, wanted.until)
    if found := find_all(text, bare):
        named = " and ".join(
            f"{name} '{value}'"
            for name, value in (("prefix", wanted.prefix), ("suffix", wanted.suffix))
            if value
        )
        return f"{wanted} stands nowhere with the {named}; without:{_listed(text, found)}"
    if found := find_all(text, Quote(wanted.quote, wanted.until, inside_word=True)):
        return (
            f"{wanted} stands only inside longer words; where that is meant, add inside_word = "
            f"true:{_listed(text, found)}"
        )
    if wanted.until:
        return f"{wanted} stands nowhere: {_half(text, wanted)}"
    for cause, fold in CAUSES:
        if found := _alike(text, wanted.quote, fold):
            return (
                f"{wanted} stands nowhere as it is written; the only difference is {cause}, copy "
                f"it from the text:{_listed(text, found)}{_seen(text, found)}"
            )
    if found := _parts(text, wanted.quote):
        return f"{wanted} stands nowhere; parts of it do:{_listed(text, found)}"
    return f"{wanted} stands nowhere in the text, nor does any of its words"


def _half(text, wanted):
    for part in (wanted.quote, wanted.until):
        try:
            places(text, Quote(part, occurrence=1))
        except QuoteError as error:
            return str(error)
    return "its beginning and its end do stand there, but not in one line in this order"


def _folded(text, fold):
    """`text` made alike by `fold`, and for each of its characters the offset it came from."""
    made, at = [], []
    for offset, character in enumerate(text):
        for new in fold(character):
            if not (new == " " and made and made[-1] == " "):
                made.append(new)
                at.append(offset)
    return "".join(made), at


def _alike(text, quote, fold):
    """Where a quotation stands when both it and the text are made alike."""
    folded, at = _folded(text, fold)
    wanted = _folded(quote.strip(), fold)[0].strip()
    found = (
        [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", folded)]
        if wanted
        else []
    )
    spans = [(at[first], _with_accents(text, at[first + len(wanted) - 1] + 1)) for first in found]
    return [place for place in spans if not (_cuts(text, place[0]) or _cuts(text, place[1]))]


def _with_accents(text, offset):
    while offset < len(text) and unicodedata.combining(text[offset]):
        offset += 1
    return offset


def _space(character):
    return " " if character.isspace() else "" if character in INVISIBLE else character


def _all(character):
    character = QUOTATION.get(character, DASHES.get(character, _space(character)))
    return "".join(
        c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
    ).casefold()


CAUSES = (
    ("in white space (a no-break space, a line end, two blanks or one)", _space),
    ("in the kind of quotation marks or apostrophes", lambda c: QUOTATION.get(c, c)),
    ("in the kind of dashes or hyphens", lambda c: DASHES.get(c, c)),
    ("in capital and small letters", str.casefold),
    (
        "in letters' accents, or in how they are put together",
        lambda c: "".join(
            x for x in unicodedata.normalize("NFKD", c) if not unicodedata.combining(x)
        ),
    ),
    ("in white space, quotation marks, dashes, capitals or accents", _all),
)


def _seen(text, found):
    """Characters of a candidate that an eye cannot tell from a blank, named."""
    start, end = found[0]
    hidden = sorted({c for c in text[start:end] if (c.isspace() and c != " ") or c in INVISIBLE})
    names = ", ".join(
        f"U+{ord(c):04X} {unicodedata.name(c, 'LINE END' if c == chr(10) else 'CONTROL').lower()}"
        for c in hidden
    )
    return f"\n    it holds {names}" if hidden else ""


def _parts(text, quote):
    """Places of the longest run of a quotation's words that stands in the text."""
    words = re.findall(r"\S+", quote)
    if len(text) * len(words) ** 2 > WORK:
        return []
    for size in range(len(words) - 1, 0, -1):
        for first in range(len(words) - size + 1):
            run = r"\s+".join(re.escape(word) for word in words[first : first + size])
            found = [match.span() for match in re.finditer(rf"(?<!\w){run}(?!\w)", text)]
            if found:
                return found
    return []


def quote_for(text: str, start: int, end: int) -> dict:
    """The keys that say a place: `quote`, `until` where it is long, `inside_word` and `occurrence`
    where they are needed.

    Reading them again gives the same place.
    """
    words = text[start:end]
    keys = {"quote": words}
    blanks = [match.span() for match in re.finditer(r"\s+", words)]
    if len(blanks) >= LONG:
        keys = {"quote": words[: blanks[LONG // 2 - 1][0]], "until": words[blanks[-LONG // 2][1] :]}
    if _cuts(text, start) or _cuts(text, end):
        keys["inside_word"] = True
    found = find_all(text, Quote(**keys))
    return keys if len(found) == 1 else {**keys, "occurrence": bisect_left(found, (start, end)) + 1}
