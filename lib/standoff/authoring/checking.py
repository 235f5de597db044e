"""Checking a whole folder: every article, every coder's file, every registry, the chronology.

Besides what is wrong, a check finds what may be missing or open, which are remarks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, is_content
from ..annotation.problems import Problem, Report, SeedError
from ..corpus.articles import (
    PROPOSED,
    Registry,
    article_folders,
    base_labels,
    coders_in,
    read_article,
    read_rules,
)
from ..corpus.safe_writing import unfinished
from ..corpus.schema import Columns
from ..corpus.tables import tables_of
from ..corpus.workers import map_chunks

__all__ = ["Remark", "Survey", "check_chronology", "check_coding", "survey"]

# What may be missing or open, of one and of several.
REMARKS = {
    "proposed": (
        "article has proposed zones and sentences, which 'python -m standoff accept {}' accepts",
        "articles have proposed zones and sentences, which 'python -m standoff accept {}' accepts",
    ),
    "uncoded": ("coding is empty so far", "codings are empty so far"),
    "unframed": ("article has no frames", "articles have no frames"),
    "no content": ("attribution has no content", "attributions have no content"),
    "speech": (
        "quotation of speech is in no attribution's content",
        "quotations of speech are in no attribution's content",
    ),
    "conflict": (
        "contradiction in time is marked as the text's own",
        "contradictions in time are marked as the text's own",
    ),
}
FIRST = 3  # places that a remark names
WORDS_SHOWN = 40  # characters of the words at a place


class Remark(NamedTuple):
    """A place where something may be missing, or is open: `kind` is a key of `REMARKS`."""

    kind: str
    path: Path
    line: int = 0
    words: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        cut = "…" if len(self.words) > WORDS_SHOWN else ""
        words = f" ({self.words[:WORDS_SHOWN]}{cut})" if self.words else ""
        return f"{self.path}{line}{words}"


@dataclass
class Survey:
    """What a check found: how much there is, and every problem.

    `warnings` name what killed commands have left, `remarks` what may be missing or open; neither
    is a mistake.
    """

    articles: int = 0
    annotations: int = 0
    frames: int = 0
    problems: Report = field(default_factory=Report)
    warnings: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def summary(self, folder: str | Path) -> list[str]:
        """Return one line for each kind of remark: how many there are, and the first places.

        `folder` is the folder of articles.
        """
        lines = []
        for kind, wording in REMARKS.items():
            of_kind = [remark for remark in self.remarks if remark.kind == kind]
            if of_kind:
                several = len(of_kind) > 1
                target = folder if several else of_kind[0].path.parent
                more = f" and {len(of_kind) - FIRST:,} more" if len(of_kind) > FIRST else ""
                places = ", ".join(map(str, of_kind[:FIRST]))
                words = wording[several].format(target)
                lines.append(f"{len(of_kind):,} {words}: {places}{more}")
        return lines


def survey(folder: str | Path = "seeds") -> Survey:
    """Return what is found when every coder's files of a folder are read and verified.

    Raises `SeedError` if the folder is missing.

    >>> survey("seeds").problems
    []
    """
    folder, total = Path(folder), Survey()
    codebook, registry = read_rules(folder, total.problems)
    task = partial(_check_articles, codebook=codebook, registry=registry)
    for article in map_chunks(task, article_folders(folder, total.problems)):
        total.articles += 1
        total.annotations += article.annotations
        total.frames += article.frames
        total.problems += article.problems
        total.remarks += article.remarks
    if not total.frames:
        total.remarks = [remark for remark in total.remarks if remark.kind != "unframed"]
    total.warnings = [Problem(str(path), 1, left) for path, left in unfinished(folder).items()]
    total.problems = Report(sorted(set(total.problems)))
    return total


def _check_articles(
    paths: Collection[Path], codebook: Codebook, registry: Registry
) -> list[Survey]:
    return [_check_article(path, codebook, registry) for path in paths]


def _check_article(path: Path, codebook: Codebook, registry: Registry) -> Survey:
    found, proposed = Survey(), path / f"{PROPOSED}.ann"
    if proposed.exists():
        found.remarks.append(Remark("proposed", proposed))
    is_coded = False
    for coder in sorted({"gold", *coders_in(path.glob("*.ann"))}):
        is_coded |= check_coding(path, coder, codebook, registry, found)
    if is_coded and not found.frames:
        found.remarks.append(Remark("unframed", path))
    return found


def check_coding(
    path: Path, coder: str, codebook: Codebook, registry: Registry, found: Survey
) -> bool:
    """Add to `found` what there is and what is wrong in one coder's file of an article.

    Returns whether the file could be read without a problem and holds more than zones and
    sentences.
    """
    file, known = path / f"{coder}.ann", len(found.problems)
    article = read_article(path, coder, codebook, registry, found.problems)
    if article is None:
        return False
    found.annotations += len(article.annotations)
    if len(found.problems) > known:
        return False
    labels = {span.label for span in article.annotations.spans}
    if labels <= base_labels(codebook):
        found.remarks.append(Remark("uncoded", file))
        return False
    doc, _, text, annotations = article
    tables = tables_of(doc, coder, text, annotations, codebook, registry["actors"])
    found.frames += len(tables["frames"]["id"])
    check_chronology(file, tables, found)
    _find_gaps(file, annotations, tables["quotations"], codebook, found)
    return True


def _find_gaps(
    file: Path, annotations: Annotations, quotations: Columns, codebook: Codebook, found: Survey
) -> None:
    """Remark attributions without content, and quotations of speech that belong to none."""
    spans = annotations.spans_by_id()
    for event in annotations.events:
        roles = codebook.labels[event.label].get("roles", {})
        if "Content" in roles and not any(is_content(role) for role, _ in event.roles):
            words = spans[event.trigger].text
            found.remarks.append(Remark("no content", file, event.line, words))
    columns = (quotations[name] for name in ("use", "attribution", "line", "text"))
    for use, attribution, line, text in zip(*columns, strict=True):
        if use == "speech" and attribution is None:
            found.remarks.append(Remark("speech", file, line, text))


def check_chronology(file: Path, tables: dict[str, Columns], found: Survey) -> None:
    """Report contradictions in time; one that a note marks as the text's own is a remark."""
    from ..measures.temporal_network import network_of

    if not tables["links"]["id"]:
        return
    try:
        conflicts = network_of(tables).conflicts
    except SeedError as error:
        found.problems += [problem._replace(path=str(file)) for problem in error.problems]
        return
    for conflict in conflicts:
        line = conflict.set_aside.line
        if conflict.marked:
            found.remarks.append(Remark("conflict", file, line))
        else:
            found.problems.at(file).error(line, "E-time-conflict", str(conflict))
