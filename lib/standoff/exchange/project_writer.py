"""Writes imported texts and codings as a project folder."""

from __future__ import annotations

import itertools
import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.escaping import balanced
from ..annotation.limits import MAX_NAME_LENGTH, unfit
from ..annotation.model import Annotations
from ..annotation.ordering import restrict_to_labels, with_base
from ..annotation.problems import Problem, Report
from ..annotation.registries import META, UNKNOWN
from ..annotation.toml_files import parse_toml
from ..annotation.zone_checks import check_quotations, check_sentences, check_zones
from ..authoring.checking import survey
from ..authoring.project import project_rules, slug
from ..authoring.standard_files import standard_file
from ..authoring.zone_proposals import propose
from ..corpus.articles import PROPOSED, RULES, base_labels
from ..corpus.safe_writing import checksum_of, new_folder
from .codebook_import import as_toml, book_of, extend_codebook, extend_registries, new_entries
from .documents import Document
from .import_tally import summary
from .offsets import replace_controls
from .repairs import leave_out_repeats, mark_contradictions, rename_misfits

__all__ = ["LIST", "Written", "lines_left_out", "write_project"]

CODEBOOK_HEAD = "The codebook with what the import needed besides: see the layer imported."
META_HEAD = 'What came with the text; what did not is "unknown".'
LIST = "import.txt"
Codings = dict[str, Document]  # coder -> document


class Base(NamedTuple):
    """Zones and sentences of an article, and whether they are proposals."""

    annotations: Annotations
    proposed: bool


class Written(NamedTuple):
    """What a project was made of: the documents as they were written, and remarks on them."""

    documents: list[Document]
    remarks: list[str]

    def summary(self) -> list[str]:
        """Return the lines of a table of what became of the annotations of the source."""
        return summary(document.tally for document in self.documents)


def write_project(
    destination: str | Path,
    documents: Iterable[Document],
    like: str | Path | None = None,
    gold: str | None = None,
    left_out: Report | None = None,
) -> Written:
    """Write a new project folder, completely or not at all.

    Documents of one name and text are codings of one article. Codebook and registries are the
    standard ones, or those of the folder `like`, extended by what the codings use. `gold` is the
    coder whose coding becomes the reference coding; the default is "gold", or the only coder of an
    article. Zones and sentences that no coding has are proposed. What the rules of a project
    would refuse is repaired (see repairs.py). Documents without a name only define labels; if there
    are no others, the project has a codebook and no article yet. `import.txt` in the folder lists
    what became of the annotations, and the remarks. Raises `SeedError` with everything that is
    wrong, and `OSError`; with a report `left_out`, articles with problems are left out and added to
    that.
    """
    documents, report = list(documents), Report()
    definitions = {key: words for one in documents for key, words in one.definitions.items()}
    remarks: list[str] = []
    sources = project_rules(Path(like) if like else None, report)
    rules = [parse_toml(sources.get(name, ""), name, Report()) or {} for name in RULES]
    articles = _group((one for one in documents if one.name), gold, remarks)
    if not articles and not definitions:
        message = "there is nothing to write; expected at least one text"
        report.at(destination).error(1, "E-source-missing", message)
    report.raise_if_any()
    bases = _repair(articles, book_of(rules[0]), remarks)
    with new_folder(destination) as draft:
        extended = _extend_rules(rules, articles, bases, definitions)
        remarks += new_entries(rules, extended)
        codebook = _write_rules(draft, sources, rules, extended)
        for name, article in articles.items():
            (draft / name).mkdir()
            for document in article.values():
                mark_contradictions(document, codebook)
            _write_article(draft / name, article, bases[name], remarks)
        if articles:
            _check(draft, articles, left_out)
        unnamed = [one for one in documents if not one.name]
        written = _written([*_documents(articles), *unnamed], remarks)
        _write(draft / LIST, _list(written, left_out))
    return written


def _documents(articles: dict[str, Codings]) -> list[Document]:
    return [document for article in articles.values() for document in article.values()]


