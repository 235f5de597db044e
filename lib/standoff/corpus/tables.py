"""Turn the annotations of one article into columns of the tables, in the order of the text."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..annotation.codebook import CHRONOLOGY, TEMPORAL, Codebook
from ..annotation.dates import bounds, modified
from ..annotation.model import Annotations, Event, Relation, Span, unnumbered
from ..annotation.origin import ORIGIN
from ..annotation.quotation_marks import quoted_passages
from ..annotation.span_index import SpanIndex
from ..annotation.words import count, kind_of, words_in
from ..annotation.zone_labels import ARTICLE
from .schema import Columns

__all__ = ["article_words", "tables_of", "voices_at"]

Actors = Mapping[str, Mapping[str, Any]]
OUR_COLLECTIONS = ("actors", "edtf")  # references to others say nothing about actors and days


def tables_of(
    doc: str,
    coder: str,
    text: str,
    annotations: Annotations,
    codebook: Codebook,
    actors: Actors,
) -> dict[str, Columns]:
    """Return table -> columns for one verified article, without `documents` and `actors`.

    `actors` is the registry: actor id -> entry. The columns are those of `corpus.schema`.
    """
    article = _ArticleIndex(doc, coder, text, annotations, codebook, actors)
    return {
        "zones": _zones(article),
        "sentences": _sentences(article),
        "mentions": _mentions(article),
        "attributions": _attributions(article),
        "quotations": _quotations(article),
        "frames": _frames(article),
        "times": _times(article),
        "events": _events(article),
        "links": _links(article),
    }


def article_words(zones: Columns) -> int:
    """Count the words of headline, lead, crossheads and body, leaving out repeated zones."""
    rows = zip(zones["label"], zones["duplicate"], zones["text"], strict=True)
    return sum(count(text) for label, repeats, text in rows if label in ARTICLE and not repeats)


class _Attribution(NamedTuple):
    """An attribution with the spans of its cue and its content, the latter in reading order."""

    event: Event
    cue: Span
    contents: list[Span]

    @property
    def fragments(self) -> list[tuple[int, int]]:
        return [place for span in self.contents for place in span.fragments]

    @property
    def content_range(self) -> tuple[int, int]:
        return self.contents[0].start, self.contents[-1].end

    @property
    def whole_range(self) -> tuple[int, int]:
        start, end = self.content_range
        return min(self.cue.start, start), max(self.cue.end, end)

    @property
    def content_length(self) -> int:
        """Code points of the content, without gaps between its fragments."""
        return sum(end - start for start, end in self.fragments)


Fits = Callable[[_Attribution], bool]


class _ArticleIndex:
    """One article's annotations, indexed by id, label, target and place in the text."""

    def __init__(
        self,
        doc: str,
        coder: str,
        text: str,
        annotations: Annotations,
        codebook: Codebook,
        actors: Actors,
    ) -> None:
        self.doc, self.coder, self.text = doc, coder, text
        self.annotations, self.codebook, self.actors = annotations, codebook, actors
        self.span_by_id = annotations.spans_by_id()
        self.attribute_values: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for item in annotations.attributes:
            self.attribute_values[item.name][item.target] = item.value
        self.references: defaultdict[str, list[str]] = defaultdict(list)
        for reference in annotations.normalisations:
            if reference.db in OUR_COLLECTIONS:
                self.references[reference.target].append(reference.key)
        # Triggers of events have the label of their event and are not spans of their own.
        triggers = {event.trigger for event in annotations.events}
        others = [span for span in annotations.spans if span.id not in triggers]
        self.spans = sorted(others, key=lambda span: (span.start, -span.end))
        self.labelled: defaultdict[str, list[Span]] = defaultdict(list)
        for span in self.spans:
            self.labelled[span.label].append(span)
        self.zone_at = _by_offset((span, span.label) for span in self.of_kind("zone"))
        self.sentence_at = _by_offset((span, span.id) for span in self.labelled["Sentence"])
        self.speech = SpanIndex((*place, place) for place in self._speech())
        self.attributions = sorted(self._attributions(), key=lambda item: item.content_length)
        self.content_index = SpanIndex((*item.content_range, item) for item in self.attributions)
        self.pieces = {item.event.id: self._pieces(item) for item in self.attributions}

    def _speech(self) -> Iterable[tuple[int, int]]:
        """Where speech is quoted; a coding of others without Quoted leaves that to the marks."""
        quoted, use = self.labelled["Quoted"], self.attribute_values["Use"]
        if not quoted:
            return quoted_passages(self.text)
        return [
            place for span in quoted if use.get(span.id) == "speech" for place in span.fragments
        ]

    def _attributions(self) -> Iterable[_Attribution]:
        """Events of any label that have a content: other schemes have attributions of several
        kinds. One without is an event, for no content could be counted."""
        for event in self.annotations.events:
            contents = sorted(self.role_spans(event, "Content"), key=lambda span: span.start)
            if contents:
                yield _Attribution(event, self.span_by_id[event.trigger], contents)

    def _pieces(self, attribution: _Attribution) -> list[tuple[int, int]]:
        """The fragments of a content, joined where no word stands between them."""
        pieces: list[tuple[int, int]] = []
        for start, end in sorted(attribution.fragments):
            joined = pieces and not count(self.text[pieces[-1][1] : start])
            pieces.append((pieces.pop()[0] if joined else start, end))
        return pieces

    def other_events(self) -> list[Event]:
        """The events that are no attributions."""
        attributed = {item.event.id for item in self.attributions}
        return [event for event in self.annotations.events if event.id not in attributed]

    def of_kind(self, kind: str) -> list[Span]:
        """Spans of the labels of a kind of the codebook, such as "zone" or "frame"."""
        labels = self.codebook.of_kind(kind)
        return [span for span in self.spans if span.label in labels]

    def zones(self, spans: Iterable[Span]) -> list[str | None]:
        """For each span the label of the zone in which it begins."""
        return [self.zone_at(span.start) for span in spans]

    def place_columns(self, spans: Sequence[Span]) -> Columns:
        """For each span the label of the zone and the id of the sentence in which it begins."""
        sentences = [self.sentence_at(span.start) for span in spans]
        return {"zone": self.zones(spans), "sentence": sentences}

    def role_ids(self, event: Event, role: str) -> list[str]:
        return [target for name, target in event.roles if unnumbered(name) == role]

    def role_spans(self, event: Event, role: str) -> list[Span]:
        targets = self.role_ids(event, role)
        return [self.span_by_id[target] for target in targets if target in self.span_by_id]

    def actor_ids(self, mentions: Iterable[str]) -> str | None:
        """Ids of the actors that some mentions refer to, joined by a blank."""
        keys = [key for ident in mentions for key in self.references.get(ident, ())]
        return " ".join(dict.fromkeys(keys)) or None

    def role_actors(self, events: Iterable[Event], role: str) -> list[str | None]:
        """For each event the ids of the actors who have a role in it."""
        return [self.actor_ids(self.role_ids(event, role)) for event in events]

    def related(self, label: str) -> defaultdict[str, list[str]]:
        """First id -> second ids of the relations with a label."""
        second_ids: defaultdict[str, list[str]] = defaultdict(list)
        for relation in self.annotations.relations:
            if relation.label == label:
                second_ids[relation.a].append(relation.b)
        return second_ids

    def values(self, attribute: str, items: Iterable[Span | Event | Relation]) -> list[str | None]:
        """For each annotation its value of an attribute."""
        values = self.attribute_values[attribute]
        return [values.get(item.id) for item in items]

    def item_columns(self, items: Sequence[Span | Event | Relation]) -> Columns:
        """The columns that all tables share."""
        return {
            "doc": [self.doc] * len(items),
            "id": [item.id for item in items],
            "coder": [self.coder] * len(items),
            "line": [item.line for item in items],
            "origin": self.values(ORIGIN, items),
        }

    def span_columns(self, spans: Sequence[Span]) -> Columns:
        """The columns that all tables of spans share; gaps between fragments are inside."""
        return {
            **self.item_columns(spans),
            "start": [span.start for span in spans],
            "end": [span.end for span in spans],
            "text": [span.text for span in spans],
        }

    def attribution_around(self, span: Span, fits: Fits = lambda _: True) -> _Attribution | None:
        """The attribution with the smallest content that holds a span, and fits."""
        return self._content_around((span.start, span.end), span.fragments, fits)

    def _content_around(
        self, whole: tuple[int, int], places: Iterable[tuple[int, int]], fits: Fits
    ) -> _Attribution | None:
        """The attribution with the smallest content that reaches over a whole and fits, none of
        whose gaps holds one of some places."""

        def fits_outside_gaps(item: _Attribution) -> bool:
            pieces = self.pieces[item.event.id]
            return fits(item) and all(
                any(first < end and start < last for first, last in pieces) for start, end in places
            )

        return self.content_index.first_around(*whole, fits_outside_gaps)

    def parents(self) -> dict[str, str | None]:
        """Attribution id -> id of the innermost attribution whose content holds it with its cue.

        A parent is always larger: as a whole, then in the extent of its content, then in the
        length of its content; of two that are alike in all this, the one with the earlier cue
        counts as larger. So no attribution is its own ancestor.
        """
        later_first = sorted(self.attributions, key=_by_cue)[::-1]
        by_size = sorted(later_first, key=_size)
        rank = {item.event.id: place for place, item in enumerate(by_size)}
        return {item.event.id: self._parent(item, rank) for item in by_size}

    def _parent(self, attribution: _Attribution, rank: Mapping[str, int]) -> str | None:
        own_rank = rank[attribution.event.id]
        parent = self._content_around(
            attribution.whole_range,
            attribution.fragments,
            lambda other: rank[other.event.id] > own_rank,
        )
        return parent.event.id if parent else None

    def voice(self, span: Span) -> str:
        """Whose words a span is: actor ids, "author", "unlinked" or "unsourced".

        The innermost attribution around it that has a source decides: its actors, or "unlinked" if
        it is not linked to any. Where only a footnote mark gives a source, the words are the
        author's.
        """
        attribution = self.attribution_around(span)
        if attribution is None:
            return "author"
        seen: set[str] = set()
        while attribution is not None:
            event = attribution.event
            if sources := self.role_ids(event, "Source"):
                return self.actor_ids(sources) or "unlinked"
            if self.attribute_values["Channel"].get(event.id) == "citation":
                return "author"
            seen.add(event.id)  # two may each have their cue in the other's content
            attribution = self.attribution_around(
                attribution.cue, lambda other: other.event.id not in seen
            )
        return "unsourced"


