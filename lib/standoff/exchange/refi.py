"""Reads REFI-QDA projects (`.qdpx`) and codebooks (`.qdc`), the exchange format of MAXQDA, NVivo,
ATLAS.ti and QualCoder (https://www.qdasoftware.org).

Each coding of a passage becomes a span, with the code as its label and the user as its coder.
Descriptions and notes become notes, links between passages relations.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..annotation.model import REMARK, Annotations
from ..annotation.problems import Report
from ..annotation.registries import META
from .documents import Document, ignored_remarks, unflatten_meta
from .import_builder import Reader, named
from .lossless_tables import BETWEEN_AUTHORS
from .offset_counting import Counting, Passage, Positions, choose_counting
from .offsets import first_line
from .refi_files import Package, count_ignored
from .untrusted import read_files

__all__ = ["CODERS", "CONTINUES", "EVENTS", "MARKED_LINE", "ROLE", "read_refi"]

CODERS = "coders"  # the variable with the names of the coders of a source
EVENTS = "events"  # the set of codes whose passages are events
CONTINUES = "continues"  # the link from a piece of a passage to its next piece
ROLE = "(role)"  # ends the name of a link from an event to one of its roles
MARKED_LINE = re.compile(r"\[(\S+)\] (.*)")  # a line of a description that export writes
TEXTS = ("TextSource", "Representation", "TextDescription")  # elements that have a text
KindAndWords = tuple[str, str]  # kind and words
UNKNOWN_CODE = "unknown_code"  # the label of codings whose code is not in the project
UNCODED = "Passage"  # the label of passages without a code


def read_refi(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read projects and codebooks, in a folder or alone; raise `SeedError` with everything that
    cannot be read.

    A codebook is returned as a document without a name and a text, whose `definitions` hold its
    codes.
    """
    return read_files(
        source,
        lambda path: path.suffix.lower() in (".qdpx", ".qdc"),
        lambda path: _Project(Package(path)).documents(),
        "holds no .qdpx and no .qdc; expected REFI-QDA projects or codebooks",
        left_out,
    )


# --- codes ---


class Code(NamedTuple):
    """A code: its label; its definition, if it can be used; the attribute that it is a value of, if
    it is one; and whether its passages are events."""

    label: str
    definition: str | None = None
    attribute: tuple[str, str] | None = None
    event: bool = False


def _read_codes(parents: list[Element], events: Collection[str] = ()) -> dict[str, Code]:
    """Return codes by GUID.

    A name that several codes have gets the groups above in front. A code `Function: cause` in a
    group `Function` that cannot be used itself is the value `cause` of an attribute, as export
    writes it.
    """
    rows: list[tuple[Element, Element, list[str]]] = []  # code, what it is in, names from the top

    def visit(parent: Element, above: list[str]) -> None:
        for code in parent.findall("Code"):
            path = [*above, " ".join(code.get("name", "").split()) or "unnamed"]
            rows.append((code, parent, path))
            visit(code, path)

    for parent in parents:
        visit(parent, [])
    names = Counter(path[-1] for code, _, path in rows if _is_codable(code))
    labels: Counter[str] = Counter()
    codes = {}
    for code, parent, (*groups, name) in rows:
        unique = _is_codable(code) and names[name] == 1
        label = re.sub(r"\s", "_", name if unique else "/".join([*groups, name]))
        labels[label] += 1
        if labels[label] > 1:
            label += f"-{labels[label]}"
        definition, attribute = None, None
        group, _, value = name.partition(": ")
        if [group] == groups[-1:] and re.fullmatch(r"\S+", value) and not _is_codable(parent):
            attribute = group, value
        elif _is_codable(code):
            place = f"In the group {' > '.join(groups)}." if groups else ""
            definition = " ".join([*code.findtext("Description", "").split(), place]).strip()
            for description in code.findall("Description"):
                code.remove(description)
        guid = code.get("guid", "")
        codes[guid] = Code(label, definition, attribute, guid in events)
    return codes


def _is_codable(code: Element) -> bool:
    """Return whether a code can be used; one that cannot is a group of codes."""
    return code.get("isCodable", "").lower() not in ("false", "0")


def _definitions(codes: dict[str, Code]) -> dict[str, str]:
    """Return what is known of each code that can be used, by its label."""
    return {code.label: code.definition for code in codes.values() if code.definition is not None}


# --- projects ---


class _CodedPlace(NamedTuple):
    """Where the codings of a selection are in the stored text, and the repair that this needed."""

    element: Element
    guid: str
    fragments: tuple[tuple[int, int], ...]
    repair: str = ""


