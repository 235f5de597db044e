"""A text corrected after it was coded: annotations follow by exact context, and what cannot is
shown and settled by a human."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, Attribute, Span, covered
from ..annotation.ordering import canonical, restrict_to_labels, with_base, without
from ..annotation.problems import Problem, Report, SeedError
from ..annotation.registries import read_meta
from ..annotation.span_index import SpanIndex
from ..annotation.structure_checks import DIVIDED
from ..annotation.suggest import suggest
from ..annotation.text_files import read_text
from ..annotation.toml_files import Lines, key, parse_toml, read_source, toml, with_key
from ..annotation.verification import verify
from ..corpus.articles import PROPOSED, base_labels, invalid_paths, read_proposed
from ..corpus.files import replace_directory, write_text
from .quotes import Quote, QuoteError, find_all, find_fragments, quote_for, surroundings
from .source_text import read_article_text
from .text_alignment import Alignment
from .zone_proposals import propose_sentences

__all__ = ["Open", "Reanchored", "reanchor"]

KEYS = ("was", "at", "marked", "becomes", "drop")  # of a decision
CANDIDATES = 5  # places with the same words that are shown
HEAD = """# Places whose words have changed or are no longer unambiguous. For each of them, remove
# the # before one of its proposals, or write, as the new text has it,
#    becomes = "the words", or
#    becomes = { quote = "…", prefix = "…", suffix = "…", occurrence = 2, until = "…" },
# or drop = true to give up what is marked there. Then run the same command again.
"""


@dataclass
class Open:
    """A place of the old text that could not be carried over: its words, what is marked there, and
    where it may be now."""

    fragments: tuple[tuple[int, int], ...]
    words: str
    line: int
    marked: list[str]
    candidates: list[tuple[tuple[int, int], ...]]


@dataclass
class Reanchored:
    """What came of it: whether anything was changed, how many spans were carried, settled, given
    up; what is open, and how the base fared."""

    changed: bool
    carried: int = 0
    settled: int = 0
    dropped: int = 0
    open: list[Open] = field(default_factory=list)
    proposed: bool = False
    stale: list[Path] = field(default_factory=list)
    text: str = field(default="", repr=False)


def reanchor(
    article: str | Path,
    new_text: str | Path,
    settle: str | Path | None = None,
    partial: str | Path | None = None,
    normalise: bool = False,
) -> Reanchored:
    """Give an article the text in the file `new_text` and carry every coder's annotations over.

    A span is carried where its own words stand unchanged in a context that stands once in either
    text. Others are open, unless the file `settle` says
    what becomes of them; where it is not there it is written, to be filled in. While anything is
    open nothing is changed, unless `partial` names a
    file: then what is open is taken out of the annotation and written there. Zones and sentences
    follow by their edges and are proposals
    again where their words have changed. Raises `SeedError` with everything that is wrong, and
    `OSError`.
    """
    problems = Report()
    work = _Work(Path(article), Path(new_text), normalise, problems)
    decisions = _decisions(Path(settle), problems) if settle and Path(settle).exists() else {}
    if partial and Path(partial).exists():
        problems.append(Problem(str(partial), 1, "exists already; expected the name of a new file"))
    if problems:
        raise SeedError(problems)
    work.carry()
    work.decide(decisions, settle, problems)
    if problems:
        raise SeedError(problems)
    report = Reanchored(
        False,
        len(work.to) - len(work.settled),
        len(work.settled),
        len(work.dropped),
        work.open(),
        text=work.new,
    )
    if report.open and not partial:
        if settle:
            write_text(Path(settle), HEAD + "\n" + _as_places(report.open, work.new, decisions))
        return report
    report.stale, report.proposed = (
        work.write(report.open, Path(partial) if partial else None),
        work.base_is_new,
    )
    report.changed = True
    return report


class _Work:
    """One article on its way to a new text."""

    def __init__(self, path, new_text, normalise, problems):
        self.path = path
        codebook = Codebook.read(path.absolute().parent / "codebook.toml", problems)
        self.book, self.labels = codebook, base_labels(codebook)
        self.old = (
            read_text(path / "text.txt", str(path / "text.txt"), problems)
            if (path / "text.txt").is_file()
            else None
        )
        if self.old is None:
            problems.append(
                Problem(
                    str(path),
                    1,
                    "no article here; expected a folder with text.txt, meta.toml and gold.ann",
                )
            )
            raise SeedError(problems)
        problems += invalid_paths(path, path)
        self.meta = read_meta(path / "meta.toml", problems)
        if self.meta and hashlib.sha256(self.old.encode()).hexdigest() != self.meta["sha256"]:
            message = (
                "is not the text that was coded (see sha256 in meta.toml); put the coded one "
                "back first, the corrected one belongs into a file of its own"
            )
            problems.append(Problem(str(path / "text.txt"), 1, message))
        taken = (
            read_article_text(new_text, normalise, problems)
            if new_text.is_file()
            else problems.append(Problem(str(new_text), 1, "no such file; expected the new text"))
        )
        self.new, self.changes = taken or ("", [])
        if self.new == self.old:
            problems.append(
                Problem(
                    str(new_text),
                    1,
                    "is the text that the article has already; expected a corrected one",
                )
            )
        self.proposed = read_proposed(path, self.old, codebook, problems)
        self.coded = {
            file: self._coded(file, problems)
            for file in sorted(path.glob("*.ann"))
            if file.stem != PROPOSED
        }
        self.base = self.proposed or restrict_to_labels(
            self.coded.get(path / "gold.ann", Annotations()), self.labels
        )
        self.settled: set[tuple] = set()
        self.dropped: set[tuple] = set()

    def _coded(self, file, problems):
        source = read_text(file, str(file), problems, empty=True)
        found = brat.parse(source or "", str(file), problems)
        verify(found, self.old, str(file), problems)
        return found

    def carry(self):
        """Where each place is now: `to` has those that are carried, `marks` what is marked at each,
        `base_to` zones and sentences."""
        self.alignment = Alignment(self.old, self.new)
        self.to: dict[tuple, tuple] = {}
        self.marks: dict[tuple, list[str]] = defaultdict(list)
        self.base_to = {
            key: to for key in _keys(self.base) if (to := self._followed(key[1][0])) is not None
        }
        for file, found in self.coded.items():
            spoken_of = _spoken_of(found)
            for span in found.spans:
                if span.label not in self.labels:
                    self.marks[span.fragments].append(f"{file.name} {span.id} {span.label}")
                elif (span.label, span.fragments) not in self.base_to and span.id in spoken_of:
                    self.marks[span.fragments].append(
                        f"{file.name} {span.id} {span.label}, to which something refers"
                    )
        for at in self.marks:
            pieces = tuple(self.alignment.place(*fragment) for fragment in at)
            if None not in pieces and all(one[1] <= other[0] for one, other in pairwise(pieces)):
                self.to[at] = pieces

    def _followed(self, fragment):
        """Where a zone or a sentence is now: by its words, else by its edges."""
        place = self.alignment.place(*fragment) or self.alignment.between(*fragment)
        if place is None:
            return None
        words = self.new[slice(*place)]
        to = place[0] + len(words) - len(words.lstrip()), place[0] + len(words.rstrip())
        return (to,) if to[0] < to[1] else None

    def decide(self, decisions, settle, problems):
        """Take what a human has settled."""
        for at, (line, entry) in decisions.items():
            if at not in self.marks or at in self.to:
                problems.append(
                    Problem(
                        str(settle),
                        line,
                        f"the place at {_offsets(at)} is not open; expected one that is",
                    )
                )
            elif entry.get("drop") is True:
                self.dropped.add(at)
            elif "becomes" in entry:
                try:
                    becomes = entry["becomes"]
                    pieces = becomes if isinstance(becomes, list) else [becomes]
                    self.to[at] = find_fragments(self.new, pieces)
                except QuoteError as error:
                    problems.append(Problem(str(settle), line, str(error)))
                self.settled.add(at)
                self.base_to |= {
                    key: self.to[at] for key in _keys(self.base) if key[1] == at and at in self.to
                }

    def open(self) -> list[Open]:
        """What is neither carried nor settled, in the order of the text."""
        return [
            self._open(at)
            for at in sorted(self.marks)
            if at not in self.to and at not in self.dropped
        ]

    def _open(self, at):
        words = covered(self.old, at)
        found = [
            pieces
            for pieces in [tuple(self.alignment.between(*fragment) for fragment in at)]
            if None not in pieces
        ]
        same = (
            [(place,) for place in find_all(self.new, Quote(words))[:CANDIDATES]]
            if len(at) == 1
            else []
        )
        return Open(
            at,
            words,
            self.old.count("\n", 0, at[0][0]) + 1,
            self.marks[at],
            list(dict.fromkeys([*found, *same])),
        )

    def new_base(self) -> Annotations:
        """Zones and sentences of the new text: those that followed, and new ones for what none of
        them covers."""
        zone_labels, again = (
            self.book.of_kind("zone"),
            {item.target for item in self.base.attributes if item.name == "Duplicate"},
        )
        followed = [
            span._replace(fragments=self.base_to[span.label, span.fragments])
            for span in self.base.spans
            if (span.label, span.fragments) in self.base_to
        ]
        zones = _side_by_side([span for span in followed if span.label in zone_labels])
        zones += [
            Span("", "Body", (place,), "") for place in _gaps(self.new, zones, 0, len(self.new))
        ]
        around = SpanIndex((zone.start, zone.end, zone) for zone in zones)
        sentences = _side_by_side(
            [
                s
                for s in followed
                if s.label not in zone_labels and around.first_around(s.start, s.end)
            ]
        )
        starts, proposed = [sentence.start for sentence in sentences], []
        for zone in zones:
            if zone.label in DIVIDED and zone.id not in again:
                inside = sentences[bisect_left(starts, zone.start) : bisect_left(starts, zone.end)]
                gaps = [
                    Span("", zone.label, (place,), "")
                    for place in _gaps(self.new, inside, zone.start, zone.end)
                ]
                places = propose_sentences(self.new, gaps, self.meta["language"])
                proposed += [Span("", "Sentence", (place,), "") for place in places]
        spans: list[Span] = []
        attributes: list[Attribute] = []
        for number, span in enumerate([*zones, *sentences, *proposed], 1):
            spans.append(
                Span(f"T{number}", span.label, span.fragments, covered(self.new, span.fragments))
            )
            if number <= len(zones) and span.id in again:
                attributes.append(Attribute(f"A{len(attributes) + 1}", "Duplicate", f"T{number}"))
        return canonical(Annotations(spans=spans, attributes=attributes), self.book)

    def write(self, open_, partial):
        """Change the article, all its files in one step. Gives the files of notes, which still
        quote the old text."""
        out = {one.fragments for one in open_} | self.dropped
        base = self.new_base()
        before = [(span.label, span.text) for span in canonical(self.base, self.book).spans]
        self.base_is_new = self.proposed is not None or before != [
            (span.label, span.text) for span in base.spans
        ]
        stale = sorted(self.path.glob("*notes.toml"))
        texts, lost = {"text.txt": self.new, "meta.toml": self._meta(bool(stale))}, {}
        for file, found in self.coded.items():
            kept, lines = self._moved(found, out)
            lost |= {file.name: lines} if lines else {}
            texts[file.name] = brat.write(self._with_base(kept, base))
        if self.base_is_new:
            texts[f"{PROPOSED}.ann"] = brat.write(base)
        try:
            with replace_directory(self.path) as draft:
                for name, text in texts.items():
                    (draft / name).write_bytes(text.encode())
                if partial:
                    write_text(partial, _rest(open_, lost, self.new))
        except OSError:
            if partial:
                partial.unlink(missing_ok=True)
            raise
        return stale

    def _meta(self, has_notes):
        source = with_key(
            read_source(self.path / "meta.toml", Report()) or "",
            (),
            "sha256",
            hashlib.sha256(self.new.encode()).hexdigest(),
        )
        for coder in self.meta["coders"] if has_notes else ():
            source = with_key(
                source, ("coders", coder), "compiled", None
            )  # the notes say what they said of the old text
        return with_key(source, (), "normalised", self.changes) if self.changes else source

    def _moved(self, found, out):
        """A coding on the new text, and the lines of what was taken out of it."""
        gone = {
            s.id
            for s in found.spans
            if (
                (s.label, s.fragments) not in self.base_to
                if s.label in self.labels
                else s.fragments in out
            )
        }
        kept = without(found, gone)
        before, after = brat.write(found).split("\n"), set(brat.write(kept).split("\n"))
        lines = [line for line in before if line not in after]
        kept.spans = [self._span(span) for span in kept.spans]
        words = {span.id: span.text for span in kept.spans}
        kept.normalisations = [
            item._replace(text=words.get(item.target, item.text)) for item in kept.normalisations
        ]
        return kept, lines

    def _span(self, span):
        to = (
            self.base_to[span.label, span.fragments]
            if span.label in self.labels
            else self.to[span.fragments]
        )
        return span._replace(fragments=to, text=covered(self.new, to))

    def _with_base(self, kept, base):
        """A coding with the base where that stays settled, else with those zones alone that
        something refers to."""
        if not self.base_is_new:
            return with_base(kept, base)
        there = {(span.label, span.fragments) for span in base.spans}
        spoken_of = _spoken_of(kept)
        return without(
            kept,
            {
                s.id
                for s in kept.spans
                if s.label in self.labels
                and not (s.id in spoken_of and (s.label, s.fragments) in there)
            },
        )


def _spoken_of(found):
    """Ids of all that a relation, a role or a remark refers to."""
    roles = {target for event in found.events for _, target in event.roles}
    return (
        roles
        | {ident for link in found.relations for ident in (link.a, link.b)}
        | {note.target for note in found.notes}
    )


def _keys(base):
    return [(span.label, span.fragments) for span in base.spans]


def _side_by_side(spans):
    """The spans in order, without those that overlap an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.start < span.end and (not kept or kept[-1].end <= span.start):
            kept.append(span)
    return kept


