"""The whole site as one HTML file to send by mail: pages become sections, nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["single_file"]

POLICY = "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:"
WHOLE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\
<meta http-equiv="Content-Security-Policy" content="{policy}">{styles}</head>
<body><main>{sections}</main>{scripts}</body></html>
"""


def single_file(site: Path) -> str:
    """All pages of a built site as one page, in the order of their links.

    `site` is the folder of the site. Scripts are part of the page and allowed by their SHA-256 in
    its Content-Security-Policy. Files for download stay behind; only their names are kept.
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
    styles = [(site / "style.css").read_text(encoding="utf-8")]
    sections = []
    for name in _order(soups):
        styles += [_scoped(style.get_text(), name) for style in soups[name].select("head style")]
        sections.append(_section(soups[name], name, soups))
    scripts = [
        (site / part).read_text(encoding="utf-8").replace("</script", "<\\/script")
        for part in ("vega.js", "charts.js")
    ]
    page = WHOLE.format(
        title=title,
        policy=POLICY.format(hashes=" ".join(f"'sha256-{_sha256(one)}'" for one in scripts)),
        styles="".join(f"<style>{style}</style>" for style in styles),
        sections="".join(sections),
        scripts="".join(f"<script>{script}</script>" for script in scripts),
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
    """A page's bar and main part as a section. Its ids begin with the page's name, and links lead
    to them."""
    main = soup.select_one("main")
    main.name = "section"
    main.insert(0, soup.select_one("header nav"))
    for part in main.select("[id]"):
        part["id"] = f"{name}--{part['id']}"
    for link in main.select("a[href]"):
        page, _, anchor = link["href"].partition("#")
        target = page.removesuffix(".html") or name
        if target in soups and (not page or page.endswith(".html")):
            link["href"] = f"#{target}--{anchor}" if anchor else f"#{target}"
        elif not page.startswith("https:"):
            link.unwrap()
    main["id"] = name
    return str(main)


def _scoped(style: str, name: str) -> str:
    return style.replace(".page:has([id='", f"[id='{name}']:has([id='{name}--")


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def __dir__() -> list[str]:
    return __all__
