"""One article as one coder annotates it: every step is checked, written at once, and can be undone.

The annotator in JupyterLab shows what is here and asks for steps; it holds nothing of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import tomlkit

from ..annotation import brat
from ..annotation.limits import unfit
from ..annotation.model import Annotations, Fragments
from ..annotation.ordering import canonical, with_base
from ..annotation.origin import DRAFTED, ORIGIN
from ..annotation.problems import Report, refuse
from ..annotation.registries import read_actors, read_meta
from ..annotation.toml_files import read_source, with_key
from ..corpus.articles import PROPOSED, find_folder, invalid_paths, read_rules
from ..corpus.safe_writing import write_texts
from .annotator_edits import Editor
from .annotator_findings import Concern, concerns
from .article_files import (
    ArticleFiles,
    OutsideChangeError,
    project_of,
    require_article,
    stored_bytes,
)
from .checking import Survey, check_coding
from .drafting import DRAFTS, Draft, origin_of, read_drafts, set_rejected
from .marks import read_marks
from .project import slug

__all__ = ["AnnotatorSession"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Snapshot:
    """What undo goes back to: annotations, the text of `actors.toml`, ids of rejected drafts."""

    annotations: Annotations
    actors: str
    rejected: frozenset[str]


class AnnotatorSession:
    """The annotation of an article by a coder, and the steps that change it.

    `article` is the article's folder. Opening writes nothing; the first step writes the coder's
    file, `NAME.ann`, and lists the coder in `meta.toml`. Other coders' files are not read, apart
    from the zones and sentences in `gold.ann`, which all coders share. If `drafts.toml` does not
    fit the text, there are no drafts, and `stale` says why.
    Raises `SeedError` if the article, the project's rules or the coder's file cannot be read.
    """

    def __init__(self, article: str | Path, coder: str = "gold") -> None:
        self.coder = coder
        self.path = find_folder(Path(article).parent) / Path(article).name
        self.file = self.path / f"{coder}.ann"
        require_article(self.path)
        reason = unfit(coder)
        if coder == PROPOSED:
            reason = "is that of the file of proposals; expected another"
        if reason:
            raise refuse(self.file, 1, "E-coder-name", f"the coder's name {reason}")
        self.reload()

    def reload(self) -> None:
        """Read everything again from the files; steps before can no longer be undone.

        Raises `SeedError` if they cannot be read; then nothing has changed.
        """
        report = Report()
        # read first: what changes meanwhile is noticed at the next step
        known = stored_bytes(self.file)
        book, registry = read_rules(project_of(self.path), report)
        report += invalid_paths(self.path, project_of(self.path))
        files = ArticleFiles(self.path, book, report)
        base, own = files.accepted(), files.coding(self.coder)
        stale = Report()
        drafts = read_drafts(self.path, stale)
        files.check_is_accepted(base, "annotating")
        report.raise_if_any()
        self.text, self.book, self.registry = files.text, book, registry
        self.title = str(files.meta.get("title", self.path.name))
        self._known = known
        actors = read_source(self._actors_file, Report()) or ""
        if stale:
            drafts = []
        self.stale = _stale(self.path, stale)
        self._all_drafts = drafts
        rejected = frozenset(one.id for one in drafts if self.coder in one.rejected)
        self._now = Snapshot(with_base(own, base), actors, rejected)
        self._past: list[Snapshot] = []
        self._future: list[Snapshot] = []

    @property
    def _actors_file(self) -> Path:
        return project_of(self.path) / "actors.toml"

    @property
    def annotations(self) -> Annotations:
        """What is annotated now, zones and sentences included."""
        return self._now.annotations

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step that was taken back."""
        return bool(self._future)

    @property
    def drafts(self) -> list[Draft]:
        """The drafts that the coder has neither accepted nor rejected, in the order of the file.

        One is accepted if the coder has a mark of its label that overlaps it and came from a
        draft, or a mark with the same label and words.
        """
        marks = {span.mark for span in self.annotations.spans}
        accepted = [
            mark.span
            for mark in read_marks(self.annotations).values()
            if mark.attributes.get(ORIGIN) in DRAFTED
        ]
        return [
            one
            for one in self._all_drafts
            if one.id not in self._now.rejected
            and (one.label, one.fragments) not in marks
            and not any(
                span.label == one.label and _overlap(span.fragments, one.fragments)
                for span in accepted
            )
        ]

    # --- steps: each writes the files, or raises and leaves everything as it was ---

    def mark(self, label: str, fragments: Iterable[tuple[int, int]]) -> str:
        """Mark words with a label; return the id of the mark, for an event that of the event.

        `fragments` are (start, end) pairs in code points; blanks at their ends do not count.
        """
        return self._step(lambda edit: edit.mark(label, fragments))

    def move(self, ident: str, fragments: Iterable[tuple[int, int]]) -> None:
        """Give a mark other words."""
        self._step(lambda edit: edit.move(ident, fragments))

    def extend(self, ident: str, fragments: Iterable[tuple[int, int]]) -> None:
        """Add words to a mark, which then may have several pieces."""
        more = tuple(fragments)
        self._step(lambda edit: edit.move(ident, (*edit.span_of(ident).fragments, *more)))

    def relabel(self, ident: str, label: str) -> str:
        """Give a mark another label; return its id."""
        return self._step(lambda edit: edit.relabel(ident, label))

    def remove(self, ident: str) -> None:
        """Remove a mark and all that is about it."""
        self._step(lambda edit: edit.remove(ident))

    def set_attribute(self, ident: str, name: str, value: str | None) -> None:
        """Set an attribute of a mark; None removes it."""
        self._step(lambda edit: edit.set_attribute(ident, name, value))

    def refer(self, ident: str, keys: Iterable[str]) -> None:
        """Link a mention to these actors, or a time to its value, instead of those of before."""
        self._step(lambda edit: edit.refer(ident, keys))

    def remark(self, ident: str, words: str) -> None:
        """Write a remark on a mark."""
        self._step(lambda edit: edit.remark(ident, words))

    def tie(self, ident: str, name: str, target: str) -> None:
        """Make `target` the role `name` of an event, or relate the two; untie them if tied."""
        self._step(lambda edit: edit.tie(ident, name, target))

    def tie_words(self, ident: str, name: str, fragments: Iterable[tuple[int, int]]) -> str:
        """Mark words and tie them to a mark in one step; return the id of the new mark."""
        return self._step(lambda edit: edit.tie_words(ident, name, fragments))

    def add_actor(
        self,
        ident: str,
        name: str,
        kind: str = "unknown",
        country: str = "unknown",
        named: bool = True,
    ) -> str:
        """Add an actor to `actors.toml` and link a mention to it as well; return the actor's id."""
        name = " ".join(name.split())
        report = Report()
        source = read_source(self._actors_file, report) or ""
        read_actors(self._actors_file, report)
        report.raise_if_any()
        self._adopt(source)
        base = slug(name)
        if not base:
            raise ValueError("The actor needs a name.")
        taken, new, number = self.registry["actors"], base, 2
        while new in taken:
            new, number = f"{base}-{number}", number + 1
        rows = {"name": name, "kind": kind, "country": country, "named": named}
        before = f"{source.rstrip()}\n\n" if source.strip() else ""
        linked = [item.key for item in self.annotations.normalisations if item.target == ident]
        self._step(
            lambda edit: edit.refer(ident, [*linked, new]), before + tomlkit.dumps({new: rows})
        )
        return new

    def accept(self, draft: str) -> str:
        """Accept a draft as it is; return the id of its mark."""
        one = self._draft(draft)
        return self._step(lambda edit: _accept(edit, one), origin="confirmed")

    def reject(self, draft: str) -> None:
        """Reject a draft, which is noted in `drafts.toml`."""
        one, before = self._draft(draft), self._now
        self._write(replace(before, rejected=before.rejected | {one.id}))
        self._past.append(before)
        self._future.clear()

    def _draft(self, ident: str) -> Draft:
        for one in self.drafts:
            if one.id == ident:
                return one
        raise ValueError("This draft has been decided already.")

    def undo(self) -> None:
        """Take back the last step; its files are written as they were before it."""
        if self._past:
            self._go(self._past, self._future)

    def redo(self) -> None:
        """Take the last step that was taken back again."""
        if self._future:
            self._go(self._future, self._past)

    def _go(self, source: list[Snapshot], other: list[Snapshot]) -> None:
        now = self._now
        self._write(source[-1])
        source.pop()
        other.append(now)

    def _step(
        self,
        change: Callable[[Editor], Result],
        actors: str | None = None,
        origin: str = "added",
    ) -> Result:
        """Make a change, and write it. New marks get the origin, if there are drafts at all."""
        before = self._now
        edit = Editor(self.text, before.annotations, self.book, self.registry["actors"])
        result = change(edit)
        has_drafts = (self.path / DRAFTS).is_file()
        edit.finish(origin if has_drafts else None, lambda ident: self._origin_of(edit, ident))
        new = replace(before, annotations=edit.annotations)
        self._write(new if actors is None else replace(new, actors=actors))
        self._past.append(before)
        self._future.clear()
        return result

    def _origin_of(self, edit: Editor, ident: str) -> str:
        """Whether a mark that came from a draft still says what the draft says."""
        span = edit.span_of(ident)
        for one in self._all_drafts:
            places = one.roles.values() if one.label != span.label else [one.fragments]
            if any(_overlap(span.fragments, place) for place in places):
                return origin_of(one, read_marks(edit.annotations), ident)
        return "mended"

    # --- files ---

    def _write(self, new: Snapshot) -> None:
        """Write a snapshot and make it the present one.

        Raises `OutsideChangeError` or `OSError`; then no file has changed.
        """
        if stored_bytes(self.file) != self._known:
            raise OutsideChangeError(
                f"{self.file.name} was changed by another window or program. Your last step was "
                "not carried out, and nothing was overwritten. Reload to see the file as it is "
                "now, then take the step again."
            )
        ann = brat.write(canonical(new.annotations, self.book))
        # in this order what a kill leaves is whole: a coder without a file and an actor without a
        # mention harm nobody, the reverse is an error
        texts = self._listed_coder() | {self.file: ann}
        actors = read_source(self._actors_file, Report()) or ""
        if new.actors != self._now.actors and actors == self._now.actors:
            is_added = len(new.actors) > len(actors)
            actors = new.actors
            own = {self._actors_file: actors}
            texts = own | texts if is_added else texts | own
        write_texts(texts)
        self._known = ann.encode()
        for draft in new.rejected ^ self._now.rejected:
            with suppress(KeyError):  # drafts that were made again may lack it
                set_rejected(self.path, draft, self.coder, draft in new.rejected)
        self._now = replace(new, actors=self._now.actors)
        self._adopt(actors)

    def _adopt(self, actors: str) -> None:
        """Take over the text of `actors.toml` as it is now, which others may have changed."""
        if actors != self._now.actors:
            self._now = replace(self._now, actors=actors)
            report = Report()
            entries = read_actors(self._actors_file, report)
            if not report:  # else those of before; `findings` says what is wrong
                self.registry = {**self.registry, "actors": entries}

    def _listed_coder(self) -> dict[Path, str]:
        """The text of `meta.toml` with the coder, if it does not list the coder yet."""
        path = self.path / "meta.toml"
        meta, source = read_meta(path, Report()), read_source(path, Report())
        if meta is None or source is None or self.coder in meta["coders"]:
            return {}
        return {path: with_key(source, ("coders", self.coder), "who", self.coder)}

    # --- what is wrong ---

    def findings(self) -> list[Concern]:
        """Return what `check` says of the coder's file, each with the mark that it concerns."""
        if not self.file.is_file():
            return []
        found = Survey()
        check_coding(self.path, self.coder, self.book, self.registry, found)
        return concerns(found, self.file, self.annotations, self.book)


def _accept(edit: Editor, one: Draft) -> str:
    """Make the marks of a draft."""
    ident = edit.mark(one.label, one.fragments)
    for role, place in one.roles.items():
        edit.tie_words(ident, role, place)
    for name, value in one.attributes.items():
        if name == "refers":
            edit.refer(ident, [value])
        else:
            edit.set_attribute(ident, name, value)
    return ident


def _overlap(fragments: Fragments, others: Fragments) -> bool:
    return any(start < last and first < end for start, end in fragments for first, last in others)


def _stale(article: Path, problems: Report) -> str:
    """Return why no drafts are shown, "" without problems in `drafts.toml`."""
    if not problems:
        return ""
    reason = problems[0].message.partition("; expected")[0]
    command = f"python -m standoff draft {project_of(article)} {article.name}"
    return (
        f"No drafts are shown, because {DRAFTS} does not fit the article (line "
        f"{problems[0].line}: {reason}). To have drafts, make them anew and run this "
        f"cell again: {command}"
    )
