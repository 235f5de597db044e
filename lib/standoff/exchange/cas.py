"""UIMA CAS in XMI and JSON, as INCEpTION exports and imports it, with dkpro-cassis
(https://github.com/dkpro/dkpro-cassis), the extra `standoff[cas]`.

Offsets in these files are UTF-16 units; cassis converts them to code points. Each label is written
as a type (`standoff.span.Actor`, `standoff.event.Consult`, `standoff.relation.Target`) with a
feature per attribute, so that INCEpTION shows it as a layer. Other types are read too: annotations
with a feature of links are events, those with Governor and Dependent relations, all others spans.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from keyword import kwlist
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from ..annotation.model import Annotations, Span
from ..annotation.problems import Report, refuse
from ..corpus.files import new_folder
from .builder import Reader, named
from .documents import (
    Document,
    flatten_meta,
    most_frequent_first,
    read_all,
    sort_documents,
    unflatten_meta,
)
from .untrusted import (
    archive,
    as_utf8,
    files_in,
    parse_json,
    parse_xml,
    read_bytes,
    without_control_references,
)

__all__ = ["IGNORED", "from_uima_name", "read_cas", "to_uima_name", "write_cas"]

OWN = "standoff."
META, EVENT = f"{OWN}Meta", f"{OWN}event."
ANNOTATION, TOP = "uima.tcas.Annotation", "uima.cas.TOP"
STRING, STRINGS, ARRAY = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
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
TAKEN = RESERVED | {"self", "type"} | set(kwlist)  # by cassis and by Python
SPECIAL = r"[^A-Za-z0-9_]|_(?=x[0-9A-F]+_)|^(?:[0-9]|n(?=_x|ote_)|r(?=ef_))"
OWN_FEATURES = {  # first letter of an id -> features with words, besides attributes
    "T": ("ident", "fragments"),
    "E": ("ident", "fragments", "trigger"),
    "R": ("ident",),
}
LISTS = ("ref_", "note_")  # begin the features for references and notes
DOCUMENT = (
    "uima.tcas.DocumentAnnotation",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData",
)
TECHNICAL = ("CASMetadata", "TagsetDescription", "TagDescription")  # of INCEpTION
IN_PROJECT = re.compile(  # of INCEpTION; unpacked archives are folders of their own
    r"(^|/)(?P<kind>annotation|curation)/(?P<text>[^/]+?)(\.txt)?/([^/]+/)?(?P<coder>[^/]+)"
    r"\.[a-z]+$"
)
FURNITURE = re.compile(  # files of INCEpTION's projects that hold nobody's annotation
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


def _import_cassis() -> ModuleType:
    try:
        import cassis
    except ModuleNotFoundError as error:
        message = "needs the package dkpro-cassis; expected it: pip install 'standoff[cas]'"
        raise refuse("cas", 1, "E-package-missing", message) from error
    return cassis


# --- names ---


def to_uima_name(name: str) -> str:
    """Return a label or name as UIMA allows it: characters other than letters, digits and _ become
    _xHEX_; an n goes before a name that would begin with _.

    >>> to_uima_name("Form"), to_uima_name("Attribution-no-source"), to_uima_name("begin")
    ('Form', 'Attribution_x2D_no_x2D_source', 'n_x62_egin')
    """
    special = "^." if name in TAKEN else SPECIAL
    coded = re.sub(special, lambda match: f"_x{ord(match[0]):X}_", name)
    return f"n{coded}" if coded.startswith("_") else coded


def from_uima_name(coded: str) -> str:
    """Return the name that `to_uima_name` was given."""
    coded = re.sub("^n_x", "_x", coded)
    return re.sub(r"_x([0-9A-F]+)_", lambda match: chr(int(match[1], 16)), coded)


# --- writing ---


def write_cas(documents: list[Document], destination: Path, form: str) -> list[str]:
    """Write `NAME.CODER.xmi` for every document and one TypeSystem.xml, or `NAME.CODER.json`, which
    holds its types (`form` is "xmi" or "json"), and return the losses.

    The ids of attributes, references and notes and the order of lines are lost. Raises `SeedError`
    if the package dkpro-cassis is missing, and for characters that XML cannot carry.
    """
    cassis = _import_cassis()
    types = _create_types(cassis, documents)
    losses: Counter[str] = Counter()
    with new_folder(destination) as draft:
        for document in documents:
            cas = _to_cas(cassis, types, document)
            path = draft / f"{document.name}.{document.coder}.{form}"
            if form == "xmi":
                _write_xmi(cas, path, document)
            else:
                cas.to_json(path, pretty_print=True)
            losses += _losses(document.annotations)
        if form == "xmi":
            types.to_xml(draft / "TypeSystem.xml")
    return most_frequent_first(losses)


def _write_xmi(cas: Any, path: Path, document: Document) -> None:
    try:
        cas.to_xmi(path, pretty_print=True)
    except ValueError as error:
        message = (
            f"holds a character that XML cannot carry ({error}); expected another format "
            f"(cas-json, w3c, csv)"
        )
        raise refuse(document.name, 1, "E-export-characters", message) from error


def _losses(annotations: Annotations) -> Counter[str]:
    losses = {
        "ids of attributes (numbered anew)": len(annotations.attributes),
        "ids of references (numbered anew)": len(annotations.normalisations),
        "ids of notes (numbered anew)": len(annotations.notes),
        "orders of the lines of an .ann (by place now)": 1,
    }
    return +Counter(losses)


def _type_names(annotations: Annotations) -> dict[str, str]:
    """Map the id of each span, event and relation to the name of its type."""
    kinds: dict[str, list] = {
        "span": annotations.spans,
        "event": annotations.events,
        "relation": annotations.relations,
    }
    return {
        item.id: f"{OWN}{kind}.{to_uima_name(item.label)}"
        for kind, items in kinds.items()
        for item in items
    }


def _statements(annotations: Annotations) -> dict[tuple[str, str], list[str]]:
    """Map (id, feature) to the values of attributes, references and notes."""
    values = defaultdict(list)
    for attribute in annotations.attributes:
        values[attribute.target, to_uima_name(attribute.name)].append(attribute.value)
    for entry in annotations.normalisations:
        words = " ".join(filter(None, (entry.key, entry.text)))
        values[entry.target, f"ref_{to_uima_name(entry.db)}"].append(words)
    for note in annotations.notes:
        values[note.target, f"note_{to_uima_name(note.kind)}"].append(note.text)
    return values


def _create_types(cassis: ModuleType, documents: list[Document]) -> Any:
    """Create the type system of some documents: a type per label, a feature per attribute."""
    features: dict[str, set[str]] = {}
    for document in documents:
        names = _type_names(document.annotations)
        for ident, name in names.items():
            features.setdefault(name, set(OWN_FEATURES[ident[0]]))
        for target, feature in _statements(document.annotations):
            features[names[target]].add(feature)
    types = cassis.TypeSystem()
    meta = types.create_type(META, TOP)
    for feature in ("keys", "values"):
        types.create_feature(meta, feature, STRINGS)
    for name, names_of_features in features.items():
        new = types.create_type(name, ANNOTATION)
        if name.startswith(EVENT):
            link = types.create_type(f"{name}RolesLink", TOP)
            types.create_feature(link, "role", STRING)
            types.create_feature(link, "target", ANNOTATION)
            types.create_feature(new, "roles", ARRAY, elementType=link)
        elif name.startswith(f"{OWN}relation."):
            types.create_feature(new, "Governor", ANNOTATION)
            types.create_feature(new, "Dependent", ANNOTATION)
        for feature in sorted(names_of_features):
            types.create_feature(new, feature, STRINGS if feature.startswith(LISTS) else STRING)
    return types


def _to_cas(cassis: ModuleType, types: Any, document: Document) -> Any:
    """Return a document as a CAS."""

    def new(name: str, **features: Any) -> Any:
        return types.get_type(name)(**features)

    cas = cassis.Cas(types, sofa_string=document.text, sofa_mime="text/plain")
    pairs = [("name", document.name), ("coder", document.coder), *flatten_meta(document.meta)]
    keys, values = (new(STRINGS, elements=list(part)) for part in zip(*pairs, strict=True))
    cas.add(new(META, keys=keys, values=values))
    cas.add_all(_structures(document.annotations, new))
    return cas


def _structures(annotations: Annotations, new: Callable) -> list:
    """Return a feature structure per span, event and relation, with all that is about it."""
    names, statements = _type_names(annotations), _statements(annotations)
    places = {span.id: _place(span) for span in annotations.spans}
    triggers = _mere_triggers(annotations, statements)
    built = {}
    for span in annotations.spans:
        if span.id not in triggers:
            built[span.id] = new(names[span.id], ident=span.id, **places[span.id])
    for event in annotations.events:
        place = places[event.trigger]
        built[event.id] = new(names[event.id], ident=event.id, trigger=event.trigger, **place)
    for item in annotations.relations:  # may join relations: all are built before any is joined
        built[item.id] = new(names[item.id], ident=item.id)
    for item in annotations.relations:
        relation, end = built[item.id], built[item.b]
        relation.Governor, relation.Dependent = built[item.a], end
        relation.begin, relation.end = end.begin, end.end
    for event in annotations.events:
        if event.roles:
            link = f"{names[event.id]}RolesLink"
            links = [new(link, role=role, target=built[target]) for role, target in event.roles]
            built[event.id].roles = new(ARRAY, elements=links)
    for (ident, feature), words in statements.items():
        several = feature.startswith(LISTS)
        setattr(built[ident], feature, new(STRINGS, elements=words) if several else words[0])
    return list(built.values())


def _place(span: Span) -> dict[str, Any]:
    """Return the features that hold the place of a span."""
    place: dict[str, Any] = {"begin": span.start, "end": span.end}
    if len(span.fragments) > 1:
        place["fragments"] = ";".join(f"{start} {end}" for start, end in span.fragments)
    return place


def _mere_triggers(annotations: Annotations, statements: Iterable[tuple[str, str]]) -> set[str]:
    """Return spans that are only the trigger of one event of their label; the event's annotation
    stands for both."""
    labels = {span.id: span.label for span in annotations.spans}
    named = Counter(target for target, _ in statements)
    for item in annotations.relations:
        named.update((item.a, item.b))
    for event in annotations.events:
        named.update([event.trigger, *(target for _, target in event.roles)])
    return {
        event.trigger
        for event in annotations.events
        if labels[event.trigger] == event.label and named[event.trigger] == 1
    }


# --- reading ---


def read_cas(source: Path, form: str, left_out: Report | None = None) -> list[Document]:
    """Read every `.xmi` or `.json` (`form`) in a folder, a ZIP archive as INCEpTION exports it, or
    one file. Each view of a file that holds text becomes a document.

    The type system of an `.xmi` is XML in its folder or in the nearest folder above that has one.
    Raises `SeedError` with everything that cannot be read, and if the package dkpro-cassis is
    missing.
    """
    cassis = _import_cassis()
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
