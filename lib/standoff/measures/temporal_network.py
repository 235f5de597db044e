"""A network of points in time: what bounds each of them, by which links, and which links contradict
the others.

Every event, attribution and time has a start and an end. A link between two of them (TimeML TLINKs,
Pustejovsky et al. 2003; Allen 1983)
bounds differences between these points, a date bounds them from the calendar; the whole is a simple
temporal network (Dechter, Meiri and Pearl 1991),
solved by shortest paths. Time is counted in ticks, whole numbers, so that sums are exact; a tick is
the least time that anything takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, johnson

from ..annotation.brat import Problem, SeedError
from ..annotation.limits import LINKED
from ..annotation.suggest import suggest

__all__ = ["DAY", "RELATIONS", "Conflict", "Network", "Step", "Things", "as_days", "things_of"]

DAY = 1_000_000  # ticks; limits of relations are in ticks, what is shown in days
START, END = 0, 1
# relation -> what it says, each as (point of x, point of y, limit): point of y - point of x <=
# limit, where 0 is a and 1 is b
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
    """A contradiction: the links of a cycle, as short as can be, the one set aside so that the rest
    can be solved, whether the text is marked for it."""

    steps: tuple[Step, ...]
    set_aside: Step
    marked: bool

    def __str__(self):
        chain = "; ".join(f"line {step.line}: {step.words}" for step in self.steps)
        return f"the chronology contradicts itself: {chain}"


class Things(NamedTuple):
    """What a network is made of: a table of events, attributions and times, the links between them
    as (doc, line, relation, a, b), what is marked."""

    table: pd.DataFrame
    links: list[tuple]
    marked: set[tuple]

    def by_article(self) -> Iterator[tuple[str, np.ndarray, Things]]:
        """Each article, the places of its things in the table, and its things: no link leads from
        one article to another."""
        links: dict[str, list] = {}
        for link in self.links:
            links.setdefault(link[0], []).append(link)
        for doc, here in self.table.groupby("doc", sort=False).indices.items():
            yield doc, here, Things(self.table.iloc[here], links.get(doc, []), self.marked)


class Network:
    """The points of events, attributions and times, and what bounds them: of one article, as
    nothing joins two.

    `corpus` needs the tables `events`, `attributions`, `times` and `links`, whose column `marked`
    tells, where it is there, which links the text itself
    contradicts. It may also be `Things`. ValueError for a relation that is not one of `RELATIONS`,
    `SeedError` for more than can be solved.
    """

    def __init__(self, corpus):
        self.things, self.links, self.marked = (
            corpus if isinstance(corpus, Things) else things_of(corpus)
        )
        if len(self.things) * len(self.links) > LINKED:
            found = (
                f"holds {len(self.things):,} events, attributions and times and "
                f"{len(self.links):,} links between them"
            )
            raise SeedError(
                [
                    Problem(
                        *self.links[0][:2],
                        f"{found}; expected at most {LINKED:,} where the two are multiplied",
                    )
                ]
            )
        self.number = {
            key: place
            for place, key in enumerate(zip(self.things["doc"], self.things["id"], strict=True))
        }
        self.words = [
            text if value is None else f"{text} ({value})"
            for text, value in zip(self.things["text"], self.things["value"], strict=True)
        ]
        self.size = 2 * len(self.things) + 1  # the last point is the epoch
        self._edges = self._constraints()
        self.conflicts: list[Conflict] = []
        self._told: dict[tuple[int, int], Step | None] = {}  # links that were asked for before
        self._solve()

    def _constraints(self):
        """Edges (from, to, limit, reason): to - from <= limit; reason is the number of a link, or
        less than 0."""
        of = {relation: [] for relation in RELATIONS}
        for number, (doc, _, relation, a, b) in enumerate(self.links):
            of[relation].append((2 * self.number[doc, a], 2 * self.number[doc, b], number))
        parts = [
            np.column_stack(
                [linked[:, x] + p, linked[:, y] + q, np.full(len(linked), bound), linked[:, 2]]
            )
            for relation, links in of.items()
            for linked in [np.array(links, dtype=float).reshape(-1, 3)]
            for (x, p), (y, q), bound in RELATIONS[relation]
        ]
        places = 2.0 * np.arange(len(self.things))
        parts.append(
            np.column_stack(
                [places + END, places + START, np.full(len(places), -1.0), np.full(len(places), -1)]
            )
        )  # start - end <= -tick
        dated = zip(places, self.things["first"], self.things["last"], strict=True)
        parts.append(
            np.array(
                [(*edge, -2) for time in dated for edge in self._dated(*time)], dtype=float
            ).reshape(-1, 4)
        )
        frm, to, limit, why = np.concatenate(parts).T
        order = np.lexsort(
            (why, limit, to, frm)
        )  # between two points the tightest edge first, of equal ones the first link
        return frm[order].astype(int), to[order].astype(int), limit[order], why[order].astype(int)

    def _dated(self, start, first, last):
        """A time lies where its value says: from its first day to the end of its last."""
        epoch = self.size - 1
        if not np.isnan(first):
            yield from ((epoch, start, first * DAY), (start, epoch, -first * DAY))
        if not np.isnan(last):
            yield from (
                (epoch, start + END, (last + 1) * DAY),
                (start + END, epoch, -(last + 1) * DAY),
            )

    def _solve(self):
        """Set contradictory links aside, then bound every point by the rest."""
        active = np.ones(len(self._edges[0]), dtype=bool)
        try:
            self._latest, self._from = self._from_epoch(active)
            sound = (
                np.isfinite(self._latest).all() or self._places(active) is not None
            )  # points that nothing bounds may contradict one another too
        except NegativeCycleError:
            sound = False
        if not sound:
            active = ~np.isin(self._edges[3], self._contradictory())
            self._latest, self._from = self._from_epoch(active)
        earliest, self._back = self._from_epoch(active, reverse=True)
        self._earliest, self._active = -earliest, active

    def _from_epoch(self, active, reverse=False):
        """How far each point can lie from the epoch, and the point before it on the way there."""
        far, before = bellman_ford(
            self._graph(active, reverse), indices=self.size - 1, return_predecessors=True
        )
        return far, before.tolist()

    def _tightest(self, active):
        """The tightest edge between each two points: from, to, limit."""
        frm, to, limit, _ = (part[active] for part in self._edges)
        first = np.ones(len(frm), dtype=bool)
        first[1:] = (frm[1:] != frm[:-1]) | (to[1:] != to[:-1])
        return frm[first], to[first], limit[first]

    def _graph(self, active, reverse=False):
        frm, to, limit = self._tightest(active)
        return csr_array((limit, (to, frm) if reverse else (frm, to)), shape=(self.size, self.size))

    def _places(self, active):
        """A place for each point that keeps all edges, found from a point outside that reaches all
        others; None where they contradict one another."""
        frm, to, limit = self._tightest(active)
        outside, others = np.full(self.size, self.size), np.arange(self.size)
        edges = (
            np.append(limit, np.zeros(self.size)),
            (np.append(frm, outside), np.append(to, others)),
        )
        try:
            return bellman_ford(
                csr_array(edges, shape=(self.size + 1, self.size + 1)), indices=self.size
            )[:-1]
        except NegativeCycleError:
            return None

    def _contradictory(self):
        """Numbers of the links to set aside: taken in the order of their lines, marked ones last,
        those that contradict the ones taken before."""
        order = sorted(
            range(len(self.links)),
            key=lambda number: (self._is_marked(number), self.links[number][1]),
        )
        edges = {number: [] for number in (-1, *order)}
        for edge in zip(*(part.tolist() for part in self._edges), strict=True):
            edges[max(edge[3], -1)].append(edge)
        kept = _Kept(self._places(self._edges[3] < 0), edges.pop(-1))
        cycles = {number: cycle for number in order if (cycle := kept.take(edges[number]))}
        self.conflicts = sorted(
            (self._conflict(*found) for found in cycles.items()),
            key=lambda conflict: len(conflict.steps),
        )
        return list(cycles)

    def _conflict(self, number, cycle):
        """What a link contradicts: a cycle of (point, link that leads on), told from the calendar
        where it goes through it."""
        calendar = next(
            (place for place, (point, _) in enumerate(cycle) if point == self.size - 1), 0
        )
        links = dict.fromkeys(link for _, link in cycle[calendar:] + cycle[:calendar] if link >= 0)
        return Conflict(tuple(map(self._step, links)), self._step(number), self._is_marked(number))

    def _is_marked(self, number):
        return self.links[number][:2] in self.marked

    def _link(self, x, y):
        """The link that gives the tightest bound from x to y; None where a date does, or that what
        starts has to end."""
        if (x, y) not in self._told:
            frm, to, _, reasons = self._edges
            first, last = np.searchsorted(frm, (x, x + 1))
            place = first + np.searchsorted(to[first:last], y)
            while not self._active[place]:
                place += 1
            self._told[x, y] = self._step(int(reasons[place])) if reasons[place] >= 0 else None
        return self._told[x, y]

    def _step(self, number):
        doc, line, relation, a, b = self.links[number]
        words = f"“{self._words(doc, a)}” {relation} “{self._words(doc, b)}”"
        return Step(doc, int(line), relation, a, b, words)

    def _words(self, doc, ident):
        return self.words[self.number[doc, ident]]

    def table(self) -> pd.DataFrame:
        """Earliest and latest day on which each event, attribution and time can begin and end;
        missing where nothing bounds it."""
        return as_days(self.things, self.bounds())

    def bounds(self) -> np.ndarray:
        """(things x 4): earliest start, latest start, earliest end, latest end, in days since 1970,
        infinite where open."""
        start, end = slice(0, -1, 2), slice(1, None, 2)
        return (
            np.stack(
                [
                    self._earliest[start],
                    self._latest[start],
                    self._earliest[end],
                    self._latest[end],
                ],
                axis=1,
            )
            / DAY
        )

    def differences(self) -> np.ndarray:
        """Points x points: how much later, in days, the second can be than the first at most;
        infinite where nothing says."""
        return johnson(self._graph(self._active)) / DAY

    def why(self, doc: str, ident: str) -> dict[str, list[Step]]:
        """The chain of links behind the earliest start and the latest end of an event, from the
        calendar to the event."""
        if (doc, ident) not in self.number:
            known = [key[1] for key in self.number if key[0] == doc]
            raise ValueError(
                f"no event, attribution or time '{ident}' in '{doc}'; {suggest(ident, known)}"
            )
        place = 2 * self.number[doc, ident]
        return {
            "earliest": self._chain(place, self._back, reverse=True),
            "latest": self._chain(place + 1, self._from, reverse=False),
        }

    def _chain(self, point, before, reverse):
        chain = []
        while (last := before[point]) >= 0:
            chain.append(self._link(point, last) if reverse else self._link(last, point))
            point = last
        return [step for step in dict.fromkeys(reversed(chain)) if step]


def things_of(corpus) -> Things:
    """All that may be joined in time in a corpus, and how. ValueError for a relation that is not
    one of `RELATIONS`."""
    unknown = sorted(set(corpus.links["relation"].unique()) - RELATIONS.keys())
    if unknown:
        raise ValueError(
            "; ".join(f"unknown relation '{name}'; {suggest(name, RELATIONS)}" for name in unknown)
        )
    links = list(
        zip(
            *(
                corpus.links[name].to_numpy(dtype=object)
                for name in ("doc", "line", "relation", "a", "b")
            ),
            strict=True,
        )
    )
    return Things(_dated(corpus), links, _marked(corpus.links))


def _dated(corpus):
    """Events, attributions and times, with the days of the times since 1970."""
    events = corpus.events[["doc", "id", "text", "start"]].assign(kind="event")
    said = (
        corpus.attributions[["doc", "id", "cue", "cue_start"]]
        .rename(columns={"cue": "text", "cue_start": "start"})
        .assign(kind="attribution")
    )
    times = corpus.times[["doc", "id", "text", "start", "value", "earliest", "latest"]].assign(
        kind="time"
    )
    table = pd.concat([events, said, times], ignore_index=True)
    for day, column in (("first", "earliest"), ("last", "latest")):
        table[day] = (pd.to_datetime(table[column]) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return table.assign(value=table["value"].astype(object).where(table["value"].notna(), None))


def _marked(links):
    """(doc, line) of the links that the text itself contradicts, as a note says that begins with
    "conflict:"."""
    said = links[links["marked"]] if "marked" in links else links.head(0)
    return set(zip(said["doc"], said["line"], strict=True))


class _Kept:
    """Edges that do not contradict one another, taken one by one, and a place for each point that
    keeps them all (Cotton and Maler 2006)."""

    def __init__(self, places, edges):
        self.at = places.tolist()
        self.out = [[] for _ in self.at]
        for x, y, limit, link in edges:
            self.out[x].append((y, limit, link))

    def take(self, edges):
        """Take all edges of a link; or none, and give the shortest cycle that it would close:
        (point, link that leads on) of each edge."""
        taken, cycles = [], []
        for x, y, limit, link in edges:
            moved = self._moved(x, y, limit)
            if moved is None:
                cycles.append([(x, link), *self._way(y, x, self.at[y] - self.at[x] - limit)])
                continue
            for point, place in moved.items():
                self.at[point] = place
            self.out[x].append((y, limit, link))
            taken.append(x)
        for x in taken if cycles else ():
            self.out[x].pop()
        return min(cycles, key=len, default=None)

    def _moved(self, x, y, limit):
        """New places of the points that an edge moves, by how far it moves them; None where it
        would move the point that it comes from."""
        found, waiting = {}, [(self.at[x] + limit - self.at[y], y)]
        while waiting and (first := heappop(waiting))[0] < 0:
            shift, point = first
            if point == x:
                return None
            if point not in found:
                found[point] = place = self.at[point] + shift
                for further, most, _ in self.out[point]:
                    if place + most < self.at[further] and further not in found:
                        heappush(waiting, (place + most - self.at[further], further))
        return found

    def _way(self, first, last, room):
        """The way with the fewest edges that takes less of what the places leave free than there is
        room: (point, link that leads on) of each.

        Of those with as few it is the one that takes least; of equal ones, the way through what
        stands last in the table of things.
        """
        least, here, layers = {}, {first: 0}, []
        while last not in here:
            reached, by = {}, {}
            for x, used in sorted(here.items()):
                for y, limit, link in self.out[x]:
                    total = used + self.at[x] + limit - self.at[y]
                    if total < least.get(y, room) or total == reached.get(y):
                        least[y] = reached[y] = total
                        by[y] = x, link
            here = reached
            layers.append(by)
        way = []
        for by in reversed(layers):
            last, link = by[last]
            way.append((last, link))
        return way[::-1]


def as_days(things: pd.DataFrame, bounds: np.ndarray) -> pd.DataFrame:
    """Bounds as in `Network.bounds` as days, beside the things that they bound."""
    first, late_start, early_end, last = bounds.T
    days = {
        "earliest": _day(first, up=False),
        "latest": _day(last, up=True),
        "latest_start": _day(late_start, up=False),
        "earliest_end": _day(early_end, up=True),
    }
    return things[["doc", "id", "kind", "text", "start"]].assign(**days)


def _day(days, up):
    """Days since 1970 as dates: the day of something that begins there, or (`up`) of something that
    ends there; missing where infinite."""
    finite = np.isfinite(days)
    days = np.where(finite, days, 0)
    whole = np.ceil(days) - 1 if up else np.floor(days)
    return pd.Series(pd.to_datetime(whole, unit="D")).where(finite).astype("datetime64[s]")
