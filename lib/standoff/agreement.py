"""Would another reader have coded the same? Agreement of coders, label by label, each figure with an interval.

Spans are compared within the sentences of the article text, which all coders share. Every figure is symmetric in the coders;
what cannot be computed is missing, with the reason beside it. Intervals come from a bootstrap over sentences.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from .codebook import nearest
from .comparison import Ground, disagreements, match, rated
from .engines import finished, grouped, inside, ratio, table

__all__ = ["Bootstrap", "alpha", "attributes", "bootstrap", "counts", "disagreements", "labels", "match", "relations", "undefined", "unitizing"]

LEVELS = ("nominal", "ordinal", "interval", "ratio")
SHOWN = (2.5, 97.5)  # percentiles of the interval


def alpha(data, level: str = "nominal") -> float:
    """Krippendorff's alpha of `data`: coders x units, None or NaN where a coder gave no value.

    `level` is nominal, ordinal, interval or ratio; nominal values may be words. NaN where alpha is undefined: no unit with two
    values, or one value only in all of them (`undefined` says which). ValueError for another level. Krippendorff,
    Computing Krippendorff's Alpha-Reliability (2011); computed by the `krippendorff` package.
    """
    if level not in LEVELS:
        raise ValueError(f"unknown level '{level}'; {nearest(str(level), LEVELS)}")
    if undefined(data):
        return float("nan")
    import krippendorff

    return float(krippendorff.alpha(reliability_data=_codes(data, level), level_of_measurement=level))


def undefined(data) -> str:
    """Why alpha of `data` (coders x units) is undefined; empty where it is defined."""
    codes = _codes(data, "nominal")
    paired = codes[:, (~np.isnan(codes)).sum(axis=0) > 1]
    values = np.unique(paired[~np.isnan(paired)])
    if len(values) == 0:
        return "no unit has values of two coders"
    if len(values) == 1:
        return "there is one value only, so chance cannot be told from agreement"
    return ""


def _missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def _codes(data, level):
    """Values as numbers: as they are, or for words a number for each."""
    if isinstance(data, np.ndarray) and data.dtype.kind == "f":
        return data
    rows = [list(row) for row in data]
    if level == "nominal":
        numbers = {}
        rows = [[value if _missing(value) else numbers.setdefault(value, len(numbers)) for value in row] for row in rows]
    return np.array([[np.nan if _missing(value) else value for value in row] for row in rows], dtype=float)


class Unitizing(NamedTuple):
    """Observed and expected disagreement of unitizing, and alpha (NaN where nothing is expected)."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float:
        """1 - observed / expected."""
        return 1 - self.observed / self.expected if self.expected else float("nan")


def unitizing(units, length: int) -> Unitizing:
    """Disagreement of coders on where the units of one class begin and end on a continuum.

    `units`: for each coder (start, length) pairs that do not overlap, starts counted from 0; `length`: of the continuum. Add up observed and
    expected over classes for an alpha of all. Krippendorff, Content Analysis (2004), p. 251-256; Krippendorff et al. (2016).
    """
    return _unitized([np.array(sorted(own), dtype=int).reshape(-1, 2) for own in units], length)


def _unitized(units, length):
    """`unitizing` of each coder's units as rows (start, length), in order."""
    sections = [_sections(own, length) for own in units]
    coders = len(sections)
    observed = sum(_distance(one, other) for one, other in combinations(sections, 2)) * 2
    all_units = np.concatenate([own[own[:, 2] == 1, 1] for own in sections])
    gaps = np.sort(np.concatenate([own[own[:, 2] == 0, 1] for own in sections]))
    total = coders * length
    within = (len(all_units) - 1) / 3 * (2 * all_units**3 - 3 * all_units**2 + all_units)
    chance = 2 / length * (within + all_units**2 * _room(gaps, all_units)).sum() / (total * (total - 1) - (all_units * (all_units - 1)).sum())
    return Unitizing(float(observed / (coders * (coders - 1) * length**2)), float(chance))


def _room(gaps, units):
    """For each unit, at how many places it could begin within the gaps (lengths, sorted)."""
    first = np.searchsorted(gaps, units)
    beyond = np.append(np.cumsum(gaps[::-1])[::-1], 0.0)  # sum of this gap and all longer ones
    return beyond[first] - (units - 1) * (len(gaps) - first)


