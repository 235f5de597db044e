"""The TOML files beside the annotation: registries of actors and tracks, and an article's
`meta.toml`."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from .brat import Problem, read_text
from .dates import is_period
from .escaping import unbalanced
from .limits import CONTROL, DEEP
from .suggest import suggest

__all__ = [
    "EITHER",
    "LISTS",
    "Lines",
    "key",
    "misshapen",
    "parse_toml",
    "read_actors",
    "read_meta",
    "read_source",
    "read_toml",
    "read_tracks",
    "tables",
    "toml",
    "with_key",
]

DOTTED = re.compile(
    r"""(?<![\w"'-])[\w"'-]++(?:[ \t]*+\.[ \t]*+[\w"'-]++)++"""
)  # a key in parts, or what looks like one
KEY = re.compile(
    r"""\s*([\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')\s*[.=]"""
)  # what a line of TOML gives a value to
ODD = re.compile("[\\\\\u202a-\u202e\u2066-\u2069]")  # in a line that may hold a control
FEW = 20  # control characters of one file that are told
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
}
HINTED = 50  # problems of which it is said who may be meant
ACTOR = {"name": str, "kind": str, "country": str, "named": bool}
TRACK = {"name": str, "host": str, "aim": str, "members": list, "period": str, "fate": dict}
LISTS, EITHER = "lists", "either"
TYPES = {
    str: "words in quotation marks",
    list: "a list of words",
    dt.date: "a date (2017-04-14)",
    bool: "true or false",
    dict: "a table of words",
}
TYPES |= {LISTS: "a table of lists of words", EITHER: "a table or a list of words"}


def read_toml(path: Path, problems: list[Problem]) -> dict | None:
    """Contents of a TOML file, or None with the reason added to `problems`."""
    source = read_source(path, problems)
    return None if source is None else parse_toml(source, str(path), problems)


def read_source(path: Path, problems: list[Problem]) -> str | None:
    """Text of a TOML file, or None with the reason added to `problems`. An editor's line ends and
    byte order mark mean nothing in TOML."""
    if not path.is_file():
        problems.append(Problem(str(path), 1, "no such file; expected one"))
        return None
    return read_text(path, str(path), problems, any_editor=True)


def parse_toml(source: str, name: str, problems: list[Problem]) -> dict | None:
    """Contents of a TOML file's text, or None with the reason added to `problems`."""
    if too_long := next(
        (match for match in DOTTED.finditer(source) if match[0].count(".") > DEEP), None
    ):
        line = source.count("\n", 0, too_long.start()) + 1
        problems.append(
            Problem(name, line, f"holds a key of more than {DEEP} parts; expected fewer")
        )  # the reader would take hours
        return None
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        last = source.count("\n") + 1
        hint = (
            "; is the quotation mark missing that ends the words in this line?"
            if "'\\n'" in str(error)
            else ""
        )
        problems.append(Problem(name, int(line[1]) if line else last, f"is no TOML: {error}{hint}"))
        return None
    except (RecursionError, ValueError):
        problems.append(
            Problem(
                name,
                1,
                "is no TOML that can be read: it is nested too deeply or holds a number too long",
            )
        )
        return None
    try:
        deep = _depth(data) > DEEP
    except RecursionError:
        deep = True
    wrong = [("", f"nests more than {DEEP} tables and lists; expected fewer")] if deep else []
    if not deep and (ODD.search(source) or CONTROL.search(source)):
        wrong = list(islice(_odd(data), FEW))
    for within, message in wrong:
        line = next(
            (
                number
                for number, line in enumerate(source.split("\n"), 1)
                if within and within in line and ODD.search(line)
            ),
            1,
        )
        problems.append(Problem(name, line, message))
    return None if wrong else data


