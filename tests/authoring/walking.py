"""Walk a page of docs as a reader does: write its files, edit its notebooks, type its commands."""

import os
import re
import subprocess
import sys
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
        else:
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


def walk(page, folder):
    """Follow the page in a folder; command -> what it printed."""
    said = {}
    for name, body in blocks(page):
        if name.endswith(".ipynb"):
            replace_claim(folder / name, body)
        elif name:
            (folder / name).write_text(body, encoding="utf-8")
        elif not body.startswith(SET_UP):
            done = run(body, folder)
            assert done.returncode == 0, f"{body}\n{done.stdout}{done.stderr}"
            said[body] = done.stdout
    return said
