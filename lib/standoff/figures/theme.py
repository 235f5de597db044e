"""One look for all figures: colours for light and dark pages, sizes, and SVG that follows the page.

The first four camps are blue, red-orange, green and violet, experts ochre, others grey. Pairs of
these stay apart for readers who do not see all colours (tests/figures/test_theme.py).
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from ..annotation.did_you_mean import check_known

__all__ = [
    "CAMPS",
    "CONFIG",
    "INK",
    "LIGHT",
    "LINE",
    "NARROW",
    "PALETTE",
    "PAPER",
    "QUIET",
    "SERIF",
    "TRACK",
    "WIDE",
    "colours",
    "repainted",
    "text_colour",
    "themed",
    "variables",
]

WIDE, NARROW = 840, 350  # pixels: a figure in a notebook or on a wide page, and on a telephone

# role -> its colour on a light and on a dark page. `themed` finds a role by its light colour, so
# every role has one of its own.
PALETTE = {
    "ink": ("#1d1b18", "#ece8e1"),
    "quiet": ("#5f5a52", "#aba69c"),
    "line": ("#cfc8ba", "#4b4f55"),
    "track": ("#f1ece1", "#22262a"),
    "paper": ("#fffdf9", "#16181b"),
    "link": ("#1d4e9e", "#8fbcff"),
    "hit": ("#f3dc8c", "#6b5712"),
    "amber": ("#fff0c9", "#3b2f0e"),
    "amber-text": ("#664600", "#f5d58a"),
    "author": ("#ddd7ca", "#3d4045"),
    "author-line": ("#8a8478", "#7d8288"),
    "camp-1": ("#3f78cf", "#5797f8"),
    "camp-1-soft": ("#c9d8f1", "#233a5e"),
    "camp-1-text": ("#2859a6", "#6aa4fb"),
    "camp-2": ("#b8330a", "#ef7a3c"),
    "camp-2-soft": ("#efcabd", "#5a2f1a"),
    "camp-3": ("#0a7463", "#6fd3aa"),
    "camp-3-soft": ("#bfdcd5", "#244a3c"),
    "camp-4": ("#5c2670", "#d9aaf7"),
    "camp-4-soft": ("#d3c2da", "#4c3a58"),
    "expert": ("#aa7e24", "#f5de72"),
    "expert-soft": ("#ead9b6", "#544a20"),
    "expert-text": ("#7d5b12", "#f5de73"),
    "other": ("#7f868f", "#868d96"),
    "other-soft": ("#dfe1e4", "#33373c"),
    "other-text": ("#5b636d", "#a3aab3"),
    "grey-1": ("#6e685f", "#b9b3a8"),
    "grey-2": ("#a9a294", "#77726a"),
}
LIGHT = {role: light for role, (light, _) in PALETTE.items()}
INK, QUIET, LINE = LIGHT["ink"], LIGHT["quiet"], LIGHT["line"]
TRACK, PAPER = LIGHT["track"], LIGHT["paper"]
# keys of the camps in the order of rows and colours
CAMPS = ("author", "camp-1", "camp-2", "camp-3", "camp-4", "expert", "other")

SANS = "Libre Franklin, Liberation Sans, Arial, sans-serif"
# the look of words that are an article's own
SERIF: dict[str, Any] = {
    "font": "Newsreader, Georgia, serif",
    "fontSize": 14,
    "lineHeight": 17,
    "baseline": "top",
}
CONFIG: dict[str, Any] = {
    "font": SANS,
    "background": PAPER,
    "padding": 12,
    "mark": {"aria": False},  # the description says it; one label for each mark would be noise
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "fontSize": 17,
        "fontWeight": 600,
        "color": INK,
        "subtitleFontSize": 13,
        "subtitleColor": QUIET,
        "subtitlePadding": 5,
        "offset": 18,
    },
}


def variables() -> tuple[str, str]:
    """Return the colours of light and of dark pages as variables of CSS."""
    light, dark = (
        "; ".join(f"--{role}: {pair[side]}" for role, pair in PALETTE.items()) for side in (0, 1)
    )
    return light, dark


def colours(camp: str, soft: bool = False) -> tuple[str, str]:
    """Return the colours of inside and edge of a mark of a camp; `soft` is for paraphrase.

    >>> colours("camp-1"), colours("camp-1", soft=True)
    (('#3f78cf', '#3f78cf'), ('#c9d8f1', '#3f78cf'))
    """
    if camp == "author":
        return LIGHT["author"], LIGHT["author-line"]
    return LIGHT[f"{camp}-soft" if soft else camp], LIGHT[camp]


def text_colour(camp: str) -> str:
    """Return the colour of words about a camp, which is dark enough to be read.

    >>> text_colour("camp-1"), text_colour("camp-2"), text_colour("author")
    ('#2859a6', '#b8330a', '#5f5a52')
    """
    if camp == "author":
        return QUIET
    return LIGHT.get(f"{camp}-text", LIGHT[camp])


def repainted(chosen: dict[str, str]) -> dict[str, str]:
    """Return the new colour of each light colour whose role has a chosen one, as "#rrggbb".

    The colour of words follows that of its role, and the colour of paraphrase is the same, paler.
    Raises `KeyError` with the nearest right name for an unknown role.

    >>> repainted({"camp-2": "#7b1fa2"})
    {'#b8330a': '#7b1fa2', '#efcabd': '#7b1fa240'}
    """
    found = {}
    for role, colour in chosen.items():
        check_known(role, PALETTE, "no role of colours", KeyError)
        for suffix, own in (("", colour), ("-text", colour), ("-soft", f"{colour}40")):
            if role + suffix in LIGHT:
                found[LIGHT[role + suffix]] = own
    return found


def themed(svg: str, name: str, description: str) -> str:
    """Return the SVG of a figure for a page that defines the colours of `PALETTE`.

    Each light colour becomes a variable of its role, so that one SVG serves light, dark and print.
    It shrinks to the width of its box, and has one description for readers who cannot see it.
    `name` keeps its ids apart from those of other figures on the page.

    >>> themed('<svg viewBox="0 0 9 9"><rect fill="#1d1b18"/></svg>', "one", "A square")[-61:]
    'aria-label="A square"><rect fill="var(--ink,#1d1b18)"/></svg>'
    """
    for role, colour in LIGHT.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{role},{colour})"')
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    svg = re.sub(r"\b(clip|gradient_)(\d+)", rf"{name}-\1\2", svg)
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="\S+ \S+ (\S+) [^"]*"', head)
    assert box, "vl-convert gives every SVG a viewBox"
    words = escape(description)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box[0]} style="max-width:{float(box[1]):.0f}px" '
        f'role="img" aria-label="{words}">{body}'
    )
