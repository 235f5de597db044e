"""python -m standoff: make and check folders of articles, run and clean the notebooks, write the
site."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path

from ..annotation.brat import SeedError
from ..corpus.files import in_words
from . import exchange_commands as interchange
from .article_commands import declare, number


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something was found wrong, 2 when the call itself
    is."""
    parser = argparse.ArgumentParser(
        prog="python -m standoff", description=__doc__.split(": ", 1)[1]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check", help="verify every article, every coder's file, every registry"
    )
    check.add_argument(
        "folder", nargs="?", default="seeds", help="folder of articles (default: seeds)"
    )
    html = commands.add_parser("html", help="execute all notebooks and write the site")
    html.add_argument(
        "folder", nargs="?", default="seeds", help="folder of articles (default: seeds)"
    )
    html.add_argument("--site", default="_site", help="folder to write (default: _site)")
    html.add_argument(
        "--no-cache",
        action="store_true",
        help="execute every notebook, also where nothing has changed",
    )
    html.add_argument(
        "--single-file",
        action="store_true",
        help=(
            "also write the whole site as one page that can be mailed: standoff.html beside the "
            "pages"
        ),
    )
    run = commands.add_parser("run", help="execute notebooks and keep their outputs in their files")
    run.add_argument("notebooks", nargs="*", help="notebooks (default: all)")
    clean = commands.add_parser(
        "clean", help="strip what JupyterLab added to notebooks when it saved them"
    )
    clean.add_argument("notebooks", nargs="*", help="notebooks (default: all)")
    write = commands.add_parser(
        "write", help="keep the tables of all articles as a Parquet dataset, for standoff.scan"
    )
    write.add_argument("folder", help="folder of articles")
    write.add_argument("destination", help="the dataset's folder, which must not be there yet")
    write.add_argument("--coder", default="gold", help="whose coding (default: gold)")
    write.add_argument(
        "--collect",
        action="store_true",
        help="leave out, and name, articles in which something is wrong",
    )
    other = interchange.declare(commands)
    own = declare(commands)
    called = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(
            errors="backslashreplace"
        )  # words of a text may hold letters that a console does not have
    return _run_one(
        {
            "check": _check,
            "html": _html,
            "run": _run,
            "clean": _clean,
            "write": _write,
            **own,
            **other,
        }[called.command],
        called,
    )


class _Printer(io.TextIOBase):
    """Standard output, line by line, that keeps the error of a screen or a file that takes no more:
    it is no failure of what was done."""

    def __init__(self, stream):
        self.stream, self.error = stream, None

    def write(self, text):
        """Write and, where a line ends, pass on, so that it stands before what is said of it on
        standard error."""
        if self.error is None:
            try:
                self.stream.write(text)
                if "\n" in text:
                    self.stream.flush()
            except OSError as error:
                self.error = error
        return len(text)


def _run_one(command, called):
    """A command's exit code; what could not be printed is told, and is no reason to say that
    nothing was done."""
    with redirect_stdout(_Printer(sys.stdout)) as printer:
        try:
            code = command(called)
        except OSError as error:
            print(in_words(error), file=sys.stderr)
            code = 1
        except KeyboardInterrupt:
            print("interrupted; every file is as it was or as it was to be", file=sys.stderr)
            code = 130
    if printer.error is not None:
        print(f"what was to be printed is lost: {in_words(printer.error)}", file=sys.stderr)
        with suppress(OSError, ValueError):  # else Python would try once more when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 1
    return code


def _check(called):
    from ..authoring.checking import survey

    try:
        found = survey(called.folder)
    except SeedError as error:
        print(error)
        return 1
    if found.problems:
        print("\n".join(map(str, found.problems)))
        return 1
    for warning in found.warnings:
        print(warning, file=sys.stderr)
    print(
        f"{number(found.articles, 'article')}, {number(found.annotations, 'annotation')}, no "
        f"problems"
    )
    return 0


def _html(called):
    from ..site.builder import build, cache_of
    from ..site.kernels import NotebookFailed

    notebooks, seeds, site = Path("notebooks"), Path(called.folder), Path(called.site).resolve()
    try:
        pages = build(
            notebooks,
            seeds,
            site,
            called.single_file,
            None if called.no_cache else cache_of(notebooks, seeds, site),
        )
    except (NotebookFailed, SeedError, OSError) as error:
        told = in_words(error) if isinstance(error, OSError) else error
        print(
            (
                f"{told}\nnothing was written; "
                f"{'the last good site stays' if site.exists() else 'there is no site yet'}"
            ),
            file=sys.stderr,
        )
        return 1
    print(f"{number(len(pages), 'notebook')} rendered: {site.name}/index.html")
    return 0


def _run(called):
    from ..site.kernels import NotebookFailed, store

    try:
        if not (notebooks := _notebooks(called)):
            raise NotebookFailed("notebooks: no notebooks here; expected *.ipynb")
        store(notebooks)
    except NotebookFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _write(called):
    from ..corpus.loading import batches
    from ..scale.dataset import MANIFEST, write

    try:
        folder = write(
            batches(called.folder, called.coder, "collect" if called.collect else "raise"),
            called.destination,
        )
    except (SeedError, ValueError) as error:
        print(f"{error}\nnothing was written", file=sys.stderr)
        return 1
    rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["tables"]["documents"][
        "rows"
    ]
    print(f"{number(rows, 'article')} written: {folder}")
    return 0


def _notebooks(called):
    return [Path(name) for name in called.notebooks] or sorted(Path("notebooks").glob("*.ipynb"))


def _clean(called):
    from ..corpus.files import write_text

    paths, problems, cleaned = _notebooks(called), [], {}
    for path in paths:
        try:
            stored = path.read_bytes().decode()
            text = _cleaned(stored)
            if text != stored:
                cleaned[path] = text
        except OSError as error:
            problems.append(f"{path}: {error.strerror}")
        except Exception as error:  # nbformat raises whatever it stumbles upon
            problems.append(f"{path}: not a notebook: {str(error).splitlines()[0]}")
    if problems:
        print("\n".join([*problems, "nothing was changed"]), file=sys.stderr)
        return 1
    for path, text in cleaned.items():
        write_text(path, text)
    print(f"{number(len(cleaned), 'notebook')} changed, {len(paths) - len(cleaned)} as it was")
    return 0


def _cleaned(text):
    """The text of a notebook after cleaning. Raises what nbformat raises when it is not one, or
    ValueError when it is of another format."""
    import nbformat

    from ..site.kernels import clean

    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    if notebook.nbformat != 4:
        raise ValueError(f"nbformat {notebook.nbformat} in the place of 4")
    return nbformat.writes(clean(notebook)) + "\n"
