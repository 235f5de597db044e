"""Gold against the codings that it was settled from: what became of each thing that it says, and
what it says alone.

Said of the words of an article is that they bear a label, have an attribute, refer to somebody,
play a role, stand in a relation. Spans of one label are paired
as agreement pairs them (`comparison.match`), but in all of the article: captions, dateline and
references too.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from typing import NamedTuple

import narwhals.stable.v2 as nw
import pandas as pd

from ..annotation.brat import unnumbered
from ..annotation.span_index import Touching
from .frames import grouped, to_native
from .pairing import Item, coded, match, placed, shared
from .temporal_network import DAY, RELATIONS, Network, temporal_items

__all__ = ["FATES", "against", "alone"]

FATES = ("same", "moved", "other", "missing", "extra")
TURNED = {"AFTER": "BEFORE", "INCLUDES": "IS_INCLUDED"}
SYMMETRIC = ("IDENTITY", "SIMULTANEOUS")


class Coding(NamedTuple):
    """One coder's annotation of an article by ids that all coders share: own ids, spans, (kind,
    name, id) -> what is said, ends -> link in time."""

    ids: dict
    spans: dict
    said: dict
    links: dict


def _shared(known, spans, coder):
    """Own id -> the id of the span of the same label among the `known` that it is paired with; one
    that is paired with none becomes known."""
    one, other = _by_label(known), _by_label(spans)
    ids = {
        b.id: a.id
        for label in one.keys() & other.keys()
        for a, b in match(one[label], other[label])
    }
    ids |= {ident: f"{coder} {ident}" for ident in spans if ident not in ids}
    for ident, span in spans.items():
        known.setdefault(ids[ident], span)
    return ids


def _by_label(spans):
    """Label -> spans as agreement pairs them, all of an article as if they stood in one
    sentence."""
    found = defaultdict(list)
    for ident, span in spans.items():
        found[span.label].append(
            Item(0, span.start, span.end, ident, "", span.start, span.end, span.text)
        )
    return found


def _coding(corpus, doc, known):
    """What a coder says of an article, in the ids of what is `known`."""
    found, relations = corpus.annotations[doc], corpus.codebook.relations
    spans = dict(placed(found))
    ids = _shared(known, spans, corpus.coder)
    said = {
        ("attribute", name, ids[ident]): value
        for (ident, name), value in coded(corpus, doc).items()
    }
    many = [
        ("role", unnumbered(role), event.id, part)
        for event in found.events
        for role, part in event.roles
    ]
    many += [
        ("relation", link.label, link.a, link.b)
        for link in found.relations
        if relations[link.label]["layer"] != "chronology"
    ]
    for kind, name, ident, part in many:
        said.setdefault((kind, name, ids[ident]), set()).add(ids[part])
    links = {
        (ids[link.a], ids[link.b]): link.label
        for link in found.relations
        if relations[link.label]["layer"] == "chronology"
    }
    return Coding(
        {ids[own]: own for own in spans},
        {ids[own]: span for own, span in spans.items()},
        said,
        links,
    )


def _codings(corpora, doc):
    """Each coder's `Coding` of an article, and every span by its shared id: gold's where gold has
    it."""
    known: dict = {}
    return [_coding(corpus, doc, known) for corpus in corpora], known


def _of_all(*corpora):
    """The corpora with the articles alone that all have; a warning names those that are left
    out."""
    found, left_out = shared(corpora)
    if left_out:
        listed = ", ".join(left_out[:5]) + (" …" if len(left_out) > 5 else "")
        warnings.warn(
            f"not every coder has coded all articles; {len(left_out)} left out: {listed}",
            stacklevel=3,
        )
    return found


def against(gold, other) -> pd.DataFrame:
    """What another coder makes of what gold says, counted; and what it says that gold does not.

    One row a name: `layer`, `kind` (label, attribute, role or relation), `name` (an attribute's
    with its value, "Factuality: fact"; a link's in time with an
    arrow back where what it leads to is told before; both as gold has them, if it does), and how
    often what gold says is the `same`; `moved` (on other
    words, or to another mention of the same actors); `other` (another label of that layer, value,
    actor or relation instead); `missing`; or `extra`.
    Of the articles that both have coded; a warning names others. ValueError where there are none
    that both have.
    """
    gold, other = _of_all(gold, other)
    rows = [
        row for doc in gold.texts for row in _fates(*_codings((gold, other), doc)[0], gold.codebook)
    ]
    table = nw.from_native(pd.DataFrame(rows, columns=["layer", "kind", "name", "fate"]))
    table = table.with_columns(
        *(nw.when(nw.col("fate") == fate).then(1).otherwise(0).alias(fate) for fate in FATES)
    )
    counted = grouped(table, "layer kind name", nw.col(*FATES).sum())
    return to_native(
        counted, f"layer kind name {' '.join(FATES)}", "layer kind name", whole=" ".join(FATES)
    )


def _fates(mine, theirs, book):
    """(layer, kind, name, fate) of all that one coder or the other says of an article."""
    own = {
        ident: span
        for ident, span in mine.spans.items()
        if book.labels[span.label]["kind"] not in ("zone", "sentence")
    }
    new = {ident: span for ident, span in theirs.spans.items() if ident not in mine.spans}
    there = Touching(
        (span.start, span.end, book.labels[span.label]["layer"]) for span in new.values()
    )
    for ident, span in (own | new).items():
        yield (
            book.labels[span.label]["layer"],
            "label",
            span.label,
            _label(ident, mine.spans, theirs.spans, there, book),
        )
    spans = theirs.spans | mine.spans
    for key in mine.said | theirs.said:
        kind, name, ident = key
        one, two = (coding.said.get(key) for coding in (mine, theirs))
        layer = (
            book.relations.get(name) or book.attributes.get(name) or book.labels[spans[ident].label]
        )["layer"]
        yield (
            layer,
            kind,
            f"{name}: {one or two}" if name in book.attributes else name,
            _value(one, two, mine, theirs),
        )
    one, two = (
        dict(_one_way(ends, label) for ends, label in coder.links.items())
        for coder in (mine, theirs)
    )
    drawn = {
        frozenset(ends): (*ends, label)
        for ends, label in (*theirs.links.items(), *mine.links.items())
    }
    for ends, (a, b, label) in drawn.items():
        arrow = "→" if spans[a].start <= spans[b].start else "←"
        yield (
            "chronology",
            "relation",
            f"{label} {arrow}",
            _value(one.get(ends), two.get(ends), mine, theirs),
        )


def _one_way(ends, label):
    """A link's ends as a set, and what it says of them, the same whichever way round it was
    drawn."""
    if label in TURNED:
        return frozenset(ends), (TURNED[label], *ends[::-1])
    return frozenset(ends), (label, *(sorted(ends) if label in SYMMETRIC else ends))


def _label(ident, mine, theirs, there, book):
    if ident not in mine:
        return "extra"
    span = mine[ident]
    if ident in theirs:
        return "same" if theirs[ident].fragments == span.fragments else "moved"
    return (
        "other"
        if book.labels[span.label]["layer"] in there.find(span.start, span.end)
        else "missing"
    )


def _value(one, two, mine, theirs):
    if one is None or two is None:
        return "extra" if one is None else "missing"
    if one == two:
        return "same"
    actors = [
        _actors(part, coding)
        for part, coding in ((one, mine), (two, theirs))
        if isinstance(part, set)
    ]
    return "moved" if actors and None not in actors and actors[0] == actors[1] else "other"


def _actors(ids, coding):
    """Whom mentions refer to; None where one of them is no mention of anybody."""
    refers = [coding.said.get(("attribute", "Reference", ident)) for ident in ids]
    return None if None in refers else {actor for actor in refers}


def alone(gold, codings) -> pd.DataFrame:
    """What gold says and none of the other `codings` does, though it could; and what all of them
    say and gold does not.

    One row a passage: `doc`, `sentence` (its number in the article; 0 outside of all), `what`
    ("Move of “began”"), `gold` and `others` (each thing that is said
    once), `start end`. A coder who has not marked the words is not asked what is said of them. A
    link in time is said where it follows from the links drawn.
    Of the articles that all have coded; a warning names others. ValueError where there are none
    that all have.
    """
    gold, *codings = _of_all(gold, *codings)
    rows = []
    timed = [
        {doc: part for doc, _, part in temporal_items(corpus).by_article()}
        for corpus in (gold, *codings)
    ]
    for doc in gold.texts:
        (mine, *others), known = _codings((gold, *codings), doc)
        follows = [_following(parts.get(doc), doc) for parts in timed]
        found = [
            *_labels(mine, others, known, gold.codebook),
            *_values(mine, others, known),
            *_links(mine, others, known, follows),
        ]
        starts = gold.sentences.loc[gold.sentences["doc"] == doc, "start"].to_numpy()
        rows += [
            (doc, int((starts <= at.start).sum()), what, one, two, at.start, at.end)
            for at, what, one, two in found
        ]
    return pd.DataFrame(
        rows, columns="doc sentence what gold others start end".split()
    ).sort_values(["doc", "start", "what"], kind="stable", ignore_index=True)


def _once(said):
    return " / ".join(dict.fromkeys(said))


def _labels(mine, others, known, book):
    """Spans: those of gold that nobody has, or nobody has in these words; and those that all others
    have."""
    for ident, span in known.items():
        have = [coder.spans[ident] for coder in others if ident in coder.spans]
        if ident not in mine.spans:
            if len(have) == len(others):
                yield span, span.label, "not coded", _once(one.text for one in have)
        elif book.labels[span.label]["kind"] not in ("zone", "sentence") and all(
            one.fragments != span.fragments for one in have
        ):
            yield span, span.label, span.text, _once(one.text for one in have) or "not coded"


def _values(mine, others, known):
    """Attributes, references, roles and relations of what gold has marked, in which it follows
    nobody who has marked it too."""

    def words(value):
        return (
            "none"
            if value is None
            else value
            if isinstance(value, str)
            else ", ".join(known[i].text for i in sorted(value, key=lambda i: known[i].start))
        )

    for key in dict.fromkeys(key for coder in (mine, *others) for key in coder.said):
        _, name, ident = key
        asked = [coder.said.get(key) for coder in others if ident in coder.spans]
        if ident in mine.spans and asked and mine.said.get(key) not in asked:
            yield (
                known[ident],
                f"{name} of “{known[ident].text}”",
                words(mine.said.get(key)),
                _once(map(words, asked)),
            )


def _links(mine, others, known, follows):
    """Links in time that gold draws and that follow from no other's, and those that follow from all
    others' and not from gold's."""

    def holds(coder, ends, label, said):
        return (
            said(label, *(coder.ids[end] for end in ends))
            if set(ends) <= coder.ids.keys()
            else None
        )

    for ends, label in dict.fromkeys(
        link for coder in (mine, *others) for link in coder.links.items()
    ):
        told, *asked = (
            holds(coder, ends, label, said)
            for coder, said in zip((mine, *others), follows, strict=True)
        )
        if (told and False in asked and True not in asked) or (told is False and all(asked)):
            what = f"Link of “{known[ends[0]].text}” and “{known[ends[1]].text}”"
            yield known[ends[0]], what, *((label, "none") if told else ("none", label))


def _following(things, doc):
    """Whether a relation of two things of an article follows from all that is said of it in time;
    nothing does where there are no things."""
    if things is None:
        return lambda relation, *ends: False
    network = Network(things)
    most = network.differences()

    def follows(relation, *ends):
        if (
            not {(doc, end) for end in ends} <= network.number.keys()
        ):  # an attribution that says nothing is in no table
            return False
        points = [2 * network.number[doc, end] for end in ends]
        return bool(
            all(
                most[points[x] + p, points[y] + q] <= limit / DAY
                for (x, p), (y, q), limit in RELATIONS[relation]
            )
        )

    return follows
