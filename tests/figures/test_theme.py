"""Colours that stay apart and can be read, and SVG that takes the colours of its page."""

from itertools import combinations

import numpy as np
import pytest

from standoff import figures
from standoff.figures.display import draw, untitled
from standoff.figures.theme import CAMPS, PALETTE, text_colour, themed

PAGES = {"light": 0, "dark": 1}
# how colours look to readers without one kind of cone, in linear RGB (Machado and others 2009)
SEEN = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# linear RGB -> cones -> OKLab (Ottosson 2020)
CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colour):
    """Return the linear red, green and blue of "#rrggbb"."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour, eye):
    """Return a colour in OKLab, times 100, as an eye sees it."""
    seen = np.clip(np.array(SEEN[eye]) @ linear(colour), 0, 1)
    return 100 * np.array(LAB) @ np.cbrt(np.array(CONES) @ seen)


def contrast(one, other):
    """Return the contrast of two colours (WCAG 2.2)."""
    light = [linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05 for colour in (one, other)]
    return max(light) / min(light)


def solid(page):
    """Return the solid colour of each camp on a page."""
    return {camp: PALETTE[camp][PAGES[page]] for camp in CAMPS}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("eye", SEEN)
def test_camps_stay_apart_for_readers_who_do_not_see_all_colours(page, eye):
    least = 13 if eye == "all cones" else 8
    near = [
        (one, other)
        for (one, a), (other, b) in combinations(solid(page).items(), 2)
        if np.linalg.norm(lab(a, eye) - lab(b, eye)) < least
    ]
    assert near == []


@pytest.mark.parametrize("page", PAGES)
def test_words_and_marks_can_be_read_on_the_page(page):
    of = {light: values[PAGES[page]] for values in PALETTE.values() for light in values[:1]}
    paper, track = (PALETTE[role][PAGES[page]] for role in ("paper", "track"))
    words = [of[text_colour(camp)] for camp in CAMPS]
    words += [PALETTE[role][PAGES[page]] for role in ("ink", "quiet", "link")]
    assert min(contrast(colour, paper) for colour in words) >= 4.5
    assert min(contrast(of[text_colour(camp)], track) for camp in CAMPS) >= 4.5
    edges = [PALETTE[role][PAGES[page]] for role in (*CAMPS[1:], "author-line")]
    assert min(contrast(colour, paper) for colour in edges) >= 3
    amber = [PALETTE[role][PAGES[page]] for role in ("amber", "amber-text")]
    assert contrast(*amber) >= 4.5


def test_every_role_has_a_light_colour_of_its_own():
    assert len({light for light, _ in PALETTE.values()}) == len(PALETTE)


def test_a_themed_figure_takes_every_colour_from_its_page(corpus):
    drawn = draw(untitled(figures.strip(corpus).spec()))
    svg = themed(drawn, "strip", 'Words in "quotation marks"')
    assert 'aria-label="Words in &quot;quotation marks&quot;"' in svg and svg.count("aria-") == 1
    bare = svg
    for role, (light, _) in PALETTE.items():
        bare = bare.replace(f"var(--{role},{light})", "")
    assert "#" not in bare.replace("url(#strip-", "").replace('href="#strip-', "")
    assert 'viewBox="0 0 840' in svg and "max-width:840px" in svg
