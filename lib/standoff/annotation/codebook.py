"""Labels and rules from `codebook.toml`, read and checked for references that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from .codebook_checks import Validator
from .did_you_mean import suggest
from .model import Annotations
from .problems import FileReport, Report
from .toml_files import (
    BOOLEAN,
    TEXT,
    WORD_TABLE,
    WORDS,
    Key,
    TomlFile,
    is_word_table,
    is_words,
)

__all__ = ["CHRONOLOGY", "TEMPORAL", "Codebook"]

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
    "BEGUN_BY",
    "ENDS",
    "ENDED_BY",
    "IBEFORE",
    "IAFTER",
    "DURING",
    "DURING_INV",
    "NOT_AFTER",
)  # the relations of the layer chronology
NAMING = {"attributes": ("on",), "relations": ("a", "b")}  # keys that hold names of labels

Rules = dict[str, Any]


def _is_roles(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_words, value.values()))


def _is_values(value: Any) -> bool:
    return is_words(value) or is_word_table(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


# the keys of a table of each part, such as `[labels.NAME]`
PARTS: dict[str, dict[str, Key]] = {
    "labels": {
        "layer": TEXT,
        "kind": TEXT,
        "title": TEXT.optional(),
        "gloss": TEXT.optional(),
        "group": TEXT.optional(),
        "roles": Key("a table of lists of words", _is_roles, required=False),
        "needs": WORDS.optional(),
        "registry": TEXT.optional(),
        "collections": WORDS.optional(),
        "reference": BOOLEAN.optional(),
        "exhaustive": BOOLEAN.optional(),
        "stacked": BOOLEAN.optional(),
    },
    "attributes": {
        "layer": TEXT,
        "on": WORDS,
        "values": Key("a table or a list of words", _is_values, required=False),
        "registry": TEXT.optional(),
        "required": BOOLEAN.optional(),
    },
    "relations": {"layer": TEXT, "a": WORDS, "b": WORDS, "required": BOOLEAN.optional()},
}
# the keys of the whole file
FILE = {part: Key(f"tables [{part}.NAME]", _is_table) for part in PARTS}
FILE["layers"] = WORD_TABLE
FILE["version"] = Key("the version of the codebook", lambda value: True)


@dataclass(frozen=True)
class Codebook:
    """What may be annotated, as `codebook.toml` says.

    `labels`, `attributes` and `relations` map a name to its rules, `layers` to its meaning.
    """

    labels: dict[str, Rules]
    attributes: dict[str, Rules]
    relations: dict[str, Rules]
    layers: dict[str, str]
    version: str

    @classmethod
    def read(cls, path: Path, report: Report) -> Codebook:
        """Return the codebook in a file, without the entries in which there is a problem."""
        file = TomlFile.read(path, report)
        if file is None:
            return cls({}, {}, {}, {}, "")
        file.matches(file.data, FILE)
        tables: dict[str, dict[str, Any]] = {}
        for part in (*PARTS, "layers"):
            table = file.data.get(part)
            tables[part] = table if isinstance(table, dict) else {}
        entries = {}
        for part, keys in PARTS.items():
            entries[part] = {
                name: rules
                for name, rules in file.tables(tables[part], part).items()
                if file.matches(rules, keys, f"{part}.{name}")
            }
        labels = {
            name: rules for name, rules in tables["labels"].items() if isinstance(rules, dict)
        }
        names = set(chain.from_iterable(_names(*item) for item in labels.items()))
        for part in PARTS:
            for name, rules in entries[part].items():
                for key, code, message in cross_references(
                    part, name, rules, tables["layers"], names
                ):
                    file.error(code, message, key, f"{part}.{name}")
        return cls(**entries, layers=tables["layers"], version=str(file.data.get("version", "")))

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        return {label: _names(label, rules) for label, rules in self.labels.items()}

    def names(self, label: str) -> set[str]:
        """Return the names by which rules may mean a label: its own, `@` and its kind or group.

        >>> rules = {"layer": "framing", "kind": "frame"}
        >>> sorted(Codebook({"Conflict": rules}, {}, {}, {}, "1").names("Conflict"))
        ['@frame', 'Conflict']
        """
        return self._names.get(label) or {label}

    def fits(self, label: str, allowed: Iterable[str]) -> bool:
        """Return whether a rule that allows these names allows a label."""
        return not self.names(label).isdisjoint(allowed)

    def labels_among(self, allowed: Collection[str]) -> list[str]:
        """Return the labels that a rule means by these names."""
        return [label for label in self.labels if self.fits(label, allowed)]

    def attributes_of(self, label: str) -> list[str]:
        """Return the attributes that marks of a label may have."""
        return [name for name, rules in self.attributes.items() if self.fits(label, rules["on"])]

    def relations_of(self, label: str) -> list[str]:
        """Return the relations that may lead from marks of a label."""
        return [name for name, rules in self.relations.items() if self.fits(label, rules["a"])]

    @cached_property
    def known(self) -> set[str]:
        """All names by which rules may mean labels."""
        return set(chain.from_iterable(self._names.values()))

    def title(self, label: str) -> str:
        """Return what readers see instead of a label; a label without a title is spelled out.

        >>> rules = {"BadFaith": {"layer": "framing", "title": "bad faith"}, "Dateline": {}}
        >>> book = Codebook(rules, {}, {}, {}, "1")
        >>> book.title("BadFaith"), book.title("Dateline"), book.title("WarAndPeace")
        ('bad faith', 'dateline', 'war and peace')
        """
        spelled = re.sub("(?<=[a-z])(?=[A-Z])", " ", label).lower()
        return str(self.labels.get(label, {}).get("title", spelled))

    def gloss(self, label: str) -> str:
        """Return what a label means in a few words, empty if the codebook does not say.

        >>> book = Codebook({"Rivalry": {"gloss": "great powers compete"}}, {}, {}, {}, "1")
        >>> book.gloss("Rivalry"), book.gloss("Headline")
        ('great powers compete', '')
        """
        return str(self.labels.get(label, {}).get("gloss", ""))

    def of_kind(self, kind: str) -> frozenset[str]:
        """Return the labels of a kind (`zone`, `frame`, …) or group (`plover`)."""
        return frozenset(
            label
            for label, rules in self.labels.items()
            if kind in (rules.get("kind"), rules.get("group"))
        )

    @cached_property
    def registries(self) -> set[str]:
        """The registries that values of attributes and references of labels come from."""
        rules = (*self.labels.values(), *self.attributes.values())
        return {one["registry"] for one in rules if "registry" in one}

    @cached_property
    def needed(self) -> dict[str, list[str]]:
        """Label -> the attributes, relations and references that it must have."""
        needed = {}
        for label, rules in self.labels.items():
            needed[label] = [
                name
                for name, other in (*self.attributes.items(), *self.relations.items())
                if other.get("required") and self.fits(label, other.get("on") or other.get("a", []))
            ]
            if rules.get("reference") and "registry" in rules:
                needed[label].append(f"reference to {rules['registry']}")
        return needed

    def check(
        self,
        annotations: Annotations,
        registries: Mapping[str, Collection[str]],
        file: FileReport,
    ) -> None:
        """Report every label, attribute, value, role, relation and reference that breaks a rule.

        `registries` maps "actors" and "tracks" to their ids; `file` is that of the annotations.
        """
        Validator(self, annotations, registries, file).check()


def _names(label: str, rules: Rules) -> set[str]:
    return {label, *(f"@{rules[key]}" for key in ("kind", "group") if key in rules)}


def cross_references(
    part: str, name: str, rules: Rules, layers: Collection[str], names: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield (key, code, message) for each layer, label and role that an entry names wrongly.

    `names` are those by which rules may mean labels. What cannot be known, as there are no layers
    or labels at all, is not reported.
    """
    layer = rules["layer"]
    if layers and layer not in layers:
        message = f"'{name}' has the unknown layer '{layer}'; {suggest(layer, layers)}"
        yield "layer", "E-codebook-layer", message
    named = {key: rules[key] for key in NAMING.get(part, ())}
    if part == "labels":
        named["roles"] = list(chain.from_iterable(rules.get("roles", {}).values()))
    for key, labels in named.items():
        for label in unknown_labels(labels, names):
            yield (
                key,
                "E-codebook-label",
                f"'{key}' of '{name}' names the unknown label '{label}'; {suggest(label, names)}",
            )
    yield from {"labels": _label, "attributes": _attribute, "relations": _relation}[part](
        name, rules
    )


