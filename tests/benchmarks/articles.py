"""How long a project of many invented articles takes to load, to check and to render, and how much
memory it takes.

Works in a temporary folder. Prints a Markdown table; what it is doing goes to stderr.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from build import ROOT, versions
from synthetic import make

EVERY = 0.2  # seconds between two looks at how much memory is in use
LOAD = (
    "import sys, standoff; [standoff.load(sys.argv[1], coder) for coder in "
    "standoff.coders(sys.argv[1])]"
)
MB = 1024**2
STANDOFF = [sys.executable, "-m", "standoff"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "articles",
        type=int,
        nargs="*",
        default=[1000],
        help="how many articles, for one project after the other (default: 1000)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the articles (default: 1)")
    parser.add_argument(
        "--polnear", help="a folder of PolNeAR, which is imported, checked, drafted and rendered"
    )
    called = parser.parse_args()
    print(f"{versions()}; load before: {os.getloadavg()[0]:.1f}; seed: {called.seed}\n", flush=True)
    print(
        (
            "| articles | words | annotations | what is done | seconds | processor's seconds | "
            "most memory (MB) |\n|---:|---:|---:|---|---:|---:|---:|"
        ),
        flush=True,
    )
    if called.polnear:
        with tempfile.TemporaryDirectory() as name:
            for row in _imported(Path(called.polnear), Path(name) / "project"):
                _show(*row)
        return
    for number in called.articles:
        with tempfile.TemporaryDirectory() as name:
            folder = make(Path(name) / "project", number, called.seed)
            for what, *spent in _measured(folder):
                _show(folder, what, *spent)


def _show(folder, what, seconds, spent, most):
    """Print a row of the table."""
    number = len([*folder.glob("*/text.txt")])
    print(
        f"| {number:,} | {_words(folder):,} | {_lines(folder):,} | {what} | {seconds:.1f} | "
        f"{spent:.1f} | {most:,.0f} |",
        flush=True,
    )


def _measured(folder):
    """(what is done, seconds, the processor's seconds, most MB at any time) of each."""
    yield "load all codings: `standoff.load`", *_run([sys.executable, "-c", LOAD, folder])
    yield "`python -m standoff check`", *_run([*STANDOFF, "check", folder])
    yield (
        "`python -m standoff html --no-cache`",
        *_run([*STANDOFF, "html", folder, "--no-cache", "--site", folder.parent / "site"]),
    )


def _imported(source, folder):
    """(folder, what is done, …) of each step from a folder of PolNeAR to a site and to drafts."""
    call = [*STANDOFF, "import", "polnear", source, folder, "--collect"]
    yield folder, "`python -m standoff import polnear`", *_run(call, (0, 1))
    for row in _measured(folder):
        yield folder, *row
    yield folder, "`python -m standoff draft`", *_run([*STANDOFF, "draft", folder])


def _words(folder):
    return sum(len(path.read_text(encoding="utf-8").split()) for path in folder.glob("*/text.txt"))


def _lines(folder):
    return sum(path.read_text(encoding="utf-8").count("\n") for path in folder.glob("*/*.ann"))


def _run(call, codes=(0,)):
    """Run a command to its end. Stops the benchmark, with what the command printed, where it ends
    with another exit code."""
    print(" ".join(map(str, call)), file=sys.stderr, flush=True)
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(
            list(map(str, call)),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "lib")},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        most = 0
        while process.poll() is None:
            most = max(most, _memory(process))
            time.sleep(EVERY)
        if process.returncode not in codes:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace"))
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, most / MB


def _memory(process):
    """Bytes that a process and all that it started have now; what several share is counted once
    (PSS), where the system tells."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            try:
                found = one.memory_full_info()
            except psutil.Error:
                continue
            total += getattr(found, "pss", found.rss)
    except psutil.Error:
        pass  # it has just ended
    return total


if __name__ == "__main__":
    main()
