"""An article as HTML with its annotation marked in the text.

It is plain HTML and CSS: nothing needs a script. Every layer has its own kind of line below the
words, and every mark begins with a tag that says in words what it is. Marks that overlap never
share a line, because each keeps a lane of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import BIDI, FORMULA, LEFT_ALONE, as_html, balanced
from ..annotation.span_index import SpanIndex
from .article_marks import (
    LAYERS,
    OTHER,
    ArticleViews,
    Mark,
    check_known,
    dates_of,
    marks,
    rows_of,
)

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

    Place = tuple[int, int, str, str, str]  # start, end, id, href, words

__all__ = [
    "LAYERS",
    "OTHER",
    "ArticleViews",
    "Mark",
    "Reading",
    "dates_of",
    "marks",
    "show",
    "text_html",
]

LINES = {
    "sourcing": ("solid", "#b45309"),
    "framing": ("dashed", "#0072b2"),
    "chronology": ("dotted", "#6f42c1"),
    "actors": ("solid", "#6e7781"),
    OTHER: ("double", "#a3195b"),
}
LANE = 5  # pixels from one line below the words to the next
TAG_STYLE = "border-radius:3px;padding:0 3px;margin-right:2px;white-space:nowrap"


class Reading:
    """A passage with its marks, to be shown in a notebook cell.

    All styles are inline, so that it looks the same in a notebook that is not trusted.
    """

    def __init__(self, html: str, plain: str):
        self.html, self.plain = html, plain

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}


def show(
    corpus: Corpus,
    doc: str,
    layers: Iterable[str] = tuple(LAYERS),
    around: str | None = None,
    sentences: int = 1,
) -> Reading:
    """Show an article with its annotation in a notebook cell, below a legend of the layers.

    With `around`, the id of an annotation, it shows only the sentence of that annotation and
    `sentences` more on either side. Raises `KeyError` with the nearest right name for an unknown
    article, layer or annotation.

    >>> reading.show(corpus, "dw-2017-04-14", ["framing"], around="T99")  # doctest: +SKIP
    """
    all_marks, text, zones = marks(corpus, doc, layers), corpus.texts[doc], corpus.zones
    first, last = 0, len(text)
    if around is not None:
        first, last = _window(corpus, doc, around, sentences)
    renderer, html, plain = CellRenderer(text, all_marks), [_legend(layers, all_marks)], []
    attributes = f' class="{LEFT_ALONE}"' if FORMULA.search(text) else ""
    if BIDI.search(text):
        attributes += ' dir="auto"'
    shown = rows_of(zones[(zones["start"] < last) & (zones["end"] > first)], doc)
    for zone in shown.itertuples():
        start, end = max(first, zone.start), min(last, zone.end)
        words, lanes = renderer.render(start, end)
        height = 26 + sum(lanes.values()) * LANE
        style = f"white-space:pre-wrap;margin-bottom:12px;line-height:{height}px"
        html.append(f'<div{attributes} style="{style}">{words}</div>')
        plain.append(text[start:end])
    return Reading("".join(html), "\n\n".join(plain))


def _legend(layers: Iterable[str], all_marks: list[Mark]) -> str:
    """Return the layers with their lines; the layer of other marks only if there are any."""
    used = {mark.layer for mark in all_marks}
    entries = [
        f'<span style="border-bottom:3px {" ".join(LINES[layer])};margin-right:14px">{words} '
        f"({layer})</span>"
        for layer, words in LAYERS.items()
        if layer in layers and (layer != OTHER or OTHER in used)
    ]
    return f'<div style="margin-bottom:8px">{" ".join(entries)}</div>'


def _window(corpus: Corpus, doc: str, around: str, sentences: int) -> tuple[int, int]:
    """Return the stretch of an annotation's sentence and of `sentences` more on either side."""
    annotations = corpus.annotations[doc]
    spans = {span.id: span for span in annotations.spans}
    spans |= {event.id: spans[event.trigger] for event in annotations.events}
    check_known(around, spans, "annotation")
    span, rows = spans[around], rows_of(corpus.sentences, doc).reset_index(drop=True)
    touched = rows.index[(rows["start"] < span.end) & (rows["end"] > span.start)]
    if touched.empty:  # it lies in a zone without sentences
        zones = rows_of(corpus.zones, doc)
        near = zones[zones["start"] <= span.start].tail(1)
    else:
        near = rows.loc[touched[0] - sentences : touched[-1] + sentences]
    return near["start"].iloc[0], near["end"].iloc[-1]


def text_html(
    corpus: Corpus,
    doc: str,
    all_marks: list[Mark],
    places: Iterable[Place] = (),
    spare: Mapping[str, list[str]] | None = None,
) -> str:
    """Return the whole text with its marks, zone by zone, for a page with a style sheet.

    Every mark can be addressed by its id. `places` are tags that are no annotation, such as claims.
    `spare` gives for some ids more ids that lead to the same place. Without the tags (class "tag")
    and the names of zones (class "zone-name"), the words of the HTML are the stored text, character
    for character.
    """
    text, spare = corpus.texts[doc], spare or {}
    renderer = PageRenderer(text, all_marks, places)
    sentences = rows_of(corpus.sentences, doc).sort_values(["start", "id"])
    parts, last = [], 0
    for zone in rows_of(corpus.zones, doc).itertuples():
        inside = sentences[sentences["start"].between(zone.start, zone.end, inclusive="left")]
        anchors = []
        for row in inside.itertuples():
            anchors += [(row.start, ident) for ident in (row.id, *spare.get(row.id, ()))]
        anchors += [(zone.start, ident) for ident in spare.get(zone.id, ())]
        words, lanes = renderer.render(zone.start, zone.end, anchors)
        room = ";".join(f"--lanes-{layer}:{count}" for layer, count in lanes.items() if count)
        again = " again" if zone.duplicate else ""
        parts.append(
            f'<span class="gap">{text[last : zone.start]}</span>'
            f'<div class="zone {escape(zone.label.lower())}" id="{zone.id}">'
            f'<span class="zone-name">{escape(zone.label)}{again}</span>'
            f'<div class="words" style="{room}">{words}</div></div>'
        )
        last = zone.end
    return f'{"".join(parts)}<span class="gap">{text[last:]}</span>'


