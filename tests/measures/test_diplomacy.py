"""diplomacy.py: moves, positions, and who deals with whom; and the order of telling."""

from dataclasses import replace

import pandas as pd
import pytest
from test_chronology import corpus_of

from standoff import chronology, diplomacy, sourcing


def test_ledger_has_one_row_for_all_mentions_of_an_event(corpus):
    table = diplomacy.ledger(corpus)
    moves = corpus.events[corpus.events["move"].notna() & (corpus.events["zone"] != "Caption")]
    assert table["mentions"].sum() == len(moves)
    absent = table[(table["move"] == "stay-away") & (table["doc"] == "dw-2017-04-14")]
    assert len(absent) == 1 and absent["mentions"].iloc[0] > 4


def test_ledger_gives_every_move_but_a_denial_a_track(corpus):
    table = diplomacy.ledger(corpus)
    assert (table["track"].isna() == (table["move"] == "deny")).all()


def test_positions_lists_the_strongest_stance_first(corpus):
    table = diplomacy.positions(corpus).set_index(["doc", "track", "party"])
    assert (
        table.loc[("dw-2017-04-14", "moscow-2017", "us-government"), "stances"]
        == "stays away, declines"
    )
    assert (
        table.loc[("avim-2018-10-31", "moscow-2018", "taliban"), "stances"] == "accepts, may come"
    )
    assert table.loc[("avim-2018-10-31", "moscow-2018", "us-government"), "invited"]


def test_positions_does_not_count_an_invitation_as_a_move_of_the_invited(corpus):
    table = diplomacy.positions(corpus).set_index(["doc", "track", "party"])
    washington = table.loc[("avim-2018-10-31", "moscow-2018", "us-government")]
    assert (washington["stances"], washington["moves"], washington["invited"]) == (
        "declines",
        1,
        True,
    )


@pytest.mark.parametrize("measure", [diplomacy.ledger, diplomacy.positions, diplomacy.reasons])
def test_moves_in_captions_count_only_on_request(corpus, measure):
    in_captions = replace(corpus, events=corpus.events.assign(zone="Caption"))
    assert len(measure(in_captions)) == 0
    pd.testing.assert_frame_equal(
        measure(in_captions, captions=True), measure(corpus, captions=True)
    )


def test_every_move_and_factuality_of_the_record_has_a_word(corpus):
    known = {(move, kind) for move, kinds, _ in diplomacy.ANSWERS for kind in kinds}
    table = diplomacy.ledger(corpus)
    table = table[table["track"].notna()]
    assert set(zip(table["move"], table["factuality"], strict=True)) <= known


def test_every_plover_type_is_cooperation_conflict_or_request(corpus):
    assert corpus.codebook.of_kind("plover") == {
        *diplomacy.COOPERATION,
        *diplomacy.CONFLICT,
        "Request",
    }


def test_network_leaves_out_dealings_with_oneself_and_conferences(corpus):
    table = diplomacy.network(corpus)
    assert (table["who"] != table["whom"]).all()
    assert not {"china", "india", "iran", "pakistan"} & {*table["who"], *table["whom"]}
    assert (table["factual"] <= table["events"]).all()


def test_network_counts_actors_as_their_parties(corpus):
    """Tillerson and Lavrov stand for their governments."""
    table = diplomacy.network(corpus)
    found = {*table["who"], *table["whom"]}
    assert {"us-government", "russia"} <= found
    assert found <= set(sourcing.parties(corpus.actors).values())


def test_meetings_of_two_parties_count_every_mention(corpus):
    row = (
        diplomacy.talks(corpus)
        .set_index(["doc", "a", "b"])
        .loc[("dw-2017-04-14", "russia", "us-government")]
    )
    assert row["fact"] == 1  # the visit in the article text, without the meeting in the caption
    with_captions = (
        diplomacy.talks(corpus, captions=True)
        .set_index(["doc", "a", "b"])
        .loc[("dw-2017-04-14", "russia", "us-government")]
    )
    assert with_captions["fact"] == 2


def test_order_of_a_story_told_backwards_has_tau_minus_one():
    told = corpus_of([("B", "BEFORE", "A"), ("C", "BEFORE", "B")], events="ABC")
    told.events["start"] = [0, 1, 2]
    row = chronology.order(told).iloc[0]
    assert (row["as_told"], row["reversed"], row["open"], row["tau"], row["low"], row["high"]) == (
        0,
        3,
        0,
        -1,
        -1,
        -1,
    )


