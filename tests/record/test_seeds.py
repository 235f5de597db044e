"""The record: unchanged texts, exact examples in the codebook, registries without unused entries."""

import hashlib
import re
import tomllib

import pytest
from conftest import SEEDS

from standoff.annotation.dates import is_value
from standoff.corpus.schema import COLUMNS
from standoff.exchange.lossless_tables import RECORD
from standoff.measures.sourcing import parties

BOOK = tomllib.loads((SEEDS / "codebook.toml").read_text(encoding="utf-8"))
CODERS = ("gold", "a", "b", "c")
CHECKSUMS = {
    "dw-2017-04-14": "1d74223f0086e97a320968f5beb70962b087f7d75878818977c85d325b36f581",
    "avim-2018-10-31": "09f3ca81b73678c63a10cf8161a0dcaddedf04cde839a2050e5201b68c0024c8",
}


@pytest.mark.parametrize("doc", CHECKSUMS)
def test_the_texts_have_the_checksums_of_the_originals(doc):
    assert hashlib.sha256((SEEDS / doc / "text.txt").read_bytes()).hexdigest() == CHECKSUMS[doc]


@pytest.mark.parametrize("name", [*BOOK["labels"], *BOOK["relations"]])
def test_examples_of_the_codebook_are_quoted_exactly(name, corpus):
    entry = BOOK["labels"].get(name) or BOOK["relations"][name]
    texts = [text.replace("\u00a0", " ") for text in corpus.texts.values()]
    for key in ("example", "counter_example"):
        assert key not in entry or any(
            entry[key].replace("\u00a0", " ") in text for text in texts
        ), entry[key]
    assert entry["definition"]


@pytest.mark.parametrize("name", BOOK["labels"])
def test_every_label_has_a_counter_example_a_reason_and_a_source(name):
    entry = BOOK["labels"][name]
    assert (
        entry["counter_example"]
        and entry["because"]
        and entry["source"]
        and entry["layer"] in BOOK["layers"]
    )
    assert ("example" in entry) != ("absent" in entry)


def test_labels_marked_absent_are_not_used(corpus):
    used = set(corpus.events["type"]) | set(corpus.frames["frame"])
    absent = {name for name, entry in BOOK["labels"].items() if "absent" in entry}
    assert absent and not absent & used


def test_every_actor_and_track_of_the_registries_is_used(corpus):
    used = {actor for ids in corpus.mentions["actor"] for actor in ids.split(" ")}
    above = set(corpus.actors["part_of"].dropna())
    assert set(corpus.actors["actor"]) - used - above == set()
    assert set(corpus.registry["tracks"]) == set(corpus.events["track"].dropna())


def test_spellings_in_the_registry_occur_in_the_texts(corpus):
    texts = "\n".join(corpus.texts.values()).replace("\u00a0", " ")
    for entry in corpus.registry["actors"].values():
        for spelling in entry.get("spellings", []):
            assert spelling in texts, spelling


def test_coders_are_described_as_language_models(corpus):
    for doc, meta in corpus.meta.items():
        for coder, entry in meta["coders"].items():
            assert "language model" in entry["who"], (doc, coder)


def test_a_coder_has_the_same_description_in_every_article(corpus):
    for coder in CODERS:
        assert len({meta["coders"][coder]["who"] for meta in corpus.meta.values()}) == 1, coder
    for meta in corpus.meta.values():
        gold, *others = (meta["coders"][coder]["who"] for coder in CODERS)
        assert set(others) == {f"{gold}, in a session of its own"}


COUNTRIES = {
    "Afghan": "Afghanistan",
    "American": "United States",
    "US": "United States",
    "Russian": "Russia",
}


def test_an_actor_is_named_if_the_articles_name_it(corpus):
    """Two are named otherwise: one by its members alone, one by the building that stands for it."""
    by_name = set(corpus.mentions.query("form == 'name'").actor)
    actors = corpus.registry["actors"].items()
    otherwise = {ident for ident, entry in actors if entry["named"] != (ident in by_name)}
    assert otherwise == {"us-state-department", "afghan-presidential-palace"}


