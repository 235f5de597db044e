"""What `meta.toml`, `actors.toml` and `tracks.toml` must hold, and reading them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .dates import is_period
from .did_you_mean import suggest
from .problems import Report
from .toml_files import BOOLEAN, TEXT, WORD_TABLE, WORDS, Key, TomlFile

__all__ = [
    "ACTOR",
    "CODER",
    "KINDS",
    "META",
    "TRACK",
    "UNKNOWN",
    "read_actors",
    "read_meta",
    "read_tracks",
]

UNKNOWN = "unknown"  # stands for what nobody knows
KINDS = (
    "government",
    "party",
    "court",
    "armed-group",
    "organisation",
    "association",
    "union",
    "company",
    "media",
    "expert",
    "scientist",
    "celebrity",
    "citizen",
    "public",
)
MANY_PROBLEMS = 50  # later messages come without a suggestion, because finding one takes time
PERIOD = "an EDTF date or two with / between them, such as 2017-04/2018, or unknown"


def _is_day(value: Any) -> bool:
    return type(value) is dt.date or value == UNKNOWN


def _is_checksum(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


# `meta.toml` of an article, without its coders; what is not known is "unknown"
META = {
    "title": TEXT,
    "outlet": TEXT,
    "authors": WORDS,
    "country_of_outlet": TEXT,
    "genre": TEXT,
    "published": Key('a date (2017-04-14) or "unknown"', _is_day),
    "earlier_publication": TEXT,
    "language": TEXT,
    "rights": TEXT,
    "short": TEXT.optional(),
    "sha256": Key("64 hexadecimal digits", _is_checksum),
}
# a table `[coders.NAME]` of `meta.toml`
CODER = {"who": TEXT, "partial": TEXT.optional()}
# a table `[ID]` of `actors.toml`
ACTOR = {
    "name": TEXT,
    "kind": Key(f"one of {', '.join(KINDS)}", lambda value: value in (*KINDS, UNKNOWN)),
    "country": TEXT,
    "named": BOOLEAN,
    "part_of": TEXT.optional(),
    "camp": TEXT.optional(),
}
# a table `[ID]` of `tracks.toml`: a negotiating table
TRACK = {
    "name": TEXT,
    "host": TEXT,
    "aim": TEXT,
    "members": WORDS,
    "period": Key(PERIOD, lambda value: isinstance(value, str) and is_period(value)),
    "fate": WORD_TABLE,
}


def read_meta(path: Path, report: Report) -> dict[str, Any] | None:
    """Return `meta.toml` of an article; None, with the reasons in `report`, if it does not fit."""
    file = TomlFile.read(path, report)
    if file is None:
        return None
    before = len(report)
    file.matches(file.data, META)
    coders = file.data.get("coders")
    if isinstance(coders, dict):
        for coder, entry in file.tables(coders, "coders").items():
            file.matches(entry, CODER, f"coders.{coder}")
    else:
        message = "the table of coders is missing; expected [coders.gold] and who coded"
        file.error("E-meta-coders", message, "coders")
    return file.data if len(report) == before else None


def read_actors(path: Path, report: Report) -> dict[str, dict[str, Any]]:
    """Return the registry of actors: id -> entry."""
    file = TomlFile.read(path, report)
    if file is None:
        return {}
    actors = file.tables(file.data)
    for ident, entry in actors.items():
        file.matches(entry, ACTOR, ident)
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
        if file.matches(entry, TRACK, ident):
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
