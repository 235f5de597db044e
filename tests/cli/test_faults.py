"""What may happen to any command: it is killed, its disk is full or read-only, its kernels die.
tests/faults/ has the full measurement."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, SEEDS, tree
from conftest import notebook as untitled

from standoff.authoring.checking import survey
from standoff.cli.main import main
from standoff.corpus import safe_writing
from standoff.site import builder as publish
from standoff.site import kernels

pytestmark = pytest.mark.notebooks

notebook = partial(untitled, title="# Title?\n\n*Question.*")

EXAMPLE = ROOT / "docs" / "example"
KILLS = ROOT / "tests" / "faults" / "kills.py"


def disorder(path):
    """An .ann as another tool might order it."""
    path.write_bytes(
        "".join(reversed(path.read_bytes().decode().splitlines(keepends=True))).encode()
    )


# Commands that are killed.
def kills(*arguments):
    done = subprocess.run(
        [sys.executable, "-B", KILLS, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    head, _, *rows = (
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in done.stdout.splitlines()
    )
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked, which this system cannot")
def test_killed_before_any_step_at_which_it_touches_a_file_a_command_leaves_the_last_state_or_the_new_one():
    names = ["format", "reanchor", "compile", "draft", "write", "remove", "import"]
    found = kills("--steps", *names)  # all others: make faults
    assert set(found) == set(names)
    for row in found.values():
        assert int(row["steps"]) > 3 and int(row["old"]) > 0, row


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(os, "killpg"),
    reason="groups of processes are killed, which this system does not know",
)
def test_killed_at_random_moments_a_build_and_a_run_leave_the_last_state_or_the_new_one():
    assert set(kills("--moments", "2", "--seed", "7", "html-tiny", "run-tiny")) == {
        "html-tiny",
        "run-tiny",
    }


@pytest.fixture
def left(tmp_path):
    """A folder of articles in which two commands were killed."""
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (seeds / "dw-2017-04-14" / f".gold.ann.{gone.pid}.draft").write_text("T1\tBo")
    (seeds / ".dw-2017-04-14.changing" / "new").mkdir(parents=True)
    return seeds


def test_what_a_killed_command_has_left_is_named_by_check_and_removed_by_the_next(left, capsys):
    assert main(["check", str(left)]) == 0
    told = capsys.readouterr().err
    assert (
        f"{left}/.dw-2017-04-14.changing:1: a change of dw-2017-04-14 is under way, or was "
        f"cut short"
    ) in told
    assert (
        ".draft:1: a command is at work here, or was cut short and left this; where none "
        "runs, remove it"
    ) in told
    safe_writing.write_text(
        left / "dw-2017-04-14" / "gold.ann",
        (SEEDS / "dw-2017-04-14" / "gold.ann").read_text(encoding="utf-8"),
    )
    with safe_writing.replace_directory(left / "dw-2017-04-14"):
        assert not list(left.rglob("*.draft"))
    assert not list(left.glob("*.changing")) and tree(left) == tree(SEEDS)


def test_what_another_command_is_writing_is_left_alone(tmp_path):
    with safe_writing.draft_folder(tmp_path / "_site") as other:
        (tmp_path / f".a.txt.{os.getppid()}.draft").write_text("half")
        safe_writing.write_text(tmp_path / "a.txt", "whole")
        with safe_writing.draft_folder(tmp_path / "_site"):
            assert other.is_dir() and len(list(tmp_path.glob("._site.*.draft"))) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f".a.txt.{os.getppid()}.draft",
        "a.txt",
    ]


# Disks.
@pytest.fixture(scope="module", params=["full", "read-only"])
def disk(request):
    """A small disk with projects on it that takes nothing more, and the words for that."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", name],
            capture_output=True,
            check=False,
        ).returncode:
            pytest.skip("no disk can be mounted here")
        try:
            _filled(Path(name), request.param)
            yield Path(name), f"the disk is {request.param}"
        finally:
            subprocess.run(["umount", name], check=True)


def _filled(folder, how):
    shutil.copytree(SEEDS, folder / "seeds")
    text = (folder / "seeds" / "dw-2017-04-14" / "text.txt").read_bytes()
    (folder / "new.txt").write_bytes(text.replace(b"Entrechened", b"Entrenched"))
    disorder(folder / "seeds" / "avim-2018-10-31" / "a.ann")
    for name in ("proposed", "noted"):
        given = [
            "--title",
            "Boatmen and harbour office part without a date",
            "--published",
            "2024-05-06",
            "--name",
            "harbour",
            "--like",
            str(SEEDS),
        ]
        assert main(["new", str(folder / name), str(EXAMPLE / "harbour.txt"), *given]) == 0
        for registry in ("actors.toml", "tracks.toml"):
            shutil.copyfile(EXAMPLE / registry, folder / name / registry)
        shutil.copyfile(EXAMPLE / "notes.toml", folder / name / "harbour" / "notes.toml")
    assert main(["accept", str(folder / "noted")]) == 0
    (folder / "notebooks").mkdir()
    notebook(folder / "notebooks" / "one.ipynb", "print(1)")
    (folder / "_site").mkdir()
    (folder / "_site" / "index.html").write_text("the last good site")
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        return
    with (
        pytest.raises(OSError, match="No space left"),
        (folder / "fill").open("wb", buffering=0) as file,
    ):
        while True:
            file.write(bytes(4096))


