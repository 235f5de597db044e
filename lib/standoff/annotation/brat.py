"""One brat standoff file in, one out.

The format is that of https://brat.nlplab.org/standoff.html: `T` spans, `E` events, `A` attributes,
`R` relations,
`N` normalisations and `#` notes, one a line. Offsets are Unicode code points, 0-based, end
exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, count, filterfalse, repeat
from operator import eq, lt
from pathlib import Path
from typing import NamedTuple

from .columns import Rows, columns
from .limits import NESTED, PROPOSED_FOR, control, surely_plain, too_large
from .problems import Problem, SeedError
from .spans import Span, Spans

__all__ = [
    "Annotations",
    "Attribute",
    "Event",
    "Normalisation",
    "Note",
    "Problem",
    "Relation",
    "SeedError",
    "Span",
    "attributes",
    "unnumbered",
]

BOM = b"\xef\xbb\xbf"
NEARBY = 300  # code points on either side in which a moved span is looked for first
FEW = 9  # places that are proposed
# code points that are cut into lines at a time, and these into their parts, so that few are in
# memory
PIECE = 50_000
SHOWN = 400  # code points, or pieces of a span, that a message quotes


class Event(NamedTuple):
    """An `E` line: a label, its trigger span and its roles as (role, id) pairs, in the order of the
    file."""

    id: str
    label: str
    trigger: str
    roles: tuple[tuple[str, str], ...]
    line: int = 0


def unnumbered(role: str) -> str:
    """A role as the codebook names it: files number those of which an event has several.

    >>> unnumbered("Content2")
    'Content'
    """
    return role.rstrip("0123456789")


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

    spans: Sequence[Span] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributes: Sequence[Attribute] = field(default_factory=list)
    relations: Sequence[Relation] = field(default_factory=list)
    normalisations: list[Normalisation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __len__(self):
        return sum(len(part) for part in vars(self).values())

    def __iter__(self):
        for part in vars(self).values():
            yield from part


def attributes(found: Annotations, name: str) -> list[Attribute]:
    """The attributes of a name."""
    names = columns(found.attributes, Attribute)[1]
    return [found.attributes[place] for place, given in enumerate(names) if given == name]


def read_text(
    path: Path, name: str, problems: list[Problem], empty: bool = False, any_editor: bool = False
) -> str | None:
    """Text of a file as stored, or None with the reason added to `problems`: UTF-8, no BOM, LF, no
    control characters, not empty unless `empty`.

    With `any_editor` the byte order mark and the line ends that some editors write are let pass,
    and left out.
    """
    found = read_pieces(path, name, problems, empty, any_editor)
    return None if found is None else "".join(found)


def read_pieces(
    path: Path, name: str, problems: list[Problem], empty: bool = False, any_editor: bool = False
) -> list[str] | None:
    """The same in pieces of some whole lines, as `parse` takes them: a large file is read faster
    so, and its bytes are never held whole."""
    path, pieces, at = Path(path), [], 0
    if wrong := too_large(path.stat().st_size, path.suffix):
        problems.append(Problem(name, 1, wrong))
        return None
    with path.open("rb") as file:
        while data := file.read(PIECE) + file.readline():
            if any_editor:
                data = (data if pieces else data.removeprefix(BOM)).replace(b"\r\n", b"\n")
            text, wrong = _decoded(data, at)
            if wrong:
                problems.append(
                    Problem(name, sum(piece.count("\n") for piece in pieces) + wrong[0], wrong[1])
                )
                return None
            pieces.append(text)
            at += len(data)
    if at or empty:
        return pieces
    problems.append(Problem(name, 1, "the file is empty; expected UTF-8 text"))
    return None


def _decoded(data, at):
    """(text, None) of a piece of a file, which begins there with byte `at`, or (None, (line of the
    piece, what is wrong in it))."""
    if at == 0 and data.startswith(BOM):
        return None, (
            1,
            "begins with a byte order mark (bytes EF BB BF); expected UTF-8 without one",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        said = (
            f"byte {at + error.start} is 0x{data[error.start]:02X} ({error.reason}); expected UTF-8"
        )
        return None, (data.count(b"\n", 0, error.start) + 1, said)
    if b"\r" in data:
        return None, (
            data.count(b"\n", 0, data.index(b"\r")) + 1,
            "holds a carriage return (CRLF line ends?); expected LF alone",
        )
    wrong = None if surely_plain(data) else control(text)
    return (None, wrong) if wrong else (text, None)


def _pieces(text):
    """A text in pieces of some whole lines, so that little is looked at at a time."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + PIECE) + 1 or len(text)
        yield text[start:end]
        start = end


