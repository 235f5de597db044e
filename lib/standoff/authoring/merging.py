"""Two codings of one article: where they differ, and the one coding that decisions make of them.

Annotations are paired as agreement pairs them: of one label, on words that overlap. What a coding
says of them are statements: on which words, which value of an attribute, who plays a role, what a
relation joins. Two statements that differ about annotations of both coders are a disagreement; an
annotation of one coder alone is taken or left out together with its attributes and links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..annotation.codebook import CHRONOLOGY, Codebook
from ..annotation.model import Annotations, Event, Fragments, Span, covered, numbered, unnumbered
from ..annotation.ordering import canonical, with_ids
from ..annotation.origin import ORIGIN
from ..annotation.structure_checks import kind_of, quoted_words
from ..corpus.place_names import place_names
from ..measures.audit import one_way
from ..measures.pairing import GIVEN, PlacedSpan, annotated_spans, match
from .annotation_builder import AnnotationBuilder

__all__ = ["BOTH", "NEITHER", "NOT_MARKED", "Coding", "Decisions", "Disagreement", "Merge"]

BOTH, NEITHER = "both", "neither"  # what may be taken besides one coder's
NOT_MARKED, NONE = "not marked", "none"  # what a coder says who says nothing
RIVALS = ("frame", "event")  # kinds of labels that can stand in each other's place
NOTE = "note"  # what people call an annotator's remark
KIND = "Kind"  # the attribute that follows from the content and its quotation marks
INDEPENDENT = (None, "added", "mended", "confirmed")  # origins, the most independent first
TRIGGER = "/trigger"  # ends the shared name of an event's trigger

Key = tuple[str, str, str]  # the kind of a statement, its name, the shared name of what it is about
Identity = tuple[str, str, str, str]
Decisions = Mapping[Identity, str]


class Disagreement(NamedTuple):
    """One thing about which two coders differ.

    `at` is where it stands ("482 486", code points), `what` what they differ about, `first` and
    `second` what either says, `marked` the words that either marks, `choices` what may be taken:
    a coder's name, "both" or "neither". `names` are the shared names of the annotation of either
    coder, empty where one has none.
    """

    at: str
    what: str
    first: str
    second: str
    layer: str
    marked: tuple[Fragments, Fragments]
    choices: tuple[str, ...]
    key: Key
    names: tuple[str, str]

    @property
    def identity(self) -> Identity:
        """What tells it from the others of its article, and stays from one day to the next."""
        return self.at, self.what, self.first, self.second

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return int(self.at.split()[0])


class Coding:
    """One coder's annotations by names that both coders share.

    `names` maps own ids to shared names, and `annotations` has these in place of ids. `spans` maps
    names to the spans of marks, `places` also those of triggers, `statements` keys to values.
    """

    def __init__(self, annotations: Annotations, names: dict[str, str], codebook: Codebook):
        self.names, self.rules = names, codebook
        for event in reversed(annotations.events):
            names[event.trigger] = names[event.id] + TRIGGER
        for item in annotations.relations:
            ends = (item.label, names[item.a], names[item.b])
            names[item.id] = " ".join(undirected(ends) if self._is_in_time(item.label) else ends)
        parts = vars(annotations).values()
        self.annotations = Annotations(*([with_ids(one, names) for one in part] for part in parts))
        self.events = {event.id: event for event in self.annotations.events}
        self.spans = dict(annotated_spans(self.annotations))
        self.places = {span.id: span for span in self.annotations.spans} | self.spans
        self.statements: dict[Key, Any] = {
            ("words", span.label, name): span.fragments for name, span in self.spans.items()
        }
        self.texts: dict[tuple[str, str], str] = {}  # what references repeat of the words
        self._add_statements()

    def _is_in_time(self, relation: str) -> bool:
        return self.rules.relations[relation]["layer"] == CHRONOLOGY

    def _add_statements(self) -> None:
        """Add what is stated about marks: roles, relations, attributes, references and remarks."""
        for event in self.annotations.events:
            for role, target in event.roles:
                self._append("role", unnumbered(role), event.id, target)
        for item in self.annotations.relations:
            if self._is_in_time(item.label):
                first, second = sorted((item.a, item.b))
                self.statements["link", first, second] = (item.label, item.a, item.b)
            else:
                self._append("relation", item.label, item.a, item.b)
        for one in self.annotations.attributes:
            self.statements["attribute", one.name, one.target] = one.value
        for reference in self.annotations.normalisations:
            self._append("reference", reference.db, reference.target, reference.key)
            self.texts[reference.target, reference.key] = reference.text
        for note in self.annotations.notes:
            self._append("note", note.kind, note.target, note.text)

    def _append(self, kind: str, label: str, name: str, value: str) -> None:
        key = (kind, label, name)
        self.statements[key] = (*self.statements.get(key, ()), value)

    def in_words(self, kind: str, value: Any) -> str:
        """Return the value of a statement as people read it."""
        if not value:
            return NONE
        if kind in ("role", "relation"):
            return ", ".join(f"“{self.places[name].text}”" for name in value)
        if kind == "link":
            label, a, b = value
            return f"“{self.places[a].text}” {label} “{self.places[b].text}”"
        return value if isinstance(value, str) else ", ".join(value)

    def about(self, name: str) -> str:
        """Return what this coder says of an annotation besides its label and words."""
        parts = [
            f"{NOTE if kind == 'note' else label}: {self.in_words(kind, value)}"
            for (kind, label, subject), value in self.statements.items()
            if subject == name and kind not in ("words", "link")
        ]
        return "; ".join(parts)


def undirected(link: tuple[str, str, str]) -> Any:
    """A link in time, the same whichever way round it was drawn."""
    label, a, b = link
    return one_way(((a, b), label))


def _is_same(kind: str, one: Any, other: Any) -> bool:
    """Whether two coders state the same; the order of several values does not matter."""
    if kind == "link":
        return bool(one and other and undirected(one) == undirected(other))
    if isinstance(one, tuple) and isinstance(other, tuple) and kind != "words":
        return sorted(one) == sorted(other)
    return bool(one == other)


def _subjects(key: Key) -> tuple[str, ...]:
    """The shared names of what a statement is about: of a link in time both ends."""
    return key[1:] if key[0] == "link" else key[2:]


def _shared_names(one: Annotations, other: Annotations) -> list[dict[str, str]]:
    """Own id -> shared name of the marks of either coder; of a pair it is that of the first."""
    first, second = (dict(annotated_spans(coding)) for coding in (one, other))
    pairs = {b.id: a.id for a, b in match(_placed(first), _placed(second))}
    own = {ident: f"2:{ident}" for ident in second if ident not in pairs}
    return [
        {ident: f"1:{ident}" for ident in first},
        own | {ident: f"1:{partner}" for ident, partner in pairs.items()},
    ]


def _placed(spans: Mapping[str, Span]) -> list[PlacedSpan]:
    """Marks placed as if the article were one sentence and its characters the words."""
    return [
        PlacedSpan(span.label, 0, span.start, span.end, ident, "", span.start, span.end, span.text)
        for ident, span in spans.items()
    ]


class Merge:
    """Two codings of an article, their disagreements, and one coding made of them.

    `coders` are their names, `codings` their annotations with zones and sentences.
    `disagreements` has all in the order of the text, in each sentence first what is marked.
    Decisions map the `identity` of a disagreement to one of its `choices`.
    """

    def __init__(
        self,
        text: str,
        codebook: Codebook,
        coders: tuple[str, str],
        codings: tuple[Annotations, Annotations],
    ):
        self.text, self.codebook, self.coders = text, codebook, coders
        names = _shared_names(*codings)
        self.one, self.other = (
            Coding(coding, own, codebook) for coding, own in zip(codings, names, strict=True)
        )
        self.one_names = set(self.one.names.values())
        self.shared = self.one_names & set(self.other.names.values())
        self.keys = list(self.one.statements | self.other.statements)
        self.sentences, self.zones = (self._stretches(kind) for kind in ("sentence", "zone"))
        self.owned = self._owned()
        self.disagreements = sorted([*self._marks(), *self._statements()], key=self._order)

    def _stretches(self, kind: str) -> list[Span]:
        spans = self.one.annotations.labelled(self.codebook.of_kind(kind))
        return sorted(spans, key=lambda span: span.start)

    def _order(self, one: Disagreement) -> tuple[int, bool, int, str]:
        return self.sentence(one), one.key[0] not in ("mark", "words"), one.start, one.what

    def sentence(self, one: Disagreement) -> int:
        """Return the number of the sentence of a disagreement; 0 before the first."""
        return sum(span.start <= one.start for span in self.sentences)

    def where(self, one: Disagreement) -> str:
        """Return what readers call the place of a disagreement: "paragraph 3"."""
        names = place_names(span.label for span in self.zones)
        number = sum(span.start <= one.start for span in self.zones)
        return names[max(number - 1, 0)]

    def passage(self, one: Disagreement, whole: bool = False) -> tuple[int, int]:
        """Return the bounds of the sentences of a disagreement; of the paragraphs if `whole`."""
        marked = [pair for fragments in one.marked for pair in fragments]
        places = [int(place) for place in one.at.split()] + [at for pair in marked for at in pair]
        start, end = min(places), max(places)
        stretches = self.zones if whole else [*self.sentences, *self.zones]
        around = [span for span in stretches if span.start < end and start < span.end]
        kind = self.codebook.of_kind("sentence")
        inner = [span for span in around if span.label in kind] or around
        return min([start, *(s.start for s in inner)]), max([end, *(s.end for s in inner)])

    def agreed(self, layers: Sequence[str] = ()) -> int:
        """Return how many annotations of some layers (default: all) both coders made, zones and
        sentences apart."""
        both = self.one.spans.keys() & self.other.spans.keys()
        rules = [self.codebook.labels[self.one.spans[name].label] for name in both]
        return sum(
            one["kind"] not in GIVEN and one["layer"] in (layers or self.codebook.layers)
            for one in rules
        )

    def _owned(self) -> set[str]:
        """Marks that an event needs and that go with it, such as the content of an attribution."""
        owned: set[str] = set()
        for coding in (self.one, self.other):
            for (kind, role, name), targets in coding.statements.items():
                if kind == "role" and role in self._needs(coding.spans[name].label):
                    owned.update(targets)
        return owned

    def _needs(self, label: str) -> list[str]:
        """The attributes, references, relations and roles that a label must have."""
        needed = self.codebook.needed.get(label, [])
        return [*needed, *self.codebook.labels[label].get("needs", [])]

    def _marks(self) -> Iterator[Disagreement]:
        """Marks of one coder alone, and two labels of one layer in each other's place."""
        alone = [
            {
                name: span
                for name, span in coding.spans.items()
                if name not in self.shared | self.owned
            }
            for coding in (self.one, self.other)
        ]
        first, second = (list(self._rivals(own)) for own in alone)
        rivals = {a.id: b.id for a, b in match(first, second)}
        for name in alone[0]:
            yield self._mark(name, rivals.get(name, ""))
        for name in alone[1].keys() - set(rivals.values()):
            yield self._mark("", name)

    def _rivals(self, alone: Mapping[str, Span]) -> Iterator[PlacedSpan]:
        """Marks that another label may replace, with their layer in place of the label."""
        for span in _placed(alone):
            rules = self.codebook.labels[span.label]
            if rules["kind"] in RIVALS:
                yield span._replace(label=rules["layer"])

    def _mark(self, first: str, second: str) -> Disagreement:
        names = (first, second)
        spans = [
            coding.spans.get(name)
            for coding, name in zip((self.one, self.other), names, strict=True)
        ]
        present = [span for span in spans if span]
        span, what = present[0], present[0].label
        choices: tuple[str, ...] = self.coders
        says = [own.text if own else NOT_MARKED for own in spans]
        if len(present) == 2:
            what, choices = f"label of “{span.text}”", (*self.coders, BOTH, NEITHER)
            says = [
                own.label if own.text == span.text else f"{own.label}: {own.text}"
                for own in present
            ]
        one, two = (own.fragments if own else () for own in spans)
        key = ("mark", span.label, first or second)
        return self._disagreement(key, what, (says[0], says[1]), (one, two), choices, names)

    def _disagreement(
        self,
        key: Key,
        what: str,
        says: tuple[str, str],
        marked: tuple[Fragments, Fragments],
        choices: tuple[str, ...],
        names: tuple[str, str],
    ) -> Disagreement:
        name = names[0] or names[1]
        span = (self.one.places if names[0] else self.other.places)[name]
        at, layer = f"{span.start} {span.end}", self._layer(key, span.label)
        if key[0] == "link":  # the other end too: an event can stand in several links
            other = self.one.places[key[1] if name == key[2] else key[2]]
            at += f" {other.start} {other.end}"
        return Disagreement(at, what, *says, layer, marked, choices, key, names)

    def _layer(self, key: Key, label: str) -> str:
        """The layer of a statement: of the attribute or relation, else of the label."""
        if key[0] == "link":
            return CHRONOLOGY
        rules = {"attribute": self.codebook.attributes, "relation": self.codebook.relations}
        own = rules.get(key[0], {}).get(key[1]) or self.codebook.labels[label]
        return str(own["layer"])

    def _statements(self) -> Iterator[Disagreement]:
        """Statements about annotations of both coders that differ."""
        for key in self.keys:
            kind, label, name = key
            follows = kind == "note" or (kind == "attribute" and label in (KIND, ORIGIN))
            values = [coding.statements.get(key) for coding in (self.one, self.other)]
            if follows or not self.is_shared(key) or _is_same(kind, *values):
                continue
            if kind == "link":
                label, name = sorted((label, name), key=lambda end: self.one.places[end].start)
            if name not in self.one.places:  # it is about a relation, which goes with its ends
                continue
            span = self.one.places[name]
            says = self._says(key, values)
            what = self._what((kind, label, name), span)
            marked = (
                self._marked(self.one, key, values[0]),
                self._marked(self.other, key, values[1]),
            )
            choices = self._choices(key, span.label)
            yield self._disagreement(key, what, says, marked, choices, (name, name))

    def is_shared(self, key: Key) -> bool:
        """Return whether both coders have made what a statement is about."""
        return self.shared.issuperset(_subjects(key))

    def _says(self, key: Key, values: Sequence[Any]) -> tuple[str, str]:
        """Return what each coder states about a mark, as text."""
        kind, _, name = key
        if kind == "words":
            return self.one.places[name].text, self.other.places[name].text
        return self.one.in_words(kind, values[0]), self.other.in_words(kind, values[1])

    def _what(self, key: Key, span: Span) -> str:
        """What a disagreement about a statement is called."""
        kind, label, _ = key
        if kind == "words":
            return f"words of {label}"
        if kind == "link":
            other = self.one.places[label].text
            return f"order of “{other}” and “{span.text}”"
        if kind == "reference":
            registry = "registry" in self.codebook.labels[span.label]
            label = "Reference" if registry else "Value"
        return f"{label} of “{span.text}”"

    def _marked(self, coding: Coding, key: Key, value: Any) -> Fragments:
        """The words that a coder's statement is about."""
        kind, label, name = key
        names = [name]
        if kind == "link":
            names.append(label)
        elif kind in ("role", "relation"):
            names = [*(value or ())]
        return tuple(pair for own in names for pair in coding.places[own].fragments)

    def _choices(self, key: Key, label: str) -> tuple[str, ...]:
        """What may be taken where two coders differ in a statement about a label."""
        kind, name, _ = key
        needed = f"reference to {name}" if kind == "reference" else name
        choices: tuple[str, ...] = self.coders
        several = kind in ("role", "relation")
        if kind == "reference":
            several = "registry" in self.codebook.labels[label]
        if several:
            choices += (BOTH,)
        if kind != "words" and needed not in self._needs(label):
            choices += (NEITHER,)
        return choices

    # --- decisions ---

    def open(self, decisions: Decisions) -> list[Disagreement]:
        """Return what is still to be decided; what an earlier decision has settled is not."""
        left = self._left_out(decisions)
        return [
            one
            for one in self.disagreements
            if one.identity not in decisions and not self._is_settled(one, left)
        ]

    def _is_settled(self, one: Disagreement, left: set[str]) -> bool:
        """Whether two coders no longer differ once some marks are left out."""
        kind = one.key[0]
        if kind not in ("role", "relation"):
            return False
        first, second = (
            tuple(name for name in coding.statements.get(one.key, ()) if name not in left)
            for coding in (self.one, self.other)
        )
        return _is_same(kind, first, second)

    def _left_out(self, decisions: Decisions) -> set[str]:
        """Marks that the decisions leave out."""
        left = set()
        for one in self.disagreements:
            taken = decisions.get(one.identity)
            if one.key[0] == "mark" and taken in (*self.coders, NEITHER):
                left |= {
                    name
                    for name, coder in zip(one.names, self.coders, strict=True)
                    if coder != taken
                }
        return left

    def result(self, decisions: Decisions) -> Annotations:
        """Return the one coding that follows once nothing is open, in canonical form.

        What both coders say is in it unchanged.
        """
        left = self._left_out(decisions)
        values = self._settled(decisions, left)
        in_roles = {name for key, names in values.items() if key[0] == "role" for name in names}
        annotations = _Writer(self, values, left | (self.owned - in_roles)).write()
        counts = quoted_words(annotations, self.text)
        annotations.attributes = [
            item._replace(value=kind_of(*counts[item.target]))
            if item.name == KIND and item.target in counts
            else item
            for item in annotations.attributes
        ]
        return canonical(annotations, self.codebook)

    def _settled(self, decisions: Decisions, left: set[str]) -> dict[Key, Any]:
        """The statements that are made in the end."""
        taken = {one.key: decisions.get(one.identity, "") for one in self.disagreements}
        values = {}
        for key in self.keys:
            value = self._value(key, taken.get(key, ""))
            if value and left.isdisjoint(_subjects(key)):
                values[key] = value
        return values

    def _value(self, key: Key, taken: str) -> Any:
        """What is stated in the end, given what was taken where the coders differ."""
        first, second = (coding.statements.get(key) for coding in (self.one, self.other))
        if key[:2] == ("attribute", ORIGIN) and self.is_shared(key):
            return min(first, second, key=INDEPENDENT.index)
        if key[0] == "note" or taken == BOTH:
            return tuple(dict.fromkeys((*(first or ()), *(second or ()))))
        if taken == NEITHER:
            return None
        if taken == self.coders[1] or not self.one_names.issuperset(_subjects(key)):
            return second
        return first


