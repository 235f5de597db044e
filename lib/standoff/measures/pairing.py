"""Which spans of two coders belong together, and where do the coders differ?

Spans are compared within the sentences of the article text, which all coders share; an event has
the place of its trigger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from ..annotation.did_you_mean import first_five
from ..annotation.model import unnumbered
from ..annotation.origin import ORIGIN, drafted_ids
from ..annotation.span_index import SpanIndex
from ..annotation.words import positions
from ..annotation.zone_labels import ARTICLE

if TYPE_CHECKING:
    from ..annotation import Annotations, Span
    from ..corpus import Corpus

__all__ = [
    "GIVEN",
    "PlacedSpan",
    "SharedSentences",
    "annotated_spans",
    "attribute_values",
    "compared",
    "disagreements",
    "in_one_sentence",
    "indices",
    "joined_spans",
    "match",
    "rated_pairs",
    "shared_articles",
]

GIVEN = ("zone", "sentence")  # kinds of labels that coders are given, so that none can differ


class PlacedSpan(NamedTuple):
    """A span in one sentence: its label, the numbers of its words there, from `first` to before
    `last`, and the annotation itself."""

    label: str
    sentence: int
    first: int
    last: int
    id: str
    doc: str
    start: int
    end: int
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """Article and id."""
        return self.doc, self.id


Pair = tuple[PlacedSpan, PlacedSpan]
T = TypeVar("T")


class SharedSentences:
    """The sentences that several coders' corpora share, and each coder's spans in them.

    `spans` holds each coder's spans, by label and in order; `values` each coder's
    attributes (`attribute_values`) by (doc, id); `words` the words of each sentence as (start,
    end). With `drafts` false, spans are left out that two coders accepted from one draft, and what
    other coders marked there with the same label: `left_out` holds the first coder's of each pair.
    Raises ValueError for one corpus alone and for corpora of different articles.
    """

    def __init__(self, corpora: Sequence[Corpus], drafts: bool = True) -> None:
        if len(corpora) < 2:
            raise ValueError(f"agreement needs two coders; got {len(corpora)}")
        _, left_out = shared_articles(corpora)
        if left_out:
            raise ValueError(
                f"agreement needs corpora of the same articles; not every coder has "
                f"{first_five(left_out)}: compare corpus.only(docs) of those that all have"
            )
        self.corpora = corpora
        self.codebook = corpora[0].codebook
        sentences = corpora[0].sentences
        self.sentences = sentences[sentences["label"].isin(ARTICLE)].reset_index(drop=True)
        rows = list(self.sentences.itertuples())
        self.words = [positions(corpora[0].texts[row.doc], row.start, row.end) for row in rows]
        self._words_of = indices(
            (row.doc, start, end, (row.Index, word))
            for row, words in zip(rows, self.words, strict=True)
            for word, (start, end) in enumerate(words)
        )
        self.spans = [self._spans_of(corpus) for corpus in corpora]
        self.values = [attribute_values(corpus.annotations) for corpus in corpora]
        self.left_out: list[PlacedSpan] = []
        if not drafts:
            self._leave_out_drafts()

    def _leave_out_drafts(self) -> None:
        """Leave out the spans that two coders accepted from one draft: these agree because the
        draft said the same to both."""
        accepted = []
        for corpus, own in zip(self.corpora, self.spans, strict=True):
            ids = {doc: drafted_ids(coding) for doc, coding in corpus.annotations.items()}
            accepted.append([span for span in own if span.id in ids[span.doc]])
        pairs = [pair for two in combinations(accepted, 2) for pair in match(*two)]
        self.left_out = [first for first, _ in pairs]
        places = indices(
            ((span.label, span.doc), span.start, span.end, span) for pair in pairs for span in pair
        )
        self.spans = [
            [
                span
                for span in own
                if not places[span.label, span.doc].overlapping(span.start, span.end)
            ]
            for own in self.spans
        ]

    def _spans_of(self, corpus: Corpus) -> list[PlacedSpan]:
        """The spans of one coder that begin in a sentence and cover a word of it."""
        spans = []
        for doc, coding in corpus.annotations.items():
            for ident, span in annotated_spans(coding):
                start, end = span.start, span.end
                covered = self._words_of[doc].overlapping(start, end)
                if covered and self.sentences.at[covered[0][0], "start"] <= start:
                    number, first = covered[0]
                    last = max(word for sentence, word in covered if sentence == number)
                    place = (number, first, last + 1)
                    spans.append(PlacedSpan(span.label, *place, ident, doc, start, end, span.text))
        return sorted(spans)

    def of(self, labels: Iterable[str]) -> list[list[PlacedSpan]]:
        """Each coder's spans of some labels, in order, as spans of one label."""
        return [
            sorted(span._replace(label="") for span in own if span.label in labels)
            for own in self.spans
        ]

    def paired(self) -> tuple[list[Pair], list[PlacedSpan], list[PlacedSpan]]:
        """The pairs of spans of two coders, and the spans that only the first and only the second
        marked."""
        labels = self.codebook.labels
        one, other = (
            [span for span in own if labels[span.label]["kind"] not in GIVEN] for own in self.spans
        )
        pairs = match(one, other)
        first, second = {a.key for a, _ in pairs}, {b.key for _, b in pairs}
        only_one = [span for span in one if span.key not in first]
        return pairs, only_one, [span for span in other if span.key not in second]