class _Source:
    """A text, its selections by their GUIDs, and its codings by the GUIDs of their users."""

    def __init__(self, name: str, element: Element, raw: str, remark: str):
        self.name, self.element, self.remark = name, element, remark
        self.positions = Positions(raw)
        self.codings: dict[str, _Coding] = {}
        self.selections: dict[str, tuple[Element, Passage]] = {}
        for selection in element.findall("PlainTextSelection"):
            ends = [selection.get(key, "").strip() for key in ("startPosition", "endPosition")]
            start, end = (int(end) if re.fullmatch(r"\d{1,12}", end) else -1 for end in ends)
            guid = selection.get("guid", "")
            if not guid or guid in self.selections:
                guid += f" {len(self.selections)}"
            self.selections[guid] = selection, Passage(start, end, selection.get("name", ""))


class _Coding(Reader):
    """What one user has coded in one text."""

    def __init__(self, source: _Source, path: Path, roles: dict[str, list[tuple[str, str]]]):
        super().__init__(source.positions.raw, source.name, path)
        if source.remark:
            self.remarks.append(source.remark)
        self.roles = roles  # the GUID of an event's selection -> its roles
        self.at: dict[tuple, str] = {}  # places -> ids of what is there
        self.noted: set[tuple[str, str]] = set()  # ids and the words of notes on them

    def add(
        self, place: _CodedPlace, coding: Element, code: Code, notes: Iterable[KindAndWords]
    ) -> None:
        """Build what a coding says: an attribute of the span that is there, or else a span."""
        with self.builder.tally.annotation(coding):
            ident = self.ids.get(place.guid) or self.at.get(place.fragments)
            if code.attribute and ident:
                self.builder.attribute(ident, *code.attribute)
            else:
                ident = self._add_span(place, code)
            self.add_notes(ident, notes)

    def _add_span(self, place: _CodedPlace, code: Code) -> str:
        """Build a span, or an event, and return its id."""
        unknown = code.label == UNKNOWN_CODE
        repair = "a code that is not in the codebook" if unknown else place.repair
        if repair:
            self.builder.tally.count_repair(repair)
        ident = self.builder.span(code.label, place.fragments)
        if code.event:
            ident = self.builder.add_event(code.label, ident, self.roles.get(place.guid, ()))
        self.ids.setdefault(place.guid, ident)
        self.at.setdefault(place.fragments, ident)
        return ident

    def add_notes(self, ident: str, notes: Iterable[KindAndWords]) -> None:
        """Add notes; tools that write each coding by itself repeat its description: it is added
        once."""
        for kind, words in notes:
            if not words.strip() or (ident, words) in self.noted:
                continue
            self.noted.add((ident, words))
            written = MARKED_LINE.fullmatch(words)
            if written and ":" in written[1]:
                db, _, key = written[1].partition(":")
                self.builder.add_reference(ident, db, key, written[2])
            elif written:
                self.builder.add_note(ident, written[1], written[2])
            else:
                self.builder.add_note(ident, kind, words.strip())


class _Links:
    """The links of a project: roles of events, pieces of passages, and all others."""

    def __init__(self, elements: list[Element]):
        self.elements = elements
        self.next_pieces = {
            link.get("originGUID", ""): link.get("targetGUID", "")
            for link in elements
            if link.get("name") == CONTINUES
        }
        self.continued = set(self.next_pieces.values())
        self.joined: set[str] = set()  # GUIDs of pieces that are joined with the one before them
        self.roles: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for link in filter(_is_role, elements):
            role = link.get("name", "").removesuffix(ROLE).strip()
            self.roles[link.get("originGUID", "")].append((role, named(link.get("targetGUID"))))


