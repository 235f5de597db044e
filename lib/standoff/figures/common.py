"""What all figures share: which articles are drawn one by one, what they are called, and what
becomes of the others."""

from __future__ import annotations

from collections import Counter

import altair as alt
import pandas as pd

from ..annotation.dates import MONTHS
from ..annotation.structure_checks import ARTICLE
from .display import Figure
from .theme import GREY, WIDTH

__all__ = [
    "DRAWN",
    "REST",
    "by_article",
    "choice",
    "drawn",
    "few",
    "figure",
    "inside",
    "label",
    "labels",
    "names",
    "nothing",
    "number",
    "only_drawn",
    "percent",
    "sentence",
    "some",
    "together",
]

DRAWN = 6  # more panels than this nobody compares
REST = ""  # the doc id under which all articles that are not drawn one by one are added up
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def labels(corpus) -> dict[str, str]:
    """Doc id -> what figures call the article: "DW, news report of 14 April 2017"; articles that
    would share a name have their id added."""
    said = {row.doc: _label_of(row) for row in corpus.documents.itertuples()}
    often = Counter(said.values())
    return {doc: name if often[name] == 1 else f"{name} ({doc})" for doc, name in said.items()}


def _label_of(row):
    """What one article is called; one whose day is unknown is called undated."""
    day = (
        "undated"
        if pd.isna(row.published)
        else f"of {row.published.day} {MONTHS[row.published.month - 1]} {row.published.year}"
    )
    genre = "article" if row.genre == "unknown" else row.genre
    return f"{row.doc.split('-')[0].upper()}, {genre} {day}"


def drawn(corpus) -> list[str]:
    """Doc ids of the articles that are drawn one by one: the `DRAWN` with most words of article
    text, in the order of publication."""
    documents = corpus.documents.reset_index(drop=True)
    most = documents["words"].fillna(0).sort_values(ascending=False, kind="stable").index[:DRAWN]
    return list(documents.loc[sorted(most), "doc"])


def names(corpus) -> dict[str, str]:
    """Doc id -> name of the articles that are drawn one by one and, under `REST`, of all others
    together, where there are any."""
    said, docs = labels(corpus), drawn(corpus)
    others = len(corpus.documents) - len(docs)
    rest = (
        {REST: "1 other article" if others == 1 else f"{others:,} other articles together"}
        if others
        else {}
    )
    return {doc: said[doc] for doc in docs} | rest


def only_drawn(corpus):
    """The corpus with nothing but the articles that are drawn one by one."""
    docs = drawn(corpus)
    return corpus if len(docs) == len(corpus.documents) else corpus.only(docs)


def together(table: pd.DataFrame, corpus, *kinds: str) -> pd.DataFrame:
    """The table with the numbers of all articles that are not drawn one by one added up, kind by
    kind, under the doc id `REST`."""
    docs = drawn(corpus)
    if len(docs) == len(corpus.documents):
        return table
    table = table.assign(doc=table["doc"].where(table["doc"].isin(docs), REST))
    return table.groupby(["doc", *kinds], as_index=False, sort=False)[
        list(table.select_dtypes("number"))
    ].sum()


def label(table: pd.DataFrame, corpus) -> pd.DataFrame:
    """The table with the articles' names, in the order of publication, the others together last."""
    known = names(corpus)
    place = {doc: rank for rank, doc in enumerate(known)}
    return (
        table.assign(article=table["doc"].map(known))
        .iloc[table["doc"].map(place).argsort(kind="stable")]
        .reset_index(drop=True)
    )


def few(table: pd.DataFrame, column: str, weight: str, top: int, what: str) -> pd.DataFrame:
    """The table with all but the `top` heaviest values of a column, article by article, under one
    name that counts them."""
    sums = table.groupby(["doc", column], sort=False)[weight].sum()
    rank = sums.groupby("doc").rank(ascending=False, method="first")
    small = (rank > top) & (rank.groupby("doc").transform("max") > top + 1)
    if not small.any():
        return table
    many = small.groupby("doc").transform("sum")
    called = {
        key: f"{many[key]:,} other {what} together" if is_small else key[1]
        for key, is_small in small.items()
    }
    return table.assign(
        **{column: [called[key] for key in zip(table["doc"], table[column], strict=True)]}
    )


