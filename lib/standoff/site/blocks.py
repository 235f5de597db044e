"""A notebook as the blocks of its page: its opening, then words, claims, figures, tables, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..claims.claim import CLAIM, RECALLED
from ..figures.display import FIGURE, VEGALITE

__all__ = ["blocks", "markdown", "opening"]

BEFORE_HEADING = re.compile(r"(?=<h[2-6])")
HEADING_ALONE = re.compile(r"<h\d.*</h\d>\s*", re.DOTALL)
# begins a paragraph of the first cell: "**Question.** How …"
PART = re.compile(r"\*\*(Question|Answer|What you need|Minutes)\.\*\*\s*")
KINDS = (
    (FIGURE, "figure"),
    (VEGALITE, "chart"),
    (CLAIM, "claim"),
    (RECALLED, "recalled"),
    ("text/html", "html"),
    ("text/markdown", "words"),
    ("image/svg+xml", "picture"),
    ("text/plain", "plain"),
)
SETUP = "Code: what this notebook loads"
CODE = {"claim": "How it is checked", "figure": "Code for this figure"}


class Opening(NamedTuple):
    """The parts of a notebook's first cell as HTML, and its title as plain text."""

    title: str
    parts: dict[str, str]
    rest: str


class Block(NamedTuple):
    """A part of a page. `html` holds its words; `data` what the output of a cell holds; `code` and
    `fold` the code below it and what opens that; `style` the class that the notebook gives it."""

    kind: str
    html: str = ""
    data: Any = None
    code: str = ""
    fold: str = "Code"
    style: str = ""


def opening(notebook: Any, name: str) -> Opening:
    """Return the title, question, answer, needs and minutes of a notebook, and what else its first
    cell says."""
    parts, rest, title = {}, [], name
    cells = notebook.cells[:1]
    for paragraph in re.split(r"\n\s*\n", cells[0].source if cells else ""):
        part = PART.match(paragraph)
        if paragraph.startswith("# "):
            title, _, more = paragraph.removeprefix("# ").partition("\n")
            rest.append(more)
        elif part:
            parts[part[1]] = markdown(paragraph[part.end() :])
        else:
            rest.append(paragraph)
    return Opening(title.strip(), parts, markdown("\n\n".join(rest).strip()))


def blocks(notebook: Any) -> list[Block]:
    """Return everything after the first cell, in reading order.

    In a notebook a claim stands before the words that explain it; on a page it follows them.
    """
    return list(_claims_below_words(_cells(notebook.cells[1:])))


def _cells(cells: list) -> Iterator[Block]:
    """The blocks of each cell. Code that shows nothing goes below what the next cell shows."""
    waiting: list[str] = []
    for cell in cells:
        given = cell.metadata.get("standoff", {})
        style, fold = given.get("class", ""), given.get("summary", "")
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and "solution" in tags:
            continue  # the heading under which JupyterLab folds a solution
        if cell.cell_type == "markdown":
            if waiting:
                yield _code(waiting)
            pieces = [
                piece for piece in BEFORE_HEADING.split(markdown(cell.source)) if piece.strip()
            ]
            yield from (Block("words", piece, style=style) for piece in pieces)
        elif "imports" in tags:
            yield _code([cell.source])._replace(fold=fold or SETUP)
        elif "solution" in tags:
            yield Block("solution", data=list(_shown(cell, [cell.source], "", "")))
        elif cell.outputs:
            yield from _shown(cell, [*waiting, cell.source], style, fold)
        else:
            waiting.append(cell.source)
            continue
        waiting = []
    if waiting:
        yield _code(waiting)


def _shown(cell: Any, sources: list[str], style: str, fold: str) -> Iterator[Block]:
    """What a cell shows, with its code below the chart or the claim, or else below the last."""
    shown = [_output(output)._replace(style=style) for output in cell.outputs] or [Block("code")]
    if shown[0].kind == "figure":
        del shown[1:2]  # the caption, which is part of the figure
    at = next((i for i, one in enumerate(shown) if one.kind in ("figure", "chart", "claim")), -1)
    kind = shown[at].kind
    words = fold or CODE.get("figure" if kind == "chart" else kind, "Code")
    shown[at] = shown[at]._replace(code=_code(sources).code, fold=words)
    yield from shown


def _output(output: Any) -> Block:
    if output.output_type == "stream":
        return Block("plain", output.text)
    for mimetype, kind in KINDS:
        if mimetype in output.data:
            html = output.data[mimetype] if kind in ("html", "plain") else ""
            if kind == "words":
                html = markdown(output.data[mimetype])
            return Block(kind, html, output.data)
    return Block("plain", "\n".join(output.data))


def _claims_below_words(every: Iterator[Block]) -> Iterator[Block]:
    """Each claim after the words that follow it, unless these begin a section. A heading joins the
    words below it if only claims stand between."""
    heading: list[Block] = []
    claims: list[Block] = []
    for block in every:
        if block.kind in ("claim", "recalled"):
            claims.append(block)
        elif block.kind == "words" and block.html.startswith("<h"):
            yield from [*heading, *claims]
            heading, claims = [block], []
            if not HEADING_ALONE.fullmatch(block.html):
                yield heading.pop()
        elif block.kind == "words" and claims:
            above = "".join(one.html for one in heading)
            yield from [block._replace(html=above + block.html), *claims]
            heading, claims = [], []
        else:
            yield from [*heading, block]
            heading = []
    yield from [*heading, *claims]


def markdown(source: str, pictures: Path | None = None) -> str:
    """Return Markdown as HTML; it then holds the pictures in a folder that the source shows."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(
        escape=False,
        exclude_anchor_links=True,
        embed_images=pictures is not None,
        path=str(pictures or ""),
    )
    return str(MarkdownWithMath(renderer=renderer).render(source))


@cache
def _highlighter() -> Any:
    from nbconvert.filters.highlight import Highlight2HTML

    return Highlight2HTML(pygments_lexer="ipython3")


def _code(sources: list[str]) -> Block:
    html = _highlighter()("\n\n\n".join(sources))
    return Block("code", code=html.replace("<pre>", '<pre tabindex="0">'))
