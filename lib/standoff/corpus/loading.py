"""A folder of annotated articles, verified and as tables."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..annotation import brat
from ..annotation.brat import Annotations, Problem, SeedError
from ..annotation.codebook import Codebook
from ..annotation.dates import is_value
from ..annotation.limits import unfit
from ..annotation.ordering import with_base
from ..annotation.problems import Report
from ..annotation.registries import read_actors, read_meta, read_tracks
from ..annotation.structure_checks import (
    check_article,
    check_base,
    check_own_base,
    check_quotations,
    check_sentences,
    check_zones,
)
from ..annotation.suggest import suggest
from ..annotation.toml_files import key, read_toml
from .files import leads_out, unfinished
from .schema import COLUMNS, TYPES
from .tables import article_words, tables_of, turned
from .workers import FEW, of_all

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROPOSED", "Corpus", "batches", "coders", "load"]

RULES = ("codebook.toml", "actors.toml", "tracks.toml")
PROPOSED = (
    "proposed"  # names the file that holds zones and sentences which nobody has confirmed yet
)
ERRORS = ("collect", "raise")  # what `load` may do about an article in which something is wrong


@dataclass
class Corpus:
    """The articles of `folder` as `coder` coded them. Each table is a pandas DataFrame;
    seeds/README.md explains the columns."""

    folder: Path
    coder: str
    texts: dict[str, str]
    meta: dict[str, dict]
    annotations: dict[str, Annotations]
    codebook: Codebook
    registry: dict[str, dict]
    documents: pd.DataFrame = field(repr=False)
    zones: pd.DataFrame = field(repr=False)
    sentences: pd.DataFrame = field(repr=False)
    actors: pd.DataFrame = field(repr=False)
    mentions: pd.DataFrame = field(repr=False)
    attributions: pd.DataFrame = field(repr=False)
    quotations: pd.DataFrame = field(repr=False)
    frames: pd.DataFrame = field(repr=False)
    times: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)
    set_aside: dict[str, list[Problem]] = field(
        default_factory=dict, repr=False
    )  # articles that were left out as something is wrong with them

    def passage(self, doc: str, start: int, end: int, margin: int = 0) -> str:
        """Words of an article between two offsets, with up to `margin` code points on either
        side."""
        text = self.texts[doc]
        return text[max(0, start - margin) : end + margin]

    def write(self, folder: str | Path, size: int = 1000) -> Path:
        """All tables as a Parquet dataset for `standoff.scan`, `size` articles a part. `folder` is
        there whole or not at all, and must not be there yet."""
        from ..scale.dataset import slices, write

        return write(slices(self, size), folder)

    def only(self, docs: Collection[str]) -> Corpus:
        """These articles alone, so that coders who did not code all of them can be compared on
        those that both have."""
        docs = set(docs)
        parts = {
            part: {doc: held[doc] for doc in held if doc in docs}
            for part in ("texts", "meta", "annotations")
            if (held := getattr(self, part))
        }
        tables = {name: table for name in COLUMNS if "doc" in (table := getattr(self, name))}
        return replace(
            self,
            **parts,
            **{
                name: table[table["doc"].isin(docs)].reset_index(drop=True)
                for name, table in tables.items()
            },
        )


def load(
    folder: str | Path = "seeds",
    coder: str = "gold",
    errors: str = "raise",
    workers: int | None = None,
) -> Corpus:
    """Articles of `folder` in one coder's coding, ordered by date of publication: for gold all of
    them, else those that the coder coded.

    Raises `SeedError` (a `ValueError`) with everything that is wrong: with the files, the
    checksums, the words at each
    span's offsets, the labels, the references. Nothing is loaded by halves, but with
    `errors="collect"`: then articles in which something is wrong
    are left out, with a warning, and `Corpus.set_aside` holds their problems; what is wrong with
    codebook or registries is raised all the same,
    and so is everything where no article is left. More articles than a screen lists are read in
    several processes, one for each processor or
    as many as `workers` says; the result is the same. Raises `ValueError` too for other `errors`
    than these or less than one of `workers`, `OSError` where
    `folder` cannot be listed.
    """
    (whole,) = _batches(Path(folder), coder, errors, None, workers)
    if not whole.texts:
        raise SeedError(problem for problems in whole.set_aside.values() for problem in problems)
    return _told(whole, 3)


def batches(
    folder: str | Path = "seeds",
    coder: str = "gold",
    errors: str = "raise",
    size: int = 500,
    workers: int | None = None,
) -> Iterator[Corpus]:
    """What `load` gives, in the same order, as one `Corpus` after another of at most `size`
    articles, so that few are in memory at a time.

    With `errors="raise"` the first batch in which something is wrong and all after it are not
    given; they are read, so that `SeedError` names everything.
    Raises `ValueError` for a `size` less than 1 at once, and what `load` raises when the batches
    are taken.
    """
    if size < 1:
        raise ValueError(f"size is {size}; expected at least 1 article in a batch")
    return map(_told, _batches(Path(folder), coder, errors, size, workers))


def _told(corpus, level=2):
    """The corpus, with a warning where articles were set aside, which is said to come from so many
    levels above."""
    if aside := list(corpus.set_aside):
        listed = ", ".join(aside[:5]) + (" …" if len(aside) > 5 else "")
        told = (
            f"{len(aside)} of {len(aside) + len(corpus.texts)} articles set aside, `set_aside` "
            f"says why: {listed}"
        )
        warnings.warn(told, stacklevel=level)
    return corpus


def _batches(folder, coder, errors, size, workers):
    """One `Corpus` after another of `size` articles, or of all of them where that is None."""
    if errors not in ERRORS:
        raise ValueError(f"unknown errors '{errors}'; {suggest(str(errors), ERRORS)}")
    bad = Report()
    codebook, registry = read_rules(folder, bad)
    paths = _articles(folder, coder, bad)
    if bad and errors == "collect":
        raise SeedError(bad)
    if size is not None and size < len(paths):
        paths = [path for _, path in sorted(zip(of_all(_days, paths, workers), paths, strict=True))]
    task = partial(_read, coder=coder, codebook=codebook, registry=registry, tabulate=not bad)
    stream = _watched(of_all(task, paths, workers), len(paths))
    make = partial(_corpus, folder, coder, codebook, registry)
    while (made := _made(stream, size, make, bad, errors)) is not None:
        if not bad:
            yield made
        del made
    if bad:
        raise SeedError(bad)


@contextmanager
def _uncollected():
    """Without the search for cycles among what is made meanwhile: there are none in thousands of
    tuples, and looking costs a third of reading."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was and not gc.get_freeze_count():
            gc.freeze()
            # the two together let what was made count as old, so that it is not looked through all
            # the same a moment later
            gc.unfreeze()
        if was:
            gc.enable()


