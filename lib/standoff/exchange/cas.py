"""UIMA CAS in XMI and JSON, as INCEpTION exports and imports it, by dkpro-cassis
(https://github.com/dkpro/dkpro-cassis), the extra `standoff[cas]`.

Offsets in these files are UTF-16 units; cassis counts code points inside. Written is a type for
every label (`standoff.span.Actor`,
`standoff.event.Consult`, `standoff.relation.Target`), with a feature for every attribute, so that
INCEpTION shows them as layers. Read are these and any
other types: annotations with a link feature are events, those with Governor and Dependent
relations, all others spans.
"""

from __future__ import annotations

import io
import json
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path, PurePosixPath

from ..corpus.files import whole
from .documents import (
    Builder,
    Document,
    Places,
    by_coder,
    counted,
    fit_for_xml,
    flat,
    gathered,
    refuse,
    stored,
    unflat,
)
from .untrusted import archive, as_utf8, files_in, parse_json, parse_xml, read_bytes

__all__ = ["read_cas", "write_cas"]

OWN = "standoff."
ANNOTATION, TOP, STRINGS, LINKS = (
    "uima.tcas.Annotation",
    "uima.cas.TOP",
    "uima.cas.StringArray",
    "uima.cas.FSArray",
)
BUILT_IN = {
    "begin",
    "end",
    "sofa",
    "ident",
    "fragments",
    "trigger",
    "roles",
    "Governor",
    "Dependent",
    "self",
    "type",
    "xmiID",
}
DOCUMENT = (
    "uima.tcas.DocumentAnnotation",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData",
)
TECHNICAL = ("CASMetadata", "TagsetDescription", "TagDescription")  # INCEpTION's own book-keeping


def _cassis():
    try:
        import cassis
    except ModuleNotFoundError as error:
        raise refuse(
            "cas",
            1,
            (
                "needs the package dkpro-cassis, which is not installed; expected it: pip "
                "install 'standoff[cas]'"
            ),
        ) from error
    return cassis


# --- names ---


def _coded(name: str) -> str:
    """A label or name as UIMA allows it: other signs than letters, digits and _ as _xHEX_, an n
    before one that would begin with _.

    >>> _coded("Form"), _coded("Attribution-no-source"), _coded("begin")
    ('Form', 'Attribution_x2D_no_x2D_source', 'n_x62_egin')
    """
    coded = re.sub(r"_(?=x[0-9A-F]+_)", "_x5F_", name)
    coded = re.sub(r"[^A-Za-z0-9_]", lambda match: f"_x{ord(match[0]):X}_", coded)
    if name in BUILT_IN or iskeyword(name) or re.match(r"[0-9]|n_x|ref_|note_", name):
        coded = f"_x{ord(name[0]):X}_{coded[1:]}"
    return f"n{coded}" if coded.startswith("_") else coded


def _plain(coded: str) -> str:
    """What `_coded` was made from."""
    coded = coded[1:] if coded.startswith("n_x") else coded
    return re.sub(r"_x([0-9A-F]+)_", lambda match: chr(int(match[1], 16)), coded)


# --- out ---


def write_cas(documents: list[Document], destination: Path, form: str) -> list[str]:
    """`NAME.CODER.xmi` for every document and one TypeSystem.xml, or `NAME.CODER.json`, which hold
    their type systems: `form` says which.

    Gives what is lost: ids of attributes, references and notes, lines. Raises `SeedError` where the
    package dkpro-cassis is missing.
    """
    cassis = _cassis()
    for document in documents if form == "xmi" else ():
        fit_for_xml(document)
    types = _types(cassis, documents)
    losses: Counter[str] = Counter()
    with whole(destination) as draft:
        for document in documents:
            cas = _Writer(cassis, types, document).cas
            path = draft / f"{document.name}.{document.coder}.{form}"
            cas.to_xmi(path, pretty_print=True) if form == "xmi" else cas.to_json(
                path, pretty_print=True
            )
            losses += _lost(document)
        if form == "xmi":
            types.to_xml(draft / "TypeSystem.xml")
    return counted(losses)