def _depth(value):
    """How many tables and lists lie inside one another."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(_depth, parts), default=-1) + 1


def _odd(value, within=""):
    """(key, what is wrong) of words with control characters, as `\\u0000` may bring them in."""
    if isinstance(value, str) and (found := CONTROL.search(value.replace("\r", ""))):
        yield (
            within,
            (
                f"'{within}' holds the control character U+{ord(found[0]):04X}; expected none: "
                f"delete it"
            ),
        )
    elif isinstance(value, str) and unbalanced(value):
        yield (
            within,
            (
                f"'{within}' holds a control of direction that reaches beyond its words (U+202A "
                f"to U+202E, U+2066 to U+2069); expected none, or its end"
            ),
        )
    elif isinstance(value, list):
        for inner in value:
            yield from _odd(inner, within)
    elif isinstance(value, dict):
        for key_, inner in value.items():
            yield from _odd(key_, key_)
            yield from _odd(inner, key_)


def toml(value) -> str:
    """A value as TOML writes it: words, numbers, true and false, dates, lists and tables on one
    line. https://toml.io/en/v1.0.0"""
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
    """TOML text in which `name` has `value` (None: is gone), in `table`, written as TOML writes it,
    or before all tables; every other line stays as it is."""
    lines = source.split("\n")
    heads = [number for number, line in enumerate(lines) if line.startswith("[")]
    first = (
        0
        if table is None
        else next(
            (number + 1 for number in heads if _begun(lines[number]) == _begun(f"[{table}]")), None
        )
    )
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


def _begun(line):
    """The table that a line of TOML begins, as its names inside one another; nothing where it
    begins none."""
    try:
        return tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None


def _names(begun):
    """The names of tables inside one another, from the outermost on."""
    while isinstance(begun, dict) and begun:
        ((name, begun),) = begun.items()
        yield name


class Lines:
    """In which line of a TOML file a key stands; TOML readers do not say it."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def lines(self) -> dict[tuple[str | None, str], int]:
        """(table, key) -> line; a table's own line under the key ""."""
        table, found = None, {}
        for number, line in enumerate(self.path.read_text(encoding="utf-8").split("\n"), 1):
            if line.lstrip().startswith("["):
                table = ".".join(_names(_begun(line))) or table
                found.setdefault((table, ""), number)
            elif begins := KEY.match(line):
                found.setdefault((table, *_names(_begun(f"[{begins[1]}]"))), number)
        return found

    def of(self, key: str, table: str | None = None) -> int:
        """The line of `key` (in `table`, where given), else of the table, else 1."""
        return self.lines.get((table, key)) or self.lines.get((table, "")) or 1


def misshapen(
    entry: dict,
    table: str | None,
    needed: Mapping,
    path: Path,
    lines: Lines,
    problems: list[Problem],
    may: Mapping = MappingProxyType({}),
) -> bool:
    """Say which keys that are `needed` are missing from `entry`, and which of these and of those
    that there `may` be are of another kind.

    Whether there are any. Of lists and tables the parts must be words.
    """
    before, of = len(problems), f" of [{table}]" if table else ""
    for key, kind in {**needed, **may}.items():
        found = entry.get(key)
        if key not in entry:
            if key in needed:
                problems.append(
                    Problem(
                        str(path),
                        lines.of(key, table),
                        f"the key '{key}'{of} is missing; expected {TYPES[kind]}",
                    )
                )
        elif (
            kind is dt.date and found == "unknown"
        ):  # as imports leave it where no date came with the text
            continue
        elif not _is(found, kind):
            problems.append(
                Problem(
                    str(path),
                    lines.of(key, table),
                    f"the key '{key}'{of} is {repr(found)[:60]}; expected {TYPES[kind]}",
                )
            )
    return len(problems) > before


def _is(value, kind):
    """Whether a value is of a kind of `TYPES`."""
    if kind == LISTS:
        return isinstance(value, dict) and all(_is(part, list) for part in value.values())
    if kind == EITHER:
        return _is(value, dict) or _is(value, list)
    if not isinstance(value, kind) or (kind is dt.date and isinstance(value, dt.datetime)):
        return False
    parts = value if kind is list else value.values() if kind is dict else ()
    return all(isinstance(part, str) for part in parts)


def tables(
    data: dict, path: Path, lines: Lines, problems: list[Problem], above: str = ""
) -> dict[str, dict]:
    """The entries that are tables; of the others it is said that they are none."""
    for name, value in data.items():
        if not isinstance(value, dict):
            problems.append(
                Problem(
                    str(path),
                    lines.of(name),
                    f"'{above}{name}' is {repr(value)[:60]}; expected a table: [{above}{name}]",
                )
            )
    return {name: entry for name, entry in data.items() if isinstance(entry, dict)}


