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

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, johnson

from ..annotation.limits import LINKED
from ..annotation.problems import Report
from ..annotation.suggest import suggest
from .incremental_network import Cycle, Edge, IncrementalNetwork

__all__ = [
    "DAY",
    "RELATIONS",
    "Conflict",
    "Network",
    "Step",
    "TemporalItems",
    "as_days",
    "temporal_items",
]

Array: TypeAlias = np.ndarray[Any, Any]
Link: TypeAlias = tuple[str, int, str, str, str]  # doc, line, relation, a, b

DAY = 1_000_000  # ticks; limits of relations are in ticks, results in days
EPOCH = pd.Timestamp("1970-01-01")
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # of the years 1 and 9999, in days since the epoch
START, END = 0, 1
NO_LINK = -1  # stands for the link of an edge that comes from a date or holds for every item
# relation -> its edges, each as (point of x, point of y, limit), where x and y are 0 for a and 1
# for b: point of y - point of x <= limit
RELATIONS = {
    "BEFORE": [((1, START), (0, END), 0.0)],
    "AFTER": [((0, START), (1, END), 0.0)],
    "INCLUDES": [((1, START), (0, START), 0.0), ((0, END), (1, END), 0.0)],
    "IS_INCLUDED": [((0, START), (1, START), 0.0), ((1, END), (0, END), 0.0)],
    "SIMULTANEOUS": [((i, p), (1 - i, p), 0.0) for i in (0, 1) for p in (START, END)],
    "IDENTITY": [((i, p), (1 - i, p), 0.0) for i in (0, 1) for p in (START, END)],
    "BEGINS": [
        ((0, START), (1, START), 0.0),
        ((1, START), (0, START), 0.0),
        ((1, END), (0, END), 0.0),
    ],
    "ENDS": [((0, END), (1, END), 0.0), ((1, END), (0, END), 0.0), ((0, START), (1, START), 0.0)],
    "NOT_AFTER": [((1, END), (0, START), -1.0)],
}


