"""The notebooks in a real JupyterLab without a network: opened, run from the top, saved and
cleaned."""

import json
import re
import shutil
import time
from urllib.parse import urlsplit

import nbformat
import pytest
from conftest import FLAGS, ROOT
from jupyter_lab import OFFLINE, START_LIMIT, Server
from playwright.sync_api import expect, sync_playwright

from standoff.cli.main import main
from standoff.figures.display import VEGALITE

pytestmark = pytest.mark.notebooks

# record/test_notebooks.py compares the outputs of all; JupyterLab has to show these two
NOTEBOOKS = ["00_summary", "03_sourcing"]
RUN_LIMIT = 300  # seconds
DONE = re.compile(rb'"execute_reply".*"status": ?"ok"', re.DOTALL)
DRAWN = """() => [...document.querySelectorAll(".jp-RenderedVegaCommon5 canvas")].filter(canvas => {
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return pixels.some(pixel => pixel !== pixels[0]);
}).length"""
ADDED = {
    "cells[].outputs[].data.image/png",
    "metadata.kernelspec.display_name",
    "metadata.language_info.codemirror_mode",
    "metadata.language_info.nbconvert_exporter",
    "metadata.language_info.pygments_lexer",
    "metadata.language_info.version",
}


def code_cells(name):
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def outputs_in(name):
    return [output for cell in code_cells(name) for output in cell["outputs"]]


def charts_in(name):
    return sum(VEGALITE in output.get("data", {}) for output in outputs_in(name))


def differences(stored, saved, at=""):
    """Where two notebooks differ, as paths without the numbers of cells and outputs."""
    if isinstance(stored, dict) and isinstance(saved, dict):
        keys = stored.keys() | saved.keys()
        return {
            found
            for key in keys
            for found in differences(stored.get(key), saved.get(key), f"{at}.{key}" if at else key)
        }
    if isinstance(stored, list) and isinstance(saved, list) and len(stored) == len(saved):
        return {
            found
            for old, new in zip(stored, saved, strict=True)
            for found in differences(old, new, f"{at}[]")
        }
    return set() if stored == saved else {at}


class Book:
    """A notebook, open in a page of its own. What there was to see before anything was run is kept
    in `opened`."""

    def __init__(self, page, address, token, name):
        self.page, self.address, self.token, self.name = page, address, token, name
        self.asked, self.complaints, self.errors = (
            [],
            [],
            [],
        )  # addresses, the console's errors, exceptions on the page
        self.done, self.connected, self.heard = (
            0,
            False,
            0.0,
        )  # cells, whether the kernel has answered, when it last did
        page.on("request", lambda request: self.asked.append(request.url))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", self._listen)
        page.goto(f"{address}/lab/tree/notebooks/{name}.ipynb?token={token}&reset")
        expect(page.locator(".jp-CodeCell")).to_have_count(
            len(code_cells(name)), timeout=START_LIMIT * 1000
        )
        silent = self.until(
            lambda: self.connected and time.monotonic() - self.heard > 1, True, START_LIMIT
        )
        assert silent, "restarted while it still connects, a kernel of JupyterLab's is lost"
        self.opened = self.seen()

    def _listen(self, socket):
        self.asked.append(socket.url)
        socket.on("framereceived", self._hear)

    def _hear(self, frame):
        frame = frame if isinstance(frame, bytes) else frame.encode()
        self.done += bool(DONE.search(frame))
        self.connected |= b'"kernel_info_reply"' in frame
        self.heard = time.monotonic()

    def until(self, read, expected, seconds=20):
        """What `read` gives as soon as it is as expected, or when the time is over; the page goes
        on meanwhile."""
        end = time.monotonic() + seconds
        while (found := read()) != expected and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        return found

    def seen(self):
        """Drawn charts, texts of outputs, numbers of cells, errors in the console, cells done, what
        the status bar says about trust."""
        return {
            "charts": self.until(lambda: self.page.evaluate(DRAWN), charts_in(self.name)),
            "outputs": self.page.locator(".jp-OutputArea-output").all_text_contents(),
            "prompts": self.page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents(),
            "complaints": list(self.complaints),
            "done": self.done,
            "trust": self.page.locator(".jp-StatusItem-trust").get_attribute("title"),
        }

    def start(self):
        """Restart the kernel and run all cells, as a reader does it."""
        self.page.get_by_role("menuitem", name="Kernel").click()
        self.page.get_by_text("Restart Kernel and Run All Cells").click()
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self._running().first.wait_for()

    def finish(self):
        """Wait until the last cell is done; what is to be seen then."""
        expect(self._running()).to_have_count(0, timeout=RUN_LIMIT * 1000)
        return self.seen()

    def _running(self):
        return self.page.locator(".jp-InputPrompt", has_text="[*]")

    def save(self):
        """Save with the keyboard; returns when the server has answered that it is done."""
        with self.page.expect_response(
            lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
        ) as answer:
            self.page.keyboard.press("Control+s")
        assert answer.value.ok

    def close(self):
        """Close the page and end the kernel."""
        own = {"headers": {"Authorization": f"token {self.token}"}}
        for session in self.page.request.get(f"{self.address}/api/sessions", **own).json():
            if session["path"].endswith(f"{self.name}.ipynb"):
                assert self.page.request.delete(
                    f"{self.address}/api/sessions/{session['id']}", **own
                ).ok
        self.page.close()