def parse(text: str | Sequence[str], name: str, problems: list[Problem]) -> Annotations:
    """Annotations of an `.ann` file's text, whole or in pieces; every line that cannot be read is
    added to `problems` by its number."""
    found, first = Annotations(Spans(), attributes=Rows(Attribute), relations=Rows(Relation)), 1
    kinds = {
        letter: (*reader, held, getattr(held, "places", {}))
        for (letter, reader), held in zip(READERS.items(), vars(found).values(), strict=True)
    }
    kinds[PLAIN] = (_cut_plainly, _whole, *kinds["T"][2:])
    for piece in _pieces(text) if isinstance(text, str) else text:
        last = first + piece.count("\n", 0, -1)
        for letter, numbers, lines in _by_kind(piece.removesuffix("\n"), first, last):
            if letter in kinds:
                _read(lines, numbers, *kinds[letter], name, problems)
            else:
                problems += [
                    Problem(name, at, _unreadable(line))
                    for at, line in zip(numbers, lines.split("\n"), strict=True)
                ]
        first = last + 1
    return found


def _by_kind(piece, first, last):
    """Lines of one kind, as (kind, their numbers, they themselves in one text): all of a piece at
    once where they begin alike. No empty ones."""
    if (
        piece[-1:] != "\n"
        and PLAIN.fullmatch(piece)
        and piece.count("\t") == 2 * (last - first + 1)
    ):  # no line is empty and lends its tabs to another
        yield PLAIN, range(first, last + 1), piece
        return
    if piece[:1] not in "\n" and piece.count(f"\n{piece[0]}") == last - first:
        yield piece[0], range(first, last + 1), piece
        return
    lines, kinds = piece.split("\n"), defaultdict(list)
    for number, line in enumerate(lines, first):
        kinds[line[:1]].append(number)
    kinds.pop("", None)
    yield from (
        (letter, numbers, "\n".join([lines[number - first] for number in numbers]))
        for letter, numbers in kinds.items()
    )


def _read(lines, numbers, cut, add, held, places, name, problems):
    """Add to `held` what lines of one kind say, and to `places` where in it each id stands."""
    read, numbers, odd = cut(lines, numbers)
    known, again = len(places), []
    found = [*map(places.setdefault, read[0], count(known))]
    if len(places) < known + len(found):
        new = [*map(eq, found, count(known))]
        again = [
            (ident, number)
            for ident, number, first in zip(read[0], numbers, new, strict=True)
            if not first
        ]
        *read, numbers = ([*compress(column, new)] for column in (*read, numbers))
        places.update(zip(read[0], count(known)))
    add(held, read, numbers)
    problems += [Problem(name, at, _unreadable(line)) for at, line in odd]
    problems += [
        Problem(
            name,
            at,
            f"id {ident} stands already in line {held[places[ident]].line}; expected a new id",
        )
        for ident, at in again
    ]


def _cut_by(pattern):
    """What cuts lines into their parts: (a column of each part, numbers of the lines that fit,
    those that do not with their numbers)."""

    def cut(lines, numbers):
        read, odd = pattern.findall(lines), ()
        if len(read) < len(numbers):
            fits = [*map(pattern.fullmatch, each := lines.split("\n"))]
            odd = [(at, line) for at, line, fit in zip(numbers, each, fits, strict=True) if not fit]
            numbers = [*compress(numbers, fits)]
        return [*zip(*read, strict=True)] or [()] * pattern.groups, numbers, odd

    return cut


def _cut_plainly(lines, numbers):
    """The same of lines that are all `PLAIN`, with offsets as numbers, in half the time."""
    import numpy as np

    fields = lines.replace("\n", "\t").split("\t")
    places = " ".join(fields[1::3]).split(" ")
    starts, ends = (
        np.fromstring(" ".join(places[part::3]), "int64", sep=" ").tolist() for part in (1, 2)
    )
    return [fields[::3], places[::3], starts, ends, fields[2::3]], numbers, ()


