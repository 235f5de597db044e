"""What became of each coding in the reference coding, and what does the reference coding alone say?

A coding makes statements about an article: words have a label, have an attribute, refer to actors,
play a role, stand in a relation. Spans of one label are paired as agreement pairs them
(`pairing.match`), but in all of the article: captions, dateline and references too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pandas as pd

from ..annotation.did_you_mean import first_five
from ..annotation.span_index import SpanIndex
from .pairing import GIVEN, attribute_values, shared_articles
from .statements import Coding, Key, codings_of, one_way
from .temporal_network import DAY, Network, TemporalItems, relation_edges, temporal_items

if TYPE_CHECKING:
    from ..annotation import Codebook, Span
    from ..corpus import Corpus

__all__ = ["FATES", "against", "alone", "one_way"]
__dir__ = __all__.copy  # for help and completion

FATES = ("same", "moved", "other", "missing", "extra")

Ends: TypeAlias = tuple[str, str]
Value: TypeAlias = str | set[str] | None  # of an attribute; of a role or relation, the other ends
Difference: TypeAlias = tuple["Span", str, str, str]  # place, what, in gold, in the others


class Compared(NamedTuple):
    """What is compared of one coder's annotation of an article, by the names that all coders share:
    their own ids, the spans, (kind, name, name) -> value, and (name, name) -> relation in time."""

    own_ids: dict[str, str]
    spans: dict[str, Span]
    statements: dict[Key, Any]
    links: dict[Ends, str]


def _compared(coding: Coding) -> Compared:
    """What is compared of a coding."""
    statements: dict[Key, Any] = {
        ("attribute", name, ident): value
        for (_, ident), values in attribute_values({"": coding.annotations}).items()
        for name, value in values.items()
    }
    for key, targets in coding.statements.items():
        if key[0] in ("role", "relation"):
            statements[key] = set(targets)
    return Compared(
        {name: own for own, name in coding.names.items()}, coding.spans, statements, coding.links()
    )


def _codings(corpora: Sequence[Corpus], doc: str) -> tuple[list[Compared], dict[str, Span]]:
    """What is compared of each coder's annotation of an article, and every span by its name."""
    article = [corpus.annotations[doc] for corpus in corpora]
    codings, known = codings_of(article, corpora[0].codebook)
    return [_compared(coding) for coding in codings], known


def common_articles(*corpora: Corpus) -> list[Corpus]:
    """The corpora restricted to the articles that all have; a warning names those left out."""
    common, left_out = shared_articles(corpora)
    if left_out:
        warnings.warn(
            f"not every coder has coded all articles; {len(left_out)} left out: "
            f"{first_five(left_out)}",
            stacklevel=3,
        )
    return common


def against(gold: Corpus, other: Corpus) -> pd.DataFrame:
    """How often another coder agrees with what the reference coding says, and what that coder says
    beyond it.

    `gold` and `other` are corpora of one coder each. One row per name: `layer`; `kind` (label,
    attribute, role, relation); `name` (of an attribute with its value, "Factuality: fact"; of a
    link in time with an arrow, back where the second end comes first in the text; both as gold has
    them, if it does); and how often the statement is the `same`, `moved` (on other words, or to
    another mention of the same actors), `other` (another label of that layer, value, actor or
    relation instead), `missing` from the other coding, or `extra` there. Counts articles that both
    have coded; a warning names the others. Raises ValueError where they have none in common.

    >>> import standoff
    >>> table = standoff.audit.against(standoff.load("seeds"), standoff.load("seeds", "a"))
    >>> table[["name", "same", "missing", "extra"]].head(2)
                    name  same  missing  extra
    0  Form: description    63        0      0
    1         Form: name   144        0      0
    """
    gold, other = common_articles(gold, other)
    rows: list[tuple[str, str, str, str]] = []
    for doc in gold.texts:
        (mine, theirs), _ = _codings((gold, other), doc)
        rows += _fates(mine, theirs, gold.codebook)
    table = pd.DataFrame(rows, columns=["layer", "kind", "name", "fate"])
    counts = table.groupby(["layer", "kind", "name"])["fate"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(FATES), fill_value=0)
    return counts.reset_index().rename_axis(columns=None)


