"""The commands for your own articles: new, accept, compile, format, reanchor."""

from __future__ import annotations

import csv
import io
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..annotation.problems import Report
from ..annotation.text_files import read_text
from ..authoring.notes import __doc__ as notes_explained
from .common import CommandFailed, Outcome, add_command, flag, number

__all__ = ["declare", "read_list"]

DESCRIPTION = {
    "title": "the headline, as in the text",
    "published": "day of publication, such as 2017-04-14",
    "name": "name of the article's folder (default: outlet or title, and date)",
    "outlet": "who published it",
    "author": {"action": "append", "default": [], "help": "an author; repeat for each"},
    "country": "country of the outlet",
    "genre": "such as news report",
    "language": "such as en",
    "rights": "who owns the text, and on what ground it is used",
    "coder_name": "who codes",
}
COLUMNS = ("text", *DESCRIPTION)
TARGET = "a project folder, or one article's folder in it"
NORMALISE = flag("remove a byte order mark, make line ends LF, and record that in meta.toml")


def declare(commands: Any) -> None:
    """Add the commands to the sub-commands of an argument parser."""
    add_command(
        commands,
        "new",
        _new,
        "add articles to a project folder, which is created if there is none",
        {
            "folder": "the project folder",
            "text": {"nargs": "?", "help": "text file of one article: plain text in UTF-8"},
            "--list": "a CSV file with one article per line, to add many at once; columns: "
            + ", ".join(COLUMNS),
            **{f"--{name.replace('_', '-')}": about for name, about in DESCRIPTION.items()},
            "--like": "copy codebook, actors and tracks from this folder (default: the standard "
            "codebook and empty registries)",
            "--normalise": NORMALISE,
        },
    )
    about = "confirm the proposed zones and sentences"
    add_command(commands, "accept", _accept, about, {"target": TARGET})
    add_command(
        commands,
        "compile",
        _compile,
        "turn hand-written annotation (notes.toml) into .ann files",
        {
            "target": TARGET,
            "--coder": "only this coder's notes (default: all); 'proposed' for zones and sentences",
            "--replace": flag("drop annotations of the .ann that the notes do not contain"),
            "--reverse": flag("the other direction: write notes that reproduce the .ann"),
        },
        epilog=notes_explained,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add_command(
        commands,
        "format",
        _format,
        "rewrite .ann files with canonical order, ids and spacing",
        {
            "targets": {"nargs": "+", "help": ".ann files, article folders or project folders"},
            "--check": flag("change nothing; fail if a file is not canonical"),
        },
    )
    add_command(
        commands,
        "reanchor",
        _reanchor,
        "give an article a corrected text and carry its annotations over",
        {
            "article": "an article's folder",
            "new_text": "file with the corrected text: plain text in UTF-8",
            "--settle": "file that lists open passages and takes your decisions (TOML)",
            "--partial": "remove open annotations and write them to this new file",
            "--normalise": NORMALISE,
        },
    )


def _new(called: Namespace) -> Outcome:
    from ..authoring.project import add, entry_from_row

    if (called.text is None) == (called.list is None):
        raise CommandFailed(
            "expected the text file of one article, or --list with a CSV file of many", 2
        )
    if called.list:
        lists = [Path(called.list)]
        rows = read_list(lists[0])
    else:
        lists = []
        rows = [("", vars(called) | {"author": "; ".join(called.author)})]
    entries, problems = [], []
    for place, row in rows:
        entry, messages = entry_from_row({name: row.get(name) for name in COLUMNS})
        if entry:
            entries.append(entry)
        problems += [place + message for message in messages]
    if problems:
        raise CommandFailed("\n".join(problems), 2)
    added = add(called.folder, entries, called.like, called.normalise, lists)
    lines, remarks = [], []
    for one in added:
        zones, sentences = number(one.zones, "zone"), number(one.sentences, "sentence")
        lines.append(f"{one.folder}: {zones} and {sentences} proposed in proposed.ann")
        remarks += [f"{one.folder}: {remark}" for remark in one.remarks]
    target = added[0].folder if len(added) == 1 else called.folder
    lines.append(
        "next: look through proposed.ann, change labels where they are wrong, then: python "
        f"-m standoff accept {target}"
    )
    return Outcome(lines, remarks)


def read_list(path: Path) -> list[tuple[str, dict]]:
    """(place, row) of each line of a CSV file of articles.

    Columns are separated by commas, semicolons or tabs; texts are looked for beside the file.
    Raises `SeedError` with every problem of the file.
    """
    report = Report()
    source = read_text(path, str(path), report, any_editor=True) or ""
    head = source.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(source, newline=""), delimiter=separator)
    rows = []
    try:
        for column in sorted(set(reader.fieldnames or ()) - {*COLUMNS}):
            message = f"'{column}' is an unknown column; expected {', '.join(COLUMNS)}"
            report.at(path).error(1, "E-list-column", message)
        for row in reader:
            line = reader.line_num
            if None in row:
                message = (
                    "there are more cells than columns; expected quotation marks around cells "
                    f"that contain {separator!r}"
                )
                report.at(path).error(line, "E-list-cells", message)
            text = row.get("text") and str(path.parent / row["text"])
            rows.append((f"{path}:{line}: ", {**row, "text": text}))
    except csv.Error as error:
        message = f"not a readable CSV file: {error}; is a closing quotation mark missing?"
        report.at(path).error(reader.line_num, "E-list-csv", message)
    if not rows and not report:
        message = "no article is listed; expected one per line below the names of the columns"
        report.at(path).error(1, "E-list-empty", message)
    report.raise_if_any()
    return rows


