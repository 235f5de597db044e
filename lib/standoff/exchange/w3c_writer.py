"""Writes W3C Web Annotations (https://www.w3.org/TR/annotation-model/), one per line.

Every span, event and relation is an Annotation. The target of a span is its text, by position (in
code points, as the model requires) and by quotation; that of an event is its trigger, that of a
relation the first of the two that it joins. Label, attributes, roles, references and notes are
bodies. `via` leads back to the line of the `.ann`
(https://www.rfc-editor.org/rfc/rfc5147 counts lines from 0).
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..annotation.model import Annotations, Span
from ..annotation.problems import Report
from ..corpus.safe_writing import new_folder
from .documents import Document, flatten_meta

__all__ = ["annotations_of", "write_w3c"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # code points of prefix and suffix
UNQUOTED = "/:.,~?@!$&'()*+;="  # characters that an IRI may contain as they are


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
                report.at(path.name).error(1, "E-export-duplicate", message)
            path.write_bytes("".join(f"{line}\n" for line in lines).encode())
            (draft / f"{document.name}.txt").write_bytes(document.text.encode())
        report.raise_if_any()
    return []


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
