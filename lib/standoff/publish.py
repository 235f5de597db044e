"""Notebooks executed in clean kernels, side by side, and rendered to one site that works without a network."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NotebookFailed", "build", "claims_made", "execute", "store"]

TEMPLATE = Path(__file__).parent / "template"
SIDE_BY_SIDE = 3  # kernels at a time: a third starts while two compute
CELL_LIMIT = 300  # seconds
EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)


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


def claims_made(notebooks: str | Path) -> pd.DataFrame:
    """Every claim of the stored notebooks, as they show it: `notebook`, `holds` (how robustly) and `claim`, in reading order."""
    import pandas as pd

    rows = []
    for path in sorted(Path(notebooks).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                mark, _, claim = output.get("data", {}).get("text/plain", "").partition(": ")
                if 'class="claim"' in output.get("data", {}).get("text/html", ""):
                    rows.append((path.stem, mark.removeprefix("Holds").strip() or "in gold", claim))
    return pd.DataFrame(rows, columns=["notebook", "holds", "claim"])


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


def build(notebooks: Path, seeds: Path, site: Path) -> list[Path]:
    """Execute all notebooks and write the site: all of it, or nothing and the last good one stays. Gives the pages written."""
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise NotebookFailed(f"{notebooks}: no notebooks here; expected *.ipynb")
    with ThreadPoolExecutor(1) as beside:
        vega = beside.submit(_vega)
        executed = execute(paths)
        with tempfile.TemporaryDirectory(prefix=f".{site.name}-", dir=site.parent) as name:
            draft = Path(name) / "site"
            draft.mkdir()
            _render(paths, executed, seeds, draft)
            (draft / "vega.js").write_text(vega.result(), encoding="utf-8")
            for part in ("style.css", "charts.js"):
                shutil.copyfile(TEMPLATE / part, draft / part)
            _exchange(draft, site)
    return [site / f"{path.stem}.html" for path in paths]


def _vega():
    import vl_convert

    from .show import VERSION

    return vl_convert.javascript_bundle(vl_version=VERSION)


def _exchange(draft: Path, site: Path) -> None:
    """Put `draft` in the place of `site` in one step; where the system has none, in two."""
    if not site.exists():
        os.rename(draft, site)
        return
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here = -100  # AT_FDCWD
    if renameat2 is None or renameat2(here, os.fsencode(draft), here, os.fsencode(site), EXCHANGE) != 0:
        os.rename(site, draft.with_name("last"))
        os.rename(draft, site)


def _render(paths, notebooks, seeds, draft):
    """Write a page a notebook and the index."""
    from . import __version__, figures
    from .corpus import load

    exporter = _exporter()
    pages = [{"name": path.stem, **_opening(notebook)} for path, notebook in zip(paths, notebooks, strict=True)]
    for number, (page, notebook) in enumerate(zip(pages, notebooks, strict=True)):
        around = {"before": pages[number - 1] if number else None, "after": pages[number + 1] if number + 1 < len(pages) else None}
        resources = {"page": page, "pages": pages, "version": __version__, **around}
        body, _ = exporter.from_notebook_node(notebook, resources)
        (draft / f"{page['name']}.html").write_text(body, encoding="utf-8")
    figure = figures.strip(load(seeds))
    template = exporter.environment.get_template("site_index.html.j2")
    body = template.render(pages=pages, figure=figure, spec=figure.spec(), svg=figure.svg(), version=__version__)
    (draft / "index.html").write_text(body, encoding="utf-8")


def _opening(notebook) -> dict[str, str]:
    """Title and question of a notebook: its first heading, and the first line beneath it."""
    lines = [line.strip() for line in notebook.cells[0].source.split("\n") if line.strip()]
    return {"title": lines[0].lstrip("# "), "question": lines[1].strip("*_ ") if len(lines) > 1 else ""}


def _exporter():
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)], exclude_anchor_links=True)
    exporter.register_filter("data_uri", _data_uri)
    exporter.register_filter("inert_json", _inert_json)
    exporter.register_filter("description", lambda data: data.get("text/plain", ""))
    return exporter


def _data_uri(svg: str) -> str:
    import base64

    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _inert_json(spec) -> str:
    """A chart as JSON that cannot end the script element it stands in, for the pages' own Vega-Lite."""
    import json

    from .show import SCHEMA

    spec = {**spec, "$schema": SCHEMA.format(6)}
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
