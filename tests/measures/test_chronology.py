"""chronology.py: bounds and their explanation, contradictions, and the order of telling."""

from types import SimpleNamespace

import pandas as pd
import pytest

import standoff
from standoff import chronology
from standoff.annotation.dates import bounds
from standoff.authoring.checking import survey
from standoff.measures.temporal_network import Network, as_days, temporal_items

COLUMNS = ["doc", "line", "relation", "a", "b"]


def corpus_of(links, times=(), events="ABCDEFG", doc="x"):
    """A corpus of events named by letters, times as id -> EDTF value, and links as (a, relation,
    b)."""
    rows = [(doc, number, relation, a, b) for number, (a, relation, b) in enumerate(links, 1)]
    dated = [
        (doc, name, name, 0, value, *map(pd.Timestamp, bounds(value))) for name, value in times
    ]
    return SimpleNamespace(
        events=pd.DataFrame(
            [(doc, name, name, 0, "Body") for name in events],
            columns=["doc", "id", "text", "start", "zone"],
        ),
        attributions=pd.DataFrame([], columns=["doc", "id", "cue", "cue_start"]),
        times=pd.DataFrame(
            dated, columns=["doc", "id", "text", "start", "value", "earliest", "latest"]
        ),
        links=pd.DataFrame(rows, columns=COLUMNS),
    )


def network_from(corpus):
    """The network of a corpus of one article."""
    return Network(temporal_items(corpus))


def days(network, name):
    row = as_days(network.items, network.bounds()).set_index("id").loc[name]
    return tuple(
        None if pd.isna(row[side]) else str(row[side].date()) for side in ("earliest", "latest")
    )


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([("A", "IS_INCLUDED", "T")], ("2018-02-01", "2018-02-28")),
        ([("T", "INCLUDES", "A")], ("2018-02-01", "2018-02-28")),
        ([("A", "SIMULTANEOUS", "T")], ("2018-02-01", "2018-02-28")),
        ([("A", "BEFORE", "T")], (None, "2018-01-31")),
        ([("T", "BEFORE", "A")], ("2018-03-01", None)),
        ([("A", "AFTER", "T")], ("2018-03-01", None)),
        ([("A", "NOT_AFTER", "T")], (None, None)),
        ([("A", "BEGINS", "T")], ("2018-02-01", "2018-02-28")),
        ([("A", "ENDS", "T")], ("2018-02-01", "2018-02-28")),
        ([("A", "IDENTITY", "B"), ("B", "IS_INCLUDED", "T")], ("2018-02-01", "2018-02-28")),
        ([("A", "AFTER", "B"), ("B", "AFTER", "T")], ("2018-03-01", None)),
        ([], (None, None)),
    ],
)
def test_each_relation_bounds_an_event_by_the_calendar(links, expected):
    assert days(network_from(corpus_of(links, [("T", "2018-02")])), "A") == expected


def test_not_after_bounds_only_the_start():
    row = (
        chronology.timeline(corpus_of([("A", "NOT_AFTER", "T")], [("T", "2018-02-14")]))
        .set_index("id")
        .loc["A"]
    )
    assert str(row["latest_start"].date()) == "2018-02-14" and pd.isna(row["latest"])


def test_an_open_interval_bounds_one_side():
    assert days(
        network_from(corpus_of([("A", "IS_INCLUDED", "T")], [("T", "2018-08-22/..")])), "A"
    ) == (
        "2018-08-22",
        None,
    )


@pytest.mark.parametrize("again", ["AFTER", "BEFORE"])
def test_inverse_relations_give_the_same_bounds(again):
    one = ("A", "BEFORE", "B")
    other = ("B", "AFTER", "A") if again == "AFTER" else one
    times = [("T", "2018-02-01")]
    anchored = [("B", "IS_INCLUDED", "T")]
    assert days(network_from(corpus_of([one, *anchored], times)), "A") == days(
        network_from(corpus_of([other, *anchored], times)), "A"
    )


