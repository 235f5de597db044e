"""A folder of annotated articles as pandas tables: `load` all of it, or take it in `batches`."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from ..annotation.codebook import Codebook
from ..annotation.did_you_mean import check_known, first_five, suggest
from ..annotation.model import Annotations
from ..annotation.origin import without_drafts
from ..annotation.problems import Problem, Report, SeedError
from ..annotation.toml_files import read_toml
from ..annotation.zone_labels import ARTICLE
from .articles import (
    Article,
    Registry,
    article_folders,
    coders_in,
    find_folder,
    partial_coders,
    read_article,
    read_rules,
)
from .concordance import concordance
from .schema import COLUMNS, IN_ZONES, Columns, as_frames
from .summary_card import html_card, text_card
from .tables import article_words, tables_of
from .workers import FEW, map_chunks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Corpus", "batches", "coders", "load"]

ERRORS = ("collect", "raise")  # what `load` may do about articles with problems
LONGEST_NAME = 30  # characters of a title that stands for an article

Tables = dict[str, Columns]  # by name


@dataclass(repr=False)
class Corpus:
    """The articles of `folder` as `coder` coded them.

    Each table is a pandas DataFrame; seeds/README.md and `corpus.schema` explain the columns.
    `texts`, `meta` and `annotations` are dictionaries by article, and `set_aside` holds the
    problems of the articles that `load(errors="collect")` left out.
    """

    folder: Path
    coder: str
    texts: dict[str, str]
    meta: dict[str, dict[str, Any]]
    annotations: dict[str, Annotations]
    codebook: Codebook
    registry: Registry
    documents: pd.DataFrame
    zones: pd.DataFrame
    sentences: pd.DataFrame
    actors: pd.DataFrame
    mentions: pd.DataFrame
    attributions: pd.DataFrame
    quotations: pd.DataFrame
    frames: pd.DataFrame
    times: pd.DataFrame
    events: pd.DataFrame
    links: pd.DataFrame
    set_aside: dict[str, list[Problem]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return text_card(self)

    def _repr_html_(self) -> str:
        return html_card(self)

    def passage(self, doc: str, start: int, end: int, margin: int = 0) -> str:
        """Return the text of article `doc` from code point `start` to `end`.

        Up to `margin` code points are added on either side.
        """
        return self.texts[doc][max(0, start - margin) : end + margin]

    def find(self, pattern: str, context: int = 40) -> pd.DataFrame:
        """Return every place where a regular expression matches the text: keyword in context.

        Upper and lower case are alike, and no-break spaces match blanks. The columns are doc,
        zone, voice (whose words it is, as in `frames`), before, text, after (`context` code points
        of the zone on either side), start and end (code points of the article). Raises `re.error`
        for a pattern that is not a regular expression.

        >>> load("seeds").find("afghan-led", context=9)["after"].tolist()
        [' and Afgh', ' and Afgh', ' and Afgh']
        """
        return concordance(self, pattern, context)

    def write(self, folder: str | Path, size: int = 1000) -> Path:
        """Write all tables as a Parquet dataset for `standoff.scan` and return its folder.

        Each part holds `size` articles. `folder` must not exist yet (`FileExistsError`); it is
        written completely or not at all.
        """
        from ..scale.dataset import slices, write

        return write(slices(self, size), folder)

    def only(self, docs: Collection[str]) -> Corpus:
        """Return a corpus of these articles alone.

        Use it to compare coders who did not code all articles on those that both coded.
        """
        wanted = set(docs)
        changes: dict[str, Any] = {}
        for name in ("texts", "meta", "annotations"):
            by_doc = getattr(self, name)
            changes[name] = {doc: by_doc[doc] for doc in by_doc if doc in wanted}
        for name in COLUMNS:
            table = getattr(self, name)
            if "doc" in table:
                changes[name] = table[table["doc"].isin(wanted)].reset_index(drop=True)
        return replace(self, **changes)

    def without_drafts(self) -> Corpus:
        """Return the corpus without the annotations that were accepted from drafts.

        What coders confirmed or mended is left out of all tables, with the roles and relations that
        name it; what they added or coded without drafts stays. See docs/drafts.md.

        >>> corpus = load("seeds")
        >>> corpus.without_drafts().attributions.equals(corpus.attributions)  # no drafts were used
        True
        """
        readings = []
        for doc, text in self.texts.items():
            annotations = without_drafts(self.annotations[doc])
            article = Article(doc, self.meta[doc], text, annotations)
            tables = _tables(article, self.coder, self.codebook, self.registry)
            readings.append(_Reading(doc, Report(), (article, tables)))
        corpus = _corpus(self.folder, self.coder, self.codebook, self.registry, readings)
        changes: dict[str, Any] = {"set_aside": self.set_aside}
        for name in IN_ZONES:  # tables of `article` lack the rows of other zones
            table, known = getattr(corpus, name), getattr(self, name)[["doc", "id"]]
            changes[name] = table.merge(known, on=["doc", "id"])
        return replace(corpus, **changes)

    def article(self, doc: str) -> Corpus:
        """Return a corpus of the text of one article alone.

        The text is headline, lead, crossheads and body; captions, footnotes and the like are left
        out of all tables.

        >>> load("seeds").article("dw-2017-04-14").attributions["zone"].unique().tolist()
        ['Body']
        """
        one = self.only([doc])
        changes = {}
        for name in COLUMNS:
            table = getattr(one, name)
            column = "zone" if "zone" in table else "label"
            if name in IN_ZONES:
                changes[name] = table[table[column].isin(ARTICLE)].reset_index(drop=True)
        return replace(one, **changes)


def load(
    folder: str | Path = "seeds",
    coder: str = "gold",
    errors: str = "raise",
    workers: int | None = None,
) -> Corpus:
    """Return the articles that `coder` coded, ordered by date of publication.

    `folder` is a path from here or, in a notebook, from a folder above. `gold`, the reference
    coding, covers every article. With `errors="collect"`
    articles with problems are left out with a warning, and `Corpus.set_aside` holds their
    problems; problems of codebook and registries are raised all the same. More than 50 articles
    are read by several processes: `workers`, or one for each core.

    Raises `SeedError` (a `ValueError`) listing every problem found: files, checksums, the words
    at each span's offsets, labels, references. Raises `ValueError` for other `errors` or
    `workers`, and `OSError` if `folder` cannot be listed.

    >>> corpus = load("seeds")
    >>> len(corpus.documents)
    2
    """
    (corpus,) = _batches(find_folder(folder), coder, errors, None, workers)
    if not corpus.texts:
        raise SeedError([*chain.from_iterable(corpus.set_aside.values())])
    return _warn_set_aside(corpus, stacklevel=3)


def batches(
    folder: str | Path = "seeds",
    coder: str = "gold",
    errors: str = "raise",
    size: int = 500,
    workers: int | None = None,
) -> Iterator[Corpus]:
    """Yield what `load` returns, in the same order, as corpora of at most `size` articles.

    Few articles are in memory at a time. With `errors="raise"` nothing is yielded from the first
    batch with a problem on, but all are read, so that `SeedError` lists every problem. Raises
    `ValueError` at once for a `size` less than 1, and what `load` raises during iteration.
    """
    if size < 1:
        raise ValueError(f"size is {size}; expected at least 1 article in a batch")
    return map(_warn_set_aside, _batches(find_folder(folder), coder, errors, size, workers))


def coders(folder: str | Path = "seeds", whole: bool = False) -> list[str]:
    """Return the names of the coders who have a file in any article of `folder`, gold first.

    With `whole`, coders are left out who coded only a part, as `meta.toml` says under `partial`.

    >>> coders("seeds"), coders("seeds", whole=True)
    (['gold', 'a', 'b', 'c'], ['gold', 'a', 'b'])
    """
    files = list(find_folder(folder).glob("*/*.ann"))
    names = coders_in(files)
    if whole:
        partial = set[str]().union(*map(partial_coders, {file.parent for file in files}))
        names = [name for name in names if name not in partial]
    return names


def _warn_set_aside(corpus: Corpus, stacklevel: int = 2) -> Corpus:
    aside = list(corpus.set_aside)
    if aside:
        total = len(aside) + len(corpus.texts)
        warnings.warn(
            f"{len(aside)} of {total} articles set aside, `set_aside` says why: "
            f"{first_five(aside)}",
            stacklevel=stacklevel,
        )
    return corpus


def _batches(
    folder: Path, coder: str, errors: str, size: int | None, workers: int | None
) -> Iterator[Corpus]:
    """Yield corpora of `size` articles, or one of all articles where that is None."""
    check_known(errors, ERRORS, "unknown errors")
    report = Report()
    codebook, registry = read_rules(folder, report)
    paths = _coded_articles(folder, coder, report)
    if errors == "collect":
        report.raise_if_any()
    if size is not None and size < len(paths):
        days = map_chunks(_days, paths, workers)
        paths = [path for _, path in sorted(zip(days, paths, strict=True))]
    task = partial(_read, coder=coder, codebook=codebook, registry=registry, tabulate=not report)
    readings = _with_progress(map_chunks(task, paths, workers), len(paths))
    assemble = partial(_corpus, folder, coder, codebook, registry)
    while batch := list(islice(readings, size)):
        if errors == "raise":
            report += chain.from_iterable(reading.problems for reading in batch)
        if not report:
            corpus = assemble(batch)
            batch.clear()  # so that few articles are in memory
            yield corpus
            del corpus
    report.raise_if_any()


def _coded_articles(folder: Path, coder: str, report: Report) -> list[Path]:
    """Folders of the articles that a coder coded."""
    articles = article_folders(folder, report)
    coded = [path for path in articles if coder == "gold" or _is_coded(path, coder)]
    if not coded and not report:
        message = f"no article is coded by '{coder}'; {suggest(coder, coders(folder))}"
        report.at(folder).error(1, "E-coder-unknown", message)
    return coded


def _is_coded(path: Path, coder: str) -> bool:
    """Whether a coder has a file in an article's folder, or should have one by its `meta.toml`."""
    if (path / f"{coder}.ann").exists():
        return True
    listed = (read_toml(path / "meta.toml", Report()) or {}).get("coders", {})
    return not isinstance(listed, dict) or coder in listed  # reading reports a malformed list


