"""Which articles the notebooks read, and what to remove from them if those are your own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.articles import RULES, find_folder, folders_above
from ..corpus.loading import coders, load

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["VARIABLE", "applies", "folder", "needs", "remove_collection_cells"]

VARIABLE = "STANDOFF_FOLDER"  # in the environment of a kernel
OWN = "seeds"  # tag of cells about the collection's own articles

TITLE = "What do these articles say, and in whose voice?"  # of pages about any articles
GENERAL_OPENING = (
    f"# {TITLE}\n\n"
    "**Question.** How far can articles be read so that every sentence about them can be checked?"
)
# begin lines of an opening that speak of the collection's own articles
OF_THE_COLLECTION = ("**Answer.**", "**What you need.**", "**Minutes.**")
MARKDOWN_HEADING = re.compile(r"(#{1,6}) ")
OWN_NAMES = re.compile(r"^DW, AVIM = .*\n?", re.MULTILINE)  # the collection's articles


def folder() -> Path:
    """Return the folder of articles that a notebook reads.

    It is `$STANDOFF_FOLDER`; without that the project in which the notebook lies, which is the
    nearest folder above with a codebook; or else `seeds` in a folder above. From then on, tables of
    pandas show dollar signs as they are; JupyterLab would typeset the words between two of them as
    a formula.

    >>> folder()
    PosixPath('seeds')
    """
    import pandas as pd

    pd.set_option("display.html.use_mathjax", False)
    if named := os.environ.get(VARIABLE):
        return Path(named)
    projects = [path for path in folders_above() if (path / RULES[0]).is_file()]
    return projects[0] if projects else find_folder("seeds")


def applies(notebook: NotebookNode, seeds: Path) -> bool:
    """Return whether a notebook of the collection has something to say about other articles.

    It does if they have what the metadata of its first cell names under `needs`: rows in a table of
    the corpus, such as frames; `tracks`, negotiating tables; `dates`, an event with a date; or
    `coders`, two beside gold who coded everything.
    """
    name = needs(notebook)
    if name == "coders":
        return len(coders(seeds, whole=True)) > 2
    if name is None:
        return False
    corpus = load(seeds)
    if name == "dates":
        from ..figures.event_choice import first_dated

        return first_dated(corpus) is not None
    return len(corpus.registry[name] if name == "tracks" else getattr(corpus, name)) > 0


def needs(notebook: NotebookNode) -> str | None:
    """Return what a notebook says it needs of the articles; None if it does not say."""
    named: str | None = notebook.cells[0].metadata.get("standoff", {}).get("needs")
    return named


def remove_collection_cells(notebook: NotebookNode) -> None:
    """Remove, in place, what a notebook says about the collection's own articles.

    These are the cells tagged `seeds`, and the names of the articles. A tagged opening loses its
    answer, what it needs and its reading time. Headings stay if something is left below them. Where
    a heading, or the title and question of an opening, speak of the collection's articles, the
    metadata of the cell give other words under `heading`.
    """
    opening, *cells = notebook.cells
    opening.source = _general_opening(opening)
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = (
                "" if _is_tagged(cell, OWN) else OWN_NAMES.sub("", cell.source).rstrip("\n")
            )
        elif _is_tagged(cell, OWN):
            headings = [line for line in cell.source.split("\n") if MARKDOWN_HEADING.match(line)]
            general = cell.metadata.get("standoff", {}).get("heading")
            cell.source = general or "\n\n".join(headings)
    notebook.cells = _without_empty_sections([opening, *cells])


def _general_opening(opening: NotebookNode) -> str:
    """An opening as it stands above any articles."""
    lines = [line for line in opening.source.split("\n") if line]
    if _is_tagged(opening, OWN):
        lines = [line for line in lines if not line.startswith(OF_THE_COLLECTION)]
        heading = opening.metadata.get("standoff", {}).get("heading")
        lines[:2] = [heading] if heading else lines[:2]
    asks = lines and lines[0].endswith("?")
    return "\n\n".join(lines) if asks else GENERAL_OPENING


def _is_tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _without_empty_sections(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells without headings that have nothing below them, and without cells left empty."""
    # rank of the next heading; 0 at the end, 7 before code and other words
    below = 0
    for cell in reversed(cells):
        lines: list[str] = []
        for line in reversed(cell.source.split("\n")):
            heading = MARKDOWN_HEADING.match(line) if cell.cell_type == "markdown" else None
            rank = len(heading[1]) if heading else 7
            if not heading or rank < below:
                lines.insert(0, line)
            if line.strip():
                below = rank if not heading else min(below, rank)
        cell.source = "\n".join(lines).strip("\n")
    return [cell for cell in cells if cell.source]
