"""What readers call the parts of an article: "headline", "lead", "paragraph 3"."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["place_names"]

NAMES = {
    "Crosshead": "subheading",
    "Navigation": "menu",
    "Credit": "picture credit",
    "Link": "link to another article",
    "Note": "publisher's note",
    "Reference": "footnote",
}
NUMBERED = "Body"  # what a reader counts as paragraphs


def place_names(zones: Iterable[str]) -> list[str]:
    """Return what a reader calls each zone of an article, given their labels in order.

    Only the paragraphs of the text are counted.

    >>> place_names(["Headline", "Lead", "Body", "Crosshead", "Body"])
    ['headline', 'lead', 'paragraph 1', 'subheading', 'paragraph 2']
    """
    names, paragraphs = [], 0
    for label in zones:
        name = NAMES.get(label, label.lower())
        if label == NUMBERED:
            paragraphs += 1
            name = f"paragraph {paragraphs}"
        names.append(name)
    return names
