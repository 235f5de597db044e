"""The commands import and export."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from ..annotation.dates import day, no_day
from ..annotation.did_you_mean import suggest
from ..annotation.problems import Report
from .common import CommandFailed, Outcome, command, flag, number

__all__ = ["export_to", "import_from"]

REMARKS_SHOWN = 40  # remarks on the screen; the file beside the project holds all of them


@command(
    "import",
    "make a project folder from another tool's files",
    {
        "format": "brat, polnear, cas-xmi, cas-json, w3c, catma, refi, label-studio, timeml, "
        "excel (or xlsx), csv, parquet, tables",
        "source": "the file or folder to read",
        "destination": "the project folder to make; it must not exist yet",
        "--published": {
            "action": "append",
            "default": [],
            "metavar": "[NAME=]DATE",
            "help": "day of publication, of all articles or of the one named",
        },
        "--gold": "the coder whose coding becomes the reference coding (default: gold, or an "
        "article's only coder)",
        "--like": "take codebook, actors and tracks from this folder (default: the standard "
        "codebook)",
        "--collect": flag("leave out files and articles with problems, and name them"),
    },
    untouched="nothing was written",
)
def import_from(called: Namespace) -> Outcome:
    """Make a project of another tool's files, with a list of what was set aside or changed."""
    from ..exchange import import_project
    from ..exchange.project_writer import LIST, lines_left_out

    known: dict[str, dict] = {}
    for given in called.published:
        name, _, words = given.rpartition("=")
        known[name] = {"published": day(words)}
        if known[name]["published"] is None:
            raise CommandFailed(no_day(words), 2)
    form, source, destination = _format(called, "read")
    left_out = Report() if called.collect else None
    written = import_project(
        form, source, destination, known, like=called.like, gold=called.gold, left_out=left_out
    )
    documents, remarks = written
    problems = lines_left_out(left_out)
    if len(remarks) > REMARKS_SHOWN:
        more = len(remarks) - REMARKS_SHOWN
        remarks = [
            *remarks[:REMARKS_SHOWN],
            f"… and {more} more remarks, all in {destination / LIST}",
        ]
    texts = [document for document in documents if document.name]
    articles = number(len({(document.name, document.text) for document in texts}), "article")
    codings = number(len(texts), "coding")
    annotations = number(sum(len(document.annotations) for document in documents), "annotation")
    line = f"{articles}, {codings}, {annotations} imported to {called.destination}"
    return Outcome([*written.summary(), line], [*remarks, *problems], 1 if problems else 0)


@command(
    "export",
    "write a project in another tool's format",
    {
        "format": "brat, cas-xmi, cas-json, w3c, refi, excel (or xlsx), csv, parquet, tables",
        "source": "the project folder",
        "destination": "the folder to write; it must not exist yet",
    },
    untouched="nothing was written",
)
def export_to(called: Namespace) -> Outcome:
    """Write a project in another tool's format, and say what that format cannot hold."""
    from ..exchange import export_project

    form, source, destination = _format(called, "write")
    losses = export_project(form, source, destination)
    files = sum(path.is_file() for path in destination.rglob("*"))
    line = f"{number(files, 'file')} written to {called.destination}"
    return Outcome([line], [f"not exported: {loss}" for loss in losses])


def _format(called: Namespace, direction: str) -> tuple[Any, Path, Path]:
    """The format, which must be able to "read" or "write", the source and the destination."""
    from ..exchange import FORMATS

    able = {key: form for key, form in FORMATS.items() if getattr(form, direction)}
    if called.format not in able:
        wrong = "can only be imported" if called.format in FORMATS else "is an unknown format"
        formats = "".join(f"\n    {key}: {form.about}" for key, form in able.items())
        message = f"'{called.format}' {wrong}; {suggest(called.format, able)}{formats}"
        raise CommandFailed(message, 2)
    return able[called.format], Path(called.source), Path(called.destination)