def _with_progress(readings: Iterator[_Reading], total: int) -> Iterator[_Reading]:
    """Show a progress bar on a terminal if there is much to read."""
    if total <= FEW:
        return readings
    from tqdm import tqdm

    return iter(tqdm(readings, total=total, desc="articles", unit="article", disable=None))


def _days(paths: Iterable[Path]) -> list[dt.date]:
    """Days of publication by which articles are put in order before they are verified."""
    metas = [read_toml(path / "meta.toml", Report()) or {} for path in paths]
    return [_day(meta.get("published")) or dt.date.max for meta in metas]


def _day(published: object) -> dt.date | None:
    return published if type(published) is dt.date else None


class _Reading(NamedTuple):
    """What came of reading one article: the article with its tables, or its problems."""

    doc: str
    problems: Report
    result: tuple[Article, Tables] | None


def _read(
    paths: Iterable[Path], coder: str, codebook: Codebook, registry: Registry, tabulate: bool
) -> list[_Reading]:
    """Read some articles; tables are made of those without a problem, and only if `tabulate`."""
    readings = []
    for path in paths:
        report, article = Report(), None
        try:
            article = read_article(path, coder, codebook, registry, report)
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            report.at(error.filename or path).error(1, "E-file-unreadable", message)
        result = None
        if article is not None and tabulate and not report:
            result = article, _tables(article, coder, codebook, registry)
        readings.append(_Reading(path.name, report, result))
    return readings


