"""The commands for a whole project: check, draft, html, run, clean, write."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from ..annotation.problems import Problem
from .common import CommandFailed, Outcome, command, flag, number

__all__ = [
    "check",
    "clean",
    "draft",
    "grouped",
    "html",
    "restore",
    "run",
    "share",
    "upgrade",
    "write",
]

ALIKE = 3  # problems with one message that `check` prints one by one
SEEDS = {"nargs": "?", "default": "seeds", "help": "folder of articles (default: seeds)"}
NOTEBOOKS = {"nargs": "*", "help": "notebooks (default: all)"}


@command(
    "check",
    "verify every article, every coder's file and every registry",
    {"folder": SEEDS},
    untouched="",
)
def check(called: Namespace) -> Outcome:
    """Verify a folder of articles."""
    from ..authoring.checking import survey

    result = survey(called.folder)
    if result.problems:
        return Outcome(grouped(result.problems, called.folder), code=1)
    articles = number(result.articles, "article")
    annotations = number(result.annotations, "annotation")
    remarks = [*grouped(result.warnings, called.folder), *result.summary(called.folder)]
    return Outcome([f"{articles}, {annotations}, no problems"], remarks)


def grouped(problems: list[Problem], folder: str) -> list[str]:
    """Return a line for each problem; of more than `ALIKE` with one message, a line for all.

    A message that names the article is that of all articles in `folder`, as its command is.

    >>> grouped([Problem(f"mine/{n}/gold.ann", 1, "nothing is coded yet") for n in "abcd"], "mine")
    ['mine/a/gold.ann:1: nothing is coded yet (and 3 more)']
    """
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        message = problem.message.replace(str(Path(problem.path).parent), str(Path(folder)))
        groups.setdefault((problem.code, message), []).append(problem)
    lines = []
    for (_, message), (first, *more) in groups.items():
        if len(more) < ALIKE:
            lines += [str(problem) for problem in (first, *more)]
        else:
            lines.append(f"{first._replace(message=message)} (and {len(more):,} more)")
    return lines


@command(
    "draft",
    "propose quotations, attributions, times and names in English articles, by rule",
    {
        "project": "a project folder, or one article's folder in it",
        "article": {"nargs": "?", "help": "one article's folder in it (default: all)"},
    },
)
def draft(called: Namespace) -> Outcome:
    """Write drafts.toml for articles."""
    from ..authoring.drafting import DRAFTS
    from ..authoring.drafting import draft as write_drafts

    drafted = write_drafts(called.project, called.article and Path(called.article).name)
    lines, remarks = [], []
    for folder, counts, skipped, remark in drafted:
        listed = ", ".join(f"{label} {count}" for label, count in counts.items())
        result = f"no drafts, {skipped}" if skipped else f"{listed or 'nothing found'}: {DRAFTS}"
        lines.append(f"{folder}: {result}")
        remarks += [f"{folder}: {remark}"] if remark else []
    lines.append("a draft does not count until a person accepts it: see docs/drafts.md")
    return Outcome(lines, remarks)


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
        chosen = {"texts": not called.no_text, "collection": not called.no_collection}
        pages = build(notebooks, seeds, site, called.single_file, cache, **chosen)
    except NotebookFailed as error:
        raise CommandFailed(str(error)) from error
    line = f"{number(len(pages), 'notebook')} rendered: {called.site}/index.html"
    return Outcome([line], list(_left_to_write(seeds / "notebooks")))


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
    "write",
    "write the tables of all articles as a Parquet dataset for standoff.scan",
    {
        "folder": "folder of articles",
        "destination": "folder of the dataset; it must not exist yet",
        "--coder": {"default": "gold", "help": "whose coding (default: gold)"},
        "--collect": flag("leave out articles with problems, and name them"),
    },
    untouched="nothing was written",
)
def write(called: Namespace) -> Outcome:
    """Write a Parquet dataset."""
    from ..corpus.loading import batches
    from ..scale.dataset import MANIFEST
    from ..scale.dataset import write as write_dataset

    errors = "collect" if called.collect else "raise"
    try:
        articles = batches(called.folder, called.coder, errors)
        folder = write_dataset(articles, called.destination)
    except ValueError as error:
        raise CommandFailed(str(error)) from error
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    rows = manifest["tables"]["documents"]["rows"]
    return Outcome([f"{number(rows, 'article')} written: {folder}"])


@command(
    "share",
    "write a copy of a project without the articles' words",
    {
        "folder": "folder of articles",
        "destination": "folder of the copy; it must not exist yet",
        "--keep": {
            "action": "append",
            "default": [],
            "metavar": "FILE",
            "help": "copy this file although it quotes the articles; may be repeated",
        },
    },
    untouched="nothing was written",
)
def share(called: Namespace) -> Outcome:
    """Share a project without its texts."""
    from ..authoring.sharing import share as write_shared

    shared = write_shared(called.folder, called.destination, called.keep)
    lines = [
        f"{number(shared.articles, 'article')}, {number(shared.codings, 'coding')} without the "
        f"articles' words: {called.destination}"
    ]
    if shared.left_out:
        why = "left out, because they quote the articles, hold outputs, or are no text (--keep): "
        lines.append(why + ", ".join(shared.left_out))
    return Outcome(lines)


@command(
    "restore",
    "put the articles' texts into a shared copy of a project",
    {
        "folder": "folder that 'share' wrote",
        "texts": {"nargs": "+", "help": "the articles' texts: files, or folders to search"},
    },
)
def restore(called: Namespace) -> Outcome:
    """Restore a shared project."""
    from ..authoring.sharing import restore as restore_texts

    shared = restore_texts(called.folder, called.texts)
    articles = number(shared.articles, "article")
    codings = number(shared.codings, "coding")
    return Outcome([f"{articles}, {codings} restored, every byte as shared: {called.folder}"])


@command(
    "upgrade",
    "add to a project of an earlier version what it lacks",
    {"folder": "folder of articles"},
)
def upgrade(called: Namespace) -> Outcome:
    """Bring a project up to the present format."""
    from ..authoring.upgrading import upgrade as upgrade_project

    changes = upgrade_project(called.folder)
    if not changes:
        return Outcome([f"nothing to do: {called.folder} is of the present format"])
    return Outcome([f"added to {change}" for change in changes])


@command(
    "clean",
    "remove from notebooks what JupyterLab added when it saved them",
    {"notebooks": NOTEBOOKS},
)
def clean(called: Namespace) -> Outcome:
    """Clean notebooks: all of them, or none if one cannot be read."""
    from ..corpus.files import write_texts

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
