"""Where the words of a drawn figure stand: what tests of figures measure in its SVG."""

import re
import xml.etree.ElementTree as ET

from standoff.figures.display import draw, untitled
from standoff.figures.theme import NARROW, PAPER, WIDE

TEXT = "{http://www.w3.org/2000/svg}text"
SPAN = "{http://www.w3.org/2000/svg}tspan"
WIDTHS = (WIDE, NARROW)
# of the mean letter, in parts of the size of type: a little less than in the fonts of the pages
LETTER = 0.46


def boxes(figure, width):
    """Words of a figure at a width, each line with its left, top, right and bottom in pixels."""
    svg = ET.fromstring(draw(untitled(figure._spec(width))))
    found = []
    for text, x, y in _texts(svg, 0.0, 0.0):
        if text.get("stroke") == PAPER or not "".join(text.itertext()).strip():
            continue  # the halo behind words
        size = float(text.get("font-size").removesuffix("px"))
        lines = [(span.text, float(span.get("dy", 0))) for span in text.iter(SPAN)]
        down = 0.0
        for words, further in lines or [(text.text, 0.0)]:
            down += further
            length = len(words) * size * LETTER
            left = x - {"middle": length / 2, "end": length}.get(text.get("text-anchor"), 0)
            found.append((words, left, y + down - size * 0.7, left + length, y + down))
    return found


def _texts(node, x, y):
    """Every text below a node, with its place."""
    at = re.match(r"translate\(([-\d.]+),\s*([-\d.]+)\)", node.get("transform", ""))
    if at:
        x, y = x + float(at[1]), y + float(at[2])
    if node.tag == TEXT:
        yield node, x, y
    for child in node:
        yield from _texts(child, x, y)


def overlaps(figure, width):
    """Pairs of words that stand on each other, and words outside the figure."""
    found, wrong = boxes(figure, width), []
    for place, (words, left, top, right, bottom) in enumerate(found):
        if left < -1 or right > width + 1:
            wrong.append((words, left, right))
        for other, left2, top2, right2, bottom2 in found[:place]:
            if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
                wrong.append((words, other))
    return wrong


def rows(figure):
    """All rows of data in a figure."""
    return [row for data in figure.spec()["datasets"].values() for row in data]


def said(figure):
    """Every text in a figure, joined."""
    return " ".join(str(row["words"]) for row in rows(figure) if "words" in row)
