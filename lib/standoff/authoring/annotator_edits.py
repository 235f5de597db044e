"""What a coder can do to the annotations of a text: mark, link, tie, change and remove.

Nothing here knows of files or browsers. What cannot be done raises `ValueError` with a message for
the coder; what can be done but breaks a rule of the codebook is left to `check`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ..annotation.annotation_builder import AnnotationBuilder, numbered
from ..annotation.codebook import Codebook
from ..annotation.limits import CONTROL
from ..annotation.model import (
    REMARK,
    Annotations,
    Event,
    Fragments,
    Span,
    covered,
    unnumbered,
)
from ..annotation.ordering import edit_all, without
from ..annotation.origin import DRAFTED, ORIGIN
from ..annotation.words import kind_of, quoted_words
from .derivations import derive, mark_speech

__all__ = ["Editor", "neat"]

ZERO_WIDTH_JOINER = "\u200d"
SKIN = range(0x1F3FB, 0x1F400)  # modifiers of an emoji's colour


def is_joined(text: str, at: int) -> bool:
    """Whether the character at an offset belongs to the letter or emoji before it.

    >>> is_joined("e\\u0301t", 1), is_joined("et", 1)
    (True, False)
    """
    if not 0 < at < len(text):
        return False
    mark = text[at]
    return (
        unicodedata.category(mark)[0] == "M"
        or mark == ZERO_WIDTH_JOINER
        or text[at - 1] == ZERO_WIDTH_JOINER
        or ord(mark) in SKIN
    )


def neat(text: str, fragments: Iterable[tuple[int, int]]) -> Fragments:
    """Return stretches in the order of the text, without blanks at their ends.

    A letter keeps its accents; stretches that touch are one. Raises `ValueError` if nothing is left
    or a line ends within one.

    >>> neat("So he said it.", [(5, 11), (0, 3)])
    ((0, 2), (6, 10))
    """
    stretches: list[tuple[int, int]] = []
    for start, end in sorted(_trimmed(text, *pair) for pair in fragments):
        if start >= end:
            continue
        if "\n" in text[start:end]:
            raise ValueError("A mark stays within one paragraph; select fewer words.")
        if stretches and start <= stretches[-1][1]:
            first, last = stretches.pop()
            stretches.append((first, max(end, last)))
        else:
            stretches.append((start, end))
    if not stretches:
        raise ValueError("No words are selected.")
    return tuple(stretches)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without blanks at its ends, and with whole letters there."""
    start, end = max(start, 0), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        while is_joined(text, start):
            start -= 1
        while is_joined(text, end):
            end += 1
    return start, end


def _check_word(word: str, expected: str = "one word") -> None:
    """Raise `ValueError` for what would not be one word of a line of an `.ann` file."""
    if not word or CONTROL.search(word) or any(letter.isspace() for letter in word):
        raise ValueError(f"{word!r} is not one word; expected {expected}.")


