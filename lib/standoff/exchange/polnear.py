"""Reads PolNeAR's folders (https://github.com/networkdynamics/PolNeAR): texts in `text/`, codings
in `attributions/` as NAME_CODER.ann, and `metadata.tsv`."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from ..annotation.dates import day
from ..annotation.problems import Report
from .brat import read_pairs
from .documents import Document, refuse
from .untrusted import files_in, read_utf8

__all__ = ["IGNORED", "read_polnear"]

IGNORED = dict.fromkeys(
    "compartment level annotators trump_count clinton_count credit wire".split(),
    "column of metadata.tsv that no meta.toml has",
)
NAME = re.compile(r"(?P<outlet>[a-z-]+)_(?P<published>\d{4}-\d\d-\d\d)_.*")


def read_polnear(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read the codings of every text below `source`, under the coders' own names (4b22, …).

    Title, outlet, author and date come from `metadata.tsv`, or outlet and date from the texts'
    names. An `.ann` without its text is refused (the replication of PARC3 comes without). Raises
    `SeedError` with everything that cannot be read.
    """
    anns = files_in(
        source, lambda path: path.suffix == ".ann" and path.parent.name == "attributions"
    )
    pairs = []
    for path in anns:
        name, _, coder = path.stem.rpartition("_")
        if not name:
            message = "is not named as PolNeAR names its files; expected NAME_CODER.ann"
            raise refuse(path, 1, "E-source-format", message)
        pairs.append((name, coder, path.parent.parent / "text" / f"{name}.txt", path))
    metadata = _read_metadata(source)
    documents = read_pairs(pairs, source, left_out)
    for document in documents:
        document.meta = metadata.get(document.name) or _meta_from_name(document.name)
    return documents


def _read_metadata(source: Path) -> dict[str, dict[str, Any]]:
    """Map the name of each text to what `metadata.tsv` says about it."""
    metadata = {}
    for path in files_in(source, lambda path: path.name == "metadata.tsv"):
        rows = csv.DictReader(read_utf8(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            if row.get("filename"):
                metadata[row["filename"]] = _meta(row)
    return metadata


def _meta(row: dict[str, str]) -> dict[str, Any]:
    author = row.get("author") or "None"
    meta = {
        "title": row.get("title"),
        "outlet": row.get("publisher"),
        "authors": [] if author == "None" else [author],
        "language": "en",
        "published": day(row.get("publication_date") or ""),
    }
    return {key: value for key, value in meta.items() if value is not None}


def _meta_from_name(name: str) -> dict[str, Any]:
    match = NAME.fullmatch(name)
    published = day(match["published"]) if match else None
    if not match or not published:
        return {"language": "en"}
    return {"outlet": match["outlet"], "published": published, "language": "en"}


def __dir__() -> list[str]:
    return __all__
