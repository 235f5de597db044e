"""What is wrong with files: a `Problem` each, gathered in a `Report`, raised as a `SeedError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

__all__ = ["FileReport", "Problem", "Report", "SeedError", "refuse", "reported"]


class Problem(NamedTuple):
    """One thing wrong with a file.

    `path` and `line` (from 1) say where it is, `message` what was found and what was expected.
    `code` names the kind of problem, such as "E-example"; docs/errors.md lists all codes with
    an example and the remedy.
    """

    path: str
    line: int
    message: str
    code: str = ""

    def __str__(self) -> str:
        code = f"{self.code}: " if self.code else ""
        return f"{self.path}:{self.line}: {code}{self.message}"


class SeedError(ValueError):
    """Everything found wrong in a folder, raised together.

    `problems` lists each `Problem` once, sorted by file and line.
    """

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type, tuple[list[Problem]]]:
        """Pickle the problems rather than the message, so that another process can raise it."""
        return type(self), (self.problems,)


def refuse(path: object, line: int, code: str, message: str) -> SeedError:
    """Return the error for one problem, to be raised.

    >>> refuse("gold.ann", 3, "E-example", "T1 says 'cat'; expected 'hat'")
    SeedError("gold.ann:3: E-example: T1 says 'cat'; expected 'hat'")
    """
    return SeedError([Problem(str(path), line, message, code)])


class Report(list[Problem]):
    """Problems found so far, gathered so that all of them can be reported together.

    >>> report = Report()
    >>> report.at("gold.ann").error(3, "E-example", "T1 says 'cat'; expected 'hat'")
    >>> print(*report)
    gold.ann:3: E-example: T1 says 'cat'; expected 'hat'
    """

    def at(self, path: object) -> FileReport:
        """Return what adds problems of one file (a path, or a name for messages)."""
        return FileReport(self, str(path))

    def raise_if_any(self) -> None:
        """Raise `SeedError` with all problems, if there are any."""
        if self:
            raise SeedError(self)


class FileReport(NamedTuple):
    """Adds the problems of one file to a report."""

    report: Report
    path: str

    def error(self, line: int, code: str, message: str) -> None:
        """Add a problem: its line (from 1), its code, and what was found and expected."""
        self.report.append(Problem(self.path, line, message, code))


@contextmanager
def reported(report: Report | None) -> Iterator[Report]:
    """Give the report to add problems to. If there was none, raise what was added as `SeedError`.

    >>> with reported(None) as problems:
    ...     problems.at("gold.ann").error(3, "E-example", "T1 says 'cat'; expected 'hat'")
    Traceback (most recent call last):
    standoff.annotation.problems.SeedError: gold.ann:3: E-example: T1 says 'cat'; expected 'hat'
    """
    problems = Report() if report is None else report
    yield problems
    if report is None:
        problems.raise_if_any()
