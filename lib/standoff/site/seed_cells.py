"""Which articles the notebooks read, and what to remove from them if those are your own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.articles import RULES, find_folder, folders_above

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["TITLE", "VARIABLE", "folder", "remove_collection_cells"]

VARIABLE = "STANDOFF_FOLDER"  # in the environment of a kernel
# tags of cells: about the collection's own articles; needs two coders
OWN, PAIR = "seeds", "two-coders"

TITLE = "What do these articles say, and in whose voice?"  # of pages about any articles
OPENING = (
    f"# {TITLE}\n\n"
    "**Question.** How far can articles be read so that every sentence about them can be checked?"
)
ANSWER = "**Answer.**"  # begins a line of an opening that speaks of the collection's own articles
TOO_FEW_CODERS = (
    "*Agreement needs at least two coders beside gold; these articles have fewer, so there is "
    "nothing to measure.*"
)
HEADING = re.compile(r"(#{1,6}) ")
CLAIM = re.compile(r"^@claim.*?^def (\w+)", re.MULTILINE | re.DOTALL)


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


def remove_collection_cells(notebook: NotebookNode, coders: int) -> None:
    """Remove, in place, what a notebook says about the collection's own articles.

    These are the cells tagged `seeds`; of a notebook with cells that need two coders, everything
    but the opening, if there are fewer. `coders` counts those beside gold. A tagged opening becomes
    a general one, headings stay if something is left below them, and a last cell names the claims
    that were removed.
    """
    opening, *cells = notebook.cells
    lines = [line for line in opening.source.split("\n") if line.startswith(("#", "**"))]
    general = [line for line in lines if not (line.startswith(ANSWER) and _is_tagged(opening, OWN))]
    asks = lines[0].endswith("?") if lines else False
    opening.source = "\n\n".join(general) if asks else OPENING
    if coders < 2 and any(_is_tagged(cell, PAIR) for cell in cells):
        notebook.cells = [opening, _note(TOO_FEW_CODERS)]
        return
    claims = []
    for cell in cells:
        if not _is_tagged(cell, OWN):
            continue
        headings = []
        if cell.cell_type == "code":
            claims += [f"`{name}`" for name in CLAIM.findall(cell.source)]
        else:
            headings = [line for line in cell.source.split("\n") if HEADING.match(line)]
        cell.source = "\n\n".join(headings)
    notebook.cells = _without_empty_sections([opening, *cells])
    if claims:
        plural = "s" * (len(claims) > 1)
        words = f"*About other articles, and so left out: the claim{plural} {', '.join(claims)}.*"
        notebook.cells.append(_note(words))


def _is_tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _note(words: str) -> NotebookNode:
    import nbformat

    return nbformat.v4.new_markdown_cell(words, id="left-out")


def _without_empty_sections(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells without headings that have nothing below them, and without cells left empty."""
    # rank of the next heading; 0 at the end, 7 before code and other words
    below = 0
    for cell in reversed(cells):
        lines: list[str] = []
        for line in reversed(cell.source.split("\n")):
            heading = HEADING.match(line) if cell.cell_type == "markdown" else None
            rank = len(heading[1]) if heading else 7
            if not heading or rank < below:
                lines.insert(0, line)
            if line.strip():
                below = rank if not heading else min(below, rank)
        cell.source = "\n".join(lines).strip("\n")
    return [cell for cell in cells if cell.source]


def __dir__() -> list[str]:
    return __all__
