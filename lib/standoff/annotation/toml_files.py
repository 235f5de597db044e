"""Read TOML files with the line of every problem; write and edit them with tomlkit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from .escaping import unbalanced
from .limits import CONTROL
from .problems import Report
from .text_files import read_text

__all__ = [
    "BOOLEAN",
    "TEXT",
    "WORDS",
    "WORD_TABLE",
    "Key",
    "Lines",
    "TomlFile",
    "is_tables",
    "is_word_table",
    "is_words",
    "key",
    "parse_toml",
    "read_source",
    "read_toml",
    "toml",
    "with_key",
]

KEY_LINE = re.compile(
    r"""\s*((?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
HEADER = re.compile(r"\[\[?[A-Za-z_][\w.\"' -]*(\]|$)")
# A string, or nothing that a string could hold, with a comma and another key after it.
COMMA = re.compile(
    r"""\s*([\w.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)\s*,\s*([\w.-]+\s*=.*?)\s*"""
)
CURLY = re.compile(r"[=\[,]\s*[“”„‘’«»]")  # where a value begins
OPEN = re.compile(r"=\s*[\[{]")  # the value may go on in the next lines
AT = re.compile(r"\(at line (\d+), column (\d+)\)")
ERRORS = 20  # of one table that are reported at once
# What a line must contain to hold a control character, escaped or not, that TOML allows.
ESCAPE = re.compile("[\\\\\u202a-\u202e\u2066-\u2069]")


def read_toml(path: Path, report: Report) -> dict[str, Any] | None:
    """Return the contents of a TOML file; None if it is unreadable, as `report` then says."""
    source = read_source(path, report)
    return None if source is None else parse_toml(source, str(path), report)


def read_source(path: Path, report: Report) -> str | None:
    """Return the text of a TOML file, with LF line ends and no byte order mark."""
    if not path.is_file():
        message = "no such file; expected one"
        if path.name == "meta.toml":
            message += ", which python -m standoff new makes with the article's folder"
        report.at(path).error(1, "E-file-missing", message)
        return None
    return read_text(path, report, any_editor=True)


def parse_toml(source: str, name: str, report: Report) -> dict[str, Any] | None:
    """Return the contents of TOML text; None, with the reason in `report`, if it is malformed."""
    file = report.at(name)
    try:
        data = tomllib.loads(source)
        unsafe = next(_unsafe_strings(data), None)
    except tomllib.TOMLDecodeError as error:
        for number, code, message in _syntax_errors(source) or [_syntax_error(source, error)]:
            file.error(number, code, message)
        return None
    except (RecursionError, ValueError):
        message = "cannot be read as TOML: it is nested too deeply or holds a number too long"
        file.error(1, "E-toml-size", message)
        return None
    if unsafe is None:
        return data
    within, message = unsafe
    lines = enumerate(source.split("\n"), 1)
    number = next((n for n, line in lines if within in line and ESCAPE.search(line)), 1)
    file.error(number, "E-toml-control", f"'{within}' {message}")
    return None


def _syntax_errors(source: str) -> list[tuple[int, str, str]]:
    """Line, code and message of the errors in each table, which is read as if it stood alone.

    There are none where a string of several lines could hold what looks like the header of a table.
    """
    if '"""' in source or "'''" in source:
        return []
    lines = source.split("\n")
    starts = [0, *(number for number, line in enumerate(lines) if number and HEADER.match(line))]
    errors = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        errors += _errors_of_table(lines[start:end], start)
    return errors


def _errors_of_table(lines: list[str], above: int) -> list[tuple[int, str, str]]:
    """The errors of a table with so many lines `above` it.

    After an error, the table is read again without its line, if that holds a whole key.
    """
    errors: list[tuple[int, str, str]] = []
    while len(errors) < ERRORS:
        table = "\n".join(lines)
        error = _error_in(table)
        if error is None:
            break
        number, code, message = _syntax_error(table, error)
        is_key = KEY_LINE.match(lines[number - 1])
        if is_key or not errors:
            errors.append((number + above, code, message))
        if not is_key or OPEN.search(lines[number - 1]):
            break
        lines[number - 1] = ""
    return errors


def _error_in(source: str) -> tomllib.TOMLDecodeError | None:
    try:
        tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        return error
    except (RecursionError, ValueError):
        pass  # what is too deep or too long is found in the whole file
    return None


def _syntax_error(source: str, error: tomllib.TOMLDecodeError) -> tuple[int, str, str]:
    """Line, code and message of an error in TOML text."""
    reason, number, column = str(error), source.rstrip().count("\n") + 1, " at the end of the table"
    if place := AT.search(reason):
        number, column = int(place[1]), f" at column {place[2]}"
    line = source.split("\n")[number - 1]
    if comma := COMMA.fullmatch(line):
        return number, "E-toml-comma", _comma_message(*comma.groups())
    hint = "; does a string in this line lack its closing quotation mark?"
    hint = hint if r"'\n'" in reason else ""
    if CURLY.search(line):
        hint = "; expected straight quotation marks (\" or ') around a value"
    reason = re.sub(r" \(at .*", "", reason)
    return number, "E-toml-syntax", f"not valid TOML: {reason}{column}{hint}"


def _comma_message(first: str, value: str, rest: str) -> str:
    """What is wrong with a line of two keys, and the lines or the braces to write."""
    message = (
        f"a comma follows the value of '{first}'; expected what comes after it in a line of its own"
    )
    if first == "quote":
        return f"{message}: {rest}"
    return message + (
        f", or the keys of one quotation in braces: {first} = {{ quote = {value}, {rest} }}"
    )


def _unsafe_strings(value: Any, within: str = "") -> Iterator[tuple[str, str]]:
    """Key and message for strings with control characters or unclosed controls of direction."""
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _unsafe_strings(name, name)
            yield from _unsafe_strings(entry, name)
    elif isinstance(value, list):
        for entry in value:
            yield from _unsafe_strings(entry, within)
    elif isinstance(value, str):
        if control := CONTROL.search(value.replace("\r", "")):
            code_point = f"U+{ord(control[0]):04X}"
            yield within, f"holds the control character {code_point}; expected none: delete it"
        elif unbalanced(value):
            yield (
                within,
                "opens a text direction that it does not close (U+202A to U+202E, U+2066 to "
                "U+2069); expected the closing control, or none",
            )


def toml(value: Any) -> str:
    """Format a value as TOML on one line.

    >>> toml({"quote": "talks", "occurrence": 2})
    '{quote = "talks", occurrence = 2}'
    """
    import tomlkit

    table = tomlkit.inline_table()
    table.append("x", [value])
    return table.as_string().removeprefix("{x = [").removesuffix("]}")


def key(name: str) -> str:
    """Format a key as TOML, quoted if necessary.

    >>> key("gold"), key("A. B")
    ('gold', '"A. B"')
    """
    import tomlkit

    return tomlkit.key(name).as_string()


def with_key(source: str, table: Sequence[str], name: str, value: Any) -> str:
    """Return TOML text in which `name` has `value`; None removes it. Comments are kept.

    `table` holds the keys that lead to the table, such as `("coders", "gold")`; it is added if
    it does not exist. `()` means the top level.
    """
    import tomlkit

    document = tomlkit.parse(source)
    entries: Any = document
    for part in table:
        if value is None and part not in entries:
            return source
        entries = entries.setdefault(part, tomlkit.table())
    if value is None:
        entries.pop(name, None)
    else:
        entries[name] = value
    return tomlkit.dumps(document)


class Lines:
    """Line numbers of the tables and keys in TOML text, which TOML parsers do not give.

    >>> lines = Lines('title = "x"\\n[[Actor]]\\nquote = "a"\\n[[Actor]]\\nquote = "b"')
    >>> lines.of("title"), lines.headers["Actor"], lines.of_entry("Actor", 1)
    (1, [2, 4], 4)
    >>> lines.inside(4, "quote")
    5
    """

    def __init__(self, source: str):
        self.headers: dict[str, list[int]] = {}
        self.entries: dict[int, list[tuple[int, str]]] = {}  # [[header]] -> line and name of keys
        self.first: dict[str, int] = {}  # path of a table or key from the top -> its first line
        table, below = "", list[tuple[int, str]]()
        for number, line in enumerate(source.split("\n"), 1):
            if line.lstrip().startswith("["):
                if name := _dotted(line):
                    table = name
                    self.headers.setdefault(name, []).append(number)
                    self._note(name, number)
                if line.lstrip().startswith("[["):
                    self.entries[number] = below = []
            elif match := KEY_LINE.match(line):
                name = _dotted(f"[{match[1]}]")
                self._note(f"{table}.{name}" if table else name, number)
                below.append((number, name))

    def _note(self, path: str, number: int) -> None:
        """Note the line of a path and of the tables that lead to it, unless they are known."""
        while path and path not in self.first:
            self.first[path] = number
            path = path.rpartition(".")[0]

    def of(self, name: str, table: str = "") -> int:
        """Line of a key in a table (dotted; "" is the top level), else of the table, else 1."""
        path = ".".join(filter(None, (table, name)))
        while path and path not in self.first:
            path = path.rpartition(".")[0]
        return self.first.get(path, 1)

    def of_entry(self, name: str, number: int) -> int:
        """Line of the header of an entry of an array of tables, counted from 0."""
        headers = self.headers.get(name, [])
        return headers[number] if number < len(headers) else self.of(name)

    def tables(self, data: Mapping[str, Any]) -> list[tuple[int, str, dict[str, Any]]]:
        """Line, name and contents of the entries of all arrays of tables, by their lines."""
        found = [
            (self.of_entry(name, number), name, entry)
            for name, entries in data.items()
            if is_tables(entries)
            for number, entry in enumerate(entries)
        ]
        return sorted(found, key=itemgetter(0))

    def inside(self, first: int, *names: str) -> int:
        """Line of the first of these keys in the `[[entry]]` whose header is in line `first`.

        Where there is none, or no entry begins in that line, it is `first` itself.
        """
        for number, path in self.entries.get(first, []):
            if path in names or path.split(".")[0] in names:
                return number
        return first


def is_tables(value: Any) -> bool:
    """Whether a value is an array of tables."""
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _dotted(header: str) -> str:
    """The keys of a header line joined by dots; "" if the line is no header."""
    try:
        data: Any = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ""
    names: list[str] = []
    while data:
        if isinstance(data, list):
            data = data[0]
        else:
            ((name, data),) = data.items()
            names.append(name)
    return ".".join(names)


class Key(NamedTuple):
    """What a key of a TOML table must hold.

    `fits` says whether a value is right; messages say "expected " and `expected`.
    """

    expected: str
    fits: Callable[[Any], bool]
    required: bool = True

    def optional(self) -> Key:
        """Return the same rule for a key that may be missing."""
        return self._replace(required=False)


def is_words(value: Any) -> bool:
    """Whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def is_word_table(value: Any) -> bool:
    """Whether a value is a table of strings."""
    return isinstance(value, dict) and is_words([*value.values()])


TEXT = Key("words in quotation marks", lambda value: isinstance(value, str))
WORDS = Key("a list of words", is_words)
WORD_TABLE = Key("a table of words", is_word_table)
BOOLEAN = Key("true or false", lambda value: isinstance(value, bool))


@dataclass
class TomlFile:
    """The contents of a TOML file, which can report problems at the lines of its keys."""

    path: Path
    source: str
    data: dict[str, Any]
    report: Report

    @classmethod
    def read(cls, path: Path, report: Report) -> TomlFile | None:
        """Return the file; None, with the reason in `report`, if it is unreadable."""
        source = read_source(path, report)
        data = None if source is None else parse_toml(source, str(path), report)
        return None if source is None or data is None else cls(path, source, data, report)

    @cached_property
    def lines(self) -> Lines:
        """The lines of its keys."""
        return Lines(self.source)

    def error(self, code: str, message: str, name: str = "", table: str = "") -> None:
        """Report a problem at a key of a table (dotted; "" is the top level)."""
        self.report.at(self.path).error(self.lines.of(name, table), code, message)

    def tables(self, entries: dict[str, Any], above: str = "") -> dict[str, dict[str, Any]]:
        """Return the entries that are tables and report the others; `above` is their table."""
        for name, value in entries.items():
            if not isinstance(value, dict):
                full_name = f"{above}.{name}" if above else name
                message = f"'{full_name}' is {shorten(value)}; expected a table: [{full_name}]"
                self.error("E-toml-table", message, name, above)
        return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

    def matches(self, entry: dict[str, Any], keys: Mapping[str, Key], table: str = "") -> bool:
        """Return whether a table has these keys; report each that is missing or does not fit.

        Other keys are allowed.
        """
        within = f" of [{table}]" if table else ""
        known = len(self.report)
        for name, key in keys.items():
            if name not in entry:
                if key.required:
                    message = f"the key '{name}'{within} is missing; expected {key.expected}"
                    self.error("E-key-missing", message, name, table)
            elif not key.fits(entry[name]):
                message = (
                    f"the key '{name}'{within} is {shorten(entry[name])}; expected {key.expected}"
                )
                self.error("E-key-value", message, name, table)
        return len(self.report) == known


def shorten(value: Any) -> str:
    """The first 60 characters of a value as Python writes it."""
    return repr(value)[:60]
