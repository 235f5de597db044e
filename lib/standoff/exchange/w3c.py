"""Reads W3C Web Annotations (https://www.w3.org/TR/annotation-model/), those that
w3c_writer.py writes and those of other tools."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..annotation.limits import MAX_DEPTH
from ..annotation.problems import Report, refuse
from .documents import Document, by_reason, read_all, sort_documents, unflatten_meta
from .import_builder import Reader, named
from .import_tally import SetAside
from .offsets import Places, ReadError
from .untrusted import listed, parse_json, read_files, read_utf8, words_of

__all__ = ["IGNORED", "read_w3c"]

LINE = re.compile(r"#line=(\d{1,9}),\d+$")
CHARACTERS = re.compile(
    r"\bchar=(?P<start>\d{1,9}),(?P<end>\d{1,9})"
)  # https://www.rfc-editor.org/rfc/rfc5147
READ = set(
    "id type motivation body bodyValue target creator via purpose value label source".split()
)
READ |= {"source", "selector", "items"}
TEXT_SELECTORS = {"TextPositionSelector", "TextQuoteSelector", "FragmentSelector"}
SEVERAL = ("Independents", "Choice")  # kinds of a list whose parts are targets themselves
IMPLIED = ("classifying", "linking", "describing", "tagging", "replying")  # by what is built
IGNORED = by_reason(
    {
        "names the standard": "@context",
        "an address of the annotation; the project has ids of its own": "id",
        "the address of the text, which lies beside the file": "source",
        "of a body, which is read as plain text": "format",
        "of a body; the article has its own": "language",
        "another address of the annotation": "canonical",
        "the page in which the text was seen": "scope",
        "when the page was seen": "state",
        "how the page looks": "styleClass stylesheet",
        "how the page was drawn": "renderedVia",
    }
)


def read_w3c(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read `NAME.CODER.jsonl` (or `NAME.jsonl`) beside `NAME.txt`, one annotation per line, or a
    list of them in `.json`. Creators are coders; without one the coder is gold.

    If the words at a position are not those quoted, the quotation decides if it is found in one
    place, with a remark; otherwise the line is refused. Raises `SeedError` with everything that
    cannot be read.
    """
    missing = "holds no .jsonl; expected Web Annotations beside their texts"
    documents = read_files(
        source, lambda path: path.suffix in (".jsonl", ".json"), _read_file, missing, left_out
    )
    return sort_documents(documents)


def _read_file(path: Path) -> list[Document]:
    """Return one document for each creator, or the one coding that this library wrote."""
    rows = _read_items(read_utf8(path), path)
    name, coder = _article_and_coder(path, rows)
    text = path.with_name(f"{name}.txt")
    if not text.is_file():
        message = f"has no text; expected {text.name} beside it"
        raise refuse(path, 1, "E-source-missing", message)
    raw = read_utf8(text, path.parent)
    items = [_Item(*row) for row in rows]

    def read(coding: tuple[str, list[_Item]]) -> Document:
        reader = _W3CReader(raw, text, path)
        reader.creator = coding[0]
        for item in coding[1]:
            with reader.reading(item.line, item.shown, item):
                reader.add(item)
        reader.follow_replies()
        document = reader.finish(name, coding[0], unflatten_meta(reader.meta))
        for kind in document.annotations.parts().values():
            if all(annotation.line for annotation in kind):
                kind.sort(key=lambda annotation: annotation.line)
        return document

    return read_all(read, list(_by_creator(items, coder).items()), path, "")


class _Item:
    """One annotation of a file, with what it says in lists."""

    coder = ""  # to whose coding it belongs

    def __init__(self, line: int, value: Any):
        self.line = line
        self.shown = "the line"  # as a message names it
        self.json: dict[str, Any] = {}
        if isinstance(value, dict):
            self.json, self.shown = value, str(value.get("id", "the annotation"))
        self.iri, self.own, self.ann_line = _iri_of(self.json), _own_id(self.json), _line(self.json)
        self.creator = _creator(self.json)
        self.motivations = listed(self.json.get("motivation"))
        self.targets = _targets(self.json)
        self.places = _places(self.targets)
        bodies = _bodies_of(self.json, self.motivations)
        self.said = [*IMPLIED, *(body.get("purpose") for body in bodies)]
        self.links = [
            body for body in bodies if body.get("purpose") == "linking" and _is_link(body)
        ]
        tags = [body for body in bodies if body.get("purpose") == "tagging"]
        self.labels = [str(tag.get("value", "Annotation")) for tag in tags]
        done = [*self.links, *(tag for tag in tags if not _rest(tag))]
        self.bodies = [body for body in bodies if body not in done]


