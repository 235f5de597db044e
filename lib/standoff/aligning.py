"""Two states of one text: which stretches stand unchanged, and where a place of the old one is in the new one. By exact words, or not at all."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

__all__ = ["Alignment", "Stretch"]

TOKEN = re.compile(r"\w+|\W")
BESIDE = 2  # unchanged words beside a place without which its context is none


class Stretch(NamedTuple):
    """Code points that stand in both texts: from `old` in the one, from `new` in the other."""

    old: int
    new: int
    size: int


class Alignment:
    """An old and a new text. Lines are compared first, then the words of those that differ (difflib's longest matching blocks)."""

    def __init__(self, old: str, new: str):
        self.old, self.new = f"\n{old}\n", f"\n{new}\n"  # so that the first and the last line are lines like the others
        self.stretches = _joined(_by_line(self.old, self.new))

    def _around(self, start, end):
        """The unchanged stretch in which a place of the old text lies whole."""
        return next((s for s in self.stretches if s.old <= start and end <= s.old + s.size), None)

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a place of the old text is in the new one: its words unchanged, with a context that stands once in either text.

        The context is the unchanged stretch around it, with two words at least beside it or whole lines; or, for a line that
        has been moved, that line.
        """
        start, end = start + 1, end + 1
        stretch = self._around(start, end)
        if stretch is not None and self._tells(stretch, start, end):
            return start - stretch.old + stretch.new - 1, end - stretch.old + stretch.new - 1
        first, last = _line(self.old, start, end)
        line = self.old[first - 1 : last + 1]  # with the line ends on both sides
        if line.strip() and _once(line, self.old) and _once(line, self.new):
            shift = self.new.index(line) - first
            return start + shift, end + shift
        return None

    def _tells(self, stretch, start, end):
        context = self.old[stretch.old : stretch.old + stretch.size]
        beside = f"{context[: start - stretch.old]} {context[end - stretch.old :]}"
        first, last = _line(self.old, start, end)
        whole_lines = stretch.old <= first and last <= stretch.old + stretch.size
        return (whole_lines or len(re.findall(r"\w+", beside)) >= BESIDE) and _once(context, self.old) and _once(context, self.new)

    def between(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the new text that lies between the unchanged edges of an old one, in one line; None where an edge is gone."""
        first, last = self._edge(start + 1, 1), self._edge(end + 1, -1)
        if first is None or last is None or not first < last or "\n" in self.new[first:last]:
            return None
        return first - 1, last - 1

    def _edge(self, offset, inwards):
        """An offset in the new text, known by the word on its inner side, or else by that on its outer side."""
        for step in (inwards, -inwards):
            beside = offset if step > 0 else offset - 1
            found = self._around(beside, beside + 1)
            if found is not None:
                return offset - found.old + found.new
        return None


def _by_line(old, new):
    """Unchanged stretches, in order, perhaps side by side."""
    one, other = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts, new_starts = _offsets(one), _offsets(other)
    for tag, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Stretch(starts[i], new_starts[k], starts[j] - starts[i])
        elif tag == "replace":
            yield from _by_word("".join(one[i:j]), "".join(other[k:m]), starts[i], new_starts[k])


def _by_word(old, new, shift, new_shift):
    one, other = TOKEN.findall(old), TOKEN.findall(new)
    starts, new_starts = _offsets(one), _offsets(other)
    for i, k, size in difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        if size:
            yield Stretch(shift + starts[i], new_shift + new_starts[k], starts[i + size] - starts[i])


def _offsets(parts):
    at, offsets = 0, [0]
    for part in parts:
        at += len(part)
        offsets.append(at)
    return offsets


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


def _line(text, start, end):
    """Where the line that holds a place begins and ends."""
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if last < 0 else last


def _once(words, text):
    first = text.find(words)
    return first >= 0 and text.find(words, first + 1) < 0