class Desk:
    """The open notebooks. While one is waited for, the next is opened and started already: all of
    them take long."""

    def __init__(self, context, address, token):
        self.context, self.address, self.token, self.books = context, address, token, {}

    def take(self, name):
        """The notebook of that name, opened and started."""
        here = NOTEBOOKS.index(name)
        for each in NOTEBOOKS[here : here + 2]:
            if each not in self.books:
                self.books[each] = Book(self.context.new_page(), self.address, self.token, each)
                self.books[each].start()
        return self.books[name]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The notebooks beside the texts, as in the repository."""
    path = tmp_path_factory.mktemp("folder")
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, path / name, ignore=shutil.ignore_patterns(".*"))
    return path


@pytest.fixture(scope="module")
def desk(folder, chromium, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("lab"), folder)
    try:
        address = server.address()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, OFFLINE])
            context = browser.new_context(viewport={"width": 1400, "height": 1000})
            context.set_default_timeout(START_LIMIT * 1000)
            yield Desk(context, address, server.token)
            browser.close()
    finally:
        server.end()


@pytest.fixture(scope="module", params=NOTEBOOKS)
def book(request, desk):
    """One notebook after the other; the tests of one come before those of the next."""
    taken = desk.take(request.param)
    yield taken
    taken.close()


@pytest.mark.browser
def test_a_notebook_opens_with_all_outputs_shown_and_all_charts_drawn_before_anything_is_run(book):
    cells = code_cells(book.name)
    assert book.opened["charts"] == charts_in(book.name)
    assert len(book.opened["outputs"]) == len(outputs_in(book.name))
    assert book.opened["prompts"] == [f"[{number}]:" for number in range(1, len(cells) + 1)]
    assert book.opened["done"] == 0
    assert "not trusted: 0 of" in book.opened["trust"], (
        "all this is shown to a reader who has not yet said that the notebook is trusted"
    )


@pytest.mark.browser
def test_restarting_and_running_all_runs_every_cell_and_shows_what_was_stored(book):
    finished = book.finish()
    assert finished["done"] == len(code_cells(book.name))
    assert "not trusted" not in finished["trust"]
    assert {key: finished[key] for key in ("charts", "outputs", "prompts")} == {
        key: book.opened[key] for key in ("charts", "outputs", "prompts")
    }


@pytest.mark.browser
def test_saving_adds_only_what_cleaning_strips_and_cleaning_gives_the_stored_file(
    book, folder, capsys
):
    stored, path = (
        (ROOT / "notebooks" / f"{book.name}.ipynb").read_bytes(),
        folder / "notebooks" / f"{book.name}.ipynb",
    )
    book.finish()
    book.save()
    found = differences(json.loads(stored), json.loads(path.read_bytes()))
    assert found and found <= ADDED
    assert main(["clean", str(path)]) == 0
    assert "1 notebook changed" in capsys.readouterr().out
    assert path.read_bytes() == stored


@pytest.mark.browser
def test_nothing_leaves_the_machine_and_nothing_goes_wrong_on_the_page(book):
    book.finish()
    assert {urlsplit(url).hostname for url in book.asked} - {None} == {"127.0.0.1"}
    assert book.errors == []
    assert book.opened["complaints"] == [], (
        "later JupyterLab itself complains about what the restart cut off"
    )


@pytest.fixture
def saved(tmp_path):
    """A stored notebook, and the same as JupyterLab and its extensions might save it."""
    stored = (ROOT / "notebooks" / f"{NOTEBOOKS[0]}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(stored, as_version=4)
    notebook.metadata["kernelspec"]["display_name"] = "Python 3 (ipykernel)"
    notebook.metadata["widgets"] = {}
    for cell in notebook.cells:
        cell.metadata |= {
            "collapsed": False,
            "execution": {"iopub.execute_input": "2020-01-01T00:00:00Z"},
        }
        for output in cell.get("outputs", ()):
            output["data"]["image/png"] = "iVBORw0KGgo="
    path = tmp_path / "notebooks" / f"{NOTEBOOKS[0]}.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    return stored, path


def test_cleaning_without_names_cleans_every_notebook_of_the_folder_and_says_how_many_it_changed(
    saved, monkeypatch, capsys
):
    stored, path = saved
    (path.parent / "untouched.ipynb").write_text(stored, encoding="utf-8")
    monkeypatch.chdir(path.parent.parent)
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == "1 notebook changed, 1 unchanged\n"
    assert path.read_text(encoding="utf-8") == stored
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(
        [path.name, "untouched.ipynb"]
    )


def test_cleaning_does_not_write_a_file_that_is_clean(saved, capsys):
    _, path = saved
    assert main(["clean", str(path)]) == 0
    before = path.stat()
    assert main(["clean", str(path)]) == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert capsys.readouterr().out.endswith("0 notebooks changed, 1 unchanged\n")


def test_cleaning_names_everything_that_is_no_notebook_and_then_changes_nothing(
    saved, tmp_path, capsys
):
    _, path = saved
    before = path.read_bytes()
    wrong = {
        "broken.ipynb": "{",
        "list.ipynb": "[]",
        "other.json": '{"cells": []}',
        "half.ipynb": '{"nbformat": 4, "nbformat_minor": 5, "cells": []}',
    }
    for name, text in wrong.items():
        (tmp_path / name).write_text(text)
    assert (
        main(
            [
                "clean",
                str(path),
                *(str(tmp_path / name) for name in wrong),
            ]
        )
        == 1
    )
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [str(tmp_path / name) for name in wrong]
    assert lines[-1] == "nothing was changed"
    assert path.read_bytes() == before
    assert {name: (tmp_path / name).read_text() for name in wrong} == wrong
