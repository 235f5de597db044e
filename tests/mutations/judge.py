"""What notices a corruption of the record, the strongest first."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from standoff import audit, coders, load
from standoff.authoring.checking import survey
from standoff.claims import ClaimFailed
from standoff.corpus.schema import COLUMNS
from standoff.site.reading_pages import Readings

from .notebooks import NAMES, ROOM, outputs

SEEDS = ROOM.parent / "seeds"
LEVELS = ("refused", "a claim falls", "a figure moves", "a test fails", "a page alone", "nothing")
REFUSED, FALLS, MOVES, TESTED, PAGE, NOTHING = range(len(LEVELS))
OF_CODERS = (
    "07_reliability"  # the one notebook that reads all coders' files beside the universes; slow
)
TESTS = ("record/test_seeds.py", "record/test_guidelines.py", "record/test_adjudication.py")
READ_GOLD = tuple(name for name in NAMES if name != OF_CODERS)


class Verdict(NamedTuple):
    """How strongly a corruption was noticed, as a place in `LEVELS`, and by what."""

    level: int
    by: str


def judge(folder: Path, quick: bool = False) -> Verdict:
    """What notices that `folder` differs from the record: `check`, the notebooks, tests of the
    record, pages, or nothing.

    `quick`: the cheapest first, and the first output that is another will do; whether a claim falls
    after it is not asked.
    """
    if problems := survey(folder).problems:
        return Verdict(REFUSED, str(problems[0]).replace(f"{folder}/", ""))
    changed = changed_coders(folder)
    shown = [(READ_GOLD, (), ())] * ("gold" in changed) + [((OF_CODERS,), (), ())]
    tried = [
        (READ_GOLD, (coder,), ()) for coder in changed
    ]  # no corpus that did not change is tried again
    if quick and _audited(folder) != _audited(SEEDS):
        return Verdict(MOVES, "how the codings compare with gold")
    rounds = [*shown, None, *tried] if quick else [*shown, *tried, None]
    for one in rounds:
        if (found := _tested(folder) if one is None else _noticed(folder, *one, quick)) is not None:
            return found
    if _audited(folder) != _audited(SEEDS):
        return Verdict(MOVES, "how the codings compare with gold")
    page = next(
        (
            name
            for (name, old), (_, new) in zip(_pages(SEEDS), _pages(folder), strict=True)
            if old != new
        ),
        None,
    )
    return Verdict(NOTHING, "") if page is None else Verdict(PAGE, page)


def _audited(folder):
    """How every coding compares with gold, in full; the notebook shows it summed up."""
    gold, *others = (load(folder, coder) for coder in coders(folder))
    return [audit.against(gold, other).to_csv() for other in others]


def _tested(folder):
    """What the tests of the record notice."""
    if (failed := _untouched_tests()) is not None:
        raise RuntimeError(f"a test of the record fails on the record itself: {failed}")
    return None if (failed := _tests(folder)) is None else Verdict(TESTED, failed)


def changed_coders(folder: Path) -> tuple[str, ...]:
    """Coders on whom claims are tried and whose corpus may differ: all of these, where a text, a
    registry or a `meta.toml` does."""
    names = tuple(coders(SEEDS, whole=True))
    files = [path.relative_to(SEEDS) for path in sorted(SEEDS.rglob("*")) if path.is_file()]
    differ = [file for file in files if not filecmp.cmp(SEEDS / file, folder / file, shallow=False)]
    if any(file.suffix != ".ann" for file in differ):
        return names
    return tuple(name for name in names if any(file.stem == name for file in differ))


def _noticed(folder, names, tried, cells, quick):
    """The first claim that falls in some notebooks; else (or if that will do) the first output that
    is another; None where all is as it was."""
    moved = None
    for name in names:
        all_shown = moved is None and not tried
        shown = _untouched(name, tried, cells) if moved is None else ()
        try:
            for number, cell in enumerate(outputs(name, folder, tried, all_shown, cells), 1):
                if moved is None and cell != shown[number - 1]:
                    moved = Verdict(MOVES, f"{name}, code cell {number}")
                    if quick:
                        return moved
        except ClaimFailed as failed:
            return Verdict(FALLS, f"{name}: {str(failed).splitlines()[0]}")
        except Exception as error:
            return Verdict(FALLS, f"{name}: {type(error).__name__}: {error}")
    return moved


@cache
def _untouched(name, tried, cells):
    return tuple(outputs(name, SEEDS, tried, not tried, cells))


def _tests(folder):
    """The first of the tests of the record that fails on a folder, or None. They run from a copy
    beside it, for they read `../seeds`."""
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        shutil.copytree(folder, desk / "seeds")
        (desk / "tests").mkdir()
        for file in ("conftest.py", *TESTS):
            (desk / "tests" / file).parent.mkdir(exist_ok=True)
            shutil.copyfile(ROOM.parent / "tests" / file, desk / "tests" / file)
        call = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(desk),
            *(f"tests/{file}" for file in TESTS),
        ]
        ran = subprocess.run(
            call,
            cwd=desk,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
    if ran.returncode > 1:
        raise RuntimeError(f"the tests of the record could not run:\n{ran.stdout}{ran.stderr}")
    return (
        next((line for line in ran.stdout.splitlines() if line.startswith("FAILED")), "a test")
        if ran.returncode
        else None
    )


@cache
def _untouched_tests():
    return _tests(SEEDS)


def _pages(folder):
    """(name, content) of every table and every reading page of the site."""
    corpora = {coder: load(folder, coder) for coder in coders(folder)}
    for coder, corpus in corpora.items():
        for table in COLUMNS:
            yield (
                f"table {table}, {coder}",
                getattr(corpus, table).drop(columns="line", errors="ignore").to_csv(),
            )
    readings = Readings(corpora, [])
    for page, doc, coder in readings:
        yield f"page {page}", json.dumps(readings.page(doc, coder), default=str)
