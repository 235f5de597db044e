"""The reading pages: each article as a coder coded it, with the claims that rest on it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..corpus.loading import Corpus
from ..figures import labels
from ..figures.article_html import Claim, PageWriter, styles
from ..figures.article_marks import LAYERS, OTHER, ArticleViews, Mark, dates_of, marks
from ..figures.camps import keep_camps
from ..figures.names import day_in_words
from ..measures.pairing import compared, shared_articles

__all__ = ["Readings", "whole_codings"]

SWITCHES = ("sourcing", "framing", "chronology", OTHER)  # layers that a reader can mark
NOT_COMPARED = "not compared: outside the article text"


class Readings:
    """The reading pages: each article as each coder coded it, with the claims that rest on it.

    `corpora`: coder -> corpus; the first coder's pages compare the other codings with it, but for
    those that cover only a part of the codebook.
    """

    def __init__(self, corpora: dict[str, Corpus], claims: list[dict]):
        self.corpora, self.first = corpora, next(iter(corpora))
        camp = keep_camps(corpora[self.first]).actors["camp"]  # one colour per camp on all pages
        self.articles = {
            coder: ArticleViews(replace(corpus, actors=corpus.actors.assign(camp=camp)))
            for coder, corpus in corpora.items()
        }
        self.names = labels(corpora[self.first])
        self.dates = {coder: dates_of(corpus) for coder, corpus in corpora.items()}
        # coder -> (doc, id) of the first coder -> what this coder made of it
        self.outcomes: dict[str, dict] = {}
        self.additions = defaultdict(list)  # doc -> what only another coder marked
        for coder in [*whole_codings(corpora)][1:]:
            both, _ = shared_articles([corpora[self.first], corpora[coder]])
            self.outcomes[coder], only = compared(*both)
            for item in only:
                self.additions[item.doc].append((item.start, coder, item))
        self.claims = defaultdict(list)  # doc -> claims, with their passages in that article
        for claim in claims:
            for doc in dict.fromkeys(passage["doc"] for passage in claim["passages"]):
                here = [passage for passage in claim["passages"] if passage["doc"] == doc]
                self.claims[doc].append(claim | {"passages": here})

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """(page, doc, coder) of every page."""
        for coder, corpus in self.corpora.items():
            for doc in corpus.texts:
                yield self.name(doc, coder), doc, coder

    def name(self, doc: str, coder: str) -> str:
        """The name of a page: that of the article, with the coder's unless it is the first."""
        return doc if coder == self.first else f"{doc}-{coder}"

    def page(self, doc: str, coder: str) -> dict[str, Any]:
        """What the template needs: the marked text, the claims that rest on it, and every
        annotation by layer with what other coders made of it."""
        corpus, is_first = self.articles[coder][doc], coder == self.first
        coded_by = [name for name, coding in self.corpora.items() if doc in coding.texts]
        others = [name for name in coded_by if is_first and name in self.outcomes]
        all_marks = marks(corpus, doc, dates=self.dates[coder])
        claims = self.claims[doc] if is_first else []
        places = [_place(passage) for claim in claims for passage in claim["passages"]]
        further_ids = _further_ids(corpus.annotations[doc])
        beside = [
            Claim(place["start"], place["end"], claim["href"], _short_name(claim))
            for claim in claims
            for place in claim["passages"]
        ]
        writer = PageWriter(
            corpus, doc, [*dict.fromkeys(places), *all_marks], claims=beside, spare=further_ids
        )
        top, text = writer.html()
        return {
            "coder": coder,
            "who": corpus.meta[doc]["coders"][coder]["who"],
            "partial": coded_part(corpus),
            "byline": _byline(corpus, doc),
            "label": self.names[doc],
            "codings": [(name, f"{self.name(doc, name)}.html") for name in coded_by],
            "lacking": [name for name in self.corpora if name not in coded_by],
            "switches": [
                (layer, LAYERS[layer], keys) for layer in SWITCHES if (keys := writer.keys(layer))
            ],
            "layers": self._layers(all_marks, doc, corpus, others, further_ids),
            "others": others,
            "claims": claims,
            "top": top,
            "text": text,
            "style": styles() + _highlights(writer.marks),
        }

    def _layers(
        self, marks: list, doc: str, corpus: Corpus, others: list[str], further_ids: dict
    ) -> list[dict]:
        """Each layer with one row per annotation. Other layers come last, if there are any."""
        rows: dict[str, list[dict]] = defaultdict(list)
        contents: dict[str, list] = defaultdict(list)
        for mark in marks:
            if mark.kind in ("content", "cited"):
                contents[mark.group] += mark.fragments
        for mark in marks:
            if mark.is_whole:
                words = _covered(corpus.texts[doc], contents.get(mark.id, mark.fragments))
                row = _row(mark, words, further_ids)
                rows[mark.layer].append(row | {"others": self._outcomes(doc, mark.id, others)})
        for _, coder, item in sorted(self.additions[doc]) if others else ():
            own = corpus.codebook.labels[item.label]["layer"]
            layer = own if own in LAYERS else OTHER
            rows[layer].append(self._addition(coder, item))
        return [
            {"id": layer, "words": words, "rows": rows[layer]}
            for layer, words in LAYERS.items()
            if rows[layer]
        ]

    def _outcomes(self, doc: str, ident: str, others: list[str]) -> str:
        """What other coders made of an annotation: "a, b: the same"."""
        coders = defaultdict(list)
        for name in others:
            coders[self.outcomes[name].get((doc, ident), NOT_COMPARED)].append(name)
        return "; ".join(f"{', '.join(names)}: {words}" for words, names in coders.items())

    def _addition(self, coder: str, item: Any) -> dict:
        """A row for what only another coder marked; it links to that coder's page."""
        return {
            "id": "",
            "href": f"{self.name(item.doc, coder)}.html#{item.id}",
            "tag": item.label,
            "words": item.text,
            "about": f"not in {self.first}",
            "spare": [],
            "others": f"{coder}: marked",
        }


