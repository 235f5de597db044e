"""Notebooks executed in clean kernels, side by side, and kept with their outputs as one clean
run."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.files import draft_beside, write_texts
from ..corpus.loading import coders
from ..figures.display import LATER, VEGALITE, draw
from .forkserver import ForkServer, can_fork
from .kernel_main import COMMAND
from .seed_cells import VARIABLE, step_aside

if TYPE_CHECKING:
    import nbformat

    from .cache import Cache

__all__ = ["NotebookFailed", "clean", "execute", "store"]

SIDE_BY_SIDE = 3  # kernels at a time: a third starts while two compute
CELL_LIMIT = 300  # seconds
ENVIRONMENT = {
    LATER: "yes",
    "OPENBLAS_NUM_THREADS": "1",
}  # of kernels: pictures are drawn here, and as many threads on every machine
# held while Jupyter's packages are imported: some import each other, and two threads at that may
# each meet half of one
IMPORTING = threading.Lock()


class NotebookFailed(RuntimeError):  # noqa: N818 - it names what happened, as ClaimFailed does
    """Cells that failed, a line each: notebook, cell, error."""


def execute(
    paths: list[Path], progress: bool = True, cache: Cache | None = None, folder: Path | None = None
) -> list[nbformat.NotebookNode]:
    """The notebooks after a clean run, each in a kernel of its own. Raises `NotebookFailed` with
    every failure.

    With a cache, notebooks are taken from it where nothing has changed that they depend on, and
    kept in it after their run. With a folder the
    notebooks read the articles there instead of the collection's own, and what they say of those
    steps aside.
    """
    keys = {path: cache.key(path) for path in paths} if cache else {}
    kept = {path: text for path, key in keys.items() if (text := cache.get(key)) is not None}
    run = _run(
        [path for path in paths if path not in kept],
        progress,
        lambda path, text: cache and cache.put(path, keys[path], text),
        folder,
    )
    if cache:
        cache.keep(keys.values())
    nbformat = _jupyter()
    texts = kept | {
        path: _text(notebook) for path, notebook in run.items()
    }  # as files hold them: kept or run just now, the same in every order
    return [nbformat.reads(texts[path], as_version=4) for path in paths]


def _run(paths, progress, keep, folder):
    """Path -> notebook after its run; each is handed to `keep` as soon as it is done. The longest
    go first, so that none is left over alone."""
    if not paths:
        return {}
    with (
        closing(ForkServer()) if len(paths) > 1 and can_fork() else nullcontext() as forks
    ):  # its imports take longest, so they begin first
        nbformat = _jupyter()
        from tqdm import tqdm

        notebooks = _read(sorted(paths, key=lambda path: -path.stat().st_size), nbformat)
        if folder:
            for notebook in notebooks.values():
                step_aside(notebook, len(coders(folder)) - 1)
        environment = ENVIRONMENT | ({VARIABLE: str(folder.resolve())} if folder else {})
        cells = sum(len(notebook.cells) for notebook in notebooks.values())
        with tqdm(total=cells, unit="cell", desc="notebooks", disable=not progress) as bar:
            failures = _await(_execute_all(notebooks, forks, bar, keep, environment))
    if failures:
        raise NotebookFailed("\n".join(failures[path] for path in paths if path in failures))
    return notebooks


def _jupyter():
    """nbformat, once it and nbclient are imported whole."""
    with IMPORTING:
        import nbclient  # noqa: F401 - imported for whoever imports it next
        import nbformat
    return nbformat


def _read(paths, nbformat):
    """Path -> notebook. Raises `NotebookFailed` with every file that is none."""
    notebooks, wrong = {}, []
    for path in paths:
        try:
            notebooks[path] = nbformat.read(path, as_version=4)
        except OSError:
            raise
        except Exception as error:  # nbformat raises whatever it stumbles upon
            wrong.append(f"{path}: not a notebook: {str(error).splitlines()[0]}")
    if wrong:
        raise NotebookFailed("\n".join(sorted(wrong)))
    return notebooks


def _await(work):
    """Like `asyncio.run`, but Ctrl-C ends all work: nbclient would take the signal, end one kernel
    and wait for the others."""

    def taken(*_):
        raise RuntimeError("signals are taken already")

    with asyncio.Runner() as runner:
        runner.get_loop().add_signal_handler = taken
        return runner.run(work)


async def _execute_all(notebooks, forks, bar, keep, environment):
    """Run notebooks in place. Gives path -> what failed, in a line."""
    gate, failures = asyncio.Semaphore(SIDE_BY_SIDE), {}

    async def one(path, notebook):
        async with gate:
            failure = await _execute_one(path, notebook, forks, bar, environment)
        if failure:
            failures[path] = failure
        else:
            keep(path, _text(notebook))

    await asyncio.gather(*(one(path, notebook) for path, notebook in notebooks.items()))
    return failures


async def _execute_one(path, notebook, forks, bar, environment):
    """Run one notebook in place; what failed, in a line, or None."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    at = {}

    def starts(cell, cell_index):
        at["number"] = sum(c.cell_type == "code" for c in notebook.cells[: cell_index + 1])
        bar.update()

    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=CELL_LIMIT,
        kernel_name="python3",
        record_timing=False,
        resources=resources,
        on_cell_start=starts,
    )
    try:
        with draft_beside(Path(tempfile.gettempdir()) / "kernel") as private:
            client.km = _kernel(private, forks)
            await client.async_execute(env=os.environ | environment)
        for at["number"], cell in enumerate(
            (cell for cell in notebook.cells if cell.cell_type == "code"), 1
        ):
            _draw(cell)
    except CellExecutionError as error:
        return f"{path}: cell [{at.get('number', 0)}]: {error.ename}: {error.evalue}"
    except Exception as error:  # a kernel that dies or does not end: named like any other failure
        return f"{path}: cell [{at.get('number', 0)}]: {type(error).__name__}: {error}"
    return None


