"""Corruptions of annotation: each changes one thing in one coder's file and says what, with file
and line."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from functools import partial

from standoff.annotation.model import covered

from .record import ann_files, items, pick

SYMMETRIC = ("IDENTITY", "SIMULTANEOUS")
DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
LINES = (
    "spans",
    "events",
    "attributes",
    "relations",
    "normalisations",
)  # notes say nothing that is counted


def _any(folder, generator):
    return pick(generator, [pair for part in LINES for pair in items(folder, part)])


def _thing(folder, generator):
    """An event, or a span that is no event's trigger."""

    def alone(file, item):
        return item.id not in {event.trigger for event in file.found.events}

    return pick(generator, items(folder, "events") + items(folder, "spans", alone))


def drop_line(folder, generator):
    """One line is gone."""
    file, item = _any(folder, generator)
    file.drop(item)
    file.save()
    return f"{file.where(item)} dropped"


def drop_whole(folder, generator):
    """A span or an event is gone with all that hangs on it, roles in other events too."""
    file, item = _thing(folder, generator)
    gone = file.of(item)
    ids = {one.id for one in gone}
    for event in file.found.events:
        file.put(
            event._replace(roles=tuple((role, ref) for role, ref in event.roles if ref not in ids))
        )
    for one in gone:
        file.drop(one)
    file.save()
    return f"{file.where(item)} {item.label} dropped with all that hangs on it ({len(gone)} lines)"


def double_line(folder, generator, renamed):
    """A line stands twice, under its own id or under a new one."""
    file, item = _any(folder, generator)
    again = item._replace(id=file.fresh(item)) if renamed else item
    line = file.add(again)
    file.save()
    return f"{file.where(item)} again in line {line} as {again.id}"


def double_whole(folder, generator):
    """A span or an event stands twice, with all that hangs on it."""
    file, item = _thing(folder, generator)
    new = {}
    for one in file.of(item):
        ids = {
            key: new[old]
            for key in ("target", "trigger", "a", "b")
            if (old := getattr(one, key, None)) in new
        }
        again = one._replace(id=file.fresh(one), **ids)
        new[one.id] = again.id
        file.add(again)
    file.save()
    return (
        f"{file.where(item)} {item.label} again as {new[item.id]}, with all that hangs on it "
        f"({len(new)} lines)"
    )


def move(folder, generator, rewritten):
    """A span's start, end or both are one character off; the words as they were, or those that
    stand there now."""
    file, item = pick(generator, items(folder, "spans"))
    place, by = int(generator.integers(len(item.fragments))), pick(generator, (-1, 1))
    start, end = item.fragments[place]
    shifts = [(start + by, end), (start, end + by), (start + by, end + by)]
    fragment = pick(generator, [(a, b) for a, b in shifts if 0 <= a < b <= len(file.text)])
    fragments = (*item.fragments[:place], fragment, *item.fragments[place + 1 :])
    file.put(
        item._replace(
            fragments=fragments, text=covered(file.text, fragments) if rewritten else item.text
        )
    )
    file.save()
    return (
        f"{file.where(item)} {item.label} moved from {start} {end} to {fragment[0]} {fragment[1]}"
    )


def swap_source(folder, generator):
    """Source and content of an attribution change places."""
    file, item = pick(
        generator, items(folder, "events", lambda _, event: "Source" in dict(event.roles))
    )
    names = {"Source": "Content", "Content": "Source"}
    file.put(item._replace(roles=tuple((names.get(role, role), ref) for role, ref in item.roles)))
    file.save()
    return f"{file.where(item)} source and content swapped"


def swap_parties(folder, generator):
    """Who acts and whom it befalls change places."""

    def two(_, event):
        return {"Who", "Whom"} <= {re.sub(r"\d", "", role) for role, _ in event.roles}

    file, item = pick(generator, items(folder, "events", two))
    roles = [
        (
            role.replace("Whom", "Who") if role.startswith("Whom") else role.replace("Who", "Whom"),
            ref,
        )
        for role, ref in item.roles
    ]
    file.put(item._replace(roles=tuple(roles)))
    file.save()
    return f"{file.where(item)} {item.label}: who and whom swapped"


def flip(folder, generator, name):
    """An attribute has another of its values."""
    rules = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))["attributes"][
        name
    ]
    values = rules.get("values") or tomllib.loads(
        (folder / f"{rules['registry']}.toml").read_text(encoding="utf-8")
    )
    file, item = pick(generator, items(folder, "attributes", lambda _, one: one.name == name))
    value = pick(generator, sorted(set(values) - {item.value}))
    file.put(item._replace(value=value))
    file.save()
    return f"{file.where(item)} {name} of {item.target}: {item.value} made {value}"


def repoint(folder, generator):
    """A mention refers to another actor of the registry."""
    actors = tomllib.loads((folder / "actors.toml").read_text(encoding="utf-8"))
    file, item = pick(generator, items(folder, "normalisations", lambda _, one: one.db == "actors"))
    key = pick(generator, sorted(set(actors) - file.refers(item.target)))
    file.put(item._replace(key=key))
    file.save()
    return f"{file.where(item)} {item.text!r}: {item.key} made {key}"


