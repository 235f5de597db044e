"""A folder of articles of one's own: made, added to, its zones and sentences confirmed, or filled
by an import."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Annotations, Problem, SeedError
from ..annotation.codebook import Codebook
from ..annotation.dates import day
from ..annotation.limits import unfit
from ..annotation.ordering import canonical, with_base
from ..annotation.problems import Report
from ..annotation.structure_checks import DIVIDED, check_own_base
from ..annotation.toml_files import read_source, toml
from ..corpus.articles import PROPOSED, RULES, base_labels, invalid_paths, read_proposed, read_rules
from ..corpus.files import new_folder, write_texts
from .source_text import read_article_text
from .zone_proposals import propose

__all__ = [
    "Accepted",
    "Added",
    "Entry",
    "accept",
    "add",
    "entry_from_row",
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


@dataclass
class Entry:
    """One article to be added: its text's file, and what is known of it."""

    text: Path
    title: str
    published: dt.date
    name: str
    known: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)


@dataclass
class Added:
    """What was made of one entry: its folder, how much was proposed, and what its user should
    know."""

    folder: Path
    zones: int
    sentences: int
    remarks: list[str]


@dataclass
class Accepted:
    """What was confirmed in one article: zones and sentences, in whose files, and how many
    sentences were left out."""

    folder: Path
    zones: int
    sentences: int
    coders: list[str]
    left_out: int


def standard_folder() -> Path:
    """The folder that holds the collection's own codebook: in the package where it was installed,
    else beside it."""
    places = (Path(__file__).parents[1] / "standard", Path(__file__).parents[3] / "seeds")
    found = next((place for place in places if (place / "codebook.toml").is_file()), None)
    if found is None:
        raise FileNotFoundError(
            f"the standard codebook is not where it belongs ({places[0]}); install the "
            f"package again"
        )
    return found


def entry_from_row(given: Mapping[str, str | None]) -> tuple[Entry | None, list[str]]:
    """An entry from words (`text`, `title`, `published` and, where known, `name`, `outlet`,
    `author`, …), or what is wrong with them.

    Several authors are parted by semicolons.
    """
    words = {
        key: " ".join(value.split()) for key, value in given.items() if value and value.strip()
    }
    wrong = [
        f"no {key} given; expected {shape}" for key, shape in NEEDED.items() if key not in words
    ]
    published = day(words.get("published", ""))
    if "published" in words and not published:
        wrong.append(
            f"'{words['published']}' is no date of publication; expected year-month-day, "
            f"such as 2017-04-14"
        )
    if wrong or published is None:
        return None, wrong
    name = (
        slug(words.get("name", ""))
        or f"{slug(words.get('outlet', '')) or slug(words['title']) or 'article'}-{published}"
    )
    authors = [part.strip() for part in words.get("author", "").split(";") if part.strip()]
    return Entry(
        Path(given["text"] or ""),
        words["title"],
        published,
        name,
        {key: words[key] for key in KNOWN if key in words},
        authors,
    ), []


NEEDED = {
    "text": "a file of plain text",
    "title": "the headline, as the text has it",
    "published": "the day, such as 2017-04-14",
}
KNOWN = ("outlet", "country", "genre", "language", "rights", "coder_name")