def _draw(cell):
    """Put the pictures in their places that the kernel left empty: what draws takes as long to
    start as a kernel, and starts here once for all."""
    for output in cell.outputs:
        data = output.get("data", {})
        if VEGALITE in data and data.get("image/svg+xml") == "":
            data["image/svg+xml"] = draw(data[VEGALITE])


def _kernel(private: Path, forks: ForkServer | None):
    """A manager for one kernel that talks through files of its own: no port that another kernel may
    take first."""
    from jupyter_client import AsyncKernelManager

    manager = AsyncKernelManager(
        kernel_name="python3",
        connection_file=str(private / "kernel.json"),
        kernel_spec_manager=_this_python(),
    )
    if os.name == "posix":
        manager.transport, manager.ip = "ipc", str(private / "socket")
    if forks:
        manager.provisioner = _forking(manager, forks)
    return manager


def _this_python():
    """Finds kernels of this very Python: one of the same name that a user has installed is left
    alone."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            return KernelSpec(
                argv=[*COMMAND, "-f", "{connection_file}"],
                display_name="Python 3",
                language="python",
            )

    return ThisPython()


def _forking(manager, forks):
    """Starts the kernel of a manager as a fork."""
    from jupyter_client.provisioning import LocalProvisioner

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd, **kwargs):
            self.process = forks.start(cmd[len(COMMAND) :], kwargs["cwd"], kwargs["env"])
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    return Forking(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)


def store(paths: list[Path]) -> None:
    """Execute notebooks and keep their outputs in their files, as one clean run; those that list
    the claims of all come last."""
    late = [
        path
        for path in paths
        if "claims_made(" in path.read_text(encoding="utf-8", errors="replace")
    ]
    for batch in ([path for path in paths if path not in late], late):
        write_texts(
            {
                path: _text(clean(notebook))
                for path, notebook in zip(batch, execute(batch), strict=True)
            }
        )


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without what a tool or a machine left in it: only kernel and language in its
    metadata, none in its cells but tags."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            data.pop("image/png", None)  # JupyterLab adds one to each chart when it saves
            data.update(
                {kind: _whole(value) for kind, value in data.items() if kind.endswith("json")}
            )
    return notebook


def _whole(value):
    """The same with 1 in the place of 1.0: JupyterLab, which knows one kind of number, saves it
    so."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(notebook):
    import nbformat

    return nbformat.writes(notebook) + "\n"
