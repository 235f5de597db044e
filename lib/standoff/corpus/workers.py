"""Work on many articles in several processes: results stay in order, and few are in memory."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["FEW", "cores", "map_chunks", "spread"]

FEW = 50  # items that are not worth more than one process, nor a progress bar
CHUNK = 8  # items that a process is given at a time
AHEAD = 2  # chunks per process that are handed out before the first result is taken

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_chunks(
    task: Callable[[list[Item]], Iterable[Result]],
    items: Sequence[Item],
    workers: int | None = None,
) -> Iterator[Result]:
    """Return what `task` makes of a list of items, result after result in the order of the items.

    A few items are worked on in this process, more by `workers` processes (default: one for each
    core). `task` is called with `CHUNK` items at a time. Raises `ValueError` if `workers` is less
    than 1, and the errors of `spread`.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; expected at least 1 process")
    chunks = [list(items[first : first + CHUNK]) for first in range(0, len(items), CHUNK)]
    wanted = workers or (cores() if len(items) > FEW else 1)
    return chain.from_iterable(spread(task, chunks, min(wanted, len(chunks))))


def spread(
    task: Callable[[list[Item]], Result], chunks: Iterable[list[Item]], processes: int
) -> Iterator[Result]:
    """Yield `task(chunk)` for each chunk in order, worked out by several processes.

    With fewer than two processes everything happens in this one. An error that the task raises
    is raised here. Raises `ChildProcessError` if a process was ended from outside.

    Results come back in files. A process that is killed while it sends a long result through a
    pipe leaves the reader waiting for the rest of it for ever; the name of a file is sent at once.
    """
    if processes < 2:
        yield from map(task, chunks)
        return
    import loky
    from loky.process_executor import BrokenProcessPool

    pool = loky.ProcessPoolExecutor(
        processes,
        initializer=signal.signal,  # Ctrl-C reaches every process; this one decides what it means
        initargs=(signal.SIGINT, signal.SIG_IGN),
        env={"PYTHONSAFEPATH": "1"},  # no file of the current folder hides a standard module
    )
    waiting: deque[Future[Path]] = deque()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for chunk in chunks:
                waiting.append(pool.submit(partial(_store_result, task, folder), chunk))
                if len(waiting) > AHEAD * processes:
                    yield _take_result(waiting.popleft())
            while waiting:
                yield _take_result(waiting.popleft())
    except BrokenProcessPool as error:
        message = "a process that worked on the articles was ended; was there too little memory?"
        raise ChildProcessError(message) from error
    finally:
        pool.shutdown(kill_workers=True)


def _store_result(task: Callable[[list[Item]], Any], folder: str, chunk: list[Item]) -> Path:
    result = task(chunk)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
    return Path(file.name)


def _take_result(future: Future[Path]) -> Any:
    path = future.result()
    result = pickle.loads(path.read_bytes())  # written by a process of this pool
    path.unlink()
    return result
