"""UIMA CAS in XMI and JSON, as INCEpTION exports and imports it, with dkpro-cassis
(https://github.com/dkpro/dkpro-cassis), the extra `standoff[cas]`.

Offsets in these files are UTF-16 units; cassis converts them to code points. Each label is written
as a type (`standoff.span.Actor`, `standoff.event.Consult`, `standoff.relation.Target`) with a
feature per attribute, so that INCEpTION shows it as a layer. Other types are read too: annotations
with a feature of links are events, those with Governor and Dependent relations, all others spans.
"""

from __future__ import annotations

import io
import json
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from keyword import iskeyword
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from ..annotation import brat
from ..annotation.model import Annotations, Span
from ..corpus.files import new_folder
from .documents import (
    Document,
    Reader,
    ReadError,
    flatten_meta,
    most_frequent_first,
    read_all,
    refuse,
    sort_documents,
    unflatten_meta,
)
from .untrusted import archive, as_utf8, files_in, parse_json, parse_xml, read_bytes

__all__ = ["from_uima_name", "read_cas", "to_uima_name", "write_cas"]

OWN = "standoff."
ANNOTATION, TOP = "uima.tcas.Annotation", "uima.cas.TOP"
STRING, STRINGS, ARRAY = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
RESERVED = set("begin end sofa ident fragments trigger roles Governor Dependent xmiID".split())
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
XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # w3.org/TR/xml/#charsets


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
    coded = re.sub(r"_(?=x[0-9A-F]+_)", "_x5F_", name)
    coded = re.sub(r"[^A-Za-z0-9_]", lambda match: f"_x{ord(match[0]):X}_", coded)
    taken = name in RESERVED or name in ("self", "type") or iskeyword(name)
    if taken or re.match(r"[0-9]|n_x|ref_|note_", name):
        coded = f"_x{ord(name[0]):X}_{coded[1:]}"
    return f"n{coded}" if coded.startswith("_") else coded


def from_uima_name(coded: str) -> str:
    """Return the name that `to_uima_name` was given."""
    coded = re.sub("^n_x", "_x", coded)
    return re.sub(r"_x([0-9A-F]+)_", lambda match: chr(int(match[1], 16)), coded)


# --- writing ---


def write_cas(documents: list[Document], destination: Path, form: str) -> list[str]:
    """Write `NAME.CODER.xmi` for every document and one TypeSystem.xml, or `NAME.CODER.json`, which
    holds its types (`form` is "xmi" or "json"), and return the losses.

    Lost are the ids of attributes, references and notes, and the order of lines. Raises `SeedError`
    if the package dkpro-cassis is missing, and for characters that XML cannot carry.
    """
    cassis = _import_cassis()
    if form == "xmi":
        _refuse_illegal_characters(documents)
    types = _create_types(cassis, documents)
    losses: Counter[str] = Counter()
    with new_folder(destination) as draft:
        for document in documents:
            cas = _to_cas(cassis, types, document)
            path = draft / f"{document.name}.{document.coder}.{form}"
            write = cas.to_xmi if form == "xmi" else cas.to_json
            write(path, pretty_print=True)
            losses += _losses(document.annotations)
        if form == "xmi":
            types.to_xml(draft / "TypeSystem.xml")
    return most_frequent_first(losses)


def _refuse_illegal_characters(documents: list[Document]) -> None:
    for document in documents:
        parts = [document.text, brat.write(document.annotations), str(flatten_meta(document.meta))]
        match = XML_ILLEGAL.search("".join(parts))
        if match:
            message = (
                f"holds U+{ord(match[0]):04X}, which XML cannot carry; expected another format "
                f"(cas-json, w3c, csv)"
            )
            raise refuse(document.name, 1, "E-export-characters", message)


def _losses(annotations: Annotations) -> Counter[str]:
    losses = {
        "ids of attributes (numbered anew)": len(annotations.attributes),
        "ids of references (numbered anew)": len(annotations.normalisations),
        "ids of notes (numbered anew)": len(annotations.notes),
        "orders of the lines of an .ann (by place now)": 1,
    }
    return +Counter(losses)