def indices(
    stretches: Iterable[tuple[Hashable, int, int, T]],
) -> defaultdict[Hashable, SpanIndex[T]]:
    """An index of stretches for each key, from (key, start, end, value); an empty one for any
    other key."""
    of_key: defaultdict[Hashable, list[tuple[int, int, T]]] = defaultdict(list)
    for key, start, end, value in stretches:
        of_key[key].append((start, end, value))
    return defaultdict(lambda: SpanIndex(()), {key: SpanIndex(own) for key, own in of_key.items()})


def shared_articles(corpora: Sequence[Corpus]) -> tuple[list[Corpus], list[str]]:
    """The corpora restricted to the articles that all of them hold, and the ids of the articles
    left out. Raises ValueError where they have none in common."""
    docs = list(dict.fromkeys(doc for corpus in corpora for doc in corpus.texts))
    common = [doc for doc in docs if all(doc in corpus.texts for corpus in corpora)]
    if not common:
        coders = ", ".join(corpus.coder for corpus in corpora)
        raise ValueError(f"no article is coded by all of {coders}; expected at least one")
    if len(common) == len(docs):
        return list(corpora), []
    left_out = [doc for doc in docs if doc not in common]
    return [corpus.only(common) for corpus in corpora], left_out


def annotated_spans(coding: Annotations) -> list[tuple[str, Span]]:
    """(id, span) of everything a coder marked in an article; an event, and each of several with one
    trigger, has the place of its trigger."""
    events = defaultdict(list)
    for event in coding.events:
        events[event.trigger].append(event.id)
    return [(ident, span) for span in coding.spans for ident in events.get(span.id, (span.id,))]


def in_one_sentence(spans: Mapping[str, Span]) -> list[PlacedSpan]:
    """Return spans by id, placed as if the article were one sentence and its characters the
    words."""
    return [
        PlacedSpan(span.label, 0, span.start, span.end, ident, "", span.start, span.end, span.text)
        for ident, span in spans.items()
    ]


def joined_spans(coding: Annotations) -> list[tuple[str, str, str, str]]:
    """(kind, name, id, id) of every relation and role of an article."""
    links = [("relation", link.label, link.a, link.b) for link in coding.relations]
    return links + [
        ("role", unnumbered(role), event.id, part)
        for event in coding.events
        for role, part in event.roles
    ]


