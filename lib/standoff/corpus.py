"""A folder of annotated articles, verified and as tables."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import brat
from .brat import Annotations, Problem, SeedError
from .canonical import with_base
from .codebook import Codebook, nearest
from .dates import is_value
from .files import leads_out, unfinished
from .limits import unfit
from .registry import read_actors, read_meta, read_toml, read_tracks
from .rules import check_article, check_base, check_own_base, check_quotations, check_sentences, check_zones
from .tables import COLUMNS, article_words, tables_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROPOSED", "Corpus", "coders", "load"]

RULES = ("codebook.toml", "actors.toml", "tracks.toml")
PROPOSED = "proposed"  # names the file that holds zones and sentences which nobody has confirmed yet


@dataclass
class Corpus:
    """The articles of `folder` as `coder` coded them. Each table is a pandas DataFrame; seeds/README.md explains the columns."""

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

    def passage(self, doc: str, start: int, end: int, margin: int = 0) -> str:
        """Words of an article between two offsets, with up to `margin` code points on either side."""
        text = self.texts[doc]
        return text[max(0, start - margin) : end + margin]

    def only(self, docs: Collection[str]) -> Corpus:
        """These articles alone, so that coders who did not code all of them can be compared on those that both have."""
        parts = {part: {doc: held[doc] for doc in held if doc in docs} for part in ("texts", "meta", "annotations") if (held := getattr(self, part))}
        tables = {name: table for name in COLUMNS if "doc" in (table := getattr(self, name))}
        return replace(self, **parts, **{name: table[table["doc"].isin(docs)].reset_index(drop=True) for name, table in tables.items()})


def load(folder: str | Path = "seeds", coder: str = "gold") -> Corpus:
    """Articles of `folder` in one coder's coding, ordered by date of publication: for gold all of them, else those that the coder coded.

    Raises `SeedError` (a `ValueError`) with everything that is wrong: with the files, the checksums, the words at each
    span's offsets, the labels, the references. Nothing is loaded by halves.
    """
    problems: list[Problem] = []
    folder = Path(folder)
    codebook, registry = read_rules(folder, problems)
    articles = [path for path in article_folders(folder, problems) if coder == "gold" or _coded_by(coder, path)]
    if not articles and not problems:
        problems.append(Problem(str(folder), 1, f"no article is coded by '{coder}'; {nearest(coder, coders(folder))}"))
    read = [read_article(path, coder, codebook, registry, problems) for path in articles]
    if problems:
        raise SeedError(problems)
    read.sort(key=lambda article: (_day(article[1]) or dt.date.max, article[0]))
    return _corpus(folder, coder, codebook, registry, read)


def _coded_by(coder, path):
    """Whether a coder has a file in an article's folder, or should have one by its `meta.toml`."""
    return (path / f"{coder}.ann").exists() or coder in (read_toml(path / "meta.toml", []) or {}).get("coders", {})


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
    problems += [Problem(str(path), 1, "is a link that leads out of the folder; expected a file in it") for path in linked]
    actors = read_actors(folder / "actors.toml", problems)
    registry = {"actors": actors, "tracks": read_tracks(folder / "tracks.toml", actors, problems)}
    return Codebook.read(folder / "codebook.toml", problems), registry


def article_folders(folder, problems):
    """Folders in `folder` that hold a text, an annotation or a `meta.toml`."""
    parts = ("text.txt", "meta.toml", "gold.ann")
    found = sorted(path for path in folder.iterdir() if path.is_dir() and any((path / part).exists() for part in parts))
    if not found:
        problems.append(Problem(str(folder), 1, "no articles here; expected folders with text.txt, meta.toml and gold.ann"))
    problems += [Problem(str(desk), 1, what) for desk, what in unfinished(folder).items() if "last" in what]
    for path in found:
        problems += strays(path, folder)
    return found


def strays(path: Path, folder: Path) -> list[Problem]:
    """What is wrong with the names of an article's folder and of its coders, and which links there lead out of `folder`."""
    wrong = [(path, f"the article's name {why}")] if (why := unfit(path.name)) else []
    for file in sorted(path.iterdir()):
        if file.suffix == ".ann" and not file.name.startswith(".") and (why := unfit(file.stem)):
            wrong.append((file, f"the coder's name {why}"))
    wrong += [(one, "is a link that leads out of the folder; expected a file in it") for one in (path, *path.iterdir()) if leads_out(one, folder)]
    return [Problem(str(one), 1, message) for one, message in wrong]


