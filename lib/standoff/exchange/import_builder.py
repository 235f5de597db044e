"""Builds the annotations of one text from what another tool's file says, with a remark on each
change."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.ordering import edit_all, with_ids
from ..annotation.problems import Report, SeedError
from ..annotation.span_checks import missing_references
from .documents import Document
from .import_tally import MISSING, SetAside, Tally
from .offsets import Places, ReadError, clean_text, first_line

__all__ = ["Builder", "Reader", "named"]

NAMED = "?"  # begins a placeholder for an id
NAMES = {  # fields with names, in which brat allows no blanks
    "label": "label",
    "name": "attribute",
    "db": "collection",
    "key": "key",
    "kind": "kind of note",
}


def named(name: object) -> str:
    """Return a placeholder for the id of an annotation that a file calls by a name;
    `Reader.finish` replaces it by the id."""
    return f"{NAMED}{name}"


class Builder(AnnotationBuilder):
    """Builds the annotations of one text from another format, with a remark on each change.

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
        self.tally = Tally()
        self.used: set[str] = set()
        self.reserved: set[str] = set()
        self.values: dict[tuple[str, str], str] = {}  # of attributes

    def reserve(self, letter: str, ident: str = "") -> str:
        """Return an id under which something will be built later: `ident` if it is free."""
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
        self.tally.count_made(ident)
        new: dict[str, Any] = {
            field: self.name(getattr(item, field), what)
            for field, what in NAMES.items()
            if field in item._fields
        }
        if letter == "E":
            new["roles"] = tuple((self.name(role, "role"), target) for role, target in item.roles)
        elif letter in "N#":
            new["text"] = self._one_line(item.text)
        return super()._add(letter, items, item._replace(id=ident, **new))

    def repair(self, kind: str, remark: str) -> None:
        """Count the annotation that is being read as repaired, with a remark on what was done."""
        self.tally.count_repair(kind)
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
        *,
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
            self.tally.count_repair("white space at the ends left out")
        return fragments

    def _split_at_newlines(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of a stretch between its line breaks, without white space at these."""
        words = self.text[start:end]
        if "\n" not in words:
            return [(start, end)] if words else []
        lines = re.finditer(r"\S(?:[^\n]*\S)?", words)
        return [(start + line.start(), start + line.end()) for line in lines]

    def attribute(
        self, target: str, name: str, value: str, *, ident: str = "", line: int = 0
    ) -> None:
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
        tally = self.builder.tally
        with tally.annotation((line, what) if key is None else key, line):
            try:
                yield
            except SetAside as aside:
                tally.set_aside(aside.kind)
                self.remarks.append(str(aside))
            except SeedError as error:
                self.report += error.problems
            except ReadError as error:
                self.report.at(self.path).error(line, error.code, f"{what} {error}")
            except (LookupError, TypeError, AttributeError, ValueError) as error:
                message = f"{what} cannot be read; {type(error).__name__}: {error}"
                self.report.at(self.path).error(line, "E-source-format", message)

    @cached_property
    def whole(self) -> str:
        """The id of a span on the first line, for what is stated about the whole text."""
        return self.builder.span("Text", [first_line(self.text)])

    def finish(self, name: str, coder: str, meta: dict) -> Document:
        """Return the document; raise `SeedError` if the file has problems.

        What names something that is not in the file is set aside.
        """
        self.report.raise_if_any()
        self._put_ids()
        builder = self.builder
        annotations, tally, source = builder.annotations, builder.tally, str(self.path)
        return Document(name, self.text, coder, annotations, meta, self.remarks, tally, source)

    def _put_ids(self) -> None:
        """Replace placeholders by ids; set aside annotations that name one that is missing."""
        builder, ids = self.builder, {named(name): ident for name, ident in self.ids.items()}
        annotations = edit_all(builder.annotations, lambda item: with_ids(item, ids))
        while missing := list(missing_references(annotations)):
            gone, lost = set(), {ref for _, _, ref in missing}
            for item, verb, ref in missing:
                name = ref.removeprefix(NAMED)
                self.remarks.append(f"{item.id} {verb} {name}, which is not in the file; left out")
                if verb.startswith("has as"):
                    builder.tally.count_repair("roles without an annotation left out", item.id)
                else:
                    gone.add(item.id)
                    builder.tally.drop(item.id, MISSING)
            annotations.events = [
                event._replace(roles=tuple(role for role in event.roles if role[1] not in lost))
                for event in annotations.events
            ]
            for part in annotations.parts().values():
                part[:] = [item for item in part if item.id not in gone]
        builder.annotations = annotations
