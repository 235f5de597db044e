"""Claims: sentences that code fills with figures, checks and shows with evidence."""

import ast
import re
import subprocess
import sys
from html import unescape
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT, SEEDS

from standoff.annotation.words import count
from standoff.annotation.zone_labels import ARTICLE
from standoff.claims import (
    Claim,
    ClaimFailed,
    Claims,
    Finding,
    claims_in,
    recall,
    universes,
)
from standoff.claims.analysis_choices import CHOICES
from standoff.claims.claim import CLAIM, RECALLED
from standoff.claims.passages import passage_html, passages
from standoff.figures.camps import camps


def test_figures_fill_the_sentence_and_evidence_is_quoted(corpus):
    claim = Claims(corpus)

    @claim("{n} quotations, {share:.0%} of all.")
    def all_of_them(c):
        return Finding(True, c.quotations, n=len(c.quotations), share=1.0)

    assert str(all_of_them) == "9 quotations, 100% of all. (holds)"
    words = [bounds for passage in all_of_them.passages for bounds in passage.words]
    places = zip(corpus.quotations["start"], corpus.quotations["end"], strict=True)
    assert sorted(words) == sorted(places)
    assert claim.made == {"all_of_them": all_of_them}


def test_a_claim_that_does_not_hold_fails_with_its_sentence_figures_and_words(corpus):
    with pytest.raises(
        ClaimFailed,
        match=r"There are 9 of them\. \(does not hold\)\n  dw-2017-04-14 1267-\d+: \"I think",
    ):

        @Claims(corpus)("There are {n} of them.")
        def wrong(c):
            return Finding(False, c.quotations, n=9)


def test_a_plain_truth_value_will_do(corpus):
    @Claims(corpus)("There are two articles.")
    def two(c):
        return len(c.documents) == 2

    assert two.holds and two.is_firm and two.passages == []


def test_figures_and_placeholders_must_match(corpus):
    with pytest.raises(
        ValueError, match=r"has the placeholders \['n'\]; its function returned the figures \['m'\]"
    ):

        @Claims(corpus)("There are {n}.")
        def wrong(c):
            return Finding(True, m=1)


def test_re_running_a_cell_replaces_its_claim(corpus):
    claim = Claims(corpus)

    @claim("A.")
    def first(c):
        return True

    @claim("B.")
    def second(c):
        return True

    @claim("A, corrected.")
    def first(c):  # noqa: F811 - as in a notebook cell that is edited and run again
        return True

    assert {name: made.sentence for name, made in claim.made.items()} == {
        "second": "B.",
        "first": "A, corrected.",
    }


def test_a_claim_that_fails_when_its_cell_is_re_run_is_no_longer_kept(corpus):
    claim = Claims(corpus)

    @claim("A.")
    def same(c):
        return True

    with pytest.raises(ClaimFailed):

        @claim("A.")
        def same(c):
            return False

    assert claim.made == {}


def test_two_claims_of_one_notebook_need_two_names(corpus):
    @Claims(corpus)("A.")
    def same(c):
        return True

    shown = {"data": same._repr_mimebundle_()}
    with pytest.raises(ValueError, match="two claims of one notebook are named 'same'"):
        claims_in(SimpleNamespace(cells=[{"outputs": [shown]}, {"outputs": [shown]}]))


