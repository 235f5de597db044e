"""sourcing.py: measures counted by hand on a small article, and properties on the collection."""

import hashlib
from dataclasses import replace

import pandas as pd
import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

import standoff
from standoff import sourcing
from standoff.annotation.codebook import Codebook
from standoff.annotation.model import Annotations, Event, Span, covered
from standoff.annotation.problems import Report
from standoff.annotation.words import count, positions
from standoff.corpus.tables import tables_of


@pytest.fixture
def nested(folder):
    """Mr Grey said the "low" talks failed. Grey left. Grey is part of Blue, and a nested claim has
    no source."""
    registry = folder.path / "actors.toml"
    registry.write_text(
        registry.read_text()
        + (
            'part_of = "blue"\n\n[blue]\nname = "Blue"\nkind = "government"\ncountry = '
            '"none"\nnamed = false\n'
        )
    )
    folder.lines += [
        "T20\tAttribution 44 50\tfailed",
        'T21\tContent 28 43\tthe "low" talks',
        "E2\tAttribution:T20 Content:T21",
        "A20\tKind E2 mixed",
        "A21\tStance E2 neutral",
        "A22\tChannel E2 unstated",
    ]
    folder.write()
    return standoff.load(folder.path)


def test_nesting_names_the_attribution_around_a_content(nested):
    assert list(nested.attributions["parent"].fillna("")) == ["", "E1"]
    assert sourcing.nesting(nested)[["id", "through", "depth"]].values.tolist() == [
        ["E2", "grey", 1]
    ]


def attributed(folder, text, *said, more=()):
    """A folder of one article with one sentence and its attributions, each as (cue, fragments of
    the content, source or None)."""
    lines = ["T1\tHeadline 0 13\tHeadline here", "T3\tSentence 0 13\tHeadline here"]
    lines += [
        f"{ident}\t{label} 15 {15 + len(text)}\t{text}"
        for ident, label in (("T2", "Body"), ("T4", "Sentence"))
    ]
    whole, contents, mentions = f"Headline here\n\n{text}\n", {}, {}
    for number, (cue, content, source) in enumerate(said, 1):
        if content not in contents:
            contents[content] = f"T{number}00"
            places = ";".join(
                f"{whole.index(part)} {whole.index(part) + len(part)}" for part in content
            )
            lines.append(f"T{number}00\tContent {places}\t{' '.join(content)}")
        lines.append(
            f"T{number}01\tAttribution {whole.index(cue)} {whole.index(cue) + len(cue)}\t{cue}"
        )
        if source and source not in mentions:
            at, mentions[source] = whole.index(source), f"T{number}02"
            lines += [
                f"T{number}02\tActor {at} {at + len(source)}\t{source}",
                f"A{number}9\tForm T{number}02 name",
            ]
            lines.append(f"N{number}\tReference T{number}02 actors:{source.lower()}\t{source}")
        lines.append(
            f"E{number}\tAttribution:T{number}01 "
            + (f"Source:{mentions[source]} " if source else "")
            + f"Content:{contents[content]}"
        )
        lines += [
            f"A{number}1\tKind E{number} indirect",
            f"A{number}2\tStance E{number} neutral",
            f"A{number}3\tChannel E{number} unstated",
        ]
    folder.lines = [*lines, *more]
    folder.write(whole, sha256=hashlib.sha256(whole.encode()).hexdigest())
    return standoff.load(folder.path)


def framed(start, words):
    """Lines of a frame with a target, both of these words."""
    lines = [
        f"T9{number}\t{label} {start} {start + len(words)}\t{words}"
        for number, label in enumerate(("Rivalry", "Actor"))
    ]
    lines += [
        "A90\tFunction T90 problem",
        "A91\tValence T90 negative",
        "A92\tForm T91 name",
        "R90\tTarget Arg1:T90 Arg2:T91",
    ]
    return [*lines, f"N90\tReference T91 actors:grey\t{words}"]


def said_through_another(folder):
    """Grey says that Blue says that Grey admits something."""
    with (folder.path / "actors.toml").open("a") as registry:
        registry.write(
            '[blue]\nname = "Blue"\nkind = "government"\ncountry = "none"\nnamed = false\n'
        )
    said = [
        ("said", ("Blue says that Grey admits talks failed",), "Grey"),
        ("says", ("Grey admits talks failed",), "Blue"),
    ]
    return attributed(
        folder,
        "Grey said: Blue says that Grey admits talks failed.",
        *said,
        ("admits", ("talks failed",), "Grey"),
    )


