"""The commands for your own articles: new, article, codebook, relabel, accept, compile, format,
compare, adjudicate, reanchor."""

from __future__ import annotations

import csv
import io
from argparse import Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from ..annotation.problems import Report
from ..annotation.text_files import read_text
from ..authoring.standard_files import FRAMES
from .common import CommandFailed, Outcome, command, flag, number, right_call

__all__ = [
    "accept",
    "adjudicate",
    "article",
    "codebook",
    "compare",
    "compile_notes",
    "format_files",
    "new",
    "read_list",
    "reanchor",
    "relabel",
]

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
FRAME = {
    "--title": "what pages and figures call it (default: the label in small letters)",
    "--gloss": "what it means, in three words",
    "--example": "words that have the frame",
    "--counter-example": "words that seem to have it and do not",
    "--because": "why they do not",
    "--source": "where the frame comes from",
}
LIST_COLUMNS = ("text", *DESCRIPTION)
ZONE_SHOWN = 80  # code points of a zone in a list
NOTES_FORMAT = Path(__file__).parents[1] / "authoring" / "notes_format.txt"
TARGET = "a project folder, or one article's folder in it"
NORMALISE = flag("remove a byte order mark, make line ends LF, and record that in meta.toml")


@command(
    "new",
    "add articles to a project folder, which is created if there is none",
    {
        "folder": "the project folder",
        "text": {"nargs": "?", "help": "text file of one article: plain text in UTF-8"},
        "--list": "a CSV file with one article per line, to add many at once; columns: "
        + ", ".join(LIST_COLUMNS),
        **{f"--{name.replace('_', '-')}": about for name, about in DESCRIPTION.items()},
        "--like": "copy codebook, registries and guidelines from this folder (default: the "
        "standard ones, with no actors yet)",
        "--frames": {
            "choices": FRAMES,
            "help": "the frames of a new project: generic (Semetko and Valkenburg's five, the "
            "default) or policy (the fifteen of the Policy Frames Codebook)",
        },
        "--normalise": NORMALISE,
    },
)
def new(called: Namespace) -> Outcome:
    """Add articles to a project."""
    from ..authoring.project import add, entry_from_row

    if (called.text is None) == (called.list is None):
        raise CommandFailed(
            "expected the text file of one article, or --list with a CSV file of many", 2
        )
    if called.like and called.frames:
        raise CommandFailed("expected --frames or --like: a codebook that is copied has frames", 2)
    lists = [Path(called.list)] if called.list else []
    rows = [row for path in lists for row in read_list(path)]
    if not lists:
        rows = [("", vars(called) | {"author": "; ".join(called.author)})]
    entries, problems = [], []
    for place, row in rows:
        try:
            entries.append(entry_from_row(row))
        except ValueError as error:
            problems += [place + message for message in str(error).split("\n")]
    if problems:
        raise CommandFailed("\n".join(problems), 2)
    known = (called.like, called.normalise, lists, called.frames or FRAMES[0])
    added = add(called.folder, entries, *known)
    target = added[0].folder if len(added) == 1 else called.folder
    lines = [f"{one.folder}: {_divided(one)} proposed in proposed.ann" for one in added]
    lines.append(
        f"next: look through the zones with: python -m standoff relabel {added[0].folder}; correct "
        f"a label with: … LABEL LINE; then: python -m standoff accept {target}"
    )
    return Outcome(lines, [f"{one.folder}: {remark}" for one in added for remark in one.remarks])


def read_list(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """(place, row) of each line of a CSV file of articles.

    Columns are separated by commas, semicolons or tabs; paths of texts start at the file's folder.
    Raises `SeedError` with every problem of the file.
    """
    report = Report()
    error = report.at(path).error
    source = read_text(path, report, any_editor=True) or ""
    head = source.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(source, newline=""), delimiter=separator)
    rows = []
    try:
        for column in sorted(set(reader.fieldnames or ()) - {*LIST_COLUMNS}):
            message = f"'{column}' is an unknown column; expected {', '.join(LIST_COLUMNS)}"
            error(1, "E-list-column", message)
        for row in reader:
            if not any(row.values()):
                continue
            if None in row:
                message = (
                    "there are more cells than columns; expected quotation marks around "
                    f"cells that contain {separator!r}"
                )
                error(reader.line_num, "E-list-cells", message)
            text = row.get("text") and str(path.parent / row["text"])
            rows.append((f"{path}:{reader.line_num}: ", {**row, "text": text}))
    except csv.Error as wrong:
        message = f"not a readable CSV file: {wrong}; is a closing quotation mark missing?"
        error(reader.line_num, "E-list-csv", message)
    if not rows and not report:
        message = "no article is listed; expected one per line below the names of the columns"
        error(1, "E-list-empty", message)
    report.raise_if_any()
    return rows


