"""A site without the articles: what pages may show of them, and what is left out instead."""

from __future__ import annotations

import base64
import re
from html import unescape
from typing import Any

from ..corpus.copied_words import Quotations
from ..corpus.loading import Corpus
from .blocks import markdown

__all__ = ["LEFT_OUT", "Withheld"]

LEFT_OUT = (
    "Left out: this quotes the articles beyond the passages of the claims, and the site was "
    "published without their text."
)
READ_OUT = re.compile(r'\b(?:alt|title|aria-label|data-is)="([^"]*)"')  # attributes that are read
PICTURE = re.compile(r"data:image/svg\+xml;base64,([\w+/=]+)")
INLINE = re.compile(r"</?(?:a|b|code|em|i|mark|small|span|strong|sub|sup)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
PAGE_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]*)\.html[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
LEAF = ["p", "li", "td", "dd", "pre", "blockquote"]  # what is left out of a guide as a whole


class Withheld:
    """What a site without the articles' texts leaves out.

    It may show the passages of claims, whatever the notebooks say in prose, and the articles'
    metadata; of everything else no eight words in a row. `corpora`: coder -> corpus.
    """

    def __init__(self, corpora: dict[str, Corpus], chapters: list[dict[str, Any]]):
        first = next(iter(corpora.values()))
        self.texts = first.texts
        allowed = [str(value) for meta in first.meta.values() for value in meta.values()]
        for chapter in chapters:
            allowed.append(chapter["finding"])
            allowed += [
                _words(markdown(cell.source))
                for cell in chapter["notebook"].cells
                if cell.cell_type == "markdown"
            ]
            for claim in chapter["claims"]:
                allowed += [
                    first.texts[passage["doc"]][passage["start"] : passage["end"]]
                    for passage in claim["passages"]
                ]
        self.quotations = Quotations(first.texts.values(), allowed)
        self.pages = {
            page for doc in self.texts for page in (doc, *(f"{doc}-{coder}" for coder in corpora))
        }

    def quotes(self, html: str) -> bool:
        """Return whether a part of a page quotes more than it may, in words or pictures."""
        return bool(self.quotations.first(_words(html)))

    def guide(self, html: str) -> str:
        """Return the page of a guide with a remark in place of each paragraph that quotes."""
        from bs4 import BeautifulSoup

        soup = BeautifulSoup(html, "html.parser")
        for leaf in soup.find_all(LEAF):
            if not leaf.find(LEAF) and self.quotes(str(leaf)):
                leaf.string = LEFT_OUT
        return str(soup)

    def without_links(self, html: str) -> str:
        """Return a page in which links to the reading pages, which are not there, are words."""
        return PAGE_LINK.sub(lambda link: link[2] if link[1] in self.pages else link[0], html)

    def fact(self, words: str) -> str:
        """Return words of the codebook, or a remark if they quote."""
        return LEFT_OUT if self.quotations.first(words) else words


def _words(html: str) -> str:
    """The words that a part of a page shows or reads out, those of pictures among them."""
    pictures = [base64.b64decode(data).decode() for data in PICTURE.findall(html)]
    parts = [html, *READ_OUT.findall(html), *pictures, *READ_OUT.findall(" ".join(pictures))]
    return unescape(TAG.sub(" ", INLINE.sub("", "\n".join(parts))))
