"""temporal_network.py: links set aside and their cycles, the size limit, bounds and chains."""

import random
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_chronology import corpus_of, network_from

import standoff
from standoff import chronology
from standoff.annotation.codebook import TEMPORAL
from standoff.authoring.checking import survey
from standoff.measures import temporal_network as network
from standoff.measures.temporal_network import RELATIONS, Network, as_days

DAYS = [(f"t{day}", f"2018-01-{day + 1:02}") for day in range(4)]


def random_corpus(seed, events=8, links=14):
    """A corpus of links drawn at random, most of which contradict others, some of them marked."""
    chance = random.Random(seed)
    names = [f"e{number}" for number in range(events)]
    pairs = [chance.sample(names + [day for day, _ in DAYS], 2) for _ in range(links)]
    corpus = corpus_of([(a, chance.choice(sorted(RELATIONS)), b) for a, b in pairs], DAYS, names)
    corpus.links["marked"] = [chance.random() < 0.2 for _ in pairs]
    return corpus


def without(corpus, lines):
    return SimpleNamespace(
        **{**vars(corpus), "links": corpus.links[~corpus.links["line"].isin(lines)]}
    )


def only(corpus, lines):
    return SimpleNamespace(
        **{**vars(corpus), "links": corpus.links[corpus.links["line"].isin(lines)]}
    )


def contradicts(corpus):
    """Whether links contradict one another, by all shortest paths (Floyd and Warshall)."""
    found = Network.__new__(Network)
    found.items, found.links, found.marked = network.temporal_items(corpus)
    found.number = {
        key: place
        for place, key in enumerate(zip(found.items["doc"], found.items["id"], strict=True))
    }
    found.size = 2 * len(found.items) + 1
    most = np.full((found.size, found.size), np.inf)
    np.fill_diagonal(most, 0)
    for x, y, limit, _ in found._constraints():
        most[x, y] = min(most[x, y], limit)
    for point in range(found.size):
        most = np.minimum(most, most[:, [point]] + most[[point]])
    return bool((most.diagonal() < 0).any())


@pytest.mark.parametrize("seed", range(12))
def test_conflicts_sets_aside_only_links_that_contradict_the_rest(seed):
    corpus = random_corpus(seed)
    found = network_from(corpus).conflicts
    aside = {conflict.set_aside.line for conflict in found}
    assert len(aside) == len(found) > 0
    assert not contradicts(without(corpus, aside))
    for conflict in found:
        lines = {step.line for step in conflict.steps}
        assert lines & aside == {conflict.set_aside.line}
        assert contradicts(only(corpus, lines))


@pytest.mark.parametrize("seed", range(12))
def test_conflicts_adds_links_by_line_and_marked_ones_last(seed):
    corpus = random_corpus(seed)
    aside = {
        conflict.set_aside.line: conflict.marked for conflict in network_from(corpus).conflicts
    }
    kept = []
    for row in corpus.links.sort_values(["marked", "line"]).itertuples():
        is_refused = contradicts(only(corpus, [*kept, row.line]))
        assert aside.get(row.line) == (row.marked if is_refused else None)
        kept += [] if is_refused else [row.line]


def test_conflicts_does_not_depend_on_the_order_of_rows():
    corpus = random_corpus(3)
    turned = SimpleNamespace(**{**vars(corpus), "links": corpus.links.iloc[::-1]})
    assert [conflict.set_aside for conflict in network_from(turned).conflicts] == [
        conflict.set_aside for conflict in network_from(corpus).conflicts
    ]


def test_conflicts_lists_shortest_cycles_first():
    ring = [(a, "BEFORE", b) for a, b in zip("ABCDEF", "BCDEFA", strict=True)]
    found = network_from(
        corpus_of(
            [*ring[:5], ("B", "BEFORE", "D"), ("C", "IDENTITY", "D"), ring[5], ("E", "BEFORE", "D")]
        )
    ).conflicts
    assert [[step.line for step in conflict.steps] for conflict in found] == [
        [7, 3],
        [9, 4],
        [8, 5, 4, 6, 1],
    ]


def test_conflicts_begins_a_cycle_through_the_calendar_there():
    links = [("A", "AFTER", "B"), ("A", "IS_INCLUDED", "S"), ("B", "IS_INCLUDED", "T")]
    found = network_from(corpus_of(links, [("S", "2018-01-29"), ("T", "2018-02-14")])).conflicts
    assert [step.line for step in found[0].steps] == [2, 1, 3] and found[0].set_aside.line == 3


