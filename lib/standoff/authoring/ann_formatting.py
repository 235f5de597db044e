"""Rewriting `.ann` files in canonical order with canonical ids, so that small changes give small
diffs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.ordering import canonical
from ..annotation.problems import Report
from ..annotation.text_files import read_text
from ..corpus.safe_writing import write_texts

__all__ = ["format_files"]


def format_files(
    targets: Iterable[str | Path], write: bool = True
) -> tuple[list[Path], list[Path]]:
    """Return the files that were not canonical, and all files; rewrite the former if `write`.

    A target is an `.ann` file, an article or a project; the codebook lies in the project's folder
    or beside the file. Line ends and a byte order mark from an editor are corrected as well.
    Raises `SeedError` if a line cannot be read; then no file is changed.
    """
    report = Report()
    files = [file for target in targets for file in _ann_files(Path(target), report)]
    texts = {file: _formatted(file, report) for file in files}
    report.raise_if_any()
    changed = {file: text for file, text in texts.items() if file.read_bytes() != text.encode()}
    if write:
        write_texts(changed)
    return list(changed), files


def _ann_files(target: Path, report: Report) -> list[Path]:
    if target.is_file():
        return [target]
    files = sorted(target.glob("*.ann")) or sorted(target.glob("*/*.ann"))
    if not files:
        message = (
            "there is no .ann file here; expected an .ann file, an article's folder or a project"
        )
        report.at(target).error(1, "E-ann-missing", message)
    return files


def _formatted(file: Path, report: Report) -> str:
    """The canonical text of a file."""
    source = read_text(file, report, empty=True, any_editor=True)
    annotations = brat.parse(source or "", str(file), report)
    codebook = None
    for folder in (file.absolute().parents[1], file.absolute().parent):
        if codebook is None and (folder / "codebook.toml").is_file():
            codebook = Codebook.read(folder / "codebook.toml", report)
    return brat.write(canonical(annotations, codebook))
