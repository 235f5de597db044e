"""Reads REFI-QDA projects (`.qdpx`) and codebooks (`.qdc`), the exchange format of MAXQDA, NVivo,
ATLAS.ti and QualCoder (https://www.qdasoftware.org).

Each coding of a passage becomes a span, with the code as its label and the user as its coder.
Descriptions and notes become notes, links between passages relations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..annotation.model import Annotations
from ..annotation.problems import Report
from ..annotation.registries import META
from .countings import Counting, Passage, Positions, choose_counting
from .documents import Document, Reader, first_line, ignored_remarks, read_all, unflatten_meta
from .record import BETWEEN_AUTHORS
from .refi_files import Package, count_ignored, read_xml
from .untrusted import files_in, read_bytes

__all__ = ["BETWEEN", "CODERS", "COMMENT", "CONTINUES", "EVENTS", "KIND", "ROLE", "read_refi"]

BETWEEN = BETWEEN_AUTHORS  # the values of a variable that has several
CODERS = "coders"  # the variable with the names of the coders of a source
COMMENT = "AnnotatorNotes"  # the kind of note that a description becomes
EVENTS = "Events"  # the set of codes whose passages are events
CONTINUES = "continues"  # the link from a piece of a passage to its next piece
ROLE = "(role)"  # ends the name of a link from an event to one of its roles
KIND = re.compile(r"\[(\S+)\] (.*)")  # begins a line of a description that export writes
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNKNOWN = "unknown_code"  # the label of codings whose code is not in the project
UNCODED = "Passage"  # the label of passages without a code


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
    root = read_xml(read_bytes(path), path, "CodeBook")
    codes = _read_codes(root.findall("Codes"))
    ignored: Counter[str] = Counter()
    count_ignored(root, ignored)
    document = Document("", "", "gold", Annotations(), {}, ignored_remarks(ignored))
    document.definitions = _definitions(codes)
    return [document]


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
        label += f"-{labels[label]}" * (labels[label] > 1)
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


class _Pick(NamedTuple):
    """A selection in a text."""

    element: Element
    passage: Passage


class _Source:
    """A text, its selections by their GUIDs, and a reader for each of its coders."""

    def __init__(self, name: str, element: Element, raw: str, remark: str):
        self.name, self.element, self.remark = name, element, remark
        self.positions = Positions(raw)
        self.picks: dict[str, _Pick] = {}
        self.readers: dict[str, Reader] = {}  # by the GUID of the coder


class _Place(NamedTuple):
    """Where the codings of a selection are in the stored text, and the repair that this needed."""

    element: Element
    guid: str
    fragments: tuple[tuple[int, int], ...]
    repair: str = ""


class _Project:
    def __init__(self, package: Package):
        self.package, self.root = package, package.root
        self.aside: Counter[str] = Counter()  # annotations that are set aside, by kind
        self.ignored: Counter[str] = Counter()
        self.remarks: list[str] = []
        self.users = {
            user.get("guid", ""): (user.get("name") or user.attrib.pop("id", "unknown")).strip()
            for user in self._all("User")
        }
        self.creator = self.root.get("creatingUserGUID", "")
        self.codes = _read_codes(self.root.findall("CodeBook/Codes"), self._read_events())
        self.variables = self._read_variables()
        self.notes = {note.get("guid", ""): self._read_note(note) for note in self._all("Note")}
        self.read_notes: set[str] = set()
        self.spans: dict[object, dict[Reader, str]] = {}  # by GUID, and by place
        self.events: dict[tuple[Reader, str], tuple[str, str, list[tuple[str, str]]]] = {}
        self.said: set[tuple[Reader, str, str]] = set()  # notes, with the ids that they are on
        self.next_pieces: dict[str, str] = {}
        for link in self._all("Link"):
            if link.get("name") == CONTINUES:
                self.next_pieces[link.get("originGUID", "")] = link.get("targetGUID", "")
        self.pieces: set[str] = set()  # that are joined with the piece before them

    def _all(self, tag: str) -> list[Element]:
        """Return the entries of a list of the project: links, notes, sets, variables."""
        return self.root.findall(f"{tag}s/{tag}")

    def _ignore(self, parent: Element, child: Element) -> None:
        self.ignored[f"{parent.tag}/{child.tag}"] += 1
        parent.remove(child)

    def _read_events(self) -> set[str]:
        """Return the GUIDs of the codes in the set of events, if there is one."""
        members: set[str] = set()
        for sets in self.root.findall("Sets"):
            for group in sets.findall("Set"):
                if group.get("name") == EVENTS:
                    members |= {code.get("targetGUID", "") for code in group.iter("MemberCode")}
                else:
                    self._ignore(sets, group)
        return members

    def _read_variables(self) -> dict[str, str]:
        """Return the names of variables by GUID: the coders, and those that `meta.toml` has."""
        names = {}
        for variables in self.root.findall("Variables"):
            for variable in variables.findall("Variable"):
                name = variable.get("name", "").lower()
                if name in META or name == CODERS:
                    names[variable.get("guid", "")] = name
                else:
                    self._ignore(variables, variable)
        return names

    def _read_note(self, note: Element) -> tuple[str, str]:
        """Return the kind and the words of a note."""
        words, _ = self.package.text(note)
        return note.get("name") or COMMENT, words or note.findtext("Description", "")

    def documents(self) -> list[Document]:
        """Return one document for each text and coder; the first has the remarks on all."""
        sources = list(self._read_sources())
        texts = [
            (source.positions, [pick.passage for pick in source.picks.values()])
            for source in sources
        ]
        counting, remark = choose_counting(texts, self.root.get("origin", ""))
        self.remarks += [remark] * bool(remark)
        documents = []
        metas = [self._read_source(source, counting) for source in sources]
        for link in self._all("Link"):
            self._add_link(link)
        for (reader, ident), (label, trigger, roles) in self.events.items():
            reader.builder.account.begin(reader.builder.account.origin.get(trigger))
            reader.builder.event(label, trigger, roles, ident)
        for source, meta in zip(sources, metas, strict=True):
            for coder, reader in source.readers.items():
                documents.append(reader.finish(source.name, self._coder(coder), dict(meta)))
        documents = documents or [Document("", "", "gold", Annotations())]
        self._count_unread({coder for source in sources for coder in source.readers})
        documents[0].definitions = _definitions(self.codes)
        documents[0].remarks[:0] = self.remarks + ignored_remarks(self.ignored)
        documents[0].account.set_all_aside(self.aside)
        return documents

    def _count_unread(self, coders: set[str]) -> None:
        """Count what nobody has read, and name the users who have coded nothing."""
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
                name = element.get("name") or _stem(element) or element.get("guid") or "text"
                homes = [element, *element] if element.tag == "TextSource" else list(element)
                tags = ("TextSource", "Representation", "TextDescription")
                home = next((part for part in homes if part.tag in tags), Element("nothing"))
                for part in list(element) if home is not element else ():
                    codings = _count_codings(part)
                    if codings and part is not home:
                        self.aside[f"codings of a {part.tag} of a {element.tag}"] += codings
                        element.remove(part)
                raw, remark = self.package.text(home)
                if not raw:
                    self.aside["codings of sources without a text"] += _count_codings(home)
                    self.remarks.append(f"{element.tag} {name!r} set aside: {remark}")
                    sources.remove(element)
                    continue
                if home is not element:
                    read = f"{element.tag} {name!r}: the text that stands for it is read"
                    self.remarks.append(read)
                name = re.sub(r"\.(txt|docx|pdf)$", "", name)
                source = _Source(name, home, raw, remark)
                self._read_picks(source)
                yield source

    def _read_picks(self, source: _Source) -> None:
        """Read the selections whose positions are numbers."""
        for element in source.element.findall("PlainTextSelection"):
            ends = [element.get(key, "") for key in ("startPosition", "endPosition")]
            if not all(re.fullmatch(r"\s*\d{1,12}\s*", end) for end in ends):
                self._set_aside(source, element, "positions that are no numbers")
                continue
            guid = element.get("guid") or " ".join(ends)
            if guid in source.picks:
                guid += f" {len(source.picks)}"
            passage = Passage(int(ends[0]), int(ends[1]), element.get("name", ""))
            source.picks[guid] = _Pick(element, passage)

    def _set_aside(self, source: _Source, selection: Element, kind: str) -> None:
        self.aside[kind] += _count_codings(selection)
        source.element.remove(selection)

    def _reader(self, source: _Source, *elements: Element) -> Reader:
        """Return the reader for the user that the first of some elements names."""
        keys = "creatingUser", "modifyingUser"
        users = [element.get(key) for element in (*elements, source.element) for key in keys]
        return self._reader_of(source, next((u for u in users if u in self.users), self.creator))

    def _reader_of(self, source: _Source, coder: str) -> Reader:
        if coder not in source.readers:
            reader = Reader(source.positions.raw, source.name, self.package.path)
            reader.remarks += [source.remark] * bool(source.remark)
            source.readers[coder] = reader
        return source.readers[coder]

    def _coder(self, guid: str) -> str:
        return self.users.get(guid, "unknown" if self.users else "gold")

    def _read_source(self, source: _Source, counting: Counting) -> dict[str, Any]:
        """Build the spans of all codings of a text; return its meta.

        Codes that are values are read last: each goes to the span of its selection, or else to the
        span at its place, as tools that write one coding at a time need it.
        """
        values = []
        for place in self._places(source, counting):
            for coding in place.element.findall("Coding") or [place.element]:
                code = self._code(coding)
                reader = self._reader(source, coding, place.element)
                if code.attribute:
                    values.append((reader, place, coding, code))
                else:
                    self._add_span(reader, place, coding, code)
        for reader, place, coding, code in values:
            idents = [self.spans.get(key, {}).get(reader) for key in (place.guid, place.fragments)]
            ident = idents[0] or idents[1]
            if ident and code.attribute:
                reader.builder.account.begin(coding)
                reader.builder.attribute(ident, *code.attribute)
                self._add_notes(reader, ident, place.element, coding)
            else:
                self._add_span(reader, place, coding, code)
        meta = self._read_meta(source)
        if not source.readers:
            self._reader(source)
        return meta

    def _places(self, source: _Source, counting: Counting) -> Iterator[_Place]:
        """Yield the place of each passage in the text, which links may make of several selections,
        and the first line for the whole of it."""
        left = dict(source.picks)
        for first in sorted(left, key=set(self.next_pieces.values()).__contains__):
            fragments, repair, guid = [], "", first
            while guid in left:
                pick = left.pop(guid)
                fragment, other = source.positions.fragment(pick.passage, counting)
                fragments += [fragment] if fragment else []
                repair = "put where its words are" if other else repair
                if guid != first:
                    self._join(source, guid, pick.element)
                guid = self.next_pieces.get(guid, "")
            element = source.picks[first].element
            if fragments:
                yield _Place(element, first, tuple(fragments), repair)
            elif first not in self.pieces:
                self._set_aside(source, element, "positions outside the text")
        if source.element.find("Coding") is not None:
            whole = Element("PlainTextSelection")
            whole.extend(source.element.findall("Coding"))
            line = first_line(source.positions.text)
            yield _Place(whole, "whole", (line,), "a code of a whole source put on its first line")

    def _join(self, source: _Source, guid: str, selection: Element) -> None:
        """Count the codings of a piece of a passage, which are those of its first piece."""
        self.pieces.add(guid)
        for coding in selection.findall("Coding") or [selection]:
            account = self._reader(source, coding, selection).builder.account
            account.begin(coding)
            account.repair("joined with the piece that it continues")

    def _read_meta(self, source: _Source) -> dict[str, Any]:
        """Return what the variables of a source say under the names of `meta.toml`, and make sure
        that everybody whom they name as a coder has a coding."""
        pairs = [("title", source.name)]
        for entry in source.element.findall("VariableValue"):
            guids = [ref.get("targetGUID", "") for ref in entry.findall("VariableRef")]
            names = [self.variables[guid] for guid in guids if guid in self.variables]
            words = "".join(entry.itertext()).strip()
            values = words.split(BETWEEN)
            if names == [CODERS] and set(values) <= set(self.users.values()):
                for guid, user in self.users.items():
                    if user in values:
                        self._reader_of(source, guid)
            elif names and names != [CODERS]:
                several = names == ["authors"]
                pairs += [(names[0], value) for value in (values if several else [words]) if value]
            else:
                self._ignore(source.element, entry)
        return unflatten_meta(pairs)

    # --- annotations ---

    def _code(self, coding: Element) -> Code:
        """Return the code of a coding; a passage without one has a label of its own."""
        if coding.tag != "Coding":
            return Code(UNCODED)
        guids = [ref.get("targetGUID", "") for ref in coding.findall("CodeRef")]
        return next((self.codes[guid] for guid in guids if guid in self.codes), Code(UNKNOWN))

    def _add_span(self, reader: Reader, place: _Place, coding: Element, code: Code) -> None:
        """Build a span, or an event, with its notes."""
        builder = reader.builder
        builder.account.begin(coding)
        unknown = code.label == UNKNOWN
        repair = "a code that is not in the codebook" if unknown else place.repair
        if repair:
            builder.account.repair(repair)
        ident = builder.span(code.label, place.fragments)
        if code.event:
            trigger, ident = ident, builder.reserve("E")
            self.events[reader, ident] = code.label, trigger, []
        for key in (place.guid, place.fragments):
            self.spans.setdefault(key, {}).setdefault(reader, ident)
        self._add_notes(reader, ident, place.element, coding)

    def _add_notes(self, reader: Reader, ident: str, *elements: Element) -> None:
        """Add descriptions and notes of a selection, a coding or a link.

        Tools that write each coding by itself repeat the description: it is added once.
        """
        for kind, words in self._notes_of(elements):
            if words.strip() and (reader, ident, words) not in self.said:
                self.said.add((reader, ident, words))
                written = KIND.fullmatch(words)
                if written and ":" in written[1]:
                    db, _, key = written[1].partition(":")
                    reader.builder.reference(ident, db, key, written[2])
                elif written:
                    reader.builder.note(ident, written[1], written[2])
                else:
                    reader.builder.note(ident, kind, words.strip())

    def _notes_of(self, elements: Iterable[Element]) -> Iterator[tuple[str, str]]:
        """Yield the kind and the words of each line of a description, and of each note."""
        for element in elements:
            for line in element.findtext("Description", "").split("\n"):
                yield COMMENT, line
            for ref in element.findall("NoteRef"):
                guid = ref.get("targetGUID", "")
                self.read_notes.add(guid)
                if guid in self.notes:
                    yield self.notes[guid]
                else:
                    self.ignored["NoteRef/@targetGUID"] += 1

    def _add_link(self, link: Element) -> None:
        """Add a link between two passages of one coder, or between a passage and a note.

        Links from an event are its roles.
        """
        a, b = link.get("originGUID", ""), link.get("targetGUID", "")
        name = link.get("name") or link.get("direction") or "Link"
        origins, targets = self.spans.get(a, {}), self.spans.get(b, {})
        noted = (origins | targets).items() if {a, b} & self.notes.keys() else ()
        for reader, ident in noted:
            guid = a if a in self.notes else b
            self.read_notes.add(guid)
            reader.builder.account.begin(link)
            reader.builder.note(ident, *self.notes[guid])
        pairs = [reader for reader in origins if reader in targets]
        for reader in pairs:
            reader.builder.account.begin(link)
            event = self.events.get((reader, origins[reader]))
            if event and name.endswith(ROLE):
                event[2].append((name.removesuffix(ROLE).strip(), targets[reader]))
            else:
                ident = reader.builder.relation(name, origins[reader], targets[reader])
                self._add_notes(reader, ident, link)
        joined = name == CONTINUES and b in self.pieces
        if not (noted or pairs or joined):
            self.aside["links of other things than passages of one text"] += 1


def _count_codings(element: Element) -> int:
    """Return how many codings are in an element, with the passages that have none."""
    passages = element.iter("PlainTextSelection")
    uncoded = [passage for passage in passages if passage.find("Coding") is None]
    return len(list(element.iter("Coding"))) + len(uncoded)


def _stem(element: Element) -> str:
    """Return the name of the file of a source, if it is one that a person gave."""
    stem = Path(element.get("plainTextPath", "")).stem
    return "" if GUID.fullmatch(stem.lower()) else stem


def __dir__() -> list[str]:
    return __all__
