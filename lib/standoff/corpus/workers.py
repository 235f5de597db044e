"""Work spread over processes, each result in the order of what was asked for, and only a few of
them in memory.

The processes are plain Pythons that are spoken to through pipes. Nothing is forked, so a program
with threads, such as a Jupyter kernel, may
start them; and nothing of the calling script is imported there, so it needs no main guard.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from queue import SimpleQueue
from typing import Any

__all__ = ["FEW", "cores", "of_all", "serve", "spread"]

FEW = 50  # things that are not worth more than one process, nor a bar of progress
PIECE = 8  # things that a process is given at a time
AHEAD = 2  # pieces of work for each process that are handed out before the first result is taken
START = (
    "import sys, pickle; sys.path[:] = pickle.load(sys.stdin.buffer); from "
    "standoff.corpus.workers import serve; serve()"
)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(task: Callable, pieces: Iterable[list], processes: int) -> Iterator:
    """`task(piece)` for each piece, a list of things, in their order, over so many processes; with
    one or none of them, in this process.

    `task` and pieces are pickled. An error of the task is raised here as it was raised there;
    `ChildProcessError` where a process was ended from outside.
    """
    if processes < 2 or not sys.executable:
        yield from map(task, pieces)
        return
    free: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker(task) for _ in range(processes)]
    for worker in workers:
        free.put(worker)
    waiting: deque = deque()
    with ThreadPoolExecutor(processes) as threads:
        try:
            for piece in pieces:
                waiting.append(threads.submit(_done, free, piece))
                if len(waiting) > AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.close()


def of_all(task: Callable[[list], list], things: list, workers: int | None = None) -> Iterator:
    """What `task` gives for a list of things, in their order: in this process where they are few,
    else by all cores or so many, some things at a time."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; expected at least 1 process")
    processes = min(workers or (cores() if len(things) > FEW else 1), -(-len(things) // PIECE))
    return chain.from_iterable(
        spread(task, (things[at : at + PIECE] for at in range(0, len(things), PIECE)), processes)
    )


def _done(free, piece):
    """What a free process makes of a piece."""
    worker = free.get()
    try:
        return worker.ask(piece)
    finally:
        free.put(worker)


class _Worker:
    """One process. It ends when it is closed, or when its end of the pipe falls silent."""

    def __init__(self, task):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.first: tuple[Any, ...] = (sys.path, task)

    def ask(self, piece):
        try:
            for message in (*self.first, piece):
                pickle.dump(message, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
            self.first = ()
            error, answer = pickle.load(self.process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as gone:
            self.process.kill()
            raise ChildProcessError(
                f"{_ended(self.process.wait())} while it was at {_listed(piece)}; was there "
                f"too little memory?"
            ) from gone
        if error is not None:
            raise error
        return answer

    def close(self):
        self.process.kill()
        self.process.wait()
        with suppress(OSError):  # what was still to be sent has nobody to go to
            self.process.stdin.close()
        self.process.stdout.close()


def _ended(code):
    """How a process ended, in words."""
    with suppress(ValueError):
        return f"a process was ended by the signal {signal.Signals(-code).name}"
    return f"a process ended with the exit code {code}"


def _listed(piece):
    return f"{piece[0]}" + (f" or one of the {len(piece) - 1} after it" if len(piece) > 1 else "")


def serve() -> None:
    """Be such a process: answer until nobody asks any more. What is printed meanwhile goes to
    stderr, for answers go where it would."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; who asks decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        task = pickle.load(sys.stdin.buffer)
        while True:
            pickle.dump(
                _answer(task, pickle.load(sys.stdin.buffer)), answers, pickle.HIGHEST_PROTOCOL
            )
            answers.flush()


def _answer(task, piece):
    """(error, None) or (None, result)."""
    try:
        return None, task(piece)
    except Exception as error:
        error.add_note(f"in another process, at {_listed(piece)}:\n{traceback.format_exc()}")
        return error, None
