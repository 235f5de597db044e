"""The decisions of an adjudication in a project's `adjudication.md`, a table for each article.

The table is the record and its only copy: it is read again when an adjudication goes on, and a
person may correct a reason in it with any editor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

from ..annotation.did_you_mean import suggest
from ..annotation.problems import Report
from ..annotation.text_files import read_text

__all__ = ["ADJUDICATION", "Decision", "Section", "read_decisions", "with_decisions"]

ADJUDICATION = "adjudication.md"
RECORD_HEAD = (
    "# Adjudication\n\nWhere two coders differed, what became the reference coding, and why.\n"
)
CELLS = 7  # of the table: sentence, place, what, either coder, what was taken, why


class Section(NamedTuple):
    """The part of the file for one article and two coders."""

    article: str
    coders: tuple[str, str]

    @property
    def heading(self) -> str:
        """The line that begins it."""
        return f"## {self.article}: {' and '.join(self.coders)}"


class Decision(NamedTuple):
    """What was decided about one disagreement: the first four say which, `taken` a coder's name,
    "both" or "neither"; `why` is the reason, `sentence` the number of the sentence."""

    at: str
    what: str
    first: str
    second: str
    taken: str
    why: str
    sentence: int = 0

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Which disagreement it decides."""
        return self.at, self.what, self.first, self.second


def read_decisions(
    path: Path, place: Section, choices: Collection[str], report: Report
) -> list[Decision]:
    """Return the decisions about an article, in the order of the file; none without a file.

    `choices` are what may be taken. Every problem is added to `report`.
    """
    if not path.is_file():
        return []
    lines = (read_text(path, report, empty=True, any_editor=True) or "").split("\n")
    start, end = _table(lines, place)
    error, decisions = report.at(path).error, []
    for number in range(start + 2, end):  # below the head of the table and its rule
        cells = [unescape(cell.strip(" ")) for cell in lines[number].strip().strip("|").split("|")]
        if len(cells) != CELLS or not cells[0].isdecimal():
            message = (
                f"the row has {len(cells)} cells and begins {cells[0][:20]!r}; expected the "
                f"{CELLS} of the head of the table, the number of the sentence first"
            )
            error(number + 1, "E-adjudication-row", message)
            continue
        sentence, at, what, first, second, taken, why = cells
        decision = Decision(at, what, first, second, taken, why, int(sentence))
        if decision.taken not in choices:
            message = f"'{decision.taken}' was taken; {suggest(decision.taken, choices)}"
            error(number + 1, "E-adjudication-taken", message)
        if not decision.why:
            message = "the reason is missing; expected a few words in the last column"
            error(number + 1, "E-adjudication-reason", message)
        decisions.append(decision)
    return decisions


def _table(lines: list[str], place: Section) -> tuple[int, int]:
    """The first line of the table of an article, and the line after it."""
    if place.heading not in lines:
        return len(lines), len(lines)
    start = lines.index(place.heading) + 1
    while start < len(lines) and not lines[start].startswith(("|", "#")):
        start += 1
    end = start
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return start, end


def with_decisions(source: str, place: Section, decisions: Iterable[Decision]) -> str:
    """Return the text of the file with these decisions in place of an article's earlier ones.

    Everything else in it stays.
    """
    first, second = place.coders
    rows = [("S", "at", "what", first, second, "taken", "why"), ("---",) * CELLS]
    rows += [(str(one.sentence), *one[:-1]) for one in decisions]
    table = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    lines = (source or RECORD_HEAD).rstrip("\n").split("\n")
    start, end = _table(lines, place)
    if place.heading not in lines:
        table = ["", place.heading, "", *table]
    return "\n".join([*lines[:start], *table, *lines[end:], ""])


def _cell(words: str) -> str:
    return escape(re.sub(r"\s*\n\s*", " ", words), quote=False).replace("|", "&#124;")
