"""Reads REFI-QDA projects (`.qdpx`) and codebooks (`.qdc`), the exchange format of MAXQDA, NVivo,
ATLAS.ti and QualCoder (https://www.qdasoftware.org).

Each coding of a passage becomes a span, with the code as its label and the user as its coder.
Descriptions and notes become notes, links between passages relations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..annotation.model import Annotations
from ..annotation.problems import Report
from ..annotation.registries import META
from .countings import Counting, Passage, Positions, choose_counting
from .documents import Document, Reader, most_frequent_first, read_all, refuse, unflatten_meta
from .record import BETWEEN_AUTHORS
from .refi_files import Package, Text, Tree, UnreadableError, guid_of
from .untrusted import files_in, parse_xml, read_bytes

__all__ = ["COMMENT", "CONTINUES", "EVENTS", "KIND", "ROLE", "read_refi"]

COMMENT = "AnnotatorNotes"  # the kind of note that a description becomes
EVENTS = "Events"  # the set of codes whose passages are events
CONTINUES = "continues"  # the link from a piece of a passage to its next piece
ROLE = "(role)"  # ends the name of a link from an event to one of its roles
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
    return [_codebook(codes, _ignored(tree))]


def _codebook(codes: dict[str, Code], remarks: list[str]) -> Document:
    return Document("", "", "gold", Annotations(), {}, remarks, definitions=_definitions(codes))


def _ignored(tree: Tree) -> list[str]:
    counts = most_frequent_first(tree.ignored())
    return [f"ignored, because a project has no place for it: {', '.join(counts)}"] * bool(counts)


# --- codes ---


class Code(NamedTuple):
    """A code: its label; its path of groups; the attribute that it is a value of, if it is one."""

    label: str
    path: tuple[str, ...]
    codable: bool
    description: str
    attribute: tuple[str, str] | None


def _read_codes(tree: Tree, parents: list[Element]) -> dict[str, Code]:
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
    codes: dict[str, Code] = {}
    labels: set[str] = set()
    for guid, path, codable, description, grouped in rows:
        name = path[-1] if codable and names[path[-1]] == 1 else "/".join(path)
        label = re.sub(r"\s", "_", name)
        while label in labels:
            label += "-2"
        labels.add(label)
        value = path[-1].removeprefix(f"{path[-2]}: ") if grouped else path[-1]
        attribute = (path[-2], value) if value != path[-1] and " " not in value else None
        codes[guid] = Code(label, path, codable, description, attribute)
    return codes


def _definitions(codes: dict[str, Code]) -> dict[str, str]:
    """Return what is known of each code that can be used, by its label."""
    definitions = {}
    for code in codes.values():
        if code.codable and not code.attribute:
            groups = f"In the group {' > '.join(code.path[:-1])}." if code.path[1:] else ""
            definitions[code.label] = f"{code.description} {groups}".strip()
    return definitions


# --- projects ---


class _Source(NamedTuple):
    name: str
    element: Element
    text: Text
    selections: list[tuple[Element, Passage]]


class _Project:
    def __init__(self, package: Package):
        self.package, self.tree = package, package.tree
        tree, root = self.tree, self.tree.root
        tree.get(root, "name")
        self.tool = tree.get(root, "origin")
        self.codes = _read_codes(tree, tree.inside("CodeBook", "Codes"))
        self.users: dict[str, str] = {}
        for user in tree.inside("Users", "User"):
            name = (tree.get(user, "name") or tree.get(user, "id") or "unknown").strip()
            same = list(self.users.values()).count(name)
            self.users[guid_of(tree.get(user, "guid"))] = f"{name}-{same + 1}" if same else name
        creator = guid_of(tree.get(root, "creatingUserGUID"))
        self.user = self.users.get(creator, "unknown" if self.users else "gold")
        self.notes: dict[str, tuple[str, str]] = {}
        self.aside: Counter[str] = Counter()  # annotations that are set aside, by kind
        self.events = self._read_events()
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
            (source.text.positions, [passage for _, passage in source.selections])
            for source in sources
        ]
        counting, remark = choose_counting(texts, self.tool)
        readers = [_SourceReader(self, source, counting) for source in sources]
        for reader in readers:
            reader.read()
        self._add_links(readers)
        documents = [document for reader in readers for document in reader.documents()]
        remarks += [remark] * bool(remark) + _ignored(self.tree)
        if not documents:
            documents = [_codebook(self.codes, [])]
        documents[0].definitions = _definitions(self.codes)
        documents[0].remarks[:0] = remarks
        for number, kind in enumerate(self.aside.elements()):
            documents[0].account.begin(("set aside", number))
            documents[0].account.set_aside(kind)
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
                yield _Source(name, home, text, list(self._selections(home)))

    def _set_aside_rest(self, element: Element) -> None:
        """Count the codings of a picture, a recording or a page, which are not of its text."""
        for part in element:
            if part.tag not in ("Representation", "TextDescription"):
                codings = len(list(part.iter("Coding")))
                self.aside[f"codings of a {part.tag} of a {element.tag}"] += codings

    def _selections(self, element: Element) -> Iterator[tuple[Element, Passage]]:
        """Yield the selections of a source whose positions are numbers."""
        for selection in self.tree.children(element, "PlainTextSelection"):
            start, end, words = (
                self.tree.get(selection, key) for key in ("startPosition", "endPosition", "name")
            )
            if re.fullmatch(r"\s*\d{1,12}\s*", start) and re.fullmatch(r"\s*\d{1,12}\s*", end):
                yield selection, Passage(int(start), int(end), words)
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
        self.spans: dict[tuple[str, str], str] = {}  # (GUID of a selection, coder) -> its id
        self.events: dict[tuple[str, str], tuple[str, str, list[tuple[str, str]]]] = {}
        self.said: set[tuple[str, str, str]] = set()  # (coder, id, note)
        self.next_pieces = self._read_continuations()

    @property
    def positions(self) -> Positions:
        return self.source.text.positions

    def _read_continuations(self) -> dict[str, str]:
        own = {
            guid_of(selection.get("guid", ""))
            for selection in self.source.element.findall("PlainTextSelection")
        }
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
        element = self.source.element
        self.tree.get(element, "guid")
        selections: dict[str, tuple[Element, Passage]] = {}
        for selection, passage in self.source.selections:
            guid = guid_of(self.tree.get(selection, "guid")) or f"selection {len(selections)}"
            selections[guid] = selection, passage
        pieces = set(self.next_pieces.values())
        self.waiting: list[tuple[Element, str, list[tuple[int, int]], list[Element]]] = []
        for guid, (selection, passage) in selections.items():
            fragments, repair = self._fragments(passage)
            codings = self.tree.children(selection, "Coding")
            if guid in pieces and fragments:
                self._join(selection, codings or [selection])
                self.tree.ask_for_all(selection)
                continue
            following = self.next_pieces.get(guid)
            while following and following in selections:
                fragments += self._fragments(selections[following][1])[0]
                following = self.next_pieces.get(following)
            if not fragments:
                self.project.aside["positions outside the text"] += max(1, len(codings))
                self.tree.ask_for_all(selection)
                continue
            self._add_codings(selection, guid, fragments, codings, repair)
        self._add_waiting()
        first = re.search(r"\S(?:[^\n]*\S)?", self.positions.text)
        whole = self.tree.children(element, "Coding")
        if first and whole:
            self._add_codings(element, "", [first.span()], whole, FIRST_LINE)

    def _join(self, selection: Element, codings: list[Element]) -> None:
        """Count the codings of a piece of a passage, which are those of its first piece."""
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

    def _add_codings(
        self,
        selection: Element,
        guid: str,
        fragments: list[tuple[int, int]],
        codings: list[Element],
        repair: str,
    ) -> None:
        """Build a span for each code of a passage; codes that are values become its attributes."""
        by_coder: dict[str, list[Element]] = {}
        for coding in codings:
            coder = self.project.user_of(coding, selection, self.source.element)
            by_coder.setdefault(coder, []).append(coding)
        if not codings and guid:
            by_coder[self.project.user_of(selection, self.source.element)] = []
        for coder, own in by_coder.items():
            self._add_coder(selection, guid, coder, fragments, own, repair)

    def _add_coder(
        self,
        selection: Element,
        guid: str,
        coder: str,
        fragments: list[tuple[int, int]],
        codings: list[Element],
        repair: str,
    ) -> None:
        coded = [(coding, self._code(coding)) for coding in codings]
        values = [(coding, code) for coding, code in coded if code and code.attribute]
        labels = [(coding, code) for coding, code in coded if not (code and code.attribute)]
        ident = ""
        for coding, code in labels:
            label = code.label if code else UNKNOWN
            ident = self._add_span(selection, guid, coder, label, fragments, [coding], repair)
        if not coded:
            self._add_span(selection, guid, coder, UNCODED, fragments, [], repair)
        account = self.reader(coder).builder.account
        for coding, code in values:
            if ident and code and code.attribute:
                account.begin(coding)
                self.reader(coder).builder.attribute(ident, *code.attribute)
                self._add_notes(coder, ident, coding)
            else:
                self.waiting.append((selection, coder, fragments, [coding]))

    def _code(self, coding: Element) -> Code | None:
        """Return the code of a coding, and mark what it says as read."""
        refs = self.tree.children(coding, "CodeRef")
        guid = guid_of(self.tree.get(refs[0], "targetGUID")) if refs else ""
        self.tree.get(coding, "guid")
        return self.project.codes.get(guid)

    def _add_span(
        self,
        selection: Element,
        guid: str,
        coder: str,
        label: str,
        fragments: list[tuple[int, int]],
        codings: list[Element],
        repair: str,
    ) -> str:
        """Build a span, or an event, with its notes; return its id."""
        reader = self.reader(coder)
        reader.builder.account.begin(codings[0] if codings else selection)
        if label == UNKNOWN:
            reader.builder.account.repair("a code that is not in the codebook")
        if repair:
            reader.builder.account.repair(repair)
        ident = reader.builder.span(label, fragments)
        refs = self.tree.children(codings[0], "CodeRef") if codings else []
        code = guid_of(refs[0].get("targetGUID", "")) if refs else ""
        if code in self.project.events:
            trigger, ident = ident, reader.builder.reserve("E")
            self.events[coder, ident] = label, trigger, []
        self.spans.setdefault((guid, coder), ident)
        for element in (selection, *codings):
            self._add_notes(coder, ident, element)
        return ident

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

    def _add_waiting(self) -> None:
        """Give values that stand alone to the span at their place, as tools that write one coding
        at a time need it; without one they become spans."""
        for selection, coder, fragments, codings in self.waiting:
            code = self._code(codings[0])
            spans = self.reader(coder).builder.annotations.spans
            same = [span.id for span in spans if list(span.fragments) == sorted(fragments)]
            if same and code and code.attribute:
                owners = [key[1] for key, event in self.events.items() if event[1] == same[0]]
                owner = [*owners, same[0]][0]
                self.reader(coder).builder.account.begin(codings[0])
                self.reader(coder).builder.attribute(owner, *code.attribute)
                self._add_notes(coder, owner, selection)
            elif code:
                self._add_span(selection, "", coder, code.label, fragments, codings, "")

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
