"""Commands killed while they work: is the last good state always there and whole?

`python tests/faults/kills.py` kills each command at 50 moments drawn evenly over the time that it
takes, by turns with all its processes and alone, and
prints a table. `--steps` kills once before every step at which the command touches a file instead,
where no kernel takes part. Exit code 1
where anything was half written, a record no longer passed `check`, something left behind was not
named, a process lived on, or the next run failed.
A command that writes takes its place in CASES, and one that writes at every step also in `edits.py`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import edits
import nbformat
import psutil
import tomlkit

from standoff.authoring.checking import survey
from standoff.authoring.compiling import compile_notes
from standoff.authoring.drafting import draft
from standoff.authoring.project import Entry, accept, add
from standoff.authoring.sharing import share
from standoff.cli.main import main as standoff

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example"
NOT_RUN = ("notebooks/00_summary.ipynb", "notebooks/03_sourcing.ipynb")
COLLECTION = ("notebooks", "seeds", "requirements.lock", "CITATION.cff")
PATIENCE = 30  # seconds in which the processes of a killed command must be gone
TOUCHES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "ctypes.dlsym",
}  # audited events; the last comes before an exchange
COLUMNS = (
    "old",
    "new",
    "between",
    "half",
    "left a draft",
    "not named",
    "left after the next run",
    "outlived",
    "next run failed",
)
WRONG = ("half", "not named", "left after the next run", "outlived", "next run failed")


class Case(NamedTuple):
    """A command, what it is called on, and what it changes."""

    prepare: Callable[[Path], None]  # fills a folder with the state before
    call: list[str]
    changes: str  # where the changed files lie: a folder or a file, or a pattern of some
    each: bool = False  # whether each file is a state of its own, or all of them are one
    record: str = ""  # the folder of articles that must pass `check` whatever happens
    # readies another run of a command that refuses to do what is done
    anew: Callable[[Path], None] = lambda folder: None
    session: bool = False  # whether the call is one of `edits`, each step of which is a state


def _seeds(folder):
    """The collection with one of its articles."""
    shutil.copytree(ROOT / "seeds", folder / "seeds", ignore=shutil.ignore_patterns("avim*"))


def _disordered(folder):
    """Annotations as another tool might order them."""
    _seeds(folder)
    for path in (folder / "seeds").glob("*/*.ann"):
        path.write_bytes("".join(reversed(path.read_bytes().decode().splitlines(True))).encode())


def _corrected(folder):
    """A text with one misprint less."""
    _seeds(folder)
    text = (folder / "seeds" / "dw-2017-04-14" / "text.txt").read_bytes()
    (folder / "new.txt").write_bytes(text.replace(b"Entrechened", b"Entrenched"))


def _proposed(folder, text=EXAMPLE / "harbour.txt"):
    """Two articles of one's own whose zones and sentences are proposals."""
    names = "harbour", "harbour-again"
    add(
        folder / "articles",
        [
            Entry(
                text,
                "Boatmen and harbour office part without a date",
                dt.date(2024, 5, 6),
                name,
            )
            for name in names
        ],
        like=ROOT / "seeds",
    )
    shutil.rmtree(folder / "articles" / "notebooks")  # those beside the project are run
    for name in ("actors.toml", "tracks.toml"):
        shutil.copyfile(EXAMPLE / name, folder / "articles" / name)


def _noted(folder):
    """Two articles of one's own with notes that are not compiled."""
    _proposed(folder)
    for article in (folder / "articles").glob("harbour*"):
        shutil.copyfile(EXAMPLE / "notes.toml", article / "notes.toml")
    accept(folder / "articles")


def _drafted(folder):
    """An article without quotation marks, which a coding would have to cover, and with drafts."""
    text = (EXAMPLE / "harbour.txt").read_text(encoding="utf-8").replace('"', "")
    (folder / "harbour.txt").write_text(text, encoding="utf-8")
    _proposed(folder, folder / "harbour.txt")
    accept(folder / "articles")
    draft(folder / "articles")


