"""Reads PolNeAR's folders (https://github.com/networkdynamics/PolNeAR): texts in `text/`, codings
in `attributions/` as NAME_CODER.ann, and `metadata.tsv`."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

from ..annotation.dates import day
from ..annotation.model import Annotations
from ..annotation.problems import Report, refuse
from .brat import Pair, read_pairs
from .documents import Document
from .untrusted import files_in, read_utf8

__all__ = ["IGNORED", "read_polnear"]

IGNORED = dict.fromkeys(
    "compartment level annotators trump_count clinton_count credit wire".split(),
    "column of metadata.tsv that no meta.toml has",
)
ANNOTATION = re.compile(r"^(?:[TERAMN#]\d+|\*)\t", re.MULTILINE)
NAME = re.compile(r"(?P<outlet>[a-z-]+)_(?P<published>\d{4}-\d\d-\d\d)_.*")


def read_polnear(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read the codings of every text below `source`, under the coders' own names (4b22, …).

    Title, outlet, author and date come from the `metadata.tsv` below `source` or in the two folders
    above, or outlet and date from the texts' names. Codings without their text are set aside in a
    document without a name (the replication of PARC3 comes without texts). Raises `SeedError` with
    everything that cannot be read.
    """
    anns = files_in(
        source, lambda path: path.suffix == ".ann" and path.parent.name == "attributions"
    )
    pairs: list[Pair] = []
    for path in anns:
        name, _, coder = path.stem.rpartition("_")
        if not name:
            message = "is not named as PolNeAR names its files; expected NAME_CODER.ann"
            raise refuse(path, 1, "E-source-format", message)
        pairs.append((name, coder, path.parent.parent / "text" / f"{name}.txt", path))
    metadata = _read_metadata(source)
    with_text = [pair for pair in pairs if pair[2].is_file()]
    documents = read_pairs(with_text or pairs, source, left_out)
    for document in documents:
        document.meta = metadata.get(document.name) or _meta_from_name(document.name)
    without_text = sorted(set(pairs) - set(with_text))
    return documents + ([_set_aside(without_text, source)] if without_text else [])


def _set_aside(pairs: list[Pair], source: Path) -> Document:
    """Return a document without a name that counts the annotations of codings without a text."""
    names = ", ".join(dict.fromkeys(name for name, _, _, _ in pairs))
    remark = f"codings without their text are set aside ({len(pairs)}): {names}"
    document = Document("", "", str(source), Annotations(), remarks=[remark])
    anns = [path for _, _, _, path in pairs if path]
    number = sum(len(ANNOTATION.findall(read_utf8(path))) for path in anns)
    document.tally.set_all_aside(Counter({"without a text": number}))
    return document


def _read_metadata(source: Path) -> dict[str, dict[str, Any]]:
    """Map the name of each text to what `metadata.tsv` says about it."""
    metadata = {}
    above = [folder / "metadata.tsv" for folder in source.resolve().parents[:2]]
    below = files_in(source, lambda path: path.name == "metadata.tsv")
    for path in [path for path in above if path.is_file()] + below:
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
