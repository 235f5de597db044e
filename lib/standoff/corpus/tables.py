"""The tables: what the annotations of one article say, a row a thing, in the order of the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ..annotation.brat import Annotations, Attribute, Relation, attributes, covered, unnumbered
from ..annotation.codebook import CHRONOLOGY, TEMPORAL
from ..annotation.columns import columns
from ..annotation.span_index import Within
from ..annotation.spans import Spans
from ..annotation.structure_checks import ARTICLE
from ..annotation.words import count, words_in
from .schema import COLUMNS

__all__ = ["tables_of", "turned"]

MANY = 100  # zones whose words are counted at once


def _begun_in(spans, *others):
    """Of others among the spans, none inside another, given as (their places, names of all): the
    name of that one in which each span begins, or None."""
    import numpy as np

    starts, ends = np.array(spans.start, dtype="int64"), np.array(spans.end, dtype="int64")
    for places, names in others:
        order = sorted(places, key=spans.start.__getitem__)
        at = np.searchsorted(
            starts[order], starts, side="right"
        )  # of those that begin no later the last; 0 where there is none
        at[np.append(0, ends[order])[at] <= starts] = 0
        yield [*map([None, *(names[place] for place in order)].__getitem__, at.tolist())]


class _Lying(NamedTuple):
    """Columns that most tables share: of spans, with the zone and the sentence that each begins
    in."""

    id: list[str]
    label: list[str]
    start: list[int]
    end: list[int]
    text: list[str]
    line: list[int]
    zone: list[str | None]
    sentence: list[str | None]
    doc: list[str]
    coder: list[str]


class _Article:
    """One article's annotations by what they are about."""

    def __init__(self, doc, coder, text, found, codebook, actors):
        self.doc, self.coder, self.text, self.found, self.actors = doc, coder, text, found, actors
        self.codebook = codebook
        self.spans = Spans.of(found.spans)
        self.triggers, self.acts = (
            {event.trigger for event in found.events},
            {event.label for event in found.events},
        )
        self.places = self.spans.places
        self.attributes = defaultdict(dict)
        _, *given, _ = columns(found.attributes, Attribute)
        for name, target, value in zip(*given, strict=True):
            self.attributes[name][target] = value
        self.refers = defaultdict(list)
        for item in found.normalisations:
            self.refers[item.target].append(item.key)
        self.zones, self.sentences = _begun_in(
            self.spans,
            (self.labelled("zone"), self.spans.label),
            (self.with_label("Sentence"), self.spans.id),
        )
        speech = (
            q
            for q in map(self.spans.at, self.with_label("Quoted"))
            if self.attribute(q.id, "Use") == "speech"
        )
        self.speech = Within((*pair, q) for q in speech for pair in q.fragments)
        self.attributions = self._attributions()
        self.contents = Within(
            (contents[0].start, contents[-1].end, event) for event, _, contents in self.attributions
        )

    def labelled(self, kind):
        """Places of the spans of a kind that are no triggers."""
        return self.with_label(*self.codebook.of_kind(kind))

    def with_label(self, *labels):
        """Places of the spans that have one of these labels and are no triggers, which have that of
        their event."""
        places = self.spans.labelled(labels)
        return (
            places
            if self.acts.isdisjoint(labels)
            else [place for place in places if self.spans.id[place] not in self.triggers]
        )

    def span(self, ident):
        """A span by its id, None where there is none."""
        return self.spans.at(self.places[ident]) if ident in self.places else None

    def attribute(self, ident, name):
        return self.attributes[name].get(ident)

    def given(self, name, spans):
        """The attribute of this name of each of some spans."""
        return [*map(self.attributes[name].get, spans.id)]

    def where(self, span):
        place = self.places[span.id]
        return self.zones[place], self.sentences[place]

    def lying(self, places):
        """The spans at these places, in the order of the text, the longer first."""
        spans = self.spans
        order = sorted(
            sorted(places, key=spans.end.__getitem__, reverse=True), key=spans.start.__getitem__
        )
        columns = (
            spans.id,
            spans.label,
            spans.start,
            spans.end,
            spans.text,
            spans.line,
            self.zones,
            self.sentences,
        )
        return _Lying(
            *([column[place] for place in order] for column in columns),
            [self.doc] * len(order),
            [self.coder] * len(order),
        )

    def actor(self, ids):
        """Ids of the actors that some mentions refer to, joined by a blank; None where there are
        none."""
        found = [key for ident in ids for key in self.refers.get(ident, ())]
        return " ".join(dict.fromkeys(found)) if found else None

    def related(self, label):
        """First id -> second ids of the relations of a label."""
        found = defaultdict(list)
        _, labels, *ends, _ = columns(self.found.relations, Relation)
        for given, a, b in zip(labels, *ends, strict=True):
            if given == label:
                found[a].append(b)
        return found

    def roles(self, event, role):
        return [target for name, target in event.roles if unnumbered(name) == role]

    def _attributions(self):
        """(event, cue, content spans) of every attribution, smallest content first."""
        found = []
        for event in self.found.events:
            if event.label == "Attribution":
                contents = sorted(
                    filter(None, map(self.span, self.roles(event, "Content"))),
                    key=lambda span: span.start,
                )
                if contents:  # imports may hold one that says nothing; it can be in no table
                    found.append((event, self.span(event.trigger), contents))
        return sorted(found, key=lambda item: _covered(item[2]))

    def around(self, start, end, fits=None):
        """The innermost attribution in whose content a stretch of text lies, of those alone that
        fit."""
        return self.contents.find(start, end, fits)

    def parents(self):
        """Attribution id -> the id of the innermost one in whose content it lies, cue and all, or
        None.

        Only of a larger one: as a whole, in its content, in the words of that; of two alike in all
        this the earlier counts as the larger. So none lies
        in itself by way of others.
        """
        whole = {
            event.id: (min(cue.start, said[0].start), max(cue.end, said[-1].end))
            for event, cue, said in self.attributions
        }
        rank = {event.id: place for place, (event, *_) in enumerate(self._by_size(whole))}
        outer = {
            ident: self.around(*whole[ident], lambda other, own=own: rank[other.id] > own)
            for ident, own in rank.items()
        }
        return {ident: event and event.id for ident, event in outer.items()}

    def _by_size(self, whole):
        """The attributions, the smallest first, and the later first of those of one size."""
        later = sorted(self.attributions, key=lambda item: (item[1].start, item[1].end))[::-1]
        return sorted(
            later,
            key=lambda item: (
                whole[item[0].id][1] - whole[item[0].id][0],
                item[2][-1].end - item[2][0].start,
                _covered(item[2]),
            ),
        )

    def voice(self, start, end):
        """Whose words a stretch of text is: actor ids; "author" outside all contents; "unsourced"
        where the content has no source."""
        event, passed = self.around(start, end), set()
        while event is not None:
            if (actor := self.actor(self.roles(event, "Source"))) is not None:
                return actor
            if self.attribute(event.id, "Channel") == "citation":
                return "author"
            trigger = self.span(event.trigger)
            passed.add(event.id)  # two may each have their cue in the other's content
            outer = self.around(trigger.start, trigger.end, lambda other: other.id not in passed)
            if outer is None:
                return "unsourced"
            event = outer
        return "author"


