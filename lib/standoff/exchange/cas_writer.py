"""Writes UIMA CAS in XMI and JSON, as INCEpTION imports it, with dkpro-cassis.

Each label is written as a type (`standoff.span.Actor`, `standoff.event.Consult`,
`standoff.relation.Target`) with a feature per attribute, so that INCEpTION shows it as a layer.
cassis converts offsets to UTF-16 units.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from keyword import kwlist
from pathlib import Path
from types import ModuleType
from typing import Any

from ..annotation.model import Annotations, Span
from ..annotation.problems import refuse
from ..corpus.safe_writing import new_folder
from .cas import EVENT, META, OWN, RESERVED, import_cassis
from .documents import Document, flatten_meta, most_frequent_first

__all__ = ["to_uima_name", "write_cas"]

ANNOTATION, TOP = "uima.tcas.Annotation", "uima.cas.TOP"
STRING, STRINGS, ARRAY = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
TAKEN = RESERVED | {"self", "type"} | set(kwlist)  # by cassis and by Python
SPECIAL = r"[^A-Za-z0-9_]|_(?=x[0-9A-F]+_)|^(?:[0-9]|n(?=_x|ote_)|r(?=ef_))"
OWN_FEATURES = {  # first letter of an id -> features with words, besides attributes
    "T": ("ident", "fragments"),
    "E": ("ident", "fragments", "trigger"),
    "R": ("ident",),
}
LISTS = ("ref_", "note_")  # begin the features for references and notes


def to_uima_name(name: str) -> str:
    """Return a label or name as UIMA allows it: characters other than letters, digits and _ become
    _xHEX_; an n goes before a name that would begin with _.

    >>> to_uima_name("Form"), to_uima_name("Attribution-no-source"), to_uima_name("begin")
    ('Form', 'Attribution_x2D_no_x2D_source', 'n_x62_egin')
    """
    special = "^." if name in TAKEN else SPECIAL
    coded = re.sub(special, lambda match: f"_x{ord(match[0]):X}_", name)
    return f"n{coded}" if coded.startswith("_") else coded


def write_cas(documents: list[Document], destination: Path, form: str) -> list[str]:
    """Write `NAME.CODER.xmi` for every document and one TypeSystem.xml, or `NAME.CODER.json`, which
    holds its types (`form` is "xmi" or "json"), and return the losses.

    The ids of attributes, references and notes and the order of lines are lost. Raises `SeedError`
    if the package dkpro-cassis is missing, and for characters that XML cannot carry.
    """
    cassis = import_cassis()
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
    """Return the ids of spans that are nothing but the trigger of one event of their label; one
    annotation is written for both."""
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
