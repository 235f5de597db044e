"""Corpora of any size with known answers, made from a seed: who is quoted is as skewed as in real
news, contents nest, sources are missing.

`python tests/benchmarks/corpora.py FOLDER ROWS` writes a dataset of that many attributions and as
many mentions for `standoff.scan`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from standoff.corpus.schema import COLUMNS, TYPES
from standoff.scale import dataset

PER_ARTICLE = 27  # attributions, as in PolNeAR (27,000 in 1,000 articles)
PER_BATCH = 20_000  # articles
ZONES = ("Body", "Lead", "Headline", "Caption")
ZONE_SHARES = (0.88, 0.05, 0.02, 0.05)
ABSENT, TWO, NESTED, SAME = (
    0.06,
    0.02,
    0.08,
    0.25,
)  # no source; two sources; inside the attribution before; and then by the same source


@dataclass
class Known:
    """What the measures must find, added up over all articles as the rows were drawn: actor ->
    number, in article text."""

    attributions: Counter = field(default_factory=Counter)
    words: Counter = field(default_factory=Counter)
    mentions: Counter = field(default_factory=Counter)


def actors_for(rows: int) -> int:
    """How many actors a corpus of so many attributions has: it grows as vocabularies do (Heaps
    1978), with the power 0.6."""
    return max(50, int(rows**0.6))


def batches(
    rows: int, generator: np.random.Generator, known: Known | None = None
) -> Iterator[dict[str, pd.DataFrame]]:
    """Tables of `rows` attributions and as many mentions, `PER_BATCH` articles at a time; what they
    hold is added to `known`."""
    names = pa.array([f"actor-{number}" for number in range(actors_for(rows))])
    for first in range(0, rows, PER_BATCH * PER_ARTICLE):
        yield _batch(
            first // PER_ARTICLE,
            min(rows - first, PER_BATCH * PER_ARTICLE),
            names,
            generator,
            known,
        )


def _batch(first_article, size, names, generator, known):
    article = np.arange(size) // PER_ARTICLE
    docs = pa.array([f"article-{first_article + number:09}" for number in range(article[-1] + 1)])
    doc, ids = docs.take(pa.array(article)), _numbered("E", np.arange(size) % PER_ARTICLE)
    source, other = _skewed(size, len(names), generator), _skewed(size, len(names), generator)
    nested = (generator.random(size) < NESTED) & (np.arange(size) % PER_ARTICLE > 0)
    same = nested & (generator.random(size) < SAME)
    source[same] = np.roll(source, 1)[
        same
    ]  # runs of nested ones repeat what the one before was given in this step
    absent, two = (
        generator.random(size) < ABSENT,
        (generator.random(size) < TWO) & (other != source),
    )
    words = np.minimum(generator.lognormal(2.7, 0.7, size).astype(np.int64) + 1, 300)
    zone = generator.choice(len(ZONES), size, p=ZONE_SHARES)
    one = names.take(pa.array(source))
    actor = pc.if_else(
        pa.array(two), pc.binary_join_element_wise(one, names.take(pa.array(other)), " "), one
    )
    parent = pc.if_else(
        pa.array(nested),
        _numbered("E", (np.arange(size) - 1) % PER_ARTICLE),
        pa.scalar(None, pa.string()),
    )
    said = {
        "doc": doc,
        "id": ids,
        "actor": pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), actor),
        "parent": parent,
        "words": words,
    }
    said |= {
        "quoted_words": words // 3,
        "zone": pa.array(ZONES).take(pa.array(zone)),
        "named": ~absent,
        "start": np.arange(size),
        "kind": ["mixed"] * size,
    }
    mentioned, where = (
        _skewed(size, len(names), generator),
        generator.choice(len(ZONES), size, p=ZONE_SHARES),
    )
    talked = {
        "doc": doc,
        "id": _numbered("T", np.arange(size) % PER_ARTICLE),
        "actor": names.take(pa.array(mentioned)),
    }
    talked |= {"zone": pa.array(ZONES).take(pa.array(where)), "start": np.arange(size)}
    if known is not None:
        _learn(known, names, source, np.where(two, other, -1), absent, nested, words, zone)
        known.mentions.update(_counted(names, mentioned[where < 3]))
    day = np.datetime64("2000-01-01", "s") + (np.arange(len(docs)) % 9000) * np.timedelta64(
        86400, "s"
    )
    documents = {"doc": docs, "published": pa.array(day), "words": np.full(len(docs), 900)}
    registry = {
        "actor": names,
        "name": names,
        "kind": ["expert"] * len(names),
        "named": np.ones(len(names), bool),
    }
    given = {"documents": documents, "attributions": said, "mentions": talked, "actors": registry}
    return {name: _table(name, given.get(name, {})) for name in COLUMNS}


def _numbered(letter, numbers):
    return pa.array([f"{letter}{number}" for number in range(PER_ARTICLE)]).take(pa.array(numbers))


def _skewed(size, actors, generator):
    """Numbers of actors, the first far more often than the last: log-uniform ranks, close to Zipf's
    law."""
    return np.minimum(
        np.exp(generator.random(size) * np.log(actors)).astype(np.int64) - 1, actors - 1
    ).clip(0)


def _counted(names, drawn, weights=None):
    sums = np.bincount(drawn, weights, minlength=len(names)).astype(np.int64)
    return {names[int(number)].as_py(): int(sums[number]) for number in np.flatnonzero(sums)}


def _learn(known, names, source, other, absent, nested, words, zone):
    """Add up who says how much, less what is said inside words of one's own that count already."""
    there = ~absent & (zone < 3)
    sides = [(source, there), (other, there & (other >= 0))]
    for drawn, held in sides:
        known.attributions.update(_counted(names, drawn[held]))
        known.words.update(_counted(names, drawn[held], words[held]))
        again, inside, deep = np.zeros(len(source), bool), nested, 1
        while (
            inside.any()
        ):  # in what was said `deep` rows before, through others that the article tells
            for before, was_held in sides:
                again |= held & inside & (drawn == np.roll(before, deep)) & np.roll(was_held, deep)
            inside, deep = inside & np.roll(nested & (zone < 3), deep), deep + 1
        known.words.subtract(_counted(names, drawn[again], words[again]))


def _table(name, given):
    """A whole table: columns that are not given are missing, whole numbers 0, the coder "made"."""
    rows = len(next(iter(given.values()), ()))
    empty = {"int64": np.zeros(rows, np.int64), "bool": np.zeros(rows, bool)}
    columns = {
        column: given.get(column, empty.get(TYPES.get(column, "str"), pa.nulls(rows)))
        for column in COLUMNS[name]
    }
    table = pa.table(columns | {"coder": pa.array(["made"] * rows, pa.string())}).to_pandas()
    return table.astype({column: TYPES.get(column, "str") for column in table.columns})


def main() -> None:
    """Write a dataset."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder")
    parser.add_argument("rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    called = parser.parse_args()
    dataset.write(batches(called.rows, np.random.default_rng(called.seed)), called.folder)


if __name__ == "__main__":
    main()