def _extend_rules(
    rules: list[dict],
    articles: dict[str, Codings],
    bases: dict[str, Base],
    definitions: dict[str, str],
) -> list[dict]:
    """Return codebook and registries with what the codings use in addition."""
    documents = _documents(articles)
    codings = [document.annotations for document in documents]
    book = extend_codebook(rules[0], codings, definitions)
    unmarked = Report()
    for name, article in articles.items():
        for document in article.values():
            whole = with_base(document.annotations, bases[name].annotations)
            check_quotations(whole, document.text, book_of(book), unmarked.at(name))
    if unmarked:  # an imported coding need not mark every pair of quotation marks
        book["labels"]["Quoted"]["exhaustive"] = False
    return [book, *extend_registries(rules[1], rules[2], documents)]


def _write_rules(
    draft: Path, sources: dict[str, str], rules: list[dict], extended: list[dict]
) -> Codebook:
    """Write codebook and registries: as they were, with their comments, if nothing was added."""
    heads = (CODEBOOK_HEAD, standard_file("actors.toml"), standard_file("tracks.toml"))
    for name, before, entries, head in zip(RULES, rules, extended, heads, strict=True):
        made = as_toml(entries, re.sub("(?m)^# ?", "", head))
        _write(draft / name, sources.get(name, made) if entries == before else made)
    report = Report()
    codebook = Codebook.read(draft / "codebook.toml", report)
    report.raise_if_any()
    return codebook


def _written(documents: list[Document], remarks: list[str]) -> Written:
    """Return documents as they were written, their remarks before those on the project."""
    said = [
        f"{document.name} {document.coder}: {remark}".strip()
        for document in documents
        for remark in document.remarks
    ]
    return Written(documents, said + remarks)


def _list(written: Written, left_out: Report | None) -> str:
    """Return the text of `import.txt`: what became of each annotation, and what was remarked."""
    remarks = lines_left_out(left_out) + written.remarks or ["nothing to report"]
    return "\n".join([*written.summary(), "", *remarks]) + "\n"


def lines_left_out(problems: Report | None) -> list[str]:
    """Return a line on each problem of a file or article that was left out."""
    return [f"left out: {problem}" for problem in sorted(set(problems or ()))]


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _repair(
    articles: dict[str, Codings], codebook: Codebook, remarks: list[str]
) -> dict[str, Base]:
    """Repair all codings; return the zones and sentences of each article."""
    bases = {}
    for name, article in articles.items():
        for document in article.values():
            leave_out_repeats(document)
        base = _find_base(article, codebook)
        if base is None:
            meta = _merge_meta(article)
            text = next(iter(article.values())).text
            found = propose(text, meta["title"], meta["authors"], meta["language"])
            bases[name] = Base(found, True)
        else:
            bases[name] = Base(base, False)
    own = not all(base.proposed for base in bases.values())
    codings = [
        (document, bases[name].annotations)
        for name, article in articles.items()
        for document in article.values()
    ]
    remarks += rename_misfits(codings, codebook, own)
    return bases


def _group(
    documents: Iterable[Document], gold: str | None, remarks: list[str]
) -> dict[str, Codings]:
    """Map the folder of each article to its codings, one of which is gold.

    Documents of one name but with other texts are other articles.
    """
    by_text: dict[tuple[str, str], Codings] = defaultdict(dict)
    for document in documents:
        article = by_text[document.name, document.text]
        chosen = document.coder == gold and "gold" not in article
        coder = "gold" if chosen else _coder_name(document.coder)
        free = _free(coder, article if coder == "gold" else {*article, gold or "gold"})
        if free != coder:
            remarks.append(
                f"{document.name}: the coding by {coder} in {document.source} is that of {free}: "
                f"there is another one by {coder}"
            )
        article[free] = document
    articles: dict[str, Codings] = {}
    for (source_name, _), article in by_text.items():
        name = _free_name(source_name, articles)
        articles[name] = article
        if name != source_name:
            remarks.append(f"{source_name!r} is the article {name}")
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
    name = re.sub(r"[^\w-]+", "_", coder)[:MAX_NAME_LENGTH] or "unknown"
    return f"coder-{name}"[:MAX_NAME_LENGTH] if unfit(name) or name == PROPOSED else name


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return a name for an article's folder that no other has."""
    if unfit(name):
        name = slug(name) or "article"
    if unfit(name):
        name = f"article-{name}"
    return _free(name, taken)


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name that differs from those taken not only by capitals."""
    used = {other.lower() for other in taken}
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(free for free in itertools.chain([name], numbered) if free.lower() not in used)


def _write_article(folder: Path, article: Codings, base: Base, remarks: list[str]) -> None:
    """Write an article's text, meta, zones and sentences, and every coding."""
    text = next(iter(article.values())).text
    meta = _clean(_merge_meta(article), f"{folder.name}: meta.toml:", remarks)
    sha256 = checksum_of(text)
    _write(folder / "text.txt", text)
    _write(folder / "meta.toml", as_toml({**meta, "sha256": sha256}, META_HEAD))
    if meta.get("sha256", sha256) != sha256:
        remarks.append(f"{folder.name}: the text differs from the one whose checksum came with it")
    if base.proposed:
        _write(folder / f"{PROPOSED}.ann", brat.write(base.annotations))
    for document in article.values():
        if not base.proposed:
            document.annotations = with_base(document.annotations, base.annotations)
    for coder in sorted({"gold", *article}):
        if coder in article:
            annotations = article[coder].annotations
        else:
            annotations = Annotations() if base.proposed else base.annotations
        _write(folder / f"{coder}.ann", brat.write(annotations))