def _create_types(cassis: ModuleType, documents: list[Document]) -> Any:
    """Create the type system of some documents: a type per label, a feature per attribute."""
    features: dict[str, set[str]] = {"Meta": {"keys", "values"}}
    for document in documents:
        names = _type_names(document.annotations)
        for ident, name in names.items():
            features.setdefault(name, set()).update(OWN_FEATURES[ident[0]])
        for target, feature in _statements(document.annotations):
            features[names[target]].add(feature)
    types = cassis.TypeSystem()
    for name, words in features.items():
        kind, _, label = name.partition(".")
        new = types.create_type(f"{OWN}{name}", TOP if kind == "Meta" else ANNOTATION)
        if kind == "event":
            link = types.create_type(f"{OWN}event.{label}RolesLink", TOP)
            types.create_feature(link, "role", STRING)
            types.create_feature(link, "target", ANNOTATION)
            types.create_feature(new, "roles", ARRAY, elementType=link)
        elif kind == "relation":
            types.create_feature(new, "Governor", ANNOTATION)
            types.create_feature(new, "Dependent", ANNOTATION)
        for feature in sorted(words):
            several = kind == "Meta" or feature.startswith(LISTS)
            types.create_feature(new, feature, STRINGS if several else STRING)
    return types


def _type_names(annotations: Annotations) -> dict[str, str]:
    """Map the id of each span, event and relation to the name of its type."""
    names = {span.id: f"span.{to_uima_name(span.label)}" for span in annotations.spans}
    names |= {event.id: f"event.{to_uima_name(event.label)}" for event in annotations.events}
    return names | {
        relation.id: f"relation.{to_uima_name(relation.label)}"
        for relation in annotations.relations
    }


def _statements(annotations: Annotations) -> dict[tuple[str, str], list[str]]:
    """Map (id, feature) to the values of attributes, references and notes."""
    values = defaultdict(list)
    for attribute in annotations.attributes:
        values[attribute.target, to_uima_name(attribute.name)].append(attribute.value)
    for entry in annotations.normalisations:
        words = f"{entry.key} {entry.text}" if entry.text else entry.key
        values[entry.target, f"ref_{to_uima_name(entry.db)}"].append(words)
    for note in annotations.notes:
        values[note.target, f"note_{to_uima_name(note.kind)}"].append(note.text)
    return values


def _to_cas(cassis: ModuleType, types: Any, document: Document) -> Any:
    """Return a document as a CAS."""
    cas = cassis.Cas(types, sofa_string=document.text, sofa_mime="text/plain")
    annotations, built = document.annotations, {}
    spans = {span.id: span for span in annotations.spans}
    names = _type_names(annotations)
    pairs = [("name", document.name), ("coder", document.coder), *flatten_meta(document.meta)]
    strings, array = types.get_type(STRINGS), types.get_type(ARRAY)
    keys, values = (strings(elements=list(part)) for part in zip(*pairs, strict=True))
    cas.add(types.get_type(f"{OWN}Meta")(keys=keys, values=values))

    def build(ident: str, span: Span | None, **features: str) -> None:
        new = built[ident] = types.get_type(OWN + names[ident])(ident=ident, **features)
        if span:
            new.begin, new.end = span.start, span.end
        if span and len(span.fragments) > 1:
            new.fragments = ";".join(f"{start} {end}" for start, end in span.fragments)

    triggers = _mere_triggers(annotations)
    for span in annotations.spans:
        if span.id not in triggers:
            build(span.id, span)
    for event in annotations.events:
        build(event.id, spans[event.trigger], trigger=event.trigger)
    for item in annotations.relations:  # may join relations: all are built before any is joined
        build(item.id, None)
    for item in annotations.relations:
        relation, end = built[item.id], built[item.b]
        relation.Governor, relation.Dependent = built[item.a], end
        relation.begin, relation.end = end.begin, end.end
    for event in annotations.events:
        if event.roles:
            link = types.get_type(f"{OWN}{names[event.id]}RolesLink")
            links = [link(role=role, target=built[target]) for role, target in event.roles]
            built[event.id].roles = array(elements=links)
    for (ident, feature), words in _statements(annotations).items():
        several = feature.startswith(LISTS)
        setattr(built[ident], feature, strings(elements=words) if several else words[0])
    cas.add_all(built.values())
    return cas


