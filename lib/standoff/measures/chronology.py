"""What happened when, as far as the words say: days, contradictions, and the order of telling.

All of it is read from the network of points in time (`temporal_network`). Article text only, unless
`captions=True`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..annotation.did_you_mean import suggest
from .frames import (
    Frame,
    NativeTable,
    Tables,
    by_publication,
    collect,
    in_article,
    local,
    materialize,
    table,
    to_engine,
)
from .temporal_network import Array, Conflict, Network, Step, as_days, temporal_items

__all__ = [
    "conflicts",
    "flashbacks",
    "lag",
    "only_reported",
    "order",
    "same_events",
    "timeline",
    "why",
    "with_events",
]
__dir__ = __all__.copy  # for help and completion


def timeline(corpus: Tables) -> pd.DataFrame:
    """Earliest and latest day of each event, attribution and time, from all links of its article
    together.

    `corpus` holds pandas tables. One row per item: `doc`, `id`, `kind` (event, attribution, time),
    `text`, `start`; `earliest` (the day before which it cannot begin), `latest` (the day after
    which it cannot end), `latest_start`, `earliest_end`; missing where nothing bounds it. Links
    that contradict others are set aside (`conflicts` lists them). Raises ValueError for an unknown
    relation. Simple temporal networks: Dechter, Meiri and Pearl (1991).

    >>> import standoff
    >>> first = standoff.chronology.timeline(standoff.load("seeds")).iloc[0]
    >>> first["text"], str(first["earliest"].date()), str(first["latest"].date())
    ('skips out on', '2017-04-14', '2017-04-14')
    """
    items = temporal_items(corpus)
    bounds = np.empty((len(items.table), 4))
    for _, places, part in items.by_article():
        bounds[places] = Network(part).bounds()
    return as_days(items.table, bounds)


def conflicts(corpus: Tables) -> list[Conflict]:
    """Each contradiction among the links, as its shortest cycle, with file lines and words.

    `corpus` holds pandas tables. A `Conflict` has `steps`, the link `set_aside`, and `marked`,
    whether the annotator noted it as the text's own. Raises ValueError for an unknown relation.
    Dechter, Meiri and Pearl (1991): a network is consistent if it has no negative cycle.

    >>> import standoff
    >>> [conflict.marked for conflict in standoff.chronology.conflicts(standoff.load("seeds"))]
    [True]
    """
    return [
        conflict
        for _, _, part in temporal_items(corpus).by_article()
        for conflict in Network(part).conflicts
    ]


def why(corpus: Tables, doc: str, event: str) -> dict[str, list[Step]]:
    """The links behind the bounds of an event, as two chains from the calendar to the event.

    `corpus` holds pandas tables; `event` is the id of an event, attribution or time of article
    `doc`. The keys are "earliest" and "latest"; a chain is empty where nothing bounds that side.
    Raises ValueError for an unknown article or id.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> sorted(standoff.chronology.why(corpus, "dw-2017-04-14", corpus.events["id"][0]))
    ['earliest', 'latest']
    """
    parts = {name: part for name, _, part in temporal_items(corpus).by_article()}
    if doc not in parts:
        raise ValueError(f"no article '{doc}' with anything to date; {suggest(doc, parts)}")
    return Network(parts[doc]).why(doc, event)


def _orders(corpus: Tables, captions: bool) -> Iterator[tuple[str, pd.DataFrame, Array]]:
    """For each article its events in the order of telling, and for each pair of them 1 if the first
    is earlier, -1 if it is later, 0 if that is open, NaN if they are at one time."""
    parts = {doc: part for doc, _, part in temporal_items(corpus).by_article()}
    for doc, events in local(corpus, "events", captions).groupby("doc", sort=False):
        network = Network(parts[doc])
        most = network.differences()
        told = events.sort_values("start").reset_index(drop=True)
        starts = np.array([2 * network.number[doc, ident] for ident in told["id"]])
        # the end of one is no later than the start of the other
        before = most[np.ix_(starts, starts + 1)].T <= 0
        no_later = most[np.ix_(starts, starts)] <= 0
        relation = before.astype(float) - before.T
        relation[no_later & no_later.T] = np.nan
        yield doc, told, relation


def order(
    corpus: Tables, captions: bool = False, once: bool = False, facts: bool = False
) -> pd.DataFrame:
    """The order of telling compared with the real order, as far as links and dates determine it.

    `corpus` holds pandas tables. One row per article: `events` (mentions; with `facts` only those
    that are fact, with `once` only the first mention of each event), `pairs` of events that are not
    at one time, and of these `as_told`, `reversed` and `open`; `tau`, Kendall's tau over the
    determined pairs (-1 to 1; 0 means no tendency), and `low` and `high`, its bounds if all open
    pairs were reversed, or as told. Events in captions count only with `captions`, though their
    links always bind. Kendall, A new measure of rank correlation, Biometrika 30 (1938).

    >>> import standoff
    >>> table = standoff.chronology.order(standoff.load("seeds"))
    >>> table[["events", "pairs", "as_told", "reversed", "open"]].head(2)
       events  pairs  as_told  reversed  open
    0      51   1185       92       153   940
    1      94   4195      196        57  3942
    """
    first = same_events(corpus) if once else {}
    rows = []
    for doc, mentions, relation in _orders(corpus, captions):
        if facts:
            places = np.flatnonzero(mentions["factuality"] == "fact")
        else:
            places = np.arange(len(mentions))
        events = pd.Index([first.get((doc, ident), ident) for ident in mentions["id"].iloc[places]])
        kept = places[~events.duplicated()]
        pairs = relation[np.ix_(kept, kept)][np.triu_indices(len(kept), 1)]
        pairs = pairs[~np.isnan(pairs)]
        as_told, back, unknown = ((pairs == value).sum() for value in (1, -1, 0))
        with np.errstate(invalid="ignore"):
            tau, low, high = np.divide(
                [as_told - back, as_told - back - unknown, as_told - back + unknown],
                [as_told + back, len(pairs), len(pairs)],
            )
        rows.append((doc, len(kept), len(pairs), as_told, back, unknown, tau, low, high))
    return pd.DataFrame(rows, columns="doc events pairs as_told reversed open tau low high".split())


def flashbacks(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Every event that the text mentions after one that it certainly precedes.

    `corpus` holds pandas tables. One row per mention: `doc`, `id`, `text`, `factuality`; `after`
    and `after_text`, id and words of the nearest event told before it that happened later; `start`
    and `end` of its words. Genette, Narrative Discourse (1980), calls this analepsis.

    >>> import standoff
    >>> table = standoff.chronology.flashbacks(standoff.load("seeds"))
    >>> table[["text", "after_text"]].head(2)
           text  after_text
    0  decision  conference
    1    bombed     meeting
    """
    rows = []
    for doc, events, relation in _orders(corpus, captions):
        for place, event in events.iterrows():
            later = np.flatnonzero(relation[:place, place] == -1)
            if len(later):
                after = events.loc[later[-1], ["id", "text"]]
                rows.append(
                    (doc, *event[["id", "text", "factuality"]], *after, *event[["start", "end"]])
                )
    return pd.DataFrame(rows, columns="doc id text factuality after after_text start end".split())


