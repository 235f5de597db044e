"""Passages: the sentences that a claim rests on, with source, cue and content told apart.

One word proves nothing: a negation often stands in the cue, "does not think", and not in what is
ascribed. So a passage is always whole sentences, and shows who speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from ..annotation.escaping import as_html

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["MARKS", "Passage", "passage_html", "passages"]

Bounds: TypeAlias = tuple[int, int]

PLACES = {
    "Headline": "headline",
    "Lead": "lead",
    "Crosshead": "subheading",
    "Caption": "caption",
    "Reference": "footnote",
}
# what is marked in a passage, and how it looks where no style sheet is at hand
MARKS = {
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
    `content` those of the attributions in these sentences.
    """

    doc: str
    start: int
    end: int
    where: str
    words: tuple[Bounds, ...]
    source: tuple[Bounds, ...] = ()
    cue: tuple[Bounds, ...] = ()
    content: tuple[Bounds, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the passage as JSON can hold it: bounds are lists [start, end]."""
        data = asdict(self)
        return {key: _lists(value) if key in MARKS else value for key, value in data.items()}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Passage:
        """Return the passage that `as_data` wrote."""
        bounds = {kind: tuple((start, end) for start, end in data[kind]) for kind in MARKS}
        return cls(data["doc"], data["start"], data["end"], data["where"], **bounds)


def _lists(bounds: Iterable[Bounds]) -> list[list[int]]:
    return [list(pair) for pair in bounds]


def passages(corpus: Corpus, evidence: pd.DataFrame) -> list[Passage]:
    """Return the passages around some evidence, in the order of the articles and their text.

    `evidence` has the columns doc, start and end: the words that carry a finding. Words in one
    sentence, or in sentences that follow each other in one paragraph, share a passage.
    """
    rows = evidence[["doc", "start", "end"]].drop_duplicates()
    result = []
    for doc in corpus.texts:
        words = sorted(
            (int(row.start), int(row.end)) for row in rows[rows["doc"] == doc].itertuples()
        )
        result += [_passage(corpus, doc, *group) for group in _groups(corpus, doc, words)]
    return result


def _groups(corpus: Corpus, doc: str, words: list[Bounds]) -> Iterator[tuple[Bounds, list[Bounds]]]:
    """Yield the bounds of sentences that belong together, and the words that stand in them."""
    table = corpus.sentences[corpus.sentences["doc"] == doc]
    sentences = list(zip(table["start"], table["end"], strict=True))
    start = end = last = -2  # `last` is the number of the last sentence taken
    group: list[Bounds] = []
    for first, stop in words:
        inside = [i for i, (a, b) in enumerate(sentences) if a < stop and first < b]
        bounds = [sentences[i] for i in inside] + [(first, stop)]
        if group and not (inside and inside[0] <= last + 1 and _same_line(corpus, doc, end, first)):
            yield (start, end), group
            group = []
        if not group:
            start, end = min(bounds)[0], -1
        group.append((first, stop))
        end = max(end, *(b for _, b in bounds))
        last = max(inside, default=-2)
    if group:
        yield (start, end), group


def _same_line(corpus: Corpus, doc: str, end: int, first: int) -> bool:
    return "\n" not in corpus.texts[doc][end:first]


def _passage(corpus: Corpus, doc: str, sentences: Bounds, words: list[Bounds]) -> Passage:
    start, end = sentences
    marks: dict[str, set[Bounds]] = {"source": set(), "cue": set(), "content": set()}
    annotations = corpus.annotations[doc]
    spans = {span.id: span for span in annotations.spans}
    for event in annotations.events:
        if spans[event.trigger].label != "Attribution":
            continue
        parts = [("cue", event.trigger)] + [(role.lower(), span) for role, span in event.roles]
        for kind, ident in parts:
            key = kind.rstrip("0123456789")
            if key in marks:
                marks[key] |= {
                    (max(a, start), min(b, end))
                    for a, b in spans[ident].fragments
                    if a < end and start < b
                }
    named = {kind: tuple(sorted(bounds)) for kind, bounds in marks.items()}
    return Passage(doc, start, end, _where(corpus, doc, start, end), tuple(words), **named)


def _where(corpus: Corpus, doc: str, start: int, end: int) -> str:
    """Return where sentences stand, as a reader would say it: "DW, paragraph 6"."""
    names: dict[str, str] = corpus.documents.set_index("doc")["short"].to_dict()
    zones = corpus.zones[(corpus.zones["doc"] == doc) & (corpus.zones["start"] < end)]
    before = zones[zones["start"] <= start]
    if before.empty:
        return names[doc]
    label = before.iloc[-1]["label"]
    place = PLACES.get(label, label.lower())
    if label == "Body":
        first, last = ((table["label"] == "Body").sum() for table in (before, zones))
        place = f"paragraph {first}" if first == last else f"paragraphs {first} to {last}"
    return f"{names[doc]}, {place}"


def passage_html(passage: Passage, text: str, styled: bool = True) -> str:
    """Return a passage as HTML, each kind of mark an element of that class.

    `text` is the text of the article. With `styled` each mark carries its style, for notebooks;
    pages have a style sheet. Words that are a whole content are marked as that alone.
    """
    bounds = {kind: getattr(passage, kind) for kind in MARKS}
    bounds["words"] = tuple(pair for pair in passage.words if pair not in passage.content)
    cuts = {passage.start, passage.end} | {
        place for pairs in bounds.values() for pair in pairs for place in pair
    }
    inside = sorted(cut for cut in cuts if passage.start <= cut <= passage.end)
    parts = []
    for start, end in pairwise(inside):
        kinds = [kind for kind in MARKS if any(a <= start and end <= b for a, b in bounds[kind])]
        parts.append(_marked(as_html(text[start:end]), kinds, styled))
    return "".join(parts)


def _marked(words: str, kinds: list[str], styled: bool) -> str:
    if not kinds:
        return words
    style = f' style="{"; ".join(MARKS[kind] for kind in kinds)}"' * styled
    tag = "mark" if "words" in kinds else "span"
    return f'<{tag} class="{" ".join(kinds)}"{style}>{words}</{tag}>'


def __dir__() -> list[str]:
    return __all__
