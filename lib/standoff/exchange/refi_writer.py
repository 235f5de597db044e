"""Writes a project as a REFI-QDA project (`.qdpx`) and codebook (`.qdc`).

Layers of the codebook become groups of codes, labels codes, and each attribute a group whose codes
are its values. A span becomes a selection, coded with its label and its values. GUIDs are made of
the names of things, so that two exports are identical to the byte.
"""

from __future__ import annotations

import itertools
import uuid
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..annotation.codebook import Codebook
from ..annotation.model import REMARK, Attribute, Normalisation, Note, Span
from ..annotation.ordering import without
from ..annotation.origin import ORIGIN, ORIGINS
from ..annotation.problems import Report
from ..corpus.articles import base_labels, read_rules
from ..corpus.safe_writing import new_folder
from .documents import Document, most_frequent_first, write_archive
from .lossless_tables import BETWEEN_AUTHORS
from .projects import documents_of
from .refi import CODERS, CONTINUES, EVENTS, MARKED_LINE, ROLE

__all__ = ["write_refi"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:QDA-XML:project:1.0 standoff")
PROJECT_PARTS = (
    "Users",
    "CodeBook",
    "Variables",
    "Sources",
    "Notes",
    "Links",
    "Sets",
)  # in the schema's order
NO_DAY = "1970-01-01T00:00:00Z"  # QualCoder reads no note without one, and codings do not keep any
LONGEST_NAME = 100  # characters of a passage in the name of its selection


def write_refi(folder: Path, destination: Path) -> list[str]:
    """Write `NAME.qdpx` and `NAME.qdc`, named after the project, and return the losses.

    Zones and sentences, which all coders of an article share, are written for the first coder.
    """
    documents, report = documents_of(folder), Report()
    codebook, _ = read_rules(folder, report)
    report.raise_if_any()
    name = folder.resolve().name
    writer = _Writer(name, codebook, documents)
    book = Element("CodeBook", xmlns="urn:QDA-XML:codebook:1.0", origin="standoff")
    book.append(writer.codes)
    with new_folder(destination) as draft:
        (draft / f"{name}.qdc").write_bytes(_xml(book))
        files = {"project.qde": _xml(writer.project), **writer.texts}
        write_archive(draft / f"{name}.qdpx", files)
    return most_frequent_first(writer.losses)


def _xml(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def guid(*names: object) -> str:
    """Return the GUID of something by its names."""
    return str(uuid.uuid5(NAMESPACE, "\t".join(map(str, names))))


def _code_tree(codebook: Codebook, documents: list[Document]) -> Element:
    """Return the codes of a codebook, with all values that the documents use."""
    codes = Element("Codes")
    groups = {
        layer: _add_code(codes, "layer", layer, meaning, codable=False)
        for layer, meaning in codebook.layers.items()
    }
    for label, rules in codebook.labels.items():
        _add_code(groups.get(rules["layer"], codes), "label", label, rules.get("definition", ""))
    attributes = dict(codebook.attributes)
    if any(document.annotations.attributes_named(ORIGIN) for document in documents):
        attributes[ORIGIN] = {"definition": "Where an annotation comes from.", "values": ORIGINS}
    for name, rules in attributes.items():
        about = rules.get("definition", "")
        group = _add_code(
            groups.get(rules.get("layer", ""), codes), "attribute", name, about, codable=False
        )
        known = rules.get("values", {})
        values = dict(known) if isinstance(known, dict) else dict.fromkeys(known, "")
        for document in documents:
            for item in document.annotations.attributes_named(name):
                values.setdefault(item.value, "")
        for value, definition in values.items():
            _add_code(group, "value", f"{name}: {value}", definition)
    return codes


def _add_code(
    parent: Element, kind: str, name: str, description: str, codable: bool = True
) -> Element:
    about = {"guid": guid(kind, name), "name": name, "isCodable": str(codable).lower()}
    code = SubElement(parent, "Code", about)
    if description:
        SubElement(code, "Description").text = str(description)
    return code


class _Writer:
    """The XML of a project and of its codes, and its texts as files."""

    def __init__(self, name: str, codebook: Codebook, documents: list[Document]):
        self.project = Element("Project", xmlns="urn:QDA-XML:project:1.0", name=name)
        self.project.set("origin", "standoff")
        self.parts = {tag: SubElement(self.project, tag) for tag in PROJECT_PARTS}
        self.codes = _code_tree(codebook, documents)
        self.parts["CodeBook"].append(self.codes)
        self.base = base_labels(codebook)
        self.texts: dict[str, bytes] = {}  # by the names of their files
        self.losses: Counter[str] = Counter()
        for coder in sorted({document.coder for document in documents}):
            SubElement(self.parts["Users"], "User", guid=guid("coder", coder), name=coder)
        for article, codings in itertools.groupby(documents, key=lambda one: one.name):
            self._add_article(article, list(codings))
        for key in dict.fromkeys(key for document in documents for key in _variables([document])):
            about = {"guid": guid("variable", key), "name": key, "typeOfVariable": "Text"}
            SubElement(self.parts["Variables"], "Variable", about)
        events = [key for key, rules in codebook.labels.items() if rules["kind"] == "event"]
        if events:
            group = SubElement(self.parts["Sets"], "Set", guid=guid("set", EVENTS), name=EVENTS)
            for label in events:
                SubElement(group, "MemberCode", targetGUID=guid("label", label))
        for part in self.parts.values():
            if not len(part):
                self.project.remove(part)

    def _add_article(self, article: str, codings: list[Document]) -> None:
        """Add an article with the selections of all its coders."""
        ident = guid("article", article)
        self.texts[f"sources/{ident}.txt"] = codings[0].text.encode()
        about = {"guid": ident, "name": article, "plainTextPath": f"internal://{ident}.txt"}
        source = SubElement(self.parts["Sources"], "TextSource", about)
        for number, document in enumerate(codings):
            if number:  # the first coder's zones and sentences are everybody's
                ends = {end for item in document.annotations.relations for end in (item.a, item.b)}
                shared = {span.id for span in document.annotations.labelled(self.base)}
                document.annotations = without(document.annotations, shared - ends)
            self._add_coding(source, document)
        for key, words in _variables(codings).items():
            entry = SubElement(source, "VariableValue")
            SubElement(entry, "VariableRef", targetGUID=guid("variable", key))
            SubElement(entry, "TextValue").text = words

    def _add_coding(self, source: Element, document: Document) -> None:
        """Add the selections of one coder, and the links between them."""
        annotations, name = document.annotations, (document.name, document.coder)
        about: dict[str, list[Any]] = defaultdict(list)
        for item in annotations.properties():
            about[item.target].append(item)
        events: dict[str, list[str]] = {}
        for event in annotations.events:
            events.setdefault(event.trigger, []).append(event.id)
        places: dict[str, str] = {}  # the id of a span or an event -> GUID of its selection
        for span in annotations.spans:
            for ident in events.get(span.id, [span.id]):
                places[ident] = guid(*name, span.id, ident)
                places.setdefault(span.id, places[ident])
                items = about.pop(span.id, []) + about.pop(ident, [])
                self._add_selections(source, document, span, places[ident], items)
        for event in annotations.events:
            for role, target in event.roles:
                self._add_link(f"{role} {ROLE}", places[event.id], places[target])
        for relation in annotations.relations:
            if relation.a in places and relation.b in places:
                link = self._add_link(relation.label, places[relation.a], places[relation.b])
                for note in about.pop(relation.id, []):
                    self._add_note(link, guid(*name, note.id), note)
            else:
                self.losses["relations of relations"] += 1
        for lost in itertools.chain.from_iterable(about.values()):
            self.losses[f"{type(lost).__name__.lower()}s of attributes"] += 1

    def _add_link(self, name: str, origin: str, target: str) -> Element:
        about = {"guid": guid("link", name, origin, target), "name": name, "direction": "OneWay"}
        return SubElement(self.parts["Links"], "Link", about, originGUID=origin, targetGUID=target)

    def _add_note(self, link: Element, ident: str, note: Note) -> None:
        about = {"guid": ident, "name": note.kind, "creationDateTime": NO_DAY}
        entry = SubElement(self.parts["Notes"], "Note", about)
        SubElement(entry, "PlainTextContent").text = note.text
        SubElement(link, "NoteRef", targetGUID=ident)

    def _add_selections(
        self, source: Element, document: Document, span: Span, ident: str, items: list[Any]
    ) -> None:
        """Add a selection for each piece of a span, coded alike; the first has the description."""
        user = {"creatingUser": guid("coder", document.coder)}
        values = [f"{item.name}: {item.value}" for item in items if isinstance(item, Attribute)]
        codes = [guid("label", span.label), *(guid("value", value) for value in values)]
        lines = [self._line(item) for item in items if not isinstance(item, Attribute)]
        before = ""
        for number, (start, end) in enumerate(span.fragments):
            piece = guid(ident, number) if number else ident
            words = document.text[start:end]
            shown = words if len(words) <= LONGEST_NAME else f"{words[:LONGEST_NAME]}…"
            about = {"startPosition": str(start), "endPosition": str(end), **user}
            selection = SubElement(
                source, "PlainTextSelection", {"guid": piece, "name": shown, **about}
            )
            if before:
                self._add_link(CONTINUES, before, piece)
            elif lines:
                SubElement(selection, "Description").text = "\n".join(lines)
            for code in codes:
                coding = SubElement(selection, "Coding", {"guid": guid(piece, code), **user})
                SubElement(coding, "CodeRef", targetGUID=code)
            before = piece

    def _line(self, item: Any) -> str:
        """Return a note or a reference as a line of a description, as the reader takes it."""
        if isinstance(item, Normalisation):
            return f"[{item.db}:{item.key}] {item.text}"
        if ":" in item.kind:
            self.losses["notes whose kind holds a colon, which become references"] += 1
        plain = item.kind == REMARK and item.text and item.text == item.text.strip()
        if plain and not MARKED_LINE.fullmatch(item.text):
            return str(item.text)
        return f"[{item.kind}] {item.text}"


def _variables(codings: list[Document]) -> dict[str, str]:
    """Return what is known of an article as variables, which have one value each."""
    meta = codings[0].meta | {CODERS: [document.coder for document in codings], "sha256": ""}
    words = {
        key: BETWEEN_AUTHORS.join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in meta.items()
    }
    return {key: value for key, value in words.items() if value}