def test_voices_counts_words_once_that_come_back_to_an_actor(folder):
    corpus = said_through_another(folder)
    assert sourcing.nesting(corpus)[["id", "through", "depth"]].values.tolist() == [
        ["E2", "grey", 1],
        ["E3", "blue", 2],
    ]
    table = sourcing.voices(corpus).set_index("actor")
    assert table.loc["grey", ["attributions", "words", "share"]].tolist() == [2, 7, 1.0]
    assert table.loc["blue", ["attributions", "words", "share"]].tolist() == [1, 4, 4 / 7]
    found = sourcing.concentration(corpus).iloc[0]
    assert found["herfindahl"] == pytest.approx((7 / 11) ** 2 + (4 / 11) ** 2)


@pytest.mark.parametrize(
    "content", [("Talks, it was said and claimed, failed",), ("Talks", "failed")]
)
def test_of_two_attributions_with_one_content_the_earlier_cue_is_the_parent(folder, content):
    corpus = attributed(
        folder,
        "Talks, it was said and claimed, failed.",
        ("said", content, None),
        ("claimed", content, None),
        more=framed(15, "Talks"),
    )
    assert list(corpus.attributions["parent"].fillna("")) == ["", "E1"]
    assert sourcing.nesting(corpus)[["id", "depth"]].values.tolist() == [["E2", 1]]
    assert corpus.frames["voice"].tolist() == ["unsourced"]


def test_voice_of_a_frame_is_found_beyond_two_attributions_with_one_content(folder):
    content, outer = (
        ("talks, it was said and claimed, failed",),
        ("talks, it was said and claimed, failed yesterday",),
    )
    said = [("said", content, None), ("claimed", content, None), ("told", outer, "Grey")]
    corpus = attributed(
        folder,
        "Grey told: talks, it was said and claimed, failed yesterday.",
        *said,
        more=framed(26, "talks"),
    )
    assert dict(corpus.attributions[["id", "parent"]].fillna("").values) == {
        "E3": "",
        "E1": "E3",
        "E2": "E1",
    }
    assert corpus.frames["voice"].tolist() == ["grey"]


def test_an_attribution_with_its_cue_in_another_content_is_the_nested_one(folder):
    said = [
        ("claimed", ("Talks", "failed"), None),
        ("held", ("Talks, it was claimed, failed",), "Grey"),
    ]
    corpus = attributed(folder, "Talks, it was claimed, failed, held Grey.", *said)
    assert dict(corpus.attributions[["id", "parent"]].fillna("").values) == {"E1": "E2", "E2": ""}


def test_what_stands_in_the_gap_of_a_content_is_not_nested_in_it(folder):
    said = [
        ("said", ("Talks", "failed"), "Grey"),
        ("adding", ("with regret",), "Grey"),
    ]
    corpus = attributed(folder, "Talks, Grey said, adding with regret, failed.", *said)
    assert corpus.attributions["parent"].isna().all()
    assert sourcing.voices(corpus).set_index("actor").loc["grey", "words"] == 4


def test_frames_in_attributions_around_each_other_without_source_are_unsourced(folder):
    said = [
        ("said", ("Talks, as was claimed,",), None),
        ("claimed", ("failed, it was said",), None),
    ]
    corpus = attributed(
        folder, "Talks, as was claimed, failed, it was said.", *said, more=framed(15, "Talks")
    )
    assert corpus.attributions["parent"].isna().all()
    assert corpus.frames["voice"].tolist() == ["unsourced"]


BOOK = Codebook.read(SEEDS / "codebook.toml", Report())
PLACES = st.lists(st.integers(0, 12), min_size=2, max_size=4, unique=True).map(sorted)


