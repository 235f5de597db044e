"""PolNeAR's folders (https://github.com/networkdynamics/PolNeAR): texts in `text/`, codings in
`attributions/` as NAME_CODER.ann, `metadata.tsv`."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ..annotation.dates import day
from .brat import read_pairs
from .documents import Document, refuse
from .untrusted import files_in, read_utf8

__all__ = ["read_polnear"]

NAMED = re.compile(r"(?P<outlet>[a-z-]+)_(?P<published>\d{4}-\d\d-\d\d)_.*")


def read_polnear(source: Path) -> list[Document]:
    """Every coder's file of every text below `source`, under the coders' own names (4b22, …).

    Title, outlet, author and date come from `metadata.tsv` where there is one, else outlet and date
    from the texts' names. An `.ann` without text (the
    replication of PARC3 comes without) is refused. Raises `SeedError` with everything that cannot
    be read.
    """
    anns = files_in(
        source, lambda path: path.suffix == ".ann" and path.parent.name == "attributions"
    )
    if not anns:
        raise refuse(
            source,
            1,
            (
                "holds no folder 'attributions' with .ann files; expected PolNeAR's data, or one "
                "compartment of it (train, dev, test)"
            ),
        )
    pairs = []
    for path in anns:
        name, _, coder = path.stem.rpartition("_")
        if not name:
            raise refuse(
                path, 1, "is not named as PolNeAR names its files; expected NAME_CODER.ann"
            )
        pairs.append((name, coder, path.parent.parent / "text" / f"{name}.txt", path))
    known = _metadata(source)
    found = read_pairs(pairs, source)
    for document in found:
        document.meta = known.get(document.name) or _from_name(document.name)
    return found


def _metadata(source):
    """Name of a text -> what `metadata.tsv` says of it."""
    found = {}
    for path in files_in(source, lambda path: path.name == "metadata.tsv"):
        rows = csv.DictReader(read_utf8(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            if row.get("filename"):
                found[row["filename"]] = _meta(row)
    return found


def _meta(row):
    author = row.get("author") or "None"
    meta = {
        "title": row.get("title"),
        "outlet": row.get("publisher"),
        "authors": [] if author == "None" else [author],
        "language": "en",
    }
    meta["published"] = day(row.get("publication_date") or "")
    return {key: value for key, value in meta.items() if value is not None}


def _from_name(name):
    match = NAMED.fullmatch(name)
    published = day(match["published"]) if match else None
    return (
        {"outlet": match["outlet"], "published": published, "language": "en"}
        if match and published
        else {"language": "en"}
    )
