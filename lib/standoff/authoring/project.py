"""A project folder of your own: adding articles, and accepting their zones and sentences."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.dates import day, no_day
from ..annotation.limits import unfit
from ..annotation.model import Annotations
from ..annotation.ordering import canonical, with_base, without
from ..annotation.problems import Report
from ..annotation.registries import UNKNOWN
from ..annotation.text_files import read_text
from ..annotation.toml_files import read_source, read_toml, toml
from ..annotation.zone_checks import check_own_base
from ..annotation.zone_labels import DIVIDED
from ..corpus.articles import (
    PROPOSED,
    RULES,
    base_labels,
    coders_in,
    invalid_paths,
    read_proposed,
    read_rules,
)
from ..corpus.safe_writing import checksum_of, new_folder, write_texts
from .article_files import article_paths, project_of, read_coding
from .source_text import read_article_text
from .standard_files import FRAMES, GUIDELINES, companions, standard_codebook, standard_file
from .zone_proposals import propose

__all__ = [
    "Accepted",
    "Added",
    "Entry",
    "accept",
    "add",
    "entry_from_row",
    "project_rules",
    "slug",
]

# letters that no decomposition makes plain
LATIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)

NEEDED = {
    "text": "a file of plain text",
    "title": "the headline, as in the text",
    "published": "the day, such as 2017-04-14",
}
OPTIONAL = ("outlet", "country", "genre", "language", "rights", "coder_name")


@dataclass
class Entry:
    """An article to be added: the file of its text, its folder's name, and what is known of it.

    `known` may have the keys outlet, country, genre, language, rights and coder_name.
    """

    text: Path
    title: str
    published: dt.date
    name: str
    known: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)


@dataclass
class Added:
    """An article that was added: its folder, the numbers of proposals, remarks for the user."""

    folder: Path
    zones: int
    sentences: int
    remarks: list[str]


@dataclass
class Accepted:
    """An article whose zones and sentences were accepted, into the files of these coders.

    `left_out` counts sentences in zones that are not divided.
    """

    folder: Path
    zones: int
    sentences: int
    coders: list[str]
    left_out: int


def entry_from_row(row: Mapping[str, Any]) -> Entry:
    """Return an entry from a row of a list of articles.

    `row` has text, title and published, and may have name, outlet, author (several separated by
    semicolons) and the keys of `Entry.known`. Raises `ValueError` with a line for each problem.
    """
    keys = (*NEEDED, *OPTIONAL, "name", "author")
    words = {key: " ".join((row.get(key) or "").split()) for key in keys}
    wrong = [f"no {key} given; expected {what}" for key, what in NEEDED.items() if not words[key]]
    published = day(words["published"])
    if words["published"] and published is None:
        wrong.append(no_day(words["published"]))
    if wrong or published is None:
        raise ValueError("\n".join(wrong))
    source = slug(words["outlet"]) or slug(words["title"]) or "article"
    return Entry(
        text=Path(row["text"]),
        title=words["title"],
        published=published,
        name=slug(words["name"]) or f"{source}-{published}",
        known={key: words[key] for key in OPTIONAL if words[key]},
        authors=[name for name in map(str.strip, words["author"].split(";")) if name],
    )


def slug(words: str) -> str:
    """Return a folder name: lower-case letters of any script, digits and hyphens, at most 40
    characters. Latin letters lose their accents.

    >>> slug("Doç. Yiğit: US-Russian Rivalry"), slug("渡轮停在港口！")
    ('doc-yigit-us-russian-rivalry', '渡轮停在港口')
    """
    words = unicodedata.normalize("NFKD", words.lower().translate(LATIN))
    words = unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", words))
    words = words.replace("\u00ad", "")
    parts = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in words).split()
    while len(parts) > 1 and len("-".join(parts)) > 40:
        parts.pop()
    return "-".join(parts)[:40]


# --- new ---


def add(
    folder: str | Path,
    entries: Iterable[Entry],
    like: str | Path | None = None,
    normalise: bool = False,
    beside: Iterable[Path] = (),
    frames: str = FRAMES[0],
) -> list[Added]:
    """Add articles to a project folder, which is created if necessary: all of them or none.

    Each gets a folder with its text unchanged, `meta.toml`, an empty `gold.ann` and
    `proposed.ann`. A new project copies codebook, registries and guidelines from the folder `like`,
    or gets the standard ones, with `frames` of the set "generic" or "policy"; it also gets a README
    and a first notebook. `normalise` allows line ends to be changed; the files `beside` may be in
    the folder already.
    Raises `SeedError` listing every problem, and `OSError`.
    """
    folder, entries, report = Path(folder), list(entries), Report()
    _check_names(folder, entries, report)
    new = [_new_article(folder, entry, normalise, report) for entry in entries]
    rules = companions(folder.resolve().name) | project_rules(
        Path(like) if like else None, report, frames
    )
    is_new = not (folder / RULES[0]).is_file()
    if is_new:
        _check_unused(folder, {*beside, *(entry.text for entry in entries)}, report)
    report.raise_if_any()
    articles = [article for article in new if article is not None]
    with ExitStack() as drafts:
        root = folder if folder.exists() else drafts.enter_context(new_folder(folder))
        for added, files in articles:
            draft = drafts.enter_context(new_folder(root / added.folder.name))
            for name, text in files.items():
                (draft / name).write_bytes(text.encode())
        if is_new:
            missing = {root / name: text for name, text in rules.items()}
            for path in missing:
                path.parent.mkdir(exist_ok=True)
            write_texts({path: text for path, text in missing.items() if not path.exists()})
    return [added for added, _ in articles]


def _check_names(folder: Path, entries: list[Entry], report: Report) -> None:
    """Report names that are unsuitable, taken, or given to two entries."""
    seen: dict[str, Path] = {}
    for entry in entries:
        error = report.at(entry.text).error
        if why := unfit(entry.name):
            error(1, "E-article-name", f"its name '{entry.name}' {why} (--name)")
        if (folder / entry.name).exists():
            message = f"{folder / entry.name} exists already; expected another name (--name)"
            error(1, "E-article-exists", message)
        if entry.name in seen:
            message = (
                f"its name '{entry.name}' is also that of {seen[entry.name]}; expected a "
                "name of its own (--name)"
            )
            error(1, "E-article-twice", message)
        seen.setdefault(entry.name, entry.text)


def _check_unused(folder: Path, allowed: set[Path], report: Report) -> None:
    """Report a folder that holds other things than a project."""
    error = report.at(folder).error
    if not folder.is_dir():
        if folder.exists():
            error(1, "E-folder-in-use", "is a file; expected a folder")
        return
    known = {path.resolve() for path in allowed}
    visible = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    others = [path.name for path in visible if path.resolve() not in known]
    if others:
        listed = ", ".join(others[:3]) + (" …" if others[3:] else "")
        message = (
            f"contains other files ({listed}); expected a new name, an empty folder, or a "
            "project (with codebook.toml)"
        )
        error(1, "E-folder-in-use", message)


def project_rules(like: Path | None, report: Report, frames: str = FRAMES[0]) -> dict[str, str]:
    """Return codebook, registries and guidelines of a new project as text, by file name.

    They are those of the folder `like`, whose problems are reported, or the standard ones, with the
    set of frames that `frames` names.
    """
    if like is None:
        actors = standard_file("actors.toml")
        return {"codebook.toml": standard_codebook(frames), "actors.toml": actors}
    read_rules(like, report)
    names = [name for name in (*RULES, GUIDELINES) if (like / name).is_file()]
    return {name: read_source(like / name, Report()) or "" for name in names}


def _new_article(
    folder: Path, entry: Entry, normalise: bool, report: Report
) -> tuple[Added, dict[str, str]] | None:
    """What is added, and the files by name, or None if the text is refused."""
    taken = read_article_text(entry.text, normalise, report)
    if taken is None:
        return None
    text, changes = taken
    known = _known(folder, text, entry.known.get("outlet", UNKNOWN))
    if known and known[0] != entry.name and known[1] != entry.published:
        name, published = known
        found = f"this text is the article '{name}' already, published {published}"
        expected = f"to correct the day: python -m standoff article redate {folder / name} DAY"
        report.at(entry.text).error(1, "E-article-known", f"{found}; {expected}")
    proposed = propose(text, entry.title, entry.authors, entry.known.get("language", "en"))
    files = {
        "text.txt": text,
        "meta.toml": _meta(entry, text, changes),
        "gold.ann": "",
        f"{PROPOSED}.ann": brat.write(proposed),
    }
    sentences = len(proposed.labelled(["Sentence"]))
    zones = len(proposed.spans) - sentences
    remarks = _remarks(entry, text, changes)
    return Added(folder / entry.name, zones, sentences, remarks), files


def _known(folder: Path, text: str, outlet: str) -> tuple[str, object] | None:
    """Name and day of the article of a project that is this text, by the same outlet."""
    digest = checksum_of(text)
    for path in sorted(folder.glob("*/meta.toml")):
        meta = read_toml(path, Report()) or {}
        if (meta.get("sha256"), meta.get("outlet")) == (digest, outlet):
            return path.parent.name, meta.get("published")
    return None


def _remarks(entry: Entry, text: str, changes: list[str]) -> list[str]:
    """What the user should know about a text that was taken."""
    remarks = [f"changed in the text: {change}" for change in changes]
    lines = [" ".join(line.split()).casefold() for line in text.split("\n")]
    if entry.title.casefold() not in lines:
        remarks.append("no line of the text is the title; check which line is proposed as Headline")
    if lost := text.count("\ufffd"):
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        message = (
            f"{lost} replacement characters (U+FFFD), the first in line {line}: letters "
            "were lost in an earlier conversion"
        )
        remarks.append(message)
    return remarks


def _meta(entry: Entry, text: str, changes: list[str]) -> str:
    """The text of an article's `meta.toml`."""
    known = dict.fromkeys(OPTIONAL, UNKNOWN) | entry.known
    rows = [
        ("title", entry.title, ""),
        ("outlet", known["outlet"], ""),
        ("authors", entry.authors, ""),
        ("country_of_outlet", known["country"], ""),
        ("genre", known["genre"], "your reading: news report, commentary, …"),
        ("published", entry.published, ""),
        ("earlier_publication", UNKNOWN, ""),
        ("language", known["language"], "such as en"),
        ("rights", known["rights"], "who owns the text, and why you may use it"),
        ("sha256", checksum_of(text), "of text.txt, which is never edited"),
    ]
    if changes:
        rows.append(("normalised", changes, "what was changed in the text when it was added"))
    lines = ['# Only what is known; the rest stays "unknown".']
    for key, value, remark in rows:
        lines.append(f"{key} = {toml(value)}" + (f"  # {remark}" if remark else ""))
    lines += ["", "[coders.gold]", f"who = {toml(known['coder_name'])}  # who codes"]
    return "\n".join(lines) + "\n"