def _lost(document):
    """What a CAS does not say, for one document."""
    found = document.annotations
    parts = {
        "attributes": found.attributes,
        "references": found.normalisations,
        "notes": found.notes,
    }
    lost = Counter(
        {f"ids of {name} (numbered anew)": len(items) for name, items in parts.items() if items}
    )
    lost["orders of the lines of an .ann (by place now)"] = 1
    return lost + Counter(
        f"second values of {item.name}" for item, before in _repeated(found.attributes) if before
    )


def _repeated(attributes):
    """Each attribute with how often its name was given to its target before."""
    seen: Counter[tuple[str, str]] = Counter()
    for item in attributes:
        yield item, seen[(item.target, item.name)]
        seen[(item.target, item.name)] += 1


def _types(cassis, documents):
    """The type system that some documents need: a type a label, a feature an attribute."""
    types = cassis.TypeSystem()
    for name, features in _wanted(documents).items():
        kind, _, label = name.partition(".")
        made = types.create_type(f"{OWN}{name}", TOP if kind == "Meta" else ANNOTATION)
        links = None
        if kind == "event":
            links = types.create_type(f"{OWN}event.{label}RolesLink", TOP)
            types.create_feature(links, "role", "uima.cas.String")
            types.create_feature(links, "target", ANNOTATION)
            types.create_feature(made, "roles", LINKS, elementType=links)
        for feature in ("Governor", "Dependent") if kind == "relation" else ():
            types.create_feature(made, feature, ANNOTATION)
        for feature in sorted(features):
            several = feature.startswith(("ref_", "note_")) or kind == "Meta"
            types.create_feature(made, feature, STRINGS if several else "uima.cas.String")
    return types


def _wanted(documents):
    """Name of a type -> its features that hold words."""
    wanted: dict[str, set[str]] = {"Meta": {"keys", "values"}}
    for document in documents:
        found = document.annotations
        name = {span.id: f"span.{_coded(span.label)}" for span in found.spans}
        name |= {event.id: f"event.{_coded(event.label)}" for event in found.events}
        name |= {item.id: f"relation.{_coded(item.label)}" for item in found.relations}
        for ident, key in name.items():
            wanted.setdefault(key, {"ident"}).update(
                ["fragments"]
                if ident[0] == "T"
                else ["fragments", "trigger"]
                if ident[0] == "E"
                else []
            )
        for target, feature in _statements(found):
            wanted[name[target]].add(feature)
    return wanted


def _statements(found) -> Iterator[tuple[str, str]]:
    """(id, feature) of everything that is said of something."""
    yield from ((item.target, _coded(item.name)) for item in found.attributes)
    yield from ((item.target, f"ref_{_coded(item.db)}") for item in found.normalisations)
    yield from ((item.target, f"note_{_coded(item.kind)}") for item in found.notes)