def test_why_lists_the_links_from_the_calendar_to_the_event():
    corpus = corpus_of(
        [("A", "AFTER", "B"), ("B", "IDENTITY", "C"), ("C", "IS_INCLUDED", "T")],
        [("T", "2018-02-01")],
    )
    chain = chronology.why(corpus, "x", "A")["earliest"]
    assert [step.line for step in chain] == [3, 2, 1]
    assert str(chain[0]) == "x:3: “C” IS_INCLUDED “T (2018-02-01)”"
    assert chronology.why(corpus, "x", "A")["latest"] == []


def test_why_suggests_the_nearest_id():
    with pytest.raises(ValueError, match="expected one of A, B"):
        chronology.why(corpus_of([]), "x", "Q")


def test_timeline_rejects_an_unknown_relation():
    with pytest.raises(ValueError, match="did you mean 'BEFORE'"):
        network_from(corpus_of([("A", "BEFOR", "B")]))


def test_conflicts_shows_the_shortest_cycle_and_timeline_solves_the_rest():
    links = [
        ("A", "BEFORE", "B"),
        ("B", "BEFORE", "C"),
        ("C", "BEFORE", "D"),
        ("D", "BEFORE", "A"),
        ("C", "BEFORE", "A"),
        ("E", "IS_INCLUDED", "T"),
    ]
    network = network_from(corpus_of(links, [("T", "2018-02-01")]))
    assert {step.line for step in network.conflicts[0].steps} == {1, 2, 5}
    assert len(network.conflicts) == 2  # the longer way round is a contradiction of its own
    assert days(network, "E") == ("2018-02-01", "2018-02-01")


def test_a_cycle_in_one_part_leaves_other_parts_alone():
    links = [
        ("A", "BEFORE", "B"),
        ("B", "BEFORE", "A"),
        ("D", "AFTER", "C"),
        ("C", "IS_INCLUDED", "T"),
    ]
    network = network_from(corpus_of(links, [("T", "2018-02-01")]))
    assert len(network.conflicts) == 1
    assert days(network, "D") == ("2018-02-01", None)


def test_a_date_can_contradict_a_link():
    network = network_from(
        corpus_of(
            [("A", "IS_INCLUDED", "S"), ("B", "IS_INCLUDED", "T"), ("A", "AFTER", "B")],
            [("S", "2018-01-29"), ("T", "2018-02-14")],
        )
    )
    assert {step.line for step in network.conflicts[0].steps} == {1, 2, 3}


def test_an_event_cannot_come_before_itself():
    assert len(network_from(corpus_of([("A", "BEFORE", "A")])).conflicts) == 1


def test_a_link_marked_as_the_texts_own_contradiction_is_set_aside():
    corpus = corpus_of([("A", "BEFORE", "B"), ("B", "BEFORE", "A")])
    corpus.links["marked"] = [True, False]
    found = network_from(corpus).conflicts[0]
    assert found.marked and found.set_aside.line == 1


def test_two_articles_with_the_same_ids_are_kept_apart():
    one, other = (
        corpus_of([("A", "IS_INCLUDED", "T")], [("T", "2018-02-01")]),
        corpus_of([("A", "IS_INCLUDED", "T")], [("T", "2017-02-01")], doc="y"),
    )
    both = SimpleNamespace(
        **{
            name: pd.concat([getattr(one, name), getattr(other, name)], ignore_index=True)
            for name in vars(one)
        }
    )
    table = chronology.timeline(both).set_index(["doc", "id"])
    assert [str(table.loc[(doc, "A"), "earliest"].date()) for doc in "xy"] == [
        "2018-02-01",
        "2017-02-01",
    ]


def test_a_chain_of_three_hundred_events_is_solved_and_explained():
    names = [f"e{number}" for number in range(300)]
    links = [(a, "BEFORE", b) for place, a in enumerate(names) for b in names[place + 1 :]]
    links.append((names[150], "IS_INCLUDED", "T"))
    network = network_from(corpus_of(links, [("T", "2018-02-01")], names))
    assert network.conflicts == []
    assert days(network, "e299") == ("2018-02-01", None) and days(network, "e0") == (
        None,
        "2018-02-01",
    )
    assert network.why("x", "e200")["earliest"][-1].b == "e200"


