"""The commands for a whole project: check, draft, write, share, restore, upgrade."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from ..annotation.problems import Problem
from .common import SEEDS, CommandFailed, Outcome, command, flag, number

__all__ = [
    "check",
    "draft",
    "grouped",
    "restore",
    "share",
    "upgrade",
    "write",
]

ALIKE = 3  # problems with one message that `check` prints one by one


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
