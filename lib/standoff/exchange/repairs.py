"""Repairs of imported codings, so that the rules of this library refuse nothing that others made:
what is stated twice, what only our own record forbids, and links that contradict one another.

Every repair is counted in the document's tally and named in its remarks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from ..annotation.codebook import Codebook
from ..annotation.dates import is_value
from ..annotation.model import REMARK, Annotations, Attribute, Event, Note, Span
from ..annotation.ordering import edit_all, with_ids
from ..annotation.problems import Report, SeedError
from ..annotation.zone_checks import check_article, repeated
from ..corpus.tables import tables_of
from .documents import Document
from .import_builder import Builder

__all__ = [
    "IMPORTED",
    "leave_out_repeats",
    "mark_contradictions",
    "rename_misfits",
    "stacked_labels",
]

IMPORTED = "imported-"  # begins names that mean something else here
REPEATED = "repeated"
OWN_RULES = ("E-kind-quotation", "E-move-track")  # which hold for our own attributes only
Misfit = tuple[str, str]  # what is renamed (label, attribute, collection), and its name


# --- what is stated twice ---


def leave_out_repeats(document: Document) -> None:
    """Leave out what a document states twice, keep second values of an attribute as notes, and
    give each event a trigger with its own label.

    What names an annotation that is left out names the one that it repeats.
    """
    _match_triggers(document)
    labels = {span.label for span in document.annotations.spans}
    # relations may repeat others only once their ends are one
    while others := {item.id: first.id for item, first in repeated(document.annotations, labels)}:
        _merge(document, others)
    _keep_second_values(document)
    aside = document.tally.totals().aside[REPEATED]
    if aside:
        document.remarks.append(f"{aside} of the annotations repeat others; left out")


def _match_triggers(document: Document) -> None:
    """Give each event whose trigger has another label a trigger of its own at the same place."""
    spans = document.annotations.spans_by_id()
    builder = _builder(document)
    for number, event in enumerate(document.annotations.events):
        trigger = spans[event.trigger]
        if trigger.label != event.label:
            new = trigger._replace(id=builder.reserve("T"), label=event.label)
            document.annotations.spans.append(new)
            document.annotations.events[number] = event._replace(trigger=new.id)
            document.tally.count_repair("triggers with the label of their event added", event.id)


def _builder(document: Document) -> Builder:
    """Return a builder whose new ids are those that a document does not use."""
    builder = Builder(document.text, document.remarks)
    builder.used = {item.id for item in document.annotations}
    return builder


def _merge(document: Document, others: dict[str, str]) -> None:
    """Leave out annotations, and name those that they repeat in their place."""
    annotations = document.annotations
    stated = {_statement(item) for item in annotations if isinstance(item, Attribute | Note)}

    def edit(item: Any) -> Any:
        new = with_ids(item, others)
        if item.id in others or (new != item and _statement(new) in stated):
            document.tally.drop(item.id, REPEATED)
            return None
        return new

    document.annotations = edit_all(annotations, edit)


def _statement(item: Any) -> tuple:
    return item[1:-1]


def _keep_second_values(document: Document) -> None:
    """Keep the first value of an attribute, and each other value as a note."""
    builder, tally = _builder(document), document.tally
    values: dict[tuple[str, str], str] = {}
    kept = []
    for item in document.annotations.attributes:
        key = item.target, item.name
        if key not in values:
            values[key] = item.value
            kept.append(item)
        elif values[key] == item.value:
            tally.drop(item.id, REPEATED)
        else:
            note = Note(builder.reserve("#"), item.name, item.target, item.value, item.line)
            document.annotations.notes.append(note)
            tally.rename(item.id, note.id, "values kept as notes")
            document.remarks.append(
                f"{item.id} gives {item.target} a second {item.name}, {item.value}; kept as a note"
            )
    document.annotations.attributes = kept


# --- names that mean something else here ---


def rename_misfits(
    codings: Iterable[tuple[Document, Annotations]], codebook: Codebook, own: bool
) -> list[str]:
    """Rename labels, attributes and collections of other projects that have a name of our own but
    break a rule of ours; return a remark on each.

    `codings` are documents, each with zones and sentences of its article. If the source is a
    project of this library (`own`), only the annotations that break a rule get the new name,
    otherwise all of that name.
    """
    codings = list(codings)
    found = [find_misfits(document, base, codebook) for document, base in codings]
    every = {misfit for misfits in found for misfit in misfits.values()}
    remarks = []
    for (document, _), misfits in zip(codings, found, strict=True):
        named = ((item.id, misfit) for item in document.annotations for misfit in _names(item))
        alike = {ident: misfit for ident, misfit in named if misfit in every}
        _rename(document, misfits if own else alike)
    for what, name in sorted(every):
        remarks.append(
            f"the {what} {name} is written {IMPORTED}{name}"
            f"{' where it breaks a rule' if own else ''}: the codebook has rules of its own for "
            f"{name}, which do not hold here"
        )
    return remarks


def _names(item: Any) -> list[Misfit]:
    """Return what an annotation has a name of."""
    if isinstance(item, Span | Event):
        return [("label", item.label)]
    if isinstance(item, Attribute):
        return [("attribute", item.name)]
    return [("collection", item.db)] if hasattr(item, "db") else []


def find_misfits(document: Document, base: Annotations, codebook: Codebook) -> dict[str, Misfit]:
    """Map the ids of annotations that break a rule of ours to what has to be renamed."""
    annotations, misfits = document.annotations, {}
    shared = {span.mark for span in base.spans}
    zones = codebook.of_kind("zone") | codebook.of_kind("sentence")
    kinds = {label: rules["kind"] for label, rules in codebook.labels.items()}
    for span in annotations.spans:
        if span.label in zones and span.mark not in shared:
            misfits[span.id] = ("label", span.label)
    for event in annotations.events:
        if kinds.get(event.label, "event") != "event":
            misfits |= {ident: ("label", event.label) for ident in (event.id, event.trigger)}
    for item in annotations.normalisations:
        if item.db == "edtf" and not is_value(item.key):
            misfits[item.id] = ("collection", item.db)
    numbered = [item._replace(line=line) for line, item in enumerate(annotations.attributes)]
    problems = Report()
    check_article(
        replace(annotations, attributes=numbered), document.text, codebook, problems.at("")
    )
    for problem in problems:
        if problem.code in OWN_RULES:
            attribute = annotations.attributes[problem.line]
            misfits[attribute.id] = ("attribute", attribute.name)
    return misfits


def _rename(document: Document, misfits: dict[str, Misfit]) -> None:
    """Put `IMPORTED` before the names of some annotations."""
    fields = {"label": "label", "attribute": "name", "collection": "db"}

    def edit(item: Any) -> Any:
        if item.id not in misfits:
            return item
        what, name = misfits[item.id]
        document.tally.count_repair(f"{what} {name} renamed {IMPORTED}{name}", item.id)
        return item._replace(**{fields[what]: f"{IMPORTED}{name}"})

    if misfits:
        document.annotations = edit_all(document.annotations, edit)


# --- links in time ---


def mark_contradictions(document: Document, codebook: Codebook) -> None:
    """Add a note to each link in time that contradicts others, as coders mark what the text itself
    contradicts; no link is removed."""
    from ..measures.temporal_network import network_of

    annotations = document.annotations
    if not annotations.relations:
        return
    relations = [item._replace(line=at) for at, item in enumerate(annotations.relations)]
    numbered = replace(annotations, relations=relations)
    tables = tables_of(document.name, document.coder, document.text, numbered, codebook, {})
    if not tables["links"]["id"]:
        return
    builder = _builder(document)
    try:
        network = network_of(tables)
    except SeedError:  # too large: the check of the project reports it
        return
    for conflict in network.conflicts:
        if not conflict.marked:
            link = annotations.relations[conflict.set_aside.line]
            days = conflict in network.against_days
            what = "the days of the times" if days else "other links"
            builder.add_note(link.id, REMARK, f"conflict: contradicts {what} of the source")
            document.tally.count_repair(f"links in time that contradict {what}, marked", link.id)
            document.remarks.append(
                f"{link.id} {link.label} contradicts {what}; marked with a note"
            )
    document.annotations = replace(annotations, notes=annotations.notes + builder.annotations.notes)


def stacked_labels(codings: Iterable[Annotations]) -> Collection[str]:
    """Return the labels of spans that stand twice at one place with different values."""
    return {
        item.label
        for coding in codings
        for item, _ in repeated(coding, ())
        if isinstance(item, Span)
    }
