"""The pages of the site as HTML: templates filled in, each page with bar and table of contents."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import chain, count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__, figures
from ..annotation.escaping import as_html
from ..annotation.problems import Problem, SeedError
from ..claims.claim import claims_in
from ..corpus.loading import coders, load
from ..figures.display import SCHEMA
from . import api, pages
from .pages import Page
from .seed_cells import TITLE

__all__ = ["TEMPLATE", "Site"]

FEW = 4  # articles that the bar of every page names
TEMPLATE = Path(__file__).parent / "template"
HEADING = re.compile(r"<h2([^>]*)>(.*?)</h2>", re.DOTALL)
LINK = re.compile(r'href="(?:\.\./\w+/)?(\w+)\.(ipynb|toml|md)')  # to the source of a page
GUIDES = ("glossary", "teaching", "coding_guide")  # pages made of Markdown in the folder `docs`
QUESTION = "**Question.**"  # begins the line of a notebook's opening that asks


class Site:
    """All pages about some executed notebooks and the articles they analyse.

    `own` says that the articles are not those of the collection.
    """

    def __init__(self, paths: list[Path], notebooks: list, seeds: Path, own: bool = False):
        self.own, self.seeds = own, seeds
        self.corpora = {coder: load(seeds, coder) for coder in coders(seeds)}
        self.corpus = next(iter(self.corpora.values()))
        docs = paths[0].resolve().parent.parent / "docs"
        self.guides = {
            path.stem: path for path in (docs / f"{name}.md" for name in GUIDES) if path.exists()
        }
        self.chapters: list[dict[str, Any]] = []
        numbers = count(1)
        for path, notebook in zip(paths, notebooks, strict=True):
            claims = pages.ledger(path.stem, claims_in(notebook), self.corpus, numbers)
            chapter = {"name": path.stem, "notebook": notebook, "claims": claims}
            self.chapters.append(chapter | _opening(path.stem, notebook))
        self.claims = [claim for chapter in self.chapters for claim in chapter["claims"]]

    def write(self, folder: Path) -> None:
        """Write every page. The reading pages of many articles are made and written one by one."""
        readings = self.readings(pages.Readings(self.corpora, self.claims))
        first = [self.front(), *self.notebooks()]
        guides = list(self.documents())
        last = [self.ledger(), self.codebook(), self.data(folder), self.library(), *guides]
        if len(self.corpus.texts) <= FEW:
            first += readings
        bar = [page for page in first + last if page.short]
        names: dict[str, Page] = {}
        for page in chain(first, last, readings):
            other = names.setdefault(page.name.lower(), page)
            if other is not page:
                article = page if page.kind == "reading" else other
                message = "would be a second page of this name; expected another for the article"
                problem = Problem(str(self.seeds / article.name), 1, message, "E-page-name")
                raise SeedError([problem])
            (folder / f"{page.name}.html").write_text(
                _whole_page(page, bar, guides), encoding="utf-8"
            )

    def front(self) -> Page:
        """The first page: one figure, and what there is to read."""
        names, figure = figures.labels(self.corpus), figures.strip(self.corpus)
        titles = self.corpus.documents.set_index("doc")["title"]
        documents = [
            {"doc": doc, "title": title, "label": names[doc]} for doc, title in titles.items()
        ]
        title = TITLE if self.own else "Two accounts of the contest over Afghan peace talks"
        return _page(
            Page("index", title, "Start", "front"),
            figure=figure,
            notebooks=self.chapters,
            documents=documents,
            claims=len(self.claims),
            own=self.own,
        )

    def notebooks(self) -> Iterator[Page]:
        """A page for each notebook, linked to its neighbours in reading order."""
        exporter = _exporter()
        plain = [Page(one["name"], one["title"], "", "notebook") for one in self.chapters]
        neighbours = zip([None, *plain], plain, [*plain[1:], None], self.chapters, strict=False)
        for before, page, after, chapter in neighbours:
            claims = {claim["id"]: claim for claim in chapter["claims"]}
            body, _ = exporter.from_notebook_node(chapter["notebook"], {"claims": claims})
            yield page._replace(body=self._with_page_links(body), before=before, after=after)

    def documents(self) -> Iterator[Page]:
        """The glossary and the pages for teaching, if the notebooks have them beside them."""
        import nbformat

        exporter = _exporter()
        for name, path in self.guides.items():
            source = path.read_text(encoding="utf-8")
            cell = nbformat.v4.new_markdown_cell(source)
            body, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
            title = source.split("\n", 1)[0].lstrip("# ")
            yield Page(name, title, "", "guide", self._with_page_links(body))

    def _with_page_links(self, body: str) -> str:
        """The body with links to pages in place of links to the files that they are made of."""

        def to_page(link: re.Match) -> str:
            is_page = link[2] != "md" or link[1] in self.guides
            return f'href="{link[1]}.html' if is_page else link[0]

        return LINK.sub(to_page, body)

    def readings(self, views: pages.Readings) -> Iterator[Page]:
        """Each article in each coding; the bar names the articles if they are few."""
        titles = dict(self.corpus.documents.set_index("doc")["title"])
        for name, doc, coder in views:
            content = views.page(doc, coder)
            title, short = titles[doc], ""
            if name != doc:
                title = f"{title}, coder {coder}"
            elif len(titles) <= FEW:
                short = f"Text: {content['label'].split(',')[0]}"
            page = Page(name, title, short, "reading", style=content.pop("style"))
            yield _page(page, **content)

    def ledger(self) -> Page:
        """All claims."""
        title = "Which claims are made, and how far does each hold?"
        page = Page("claims", title, "Claims", "ledger")
        return _page(page, notebooks=self.chapters, tally=pages.tally(self.claims))

    def codebook(self) -> Page:
        """Every label, attribute and relation."""
        page = Page("codebook", "What is marked, and by which rules?", "Codebook", "codebook")
        layers, version = pages.codebook(self.corpora), self.corpus.codebook.version
        return _page(page, version=version, layers=layers)

    def data(self, folder: Path) -> Page:
        """How to cite, and tables and annotation for download, which are written beside the
        pages."""
        page = Page("data", "Where are the tables, and how are they cited?", "Data", "data")
        return _page(page, **pages.data(self.seeds, folder / "data"))

    def library(self) -> Page:
        """Every public function of the library."""
        return _page(
            Page("api", "What does the library offer?", "", "api"), sections=api.sections()
        )


def _opening(name: str, notebook: Any) -> dict[str, str]:
    """Title and question of a notebook, from its first cell."""
    source = notebook.cells[0].source if notebook.cells else ""
    lines = [line.strip() for line in source.split("\n") if line.strip()] or [name]
    questions = [line for line in lines if line.startswith(QUESTION)] or lines[1:2]
    question = "".join(questions[:1]).removeprefix(QUESTION).strip("*_ ")
    return {"title": lines[0].lstrip("# "), "question": question}


def _page(page: Page, **content: Any) -> Page:
    """The page with its body: the template of its kind, filled in."""
    return page._replace(body=_filled(page.kind, page=page, **content))


def _whole_page(page: Page, bar: list[Page], guides: list[Page]) -> str:
    """A page with bar, table of contents and footer. Second-rank headings get an id if they have
    none."""
    contents = []

    def with_id(match: re.Match) -> str:
        words = unescape(re.sub("<[^>]+>", "", match[2]))
        given = re.search('id="([^"]+)"', match[1])
        ident = given[1] if given else re.sub(r"\W+", "-", words.lower()).strip("-")
        contents.append({"id": ident, "words": words})
        return match[0] if given else f'<h2 id="{ident}">{match[2]}</h2>'

    return _filled(
        "layout",
        page=page,
        body=Markup(HEADING.sub(with_id, page.body)),
        style=Markup(page.style),
        toc=contents,
        parts=bar,
        guides=guides,
        version=__version__,
    )


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _inert_json(spec: dict) -> Markup:
    """A chart for the pages' own Vega-Lite, as JSON that cannot end its script element."""
    spec = spec | {"$schema": SCHEMA.format(6)}
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


FILTERS = {
    "data_uri": _data_uri,
    "inert_json": _inert_json,
    "words": lambda words: Markup(as_html(str(words))),
}


@cache
def _environment() -> Environment:
    """Templates, which escape what is put into them unless it is marked as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= FILTERS
    return environment


def _filled(template: str, **content: Any) -> str:
    return _environment().get_template(f"{template}.html.j2").render(**content)


def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="template",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
        filters=FILTERS,
    )


def __dir__() -> list[str]:
    return __all__
