"""Bring a project that an earlier version of this library made up to the present one.

Only what is missing is added; nothing that a user wrote is changed, and comments stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..annotation.problems import Report
from ..annotation.registries import ACTOR, META, TRACK, UNKNOWN
from ..annotation.toml_files import Key, parse_toml, read_source, with_key
from ..corpus.articles import RULES, article_folders
from ..corpus.safe_writing import DRAFT, write_texts
from .standard_files import companions

__all__ = ["upgrade"]

FORMAT = 1  # of projects; the key `standoff` of their codebook
# Title and gloss of the frames with which projects began before frames had either.
FIRST_FRAMES = {
    "Rivalry": ("rivalry", "great powers compete"),
    "Indispensable": ("indispensable", "no peace without them"),
    "Ownership": ("ownership", "whose peace process it is"),
    "Engagement": ("talking", "talks wanted or refused"),
    "BadFaith": ("bad faith", "hidden aims, ploys, covert arms"),
    "Disarray": ("disarray", "policy unclear or reversed"),
    "Threat": ("violence", "attacks, arms, security"),
    "Failure": ("failure", "someone fails or loses standing"),
}
# What stands for a value that nobody has given. Other keys can be filled in only by their user;
# `check` names them.
DEFAULTS: dict[str, dict[str, Any]] = {
    "actors.toml": {"kind": UNKNOWN, "country": UNKNOWN},
    "tracks.toml": {"host": "none", "aim": UNKNOWN, "period": UNKNOWN, "fate": {}},
    "meta.toml": {
        "authors": [],
        **dict.fromkeys(
            ("outlet", "country_of_outlet", "genre", "earlier_publication", "rights"), UNKNOWN
        ),
    },
}


class Upgraded:
    """The TOML files of a project while they are completed, and what was added to them."""

    def __init__(self, folder: Path, report: Report):
        self.folder, self.report = folder, report
        self.texts: dict[Path, str] = {}
        self.changed: set[Path] = set()  # files to which something was added
        self.changes: list[str] = []

    def read(self, path: Path) -> dict[str, Any]:
        """Return the contents of a file; problems are reported."""
        source = read_source(path, self.report)
        data = None if source is None else parse_toml(source, str(path), self.report)
        if source is not None and data is not None:
            self.texts[path] = source
        return data or {}

    def add(self, path: Path, table: tuple[str, ...], keys: Mapping[str, Any]) -> None:
        """Add keys to a table of a file."""
        for name, value in keys.items():
            self.texts[path] = with_key(self.texts[path], table, name, value)
        if keys:
            self.changed.add(path)
            where = f" of [{'.'.join(table)}]" if table else ""
            names = ", ".join(keys)
            self.changes.append(f"{path.relative_to(self.folder).as_posix()}: {names}{where}")


def upgrade(folder: str | Path) -> list[str]:
    """Bring a project up to the present format; return what was added, a line for each table.

    Frames with which projects began get title and gloss, registries and `meta.toml` the keys that
    are missing and can stand as "unknown", the article the short name of its outlet. A project
    without README, guidelines or notebooks gets those of a new one. The format is written into the
    codebook as the key `standoff`; a project that has it is not touched. All files
    are changed, or none. Raises `SeedError` listing every file that cannot be read, and `OSError`.
    """
    folder, report = Path(folder), Report()
    project = Upgraded(folder, report)
    codebook = project.read(folder / RULES[0])
    report.raise_if_any()
    if codebook.get("standoff", 0) == FORMAT:
        return []
    _complete_frames(project, codebook)
    for name, keys in (("actors.toml", ACTOR), ("tracks.toml", TRACK)):
        path = folder / name
        for ident, entry in project.read(path).items() if path.is_file() else ():
            if isinstance(entry, dict):
                project.add(path, (ident,), _missing(entry, keys, DEFAULTS[name]))
    for article in article_folders(folder, report):
        _complete_article(project, article / "meta.toml")
    project.add(folder / RULES[0], (), {"standoff": FORMAT})
    _add_companions(project)
    report.raise_if_any()
    for path in project.changed:
        path.parent.mkdir(exist_ok=True)
    # the codebook last: what it says, that nothing is left to do, is then true even after a kill
    order = sorted(project.changed, key=lambda path: (path == folder / RULES[0], path))
    write_texts({path: project.texts[path] for path in order})
    return project.changes


def _complete_article(project: Upgraded, path: Path) -> None:
    """Add to a `meta.toml` what it lacks."""
    entry = project.read(path)
    if not entry:
        return
    added = _missing(entry, META, DEFAULTS["meta.toml"])
    outlet = entry.get("outlet", UNKNOWN)
    if "short" not in entry and outlet != UNKNOWN:
        added["short"] = outlet
    project.add(path, (), added)


def _add_companions(project: Upgraded) -> None:
    """Add README, guidelines and a first notebook, unless the user has them or other notebooks."""
    for name, text in companions(project.folder.resolve().name).items():
        path = project.folder / name
        is_there = path.exists() if path.parent == project.folder else _is_used(path.parent)
        if not is_there:
            project.texts[path] = text
            project.changed.add(path)
            project.changes.append(f"{name}: the file, as a new project has it")


def _is_used(folder: Path) -> bool:
    """Whether a folder holds more than drafts that a killed command has left."""
    return any(not path.name.endswith(DRAFT) for path in folder.glob("*"))


def _complete_frames(project: Upgraded, codebook: dict[str, Any]) -> None:
    """Add title and gloss to the frames with which projects began, where they have none."""
    labels = codebook.get("labels", {})
    for frame, (title, gloss) in FIRST_FRAMES.items():
        entry = labels.get(frame)
        if isinstance(entry, dict):
            words = {"title": title, "gloss": gloss}
            added = {name: value for name, value in words.items() if name not in entry}
            project.add(project.folder / RULES[0], ("labels", frame), added)


def _missing(
    entry: dict[str, Any], keys: Mapping[str, Key], defaults: dict[str, Any]
) -> dict[str, Any]:
    """The required keys that a table lacks and that have a default."""
    return {
        name: defaults[name]
        for name, rule in keys.items()
        if rule.required and name not in entry and name in defaults
    }
