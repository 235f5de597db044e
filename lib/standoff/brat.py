"""One brat standoff file in, one out.

The format is that of https://brat.nlplab.org/standoff.html: `T` spans, `E` events, `A` attributes, `R` relations,
`N` normalisations and `#` notes, one a line. Offsets are Unicode code points, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .limits import NESTED, PROPOSED_FOR, control, too_large

__all__ = ["Annotations", "Attribute", "Event", "Normalisation", "Note", "Problem", "Relation", "SeedError", "Span"]

BOM = b"\xef\xbb\xbf"
NEARBY = 300  # code points on either side in which a moved span is looked for first
FEW = 9  # places that are proposed
SHOWN = 400  # code points, or pieces of a span, that a message quotes


class Problem(NamedTuple):
    """One thing found wrong: in which file, in which line, what was found and what was expected."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class SeedError(ValueError):
    """Everything found wrong in a folder, together. `problems` holds it as a list of `Problem`."""

    def __init__(self, problems):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Span(NamedTuple):
    """A `T` line. `fragments` are (start, end) pairs; `text` holds their words, joined by one blank."""

    id: str
    label: str
    fragments: tuple[tuple[int, int], ...]
    text: str
    line: int = 0

    @property
    def start(self) -> int:
        """Where its first fragment begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where its last fragment ends."""
        return self.fragments[-1][1]


class Event(NamedTuple):
    """An `E` line: a label, its trigger span and its roles as (role, id) pairs, in the order of the file."""

    id: str
    label: str
    trigger: str
    roles: tuple[tuple[str, str], ...]
    line: int = 0


class Attribute(NamedTuple):
    """An `A` line. A binary attribute, which is true by standing there, has the value "true"."""

    id: str
    name: str
    target: str
    value: str = "true"
    line: int = 0


class Relation(NamedTuple):
    """An `R` line: a label and two ids."""

    id: str
    label: str
    a: str
    b: str
    line: int = 0


class Normalisation(NamedTuple):
    """An `N` line: what `target` refers to, as `key` in the collection `db`."""

    id: str
    target: str
    db: str
    key: str
    text: str = ""
    line: int = 0


class Note(NamedTuple):
    """A `#` line: a remark of kind `kind` on `target`."""

    id: str
    kind: str
    target: str
    text: str
    line: int = 0


