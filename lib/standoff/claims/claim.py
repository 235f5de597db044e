"""Claims: sentences about a corpus that code fills with figures, checks and shows with evidence.

    claim = Claims(corpus, universes(folder))

    @claim("{name} is heard in {words} words of the report.")
    def loudest(c):
        first = sourcing.voices(c).iloc[0]
        return Finding(first.words > 0, name=first["name"], words=first.words)

If a claim is false in the corpus, its cell fails with `ClaimFailed`, which gives the sentence, its
figures and its evidence. A claim is also tried in every universe: the same corpus as another coder
annotated it, or under another defensible analytical choice. It says in how many codings it holds,
and which choices make it fail or change its figures.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html
from .analysis_choices import AS_CODED, CHOICES_FOR_READERS
from .passages import Passage, passage_html, passages

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

    Test = Callable[[Corpus], "Finding | bool"]

__all__ = [
    "CLAIM",
    "RECALLED",
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "recall",
]

CLAIM = "application/vnd.standoff.claim+json"  # a claim as data, in the outputs of a notebook
# a claim of another notebook as data: the notebook and the name of the claim
RECALLED = "application/vnd.standoff.recalled+json"
CHIP = "border: 1px solid; border-radius: 1em; padding: .1em .6em; font-size: .85em"
AMBER = "background: rgba(255, 180, 0, .3)"  # where a coding differs or the claim is weak
PASSAGES_SHOWN = 2  # others are folded
# a gap in a sentence, or "{one} of {another}", and up to two words that say what it counts
GAPS = re.compile(
    r"({[^}]*}(?: of {[^}]*})?)((?: (?!(?:from|more|than|that|what|which|with)\b)[a-z]{4,}){0,2})"
)
PASSAGES_QUOTED = 20  # in the error of a claim that fails


class ClaimFailed(AssertionError):  # noqa: N818 - it names what happened to the claim
    """Raised when a claim does not hold in the corpus that it is about."""


class Finding:
    """What a claim's function returns: whether the claim holds, its figures and its evidence.

    `holds` is a truth value. `evidence` is a table with the columns doc, start and end, such as
    rows of any table of the corpus. `mark` is a regular expression for the words that carry the
    finding; a passage in which it matches nothing has the words of the evidence marked. Every other
    keyword fills the placeholder of the same name in the sentence: `share=0.31` fills
    `{share:.0%}`.
    """

    def __init__(
        self, holds: Any, evidence: pd.DataFrame | None = None, mark: str = "", **figures: Any
    ):
        self.holds, self.evidence, self.mark, self.figures = bool(holds), evidence, mark, figures


@dataclass
class Claim:
    """A sentence with its figures, whether it holds, its passages, and how it fares elsewhere.

    `elsewhere` maps every universe ("a, with captions") to whether the claim holds there, and how
    its figures differ: "12 instead of 14". `weak` says what the claim rests on if coders agree
    little on that. A claim that is not `listed` is shown, but left out of the lists of all
    claims. `texts` are the articles that passages are taken from.
    """

    id: str
    sentence: str
    holds: bool
    passages: list[Passage] = field(repr=False)
    elsewhere: dict[str, tuple[bool, str]] = field(default_factory=dict, repr=False)
    listed: bool = True
    weak: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def codings(self) -> dict[str, bool]:
        """Whether the claim holds in each coding as it is: coder -> truth."""
        return {
            universe.removesuffix(f", {AS_CODED}"): holds
            for universe, (holds, _) in self.elsewhere.items()
            if universe.endswith(f", {AS_CODED}")
        }

    @property
    def mark(self) -> str:
        """The verdict on a chip, such as "3/3 codings"; "holds" where there is one coding alone."""
        if len(self.codings) > 1:
            return f"{sum(self.codings.values())}/{len(self.codings)} codings"
        return "holds" if self.holds else "does not hold"

    @property
    def is_firm(self) -> bool:
        """Whether the claim holds in every coding and coders agree on what it rests on."""
        return self.holds and all(self.codings.values()) and not self.weak

    @property
    def changes(self) -> list[str]:
        """What makes the claim fail, then what changes its figures, a line for each.

        The lines name the other codings, and the analytical choices applied to the reference.
        """
        failing, differing = [], []
        for universe, (holds, difference) in self.elsewhere.items():
            coder, _, choice = universe.partition(", ")
            if choice != AS_CODED and coder != next(iter(self.codings), ""):
                continue
            condition = CHOICES_FOR_READERS.get(choice, f"in coding {coder.capitalize()}")
            if not holds:
                failing.append(
                    f"fails {condition} ({difference})" if difference else f"fails {condition}"
                )
            elif difference:
                differing.append(f"{difference} {condition}")
        return failing + differing

    def __str__(self) -> str:
        return f"{self.sentence} ({self.mark})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = {"text/html": self._html(), "text/plain": str(self)}
        if not self.listed:
            return shown
        data = {
            "id": self.id,
            "mark": self.mark,
            "firm": self.is_firm,
            "weak": self.weak,
            "sentence": self.sentence,
            "passages": [asdict(passage) for passage in self.passages],
            "changes": self.changes,
        }
        return {CLAIM: data, **shown}

    def _html(self) -> str:
        quoted = [
            f'<blockquote class="passage">{passage_html(passage, self.texts[passage.doc])} '
            f"<small>{as_html(passage.where)}</small></blockquote>"
            for passage in self.passages
        ]
        shown, more = quoted[:PASSAGES_SHOWN], quoted[PASSAGES_SHOWN:]
        style = CHIP if self.is_firm else f"{CHIP}; {AMBER}"
        weak = f" <small>Less certain: {as_html(self.weak)}</small>" if self.weak else ""
        return (
            f'<div class="claim" id="claim-{escape(self.id)}">'
            f"<p><strong>{as_html(self.sentence)}</strong></p>{''.join(shown)}"
            f"{_details(f'More passages: {len(more)}', more)}"
            f'<p><span class="chip" style="{style}">{as_html(self.mark)}</span>{weak}</p>'
            f"{_details('What changes it', [as_html(change) for change in self.changes])}</div>"
        )


class Claims:
    """A decorator that makes claims about a corpus, and the claims made so far in `made`.

    `corpus` is the corpus that the claims must hold in; `universes` are the corpora in which they
    are tried as well (see `universes`). With `listed=False` the claims stay out of the lists of all
    claims, because claims about an example are no findings of the collection.

    Re-running a notebook cell replaces its claim. Another cell may not make a claim of the same
    name.
    """

    def __init__(
        self, corpus: Corpus, universes: Mapping[str, Corpus] | None = None, listed: bool = True
    ):
        self.corpus, self.universes, self.listed = corpus, universes or {}, listed
        self.made: dict[str, Claim] = {}
        self.cells: dict[str, str] = {}  # name of a claim -> the cell that made it

    def __call__(self, sentence: str, weak: str = "") -> Callable[[Test], Claim]:
        """Return a decorator that runs a function on the corpus and replaces it by its claim.

        `weak` says why the claim is less certain, if coders agree little on what it rests on, for
        instance "coders often differ on clauses about failure". Raises `ClaimFailed` if the claim
        does not hold, and `ValueError` if the function does not return exactly the figures that the
        sentence asks for, or if another cell of the notebook has made a claim of the same name.
        """

        def make(function: Test) -> Claim:
            name, cell = function.__name__, _cell()
            earlier = self.cells.get(name)
            if cell and earlier and earlier != cell:
                raise ValueError(
                    f"a claim named '{name}' was made in cell {earlier}; give this one another name"
                )
            self.made.pop(name, None)
            self.cells.pop(name, None)
            claim = self._evaluate(sentence, function, weak)
            if not claim.holds:
                quoted = [
                    f"\n  {one.doc} {one.start}-{one.end}: "
                    f"{self.corpus.passage(one.doc, one.start, one.end)}"
                    for one in claim.passages[:PASSAGES_QUOTED]
                ]
                raise ClaimFailed(f"{claim}{''.join(quoted)}")
            self.made[name], self.cells[name] = claim, cell
            _display(claim)
            return claim

        return make

    def _evaluate(self, sentence: str, function: Test, weak: str) -> Claim:
        """Fill and check a claim here and in every universe."""
        name, finding = function.__name__, _run(function, self.corpus)
        wanted = {key for _, key, _, _ in string.Formatter().parse(sentence) if key is not None}
        if wanted != finding.figures.keys():
            raise ValueError(
                f"the sentence of claim '{name}' has the placeholders {sorted(wanted)}; its "
                f"function returned the figures {sorted(finding.figures)}"
            )
        here, shown = sentence.format(**finding.figures), []
        elsewhere = {
            universe: _outcome(sentence, finding.figures, function, corpus)
            for universe, corpus in self.universes.items()
        }
        if finding.evidence is not None:
            shown = passages(self.corpus, finding.evidence, finding.mark)
        shown = _one_of_each_article_first(shown)
        texts = {passage.doc: self.corpus.texts[passage.doc] for passage in shown}
        return Claim(name, here, finding.holds, shown, elsewhere, self.listed, weak, texts)


def _one_of_each_article_first(every: list[Passage]) -> list[Passage]:
    first = {passage.doc: passage for passage in reversed(every)}
    return sorted(every, key=lambda passage: passage is not first[passage.doc])


def _details(summary: str, items: list[str]) -> str:
    """Return an HTML `<details>` with a list of the items; "" if there are none."""
    if not items:
        return ""
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<details><summary>{summary}</summary><ul>{listed}</ul></details>"


def _run(function: Test, corpus: Corpus) -> Finding:
    finding = function(corpus)
    return finding if isinstance(finding, Finding) else Finding(finding)


def _outcome(
    sentence: str, figures: dict[str, Any], function: Test, corpus: Corpus
) -> tuple[bool, str]:
    """Return whether a claim holds in another universe, and how its figures differ there.

    `figures` are those of the reference coding. The difference reads "4 of 10 instead of 3 of 8
    clauses".
    """
    try:
        finding = _run(function, corpus)
    except (KeyError, IndexError, ValueError, ZeroDivisionError):
        return False, "nothing to count"
    different = []
    for gap, noun in GAPS.findall(sentence):
        here = gap.format(**figures)
        try:
            there = gap.format(**finding.figures)
        except (KeyError, ValueError, TypeError):
            there = "no figure"
        if there != here:
            different.append(f"{there} instead of {here}{noun}")
    return finding.holds, ", ".join(different)


def _shown(notebook: Any) -> Iterator[dict[str, Any]]:
    """What each output of a notebook shows, by kind."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            yield output.get("data", {})