class Step(NamedTuple):
    """One link of a chain: the article and line where it stands, what it joins, in words."""

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
    start, value, and the days `first` and `last` of a time since 1970), the links between them as
    (doc, line, relation, a, b), and (doc, line) of the links marked as contradictory."""

    table: pd.DataFrame
    links: list[Link]
    marked: set[tuple[str, int]]

    def by_article(self) -> Iterator[tuple[str, Array, TemporalItems]]:
        """Each article, the places of its items in the table, and its items: no link leads from one
        article to another."""
        links: dict[str, list[Link]] = {}
        for link in self.links:
            links.setdefault(link[0], []).append(link)
        for doc, places in self.table.groupby("doc", sort=False).indices.items():
            part = TemporalItems(self.table.iloc[places], links.get(str(doc), []), self.marked)
            yield str(doc), places, part


class Network:
    """The bounds of events, attributions and times, solved from the links and dates of an article.

    `corpus` is a `Corpus`, any object with the pandas tables `events`, `attributions`, `times` and
    `links`, or `TemporalItems`. `conflicts` lists the contradictions; the links set aside for them
    bound nothing. Raises ValueError for a relation that is not one of `RELATIONS`, and `SeedError`
    where items times links exceed the limit.
    """

    def __init__(self, corpus: Any) -> None:
        self.items, self.links, self.marked = (
            corpus if isinstance(corpus, TemporalItems) else temporal_items(corpus)
        )
        self._check_size()
        keys = zip(self.items["doc"], self.items["id"], strict=True)
        self.number = {key: place for place, key in enumerate(keys)}
        self.size = 2 * len(self.items) + 1  # the last point is the epoch, 1 January 1970
        self._edges = self._constraints()
        self.conflicts: list[Conflict] = []
        self._solve()

    def _check_size(self) -> None:
        if len(self.items) * len(self.links) > LINKED:
            doc, line = self.links[0][:2]
            report = Report()
            report.at(doc).error(
                line,
                "E-time-size",
                f"holds {len(self.items):,} events, attributions and times and "
                f"{len(self.links):,} links between them; expected at most {LINKED:,} where the "
                "two are multiplied",
            )
            report.raise_if_any()

    def _constraints(self) -> tuple[Array, Array, Array, Array]:
        """All edges as columns (from, to, limit, link): place(to) - place(from) <= limit.

        Between two points the tightest edge comes first, of equally tight ones that of the first
        link.
        """
        epoch, edges = self.size - 1, []
        for number, (doc, _, relation, *ends) in enumerate(self.links):
            points = [2 * self.number[doc, end] for end in ends]
            edges += [
                (points[x] + p, points[y] + q, limit, number)
                for (x, p), (y, q), limit in RELATIONS[relation]
            ]
        days = zip(self.items["first"], self.items["last"], strict=True)
        for place, (first, last) in enumerate(days):
            start, end = 2 * place + START, 2 * place + END
            edges.append((end, start, -1.0, NO_LINK))
            # a time begins with its first day and ends with its last
            for point, day in ((start, first), (end, last + 1)):
                if not np.isnan(day):
                    edges.append((epoch, point, day * DAY, NO_LINK))
                    edges.append((point, epoch, -day * DAY, NO_LINK))
        frm, to, limit, link = np.array(sorted(edges), dtype=float).reshape(-1, 4).T
        return frm.astype(int), to.astype(int), limit, link.astype(int)

    def _solve(self) -> None:
        """Set contradictory links aside, then bound every point by the rest."""
        self._active = np.ones(len(self._edges[0]), dtype=bool)
        if self._satisfying_places(self._active) is None:
            self._active = ~np.isin(self._edges[3], self._find_conflicts())
        self._latest, self._before_latest = self._from_epoch()
        earliest, self._before_earliest = self._from_epoch(reverse=True)
        self._earliest = -earliest

    def _from_epoch(self, reverse: bool = False) -> tuple[Array, list[int]]:
        """How far each point can lie from the epoch, and the point before it on the way there."""
        distances, before = bellman_ford(
            self._graph(reverse), indices=self.size - 1, return_predecessors=True
        )
        return distances, before.tolist()

    def _tightest(self, active: Array) -> tuple[Array, Array, Array]:
        """The tightest active edge between each two points: from, to, limit."""
        frm, to, limit, _ = (column[active] for column in self._edges)
        first = np.ones(len(frm), dtype=bool)
        first[1:] = (frm[1:] != frm[:-1]) | (to[1:] != to[:-1])
        return frm[first], to[first], limit[first]

    def _graph(self, reverse: bool = False) -> csr_array:
        frm, to, limit = self._tightest(self._active)
        ends = (to, frm) if reverse else (frm, to)
        return csr_array((limit, ends), shape=(self.size, self.size))

    def _satisfying_places(self, active: Array) -> Array | None:
        """A place for each point that satisfies the active edges; None where they contradict one
        another. The distances from an extra point that reaches all others at 0 are such places."""
        frm, to, limit = self._tightest(active)
        extra, others = np.full(self.size, self.size), np.arange(self.size)
        ends = np.append(frm, extra), np.append(to, others)
        graph = csr_array(
            (np.append(limit, np.zeros(self.size)), ends), shape=(self.size + 1, self.size + 1)
        )
        try:
            return np.asarray(bellman_ford(graph, indices=self.size)[:-1])
        except NegativeCycleError:
            return None

    def _find_conflicts(self) -> list[int]:
        """Record the conflicts, shortest cycle first, and return the numbers of the links to set
        aside.

        Links are added in the order of their lines, marked ones last; a link that contradicts those
        added before is set aside.
        """
        edges: dict[int, list[Edge]] = {NO_LINK: []}
        for edge in zip(*(column.tolist() for column in self._edges), strict=True):
            edges.setdefault(edge[3], []).append(edge)
        places = self._satisfying_places(self._edges[3] == NO_LINK)
        if places is None:
            raise ValueError("the dates contradict one another; expected first days before last")
        network = IncrementalNetwork(places, edges.pop(NO_LINK))
        cycles = {}
        for link in sorted(edges, key=lambda link: (self._is_marked(link), self.links[link][1])):
            cycle = network.add(edges[link])
            if cycle:
                cycles[link] = cycle
        self.conflicts = sorted(
            (self._conflict(link, cycle) for link, cycle in cycles.items()),
            key=lambda conflict: len(conflict.steps),
        )
        return list(cycles)

    def _conflict(self, number: int, cycle: Cycle) -> Conflict:
        """The conflict behind a cycle, which is told from the calendar where it goes through it."""
        points = [point for point, _ in cycle]
        epoch = self.size - 1
        first = points.index(epoch) if epoch in points else 0
        links = dict.fromkeys(link for _, link in cycle[first:] + cycle[:first])
        steps = tuple(self._step(link) for link in links if link != NO_LINK)
        return Conflict(steps, self._step(number), self._is_marked(number))

    def _is_marked(self, number: int) -> bool:
        return self.links[number][:2] in self.marked

    def _step(self, number: int) -> Step:
        doc, line, relation, a, b = self.links[number]
        words = f"“{self._words(doc, a)}” {relation} “{self._words(doc, b)}”"
        return Step(doc, int(line), relation, a, b, words)

    def _words(self, doc: str, ident: str) -> str:
        """The words of an item, with the value of a time."""
        item = self.items.iloc[self.number[doc, ident]]
        return str(item["text"]) if item["value"] is None else f"{item['text']} ({item['value']})"

    def table(self) -> pd.DataFrame:
        """Earliest and latest day on which each event, attribution and time can begin and end, as
        `standoff.chronology.timeline` gives them; missing where nothing bounds it."""
        return as_days(self.items, self.bounds())

    def bounds(self) -> Array:
        """Earliest start, latest start, earliest end and latest end of each item (items x 4), in
        days since 1970; infinite where nothing bounds it."""
        start, end = slice(0, -1, 2), slice(1, None, 2)
        sides = [point[place] for place in (start, end) for point in (self._earliest, self._latest)]
        return np.stack(sides, axis=1) / DAY

    def differences(self) -> Array:
        """How many days later than the first of two points the second can be at most (points x
        points); infinite where nothing bounds it.

        Point 2n is the start of item n, point 2n + 1 its end, the last point the epoch.
        """
        return np.asarray(johnson(self._graph())) / DAY

    def why(self, doc: str, ident: str) -> dict[str, list[Step]]:
        """The links behind the earliest start and the latest end of an item, each a chain from the
        calendar to the item."""
        if (doc, ident) not in self.number:
            known = [key[1] for key in self.number if key[0] == doc]
            raise ValueError(
                f"no event, attribution or time '{ident}' in '{doc}'; {suggest(ident, known)}"
            )
        start = 2 * self.number[doc, ident]
        return {
            "earliest": self._chain(start, self._before_earliest, reverse=True),
            "latest": self._chain(start + 1, self._before_latest, reverse=False),
        }

    def _chain(self, point: int, before: list[int], reverse: bool) -> list[Step]:
        links = []
        while (last := before[point]) >= 0:
            links.append(self._tightest_link(*((point, last) if reverse else (last, point))))
            point = last
        return [self._step(link) for link in dict.fromkeys(reversed(links)) if link != NO_LINK]

    def _tightest_link(self, x: int, y: int) -> int:
        """The link of the tightest active edge from x to y."""
        frm, to, _, link = self._edges
        first, last = np.searchsorted(frm, (x, x + 1))
        place = first + np.searchsorted(to[first:last], y)
        return int(link[place:][self._active[place:]][0])


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
    events = corpus.events[["doc", "id", "text", "start"]].assign(kind="event")
    attributions = (
        corpus.attributions[["doc", "id", "cue", "cue_start"]]
        .rename(columns={"cue": "text", "cue_start": "start"})
        .assign(kind="attribution")
    )
    times = corpus.times[["doc", "id", "text", "start", "value", "earliest", "latest"]]
    table = pd.concat([events, attributions, times.assign(kind="time")], ignore_index=True)
    for day, column in (("first", "earliest"), ("last", "latest")):
        table[day] = (table[column].astype("datetime64[s]") - EPOCH) / pd.Timedelta(days=1)
    return table.assign(value=table["value"].astype(object).where(table["value"].notna(), None))


def as_days(items: pd.DataFrame, bounds: Array) -> pd.DataFrame:
    """Items beside their bounds (as `Network.bounds` gives them) as days."""
    first, late_start, early_end, last = bounds.T
    days = {
        "earliest": _day(first, up=False),
        "latest": _day(last, up=True),
        "latest_start": _day(late_start, up=False),
        "earliest_end": _day(early_end, up=True),
    }
    return items[["doc", "id", "kind", "text", "start"]].assign(**days)


def _day(days: Array, up: bool) -> pd.Series:
    """Days since 1970 as dates: the day of something that begins there, or (`up`) of something that
    ends there; missing where infinite or outside the years 1 to 9999."""
    whole = np.ceil(days) - 1 if up else np.floor(days)
    in_calendar = (whole >= FIRST_DAY) & (whole <= LAST_DAY)
    seconds = np.where(in_calendar, whole, 0).astype("int64") * 86_400
    return pd.Series(seconds.astype("datetime64[s]")).where(in_calendar)


def __dir__() -> list[str]:
    return __all__
