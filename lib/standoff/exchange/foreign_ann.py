"""Reads `.ann` files as other projects leave them: every line is kept, kept with a repair, or set
aside, each with a remark. What cannot be read for certain is a problem of its own line."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..annotation import brat
from ..annotation.model import Annotations, Span, covered
from ..annotation.span_checks import verify
from ..annotation.text_files import INVISIBLE
from .import_builder import Reader, named
from .import_tally import SetAside
from .offset_counting import COUNTINGS_OF_ANN
from .offsets import Places, ReadError, replace_controls

__all__ = ["AnnReader"]

FIRST_LINE = re.compile(r"([TEARNM#]\d\S*|\*)\t(.*)")  # of an annotation
BLANK_FOR_TAB = re.compile(  # an annotation with a blank where a tab belongs
    r"(T\d+) +(\S+ \d+ \d+(?:;\d+ \d+)*[\t ]+.*)|([ER]\d+) +(\S+:[ET]\d+(?: +\S+:[TER]\d+)* *"
    r"|\S+ +\S+:[TER]\d+ +\S+:[TER]\d+\s*)|([AM]\d+) +(\S+ +[TER]\d+(?: +\S+)?\s*)"
    r"|(N\d+) +(Reference +[TER]\d+ +\S+:.*)"
)
SHAPES = {
    "T": r"(\S+)\s+(\d+ \d+(?:;\d+ \d+)*)(?:\s(.*))?",
    "E": r"(\S+):([^\s:]+)((?:\s+\S+:[^\s:]+)*)\s*",
    "R": r"(\S+)\s+(\S+):(\S+)\s+(\S+):(\S+)\s*",
    "A": r"(\S+)\s+(\S+)(?:\s+(.*?))?\s*",
    "M": r"(\S+)\s+(\S+)(?:\s+(.*?))?\s*",
    "N": r"Reference\s+(\S+)\s+([^\s:]+):([^\t]+?)\s*(?:\t(.*))?",
    "#": r"(\S+)\s+(\S+)(?:\t(.*))?",
    "*": r"(\S+)((?:\s+\S+)*)\s*",
}
UNSEEN = re.compile(f"[{INVISIBLE}]")
ESCAPED = re.compile(r"\\[nrt]")  # white space as some tools write it in words


@dataclass
class _Line:
    """One annotation of the file: its number, kind, the id it states, what follows, the parts of
    that, and the lines that may go on with it, with their numbers."""

    number: int
    ident: str
    rest: str
    kind: str = ""
    parts: tuple[str, ...] = ()
    more: list[tuple[int, str]] = field(default_factory=list)

    def joined(self) -> str:
        """Return the last part with the lines that may go on with it."""
        return " ".join([self.parts[-1], *(words for _, words in self.more)])


class AnnReader(Reader):
    """Reads an `.ann` file.

    Offsets may be counted in several ways; the one is taken under which most spans have their
    words. Words that are not at their offsets, and lines that cannot be read, are problems.
    """

    def __init__(self, raw: str, text_path: Path, path: Path):
        super().__init__(raw, text_path, path)
        self.owners: dict[str, tuple[str, str]] = {}  # id of a property -> what has it, its words
        self.arguments: dict[str, tuple[str, str]] = {}  # relation -> names of its two ends

    def read(self, source: str) -> None:
        """Build the annotations of all lines."""
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        lines = self._annotations(replace_controls(source, self.remarks).split("\n"))
        self._take_ids(lines)
        lines = [line for line in lines if self._parse(line)]
        self._choose_places([line for line in lines if line.kind == "T"])
        add: dict[str, Callable[..., None]] = {
            "T": self._add_span,
            "E": self._add_event,
            "R": self._add_relation,
            "A": self._add_attribute,
            "M": self._add_attribute,
            "N": self._add_reference,
            "#": self._add_note,
            "*": self._add_equivalence,
        }
        for line in lines:
            with self.reading(line.number, line.ident, key=line.number):
                add[line.kind](line, *line.parts)
        events = self.builder.annotations.events
        without_roles = ", ".join(event.id for event in events if not event.roles)
        if without_roles:
            self.remarks.append(f"events without arguments: {without_roles}; kept as they are")

    # --- lines and ids ---

    def _annotations(self, rows: list[str]) -> list[_Line]:
        """Return the annotations of a file; a line that begins none may go on with that above."""
        found: list[_Line] = []
        seen: set[str] = set()
        for number, row in enumerate(rows, 1):
            first, blank = FIRST_LINE.fullmatch(row), BLANK_FOR_TAB.fullmatch(row)
            above = found[-1].ident[0] if found else ""
            if first and row in seen:
                self._set_aside(number, "repeated", f"repeats the line of {first[1]}")
            elif first:
                found.append(_Line(number, first[1], first[2]))
            elif blank:
                ident, rest = (part for part in blank.groups() if part is not None)
                found.append(_Line(number, ident, rest))
                self._repair(number, "blanks read as tabs", f"{ident} has a blank for a tab")
            elif row.startswith("#") and above != "#":
                self._set_aside(number, "comments", f"is a comment, {row[:60]!r}")
            elif row.strip() and above in ("T", "#"):
                found[-1].more.append((number, row))
            elif row.strip():
                self._unreadable(number, row)
            seen.add(row)
        return found

    def _set_aside(self, number: int, kind: str, remark: str) -> None:
        with self.reading(number, "", key=number):
            raise SetAside(kind, f"line {number}: {remark}; left out")

    def _repair(self, number: int, kind: str, remark: str) -> None:
        with self.reading(number, "", key=number):
            self.builder.repair(kind, f"line {number}: {remark}")

    def _unreadable(self, number: int, row: str) -> None:
        brat.parse("\n" * (number - 1) + row, str(self.path), self.report)

    def _take_ids(self, lines: list[_Line]) -> None:
        """Give each annotation its id here: that of the file if brat allows it and it is new."""
        valid = {line.ident for line in lines if re.fullmatch(r"[TEARN#]\d{1,18}", line.ident)}
        self.builder.used |= valid
        self.builder.reserved |= valid
        for line in lines:
            ident, line.kind = line.ident, line.ident[0]
            again = ident in self.ids
            if again or ident not in valid:
                line.ident = self.builder.reserve({"M": "A", "*": "R"}.get(line.kind, line.kind))
            if line.kind == "M":
                remark = f"the modification {ident} is now the attribute {line.ident}"
                self._repair(line.number, "modifications made attributes", remark)
            elif line.kind != "*" and line.ident != ident:
                used = " is used again; what names it means the first, this one" if again else ""
                remark = f"the id {ident}{used} is {line.ident} here"
                self._repair(line.number, "given an id of their own", remark)
            if line.kind != "*":
                self.ids.setdefault(ident, line.ident)

    def _parse(self, line: _Line) -> bool:
        """Take the parts of a line; report one that cannot be read."""
        match = re.fullmatch(SHAPES[line.kind], line.rest)
        if match is None:
            self._unreadable(line.number, f"{line.ident}\t{line.rest}")
            return False
        line.parts = match.groups("")
        if line.kind in "AMN":
            target = line.parts[line.kind != "N"]
            words = " ".join(part for part in line.parts if part != target)
            self.owners[line.ident] = target, words
        return True

    # --- spans ---

    def _choose_places(self, spans: list[_Line]) -> None:
        """Take the way to count offsets under which most spans have their words."""
        first, scores = COUNTINGS_OF_ANN[0], {}
        for counting in COUNTINGS_OF_ANN:
            places = counting.places(self.raw)
            found = [self._fits(line, places) for line in spans]
            scores[counting] = sum(fit > 0 for fit in found), sum(found)
            if found.count(2) == len(spans):
                break
        best = max(scores, key=scores.__getitem__)
        self.places = best.places(self.raw)
        if best != first:
            self.remarks.append(
                f"offsets count {best}: {scores[best][0]} of {len(spans)} spans have their words "
                f"there, and {scores[first][0]} if they count {first}"
            )

    def _fits(self, line: _Line, places: Places) -> int:
        """Return 2 if the words of a span are at its offsets, 1 if white space differs, else 0."""
        try:
            words = covered(self.text, self._fragments(line, places))
        except ReadError:
            return 0
        said = line.parts[2]
        return 2 if words == said else int(_same(words, said) or _same(words, line.joined()))

    def _fragments(self, line: _Line, places: Places) -> list[tuple[int, int]]:
        pairs = (pair.split(" ") for pair in line.parts[1].split(";"))
        return [places.fragment(int(start), int(end)) for start, end in pairs]

    def _add_span(self, line: _Line, label: str, offsets: str, said: str) -> None:
        """Build a span if its words are at its offsets; white space may differ."""
        fragments = self._fragments(line, self.places)
        words = covered(self.text, fragments)
        if not _same(words, said) and line.more:
            said = line.joined()
            self._say_joined(line)
        elif line.more:
            for number, row in line.more:
                self._unreadable(number, row)
        if not _same(words, said):
            self._report_words(line, fragments, said)
            return
        if words != said and "\n" not in words and words:
            self.builder.repair(
                "words taken from the text",
                f"{line.ident} {label}: says {said!r}; the text has {words!r}",
            )
        self.builder.span(label, fragments, ident=line.ident, line=line.number)

    def _say_joined(self, line: _Line) -> None:
        for number, _ in line.more:
            self.builder.repair(
                "broken lines joined",
                f"line {number}: goes on from line {line.number} ({line.ident}); joined with a "
                f"blank",
            )

    def _report_words(self, line: _Line, fragments: list[tuple[int, int]], said: str) -> None:
        """Report words that are not at their offsets, which are those of the file."""
        span = Span(line.ident, line.parts[0], tuple(fragments), said, line.number)
        if self.places.units == len(self.text):  # offsets are those of the stored text
            verify(Annotations([span]), self.text, str(self.path), self.report)
        else:
            words = covered(self.text, fragments)
            raise ReadError(
                "E-span-words",
                f"says {said!r}, but the text has {words!r} at the offsets {line.parts[1]} of the "
                f"file, however they are counted; expected the words that the span covers",
            )

    # --- what names others ---

    def _add_event(self, line: _Line, label: str, trigger: str, roles: str) -> None:
        pairs = [pair.rpartition(":") for pair in roles.split()]
        ends = [(role, named(ident)) for role, _, ident in pairs]
        self.builder.add_event(label, named(trigger), ends, line=line.number, ident=line.ident)

    def _add_relation(
        self, line: _Line, label: str, one: str, first: str, other: str, second: str
    ) -> None:
        """Build a relation; ends with names of their own keep the order that the first line of
        their relation has."""
        names = ("Arg1", "Arg2") if {one, other} == {"Arg1", "Arg2"} else (one, other)
        names = self.arguments.setdefault(label, names)
        ends = [first, second] if (one, other) != names[::-1] else [second, first]
        if names != ("Arg1", "Arg2"):
            self.builder.repair(
                "arguments with names of their own",
                f"{names[0]} and {names[1]} are the first and the second end of {label}",
            )
        a, b = map(named, ends)
        self.builder.add_relation(label, a, b, line=line.number, ident=line.ident)

    def _add_attribute(self, line: _Line, name: str, target: str, value: str) -> None:
        words = value or "true"
        self.builder.attribute(named(target), name, words, ident=line.ident, line=line.number)

    def _add_reference(self, line: _Line, target: str, db: str, key: str, words: str) -> None:
        self.builder.add_reference(
            named(target), db, key, words, line=line.number, ident=line.ident
        )

    def _add_note(self, line: _Line, kind: str, target: str, words: str) -> None:
        """Build a note; one on an attribute or a reference goes to what has that."""
        if line.more:
            self._say_joined(line)
            words = line.joined()
        owner, what = self.owners.get(self.ids.get(target, ""), (target, ""))
        if what:
            words = f"({what}) {words}"
            self.builder.repair(
                "notes on attributes moved to what has them",
                f"{line.ident} is about {target} ({what}); now about {owner}",
            )
        self.builder.add_note(named(owner), kind, words, line=line.number, ident=line.ident)

    def _add_equivalence(self, line: _Line, label: str, members: str) -> None:
        """Build a chain of relations."""
        chain = [line.ident]
        for a, b in itertools.pairwise(map(named, members.split())):
            chain.append(
                self.builder.add_relation(
                    label, a, b, line=line.number, ident=chain[0] if len(chain) == 1 else ""
                )
            )
        joined, ids = ", ".join(members.split()), ", ".join(chain[1:])
        self.builder.repair(
            "equivalences made relations",
            f"line {line.number}: the equivalence of {joined} is now {ids} {label}",
        )


def _same(words: str, said: str) -> bool:
    """Return whether words are those stated, apart from white space, invisible characters and the
    Unicode form of characters."""
    return _plain(words) in (_plain(said), _plain(ESCAPED.sub(" ", said)))


def _plain(words: str) -> list[str]:
    words = UNSEEN.sub("", html.unescape(words))
    return unicodedata.normalize("NFC", words).split()
