"""A project folder of your own: adding articles, and accepting their zones and sentences."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.dates import day
from ..annotation.limits import unfit
from ..annotation.model import Annotations
from ..annotation.ordering import canonical, with_base
from ..annotation.problems import Report
from ..annotation.structure_checks import DIVIDED, check_own_base
from ..annotation.text_files import read_text
from ..annotation.toml_files import read_source, toml
from ..corpus.articles import PROPOSED, RULES, base_labels, invalid_paths, read_proposed, read_rules
from ..corpus.files import new_folder, write_texts
from .article_files import article_paths, project_of, read_coding
from .source_text import read_article_text
from .zone_proposals import propose

__all__ = [
    "ACTORS",
    "TRACKS",
    "UNKNOWN",
    "Accepted",
    "Added",
    "Entry",
    "accept",
    "add",
    "entry_from_row",
    "meta_toml",
    "project_rules",
    "slug",
    "standard_folder",
]

UNKNOWN = "unknown"
ACTORS = """# Who is in the articles: one table per actor, under the id that annotations use:
#
#   [mary-grey]
#   name = "Mary Grey"                 # the name shown in tables and figures
#   kind = "expert"                    # or government, armed-group, organisation, media, public
#   country = "none"                   # its country; "none", or "unknown" if the text does not say
#   named = true                       # true if a reader could tell whom to ask, not "many experts"
#   part_of = "harbour-office"         # optional: the actor it speaks or acts for, by its key
"""
TRACKS = """# The negotiating tables that the articles mention: one table per track. The attribute
# Track takes its key. For example:
#
#   [harbour-talks]
#   name = "Harbour talks, 2020"
#   host = "harbour-office"            # a key of actors.toml, or "none"
#   aim = "what is to be reached there"
#   members = ["harbour-office", "mary-grey"]
#   period = "2020"                    # EDTF: date, month, year, or two with a /; or "unknown"
#   fate.the-articles-folder = "what becomes of it in that article, in a clause of your own"
"""


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


def standard_folder() -> Path:
    """Return the folder of the standard codebook: in the installed package, else seeds/."""
    places = (Path(__file__).parents[1] / "standard", Path(__file__).parents[3] / "seeds")
    for place in places:
        if (place / "codebook.toml").is_file():
            return place
    raise FileNotFoundError(
        f"the standard codebook is missing from {places[0]}; install the package again"
    )


def entry_from_row(row: Mapping[str, str | None]) -> tuple[Entry | None, list[str]]:
    """Return an entry from a row of a list of articles, or None and what is wrong with the row.

    `row` has text, title and published, and may have name, outlet, author (several separated by
    semicolons) and the keys of `Entry.known`.
    """
    words = {key: " ".join(value.split()) for key, value in row.items() if value}
    wrong = [
        f"no {key} given; expected {expected}"
        for key, expected in NEEDED.items()
        if not words.get(key)
    ]
    published = day(words.get("published", ""))
    if words.get("published") and not published:
        expected = "expected year-month-day, such as 2017-04-14"
        wrong.append(f"'{words['published']}' is not a date of publication; {expected}")
    if wrong or published is None:
        return None, wrong
    source = slug(words.get("outlet", "")) or slug(words["title"]) or "article"
    entry = Entry(
        text=Path(row["text"] or ""),
        title=words["title"],
        published=published,
        name=slug(words.get("name", "")) or f"{source}-{published}",
        known={key: words[key] for key in OPTIONAL if words.get(key)},
        authors=[part.strip() for part in words.get("author", "").split(";") if part.strip()],
    )
    return entry, []


def slug(words: str) -> str:
    """Return a folder name: lower-case letters, digits and hyphens, at most 40 characters.

    >>> slug("Doç. Yiğit: US-Russian Rivalry")
    'doc-yigit-us-russian-rivalry'
    """
    words = unicodedata.normalize("NFKD", words.replace("ı", "i").replace("ß", "ss"))
    parts = re.findall(r"[a-z0-9]+", words.encode("ascii", "ignore").decode().lower())
    while len(parts) > 1 and len("-".join(parts)) > 40:
        parts.pop()
    return "-".join(parts)[:40]


# --- new ---


class _NewArticle(NamedTuple):
    files: dict[str, str]
    added: Added


def add(
    folder: str | Path,
    entries: Iterable[Entry],
    like: str | Path | None = None,
    normalise: bool = False,
    beside: Iterable[Path] = (),
) -> list[Added]:
    """Add articles to a project folder, which is created if necessary: all of them or none.

    Each gets a folder with its text unchanged, `meta.toml`, an empty `gold.ann` and
    `proposed.ann`. A new project copies codebook and registries from the folder `like`, or gets the
    standard codebook and empty registries. `normalise` allows line ends to be changed; the files
    `beside` may lie in the folder already.
    Raises `SeedError` listing every problem, and `OSError`.
    """
    folder, entries = Path(folder), list(entries)
    report = Report()
    _check_names(folder, entries, report)
    articles = [_new_article(folder, entry, normalise, report) for entry in entries]
    rules = project_rules(Path(like) if like else None, report)
    is_new = not (folder / RULES[0]).is_file()
    if is_new:
        _check_unused(folder, {entry.text for entry in entries} | set(beside), report)
    report.raise_if_any()
    new = [article for article in articles if article is not None]
    with ExitStack() as drafts:
        root = folder if folder.exists() else drafts.enter_context(new_folder(folder))
        for entry, article in zip(entries, new, strict=True):
            draft = drafts.enter_context(new_folder(root / entry.name))
            for name, text in article.files.items():
                (draft / name).write_bytes(text.encode())
        if is_new:
            missing = {name: text for name, text in rules.items() if not (root / name).exists()}
            write_texts({root / name: text for name, text in missing.items()})
    return [article.added for article in new]


def _check_names(folder: Path, entries: list[Entry], report: Report) -> None:
    """Report names that are unsuitable, taken, or given to two entries."""
    seen: dict[str, Path] = {}
    for entry in entries:
        error = report.at(entry.text).error
        if why := unfit(entry.name):
            error(1, "E-article-name", f"its name '{entry.name}' {why} (--name)")
        if (folder / entry.name).exists():
            found = f"{folder / entry.name} exists already"
            error(1, "E-article-exists", f"{found}; expected another name (--name)")
        if entry.name in seen:
            found = f"its name '{entry.name}' is also that of {seen[entry.name]}"
            error(1, "E-article-twice", f"{found}; expected a name of its own (--name)")
        seen.setdefault(entry.name, entry.text)


def _check_unused(folder: Path, allowed: set[Path], report: Report) -> None:
    """Report a folder that holds other things than a project."""
    file = report.at(folder)
    if folder.is_dir():
        known = {path.resolve() for path in allowed}
        visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
        others = sorted(path.name for path in visible if path.resolve() not in known)
        if others:
            found = f"contains other files ({', '.join(others[:3])}{' …' if others[3:] else ''})"
            expected = "expected a new name, an empty folder, or a project (with codebook.toml)"
            file.error(1, "E-folder-in-use", f"{found}; {expected}")
    elif folder.exists():
        file.error(1, "E-folder-in-use", "is a file; expected a folder")


def project_rules(like: Path | None, report: Report) -> dict[str, str]:
    """Return codebook and registries of a new project as text, by file name.

    They are those of the folder `like`, whose problems are reported, or the standard ones.
    """
    if like is None:
        codebook = (standard_folder() / "codebook.toml").read_text(encoding="utf-8")
        return {"codebook.toml": codebook, "actors.toml": ACTORS, "tracks.toml": TRACKS}
    missing = [name for name in RULES if not (like / name).is_file()]
    for name in missing:
        report.at(like / name).error(1, "E-file-missing", "no such file; expected one to copy")
    if not missing:
        read_rules(like, report)
    return {name: read_source(like / name, Report()) or "" for name in RULES}


def _new_article(folder: Path, entry: Entry, normalise: bool, report: Report) -> _NewArticle | None:
    """The files of an article, or None if its text is refused."""
    if not entry.text.is_file():
        message = "no such file; expected the text of an article"
        report.at(entry.text).error(1, "E-file-missing", message)
        return None
    taken = read_article_text(entry.text, normalise, report)
    if taken is None:
        return None
    text, changes = taken
    proposed = propose(text, entry.title, entry.authors, entry.known.get("language", "en"))
    files = {
        "text.txt": text,
        "meta.toml": meta_toml(entry, text, changes),
        "gold.ann": "",
        f"{PROPOSED}.ann": brat.write(proposed),
    }
    sentences = sum(span.label == "Sentence" for span in proposed.spans)
    zones = len(proposed.spans) - sentences
    remarks = _remarks(entry, text, changes)
    return _NewArticle(files, Added(folder / entry.name, zones, sentences, remarks))


def _remarks(entry: Entry, text: str, changes: list[str]) -> list[str]:
    """What the user should know about a text that was taken."""
    remarks = [f"changed in the text: {change}" for change in changes]
    lines = [" ".join(line.split()).casefold() for line in text.split("\n")]
    if entry.title.casefold() not in lines:
        remarks.append("no line of the text is the title; check which line is proposed as Headline")
    if lost := text.count("\ufffd"):
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        found = f"{lost} replacement characters (U+FFFD), the first in line {line}"
        remarks.append(f"{found}: letters were lost in an earlier conversion")
    return remarks


def meta_toml(entry: Entry, text: str, changes: Iterable[str] = ()) -> str:
    """Return an article's `meta.toml`."""
    known = {key: entry.known.get(key, UNKNOWN) for key in OPTIONAL}
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
        ("sha256", hashlib.sha256(text.encode()).hexdigest(), "of text.txt, which is never edited"),
    ]
    if changes:
        rows.append(("normalised", list(changes), "what was changed in the text when it was added"))
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
        expected = f"expected an article with {PROPOSED}.ann, or a project of such articles"
        report.at(target).error(1, "E-proposed-missing", f"nothing is proposed here; {expected}")
    report.raise_if_any()
    write_texts(texts)
    for article in accepted:
        (article.folder / f"{PROPOSED}.ann").unlink()
    return accepted


