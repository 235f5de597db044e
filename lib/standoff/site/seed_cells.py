"""Which articles the notebooks read; and what steps aside when they are others than those that the
notebooks were written about."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["TITLE", "VARIABLE", "folder", "step_aside"]

VARIABLE = "STANDOFF_FOLDER"  # in the environment of a kernel
OWN, PAIR = (
    "seeds",
    "two-coders",
)  # tags of cells: about the collection's own articles; wants two coders

TITLE = "What do these articles say, and in whose voice?"  # of what is about any articles
OPENING = (
    f"# {TITLE}\n\n*How far can articles be read so that every sentence about them can be checked?*"
)
ALONE = (
    "*Agreement is that of two coders or more beside gold; these articles have fewer, so there "
    "is nothing to measure.*"
)
HEADING = re.compile(r"(#{1,6}) ")
CLAIM = re.compile(r"^@claim.*?^def (\w+)", re.MULTILINE | re.DOTALL)


def folder() -> Path:
    """The folder of articles that a notebook reads: the one setting, else the collection's own,
    `../seeds`.

    From then on pandas' own tables show what is in their cells as words: JupyterLab would typeset
    what stands between two dollar signs.

    >>> folder()
    PosixPath('../seeds')
    """
    import pandas as pd

    pd.set_option("display.html.use_mathjax", False)
    return Path(os.environ.get(VARIABLE) or "../seeds")


def step_aside(notebook, coders: int) -> None:
    """Take out of a notebook what is said of the collection's own articles: cells tagged `seeds`,
    and all but its opening where it wants two coders.

    An opening that is tagged becomes a general one. Headings stay where something is left beneath
    them, and the claims that step aside are named
    at the end. `coders`: how many there are beside gold.
    """
    opening, *cells = notebook.cells
    opening.source = (
        OPENING
        if _is_own(opening)
        else "\n\n".join(line for line in opening.source.split("\n") if line.startswith(("#", "*")))
    )
    if coders < 2 and any(PAIR in cell.metadata.get("tags", []) for cell in cells):
        notebook.cells = [opening, _said(ALONE)]
        return
    claims = [
        f"`{name}`"
        for cell in cells
        if _is_own(cell) and cell.cell_type == "code"
        for name in CLAIM.findall(cell.source)
    ]
    kept = [opening, *(_headings(cell) if _is_own(cell) else cell for cell in cells)]
    named = (
        [
            _said(
                f"*About other articles, and left out here: the "
                f"claim{'s' * (len(claims) > 1)} {', '.join(claims)}.*"
            )
        ]
        if claims
        else []
    )
    notebook.cells = [*_filled(kept), *named]


def _is_own(cell):
    return OWN in cell.metadata.get("tags", [])


def _said(words):
    import nbformat

    return nbformat.v4.new_markdown_cell(words, id="stepped-aside")


def _headings(cell):
    """The cell with nothing but its headings; code has none."""
    cell.source = "\n\n".join(
        line
        for line in cell.source.split("\n")
        if cell.cell_type == "markdown" and HEADING.match(line)
    )
    return cell


def _filled(cells):
    """The cells without headings under which nothing is left, and without those that hold nothing
    then."""
    # rank of the heading that comes next; 0 at the end, more than any before other words and code
    below = 0
    for cell in reversed(cells):
        lines = []
        for line in reversed(cell.source.split("\n")):
            found = HEADING.match(line) if cell.cell_type == "markdown" else None
            if not found or len(found[1]) < below:
                lines.append(line)
            if line.strip():
                below = 7 if not found else min(below, len(found[1]))
        cell.source = "\n".join(reversed(lines)).strip("\n")
    return [cell for cell in cells if cell.source]
