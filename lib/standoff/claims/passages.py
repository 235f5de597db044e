"""Passages: the sentences that a claim rests on, with source, cue and content told apart.

One word proves nothing: a negation often stands in the cue, "does not think", and not in what is
ascribed. So a passage is always whole sentences, and shows who speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from ..annotation.escaping import as_html
from ..annotation.model import unnumbered
from ..annotation.span_index import widened
from ..corpus.place_names import place_names

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["Passage", "passage_html", "passages"]

Bounds: TypeAlias = tuple[int, int]

# what is marked in a passage, and how it looks where no style sheet is at hand
PASSAGE_STYLES = {
    "content": "background: rgba(127, 127, 127, .16)",
    "source": "font-weight: bold",
    "cue": "border-bottom: 2px dotted",
    "words": "background: rgba(255, 200, 0, .3); color: inherit",
}


@dataclass(frozen=True)
class Passage:
    """One or more neighbouring sentences of an article (code points, end exclusive).

    `doc`, `start` and `end` say where the sentences stand and `where` says it for readers ("DW,
    paragraph 6"). `words` are the bounds of the words that carry the finding; `source`, `cue` and
    `content` those of the attributions in these sentences. `voices` says whose each of these spans
    is: its bounds and an actor, "unsourced" or "author".
    """

    doc: str
    start: int
    end: int
    where: str
    words: tuple[Bounds, ...]
    source: tuple[Bounds, ...] = ()
    cue: tuple[Bounds, ...] = ()
    content: tuple[Bounds, ...] = ()
    voices: tuple[tuple[int, int, str], ...] = ()

    def voice(self, start: int, end: int) -> str:
        """Return whose words start to end are: those of the innermost voice, or "author"."""
        around = [(b - a, actor) for a, b, actor in self.voices if a <= start and end <= b]
        return min(around, default=(0, "author"))[1]


def passages(corpus: Corpus, evidence: pd.DataFrame, mark: str = "") -> list[Passage]:
    """Return the passages around some evidence, in the order of the articles and their text.

    `evidence` has the columns doc, start and end. Evidence in one sentence, or in sentences that
    follow each other in one paragraph, shares a passage. The words that carry the finding are those
    that the regular expression `mark` matches in a passage, else the evidence itself.
    """
    result = []
    rows = evidence[["doc", "start", "end"]].drop_duplicates().sort_values(["start", "end"])
    for doc, text in corpus.texts.items():
        sentences = corpus.annotations[doc].labelled(corpus.codebook.of_kind("sentence"))
        groups: list[tuple[int, int, list[Bounds]]] = []
        for row in rows[rows["doc"] == doc].itertuples():
            words = [(int(row.start), int(row.end))]
            start, end = widened(*words[0], sentences)
            if groups and not text[groups[-1][1] : start].strip(" \xa0"):
                start, last, others = groups.pop()
                end, words = max(last, end), others + words
            groups.append((start, end, words))
        result += [_passage(corpus, doc, *group) for group in groups]
    return [_with_words(passage, corpus.find(mark)) for passage in result] if mark else result


def _with_words(passage: Passage, hits: pd.DataFrame) -> Passage:
    inside = hits.query("doc == @passage.doc and @passage.start <= start and end <= @passage.end")
    found = zip(inside["start"].astype(int), inside["end"].astype(int), strict=True)
    return replace(passage, words=tuple(found) or passage.words)


def _passage(corpus: Corpus, doc: str, start: int, end: int, words: list[Bounds]) -> Passage:
    marks: dict[str, set[Bounds]] = defaultdict(set)
    voices, speakers = set(), _speakers(corpus, doc)
    spans = corpus.annotations[doc].spans_by_id()
    for event in corpus.annotations[doc].events:
        if event.id in speakers:
            for role, ident in [("cue", event.trigger), *event.roles]:
                inside = {
                    (max(a, start), min(b, end))
                    for a, b in spans[ident].fragments
                    if a < end and start < b
                }
                marks[unnumbered(role).lower()] |= inside
                voices |= {(a, b, speakers[event.id]) for a, b in inside}
    named = {kind: tuple(sorted(marks[kind])) for kind in ("source", "cue", "content")}
    where = _where(corpus, doc, start, end)
    return Passage(doc, start, end, where, tuple(words), **named, voices=tuple(sorted(voices)))


def _speakers(corpus: Corpus, doc: str) -> dict[str, str]:
    """Return the first actor of each attribution by id: "author" if it is a bare footnote."""
    table = corpus.attributions[corpus.attributions["doc"] == doc]
    none = table["channel"].map(lambda channel: "author" if channel == "citation" else "unsourced")
    first = table["actor"].str.split(" ").str[0].fillna(none)
    return dict(zip(table["id"], first, strict=True))


def _where(corpus: Corpus, doc: str, start: int, end: int) -> str:
    """Return where sentences stand, as a reader would say it: "DW, paragraph 6"."""
    short = corpus.documents.set_index("doc")["short"][doc]
    zones = corpus.zones[(corpus.zones["doc"] == doc) & (corpus.zones["start"] < end)]
    before = int((zones["start"] <= start).sum())
    places = place_names(zones["label"])[before - 1 :]
    first, last = places[0], places[-1]
    if first != last and first.startswith("paragraph ") and last.startswith("paragraph "):
        first = f"paragraphs {first.split()[1]} to {last.split()[1]}"
    return f"{short}, {first}"


def passage_html(passage: Passage, text: str, camps: Mapping[str, str] | None = None) -> str:
    """Return a passage as HTML, each kind of mark an element of that class.

    `text` is the text of the article. Marks carry their style, for notebooks, unless `camps` is
    given: classes of a style sheet by actor, which are added. Words that are a whole content are
    marked as that alone.
    """
    bounds = {kind: getattr(passage, kind) for kind in PASSAGE_STYLES}
    bounds["words"] = tuple(pair for pair in passage.words if pair not in passage.content)
    cuts = {passage.start, passage.end} | {
        place for pairs in bounds.values() for pair in pairs for place in pair
    }
    inside = sorted(cut for cut in cuts if passage.start <= cut <= passage.end)
    parts = []
    for start, end in pairwise(inside):
        kinds = [
            kind for kind, pairs in bounds.items() if any(a <= start and end <= b for a, b in pairs)
        ]
        camp = camps.get(passage.voice(start, end), "other") if kinds and camps else ""
        parts.append(_marked(as_html(text[start:end]), kinds, camp))
    return "".join(parts)


def _marked(words: str, kinds: list[str], camp: str) -> str:
    if not kinds:
        return words
    style = "" if camp else f' style="{"; ".join(PASSAGE_STYLES[kind] for kind in kinds)}"'
    return f'<span class="{" ".join([*kinds, camp]).strip()}"{style}>{words}</span>'
