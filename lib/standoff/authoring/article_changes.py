"""Rename, remove or redate an article of a project."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import tomlkit

from ..annotation.dates import no_day
from ..annotation.limits import unfit
from ..annotation.problems import refuse
from ..annotation.text_files import read_text
from ..corpus.safe_writing import draft_folder, write_text
from .article_files import require_article

__all__ = ["redate", "remove", "rename"]


def rename(article: str | Path, name: str) -> Path:
    """Give an article's folder another name, also where `tracks.toml` names it; return the folder.

    Raises `SeedError` if there is no such article, or the name is unsuitable or taken.
    """
    article = _existing(article)
    new = article.parent / name
    if why := unfit(name):
        raise refuse(article, 1, "E-article-name", f"the name '{name}' {why}")
    if new.exists():
        message = f"{new} exists already; expected another name"
        raise refuse(article, 1, "E-article-exists", message)
    tracks = _tracks(article, name)
    _write_tracks(article, tracks)  # first: then a rename that was cut short can be called again
    os.rename(article, new)
    return new


def remove(article: str | Path, annotated: bool = False) -> None:
    """Remove an article's folder, and what `tracks.toml` says of it.

    Raises `SeedError` if there is no such article, or if somebody has coded it and `annotated` is
    False.
    """
    article = _existing(article)
    coded = sorted(file.name for file in article.glob("*.ann") if _is_coded(file))
    if coded and not annotated:
        found = f"{', '.join(coded)} would be lost"
        message = f"{found}; expected --annotated if that is meant, or another article"
        raise refuse(article, 1, "E-article-coded", message)
    tracks = _tracks(article, None)
    _write_tracks(article, tracks)
    with draft_folder(article) as doomed:
        os.rename(article, doomed / article.name)  # in one step; what a kill leaves, `check` names


def redate(article: str | Path, published: str) -> dt.date:
    """Set the day of publication in an article's `meta.toml`, and return the day that stood there.

    The values of times, which may have been worked out from that day, are left as they are. Raises
    `SeedError` if there is no such article, or `published` is no day.
    """
    path = _existing(article) / "meta.toml"
    try:
        day = dt.date.fromisoformat(published)
    except ValueError as error:
        raise refuse(path, 1, "E-article-day", no_day(published)) from error
    meta = tomlkit.parse(read_text(path) or "")
    before: Any = meta["published"]
    meta["published"] = day
    write_text(path, tomlkit.dumps(meta))
    return before


def _existing(article: str | Path) -> Path:
    require_article(Path(article))
    return Path(os.path.abspath(article))


def _is_coded(file: Path) -> bool:
    """Whether a file holds more than spans, which are all that zones and sentences need."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return file.stem != "proposed" and any(not line.startswith("T") for line in lines if line)


def _tracks(article: Path, name: str | None) -> str | None:
    """`tracks.toml` with the article under another name, or without it; None if nothing changes."""
    path = article.parent / "tracks.toml"
    if not path.is_file():
        return None
    source = path.read_text(encoding="utf-8")
    tracks = tomlkit.parse(source)
    for track in tracks.values():
        fates = track.get("fate", {}) if isinstance(track, dict) else {}
        if article.name in fates:
            fate = fates.pop(article.name)
            if name is not None:
                fates[name] = fate
            elif not fates:
                track["fate"] = tomlkit.inline_table()
    changed = tomlkit.dumps(tracks)
    return None if changed == source else changed


def _write_tracks(article: Path, tracks: str | None) -> None:
    if tracks is not None:
        write_text(article.parent / "tracks.toml", tracks)
