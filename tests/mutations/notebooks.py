"""What the notebooks show of a folder of articles, without a kernel: cells one by one in this
process, displays caught."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import nbformat
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

import standoff
from standoff import claims
from standoff.claims.analysis_choices import CHOICES
from standoff.corpus import loading as corpus
from standoff.figures.display import LATER
from standoff.site import seed_cells as setting

ROOM = Path(__file__).parents[2] / "notebooks"
NAMES = (
    "02_framing",
    "05_the_tables",
    "03_sourcing",
    "04_chronology",
    "06_conclusion",
    "01_read_them",
    "07_reliability",
)


def outputs(
    name: str, folder: Path, coders: tuple[str, ...], all_shown: bool, alone: tuple[str, ...] = ()
) -> Iterator[str]:
    """What each code cell of a notebook shows of a folder, as JSON, one after the other.

    Claims are tried on `coders` too, under every choice. Unless `all_shown`, nothing but claims is
    shown. `alone`: ids of cells, which need no others.
    Raises what the cell raises. The folder in which it runs holds no notebooks, so that none shows
    what others have stored.
    """
    shell = InteractiveShell.instance()
    space = {"__name__": "__main__"}
    with _settings(shell, folder, coders):
        for cell in nbformat.read(ROOM / f"{name}.ipynb", as_version=4).cells:
            if cell.cell_type == "code" and (not alone or cell.id in alone):
                shell.display_pub.outputs = []
                _run(cell.source, space, shell, all_shown)
                yield json.dumps(shell.display_pub.outputs, sort_keys=True, default=str)


def _run(source, space, shell, shown):
    """One cell; its last expression is shown as IPython would, or left out."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    if (
        shown
        and last is not None
        and (value := eval(compile(ast.Expression(last.value), "<cell>", "eval"), space))
        is not None
    ):
        data, _ = shell.display_formatter.format(value)
        shell.display_pub.outputs.append({"data": data})  # empty where the value has shown itself


@contextmanager
def _settings(shell, folder, coders):
    """Articles of `folder`, claims tried on `coders`, figures as specifications alone, displays
    caught."""
    publisher, universes, load = shell.display_pub, claims.universes, standoff.load
    before = {name: os.environ.get(name) for name in (setting.VARIABLE, LATER)}
    os.environ |= {setting.VARIABLE: str(folder), LATER: "yes"}
    shell.display_pub, claims.universes, standoff.load = (
        CapturingDisplayPublisher(),
        partial(_universes, coders),
        _loaded,
    )
    try:
        yield
    finally:
        shell.display_pub, claims.universes, standoff.load = publisher, universes, load
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@lru_cache(maxsize=6)  # folders come and go, each with its own name
def _loaded(folder, coder="gold"):
    return corpus.load(folder, coder)


@lru_cache(maxsize=6)
def _universes(coders, folder):
    """As `claims.universes`, of these coders alone."""
    return {
        f"{coder}, {choice}": change(_loaded(folder, coder))
        for coder in coders
        for choice, change in CHOICES.items()
    }