def _by_creator(items: list[_Item], coder: str) -> dict[str, list[_Item]]:
    """Return the annotations of each creator; those without one are by `coder`. An annotation of
    another annotation belongs to the same coding as that."""
    groups: dict[str, str] = {}  # IRI -> coder
    for item in sorted(items, key=lambda item: not item.places):
        item.coder = item.creator or coder
        if not item.places and item.targets:
            item.coder = groups.get(_iri_of(item.targets), item.coder)
        groups[item.iri] = item.coder
    parts: dict[str, list[_Item]] = {}
    for item in items:
        parts.setdefault(item.coder, []).append(item)
    return parts or {coder: []}


def _creator(item: dict) -> str:
    """Return the name of who made an annotation, "" if it has none."""
    creator = next(iter(listed(item.get("creator"))), None)
    if isinstance(creator, dict):
        names = (creator.get(key) for key in ("nickname", "name", "id"))
        creator = next((name for name in names if name), None)
    return str(creator or "").removeprefix("acct:")


def _targets(item: dict) -> list[Any]:
    """Return the targets of an annotation; those of a Composite or a List are one."""
    targets = listed(item.get("target"))
    first = targets[0] if len(targets) == 1 and isinstance(targets[0], dict) else {}
    return listed(first.get("items")) if first.get("type") in SEVERAL else targets


def _places(targets: list[Any]) -> list[list[Any]]:
    """Return the targets of an annotation that are parts of a text, each as its selectors."""
    places = []
    for target in targets:
        parts = listed(target.get("items", target) if isinstance(target, dict) else target)
        selectors = [_selector(part) for part in parts]
        if selectors and all(selectors):
            places.append(selectors)
    return places


def _selector(part: Any) -> Any:
    """Return the selectors of a part of a text, or that which its address ends with."""
    if isinstance(part, dict) and part.get("selector"):
        return part["selector"]
    match = CHARACTERS.search(_iri_of(part))
    return {"type": "FragmentSelector", "value": match[0]} if match else None


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
    return [(1, item) for item in listed(value)]