def unknown_labels(labels: Iterable[str], names: Collection[str]) -> list[str]:
    """Return those of some labels that are not among the known names, each once."""
    return [label for label in dict.fromkeys(labels) if names and label not in names]


def _label(name: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    roles = rules.get("roles", {})
    if rules["kind"] == "event" and "roles" not in rules:
        message = (
            f"'{name}' is an event without roles; expected a table of them, such as "
            f'roles.Who = ["Actor"], or roles = {{}} where it has none'
        )
        yield "kind", "E-codebook-roles", message
    for role in rules.get("needs", ()):
        if role not in roles:
            message = f"'{name}' needs the unknown role '{role}'; {suggest(role, roles)}"
            yield "needs", "E-codebook-role", message


def _attribute(name: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    if "values" not in rules and rules.get("registry") not in REGISTRIES:
        message = (
            f"the attribute '{name}' has no values; expected values, or registry = "
            f'"actors" or "tracks"'
        )
        yield "registry", "E-codebook-values", message


def _relation(name: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    if rules["layer"] == CHRONOLOGY and name not in TEMPORAL:
        message = (
            f"'{name}' is not a relation of the layer {CHRONOLOGY}; if it is your own, give it "
            f"another layer; {suggest(name, TEMPORAL)}"
        )
        yield "", "E-codebook-relation", message
