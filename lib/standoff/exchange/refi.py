"""Reads REFI-QDA projects (`.qdpx`) and codebooks (`.qdc`), the exchange format of MAXQDA, NVivo,
ATLAS.ti and QualCoder (https://www.qdasoftware.org).

Each coding of a passage becomes a span, with the code as its label and the user as its coder.
Descriptions and notes become notes, links between passages relations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..annotation.model import Annotations
from ..annotation.problems import Report
from ..annotation.registries import META
from .countings import Counting, Passage, Positions, choose_counting
from .documents import (
    Document,
    Reader,
    first_line,
    ignored_remarks,
    read_all,
    refuse,
    unflatten_meta,
)
from .record import BETWEEN_AUTHORS
from .refi_files import Package, Text, Tree, UnreadableError, guid_of
from .untrusted import files_in, parse_xml, read_bytes

__all__ = ["COMMENT", "CONTINUES", "EVENTS", "KIND", "ROLE", "read_refi"]

COMMENT = "AnnotatorNotes"  # the kind of note that a description becomes
EVENTS = "Events"  # the set of codes whose passages are events
CONTINUES = "continues"  # the link from a piece of a passage to its next piece
ROLE = "(role)"  # ends the name of a link from an event to one of its roles
NO_CODE = "a code that is not in the codebook"
UNKNOWN = "unknown_code"  # the label of codings whose code is not in the project
UNCODED = "Passage"  # the label of passages without a code
USERS = ("creatingUser", "modifyingUser")
KIND = re.compile(r"\[(\S+)\] (.*)")  # begins a line of a description that export writes
GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
TRIMMED = "white space at the ends left out"
FIRST_LINE = "a code of a whole source put on its first line"


def read_refi(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read projects and codebooks, in a folder or alone; raise `SeedError` with everything that
    cannot be read.

    A codebook is returned as a document without a name and a text, whose `definitions` hold its
    codes.
    """
    paths = files_in(source, lambda path: path.suffix.lower() in (".qdpx", ".qdc"))
    missing = "holds no .qdpx and no .qdc; expected REFI-QDA projects or codebooks"
    projects = read_all(_read_file, paths, source, missing, left_out)
    return [document for documents in projects for document in documents]


def _read_file(path: Path) -> list[Document]:
    if path.suffix.lower() == ".qdpx":
        return _Project(Package(path)).documents()
    tree = Tree(parse_xml(read_bytes(path), path))
    if tree.root.tag != "CodeBook":
        message = f"is XML of another kind (<{tree.root.tag}>); expected <CodeBook>"
        raise refuse(path, 1, "E-source-format", message)
    tree.get(tree.root, "origin")
    codes = _read_codes(tree, tree.inside("Codes"))
    return [_codebook(codes, ignored_remarks(tree.ignored()))]


def _codebook(codes: dict[str, Code], remarks: list[str]) -> Document:
    return Document("", "", "gold", Annotations(), {}, remarks, definitions=_definitions(codes))


# --- codes ---


class Code(NamedTuple):
    """A code: its label; its definition, if it can be used; the attribute that it is a value of, if
    it is one; and whether its passages are events."""

    label: str
    definition: str | None = None
    attribute: tuple[str, str] | None = None
    event: bool = False


def _read_codes(
    tree: Tree, parents: list[Element], events: Collection[str] = ()
) -> dict[str, Code]:
    """Return codes by GUID.

    A name that several codes have gets the groups above in front. A code `Function: cause` in a
    group `Function` that cannot be used itself is the value `cause` of an attribute, as export
    writes it.
    """
    rows: list[tuple[str, tuple[str, ...], bool, str, bool]] = []

    def visit(element: Element, path: tuple[str, ...], grouped: bool) -> None:
        for child in tree.children(element, "Code"):
            name = " ".join(tree.get(child, "name").split()) or "unnamed"
            codable = tree.get(child, "isCodable").lower() not in ("false", "0")
            description = " ".join(tree.text(child, "Description").split()) if codable else ""
            guid = guid_of(tree.get(child, "guid"))
            rows.append((guid, (*path, name), codable, description, grouped))
            visit(child, (*path, name), not codable)

    for parent in parents:
        visit(parent, (), False)
    names = Counter(path[-1] for _, path, codable, _, _ in rows if codable)
    labels: Counter[str] = Counter()
    codes = {}
    for guid, path, codable, description, grouped in rows:
        *groups, name = path
        unique = codable and names[name] == 1
        label = re.sub(r"\s", "_", name if unique else "/".join(path))
        labels[label] += 1
        label += f"-{labels[label]}" * (labels[label] > 1)
        value = name.removeprefix(f"{groups[-1]}: ") if grouped else name
        attribute = (groups[-1], value) if value != name and " " not in value else None
        place = f"In the group {' > '.join(groups)}." if groups else ""
        definition = f"{description} {place}".strip() if codable and not attribute else None
        codes[guid] = Code(label, definition, attribute, guid in events)
    return codes


