"""From notes to `.ann` and back: which files, what must not be lost, and what is still to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Annotations, Problem, SeedError, unnumbered
from ..annotation.codebook import Codebook
from ..annotation.ordering import canonical, fingerprint, missing, only, with_base
from ..annotation.problems import Report
from ..annotation.structure_checks import (
    check_article,
    check_quotations,
    check_sentences,
    check_zones,
)
from ..annotation.toml_files import key, read_meta, read_source, toml, with_key
from ..corpus.files import write_texts
from ..corpus.loading import PROPOSED, base_labels, check_values, read_proposed, read_rules, strays
from .notes import KIND, OWN_WORDS, read_notes
from .project import slug
from .quotes import quote_for

__all__ = ["Compiled", "as_notes", "compile_notes", "reverse"]


@dataclass
class Compiled:
    """One file written from another: how many annotations it holds, and what is still to do before
    the article is complete."""

    path: Path
    source: Path
    annotations: int
    to_do: list[Problem]


class _Article:
    """One article's files, as far as compiling needs them."""

    def __init__(self, path: Path, codebook: Codebook, registry: dict, problems: list[Problem]):
        self.path, self.book, self.registry, self.problems = path, codebook, registry, problems
        self.labels = base_labels(codebook)
        self.text = brat.read_text(path / "text.txt", str(path / "text.txt"), problems) or ""
        self.meta = read_meta(path / "meta.toml", problems) or {"coders": {}}
        self.proposed = read_proposed(path, self.text, codebook, problems)
        self.texts: dict[Path, str] = {}

    def coded(self, coder: str) -> Annotations:
        """A coder's `.ann` as it is, nothing where there is none."""
        file = self.path / f"{coder}.ann"
        source = (
            brat.read_text(file, str(file), self.problems, empty=True) if file.is_file() else ""
        )
        found = brat.parse(source or "", str(file), self.problems)
        brat.verify(found, self.text, str(file), self.problems)
        return found

    def base(self) -> Annotations:
        """Zones and sentences: the proposed ones, or those of gold."""
        base = only(self.coded("gold"), self.labels) if self.proposed is None else self.proposed
        if not base.spans:
            message = (
                f"holds no zones and sentences, and no {PROPOSED}.ann proposes any; expected "
                f"them before anything is noted"
            )
            self.problems.append(Problem(str(self.path / "gold.ann"), 1, message))
        return base

    def remember(self, coder: str, found: Annotations) -> None:
        """Write down in `meta.toml` what a coder's `.ann` and notes say alike."""
        file = self.path / "meta.toml"
        source = self.texts.get(file) or read_source(file, self.problems) or ""
        if coder in self.meta["coders"]:
            self.texts[file] = with_key(
                source, f"coders.{key(coder)}", "compiled", fingerprint(found, self.labels)
            )
        else:
            what = (
                f"no [coders.{key(coder)}], though there are notes of {coder}; expected two "
                f'lines: [coders.{key(coder)}] and who = "…"'
            )
            self.problems.append(Problem(str(file), 1, what))


def compile_notes(
    target: str | Path, coder: str | None = None, replace: bool = False
) -> list[Compiled]:
    """Compile the notes of an article, or of all articles of a project, into `.ann` files: all of
    them or none.

    `notes.toml` is gold's, `NAME.notes.toml` that of the coder NAME, and `proposed.notes.toml`
    makes zones and sentences to be accepted. What
    a coder's `.ann` holds and the notes would not give is an error, unless `replace`, or unless the
    `.ann` says what was compiled last.
    Raises `SeedError` with everything that is wrong, and `OSError`.
    """

    def make(article):
        for name, source in _notes_in(article.path, article.problems).items():
            if coder in (None, name):
                yield (
                    _proposals(article, source)
                    if name == PROPOSED
                    else _compiled(article, name, source, replace)
                )

    return _of_all(
        Path(target),
        make,
        (
            f"no notes here; expected {f'{coder}.notes.toml' if coder else 'notes.toml'} in an "
            f"article's folder"
        ),
    )


def _of_all(target, make, nothing):
    """What `make` gives for the article in a folder, or for all articles of a project; their texts
    are written, all of them or none."""
    problems = Report()
    one = (target / "text.txt").is_file()
    codebook, registry = read_rules(target.absolute().parent if one else target, problems)
    done, texts = [], {}
    for path in [target] if one else sorted(file.parent for file in target.glob("*/text.txt")):
        problems += strays(path, target)
        article = _Article(path, codebook, registry, problems)
        done += make(article)
        texts |= article.texts
    if not done:
        problems.append(Problem(str(target), 1, nothing))
    if problems:
        raise SeedError(problems)
    write_texts(texts)
    return done


def _notes_in(path, problems):
    """The files of notes in an article's folder, by coder; those on zones and sentences first, for
    the others rest on them."""
    found = {}
    for file in sorted(
        path.glob("*notes.toml"),
        key=lambda file: (file.name != f"{PROPOSED}.notes.toml", file.name),
    ):
        coder = "gold" if file.name == "notes.toml" else file.name.removesuffix(".notes.toml")
        if coder in found:
            problems.append(
                Problem(
                    str(file),
                    1,
                    (
                        f"holds notes of {coder}, as {found[coder].name} does; expected one file "
                        f"a coder"
                    ),
                )
            )
        found[coder] = file
    return found