def _coded_twice(folder):
    """An article that two coders have coded: one all that is in the notes, one no frames."""
    _noted(folder)
    article = folder / "articles" / "harbour"
    notes = (article / "notes.toml").read_text(encoding="utf-8")
    base = (article / "gold.ann").read_bytes()
    (article / "notes.toml").rename(article / "anna.notes.toml")
    fewer = re.sub(r"(?s)\[\[Quoted\]\].*?(?=\n\[\[|\n#)", "", notes).replace(
        '"fact"', '"possible"'
    )
    (article / "ben.notes.toml").write_text(fewer, encoding="utf-8")
    with (article / "meta.toml").open("a", encoding="utf-8") as meta:
        meta.write('[coders.anna]\nwho = "anna"\n\n[coders.ben]\nwho = "ben"\n')
    for coder in ("anna", "ben"):
        (article / f"{coder}.ann").write_bytes(base)
    compile_notes(article)


def _outdated(folder):
    """A project as an earlier version made it: without the keys that came later."""
    _noted(folder)
    shutil.rmtree(folder / "articles" / "notebooks", ignore_errors=True)
    codebook = folder / "articles" / "codebook.toml"
    book = tomlkit.parse(codebook.read_text(encoding="utf-8"))
    book.pop("standoff", None)
    codebook.write_text(tomlkit.dumps(book), encoding="utf-8")
    for path in (folder / "articles").glob("*/meta.toml"):
        meta = tomlkit.parse(path.read_text(encoding="utf-8"))
        for key in ("short", "rights", "genre"):
            meta.pop(key, None)
        path.write_text(tomlkit.dumps(meta), encoding="utf-8")


def _shared(folder):
    """A copy of a project without its words, beside the project."""
    _seeds(folder)
    share(folder / "seeds", folder / "shared")


def _jupyter(folder):
    """A notebook with what JupyterLab adds."""
    _short(folder, "one")
    _short(folder, "two")
    for path in (folder / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.0"}
        notebook["cells"][1]["metadata"]["scrolled"] = True
        path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")


def _tables(folder):
    """A project in tables."""
    _seeds(folder)
    _finish(folder, Case(_seeds, ["export", "csv", "seeds", "tables"], "tables"))
    shutil.rmtree(folder / "seeds")


def _built(folder):
    """A small project with its site, and an edit in each of its two notebooks since."""
    _noted(folder)
    compile_notes(folder / "articles")
    shutil.rmtree(folder / "articles" / "harbour-again")
    (folder / "notebooks").mkdir()
    for name in ("02_framing", "03_sourcing"):
        shutil.copyfile(
            ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"{name}.ipynb"
        )
    _edited_after_a_build(folder, CASES["html"])


def _collection(folder):
    """The whole collection with its site, and an edit in each notebook since."""
    for part in COLLECTION:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile)(ROOT / part, folder / part)
    _edited_after_a_build(folder, CASES["html-all"])


