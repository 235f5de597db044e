"""An article as HTML with its annotation marked in the text: plain HTML and CSS, labels in words,
nothing that needs a script.

Every layer has its own kind of line under the words, and every mark begins with a tag that says in
words what it is. Marks that
overlap never share a line: each has a lane of its own as long as its paragraph lasts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from html import escape
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..annotation.brat import unnumbered
from ..annotation.escaping import BIDI, FORMULA, LEFT_ALONE, as_html, balanced
from ..annotation.suggest import suggest
from .names import tracks, voices

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["LAYERS", "Apart", "Mark", "Reading", "dates_of", "marks", "show", "text_html"]

OTHER = "other"  # the layer of all that none of the tables holds
LAYERS = {
    "framing": "what is said to be the matter",
    "sourcing": "who is given a voice",
    "chronology": "what happened when",
    "actors": "who is in the text",
    OTHER: "what else is marked",
}
LINES = {
    "sourcing": "solid #b45309",
    "framing": "dashed #0072b2",
    "chronology": "dotted #6f42c1",
    "actors": "solid #6e7781",
    OTHER: "double #a3195b",
}
BUCKET = 1024  # code points in which marks are looked up together
TABLES = (
    "zones",
    "sentences",
    "mentions",
    "attributions",
    "quotations",
    "frames",
    "times",
    "events",
)  # that a reading page draws on
BASE = ("zone", "sentence")  # kinds of labels that are no marks
MARKED = TABLES[2:]  # of which every row is a mark
LANE = 5  # pixels from one line under the words to the next
USES = {
    "speech": "quoted words",
    "scare": "scare quotes",
    "message": "invented quotation",
    "title": "title in quotation marks",
}


class Mark(NamedTuple):
    """One thing marked in a text: its id, layer and stretches, the tag before it in words, and all
    that is said of it.

    `anchors` are the ids of the `.ann` file by which it can be addressed; `group` ties the parts of
    one attribution.
    """

    id: str
    layer: str
    fragments: tuple[tuple[int, int], ...]
    tag: str
    about: tuple[str, ...]
    anchors: tuple[str, ...]
    group: str

    @property
    def is_whole(self) -> bool:
        """Whether it stands for itself: neither source nor content of an attribution."""
        return self.id == self.group == self.anchors[0]

    @property
    def start(self) -> int:
        """Where its first stretch begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where its last stretch ends."""
        return self.fragments[-1][1]


class _Maker:
    """Makes the marks of one article from the corpus' tables."""

    def __init__(self, corpus: Corpus, doc: str, when: dict):
        found = corpus.annotations[doc]
        self.corpus, self.doc, self.dates = corpus, doc, when
        self.spans = {span.id: span for span in found.spans}
        self.events = {event.id: event for event in found.events}
        self.addressed = {
            event.trigger: event.id for event in reversed(found.events)
        }  # a trigger's address leads to the first of its events
        self.names, self.tracks = voices(corpus), tracks(corpus)

    def rows(self, table):
        table = getattr(self.corpus, table)
        return table[table["doc"] == self.doc].itertuples()

    def named(self, ids):
        return (
            ", ".join(self.names.get(one, one) for one in ids.split())
            if isinstance(ids, str)
            else "nobody"
        )

    def mark(self, ident, layer, tag, about, group=None, anchors=None):
        """A mark of the span (or of the event's trigger) with an id; what is missing of `about` is
        left out."""
        event = self.events.get(ident)
        span = self.spans[event.trigger if event else ident]
        anchors = anchors or (
            (ident, event.trigger) if event and self.addressed[event.trigger] == ident else (ident,)
        )
        return Mark(
            ident,
            layer,
            span.fragments,
            tag,
            tuple(word for word in about if isinstance(word, str) and word),
            anchors,
            group or ident,
        )

    def actors(self):
        for row in self.rows("mentions"):
            yield self.mark(row.id, "actors", self.named(row.actor), [row.form])

    def sourcing(self):
        for number, row in enumerate(self.rows("attributions"), 1):
            words = f"{row.words} words, {row.quoted_words} of them quoted"
            inside = f"inside {row.parent}" if isinstance(row.parent, str) else ""
            cites = f"cites {row.cites}" if isinstance(row.cites, str) else ""
            source = (
                f"source: {self.named(row.actor)}" if isinstance(row.actor, str) else "no source"
            )
            stance = f"{row.stance} cue" if isinstance(row.stance, str) else ""
            channel = f"channel: {row.channel}" if isinstance(row.channel, str) else ""
            about = [source, row.kind, stance, channel, words, inside, cites]
            yield self.mark(row.id, "sourcing", f"cue {number}", about)
            for role, ident in self.events[row.id].roles:
                name = unnumbered(role).lower()
                anchors = (ident,) if name == "content" else (f"{row.id}-{ident}",)
                said = f"of {row.id}, cue “{row.cue}”"
                yield self.mark(
                    ident,
                    "sourcing",
                    f"{name} {number}",
                    [said, source if name == "content" else ""],
                    row.id,
                    anchors,
                )
        for row in self.rows("quotations"):
            spoken = f"in {row.attribution}" if isinstance(row.attribution, str) else ""
            use = USES.get(row.use, row.use) if isinstance(row.use, str) else "in quotation marks"
            yield self.mark(row.id, "sourcing", use, [spoken])

    def framing(self):
        for row in self.rows("frames"):
            target = f"towards {self.named(row.target)}" if isinstance(row.target, str) else ""
            yield self.mark(
                row.id,
                "framing",
                row.frame,
                [row.function, row.valence, target, f"in the voice of {self.named(row.voice)}"],
            )

    def chronology(self):
        for row in self.rows("times"):
            value = row.value if isinstance(row.value, str) else "no date"
            yield self.mark(
                row.id,
                "chronology",
                f"time: {value}",
                [row.type, row.mod, _between(row.earliest, row.latest)],
            )
        for row in self.rows("events"):
            who = f"by {self.named(row.who)}" if isinstance(row.who, str) else ""
            whom = f"to {self.named(row.whom)}" if isinstance(row.whom, str) else ""
            track = (
                f"table: {self.tracks.get(row.track, row.track)}"
                if isinstance(row.track, str)
                else ""
            )
            move = f"move: {row.move}" if isinstance(row.move, str) else ""
            about = [
                who,
                whom,
                row.factuality,
                "only reported" if row.reported else "",
                track,
                move,
                self.dates.get((self.doc, row.id)),
            ]
            yield self.mark(row.id, "chronology", f"event: {row.type}", about)

    def other(self):
        found, labels = self.corpus.annotations[self.doc], self.corpus.codebook.labels
        held = {row.id for table in MARKED for row in self.rows(table)}
        held |= self.addressed.keys() | {
            target for row in self.rows("attributions") for _, target in self.events[row.id].roles
        }
        said = defaultdict(list)
        for item in found.attributes:
            said[item.target].append(f"{item.name}: {item.value}")
        for item in found.normalisations:
            said[item.target].append(f"{item.db}: {item.key}")
        for thing in (*found.spans, *found.events):
            rules = labels[thing.label]
            if thing.id not in held and rules["kind"] not in BASE:
                yield self.mark(
                    thing.id, OTHER, thing.label, [f"layer: {rules['layer']}", *said[thing.id]]
                )


