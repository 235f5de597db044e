"""Which events of an article a figure of time names, in which words, and when they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..annotation.suggest import suggest
from ..measures import chronology
from .articles import inside

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["MOST_EVENTS", "told_events"]

MOST_EVENTS = 18  # rows that a reader can take in
COLUMNS = "id event who whom track move factuality start end sentence spoken".split()
DAY = pd.Timedelta(days=1)
LATEST = pd.Timestamp("9999-12-31")
# first day known, last day known -> what the text gives
DATES = {
    (True, True): "known",
    (False, True): "by",
    (True, False): "from",
    (False, False): "none",
}


def told_events(corpus: Corpus, doc: str) -> tuple[pd.DataFrame, int]:
    """Return the events that a figure of an article names, in the order of telling.

    Chosen are, from the article text, every event that belongs to a negotiating table, and every
    event or statement that the words or a footnote date; each at its first mention. If these are
    more than `MOST_EVENTS`,

    1. plans and possibilities are left out that are no move at a table, and statements that
       continue a statement of the same source;
    2. of each sentence, only what is dated most closely stays, and of what has the same date there,
       one: first a move at a table, then a fact, then an event rather than a statement;
    3. of still more, the first in that order stay: moves, then facts, then statements.

    One row each: `id`, `who` and `whom` (actor ids), `move`, `spoken` (whether it is a statement),
    `start`, `end`; `dated`: "known", "by" (only a last day), "from" (only a first day), "none"; and
    `first` and `last`, the days between which it lies or begins. The number says of how many.
    That something happened before its article appeared is no date. Raises ValueError for an unknown
    article.
    """
    if doc not in corpus.texts:
        raise ValueError(f"no article '{doc}'; {suggest(doc, corpus.texts)}")
    one = corpus.only([doc])
    table = _with_days(_mentions(one), one)
    table = table.drop_duplicates("event")
    table = table[(table["dated"] != "none") | table["track"].notna()]
    chosen = len(table)
    if len(table) > MOST_EVENTS:
        table = _thin(table)
    return table.sort_values(["start", "end"], kind="stable", ignore_index=True), chosen


def _mentions(corpus: Corpus) -> pd.DataFrame:
    """Events and statements of the article text by place; a verb that is an event stands once."""
    first = chronology.same_events(corpus)
    events = inside(corpus.events)
    events = events.assign(
        event=[first[row.doc, row.id] for row in events.itertuples()], spoken=False
    )
    said = inside(corpus.attributions).query("channel != 'citation'")
    said = said.assign(who=said["actor"], event=said["id"], spoken=True)
    said = said.assign(start=said["cue_start"], end=said["cue_end"])
    verbs = events.set_index(["start", "end"]).index
    said = said[~said.set_index(["start", "end"]).index.isin(verbs)]
    parts = [part.reindex(columns=COLUMNS) for part in (events, said) if len(part)]
    rows = pd.concat(parts) if parts else events.reindex(columns=COLUMNS)
    return rows.sort_values(["start", "end"], kind="stable", ignore_index=True)


def _with_days(table: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Add `first`, `last` and `dated`."""
    days = chronology.timeline(corpus).set_index("id")[["earliest", "latest", "latest_start"]]
    table = table.join(days, on="id")
    eve = corpus.documents["published"].iloc[0] - DAY
    before = LATEST if pd.isna(eve) else eve
    begun = table[["latest", "latest_start"]].min(axis=1)  # a footnote bounds the beginning alone
    closed = table["latest"].where(table["earliest"].notna())
    table["first"], table["last"] = table["earliest"], begun.where(begun < before, closed)
    known = zip(table["first"].notna(), table["last"].notna(), strict=True)
    return table.assign(dated=[DATES[pair] for pair in known])


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out what `told_events` says, in its order."""
    spoken = table["spoken"].astype(bool)
    table = table.assign(
        no_move=table["move"].isna(),
        no_fact=table["factuality"] != "fact",
        closeness=table["dated"].map({"known": 2, "by": 1, "from": 1, "none": 0}),
        sentence=table["sentence"].fillna(table["id"]),
    )
    plans = table["no_move"] & table["no_fact"] & ~spoken
    said = table.loc[spoken, "who"]
    continued = said.index[said.notna() & (said == said.shift())]
    table = table[~plans & ~table.index.isin(continued)]
    closest = table.groupby("sentence")["closeness"].transform("max")
    table = table[table["closeness"] == closest]
    table = table.sort_values(["no_move", "no_fact", "spoken", "start"], kind="stable")
    return table.drop_duplicates(["sentence", "first", "last"]).head(MOST_EVENTS)


def __dir__() -> list[str]:
    return __all__
