"""What the pages hold that are not notebooks: claims, reading pages, codebook, data."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..claims.passages import Passage, passage_html
from ..corpus.loading import Corpus
from ..exchange import documents_of, export_brat, export_tables
from ..exchange.tables import CITATION, citation
from ..exchange.w3c import write_w3c
from ..figures import labels
from ..figures import reading as reader
from ..measures.pairing import compared, shared_articles

__all__ = ["Page", "Readings", "codebook", "data", "ledger", "tally"]

SHOWN = ("sourcing", "framing", reader.OTHER)  # layers marked when a reading page is opened
NOT_COMPARED = "not compared: outside the article text"


class Page(NamedTuple):
    """A page of the site: file name without suffix, title, short name for the bar, kind, and body
    and style as HTML and CSS; the pages before and after it in reading order."""

    name: str
    title: str
    short: str
    kind: str
    body: str = ""
    style: str = ""
    before: Page | None = None
    after: Page | None = None


def ledger(
    notebook: str, claims: list[dict], corpus: Corpus, numbers: Iterator[int]
) -> list[dict[str, Any]]:
    """The claims of a notebook with their numbers, and words and addresses of their passages."""
    entries = []
    for claim in claims:
        details = {
            "number": next(numbers),
            "notebook": notebook,
            "passages": [_passage(corpus, passage) for passage in claim["passages"]],
        }
        entries.append(claim | details)
    return entries


def _passage(corpus: Corpus, data: dict[str, Any]) -> dict[str, Any]:
    """A passage of a claim with its words as HTML and its address on the reading page."""
    passage = Passage(**data)
    return {
        "doc": passage.doc,
        "start": passage.start,
        "end": passage.end,
        "html": passage_html(passage, corpus.texts[passage.doc], styled=False),
        "where": passage.where,
        "href": f"{passage.doc}.html#p{passage.start}-{passage.end}",
    }


def tally(claims: list[dict]) -> list[tuple[str, int]]:
    """(how far claims hold, how many of them), most frequent first."""
    return Counter(claim["mark"] for claim in claims).most_common()


class Readings:
    """The reading pages: each article as each coder coded it, with the claims that rest on it.

    `corpora`: coder -> corpus; the first coder's pages compare the other codings with it.
    """

    def __init__(self, corpora: dict[str, Corpus], claims: list[dict]):
        self.corpora, self.first = corpora, next(iter(corpora))
        self.articles = {coder: reader.ArticleViews(corpus) for coder, corpus in corpora.items()}
        self.names = labels(corpora[self.first])
        self.dates = {coder: reader.dates_of(corpus) for coder, corpus in corpora.items()}
        # coder -> (doc, id) of the first coder -> what this coder made of it
        self.outcomes: dict[str, dict] = {}
        self.additions = defaultdict(list)  # doc -> what only another coder marked
        for coder in list(corpora)[1:]:
            both, _ = shared_articles([corpora[self.first], corpora[coder]])
            self.outcomes[coder], only = compared(*both)
            for label, item in only:
                self.additions[item.doc].append((item.start, coder, label, item))
        # doc -> (start, end) -> claims
        self.claims: dict[str, dict] = defaultdict(lambda: defaultdict(list))
        for claim in claims:
            for passage in claim["passages"]:
                self.claims[passage["doc"]][passage["start"], passage["end"]].append(claim)

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """(page, doc, coder) of every page."""
        for coder, corpus in self.corpora.items():
            for doc in corpus.texts:
                yield self.name(doc, coder), doc, coder

    def name(self, doc: str, coder: str) -> str:
        """The name of a page: that of the article, with the coder's unless it is the first."""
        return doc if coder == self.first else f"{doc}-{coder}"

    def page(self, doc: str, coder: str) -> dict[str, Any]:
        """What the template needs: the marked text, the claims that rest on it, and every
        annotation by layer with what other coders made of it."""
        corpus, is_first = self.articles[coder][doc], coder == self.first
        coded_by = [name for name, coding in self.corpora.items() if doc in coding.texts]
        others = [name for name in coded_by if is_first and name != coder]
        marks = reader.marks(corpus, doc, dates=self.dates[coder])
        resting = sorted(self.claims[doc].items()) if is_first else []
        places = [_place(start, end, claims) for (start, end), claims in resting]
        further_ids = _further_ids(corpus.annotations[doc])
        return {
            "coder": coder,
            "who": corpus.meta[doc]["coders"][coder]["who"],
            "label": self.names[doc],
            "codings": [(name, f"{self.name(doc, name)}.html") for name in coded_by],
            "lacking": [name for name in self.corpora if name not in coded_by],
            "layers": self._layers(marks, doc, corpus, others, further_ids),
            "others": others,
            "resting": [
                {
                    "start": start,
                    "end": end,
                    "words": corpus.texts[doc][start:end],
                    "claims": claims,
                }
                for (start, end), claims in resting
            ],
            "text": reader.text_html(corpus, doc, marks, places, further_ids),
            "style": _highlights(marks, places),
        }

    def _layers(
        self, marks: list, doc: str, corpus: Corpus, others: list[str], further_ids: dict
    ) -> list[dict]:
        """Each layer with one row per annotation. Other layers come last, if there are any."""
        rows = defaultdict(list)
        for mark in marks:
            if mark.is_whole:
                outcomes = [
                    self.outcomes[name].get((doc, mark.id), NOT_COMPARED) for name in others
                ]
                rows[mark.layer].append(_row(mark, corpus.texts[doc], outcomes, further_ids))
        for _, coder, label, item in sorted(self.additions[doc]) if others else ():
            own = corpus.codebook.labels[label]["layer"]
            layer = own if own in reader.LAYERS else reader.OTHER
            rows[layer].append(self._addition(coder, label, item, others))
        return [
            {"id": layer, "words": words, "on": layer in SHOWN, "rows": rows[layer]}
            for layer, words in reader.LAYERS.items()
            if rows[layer] or layer != reader.OTHER
        ]

    def _addition(self, coder: str, label: str, item: Any, others: list[str]) -> dict:
        """A row for what only another coder marked; it links to that coder's page."""
        return {
            "id": "",
            "ident": f"{coder}: {item.id}",
            "href": f"{self.name(item.doc, coder)}.html#{item.id}",
            "tag": label,
            "words": item.text,
            "about": f"not in {self.first}",
            "spare": [],
            "outcomes": [f"marked as {label}" if other == coder else "" for other in others],
        }


