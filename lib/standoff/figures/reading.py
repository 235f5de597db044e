"""The reading view of an article in a notebook cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..annotation.did_you_mean import check_known
from ..measures.pairing import annotated_spans
from .article_html import CellWriter, styles
from .article_marks import LAYERS, Mark, marks, rows_of

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["LAYERS", "Mark", "Reading", "marks", "show"]
__dir__ = __all__.copy  # for help and completion


class Reading:
    """A passage with its marks, to be shown in a notebook cell."""

    def __init__(self, html: str, plain: str):
        self.html, self.plain = html, plain

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}


def show(
    corpus: Corpus,
    doc: str,
    layers: Iterable[str] = tuple(LAYERS),
    around: str | None = None,
    sentences: int = 1,
) -> Reading:
    """Show an article with its annotation in a notebook cell, below a legend of the marks.

    `layers` are names from `LAYERS`: "sourcing", "framing", "chronology", "actors" and "other".
    With `around`, the id of an annotation, it shows only the sentence of that annotation and
    `sentences` more on either side. Raises `KeyError` with the nearest right name for an unknown
    article, layer or annotation.

    >>> reading.show(corpus, "dw-2017-04-14", ["framing"], around="T99")  # doctest: +SKIP
    """
    all_marks, bounds = marks(corpus, doc, layers), (0, len(corpus.texts[doc]))
    if around is not None:
        bounds = _window(corpus, doc, around, sentences)
    writer = CellWriter(corpus, doc, all_marks, bounds)
    keys = "".join(writer.keys(layer) for layer in LAYERS)
    html = (
        f'<div class="article cell"><style>{styles()}</style>{keys}{"".join(writer.html())}</div>'
    )
    plain = [corpus.texts[doc][zone.start : zone.end] for zone in writer.zones]
    return Reading(html, "\n\n".join(plain))


def _window(corpus: Corpus, doc: str, around: str, sentences: int) -> tuple[int, int]:
    """Return the stretch of an annotation's sentence and of `sentences` more on either side."""
    annotations = corpus.annotations[doc]
    spans = annotations.spans_by_id() | dict(annotated_spans(annotations))
    check_known(around, spans, "no annotation", KeyError)
    span = spans[around]
    for table in (corpus.sentences, corpus.zones):  # some zones have no sentences
        rows = rows_of(table, doc).reset_index(drop=True)
        touched = rows.index[(rows["start"] < span.end) & (rows["end"] > span.start)]
        if len(touched):
            break
    near = rows.loc[touched[0] - sentences : touched[-1] + sentences]
    return near["start"].iloc[0], near["end"].iloc[-1]
