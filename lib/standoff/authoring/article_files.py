"""Which article folders a command works on, and the files of one article as they are now."""

from __future__ import annotations

from pathlib import Path

from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.model import Annotations
from ..annotation.ordering import restrict_to_labels
from ..annotation.problems import Report, refuse
from ..annotation.registries import read_meta
from ..annotation.text_files import read_text
from ..corpus.articles import base_labels, parse_verified, read_proposed

__all__ = [
    "ArticleFiles",
    "OutsideChangeError",
    "article_paths",
    "project_of",
    "read_coding",
    "require_article",
    "stored_bytes",
]


def _is_article(folder: Path) -> bool:
    """Whether a folder is that of an article."""
    return (folder / "text.txt").is_file()


def require_article(folder: Path) -> None:
    """Raise `SeedError` if a folder is not that of an article."""
    if not _is_article(folder):
        texts = (*folder.parent.glob("*/text.txt"), *folder.parent.glob("*/*/text.txt"))
        hint = suggest(str(folder), [str(text.parent) for text in texts])
        message = f"no article here, which is a folder with text.txt; {hint}"
        raise refuse(folder, 1, "E-article-missing", message)


def article_paths(target: Path) -> list[Path]:
    """Return the folders of articles: `target` itself, or all articles of the project `target`."""
    if _is_article(target):
        return [target]
    return sorted(text.parent for text in target.glob("*/text.txt"))


def project_of(target: Path) -> Path:
    """Return the project's folder of an article, or of a project."""
    return target.absolute().parent if _is_article(target) else target


class OutsideChangeError(Exception):
    """A file is not as it was when it was read or written last; nothing was written."""


def stored_bytes(file: Path) -> bytes | None:
    """Return what is in a file, None without one: to notice later that others have changed it."""
    return file.read_bytes() if file.is_file() else None


def read_coding(file: Path, text: str, report: Report) -> Annotations:
    """Return the annotations of an `.ann` file, checked against the text; none if it is missing."""
    if not file.is_file():
        return Annotations()
    source = read_text(file, report, empty=True)
    return parse_verified(source or "", text, report.at(file))


class ArticleFiles:
    """The files of one article: text, `meta.toml`, proposed zones and sentences, codings.

    Every problem is added to `report`. `labels` are those of zones and sentences.
    """

    def __init__(self, path: Path, codebook: Codebook, report: Report):
        self.path, self.book, self.report = path, codebook, report
        self.labels = base_labels(codebook)
        self.text = read_text(path / "text.txt", report) or ""
        self.meta = read_meta(path / "meta.toml", report) or {"coders": {}}
        self.proposed = read_proposed(path, self.text, codebook, report)

    def coding(self, coder: str) -> Annotations:
        """Return the annotations in a coder's `.ann`."""
        return read_coding(self.path / f"{coder}.ann", self.text, self.report)

    def check_is_accepted(self, base: Annotations, step: str) -> None:
        """Report that there are no accepted zones and sentences, which a step needs."""
        if self.proposed is not None or not base.spans:
            message = (
                "the zones and sentences of the article are not accepted yet; expected them "
                f"before {step}: python -m standoff accept {self.path}"
            )
            self.report.at(self.path / "gold.ann").error(1, "E-annotate-base", message)

    def accepted(self) -> Annotations:
        """Return the zones and sentences in gold's `.ann`."""
        return restrict_to_labels(self.coding("gold"), self.labels)
