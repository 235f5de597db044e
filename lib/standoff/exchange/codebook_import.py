"""A codebook and registries that take what an import brings: nothing is left out because the
standard ones do not know it."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from ..annotation.brat import Annotations, unnumbered
from ..annotation.codebook import Codebook
from ..annotation.codebook_checks import properties
from ..annotation.toml_files import key, toml

__all__ = ["as_toml", "extended", "with_entries"]

LAYER = "imported"
UNDEFINED = "Imported; to be defined."


def extended(data: dict, codings: Iterable[Annotations]) -> dict:
    """The contents of a `codebook.toml` with every label, attribute, value, role, relation and
    collection that some codings use besides.

    What the standard codebook asks of its labels and the codings do not have is asked no longer.
    """
    data, codings = copy.deepcopy(data), list(codings)
    for found in codings:
        _labels(data, found)
    for found in codings:
        _uses(data, found)
    for found in codings:
        _relaxed(data, found)
    if any(
        rules.get("layer") == LAYER
        for part in ("labels", "attributes", "relations")
        for rules in data[part].values()
    ):
        data["layers"].setdefault(
            LAYER, "Imported: what came with the annotation and the codebook did not know"
        )
    if "Quoted" in data["labels"]:
        data["labels"]["Quoted"]["exhaustive"] = (
            False  # nobody has looked for every pair of quotation marks
        )
    return data


def _labels(data, found):
    events = {event.label for event in found.events}
    for item in (*found.events, *found.spans):
        kind = {"kind": "event", "roles": {}} if item.label in events else {"kind": "span"}
        rules = data["labels"].setdefault(
            item.label, {"layer": LAYER, "definition": UNDEFINED, **kind}
        )
        if item.label in events:
            rules["kind"] = "event"
            rules.setdefault("roles", {})


def _uses(data, found):
    """Make room for each use: attributes on labels, values, roles, relations, collections."""
    label = {item.id: item.label for item in (*found.spans, *found.events)}
    book = Codebook(data["labels"], data["attributes"], data["relations"], data["layers"], "")
    for item in found.attributes:
        rules = data["attributes"].setdefault(
            item.name, {"layer": LAYER, "definition": UNDEFINED, "on": [], "values": {}}
        )
        _allow(book, rules["on"], label.get(item.target))
        if "registry" not in rules:
            _allow_value(rules["values"], item.value)
    for event in found.events:
        for role, target in event.roles:
            _allow(
                book,
                data["labels"][event.label]["roles"].setdefault(unnumbered(role), []),
                label.get(target),
            )
    for item in found.relations:
        rules = data["relations"].setdefault(
            item.label, {"layer": LAYER, "definition": UNDEFINED, "a": [], "b": []}
        )
        _allow(book, rules["a"], label.get(item.a))
        _allow(book, rules["b"], label.get(item.b))
    for item in found.normalisations:
        rules = data["labels"].get(label.get(item.target, ""), {})
        if item.db not in (rules.get("registry"), *rules.get("collections", ())):
            rules.setdefault("collections", []).append(item.db)


def _allow_value(values, value):
    """Add a value to those of an attribute, which are a table with their meanings or a list."""
    if isinstance(values, dict):
        values.setdefault(value, UNDEFINED)
    elif value not in values:
        values.append(value)


def _allow(book, names, label):
    if label is not None and book.names(label).isdisjoint(names):
        names.append(label)


def _relaxed(data, found):
    """Ask no longer for what these annotations do not have."""
    book = Codebook(data["labels"], data["attributes"], data["relations"], data["layers"], "")
    have, triggers, needed = (
        properties(found),
        {event.trigger for event in found.events},
        book.needed,
    )
    for item in (*found.spans, *found.events):
        for name in needed.get(item.label, ()) if item.id not in triggers else ():
            if (item.id, name) not in have:
                (data["attributes"].get(name) or data["relations"].get(name) or {}).pop(
                    "required", None
                )
                if name.startswith("reference to "):
                    data["labels"][item.label].pop("reference", None)
    for event in found.events:
        filled = {unnumbered(role) for role, _ in event.roles}
        rules = data["labels"][event.label]
        if "needs" in rules:
            rules["needs"] = [role for role in rules["needs"] if role in filled]


def with_entries(actors: dict, tracks: dict, codings: Iterable[Annotations]) -> tuple[dict, dict]:
    """Registries with an entry for every actor and track that some codings refer to and that is not
    there: its name, and nothing else known."""
    actors, tracks = dict(actors), dict(tracks)
    for found in codings:
        named = {
            item.target for item in found.attributes if (item.name, item.value) == ("Form", "name")
        }
        for item in found.normalisations:
            if item.db == "actors" and item.key not in actors:
                actors[item.key] = {
                    "name": item.text or item.key,
                    "kind": "unknown",
                    "country": "unknown",
                    "named": item.target in named,
                }
        for item in found.attributes:
            if item.name == "Track" and item.value not in tracks:
                tracks[item.value] = {
                    "name": item.value,
                    "host": "none",
                    "aim": "unknown",
                    "members": [],
                    "period": "unknown",
                    "fate": {},
                }
    return actors, tracks


def as_toml(data: dict, head: str = "") -> str:
    """Nested tables as TOML: plain values first, a heading for every table of tables, the tables
    inside it on one line each."""
    lines = [f"# {line}" for line in head.split("\n") if line]
    lines += [
        f"{key(name)} = {toml(value)}"
        for name, value in data.items()
        if not isinstance(value, dict)
    ]
    for name, part in data.items():
        if (
            isinstance(part, dict)
            and all(isinstance(entry, dict) for entry in part.values())
            and part
        ):
            for entry_name, entry in part.items():
                lines += [
                    "",
                    f"[{key(name)}.{key(entry_name)}]",
                    *(f"{key(k)} = {toml(v)}" for k, v in entry.items()),
                ]
        elif isinstance(part, dict):
            lines += ["", f"[{key(name)}]", *(f"{key(k)} = {toml(v)}" for k, v in part.items())]
    return "\n".join(lines) + "\n"
