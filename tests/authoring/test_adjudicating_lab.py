"""Differences of two coders decided with the buttons of a cell, in a real JupyterLab."""

import datetime as dt
import re

import pytest
from jupyter_lab import open_notebook, run_cell
from playwright.sync_api import expect

import standoff
from standoff.authoring.checking import survey
from standoff.authoring.compiling import compile_notes
from standoff.authoring.project import Entry, accept, add

pytestmark = [pytest.mark.browser, pytest.mark.notebooks]

TEXT = (
    "Ferry stays in port\n\n"
    "Mara Lind said the fares had not covered the fuel since 2022. The crew stayed ashore.\n"
)
LIND = '[lind]\nname = "Mara Lind"\nkind = "company"\ncountry = "unknown"\nnamed = true\n'
NOTES = """
[[Attribution]]
quote = "said"
by = "Mara Lind"
says = "the fares had not covered the fuel{since}"
Stance = "neutral"

[[{frame}]]
quote = "the fares had not covered the fuel since 2022"
"""
CODINGS = {
    "anna": NOTES.format(since="", frame="EconomicConsequences"),
    "ben": NOTES.format(since=" since 2022", frame="Responsibility"),
}
CELL = "from standoff import adjudicate\nadjudicate('mine/ferry', coders=('anna', 'ben'))"
BOX = ".jp-OutputArea .widget-vbox"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a project in which two coders differ twice."""
    folder = tmp_path_factory.mktemp("folder")
    (folder / "page.txt").write_text(TEXT, encoding="utf-8")
    add(
        folder / "mine",
        [Entry(folder / "page.txt", "Ferry", dt.date(2025, 3, 12), name="ferry")],
    )
    accept(folder / "mine")
    (folder / "mine" / "actors.toml").write_text(LIND, encoding="utf-8")
    article = folder / "mine" / "ferry"
    for name, notes in CODINGS.items():
        with (article / "meta.toml").open("a", encoding="utf-8") as meta:
            meta.write(f'\n[coders.{name}]\nwho = "{name}"\n')
        (article / f"{name}.notes.toml").write_text(notes, encoding="utf-8")
    compile_notes(article)
    return folder


@pytest.fixture(scope="module")
def page(made, chromium, tmp_path_factory):
    with open_notebook(chromium, tmp_path_factory.mktemp("lab"), made, CELL) as page:
        run_cell(page, BOX)
        page.set_default_timeout(20_000)
        yield page


def press(page, name, reason=""):
    """Type a reason and press a button."""
    if reason:
        page.get_by_placeholder(re.compile("^why, in a few words")).fill(reason)
    page.locator(BOX).get_by_role("button", name=name, exact=True).click()


def test_two_differences_are_decided_by_buttons_and_written_with_their_reasons(page, made):
    box, record = page.locator(BOX), made / "mine" / "adjudication.md"
    gold = made / "mine" / "ferry" / "gold.ann"
    before = gold.read_bytes()
    expect(box).to_contain_text("0 of 2 disagreements decided")
    press(page, "Take anna")
    expect(box.get_by_role("alert")).to_contain_text("reason")
    press(page, "Take ben", "somebody has to pay")
    expect(box).to_contain_text("1 of 2 disagreements decided")
    press(page, "Undo")
    expect(box).to_contain_text("0 of 2 disagreements decided")
    press(page, "Take anna", "fuel is a cost")
    expect(box).to_contain_text("1 of 2 disagreements decided")
    assert gold.read_bytes() == before
    press(page, "Take ben", "the time belongs to what she said")
    expect(box).to_contain_text("Nothing is open: gold.ann is written")
    rows = [
        [cell.strip() for cell in line.split("|")[3:-1]]
        for line in record.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| \d", line)
    ]
    assert [(row[0].split(" of ")[0], *row[-2:]) for row in rows] == [
        ("label", "anna", "fuel is a cost"),
        ("words", "ben", "the time belongs to what she said"),
    ]
    corpus = standoff.load(made / "mine")
    assert list(corpus.attributions["content"]) == ["the fares had not covered the fuel since 2022"]
    assert list(corpus.frames["frame"]) == ["EconomicConsequences"]
    assert survey(made / "mine").problems == []


def test_the_cell_shows_what_was_decided_when_it_is_run_again(page):
    run_cell(page, BOX)
    box = page.locator(BOX)
    expect(box).to_contain_text("2 of 2 disagreements decided")
    box.get_by_text("Decided so far").click()
    expect(box.get_by_role("listitem")).to_have_count(2)
