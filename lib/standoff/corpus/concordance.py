"""Words in their context: every match of a pattern, who says it, and what stands around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .tables import voices_at

if TYPE_CHECKING:
    import pandas as pd

    from .loading import Corpus

CONCORDANCE_COLUMNS = "doc zone voice before text after start end".split()

__all__ = ["concordance"]


def concordance(corpus: Corpus, pattern: str, context: int) -> pd.DataFrame:
    """Return the table that `Corpus.find` describes."""
    import pandas as pd

    rows = []
    zones = corpus.zones[~corpus.zones["duplicate"]]
    for doc, in_article in zones.groupby("doc", sort=False):
        rows += _in_article(corpus, str(doc), in_article, re.compile(pattern, re.I), context)
    return pd.DataFrame(rows, columns=CONCORDANCE_COLUMNS)


def _in_article(
    corpus: Corpus, doc: str, zones: pd.DataFrame, pattern: re.Pattern[str], context: int
) -> list[dict[str, Any]]:
    rows = []
    for zone in zones.itertuples():
        words = zone.text.replace("\u00a0", " ")
        for hit in pattern.finditer(words):
            rows.append(
                {
                    "doc": doc,
                    "zone": zone.label,
                    "before": words[max(0, hit.start() - context) : hit.start()],
                    "text": hit[0],
                    "after": words[hit.end() : hit.end() + context],
                    "start": zone.start + hit.start(),
                    "end": zone.start + hit.end(),
                }
            )
    places = [(row["start"], row["end"]) for row in rows]
    article = corpus.texts[doc], corpus.annotations[doc], corpus.codebook
    voices = voices_at(*article, corpus.registry["actors"], places) if rows else []
    return [{**row, "voice": voice} for row, voice in zip(rows, voices, strict=True)]