def _gaps(text, spans, start, end):
    """Parts of lines between two offsets that no span covers and that hold more than white
    space."""
    inside = sorted(
        (span.start, span.end) for span in spans if start <= span.start and span.end <= end
    )
    ends = [start, *(offset for place in inside for offset in place), end]
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        for match in re.finditer(r"\S(?:[^\n]*\S)?", text[first:last]):
            yield first + match.start(), first + match.end()


def _offsets(at):
    return ";".join(f"{start} {end}" for start, end in at)


def _decisions(path, problems):
    """Old place -> (line, entry) of a file of decisions; entries in which nothing is decided yet
    are left out."""
    source = read_source(path, problems) or ""
    data, lines = parse_toml(source, str(path), problems) or {}, Lines(source)
    entries = data.pop("place", [])
    for name, value in data.items():
        wrong = (
            f"'{name}' is {repr(value)[:60]}; expected decisions alone, each below a line [[place]]"
        )
        problems.append(
            Problem(
                str(path),
                lines.of("", name) if isinstance(value, dict | list) else lines.of(name),
                wrong,
            )
        )
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        line = max(lines.of("place"), lines.of("", "place"))
        problems.append(
            Problem(
                str(path),
                line,
                (
                    f"'place' is {repr(entries)[:60]}; expected [[place]] with two brackets, and "
                    f"the decision in the lines below"
                ),
            )
        )
        return {}
    found = {}
    for number, entry in enumerate(entries):
        line = lines.of_entry("place", number)
        if (wrong := _undecidable(entry)) is not None:
            problems.append(Problem(str(path), line, wrong))
        elif "becomes" in entry or "drop" in entry:
            at = tuple(tuple(map(int, part.split(" "))) for part in entry["at"].split(";"))
            if at in found:
                problems.append(
                    Problem(
                        str(path),
                        line,
                        (
                            f"decides on the place at {_offsets(at)}, as line {found[at][0]} "
                            f"does; expected one decision"
                        ),
                    )
                )
            found.setdefault(at, (line, entry))
    return found


