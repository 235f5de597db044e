"""`python -m standoff`: its commands, and what happens when one fails."""

from __future__ import annotations

import sys
from argparse import Namespace
from io import TextIOWrapper

from ..annotation.problems import SeedError
from ..corpus.safe_writing import describe_error
from . import (  # noqa: F401 - they declare
    article_commands,
    exchange_commands,
    project_commands,
    site_commands,
)
from .common import CommandFailed, parser

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns 0 if all is well, 1 if the command found something wrong, 2 if it was called wrongly.
    `arguments` are those of the command line unless given.
    """
    called = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a text may hold what the console cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(called)
    except OSError as error:  # of standard output: a broken pipe, a full disk
        print(describe_error(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; no file was left half written", file=sys.stderr)
        return 130


def _run(called: Namespace) -> int:
    """Run the command, then print what it reports."""
    try:
        outcome = called.run(called)
    except (CommandFailed, SeedError, OSError) as error:
        message = describe_error(error) if isinstance(error, OSError) else str(error)
        print("\n".join(filter(None, [message, called.untouched])), file=sys.stderr)
        return getattr(error, "code", 1)
    for line in outcome.lines:
        print(line)
    sys.stdout.flush()
    for remark in outcome.remarks:
        print(remark, file=sys.stderr)
    return outcome.code
