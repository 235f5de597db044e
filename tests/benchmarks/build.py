"""How long the site takes to build, against `jupyter nbconvert --execute --to html` called once a
notebook, in the same run.

Works on a copy in a temporary folder. Prints a Markdown table; what it is doing goes to stderr.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = (
    "lib",
    "notebooks",
    "seeds",
    "requirements.lock",
    "pyproject.toml",
    "CITATION.cff",
    "CHANGELOG.md",
    "README.md",
)
EDITED = "02_framing"
IMPORTS = (
    "ipykernel.kernelapp",
    "numpy",
    "pyarrow",
    "pandas",
    "altair",
    "scipy.sparse.csgraph",
    "vl_convert",
    "nbclient",
    "nbconvert",
    "standoff",
)
ROOMS = ("standoff.figures", "standoff.measures.agreement")
PACKAGES = (
    "ipykernel",
    "ipython",
    "jupyter_client",
    "nbclient",
    "nbconvert",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "altair",
    "vl-convert-python",
)
EMPTY = 6  # empty notebooks in which a kernel's own cost is measured


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--rounds",
        type=int,
        default=1,
        help="how often each is measured; the median counts (default: 1)",
    )
    rounds = parser.parse_args().rounds
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = _copy(Path(name) / "project")
        builds = _builds(folder, rounds)
        floor = list(_floor(folder, rounds))
    print(f"{versions()}; load before: {before:.1f}; rounds: {rounds}\n")
    print(
        "| what is done | seconds | of nbconvert's | processor's seconds | of nbconvert's "
        "|\n|---|---:|---:|---:|---:|"
    )
    peer = builds["peer"][1]
    for what, spent in builds.values():
        print(
            f"| {what} | {spent[0]:.2f} | {spent[0] / peer[0]:.3f} | {spent[1]:.2f} | "
            f"{spent[1] / peer[1]:.3f} |"
        )
    print("\n| the floor | seconds |\n|---|---:|")
    for what, seconds in floor:
        print(f"| {what} | {seconds:.2f} |")


def _copy(folder):
    folder.mkdir()
    hidden = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=hidden)
        elif (ROOT / part).is_file():
            shutil.copyfile(ROOT / part, folder / part)
    return folder


def _builds(folder, rounds):
    """Name -> (what is done, (seconds, the processor's seconds)). What is compared is measured in
    turn, as other work may slow a machine down."""
    found = {name: [] for name in ("peer", "clean", "first", "edited", "unchanged")}
    paths = sorted((folder / "notebooks").glob("*.ipynb"))
    for number in range(rounds):
        found["peer"].append(
            tuple(map(sum, zip(*(_nbconvert(folder, path) for path in paths), strict=True)))
        )
        found["clean"].append(_html(folder, f"clean {number}", "--no-cache"))
        shutil.rmtree(folder / ".standoff-cache", ignore_errors=True)
        found["first"].append(_html(folder, "kept"))
        _edit(folder / "notebooks" / f"{EDITED}.ipynb", f"# round {number}")
        found["edited"].append(_html(folder, "kept"))
        found["unchanged"].append(_html(folder, "kept"))
    told = {
        "peer": f"`jupyter nbconvert --execute --to html`, once for each of {len(paths)} notebooks",
        "clean": "clean build: `python -m standoff html --no-cache`",
        "first": "clean build that fills the cache",
        "edited": f"one notebook edited (`{EDITED}`)",
        "unchanged": "nothing changed",
    }
    return {
        name: (told[name], tuple(map(statistics.median, zip(*spent, strict=True))))
        for name, spent in found.items()
    }


def _edit(path, line):
    """Put a line above the first cell's code."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["source"] = [f"{line}\n", *cell["source"]]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def _nbconvert(folder, path):
    call = [
        Path(sys.executable).with_name("jupyter"),
        "nbconvert",
        "--execute",
        "--to",
        "html",
        "--output-dir",
        folder / "peer",
        path,
    ]
    return _timed(folder, f"nbconvert {path.stem}", call)


def _html(folder, site, *options):
    return _timed(
        folder,
        f"html {site} {' '.join(options)}",
        [sys.executable, "-m", "standoff", "html", "--site", folder / site, *options],
    )


def _floor(folder, rounds):
    """(what, seconds): an empty kernel, started and forked, and each import in a process of its
    own."""
    for kind, name in (
        ("started", "started, used and shut down"),
        ("forked", "forked, used and shut down"),
    ):
        few, many = (
            min(_kernels(folder, kind, number) for _ in range(rounds)) for number in (2, 2 + EMPTY)
        )
        if kind == "forked":
            yield (
                (
                    "what forks kernels: started, with all that notebooks import, and two empty "
                    "kernels"
                ),
                few,
            )
        yield f"one empty kernel more, {name}", (many - few) / EMPTY
    yield (
        "Python alone",
        min(_timed(folder, "python", [sys.executable, "-c", "pass"])[0] for _ in range(3)),
    )
    for name in (*IMPORTS, *ROOMS):
        yield f"`import {name}`", min(_imported(folder, name) for _ in range(3))


KERNELS = """
import pathlib, nbformat, sys, time
from standoff.site import kernels
folder, kind, number = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
folder.mkdir(exist_ok=True)
paths = [folder / f"{n}.ipynb" for n in range(number)]
for path in paths:
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
kernels.SIDE_BY_SIDE = 1
kernels.can_fork = {"forked": kernels.can_fork, "started": lambda: False}[kind]
start = time.perf_counter()
kernels.execute(paths)
print(time.perf_counter() - start)
"""


def _kernels(folder, kind, number):
    _say(f"{number} empty kernels, {kind}")
    return float(
        _run(folder, [sys.executable, "-c", KERNELS, folder / "empty", kind, str(number)]).stdout
    )


def _imported(folder, name):
    """Seconds of an import, with all that it imports itself, in a process that has imported
    nothing."""
    _say(f"import {name}")
    code = (
        f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - "
        f"start)"
    )
    return float(_run(folder, [sys.executable, "-c", code]).stdout)


def _timed(folder, what, call):
    """(seconds, the processor's seconds in the command and all that it started)."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(folder, call)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    _say(f"{what}: {seconds:.2f} s")
    return seconds, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _run(folder, call):
    """Run a command in the copy, with the copy's library. Stops the benchmark, with what the
    command printed, where it fails."""
    done = subprocess.run(
        call,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, call))}\n{done.stdout}{done.stderr}")
    return done


def _say(what):
    print(what, file=sys.stderr, flush=True)


def versions():
    names = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return (
        f"Python {platform.python_version()} on {platform.system()} with {os.cpu_count()} cores; "
        f"{names}"
    )


if __name__ == "__main__":
    main()