def inside(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that stand in article text."""
    return table[table["zone"].isin(ARTICLE)]


def percent(share: float) -> str:
    """A share in whole percents."""
    return f"{share:.0%}"


def number(count: int, noun: str) -> str:
    """A count in words up to twelve, with its noun."""
    return (
        f"{NUMBERS[count] if count < len(NUMBERS) else f'{count:,}'} "
        f"{noun}{'' if count == 1 else 's'}"
    )


def some(words, most: int = 12) -> str:
    """The first of many words, joined by a comma, and how many more there are."""
    words = list(words)
    return (
        ", ".join(words)
        if len(words) <= most
        else f"{', '.join(words[:most])} and {len(words) - most:,} more"
    )


def sentence(parts, table: pd.DataFrame, corpus) -> str:
    """What is said of each article as one sentence, and of which articles drawn one by one nothing
    can be said."""
    found = set(table["doc"])
    silent = [name for doc, name in names(corpus).items() if doc not in found and doc != REST]
    return "; ".join([*parts, f"nothing to show of {' and '.join(silent)}"] if silent else parts)


def by_article(table: pd.DataFrame, panel, step: int, own: tuple[str, ...] = ("x",)):
    """One panel an article, in the order of the table, on one scale; beneath, all others together,
    with scales of their own in the channels `own`."""

    def titled(rows, name):
        return panel(rows.reset_index(drop=True)).properties(
            width=WIDTH, height=alt.Step(step), title=alt.Title(name, fontSize=13, offset=6)
        )

    shared = {"x": "shared", "color": "shared", "shape": "shared"}
    alone, rest = table[table["doc"] != REST], table[table["doc"] == REST]
    panels = [titled(rows, name) for name, rows in alone.groupby("article", sort=False)]
    parts = [alt.vconcat(*panels, spacing=16).resolve_scale(**shared)] if panels else []
    if len(rest):
        parts.append(
            titled(rest, f"{rest['article'].iloc[0]}{', on a scale of their own' if own else ''}")
        )
        return alt.vconcat(*parts, spacing=16).resolve_scale(
            **(shared | dict.fromkeys(own, "independent"))
        )
    return parts[0]


def choice(options, words: str, *fields: str):
    """A list to choose from beneath the chart, by mouse or keyboard, and the opacity that lets
    marks with none of their fields chosen grow pale."""
    chosen = alt.param(
        name=f"chosen_{fields[0]}",
        value="all",
        bind=alt.binding_select(options=["all", *options], name=f"{words}: "),
    )
    test = " || ".join(
        (f"{chosen.name} == 'all'", *(f"datum.{field} == {chosen.name}" for field in fields))
    )
    return chosen, alt.when(test).then(alt.value(1)).otherwise(alt.value(0.12))


def figure(corpus, chart, title: str, reading: str, description: str) -> Figure:
    """A figure of the articles that are drawn one by one alone; where there are others, it says
    that they are not drawn."""
    count, all_ = len(drawn(corpus)), len(corpus.documents)
    if count == all_:
        return Figure(chart, title, reading, description)
    note = f"{count} of {all_:,} articles, those with most words; the others are not drawn"
    return Figure(chart, title, reading, f"{note}. {description}", note)


def nothing(title: str, why: str, corpus=None) -> Figure:
    """A figure that says that there is nothing to show, and why; with a corpus, that not all of its
    articles were looked at."""
    chart = alt.Chart(alt.Data(values=[{"said": f"Nothing to show: {why}."}])).mark_text(
        align="left", color=GREY, fontSize=13
    )
    chart = chart.encode(x=alt.value(0), text="said:N").properties(width=WIDTH, height=40)
    parts = (
        chart,
        f"{title} (nothing to show)",
        f"Nothing to show: {why}.",
        f"Nothing to show: {why}.",
    )
    return Figure(*parts) if corpus is None else figure(corpus, *parts)
