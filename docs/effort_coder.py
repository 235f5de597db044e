"""A coder who knows what is to be annotated, and the keys and clicks that this takes.

`Coder` drives the state of the annotator towards a coding and keeps what a person would do for each
step. What keys and clicks do is that of lib/standoff/authoring/annotator.js.
"""

from collections import defaultdict
from typing import Any, NamedTuple

from standoff.annotation.codebook import Codebook
from standoff.annotation.model import Annotations, Fragments, unnumbered
from standoff.annotation.origin import ORIGIN
from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.annotator_view import Offsets, page
from standoff.authoring.drafting import Draft

Key = tuple[str, Fragments]  # label and place, which name a mark in both codings
DERIVED = {ORIGIN, "Kind"}  # attributes that nobody sets here
PART = "Content"  # a label that marks get from being tied


class Gesture(NamedTuple):
    """What hand or fingers do: `what` is press, type, click, point, drag, add or choose.

    `value` is a key, what is typed, the CSS selector of a control, an offset in the text, a
    stretch of it, or a selector with the option to choose there.
    """

    what: str
    value: Any

    @property
    def keys(self) -> int:
        """How many keys it takes; two that are held together are one."""
        return {"press": 1, "type": len(self.value)}.get(self.what, 0) if self.is_typed else 0

    @property
    def is_typed(self) -> bool:
        """Whether it is done with keys."""
        return self.what in ("press", "type")

    @property
    def clicks(self) -> int:
        """How many clicks it takes; choosing from a list that opens takes two."""
        return {"click": 1, "point": 1, "choose": 2}.get(self.what, 0)

    @property
    def drags(self) -> int:
        """How often the mouse is dragged over words."""
        return int(self.what in ("drag", "add"))


class Action(NamedTuple):
    """One thing that is done in the annotator, by name, and its gestures."""

    name: str
    gestures: tuple[Gesture, ...]


class Mark(NamedTuple):
    """A mark with all that is said of it; others are named by label and place."""

    ident: str
    key: Key
    words: str
    attributes: dict[str, str]
    refers: list[str]
    roles: list[tuple[str, Key]]
    relations: list[tuple[str, Key]]


def marks_of(annotations: Annotations, book: Codebook) -> dict[Key, Mark]:
    """Return the marks beyond zones and sentences, events first, as the annotator has them."""
    base = book.of_kind("zone") | book.of_kind("sentence")
    spans = {span.id: span for span in annotations.spans}
    own = {event.id: spans[event.trigger] for event in annotations.events}
    triggers = {event.trigger for event in annotations.events}
    own |= {
        ident: span
        for ident, span in spans.items()
        if ident not in triggers and span.label not in base
    }
    keys = {ident: span.mark for ident, span in own.items()}
    attributes: dict[str, dict[str, str]] = defaultdict(dict)
    refers, roles, relations = (defaultdict[str, list](list) for _ in range(3))
    for item in annotations.attributes:
        attributes[item.target][item.name] = item.value
    for link in annotations.normalisations:
        refers[link.target].append(link.key)
    for event in annotations.events:
        roles[event.id] = [(unnumbered(role), keys[target]) for role, target in event.roles]
    for one in annotations.relations:
        relations[one.a].append((one.label, keys[one.b]))
    return {
        span.mark: Mark(
            ident,
            span.mark,
            span.text,
            attributes[ident],
            refers[ident],
            roles[ident],
            relations[ident],
        )
        for ident, span in own.items()
    }


def overlap(one: Key, other: Key) -> bool:
    """Whether two marks have a character in common."""
    return any(a < d and c < b for a, b in one[1] for c, d in other[1])


def to_find(
    words: str, options: list[tuple[str, list[str]]], wanted: str, least: int
) -> list[Gesture]:
    """Return what finds an option in a list: the beginning of some words, arrows, and Enter.

    `options` are names with what is searched; at least so many letters are typed. It is the way
    with the fewest keys.
    """
    ways = []
    for length in range(least, len(words) + 1):
        typed = words[:length].lower()
        fitting = [one for one in options if any(typed.strip() in each.lower() for each in one[1])]
        fitting.sort(
            key=lambda one: not any(each.lower().startswith(typed.strip()) for each in one[1])
        )
        arrows = [name for name, _ in fitting].index(wanted)
        ways.append((length + arrows, typed, arrows))
    _, typed, arrows = min(ways)
    down, enter = Gesture("press", "ArrowDown"), Gesture("press", "Enter")
    return [Gesture("type", typed), *[down] * arrows, enter]


