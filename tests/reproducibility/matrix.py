"""The same site, whoever builds it, when and where? Builds that differ in one thing, or in all at
once, are compared byte by byte.

`python tests/reproducibility/matrix.py` varies one thing at a time on a small project and all at
once on the whole collection, and prints what differs.
`--python PATH`, as often as wanted, builds the whole collection with another Python too, in an
environment made from the lock. Where the means for
something are missing (a locale, faketime, another user) the line says so. Exit code 1 where any
file differs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PARTS = ("notebooks", "seeds", "requirements.lock", "CITATION.cff")
SMALL = ("04_chronology",)  # notebooks of the small project: its charts have an axis of days
NOBODY = 65534
AS_NOBODY = [
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
]
LATER = ["faketime", "-f", "+400d"]


class Setting(NamedTuple):
    """Under what a site is built."""

    locale: str = "C"
    zone: str = "UTC"
    seed: str = "0"
    mask: int = 0o022
    folder: str = "project"
    later: bool = False
    nobody: bool = False


PLAIN = Setting()
ONE_BY_ONE = {
    "nothing": PLAIN,
    "the day (400 later)": PLAIN._replace(later=True),
    "the user (nobody)": PLAIN._replace(nobody=True),
    "the folder (deeper, with a blank and letters beyond ASCII)": PLAIN._replace(
        folder="d\u0131r/\u00d6rdner 2"
    ),
    "the locale: de_DE.UTF-8": PLAIN._replace(locale="de_DE.UTF-8"),
    "the locale: tr_TR.UTF-8": PLAIN._replace(locale="tr_TR.UTF-8"),
    "the time zone: Pacific/Kiritimati": PLAIN._replace(zone="Pacific/Kiritimati"),
    "the time zone: America/St_Johns": PLAIN._replace(zone="America/St_Johns"),
    "the hash seed: 1": PLAIN._replace(seed="1"),
    "the hash seed: random": PLAIN._replace(seed="random"),
    "the umask: 077": PLAIN._replace(mask=0o077),
}
TURKISH = Setting(
    "tr_TR.UTF-8", "Pacific/Kiritimati", "random", 0o077, "d\u0131r/\u00d6rdner 2", True, True
)
GERMAN = Setting("de_DE.UTF-8", "America/St_Johns", "1", 0o002, "another", True, True)
AT_ONCE = {
    "nothing": PLAIN,
    "all at once, tr_TR.UTF-8, seed random": TURKISH,
    "all at once, de_DE.UTF-8, seed 1": GERMAN,
}


def missing(setting: Setting) -> str:
    """What a setting needs and is not here, in words; empty where all is."""
    known = (
        subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
        .stdout.lower()
        .replace("-", "")
        .split()
    )
    if setting.locale != "C" and setting.locale.lower().replace("-", "") not in known:
        return f"no locale {setting.locale} (Debian's package locales)"
    if setting.later and not shutil.which("faketime"):
        return "no faketime (Debian's package of that name)"
    return (
        "only root can become nobody"
        if setting.nobody and (os.geteuid() or not shutil.which("setpriv"))
        else ""
    )


def site(
    scratch: Path,
    setting: Setting,
    python: str = sys.executable,
    notebooks: tuple[str, ...] = (),
    lib: Path = ROOT / "lib",
) -> dict[str, str]:
    """Name -> SHA-256 of every file of a site built under a setting; of all notebooks, or of
    some."""
    folder, home = _project(scratch / setting.folder, notebooks), scratch / "home"
    home.mkdir()
    if setting.nobody:
        for path in (scratch, home, *scratch.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(lib),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment |= {
        "LC_ALL": setting.locale,
        "LANG": setting.locale,
        "TZ": setting.zone,
        "PYTHONHASHSEED": setting.seed,
    }
    call = [
        *(AS_NOBODY if setting.nobody else []),
        *(LATER if setting.later else []),
        python,
        "-m",
        "standoff",
        "html",
        "--no-cache",
        "--single-file",
    ]
    done = subprocess.run(
        call,
        cwd=folder,
        env=environment,
        umask=setting.mask,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{setting}: {done.stderr}")
    found = sorted(path for path in (folder / "_site").rglob("*") if path.is_file())
    return {
        path.relative_to(folder / "_site").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
    }


def _project(folder, notebooks):
    folder.mkdir(parents=True)
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile)(ROOT / part, folder / part)
    for path in (folder / "notebooks").glob("*.ipynb"):
        if notebooks and path.stem not in notebooks:
            path.unlink()
    return folder


def rows(
    settings: dict[str, Setting], pythons: dict[str, str], notebooks: tuple[str, ...] = ()
) -> Iterator[tuple[str, float, int, list[str] | str]]:
    """(what differs from the first build, seconds, files, those that are not the same or why there
    are none) of each build."""
    first: dict[str, str] = {}
    builds = [(what, setting, sys.executable) for what, setting in settings.items()] + [
        (what, PLAIN, python) for what, python in pythons.items()
    ]
    for what, setting, python in builds:
        if lacks := missing(setting):
            yield what, 0, 0, lacks
            continue
        with tempfile.TemporaryDirectory(prefix="same-") as scratch:
            start = time.perf_counter()
            found = site(Path(scratch), setting, python, notebooks)
            seconds = time.perf_counter() - start
        first = first or found
        yield (
            what,
            seconds,
            len(found),
            sorted(name for name in {*first, *found} if first.get(name) != found.get(name)),
        )


def _environment(python, folder):
    """A Python with what the lock holds, made as the Makefile makes it."""
    folder.mkdir()
    for part in (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "README.md",
        "LICENSE",
        "seeds",
        "lib",
    ):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile)(ROOT / part, folder / part)
    subprocess.run(
        ["make", "--silent", ".venv/read", f"PYTHON={python}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return str(folder / ".venv" / "bin" / "python")


def _print(title, found):
    """A table; how many files differ or could not be compared with anything."""
    print(f"{title}\n\n| what differs | seconds | files | not the same |\n|---|---:|---:|---|")
    wrong = 0
    for what, seconds, files, other in found:
        told = f"not tried: {other}" if isinstance(other, str) else ", ".join(other) or "none"
        print(f"| {what} | {seconds:.0f} | {files} | {told} |", flush=True)
        wrong += isinstance(other, list) and len(other)
    print()
    return wrong


def main() -> int:
    """Build, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH",
        help="build the whole collection with this Python too",
    )
    called = parser.parse_args()
    wrong = _print(
        f"A small project ({' and '.join(SMALL)}), one thing at a time:",
        rows(ONE_BY_ONE, {}, SMALL),
    )
    with tempfile.TemporaryDirectory(prefix="pythons-") as scratch:
        pythons = {}
        for number, python in enumerate(called.python):
            version = subprocess.run(
                [python, "-c", "import sys; print(sys.version.split()[0])"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            pythons[f"Python {version}"] = _environment(python, Path(scratch) / str(number))
        wrong += _print("The whole collection:", rows(AT_ONCE, pythons))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
