"""Checking a whole folder: every article, every coder's file, every registry, the chronology."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from ..annotation.codebook import Codebook
from ..annotation.problems import Problem, Report, SeedError
from ..corpus.articles import (
    PROPOSED,
    Article,
    Registry,
    article_folders,
    base_labels,
    coders_in,
    read_article,
    read_rules,
)
from ..corpus.files import unfinished
from ..corpus.schema import as_frames
from ..corpus.tables import tables_of
from ..corpus.workers import map_chunks

__all__ = ["Survey", "survey"]

CHRONOLOGY = ("events", "attributions", "times", "links")  # the tables that it is made of


@dataclass
class Survey:
    """What a check found: how much there is, every problem, and warnings, which are no mistakes."""

    articles: int = 0
    annotations: int = 0
    problems: Report = field(default_factory=Report)
    warnings: list[Problem] = field(default_factory=list)

    def warn(self, path: Path, line: int, message: str) -> None:
        """Add a warning."""
        self.warnings.append(Problem(str(path), line, message))


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
        total.problems += article.problems
        total.warnings += article.warnings
    for draft, message in unfinished(folder).items():
        total.warn(draft, 1, message)
    total.problems = Report(sorted(set(total.problems)))
    return total


def _check_articles(
    paths: Collection[Path], codebook: Codebook, registry: Registry
) -> list[Survey]:
    return [_check_article(path, codebook, registry) for path in paths]


def _check_article(path: Path, codebook: Codebook, registry: Registry) -> Survey:
    found, proposed = Survey(), path / f"{PROPOSED}.ann"
    if proposed.exists():
        message = (
            f"zones and sentences are proposals until 'python -m standoff accept {path}' "
            "accepts them"
        )
        found.warn(proposed, 1, message)
    for coder in sorted({"gold", *coders_in(path.glob("*.ann"))}):
        file, known = path / f"{coder}.ann", len(found.problems)
        article = read_article(path, coder, codebook, registry, found.problems)
        if article is None:
            continue
        found.annotations += len(article.annotations)
        if len(found.problems) == known:
            _check_chronology(file, article, codebook, registry, found)
            labels = {span.label for span in article.annotations.spans}
            if labels <= base_labels(codebook):
                found.warn(file, 1, "nothing is coded yet")
    return found


def _check_chronology(
    file: Path, article: Article, codebook: Codebook, registry: Registry, found: Survey
) -> None:
    """Report contradictions in time; one that a note marks as the text's own is a warning."""
    from ..measures.temporal_network import Network

    doc, _, text, annotations = article
    tables = tables_of(doc, file.stem, text, annotations, codebook, registry["actors"])
    if not tables["links"]["id"]:
        return
    frames = as_frames({table: tables[table] for table in CHRONOLOGY})
    try:
        conflicts = Network(SimpleNamespace(**frames)).conflicts
    except SeedError as error:
        found.problems += [problem._replace(path=str(file)) for problem in error.problems]
        return
    for conflict in conflicts:
        line = conflict.set_aside.line
        if conflict.marked:
            found.warn(file, line, f"{conflict} (marked as the text's own)")
        else:
            found.problems.at(file).error(line, "E-time-conflict", str(conflict))


def __dir__() -> list[str]:
    return __all__
