"""The whole site as one HTML file that can be mailed: pages become sections, links between them
stay, nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from pathlib import Path

__all__ = ["single_file"]

POLICY = "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:"


def single_file(site: Path) -> str:
    """All pages of a built site in one: the first page first, then in the order of its links. Files
    for download stay behind, and are named.

    `site`: the folder. Scripts stand in the page and are allowed by their SHA-256 in its
    Content-Security-Policy.
    """
    from bs4 import BeautifulSoup

    every = {"preserve_whitespace_tags": {"html"}}  # blanks of the texts are theirs
    soups = {
        path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser", **every)
        for path in sorted(site.glob("*.html"))
    }
    sections, styles = [], [(site / "style.css").read_text(encoding="utf-8")]
    for name in _order(soups):
        styles += [_scoped(style.get_text(), name) for style in soups[name].select("head style")]
        sections.append(_section(soups[name], name, soups))
    scripts = [
        (site / part).read_text(encoding="utf-8").replace("</script", "<\\/script")
        for part in ("vega.js", "charts.js")
    ]
    policy = POLICY.format(hashes=" ".join(f"'sha256-{_sha256(script)}'" for script in scripts))
    return _whole(soups["index"].title.get_text(), policy, styles, sections, scripts)


def _order(soups):
    """Names of pages as the first page and then the others link to them."""
    found, queue = [], ["index"]
    while queue:
        name = queue.pop(0)
        if name in soups and name not in found:
            found.append(name)
            queue += [
                link["href"].split("#")[0].removesuffix(".html")
                for link in soups[name].select("a[href*='.html']")
            ]
    return found


def _section(soup, name, soups):
    """A page's bar and main part as a section: its addresses bear the page's name, and links lead
    to those."""
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


def _scoped(style, name):
    return style.replace(".page:has([id='", f"[id='{name}']:has([id='{name}--")


def _sha256(script):
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _whole(title, policy, styles, sections, scripts):
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        f'initial-scale=1"><title>{escape(title)}</title>'
    )
    head += (
        f'<meta http-equiv="Content-Security-Policy" '
        f'content="{policy}">{"".join(f"<style>{style}</style>" for style in styles)}'
    )
    body = f"<main>{''.join(sections)}</main>"
    body += "".join(f"<script>{script}</script>" for script in scripts)
    return re.sub(
        r"[ \t]+\n",
        "\n",
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n',
    )
