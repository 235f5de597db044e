"""Camps: from the registry, or the largest parties where it names none."""

from dataclasses import replace

import pandas as pd
import pytest
from made_corpora import CODED, without

from standoff.figures.camps import author_name, camp_names, camps, in_camps, keep_camps
from standoff.site.reading_pages import Readings


def with_camps(corpus, **named):
    """Return the corpus with these camps in its registry, by actor id with _ for -."""
    named = {actor.replace("_", "-"): camp for actor, camp in named.items()}
    return replace(
        corpus, actors=corpus.actors.assign(camp=corpus.actors["actor"].map(named).astype("str"))
    )


def test_camps_of_the_collection_have_their_colours_in_the_order_of_the_registry(corpus):
    names = list(camp_names(corpus).items())[1:5]
    shown = ["Washington", "Moscow", "Kabul", "the Taliban"]
    assert names == [(f"camp-{place}", name) for place, name in enumerate(shown, 1)]
    found = camps(corpus)
    assert found["sergey-lavrov"] == "camp-2" and found["taliban-spokesman"] == "camp-4"
    assert found["unnamed-experts"] == "expert" and found["china"] == "other"


def test_an_actor_belongs_to_the_nearest_camp_above_it(corpus):
    own = camps(with_camps(corpus, us_government="Washington", us_state_department="diplomats"))
    assert own["mark-toner"] == "camp-2" and own["donald-trump"] == "camp-1"
    assert own["russia"] == "other"


def test_a_fifth_camp_is_among_the_others(corpus):
    five = with_camps(corpus, us_government="A", russia="B", taliban="C", china="D", nato="E")
    assert camps(five)["china"] == "camp-4" and camps(five)["nato"] == "other"
    assert "E" not in camp_names(five).values()


def test_without_camps_the_largest_parties_are_the_camps(corpus):
    none = with_camps(corpus)
    assert list(camp_names(none).values())[1:5] == [
        "US government",
        "Russia",
        "Afghan government",
        "Taliban",
    ]
    assert camps(none)["sergey-lavrov"] == "camp-2"


def test_each_article_has_the_camps_of_all_where_the_registry_names_none(corpus):
    first, second = corpus.texts
    gold = with_camps(without(corpus, *CODED, doc=first))
    readings = Readings({"gold": gold, "a": with_camps(corpus.only([second]))}, [])
    assert camps(gold.article(first)) != camps(gold)
    assert camps(keep_camps(gold).article(first)) == camps(gold)
    assert camps(readings.articles["gold"][first]) == camps(gold)
    assert camps(readings.articles["a"][second]) == camps(gold)


@pytest.mark.parametrize(
    ("cell", "camp"),
    [
        ("mark-toner us-officials", "camp-1"),
        ("russia us-government", "other"),
        ("“the police”", "other"),
        (None, "other"),
        ("author", "author"),
    ],
)
def test_several_actors_are_of_a_camp_only_if_all_are(corpus, cell, camp):
    assert in_camps(pd.Series([cell]), corpus).tolist() == [camp]


def test_authors_are_called_by_their_number_and_genre(corpus):
    assert author_name(corpus) == "the authors"
    assert author_name(corpus, "avim-2018-10-31") == "the author"
    essay = {doc: meta | {"genre": "essay"} for doc, meta in corpus.meta.items()}
    assert author_name(replace(corpus, meta=essay), "dw-2017-04-14") == "the authors"