def _mere_triggers(annotations: Annotations) -> set[str]:
    """Return spans that are only the trigger of one event of their label; the event's annotation
    stands for both."""
    labels = {span.id: span.label for span in annotations.spans}
    events = Counter(event.trigger for event in annotations.events)
    targets = {target for event in annotations.events for _, target in event.roles}
    targets |= {ident for item in annotations.relations for ident in (item.a, item.b)}
    targets |= {target for target, _ in _statements(annotations)}
    return {
        event.trigger
        for event in annotations.events
        if labels[event.trigger] == event.label
        and events[event.trigger] == 1
        and event.trigger not in targets
    }


# --- reading ---


def read_cas(source: Path, form: str) -> list[Document]:
    """Read every `.xmi` or `.json` (`form`) in a folder, a ZIP archive as INCEpTION exports it, or
    one file.

    The type system of an `.xmi` lies beside it as XML. Raises `SeedError` with everything that
    cannot be read, and if the package dkpro-cassis is missing.
    """
    cassis = _import_cassis()
    paths = files_in(source, lambda path: path.suffix in (f".{form}", ".xml", ".zip"))
    if source.suffix == ".xmi":
        paths += sorted(source.parent.glob("*.xml"))
    files = {name: data for path in paths for name, data in _unpack(str(path), read_bytes(path))}
    wanted = [name for name in files if name.endswith(f".{form}")]
    systems = _read_type_systems(cassis, files) if form == "xmi" else {}
    missing = f"holds no .{form} file; expected a CAS, a folder or a ZIP archive of them"
    documents = read_all(
        lambda name: _read_file(cassis, name, files[name], systems), wanted, source, missing
    )
    return sort_documents(documents)


def _unpack(name: str, data: bytes, depth: int = 2) -> Iterator[tuple[str, bytes]]:
    """Yield a file, or the files of an archive and of the archives in it."""
    if name.endswith(".zip") and depth:
        for inner, part in archive(data, name).items():
            yield from _unpack(f"{name}/{inner}", part, depth - 1)
    else:
        yield name, data


def _read_type_systems(cassis: ModuleType, files: dict[str, bytes]) -> dict[str, Any]:
    """Map each folder to the type system in it."""
    systems = {}
    for name, data in files.items():
        if name.endswith(".xml") and b"typeSystemDescription" in data:
            parse_xml(data, name)
            system = _call(name, cassis.load_typesystem, io.BytesIO(data))
            systems[str(PurePosixPath(name).parent)] = system
    return systems


