"""What happened when, as far as the words bind it: days, contradictions and orders, read from the
network of points in time (`network.py`)."""

from __future__ import annotations

from types import SimpleNamespace

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..annotation.suggest import suggest
from .frames import bring, collect, dated, finished, inside, local, settled, table
from .temporal_network import Conflict, Network, Step, as_days, temporal_items

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


def timeline(corpus) -> pd.DataFrame:
    """Earliest and latest day of each event, attribution and time, from all links of its article
    together.

    One row a thing: `doc id kind text start`, `earliest` (day before which it cannot begin),
    `latest` (day after which
    it cannot end), `latest_start`, `earliest_end`. Missing where nothing bounds it. Links that
    contradict others are set
    aside (`conflicts` lists them), all else is solved.
    """
    things = temporal_items(corpus)
    bounds = np.empty((len(things.table), 4))
    for _, places, part in things.by_article():
        bounds[places] = Network(part).bounds()
    return as_days(things.table, bounds)


def conflicts(corpus) -> list[Conflict]:
    """Each contradiction among the links, by its shortest cycle, with file line and words."""
    return [
        conflict
        for _, _, part in temporal_items(corpus).by_article()
        for conflict in Network(part).conflicts
    ]


def why(corpus, doc: str, event: str) -> dict[str, list[Step]]:
    """The links behind the bounds of an event: "earliest" and "latest", each a chain from the
    calendar to the event."""
    parts = {name: part for name, _, part in temporal_items(corpus).by_article()}
    if doc not in parts:
        raise ValueError(f"no article '{doc}' with anything to date; {suggest(doc, parts)}")
    return Network(parts[doc]).why(doc, event)


def _orders(corpus, captions):
    """For each article, its events in the order of telling and what is known of each pair: 1 as
    told, -1 the other way round, 0 open, NaN at one time."""
    parts = {doc: part for doc, _, part in temporal_items(corpus).by_article()}
    for doc, events in local(corpus, "events", captions).groupby("doc", sort=False):
        network = Network(parts[doc])
        most = network.differences()
        rows = events.sort_values("start").reset_index(drop=True)
        place = np.array([2 * network.number[doc, ident] for ident in rows["id"]])
        before = (
            most[np.ix_(place, place + 1)].T <= 0
        )  # the end of one is no later than the start of the other
        same = (most[np.ix_(place, place)] <= 0) & (most[np.ix_(place, place)].T <= 0)
        relation = before.astype(float) - before.T
        relation[same] = np.nan
        yield doc, rows, relation


def order(corpus, captions: bool = False, once: bool = False, facts: bool = False) -> pd.DataFrame:
    """Narrated against real order, as far as the links and dates determine it.

    One row an article: `events` (mentions; with `facts` those that are fact alone, with `once` each
    event at its first of them alone), `pairs` of them not
    at one time, `as_told`, `reversed` and `open` of these; `tau` (Kendall's tau over the determined
    pairs) and its bounds `low` and `high` if all open pairs
    were reversed or as told (Kendall 1938; partial orders: all linear extensions lie between).
    Captions stay out, but for what they bind, or are counted too
    with `captions`.
    """
    first = same_events(corpus) if once else {}
    rows = []
    for doc, mentions, relation in _orders(corpus, captions):
        some = (
            np.flatnonzero(mentions["factuality"] == "fact") if facts else np.arange(len(mentions))
        )
        events = pd.Index([first.get((doc, ident), ident) for ident in mentions["id"].iloc[some]])
        kept = some[~events.duplicated()]
        pairs = relation[np.ix_(kept, kept)][np.triu_indices(len(kept), 1)]
        pairs = pairs[~np.isnan(pairs)]
        told, back, unknown = ((pairs == value).sum() for value in (1, -1, 0))
        with np.errstate(invalid="ignore"):
            tau, low, high = np.divide(
                [told - back, told - back - unknown, told - back + unknown],
                [told + back, len(pairs), len(pairs)],
            )
        rows.append((doc, len(kept), len(pairs), told, back, unknown, tau, low, high))
    return pd.DataFrame(rows, columns="doc events pairs as_told reversed open tau low high".split())