class _Writer:
    """One document as a CAS."""

    def __init__(self, cassis, types, document):
        self.types, self.found = types, document.annotations
        self.cas = cassis.Cas(typesystem=types)
        self.cas.sofa_string, self.cas.sofa_mime = document.text, "text/plain"
        self.spans = {span.id: span for span in self.found.spans}
        self.made: dict[str, object] = {}
        self._meta(document)
        folded = self._folded()
        for span in self.found.spans:
            if span.id not in folded:
                self._annotation(span.id, f"span.{_coded(span.label)}", span)
        for event in self.found.events:
            made = self._annotation(
                event.id, f"event.{_coded(event.label)}", self.spans[event.trigger]
            )
            made.trigger = event.trigger
        self._relations()
        self._roles()
        self._said()
        self.cas.add_all(self.made.values())

    def _meta(self, document):
        pairs = [("name", document.name), ("coder", document.coder), *flat(document.meta)]
        keys, values = (
            self.types.get_type(STRINGS)(elements=list(part)) for part in zip(*pairs, strict=True)
        )
        self.cas.add(self.types.get_type(f"{OWN}Meta")(keys=keys, values=values))

    def _folded(self):
        """Triggers that are nothing but the trigger of one event of their label: the event's
        annotation stands for both."""
        times = Counter(event.trigger for event in self.found.events)
        label = {event.trigger: event.label for event in self.found.events}
        named = {target for event in self.found.events for _, target in event.roles}
        named |= {ident for item in self.found.relations for ident in (item.a, item.b)} | {
            target for target, _ in _statements(self.found)
        }
        return {
            ident
            for ident, count in times.items()
            if count == 1 and ident not in named and self.spans[ident].label == label[ident]
        }

    def _annotation(self, ident, name, span):
        made = self.types.get_type(f"{OWN}{name}")(begin=span.start, end=span.end, ident=ident)
        if len(span.fragments) > 1:
            made.fragments = ";".join(f"{start} {end}" for start, end in span.fragments)
        self.made[ident] = made
        return made

    def _relations(self):
        """Relations, which may join relations: all are made before any is joined."""
        for item in self.found.relations:
            self.made[item.id] = self.types.get_type(f"{OWN}relation.{_coded(item.label)}")(
                begin=0, end=0, ident=item.id
            )
        for item in self.found.relations:
            made, one, other = self.made[item.id], self.made[item.a], self.made[item.b]
            made.Governor, made.Dependent, made.begin, made.end = one, other, other.begin, other.end

    def _roles(self):
        array = self.types.get_type(LINKS)
        for event in (event for event in self.found.events if event.roles):
            link = self.types.get_type(f"{OWN}event.{_coded(event.label)}RolesLink")
            self.made[event.id].roles = array(
                elements=[link(role=role, target=self.made[target]) for role, target in event.roles]
            )

    def _said(self):
        """Attributes as features; references and notes, of which there may be several, as lists."""
        lists = defaultdict(list)
        for item, before in _repeated(self.found.attributes):
            if not before:
                setattr(self.made[item.target], _coded(item.name), item.value)
        for item in self.found.normalisations:
            lists[(item.target, f"ref_{_coded(item.db)}")].append(
                f"{item.key} {item.text}" if item.text else item.key
            )
        for item in self.found.notes:
            lists[(item.target, f"note_{_coded(item.kind)}")].append(item.text)
        for (ident, feature), values in lists.items():
            setattr(self.made[ident], feature, self.types.get_type(STRINGS)(elements=values))


# --- in ---


def read_cas(source: Path, form: str) -> list[Document]:
    """Documents of every `.xmi` or `.json`, as `form` says, in a folder, a ZIP archive (INCEpTION's
    exports are such) or one file.

    Type systems of `.xmi` lie beside them as XML. Raises `SeedError` with everything that cannot be
    read, and where the package dkpro-cassis is missing.
    """
    cassis, suffix = _cassis(), f".{form}"
    members = dict(_members(source))
    files = {name: data for name, data in members.items() if name.endswith(suffix)}
    systems = _systems(cassis, members) if suffix == ".xmi" else {}
    nothing = refuse(
        source, 1, f"holds no {suffix} file; expected a CAS, a folder or a ZIP archive of them"
    )
    return by_coder(
        gathered(
            lambda file: _documents(cassis, *file, suffix, systems), list(files.items()), nothing
        )
    )


