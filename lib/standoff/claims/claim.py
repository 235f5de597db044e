"""Claims: sentences about a corpus that code fills with figures, checks and shows with evidence.

    claim = Claims(corpus, universes(folder))

    @claim("{name} is heard in {words} words of the report.")
    def loudest(c):
        first = sourcing.voices(c).iloc[0]
        return Finding(first.words > 0, name=first["name"], words=first.words)

If a claim is false in the corpus, its cell fails with `ClaimFailed`, which gives the sentence, its
figures and its evidence. A universe is the same corpus as another coder annotated it, or under
another defensible analytical choice. Each claim says in how many universes it holds, where it does
not, and which figures come out there.
"""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..annotation.escaping import as_html
from .analysis_choices import UNITS

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

    Passage = tuple[str, int, int, str]  # doc, start, end, the words
    Test = Callable[[Corpus], "Finding | bool"]

__all__ = [
    "CLAIM",
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "claims_made",
    "group_by_sentence",
]

CLAIM = "application/vnd.standoff.claim+json"  # a claim as data, in the outputs of a notebook
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

    `passages` are tuples (doc, start, end, words). `elsewhere` maps every universe to "" where the
    claim holds, and otherwise to what comes out there. `others` maps the universes in which the
    claim holds with other figures to the sentence with those figures. A claim that is not `listed`
    is shown, but left out of the lists of all claims.
    """

    id: str
    sentence: str
    holds: bool
    passages: list[Passage] = field(repr=False)
    elsewhere: dict[str, str] = field(default_factory=dict, repr=False)
    listed: bool = True
    others: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def robustness(self) -> str:
        """In how many universes the claim holds, such as "everywhere (12 of 12)"."""
        if not self.elsewhere:
            return ""
        total, held = (
            len(self.elsewhere),
            [u for u, outcome in self.elsewhere.items() if not outcome],
        )
        if len(held) == total:
            where = "everywhere"
        elif not held:
            where = "anywhere"
        elif _all_gold(held) and not _all_gold(self.elsewhere):
            where = "in gold only"
        elif 2 * len(held) > total:
            where = "in most universes"
        else:
            where = "in few universes"
        return f"{where} ({len(held)} of {total})"

    @property
    def mark(self) -> str:
        """The verdict, such as "Holds in most universes (9 of 12)"."""
        if self.holds:
            return f"Holds {self.robustness}".strip()
        but = " here, but" if "" in self.elsewhere.values() else ""
        return f"Does not hold{but} {self.robustness}".strip()

    def __str__(self) -> str:
        return f"{self.mark}: {self.sentence}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = {"text/html": self._html(), "text/plain": str(self)}
        if not self.listed:
            return shown
        data = {
            "id": self.id,
            "mark": self.mark,
            "sentence": self.sentence,
            "passages": [[doc, start, end] for doc, start, end, _ in self.passages],
            "elsewhere": self.elsewhere,
            "others": self.others,
        }
        return {CLAIM: data, **shown}

    def _html(self) -> str:
        evidence = [
            f"<q>{as_html(words)}</q> <small>{as_html(doc)}, {start}–{end}</small>"
            for doc, start, end, words in self.passages
        ]
        plural = "s" if len(evidence) > 1 else ""
        fails = {universe: outcome for universe, outcome in self.elsewhere.items() if outcome}
        return (
            f'<div class="claim" id="claim-{escape(self.id)}">'
            f"<p><strong>{escape(self.mark)}:</strong> {as_html(self.sentence)}</p>"
            f"{_details(f'Evidence: {len(evidence)} passage{plural}', evidence)}"
            f"{_details('Where it holds with other figures', _outcome_items(self.others))}"
            f"{_details('Where it does not hold', _outcome_items(fails))}</div>"
        )


class Claims:
    """A decorator that makes claims about a corpus, and the claims made so far in `made`.

    `corpus` is the corpus that the claims must hold in; `universes` are the corpora in which they
    are tried as well (see `universes`). With `listed=False` the claims stay out of the lists of all
    claims, because claims about an example are no findings of the collection.

    Re-running a notebook cell replaces its claim: a new claim takes the place of an earlier one
    whose function has the same name.
    """

    def __init__(
        self, corpus: Corpus, universes: Mapping[str, Corpus] | None = None, listed: bool = True
    ):
        self.corpus, self.universes, self.listed = corpus, universes or {}, listed
        self.made: dict[str, Claim] = {}

    def __call__(self, sentence: str) -> Callable[[Test], Claim]:
        """Return a decorator that runs a function on the corpus and replaces it by its claim.

        Raises `ClaimFailed` if the claim does not hold, and `ValueError` if the function does not
        return exactly the figures that the sentence asks for.
        """

        def make(function: Test) -> Claim:
            self.made.pop(function.__name__, None)
            claim = self._evaluate(sentence, function)
            if not claim.holds:
                quoted = [
                    f"\n  {doc} {start}-{end}: {words}"
                    for doc, start, end, words in claim.passages[:PASSAGES_QUOTED]
                ]
                raise ClaimFailed(f"{claim}{''.join(quoted)}")
            self.made[claim.id] = claim
            _display(claim)
            return claim

        return make

    def _evaluate(self, sentence: str, function: Test) -> Claim:
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
        passages = self._passages(finding.evidence)
        return Claim(name, here, finding.holds, passages, elsewhere, self.listed, others)

    def _passages(self, evidence: pd.DataFrame | None) -> list[Passage]:
        if evidence is None:
            return []
        rows = evidence[["doc", "start", "end"]].drop_duplicates().itertuples(index=False)
        return [
            (doc, int(start), int(end), self.corpus.passage(doc, start, end))
            for doc, start, end in rows
        ]


def _all_gold(universes: Any) -> bool:
    return all(universe.startswith("gold") for universe in universes)


def group_by_sentence(outcomes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Group universes by identical sentence: pairs (names of the universes, sentence).

    A name says what is counted there, where that differs from what the sentence says.

    >>> group_by_sentence({"a, as coded": "Two.", "b, as coded": "One.", "c, as coded": "Two."})
    [('a, as coded; c, as coded', 'Two.'), ('b, as coded', 'One.')]
    """
    groups = defaultdict(list)
    for universe, sentence in outcomes.items():
        choice = universe.rpartition(", ")[2]
        groups[sentence].append(universe + UNITS.get(choice, ""))
    return [("; ".join(names), sentence) for sentence, names in groups.items()]


def _outcome_items(outcomes: Mapping[str, str]) -> list[str]:
    groups = group_by_sentence(outcomes)
    return [f"{as_html(universes)}: {as_html(sentence)}" for universes, sentence in groups]


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

    Each is a dict with the keys id, mark, sentence, passages (as [doc, start, end]), elsewhere and
    others. Raises `ValueError` if two claims share a name: links lead to a claim by its name.
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

    The columns are `notebook`, `holds` (in how many universes) and `claim` (the sentence).
    """
    import nbformat
    import pandas as pd

    rows = [
        (path.stem, claim["mark"].removeprefix("Holds").strip() or "in gold", claim["sentence"])
        for path in sorted(Path(notebooks).glob("*.ipynb"))
        for claim in claims_in(nbformat.read(path, as_version=4))
    ]
    return pd.DataFrame(rows, columns=["notebook", "holds", "claim"])


def _display(claim: Claim) -> None:
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(claim)


def __dir__() -> list[str]:
    return __all__