@pytest.mark.parametrize(
    "first", ["standoff.claims.claim", "standoff.claims.analysis_choices", "standoff.claims"]
)
def test_public_names_can_be_imported_in_any_order(first):
    code = (
        f"import {first}; from standoff.claims import Claims, universes; assert callable(universes)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_words_are_shown_as_text_not_as_markup(corpus):
    @Claims(corpus)("<b>{x}</b>")
    def bold(c):
        return Finding(True, x="<script>")

    html = bold._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "&lt;b&gt;&lt;script&gt;" in html


def held(*truths):
    """A claim that holds or fails like this in the codings gold, a and b."""
    names = ("gold, as coded", "a, as coded", "b, as coded")
    elsewhere = {name: (truth, "") for name, truth in zip(names, truths, strict=False)}
    return Claim("x", "X.", truths[0], [], elsewhere)


@pytest.mark.parametrize(
    ("truths", "mark", "firm"),
    [
        ((True, True, True), "3/3 codings", True),
        ((True, True, False), "2/3 codings", False),
        ((True, False, False), "1/3 codings", False),
        ((False, True, True), "2/3 codings", False),
        ((True,), "holds", True),
        ((False,), "does not hold", False),
    ],
)
def test_a_chip_says_in_how_many_codings_a_claim_holds(truths, mark, firm):
    claim = held(*truths)
    assert (claim.mark, claim.is_firm) == (mark, firm)


def test_a_claim_lists_the_codings_and_the_choices_of_the_reference_that_change_it(corpus):
    fewer = SimpleNamespace(documents=corpus.documents.head(1))
    claim = Claims(
        corpus,
        {
            "gold, as coded": corpus,
            "gold, with captions": fewer,
            "gold, without headings": corpus,
            "a, as coded": fewer,
            "a, with captions": fewer,
            "b, as coded": SimpleNamespace(),
        },
    )

    @claim("There are {n} articles.")
    def two(c):
        return (
            Finding(len(c.documents) == 2, n=len(c.documents)) if hasattr(c, "documents") else 1 / 0
        )

    assert two.mark == "1/3 codings" and not two.is_firm
    assert two.changes == [
        "fails if captions count as article text (1 instead of 2 articles)",
        "fails in coding A (1 instead of 2 articles)",
        "fails in coding B (nothing to count)",
    ]
    assert "What changes it" in two._repr_mimebundle_()["text/html"]


def test_other_figures_elsewhere_are_changes_too_and_come_after_failures(corpus):
    fewer = SimpleNamespace(documents=corpus.documents.head(1))
    tried = {"gold, as coded": corpus, "a, as coded": fewer, "b, as coded": SimpleNamespace()}

    @Claims(corpus, tried)("{n} of {all} articles, {share:.0%}.")
    def some(c):
        n = len(c.documents) if hasattr(c, "documents") else 1 / 0
        return Finding(n > 0, n=n, all=n, share=1)

    assert some.mark == "2/3 codings"
    assert some.changes == [
        "fails in coding B (nothing to count)",
        "1 of 1 instead of 2 of 2 articles in coding A",
    ]


def test_a_claim_on_which_coders_agree_little_is_marked(corpus):
    @Claims(corpus)("A.", weak="links in time")
    def weak(c):
        return True

    shown = weak._repr_mimebundle_()
    assert not weak.is_firm and "Less certain: links in time" in shown["text/html"]
    assert shown[CLAIM]["weak"] == "links in time" and shown[CLAIM]["firm"] is False


def test_a_passage_is_whole_sentences_with_source_cue_and_content(corpus):
    doc = "avim-2018-10-31"
    text = corpus.texts[doc]
    words = corpus.find("excluding the Taleban will bring peace")

    @Claims(corpus)("Russia does not think so.")
    def negated(c):
        return Finding(True, words)

    (passage,) = negated._repr_mimebundle_()[CLAIM]["passages"]
    quoted = {kind: [text[a:b] for a, b in passage[kind]] for kind in ("source", "cue", "content")}
    assert passage["where"] == "AVIM, paragraph 8"
    assert text[passage["start"] : passage["end"]].startswith("On the contrary, Russia does not")
    assert quoted == {
        "source": ["Russia"],
        "cue": ["does not think"],
        "content": ["a process excluding the Taleban will bring peace to Afghanistan"],
    }
    assert passage["words"] == ((int(words["start"].item()), int(words["end"].item())),)


def test_a_finding_says_which_words_of_its_passages_carry_it(corpus):
    evidence = corpus.frames[corpus.frames["text"].str.contains("icy relationship|low point")]

    @Claims(corpus)("Relations are icy.")
    def icy(c):
        return Finding(True, evidence, mark="increasingly icy relationship")

    lead, other = icy.passages
    text = corpus.texts[lead.doc]
    assert [text[a:b] for a, b in lead.words] == ["increasingly icy relationship"]
    assert [text[a:b] for a, b in other.words] == [
        'US-Russian relations as being at a "low point,"'
    ]


def test_evidence_in_neighbouring_sentences_of_a_paragraph_shares_a_passage(corpus):
    together = corpus.find("In a press briefing|I think just to end it|unilateral Russian attempt")
    assert [len(passage.words) for passage in passages(corpus, together)] == [1, 2]
    apart = corpus.find("If the reports are true|has accepted")  # a paragraph ends between them
    assert [passage.where for passage in passages(corpus, apart)] == [
        "AVIM, paragraph 1",
        "AVIM, paragraph 2",
    ]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("skips out on", "DW, headline"),
        ("increasingly icy", "DW, lead"),
        ("geopolitical competition", "DW, subheading"),
        ("low point", "DW, paragraph 7"),
        ("15 July 2018", "AVIM, footnote"),
        ("thinks the US will not accept", "DW, caption"),
    ],
)
def test_a_passage_says_where_it_stands_as_a_reader_would(corpus, words, where):
    assert [passage.where for passage in passages(corpus, corpus.find(words))] == [where]


