"""What the guidelines say of every coder's annotation, where it can be told from the words:
extents, dates, moves, pronouns, links in time."""

import calendar
import re

import pytest
from conftest import SEEDS

import standoff
from standoff.annotation.structure_checks import DIVIDED
from standoff.measures.chronology import same_events, timeline
from standoff.measures.diplomacy import tracks
from standoff.measures.sourcing import parties

CODERS = standoff.coders(SEEDS)
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
PRONOUNS = set(
    (
        "i me my we us our you your he him his she her it its they them their this that these those"
    ).split()
)
PLAIN = (
    "a time",
    "at a time",
    "at this point",
    "at this time",
    "in time",
    "later",
    "now",
)  # nothing bounds them, and they are no durations
FIRST, LAST = '"“[', '"”]?)'  # what a span may begin and end with, beside letters and digits


@pytest.fixture(scope="module", params=CODERS)
def coding(request):
    return standoff.load(SEEDS, request.param)


def coded(coding):
    """(doc, span) of all spans that are neither zone nor sentence."""
    base = coding.codebook.of_kind("zone") | coding.codebook.of_kind("sentence")
    return [
        (doc, span)
        for doc, found in coding.annotations.items()
        for span in found.spans
        if span.label not in base
    ]


def test_spans_hold_whole_words_and_no_blanks_stops_or_commas_at_their_ends(coding):
    for doc, span in coded(coding):
        text = coding.texts[doc]
        zones = coding.zones[coding.zones["doc"] == doc]
        edges = {
            *zones["start"],
            *zones["end"],
        }  # a caption and its credit have run together where a line break was lost
        for start, end in span.fragments:
            assert text[start].isalnum() or text[start] in FIRST, span
            assert text[end - 1].isalnum() or text[end - 1] in LAST, span
            for edge in {start, end} - edges:
                assert not (text[edge - 1].isalnum() and text[edge].isalnum()), span


def test_mentions_and_times_end_with_a_word(coding):
    for doc, span in coded(coding):
        assert span.label not in ("Actor", "Time") or span.text[-1].isalnum(), (doc, span)


def test_every_content_belongs_to_an_attribution_and_every_mention_stands_in_article_or_caption(
    coding,
):
    for found in coding.annotations.values():
        held = {ident for event in found.events for _, ident in event.roles}
        assert [
            span for span in found.spans if span.label == "Content" and span.id not in held
        ] == []
    assert set(coding.mentions["zone"]) <= set(DIVIDED)


def test_a_pronoun_is_one_and_nothing_else_is(coding):
    for mention in coding.mentions.itertuples():
        assert (mention.form == "pronoun") == (
            mention.text != "US" and mention.text.lower() in PRONOUNS
        ), mention


def test_a_name_has_a_capital_letter(coding):
    names = coding.mentions[coding.mentions["form"] == "name"]
    assert names["text"].str.contains("[A-Z]").all()


def test_a_date_says_what_its_words_say(coding):
    for time in coding.times.dropna(subset="value").itertuples():
        days, words = time.value.split("/"), re.findall(r"\w+", time.text)
        named = [MONTHS[word] for word in words if word in MONTHS]
        weekday = [word for word in words if word in tuple(calendar.day_name)]
        numbers = [int(word) for word in words if word.isdigit()]
        if time.type == "DURATION":
            assert re.fullmatch(rf"P{numbers[0]}[YMWD]", time.value), time
            continue
        assert all(int(day[5:7]) in named for day in days if named), time
        assert all(f"{number:02}" in days[0].split("-") for number in numbers), time
        assert not weekday or (
            time.earliest == time.latest and time.earliest.day_name() == weekday[0]
        ), time


