"""quote_finding.py: a quotation is found exactly, or refused with what comes nearest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.authoring.quote_finding import Quote, QuoteError, find_all, find_one, quote_for

TEXT = (
    "He said the US and the USA met.\nMr\u00a0Grey’s “low” talks – the talks – failed; Café "
    "Zoe\u0301 closed.\nthe talks went on"
)
LINES = st.text(st.sampled_from("ab cé\u0301\u00a0“US-"), min_size=1, max_size=40)


def place(**keys):
    return find_one(TEXT, Quote(**keys))


def refusal(code, **keys):
    """The message of the refusal, which has this code."""
    with pytest.raises(QuoteError) as caught:
        place(**keys)
    assert caught.value.code == code
    return str(caught.value)


def shown(message):
    """The candidates that a message shows."""
    return message.split("\n    ")[1:]


def test_a_quotation_consists_of_whole_words():
    assert place(quote="the US") == (8, 14)
    message = refusal("E-quote-absent", quote="the US m")
    assert shown(message) == ["1. line 1: He said [the US] and the USA met."]


def test_words_inside_a_word_are_found_only_if_inside_word_is_set():
    message = refusal("E-quote-absent", quote="fail")
    assert "only inside longer words; if that is meant, add inside_word = true" in message
    assert shown(message) == [
        "1. line 2: …y’s “low” talks – the talks – [fail]ed; Café Zoe\u0301 closed."
    ]
    assert place(quote="fail", inside_word=True) == (68, 72)


def test_a_letter_is_not_separated_from_its_accent():
    assert "only inside longer words" in refusal("E-quote-absent", quote="Zoe")


def test_words_that_occur_several_times_are_shown_with_number_and_context():
    message = refusal("E-quote-ambiguous", quote="the talks")
    assert "occurs 2 times; choose one with occurrence, prefix or suffix:" in message
    assert shown(message) == [
        "1. line 2: Mr\u00a0Grey’s “low” talks – [the talks] – failed; Café Zoe\u0301 closed.",
        "2. line 3: [the talks] went on",
    ]
    assert TEXT[place(quote="the talks", occurrence=2)[0] :] == "the talks went on"
    assert place(quote="the talks", suffix="went") == place(quote="the talks", occurrence=2)
    assert place(quote="the talks", prefix="–") == place(quote="the talks", occurrence=1)


def test_an_occurrence_that_does_not_exist_shows_those_that_do():
    assert len(shown(refusal("E-quote-occurrence", quote="the talks", occurrence=3))) == 2


def test_a_wrong_prefix_shows_the_words_without_it():
    message = refusal("E-quote-absent", quote="the talks", prefix="after")
    assert "with the prefix 'after'; without:" in message and len(shown(message)) == 2


@pytest.mark.parametrize(
    ("quote", "difference", "words"),
    [
        ("Mr Grey", "in white space", "[Mr\u00a0Grey]"),
        ("Grey's", "in the kind of quotation marks or apostrophes", "[Grey’s]"),
        ('"low"', "in the kind of quotation marks or apostrophes", "[“low”]"),
        ("talks - the talks", "in the kind of dashes or hyphens", "[talks – the talks]"),
        ("the usa", "in capital and small letters", "[the USA]"),
        ("Cafe", "in accents", "[Café]"),
        ("Zoé", "in accents", "[Zoe\u0301]"),
        (
            "mr grey's",
            "in white space, quotation marks, dashes, capitals or accents",
            "[Mr\u00a0Grey’s]",
        ),
    ],
)
def test_a_trivial_difference_is_named_and_shown_and_never_overlooked(quote, difference, words):
    message = refusal("E-quote-absent", quote=quote)
    assert f"the only difference is {difference}" in message and words in message


def test_a_no_break_space_is_named():
    message = refusal("E-quote-absent", quote="Mr Grey")
    assert message.endswith("it contains U+00A0 no-break space")


def test_the_longest_part_of_a_quotation_that_is_in_the_text_is_shown():
    message = refusal("E-quote-absent", quote="the talks went well")
    assert shown(message) == ["1. line 3: [the talks went] on"]
    assert shown(refusal("E-quote-absent", quote="zebra")) == []


def test_a_long_place_is_given_by_its_beginning_and_its_end_in_one_line():
    assert TEXT[slice(*place(quote="“low”", until="failed"))] == "“low” talks – the talks – failed"
    assert len(shown(refusal("E-quote-ambiguous", quote="“low”", until="talks"))) == 2
    message = refusal("E-quote-absent", quote="He said", until="failed")
    assert message.endswith("but not in one line in this order")
    message = refusal("E-quote-absent", quote="He said", until="nothing")
    assert "'nothing' is not in the text" in message


def test_a_quotation_and_its_end_may_meet_inside_a_word():
    assert find_one("from Kabulistan on", Quote("from Kabul", until="istan on")) == (0, 18)


def test_a_quotation_across_a_line_end_is_refused():
    assert "a list of quotations" in refusal("E-quote-line", quote="met.\nMr")


def test_an_empty_quotation_has_no_place():
    assert find_all("a b", Quote("")) == []


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(LINES, min_size=1, max_size=3).map("\n".join), st.data())
def test_quote_for_gives_a_quotation_of_that_place_only(text, data):
    start = data.draw(st.sampled_from([n for n, c in enumerate(text) if c != "\n"]))
    last = text.find("\n", start)
    end = data.draw(st.integers(start + 1, len(text) if last < 0 else last))
    assert find_one(text, Quote(**quote_for(text, start, end))) == (start, end)