class _W3CReader(Reader):
    creator: str

    def __init__(self, raw: str, text_path: Path, path: Path):
        super().__init__(raw, text_path, path)
        self.utf16_places = Places(raw, utf16=True)
        self.replies: dict[str, str] = {}  # IRI -> that of the annotation that it answers

    def add(self, item: _Item) -> None:
        """Build spans, an event or a relation, or take an annotation as statements about what it
        is on."""
        if "Annotation" not in listed(item.json.get("type")):
            raise ReadError("E-source-format", "is not an object of the type Annotation")
        if not item.targets:
            raise ReadError("E-source-format", "has no target; expected one")
        if item.places:
            idents = self._add_spans(item)
        elif item.motivations == ["describing"] and isinstance(item.json["target"], str):
            pairs = [(body.get("label", "note"), body.get("value", "")) for body in item.bodies]
            self.meta += [(str(key), str(value)) for key, value in pairs]
            return
        else:
            idents = self._add_linked(item)
        for ident in idents:
            self._add_statements(ident, item.bodies)
            for part in (item.json, *item.targets):
                self._add_rest(ident, part)
            for word in item.motivations:
                if word not in item.said:
                    self.builder.add_note(ident, "motivation", words_of(word))
            if item.creator and item.creator != self.creator:
                self.builder.add_note(ident, "creator", item.creator)

    def _add_spans(self, item: _Item) -> list[str]:
        """Build a span for each target and tag."""
        labels = item.labels or ["Annotation"]
        if len(item.places) > 1 or len(labels) > 1:
            self.builder.repair(
                "targets and tags made spans of their own",
                f"line {item.line}: {item.shown} has {len(item.places)} targets and "
                f"{len(labels)} tags; a span for each",
            )
        spans = []
        for selectors in item.places:
            fragments = [self._find(part, item.line) for part in selectors]
            for label in labels:
                spans.append(
                    self.builder.span(label, fragments, ident=item.own, line=item.ann_line)
                )
        self._name(item, spans[0])
        return spans

    def _name(self, item: _Item, ident: str) -> None:
        iri = item.iri or ident
        if iri in self.ids:
            self.builder.repair(
                "ids used again",
                f"line {item.line}: the id {iri} is used again; references to it are taken to mean "
                f"this annotation",
            )
        self.ids[iri] = ident

    def _add_linked(self, item: _Item) -> list[str]:
        """Build a relation or an event, and return its id; of a reply, return what it answers."""
        targets = [named(_iri_of(target)) for target in item.targets]
        ends = [named(_iri_of(body.get("source", body.get("id")))) for body in item.links]
        label, *more = item.labels or ["Annotation"]
        if item.motivations == ["linking"] and len(targets) + len(ends) == 2:
            a, b = targets + ends
            ident = self.builder.add_relation(label, a, b, line=item.ann_line, ident=item.own)
        elif item.links or item.own.startswith("E"):
            names = (str(body.get("label", "Argument")) for body in item.links)
            roles = zip(names, ends, strict=True)
            ident = self.builder.add_event(
                label, targets[0], roles, line=item.ann_line, ident=item.own
            )
        else:
            self.replies[item.iri] = _iri_of(item.targets)
            for target in targets:
                for label in item.labels:
                    self.builder.add_note(target, "tagging", label)
            return targets
        self._name(item, ident)
        for label in more:
            self.builder.add_note(ident, "tagging", label)
        return [ident]

    def follow_replies(self) -> None:
        """Give each reply the id of the annotation that it answers, directly or through others."""
        for _ in range(MAX_DEPTH):
            for iri, answered in self.replies.items():
                if answered in self.ids:
                    self.ids.setdefault(iri, self.ids[answered])

    def _find(self, selectors: Any, line: int) -> tuple[int, int]:
        """Return (start, end) by position and quotation, whichever there are."""
        by_type = {part.get("type"): part for part in reversed(_flat(selectors))}
        position = by_type.get("TextPositionSelector", {})
        quotation = by_type.get("TextQuoteSelector", {})
        characters = CHARACTERS.search(str(by_type.get("FragmentSelector", {}).get("value", "")))
        if characters and not position:
            position = characters.groupdict()
        if not position and not quotation:
            kinds = ", ".join(sorted(map(str, by_type)))
            message = (
                f"line {line}: is placed by {kinds}, which needs the page itself; expected a "
                f"position in the text, or a quotation"
            )
            raise SetAside("placed by what only the page can tell", message)
        others = by_type.keys() - TEXT_SELECTORS
        if others:
            self.builder.remark_once(
                f"places are read from positions and quotations alone; passed over: "
                f"{', '.join(sorted(map(str, others)))}"
            )
        start, end = _number(position.get("start")), _number(position.get("end"))
        fragment = self._find_position(start, end, quotation)
        if fragment is None:
            fragment = self._find_quotation(quotation)
            if position:
                self.builder.repair(
                    "put where the quotation is",
                    f"line {line}: {quotation['exact'][:40]!r} is not at {start} {end}, but at "
                    f"{fragment[0]} {fragment[1]}; put there",
                )
        words = self.text[slice(*fragment)]
        if quotation and words != quotation.get("exact"):
            self.builder.repair(
                "quoted with other white space",
                f"line {line}: {words[:40]!r} is quoted with other white space",
            )
        return fragment

    def _find_position(self, start: Any, end: Any, quotation: dict) -> tuple[int, int] | None:
        """Return a place by its position, in code points or else in UTF-16 units; None if other
        words are there than a quotation says."""
        for places in (self.places, self.utf16_places):
            with suppress(ReadError):
                fragment = places.fragment(start, end)
                words = self.text[slice(*fragment)].split()
                if not quotation or words == str(quotation.get("exact")).split():
                    if places is self.utf16_places:
                        self.builder.repair(
                            "UTF-16 units made code points",
                            "positions are UTF-16 units, as browsers count, where that makes a "
                            "difference; made code points",
                        )
                    return fragment
        return None if quotation else self.places.fragment(start, end)  # raises the reason

    def _find_quotation(self, quotation: dict) -> tuple[int, int]:
        """Return where the quoted words are, with any white space between them: with what is quoted
        around them, else alone."""
        keys = "prefix", "exact", "suffix"
        prefix, exact, suffix = (_spaced(str(quotation.get(key, ""))) for key in keys)
        found: list[re.Match] = []
        for pattern in (rf"{prefix}\s*({exact})\s*{suffix}", f"({exact})"):
            found = list(re.finditer(pattern, self.text)) if exact else []
            if len(found) == 1:
                return found[0].span(1)
        reason = "in several places" if found else "not in the text"
        words = str(quotation.get("exact", ""))[:60]
        raise ReadError(
            "E-source-quote", f"quotes {words!r}, which is {reason}; expected one place"
        )

    def _add_statements(self, ident: str, bodies: list[dict]) -> None:
        """Build an attribute, a reference or a note of each body."""
        for body in bodies:
            purpose, label = body.get("purpose"), str(body.get("label", ""))
            own, line = _own_id(body), _line(body)
            source = body.get("source", body.get("id"))
            if purpose == "identifying" and ":" in _iri_of(source):
                db, _, key = _iri_of(source).partition(":")
                text = source.get("label", "") if isinstance(source, dict) else ""
                self.builder.add_reference(ident, db, unquote(key), str(text), line=line, ident=own)
            elif purpose == "describing" and label:
                self.builder.attribute(
                    ident, label, str(body.get("value", "")), ident=own, line=line
                )
            else:
                words = body.get("value", source or "")
                kind = label or str(purpose or "comment")
                self.builder.add_note(ident, kind, words_of(words), line=line, ident=own)
            self._add_rest(ident, body)

    def _add_rest(self, ident: str, part: Any) -> None:
        """Keep what else an annotation, a target or a body says as notes of that name."""
        for key in _rest(part):
            self.builder.add_note(ident, key, words_of(part[key]))


