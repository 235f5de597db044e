"""The words of an English paragraph, with each quotation as one token, divided into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from ...annotation.quotation_marks import quotations
from .cues import verbs

__all__ = ["Token", "sentences"]

# abbreviations keep their full stop, so that no sentence seems to end there
ABBREVIATED = (
    "Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Reps|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Jr|Sr|St|Mt|Rev|Hon|vs|No|Inc|"
    "Corp|Co|Ltd|Jan|Feb|Aug|Sept|Oct|Nov|Dec"
)
TOKEN = re.compile(
    rf"\([^()\n]{{1,16}}\)|(?:[A-Za-z]\.){{2,9}}|(?:{ABBREVIATED})\.|[A-Z]\.(?=\s[A-Z])|"
    r"\d+(?:[.,]\d+)*%?|\w+(?:[-'’&]\w+)*['’]?|--+|\.\.\.|\S"
)
NEAR = 7  # tokens behind a quotation among which a verb of saying is looked for


class Token(NamedTuple):
    """A word, a punctuation mark, or a quotation; `word` is in small letters, "" of a quotation."""

    start: int
    end: int
    word: str
    is_capital: bool
    is_quotation: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it has letters or digits, or a few in brackets, and is no quotation."""
        return self.word[:1].isalnum() or self.word[1:2].isalnum()


def sentences(text: str, start: int, end: int) -> Iterator[list[Token]]:
    """Yield the sentences of a paragraph; a stop at the end of a quotation ends its sentence too.

    >>> text = "“No,” she said. He left."
    >>> [[text[t.start : t.end] for t in s] for s in sentences(text, 0, len(text))]
    [['“No,”', 'she', 'said', '.'], ['He', 'left', '.']]
    """
    tokens = list(_tokens(text, start, end))
    first = 0
    for number, token in enumerate(tokens, 1):
        following = tokens[number : number + NEAR]
        if not following or _ends(text, token, following):
            yield tokens[first:number]
            first = number


def _ends(text: str, token: Token, following: list[Token]) -> bool:
    """Whether a sentence ends behind a token; one in "?" or "!" may go on with who said it."""
    first = following[0]
    begins = first.is_capital or first.is_quotation or first.word.isdigit()
    if not token.is_quotation:
        return begins and token.word in (".", "!", "?", "…", "...")
    last = text[token.start : token.end].rstrip("\"”’'»")[-1:]
    words = takewhile(lambda one: one.is_word, following)
    goes_on = last in "?!" and any(one.word in verbs() for one in words)
    return begins and last in (".", "!", "?", "…") and not goes_on


def _tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """Yield words and marks between quotations, and the quotations."""
    place = start
    for first, last in [*quotations(text, start, end), (end, end)]:
        for match in TOKEN.finditer(text, place, first):
            word = match[0].replace("’", "'").lower()
            yield Token(match.start(), match.end(), word, match[0][0].isupper())
        if first < last:
            words = text[first:last].lstrip("\"“”‘’'`«„")
            yield Token(first, last, "", words[:1].isupper(), True)
        place = last