def test_a_link_that_is_set_aside_bounds_nothing():
    links = [
        ("A", "BEFORE", "B"),
        ("A", "IS_INCLUDED", "T"),
        ("B", "INCLUDES", "A"),
        ("B", "BEFORE", "U"),
    ]
    solved = network_from(corpus_of(links, [("T", "2018-02-01"), ("U", "2018-02-09")]))
    assert [conflict.set_aside.line for conflict in solved.conflicts] == [3]
    row = as_days(solved.items, solved.bounds()).set_index("id").loc["B"]
    assert (str(row["earliest"].date()), str(row["latest"].date())) == ("2018-02-01", "2018-02-08")


def test_why_names_the_first_of_two_equal_links_unless_it_is_set_aside():
    times = [("S", "2018-02-01"), ("T", "2018-02")]
    said = [("A", "BEGINS", "T"), ("A", "IS_INCLUDED", "T")]
    assert [step.line for step in network_from(corpus_of(said, times)).why("x", "A")["latest"]] == [
        1
    ]
    solved = network_from(corpus_of([("A", "AFTER", "S"), *said], times))
    assert [conflict.set_aside.line for conflict in solved.conflicts] == [2]
    assert [step.line for step in solved.why("x", "A")["latest"]] == [3]


def test_conflicts_explains_two_hundred_contradictions():
    names, chance = [f"e{number}" for number in range(400)], random.Random(1)
    links = [(a, "BEFORE", b) for a, b in pairwise(names)]
    for _ in range(200):
        first, last = sorted(chance.sample(range(400), 2))
        links.append((names[last], "BEFORE", names[first]))
    found = network_from(corpus_of(links, events=names)).conflicts
    assert [conflict.set_aside.line for conflict in found] == [
        conflict.steps[0].line for conflict in found
    ]
    assert sorted(conflict.set_aside.line for conflict in found) == list(range(400, 600))
    assert all(
        len(conflict.steps)
        == 1 + names.index(conflict.set_aside.a) - names.index(conflict.set_aside.b)
        for conflict in found
    )


def test_timeline_and_check_reject_an_article_beyond_the_size_limit(folder, monkeypatch):
    folder.lines += [
        "T20\tRetreat 57 61\tleft",
        "E2\tRetreat:T20 Who:T10",
        "A20\tFactuality E2 fact",
        "R1\tBEFORE Arg1:E1 Arg2:E2",
    ]
    folder.write()
    corpus = standoff.load(folder.path)
    size = len(corpus.events) + len(corpus.attributions) + len(corpus.times)
    monkeypatch.setattr(network, "MAX_ITEMS_TIMES_LINKS", size)
    assert len(chronology.timeline(corpus)) == size and survey(folder.path).problems == []
    monkeypatch.setattr(network, "MAX_ITEMS_TIMES_LINKS", size - 1)
    with pytest.raises(standoff.SeedError) as refused:
        chronology.timeline(corpus)
    (problem,) = refused.value.problems
    assert (problem.path, problem.line, problem.code) == (
        corpus.documents["doc"][0],
        23,
        "E-time-size",
    )
    (problem,) = survey(folder.path).problems
    assert (problem.path, problem.line, problem.code) == (
        str(folder.article / "gold.ann"),
        23,
        "E-time-size",
    )


def test_differences_are_in_days_in_the_order_of_items():
    most = network_from(
        corpus_of([], [("S", "2018-02-01"), ("T", "2018-02-04")], events="")
    ).differences()
    assert most.shape == (5, 5) and (most[0, 2], most[2, 0], most[0, 3], most[2, 1]) == (
        3,
        -3,
        4,
        -2,
    )


def test_bounds_are_days_since_1970_and_a_tick_apart_where_an_event_lies_between():
    bounds = network_from(
        corpus_of([("A", "IS_INCLUDED", "T")], [("T", "1970-01-03")], events="A")
    ).bounds()
    assert bounds[1].tolist() == [2, 2, 3, 3]
    assert bounds[0].tolist() == [2, 3 - 1e-6, 2 + 1e-6, 3]
    alone = network_from(corpus_of([], events="A"))
    assert np.isinf(alone.bounds()).all()


def cycle_lines(corpus):
    return [[step.line for step in conflict.steps] for conflict in network_from(corpus).conflicts]


def test_conflicts_shows_the_shortest_cycle_that_a_link_closes():
    long = [("A", "BEFORE", "V"), ("V", "BEFORE", "W"), ("W", "IS_INCLUDED", "B")]
    short = [("B", "NOT_AFTER", "Z"), ("Z", "BEFORE", "A")]
    assert cycle_lines(corpus_of([*long, *short, ("A", "INCLUDES", "B")], events="ABVWZ")) == [
        [6, 5, 4]
    ]


def test_conflicts_prefers_the_last_of_equally_short_cycles():
    links = [
        ("A", "BEFORE", "B"),
        ("A", "BEFORE", "C"),
        ("B", "BEFORE", "D"),
        ("C", "BEFORE", "D"),
        ("D", "BEFORE", "A"),
    ]
    assert cycle_lines(corpus_of(links)) == [[5, 4, 2]]