def match(
    one: Iterable[PlacedSpan], other: Iterable[PlacedSpan], exact: bool = False
) -> list[Pair]:
    """Pairs of spans of two coders that have one label and cover the same words or (unless `exact`)
    overlap, each span in one pair at most.

    It is the largest such set in which spans of the same words are paired first, so it does not
    depend on the order of the coders. Hopcroft and Karp, An n^5/2 algorithm for maximum matchings
    in bipartite graphs, SIAM Journal on Computing 2 (1973).

    >>> a = [PlacedSpan("Threat", 0, 0, 5, "T1", "x", 0, 20, "US skips talks")]
    >>> b = [PlacedSpan("Threat", 0, 2, 5, "T7", "x", 3, 20, "skips talks")]
    >>> [(first.id, second.id) for first, second in match(a, b)], match(a, b, exact=True)
    ([('T1', 'T7')], [])
    """
    pairs: list[Pair] = []
    left, free = [], defaultdict(list)
    for b in other:
        free[b[:4]].append(b)
    for a in one:
        if free[a[:4]]:
            pairs.append((a, free[a[:4]].pop(0)))
        else:
            left.append(a)
    right = [b for spans in free.values() for b in spans]
    return pairs if exact else pairs + _largest_matching(left, sorted(right))


def _largest_matching(left: list[PlacedSpan], right: list[PlacedSpan]) -> list[Pair]:
    """A largest set of overlapping pairs."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    in_sentence = indices((b[:2], b.first, b.last, j) for j, b in enumerate(right))
    edges = [
        (i, j) for i, a in enumerate(left) for j in in_sentence[a[:2]].overlapping(a.first, a.last)
    ]
    if not edges:
        return []
    rows, columns = zip(*edges, strict=True)
    graph = csr_array((np.ones(len(edges)), (rows, columns)), shape=(len(left), len(right)))
    partners = maximum_bipartite_matching(graph, perm_type="column")
    return [(left[i], right[j]) for i, j in enumerate(partners) if j >= 0]


def attribute_values(
    codings: Mapping[str, Annotations],
) -> defaultdict[tuple[str, str], dict[str, str]]:
    """(doc, annotation id) -> attribute -> value; the actors to which a mention refers count as its
    attribute `Reference`. Where an annotation comes from says nothing about the text."""
    values: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    actors = defaultdict(list)
    for doc, coding in codings.items():
        for item in coding.attributes:
            if item.name != ORIGIN:
                values[doc, item.target][item.name] = item.value
        for reference in coding.normalisations:
            actors[doc, reference.target].append(reference.key)
    for key, own in actors.items():
        values[key]["Reference"] = " ".join(sorted(own))
    return values


def rated_pairs(shared: SharedSentences) -> dict[str, list[tuple[PlacedSpan, str, str]]]:
    """Attribute -> the paired spans to which a coder gave it, as (span of the first coder, value of
    the first, value of the second); a missing value is "none"."""
    book = shared.codebook
    rated = defaultdict(list)
    for (i, one), (j, other) in combinations(enumerate(shared.spans), 2):
        for a, b in match(one, other):
            first, second = shared.values[i][a.key], shared.values[j][b.key]
            for name in first.keys() | second.keys():
                # the value of a time is not an attribute
                if name in book.attributes or "registry" in book.labels[a.label]:
                    pair = a, first.get(name, "none"), second.get(name, "none")
                    rated[name].append(pair)
    return dict(rated)


def disagreements(corpora: Sequence[Corpus], gold: Corpus | None = None) -> pd.DataFrame:
    """Every passage on which two coders differ; with `gold`, also what that corpus says there.

    `corpora`: one `Corpus` per coder, of the same articles. One row per difference: `layer`,
    `label`, `doc`, `sentence`; `kind`: "only one" (with the words under the coder who marked it),
    "extent" (both marked it, on different words) or the attribute on which they differ; `first` and
    `second`, each coder's words or value; `start`, `end`, `text`; `coders`, the two as "a/b"; and
    `gold`, its words or value. Raises ValueError for one corpus alone, and for corpora of different
    articles.

    >>> import standoff
    >>> coders = [standoff.load("seeds", coder) for coder in "ab"]
    >>> table = standoff.agreement.disagreements(coders)
    >>> table[["label", "kind", "second"]].head(2)
         label      kind                                second
    0  Failure  only one                                   NaN
    1    Agree  only one  has not received a positive response
    """
    if len(corpora) < 2:
        raise ValueError(f"agreement needs two coders; got {len(corpora)}")
    tables = [
        _between(SharedSentences(pair), gold).assign(
            coders="/".join(corpus.coder for corpus in pair)
        )
        for pair in combinations(corpora, 2)
    ]
    return pd.concat(tables).sort_values(
        ["doc", "start", "label", "coders"], kind="stable", ignore_index=True
    )


def _between(shared: SharedSentences, gold: Corpus | None) -> pd.DataFrame:
    """The differences of two coders."""
    rows: list[tuple[str, PlacedSpan, str, str | None, str | None]] = []
    pairs, only_first, only_second = shared.paired()
    rows += [(a.label, a, "only one", a.text, None) for a in only_first]
    rows += [(b.label, b, "only one", None, b.text) for b in only_second]
    rows += [(a.label, a, "extent", a.text, b.text) for a, b in pairs if a.text != b.text]
    for name, rated in rated_pairs(shared).items():
        rows += [(name, a, name, first, second) for a, first, second in rated if first != second]
    rules = shared.codebook.labels | shared.codebook.attributes
    table = pd.DataFrame(
        [
            (
                rules[label]["layer"] if label in rules else "actors",
                label,
                span.doc,
                shared.sentences.at[span.sentence, "id"],
                *values,
                span.start,
                span.end,
                span.text,
            )
            for label, span, *values in rows
        ],
        columns="layer label doc sentence kind first second start end text".split(),
    )
    if gold is not None:
        pair = SharedSentences([shared.corpora[0], gold])
        table["gold"] = _values_in_gold([row[:3] for row in rows], pair)
    return table


def _values_in_gold(
    rows: list[tuple[str, PlacedSpan, str]], shared: SharedSentences
) -> list[str | None]:
    """For each difference (label, span, kind), the words or the value of the first overlapping span
    in the second corpus."""
    in_gold = indices((span.doc, span.start, span.end, span) for span in shared.spans[1])
    results = []
    for label, span, kind in rows:
        near = in_gold[span.doc].overlapping(span.start, span.end)
        if kind in ("only one", "extent"):
            options = [other.text for other in near if other.label == label]
        else:
            given = [shared.values[1][other.key] for other in near]
            options = [value[kind] for value in given if kind in value]
        results.append(options[0] if options else None)
    return results


def compared(gold: Corpus, other: Corpus) -> tuple[dict[tuple[str, str], str], list[PlacedSpan]]:
    """What `other` made of each annotation of `gold`, as (doc, id) -> words; and what only `other`
    marked.

    Spans are paired as agreement counts them: by label, within the sentences of the article text.
    Raises ValueError for corpora of different articles: `shared_articles` gives those of both.
    """
    shared = SharedSentences([gold, other])
    in_other = indices((span.doc, span.start, span.end, span.label) for span in shared.spans[1])
    pairs, only_gold, only_other = shared.paired()
    mine, theirs = shared.values
    outcomes = {a.key: _difference(a, b, mine[a.key], theirs[b.key]) for a, b in pairs}
    for a in only_gold:
        names = in_other[a.doc].overlapping(a.start, a.end)
        outcomes[a.key] = _not_marked(a.label, names, gold.codebook.labels)
    return outcomes, sorted(only_other, key=lambda span: (span.doc, span.start, span.label))


def _difference(a: PlacedSpan, b: PlacedSpan, first: dict[str, str], second: dict[str, str]) -> str:
    """How two paired spans and their attributes differ; "the same" where they do not."""
    parts = [] if (a.start, a.end) == (b.start, b.end) else [f"other words: “{b.text}”"]
    parts += [
        f"{name}: {second.get(name) or 'none'}"
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name)
    ]
    return "; ".join(parts) or "the same"


def _not_marked(label: str, names: list[str], labels: dict[str, Any]) -> str:
    """What a coder whose labels in the same place are `names` marked in the same layer instead."""
    layer = labels[label]["layer"]
    instead = sorted({name for name in names if labels[name]["layer"] == layer})
    outcome = f"not marked as {label}"
    return f"{outcome}; {', '.join(instead)} there" if instead else outcome
