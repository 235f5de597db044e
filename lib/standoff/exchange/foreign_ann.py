"""Reading `.ann` files as other projects leave them: everything is kept, each repair is said."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Annotations, Problem, Relation, SeedError
from ..annotation.problems import Report
from .documents import Builder, Places, stored

__all__ = ["read_ann"]

BEGINS = re.compile(r"([TEARNM#]\d+|\*)\t")
WORDS = re.compile(r"\s+")


def read_ann(source: str, raw: str, name: str | Path, said: list[str]) -> Annotations:
    """Annotations of an `.ann` file's text over the text `raw`. Repairs are added to `said`;
    `SeedError` names what cannot be read.

    Repaired are: covered words broken over lines, spans over line breaks, equivalences (`*`) and
    modifications (`M`), lines that stand
    twice, references to what is not there, and offsets that count carriage returns. Words that do
    not stand at their offsets are refused.
    """
    problems = Report()
    lines = _rejoined(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), said)
    lines, equivalences = _plain(lines, said)
    found = brat.parse("\n".join(lines), str(name), problems)
    found.relations = [*found.relations, *equivalences]
    text = stored(raw, name, said)
    built = Builder(text, said)
    places = Places(raw)
    for span in found.spans:
        try:
            fragments = [(places(start), places(end)) for start, end in span.fragments]
        except ValueError as error:
            problems.append(Problem(str(name), span.line, f"{span.id}: {error}"))
            continue
        _span(built, span, fragments, str(name), problems)
    if problems:
        raise SeedError(problems)
    return _whole(Annotations(built.found.spans, *list(vars(found).values())[1:]), said)


def _rejoined(lines, said):
    """Lines of which those that begin no annotation have gone to the end of the span or note above;
    line numbers stay."""
    kept, above = [[line] for line in lines], None  # a line, and those that go on from it
    for number, line in enumerate(lines):
        if BEGINS.match(line):
            above = number
        elif line and above is not None and lines[above][0] in "T#":
            said.append(
                f"line {number + 1}: goes on from line {above + 1} "
                f"({lines[above].split(chr(9), 1)[0]}); joined with a blank"
            )
            kept[above].append(line)
            kept[number] = [""]
    return [" ".join(parts) for parts in kept]


def _plain(lines, said):
    """Lines as this project's reader takes them, and the relations that stand for equivalences;
    modifications become attributes."""
    kept, relations, seen = [], [], set()
    used = {line.split("\t")[0] for line in lines}
    relation_ids, attribute_ids = _unused("R", used), _unused("A", used)
    for number, line in enumerate(lines, 1):
        if line.startswith("*\t"):
            relations += _pairs(line, number, relation_ids, said)
            kept.append("")
        elif line and line in seen:
            said.append(
                f"line {number}: {line.split(chr(9))[0]} stands already, to the letter; left out"
            )
            kept.append("")
        else:
            kept.append(_mended(line, number, attribute_ids, said))
        seen.add(line)
    return kept, relations


def _unused(letter, used):
    """Ids that no line has, without end."""
    return (
        ident
        for ident in (f"{letter}{number}" for number in itertools.count(1))
        if ident not in used
    )


def _pairs(line, number, free, said):
    """The relations that stand for an equivalence: of its first with its second, of its second with
    its third, …"""
    label, *members = line.removeprefix("*\t").split() or ["Equiv"]
    found = [
        Relation(next(free), label, one, other, number)
        for one, other in itertools.pairwise(members)
    ]
    said.append(
        f"line {number}: the equivalence of {', '.join(members)} is now "
        f"{', '.join(item.id for item in found)} {label}"
    )
    return found


def _mended(line, number, free, said):
    """A modification as an attribute, a note without words with its empty words."""
    ident, _, rest = line.partition("\t")
    if ident.startswith("M"):
        new = next(free)
        said.append(f"line {number}: the modification {ident} is now the attribute {new}")
        return f"{new}\t{rest}"
    return f"{line}\t" if re.fullmatch(r"#\d+\t\S+ \S+", line) else line


def _span(built, span, fragments, name, problems):
    """Add a span whose words stand at its offsets, white space apart."""
    words = brat.covered(built.text, fragments)
    if words != span.text and WORDS.sub(" ", words).strip() != WORDS.sub(" ", span.text).strip():
        brat.verify(
            Annotations([span._replace(fragments=tuple(fragments))]), built.text, name, problems
        )
        return
    if words != span.text and "\n" not in words:
        built.said.append(f"{span.id} {span.label}: says {span.text!r}; the text has {words!r}")
    built.span(span.label, fragments, span.id, span.line)


def _whole(found, said):
    """The annotations without references to what is not in the file, which are said, and with a
    word on events that have no arguments."""
    known = {item.id for item in (*found.spans, *found.events, *found.relations)}
    known -= _without_ends(found, known)

    def there(item, where, *targets):
        missing = [target for target in targets if target not in known]
        if missing:
            said.append(
                f"{item.id} {where} {', '.join(missing)}, which is not in the file; left out"
            )
        return not missing

    events = [event for event in found.events if there(event, "has the trigger", event.trigger)]
    kept = [
        event._replace(
            roles=tuple(pair for pair in event.roles if there(event, f"has as {pair[0]}", pair[1]))
        )
        for event in events
    ]
    if bare := [event.id for event in kept if not event.roles]:
        said.append(f"events without arguments: {', '.join(bare)}; kept as they are")
    relations = [item for item in found.relations if there(item, "joins", item.a, item.b)]
    about = (
        [item for item in part if there(item, "is about", item.target)]
        for part in (found.attributes, found.normalisations, found.notes)
    )
    attributes, normalisations, notes = about
    return Annotations(found.spans, kept, attributes, relations, normalisations, notes)


def _without_ends(found, known):
    """Ids of events and relations that cannot be, for they have a trigger or an end that is not
    there, or is one of these."""
    users, gone = defaultdict(list), set()
    spans = {span.id for span in found.spans}
    for event in found.events:
        users[event.trigger if event.trigger in spans else ""].append(event.id)
    for item in found.relations:
        for end in (item.a, item.b):
            users[end if end in known else ""].append(item.id)
    left = [""]
    while left:
        new = [ident for ident in users.pop(left.pop(), ()) if ident not in gone]
        gone.update(new)
        left += new
    return gone
