"""What a notebook cell or a prompt shows of a corpus: its articles, table sizes and next steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..annotation.escaping import as_html
from .schema import COLUMNS

if TYPE_CHECKING:
    from .loading import Corpus

__all__ = ["html_card", "text_card"]

MOST_ARTICLES_SHOWN = 6  # articles
WIDTH = 60  # characters of an outlet or a title
NEXT = ("corpus.attributions", "sourcing.voices(corpus)", "corpus.passage(doc, start, end)")


def text_card(corpus: Corpus) -> str:
    """Return the card as plain text, a line for each article."""
    lines = [_heading(corpus)]
    lines += [f"  {article}" for article in _articles(corpus)]
    lines += [f"rows: {_rows(corpus)}", f"go on with: {', '.join(NEXT)}"]
    return "\n".join(lines)


def html_card(corpus: Corpus) -> str:
    """Return the card as HTML; words of the articles are escaped."""
    items = "".join(f"<li>{as_html(article)}</li>" for article in _articles(corpus))
    steps = ", ".join(f"<code>{step}</code>" for step in NEXT)
    return (
        f"<div><p><strong>{as_html(_heading(corpus))}</strong></p><ul>{items}</ul>"
        f"<p>Rows: {_rows(corpus)}</p><p>Go on with: {steps}</p></div>"
    )


def _heading(corpus: Corpus) -> str:
    aside = f", {len(corpus.set_aside):,} set aside" if corpus.set_aside else ""
    number = len(corpus.documents)
    articles = f"{number:,} {'article' if number == 1 else 'articles'}"
    return f"Corpus of {articles} in {corpus.folder}, coded by {corpus.coder}{aside}"


def _articles(corpus: Corpus) -> list[str]:
    """A line for each of the first articles: folder, outlet, date and title."""
    lines = []
    for row in corpus.documents.head(MOST_ARTICLES_SHOWN).itertuples():
        date = f"{row.published:%-d %B %Y}" if row.published == row.published else "undated"
        lines.append(f"{row.doc}: {_clip(row.title)} ({_clip(row.outlet)}, {date})")
    if len(corpus.documents) > MOST_ARTICLES_SHOWN:
        lines.append(f"… and {len(corpus.documents) - MOST_ARTICLES_SHOWN:,} more")
    return lines


def _clip(words: str) -> str:
    return words if len(words) <= WIDTH else f"{words[: WIDTH - 1]}…"


def _rows(corpus: Corpus) -> str:
    return ", ".join(f"{name} {len(getattr(corpus, name)):,}" for name in COLUMNS)
