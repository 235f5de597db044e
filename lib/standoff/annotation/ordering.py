"""Canonical order and ids of annotations, and whether two files state the same.

Zones come first, then sentences, then all other spans by where they begin, longer before shorter,
at one place in the order of the codebook. Events follow their triggers. Attributes have the order
of what they are about, spans before events; relations have the order of what they join, events
before spans. Ids count from 1 in that order.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from .model import (
    Annotation,
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
)

if TYPE_CHECKING:
    from .codebook import Codebook

__all__ = [
    "canonical",
    "contents",
    "difference",
    "edit_all",
    "fingerprint",
    "properties_by_id",
    "renumbered",
    "restrict_to_labels",
    "statements",
    "with_base",
    "with_ids",
    "without",
]

IDS = {"id", "trigger", "a", "b", "target"}  # fields of annotations that hold an id

Statement = tuple[Any, ...]
Rank = tuple[int, int, str]


def canonical(annotations: Annotations, codebook: Codebook | None = None) -> Annotations:
    """Return the same annotations in canonical order with canonical ids.

    Without a codebook no label is a zone and names are in alphabetical order. Items with equal
    place and label are ordered by what is stated about them, then by their order in the file;
    several references of one mention keep their order, because the tables keep it.

    >>> from standoff.annotation.brat import parse, write
    >>> write(canonical(parse("T9\\tB 0 2\\tab\\nT5\\tA 0 2\\tab\\n", "gold.ann")))
    'T1\\tA 0 2\\tab\\nT2\\tB 0 2\\tab\\n'
    """
    attribute = _name_key(codebook.attributes if codebook else ())
    relation = _name_key(codebook.relations if codebook else ())
    properties = properties_by_id(annotations)
    spans = sorted(annotations.spans, key=_span_key(codebook, properties))
    ranks = _ranks(1, spans)

    def event_key(event: Event) -> tuple[Any, ...]:
        roles = [(role, _rank(ranks, target)) for role, target in event.roles]
        return _rank(ranks, event.trigger), event.label, roles, properties[event.id]

    events = sorted(annotations.events, key=event_key)
    before_spans = ranks | _ranks(0, events)

    def relation_key(item: Relation) -> tuple[Any, ...]:
        return _rank(before_spans, item.a), _rank(before_spans, item.b), relation(item.label)

    relations = sorted(annotations.relations, key=relation_key)
    targets = ranks | _ranks(2, events) | _ranks(3, relations)

    def target_key(item: Attribute | Normalisation | Note) -> Rank:
        return _rank(targets, item.target)

    attributes = sorted(
        annotations.attributes,
        key=lambda item: (target_key(item), attribute(item.name), item.value),
    )
    normalisations = sorted(annotations.normalisations, key=target_key)
    notes = sorted(annotations.notes, key=lambda note: (target_key(note), note.kind))
    return renumbered(Annotations(spans, events, attributes, relations, normalisations, notes))


def _span_key(
    codebook: Codebook | None, properties: Mapping[str, list[Statement]]
) -> Callable[[Span], tuple[Any, ...]]:
    """A sort key of spans: zones, sentences, then the others by their place in the text."""
    label = _name_key(codebook.labels if codebook else ())
    zones = codebook.of_kind("zone") if codebook else frozenset()
    sentences = codebook.of_kind("sentence") if codebook else frozenset()
    return lambda span: (
        span.label not in zones,
        span.label not in sentences,
        span.start,
        -span.end,
        label(span.label),
        span.fragments,
        properties[span.id],
    )


def _name_key(names: Collection[str]) -> Callable[[str], tuple[int, str]]:
    """A sort key that gives names the order of the codebook; unknown names follow by alphabet."""
    order = {name: number for number, name in enumerate(names)}
    return lambda name: (order.get(name, len(order)), name)


def properties_by_id(annotations: Annotations) -> defaultdict[str, list[Statement]]:
    """Map each id to the sorted attributes, references and notes about it, without their ids."""
    properties: defaultdict[str, list[Statement]] = defaultdict(list)
    for attribute in annotations.attributes:
        properties[attribute.target].append(("A", attribute.name, attribute.value))
    for item in annotations.normalisations:
        properties[item.target].append(("N", item.db, item.key))
    for note in annotations.notes:
        properties[note.target].append(("#", note.kind, note.text))
    for values in properties.values():
        values.sort()
    return properties


def _ranks(group: int, items: Iterable[Annotation]) -> dict[str, Rank]:
    """Id -> its place: in the group, then in the order of the items."""
    return {item.id: (group, number, "") for number, item in enumerate(items)}


def _rank(ranks: Mapping[str, Rank], ident: str) -> Rank:
    """The place of an id; ids that are not in the file come last."""
    return ranks.get(ident, (4, 0, ident))


def renumbered(annotations: Annotations) -> Annotations:
    """Return the same annotations in the same order, ids and references counted from 1."""
    new = {
        item.id: f"{letter}{number}"
        for letter, part in annotations.parts().items()
        for number, item in enumerate(part, 1)
    }
    return edit_all(annotations, lambda item: with_ids(item, new))


def edit_all(annotations: Annotations, edit: Callable[[Any], Any]) -> Annotations:
    """Return annotations after `edit`, which returns an annotation or None to leave it out."""
    parts = annotations.parts().values()
    return Annotations(*([new for new in map(edit, part) if new is not None] for part in parts))


def with_ids(item: Any, new: Mapping[str, str]) -> Any:
    """Return an annotation with other ids: its own and those that it names."""
    values = item._asdict()
    for field in values.keys() & IDS:
        values[field] = new.get(values[field], values[field])
    if "roles" in values:
        values["roles"] = tuple((role, new.get(target, target)) for role, target in item.roles)
    return item._replace(**values)


def statements(annotations: Annotations) -> list[tuple[Annotation, Statement]]:
    """Return each annotation with what it states, without ids, order and lines."""
    names: dict[str, Statement] = {span.id: span.mark for span in annotations.spans}

    def name(ident: str) -> Statement | str:
        return names.get(ident, ident)

    events = {event.id: ("event", event.label, name(event.trigger)) for event in annotations.events}
    names |= events
    relations = {
        item.id: ("relation", item.label, name(item.a), name(item.b))
        for item in annotations.relations
    }
    names |= relations
    pairs: list[tuple[Annotation, Statement]] = []
    for span in annotations.spans:
        pairs.append((span, ("span", *span.mark, span.text)))
    for event in annotations.events:
        roles = tuple((role, name(target)) for role, target in event.roles)
        pairs.append((event, (*events[event.id], roles)))
    for attribute in annotations.attributes:
        target = name(attribute.target)
        pairs.append((attribute, ("attribute", attribute.name, target, attribute.value)))
    for relation in annotations.relations:
        ends = (name(relation.a), name(relation.b))
        pairs.append((relation, ("relation", relation.label, *ends)))
    for item in annotations.normalisations:
        pairs.append((item, ("reference", item.db, name(item.target), item.key, item.text)))
    for note in annotations.notes:
        pairs.append((note, ("note", note.kind, name(note.target), note.text)))
    return pairs


def contents(annotations: Annotations) -> Counter[Statement]:
    """Return how often each statement is made: files with equal contents state the same."""
    return Counter(statement for _, statement in statements(annotations))


def difference(annotations: Annotations, others: Annotations) -> list[Annotation]:
    """Return the annotations whose statements the others do not make."""
    left, missing = contents(others), []
    for item, statement in statements(annotations):
        left[statement] -= 1
        if left[statement] < 0:
            missing.append(item)
    return missing


def fingerprint(annotations: Annotations, base: Collection[str] = ()) -> str:
    """Return a checksum of the contents that does not depend on order and numbering.

    Spans with labels of `base` do not count, nor what is stated about them.
    """
    counted = (
        repr(statement)
        for _, statement in statements(annotations)
        if not _is_about_base(statement, base)
    )
    return hashlib.sha256("\n".join(sorted(counted)).encode()).hexdigest()


def _is_about_base(statement: Statement, base: Collection[str]) -> bool:
    kind = statement[0]
    if kind == "span":
        return statement[1] in base
    return kind in ("attribute", "reference", "note") and statement[2][0] in base


def restrict_to_labels(annotations: Annotations, labels: Collection[str]) -> Annotations:
    """Return the spans with these labels, and the attributes, references and notes about them."""
    ids = {span.id for span in annotations.labelled(labels)}
    return edit_all(
        annotations, lambda item: item if getattr(item, "target", item.id) in ids else None
    )


def without(annotations: Annotations, spans: Collection[str]) -> Annotations:
    """Return all annotations but the spans with these ids and what cannot be without them.

    That is: events of which they are the triggers, roles, relations, and what is about any of
    these.
    """
    removed = set(spans) | {event.id for event in annotations.events if event.trigger in spans}
    removed |= {item.id for item in annotations.relations if item.a in removed or item.b in removed}
    kept = edit_all(annotations, lambda item: None if _names(item, removed) else item)
    kept.events = [
        event._replace(roles=tuple(pair for pair in event.roles if pair[1] not in removed))
        for event in kept.events
    ]
    return kept


def _names(item: Annotation, ids: Collection[str]) -> bool:
    """Whether an annotation has one of these ids or names one, other than in a role."""
    return any(getattr(item, field, None) in ids for field in IDS)


def with_base(annotations: Annotations, base: Annotations) -> Annotations:
    """Return the annotations with the zones and sentences of `base` added under free ids.

    Spans that the annotations have already are not added, so that references to them stay whole.
    What is added has the line 0, because it is in another file.
    """
    present = {span.mark: span.id for span in annotations.spans}
    span_ids = _free_ids("T", annotations.spans)
    attribute_ids = _free_ids("A", annotations.attributes)
    new_ids: dict[str, str] = {}
    spans = []
    for span in base.spans:
        ident = present.get(span.mark)
        if ident is None:
            ident = next(span_ids)
            spans.append(span._replace(id=ident, line=0))
        new_ids[span.id] = ident
    given = {(item.target, item.name) for item in annotations.attributes}
    attributes = [
        item._replace(id=next(attribute_ids), target=new_ids[item.target], line=0)
        for item in base.attributes
        if (new_ids[item.target], item.name) not in given
    ]
    return Annotations(
        spans + annotations.spans,
        annotations.events,
        attributes + annotations.attributes,
        annotations.relations,
        annotations.normalisations,
        annotations.notes,
    )


def _free_ids(letter: str, items: Iterable[Annotation]) -> Iterator[str]:
    """Ids that none of the items has, without end."""
    last = max((int(item.id[1:]) for item in items), default=0)
    return (f"{letter}{number}" for number in count(last + 1))
