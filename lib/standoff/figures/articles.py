"""Which articles a figure draws, and what its sentences say of each of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from ..annotation.zones import ARTICLE
from .charts import empty_figure, one_width
from .display import Figure
from .names import labels

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["MOST_ARTICLES", "article_figure", "inside", "label", "limit_articles", "top_n"]

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
        figure = make(corpus.only(longest["doc"]), *arguments, **options)
        note = (
            f"Shows the {len(longest)} articles with most words; {left_out:,} more are not shown."
        )
        figure.note = f"{note} {figure.note}".strip()
        return figure

    return limited


def article_figure(
    title: str,
    chart: alt.TopLevelMixin,
    table: pd.DataFrame,
    corpus: Corpus,
    describe: Callable[[str, pd.DataFrame], str],
    what: str,
    if_empty: str,
    otherwise: str = "",
    note: str = "",
) -> Figure:
    """Return a figure whose reading says something of each article.

    The reading joins what `describe(article, rows)` says of each article, or `otherwise` where that
    is nothing, and names the articles without rows. The description is `what` is drawn and the
    reading. If the table is empty, the figure says why: `if_empty`.
    """
    if table.empty:
        return empty_figure(title, if_empty)
    parts = [describe(name, rows) for name, rows in table.groupby("article", sort=False)]
    parts = [part for part in parts if part] or [otherwise]
    docs = set(table["doc"])
    without = [name for doc, name in labels(corpus).items() if doc not in docs]
    if without:
        parts.append(f"nothing to show of {' and '.join(without)}")
    reading = f"{'; '.join(parts)}."
    reading = reading[0].upper() + reading[1:]
    return one_width(chart, title, reading, f"{what} {reading}", note)


def label(table: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Add the articles' names as column `article`, and sort by the order of publication."""
    names = labels(corpus)
    order = {doc: place for place, doc in enumerate(names)}
    return table.assign(article=table["doc"].map(names)).sort_values(
        "doc", key=lambda docs: docs.map(order), kind="stable", ignore_index=True
    )


def inside(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that lie in article text."""
    return table[table["zone"].isin(ARTICLE)]


def top_n(table: pd.DataFrame, column: str, weight: str, top: int, rest: str) -> pd.DataFrame:
    """Give all but the `top` heaviest values of a column one name, article by article.

    `rest` formats that name from their number: "{:,} other parties together". A single value
    beyond `top` keeps its own name, because another name would save no row.
    """
    values = table.groupby(["doc", column], as_index=False, sort=False)[weight].sum()
    docs = values.groupby("doc")
    rank = docs[weight].rank(ascending=False, method="first")
    count = docs[column].transform("size")
    kept = (rank <= top) | (count <= top + 1)
    values["shown as"] = values[column].where(kept, (count - top).map(rest.format))
    renamed = table[["doc", column]].merge(values, on=["doc", column], how="left")["shown as"]
    return table.assign(**{column: renamed.set_axis(table.index)})


def __dir__() -> list[str]:
    return __all__
