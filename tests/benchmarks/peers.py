"""What the project is measured against, each in an environment of its own and in a process of its
own.

Environments are made once, from pinned versions, in the user's cache folder (`XDG_CACHE_HOME`, else
`~/.cache`); they may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["ask", "machine", "measured", "peak", "python", "say", "table"]

BESIDE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standoff-benchmarks"


def python(name: str, *pins: str) -> Path:
    """The Python of the environment that holds these packages and no others ("bratly==0.1.4"), made
    when it is first asked for."""
    if loose := [pin for pin in pins if "==" not in pin]:
        raise ValueError(f"not pinned: {', '.join(loose)}; expected name==version")
    key = hashlib.sha256(repr((sys.version, pins)).encode()).hexdigest()[:12]
    folder = BESIDE / f"{name}-{key}"
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "done").exists():
        say(f"making an environment with {', '.join(pins)}")
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [found, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *pins], check=True
        )
        (folder / "done").touch()
    return found


def ask(interpreter: Path | str, script: str, *arguments) -> dict:
    """What a script prints as its last line, a JSON object. Stops the benchmark, with all that the
    script printed, where it fails."""
    say(f"{Path(script).stem} {' '.join(map(str, arguments))}")
    done = subprocess.run(
        [interpreter, script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(
            f"{interpreter} {script} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}"
        )
    return json.loads(done.stdout.splitlines()[-1])


def measured(work: Callable, rounds: int) -> dict:
    """Medians of `rounds` runs of `work`: `seconds`, `processor` (this process's own), and `peak`:
    the megabytes this process has held at most."""
    spent = []
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        result = work()
        spent.append((time.perf_counter() - start, time.process_time() - busy))
        del result
    seconds, processor = (statistics.median(column) for column in zip(*spent, strict=True))
    return {"seconds": seconds, "processor": processor, "peak": peak(), "rounds": rounds}


def peak() -> float:
    """Megabytes that this process has held at most. Linux tells by itself; elsewhere what started
    the process may count too."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            int(
                next(
                    line for line in status.read_text().splitlines() if line.startswith("VmHWM")
                ).split()[1]
            )
            / 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )


def table(heads: Sequence[str], rows: Sequence[Sequence]) -> str:
    """Rows as Markdown, the first column to the left, the others to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def machine(*packages: str) -> str:
    """What was measured on: Python, cores, versions of these packages here, and how busy the
    machine is."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return (
        f"Python {platform.python_version()} on {platform.system()} with {os.cpu_count()} cores; "
        f"{versions}; load now: {os.getloadavg()[0]:.1f}"
    )


def say(what: str) -> None:
    """Tell what is being done, on stderr."""
    print(what, file=sys.stderr, flush=True)
