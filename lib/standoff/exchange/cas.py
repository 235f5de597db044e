"""Reads UIMA CAS in XMI and JSON, as INCEpTION exports it, with dkpro-cassis
(https://github.com/dkpro/dkpro-cassis), the extra `standoff[cas]`.

Offsets in these files are UTF-16 units; cassis converts them to code points. Besides the types that
cas_writer.py writes others are read: annotations with a feature of links are events, those with
Governor and Dependent relations, all others spans.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from ..annotation.problems import Report, refuse
from .documents import (
    Document,
    most_frequent_first,
    read_all,
    sort_documents,
    unflatten_meta,
)
from .import_builder import Reader, named
from .untrusted import (
    archive,
    as_utf8,
    files_in,
    parse_json,
    parse_xml,
    read_bytes,
    without_control_references,
)

__all__ = [
    "EVENT",
    "IGNORED",
    "META",
    "OWN",
    "RESERVED",
    "from_uima_name",
    "import_cassis",
    "read_cas",
]

OWN = "standoff."
META, EVENT = f"{OWN}Meta", f"{OWN}event."
NO_TEXT = "holds no text; expected a Sofa with a sofaString: export it with its text"
REASONS = {  # what cassis says -> what is wrong with the file
    r"Type with name \[(.*)\] not found": (
        "has annotations of the type {}, which no type system describes; expected its "
        "TypeSystem.xml beside it or in a folder above: INCEpTION exports both in one archive"
    ),
    r"Not mapping external offset \[(\d+)\]": (
        "has the offset {}, which is inside a character or outside the text; expected UTF-16 units"
    ),
    "'(%FEATURE_STRUCTURES)'": "is JSON without {}; expected a CAS as INCEpTION exports it",
}
RESERVED = set("begin end sofa ident fragments trigger roles Governor Dependent xmiID".split())
DOCUMENT = (
    "uima.tcas.DocumentAnnotation",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData",
)
TECHNICAL = ("CASMetadata", "TagsetDescription", "TagDescription")  # of INCEpTION
IN_PROJECT = re.compile(  # of INCEpTION; unpacked archives are folders of their own
    r"(^|/)(?P<kind>annotation|curation)/(?P<text>[^/]+?)(\.txt)?/([^/]+/)?(?P<coder>[^/]+)"
    r"\.[a-z]+$"
)
FURNITURE = re.compile(  # files of INCEpTION's projects that hold no annotation
    r"(^|/)(exportedproject[^/]*\.json|INITIAL_CAS\.[a-z]+(/.*)?|event\.log"
    r"|(source|annotation_ser|curation_ser|log)/.*)$"
)
IGNORED = {
    **dict.fromkeys(DOCUMENT, "the text as a whole: its language and title are read"),
    **dict.fromkeys(TECHNICAL, "INCEpTION's own record of the project"),
    "uima.cas.Sofa": "the text itself",
    "INITIAL_CAS": "the text before anybody annotated it",
    "exportedproject*.json": "INCEpTION's settings",
    "xmi:id": "a number that the file gives",
    "sofa": "the number of the text",
}


def import_cassis() -> ModuleType:
    """Import the package dkpro-cassis; raise `SeedError` if it is missing."""
    try:
        import cassis
    except ModuleNotFoundError as error:
        message = "needs the package dkpro-cassis; expected it: pip install 'standoff[cas]'"
        raise refuse("cas", 1, "E-package-missing", message) from error
    return cassis


def from_uima_name(coded: str) -> str:
    """Return the name that `to_uima_name` was given."""
    coded = re.sub("^n_x", "_x", coded)
    return re.sub(r"_x([0-9A-F]+)_", lambda match: chr(int(match[1], 16)), coded)


def read_cas(source: Path, form: str, left_out: Report | None = None) -> list[Document]:
    """Read every `.xmi` or `.json` (`form`) in a folder, a ZIP archive as INCEpTION exports it, or
    one file. Each view of a file that holds text becomes a document.

    The type system of an `.xmi` is XML in its folder or in the nearest folder above that has one.
    Raises `SeedError` with everything that cannot be read, and if the package dkpro-cassis is
    missing.
    """
    cassis = import_cassis()
    paths = files_in(source, lambda path: path.suffix in (f".{form}", ".xml", ".zip"))
    if form == "xmi":
        home = source.parent if source.is_file() else source
        paths += [*sorted(home.glob("*.xml")), *home.absolute().parent.glob("TypeSystem.xml")]
    files = {name: data for path in paths for name, data in _unpack(str(path), read_bytes(path))}

    def read_types(name: str) -> tuple[Path, Any]:
        system = _load_xml(name, files[name], cassis.load_typesystem)
        return Path(name).absolute().parent, system

    described = [
        name
        for name, data in files.items()
        if name.endswith(".xml") and b"typeSystemDescription" in data
    ]
    systems = dict(read_all(read_types, described, source, "", left_out)) if described else {}

    def read(name: str) -> list[Document]:
        if form == "xmi":
            above = (systems[path] for path in Path(name).absolute().parents if path in systems)
            load = partial(cassis.load_cas_from_xmi, typesystem=next(above, None))
            return _read_views(name, _load_xml(name, files[name], load))
        data = parse_json(as_utf8(files[name], name), name)
        return _read_views(name, _call(name, _load_json, cassis, data))

    found = [name for name in files if name.endswith(f".{form}")]
    passed = [name for name in found if FURNITURE.search(_in_archive(name))]
    wanted = [name for name in found if name not in passed]
    missing = f"holds no .{form} file; expected a CAS, a folder or a ZIP archive of them"
    views = read_all(read, wanted, source, missing, left_out)
    documents = sort_documents(itertools.chain.from_iterable(views))
    if passed:
        names = ", ".join(sorted({PurePosixPath(name).name for name in passed}))
        documents[0].remarks.append(f"files that hold nobody's annotation passed over: {names}")
    return documents


def _in_archive(name: str) -> str:
    """Return the path of a file as if all archives were unpacked into the folders they are in."""
    return re.sub(r"[^/]+\.zip/", "", name.replace("\\", "/"))


def _unpack(name: str, data: bytes, depth: int = 2) -> Iterator[tuple[str, bytes]]:
    """Yield a file, or the files of an archive and of the archives in it."""
    if name.endswith(".zip") and depth:
        for inner, part in archive(data, name).items():
            yield from _unpack(f"{name}/{inner}", part, depth - 1)
    else:
        yield name, data


def _load_xml(name: str, data: bytes, load: Callable) -> Any:
    root = parse_xml(data, name)  # refuses what is not safe
    tags = {element.tag.rpartition(":")[2] for element in root}
    if root.tag.endswith("XMI") and "Sofa" not in tags:
        raise refuse(name, 1, "E-source-text", NO_TEXT)
    return _call(name, load, io.BytesIO(without_control_references(data)))


def _load_json(cassis: ModuleType, data: Any) -> Any:
    """Load a CAS whose empty arrays may lack elements: cassis writes them so, but cannot read
    them."""
    structures = data["%FEATURE_STRUCTURES"]
    for structure in structures.values() if isinstance(structures, dict) else structures:
        if structure["%TYPE"].endswith(("[]", "Array")):
            structure.setdefault("%ELEMENTS", [])
    return cassis.load_cas_from_json(json.dumps(data))


def _call(name: str, function: Callable, *arguments: Any) -> Any:
    """Call a function that uses cassis; whatever it raises is a problem of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", "Not mapping external offset")
        try:
            return function(*arguments)
        except Exception as error:
            message = (
                f"is not a CAS that can be read ({error}); expected one in JSON, or an XMI with "
                f"its TypeSystem.xml beside it or in a folder above"
            )
            for pattern, reason in REASONS.items():
                if match := re.search(pattern, str(error)):
                    message = reason.format(match[1])
            raise refuse(name, 1, "E-source-format", message) from error