def test_gold_marks_the_one_contradiction_of_the_report(corpus):
    found = chronology.conflicts(corpus)
    assert [conflict.marked for conflict in found] == [True]
    assert {step.doc for conflict in found for step in conflict.steps} == {"dw-2017-04-14"}


def test_weekdays_are_those_of_the_calendar(corpus):
    weekdays = corpus.times[corpus.times["text"].isin(["Friday", "Thursday", "Wednesday"])]
    assert len(weekdays) > 5
    assert (weekdays["earliest"].dt.day_name() == weekdays["text"]).all()


def test_an_unmarked_contradiction_is_an_error_with_its_cycle_and_a_marked_one_a_warning(folder):
    folder.lines += [
        "T20\tRetreat 57 61\tleft",
        "E2\tRetreat:T20 Who:T10",
        "A20\tFactuality E2 fact",
        "R1\tBEFORE Arg1:E1 Arg2:E2",
        "R2\tBEFORE Arg1:E2 Arg2:E1",
    ]
    folder.write()
    problems = [str(problem) for problem in survey(folder.path).problems]
    assert len(problems) == 1
    assert (
        "gold.ann:24: E-time-conflict: " in problems[0]
        and "line 23: “said” BEFORE “left”" in problems[0]
    )
    folder.lines.append("#1\tAnnotatorNotes R2\tconflict: told both ways")
    folder.write()
    found = survey(folder.path)
    assert found.problems == [] and [one.kind for one in found.remarks] == ["conflict"]
    assert len(chronology.conflicts(standoff.load(folder.path))) == 1


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2018-02", "2018-02-01", "2018-02-28"),
        ("2018-22", "2018-06-01", "2018-08-31"),
        ("2017-03-22/2017-03-31", "2017-03-22", "2017-03-31"),
        ("2018-08-22/..", "2018-08-22", None),
        ("../2018-08-22", None, "2018-08-22"),
        ("P20Y", None, None),
        (None, None, None),
    ],
)
def test_values_are_bounded_in_days(value, first, last):
    assert tuple(None if day is None else str(day) for day in bounds(value)) == (first, last)


@pytest.mark.parametrize("value", ["2018-13", "soon", "P", ""])
def test_bounds_rejects_invalid_values(value):
    with pytest.raises(ValueError, match="EDTF"):
        bounds(value)


def test_bounds_rejects_an_interval_that_ends_before_it_begins():
    with pytest.raises(ValueError, match="2017-03-22/2017-02-28"):
        bounds("2017-03-22/2017-02-28")
    assert bounds("2017-03-22/2017-03-22")[0] == bounds("2017-03-22/2017-03-22")[1]


def test_timeline_solves_articles_one_by_one_as_it_would_together(corpus):
    together = network_from(corpus)
    pd.testing.assert_frame_equal(
        chronology.timeline(corpus), as_days(together.items, together.bounds())
    )
    assert chronology.conflicts(corpus) == together.conflicts


def test_why_rejects_an_article_without_anything_to_date(corpus):
    with pytest.raises(ValueError, match="did you mean 'dw-2017-04-14'"):
        chronology.why(corpus, "dw-2017", "E1")


def told(links, times=(), events="ABC"):
    """A corpus whose events come in the text in the order of their names."""
    corpus = corpus_of(links, times, events)
    corpus.events = corpus.events.assign(
        start=range(len(events)), end=range(1, len(events) + 1), factuality="fact"
    )
    return corpus


def test_order_bounds_tau_by_the_open_pairs():
    row = chronology.order(told([("B", "BEFORE", "A")])).iloc[0]
    assert tuple(row[["doc", "events", "pairs", "as_told", "reversed", "open"]]) == (
        "x",
        3,
        3,
        0,
        1,
        2,
    )
    assert (row["tau"], row["low"], row["high"]) == pytest.approx((-1, -1, 1 / 3))


