"""What the commands share: how one is declared, what it returns, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

__all__ = ["CommandFailed", "Outcome", "add_command", "flag", "number"]


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


def add_command(
    commands: Any,
    name: str,
    run: Callable[..., Outcome],
    about: str,
    arguments: dict[str, Any],
    untouched: str = "nothing was changed",
    **form: Any,
) -> None:
    """Add a command to the sub-commands of an argument parser.

    `arguments` maps each argument to its help text, or to the keywords of `add_argument`. `run`
    takes the parsed arguments. `untouched` is printed after the message if the command fails.
    """
    parser = commands.add_parser(name, help=about, **form)
    parser.set_defaults(run=run, untouched=untouched)
    for argument, given in arguments.items():
        keywords = {"help": given} if isinstance(given, str) else given
        parser.add_argument(argument, **keywords)


def flag(about: str) -> dict[str, str]:
    """An option that takes no value."""
    return {"action": "store_true", "help": about}


def number(count: int, noun: str) -> str:
    """A count with its noun in singular or plural.

    >>> number(1, "article"), number(1200, "span")
    ('1 article', '1,200 spans')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