def _file(path, problems, empty=False):
    if path.is_file():
        return brat.read_text(path, str(path), problems, empty)
    problems.append(Problem(str(path), 1, "no such file; expected one"))
    return None


def read_article(path: Path, coder: str, codebook, registry, problems) -> tuple[str, dict, str, Annotations] | None:
    """(doc, meta, text, annotations) of one article, or None; what is wrong is added to `problems`."""
    meta = read_meta(path / "meta.toml", problems)
    text = _file(path / "text.txt", problems)
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
            gold = brat.parse((path / "gold.ann").read_text(encoding="utf-8"), "gold.ann", [])
            check_base(found, gold, base_labels(codebook), name, problems)
    return (path.name, meta, text, found) if meta else None


def check_values(found: Annotations, codebook: Codebook, registry: dict, name: str, problems: list[Problem]) -> None:
    """Add to `problems` every label, attribute, value, role, relation and reference that codebook and registries do not know."""
    codebook.check(found, registry, name, problems)
    for item in found.normalisations:
        if item.db == "edtf" and not is_value(item.key):
            problems.append(Problem(name, item.line, f"{item.id} has the value '{item.key}'; expected an EDTF date or an ISO 8601 duration"))


def base_labels(codebook: Codebook) -> frozenset[str]:
    """Labels of the base that all coders share: zones and sentences."""
    return codebook.of_kind("zone") | codebook.of_kind("sentence")


def read_proposed(path: Path, text: str | None, codebook: Codebook, problems: list[Problem]) -> Annotations | None:
    """Zones and sentences of an article that nobody has confirmed yet, or None where there are none; what is wrong is added to `problems`."""
    file = path / f"{PROPOSED}.ann"
    if text is None or not file.exists() or (source := _file(file, problems)) is None:
        return None
    name, before = str(file), len(problems)
    found = brat.parse(source, name, problems)
    brat.verify(found, text, name, problems)
    codebook.check(found, {}, name, problems)
    for item in (*found.spans, *found.events):
        if item.label in codebook.labels and item.label not in base_labels(codebook):
            problems.append(Problem(name, item.line, f"{item.id} is a {item.label}; expected zones and sentences alone"))
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
        problems.append(Problem(str(path / "meta.toml"), 1, f"no [coders.{coder}], though there is a {coder}.ann; {nearest(coder, meta['coders'])}"))


def _corpus(folder, coder, codebook, registry, read) -> Corpus:
    rows: dict[str, list[tuple]] = {table: [] for table in COLUMNS}
    for doc, meta, text, found in read:
        for table, part in tables_of(doc, coder, text, found, codebook, registry["actors"]).items():
            rows[table] += part
        rows["documents"].append(_document(doc, meta, text, found, codebook, coder))
    for actor, entry in registry["actors"].items():
        rows["actors"].append((actor, entry["name"], entry["kind"], entry["country"], entry.get("part_of"), entry["named"], coder))
    parts = list(zip(*read, strict=True))
    texts, meta, found = (dict(zip(parts[0], part, strict=True)) for part in (parts[2], parts[1], parts[3]))
    return Corpus(folder, coder, texts, meta, found, codebook, registry, **as_tables(rows))


def _document(doc, meta, text, found, codebook, coder):
    again = {item.target for item in found.attributes if item.name == "Duplicate"}
    labels = codebook.of_kind("zone")
    zones = [span for span in found.spans if span.label in labels and span.id not in again]
    words = article_words(text, zones)
    return doc, meta["title"], meta["outlet"], meta["genre"], _day(meta), words, meta["sha256"], coder


def as_tables(rows) -> dict[str, pd.DataFrame]:
    """These tables as pandas, with the same types whether they hold rows or none."""
    import pandas as pd

    kinds: dict[str, str] = dict.fromkeys(("start", "end", "cue_start", "cue_end", "words", "quoted_words", "line"), "int64")
    kinds |= dict.fromkeys(("published", "earliest", "latest"), "datetime64[s]")
    kinds |= {"named": "boolean", "duplicate": "bool", "reported": "bool"}
    tables = {}
    for table, found in rows.items():
        columns = COLUMNS[table]
        values: Iterator = zip(*found, strict=True) if found else ([] for _ in columns)
        series = {c: pd.Series(list(v), dtype=kinds.get(c, "str"), name=c) for c, v in zip(columns, values, strict=True)}
        tables[table] = pd.DataFrame(series, columns=columns)
    return tables