def _undecidable(entry):
    """What is wrong with an entry of a file of decisions, or None."""
    if unknown := next((name for name in entry if name not in KEYS), None):
        return f"'{unknown}' is an unknown key of a decision; {suggest(unknown, KEYS)}"
    at = entry.get("at")
    if not isinstance(at, str) or not re.fullmatch(
        r"[0-9]{1,18} [0-9]{1,18}(;[0-9]{1,18} [0-9]{1,18})*", at
    ):
        return "has no place; expected the line that begins with at, as it was written"
    if "becomes" in entry and "drop" in entry:
        return "says both becomes and drop; expected one of them"
    if entry.get("drop", True) is not True:
        return f"says drop = {toml(entry['drop'])}; expected drop = true, or becomes"
    return (
        "says becomes = []; expected words of the new text" if entry.get("becomes") == [] else None
    )


def _as_places(open_, new, decisions):
    """A file of decisions: every open place, with its candidates to choose from, and what has been
    decided already."""
    parts = []
    for one in open_:
        rows = [
            f"was = {toml(one.words)}",
            f"at = {toml(_offsets(one.fragments))}",
            f"marked = {toml(one.marked)}",
        ]
        for pieces in one.candidates:
            rows += [f"# {surroundings(new, *piece)}" for piece in pieces]
            keys = [quote_for(new, *piece) for piece in pieces]
            rows.append(f"# becomes = {toml(keys[0] if len(keys) == 1 else keys)}")
        parts.append("\n".join(["[[place]]", *rows, "# drop = true", ""]))
    for at, (_, entry) in decisions.items():
        parts.append(
            "\n".join(
                [
                    "[[place]]",
                    f"at = {toml(_offsets(at))}",
                    *(f"{k} = {toml(v)}" for k, v in entry.items() if k != "at"),
                    "",
                ]
            )
        )
    return "\n".join(parts)


def _rest(open_, lost, new):
    """What was taken out: the places, and the lines of each `.ann`."""
    parts = [
        (
            "# Taken out of the annotation, for these places could not be carried over. The "
            "lines are those of the .ann files before."
        )
    ]
    parts += [
        "\n".join(
            [
                f"[lines.{key(name)}]",
                *(f"{key(line.split(chr(9))[0])} = {toml(line)}" for line in lines),
                "",
            ]
        )
        for name, lines in lost.items()
    ]
    return "\n\n".join([*parts, _as_places(open_, new, {})])