@given(st.lists(st.tuples(st.integers(0, 11), PLACES), min_size=1, max_size=6))
def test_no_attribution_is_its_own_ancestor(said):
    """Wherever cues and contents of up to two fragments are."""
    found, text = Annotations(), "x" * 13
    for number, (cue, places) in enumerate(said):
        fragments = tuple(zip(places[::2], places[1::2], strict=False))
        found.spans.append(Span(f"T{number}1", "Attribution", ((cue, cue + 1),), "x"))
        found.spans.append(Span(f"T{number}2", "Content", fragments, covered(text, fragments)))
        found.events.append(
            Event(f"E{number}", "Attribution", f"T{number}1", (("Content", f"T{number}2"),))
        )
    found.spans.append(Span("T99", "Rivalry", ((0, 13),), text))
    table = tables_of("one", "gold", text, found, BOOK, {})["attributions"]
    above = dict(zip(table["id"], table["parent"], strict=True))
    assert above.keys() == {f"E{number}" for number in range(len(said))}
    for first in above:
        way = [first]
        while (outer := above[way[-1]]) is not None:
            assert outer not in way
            way.append(outer)


def test_voices_equals_a_count_by_hand(nested):
    grey = sourcing.voices(nested).set_index("actor").loc["grey"]
    assert (grey["attributions"], grey["words"], grey["quoted_words"], grey["mentions"]) == (
        1,
        4,
        1,
        2,
    )
    assert (grey["share"], grey["mention_share"], grey["gap"]) == (1.0, 1.0, 0.0)


def test_voices_gives_a_source_of_one_word_all_attributed_words(folder):
    corpus = attributed(folder, "Grey said no.", ("said", ("no",), "Grey"))
    grey = sourcing.voices(corpus).set_index("actor").loc["grey"]
    columns = ["words", "ascribed_words", "mentions", "share", "mention_share", "gap"]
    assert grey[columns].tolist() == [1, 0, 1, 1.0, 1.0, 0.0]


def test_voices_by_party_adds_actors_up_along_part_of(nested):
    table = sourcing.voices(nested, by="party")
    assert table[["actor", "mentions", "words"]].values.tolist() == [["blue", 2, 4]]
    with pytest.raises(ValueError, match="by='country'; expected one of actor, party"):
        sourcing.voices(nested, by="country")


def test_voices_counts_words_within_an_actors_own_words_once(corpus):
    """Toner's "we felt" is inside Toner's quotation; the party has these words once."""
    actors = sourcing.voices(corpus).query("doc == 'dw-2017-04-14'").set_index("actor")["words"]
    party = (
        sourcing.voices(corpus, by="party")
        .query("doc == 'dw-2017-04-14'")
        .set_index("actor")["words"]
    )
    assert party["us-government"] == actors["mark-toner"] + actors["rex-tillerson"]
    assert actors["us-government"] > 0


def test_unsourced_lists_attributions_without_source(nested):
    assert list(sourcing.unsourced(nested)["cue"]) == ["failed"]


def test_naming_gives_shares_of_all_attributions(nested):
    table = sourcing.naming(nested)
    assert table[["naming", "kind", "attributions", "share"]].values.tolist() == [
        ["named", "mixed", 1, 0.5],
        ["no source", "mixed", 1, 0.5],
    ]


def test_concentration_of_one_voice_is_one(nested):
    assert sourcing.concentration(nested)[
        ["voices", "herfindahl", "effective"]
    ].values.tolist() == [[1, 1.0, 1.0]]


def test_concentration_equals_the_sum_of_squared_shares(corpus):
    table = sourcing.voices(corpus)
    for doc, rows in table.groupby("doc"):
        part = rows["words"] / rows["words"].sum()
        found = sourcing.concentration(corpus).set_index("doc").loc[doc]
        assert found["herfindahl"] == pytest.approx((part**2).sum())
        assert 1 <= found["effective"] <= found["voices"] == (rows["words"] > 0).sum()


def test_runs_divides_the_article_text_without_gaps(corpus):
    runs = sourcing.runs(corpus)
    for doc, rows in runs.groupby("doc"):
        assert rows["first"].iloc[0] == 1
        assert (rows["first"].iloc[1:].values == rows["last"].iloc[:-1].values + 1).all()
        assert rows["last"].iloc[-1] == corpus.documents.set_index("doc").loc[doc, "words"]


def test_voices_counts_captions_only_on_request(corpus):
    without = sourcing.voices(corpus)[["doc", "attributions"]].groupby("doc").sum()
    with_them = sourcing.voices(corpus, captions=True)[["doc", "attributions"]].groupby("doc").sum()
    captions = corpus.attributions[corpus.attributions["zone"] == "Caption"].groupby("doc").size()
    assert (with_them - without)["attributions"].to_dict() == {
        "dw-2017-04-14": captions["dw-2017-04-14"],
        "avim-2018-10-31": 0,
    }


