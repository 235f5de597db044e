"""What `meta.toml`, `actors.toml` and `tracks.toml` must hold, and reading them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator

from .dates import is_period
from .problems import Report
from .suggest import suggest
from .toml_files import Entry, TomlFile, may_have, must_have

__all__ = ["KINDS", "Actor", "Coder", "Meta", "Track", "read_actors", "read_meta", "read_tracks"]

Kind = Literal["government", "armed-group", "organisation", "expert", "media", "public", "unknown"]
KINDS = get_args(Kind)[:-1]
MANY_PROBLEMS = 50  # after so many, messages come without a suggestion, as finding one takes time


def _check_period(value: str) -> str:
    if not is_period(value):
        raise ValueError
    return value


TEXT = "words in quotation marks"
WORDS = "a list of words"
PERIOD = "an EDTF date or two with / between them, such as 2017-04/2018, or unknown"


class Meta(Entry):
    """`meta.toml` of an article, without its coders. What is not known is "unknown"."""

    title: str = must_have(TEXT)
    outlet: str = must_have(TEXT)
    authors: list[str] = must_have(WORDS)
    country_of_outlet: str = must_have(TEXT)
    genre: str = must_have(TEXT)
    published: dt.date | Literal["unknown"] = must_have('a date (2017-04-14) or "unknown"')
    earlier_publication: str = must_have(TEXT)
    language: str = must_have(TEXT)
    rights: str = must_have(TEXT)
    sha256: str = must_have("64 hexadecimal digits", pattern="^[0-9a-f]{64}$")


class Coder(Entry):
    """A table `[coders.NAME]` of `meta.toml`."""

    who: str = must_have(TEXT)


class Actor(Entry):
    """A table `[ID]` of `actors.toml`."""

    name: str = must_have(TEXT)
    kind: Kind = must_have(f"one of {', '.join(KINDS)}")
    country: str = must_have(TEXT)
    named: bool = must_have("true or false")
    part_of: str = may_have(TEXT)


class Track(Entry):
    """A table `[ID]` of `tracks.toml`: a negotiating table."""

    name: str = must_have(TEXT)
    host: str = must_have(TEXT)
    aim: str = must_have(TEXT)
    members: list[str] = must_have(WORDS)
    period: Annotated[str, AfterValidator(_check_period)] = must_have(PERIOD)
    fate: dict[str, str] = must_have("a table of words")


def read_meta(path: Path, report: Report) -> dict[str, Any] | None:
    """Return `meta.toml` of an article; None, with the reasons in `report`, if it does not fit."""
    file = TomlFile.read(path, report)
    if file is None:
        return None
    before = len(report)
    file.matches(file.data, Meta)
    coders = file.data.get("coders")
    if isinstance(coders, dict):
        for coder, entry in file.tables(coders, "coders").items():
            file.matches(entry, Coder, f"coders.{coder}")
    else:
        message = "there is no table of coders; expected [coders.gold] and who coded"
        file.error("E-meta-coders", message, "coders")
    return file.data if len(report) == before else None


def read_actors(path: Path, report: Report) -> dict[str, dict[str, Any]]:
    """Return the registry of actors: id -> entry."""
    file = TomlFile.read(path, report)
    if file is None:
        return {}
    actors = file.tables(file.data)
    for ident, entry in actors.items():
        file.matches(entry, Actor, ident)
        parent = entry.get("part_of", ident)
        if isinstance(parent, str) and parent not in actors:
            hint = _suggestion(parent, actors.keys() - {ident}, report)
            message = f"'{ident}' is part of '{parent}', which is not in this file{hint}"
            file.error("E-actor-parent", message, "part_of", ident)
    for circle in _circles(actors):
        path_back = " -> ".join([*circle[1:], circle[0]])
        message = f"'{circle[0]}' is part of itself through {path_back}"
        file.error("E-actor-circle", message, "part_of", circle[0])
    return actors


def read_tracks(
    path: Path, actors: dict[str, dict[str, Any]], report: Report
) -> dict[str, dict[str, Any]]:
    """Return the registry of negotiating tables: id -> entry; hosts and members are `actors`."""
    file = TomlFile.read(path, report)
    if file is None:
        return {}
    tracks = file.tables(file.data)
    for ident, entry in tracks.items():
        if file.matches(entry, Track, ident):
            named = [("members", member) for member in entry["members"]]
            if entry["host"] != "none":
                named.insert(0, ("host", entry["host"]))
            for name, actor in named:
                if actor not in actors:
                    hint = _suggestion(actor, actors, report)
                    message = f"'{actor}' of '{ident}' is not in actors.toml{hint}"
                    file.error("E-track-actor", message, name, ident)
    return tracks


def _suggestion(actor: str, actors: Iterable[str], report: Report) -> str:
    """The end of a message: which of the registered actors may be meant."""
    return f"; {suggest(actor, actors)}" if len(report) < MANY_PROBLEMS else ""


def _circles(actors: dict[str, dict[str, Any]]) -> Iterator[list[str]]:
    """Actors that are part of themselves through one another, one list per circle."""
    finished: set[str] = set()
    parents = {ident: entry.get("part_of") for ident, entry in actors.items()}
    for first in actors:
        ident, chain = first, []
        while ident in actors and ident not in finished:
            finished.add(ident)
            chain.append(ident)
            ident = str(parents[ident])
        if ident in chain:
            yield chain[chain.index(ident) :]


def __dir__() -> list[str]:
    return __all__
