"""An article as HTML with its annotation marked in the text, for pages and notebook cells.

It is plain HTML and CSS: nothing needs a script. What sources say is tinted in the colour of their
camp, with numbered notes beside each paragraph; frames, times and what else is marked have names
that appear on hover and on focus. What does not count as the article (menus, captions, credits) is
folded where it stands.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from itertools import count, groupby
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from ..annotation.escaping import BIDI, FORMULA, LEFT_ALONE, as_html
from ..annotation.span_index import SpanIndex
from ..annotation.zone_labels import ARTICLE
from ..corpus.place_names import place_names
from .article_marks import Mark, rows_of
from .camps import camp_names
from .names import capital
from .theme import CAMPS, PALETTE, variables

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["CellWriter", "Claim", "Note", "PageWriter", "Zone", "styles"]

ORDER = ("claimed", "frame", "content", "cited", "quoted")  # from outside inwards, others after
# kind of mark -> how it looks, what that means, and its style in a notebook that is not trusted,
# where JupyterLab leaves style sheets out
KEYS = {
    "source": ("bold", "a source", "font-weight:bold"),
    "cue": ("dotted", "the words that ascribe", "border-bottom:2px dotted"),
    "content": ("tinted", "what is ascribed, in the colour of the source", "background:{tint}"),
    "quoted": ("underlined", "quoted", "border-bottom:2px solid"),
    "frame": ("dashed", "a frame; its name on hover or Tab", "border-bottom:2px dashed"),
    "time": ("boxed", "a time; its date on hover or Tab", "border:1px solid"),
    "mention": ("thin line", "an actor; the name on hover or Tab", "border-bottom:1px solid"),
    "label": ("double line", "its label on hover or Tab", "border-bottom:3px double"),
}


# what stands in for links in a notebook cell
IN_CELLS = {
    "tag": 'tabindex="0" style="font-size:.75em;border:1px solid;padding:0 3px;margin-right:3px"',
    "n": 'style="font-size:.7em;vertical-align:super"',
    "place": 'style="margin-right:.5em"',
}


@cache
def styles() -> str:
    """Return the style sheet of an article, with the colours of light and of dark pages."""
    light, dark = variables()
    camps = [
        f".article .{camp} {{ --camp: var(--{camp}); --camp-soft: var(--{camp}-soft); "
        f"--camp-text: var(--{camp}-text, var(--{camp})); }}"
        for camp in CAMPS[1:]  # the author's words are not tinted
    ]
    rules = [
        f".article {{ {light} }}",
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ body:not([data-jp-theme-light]) .article {{ {dark} }} }}",
        f"[data-jp-theme-light=false] .article {{ {dark} }}",
        *camps,
        (Path(__file__).parent / "reading.css").read_text(encoding="utf-8"),
    ]
    return "\n".join(rules)


def _tint(camp: str) -> str:
    """Return the colour of a camp, thin enough for dark and for light pages."""
    red, green, blue = bytes.fromhex(PALETTE[camp][0].removeprefix("#"))
    return f"rgba({red}, {green}, {blue}, .28)"


class Note(NamedTuple):
    """The note on an attribution: its number, where that stands in the text, and the cue."""

    number: str
    at: int
    mark: Mark


class Claim(NamedTuple):
    """A claim that rests on a passage, and its address."""

    start: int
    end: int
    href: str
    words: str


class Zone(NamedTuple):
    """What is shown of a zone: `name` is what readers call it, `counts` whether it is article."""

    id: str
    label: str
    name: str
    counts: bool
    start: int
    end: int


def _zones(corpus: Corpus, doc: str, first: int, last: int) -> list[Zone]:
    """Return the zones between two places in the text, cut off there."""
    rows = list(rows_of(corpus.zones, doc).itertuples())
    zones = []
    for row, name in zip(rows, place_names(row.label for row in rows), strict=True):
        start, end = max(row.start, first), min(row.end, last)
        counts = row.label in ARTICLE and not row.duplicate
        if start < end:
            again = " (printed again)" if row.duplicate else ""
            zones.append(Zone(row.id, row.label, name + again, counts, start, end))
    return zones


def _notes(all_marks: list[Mark], zones: list[Zone]) -> Iterator[Note]:
    """Number the attributions in the order in which their numbers stand in the text.

    A number stands after the words that are ascribed. Notes of what does not count as article,
    which is folded, have letters, so that the numbers have no gaps.
    """
    places: dict[str, tuple[int, int]] = {}
    for mark in all_marks:
        if mark.kind == "content":
            start, end = mark.fragments[0]
            places.setdefault(mark.group, (end, -start))
    cues = [mark for mark in all_marks if mark.kind == "cue" and mark.is_whole]
    cues.sort(key=lambda mark: places.get(mark.id, (mark.end, -mark.start)))
    letters = (letter * times for times in count(1) for letter in ascii_lowercase)
    numbers = {True: map(str, count(1)), False: letters}
    for mark in cues:
        at, _ = places.get(mark.id, (mark.end, 0))
        counts = next((zone.counts for zone in zones if zone.start < at <= zone.end), None)
        if counts is not None:  # it stands in what is shown
            yield Note(next(numbers[counts]), at, mark)


class PageWriter:
    """Writes an article as HTML for a page.

    Every mark can be addressed by its id. `claims` are linked beside the paragraphs on which they
    rest. `spare` gives for some ids more ids that lead to the same place. Without what has the
    class "extra", the words of the HTML are the stored text, character for character.
    """

    headline, list_style = "h1", ""
    tagged: tuple[str, ...] = ("frame", "time", "label")  # kinds of marks with a name above them

    def __init__(
        self,
        corpus: Corpus,
        doc: str,
        all_marks: list[Mark],
        bounds: tuple[int, int] | None = None,
        claims: Iterable[Claim] = (),
        spare: Mapping[str, list[str]] | None = None,
    ):
        self.text, self.claims, book = corpus.texts[doc], list(claims), corpus.codebook
        first, last = bounds or (0, len(self.text))
        self.zones = _zones(corpus, doc, first, last)
        self.marks = [mark for mark in all_marks if mark.start < last and mark.end > first]
        self.index = SpanIndex((*pair, mark) for mark in self.marks for pair in mark.fragments)
        self.notes = list(_notes(self.marks, self.zones))
        self.definitions = {  # of frames, until they are first shown
            book.title(label).capitalize(): rules.get("definition", "")
            for label, rules in book.labels.items()
        }
        self.camps = camp_names(corpus)
        self.opened: set[Mark] = set()
        self.numbers: dict[int, str] = defaultdict(str)  # offset -> numbers of notes, as HTML
        for number, at, mark in self.notes:
            ident, label = f"note-{mark.id}", f"Note {number}"
            self.numbers[at] += self.link(f"n extra {mark.camp}", number, ident, label)
        self.anchors: dict[int, str] = defaultdict(str)  # offset -> addresses, as HTML
        for table in (corpus.zones, corpus.sentences):
            for row in rows_of(table, doc).itertuples():
                own = [row.id] * (table is corpus.sentences)
                idents = [*own, *(spare or {}).get(row.id, ())]
                self.anchors[row.start] += "".join(map(self.anchor, idents))
        self.inserted = sorted({*self.anchors, *self.numbers})

    def html(self) -> tuple[str, str]:
        """Return the article up to its headline, and the rest.

        What counts as article has its notes beside it; what does not is folded.
        """
        parts: list[str] = []
        last, top = self.zones[0].start if self.zones else 0, 0
        nothing_counts = not any(zone.counts for zone in self.zones)
        for counts, group in groupby(self.zones, lambda zone: zone.counts or nothing_counts):
            zones = list(group)
            if not counts:
                names = ", ".join(dict.fromkeys(zone.name for zone in zones))
                summary = f'<summary class="extra">Not counted: {as_html(names)}</summary>'
                parts.append(f'<details class="furniture">{summary}')
            for zone in zones:
                parts.append(escape(self.text[last : zone.start]) + self.part(zone))
                last = zone.end
                if counts and zone.label == "Headline" and not top:
                    top = len(parts)
            if not counts:
                parts.append("</details>")
        return "".join(parts[:top]), "".join(parts[top:])

    def part(self, zone: Zone) -> str:
        """Return a part of the article, with what stands beside it."""
        tag, attributes = "div", ' dir="auto"' if BIDI.search(self.text) else ""
        if zone.label == "Headline" and zone.counts:
            tag = self.headline
        elif zone.label == "Crosshead":
            attributes += ' role="heading" aria-level="2"'
        number, name = "", zone.name.capitalize()
        if zone.counts and name.startswith("Paragraph "):
            number = self.link("place extra", name.split()[1], zone.id, name)
        left_alone = f" {LEFT_ALONE}" if FORMULA.search(self.text) else ""
        return (
            f'<div class="part {escape(zone.label.lower())}"{self.address(zone.id)}>'
            f'<{tag} class="words{left_alone}"{attributes}{self.look(zone)}>{number}'
            f"{self.words(zone.start, zone.end)}</{tag}>"
            f'<div class="beside extra">{"".join(self.beside(zone))}</div></div>'
        )

    def beside(self, zone: Zone) -> Iterator[str]:
        """Return the lists beside a part: notes, frames and times in it, claims that rest on it."""
        notes = [self.note(note) for note in self.notes if zone.start < note.at <= zone.end]
        here = list(dict.fromkeys(self.index.overlapping(zone.start, zone.end)))
        frames = dict.fromkeys(mark.name for mark in here if mark.kind == "frame")
        times = {
            f"“{self.text[mark.start : mark.end]}”: {mark.name}"
            for mark in here
            if mark.kind == "time"
        }
        claims = dict.fromkeys(
            f'<li><a href="{claim.href}">{as_html(claim.words)}</a></li>'
            for claim in self.claims
            if claim.start < zone.end and zone.start < claim.end
        )
        yield self.bullets("notes", notes)
        yield self.bullets("framing", [self.definition(name) for name in frames])
        yield self.bullets("chronology", [f"<li>{as_html(words)}</li>" for words in sorted(times)])
        yield self.bullets("rests", list(claims))

    def definition(self, name: str) -> str:
        """Return the name of a frame, with its definition where it first stands."""
        definition = self.definitions.pop(name, "")
        more = f": {as_html(definition)}" if definition else ""
        return f"<li><b>{as_html(name)}</b>{more}</li>"

    def words(self, start: int, end: int) -> str:
        """Return a stretch as HTML with its marks. Marks that cross are cut, and go on."""
        begins = defaultdict(list)
        for mark in dict.fromkeys(self.index.overlapping(start, end)):
            for first, last in mark.fragments:
                if first < end and start < last:
                    begins[max(first, start)].append((min(last, end), mark))
        ends = {stop for pieces in begins.values() for stop, _ in pieces}
        inserted = self.inserted[bisect_left(self.inserted, start) : bisect(self.inserted, end)]
        bounds = sorted({start, end, *begins, *ends, *inserted})
        html: list[str] = []
        open_: list[tuple[int, Mark]] = []
        for here, following in zip(bounds, [*bounds[1:], end], strict=True):
            closed = next((i for i, piece in enumerate(open_) if piece[0] <= here), len(open_))
            html.append("</span>" * (len(open_) - closed))
            if start < here:
                html.append(self.numbers.get(here, ""))
            if here < end:
                html.append(self.anchors.get(here, ""))
            opened = [piece for piece in open_[closed:] if piece[0] > here] + begins[here]
            opened.sort(key=lambda piece: (-piece[0], _depth(piece[1])))
            html += [self.opening(mark) for _, mark in opened]
            open_[closed:] = opened
            html.append(escape(self.text[here:following], quote=False))
        return "".join(html)

    def opening(self, mark: Mark) -> str:
        """Return what opens a stretch of a mark, with its addresses and tag if it is the first."""
        others = ident = tag = ""
        if mark not in self.opened:
            self.opened.add(mark)
            first, *more = mark.anchors
            ident, others = self.address(first), "".join(map(self.anchor, more))
            if mark.kind in self.tagged:
                tag = self.link("tag extra", as_html(mark.name), f"about-{mark.id}")
        classes = " ".join(filter(None, dict.fromkeys((mark.kind, mark.camp, mark.group))))
        style = self.style(mark.kind, mark.camp)
        return f'{others}<span class="{escape(classes)}"{style}{ident}>{tag}'

    def note(self, note: Note) -> str:
        """Return the note on an attribution: who speaks, how, and with which words it is said."""
        mark, back = note.mark, f"Note {note.number}: back to the text"
        number = self.link("number", note.number, note.mark.id, back)
        return (
            f'<li class="{mark.camp}"{self.address(f"note-{mark.id}")}>{number} '
            f"<b>{as_html(capital(mark.name))}</b>: {as_html(mark.note)}</li>"
        )

    def link(self, classes: str, words: str, target: str, label: str = "") -> str:
        """Return a link within the page; `label` says what it is where its words do not."""
        name = f' aria-label="{label}"' if label else ""
        return f'<a class="{classes}" href="#{escape(target)}"{name}>{words}</a>'

    def anchor(self, ident: str) -> str:
        """Return a place that can be addressed without being marked."""
        return f"<span{self.address(ident)}></span>"

    def address(self, ident: str) -> str:
        """Return the attribute by which an element can be addressed."""
        return f' id="{escape(ident)}"'

    def look(self, zone: Zone) -> str:
        """Return the inline style of a part: none, since a page has a style sheet."""
        return ""

    def style(self, kind: str, camp: str) -> str:
        """Return the inline style of a mark: none, since a page has a style sheet."""
        return ""

    def bullets(self, name: str, items: list[str]) -> str:
        """Return a list, or nothing if it is empty."""
        return f'<ul class="{name}"{self.list_style}>{"".join(items)}</ul>' if items else ""

    def keys(self, layer: str) -> str:
        """Return what the marks of a layer look like and mean, and the colours of the camps."""
        here = [mark for mark in self.marks if mark.layer == layer]
        kinds, camps = {mark.kind for mark in here}, {mark.camp for mark in here}
        items = []
        for kind, (look, meaning, _) in KEYS.items():
            if kind in kinds:
                style = self.style(kind, "other")
                items.append(f'<li><span class="{kind} other"{style}>{look}</span> {meaning}</li>')
        for camp, name in self.camps.items():
            if camp in camps:
                words = f"{self.style('content', camp)}>{as_html(capital(name))}"
                items.append(f'<li class="{camp}"><span class="content"{words}</span></li>')
        return self.bullets(f"keys {layer}", items)


class CellWriter(PageWriter):
    """Writes it for a notebook cell: no addresses and links, and inline styles.

    Several cells of a notebook can show articles, and JupyterLab leaves style sheets out of
    notebooks that are not trusted.
    """

    headline = "div"
    tagged = (*PageWriter.tagged, "mention")
    list_style = ' style="list-style:none;padding-left:0"'

    def look(self, zone: Zone) -> str:
        """Return the inline style of a part."""
        weight = "normal" if zone.label == "Body" else "bold"
        return f' style="margin-bottom:.5em;font-weight:{weight}"' if zone.counts else ""

    def style(self, kind: str, camp: str) -> str:
        """Return the inline style of a mark."""
        if kind not in KEYS:
            return ""
        return f' style="{KEYS[kind][2].format(tint=_tint(camp or "other"))}"'

    def address(self, ident: str) -> str:
        """Return nothing: two cells would have the same addresses."""
        return ""

    def anchor(self, ident: str) -> str:
        """Return nothing: two cells would have the same addresses."""
        return ""

    def link(self, classes: str, words: str, target: str, label: str = "") -> str:
        """Return the words of a link: there is nothing that it could lead to."""
        look = IN_CELLS.get(classes.split(maxsplit=1)[0], "")
        return f'<bdi class="{classes}" {look}>{words}</bdi>'


def _depth(mark: Mark) -> int:
    return ORDER.index(mark.kind) if mark.kind in ORDER else len(ORDER)
