"""A text corrected after it was coded: annotation follows where words and context are unchanged.

What does not follow is shown, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import tomlkit

from ..annotation import brat
from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, Fragments, Span, covered
from ..annotation.ordering import canonical, without
from ..annotation.problems import FileReport, Report
from ..annotation.toml_files import read_source, with_key
from ..corpus.articles import PROPOSED, invalid_paths
from ..corpus.safe_writing import checksum_of, replace_directory, write_text
from .article_files import ArticleFiles, require_article
from .quote_finding import Quote, find_all
from .reanchoring_decisions import (
    Open,
    PlaceDecision,
    apply_decisions,
    decisions_toml,
    read_decisions,
)
from .source_text import read_article_text
from .text_alignment import Alignment, Place, changed_words
from .zone_proposals import LINE, add_sentences

__all__ = ["Open", "Reanchored", "reanchor"]

CHANGED = 20_000  # words of changed lines of both texts; difflib takes up to 10 seconds for them
CANDIDATES = 5  # places with the same words that are shown
DECISIONS_HEAD = """\
# Places whose words have changed or are no longer unambiguous. For each of them, remove
# the # before one of its proposals, or write, as the new text has it,
#    becomes = "the words", or
#    becomes = { quote = "…", prefix = "…", suffix = "…", occurrence = 2, until = "…" },
# or drop = true to give up what is marked there. Then run the same command again.

"""
REMOVED_HEAD = """\
# Annotation that was removed, because these places could not be carried over. The lines are
# those of the .ann files before.

