"""Labels and rules from `codebook.toml`, and whether an annotation keeps them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from .brat import Annotations, Attribute, Problem, Relation, unnumbered
from .columns import columns
from .spans import Spans
from .suggest import suggest
from .toml_files import EITHER, LISTS, Lines, misshapen, read_toml, tables

__all__ = ["CHRONOLOGY", "TEMPORAL", "Codebook", "given"]

SHAPES = {  # of the entries of a part: the keys that each needs, and those that it may have
    "labels": (
        {"layer": str, "kind": str},
        {
            "group": str,
            "roles": LISTS,
            "needs": list,
            "registry": str,
            "collections": list,
            "reference": bool,
            "exhaustive": bool,
        },
    ),
    "attributes": (
        {"layer": str, "on": list},
        {"values": EITHER, "registry": str, "required": bool},
    ),
    "relations": ({"layer": str, "a": list, "b": list}, {"required": bool}),
}
REGISTRIES = ("actors", "tracks")
CHRONOLOGY = "chronology"
TEMPORAL = (
    "BEFORE",
    "AFTER",
    "INCLUDES",
    "IS_INCLUDED",
    "SIMULTANEOUS",
    "IDENTITY",
    "BEGINS",
    "ENDS",
    "NOT_AFTER",
)  # all that this layer can reckon with


def _sound(entries, part, path, lines, problems):
    """The entries of a part that are of the shape it wants; what is wrong with the others is
    said."""
    if not isinstance(entries, dict):
        problems.append(
            Problem(
                str(path),
                lines.of(part),
                f"'{part}' is {entries!r}; expected tables: [{part}.NAME]",
            )
        )
        return {}
    needed, may = SHAPES[part]
    found = tables(entries, path, lines, problems, f"{part}.")
    return {
        name: rules
        for name, rules in found.items()
        if not misshapen(rules, f"{part}.{name}", needed, path, lines, problems, may)
    }


def _named(labels):
    """The names by which rules may speak of these labels: each one's own, and `@` with its kind or
    group."""
    return {
        name
        for label, rules in labels.items()
        for name in (label, *(f"@{rules[key]}" for key in ("kind", "group") if key in rules))
    }


def _joints(parts, layers, known):
    """What is wrong with what entries of the right shape say of one another, as (table, key, what).

    Where `layers` is None, or there are no `known` names of labels, what speaks of them is not
    looked at.
    """
    for part, entries in zip(SHAPES, parts, strict=True):
        for name, rules in entries.items():
            wrong = [*_strangers(name, part, rules, known), *OF_ITS_OWN[part](name, rules)]
            if layers is not None and rules["layer"] not in layers:
                wrong.append(
                    (
                        "layer",
                        (
                            f"'{name}' has the unknown layer '{rules['layer']}'; "
                            f"{suggest(rules['layer'], layers)}"
                        ),
                    )
                )
            yield from ((f"{part}.{name}", key, what) for key, what in wrong)


def _strangers(name, part, rules, known):
    """(key, what) where an entry speaks of labels that are not there."""
    named = (
        {"roles": chain(*rules.get("roles", {}).values())}
        if part == "labels"
        else {key: rules[key] for key in ("on", "a", "b") if key in SHAPES[part][0]}
    )
    for key, labels in named.items() if known else ():
        for label in dict.fromkeys(labels):
            if label not in known:
                yield (
                    key,
                    (
                        f"'{key}' of '{name}' names the unknown label '{label}'; "
                        f"{suggest(label, known)}"
                    ),
                )


def _of_a_label(name, rules):
    """(key, what) where the roles of an event are not as they must be."""
    roles = rules.get("roles", {})
    if rules["kind"] == "event" and "roles" not in rules:
        yield (
            "kind",
            (
                f"'{name}' is an event without roles; expected a table of them, such as "
                f'roles.Who = ["Actor"], or roles = {{}} where it has none'
            ),
        )
    for role in rules.get("needs", ()):
        if role not in roles:
            yield "needs", f"'{name}' needs the unknown role '{role}'; {suggest(role, roles)}"


def _of_an_attribute(name, rules):
    """(key, what) where an attribute has no values."""
    if "values" not in rules and rules.get("registry") not in REGISTRIES:
        yield (
            "registry",
            (
                f"the attribute '{name}' has no values; expected values, or registry = "
                f'"actors" or "tracks"'
            ),
        )


def _of_a_relation(name, rules):
    """(key, what) where a relation in time is one that nothing can be reckoned with."""
    if rules["layer"] == CHRONOLOGY and name not in TEMPORAL:
        said = (
            f"'{name}' is a relation that the layer {CHRONOLOGY} cannot reckon with; where it is "
            f"your own, give it another layer"
        )
        yield "", f"{said}; {suggest(name, TEMPORAL)}"


OF_ITS_OWN = {"labels": _of_a_label, "attributes": _of_an_attribute, "relations": _of_a_relation}


@dataclass(frozen=True)
class Codebook:
    """`labels`, `attributes` and `relations` as `codebook.toml` has them: name -> rules."""

    labels: dict
    attributes: dict
    relations: dict
    layers: dict
    version: str

    @classmethod
    def read(cls, path: Path, problems: list[Problem]) -> Codebook:
        """The codebook in `path`; what is wrong with it is added to `problems`."""
        data = read_toml(path, problems) or {}
        for key in ("labels", "attributes", "relations", "layers", "version"):
            if data and key not in data:
                problems.append(
                    Problem(str(path), 1, f"no '{key}' found; expected it in every codebook")
                )
        lines = Lines(path)
        parts = [_sound(data.get(part, {}), part, path, lines, problems) for part in SHAPES]
        layers, labels = data.get("layers"), data.get("labels")
        if layers is not None and misshapen(
            {"layers": layers}, None, {"layers": dict}, path, lines, problems
        ):
            layers = None
        known = (
            _named({name: rules for name, rules in labels.items() if isinstance(rules, dict)})
            if isinstance(labels, dict)
            else set()
        )
        problems += [
            Problem(str(path), lines.of(key, table), what)
            for table, key, what in _joints(parts, layers, known)
        ]
        return cls(*parts, layers or {}, str(data.get("version", "")))

    @cached_property
    def _names(self):
        return {label: _named({label: rules}) for label, rules in self.labels.items()}

    def names(self, label: str) -> set[str]:
        """The names by which rules may speak of a label: its own, and `@` with its kind or
        group."""
        return self._names.get(label) or {label}

    @cached_property
    def known(self) -> set[str]:
        """All names by which rules may speak of labels."""
        return _named(self.labels)

    @cached_property
    def _kinds(self):
        found = defaultdict(frozenset)
        for label, rules in self.labels.items():
            for kind in {rules.get("kind"), rules.get("group")}:
                found[kind] |= {label}
        return found

    def of_kind(self, kind: str) -> frozenset[str]:
        """Labels of a kind (`zone`, `frame`, …) or group (`plover`)."""
        return self._kinds[kind]

    @cached_property
    def needed(self) -> dict[str, list[str]]:
        """Label -> the attributes, relations and references that it may not be without."""
        rules = [
            (key, r.get("on", r.get("a")))
            for part in (self.attributes, self.relations)
            for key, r in part.items()
            if r.get("required")
        ]
        return {
            label: [key for key, of in rules if not self.names(label).isdisjoint(of)]
            + (
                [f"reference to {entry['registry']}"]
                if entry.get("reference") and "registry" in entry
                else []
            )
            for label, entry in self.labels.items()
        }

    def check(
        self, found: Annotations, registries: dict, name: str, problems: list[Problem]
    ) -> None:
        """Add to `problems` every label, attribute, value, role and relation that the codebook does
        not know."""
        judge = _Judge(self, found, registries, name, problems)
        judge.labels()
        judge.attributes()
        judge.required()
        judge.roles()
        judge.relations()
        judge.references()


def given(found: Annotations) -> set[tuple[str, str]]:
    """(id, name) of the attributes, relations and references that each thing has, named as in
    `Codebook.needed`."""
    have = {(item.target, item.name) for item in found.attributes}
    have |= {(item.a, item.label) for item in found.relations}
    return have | {(item.target, f"reference to {item.db}") for item in found.normalisations}


class _Judge:
    """One file under one codebook."""

    def __init__(self, book, found, registries, name, problems):
        self.book, self.found, self.registries = book, found, registries
        self.name, self.problems = name, problems
        self.spans = Spans.of(found.spans)
        self.events = {event.id: event.label for event in found.events}
        self.triggers = {event.trigger for event in found.events}

    def say(self, item, message):
        self.problems.append(Problem(self.name, item.line, f"{item.id} {message}"))

    def labels_of(self, ids):
        """The label of each of some things, None where there is none of an id."""
        labels, places = self.spans.label, map(self.spans.places.get, ids)
        return [
            self.events.get(ident) if place is None else labels[place]
            for ident, place in zip(ids, places, strict=True)
        ]

    def label(self, ident):
        return self.labels_of([ident])[0]

    def labelled(self, labels):
        """Spans and events that have one of these labels."""
        return chain(
            map(self.spans.at, self.spans.labelled(labels)),
            [event for event in self.found.events if event.label in labels],
        )

    def fits(self, label, names):
        """Whether rules that speak of these names mean a label; what has none, as it is not there,
        `verify` tells, and `Codebook.read` unknown names."""
        return (
            label is None
            or not self.book.names(label).isdisjoint(names)
            or not self.book.known.issuperset(names)
        )

    def labels(self):
        if (
            unknown := {*self.spans.by_label, *(event.label for event in self.found.events)}
            - self.book.labels.keys()
        ):
            for item in self.labelled(unknown):
                self.say(
                    item,
                    (
                        f"has the unknown label '{item.label}'; "
                        f"{suggest(item.label, self.book.labels)}"
                    ),
                )
        for event in self.found.events:
            if (label := self.label(event.trigger)) not in (None, event.label):
                self.say(
                    event,
                    (
                        f"is a {event.label}, its trigger {event.trigger} a {label}; expected "
                        f"one label"
                    ),
                )

    def attributes(self):
        given = self.found.attributes
        _, names, targets, values, _ = columns(given, Attribute)
        self.each(given, (names, values, self.labels_of(targets)), self.attribute)
        if len(set(zip(targets, names, strict=True))) < len(given):
            seen = set()
            for item in given:
                if (item.target, item.name) in seen and item.name in self.book.attributes:
                    self.say(item, f"gives {item.target} a second {item.name}; expected one")
                seen.add((item.target, item.name))

    def each(self, things, cases, judge):
        """Judge each case once, and say of all things of it what is wrong with it; `cases` are
        columns."""
        wrong = {case: found for case in {*zip(*cases, strict=True)} if (found := [*judge(*case)])}
        for item, case in zip(things, zip(*cases, strict=True), strict=True) if wrong else ():
            for message in wrong.get(case, ()):
                self.say(item, message)

    def attribute(self, name, value, label):
        """What is wrong with an attribute of this name and value on a thing of this label."""
        if (rules := self.book.attributes.get(name)) is None:
            yield f"has the unknown attribute '{name}'; {suggest(name, self.book.attributes)}"
            return
        values = rules.get("values") or self.registries.get(rules.get("registry"), {})
        if value not in values:
            yield f"has the unknown value '{value}' of {name}; {suggest(value, values)}"
        if not self.fits(label, rules["on"]):
            yield f"gives {name} to a {label}; expected it on {', '.join(rules['on'])}"

    def required(self):
        needed = {label: keys for label, keys in self.book.needed.items() if keys}
        have = given(self.found) if needed else set()
        for item in self.labelled(needed):
            if item.id not in self.triggers:
                for key in needed[item.label]:
                    if (item.id, key) not in have:
                        self.say(item, f"is a {item.label} without {key}; expected one")

    def roles(self):
        for event in self.found.events:
            rules = self.book.labels.get(event.label, {})
            allowed, given = rules.get("roles", {}), set()
            for role, target in event.roles:
                base = unnumbered(role)
                given.add(base)
                if base not in allowed:
                    self.say(event, f"has the unknown role '{role}'; {suggest(base, allowed)}")
                elif not self.fits(self.label(target), allowed[base]):
                    self.say(
                        event,
                        (
                            f"has a {self.label(target)} as {role}; expected "
                            f"{' or '.join(allowed[base])}"
                        ),
                    )
            for role in (allowed.keys() & rules.get("needs", ())) - given:
                self.say(event, f"is an {event.label} without {role}; expected one")

    def relations(self):
        _, labels, a, b, _ = columns(self.found.relations, Relation)
        self.each(
            self.found.relations, (labels, self.labels_of(a), self.labels_of(b)), self.relation
        )

    def relation(self, name, a, b):
        """What is wrong with a relation of this name between things of these labels."""
        if (rules := self.book.relations.get(name)) is None:
            yield f"is the unknown relation '{name}'; {suggest(name, self.book.relations)}"
            return
        for argument, side, label in (("Arg1", "a", a), ("Arg2", "b", b)):
            if not self.fits(label, rules[side]):
                yield (
                    f"joins by {name} a {label} as {argument}; expected {' or '.join(rules[side])}"
                )

    def references(self):
        databases = defaultdict(list)
        for label, rules in self.book.labels.items():
            for collection in (
                *([rules["registry"]] if "registry" in rules else []),
                *rules.get("collections", ()),
            ):
                databases[collection].append(label)
        for item in self.found.normalisations:
            if item.db not in databases:
                self.say(
                    item,
                    f"refers to the unknown collection '{item.db}'; {suggest(item.db, databases)}",
                )
            elif not self.fits(self.label(item.target), databases[item.db]):
                self.say(
                    item,
                    (
                        f"refers a {self.label(item.target)} to {item.db}; expected a "
                        f"{' or '.join(databases[item.db])}"
                    ),
                )
            elif item.db in self.registries and item.key not in self.registries[item.db]:
                hint = suggest(item.key, self.registries[item.db])
                self.say(item, f"names '{item.key}', which is not in {item.db}.toml; {hint}")
