"""The commands for articles of one's own: new, accept, compile, format, reanchor."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

from ..annotation.brat import Problem, SeedError, read_text
from ..annotation.limits import CELL
from ..annotation.problems import Report
from ..authoring.notes import __doc__ as explained
from ..corpus.files import in_words

__all__ = ["declare", "guarded", "number"]

COLUMNS = (
    "text",
    "title",
    "published",
    "name",
    "outlet",
    "author",
    "country",
    "genre",
    "language",
    "rights",
    "coder_name",
)


def declare(commands) -> dict[str, Callable]:
    """Add the commands to an argument parser's sub-commands; what runs each of them."""
    _declare_new(commands)
    accept = commands.add_parser("accept", help="confirm the proposed zones and sentences")
    accept.add_argument("target", help="a project folder, or one article's folder in it")
    form = {"epilog": explained, "formatter_class": argparse.RawDescriptionHelpFormatter}
    notes = commands.add_parser(
        "compile", help="make .ann files of annotation written by hand (notes.toml)", **form
    )
    notes.add_argument("target", help="a project folder, or one article's folder in it")
    notes.add_argument(
        "--coder", help="only this coder's notes (default: all); 'proposed' for zones and sentences"
    )
    notes.add_argument(
        "--replace",
        action="store_true",
        help="give up annotations of the .ann that the notes do not give",
    )
    notes.add_argument(
        "--reverse",
        action="store_true",
        help="the other way: write the notes that give what the .ann holds",
    )
    tidy = commands.add_parser(
        "format", help="write .ann files in canonical order, ids and spacing"
    )
    tidy.add_argument("targets", nargs="+", help=".ann files, articles' folders or project folders")
    tidy.add_argument(
        "--check", action="store_true", help="change nothing, fail where a file is not canonical"
    )
    moved = commands.add_parser(
        "reanchor", help="give an article a corrected text and carry the annotations over"
    )
    moved.add_argument("article", help="an article's folder")
    moved.add_argument("new_text", help="file with the corrected text: plain text in UTF-8")
    moved.add_argument(
        "--settle", help="file in which open places are written down and decided (TOML)"
    )
    moved.add_argument("--partial", help="take out what is open and write it to this new file")
    moved.add_argument(
        "--normalise",
        action="store_true",
        help="remove a byte order mark and make line ends LF, and say so in meta.toml",
    )
    own = {
        "new": _new,
        "accept": _accept,
        "compile": _compile,
        "format": _format,
        "reanchor": _reanchor,
    }
    return {name: guarded(command) for name, command in own.items()}


def _declare_new(commands):
    new = commands.add_parser(
        "new", help="add articles to a project folder, which is made where there is none"
    )
    new.add_argument("folder", help="the project folder")
    new.add_argument(
        "text", nargs="?", help="file with the text of one article: plain text in UTF-8"
    )
    new.add_argument(
        "--list",
        help=f"a CSV file with one article a line, for many at once; columns: {', '.join(COLUMNS)}",
    )
    new.add_argument("--title", help="the headline, as the text has it")
    new.add_argument("--published", help="day of publication, such as 2017-04-14")
    new.add_argument(
        "--name", help="name of the article's folder (default: outlet or title, and date)"
    )
    for name, about in (
        ("outlet", "who published it"),
        ("country", "of the outlet"),
        ("genre", "such as news report"),
        ("language", "such as en"),
    ):
        new.add_argument(f"--{name}", help=about)
    new.add_argument("--author", action="append", help="one author; again for each further one")
    new.add_argument("--rights", help="whose text it is, and on what ground it is used")
    new.add_argument("--coder-name", help="who codes")
    new.add_argument(
        "--like",
        help=(
            "copy codebook, actors and tracks of this folder (default: the standard codebook, "
            "empty registries)"
        ),
    )
    new.add_argument(
        "--normalise",
        action="store_true",
        help="remove a byte order mark and make line ends LF, and say so in meta.toml",
    )


def guarded(command: Callable, untouched: str = "nothing was changed") -> Callable:
    """A command that ends with 1 and clear words where something is found wrong, whatever the
    system says."""

    def run(called) -> int:
        try:
            return command(called)
        except (SeedError, OSError) as error:
            print(
                f"{in_words(error) if isinstance(error, OSError) else error}\n{untouched}",
                file=sys.stderr,
            )
            return 1

    return run