def _members(source) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files in a folder or an archive, with those of archives in it, or of one
    file and the XML beside it."""
    if source.is_dir():
        paths = files_in(source, lambda path: path.suffix in (".xmi", ".json", ".xml", ".zip"))
    else:
        paths = [
            source,
            *(
                files_in(
                    source.parent,
                    lambda path: path.suffix == ".xml" and path.parent == source.parent,
                )
                if source.suffix == ".xmi"
                else []
            ),
        ]
    for path in paths:
        data = read_bytes(path)
        if path.suffix != ".zip":
            yield path.as_posix(), data
            continue
        for name, part in archive(data, path).items():
            within = archive(part, f"{path}:{name}") if name.endswith(".zip") else {"": part}
            yield from (
                (f"{path}:{name}{'/' if inner else ''}{inner}", content)
                for inner, content in within.items()
            )


def _systems(cassis, members):
    """Folder -> the type system that lies in it."""
    found = {}
    for name, data in members.items():
        if name.endswith(".xml") and b"typeSystemDescription" in data:
            parse_xml(data, name)
            system = _trying(name, cassis.load_typesystem, io.BytesIO(data))
            folder = str(PurePosixPath(name).parent)
            found[folder] = (
                _trying(name, cassis.merge_typesystems, found[folder], system)
                if folder in found
                else system
            )
    return found


def _trying(name, call, *given, said=None, **named):
    """What a function of cassis gives; whatever it stumbles over is wrong with the file."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            result = call(*given, **named)
        except Exception as error:
            raise refuse(
                name, 1, f"is no CAS that can be read: {type(error).__name__}: {error}"
            ) from error
    for warning in heard:
        if "Not mapping external offset" in str(warning.message):
            raise refuse(name, 1, f"holds an offset that no character begins at: {warning.message}")
        if said is not None:
            said.append(str(warning.message))
    return result


def _documents(cassis, name, data, suffix, systems):
    said: list[str] = []
    if suffix == ".xmi":
        parse_xml(data, name)
        above = [str(folder) for folder in PurePosixPath(name).parents]
        system = next((systems[folder] for folder in above if folder in systems), None)
        cas = _trying(
            name, cassis.load_cas_from_xmi, io.BytesIO(data), typesystem=system, said=said
        )
    else:
        cas = _trying(
            name,
            cassis.load_cas_from_json,
            _with_elements(parse_json(as_utf8(data, name), name), name),
            said=said,
        )
    views = [cas.get_view(sofa.sofaID) for sofa in cas.sofas if sofa.sofaString]
    if not views:
        raise refuse(name, 1, "holds no text; expected a Sofa with a sofaString")
    return [
        _Reader(view, name, view.get_sofa().sofaID if len(views) > 1 else "", list(said)).document()
        for view in views
    ]


def _with_elements(value, name):
    """A CAS in JSON whose empty arrays say that they hold nothing: cassis writes them without, and
    cannot read them so."""
    found = value.get("%FEATURE_STRUCTURES") if isinstance(value, dict) else None
    if not isinstance(found, list | dict) or not isinstance(value.get("%TYPES"), dict):
        raise refuse(
            name, 1, "is no CAS in JSON; expected an object with %TYPES and %FEATURE_STRUCTURES"
        )
    for fs in found if isinstance(found, list) else found.values():
        if isinstance(fs, dict) and str(fs.get("%TYPE")).endswith(("[]", "Array")):
            fs.setdefault("%ELEMENTS", [])
    return json.dumps(value)


