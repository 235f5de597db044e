"""Attributions of direct speech: a quotation, a comma, and who says it, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from ...annotation.model import Fragments
from ...annotation.quotation_marks import quotations
from .proposal import Proposal

__all__ = ["propose_attributions"]

VERBS = "said|says|added|wrote|asked|told|noted|tweeted|explained|continued|replied|argued|insisted"
NAME = (
    r"(?:he|she|they|it|I|we|"
    r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen)\. )?[A-Z][\w’'-]{1,30}(?: [A-Z][\w’'-]{1,30}){0,4})"
)
AFTER = re.compile(
    rf" (?:(?P<source>{NAME}) (?P<cue>{VERBS})|(?P<inverted>{VERBS}) (?P<last>{NAME}))"
    r"(?=[.,;]|\s*$)"
)
RULE = "direct speech with a cue"


def propose_attributions(text: str, zones: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
    """Yield the attributions of quotations that end in a comma before a name or pronoun and a cue.

    >>> text = '“It stays,” Grey said.'
    >>> [text[slice(*found.fragments[0])] for found in propose_attributions(text, [(0, 22)])]
    ['said']
    """
    for zone in zones:
        places = quotations(text, *zone)
        for place, following in zip_longest(places, places[1:]):
            start, end = place
            match = AFTER.match(text, end, zone[1])
            words = text[start:end].rstrip("\"”’'»")
            if match is None or not words.endswith((",", "?", "!")) or "\n" in words:
                continue
            content = [place]
            if following and text[match.end() : following[0]] in (". ", ", "):
                goes_on = "\n" not in text[slice(*following)]
                if goes_on and not AFTER.match(text, following[1], zone[1]):
                    content.append(following)
            cue, source = ("cue", "source") if match["cue"] else ("inverted", "last")
            roles: dict[str, list[Fragments]] = {"Source": [(match.span(source),)]}
            roles["Content"] = [tuple(content)]
            yield Proposal("Attribution", (match.span(cue),), RULE, {"Kind": "direct"}, roles)


def __dir__() -> list[str]:
    return __all__
