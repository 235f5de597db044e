"""The whole site as one HTML file to send by mail: pages become sections, nothing is loaded."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["single_file"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
FONT = re.compile(r"url\((fonts/[\w-]+\.woff2)\)")
WHOLE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\
<meta http-equiv="Content-Security-Policy" content="{policy}">{styles}</head>
<body><main>{sections}</main></body></html>
"""


def single_file(site: Path) -> str:
    """All pages of a built site as one page, in the order of their links.

    `site` is the folder of the site. Fonts are part of the page. Files for download stay behind;
    only their names are kept.
    """
    from bs4 import BeautifulSoup
    from bs4.builder._htmlparser import HTMLParserTreeBuilder

    # blanks of the texts belong to them
    builder = HTMLParserTreeBuilder(preserve_whitespace_tags={"html"})
    soups: dict[str, Any] = {
        path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), builder=builder)
        for path in sorted(site.glob("*.html"))
    }
    title = escape(soups["index"].title.get_text())
    style = (site / "style.css").read_text(encoding="utf-8")
    styles = [FONT.sub(lambda font: f"url({_data_uri(site / font[1])})", style)]
    sections = []
    for name in _order(soups):
        styles += [_scoped(style.get_text(), name) for style in soups[name].select("head style")]
        sections.append(_section(soups[name], name, soups))
    page = WHOLE.format(
        title=title,
        policy=POLICY,
        styles="".join(f"<style>{style}</style>" for style in styles),
        sections="".join(sections),
    )
    return re.sub(r"[ \t]+\n", "\n", page)


def _order(soups: dict[str, Any]) -> list[str]:
    """Names of pages: the first page, then the others as pages link to them."""
    names, queue = [], ["index"]
    while queue:
        name = queue.pop(0)
        if name in soups and name not in names:
            names.append(name)
            links = soups[name].select("a[href*='.html']")
            queue += [link["href"].split("#")[0].removesuffix(".html") for link in links]
    return names


def _section(soup: Any, name: str, soups: dict[str, Any]) -> str:
    """A page's bar, text and list of notebooks as a section. Its ids begin with the page's name,
    and links lead to them."""
    book = soup.select_one(".book")
    soup.select_one("main").name = "section"
    book.insert(0, soup.select_one("header nav"))
    for part in book.select("[id]"):
        part["id"] = f"{name}--{part['id']}"
    for part in book.select("[aria-labelledby]"):
        part["aria-labelledby"] = f"{name}--{part['aria-labelledby']}"
    for link in book.select("a[href]"):
        page, _, anchor = link["href"].partition("#")
        target = page.removesuffix(".html") or name
        if target in soups and (not page or page.endswith(".html")):
            link["href"] = f"#{target}--{anchor}" if anchor else f"#{target}"
        elif not page.startswith("https:"):
            link.unwrap()
    book["id"] = name
    return str(book)


def _scoped(style: str, name: str) -> str:
    return style.replace(".page:has([id='", f"[id='{name}']:has([id='{name}--")


def _data_uri(font: Path) -> str:
    return "data:font/woff2;base64," + base64.b64encode(font.read_bytes()).decode()