def _read_views(name: str, cas: Any) -> list[Document]:
    """Return each view that has text as a document; the views after the first add their names."""
    texts = {sofa.sofaID: _text(name, sofa) for sofa in cas.sofas}
    views = [ident for ident, text in texts.items() if text]
    if not views:
        raise refuse(name, 1, "E-source-text", NO_TEXT)

    def read(ident: str) -> Document:
        reader = _CasReader(texts[ident], name, name)
        _call(name, reader.add_all, cas.get_view(ident))
        return reader.document()

    documents = read_all(read, views, name, "")
    for document, ident in zip(documents[1:], views[1:], strict=True):
        document.name += f"-{ident}"
    return documents


def _text(name: str, sofa: Any) -> str:
    """Return the text of a view, which may be an array of bytes; "" if it has none."""
    data = getattr(sofa.sofaArray, "elements", None)
    if isinstance(data, bytes) and (sofa.mimeType or "").startswith("text/"):
        return as_utf8(data, name)
    return sofa.sofaString or ""


class _CasReader(Reader):
    def add_all(self, view: Any) -> None:
        """Build annotations from the feature structures of one view."""
        self.left_out: Counter[str] = Counter()
        structures = sorted(view.select_all_fs(), key=_order)
        types = {structure.type.name for structure in structures}
        self.shorts = Counter(name.rpartition(".")[2] for name in types)
        marked = [structure for structure in structures if self._marks_text(structure)]
        self.marked = {_name(structure) for structure in marked}
        for structure in marked:
            with self.reading(1, self._label(structure), _name(structure)):
                ident = self._add(structure)
                self.ids[_name(structure)] = ident
                self._add_features(structure, ident)
        if self.left_out:
            kinds = ", ".join(most_frequent_first(self.left_out))
            self.remarks.append(f"left out, because they mark no text: {kinds}")

    def _marks_text(self, structure: Any) -> bool:
        """Whether a feature structure marks text; keep what describes the whole document, and
        count what does neither."""
        name = structure.type.name
        if name == META:
            keys, values = _elements(structure.keys), _elements(structure.values)
            self.meta += [(str(key), str(value)) for key, value in zip(keys, values, strict=False)]
        elif name in DOCUMENT:
            for feature, key in (("language", "language"), ("documentTitle", "name")):
                value = getattr(structure, feature, None)
                if isinstance(value, str) and value != "x-unspecified":
                    self.meta.append((key, value.removesuffix(".txt")))
        elif name.rpartition(".")[2] not in TECHNICAL and _has(structure, "begin", "end"):
            return True
        elif name != "uima.cas.Sofa" and not _has(structure, "target", "elements", how=any):
            self.left_out[name] += 1
            with self.reading(1, name, _name(structure)):
                self.builder.tally.set_aside("marking no text")
        return False

    def _label(self, structure: Any) -> str:
        """Return the last part of a type's name, or all of it if two types end alike."""
        name = structure.type.name
        short = name.rpartition(".")[2]
        if name.startswith(OWN):
            return from_uima_name(short)
        return short if self.shorts[short] == 1 else name

    def _add(self, structure: Any) -> str:
        """Build a relation, an event or a span; return its id."""
        ident, label = _own(structure, "ident"), self._label(structure)
        if _is_relation(structure):
            a, b = named(_name(structure.Governor)), named(_name(structure.Dependent))
            return self.builder.add_relation(label, a, b, ident=ident)
        if not _is_event(structure):
            return self._add_span(structure, ident)
        trigger = _own(structure, "trigger")
        if trigger not in self.builder.used:
            trigger = self._add_span(structure, trigger)
        roles = [
            (str(link.role or name), named(_name(link.target))) for name, link in _links(structure)
        ]
        return self.builder.add_event(label, trigger, roles, ident=ident)

    def _add_span(self, structure: Any, ident: str) -> str:
        own = re.findall(r"(\d{1,9}) (\d{1,9})", _own(structure, "fragments"))
        pairs = [(int(start), int(end)) for start, end in own]
        pairs = pairs or [(structure.begin, structure.end)]
        fragments = [self.places.fragment(start, end) for start, end in pairs]
        return self.builder.span(self._label(structure), fragments, ident=ident)

    def _add_features(self, structure: Any, ident: str) -> None:
        """Build attributes, or, if a feature holds an annotation, a relation of its name."""
        own = structure.type.name.startswith(OWN)
        done = RESERVED | dict(_links(structure)).keys()
        names = (feature.name for feature in structure.type.all_features)
        for name in (name for name in names if name not in done):
            plain = from_uima_name(re.sub("^(ref|note)_", "", name)) if own else name
            for value in _elements(getattr(structure, name, None)):
                if _name(value) in self.marked:
                    self.builder.add_relation(name, ident, named(_name(value)))
                elif hasattr(value, "type"):
                    self.left_out[f"{structure.type.name}.{name}"] += 1
                    self.builder.tally.count_repair("features that hold no annotation left out")
                elif own and name.startswith("ref_"):
                    key, _, words = str(value).partition(" ")
                    self.builder.add_reference(ident, plain, key, words)
                elif own and name.startswith("note_"):
                    self.builder.add_note(ident, plain, str(value))
                else:
                    words = str(value).lower() if isinstance(value, bool) else str(value)
                    self.builder.attribute(ident, plain, words)

    def document(self) -> Document:
        """Return the document, named by its meta or by its path: INCEpTION's projects hold
        annotation/TEXT/CODER.xmi and curation/TEXT/CURATION_USER.xmi."""
        known = dict(self.meta)
        path = _in_archive(str(self.path))
        name, coder = known.get("name", PurePosixPath(path).stem), known.get("coder", "gold")
        match = IN_PROJECT.search(path)
        if match and "coder" not in known:
            name = match["text"]
            if match["kind"] == "annotation":
                coder = match["coder"]
        meta = unflatten_meta(pair for pair in self.meta if pair[0] not in ("name", "coder"))
        return self.finish(name, coder, meta)