class _Reader:
    """One view of a CAS as a document."""

    def __init__(self, view, name, sofa, said):
        self.view, self.name, self.sofa, self.said = view, name, sofa, said
        self.text = stored(view.sofa_string, name, said)
        self.places = Places(view.sofa_string)
        self.built = Builder(self.text, said)
        self.ids: dict[int, str] = {}  # of feature structures -> id of a span, event or relation
        self.triggers: dict[str, str] = {}
        self.left: Counter[str] = Counter()
        self.meta: list[tuple[str, str]] = []

    def document(self) -> Document:
        everything = sorted(self.view.select_all_fs(), key=_order)
        shorts = Counter(name.rpartition(".")[2] for name in {fs.type.name for fs in everything})
        self.label = {fs.type.name: _label(fs.type.name, shorts) for fs in everything}
        marked = [fs for fs in everything if self._marks(fs)]
        for fs in marked:
            if _is_relation(fs):
                self.ids[id(fs)] = self.built.reserve("R", _own(fs, "ident"))
            else:
                self._span(fs)
        for fs in marked:
            self._joined(fs)
        for fs in marked:
            for feature in fs.type.all_features:
                self._feature(fs, feature.name, getattr(fs, feature.name, None))
        if self.left:
            self.said.append(f"left out, for they mark no text: {', '.join(counted(self.left))}")
        return self._finished()

    def _marks(self, fs):
        """Whether something marks text. What it says of the whole is noted; what is neither is
        counted."""
        name = fs.type.name
        if name == f"{OWN}Meta":
            self.meta += [
                pair
                for pair in zip(
                    *(_elements(getattr(fs, part, None)) for part in ("keys", "values")),
                    strict=False,
                )
                if all(isinstance(part, str) for part in pair)
            ]
        elif name in DOCUMENT:
            self._of_document(fs)
        elif (
            name.rpartition(".")[2] in TECHNICAL
            or getattr(fs, "begin", None) is None
            or getattr(fs, "end", None) is None
        ):
            if (
                name != "uima.cas.Sofa"
                and not hasattr(fs, "target")
                and not hasattr(fs, "elements")
            ):
                self.left[name] += 1
        else:
            return True
        return False

    def _of_document(self, fs):
        if (
            isinstance(language := getattr(fs, "language", None), str)
            and language != "x-unspecified"
        ):
            self.meta.append(("language", language))
        if isinstance(title := getattr(fs, "documentTitle", None), str):
            self.meta.append(("name", title.removesuffix(".txt")))

    def _span(self, fs):
        """A span, or the trigger of an event."""
        if not isinstance(fs.begin, int) or not isinstance(fs.end, int):
            raise refuse(
                self.name,
                1,
                f"{fs.type.name} {fs.xmiID} begins or ends at what is no number; expected offsets",
            )
        fragments = [(fs.begin, fs.end)]
        if own := _own(fs, "fragments"):
            fragments = [(int(a), int(b)) for a, b in re.findall(r"(\d{1,9}) (\d{1,9})", own)]
        try:
            fragments = [(self.places(start), self.places(end)) for start, end in fragments]
        except ValueError as error:
            raise refuse(self.name, 1, f"{fs.type.name} {fs.xmiID}: {error}") from error
        label, ident = self.label[fs.type.name], _own(fs, "ident")
        if not _is_event(fs):
            self.ids[id(fs)] = self.built.span(label, fragments, ident)
            return
        trigger = _own(fs, "trigger")
        if trigger is None or trigger not in self.built.used:
            trigger = self.built.span(label, fragments, trigger)
        self.ids[id(fs)] = self.built.reserve("E", ident)
        self.triggers[self.ids[id(fs)]] = trigger

    def _joined(self, fs):
        """A relation, or the event with its roles, now that everything has its id."""
        ident, label = self.ids[id(fs)], self.label[fs.type.name]
        if ident[0] == "R":
            one, other = (self.ids.get(id(end)) for end in (fs.Governor, fs.Dependent))
            if one is None or other is None:
                raise refuse(
                    self.name,
                    1,
                    f"{fs.type.name} {fs.xmiID} joins what marks no text; expected two annotations",
                )
            self.built.relation(label, one, other, ident)
        elif ident[0] == "E":
            roles = [
                (str(getattr(link, "role", None) or feature), self.ids.get(id(link.target)))
                for feature, links in _links(fs)
                for link in links
            ]
            if None in (target for _, target in roles):
                self.said.append(f"{ident} {label}: a role without an annotation is left out")
            self.built.event(
                label,
                self.triggers[ident],
                [(role, target) for role, target in roles if target],
                ident,
            )

    def _feature(self, fs, name, value):
        """What a feature says: an attribute, or, where it holds an annotation, a relation of the
        feature's name."""
        if (
            value is None
            or name in BUILT_IN - {"type", "self"}
            or name in {feature for feature, _ in _links(fs)}
        ):
            return
        ident, own = self.ids[id(fs)], fs.type.name.startswith(OWN)
        for part in _elements(value):
            if own and name.startswith("ref_") and isinstance(part, str):
                key, _, words = part.partition(" ")
                self.built.reference(ident, _plain(name.removeprefix("ref_")), key, words)
            elif own and name.startswith("note_") and isinstance(part, str):
                self.built.note(ident, _plain(name.removeprefix("note_")), part)
            elif not hasattr(part, "type"):
                words = str(part).lower() if isinstance(part, bool) else str(part)
                self.built.attribute(ident, _plain(name) if own else name, words)
            elif id(part) in self.ids:
                self.built.relation(name, ident, self.ids[id(part)])
            else:
                self.left[f"{fs.type.name}.{name}"] += 1

    def _finished(self):
        known = dict(self.meta)
        name, coder = known.get("name"), known.get("coder")
        parts = [
            part
            for part in PurePosixPath(self.name.replace(":", "/")).parts
            if not part.endswith(".zip")
        ]
        stem = PurePosixPath(parts[-1]).stem
        if (
            coder is None and len(parts) > 2 and parts[-3] in ("annotation", "curation")
        ):  # INCEpTION's projects: annotation/TEXT/CODER.xmi
            name, coder = (
                parts[-2].removesuffix(".txt"),
                "gold" if parts[-3] == "curation" else stem,
            )
        name = (name or stem) + (f"-{self.sofa}" if self.sofa else "")
        meta = unflat(pair for pair in self.meta if pair[0] not in ("name", "coder"))
        return Document(name, self.text, coder or "gold", self.built.found, meta, self.said)


