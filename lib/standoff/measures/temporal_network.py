"""When can each event have begun and ended, which links say so, and which links contradict others?

Every event, attribution and time has a start and an end, which are points of a simple temporal
network (Dechter, Meiri and Pearl, Temporal constraint networks, Artificial Intelligence 49, 1991).
A link between two items bounds differences between their points (TimeML TLINKs: Pustejovsky et
al., TimeML, IWCS 2003; relations between intervals: Allen, Maintaining knowledge about temporal
intervals, Communications of the ACM 26, 1983); a date bounds points from the calendar. Shortest
paths solve the network. Time is counted in whole ticks, so that sums are exact; a tick is the
shortest time that anything takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, johnson

from ..annotation.did_you_mean import suggest
from ..annotation.limits import MAX_ITEMS_TIMES_LINKS
from ..annotation.problems import refuse
from ..corpus.schema import Columns, as_frames
from .incremental_network import Cycle, Edge, IncrementalNetwork

__all__ = [
    "DAY",
    "RELATIONS",
    "Conflict",
    "Network",
    "Step",
    "TemporalItems",
    "as_days",
    "network_of",
    "relation_edges",
    "temporal_items",
]

Array: TypeAlias = np.ndarray[Any, Any]
Link: TypeAlias = tuple[str, int, str, str, str]  # doc, line, relation, a, b
Tightest: TypeAlias = dict[tuple[int, int], tuple[float, int]]  # (from, to) -> limit, link

TABLES = ("events", "attributions", "times", "links")  # of which items and links are read
DAY = 1_000_000  # ticks; limits of relations are in ticks, results in days
EPOCH = pd.Timestamp("1970-01-01")
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # of the years 1 and 9999, in days since the epoch
NO_LINK = -1  # stands for the link of an edge that comes from a date or holds for every item
RELATIONS = {
    "BEFORE": "a.end <= b.start",
    "AFTER": "b.end <= a.start",
    "INCLUDES": "a.start <= b.start, b.end <= a.end",
    "IS_INCLUDED": "b.start <= a.start, a.end <= b.end",
    "SIMULTANEOUS": "a.start = b.start, a.end = b.end",
    "IDENTITY": "a.start = b.start, a.end = b.end",
    "BEGINS": "a.start = b.start, a.end <= b.end",
    "BEGUN_BY": "a.start = b.start, b.end <= a.end",
    "ENDS": "a.end = b.end, b.start <= a.start",
    "ENDED_BY": "a.end = b.end, a.start <= b.start",
    "IBEFORE": "a.end = b.start",
    "IAFTER": "b.end = a.start",
    "DURING": "b.start <= a.start, a.end <= b.end",
    "DURING_INV": "a.start <= b.start, b.end <= a.end",
    "NOT_AFTER": "a.start < b.end",
}


def relation_edges(relation: str, a: int, b: int) -> list[tuple[int, int, float]]:
    """The edges of a relation between two items, by their numbers, as (from, to, limit):
    place(to) - place(from) <= limit. Item n starts at point 2n and ends at point 2n + 1.

    >>> relation_edges("NOT_AFTER", 0, 1)
    [(3, 0, -1.0)]
    """
    points = {"a.start": 2 * a, "a.end": 2 * a + 1, "b.start": 2 * b, "b.end": 2 * b + 1}
    edges = []
    for inequality in RELATIONS[relation].split(", "):
        one, sign, other = inequality.split(" ")
        edges.append((points[other], points[one], -1.0 if sign == "<" else 0.0))
        if sign == "=":
            edges.append((points[one], points[other], 0.0))
    return edges


class Step(NamedTuple):
    """One link of a chain: its article and line, what it joins, and its words."""

    doc: str
    line: int
    relation: str
    a: str
    b: str
    words: str

    def __str__(self) -> str:
        return f"{self.doc}:{self.line}: {self.words}"


class Conflict(NamedTuple):
    """A contradiction: the links of its shortest cycle, the one that is set aside so that the rest
    can be solved, and whether the annotator marked it as the text's own."""

    steps: tuple[Step, ...]
    set_aside: Step
    marked: bool

    def __str__(self) -> str:
        chain = "; ".join(f"line {step.line}: {step.words}" for step in self.steps)
        return f"the chronology contradicts itself: {chain}"


