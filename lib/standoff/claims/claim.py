"""Claims: sentences about a corpus that code fills with figures, checks and shows with evidence.

    claim = Claims(corpus, universes(folder))

    @claim("{name} is heard in {words} words of the report.")
    def loudest(c):
        first = sourcing.voices(c).iloc[0]
        return Finding(first.words > 0, name=first["name"], words=first.words)

If a claim is false in the corpus, its cell fails with `ClaimFailed`, which gives the sentence, its
figures and its evidence. A claim is also tried in every universe: the same corpus as another coder
annotated it, or under another defensible analytical choice. It says in how many codings it holds,
and which choices change it and how.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
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
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "claims_made",
    "recall",
]

CLAIM = "application/vnd.standoff.claim+json"  # a claim as data, in the outputs of a notebook
CHIP = "border: 1px solid; border-radius: 1em; padding: .1em .6em; font-size: .85em"
AMBER = "background: rgba(255, 180, 0, .3)"  # where a coding differs or the layer is weak
PASSAGES_SHOWN = 2  # others are folded
PASSAGES_QUOTED = 20  # in the error of a claim that fails


class ClaimFailed(AssertionError):  # noqa: N818 - it names what happened to the claim
    """Raised when a claim does not hold in the corpus that it is about."""


class Finding:
    """What a claim's function returns: whether the claim holds, its figures and its evidence.

    `holds` is a truth value. `evidence` is a table with the columns doc, start and end, such as
    rows of any table of the corpus. Every other keyword fills the placeholder of the same name in
    the sentence: `share=0.31` fills `{share:.0%}`.
    """

    def __init__(self, holds: Any, evidence: pd.DataFrame | None = None, **figures: Any):
        self.holds, self.evidence, self.figures = bool(holds), evidence, figures


@dataclass
class Claim:
    """A sentence with its figures, whether it holds, its passages, and how it fares elsewhere.

    `elsewhere` maps every universe ("a, with captions") to "" where the claim holds, and otherwise
    to what comes out there. `others` maps the universes in which the claim holds with other figures
    to the sentence with those figures. `weak` names the layer that the claim rests on if coders
    agree little on it. A claim that is not `listed` is shown, but left out of the lists of all
    claims. `texts` are the articles that passages are taken from.
    """

    id: str
    sentence: str
    holds: bool
    passages: list[Passage] = field(repr=False)
    elsewhere: dict[str, str] = field(default_factory=dict, repr=False)
    listed: bool = True
    others: dict[str, str] = field(default_factory=dict, repr=False)
    weak: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def codings(self) -> dict[str, bool]:
        """Whether the claim holds in each coding, counted as the claim says: coder -> truth."""
        return {
            coder: not outcome
            for coder, choice, outcome in self._universes(self.elsewhere)
            if choice in ("", AS_CODED)
        }

    @property
    def mark(self) -> str:
        """The verdict on a chip, such as "3/3 codings"; "holds" where there is one coding alone."""
        if len(self.codings) > 1:
            return f"{sum(self.codings.values())}/{len(self.codings)} codings"
        return "holds" if self.holds else "does not hold"

    @property
    def is_firm(self) -> bool:
        """Whether the claim holds in every coding and rests on no weak layer."""
        return self.holds and all(self.codings.values()) and not self.weak

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What changes the claim: pairs (coder or analytical choice, what comes out there).

        Choices are those of the first coding, the reference.
        """
        rows, first = [], next(iter(self.codings), "")
        for coder, choice, outcome in self._universes(self.elsewhere):
            other = self.others.get(f"{coder}, {choice}", "")
            words = outcome.replace(f"; the figures there: {self.sentence}", "")
            words = words or (other and f"holds with other figures: {other}")
            if words and choice in ("", AS_CODED):
                rows.append((f"coder {coder}", words))
            elif words and coder == first:
                rows.append((CHOICES_FOR_READERS.get(choice, choice), words))
        return rows

    @staticmethod
    def _universes(outcomes: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        for universe, outcome in outcomes.items():
            coder, _, choice = universe.partition(", ")
            yield coder, choice, outcome

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
            "passages": [passage.as_data() for passage in self.passages],
            "changes": [list(change) for change in self.changes],
            "elsewhere": self.elsewhere,
            "others": self.others,
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
        weak = f" <small>Rests on a weak layer: {as_html(self.weak)}</small>" if self.weak else ""
        changes = [f"{as_html(name)}: {as_html(outcome)}" for name, outcome in self.changes]
        return (
            f'<div class="claim" id="claim-{escape(self.id)}">'
            f"<p><strong>{as_html(self.sentence)}</strong></p>{''.join(shown)}"
            f"{_details(f'More passages: {len(more)}', more)}"
            f'<p><span class="chip" style="{style}">{as_html(self.mark)}</span>{weak}</p>'
            f"{_details('What changes it', changes)}</div>"
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

        `weak` names the layer that the claim rests on if coders agree little on it, for instance
        "Failure, alpha 0.74". Raises `ClaimFailed` if the claim does not hold, and `ValueError` if
        the function does not return exactly the figures that the sentence asks for, or if another
        cell of the notebook has made a claim of the same name.
        """

        def make(function: Test) -> Claim:
            name, cell = function.__name__, _cell()
            earlier = self.cells.get(name, cell)
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
        here, elsewhere, others = sentence.format(**finding.figures), {}, {}
        for universe, corpus in self.universes.items():
            holds, outcome = _outcome(sentence, function, corpus)
            elsewhere[universe] = "" if holds else outcome
            if holds and outcome != here:
                others[universe] = outcome
        shown = [] if finding.evidence is None else passages(self.corpus, finding.evidence)
        shown = _one_of_each_article_first(shown)
        texts = {passage.doc: self.corpus.texts[passage.doc] for passage in shown}
        return Claim(name, here, finding.holds, shown, elsewhere, self.listed, others, weak, texts)


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


def _outcome(sentence: str, function: Test, corpus: Corpus) -> tuple[bool, str]:
    """Return whether a claim holds in another universe, and its sentence with the figures there."""
    try:
        finding = _run(function, corpus)
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        return False, f"nothing to count there ({type(error).__name__}: {error})"
    try:
        filled = sentence.format(**finding.figures)
        prefix = "fails; the figures there: "
    except (KeyError, ValueError, TypeError) as error:
        filled = f"its figures there do not fit the sentence ({type(error).__name__}: {error})"
        prefix = "fails; "
    return finding.holds, filled if finding.holds else prefix + filled


def claims_in(notebook: Any) -> list[dict[str, Any]]:
    """Return every claim that an executed notebook (an nbformat node) shows, in its order.

    Each is a dict with the keys id, mark, firm, weak, sentence, passages, changes, elsewhere and
    others. A passage is a dict with the keys doc, start, end and where, and lists of bounds under
    words, source, cue and content. Raises `ValueError` if two claims share a name: links lead to a
    claim by its name.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    claims = [output["data"][CLAIM] for output in outputs if CLAIM in output.get("data", {})]
    names = [claim["id"] for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"two claims of one notebook are named '{name}'; give each function its own name"
            )
    return claims


def claims_made(notebooks: str | Path) -> pd.DataFrame:
    """Return every claim of the stored notebooks in a folder, one row per claim.

    The columns are `notebook`, `holds` (in how many codings) and `claim` (the sentence).
    """
    import nbformat
    import pandas as pd

    rows = [
        (path.stem, claim["mark"], claim["sentence"])
        for path in sorted(Path(notebooks).glob("*.ipynb"))
        for claim in claims_in(nbformat.read(path, as_version=4))
    ]
    return pd.DataFrame(rows, columns=["notebook", "holds", "claim"])


def recall(notebook: str, name: str, folder: str | Path = ".") -> Recalled:
    """Return a claim as another notebook of the folder shows it, for display in this one.

    It stays a claim of that notebook alone. Raises `KeyError` if the stored outputs of the notebook
    hold no claim of that name.
    """
    import nbformat

    stored = nbformat.read(Path(folder) / f"{notebook}.ipynb", as_version=4)
    for cell in stored.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if data.get(CLAIM, {}).get("id") == name:
                return Recalled(data["text/html"], data["text/plain"])
    raise KeyError(f"{notebook} shows no claim named '{name}'; run it first")


@dataclass(frozen=True)
class Recalled:
    """A claim of another notebook, as HTML and as plain text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html.replace(' id="claim-', ' data-claim="', 1)

    def __repr__(self) -> str:
        return self.text


def _cell() -> str:
    """Return the id of the cell that runs, as JupyterLab gives it; "" if there is none."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    request: dict[str, Any] = getattr(shell, "get_parent", dict)()
    return str(request.get("metadata", {}).get("cellId", ""))


def _display(claim: Claim) -> None:
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(claim)


def __dir__() -> list[str]:
    return __all__
