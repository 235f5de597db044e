"""Execute notebooks side by side, each in a clean kernel; store and clean their outputs."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpus.safe_writing import draft_folder, write_texts
from ..figures.display import LATER, SVG, VEGALITE, change_values, pictures
from .cache import READS_OUTPUTS
from .forkserver import ForkServer, can_fork
from .kernel_main import COMMAND
from .seed_cells import VARIABLE, remove_collection_cells

if TYPE_CHECKING:
    import nbformat

    from .cache import Cache

__all__ = ["IMPORTING", "NotebookFailed", "clean", "execute", "store"]

SIDE_BY_SIDE = 3  # kernels at a time: a third starts while two compute
CELL_LIMIT = 300  # seconds
KEPT = ("standoff", "tags")  # metadata of cells that stay in a stored notebook
# Kernels leave pictures to be drawn here, and use as many threads on every machine.
ENVIRONMENT = {LATER: "yes", "OPENBLAS_NUM_THREADS": "1"}
# Held while Jupyter's packages are imported: some import each other, and two threads that import
# them at once may each see a half-imported one.
IMPORTING = threading.Lock()


class NotebookFailed(RuntimeError):  # noqa: N818 - it names what happened, as ClaimFailed does
    """Cells failed. The message has one line for each: notebook, cell, error."""


def execute(
    paths: list[Path], cache: Cache | None = None, folder: Path | None = None
) -> list[nbformat.NotebookNode]:
    """Return the notebooks after a clean run, each in a kernel of its own.

    With a cache, a notebook is run only if something it depends on has changed, and is kept there
    after its run. With a folder, the notebooks read the articles there; from those that lie outside
    it, cells about the collection's own articles are removed. Raises `NotebookFailed` with every
    failure.
    """
    keys = {path: cache.key(path) for path in paths} if cache else {}
    texts = {path: cache.get(key) for path, key in keys.items()} if cache else {}

    def keep(path: Path, text: str) -> None:
        texts[path] = text
        if cache:
            cache.put(path, keys[path], text)

    changed = [path for path in paths if texts.get(path) is None]
    if changed:
        _run(changed, keep, folder)
    if cache:
        cache.keep(keys.values())
    nbformat = _jupyter()
    return [nbformat.reads(texts[path], as_version=4) for path in paths]


def _run(paths: list[Path], keep: Callable[[Path, str], None], folder: Path | None) -> None:
    """Run notebooks and hand the text of each to `keep` as soon as it is done.

    The longest start first, so that none of them is left to run alone at the end.
    """
    forks = len(paths) > 1 and can_fork()
    with closing(ForkServer()) if forks else nullcontext() as server:
        nbformat = _jupyter()  # while the server imports
        from tqdm import tqdm

        notebooks = _read(sorted(paths, key=lambda path: -path.stat().st_size), nbformat)
        environment = os.environ | ENVIRONMENT
        if folder:
            environment[VARIABLE] = str(folder.resolve())
            for path, notebook in notebooks.items():
                if not path.resolve().is_relative_to(folder.resolve()):
                    remove_collection_cells(notebook)
        cells = sum(len(notebook.cells) for notebook in notebooks.values())
        with tqdm(total=cells, unit="cell", desc="notebooks", disable=None) as bar:
            gate = asyncio.Semaphore(SIDE_BY_SIDE)

            async def run(path: Path) -> str | None:
                async with gate:
                    failure = await _run_cells(
                        notebooks[path], path.parent, server, environment, bar
                    )
                if failure:
                    return f"{path}: {failure}"
                keep(path, _text(notebooks[path]))
                return None

            failures = dict(zip(notebooks, _wait_for(map(run, notebooks)), strict=True))
    if any(failures.values()):
        raise NotebookFailed("\n".join(filter(None, map(failures.get, paths))))


def _jupyter() -> Any:
    """nbformat, after importing it and nbclient."""
    with IMPORTING:
        import nbclient  # noqa: F401 - imported for whoever imports it next
        import nbformat
    return nbformat


def _read(paths: list[Path], nbformat: Any) -> dict[Path, nbformat.NotebookNode]:
    """Path -> notebook. Raises `NotebookFailed` with every file that is not a notebook."""
    notebooks, problems = {}, []
    for path in paths:
        try:
            notebooks[path] = nbformat.read(path, as_version=4)
        except OSError:
            raise
        except Exception as error:  # nbformat raises errors of many kinds
            problems.append(f"{path}: not a notebook: {str(error).splitlines()[0]}")
    if problems:
        raise NotebookFailed("\n".join(sorted(problems)))
    return notebooks


def _wait_for(work: Iterable[Coroutine[Any, Any, str | None]]) -> list[str | None]:
    """Like `asyncio.run` for several, but Ctrl-C ends all work: nbclient would handle the signal,
    end one kernel and wait for the others."""

    def refuse(*_: object) -> None:
        raise RuntimeError("nbclient may not handle signals")

    async def all_at_once() -> list[str | None]:
        return await asyncio.gather(*work)

    with asyncio.Runner() as runner:
        runner.get_loop().add_signal_handler = refuse  # type: ignore[assignment, method-assign]
        return runner.run(all_at_once())


async def _run_cells(
    notebook: nbformat.NotebookNode,
    folder: Path,
    server: ForkServer | None,
    environment: dict[str, str],
    bar: Any,
) -> str | None:
    """Run all cells of a notebook, in place, in a kernel that works in this folder. Returns what
    failed, in one line, or None."""
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        timeout=CELL_LIMIT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda **_: bar.update(),
        on_cell_executed=lambda **_: _draw(notebook),
    )
    try:
        with draft_folder(Path(tempfile.gettempdir()) / "kernel") as private:
            client.km = _kernel(private, server)
            await client.async_execute(env=environment)
    except Exception as error:  # a cell failed or did not end, or a kernel died
        name = getattr(error, "ename", type(error).__name__)
        reason = getattr(error, "evalue", error)
        return f"cell [{client.code_cells_executed}]: {name}: {reason}"
    return None


def _draw(notebook: nbformat.NotebookNode) -> None:
    """Draw the pictures that the kernel left empty: importing what draws takes as long as starting
    a kernel, and here happens only once."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VEGALITE in data and data.get(SVG) == "":
                data |= pictures(data[VEGALITE])


