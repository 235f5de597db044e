"""From notes to `.ann` files; no annotation that notes lack may be lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.model import Annotations
from ..annotation.ordering import canonical, difference, fingerprint, with_base
from ..annotation.problems import FileReport, Problem, Report
from ..annotation.text_files import read_text
from ..annotation.toml_files import key, read_source, with_key
from ..annotation.zone_checks import (
    check_article,
    check_quotations,
    check_sentences,
    check_zones,
)
from ..corpus.articles import PROPOSED, check_values, invalid_paths, read_rules
from ..corpus.safe_writing import write_texts
from .article_files import ArticleFiles, article_paths, project_of
from .drafting import DRAFTS, add_origins, read_drafts
from .notes import Notes, read_notes

__all__ = ["Compiled", "compile_notes"]

MISSING = ("E-attribute-missing", "E-role-missing")


@dataclass
class Compiled:
    """One file written from another: the number of annotations, and what is still to do."""

    path: Path
    source: Path
    annotations: int
    to_do: list[Problem]


class _Compiling(ArticleFiles):
    """The files of one article; `texts` collects what will be written."""

    def __init__(self, path: Path, codebook: Codebook, registry: dict, report: Report):
        super().__init__(path, codebook, report)
        self.registry = registry
        self.texts: dict[Path, str] = {}

    def base(self) -> Annotations:
        """The zones and sentences: proposed ones, or else those of gold."""
        base = self.accepted() if self.proposed is None else self.proposed
        if not base.spans:
            message = (
                f"there are no zones and sentences, and no {PROPOSED}.ann proposes any; "
                "expected them before notes are compiled"
            )
            self.report.at(self.path / "gold.ann").error(1, "E-base-absent", message)
        return base

    def read(self, source: Path, base: Annotations | None, report: Report) -> Notes:
        """The notes in a file; values that codebook and registries do not know are problems."""
        words = read_source(source, report) or ""
        actors = self.registry["actors"]
        notes = read_notes(words, str(source), self.text, self.book, base, report, actors)
        unknown = Report()
        check_values(notes.annotations, self.book, self.registry, unknown.at(source))
        # if a note could not be read, others may seem to lack what it would have given
        report += [p for p in unknown if not (report and p.code in MISSING)]
        return notes

    def add_problems(self, notes: Notes, problems: Report) -> None:
        """Report problems with the words of the notes in place of ids."""
        self.report += [
            problem._replace(message=notes.reword(problem.message), line=max(problem.line, 1))
            for problem in problems
        ]

    def add_origins(self, notes: Notes, file: FileReport) -> None:
        """Say of each note whether it was a draft, if drafts were made for the article."""
        if not notes.drafts and not (self.path / DRAFTS).is_file():
            return
        drafts = {one.id: one for one in read_drafts(self.path, self.report)}
        lines = {item.id: item.line for item in notes.annotations}
        unknown = {draft: ident for ident, draft in notes.drafts.items() if draft not in drafts}
        for draft, ident in unknown.items():
            message = f"'{draft}' is no draft in {DRAFTS}; {suggest(draft, drafts)}"
            file.error(lines[ident], "E-draft-unknown", message)
        if not unknown:
            add_origins(notes.annotations, drafts, notes.drafts, self.labels)

    def remember(self, coder: str, annotations: Annotations) -> None:
        """Store in `meta.toml` a checksum of what a coder's `.ann` and notes agree on."""
        file = self.path / "meta.toml"
        source = self.texts.get(file) or read_source(file, self.report) or ""
        if coder in self.meta["coders"]:
            self.texts[file] = with_key(
                source, ("coders", coder), "compiled", fingerprint(annotations, self.labels)
            )
        else:
            message = (
                f"no [coders.{key(coder)}], but there are notes by {coder}; "
                f'expected two lines: [coders.{key(coder)}] and who = "…"'
            )
            self.report.at(file).error(1, "E-coder-unlisted", message)


