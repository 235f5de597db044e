"""docs/effort.md: one article coded by notes and in the annotator, and what that takes."""

from collections import Counter

import effort
import pytest
from annotator_page import AnnotatorPage
from conftest import FLAGS, ROOT
from playwright.sync_api import sync_playwright

from standoff.annotation.ordering import contents
from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.checking import survey
from standoff.authoring.drafting import draft


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def study(folder):
    """The coding of the notes, and two coders who have come to the same in the annotator."""
    return effort.study(folder)


def without_origin(state):
    """What a coding states, apart from where its marks come from."""
    stated = contents(state.annotations)
    return Counter({one: count for one, count in stated.items() if "Origin" not in one})


def test_notes_and_annotator_end_in_the_same_annotation(study):
    notes, alone, drafted, _ = study
    assert without_origin(alone.state) == without_origin(notes)
    assert without_origin(drafted.state) == without_origin(notes)


@pytest.mark.parametrize("name", ["notes", "annotator", "drafts"])
def test_the_coding_has_no_problems(study, folder, name):
    assert survey(folder / name).problems == []


def test_the_page_shows_what_the_script_counts(study):
    page = (ROOT / "docs" / "effort.md").read_text(encoding="utf-8")
    for part in effort.tables(*study[1:]):
        assert part in page


@pytest.mark.slow
@pytest.mark.browser
def test_keys_and_clicks_make_the_annotation_in_a_browser(study, chromium, tmp_path):
    _, _, drafted, _ = study
    article = effort.new_project(tmp_path / "again")
    draft(tmp_path / "again")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 4000})
        page.set_default_timeout(5000)
        state = AnnotatorSession(article)
        desk = AnnotatorPage(page, state)
        desk.unroll()
        for action in drafted.actions:
            for gesture in action.gestures:
                desk.do(gesture)
            desk.wait()
        browser.close()
    assert contents(state.annotations) == contents(drafted.state.annotations)
    assert state.file.read_bytes() == drafted.state.file.read_bytes()
