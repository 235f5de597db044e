"""How long the annotator takes from a key to the saved file, in an article with many annotations.

A front end in Chromium, without JupyterLab, is answered by the Python side in this process. The floor
reads the coder's file, parses it with the bare parser of `reading.py`, adds a line, and writes the
file as safely as the annotator does. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import peers
from reading import bare

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "authoring")]
PARTS = 60, 20, 20  # spans, relations and attributes among a hundred annotations


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("annotations", type=int, nargs="*", default=[700, 7000])
    parser.add_argument("--steps", type=int, default=15, help="how many marks (default: 15)")
    called = parser.parse_args()
    rows = []
    for number in called.annotations:
        with tempfile.TemporaryDirectory() as name:
            rows += _measured(Path(name), number, called.steps)
    heads = ("annotations", "what is done", "marks", "median ms", "of the floor", "longest ms")
    print(f"{peers.machine('standoff', 'anywidget', 'playwright')}\n\n{peers.table(heads, rows)}")
    print(f"\nmost memory of the Python side: {peers.peak():.0f} MB")


def _measured(folder, number, steps):
    """The rows of the table for an article with so many annotations."""
    from material import project

    made = project(folder / "project", 1, *(number * part // 100 for part in PARTS))
    (article,) = (path.parent for path in made.glob("*/text.txt"))
    saved, shown, opened = _keys(article, steps)
    floor = [_floor(article / "gold.ann") for _ in range(steps)]
    named = [
        ("floor: read, parse, add a line, write", floor),
        ("from the key to the saved file", saved),
        ("from the key to the new view", shown),
    ]
    yield f"{number:,}", "the article is opened and shown", 1, f"{opened:.0f}", "", f"{opened:.0f}"
    for what, spent in named:
        median = statistics.median(spent)
        ratio = median / statistics.median(floor)
        yield (
            f"{number:,}",
            what,
            len(spent),
            f"{median:.1f}",
            f"{ratio:.1f}",
            f"{max(spent):.1f}",
        )


def _floor(path):
    """Milliseconds of the least that a step must do to a file."""
    start = time.perf_counter()
    bare(path)
    draft = path.with_name(f".{path.name}.floor")
    with open(draft, "w", encoding="utf-8", newline="") as file:
        file.write(path.read_text(encoding="utf-8") + "A999999\tForm T1 name\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(True)[:-1]), "utf-8")
    return (time.perf_counter() - start) * 1000


def _keys(article, steps):
    """Milliseconds from the Enter that gives a label to the saved file, and to the new view, for
    each of some marks; and how long opening took."""
    from annotator_page import AnnotatorPage
    from conftest import BROWSERS, FLAGS
    from playwright.sync_api import sync_playwright

    from standoff.authoring.annotator_state import AnnotatorState

    path = next(found for one in BROWSERS if (found := shutil.which(one)))
    saved, shown = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(120_000)
        start = time.perf_counter()
        state = AnnotatorState(article, "gold")
        desk = AnnotatorPage(page, state)
        opened = (time.perf_counter() - start) * 1000
        carry_out, moments = desk.widget._carry_out, []

        def timed(asked):
            result = carry_out(asked)
            moments.append(time.perf_counter())
            return result

        desk.widget._carry_out = timed
        for number in range(steps):
            before = state.file.read_bytes()
            desk.drag(_free_word(state, number))
            desk.type("time")
            start = time.perf_counter()
            desk.press("Enter")
            desk.wait()
            shown.append((time.perf_counter() - start) * 1000)
            saved.append((moments[-1] - start) * 1000)
            assert state.file.read_bytes() != before, f"mark {number} was not saved"
        browser.close()
    return saved, shown, opened


def _free_word(state, number):
    """The place of a word of the first lines that no mark has yet as a whole."""
    import re

    taken = {(span.start, span.end) for span in state.annotations.spans}
    words = [match.span() for match in re.finditer(r"\w+", state.text[:2000])]
    return [place for place in words if place not in taken][number]


if __name__ == "__main__":
    main()
