"""Notebooks: stored outputs are current, prose contains no computed number and only real quotations."""

import json
import re

import nbformat
import pytest
from conftest import ROOT, SEEDS

from standoff.site.builder import cache_of
from standoff.site.kernels import clean

pytestmark = pytest.mark.notebooks

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NUMBERS = (
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|dozens?|hundreds?|thousands?|half|halves|thirds?|quarters?|per ?cent|majority|\d[\d.,%]*"
)
DATES = (
    r"(?:\d{1,2} "
    r")?(?:January|February|March|April|May|June|July|August|September|October|November|December) "
    r"\d{4}|\b(?:19|20)\d\d\b"
)
READING = re.compile(r"\*\*Reading time:\*\* about (\d+) minutes\.")
OPENING = ("What you need to know first:", "Reading time:", "Data used:", "The one claim:")


def cells(path, kind):
    return [
        cell
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == kind
    ]


def prose(path):
    return ["".join(cell["source"]) for cell in cells(path, "markdown")]


def plain(text):
    """Return a text with one blank for each run of blanks, no-break spaces and line ends."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_running_a_notebook_again_gives_the_stored_outputs(path, site):
    """The site of the tests was built by running every notebook; its cache keeps what they gave."""
    cache = cache_of(ROOT / "notebooks", SEEDS, site)
    executed = clean(nbformat.reads(cache.get(cache.key(path)), as_version=4))
    stored = nbformat.read(path, as_version=4)
    assert [cell.id for cell in executed.cells] == [cell.id for cell in stored.cells]
    assert [
        cell.id
        for cell, kept in zip(executed.cells, stored.cells, strict=True)
        if cell.get("outputs") != kept.get("outputs")
    ] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_prose_contains_no_computed_number(path):
    for text in prose(path):
        bare = re.sub(r"`[^`]*`|\"[^\"]*\"|“[^”]*”", "", READING.sub("", text))
        bare = re.sub(DATES, "", bare)
        assert re.findall(rf"\b(?:{NUMBERS})\b", bare, re.IGNORECASE) == [], text


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_quotations_in_prose_are_in_the_articles(path, corpus):
    texts = [plain(text) for text in corpus.texts.values()]
    for text in prose(path):
        for quoted in re.findall(r"\"([^\"]+)\"|“([^”]+)”", re.sub(r"`[^`]*`", "", text)):
            words = plain("".join(quoted))
            assert any(words in known for known in texts), words


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_first_cell_has_every_required_part(path):
    first = prose(path)[0]
    assert re.match(r"# [^\n]+\?\n\n\*[^*]+\?\*\n\n", first), (
        "the title asks, and so does the line beneath it"
    )
    assert [part for part in OPENING if f"**{part}**" not in first] == []
    assert "imports" in cells(path, "code")[0]["metadata"].get("tags", [])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_reading_time_follows_from_words_and_figures(path):
    shown = [
        output["data"].get("text/plain", "")
        for cell in cells(path, "code")
        for output in cell["outputs"]
        if "data" in output
    ]
    claims = [
        line
        for text in map("".join, shown)
        for line in text.split("\n")
        if line.startswith("Holds")
    ]
    words = len(" ".join(prose(path) + claims).split())
    figures = sum(
        "image/svg+xml" in output.get("data", {})
        for cell in cells(path, "code")
        for output in cell["outputs"]
    )
    minutes = round(words / 200 + figures / 2)
    assert int(READING.search(prose(path)[0])[1]) == minutes


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_cell_has_at_most_twelve_lines(path):
    for cell in cells(path, "code"):
        assert len("".join(cell["source"]).split("\n")) <= 12, "".join(cell["source"])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_figure_is_followed_by_its_reading(path):
    for cell in cells(path, "code"):
        kinds = [set(output.get("data", {})) for output in cell["outputs"]]
        for number, kind in enumerate(kinds):
            if "image/svg+xml" in kind:
                assert "text/markdown" in kinds[number + 1]