def retarget(folder, generator):
    """A frame is about a mention of another actor."""
    file, item = pick(generator, items(folder, "relations", lambda _, one: one.label == "Target"))
    others = [
        span.id
        for span in file.found.spans
        if span.label == "Actor" and file.refers(span.id) != file.refers(item.b)
    ]
    other = pick(generator, others)
    file.put(item._replace(b=other))
    file.save()
    return f"{file.where(item)} target of {item.a}: {item.b} made {other}"


def shift_date(folder, generator):
    """A date is a day, a month or a year off; a duration one of its units."""
    file, item = pick(generator, items(folder, "normalisations", lambda _, one: one.db == "edtf"))
    key = shifted(item.key, generator)
    file.put(item._replace(key=key))
    file.save()
    return f"{file.where(item)} {item.text!r}: {item.key} made {key}"


def shifted(value, generator):
    """An EDTF value one of whose dates is off by one day, month (or season) or year."""
    if value.startswith("P"):
        return re.sub(r"\d+", lambda match: str(int(match[0]) + 1), value)
    date = pick(generator, list(DATE.finditer(value)))
    parts, by = [int(part) for part in date[0].split("-")], pick(generator, (-1, 1))
    unit = generator.integers(len(parts))
    if unit == 2:
        new = (dt.date(*parts) + dt.timedelta(days=by)).isoformat()
    else:
        parts[unit] = parts[0] + by if unit == 0 else _month(parts[1], by)
        days = [min(day, calendar.monthrange(*parts[:2])[1]) for day in parts[2:]]
        new = "-".join([f"{parts[0]:04}", *(f"{part:02}" for part in (*parts[1:2], *days))])
    return value[: date.start()] + new + value[date.end() :]


def _month(month, by):
    """The month or season (21 to 24) beside another."""
    first, many = (1, 12) if month <= 12 else (21, 4)
    return first + (month - first + by) % many


def _temporal(folder):
    relations = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))["relations"]
    return sorted(name for name, rules in relations.items() if rules["layer"] == "chronology")


def _link(folder, generator, but=()):
    names = set(_temporal(folder)) - set(but)
    return pick(generator, items(folder, "relations", lambda _, one: one.label in names))


def reverse_link(folder, generator):
    """What a link in time joins changes places."""
    file, item = _link(folder, generator, but=SYMMETRIC)
    file.put(item._replace(a=item.b, b=item.a))
    file.save()
    return f"{file.where(item)} {item.a} {item.label} {item.b} reversed"


def drop_link(folder, generator):
    """A link in time is gone."""
    file, item = _link(folder, generator)
    file.drop(item)
    file.save()
    return f"{file.where(item)} {item.a} {item.label} {item.b} dropped"


def change_link(folder, generator):
    """A link in time is another."""
    file, item = _link(folder, generator)
    label = pick(generator, [name for name in _temporal(folder) if name != item.label])
    file.put(item._replace(label=label))
    file.save()
    return f"{file.where(item)} {item.a} {item.label} {item.b} made {label}"


def swap_coders(folder, generator):
    """Two coders' files change places, in one article or in all."""
    docs = sorted({file.path.parent for file in ann_files(folder)})
    where = pick(generator, [docs, *([doc] for doc in docs)])
    one, other = pick(generator, [("a", "b"), ("gold", "a"), ("gold", "b")])
    for doc in where:
        (doc / f"{one}.ann").rename(doc / "aside")
        (doc / f"{other}.ann").rename(doc / f"{one}.ann")
        (doc / "aside").rename(doc / f"{other}.ann")
    return f"{one}.ann and {other}.ann swapped in {' and '.join(doc.name for doc in where)}"


ATTRIBUTES = (
    "Kind",
    "Stance",
    "Channel",
    "Factuality",
    "Function",
    "Valence",
    "Track",
    "Move",
    "Form",
    "Use",
    "TimeType",
)
KINDS = {
    "a line dropped": drop_line,
    "an annotation dropped with all that hangs on it": drop_whole,
    "a line doubled under the same id": partial(double_line, renamed=False),
    "a line doubled under a new id": partial(double_line, renamed=True),
    "an annotation doubled with all that hangs on it": double_whole,
    "a span moved by a character, words as they were": partial(move, rewritten=False),
    "a span moved by a character, words rewritten": partial(move, rewritten=True),
    "source and content swapped": swap_source,
    **{f"another {name}": partial(flip, name=name) for name in ATTRIBUTES},
    "a mention given to another actor": repoint,
    "a frame about another actor": retarget,
    "a date shifted": shift_date,
    "a link reversed": reverse_link,
    "a link dropped": drop_link,
    "another relation": change_link,
    "who and whom swapped": swap_parties,
    "two coders' files swapped": swap_coders,
}