def test_passages_mark_the_words_of_the_article_and_nothing_else(corpus):
    for passage in passages(corpus, corpus.attributions):
        html = passage_html(passage, corpus.texts[passage.doc], camps(corpus))
        bare = unescape(re.sub(r"</?(?:span|mark)[^>]*>", "", html))
        assert bare == corpus.texts[passage.doc][passage.start : passage.end]


def test_a_passage_says_whose_words_it_holds(corpus):
    (passage,) = passages(corpus, corpus.find("they would attend the Russian-led peace talks"))
    text = corpus.texts[passage.doc]

    def voice(words):
        start = text.index(words, passage.start)
        return passage.voice(start, start + len(words))

    assert voice("they would attend") == "taliban-spokesman"
    assert voice("press reports") == "press-reports"
    assert 'class="content camp-4"' in passage_html(passage, text, camps(corpus))


def test_another_cell_may_not_make_a_claim_of_the_same_name(corpus, monkeypatch):
    claim = Claims(corpus)

    def run_in(cell, sentence, holds=True):
        request = {"metadata": {"cellId": cell}}
        shell = SimpleNamespace(get_parent=lambda: request)
        monkeypatch.setattr("IPython.get_ipython", lambda: shell)

        @claim(sentence)
        def same(c):
            return holds

    run_in("first", "A.")
    run_in("first", "A, corrected.")
    with pytest.raises(ValueError, match="a claim named 'same' was made in cell first"):
        run_in("second", "B.")
    assert claim.made["same"].sentence == "A, corrected."
    with pytest.raises(ClaimFailed):
        run_in("first", "A, mistaken.", holds=False)
    run_in("second", "B, in place of the claim that failed.")
    assert claim.made["same"].sentence == "B, in place of the claim that failed."


def test_a_claim_of_another_notebook_can_be_shown_again_without_counting_twice(tmp_path, corpus):
    @Claims(corpus)("There are two articles.")
    def two(c):
        return Finding(True, c.find("low point"))

    output = nbformat.v4.new_output("display_data", data=two._repr_mimebundle_())
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    shown = recall("one", "two", tmp_path)
    assert repr(shown) == "There are two articles. (holds)"
    data = shown._repr_mimebundle_()
    assert data[RECALLED] == {"notebook": "one", "id": "two"} and CLAIM not in data
    assert data["text/plain"] == "There are two articles. (holds)"
    assert "low point" in data["text/html"] and "id=" not in data["text/html"]
    with pytest.raises(KeyError, match="one shows no claim named 'three'"):
        recall("one", "three", tmp_path)