def test_order_and_lag_leave_captions_out_but_keep_their_links():
    corpus = reported([("B", "BEFORE", "A"), ("C", "BEFORE", "B")], [], ["author"] * 3)
    corpus.events["zone"] = ["Body", "Caption", "Body"]
    assert tuple(chronology.order(corpus).iloc[0][["events", "pairs", "reversed"]]) == (2, 1, 1)
    assert tuple(
        chronology.order(corpus, captions=True).iloc[0][["events", "pairs", "reversed"]]
    ) == (3, 3, 3)
    assert list(chronology.flashbacks(corpus)["id"]) == ["C"] and list(
        chronology.flashbacks(corpus, captions=True)["id"]
    ) == ["B", "C"]
    assert list(chronology.lag(corpus)["id"]) == ["A", "C"] and list(
        chronology.lag(corpus, captions=True)["id"]
    ) == ["A", "B", "C"]
    corpus.events["voice"] = ["author", "grey", "grey"]
    assert list(chronology.only_reported(corpus)["id"]) == ["C"] and list(
        chronology.only_reported(corpus, captions=True)["id"]
    ) == ["B", "C"]


def test_order_with_once_counts_an_event_at_its_first_mention():
    corpus = told(
        [("B", "BEFORE", "A"), ("C", "IDENTITY", "A"), ("D", "IDENTITY", "B")], events="ABCD"
    )
    assert tuple(chronology.order(corpus).iloc[0][["events", "pairs", "as_told", "reversed"]]) == (
        4,
        4,
        1,
        3,
    )
    assert tuple(
        chronology.order(corpus, once=True).iloc[0][["events", "pairs", "as_told", "reversed"]]
    ) == (2, 1, 0, 1)
    corpus.events["factuality"] = ["planned", "fact", "fact", "denied"]
    assert tuple(chronology.order(corpus).iloc[0][["events", "pairs"]]) == (4, 4)
    assert tuple(
        chronology.order(corpus, facts=True).iloc[0][["events", "pairs", "as_told", "reversed"]]
    ) == (2, 1, 1, 0)
    corpus.events["factuality"] = ["fact", "fact", "fact", "planned"]
    assert tuple(
        chronology.order(corpus, once=True, facts=True).iloc[0][
            ["events", "pairs", "as_told", "reversed"]
        ]
    ) == (2, 1, 0, 1)


def test_order_ignores_simultaneous_events_and_gives_no_tau_without_pairs():
    row = chronology.order(told([("A", "IDENTITY", "B")], events="AB")).iloc[0]
    assert (row["pairs"], row["open"]) == (0, 0) and pd.isna(row["tau"])
    assert pd.isna(chronology.order(told([], events="AB")).iloc[0]["tau"])


def test_order_treats_consecutive_days_as_two_times():
    times = [("S", "2018-02-01"), ("T", "2018-02-02")]
    row = chronology.order(
        told([("A", "IS_INCLUDED", "S"), ("B", "IS_INCLUDED", "T")], times, "AB")
    ).iloc[0]
    assert (row["pairs"], row["as_told"]) == (1, 1)


def test_flashbacks_names_the_nearest_later_event_told_before():
    found = chronology.flashbacks(told([("C", "BEFORE", "A"), ("C", "BEFORE", "B")]))
    assert found.to_dict("records") == [
        {
            "doc": "x",
            "id": "C",
            "text": "C",
            "factuality": "fact",
            "after": "B",
            "after_text": "B",
            "start": 2,
            "end": 3,
        },
    ]


def test_same_events_follows_chains_of_identity_links():
    corpus = told(
        [("D", "IDENTITY", "B"), ("B", "IDENTITY", "C"), ("A", "BEFORE", "B")], events="ABCD"
    )
    assert chronology.same_events(corpus) == {
        ("x", "A"): "A",
        ("x", "B"): "B",
        ("x", "C"): "B",
        ("x", "D"): "B",
    }


def test_only_reported_omits_events_that_the_author_mentions(folder):
    def reported(said):
        (folder.article / "gold.ann").write_text(
            "\n".join([*folder.lines, *said]) + "\n", encoding="utf-8"
        )
        return chronology.only_reported(standoff.load(folder.path))

    inside = ["T20\tRetreat 44 50\tfailed", "E2\tRetreat:T20 Who:T6", "A20\tFactuality E2 fact"]
    own = ["T21\tRetreat 57 61\tleft", "E3\tRetreat:T21 Who:T10", "A21\tFactuality E3 fact"]
    found = reported(inside + own)
    assert [(row.id, row.voices, row.mentions) for row in found.itertuples()] == [("E2", "grey", 1)]
    assert reported([*inside, *own, "R1\tIDENTITY Arg1:E2 Arg2:E3"]).empty