def _place(start: int, end: int, claims: list[dict]) -> tuple[int, int, str, str, str]:
    """A tag in the text that leads to the claims which rest on a passage."""
    numbers = ", ".join(str(claim["number"]) for claim in claims)
    tag = f"claim{'s' * (len(claims) > 1)} {numbers}"
    return start, end, f"p{start}-{end}", f"#rests-{start}-{end}", tag


def _row(mark: reader.Mark, text: str, outcomes: list[str], further_ids: dict) -> dict:
    return {
        "id": mark.id,
        "ident": mark.id,
        "href": f"#{mark.id}",
        "tag": mark.tag,
        "words": " … ".join(text[start:end] for start, end in mark.fragments),
        "about": " · ".join(mark.about),
        "spare": [ident for anchor in mark.anchors for ident in further_ids[anchor]],
        "outcomes": outcomes,
    }


def _further_ids(annotations: Any) -> dict[str, list[str]]:
    """Annotation -> ids of the attributes, references, relations and notes about it."""
    starts = {item.id: item.a for item in annotations.relations}
    ids = defaultdict(list)
    for item in (*annotations.attributes, *annotations.normalisations, *annotations.notes):
        ids[starts.get(item.target, item.target)].append(item.id.replace("#", "note-"))
    for item in annotations.relations:
        ids[item.a].append(item.id)
    return ids


def _highlights(marks: list, places: list[tuple]) -> str:
    """CSS that highlights all parts of what an address names, since the page runs no script."""
    targets = [(anchor, mark.group) for mark in marks for anchor in mark.anchors]
    targets += [(ident, ident) for _, _, ident, *_ in places]
    rules = dict.fromkeys(f".page:has([id='{ident}']:target) .{name}" for ident, name in targets)
    return ",\n".join(rules) + " { background: var(--lit); }" if rules else ""


def codebook(corpora: dict[str, Corpus]) -> list[dict]:
    """The entries of the codebook by layer, and how often each coder used a label."""
    book = next(iter(corpora.values())).codebook
    uses = {
        coder: Counter(span.label for one in corpus.annotations.values() for span in one.spans)
        for coder, corpus in corpora.items()
    }
    parts = {"label": book.labels, "attribute": book.attributes, "relation": book.relations}
    layers: dict[str, dict[str, Any]] = {
        key: {"id": key, "name": name, "entries": []} for key, name in book.layers.items()
    }
    for kind, entries in parts.items():
        for ident, rules in entries.items():
            if rules.get("layer") in layers:
                layers[rules["layer"]]["entries"].append(_entry(kind, ident, rules, uses))
    return list(layers.values())


FACTS = {
    "example": "Example",
    "counter_example": "Counter-example",
    "because": "Because",
    "source": "Source",
    "generic": "Generic frame",
    "policy_frame": "Policy frame",
    "needs": "Never without",
    "on": "Applies to",
    "a": "From",
    "b": "To",
}


def _entry(kind: str, ident: str, rules: dict, uses: dict[str, Counter]) -> dict:
    counts = ", ".join(f"{coder} {count[ident]}" for coder, count in uses.items())
    facts = []
    for key, name in FACTS.items():
        value = rules.get(key)
        if value:
            facts.append((name, ", ".join(value) if isinstance(value, list) else str(value)))
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


def data(seeds: Path, folder: Path) -> dict[str, Any]:
    """Write the tables, and the annotation in other tools' formats, to `folder`. Returns what the
    template of the data page needs."""
    from pyarrow import parquet

    export_tables(seeds, folder)
    write_w3c(documents_of(seeds), folder / "w3c")
    export_brat(seeds, folder / "brat")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = [resource for resource in package["resources"] if resource["format"] == "csv"]
    for table in tables:
        table["description"] = table["description"].replace("`", "")
        table["rows"] = parquet.read_metadata(folder / f"{table['name']}.parquet").num_rows
        table["columns"] = table["schema"]["fields"]
    forms = []
    for name, words in FORMS.items():
        files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
        paths = [path.relative_to(folder).as_posix() for path in files]
        forms.append({"words": words, "files": paths})
    cited = citation(seeds)
    if cited:
        (folder / CITATION).write_text(cited, encoding="utf-8", newline="\n")
    licence = next((one["name"] for one in package.get("licenses", ())), "")
    return {"tables": tables, "forms": forms, "citation": cited, "licence": licence}


def __dir__() -> list[str]:
    return __all__