class PageRenderer:
    """Writes stretches of a text as HTML with its marks, for a page with a style sheet."""

    def __init__(self, text: str, all_marks: list[Mark], places: Iterable[Place] = ()):
        self.text, self.places = text, list(places)
        self.index = SpanIndex((*pair, mark) for mark in all_marks for pair in mark.fragments)

    def render(
        self, start: int, end: int, anchors: Iterable[tuple[int, str]] = ()
    ) -> tuple[str, dict[str, int]]:
        """Return a stretch, such as a zone, as HTML, and how many lanes each layer takes.

        `anchors` are places (offset, id) that can be addressed without being marked.
        """
        here = list(dict.fromkeys(self.index.overlapping(start, end)))
        lanes, counts = self.lanes(here)
        begins = defaultdict(list)  # offset -> HTML of what begins there
        for offset, ident in anchors:
            begins[offset].append(_anchor(ident))
        for mark in here:
            begins[mark.start].append(self.tag(mark))
        for offset, _, ident, href, words in self.places:
            tag = f'<a class="tag claims" id="{ident}" href="{href}">{escape(words)}</a>'
            begins[offset].append(tag)
        bounds = {start, end, *begins, *(place[1] for place in self.places)}
        bounds.update(offset for mark in here for pair in mark.fragments for offset in pair)
        html = []
        for first, last in pairwise(sorted(at for at in bounds if start <= at <= end)):
            html += [*begins[first], self.piece(first, last, lanes)]
        return "".join(html), counts

    def piece(self, start: int, end: int, lanes: dict[Mark, int]) -> str:
        """Return a stretch over which the same marks lie from its first to its last character."""
        over = list(self.index.overlapping(start, end))
        over.sort(key=lambda mark: (mark.layer, -lanes[mark]))
        opened = "".join(self.opening(mark, lanes[mark]) for mark in over)
        words = escape(self.text[start:end], quote=False)
        html = f"{opened}{words}{'</span>' * len(over)}"
        around = [ident for a, b, ident, *_ in self.places if a <= start and end <= b]
        return f'<span class="{" ".join(around)}">{html}</span>' if around else html

    def lanes(self, here: list[Mark]) -> tuple[dict[Mark, int], dict[str, int]]:
        """Return a lane for each mark within its layer, and how many lanes each layer takes.

        Marks that overlap never share a lane.
        """
        lanes: dict[Mark, int] = {}
        ends: dict[str, list[int]] = {layer: [] for layer in LAYERS}  # of each lane's last mark
        for mark in here:
            last = ends[mark.layer]
            lane = next((lane for lane, end in enumerate(last) if end <= mark.start), len(last))
            last[lane : lane + 1] = [mark.end]
            lanes[mark] = lane
        return lanes, {layer: len(last) for layer, last in ends.items()}

    def tag(self, mark: Mark) -> str:
        """Return the words before a mark, linked to its row in the list of annotations."""
        first, *others = mark.anchors
        return (
            f'{"".join(map(_anchor, others))}<a class="tag {mark.layer}" id="{escape(first)}" '
            f'href="#about-{escape(mark.group)}">{as_html(mark.tag)}'
            f'<span class="more">{_details(mark)}</span></a>'
        )

    def opening(self, mark: Mark, lane: int) -> str:
        """Return the opening tag of a marked stretch, with the classes of the style sheet."""
        classes = f"m {mark.layer} {mark.anchors[0]} {mark.group}"
        return f'<span class="{classes}" style="--lane:{lane}">'


class CellRenderer(PageRenderer):
    """Writes them for a notebook cell, with inline styles."""

    def tag(self, mark: Mark) -> str:
        """Return the words before a mark, framed; the rest is shown on hover."""
        # the tag keeps its direction in a text from right to left
        isolated = ";unicode-bidi:isolate" if BIDI.search(self.text) else ""
        border = f"border:1px solid {LINES[mark.layer][1]}"
        return (
            f'<span style="font:0.7em sans-serif;{border};{TAG_STYLE}{isolated}" '
            f'title="{escape(balanced(mark.tag))}{_details(mark)}">{as_html(mark.tag)}</span>'
        )

    def opening(self, mark: Mark, lane: int) -> str:
        """Return the opening tag of a marked stretch, with a line below the words."""
        line = " ".join(LINES[mark.layer])
        return f'<span style="padding-bottom:{lane * LANE}px;border-bottom:3px {line}">'

    def lanes(self, here: list[Mark]) -> tuple[dict[Mark, int], dict[str, int]]:
        """Return lanes that lie below those of the layers before."""
        lanes, counts = super().lanes(here)
        below = dict(zip(LAYERS, accumulate(counts.values(), initial=0), strict=False))
        return {mark: below[mark.layer] + lane for mark, lane in lanes.items()}, counts


def _anchor(ident: str) -> str:
    """Return a place that can be addressed without being marked."""
    return f'<span id="{escape(ident)}"></span>'


def _details(mark: Mark) -> str:
    """Return the id of a mark and of everything that describes it."""
    return escape(balanced(" · ".join(("", mark.id, *mark.about))))


def __dir__() -> list[str]:
    return __all__
