"""Sentences that are code: each is worked out from the corpus, filled with its figures and shown
with its evidence.

    claim = Claims(corpus, universes(folder))

    @claim("{name} is heard in {words} words of the report.")
    def loudest(c):
        first = sourcing.voices(c).iloc[0]
        return Finding(first.words > 0, name=first["name"], words=first.words)

False in the corpus: the cell fails with `ClaimFailed`, which names sentence, figures and evidence.
A universe is the same corpus by another coder
or under another defensible choice; each claim says in how many of them it holds, and in which it
does not, with the figures found there.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..annotation.escaping import as_html
from .universes import UNITS

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CLAIM",
    "Claim",
    "ClaimFailed",
    "Claims",
    "Finding",
    "claims_in",
    "claims_made",
    "together",
    "universes",
]

CLAIM = "application/vnd.standoff.claim+json"  # a claim as data, beside what is shown of it


class ClaimFailed(AssertionError):  # noqa: N818 - it says what happened to the claim
    """A claim that does not hold in the corpus it was made about."""


class Finding:
    """What a claim's function found: whether it holds, the figures for its sentence, and the
    passages that show it.

    `evidence` is a table with the columns doc, start, end (rows of any table of the corpus do).
    Every other keyword
    fills the placeholder of its name: `{share:.0%}` takes `share=0.31`.
    """

    def __init__(self, holds: bool, evidence: pd.DataFrame | None = None, **figures):
        self.holds, self.evidence, self.figures = bool(holds), evidence, figures


@dataclass
class Claim:
    """A sentence with its figures, whether it holds, its passages as (doc, start, end, words), and
    what became of it elsewhere.

    `elsewhere`: universe -> the sentence as it came out there, or "" where it holds there;
    `others`: universe -> the sentence where it holds with other
    figures. One that is not `listed` is shown and no more.
    """

    id: str
    sentence: str
    holds: bool
    passages: list[tuple[str, int, int, str]] = field(repr=False)
    elsewhere: dict[str, str] = field(default_factory=dict, repr=False)
    listed: bool = True
    others: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def robustness(self) -> str:
        """The strongest that may be said of it: everywhere, in most universes, in few, in gold
        only; not anywhere."""
        if not self.elsewhere:
            return ""
        held, of = [name for name, told in self.elsewhere.items() if not told], len(self.elsewhere)
        if len(held) == of:
            name = "everywhere"
        elif not held:
            name = "anywhere"
        elif all(name.startswith("gold") for name in held) and not all(
            name.startswith("gold") for name in self.elsewhere
        ):
            name = "in gold only"
        else:
            name = "in most universes" if 2 * len(held) > of else "in few universes"
        return f"{name} ({len(held)} of {of})"

    @property
    def mark(self) -> str:
        """The verdict in words."""
        if self.holds:
            return f"Holds {self.robustness}".strip()
        but = " here, but" if any(not told for told in self.elsewhere.values()) else ""
        return f"Does not hold{but} {self.robustness}".strip()

    def __str__(self):
        return f"{self.mark}: {self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        shown = {"text/html": self._html(), "text/plain": str(self)}
        if not self.listed:
            return shown
        passages = [[doc, start, end] for doc, start, end, _ in self.passages]
        data = {
            "id": self.id,
            "mark": self.mark,
            "sentence": self.sentence,
            "passages": passages,
            "elsewhere": self.elsewhere,
            "others": self.others,
        }
        return {CLAIM: data, **shown}

    def _html(self):
        head = (
            f'<div class="claim" '
            f'id="claim-{escape(self.id)}"><p><strong>{escape(self.mark)}:</strong> '
            f"{as_html(self.sentence)}</p>"
        )
        fails = _folded(
            "Where it does not hold", {name: told for name, told in self.elsewhere.items() if told}
        )
        others = _folded("Where it holds with other figures", self.others)
        return f"{head}{self._evidence()}{others}{fails}</div>"

    def _evidence(self):
        if not self.passages:
            return ""
        items = "".join(
            f"<li><q>{as_html(words)}</q> <small>{as_html(doc)}, {start}–{end}</small></li>"
            for doc, start, end, words in self.passages
        )
        count = f"{len(self.passages)} passage{'s' if len(self.passages) > 1 else ''}"
        return f"<details><summary>Evidence: {count}</summary><ul>{items}</ul></details>"


class Claims:
    """Makes claims about a corpus and keeps them, in the order in which they were made.

    Without `listed` they stay out of the lists of all claims: those about an example are no
    findings of the collection.
    """

    def __init__(self, corpus, universes: Mapping | None = None, listed: bool = True):
        self.corpus, self.universes, self.listed = corpus, universes or {}, listed
        self.made: dict[str, Claim] = {}

    def __call__(self, sentence: str) -> Callable:
        """Decorator: works out the function's finding on the corpus, shows the claim, and gives it
        back in the function's place."""

        def judge(function):
            claim = self._evaluate(sentence, function)
            if claim.id in self.made:
                raise ValueError(
                    f"a claim named '{claim.id}' has been made already; give the function a "
                    f"name of its own"
                )
            if not claim.holds:
                quoted = "".join(
                    f"\n  {doc} {start}-{end}: {words}"
                    for doc, start, end, words in claim.passages[:20]
                )
                raise ClaimFailed(f"{claim}{quoted}")
            self.made[claim.id] = claim
            _display(claim)
            return claim

        return judge

    def _evaluate(self, sentence, function):
        finding = _found(function, self.corpus)
        wanted = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
        if wanted != finding.figures.keys():
            given = ", ".join(sorted(finding.figures)) or "none"
            raise ValueError(
                f"claim '{function.__name__}' asks for the figures {sorted(wanted)} and was "
                f"given: {given}"
            )
        told, here = sentence.format(**finding.figures), self._passages(finding.evidence)
        tried = {name: _told(sentence, function, corpus) for name, corpus in self.universes.items()}
        elsewhere = {name: "" if holds else words for name, (holds, words) in tried.items()}
        others = {name: words for name, (holds, words) in tried.items() if holds and words != told}
        return Claim(function.__name__, told, finding.holds, here, elsewhere, self.listed, others)

    def _passages(self, evidence):
        if evidence is None:
            return []
        rows = evidence[["doc", "start", "end"]].drop_duplicates().itertuples(index=False)
        return [
            (
                row.doc,
                int(row.start),
                int(row.end),
                self.corpus.passage(row.doc, row.start, row.end),
            )
            for row in rows
        ]


