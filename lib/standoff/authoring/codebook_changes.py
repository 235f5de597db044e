"""Frames of your own: adding one to the codebook of a project."""

from __future__ import annotations

import re
from pathlib import Path

from ..annotation.codebook import Codebook
from ..annotation.problems import Report, refuse
from ..annotation.toml_files import Lines, read_source
from ..corpus.safe_writing import write_text

__all__ = ["add_frame"]

LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
HEADER = re.compile(r"^(#|\[)")


def add_frame(project: str | Path, label: str, definition: str, **words: str) -> int:
    """Add a frame to the `codebook.toml` of a project and return the line in which it begins.

    It comes after the last frame; everything else, comments too, stays as it is. `words` may have
    title, gloss, example, counter_example, because and source.
    Raises `ValueError` if the label is not a name, and `SeedError` if the codebook is wrong or has
    the label already.

    >>> add_frame("mine", "Scarcity", "There is not enough of something.")  # doctest: +SKIP
    268
    """
    if not LABEL.fullmatch(label):
        message = "expected letters and digits after a capital letter, such as HumanInterest"
        raise ValueError(f"'{label}' is not a label; {message}")
    path, report = Path(project) / "codebook.toml", Report()
    codebook, source = Codebook.read(path, report), read_source(path, report) or ""
    report.raise_if_any()
    places, lines = Lines(source), source.rstrip("\n").split("\n")
    if label in codebook.labels:
        message = f"the label '{label}' exists already; expected another, or edit its definition"
        raise refuse(path, places.of("", f"labels.{label}"), "E-frame-known", message)
    at = _end_of_frames(
        [places.of("", f"labels.{one}") for one in codebook.of_kind("frame")], lines
    )
    lines[at:at] = ["", *_table(label, {"definition": definition, **words})]
    write_text(path, "\n".join(lines) + "\n")
    return at + 2


def _table(label: str, words: dict[str, str]) -> list[str]:
    """The lines of a frame's table."""
    import tomlkit

    entries = {"layer": "framing", "kind": "frame"} | {k: v for k, v in words.items() if v}
    return [f"[labels.{label}]", *tomlkit.dumps(entries).rstrip("\n").split("\n")]


def _end_of_frames(frames: list[int], lines: list[str]) -> int:
    """The number of lines up to the end of the last frame's table, or of the file; `frames` are
    the lines in which the tables of frames begin."""
    if not frames:
        return len(lines)
    end = max(frames)
    while end < len(lines) and not HEADER.match(lines[end]):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return end