def coded_part(corpus: Corpus) -> str:
    """What a coder coded, if that is only a part of what the codebook asks; else ""."""
    entries = (meta["coders"].get(corpus.coder, {}) for meta in corpus.meta.values())
    return next((str(entry["partial"]) for entry in entries if "partial" in entry), "")


def whole_codings(corpora: dict[str, Corpus]) -> dict[str, Corpus]:
    """The corpora by coder, without those of coders who coded only a part."""
    return {coder: corpus for coder, corpus in corpora.items() if not coded_part(corpus)}


def _byline(corpus: Corpus, doc: str) -> str:
    """Outlet, genre, day, authors and length of an article, as far as they are known."""
    row = corpus.documents.set_index("doc").loc[doc]
    day = day_in_words(row["published"])
    outlet = row["outlet"] if row["outlet"] == "unknown" else row["short"]
    parts = (outlet, row["genre"], day)
    first = ", ".join(part for part in parts if part and part != "unknown")
    authors = ", ".join(corpus.meta[doc].get("authors", ()))
    return " · ".join(part for part in (first, authors, f"{row['words']:,} words") if part)


def _place(passage: dict) -> Mark:
    """A passage on which claims rest, as a mark that can be addressed."""
    ident = f"p{passage['start']}-{passage['end']}"
    bounds = ((passage["start"], passage["end"]),)
    return Mark(ident, "claims", "claimed", bounds, "", (), (ident,), ident)


def _short_name(claim: dict) -> str:
    """The name of a claim's function as words; names have capitals as in the claim's sentence."""
    known = set(re.findall(r"\w+", claim["sentence"])[1:])
    words = [
        word.capitalize() if word not in known and word.capitalize() in known else word
        for word in claim["id"].split("_")
    ]
    return " ".join([words[0].capitalize(), *words[1:]])


def _covered(text: str, fragments: list[tuple[int, int]]) -> str:
    return " … ".join(text[start:end] for start, end in fragments)


def _row(mark: Mark, words: str, further_ids: dict) -> dict:
    return {
        "id": mark.id,
        "href": f"#{mark.id}",
        "tag": mark.name,
        "words": words,
        "about": ", ".join(mark.about),
        "spare": [ident for anchor in mark.anchors for ident in further_ids[anchor]],
    }


def _further_ids(annotations: Any) -> dict[str, list[str]]:
    """Annotation -> ids of the attributes, references, relations and notes about it."""
    starts = {item.id: item.a for item in annotations.relations}
    ids = defaultdict(list)
    for item in annotations.properties():
        ids[starts.get(item.target, item.target)].append(item.id.replace("#", "note-"))
    for item in annotations.relations:
        ids[item.a].append(item.id)
    return ids


def _highlights(marks: list) -> str:
    """CSS that highlights all parts of an attribution when one of them is addressed."""
    groups = Counter(mark.group for mark in marks for _ in mark.fragments)
    rules = [
        f".article:has([id='{anchor}']:target) .{mark.group}"
        for mark in marks
        for anchor in mark.anchors
        if groups[mark.group] > 1
    ]
    return ",\n".join(rules) + " { background: var(--hit); }" if rules else ""
