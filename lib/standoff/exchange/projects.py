"""Reads a project as documents; imports and exports whole projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..annotation.codebook import Codebook
from ..annotation.dates import is_value
from ..annotation.problems import Report
from ..annotation.suggest import suggest
from ..authoring.article_files import coders_of
from ..corpus.articles import PROPOSED, article_folders, read_article, read_rules
from ..corpus.schema import as_frames
from ..corpus.tables import tables_of
from ..corpus.workers import map_chunks
from .documents import Builder, Document, Format, refuse

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
        for coder in coders_of(path):
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
) -> tuple[list[Document], list[str]]:
    """Write what a format's reader finds in `source` as a new project; return the documents and the
    remarks on them.

    `known` adds to the meta of an article by its name, or of all articles by "", such as
    `{"": {"published": date(2017, 4, 14)}}`; what the source itself gives for all articles stays.
    `like` and `gold` are those of `write_project`. Raises `SeedError` with everything that is
    wrong, and `OSError`; then nothing is written.
    """
    from .project_writer import write_project

    if not source.exists():
        message = "no such file or folder; expected one to import"
        raise refuse(source, 1, "E-source-missing", message)
    assert form.read is not None
    documents, known = form.read(source), known or {}
    names = {document.name for document in documents}
    report = Report()
    for name in sorted(known.keys() - names - {""}):
        message = f"holds no article {name}; {suggest(name, names)}"
        report.at(source).error(1, "E-article-unknown", message)
    report.raise_if_any()
    codebook = _read_codebook(like)
    for document in documents:
        own = known.get(document.name, {})
        document.meta = {**known.get("", {}), **document.meta, **own}
        _mark_contradictions(document, codebook)
    remarks = [
        f"{document.name} {document.coder}: {remark}"
        for document in documents
        for remark in document.remarks
    ]
    return documents, remarks + write_project(destination, documents, like, gold)


def _read_codebook(like: str | Path | None) -> Codebook:
    """Read the codebook of a project, or the standard one."""
    from ..authoring.project import standard_folder

    report = Report()
    if like:
        codebook, _ = read_rules(Path(like), report)
    else:
        codebook = Codebook.read(standard_folder() / "codebook.toml", report)
    report.raise_if_any()
    return codebook


def _mark_contradictions(document: Document, codebook: Codebook) -> None:
    """Add a note to each link in time that contradicts others, as coders mark what the text itself
    contradicts; no link is removed."""
    from ..measures.temporal_network import Network

    annotations = document.annotations
    values = (item.key for item in annotations.normalisations if item.db == "edtf")
    if not annotations.relations or not all(map(is_value, values)):
        return
    relations = [item._replace(line=at) for at, item in enumerate(annotations.relations)]
    numbered = replace(annotations, relations=relations)
    tables = tables_of(document.name, document.coder, document.text, numbered, codebook, {})
    builder = Builder(document.text, [])
    builder.used = {item.id for item in annotations.notes}
    for conflict in Network(SimpleNamespace(**as_frames(tables))).conflicts:
        if not conflict.marked:
            link = annotations.relations[conflict.set_aside.line]
            builder.note(
                link.id, "AnnotatorNotes", "conflict: contradicts other links of the source"
            )
            document.remarks.append(
                f"{link.id} {link.label} contradicts other links; marked with a note"
            )
    notes = annotations.notes + builder.annotations.notes
    document.annotations = replace(annotations, notes=notes)


def export_project(form: Format, folder: Path, destination: Path) -> list[str]:
    """Write a project in a format and return the losses, one line each.

    Raises `SeedError` with everything that is wrong with the project, and `OSError`.
    """
    assert form.write is not None
    losses = list(form.write(folder if form.writes_folder else documents_of(folder), destination))
    if form.not_carried:
        losses.append(f"of every project: {form.not_carried}")
    unconfirmed = len(list(folder.glob(f"*/{PROPOSED}.ann")))
    if unconfirmed:
        losses.append(
            f"that zones and sentences of {unconfirmed} articles are proposals which nobody has "
            f"confirmed"
        )
    return losses


def __dir__() -> list[str]:
    return __all__
