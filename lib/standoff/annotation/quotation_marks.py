"""Pairs quotation marks: double and single ones of several languages, which share their signs with
apostrophes, feet and inches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["quotations", "quoted_passages"]

# A sign comes first in the pattern, because a search for one of a set of signs is fast. An
# apostrophe is in a word, before a decade, around an n, or where a word lacks its beginning.
MARK = re.compile(
    r"""
    [\"“”„«»「」『』〝〞〟＂'‘’‚‹›`\n]
    (?:
        (?P<apostrophe>
            (?<=\w['‘’]) (?=\w)
            | (?<=['‘’]) (?i: \d\ds\b | n['‘’] | (?:em|til|tis|twas)\b )
        )
        | (?<=')'
        | (?<=`)`
        | (?<!`)
    )
    """,
    re.VERBOSE,
)
CLOSING = {  # mark that opens -> those that may close it, in some language or by mistake
    '"': '"',
    "“": '”"',
    "„": '“”"',
    "”": "”",
    "«": "»",
    "»": "«»",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "＂": "＂",
    "''": "''",
    "``": "''",
    "'": "'’",
    "‘": "’'",
    "‚": "‘’'",
    "‹": "›",
    "›": "‹›",
}
BOTH_WAYS = {'"', "”", "»", "›", "＂", "''"}  # open in some texts, close in others
SINGLE = "'‘’‚"
MEASURES = {'"', "''", "'", "’"}  # inches or feet after a digit
BEFORE_OPENING = "([{–—-\"“„«‘'"  # besides white space
AFTER_CLOSING = ",.;:!?)]}"  # besides white space
POSSESSIVE = "sxzSXZ"  # letters after which an apostrophe may end a word


class _QuotationMark(NamedTuple):
    """A quotation mark, or the end of a line."""

    start: int
    end: int
    sign: str
    begins: bool  # what is beside it says that it opens a quotation
    may_open: bool  # it opens one if it cannot close one
    doubtful: bool  # it may be an apostrophe or a measure
    goes_on: bool  # words follow, as after an apostrophe or a measure

    @property
    def family(self) -> str:
        return "'" if self.sign in SINGLE else self.sign


def _marks(text: str, start: int, end: int) -> Iterator[_QuotationMark]:
    """Yield the marks of a stretch and the ends of its lines, without what is an apostrophe."""
    for match in MARK.finditer(text, start, end):
        if match["apostrophe"] is not None:
            continue
        at, sign, past = match.start(), match[0], match.end()
        before, after = text[max(start, at - 1) : at], text[past : min(end, past + 1)]
        blank = not before.strip()
        if sign in SINGLE:
            beside = blank or before in BEFORE_OPENING
            begins = beside and bool(after.strip()) and after not in AFTER_CLOSING
            may_open = begins or sign in "‘‚"
        else:
            begins = blank and after.isalnum()
            may_open = sign not in BOTH_WAYS or blank or after.isalnum()
        measure = sign in MEASURES and before.isdigit()
        possessive = sign in SINGLE and before in POSSESSIVE and not blank
        goes_on = re.match(r"[\s-]\w", text[past : min(end, past + 2)]) is not None
        yield _QuotationMark(at, past, sign, begins, may_open, measure or possessive, goes_on)


def _closed_later(marks: list[_QuotationMark]) -> list[bool]:
    """Return for each mark whether the next one of its family in its line that is in no doubt
    closes a quotation."""
    found = []
    certain: dict[str, _QuotationMark] = {}
    for mark in reversed(marks):
        following = certain.get(mark.family)
        found.append(following is not None and not following.begins)
        if mark.sign == "\n":
            certain.clear()
        elif not mark.doubtful:
            certain[mark.family] = mark
    return found[::-1]


def quotations(text: str, start: int, end: int, unclosed: bool = False) -> list[tuple[int, int]]:
    """Return (start, end) of the pairs of quotation marks in a stretch that are in no other pair;
    with `unclosed`, also of a mark after these that nothing closes, to the end of the stretch.

    Marks of several languages are paired by their style, and by what is beside them where a mark
    may open or close. Single marks are paired within a line. An apostrophe after the s of a
    plural, and a measure in inches or feet, close a quotation only if no later mark closes it.

    >>> text = '»Ja«, sagte sie. The 12" pipe “broke" ”i går”. "A “b “c” d” e"'
    >>> [text[start:end] for start, end in quotations(text, 0, len(text))]
    ['»Ja«', '“broke"', '”i går”', '"A “b “c” d” e"']
    >>> text = "‘The workers’ pay isn't “fair”’, she said in the '90s."
    >>> [text[start:end] for start, end in quotations(text, 0, len(text))]
    ["‘The workers’ pay isn't “fair”’"]
    """
    opened: list[_QuotationMark] = []
    pairs: list[tuple[int, int]] = []
    line = start  # where the line begins
    marks = list(_marks(text, start, end))
    for mark, closed_later in zip(marks, _closed_later(marks), strict=True):
        if mark.sign == "\n":
            line, opened = mark.end, [one for one in opened if one.family != "'"]
            continue
        partners = [one for one in opened if mark.sign in CLOSING[one.sign]]
        alike = partners and partners[-1].family == mark.family
        if mark.doubtful and (not alike or (mark.goes_on and closed_later)):
            continue
        if partners and not (mark.begins and mark.sign in CLOSING):
            first = partners[-1].start
            opened = [one for one in opened if one.start < first]
            if mark.family != "'" or not any(one.start >= line for one in opened):
                pairs = [pair for pair in pairs if pair[0] < first]
                pairs.append((first, mark.end))
        elif mark.may_open and mark.sign in CLOSING:
            opened.append(mark)
    # a single mark that nothing closes opens a quotation only at the beginning
    opened = [one for one in opened if one.family != "'" or not text[start : one.start].strip()]
    if unclosed and opened and all(last <= opened[-1].start for _, last in pairs):
        pairs.append((opened[-1].start, end))
    return pairs


def quoted_passages(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of what quotation marks enclose, paragraph by paragraph.

    A quotation of several paragraphs has an opening mark in each and is closed in the last.

    >>> quoted_passages("“We go on.\\n“And on,” he said.")
    [(0, 10), (11, 20)]
    """
    lines = re.finditer(".+", text)
    return [place for line in lines for place in quotations(text, *line.span(), unclosed=True)]
