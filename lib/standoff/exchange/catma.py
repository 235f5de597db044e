"""CATMA's projects as its Git access gives them (https://catma.de/documentation/git-access/): Web
Annotations with positions alone.

`documents/D_…/D_….txt` are the texts, `collections/C_…/annotations/*.json` the annotations of one
collection, `tagsets/T_…` the names of tags and
properties. CATMA counts in UTF-16 units, as Java does. Seen in the demo project of
https://github.com/forTEXT/gitma (CATMA 6 and 7).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from ..annotation.brat import Problem, SeedError
from ..annotation.problems import Report
from .documents import Builder, Document, Places, gathered, refuse, stored
from .untrusted import files_in, parse_json, read_utf8

__all__ = ["read_catma"]

AUTHOR = "catma_markupauthor"
HIDDEN = ("catma_displaycolor",)  # of the tag, not of what is tagged


def read_catma(source: Path) -> list[Document]:
    """A document for each collection, whose name is the coder's. Properties become attributes,
    those of the system (time, author) notes.

    Raises `SeedError` with everything that cannot be read. There is no way back: CATMA takes no
    folder like this one.
    """
    tags = _tags(source)
    paths = files_in(
        source, lambda path: path.name == "header.json" and path.parent.parent.name == "collections"
    )
    nothing = refuse(
        source,
        1,
        "holds no collection; expected a CATMA project with documents/, collections/ and tagsets/",
    )
    found: list[Document] = gathered(lambda path: [_document(source, path, tags)], paths, nothing)
    names: Counter[tuple[str, str]] = Counter()
    homes: dict[str, str] = {}
    for document in found:
        if homes.setdefault(document.name, document.text) != document.text:
            document.name = (
                f"{document.name}-{len(homes)}"  # another text from a file of the same name
            )
            homes[document.name] = document.text
        names[(document.name, document.coder)] += 1
        if (number := names[(document.name, document.coder)]) > 1:
            document.said.append(
                f"another collection of this text is named {document.coder} too; this one is "
                f"{document.coder}-{number}"
            )
            document.coder += f"-{number}"
    return found


def _object(path, folder):
    """The JSON object in a file."""
    value = parse_json(read_utf8(path, folder), path)
    if not isinstance(value, dict):
        raise refuse(path, 1, f"holds a {type(value).__name__}; expected an object")
    return value


def _tags(source):
    """Id of a tag -> (label, id of a property -> name). A label that two tags have is told apart by
    what stands above."""
    entries = [
        _object(path, source)
        for path in files_in(source, lambda path: path.name == "propertydefs.json")
    ]
    counts = Counter(str(entry.get("name")) for entry in entries)
    by_id = {str(entry.get("uuid")): entry for entry in entries}
    found = {}
    for ident, entry in by_id.items():
        label = str(entry.get("name"))
        if counts[label] > 1:
            above = by_id.get(str(entry.get("parentUuid"))) or {
                "name": entry.get("tagsetDefinitionUuid")
            }
            label = f"{above['name']}/{label}"
        parts = [
            entry.get(key)
            for key in ("userDefinedPropertyDefinitions", "systemPropertyDefinitions")
        ]
        names = {
            key: str(rules.get("name"))
            for part in parts
            if isinstance(part, dict)
            for key, rules in part.items()
            if isinstance(rules, dict)
        }
        found[ident] = label, names
    return found


def _document(source, path, tags):
    header, said = _object(path, source), []
    ident = str(header.get("sourceDocumentId"))
    home = source / "documents" / ident
    if not re.fullmatch(r"[\w-]+", ident) or not (home / f"{ident}.txt").is_file():
        raise refuse(path, 1, f"names the document {ident!r}; expected one in documents/")
    raw = read_utf8(home / f"{ident}.txt", source)
    text = stored(raw, home / f"{ident}.txt", said)
    meta = _meta(_object(home / "header.json", source)) if (home / "header.json").is_file() else {}
    coder = (
        re.sub(
            r"[^\w-]+", "-", str(header.get("name") or header.get("responsibleUser") or "gold")
        ).strip("-")
        or "gold"
    )
    reader = _Reader(Builder(text, said), Places(raw, utf16=True), tags, ident)
    for file in files_in(
        path.parent, lambda file: file.suffix == ".json" and file.parent.name == "annotations"
    ):
        value = parse_json(read_utf8(file), file)
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            reader.take(item, number, file)
    authors = sorted(reader.authors)
    meta["coders"] = {
        coder: {"who": ", ".join(authors) or str(header.get("responsibleUser") or "unknown")}
    }
    return Document(meta.pop("name", "") or ident, text, coder, reader.finish(), meta, said)


def _meta(header):
    """What CATMA knows of a text, under the names of `meta.toml`; `name` is that of the file it was
    made from."""
    content, tech, index = (
        header.get(key) if isinstance(header.get(key), dict) else {}
        for key in ("gitContentInfoSet", "gitTechInfoSet", "gitIndexInfoSet")
    )
    file = re.sub(r"[^\w-]+", "-", str(tech.get("fileName") or "").removesuffix(".txt")).strip("-")
    known = {
        "name": file,
        "title": content.get("title"),
        "outlet": content.get("publisher"),
        "language": index.get("locale"),
    }
    meta = {key: str(value) for key, value in known.items() if value}
    return meta | ({"authors": [str(content["author"])]} if content.get("author") else {})


class _Reader:
    """One collection's annotations."""

    def __init__(self, built, places, tags, document):
        self.built, self.places, self.tags, self.document = built, places, tags, document
        self.names = {
            ident: name for _, names in tags.values() for ident, name in names.items()
        }  # those of the system are the same for all tags
        self.authors: set[str] = set()
        self.problems = Report()
        self.adjacent = 0

    def take(self, item, number, path):
        """One Web Annotation: its tag is the label, each of its properties an attribute."""
        try:
            body, fragments = item["body"], self._fragments(item["target"]["items"])
            tag, properties = (
                str(body["tag"]).rstrip("/").rpartition("/")[2],
                body.get("properties", {}),
            )
            groups = [(group, properties.get(group, {}).items()) for group in ("user", "system")]
        except (KeyError, TypeError, AttributeError) as error:
            self.problems.append(
                Problem(
                    str(path),
                    1,
                    (
                        f"annotation {number} is not of CATMA's form ({error}); expected body, "
                        f"tag, properties and target"
                    ),
                )
            )
            return
        except ValueError as error:
            self.problems.append(Problem(str(path), 1, f"annotation {number}: {error}"))
            return
        if tag not in self.tags:
            self.built.once(f"the tag {tag} is in no tagset: its id is the label")
        label, names = self.tags.get(tag, (tag, {}))
        ident = self.built.span(label, fragments)
        for group, entries in groups:
            for key, values in entries:
                self._property(
                    ident,
                    names.get(key, self.names.get(key, key)),
                    values if isinstance(values, list) else [values],
                    group,
                )

    def _fragments(self, items):
        """Code points of the pieces; pieces that touch are one, for CATMA parts them where its
        lines end."""
        kept: list[tuple[int, int]] = []
        for item in items:
            if str(item["source"]).rstrip("/").rpartition("/")[2] != self.document:
                raise ValueError(
                    f"is about the document {item['source']!r}; expected {self.document}"
                )
            start, end = (_number(item["selector"][key]) for key in ("start", "end"))
            if end < start:
                raise ValueError(
                    f"has the offsets {start} {end}; expected the start before the end"
                )
            start, end = self.places(start), self.places(end)
            if kept and kept[-1][1] == start:
                kept[-1] = (kept[-1][0], end)
                self.adjacent += 1
            else:
                kept.append((start, end))
        return kept

    def _property(self, ident, name, values, group):
        if name == AUTHOR:
            self.authors.update(map(str, values))
        if name in HIDDEN:
            return
        for value in map(str, values):
            if group == "system":
                self.built.note(ident, name, value)
            else:
                self.built.attribute(ident, name, value)

    def finish(self):
        if self.problems:
            raise SeedError(self.problems)
        if self.adjacent:
            self.built.said.append(
                f"{self.adjacent} pieces that touch the piece before them are joined with it"
            )
        return self.built.found


def _number(value):
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"has the offset {value!r}; expected a whole number")
    return value
