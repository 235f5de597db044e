"""Stored notebooks are one clean run, 1..n, and hold nothing of the machine they ran on."""

import json
from pathlib import Path

import nbformat
import pytest

from standoff.site.kernels import clean

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_stored_notebook_is_one_clean_run(path):
    code = [
        cell
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert [
        output
        for cell in code
        for output in cell["outputs"]
        if output["output_type"] in ("error", "stream")
    ] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_stored_notebook_holds_nothing_that_cleaning_would_remove(path):
    stored = path.read_text(encoding="utf-8")
    assert nbformat.writes(clean(nbformat.reads(stored, as_version=4))) + "\n" == stored


def test_there_are_notebooks():
    assert PATHS
