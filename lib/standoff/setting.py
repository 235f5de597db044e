"""Which articles the notebooks read; and what steps aside when they are others than those that the notebooks were written about."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["VARIABLE", "folder", "step_aside"]

VARIABLE = "STANDOFF_FOLDER"  # in the environment of a kernel
OWN, PAIR, SKIP = "seeds", "two-coders", "skip-execution"  # tags of cells: about the collection's own articles; wants two coders; run by nobody


def folder() -> Path:
    """The folder of articles that a notebook reads: the one setting, else the collection's own, `../seeds`.

    >>> folder()
    PosixPath('../seeds')
    """
    return Path(os.environ.get(VARIABLE) or "../seeds")


def step_aside(notebook, coders: int) -> None:
    """Take out of a notebook what is said of the collection's own articles: cells tagged `seeds`, and all code where it wants two coders and has fewer.

    Headings stay, and a claim that steps aside is named. `coders`: how many there are beside gold.
    """
    import nbformat

    few = coders < 2 and any(PAIR in cell.metadata.get("tags", []) for cell in notebook.cells)
    cells = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and (few or OWN in cell.metadata.get("tags", [])):
            cells.append(nbformat.v4.new_markdown_cell(_left_out(cell.source, few), id=cell.id))
        elif number == 0 or OWN in cell.metadata.get("tags", []):
            cell.source = "\n\n".join(line for line in cell.source.split("\n") if line.startswith("#") or (number == 0 and line.startswith("*")))
            cells.append(cell)
        else:
            cells.append(cell)
    notebook.cells = [cell for cell in cells if cell.source]


def _left_out(source, few):
    names = re.findall(r"^@claim.*?^def (\w+)", source, re.MULTILINE | re.DOTALL)
    if few:
        return ""
    return "\n\n".join(f"*The claim `{name}` is about other articles and steps aside.*" for name in names)
