"""Two coders' codings beside each other: how far they agree, and every passage where they do
not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..annotation.did_you_mean import check_known
from ..annotation.escaping import as_html
from ..annotation.problems import SeedError
from ..corpus.articles import base_labels
from ..corpus.loading import Corpus, load
from ..corpus.loading import coders as coders_in_folder
from ..figures.display import Table, format_value
from ..figures.names import labels as article_names
from ..measures import agreement
from ..measures.statements import Coding, codings_of
from .adjudicating import two_coders
from .disagreement_display import heading, passage_html, passage_text
from .merging import NOT_MARKED, Disagreement, Merge

__all__ = ["Comparison", "compare"]

MEASURES = {
    "word": "by word",
    "sentence": "by sentence",
    "overlap": "overlap",
}
ANY = "any label"  # of a layer
MEANING = (
    "By word, by sentence: alpha, which is 1 for perfect agreement and 0 for what chance would "
    "give, of whether a word is marked, and whether a sentence has such a mark. Overlap: the share "
    "(F1) of marks that overlap with one of the other coder."
)


def compare(
    project: str | Path = "seeds",
    article: str | None = None,
    coders: Sequence[str] = (),
    layers: Sequence[str] = (),
) -> Comparison:
    """Return the codings of two coders beside each other.

    `project` is a folder of articles, `article` the name of one in it (default: all that both
    coded), `coders` two names (default: those beside gold who coded everything, if they are two),
    `layers` some layers of the codebook (default: all). In a notebook cell the result is shown as
    tables and passages; `print` shows it as plain text.
    Raises `SeedError` listing every problem of the files, and ValueError for other than two coders,
    where they have no article in common, and for an unknown layer.

    >>> comparison = compare("seeds", "dw-2017-04-14")
    >>> print(str(comparison).split("\\n")[0])
    a and b, 1 article: 250 annotations of both, 66 disagreements
    """
    beside_gold = [name for name in coders_in_folder(project, whole=True) if name != "gold"]
    names = two_coders(coders or beside_gold)
    corpora = [load(project, name) for name in names]
    common = [doc for doc in corpora[0].texts if doc in corpora[1].texts]
    docs = [doc for doc in common if article in (None, doc)]
    if not docs:
        where = article or project
        raise ValueError(f"{where} has no coding by both {names[0]} and {names[1]}; expected one")
    known = corpora[0].codebook.layers
    for layer in layers:
        check_known(layer, known, "no layer")
    return Comparison([corpus.only(docs) for corpus in corpora], names, layers or list(known))


class Comparison:
    """Two coders' codings of the same articles.

    `labels` has a row for each layer and label: the marks of either coder and how far they agree,
    as `agreement.labels` counts; `from_drafts` is how many marks are left out there, because both
    coders accepted them from one draft; `statements` one for each attribute, role and relation; and
    `disagreements` one for each thing about which they differ: article, place, layer, what, and
    what either says.
    """

    def __init__(self, corpora: Sequence[Corpus], coders: tuple[str, str], layers: Sequence[str]):
        self.coders, self.corpora, self.layers = coders, corpora, layers
        one, other = corpora
        self.merges = {
            doc: Merge(text, one.codebook, coders, (one.annotations[doc], other.annotations[doc]))
            for doc, text in one.texts.items()
        }
        self.gold = {} if "gold" in coders else self._gold()
        self.labels = self._in_layers(self._labels())
        self.from_drafts = int(self.labels.pop("from_drafts").sum())
        self.statements = self._in_layers(self._statements())
        rows = [
            (doc, merge.where(each), each.layer, each.what, each.first, each.second)
            for doc, merge, each in self._differences()
        ]
        columns = ["article", "where", "layer", "what", *coders]
        self.disagreements = pd.DataFrame(rows, columns=columns)

    def _gold(self) -> dict[str, Coding]:
        """The reference codings of the articles that have one."""
        one = self.corpora[0]
        try:
            gold = load(one.folder)
        except SeedError:  # it is not finished
            return {}
        base = base_labels(gold.codebook)
        return {
            doc: codings_of([coding], one.codebook)[0][0]
            for doc, coding in gold.annotations.items()
            if doc in one.texts and any(span.label not in base for span in coding.spans)
        }

    def _in_gold(self, doc: str, merge: Merge, one: Disagreement) -> str:
        """What the reference coding says there; nothing without one, and of links in time."""
        kind, name, _ = one.key
        if doc not in self.gold or kind == "link":
            return ""
        gold, labels = self.gold[doc], merge.codebook.labels
        coding, own = (merge.one, one.names[0]) if one.names[0] else (merge.other, one.names[1])
        span = coding.spans[own]
        near = [
            (ident, other)
            for ident, other in gold.spans.items()
            if other.start < span.end and span.start < other.end
        ]
        if kind in ("mark", "words"):
            alike = {
                label
                for label, rules in labels.items()
                if all(rules[key] == labels[span.label][key] for key in ("layer", "kind"))
            }
            said = [f"{other.label}: {other.text}" for _, other in near if other.label in alike]
            return "; ".join(said) or NOT_MARKED
        values = [
            gold.says((kind, name, ident)) for ident, other in near if other.label == span.label
        ]
        return values[0] if values else NOT_MARKED

    def _differences(self) -> Iterator[tuple[str, Merge, Disagreement]]:
        """Every disagreement of the layers, with its article."""
        for doc, merge in self.merges.items():
            for one in merge.disagreements:
                if one.layer in self.layers:
                    yield doc, merge, one

    def _passages(self) -> Iterator[tuple[str, Merge, Disagreement, str]]:
        """Every disagreement with its title and what the reference coding says there."""
        names = article_names(self.corpora[0])
        for doc, merge, one in self._differences():
            title = f"{names[doc]}, {heading(merge, one)}"
            yield title, merge, one, self._in_gold(doc, merge, one)

    def _in_layers(self, table: pd.DataFrame) -> pd.DataFrame:
        return table[table["layer"].isin(self.layers)].reset_index(drop=True)

    def _labels(self) -> pd.DataFrame:
        """How far the coders agree on each layer and each of its labels."""
        table = agreement.labels(self.corpora, np.random.default_rng(0), draws=0)
        is_any = table["label"] == "any"
        drafts = table["from_drafts"].where(~is_any, 0)
        marks = table["spans"].str.split("/", expand=True).reindex(columns=[0, 1])
        marks.columns = pd.Index(self.coders)
        table["label"] = table["label"].where(~is_any, ANY)
        table = pd.concat([table[["layer", "label"]], marks, table[list(MEASURES)], drafts], axis=1)
        return table.rename(columns=MEASURES)

    def _statements(self) -> pd.DataFrame:
        """On how many attributes, roles and relations of paired marks the coders agree."""
        generator, book = np.random.default_rng(0), self.corpora[0].codebook
        values = agreement.attributes(self.corpora, generator, draws=0)
        links = agreement.relations(self.corpora, generator, draws=0)
        same = [*(values["agreed"] * values["units"]).round(), *links["both"]]
        of = [*values["units"], *(links["a"] + links["b"] - links["both"])]
        rules = book.attributes | book.relations
        rules |= {
            role: {"layer": label["layer"]}
            for label in book.labels.values()
            for role in label.get("roles", {})
        }
        rows = [
            (rules.get(name, {}).get("layer", "actors"), name, int(agreed), int(units))
            for name, agreed, units in zip(
                [*values["attribute"], *links["relation"]], same, of, strict=True
            )
        ]
        table = pd.DataFrame(rows, columns=["layer", "what is said", "the same", "of"])
        order = table["layer"].map({layer: place for place, layer in enumerate(book.layers)})
        return table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)

    def _summary(self) -> str:
        """How much there is, and what does not count because it comes from the same drafts."""
        agreed = sum(merge.agreed(self.layers) for merge in self.merges.values())
        articles = "1 article" if len(self.merges) == 1 else f"{len(self.merges)} articles"
        line = (
            f"{' and '.join(self.coders)}, {articles}: {agreed} annotations of both, "
            f"{len(self.disagreements)} disagreements"
        )
        if self.from_drafts:
            words = "both accepted from the same draft, so that they do not count in the tables"
            line += f"\nmarks that {words}: {self.from_drafts}"
        return line

    def __str__(self) -> str:
        parts = [self._summary(), _as_text(_below_layers(self.labels)), MEANING]
        if len(self.statements):
            parts.append(_as_text(self.statements))
        if len(self.disagreements):
            first, second = self.coders
            parts.append(f"The words of {first} stand in [ ], those of {second} in {{ }}.")
        for number, (title, merge, one, gold) in enumerate(self._passages(), 1):
            parts.append(f"{number}. {title}\n{passage_text(merge, one, gold)}")
        return "\n\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<p>{as_html(line)}</p>" for line in self._summary().split("\n")]
        parts.append(Table(self.labels, "Agreement on marks")._html())
        parts.append(f'<p style="max-width: 46em">{MEANING}</p>')
        if len(self.statements):
            parts.append(Table(self.statements, "Where both marked the words")._html())
        for title, merge, one, gold in self._passages():
            parts.append(f'<p style="margin: 1em 0 .2em; font-weight: 600">{as_html(title)}</p>')
            parts.append(passage_html(merge, one, gold=gold))
        return "".join(parts)


def _below_layers(table: pd.DataFrame) -> pd.DataFrame:
    """The table of labels with layers and labels in one column, for a narrow terminal."""
    layered = set(table.loc[table["label"] == ANY, "layer"])
    names = []
    for layer, label in zip(table["layer"], table["label"], strict=True):
        below = f"  {label}" if layer in layered else f"{layer}: {label}"
        names.append(layer if label == ANY else below)
    width = max(map(len, names), default=0)
    first = pd.Series([name.ljust(width) for name in names], name="", dtype=object)
    return pd.concat([first, table.drop(columns=["layer", "label"])], axis=1)


def _as_text(table: pd.DataFrame) -> str:
    """A table as plain text, in columns."""
    if table.empty:
        return "(nothing to compare)"
    return table.to_string(index=False, na_rep="–", float_format=format_value)
