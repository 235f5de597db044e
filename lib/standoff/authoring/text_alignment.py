"""Two versions of one text: which parts are unchanged, and where a place of the old version is in
the new one. A place is carried over only if its words and its context are certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

__all__ = ["Alignment", "Stretch", "occurs_once"]

WORD = re.compile(r"\w+")
LINE = re.compile(r"[^\n]*\n")
CONTEXT = 2  # unchanged words that must stand beside a place in a changed line


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
        # a line end before and after, so that the first and the last line are like the others
        self.old, self.new = f"\n{old}\n", f"\n{new}\n"
        self.stretches = _join(_match_lines(self.old, self.new), self.old, self.new)

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a place of the old text is in the new one, or None if that is uncertain.

        Its words must be unchanged, within a stretch that occurs once in either text and holds
        two words beside the place, or its whole line; or its line was moved as a whole.
        """
        start, end = start + 1, end + 1
        stretch = self._stretch_around(start, end)
        if stretch is not None and self._is_certain(stretch, start, end):
            shift: int | None = stretch.new - stretch.old
        else:
            shift = self._shift_of_line(start, end)
        return None if shift is None else (start + shift - 1, end + shift - 1)

    def between(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place in the new text between the unchanged edges of an old one, within one
        line, or None if an edge is gone."""
        first, last = self._edge(start + 1, 1), self._edge(end + 1, -1)
        if first is None or last is None or not first < last or "\n" in self.new[first:last]:
            return None
        return first - 1, last - 1

    def _stretch_around(self, start: int, end: int) -> Stretch | None:
        for stretch in self.stretches:
            if stretch.old <= start and end <= stretch.old + stretch.size:
                return stretch
        return None

    def _is_certain(self, stretch: Stretch, start: int, end: int) -> bool:
        first, last = self._line(start, end)
        stop = stretch.old + stretch.size
        beside = [
            *islice(WORD.finditer(self.old, stretch.old, start), CONTEXT),
            *islice(WORD.finditer(self.old, end, stop), CONTEXT),
        ]
        has_context = len(beside) >= CONTEXT or (stretch.old <= first and last <= stop)
        context = self.old[stretch.old : stop]
        return has_context and occurs_once(context, self.old) and occurs_once(context, self.new)

    def _line(self, start: int, end: int) -> tuple[int, int]:
        """The beginning and the end of the line that holds a place."""
        return self.old.rfind("\n", 0, start) + 1, self.old.find("\n", end)

    def _shift_of_line(self, start: int, end: int) -> int | None:
        """How far a line was moved, or None if it does not occur once in either text."""
        first, last = self._line(start, end)
        line = self.old[first - 1 : last + 1]
        if line.strip() and occurs_once(line, self.old) and occurs_once(line, self.new):
            return self.new.find(line) + 1 - first
        return None

    def _edge(self, offset: int, inwards: int) -> int | None:
        """An offset in the new text, known by the character on its inner or else its outer side."""
        for step in (inwards, -inwards):
            beside = offset if step > 0 else offset - 1
            stretch = self._stretch_around(beside, beside + 1)
            if stretch is not None:
                return offset - stretch.old + stretch.new
        return None


def _match_lines(old: str, new: str) -> Iterator[Stretch]:
    """Unchanged lines, and unchanged words of the lines between them, in order."""
    old_lines, new_lines = list(LINE.finditer(old)), list(LINE.finditer(new))
    matcher = SequenceMatcher(
        None, [line[0] for line in old_lines], [line[0] for line in new_lines]
    )
    old_at = new_at = 0
    for block in matcher.get_matching_blocks():
        start = old_lines[block.a].start() if block.a < len(old_lines) else len(old)
        new_start = new_lines[block.b].start() if block.b < len(new_lines) else len(new)
        yield from _match_words(old[old_at:start], new[new_at:new_start], old_at, new_at)
        size = sum(len(line[0]) for line in old_lines[block.a : block.a + block.size])
        yield Stretch(start, new_start, size)
        old_at, new_at = start + size, new_start + size


def _match_words(old: str, new: str, old_at: int, new_at: int) -> Iterator[Stretch]:
    """Unchanged words of two parts of the texts that begin at `old_at` and `new_at`."""
    old_words, new_words = list(WORD.finditer(old)), list(WORD.finditer(new))
    matcher = SequenceMatcher(
        None, [word[0] for word in old_words], [word[0] for word in new_words]
    )
    for block in matcher.get_matching_blocks():
        for number in range(block.size):
            word = old_words[block.a + number]
            new_start = new_words[block.b + number].start()
            yield Stretch(old_at + word.start(), new_at + new_start, len(word[0]))


def _join(matches: Iterator[Stretch], old: str, new: str) -> list[Stretch]:
    """The matches with the equal blanks and punctuation beside them; those that meet made one."""
    joined = [Stretch(0, 0, 0)]
    for match in matches:
        last = joined[-1]
        gap = old[last.old + last.size : match.old], new[last.new + last.size : match.new]
        after = _common_signs(*gap)
        joined[-1] = last._replace(size=last.size + after)
        if after == len(gap[0]) == len(gap[1]):
            joined[-1] = last._replace(size=last.size + after + match.size)
        else:
            rest = gap[0][after:][::-1], gap[1][after:][::-1]
            before = _common_signs(*rest)
            joined.append(Stretch(match.old - before, match.new - before, match.size + before))
    return [stretch for stretch in joined if stretch.size]


def _common_signs(one: str, other: str) -> int:
    """How many characters that are not part of a word both begin with."""
    count = 0
    for character, same in zip(one, other, strict=False):
        if character != same or WORD.match(character):
            break
        count += 1
    return count


def occurs_once(words: str, text: str) -> bool:
    """Return whether words occur in a text exactly once."""
    first = text.find(words)
    return first >= 0 and text.find(words, first + 1) < 0


def __dir__() -> list[str]:
    return __all__