@_uncollected()
def _made(stream, size, make, bad, errors):
    """A `Corpus` of the next articles of a stream, False where there is something `bad` among all
    so far, None where none are left."""
    part = list(islice(stream, size))
    aside = {read.doc: read.problems for read in part if read.problems}
    if errors == "raise":
        bad += chain.from_iterable(aside.values())
    if bad or not part:
        return False if part else None
    return make(sorted((read for read in part if not read.problems), key=_order), aside)


def _articles(folder, coder, problems):
    """Folders of the articles that a coder coded."""
    found = [
        path
        for path in article_folders(folder, problems)
        if coder == "gold" or _coded_by(coder, path)
    ]
    if not found and not problems:
        problems.append(
            Problem(
                str(folder),
                1,
                f"no article is coded by '{coder}'; {suggest(coder, coders(folder))}",
            )
        )
    return found


def _watched(stream, total):
    """The same, with a bar of progress on a terminal where there is much to read."""
    if total <= FEW:
        return stream
    from tqdm import tqdm

    return iter(tqdm(stream, total=total, desc="articles", unit="article", disable=None))


def _days(paths):
    """By what articles are ordered, as far as their `meta.toml` says: day of publication, where it
    is known."""
    metas = (read_toml(path / "meta.toml", Report()) or {} for path in paths)
    return [day if type(day := meta.get("published")) is dt.date else dt.date.max for meta in metas]


def _order(read):
    return _day(read.article[1]) or dt.date.max, read.doc


class _Reading(NamedTuple):
    """What came of reading one article: itself, its columns of each table, or what is wrong with
    it."""

    doc: str
    article: tuple[str, dict, str, Annotations] | None
    columns: dict[str, list[list]]
    problems: list[Problem]


@_uncollected()
def _read(paths, coder, codebook, registry, tabulate):
    """These articles, each with its tables unless something is wrong with it."""
    found = []
    for path in paths:
        problems = Report()
        article = None
        try:
            article = read_article(path, coder, codebook, registry, problems)
        except OSError as error:
            problems.append(
                Problem(str(error.filename or path), 1, f"cannot be read: {error.strerror}")
            )
        columns = _columns(article, coder, codebook, registry) if tabulate and not problems else {}
        found.append(_Reading(path.name, None if problems else article, columns, problems))
    return found


def _coded_by(coder, path):
    """Whether a coder has a file in an article's folder, or should have one by its `meta.toml`;
    where that has no table of coders, reading tells it."""
    if (path / f"{coder}.ann").exists():
        return True
    named = (read_toml(path / "meta.toml", Report()) or {}).get("coders", {})
    return not isinstance(named, dict) or coder in named