def _divided(article: Any) -> str:
    """How many zones and sentences an article has."""
    return f"{number(article.zones, 'zone')} and {number(article.sentences, 'sentence')}"


@command(
    "codebook",
    "add a frame of your own to the codebook of a project",
    {
        "what": {"choices": ["add"], "help": "what to do"},
        "part": {"choices": ["frame"], "help": "what to add"},
        "label": "its label, such as Scarcity",
        "--definition": {"required": True, "help": "when a clause has the frame, in a sentence"},
        **FRAME,
        "--project": {"default": ".", "help": "the project folder (default: the current folder)"},
    },
)
def codebook(called: Namespace) -> Outcome:
    """Add a frame to a codebook."""
    from ..authoring.codebook_changes import add_frame

    words = {name: getattr(called, name) for name in map(_attribute, FRAME)}
    given = {name: value for name, value in words.items() if value}
    with right_call():
        line = add_frame(called.project, called.label, called.definition, **given)
    return Outcome([f"{Path(called.project, 'codebook.toml')}:{line}: frame {called.label} added"])


def _attribute(option: str) -> str:
    return option.strip("-").replace("-", "_")


@command("accept", "confirm the proposed zones and sentences", {"target": TARGET})
def accept(called: Namespace) -> Outcome:
    """Accept proposed zones and sentences."""
    from ..authoring import project

    lines = []
    for done in project.accept(called.target):
        files = ", ".join(f"{coder}.ann" for coder in done.coders)
        line = f"{done.folder}: {_divided(done)} accepted into {files}"
        if done.left_out:
            left_out = number(done.left_out, "sentence")
            line += f"; {left_out} left out, in zones that are not divided into sentences"
        lines.append(line)
    return Outcome(lines)


@command(
    "article",
    "rename, remove or redate an article of a project",
    {
        "what": {"choices": ["rename", "remove", "redate"], "help": "what to do with it"},
        "article": "the article's folder in the project",
        "value": {"nargs": "?", "help": "the new name, or the right day, such as 2017-04-14"},
        "--annotated": flag("remove the article even if it has been coded"),
    },
)
def article(called: Namespace) -> Outcome:
    """Rename, remove or redate an article."""
    from ..authoring import article_changes

    if (called.value is None) != (called.what == "remove"):
        expected = {"rename": "the new name", "redate": "the right day, such as 2017-04-14"}
        raise CommandFailed(f"expected {expected.get(called.what, 'the article alone')}", 2)
    if called.what == "rename":
        renamed = article_changes.rename(called.article, called.value)
        return Outcome([f"{Path(called.article).parent / renamed.name}: renamed"])
    if called.what == "remove":
        article_changes.remove(called.article, called.annotated)
        return Outcome([f"{called.article}: removed"])
    before = article_changes.redate(called.article, called.value)
    line = f"{called.article}: published {called.value} (was {before})"
    return Outcome([line], ["the values of times such as 'yesterday' are left as they were coded"])


@command(
    "relabel",
    "list the proposed zones of an article, or give some of them another label",
    {
        "article": "an article's folder in a project",
        "label": {"nargs": "?", "help": "the right label; without one the zones are listed"},
        "places": {
            "nargs": "*",
            "help": "numbers of lines in text.txt, or words of a zone in quotation marks; words "
            "that are only a part of their zone divide it",
        },
    },
)
def relabel(called: Namespace) -> Outcome:
    """Correct proposed zones, or list them."""
    from ..authoring import relabelling

    if called.label and not called.places:
        raise CommandFailed(f"expected the lines or the words that are {called.label}", 2)
    zones = (
        relabelling.relabel(called.article, called.label, called.places)
        if called.label
        else relabelling.proposed_zones(called.article)
    )
    return Outcome([f"{zone.line:4}  {zone.label:10}  {zone.words[:ZONE_SHOWN]}" for zone in zones])