class TemporalItems(NamedTuple):
    """What a network is made of: a table of events, attributions and times (doc, id, kind, text,
    start, value, the days `first` and `last` of a time since 1970, and whether it is the `whole`
    of these or has a Mod that only puts it between them), the links between them as
    (doc, line, relation, a, b), and (doc, line) of the links marked as contradictory."""

    table: pd.DataFrame
    links: list[Link]
    marked: set[tuple[str, int]]

    def by_article(self) -> Iterator[tuple[str, Array, TemporalItems]]:
        """Each article, the places of its items in the table, and its items: no link leads from one
        article to another."""
        links: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            links[link[0]].append(link)
        for doc, places in self.table.groupby("doc", sort=False).indices.items():
            part = TemporalItems(self.table.iloc[places], links[str(doc)], self.marked)
            yield str(doc), places, part


def _tightest(edges: Iterable[Edge]) -> Tightest:
    """The tightest edge between each two points; of equally tight ones that of the first link."""
    tightest: Tightest = {}
    for x, y, limit, link in sorted(edges):
        tightest.setdefault((x, y), (limit, link))
    return tightest


def _graph(tightest: Tightest, size: int) -> csr_array:
    """Edges as a matrix of limits (from x to)."""
    limits = [limit for limit, _ in tightest.values()]
    ends = np.array(list(tightest), dtype=int).reshape(-1, 2).T
    return csr_array((limits, tuple(ends)), shape=(size, size))


def _satisfying_places(tightest: Tightest, size: int) -> Array | None:
    """A place for each point that satisfies the edges; None where they contradict one another. The
    distances from an extra point that reaches all others at 0 are such places."""
    from_extra = {(size, point): (0.0, NO_LINK) for point in range(size)}
    try:
        return np.asarray(bellman_ford(_graph(tightest | from_extra, size + 1), indices=size)[:-1])
    except NegativeCycleError:
        return None


