"""Notebooks: stored outputs are current, prose contains no computed number and only real quotations."""

import json
import re

import pytest
from conftest import ROOT

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
MINUTES = re.compile(r"\*\*Minutes\.\*\* About (\d+)")
OPENING = ("Question", "Answer", "What you need", "Minutes")
# background from outside the texts with its sources, and literature: their numbers are typed
NOT_COMPUTED = {"outside", "literature"}


def cells(path, kind):
    return [
        cell
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == kind
    ]


def prose(path, leave_out=frozenset()):
    """Texts of the markdown cells that carry none of the given tags."""
    return [
        "".join(cell["source"])
        for cell in cells(path, "markdown")
        if not leave_out & set(cell["metadata"].get("tags", ()))
    ]


def plain(text):
    """The text in lower case; no-break spaces and line ends read as blanks."""
    return re.sub(r"\s+", " ", text).casefold()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_running_a_notebook_again_gives_the_stored_outputs(path, nb_regression):
    nb_regression.diff_ignore = ("/metadata/language_info", "/metadata/kernelspec")
    nb_regression.check(str(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_prose_holds_no_computed_number(path):
    for text in prose(path, NOT_COMPUTED):
        bare = re.sub(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|\]\([^)]*\)", "", MINUTES.sub("", text))
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
def test_a_notebook_opens_with_question_answer_needs_and_minutes(path):
    first = prose(path)[0]
    assert first.startswith("# ")
    assert re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\* ", first, re.MULTILINE) == list(OPENING)
    assert "imports" in cells(path, "code")[0]["metadata"].get("tags", [])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_says_what_it_cannot_show(path):
    limits = ("cannot show", "How far to trust this", "Limits")
    assert any(f"{words}" in text for words in limits for text in prose(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_reading_time_is_true(path):
    data = [
        output["data"]
        for cell in cells(path, "code")
        for output in cell["outputs"]
        if "data" in output and "solution" not in cell["metadata"].get("tags", ())
    ]
    shown = [
        re.sub(r"<(details|style).*?</\1>|<[^>]+>", " ", "".join(one["text/html"]), flags=re.DOTALL)
        for one in data
        if "text/html" in one
    ]
    figures = sum("image/svg+xml" in one for one in data)
    minutes = round(len(" ".join(prose(path) + shown).split()) / 200 + figures / 2)
    assert int(MINUTES.search(prose(path)[0])[1]) == minutes


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_comes_from_outside_the_texts_names_its_source(path):
    for cell in cells(path, "markdown"):
        text = "".join(cell["source"])
        if "From outside the texts" in text:
            assert re.search(r"\]\(https?://", text), text


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
