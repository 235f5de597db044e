"""docs/two_coders.md: two codings, their agreement, the reference coding, as the page shows them."""

import re
import shutil

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from walking import run, walk

import standoff

pytestmark = pytest.mark.notebooks

PAGE = (ROOT / "docs" / "two_coders.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```output\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which the page was followed, and command -> what it said."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder, walk(PAGE, folder)


def test_compare_says_what_the_page_shows(walked):
    said = walked[1]["python -m standoff compare ours"]
    assert SHOWN[0] in said and SHOWN[1] in said


def test_every_disagreement_is_decided_and_the_project_has_no_problems(walked):
    _, said = walked
    assert "5 of 5 disagreements decided" in said["python settle.py"]
    assert said["python -m standoff check ours"].endswith("no problems\n")


def test_the_record_is_as_the_page_shows_it(walked):
    record = (walked[0] / "ours" / "adjudication.md").read_text(encoding="utf-8")
    assert SHOWN[2] in record
    assert len(re.findall(r"^\| \d", record, re.MULTILINE)) == 5


def test_the_reference_coding_says_what_was_taken(walked):
    gold = standoff.load(walked[0] / "ours")
    assert sorted(gold.frames["frame"]) == ["Conflict", "EconomicConsequences", "Morality"]
    assert set(gold.attributions["stance"]) == {"neutral"}
    assert gold.attributions["content"].str.endswith("since 2022").sum() == 1


def test_the_agreement_stands_on_a_page(walked):
    site = walked[0] / "our_site"
    page = BeautifulSoup((site / "07_reliability.html").read_text("utf-8"), "html.parser")
    assert "economic consequences" in page.text
    for name in ("ferry", "ferry-anna", "ferry-ben"):
        assert (site / f"{name}.html").exists()


def test_on_a_terminal_the_same_questions_are_asked(walked, tmp_path):
    shutil.copytree(walked[0] / "ours", tmp_path / "ours")
    (tmp_path / "ours" / "adjudication.md").unlink()
    gold = tmp_path / "ours" / "ferry" / "gold.ann"
    base = [
        line for line in gold.read_text("utf-8").splitlines() if re.match(r"T\d+\t(\w+) ", line)
    ]
    kinds = "Headline|Byline|Dateline|Body|Note|Sentence"
    gold.write_text("".join(f"{line}\n" for line in base if re.search(f"\t({kinds}) ", line)))
    answers = "ben\\nit is right\\nnobody\\nx\\nlater\\nanna\\ncosts\\nundo\\n\\n"
    done = run(f"printf '{answers}' | python -m standoff adjudicate ours/ferry", tmp_path)
    assert done.returncode == 0, done.stderr
    progress = re.findall(r"(\d) of 5 disagreements decided", done.stdout)
    assert progress == ["0", "1", "1", "1", "2", "1", "1"]
    assert "'nobody' cannot be taken here" in done.stdout
    record = (tmp_path / "ours" / "adjudication.md").read_text(encoding="utf-8")
    assert "| ben | it is right |" in record and "costs" not in record
