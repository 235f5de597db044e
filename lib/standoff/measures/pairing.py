"""Codings laid side by side: which spans of two coders belong together, where they differ, and what
became of it in gold.

Spans are compared within the sentences of the article text, which all coders share; an event stands
where its trigger does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..annotation.span_index import Touching
from ..annotation.structure_checks import ARTICLE
from ..annotation.words import positions

__all__ = [
    "Ground",
    "Item",
    "coded",
    "compared",
    "disagreements",
    "match",
    "placed",
    "rated",
    "shared",
]


class Item(NamedTuple):
    """A span of one label in one sentence: its words as positions within the sentence, and the
    annotation itself."""

    sentence: int
    first: int
    last: int
    id: str
    doc: str
    start: int
    end: int
    text: str


class Ground:
    """The shared sentences of some coders' corpora, and each coder's spans upon them."""

    def __init__(self, corpora):
        if len(corpora) < 2:
            raise ValueError(f"agreement needs two coders; got {len(corpora)}")
        shared = set.intersection(*(set(corpus.texts) for corpus in corpora))
        if more := sorted({doc for corpus in corpora for doc in corpus.texts} - shared):
            listed = ", ".join(more[:5]) + (" …" if len(more) > 5 else "")
            raise ValueError(
                f"agreement needs corpora of the same articles; not every coder has "
                f"{listed}: compare corpus.only(docs) of those that all have"
            )
        self.corpora = corpora
        base = corpora[0].sentences
        self.sentences = base[base["label"].isin(ARTICLE)].reset_index(drop=True)
        self.words = [
            positions(corpora[0].texts[row.doc], row.start, row.end)
            for row in self.sentences.itertuples()
        ]
        self.starts = {
            doc: (rows["start"].tolist(), rows.index[0])
            for doc, rows in self.sentences.groupby("doc", sort=False)
        }
        self.ends = self.sentences["end"].tolist()
        self.items = [self._items(corpus) for corpus in corpora]

    def _items(self, corpus):
        """Label -> spans of one coder; an event stands where its trigger does."""
        found = defaultdict(list)
        for doc, coding in corpus.annotations.items():
            for ident, span in placed(coding):
                if (item := self._item(doc, span, ident)) is not None:
                    found[span.label].append(item)
        return {label: sorted(items) for label, items in found.items()}

    def _item(self, doc, span, ident):
        starts, first = self.starts.get(doc, ((), 0))
        number = first + bisect_left(starts, span.start + 1) - 1
        if number < first or span.start >= self.ends[number]:
            return None
        begin, end = span.start, span.end
        inside = [i for i, (a, b) in enumerate(self.words[number]) if a < end and begin < b]
        return (
            Item(number, inside[0], inside[-1] + 1, ident, doc, span.start, span.end, span.text)
            if inside
            else None
        )

    def of(self, labels):
        """Each coder's spans of some labels, in order."""
        return [
            sorted(item for label in labels for item in own.get(label, ())) for own in self.items
        ]


def shared(corpora):
    """The corpora with the articles alone that all of them hold, and the ids of those that are left
    out. ValueError where they have none in common."""
    docs = list(dict.fromkeys(doc for corpus in corpora for doc in corpus.texts))
    common = {doc: None for doc in docs if all(doc in corpus.texts for corpus in corpora)}
    if not common:
        raise ValueError(
            f"there is no article that all of "
            f"{', '.join(corpus.coder for corpus in corpora)} have coded; expected one at "
            f"least"
        )
    return [corpus.only(common) for corpus in corpora] if len(common) < len(docs) else list(
        corpora
    ), [doc for doc in docs if doc not in common]


def placed(coding):
    """(id, span) of all that a coder marked in an article; an event stands where its trigger does,
    and so does each of several with one trigger."""
    events = defaultdict(list)
    for event in coding.events:
        events[event.trigger].append(event.id)
    return [(ident, span) for span in coding.spans for ident in events.get(span.id, (span.id,))]


def match(one, other, exact: bool = False) -> list[tuple[Item, Item]]:
    """Pairs of spans of two coders that cover the same words, or overlap: as many pairs as can be,
    each span in one at most.

    The largest matching in which spans that agree exactly are paired first, so it does not depend
    on who comes first.
    """
    pairs, free = [], defaultdict(list)
    for b in other:
        free[b[:3]].append(b)
    for a in one:
        if free[a[:3]]:
            pairs.append((a, free[a[:3]].pop(0)))
    if exact:
        return pairs
    taken = {a for a, _ in pairs}, {b for _, b in pairs}
    return pairs + _largest(
        [a for a in one if a not in taken[0]], [b for b in other if b not in taken[1]]
    )