def together(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is told of universes, as (their names in one, what is told), those of which the same is
    told together, with what they count where not words."""
    found: dict[str, list[str]] = {}
    for name, words in told.items():
        found.setdefault(words, []).append(f"{name}{UNITS.get(name.rpartition(', ')[2], '')}")
    return [("; ".join(names), words) for words, names in found.items()]


def _folded(summary, told):
    """A fold with what is told of universes; nothing where there is none."""
    items = "".join(
        f"<li>{as_html(names)}: {as_html(words)}</li>" for names, words in together(told)
    )
    return f"<details><summary>{summary}</summary><ul>{items}</ul></details>" if items else ""


def _found(function, corpus):
    finding = function(corpus)
    return finding if isinstance(finding, Finding) else Finding(finding)


def _told(sentence, function, corpus):
    """Whether a claim holds in another universe, and its sentence as it comes out there."""
    try:
        finding = _found(function, corpus)
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        return False, f"nothing to count there ({type(error).__name__}: {error})"
    try:
        told = sentence.format(**finding.figures)
    except (KeyError, ValueError, TypeError) as error:
        told = f"its figures there cannot be told ({type(error).__name__}: {error})"
        return finding.holds, told if finding.holds else f"fails; {told}"
    return finding.holds, told if finding.holds else f"fails; the figures there: {told}"


class _Universes(Mapping):
    """Corpora by coder and choice, each made when it is first asked for: a notebook that makes no
    claim loads none."""

    def __init__(self, folder):
        from ..corpus.loading import coders, load
        from .universes import CHOICES

        self.load, self.choices = cache(lambda coder: load(folder, coder)), CHOICES
        self.names = {
            f"{coder}, {choice}": (coder, choice) for coder in coders(folder) for choice in CHOICES
        }
        self.made: dict = {}

    def __getitem__(self, name):
        coder, choice = self.names[name]
        if name not in self.made:
            self.made[name] = self.choices[choice](self.load(coder))
        return self.made[name]

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)


def universes(folder) -> Mapping:
    """Coder and choice -> corpus: every coder of `folder`, as coded, with captions counted, without
    headings and lead, by attributions instead of words."""
    return _Universes(folder)


def claims_in(notebook) -> list[dict]:
    """Every claim that an executed notebook shows, in its order: `id`, `mark`, `sentence`,
    `passages` as [doc, start, end], `elsewhere`, `others`."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return [output["data"][CLAIM] for output in outputs if CLAIM in output.get("data", {})]


def claims_made(notebooks: str | Path) -> pd.DataFrame:
    """Every claim of the stored notebooks in a folder: `notebook`, `holds` (how robustly) and
    `claim`, in reading order."""
    import nbformat
    import pandas as pd

    paths = sorted(Path(notebooks).glob("*.ipynb"))
    made = (
        (path.stem, claim)
        for path in paths
        for claim in claims_in(nbformat.read(path, as_version=4))
    )
    rows = [
        (name, claim["mark"].removeprefix("Holds").strip() or "in gold", claim["sentence"])
        for name, claim in made
    ]
    return pd.DataFrame(rows, columns=["notebook", "holds", "claim"])


def _display(claim):
    from IPython import get_ipython

    if get_ipython() is not None:
        from IPython.display import display

        display(claim)
