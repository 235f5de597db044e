"""The annotator in a real JupyterLab without a network, with mouse and keyboard."""

import hashlib

import pytest
from conftest import Folder
from jupyter_lab import open_notebook, run_cell
from playwright.sync_api import expect

from standoff.authoring.annotator_session import AnnotatorSession

pytestmark = [pytest.mark.browser, pytest.mark.notebooks]

LINES = [f"“Line {number} holds,” Grey said." for number in range(1, 21)]
TEXT = "\n".join(
    [
        "Headline here",
        "",
        "😀 Mr\u00a0Grey saw e\u0301te\u0301 👩\u200d💻.",
        "قال الرئيس لا",
        " ".join(LINES),
        "",
    ]
)
CELL = "import standoff\nstandoff.annotate('project/one', coder='anna')"
# where the first and the last character of some words are on the screen
PLACES = """words => {
  const walker = document.createTreeWalker(document.querySelector(".standoff-annotator .paper"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  for (let node; (node = walker.nextNode()); text += node.data) nodes.push([text.length, node]);
  const place = at => { const [start, node] = nodes.findLast(([start]) => start <= at); return [node, at - start]; };
  const box = (at, end) => {
    const range = document.createRange();
    range.setStart(...place(at));
    range.setEnd(...place(at).map((part, number) => (number ? part + end : part)));
    return range.getBoundingClientRect();
  };
  const start = text.indexOf(words), last = start + words.length - 1;
  nodes.findLast(([at]) => at <= start)[1].parentElement.scrollIntoView({ block: "center" });
  const [first, end] = [box(start, 1), box(last, 1)];
  const rtl = /[\u0590-\u08ff]/.test(words);
  return [rtl ? first.right - 1 : first.left + 1, first.top + first.height / 2, rtl ? end.left + 1 : end.right - 1, end.top + end.height / 2];
}"""