def _accept_article(
    path: Path, codebook: Codebook, texts: dict[Path, str], report: Report
) -> list[Accepted]:
    """Add the coders' files with the accepted zones to `texts`."""
    text = read_text(path / "text.txt", str(path / "text.txt"), report)
    proposed = read_proposed(path, text, codebook, report)
    if text is None or proposed is None:
        return []
    base = _without_undivided(proposed, codebook)
    files = sorted({path / "gold.ann", *path.glob("*.ann")} - {path / f"{PROPOSED}.ann"})
    for file in files:
        coding = read_coding(file, text, report)
        labels = base_labels(codebook)
        check_own_base(coding, proposed, labels, f"{PROPOSED}.ann", str(file), report)
        if not report:
            texts[file] = brat.write(canonical(with_base(coding, base), codebook))
    zones = sum(span.label in codebook.of_kind("zone") for span in base.spans)
    left_out = len(proposed.spans) - len(base.spans)
    coders = [file.stem for file in files]
    return [Accepted(path, zones, len(base.spans) - zones, coders, left_out)]


def _without_undivided(proposed: Annotations, codebook: Codebook) -> Annotations:
    """Zones and sentences without the sentences in zones that are not divided."""
    duplicates = {item.target for item in proposed.attributes if item.name == "Duplicate"}
    zones = [span for span in proposed.spans if span.label in codebook.of_kind("zone")]
    undivided = [z for z in zones if z.label not in DIVIDED or z.id in duplicates]
    kept = [
        span
        for span in proposed.spans
        if span.label not in codebook.of_kind("sentence")
        or not any(zone.start <= span.start < zone.end for zone in undivided)
    ]
    ids = {span.id for span in kept}
    attributes = [item for item in proposed.attributes if item.target in ids]
    return Annotations(spans=kept, attributes=attributes)


def __dir__() -> list[str]:
    return __all__