class Apart:
    """The articles of a corpus one by one, each as a corpus of its own: doc -> corpus."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus
        self.places = {name: getattr(corpus, name).groupby("doc").indices for name in TABLES}

    def __getitem__(self, doc: str) -> Corpus:
        return replace(
            self.corpus,
            **{
                name: getattr(self.corpus, name).iloc[places.get(doc, [])]
                for name, places in self.places.items()
            },
        )


def dates_of(corpus: Corpus) -> dict[tuple[str, str], str]:
    """(doc, id) of every event -> when it was, in words, as far as all links together tell."""
    from ..measures.chronology import timeline

    return {
        (row.doc, row.id): _between(row.earliest, row.latest)
        for row in timeline(corpus).itertuples()
    }


def _between(earliest, latest):
    """Two days as words; empty where nothing bounds them."""
    import pandas as pd

    first, last = ("" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in (earliest, latest))
    if not first and not last:
        return "not dated"
    return (
        f"on {first}"
        if first == last
        else f"between {first or 'an open past'} and {last or 'an open future'}"
    )


def marks(corpus: Corpus, doc: str, layers=tuple(LAYERS), dates: dict | None = None) -> list[Mark]:
    """Everything marked in an article, in the order of the text. `dates`: what `dates_of(corpus)`
    gives, where it is at hand.

    Raises `KeyError` with the nearest name for a doc or layer that is not there.
    """
    _known(doc, corpus.texts, "article")
    for layer in layers:
        _known(layer, LAYERS, "layer")
    if dates is None:
        dates = dates_of(corpus) if "chronology" in layers else {}
    maker = _Maker(corpus, doc, dates)
    found = [mark for layer in LAYERS if layer in layers for mark in getattr(maker, layer)()]
    return sorted(found, key=lambda mark: (mark.start, -mark.end))


def _known(name, names, noun):
    if name not in names:
        raise KeyError(f"no {noun} '{name}'; {suggest(name, names)}")


def _lanes(found):
    """A lane within its layer for each mark, so that no two that overlap share one; and how many
    lanes each layer has."""
    lanes, counts = {}, {}
    for layer in LAYERS:
        ends = []
        for mark in (mark for mark in found if mark.layer == layer):
            lane = next((number for number, end in enumerate(ends) if end <= mark.start), len(ends))
            ends[lane:] = [mark.end, *ends[lane + 1 :]]
            lanes[mark] = lane
        counts[layer] = len(ends)
    return lanes, counts


class _Painter:
    """Writes a stretch of text with marks as HTML: on a page linked and styled by its style sheet,
    in a cell with the styles inline."""

    def __init__(self, text, found, linked, places=()):
        self.text, self.found, self.linked = text, found, linked
        self.isolated = (
            ";unicode-bidi:isolate" if BIDI.search(text) else ""
        )  # a tag, from the words around it
        self.places = (
            places  # (start, end, id, href, words): tags of the page that are no annotation
        )
        self.buckets: dict[int, list[int]] = defaultdict(
            list
        )  # stretches of the text -> marks that touch it
        for number, mark in enumerate(found):
            for start, end in mark.fragments:
                for bucket in range(start // BUCKET, (end - 1) // BUCKET + 1):
                    self.buckets[bucket].append(number)

    def block(self, start, end, anchors=()):
        """One stretch, such as a zone. `anchors`: (offset, id) of what has no mark but an
        address."""
        inside = self._inside(start, end)
        lanes, counts = _lanes(inside)
        if not self.linked:
            below = dict(zip(LAYERS, accumulate(counts.values(), initial=0), strict=False))
            lanes = {mark: below[mark.layer] + lane for mark, lane in lanes.items()}
        body = "".join(
            self._segment(*stretch, lanes)
            for stretch in self._stretches(start, end, inside, anchors)
        )
        return body, counts

    def _inside(self, start, end):
        """Marks that lie between two offsets in part, in their order."""
        near = {
            number
            for bucket in range(start // BUCKET, (end - 1) // BUCKET + 1)
            for number in self.buckets[bucket]
        }
        return [
            mark
            for mark in map(self.found.__getitem__, sorted(near))
            if any(a < end and start < b for a, b in mark.fragments)
        ]

    def _stretches(self, start, end, inside, anchors):
        """(start, end, what begins there as HTML, marks over it) of each stretch between two
        offsets over which nothing changes."""
        begins, opens, open_ = defaultdict(list), defaultdict(list), []
        cuts = (
            {start, end}
            | {offset for offset, _ in anchors}
            | {offset for place in self.places for offset in place[:2] if start < offset < end}
        )
        for offset, ident in anchors if self.linked else ():
            begins[offset].append(f'<span id="{escape(ident)}"></span>')
        for mark in inside:
            begins[mark.start].append(self._tag(mark))
            for first, last in mark.fragments:
                if first < end and start < last:
                    opens[max(first, start)].append((min(last, end), mark))
                    cuts |= {max(first, start), min(last, end)}
        for first, _, ident, href, words in self.places:
            begins[first].append(
                f'<a class="tag claims" id="{ident}" href="{href}">{escape(words)}</a>'
            )
        for p, q in pairwise(sorted(cuts)):
            open_ = [pair for pair in open_ if pair[0] > p] + opens[p]
            yield p, q, "".join(begins[p]), [mark for _, mark in open_]

    def _segment(self, start, end, before, here, lanes):
        here.sort(key=lambda mark: (mark.layer, -lanes[mark]))
        around = [ident for first, last, ident, *_ in self.places if first <= start and end <= last]
        opened = "".join(self._open(mark, lanes[mark]) for mark in here)
        body = f"{opened}{escape(self.text[start:end], quote=False)}{'</span>' * len(here)}"
        return before + (f'<span class="{" ".join(around)}">{body}</span>' if around else body)

    def _open(self, mark, lane):
        if not self.linked:
            return (
                f'<span style="padding-bottom:{lane * LANE}px;border-bottom:3px '
                f'{LINES[mark.layer]}">'
            )
        return f'<span class="m {mark.layer} {mark.anchors[0]} {mark.group}" style="--lane:{lane}">'

    def _tag(self, mark):
        words, more = as_html(mark.tag), escape(balanced(" · ".join(("", mark.id, *mark.about))))
        if not self.linked:
            colour = LINES[mark.layer].split()[1]
            style = (
                f"font:0.7em sans-serif;border:1px solid {colour};border-radius:3px;padding:0 "
                f"3px;margin-right:2px;white-space:nowrap{self.isolated}"
            )
            return (
                f'<span style="{style}" title="{escape(balanced(mark.tag))}{more}">{words}</span>'
            )
        first, *others = mark.anchors
        spare = "".join(f'<span id="{escape(ident)}"></span>' for ident in others)
        return (
            f'{spare}<a class="tag {mark.layer}" id="{escape(first)}" '
            f'href="#about-{escape(mark.group)}">{words}<span class="more">{more}</span></a>'
        )


def text_html(corpus: Corpus, doc: str, found: list[Mark], places=(), spare=None) -> str:
    """The whole text, zone by zone, every mark addressable by its id: for a page whose style sheet
    draws the lines.

    `places`: (start, end, id, href, words) of tags that are no annotation, such as claims. `spare`:
    id -> further ids to be found
    where it is. The words of the HTML without its
    tags (class "tag") and names of zones (class "zone-name") are the stored text, character for
    character.
    """
    text, painter = corpus.texts[doc], _Painter(corpus.texts[doc], found, True, places)
    sentences = sorted(
        (row.start, row.id) for row in corpus.sentences[corpus.sentences["doc"] == doc].itertuples()
    )
    parts, last = [], 0
    for zone in corpus.zones[corpus.zones["doc"] == doc].itertuples():
        inside = sentences[
            bisect_left(sentences, (zone.start,)) : bisect_left(sentences, (zone.end,))
        ]
        anchors = [
            (start, ident) for start, own in inside for ident in (own, *(spare or {}).get(own, ()))
        ]
        anchors += [(zone.start, ident) for ident in (spare or {}).get(zone.id, ())]
        body, lanes = painter.block(zone.start, zone.end, anchors)
        name = f"{escape(zone.label)}{' again' if zone.duplicate else ''}"
        parts.append(
            f'<span class="gap">{text[last : zone.start]}</span><div class="zone '
            f'{escape(zone.label.lower())}" id="{zone.id}">'
        )
        room = ";".join(f"--lanes-{layer}:{count}" for layer, count in lanes.items() if count)
        parts.append(
            f'<span class="zone-name">{name}</span><div class="words" '
            f'style="{room}">{body}</div></div>'
        )
        last = zone.end
    return "".join(parts) + f'<span class="gap">{text[last:]}</span>'


class Reading:
    """A passage with its marks, to be shown in a cell: styles inline, no script, the same when the
    notebook is not trusted."""

    def __init__(self, html: str, plain: str):
        self.html, self.plain = html, plain

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.plain}


def show(
    corpus: Corpus, doc: str, layers=tuple(LAYERS), around: str | None = None, sentences: int = 1
) -> Reading:
    """An article in a cell, with the layers named; with `around`, an annotation's id, only its
    sentence and `sentences` on either side.

    Raises `KeyError` with the nearest right name for an unknown article, layer or annotation.
    """
    found = marks(corpus, doc, layers)
    text, zones = corpus.texts[doc], corpus.zones[corpus.zones["doc"] == doc]
    first, last = (0, len(text)) if around is None else _window(corpus, doc, around, sentences)
    painter, parts, plain = _Painter(text, found, False), [], []
    alone = (f' class="{LEFT_ALONE}"' if FORMULA.search(text) else "") + (
        ' dir="auto"' if BIDI.search(text) else ""
    )
    for zone in zones[(zones["start"] < last) & (zones["end"] > first)].itertuples():
        start, end = max(first, zone.start), min(last, zone.end)
        body, lanes = painter.block(start, end)
        height = 26 + sum(lanes.values()) * LANE
        style = f"white-space:pre-wrap;margin-bottom:12px;line-height:{height}px"
        parts.append(f'<div{alone} style="{style}">{body}</div>')
        plain.append(text[start:end])
    shown = [
        layer
        for layer in LAYERS
        if layer in layers and (layer != OTHER or any(mark.layer == OTHER for mark in found))
    ]
    key = " ".join(
        (
            f'<span style="border-bottom:3px {LINES[layer]};margin-right:14px">{LAYERS[layer]} '
            f"({layer})</span>"
        )
        for layer in shown
    )
    return Reading(
        f'<div style="margin-bottom:8px">{key}</div>{"".join(parts)}', "\n\n".join(plain)
    )


def _window(corpus, doc, around, sentences):
    """Offsets from `sentences` before the sentence of an annotation to as many after it."""
    found = corpus.annotations[doc]
    spans = {span.id: span for span in found.spans}
    spans |= {event.id: spans[event.trigger] for event in found.events}
    _known(around, spans, "annotation")
    mine = corpus.sentences[corpus.sentences["doc"] == doc].reset_index(drop=True)
    here = mine.index[(mine["start"] < spans[around].end) & (mine["end"] > spans[around].start)]
    if len(here) == 0:
        zone = corpus.zones[
            (corpus.zones["doc"] == doc) & (corpus.zones["start"] <= spans[around].start)
        ].iloc[-1]
        return zone.start, zone.end
    return mine["start"][max(0, here[0] - sentences)], mine["end"][
        min(len(mine) - 1, here[-1] + sentences)
    ]
