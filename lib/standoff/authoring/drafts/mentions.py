"""Mentions of actors: names of several words, and names that stand within a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...annotation.dates import MONTHS
from .proposal import Proposal
from .tokens import Token, sentences

__all__ = ["propose_mentions"]

RULE = "a name"
FOLLOWERS = frozenset(
    "is was has had will would said says and or in on at to for of with from by that who".split()
)
OPENERS = frozenset(  # words that have a capital letter only because they begin a sentence
    "a an in on at but and yesterday today however meanwhile when while as if after before for "
    "from with this that these those its his her their our my he she they it we".split()
)
NO_NAMES = {"i", *"monday tuesday wednesday thursday friday saturday sunday".split()}
NO_NAMES |= {month.lower() for month in MONTHS}


def propose_mentions(text: str, zones: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
    """Yield runs of words with capital letters, unless one word begins a sentence or is a date.

    The rule does not know whether a name is that of an actor or of a place.

    >>> text = "Yesterday Mara Lind met the Harbour Board of Sandholm on Friday."
    >>> [text[slice(*one.fragments[0])] for one in propose_mentions(text, [(0, len(text))])]
    ['Mara Lind', 'the Harbour Board of Sandholm']
    """
    for zone in zones:
        for tokens in sentences(text, *zone):
            for first, last in _names(tokens):
                end = tokens[last - 1].end - 2 * tokens[last - 1].word.endswith("'s")
                place = (tokens[first].start, end)
                yield Proposal("Actor", (place,), RULE, {"Form": "name"})


def _names(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """The places (first, after the last) of runs of names, with an article before them."""
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and (_is_name(tokens[end]) or _joins(tokens, at, end)):
            end += 1
        begin = at
        if begin and tokens[begin - 1].word == "the":
            begin -= 1
        elif begin == 0 and tokens[0].word in OPENERS and tokens[0].word != "the":
            begin += 1
        is_only_a_beginning = begin == 0 and end == 1
        if end > at and end > begin and not is_only_a_beginning and _is_whole(tokens, end):
            yield begin, end
        at = max(end, at + 1)


def _joins(tokens: list[Token], at: int, end: int) -> bool:
    """Whether "of" or "for" goes on with a name."""
    following = tokens[end + 1 : end + 2]
    is_joint = end > at and tokens[end].word in ("of", "for")
    return is_joint and any(map(_is_name, following))


def _is_whole(tokens: list[Token], end: int) -> bool:
    """Whether no noun follows that an adjective of a country would belong to."""
    if end >= len(tokens):
        return True
    is_adjective = tokens[end - 1].word.endswith(("an", "ish", "ese", "ch"))
    return not (is_adjective and tokens[end].is_word and tokens[end].word not in FOLLOWERS)


def _is_name(token: Token) -> bool:
    return token.is_capital and token.is_word and token.word not in NO_NAMES
