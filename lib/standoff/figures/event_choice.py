"""Which events of an article a figure of time names, in which words, and when they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..annotation.did_you_mean import check_known
from ..measures import chronology
from ..measures.frames import local

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["MOST_EVENTS", "first_dated", "told_events"]

MOST_EVENTS = 18  # rows that a reader can take in
EVENT_COLUMNS = "id event who whom track move factuality start end sentence spoken content".split()
ONE_DAY = pd.Timedelta(days=1)
LATEST = pd.Timestamp("9999-12-31")


def told_events(corpus: Corpus, doc: str) -> tuple[pd.DataFrame, int]:
    """Return the events that a figure of an article names, in the order of telling.

    It names every event or statement of the article text with a last day that its own words or a
    footnote give: each at its first mention, but a move at a table at the first mention that states
    it as a fact. It leaves out what has no date and what is only known to come before something
    dated, such as a state that lasts. Of the others,

    1. plans and possibilities are left out that are no move at a table, and statements that
       continue a statement of the same source;
    2. of each sentence, only what is dated most closely stays, and of what has the same date there,
       one: first a move at a table, then a fact, then an event rather than a statement;
    3. of more than `MOST_EVENTS`, the first in that order stay: moves, facts, then statements.

    One row each: `id`, `who` and `whom` (actor ids), `move`, `spoken` (whether it is a statement),
    `content` (of a statement), `start`, `end`, `sentence`; `first` and `last`, the days between
    which it lies or begins, `first` missing where only a last day is given. The number says of how
    many.
    That something happened before its article appeared is no date. Raises ValueError for an unknown
    article.
    """
    check_known(doc, corpus.texts, "no article")
    one = corpus.only([doc])
    dated = _with_days(_mentions(one), one)
    no_fact = dated["factuality"].ne("fact") | dated["move"].isna()
    order = no_fact.sort_values(kind="stable").index
    chosen = dated.loc[order].drop_duplicates("event").sort_index()
    table = _thin(chosen).sort_values(["start", "end"], kind="stable", ignore_index=True)
    return table, len(chosen)


def first_dated(corpus: Corpus) -> str | None:
    """Return the first article of which `told_events` gives an event, or None."""
    timed = dict.fromkeys(corpus.times["doc"])
    return next((doc for doc in timed if len(told_events(corpus, doc)[0])), None)


def _mentions(corpus: Corpus) -> pd.DataFrame:
    """Events and statements of the article text by place; a verb that is an event stands once."""
    first = chronology.same_events(corpus)
    events = local(corpus, "events")
    events = events.assign(
        event=[first[row.doc, row.id] for row in events.itertuples()], spoken=False
    )
    said = local(corpus, "attributions").query("channel != 'citation'")
    said = said.assign(who=said["actor"], event=said["id"], spoken=True)
    said = said.assign(start=said["cue_start"], end=said["cue_end"])
    verbs = events.set_index(["start", "end"]).index
    said = said[~said.set_index(["start", "end"]).index.isin(verbs)]
    rows = pd.concat([events, said])[EVENT_COLUMNS]
    return rows.sort_values(["start", "end"], kind="stable", ignore_index=True)


def _with_days(table: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """The rows with a last day of their own, with `first` and `last`."""
    days = chronology.timeline(corpus).set_index("id")[["earliest", "latest", "latest_start"]]
    table = table.join(days, on="id")
    eve = corpus.documents["published"].iloc[0] - ONE_DAY
    before = LATEST if pd.isna(eve) else eve
    begun = table[["latest", "latest_start"]].min(axis=1)  # a footnote bounds the beginning alone
    closed = table["latest"].where(table["earliest"].notna())
    table["first"], table["last"] = table["earliest"], begun.where(begun < before, closed)
    links, times = corpus.links, corpus.times
    given = times.loc[times["zone"] != "Dateline", "id"]
    dated = links.loc[links["b"].isin(given), "a"]
    at_once = links["relation"].isin(["IDENTITY", "SIMULTANEOUS"])
    same = links.loc[at_once & links["b"].isin(dated), "a"]
    own = table["event"].isin(table.loc[table["id"].isin([*dated, *same]), "event"])
    return table[table["last"].notna() & (table["first"].notna() | own)]


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out what `told_events` says, in its order."""
    spoken = table["spoken"].astype(bool)
    table = table.assign(
        no_move=table["move"].isna(),
        no_fact=table["factuality"] != "fact",
        closeness=table["first"].notna(),
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
