"""The one way to write down the annotations of an `.ann`: order, ids, and whether two files say the
same.

Zones come first, then sentences, then everything else by where it begins, longer before shorter, at
one place in the codebook's order. Events
follow their triggers; attributes stand in the order of what they are about, spans before events,
relations in that of what they join, events
before spans, and both then in the codebook's. Ids count from 1 in that order.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from .model import Annotations, Span

if TYPE_CHECKING:
    from .codebook import Codebook

__all__ = [
    "canonical",
    "contents",
    "fingerprint",
    "less",
    "only",
    "renumbered",
    "told",
    "with_base",
]

LETTERS = "TEARN#"  # of ids, in the order of the parts of `Annotations`
ENDS = ("trigger", "a", "b", "target")  # fields of annotations that name another


def canonical(found: Annotations, codebook: Codebook | None = None) -> Annotations:
    """The same annotations in canonical order, with canonical ids. Without a codebook no label is a
    zone and names come by the alphabet.

    What cannot be told apart by place and label is ordered by what is said of it, and last by its
    order in the file; several
    references of one mention keep their order, for it is that of the tables.
    """
    ordered = Annotations()
    said = _said(found)
    labels, names, relations = _ranks(codebook)
    ordered.spans = sorted(
        found.spans,
        key=lambda span: (
            _kind(span, codebook),
            span.start,
            -span.end,
            *labels(span.label),
            span.fragments,
            said[span.id],
        ),
    )
    at = {span.id: (1, number) for number, span in enumerate(ordered.spans)}
    ordered.events = sorted(
        found.events,
        key=lambda e: (
            _rank(at, e.trigger),
            e.label,
            [(role, _rank(at, t)) for role, t in e.roles],
            said[e.id],
        ),
    )
    spans_first = at | {event.id: (2, number) for number, event in enumerate(ordered.events)}
    events_first = at | {event.id: (0, number) for number, event in enumerate(ordered.events)}
    ordered.attributes = sorted(
        found.attributes,
        key=lambda item: (_rank(spans_first, item.target), *names(item.name), item.value),
    )
    ordered.relations = sorted(
        found.relations,
        key=lambda item: (
            _rank(events_first, item.a),
            _rank(events_first, item.b),
            *relations(item.label),
        ),
    )
    everything = spans_first | {
        item.id: (3, number) for number, item in enumerate(ordered.relations)
    }
    ordered.normalisations = sorted(
        found.normalisations, key=lambda item: _rank(everything, item.target)
    )
    ordered.notes = sorted(
        found.notes, key=lambda item: (_rank(everything, item.target), item.kind)
    )
    return renumbered(ordered)


def _kind(span, codebook):
    kind = codebook.labels.get(span.label, {}).get("kind") if codebook else None
    return {"zone": 0, "sentence": 1}.get(kind, 2)


def _said(found):
    """What is said of each id, without ids."""
    said = defaultdict(list)
    for item in found.attributes:
        said[item.target].append(("A", item.name, item.value))
    for item in found.normalisations:
        said[item.target].append(("N", item.db, item.key))
    for item in found.notes:
        said[item.target].append(("#", item.kind, item.text))
    return defaultdict(list, {ident: sorted(parts) for ident, parts in said.items()})


def _rank(at, ident):
    """Where an id comes, those that are not in the file last."""
    return (*at[ident], "") if ident in at else (4, 0, ident)


def _ranks(codebook):
    """Sort keys for labels, names of attributes and names of relations: the codebook's order,
    unknown ones after it by the alphabet."""
    parts = (codebook.labels, codebook.attributes, codebook.relations) if codebook else ((), (), ())
    orders = [{name: number for number, name in enumerate(part)} for part in parts]
    return [lambda name, order=order: (order.get(name, len(order)), name) for order in orders]


def renumbered(found: Annotations) -> Annotations:
    """The same annotations in the same order, ids counted from 1, every reference renamed with
    them."""
    parts = vars(found).values()
    new = {
        item.id: f"{letter}{number}"
        for letter, part in zip(LETTERS, parts, strict=True)
        for number, item in enumerate(part, 1)
    }
    return Annotations(*([_renamed(item, new) for item in part] for part in parts))


def _renamed(item, new):
    """An annotation with other ids, its own and those that it names."""
    ids = {
        field: new.get(ident, ident)
        for field in ("id", *ENDS)
        if (ident := getattr(item, field, None)) is not None
    }
    if hasattr(item, "roles"):
        ids["roles"] = tuple((role, new.get(target, target)) for role, target in item.roles)
    return item._replace(**ids)


def told(found: Annotations) -> list[tuple]:
    """Each annotation with what it says, without ids, order and lines, as (annotation, content)."""
    name = {span.id: (span.label, span.fragments) for span in found.spans}
    name |= {
        event.id: ("event", event.label, name.get(event.trigger, event.trigger))
        for event in found.events
    }
    name |= {
        item.id: ("relation", item.label, name.get(item.a, item.a), name.get(item.b, item.b))
        for item in found.relations
    }

    def of(ident):
        return name.get(ident, ident)

    said: list[tuple] = [
        (span, ("span", span.label, span.fragments, span.text)) for span in found.spans
    ]
    said += [
        (
            event,
            (
                "event",
                event.label,
                of(event.trigger),
                tuple((role, of(target)) for role, target in event.roles),
            ),
        )
        for event in found.events
    ]
    said += [
        (item, ("attribute", item.name, of(item.target), item.value)) for item in found.attributes
    ]
    said += [(item, ("relation", item.label, of(item.a), of(item.b))) for item in found.relations]
    said += [
        (item, ("reference", item.db, of(item.target), item.key, item.text))
        for item in found.normalisations
    ]
    return said + [(item, ("note", item.kind, of(item.target), item.text)) for item in found.notes]


def contents(found: Annotations) -> Counter[tuple]:
    """What the annotations say: two files with equal contents say the same."""
    return Counter(content for _, content in told(found))


def missing(found: Annotations, other: Annotations) -> list:
    """Those of the annotations that others do not say."""
    given, lost = contents(other), []
    for item, content in told(found):
        given[content] -= 1
        lost += [item] if given[content] < 0 else []
    return lost


def fingerprint(found: Annotations, base: Collection[str] = ()) -> str:
    """A checksum of the contents, the same for every order and numbering; spans with labels of
    `base` and what is said of them do not count."""
    counted = (content for _, content in told(found) if not _is_base(content, base))
    return hashlib.sha256("\n".join(sorted(map(repr, counted))).encode()).hexdigest()


def _is_base(item, base):
    kind, about = item[0], item[1:3]
    return (
        about[0] in base
        if kind == "span"
        else kind in ("attribute", "reference", "note") and about[1][0] in base
    )


def only(found: Annotations, labels: Collection[str]) -> Annotations:
    """Spans with these labels, and the attributes, references and notes on them."""
    kept = {span.id for span in found.spans if span.label in labels}
    return Annotations(
        *(
            [item for item in part if item.id in kept or getattr(item, "target", None) in kept]
            for part in vars(found).values()
        )
    )


def less(found: Annotations, out: Collection[str]) -> Annotations:
    """All but the spans with these ids, and but what cannot be without them: events they are the
    triggers of, roles, relations, what is said of them."""
    gone = set(out) | {event.id for event in found.events if event.trigger in out}
    gone |= {item.id for item in found.relations if item.a in gone or item.b in gone}
    kept = Annotations(
        *(
            [
                item
                for item in part
                if gone.isdisjoint(getattr(item, field, None) for field in ("id", *ENDS))
            ]
            for part in vars(found).values()
        )
    )
    kept.events = [
        event._replace(roles=tuple(pair for pair in event.roles if pair[1] not in gone))
        for event in kept.events
    ]
    return kept


def with_base(found: Annotations, base: Annotations) -> Annotations:
    """`found` with the zones and sentences of `base`, under ids that are free; those that `found`
    has already it keeps as its own.

    References of `found` to zones of its own stay whole. The spans that `base` adds have the line
    0: they stand in another file.
    """
    have: dict[tuple, Span] = {(span.label, span.fragments): span for span in found.spans}
    add = [span for span in base.spans if (span.label, span.fragments) not in have]
    new = {
        span.id: have[key].id
        for span in base.spans
        if (key := (span.label, span.fragments)) in have
    }
    new |= dict(zip((span.id for span in add), _free("T", found.spans), strict=False))
    told = {(item.target, item.name) for item in found.attributes}
    attributes = [
        item._replace(target=new[item.target], line=0)
        for item in base.attributes
        if (new[item.target], item.name) not in told
    ]
    ids = _free("A", found.attributes)
    return Annotations(
        [span._replace(id=new[span.id], line=0) for span in add] + list(found.spans),
        found.events,
        [item._replace(id=ident) for item, ident in zip(attributes, ids, strict=False)]
        + [*found.attributes],
        found.relations,
        found.normalisations,
        found.notes,
    )


def _free(letter, items):
    """Ids that none of `items` has, without end."""
    number = max((int(item.id[1:]) for item in items), default=0)
    while True:
        number += 1
        yield f"{letter}{number}"