def _by_offset(spans: Iterable[tuple[Span, str]]) -> Callable[[int], str | None]:
    """A function from an offset to the value given for the first span over it, or None.

    The spans are in the order of the text. Of one that begins inside an earlier one, the part after
    that counts.
    """
    bounds: list[int] = [0]
    values: list[str | None] = [None, None]  # before each bound, and after the last
    for span, value in spans:
        if span.end > bounds[-1]:
            bounds += max(span.start, bounds[-1]), span.end
            values += value, None
    return lambda offset: values[bisect(bounds, offset)]


def _by_cue(attribution: _Attribution) -> tuple[int, int]:
    return attribution.cue.start, attribution.cue.end


def _size(attribution: _Attribution) -> tuple[int, int, int]:
    """Code points of the whole, of the content with its gaps, and of the content alone."""
    (first, last), (start, end) = attribution.whole_range, attribution.content_range
    return last - first, end - start, attribution.content_length


def _zones(a: _ArticleIndex) -> Columns:
    spans = a.of_kind("zone")
    duplicate = [value == "true" for value in a.values("Duplicate", spans)]
    labels = [span.label for span in spans]
    return {**a.span_columns(spans), "label": labels, "duplicate": duplicate}


def _sentences(a: _ArticleIndex) -> Columns:
    spans = a.labelled["Sentence"]
    return {**a.span_columns(spans), "label": a.zones(spans)}