def _rest(part: Any) -> list[str]:
    """Return the keys of an object that are neither read nor ignored."""
    return sorted(part.keys() - READ - IGNORED.keys()) if isinstance(part, dict) else []


def _bodies_of(item: dict, motivations: list[Any]) -> list[dict]:
    """Return the bodies of an annotation as objects; the motivation is the purpose of those that
    have none."""
    given = listed(item.get("body"))
    if "bodyValue" in item:
        given = [*given, {"type": "TextualBody", "value": item["bodyValue"]}]
    purpose = str(next(iter(motivations), ""))
    purpose = {"classifying": "tagging", "replying": ""}.get(purpose, purpose)
    bodies = []
    for body in given:
        new = dict(body) if isinstance(body, dict) else {"id": str(body)}
        if not new.get("purpose") and purpose:
            new["purpose"] = purpose
        bodies.append(new)
    return bodies


def _is_link(body: dict) -> bool:
    return "source" in body or ("id" in body and "value" not in body)


def _flat(selectors: Any) -> list[dict]:
    """Return selectors, and the quotations that refine others."""
    flat = []
    for part in listed(selectors):
        flat.append(part if isinstance(part, dict) else {"type": f"a selector elsewhere, {part}"})
        refined = flat[-1].get("refinedBy")
        if isinstance(refined, dict) and refined.get("type") == "TextQuoteSelector":
            flat.append(refined)
    return flat


def _number(value: Any) -> Any:
    """Return a position that is written as 9.0 or "9" as a number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _spaced(words: str) -> str:
    """Return a pattern for words with any white space between them."""
    return r"\s+".join(map(re.escape, words.split()))


def _line(item: dict) -> int:
    """Return the line of the `.ann` that `via` leads back to, or 0."""
    match = LINE.search(str(item.get("via", "")))
    return int(match[1]) + 1 if match else 0


def _iri_of(value: Any) -> str:
    """Return the IRI of a resource, given as one or as an object that has one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value.get("id", value.get("source", ""))) if isinstance(value, dict) else str(value)


def _own_id(item: dict) -> str:
    """Return the id in an `.ann` file that an IRI of this project ends with."""
    return unquote(_iri_of(item.get("id", "")).partition("#")[2])
