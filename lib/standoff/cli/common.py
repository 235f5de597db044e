"""What the commands share: how one is declared, what it returns, and how it fails."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..annotation.problems import SeedError

__all__ = [
    "SEEDS",
    "CommandFailed",
    "Outcome",
    "command",
    "flag",
    "number",
    "parser",
    "right_call",
]

SEEDS = {"nargs": "?", "default": "seeds", "help": "folder of articles (default: seeds)"}
# of an article of your own, in the order of their use: the help lists these first
FIRST = ("new", "relabel", "accept", "draft", "compile", "check", "html")
DECLARED: dict[str, Callable[[Any], None]] = {}  # name -> adds the command to a parser


class Outcome(NamedTuple):
    """What a command prints: lines on standard output, then remarks on standard error."""

    lines: list[str]
    remarks: Sequence[str] = ()
    code: int = 0


class CommandFailed(Exception):  # noqa: N818 - it names what happened, as NotebookFailed does
    """A command found something wrong. `code` is 1, or 2 if the command was called wrongly."""

    def __init__(self, message: str, code: int = 1):
        super().__init__(message)
        self.code = code


Run = Callable[[argparse.Namespace], Outcome]


def command(
    name: str,
    about: str,
    arguments: dict[str, Any],
    untouched: str = "nothing was changed",
    **form: Any,
) -> Callable[[Run], Run]:
    """Declare the function below as the command `name`; it takes the parsed arguments.

    `about` and `arguments` are shown by --help; `arguments` maps each argument to its help text,
    or to the keywords of `add_argument`. `untouched` is printed if the command fails, after the
    message. `form` holds keywords of `add_parser`.
    """

    def declare(run: Run) -> Run:
        def add(commands: Any) -> None:
            own = commands.add_parser(name, help=about, **form)
            own.set_defaults(run=run, untouched=untouched)
            for argument, given in arguments.items():
                keywords = {"help": given} if isinstance(given, str) else given
                own.add_argument(argument, **keywords)

        DECLARED[name] = add
        return run

    return declare


@contextmanager
def right_call() -> Iterator[None]:
    """Take a `ValueError` as a wrong call, unless it lists problems of files."""
    try:
        yield
    except SeedError:
        raise
    except ValueError as error:
        raise CommandFailed(str(error), 2) from error


def parser() -> argparse.ArgumentParser:
    """Return the parser of all declared commands."""
    whole = argparse.ArgumentParser(
        prog="python -m standoff",
        description="Make and check folders of articles, exchange them with other tools, run and "
        "clean the notebooks, write the site.",
    )
    commands = whole.add_subparsers(dest="command", required=True)
    first = {name: DECLARED[name] for name in FIRST}
    for add in (first | DECLARED).values():
        add(commands)
    return whole


def flag(about: str) -> dict[str, str]:
    """An option that takes no value."""
    return {"action": "store_true", "help": about}


def number(count: int, noun: str) -> str:
    """A count with its noun in singular or plural.

    >>> number(1, "article"), number(1200, "span")
    ('1 article', '1,200 spans')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