def compile_notes(
    target: str | Path, coder: str | None = None, replace: bool = False
) -> list[Compiled]:
    """Compile the notes of an article, or of all articles of a project, into `.ann` files.

    `notes.toml` gives `gold.ann`, `NAME.notes.toml` gives `NAME.ann`, and `proposed.notes.toml`
    gives zones and sentences to be accepted. With `coder`, only that coder's notes are compiled.
    Annotations of an existing `.ann` that the notes lack are an error, unless `replace` is true or
    the file is unchanged since it was compiled.
    Raises `SeedError` listing every problem, and `OSError`; then no file is changed.
    """
    target, report = Path(target), Report()
    codebook, registry = read_rules(project_of(target), report)
    done: list[Compiled] = []
    texts: dict[Path, str] = {}
    for path in article_paths(target):
        report += invalid_paths(path, target)
        article = _Compiling(path, codebook, registry, report)
        for name, source in _note_files(path, report).items():
            if name == PROPOSED and coder in (None, name):
                done.append(_compile_proposals(article, source))
            elif coder in (None, name):
                done.append(_compile_coding(article, name, source, replace))
        texts |= article.texts
    if not done:
        file = f"{coder}.notes.toml" if coder else "notes.toml"
        message = f"there are no notes here; expected {file} in an article's folder"
        report.at(target).error(1, "E-notes-absent", message)
    report.raise_if_any()
    write_texts(texts)
    return done


def _note_files(path: Path, report: Report) -> dict[str, Path]:
    """The files of notes by coder; those on zones first, because the others rest on them."""
    first = f"{PROPOSED}.notes.toml"
    files: dict[str, Path] = {}
    for file in sorted(path.glob("*notes.toml"), key=lambda file: (file.name != first, file.name)):
        coder = "gold" if file.name == "notes.toml" else file.name.removesuffix(".notes.toml")
        if coder in files:
            message = (
                f"holds notes by {coder}, as {files[coder].name} does; expected one file per coder"
            )
            report.at(file).error(1, "E-notes-twice", message)
        files[coder] = file
    return files


def _compile_coding(article: _Compiling, coder: str, source: Path, replace: bool) -> Compiled:
    """Compile one coder's notes."""
    base, old, report = article.base(), article.coding(coder), Report()
    notes = article.read(source, base, report)
    article.add_origins(notes, report.at(source))
    full = with_base(notes.annotations, base)
    if base.spans and not report:
        check_article(full, article.text, article.book, report.at(source))
    article.add_problems(notes, report)
    path, lost = article.path / f"{coder}.ann", difference(old, full)
    compiled_last = article.meta["coders"].get(coder, {}).get("compiled")
    is_edited = fingerprint(old, article.labels) != compiled_last
    if lost and is_edited and not report and not replace:
        _report_loss(lost, path, source, article.report)
    written = canonical(full if article.proposed is None else notes.annotations, article.book)
    article.texts[path] = brat.write(written)
    article.remember(coder, notes.annotations)
    to_do = Report()
    check_quotations(full, article.text, article.book, to_do.at(source))
    return Compiled(path, source, len(written), to_do)


def _report_loss(lost: list, path: Path, source: Path, report: Report) -> None:
    """Report the annotations of a coder's `.ann` that the notes do not give."""
    lines = (read_text(path, Report(), empty=True) or "").split("\n")
    way = f"add it to {source.name}, or use --replace"
    for item in lost:
        message = f"{lines[item.line - 1]!r} would be lost: the notes do not give it; {way}"
        report.at(path).error(item.line, "E-compile-loss", message)


def _compile_proposals(article: _Compiling, source: Path) -> Compiled:
    """Compile notes on zones and sentences, which become proposals."""
    report = Report()
    notes = article.read(source, None, report)
    file = report.at(source)
    for span in notes.annotations.spans:
        if span.label not in article.labels:
            message = f"{span.id} has the label {span.label}; expected zones and sentences only"
            file.error(span.line, "E-proposed-label", message)
    if not report:
        check_zones(notes.annotations, article.text, article.book, file)
        check_sentences(notes.annotations, article.text, article.book, file)
    if article.proposed is None and article.accepted().spans:
        message = "gold.ann holds zones and sentences that are accepted; expected no new proposals"
        file.error(1, "E-base-accepted", message)
    article.add_problems(notes, report)
    article.proposed = canonical(notes.annotations, article.book)
    path = article.path / f"{PROPOSED}.ann"
    article.texts[path] = brat.write(article.proposed)
    return Compiled(path, source, len(article.proposed), [])
