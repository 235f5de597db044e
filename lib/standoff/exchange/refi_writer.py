"""Writes a project as a REFI-QDA project (`.qdpx`) and codebook (`.qdc`).

Layers of the codebook become groups of codes, labels codes, and each attribute a group whose codes
are its values. A span becomes a selection, coded with its label and its values. GUIDs are made of
the names of things, so that two exports are identical to the byte.
"""

from __future__ import annotations

import itertools
import uuid
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..annotation.codebook import Codebook
from ..annotation.model import Attribute, Normalisation, Note
from ..annotation.ordering import restrict_to_labels, without
from ..annotation.problems import Report
from ..corpus.articles import base_labels, read_rules
from ..corpus.files import new_folder
from .documents import Document, flatten_meta, most_frequent_first
from .projects import documents_of
from .record import BETWEEN_AUTHORS
from .refi import COMMENT, CONTINUES, EVENTS, KIND, ROLE

__all__ = ["code_tree", "write_refi"]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:QDA-XML:project:1.0 standoff")
SHOWN = 100  # characters of a passage in the name of its selection
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every file in the archive


def write_refi(folder: Path, destination: Path) -> list[str]:
    """Write `NAME.qdpx` and `NAME.qdc`, named after the project, and return the losses.

    Zones and sentences, which all coders of an article share, are written for the first coder.
    """
    documents, report = documents_of(folder), Report()
    codebook, _ = read_rules(folder, report)
    report.raise_if_any()
    writer = _Writer(codebook, documents)
    name = folder.resolve().name
    with new_folder(destination) as draft:
        book = Element("CodeBook", {"xmlns": "urn:QDA-XML:codebook:1.0", "origin": "standoff"})
        book.append(writer.codes)
        (draft / f"{name}.qdc").write_bytes(_xml(book))
        project = writer.project(name, documents)
        with zipfile.ZipFile(draft / f"{name}.qdpx", "w", zipfile.ZIP_DEFLATED) as packed:
            texts = {f"sources/{guid}.txt": text.encode() for guid, text in writer.texts.items()}
            for file, data in {"project.qde": _xml(project), **texts}.items():
                packed.writestr(zipfile.ZipInfo(file, EARLIEST), data, zipfile.ZIP_DEFLATED)
    return most_frequent_first(writer.losses)