def make_project(path):
    """A project with one article in several scripts, its zones accepted, and twenty drafts."""
    folder = Folder(path)
    folder.text = TEXT
    folder.meta["sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    bounds = [(TEXT.index(line), line) for line in TEXT.split("\n") if line]
    folder.lines = [
        f"T{number}\t{'Body' if number > 1 else 'Headline'} {start} {start + len(line)}\t{line}"
        for number, (start, line) in enumerate(bounds, 1)
    ]
    pieces = [line for _, line in bounds[:3]] + LINES
    folder.lines += [
        f"T{number}\tSentence {TEXT.index(one)} {TEXT.index(one) + len(one)}\t{one}"
        for number, one in enumerate(pieces, 5)
    ]
    folder.write()
    drafts = [
        f'[[Quoted]]\ndraft = "d{number}"\nrule = "a pair of quotation marks"\n'
        f'quote = "“Line {number} holds,”"\n'
        for number in range(1, 21)
    ]
    (folder.article / "drafts.toml").write_text("\n".join(drafts), encoding="utf-8")
    return folder


class Desk:
    """A notebook whose one cell has shown the annotator."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder
        self.file = folder.article / "anna.ann"
        self.root = page.locator(".standoff-annotator")

    def run(self):
        run_cell(self.page, ".standoff-annotator")

    def select(self, words):
        """Drag the mouse over words."""
        x, y, last_x, last_y = self.page.evaluate(PLACES, words)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(last_x, last_y, steps=5)
        self.page.mouse.up()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def label(self, name):
        """Type a label for the selected words, and wait until Python has answered."""
        self.page.keyboard.type(name)
        self.press("Enter")
        self.wait()

    def wait(self):
        expect(self.root).not_to_have_class("standoff-annotator busy", timeout=30_000)

    def said(self):
        return self.root.locator(".live").text_content()

    def lines(self, *starts):
        text = self.file.read_text(encoding="utf-8")
        return [line for line in text.splitlines() if line.split("\t")[1].startswith(starts)]


@pytest.fixture(scope="module")
def desk(chromium, tmp_path_factory):
    top = tmp_path_factory.mktemp("folder")
    folder = make_project(top / "project")
    with open_notebook(chromium, tmp_path_factory.mktemp("lab"), top, CELL) as page:
        desk = Desk(page, folder)
        desk.run()
        page.set_default_timeout(20_000)
        yield desk


def test_words_that_the_mouse_selects_are_labelled_by_typing_with_offsets_in_code_points(desk):
    desk.select("Mr\u00a0Grey")
    desk.label("actor")
    start = TEXT.index("Mr\u00a0Grey")
    (line,) = desk.lines("Actor")
    assert line.split("\t")[1:] == [f"Actor {start} {start + 7}", "Mr\u00a0Grey"]
    desk.select("e\u0301te\u0301")
    desk.label("rivalry")
    desk.select("الرئيس")
    desk.label("failure")
    assert [line.split("\t")[2] for line in desk.lines("Rivalry", "Failure")] == [
        "e\u0301te\u0301",
        "الرئيس",
    ]


def test_the_keyboard_alone_selects_labels_and_describes_words(desk):
    desk.root.locator(".paper").focus()
    desk.press("Escape")
    desk.select("saw")
    desk.press("ArrowLeft", "Shift+ArrowRight")
    assert desk.said().startswith("“Grey saw”")
    desk.press("Enter")
    desk.label("consult")
    assert [line.split("\t")[2] for line in desk.lines("Consult ")] == ["Grey saw"]
    assert desk.said() == "consult, “Grey saw”; 1 to do"
    desk.press("Delete")
    desk.wait()
    assert desk.lines("Consult ") == []


def test_twenty_drafts_are_confirmed_by_twenty_keys_and_one_is_taken_back(desk):
    desk.press("2")
    expect(desk.root.get_by_role("tab", name="Drafts 20")).to_be_visible()
    for number in range(20, 0, -1):
        assert desk.said().startswith(f"Draft 1 of {number}:") or number < 20
        desk.press("Enter")
        left = f"Drafts {number - 1}" if number > 1 else "Drafts"
        expect(desk.root.get_by_role("tab", name=left, exact=True)).to_be_visible()
    assert len(desk.lines("Quoted")) == 20
    desk.press("Control+z")
    expect(desk.root.get_by_role("tab", name="Drafts 1", exact=True)).to_be_visible()
    assert len(desk.lines("Quoted")) == 19
    desk.press("2", "Backspace")
    expect(desk.root.get_by_role("tab", name="Drafts", exact=True)).to_be_visible()
    assert 'rejected = ["anna"]' in (desk.folder.article / "drafts.toml").read_text()


def test_running_the_cell_again_shows_the_same_and_python_alone_writes_the_same_file(desk):
    before = desk.file.read_bytes()
    desk.run()
    expect(desk.root.get_by_role("tab", name="Drafts", exact=True)).to_be_visible()
    assert desk.file.read_bytes() == before
    ben = AnnotatorSession(desk.folder.article, "ben")
    for label, words in {
        "Actor": "Mr\u00a0Grey",
        "Rivalry": "e\u0301te\u0301",
        "Failure": "الرئيس",
    }.items():
        ben.mark(label, [(TEXT.index(words), TEXT.index(words) + len(words))])
    for number in range(1, 20):
        ben.accept(f"d{number}")
    assert ben.file.read_bytes() == before


def test_a_file_changed_outside_is_shown_and_can_be_reloaded(desk):
    changed = desk.file.read_text(encoding="utf-8").replace("Form T", "Form T", 1)
    desk.file.write_text(changed + "#1\tAnnotatorNotes T1\tby hand\n", encoding="utf-8")
    desk.select("saw")
    desk.label("consult")
    notice = desk.root.get_by_role("alert")
    expect(notice).to_contain_text("anna.ann was changed by another window or program")
    assert desk.lines("Consult ") == []
    notice.get_by_role("button", name="Reload").click()
    expect(notice).to_be_hidden()
    desk.select("saw")
    desk.label("consult")
    assert desk.lines("Consult ") and desk.lines("AnnotatorNotes")


def test_everything_is_labelled_and_legible_in_the_light_and_the_dark_theme(desk):
    from axe_playwright_python.sync_playwright import Axe

    for theme in ("true", "false"):
        desk.page.evaluate("theme => (document.body.dataset.jpThemeLight = theme)", theme)
        for tab in ("1", "2", "3"):
            desk.root.locator(".paper").focus()
            desk.press(tab)
            found = Axe().run(desk.page, context=".standoff-annotator")
            assert [one["id"] for one in found.response["violations"]] == [], (
                found.generate_report()
            )
