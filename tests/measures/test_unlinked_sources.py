"""Sources that are not linked to a registered actor, as in a foreign corpus, count as sources."""

from types import SimpleNamespace

import pandas as pd
import pytest
from test_frames import ENGINES

import standoff
from standoff import figures, framing, sourcing
from standoff.measures.frames import collect
from standoff.measures.sourcing import unlinked_name

TEXT = "The police said: it burns. police added: it smokes. Toner denied it. It was said to end."
# id, source, actor, cue, content
SAID = [
    ("E1", "The police", None, "said", "it burns"),
    ("E2", "police", None, "added", "it smokes"),
    ("E3", "Toner", "toner", "denied", "it."),
    ("E4", None, None, "was said", "to end"),
]


def table(rows, texts="", **more):
    """A table whose columns named in `texts` have the type of text even if all are missing."""
    return pd.DataFrame(rows, **more).astype({name: "str" for name in texts.split()})


@pytest.fixture
def foreign():
    attributions = table(
        [
            {
                "doc": "x",
                "id": ident,
                "actor": actor,
                "source": source,
                "cue": cue,
                "content": content,
                "kind": "indirect",
                "channel": "unstated",
                "words": len(content.split()),
                "quoted_words": 0,
                "parent": None,
                "start": TEXT.index(content),
                "end": TEXT.index(content) + len(content),
                "cue_start": TEXT.index(cue),
                "cue_end": TEXT.index(cue) + len(cue),
                "zone": "Body",
            }
            for ident, source, actor, cue, content in SAID
        ],
        "actor source parent",
    )
    attributions["named"] = pd.array([None, None, True, None], dtype="boolean")
    actors = {
        "actor": ["toner"],
        "name": ["Mark Toner"],
        "kind": ["government"],
        "country": ["US"],
        "part_of": [None],
        "named": [True],
    }
    zone = {"doc": "x", "id": "T1", "label": "Body", "start": 0, "end": len(TEXT), "text": TEXT}
    return SimpleNamespace(
        texts={"x": TEXT},
        documents=table({"doc": ["x"], "published": pd.to_datetime(["2020-01-01"])}),
        zones=table([zone | {"duplicate": False}]),
        attributions=attributions,
        actors=table(actors, "part_of"),
        mentions=table([], "doc id actor zone", columns=["doc", "id", "actor", "zone"]),
        quotations=table([], columns=["doc", "id", "use", "start", "end"]),
    )


def on(engine, corpus):
    names = ("documents", "attributions", "actors", "mentions")
    return SimpleNamespace(**{name: engine(getattr(corpus, name)) for name in names})


@pytest.fixture(params=["pandas", *ENGINES])
def anywhere(request, foreign):
    return foreign if request.param == "pandas" else on(ENGINES[request.param], foreign)


@pytest.mark.parametrize("by", ["actor", "party"])
def test_voices_counts_unlinked_sources_by_their_words(anywhere, by):
    voices = collect(sourcing.voices(anywhere, by=by))
    columns = ["actor", "name", "attributions", "words", "share", "linked"]
    assert voices[columns].to_numpy().tolist() == [
        ["“police”", "police", 2, 4, 4 / 7, False],
        ["toner", "Mark Toner", 1, 1, 1 / 7, True],
    ]


def test_naming_separates_unlinked_sources_from_no_source(anywhere):
    naming = collect(sourcing.naming(anywhere))
    assert naming[["naming", "attributions", "words", "share"]].to_numpy().tolist() == [
        ["named", 1, 1, 0.25],
        ["no source", 1, 2, 0.25],
        ["not linked", 2, 4, 0.5],
    ]


def test_unsourced_omits_unlinked_sources(anywhere):
    assert collect(sourcing.unsourced(anywhere))["id"].tolist() == ["E4"]


def test_concentration_counts_unlinked_voices(anywhere):
    (row,) = collect(sourcing.concentration(anywhere)).to_dict("records")
    assert (row["voices"], row["unlinked"]) == (2, 1)
    assert row["herfindahl"] == pytest.approx((4 / 5) ** 2 + (1 / 5) ** 2)


