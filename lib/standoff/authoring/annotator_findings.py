"""What `check` says of a coder's file, as the annotator shows it: by the mark that it concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, Event, Relation, Span
from ..annotation.ordering import canonical, edit_all
from ..annotation.problems import Problem
from .checking import Survey

__all__ = ["Concern", "concerns"]

ID = re.compile(r"\b[TEARN]\d+\b")
PLACE = re.compile(r"at offsets (\d+) (\d+)")
REMARKS = {
    "no content": "this attribution has no content",
    "speech": "this quotation of speech is in no attribution's content",
    "conflict": "a contradiction in time that is marked as the text's own",
}


@dataclass(frozen=True)
class Concern:
    """Something wrong, or perhaps missing, in what is annotated.

    `ident` is that of the mark, "" if it concerns none; `place` is where words are that should be
    marked; `is_remark` is true of what may be right.
    """

    ident: str
    message: str
    is_remark: bool = False
    place: tuple[int, int] | None = None


def concerns(found: Survey, file: Path, annotations: Annotations, book: Codebook) -> list[Concern]:
    """Return what a check found in a coder's file, and in the files that it rests on."""
    marks = _Lines(annotations, book)
    listed = []
    for problem in sorted(set(found.problems)):
        own = problem.path == str(file)
        listed.append(marks.concern(problem) if own else Concern("", str(problem)))
    for remark in found.remarks:
        if remark.line:
            words = REMARKS.get(remark.kind, remark.kind)
            listed.append(Concern(marks.ident(remark.line), words, is_remark=True))
    return listed


class _Lines:
    """Which mark a line of the coder's file is about."""

    def __init__(self, annotations: Annotations, book: Codebook):
        items, places = list(annotations), count()
        numbered = edit_all(annotations, lambda item: item._replace(line=next(places)))
        self.written = list(canonical(numbered, book))
        self.owners = [items[item.line] for item in self.written]
        self.events = {event.trigger: event.id for event in annotations.events}
        self.words = {item.id: _words(item, annotations) for item in items}

    def ident(self, line: int) -> str:
        """Return the id of the mark that a line is about."""
        if not 0 < line <= len(self.owners):
            return ""
        item: Any = self.owners[line - 1]
        ident = getattr(item, "target", item.id)
        if isinstance(item, Relation):
            ident = item.a
        return self.events.get(ident, ident)

    def concern(self, problem: Problem) -> Concern:
        """Return a problem of the file, with words in place of ids."""
        pairs = zip(self.written, self.owners, strict=True)
        names = {item.id: self.words[owner.id] for item, owner in pairs}
        message = ID.sub(lambda found: names.get(found[0], found[0]), problem.message)
        if problem.code == "E-quotation-unmarked":  # its line is that of the zone
            start, end = map(int, PLACE.findall(message)[-1])
            return Concern("", message, place=(start, end))
        return Concern(self.ident(problem.line), message)


def _words(item: Any, annotations: Annotations) -> str:
    """What a message calls an annotation: its words, or the name of an attribute or relation."""
    if isinstance(item, Event):
        item = next(span for span in annotations.spans if span.id == item.trigger)
    if isinstance(item, Span):
        cut = "…" if len(item.text) > 40 else ""
        words = f"{item.text[:40]}{cut}"
        return words if words[0] in '"“„«' else f"“{words}”"
    return str(getattr(item, "name", getattr(item, "label", "the mark")))
