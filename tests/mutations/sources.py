"""Corruptions of what stands beside the annotation: texts, `meta.toml`, and the registries of
actors and tracks."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import partial

from standoff.annotation.model import covered
from standoff.annotation.registries import KINDS as ACTOR_KINDS

from .annotations import shifted
from .record import ann_files, misspelt, pick, set_key, set_text

BASE = ("zone", "sentence")
WORD = re.compile(r"\w{3,}")


def _read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _words(folder, coded):
    """(article's folder, match) of every word under some coded span of some coder, or of those
    under none; with None of all."""
    labels = _read(folder / "codebook.toml")["labels"]
    for text in sorted(folder.glob("*/text.txt")):
        files = [file for file in ann_files(folder) if file.path.parent == text.parent]
        spans = [
            pair
            for file in files
            for span in file.found.spans
            if labels[span.label]["kind"] not in BASE
            for pair in span.fragments
        ]
        for word in WORD.finditer(text.read_bytes().decode()):
            if coded is None or coded == any(a < word.end() and word.start() < b for a, b in spans):
                yield text.parent, word


def edit_text(folder, generator, coded=None, checksum=True, everywhere=False):
    """A letter of a word is another; `everywhere`: in the words that annotations cover, too."""
    doc, word = pick(generator, _words(folder, coded))
    new = misspelt(word[0], generator)
    text = word.string[: word.start()] + new + word.string[word.end() :]
    set_text(doc / "text.txt", text, checksum)
    for file in (file for file in ann_files(folder) if everywhere and file.path.parent == doc):
        for span in file.found.spans:
            file.put(span._replace(text=covered(text, span.fragments)))
        file.save()
    line = text.count("\n", 0, word.start()) + 1
    return f"{doc.name}/text.txt:{line} {word[0]!r} made {new!r}"


def edit_meta(folder, generator, keys):
    """An entry of an article's `meta.toml` is another; `keys` as (table, name)."""
    path = pick(generator, sorted(folder.glob("*/meta.toml")))
    table, name = pick(generator, keys)
    value = _read(path)
    for part in (*(table or "").split("."), name):
        value = value[part] if part else value
    return f"{path.parent.name}/{set_key(path, table, name, _other(value, generator))}"


def _other(value, generator):
    """A day shifted by a day, a month or a year; else a letter that is another."""
    if isinstance(value, dt.date):
        return dt.date.fromisoformat(shifted(value.isoformat(), generator))
    if isinstance(value, list):
        return [misspelt(value[0], generator), *value[1:]]
    return misspelt(value, generator)


def edit_actor(folder, generator):
    """An actor's name, kind, country, whose part it is, or whether it is named."""
    path = folder / "actors.toml"
    actors = _read(path)
    ident, name = (
        pick(generator, sorted(actors)),
        pick(generator, ("kind", "country", "part_of", "named", "name")),
    )
    others = {
        "kind": [kind for kind in ACTOR_KINDS if kind != actors[ident]["kind"]],
        "country": sorted(
            {actor["country"] for actor in actors.values()} - {actors[ident]["country"]}
        ),
        "part_of": sorted(set(actors) - {ident, actors[ident].get("part_of")}),
        "named": [not actors[ident]["named"]],
        "name": [misspelt(actors[ident]["name"], generator)],
    }
    return set_key(path, ident, name, pick(generator, others[name]))


def edit_track(folder, generator):
    """A track's name, host, members or period; aim and fate are remarks of our own."""
    path, actors = folder / "tracks.toml", sorted(_read(folder / "actors.toml"))
    tracks = _read(path)
    ident = pick(generator, sorted(tracks))
    entry = tracks[ident]
    name = pick(generator, ("name", "host", "members", "period"))
    if name == "host":
        value = pick(generator, [actor for actor in actors if actor != entry["host"]])
    elif name == "members":
        left = list(entry["members"])
        left.remove(pick(generator, left))
        value = pick(
            generator,
            [
                left,
                entry["members"]
                + [pick(generator, [actor for actor in actors if actor not in entry["members"]])],
            ],
        )
    elif name == "period":
        value = shifted(entry["period"], generator)
    else:
        value = misspelt(entry[name], generator)
    return set_key(path, ident, name, value)


OTHER = [
    (None, name)
    for name in (
        "outlet",
        "authors",
        "genre",
        "country_of_outlet",
        "earlier_publication",
        "language",
        "sha256",
    )
]
OTHER += [
    (f"coders.{coder}", name) for coder in ("gold", "a", "b") for name in ("who", "guidelines")
]  # rights, when and how are remarks
KINDS = {
    "a word of the text, checksum as it was": partial(edit_text, checksum=False),
    "a coded word of the text, checksum updated": partial(edit_text, coded=True),
    "a word of the text that nobody coded, checksum updated": partial(edit_text, coded=False),
    "a word of the text, checksum and covered words updated": partial(edit_text, everywhere=True),
    "an article's title or date": partial(edit_meta, keys=[(None, "title"), (None, "published")]),
    "another entry of meta.toml": partial(edit_meta, keys=OTHER),
    "an actor's entry": edit_actor,
    "a track's entry": edit_track,
}