class Coder:
    """Codes an article in the annotator until its marks are those of a goal.

    `actions` holds what was done, and `decisions` what became of each draft: (label, "confirmed",
    "mended" or "rejected").
    """

    def __init__(self, state: AnnotatorSession, goal: dict[Key, Mark]):
        self.state, self.goal = state, goal
        self.page = page(state, Offsets(state.text))
        self.actions: list[Action] = []
        self.decisions: dict[str, tuple[str, str]] = {}
        self.selected = ""
        self.tab = "mark"
        self.is_typing = False  # the cursor is in a field beside the text
        self._seen: Annotations | None = None
        self._here: dict[Key, Mark] = {}

    def work(self) -> None:
        """Decide on the drafts, then go through the text, then remove what is left over."""
        while self.state.drafts:
            self.decide(self.state.drafts[0])
        in_order = sorted(self.goal.values(), key=lambda mark: mark.key[1])
        for mark in in_order:
            if mark.key[0] != PART:
                self.make(mark)
                self.link(in_order)
        for key in [*self.here]:
            if key not in self.goal and key in self.here:
                self.remove(self.here[key])

    @property
    def here(self) -> dict[Key, Mark]:
        """The marks that there are now."""
        if self._seen is not self.state.annotations:
            self._seen = self.state.annotations
            self._here = marks_of(self._seen, self.state.book)
        return self._here

    def mark(self, ident: str) -> Mark:
        """The mark with an id."""
        return next(one for one in self.here.values() if one.ident == ident)

    def do(self, name: str, *gestures: Gesture) -> None:
        """Keep an action."""
        self.actions.append(Action(name, gestures))

    # --- drafts ---

    def decide(self, one: Draft) -> None:
        """Confirm the first draft in the list, mend it, or reject it."""
        wanted = self.wanted(one)
        if self.tab != "drafts":
            leave = [Gesture("press", "Escape")] if self.is_typing else []
            go = Gesture("press", "2")
            if not self.actions:  # keys reach the annotator only once it was clicked
                go = Gesture("click", '[data-focus="tab-drafts"]')
            self.do("go to the drafts", *leave, go)
            self.tab, self.is_typing = "drafts", False
        if wanted is None:
            self.state.reject(one.id)
            self.decisions[one.id] = (one.label, "rejected")
            return self.do("reject a draft", Gesture("press", "Backspace"))
        ident = self.state.accept(one.id)
        self.selected = ident
        if self.is_complete(ident, wanted):
            self.do("confirm a draft", Gesture("press", "Enter"))
        else:
            self.do("confirm a draft and open it", Gesture("press", "e"))
            self.tab = "mark"
            self.complete(ident, wanted)
        origin = self.here[wanted.key].attributes[ORIGIN]
        self.decisions[one.id] = (one.label, origin)

    def wanted(self, one: Draft) -> Mark | None:
        """The mark of the goal that a draft proposes, or one that overlaps it."""
        key = (one.label, one.fragments)
        if key in self.goal:
            return self.goal[key]
        missing = self.goal.keys() - self.here.keys()
        found = [other for other in missing if other[0] == one.label and overlap(key, other)]
        return self.goal[min(found)] if found else None

    def is_complete(self, ident: str, wanted: Mark) -> bool:
        """Whether nothing is left to do at a mark but links to others."""
        mark = self.mark(ident)
        return (
            mark.key == wanted.key
            and stated(mark) == stated(wanted)
            and sorted(mark.refers) == sorted(wanted.refers)
            and sorted(mark.roles) == sorted(wanted.roles)
        )

    # --- marks ---

    def make(self, wanted: Mark) -> None:
        """Make a mark, unless it is there, and describe it."""
        if wanted.key in self.here:
            return self.complete(self.here[wanted.key].ident, wanted)
        label = wanted.key[0]
        layers = [*self.page["layers"]]
        options = [
            (name, [one["title"], name])
            for name, one in sorted(
                self.page["labels"].items(), key=lambda item: layers.index(item[1]["layer"])
            )
            if one["kind"] not in ("zone", "sentence")
        ]
        title = self.page["labels"][label]["title"]
        find = to_find(title, options, label, 1)
        self.do("mark words", *select_words(wanted.key[1]), *find)
        self.selected = self.state.mark(*wanted.key)
        self.at_text()
        return self.complete(self.selected, wanted)

    def at_text(self) -> None:
        """The next key is one for the text."""
        self.tab, self.is_typing = "mark", False

    def complete(self, ident: str, wanted: Mark) -> None:
        """Bring place, attributes, links and roles of a mark to those of the goal."""
        if self.mark(ident).key != wanted.key:
            self.move(ident, wanted.key)
        mark = self.mark(ident)
        for name in sorted(stated(mark).keys() | stated(wanted).keys()):
            if mark.attributes.get(name) != wanted.attributes.get(name):
                self.set_attribute(ident, name, wanted.attributes.get(name))
        if sorted(mark.refers) != sorted(wanted.refers):
            if self.page["labels"][mark.key[0]]["registry"] == "actors":
                self.refer(mark, wanted)
            else:
                self.give_value(mark, wanted)
        self.fill_roles(ident, wanted)

    def move(self, ident: str, key: Key) -> None:
        """Give a mark other words."""
        self.select(ident)
        self.do("give a mark other words", *select_words(key[1]), Gesture("press", "="))
        self.state.move(ident, key[1])
        self.at_text()

    def remove(self, mark: Mark) -> None:
        """Remove a mark."""
        self.select(mark.ident)
        leave = [Gesture("press", "Escape")] if self.is_typing else []
        self.do("remove a mark", *leave, Gesture("press", "Delete"))
        self.state.remove(mark.ident)
        self.selected = ""
        self.at_text()

    def select(self, ident: str) -> None:
        """Click a mark until it is selected, where the fewest clicks do so."""
        if self.selected == ident:
            return
        clicks = {}
        for start, end in self.mark(ident).key[1]:
            for at in range(start, end):
                there = self.marks_at(at)
                now = there.index(self.selected) if self.selected in there else -1
                clicks[at] = (there.index(ident) - now - 1) % len(there) + 1
        at = min(clicks, key=clicks.__getitem__)
        self.do("select a mark", *[Gesture("point", at)] * clicks[at])
        self.selected = ident
        self.at_text()

    def marks_at(self, at: int) -> list[str]:
        """The ids of the marks at an offset, the shortest first."""
        found = [
            (end - start, mark.ident)
            for mark in self.here.values()
            for start, end in mark.key[1]
            if start <= at < end
        ]
        return [ident for _, ident in sorted(found, key=lambda pair: pair[0])]

    # --- what is said of a mark ---

    def set_attribute(self, ident: str, name: str, value: str | None) -> None:
        """Choose a value of an attribute, or none."""
        self.select(ident)
        control = f'[data-focus="set-{name}-{value}"]' if value else f'[aria-label="No {name}"]'
        self.do("choose an attribute", Gesture("click", control))
        self.state.set_attribute(ident, name, value)
        self.is_typing = False

    def refer(self, mark: Mark, wanted: Mark) -> None:
        """Link a mention to its actors."""
        self.select(mark.ident)
        actors = self.state.registry["actors"]
        linked = list(mark.refers)
        for wrong in [one for one in linked if one not in wanted.refers]:
            name = actors[wrong]["name"]
            self.do("unlink an actor", Gesture("click", f'[aria-label="Unlink {name}"]'))
            linked.remove(wrong)
            self.state.refer(mark.ident, linked)
        for right in [one for one in wanted.refers if one not in linked]:
            opened = [Gesture("click", '[data-focus="another-actor"]')] if linked else []
            self.do(
                "link an actor",
                *opened,
                Gesture("click", '[data-focus="actor"]'),
                *self.to_find_actor(right, mark.words, linked),
            )
            linked.append(right)
            self.state.refer(mark.ident, linked)
        self.is_typing = True

    def to_find_actor(self, actor: str, words: str, linked: list[str]) -> list[Gesture]:
        """What is typed to find an actor; those whose name is near the words come first."""
        words = words.lower()
        options = [
            (ident, [entry["name"], ident])
            for ident, entry in self.state.registry["actors"].items()
            if ident not in linked
        ]
        options.sort(
            key=lambda one: words not in one[1][0].lower() and one[1][0].lower() not in words
        )
        return to_find(self.state.registry["actors"][actor]["name"], options, actor, 0)

    def give_value(self, mark: Mark, wanted: Mark) -> None:
        """Write the value of a time in place of the one that it has."""
        self.select(mark.ident)
        field = Gesture("click", '[data-focus="value"]')
        clear = [Gesture("press", "Control+a"), Gesture("press", "Delete")] if mark.refers else []
        value = "".join(wanted.refers)
        self.do(
            "write a date or duration",
            field,
            *(clear[:1] if value else clear),
            Gesture("type", value),
            Gesture("press", "Enter"),
        )
        self.state.refer(mark.ident, wanted.refers)
        self.is_typing = True

    # --- what joins marks ---

    def fill_roles(self, ident: str, wanted: Mark) -> None:
        """Tie what a mark lacks, untie or move what does not belong to it."""
        moved = []
        for role, key in self.mark(ident).roles:
            if (role, key) in wanted.roles:
                continue
            others = [
                other
                for name, other in wanted.roles
                if name == role and other not in self.here and overlap(key, other)
            ]
            if others and key not in self.goal:
                moved.append((key, others[0]))
                continue
            self.select(ident)
            self.do("untie a mark", Gesture("click", f'[aria-label^="Untie {role} "]'))
            self.state.tie(ident, role, self.here[key].ident)
            self.is_typing = False
        places = {place for _, place in moved}
        for role, key in wanted.roles:
            if (role, key) not in self.mark(ident).roles and key not in places:
                self.tie(ident, role, key)
        for key, place in moved:
            self.move(self.here[key].ident, place)

    def link(self, in_order: list[Mark]) -> None:
        """Relate marks, as soon as both are there."""
        for wanted in in_order:
            if wanted.key not in self.here:
                continue
            mark = self.here[wanted.key]
            for name, key in wanted.relations:
                if (name, key) not in mark.relations and key in self.here:
                    self.tie(mark.ident, name, key)

    def tie(self, ident: str, name: str, key: Key) -> None:
        """Tie a mark to another: choose how, then click the other or select its words."""
        self.select(ident)
        control, pieces = f'[data-focus="tie-{name}"]', key[1]
        begin = Gesture("click", control)
        if self.page["relations"].get(name, {}).get("layer") == "chronology":
            begin = Gesture("choose", ('[data-focus="tie-time"]', name))
        at = self.place_to_tie(ident, name, key)
        if at is not None:
            self.do("tie a mark", begin, Gesture("point", at))
            self.state.tie(ident, name, self.here[key].ident)
        elif len(pieces) == 1:
            self.do("tie words", begin, *select_words(pieces))
            self.state.tie_words(ident, name, pieces)
        else:
            join = Gesture("click", f'[data-focus="join-as {name}"]')
            self.do("tie words", *select_words(pieces), join)
            self.state.tie_words(ident, name, pieces)
        self.at_text()

    def place_to_tie(self, ident: str, name: str, key: Key) -> int | None:
        """Where a click ties a mark to another; None if the other is not there to be clicked."""
        if key not in self.here:
            return None
        own = self.page["labels"][self.mark(ident).key[0]]["roles"]
        allowed = own.get(name) or self.page["relations"][name]["b"]
        labels = {mark.ident: mark.key[0] for mark in self.here.values()}
        for at in range(*key[1][0]):
            fitting = [one for one in self.marks_at(at) if one != ident and labels[one] in allowed]
            if fitting and fitting[0] == self.here[key].ident:
                return at
        return None


def stated(mark: Mark) -> dict[str, str]:
    """The attributes of a mark that a coder sets."""
    return {name: value for name, value in mark.attributes.items() if name not in DERIVED}


def select_words(fragments: Fragments) -> list[Gesture]:
    """Drag over words; over further pieces with Ctrl held."""
    return [Gesture("add" if number else "drag", one) for number, one in enumerate(fragments)]
