"""Would another reader have coded the same? Agreement of coders, label by label, each figure with
an interval.

Spans are compared within the sentences of the article text, which all coders share. Every figure is
symmetric in the coders;
what cannot be computed is missing, with the reason beside it. Intervals come from a bootstrap over
sentences.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from ..annotation.brat import unnumbered
from .frames import grouped, in_article, ratio, table, to_native
from .pairing import Ground, disagreements, match, rated
from .reliability import (
    Bootstrap,
    alpha,
    alpha_of,
    bootstrap,
    bounds,
    codes_of,
    drawn,
    tallies,
    undefined,
)
from .unitizing import of_draws, unitizing

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

MEASURES = (
    "sentence",
    "word",
    "exact",
    "overlap",
    "unit",
)  # of a label, in the order in which `_row` works them out
FIGURES = [f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")]


def labels(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on each label, and on each layer as "any label of it".

    `corpora`: one `Corpus` a coder, of the same articles. One row a label: `spans` by coder joined
    by a slash, `one_coder_only` (spans that
    overlap with none of another coder's, by exact-first matching), and for each measure its value
    with `_low` and `_high` (95 %): `sentence` (alpha: does the
    sentence hold such a span?), `word` (alpha: is the word covered?), `unit` (unitizing alpha on
    words; overlapping spans of a coder made one; with
    at most 200 draws), `exact` and `overlap` (F1 of spans, all pairs of coders added up).
    `undefined` says why alpha is missing.
    Without spans there are no rows. ValueError for one corpus alone, and for corpora of different
    articles.
    """
    ground = Ground(corpora)
    book = corpora[0].codebook
    drawn_sentences = drawn(generator, draws, len(ground.words))
    rows = []
    for layer in book.layers:
        own = [
            label
            for label, rules in book.labels.items()
            if rules["layer"] == layer and rules["kind"] not in ("zone", "sentence")
        ]
        for name, group in ([("any", own)] if len(own) > 1 else []) + [
            (label, [label]) for label in own
        ]:
            spans = ground.of(group)
            if any(spans):
                rows.append(
                    {"layer": layer, "label": name, **_row(ground, spans, *drawn_sentences)}
                )
    return pd.DataFrame(
        rows, columns=["layer", "label", "spans", "one_coder_only", *FIGURES, "undefined"]
    )


def _row(ground, spans, chosen, weights):
    """Figures of one label, or group of labels, from each coder's spans of it and the sentences
    drawn, as `drawn` gives them."""
    sizes = np.array([len(words) for words in ground.words])
    sentences = np.arange(len(sizes))
    has = np.array([np.isin(sentences, [item.sentence for item in own]) for own in spans])
    exact, overlap = (_matched(spans, len(sizes), exact) for exact in (True, False))
    values = (
        alpha_of(weights @ tallies(has, sentences, len(sizes))),
        alpha_of(weights @ tallies(_covers(spans, sizes), np.repeat(sentences, sizes), len(sizes))),
        _f1_of(weights @ exact),
        _f1_of(weights @ overlap),
        of_draws(spans, sizes, chosen[:201]),  # all sentences once, and 200 draws
    )
    matched, one, other = overlap.sum(axis=0)
    row = {
        "spans": "/".join(str(len(own)) for own in spans),
        "one_coder_only": int(one + other - 2 * matched),
    }
    for name, (value, *others) in zip(MEASURES, values, strict=True):
        row[name], row[f"{name}_low"], row[f"{name}_high"] = value, *bounds(others)
    return row | {"undefined": undefined(has)}


