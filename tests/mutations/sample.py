"""A sample of corruptions, each in a copy of the record, judged side by side."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from . import annotations, sources
from .judge import LEVELS, MOVES, SEEDS, Verdict, judge

KINDS: dict[str, Callable] = annotations.KINDS | sources.KINDS


class Mutant(NamedTuple):
    """One corruption: its number, its kind, what was done where, and what noticed it."""

    number: int
    kind: str
    what: str
    verdict: Verdict


def plan(number: int, seed: int, kinds=tuple(KINDS)) -> list[str]:
    """A kind for each mutant: all alike often, but for the rest of the division; in random
    order."""
    generator = np.random.default_rng(seed)
    rest = generator.permutation(len(kinds))[: number % len(kinds)]
    return [
        kinds[place]
        for place in generator.permutation(
            [*np.repeat(np.arange(len(kinds)), number // len(kinds)), *rest]
        )
    ]


def make(folder: Path, corrupt: Callable, number: int, seed: int) -> str:
    """Copy the record to `folder` and corrupt it; what was done. The same number and seed do the
    same."""
    shutil.copytree(SEEDS, folder)
    return corrupt(folder, np.random.default_rng([seed, number]))


def one(job: tuple[int, str, Callable, int, bool]) -> Mutant:
    """Make one mutant and judge it, in a folder of its own."""
    number, kind, corrupt, seed, quick = job
    with tempfile.TemporaryDirectory() as desk:
        folder = Path(desk) / "seeds"
        what = make(folder, corrupt, number, seed)
        return Mutant(number, kind, what, judge(folder, quick))


def run(
    number: int,
    seed: int,
    kinds: Mapping[str, Callable] = KINDS,
    quick: bool = False,
    minutes: float | None = None,
) -> list[Mutant]:
    """So many mutants on two processes, in the order of their numbers; those that were judged when
    the `minutes` are over. `quick` as in `judge`."""
    jobs = [
        (place, kind, kinds[kind], seed, quick)
        for place, kind in enumerate(plan(number, seed, tuple(kinds)))
    ]
    found: list[Mutant] = []
    with tempfile.TemporaryDirectory() as empty:
        context = multiprocessing.get_context(
            "spawn"
        )  # each worker has an IPython of its own, and none is left behind here
        with ProcessPoolExecutor(min(2, os.cpu_count() or 1), context, os.chdir, (empty,)) as pool:
            try:
                judged = as_completed(
                    [pool.submit(one, job) for job in jobs], timeout=minutes and 60 * minutes
                )
                found += (
                    _told(future.result()) for future in tqdm(judged, total=number, unit="mutant")
                )
            except TimeoutError:
                pass
            finally:
                pool.shutdown(cancel_futures=True)  # what raises does not wait for all others
    return sorted(found)


def _told(mutant):
    if mutant.verdict.level > MOVES:
        tqdm.write(line(mutant), sys.stderr)
    return mutant


def line(mutant: Mutant) -> str:
    """A mutant and what noticed it, in one line."""
    return (
        f"{mutant.number}: {mutant.kind}: {mutant.what} -> {LEVELS[mutant.verdict.level]}: "
        f"{mutant.verdict.by}"
    )
