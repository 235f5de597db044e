"""A disagreement of two coders as a passage in which the words of either are marked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..annotation.escaping import as_html
from .merging import Disagreement, Merge

__all__ = ["heading", "passage_html", "passage_text"]

# how the words of the first and of the second coder are marked, on light and on dark pages
STYLES = (
    "background: rgba(43, 128, 214, .36)",
    "box-shadow: 0 3px 0 rgba(226, 120, 20, .95)",
)
MARKED = "marked"  # on which words the passage shows
BRACKETS = ("[]", "{}")  # where there is plain text alone
LONGEST_HEADING = 80  # characters shown of what two coders differ about; the passage has all

Piece = tuple[int, int, list[int]]


def heading(merge: Merge, one: Disagreement) -> str:
    """Return where a disagreement stands, and what it is about."""
    what = one.what
    if len(what) > LONGEST_HEADING:
        what = f"{what[:LONGEST_HEADING].rsplit(maxsplit=1)[0]} …"
    return f"{merge.where(one)}: {what} ({one.layer})"


def passage_text(merge: Merge, one: Disagreement, gold: str = "") -> str:
    """Return the sentences of a disagreement as plain text, and below them what either says.

    The words of the first coder stand in square brackets, those of the second in braces. `gold` is
    what the reference coding says, if that is shown too.
    """
    parts = []
    pairs = [(*pair, mark) for mark, fragments in enumerate(one.marked) for pair in fragments]
    for start, end, _ in _pieces(merge, one, False):
        begins = sorted((-last, mark) for first, last, mark in pairs if first == start)
        ends = sorted((-first, -mark) for first, last, mark in pairs if last == end)
        parts += [BRACKETS[mark][0] for _, mark in begins]
        parts.append(merge.text[start:end])
        parts += [BRACKETS[-mark][1] for _, mark in ends]
    lines, said = ["".join(parts).replace("\n", " ")], _says(merge, one, gold)
    width = max(len(coder) for coder, _ in said) + 1
    lines += [f"{coder + ':':{width}} {words}" for coder, words in said]
    return "\n".join(f"   {line}" for line in lines)


def passage_html(merge: Merge, one: Disagreement, whole: bool = False, gold: str = "") -> str:
    """Return the sentences of a disagreement, or their `whole` paragraphs, as HTML, and below them
    what either says, marked as the words are, and the reference coding if `gold` is given."""
    parts = []
    for start, end, marking in _pieces(merge, one, whole):
        words = as_html(merge.text[start:end]).replace("\n", "<br>")
        style = "; ".join(STYLES[mark] for mark in marking)
        parts.append(f'<span style="{style}">{words}</span>' if marking else words)
    rows = "".join(
        f'<div><b style="{style}; padding: 0 .25em">{as_html(coder)}</b> {as_html(words)}</div>'
        for (coder, words), style in zip(_says(merge, one, gold), (*STYLES, ""), strict=False)
    )
    return (
        f'<div style="max-width: 46em; line-height: 1.6; margin: .3em 0 .2em; white-space: normal">'
        f'{"".join(parts)}</div><div style="max-width: 46em; line-height: 1.6">{rows}</div>'
    )


def _pieces(merge: Merge, one: Disagreement, whole: bool) -> Iterator[Piece]:
    """(start, end, numbers of the coders who marked it) of the stretches of a passage."""
    first, last = merge.passage(one, whole)
    places = {place for fragments in one.marked for pair in fragments for place in pair}
    cuts = sorted({first, last} | {place for place in places if first < place < last})
    for start, end in pairwise(cuts):
        marking = [
            coder
            for coder, fragments in enumerate(one.marked)
            if any(a <= start and end <= b for a, b in fragments)
        ]
        yield start, end, marking


def _says(merge: Merge, one: Disagreement, gold: str) -> list[tuple[str, str]]:
    """(coder, what the coder says): of an annotation that one alone made, all that is said."""
    lines = []
    is_mark, is_alone = one.key[0] == "mark", "" in one.names
    for coder, coding, name, words in zip(
        merge.coders, merge.codings, one.names, (one.first, one.second), strict=True
    ):
        shown = MARKED if is_mark and is_alone and name else words
        about = coding.about(name) if is_mark and name else ""
        lines.append((coder, f"{shown} ({about})" if about else shown))
    return [*lines, ("gold", gold)] if gold else lines
