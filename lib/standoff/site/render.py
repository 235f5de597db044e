"""The pages of the site as HTML: templates filled, each page laid out with bar and table of
contents."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from functools import cache
from html import unescape
from itertools import chain
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__, figures
from ..annotation.brat import Problem, SeedError
from ..annotation.escaping import as_html
from ..claims.claim import claims_in
from ..corpus.loading import coders, load
from ..figures.display import SCHEMA
from . import pages
from .pages import Page
from .seed_cells import TITLE

__all__ = ["TEMPLATE", "Site"]

FEW = 4  # articles that the bar of every page names
TEMPLATE = Path(__file__).parent / "template"
HEADING = re.compile(r"<h2([^>]*)>(.*?)</h2>", re.DOTALL)


class Site:
    """All pages of some executed notebooks and the articles they are about."""

    def __init__(self, paths: list[Path], notebooks: list, seeds: Path, own: bool = False):
        self.chapters = [
            {"name": path.stem, "notebook": notebook, **_opening(path.stem, notebook)}
            for path, notebook in zip(paths, notebooks, strict=True)
        ]
        self.own = own  # whether the articles are others than the collection's
        self.seeds, self.corpora = seeds, {coder: load(seeds, coder) for coder in coders(seeds)}
        self.corpus = next(iter(self.corpora.values()))
        ledger = pages.ledger(
            [(chapter["name"], claims_in(chapter["notebook"])) for chapter in self.chapters],
            self.corpus,
        )
        for chapter in self.chapters:
            chapter["claims"] = ledger[chapter["name"]]
        self.claims = [claim for made in ledger.values() for claim in made]

    def write(self, folder: Path) -> None:
        """Write every page. Those that the bar names are made before the first is written; reading
        pages of many articles one by one."""
        marked = pages.Readings(self.corpora, self.claims)
        readings = self.readings(marked)
        named = list(readings) if len(self.corpus.texts) <= FEW else []
        made = [
            self.front(),
            *self.notebooks(),
            *named,
            self.ledger(),
            self.codebook(),
            self.data(folder),
        ]
        names = [page.name for page in made if page.kind != "reading"] + [
            name for name, _, _ in marked
        ]
        often = Counter(name.lower() for name in names)
        if twice := [name for name in names if often[name.lower()] > 1]:
            raise SeedError(
                [
                    Problem(
                        str(self.seeds / name),
                        1,
                        "would be a second page of this name; expected another for the article",
                    )
                    for name in twice
                ]
            )
        parts = [page for page in made if page.short]
        for page in chain(made, readings):
            (folder / f"{page.name}.html").write_text(_laid_out(page, parts), encoding="utf-8")

    def front(self) -> Page:
        """The first page: one figure, and what there is to read."""
        names, figure = figures.labels(self.corpus), figures.strip(self.corpus)
        documents = [
            {"doc": row.doc, "title": row.title, "label": names[row.doc]}
            for row in self.corpus.documents.itertuples()
        ]
        title = TITLE if self.own else "Who says what the matter is in Afghanistan?"
        page = Page("index", title, "Start", "front")
        return _page(
            page,
            "front",
            figure=figure,
            notebooks=self.chapters,
            documents=documents,
            claims=len(self.claims),
            own=self.own,
        )

    def notebooks(self):
        """A page a notebook, each with its neighbours in reading order."""
        exporter = _exporter()
        whole = [
            Page(chapter["name"], chapter["title"], "", "notebook") for chapter in self.chapters
        ]
        for at, (page, chapter) in enumerate(zip(whole, self.chapters, strict=True)):
            claims = {claim["id"]: claim for claim in chapter["claims"]}
            body, _ = exporter.from_notebook_node(chapter["notebook"], {"claims": claims})
            yield page._replace(
                body=body,
                before=whole[at - 1] if at else None,
                after=whole[at + 1] if at + 1 < len(whole) else None,
            )

    def readings(self, readings: pages.Readings):
        """Each article in each coding, with every layer marked; the bar names the articles where
        they are few."""
        titles = dict(
            zip(self.corpus.documents["doc"], self.corpus.documents["title"], strict=True)
        )
        for name, doc, coder in readings:
            found = readings.page(doc, coder)
            short = (
                f"Text: {found['label'].split(',')[0]}"
                if name == doc and len(titles) <= FEW
                else ""
            )
            title = titles[doc] if name == doc else f"{titles[doc]}, coder {coder}"
            yield _page(
                Page(name, title, short, "reading", style=found.pop("style")), "reading", **found
            )

    def ledger(self) -> Page:
        """All claims."""
        page = Page(
            "claims", "Which claims are made, and how far does each hold?", "Claims", "ledger"
        )
        return _page(page, "claims", notebooks=self.chapters, tally=pages.tally(self.claims))

    def codebook(self) -> Page:
        """Every label, attribute and relation."""
        page = Page("codebook", "What is marked, and by which rules?", "Codebook", "codebook")
        return _page(
            page,
            "codebook",
            version=self.corpus.codebook.version,
            layers=pages.codebook(self.corpora),
        )

    def data(self, folder: Path) -> Page:
        """Tables and annotation for download, written beside the pages, and how to cite."""
        page = Page("data", "Where are the tables, and how are they cited?", "Data", "data")
        return _page(page, "data", **pages.data(self.seeds, folder / "data"))


def _opening(name, notebook) -> dict[str, str]:
    """Title and question of a notebook: its first heading, and the first line beneath it; its name
    where it begins with nothing."""
    lines = [
        line.strip()
        for cell in notebook.cells[:1]
        for line in cell.source.split("\n")
        if line.strip()
    ]
    return {
        "title": lines[0].lstrip("# ") if lines else name,
        "question": lines[1].strip("*_ ") if len(lines) > 1 else "",
    }


def _page(page, template, **found):
    """The page with its body: a template filled."""
    return page._replace(body=_filled(template, page=page, **found))


def _laid_out(page, parts):
    """A whole page: bar, table of contents, body; every heading of the second rank gets an address
    if it has none."""
    toc = []

    def addressed(found):
        words = unescape(re.sub("<[^>]+>", "", found[2]))
        ident = re.search('id="([^"]+)"', found[1])
        toc.append(
            {
                "id": ident[1] if ident else re.sub(r"\W+", "-", words.lower()).strip("-"),
                "words": words,
            }
        )
        return found[0] if ident else f'<h2 id="{toc[-1]["id"]}">{found[2]}</h2>'

    body = Markup(HEADING.sub(addressed, page.body))
    return _filled(
        "layout",
        page=page,
        body=body,
        style=Markup(page.style),
        toc=toc,
        parts=parts,
        version=__version__,
    )


@cache
def _environment():
    """Templates of pages: what is put into one is text, unless it says that it is HTML."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined
    )
    made.filters |= FILTERS
    return made


def _filled(template, **found):
    return _environment().get_template(f"{template}.html.j2").render(**found)


def _exporter():
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="template",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
    for name, function in FILTERS.items():
        exporter.register_filter(name, function)
    return exporter


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _inert_json(spec) -> Markup:
    """A chart as JSON that cannot end the script element it stands in, for the pages' own
    Vega-Lite."""
    spec = {**spec, "$schema": SCHEMA.format(6)}
    return Markup(
        json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    )


FILTERS = {
    "data_uri": _data_uri,
    "inert_json": _inert_json,
    "words": lambda words: Markup(as_html(str(words))),
}