# --- accept ---


def accept(target: str | Path) -> list[Accepted]:
    """Accept the proposed zones and sentences of an article, or of all articles of a project.

    They are written into every coder's `.ann`, without sentences in zones that are not divided
    (credits, links, …), and `proposed.ann` is removed.
    Raises `SeedError` listing every problem; then no file is changed.
    """
    target, report = Path(target), Report()
    codebook = Codebook.read(project_of(target) / "codebook.toml", report)
    accepted: list[Accepted] = []
    texts: dict[Path, str] = {}
    for path in article_paths(target):
        report += invalid_paths(path, target)
        if (path / f"{PROPOSED}.ann").is_file():
            accepted += _accept_article(path, codebook, texts, report)
    if not accepted and not report:
        message = (
            f"nothing is proposed here; expected an article with {PROPOSED}.ann, or a "
            "project of such articles"
        )
        report.at(target).error(1, "E-proposed-missing", message)
    report.raise_if_any()
    write_texts(texts)
    for article in accepted:
        (article.folder / f"{PROPOSED}.ann").unlink()
    return accepted


def _accept_article(
    path: Path, codebook: Codebook, texts: dict[Path, str], report: Report
) -> list[Accepted]:
    """Add the coders' files with the accepted zones to `texts`."""
    text = read_text(path / "text.txt", report)
    proposed = read_proposed(path, text, codebook, report)
    if text is None or proposed is None:
        return []
    undivided = _in_undivided_zones(proposed, codebook)
    base = without(proposed, undivided)
    coders = sorted({"gold", *coders_in(path.glob("*.ann"))})
    for file in [path / f"{coder}.ann" for coder in coders]:
        coding = read_coding(file, text, report)
        labels = base_labels(codebook)
        check_own_base(coding, proposed, labels, f"{PROPOSED}.ann", report.at(file))
        if not report:
            texts[file] = brat.write(canonical(with_base(coding, base), codebook))
    zones = len(base.labelled(codebook.of_kind("zone")))
    return [Accepted(path, zones, len(base.spans) - zones, coders, len(undivided))]


def _in_undivided_zones(proposed: Annotations, codebook: Codebook) -> list[str]:
    """The ids of sentences in zones that are not divided into sentences."""
    duplicates = {item.target for item in proposed.attributes_named("Duplicate")}
    zones = [
        zone
        for zone in proposed.labelled(codebook.of_kind("zone"))
        if zone.label not in DIVIDED or zone.id in duplicates
    ]
    return [
        span.id
        for span in proposed.labelled(codebook.of_kind("sentence"))
        if any(zone.start <= span.start < zone.end for zone in zones)
    ]
