"""Two codings of one article: where they differ, and the one coding that decisions make of them.

Annotations are paired as agreement pairs them: of one label, on words that overlap. What a coding
says of them are statements: on which words, which value of an attribute, who plays a role, what a
relation joins. Two statements that differ about annotations of both coders are a disagreement; an
annotation of one coder alone is taken or left out together with its attributes and links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..annotation.codebook import CHRONOLOGY, Codebook
from ..annotation.model import Annotations, Fragments, Span
from ..annotation.ordering import canonical
from ..annotation.origin import ORIGIN
from ..annotation.span_index import touched, widened
from ..annotation.words import kind_of, quoted_words
from ..corpus.place_names import place_names
from ..measures.pairing import GIVEN, PlacedSpan, in_one_sentence, match
from ..measures.statements import Key, codings_of, is_same, subjects
from .statement_writer import StatementWriter

__all__ = ["BOTH", "NEITHER", "NOT_MARKED", "Decisions", "Disagreement", "Merge"]

BOTH, NEITHER = "both", "neither"  # what may be taken besides one coder's
NOT_MARKED = "not marked"  # what a coder says of words who does not mark them
RIVALS = ("frame", "event")  # kinds of labels that can stand in each other's place
KIND = "Kind"  # the attribute that follows from the content and its quotation marks
INDEPENDENT = (None, "added", "mended", "confirmed")  # origins, the most independent first

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
        self.codings, _ = codings_of(codings, codebook)
        self.one, self.other = self.codings
        self.one_names = set(self.one.names.values())
        self.shared = self.one_names & set(self.other.names.values())
        self.keys = list(self.one.statements | self.other.statements)
        self.sentences, self.zones = (self._stretches(kind) for kind in ("sentence", "zone"))
        self.owned = self._owned()
        self.disagreements = sorted([*self._marks(), *self._statements()], key=self._order)

    def _stretches(self, kind: str) -> list[Span]:
        return self.one.annotations.in_text_order(self.codebook.of_kind(kind))

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
        sentences = [] if whole else touched(start, end, self.sentences)
        return widened(start, end, sentences or self.zones)

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
        for coding in self.codings:
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
            for coding in self.codings
        ]
        first, second = (list(self._rivals(own)) for own in alone)
        rivals = {a.id: b.id for a, b in match(first, second)}
        for name in alone[0]:
            yield self._mark(name, rivals.get(name, ""))
        for name in alone[1].keys() - set(rivals.values()):
            yield self._mark("", name)

    def _rivals(self, alone: Mapping[str, Span]) -> Iterator[PlacedSpan]:
        """Marks that another label may replace, with their layer in place of the label."""
        for span in in_one_sentence(alone):
            rules = self.codebook.labels[span.label]
            if rules["kind"] in RIVALS:
                yield span._replace(label=rules["layer"])

    def _mark(self, first: str, second: str) -> Disagreement:
        names = (first, second)
        spans = [coding.spans.get(name) for coding, name in zip(self.codings, names, strict=True)]
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
            values = [coding.statements.get(key) for coding in self.codings]
            if follows or not self.is_shared(key) or is_same(kind, *values):
                continue
            if kind == "link":
                label, name = sorted((label, name), key=lambda end: self.one.places[end].start)
            if name not in self.one.places:  # it is about a relation, which goes with its ends
                continue
            span = self.one.places[name]
            what = self._what((kind, label, name), span)
            says = (self.one.says(key), self.other.says(key))
            marked = (self.one.marked(key), self.other.marked(key))
            choices = self._choices(key, span.label)
            yield self._disagreement(key, what, says, marked, choices, (name, name))

    def is_shared(self, key: Key) -> bool:
        """Return whether both coders have made what a statement is about."""
        return self.shared.issuperset(subjects(key))

    def _what(self, key: Key, span: Span) -> str:
        """What a disagreement about a statement is called."""
        kind, label, _ = key
        if kind == "words":
            return f"words of {label}"
        if kind == "link":
            other = self.one.places[label].text
            return f"order of “{other}” and “{span.text}”"
        if kind == "reference":
            label = "Reference" if self._has_registry(span.label) else "Value"
        return f"{label} of “{span.text}”"

    def _has_registry(self, label: str) -> bool:
        return "registry" in self.codebook.labels[label]

    def _choices(self, key: Key, label: str) -> tuple[str, ...]:
        """What may be taken where two coders differ in a statement about a label."""
        kind, name, _ = key
        choices: tuple[str, ...] = self.coders
        if kind == "reference":
            name = f"reference to {name}"
        if kind in ("role", "relation") or (kind == "reference" and self._has_registry(label)):
            choices += (BOTH,)
        if kind != "words" and name not in self._needs(label):
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
            for coding in self.codings
        )
        return is_same(kind, first, second)

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
        writer = StatementWriter(self.codings, self.text)
        annotations = writer.write(values, left | (self.owned - in_roles))
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
            if value and left.isdisjoint(subjects(key)):
                values[key] = value
        return values

    def _value(self, key: Key, taken: str) -> Any:
        """What is stated in the end, given what was taken where the coders differ."""
        first, second = (coding.statements.get(key) for coding in self.codings)
        if key[:2] == ("attribute", ORIGIN) and self.is_shared(key):
            return min(first, second, key=INDEPENDENT.index)
        if key[0] == "note" or taken == BOTH:
            return tuple(dict.fromkeys((*(first or ()), *(second or ()))))
        if taken == NEITHER:
            return None
        if taken == self.coders[1] or not self.one_names.issuperset(subjects(key)):
            return second
        return first
