"""Two states of one text: which stretches stand unchanged, and where a place of the old one is in
the new one. By exact words, or not at all."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import accumulate, islice
from typing import NamedTuple

__all__ = ["Alignment", "Stretch", "occurs_once"]

TOKEN = re.compile(r"\w+|\W")
WORD = re.compile(r"\w+")
FEW = 300  # lines, or words and signs, that difflib may compare with as many others
BESIDE = 2  # unchanged words beside a place without which its context is none


class Stretch(NamedTuple):
    """Code points that stand in both texts: from `old` in the one, from `new` in the other."""

    old: int
    new: int
    size: int


class Alignment:
    """An old and a new text. Lines are compared first, then the words of those that differ
    (difflib's longest matching blocks)."""

    def __init__(self, old: str, new: str):
        self.old, self.new = (
            f"\n{old}\n",
            f"\n{new}\n",
        )  # so that the first and the last line are lines like the others
        self.stretches = _joined(_by_line(self.old, self.new))
        self.begins = [stretch.old for stretch in self.stretches]
        self.alone: dict[Stretch, bool] = {}  # whether a stretch stands once in either text
        self.lines, self.new_lines = _lines(self.old), _lines(self.new)
        self.ends = [match.start() for match in re.finditer("\n", self.old)]
        self.shifts: dict[tuple[int, int], int | None] = {}  # how far a line has been moved

    def _around(self, start, end):
        """The unchanged stretch in which a place of the old text lies whole."""
        at = bisect_right(self.begins, start) - 1
        return (
            self.stretches[at]
            if at >= 0 and end <= self.stretches[at].old + self.stretches[at].size
            else None
        )

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a place of the old text is in the new one: its words unchanged, with a context that
        stands once in either text.

        The context is the unchanged stretch around it, with two words at least beside it or whole
        lines; or, for a line that
        has been moved, that line.
        """
        start, end = start + 1, end + 1
        stretch = self._around(start, end)
        if stretch is not None and self._tells(stretch, start, end):
            return start - stretch.old + stretch.new - 1, end - stretch.old + stretch.new - 1
        shift = self._shift(self._line(start, end))
        return None if shift is None else (start + shift, end + shift)

    def _line(self, start, end):
        """Where the line that holds a place begins and ends."""
        return self.ends[bisect_left(self.ends, start) - 1] + 1, self.ends[
            bisect_left(self.ends, end)
        ]

    def _shift(self, at):
        """How far a line has been moved; None where it does not stand once in either text."""
        if at not in self.shifts:
            line = self.old[slice(*at)]
            there = self.new_lines.get(line, ())
            self.shifts[at] = (
                there[0] - at[0] - 1
                if line.strip() and len(self.lines.get(line, ())) == len(there) == 1
                else None
            )
        return self.shifts[at]

    def _tells(self, stretch, start, end):
        first, last = self._line(start, end)
        whole_lines = stretch.old <= first and last <= stretch.old + stretch.size
        beside = ((stretch.old, start), (end, stretch.old + stretch.size))
        words = (
            word for place in beside for word in islice(WORD.finditer(self.old, *place), BESIDE)
        )
        return (whole_lines or len(list(words)) >= BESIDE) and self._alone(stretch)

    def _alone(self, stretch):
        """Whether the words of a stretch stand once in either text."""
        if stretch not in self.alone:
            context = self.old[stretch.old : stretch.old + stretch.size]
            self.alone[stretch] = occurs_once(context, self.old) and occurs_once(context, self.new)
        return self.alone[stretch]

    def between(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the new text that lies between the unchanged edges of an old one, in one
        line; None where an edge is gone."""
        first, last = self._edge(start + 1, 1), self._edge(end + 1, -1)
        if first is None or last is None or not first < last or "\n" in self.new[first:last]:
            return None
        return first - 1, last - 1

    def _edge(self, offset, inwards):
        """An offset in the new text, known by the word on its inner side, or else by that on its
        outer side."""
        for step in (inwards, -inwards):
            beside = offset if step > 0 else offset - 1
            found = self._around(beside, beside + 1)
            if found is not None:
                return offset - found.old + found.new
        return None


def _lines(text):
    """Line -> where such lines begin, of the first two."""
    at, found = 0, defaultdict(list)
    for line in text.split("\n"):
        if len(found[line]) < 2:
            found[line].append(at)
        at += len(line) + 1
    return found


def _by_line(old, new):
    """Unchanged stretches, in order, perhaps side by side."""
    one, other = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts, new_starts = _offsets(one), _offsets(other)
    i = k = 0
    for j, m, size in [*_matching(one, other), (len(one), len(other), 0)]:
        if i < j and k < m:
            yield from _by_word("".join(one[i:j]), "".join(other[k:m]), starts[i], new_starts[k])
        i, k = j + size, m + size
        if size:
            yield Stretch(starts[j], new_starts[m], starts[i] - starts[j])


def _by_word(old, new, shift, new_shift):
    one, other = TOKEN.findall(old), TOKEN.findall(new)
    starts, new_starts = _offsets(one), _offsets(other)
    for i, k, size in _matching(one, other):
        yield Stretch(shift + starts[i], new_shift + new_starts[k], starts[i + size] - starts[i])


def _matching(one, other, i=0, k=0):
    """(place in one, place in the other, how many) of parts that are matched, in order.

    By difflib where there are few. Among many, whose time would grow with their square and more,
    what both begin and end with is matched, then what
    stands once in each, in the longest order that both have; what lies between these as far as it
    is little. The rest counts as changed.
    """
    if len(one) * len(other) <= FEW**2:
        for block in difflib.SequenceMatcher(
            None, one, other, autojunk=False
        ).get_matching_blocks():
            if block.size:
                yield i + block.a, k + block.b, block.size
        return
    fixed = _fixed(one, other)
    j = m = 0
    for a, b, size in [*fixed, (len(one), len(other), 0)]:
        if 0 < (a - j) * (b - m) <= FEW**2:
            yield from _matching(one[j:a], other[m:b], i + j, k + m)
        if size:
            yield i + a, k + b, size
        j, m = a + size, b + size


def _fixed(one, other):
    """Pairs of parts that are matched for sure: the first and the last that are alike, and between
    them those that stand once."""
    least = min(len(one), len(other))
    head = next((n for n in range(least) if one[n] != other[n]), least)
    tail = next((n for n in range(least - head) if one[-1 - n] != other[-1 - n]), least - head)
    found = [(0, 0, head)] if head else []
    places, counts = (
        ({part: n for n, part in enumerate(parts)} for parts in (one, other)),
        (Counter(one), Counter(other)),
    )
    first, second = places
    pairs = [
        (n, second[part])
        for part, n in sorted(first.items(), key=lambda item: item[1])
        if counts[0][part] == counts[1].get(part) == 1
    ]
    found += [
        (n, m, 1)
        for n, m in _rising(
            [
                (n, m)
                for n, m in pairs
                if head <= n < len(one) - tail and head <= m < len(other) - tail
            ]
        )
    ]
    return [*found, (len(one) - tail, len(other) - tail, tail)] if tail else found


def _rising(pairs):
    """The longest of the runs of pairs in which both rise; the first of each pair rises already."""
    tops: list[int] = []  # the second of the last pair of the best run of each length
    last, before = [], {}
    for pair in pairs:
        at = bisect_left(tops, pair[1])
        before[pair] = last[at - 1] if at else None
        tops[at : at + 1], last[at : at + 1] = [pair[1]], [pair]
    run, pair = [], last[-1] if last else None
    while pair is not None:
        run.append(pair)
        pair = before[pair]
    return run[::-1]


def _offsets(parts):
    return list(accumulate(map(len, parts), initial=0))


def _joined(stretches):
    """The stretches, those that go on in both texts made one."""
    found: list[Stretch] = []
    for stretch in stretches:
        last = found[-1] if found else None
        if last and (last.old + last.size, last.new + last.size) == (stretch.old, stretch.new):
            found[-1] = last._replace(size=last.size + stretch.size)
        else:
            found.append(stretch)
    return found


def occurs_once(words: str, text: str) -> bool:
    """Whether words stand in a text, and in one place alone."""
    first = text.find(words)
    return first >= 0 and text.find(words, first + 1) < 0
