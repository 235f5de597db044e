"""Drafts: annotations that rules propose and nobody has accepted.

`draft` writes them to `drafts.toml` in an article's folder, in the form of notes, where nothing
counts them. A person accepts one in the annotator, or by moving its entry to `notes.toml`; the
attribute `Origin` then says so. See docs/drafts.md.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, Attribute, Event, Fragments, Span, unnumbered
from ..annotation.origin import ORIGIN
from ..annotation.problems import FileReport, Report
from ..annotation.suggest import suggest
from ..annotation.text_files import read_text
from ..annotation.toml_files import TomlFile, is_words, key, read_source, toml
from ..annotation.zones import DIVIDED
from ..corpus.articles import read_rules
from ..corpus.files import write_text, write_texts
from .article_files import ArticleFiles, article_paths
from .drafts import Proposal, proposals
from .quotes import QUOTE_KEYS, QuoteError, find_fragments, quote_for

__all__ = [
    "DRAFTS",
    "Draft",
    "Drafted",
    "add_origins",
    "draft",
    "origin_of",
    "read_drafts",
    "reject",
    "unreject",
]

DRAFTS = "drafts.toml"
DATED = frozenset(("Dateline", "Note", "Reference"))  # zones in which only times are looked for
LANGUAGES = ("en", "unknown")
HEAD = """\
# Drafts made by rules: proposals, which nothing counts until a person accepts them.
# To accept one with an editor, move its entry with its `draft` to notes.toml, fill in what the
# codebook requires, and compile. The list is incomplete: read the article for what is missing.
"""
SHORT = {"Source": "by", "Content": "says"}  # roles as notes write them
OWN_KEYS = {*QUOTE_KEYS, "draft", "rule", "rejected", *SHORT.values()}
ID = re.compile(r"d\d{1,9}", re.ASCII)


class Draft(NamedTuple):
    """One entry of `drafts.toml`.

    `fragments` are those of the span, or of the trigger of an event; `attributes` have the names of
    the `.ann`, and the value of a time the name `refers`; `roles` maps Source and Content of an
    attribution to the places of the spans to be made. `rejected` names the coders who rejected it.
    """

    id: str
    label: str
    fragments: Fragments
    attributes: dict[str, str]
    roles: dict[str, list[Fragments]]
    rule: str
    rejected: tuple[str, ...] = ()


class Drafted(NamedTuple):
    """What was drafted for one article: the number of drafts by label, or why there are none."""

    folder: Path
    counts: dict[str, int]
    skipped: str = ""


def draft(project: str | Path, article: str | None = None) -> list[Drafted]:
    """Write `drafts.toml` for the English articles of a project, or for `article` alone.

    Drafts that a file has already keep their ids, and rejections stay. Raises `SeedError` listing
    every problem, and `OSError`; then no file is changed.
    """
    report, drafted = Report(), []
    project = Path(project)
    codebook, _ = read_rules(project, report)
    paths = article_paths(project)
    if article is not None:
        names = [path.name for path in paths]
        paths = [path for path in paths if path.name == article]
        if not paths:
            message = f"there is no article '{article}'; {suggest(article, names)}"
            report.at(project).error(1, "E-draft-article", message)
    texts: dict[Path, str] = {}
    for path in paths:
        files = ArticleFiles(path, codebook, report)
        language = files.meta.get("language", "unknown")
        if language.split("-")[0] not in LANGUAGES:
            drafted.append(Drafted(path, {}, f"its language is {language}; rules know English"))
            continue
        drafts = _drafts_of(files)
        texts[path / DRAFTS] = _as_toml(drafts, files.text)
        drafted.append(Drafted(path, dict(Counter(one.label for one in drafts))))
    report.raise_if_any()
    write_texts(texts)
    return drafted


def _drafts_of(files: ArticleFiles) -> list[Draft]:
    """What the rules propose for an article, under the ids that its file of drafts has already."""
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
    return "\n".join([HEAD, *(_entry(one, text) for one in drafts)])


def _entry(one: Draft, text: str) -> str:
    pieces = [quote_for(text, *fragment) for fragment in one.fragments]
    values: dict[str, Any] = {"draft": one.id, "rule": one.rule}
    if one.rejected:
        values["rejected"] = list(one.rejected)
    values |= pieces[0] if len(pieces) == 1 else {"quote": pieces}
    for role, places in one.roles.items():
        for fragments in places[:1]:
            quoted = [quote_for(text, *fragment) for fragment in fragments]
            values[SHORT[role]] = quoted[0] if len(quoted) == 1 else {"quote": quoted}
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
    entries = []
    for label, tables in file.data.items():
        if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
            message = f"'{label}' is not a draft; expected [[{label}]] with two brackets"
            file.error("E-draft-shape", message, label)
            continue
        entries += [
            (file.lines.of_entry(label, number), label, entry)
            for number, entry in enumerate(tables)
        ]
    seen: set[str] = set()
    errors = file.report.at(file.path)
    for line, label, entry in sorted(entries, key=lambda item: item[0]):
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
        fragments = find_fragments(text, _pieces(entry))
        roles = {
            role: [find_fragments(text, _pieces(entry[short]))]
            for role, short in SHORT.items()
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


def _pieces(value: Any) -> list[Any]:
    """The quotations of an entry or of a role, as `find_fragments` takes them."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, list) else [value]
    if isinstance(value.get("quote"), list):
        return value["quote"] or [""]
    return [{name: value[name] for name in QUOTE_KEYS if name in value}]


