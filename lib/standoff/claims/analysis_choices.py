"""Analytical choices under which claims are tried, and the universes of every coder and choice.

A choice is something that an analyst could defensibly have decided otherwise, such as whether
captions count as article text. Each is a function that takes a corpus and returns a changed copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..annotation.words import count
from ..annotation.zone_labels import ARTICLE
from ..corpus.schema import IN_ZONES

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["AS_CODED", "CHOICES", "CHOICES_FOR_READERS", "Universes", "universes"]


def as_coded(corpus: Corpus) -> Corpus:
    """Return the corpus unchanged."""
    return corpus


def with_captions(corpus: Corpus) -> Corpus:
    """Count captions as article text."""
    return _relabel_zones(corpus, {"Caption": "Body"})


def without_headings(corpus: Corpus) -> Corpus:
    """Count the running text only, without headline, lead and crossheads."""
    return _relabel_zones(corpus, dict.fromkeys(("Headline", "Lead", "Crosshead"), "left out"))


def by_attributions(corpus: Corpus) -> Corpus:
    """Count every attribution as one word, however long it is, and every quotation as one."""
    table = corpus.attributions
    quoted = (table["quoted_words"] > 0).astype("int64")
    return replace(corpus, attributions=table.assign(words=1, quoted_words=quoted))


def _relabel_zones(corpus: Corpus, labels: dict[str, str]) -> Corpus:
    """Rename zone labels in every table, and count the words of each article again."""
    tables = {
        table: getattr(corpus, table).replace({"zone": labels, "label": labels})
        for table in IN_ZONES
    }
    zones = tables["zones"]
    inside = zones[zones["label"].isin(ARTICLE) & ~zones["duplicate"]]
    words = inside["text"].map(count).groupby(inside["doc"]).sum()
    documents = corpus.documents.assign(words=corpus.documents["doc"].map(words))
    return replace(corpus, documents=documents, **tables)


CHOICES: dict[str, Callable[[Corpus], Corpus]] = {
    "as coded": as_coded,
    "with captions": with_captions,
    "without headings": without_headings,
    "by attributions": by_attributions,
}
AS_CODED = "as coded"
CHOICES_FOR_READERS = {
    "with captions": "if captions count as article text",
    "without headings": "without headline, lead and subheadings",
    "by attributions": "if each attribution counts as one word",
}


class Universes(Mapping[str, "Corpus"]):
    """The corpora of a folder by "coder, choice", each loaded when it is first asked for."""

    def __init__(self, folder: str | Path):
        from ..corpus.loading import coders, load

        self._load = cache(lambda coder: load(folder, coder))
        names = coders(folder, whole=True)
        self._names = {
            f"{coder}, {choice}": (coder, choice) for coder in names for choice in CHOICES
        }
        self._make = cache(lambda coder, choice: CHOICES[choice](self._load(coder)))

    def __getitem__(self, name: str) -> Corpus:
        return self._make(*self._names[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def universes(folder: str | Path) -> Universes:
    """Return the corpus of every coder of `folder` under every analytical choice.

    The keys are "gold, as coded", "gold, with captions" and so on. A coder who coded only a part
    is left out: no claim can be tried on what is not coded. A notebook that makes no claim loads
    none of them.
    """
    return Universes(folder)
