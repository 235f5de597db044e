"""What every format reads into and writes from: a text with one coder's annotations.

A reader returns `Document`s and makes them with a `Builder` (or with `Reader`, which adds the
text, its offsets and the problems of one file). `Places` converts offsets.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.dates import day
from ..annotation.limits import CONTROL
from ..annotation.model import Annotations
from ..annotation.ordering import edit_all, with_ids
from ..annotation.problems import Report, SeedError, refuse
from ..annotation.verification import missing_references
from .account import MISSING, Account, SetAside

__all__ = [
    "Builder",
    "Document",
    "Format",
    "Places",
    "ReadError",
    "Reader",
    "by_reason",
    "clean_text",
    "first_line",
    "flatten_meta",
    "ignored_remarks",
    "most_frequent_first",
    "named",
    "read_all",
    "replace_controls",
    "sort_documents",
    "unflatten_meta",
    "write_archive",
]

# what a stored text omits: a byte order mark, and a carriage return before a line feed
OMITTED = re.compile(r"\A\ufeff|\r(?=\n)")
REPLACEMENT = "\ufffd"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of everything in an archive
NAMED = "?"  # begins a name of the file that stands for an id


@dataclass
class Document:
    """One coder's annotations of one text.

    `name` is the article's name, `meta` what is known of its `meta.toml`; `remarks` lists each
    repair made on import, `account` counts them. `source` is the file that the annotations come
    from. `definitions` defines labels of the source, used here or not; a document without a name
    has nothing else. `actors` describes actors, as actors.toml does.
    """

    name: str
    text: str
    coder: str
    annotations: Annotations
    meta: dict = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    source: str = ""
    definitions: dict[str, str] = field(default_factory=dict)
    actors: dict[str, dict] = field(default_factory=dict)


class Format(NamedTuple):
    """A format: how it is read and written; either may be missing.

    `about` describes it in a line. `read` takes a path and returns documents; if it takes a report
    as `left_out` too, the problems of files that cannot be read are added to that instead of
    raised, and the others are returned. `write` takes documents and a new folder and returns the
    losses, one line each; if `writes_folder` is true it takes a project folder instead of
    documents. `ignored` names what its reader leaves out, with the reason.
    """

    about: str
    read: Callable[..., list[Document]] | None = None
    write: Callable[..., list[str]] | None = None
    writes_folder: bool = False
    ignored: Mapping[str, str] = MappingProxyType({})


def by_reason(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what a reader ignores as a mapping of each key to the reason, from one of each reason
    to its keys.

    >>> by_reason({"how it looks": "colour shape"})
    {'colour': 'how it looks', 'shape': 'how it looks'}
    """
    return {key: reason for reason, names in keys.items() for key in names.split()}


def read_all(
    read: Callable,
    sources: Sequence,
    folder: str | Path,
    missing: str,
    left_out: Report | None = None,
) -> list:
    """Return what `read` returns for each source; raise the problems of all sources together.

    With a report `left_out`, problems are added to it instead, as long as one source can be read.
    If there are no sources, `missing` says so about `folder`.
    """
    report = Report()
    results = []
    if not sources:
        raise refuse(folder, 1, "E-source-missing", missing)
    for source in sources:
        try:
            results.append(read(source))
        except SeedError as error:
            report += error.problems
    if left_out is None or not results:
        report.raise_if_any()
    else:
        left_out += report
    return results


def sort_documents(documents: Iterable[Document]) -> list[Document]:
    """Sort documents by article, gold before the other coders."""
    return sorted(
        documents, key=lambda document: (document.name, document.coder != "gold", document.coder)
    )


def most_frequent_first(losses: Counter[str]) -> list[str]:
    """Return one line per kind of loss, the most frequent first.

    >>> most_frequent_first(Counter({"notes": 1, "spans Actor": 101}))
    ['101 spans Actor', '1 notes']
    """
    ordered = sorted(losses.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} {kind}" for kind, count in ordered]


def ignored_remarks(ignored: Counter[str]) -> list[str]:
    """Return a remark on what a reader ignores, or none if that is nothing."""
    if not ignored:
        return []
    counts = ", ".join(most_frequent_first(ignored))
    return [f"ignored, because a project has no place for it: {counts}"]


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a ZIP archive whose bytes depend on nothing but the names and contents of its files."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)


# --- texts and offsets ---