def _merge_meta(article: Codings) -> dict[str, Any]:
    """Return what the documents of an article know of `meta.toml`; other keys are "unknown"."""
    meta: dict[str, Any] = dict.fromkeys(META, UNKNOWN) | {"authors": []}
    del meta["sha256"], meta["short"]
    coders: dict[str, dict] = {"gold": {"who": UNKNOWN}}
    for coder, document in article.items():
        meta |= {key: value for key, value in document.meta.items() if value is not None}
        who = document.coder if document.coder != "gold" else UNKNOWN
        coders[coder] = {"who": who} | document.meta.get("coders", {}).get(document.coder, {})
    return meta | {"coders": coders}


def _clean(value: Any, where: str, remarks: list[str]) -> Any:
    """Return a value for `meta.toml` without control characters, and with each control of direction
    closed where it opens."""
    if isinstance(value, dict):
        return {key: _clean(one, f"{where} {key}", remarks) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, where, remarks) for one in value]
    if not isinstance(value, str):
        return value
    said: list[str] = []
    words = "\r".join(replace_controls(line, said) for line in value.split("\r"))
    closed = balanced(words)
    if closed != words:
        said.append("controls of direction closed or left out")
    remarks += [f"{where}: {repair}" for repair in said]
    return closed


def _find_base(article: Codings, codebook: Codebook) -> Annotations | None:
    """Return the zones and sentences of gold, or of the first coding that has a complete set."""
    for coder in sorted(article, key=lambda coder: coder != "gold"):
        text, report = article[coder].text, Report()
        base = restrict_to_labels(article[coder].annotations, base_labels(codebook))
        check_zones(base, text, codebook, report.at(""))
        check_sentences(base, text, codebook, report.at(""))
        if base.spans and not report:
            return base
    return None


def _check(draft: Path, articles: dict[str, Codings], left_out: Report | None) -> None:
    """Raise what is wrong with a project before it takes its place, as problems of the source.

    With a report `left_out`, articles with problems are removed, as long as one is left.
    """
    problems = Report()
    failed = set()
    for problem in survey(draft).problems:
        name = Path(problem.path).relative_to(draft).parts[0]
        failed.add(name)
        problems.append(_in_source(problem, articles.get(name, {})))
    if left_out is None or not failed < articles.keys():
        problems.raise_if_any()
    else:
        left_out += problems
        for name in failed:
            shutil.rmtree(draft / name)
            del articles[name]


def _in_source(problem: Problem, article: Codings) -> Problem:
    """Return a problem of a file that was to be written as one of the file that it comes from."""
    path = Path(problem.path)
    document = article.get(path.stem)
    if document is None:
        source = next((other.source for other in article.values()), "")
        return problem._replace(path=source or path.name, line=1)
    items = list(document.annotations)
    line = 1
    if path.suffix == ".ann" and problem.line <= len(items):
        line = document.tally.line(items[problem.line - 1].id)
    return problem._replace(path=document.source or document.name, line=line)
