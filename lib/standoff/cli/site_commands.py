"""The commands for notebooks and the site: html, run, clean."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from .common import SEEDS, CommandFailed, Outcome, command, flag, number

__all__ = ["clean", "html", "run"]

NOTEBOOKS = {"nargs": "*", "help": "notebooks (default: all)"}


@command(
    "html",
    "execute all notebooks and write the site",
    {
        "folder": SEEDS,
        "--site": {"default": "_site", "help": "folder to write (default: _site)"},
        "--no-collection": flag("render only the project's own notebooks, none of the collection"),
        "--no-cache": flag("execute every notebook, changed or not"),
        "--single-file": flag(
            "also write the whole site as one page to send by mail, standoff.html"
        ),
        "--no-text": flag("show only those passages of the articles that claims and prose quote"),
    },
)
def html(called: Namespace) -> Outcome:
    """Write the site."""
    from ..site.builder import build, cache_of
    from ..site.kernels import NotebookFailed

    notebooks, seeds, site = Path("notebooks"), Path(called.folder), Path(called.site).resolve()
    state = "the last good site stays" if site.exists() else "there is no site yet"
    called.untouched = f"nothing was written; {state}"
    cache = None if called.no_cache else cache_of(notebooks, seeds, site)
    try:
        pages = build(
            notebooks,
            seeds,
            site,
            called.single_file,
            cache,
            texts=not called.no_text,
            collection=not called.no_collection,
        )
    except NotebookFailed as error:
        raise CommandFailed(str(error)) from error
    return Outcome(
        [f"{number(len(pages), 'notebook')} rendered: {called.site}/index.html"],
        list(_left_to_write(seeds / "notebooks")),
    )


def _left_to_write(notebooks: Path) -> Iterator[str]:
    """A remark on each notebook that still holds words of the one that `new` makes."""
    from ..authoring.standard_files import left_to_write

    for path in sorted(notebooks.glob("*.ipynb")):
        words = left_to_write(path.read_text(encoding="utf-8"))
        if words:
            cells = "”, “".join(words)
            yield f"{path}: published with words of the template, in the cells with “{cells}”"


@command(
    "run",
    "execute notebooks and store their outputs in them",
    {"notebooks": NOTEBOOKS},
    untouched="",
)
def run(called: Namespace) -> Outcome:
    """Execute notebooks."""
    from ..site.kernels import NotebookFailed, store

    notebooks = _notebooks(called)
    if not notebooks:
        raise CommandFailed("notebooks: no notebooks here; expected *.ipynb")
    try:
        store(notebooks)
    except NotebookFailed as error:
        raise CommandFailed(str(error)) from error
    return Outcome([])


@command(
    "clean",
    "remove from notebooks what JupyterLab added when it saved them",
    {"notebooks": NOTEBOOKS},
)
def clean(called: Namespace) -> Outcome:
    """Clean notebooks: all of them, or none if one cannot be read."""
    from ..corpus.safe_writing import write_texts

    paths = _notebooks(called)
    problems, cleaned = [], {}
    for path in paths:
        stored = path.read_bytes()
        try:
            text = _cleaned(stored.decode())
        except Exception as error:  # nbformat raises errors of many kinds
            problems.append(f"{path}: not a notebook: {str(error).splitlines()[0]}")
        else:
            if text.encode() != stored:
                cleaned[path] = text
    if problems:
        raise CommandFailed("\n".join(problems))
    write_texts(cleaned)
    unchanged = len(paths) - len(cleaned)
    return Outcome([f"{number(len(cleaned), 'notebook')} changed, {unchanged} unchanged"])


def _cleaned(text: str) -> str:
    """The text of a notebook after cleaning. Raises what nbformat raises if it is not one."""
    import nbformat

    from ..site import kernels

    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    if notebook.nbformat != 4:
        raise ValueError(f"nbformat {notebook.nbformat}; expected 4")
    return nbformat.writes(kernels.clean(notebook)) + "\n"


def _notebooks(called: Namespace) -> list[Path]:
    return [Path(name) for name in called.notebooks] or sorted(Path("notebooks").glob("*.ipynb"))