def same_events(corpus: Tables) -> dict[tuple[str, str], str]:
    """For each event, as (doc, id), the id of the first mention of the same event.

    Mentions joined by IDENTITY links, directly or through others, are one event.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> len(standoff.chronology.same_events(corpus)) == len(corpus.events)
    True
    """
    events = collect(with_events(table(corpus, "events").select("doc", "id"), corpus))
    return dict(zip(zip(events["doc"], events["id"], strict=True), events["event"], strict=True))


def with_events(frame: Frame, corpus: Tables) -> Frame:
    """Rows of events (a Narwhals frame with `doc` and `id`) with the column `event`: the id of the
    first mention of the same event."""
    known = to_engine(_identities(corpus), frame)
    joined = frame.join(known, on=["doc", "id"], how="left")
    return materialize(joined.with_columns(event=nw.coalesce("event", "id")))


def _identities(corpus: Tables) -> pd.DataFrame:
    """Events that an IDENTITY link joins to another, in memory: `doc id event`."""
    events = table(corpus, "events").select("doc", "id", "start", "end")
    links = collect(
        table(corpus, "links").filter(nw.col("relation") == "IDENTITY").select("doc", "a", "b")
    )
    ends = [links[["doc", side]].rename(columns={side: "id"}) for side in ("a", "b")]
    linked = to_engine(pd.concat(ends).drop_duplicates(), events)
    rows = collect(events.join(linked, on=["doc", "id"], how="semi"))
    rows = rows.sort_values(["doc", "start", "end", "id"], ignore_index=True)
    numbered = rows[["doc", "id"]].assign(number=rows.index)
    for side in ("a", "b"):
        columns = {"id": side, "number": f"number_{side}"}
        links = links.merge(numbered.rename(columns=columns), on=["doc", side])
    graph = csr_array(
        (np.ones(len(links)), (links["number_a"], links["number_b"])), shape=(len(rows), len(rows))
    )
    _, component = connected_components(graph)
    return rows[["doc", "id"]].assign(event=rows["id"].groupby(component).transform("first"))


