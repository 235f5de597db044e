"""Where an annotation comes from: accepted from a draft, added beside drafts, or coded without any.

The attribute `Origin` is built in. Every codebook permits it on every label without declaring it.
"""

from __future__ import annotations

from .model import Annotations, is_content
from .ordering import without

__all__ = ["DRAFTED", "ORIGIN", "ORIGINS", "drafted_ids", "without_drafts"]

ORIGIN = "Origin"
ORIGINS = {
    "confirmed": "accepted from a draft as it was",
    "mended": "accepted from a draft after a change",
    "added": "made by a person where drafts were used, without a draft",
}
DRAFTED = ("confirmed", "mended")


def drafted_ids(annotations: Annotations) -> set[str]:
    """Return the ids of the annotations that a person accepted from a draft."""
    return {item.target for item in annotations.attributes_named(ORIGIN) if item.value in DRAFTED}


def without_drafts(annotations: Annotations) -> Annotations:
    """Return the annotations without those that were accepted from drafts.

    What cannot be without them goes too: relations and roles that name them, and contents that no
    other attribution has.

    >>> from standoff.annotation.brat import parse
    >>> source = "T1\\tTime 0 5\\ttoday\\nT2\\tTime 6 9\\tnow\\nA1\\tOrigin T1 confirmed\\n"
    >>> [span.text for span in without_drafts(parse(source, "gold.ann")).spans]
    ['now']
    """
    drafted = drafted_ids(annotations)
    if not drafted:
        return annotations
    kept: set[str] = set()
    removed: set[str] = set()
    for event in annotations.events:
        own = removed if event.id in drafted else kept
        own |= {event.trigger, *(target for role, target in event.roles if is_content(role))}
    return without(annotations, (removed - kept) | drafted)
