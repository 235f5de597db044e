"""Reads CATMA projects as its Git access gives them (https://catma.de/documentation/git-access/).

`documents/D_…/D_….txt` are the texts, `collections/C_…/annotations/*.json` the annotations of one
collection (Web Annotations with positions only), `tagsets/T_…` the names of tags and properties.
CATMA counts UTF-16 units, as Java does. Modelled on the demo project of
https://github.com/forTEXT/gitma (CATMA 6 and 7).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from ..annotation.problems import Report, refuse
from .documents import Document, unflatten_meta
from .import_builder import Reader
from .offsets import ReadError
from .untrusted import files_in, object_at, parse_json, read_files, read_utf8

__all__ = ["IGNORED", "read_catma"]

AUTHOR = "catma_markupauthor"
COLOUR = "catma_displaycolor"
READ = set("body target items tag properties source selector".split())
IGNORED = {
    "@context": "names the standard",
    "id": "an address of the annotation",
    "type": "the same for all of CATMA's annotations",
    "tagset": "the set of the tag, which has its name",
    COLOUR: "belongs to the tag, not to what is tagged",
}


def read_catma(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read one document per collection; the collection's name is the coder's.

    Properties become attributes, those of the system (time, author) notes. Raises `SeedError` with
    everything that cannot be read.
    """
    names = _read_names(source)
    return read_files(
        source,
        lambda path: path.name == "header.json" and path.parent.parent.name == "collections",
        lambda path: [_read_collection(source, path, names)],
        "holds no collection; expected a CATMA project with documents/ and collections/",
        left_out,
    )


def _read_object(path: Path, folder: Path) -> dict[str, Any]:
    value = parse_json(read_utf8(path, folder), path)
    if not isinstance(value, dict):
        message = f"holds a {type(value).__name__}; expected an object"
        raise refuse(path, 1, "E-source-format", message)
    return value


def _read_names(source: Path) -> dict[str, str]:
    """Return the names of tags and properties by their ids.

    Names that several tags have get the name of the parent tag, or the id of the tagset, in front.
    """
    paths = files_in(source, lambda path: path.name == "propertydefs.json")
    tags = [_read_object(path, source) for path in paths]
    names = {str(tag.get("uuid")): str(tag.get("name")) for tag in tags}
    counts = Counter(names.values())
    for tag in tags:
        name = str(tag.get("name"))
        if counts[name] > 1:
            group = names.get(str(tag.get("parentUuid")), tag.get("tagsetDefinitionUuid"))
            names[str(tag.get("uuid"))] = f"{group}/{name}"
        for part in ("userDefinedPropertyDefinitions", "systemPropertyDefinitions"):
            properties = object_at(tag, part)
            names |= {key: str(object_at(properties, key).get("name", key)) for key in properties}
    return names


def _read_collection(source: Path, path: Path, names: dict[str, str]) -> Document:
    header = _read_object(path, source)
    ident = str(header.get("sourceDocumentId"))
    home = source / "documents" / ident
    text = home / f"{ident}.txt"
    if not re.fullmatch(r"[\w-]+", ident) or not text.is_file():
        message = f"names the document {ident!r}; expected one in documents/"
        raise refuse(path, 1, "E-source-reference", message)
    reader = _CatmaReader(read_utf8(text, source), text, path, utf16=True)
    reader.names, reader.document = names, ident
    for file in files_in(path.parent, lambda file: file.suffix == ".json"):
        if file.parent.name == "annotations":
            reader.add_file(file)
    if reader.joined:
        reader.remarks.append(
            f"{reader.joined} pieces that touch the piece before them are joined with it"
        )
    user = str(header.get("responsibleUser") or "")
    coder = _plain_name(str(header.get("name") or user)) or "gold"
    known = home / "header.json"
    about = _read_object(known, source) if known.is_file() else {}
    name = str(object_at(about, "gitTechInfoSet").get("fileName") or "").removesuffix(".txt")
    authors = {note.text for note in reader.builder.annotations.notes if note.kind == AUTHOR}
    who = ", ".join(sorted(authors)) or user or "unknown"
    meta = _read_meta(about) | {"coders": {coder: {"who": who}}}
    return reader.finish(_plain_name(name) or ident, coder, meta)


def _last_part(path: object) -> str:
    return str(path).rstrip("/").rpartition("/")[2]


def _plain_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")


def _read_meta(header: dict[str, Any]) -> dict[str, Any]:
    """Return what CATMA knows of a text under the names of `meta.toml`."""
    content = object_at(header, "gitContentInfoSet")
    known = {
        "title": content.get("title"),
        "outlet": content.get("publisher"),
        "language": object_at(header, "gitIndexInfoSet").get("locale"),
        "authors": content.get("author"),
    }
    return unflatten_meta((key, str(value)) for key, value in known.items() if value)


class _CatmaReader(Reader):
    names: dict[str, str]  # of tags and properties, by their ids
    document: str
    joined = 0

    def add_file(self, path: Path) -> None:
        """Build the annotations of one file, a list of them or a single one."""
        self.path = path
        value = parse_json(read_utf8(path), path)
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            with self.reading(1, f"annotation {number}", (str(path), number)):
                self._add_annotation(item)

    def _add_annotation(self, item: dict[str, Any]) -> None:
        """Build a span with the tag as its label, and each property as an attribute."""
        body = item["body"]
        tag = _last_part(body["tag"])
        if tag not in self.names:
            self.builder.remark_once(f"the tag {tag} is in no tagset: its id is the label")
        fragments = self._read_fragments(item["target"]["items"])
        ident = self.builder.span(self.names.get(tag, tag), fragments)
        properties = body.get("properties", {})
        for group, add in (("user", self.builder.attribute), ("system", self.builder.add_note)):
            for key, values in properties.get(group, {}).items():
                name = self.names.get(key, key)
                if name != COLOUR:
                    for value in values if isinstance(values, list) else [values]:
                        add(ident, name, str(value))
        for part in (item, body, item["target"], *item["target"]["items"]):
            for key in sorted(part.keys() - READ - IGNORED.keys()):
                self.builder.add_note(ident, key, json.dumps(part[key], ensure_ascii=False))

    def _read_fragments(self, items: list[dict[str, Any]]) -> list[tuple[int, int]]:
        """Return the pieces in code points; pieces that touch are joined, because CATMA splits
        them at the ends of its lines."""
        fragments: list[tuple[int, int]] = []
        for item in items:
            if _last_part(item["source"]) != self.document:
                message = f"is about the document {item['source']!r}; expected {self.document}"
                raise ReadError("E-source-reference", message)
            selector = item["selector"]
            start, end = self.places.fragment(selector["start"], selector["end"])
            if fragments and fragments[-1][1] == start:
                start, _ = fragments.pop()
                self.joined += 1
            fragments.append((start, end))
        return fragments
