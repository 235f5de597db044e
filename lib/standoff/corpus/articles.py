"""The folder of one article: its text, `meta.toml` and one coder's annotations, all verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.dates import DAY_PATTERN, is_value
from ..annotation.did_you_mean import suggest
from ..annotation.limits import unfit
from ..annotation.model import Annotations, Event, Span, covered
from ..annotation.ordering import with_base
from ..annotation.problems import FileReport, Problem, Report, SeedError
from ..annotation.registries import read_actors, read_meta, read_tracks
from ..annotation.span_checks import verify
from ..annotation.text_files import read_text
from ..annotation.toml_files import key, read_toml
from ..annotation.zone_checks import (
    check_article,
    check_base,
    check_own_base,
    check_quotations,
    check_sentences,
    check_zones,
)
from .safe_writing import checksum, is_link_outside, lost_articles

__all__ = [
    "PROPOSED",
    "RULES",
    "SHARED",
    "Article",
    "Registry",
    "article_folders",
    "base_labels",
    "check_values",
    "coders_in",
    "find_folder",
    "folders_above",
    "invalid_paths",
    "parse_verified",
    "partial_coders",
    "read_article",
    "read_proposed",
    "read_rules",
    "text_changed",
]

RULES = ("codebook.toml", "actors.toml", "tracks.toml")
SHARED = "shared.toml"  # in a copy of a project without the articles' words
PROPOSED = "proposed"  # name of the file with zones and sentences that nobody has confirmed yet

Registry = dict[str, dict[str, Any]]  # "actors" and "tracks", each id -> entry


class Article(NamedTuple):
    """One article as one coder coded it."""

    doc: str
    meta: dict[str, Any]
    text: str
    annotations: Annotations


def find_folder(folder: str | Path) -> Path:
    """Return a folder of articles: the path as given, or as it is seen from a folder above.

    A notebook runs in its own folder; a `seeds` with a codebook beside that folder, or further up,
    is found too. A path that is found nowhere is returned as given.
    """
    paths = [above / folder for above in folders_above()]
    return next((path for path in paths if (path / RULES[0]).is_file()), Path(folder))


def folders_above() -> list[Path]:
    """Return the current folder and all folders above it, as relative paths, nearest first."""
    return [Path(*[".."] * steps) for steps in range(len(Path.cwd().parents) + 1)]


def read_rules(folder: Path, report: Report) -> tuple[Codebook, Registry]:
    """Return the codebook of a folder and its registries, {"actors": …, "tracks": …}.

    Problems are added to `report`. Raises `SeedError` if there is no such folder, or if it is that
    of an article.
    """
    if not folder.is_dir():
        where = "" if folder.is_absolute() else f" in {Path.cwd()}, nor in a folder above"
        message = (
            f"no such folder{where}; expected a folder of articles: give its whole path, or begin "
            "the program in the folder that holds it"
        )
        report.at(folder).error(1, "E-folder-missing", message)
        raise SeedError(report)
    if (folder / "text.txt").is_file() and not (folder / RULES[0]).is_file():
        project = folder.parent if folder.name else ".."
        message = f"is the folder of an article; expected that of the project: {project}"
        report.at(folder).error(1, "E-folder-article", message)
        raise SeedError(report)
    _check_links([folder / name for name in RULES], folder, report)
    actors = read_actors(folder / "actors.toml", report)
    codebook, tracks = Codebook.read(folder / "codebook.toml", report), {}
    if "tracks" in codebook.registries or (folder / "tracks.toml").exists():
        tracks = read_tracks(folder / "tracks.toml", actors, report)
    return codebook, {"actors": actors, "tracks": tracks}


def article_folders(folder: Path, report: Report) -> list[Path]:
    """Return the folders in `folder` that hold a text, a `meta.toml` or a reference coding.

    Invalid names, links that lead elsewhere and unfinished changes are added to `report`.
    """
    parts = ("text.txt", "meta.toml", "gold.ann")
    articles = [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and any((path / part).exists() for part in parts)
    ]
    if not articles:
        message = "no articles here; expected folders with text.txt, meta.toml and gold.ann"
        report.at(folder).error(1, "E-folder-empty", message)
    for desk, remedy in lost_articles(folder).items():
        report.at(desk).error(1, "E-change-unfinished", remedy)
    for path in articles:
        report += invalid_paths(path, folder)
    return articles


def coders_in(files: Iterable[Path]) -> list[str]:
    """Return the coders whose `.ann` files are among some files, gold first."""
    names = {file.stem for file in files} - {PROPOSED}
    return sorted(names, key=lambda name: (name != "gold", name))


def partial_coders(path: Path) -> set[str]:
    """Return the coders of an article, beside gold, of whom its `meta.toml` says under `partial`
    that they coded only a part."""
    coders = (read_toml(path / "meta.toml", Report()) or {}).get("coders")
    entries = coders.items() if isinstance(coders, dict) else ()
    partial = {name for name, entry in entries if isinstance(entry, dict) and "partial" in entry}
    return partial - {"gold"}


def invalid_paths(path: Path, folder: Path) -> list[Problem]:
    """Return bad names of an article and of its coders, and links that lead out of `folder`."""
    report = Report()
    if reason := unfit(path.name):
        report.at(path).error(1, "E-article-name", f"the article's name {reason}")
    for file in sorted(path.glob("[!.]*.ann")):
        if reason := unfit(file.stem):
            report.at(file).error(1, "E-coder-name", f"the coder's name {reason}")
    _check_links([path, *path.iterdir()], folder, report)
    return report


def _check_links(paths: list[Path], folder: Path, report: Report) -> None:
    for path in paths:
        if is_link_outside(path, folder):
            message = "is a link to a place outside the folder; expected a file in it"
            report.at(path).error(1, "E-link-outside", message)


def read_article(
    path: Path, coder: str, codebook: Codebook, registry: Registry, report: Report
) -> Article | None:
    """Return the article in folder `path` as `coder` coded it, verified.

    Everything wrong with it is added to `report`. None where a file cannot be read at all; an
    article with problems may be returned, so look at `report` first.
    """
    meta = read_meta(path / "meta.toml", report)
    text = _read_text(path / "text.txt", report)
    if text is not None and meta and text_changed(path, meta["sha256"], report):
        return None
    ann, known = path / f"{coder}.ann", len(report)
    file = report.at(ann)
    proposed = read_proposed(path, text, codebook, report)
    source = _read_text(ann, report, empty=proposed is not None)
    if text is None or source is None:
        return None
    annotations = parse_verified(source, text, file)
    check_values(annotations, codebook, registry, file)
    base = base_labels(codebook)
    if proposed is not None:
        check_own_base(annotations, proposed, base, f"{PROPOSED}.ann", file)
        annotations = with_base(annotations, proposed)
    if len(report) == known:
        check_article(annotations, text, codebook, file)
        check_quotations(annotations, text, codebook, file)
    if meta is None:
        return None
    _check_coder(path, coder, meta, report)
    gold = path / "gold.ann"
    if coder != "gold" and proposed is None and gold.is_file():
        shared = _read_text(gold, report, empty=True)
        if shared is not None:
            check_base(annotations, brat.parse(shared, gold.name, Report()), base, file)
    return Article(path.name, meta, text, annotations)


def text_changed(path: Path, expected: str, report: Report) -> bool:
    """Return whether the text of an article has another checksum than expected, and report it.

    What no longer fits the text follows from that: the problem says how many spans these are.
    """
    file, spans, misfits = path / "text.txt", 0, 0
    if checksum(file) == expected:
        return False
    text = read_text(file, Report()) or ""
    for coding in path.glob("*.ann"):
        source = read_text(coding, Report(), empty=True) or ""
        for span in brat.parse(source, coding.name, Report()).spans:
            spans += 1
            misfits += covered(text, span.fragments) != span.text
    message = (
        f"the text has changed: it is not that of the sha256 in meta.toml, and {misfits:,} of "
        f"{spans:,} spans no longer match; put the annotated text back. A corrected text "
        f"belongs in a file of its own: python -m standoff reanchor {path} FILE"
    )
    report.at(file).error(1, "E-text-changed", message)
    return True


def parse_verified(source: str, text: str, file: FileReport) -> Annotations:
    """Return the annotations in the text of an `.ann` file, checked against the article's text."""
    annotations = brat.parse(source, file.path, file.report)
    verify(annotations, text, file.path, file.report)
    return annotations