def _call(name: str, function: Callable, *arguments: Any, **options: Any) -> Any:
    """Call a function of cassis; whatever it raises is a problem of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", "Not mapping external offset")
        try:
            return function(*arguments, **options)
        except Exception as error:
            message = f"is not a CAS that can be read; {type(error).__name__}: {error}"
            raise refuse(name, 1, "E-source-format", message) from error


def _read_file(cassis: ModuleType, name: str, data: bytes, systems: dict[str, Any]) -> Document:
    if name.endswith(".xmi"):
        parse_xml(data, name)
        system = systems.get(str(PurePosixPath(name).parent))
        cas = _call(name, cassis.load_cas_from_xmi, io.BytesIO(data), typesystem=system)
    else:
        source = _with_elements(parse_json(as_utf8(data, name), name), name)
        cas = _call(name, cassis.load_cas_from_json, source)
    view = next((cas.get_view(sofa.sofaID) for sofa in cas.sofas if sofa.sofaString), None)
    if view is None:
        message = "holds no text; expected a Sofa with a sofaString"
        raise refuse(name, 1, "E-source-text", message)
    reader = _CasReader(view.sofa_string, name)
    with reader.reading(1, "the CAS"):
        reader.add_all(view)
    return reader.document()


def _with_elements(value: Any, name: str) -> str:
    """Return a CAS in JSON whose empty arrays have elements: cassis writes them without, and
    cannot read them so."""
    structures = value.get("%FEATURE_STRUCTURES") if isinstance(value, dict) else None
    if isinstance(structures, dict):
        structures = list(structures.values())
    if not isinstance(structures, list) or not isinstance(value.get("%TYPES"), dict):
        message = "is not a CAS in JSON; expected an object with %TYPES and %FEATURE_STRUCTURES"
        raise refuse(name, 1, "E-source-format", message)
    for structure in structures:
        if isinstance(structure, dict) and str(structure.get("%TYPE")).endswith(("[]", "Array")):
            structure.setdefault("%ELEMENTS", [])
    return json.dumps(value)


class _CasReader(Reader):
    def __init__(self, raw: str, path: str):
        super().__init__(raw, path, path)
        self.meta: list[tuple[str, str]] = []

    def add_all(self, view: Any) -> None:
        """Build annotations from the feature structures of one view."""
        self.triggers: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()
        structures = sorted(view.select_all_fs(), key=_order)
        types = {structure.type.name for structure in structures}
        self.shorts = Counter(name.rpartition(".")[2] for name in types)
        marked = [structure for structure in structures if self._marks_text(structure)]
        for structure in marked:
            self._announce(structure)
        for structure in marked:
            self._add_joined(structure)
        for structure in marked:
            for feature in structure.type.all_features:
                self._add_feature(structure, feature.name)
        if self.left_out:
            kinds = ", ".join(most_frequent_first(self.left_out))
            self.remarks.append(f"left out, because they mark no text: {kinds}")

    def _marks_text(self, structure: Any) -> bool:
        """Whether a feature structure marks text; note what describes the whole document, and
        count what does neither."""
        name = structure.type.name
        if name == f"{OWN}Meta":
            keys, values = _elements(structure.keys), _elements(structure.values)
            self.meta += [(str(key), str(value)) for key, value in zip(keys, values, strict=False)]
        elif name in DOCUMENT:
            language = getattr(structure, "language", None)
            title = getattr(structure, "documentTitle", None)
            if isinstance(language, str) and language != "x-unspecified":
                self.meta.append(("language", language))
            if isinstance(title, str):
                self.meta.append(("name", title.removesuffix(".txt")))
        elif name.rpartition(".")[2] not in TECHNICAL and _has(structure, "begin", "end"):
            return True
        elif name != "uima.cas.Sofa" and not _has(structure, "target", "elements", how=any):
            self.left_out[name] += 1
        return False

    def _label(self, structure: Any) -> str:
        """Return the last part of a type's name, or all of it if two types end alike."""
        name = structure.type.name
        short = name.rpartition(".")[2]
        if name.startswith(OWN):
            return from_uima_name(short)
        return short if self.shorts[short] == 1 else name

    def _announce(self, structure: Any) -> None:
        """Build a span or the trigger of an event; give an event or a relation its id."""
        own = _own(structure, "ident")
        if _has(structure, "Governor", "Dependent"):
            self.ids[id(structure)] = self.builder.reserve("R", own)
            return
        own_fragments = re.findall(r"(\d{1,9}) (\d{1,9})", _own(structure, "fragments") or "")
        pairs = [(int(start), int(end)) for start, end in own_fragments]
        pairs = pairs or [(structure.begin, structure.end)]
        fragments = [self.places.fragment(start, end) for start, end in pairs]
        if not _is_event(structure):
            self.ids[id(structure)] = self.builder.span(self._label(structure), fragments, own)
            return
        trigger = _own(structure, "trigger")
        if trigger not in self.builder.used:
            trigger = self.builder.span(self._label(structure), fragments, trigger)
        ident = self.ids[id(structure)] = self.builder.reserve("E", own)
        self.triggers[ident] = trigger

    def _add_joined(self, structure: Any) -> None:
        """Build a relation, or an event with its roles, now that everything has its id."""
        ident, label = self.ids[id(structure)], self._label(structure)
        if ident[0] == "R":
            a, b = (self.ids.get(id(end)) for end in (structure.Governor, structure.Dependent))
            if not a or not b:
                message = f"{label} joins what marks no text; expected two annotations"
                raise ReadError("E-source-reference", message)
            self.builder.relation(label, a, b, ident)
        elif ident[0] == "E":
            roles = []
            for feature, links in _links(structure):
                for link in links:
                    target = self.ids.get(id(link.target))
                    if target:
                        roles.append((str(getattr(link, "role", None) or feature), target))
                    else:
                        self.remarks.append(
                            f"{ident} {label}: a role without an annotation is left out"
                        )
            self.builder.event(label, self.triggers[ident], roles, ident)

    def _add_feature(self, structure: Any, name: str) -> None:
        """Build an attribute, or, if the feature holds an annotation, a relation of its name."""
        if name in RESERVED or name in dict(_links(structure)):
            return
        ident, kind, plain = self.ids[id(structure)], "", name
        if structure.type.name.startswith(OWN):
            kind, plain = re.findall("^(ref_|note_|)(.*)$", name)[0]
            plain = from_uima_name(plain)
        for value in _elements(getattr(structure, name, None)):
            if id(value) in self.ids:
                self.builder.relation(name, ident, self.ids[id(value)])
            elif hasattr(value, "type"):
                self.left_out[f"{structure.type.name}.{name}"] += 1
            elif kind == "ref_":
                key, _, words = str(value).partition(" ")
                self.builder.reference(ident, plain, key, words)
            elif kind == "note_":
                self.builder.note(ident, plain, str(value))
            else:
                words = str(value).lower() if isinstance(value, bool) else str(value)
                self.builder.attribute(ident, plain, words)

    def document(self) -> Document:
        """Return the document, named by its meta or by its path: INCEpTION's projects hold
        annotation/TEXT/CODER.xmi and curation/TEXT/CURATION_USER.xmi."""
        known = dict(self.meta)
        name, coder = known.get("name"), known.get("coder")
        path = PurePosixPath(self.path)
        parts = [part for part in path.parts if not part.endswith(".zip")]
        folder = parts[-3] if len(parts) > 2 else ""
        if coder is None and folder in ("annotation", "curation"):
            name = parts[-2].removesuffix(".txt")
            coder = "gold" if folder == "curation" else path.stem
        meta = unflatten_meta(pair for pair in self.meta if pair[0] not in ("name", "coder"))
        return self.finish(name or path.stem, coder or "gold", meta)


