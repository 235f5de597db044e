"""Invented articles with every layer of annotation, coded by gold, a and b, for benchmarks: a
project folder as `new` and `accept` would make it.

The same seed gives the same files. What the articles say is nonsense; that it is well-formed
`python -m standoff check` says.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from standoff.annotation import brat
from standoff.annotation.codebook import Codebook
from standoff.annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
)
from standoff.annotation.ordering import canonical, with_base, without
from standoff.annotation.problems import Report
from standoff.annotation.registries import KINDS
from standoff.authoring.project import Entry, accept, add

__all__ = ["make"]

FIRST, LAST = (
    "Ada Ben Cora Dov Edda Finn Gita Hugo".split(),
    "Arken Brook Corvel Dunmore Elster Farrow".split(),
)
PEOPLE = [f"{first} {last}" for first in FIRST for last in LAST]
BODIES = [
    f"{place} {kind}"
    for place in ("Northern", "Southern", "Coastal", "Upland")
    for kind in ("Union", "Ministry", "Council")
]
TRACKS = ("river-talks", "harbour-round", "upland-forum")
FRAMES = "Rivalry Indispensable Ownership Engagement BadFaith Disarray Threat Failure".split()
# label, verb, move (with a track), factualities
DEEDS = [
    ("Consult", "met", "attend"), ("Consult", "hosted", "host"), ("Request", "invited", "invite"), ("Reject", "rebuffed", "decline"),
    ("Agree", "accepted", "accept"), ("Accuse", "accused", ""), ("Aid", "supplied", ""), ("Assault", "attacked", ""), ("Support", "backed", ""),
]  # fmt: skip
VALUES = {
    "Function": "problem cause judgement remedy".split(),
    "Valence": "negative neutral positive".split(),
    "Factuality": "fact possible planned".split(),
}
MISSED, CHANGED = 0.06, 0.08  # how much of gold another coder does not mark, or rates otherwise
CROSSED = 0.05  # articles that contradict themselves in time, and are marked for it


def make(folder: Path, articles: int, seed: int = 1) -> Path:
    """A new project of so many articles in `folder`, which must not exist yet."""
    rng, texts = random.Random(seed), folder.parent / f"{folder.name}-texts"
    texts.mkdir()
    written = {f"article-{number:04}": _written(number, rng) for number in range(articles)}
    entries = []
    for name, article in written.items():
        path = texts / f"{name}.txt"
        path.write_text(article.text, encoding="utf-8")
        entries.append(
            Entry(
                path,
                article.title,
                article.published,
                name,
                {"outlet": f"Outlet {int(name[-2:]) % 20}", "language": "en"},
                ["Nora Vale"],
            )
        )
    add(folder, entries, like=Path(__file__).parents[2] / "seeds")
    _registries(folder)
    accept(folder)
    book = Codebook.read(folder / "codebook.toml", Report())
    for name, article in written.items():
        _code(folder / name, article.found, book, rng)
    return folder


def _registries(folder):
    bodies = [(_id(body), body, "") for body in BODIES]
    people = [
        (_id(name), name, _id(BODIES[n % len(BODIES)]) if n % 3 else "")
        for n, name in enumerate(PEOPLE)
    ]
    lines = []
    for number, (ident, name, above) in enumerate([*bodies, *people]):
        lines += [
            f"[{ident}]",
            f'name = "{name}"',
            f'kind = "{KINDS[number % len(KINDS)]}"',
            'country = "none"',
            f"named = {str(number % 7 > 0).lower()}",
        ]
        lines += [f'part_of = "{above}"'] if above else []
    (folder / "actors.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    host = _id(BODIES[0])
    tracks = (
        (
            f'[{name}]\nname = "{name}"\nhost = "{host}"\naim = "peace"\nmembers = '
            f'["{host}"]\nperiod = "2020"\nfate = {{}}\n'
        )
        for name in TRACKS
    )
    (folder / "tracks.toml").write_text("".join(tracks), encoding="utf-8")


def _id(name):
    return name.lower().replace(" ", "-")


def _code(path, found, book, rng):
    """Write the three coders' files of one article."""
    base = brat.parse((path / "gold.ann").read_text(encoding="utf-8"), "gold.ann")
    codings = {"gold": found, "a": _otherwise(found, rng), "b": _otherwise(found, rng)}
    for coder, coding in codings.items():
        (path / f"{coder}.ann").write_text(
            brat.write(canonical(with_base(coding, base), book)), encoding="utf-8"
        )
    with (path / "meta.toml").open("a", encoding="utf-8") as file:
        file.write('\n[coders.a]\nwho = "a program"\n\n[coders.b]\nwho = "a program"\n')


def _otherwise(found, rng):
    """The same as another coder would have it: some left out, some rated otherwise."""
    needed = {event.trigger for event in found.events if event.label == "Attribution"} | {
        item.b for item in found.relations if item.label == "Target"
    }
    loose = [
        span.id
        for span in found.spans
        if span.label not in ("Content", "Quoted") and span.id not in needed
    ]
    kept = without(found, {ident for ident in loose if rng.random() < MISSED})
    kept.attributes = [
        item._replace(value=rng.choice(VALUES[item.name]))
        if item.name in VALUES and rng.random() < CHANGED
        else item
        for item in kept.attributes
    ]
    return kept


