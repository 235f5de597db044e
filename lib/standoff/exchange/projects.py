"""A project's folder as documents, and documents as a project's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from ..annotation.brat import SeedError
from ..annotation.codebook import Codebook
from ..annotation.dates import is_value
from ..annotation.problems import Report
from ..annotation.suggest import suggest
from ..authoring.checking import coders_of
from ..corpus.articles import PROPOSED, article_folders, read_article, read_rules
from ..corpus.schema import as_frames
from ..corpus.tables import tables_of
from ..corpus.workers import map_chunks
from .documents import Builder, Document, Format, refuse

__all__ = ["documents_of", "export_project", "import_project"]


def documents_of(folder: str | Path) -> list[Document]:
    """Every coding of every article of a project, verified as `load` verifies it: a coder may have
    coded some articles only.

    Articles come by their names, gold before the others. Raises `SeedError` with everything that is
    wrong.
    """
    problems = Report()
    folder = Path(folder)
    codebook, registry = read_rules(folder, problems)
    found = []
    for wrong, documents in map_chunks(
        partial(_read, codebook=codebook, registry=registry), article_folders(folder, problems)
    ):
        problems += wrong
        found += documents
    if problems:
        raise SeedError(problems)
    return found


def _read(paths, codebook, registry):
    """(what is wrong, its codings as documents) of each of some articles."""
    found = []
    for path in paths:
        problems = Report()
        articles = {
            coder: read_article(path, coder, codebook, registry, problems)
            for coder in coders_of(path)
        }
        documents = [
            Document(name, text, coder, coded, meta)
            for coder, article in articles.items()
            if article
            for name, meta, text, coded in [article]
        ]
        found.append((problems, documents))
    return found


def import_project(
    form: Format, source: Path, destination: Path, known: Mapping[str, Mapping] | None = None, **how
) -> tuple[list[Document], list[str]]:
    """Make a project folder of what a format's reader finds in `source`: the documents, and all
    that was said on the way.

    `known` adds to the meta of an article by its name, or of all by "": `{"": {"published":
    date(2017, 4, 14)}}`; what the source says itself stays.
    `how` goes to `write_project` (`like`, `gold`). Raises `SeedError` with everything that is
    wrong, and `OSError`; then nothing is written.
    """
    from .project_writer import write_project

    if not source.exists():
        raise refuse(source, 1, "no such file or folder; expected one to import")
    documents = form.read(source)
    known = known or {}
    for document in documents:
        document.meta = {**known.get("", {}), **document.meta, **known.get(document.name, {})}
    if unknown := sorted(set(known) - {"", *(document.name for document in documents)}):
        raise refuse(
            source,
            1,
            (
                f"holds no article {', '.join(unknown)}; "
                f"{suggest(unknown[0], {document.name for document in documents})}"
            ),
        )
    book = _codebook(how.get("like"))
    for document in documents:
        _own_contradictions(document, book)
    said = [
        f"{document.name} {document.coder}: {remark}"
        for document in documents
        for remark in document.said
    ]
    return documents, said + write_project(destination, documents, **how)


def _codebook(like):
    """The codebook of a project that another is to be made like, or the standard one. What is wrong
    with its rules is raised."""
    from ..authoring.project import standard_folder

    problems = Report()
    book = (
        read_rules(Path(like), problems)[0]
        if like
        else Codebook.read(standard_folder() / "codebook.toml", problems)
    )
    if problems:
        raise SeedError(problems)
    return book


def _own_contradictions(document, codebook):
    """Mark links in time that contradict one another with a note, as this project marks what the
    text itself contradicts: nothing is left out."""
    from ..measures.temporal_network import Network

    found, built = document.annotations, Builder(document.text, [])
    built.used = {item.id for item in found.notes}
    if not found.relations or not all(
        is_value(item.key) for item in found.normalisations if item.db == "edtf"
    ):
        return
    found = replace(
        found, relations=[item._replace(line=line) for line, item in enumerate(found.relations, 1)]
    )
    tables = SimpleNamespace(
        **as_frames(tables_of(document.name, document.coder, document.text, found, codebook, {}))
    )
    for conflict in Network(tables).conflicts:
        if not conflict.marked:
            link = found.relations[conflict.set_aside.line - 1]
            built.note(link.id, "AnnotatorNotes", "conflict: contradicts other links of the source")
            document.said.append(
                f"{link.id} {link.label} contradicts other links; marked with a note"
            )
    document.annotations = replace(
        document.annotations, notes=document.annotations.notes + built.found.notes
    )


def export_project(form: Format, folder: Path, destination: Path) -> list[str]:
    """Write a project in a format; what it cannot carry, in words. Raises `SeedError` with
    everything that is wrong with the project, and `OSError`."""
    unconfirmed = sum(1 for _ in folder.glob(f"*/{PROPOSED}.ann"))
    losses = form.write(folder if form.of_folder else documents_of(folder), destination)
    remarks = (
        [
            (
                f"that zones and sentences of {unconfirmed} articles are proposals which nobody "
                f"has confirmed"
            )
        ]
        if unconfirmed
        else []
    )
    return [*losses, *([f"of every project: {form.behind}"] if form.behind else []), *remarks]
