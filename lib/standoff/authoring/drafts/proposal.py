"""What a rule proposes."""

from __future__ import annotations

from typing import NamedTuple

from ...annotation.model import Fragments

__all__ = ["Proposal"]


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
