"""Claims: sentences that code fills with figures, checks and shows with evidence."""

import ast
import json
import subprocess
import sys
from html import escape
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT, SEEDS

from standoff.annotation.structure_checks import ARTICLE
from standoff.annotation.words import count
from standoff.claims import Claim, ClaimFailed, Claims, Finding, claims_in, claims_made, universes
from standoff.claims.analysis_choices import CHOICES


def test_figures_fill_the_sentence_and_evidence_is_quoted(corpus):
    claim = Claims(corpus)

    @claim("{n} quotations, {share:.0%} of all.")
    def all_of_them(c):
        return Finding(True, c.quotations, n=len(c.quotations), share=1.0)

    assert str(all_of_them) == "Holds: 9 quotations, 100% of all."
    assert [words for _, _, _, words in all_of_them.passages] == list(corpus.quotations["text"])
    assert claim.made == {"all_of_them": all_of_them}


def test_a_claim_that_does_not_hold_fails_with_its_sentence_figures_and_words(corpus):
    with pytest.raises(
        ClaimFailed,
        match=r"Does not hold: There are 9 of them\.\n  dw-2017-04-14 1267-1367: \"I think",
    ):

        @Claims(corpus)("There are {n} of them.")
        def wrong(c):
            return Finding(False, c.quotations, n=9)


def test_a_plain_truth_value_will_do(corpus):
    @Claims(corpus)("There are two articles.")
    def two(c):
        return len(c.documents) == 2

    assert two.holds and two.passages == []


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


def test_a_claim_says_in_how_many_universes_it_holds_and_where_it_fails(corpus):
    other = SimpleNamespace(documents=corpus.documents.head(1))
    claim = Claims(
        corpus, {"gold, as coded": corpus, "a, as coded": other, "b, as coded": SimpleNamespace()}
    )

    @claim("There are {n} articles.")
    def two(c):
        if not hasattr(c, "documents"):
            raise KeyError("documents")
        return Finding(len(c.documents) == 2, n=len(c.documents))

    assert str(two) == "Holds in gold only (1 of 3): There are 2 articles."
    assert two.elsewhere["a, as coded"] == "fails; the figures there: There are 1 articles."
    assert two.elsewhere["b, as coded"] == "nothing to count there (KeyError: 'documents')"
    assert "Where it does not hold" in two._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("held", "name"),
    [
        ("gold a b", "everywhere (3 of 3)"),
        ("gold a", "in most universes (2 of 3)"),
        ("gold", "in gold only (1 of 3)"),
        ("a", "in few universes (1 of 3)"),
    ],
)
def test_the_strongest_that_may_be_said_depends_on_the_universes(held, name):
    elsewhere = {coder: "" if coder in held.split() else "fails" for coder in ("gold", "a", "b")}
    assert Claim("x", "X.", True, [], elsewhere).robustness == name


def test_where_gold_is_the_only_coding_nothing_is_said_to_hold_in_gold_only():
    elsewhere = {"gold, as coded": "", "gold, with captions": "", "gold, by attributions": "fails"}
    assert Claim("x", "X.", True, [], elsewhere).robustness == "in most universes (2 of 3)"


@pytest.mark.parametrize(
    ("held", "mark"),
    [
        ("", "Does not hold anywhere (0 of 3)"),
        ("a", "Does not hold here, but in few universes (1 of 3)"),
        ("a b", "Does not hold here, but in most universes (2 of 3)"),
    ],
)
def test_a_claim_that_does_not_hold_says_where_it_would(held, mark):
    elsewhere = {coder: "" if coder in held.split() else "fails" for coder in ("gold", "a", "b")}
    assert Claim("x", "X.", False, [], elsewhere).mark == mark


def test_a_claim_about_an_example_is_shown_but_stays_out_of_the_lists(corpus):
    @Claims(corpus, listed=False)("There are two articles.")
    def two(c):
        return len(c.documents) == 2

    shown = two._repr_mimebundle_()
    assert shown["text/plain"] == "Holds: There are two articles." and set(shown) == {
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


def test_where_it_holds_with_other_figures_these_are_folded_and_what_they_count_is_said(corpus):
    fewer = SimpleNamespace(documents=corpus.documents.head(1))
    claim = Claims(
        corpus,
        {
            "gold, as coded": corpus,
            "a, as coded": fewer,
            "a, by attributions": fewer,
            "b, as coded": SimpleNamespace(documents=[]),
        },
    )

    @claim("There are {n} articles.")
    def some(c):
        return Finding(len(c.documents) > 0, n=len(c.documents))

    one = "There are 1 articles."
    assert (
        some.others == {"a, as coded": one, "a, by attributions": one}
        and some.mark == "Holds in most universes (3 of 4)"
    )
    html = some._repr_mimebundle_()["text/html"]
    assert (
        f"Where it holds with other figures</summary><ul><li>a, as coded; a, by attributions "
        f"(each counts as one word): {one}</li></ul>"
    ) in html
    assert html.index("with other figures") < html.index("Where it does not hold")


def test_a_claim_without_its_figures_elsewhere_is_told_and_does_not_break_off(corpus):
    @Claims(corpus, {"a, as coded": SimpleNamespace()})("There are {n} articles.")
    def two(c):
        return Finding(True, n=2) if hasattr(c, "documents") else Finding(False)

    assert two.elsewhere == {
        "a, as coded": "fails; its figures there do not fit the sentence (KeyError: 'n')"
    }


@pytest.mark.parametrize("n", [None, float("nan")])
def test_a_claim_that_holds_elsewhere_with_figures_that_no_words_fit_holds_there(corpus, n):
    @Claims(corpus, {"a, as coded": SimpleNamespace()})("There are {n:d} articles.")
    def two(c):
        return Finding(True, n=2 if hasattr(c, "documents") else n)

    assert two.mark == "Holds everywhere (1 of 1)" and two.others["a, as coded"].startswith(
        "its figures there do not fit the sentence ("
    )


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
    path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.stem != "02_agreement"
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


@pytest.mark.parametrize("name", ["03_framing", "04_sourcing", "05_chronology", "06_the_tables"])
def test_each_notebook_of_findings_makes_at_least_eight_claims(name):
    made = claims_made(ROOT / "notebooks")
    assert (made["notebook"] == name).sum() >= 8


def test_the_list_of_all_claims_in_the_last_notebook_is_whole():
    made = claims_made(ROOT / "notebooks")
    shown = (ROOT / "notebooks" / "07_together.ipynb").read_text(encoding="utf-8")
    for row in made[made["notebook"] != "07_together"].itertuples():
        assert json.dumps(escape(row.claim), ensure_ascii=False)[1:-1] in shown, row.claim
