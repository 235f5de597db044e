"""What the pages of the site that are no notebooks hold: claims ledger, reading pages, codebook."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from ..claims.claim import group_by_sentence
from ..corpus.loading import Corpus
from ..exchange import documents_of, export_brat, export_tables
from ..exchange.tables import CITATION, citation
from ..exchange.w3c import write_w3c
from ..figures import labels
from ..figures import reading as reader
from ..measures.pairing import compared, shared_articles

__all__ = ["Page", "Readings", "codebook", "data", "ledger", "tally"]

SHOWN = ("sourcing", "framing", reader.OTHER)  # layers marked when a reading page is opened


class Page(NamedTuple):
    """A page of the site: file name without ending, title, short name for the bar, kind, and its
    body as HTML."""

    name: str
    title: str
    short: str
    kind: str
    body: str = ""
    style: str = ""
    before: Page | None = None
    after: Page | None = None


def ledger(notebooks: list[tuple[str, list[dict]]], corpus: Corpus) -> dict[str, list[dict]]:
    """Notebook -> its claims, numbered through, each passage with its words, its place in words and
    its address on the reading page."""
    names, made, number = labels(corpus), {}, 0
    for name, claims in notebooks:
        made[name] = []
        for claim in claims:
            number += 1
            passages = [_passage(corpus, names, *where) for where in claim["passages"]]
            fails = group_by_sentence(
                {universe: told for universe, told in claim["elsewhere"].items() if told}
            )
            others = group_by_sentence(
                claim.get("others", {})
            )  # notebooks that were stored before this was told have none
            made[name].append(
                claim
                | {
                    "number": number,
                    "notebook": name,
                    "passages": passages,
                    "others": others,
                    "fails": fails,
                }
            )
    return made


def _passage(corpus, names, doc, start, end):
    href = f"{doc}.html#p{start}-{end}"
    return {
        "doc": doc,
        "start": start,
        "end": end,
        "words": corpus.passage(doc, start, end),
        "where": names[doc],
        "href": href,
    }


def tally(claims: list[dict]) -> list[tuple[str, int]]:
    """How many claims hold how far, most first."""
    return Counter(
        claim["mark"].removeprefix("Holds").split("(")[0].strip() or "in gold; not tried elsewhere"
        for claim in claims
    ).most_common()


class Readings:
    """The reading pages of some codings, by coder, and of the claims that rest on them: what they
    share is worked out once."""

    def __init__(self, corpora: dict[str, Corpus], claims: list[dict]):
        self.corpora, self.first = corpora, next(iter(corpora))
        self.apart = {coder: reader.ArticleViews(corpus) for coder, corpus in corpora.items()}
        self.names = labels(corpora[self.first])
        self.dates = {coder: reader.dates_of(corpus) for coder, corpus in corpora.items()}
        self.told, self.more = {}, defaultdict(list)
        for coder in list(corpora)[1:]:
            both, _ = shared_articles([corpora[self.first], corpora[coder]])
            self.told[coder], only = compared(*both)
            for label, item in only:
                self.more[item.doc].append((item.start, coder, label, item))
        self.places = defaultdict(lambda: defaultdict(list))
        for claim in claims:
            for passage in claim["passages"]:
                self.places[passage["doc"]][passage["start"], passage["end"]].append(claim)

    def __iter__(self):
        """(page, doc, coder) of every page: the first coder's bears the article's name, another's
        adds the coder's."""
        for coder, corpus in self.corpora.items():
            for doc in corpus.texts:
                yield self.name(doc, coder), doc, coder

    def name(self, doc, coder):
        """Name of a page."""
        return doc if coder == self.first else f"{doc}-{coder}"

    def page(self, doc: str, coder: str) -> dict:
        """What the template needs: the marked text, its claims, every annotation by layer with what
        other coders made of it."""
        corpus, first = self.apart[coder][doc], coder == self.first
        have = [name for name, coding in self.corpora.items() if doc in coding.texts]
        others = [name for name in have if name in self.told] if first else []
        found = reader.marks(corpus, doc, dates=self.dates[coder])
        resting = self._resting(doc) if first else []
        places = [
            (
                p["start"],
                p["end"],
                f"p{p['start']}-{p['end']}",
                f"#rests-{p['start']}-{p['end']}",
                p["tag"],
            )
            for p in resting
        ]
        spare = _spare(corpus.annotations[doc])
        return {
            "coder": coder,
            "who": corpus.meta[doc]["coders"][coder]["who"],
            "label": self.names[doc],
            "codings": [(name, f"{self.name(doc, name)}.html") for name in have],
            "lacking": [name for name in self.corpora if name not in have],
            "layers": self._layers(found, doc, corpus, others, spare),
            "others": others,
            "resting": resting,
            "text": reader.text_html(corpus, doc, found, places, spare),
            "style": _highlights(found, places),
        }

    def _resting(self, doc):
        """Passages of an article on which claims rest, in the order of the text, with those
        claims."""
        rows = []
        for (start, end), claims in sorted(self.places[doc].items()):
            tag = (
                f"claim{'s' * (len(claims) > 1)} "
                f"{', '.join(str(claim['number']) for claim in claims)}"
            )
            rows.append(
                {
                    "start": start,
                    "end": end,
                    "words": self.corpora[self.first].passage(doc, start, end),
                    "claims": claims,
                    "tag": tag,
                }
            )
        return rows

    def _layers(self, found, doc, corpus, others, spare):
        """Each layer with its annotations, one row each, and a column a coder; what else is marked
        comes last, where there is any."""
        layers, known = [], corpus.codebook.labels
        for layer, words in reader.LAYERS.items():
            mine = [mark for mark in found if mark.layer == layer and mark.is_whole]
            rows = [_row(mark, corpus.texts[doc], doc, others, self.told, spare) for mark in mine]
            only = [
                item
                for item in sorted(self.more[doc])
                if others and _shown_in(known[item[2]]["layer"]) == layer
            ]
            rows += [self._only(coder, label, item, others) for _, coder, label, item in only]
            layers.append({"id": layer, "words": words, "on": layer in SHOWN, "rows": rows})
        return [layer for layer in layers if layer["id"] != reader.OTHER or layer["rows"]]

    def _only(self, coder, label, item, others):
        """A row for what another coder alone marked; its id leads to that coder's page."""
        told = [f"marked as {label}" if other == coder else "" for other in others]
        href, about = f"{self.name(item.doc, coder)}.html#{item.id}", f"not in {self.first}"
        return {
            "id": "",
            "ident": f"{coder}: {item.id}",
            "href": href,
            "tag": label,
            "words": item.text,
            "about": about,
            "spare": [],
            "told": told,
        }


