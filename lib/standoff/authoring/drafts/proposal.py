"""One proposal, and all proposals for a text in the order of trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from ...annotation.model import Fragments

__all__ = ["Proposal", "proposals"]

LONGEST = 20_000  # code points of a zone: a paragraph of a book, and no attack


class Proposal(NamedTuple):
    """What a rule proposes: a label, its place (for an attribution, that of the cue), and more.

    `attributes` have the names of the codebook, and the value of a time the name `refers`, as in
    notes. `roles` maps Source and Content of an attribution to the place of the span to be made.
    """

    label: str
    fragments: Fragments
    rule: str
    attributes: dict[str, str] = {}  # noqa: RUF012 - never changed
    roles: dict[str, Fragments] = {}  # noqa: RUF012 - never changed


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
    from .attributions import RULES, propose_attributions
    from .mentions import propose_mentions
    from .quotations import propose_quotations
    from .times import propose_times

    places, times_in = (
        [(start, min(end, start + LONGEST)) for start, end in part] for part in (zones, others)
    )
    attributions = sorted(
        propose_attributions(text, places), key=lambda found: RULES.index(found.rule)
    )
    said = {piece for one in attributions for piece in one.roles["Content"]}
    quotations = [
        one._replace(attributes={"Use": "speech"}) if one.fragments[0] in said else one
        for one in propose_quotations(text, places)
    ]
    times = propose_times(text, published, sorted([*places, *times_in]))
    return [
        *quotations,
        *attributions,
        *sorted(times, key=lambda found: "refers" not in found.attributes),
        *propose_mentions(text, places),
    ]