def _fates(mine: Compared, theirs: Compared, book: Codebook) -> Iterator[tuple[str, str, str, str]]:
    """(layer, kind, name, fate) of every statement that one of two coders makes about an
    article."""
    yield from _span_fates(mine, theirs, book)
    spans = theirs.spans | mine.spans
    for kind, name, ident in mine.statements | theirs.statements:
        one, two = (coding.statements.get((kind, name, ident)) for coding in (mine, theirs))
        rules = book.relations.get(name) or book.attributes.get(name)
        layer = (rules or book.labels[spans[ident].label])["layer"]
        shown = f"{name}: {one or two}" if name in book.attributes else name
        yield layer, kind, shown, _fate(one, two, mine, theirs)
    of_mine, of_theirs = (
        {frozenset(ends): (ends, label) for ends, label in coding.links.items()}
        for coding in (mine, theirs)
    )
    for key, ((a, b), label) in (of_theirs | of_mine).items():
        arrow = "→" if spans[a].start <= spans[b].start else "←"
        one, two = (one_way(links.get(key)) for links in (of_mine, of_theirs))
        yield "chronology", "relation", f"{label} {arrow}", _fate(one, two, mine, theirs)


def _span_fates(
    mine: Compared, theirs: Compared, book: Codebook
) -> Iterator[tuple[str, str, str, str]]:
    """`_fates` of the labels."""
    layers = {label: rules["layer"] for label, rules in book.labels.items()}
    new = {ident: span for ident, span in theirs.spans.items() if ident not in mine.spans}
    new_layers = SpanIndex((span.start, span.end, layers[span.label]) for span in new.values())
    for span in new.values():
        yield layers[span.label], "label", span.label, "extra"
    for ident, span in mine.spans.items():
        layer = layers[span.label]
        if book.labels[span.label]["kind"] in GIVEN:
            continue
        if ident in theirs.spans:
            fate = "same" if theirs.spans[ident].fragments == span.fragments else "moved"
        else:
            fate = "other" if layer in new_layers.overlapping(span.start, span.end) else "missing"
        yield layer, "label", span.label, fate


def _fate(one: Any, two: Any, mine: Compared, theirs: Compared) -> str:
    """What became of a value of the first coder in the second's coding."""
    if one is None:
        return "extra"
    if two is None:
        return "missing"
    if one == two:
        return "same"
    if isinstance(one, set) and isinstance(two, set):
        actors = _actors(one, mine)
        if None not in actors and actors == _actors(two, theirs):
            return "moved"
    return "other"


def _actors(ids: Iterable[str], coding: Compared) -> set[str | None]:
    """To whom mentions refer; None stands for a span that refers to nobody."""
    return {coding.statements.get(("attribute", "Reference", ident)) for ident in ids}


def alone(gold: Corpus, codings: Sequence[Corpus]) -> pd.DataFrame:
    """What the reference coding says and no other coding does, though it could; and what all others
    say and the reference coding does not.

    `gold` and each of `codings` are corpora of one coder. One row per passage: `doc`; `sentence`
    (its number in the article, 0 outside all); `what` ("Move of “began”"); `gold` and `others`, the
    values of each, distinct ones separated by slashes; `start`, `end`. Coders who have not marked
    the words are not asked about their attributes. A coder counts as drawing a link in time if it
    follows from the links drawn. Covers articles that all have coded; a warning names the others.
    Raises ValueError where they have none in common.

    >>> import standoff
    >>> coders = [standoff.load("seeds", coder) for coder in "ab"]
    >>> table = standoff.audit.alone(standoff.load("seeds"), coders)
    >>> table[["what", "gold"]].head(2)
                                  what                                  gold
    0                          Failure  has not received a positive response
    1  Link of “invited” and “invited”                              IDENTITY
    """
    gold, *codings = common_articles(gold, *codings)
    items = [
        {doc: part for doc, _, part in temporal_items(corpus).by_article()}
        for corpus in (gold, *codings)
    ]
    rows = []
    for doc in gold.texts:
        (mine, *others), known = _codings((gold, *codings), doc)
        follows = [entails(parts.get(doc), doc) for parts in items]
        differences = [
            *_label_differences(mine, others, known, gold.codebook),
            *_value_differences(mine, others, known),
            *_link_differences(mine, others, known, follows),
        ]
        starts = gold.sentences.loc[gold.sentences["doc"] == doc, "start"]
        rows += [
            (doc, int((starts <= at.start).sum()), *values, at.start, at.end)
            for at, *values in differences
        ]
    table = pd.DataFrame(rows, columns="doc sentence what gold others start end".split())
    return table.sort_values(["doc", "start", "what"], kind="stable", ignore_index=True)


