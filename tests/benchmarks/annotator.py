"""How long the annotator takes from a key to the saved file, in an article with many annotations.

The article is one of `seeds` and its reference coding, repeated. A front end in Chromium, without JupyterLab, is answered by the Python side in this process. The floor
reads the coder's file, parses it with the bare parser of `reading.py`, adds a line, and writes the
file as safely as the annotator does. Prints Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import peers
from reading import bare

from standoff.annotation import brat
from standoff.annotation.model import Annotations

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "authoring")]
SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLE = "dw-2017-04-14"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "times", type=int, nargs="*", default=[1, 7], help="how often it is repeated"
    )
    parser.add_argument("--steps", type=int, default=15, help="how many marks (default: 15)")
    called = parser.parse_args()
    rows = []
    for times in called.times:
        with tempfile.TemporaryDirectory() as name:
            rows += _measured(Path(name), times, called.steps)
    heads = ("annotations", "what is done", "marks", "median ms", "of the floor", "longest ms")
    print(f"{peers.machine('standoff', 'anywidget', 'playwright')}\n\n{peers.table(heads, rows)}")
    print(f"\nmost memory of the Python side: {peers.peak():.0f} MB")


def _measured(folder, times, steps):
    """The rows of the table for an article that is repeated so often."""
    article = _repeated(folder / "project", times)
    number = (article / "gold.ann").read_text(encoding="utf-8").count("\n")
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


def _repeated(folder, times):
    """A project of one article, whose text and annotations are those of `ARTICLE`, repeated."""
    article = folder / ARTICLE
    shutil.copytree(SEEDS / ARTICLE, article, ignore=shutil.ignore_patterns("[abc].ann"))
    for path in SEEDS.glob("*.toml"):
        shutil.copyfile(path, folder / path.name)
    text = (article / "text.txt").read_bytes().decode()
    once = brat.parse((article / "gold.ann").read_text(encoding="utf-8"), "gold.ann")
    copies = [_shifted(once, copy, len(text)) for copy in range(times)]
    (article / "text.txt").write_bytes((text * times).encode())
    (article / "gold.ann").write_text("".join(map(brat.write, copies)), encoding="utf-8")
    meta = (article / "meta.toml").read_text(encoding="utf-8")
    before, after = (hashlib.sha256(one.encode()).hexdigest() for one in (text, text * times))
    (article / "meta.toml").write_text(
        meta.replace(before, after).split("[coders.a]")[0], encoding="utf-8"
    )
    return article


def _shifted(annotations, copy, length):
    """The annotations of a copy of the text, with ids and offsets of their own."""

    def new(ident):
        return f"{ident[0]}{int(ident[1:]) + copy * 10_000}"

    def moved(span):
        fragments = tuple(
            (start + copy * length, end + copy * length) for start, end in span.fragments
        )
        return span._replace(id=new(span.id), fragments=fragments)

    def about(items):
        return [item._replace(id=new(item.id), target=new(item.target)) for item in items]

    return Annotations(
        spans=[moved(span) for span in annotations.spans],
        events=[
            event._replace(
                id=new(event.id),
                trigger=new(event.trigger),
                roles=tuple((role, new(target)) for role, target in event.roles),
            )
            for event in annotations.events
        ],
        attributes=about(annotations.attributes),
        relations=[
            one._replace(id=new(one.id), a=new(one.a), b=new(one.b))
            for one in annotations.relations
        ],
        normalisations=about(annotations.normalisations),
        notes=about(annotations.notes),
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

    from standoff.authoring.annotator_session import AnnotatorSession

    path = next(found for one in BROWSERS if (found := shutil.which(one)))
    saved, shown = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(120_000)
        start = time.perf_counter()
        state = AnnotatorSession(article, "gold")
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
    taken = {(span.start, span.end) for span in state.annotations.spans}
    words = [match.span() for match in re.finditer(r"\w+", state.text[:2000])]
    return [place for place in words if place not in taken][number]


if __name__ == "__main__":
    main()