def claims_in(notebook: Any) -> list[dict[str, Any]]:
    """Return every claim that an executed notebook (an nbformat node) shows, in its order.

    Each is a dict with the keys id, mark, firm, weak, sentence, passages and changes. A passage is
    a dict with the keys doc, start, end, where and voices, and lists of bounds under words, source,
    cue and content. Raises `ValueError` if two claims share a name: links lead to a claim by its
    name.
    """
    claims = [data[CLAIM] for data in _shown(notebook) if CLAIM in data]
    names = [claim["id"] for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"two claims of one notebook are named '{name}'; give each function its own name"
            )
    return claims


def recall(notebook: str, name: str, folder: str | Path = ".") -> Recalled:
    """Return a claim as another notebook of the folder shows it, for display in this one.

    It stays a claim of that notebook alone. Raises `KeyError` if the stored outputs of the notebook
    hold no claim of that name.
    """
    import nbformat

    stored = nbformat.read(Path(folder) / f"{notebook}.ipynb", as_version=4)
    for data in _shown(stored):
        if data.get(CLAIM, {}).get("id") == name:
            return Recalled(notebook, name, data["text/html"], data["text/plain"])
    raise KeyError(f"{notebook} shows no claim named '{name}'; run it first")


@dataclass(frozen=True)
class Recalled:
    """A claim of another notebook, as HTML and as plain text."""

    notebook: str
    name: str
    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        html = self.html.replace(' id="claim-', ' data-claim="', 1)
        data = {"notebook": self.notebook, "id": self.name}
        return {RECALLED: data, "text/html": html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def _cell() -> str:
    """Return the id of the cell that runs, as JupyterLab gives it; "" if there is none."""
    from IPython import get_ipython

    request: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    return str(request.get("metadata", {}).get("cellId", ""))


def _display(claim: Claim) -> None:
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(claim)
