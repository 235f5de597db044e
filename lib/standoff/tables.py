"""The tables: what the annotations of one article say, a row a thing, in the order of the text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from .brat import Annotations, covered
from .rules import ARTICLE
from .within import Within
from .words import words_in

__all__ = ["COLUMNS", "TYPES", "tables_of"]

COLUMNS = {
    "documents": "doc title outlet genre published words sha256 coder",
    "zones": "doc id label start end text duplicate coder line",
    "sentences": "doc id label start end text coder line",
    "actors": "actor name kind country part_of named coder",
    "mentions": "doc id actor form start end text zone sentence coder line",
    "attributions": "doc id actor source cue content kind stance channel named words quoted_words parent cites "
    "start end cue_start cue_end zone sentence coder line",
    "quotations": "doc id use start end text attribution zone coder line",
    "frames": "doc id frame function valence target voice start end text zone sentence coder line",
    "times": "doc id text type value mod earliest latest start end zone sentence coder line",
    "events": "doc id type text who whom factuality reported track move voice start end zone sentence coder line",
    "links": "doc id relation a b marked coder line",
}
COLUMNS = {table: columns.split() for table, columns in COLUMNS.items()}
# pandas types of columns; all others hold words
TYPES: dict[str, str] = dict.fromkeys(("start", "end", "cue_start", "cue_end", "words", "quoted_words", "line"), "int64")
TYPES |= dict.fromkeys(("published", "earliest", "latest"), "datetime64[s]")
TYPES |= {"named": "boolean", "duplicate": "bool", "reported": "bool", "marked": "bool"}


class _Places:
    """Which of some spans, none inside another, an offset lies in, by what it is called."""

    def __init__(self, spans, name):
        self.spans = sorted(spans, key=lambda span: span.start)
        self.starts, self.ends = [span.start for span in self.spans], [span.end for span in self.spans]
        self.names = [getattr(span, name) for span in self.spans]

    def at(self, offset):
        index = bisect_right(self.starts, offset) - 1
        return self.names[index] if index >= 0 and offset < self.ends[index] else None


class _Article:
    """One article's annotations by what they are about."""

    def __init__(self, doc, coder, text, found, codebook, actors):
        self.doc, self.coder, self.text, self.found, self.actors = doc, coder, text, found, actors
        self.codebook = codebook
        self.spans = {span.id: span for span in found.spans}
        self.by_label = defaultdict(list)
        self.triggers = {event.trigger for event in found.events}
        for span in found.spans:
            if span.id not in self.triggers:
                self.by_label[span.label].append(span)
        self.attributes = defaultdict(dict)
        for item in found.attributes:
            self.attributes[item.name][item.target] = item.value
        self.refers = defaultdict(list)
        for item in found.normalisations:
            self.refers[item.target].append(item.key)
        self.zones = _Places(self.labelled("zone"), "label")
        self.sentences = _Places(self.by_label["Sentence"], "id")
        speech = (q for q in self.by_label["Quoted"] if self.attribute(q.id, "Use") == "speech")
        self.speech = Within((*pair, q) for q in speech for pair in q.fragments)
        self.attributions = self._attributions()
        self.contents = Within((contents[0].start, contents[-1].end, event) for event, _, contents in self.attributions)

    def labelled(self, kind):
        return [span for label in self.codebook.of_kind(kind) for span in self.by_label[label]]

    def attribute(self, ident, name):
        return self.attributes[name].get(ident)

    def where(self, span):
        start = span.start
        return self.zones.at(start), self.sentences.at(start)

    def actor(self, ids):
        """Ids of the actors that some mentions refer to, joined by a blank; None where there are none."""
        found = [key for ident in ids for key in self.refers.get(ident, ())]
        return " ".join(dict.fromkeys(found)) if found else None

    def roles(self, event, role):
        return [target for name, target in event.roles if name.rstrip("0123456789") == role]

    def _attributions(self):
        """(event, cue, content spans) of every attribution, smallest content first."""
        found = []
        for event in self.found.events:
            if event.label == "Attribution":
                contents = sorted((self.spans[t] for t in self.roles(event, "Content") if t in self.spans), key=lambda span: span.start)
                if contents:  # imports may hold one that says nothing; it can be in no table
                    found.append((event, self.spans[event.trigger], contents))
        return sorted(found, key=lambda item: sum(b - a for span in item[2] for a, b in span.fragments))

    def around(self, start, end, but=None):
        """The innermost attribution in whose content a stretch of text lies, other than `but`."""
        return self.contents.find(start, end, but)

    def voice(self, span):
        """Whose words these are: actor ids; "author" outside all contents; "unsourced" where the content has no source."""
        event = self.around(span.start, span.end)
        while event is not None:
            if (actor := self.actor(self.roles(event, "Source"))) is not None:
                return actor
            if self.attribute(event.id, "Channel") == "citation":
                return "author"
            trigger = self.spans[event.trigger]
            outer = self.around(trigger.start, trigger.end, but=event)
            if outer is None:
                return "unsourced"
            event = outer
        return "author"


