"""Two versions of one text: which parts are unchanged, and where a place of the old version is in
the new one. A place is carried over only if its words and its context are certain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, islice, pairwise
from typing import NamedTuple

__all__ = ["Alignment", "Place", "changed_words"]

Place = tuple[int, int]  # start and end, in code points

WORD = re.compile(r"\w+")
LINE = re.compile(r"[^\n]*\n")
CONTEXT = 2  # unchanged words that must be beside a place in a changed line


class Stretch(NamedTuple):
    """Code points that both texts have: from `old` on in one, from `new` on in the other."""

    old: int
    new: int
    size: int


class Alignment:
    """An old and a new text, compared by lines and, where lines differ, by words (difflib).

    >>> alignment = Alignment("Mr Grey said so.", "Then Mr Grey said so.")
    >>> alignment.place(3, 7)
    (8, 12)
    """

    def __init__(self, old: str, new: str):
        # a line end before and after, so that the first and the last line are like the others;
        # offsets in these texts are therefore greater by one
        self.old, self.new = f"\n{old}\n", f"\n{new}\n"
        self.stretches = _join(_match_lines_and_words(self.old, self.new), self.old, self.new)

    def place(self, start: int, end: int) -> Place | None:
        """Return where a place of the old text is in the new one, or None if that is uncertain.

        Its words must be unchanged, within a stretch that occurs once in either text and holds
        two words beside the place, or its whole line; or its line was moved as a whole.
        """
        for first, last in self._contexts(start + 1, end + 1):
            context = self.old[first:last]
            if _occurs_once(context, self.old) and _occurs_once(context, self.new):
                shift = self.new.find(context) - first
                return start + shift, end + shift
        return None

    def between(self, start: int, end: int) -> Place | None:
        """Return the place in the new text between the unchanged edges of an old one.

        An edge is known by the character inside the place, or else by the one outside. None if an
        edge is gone, or if the place would reach beyond its line.
        """
        first, last = self._edge(start + 1, 0, -1), self._edge(end + 1, -1, 0)
        if first is None or last is None or first >= last or "\n" in self.new[first:last]:
            return None
        return first - 1, last - 1

    def _stretch_around(self, start: int, end: int) -> Stretch | None:
        for stretch in self.stretches:
            if stretch.old <= start and end <= stretch.old + stretch.size:
                return stretch
        return None

    def _contexts(self, start: int, end: int) -> Iterator[Place]:
        """Parts of the old text that make a place in them certain if they are in the new one."""
        line = self.old.rfind("\n", 0, start), self.old.find("\n", end) + 1
        stretch = self._stretch_around(start, end)
        if stretch is not None:
            first, last = stretch.old, stretch.old + stretch.size
            beside = chain(
                WORD.finditer(self.old, first, start), WORD.finditer(self.old, end, last)
            )
            has_words = len(list(islice(beside, CONTEXT))) == CONTEXT
            if has_words or (first <= line[0] + 1 and line[1] - 1 <= last):
                yield first, last
        yield line

    def _edge(self, offset: int, *beside: int) -> int | None:
        """An offset in the new text, known by one of the characters beside it."""
        for step in beside:
            stretch = self._stretch_around(offset + step, offset + step + 1)
            if stretch is not None:
                return offset - stretch.old + stretch.new
        return None


def _match_lines_and_words(old: str, new: str) -> Iterator[Stretch]:
    """Unchanged lines, and unchanged words of the lines between them, in order."""
    old_end = new_end = 0
    for line in [*_match(LINE, old, new), Stretch(len(old), len(new), 0)]:
        for word in _match(WORD, old[old_end : line.old], new[new_end : line.new]):
            yield Stretch(old_end + word.old, new_end + word.new, word.size)
        yield line
        old_end, new_end = line.old + line.size, line.new + line.size


def _match(part: re.Pattern[str], old: str, new: str) -> Iterator[Stretch]:
    """The parts of two texts, each what a pattern matches, that difflib finds unchanged."""
    old_parts, new_parts = list(part.finditer(old)), list(part.finditer(new))
    matcher = SequenceMatcher(None, [m[0] for m in old_parts], [m[0] for m in new_parts])
    for first, new_first, count in matcher.get_matching_blocks():
        for number in range(count):
            unchanged = old_parts[first + number]
            new_start = new_parts[new_first + number].start()
            yield Stretch(unchanged.start(), new_start, len(unchanged[0]))


def _join(matches: Iterable[Stretch], old: str, new: str) -> list[Stretch]:
    """The matches with the equal blanks and punctuation beside them; those that meet made one."""
    joined = [Stretch(0, 0, 0)]
    for match in matches:
        last = joined.pop()
        old_gap = old[last.old + last.size : match.old]
        new_gap = new[last.new + last.size : match.new]
        after = _equal_signs(old_gap, new_gap)
        last = last._replace(size=last.size + after)
        if after == len(old_gap) == len(new_gap):
            joined.append(last._replace(size=last.size + match.size))
        else:
            before = _equal_signs(old_gap[after:][::-1], new_gap[after:][::-1])
            whole = Stretch(match.old - before, match.new - before, match.size + before)
            joined += [last, whole]
    return joined


def _equal_signs(one: str, other: str) -> int:
    """How many characters that are not part of a word both begin with."""
    count = 0
    for sign, same in zip(one, other, strict=False):
        if sign != same or WORD.match(sign):
            break
        count += 1
    return count


def _occurs_once(words: str, text: str) -> bool:
    first = text.find(words)
    return first >= 0 and text.find(words, first + 1) < 0


def changed_words(old: str, new: str) -> int:
    """Count the words in lines that the other text lacks, or continues differently.

    The second are lines before a changed or moved one. The time of comparing grows with the square
    of this number.

    >>> changed_words("One line.\\n\\nMr Grey left.", "One line.\\n\\nMr Gray left.")
    6
    """
    pairs = [set(pairwise([*text.split("\n"), ""])) for text in (old, new)]
    return sum(len(WORD.findall(line)) for line, _ in pairs[0] ^ pairs[1])