def slug(words: str) -> str:
    """A name for a folder: small letters, digits and hyphens, at most 40 of them where words end.

    >>> slug("Doç. Yiğit: US-Russian Rivalry")
    'doc-yigit-us-russian-rivalry'
    """
    plain = (
        unicodedata.normalize("NFKD", words.replace("ı", "i").replace("ß", "ss"))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    parts = re.findall(r"[a-z0-9]+", plain)
    while len(parts) > 1 and len("-".join(parts)) > 40:
        parts.pop()
    return "-".join(parts)[:40]


def add(
    folder: str | Path,
    entries: Iterable[Entry],
    like: str | Path | None = None,
    normalise: bool = False,
    beside: Iterable[Path] = (),
) -> list[Added]:
    """Add articles to a project folder, which is made where there is none: all of them or nothing.

    Each gets a folder with its text as it is, `meta.toml`, an empty `gold.ann` and `proposed.ann`.
    With `like` the codebook and the registries of
    another folder are copied, else the standard codebook, and the registries are empty. Files in
    `beside` may lie in the folder already.
    Raises `SeedError` with everything that is wrong with the texts, and `OSError`.
    """
    folder, entries = Path(folder), list(entries)
    problems = Report()
    _names(folder, entries, problems)
    made = [_article(folder, entry, normalise, problems) for entry in entries]
    rules = project_rules(Path(like) if like else None, problems)
    fresh = _fresh(folder, {entry.text for entry in entries} | set(beside), problems)
    if problems:
        raise SeedError(problems)
    with ExitStack() as drafts:
        root = drafts.enter_context(new_folder(folder)) if not folder.exists() else folder
        for entry, (files, _) in zip(entries, made, strict=True):
            draft = drafts.enter_context(new_folder(root / entry.name))
            for name, data in files.items():
                (draft / name).write_bytes(data)
        if fresh:
            write_texts(
                {root / name: text for name, text in rules.items() if not (root / name).exists()}
            )
    return [added for _, added in made]


def _names(folder, entries, problems):
    seen = {}
    for entry in entries:
        if why := unfit(entry.name):
            problems.append(
                Problem(
                    str(entry.text), 1, f"would be the article {entry.name}, which {why} (--name)"
                )
            )
        if (folder / entry.name).exists():
            problems.append(
                Problem(
                    str(entry.text),
                    1,
                    (
                        f"{folder / entry.name} is in use: it exists already; expected another "
                        f"name (--name)"
                    ),
                )
            )
        if entry.name in seen:
            before = (
                f"as {seen[entry.name]} would"
                if seen[entry.name] != entry.text
                else "a second time"
            )
            problems.append(
                Problem(
                    str(entry.text),
                    1,
                    (
                        f"would be the article {entry.name}, {before}; expected a name of its "
                        f"own (--name)"
                    ),
                )
            )
        seen.setdefault(entry.name, entry.text)


def _fresh(folder, allowed, problems):
    """Whether a folder has no codebook yet; a folder in use for other things is refused."""
    if (folder / RULES[0]).is_file():
        return False
    if folder.exists() and not folder.is_dir():
        problems.append(Problem(str(folder), 1, "is a file; expected a folder"))
    elif folder.exists():
        taken = {path.resolve() for path in allowed}
        other = sorted(
            path.name
            for path in folder.iterdir()
            if not path.name.startswith(".") and path.resolve() not in taken
        )
        if other:
            found = ", ".join(other[:3]) + (" …" if len(other) > 3 else "")
            expected = "expected a new name, an empty folder, or a project (with codebook.toml)"
            problems.append(
                Problem(str(folder), 1, f"is in use for other things ({found}); {expected}")
            )
    return True


def project_rules(like, problems):
    """The codebook and the registries of a new project, as text; what is wrong with those of the
    folder `like` is added to `problems`."""
    if like is None:
        return {
            "codebook.toml": (standard_folder() / "codebook.toml").read_text(encoding="utf-8"),
            "actors.toml": ACTORS,
            "tracks.toml": TRACKS,
        }
    missing = [
        Problem(str(like / name), 1, "no such file; expected one to copy")
        for name in RULES
        if not (like / name).is_file()
    ]
    problems += missing
    if not missing:
        read_rules(like, problems)
    return {name: read_source(like / name, Report()) or "" for name in RULES}


def _article(folder, entry, normalise, problems):
    """The files of one article and what there is to say of it, or nothing where its text cannot be
    taken."""
    if not entry.text.is_file():
        problems.append(
            Problem(str(entry.text), 1, "no such file; expected the text of an article")
        )
        return None
    if (taken := read_article_text(entry.text, normalise, problems)) is None:
        return None
    text, changes = taken
    found = propose(text, entry.title, entry.authors, entry.known.get("language", "en"))
    files = {
        "text.txt": text,
        "meta.toml": meta(entry, text, changes),
        "gold.ann": "",
        f"{PROPOSED}.ann": brat.write(found),
    }
    sentences = sum(span.label == "Sentence" for span in found.spans)
    added = Added(
        folder / entry.name, len(found.spans) - sentences, sentences, _remarks(entry, text, changes)
    )
    return {name: content.encode() for name, content in files.items()}, added


def _remarks(entry, text, changes):
    remarks = [f"changed in the text: {change}" for change in changes]
    if not any(
        " ".join(line.split()).casefold() == entry.title.casefold() for line in text.split("\n")
    ):
        remarks.append(
            "no line of the text is the title; see whether the right line is proposed as Headline"
        )
    if lost := text.count("\ufffd"):
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        remarks.append(
            f"{lost} replacement characters (U+FFFD), the first in line {line}: an earlier "
            f"conversion has lost letters there"
        )
    return remarks


def meta(entry: Entry, text: str, changes: Iterable[str] = ()) -> str:
    """Text of an article's `meta.toml`."""
    known = {key: entry.known.get(key, UNKNOWN) for key in KNOWN}
    lines = [
        '# Only what is known; what the text does not say stays "unknown".',
        f"title = {toml(entry.title)}",
    ]
    lines += [
        f"outlet = {toml(known['outlet'])}",
        f"authors = {toml(entry.authors)}",
        f"country_of_outlet = {toml(known['country'])}",
    ]
    lines += [
        f"genre = {toml(known['genre'])}  # your reading: news report, commentary, …",
        f"published = {entry.published}",
    ]
    lines += [
        f"earlier_publication = {toml(UNKNOWN)}",
        f"language = {toml(known['language'])}  # such as en",
    ]
    lines += [
        f"rights = {toml(known['rights'])}  # whose text it is, and on what ground it is used"
    ]
    lines += [
        (
            f"sha256 = {toml(hashlib.sha256(text.encode()).hexdigest())}  # of text.txt, which "
            f"is never edited"
        )
    ]
    lines += (
        [f"normalised = {toml(list(changes))}  # what was changed when the text was taken"]
        if changes
        else []
    )
    lines += ["", "[coders.gold]", f"who = {toml(known['coder_name'])}  # who codes"]
    return "\n".join(lines) + "\n"


def accept(target: str | Path) -> list[Accepted]:
    """Confirm the proposed zones and sentences of an article, or of every article of a project:
    they go into every coder's `.ann`.

    Sentences in zones that hold none (credits, links, …) are left out. Raises `SeedError` with
    everything that is wrong: then nothing is changed.
    """
    target = Path(target)
    articles = (
        [target]
        if (target / "text.txt").is_file()
        else sorted(path.parent for path in target.glob(f"*/{PROPOSED}.ann"))
    )
    problems = Report()
    codebook = Codebook.read(
        (target if articles != [target] else target.absolute().parent) / "codebook.toml", problems
    )
    for path in articles:
        problems += invalid_paths(path, path if articles == [target] else target)
    done = [
        _confirmed(path, codebook, problems)
        for path in articles
        if (path / f"{PROPOSED}.ann").is_file()
    ]
    if not done:
        problems.append(
            Problem(
                str(target),
                1,
                (
                    f"nothing is proposed here; expected an article with {PROPOSED}.ann, or a "
                    f"folder of such articles"
                ),
            )
        )
    if problems:
        raise SeedError(problems)
    write_texts({path: text for _, texts in done for path, text in texts.items()})
    for report, _ in done:
        (report.folder / f"{PROPOSED}.ann").unlink()
    return [report for report, _ in done]


def _confirmed(path, codebook, problems):
    """One article's report, and its coders' files with the base in them."""
    text = brat.read_text(path / "text.txt", str(path / "text.txt"), problems)
    proposed = read_proposed(path, text, codebook, problems)
    if text is None or proposed is None:
        return None
    base, left_out = _divided(proposed, codebook)
    texts = {}
    for file in sorted({path / "gold.ann", *path.glob("*.ann")} - {path / f"{PROPOSED}.ann"}):
        source = brat.read_text(file, str(file), problems, empty=True) if file.exists() else ""
        found = brat.parse(source or "", str(file), problems)
        brat.verify(found, text, str(file), problems)
        check_own_base(
            found, proposed, base_labels(codebook), f"{PROPOSED}.ann", str(file), problems
        )
        texts[file] = found
    if problems:
        return None
    zones = sum(span.label in codebook.of_kind("zone") for span in base.spans)
    report = Accepted(path, zones, len(base.spans) - zones, [file.stem for file in texts], left_out)
    return report, {
        file: brat.write(canonical(with_base(found, base), codebook))
        for file, found in texts.items()
    }


def _divided(proposed: Annotations, codebook: Codebook):
    """The base without sentences in zones that hold none, and how many these are."""
    again = {item.target for item in proposed.attributes if item.name == "Duplicate"}
    whole_ = [
        span
        for span in proposed.spans
        if span.label in codebook.of_kind("zone")
        and (span.label not in DIVIDED or span.id in again)
    ]
    out = {
        s.id
        for s in proposed.spans
        if s.label in codebook.of_kind("sentence")
        and any(z.start <= s.start < z.end for z in whole_)
    }
    kept = [span for span in proposed.spans if span.id not in out]
    return Annotations(
        spans=kept, attributes=[item for item in proposed.attributes if item.target not in out]
    ), len(out)
