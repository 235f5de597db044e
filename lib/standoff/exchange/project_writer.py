"""A project folder written from imported texts and codings."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Annotations, Problem, SeedError
from ..annotation.codebook import Codebook
from ..annotation.limits import NAME as MOST
from ..annotation.limits import unfit
from ..annotation.ordering import less, only, with_base
from ..annotation.problems import Report
from ..annotation.registries import Meta
from ..annotation.structure_checks import check_sentences, check_zones
from ..annotation.toml_files import parse_toml
from ..authoring.project import ACTORS, TRACKS, UNKNOWN, project_rules, slug
from ..authoring.zone_proposals import propose
from ..corpus.articles import PROPOSED, RULES, base_labels
from ..corpus.files import whole
from .codebook_import import as_toml, extended, with_entries
from .documents import Document

__all__ = ["write_project"]


def write_project(
    destination: str | Path,
    documents: Iterable[Document],
    like: str | Path | None = None,
    gold: str | None = None,
) -> list[str]:
    """A new project folder of imported texts and codings, whole or not at all; what its user should
    know, in words.

    Documents of one name are codings of one article. The codebook and the registries are the
    standard ones, or those of the folder `like`, with
    what the codings use besides. `gold` names the coder whose coding the collection reads first;
    without it that is "gold", or the one coder that an
    article has. Where the codings bring no zones and sentences, these are proposed. Raises
    `SeedError` with everything that is wrong, and `OSError`.
    """
    problems, said = Report(), []
    rules = {
        name: parse_toml(text, name, Report()) or {}
        for name, text in project_rules(Path(like) if like else None, problems).items()
    }
    articles = _grouped(documents, gold, problems, said)
    if not articles and not problems:
        problems.append(
            Problem(str(destination), 1, "there is nothing to write; expected one text at least")
        )
    if problems:
        raise SeedError(problems)
    codings = [
        document.annotations for article in articles.values() for document in article.values()
    ]
    book = extended(rules["codebook.toml"], codings)
    actors, tracks = with_entries(rules["actors.toml"], rules["tracks.toml"], codings)
    with whole(destination) as draft:
        heads = (
            "The codebook with what the import needed besides: see the layer imported.",
            ACTORS,
            TRACKS,
        )
        for name, data, head in zip(RULES, (book, actors, tracks), heads, strict=True):
            (draft / name).write_bytes(as_toml(data, re.sub("(?m)^# ?", "", head)).encode())
        codebook = Codebook.read(draft / "codebook.toml", problems)
        for name, article in articles.items():
            (draft / name).mkdir()
            _write_article(draft / name, article, codebook, said)
        _look_through(draft, Path(destination))
    return said


def _grouped(documents, gold, problems, said):
    """Folder's name -> coder -> document; a coder of each article is gold."""
    found: dict[str, dict[str, Document]] = {}
    names: dict[str, str] = {}
    for document in documents:
        name = names.setdefault(document.name, _free_name(document.name, names.values()))
        coder = (
            "gold"
            if document.coder == gold
            else re.sub(r"[^\w-]+", "_", document.coder)[:MOST] or "unknown"
        )
        coder = f"coder-{coder}"[:MOST] if unfit(coder) else coder
        article = found.setdefault(name, {})
        if coder in article or coder == PROPOSED:
            problems.append(
                Problem(
                    document.name,
                    1,
                    (
                        f"holds a second coding by {coder}; expected one coding a coder, and "
                        f"none by '{PROPOSED}'"
                    ),
                )
            )
        if any(other.text != document.text for other in article.values()):
            problems.append(
                Problem(
                    document.name,
                    1,
                    (
                        f"has another text in the coding by {coder} than in the others; expected "
                        f"one text"
                    ),
                )
            )
        article[coder] = document
    for name, article in found.items():
        if "gold" not in article and len(article) == 1:
            (coder,) = article
            said.append(f"{name}: the one coding, by {coder}, is gold")
            article["gold"] = article.pop(coder)
        elif "gold" not in article:
            said.append(
                f"{name}: none of the codings ({', '.join(article)}) is gold, so gold.ann "
                f"holds none; name one to make it gold"
            )
    return found


def _free_name(name, taken):
    """A folder's name for an article that no other has, also where capital and small letters are
    one."""
    plain = (
        name
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) and not unfit(name)
        else slug(name) or "article"
    )
    plain = f"article-{plain}" if unfit(plain) else plain
    used = {other.lower() for other in taken}
    others = (f"{plain}-{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([plain], others) if one.lower() not in used)


def _write_article(folder, article, codebook, said):
    """One article's folder: text, meta, base and every coding."""
    text = next(iter(article.values())).text
    known, sha256 = _known(article), hashlib.sha256(text.encode()).hexdigest()
    (folder / "text.txt").write_bytes(text.encode())
    (folder / "meta.toml").write_bytes(as_toml({**known, "sha256": sha256}, META_HEAD).encode())
    if known.get("sha256", sha256) != sha256:
        said.append(
            f"{folder.name}: the text is not to the letter the one whose checksum came with it"
        )
    base, is_set = _base(article, text, known, codebook)
    if not is_set:
        (folder / f"{PROPOSED}.ann").write_bytes(brat.write(base).encode())
    for coder in sorted({"gold", *article}):
        found = article[coder].annotations if coder in article else Annotations()
        kept = _on_base(found, base, codebook, f"{folder.name}/{coder}.ann", said)
        (folder / f"{coder}.ann").write_bytes(
            brat.write(with_base(kept, base) if is_set else kept).encode()
        )


META_HEAD = 'What came with the text; what did not is "unknown".'


def _known(article):
    """What the documents of one article know of `meta.toml`, every key that it needs, and an entry
    for each coder."""
    known = {
        name: [] if name == "authors" else UNKNOWN for name in Meta.model_fields if name != "sha256"
    }
    coders: dict[str, dict] = {}
    for coder, document in article.items():
        told = {name: value for name, value in document.meta.items() if value is not None}
        entry = told.pop("coders", {}).get(document.coder, {})
        known |= told
        coders[coder] = {"who": document.coder if document.coder != "gold" else UNKNOWN, **entry}
    return {**known, "coders": {"gold": {"who": UNKNOWN}} | coders}


def _base(article, text, known, codebook):
    """Zones and sentences of an article, and whether they came with a coding: gold's, else the
    first that has a whole set."""
    labels = base_labels(codebook)
    for coder in sorted(article, key=lambda coder: coder != "gold"):
        base, wrong = only(article[coder].annotations, labels), Report()
        check_zones(base, text, codebook.of_kind("zone"), "", wrong)
        check_sentences(base, text, codebook, "", wrong)
        if base.spans and not wrong:
            return base, True
    return propose(text, known["title"], known["authors"], known["language"]), False


def _on_base(found, base, codebook, name, said):
    """A coding without zones and sentences that are not those of the article, and without what
    hangs on them."""
    wanted, labels = {(span.label, span.fragments) for span in base.spans}, base_labels(codebook)
    out = {
        span.id
        for span in found.spans
        if span.label in labels and (span.label, span.fragments) not in wanted
    }
    if not out:
        return found
    kept = less(found, out)
    said.append(
        f"{name}: {len(found) - len(kept)} annotations left out: zones and sentences that do "
        f"not divide the text as the article's do, and what is about them"
    )
    return kept


def _look_through(draft, destination):
    """Raise what is wrong with a project before it is there."""
    from ..authoring.checking import survey

    if problems := survey(draft).problems:
        raise SeedError(
            [
                problem._replace(path=problem.path.replace(str(draft), str(destination), 1))
                for problem in problems
            ]
        )
