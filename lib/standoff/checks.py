"""A look at a whole folder: every article, every coder's file, every registry, and whether the chronology holds together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from .brat import Problem
from .corpus import article_folders, as_tables, read_article, read_rules
from .tables import COLUMNS, tables_of

__all__ = ["Survey", "survey"]


@dataclass
class Survey:
    """What was found: how much there is, every problem, and every warning (a contradiction that is marked as the text's own)."""

    articles: int
    annotations: int
    problems: list[Problem]
    warnings: list[Problem]


def survey(folder: str | Path = "seeds") -> Survey:
    """All coders' files of `folder`, read and verified."""
    found = Survey(0, 0, [], [])
    folder = Path(folder)
    codebook, registry = read_rules(folder, found.problems)
    for path in article_folders(folder, found.problems):
        found.articles += 1
        for coder in sorted({ann.stem for ann in path.glob("*.ann")} | {"gold"}):
            before = len(found.problems)
            article = read_article(path, coder, codebook, registry, found.problems)
            found.annotations += len(article[3]) if article else 0
            if article and len(found.problems) == before:
                _chronology(path, coder, article, codebook, registry, found)
    found.problems = sorted(set(found.problems))
    return found


def _chronology(path, coder, article, codebook, registry, found):
    """Report each contradiction in time with its cycle: as a warning where a note marks it as the text's own, else as a problem."""
    from .chronology import Network

    doc, _, text, annotations = article
    rows = {table: [] for table in COLUMNS} | tables_of(doc, coder, text, annotations, codebook, registry["actors"])
    network = Network(SimpleNamespace(**as_tables(rows), annotations={doc: annotations}))
    for conflict in network.conflicts:
        problem = Problem(str(path / f"{coder}.ann"), conflict.set_aside.line, str(conflict))
        (found.warnings if conflict.marked else found.problems).append(problem)