def read_meta(path: Path, problems: list[Problem]) -> dict | None:
    """`meta.toml` of one article, or None; every key missing or malformed is added to
    `problems`."""
    meta = read_toml(path, problems)
    if meta is None:
        return None
    before, lines = len(problems), Lines(path)
    misshapen(
        {key: value for key, value in meta.items() if key != "coders"},
        None,
        META,
        path,
        lines,
        problems,
    )
    if not isinstance(meta.get("coders"), dict):
        problems.append(
            Problem(
                str(path),
                lines.of("coders"),
                "there is no table of coders; expected [coders.gold] and who coded",
            )
        )
    else:
        for coder, entry in tables(meta["coders"], path, lines, problems, "coders.").items():
            misshapen(entry, f"coders.{coder}", {"who": str}, path, lines, problems)
    if isinstance(meta.get("sha256"), str) and not re.fullmatch(r"[0-9a-f]{64}", meta["sha256"]):
        problems.append(
            Problem(
                str(path),
                lines.of("sha256"),
                f"the key 'sha256' is {meta['sha256']!r}; expected 64 hexadecimal digits",
            )
        )
    return meta if len(problems) == before else None


def read_actors(path: Path, problems: list[Problem]) -> dict:
    """The registry of actors: id -> entry."""
    lines = Lines(path)
    actors = tables(read_toml(path, problems) or {}, path, lines, problems)
    for ident, entry in actors.items():
        misshapen(entry, ident, ACTOR, path, lines, problems, {"part_of": str})
        if entry.get("kind") not in (*KINDS, "unknown"):
            expected = ", ".join(KINDS)
            problems.append(
                Problem(
                    str(path),
                    lines.of("kind", ident),
                    f"'{ident}' is of kind {entry.get('kind')!r}; expected one of {expected}",
                )
            )
        if isinstance(above := entry.get("part_of", ident), str) and above not in actors:
            said = (
                f"'{ident}' is part of '{above}', which is not in this "
                f"file{_meant(above, (one for one in actors if one != ident), problems)}"
            )
            problems.append(Problem(str(path), lines.of("part_of", ident), said))
    for circle in _circles(actors):
        said = f"'{circle[0]}' is part of itself through {' -> '.join([*circle[1:], circle[0]])}"
        problems.append(Problem(str(path), lines.of("part_of", circle[0]), said))
    return actors


def _meant(actor, actors, problems):
    """Who may be meant by an actor that is in no registry, as the end of a message; not after many
    problems, as to look for each would take long."""
    return f"; {suggest(actor, actors)}" if len(problems) < HINTED else ""


def _circles(actors):
    """Actors that are part of one another in a circle: a list each, from the first of them in the
    file on."""
    done: set[str] = set()
    for first in actors:
        ident, way = first, {}
        while ident in actors and ident not in done:
            done.add(ident)
            way[ident] = len(way)
            ident = above if isinstance(above := actors[ident].get("part_of"), str) else ""
        if ident in way:
            yield list(way)[way[ident] :]


def read_tracks(path: Path, actors: dict, problems: list[Problem]) -> dict:
    """The registry of negotiating tables: id -> entry; hosts and members are actors."""
    lines = Lines(path)
    tracks = tables(read_toml(path, problems) or {}, path, lines, problems)
    for ident, entry in tracks.items():
        if misshapen(entry, ident, TRACK, path, lines, problems):
            continue
        if not is_period(entry["period"]):
            said = (
                f"the period of '{ident}' is '{entry['period']}'; expected an EDTF date or two "
                f"with / between them, such as 2017-04/2018, or unknown"
            )
            problems.append(Problem(str(path), lines.of("period", ident), said))
        told = [] if entry["host"] == "none" else [("host", entry["host"])]
        for key, actor in [*told, *(("members", actor) for actor in entry["members"])]:
            if actor not in actors:
                problems.append(
                    Problem(
                        str(path),
                        lines.of(key, ident),
                        (
                            f"'{actor}' of '{ident}' is not in "
                            f"actors.toml{_meant(actor, actors, problems)}"
                        ),
                    )
                )
    return tracks
