"""Files written beside every export, because no other tool's format holds their contents: codebook,
registries, and what is known of the articles (`articles.toml`, with the `meta.toml` of each)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..annotation.problems import Report
from ..annotation.toml_files import read_toml
from ..corpus.articles import RULES
from ..corpus.safe_writing import write_texts
from .codebook_import import as_toml
from .documents import Document

__all__ = ["add_known_meta", "rules_beside", "write_beside"]

ARTICLES = "articles.toml"
HEAD = "What is known of each article; an import reads it, with the codebook and the registries."


def write_beside(folder: Path, destination: Path) -> None:
    """Write codebook, registries and `articles.toml` of a project to an export."""
    names = [name for name in RULES if (folder / name).is_file()]  # there may be no tracks
    texts = {destination / name: (folder / name).read_bytes().decode() for name in names}
    paths = sorted(folder.glob("*/meta.toml"))
    known = {path.parent.name: read_toml(path, Report()) or {} for path in paths}
    write_texts(texts | {destination / ARTICLES: as_toml(known, HEAD)})


def rules_beside(source: Path) -> Path | None:
    """Return the folder of a source if it holds a codebook and registries, else None."""
    folder = _folder_of(source)
    return folder if all((folder / name).is_file() for name in RULES[:2]) else None


def add_known_meta(source: Path, documents: Iterable[Document]) -> None:
    """Add what `articles.toml` beside a source says about its articles to their documents.

    Raises `SeedError` if that is no TOML.
    """
    path, report = _folder_of(source) / ARTICLES, Report()
    known = read_toml(path, report) if path.is_file() else None
    report.raise_if_any()
    for document in documents:
        document.meta = _joined((known or {}).get(document.name), document.meta)


def _folder_of(source: Path) -> Path:
    return source if source.is_dir() else source.parent


def _joined(known: Any, own: Any) -> Any:
    """Return two nested tables as one; where both have a value, that of the second counts."""
    if not isinstance(known, dict) or not isinstance(own, dict):
        return own
    return {**known, **{key: _joined(known.get(key), value) for key, value in own.items()}}
