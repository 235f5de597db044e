"""Code an invented article by notes and in the annotator, and count what is typed and clicked.

    .venv/bin/python docs/effort.py

prints the tables of docs/effort.md. The notes in docs/effort say what the coding is; `Coder` brings
the annotator to the same coding. tests/authoring/test_effort.py performs each key and click in a
browser and compares the annotation. No person was timed.
"""

import datetime as dt
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from effort_coder import Coder, Key, Mark, marks_of

from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.compiling import compile_notes
from standoff.authoring.drafting import draft
from standoff.authoring.project import Entry, accept, add
from standoff.authoring.relabelling import relabel

MATERIAL = Path(__file__).parent / "effort"
TITLE = "Maternity ward in Orrendale to close in September"
QUOTED = (
    "quote",
    "until",
    "prefix",
    "suffix",
    "by",
    "says",
)  # keys of notes with words of the text


def new_project(folder: Path) -> Path:
    """Make a project with the article, its zones and its actors; return the article's folder."""
    text = MATERIAL / "ward.txt"
    add(folder, [Entry(text, TITLE, dt.date(2024, 5, 16), name="ward")])
    relabel(folder / "ward", "Note", ["28"])
    accept(folder)
    shutil.copy(MATERIAL / "actors.toml", folder)
    return folder / "ward"


def code_by_notes(folder: Path) -> AnnotatorSession:
    """Compile the notes in a new project; return the coding."""
    article = new_project(folder)
    shutil.copy(MATERIAL / "notes.toml", article)
    compile_notes(article)
    return AnnotatorSession(article)


def goal_of(state: AnnotatorSession) -> dict[Key, Mark]:
    """The marks of a coding."""
    return marks_of(state.annotations, state.book)


def code_in_annotator(folder: Path, goal: dict[Key, Mark], drafts: bool) -> Coder:
    """Code a new project in the annotator until its marks are those of the goal."""
    article = new_project(folder)
    if drafts:
        draft(folder)
    coder = Coder(AnnotatorSession(article), goal)
    coder.work()
    return coder


class Effort(NamedTuple):
    """Numbers of keys, clicks and drags."""

    times: int
    keys: int
    clicks: int
    drags: int


def effort_of(coder: Coder, name: str = "") -> Effort:
    """What the actions of a name took, or all."""
    actions = [one for one in coder.actions if name in ("", one.name)]
    gestures = [gesture for one in actions for gesture in one.gestures]
    return Effort(
        len(actions),
        sum(one.keys for one in gestures),
        sum(one.clicks for one in gestures),
        sum(one.drags for one in gestures),
    )


def quoted_in(value: Any, key: str = "") -> Iterator[str]:
    """Yield the words that notes quote from the text."""
    if isinstance(value, str) and key in QUOTED:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from quoted_in(one, key)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from quoted_in(one, name)


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Rows as a table in Markdown."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    cells = [[f"{one:,}" if isinstance(one, int) else one for one in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def compared(notes: str, alone: Coder, drafted: Coder) -> str:
    """The three ways beside each other."""
    entries = tomllib.loads(notes)
    columns = [effort_of(alone), effort_of(drafted)]
    quoted = sum(map(len, quoted_in(entries)))
    rows: list[list[Any]] = [
        ["keys", len(notes), *(one.keys for one in columns)],
        ["of these, words of the article, which could be pasted", quoted, 0, 0],
        ["clicks", 0, *(one.clicks for one in columns)],
        ["drags over words", 0, *(one.drags for one in columns)],
    ]
    return table(["", "notes", "annotator", "annotator with drafts"], rows)


def by_action(alone: Coder, drafted: Coder) -> str:
    """How often each action occurs, and what it takes."""
    names = dict.fromkeys(one.name for coder in (drafted, alone) for one in coder.actions)
    rows = [[name, effort_of(alone, name).times, *effort_of(drafted, name)] for name in names]
    rows.append(["all", effort_of(alone).times, *effort_of(drafted)])
    return table(["", "without drafts", "with drafts", "keys", "clicks", "drags"], rows)


def by_label(offered: Counter[str], drafted: Coder) -> str:
    """What became of the drafts."""
    decided = Counter(drafted.decisions.values())
    ways = ("confirmed", "mended", "rejected")
    rows: list[list[Any]] = [
        [f"{count} {label}", *(decided[label, way] for way in ways)]
        for label, count in offered.items()
    ]
    sums = [sum(row[number] for row in rows) for number in range(1, 4)]
    return table(["drafts", *ways], [*rows, [f"{offered.total()} in all", *sums]])


def saved_by_drafts(alone: Coder, drafted: Coder) -> str:
    """How much less is done where there are drafts."""
    before, after = effort_of(alone), effort_of(drafted)
    shares = [
        f"{1 - new / old:.0%} of the {name}"
        for name, old, new in zip(Effort._fields, before, after, strict=True)
        if name != "times"
    ]
    return f"Drafts save {', '.join(shares[:-1])} and {shares[-1]}."


def marks_by_origin(drafted: Coder) -> Counter[str]:
    """How many marks of the finished coding are confirmed, mended and added."""
    return Counter(mark.attributes["Origin"] for mark in drafted.here.values())


def study(folder: Path) -> tuple[AnnotatorSession, Coder, Coder, Counter[str]]:
    """Code the article in three ways: by notes, in the annotator, in the annotator with drafts.

    The last value counts the drafts by label.
    """
    notes = code_by_notes(folder / "notes")
    goal = goal_of(notes)
    alone = code_in_annotator(folder / "annotator", goal, drafts=False)
    drafted = code_in_annotator(folder / "drafts", goal, drafts=True)
    source = (folder / "drafts" / "ward" / "drafts.toml").read_text(encoding="utf-8")
    offered = Counter({label: len(rows) for label, rows in tomllib.loads(source).items()})
    return notes, alone, drafted, offered


def tables(alone: Coder, drafted: Coder, offered: Counter[str]) -> list[str]:
    """What docs/effort.md shows."""
    source = (MATERIAL / "notes.toml").read_text(encoding="utf-8")
    entries, lines = tomllib.loads(source), source.count("\n")
    origins = marks_by_origin(drafted)
    return [
        f"The notes have {sum(map(len, entries.values()))} entries in {lines} lines.",
        compared(source, alone, drafted),
        by_action(alone, drafted),
        by_label(offered, drafted),
        saved_by_drafts(alone, drafted),
        f"Of the {origins.total()} marks, {origins['confirmed']} are confirmed, "
        f"{origins['mended']} mended and {origins['added']} added.",
    ]


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        print(*tables(*study(Path(name))[1:]), sep="\n\n")


if __name__ == "__main__":
    main()
