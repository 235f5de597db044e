"""Walk a page of docs as a reader does: write its files, edit its notebooks, type its commands.

    .venv/bin/python docs/walking.py docs/from_zero.md

prints each command with the seconds that it took. The tests walk the same way.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

SET_UP = ("make ", ". ")  # what makes and opens .venv; the tests run in one


def blocks(page):
    """(file's name, its contents) and ("", a command), in the order of the page."""
    for kind, name, body in re.findall(
        r"^```(\w+)(?: (\S+))?\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    ):
        if kind == "sh":
            yield from (("", line) for line in body.splitlines())
        elif name:  # the others show what is printed
            yield name, body


def run(command, folder):
    """A command in a shell in which `python` is the one that runs the tests, in a home of its
    own."""
    python = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": python, "HOME": str(folder)}
    return subprocess.run(
        command,
        shell=True,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )


def replace_claim(path, code):
    """Replace the code of the one claim in a notebook."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.source.startswith("@claim(")]
    cell.source = code.rstrip("\n")
    nbformat.write(notebook, path)


def walk(page, folder, seconds=None):
    """Follow the page in a folder; command -> what it printed.

    The seconds that each command took are added to the dictionary `seconds`.
    """
    said = {}
    for name, body in blocks(page):
        if name.endswith(".ipynb"):
            replace_claim(folder / name, body)
        elif name:
            (folder / name).write_text(body, encoding="utf-8")
        elif not body.startswith(SET_UP):
            started = time.perf_counter()
            done = run(body, folder)
            if seconds is not None:
                seconds[body] = time.perf_counter() - started
            assert done.returncode == 0, f"{body}\n{done.stdout}{done.stderr}"
            said[body] = done.stdout
    return said


def main():
    """Walk the page that is named in a folder that is removed afterwards, and print the times."""
    page = Path(sys.argv[1])
    seconds = {}
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(page.parents[1] / "notebooks", Path(name) / "notebooks")
        shutil.copytree(page.parent / "example", Path(name) / "docs" / "example")
        walk(page.read_text(encoding="utf-8"), Path(name), seconds)
    for command, took in seconds.items():
        print(f"{took:6.1f} s  {command}")
    print(f"{sum(seconds.values()):6.1f} s  in all, without the time to read and write")


if __name__ == "__main__":
    main()