# --- what coders decide ---


def reject(folder: str | Path, ident: str, coder: str) -> None:
    """Note in `drafts.toml` that a coder rejected a draft. Raises `KeyError` without that draft."""
    _change_rejected(Path(folder) / DRAFTS, ident, coder, True)


def unreject(folder: str | Path, ident: str, coder: str) -> None:
    """Remove the note that a coder rejected a draft. Raises `KeyError` without that draft."""
    _change_rejected(Path(folder) / DRAFTS, ident, coder, False)


def _change_rejected(path: Path, ident: str, coder: str, is_rejected: bool) -> None:
    """Change one line of the file, so that all others stay as they are."""
    report = Report()
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


def origin_of(one: Draft, annotations: Annotations, ident: str) -> str:
    """Return "confirmed" if an annotation says all that a draft said, else "mended".

    What a draft leaves open, such as Stance, may be filled in. `ident` is that of a span or an
    event; a span in a role of the draft is confirmed if it is where the draft has it.
    """
    spans = {span.id: span for span in annotations.spans}
    events = {event.id: event for event in annotations.events}
    if ident in events:
        label, fragments = events[ident].label, spans[events[ident].trigger].fragments
    else:
        label, fragments = spans[ident].label, spans[ident].fragments
    if label != one.label:
        places = [place for places in one.roles.values() for place in places]
        return "confirmed" if fragments in places or label == "Quoted" else "mended"
    given = {item.name: item.value for item in annotations.attributes if item.target == ident}
    keys = [item.key for item in annotations.normalisations if item.target == ident]
    given |= {"refers": keys[0]} if keys else {}
    roles: dict[str, list[Fragments]] = {}
    for role, target in events[ident].roles if ident in events else ():
        if target in spans:
            roles.setdefault(unnumbered(role), []).append(spans[target].fragments)
    is_same = fragments == one.fragments and all(
        given.get(name) == value for name, value in one.attributes.items()
    )
    is_same = is_same and all(roles.get(role) == places for role, places in one.roles.items())
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
    stated = {item.target for item in annotations.attributes_named(ORIGIN)}
    stated |= {event.trigger for event in annotations.events}
    items: list[Span | Event] = [*annotations.spans, *annotations.events]
    letters = max((int(item.id[1:]) for item in annotations.attributes), default=0)
    numbers = count(letters + 1)
    for item in items:
        if item.label in base or item.id in stated:
            continue
        value = "added"
        if item.id in accepted:
            value = origin_of(drafts[accepted[item.id]], annotations, item.id)
        own = Attribute(f"A{next(numbers)}", ORIGIN, item.id, value, item.line)
        annotations.attributes.append(own)


def __dir__() -> list[str]:
    return __all__