class _Article:
    """A text and its annotation, written together from left to right."""

    def __init__(self, rng, title, published):
        self.rng, self.title, self.published = rng, title, published
        self.text, self.found = "", Annotations()
        self.actors = rng.sample([*BODIES, *PEOPLE], 8)  # who is in it
        self.told: list = []  # (event, its day) as far as written

    def span(self, label, words, **said):
        """Write words and mark them; gives the span's id."""
        start = len(self.text)
        self.text += words
        return self.mark(label, start, **said)

    def mark(self, label, start, **said):
        """Mark what was written from an offset on."""
        ident = f"T{len(self.found.spans) + 1}"
        self.found.spans.append(Span(ident, label, ((start, len(self.text)),), self.text[start:]))
        self.say(ident, **said)
        return ident

    def say(self, ident, **said):
        """Attributes of a span or an event; those that are empty are left out."""
        for name, value in said.items():
            if value:
                self.found.attributes.append(
                    Attribute(f"A{len(self.found.attributes) + 1}", name, ident, value)
                )

    def refer(self, ident, collection, key):
        self.found.normalisations.append(
            Normalisation(f"N{len(self.found.normalisations) + 1}", ident, collection, key, key)
        )

    def event(self, label, trigger, *roles, **said):
        ident = f"E{len(self.found.events) + 1}"
        self.found.events.append(Event(ident, label, trigger, roles))
        self.say(ident, **said)
        return ident

    def link(self, label, a, b):
        self.found.relations.append(Relation(f"R{len(self.found.relations) + 1}", label, a, b))
        return self.found.relations[-1].id

    def actor(self):
        """A mention of somebody."""
        name = self.rng.choice(self.actors)
        ident = self.span("Actor", name, Form="name")
        self.refer(ident, "actors", _id(name))
        return ident


def _written(number, rng):
    """An article of about 25 sentences."""
    published = dt.date(2015, 1, 1) + dt.timedelta(days=rng.randrange(3000))
    article = _Article(rng, f"Talks number {number} end without a date", published)
    article.text = f"{article.title}\n\nNora Vale\n\n{published.day} {published:%B %Y}\n\n"
    for _ in range(8):
        for kind in rng.choices(
            (_deed, _statement, _quotation, _nested, _unsourced, _frame), (5, 4, 3, 2, 1, 3), k=3
        ):
            kind(article)
            article.text += ". "
        article.text = article.text[:-1] + "\n\n"
    if rng.random() < CROSSED:
        _cross(article)
    return article


def _deed(a):
    """Somebody does something to somebody on a day."""
    who = a.actor()
    a.text += " "
    label, verb, move = a.rng.choice(DEEDS)
    trigger = a.span(label, verb)
    a.text += " "
    whom = a.actor()
    day = a.published - dt.timedelta(days=a.rng.randrange(1, 400))
    said = {
        "Factuality": a.rng.choice(VALUES["Factuality"]),
        "Track": a.rng.choice(TRACKS) if move else "",
        "Move": move,
    }
    event = a.event(label, trigger, ("Who", who), ("Whom", whom), **said)
    if a.rng.random() < 0.4:
        a.text += " on "
        time = a.span("Time", f"{day.day} {day:%B %Y}", TimeType="DATE")
        a.refer(time, "edtf", str(day))
        a.link("IS_INCLUDED", event, time)
    for earlier, then in a.told[-2:]:
        if then != day and a.rng.random() < 0.7:
            a.link("BEFORE" if day < then else "AFTER", event, earlier)
    if a.told and a.rng.random() < 0.2:
        again = a.told[-1]
        a.text += ", and the same was "
        other = a.event(label, a.span(label, "done"), Factuality="fact")
        a.link("IDENTITY", other, again[0])
        a.told.append((other, again[1]))
    a.told.append((event, day))


def _attribution(a, source, cue, kind, content):
    """An attribution of what `content` writes."""
    start = len(a.text)
    content(a)
    held = a.mark("Content", start)
    roles = (("Source", source), ("Content", held)) if source else (("Content", held),)
    return a.event(
        "Attribution",
        cue,
        *roles,
        Kind=kind,
        Stance=a.rng.choice(("neutral", "affirming", "distancing")),
        Channel="unstated",
    )


def _statement(a, content=_deed):
    """Somebody says that …"""
    source = a.actor()
    a.text += " "
    cue = a.span("Attribution", "said")
    a.text += " that "
    _attribution(a, source, cue, "indirect", content)


def _nested(a):
    """Somebody says that somebody says that …"""
    _statement(a, _statement)


def _unsourced(a):
    """It is said that …, by nobody."""
    a.text += "It "
    cue = a.span("Attribution", "was reported")
    a.text += " that "
    _attribution(a, None, cue, "indirect", _deed)


def _quotation(a):
    """Somebody says: "…"."""
    source = a.actor()
    a.text += " "
    cue = a.span("Attribution", "said")
    a.text += ": "

    def quoted(a):
        start = len(a.text)
        a.text += '"'
        _frame(a)
        a.text += '"'
        a.mark("Quoted", start, Use="speech")

    _attribution(a, source, cue, "direct", quoted)


def _frame(a):
    """Something is the matter with somebody."""
    start = len(a.text)
    target = a.actor()
    a.text += a.rng.choice(
        (
            " is to blame for the failure of the talks",
            " must speak with those who fight",
            " has become a rival of the coast",
        )
    )
    frame = a.mark(
        a.rng.choice(FRAMES),
        start,
        Function=a.rng.choice(VALUES["Function"]),
        Valence=a.rng.choice(VALUES["Valence"]),
    )
    a.link("Target", frame, target)


def _cross(a):
    """One link in time that another contradicts, with the note that the text does."""
    timed = [item for item in a.found.relations if item.label in ("BEFORE", "AFTER")]
    if timed:
        link = a.link(timed[0].label, timed[0].b, timed[0].a)
        a.found.notes.append(
            Note("#1", "AnnotatorNotes", link, "conflict: the text has it both ways")
        )