class _Writer:
    """Writes the statements of two codings as one coding, with shared names for ids."""

    def __init__(self, merge: Merge, values: dict[Key, Any], left: set[str]):
        self.codings, self.values, self.left = (merge.one, merge.other), values, left
        self.codebook, self.builder = merge.codebook, AnnotationBuilder(merge.text)
        self.events = merge.other.events | merge.one.events
        self.words: dict[str, str] = {}  # name -> the words of what is written

    def write(self) -> Annotations:
        """Return the annotations, in no particular order."""
        roles: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for (kind, label, name), value in self.values.items():
            if kind == "words" and name not in self.left:
                self._add_mark(label, name, value)
            elif kind == "role":
                roles[name][label] = value
        for (kind, label, name), value in self.values.items():
            if kind == "link":
                self._add_relation(value, undirected(value))
            elif kind == "relation":
                for target in value:
                    self._add_relation((label, name, target), (label, name, target))
        for name, event in self.events.items():
            if name in self.words:
                self._add_event(event, roles[name])
        for key, value in self.values.items():
            if key[2] in self.words:
                self._add_statement(key, value)
        return self.builder.annotations

    def _add_mark(self, label: str, name: str, fragments: Fragments) -> None:
        """Add a span; that of an event, which several events may have, is its trigger."""
        span = self.events[name].trigger if name in self.events else name
        if span not in self.words:
            self.builder.add_span(label, fragments, ident=span)
        self.words[name] = self.words[span] = covered(self.builder.text, fragments)

    def _add_event(self, event: Event, roles: Mapping[str, Sequence[str]]) -> None:
        """Add an event with its roles in the order of the codebook."""
        order = [*self.codebook.labels[event.label].get("roles", {}), *roles]
        pairs = [
            (role, target)
            for role in sorted(roles, key=order.index)
            for target in roles[role]
            if target in self.words
        ]
        self.builder.add_event(event.label, event.trigger, numbered(pairs), ident=event.id)

    def _add_relation(self, ends: tuple[str, str, str], name: Sequence[str]) -> None:
        if {*ends[1:]} <= self.words.keys():
            self.words[self.builder.add_relation(*ends, ident=" ".join(name))] = ""

    def _add_statement(self, key: Key, value: Any) -> None:
        kind, label, name = key
        if kind == "attribute":
            self.builder.add_attribute(name, label, value)
        elif kind == "note":
            for words in value:
                self.builder.add_note(name, label, words)
        elif kind == "reference":
            for entry in value:
                self.builder.add_reference(name, label, entry, self._repeated(name, entry))

    def _repeated(self, name: str, key: str) -> str:
        """What a reference repeats of the words: if it repeats all, all words of the new span."""
        coding = next(one for one in self.codings if (name, key) in one.texts)
        text = coding.texts[name, key]
        return self.words[name] if text == coding.places[name].text else text


def __dir__() -> list[str]:
    return __all__
