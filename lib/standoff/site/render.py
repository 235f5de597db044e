"""The pages of the site as HTML: templates filled in, each page with bar and lists of links."""

from __future__ import annotations

import base64
import re
from collections import Counter
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
from ..annotation.problems import refuse
from ..claims.claim import CLAIM, RECALLED, claims_in
from ..corpus.loading import coders, load
from ..figures.display import FIGURE, VEGALITE, draw, untitled
from ..figures.names import capital
from ..figures.theme import themed, variables
from . import api, pages
from .blocks import blocks, markdown, opening
from .pages import Head, Page
from .reading_pages import Readings
from .withheld import LEFT_OUT, Withheld

__all__ = ["GUIDES", "TEMPLATE", "Site", "style_sheet"]

FEW = 4  # articles whose pages are kept while the others are written
TEMPLATE = Path(__file__).parent / "template"
HEADING = re.compile(r"<h2([^>]*)>(.*?)</h2>", re.DOTALL)
# to the source of a page
LINK = re.compile(r'<a href="(?:\.\./\w+/)?(\w+)\.(ipynb|toml|md)([^"]*)">(.*?)</a>', re.DOTALL)
GUIDES = (
    "glossary",
    "teaching",
    "from_zero",
    "drafts",
    "annotator",
    "effort",
    "two_coders",
    "coding_guide",
    "your_own_frames",
    "recipes",
)  # in `docs`
READ_THEM = "01_read_them"  # the notebook that the bar names, beside the first
APPENDICES = ("07_reliability", "08_your_own_article")