def _covered(spans):
    """How many characters lie under some spans."""
    return sum(b - a for span in spans for a, b in span.fragments)


def tables_of(doc, coder, text, found: Annotations, codebook, actors) -> dict[str, list[list]]:
    """Columns of each table that one article's annotations give, in the order of `COLUMNS`."""
    article = _Article(doc, coder, text, found, codebook, actors)
    return {
        "zones": _zones(article),
        "sentences": _sentences(article),
        "mentions": _mentions(article),
        "attributions": turned("attributions", _attributions(article)),
        "quotations": _quotations(article),
        "frames": _frames(article),
        "times": _times(article),
        "events": turned("events", _events(article)),
        "links": turned("links", _links(article)),
    }


def turned(table: str, rows: Sequence[tuple]) -> list[list]:
    """Columns of a table from its rows."""
    return (
        [list(column) for column in zip(*rows, strict=True)]
        if rows
        else [[] for _ in COLUMNS[table]]
    )


def article_words(found: Annotations, codebook) -> int:
    """Words of the article text: headline, lead, crossheads and body, first copies only."""
    spans, again = Spans.of(found.spans), {item.target for item in attributes(found, "Duplicate")}
    texts = [
        spans.text[place]
        for place in spans.labelled(codebook.of_kind("zone") & {*ARTICLE})
        if spans.id[place] not in again
    ]
    return sum(
        count("\n".join(texts[first : first + MANY])) for first in range(0, len(texts), MANY)
    )


def _zones(a):
    z = a.lying(a.labelled("zone"))
    again = [a.attribute(ident, "Duplicate") == "true" for ident in z.id]
    return [z.doc, z.id, z.label, z.start, z.end, z.text, again, z.coder, z.line]


def _sentences(a):
    s = a.lying(a.with_label("Sentence"))
    return [s.doc, s.id, s.zone, s.start, s.end, s.text, s.coder, s.line]