@dataclass
class Annotations:
    """What one `.ann` file holds, each list in the order of the file."""

    spans: list[Span] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    normalisations: list[Normalisation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __len__(self):
        return sum(len(part) for part in vars(self).values())

    def __iter__(self):
        for part in vars(self).values():
            yield from part


def read_text(path: Path, name: str, problems: list[Problem], empty: bool = False, any_editor: bool = False) -> str | None:
    """Text of a file as stored, or None with the reason added to `problems`: UTF-8, no BOM, LF, no control characters, not empty unless `empty`.

    With `any_editor` the byte order mark and the line ends that some editors write are let pass, and left out.
    """
    path = Path(path)
    data, wrong = b"", too_large(path.stat().st_size, path.suffix)
    if wrong is None:
        data = path.read_bytes()
        data = data.removeprefix(BOM).replace(b"\r\n", b"\n") if any_editor else data
    found = (1, wrong) if wrong else _unfit_bytes(data, empty) or _unfit_text(data.decode())
    if found is not None:
        problems.append(Problem(name, *found))
    return data.decode() if found is None else None


def _unfit_bytes(data, empty):
    """(line, what is wrong) with bytes that are to be text, or None."""
    if not data and not empty:
        return 1, "the file is empty; expected UTF-8 text"
    if data.startswith(BOM):
        return 1, "begins with a byte order mark (bytes EF BB BF); expected UTF-8 without one"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1, f"byte {error.start} is 0x{data[error.start]:02X} ({error.reason}); expected UTF-8"
    return None


def _unfit_text(text):
    if "\r" in text:
        return text.count("\n", 0, text.index("\r")) + 1, "holds a carriage return (CRLF line ends?); expected LF alone"
    return control(text)


def parse(text: str, name: str, problems: list[Problem]) -> Annotations:
    """Annotations of an `.ann` file's text; every line that cannot be read is added to `problems` by its number."""
    found = Annotations()
    kinds = {letter: (reader, held.append) for (letter, reader), held in zip(READERS.items(), vars(found).values(), strict=True)}
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        reader, hold = kinds.get(line[0], (None, None))
        if reader is None or (item := reader(line, number)) is None:
            problems.append(Problem(name, number, _unreadable(line)))
        elif (first := seen.setdefault(item[0], number)) != number:
            problems.append(Problem(name, number, f"id {item[0]} stands already in line {first}; expected a new id"))
        else:
            hold(item)
    return found


def _unreadable(line):
    if re.match(r"[TEARN]\d+\t|#\d+\t", line):
        return f"found {line[:60]!r}; expected {SHAPES[line[0]]}"
    if line[0] in "*M":
        return f"found {line[:60]!r}; equivalences (*) and modifications (M) are not read: use a relation or an attribute"
    return f"found {line[:60]!r}, which begins no annotation; was the annotation above cut by a newline?"


def _span(line, number):
    try:
        ident, place, text = line.split("\t", 2)
        if ";" in place:
            label, _, offsets = place.partition(" ")
            fragments = tuple((int(a), int(b)) for a, b in (part.split(" ") for part in offsets.split(";")))
        else:
            label, start, end = place.split(" ")
            fragments = ((int(start), int(end)),)
    except ValueError:
        return None
    return _new(Span, (ident, label, fragments, text, number)) if text and ident[1:].isdecimal() and len(ident) <= 19 else None


def _event(line, number):
    match = _EVENT(line)
    if not match:
        return None
    ident, label, trigger, roles = match.groups()
    return Event(ident, label, trigger, tuple(tuple(part.rsplit(":", 1)) for part in roles.split()), number)


def _attribute(line, number):
    match = _ATTRIBUTE(line)
    return match and _new(Attribute, (*match.groups("true"), number))


def _relation(line, number):
    match = _RELATION(line)
    return match and _new(Relation, (*match.groups(), number))


def _normalisation(line, number):
    match = _NORMALISATION(line)
    return match and Normalisation(*match.groups(""), number)


def _note(line, number):
    match = _NOTE(line)
    return match and Note(*match.groups(), number)


_new = tuple.__new__  # what a NamedTuple's own constructor comes to, in a third of its time
_EVENT = re.compile(r"(E\d{1,18})\t(\S+):([^\s:]+)((?: \S+:[^\s:]+)*) ?").fullmatch
_ATTRIBUTE = re.compile(r"(A\d{1,18})\t(\S+) (\S+)(?: (\S+))?").fullmatch
_RELATION = re.compile(r"(R\d{1,18})\t(\S+) Arg1:(\S+) Arg2:(\S+)\t?").fullmatch
_NORMALISATION = re.compile(r"(N\d{1,18})\tReference (\S+) ([^\s:]+):(\S+)(?:\t(.*))?").fullmatch
_NOTE = re.compile(r"(#\d{1,18})\t(\S+) (\S+)\t(.*)").fullmatch
READERS = {"T": _span, "E": _event, "A": _attribute, "R": _relation, "N": _normalisation, "#": _note}
SHAPES = {
    "T": "'T1<tab>Label start end[;start end]<tab>words'",
    "E": "'E1<tab>Label:T1 Role:T2 …'",
    "A": "'A1<tab>Name T1 value'",
    "R": "'R1<tab>Label Arg1:T1 Arg2:T2'",
    "N": "'N1<tab>Reference T1 collection:key<tab>words'",
    "#": "'#1<tab>AnnotatorNotes T1<tab>words'",
}


def write(annotations: Annotations) -> str:
    """Text of an `.ann` file. Lists are written in their order; spans first, notes last."""
    lines = []
    for span in annotations.spans:
        offsets = ";".join(f"{a} {b}" for a, b in span.fragments)
        lines.append(f"{span.id}\t{span.label} {offsets}\t{span.text}")
    for event in annotations.events:
        roles = "".join(f" {role}:{ref}" for role, ref in event.roles)
        lines.append(f"{event.id}\t{event.label}:{event.trigger}{roles}")
    for item in annotations.attributes:
        lines.append(f"{item.id}\t{item.name} {item.target} {item.value}")
    for item in annotations.relations:
        lines.append(f"{item.id}\t{item.label} Arg1:{item.a} Arg2:{item.b}")
    for item in annotations.normalisations:
        lines.append(f"{item.id}\tReference {item.target} {item.db}:{item.key}\t{item.text}")
    lines += [f"{item.id}\t{item.kind} {item.target}\t{item.text}" for item in annotations.notes]
    return "".join(line + "\n" for line in lines)


def covered(text: str, fragments) -> str:
    """Words of `text` under `fragments`, joined by one blank, as a `T` line states them."""
    return " ".join(text[start:end] for start, end in fragments)


def verify(annotations: Annotations, text: str, name: str, problems: list[Problem]) -> None:
    """Add to `problems` every span whose offsets or words do not fit `text`, and every id that is not there."""
    newlines, proposals = [match.start() for match in re.finditer("\n", text)], iter(range(PROPOSED_FOR))
    for span in annotations.spans:
        start, end = span.fragments[0]
        plain = text[start:end] == span.text and 0 <= start < end <= len(text) and "\n" not in span.text and len(span.fragments) == 1
        if not plain and (message := _misfit(span, text, newlines, proposals)) is not None:
            problems.append(Problem(name, span.line, f"{span.id} {message}"))
    if (span := _crowded(annotations.spans)) is not None:
        problems.append(Problem(name, span.line, f"{span.id} is one of more than {NESTED} spans over one character; expected fewer"))
    spans = {span.id for span in annotations.spans}
    anchors = spans | {event.id for event in annotations.events} | {item.id for item in annotations.relations}
    for event in annotations.events:
        for role, ref in (("trigger", event.trigger), *event.roles):
            if ref not in (spans if role == "trigger" else anchors):
                problems.append(Problem(name, event.line, f"{event.id} {role} names {ref}, which is not in this file"))
    for item in annotations.relations:
        for ref in (item.a, item.b):
            if ref not in anchors:
                problems.append(Problem(name, item.line, f"{item.id} joins {ref}, which is not in this file"))
    for item in (*annotations.attributes, *annotations.normalisations, *annotations.notes):
        if item.target not in anchors:
            problems.append(Problem(name, item.line, f"{item.id} is about {item.target}, which is not in this file"))


def _crowded(spans):
    """The first span that has more others over its first character than may be, or None."""
    begin, ends, gone = sorted(spans, key=lambda span: span.fragments[0][0]), sorted(span.fragments[-1][1] for span in spans), 0
    for begun, span in enumerate(begin, 1):
        while gone < begun - 1 and ends[gone] <= span.fragments[0][0]:
            gone += 1
        if begun - gone > NESTED:
            return span
    return None


def _misfit(span, text, newlines, proposals):
    last, size = 0, len(span.fragments) - 1
    for start, end in span.fragments:
        if end <= start:
            return f"has the offsets {start} {end}; expected the start before the end"
        if end > len(text):
            return f"has the offsets {start} {end}, out of range; expected at most {len(text)}, the length of the text"
        if start < last:
            return f"has the fragment {start} {end} before its other fragment's end {last}; expected reading order"
        if (at := bisect_left(newlines, start)) < len(newlines) and newlines[at] < end:
            return f"covers a newline at offset {newlines[at]}; expected a span within one line of the text"
        last, size = end, size + end - start
    if size == len(span.text) and covered(text, span.fragments) == span.text:
        return None
    words = covered(text, [(start, min(end, start + SHOWN)) for start, end in span.fragments[:SHOWN]])
    proposal = _proposal(span, text) if next(proposals, None) is not None else "the text is another one than that which was marked"
    return f"says {_shown(span.text)}, but {_offsets(span)} hold {_shown(words)}; {proposal}"


def _shown(words):
    """Words as a message quotes them, the first of many."""
    return repr(words) if len(words) < SHOWN else f"{words[:SHOWN]!r} …"


def _offsets(span):
    return "offsets " + ";".join(f"{a} {b}" for a, b in span.fragments[:SHOWN]) + (";…" if len(span.fragments) > SHOWN else "")


def _proposal(span, text):
    if len(span.fragments) > 1:
        return "expected the words of its fragments, joined by one blank"
    size, near = len(span.text), max(0, span.start - NEARBY)
    places = _occurrences(span.text, text, near, span.start + size + NEARBY) or _occurrences(span.text, text, 0, len(text))
    if not places:
        return "these words stand nowhere in the text"
    named = " or ".join(f"{place} {place + size}" for place in places[:FEW])
    return f"did you mean {named}?" if len(places) <= FEW else f"they stand in more than {FEW} places, the first at {named}"


def _occurrences(words, text, start, end):
    """Where words stand between two offsets of a text: the first places, one more than are shown."""
    found, at = [], text.find(words, start, end)
    while at >= 0 and len(found) <= FEW:
        found.append(at)
        at = text.find(words, at + 1, end)
    return found