def flashbacks(corpus, captions: bool = False) -> pd.DataFrame:
    """Every event that is told after one that it certainly precedes, in article text (with
    `captions` in captions too).

    One row a mention: `doc id text factuality`, `after` and `after_text` (the nearest event told
    before it that really comes later), `start end` of its words.
    """
    rows = []
    for doc, events, relation in _orders(corpus, captions):
        for place in range(len(events)):
            back = np.flatnonzero(relation[:place, place] == -1)
            if len(back):
                event, later = events.loc[place], events.loc[back[-1]]
                rows.append(
                    (
                        doc,
                        event["id"],
                        event["text"],
                        event["factuality"],
                        later["id"],
                        later["text"],
                        event["start"],
                        event["end"],
                    )
                )
    return pd.DataFrame(rows, columns="doc id text factuality after after_text start end".split())


def same_events(corpus) -> dict[tuple[str, str], str]:
    """(doc, id) of each event -> id of the first mention of the same event, by IDENTITY links
    between events."""
    events = collect(with_events(table(corpus, "events").select("doc", "id"), corpus))
    return dict(zip(zip(events["doc"], events["id"], strict=True), events["event"], strict=True))


def with_events(frame, corpus):
    """Rows of events (Narwhals, with `doc` and `id`) with the column `event`: the id of the first
    mention of the same event."""
    known = bring(_identities(corpus), frame)
    return settled(
        frame.join(known, on=["doc", "id"], how="left").with_columns(
            event=nw.coalesce("event", "id")
        )
    )


def _identities(corpus):
    """Events that an IDENTITY link joins to another, in pandas: `doc id event`. They are few,
    whatever the size of the table of events."""
    events = table(corpus, "events").select("doc", "id", "start", "end")
    links = collect(
        table(corpus, "links").filter(nw.col("relation") == "IDENTITY").select("doc", "a", "b")
    )
    ends = pd.concat(
        [links[["doc", side]].rename(columns={side: "id"}) for side in ("a", "b")]
    ).drop_duplicates()
    found = collect(events.join(bring(ends, events), on=["doc", "id"], how="semi"))
    found = found.sort_values(["doc", "start", "end", "id"], ignore_index=True)
    place = pd.Series(found.index, index=pd.MultiIndex.from_frame(found[["doc", "id"]]))
    both = [
        place.reindex(pd.MultiIndex.from_frame(links[["doc", side]])).to_numpy(dtype=float)
        for side in ("a", "b")
    ]
    joins = ~np.isnan(both[0] + both[1])
    rows, columns = (side[joins].astype(int) for side in both)
    _, label = connected_components(
        csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(found), len(found)))
    )
    return found[["doc", "id"]].assign(event=found["id"].groupby(label).transform("first"))


def lag(corpus, captions: bool = False):
    """From event to publication, in days: how old the news is.

    One row a mention in article text (with `captions` in captions too): `doc id text factuality
    reported voice`, `least` and `most` days between the event
    and publication (missing where nothing bounds it; below 0 for what is still to come), `start
    end`.
    """
    events = inside(table(corpus, "events"), captions)
    found = dated(events.join(bring(_days(corpus), events), on=["doc", "id"]), corpus)
    return finished(
        found,
        "doc id text factuality reported voice least most start end",
        "published doc start end id",
    )


def _days(corpus):
    """Least and most days from each event to the publication of its article, in pandas: `doc id
    least most`."""
    memory = SimpleNamespace(
        **{
            name: collect(getattr(corpus, name))
            for name in ("events", "attributions", "times", "links", "documents")
        }
    )
    found = timeline(memory)
    found = found[found["kind"] == "event"].merge(memory.documents[["doc", "published"]], on="doc")
    for name, side in (("least", "latest"), ("most", "earliest")):
        found[name] = (found["published"] - found[side]).dt.days.astype("float64")
    return found[["doc", "id", "least", "most"]]


def only_reported(corpus, captions: bool = False) -> pd.DataFrame:
    """Events that reach the reader through a source alone: no mention of them in article text (with
    `captions` in captions too) is in the author's own words.

    One row a distinct event: `doc id text voices` (each once, joined by a blank), `mentions`,
    `least` and `most` (as in `lag`), `start
    end` of the first mention.
    """
    found, first = collect(lag(corpus, captions)), same_events(corpus)
    found = found.assign(event=[first[key] for key in zip(found["doc"], found["id"], strict=True)])
    rows = []
    for (doc, event), mentions in found.groupby(["doc", "event"], sort=False):
        if (mentions["voice"] != "author").all():
            head = mentions.iloc[0]
            voices = " ".join(dict.fromkeys(mentions["voice"]))
            rows.append(
                (
                    doc,
                    event,
                    head["text"],
                    voices,
                    len(mentions),
                    head["least"],
                    head["most"],
                    head["start"],
                    head["end"],
                )
            )
    return pd.DataFrame(rows, columns="doc id text voices mentions least most start end".split())
