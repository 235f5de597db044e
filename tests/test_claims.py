"""claims.py: sentences that are code."""

import pytest

from standoff.claims import ClaimFailed, Claims, Finding


def test_figures_fill_the_sentence_and_evidence_is_quoted(corpus):
    claim = Claims(corpus)

    @claim("{n} quotations, {share:.0%} of all.")
    def all_of_them(c):
        return Finding(True, c.quotations, n=len(c.quotations), share=1.0)

    assert str(all_of_them) == "Holds: 9 quotations, 100% of all."
    assert [words for _, _, _, words in all_of_them.passages] == list(corpus.quotations["text"])
    assert claim.made == {"all_of_them": all_of_them}


def test_a_claim_that_does_not_hold_fails_with_its_sentence_figures_and_words(corpus):
    with pytest.raises(ClaimFailed, match=r"Does not hold: There are 9 of them\.\n  dw-2017-04-14 1267-1367: \"I think"):

        @Claims(corpus)("There are {n} of them.")
        def wrong(c):
            return Finding(False, c.quotations, n=9)


def test_a_plain_truth_value_will_do(corpus):
    @Claims(corpus)("There are two articles.")
    def two(c):
        return len(c.documents) == 2

    assert two.holds and two.passages == []


def test_figures_and_placeholders_must_match(corpus):
    with pytest.raises(ValueError, match=r"asks for the figures \['n'\] and was given: m"):

        @Claims(corpus)("There are {n}.")
        def wrong(c):
            return Finding(True, m=1)


def test_two_claims_need_two_names(corpus):
    claim = Claims(corpus)

    @claim("A.")
    def same(c):
        return True

    with pytest.raises(ValueError, match="a claim named 'same' has been made already"):

        @claim("B.")
        def same(c):
            return True


def test_words_are_shown_as_text_not_as_markup(corpus):
    @Claims(corpus)("<b>{x}</b>")
    def bold(c):
        return Finding(True, x="<script>")

    html = bold._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "&lt;b&gt;&lt;script&gt;" in html
