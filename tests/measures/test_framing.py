"""framing.py: whose frame it is, what actors are called, and keyness against published values."""

import math

import numpy as np
import pytest
from test_sourcing import attributed

from standoff import framing

# text 1 holds b 7 times and a 3 times, text 2 b twice and a 7 times: chi-square, with Yates'
# correction, and G2 of b
ONE, TWO = [["b"] * 7 + ["a"] * 3], [["b"] * 2 + ["a"] * 7]


def test_keyness_equals_the_published_values():
    row = framing.keyness(ONE, TWO).set_index("word").loc["b"]
    assert (row["chi2"], row["yates"], row["g2"]) == pytest.approx(
        (4.3372, 2.6324, 4.5349), abs=5e-5
    )


def test_keyness_follows_the_formula_of_monroe_and_others():
    row = framing.keyness(ONE, TWO, prior=1.0).set_index("word").loc["b"]
    first, second = (7 + 9) / (10 + 19 - 7 - 9), (2 + 9) / (9 + 19 - 2 - 9)
    assert row["log_odds"] == pytest.approx(math.log(first) - math.log(second))
    assert row["z"] == pytest.approx(row["log_odds"] / math.sqrt(1 / 16 + 1 / 11))


def test_keyness_is_symmetric_up_to_its_sign():
    one, other = (
        framing.keyness(*pair).set_index("word").sort_index() for pair in ((ONE, TWO), (TWO, ONE))
    )
    assert np.allclose(one["z"], -other["z"]) and np.allclose(one["g2"], other["g2"])


def test_keyness_of_a_word_as_frequent_on_both_sides_is_zero():
    row = framing.keyness([["a", "b"]], [["a", "c"]]).set_index("word").loc["a"]
    assert (row["chi2"], row["yates"], row["g2"], row["z"]) == pytest.approx((0, 0, 0, 0))


def test_keyness_gives_even_words_no_dispersion_and_clumped_words_much():
    table = framing.keyness([["a", "b"], ["a", "c"]], [["a", "d"], ["a", "d"]]).set_index("word")
    assert table.loc["a", "dp"] == pytest.approx(0) and table.loc["b", "dp"] == pytest.approx(0.75)
    assert table.loc["a", "parts"] == 4 and table.loc["b", "parts"] == 1


def test_keyness_gives_a_false_discovery_rate_not_below_the_probability():
    from scipy.stats import chi2

    table = framing.keyness(ONE, TWO)
    assert (table["q"] >= chi2.sf(table["g2"], 1) - 1e-12).all()


def test_keyness_rejects_an_empty_side():
    with pytest.raises(ValueError, match="words on both sides"):
        framing.keyness([], TWO)


def test_profile_and_ownership_count_every_frame_of_the_article_text(corpus):
    inside = corpus.frames[corpus.frames["zone"] != "Caption"].groupby("doc").size()
    assert framing.profile(corpus).groupby("doc")["frames"].sum().to_dict() == inside.to_dict()
    assert framing.profile(corpus).groupby("doc")["share"].sum().round(9).tolist() == [1.0, 1.0]
    owned = framing.ownership(corpus, by="actor")
    assert (
        owned.groupby(["doc", "frame"])["frames"].sum()
        >= owned.groupby(["doc", "frame"])["of"].first()
    ).all()
    assert framing.places(corpus).groupby("doc")["frames"].sum().to_dict() == inside.to_dict()
    assert framing.crossing(corpus).groupby("doc")["frames"].sum().to_dict() == inside.to_dict()


def test_frames_inside_a_content_have_the_voice_of_its_source(corpus):
    voices = corpus.frames.set_index("text")["voice"]
    assert voices["Moscow of supporting the rebel Islamic group with weapons"] == "nato"
    assert (
        voices["Russia is supporting anti-western regimes and groups around the world"]
        == "unsourced"
    )
    assert voices["could further weaken the legitimacy of the Afghan government"] == "author"


def test_designations_separates_wordings_and_voices(corpus):
    table = framing.designations(corpus, "taliban")
    assert set(table["wording"]) == {
        "Taliban",
        "Taleban",
        "rebel Islamic group",
        "organisation that controls more than half the country",
    }
    assert table.set_index("wording").loc["rebel Islamic group", "voice"] == "nato"
    mentions = corpus.mentions[
        (corpus.mentions["actor"] == "taliban")
        & (corpus.mentions["form"] != "pronoun")
        & (corpus.mentions["zone"] != "Caption")
    ]
    assert table["mentions"].sum() == len(mentions)


def test_spoken_by_names_the_innermost_source_at_the_end_of_a_content(folder):
    """Grey says that Blue says that Grey failed: the last two words are Blue's."""
    with (folder.path / "actors.toml").open("a") as registry:
        registry.write(
            '[blue]\nname = "Blue"\nkind = "government"\ncountry = "none"\nnamed = false\n'
        )
    said = [
        ("said", ("Blue says Grey failed",), "Grey"),
        ("says", ("Grey failed",), "Blue"),
    ]
    corpus = attributed(folder, "Grey said Blue says Grey failed.", *said)
    inside = corpus.attributions[["doc", "start", "end"]].tail(1)
    assert framing.spoken_by(corpus, inside).tolist() == ["blue"]


@pytest.mark.parametrize("by", ["article", "voice"])
def test_sentences_by_holds_every_word_once(corpus, by):
    sides = framing.sentences_by(corpus, by)
    assert sum(len(part) for side in sides for part in side) == corpus.documents["words"].sum()


def test_sentences_by_rejects_an_unknown_side(corpus):
    with pytest.raises(ValueError, match="did you mean 'article'"):
        framing.sentences_by(corpus, by="articel")