def _distinct(values: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(values))


def _label_differences(
    mine: Compared, others: list[Compared], known: dict[str, Span], book: Codebook
) -> Iterator[Difference]:
    """Spans of gold that no other coder has, or none on these words; and spans that all others
    have."""
    for ident, span in known.items():
        theirs = [coder.spans[ident] for coder in others if ident in coder.spans]
        words = _distinct(one.text for one in theirs)
        if ident not in mine.spans:
            if len(theirs) == len(others):
                yield span, span.label, "not coded", words
        elif book.labels[span.label]["kind"] not in GIVEN and all(
            one.fragments != span.fragments for one in theirs
        ):
            yield span, span.label, span.text, words or "not coded"


def _value_differences(
    mine: Compared, others: list[Compared], known: dict[str, Span]
) -> Iterator[Difference]:
    """Attributes, roles and relations of spans that gold has marked, in which it agrees with no
    other coder who has marked them."""

    def in_words(value: Value) -> str:
        if isinstance(value, set):
            parts = sorted((known[ident] for ident in value), key=lambda span: span.start)
            return ", ".join(span.text for span in parts)
        return "none" if value is None else value

    for key in dict.fromkeys(key for coder in (mine, *others) for key in coder.statements):
        _, name, ident = key
        value = mine.statements.get(key)
        asked = [coder.statements.get(key) for coder in others if ident in coder.spans]
        if ident in mine.spans and asked and value not in asked:
            what = f"{name} of “{known[ident].text}”"
            yield known[ident], what, in_words(value), _distinct(map(in_words, asked))


def _link_differences(
    mine: Compared,
    others: list[Compared],
    known: dict[str, Span],
    follows: list[Callable[[str, Ends], bool]],
) -> Iterator[Difference]:
    """Links in time that follow from gold's but not from any other coding's, and those that follow
    from all others' but not from gold's."""
    coders = [mine, *others]
    for ends, label in dict.fromkeys(link for coder in coders for link in coder.links.items()):
        # None for a coder who has not marked both ends
        in_gold, *asked = (
            says(label, (coder.own_ids[ends[0]], coder.own_ids[ends[1]]))
            if set(ends) <= coder.own_ids.keys()
            else None
            for coder, says in zip(coders, follows, strict=True)
        )
        what = f"Link of “{known[ends[0]].text}” and “{known[ends[1]].text}”"
        if in_gold and False in asked and True not in asked:
            yield known[ends[0]], what, label, "none"
        elif in_gold is False and all(asked):
            yield known[ends[0]], what, "none", label


def entails(items: TemporalItems | None, doc: str) -> Callable[[str, Ends], bool]:
    """A function that says whether a relation of two items of an article, by their ids, follows
    from its links and dates; nothing does where there are no items."""
    if items is None:
        return lambda relation, ends: False
    network = Network(items)
    most = network.differences()

    def follows(relation: str, ends: Ends) -> bool:
        a, b = (network.number.get((doc, end)) for end in ends)
        if a is None or b is None:  # an attribution without content is in no table
            return False
        edges = relation_edges(relation, a, b)
        return all(most[x, y] <= limit / DAY for x, y, limit in edges)

    return follows