def _compiled(article, coder, source, replace):
    """One file of notes; what it gives is put into the article's texts."""
    base, old, wrong = article.base(), article.coded(coder), Report()
    notes = read_notes(
        read_source(source, wrong) or "", str(source), article.text, article.book, base, wrong
    )
    full = with_base(notes.found, base)
    wrong += _values(article, source, notes, bool(wrong))
    if not wrong:
        check_article(full, article.text, article.book, str(source), wrong)
    article.problems += [
        problem._replace(message=notes.speak(problem.message), line=max(problem.line, 1))
        for problem in wrong
    ]
    if (
        not wrong
        and not replace
        and fingerprint(old, article.labels)
        != article.meta["coders"].get(coder, {}).get("compiled")
    ):
        _nothing_is_lost(article, coder, source, old, full)
    written = canonical(full if article.proposed is None else notes.found, article.book)
    path = article.path / f"{coder}.ann"
    article.texts[path] = brat.write(written)
    article.remember(coder, notes.found)
    to_do: list[Problem] = []
    check_quotations(full, article.text, article.book, str(source), to_do)
    return Compiled(path, source, len(written), [problem._replace(line=1) for problem in to_do])


def _values(article, source, notes, in_part):
    """What codebook and registries do not know. Of notes that could be read only in part it is not
    said what they are without."""
    wrong = Report()
    check_values(notes.found, article.book, article.registry, str(source), wrong)
    return [problem for problem in wrong if not (in_part and " without " in problem.message)]


def _nothing_is_lost(article, coder, source, old, full):
    """Say which annotations of a coder's `.ann` the notes would not give."""
    path = article.path / f"{coder}.ann"
    lines = (
        (brat.read_text(path, str(path), [], empty=True) if path.is_file() else "") or ""
    ).split("\n")
    for item in missing(old, full):
        lost = (
            f"{lines[item.line - 1]!r} would be lost: {source.name} does not give it; add it "
            f"there (compile --reverse writes notes), or use --replace"
        )
        article.problems.append(Problem(str(path), item.line, lost))


def _proposals(article, source):
    """Notes on zones and sentences, which become the proposals."""
    wrong = Report()
    notes = read_notes(
        read_source(source, wrong) or "", str(source), article.text, article.book, None, wrong
    )
    other = [item for item in notes.found.spans if item.label not in article.labels]
    wrong += [
        Problem(
            str(source),
            item.line,
            f"{item.id} is a {item.label}; expected zones and sentences alone",
        )
        for item in other
    ]
    wrong += _values(article, source, notes, bool(wrong))
    if not wrong:
        check_zones(notes.found, article.text, article.book.of_kind("zone"), str(source), wrong)
        check_sentences(notes.found, article.text, article.book, str(source), wrong)
    if article.proposed is None and only(article.coded("gold"), article.labels).spans:
        wrong.append(
            Problem(
                str(source),
                1,
                (
                    "gold.ann holds zones and sentences that are accepted; expected no others to "
                    "be proposed"
                ),
            )
        )
    article.problems += [
        problem._replace(message=notes.speak(problem.message)) for problem in wrong
    ]
    article.proposed = canonical(notes.found, article.book)
    path = article.path / f"{PROPOSED}.ann"
    article.texts[path] = brat.write(article.proposed)
    return Compiled(path, source, len(article.proposed), [])


def reverse(target: str | Path, coder: str | None = None, replace: bool = False) -> list[Compiled]:
    """Write the notes that give what the `.ann` files of an article or a project hold; existing
    notes only with `replace`.

    The zones and sentences are written out only for the coder `proposed`. Raises `SeedError` with
    everything that is wrong, and `OSError`.
    """

    def make(article):
        names = {file.stem for file in article.path.glob("*.ann")}
        for name in sorted(names - {PROPOSED} if coder is None else names & {coder}):
            yield _reversed(article, name, replace)

    return _of_all(
        Path(target),
        make,
        f"nothing to write notes from; expected {coder or 'gold'}.ann in an article's folder",
    )


def _reversed(article, coder, replace):
    """One `.ann` as notes; what they do not give when they are read again is a problem."""
    path, source = (
        article.path / ("notes.toml" if coder == "gold" else f"{coder}.notes.toml"),
        article.path / f"{coder}.ann",
    )
    others = _notes_in(article.path, Report())
    if coder in others and not replace:
        article.problems.append(
            Problem(str(others[coder]), 1, "exists already; expected none, or --replace")
        )
    path = others.get(coder, path)
    base = None if coder == PROPOSED else article.base()
    found = article.coded(coder)
    text = as_notes(found, article.text, article.book, base)
    wrong = Report()
    again = read_notes(text, str(path), article.text, article.book, base, wrong).found
    why = wrong[0].message if wrong else "it has no label there"
    lost = missing(found, again if base is None else with_base(again, base))
    article.problems += [
        Problem(str(source), item.line, f"{item.id} cannot be said in notes: {why}")
        for item in lost
    ]
    if coder != PROPOSED:
        article.remember(coder, again)
    article.texts[path] = text
    return Compiled(path, source, len(found), [])