def _order(structure: Any) -> tuple:
    """Sort this project's spans first, because its events name them; then by place."""
    name = structure.type.name
    begin, end = (getattr(structure, side, None) or 0 for side in ("begin", "end"))
    return not name.startswith(f"{OWN}span."), begin, -end, name, structure.xmiID or 0


def _name(value: Any) -> str:
    """Return the name of a feature structure, which is a number."""
    return f"{value.type.name} {value.xmiID}" if hasattr(value, "type") else "nothing"


def _is_relation(structure: Any) -> bool:
    names = {feature.name for feature in structure.type.all_features}
    return {"Governor", "Dependent"} <= names


def _has(structure: Any, *features: str, how: Callable = all) -> bool:
    return how(getattr(structure, feature, None) is not None for feature in features)


def _own(structure: Any, feature: str) -> str:
    """Return the words of a feature that only this project's types have, or ""."""
    value = getattr(structure, feature, None) if structure.type.name.startswith(OWN) else None
    return value if isinstance(value, str) else ""


def _elements(value: Any) -> list:
    """Return the parts of a list, or a value as the only one; missing parts are left out."""
    parts = value.elements if hasattr(value, "elements") else [value]
    return [part for part in parts or () if part is not None]


def _links(structure: Any) -> list[tuple[str, Any]]:
    """Return (feature, link) for the links, which have a target, in the lists of a feature
    structure."""
    return [
        (feature.name, part)
        for feature in structure.type.all_features
        for part in getattr(getattr(structure, feature.name, None), "elements", None) or ()
        if hasattr(part, "target")
    ]


def _is_event(structure: Any) -> bool:
    """Whether a type is an event of this project, or has a feature for links, as INCEpTION's do."""
    if structure.type.name.startswith(EVENT) or _links(structure):
        return True
    elements = (feature.elementType for feature in structure.type.all_features)
    return any(str(getattr(kind, "name", kind)).endswith("Link") for kind in elements)
