"""The commands import and export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ..annotation.dates import day
from ..corpus.files import in_words, write_text
from .article_commands import guarded, number

__all__ = ["declare"]

SHOWN = 40  # remarks on the screen; the file beside the project holds all


def declare(commands) -> dict[str, Callable]:
    """Add the two commands to an argument parser's sub-commands; what runs each of them."""
    bring = commands.add_parser("import", help="make a project folder of another tool's files")
    bring.add_argument(
        "format",
        help="brat, polnear, cas-xmi, cas-json, w3c, catma, timeml, csv, parquet or tables",
    )
    bring.add_argument("source", help="the file or folder to read")
    bring.add_argument("destination", help="the project folder to make; it must not exist yet")
    bring.add_argument(
        "--published",
        action="append",
        default=[],
        metavar="[NAME=]DATE",
        help="day of publication, of all articles or of one",
    )
    bring.add_argument(
        "--gold",
        help="the coder whose coding is read first (default: gold, or an article's only coder)",
    )
    bring.add_argument(
        "--like",
        help="take codebook, actors and tracks of this folder (default: the standard codebook)",
    )
    export = commands.add_parser("export", help="write a project in another tool's form")
    export.add_argument(
        "format", help="brat, cas-xmi, cas-json, w3c, timeml, csv, parquet or tables"
    )
    export.add_argument("source", help="the project folder")
    export.add_argument("destination", help="folder to write; it must not exist yet")
    return {"import": _of_format(_import, "read"), "export": _of_format(_export, "write")}


def _of_format(command, direction):
    """A command that knows its format."""

    def run(called) -> int:
        from ..annotation.suggest import suggest
        from ..exchange import FORMATS

        able = {name: form for name, form in FORMATS.items() if getattr(form, direction)}
        if called.format in able:
            return command(called, able[called.format])
        known = (
            f"'{called.format}' can only be imported"
            if called.format in FORMATS
            else f"'{called.format}' is an unknown format"
        )
        print(f"{known}; {suggest(called.format, able)}", file=sys.stderr)
        return 2

    return guarded(run, "nothing was written")


def _import(called, form):
    from ..exchange import import_project

    known: dict[str, dict] = {}
    for given in called.published:
        name, _, words = given.rpartition("=")
        if (published := day(words)) is None:
            print(
                f"'{words}' is no day; expected year-month-day, such as 2017-04-14", file=sys.stderr
            )
            return 2
        known[name] = {"published": published}
    how = {"gold": called.gold, "like": called.like}
    documents, said = import_project(
        form, Path(called.source), Path(called.destination), known, **how
    )
    report = Path(called.destination) / "import.txt"
    _say(said, "nothing had to be said", report)
    counts = {
        "article": len({document.name for document in documents}),
        "coding": len(documents),
        "annotation": sum(len(document.annotations) for document in documents),
    }
    print(
        f"{', '.join(number(count, noun) for noun, count in counts.items())} imported to "
        f"{called.destination}"
    )
    return 0


def _say(said, nothing, report):
    """Repairs on the screen, the first of them where they are many; all of them in a file of the
    project."""
    shown = SHOWN
    try:
        write_text(report, "".join(f"{remark}\n" for remark in said) or f"{nothing}\n")
    except OSError as error:  # the project is there all the same
        print(in_words(error), file=sys.stderr)
        shown = len(said)
    for remark in said[:shown]:
        print(remark, file=sys.stderr)
    if len(said) > shown:
        print(f"… and {len(said) - shown} more remarks, all in {report}", file=sys.stderr)


def _export(called, form):
    from ..exchange import export_project

    losses = export_project(form, Path(called.source), Path(called.destination))
    for loss in losses:
        print(f"not carried: {loss}", file=sys.stderr)
    files = sum(path.is_file() for path in Path(called.destination).rglob("*"))
    print(f"{number(files, 'file')} written to {called.destination}")
    return 0
