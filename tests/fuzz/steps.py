"""Steps in the annotator, decoded from the lines of an input and carried out on one article."""

from __future__ import annotations

import atexit
import copy
import functools
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from standoff.annotation import brat
from standoff.annotation.ordering import canonical
from standoff.annotation.problems import Report
from standoff.annotation.span_checks import verify
from standoff.annotation.text_files import read_text
from standoff.authoring import drafting
from standoff.authoring.annotator_session import AnnotatorSession

__all__ = ["article", "carry_out"]

SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = (
    "Headline here\n\nMr Grey said the “low” talks failed on 3 May 2020. “Mr Grey left”, Ane\u0301 "
    "Gray\u0323 \U0001f44d\U0001f3fd told.\nGrey, he said: 'no'.\n"
)
LINE = re.compile(r"[^\n]+")
PAIR = re.compile(r"(\d{1,4}) (\d{1,4})", re.ASCII)
CHANGED = ("actors.toml", "one/meta.toml", "one/drafts.toml", "one/gold.ann")  # besides anna.ann


def article(text, day=None, home=None):
    """Write the files of a small project's article; its lines are zones."""
    folder = (home or in_memory()) / "one"
    folder.mkdir(exist_ok=True)
    (folder / "text.txt").write_text(text, encoding="utf-8", newline="")
    lines = [
        f"T{number}\tBody {line.start()} {line.end()}\t{line[0]}\n"
        for number, line in enumerate(LINE.finditer(text), 1)
    ]
    (folder / "gold.ann").write_text("".join(lines), encoding="utf-8", newline="")
    (folder / "meta.toml").write_text(
        f'title = "T"\noutlet = "o"\nauthors = ["A"]\ncountry_of_outlet = "c"\ngenre = "g"\n'
        f'published = {day or "2020-05-04"}\nearlier_publication = "none"\nlanguage = "en"\n'
        f'rights = "ours"\nsha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n[coders.gold]\nwho = "x"\n'
    )
    (folder / drafting.DRAFTS).unlink(missing_ok=True)
    return folder


@functools.cache
def in_memory():
    """A project without articles on a disk in memory, where nothing waits for the disk."""
    place = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    atexit.register(shutil.rmtree, place)
    os.fsync = lambda _: None
    for name in ("codebook.toml", "actors.toml", "tracks.toml"):
        shutil.copyfile(SEEDS / name, place / name)
    return place


@functools.cache
def _opened():
    """An article with drafts, opened by a coder, and its files as they are before the first step."""
    home = in_memory() / "annotated"
    shutil.copytree(in_memory(), home, ignore=shutil.ignore_patterns("one", "annotated"))
    folder = article(TEXT, home=home)
    drafting.draft(home)
    return AnnotatorSession(folder, "anna"), {name: (home / name).read_bytes() for name in CHANGED}


def carry_out(lines):
    """Take each step: the file stays whole and canonical, and one that is refused changes nothing.

    Then take all back and make them again: the file is as it was after each step.
    """
    opened, files = _opened()
    state = copy.copy(opened)
    state._past, state._future = [], []
    for name, data in files.items():
        (state.path.parent / name).write_bytes(data)
    state.file.unlink(missing_ok=True)
    history = [None]
    for line in lines:
        before = _bytes(state)
        try:
            _step(state, *line.split(" "))
        except ValueError as error:
            assert str(error) and _bytes(state) == before, line
        else:
            _check(state)
        history = _remembered(state, history)
    state.findings()
    for way, past in ((state.undo, history[-2::-1]), (state.redo, history[1:])):
        for data in past:
            way()
            assert data is None or state.file.read_bytes() == data
    while state.can_redo:
        state.redo()
        _check(state)


def _bytes(state):
    return state.file.read_bytes() if state.file.is_file() else None


def _check(state):
    """The file is what the state says, fits the text and is in canonical order."""
    if not state.file.is_file():
        return
    report = Report()
    source = read_text(state.file, report)
    assert report == [], report[:3]
    found = brat.parse(source, "anna.ann", report)
    verify(found, state.text, "anna.ann", report)
    assert report == [], report[:3]
    assert brat.write(canonical(found, state.book)) == source


def _remembered(state, history):
    """The bytes after each step that can still be taken back, and now."""
    depth = len(state._past)
    return [*history[:depth], *[None] * (depth - len(history)), _bytes(state)]


def _step(state, name, *words):
    """Take one step, whose words choose marks by number; an unknown name is no step."""
    places = [(int(start), int(end)) for start, end in PAIR.findall(" ".join(words[1:]))]
    one, two = (_chosen(state, words[at : at + 1]) for at in (0, 2))
    word, last = (words[at] if len(words) > at else "" for at in (1, 2))
    steps = {
        "mark": lambda: state.mark(words[0] if words else "", places),
        "move": lambda: state.move(one, places),
        "extend": lambda: state.extend(one, places),
        "relabel": lambda: state.relabel(one, word),
        "remove": lambda: state.remove(one),
        "set": lambda: state.set_attribute(one, word, last or None),
        "refer": lambda: state.refer(one, words[1:]),
        "remark": lambda: state.remark(one, " ".join(words[1:])),
        "tie": lambda: state.tie(one, word, two),
        "words": lambda: state.tie_words(one, word, places),
        "actor": lambda: state.add_actor(one, " ".join(words[1:])),
        "accept": lambda: state.accept(_draft(state, words)),
        "reject": lambda: state.reject(_draft(state, words)),
        "undo": state.undo,
        "redo": state.redo,
    }
    steps.get(name, lambda: None)()


def _chosen(state, words):
    """The id of a mark that is no zone, by its number."""
    marks = [*state.annotations.events, *state.annotations.spans]
    idents = [item.id for item in marks if item.label != "Body"]
    return idents[_number(words) % len(idents)] if idents else ""


def _draft(state, words):
    drafts = state.drafts
    return drafts[_number(words) % len(drafts)].id if drafts else ""


def _number(words):
    return int(words[0]) if words and re.fullmatch(r"[0-9]{1,6}", words[0]) else 0