def _day(meta):
    """Day of publication, None where it is unknown."""
    return None if meta["published"] == "unknown" else meta["published"]


def coders(folder: str | Path = "seeds") -> list[str]:
    """Names of the coders who have a file in any article of `folder`, gold first."""
    names = {path.stem for path in Path(folder).glob("*/*.ann")} - {PROPOSED}
    return sorted(names, key=lambda name: (name != "gold", name))


def read_rules(folder, problems):
    """The codebook and the registries of a folder."""
    if not folder.is_dir():
        problems.append(Problem(str(folder), 1, "no such folder; expected a folder of articles"))
        raise SeedError(problems)
    linked = [path for name in RULES if leads_out(path := folder / name, folder)]
    problems += [
        Problem(str(path), 1, "is a link that leads out of the folder; expected a file in it")
        for path in linked
    ]
    actors = read_actors(folder / "actors.toml", problems)
    registry = {"actors": actors, "tracks": read_tracks(folder / "tracks.toml", actors, problems)}
    return Codebook.read(folder / "codebook.toml", problems), registry


def article_folders(folder, problems):
    """Folders in `folder` that hold a text, an annotation or a `meta.toml`."""
    parts = ("text.txt", "meta.toml", "gold.ann")
    found = sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and any((path / part).exists() for part in parts)
    )
    if not found:
        problems.append(
            Problem(
                str(folder),
                1,
                "no articles here; expected folders with text.txt, meta.toml and gold.ann",
            )
        )
    problems += [
        Problem(str(desk), 1, what) for desk, what in unfinished(folder).items() if "/last" in what
    ]
    for path in found:
        problems += strays(path, folder)
    return found


def strays(path: Path, folder: Path) -> list[Problem]:
    """What is wrong with the names of an article's folder and of its coders, and which links there
    lead out of `folder`."""
    wrong = [(path, f"the article's name {why}")] if (why := unfit(path.name)) else []
    for file in sorted(path.iterdir()):
        if file.suffix == ".ann" and not file.name.startswith(".") and (why := unfit(file.stem)):
            wrong.append((file, f"the coder's name {why}"))
    wrong += [
        (one, "is a link that leads out of the folder; expected a file in it")
        for one in (path, *path.iterdir())
        if leads_out(one, folder)
    ]
    return [Problem(str(one), 1, message) for one, message in wrong]


def _file(path, problems, empty=False):
    """A file's text in pieces, or None."""
    if path.is_file():
        return brat.read_pieces(path, str(path), problems, empty)
    problems.append(Problem(str(path), 1, "no such file; expected one"))
    return None


def read_article(
    path: Path, coder: str, codebook, registry, problems
) -> tuple[str, dict, str, Annotations] | None:
    """(doc, meta, text, annotations) of one article, or None; what is wrong is added to
    `problems`."""
    meta = read_meta(path / "meta.toml", problems)
    text = None if (pieces := _file(path / "text.txt", problems)) is None else "".join(pieces)
    if text is not None and meta:
        _checksum(path / "text.txt", meta["sha256"], problems)
    name, before = str(path / f"{coder}.ann"), len(problems)
    proposed = read_proposed(path, text, codebook, problems)
    source = _file(path / f"{coder}.ann", problems, empty=proposed is not None)
    if text is None or source is None:
        return None
    found = brat.parse(source, name, problems)
    brat.verify(found, text, name, problems)
    check_values(found, codebook, registry, name, problems)
    if proposed is not None:
        check_own_base(found, proposed, base_labels(codebook), f"{PROPOSED}.ann", name, problems)
        found = with_base(found, proposed)
    if len(problems) == before:
        check_article(found, text, codebook, name, problems)
        check_quotations(found, text, codebook, name, problems)
    if meta:
        _coder(path, coder, meta, problems)
        if coder != "gold" and proposed is None and (path / "gold.ann").is_file():
            _common_base(found, path / "gold.ann", base_labels(codebook), name, problems)
    return (path.name, meta, text, found) if meta else None


def _common_base(found, file, labels, name, problems):
    """Say where a coder's zones and sentences are not those of gold; where gold cannot be read,
    that is what is said."""
    if (source := brat.read_pieces(file, str(file), problems, empty=True)) is not None:
        check_base(found, brat.parse(source, file.name, Report()), labels, name, problems)


def check_values(
    found: Annotations, codebook: Codebook, registry: dict, name: str, problems: list[Problem]
) -> None:
    """Add to `problems` every label, attribute, value, role, relation and reference that codebook
    and registries do not know."""
    codebook.check(found, registry, name, problems)
    for item in found.normalisations:
        if item.db == "edtf" and not is_value(item.key):
            problems.append(
                Problem(
                    name,
                    item.line,
                    (
                        f"{item.id} has the value '{item.key}'; expected an EDTF date or an ISO "
                        f"8601 duration"
                    ),
                )
            )


