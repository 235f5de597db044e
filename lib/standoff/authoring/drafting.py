"""Drafts: annotations that rules propose and nobody has accepted.

`draft` writes them to `drafts.toml` in an article's folder, in the form of notes, where they do not
count. A person accepts one in the annotator, or by moving its entry to `notes.toml`; the
attribute `Origin` then says so. See docs/drafts.md.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import suggest
from ..annotation.model import Annotations, Event, Fragments, Span
from ..annotation.origin import ORIGIN
from ..annotation.problems import FileReport, Report
from ..annotation.registries import UNKNOWN
from ..annotation.text_files import read_text
from ..annotation.toml_files import TomlFile, is_tables, is_words, key, read_source, read_toml, toml
from ..annotation.zone_labels import DIVIDED
from ..corpus.articles import read_rules, text_changed
from ..corpus.safe_writing import write_text, write_texts
from .article_files import ArticleFiles, article_paths, project_of
from .drafts.proposal import Proposal
from .marks import CodedMark, read_marks
from .quote_finding import QUOTE_KEYS, QuoteError, find_fragments, pieces, quoted
from .short_notes import SHORT

__all__ = [
    "DRAFTS",
    "Draft",
    "Drafted",
    "add_origins",
    "draft",
    "origin_of",
    "read_drafts",
    "set_rejected",
]

DRAFTS = "drafts.toml"
DATED = frozenset(("Dateline", "Note", "Reference"))  # zones in which only times are looked for
COMMON = re.compile(r"\b(the|of|and|to|that|is|was|for|with)\b", re.IGNORECASE)  # English words
ENGLISH = 0.04  # of the words of an English text are such, at least
JUDGED = 40  # words that a text must have to be judged by them
DRAFTS_HEAD = """\
# Drafts made by rules: proposals, which do not count until a person accepts them.
# To accept one with an editor, move its entry with its `draft` to notes.toml, fill in what the
# codebook requires, and compile. The list is incomplete: read the article for what is missing.
"""
OWN_KEYS = {*QUOTE_KEYS, "draft", "rule", "rejected", *SHORT}
ID = re.compile(r"d\d{1,9}", re.ASCII)


class Draft(NamedTuple):
    """One entry of `drafts.toml`.

    `fragments` are those of the span, or of the trigger of an event; `attributes` have the names of
    the `.ann`, and the value of a time the name `refers`; `roles` maps Source and Content of an
    attribution to the place of the span to be made. `rejected` names the coders who rejected it.
    """

    id: str
    label: str
    fragments: Fragments
    attributes: dict[str, str]
    roles: dict[str, Fragments]
    rule: str
    rejected: tuple[str, ...] = ()


class Drafted(NamedTuple):
    """What was drafted for one article: the number of drafts by label, or why there are none.

    `remark` says what was taken for granted.
    """

    folder: Path
    counts: dict[str, int]
    skipped: str = ""
    remark: str = ""


def draft(project: str | Path, article: str | None = None) -> list[Drafted]:
    """Write `drafts.toml` for the English articles of a project, or for `article` alone.

    `project` may also be the folder of one article. Drafts that a file has already keep their ids,
    and rejections stay. Raises `SeedError` listing every problem, and `OSError`; then no file is
    changed.
    """
    report, drafted = Report(), []
    project = Path(project)
    codebook, _ = read_rules(project_of(project), report)
    paths = article_paths(project)
    if article is not None:
        names = [path.name for path in paths]
        paths = [path for path in paths if path.name == article]
        if not paths:
            message = f"there is no article '{article}'; {suggest(article, names)}"
            report.at(project).error(1, "E-draft-article", message)
    texts: dict[Path, str] = {}
    for path in paths:
        sha256 = (read_toml(path / "meta.toml", Report()) or {}).get("sha256")
        if sha256 and text_changed(path, sha256, report):
            continue
        files = ArticleFiles(path, codebook, report)
        language = files.meta.get("language", UNKNOWN)
        if skipped := _not_english(language, files.text):
            drafted.append(Drafted(path, {}, skipped))
            continue
        drafts = _drafts_of(files)
        texts[path / DRAFTS] = _as_toml(drafts, files.text)
        remark = "no language is given; taken as English" if language == UNKNOWN else ""
        counts = Counter(one.label for one in drafts)
        drafted.append(Drafted(path, dict(counts), remark=remark))
    report.raise_if_any()
    write_texts(texts)
    return drafted


def _not_english(language: str, text: str) -> str:
    """Why the rules do not fit an article's language; nothing if they do."""
    if language not in ("en", UNKNOWN) and not language.startswith("en-"):
        return f"its language is {language}; rules know English"
    words = len(text.split())
    if language != UNKNOWN or words < JUDGED or len(COMMON.findall(text)) >= ENGLISH * words:
        return ""
    return (
        "no language is given, and few of the commonest English words occur; if it is English, "
        'write language = "en" in its meta.toml'
    )