def _sections(units, length):
    """Units and the gaps around them as rows (start, length, 1 or 0)."""
    starts, sizes = units.T
    ends = starts + sizes
    before = np.concatenate([[0], ends[:-1]]) if len(units) else ends
    wrong = np.flatnonzero((starts < before) | (sizes <= 0) | (ends > length))
    if len(wrong):
        start, size = units[wrong[0]]
        raise ValueError(f"unit ({start}, {size}) overlaps another or leaves the continuum of length {length}")
    rows = np.zeros((2 * len(units) + 1, 3))
    rows[1::2] = np.column_stack([starts, sizes, np.ones(len(units))])
    rows[2::2, 0] = ends
    rows[:-1:2, 1] = starts - before
    rows[-1, 1] = length - rows[-1, 0]
    return rows[rows[:, 1] > 0]


def _distance(one, other):
    """Sum of Krippendorff's squared differences over all sections of two coders that share a place."""
    places = np.union1d(one[:, 0], other[:, 0])
    at = [np.searchsorted(sections[:, 0], places, side="right") - 1 for sections in (one, other)]
    a, b = one[at[0]], other[at[1]]  # at each place a section begins, so no pair comes twice
    starts, ends = a[:, 0] - b[:, 0], (a[:, 0] + a[:, 1]) - (b[:, 0] + b[:, 1])
    both = (a[:, 2] == 1) & (b[:, 2] == 1)
    a_in_gap = (a[:, 2] == 1) & (b[:, 2] == 0) & (starts >= 0) & (ends <= 0)
    b_in_gap = (a[:, 2] == 0) & (b[:, 2] == 1) & (starts <= 0) & (ends >= 0)
    return (both * (starts**2 + ends**2) + a_in_gap * a[:, 1] ** 2 + b_in_gap * b[:, 1] ** 2).sum()


class Bootstrap(NamedTuple):
    """Alpha with its interval: `low` and `high` (95 %) over those of the `draws` in which it is defined; in `undefined` of them it is not."""

    alpha: float
    low: float
    high: float
    draws: int
    undefined: int


def bootstrap(data, generator: np.random.Generator, draws: int = 1000, level: str = "nominal") -> Bootstrap:
    """Krippendorff's alpha of `data` (as `alpha` takes it) and how far it varies when units are drawn anew, as many and with replacement.

    Alpha of each draw is exact, also for ordinal values, whose distances depend on how often each value was drawn. ValueError for another level.
    """
    value = alpha(data, level)
    codes = _codes(data, level)
    values = _alphas(codes, _weights(generator, draws, codes.shape[1])[0], level) if codes.size else np.full(draws, np.nan)
    return Bootstrap(value, *map(float, _interval(values)), draws, int(np.isnan(values).sum()))


def _alphas(codes, weights, level):
    """Alpha for each row of weights (draws x units: how often each unit counts) of codes (coders x units). Krippendorff (2011), p. 4-8."""
    codes, weights = (part[:, (~np.isnan(codes)).sum(axis=0) > 1] for part in (codes, weights.astype(float)))
    if level == "interval":
        return _of_moments(codes, weights)
    if level == "nominal":
        return _alpha_of(weights @ _tallies(codes, np.arange(codes.shape[1]), codes.shape[1]))
    values, counts = _counts(codes)
    of_value, share = weights @ counts, 1 / (counts.sum(axis=1) - 1)
    if level == "ordinal":  # the distance of two values is that of their mean ranks in the draw
        ranks = of_value.cumsum(axis=1) - of_value / 2
        squares = (ranks**2 * (weights @ (counts * (share + 1)[:, None]))).sum(axis=1)
        observed = 2 * (squares - (weights * share * (ranks @ counts.T) ** 2).sum(axis=1))
        expected = 2 * (of_value.sum(axis=1) * (of_value * ranks**2).sum(axis=1) - (of_value * ranks).sum(axis=1) ** 2)
    else:
        differences, sums = values[:, None] - values, values[:, None] + values
        distance = np.divide(differences, sums, out=np.zeros_like(sums), where=sums != 0) ** 2
        observed = weights @ ((counts @ distance * counts).sum(axis=1) * share)
        expected = (of_value @ distance * of_value).sum(axis=1)
    return _alpha(observed, expected, of_value.sum(axis=1), (of_value > 0).sum(axis=1) > 1)


def _of_moments(codes, weights):
    """Alpha of interval values, from sums and sums of squares."""
    codes = codes - (np.nanmean(codes) if codes.size else 0)
    number, total, squares = (~np.isnan(codes)).sum(axis=0), np.nansum(codes, axis=0), np.nansum(codes**2, axis=0)
    observed = weights @ ((number * squares - total**2) / (number - 1))
    sums = weights @ np.stack([number, total, squares], axis=1)
    expected, most = sums[:, 0] * sums[:, 2] - sums[:, 1] ** 2, sums[:, 0] * sums[:, 2]
    return _alpha(observed, expected, sums[:, 0], expected > 1e-12 * most)


