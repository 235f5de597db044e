"""What the pages of claims, codebook and data hold."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..claims.claim import CLAIM
from ..claims.passages import Passage, passage_html
from ..corpus.loading import Corpus
from ..exchange import documents_of, export_brat, export_tables
from ..exchange.tables import CITATION, WORDS, citation
from ..exchange.w3c_writer import write_w3c
from ..figures.camps import camps
from .blocks import blocks
from .reading_pages import whole_codings

__all__ = ["Head", "Page", "addresses", "codebook", "data", "ledger"]


class Head(NamedTuple):
    """The words above and below the title of a page: answer or summary, question, small print."""

    lede: str
    kicker: str = ""
    about: str = ""


class Page(NamedTuple):
    """A page of the site: file name without suffix, title, kind, head (the reading pages have their
    own), body and style as HTML and CSS; for a notebook its short name, its finding, its number,
    and the pages before and after it in reading order."""

    name: str
    title: str
    kind: str
    head: Head | None = None
    body: str = ""
    style: str = ""
    short: str = ""
    finding: str = ""
    number: int = -1
    before: Page | None = None
    after: Page | None = None


def ledger(
    chapter: dict[str, Any],
    claims: list[dict],
    corpus: Corpus,
    numbers: Iterator[int],
    texts: bool,
) -> list[dict[str, Any]]:
    """The claims of a notebook with their numbers, addresses and code, and words and addresses of
    their passages; these are "" on a site without `texts`."""
    colours, codes = camps(corpus), _codes(chapter["notebook"])
    entries = []
    for claim in claims:
        held, _, codings = claim["mark"].removesuffix(" codings").partition("/")
        details = {
            "number": next(numbers),
            "notebook": chapter["stem"],
            "short": chapter["short"],
            "href": f"{chapter['name']}.html#claim-{claim['id']}",
            "dots": [place < int(held) for place in range(int(codings or 0))],
            "code": codes.get(claim["id"], ""),
            "passages": [
                _passage(corpus, passage, colours, texts) for passage in claim["passages"]
            ],
        }
        entries.append(claim | details)
    return entries


def _codes(notebook: Any) -> dict[str, str]:
    """The code of each claim's cell, as HTML."""
    return {
        block.data[CLAIM]["id"]: block.code for block in blocks(notebook) if block.kind == "claim"
    }


def _passage(
    corpus: Corpus, data: dict[str, Any], colours: dict[str, str], texts: bool
) -> dict[str, Any]:
    """A passage of a claim with its words as HTML and its address on the reading page."""
    passage = Passage(**data)
    return {
        "doc": passage.doc,
        "start": passage.start,
        "end": passage.end,
        "html": passage_html(passage, corpus.texts[passage.doc], colours),
        "camp": colours.get(passage.voice(*passage.words[0]), "other"),
        "where": passage.where,
        "href": f"{passage.doc}.html#p{passage.start}-{passage.end}" if texts else "",
    }


def addresses(corpus: Corpus, claims: list[dict], texts: bool) -> list[tuple[str, str]]:
    """An example of each kind of address: pairs (what it leads to, address).

    `texts` says whether the site has reading pages.
    """
    doc, annotations = next(iter(corpus.annotations.items()))
    found = []
    if texts:
        found += [("an article", f"{doc}.html")]
        found += [("an annotation", f"{doc}.html#{event.id}") for event in annotations.events[:1]]
    for claim in claims[:1]:
        found += [("a claim", claim["href"])]
        for passage in claim["passages"][:1]:
            found += [("a passage of a claim", f"{claim['href']}-1")]
            if texts:
                found += [(passage["where"], passage["href"])]
    label = next(iter(corpus.codebook.labels))
    return [*found, ("a label of the codebook", f"codebook.html#{label}")]


def codebook(corpora: dict[str, Corpus], shown: Callable[[str], str] = str) -> list[dict]:
    """The entries of the codebook by layer, and how often each coder who coded all used a label.

    `shown` makes of an example what a page shows.
    """
    book = next(iter(corpora.values())).codebook
    uses = {
        coder: Counter(span.label for one in corpus.annotations.values() for span in one.spans)
        for coder, corpus in whole_codings(corpora).items()
    }
    parts = {"label": book.labels, "attribute": book.attributes, "relation": book.relations}
    of_layer = defaultdict(list)
    for kind, entries in parts.items():
        for ident, rules in entries.items():
            of_layer[rules.get("layer")].append(_entry(kind, ident, rules, uses, shown))
    return [
        {"id": key, "name": name, "entries": of_layer[key]} for key, name in book.layers.items()
    ]


FACTS = {
    "example": "Example",
    "counter_example": "Counter-example",
    "because": "Because",
    "source": "Source",
    "generic": "Nearest generic frame",
    "policy_frame": "Nearest policy frame",
    "needs": "Requires",
    "on": "Applies to",
    "a": "From",
    "b": "To",
}


def _entry(
    kind: str, ident: str, rules: dict, uses: dict[str, Counter], shown: Callable[[str], str]
) -> dict:
    counts = ", ".join(f"{coder} {count[ident]}" for coder, count in uses.items())
    facts = []
    for key, name in FACTS.items():
        value = rules.get(key)
        if value:
            words = ", ".join(value) if isinstance(value, list) else str(value)
            facts.append((name, shown(words)))
    values = rules.get("values", {})
    if not isinstance(values, dict):
        values = dict.fromkeys(values, "")
    return {
        "id": ident,
        "title": rules.get("title", ident),
        "kind": f"{kind}: {rules['kind']}" if "kind" in rules else kind,
        "uses": f"uses: {counts}" if kind == "label" else "",
        "definition": rules.get("definition", ""),
        "meanings": list(values.items()),
        "facts": facts,
    }


FORMS = {
    "brat": (
        "The .ann files as the notebooks read them, each beside its text, one folder per coder, "
        "with the configuration of a brat server"
    ),
    "w3c": (
        "W3C Web Annotations, one per line, each with its words, their context and position; "
        "beside the texts"
    ),
}


def data(seeds: Path, folder: Path, texts: bool) -> dict[str, Any]:
    """Write the tables, and the annotation in other tools' formats, to `folder`. Returns what the
    template of the data page needs. Without `texts` there are neither columns of words nor the
    formats, which hold the whole articles."""
    from pyarrow import parquet

    export_tables(seeds, folder, without=() if texts else WORDS)
    if texts:
        write_w3c(documents_of(seeds), folder / "w3c")
        export_brat(seeds, folder / "brat")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = [resource for resource in package["resources"] if resource["format"] == "csv"]
    for table in tables:
        table["description"] = table["description"].replace("`", "")
        table["rows"] = parquet.read_metadata(folder / f"{table['name']}.parquet").num_rows
        table["columns"] = table["schema"]["fields"]
    forms = []
    for name, words in FORMS.items() if texts else ():
        files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
        paths = [path.relative_to(folder).as_posix() for path in files]
        forms.append({"words": words, "files": paths})
    cited = citation(seeds)
    if cited:
        (folder / CITATION).write_text(cited, encoding="utf-8", newline="\n")
    licence = next((one["name"] for one in package.get("licenses", ())), "")
    return {"tables": tables, "forms": forms, "citation": cited, "licence": licence}