def _largest(left, right):
    """A largest set of overlapping pairs (Hopcroft and Karp 1973, by SciPy)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    there = defaultdict(list)
    for j, b in enumerate(right):
        there[b.sentence].append((b.first, b.last, j))
    near = {sentence: Touching(stretches) for sentence, stretches in there.items()}
    edges = [
        (i, j)
        for i, a in enumerate(left)
        if a.sentence in near
        for j in near[a.sentence].find(a.first, a.last)
    ]
    if not edges:
        return []
    graph = csr_array(
        (np.ones(len(edges), dtype=int), tuple(zip(*edges, strict=True))),
        shape=(len(left), len(right)),
    )
    partner = maximum_bipartite_matching(graph, perm_type="column")
    return [(left[i], right[j]) for i, j in enumerate(partner) if j >= 0]


def coded(corpus, doc):
    """(annotation id, attribute) -> value, and the actors that a mention refers to as its attribute
    `Reference`."""
    found = {(item.target, item.name): item.value for item in corpus.annotations[doc].attributes}
    refers = defaultdict(list)
    for item in corpus.annotations[doc].normalisations:
        refers[item.target].append(item.key)
    return found | {
        (target, "Reference"): " ".join(sorted(keys)) for target, keys in refers.items()
    }


def rated(ground):
    """Attribute -> the matched pairs of spans, with both values: (item of one, item of the other,
    value, value)."""
    book = ground.corpora[0].codebook
    values = [{doc: coded(corpus, doc) for doc in corpus.texts} for corpus in ground.corpora]
    rated = defaultdict(list)
    for (i, one), (j, other) in combinations(enumerate(ground.items), 2):
        for label in sorted(one.keys() & other.keys()):
            names = [
                key
                for key, rules in book.attributes.items()
                if not book.names(label).isdisjoint(rules["on"])
            ]
            names += ["Reference"] if "registry" in book.labels[label] else []
            for a, b in match(one[label], other[label]):
                for name in names:
                    va, vb = values[i][a.doc].get((a.id, name)), values[j][b.doc].get((b.id, name))
                    if va is not None or vb is not None:
                        rated[name].append((a, b, va or "none", vb or "none"))
    return rated


def disagreements(corpora, gold=None) -> pd.DataFrame:
    """Every passage on which two coders differ; with `gold`, a corpus, what that one says there.

    One row a difference: `layer label doc sentence kind first second start end text coders`. `kind`
    is "only one" (with the words under the
    coder who marked it), "extent" (both mark it, on other words) or the attribute on which they
    differ; `first` and `second` hold each
    coder's words or value, `gold` gold's; `coders` names the two, as "a/b". ValueError for one
    corpus alone, and for corpora of different articles.
    """
    if len(corpora) < 2:
        raise ValueError(f"agreement needs two coders; got {len(corpora)}")
    tables = [
        _between(Ground(pair), gold).assign(coders="/".join(corpus.coder for corpus in pair))
        for pair in combinations(corpora, 2)
    ]
    return (
        pd.concat(tables)
        .sort_values(["doc", "start", "label", "coders"], kind="stable")
        .reset_index(drop=True)
    )


def _between(ground, gold):
    """The differences of two coders."""
    (one, other), book = ground.items, ground.corpora[0].codebook
    rows = []
    for label in sorted(one.keys() | other.keys()):
        if book.labels[label]["kind"] in ("zone", "sentence"):
            continue
        pairs = match(one.get(label, []), other.get(label, []))
        seen = _met(pairs)
        rows += [
            (label, a, "only one", a.text, None)
            for a in one.get(label, [])
            if (a.doc, a.id) not in seen[0]
        ]
        rows += [
            (label, b, "only one", None, b.text)
            for b in other.get(label, [])
            if (b.doc, b.id) not in seen[1]
        ]
        rows += [(label, a, "extent", a.text, b.text) for a, b in pairs if a.text != b.text]
    for name, pairs in rated(ground).items():
        rows += [(name, a, name, va, vb) for a, _, va, vb in pairs if va != vb]
    table = _listed(rows, ground, book)
    if gold is not None:
        table["gold"] = _settled(rows, Ground([ground.corpora[0], gold]))
    return table


def _met(pairs):
    """(doc, id) of either coder's spans that are paired."""
    return {(a.doc, a.id) for a, _ in pairs}, {(b.doc, b.id) for _, b in pairs}


