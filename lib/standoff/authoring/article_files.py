"""Which article folders a command works on, and a coder's `.ann` file as annotations."""

from __future__ import annotations

from pathlib import Path

from ..annotation import brat
from ..annotation.model import Annotations
from ..annotation.problems import Report
from ..annotation.text_files import read_text
from ..annotation.verification import verify
from ..corpus.articles import PROPOSED

__all__ = ["article_paths", "coders_of", "project_of", "read_coding"]


def is_article(folder: Path) -> bool:
    return (folder / "text.txt").is_file()


def article_paths(target: Path) -> list[Path]:
    """Return the folders of articles: `target` itself, or all articles of the project `target`."""
    if is_article(target):
        return [target]
    return sorted(text.parent for text in target.glob("*/text.txt"))


def project_of(target: Path) -> Path:
    """Return the project's folder of an article, or of a project."""
    return target.absolute().parent if is_article(target) else target


def coders_of(path: Path) -> list[str]:
    """Return the coders who have a file in an article's folder, gold first."""
    coders = {file.stem for file in path.glob("*.ann")} - {PROPOSED}
    return sorted(coders, key=lambda coder: (coder != "gold", coder))


def read_coding(file: Path, text: str, report: Report) -> Annotations:
    """Return the annotations of an `.ann` file, checked against the text; none if it is missing."""
    if not file.is_file():
        return Annotations()
    source = read_text(file, str(file), report, empty=True)
    annotations = brat.parse(source or "", str(file), report)
    verify(annotations, text, str(file), report)
    return annotations


def __dir__() -> list[str]:
    return __all__
