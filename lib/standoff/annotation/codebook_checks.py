"""Whether the annotations of one file follow the rules of a codebook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from .did_you_mean import suggest
from .model import Annotations, Attribute, Event, Normalisation, Relation, Span, unnumbered
from .origin import ORIGIN, ORIGINS
from .problems import FileReport

if TYPE_CHECKING:
    from .codebook import Codebook

__all__ = ["Validator", "properties"]


def properties(annotations: Annotations) -> set[tuple[str, str]]:
    """Return (id, name) of the attributes, relations and references that each annotation has.

    They are named as in `Codebook.needed`.
    """
    return {
        *((item.target, item.name) for item in annotations.attributes),
        *((item.a, item.label) for item in annotations.relations),
        *((item.target, f"reference to {item.db}") for item in annotations.normalisations),
    }


class Validator:
    """Checks the annotations of one file and reports what breaks a rule of the codebook."""

    def __init__(
        self,
        codebook: Codebook,
        annotations: Annotations,
        registries: Mapping[str, Collection[str]],
        file: FileReport,
    ):
        self.codebook, self.annotations = codebook, annotations
        self.registries, self.file = registries, file
        self.marked: list[Span | Event] = [*annotations.spans, *annotations.events]
        self.labels = {item.id: item.label for item in self.marked}

    def check(self) -> None:
        """Check everything."""
        for item in self.marked:
            if item.label not in self.codebook.labels:
                hint = suggest(item.label, self.codebook.labels)
                self.error(item, "E-label-unknown", f"has the unknown label '{item.label}'; {hint}")
        self.check_attributes()
        self.check_required()
        for event in self.annotations.events:
            self.check_event(event)
        for relation in self.annotations.relations:
            self.check_relation(relation)
        self.check_references()

    def error(
        self,
        item: Span | Event | Attribute | Relation | Normalisation,
        code: str,
        message: str,
    ) -> None:
        """Report a problem of an annotation; the message follows its id."""
        self.file.error(item.line, code, f"{item.id} {message}")

    def allows(self, names: Collection[str], target: str) -> bool:
        """Whether rules that name some labels allow what has the id `target`.

        Missing targets and unknown names are reported elsewhere.
        """
        label = self.labels.get(target)
        return (
            label is None
            or self.codebook.fits(label, names)
            or not self.codebook.known.issuperset(names)
        )

    def check_attributes(self) -> None:
        """Check names, values, labels, and that nothing has an attribute twice."""
        seen = set()
        for item in self.annotations.attributes:
            rules = self.codebook.attributes.get(item.name)
            if rules is None and item.name == ORIGIN:
                rules = {"values": ORIGINS, "on": [self.labels.get(item.target, "")]}
            if rules is None:
                hint = suggest(item.name, self.codebook.attributes)
                message = f"has the unknown attribute '{item.name}'; {hint}"
                self.error(item, "E-attribute-unknown", message)
                continue
            values = rules.get("values") or self.registries.get(rules.get("registry", ""), ())
            if item.value not in values:
                hint = suggest(item.value, values)
                message = f"has the unknown value '{item.value}' of {item.name}; {hint}"
                self.error(item, "E-attribute-value", message)
            if not self.allows(rules["on"], item.target):
                label, expected = self.labels[item.target], ", ".join(rules["on"])
                message = f"({item.name}) is on {item.target} ({label}); expected it on {expected}"
                self.error(item, "E-attribute-label", message)
            if (item.target, item.name) in seen:
                message = f"gives {item.target} a second {item.name}; expected one"
                self.error(item, "E-attribute-twice", message)
            seen.add((item.target, item.name))

    def check_required(self) -> None:
        """Check that the attributes, relations and references that a label needs are there."""
        needed, present = self.codebook.needed, properties(self.annotations)
        triggers = {event.trigger for event in self.annotations.events}
        for item in self.marked:
            if item.id not in triggers:
                for name in needed.get(item.label, ()):
                    if (item.id, name) not in present:
                        message = f"({item.label}) has no {name}; {self.expected(name)}"
                        self.error(item, "E-attribute-missing", message)

    def expected(self, name: str) -> str:
        """Return the end of a message about what is missing and named as in `Codebook.needed`."""
        registry = name.removeprefix("reference to ")
        if registry != name and registry in self.registries:
            return f"expected refers and an id of {registry}.toml: add an entry if it has none"
        values = self.codebook.attributes.get(name, {}).get("values", ())
        return f"expected one of {', '.join(values)}" if values else "expected one"

    def check_event(self, event: Event) -> None:
        """Check the trigger and the roles of an event."""
        label = self.labels.get(event.trigger, event.label)
        if label != event.label:
            message = (
                f"has the label {event.label}, its trigger {event.trigger} has {label}; "
                "expected one label"
            )
            self.error(event, "E-event-trigger", message)
        rules = self.codebook.labels.get(event.label, {})
        allowed, filled = rules.get("roles", {}), set()
        for numbered, target in event.roles:
            role = unnumbered(numbered)
            filled.add(role)
            if role not in allowed:
                message = f"has the unknown role '{numbered}'; {suggest(role, allowed)}"
                self.error(event, "E-role-unknown", message)
            elif not self.allows(allowed[role], target):
                message = f"has {self.wrong_side(target, numbered, allowed[role])}"
                self.error(event, "E-role-label", message)
        for role in rules.get("needs", ()):
            if role in allowed and role not in filled:
                message = f"({event.label}) has no {role}; expected one"
                self.error(event, "E-role-missing", message)

    def check_relation(self, relation: Relation) -> None:
        """Check the name of a relation and the labels that it joins."""
        rules = self.codebook.relations.get(relation.label)
        if rules is None:
            hint = suggest(relation.label, self.codebook.relations)
            message = f"is the unknown relation '{relation.label}'; {hint}"
            self.error(relation, "E-relation-unknown", message)
            return
        for side, target, names in (
            ("Arg1", relation.a, rules["a"]),
            ("Arg2", relation.b, rules["b"]),
        ):
            if not self.allows(names, target):
                message = f"({relation.label}) has {self.wrong_side(target, side, names)}"
                self.error(relation, "E-relation-label", message)

    def wrong_side(self, target: str, side: str, names: Collection[str]) -> str:
        """Return the end of a message about what an event or a relation has as one of its sides."""
        return f"{target} ({self.labels[target]}) as {side}; expected {' or '.join(names)}"

    def check_references(self) -> None:
        """Check that references name a collection of their label, and an entry that is in it."""
        collections = defaultdict(list)
        for label, rules in self.codebook.labels.items():
            own = [rules["registry"]] if "registry" in rules else []
            for collection in chain(own, rules.get("collections", ())):
                collections[collection].append(label)
        for item in self.annotations.normalisations:
            if item.db not in collections:
                hint = suggest(item.db, collections)
                message = f"refers to the unknown collection '{item.db}'; {hint}"
                self.error(item, "E-reference-collection", message)
            elif not self.allows(collections[item.db], item.target):
                label, expected = self.labels[item.target], " or ".join(collections[item.db])
                message = f"refers {item.target} ({label}) to {item.db}; expected {expected}"
                self.error(item, "E-reference-label", message)
            elif item.db in self.registries and item.key not in self.registries[item.db]:
                hint = suggest(item.key, self.registries[item.db])
                message = f"names '{item.key}', which is not in {item.db}.toml; {hint}"
                self.error(item, "E-reference-unknown", message)
