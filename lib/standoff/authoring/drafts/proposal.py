"""One proposal, and all proposals for a text in the order of trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from ...annotation.model import Fragments

__all__ = ["Proposal", "proposals"]


class Proposal(NamedTuple):
    """What a rule proposes: a label, its place (for an attribution, that of the cue), and more.

    `attributes` have the names of the codebook, and the value of a time the name `refers`, as in
    notes. `roles` maps Source and Content of an attribution to the places of the spans to be made.
    """

    label: str
    fragments: Fragments
    rule: str
    attributes: dict[str, str] = {}  # noqa: RUF012 - never changed
    roles: dict[str, list[Fragments]] = {}  # noqa: RUF012 - never changed


def proposals(
    text: str, published: dt.date | None, zones: Iterable[tuple[int, int]]
) -> list[Proposal]:
    """Return what all rules propose for some zones of a text, what is most often right first.

    `zones` are (start, end) in code points; `published` is the day of publication.
    """
    from .attributions import propose_attributions
    from .quotations import propose_quotations

    places = list(zones)
    return [*propose_quotations(text, places), *propose_attributions(text, places)]


def __dir__() -> list[str]:
    return __all__