def _kernel(private: Path, server: ForkServer | None) -> Any:
    """A manager of one kernel of this very Python. It talks through files in the folder `private`:
    another kernel might take a port first."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.provisioning import LocalProvisioner

    command = [*COMMAND, "-f", "{connection_file}"]

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            return KernelSpec(argv=command, display_name="Python 3", language="python")

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd, **kwargs):
            self.process = server.start(cmd[len(COMMAND) :], kwargs["cwd"], kwargs["env"])
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    manager = AsyncKernelManager(
        kernel_name="python3",
        connection_file=str(private / "kernel.json"),
        kernel_spec_manager=ThisPython(),
    )
    if os.name == "posix":
        manager.transport, manager.ip = "ipc", str(private / "socket")
    if server:
        manager.provisioner = Forking(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)
    return manager


def store(paths: list[Path]) -> None:
    """Execute notebooks and store their outputs in their files.

    Notebooks that list all claims come last, since they read the outputs of the others.
    """
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in paths}
    late = [path for path in paths if READS_OUTPUTS.search(texts[path])]
    for batch in ([path for path in paths if path not in late], late):
        notebooks = zip(batch, execute(batch), strict=True)
        write_texts({path: _text(clean(notebook)) for path, notebook in notebooks})


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove, in place, what a tool or a machine left in a notebook, and return it.

    Of metadata only kernel and language remain, and the tags of cells and what pages need;
    solutions are folded.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
        if cell.cell_type == "markdown" and "solution" in cell.metadata.get("tags", ()):
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            data.pop("image/png", None)  # JupyterLab adds one to each chart when it saves
            for kind, value in data.items():
                if kind.endswith("json"):
                    data[kind] = change_values(value, _without_integral_float)
    return notebook


def _without_integral_float(value: Any) -> Any:
    """1 for 1.0, as JupyterLab saves JSON; any other value unchanged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(notebook: nbformat.NotebookNode) -> str:
    import nbformat

    return nbformat.writes(notebook) + "\n"