class ReadError(ValueError):
    """Why one annotation of a file cannot be read: the code of the problem, and a message."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Places:
    """Converts offsets of a source to code points of the stored text.

    `raw` is the source's text before `clean_text`. With `utf16`, offsets count UTF-16 units, so
    that characters beyond U+FFFF count twice
    (https://www.unicode.org/glossary/#surrogate_pair); with `utf8`, they count bytes.

    >>> Places("😀 no", utf16=True)(3)
    2
    """

    def __init__(self, raw: str, utf16: bool = False, utf8: bool = False):
        self.places: list[int | None] = []  # of each unit in the stored text; None in a character
        place = 0
        for at, character in enumerate(raw):
            width = 1
            if utf16:
                width += character > "\uffff"
            elif utf8:
                width = len(character.encode())
            self.places += [place, *[None] * (width - 1)]
            if not OMITTED.match(raw, at):
                place += 1
        self.places.append(place)
        self.units = len(self.places) - 1

    def __call__(self, offset: int) -> int:
        """Convert one offset; raise `ValueError` if it is outside the text or inside a
        character."""
        message = (
            f"which is out of range; expected a whole number up to {self.units}, the length of the "
            f"text"
        )
        if type(offset) is int and 0 <= offset <= self.units:
            place = self.places[offset]
            if place is not None:
                return place
            message = "which is inside a character; expected one beside it"
        raise ReadError("E-source-offset", f"has the offset {offset!r}, {message}")

    def fragment(self, start: int, end: int) -> tuple[int, int]:
        """Convert the two offsets of a stretch of text; raise `ValueError` as for one offset, and
        if they are in the wrong order."""
        fragment = self(start), self(end)
        if end < start:
            raise ReadError(
                "E-source-offset",
                f"has the offsets {start} {end}; expected the start before the end",
            )
        return fragment


def clean_text(raw: str, path: str | Path, remarks: list[str]) -> str:
    """Return a source's text as a project stores it: LF line ends, no byte order mark, no control
    characters.

    Changes are added to `remarks`. Raises `SeedError` if the text is empty.
    """
    text = replace_controls(OMITTED.sub("", raw).replace("\r", "\n"), remarks)
    if raw.startswith("\ufeff"):
        remarks.append("a byte order mark left out; offsets follow")
    if returns := raw.count("\r"):
        remarks.append(f"{returns} line ends made LF; offsets follow")
    if not text.strip():
        raise refuse(path, 1, "E-source-text", "holds no words; expected the text of an article")
    return text


def first_line(text: str) -> tuple[int, int]:
    """Return (start, end) of the first line with words in a stored text."""
    start = len(text) - len(text.lstrip())
    return start, start + len(text[start:].partition("\n")[0].rstrip())


def replace_controls(words: str, remarks: list[str]) -> str:
    """Replace each control character by one other, so that no offset moves: those that separate
    words by a blank, all others by U+FFFD.

    >>> replace_controls("a\\x0cb\\x83", [])
    'a b\ufffd'
    """
    found = Counter(CONTROL.findall(words))
    if not found:
        return words
    codes = ", ".join(f"U+{ord(sign):04X} ({count})" for sign, count in sorted(found.items()))
    remarks.append(f"control characters replaced one to one, by a blank or by U+FFFD: {codes}")
    return CONTROL.sub(lambda match: " " if match[0].isspace() else REPLACEMENT, words)


# --- meta ---


def flatten_meta(meta: dict, above: str = "") -> list[tuple[str, str]]:
    """Return `meta.toml` as (key, value) pairs; a list repeats its key, a table adds a dot.

    >>> flatten_meta({"title": "T", "authors": ["A", "B"], "coders": {"gold": {"who": "C"}}})
    [('title', 'T'), ('authors', 'A'), ('authors', 'B'), ('coders.gold.who', 'C')]
    """
    pairs = []
    for key, value in meta.items():
        if isinstance(value, dict):
            pairs += flatten_meta(value, f"{above}{key}.")
        elif isinstance(value, list):
            pairs += [(above + key, str(part)) for part in value]
        else:
            pairs.append((above + key, str(value)))
    return pairs


def unflatten_meta(pairs: Iterable[tuple[str, str]]) -> dict:
    """Return the pairs of `flatten_meta` as `meta.toml` has them; known date keys become dates."""
    meta: dict = {}
    for key, value in pairs:
        # in `coders.a.b.who` the coder is a.b: only the names of coders may contain dots
        first, _, rest = key.partition(".")
        middle, _, last = rest.rpartition(".")
        *above, name = [step for step in (first, middle, last) if step] or [""]
        table = meta
        for step in above:
            if not isinstance(table.get(step), dict):
                table[step] = {}
            table = table[step]
        if name in ("authors", "normalised"):
            table[name] = [*table.get(name, ()), value]
        elif name in ("published", "when"):
            table[name] = day(value) or value
        elif name:
            table[name] = value
    return meta


# --- annotations ---

NAMES = {  # fields with names, in which brat allows no blanks
    "label": "label",
    "name": "attribute",
    "db": "collection",
    "key": "key",
    "kind": "kind of note",
}


def named(name: object) -> str:
    """Return what stands for the id of an annotation that a file calls by a name, until
    `Reader.finish` puts the id."""
    return f"{NAMED}{name}"


class Builder(AnnotationBuilder):
    """Builds annotations of one text out of another format's, with a remark on each change.

    `text` is the stored text, `remarks` a list that remarks are added to; `annotations` holds what
    was built. brat allows no blanks in names and values, no line break in a span and no span
    without words; what has one is kept in the nearest form. `ident` is the id wanted: if it is
    not valid or is taken, the next free id is used.

    >>> builder = Builder("Grey said no.", [])
    >>> builder.attribute(builder.span("Actor", [(0, 4)]), "Form", "name")
    >>> builder.annotations.attributes[0].value
    'name'
    """

    def __init__(self, text: str, remarks: list[str]):
        super().__init__(text)
        self.remarks = remarks
        self.account = Account()
        self.used: set[str] = set()
        self.reserved: set[str] = set()
        self.values: dict[tuple[str, str], str] = {}  # of attributes

    def reserve(self, letter: str, ident: str = "") -> str:
        """Return an id for something that will be built later under this id."""
        while ident in self.used or not re.fullmatch(f"{letter}[0-9]{{1,18}}", ident):
            ident = self.next_id(letter)
        self.used.add(ident)
        self.reserved.add(ident)
        return ident

    def _add(self, letter: str, items: list, item: Any) -> str:
        """Add an annotation under the id wanted or the next free one, with names that brat allows
        and in one line."""
        ident = item.id
        if ident not in self.reserved or not ident.startswith(letter):
            ident = self.reserve(letter, ident)
        self.reserved.remove(ident)
        self.account.made(ident)
        names = {field: what for field, what in NAMES.items() if field in item._fields}
        new: dict[str, Any] = {
            field: self.name(getattr(item, field), what) for field, what in names.items()
        }
        if letter == "E":
            new["roles"] = tuple((self.name(role, "role"), target) for role, target in item.roles)
        elif letter in "N#":
            new["text"] = self._one_line(item.text)
        return super()._add(letter, items, item._replace(id=ident, **new))

    def repair(self, kind: str, remark: str) -> None:
        """Count the annotation that is being read as repaired, with a remark on what was done."""
        self.account.repair(kind)
        self.remark_once(remark)

    def name(self, name: str, what: str) -> str:
        """Return a label or name as brat allows it."""
        illegal = r"[\s:]+" if what == "collection" else r"\s+"
        allowed = re.sub(illegal, "_", name.strip()) or "unnamed"
        if allowed != name:
            self.repair(
                "names written without blanks",
                f"the {what} {name!r} is written {allowed!r}: names hold no blanks",
            )
        return allowed

    def remark_once(self, remark: str) -> None:
        """Add a remark that applies to many annotations, once."""
        if remark not in self.remarks:
            self.remarks.append(remark)

    def span(
        self,
        label: str,
        fragments: Sequence[tuple[int, int]],
        ident: str = "",
        line: int = 0,
    ) -> str:
        """Add a span and return its id. Fragments (code points) keep their order; they are split at
        line breaks, and widened to one character if they cover none."""
        if ident not in self.reserved:
            ident = self.reserve("T", ident)
        kept = self._fragments(list(fragments) or [(0, 0)], f"{ident} {label}")
        return self.add_span(label, tuple(kept), line=line, ident=ident)

    def _fragments(self, wanted: list[tuple[int, int]], span: str) -> list[tuple[int, int]]:
        """Return the fragments that are kept of those wanted, with a remark on each change."""
        first = wanted[0][0]
        pieces = [piece for pair in wanted for piece in self._split_at_newlines(*pair)]
        if not pieces:
            after = len(self.text) - len(self.text[first:].lstrip())
            start = min(after, len(self.text.rstrip()) - 1)
            self.repair(
                "put on a character, because no words are covered",
                f"{span}: covers no words at offset {first}; put on the character at {start}",
            )
            return [(start, start + 1)]
        fragments: list[tuple[int, int]] = []
        for piece in pieces:
            others = [other for other in fragments if other[0] < piece[1] and piece[0] < other[1]]
            place = fragments.index(others[0]) if others else len(fragments)
            if others:
                self.repair(
                    "overlapping fragments made one",
                    f"{span}: the fragments {others[0]} and {piece} overlap; made one",
                )
            joined = [piece, *others]
            fragments = [one for one in fragments if one not in others]
            fragments.insert(place, (min(joined)[0], max(end for _, end in joined)))
        if len(fragments) > len(wanted):
            kept = ";".join(f"{start} {end}" for start, end in fragments)
            self.repair("split at line breaks", f"{span}: covers a line break; kept as {kept}")
        elif any("\n" in self.text[start:end] for start, end in wanted):
            self.account.repair("white space at the ends left out")
        return fragments

    def _split_at_newlines(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of a stretch between its line breaks, without white space at these."""
        words = self.text[start:end]
        if "\n" not in words:
            return [(start, end)] if words else []
        lines = re.finditer(r"\S(?:[^\n]*\S)?", words)
        return [(start + line.start(), start + line.end()) for line in lines]

    def attribute(self, target: str, name: str, value: str, ident: str = "", line: int = 0) -> None:
        """Add an attribute, unless `value` is empty. A value with blanks, or another value of one
        name, is kept as a note of that name."""
        remark = ""
        if re.search(r"\s", value):
            remark = f"values of {name} that hold blanks are kept as notes"
        elif self.values.get((target, name), value) != value:
            remark = f"where {name} has several values, the others are kept as notes"
        if remark:
            self.add_note(target, name, value, line=line)
            self.repair("values kept as notes", remark)
        elif value:
            self.values[target, name] = value
            self.add_attribute(target, name, value, line=line, ident=ident)

    def _one_line(self, text: str) -> str:
        if "\n" in text or "\r" in text:
            self.repair(
                "line breaks made blanks", f"the line breaks in {text[:40]!r} are blanks now"
            )
        return re.sub(r"\s*[\r\n]+\s*", " ", text)


class Reader:
    """Reads the annotations of one text from one file, and collects what is wrong with the file.

    `raw` is the text as the source has it, `path` the file of the annotations. `ids` maps what
    the file calls its annotations to their ids here: what is built may name others by `named`,
    before they are built. `meta` is for pairs such as `flatten_meta` returns.
    """

    def __init__(self, raw: str, text_path: str | Path, path: str | Path, utf16: bool = False):
        self.path, self.raw = path, raw
        self.remarks: list[str] = []
        self.text = clean_text(raw, text_path, self.remarks)
        self.places = Places(raw, utf16)
        self.builder = Builder(self.text, self.remarks)
        self.report = Report()
        self.ids: dict[str, str] = {}
        self.meta: list[tuple[str, str]] = []

    @contextmanager
    def reading(self, line: int, what: str, key: Hashable = None) -> Iterator[None]:
        """Count what the block builds as made of `what`, one annotation of the file.

        Add a problem of the file if it cannot be read. `key` is the same for all blocks that read
        the same annotation; the default is line and name.
        """
        account = self.builder.account
        account.begin((line, what) if key is None else key, line)
        try:
            yield
        except SetAside as aside:
            account.set_aside(aside.kind)
            self.remarks.append(str(aside))
        except SeedError as error:
            self.report += error.problems
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            code, reason = "E-source-format", f"cannot be read; {type(error).__name__}: {error}"
            if isinstance(error, ReadError):
                code, reason = error.code, str(error)
            self.report.at(self.path).error(line, code, f"{what} {reason}")
        finally:
            account.begin(None)

    def finish(self, name: str, coder: str, meta: dict) -> Document:
        """Return the document; raise `SeedError` if the file has problems.

        What names something that is not in the file is set aside.
        """
        self.report.raise_if_any()
        self._put_ids()
        builder = self.builder
        annotations, account, source = builder.annotations, builder.account, str(self.path)
        return Document(name, self.text, coder, annotations, meta, self.remarks, account, source)

    def _put_ids(self) -> None:
        """Put ids for names; set aside what then names something that is not there."""
        builder, ids = self.builder, {named(name): ident for name, ident in self.ids.items()}
        annotations = edit_all(builder.annotations, lambda item: with_ids(item, ids))
        while missing := list(missing_references(annotations)):
            gone, lost = set(), {ref for _, _, ref in missing}
            for item, verb, ref in missing:
                named_ref = ref.removeprefix(NAMED)
                self.remarks.append(
                    f"{item.id} {verb} {named_ref}, which is not in the file; left out"
                )
                if verb.startswith("has as"):
                    builder.account.repair("roles without an annotation left out", item.id)
                else:
                    gone.add(item.id)
                    builder.account.drop(item.id, MISSING)
            annotations.events = [
                event._replace(roles=tuple(role for role in event.roles if role[1] not in lost))
                for event in annotations.events
            ]
            parts = annotations.parts().values()
            annotations = Annotations(
                *([item for item in part if item.id not in gone] for part in parts)
            )
        builder.annotations = annotations