def _order(structure: Any) -> tuple:
    """Sort this project's spans first, because its events name them; then by place."""
    name = structure.type.name
    begin, end = (getattr(structure, side, None) or 0 for side in ("begin", "end"))
    return not name.startswith(f"{OWN}span."), begin, -end, name, structure.xmiID or 0


def _has(structure: Any, *features: str, how: Callable = all) -> bool:
    return how(getattr(structure, feature, None) is not None for feature in features)


def _own(structure: Any, feature: str) -> str | None:
    """Return the words of a feature that only this project's types have."""
    value = getattr(structure, feature, None) if structure.type.name.startswith(OWN) else None
    return value if isinstance(value, str) else None


def _elements(value: Any) -> list:
    """Return the parts of a list, or a value as the only one; missing parts are left out."""
    parts = value.elements if hasattr(value, "elements") else [value]
    return [part for part in parts or () if part is not None]


def _is_event(structure: Any) -> bool:
    """Whether a type is an event of this project, or has a feature for links, as INCEpTION's do."""
    if structure.type.name.startswith(f"{OWN}event.") or _links(structure):
        return True
    elements = (feature.elementType for feature in structure.type.all_features)
    return any(str(getattr(kind, "name", kind)).endswith("Link") for kind in elements)


def _links(structure: Any) -> list[tuple[str, list]]:
    """Return (feature, links) of the features that hold links: feature structures with a
    target."""
    links = []
    for feature in structure.type.all_features:
        value = getattr(structure, feature.name, None)
        parts = _elements(value) if hasattr(value, "elements") else []
        if parts and all(hasattr(part, "type") and hasattr(part, "target") for part in parts):
            links.append((feature.name, parts))
    return links


def __dir__() -> list[str]:
    return __all__