def _shown_in(layer):
    return layer if layer in reader.LAYERS else reader.OTHER


def _spare(found):
    """Annotation -> ids of the attributes, references, relations and notes that say something of
    it, or of a relation that begins there."""
    begins = {item.id: item.a for item in found.relations}
    ids = defaultdict(list)
    for item in (*found.attributes, *found.normalisations, *found.notes):
        ids[begins.get(item.target, item.target)].append(item.id.replace("#", "note-"))
    for item in found.relations:
        ids[item.a].append(item.id)
    return ids


def _row(mark, text, doc, others, told, spare):
    return {
        "id": mark.id,
        "ident": mark.id,
        "href": f"#{mark.id}",
        "tag": mark.tag,
        "words": " … ".join(text[start:end] for start, end in mark.fragments),
        "about": " · ".join(mark.about),
        "spare": [ident for anchor in mark.anchors for ident in spare[anchor]],
        "told": [
            told[name].get((doc, mark.id), "not compared: outside the article text")
            for name in others
        ],
    }


def _highlights(found, places):
    """Rules that light up all parts of what an address names; no script could do it without being
    allowed to run."""
    rules = [
        f".page:has([id='{anchor}']:target) .{mark.group}"
        for mark in found
        for anchor in mark.anchors
    ]
    rules += [f".page:has([id='{ident}']:target) .{ident}" for _, _, ident, *_ in places]
    return ",\n".join(dict.fromkeys(rules)) + " { background: var(--lit); }" if rules else ""


def codebook(corpora: dict[str, Corpus]) -> list[dict]:
    """The codebook's entries by layer: definition, values, examples, sources, and how often each
    coder used a label."""
    book = next(iter(corpora.values())).codebook
    uses = {
        name: Counter(span.label for coding in corpus.annotations.values() for span in coding.spans)
        for name, corpus in corpora.items()
    }
    parts, layers = (
        {"label": book.labels, "attribute": book.attributes, "relation": book.relations},
        [],
    )
    for layer, name in book.layers.items():
        entries = [
            _entry(kind, ident, rules, uses)
            for kind, of in parts.items()
            for ident, rules in of.items()
            if rules.get("layer") == layer
        ]
        layers.append({"id": layer, "name": name, "entries": entries})
    return layers


FACTS = {
    "example": "Example",
    "counter_example": "Counter-example",
    "because": "Because",
    "source": "Source",
    "generic": "Generic frame",
    "policy_frame": "Policy frame",
    "needs": "Never without",
    "on": "Said of",
    "a": "From",
    "b": "To",
}


def _entry(kind, ident, rules, uses):
    counts = (
        ", ".join(f"{name} {number[ident]}" for name, number in uses.items())
        if kind == "label"
        else ""
    )
    facts = [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for key, name in FACTS.items()
        if (value := rules.get(key))
    ]
    values = rules.get("values", {})
    return {
        "id": ident,
        "kind": f"{kind}: {rules['kind']}" if "kind" in rules else kind,
        "uses": f"uses: {counts}" if counts else "",
        "definition": rules.get("definition", ""),
        "meanings": list(values.items())
        if isinstance(values, dict)
        else [(value, "") for value in values],
        "facts": facts,
    }


def data(seeds: Path, folder: Path) -> dict:
    """Write the tables and the annotation in other tools' forms to `folder`; what the template of
    the data page needs to say of them."""
    export_tables(seeds, folder)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = [resource for resource in package["resources"] if resource["format"] == "csv"]
    for table in tables:
        table["description"] = table["description"].replace("`", "")
        with (folder / table["path"]).open(encoding="utf-8", newline="") as file:
            table |= {
                "rows": sum(1 for _ in csv.reader(file)) - 1,
                "columns": table["schema"]["fields"],
            }
    write_w3c(documents_of(seeds), folder / "w3c")
    export_brat(seeds, folder / "brat")
    forms = []
    for name, words in FORMS.items():
        files = sorted(
            path.relative_to(folder).as_posix()
            for path in (folder / name).rglob("*")
            if path.is_file()
        )
        forms.append({"words": words, "files": files})
    if cited := citation(seeds):
        (folder / CITATION).write_text(cited, encoding="utf-8", newline="\n")
    licence = next((one["name"] for one in package.get("licenses", ())), "")
    return {
        "package": package,
        "tables": tables,
        "forms": forms,
        "citation": cited,
        "licence": licence,
    }


FORMS = {
    "brat": (
        "The .ann files as the notebooks read them, each beside its text, a folder a coder, with "
        "the configuration for a brat server"
    ),
    "w3c": (
        "W3C Web Annotations, one a line, each with its words, what stands around them, and its "
        "place; beside their texts"
    ),
}