class Site:
    """All pages about some executed notebooks and the articles they analyse.

    `own` says that the articles are not those of the collection. Without `texts` the site shows of
    the articles only the passages of claims, and what its prose quotes.
    """

    def __init__(
        self,
        paths: list[Path],
        notebooks: list,
        seeds: Path,
        own: bool = False,
        texts: bool = True,
    ):
        self.own, self.seeds = own, seeds
        self.corpora = {coder: load(seeds, coder) for coder in coders(seeds)}
        self.corpus = next(iter(self.corpora.values()))
        self.guides = _guides(paths[0]) if paths else {}
        self.chapters: list[dict[str, Any]] = []
        numbers = count(1)
        for path, notebook in zip(paths, notebooks, strict=True):
            chapter = _chapter(path.stem, notebook, first=not self.chapters)
            if own:
                chapter["finding"] = chapter["title"]
            found = claims_in(notebook)
            chapter["claims"] = pages.ledger(chapter, found, self.corpus, numbers, texts)
            self.chapters.append(chapter)
        self.claims = [claim for chapter in self.chapters for claim in chapter["claims"]]
        self.withheld = None if texts else Withheld(self.corpora, self.chapters)
        for claim in self.claims:
            if self._quotes(claim["code"]):
                claim["code"] = ""
            claim["changes"] = [words for words in claim["changes"] if not self._quotes(words)]

    def write(self, folder: Path) -> None:
        """Write every page. The reading pages of many articles are made and written one by one."""
        readings: Iterator[Page] = iter(())
        if self.withheld is None:
            readings = self.readings(Readings(self.corpora, self.claims))
        first = [*self.notebooks()]
        guides = list(self.documents())
        last = [self.ledger(), self.codebook(), self.data(folder), self.library(), *guides]
        if len(self.corpus.texts) <= FEW:
            first += readings
        names: dict[str, Page] = {}
        for page in chain(first, last, readings):
            other = names.setdefault(page.name.lower(), page)
            if other is not page:
                article = page if page.kind == "reading" else other
                message = "would be a second page of this name; expected another for the article"
                raise refuse(self.seeds / article.name, 1, "E-page-name", message)
            (folder / f"{page.name}.html").write_text(
                self._whole_page(page, guides), encoding="utf-8"
            )

    def notebooks(self) -> Iterator[Page]:
        """A page for each notebook, linked to its neighbours in reading order. The first page of
        the site is the first notebook; on articles of your own it lists what there is to read."""
        names, titles = figures.labels(self.corpus), self.corpus.documents.set_index("doc")["title"]
        articles = [
            {"doc": doc, "title": title, "label": names[doc]} for doc, title in titles.items()
        ]
        claims = {(claim["notebook"], claim["id"]): claim for claim in self.claims}
        plain = [_notebook_page(number, one) for number, one in enumerate(self.chapters)]
        neighbours = zip([None, *plain], plain, [*plain[1:], None], self.chapters, strict=False)
        for before, page, after, chapter in neighbours:
            body = _filled(
                "notebook",
                blocks=blocks(chapter["notebook"]),
                chapter=chapter,
                chapters=self.chapters,
                claims=claims,
                claimed=CLAIM,
                recalled=RECALLED,
                figured=FIGURE,
                vegalite=VEGALITE,
                own=self.own and page.kind == "summary",
                articles=articles,
                quotes=self._quotes,
                left_out=LEFT_OUT,
            )
            head = Head(*(Markup(self._with_links(part)) for part in page.head or ()))
            yield page._replace(head=head, body=self._with_links(body), before=before, after=after)

    def _quotes(self, html: str) -> bool:
        """Whether a part of a page quotes more of the articles than the site may show."""
        return self.withheld is not None and self.withheld.quotes(html)

    def documents(self) -> Iterator[Page]:
        """The glossary and the pages for teaching, if the notebooks have them beside them."""
        for name, path in self.guides.items():
            title, _, source = path.read_text(encoding="utf-8").partition("\n")
            body = self._with_links(f'<div class="prose">{markdown(source, path.parent)}</div>')
            if self.withheld:
                body = self.withheld.guide(body)
            yield Page(name, title.lstrip("# "), "guide", Head(""), body)

    def _with_links(self, body: str) -> str:
        """The body with links to pages in place of links to the files that they are made of. Where
        the site lacks the page, as sites about your own articles do, the words stay."""
        names = {"codebook": "codebook"} | {name: name for name in self.guides}
        names |= {READ_THEM: next(iter(self.corpus.texts), "index")}
        names |= {chapter["stem"]: chapter["name"] for chapter in self.chapters}

        def to_page(link: re.Match) -> str:
            name, _, place, words = link.groups()
            return f'<a href="{names[name]}.html{place}">{words}</a>' if name in names else words

        return LINK.sub(to_page, body)

    def readings(self, views: Readings) -> Iterator[Page]:
        """Each article in each coding."""
        titles = dict(self.corpus.documents.set_index("doc")["title"])
        for name, doc, coder in views:
            content = views.page(doc, coder)
            title = titles[doc] if name == doc else f"{titles[doc]}, coder {coder}"
            page = Page(name, title, "reading", style=content.pop("style"))
            yield _page(page, **content)

    def ledger(self) -> Page:
        """All claims."""
        marks = Counter(claim["mark"] for claim in self.claims if claim["dots"])
        below = (
            "Below each one you can see which choices of what to count would change it, and how."
        )
        if marks:
            below = (
                "A chip says in how many codings of the articles a claim holds. Below each claim "
                "you can see which codings, and which choices of what to count, would change it, "
                "and how."
            )
        about = (
            "Every claim of the notebooks, as computed when this page was built, with its "
            f"passages. {below}"
        )
        page = Page(
            "claims", "Which claims are made, and how far does each hold?", "ledger", Head(about)
        )
        return _page(page, chapters=self.chapters, tally=marks.most_common())

    def codebook(self) -> Page:
        """Every label, attribute and relation."""
        fact = self.withheld.fact if self.withheld else str
        layers, version = pages.codebook(self.corpora, fact), self.corpus.codebook.version
        about = f"Version {version}. "
        if not self.own:
            about += "Examples and counter-examples are quoted verbatim from the texts. "
        about += "Uses are counted in the reference coding (gold), captions included"
        if len(self.corpora) > 1:
            about += ", and in each other complete coding"
        about += "."
        page = Page("codebook", "What is marked, and how?", "codebook", Head(about))
        return _page(page, layers=layers)

    def data(self, folder: Path) -> Page:
        """How to cite, and tables and annotation for download, which are written beside the
        pages."""
        texts = self.withheld is None
        about = "Everything marked in the texts, as tables"
        about += (
            ", and the annotation itself in formats that other tools read."
            if texts
            else ", without the columns that hold words of the articles."
        )
        page = Page("data", "Where are the data, and how are they cited?", "data", Head(about))
        content = pages.data(self.seeds, folder / "data", texts)
        addresses = pages.addresses(self.corpus, self.claims, texts)
        return _page(page, addresses=addresses, texts=texts, rights=self._rights(), **content)

    def library(self) -> Page:
        """Every public function of the library."""
        about = (
            "Every public function and class of the library, by package. A notebook needs the "
            "first five packages."
        )
        page = Page("api", "What does the library offer?", "api", Head(about))
        return _page(page, sections=api.sections())

    def _rights(self) -> str:
        """Whose the articles are; for your own, what their `meta.toml` says if all say the same."""
        if not self.own:
            return (
                "The articles are quoted for research, and the rights in them stay with their "
                "publishers."
            )
        said = {meta.get("rights", "unknown") for meta in self.corpus.meta.values()}
        if len(said) > 1 or "unknown" in said:
            return "The rights in the articles stay with their owners."
        return f"The articles: {said.pop()}"

    def _bar(self, page: Page) -> list[dict[str, Any]]:
        """The links at the top of a page; that of the page's part of the site is current."""
        names = [chapter["name"] for chapter in self.chapters]
        read = READ_THEM if READ_THEM in names and not self.own else next(iter(self.corpus.texts))
        others = [name for name in names[1:] if name != READ_THEM]
        links = [("index", "Summary") for _ in names[:1]]
        if self.withheld is None or read in names:
            links += [(read, "Read them")]
        links += [(name, "Notebooks") for name in others[:1]]
        links += [("codebook", "Codebook"), ("data", "Data")]
        current = page.name
        if page.kind == "reading":
            current = read
        elif page.name in others:
            current = others[0]
        return [{"name": name, "words": words, "current": name == current} for name, words in links]

    def _whole_page(self, page: Page, guides: list[Page]) -> str:
        """A page with bar and links. Second-rank headings get an id if they have none."""
        contents = []

        def with_id(match: re.Match) -> str:
            words = unescape(re.sub("<[^>]+>", "", match[2]))
            given = re.search('id="([^"]+)"', match[1])
            ident = given[1] if given else re.sub(r"\W+", "-", words.lower()).strip("-")
            contents.append({"id": ident, "words": words})
            return match[0] if given else f'<h2 id="{ident}">{match[2]}</h2>'

        whole = _filled(
            "layout",
            texts=self.withheld is None,
            rights=self._rights(),
            page=page,
            body=Markup(HEADING.sub(with_id, page.body)),
            style=Markup(page.style),
            toc=contents,
            bar=self._bar(page),
            chapters=self.chapters,
            guides=guides,
            version=__version__,
        )
        return self.withheld.without_links(whole) if self.withheld else whole


