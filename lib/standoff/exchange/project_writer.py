"""Writes imported texts and codings as a project folder."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.limits import NAME, unfit
from ..annotation.model import Annotations
from ..annotation.ordering import restrict_to_labels, with_base, without
from ..annotation.problems import Report, SeedError
from ..annotation.registries import META
from ..annotation.structure_checks import check_sentences, check_zones
from ..annotation.toml_files import parse_toml
from ..authoring.project import ACTORS, TRACKS, UNKNOWN, project_rules, slug
from ..authoring.zone_proposals import propose
from ..corpus.articles import PROPOSED, RULES, base_labels
from ..corpus.files import new_folder
from .codebook_import import as_toml, extend_codebook, extend_registries
from .documents import Document

__all__ = ["write_project"]

CODEBOOK_HEAD = "The codebook with what the import needed besides: see the layer imported."
META_HEAD = 'What came with the text; what did not is "unknown".'
Codings = dict[str, Document]  # coder -> document


def write_project(
    destination: str | Path,
    documents: Iterable[Document],
    like: str | Path | None = None,
    gold: str | None = None,
) -> list[str]:
    """Write a new project folder, completely or not at all; return remarks for its user.

    Documents of one name are codings of one article. Codebook and registries are the standard
    ones, or those of the folder `like`, extended by what the codings use. `gold` is the coder
    whose coding becomes the reference coding; the default is "gold", or the only coder of an
    article. Zones and sentences that no coding has are proposed. Raises `SeedError` with everything
    that is wrong, and `OSError`.
    """
    report = Report()
    remarks: list[str] = []
    sources = project_rules(Path(like) if like else None, report)
    rules = [parse_toml(sources[name], name, Report()) or {} for name in RULES]
    articles = _group(documents, gold, report, remarks)
    if not articles:
        message = "there is nothing to write; expected at least one text"
        report.at(destination).error(1, "E-source-missing", message)
    report.raise_if_any()
    codings = [
        document.annotations for article in articles.values() for document in article.values()
    ]
    book = extend_codebook(rules[0], codings)
    data = (book, *extend_registries(rules[1], rules[2], codings))
    heads = (CODEBOOK_HEAD, ACTORS, TRACKS)
    with new_folder(destination) as draft:
        for name, entries, head in zip(RULES, data, heads, strict=True):
            _write(draft / name, as_toml(entries, re.sub("(?m)^# ?", "", head)))
        codebook = Codebook.read(draft / "codebook.toml", report)
        for name, article in articles.items():
            (draft / name).mkdir()
            _write_article(draft / name, article, codebook, remarks)
        _check(draft, Path(destination))
    return remarks


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _group(
    documents: Iterable[Document], gold: str | None, report: Report, remarks: list[str]
) -> dict[str, Codings]:
    """Map the folder of each article to its codings, one of which is gold."""
    by_name: dict[str, Codings] = defaultdict(dict)
    for document in documents:
        article = by_name[document.name]
        coder = "gold" if document.coder == gold else _coder_name(document.coder)
        problems = report.at(document.name)
        if coder in article or coder == PROPOSED:
            message = f"has a second coding by {coder}; expected one per coder, none by {PROPOSED}"
            problems.error(1, "E-source-duplicate", message)
        if any(other.text != document.text for other in article.values()):
            message = f"has a different text in the coding by {coder}; expected the same text"
            problems.error(1, "E-source-text", message)
        article[coder] = document
    articles: dict[str, Codings] = {}
    for source_name, article in by_name.items():
        name = _free_name(source_name, articles)
        articles[name] = article
        coders = ", ".join(article)
        if "gold" not in article and len(article) == 1:
            remarks.append(f"{name}: the one coding, by {coders}, is gold")
            article["gold"] = article.pop(coders)
        elif "gold" not in article:
            remarks.append(
                f"{name}: none of the codings ({coders}) is gold, so gold.ann holds none; name one "
                f"to make it gold"
            )
    return articles


def _coder_name(coder: str) -> str:
    name = re.sub(r"[^\w-]+", "_", coder)[:NAME] or "unknown"
    return f"coder-{name}"[:NAME] if unfit(name) else name


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return a name for an article's folder that differs from others not only by capitals."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) or unfit(name):
        name = slug(name) or "article"
    if unfit(name):
        name = f"article-{name}"
    used = {other.lower() for other in taken}
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(free for free in itertools.chain([name], numbered) if free.lower() not in used)


def _write_article(folder: Path, article: Codings, codebook: Codebook, remarks: list[str]) -> None:
    """Write an article's text, meta, zones and sentences, and every coding."""
    text = next(iter(article.values())).text
    meta = _merge_meta(article)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    _write(folder / "text.txt", text)
    _write(folder / "meta.toml", as_toml({**meta, "sha256": sha256}, META_HEAD))
    if meta.get("sha256", sha256) != sha256:
        remarks.append(f"{folder.name}: the text differs from the one whose checksum came with it")
    base = _find_base(article, codebook)
    if base is None:
        proposed = propose(text, meta["title"], meta["authors"], meta["language"])
        _write(folder / f"{PROPOSED}.ann", brat.write(proposed))
    for coder in sorted({"gold", *article}):
        annotations = article[coder].annotations if coder in article else Annotations()
        other = _other_base(annotations, base or proposed, codebook)
        if other:
            kept = without(annotations, other)
            remarks.append(
                f"{folder.name}/{coder}.ann: {len(annotations) - len(kept)} annotations left out: "
                f"zones and sentences that do not divide the text as the article's do, and what "
                f"is about them"
            )
            annotations = kept
        if base:
            annotations = with_base(annotations, base)
        _write(folder / f"{coder}.ann", brat.write(annotations))


def _merge_meta(article: Codings) -> dict[str, Any]:
    """Return what the documents of an article know of `meta.toml`; other keys are "unknown"."""
    meta: dict[str, Any] = dict.fromkeys(META, UNKNOWN) | {"authors": []}
    del meta["sha256"]
    coders: dict[str, dict] = {"gold": {"who": UNKNOWN}}
    for coder, document in article.items():
        meta |= {key: value for key, value in document.meta.items() if value is not None}
        who = document.coder if document.coder != "gold" else UNKNOWN
        coders[coder] = {"who": who} | document.meta.get("coders", {}).get(document.coder, {})
    return meta | {"coders": coders}


def _find_base(article: Codings, codebook: Codebook) -> Annotations | None:
    """Return the zones and sentences of gold, or of the first coding that has a complete set."""
    for coder in sorted(article, key=lambda coder: coder != "gold"):
        text, report = article[coder].text, Report()
        base = restrict_to_labels(article[coder].annotations, base_labels(codebook))
        check_zones(base, text, codebook.of_kind("zone"), "", report)
        check_sentences(base, text, codebook, "", report)
        if base.spans and not report:
            return base
    return None


def _other_base(annotations: Annotations, base: Annotations, codebook: Codebook) -> set[str]:
    """Return the ids of zones and sentences that are not those of the article."""
    wanted = {(span.label, span.fragments) for span in base.spans}
    own = annotations.labelled(base_labels(codebook))
    return {span.id for span in own if (span.label, span.fragments) not in wanted}


def _check(draft: Path, destination: Path) -> None:
    """Raise what is wrong with a project before it takes its place."""
    from ..authoring.checking import survey

    problems = [
        item._replace(path=item.path.replace(str(draft), str(destination), 1))
        for item in survey(draft).problems
    ]
    if problems:
        raise SeedError(problems)


def __dir__() -> list[str]:
    return __all__
