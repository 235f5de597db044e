"""Gold against the codings that it was settled from: what each of them makes of what gold says, and what gold says alone.

What is said: that words bear a label, that they have an attribute or refer to somebody, a role, a relation. Spans of one label are paired as agreement pairs
them (`comparison.match`), but in the whole article, with captions, dateline and references.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import narwhals.stable.v2 as nw
import pandas as pd

from .chronology import Network, things_of
from .comparison import Item, coded, match
from .engines import finished, grouped, table

__all__ = ["FATES", "against", "alone"]

FATES = ("same", "moved", "other", "missing", "extra")
TURNED = {"AFTER": "BEFORE", "INCLUDES": "IS_INCLUDED"}


class Coding(NamedTuple):
    """One coder's annotation of one article, in ids that all coders share: what bears a label, and (kind, name, ids) -> value of all that is said."""

    spans: dict
    said: dict


def _spans(found):
    """Id -> span; an event stands where its trigger does."""
    triggers = {event.trigger: event.id for event in found.events}
    return {triggers.get(span.id, span.id): span for span in found.spans}


def _shared(known, spans, own):
    """Id of a coder -> the id of the span of the same label among the `known` that it is paired with, else a new one, which is then known too."""
    sides = [defaultdict(list), defaultdict(list)]
    for side, these in zip(sides, (known, spans), strict=True):
        for ident, span in these.items():
            side[span.label].append(Item(0, span.start, span.end, ident, "", span.start, span.end, span.text))
    pairs = {b.id: a.id for label, items in sides[1].items() for a, b in match(sides[0][label], items)}
    ids = {ident: pairs.get(ident, (own, ident)) for ident in spans}
    known |= {ids[ident]: span for ident, span in spans.items() if ident not in pairs}
    return ids


def _said(corpus, doc, ids):
    """(kind, name, ids) -> value of all that a coder says: an attribute's value, the ids in a role, a link in time told one way round."""
    found, relations = corpus.annotations[doc], corpus.codebook.relations
    said = {("attribute", name, ids[ident]): value for (ident, name), value in coded(corpus, doc).items()}
    many = [("role", role.rstrip("0123456789"), event.id, part) for event in found.events for role, part in event.roles]
    many += [("relation", link.label, link.a, link.b) for link in found.relations if relations[link.label]["layer"] != "chronology"]
    for kind, name, ident, part in many:
        said.setdefault((kind, name, ids[ident]), set()).add(ids[part])
    for link in found.relations:
        if relations[link.label]["layer"] == "chronology":
            ends = ids[link.a], ids[link.b]
            said["relation", "in time", frozenset(ends)] = _one_way(link.label, *ends)
    return said


def _one_way(relation, a, b):
    if relation in TURNED:
        return TURNED[relation], b, a
    return (relation, *sorted((a, b), key=str)) if relation in ("IDENTITY", "SIMULTANEOUS") else (relation, a, b)


def _codings(corpora, doc):
    """Each coder's `Coding` of an article, gold first, and all spans by their shared ids."""
    known, codings = {}, []
    for corpus in corpora:
        spans = _spans(corpus.annotations[doc])
        ids = _shared(known, spans, corpus.coder) if known else dict(zip(spans, spans, strict=True))
        known = known or dict(spans)
        codings.append(Coding({ids[ident]: span for ident, span in spans.items()}, _said(corpus, doc, ids)))
    return codings, known
