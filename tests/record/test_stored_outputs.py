"""Stored notebooks come from one complete run and contain nothing about the machine it ran on."""

import json
from pathlib import Path

import nbformat
import pytest

from standoff.site.kernels import clean

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_stored_notebooks_come_from_one_run_without_errors(path):
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
def test_stored_notebooks_are_clean(path):
    stored = path.read_text(encoding="utf-8")
    assert nbformat.writes(clean(nbformat.reads(stored, as_version=4))) + "\n" == stored


def test_there_are_notebooks():
    assert PATHS