def test_voices_counts_nested_words_of_an_unlinked_source_once(foreign):
    foreign.attributions["parent"] = pd.Series([None, "E1", None, None], dtype="str")
    for engine in (lambda table: table, *ENGINES.values()):
        voices = collect(sourcing.voices(on(engine, foreign))).set_index("actor")
        assert voices.loc["“police”", ["attributions", "words"]].tolist() == [2, 2]


def test_runs_gives_words_to_unlinked_sources(foreign):
    runs = sourcing.runs(foreign)
    others = runs[runs["actor"] != "author"]
    assert others[["actor", "text", "linked"]].to_numpy().tolist() == [
        ["“police”", "it burns", False],
        ["“police”", "it smokes", False],
        ["toner", "it", True],
        ["unsourced", "to end", True],
    ]
    assert runs.loc[runs["actor"] == "author", "linked"].all()


def test_runs_keeps_a_source_called_author_apart_from_the_author(foreign):
    foreign.attributions["source"] = "the author"
    assert set(sourcing.runs(foreign)["actor"]) == {"author", "“author”", "toner"}


def test_spoken_by_names_the_unlinked_source(foreign):
    place = TEXT.index("burns")
    rows = pd.DataFrame({"doc": ["x"], "start": [place], "end": [place + 5]})
    assert framing.spoken_by(foreign, rows).tolist() == ["“police”"]


def test_nesting_names_unlinked_sources_by_their_words(foreign):
    foreign.attributions["parent"] = pd.Series([None, "E3", "E1", None], dtype="str")
    assert sourcing.nesting(foreign)[["actor", "through"]].values.tolist() == [
        ["“police”", "toner"],
        ["toner", "“police”"],
    ]


def test_frames_of_unlinked_sources_are_those_of_a_source(folder):
    book = folder.path / "codebook.toml"
    rules = book.read_text(encoding="utf-8").replace("reference = true", "reference = false")
    book.write_text(rules, encoding="utf-8")
    folder.lines = [line for line in folder.lines if not line.startswith("N")]
    folder.lines += [
        "T20\tRivalry 38 50\ttalks failed",
        "A20\tFunction T20 problem",
        "A21\tValence T20 negative",
        "R20\tTarget Arg1:T20 Arg2:T10",
    ]
    folder.write()
    corpus = standoff.load(folder.path)
    assert corpus.attributions["actor"].isna().all() and corpus.attributions["source"].notna().all()
    assert corpus.frames["voice"].tolist() == ["unlinked"]
    assert framing.ownership(corpus)[["voice", "owner"]].values.tolist() == [["unlinked", "source"]]
    assert framing.crossing(corpus)["voice_kind"].tolist() == ["source not linked"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("The Police", "“police”"),
        ("an\u00a0aide", "“aide”"),
        ("  A \n senior   official ", "“senior official”"),
        ("Anders", "“anders”"),
        ("those there", "“those there”"),
    ],
)
def test_unlinked_name_is_the_same_on_every_engine(source, name, foreign):
    assert unlinked_name(source) == name
    foreign.attributions["source"] = source
    for engine in (lambda table: table, *ENGINES.values()):
        assert name in set(collect(sourcing.voices(on(engine, foreign)))["actor"])


@pytest.mark.parametrize("figure", [figures.heard, figures.ways, figures.strip])
def test_figures_show_unlinked_sources(figure, foreign, corpus):
    """Uses the articles of the collection as if no source were linked."""
    from dataclasses import replace

    attributions = corpus.attributions.assign(
        actor=pd.Series(None, index=corpus.attributions.index, dtype="str"),
        named=pd.array([None] * len(corpus.attributions), dtype="boolean"),
    )
    shown = figure(replace(corpus, attributions=attributions))
    expected = {
        figures.heard: "Sources linked to no actor are among the others.",
        figures.ways: "Sources linked to no actor count as unnamed.",
        figures.strip: "Other or unnamed sources: 290 words, 96 quoted",
    }
    assert expected[figure] in f"{shown.caption} {shown.description}"
    assert "Nobody speaks" not in shown.title and "given no words" not in shown.description
