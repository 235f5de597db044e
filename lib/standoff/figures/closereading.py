"""Steps of an argument that a reader has found in an article, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ..annotation.did_you_mean import suggest
from .canvas import BOLD, Board, is_wide, line_count, wrap
from .display import Figure, empty_figure
from .names import first_fitting, labels, number
from .theme import INK, QUIET, SERIF, WIDE

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["LEVELS", "ladder"]

# how sure a passage puts it, from the least to the most
LEVELS = ("if", "somebody says", "it follows", "it is so", "it is clear")
IF = "if"
EMPTY = "From claim to premise"
CLOSE_READING = (
    "Which passages are steps, how sure each is and what it does is a close reading. That they "
    "stand in the article in this order is checked."
)


class Rung(NamedTuple):
    """A passage of the article."""

    words: str
    level: int  # place in LEVELS
    does: str
    sentence: str
    number: int  # of the sentence, in the order of the article


def ladder(corpus: Corpus, steps: Sequence[tuple[str, str, str]], width: int = WIDE) -> Figure:
    """Draw passages in the order of an article, further right the surer they put the matter.

    `steps` is a close reading: for each passage words of the article, one of `LEVELS`, and what the
    passage does. The article is the first that has the words of the first step. Raises ValueError
    for words that are not found in it after those of the step before, and for an unknown level.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> chain = [("If the reports are true", "if", "doubts"), ("has accepted", "it is so", "knows")]
    >>> standoff.figures.ladder(corpus, chain).title
    'AVIM drops “If the reports are true” after one sentence'
    """
    if not steps:
        return empty_figure(EMPTY, "no step is given", width)
    doc, found = _find(corpus, steps)

    def draw(width: int) -> alt.LayerChart:
        return _stairs(found, width)

    name = labels(corpus)[doc]
    title = _title(found, name)
    passages = number(len(found), "passage").capitalize()
    chain = ", ".join(f"“{step.words}” ({LEVELS[step.level]})" for step in found)
    note = f"{passages} of {name} in its order; the further right, the more certain the wording."
    rows = [(step.words, LEVELS[step.level], step.does, step.sentence) for step in found]
    table = pd.DataFrame(rows, columns=["words", "how sure", "what they do", "sentence"])
    return Figure(draw, title, note, CLOSE_READING, f"{passages}: {chain}.", table, width)


def _find(corpus: Corpus, steps: Sequence[tuple[str, str, str]]) -> tuple[str, list[Rung]]:
    """The article, and the steps with their sentences."""
    texts = {doc: text.replace("\u00a0", " ") for doc, text in corpus.texts.items()}
    doc = next((doc for doc, text in texts.items() if steps[0][0] in text), None)
    if doc is None:
        raise ValueError(f"“{steps[0][0]}”, the first step, is in none of the articles")
    sentences = corpus.sentences[corpus.sentences["doc"] == doc].sort_values("start")
    found: list[Rung] = []
    at = 0
    for words, level, does in steps:
        if level not in LEVELS:
            raise ValueError(f"“{words}”: unknown level '{level}'; {suggest(level, LEVELS)}")
        at = texts[doc].find(words, at)
        if at < 0:
            after = f" after “{found[-1].words}”" if found else ""
            raise ValueError(f"“{words}” is not found in {doc}{after}; steps keep its order")
        around = (sentences["start"] <= at) & (at < sentences["end"])
        place, sentence = int(around.argmax()), words
        if around.any():
            start, end = sentences.iloc[place][["start", "end"]]
            sentence = texts[doc][start:end].replace("\n", " ")
        found.append(Rung(words, LEVELS.index(level), does, sentence, place))
    return doc, found


def _title(found: list[Rung], name: str) -> str:
    """How many sentences a condition lasts."""
    condition = LEVELS.index(IF)
    for one, two in pairwise(found):
        sentences = number(two.number - one.number, "sentence")
        if one.level == condition < two.level and two.number > one.number:
            return first_fitting(f"{name} drops “{one.words}” after {sentences}", EMPTY)
    return first_fitting(f"From “{found[0].words}” to “{found[-1].words}”", EMPTY)


def _stairs(found: list[Rung], width: int) -> alt.LayerChart:
    """Stairs at the left, one dot for each passage; at the right, the passages."""
    left = width * (0.38 if is_wide(width) else 0.3)
    rungs = [8 + (left - 32) / 4 * level for level in range(len(LEVELS))]
    texts, before = [], ""
    for step in found:
        head = wrap(f"“{step.words}”: {step.does}", int((width - left) / 7.5))
        words = wrap(step.sentence, int((width - left) / 7)) if step.sentence != before else ""
        texts.append((head, words))
        before = step.sentence
    lines = [2 + line_count(head) + len(words.splitlines()) for head, words in texts]
    top = 40  # for the heads of the columns
    board = Board(width, top + 17 * sum(lines))
    if is_wide(width):
        for x, level in zip(rungs, LEVELS, strict=True):
            board.say(x - 6, 4, wrap(level, 8), QUIET, **board.lines)
    else:
        board.say(0, 4, "surer →", QUIET, **board.lines)
    dots, over = [], top
    for step, (head, words), height in zip(found, texts, lines, strict=True):
        board.say(left, over, LEVELS[step.level], QUIET, **board.lines)
        board.say(left, over + 17, head, INK, **BOLD, **board.lines)
        if words:
            board.say(left, over + 19 + 16 * line_count(head), words, QUIET, **SERIF)
        dots.append((rungs[step.level], over + 7))
        over += 17 * height
    for x in rungs:
        board.rule(x, top - 2, x, board.height - 12)
    for (x, y), (x2, y2) in pairwise(dots):
        board.rule(x, y, x, y2, INK, 2.5)
        board.rule(x, y2, x2, y2, INK, 2.5)
    for x, y in dots:
        board.dot(x, y, (INK, INK), size=130, strokeWidth=0)
    return board.chart()
