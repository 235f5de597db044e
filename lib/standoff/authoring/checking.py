"""A look at a whole folder: every article, every coder's file, every registry, and whether the
chronology holds together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from ..annotation.brat import Problem, SeedError
from ..annotation.problems import Report
from ..corpus.articles import PROPOSED, article_folders, base_labels, read_article, read_rules
from ..corpus.files import unfinished
from ..corpus.schema import as_frames
from ..corpus.tables import tables_of
from ..corpus.workers import map_chunks

__all__ = ["Survey", "coders_of", "survey"]

NEEDED = ("events", "attributions", "times", "links")  # the tables that chronology reads


@dataclass
class Survey:
    """What was found: how much there is, every problem, and every warning: what a reader must know,
    though it is no mistake."""

    articles: int
    annotations: int
    problems: list[Problem]
    warnings: list[Problem]


def survey(folder: str | Path = "seeds") -> Survey:
    """All coders' files of `folder`, read and verified; of many articles by all cores."""
    found, folder = Survey(0, 0, Report(), []), Path(folder)
    codebook, registry = read_rules(folder, found.problems)
    for part in map_chunks(
        partial(_look, codebook=codebook, registry=registry),
        article_folders(folder, found.problems),
    ):
        found.articles += 1
        found.annotations += part.annotations
        found.problems += part.problems
        found.warnings += part.warnings
    found.warnings += [Problem(str(desk), 1, what) for desk, what in unfinished(folder).items()]
    found.problems = sorted(set(found.problems))
    return found


def _look(paths, codebook, registry):
    """What is found in each of some articles."""
    return [_article(path, codebook, registry) for path in paths]


def _article(path, codebook, registry):
    found, proposed = Survey(1, 0, Report(), []), path / f"{PROPOSED}.ann"
    if proposed.exists():
        waits = (
            f"zones and sentences are proposals until 'python -m standoff accept {path}' "
            f"confirms them"
        )
        found.warnings.append(Problem(str(proposed), 1, waits))
    for coder in sorted({"gold", *coders_of(path)}):
        before = len(found.problems)
        article = read_article(path, coder, codebook, registry, found.problems)
        found.annotations += len(article[3]) if article else 0
        if article and len(found.problems) == before:
            _chronology(path, coder, article, codebook, registry, found)
            if all(span.label in base_labels(codebook) for span in article[3].spans):
                found.warnings.append(
                    Problem(str(path / f"{coder}.ann"), 1, "nothing is coded yet")
                )
    return found


def coders_of(path: Path) -> list[str]:
    """Who has a file in an article's folder: gold first."""
    return sorted(
        {ann.stem for ann in path.glob("*.ann")} - {PROPOSED},
        key=lambda name: (name != "gold", name),
    )


def _chronology(path, coder, article, codebook, registry, found):
    """Report each contradiction in time with its cycle: as a warning where a note marks it as the
    text's own, else as a problem."""
    from ..measures.temporal_network import Network

    doc, _, text, annotations = article
    told = tables_of(doc, coder, text, annotations, codebook, registry["actors"])
    if not any(told["links"]):
        return
    file = str(path / f"{coder}.ann")
    try:
        conflicts = Network(
            SimpleNamespace(**as_frames({table: told[table] for table in NEEDED}))
        ).conflicts
    except SeedError as error:
        found.problems += [problem._replace(path=file) for problem in error.problems]
        return
    for conflict in conflicts:
        if conflict.marked:
            found.warnings.append(
                Problem(file, conflict.set_aside.line, f"{conflict} (marked as the text's own)")
            )
        else:
            found.problems.append(Problem(file, conflict.set_aside.line, str(conflict)))