def _drafts_of(files: ArticleFiles) -> list[Draft]:
    """What the rules propose for an article, under the ids that its file of drafts has already."""
    from .drafts.all_rules import proposals  # takes a while: the patterns of times are compiled

    base = files.accepted() if files.proposed is None else files.proposed
    zones = [(zone.start, zone.end) for zone in base.labelled(DIVIDED)]
    others = [(zone.start, zone.end) for zone in base.labelled(DATED)]
    if not zones:
        message = "there are no zones to draft in; expected them to be proposed: see standoff new"
        files.report.at(files.path / "gold.ann").error(1, "E-draft-zones", message)
        return []
    old: dict[tuple[str, Fragments], Draft] = {}
    for one in read_drafts(files.path, Report()):
        old.setdefault((one.label, one.fragments), one)
    last = max((int(one.id[1:]) for one in old.values()), default=0)
    numbers, drafts = count(last + 1), []
    for proposal in proposals(files.text, files.meta.get("published"), zones, others):
        if not _fits(proposal, files.book):
            continue
        known = old.pop((proposal.label, proposal.fragments), None)
        ident, rejected = (known.id, known.rejected) if known else (f"d{next(numbers)}", ())
        label, fragments, rule, attributes, roles = proposal
        drafts.append(Draft(ident, label, fragments, attributes, roles, rule, rejected))
    return drafts


def _fits(proposal: Proposal, book: Codebook) -> bool:
    """Whether a codebook has what a rule proposes."""
    rules = book.labels.get(proposal.label)
    if rules is None:
        return False
    attributes = proposal.attributes.keys() - {"refers"}
    has_registry = "refers" not in proposal.attributes or rules.get("registry") == "edtf"
    return (
        has_registry
        and attributes <= book.attributes.keys()
        and proposal.roles.keys() <= rules.get("roles", {}).keys()
    )


# --- the file ---


def _as_toml(drafts: Iterable[Draft], text: str) -> str:
    """Drafts as the text of `drafts.toml`."""
    return "\n".join([DRAFTS_HEAD, *(_entry(one, text) for one in drafts)])


def _entry(one: Draft, text: str) -> str:
    values: dict[str, Any] = {"draft": one.id, "rule": one.rule}
    if one.rejected:
        values["rejected"] = list(one.rejected)
    values |= quoted(text, one.fragments)
    values |= {
        short: quoted(text, one.roles[role]) for short, role in SHORT.items() if role in one.roles
    }
    rows = [f"{key(name)} = {toml(value)}" for name, value in (values | one.attributes).items()]
    return "\n".join([f"[[{key(one.label)}]]", *rows, ""])


def read_drafts(folder: str | Path, report: Report | None = None) -> list[Draft]:
    """Return the drafts in an article's folder in the order of the file, none without a file.

    Their quotations are looked up in the text. Problems are added to `report`, or else raised as
    `SeedError`.
    """
    folder = Path(folder)
    if not (folder / DRAFTS).is_file():
        return []
    problems = Report() if report is None else report
    file = TomlFile.read(folder / DRAFTS, problems)
    text = read_text(folder / "text.txt", problems)
    drafts = [] if file is None or text is None else list(_read(file, text))
    if report is None:
        problems.raise_if_any()
    return drafts


def _read(file: TomlFile, text: str) -> Iterator[Draft]:
    """Yield the drafts in a file by their lines; entries with a problem are reported."""
    for label, entries in file.data.items():
        if not is_tables(entries):
            message = f"'{label}' is not a draft; expected [[{label}]] with two brackets"
            file.error("E-draft-shape", message, label)
    seen: set[str] = set()
    errors = file.report.at(file.path)
    for line, label, entry in file.lines.tables(file.data):
        ident = entry.get("draft")
        if not isinstance(ident, str) or not ID.fullmatch(ident) or ident in seen:
            message = f"'draft' is {ident!r}; expected d and a number that no other draft has"
            errors.error(line, "E-draft-id", message)
            continue
        seen.add(ident)
        if one := _read_entry(label, entry, text, line, errors):
            yield one