def _counts(codes):
    """All values of codes (coders x units), in order, and how often each unit has each of them (units x values)."""
    coder, unit = np.nonzero(~np.isnan(codes))
    values, place = np.unique(codes[coder, unit], return_inverse=True)
    counts = np.bincount(unit * len(values) + place, minlength=codes.shape[1] * len(values))
    return values, counts.reshape(codes.shape[1], len(values)).astype(float)


def _tallies(codes, group_of, groups):
    """Observed disagreement and, behind it, how often each nominal value occurs, summed by the group of each unit (groups x (1 + values), sparse).

    `codes`: coders x units; a unit with one value says nothing and counts nowhere.
    """
    codes = np.where((~np.isnan(codes)).sum(axis=0) > 1, codes, np.nan)
    coder, unit = np.nonzero(~np.isnan(codes))
    values, place = np.unique(codes[coder, unit], return_inverse=True)
    cell, times = np.unique(unit * max(len(values), 1) + place, return_counts=True)
    of_unit, of_value = np.divmod(cell, max(len(values), 1))
    number = np.bincount(unit, minlength=codes.shape[1])
    squares = np.bincount(of_unit, times**2, codes.shape[1])
    observed = (number**2 - squares) / np.maximum(number - 1, 1)
    group_of = np.asarray(group_of)
    rows, columns = np.concatenate([group_of[of_unit], group_of]), np.concatenate([of_value + 1, np.zeros(codes.shape[1], dtype=int)])
    return coo_array((np.concatenate([times, observed]), (rows, columns)), shape=(groups, 1 + len(values))).tocsr()


def _alpha_of(tallies):
    """Nominal alpha of summed tallies (draws x (1 + values))."""
    of_value = tallies[:, 1:]
    total = of_value.sum(axis=1)
    return _alpha(tallies[:, 0], total**2 - (of_value**2).sum(axis=1), total, (of_value > 1e-9).sum(axis=1) > 1)


def _alpha(observed, expected, total, defined):
    """1 - observed / expected disagreement of so many values; NaN where it is not defined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(defined, 1 - (total - 1) * observed / expected, np.nan)


def _f1_of(counts):
    """F1 of summed (matched, spans of one, spans of the other): draws x 3."""
    with np.errstate(invalid="ignore"):
        return 2 * counts[:, 0] / (counts[:, 1] + counts[:, 2])


def _interval(values):
    """Percentiles of the draws in which a figure is defined."""
    values = values[~np.isnan(values)]
    return tuple(np.percentile(values, SHOWN)) if len(values) else (float("nan"), float("nan"))


def _covers(ground, spans):
    """Coders x words of all sentences: 1 where a span covers the word; and each word's sentence."""
    offsets = np.concatenate([[0], np.cumsum([len(words) for words in ground.words])])
    values = np.zeros((len(spans), offsets[-1]))
    for row, own in enumerate(spans):
        for item in own:
            values[row, offsets[item.sentence] + item.first : offsets[item.sentence] + item.last] = 1
    return values, np.repeat(np.arange(len(ground.words)), np.diff(offsets))


def _has(ground, spans):
    values = np.zeros((len(spans), len(ground.words)))
    for row, own in enumerate(spans):
        values[row, [item.sentence for item in own]] = 1
    return values


def _matched(ground, spans, exact):
    """(matched, spans of one, spans of the other) by sentence, summed over all pairs of coders."""
    out = np.zeros((len(ground.words), 3))
    for one, other in combinations(spans, 2):
        for a, _ in match(one, other, exact):
            out[a.sentence, 0] += 1
        for column, own in ((1, one), (2, other)):
            for item in own:
                out[item.sentence, column] += 1
    return out


def _units(spans):
    """Spans of one coder as units within their sentences, those that overlap or touch inside another made one."""
    rows = []
    for item in spans:
        if rows and rows[-1][0] == item.sentence and item.first < rows[-1][2]:
            rows[-1][2] = max(rows[-1][2], item.last)
        else:
            rows.append([item.sentence, item.first, item.last])
    return np.array(rows, dtype=int).reshape(-1, 3)


