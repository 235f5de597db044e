"""incremental_network.py against the simple way: solve the whole network again for every link."""

import random

import numpy as np
import pytest

from standoff.measures.incremental_network import IncrementalNetwork

POINTS = 7


def links_of(seed):
    """Links of one or two edges drawn at random, more than points can satisfy."""
    chance = random.Random(seed)
    return [
        [
            (*chance.sample(range(POINTS), 2), float(chance.randint(-3, 4)), number)
            for _ in range(chance.choice([1, 1, 2]))
        ]
        for number in range(25)
    ]


def least_by_edges(edges):
    """For each number of edges up to that of the points: the least sums of limits on paths of at
    most so many edges (from, to)."""
    step = np.full((POINTS, POINTS), np.inf)
    np.fill_diagonal(step, 0)
    for x, y, limit, _ in edges:
        step[x, y] = min(step[x, y], limit)
    sums = [step]
    for _ in range(POINTS):
        sums.append((sums[-1][:, :, None] + step).min(axis=1))
    return sums


def contradict(edges):
    return bool((least_by_edges(edges)[-1].diagonal() < 0).any())


def shortest_cycle(kept, link):
    """How many edges the shortest cycle has that an edge of a refused link closes.

    Each edge is added in turn to the edges before it; one that contradicts these is not kept.
    """
    lengths = []
    for x, y, limit, number in link:
        if contradict([*kept, (x, y, limit, number)]):
            sums = least_by_edges(kept)
            lengths.append(2 + next(n for n, least in enumerate(sums) if least[y, x] + limit < 0))
        else:
            kept = [*kept, (x, y, limit, number)]
    return min(lengths)


@pytest.mark.parametrize("seed", range(40))
def test_links_are_kept_and_refused_as_by_solving_the_network_for_each(seed):
    network, kept, refused = IncrementalNetwork(np.zeros(POINTS), []), [], 0
    for link in links_of(seed):
        cycle = network.add(link)
        if not contradict([*kept, *link]):
            assert cycle is None
            kept += link
        else:
            refused += 1
            assert len(cycle) == shortest_cycle(kept, link)
        assert all(network.places[y] - network.places[x] <= limit for x, y, limit, _ in kept)
    assert 0 < refused < 25


@pytest.mark.parametrize("seed", range(40))
def test_the_edges_of_a_cycle_contradict_one_another(seed):
    network, known = IncrementalNetwork(np.zeros(POINTS), []), []
    for link in links_of(seed):
        known += link
        cycle = network.add(link) or []
        ends = zip(cycle, [*cycle[1:], *cycle[:1]], strict=True)
        limits = [
            min(edge[2] for edge in known if (edge[0], edge[1], edge[3]) == (x, y, number))
            for (x, number), (y, _) in ends
        ]
        assert not cycle or sum(limits) < 0