class Network:
    """The bounds of events, attributions and times, solved from the links and dates of an article.

    `conflicts` lists the contradictions, `against_days` those in which
    links contradict the days of times rather than one another; the links set aside for them bound
    nothing. Raises `SeedError` where items times links exceed the limit.
    """

    def __init__(self, items: TemporalItems) -> None:
        self.items, self.links, self.marked = items
        self._check_size()
        keys = zip(self.items["doc"], self.items["id"], strict=True)
        self.number = {key: place for place, key in enumerate(keys)}
        self._named = list(zip(self.items["text"], self.items["value"], strict=True))
        self.size = 2 * len(self.items) + 1  # the last point is the epoch, 1 January 1970
        self.conflicts: list[Conflict] = []
        self.against_days: list[Conflict] = []
        edges = self._constraints()
        self._edges = _tightest(edges)
        if _satisfying_places(self._edges, self.size) is None:
            aside = self._find_conflicts(edges)
            self._edges = _tightest(edge for edge in edges if edge[3] not in aside)
        graph = _graph(self._edges, self.size)
        epoch = {"indices": self.size - 1, "return_predecessors": True}
        self._latest, self._before_latest = bellman_ford(graph, **epoch)
        to_epoch, self._before_earliest = bellman_ford(graph.T.tocsr(), **epoch)
        self._earliest = -to_epoch

    def _check_size(self) -> None:
        if len(self.items) * len(self.links) > MAX_ITEMS_TIMES_LINKS:
            doc, line = self.links[0][:2]
            message = (
                f"holds {len(self.items):,} events, attributions and times and "
                f"{len(self.links):,} links between them; expected at most "
                f"{MAX_ITEMS_TIMES_LINKS:,} where the two are multiplied"
            )
            raise refuse(doc, line, "E-time-size", message)

    def _constraints(self) -> list[Edge]:
        """The edges of all links and dates."""
        edges = []
        for number, (doc, _, relation, a, b) in enumerate(self.links):
            ends = self.number[doc, a], self.number[doc, b]
            edges += [(*edge, number) for edge in relation_edges(relation, *ends)]
        epoch = self.size - 1
        days = zip(self.items["first"], self.items["last"], self.items["whole"], strict=True)
        for place, (first, last, whole) in enumerate(days):
            start, end = 2 * place, 2 * place + 1
            edges.append((end, start, -1.0, NO_LINK))
            # a time begins with its first day and ends with its last, or lies between them
            if not np.isnan(first):
                edges.append((start, epoch, -first * DAY, NO_LINK))
            if not np.isnan(last):
                edges.append((epoch, end, (last + 1) * DAY, NO_LINK))
            if whole and not np.isnan(first):
                edges.append((epoch, start, first * DAY, NO_LINK))
            if whole and not np.isnan(last):
                edges.append((end, epoch, -(last + 1) * DAY, NO_LINK))
        return edges

    def _find_conflicts(self, edges: list[Edge]) -> dict[int, Cycle]:
        """Record the conflicts, shortest cycle first, and return the links to set aside, by number,
        each with its cycle.

        Links are added in the order of their lines, marked ones last; a link that contradicts those
        added before is set aside.
        """
        of_link: defaultdict[int, list[Edge]] = defaultdict(list)
        for edge in sorted(edges):
            of_link[edge[3]].append(edge)
        dated = of_link.pop(NO_LINK)
        places = _satisfying_places(_tightest(dated), self.size)
        if places is None:
            raise ValueError("the dates contradict one another; expected first days before last")
        network = IncrementalNetwork(places, dated)
        aside = {}
        for link in sorted(of_link, key=lambda link: (self._is_marked(link), self.links[link][1])):
            cycle = network.add(of_link[link])
            if cycle:
                aside[link] = cycle
        conflicts = [self._conflict(link, cycle) for link, cycle in aside.items()]
        self.conflicts = sorted(conflicts, key=lambda conflict: len(conflict.steps))
        return aside

    def _conflict(self, number: int, cycle: Cycle) -> Conflict:
        """The conflict behind a cycle; it begins at the calendar if the cycle goes through that."""
        points = [point for point, _ in cycle]
        epoch = self.size - 1
        dated = epoch in points
        first = points.index(epoch) if dated else 0
        steps = self._steps(link for _, link in cycle[first:] + cycle[:first])
        conflict = Conflict(tuple(steps), self._steps([number])[0], self._is_marked(number))
        if dated:
            self.against_days.append(conflict)
        return conflict

    def _is_marked(self, number: int) -> bool:
        return self.links[number][:2] in self.marked

    def _steps(self, numbers: Iterable[int]) -> list[Step]:
        """Links by their numbers, each once."""
        steps = []
        for number in dict.fromkeys(numbers):
            if number != NO_LINK:
                doc, line, relation, a, b = self.links[number]
                words = f"“{self._words(doc, a)}” {relation} “{self._words(doc, b)}”"
                steps.append(Step(doc, int(line), relation, a, b, words))
        return steps

    def _words(self, doc: str, ident: str) -> str:
        """The words of an item, with the value of a time."""
        text, value = self._named[self.number[doc, ident]]
        return f"{text} ({value})" if isinstance(value, str) else str(text)

    def bounds(self) -> Array:
        """Earliest start, latest start, earliest end and latest end of each item (items x 4), in
        days since 1970; infinite where nothing bounds it."""
        points = np.stack([self._earliest, self._latest], axis=1)
        return points[:-1].reshape(-1, 4) / DAY

    def differences(self) -> Array:
        """How many days later than the first of two points the second can be at most (points x
        points); infinite where nothing bounds it.

        Point 2n is the start of item n, point 2n + 1 its end, the last point the epoch.
        """
        return np.asarray(johnson(_graph(self._edges, self.size))) / DAY

    def why(self, doc: str, ident: str) -> dict[str, list[Step]]:
        """The links behind the earliest start and the latest end of an item, each a chain from the
        calendar to the item."""
        if (doc, ident) not in self.number:
            known = [key[1] for key in self.number if key[0] == doc]
            raise ValueError(
                f"no event, attribution or time '{ident}' in '{doc}'; {suggest(ident, known)}"
            )
        start = 2 * self.number[doc, ident]
        earliest = [self._edges[pair][1] for pair in _way_back(start, self._before_earliest)]
        latest = [self._edges[y, x][1] for x, y in _way_back(start + 1, self._before_latest)]
        return {
            "earliest": self._steps(reversed(earliest)),
            "latest": self._steps(reversed(latest)),
        }