def _covers(spans, sizes):
    """Coders x words of all sentences: 1 where a span covers the word."""
    values = np.zeros((len(spans), sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    for row, own in enumerate(spans):
        for item in own:
            values[row, starts[item.sentence] + item.first : starts[item.sentence] + item.last] = 1
    return values


def _matched(spans, sentences, exact):
    """(matched, spans of one, spans of the other) by sentence, summed over all pairs of coders."""
    out = np.zeros((sentences, 3))
    for one, other in combinations(spans, 2):
        for column, items in enumerate(([a for a, _ in match(one, other, exact)], one, other)):
            np.add.at(out[:, column], [item.sentence for item in items], 1)
    return out


def _f1_of(counts):
    """F1 of each row of summed (matched, spans of one, spans of the other); NaN where there is no
    span."""
    with np.errstate(invalid="ignore"):
        return 2 * counts[:, 0] / (counts[:, 1] + counts[:, 2])


def attributes(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on attributes and references, given spans of one label that overlap.

    One row an attribute: `units` (matched pairs to which at least one coder gave it; the other's
    silence is the value "none"), `agreed` (their share),
    `alpha` (nominal) with `low` and `high`, and `undefined`. ValueError for one corpus alone, and
    for corpora of different articles.
    """
    ground = Ground(corpora)
    weights = drawn(generator, draws, len(ground.words))[1]
    rows = []
    for name, pairs in sorted(rated(ground).items()):
        codes = codes_of([[va for *_, va, _ in pairs], [vb for *_, vb in pairs]])
        value, *others = alpha_of(
            weights @ tallies(codes, [a.sentence for a, *_ in pairs], len(ground.words))
        )
        rows.append(
            (
                name,
                len(pairs),
                float((codes[0] == codes[1]).mean()),
                value,
                *bounds(others),
                undefined(codes),
            )
        )
    return pd.DataFrame(rows, columns="attribute units agreed alpha low high undefined".split())


def relations(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on relations and roles, given that both coders marked both ends.

    One row a relation or role, added up over pairs of coders: `a`, `b`: how many of either's join
    spans that the other marked too; `both`: in
    how many they agree; `f1` with `low` and `high`. A relation stands in the sentence of its first
    end.
    ValueError for one corpus alone, and for corpora of different articles.
    """
    ground = Ground(corpora)
    weights = drawn(generator, draws, len(ground.words))[1]
    sums = defaultdict(lambda: np.zeros((len(ground.words), 3)))
    for (i, one), (j, other) in combinations(enumerate(ground.items), 2):
        pairs = [
            pair for label in one.keys() & other.keys() for pair in match(one[label], other[label])
        ]
        first = _joined(corpora[i], {(a.doc, a.id): a for a, _ in pairs})
        second = _joined(corpora[j], {(b.doc, b.id): a for a, b in pairs})
        for column, links in enumerate((first & second, first, second)):
            for name, start, _ in links:
                sums[name][start.sentence, column] += 1
    rows = []
    for name, by_sentence in sorted(sums.items()):
        both, one, other = map(int, by_sentence.sum(axis=0))
        value, *others = _f1_of(weights @ by_sentence)
        rows.append((name, one, other, both, value, *bounds(others)))
    return pd.DataFrame(rows, columns="relation a b both f1 low high".split())


def _joined(corpus, known):
    """Relations and roles of one coder as (name, span, span), where both ends are among the spans
    `known`, (doc, id) -> span."""
    found = set()
    for doc, coding in corpus.annotations.items():
        links = {(item.label, item.a, item.b) for item in coding.relations}
        links |= {
            (unnumbered(role), event.id, target)
            for event in coding.events
            for role, target in event.roles
        }
        found |= {
            (name, known[doc, a], known[doc, b])
            for name, a, b in links
            if (doc, a) in known and (doc, b) in known
        }
    return found


def counts(one, other, captions: bool = False):
    """How often two coders marked the same words with the same label: what agreement is at any size
    of corpus, on any engine.

    One row a label: `first` and `second`, the spans of either coder; `both`, those of the same
    label, start and end; `f1`, twice `both` divided by
    the sum of the two. An attribution's cue counts as Attribution, its content as Content, from
    first to last character; an event where its trigger stands.
    """
    keys = "doc label start end"
    first, second = (grouped(_spans(coder, captions), keys, n=nw.len()) for coder in (one, other))
    shared = first.join(second.rename({"n": "m"}), on=keys.split())
    shared = shared.select(
        "label",
        both=nw.when(nw.col("n") < nw.col("m"))
        .then(nw.col("n"))
        .otherwise(nw.col("m"))
        .cast(nw.Int64),
    )
    none = nw.lit(0).cast(nw.Int64)
    rows = [
        first.select("label", first=nw.col("n").cast(nw.Int64), second=none, both=none),
        second.select("label", first=none, second=nw.col("n").cast(nw.Int64), both=none),
        shared.select("label", first=none, second=none, both=nw.col("both")),
    ]
    found = grouped(nw.concat(rows), "label", nw.col("first", "second", "both").sum())
    found = found.with_columns(
        twice=nw.col("both") * 2, of=nw.col("first") + nw.col("second")
    ).with_columns(f1=ratio("twice", "of"))
    return to_native(found, "label first second both f1", "label", whole="first second both")


def _spans(coder, captions):
    """Every span of a coder in article text: `doc label start end`."""
    named = {
        "mentions": "Actor",
        "attributions": "Content",
        "quotations": "Quoted",
        "times": "Time",
    }
    parts = [
        in_article(table(coder, name), captions).select("doc", "start", "end", label=nw.lit(label))
        for name, label in named.items()
    ]
    said = in_article(table(coder, "attributions"), captions)
    parts.append(said.select("doc", start="cue_start", end="cue_end", label=nw.lit("Attribution")))
    parts += [
        in_article(table(coder, name), captions).select("doc", "start", "end", label=label)
        for name, label in (("frames", "frame"), ("events", "type"))
    ]
    return nw.concat([part.select("doc", "label", "start", "end") for part in parts])
