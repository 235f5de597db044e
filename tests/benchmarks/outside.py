"""Imports data sets of other people and counts what becomes of them.

    python tests/benchmarks/outside.py timeml=FOLDER polnear=FOLDER …

Each argument is a format and a folder that the runner brings; no data set is part of this
repository. For each folder the table shows the files imported and left out, tracebacks, and the
annotations in it, which must be as many as are kept, repaired and set aside. Folders of TimeML and
projects with attributions have further counts, to be compared with those that others published. The
annotations of REFI-QDA and Label Studio are counted in their files a second time, without the
library.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pandas as pd

import standoff
from standoff.annotation.problems import Report, SeedError
from standoff.annotation.words import positions
from standoff.annotation.zone_labels import ARTICLE
from standoff.exchange import FORMATS, import_project
from standoff.exchange.documents import Document
from standoff.measures.temporal_network import Network, temporal_items

COLUMNS = (
    "data documents left_out traceback in_files annotations kept repaired aside sum seconds".split()
)


def measure(name: str, source: Path, destination: Path) -> tuple[dict[str, Any], Report]:
    """Import a folder; return a row of the table, and the problems of what was left out."""
    row: dict[str, Any] = {"data": f"{name} {source.name}", "traceback": 0}
    left_out, started = Report(), time.perf_counter()
    documents: list[Document] = []
    try:
        documents = import_project(FORMATS[name], source, destination, left_out=left_out).documents
    except SeedError as error:
        left_out += error.problems
    except Exception:
        traceback.print_exc()
        row["traceback"] = 1
    row["seconds"] = round(time.perf_counter() - started, 1)
    totals = [document.tally.totals() for document in documents]
    row["documents"] = sum(bool(document.name) for document in documents)
    row["left_out"] = len({problem.path for problem in left_out})
    row["annotations"] = sum(len(document.tally.lines) for document in documents)
    row["in_files"] = row["annotations"]
    if name in COUNTED:
        files = {Path(document.source) for document in documents if document.source}
        row["in_files"] = sum(map(COUNTED[name], files))
    row["kept"] = sum(total.kept for total in totals)
    row["repaired"] = sum(total.repaired.total() for total in totals)
    row["aside"] = sum(total.aside.total() for total in totals)
    row["sum"] = (
        row["kept"] + row["repaired"] + row["aside"] == row["annotations"] == row["in_files"]
    )
    return row, left_out


def refi_codings(path: Path) -> int:
    """Count the codings of sources, passages without a code, links, and texts with notes of a
    REFI-QDA project."""
    with zipfile.ZipFile(path) as archive:
        (project,) = [name for name in archive.namelist() if name.endswith(".qde")]
        root = ElementTree.fromstring(archive.read(project))
    count = sum(link.get("name") != "continues" for link in root.iterfind("{*}Links/{*}Link"))
    for element in root.iterfind("{*}Sources//*"):
        tag = element.tag.rpartition("}")[2]
        uncoded = tag == "PlainTextSelection" and element.find("{*}Coding") is None
        notes = element.find("{*}Description"), element.find("{*}NoteRef")
        noted = tag == "TextSource" and notes != (None, None)
        count += tag == "Coding" or uncoded or noted
    return count


def label_studio_results(path: Path) -> int:
    """Count the results in an export of Label Studio."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    kinds = ("annotations", "completions", "predictions", "drafts")
    items = [item for task in tasks for kind in kinds for item in task.get(kind) or []]
    return sum(len(item.get("result") or []) for item in items)


COUNTED = {"refi": refi_codings, "label-studio": label_studio_results}


def contradictions(folder: Path) -> str:
    """Count the articles whose links contradict one another without any date."""
    corpus = standoff.load(folder)
    times = corpus.times.assign(earliest=None, latest=None)
    times = times.astype({"earliest": "datetime64[s]", "latest": "datetime64[s]"})
    tables = SimpleNamespace(
        events=corpus.events, attributions=corpus.attributions, times=times, links=corpus.links
    )
    bad = sum(bool(Network(part).conflicts) for _, _, part in temporal_items(tables).by_article())
    return f"{bad} of {len(corpus.documents)} articles contradict themselves by links alone"


def attributions(folder: Path) -> str:
    """Count attributions, those without a source, and spans in pieces out of order, per coding."""
    number = without = pieces = unordered = 0
    for coder in standoff.coders(folder):
        corpus = standoff.load(folder, coder)
        for coding in corpus.annotations.values():
            for event in coding.events:
                if event.label in ("Attribution", "Attribution-no-source"):
                    number += 1
                    without += all(not name.startswith("Source") for name, _ in event.roles)
            split = [span.fragments for span in coding.spans if len(span.fragments) > 1]
            pieces += len(split)
            unordered += sum(list(one) != sorted(one) for one in split)
    return (
        f"{number:,} attributions, {without} without a source, "
        f"{pieces} spans in pieces, {unordered} of them not in the order of the text"
    )


def voices(folder: Path) -> str:
    """Compare the words of each source with a plain count of the `.ann` lines of the reference
    coding, in the zones that are article text."""
    corpus = standoff.load(folder)
    counts = corpus.attributions[corpus.attributions["zone"].isin(ARTICLE)]
    plain: Counter[tuple[str, str]] = Counter()
    for doc, text in corpus.texts.items():
        cued = set(counts.loc[counts["doc"] == doc, "id"])
        lines = (folder / doc / "gold.ann").read_text(encoding="utf-8").split("\n")
        cells = [line.split("\t") for line in lines]
        spans = {cell[0]: cell[1:] for cell in cells if cell[0].startswith("T")}
        for ident, roles in ((cell[0], cell[1].split(" ")[1:]) for cell in cells if len(cell) == 2):
            targets = [role.split(":") for role in roles if ident in cued]
            sources = [spans[to][1] for role, to in targets if role.startswith("Source")]
            for role, to in targets:
                if role.startswith("Content") and sources:
                    name = standoff.sourcing.unlinked_name(" ".join(sources))
                    for fragment in spans[to][0].split(" ", 1)[1].split(";"):
                        places = positions(text, *map(int, fragment.split(" ")))
                        plain[doc, name] += len(places)
    table = standoff.sourcing.voices(corpus)
    counted = dict(zip(zip(table["doc"], table["actor"], strict=True), table["words"], strict=True))
    same = sum(counted.get(key) == words for key, words in plain.items())
    return f"{same:,} of {len(plain):,} voices have the words of a plain count"


def main(arguments: list[str]) -> int:
    """Print the table of all folders."""
    rows, notes = [], []
    with tempfile.TemporaryDirectory() as home:
        for number, argument in enumerate(arguments):
            name, _, folder = argument.partition("=")
            destination = Path(home) / str(number)
            row, left_out = measure(name, Path(folder), destination)
            rows.append(row)
            notes += [f"left out: {problem}" for problem in sorted(set(left_out))]
            if destination.exists() and name == "timeml":
                notes.append(f"{row['data']}: {contradictions(destination)}")
            if destination.exists() and name == "polnear":
                notes.append(f"{row['data']}: {attributions(destination)}")
                notes.append(f"{row['data']}: {voices(destination)}")
    print(pd.DataFrame(rows, columns=COLUMNS).to_string(index=False))
    print(*notes, sep="\n")
    return int(any(row["traceback"] or not row["sum"] for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