def _tables(article: Article, coder: str, codebook: Codebook, registry: Registry) -> Tables:
    """Columns of one article in every table but that of actors."""
    doc, meta, text, annotations = article
    tables = tables_of(doc, coder, text, annotations, codebook, registry["actors"])
    document = {
        **{key: meta[key] for key in ("title", "outlet", "genre", "sha256")},
        "doc": doc,
        "short": _short_name(doc, meta),
        "published": _day(meta["published"]),
        "words": article_words(tables["zones"]),
        "coder": coder,
    }
    return {"documents": {column: [value] for column, value in document.items()}, **tables}


def _short_name(doc: str, meta: dict[str, Any]) -> str:
    """What figures call an article: its short name, else its outlet, the beginning of its title, or
    its id."""
    title = shorten(meta["title"], LONGEST_NAME, placeholder="…")
    names = (meta.get("short", "unknown"), meta["outlet"], title, doc)
    return next(name for name in names if name not in ("unknown", "", "…"))


def _by_date(result: tuple[Article, Tables]) -> tuple[dt.date, str]:
    return _day(result[0].meta["published"]) or dt.date.max, result[0].doc


def _corpus(
    folder: Path, coder: str, codebook: Codebook, registry: Registry, batch: Iterable[_Reading]
) -> Corpus:
    """Assemble a corpus of the articles that were read without a problem."""
    tables: Tables = {table: {column: [] for column in COLUMNS[table]} for table in COLUMNS}
    for ident, entry in registry["actors"].items():
        row = {**entry, "actor": ident, "coder": coder}
        for column, values in tables["actors"].items():
            values.append(row.get(column))
    articles = []
    for article, own_tables in sorted(
        filter(None, (reading.result for reading in batch)), key=_by_date
    ):
        articles.append(article)
        for table, columns in own_tables.items():
            for column, values in columns.items():
                tables[table][column] += values
    return Corpus(
        folder,
        coder,
        texts={article.doc: article.text for article in articles},
        meta={article.doc: article.meta for article in articles},
        annotations={article.doc: article.annotations for article in articles},
        codebook=codebook,
        registry=registry,
        **as_frames(tables),
        set_aside={reading.doc: reading.problems for reading in batch if reading.problems},
    )
