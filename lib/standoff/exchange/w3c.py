"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/), one per line.

Every span, event and relation is an Annotation. The target of a span is its text, by position (in
code points, as the model wants) and by quotation; that of an event is its trigger, that of a
relation the first of the two that it joins. Label, attributes, roles, references and notes are
bodies. `via` leads back to the line of the `.ann`
(https://www.rfc-editor.org/rfc/rfc5147 counts lines from 0).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from ..annotation.limits import DEEP
from ..annotation.model import Annotations, Span
from ..annotation.problems import Report
from ..corpus.files import new_folder
from .documents import (
    Document,
    Places,
    Reader,
    ReadError,
    flatten_meta,
    read_all,
    sort_documents,
    unflatten_meta,
)
from .untrusted import files_in, parse_json, read_utf8

__all__ = ["annotations_of", "read_w3c", "write_w3c"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # code points of prefix and suffix
UNQUOTED = "/:.,~?@!$&'()*+;="  # characters that an IRI may contain as they are
LINE = re.compile(r"#line=(\d{1,9}),\d+$")


# --- writing ---


def write_w3c(documents: list[Document], destination: Path) -> list[str]:
    """Write `NAME.txt` for every text and beside it `NAME.CODER.jsonl`; there are no losses.

    Raises `SeedError` if two names with dots would give one file.
    """
    report = Report()
    with new_folder(destination) as draft:
        for document in documents:
            lines = (json.dumps(item, ensure_ascii=False) for item in annotations_of(document))
            path = draft / f"{document.name}.{document.coder}.jsonl"
            if path.exists():
                message = "would hold two codings; expected other names of the article or the coder"
                report.at(destination / path.name).error(1, "E-export-duplicate", message)
            _write(path, "".join(f"{line}\n" for line in lines))
            _write(draft / f"{document.name}.txt", document.text)
        report.raise_if_any()
    return []


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def annotations_of(document: Document) -> list[dict[str, Any]]:
    """Return the Web Annotations of a document: one that describes the text as a whole, then
    spans, events and relations."""
    annotations = document.annotations
    base = f"{quote(document.name)}/{quote(document.coder)}.ann"
    source = f"{quote(document.name)}.txt"
    bodies = _bodies(annotations, base)
    items: list[dict[str, Any]] = []

    def add(ident: str, motivation: str, body: list[dict], target: Any, line: int = 0) -> None:
        items.append(
            {
                "@context": CONTEXT,
                "id": _iri(base, ident),
                "type": "Annotation",
                "motivation": motivation,
                "body": body + bodies[ident],
                "target": target,
                **_via(base, line),
                "creator": {"nickname": document.coder},
            }
        )

    meta = [_text("describing", value, label=key) for key, value in flatten_meta(document.meta)]
    if meta:
        add("meta", "describing", meta, source)
    for span in annotations.spans:
        target = _target(document.text, source, span)
        add(span.id, "classifying", [_text("tagging", span.label)], target, span.line)
    for event in annotations.events:
        roles = [_link(_iri(base, target), label=role) for role, target in event.roles]
        body = [_text("tagging", event.label), *roles]
        add(event.id, "classifying", body, _iri(base, event.trigger), event.line)
    for item in annotations.relations:
        body = [_text("tagging", item.label), _link(_iri(base, item.b))]
        add(item.id, "linking", body, _iri(base, item.a), item.line)
    return items


def _iri(base: str, ident: str) -> str:
    """Return the IRI of an annotation; the id of a note has a # of its own."""
    return f"{base}#{quote(ident)}"


def _via(base: str, line: int) -> dict[str, str]:
    return {"via": f"{base}#line={line - 1},{line}"} if line else {}


def _text(purpose: str, value: str, **label: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, **label, "value": value}


def _link(source: str, **label: str) -> dict[str, Any]:
    return {"type": "SpecificResource", "purpose": "linking", **label, "source": source}


def _bodies(annotations: Annotations, base: str) -> dict[str, list[dict[str, Any]]]:
    """Map each id to the bodies that hold its attributes, references and notes."""
    bodies = defaultdict(list)

    def add(item: Any, body: dict[str, Any]) -> None:
        bodies[item.target].append({"id": _iri(base, item.id), **body, **_via(base, item.line)})

    for attribute in annotations.attributes:
        add(attribute, _text("describing", attribute.value, label=attribute.name))
    for entry in annotations.normalisations:
        source = {"id": f"{entry.db}:{quote(entry.key, safe=UNQUOTED)}"}
        if entry.text:
            source["label"] = entry.text
        add(entry, {"type": "SpecificResource", "purpose": "identifying", "source": source})
    for note in annotations.notes:
        add(note, _text("commenting", note.text, label=note.kind))
    return bodies


def _target(text: str, source: str, span: Span) -> dict[str, Any]:
    parts = [
        {
            "type": "SpecificResource",
            "source": source,
            "selector": _selectors(text, *fragment),
        }
        for fragment in span.fragments
    ]
    return parts[0] if len(parts) == 1 else {"type": "Composite", "items": parts}


def _selectors(text: str, start: int, end: int) -> list[dict[str, Any]]:
    quotation = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    return [{"type": "TextPositionSelector", "start": start, "end": end}, quotation]


# --- reading ---


def read_w3c(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read `NAME.CODER.jsonl` (or `NAME.jsonl`: coder gold) beside `NAME.txt`, one annotation per
    line, or a list of them in `.json`.

    If the words at a position are not those quoted, the quotation decides if it is found in one
    place, with a remark; otherwise the line is refused. Raises `SeedError` with everything that
    cannot be read.
    """
    files = files_in(source, lambda path: path.suffix in (".jsonl", ".json"))
    missing = "holds no .jsonl; expected Web Annotations beside their texts"
    return sort_documents(read_all(_read_file, files, source, missing, left_out))


def _read_file(path: Path) -> Document:
    items = _read_items(read_utf8(path), path)
    name, coder = _article_and_coder(path, items)
    text = path.with_name(f"{name}.txt")
    reader = _W3CReader(read_utf8(text, path.parent), text, path)
    for line, item in items:
        with reader.reading(line, _shown(item)):
            reader.add_annotation(item, line)
    for line, item, ident, links, others in reader.linked:
        with reader.reading(line, _shown(item)):
            reader.add_linked(item, ident, links, others)
    document = reader.finish(name, coder, unflatten_meta(reader.meta))
    for part in vars(document.annotations).values():
        if all(annotation.line for annotation in part):
            part.sort(key=lambda annotation: annotation.line)
    return document


def _article_and_coder(path: Path, items: list[tuple[int, Any]]) -> tuple[str, str]:
    """Split a file's name; because article and coder may contain dots, the creator of the first
    annotation decides where."""
    coder = ""
    with suppress(LookupError, TypeError):
        coder = str(items[0][1]["creator"]["nickname"])
    if coder and path.stem.endswith(f".{coder}"):
        return path.stem.removesuffix(f".{coder}"), coder
    if path.with_suffix(".txt").is_file() or "." not in path.stem:
        return path.stem, "gold"
    name, _, coder = path.stem.rpartition(".")
    return name, coder


def _read_items(source: str, path: Path) -> list[tuple[int, Any]]:
    """Return (line, annotation) for the annotations of a file."""
    if path.suffix == ".jsonl":
        lines = enumerate(source.split("\n"), 1)
        return [(line, parse_json(words, path, line)) for line, words in lines if words.strip()]
    value = parse_json(source, path)
    if isinstance(value, dict):  # a collection holds its first page, a page its items
        page = value["first"] if isinstance(value.get("first"), dict) else value
        value = page.get("items", [value])
    return [(1, item) for item in _listed(value)]


class _W3CReader(Reader):
    def __init__(self, raw: str, text_path: Path, path: Path):
        super().__init__(raw, text_path, path)
        self.utf16_places = Places(raw, utf16=True)
        self.replies: dict[str, str] = {}  # IRI -> that of the annotation that it answers
        self.linked: list[tuple[int, dict, str, list[dict], list[dict]]] = []

    def add_annotation(self, item: Any, line: int) -> None:
        """Build a span, or keep an annotation about others until all are known."""
        if not isinstance(item, dict) or "Annotation" not in _listed(item.get("type")):
            raise ReadError("E-source-format", "is not an object of the type Annotation")
        bodies = [
            body if isinstance(body, dict) else {"value": str(body)}
            for body in _listed(item.get("body"))
        ]
        target = item["target"]
        parts = _listed(target.get("items", target) if isinstance(target, dict) else target)
        if parts and all(isinstance(part, dict) and "selector" in part for part in parts):
            fragments = [self._find(part["selector"], line) for part in parts]
            ident = self.builder.span(_take_label(bodies), fragments, _own_id(item), _line(item))
            self._name(item, ident, line)
            self._add_statements(ident, bodies)
        elif item.get("motivation") == "describing":
            for body in bodies:
                self.meta.append((str(body.get("label", "note")), str(body.get("value", ""))))
        else:
            self._announce(item, bodies, line)

    def _name(self, item: dict, ident: str, line: int) -> None:
        iri = _iri_of(item.get("id", ident))
        if iri in self.ids:
            self.remarks.append(
                f"line {line}: the id {iri} is used again; references to it are taken to mean "
                f"this annotation"
            )
        self.ids[iri] = ident

    def _announce(self, item: dict, bodies: list[dict], line: int) -> None:
        """Give an event or a relation its id, because others may refer to it before it is built;
        of a reply, keep what it answers."""
        own, ident = _own_id(item), ""
        links = [body for body in bodies if body.get("purpose") == "linking"]
        others = [body for body in bodies if body.get("purpose") != "linking"]
        if item.get("motivation") == "linking" and len(links) == 1:
            ident = self.builder.reserve("R", own)
        elif links or own.startswith("E"):
            ident = self.builder.reserve("E", own)
        if ident:
            self._name(item, ident, line)
        else:
            self.replies[_iri_of(item.get("id"))] = _iri_of(item["target"])
        self.linked.append((line, item, ident, links, others))

    def _find(self, selectors: Any, line: int) -> tuple[int, int]:
        """Return (start, end) by position and quotation, whichever there are."""
        by_type = {part.get("type"): part for part in reversed(_listed(selectors))}
        position = by_type.get("TextPositionSelector", {})
        quotation = by_type.get("TextQuoteSelector", {})
        start, end = position.get("start"), position.get("end")
        if not position and not quotation:
            message = "has no TextPositionSelector and no TextQuoteSelector; expected one"
            raise ReadError("E-source-format", message)
        for places in (self.places, self.utf16_places):
            with suppress(ReadError):
                fragment = places.fragment(start, end)
                if not quotation or self.text[slice(*fragment)] == quotation.get("exact"):
                    if places is self.utf16_places:
                        self.builder.remark_once(
                            "positions are UTF-16 units, as browsers count, where that makes a "
                            "difference; made code points"
                        )
                    return fragment
        if not quotation:
            return self.places.fragment(start, end)  # raises why there is no such place
        fragment = self._find_quotation(quotation)
        if position:
            self.remarks.append(
                f"line {line}: {quotation['exact'][:40]!r} is not at {start} {end}, but at "
                f"{fragment[0]} {fragment[1]}; put there"
            )
        return fragment

    def _find_quotation(self, quotation: dict) -> tuple[int, int]:
        """Return where the quoted words are: with what is quoted around them, else alone."""
        exact, prefix, suffix = (
            str(quotation.get(key, "")) for key in ("exact", "prefix", "suffix")
        )
        for words, shift in ((prefix + exact + suffix, len(prefix)), (exact, 0)):
            start = self.text.find(words)
            if exact and start >= 0 and start == self.text.rfind(words):
                return start + shift, start + shift + len(exact)
        reason = "in several places" if exact in self.text else "not in the text"
        message = f"quotes {exact[:60]!r}, which is {reason}; expected one place"
        raise ReadError("E-source-quote", message)

    def add_linked(self, item: dict, ident: str, links: list[dict], others: list[dict]) -> None:
        """Build an event or a relation, or take a reply as statements about what it answers."""
        target = self._resolve(item["target"])
        ends = [self._resolve(body.get("source")) for body in links]
        if ident.startswith("R"):
            self.builder.relation(_take_label(others), target, ends[0], ident, _line(item))
        elif ident and target.startswith("T"):
            names = (str(body.get("label", "Argument")) for body in links)
            roles = zip(names, ends, strict=True)
            self.builder.event(_take_label(others), target, roles, ident, _line(item))
        elif ident:
            message = f"is an event about {target}; expected an annotation of text as its trigger"
            raise ReadError("E-source-reference", message)
        self._add_statements(ident or target, others)

    def _resolve(self, resource: Any) -> str:
        """Return the id of the annotation that a resource names; a reply stands for what it
        answers."""
        iri = _iri_of(resource)
        named = iri
        for _ in range(DEEP):
            if named in self.ids:
                return self.ids[named]
            named = self.replies.get(named, "")
        message = f"refers to {iri!r}; expected an annotation in the file"
        raise ReadError("E-source-reference", message)

    def _add_statements(self, ident: str, bodies: list[dict]) -> None:
        """Build an attribute, a reference or a note of each body."""
        for body in bodies:
            purpose, label = body.get("purpose"), str(body.get("label", ""))
            own, line, source = _own_id(body), _line(body), body.get("source")
            if purpose == "identifying" and ":" in _iri_of(source):
                db, _, key = _iri_of(source).partition(":")
                text = source.get("label", "") if isinstance(source, dict) else ""
                self.builder.reference(ident, db, unquote(key), str(text), own, line)
            elif purpose == "describing" and label:
                self.builder.attribute(ident, label, str(body.get("value", "")), own, line)
            else:
                words = body.get("value", source or body.get("id", ""))
                words = words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)
                self.builder.note(ident, label or str(purpose or "comment"), words, own, line)


def _line(item: dict) -> int:
    """Return the line of the `.ann` that `via` leads back to, or 0."""
    match = LINE.search(str(item.get("via", "")))
    return int(match[1]) + 1 if match else 0


def _take_label(bodies: list[dict]) -> str:
    """Remove the first tag from the bodies of an annotation and return its value."""
    for body in bodies:
        if body.get("purpose") == "tagging":
            bodies.remove(body)
            return str(body.get("value", "Annotation"))
    return "Annotation"


def _listed(value: Any) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _iri_of(value: Any) -> str:
    """Return the IRI of a resource, given as one or as an object that has one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value.get("id", value.get("source", ""))) if isinstance(value, dict) else str(value)


def _own_id(item: dict) -> str:
    """Return the id in an `.ann` file that an IRI of this project ends with."""
    return unquote(_iri_of(item.get("id", "")).partition("#")[2])


def _shown(item: Any) -> str:
    """Return how a message names an annotation."""
    return str(item.get("id", "the annotation")) if isinstance(item, dict) else "the line"


def __dir__() -> list[str]:
    return __all__
