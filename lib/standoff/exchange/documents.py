"""What every format reads into and writes from: a text with one coder's annotations.

A reader returns `Document`s and makes them with a `Builder` (or with `Reader`, which adds the
text, its offsets and the problems of one file; see import_builder.py).
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..annotation.dates import day
from ..annotation.model import Annotations
from ..annotation.problems import Report, SeedError, refuse
from .import_tally import Tally

__all__ = [
    "Document",
    "Format",
    "by_reason",
    "flatten_meta",
    "ignored_remarks",
    "most_frequent_first",
    "read_all",
    "sort_documents",
    "unflatten_meta",
    "write_archive",
]

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of everything in an archive


@dataclass
class Document:
    """One coder's annotations of one text.

    `name` is the article's name, `meta` what is known of its `meta.toml`; `remarks` lists each
    repair made on import, `tally` counts them. `source` is the file that the annotations come
    from. `definitions` defines labels of the source, used here or not; a document without a name
    has nothing else. `actors` describes actors, as actors.toml does.
    """

    name: str
    text: str
    coder: str
    annotations: Annotations
    meta: dict = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
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
    """Map each key that a reader ignores to the reason, given the keys for each reason.

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