def style_sheet() -> str:
    """Return the style of all pages: the colours of figures as variables, then the template's."""
    light, dark = variables()
    in_the_dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}; }} }}"
    rules = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    return f":root {{ {light}; }}\n{in_the_dark}\n{rules}"


def _guides(notebook: Path) -> dict[str, Path]:
    """The guides in the folder `docs` beside the folder of a notebook: name -> file."""
    docs = notebook.resolve().parent.parent / "docs"
    return {name: docs / f"{name}.md" for name in GUIDES if (docs / f"{name}.md").exists()}


def _chapter(stem: str, notebook: Any, first: bool) -> dict[str, Any]:
    """What pages say about a notebook: its names, its title and its finding, in few words."""
    head = opening(notebook, stem)
    metadata = notebook.cells[0].metadata if notebook.cells else {}
    given = metadata.get("standoff", {})
    return {
        "stem": stem,
        "name": "index" if first else stem,
        "title": head.title,
        "head": head,
        "short": given.get("short") or re.sub(r"^\d+_", "", stem).replace("_", " ").capitalize(),
        "finding": given.get("finding") or head.title,
        "appendix": stem in APPENDICES,
        "notebook": notebook,
    }


def _notebook_page(number: int, chapter: dict[str, Any]) -> Page:
    """The page of a notebook without its body: its opening, which says what it asks and finds."""
    parts = chapter["head"].parts
    needs = "".join(
        f"<p>{key}: {_inline(parts[key])}</p>"
        for key in ("What you need", "Minutes")
        if key in parts
    )
    question = _inline(parts.get("Question", ""))
    about = Markup(needs + chapter["head"].rest)
    return Page(
        chapter["name"],
        chapter["title"],
        "notebook" if number else "summary",
        Head(Markup(parts.get("Answer", "")), Markup(question), about),
        short=chapter["short"],
        finding=chapter["finding"],
        number=number,
    )


def _inline(html: str) -> str:
    return html.strip().removeprefix("<p>").removesuffix("</p>")


def _drawn(spec: dict[str, Any], name: str, description: str) -> Markup:
    """A chart as part of a page."""
    return Markup(themed(draw(untitled(spec)), name, description))


def _page(page: Page, **content: Any) -> Page:
    """The page with its body: the template of its kind, filled in."""
    return page._replace(body=_filled(page.kind, page=page, **content))


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


FILTERS = {
    "capital": capital,
    "data_uri": _data_uri,
    "drawn": _drawn,
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