def _unreadable(line):
    if re.match(r"[TEARN]\d+\t|#\d+\t", line):
        return f"found {line[:60]!r}; expected {SHAPES[line[0]]}"
    if line[0] in "*M":
        return (
            f"found {line[:60]!r}; equivalences (*) and modifications (M) are not read: use a "
            f"relation or an attribute"
        )
    return (
        f"found {line[:60]!r}, which begins no annotation; was the annotation above cut by a "
        f"newline?"
    )


def _spans(held, read, numbers):
    ids, labels, starts, ends, more, words = read
    for place, rest in enumerate(more) if any(more) else ():
        if rest:
            fragments = f"{starts[place]} {ends[place]}{rest}".split(";")
            held.parted[len(held) + place] = tuple(
                (int(start), int(end)) for start, end in (pair.split(" ") for pair in fragments)
            )
    held.add(ids, labels, map(int, starts), map(int, ends), words, numbers)


def _whole(held, read, numbers):
    held.add(*read, numbers)


def _events(held, read, numbers):
    *parts, roles = read
    held += map(
        Event,
        *parts,
        (tuple(tuple(role.rsplit(":", 1)) for role in each.split()) for each in roles),
        numbers,
    )


def _attributes(held, read, numbers):
    *parts, values = read
    held.add(*parts, [value or "true" for value in values], numbers)


def _as(kind):
    """What adds things of a kind whose parts stand in a line as they do in it."""

    def add(held, read, numbers):
        held += map(_new, repeat(kind), zip(*read, numbers, strict=True))

    return add


_new = tuple.__new__  # what a NamedTuple's own constructor comes to, in a third of its time
PLAIN = re.compile(
    r"(?:T[0-9]{1,18}\t\S++ [0-9]{1,18} [0-9]{1,18}\t.++(?:\n|\Z))*+"
)  # lines of spans of one piece, as far as their tabs are two each
READERS = {  # letter -> what cuts its lines, and what adds the things that they hold
    letter: (_cut_by(re.compile(f"^{pattern}$", re.MULTILINE)), add)
    for letter, pattern, add in (
        (
            "T",
            (
                r"(T[0-9]{1,18})\t(\S+) ([0-9]{1,18}) ([0-9]{1,18})((?:;[0-9]{1,18} "
                r"[0-9]{1,18})*)\t(.+)"
            ),
            _spans,
        ),
        ("E", r"(E[0-9]{1,18})\t(\S+):([^\s:]+)((?: \S+:[^\s:]+)*) ?", _events),
        ("A", r"(A[0-9]{1,18})\t(\S+) (\S+)(?: (\S+))?", _attributes),
        ("R", r"(R[0-9]{1,18})\t(\S+) Arg1:(\S+) Arg2:(\S+)\t?", _whole),
        ("N", r"(N[0-9]{1,18})\tReference (\S+) ([^\s:]+):(\S+)(?:\t(.*))?", _as(Normalisation)),
        ("#", r"(#[0-9]{1,18})\t(\S+) (\S+)\t(.*)", _as(Note)),
    )
}
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
    """Add to `problems` every span whose offsets or words do not fit `text`, and every id that is
    not there."""
    spans, proposals = Spans.of(annotations.spans), iter(range(PROPOSED_FOR))
    suspects = _suspects(spans, text)
    newlines = [match.start() for match in re.finditer("\n", text)] if suspects else []
    for span in map(spans.at, suspects):
        if (message := _misfit(span, text, newlines, proposals)) is not None:
            problems.append(Problem(name, span.line, f"{span.id} {message}"))
    if (place := _crowded(spans)) is not None:
        problems.append(
            Problem(
                name,
                spans.line[place],
                (
                    f"{spans.id[place]} is one of more than {NESTED} spans over one character; "
                    f"expected fewer"
                ),
            )
        )
    relations, _, *joined, _ = columns(annotations.relations, Relation)
    missing = {*filterfalse(spans.places.__contains__, chain(_named(annotations), *joined))}
    missing -= {*relations, *(event.id for event in annotations.events)} if missing else set()
    if not missing and all(event.trigger in spans.places for event in annotations.events):
        return
    problems += [
        Problem(name, item.line, f"{item.id} {verb} {ref}, which is not in this file")
        for item, verb, ref in _references(annotations)
        if ref in missing or (verb == "trigger names" and ref not in spans.places)
    ]