def test_order_widens_the_bounds_of_tau_by_open_pairs():
    told = corpus_of([("A", "BEFORE", "B"), ("C", "IDENTITY", "D")], events="ABCD")
    told.events["start"] = [0, 1, 2, 3]
    row = chronology.order(told).iloc[0]
    assert (row["pairs"], row["as_told"], row["open"], row["tau"]) == (5, 1, 4, 1)
    assert (row["low"], row["high"]) == pytest.approx((-0.6, 1.0))


def test_flashbacks_names_the_later_event_told_before():
    told = corpus_of([("C", "BEFORE", "A"), ("A", "BEFORE", "B")], events="ABC")
    told.events = told.events.assign(start=[0, 1, 2], end=[1, 2, 3], factuality="fact")
    assert chronology.flashbacks(told)[["id", "after"]].values.tolist() == [["C", "B"]]


def test_lag_is_counted_from_publication(corpus):
    table = chronology.lag(corpus)
    bombed = table[(table["doc"] == "dw-2017-04-14") & (table["text"] == "bombing")].iloc[0]
    assert (bombed["least"], bombed["most"]) == (1, 1)


def test_only_reported_has_no_voice_of_the_author(corpus):
    table = chronology.only_reported(corpus)
    first = chronology.same_events(corpus)
    own = corpus.events[corpus.events["voice"] == "author"]
    told = {(row.doc, first[row.doc, row.id]) for row in own.itertuples()}
    assert told.isdisjoint(set(zip(table["doc"], table["id"], strict=True)))


def test_reasons_come_from_the_sentence_of_the_move_and_name_their_source(corpus):
    table = diplomacy.reasons(corpus).set_index(["doc", "move"])
    refused = table.loc[("avim-2018-10-31", "decline")]
    kabul = refused[
        (refused["who"] == "afghan-government") & (refused["track"] == "moscow-2018")
    ].iloc[0]
    assert (
        kabul["source"] == "afghan-government"
        and kabul["own"]
        and kabul["content"].startswith("they would seek direct negotiations")
    )
    toner = table.loc[[("dw-2017-04-14", "stay-away")]]
    assert (
        "mark-toner" in set(toner["source"])
        and toner["content"].str.startswith("skepticism of the conference aims").any()
    )


def test_reasons_is_empty_without_sentences(corpus):
    dw = corpus.documents["doc"][0]
    parts = {name: getattr(corpus, name) for name in ("events", "attributions")}
    bare = {
        name: table.assign(sentence=table["sentence"].where(table["doc"] != dw))
        for name, table in parts.items()
    }
    found = diplomacy.reasons(replace(corpus, **bare))
    everywhere = diplomacy.reasons(corpus)
    assert dw in set(everywhere["doc"])
    pd.testing.assert_frame_equal(found, everywhere[everywhere["doc"] != dw].reset_index(drop=True))


def test_talks_counts_meetings(corpus):
    counted = diplomacy.talks(corpus)[["fact", "possible", "planned", "denied"]].sum().sum()
    told = diplomacy.meetings(corpus)
    assert counted == len(told) and (told["a"] < told["b"]).all()


def test_tracks_gives_the_days_of_a_period_and_none_where_it_is_open(corpus):
    table = diplomacy.tracks(corpus).set_index("track")
    assert [str(day.date()) for day in table.loc["kabul-offer-2018", ["earliest", "latest"]]] == [
        "2018-02-01",
        "2018-10-31",
    ]
    assert table["earliest"].isna().sum() == 1 and table.loc["qcg", "earliest"] is pd.NaT
    assert table.loc["moscow-2018", "members"] == "russia taliban afghan-government us-government"
    assert (
        pd.isna(table.loc["taliban-us-2018", "host"])
        and table.loc["afghan-led", "doc"] == "dw-2017-04-14 avim-2018-10-31"
    )


def test_tracks_leaves_an_unknown_period_open_on_both_sides(corpus):
    tracks = {
        name: entry | {"period": "unknown"} for name, entry in corpus.registry["tracks"].items()
    }
    table = diplomacy.tracks(replace(corpus, registry=corpus.registry | {"tracks": tracks}))
    assert table[["earliest", "latest"]].isna().all(axis=None) and set(table["period"]) == {
        "unknown"
    }