class Editor(AnnotationBuilder):
    """Changes the annotations of one text as a coder does, step by step.

    An annotation is named by the id of its event, or of its span if it is no event. `actors` is the
    registry. The ids of what a step made or changed are in `touched`, those made also in `made`.
    """

    def __init__(
        self, text: str, annotations: Annotations, codebook: Codebook, actors: Mapping[str, Any]
    ):
        super().__init__(text, edit_all(annotations, lambda item: item))
        self.book, self.actors = codebook, actors
        self.touched: dict[str, None] = {}
        self.made: list[str] = []
        self.kinds = quoted_words(annotations, text)

    def item(self, ident: str) -> Span | Event:
        """Return an event or a span. Raises `ValueError` if there is none of this id."""
        for item in self._marks():
            if item.id == ident:
                return item
        raise ValueError("This mark is no longer there.")

    def span_of(self, ident: str) -> Span:
        """Return the span of an annotation: its own, or that of its trigger."""
        item = self.item(ident)
        if isinstance(item, Event):
            item = self.item(item.trigger)
        if isinstance(item, Event):
            raise ValueError("This mark has no words of its own.")
        return item

    # --- marks ---

    def mark(self, label: str, fragments: Iterable[tuple[int, int]]) -> str:
        """Mark words with a label; return the id. What follows from the text is filled in."""
        rules = self._rules(label)
        place = neat(self.text, fragments)
        is_event = rules["kind"] == "event"
        if not rules.get("stacked") and any(
            span.mark == (label, place) for span in self.annotations.spans
        ):
            raise ValueError(f"These words are marked as {self.book.title(label)} already.")
        ident = self.add_span(label, place)
        if is_event:
            ident = self.add_event(label, ident)
        self.made.append(ident)
        self._touch(ident)
        return ident

    def _rules(self, label: str) -> dict[str, Any]:
        rules = self.book.labels.get(label)
        if rules is None or rules["kind"] in ("zone", "sentence"):
            raise ValueError(f"'{label}' is no label for words.")
        return rules

    def move(self, ident: str, fragments: Iterable[tuple[int, int]]) -> None:
        """Give a mark other words; several stretches make one mark in pieces."""
        place, span = neat(self.text, fragments), self.span_of(ident)
        moved = span._replace(fragments=place, text=covered(self.text, place))
        self._replace(self.annotations.spans, span, moved)
        self.annotations.normalisations = [
            one._replace(text=moved.text) if (one.target, one.text) == (ident, span.text) else one
            for one in self.annotations.normalisations
        ]
        self._touch(ident, *self._users_of(ident))

    def relabel(self, ident: str, label: str) -> str:
        """Give a mark another label; return its id, which is new if it becomes an event or ceases
        to be one. What the new label does not allow is dropped."""
        item, rules = self.item(ident), self._rules(label)
        if (rules["kind"] == "event") != isinstance(item, Event):
            place = self.span_of(ident).fragments
            self.remove(ident)
            return self.mark(label, place)
        span = self.span_of(ident)
        self._replace(self.annotations.spans, span, span._replace(label=label))
        if isinstance(item, Event):
            allowed = rules.get("roles", {})
            roles = tuple(pair for pair in item.roles if unnumbered(pair[0]) in allowed)
            self._replace(self.annotations.events, item, item._replace(label=label, roles=roles))
        parts, names = self.annotations, [ORIGIN, *self.book.attributes_of(label)]
        parts.attributes = [
            one for one in parts.attributes if one.target != ident or one.name in names
        ]
        parts.normalisations = [
            one
            for one in parts.normalisations
            if one.target != ident or one.db == rules.get("registry")
        ]
        parts.relations = [
            one
            for one in parts.relations
            if one.a != ident or one.label in self.book.relations_of(label)
        ]
        self._touch(ident)
        return ident

    def remove(self, ident: str) -> None:
        """Remove a mark with all that is about it, and contents that belong to nothing else."""
        item, span = self.item(ident), self.span_of(ident)
        self._touch(*self._users_of(ident))
        doomed = {span.id}
        if isinstance(item, Event):
            others = [event for event in self.annotations.events if event is not item]
            if any(event.trigger == span.id for event in others):
                doomed = {item.id}
            used = {target for event in others for _, target in event.roles}
            doomed |= {
                target
                for role, target in item.roles
                if self._is_only_a_role(target) and target not in used
            }
        self.annotations = without(self.annotations, doomed)
        self.touched = {one: None for one in self.touched if self._exists(one)}
        for event in self.annotations.events:
            self._set_roles(event, [(unnumbered(role), target) for role, target in event.roles])

    def _is_only_a_role(self, ident: str) -> bool:
        """Whether a span is nothing but a part of an event, such as a content."""
        label = self.item(ident).label
        rules = self.book.labels.get(label, {})
        is_plain = rules.get("kind") == "span" and "registry" not in rules
        return is_plain and not self.book.attributes_of(label)

    def _exists(self, ident: str) -> bool:
        return any(item.id == ident for item in self._marks())

    def _marks(self) -> list[Span | Event]:
        return [*self.annotations.events, *self.annotations.spans]

    # --- what is said about a mark ---

    def set_attribute(self, ident: str, name: str, value: str | None) -> None:
        """Set an attribute of a mark, or remove it."""
        self.item(ident)
        self._drop(self.annotations.attributes, target=ident, name=name)
        if value:
            if name not in {*self.book.attributes, ORIGIN}:
                raise ValueError(f"{name!r} is no attribute of this codebook.")
            _check_word(value)
            self.add_attribute(ident, name, value)
        if name != ORIGIN:
            self._touch(ident)

    def refer(self, ident: str, keys: Iterable[str]) -> None:
        """Link a mark to entries of its label's registry, instead of those that it is linked to.

        A time is linked to its value.
        """
        collection = self.book.labels.get(self.item(ident).label, {}).get("registry")
        if collection is None:
            raise ValueError(
                f"This {self.book.title(self.item(ident).label)} is linked to nothing."
            )
        self._drop(self.annotations.normalisations, target=ident, db=collection)
        for key in dict.fromkeys(keys):
            _check_word(key, "a date such as 2017-04-14")
            self.add_reference(ident, collection, key, self.span_of(ident).text)
        self._touch(ident)

    def remark(self, ident: str, words: str) -> None:
        """Write a remark on a mark in place of the one that it has; an empty one removes it."""
        self.item(ident)
        self._drop(self.annotations.notes, target=ident, kind=REMARK)
        if words := " ".join(CONTROL.sub(" ", words).split()):
            self.add_note(ident, REMARK, words)

    # --- what joins two marks ---

    def tie(self, ident: str, name: str, target: str) -> None:
        """Make one mark a role of another, or relate the two.

        `name` is a role of the event `ident`, or a relation. What is tied already is untied.
        """
        item, other = self.item(ident), self.item(target)
        if ident == target:
            raise ValueError("A mark cannot be tied to itself.")
        roles = self.book.labels.get(item.label, {}).get("roles", {})
        if name in roles and isinstance(item, Event):
            self._check_side(other, name, roles[name])
            pairs = [(unnumbered(role), one) for role, one in item.roles]
            if (name, target) in pairs:
                pairs.remove((name, target))
            else:
                pairs.append((name, target))
            self._set_roles(item, pairs)
        elif name in self.book.relations:
            self._relate(item, name, other)
        else:
            raise ValueError(f"This {self.book.title(item.label)} has no {name}.")
        self._touch(ident)

    def _relate(self, item: Span | Event, name: str, other: Span | Event) -> None:
        rules = self.book.relations[name]
        self._check_side(item, name, rules["a"])
        self._check_side(other, name, rules["b"])
        ends = (name, item.id, other.id)
        same = {one.id for one in self.annotations.relations if (one.label, one.a, one.b) == ends}
        if same:
            self.annotations = without(self.annotations, same)
        else:
            self.add_relation(*ends)

    def _check_side(self, item: Span | Event, name: str, allowed: Collection[str]) -> None:
        if not self.book.fits(item.label, allowed):
            expected = " or ".join(one.lstrip("@") for one in allowed)
            raise ValueError(
                f"{name} leads to “{self.book.title(item.label)}”; expected {expected}."
            )

    def tie_words(self, ident: str, name: str, fragments: Iterable[tuple[int, int]]) -> str:
        """Mark words as the label that a role or relation leads to, and tie them; return their id.

        A mark of that label with the same words is used. Quotation marks in a content become
        Quoted, of speech, as in notes.
        """
        rules = self.book.labels.get(self.item(ident).label, {})
        allowed = rules.get("roles", {}).get(name) or self.book.relations.get(name, {}).get("b")
        label = next((one for one in allowed or () if one in self.book.labels), None)
        if label is None:
            raise ValueError(f"{name} leads to a mark; click one.")
        place = neat(self.text, fragments)
        used = [span.id for span in self.annotations.spans if span.mark == (label, place)]
        target = used[0] if used else self.mark(label, place)
        self.tie(ident, name, target)
        if name == "Content":
            speech = [span.id for span in mark_speech(self, self.book, place)]
            self.made += speech
            self._touch(*speech)
        return target

    def _set_roles(self, event: Event, pairs: list[tuple[str, str]]) -> None:
        """Give an event these roles, of which the second of a name gets the number 2."""
        roles = numbered(pairs)
        self._replace(self.annotations.events, event, event._replace(roles=roles))

    # --- what follows ---

    def finish(
        self, origin: str | None = None, origin_of: Callable[[str], str] | None = None
    ) -> None:
        """Fill in what follows from the step: kinds of attributions, and for new marks the actor,
        Form, Kind and Channel. New marks get `origin`; `origin_of` gives that of drafted ones."""
        derive(self, self.book, self.actors, self.made)
        for ident, counts in quoted_words(self.annotations, self.text).items():
            is_asked = "Kind" in self.book.needed.get(self.item(ident).label, ())
            if is_asked and counts != self.kinds.get(ident):
                self.set_attribute(ident, "Kind", kind_of(*counts))
        origins = {item.target: item.value for item in self.annotations.attributes_named(ORIGIN)}
        for ident in [one for one in self.made if origin and one not in origins]:
            self.set_attribute(ident, ORIGIN, origin)
        for ident in list(self.touched):
            if origin_of and origins.get(ident) in DRAFTED:
                self.set_attribute(ident, ORIGIN, origin_of(ident))

    def _users_of(self, ident: str) -> list[str]:
        """The events of which a mark is a role."""
        return [
            event.id
            for event in self.annotations.events
            if any(target == ident for _, target in event.roles)
        ]

    def _touch(self, *idents: str) -> None:
        self.touched |= dict.fromkeys(idents)

    @staticmethod
    def _drop(items: list, **fields: str) -> None:
        """Remove the items that have all these values."""
        items[:] = [one for one in items if not fields.items() <= one._asdict().items()]

    @staticmethod
    def _replace(items: list, old: Any, new: Any) -> None:
        items[items.index(old)] = new