def _unitizing_draws(ground, spans, draws):
    """Unitizing alpha on the sentences of each draw, laid end to end."""
    sizes = np.array([len(words) for words in ground.words])
    units = [_units(own) for own in spans]
    first = [np.searchsorted(own[:, 0], np.arange(len(sizes) + 1)) for own in units]  # of each sentence
    values = []
    for chosen in draws:
        starts = np.concatenate([[0], np.cumsum(sizes[chosen])])
        laid = [_laid(own, at, chosen, starts) for own, at in zip(units, first, strict=True)]
        values.append(_unitized(laid, int(starts[-1])).alpha if any(map(len, laid)) else float("nan"))
    return np.array(values)


def _laid(units, first, chosen, starts):
    """Units of the sentences chosen as rows (start, length), these sentences laid end to end from `starts` on."""
    many = first[chosen + 1] - first[chosen]
    place = np.arange(many.sum()) + np.repeat(first[chosen] - np.cumsum(many) + many, many)
    begin, end = units[place, 1], units[place, 2]
    return np.column_stack([np.repeat(starts[:-1], many) + begin, end - begin])


def _weights(generator, draws, sentences):
    """How often each draw takes each sentence (draws x sentences), and the sentences that it takes."""
    chosen = generator.integers(0, sentences, (draws, sentences))
    at = chosen + sentences * np.arange(draws)[:, None]
    return np.bincount(at.ravel(), minlength=draws * sentences).reshape(draws, sentences), chosen


