"""Defensible choices that an analyst could have made otherwise, each as a changed copy of a
corpus."""

from __future__ import annotations

from dataclasses import replace

from ..annotation.structure_checks import ARTICLE
from ..annotation.words import count

__all__ = ["CHOICES", "UNITS"]

ZONED = (
    "zones",
    "sentences",
    "mentions",
    "attributions",
    "quotations",
    "frames",
    "times",
    "events",
)


def as_coded(corpus):
    """The corpus as it is."""
    return corpus


def with_captions(corpus):
    """Captions count as article text."""
    return _rezoned(corpus, {"Caption": "Body"})


def without_headings(corpus):
    """Headline, lead and crossheads do not count: the running text alone."""
    return _rezoned(corpus, dict.fromkeys(("Headline", "Lead", "Crosshead"), "left out"))


def by_attributions(corpus):
    """An attribution counts as one, however many words it gives; so does a quotation."""
    said = corpus.attributions
    counted = said.assign(words=1, quoted_words=(said["quoted_words"] > 0).astype("int64"))
    return replace(corpus, attributions=counted)


def _rezoned(corpus, names):
    tables = {}
    for table in ZONED:
        column = "label" if table in ("zones", "sentences") else "zone"
        tables[table] = getattr(corpus, table).replace({column: names})
    zones = tables["zones"]
    inside = zones[zones["label"].isin(ARTICLE) & ~zones["duplicate"]]
    words = inside["text"].map(count).groupby(inside["doc"]).sum()
    return replace(
        corpus,
        documents=corpus.documents.assign(words=corpus.documents["doc"].map(words)),
        **tables,
    )


CHOICES = {
    "as coded": as_coded,
    "with captions": with_captions,
    "without headings": without_headings,
    "by attributions": by_attributions,
}
UNITS = {
    "by attributions": " (each counts as one word)"
}  # what a number is of there, where it is not what a claim's sentence says
