"""What happened when, as far as the words bind it: a network of points in time, solved and explained.

Every event, attribution and time has a start and an end. A link between two of them (TimeML TLINKs, Pustejovsky et al. 2003; Allen 1983)
bounds differences between these points, a date bounds them from the calendar; the whole is a simple temporal network (Dechter, Meiri and Pearl 1991),
solved by shortest paths. Time is counted in days; a tick is the least time that anything takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, connected_components, johnson

from .codebook import nearest
from .engines import bring, collect, dated, finished, settled, table

__all__ = [
    "Conflict",
    "Network",
    "Step",
    "Things",
    "conflicts",
    "flashbacks",
    "lag",
    "only_reported",
    "order",
    "same_events",
    "things_of",
    "timeline",
    "why",
    "with_events",
]

TICK = 1e-6  # days
START, END = 0, 1
# relation -> what it says, each as (point of x, point of y, limit): point of y - point of x <= limit, where 0 is a and 1 is b
RELATIONS = {
    "BEFORE": [((1, START), (0, END), 0.0)],
    "AFTER": [((0, START), (1, END), 0.0)],
    "INCLUDES": [((1, START), (0, START), 0.0), ((0, END), (1, END), 0.0)],
    "IS_INCLUDED": [((0, START), (1, START), 0.0), ((1, END), (0, END), 0.0)],
    "SIMULTANEOUS": [((i, p), (1 - i, p), 0.0) for i in (0, 1) for p in (START, END)],
    "IDENTITY": [((i, p), (1 - i, p), 0.0) for i in (0, 1) for p in (START, END)],
    "BEGINS": [((0, START), (1, START), 0.0), ((1, START), (0, START), 0.0), ((1, END), (0, END), 0.0)],
    "ENDS": [((0, END), (1, END), 0.0), ((1, END), (0, END), 0.0), ((0, START), (1, START), 0.0)],
    "NOT_AFTER": [((1, END), (0, START), -TICK)],
}


class Step(NamedTuple):
    """One link of a chain: which file line it stands in, what it joins, in words."""

    doc: str
    line: int
    relation: str
    a: str
    b: str
    words: str

    def __str__(self):
        return f"{self.doc}:{self.line}: {self.words}"


class Conflict(NamedTuple):
    """A contradiction: the links of its shortest cycle, the one set aside so that the rest can be solved, and whether the text itself is marked for it."""

    steps: tuple[Step, ...]
    set_aside: Step
    marked: bool

    def __str__(self):
        chain = "; ".join(f"line {step.line}: {step.words}" for step in self.steps)
        return f"the chronology contradicts itself: {chain}"


class Things(NamedTuple):
    """What a network is made of: a table of events, attributions and times, the links between them as (doc, line, relation, a, b), what is marked."""

    table: pd.DataFrame
    links: list[tuple]
    marked: set[tuple]

    def by_article(self) -> Iterator[tuple[str, np.ndarray, Things]]:
        """Each article, the places of its things in the table, and its things: no link leads from one article to another."""
        links: dict[str, list] = {}
        for link in self.links:
            links.setdefault(link[0], []).append(link)
        places = self.table.groupby("doc").indices
        for doc in dict.fromkeys([*self.table["doc"], *links]):
            here = places.get(doc, np.array([], dtype=int))
            yield doc, here, Things(self.table.iloc[here], links.get(doc, []), self.marked)


class Network:
    """The points of events, attributions and times, and what bounds them: of one article, as nothing joins two.

    `corpus` needs the tables `events`, `attributions`, `times` and `links`, whose column `marked` tells, where it is there, which links the text itself
    contradicts. It may also be `Things`. ValueError for a relation that is not one of `RELATIONS`.
    """

    def __init__(self, corpus):
        self.things, self.links, self.marked = corpus if isinstance(corpus, Things) else things_of(corpus)
        self.number = {key: place for place, key in enumerate(zip(self.things["doc"], self.things["id"], strict=True))}
        self.words = [text if value is None else f"{text} ({value})" for text, value in zip(self.things["text"], self.things["value"], strict=True)]
        self.size = 2 * len(self.things) + 1  # the last point is the epoch
        self._edges = self._constraints()
        self.conflicts: list[Conflict] = []
        self._solve()

    def _constraints(self):
        """Edges (from, to, limit, reason): to - from <= limit; reason is the number of a link, or less than 0."""
        of = {relation: [] for relation in RELATIONS}
        for number, (doc, _, relation, a, b) in enumerate(self.links):
            of[relation].append((2 * self.number[doc, a], 2 * self.number[doc, b], number))
        parts = [
            np.column_stack([linked[:, x] + p, linked[:, y] + q, np.full(len(linked), bound), linked[:, 2]])
            for relation, links in of.items()
            for linked in [np.array(links, dtype=float).reshape(-1, 3)]
            for (x, p), (y, q), bound in RELATIONS[relation]
        ]
        places = 2.0 * np.arange(len(self.things))
        parts.append(np.column_stack([places + END, places + START, np.full(len(places), -TICK), np.full(len(places), -1)]))  # start - end <= -tick
        dated = zip(places, self.things["first"], self.things["last"], strict=True)
        parts.append(np.array([(*edge, -2) for time in dated for edge in self._dated(*time)], dtype=float).reshape(-1, 4))
        frm, to, limit, why = np.concatenate(parts).T
        order = np.lexsort((np.where(why < 0, np.inf, why), limit, to, frm))  # between two points the tightest edge first, of equal ones the first link
        return frm[order].astype(int), to[order].astype(int), limit[order], why[order].astype(int)

    def _dated(self, start, first, last):
        """A time lies where its value says: from its first day to the end of its last."""
        epoch = self.size - 1
        if not np.isnan(first):
            yield from ((epoch, start, first), (start, epoch, -first))
        if not np.isnan(last):
            yield from ((epoch, start + 1, last + 1), (start + 1, epoch, -last - 1))

    def _solve(self):
        """Set contradictory links aside, shortest cycle first, then bound every point by the rest."""
        active = np.ones(len(self._edges[0]), dtype=bool)
        while (cycle := self._cycle(active)) is not None:
            found = self._conflict(cycle)
            self.conflicts.append(found)
            aside = next(n for n in self._reasons(cycle) if self._step(n) == found.set_aside)
            active &= self._edges[3] != aside
        forward, backward = self._graph(active), self._graph(active, reverse=True)
        epoch = self.size - 1
        self._latest, self._from = bellman_ford(forward, indices=epoch, return_predecessors=True)
        earliest, self._back = bellman_ford(backward, indices=epoch, return_predecessors=True)
        self._earliest, self._active = -earliest, active

    def _graph(self, active, reverse=False):
        """The tightest edge between each two points, as a sparse graph."""
        frm, to, limit, _ = (part[active] for part in self._edges)
        first = np.ones(len(frm), dtype=bool)
        first[1:] = (frm[1:] != frm[:-1]) | (to[1:] != to[:-1])
        ends = (to[first], frm[first]) if reverse else (frm[first], to[first])
        return csr_array((limit[first], ends), shape=(self.size, self.size))

    def _cycle(self, active):
        """Points of a contradictory cycle, as few as can be, or None; searched from a point outside that reaches all others."""
        graph, size = self._graph(active), self.size
        rows, columns = np.repeat(np.arange(size), np.diff(graph.indptr)), graph.indices
        everywhere = (np.append(rows, np.full(size, size)), np.append(columns, np.arange(size)))
        from_outside = csr_array((np.append(graph.data, np.zeros(size)), everywhere), shape=(size + 1, size + 1))
        try:
            bellman_ford(from_outside, indices=size)
        except NegativeCycleError:
            return _shortest_cycle(rows, columns, graph.data, size)
        return None

    def _reasons(self, cycle):
        """Numbers of the links that a cycle of points rests on, in its order."""
        found = []
        for x, y in zip(cycle, np.roll(cycle, -1), strict=True):
            reason = self._reason(x, y)
            if reason >= 0 and reason not in found:
                found.append(reason)
        return found

    def _reason(self, x, y, active=None):
        """The link (or less than 0: a date, an order of start and end) that gives the tightest bound from x to y."""
        frm, to, _, reasons = self._edges
        first, last = np.searchsorted(frm, (x, x + 1))
        place = first + np.searchsorted(to[first:last], y)
        while active is not None and not active[place]:
            place += 1
        return int(reasons[place])

    def _step(self, number):
        doc, line, relation, a, b = self.links[number]
        words = f"“{self._words(doc, a)}” {relation} “{self._words(doc, b)}”"
        return Step(doc, int(line), relation, a, b, words)

    def _words(self, doc, ident):
        return self.words[self.number[doc, ident]]

    def _conflict(self, cycle):
        steps = tuple(self._step(number) for number in self._reasons(cycle))
        noted = [step for step in steps if self._is_marked(step)]
        aside = max(noted or steps, key=lambda step: step.line)
        return Conflict(steps, aside, bool(noted))

    def _is_marked(self, step):
        return (step.doc, step.line) in self.marked

    def table(self) -> pd.DataFrame:
        """Earliest and latest day on which each event, attribution and time can begin and end; missing where nothing bounds it."""
        return _table(self.things, self.bounds())

    def bounds(self) -> np.ndarray:
        """(things x 4): earliest start, latest start, earliest end, latest end, in days since 1970, infinite where open."""
        start, end = slice(0, self.size - 1, 2), slice(1, self.size - 1, 2)
        return np.stack([self._earliest[start], self._latest[start], self._earliest[end], self._latest[end]], axis=1)

    def differences(self) -> np.ndarray:
        """Points x points: how much later, in days, the second can be than the first at most; infinite where nothing says."""
        return johnson(self._graph(self._active))

    def why(self, doc: str, ident: str) -> dict[str, list[Step]]:
        """The chain of links behind the earliest start and the latest end of an event, from the calendar to the event."""
        if (doc, ident) not in self.number:
            known = [key[1] for key in self.number if key[0] == doc]
            raise ValueError(f"no event, attribution or time '{ident}' in '{doc}'; {nearest(ident, known)}")
        place = 2 * self.number[doc, ident]
        return {"earliest": self._chain(place, self._back, reverse=True), "latest": self._chain(place + 1, self._from, reverse=False)}

    def _chain(self, point, before, reverse):
        chain = []
        while (last := before[point]) >= 0:
            reason = self._reason(point, last, self._active) if reverse else self._reason(last, point, self._active)
            if reason >= 0:
                chain.append(self._step(reason))
            point = last
        return list(dict.fromkeys(reversed(chain)))


def things_of(corpus) -> Things:
    """All that may be joined in time in a corpus, and how. ValueError for a relation that is not one of `RELATIONS`."""
    unknown = sorted(set(corpus.links["relation"].unique()) - RELATIONS.keys())
    if unknown:
        raise ValueError("; ".join(f"unknown relation '{name}'; {nearest(name, RELATIONS)}" for name in unknown))
    links = list(zip(*(corpus.links[name].to_numpy(dtype=object) for name in ("doc", "line", "relation", "a", "b")), strict=True))
    return Things(_dated(corpus), links, _marked(corpus.links))


def _dated(corpus):
    """Events, attributions and times, with the days of the times since 1970."""
    events = corpus.events[["doc", "id", "text", "start"]].assign(kind="event")
    said = corpus.attributions[["doc", "id", "cue", "cue_start"]].rename(columns={"cue": "text", "cue_start": "start"}).assign(kind="attribution")
    times = corpus.times[["doc", "id", "text", "start", "value", "earliest", "latest"]].assign(kind="time")
    table = pd.concat([events, said, times], ignore_index=True)
    for day, column in (("first", "earliest"), ("last", "latest")):
        days = pd.to_datetime(table[column]) if column in table else pd.Series(pd.NaT, index=table.index)
        table[day] = (days - pd.Timestamp(0)) / pd.Timedelta(days=1)
    values = table["value"] if "value" in table else pd.Series(None, index=table.index, dtype=object)
    return table.assign(value=values.astype(object).where(values.notna(), None))


def _marked(links):
    """(doc, line) of the links that the text itself contradicts, as a note says that begins with "conflict:"."""
    said = links[links["marked"]] if "marked" in links else links.head(0)
    return set(zip(said["doc"], said["line"], strict=True))


class _Edges:
    """Edges ordered by the point that they bound, to relax all of them at once."""

    def __init__(self, rows, columns, limits, size):
        order = np.argsort(columns, kind="stable")
        self.rows, self.limits, self.size = rows[order], limits[order], size
        self.points, self.starts = np.unique(columns[order], return_index=True)
        self.group = np.repeat(np.arange(len(self.points)), np.diff(np.append(self.starts, len(order))))

    def relax(self, distance):
        """Best distance of every point by one more edge, and the edge that gave it (-1 for none)."""
        reached = distance[self.rows] + self.limits
        least = np.minimum.reduceat(reached, self.starts)
        hits = np.flatnonzero(reached == least[self.group])
        best, by = np.full(self.size, np.inf), np.full(self.size, -1)
        best[self.points] = least
        by[self.points[self.group[hits]]] = hits
        return best, by


def _shortest_cycle(rows, columns, limits, size):
    """Points of a cycle of negative length with as few edges as any through the same points."""
    edges = _Edges(rows, columns, limits, size)
    best = _any_cycle(edges)
    for point in list(best):
        found = _closed_walk(edges, point, len(best) - 1)
        best = found if found is not None else best
    return best


def _any_cycle(edges):
    """Points of some negative cycle: relax until the edges that gave the best distances close one."""
    size = edges.size
    distance, by = np.zeros(size), np.full(size, -1)
    while True:
        best, edge = edges.relax(distance)
        better = best < distance - TICK / 10
        distance, by = np.where(better, best, distance), np.where(better, edge, by)
        bound = np.flatnonzero(by >= 0)
        tree = csr_array((np.ones(len(bound)), (edges.rows[by[bound]], bound)), shape=(size, size))
        _, label = connected_components(tree, connection="strong")
        crowded = np.flatnonzero(np.bincount(label) > 1)
        if len(crowded):
            cycle = [int(np.flatnonzero(label == crowded[0])[0])]
            while (point := int(edges.rows[by[cycle[-1]]])) != cycle[0]:
                cycle.append(point)
            return cycle[::-1]


def _closed_walk(edges, point, most):
    """Points of a negative walk from a point back to it by at most so many edges, or None."""
    distance = np.full(edges.size, np.inf)
    distance[point] = 0.0
    layers = []
    for _ in range(most):
        distance, by = edges.relax(distance)
        layers.append(by)
        if distance[point] < -TICK / 10:
            walk = [point]
            for layer in reversed(layers):
                walk.append(int(edges.rows[layer[walk[-1]]]))
            return walk[:0:-1]
    return None


def _day(days, up):
    """Days since 1970 as dates: where something begins at the earliest, or (`up`) the last day that a bound leaves; missing where infinite."""
    finite = np.isfinite(days)
    days = np.where(finite, days, 0)
    whole = np.ceil(days - TICK / 10) - 1 if up else np.floor(days + TICK / 10)
    return pd.Series(pd.to_datetime(whole, unit="D")).where(finite).astype("datetime64[s]")


def _table(things, bounds):
    """Bounds as in `Network.bounds` as days, beside the things that they bound."""
    first, late_start, early_end, last = bounds.T
    days = {
        "earliest": _day(first, up=False),
        "latest": _day(last, up=True),
        "latest_start": _day(late_start, up=True),
        "earliest_end": _day(early_end, up=True),
    }
    return things[["doc", "id", "kind", "text", "start"]].assign(**days)


def timeline(corpus) -> pd.DataFrame:
    """Earliest and latest day of each event, attribution and time, from all links of its article together.

    One row a thing: `doc id kind text start`, `earliest` (day before which it cannot begin), `latest` (day after which
    it cannot end), `latest_start`, `earliest_end`. Missing where nothing bounds it. Links that contradict others are set
    aside (`conflicts` lists them), all else is solved.
    """
    things = things_of(corpus)
    bounds = np.empty((len(things.table), 4))
    for _, places, part in things.by_article():
        bounds[places] = Network(part).bounds()
    return _table(things.table, bounds)


def conflicts(corpus) -> list[Conflict]:
    """Each contradiction among the links, by its shortest cycle, with file line and words."""
    return [conflict for _, _, part in things_of(corpus).by_article() for conflict in Network(part).conflicts]


def why(corpus, doc: str, event: str) -> dict[str, list[Step]]:
    """The links behind the bounds of an event: "earliest" and "latest", each a chain from the calendar to the event."""
    parts = {name: part for name, _, part in things_of(corpus).by_article()}
    if doc not in parts:
        raise ValueError(f"no article '{doc}' with anything to date; {nearest(doc, parts)}")
    return Network(parts[doc]).why(doc, event)


def _orders(corpus):
    """For each article, its events in the order of telling and what is known of each pair: 1 as told, -1 the other way round, 0 open, NaN at one time."""
    parts = {doc: part for doc, _, part in things_of(corpus).by_article()}
    for doc, events in corpus.events.groupby("doc", sort=False):
        network = Network(parts[doc])
        most = network.differences()
        rows = events.sort_values("start").reset_index(drop=True)
        place = np.array([2 * network.number[doc, ident] for ident in rows["id"]])
        before = most[np.ix_(place, place + 1)].T <= TICK / 10  # the end of one is no later than the start of the other
        same = (most[np.ix_(place, place)] <= TICK / 10) & (most[np.ix_(place, place)].T <= TICK / 10)
        relation = before.astype(float) - before.T
        relation[same] = np.nan
        yield doc, rows, relation


def order(corpus) -> pd.DataFrame:
    """Narrated against real order, as far as the links and dates determine it.

    One row an article: `events`, `pairs` of events not at one time, `as_told`, `reversed` and `open` of them; `tau` (Kendall's tau over the determined
    pairs) and its bounds `low` and `high` if all open pairs were reversed or as told (Kendall 1938; partial orders: all linear extensions lie between).
    """
    rows = []
    for doc, events, relation in _orders(corpus):
        pairs = relation[np.triu_indices(len(events), 1)]
        pairs = pairs[~np.isnan(pairs)]
        told, back, unknown = ((pairs == value).sum() for value in (1, -1, 0))
        with np.errstate(invalid="ignore", divide="ignore"):
            tau, low, high = np.divide([told - back, told - back - unknown, told - back + unknown], [told + back, len(pairs), len(pairs)])
        rows.append((doc, len(events), len(pairs), told, back, unknown, tau, low, high))
    return pd.DataFrame(rows, columns="doc events pairs as_told reversed open tau low high".split())


def flashbacks(corpus) -> pd.DataFrame:
    """Every event that is told after one that it certainly precedes.

    One row an event: `doc id text factuality`, `after` and `after_text` (the nearest event told before it that really comes later), `start end` of its words.
    """
    rows = []
    for doc, events, relation in _orders(corpus):
        for place in range(1, len(events)):
            back = np.flatnonzero(relation[:place, place] == -1)
            if len(back):
                event, later = events.loc[place], events.loc[back[-1]]
                rows.append((doc, event["id"], event["text"], event["factuality"], later["id"], later["text"], event["start"], event["end"]))
    return pd.DataFrame(rows, columns="doc id text factuality after after_text start end".split())


def same_events(corpus) -> dict[tuple[str, str], str]:
    """(doc, id) of each event -> id of the first mention of the same event, by IDENTITY links between events."""
    events = collect(with_events(table(corpus, "events").select("doc", "id"), corpus))
    return dict(zip(zip(events["doc"], events["id"], strict=True), events["event"], strict=True))


def with_events(frame, corpus):
    """Rows of events (Narwhals, with `doc` and `id`) with the column `event`: the id of the first mention of the same event."""
    known = bring(_identities(corpus), frame)
    return settled(frame.join(known, on=["doc", "id"], how="left").with_columns(event=nw.coalesce("event", "id")))


def _identities(corpus):
    """Events that an IDENTITY link joins to another, in pandas: `doc id event`. They are few, whatever the size of the table of events."""
    events = table(corpus, "events").select("doc", "id", "start", "end")
    links = collect(table(corpus, "links").filter(nw.col("relation") == "IDENTITY").select("doc", "a", "b"))
    ends = pd.concat([links[["doc", side]].rename(columns={side: "id"}) for side in ("a", "b")]).drop_duplicates()
    found = collect(events.join(bring(ends, events), on=["doc", "id"], how="semi"))
    found = found.sort_values(["doc", "start", "end", "id"], ignore_index=True)
    place = pd.Series(found.index, index=pd.MultiIndex.from_frame(found[["doc", "id"]]))
    both = [place.reindex(pd.MultiIndex.from_frame(links[["doc", side]])).to_numpy(dtype=float) for side in ("a", "b")]
    joins = ~np.isnan(both[0] + both[1])
    rows, columns = (side[joins].astype(int) for side in both)
    _, label = connected_components(csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(found), len(found))), directed=False)
    return found[["doc", "id"]].assign(event=found["id"].groupby(label).transform("first"))


def lag(corpus):
    """From event to publication, in days: how old the news is.

    One row an event: `doc id text factuality reported voice`, `least` and `most` days between it and publication (missing where nothing
    bounds it; below 0 for what is still to come), `start end`.
    """
    events = table(corpus, "events")
    found = dated(events.join(bring(_days(corpus), events), on=["doc", "id"]), corpus)
    return finished(found, "doc id text factuality reported voice least most start end", "published doc start end id")


def _days(corpus):
    """Least and most days from each event to the publication of its article, in pandas: `doc id least most`."""
    local = SimpleNamespace(**{name: collect(getattr(corpus, name)) for name in ("events", "attributions", "times", "links", "documents")})
    found = timeline(local)
    found = found[found["kind"] == "event"].merge(local.documents[["doc", "published"]], on="doc")
    for name, side in (("least", "latest"), ("most", "earliest")):
        found[name] = (found["published"] - found[side]).dt.days.astype("float64")
    return found[["doc", "id", "least", "most"]]


def only_reported(corpus) -> pd.DataFrame:
    """Events that reach the reader through a source alone: no mention of them stands in the author's own words.

    One row a distinct event: `doc id text voices` (each once, joined by a blank), `mentions`, `least` and `most` (as in `lag`), `start
    end` of the first mention.
    """
    found, first = collect(lag(corpus)), same_events(corpus)
    found = found.assign(event=[first[key] for key in zip(found["doc"], found["id"], strict=True)])
    rows = []
    for (doc, event), mentions in found.groupby(["doc", "event"], sort=False):
        if (mentions["voice"] != "author").all():
            head = mentions.iloc[0]
            voices = " ".join(dict.fromkeys(mentions["voice"]))
            rows.append((doc, event, head["text"], voices, len(mentions), head["least"], head["most"], head["start"], head["end"]))
    return pd.DataFrame(rows, columns="doc id text voices mentions least most start end".split())