def base_labels(codebook: Codebook) -> frozenset[str]:
    """Labels of the base that all coders share: zones and sentences."""
    return codebook.of_kind("zone") | codebook.of_kind("sentence")


def read_proposed(
    path: Path, text: str | None, codebook: Codebook, problems: list[Problem]
) -> Annotations | None:
    """Zones and sentences of an article that nobody has confirmed yet, or None where there are
    none; what is wrong is added to `problems`."""
    file = path / f"{PROPOSED}.ann"
    if text is None or not file.exists() or (source := _file(file, problems)) is None:
        return None
    name, before = str(file), len(problems)
    found = brat.parse(source, name, problems)
    brat.verify(found, text, name, problems)
    codebook.check(found, {}, name, problems)
    for item in (*found.spans, *found.events):
        if item.label in codebook.labels and item.label not in base_labels(codebook):
            problems.append(
                Problem(
                    name,
                    item.line,
                    f"{item.id} is a {item.label}; expected zones and sentences alone",
                )
            )
    if len(problems) == before:
        check_zones(found, text, codebook.of_kind("zone"), name, problems)
        check_sentences(found, text, codebook, name, problems)
    return found


def _checksum(path, expected, problems):
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        message = f"the text has changed: its sha256 is {found}; expected {expected} of meta.toml"
        problems.append(Problem(str(path), 1, message))


def _coder(path, coder, meta, problems):
    if coder not in meta["coders"]:
        problems.append(
            Problem(
                str(path / "meta.toml"),
                1,
                (
                    f"no [coders.{key(coder)}], though there is a {coder}.ann; "
                    f"{suggest(coder, meta['coders'])}"
                ),
            )
        )


def _columns(article, coder, codebook, registry):
    """Table -> columns of one article."""
    doc, meta, text, found = article
    told = tables_of(doc, coder, text, found, codebook, registry["actors"])
    return told | {"documents": turned("documents", [_document(doc, meta, found, codebook, coder)])}


def _corpus(folder, coder, codebook, registry, read, aside) -> Corpus:
    told = {table: turned(table, ()) for table in COLUMNS}
    for table in read[0].columns if read else ():
        told[table] = [
            [*chain.from_iterable(parts)] if len(parts) > 1 else parts[0]
            for parts in zip(*(one.columns[table] for one in read), strict=True)
        ]
    entries = registry["actors"].items()
    rows = [
        (
            actor,
            entry["name"],
            entry["kind"],
            entry["country"],
            entry.get("part_of"),
            entry["named"],
            coder,
        )
        for actor, entry in entries
    ]
    told["actors"] = turned("actors", rows)
    texts, meta, found = ({one.doc: one.article[part] for one in read} for part in (2, 1, 3))
    return Corpus(
        folder, coder, texts, meta, found, codebook, registry, **as_tables(told), set_aside=aside
    )


def _document(doc, meta, found, codebook, coder):
    return (
        doc,
        meta["title"],
        meta["outlet"],
        meta["genre"],
        _day(meta),
        article_words(found, codebook),
        meta["sha256"],
        coder,
    )


def as_tables(told) -> dict[str, pd.DataFrame]:
    """Columns of tables as pandas, with the same types whether they hold values or none."""
    import pandas as pd

    return {
        table: pd.DataFrame(
            {
                name: _column(values, TYPES.get(name))
                for name, values in zip(COLUMNS[table], columns, strict=True)
            }
        )
        for table, columns in told.items()
    }


def _column(values, kind):
    """Values as pandas holds them. Words it keeps as Arrow does, which makes them faster itself."""
    import numpy as np
    import pandas as pd

    if kind == "int64":
        return np.array(values, dtype=kind)
    return pd.array(values if kind else _arrow(values), dtype=kind or "str")


def _arrow(values):
    """Words as Arrow holds them: all in one piece and where each ends. Where all are the same, one
    is missing or holds a NUL, Arrow makes it itself."""
    import numpy as np
    import pyarrow as pa

    if values and values[0] is values[-1] and values.count(values[0]) == len(values):
        return pa.repeat(pa.scalar(values[0], pa.large_string()), len(values))
    try:
        joined = "\0".join([*values, ""]).encode()
    except TypeError:
        return pa.array(values, pa.large_string())
    places = np.flatnonzero(np.frombuffer(joined, "uint8") == 0)
    if len(places) > len(values):
        return pa.array(values, pa.large_string())
    ends = np.zeros(len(values) + 1, "int64")
    ends[1:] = places - np.arange(len(values))
    return pa.LargeStringArray.from_buffers(
        len(values), pa.py_buffer(ends), pa.py_buffer(joined.replace(b"\0", b""))
    )
