"""Drafts of attributions and names: what each rule proposes, and that hostile text takes no hours."""

from __future__ import annotations

import tomllib

import pytest

from standoff.authoring.drafts.all_rules import LONGEST_ZONE, proposals
from standoff.authoring.drafts.attributions import ATTRIBUTION_RULES, propose_attributions
from standoff.authoring.drafts.cues import LEXICON, forms
from standoff.authoring.drafts.mentions import propose_mentions

LEXICON_PARTS = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
CLASSES = {name: part for name, part in LEXICON_PARTS.items() if name != "words"}


def found(text):
    """(rule, source, cue, content, kind) of each attribution; pieces are joined by a slash."""

    def words(place):
        return " / ".join(text[start:end] for start, end in place)

    return [
        (
            one.rule,
            words(one.roles.get("Source", ())),
            words(one.fragments),
            words(one.roles["Content"]),
            one.attributes.get("Kind"),
        )
        for one in propose_attributions(text, [(0, len(text))])
    ]


DIRECT, ACCORDING, THAT, BEHIND, BARE, NOUN, PASSIVE, OBJECT = ATTRIBUTION_RULES
CASES = {
    "“We stay,” Paul Thorn said.": (DIRECT, "Paul Thorn", "said", "“We stay,”", "direct"),
    "“We stay,” said Mara Lind, the director of the company.": (
        DIRECT,
        "Mara Lind, the director of the company",
        "said",
        "“We stay,”",
        "direct",
    ),
    "“No,” she said. “Never again.”": (DIRECT, "she", "said", "“No,” / “Never again.”", "direct"),
    "“Who pays?” Thorn asked.": (DIRECT, "Thorn", "asked", "“Who pays?”", "direct"),
    "Thorn said: “We stay.”": (DIRECT, "Thorn", "said", "“We stay.”", "direct"),
    "“We stay,” Rep. Ann Low (D-Mass.) said.": (
        DIRECT,
        "Rep. Ann Low (D-Mass.)",
        "said",
        "“We stay,”",
        "direct",
    ),
    "According to the council, nothing was sold.": (
        ACCORDING,
        "the council",
        "According to",
        "nothing was sold",
        None,
    ),
    "Nothing was sold, according to the council.": (
        ACCORDING,
        "the council",
        "according to",
        "Nothing was sold",
        None,
    ),
    "Its director, Mara Lind, has said that the fares were low.": (
        THAT,
        "Its director, Mara Lind",
        "has said",
        "the fares were low",
        None,
    ),
    "The fares, Lind said, were low.": (BEHIND, "Lind", "said", "The fares / were low", None),
    "The fares were low, said Lind.": (BEHIND, "Lind", "said", "The fares were low", None),
    "Lind says she will meet the crew.": (BARE, "Lind", "says", "she will meet the crew", None),
    "He repeated her claim that nothing was sold.": (
        NOUN,
        "her",
        "claim",
        "nothing was sold",
        None,
    ),
    "It was reported that the crew had left.": (
        PASSIVE,
        "",
        "was reported",
        "the crew had left",
        None,
    ),
    "NATO has accused Moscow of arming them.": (
        OBJECT,
        "NATO",
        "has accused",
        "Moscow of arming them",
        None,
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_a_rule_proposes_source_cue_and_content(text):
    assert CASES[text] in found(text)


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_of_the_lexicon_has_an_example_with_one_attribution(name):
    assert len(found(CLASSES[name]["example"])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The United States is large.",
        "It was a small report about the harbour.",
        "He left the state, and the harbour closed.",
        "They came to say nothing.",
    ],
)
def test_a_sentence_in_which_nobody_speaks_has_no_proposal(text):
    assert found(text) == []


def test_forms_of_verbs_are_made_from_their_base():
    assert forms("deny denied denies denying") == {"deny", "denied", "denies", "denying"}
    assert forms("note") == {"note", "notes", "noted", "noting"}


def test_what_is_most_often_right_comes_first():
    text = "Grey criticized the plan. According to Low, it is late. “No,” Thorn said."
    labels = [one for one in proposals(text, None, [(0, len(text))]) if one.label != "Actor"]
    assert [one.rule for one in labels][1:] == [DIRECT, ACCORDING, OBJECT]


def test_names_have_their_article_and_no_ending_of_a_possessive():
    text = "On Friday the Harbour Board of Sandholm met Mara Lind's crew."
    places = [one.fragments[0] for one in propose_mentions(text, [(0, len(text))])]
    assert [text[slice(*one)] for one in places] == ["the Harbour Board of Sandholm", "Mara Lind"]


@pytest.mark.parametrize("piece", ['he said "', "'", "said ", "(", "X, ", "A "])
def test_only_the_beginning_of_a_very_long_line_is_looked_into(piece):
    text = (piece * LONGEST_ZONE)[: 20 * LONGEST_ZONE] + "\n“No,” Grey said."
    found = proposals(text, None, [(0, len(text) - 17), (len(text) - 16, len(text))])
    assert any(one.rule == DIRECT and one.fragments[0][0] > LONGEST_ZONE for one in found)
    assert not any(LONGEST_ZONE < one.fragments[-1][1] < len(text) - 16 for one in found)
