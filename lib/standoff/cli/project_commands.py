"""The commands for a whole project: check, html, run, clean, write."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from .common import CommandFailed, Outcome, add_command, flag, number

__all__ = ["declare"]


def declare(commands: Any) -> None:
    """Add the commands to the sub-commands of an argument parser."""
    seeds = {"nargs": "?", "default": "seeds", "help": "folder of articles (default: seeds)"}
    notebooks = {"nargs": "*", "help": "notebooks (default: all)"}
    about = "verify every article, every coder's file and every registry"
    add_command(commands, "check", _check, about, {"folder": seeds}, untouched="")
    add_command(
        commands,
        "html",
        _html,
        "execute all notebooks and write the site",
        {
            "folder": seeds,
            "--site": {"default": "_site", "help": "folder to write (default: _site)"},
            "--no-cache": flag("execute every notebook, changed or not"),
            "--single-file": flag(
                "also write the whole site as one page to send by mail, standoff.html"
            ),
        },
    )
    about = "execute notebooks and store their outputs in them"
    add_command(commands, "run", _execute, about, {"notebooks": notebooks}, untouched="")
    about = "remove from notebooks what JupyterLab added when it saved them"
    add_command(commands, "clean", _clean, about, {"notebooks": notebooks})
    add_command(
        commands,
        "write",
        _write,
        "write the tables of all articles as a Parquet dataset for standoff.scan",
        {
            "folder": "folder of articles",
            "destination": "folder of the dataset; it must not exist yet",
            "--coder": {"default": "gold", "help": "whose coding (default: gold)"},
            "--collect": flag("leave out articles with problems, and name them"),
        },
        untouched="nothing was written",
    )


def _check(called: Namespace) -> Outcome:
    from ..authoring.checking import survey

    result = survey(called.folder)
    if result.problems:
        return Outcome([str(problem) for problem in result.problems], code=1)
    articles = number(result.articles, "article")
    annotations = number(result.annotations, "annotation")
    warnings = [str(warning) for warning in result.warnings]
    return Outcome([f"{articles}, {annotations}, no problems"], warnings)


def _html(called: Namespace) -> Outcome:
    from ..site.builder import build, cache_of
    from ..site.kernels import NotebookFailed

    notebooks, seeds, site = Path("notebooks"), Path(called.folder), Path(called.site).resolve()
    state = "the last good site stays" if site.exists() else "there is no site yet"
    called.untouched = f"nothing was written; {state}"
    cache = None if called.no_cache else cache_of(notebooks, seeds, site)
    try:
        pages = build(notebooks, seeds, site, called.single_file, cache)
    except NotebookFailed as error:
        raise CommandFailed(str(error)) from error
    return Outcome([f"{number(len(pages), 'notebook')} rendered: {site.name}/index.html"])


def _execute(called: Namespace) -> Outcome:
    from ..site.kernels import NotebookFailed, store

    notebooks = _notebooks(called)
    if not notebooks:
        raise CommandFailed("notebooks: no notebooks here; expected *.ipynb")
    try:
        store(notebooks)
    except NotebookFailed as error:
        raise CommandFailed(str(error)) from error
    return Outcome([])


def _write(called: Namespace) -> Outcome:
    from ..corpus.loading import batches
    from ..scale.dataset import MANIFEST, write

    errors = "collect" if called.collect else "raise"
    try:
        folder = write(batches(called.folder, called.coder, errors), called.destination)
    except ValueError as error:
        raise CommandFailed(str(error)) from error
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    rows = manifest["tables"]["documents"]["rows"]
    return Outcome([f"{number(rows, 'article')} written: {folder}"])


def _notebooks(called: Namespace) -> list[Path]:
    return [Path(name) for name in called.notebooks] or sorted(Path("notebooks").glob("*.ipynb"))


def _clean(called: Namespace) -> Outcome:
    from ..corpus.files import write_text

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
    for path, text in cleaned.items():
        write_text(path, text)
    unchanged = len(paths) - len(cleaned)
    return Outcome([f"{number(len(cleaned), 'notebook')} changed, {unchanged} unchanged"])


def _cleaned(text: str) -> str:
    """The text of a notebook after cleaning. Raises what nbformat raises if it is not one."""
    import nbformat

    from ..site.kernels import clean

    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    if notebook.nbformat != 4:
        raise ValueError(f"nbformat {notebook.nbformat}; expected 4")
    return nbformat.writes(clean(notebook)) + "\n"