def test_a_claim_about_an_example_is_shown_but_stays_out_of_the_lists(corpus):
    @Claims(corpus, listed=False)("There are two articles.")
    def two(c):
        return len(c.documents) == 2

    shown = two._repr_mimebundle_()
    assert shown["text/plain"] == "There are two articles. (holds)" and set(shown) == {
        "text/html",
        "text/plain",
    }
    notebook = SimpleNamespace(cells=[{"outputs": [{"data": shown}]}])
    assert claims_in(notebook) == []


def test_there_are_universes_for_every_coder_and_choice():
    made = universes(SEEDS)
    assert len(made) == 3 * len(CHOICES)
    assert (
        made["gold, with captions"].documents["words"].iloc[0]
        > made["gold, as coded"].documents["words"].iloc[0]
    )
    assert (
        made["gold, without headings"].documents["words"].iloc[0]
        < made["gold, as coded"].documents["words"].iloc[0]
    )
    assert set(made["gold, by attributions"].attributions["words"]) == {1}
    assert made["b, as coded"].coder == "b"


def test_sentences_move_with_their_zones_so_that_words_add_up_to_those_of_the_article():
    made = universes(SEEDS)
    for choice in CHOICES:
        c = made[f"gold, {choice}"]
        inside = c.sentences[c.sentences["label"].isin(ARTICLE)]
        assert list(
            inside["text"].map(count).groupby(inside["doc"]).sum()[c.documents["doc"]]
        ) == list(c.documents["words"]), choice


def test_a_claim_without_its_figures_elsewhere_says_so(corpus):
    @Claims(corpus, {"a, as coded": SimpleNamespace()})("There are {n} articles.")
    def two(c):
        return Finding(True, n=2) if hasattr(c, "documents") else Finding(False)

    assert two.elsewhere == {"a, as coded": (False, "no figure instead of 2 articles")}


@pytest.mark.parametrize("n", [None, float("nan")])
def test_a_claim_that_holds_elsewhere_with_figures_that_no_words_fit_holds_there(corpus, n):
    @Claims(corpus, {"a, as coded": SimpleNamespace()})("There are {n:d} articles.")
    def two(c):
        return Finding(True, n=2 if hasattr(c, "documents") else n)

    assert two.holds and two.elsewhere == {"a, as coded": (True, "no figure instead of 2 articles")}


def claims_of(path):
    """Every function of a notebook that makes a claim, by its syntax tree."""
    cells = nbformat.read(path, as_version=4).cells
    nodes = (
        node for cell in cells if cell.cell_type == "code" for node in ast.parse(cell.source).body
    )
    return [
        node
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        and any("claim" in ast.unparse(made) for made in node.decorator_list)
    ]


TRIED = [
    path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.stem != "07_reliability"
]  # its claims are about the coders themselves


@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_a_claim_that_is_tried_elsewhere_is_worked_out_from_the_corpus_it_is_given_alone(path):
    cells = [
        cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    ]
    kept = {name.id for cell in cells for node in ast.parse(cell).body if isinstance(node, ast.Assign) for target in node.targets for name in ast.walk(target)
            if isinstance(name, ast.Name)} - {"DW", "AVIM"}  # fmt: skip
    for function in claims_of(path):
        (given,) = (argument.arg for argument in function.args.args)
        own = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        read = {
            node.id
            for statement in function.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
        }
        assert given in read and not (read - own) & kept, function.name


def test_no_universe_is_made_before_it_is_asked_for(monkeypatch):
    def load(folder, coder):
        raise LookupError(coder)

    monkeypatch.setattr("standoff.corpus.loading.load", load)
    made = universes(SEEDS)
    assert len(list(made)) == 3 * len(CHOICES)
    with pytest.raises(LookupError, match="b"):
        made["b, as coded"]


def test_there_are_between_fifteen_and_twenty_five_claims_and_each_has_its_passages():
    made = [
        claim
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for claim in claims_in(nbformat.read(path, as_version=4))
    ]
    assert 15 <= len(made) <= 25
    about_coders = {"time_is_weaker_than_voice"}
    assert {claim["id"] for claim in made if not claim["passages"]} == about_coders