def _read_entry(
    label: str, entry: Mapping[str, Any], text: str, line: int, file: FileReport
) -> Draft | None:
    """One draft; None, with the reason in the report, if a quotation is not in the text."""
    try:
        fragments = find_fragments(text, pieces(entry))
        roles = {
            role: find_fragments(text, pieces(entry[short]))
            for short, role in SHORT.items()
            if short in entry
        }
    except QuoteError as error:
        message = f"draft {entry['draft']}: {error}; expected a draft of this text: draft it again"
        file.error(line, "E-draft-stale", message)
        return None
    attributes = {name: value for name, value in entry.items() if name not in OWN_KEYS}
    rejected, rule = entry.get("rejected", []), entry.get("rule", "")
    if not is_words(rejected) or not is_words([rule, *attributes.values()]):
        message = f"draft {entry['draft']} has a value that is no text; expected words"
        file.error(line, "E-draft-value", message)
        return None
    return Draft(entry["draft"], label, fragments, attributes, roles, rule, tuple(rejected))


# --- what coders decide ---


def set_rejected(folder: str | Path, ident: str, coder: str, is_rejected: bool) -> None:
    """Note in `drafts.toml` that a coder rejected a draft, or no longer does.

    One line of the file is changed, so that all others stay as they are. Raises `KeyError` without
    that draft.
    """
    path, report = Path(folder) / DRAFTS, Report()
    lines = (read_source(path, report) or "").split("\n")
    report.raise_if_any()
    own = f"draft = {toml(ident)}"
    if own not in lines:
        raise KeyError(ident)
    first = lines.index(own)
    headers = (n for n in range(first, len(lines)) if lines[n].startswith("[["))
    end = next(headers, len(lines))
    old = [n for n in range(first, end) if lines[n].startswith("rejected = ")]
    names = tomllib.loads(lines[old[0]])["rejected"] if old else []
    names = sorted({*names, coder} if is_rejected else {*names} - {coder})
    new = [f"rejected = {toml(names)}"] if names else []
    start = old[0] if old else first + 1
    lines[start : start + len(old)] = new
    write_text(path, "\n".join(lines))


def origin_of(one: Draft, marks: Mapping[str, CodedMark], ident: str) -> str:
    """Return "confirmed" if a mark says all that a draft said, else "mended".

    What a draft leaves open, such as Stance, may be filled in. A mark in a role of the draft is
    confirmed if it is where the draft has it.
    """
    mark = marks[ident]
    label, fragments = mark.span.mark
    if label != one.label:
        is_there = label == "Quoted" or fragments in one.roles.values()
        return "confirmed" if is_there else "mended"
    values, places = dict(mark.attributes), defaultdict[str, list[Fragments]](list)
    if mark.refers:
        values["refers"] = mark.refers[0]
    for role, target in mark.roles:
        places[role].append(marks[target].span.fragments)
    is_same = (
        fragments == one.fragments
        and one.attributes.items() <= values.items()
        and all(places[role] == [place] for role, place in one.roles.items())
    )
    return "confirmed" if is_same else "mended"


def add_origins(
    annotations: Annotations,
    drafts: Mapping[str, Draft],
    accepted: Mapping[str, str],
    base: Collection[str],
) -> None:
    """Add `Origin` to what notes made: confirmed or mended if it was a draft, else added.

    `drafts` holds the drafts of the article by id, `accepted` the draft that an annotation was, by
    the annotation's id, and `base` the labels of zones and sentences. What states an origin keeps
    it.
    """
    builder, marks = AnnotationBuilder("", annotations), read_marks(annotations)
    stated = {item.target for item in annotations.attributes_named(ORIGIN)}
    stated |= {event.trigger for event in annotations.events}
    items: list[Span | Event] = [*annotations.spans, *annotations.events]
    for item in items:
        if item.label in base or item.id in stated:
            continue
        value = "added"
        if item.id in accepted:
            value = origin_of(drafts[accepted[item.id]], marks, item.id)
        builder.add_attribute(item.id, ORIGIN, value, line=item.line)
