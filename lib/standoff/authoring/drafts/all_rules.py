"""All rules: what they propose for a text, in the order of trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ...annotation.quotation_marks import quotations
from .attributions import ATTRIBUTION_RULES, propose_attributions
from .mentions import propose_mentions
from .proposal import Proposal
from .times import propose_times

__all__ = ["LONGEST_ZONE", "proposals"]

LONGEST_ZONE = 20_000  # code points of a zone: a paragraph of a book, and no attack
QUOTED = "a pair of quotation marks"  # the rule for these


def proposals(
    text: str,
    published: dt.date | None,
    zones: Iterable[tuple[int, int]],
    others: Iterable[tuple[int, int]] = (),
) -> list[Proposal]:
    """Return what all rules propose for some zones of a text, what is most often right first.

    `zones` are (start, end) in code points, of which the first 20,000 are looked into; `others` are
    zones such as a dateline, in which only times are looked for. `published` is the day of
    publication.
    """
    places, times_in = (
        [(start, min(end, start + LONGEST_ZONE)) for start, end in part] for part in (zones, others)
    )
    attributions = sorted(
        propose_attributions(text, places), key=lambda found: ATTRIBUTION_RULES.index(found.rule)
    )
    said = {piece for one in attributions for piece in one.roles["Content"]}
    quoted = [
        Proposal("Quoted", (place,), QUOTED, {"Use": "speech"} if place in said else {})
        for zone in places
        for place in quotations(text, *zone)
    ]
    times = propose_times(text, published, sorted([*places, *times_in]))
    return [
        *quoted,
        *attributions,
        *sorted(times, key=lambda found: "refers" not in found.attributes),
        *propose_mentions(text, places),
    ]