def _way_back(point: int, before: Array) -> Iterator[tuple[int, int]]:
    """Each point and the one before it, from a point back to the epoch."""
    while before[point] >= 0:
        yield point, int(before[point])
        point = int(before[point])


def network_of(tables: Mapping[str, Columns]) -> Network:
    """Return the network of an article from the columns of its tables.

    Raises `SeedError` where items times links exceed the limit.
    """
    frames = as_frames({name: tables[name] for name in TABLES})
    return Network(temporal_items(SimpleNamespace(**frames)))


def temporal_items(corpus: Any) -> TemporalItems:
    """All events, attributions and times of a corpus (pandas tables), and the links between them.

    Raises ValueError for a relation that is not one of `RELATIONS`.
    """
    links = corpus.links
    unknown = sorted(set(links["relation"].unique()) - RELATIONS.keys())
    if unknown:
        raise ValueError(
            "; ".join(f"unknown relation '{name}'; {suggest(name, RELATIONS)}" for name in unknown)
        )
    rows = links[["doc", "line", "relation", "a", "b"]].itertuples(index=False, name=None)
    # a note that begins with "conflict:" marks a link that the text itself contradicts
    marked = links[links["marked"]] if "marked" in links else links.head(0)
    return TemporalItems(
        _dated(corpus), list(rows), set(zip(marked["doc"], marked["line"], strict=True))
    )


def _dated(corpus: Any) -> pd.DataFrame:
    """Events, attributions and times, with the days of the times since 1970."""
    times = corpus.times if "mod" in corpus.times else corpus.times.assign(mod=None)
    attributions = corpus.attributions[["doc", "id", "cue", "cue_start"]]
    parts = {
        "event": corpus.events[["doc", "id", "text", "start"]],
        "attribution": attributions.rename(columns={"cue": "text", "cue_start": "start"}),
        "time": times[["doc", "id", "text", "start", "value", "mod", "earliest", "latest"]],
    }
    table = pd.concat([part.assign(kind=kind) for kind, part in parts.items()], ignore_index=True)
    for day, column in (("first", "earliest"), ("last", "latest")):
        table[day] = (table[column].astype("datetime64[s]") - EPOCH) / pd.Timedelta(days=1)
    table["whole"] = table["mod"].isna()
    return table


def as_days(items: pd.DataFrame, bounds: Array) -> pd.DataFrame:
    """Items beside their bounds (as `Network.bounds` gives them) as days; missing where infinite or
    outside the years 1 to 9999."""
    # the day in which a start falls, and the last day before an end
    days = np.hstack([np.floor(bounds[:, :2]), np.ceil(bounds[:, 2:]) - 1])
    in_calendar = (days >= FIRST_DAY) & (days <= LAST_DAY)
    seconds = np.where(in_calendar, days, 0).astype("int64") * 86_400
    columns = ["earliest", "latest_start", "earliest_end", "latest"]
    table = pd.DataFrame(seconds.astype("datetime64[s]"), index=items.index, columns=columns)
    table = table.where(in_calendar)[["earliest", "latest", "latest_start", "earliest_end"]]
    return items[["doc", "id", "kind", "text", "start"]].join(table)
