"""Would another reader have coded the same? Agreement of coders, label by label, with intervals.

Spans are compared within the sentences of the article text, which all coders share. Every figure is
symmetric in the coders; one that cannot be computed is missing, with the reason beside it.
Intervals (95 %) come from a bootstrap over sentences.

What two coders accepted from one draft agrees because the draft said the same to both. Each figure
leaves it out, and `labels` and `counts` say how much that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from ..annotation.origin import DRAFTED
from .alpha_coefficients import (
    Array,
    Bootstrap,
    alpha,
    bootstrap,
    draw_units,
    interval,
    nominal_alpha,
    tallies,
    to_codes,
    undefined,
    unitizing,
    unitizing_of_draws,
)
from .frames import Expr, Frame, NativeTable, Tables, grouped, in_article, ratio, table, to_native
from .pairing import (
    GIVEN,
    PlacedSpan,
    SharedSentences,
    disagreements,
    joined_spans,
    match,
    rated_pairs,
)

if TYPE_CHECKING:
    from ..corpus import Corpus

__all__ = [
    "Bootstrap",
    "alpha",
    "attributes",
    "bootstrap",
    "counts",
    "disagreements",
    "labels",
    "match",
    "relations",
    "undefined",
    "unitizing",
]
__dir__ = __all__.copy  # for help and completion

MEASURES = ("sentence", "word", "exact", "overlap", "unit")  # the figures of a label
INTERVAL_COLUMNS = [f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")]
UNITIZING_DRAWS = 200
NUMBERS = ("first", "second", "both", "from_drafts")  # of `counts`


def labels(
    corpora: Sequence[Corpus], generator: np.random.Generator, draws: int = 1000
) -> pd.DataFrame:
    """Agreement on each label, and on each layer as "any label of it".

    `corpora`: one `Corpus` per coder, of the same articles; `draws`: of the bootstrap. One row per
    label that a coder used: `layer`, `label`; `spans` of each coder, separated by slashes;
    `one_coder_only`, spans that overlap with none of another coder's; `from_drafts`, pairs of spans
    left out because both coders accepted them from one draft; and five measures, each with
    `_low` and `_high`: `sentence` (alpha: does the sentence hold such a span?), `word` (alpha: is
    the word covered?), `exact` and `overlap` (F1 of spans, all pairs of coders added up), `unit`
    (unitizing alpha on words, overlapping spans of a coder made one; at most 200 draws).
    `undefined` says why alpha is missing. Raises ValueError for one corpus alone, and for corpora
    of different articles. Krippendorff (2004, 2011), Hayes and Krippendorff (2007): see
    `reliability`.

    >>> import standoff
    >>> coders = [standoff.load("seeds", coder) for coder in "ab"]
    >>> table = labels(coders, np.random.default_rng(1), draws=2)
    >>> table[["label", "spans", "overlap"]].head(2).round(2)
       label    spans  overlap
    0  Actor  221/221     1.00
    1    any  104/106     0.99
    """
    shared = SharedSentences(corpora, drafts=False)
    chosen, weights = draw_units(generator, draws, len(shared.words))
    rows = []
    for layer, name, group in _groups(shared.codebook):
        spans = shared.of(group)
        left_out = [span for span in shared.left_out if span.label in group]
        if any(spans) or left_out:
            figures = _figures(shared, spans, left_out, chosen, weights)
            rows.append({"layer": layer, "label": name, **figures})
    return pd.DataFrame(
        rows,
        columns=[
            "layer",
            "label",
            "spans",
            "one_coder_only",
            "from_drafts",
            *INTERVAL_COLUMNS,
            "undefined",
        ],
    )


def _groups(book: Any) -> Iterator[tuple[str, str, list[str]]]:
    """(layer, name, labels) of each row of `labels`: "any" of a layer of several, then each."""
    for layer in book.layers:
        own = [
            label
            for label, rules in book.labels.items()
            if rules["layer"] == layer and rules["kind"] not in GIVEN
        ]
        if len(own) > 1:
            yield layer, "any", own
        for label in own:
            yield layer, label, [label]


def _figures(
    shared: SharedSentences,
    spans: Sequence[list[PlacedSpan]],
    left_out: list[PlacedSpan],
    chosen: Array,
    weights: Array,
) -> dict[str, Any]:
    """The figures of a group of labels from each coder's spans, the spans that are left out of
    them, and the sentences drawn."""
    sizes = np.array([len(words) for words in shared.words])
    sentences = np.arange(len(sizes))
    in_sentence = np.array([np.isin(sentences, [span.sentence for span in own]) for own in spans])
    in_sentence = in_sentence.astype(float)
    in_word = _covered_words(spans, sizes)
    if left_out:  # these words, and sentences that hold nothing else, have no value
        unknown = np.isin(sentences, [span.sentence for span in left_out])
        in_sentence[:, unknown & ~in_sentence.any(axis=0)] = np.nan
        in_word[:, _covered_words([left_out], sizes)[0] > 0] = np.nan
    of_word = np.repeat(sentences, sizes)
    exact, overlap = (_matches(spans, len(sizes), exact) for exact in (True, False))
    values = (
        nominal_alpha(weights @ tallies(in_sentence, sentences, len(sizes))),
        nominal_alpha(weights @ tallies(in_word, of_word, len(sizes))),
        _f1(weights @ exact),
        _f1(weights @ overlap),
        unitizing_of_draws(spans, sizes, chosen[: 1 + UNITIZING_DRAWS]),
    )
    matched, one, other = overlap.sum(axis=0)
    row: dict[str, Any] = {
        "spans": "/".join(str(len(own)) for own in spans),
        "one_coder_only": int(one + other - 2 * matched),
        "from_drafts": len(left_out),
    }
    for name, (value, *drawn) in zip(MEASURES, values, strict=True):
        row[name], row[f"{name}_low"], row[f"{name}_high"] = value, *interval(drawn)
    return row | {"undefined": undefined(in_sentence)}


def _covered_words(spans: Sequence[list[PlacedSpan]], sizes: Array) -> Array:
    """Coders x words of all sentences: 1 where a span covers the word."""
    values = np.zeros((len(spans), sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    for row, own in enumerate(spans):
        for span in own:
            values[row, starts[span.sentence] + span.first : starts[span.sentence] + span.last] = 1
    return values


def _matches(spans: Sequence[list[PlacedSpan]], sentences: int, exact: bool) -> Array:
    """(matched, spans of one, spans of the other) by sentence, summed over all pairs of coders."""
    sums = np.zeros((sentences, 3))
    for one, other in combinations(spans, 2):
        matched = [a for a, _ in match(one, other, exact)]
        for column, own in enumerate((matched, one, other)):
            np.add.at(sums[:, column], [span.sentence for span in own], 1)
    return sums


def _f1(sums: Array) -> Array:
    """F1 of each row of (matched, spans of one, spans of the other); NaN where there is no span."""
    with np.errstate(invalid="ignore"):
        return np.asarray(2 * sums[:, 0] / (sums[:, 1] + sums[:, 2]))


def attributes(
    corpora: Sequence[Corpus], generator: np.random.Generator, draws: int = 1000
) -> pd.DataFrame:
    """Agreement on attributes and references, given spans of one label that overlap.

    `corpora`: one `Corpus` per coder, of the same articles; `draws`: of the bootstrap. One row per
    attribute: `attribute`; `units`, the paired spans to which at least one coder gave it (a missing
    value counts as "none"); `agreed`, the share on which they agree; `alpha` (nominal) with `low`
    and `high`; `undefined`, why alpha is missing. Raises ValueError for one corpus alone, and for
    corpora of different articles. Krippendorff (2011).

    >>> import standoff
    >>> coders = [standoff.load("seeds", coder) for coder in "ab"]
    >>> table = attributes(coders, np.random.default_rng(1), draws=2)
    >>> table[["attribute", "units", "agreed"]].head(2).round(2)
        attribute  units  agreed
    0     Channel     47    1.00
    1  Factuality    141    0.97
    """
    shared = SharedSentences(corpora, drafts=False)
    _, weights = draw_units(generator, draws, len(shared.words))
    rows = []
    for name, rated in sorted(rated_pairs(shared).items()):
        spans, first, second = zip(*rated, strict=True)
        codes = to_codes([first, second])
        sums = tallies(codes, [span.sentence for span in spans], len(shared.words))
        value, *drawn = nominal_alpha(weights @ sums)
        agreed = float((codes[0] == codes[1]).mean())
        rows.append((name, len(rated), agreed, value, *interval(drawn), undefined(codes)))
    return pd.DataFrame(rows, columns="attribute units agreed alpha low high undefined".split())


def relations(
    corpora: Sequence[Corpus], generator: np.random.Generator, draws: int = 1000
) -> pd.DataFrame:
    """Agreement on relations and roles, given that both coders marked both ends.

    `corpora`: one `Corpus` per coder, of the same articles; `draws`: of the bootstrap. One row per
    relation or role, added up over pairs of coders: `relation`; `a` and `b`, how many of either's
    join spans that the other marked too; `both`, on how many they agree; `f1` with `low` and
    `high`. A relation belongs to the sentence of its first end. Raises ValueError for one corpus
    alone, and for corpora of different articles.

    >>> import standoff
    >>> coders = [standoff.load("seeds", coder) for coder in "ab"]
    >>> table = relations(coders, np.random.default_rng(1), draws=2)
    >>> table[["relation", "a", "b", "both"]].head(2)
      relation   a   b  both
    0    AFTER  28  26    23
    1   BEFORE  17  16    12
    """
    shared = SharedSentences(corpora, drafts=False)
    _, weights = draw_units(generator, draws, len(shared.words))
    sums: dict[str, Array] = defaultdict(lambda: np.zeros((len(shared.words), 3)))
    for (i, one), (j, other) in combinations(enumerate(shared.spans), 2):
        pairs = match(one, other)
        first = _links_between(corpora[i], {a.key: a for a, _ in pairs})
        second = _links_between(corpora[j], {b.key: a for a, b in pairs})
        for column, links in enumerate((first & second, first, second)):
            for name, start, _ in links:
                sums[name][start.sentence, column] += 1
    rows = []
    for name, by_sentence in sorted(sums.items()):
        both, in_one, in_other = map(int, by_sentence.sum(axis=0))
        value, *drawn = _f1(weights @ by_sentence)
        rows.append((name, in_one, in_other, both, value, *interval(drawn)))
    return pd.DataFrame(rows, columns="relation a b both f1 low high".split())


def _links_between(
    corpus: Corpus, spans: Mapping[tuple[str, str], PlacedSpan]
) -> set[tuple[str, PlacedSpan, PlacedSpan]]:
    """Relations and roles of one coder as (name, span, span), where both ends are among `spans`, by
    (doc, id)."""
    links = set()
    for doc, coding in corpus.annotations.items():
        for _, name, a, b in joined_spans(coding):
            if (doc, a) in spans and (doc, b) in spans:
                links.add((name, spans[doc, a], spans[doc, b]))
    return links


def counts(one: Tables, other: Tables, captions: bool = False) -> NativeTable:
    """How often two coders marked the same words with the same label: agreement at any size of
    corpus, on any engine.

    `one` and `other` hold tables of one engine. One row per label: `label`; `first` and `second`,
    the spans of either coder; `both`, those of the same start and end; `f1`, twice `both` divided
    by the sum of the two; `from_drafts`, those that both coders accepted from one draft, which the
    other columns leave out. An attribution's cue counts as Attribution, its content as Content,
    from first to last character; an event has the place of its trigger.

    >>> import standoff
    >>> table = counts(*(standoff.load("seeds", coder) for coder in "ab"))
    >>> table[["label", "first", "second", "both"]].head(2)
        label  first  second  both
    0  Accuse      6       6     5
    1   Actor    221     221   221
    """
    keys = "doc label start end"
    first, second = (
        grouped(_all_spans(coder, captions), keys, nw.col("drafted").sum(), n=nw.len())
        for coder in (one, other)
    )
    pairs = first.join(second.rename({"n": "m", "drafted": "other_drafted"}), on=keys.split())
    left_out = _smaller("drafted", "other_drafted")
    number, none = nw.col("n").cast(nw.Int64()), nw.lit(0).cast(nw.Int64())
    rows = [
        first.select("label", first=number, second=none, both=none, from_drafts=none),
        second.select("label", first=none, second=number, both=none, from_drafts=none),
        pairs.select(
            "label",
            first=none - left_out,
            second=none - left_out,
            both=_smaller("n", "m") - left_out,
            from_drafts=left_out,
        ),
    ]
    sums = grouped(nw.concat(rows), "label", nw.col(*NUMBERS).sum())
    sums = sums.with_columns(
        twice=nw.col("both") * 2, total=nw.col("first") + nw.col("second")
    ).with_columns(f1=ratio("twice", "total"))
    return to_native(sums, f"label {' '.join(NUMBERS)} f1", "label", whole=" ".join(NUMBERS))


def _smaller(one: str, other: str) -> Expr:
    """The smaller of two columns of integers."""
    smaller = nw.when(nw.col(one) < nw.col(other)).then(nw.col(one)).otherwise(nw.col(other))
    return smaller.cast(nw.Int64())


def _all_spans(coder: Tables, captions: bool) -> Frame:
    """Every span of a coder in article text: `doc label start end`, and 1 in `drafted` if it was
    accepted from a draft."""
    attributions = table(coder, "attributions")
    cues = attributions.select("doc", "zone", "origin", start="cue_start", end="cue_end")
    labelled = [
        (table(coder, "mentions"), nw.lit("Actor")),
        (attributions, nw.lit("Content")),
        (table(coder, "quotations"), nw.lit("Quoted")),
        (table(coder, "times"), nw.lit("Time")),
        (cues, nw.lit("Attribution")),
        (table(coder, "frames"), nw.col("frame")),
        (table(coder, "events"), nw.col("type")),
    ]
    drafted = nw.col("origin").is_in(list(DRAFTED)).cast(nw.Int64()).fill_null(0)
    columns = ["doc", "label", "start", "end", "drafted"]
    return nw.concat(
        [
            in_article(frame, captions).with_columns(label=label, drafted=drafted).select(columns)
            for frame, label in labelled
        ]
    )