def test_relative_dates_are_reckoned_from_the_day_of_publication(coding):
    published = coding.documents.set_index("doc")["published"]
    for time in coding.times.dropna(subset="earliest").itertuples():
        day = published[time.doc]
        assert time.earliest <= day and (day - time.earliest).days < 366, time
        if re.search(r"day$", time.text):
            assert (day - time.latest).days < 7, time
        elif "week" in time.text:
            assert (time.earliest.day_name(), (day - time.latest).days) == ("Monday", 1) and (
                day - time.earliest
            ).days < 7, time
        elif "end of" in time.text:
            assert time.latest.is_month_end and (time.latest - time.earliest).days == 9, time


def test_a_day_a_month_or_a_season_is_a_date_and_a_length_a_duration(coding):
    for time in coding.times.itertuples():
        if isinstance(time.value, str):
            assert time.type == ("DURATION" if time.value.startswith("P") else "DATE"), time
        else:
            assert time.type == ("DATE" if time.text.lower() in PLAIN else "DURATION"), time


def test_a_move_is_an_event_of_the_type_that_the_codebook_names(coding):
    values = coding.codebook.attributes["Move"]["values"]
    for event in coding.events.dropna(subset="move").itertuples():
        wanted = re.search(r"\((\w+)(?:, (denied))?\)", values[event.move])
        assert event.type == wanted[1], event
        assert event.factuality == (wanted[2] or event.factuality), event


def test_nobody_does_something_to_himself(coding):
    for event in coding.events.dropna(subset=["who", "whom"]).itertuples():
        assert not set(event.who.split(" ")) & set(event.whom.split(" ")), event


def test_only_a_footnote_mark_is_a_citation_and_it_has_no_source(coding):
    said = coding.attributions
    assert (said["cue"].str.fullmatch(r"\[\d\]") == (said["channel"] == "citation")).all()
    assert said.loc[said["channel"] == "citation", "actor"].isna().all()


def test_quotation_marks_of_speech_belong_to_an_attribution_and_a_message_to_none(coding):
    inside = coding.quotations["attribution"].notna()
    assert (
        inside[coding.quotations["use"] == "speech"].all()
        and not inside[coding.quotations["use"] == "message"].any()
    )


def test_events_are_linked_to_times_and_no_time_to_an_event_but_what_it_includes(coding):
    times = set(zip(coding.times["doc"], coding.times["id"], strict=True))
    for link in coding.links.itertuples():
        assert (link.doc, link.a) not in times or link.relation == "INCLUDES", link


def test_what_is_told_again_is_joined_to_its_first_mention(coding):
    events = coding.events.set_index(["doc", "id"])["start"]
    first = same_events(coding)
    for link in coding.links[coding.links["relation"] == "IDENTITY"].itertuples():
        if (link.doc, link.a) in events.index and (link.doc, link.b) in events.index:
            assert link.b == first[link.doc, link.a] != link.a, link


def test_an_act_that_is_its_own_saying_is_joined_to_it_in_gold():
    gold = standoff.load(SEEDS)
    acts = {(row.doc, row.start, row.end): row.id for row in gold.events.itertuples()}
    said = [
        (row.doc, acts.get((row.doc, row.cue_start, row.cue_end)), row.id)
        for row in gold.attributions.itertuples()
    ]
    said = {(doc, act, saying) for doc, act, saying in said if act}
    links = gold.links[gold.links["relation"] == "IDENTITY"]
    assert len(said) == 8 and said <= set(
        links[["doc", "a", "b"]].itertuples(index=False, name=None)
    )


def test_two_things_are_linked_in_time_once(coding):
    for found in coding.annotations.values():
        timed = [
            link
            for link in found.relations
            if coding.codebook.relations[link.label]["layer"] == "chronology"
        ]
        assert len({frozenset((link.a, link.b)) for link in timed}) == len(timed)


def one_event(coding):
    """Events that links of identity make one, as lists of rows."""
    events = {(event.doc, event.id): event for event in coding.events.itertuples()}
    groups = {key: [event] for key, event in events.items()}
    for link in coding.links[coding.links["relation"] == "IDENTITY"].itertuples():
        one, other = (link.doc, link.a), (link.doc, link.b)
        if one in groups and other in groups and groups[one] is not groups[other]:
            groups[one] += groups[other]
            groups |= {(event.doc, event.id): groups[one] for event in groups[other]}
    return [
        group
        for key, group in groups.items()
        if key == (group[0].doc, group[0].id) and len(group) > 1
    ]