"""

SpanKey = tuple[str, Fragments]  # the label of a span, and its place in the old text


@dataclass
class Reanchored:
    """What became of an article whose text was corrected.

    `changed` says whether its files were changed. `carried`, `settled` and `dropped` count passages
    that were carried over, decided by a person, and given up; `open` lists the others. `proposed`
    says whether zones and sentences are proposals again; `stale` lists the files of notes, which
    still quote the old text; `text` is the new text.
    """

    changed: bool
    carried: int = 0
    settled: int = 0
    dropped: int = 0
    open: list[Open] = field(default_factory=list)
    proposed: bool = False
    stale: list[Path] = field(default_factory=list)
    text: str = field(default="", repr=False)


class _OldArticle(ArticleFiles):
    """The files of an article; `base` holds its zones and sentences, `spans` those of all files."""

    def __init__(self, path: Path, report: Report):
        codebook = Codebook.read(path.absolute().parent / "codebook.toml", report)
        super().__init__(path, codebook, report)
        files = [file for file in sorted(path.glob("*.ann")) if file.stem != PROPOSED]
        self.codings = {file: self.coding(file.stem) for file in files}
        self.base = self.proposed or self.accepted()
        codings = (self.base, *self.codings.values())
        self.spans = [span for coding in codings for span in coding.spans]


def reanchor(
    article: str | Path,
    new_text: str | Path,
    settle: str | Path | None = None,
    partial: str | Path | None = None,
    normalise: bool = False,
) -> Reanchored:
    """Give an article the text in the file `new_text` and carry every coder's annotation over.

    A passage is carried over if its words are unchanged in a context that occurs once in either
    text. All others are open until the file `settle` says what becomes of them; it is written, to
    be filled in, if there is none. While a passage is open nothing is changed, unless `partial`
    names a new file, into which the annotation of open passages is moved. Zones and sentences
    follow by their edges, and are proposals again if their words have changed. `normalise` allows
    line ends to be changed.
    Raises `SeedError` listing every problem, and `OSError`; then no file is changed.
    """
    report = Report()
    old = _read_article(Path(article), report)
    new, changes = _read_new_text(Path(new_text), old.text, normalise, report)
    decisions = read_decisions(Path(settle), report) if settle and Path(settle).exists() else []
    if partial and Path(partial).exists():
        message = "exists already; expected the name of a new file"
        report.at(partial).error(1, "E-partial-exists", message)
    report.raise_if_any()
    result, places = _place(old, new, decisions, report.at(settle))
    report.raise_if_any()
    if not result.open or partial:
        return _write(old, result, changes, places, Path(partial) if partial else None)
    if settle:
        source = decisions_toml(result.open, new, decisions)
        write_text(Path(settle), DECISIONS_HEAD + source)
    return result


# --- read both texts ---


def _read_article(path: Path, report: Report) -> _OldArticle:
    require_article(path)
    report += invalid_paths(path, path)
    article = _OldArticle(path, report)
    if "sha256" in article.meta and checksum_of(article.text) != article.meta["sha256"]:
        message = (
            "is not the text that was coded (see sha256 in meta.toml); put the coded one "
            "back first, the corrected one belongs in a file of its own"
        )
        report.at(path / "text.txt").error(1, "E-text-changed", message)
    return article


def _read_new_text(path: Path, old: str, normalise: bool, report: Report) -> tuple[str, list[str]]:
    """The new text, and what `normalise` changed in it."""
    file = report.at(path)
    if not path.is_file():
        file.error(1, "E-file-missing", "no such file; expected the new text")
        return "", []
    new, changes = read_article_text(path, normalise, report) or ("", [])
    if new == old:
        message = "is the text that the article has already; expected a corrected one"
        file.error(1, "E-text-same", message)
    changed = changed_words(old, new)
    if changed > CHANGED:
        message = (
            f"has {changed:,} words in changed or moved lines, counted in both texts; "
            f"expected at most {CHANGED:,}: correct the text in several steps"
        )
        file.error(1, "E-text-long", message)
    return new, changes


# --- map every span ---


def _place(
    article: _OldArticle, new: str, decisions: list[PlaceDecision], settle: FileReport
) -> tuple[Reanchored, dict[SpanKey, Fragments]]:
    """What is carried over, decided and open, and the new places of all spans but open ones.

    Decisions that cannot be followed are added to `settle`.
    """
    alignment = Alignment(article.text, new)
    places = _carry_over(article, alignment, new)
    labels = article.labels
    carried = {fragments for label, fragments in places if label not in labels}
    marked = _open_marks(article, places)
    decided = apply_decisions(decisions, marked, new, settle)
    settled = {fragments: place for fragments, place in decided.items() if place}
    places |= {s.mark: settled[s.fragments] for s in article.spans if s.fragments in settled}
    open_passages = [
        _describe(fragments, marked[fragments], article.text, new, alignment)
        for fragments in sorted(marked.keys() - decided.keys())
    ]
    dropped = len(decided) - len(settled)
    result = Reanchored(False, len(carried), len(settled), dropped, open_passages, text=new)
    return result, places


def _carry_over(article: _OldArticle, alignment: Alignment, new: str) -> dict[SpanKey, Fragments]:
    """The new places of all spans; those that are not certain are missing."""
    labels, places = article.labels, {}
    for label, fragments in {span.mark for span in article.spans}:
        if label in labels:
            place = _follow_edges(fragments[0], alignment, new)
        else:
            place = _find_each(fragments, alignment.place)
        if place is not None:
            places[label, fragments] = place
    return places


def _follow_edges(old: Place, alignment: Alignment, new: str) -> Fragments | None:
    """Where a zone or a sentence is now: known by its words, or else by its edges."""
    place = alignment.place(*old) or alignment.between(*old)
    words = LINE.search(new, *place) if place else None
    return (words.span(),) if words else None


def _open_marks(
    article: _OldArticle, places: dict[SpanKey, Fragments]
) -> dict[Fragments, list[str]]:
    """Passages that have no new place, and what they are marked as, such as "gold.ann T7 Actor".

    Zones and sentences are among them only if something refers to them.
    """
    labels = article.labels
    marks: dict[Fragments, list[str]] = defaultdict(list)
    for file, coding in article.codings.items():
        referred_to = _referred_to(coding)
        for span in coding.spans:
            is_base = span.label in labels
            if span.mark in places or (is_base and span.id not in referred_to):
                continue
            remark = ", to which something refers" if is_base else ""
            marks[span.fragments].append(f"{file.name} {span.id} {span.label}{remark}")
    return marks


def _referred_to(coding: Annotations) -> set[str]:
    """Ids to which a role, a relation or a remark refers."""
    ids = {target for event in coding.events for _, target in event.roles}
    ids |= {end for relation in coding.relations for end in (relation.a, relation.b)}
    return ids | {note.target for note in coding.notes}


def _find_each(fragments: Fragments, find: Callable[[int, int], Place | None]) -> Fragments | None:
    """The new places of fragments; None if one has none, or if their order has changed."""
    places = tuple(place for fragment in fragments if (place := find(*fragment)) is not None)
    is_in_order = all(one[1] <= other[0] for one, other in pairwise(places))
    return places if len(places) == len(fragments) and is_in_order else None


def _describe(
    fragments: Fragments, marked: list[str], old: str, new: str, alignment: Alignment
) -> Open:
    """An open passage, and where it may be now: between its edges, or where its words occur."""
    words = covered(old, fragments)
    between = _find_each(fragments, alignment.between)
    candidates = [] if between is None else [between]
    if len(fragments) == 1:
        candidates += [(place,) for place in find_all(new, Quote(words))[:CANDIDATES]]
    line = old.count("\n", 0, fragments[0][0]) + 1
    return Open(fragments, words, line, marked, list(dict.fromkeys(candidates)))


# --- zones and sentences of the new text ---


def _new_base(article: _OldArticle, new: str, places: dict[SpanKey, Fragments]) -> Annotations:
    """Zones and sentences that were carried over, and proposals for words that none covers."""
    builder = AnnotationBuilder(new)
    zone_labels = article.book.of_kind("zone")
    duplicates = {item.target for item in article.base.attributes_named("Duplicate")}
    spans = [s._replace(fragments=places[s.mark]) for s in article.base.spans if s.mark in places]
    zones = _side_by_side(span for span in spans if span.label in zone_labels)
    zones += [Span("", "Body", (place,), "") for place in _uncovered(new, zones, 0, len(new))]
    sentences = [span for span in spans if span.label not in zone_labels]
    for zone in zones:
        ident = builder.add_span(zone.label, zone.fragments)
        inside = _side_by_side(s for s in sentences if zone.start <= s.start and s.end <= zone.end)
        for sentence in inside:
            builder.add_span(sentence.label, sentence.fragments)
        if zone.id in duplicates:
            builder.add_attribute(ident, "Duplicate")
            continue
        gaps = _uncovered(new, inside, zone.start, zone.end)
        undivided = [zone._replace(fragments=(gap,)) for gap in gaps]
        add_sentences(builder, undivided, article.meta["language"])
    return canonical(builder.annotations, article.book)


def _side_by_side(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those that overlap an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def _uncovered(text: str, spans: list[Span], start: int, end: int) -> Iterator[Place]:
    """Parts of lines between two offsets that no span covers; the spans are side by side."""
    edges = [start, *(edge for span in spans for edge in (span.start, span.end)), end]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        for words in LINE.finditer(text, first, last):
            yield words.span()


# --- write everything or nothing ---


def _write(
    article: _OldArticle,
    result: Reanchored,
    changes: list[str],
    places: dict[SpanKey, Fragments],
    removed: Path | None,
) -> Reanchored:
    """Change all files of the article in one step; annotation without a place goes to `removed`."""
    new, notes = result.text, sorted(article.path.glob("*notes.toml"))
    base = _new_base(article, new, places)
    old_base = canonical(article.base, article.book)
    is_proposal = article.proposed is not None or _words(base) != _words(old_base)
    kept = {
        file: without(coding, {span.id for span in coding.spans if span.mark not in places})
        for file, coding in article.codings.items()
    }
    texts = {"text.txt": new, "meta.toml": _new_meta(article, new, changes, bool(notes))}
    for file, coding in kept.items():
        moved = _move(coding, places, new)
        if is_proposal:
            moved = _without_base(moved, article.labels, base)
        texts[file.name] = brat.write(moved)
    if is_proposal:
        texts[f"{PROPOSED}.ann"] = brat.write(base)
    try:
        with replace_directory(article.path) as draft:
            for name, text in texts.items():
                (draft / name).write_bytes(text.encode())
            if removed:
                lines = _removed_lines(article.codings, kept)
                write_text(removed, f"{lines}\n{decisions_toml(result.open, new, ())}")
    except OSError:
        if removed:
            removed.unlink(missing_ok=True)
        raise
    return replace(result, changed=True, proposed=is_proposal, stale=notes)


def _words(base: Annotations) -> list[tuple[str, str]]:
    return [(span.label, span.text) for span in base.spans]


def _new_meta(article: _OldArticle, new: str, changes: list[str], has_notes: bool) -> str:
    """`meta.toml` with the checksum of the new text."""
    source = read_source(article.path / "meta.toml", Report()) or ""
    source = with_key(source, (), "sha256", checksum_of(new))
    if has_notes:  # they quote the old text, so they no longer give what is in the `.ann`
        for coder in article.meta["coders"]:
            source = with_key(source, ("coders", coder), "compiled", None)
    return with_key(source, (), "normalised", changes) if changes else source


def _move(coding: Annotations, places: dict[SpanKey, Fragments], new: str) -> Annotations:
    """A coding with its spans at their places in the new text."""
    spans = []
    for span in coding.spans:
        place = places[span.mark]
        spans.append(span._replace(fragments=place, text=covered(new, place)))
    words = {span.id: span.text for span in spans}
    references = [
        item._replace(text=words.get(item.target, item.text)) for item in coding.normalisations
    ]
    return replace(coding, spans=spans, normalisations=references)


def _without_base(coding: Annotations, labels: frozenset[str], base: Annotations) -> Annotations:
    """A coding without zones and sentences, except those of the base that something refers to."""
    known, referred_to = {span.mark for span in base.spans}, _referred_to(coding)
    removed = {
        span.id
        for span in coding.labelled(labels)
        if span.id not in referred_to or span.mark not in known
    }
    return without(coding, removed)


def _removed_lines(before: dict[Path, Annotations], after: dict[Path, Annotations]) -> str:
    """TOML with the lines of each `.ann` that were removed, by their ids."""
    removed: dict[str, dict[str, str]] = {}
    for file, coding in before.items():
        kept = set(brat.write(after[file]).split("\n"))
        lines = [line for line in brat.write(coding).split("\n") if line not in kept]
        if lines:
            removed[file.name] = {line.split("\t")[0]: line for line in lines}
    return REMOVED_HEAD + tomlkit.dumps({"lines": removed})
