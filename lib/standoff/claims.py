"""Sentences that are code: each is worked out from the corpus, filled with its figures and shown with its evidence.

    claim = Claims(corpus)

    @claim("{name} is heard in {words} words of the report.")
    def loudest(c):
        first = sourcing.voices(c).iloc[0]
        return Finding(first.words > 0, name=first["name"], words=first.words)

False in the corpus: the cell fails with `ClaimFailed`, which names sentence, figures and evidence.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Claim", "ClaimFailed", "Claims", "Finding"]


class ClaimFailed(AssertionError):  # noqa: N818 - it says what happened to the claim
    """A claim that does not hold in the corpus it was made about."""


class Finding:
    """What a claim's function found: whether it holds, the figures for its sentence, and the passages that show it.

    `evidence` is a table with the columns doc, start, end (rows of any table of the corpus do). Every other keyword
    fills the placeholder of its name: `{share:.0%}` takes `share=0.31`.
    """

    def __init__(self, holds: bool, evidence: pd.DataFrame | None = None, **figures):
        self.holds, self.evidence, self.figures = bool(holds), evidence, figures


@dataclass
class Claim:
    """A sentence with its figures, whether it holds, and its passages as (doc, start, end, words)."""

    id: str
    sentence: str
    holds: bool
    passages: list[tuple[str, int, int, str]] = field(repr=False)

    def __str__(self):
        return f"{'Holds' if self.holds else 'Does not hold'}: {self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._html(), "text/plain": str(self)}

    def _html(self):
        mark = "Holds" if self.holds else "Does not hold"
        head = f'<div class="claim" id="claim-{escape(self.id)}"><p><strong>{mark}:</strong> {escape(self.sentence)}</p>'
        if not self.passages:
            return f"{head}</div>"
        items = "".join(f"<li><q>{escape(words)}</q> <small>{escape(doc)}, {start}–{end}</small></li>" for doc, start, end, words in self.passages)
        count = f"{len(self.passages)} passage{'s' if len(self.passages) > 1 else ''}"
        return f"{head}<details><summary>Evidence: {count}</summary><ul>{items}</ul></details></div>"


class Claims:
    """Makes claims about a corpus and keeps them, in the order in which they were made."""

    def __init__(self, corpus):
        self.corpus = corpus
        self.made: dict[str, Claim] = {}

    def __call__(self, sentence: str) -> Callable:
        """Decorator: works out the function's finding on the corpus, shows the claim, and gives it back in the function's place."""

        def judge(function):
            claim = self._evaluate(sentence, function)
            if claim.id in self.made:
                raise ValueError(f"a claim named '{claim.id}' has been made already; give the function a name of its own")
            if not claim.holds:
                quoted = "".join(f"\n  {doc} {start}-{end}: {words}" for doc, start, end, words in claim.passages[:20])
                raise ClaimFailed(f"{claim}{quoted}")
            self.made[claim.id] = claim
            _display(claim)
            return claim

        return judge

    def _evaluate(self, sentence, function):
        finding = function(self.corpus)
        if not isinstance(finding, Finding):
            finding = Finding(finding)
        wanted = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
        if wanted != finding.figures.keys():
            given = ", ".join(sorted(finding.figures)) or "none"
            raise ValueError(f"claim '{function.__name__}' asks for the figures {sorted(wanted)} and was given: {given}")
        return Claim(function.__name__, sentence.format(**finding.figures), finding.holds, self._passages(finding.evidence))

    def _passages(self, evidence):
        if evidence is None:
            return []
        rows = evidence[["doc", "start", "end"]].drop_duplicates().itertuples(index=False)
        return [(row.doc, int(row.start), int(row.end), self.corpus.passage(row.doc, row.start, row.end)) for row in rows]


def _display(claim):
    try:
        from IPython import get_ipython
    except ImportError:
        return
    if get_ipython() is not None:
        from IPython.display import display

        display(claim)
