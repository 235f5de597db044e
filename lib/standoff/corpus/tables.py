"""Turn the annotations of one article into rows of the tables, in the order of the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..annotation.codebook import CHRONOLOGY, TEMPORAL, Codebook
from ..annotation.dates import bounds
from ..annotation.model import Annotations, Event, Span, covered, unnumbered
from ..annotation.span_index import SpanIndex
from ..annotation.structure_checks import ARTICLE
from ..annotation.words import count, words_in
from .schema import (
    AttributionRow,
    EventRow,
    FrameRow,
    LinkRow,
    MentionRow,
    QuotationRow,
    SentenceRow,
    TimeRow,
    ZoneRow,
)

__all__ = ["article_words", "tables_of"]

Actors = Mapping[str, Mapping[str, Any]]


def tables_of(
    doc: str,
    coder: str,
    text: str,
    annotations: Annotations,
    codebook: Codebook,
    actors: Actors,
) -> dict[str, list[Any]]:
    """Return table -> rows for one verified article; `documents` and `actors` are not among them.

    `actors` is the registry: actor id -> entry. Rows are those of `corpus.schema`.
    """
    article = _Article(doc, coder, text, annotations, codebook, actors)
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


def article_words(annotations: Annotations, codebook: Codebook) -> int:
    """Count the words of headline, lead, crossheads and body, leaving out repeated zones."""
    repeated = {item.target for item in annotations.attributes_named("Duplicate")}
    labels = codebook.of_kind("zone") & {*ARTICLE}
    return sum(
        count(span.text)
        for span in annotations.spans
        if span.label in labels and span.id not in repeated
    )


class _Attribution(NamedTuple):
    """An attribution with the spans of its cue and its content, the latter in reading order."""

    event: Event
    cue: Span
    contents: list[Span]

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
        return sum(end - start for span in self.contents for start, end in span.fragments)


class _Article:
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
        self.span_by_id = {span.id: span for span in annotations.spans}
        self.attribute_values: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for item in annotations.attributes:
            self.attribute_values[item.name][item.target] = item.value
        self.references: defaultdict[str, list[str]] = defaultdict(list)
        for reference in annotations.normalisations:
            self.references[reference.target].append(reference.key)
        triggers = {event.trigger for event in annotations.events}
        others = [span for span in annotations.spans if span.id not in triggers]
        self.spans = sorted(others, key=lambda span: (span.start, -span.end))
        self.zone_index = _index(self.of_kind("zone"))
        self.sentence_index = _index(self.labelled("Sentence"))
        self.speech = SpanIndex(
            (start, end, span)
            for span in self.labelled("Quoted")
            if self.value("Use", span.id) == "speech"
            for start, end in span.fragments
        )
        self.attributions = sorted(self._attributions(), key=lambda item: item.content_length)
        self.content_index = SpanIndex((*item.content_range, item) for item in self.attributions)

    def _attributions(self) -> Iterable[_Attribution]:
        for event in self.annotations.events:
            contents = sorted(self.role_spans(event, "Content"), key=lambda span: span.start)
            # an imported attribution may lack a content; no table can hold it
            if event.label == "Attribution" and contents:
                yield _Attribution(event, self.span_by_id[event.trigger], contents)

    def labelled(self, *labels: str) -> list[Span]:
        """Spans with one of these labels in the order of the text, the longer first.

        Triggers of events, which have the label of their event, are left out.
        """
        return [span for span in self.spans if span.label in labels]

    def of_kind(self, kind: str) -> list[Span]:
        """Spans of the labels of a kind of the codebook, such as "zone" or "frame"."""
        return self.labelled(*self.codebook.of_kind(kind))

    def value(self, attribute: str, ident: str) -> str | None:
        return self.attribute_values[attribute].get(ident)

    def role_ids(self, event: Event, role: str) -> list[str]:
        return [target for name, target in event.roles if unnumbered(name) == role]

    def role_spans(self, event: Event, role: str) -> list[Span]:
        targets = self.role_ids(event, role)
        return [self.span_by_id[target] for target in targets if target in self.span_by_id]

    def actor_ids(self, mentions: Iterable[str]) -> str | None:
        """Ids of the actors that some mentions refer to, joined by a blank."""
        keys = [key for ident in mentions for key in self.references.get(ident, ())]
        return " ".join(dict.fromkeys(keys)) or None

    def related(self, label: str) -> defaultdict[str, list[str]]:
        """First id -> second ids of the relations with a label."""
        second_ids: defaultdict[str, list[str]] = defaultdict(list)
        for relation in self.annotations.relations:
            if relation.label == label:
                second_ids[relation.a].append(relation.b)
        return second_ids

    def zone(self, span: Span) -> str | None:
        """Label of the zone in which a span begins."""
        zone = self.zone_index.first_around(span.start, span.start + 1)
        return zone.label if zone else None

    def span_columns(self, span: Span) -> dict[str, Any]:
        """Columns that all tables of spans share; `end` is that of the first fragment."""
        start, end = span.fragments[0]
        own = {"id": span.id, "start": start, "end": end, "line": span.line}
        return {"doc": self.doc, **own, "text": span.text, "coder": self.coder}

    def place_columns(self, span: Span) -> dict[str, Any]:
        """Label of the zone and id of the sentence in which a span begins."""
        sentence = self.sentence_index.first_around(span.start, span.start + 1)
        return {"zone": self.zone(span), "sentence": sentence.id if sentence else None}

    def attribution_around(
        self, start: int, end: int, fits: Callable[[_Attribution], bool] | None = None
    ) -> _Attribution | None:
        """The attribution with the smallest content that holds a stretch of text, and fits."""
        return self.content_index.first_around(start, end, fits)

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
        parent = self.attribution_around(
            *attribution.whole_range, lambda other: rank[other.event.id] > own_rank
        )
        return parent.event.id if parent else None

    def voice(self, start: int, end: int) -> str:
        """Whose words a stretch of text is: actor ids, "author", "unlinked" or "unsourced".

        The innermost attribution around it that has a source decides: its actors, or "unlinked" if
        it is not linked to any. Where only a footnote mark gives a source, the words are the
        author's.
        """
        attribution, seen = self.attribution_around(start, end), set[str]()
        if attribution is None:
            return "author"
        while attribution is not None:
            event, cue = attribution.event, attribution.cue
            if sources := self.role_ids(event, "Source"):
                return self.actor_ids(sources) or "unlinked"
            if self.value("Channel", event.id) == "citation":
                return "author"
            seen.add(event.id)  # two may each have their cue in the other's content
            attribution = self.attribution_around(
                cue.start, cue.end, lambda other: other.event.id not in seen
            )
        return "unsourced"


def _index(spans: Iterable[Span]) -> SpanIndex[Span]:
    return SpanIndex((span.start, span.end, span) for span in spans)


def _by_cue(attribution: _Attribution) -> tuple[int, int]:
    return attribution.cue.start, attribution.cue.end


def _size(attribution: _Attribution) -> tuple[int, int, int]:
    """Code points of the whole, of the content with its gaps, and of the content alone."""
    (first, last), (start, end) = attribution.whole_range, attribution.content_range
    return last - first, end - start, attribution.content_length


def _zones(a: _Article) -> list[ZoneRow]:
    return [
        ZoneRow(
            **a.span_columns(span),
            label=span.label,
            duplicate=a.value("Duplicate", span.id) == "true",
        )
        for span in a.of_kind("zone")
    ]


def _sentences(a: _Article) -> list[SentenceRow]:
    return [
        SentenceRow(**a.span_columns(span), label=a.zone(span)) for span in a.labelled("Sentence")
    ]


def _mentions(a: _Article) -> list[MentionRow]:
    return [
        MentionRow(
            **a.span_columns(span),
            **a.place_columns(span),
            actor=a.actor_ids([span.id]),
            form=a.value("Form", span.id),
        )
        for span in a.labelled("Actor")
    ]


def _attributions(a: _Article) -> list[AttributionRow]:
    parents, cited = a.parents(), a.related("Cites")
    rows = []
    for attribution in sorted(a.attributions, key=_by_cue):
        event, cue, contents = attribution
        start, end = attribution.content_range
        actor = a.actor_ids(a.role_ids(event, "Source"))
        sources = [span.text for span in a.role_spans(event, "Source")]
        row = AttributionRow(
            doc=a.doc,
            id=event.id,
            actor=actor,
            source=" ".join(sources) or None,
            cue=cue.text,
            content=" ".join(span.text for span in contents),
            kind=a.value("Kind", event.id),
            stance=a.value("Stance", event.id),
            channel=a.value("Channel", event.id),
            named=_all_named(a, actor),
            words=words_in(a.text, contents),
            quoted_words=words_in(a.text, contents, a.speech),
            parent=parents[event.id],
            cites=" ".join(cited[event.id]) or None,
            start=start,
            end=end,
            cue_start=cue.start,
            cue_end=cue.end,
            **a.place_columns(cue),
            coder=a.coder,
            line=event.line,
        )
        rows.append(row)
    return rows


def _all_named(a: _Article, actor: str | None) -> bool | None:
    """Whether a reader could tell whom to ask: all actors of a source are named."""
    if actor is None:
        return None
    return all(a.actors.get(ident, {}).get("named", False) for ident in actor.split())


def _quotations(a: _Article) -> list[QuotationRow]:
    rows = []
    for span in a.labelled("Quoted"):
        attribution = a.attribution_around(span.start, span.end)
        row = QuotationRow(
            **a.span_columns(span),
            use=a.value("Use", span.id),
            attribution=attribution.event.id if attribution else None,
            zone=a.zone(span),
        )
        rows.append(row)
    return rows


def _frames(a: _Article) -> list[FrameRow]:
    targets = a.related("Target")
    return [
        FrameRow(
            **a.span_columns(span),
            **a.place_columns(span),
            frame=span.label,
            function=a.value("Function", span.id),
            valence=a.value("Valence", span.id),
            target=a.actor_ids(targets[span.id]),
            voice=a.voice(span.start, span.end),
        )
        for span in a.of_kind("frame")
    ]


def _times(a: _Article) -> list[TimeRow]:
    rows = []
    for span in a.labelled("Time"):
        value = next(iter(a.references[span.id]), None)
        earliest, latest = bounds(value)
        row = TimeRow(
            **a.span_columns(span),
            **a.place_columns(span),
            type=a.value("TimeType", span.id),
            value=value,
            mod=a.value("Mod", span.id),
            earliest=earliest,
            latest=latest,
        )
        rows.append(row)
    return rows


def _events(a: _Article) -> list[EventRow]:
    rows = []
    for event in a.annotations.events:
        if event.label == "Attribution":
            continue
        trigger = a.span_by_id[event.trigger]
        row = EventRow(
            doc=a.doc,
            id=event.id,
            type=event.label,
            text=covered(a.text, trigger.fragments),
            who=a.actor_ids(a.role_ids(event, "Who")),
            whom=a.actor_ids(a.role_ids(event, "Whom")),
            factuality=a.value("Factuality", event.id),
            reported=a.attribution_around(trigger.start, trigger.end) is not None,
            track=a.value("Track", event.id),
            move=a.value("Move", event.id),
            voice=a.voice(trigger.start, trigger.end),
            start=trigger.start,
            end=trigger.end,
            **a.place_columns(trigger),
            coder=a.coder,
            line=event.line,
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (row.start, row.end))


def _links(a: _Article) -> list[LinkRow]:
    """Relations in time between events, attributions and times of one article."""
    temporal = {
        name
        for name, rules in a.codebook.relations.items()
        if rules.get("layer") == CHRONOLOGY and name in TEMPORAL
    }
    dated = {item.event.id for item in a.attributions}
    dated |= {event.id for event in a.annotations.events if event.label != "Attribution"}
    dated |= {span.id for span in a.labelled("Time")}
    notes = a.annotations.notes
    marked = {note.target for note in notes if note.text.lower().startswith("conflict:")}
    return [
        LinkRow(
            doc=a.doc,
            id=relation.id,
            relation=relation.label,
            a=relation.a,
            b=relation.b,
            marked=not marked.isdisjoint({relation.id, relation.a, relation.b}),
            coder=a.coder,
            line=relation.line,
        )
        for relation in a.annotations.relations
        if relation.label in temporal and dated.issuperset({relation.a, relation.b})
    ]


def __dir__() -> list[str]:
    return __all__