def test_why_begins_the_chain_of_the_latest_day_at_the_calendar():
    chain = chronology.why(
        corpus_of([("A", "BEFORE", "B"), ("B", "IS_INCLUDED", "T")], [("T", "2018-02-01")]),
        "x",
        "A",
    )
    assert [step.line for step in chain["latest"]] == [2, 1] and chain["earliest"] == []


def test_order_leaves_events_of_one_day_open():
    times = [("S", "2018-02-01"), ("T", "2018-02-02")]
    assert (
        chronology.order(
            told([("A", "IS_INCLUDED", "S"), ("B", "IS_INCLUDED", "S")], times, "AB")
        ).iloc[0]["open"]
        == 1
    )
    longer = [*times, ("W", "2018-02-01/2018-02-02")]
    assert (
        chronology.order(
            told([("A", "IS_INCLUDED", "S"), ("B", "IS_INCLUDED", "W")], longer, "AB")
        ).iloc[0]["open"]
        == 1
    )
    for apart in (("S", "T"), ("T", "S")):
        links = [(event, "BEGINS", day) for event, day in zip("AB", apart, strict=True)]
        assert chronology.order(told(links, times, "AB")).iloc[0]["pairs"] == 1


def test_order_keeps_the_order_of_articles(corpus):
    assert (
        list(chronology.order(corpus)["doc"])
        == list(corpus.documents["doc"])
        != sorted(corpus.documents["doc"])
    )


def test_flashbacks_can_be_the_second_event_and_name_the_nearest_of_three():
    assert list(chronology.flashbacks(told([("B", "BEFORE", "A")], events="AB"))["id"]) == ["B"]
    found = chronology.flashbacks(told([("D", "BEFORE", name) for name in "ABC"], events="ABCD"))
    assert list(found["after"]) == ["C"]


def test_same_events_joins_only_events_whatever_the_order_of_rows():
    corpus = told(
        [("C", "IDENTITY", "A"), ("T", "IDENTITY", "B"), ("B", "IDENTITY", "S")],
        [("S", "2018-02-01"), ("T", "2018-02-01")],
        events="ABCD",
    )
    corpus.events = corpus.events.iloc[[3, 1, 2, 0]].reset_index(drop=True)
    assert chronology.same_events(corpus) == {
        ("x", "A"): "A",
        ("x", "B"): "B",
        ("x", "C"): "A",
        ("x", "D"): "D",
    }


def reported(links, times, voices):
    """A corpus of events in the voices given, published on 10 February 2018."""
    corpus = told(links, times, events="ABC"[: len(voices)])
    corpus.events = corpus.events.assign(
        voice=voices, reported=[voice != "author" for voice in voices]
    )
    corpus.documents = pd.DataFrame({"doc": ["x"], "published": pd.to_datetime(["2018-02-10"])})
    return corpus


def test_lag_counts_days_from_the_bounds_to_publication():
    corpus = reported(
        [("A", "IS_INCLUDED", "T"), ("B", "BEFORE", "T"), ("C", "AFTER", "T")],
        [("T", "2018-02")],
        ["author", "grey", "author"],
    )
    found = chronology.lag(corpus)
    assert found[["id", "least", "most"]].astype(object).where(
        found.notna(), None
    ).to_numpy().tolist() == [["A", -18, 9], ["B", 10, None], ["C", None, -19]]


def test_only_reported_lists_all_voices_in_the_order_of_the_text():
    links = [("B", "IDENTITY", "C"), ("B", "IS_INCLUDED", "T")]
    corpus = reported(links, [("T", "2018-02-01")], ["green", "grey", "blue"])
    corpus.events["id"] = ["Z", "B", "C"]
    assert chronology.only_reported(corpus).to_dict("records")[1] == {
        "doc": "x", "id": "B", "text": "B", "voices": "grey blue", "mentions": 2, "least": 9.0, "most": 9.0, "start": 1, "end": 2,
    }  # fmt: skip
    assert list(chronology.only_reported(corpus)["id"]) == ["Z", "B"]