def test_citations_calls_a_reference_with_a_title_followable(corpus):
    zones = corpus.zones[corpus.zones["label"] == "Reference"].head(2).copy()
    zones["text"] = ["[1], 14 February 2018", "[2] An open letter, 29 January 2018"]

    class Some:
        attributions = corpus.attributions

    Some.zones = zones
    assert list(sourcing.citations(Some)["followable"]) == [False, True]


def test_citations_finds_an_attribution_for_every_footnote(corpus):
    assert (sourcing.citations(corpus)["attributions"] > 0).all()


def test_citations_counts_no_attributions_of_entries_that_none_cites(corpus):
    attributions = corpus.attributions
    cited = attributions["cites"].dropna().iloc[0]
    kept = attributions[attributions["cites"] == cited]
    table = sourcing.citations(replace(corpus, attributions=kept))
    counts = table.set_index("id")["attributions"]
    assert (counts[cited.split()] == len(kept)).all()
    assert (counts.drop(cited.split()) == 0).all() and len(counts) > len(cited.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Afghan-led", 1),
        ("didn't", 1),
        ("thanks-but-no-thanks", 1),
        ("20 years", 2),
        ("1,900", 1),
        ("3.5a", 2),
        ("a\ud800 b", 2),
        ("Taleban[2], which", 2),
        ("(QCG)", 1),
        ("—", 0),
        ("e\u0301t\u0301", 1),
    ],
)
def test_count_finds_the_same_words_in_short_and_long_texts(text, words):
    assert count(text) == words
    assert count(f"{text}\n" * 1_000) == words * 1_000


@given(st.text(st.sampled_from("aé1٣k .,-'’[]_\n\u0301\u00a0ش😀"), min_size=1, max_size=40))
def test_count_equals_the_number_of_positions(text):
    found, often = len(positions(text)), 2_000 // len(text) + 1
    assert count(text) == found
    assert count("\n".join([text] * often)) == found * often


def test_positions_count_from_the_start_of_the_text():
    assert positions("ab cd", 3) == [(3, 5)]


def test_voices_shares_add_up_to_one_without_nesting(corpus):
    outer = corpus.attributions[corpus.attributions["parent"].isna()]

    class Some:
        documents, actors, mentions, attributions = (
            corpus.documents,
            corpus.actors,
            corpus.mentions,
            outer,
        )

    table = sourcing.voices(Some)
    missing = (
        outer[outer["actor"].isna() & outer["zone"].isin(["Body"])].groupby("doc")["words"].sum()
    )
    given = outer[outer["zone"] != "Caption"].groupby("doc")["words"].sum()
    for doc, share in table.groupby("doc")["share"].sum().items():
        assert share == pytest.approx(1 - missing[doc] / given[doc])


def test_concentration_is_missing_without_voices(folder):
    folder.lines = [
        line
        for line in folder.lines
        if not line.startswith(("E1", "T7", "T8", "A3", "A4", "A5", "A6"))
    ] + ["A3\tUse T9 scare"]
    folder.write()
    corpus = standoff.load(folder.path)
    assert sourcing.voices(corpus)["words"].tolist() == [0]
    found = sourcing.concentration(corpus).iloc[0]
    assert found["voices"] == 0 and pd.isna(found["herfindahl"])


def test_runs_gives_words_between_pieces_of_a_content_to_what_lies_around(nested, folder):
    whole = 'T21\tContent 28 43\tthe "low" talks'
    folder.lines[folder.lines.index(whole)] = "T21\tContent 28 31;38 43\tthe talks"
    folder.lines[folder.lines.index("A20\tKind E2 mixed")] = "A20\tKind E2 indirect"
    folder.write()
    table = sourcing.runs(standoff.load(folder.path), by="actor")
    assert table.loc[table["text"] == "the", "actor"].tolist() == ["unsourced"]
    assert table.loc[table["text"].str.contains("low"), "actor"].tolist() == ["grey"]


def test_runs_rejects_anything_but_actor_or_party(nested):
    assert {"grey", "blue"} & set(sourcing.runs(nested, by="actor")["actor"]) == {"grey"}
    assert {"grey", "blue"} & set(sourcing.runs(nested, by="party")["actor"]) == {"blue"}
    with pytest.raises(ValueError, match="by='prty'; did you mean 'party'"):
        sourcing.runs(nested, by="prty")
