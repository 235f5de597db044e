"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/), one a line.

Every span, event and relation is an Annotation. A span's target is its text, by position and by
quotation at once; an event's target is its
trigger, a relation's the first of the two it joins. Label, attributes, roles, references and notes
are its bodies. Positions are code points,
as the model wants them. `via` leads back to the line of the `.ann`
(https://www.rfc-editor.org/rfc/rfc5147 counts lines from 0).
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote, unquote

from ..annotation.brat import Annotations, Problem, SeedError
from ..annotation.problems import Report
from ..authoring.text_alignment import occurs_once
from ..corpus.files import whole
from .documents import Builder, Document, Places, by_coder, flat, gathered, refuse, stored, unflat
from .untrusted import files_in, parse_json, read_utf8

__all__ = ["annotations_of", "read_w3c", "write_w3c"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # code points of prefix and suffix
KEPT = "/:.,~?@!$&'()*+;="  # what an IRI may hold as it is
DEEP = 100  # replies to replies
SEARCHES = 10_000  # quotations that are looked for in one text
LINE = re.compile(r"#line=(\d{1,9}),\d+$")


# --- out ---


def write_w3c(documents: list[Document], destination: Path) -> list[str]:
    """`NAME.txt` for every text and beside it `NAME.CODER.jsonl`; everything is carried, so nothing
    is given back.

    Raises `SeedError` where two names with dots would give one file.
    """
    often = Counter(f"{document.name}.{document.coder}.jsonl" for document in documents)
    if twice := [name for name, number in often.items() if number > 1]:
        raise SeedError(
            [
                Problem(
                    str(destination / name),
                    1,
                    "would be two codings; expected names of article and coder that give one each",
                )
                for name in twice
            ]
        )
    with whole(destination) as draft:
        for document in documents:
            (draft / f"{document.name}.txt").write_text(
                document.text, encoding="utf-8", newline="\n"
            )
            lines = (
                json.dumps(item, ensure_ascii=False) + "\n" for item in annotations_of(document)
            )
            (draft / f"{document.name}.{document.coder}.jsonl").write_text(
                "".join(lines), encoding="utf-8", newline="\n"
            )
    return []


def annotations_of(document: Document) -> list[dict]:
    """The Web Annotations of one document: first one that describes the text as a whole, then
    spans, events, relations."""
    found, name = document.annotations, f"{quote(document.name)}/{quote(document.coder)}.ann"
    bodies = _bodies(found, name)
    about = [
        {"type": "TextualBody", "purpose": "describing", "label": key, "value": words}
        for key, words in flat(document.meta)
    ]
    items = [_item(f"{name}#meta", "describing", about, _source(document))] if about else []
    for span in found.spans:
        target = _target(document, span)
        items.append(
            _item(
                _id(name, span.id),
                "classifying",
                [_tag(span.label), *bodies[span.id]],
                target,
                _via(name, span),
            )
        )
    for event in found.events:
        roles = [
            {
                "type": "SpecificResource",
                "purpose": "linking",
                "label": role,
                "source": _id(name, target),
            }
            for role, target in event.roles
        ]
        body = [_tag(event.label), *roles, *bodies[event.id]]
        items.append(
            _item(
                _id(name, event.id),
                "classifying",
                body,
                _id(name, event.trigger),
                _via(name, event),
            )
        )
    for item in found.relations:
        body = [
            _tag(item.label),
            {"type": "SpecificResource", "purpose": "linking", "source": _id(name, item.b)},
            *bodies[item.id],
        ]
        items.append(
            _item(_id(name, item.id), "linking", body, _id(name, item.a), _via(name, item))
        )
    return [{**item, "creator": {"nickname": document.coder}} for item in items]


def _item(ident, motivation, body, target, via=None):
    item = {
        "@context": CONTEXT,
        "id": ident,
        "type": "Annotation",
        "motivation": motivation,
        "body": body,
        "target": target,
    }
    return item | ({"via": via} if via else {})


def _source(document):
    return f"{quote(document.name)}.txt"


def _id(name, ident):
    """The IRI of an annotation; a note's id holds a # of its own."""
    return f"{name}#{quote(ident)}"


def _via(name, item):
    return f"{name}#line={item.line - 1},{item.line}" if item.line else None


def _tag(label):
    return {"type": "TextualBody", "purpose": "tagging", "value": label}


def _bodies(found, name):
    """Id of a span, event or relation -> the bodies that say its attributes, references and
    notes."""
    bodies = defaultdict(list)

    def add(item, body):
        via = _via(name, item)
        bodies[item.target].append(
            {"id": _id(name, item.id), **body, **({"via": via} if via else {})}
        )

    for item in found.attributes:
        add(
            item,
            {
                "type": "TextualBody",
                "purpose": "describing",
                "label": item.name,
                "value": item.value,
            },
        )
    for item in found.normalisations:
        source = {"id": f"{item.db}:{quote(item.key, safe=KEPT)}"} | (
            {"label": item.text} if item.text else {}
        )
        add(item, {"type": "SpecificResource", "purpose": "identifying", "source": source})
    for item in found.notes:
        add(
            item,
            {
                "type": "TextualBody",
                "purpose": "commenting",
                "label": item.kind,
                "value": item.text,
            },
        )
    return bodies


def _target(document, span):
    parts = [
        {
            "type": "SpecificResource",
            "source": _source(document),
            "selector": _selectors(document.text, *pair),
        }
        for pair in span.fragments
    ]
    return parts[0] if len(parts) == 1 else {"type": "Composite", "items": parts}


def _selectors(text, start, end):
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    return [{"type": "TextPositionSelector", "start": start, "end": end}, quote]


# --- in ---


def read_w3c(source: Path) -> list[Document]:
    """Documents from `NAME.CODER.jsonl` (or `NAME.jsonl`: coder gold) beside `NAME.txt`, an
    annotation a line, or a list of them in `.json`.

    Where the words at a position are not those quoted, the quotation decides if it stands in one
    place; that is said. Words that stand
    nowhere, or in several places without a position to choose by, are refused. Raises `SeedError`
    with everything that cannot be read.
    """
    files = (
        files_in(source, lambda path: path.suffix in (".jsonl", ".json"))
        if source.is_dir()
        else [source]
    )
    folder = source if source.is_dir() else source.parent
    nothing = refuse(source, 1, "holds no .jsonl; expected Web Annotations beside their texts")
    return by_coder(gathered(lambda path: [_document(path, folder)], files, nothing))


def _document(path, folder):
    there = _named(path)
    items = _items(read_utf8(path), path)
    name, coder = next((pair for pair in there if pair[1] == _maker(items)), there[0])
    text = path.with_name(f"{name}.txt")
    said: list[str] = []
    if len(there) > 1 and _maker(items) is None:
        said.append(
            f"{path.name} may be of "
            f"{' or '.join(f'{article} by {who}' for article, who in there)}, and names no "
            f"maker; read as the first"
        )
    raw = read_utf8(text, folder)
    reader = _Reader(stored(raw, text, said), raw, path, said)
    for number, item in items:
        reader.take(item, number)
    found, meta = reader.finish()
    return Document(name, reader.text, coder, found, meta, said)


def _named(path):
    """What a file's name may mean, as (article, coder): a dot may part the two or be in either, but
    the article's text is there. The longest article first."""
    stem = path.stem
    parts = [
        (stem, "gold"),
        *(
            (stem[:dot], stem[dot + 1 :])
            for dot in reversed(range(1, len(stem) - 1))
            if stem[dot] == "."
        ),
    ]
    there = [(name, coder) for name, coder in parts if path.with_name(f"{name}.txt").is_file()]
    if not there:
        raise refuse(path, 1, f"there is no text {parts[:2][-1][0]}.txt beside it; expected one")
    return there


def _maker(items):
    """The nickname of whoever made the first annotation; None where it has none."""
    creator = items[0][1].get("creator") if items and isinstance(items[0][1], dict) else None
    return creator.get("nickname") if isinstance(creator, dict) else None


def _items(source, path):
    """(line, annotation) of a file."""
    if path.suffix == ".jsonl":
        return [
            (number, parse_json(line, path, number))
            for number, line in enumerate(source.split("\n"), 1)
            if line.strip()
        ]
    value = parse_json(source, path)
    if isinstance(value, dict):  # a collection holds its first page, a page its items
        page = value["first"] if isinstance(value.get("first"), dict) else value
        value = page.get("items", [value])
    return [(1, item) for item in _listed(value)]


class _Reader:
    """One file's annotations over one text."""

    def __init__(self, text, raw, path, said):
        self.text, self.path, self.said = text, str(path), said
        self.counts = (
            Places(raw),
            Places(raw, utf16=True),
        )  # what positions may count: code points, as the model wants; units of browsers
        self.searches = 0
        self.built = Builder(text, said)
        self.problems = Report()
        self.meta: list[tuple[str, str]] = []
        self.ids: dict[str, str] = {}  # IRI -> id of a span, event or relation
        self.replies: dict[
            str, str
        ] = {}  # IRI of an annotation that only speaks of another -> that one's IRI
        self.later: list[tuple[int, dict, list, str | None]] = []
        self.about: list[tuple[str, dict]] = []

    def take(self, item, number):
        """Read an annotation of text; keep one that is about others until all are known."""
        if not isinstance(item, dict) or "Annotation" not in _listed(item.get("type")):
            self._wrong(number, "is no Web Annotation; expected an object of the type Annotation")
            return
        bodies = [
            dict(body) if isinstance(body, dict) else {"type": "TextualBody", "value": str(body)}
            for body in _listed(item.get("body"))
        ]
        if not item.get("target"):
            self._wrong(number, "has no target; expected one")
        elif _of_text(item["target"]):
            self._span(item, bodies, number)
        elif item.get("motivation") == "describing":
            self.meta += [
                (str(body.get("label", "note")), str(body.get("value", ""))) for body in bodies
            ]
        else:
            self._announce(item, bodies, number)

    def _wrong(self, number, message):
        self.problems.append(Problem(self.path, number, message))

    def _span(self, item, bodies, number):
        try:
            fragments = [
                self._place(part.get("selector"), number) for part in _parts(item["target"])
            ]
        except ValueError as error:
            self._wrong(number, f"{_shown(item)} {error}")
            return
        ident = self.built.span(_label(bodies), fragments, _last(item.get("id", "")), _line(item))
        self._called(_iri(item.get("id", ident)), ident, number)
        self.about += [(ident, body) for body in bodies]

    def _called(self, iri, ident, number):
        """Keep what an annotation is called here; of several of one id the last is meant by others,
        which is said."""
        if iri in self.ids:
            self.said.append(
                f"line {number}: the id {iri} stands again; what speaks of it is taken to "
                f"mean this annotation"
            )
        self.ids[iri] = ident

    def _announce(self, item, bodies, number):
        """Give an event or a relation its id, for others may speak of it before it is read; note
        who answers whom."""
        iri, links = (
            _iri(item.get("id", f"line {number}")),
            [body for body in bodies if body.get("purpose") == "linking"],
        )
        own, ident = _last(item.get("id", "")), None
        if item.get("motivation") == "linking" and len(links) == 1:
            ident = self.built.reserve("R", own)
        elif links or own.startswith("E"):
            ident = self.built.reserve("E", own)
        if ident:
            self._called(iri, ident, number)
        else:
            self.replies[iri] = _iri(item["target"])
        self.later.append((number, item, bodies, ident))

    def _place(self, selectors, number):
        """(start, end) by position and quotation, whichever there are."""
        selectors = [selector for selector in _listed(selectors) if isinstance(selector, dict)]
        position = next((s for s in selectors if s.get("type") == "TextPositionSelector"), None)
        quoted = next((s for s in selectors if s.get("type") == "TextQuoteSelector"), None)
        if position is None and quoted is None:
            raise ValueError(
                "has no selector of text; expected a TextPositionSelector or a TextQuoteSelector"
            )
        start, end = (position.get("start"), position.get("end")) if position else (None, None)
        for places in (
            self.counts if isinstance(start, int) and isinstance(end, int) and start <= end else ()
        ):
            if (place := _both(places, start, end)) and (
                quoted is None or self.text[slice(*place)] == quoted.get("exact")
            ):
                if places is self.counts[1]:
                    self.built.once(
                        "positions are UTF-16 units, as browsers count, where that makes a "
                        "difference; made code points"
                    )
                return place
        if quoted is None:
            length = self.counts[0].units
            raise ValueError(
                f"has the position {start} {end}; expected two numbers from 0 to {length}, "
                f"the length of the text"
            )
        return self._quoted(quoted, (start, end) if position else None, number)

    def _quoted(self, quoted, position, number):
        """Where the quoted words stand: with what is quoted around them, else alone, if that is one
        place."""
        self.searches += 1
        if self.searches > SEARCHES:
            raise ValueError(
                f"is one of more than {SEARCHES:,} that do not stand where they say; "
                f"expected the text that they were made on"
            )
        exact, prefix, suffix = (str(quoted.get(key, "")) for key in ("exact", "prefix", "suffix"))
        words, shift = (
            (around, len(prefix))
            if (around := prefix + exact + suffix) in self.text
            else (exact, 0)
        )
        if not exact or not occurs_once(words, self.text):
            found = (
                "stands in several places"
                if exact and exact in self.text
                else "stands nowhere in the text"
            )
            raise ValueError(f"quotes {exact[:60]!r}, which {found}; expected one place")
        start = self.text.find(words) + shift
        end = start + len(exact)
        if position:
            self.said.append(
                f"line {number}: {exact[:40]!r} does not stand at {position[0]} "
                f"{position[1]}, but at {start} {end}; put there"
            )
        return start, end

    def finish(self):
        """The annotations, now that all that they refer to is known, and the meta."""
        for number, item, bodies, ident in self.later:
            self._linked(number, item, bodies, ident)
        for ident, body in self.about:
            self._said_of(ident, body)
        if self.problems:
            raise SeedError(self.problems)
        return _ordered(self.built.found), unflat(self.meta)

    def _linked(self, number, item, bodies, ident):
        """Build an event or a relation, or take a reply for a remark on what it answers."""
        links = [body for body in bodies if body.get("purpose") == "linking"]
        target, *others = (
            self._meant(_iri(value))
            for value in (item["target"], *(body.get("source") for body in links))
        )
        if target is None or None in others:
            self._wrong(
                number,
                f"{_shown(item)} speaks of what is not in the file; expected an annotation in it",
            )
            return
        if ident and ident[0] == "R":
            self.built.relation(_label(bodies), target, others[0], ident, _line(item))
        elif ident and target[0] != "T":
            self._wrong(
                number,
                (
                    f"{ident} is an event about {target}; expected an annotation of text as its "
                    f"trigger"
                ),
            )
        elif ident:
            roles = [
                (str(body.get("label", "Argument")), other)
                for body, other in zip(links, others, strict=True)
            ]
            self.built.event(_label(bodies), target, roles, ident, _line(item))
        self.about += [
            (ident or target, body) for body in bodies if body.get("purpose") != "linking"
        ]

    def _meant(self, iri):
        """Id of what an IRI names; a reply names what it answers."""
        for _ in range(DEEP):
            if iri in self.ids or iri not in self.replies:
                break
            iri = self.replies[iri]
        return self.ids.get(iri)

    def _said_of(self, ident, body):
        """One body as attribute, reference or note."""
        purpose, label, own, line = (
            body.get("purpose"),
            str(body.get("label", "")),
            _last(body.get("id", "")),
            _line(body),
        )
        if purpose == "label":
            return
        if purpose == "identifying" and ":" in _iri(body.get("source")):
            db, _, key = _iri(body["source"]).partition(":")
            text = body["source"].get("label", "") if isinstance(body["source"], dict) else ""
            self.built.reference(ident, db, unquote(key), str(text), own, line)
        elif purpose == "describing" and label:
            self.built.attribute(ident, label, str(body.get("value", "")), own, line)
        else:
            words = body.get("value", body.get("source", body.get("id", "")))
            words = words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)
            self.built.note(ident, label or str(purpose or "comment"), words, own, line)


def _line(source):
    """The line of the `.ann` that `via` leads back to, or 0."""
    match = LINE.search(str(source.get("via", "")))
    return int(match[1]) + 1 if match else 0


def _ordered(found: Annotations) -> Annotations:
    """Lists in the order of their lines, where these are known."""
    return Annotations(
        *(
            sorted(part, key=lambda item: item.line) if all(item.line for item in part) else part
            for part in vars(found).values()
        )
    )


def _both(places, start, end):
    """Two positions as code points of the text, or None where the text has no such places."""
    try:
        return places(start), places(end)
    except ValueError:
        return None


def _label(bodies):
    """The first tag, which is used up."""
    tag = next((body for body in bodies if body.get("purpose") == "tagging"), None)
    if tag is None:
        return "Annotation"
    tag["purpose"] = "label"
    return str(tag.get("value", "Annotation"))


def _listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def _parts(target):
    """The stretches of text that a target is made of."""
    parts = _listed(target.get("items", target)) if isinstance(target, dict) else _listed(target)
    return [part for part in parts if isinstance(part, dict)]


def _of_text(target):
    parts = _parts(target) if isinstance(target, dict | list) else []
    return bool(parts) and all("selector" in part for part in parts)


def _iri(value):
    """The IRI of a resource that is given as one, or as an object with one."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value.get("id", value.get("source", ""))) if isinstance(value, dict) else str(value)


def _shown(item):
    """How a message names an annotation."""
    return _last(item.get("id", "")) or str(item.get("id") or "an annotation without id")


def _last(iri):
    return unquote(str(iri).partition("#")[2])
