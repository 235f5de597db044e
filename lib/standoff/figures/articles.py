"""Which articles a figure draws, and which of their rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from .camps import keep_camps
from .display import Figure

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["MOST_ARTICLES", "limit_articles", "row_sentences"]

MOST_ARTICLES = 6  # nobody compares more panels than this


def limit_articles(make: Callable[..., Figure]) -> Callable[..., Figure]:
    """Make a figure function draw at most `MOST_ARTICLES` articles.

    Of more, it draws those with most words of article text, and a note under the title says so.
    """

    @wraps(make)
    def limited(corpus: Corpus, *arguments, **options) -> Figure:
        documents = corpus.documents.fillna({"words": 0})
        longest = documents.nlargest(MOST_ARTICLES, "words")
        left_out = len(documents) - len(longest)
        if not left_out:
            return make(corpus, *arguments, **options)
        figure = make(keep_camps(corpus).only(longest["doc"]), *arguments, **options)
        note = (
            f"Shows the {len(longest)} articles with most words; {left_out:,} more are not shown."
        )
        figure.note = f"{note} {figure.note}".strip()
        return figure

    return limited


def row_sentences(table: pd.DataFrame, pattern: str) -> str:
    """Return the rows of a table for readers who cannot see a figure, one sentence per article.

    `pattern` is what the sentence says of a row, with its columns in braces.
    """
    parts = []
    for article, rows in table.groupby("article", sort=False):
        cells = "; ".join(pattern.format_map(row) for row in rows.to_dict("records"))
        parts.append(f"{article}: {cells}.")
    return " ".join(parts)
