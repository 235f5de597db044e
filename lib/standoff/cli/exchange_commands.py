"""The commands import and export."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from ..annotation.dates import day
from ..corpus.files import write_text
from .common import CommandFailed, Outcome, add_command, number

__all__ = ["declare"]

SHOWN = 40  # remarks on the screen; the file beside the project holds all of them


def declare(commands: Any) -> None:
    """Add the commands to the sub-commands of an argument parser."""
    add_command(
        commands,
        "import",
        _import,
        "make a project folder from another tool's files",
        {
            "format": "brat, polnear, cas-xmi, cas-json, w3c, catma, timeml, csv, parquet, tables",
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
        },
        untouched="nothing was written",
    )
    add_command(
        commands,
        "export",
        _export,
        "write a project in another tool's format",
        {
            "format": "brat, cas-xmi, cas-json, w3c, csv, parquet, tables",
            "source": "the project folder",
            "destination": "the folder to write; it must not exist yet",
        },
        untouched="nothing was written",
    )


def _format(name: str, direction: str) -> Any:
    """The format of this name if it can "read" or "write"."""
    from ..annotation.suggest import suggest
    from ..exchange import FORMATS

    able = {key: form for key, form in FORMATS.items() if getattr(form, direction)}
    if name not in able:
        wrong = "can only be imported" if name in FORMATS else "is an unknown format"
        raise CommandFailed(f"'{name}' {wrong}; {suggest(name, able)}", 2)
    return able[name]


def _import(called: Namespace) -> Outcome:
    from ..exchange import import_project

    known: dict[str, dict] = {}
    for given in called.published:
        name, _, words = given.rpartition("=")
        known[name] = {"published": day(words)}
        if known[name]["published"] is None:
            raise CommandFailed(
                f"'{words}' is not a date; expected year-month-day, such as 2017-04-14", 2
            )
    source, destination = Path(called.source), Path(called.destination)
    documents, remarks = import_project(
        _format(called.format, "read"),
        source,
        destination,
        known,
        gold=called.gold,
        like=called.like,
    )
    called.untouched = f"the articles are in {destination}, without the list of remarks"
    path = destination / "import.txt"
    write_text(path, "\n".join(remarks or ["nothing to report"]) + "\n")
    if len(remarks) > SHOWN:
        more = len(remarks) - SHOWN
        remarks = [*remarks[:SHOWN], f"… and {more} more remarks, all in {path}"]
    counts = [
        number(len({document.name for document in documents}), "article"),
        number(len(documents), "coding"),
        number(sum(len(document.annotations) for document in documents), "annotation"),
    ]
    return Outcome([f"{', '.join(counts)} imported to {called.destination}"], remarks)


def _export(called: Namespace) -> Outcome:
    from ..exchange import export_project

    destination = Path(called.destination)
    form = _format(called.format, "write")
    losses = export_project(form, Path(called.source), destination)
    files = sum(path.is_file() for path in destination.rglob("*"))
    line = f"{number(files, 'file')} written to {called.destination}"
    return Outcome([line], [f"not exported: {loss}" for loss in losses])