def number(count: int, noun: str) -> str:
    """How many of what, as commands say it.

    >>> number(1, "article"), number(1200, "span")
    ('1 article', '1,200 spans')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _new(called):
    from ..authoring.project import add, entry_from_row

    if (called.text is None) == (called.list is None):
        print(
            "expected the file of one article's text, or --list with a CSV file of many",
            file=sys.stderr,
        )
        return 2
    given = {name: getattr(called, name) for name in COLUMNS} | {
        "author": "; ".join(called.author or [])
    }
    rows = _listed(Path(called.list)) if called.list else [("", given)]
    entries, wrong = [], []
    for where, row in rows:
        entry, found = entry_from_row(row)
        wrong += [where + message for message in found]
        if entry:
            entries.append(entry)
    if wrong:
        print("\n".join([*wrong, "nothing was changed"]), file=sys.stderr)
        return 2
    added = add(
        called.folder,
        entries,
        called.like,
        called.normalise,
        [Path(called.list)] if called.list else [],
    )
    for one in added:
        print(
            f"{one.folder}: {number(one.zones, 'zone')} and "
            f"{number(one.sentences, 'sentence')} proposed in proposed.ann"
        )
        for remark in one.remarks:
            print(f"{one.folder}: {remark}", file=sys.stderr)
    where = added[0].folder if len(added) == 1 else called.folder
    print(
        f"next: look through proposed.ann, change labels where they are wrong, then: python "
        f"-m standoff accept {where}"
    )
    return 0


def _listed(path):
    """(place, row) of each line of a CSV file; texts are looked for beside it. Commas, semicolons
    and tabs part columns."""
    problems = Report()
    source = read_text(path, str(path), problems, any_editor=True)
    head = (source or "").split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(source or "", newline=""), delimiter=max(",;\t", key=head.count)
    )
    rows = []
    for line, row in _rows(reader, str(path), problems):
        if None in row:
            more = (
                f"has more cells than there are columns; expected quotation marks around words "
                f"that hold a {reader.reader.dialect.delimiter}"
            )
            problems.append(Problem(str(path), line, more))
        rows.append(
            (
                f"{path}:{line}: ",
                {**row, "text": row.get("text") and str(path.parent / row["text"])},
            )
        )
    if not rows and not problems:
        problems.append(
            Problem(
                str(path), 1, "lists no article; expected one a line below the names of the columns"
            )
        )
    if problems:
        raise SeedError(problems)
    return rows


def _rows(reader, name, problems):
    """(line where it ends, row) of a table; columns that are unknown and what is no CSV are added
    to `problems`."""
    begins, before = 1, csv.field_size_limit(CELL)  # a longer one lacks a quotation mark at its end
    try:
        unknown = set(reader.fieldnames or ()) - {*COLUMNS}
        problems += [
            Problem(name, 1, f"'{column}' is an unknown column; expected {', '.join(COLUMNS)}")
            for column in sorted(unknown)
        ]
        begins = reader.line_num + 1
        for row in reader:
            yield reader.line_num, row
            begins = reader.line_num + 1
    except csv.Error as error:
        most = (
            f"expected cells of at most {CELL:,} characters; is the quotation mark missing that "
            f"ends one?"
        )
        problems.append(Problem(name, begins, f"is no CSV that can be read: {error}; {most}"))
    finally:
        csv.field_size_limit(before)


def _accept(called):
    from ..authoring.project import accept

    for done in accept(called.target):
        left = (
            f"; {number(done.left_out, 'sentence')} left out in zones that are not divided"
            if done.left_out
            else ""
        )
        files = ", ".join(f"{coder}.ann" for coder in done.coders)
        print(
            f"{done.folder}: {number(done.zones, 'zone')} and "
            f"{number(done.sentences, 'sentence')} accepted into {files}{left}"
        )
    return 0


def _compile(called):
    from ..authoring.compiling import compile_notes, reverse

    done = (reverse if called.reverse else compile_notes)(
        called.target, called.coder, called.replace
    )
    for one in done:
        print(f"{one.path}: {number(one.annotations, 'annotation')} from {one.source.name}")
        for problem in one.to_do:
            print(f"{problem.path}: still to do: {problem.message}", file=sys.stderr)
    return 0


def _format(called):
    from ..authoring.ann_formatting import format_files

    changed, files = format_files(called.targets, write=not called.check)
    for path in changed:
        print(f"{path}: {'is not canonical' if called.check else 'written canonically'}")
    print(
        f"{number(len(files), 'file')} looked at, {len(changed)} "
        f"{'to be changed' if called.check else 'changed'}"
    )
    return int(called.check and bool(changed))


def _reanchor(called):
    from ..authoring.quotes import surroundings
    from ..authoring.reanchoring import reanchor

    done = reanchor(
        called.article, called.new_text, called.settle, called.partial, called.normalise
    )
    for one in done.open:
        print(f"{called.article}/text.txt:{one.line}: {one.words!r} ({'; '.join(one.marked)})")
        for pieces in one.candidates:
            print(
                "    now perhaps "
                + " and ".join(surroundings(done.text, *piece) for piece in pieces)
            )
    print(
        f"{number(done.carried, 'place')} carried, {done.settled} settled, {done.dropped} "
        f"given up, {len(done.open)} open"
    )
    if not done.changed:
        way = (
            f"decide in {called.settle} and call again"
            if called.settle
            else "add --settle FILE to decide, or --partial FILE to take them out"
        )
        print(f"nothing was changed; {way}", file=sys.stderr)
        return 1
    if done.proposed:
        print(
            f"zones and sentences are proposals again; next: python -m standoff accept "
            f"{called.article}"
        )
    for path in done.stale:
        print(
            f"{path}: quotes the old text still; compile will say what is missing", file=sys.stderr
        )
    return 0
