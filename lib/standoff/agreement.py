"""Would another reader have coded the same? Agreement of coders, label by label, each figure with an interval.

Spans are compared within the sentences of the article text, which all coders share. Every figure is symmetric in the coders;
what cannot be computed is missing, with the reason beside it. Intervals come from a bootstrap over sentences.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from .codebook import nearest
from .comparison import Ground, disagreements, match, rated

__all__ = ["alpha", "attributes", "disagreements", "labels", "match", "relations", "undefined", "unitizing"]

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


def _coincidences(values, group_of, groups, size=2):
    """Nominal coincidences of values 0..size-1 (coders x units), summed by group: how often each value is paired and, last, how many pairs are alike."""
    coders, units = values.shape
    alike = sum((one == other).astype(float) for one, other in combinations(values, 2)) * 2 / (coders - 1)
    places = np.concatenate([np.tile(group_of, coders), group_of]), np.concatenate([values.ravel().astype(int), np.full(units, size)])
    return coo_array((np.concatenate([np.ones(values.size), alike]), places), shape=(groups, size + 1)).tocsr()


def _alpha_of(cells):
    """Nominal alpha of summed coincidences (a row a draw); NaN where only one value occurs. Krippendorff (2011), p. 4."""
    of_value, alike = cells[:, :-1], cells[:, -1]
    total = of_value.sum(axis=1)
    expected = total**2 - (of_value**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 1e-9, 1 - (total - 1) * (total - alike) / expected, np.nan)


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
    return np.stack([np.bincount(row, minlength=sentences).astype(float) for row in chosen]), chosen


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
        "sentence": (_coincidences(has, np.arange(len(ground.words)), len(ground.words)), _alpha_of),
        "word": (_coincidences(covered, sentence_of, len(ground.words)), _alpha_of),
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
        codes = _codes(data, "nominal").astype(int)
        cells = _coincidences(codes, [a.sentence for a, *_ in pairs], len(ground.words), codes.max() + 1)
        low, high = _interval(_alpha_of(weights @ cells))
        agreed = float((data[0] == data[1]).mean())
        value = float(_alpha_of(cells.sum(axis=0)[np.newaxis])[0])  # as `alpha` has it, whose package wants units x values x values of memory
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
