"""Notebooks executed in clean kernels, side by side, and kept with their outputs as one clean run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

__all__ = ["NotebookFailed", "clean", "execute", "store"]

SIDE_BY_SIDE = 3  # kernels at a time: a third starts while two compute
CELL_LIMIT = 300  # seconds


class NotebookFailed(RuntimeError):  # noqa: N818 - it names what happened, as ClaimFailed does
    """Cells that failed, a line each: notebook, cell, error."""


def execute(paths: list[Path], progress: bool = True) -> list[nbformat.NotebookNode]:
    """The notebooks after a clean run, each in a kernel of its own. Raises `NotebookFailed` with every failure."""
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    cells = sum(len(notebook.cells) for notebook in notebooks)
    with tqdm(total=cells, unit="cell", desc="notebooks", disable=not progress) as bar:
        failures = asyncio.run(_execute_all(paths, notebooks, bar))
    if failures:
        raise NotebookFailed("\n".join(failures))
    return notebooks


async def _execute_all(paths, notebooks, bar):
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    jobs = (_execute_one(path, notebook, gate, bar) for path, notebook in zip(paths, notebooks, strict=True))
    return [failure for failure in await asyncio.gather(*jobs) if failure]


async def _execute_one(path, notebook, gate, bar):
    """Run one notebook in place; what failed, in a line, or None."""
    at = {}

    def starts(cell, cell_index):
        at["number"] = sum(c.cell_type == "code" for c in notebook.cells[: cell_index + 1])
        bar.update()

    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=CELL_LIMIT, kernel_name="python3", record_timing=False, resources=resources, on_cell_start=starts)
    async with gate:
        try:
            with tempfile.TemporaryDirectory(prefix="kernel-") as private:
                client.km = _kernel(Path(private))
                await client.async_execute()
        except CellExecutionError as error:
            return f"{path}: cell [{at.get('number', 0)}]: {error.ename}: {error.evalue}"
        except Exception as error:  # a kernel that dies or does not end: named like any other failure
            return f"{path}: cell [{at.get('number', 0)}]: {type(error).__name__}: {error}"
    return None


def _kernel(private: Path) -> AsyncKernelManager:
    """A manager for one kernel that talks through files of its own: no port that another kernel may take first."""
    manager = AsyncKernelManager(kernel_name="python3", connection_file=str(private / "kernel.json"))
    if os.name == "posix":
        manager.transport, manager.ip = "ipc", str(private / "socket")
    return manager


def store(paths: list[Path]) -> None:
    """Execute notebooks and keep their outputs in their files, as one clean run; those that list the claims of all come last."""
    late = [path for path in paths if "claims_made(" in path.read_text(encoding="utf-8")]
    for batch in ([path for path in paths if path not in late], late):
        for path, notebook in zip(batch, execute(batch), strict=True):
            _write(path, nbformat.writes(clean(notebook)) + "\n")


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without what a tool or a machine left in it: only kernel and language in its metadata, none in its cells but tags."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("image/png", None)  # JupyterLab adds one to each chart when it saves
    return notebook


def _write(path, text):
    """Write beside, then rename: the file is old or new, never half."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, path)