def labels(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on each label, and on each layer as "any label of it".

    `corpora`: one `Corpus` a coder, of the same articles. One row a label: `spans` by coder joined by a slash, `one_coder_only` (spans that
    overlap with none of another coder's, by exact-first matching), and for each measure its value with `_low` and `_high` (95 %): `sentence` (alpha: does the
    sentence hold such a span?), `word` (alpha: is the word covered?), `unit` (unitizing alpha on words; overlapping spans of a coder made one; with
    at most 200 draws), `exact` and `overlap` (F1 of spans, mean over pairs of coders). `undefined` says why alpha is missing.
    """
    ground = Ground(corpora)
    book = corpora[0].codebook
    weights, chosen = _weights(generator, draws, len(ground.words))
    rows = []
    for layer in book.layers:
        own = [label for label, rules in book.labels.items() if rules["layer"] == layer and rules["kind"] not in ("zone", "sentence")]
        for name, group in ([("any", own)] if len(own) > 1 else []) + [(label, [label]) for label in own]:
            spans = ground.of(group)
            if any(spans):
                rows.append({"layer": layer, "label": name, **_row(ground, spans, weights, chosen[:200])})
    return pd.DataFrame(rows)


def _row(ground, spans, weights, chosen):
    everything = np.ones((1, len(ground.words)))
    covered, sentence_of = _covers(ground, spans)
    has = _has(ground, spans)
    counts = {
        "sentence": (_tallies(has, np.arange(len(ground.words)), len(ground.words)), _alpha_of),
        "word": (_tallies(covered, sentence_of, len(ground.words)), _alpha_of),
        "exact": (_matched(ground, spans, True), _f1_of),
        "overlap": (_matched(ground, spans, False), _f1_of),
    }
    row = {"spans": "/".join(str(len(own)) for own in spans)}
    matched, one, other = counts["overlap"][0].sum(axis=0)
    row["one_coder_only"] = int(one + other - 2 * matched)
    for name, (by_sentence, measure) in counts.items():
        low, high = _interval(measure(weights @ by_sentence))
        row |= {name: float(measure(everything @ by_sentence)[0]), f"{name}_low": low, f"{name}_high": high}
    row["sentence"] = alpha(has)
    row["word"] = alpha(covered)
    row["unit"] = _unitizing_draws(ground, spans, [np.arange(len(ground.words))])[0]
    row["unit_low"], row["unit_high"] = _interval(_unitizing_draws(ground, spans, chosen))
    row["undefined"] = undefined(has)
    return row


def attributes(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on attributes and references, given spans of one label that overlap.

    One row an attribute: `units` (matched pairs to which at least one coder gave it; the other's silence is the value "none"), `agreed` (their share),
    `alpha` (nominal) with `low` and `high`, and `undefined`.
    """
    ground = Ground(corpora)
    weights = _weights(generator, draws, len(ground.words))[0]
    rows = []
    for name, pairs in sorted(rated(ground).items()):
        data = np.array([(va, vb) for _, _, va, vb in pairs], dtype=object).T
        tallies = _tallies(_codes(data, "nominal"), [a.sentence for a, *_ in pairs], len(ground.words))
        low, high = _interval(_alpha_of(weights @ tallies))
        agreed = float((data[0] == data[1]).mean())
        value = float(_alpha_of(tallies.sum(axis=0)[np.newaxis])[0])  # as `alpha` has it, whose package wants units x values x values of memory
        rows.append((name, len(pairs), agreed, value, low, high, undefined(data)))
    return pd.DataFrame(rows, columns="attribute units agreed alpha low high undefined".split())


def _joined(corpus, doc, partner):
    """Relations and roles of one coder as (name, id, id), with ids put in the other coder's terms where `partner` knows them."""
    found = corpus.annotations[doc]
    links = {(item.label, item.a, item.b) for item in found.relations}
    links |= {(role.rstrip("0123456789"), event.id, target) for event in found.events for role, target in event.roles}
    return {(name, partner[a], partner[b]) for name, a, b in links if a in partner and b in partner}


def relations(corpora, generator: np.random.Generator, draws: int = 1000) -> pd.DataFrame:
    """Agreement on relations and roles, given that both coders marked both ends.

    One row a relation or role, added up over pairs of coders: `a`, `b`: how many of either's join spans that the other marked too; `both`: in
    how many they agree; `f1` with `low` and `high`. A relation stands in the sentence of its first end.
    """
    ground = Ground(corpora)
    weights = _weights(generator, draws, len(ground.words))[0]
    sums = defaultdict(lambda: np.zeros((len(ground.words), 3)))
    for (i, one), (j, other) in combinations(enumerate(ground.items), 2):
        pairs = [pair for label in one.keys() & other.keys() for pair in match(one[label], other[label])]
        by_doc = defaultdict(list)
        for pair in pairs:
            by_doc[pair[0].doc].append(pair)
        for doc, here in by_doc.items():
            sentence = {a.id: a.sentence for a, _ in here}
            mine, theirs = {a.id: a.id for a, _ in here}, {b.id: a.id for a, b in here}
            first, second = _joined(corpora[i], doc, mine), _joined(corpora[j], doc, theirs)
            for column, links in enumerate((first & second, first, second)):
                for name, start, _ in links:
                    sums[name][sentence[start], column] += 1
    rows = [_relation_row(name, by_sentence, weights) for name, by_sentence in sorted(sums.items())]
    return pd.DataFrame(rows, columns="relation a b both f1 low high".split())


def _relation_row(name, by_sentence, weights):
    both, one, other = by_sentence.sum(axis=0)
    low, high = _interval(_f1_of(weights @ by_sentence))
    return name, int(one), int(other), int(both), 2 * both / (one + other), low, high


def counts(one, other, captions: bool = False):
    """How often two coders marked the same words with the same label: what agreement is at any size of corpus, on any engine.

    One row a label: `first` and `second`, the spans of either coder; `both`, those of the same label, start and end; `f1`, twice `both` divided by
    the sum of the two. An attribution's cue counts as Attribution, its content as Content, from first to last character; an event where its trigger stands.
    """
    keys = "doc label start end"
    first, second = (grouped(_spans(coder, captions), keys, n=nw.len()) for coder in (one, other))
    shared = first.join(second.rename({"n": "m"}), on=keys.split())
    shared = shared.select("label", both=nw.when(nw.col("n") < nw.col("m")).then(nw.col("n")).otherwise(nw.col("m")).cast(nw.Int64))
    none = nw.lit(0).cast(nw.Int64)
    rows = [
        first.select("label", first=nw.col("n").cast(nw.Int64), second=none, both=none),
        second.select("label", first=none, second=nw.col("n").cast(nw.Int64), both=none),
        shared.select("label", first=none, second=none, both=nw.col("both")),
    ]
    found = grouped(nw.concat(rows), "label", nw.col("first", "second", "both").sum())
    found = found.with_columns(twice=nw.col("both") * 2, of=nw.col("first") + nw.col("second")).with_columns(f1=ratio("twice", "of"))
    return finished(found, "label first second both f1", "label", whole="first second both")


def _spans(coder, captions):
    """Every span of a coder in article text: `doc label start end`."""
    named = {"mentions": "Actor", "attributions": "Content", "quotations": "Quoted", "times": "Time"}
    parts = [inside(table(coder, name), captions).select("doc", "start", "end", label=nw.lit(label)) for name, label in named.items()]
    said = inside(table(coder, "attributions"), captions)
    parts.append(said.select("doc", start="cue_start", end="cue_end", label=nw.lit("Attribution")))
    parts += [inside(table(coder, name), captions).select("doc", "start", "end", label=label) for name, label in (("frames", "frame"), ("events", "type"))]
    return nw.concat([part.select("doc", "label", "start", "end") for part in parts])