@command(
    "compile",
    "turn hand-written annotation (notes.toml) into .ann files",
    {
        "target": TARGET,
        "--coder": "only this coder's notes (default: all); 'proposed' for zones and sentences",
        "--replace": flag("drop annotations of the .ann that the notes do not contain"),
    },
    epilog=NOTES_FORMAT.read_text(encoding="utf-8"),
    formatter_class=RawDescriptionHelpFormatter,
)
def compile_notes(called: Namespace) -> Outcome:
    """Write `.ann` files from notes."""
    from ..authoring import compiling

    lines, remarks = [], []
    for done in compiling.compile_notes(called.target, called.coder, called.replace):
        count = number(done.annotations, "annotation")
        lines.append(f"{done.path}: {count} from {done.source.name}")
        remarks += [f"{one.path}: still to do: {one.message}" for one in done.to_do]
    return Outcome(lines, remarks)


@command(
    "format",
    "rewrite .ann files with canonical order, ids and spacing",
    {
        "targets": {"nargs": "+", "help": ".ann files, article folders or project folders"},
        "--check": flag("change nothing; fail if a file is not canonical"),
    },
)
def format_files(called: Namespace) -> Outcome:
    """Rewrite `.ann` files in canonical form."""
    from ..authoring import ann_formatting

    changed, files = ann_formatting.format_files(called.targets, write=not called.check)
    state, done, code = "rewritten in canonical form", "changed", 0
    if called.check:
        state, done, code = "not in canonical form", "to be changed", int(bool(changed))
    lines = [f"{path}: {state}" for path in changed]
    lines.append(f"{number(len(files), 'file')} checked, {len(changed)} {done}")
    return Outcome(lines, code=code)


CODERS = {
    "nargs": 2,
    "default": (),
    "metavar": "NAME",
    "help": "two coders (default: those who have a file beside gold.ann, if they are two)",
}


@command(
    "compare",
    "show two coders' codings beside each other: agreement, and each disagreement as a passage",
    {
        "project": "a project folder",
        "article": {"nargs": "?", "help": "name of an article in it (default: all of both)"},
        "--coders": CODERS,
        "--layers": {
            "nargs": "+",
            "default": (),
            "metavar": "LAYER",
            "help": "layers of the codebook, such as framing (default: all)",
        },
    },
    untouched="",
)
def compare(called: Namespace) -> Outcome:
    """Compare two coders."""
    from ..authoring import comparing

    given = (called.project, called.article, called.coders, called.layers)
    with right_call():
        compared = comparing.compare(*given)
    return Outcome([str(compared)])


@command(
    "adjudicate",
    "ask about each disagreement of two coders, and write the reference coding",
    {"article": "an article's folder in a project", "--coders": CODERS},
    untouched="what was decided before is in adjudication.md",
)
def adjudicate(called: Namespace) -> Outcome:
    """Adjudicate two coders' differences on the terminal; an empty line stops."""
    from ..authoring import adjudicating
    from ..authoring.article_files import OutsideChangeError

    with right_call():
        session = adjudicating.adjudicate(called.article, called.coders)
    while session.current:
        print(f"{session}\n")
        taken = input("take (or later, undo; nothing to stop): ").strip()
        try:
            if taken in ("later", "undo"):
                getattr(session, taken)()
            elif taken:
                session.take(taken, input("reason: "))
            else:
                break
        except OutsideChangeError as error:
            raise CommandFailed(str(error)) from error
        except ValueError as error:
            print(f"\n{error}\n")
    return Outcome([str(session)])


@command(
    "reanchor",
    "give an article a corrected text and carry its annotations over",
    {
        "article": "an article's folder",
        "new_text": "file with the corrected text: plain text in UTF-8",
        "--settle": "file that lists open passages and takes your decisions (TOML)",
        "--partial": "remove open annotations and write them to this new file",
        "--normalise": NORMALISE,
    },
)
def reanchor(called: Namespace) -> Outcome:
    """Give an article a corrected text."""
    from ..authoring import reanchoring
    from ..authoring.quote_finding import surroundings

    done = reanchoring.reanchor(
        called.article, called.new_text, called.settle, called.partial, called.normalise
    )
    lines = []
    for one in done.open:
        place = f"{called.article}/text.txt:{one.line}"
        lines.append(f"{place}: {one.words!r} ({'; '.join(one.marked)})")
        for pieces in one.candidates:
            places = " and ".join(surroundings(done.text, *piece) for piece in pieces)
            lines.append(f"    now perhaps {places}")
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
        message = (
            "zones and sentences are proposals again; next: python -m standoff accept "
            f"{called.article}"
        )
        lines.append(message)
    stale = "still quotes the old text; compile will report what no longer matches"
    return Outcome(lines, [f"{path}: {stale}" for path in done.stale])
