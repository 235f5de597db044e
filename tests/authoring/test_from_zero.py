"""docs/from_zero.md: its files and commands lead, in their order, to what it says one sees."""

import re
import shutil

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from walking import blocks, replace_claim, run, walk

pytestmark = pytest.mark.notebooks

PAGE = (ROOT / "docs" / "from_zero.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which all files were written and all commands run, and command -> what it
    said."""
    folder, seconds = tmp_path_factory.mktemp("clone"), {}
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    said = walk(PAGE, folder, seconds)
    assert seconds.keys() == said.keys()
    return folder, said


def page(walked, name):
    path = walked[0] / "my_site" / f"{name}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_the_page_goes_from_setting_up_to_the_site():
    commands = [body for name, body in blocks(PAGE) if not name]
    assert commands[0] == "make html"
    assert [command.split()[3] for command in commands if command.startswith("python -m")] == [
        "new",
        "relabel",
        "relabel",
        "accept",
        "draft",
        "compile",
        "check",
        "run",
        "html",
    ]
    assert "\nhtml: " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_succeeds_and_says_what_the_page_says_one_sees(walked):
    said = {command.split()[3]: words for command, words in walked[1].items()}
    assert said["new"].startswith("mine/ferry: 8 zones and 11 sentences proposed")
    assert "10 sentences accepted into gold.ann" in said["accept"]
    assert "Attribution 2" in said["draft"]
    assert "no problems" in said["check"] and "`no problems`" in PAGE
    assert said["html"] == "2 notebooks rendered: my_site/index.html\n"


def test_the_last_paragraph_is_a_note_which_the_command_in_the_place_of_an_editor_sees_to(walked):
    lines = (walked[0] / "mine" / "ferry" / "gold.ann").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[2][:23] for line in lines if "\tNote " in line] == [
        "This report is invented"
    ]


def test_your_claim_stands_on_your_page_with_its_passages(walked):
    claim = page(walked, "index").find(id="claim-quoted_crew")
    words = re.sub(r"\s+", " ", claim.text)
    assert "The crew has 17 words, the company 10" in words
    places = {link["href"].partition("#")[0] for link in claim.find_all("a", href=True)}
    assert "ferry.html" in places
    assert claim.find(string=re.compile("at the quay"))
    assert "The crew has 17 words" in page(walked, "claims").text


def test_your_site_says_nothing_about_the_collection(walked):
    site = walked[0] / "my_site"
    names = {path.stem for path in site.glob("*.html")}
    assert names == {"index", "03_sourcing", "ferry", "claims", "codebook", "data", "api"}
    for name in names - {"api", "data"}:  # which explain the library and the columns of all tables
        source = (site / f"{name}.html").read_text(encoding="utf-8")
        found = re.findall(
            r"Afghan|Taliban|Moscow|AVIM|left out|negotiating|Nothing to show", source
        )
        assert found == [], name


def test_every_link_of_your_site_leads_to_a_file(walked):
    site = walked[0] / "my_site"
    links = {
        (path.name, link["href"].partition("#")[0])
        for path in site.glob("*.html")
        for link in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")("a", href=True)
    }
    inner = [one for one in links if one[1] and not one[1].startswith(("https:", "mailto:"))]
    assert len(inner) > 20
    assert [one for one in inner if not (site / one[1]).is_file()] == []


def test_your_claim_stands_with_a_second_article(walked):
    folder, _ = walked
    shutil.copytree(folder / "mine", folder / "more")
    shutil.copytree(folder / "more" / "ferry", folder / "more" / "again")
    done = run("python -m standoff run more/notebooks/start.ipynb", folder)
    assert done.returncode == 0, done.stderr
    assert "The crew has 34 words" in (folder / "more/notebooks/start.ipynb").read_text("utf-8")


def test_without_the_collection_the_site_has_your_notebook_alone(walked):
    done = run("python -m standoff html mine --site own_site --no-collection", walked[0])
    assert done.stdout == "1 notebook rendered: own_site/index.html\n"
    assert not (walked[0] / "own_site" / "03_sourcing.html").exists()


def test_the_claim_turned_round_fails_with_sentence_and_the_last_site_stays(walked):
    folder, _ = walked
    (code,) = [body for name, body in blocks(PAGE) if name.endswith(".ipynb")]
    assert code.count("== 0") == 1
    shutil.copytree(folder / "mine", folder / "turned")
    replace_claim(folder / "turned/notebooks/start.ipynb", code.replace("== 0", "> 0"))
    done = run("python -m standoff html turned --site my_site --no-collection", folder)
    assert done.returncode == 1
    assert "ClaimFailed: The crew has 17 words" in done.stderr
    assert "the last good site stays" in done.stderr
    assert page(walked, "index").find(id="claim-quoted_crew")


def test_the_page_says_that_its_article_is_invented_and_which_time_was_not_measured():
    assert "This report is invented" in dict(blocks(PAGE))["article.txt"]
    assert "The article below is invented" in PAGE and "not measured" in PAGE
