"""Corpora made from that of the collection: longer, or with less in it."""

from dataclasses import replace

import pandas as pd

from standoff.corpus.schema import COLUMNS


def repeated(corpus, number):
    """Return a corpus of so many articles: the seeds in turn, again and again under new ids."""
    old = list(corpus.texts)
    source = {
        f"{old[place % len(old)]}-{place // len(old)}": old[place % len(old)]
        for place in range(number)
    }
    tables = {}
    for name in COLUMNS.keys() - {"actors"}:
        parts = dict(list(getattr(corpus, name).groupby("doc")))
        tables[name] = pd.concat(
            [parts[of].assign(doc=doc) for doc, of in source.items() if of in parts],
            ignore_index=True,
        )
    tables["documents"] = tables["documents"].sort_values(
        "published", kind="stable", ignore_index=True
    )
    held = {
        name: {doc: getattr(corpus, name)[of] for doc, of in source.items()}
        for name in ("texts", "meta", "annotations")
    }
    return replace(corpus, **tables, **held)


def without(corpus, *tables, doc=None):
    """Return a corpus without the rows of some tables, or without those of one article."""
    return replace(
        corpus,
        **{
            name: (rows := getattr(corpus, name))[
                (rows["doc"] != doc) & (doc is not None)
            ].reset_index(drop=True)
            for name in tables
        },
    )


CODED = ("mentions", "attributions", "quotations", "frames", "times", "events", "links")