def _order(fs):
    """This project's spans first, for its events name them; then by place."""
    begin, end = (
        at if isinstance(at := getattr(fs, side, None), int) else 0 for side in ("begin", "end")
    )
    return not fs.type.name.startswith(f"{OWN}span."), begin, -end, fs.type.name, fs.xmiID or 0


def _label(name, shorts):
    """The label of a type: its last part, or all of it where two types end alike."""
    if name.startswith(OWN):
        return _plain(name.rpartition(".")[2])
    short = name.rpartition(".")[2]
    return short if shorts[short] == 1 else name


def _own(fs, feature):
    """The words of a feature that only this project's types have."""
    value = getattr(fs, feature, None) if fs.type.name.startswith(OWN) else None
    return value if isinstance(value, str) else None


def _elements(value):
    """The parts of a list, or a value as the only one; nothing of what is missing."""
    parts = value.elements if hasattr(value, "elements") else [value]
    return [part for part in (parts if isinstance(parts, list | tuple) else ()) if part is not None]


def _is_relation(fs):
    return hasattr(fs, "Governor") and hasattr(fs, "Dependent")


def _is_event(fs):
    return (
        fs.type.name.startswith(f"{OWN}event.")
        or any(_links_to(feature) for feature in fs.type.all_features)
        or bool(_links(fs))
    )


def _links_to(feature):
    """Whether a feature is declared as a list of links, as INCEpTION's are."""
    element = getattr(feature.elementType, "name", feature.elementType)
    return bool(element) and str(element).endswith("Link")


def _links(fs):
    """(feature, its links) of the features that hold links: feature structures with a target."""
    found = []
    for feature in fs.type.all_features:
        value = getattr(fs, feature.name, None)
        parts = _elements(value) if hasattr(value, "elements") else []
        if parts and all(hasattr(part, "type") and hasattr(part, "target") for part in parts):
            found.append((feature.name, parts))
    return found