def test_mentions_of_one_event_are_of_one_type_at_one_table_and_nobody_stands_on_both_sides(coding):
    party = parties(coding.actors)
    found = one_event(coding)
    assert len(found) > 20
    for group in found:
        who, whom = (
            {
                party[actor]
                for event in group
                for actor in str(getattr(event, side)).split(" ")
                if actor in party
            }
            for side in ("who", "whom")
        )
        assert not who & whom, group
        assert (
            len({event.type for event in group}) == 1
            and len({str(event.track) for event in group}) == 1
        ), group


def test_who_moves_at_a_table_is_its_host_or_a_member(coding):
    party, tracks = parties(coding.actors), coding.registry["tracks"]
    for event in coding.events.dropna(subset=["move", "track", "who"]).itertuples():
        seats = {
            tracks[event.track]["host"],
            *tracks[event.track]["members"],
            "conference-diplomats",
        }  # these came from several members
        assert {party[actor] for actor in event.who.split(" ")} <= {
            party.get(seat) for seat in seats
        }, event


def test_who_invites_to_a_table_or_leads_it_is_its_host(coding):
    hosts = {track: entry["host"] for track, entry in coding.registry["tracks"].items()}
    told = coding.events[coding.events["move"].isin(["invite", "host"])].dropna(
        subset=["who", "track"]
    )
    assert len(told) > 5
    assert all(event.who == hosts[event.track] for event in told.itertuples()), told


def test_what_is_told_as_fact_to_have_met_at_a_table_can_have_met_in_its_period(coding):
    events = coding.events.merge(
        timeline(coding)[["doc", "id", "earliest", "latest"]], on=["doc", "id"]
    )
    met = events[(events["type"] == "Consult") & (events["factuality"] == "fact")].merge(
        tracks(coding), on="track", suffixes=("", "_period")
    )
    assert len(met) > 10
    assert (
        not (met["latest"] < met["earliest_period"]).any()
        and not (met["earliest"] > met["latest_period"]).any()
    )


TURNED = {"AFTER": "BEFORE", "INCLUDES": "IS_INCLUDED"}


def in_time(coding):
    """(doc, relation, words' places of one, of the other) of links in time, each told one way
    round."""
    for doc, found in coding.annotations.items():
        places = {span.id: span.fragments for span in found.spans}
        places |= {event.id: places[event.trigger] for event in found.events}
        for link in found.relations:
            if coding.codebook.relations[link.label]["layer"] == "chronology":
                ends = places[link.a], places[link.b]
                yield (
                    doc,
                    TURNED.get(link.label, link.label),
                    *(ends[::-1] if link.label in TURNED else ends),
                )


def test_no_coder_turns_round_what_another_says_of_two_things_in_time():
    told = {
        link
        for coder in CODERS
        for link in in_time(standoff.load(SEEDS, coder))
        if link[1] not in ("IDENTITY", "SIMULTANEOUS")
    }
    assert len(told) > 100
    assert [link for link in told if (*link[:2], link[3], link[2]) in told] == []


def test_nobody_is_who_for_one_coder_and_whom_for_another():
    sides = {"who": set(), "whom": set()}
    for coder in CODERS:
        coding = standoff.load(SEEDS, coder)
        party = parties(coding.actors)
        for event in coding.events.itertuples():
            told = {
                side: {
                    actor: party[actor]
                    for actor in str(getattr(event, side)).split(" ")
                    if actor in party
                }
                for side in sides
            }
            within = set(told["who"].values()) & set(
                told["whom"].values()
            )  # as when Washington instructs its own diplomats
            for side, actors in told.items():
                sides[side] |= {
                    (event.doc, event.type, event.start, actor if of in within else of)
                    for actor, of in actors.items()
                }
    assert len(sides["who"]) > 100 and sides["who"] & sides["whom"] == set()