def _settled(rows, ground):
    """For each difference, the words or the value of the overlapping span in the last corpus."""
    values = {doc: coded(ground.corpora[-1], doc) for doc in ground.corpora[-1].texts}
    marked = _marked(ground.items[-1])
    found = []
    for label, item, kind, *_ in rows:
        wanted = {label} if label in ground.items[-1] else ground.items[-1].keys()
        same = [other for name, other in marked(item) if name in wanted]
        named = [values[other.doc].get((other.id, kind)) for other in same]
        words = (
            [other.text for other in same]
            if kind in ("only one", "extent")
            else [value for value in named if value]
        )
        found.append(words[0] if words else None)
    return found


def _marked(items):
    """What finds (label, span) of all of one coder's spans that overlap one of another's."""
    stretches = defaultdict(list)
    for label, own in items.items():
        for item in own:
            stretches[item.doc].append((item.start, item.end, (label, item)))
    there = {doc: Touching(found) for doc, found in stretches.items()}
    return lambda item: there[item.doc].find(item.start, item.end) if item.doc in there else []


def _listed(rows, ground, book):
    rules = book.labels | book.attributes
    table = [
        (
            *(
                rules.get(label, {"layer": "actors"})["layer"],
                label,
                item.doc,
                ground.sentences.loc[item.sentence, "id"],
            ),
            *(kind, first, second, item.start, item.end, item.text),
        )
        for label, item, kind, first, second in rows
    ]
    columns = "layer label doc sentence kind first second start end text".split()
    return pd.DataFrame(table, columns=columns)


def compared(gold, other) -> tuple[dict[tuple[str, str], str], list]:
    """What `other` made of each annotation of `gold`: (doc, id) -> words; and what only `other`
    marked, as spans with doc, id, label, start, end, text.

    Spans are paired as agreement counts them (`agreement.match`): by label, within the sentences of
    the article text.
    ValueError for corpora of different articles: `shared` gives those of both.
    """
    shared = Ground([gold, other])
    said = {doc: (_of_each(gold, doc), _of_each(other, doc)) for doc in gold.texts}
    told, more = {}, []
    mine, theirs = shared.items
    marked = _marked(theirs)
    for label in sorted(mine.keys() | theirs.keys()):
        if gold.codebook.labels[label]["kind"] in ("zone", "sentence"):
            continue
        pairs = match(mine.get(label, []), theirs.get(label, []))
        told |= {(a.doc, a.id): _words(a, b, *said[a.doc]) for a, b in pairs}
        met = _met(pairs)
        told |= {
            (a.doc, a.id): _instead(marked(a), gold.codebook, label)
            for a in mine.get(label, [])
            if (a.doc, a.id) not in met[0]
        }
        more += [(label, b) for b in theirs.get(label, []) if (b.doc, b.id) not in met[1]]
    return told, sorted(more, key=lambda item: (item[1].doc, item[1].start, item[0]))


def _of_each(corpus, doc):
    """Annotation id -> attribute -> value, as `coded` has them."""
    found = defaultdict(dict)
    for (ident, name), value in coded(corpus, doc).items():
        found[ident][name] = value
    return found


def _words(a, b, mine, theirs):
    """How two paired spans differ; "the same" where they do not."""
    here, there = mine.get(a.id, {}), theirs.get(b.id, {})
    parts = [
        f"{name}: {there.get(name) or 'none'}"
        for name in sorted(here.keys() | there.keys())
        if here.get(name) != there.get(name)
    ]
    return (
        "; ".join(
            ([] if (a.start, a.end) == (b.start, b.end) else [f"other words: “{b.text}”"]) + parts
        )
        or "the same"
    )


def _instead(there, book, label):
    """What a coder, whose (label, span) in the same place are `there`, marked in the same layer,
    having not marked this."""
    layer = book.labels[label]["layer"]
    names = sorted({name for name, _ in there if book.labels[name]["layer"] == layer})
    return f"not marked as {label}" + (f"; {', '.join(names)} there" if names else "")