def tables_of(doc, coder, text, found: Annotations, codebook, actors) -> dict[str, list[tuple]]:
    """Rows of each table that one article's annotations give, columns as in `COLUMNS` without `coder` and `line`."""
    article = _Article(doc, coder, text, found, codebook, actors)
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


def article_words(text, zones) -> int:
    """Words of the article text: headline, lead, crossheads and body, first copies only."""
    return words_in(text, [zone for zone in zones if zone.label in ARTICLE])


def _by_start(spans):
    return sorted(spans, key=lambda span: (span.fragments[0][0], -span.fragments[-1][1]))


def _zones(a):
    return [(a.doc, z.id, z.label, z.start, z.end, z.text, a.attribute(z.id, "Duplicate") == "true", a.coder, z.line) for z in a.zones.spans]


def _sentences(a):
    return [(a.doc, s.id, a.zones.at(s.start), s.start, s.end, s.text, a.coder, s.line) for s in a.sentences.spans]


def _mentions(a):
    return [
        (a.doc, m.id, a.actor([m.id]), a.attribute(m.id, "Form"), m.start, m.end, m.text, *a.where(m), a.coder, m.line) for m in _by_start(a.by_label["Actor"])
    ]


def _named(a, actor):
    return None if actor is None else all(a.actors.get(one, {}).get("named", False) for one in actor.split())


def _attributions(a):
    parents = {}
    for event, cue, contents in a.attributions:
        outer = a.around(min(cue.start, contents[0].start), max(cue.end, contents[-1].end), but=event)
        parents[event.id] = outer.id if outer else None
    cites = defaultdict(list)
    for item in a.found.relations:
        if item.label == "Cites":
            cites[item.a].append(item.b)
    rows = []
    for event, cue, contents in sorted(a.attributions, key=lambda item: (item[1].start, item[1].end)):
        actor = a.actor(a.roles(event, "Source"))
        source = " ".join(a.spans[t].text for t in a.roles(event, "Source") if t in a.spans) or None
        content = " ".join(span.text for span in contents)
        kind, stance, channel = (a.attribute(event.id, name) for name in ("Kind", "Stance", "Channel"))
        words, quoted = words_in(a.text, contents), words_in(a.text, contents, a.speech)
        rows.append(
            (a.doc, event.id, actor, source, cue.text, content, kind, stance, channel, _named(a, actor), words, quoted,
             parents[event.id], " ".join(cites[event.id]) or None, contents[0].start, contents[-1].end, cue.start, cue.end,
             *a.where(cue), a.coder, event.line)
        )  # fmt: skip
    return rows


def _quotations(a):
    rows = []
    for q in _by_start(a.by_label["Quoted"]):
        outer = a.around(q.start, q.end)
        rows.append((a.doc, q.id, a.attribute(q.id, "Use"), q.start, q.end, q.text, outer.id if outer else None, a.where(q)[0], a.coder, q.line))
    return rows


def _frames(a):
    targets = defaultdict(list)
    for item in a.found.relations:
        if item.label == "Target":
            targets[item.a].append(item.b)
    return [
        (a.doc, f.id, f.label, a.attribute(f.id, "Function"), a.attribute(f.id, "Valence"), a.actor(targets[f.id]), a.voice(f),
         f.start, f.end, f.text, *a.where(f), a.coder, f.line)
        for f in _by_start(a.labelled("frame"))
    ]  # fmt: skip


def _times(a):
    from .dates import bounds

    rows = []
    for t in _by_start(a.by_label["Time"]):
        value = (a.refers[t.id] or [None])[0]
        earliest, latest = bounds(value)
        kind, mod = a.attribute(t.id, "TimeType"), a.attribute(t.id, "Mod")
        rows.append((a.doc, t.id, t.text, kind, value, mod, earliest, latest, t.start, t.end, *a.where(t), a.coder, t.line))
    return rows


def _events(a):
    found = [(event, a.spans[event.trigger]) for event in a.found.events if event.label != "Attribution"]
    rows = []
    for event, trigger in sorted(found, key=lambda item: (item[1].start, item[1].end)):
        who, whom = a.actor(a.roles(event, "Who")), a.actor(a.roles(event, "Whom"))
        factuality, track, move = (a.attribute(event.id, name) for name in ("Factuality", "Track", "Move"))
        reported = a.around(trigger.start, trigger.end) is not None
        rows.append(
            (a.doc, event.id, event.label, covered(a.text, trigger.fragments), who, whom, factuality, reported, track, move,
             a.voice(trigger), trigger.start, trigger.end, *a.where(trigger), a.coder, event.line)
        )  # fmt: skip
    return rows


def _links(a):
    temporal = {name for name, rules in a.codebook.relations.items() if rules.get("layer") == "chronology"}
    dated = {span.id for span in a.by_label["Time"]} | {event.id for event, _, _ in a.attributions}
    dated |= {event.id for event in a.found.events if event.label != "Attribution"}
    found = (r for r in a.found.relations if r.label in temporal and {r.a, r.b} <= dated)
    noted = {note.target for note in a.found.notes if note.text.lower().startswith("conflict:")}
    return [(a.doc, r.id, r.label, r.a, r.b, not noted.isdisjoint({r.id, r.a, r.b}), a.coder, r.line) for r in found]