def check_values(
    annotations: Annotations, codebook: Codebook, registry: Registry, file: FileReport
) -> None:
    """Report every label, value, role, relation and reference that is not known.

    Codebook and registries say what is known; `file` is that of the annotations.
    """
    codebook.check(annotations, registry, file)
    for item in annotations.normalisations:
        if item.db == "edtf" and not is_value(item.key):
            found = f"has the value '{item.key}'"
            found += ", and there is no such day" if DAY_PATTERN.fullmatch(item.key) else ""
            expected = "expected an EDTF date such as 2017-04-14, or an ISO 8601 duration"
            message = f"{item.id} {found}; {expected}"
            file.error(item.line, "E-time-value", message)


def base_labels(codebook: Codebook) -> frozenset[str]:
    """Return the labels of the base that all coders share: zones and sentences."""
    return codebook.of_kind("zone") | codebook.of_kind("sentence")


def read_proposed(
    path: Path, text: str | None, codebook: Codebook, report: Report
) -> Annotations | None:
    """Return the zones and sentences that nobody has confirmed yet, or None if there are none.

    Everything wrong with them is added to `report`.
    """
    proposed = path / f"{PROPOSED}.ann"
    source = _read_text(proposed, report) if text is not None and proposed.exists() else None
    if text is None or source is None:
        return None
    file, known = report.at(proposed), len(report)
    annotations = parse_verified(source, text, file)
    codebook.check(annotations, {}, file)
    coded = codebook.labels.keys() - base_labels(codebook)
    items: list[Span | Event] = [*annotations.spans, *annotations.events]
    for item in items:
        if item.label in coded:
            message = f"{item.id} is a {item.label}; expected zones and sentences only"
            file.error(item.line, "E-proposed-label", message)
    if len(report) == known:
        check_zones(annotations, text, codebook, file)
        check_sentences(annotations, text, codebook, file)
    return annotations


def _read_text(path: Path, report: Report, empty: bool = False) -> str | None:
    if path.is_file():
        return read_text(path, report, empty)
    if path.name == "text.txt" and (path.parents[1] / SHARED).is_file():
        message = (
            "is not part of this copy of the project; whoever has the texts puts them in: "
            f"python -m standoff restore {path.parents[1]} TEXTS"
        )
        report.at(path).error(1, "E-text-withheld", message)
        return None
    report.at(path).error(1, "E-file-missing", "no such file; expected one")
    return None


def _check_coder(path: Path, coder: str, meta: Mapping[str, Any], report: Report) -> None:
    if coder not in meta["coders"]:
        message = (
            f"there is a file {coder}.ann, but no [coders.{key(coder)}] here; "
            f"{suggest(coder, meta['coders'])}"
        )
        report.at(path / "meta.toml").error(1, "E-coder-unlisted", message)