def _edited_after_a_build(folder, case):
    _finish(folder, case)
    for path in (folder / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        cell["source"] = ["# edited\n", *cell["source"]]
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def _tiny(folder):
    """The smallest project with a site, and an edit since."""
    _noted(folder)
    _short(folder, "one")
    _edited_after_a_build(folder, CASES["html"])


def _tiny_not_run(folder):
    _short(folder, "one")
    _short(folder, "two")


def _short(folder, name):
    """A notebook that imports nothing."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title?\n\n*Question.*", id="a"),
        nbformat.v4.new_code_cell("print(1)", id="b"),
    ]
    (folder / "notebooks").mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "notebooks" / f"{name}.ipynb")


def _not_run(folder):
    """The notebooks, two of them without outputs; one of these shows claims of the other."""
    for part in ("seeds", "notebooks"):
        shutil.copytree(ROOT / part, folder / part)
    for path in map(folder.joinpath, NOT_RUN):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _back(folder):
    """The text with the misprint again."""
    shutil.copyfile(ROOT / "seeds" / "dw-2017-04-14" / "text.txt", folder / "new.txt")


def _gone(folder):
    shutil.rmtree(folder / "tables")


def _again(prepare):
    """Put everything back as it was before the command."""

    def anew(folder):
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        prepare(folder)

    return anew


def _renewed(prepare, call, changes, **how):
    return Case(prepare, call, changes, anew=_again(prepare), **how)


MADE = ["--title", "Another article", "--published", "2024-05-06", "--name", "another"]
FRAME = ["Scarcity", "--definition", "There is not enough of something.", "--project", "seeds"]
CASES = {
    "html": Case(_built, ["html", "articles"], "_site", record="articles"),
    "format": Case(_disordered, ["format", "seeds"], "seeds/*/*.ann", each=True, record="seeds"),
    "reanchor": Case(
        _corrected,
        ["reanchor", "seeds/dw-2017-04-14", "new.txt"],
        "seeds/dw-2017-04-14",
        record="seeds",
        anew=_back,
    ),
    "compile": Case(
        _noted, ["compile", "articles"], "articles/*/*.*", each=True, record="articles"
    ),
    "export": Case(
        _seeds, ["export", "tables", "seeds", "tables"], "tables", record="seeds", anew=_gone
    ),
    "write": Case(_seeds, ["write", "seeds", "tables"], "tables", record="seeds", anew=_gone),
    "new": _renewed(
        _proposed,
        ["new", "articles", str(EXAMPLE / "harbour.txt"), *MADE],
        "articles/another",
        record="articles",
    ),
    "accept": _renewed(_proposed, ["accept", "articles"], "articles/*/*.*", each=True),
    "relabel": _renewed(
        _proposed, ["relabel", "articles/harbour", "Note", "3"], "articles/*/*.*", each=True
    ),
    "draft": Case(_noted, ["draft", "articles"], "articles/*/*.*", each=True, record="articles"),
    "rename": _renewed(
        _seeds,
        ["article", "rename", "seeds/dw-2017-04-14", "dw"],
        "seeds",
        each=True,
        record="seeds",
    ),
    "remove": _renewed(
        _seeds,
        ["article", "remove", "seeds/dw-2017-04-14", "--annotated"],
        "seeds",
        each=True,  # a folder without an article does not pass `check`, and so has no `record`
    ),
    "redate": Case(
        _seeds, ["article", "redate", "seeds/dw-2017-04-14", "2017-04-15"], "seeds", record="seeds"
    ),
    "codebook": _renewed(_seeds, ["codebook", "add", "frame", *FRAME], "seeds", record="seeds"),
    "upgrade": Case(_outdated, ["upgrade", "articles"], "articles", each=True),
    "share": Case(_seeds, ["share", "seeds", "tables"], "tables", record="seeds", anew=_gone),
    "restore": _renewed(_shared, ["restore", "shared", "seeds"], "shared", each=True),
    "import": Case(_tables, ["import", "csv", "tables", "mine"], "mine", anew=_again(_tables)),
    "clean": Case(_jupyter, ["clean"], "notebooks/*.ipynb", each=True),
    "annotate": Case(_drafted, ["annotate"], "articles", True, "articles", session=True),
    "adjudicate": Case(_coded_twice, ["adjudicate"], "articles", True, "articles", session=True),
    "run": Case(_not_run, ["run", *NOT_RUN], "notebooks/*.ipynb", each=True),
    "html-tiny": Case(_tiny, ["html", "articles"], "_site", record="articles"),
    "run-tiny": Case(_tiny_not_run, ["run"], "notebooks/*.ipynb", each=True),
    "html-all": Case(_collection, ["html"], "_site", record="seeds"),
}
WITH_KERNELS = ("html", "run", "html-tiny", "run-tiny", "html-all")
WITHOUT_KERNELS = tuple(name for name in CASES if name not in WITH_KERNELS)
ALL = ("html", *WITHOUT_KERNELS, "run")


def state(folder: Path, case: Case) -> dict[str, str]:
    """What the command changes: name -> SHA-256 of each file; what is hidden is no part of it."""
    found = (
        path
        for place in folder.glob(case.changes)
        for path in ([place] if place.is_file() else place.rglob("*"))
    )
    names = {path.relative_to(folder): path for path in found if path.is_file()}
    return {
        str(name): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def kind(found: dict, old: dict, new: dict, each: bool, steps: list[dict]) -> str:
    """Which state it is: old, new, between (files that are states of their own, each as before the
    command, after it, or after a step of a session), or half."""
    if found in (old, new):
        return "old" if found == old else "new"
    states = [old, new, *steps]
    names = {*found, *old, *new}
    whole = all(found.get(name) in [one.get(name) for one in states] for name in names)
    return "between" if each and whole else "half"


def left_over(folder: Path) -> list[Path]:
    """Drafts that no command has removed, in the folder or in the one for temporary files beside
    it."""
    places = folder, folder.with_name("tmp")
    return sorted(
        path
        for place in places
        for path in place.rglob(".*")
        if path.name.endswith((".draft", ".changing"))
    )


def at_random(
    case: Case, scratch: Path, moments: int, dice: random.Random, part: tuple[float, float]
) -> tuple[Counter, float]:
    """Counts of what was found at each moment of a part of the time, and the seconds that the
    command takes undisturbed."""
    before, states, seconds = _before_and_after(case, scratch)
    found: Counter = Counter()
    for number in range(moments):
        work = _copied(before, scratch / "work")
        lived = _killed(work, case, dice.uniform(*part) * seconds, everything=number % 2 == 0)
        found.update(outlived=lived)
        _look(case, work, states, found)
        _run_again(case, work, states, found, _finish)
    return found, seconds


def at_every_step(case: Case, scratch: Path) -> Counter:
    """Counts of what was found before each step at which the command touches a file."""
    before, states, _ = _before_and_after(case, scratch)
    found: Counter = Counter()
    step, killed, seen = 1, True, set()
    while killed:
        work = _copied(before, scratch / "work")
        child = (
            os.fork()
        )  # this process has imported everything, so that a run takes no time to start
        if child == 0:
            sys.addaudithook(_death_at(step))
            _be(work, case)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        if killed:
            looks = (
                str(sorted(state(work, case).items())),
                tuple(re.sub(r"\.\w+\.draft", "", str(path)) for path in left_over(work)),
            )
            _look(case, work, states, found)
            if looks not in seen:
                _run_again(case, work, states, found, _finish_here)
            seen.add(looks)
        step += 1
    return found


class States(NamedTuple):
    """What may be found: the state before the command, the one after, and those in between."""

    old: dict[str, str]
    new: dict[str, str]
    steps: list[dict[str, str]]


def _before_and_after(case, scratch):
    """The folder before the command, the states that may be found, and the seconds it takes."""
    before = scratch / "before"
    before.mkdir()
    case.prepare(before)
    after = _copied(before, scratch / "after")
    start = time.perf_counter()
    _finish(after, case)
    seconds = time.perf_counter() - start
    states = States(state(before, case), state(after, case), _steps(case, before, scratch))
    if states.old == states.new:
        sys.exit(f"{case.call}: changes nothing, so that nothing can be half done")
    return before, states, seconds


def _steps(case, before, scratch):
    """The states after each step of a session."""
    if not case.session:
        return []
    work, here = _copied(before, scratch / "work"), Path.cwd()
    os.chdir(work)
    states = [state(work, case) for _ in edits.SESSIONS[case.call[0]]()]
    os.chdir(here)
    return states


def _copied(folder, place):
    shutil.rmtree(place, ignore_errors=True)
    return shutil.copytree(folder, place)


def _started(folder, case, **how):
    temporary = folder.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "lib"), "TMPDIR": str(temporary)}
    program = [edits.__file__] if case.session else ["-m", "standoff"]
    return subprocess.Popen(
        [sys.executable, *program, *case.call],
        cwd=folder,
        env=environment,
        start_new_session=True,
        **how,
    )


def _finish(folder, case):
    """Run a command to its end."""
    with _started(folder, case, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        told = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"{case.call}: {told.decode(errors='replace')}")


def _killed(folder, case, after, everything):
    """How many processes of a command lived on that was killed after some seconds, with all its
    group or alone."""
    with _started(folder, case, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            family = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGKILL) if everything else process.kill()
            return len(psutil.wait_procs(family, PATIENCE)[1])
    return 0


def _death_at(step):
    """A hook that kills this process before the given step."""
    steps = 0

    def count(event, arguments):
        nonlocal steps
        if event in TOUCHES or (
            event == "open"
            and isinstance(arguments[2], int)
            and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


def _be(folder, case):
    """Run a command in this process, quietly, and end with its exit code."""
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    os.chdir(folder)
    if not case.session:
        os._exit(standoff(case.call))
    for _ in edits.SESSIONS[case.call[0]]():
        pass
    os._exit(0)


def _finish_here(folder, case):
    """Like `_finish`, in a fork."""
    child = os.fork()
    if child == 0:
        _be(folder, case)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise RuntimeError(f"{case.call}: ended with {code}")


def _look(case, work, states, found):
    """Count what a killed command has left."""
    if case.record:
        _put_back(work / case.record)
    found[kind(state(work, case), states.old, states.new, case.each, states.steps)] += 1
    left = left_over(work)
    found["left a draft"] += bool(left)
    if case.record:
        looked = survey(work / case.record)
        named = {warning.path for warning in looked.warnings}
        found["half"] += bool(looked.problems)
        found["not named"] += sum(
            str(path) not in named
            for path in left
            if work / case.record in path.parents and not {*left} & {*path.parents}
        )


def _put_back(folder):
    """Do what check says about an article that a killed change has taken away for a moment."""
    for problem in survey(folder).problems:
        if problem.code == "E-change-unfinished":
            desk = Path(problem.path)
            (desk / "last").rename(desk.with_name(desk.name[1 : -len(".changing")]))
            shutil.rmtree(desk)


def _run_again(case, work, states, found, finish):
    """Count whether the next run puts all in order."""
    done = state(work, case) == states.new
    if done:
        case.anew(work)
    try:
        finish(work, case)
        found["next run failed"] += not done and state(work, case) != states.new
    except RuntimeError as error:
        print(error, file=sys.stderr)
        found["next run failed"] += 1
    found["left after the next run"] += bool(left_over(work))


def main() -> int:
    """Kill, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "commands", nargs="*", help=f"of {', '.join(CASES)} (default: {', '.join(ALL)})"
    )
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument(
        "--part",
        type=float,
        nargs=2,
        default=(0, 1),
        metavar=("FROM", "TO"),
        help="of the time that a command takes (default: 0 1)",
    )
    parser.add_argument(
        "--steps",
        action="store_true",
        help=f"before every step of {', '.join(WITHOUT_KERNELS)} instead",
    )
    called = parser.parse_args()
    names = called.commands or (WITHOUT_KERNELS if called.steps else ALL)
    head = ["command", *(["steps"] if called.steps else ["seconds", "moments"]), *COLUMNS]
    print(f"| {' | '.join(head)} |\n|---|{'---:|' * (len(head) - 1)}", flush=True)
    wrong = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
            if called.steps:
                found = at_every_step(CASES[name], Path(scratch))
                size = str(found["old"] + found["new"] + found["between"] + found["half"])
            else:
                found, seconds = at_random(
                    CASES[name],
                    Path(scratch),
                    called.moments,
                    random.Random(f"{called.seed} {name}"),
                    called.part,
                )
                size = f"{seconds:.1f} | {called.moments}"
        print(
            f"| `{name}` | {size} | {' | '.join(str(found[column]) for column in COLUMNS)} |",
            flush=True,
        )
        wrong += sum(found[column] for column in WRONG)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
