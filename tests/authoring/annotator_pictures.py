"""Take the pictures of docs/annotator.md: the annotator at each step, with the article of docs/effort.

    PYTHONPATH=docs:tests .venv/bin/python tests/authoring/annotator_pictures.py [FOLDER]

They are written to docs/annotator, or to a folder that is named, in the dark theme too.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import effort
from annotator_page import AnnotatorPage
from conftest import BROWSERS, FLAGS, ROOT
from playwright.sync_api import sync_playwright

from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.drafting import draft


def steps(desk, text):
    """Annotate a little; yield the name of a picture where one is to be taken."""

    def words(quote):
        start = text.index(quote)
        return start, start + len(quote)

    def mark(quote, label):
        desk.drag(words(quote))
        desk.type(label)

    mark("will then have to travel", "occ")
    yield "1_mark"
    desk.press("Enter")
    desk.wait()
    mark("gave two reasons", "attr")
    desk.press("Enter")
    desk.wait()
    desk.click('[data-focus="tie-Source"]')
    yield "2_tie"
    desk.drag(words("The board"))
    desk.wait()
    mark("its chairwoman", "act")
    desk.press("Enter")
    desk.wait()
    desk.click('[data-focus="actor"]')
    desk.type("ru")
    yield "3_describe"
    desk.press("Enter")
    desk.wait()
    desk.press("Escape")
    desk.press("2")
    for _ in range(9):
        desk.press("Enter")
        desk.wait()
    yield "4_drafts"
    desk.press("e")
    desk.wait()
    yield "5_confirmed"
    desk.press("3")
    yield "6_to_do"


def take(folder, suffix, is_light):
    """Take all pictures in one theme."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        article = effort.new_project(Path(name) / "mine")
        draft(Path(name) / "mine")
        path = next(found for one in BROWSERS if (found := shutil.which(one)))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1080, "height": 780})
        state = AnnotatorSession(article, "anna")
        desk = AnnotatorPage(page, state, is_light)
        for picture in steps(desk, state.text):
            desk.root.screenshot(path=folder / f"{picture}{suffix}.jpeg", type="jpeg", quality=45)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]), "", True)
        take(Path(sys.argv[1]), "_dark", False)
    else:
        take(ROOT / "docs" / "annotator", "", True)