def _accept(called: Namespace) -> Outcome:
    from ..authoring.project import accept

    return Outcome(list(_accepted(accept(called.target))))


def _accepted(articles: Iterable[Any]) -> Iterator[str]:
    for done in articles:
        zones, sentences = number(done.zones, "zone"), number(done.sentences, "sentence")
        files = ", ".join(f"{coder}.ann" for coder in done.coders)
        line = f"{done.folder}: {zones} and {sentences} accepted into {files}"
        if done.left_out:
            left_out = number(done.left_out, "sentence")
            line += f"; {left_out} left out, in zones that are not divided into sentences"
        yield line


def _compile(called: Namespace) -> Outcome:
    from ..authoring.compiling import compile_notes, reverse

    work = reverse if called.reverse else compile_notes
    lines, remarks = [], []
    for done in work(called.target, called.coder, called.replace):
        lines.append(
            f"{done.path}: {number(done.annotations, 'annotation')} from {done.source.name}"
        )
        remarks += [f"{one.path}: still to do: {one.message}" for one in done.to_do]
    return Outcome(lines, remarks)


def _format(called: Namespace) -> Outcome:
    from ..authoring.ann_formatting import format_files

    changed, files = format_files(called.targets, write=not called.check)
    checked = f"{number(len(files), 'file')} checked"
    if called.check:
        lines = [f"{path}: not in canonical form" for path in changed]
        code = int(bool(changed))
        return Outcome([*lines, f"{checked}, {len(changed)} to be changed"], code=code)
    lines = [f"{path}: rewritten in canonical form" for path in changed]
    return Outcome([*lines, f"{checked}, {len(changed)} changed"])


def _reanchor(called: Namespace) -> Outcome:
    from ..authoring.quotes import surroundings
    from ..authoring.reanchoring import reanchor

    done = reanchor(
        called.article, called.new_text, called.settle, called.partial, called.normalise
    )
    lines = []
    for one in done.open:
        lines.append(
            f"{called.article}/text.txt:{one.line}: {one.words!r} ({'; '.join(one.marked)})"
        )
        for pieces in one.candidates:
            places = [surroundings(done.text, *piece) for piece in pieces]
            lines.append(f"    now perhaps {' and '.join(places)}")
    lines.append(
        f"{number(done.carried, 'passage')} carried over, {done.settled} settled, "
        f"{done.dropped} dropped, {len(done.open)} open"
    )
    if not done.changed:
        remedy = "add --settle FILE to decide, or --partial FILE to remove them"
        if called.settle:
            remedy = f"decide in {called.settle} and call reanchor again"
        return Outcome(lines, [f"nothing was changed; {remedy}"], 1)
    if done.proposed:
        lines.append(
            "zones and sentences are proposals again; next: python -m standoff accept "
            f"{called.article}"
        )
    stale = "still quotes the old text; compile will report what no longer matches"
    return Outcome(lines, [f"{path}: {stale}" for path in done.stale])
