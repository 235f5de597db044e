"""Every `.ann` written the one canonical way, so that a change of one annotation is a change of few
lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Problem, SeedError
from ..annotation.codebook import Codebook
from ..annotation.ordering import canonical
from ..annotation.problems import Report
from ..corpus.files import write_texts

__all__ = ["format_files"]


def format_files(
    targets: Iterable[str | Path], write: bool = True
) -> tuple[list[Path], list[Path]]:
    """Files that were not canonical, and are now where `write` says so; and all files looked at.
    Ids are renumbered, references with them.

    A target is an `.ann`, an article or a project; the codebook is the one that lies in the folder
    of the article's folder or beside the file.
    Line ends and a byte order mark that an editor left are mended. Raises `SeedError` where a line
    cannot be read: then nothing is written.
    """
    problems = Report()
    files = [file for target in targets for file in _files(Path(target), problems)]
    texts = {file: _formatted(file, problems) for file in files}
    if problems:
        raise SeedError(problems)
    changed = {file: text for file, text in texts.items() if file.read_bytes() != text.encode()}
    if write:
        write_texts(changed)
    return list(changed), files


def _files(target, problems):
    if target.is_file():
        return [target]
    found = sorted(target.glob("*.ann")) or sorted(target.glob("*/*.ann"))
    if not found:
        problems.append(
            Problem(
                str(target), 1, "no .ann here; expected an .ann, an article's folder or a project"
            )
        )
    return found


def _formatted(file, problems):
    """Text of a file in canonical form, or nothing where it cannot be read."""
    source = brat.read_text(file, str(file), problems, empty=True, any_editor=True)
    found = brat.parse(source or "", str(file), problems)
    places = (
        file.absolute().parent.parent / "codebook.toml",
        file.absolute().parent / "codebook.toml",
    )
    codebook = next((Codebook.read(place, problems) for place in places if place.is_file()), None)
    return brat.write(canonical(found, codebook))
