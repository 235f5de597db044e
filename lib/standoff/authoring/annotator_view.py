"""What the annotator's page shows, as JSON: text, marks, codebook; offsets as browsers count them.

Python counts code points, browsers UTF-16 units, of which an emoji has two. `Offsets` is the one
place where the one becomes the other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from ..annotation.model import Fragments, covered
from ..annotation.registries import KINDS
from ..annotation.zone_labels import ARTICLE
from ..corpus.articles import base_labels
from ..corpus.place_names import place_names
from .annotator_session import AnnotatorSession
from .marks import read_marks

__all__ = ["Offsets", "page", "view"]

Json = dict[str, Any]


class Offsets:
    """Offsets of a text in code points and in UTF-16 units.

    >>> offsets = Offsets("a😀b")
    >>> [offsets.units(at) for at in range(4)], [offsets.points(at) for at in range(5)]
    ([0, 1, 3, 4], [0, 1, 1, 2, 3])
    """

    def __init__(self, text: str):
        self._wide = [at for at, letter in enumerate(text) if ord(letter) > 0xFFFF]
        self._wide_units = [at + number for number, at in enumerate(self._wide)]

    def units(self, point: int) -> int:
        """Return a code point's offset in UTF-16 units."""
        return point + bisect_left(self._wide, point)

    def points(self, unit: int) -> int:
        """Return an offset in code points; one within a character is that of its beginning."""
        return unit - bisect_left(self._wide_units, unit)

    def to_browser(self, fragments: Fragments) -> list[list[int]]:
        """Return stretches as a browser counts them."""
        return [[self.units(start), self.units(end)] for start, end in fragments]

    def from_browser(self, fragments: Iterable[Iterable[int]]) -> Fragments:
        """Return stretches as Python counts them."""
        return tuple((self.points(start), self.points(end)) for start, end in fragments)


def page(state: AnnotatorSession, offsets: Offsets) -> Json:
    """Return what stays until the files are read again: text, zones, codebook."""
    zones = state.annotations.in_text_order(state.book.of_kind("zone"))
    sentences = state.annotations.labelled(state.book.of_kind("sentence"))
    return {
        "article": state.path.name,
        "title": state.title,
        "coder": state.coder,
        "file": state.file.name,
        "stale": state.stale,
        "text": state.text,
        "zones": [
            {
                "start": offsets.units(zone.start),
                "end": offsets.units(zone.end),
                "label": zone.label,
                "name": name,
                "counts": zone.label in ARTICLE,
                "id": zone.id,
            }
            for zone, name in zip(zones, place_names(zone.label for zone in zones), strict=True)
        ],
        "sentences": sorted(offsets.units(span.start) for span in sentences),
        "layers": state.book.layers,
        "labels": _labels(state),
        "attributes": _attributes(state),
        "relations": _relations(state),
        "kinds": list(KINDS),
    }


def _labels(state: AnnotatorSession) -> Json:
    """Name -> what may be said of a mark with the label."""
    book, labels = state.book, {}
    for name, rules in book.labels.items():
        labels[name] = {
            "title": book.title(name),
            "definition": rules.get("definition", ""),
            "layer": rules["layer"],
            "kind": rules["kind"],
            "registry": rules.get("registry"),
            "roles": rules.get("roles", {}),
            "attributes": book.attributes_of(name),
            "relations": book.relations_of(name),
        }
    return labels


def _attributes(state: AnnotatorSession) -> Json:
    """Name -> values, each with what it means."""
    attributes = {}
    for name, rules in state.book.attributes.items():
        values = rules.get("values", {})
        if not isinstance(values, dict):
            values = dict.fromkeys(values, "")
        if "registry" in rules:
            entries = state.registry.get(rules["registry"], {})
            values = {key: str(entry.get("name", "")) for key, entry in entries.items()}
        attributes[name] = {
            "values": values,
            "required": bool(rules.get("required")),
            "definition": rules.get("definition", ""),
        }
    return attributes


def _relations(state: AnnotatorSession) -> Json:
    """Name -> the labels to which a relation leads."""
    book = state.book
    return {
        name: {
            "b": book.labels_among(rules["b"]),
            "layer": rules["layer"],
            "definition": rules.get("definition", ""),
        }
        for name, rules in book.relations.items()
    }


def view(state: AnnotatorSession, offsets: Offsets) -> Json:
    """Return what each step may change: marks, actors, findings, what can be undone."""
    return {
        "marks": _marks(state, offsets),
        "drafts": [
            {
                "id": one.id,
                "label": one.label,
                "fragments": offsets.to_browser(one.fragments),
                "words": covered(state.text, one.fragments),
                "attributes": one.attributes,
                "roles": {role: [offsets.to_browser(place)] for role, place in one.roles.items()},
                "rule": one.rule,
            }
            for one in state.drafts
        ],
        "actors": [
            {
                "id": key,
                "name": str(entry.get("name", key)),
                "spellings": entry.get("spellings", []),
            }
            for key, entry in state.registry["actors"].items()
        ],
        "findings": [
            {
                "id": one.ident,
                "message": one.message,
                "remark": one.is_remark,
                "place": offsets.to_browser((one.place,)) if one.place else [],
            }
            for one in state.findings()
        ],
        "undo": state.can_undo,
        "redo": state.can_redo,
    }


def _marks(state: AnnotatorSession, offsets: Offsets) -> list[Json]:
    """Return every mark beyond zones and sentences with its attributes, roles and links."""
    triggers = {event.trigger for event in state.annotations.events}
    base = base_labels(state.book)
    return [
        {
            "id": mark.id,
            "label": mark.span.label,
            "fragments": offsets.to_browser(mark.span.fragments),
            "words": mark.span.text,
            "attributes": mark.attributes,
            "refers": mark.refers,
            "roles": mark.roles,
            "relations": mark.relations,
            "note": mark.note,
        }
        for mark in read_marks(state.annotations).values()
        if mark.id not in triggers and mark.span.label not in base
    ]