def _mentions(a: _ArticleIndex) -> Columns:
    spans = a.labelled["Actor"]
    return {
        **a.span_columns(spans),
        **a.place_columns(spans),
        "actor": [a.actor_ids([span.id]) for span in spans],
        "form": a.values("Form", spans),
    }


def _attributions(a: _ArticleIndex) -> Columns:
    attributions = sorted(a.attributions, key=_by_cue)
    events = [item.event for item in attributions]
    cues = [item.cue for item in attributions]
    contents = [item.contents for item in attributions]
    ranges = [item.content_range for item in attributions]
    actors = a.role_actors(events, "Source")
    words = [words_in(a.text, spans) for spans in contents]
    quoted_words = [words_in(a.text, spans, a.speech) for spans in contents]
    given = a.values("Kind", events)
    parents, cited = a.parents(), a.related("Cites")
    return {
        **a.item_columns(events),
        **a.place_columns(cues),
        "actor": actors,
        "source": [_words(a.role_spans(event, "Source")) for event in events],
        "cue": [cue.text for cue in cues],
        "content": [_words(spans) for spans in contents],
        "kind": [kind or kind_of(*n) for kind, *n in zip(given, words, quoted_words, strict=True)],
        "stance": a.values("Stance", events),
        "channel": a.values("Channel", events),
        "named": [_all_named(a, actor) for actor in actors],
        "words": words,
        "quoted_words": quoted_words,
        "parent": [parents[event.id] for event in events],
        "cites": [" ".join(cited[event.id]) or None for event in events],
        "start": [start for start, _ in ranges],
        "end": [end for _, end in ranges],
        "cue_start": [cue.start for cue in cues],
        "cue_end": [cue.end for cue in cues],
    }