def _definitions(codes: dict[str, Code]) -> dict[str, str]:
    """Return what is known of each code that can be used, by its label."""
    return {code.label: code.definition for code in codes.values() if code.definition is not None}


# --- projects ---


class _Pick(NamedTuple):
    """A selection in a text."""

    element: Element
    guid: str
    passage: Passage


class _Source(NamedTuple):
    name: str
    element: Element
    text: Text
    picks: list[_Pick]


class _Place(NamedTuple):
    """Where the codings of a selection are in the stored text, and the repair that this needed."""

    element: Element
    guid: str
    fragments: list[tuple[int, int]]
    repair: str


class _Project:
    def __init__(self, package: Package):
        self.package, self.tree = package, package.tree
        tree, root = self.tree, self.tree.root
        tree.get(root, "name")
        self.tool = tree.get(root, "origin")
        self.codes = _read_codes(tree, tree.inside("CodeBook", "Codes"), self._read_events())
        self.users: dict[str, str] = {}
        for user in tree.inside("Users", "User"):
            name = (tree.get(user, "name") or tree.get(user, "id") or "unknown").strip()
            while name in self.users.values():
                name += "-2"
            self.users[guid_of(tree.get(user, "guid"))] = name
        creator = guid_of(tree.get(root, "creatingUserGUID"))
        self.user = self.users.get(creator, "unknown" if self.users else "gold")
        self.notes: dict[str, tuple[str, str]] = {}
        self.aside: Counter[str] = Counter()  # annotations that are set aside, by kind
        self.variables = self._read_variables()

    def _read_events(self) -> set[str]:
        """Return the GUIDs of the codes in the set of events, if there is one."""
        members: set[str] = set()
        for group in self.tree.root.findall("Sets/Set"):
            if group.get("name") == EVENTS:
                self.tree.inside("Sets")
                self.tree.ask_for(group, "guid", "name")
                for member in self.tree.children(group, "MemberCode"):
                    members.add(guid_of(self.tree.get(member, "targetGUID")))
        return members

    def _read_variables(self) -> dict[str, str]:
        """Return the names of variables by GUID; those that `meta.toml` has are read."""
        names = {}
        for variable in self.tree.root.findall("Variables/Variable"):
            names[guid_of(variable.get("guid", ""))] = name = variable.get("name", "").lower()
            if name in META:
                self.tree.inside("Variables")
                self.tree.ask_for(variable, "guid", "name")
        return names

    def documents(self) -> list[Document]:
        """Return one document for each text and coder; the first has the remarks on all."""
        remarks: list[str] = []
        self._read_notes()
        sources = list(self._sources(remarks))
        texts = [
            (source.text.positions, [pick.passage for pick in source.picks]) for source in sources
        ]
        counting, remark = choose_counting(texts, self.tool)
        readers = [_SourceReader(self, source, counting) for source in sources]
        for reader in readers:
            reader.read()
        self._add_links(readers)
        documents = [document for reader in readers for document in reader.documents()]
        remarks += [remark] * bool(remark) + ignored_remarks(self.tree.ignored())
        if not documents:
            documents = [_codebook(self.codes, [])]
        documents[0].definitions = _definitions(self.codes)
        documents[0].remarks[:0] = remarks
        documents[0].account.set_all_aside(self.aside)
        return documents

    def _sources(self, remarks: list[str]) -> Iterator[_Source]:
        """Yield the sources that have a text, under names of their own; the others are set aside
        by name, with their codings."""
        taken: Counter[str] = Counter()
        for container in self.tree.inside("Sources"):
            for element in container:
                self.tree.asked.add((element, ""))
                name = self.tree.get(element, "guid")
                name = self.tree.get(element, "name") or _stem(element) or name
                home = element
                if element.tag != "TextSource":
                    parts = self.tree.children(element, "Representation", "TextDescription")
                    home = parts[0] if parts else Element("nothing")
                    self._set_aside_rest(element)
                try:
                    text = self.package.text(home)
                except UnreadableError as error:
                    codings = len(list(home.iter("Coding")))
                    self.aside["codings of sources without a text"] += codings
                    remarks.append(f"{element.tag} {name!r} set aside: {error}")
                    self.tree.ask_for_all(home)
                    continue
                if home is not element:
                    remarks.append(f"{element.tag} {name!r}: the text that stands for it is read")
                name = re.sub(r"\.(txt|docx|pdf)$", "", name) or "text"
                taken[name] += 1
                name += f"-{taken[name]}" * (taken[name] > 1)
                yield _Source(name, home, text, list(self._picks(home)))

    def _set_aside_rest(self, element: Element) -> None:
        """Count the codings of a picture, a recording or a page, which are not of its text."""
        for part in element:
            if part.tag not in ("Representation", "TextDescription"):
                codings = len(list(part.iter("Coding")))
                self.aside[f"codings of a {part.tag} of a {element.tag}"] += codings

    def _picks(self, element: Element) -> Iterator[_Pick]:
        """Yield the selections of a source whose positions are numbers."""
        for selection in self.tree.children(element, "PlainTextSelection"):
            start, end, words = (
                self.tree.get(selection, key) for key in ("startPosition", "endPosition", "name")
            )
            if re.fullmatch(r"\s*\d{1,12}\s*", start) and re.fullmatch(r"\s*\d{1,12}\s*", end):
                guid = guid_of(self.tree.get(selection, "guid")) or f"{start} {end}"
                yield _Pick(selection, guid, Passage(int(start), int(end), words))
            else:
                codings = len(selection.findall("Coding"))
                self.aside["positions that are no numbers"] += max(1, codings)

    def user_of(self, *elements: Element) -> str:
        """Return the coder named by the first element that names one."""
        guids = [guid_of(self.tree.get(element, key)) for element in elements for key in USERS]
        return next((self.users[guid] for guid in guids if guid in self.users), self.user)

    def _read_notes(self) -> None:
        for note in self.tree.inside("Notes", "Note"):
            try:
                words = self.package.text(note).positions.text
            except UnreadableError:
                words = self.tree.text(note, "Description")
            kind = self.tree.get(note, "name") or COMMENT
            self.notes[guid_of(self.tree.get(note, "guid"))] = (kind, words)

    def _add_links(self, readers: list[_SourceReader]) -> None:
        """Give each link to the text that has both its ends."""
        for container in self.tree.inside("Links"):
            for link in container.findall("Link"):
                ends = [guid_of(link.get(key, "")) for key in ("originGUID", "targetGUID")]
                name = link.get("name") or link.get("direction") or "Link"
                if not any(reader.add_link(link, name, *ends) for reader in readers):
                    self.aside["links of other things than passages of one text"] += 1
                self.tree.ask_for(link, "guid", "name", "direction", "originGUID", "targetGUID")