def test_the_names_of_actors_are_made_of_words_of_the_articles(corpus):
    """But for first names that the articles do not give, and what tells a group from others."""
    words = set(re.findall(r"[\w-]+", " ".join(corpus.texts.values()).lower()))
    added = {
        word
        for entry in corpus.registry["actors"].values()
        for word in re.findall(r"[\w-]+", entry["name"].lower())
        if word not in words
    }
    assert added == {"vladimir", "bashar", "al-assad", "unnamed", "want"}


def test_actors_named_after_a_country_belong_to_it(corpus):
    called = {
        ident: word
        for ident, entry in corpus.registry["actors"].items()
        for word in COUNTRIES
        if re.search(rf"\b{word}s?\b", entry["name"])
    }
    assert len(called) > 10
    assert {ident: COUNTRIES[word] for ident, word in called.items()} == {
        ident: corpus.registry["actors"][ident]["country"] for ident in called
    }


def test_sentences_cover_every_zone_of_article_text(corpus):
    zones = corpus.zones[
        corpus.zones["label"].isin(["Headline", "Lead", "Crosshead", "Body", "Caption"])
        & ~corpus.zones["duplicate"]
    ]
    for zone in zones.itertuples():
        inside = corpus.sentences[
            (corpus.sentences["doc"] == zone.doc)
            & corpus.sentences["start"].between(zone.start, zone.end)
        ]
        assert re.sub(r"\s", "", "".join(inside["text"])) == re.sub(r"\s", "", zone.text)


def test_the_column_dictionary_names_every_column_of_every_table():
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    for table, columns in (COLUMNS | RECORD).items():
        section = readme.split(f"### `{table}`", 1)[1].split("\n### ", 1)[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == columns, table


def test_meta_agrees_with_headline_byline_and_dateline(corpus):
    for doc, meta in corpus.meta.items():
        zones = corpus.zones[corpus.zones["doc"] == doc].groupby("label")["text"].agg(" ".join)
        assert meta["title"] in zones["Headline"] and all(
            author in zones["Byline"] for author in meta["authors"]
        )
        assert all(
            part in zones["Dateline"]
            for part in (
                f"{meta['published']:%B}",
                str(meta["published"].day),
                str(meta["published"].year),
            )
        )
        assert meta["earlier_publication"].replace(",", "") in zones.get("Note", "unknown")
        assert meta["outlet"] == "unknown" or f"told {meta['outlet']}" in corpus.texts[doc]
        assert meta["genre"] in ("news report", "commentary") and (
            meta["language"],
            meta["country_of_outlet"],
        ) == ("en", "unknown")


def test_the_guidelines_of_every_coder_are_kept(corpus):
    said = (SEEDS / "guidelines.md").read_text(encoding="utf-8")
    for meta in corpus.meta.values():
        assert {
            name: entry["guidelines"] for name, entry in meta["coders"].items() if name != "gold"
        } == {"a": "1.0", "b": "1.0", "c": "1.4"}
        assert all(f"{entry['guidelines']} " in said for entry in meta["coders"].values())
        assert meta["coders"]["gold"]["guidelines"] == corpus.codebook.version


def test_an_actor_has_the_kind_and_country_of_the_actor_it_is_part_of(corpus):
    actors = corpus.registry["actors"]
    for entry in actors.values():
        above = actors.get(entry.get("part_of"), entry)
        assert (entry["kind"], entry["country"]) == (above["kind"], above["country"]), entry


def test_a_track_has_a_period_mentioned_members_and_a_fate_in_each_article_about_it(
    corpus,
):
    party = parties(corpus.actors)
    for ident, track in corpus.registry["tracks"].items():
        told = corpus.events[corpus.events["track"] == ident]
        assert set(track["fate"]) == set(told["doc"])
        assert is_value(track["period"])
        seen = {
            party[actor]
            for side in ("who", "whom")
            for ids in told[side].dropna()
            for actor in ids.split(" ")
        }
        assert {party[member] for member in track["members"]} <= seen, ident
