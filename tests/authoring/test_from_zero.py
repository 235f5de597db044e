"""docs/from_zero.md: its files and commands lead, in their order, to what it says one sees."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.notebooks

PAGE = (ROOT / "docs" / "from_zero.md").read_text(encoding="utf-8")
SET_UP = ("make ", ". ")  # what makes and opens .venv; the tests run in one
NOTEBOOKS = (
    "03_sourcing",
    "04_chronology",
)  # enough for a site, and they make most of what a small article has little of


def blocks():
    """(file's name, its contents) and ("", a command), in the order of the page."""
    for kind, name, body in re.findall(
        r"^```(\w+)(?: (\S+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
    ):
        if kind == "sh":
            yield from (("", line) for line in body.splitlines())
        else:
            yield name, body


def run(command, folder):
    """A command in a shell in which `python` is the one that runs the tests, in a home of its
    own."""
    python = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": python, "HOME": str(folder)}
    return subprocess.run(
        command,
        shell=True,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which all files were written and all commands run, and command -> what it
    said."""
    folder, said = tmp_path_factory.mktemp("clone"), {}
    (folder / "notebooks").mkdir()
    for name in NOTEBOOKS:
        shutil.copyfile(
            ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"{name}.ipynb"
        )
    for name, body in blocks():
        if name:
            (folder / name).write_text(body, encoding="utf-8")
        elif not body.startswith(SET_UP):
            done = run(body, folder)
            assert done.returncode == 0, f"{body}\n{done.stdout}{done.stderr}"
            said[body] = done.stdout
    return folder, said


def test_the_page_goes_from_setting_up_to_the_site():
    commands = [body for name, body in blocks() if not name]
    assert commands[0] == "make html"
    assert [command.split()[3] for command in commands if command.startswith("python -m")] == [
        "new",
        "relabel",
        "relabel",
        "accept",
        "compile",
        "check",
        "html",
    ]
    assert "\nhtml: " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_succeeds_and_says_what_the_page_says_one_sees(walked):
    said = {
        command.split()[3] if " -m " in command else command: words
        for command, words in walked[1].items()
    }
    assert said["new"].startswith("mine/ferry: 8 zones and 11 sentences proposed")
    assert "10 sentences accepted into gold.ann" in said["accept"]
    assert "no problems" in said["check"] and "`no problems`" in PAGE
    assert "none of the company's. (holds)\n" in said["python claim.py"] and "`(holds)`" in PAGE
    assert "said at the quay" in said["python claim.py"].split("\n")[1]
    assert said["html"] == "2 notebooks rendered: my_site/index.html\n" and "Paul Thorn" in (
        walked[0] / "my_site" / "ferry.html"
    ).read_text(encoding="utf-8")


def test_the_last_paragraph_is_a_note_which_the_command_in_the_place_of_an_editor_sees_to(walked):
    lines = (walked[0] / "mine" / "ferry" / "gold.ann").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[2][:23] for line in lines if "\tNote " in line] == [
        "This report is invented"
    ]


def test_the_claim_turned_round_fails_with_sentence_and_passages(walked):
    folder, _ = walked
    claim = (folder / "claim.py").read_text(encoding="utf-8")
    assert claim.count("== 0") == 1
    (folder / "turned.py").write_text(claim.replace("== 0", "> 0"), encoding="utf-8")
    done = run("python turned.py", folder)
    assert done.returncode == 1
    assert (
        "ClaimFailed: The crew has 17 words" in done.stderr
        and "(does not hold)" in done.stderr
        and "said at the quay" in done.stderr
    )


def test_the_page_says_that_its_article_is_invented_and_which_time_was_not_measured():
    assert "This report is invented" in dict(blocks())["article.txt"]
    assert "The article below is invented" in PAGE and "not measured" in PAGE