def _stem(element: Element) -> str:
    """Return the name of the file of a source, if it is one that a person gave."""
    stem = element.get("plainTextPath", "").rpartition("/")[2].rpartition(".")[0]
    return "" if GUID.fullmatch(stem) else stem


class _SourceReader:
    """Reads the selections of one text, for each coder into a document of its own."""

    def __init__(self, project: _Project, source: _Source, counting: Counting):
        self.project, self.source, self.counting = project, source, counting
        self.tree = project.tree
        self.readers: dict[str, Reader] = {}
        self.spans: dict[tuple[str, str], str] = {}  # (GUID or place, coder) -> id
        self.events: dict[tuple[str, str], tuple[str, str, list[tuple[str, str]]]] = {}
        self.said: set[tuple[str, str, str]] = set()  # (coder, id, note)
        self.lone_values: list[tuple[_Place, str, Element, Code]] = []
        self.next_pieces = self._read_continuations()

    @property
    def positions(self) -> Positions:
        return self.source.text.positions

    def _read_continuations(self) -> dict[str, str]:
        own = {pick.guid for pick in self.source.picks}
        pairs = {}
        for link in self.tree.root.findall("Links/Link"):
            a, b = (guid_of(link.get(key, "")) for key in ("originGUID", "targetGUID"))
            if link.get("name") == CONTINUES and {a, b} <= own:
                pairs[a] = b
        return pairs

    def reader(self, coder: str) -> Reader:
        """Return the reader of a coder's annotations of this text."""
        if coder not in self.readers:
            reader = Reader(self.positions.raw, self.source.name, self.project.package.path)
            reader.remarks += [self.source.text.remark] * bool(self.source.text.remark)
            self.readers[coder] = reader
        return self.readers[coder]

    def read(self) -> None:
        """Build the spans of all codings."""
        picks = {pick.guid: pick for pick in self.source.picks}
        pieces = set(self.next_pieces.values())
        for pick in self.source.picks:
            codings = self.tree.children(pick.element, "Coding")
            if pick.guid in pieces:
                self._join(pick.element, codings or [pick.element])
                continue
            fragments, repair = self._fragments(pick.passage)
            following = self.next_pieces.get(pick.guid)
            while following in picks:
                fragments += self._fragments(picks.pop(following).passage)[0]
                following = self.next_pieces.get(following)
            if fragments:
                self._add_codings(_Place(pick.element, pick.guid, fragments, repair), codings)
            else:
                self.project.aside["positions outside the text"] += max(1, len(codings))
                self.tree.ask_for_all(pick.element)
        self._add_lone_values()
        whole = self.tree.children(self.source.element, "Coding")
        if whole:
            first = first_line(self.positions.text)
            place = _Place(self.source.element, "", [first], FIRST_LINE)
            self._add_codings(place, whole)

    def _join(self, selection: Element, codings: list[Element]) -> None:
        """Count the codings of a piece of a passage, which are those of its first piece."""
        self.tree.ask_for_all(selection)
        for coding in codings:
            account = self.reader(self.project.user_of(coding, selection)).builder.account
            account.begin(coding)
            account.repair("joined with the piece that it continues")

    def _fragments(self, passage: Passage) -> tuple[list[tuple[int, int]], str]:
        """Return the places of a passage, none if it is outside the text, and the repair that was
        needed. White space at the ends of several lines is left out."""
        fragment, other = self.positions.fragment(passage, self.counting)
        if fragment is None:
            return [], ""
        start, end = fragment
        words = self.positions.text[start:end]
        if not words.strip() or "\n" not in words or words == words.strip():
            return [fragment], "put where its words are" if other else ""
        start += len(words) - len(words.lstrip())
        return [(start, start + len(words.strip()))], TRIMMED

    def _add_codings(self, place: _Place, codings: list[Element]) -> None:
        """Build a span for each code of a passage, with the codes that are values as attributes;
        a passage without a code becomes a span of its own kind."""
        idents: dict[str, str] = {}  # by coder
        values = []
        for coding in codings or [place.element]:
            coder = self.project.user_of(coding, place.element, self.source.element)
            code = self._code(coding) if codings else Code(UNCODED)
            if code.attribute:
                values.append((coder, coding, code))
            else:
                idents[coder] = self._add_span(place, coder, coding, code)
        for coder, coding, code in values:
            if coder in idents:
                self._add_value(coder, idents[coder], coding, code)
            else:
                self.lone_values.append((place, coder, coding, code))

    def _code(self, coding: Element) -> Code:
        """Return the code of a coding, and mark what it says as read."""
        self.tree.get(coding, "guid")
        refs = self.tree.children(coding, "CodeRef")
        guid = guid_of(self.tree.get(refs[0], "targetGUID")) if refs else ""
        return self.project.codes.get(guid, Code(UNKNOWN))

    def _add_span(self, place: _Place, coder: str, coding: Element, code: Code) -> str:
        """Build a span, or an event, with its notes; return its id."""
        builder = self.reader(coder).builder
        builder.account.begin(coding)
        repair = NO_CODE if code.label == UNKNOWN else place.repair
        if repair:
            builder.account.repair(repair)
        ident = builder.span(code.label, place.fragments)
        if code.event:
            trigger, ident = ident, builder.reserve("E")
            self.events[coder, ident] = code.label, trigger, []
        self.spans.setdefault((place.guid, coder), ident)
        self.spans.setdefault((str(place.fragments), coder), ident)
        for element in {place.element: 0, coding: 0}:
            self._add_notes(coder, ident, element)
        return ident

    def _add_value(self, coder: str, ident: str, coding: Element, code: Code) -> None:
        builder = self.reader(coder).builder
        builder.account.begin(coding)
        if code.attribute:
            builder.attribute(ident, *code.attribute)
        self._add_notes(coder, ident, coding)

    def _add_lone_values(self) -> None:
        """Give values that stand alone to the span at their place, as tools that write one coding
        at a time need it; without one they become spans."""
        for place, coder, coding, code in self.lone_values:
            ident = self.spans.get((str(place.fragments), coder))
            if ident:
                self._add_value(coder, ident, coding, code)
                self._add_notes(coder, ident, place.element)
            else:
                self._add_span(place, coder, coding, code)

    def _add_notes(self, coder: str, ident: str, element: Element) -> None:
        """Add descriptions and notes of a selection or a coding, a note for each line."""
        builder = self.reader(coder).builder
        notes = [(COMMENT, line) for line in self.tree.text(element, "Description").split("\n")]
        for ref in self.tree.children(element, "NoteRef"):
            note = self.project.notes.get(guid_of(self.tree.get(ref, "targetGUID")))
            notes += [note] if note else []
        for kind, words in notes:
            written = KIND.fullmatch(words)
            if (coder, ident, words) in self.said:
                continue  # tools that write each coding by itself repeat the description
            self.said.add((coder, ident, words))
            if written and ":" in written[1]:
                db, _, key = written[1].partition(":")
                builder.reference(ident, db, key, written[2])
            elif written:
                builder.note(ident, written[1], written[2])
            elif words.strip():
                builder.note(ident, kind, words.strip())

    def add_link(self, link: Element, name: str, a: str, b: str) -> bool:
        """Add a link between two passages of this text; return whether both are here.

        A link from a passage to a note adds the note. Links from an event are its roles.
        """
        if self.next_pieces.get(a) == b:
            return True
        note = self.project.notes.get(a) or self.project.notes.get(b)
        done = False
        for coder, reader in self.readers.items():
            ends = [self.spans.get((guid, coder)) for guid in (a, b)]
            known = [end for end in ends if end]
            if len(known) == 2 or (note and known):
                reader.builder.account.begin(link)
            if note and known:
                reader.builder.note(known[0], note[0], note[1])
            elif len(known) == 2 and name.endswith(ROLE) and (coder, known[0]) in self.events:
                role = name.removesuffix(ROLE).strip()
                self.events[coder, known[0]][2].append((role, known[1]))
            elif len(known) == 2:
                ident = reader.builder.relation(name, known[0], known[1])
                self._add_notes(coder, ident, link)
            else:
                continue
            done = True
        return done

    def documents(self) -> list[Document]:
        """Return the document of each coder; a text without codings has one without."""
        for (coder, ident), (label, trigger, roles) in self.events.items():
            builder = self.reader(coder).builder
            builder.account.begin(builder.account.origin.get(trigger))
            builder.event(label, trigger, roles, ident)
        if not self.readers:
            self.reader(self.project.user_of(self.source.element))
        meta = self._meta()
        return [
            reader.finish(self.source.name, coder, dict(meta))
            for coder, reader in self.readers.items()
        ]

    def _meta(self) -> dict[str, Any]:
        """Return what the variables of a source say under the names of `meta.toml`."""
        pairs = [("title", self.source.name)]
        for entry in self.source.element.findall("VariableValue"):
            refs = entry.findall("VariableRef")
            name = self.project.variables.get(
                guid_of(refs[0].get("targetGUID", "")) if refs else ""
            )
            if name in META:
                words = "".join(value.text or "" for value in entry if value not in refs).strip()
                values = words.split(BETWEEN_AUTHORS) if name == "authors" else [words]
                pairs += [(name, value) for value in values if value]
                self.tree.ask_for_all(entry)
        return unflatten_meta(pairs)


def __dir__() -> list[str]:
    return __all__