def _xml(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def guid(*names: object) -> str:
    """Return the GUID of something by its names."""
    return str(uuid.uuid5(NAMESPACE, "\t".join(map(str, names))))


def code_tree(codebook: Codebook, documents: Iterable[Document]) -> Element:
    """Return the codes of a codebook, with all values that the documents use."""
    used: dict[str, dict[str, str]] = defaultdict(dict)
    for name, rules in codebook.attributes.items():
        values = rules.get("values", {})
        used[name] = dict(values) if isinstance(values, dict) else dict.fromkeys(values, "")
    for document in documents:
        for attribute in document.annotations.attributes:
            used[attribute.name].setdefault(attribute.value, "")
    codes = Element("Codes")
    for layer, meaning in codebook.layers.items():
        group = _code(codes, "layer", layer, meaning, codable=False)
        for label, rules in codebook.labels.items():
            if rules["layer"] == layer:
                _code(group, "label", label, rules.get("definition", ""))
        for name, rules in codebook.attributes.items():
            if rules["layer"] == layer:
                values = _code(group, "attribute", name, rules.get("definition", ""), codable=False)
                for value, definition in used[name].items():
                    _code(values, "value", f"{name}: {value}", definition)
    return codes


def _code(parent: Element, kind: str, name: str, description: str, codable: bool = True) -> Element:
    about = {"guid": guid(kind, name), "name": name, "isCodable": str(codable).lower()}
    element = SubElement(parent, "Code", about)
    if description:
        SubElement(element, "Description").text = str(description)
    return element


class _Writer:
    def __init__(self, codebook: Codebook, documents: list[Document]):
        self.codebook = codebook
        self.codes = code_tree(codebook, documents)
        self.texts: dict[str, str] = {}  # by the GUID of the source
        self.losses: Counter[str] = Counter()
        self.links = Element("Links")

    def project(self, name: str, documents: list[Document]) -> Element:
        """Return the XML of a project, its parts in the order of the schema."""
        about = {"xmlns": "urn:QDA-XML:project:1.0", "name": name, "origin": "standoff"}
        project = Element("Project", about)
        users = SubElement(project, "Users")
        for coder in sorted({document.coder for document in documents}):
            SubElement(users, "User", {"guid": guid("coder", coder), "name": coder})
        SubElement(project, "CodeBook").append(self.codes)
        keys = dict.fromkeys(key for document in documents for key, _ in self._meta(document))
        variables = Element("Variables")
        for key in keys:
            about = {"guid": guid("variable", key), "name": key, "typeOfVariable": "Text"}
            SubElement(variables, "Variable", about)
        sources = Element("Sources")
        for article, codings in itertools.groupby(documents, key=lambda one: one.name):
            self._add_source(sources, article, list(codings))
        events = Element("Sets")
        self._add_events(events)
        project.extend(part for part in (variables, sources, self.links, events) if len(part))
        return project

    def _meta(self, document: Document) -> list[tuple[str, str]]:
        kept = document.meta.keys() - {"coders", "sha256"}
        meta = {key: value for key, value in document.meta.items() if key in kept}
        if "authors" in meta:
            meta["authors"] = BETWEEN_AUTHORS.join(meta["authors"])  # a variable has one value
        return [(key, value) for key, value in flatten_meta(meta) if value]

    def _add_events(self, sets: Element) -> None:
        labels = [key for key, rules in self.codebook.labels.items() if rules["kind"] == "event"]
        if labels:
            group = SubElement(sets, "Set", {"guid": guid("set", EVENTS), "name": EVENTS})
            for label in labels:
                SubElement(group, "MemberCode", {"targetGUID": guid("label", label)})

    def _add_source(self, sources: Element, article: str, codings: list[Document]) -> None:
        """Add an article with the selections of all its coders."""
        ident = guid("article", article)
        self.texts[ident] = codings[0].text
        about = {"guid": ident, "name": article, "plainTextPath": f"internal://{ident}.txt"}
        source = SubElement(sources, "TextSource", about)
        base = base_labels(self.codebook)
        for number, document in enumerate(codings):
            if number:  # the first coder's zones and sentences are everybody's
                ends = {end for item in document.annotations.relations for end in (item.a, item.b)}
                shared = restrict_to_labels(document.annotations, base).spans
                left_out = {item.id for item in shared} - ends
                document.annotations = without(document.annotations, left_out)
            self._add_coding(source, document)
        for key, value in self._meta(codings[0]):
            entry = SubElement(source, "VariableValue")
            SubElement(entry, "VariableRef", {"targetGUID": guid("variable", key)})
            SubElement(entry, "TextValue").text = value

    def _add_coding(self, source: Element, document: Document) -> None:
        """Add the selections of one coder, and the links between them."""
        annotations, name = document.annotations, (document.name, document.coder)
        about: dict[str, list[Any]] = defaultdict(list)
        for item in annotations:
            if isinstance(item, (Attribute, Normalisation, Note)):
                about[item.target].append(item)
        events = defaultdict(list)
        for event in annotations.events:
            events[event.trigger].append(event.id)
        places: dict[str, str] = {}  # the id of a span or an event -> GUID of its selection
        for span in annotations.spans:
            for ident in events[span.id] or [span.id]:
                places[ident] = guid(*name, span.id, ident)
                places.setdefault(span.id, places[ident])
                items = about.pop(span.id, []) + about.pop(ident, [])
                self._add_selections(source, document, span, places[ident], items)
        for event in annotations.events:
            for number, (role, target) in enumerate(event.roles):
                ends = places[event.id], places[target]
                self._add_link(f"{role} {ROLE}", *ends, *name, event.id, number)
        for relation in annotations.relations:
            ends = places.get(relation.a, ""), places.get(relation.b, "")
            if all(ends):
                self._add_link(relation.label, *ends, *name, relation.id)
            else:
                self.losses["relations of relations"] += 1
        for lost in itertools.chain.from_iterable(about.values()):
            self.losses[f"{type(lost).__name__.lower()}s of relations and attributes"] += 1

    def _add_link(self, name: str, origin: str, target: str, *names: object) -> None:
        about = {"guid": guid("link", *names), "name": name, "direction": "OneWay"}
        SubElement(self.links, "Link", about | {"originGUID": origin, "targetGUID": target})

    def _add_selections(
        self, source: Element, document: Document, span: Any, ident: str, items: list[Any]
    ) -> None:
        """Add a selection for each piece of a span, coded alike; the first has the description."""
        user = {"creatingUser": guid("coder", document.coder)}
        idents = [ident, *(guid(ident, number) for number in range(1, len(span.fragments)))]
        values = [f"{item.name}: {item.value}" for item in items if isinstance(item, Attribute)]
        codes = [guid("label", span.label), *(guid("value", value) for value in values)]
        lines = [self._line(item) for item in items if not isinstance(item, Attribute)]
        for piece, (start, end) in zip(idents, span.fragments, strict=True):
            words = document.text[start:end]
            about = {
                "guid": piece,
                "name": words if len(words) <= SHOWN else f"{words[:SHOWN]}…",
                "startPosition": str(start),
                "endPosition": str(end),
            }
            selection = SubElement(source, "PlainTextSelection", about | user)
            if lines and piece == ident:
                SubElement(selection, "Description").text = "\n".join(lines)
            for code in codes:
                coding = SubElement(selection, "Coding", {"guid": guid(piece, code)} | user)
                SubElement(coding, "CodeRef", {"targetGUID": code})
        for pair in itertools.pairwise(idents):
            self._add_link(CONTINUES, *pair, *pair)

    def _line(self, item: Any) -> str:
        """Return a note or a reference as a line of a description, as the reader takes it."""
        if isinstance(item, Normalisation):
            return f"[{item.db}:{item.key}] {item.text}"
        if ":" in item.kind:
            self.losses["notes whose kind holds a colon, which become references"] += 1
        plain = item.kind == COMMENT and item.text and item.text == item.text.strip()
        if plain and not KIND.fullmatch(item.text):
            return str(item.text)
        return f"[{item.kind}] {item.text}"


def __dir__() -> list[str]:
    return __all__
