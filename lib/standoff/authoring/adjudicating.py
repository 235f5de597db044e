"""Two coders' differences, decided one by one: the reference coding, with a reason for each.

Every decision is written to the project's `adjudication.md` at once, so that one can stop at any
time and go on later. `gold.ann` is written when nothing is open any more and no rule is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..annotation import brat
from ..annotation.did_you_mean import suggest
from ..annotation.model import Annotations
from ..annotation.ordering import canonical, contents, restrict_to_labels
from ..annotation.problems import Problem, Report, refuse
from ..annotation.zone_checks import check_article, check_quotations
from ..corpus.articles import (
    base_labels,
    check_values,
    find_folder,
    parse_verified,
    partial_coders,
    read_article,
    read_rules,
)
from ..corpus.safe_writing import write_texts
from ..corpus.tables import tables_of
from .adjudication_record import ADJUDICATION, Decision, Section, read_decisions, with_decisions
from .article_files import ArticleFiles, OutsideChangeError, require_article, stored_bytes
from .checking import Survey, check_chronology
from .merging import BOTH, NEITHER, Disagreement, Merge

__all__ = ["Adjudication", "adjudicate", "two_coders"]


def two_coders(coders: Sequence[str]) -> tuple[str, str]:
    """Return two coders in alphabetical order.

    Raises ValueError for any other number of them, and for names that mean something else.
    """
    first, *others = sorted(set(coders)) or [""]
    if len(others) != 1 or {BOTH, NEITHER, ""} & {first, *others}:
        given = ", ".join(coders) or "none"
        raise ValueError(
            f"coders are {given}; expected two, who coded independently. To add one, annotate "
            "with another name as coder, or compile NAME.notes.toml: see docs/two_coders.md"
        )
    return first, others[0]


def adjudicate(
    article: str | Path, coders: Sequence[str] = (), replace: bool = False
) -> Adjudication:
    """Return the differences of two coders of an article, to be decided one by one.

    `article` is the article's folder in its project, `coders` their names (default: those who have
    a file there beside gold, if they are two). A notebook cell shows buttons; elsewhere
    `session.take("anna", reason="…")` decides. Decisions that `adjudication.md` has already
    are not asked for again. With `replace`, what `gold.ann` holds is written over in the end.
    Raises `SeedError` listing every problem of the files, and `ValueError` for other than two
    coders.

    >>> session = adjudicate("my_project/my-article", coders=("anna", "ben"))  # doctest: +SKIP
    >>> session.take("anna", reason="the verb leaves open whether it is true")  # doctest: +SKIP
    """
    path = find_folder(Path(article).parent) / Path(article).name
    names = two_coders(coders or coders_of(path))
    if "gold" in names:
        raise ValueError("gold is what an adjudication writes; expected two other coders")
    return Adjudication(path, names, replace)


def coders_of(path: Path) -> list[str]:
    """Return the coders who coded all of an article, but for the reference coding."""
    files = {file.stem for file in path.glob("*.ann")}
    return sorted(files - {"gold", "proposed"} - partial_coders(path))


class Adjudication:
    """The differences of two coders of an article, and what was decided about them.

    `path` is the article's folder. `decisions` are those made, in the order in which they can be
    undone, `outdated` those that decide nothing any more, because a coding has changed. `merge` has
    the two codings, `problems` the rules that the outcome breaks.
    """

    merge: Merge
    decisions: list[Decision]
    outdated: list[Decision]
    problems: list[Problem]

    def __init__(self, path: Path, coders: tuple[str, str], replace: bool = False):
        self.path, self.coders, self.replace = path, coders, replace
        self._gold, self._record = path / "gold.ann", path.parent / ADJUDICATION
        self._place = Section(path.name, coders)
        self._later: list[Disagreement] = []
        self.reload()

    # --- reading ---

    def reload(self) -> None:
        """Read everything again from the files.

        Raises `SeedError` if they cannot be read; then nothing has changed.
        """
        require_article(self.path)
        report = Report()
        known = {file: stored_bytes(file) for file in self._files()}
        self._book, self._registry = read_rules(self.path.parent, report)
        own = ArticleFiles(self.path, self._book, report)
        if own.proposed is not None:
            own.check_is_accepted(own.accepted(), "adjudicating")
            report.raise_if_any()
        articles = [
            read_article(self.path, coder, self._book, self._registry, report)
            for coder in self.coders
        ]
        recorded = self._read_record(report)
        gold = own.coding("gold")
        report.raise_if_any()
        first, second = (article for article in articles if article)
        self._known, self._article, self._recorded = known, first, recorded
        self.merge = Merge(
            first.text, self._book, self.coders, (first.annotations, second.annotations)
        )
        identities = {one.identity for one in self.merge.disagreements}
        self.decisions = [one for one in recorded if one.identity in identities]
        self.outdated = [one for one in recorded if one.identity not in identities]
        self._begin(gold)

    def _begin(self, gold: Annotations) -> None:
        """Compare `gold.ann` with what follows from the decisions so far."""
        empty = restrict_to_labels(gold, base_labels(self._book))
        self._empty = brat.write(canonical(empty, self._book))
        outcome = self._outcome()
        self._is_written = outcome is not None and contents(outcome) == contents(gold)
        if not self._is_written and contents(gold) != contents(empty) and not self.replace:
            message = (
                "holds annotations that do not follow from the decisions in "
                f"{ADJUDICATION}; expected zones and sentences alone: if they need not be kept, "
                "call adjudicate(…, replace=True)"
            )
            raise refuse(self._gold, 1, "E-adjudication-gold", message)
        if outcome is not None and not self._is_written:
            self._write()

    def _read_record(self, report: Report) -> list[Decision]:
        choices = (*self.coders, BOTH, NEITHER)
        return read_decisions(self._record, self._place, choices, report)

    def _files(self) -> list[Path]:
        """The files on which the decisions rest."""
        names = ("text.txt", "gold.ann", *(f"{coder}.ann" for coder in self.coders))
        return [self.path / name for name in names]

    # --- what is to be decided ---

    @property
    def open(self) -> list[Disagreement]:
        """What is still to be decided, in the order of the text; what was put off comes last."""
        taken = {one.identity: one.taken for one in self.decisions}
        left = self.merge.open(taken)
        return sorted(left, key=lambda one: self._later.index(one) if one in self._later else -1)

    @property
    def current(self) -> Disagreement | None:
        """What is to be decided now; None if nothing is."""
        return next(iter(self.open), None)

    # --- steps ---

    def take(self, choice: str, reason: str) -> Adjudication:
        """Decide what is to be decided now.

        `choice` is the coder whose version is taken, "both" or "neither"; `reason` says why.
        Raises ValueError for a choice that is not possible here, and without a reason;
        `OutsideChangeError` if a file is not as it was read. Then nothing was decided.
        """
        one = self.current
        if one is None:
            raise ValueError("nothing is open; reopen(number) takes a decision back")
        if choice not in one.choices:
            raise ValueError(f"'{choice}' cannot be taken here; {suggest(choice, one.choices)}")
        if not reason.strip():
            raise ValueError(f"the reason is missing; expected a few words for {ADJUDICATION}")
        sentence = self.merge.sentence(one)
        decision = Decision(*one.identity, choice, " ".join(reason.split()), sentence)
        self._decide([*self.decisions, decision])
        return self

    def undo(self) -> Adjudication:
        """Take the last decision back. Raises ValueError if there is none."""
        return self.reopen(len(self.decisions))

    def reopen(self, number: int) -> Adjudication:
        """Take a decision back, by its number from 1 in `decisions`; raises ValueError for
        others."""
        if not 1 <= number <= len(self.decisions):
            raise ValueError(f"decision {number} is unknown; there are {len(self.decisions)}")
        self._decide(self.decisions[: number - 1] + self.decisions[number:])
        return self

    def later(self) -> Adjudication:
        """Put off what is to be decided now until everything else is decided."""
        if self.current:
            one = self.current
            self._later = [*(other for other in self._later if other != one), one]
        return self

    def _decide(self, decisions: list[Decision]) -> None:
        """Write decisions and make them the present ones, or change nothing."""
        before = self.decisions
        self.decisions = decisions
        try:
            self._write()
        except BaseException:
            self.decisions = before
            raise

    # --- writing ---

    def _write(self) -> None:
        """Write the decisions, and the reference coding if they are complete."""
        report = Report()
        recorded = self._read_record(report)
        report.raise_if_any()
        changed = [file.name for file, data in self._known.items() if stored_bytes(file) != data]
        if recorded != self._recorded:
            changed.append(ADJUDICATION)
        if changed:
            raise OutsideChangeError(
                f"{' and '.join(changed)} changed since the adjudication was read. This step was "
                "not carried out, and nothing was overwritten; your decisions before are in "
                f"{ADJUDICATION}. Call reload() to go on with the files as they are now."
            )
        rows = sorted(self.decisions, key=lambda one: int(one.at.split()[0])) + self.outdated
        source = self._record.read_text(encoding="utf-8") if self._record.is_file() else ""
        texts = {self._record: with_decisions(source, self._place, rows)}
        outcome = self._outcome()
        if outcome is not None:
            texts[self._gold] = brat.write(outcome)
        elif self._is_written:
            texts[self._gold] = self._empty
        write_texts(texts)
        self._is_written, self._recorded = outcome is not None, rows
        self._known[self._gold] = stored_bytes(self._gold)

    def _outcome(self) -> Annotations | None:
        """The reference coding, if nothing is open and no rule is broken; sets `problems`."""
        self.problems = []
        if self.open:
            return None
        outcome = self.merge.result({one.identity: one.taken for one in self.decisions})
        self.problems = self._check(outcome)
        return None if self.problems else outcome

    def _check(self, outcome: Annotations) -> list[Problem]:
        """The rules of the codebook, of quotations and of time that a coding breaks."""
        found, article = Survey(), self._article
        file = found.problems.at(self._gold)
        parsed = parse_verified(brat.write(outcome), article.text, file)
        check_values(parsed, self._book, self._registry, file)
        if not found.problems:
            check_article(parsed, article.text, self._book, file)
            check_quotations(parsed, article.text, self._book, file)
        if not found.problems:
            actors = self._registry["actors"]
            tables = tables_of(article.doc, "gold", article.text, parsed, self._book, actors)
            check_chronology(self._gold, tables, found)
        return found.problems

    # --- display ---

    def __repr__(self) -> str:
        from .adjudication_view import as_text

        return as_text(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        from .adjudication_view import mimebundle

        return mimebundle(self)