def _mentions(a):
    m = a.lying(a.with_label("Actor"))
    actors = {ident: a.actor([ident]) for ident in a.refers}
    return [
        m.doc,
        m.id,
        [*map(actors.get, m.id)],
        a.given("Form", m),
        m.start,
        m.end,
        m.text,
        m.zone,
        m.sentence,
        m.coder,
        m.line,
    ]


def _named(a, actor):
    return (
        None
        if actor is None
        else all(a.actors.get(one, {}).get("named", False) for one in actor.split())
    )


def _attributions(a):
    parents, rows, cites = a.parents(), [], a.related("Cites")
    for event, cue, contents in sorted(
        a.attributions, key=lambda item: (item[1].start, item[1].end)
    ):
        actor = a.actor(a.roles(event, "Source"))
        source = (
            " ".join(span.text for span in map(a.span, a.roles(event, "Source")) if span) or None
        )
        content = " ".join(span.text for span in contents)
        kind, stance, channel = (
            a.attribute(event.id, name) for name in ("Kind", "Stance", "Channel")
        )
        words, quoted = words_in(a.text, contents), words_in(a.text, contents, a.speech)
        rows.append(
            (
                a.doc,
                event.id,
                actor,
                source,
                cue.text,
                content,
                kind,
                stance,
                channel,
                _named(a, actor),
                words,
                quoted,
                parents[event.id],
                " ".join(cites[event.id]) or None,
                contents[0].start,
                contents[-1].end,
                cue.start,
                cue.end,
                *a.where(cue),
                a.coder,
                event.line,
            )
        )
    return rows


def _quotations(a):
    q = a.lying(a.with_label("Quoted"))
    outer = [
        event.id if (event := a.around(start, end)) else None
        for start, end in zip(q.start, q.end, strict=True)
    ]
    return [q.doc, q.id, a.given("Use", q), q.start, q.end, q.text, outer, q.zone, q.coder, q.line]


def _frames(a):
    targets = a.related("Target")
    f = a.lying(a.labelled("frame"))
    target = [a.actor(targets[ident]) if ident in targets else None for ident in f.id]
    voice = [*map(a.voice, f.start, f.end)]
    said = [a.given("Function", f), a.given("Valence", f), target, voice]
    return [
        f.doc,
        f.id,
        f.label,
        *said,
        f.start,
        f.end,
        f.text,
        f.zone,
        f.sentence,
        f.coder,
        f.line,
    ]


def _times(a):
    from ..annotation.dates import bounds

    t = a.lying(a.with_label("Time"))
    values = [(a.refers[ident] or [None])[0] for ident in t.id]
    earliest, latest = ([bound[side] for bound in map(bounds, values)] for side in (0, 1))
    said = [a.given("TimeType", t), values, a.given("Mod", t), earliest, latest]
    return [t.doc, t.id, t.text, *said, t.start, t.end, t.zone, t.sentence, t.coder, t.line]


def _events(a):
    found = [
        (event, a.span(event.trigger)) for event in a.found.events if event.label != "Attribution"
    ]
    rows = []
    for event, trigger in sorted(found, key=lambda item: (item[1].start, item[1].end)):
        who, whom = a.actor(a.roles(event, "Who")), a.actor(a.roles(event, "Whom"))
        factuality, track, move = (
            a.attribute(event.id, name) for name in ("Factuality", "Track", "Move")
        )
        reported = a.around(trigger.start, trigger.end) is not None
        rows.append(
            (
                a.doc,
                event.id,
                event.label,
                covered(a.text, trigger.fragments),
                who,
                whom,
                factuality,
                reported,
                track,
                move,
                a.voice(trigger.start, trigger.end),
                trigger.start,
                trigger.end,
                *a.where(trigger),
                a.coder,
                event.line,
            )
        )
    return rows


def _links(a):
    temporal = {
        name
        for name, rules in a.codebook.relations.items()
        if rules.get("layer") == CHRONOLOGY and name in TEMPORAL
    }
    dated = {a.spans.id[place] for place in a.with_label("Time")} | {
        event.id for event, _, _ in a.attributions
    }
    dated |= {event.id for event in a.found.events if event.label != "Attribution"}
    found = (
        r
        for r in zip(*columns(a.found.relations, Relation), strict=True)
        if r[1] in temporal and r[2] in dated and r[3] in dated
    )
    noted = {note.target for note in a.found.notes if note.text.lower().startswith("conflict:")}
    return [
        (a.doc, ident, label, one, two, not noted.isdisjoint({ident, one, two}), a.coder, line)
        for ident, label, one, two, line in found
    ]