def lag(corpus: Tables, captions: bool = False) -> NativeTable:
    """The days from each event to the publication of its article: how old the news is.

    `corpus` holds tables of any engine. One row per mention: `doc`, `id`, `text`, `factuality`,
    `reported`, `voice`; `least` and `most`, the days between the event and publication (missing
    where nothing bounds it; below 0 for what is still to come); `start` and `end`.

    >>> import standoff
    >>> table = standoff.chronology.lag(standoff.load("seeds"))
    >>> table[["text", "least", "most"]].head(2)
               text  least  most
    0  skips out on    0.0   0.0
    1    conference    0.0   0.0
    """
    events = in_article(table(corpus, "events"), captions)
    rows = events.join(to_engine(_days_to_publication(corpus), events), on=["doc", "id"])
    columns = "doc id text factuality reported voice least most start end"
    return by_publication(rows, corpus, columns, "doc start end id")


def _days_to_publication(corpus: Tables) -> pd.DataFrame:
    """Least and most days from each event to the publication of its article, in memory: `doc id
    least most`."""
    names = ("events", "attributions", "times", "links")
    memory = {name: collect(getattr(corpus, name)) for name in names}
    days = timeline(SimpleNamespace(**memory))
    published = collect(table(corpus, "documents").select("doc", "published"))
    days = days[days["kind"] == "event"].merge(published, on="doc")
    for name, side in (("least", "latest"), ("most", "earliest")):
        days[name] = (days["published"] - days[side]).dt.days.astype("float64")
    return days[["doc", "id", "least", "most"]]


def only_reported(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Events that reach the reader only through sources: no mention is in the author's own words.

    `corpus` holds tables of any engine. One row per event: `doc`, `id`, `text`, `voices` (in whose
    words it is reported, each once, separated by blanks), `mentions`, `least` and `most` (days, as
    in `lag`), `start` and `end` of the first mention.

    >>> import standoff
    >>> "author" in standoff.chronology.only_reported(standoff.load("seeds"))["voices"].to_list()
    False
    """
    told, first = collect(lag(corpus, captions)), same_events(corpus)
    told["id"] = [first[row.doc, row.id] for row in told.itertuples()]
    keys = ["doc", "id"]
    rows = told.groupby(keys).filter(lambda mentions: (mentions["voice"] != "author").all())
    voices = rows.groupby(keys)["voice"]
    rows["voices"] = voices.transform(lambda own: " ".join(dict.fromkeys(own)))
    rows["mentions"] = voices.transform("size")
    columns = "doc id text voices mentions least most start end".split()
    return rows.drop_duplicates(keys, ignore_index=True)[columns]
