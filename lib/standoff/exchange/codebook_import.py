"""Extends a codebook and registries by everything that imported annotations use, so that nothing is
left out because the standard ones do not know it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tomlkit

from ..annotation.codebook import CHRONOLOGY, TEMPORAL, Codebook
from ..annotation.codebook_checks import properties
from ..annotation.model import Annotations, Event, Span, unnumbered
from ..annotation.origin import ORIGIN, ORIGINS
from ..annotation.registries import UNKNOWN
from .documents import Document
from .repairs import IMPORTED, stacked_labels

__all__ = ["as_toml", "book_of", "extend_codebook", "extend_registries", "new_entries"]

NEW = {"layer": "imported", "definition": "Imported; to be defined."}
NEW_LAYER = "Imported: what came with the annotation and the codebook did not know"
NEW_CHRONOLOGY = "Chronology: what happened when"
NEW_TRACK = {"host": "none", "aim": UNKNOWN, "members": [], "period": UNKNOWN, "fate": {}}
NAMES_SHOWN = 12  # names in a remark
PARTS = ("labels", "attributes", "relations")


def extend_codebook(
    data: dict[str, Any],
    codings: Iterable[Annotations],
    definitions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the contents of a `codebook.toml` with every label, attribute, value, role, relation
    and collection that codings use in addition, and with labels that only `definitions` has.

    What the codebook requires of its labels and the codings lack is no longer required.
    """
    data, codings = copy.deepcopy(data), list(codings)
    for step in (_add_labels, _add_uses, _drop_requirements):
        for coding in codings:
            step(data, coding)
    for label, definition in (definitions or {}).items():
        renamed = f"{IMPORTED}{label}"
        name = renamed if renamed in data["labels"] else label
        rules = data["labels"].setdefault(name, NEW | {"kind": "span"})
        if rules["layer"] == NEW["layer"] and definition:
            rules["definition"] = definition
    if any(rules["layer"] == NEW["layer"] for part in PARTS for rules in data[part].values()):
        data["layers"].setdefault(NEW["layer"], NEW_LAYER)
    for label in stacked_labels(codings):
        data["labels"][label]["stacked"] = True  # spans that their values tell apart
    return data


def book_of(data: dict[str, Any]) -> Codebook:
    """Return the codebook that the contents of a `codebook.toml` make."""
    return Codebook(data["labels"], data["attributes"], data["relations"], data["layers"], "")


def _add_labels(data: dict[str, Any], coding: Annotations) -> None:
    labels = data["labels"]
    for event in coding.events:
        rules = labels.setdefault(event.label, dict(NEW))
        rules["kind"] = "event"
        rules.setdefault("roles", {})
    for span in coding.spans:
        labels.setdefault(span.label, NEW | {"kind": "span"})


def _add_uses(data: dict[str, Any], coding: Annotations) -> None:
    """Allow each attribute on its label, each value, role, relation and collection."""
    labels = {item.id: item.label for item in _labelled(coding)}
    book = book_of(data)

    def allow(names: list[str], ident: str) -> None:
        label = labels.get(ident)
        if label is not None and not book.fits(label, names):
            names.append(label)

    for attribute in coding.attributes:
        if attribute.name == ORIGIN and attribute.value in ORIGINS:
            continue  # built in
        rules = data["attributes"].setdefault(attribute.name, NEW | {"on": [], "values": {}})
        allow(rules["on"], attribute.target)
        if "registry" not in rules and attribute.value not in rules["values"]:
            if isinstance(rules["values"], dict):
                rules["values"][attribute.value] = NEW["definition"]
            else:
                rules["values"].append(attribute.value)
    for event in coding.events:
        roles = data["labels"][event.label]["roles"]
        for role, target in event.roles:
            allow(roles.setdefault(unnumbered(role), []), target)
    for relation in coding.relations:
        new: dict[str, Any] = NEW | {"a": [], "b": []}
        if relation.label in TEMPORAL:
            new["layer"] = CHRONOLOGY
            data["layers"].setdefault(CHRONOLOGY, NEW_CHRONOLOGY)
        rules = data["relations"].setdefault(relation.label, new)
        allow(rules["a"], relation.a)
        allow(rules["b"], relation.b)
    for reference in coding.normalisations:
        rules = data["labels"].get(labels.get(reference.target), {})
        if reference.db not in (rules.get("registry"), *rules.get("collections", ())):
            rules.setdefault("collections", []).append(reference.db)


def _labelled(coding: Annotations) -> list[Span | Event]:
    return [*coding.spans, *coding.events]


def _drop_requirements(data: dict[str, Any], coding: Annotations) -> None:
    """No longer require what these codings lack."""
    present, needed = properties(coding), book_of(data).needed
    triggers = {event.trigger for event in coding.events}
    for item in _labelled(coding):
        for name in needed.get(item.label, ()):
            if item.id not in triggers and (item.id, name) not in present:
                for part in ("attributes", "relations"):
                    data[part].get(name, {}).pop("required", None)
                if name.startswith("reference to "):
                    data["labels"][item.label].pop("reference", None)
    for event in coding.events:
        rules, roles = data["labels"][event.label], {unnumbered(role) for role, _ in event.roles}
        if "needs" in rules:
            rules["needs"] = [role for role in rules["needs"] if role in roles]


def extend_registries(
    actors: dict[str, Any], tracks: dict[str, Any], documents: Iterable[Document]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return actors and tracks with those that documents describe, and an entry for each that they
    refer to in addition; nothing but its name is known."""
    actors, tracks = dict(actors), dict(tracks)
    for document in documents:
        coding = document.annotations
        for ident, entry in document.actors.items():
            actors[ident] = {**actors.get(ident, {}), **entry}
        forms = {(item.target, item.value) for item in coding.attributes_named("Form")}
        for reference in coding.normalisations:
            if reference.db == "actors" and reference.key not in actors:
                actors[reference.key] = {
                    "name": reference.text or reference.key,
                    "kind": UNKNOWN,
                    "country": UNKNOWN,
                    "named": (reference.target, "name") in forms,
                }
        for attribute in coding.attributes_named("Track"):
            name = {"name": attribute.value}
            tracks.setdefault(attribute.value, name | copy.deepcopy(NEW_TRACK))
    return actors, tracks


def new_entries(before: Sequence[dict], after: Sequence[dict]) -> list[str]:
    """Return remarks that name what codebook and registries hold in addition, and where."""
    (old, *registries), (new, *extended) = before, after
    names = {part: [name for name in new[part] if name not in old[part]] for part in PARTS}
    remarks = []
    if any(names.values()):
        listed = "; ".join(f"{part} {_few(found)}" for part, found in names.items() if found)
        remarks.append(
            f"not in the codebook: {listed}; they are in its layer imported now (relations in time "
            f"in chronology), to be defined; --like takes the codebook of another project"
        )
    for registry, entries, known in zip(("actors", "tracks"), registries, extended, strict=True):
        if found := [ident for ident in known if ident not in entries]:
            remarks.append(
                f"not in {registry}.toml: {_few(found)}; added with what the source says of them, "
                f'the rest is "unknown"'
            )
    return remarks


def _few(names: list[str]) -> str:
    """Return names for a message: the first ones, and how many there are besides."""
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def as_toml(data: dict[str, Any], head: str = "") -> str:
    """Return nested tables as TOML, below a comment."""
    comment = "".join(f"# {line}\n" for line in head.splitlines() if line)
    return f"{comment}\n{tomlkit.dumps(data)}"
