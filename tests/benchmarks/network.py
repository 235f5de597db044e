"""How long a network of events takes to be solved and explained, against tieval's temporal closure
of the same links. Prints Markdown.

Ours bounds every event by the calendar from all links together, and gives for each event the links
behind its earliest and latest day.
The peer infers every link that follows from the given ones. It knows no calendar and gives no
reasons.
"""

from __future__ import annotations

import argparse
import json
import random
import sys

import peers

DAYS = 20  # dated days, over which the events are spread
SIZES = (
    60,
    120,
    200,
    300,
    # events; each two of them are linked: 300 have 44,850 links, and a link from each day to one
    # event
    # of it
)
PINS = ("tieval==0.1.11",)


def main() -> None:
    """Measure and print, or be one of the processes in which that is done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help=(
            "how often ours is measured; the median counts; the peer is measured once (default: 3)"
        ),
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of events")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    called = parser.parse_args()
    if called.measure:
        what, size = called.measure
        print(json.dumps(MEASURED[what](int(size), called.rounds)))
        return
    other, rows = peers.python("network", *PINS), []
    for size in called.sizes:
        ours = peers.ask(
            sys.executable, __file__, "--rounds", called.rounds, "--measure", "ours", size
        )
        theirs = peers.ask(other, __file__, "--rounds", 1, "--measure", "tieval", size)
        seconds = (
            f"{ours['seconds']:.2f}",
            f"{theirs['seconds']:.2f}",
            f"{ours['processor']:.2f}",
            f"{theirs['processor']:.2f}",
        )
        ratios = (
            f"{ours['processor'] / theirs['processor']:.4f}",
            f"{theirs['processor'] / ours['processor']:.1f}",
        )
        rows.append(
            (
                f"{size} events, {ours['links']:,} links",
                *seconds,
                *ratios,
                round(ours["peak"]),
                round(theirs["peak"]),
            )
        )
    heads = (
        "network",
        "ours, s",
        "tieval, s",
        "ours, processor's s",
        "tieval, processor's s",
        "ours is … of it",
        "it is … of ours",
        "our peak MB",
        "its peak MB",
    )
    print(
        f"{peers.machine('numpy', 'scipy', 'pandas')}; "
        f"{', '.join(PINS)}\n\n{peers.table(heads, rows)}"
    )


def links(size):
    """(event or day, relation, event or day) of each two of so many events, all true of one course
    of things, and each day with what fills it."""
    chance = random.Random(1)
    placed = {
        f"e{number}": (number % DAYS, *_stretch(chance, number >= DAYS)) for number in range(size)
    }
    names = list(placed)
    found = [
        (a, _relation(placed[a], placed[b]), b)
        for at, a in enumerate(names)
        for b in names[at + 1 :]
    ]
    chance.shuffle(found)
    return found + [(f"e{day}", "IS_INCLUDED", f"t{day}") for day in range(min(DAYS, size))]


def _stretch(chance, part):
    """A day, or part of one: cut in thirds again and again, each time a little shorter, so that two
    parts lie apart or one in the other."""
    first, length, cuts = 0, 3**6, chance.randint(1, 5) if part else 0
    for _ in range(cuts):
        length //= 3
        first += length * chance.randrange(3)
    return first * 100 + cuts, (first + length) * 100 - cuts


def _relation(one, other):
    (day, start, end), (its_day, its_start, its_end) = one, other
    if (day, end) <= (its_day, its_start):
        return "BEFORE"
    if (its_day, its_end) <= (day, start):
        return "AFTER"
    if (start, end) == (its_start, its_end):
        return "SIMULTANEOUS"
    return "INCLUDES" if start <= its_start and its_end <= end else "IS_INCLUDED"


def _ours(size, rounds):
    from types import SimpleNamespace

    import pandas as pd

    from standoff.measures.temporal_network import Network, as_days, temporal_items

    given = links(size)
    days = [
        ("x", f"t{day}", "a day", 0, f"2018-01-{day + 1:02}", *[pd.Timestamp(2018, 1, day + 1)] * 2)
        for day in range(min(DAYS, size))
    ]
    corpus = SimpleNamespace(
        events=pd.DataFrame(
            [("x", f"e{number}", "words", number) for number in range(size)],
            columns=["doc", "id", "text", "start"],
        ),
        attributions=pd.DataFrame([], columns=["doc", "id", "cue", "cue_start"]),
        times=pd.DataFrame(
            days, columns=["doc", "id", "text", "start", "value", "earliest", "latest"]
        ),
        links=pd.DataFrame(
            [("x", line, relation, a, b) for line, (a, relation, b) in enumerate(given, 1)],
            columns=["doc", "line", "relation", "a", "b"],
        ),
    )

    def explained():
        network = Network(temporal_items(corpus))
        return [network.why("x", f"e{number}") for number in range(size)]

    network = Network(temporal_items(corpus))
    dated = as_days(network.items, network.bounds())[["earliest", "latest"]].notna().all(axis=1)
    assert dated.all() and not network.conflicts, (
        "the links are true, so that every event is bounded and nothing contradicts"
    )
    return peers.measured(explained, rounds) | {"links": len(given)}


def _tieval(size, rounds):
    from tieval.closure import temporal_closure
    from tieval.links import TLink

    given = {TLink(a, b, relation) for a, relation, b in links(size)}
    assert temporal_closure({TLink("a", "b", "BEFORE"), TLink("b", "c", "BEFORE")}), (
        "it infers what it should"
    )
    return peers.measured(lambda: temporal_closure(given), rounds) | {"links": len(given)}


MEASURED = {"ours": _ours, "tieval": _tieval}


if __name__ == "__main__":
    main()