HARBOUR = [str(EXAMPLE / "harbour.txt"), "--title", "T", "--published", "2024-05-06"]
COMMANDS = [
    ["new", "another", *HARBOUR],
    ["new", "noted", *HARBOUR],
    ["accept", "proposed"],
    ["compile", "noted"],
    ["format", "seeds"],
    ["reanchor", "seeds/dw-2017-04-14", "new.txt"],
    *(
        ["export", form, "seeds", f"out/{form}"]
        for form in ("brat", "w3c", "cas-xmi", "csv", "parquet", "tables")
    ),
    ["run", "notebooks/one.ipynb"],
    ["clean", "notebooks/one.ipynb"],
    ["html"],
]


def test_the_help_lists_first_the_commands_for_an_article_in_the_order_of_their_use(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    (\w+)", capsys.readouterr().out, re.MULTILINE)
    assert listed[:7] == ["new", "relabel", "accept", "draft", "compile", "check", "html"]


@pytest.mark.parametrize("call", COMMANDS, ids=" ".join)
def test_a_disk_that_takes_nothing_is_said_in_words_and_nothing_is_lost(
    disk, call, monkeypatch, capsys
):
    folder, words = disk
    monkeypatch.chdir(folder)
    if call[0] == "clean" and words.endswith("full"):
        pytest.skip("there is nothing to clean in a notebook that could not be stored")
    before = tree(folder)
    capsys.readouterr()
    assert main(call) == 1
    told = capsys.readouterr().err
    assert words in told and "Errno" not in told and ".draft" not in told, told
    assert tree(folder) == before
    assert not [path for path in folder.rglob(".*") if path.name != ".standoff-cache"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_printed_is_reported_in_one_line(tmp_path):
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    path = seeds / "dw-2017-04-14" / "a.ann"
    disorder(path)
    before = path.read_bytes()
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "standoff", "format", seeds],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "the disk is full\n",
    )
    assert path.read_bytes() != before and survey(seeds).problems == []


@pytest.mark.skipif(os.name != "posix", reason="pipes break in this way on POSIX systems")
def test_a_broken_pipe_is_reported_in_one_line(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "standoff", "check", SEEDS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        lines = [
            line for line in process.stderr.read().splitlines() if "the text's own" not in line
        ]
    assert (process.returncode, len(lines)) == (1, 1), lines


# Helpers and notebooks of a build.
@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one notebook, with a site."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SEEDS, "seeds")
    Path("notebooks").mkdir()
    notebook(tmp_path / "notebooks" / "one.ipynb", "print(1)")
    Path("_site").mkdir()
    Path("_site/index.html").write_text("the last good site")
    return tmp_path


def refused(project, capsys):
    before = tree(project / "_site")
    assert main(["html", "--no-cache"]) == 1
    told = capsys.readouterr().err
    assert (
        told.endswith("nothing was written; the last good site stays\n")
        and tree(project / "_site") == before
    )
    assert not [path for path in project.iterdir() if path.name.startswith(".")]
    return told


def test_a_kernel_that_dies_and_a_notebook_that_never_ends_are_named_with_their_cells(
    project, monkeypatch, capsys
):
    monkeypatch.setattr(kernels, "CELL_LIMIT", 2)
    notebook(project / "notebooks" / "dies.ipynb", "1", "import os; os.kill(os.getpid(), 9)")
    notebook(project / "notebooks" / "never_ends.ipynb", "while True: pass")
    told = refused(project, capsys)
    assert "notebooks/dies.ipynb: cell [2]: DeadKernelError: Kernel died" in told
    assert "notebooks/never_ends.ipynb: cell [1]: CellTimeoutError: A cell timed out" in told


def test_what_pages_need_is_not_imported_while_what_runs_notebooks_is():
    """Packages that import each other were met half imported by the other thread, once in some
    builds on a busy machine."""
    thread = threading.Thread(target=publish._prepare)
    with kernels.IMPORTING:
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
    thread.join()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"cells": 1}'])
def test_a_file_that_is_no_notebook_is_named(project, capsys, content):
    (project / "notebooks" / "one.ipynb").write_bytes(content)
    for call in (["html", "--no-cache"], ["run"]):
        assert main(call) == 1
        assert "notebooks/one.ipynb: not a notebook: " in capsys.readouterr().err
    assert (project / "notebooks" / "one.ipynb").read_bytes() == content


def test_a_cache_that_cannot_be_written_and_a_notebook_that_holds_nothing_fail_no_build(project):
    (project / ".standoff-cache").write_text("a file stands in its place")
    nbformat.write(nbformat.v4.new_notebook(), project / "notebooks" / "one.ipynb")
    assert main(["html"]) == 0
    assert "<title>one" in (project / "_site" / "index.html").read_text(encoding="utf-8")


def test_a_notebook_that_is_not_there_is_named(project, capsys):
    assert main(["run", "notebooks/two.ipynb"]) == 1
    assert capsys.readouterr().err == "notebooks/two.ipynb: no such file or folder\n"