def as_notes(found: Annotations, text: str, codebook: Codebook, base: Annotations | None) -> str:
    """The notes that give these annotations, in the order of the text. `base` as for
    `read_notes`."""
    return _Writer(canonical(found, codebook), text, codebook, base).text()


class _Writer:
    """Annotations on their way to notes."""

    def __init__(self, found, text, codebook, base):
        self.found, self.source, self.book = found, text, codebook
        self.set = set() if base is None else {(span.label, span.fragments) for span in base.spans}
        self.spans = {span.id: span for span in found.spans}
        self.first = {(span.label, span.fragments): span for span in reversed(found.spans)}
        self.events = {event.id: event for event in found.events}
        self.said = defaultdict(list)
        for item in (*found.attributes, *found.normalisations, *found.notes):
            self.said[item.target].append(item)
        self.names = self.names_of(
            {target for event in found.events for _, target in event.roles}
            | {i for r in found.relations for i in (r.a, r.b)}
        )

    def span(self, ident):
        return self.spans[self.events[ident].trigger if ident in self.events else ident]

    def is_set(self, span):
        return (span.label, span.fragments) in self.set

    def names_of(self, wanted):
        """A name for each mark that is spoken of: its first words, with a number where they are
        taken."""
        names, used = {}, Counter()
        for ident in [
            ident
            for ident in (*self.spans, *self.events)
            if ident in wanted and not self.is_set(self.span(ident))
        ]:
            stem = slug(self.span(ident).text) or slug(self.span(ident).label) or "mark"
            name = stem
            while name in used:
                used[stem] += 1
                name = f"{stem}-{used[stem]}"
            used[name] += 1
            names[ident] = name
        return names

    def text(self):
        """Every note, then the relations."""
        triggers = defaultdict(list)
        for event in self.found.events:
            triggers[event.trigger].append(event)
        blocks = []
        for span in self.found.spans:
            marks = triggers.get(span.id) or [span]
            blocks += [
                self.mark(item, span, number)
                for number, item in enumerate(marks)
                if not self.is_set(span) or self.remarks(item.id)
            ]
        blocks += [self.relation(item) for item in self.found.relations]
        return "\n".join(blocks)

    def remarks(self, ident):
        return [item for item in self.said[ident] if hasattr(item, "kind")]

    def mark(self, item, span, number):
        """A span or an event as a note."""
        keys = {"name": self.names[item.id]} if item.id in self.names else {}
        keys |= self.place(span)
        keys |= (
            {"again": True} if number or self.first[span.label, span.fragments] is not span else {}
        )
        kinds = self.book.labels.get(span.label, {})
        roles = defaultdict(list)
        for role, target in getattr(item, "roles", ()):
            roles[unnumbered(role)].append(self.reference(target))
        attributes = defaultdict(list)
        for said in () if self.is_set(span) else self.said[item.id]:
            if hasattr(said, "value"):
                attributes[said.name].append(True if said.value == "true" else said.value)
        own = [*self.said[span.id], *([] if item is span else self.said[item.id])]
        refers = [self.key(said, kinds) for said in own if hasattr(said, "db")]
        rows = [
            *_rows(keys),
            *_rows(_single(roles), "roles"),
            *_rows(_single(attributes), "attributes"),
        ]
        rows += _rows({"refers": refers[0] if len(refers) == 1 else refers} if refers else {})
        return "\n".join([f"[[{key(span.label)}]]", *rows, *self.notes(item.id), ""])

    def place(self, span):
        pieces = [quote_for(self.source, *fragment) for fragment in span.fragments]
        if len(pieces) == 1:
            return pieces[0]
        return {"quote": [piece["quote"] if len(piece) == 1 else piece for piece in pieces]}

    def key(self, said, rules):
        return (
            said.key
            if said.db == rules.get("registry")
            else {"collection": said.db, "key": said.key}
        )

    def reference(self, ident):
        """How a role or a relation speaks of a mark: by its name, or by its words where it is a
        zone or a sentence."""
        return (
            self.names[ident]
            if ident in self.names
            else {"label": self.span(ident).label, **self.place(self.span(ident))}
        )

    def relation(self, item):
        rows = _rows({"a": self.reference(item.a), "b": self.reference(item.b)})
        return "\n".join([f"[[{key(item.label)}]]", *rows, *self.notes(item.id), ""])

    def notes(self, ident):
        said = [
            item.text if item.kind == KIND else {"kind": item.kind, "text": item.text}
            for item in self.remarks(ident)
        ]
        return _rows({"note": said[0] if len(said) == 1 else said} if said else {})


def _single(lists):
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items()}


def _rows(keys, part=None):
    """Lines of TOML; names that mean something in notes stand in their part."""
    return [
        f"{f'{part}.' if part and name in OWN_WORDS else ''}{key(name)} = {toml(value)}"
        for name, value in keys.items()
    ]