class _Project:
    """A project: its users, codes, variables and notes, and what is set aside and ignored of it."""

    def __init__(self, package: Package):
        self.package, self.root = package, package.root
        self.aside: Counter[str] = Counter()  # annotations that are set aside, by kind
        self.ignored: Counter[str] = Counter()
        self.remarks: list[str] = []
        self.users = {
            user.get("guid", ""): (user.get("name") or user.attrib.pop("id", "unknown")).strip()
            for user in self.root.findall("Users/User")
        }
        sets = self._entries("Set", [EVENTS])
        events = {code.get("targetGUID", "") for one in sets for code in one.iter("MemberCode")}
        self.codes = _read_codes(self.root.findall("CodeBook/Codes"), events)
        variables = self._entries("Variable", [*META, CODERS])
        self.variables = {one.get("guid", ""): one.get("name", "").lower() for one in variables}
        self.notes = {
            note.get("guid", ""): self._read_note(note) for note in self.root.findall("Notes/Note")
        }
        self.read_notes: set[str] = set()
        self.links = _Links(self.root.findall("Links/Link"))

    def _entries(self, tag: str, names: Collection[str]) -> list[Element]:
        """Return the entries of a list that have one of some names; the others are ignored."""
        found = []
        for parent in self.root.findall(f"{tag}s"):
            for child in parent.findall(tag):
                if child.get("name", "").lower() in names:
                    found.append(child)
                else:
                    self._ignore(parent, child)
        return found

    def _ignore(self, parent: Element, child: Element) -> None:
        self.ignored[f"{parent.tag}/{child.tag}"] += 1
        parent.remove(child)

    def _read_note(self, note: Element) -> KindAndWords:
        words, _ = self.package.text(note)
        return note.get("name") or REMARK, words or note.findtext("Description", "")

    def documents(self) -> list[Document]:
        """Return one document for each text and coder; the first has the remarks on all."""
        sources = list(self._read_sources())
        texts = [
            (source.positions, [passage for _, passage in source.selections.values()])
            for source in sources
        ]
        counting, remarks = choose_counting(texts, self.root.get("origin", ""))
        self.remarks += remarks
        metas = [self._read_source(source, counting) for source in sources]
        codings = [coding for source in sources for coding in source.codings.values()]
        for link in self.links.elements:
            self._add_link(link, codings)
        nobody = "unknown" if self.users else "gold"  # the coder of what no known user has coded
        documents = [
            coding.finish(source.name, self.users.get(user, nobody), dict(meta))
            for source, meta in zip(sources, metas, strict=True)
            for user, coding in source.codings.items()
        ]
        self._count_unread({user for source in sources for user in source.codings})
        first, *others = documents or [Document("", "", "gold", Annotations())]
        first.definitions = _definitions(self.codes)
        first.remarks[:0] = self.remarks + ignored_remarks(self.ignored)
        first.tally.set_all_aside(self.aside)
        return [first, *others]

    def _count_unread(self, coders: set[str]) -> None:
        """Count what has not been read, and name the users who have coded nothing."""
        count_ignored(self.root, self.ignored)
        unread = self.notes.keys() - self.read_notes
        self.ignored += Counter({"Notes/Note": len(unread)})
        for user in sorted(self.users.keys() - coders):
            self.remarks.append(f"the user {self.users[user]!r} has coded nothing")

    # --- sources ---

    def _read_sources(self) -> Iterator[_Source]:
        """Yield the sources that have a text; the others are set aside by name, with their
        codings, and so are parts of pictures, recordings and pages."""
        for sources in self.root.findall("Sources"):
            for element in list(sources):
                name = element.get("name") or Path(element.get("plainTextPath", "")).stem
                name = name or element.get("guid") or "text"
                homes = [part for part in (element, *element) if part.tag in TEXTS]
                home = homes[0] if homes else Element("nothing")
                if home is not element:
                    self._set_aside_parts(element, home)
                raw, remark = self.package.text(home)
                if not raw:
                    self.aside["codings of sources without a text"] += _count_codings(home)
                    self.remarks.append(f"{element.tag} {name!r} set aside: {remark}")
                    sources.remove(element)
                    continue
                if home is not element:
                    self.remarks.append(
                        f"{element.tag} {name!r}: the text that stands for it is read"
                    )
                yield _Source(re.sub(r"\.(txt|docx|pdf)$", "", name), home, raw, remark)

    def _set_aside_parts(self, element: Element, home: Element) -> None:
        """Set aside the codings of a picture, a recording or a page, which are not of its text."""
        for part in list(element):
            count = _count_codings(part)
            if count and part is not home:
                self.aside[f"codings of a {part.tag} of a {element.tag}"] += count
                element.remove(part)

    def _coding(self, source: _Source, *elements: Element) -> _Coding:
        """Return the coding by the user that the first of some elements names."""
        keys = "creatingUser", "modifyingUser"
        users = [element.get(key, "") for element in (*elements, source.element) for key in keys]
        creator = self.root.get("creatingUserGUID", "")
        return self._coding_by(
            source, next((user for user in users if user in self.users), creator)
        )

    def _coding_by(self, source: _Source, user: str) -> _Coding:
        if user not in source.codings:
            source.codings[user] = _Coding(source, self.package.path, self.links.roles)
        return source.codings[user]

    def _read_source(self, source: _Source, counting: Counting) -> dict[str, Any]:
        """Build all codings of a text; return its meta.

        Codes that are values are read last: each goes to the span of its selection, or else to the
        span at its place, as tools that write one coding at a time need it.
        """
        codings = [
            (place, element, self._code(element))
            for place in self._places(source, counting)
            for element in place.element.findall("Coding") or [place.element]
        ]
        for place, element, code in sorted(codings, key=lambda one: one[2].attribute is not None):
            coding = self._coding(source, element, place.element)
            coding.add(place, element, code, self._notes_of(place.element, element))
        meta = self._read_meta(source)
        notes = [note for note in self._notes_of(source.element) if note[1].strip()]
        if notes or not source.codings:
            coding = self._coding(source)
            if notes:
                with coding.builder.tally.annotation(source.element):
                    coding.add_notes(coding.whole, notes)
        return meta

    def _places(self, source: _Source, counting: Counting) -> Iterator[_CodedPlace]:
        """Yield the place of each passage in the text, which links may make of several selections,
        and the first line for the whole of it."""
        left = dict(source.selections)
        for first in sorted(left, key=self.links.continued.__contains__):
            fragments, repair, guid = [], "", first
            while guid in left:
                selection, passage = left.pop(guid)
                fragment, other = source.positions.fragment(passage, counting)
                fragments += [fragment] if fragment else []
                repair = "put where its words are" if other else repair
                if guid != first:
                    self._join(source, guid, selection)
                guid = self.links.next_pieces.get(guid) or ""
            element, _ = source.selections[first]
            if fragments:
                yield _CodedPlace(element, first, tuple(fragments), repair)
            elif first not in self.links.joined:
                self.aside["positions outside the text"] += _count_codings(element)
                source.element.remove(element)
        if source.element.find("Coding") is not None:
            whole = Element("PlainTextSelection")
            whole.extend(source.element.findall("Coding"))
            line = first_line(source.positions.text)
            yield _CodedPlace(
                whole, "whole", (line,), "a code of a whole source put on its first line"
            )

    def _join(self, source: _Source, guid: str, selection: Element) -> None:
        """Count the codings of a piece of a passage, which are those of its first piece."""
        self.links.joined.add(guid)
        for coding in selection.findall("Coding") or [selection]:
            tally = self._coding(source, coding, selection).builder.tally
            with tally.annotation(coding):
                tally.count_repair("joined with the piece that it continues")

    def _read_meta(self, source: _Source) -> dict[str, Any]:
        """Return what the variables of a source say under the names of `meta.toml`, and make sure
        that everybody whom they name as a coder has a coding."""
        pairs = [("title", source.name)]
        for entry in source.element.findall("VariableValue"):
            name = self.variables.get(_target(entry, "VariableRef"))
            words = "".join(entry.itertext()).strip()
            values = words.split(BETWEEN_AUTHORS)
            if name in META:
                pairs += [(name, value) for value in (values if name == "authors" else [words])]
            elif name == CODERS and set(values) <= set(self.users.values()):
                for guid, user in self.users.items():
                    if user in values:
                        self._coding_by(source, guid)
            else:
                self._ignore(source.element, entry)
        return unflatten_meta(pair for pair in pairs if pair[1])

    # --- annotations ---

    def _code(self, coding: Element) -> Code:
        """Return the code of a coding; a passage without one has a label of its own."""
        if coding.tag != "Coding":
            return Code(UNCODED)
        return self.codes.get(_target(coding, "CodeRef"), Code(UNKNOWN_CODE))

    def _notes_of(self, *elements: Element) -> Iterator[KindAndWords]:
        """Yield the kind and the words of each line of a description, and of each note."""
        for element in elements:
            for line in element.findtext("Description", "").split("\n"):
                yield REMARK, line
            for ref in element.findall("NoteRef"):
                guid = ref.get("targetGUID", "")
                self.read_notes.add(guid)
                if guid in self.notes:
                    yield self.notes[guid]
                else:
                    self.ignored["NoteRef/@targetGUID"] += 1

    def _add_link(self, link: Element, codings: list[_Coding]) -> None:
        """Add a link between two passages of one coding, or between a passage and a note."""
        ends = link.get("originGUID", ""), link.get("targetGUID", "")
        notes = [end for end in ends if end in self.notes]
        linked = ends[1] in self.links.joined and link.get("name") == CONTINUES
        for coding in codings:
            idents = [coding.ids[end] for end in ends if end in coding.ids]
            if not idents or len(idents) + len(notes) < 2:
                continue
            linked = True
            with coding.builder.tally.annotation(link):
                if notes:
                    self.read_notes.add(notes[0])
                    coding.builder.add_note(idents[0], *self.notes[notes[0]])
                elif not (idents[0].startswith("E") and _is_role(link)):
                    name = link.get("name") or link.get("direction") or "Link"
                    relation = coding.builder.add_relation(name, idents[0], idents[1])
                    coding.add_notes(relation, self._notes_of(link))
        if not linked:
            self.aside["links of other things than passages of one text"] += 1


def _is_role(link: Element) -> bool:
    """Return whether a link is a role, if it comes from an event."""
    return link.get("name", "").endswith(ROLE)


def _target(element: Element, tag: str) -> str:
    """Return the GUID to which an element refers."""
    ref = element.find(tag)
    return "" if ref is None else ref.get("targetGUID", "")


def _count_codings(element: Element) -> int:
    """Return how many codings are in an element, with the passages that have none."""
    passages = element.iter("PlainTextSelection")
    uncoded = [passage for passage in passages if passage.find("Coding") is None]
    return len(list(element.iter("Coding"))) + len(uncoded)
