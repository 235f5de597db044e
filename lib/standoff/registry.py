"""The TOML files beside the annotation: registries of actors and tracks, and an article's `meta.toml`."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

from .brat import Problem, read_text

__all__ = ["key", "parse_toml", "read_actors", "read_meta", "read_source", "read_toml", "read_tracks", "toml", "with_key"]

KINDS = ("government", "armed-group", "organisation", "expert", "media", "public")
META = {
    "title": str,
    "outlet": str,
    "authors": list,
    "country_of_outlet": str,
    "genre": str,
    "published": dt.date,
    "earlier_publication": str,
    "language": str,
    "rights": str,
    "sha256": str,
    "coders": dict,
}
ACTOR = {"name": str, "kind": str, "country": str, "named": bool}
TRACK = {"name": str, "host": str, "aim": str, "members": list, "period": str, "fate": dict}
TYPES = {str: "words in quotation marks", list: "a list", dt.date: "a date (2017-04-14)", bool: "true or false", dict: "a table"}


def read_toml(path: Path, problems: list[Problem]) -> dict | None:
    """Contents of a TOML file, or None with the reason added to `problems`."""
    source = read_source(path, problems)
    return None if source is None else parse_toml(source, str(path), problems)


def read_source(path: Path, problems: list[Problem]) -> str | None:
    """Text of a TOML file, or None with the reason added to `problems`. An editor's line ends and byte order mark mean nothing in TOML."""
    if not path.is_file():
        problems.append(Problem(str(path), 1, "no such file; expected one"))
        return None
    return read_text(path, str(path), problems, any_editor=True)


def parse_toml(source: str, name: str, problems: list[Problem]) -> dict | None:
    """Contents of a TOML file's text, or None with the reason added to `problems`."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        last = source.count("\n") + 1
        hint = "; is the quotation mark missing that ends the words in this line?" if "'\\n'" in str(error) else ""
        problems.append(Problem(name, int(line[1]) if line else last, f"is no TOML: {error}{hint}"))
        return None


def toml(value) -> str:
    """A value as TOML writes it: words, numbers, true and false, dates, lists and tables on one line. https://toml.io/en/v1.0.0"""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key(name)} = {toml(entry)}' for name, entry in value.items())} }}"
    return str(value)


def key(name: str) -> str:
    """A key as TOML writes it: in quotation marks where it is not plain."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml(name)


def with_key(source: str, table: str | None, name: str, value) -> str:
    """TOML text in which `name` has `value` (None: is gone), in `table` or before all tables; every other line stays as it is."""
    lines = source.split("\n")
    heads = [number for number, line in enumerate(lines) if line.startswith("[")]
    first = 0 if table is None else next((number + 1 for number in heads if lines[number].split("#")[0].strip() == f"[{table}]"), None)
    if first is None and value is None:
        return source
    if first is None:
        lines[len(lines) - (lines[-1] == "") :] = ["", f"[{table}]", ""]
        first = len(lines) - 1
    last = next((number for number in heads if number >= first), len(lines))
    new = [] if value is None else [f"{key(name)} = {toml(value)}"]
    for number in range(first, last):
        if re.match(rf"{re.escape(key(name))}\s*=", lines[number]):
            return "\n".join(lines[:number] + new + lines[number + 1 :])
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[:last] + new + lines[last:])


def _line(path, key, table=None):
    """Number of the line in which `key` stands (in `table`, where given), else of the table, else 1."""
    here, best = table is None, 1
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("["):
            here = line.strip() == f"[{table}]"
            best = number if here else best
        elif here and re.match(rf"{re.escape(key)}\b", line):
            return number
    return best


def _keys(path, table, entry, shape, problems):
    """Say which keys of `shape` are missing from `entry` or are of another kind."""
    of = f" of [{table}]" if table else ""
    for key, kind in shape.items():
        found = entry.get(key)
        if key not in entry:
            problems.append(Problem(str(path), _line(path, key, table), f"the key '{key}'{of} is missing; expected {TYPES[kind]}"))
        elif kind is dt.date and found == "unknown":  # as imports leave it where no date came with the text
            continue
        elif not isinstance(found, kind) or (isinstance(found, dt.datetime) and kind is dt.date):
            problems.append(Problem(str(path), _line(path, key, table), f"the key '{key}'{of} is {found!r}; expected {TYPES[kind]}"))


def read_meta(path: Path, problems: list[Problem]) -> dict | None:
    """`meta.toml` of one article, or None; every key missing or malformed is added to `problems`."""
    meta = read_toml(path, problems)
    if meta is None:
        return None
    before = len(problems)
    _keys(path, None, meta, META, problems)
    if isinstance(meta.get("sha256"), str) and not re.fullmatch(r"[0-9a-f]{64}", meta["sha256"]):
        problems.append(Problem(str(path), _line(path, "sha256"), f"the key 'sha256' is {meta['sha256']!r}; expected 64 hexadecimal digits"))
    return meta if len(problems) == before else None


def read_actors(path: Path, problems: list[Problem]) -> dict:
    """The registry of actors: id -> entry."""
    actors = read_toml(path, problems) or {}
    for ident, entry in actors.items():
        _keys(path, ident, entry, ACTOR, problems)
        line = _line(path, "part_of", ident)
        if entry.get("kind") not in (*KINDS, "unknown"):
            expected = ", ".join(KINDS)
            problems.append(Problem(str(path), _line(path, "kind", ident), f"'{ident}' is of kind {entry.get('kind')!r}; expected one of {expected}"))
        if entry.get("part_of", ident) not in actors:
            problems.append(Problem(str(path), line, f"'{ident}' is part of '{entry['part_of']}', which is not in this file"))
        elif ident in _above(ident, actors):
            problems.append(Problem(str(path), line, f"'{ident}' is part of itself through {' -> '.join(_above(ident, actors))}"))
    return actors


def _above(ident, actors):
    """What an actor is part of, upwards, to the top or to the first repetition."""
    chain = []
    while (ident := actors.get(ident, {}).get("part_of")) and ident not in chain:
        chain.append(ident)
    return chain


def read_tracks(path: Path, actors: dict, problems: list[Problem]) -> dict:
    """The registry of negotiating tables: id -> entry; hosts and members are actors."""
    tracks = read_toml(path, problems) or {}
    for ident, entry in tracks.items():
        _keys(path, ident, entry, TRACK, problems)
        people = [("host", entry.get("host")), *(("members", actor) for actor in entry.get("members", []))]
        for key, actor in people:
            if actor not in actors and actor != "none":
                problems.append(Problem(str(path), _line(path, key, ident), f"'{actor}' of '{ident}' is not in actors.toml"))
    return tracks