def _suspects(spans, text):
    """Places of the spans that are not simply one piece of the text whose words are as they say."""
    size, each = len(text), enumerate(zip(spans.start, spans.end, spans.text, strict=True))
    odd = [
        place
        for place, (start, end, said) in each
        if text[start:end] != said or not 0 <= start < end <= size or "\n" in said
    ]
    return sorted({*odd, *spans.parted})


def _named(annotations):
    """Ids that something other than a relation is about."""
    yield from columns(annotations.attributes, Attribute)[2]
    for part in (annotations.normalisations, annotations.notes):
        yield from (item.target for item in part)
    yield from (ref for event in annotations.events for _, ref in event.roles)


def _references(annotations):
    """Everything that names another by its id: (itself, how it is said, the id)."""
    for event in annotations.events:
        yield event, "trigger names", event.trigger
        yield from ((event, f"{role} names", ref) for role, ref in event.roles)
    yield from ((item, "joins", ref) for item in annotations.relations for ref in (item.a, item.b))
    for part in (annotations.attributes, annotations.normalisations, annotations.notes):
        yield from ((item, "is about", item.target) for item in part)


def _crowded(spans):
    """The place of the first span that has more others over its first character than may be, or
    None."""
    starts, ends = sorted(spans.start), sorted(spans.end)
    at = next(compress(count(NESTED), map(lt, starts[NESTED:], ends)), None)
    return None if at is None else sorted(range(len(spans)), key=spans.start.__getitem__)[at]


def _misfit(span, text, newlines, proposals):
    last, size = 0, len(span.fragments) - 1
    for start, end in span.fragments:
        if end <= start:
            return f"has the offsets {start} {end}; expected the start before the end"
        if end > len(text):
            return (
                f"has the offsets {start} {end}, out of range; expected at most {len(text)}, the "
                f"length of the text"
            )
        if start < last:
            return (
                f"has the fragment {start} {end} before its other fragment's end {last}; "
                f"expected reading order"
            )
        if (at := bisect_left(newlines, start)) < len(newlines) and newlines[at] < end:
            return (
                f"covers a newline at offset {newlines[at]}; expected a span within one line of "
                f"the text"
            )
        last, size = end, size + end - start
    if size == len(span.text) and covered(text, span.fragments) == span.text:
        return None
    words = covered(
        text, [(start, min(end, start + SHOWN)) for start, end in span.fragments[:SHOWN]]
    )
    proposal = (
        _proposal(span, text)
        if next(proposals, None) is not None
        else "the text is another one than that which was marked"
    )
    return f"says {_shown(span.text)}, but {_offsets(span)} hold {_shown(words)}; {proposal}"


def _shown(words):
    """Words as a message quotes them, the first of many."""
    return repr(words) if len(words) < SHOWN else f"{words[:SHOWN]!r} …"


def _offsets(span):
    return (
        "offsets "
        + ";".join(f"{a} {b}" for a, b in span.fragments[:SHOWN])
        + (";…" if len(span.fragments) > SHOWN else "")
    )


def _proposal(span, text):
    if len(span.fragments) > 1:
        return "expected the words of its fragments, joined by one blank"
    size, near = len(span.text), max(0, span.start - NEARBY)
    places = _occurrences(span.text, text, near, span.start + size + NEARBY) or _occurrences(
        span.text, text, 0, len(text)
    )
    if not places:
        return "these words stand nowhere in the text"
    named = " or ".join(f"{place} {place + size}" for place in places[:FEW])
    return (
        f"did you mean {named}?"
        if len(places) <= FEW
        else f"they stand in more than {FEW} places, the first at {named}"
    )


def _occurrences(words, text, start, end):
    """Where words stand between two offsets of a text: the first places, one more than are
    shown."""
    found, at = [], text.find(words, start, end)
    while at >= 0 and len(found) <= FEW:
        found.append(at)
        at = text.find(words, at + 1, end)
    return found
