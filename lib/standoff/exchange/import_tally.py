"""The tally of an import: each annotation of a source is counted once, as kept as it is, kept
with a repair, or set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

__all__ = ["MISSING", "SetAside", "Tally", "summary"]

MISSING = "naming what is not in the file"


class SetAside(ValueError):  # noqa: N818 - it says what becomes of an annotation, not what is wrong
    """Raised while an annotation is read that a project cannot hold: the reason in a few words, and
    a remark that names the annotation."""

    def __init__(self, kind: str, remark: str):
        super().__init__(remark)
        self.kind = kind


class Totals(NamedTuple):
    """How many annotations are kept as they are, repaired, and set aside (by kind)."""

    kept: int
    repaired: Counter[str]
    aside: Counter[str]


class Tally:
    """Records what became of each annotation of a source.

    What is built within `annotation` is made of the annotation of the source that has this key;
    what is built elsewhere counts as an annotation itself.

    >>> tally = Tally()
    >>> with tally.annotation("a1", 3):
    ...     tally.count_made("T1")
    ...     tally.count_repair("split at line breaks")
    >>> with tally.annotation("a2", 4):
    ...     tally.count_made("T2")
    >>> tally.drop("T2", "repeated")
    >>> tally.totals()
    Totals(kept=0, repaired=Counter({'split at line breaks': 1}), aside=Counter({'repeated': 1}))
    """

    def __init__(self) -> None:
        self.lines: dict[Hashable, int] = {}  # of each annotation of the source
        self.origin: dict[str, Hashable] = {}  # id here -> annotation of the source
        self.left: Counter[Hashable] = Counter()  # how much of each is left
        self.repairs: dict[Hashable, str] = {}
        self.aside: dict[Hashable, str] = {}
        self.current: Hashable = None

    @contextmanager
    def annotation(self, key: Hashable, line: int = 1) -> Iterator[None]:
        """Count what the block builds as made of the annotation of the source with this key."""
        self.lines.setdefault(key, line)
        before, self.current = self.current, key
        try:
            yield
        finally:
            self.current = before

    def count_made(self, ident: str) -> None:
        """Note that what has the id `ident` here is made of the current annotation."""
        key = ident if self.current is None else self.current
        self.lines.setdefault(key, 1)
        self.origin[ident] = key
        self.left[key] += 1

    def count_repair(self, kind: str, ident: str = "") -> None:
        """Count the current annotation, or that of an id, as repaired; the first kind counts."""
        key = self.origin.get(ident) if ident else self.current
        if key is not None:
            self.repairs.setdefault(key, kind)

    def set_aside(self, kind: str) -> None:
        """Count the current annotation as set aside."""
        self.aside.setdefault(self.current, kind)

    def set_all_aside(self, kinds: Counter[str]) -> None:
        """Count annotations of which nothing is built as set aside; `kinds` counts them by kind."""
        for number, kind in enumerate(kinds.elements()):
            with self.annotation(("set aside", number)):
                self.set_aside(kind)

    def drop(self, ident: str, kind: str) -> None:
        """Note that what had an id is left out: its annotation is set aside once nothing is left
        of it, and repaired before that."""
        key = self.origin.pop(ident, None)
        if key is not None:
            self.left[key] -= 1
            (self.repairs if self.left[key] else self.aside).setdefault(key, kind)

    def rename(self, ident: str, new: str, kind: str) -> None:
        """Note that what had an id has another one now, after a repair."""
        self.count_repair(kind, ident)
        if ident in self.origin:
            self.origin[new] = self.origin.pop(ident)

    def line(self, ident: str) -> int:
        """Return the line of the source that what has an id was made of."""
        return self.lines.get(self.origin.get(ident), 1)

    def totals(self) -> Totals:
        """Return how many annotations of the source are kept, repaired and set aside."""
        repaired = {key: kind for key, kind in self.repairs.items() if key not in self.aside}
        kept = len(self.lines) - len(repaired) - len(self.aside)
        return Totals(kept, Counter(repaired.values()), Counter(self.aside.values()))


def summary(tallies: Iterable[Tally]) -> list[str]:
    """Return the lines of a table in which each annotation of the sources counts once."""
    kept, repaired, aside = 0, Counter[str](), Counter[str]()
    for tally in tallies:
        totals = tally.totals()
        kept += totals.kept
        repaired += totals.repaired
        aside += totals.aside
    rows = [("annotations in the source", kept + repaired.total() + aside.total())]
    rows.append(("kept as they are", kept))
    for title, kinds in (("kept with a repair", repaired), ("set aside", aside)):
        rows.append((title, kinds.total()))
        rows += [(f"  {kind}", count) for kind, count in kinds.most_common()]
    width = max(len(title) for title, _ in rows)
    return [f"{title:<{width}}  {count:>9,}" for title, count in rows]
