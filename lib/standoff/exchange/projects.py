"""Reads a project as documents; imports and exports whole projects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.problems import Report, refuse
from ..corpus.articles import PROPOSED, article_folders, coders_in, read_article, read_rules
from ..corpus.safe_writing import new_folder
from ..corpus.workers import map_chunks
from .companion_files import add_known_meta, rules_beside, write_beside
from .documents import Document, Format

if TYPE_CHECKING:
    from .project_writer import Written

__all__ = ["documents_of", "export_project", "import_project"]


def documents_of(folder: str | Path) -> list[Document]:
    """Return every coding of every article of a project, verified as `load` verifies it.

    Articles are sorted by name, gold comes before other coders. Raises `SeedError` with everything
    that is wrong.
    """
    report = Report()
    folder = Path(folder)
    codebook, registry = read_rules(folder, report)
    read = partial(_read_articles, codebook=codebook, registry=registry)
    documents = []
    for problems, codings in map_chunks(read, article_folders(folder, report)):
        report += problems
        documents += codings
    report.raise_if_any()
    return documents


def _read_articles(
    paths: list[Path], codebook: Codebook, registry: dict
) -> list[tuple[Report, list[Document]]]:
    """Return (problems, codings) for each of some articles."""
    results = []
    for path in paths:
        report, documents = Report(), []
        for coder in coders_in(path.glob("*.ann")):
            article = read_article(path, coder, codebook, registry, report)
            if article:
                name, meta, text, annotations = article
                documents.append(Document(name, text, coder, annotations, meta))
        results.append((report, documents))
    return results


def import_project(
    form: Format,
    source: Path,
    destination: Path,
    known: Mapping[str, Mapping[str, Any]] | None = None,
    like: str | Path | None = None,
    gold: str | None = None,
    left_out: Report | None = None,
) -> Written:
    """Write what a format's reader finds in `source` as a new project; return the documents and the
    remarks on them.

    `known` adds to the meta of an article by its name, or of all articles by "", such as
    `{"": {"published": date(2017, 4, 14)}}`; what the source itself gives for all articles stays.
    `like` and `gold` are those of `write_project`; the default of `like` is the folder of the
    source if it holds a codebook and registries, as exports do. Raises `SeedError` with everything
    that is wrong, and `OSError`; then nothing is written. With a report `left_out`, the problems of
    single files and articles are added to that, and the others are imported.
    """
    from .project_writer import write_project

    if not source.exists():
        message = "no such file or folder; expected one to import"
        raise refuse(source, 1, "E-source-missing", message)
    assert form.read is not None
    known = known or {}
    documents = form.read(source) if left_out is None else form.read(source, left_out=left_out)
    names = {document.name for document in documents}
    report = Report()
    for name in sorted(known.keys() - names - {""}):
        message = f"holds no article {name}; {suggest(name, names)}"
        report.at(source).error(1, "E-article-unknown", message)
    report.raise_if_any()
    add_known_meta(source, documents)
    for document in documents:
        own = known.get(document.name, {})
        document.meta = {**known.get("", {}), **document.meta, **own}
        for item in document.annotations:
            if item.id not in document.tally.origin:
                document.tally.count_made(item.id)
    like = like or rules_beside(source)
    return write_project(destination, documents, like, gold, left_out)


def export_project(form: Format, folder: Path, destination: Path) -> list[str]:
    """Write a project in a format, with its codebook, its registries and what is known of its
    articles (`articles.toml`) beside it; return the losses, one line each.

    Raises `SeedError` with everything that is wrong with the project, and `OSError`.
    """
    assert form.write is not None
    source = folder if form.writes_folder else documents_of(folder)
    with new_folder(destination) as draft:
        draft.rmdir()  # which the format makes
        losses = list(form.write(source, draft))
        write_beside(folder, draft)
    unconfirmed = len(list(folder.glob(f"*/{PROPOSED}.ann")))
    if unconfirmed:
        losses.append(
            f"that zones and sentences of {unconfirmed} articles are proposals which nobody has "
            f"confirmed"
        )
    return losses