def _words(spans: Iterable[Span]) -> str | None:
    return " ".join(span.text for span in spans) or None


def _all_named(a: _ArticleIndex, actor: str | None) -> bool | None:
    """Whether a reader could tell whom to ask: all actors of a source are named."""
    if actor is None:
        return None
    return all(a.actors.get(ident, {}).get("named", False) for ident in actor.split())


def _quotations(a: _ArticleIndex) -> Columns:
    spans = a.labelled["Quoted"]
    around = [a.attribution_around(span) for span in spans]
    return {
        **a.span_columns(spans),
        "zone": a.zones(spans),
        "use": a.values("Use", spans),
        "attribution": [item.event.id if item else None for item in around],
    }


def _frames(a: _ArticleIndex) -> Columns:
    spans, targets = a.of_kind("frame"), a.related("Target")
    return {
        **a.span_columns(spans),
        **a.place_columns(spans),
        "frame": [span.label for span in spans],
        "function": a.values("Function", spans),
        "valence": a.values("Valence", spans),
        "target": [a.actor_ids(targets[span.id]) for span in spans],
        "voice": [a.voice(span) for span in spans],
    }


def _times(a: _ArticleIndex) -> Columns:
    spans = a.labelled["Time"]
    values = [next(iter(a.references[span.id]), None) for span in spans]
    mods = a.values("Mod", spans)
    days = [modified(*bounds(value), mod) for value, mod in zip(values, mods, strict=True)]
    return {
        **a.span_columns(spans),
        **a.place_columns(spans),
        "type": a.values("TimeType", spans),
        "value": values,
        "mod": mods,
        "earliest": [earliest for earliest, _ in days],
        "latest": [latest for _, latest in days],
    }


def _events(a: _ArticleIndex) -> Columns:
    def place(event: Event) -> tuple[int, int]:
        trigger = a.span_by_id[event.trigger]
        return trigger.start, trigger.end

    events = sorted(a.other_events(), key=place)
    triggers = [a.span_by_id[event.trigger] for event in events]
    return {
        **a.span_columns(triggers),
        **a.place_columns(triggers),
        **a.item_columns(events),
        "type": [event.label for event in events],
        "who": a.role_actors(events, "Who"),
        "whom": a.role_actors(events, "Whom"),
        "factuality": a.values("Factuality", events),
        "reported": [a.attribution_around(trigger) is not None for trigger in triggers],
        "track": a.values("Track", events),
        "move": a.values("Move", events),
        "voice": [a.voice(trigger) for trigger in triggers],
    }


def _links(a: _ArticleIndex) -> Columns:
    """Relations in time between events, attributions and times of one article."""
    temporal = {
        name
        for name, rules in a.codebook.relations.items()
        if rules.get("layer") == CHRONOLOGY and name in TEMPORAL
    }
    dated = {event.id for event in a.annotations.events}
    dated |= {span.id for span in a.labelled["Time"]}
    notes = a.annotations.notes
    marked = {note.target for note in notes if note.text.lower().startswith("conflict:")}
    links = [
        relation
        for relation in a.annotations.relations
        if relation.label in temporal and relation.a in dated and relation.b in dated
    ]
    return {
        **a.item_columns(links),
        "relation": [link.label for link in links],
        "a": [link.a for link in links],
        "b": [link.b for link in links],
        "marked": [not marked.isdisjoint({link.id, link.a, link.b}) for link in links],
    }


def voices_at(
    text: str,
    annotations: Annotations,
    codebook: Codebook,
    actors: Actors,
    places: Iterable[tuple[int, int]],
) -> list[str]:
    """Say for each (start, end) of an article, in code points, whose words stand there.

    The values are those of the column `voice` of `frames`.
    """
    article = _ArticleIndex("", "", text, annotations, codebook, actors)
    return [article.voice(Span("", "", (place,), "")) for place in places]