def test_conflicts_prefers_the_cycle_that_contradicts_by_more_days():
    links = [("B", "INCLUDES", "S"), ("B", "INCLUDES", "R"), ("T", "INCLUDES", "B")]
    assert cycle_lines(
        corpus_of(links, [("S", "2018-02-20"), ("R", "2018-02-19"), ("T", "2018-01-13")])
    ) == [[3, 1]]


def test_an_event_is_at_one_time_with_itself():
    assert (
        network_from(
            corpus_of([("A", "SIMULTANEOUS", "A"), ("A", "BEFORE", "B"), ("B", "BEFORE", "A")])
        )
        .conflicts[0]
        .set_aside.line
        == 3
    )
    assert (
        len(network_from(corpus_of([("A", "SIMULTANEOUS", "A"), ("A", "BEFORE", "A")])).conflicts)
        == 1
    )


def test_repeated_links_bound_as_one_does():
    once = [("A", "NOT_AFTER", "T"), ("B", "NOT_AFTER", "T"), ("A", "BEGINS", "B")]
    times = [("T", "2018-02-01")]
    assert (
        network_from(corpus_of(once * 3, times)).bounds()
        == network_from(corpus_of(once, times)).bounds()
    ).all()
    assert (
        network_from(corpus_of(once * 3, times)).differences()
        == network_from(corpus_of(once, times)).differences()
    ).all()


def test_why_finds_chains_through_the_first_event_of_the_table():
    solved = network_from(
        corpus_of(
            [("B", "IS_INCLUDED", "A"), ("A", "IS_INCLUDED", "T")], [("T", "2018-02-01")], "AB"
        )
    )
    assert {
        side: [step.line for step in chain] for side, chain in solved.why("x", "B").items()
    } == {"earliest": [2, 1], "latest": [2, 1]}


def test_a_step_says_its_place_and_a_conflict_joins_its_steps():
    found = network_from(corpus_of([("A", "BEFORE", "B"), ("A", "AFTER", "B")])).conflicts[0]
    assert (
        tuple(found.set_aside) == ("x", 2, "AFTER", "A", "B", "“A” AFTER “B”") and not found.marked
    )
    assert (
        str(found)
        == "the chronology contradicts itself: line 2: “A” AFTER “B”; line 1: “A” BEFORE “B”"
    )


def test_table_holds_the_days_between_which_items_begin_and_end():
    solved = network_from(
        corpus_of(
            [("A", "IS_INCLUDED", "T"), ("B", "NOT_AFTER", "T"), ("C", "BEGINS", "T")],
            [("T", "2018-02")],
            "ABC",
        )
    )
    days = as_days(solved.items, solved.bounds())
    assert list(days.columns) == [
        "doc",
        "id",
        "kind",
        "text",
        "start",
        "earliest",
        "latest",
        "latest_start",
        "earliest_end",
    ]
    shown = [
        [*row[:5], *(None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in row[5:])]
        for row in days.itertuples(index=False)
    ]
    assert [row[1:3] + row[5:] for row in shown] == [
        ["A", "event", "2018-02-01", "2018-02-28", "2018-02-28", "2018-02-01"],
        ["B", "event", None, None, "2018-02-28", None],
        ["C", "event", "2018-02-01", "2018-02-28", "2018-02-01", "2018-02-01"],
        ["T", "time", "2018-02-01", "2018-02-28", "2018-02-01", "2018-02-28"],
    ]


def test_timeline_gives_kind_and_place_of_each_item(corpus):
    solved = chronology.timeline(corpus)
    wanted = {
        "event": corpus.events["start"],
        "attribution": corpus.attributions["cue_start"],
        "time": corpus.times["start"],
    }
    assert {kind: list(solved.loc[solved["kind"] == kind, "start"]) for kind in wanted} == {
        kind: list(starts) for kind, starts in wanted.items()
    }
    assert list(solved.index) == list(range(sum(map(len, wanted.values()))))


@pytest.mark.parametrize("events", ["AB", ""])
def test_temporal_items_accepts_an_empty_table_of_times(events):
    things = network.temporal_items(corpus_of([], events=events)).table
    assert len(things) == len(events) and things[["first", "last", "value"]].isna().all(axis=None)


def test_network_names_all_unknown_relations():
    with pytest.raises(
        ValueError,
        match=r"did you mean 'AFTER'.*did you mean 'BEFORE'",
    ):
        network_from(corpus_of([("A", "BEFOR", "B"), ("A", "AFTR", "B")]))


def test_relations_of_the_network_are_those_a_codebook_may_have():
    assert tuple(RELATIONS) == TEMPORAL
