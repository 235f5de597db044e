"""What was noticed, as a table by kind, and a list of what nothing noticed."""

from __future__ import annotations

from collections.abc import Sequence

from .judge import LEVELS, MOVES, TESTED
from .sample import Mutant, line


def share(mutants: Sequence[Mutant], last: int = TESTED) -> float:
    """Share of the mutants that something noticed, up to a level of `LEVELS`."""
    return sum(mutant.verdict.level <= last for mutant in mutants) / len(mutants)


def table(mutants: Sequence[Mutant]) -> str:
    """Counts by kind and by what noticed them first, the strongest first, in Markdown."""
    kinds = sorted({mutant.kind for mutant in mutants})
    rows = [(kind, [mutant for mutant in mutants if mutant.kind == kind]) for kind in kinds]
    head = f"| kind | mutants | {' | '.join(LEVELS)} |\n|---|{'---:|' * (len(LEVELS) + 1)}"
    return "\n".join([head, *(_row(*row) for row in rows), _row("**all**", mutants)])


def _row(name, mutants):
    levels = [mutant.verdict.level for mutant in mutants]
    return (
        f"| {name} | {len(levels)} | "
        f"{' | '.join(str(levels.count(level) or '') for level in range(len(LEVELS)))} |"
    )


def survivors(mutants: Sequence[Mutant], last: int = TESTED) -> str:
    """Every mutant that was noticed later than at a level, if at all, a line each."""
    return "\n".join(line(mutant) for mutant in mutants if mutant.verdict.level > last)


def summary(mutants: Sequence[Mutant]) -> str:
    """The two shares, in words."""
    by_notebooks, by_tests = share(mutants, MOVES), share(mutants)
    return (
        f"noticed by check or notebooks: {by_notebooks:.1%} of {len(mutants)}; with the tests of "
        f"the record: {by_tests:.1%}"
    )
