"""Two coders' differences: found, decided one by one, and merged into the reference coding."""

import datetime as dt
import random
import re

import pytest
from conftest import SEEDS, codes, tree

import standoff
from standoff.annotation import brat
from standoff.annotation.ordering import canonical, contents, difference
from standoff.authoring.adjudicating import adjudicate
from standoff.authoring.adjudication_view import _View
from standoff.authoring.ann_formatting import format_files
from standoff.authoring.article_files import OutsideChangeError
from standoff.authoring.checking import survey
from standoff.authoring.comparing import compare
from standoff.authoring.compiling import compile_notes
from standoff.authoring.merging import Merge
from standoff.authoring.project import Entry, accept, add

TEXT = (
    "Ferry stays in port\n\n"
    'The crew stayed ashore on Tuesday. "We carry our neighbours," Paul Thorn said. '
    '"They should not choose between a ticket and a doctor," he added.\n\n'
    "The company <sic> sees it differently. Mara Lind said the fares had not covered the fuel since "
    "2022.\n"
)
ACTORS = """
[crew]
name = "the crew"
kind = "union"
country = "unknown"
named = false

[thorn]
name = "Paul Thorn"
kind = "union"
country = "unknown"
named = true

[lind]
name = "Mara Lind"
kind = "company"
country = "unknown"
named = true
"""
BOTH_HAVE = """
[[Attribution]]
quote = "said"
by = "Paul Thorn"
says = '"We carry our neighbours,"'
Stance = "neutral"

[[Quoted]]
quote = '"They should not choose between a ticket and a doctor,"'
Use = "speech"
"""
ANNA = (
    BOTH_HAVE
    + """
[[HumanInterest]]
quote = "They should not choose between a ticket and a doctor"

[[Attribution]]
quote = "added"
by = { quote = "he", refers = "thorn", suffix = "added" }
says = '"They should not choose between a ticket and a doctor,"'
Stance = "neutral"

[[Attribution]]
quote = "said"
by = "Mara Lind"
says = "the fares had not covered the fuel"
Stance = "neutral"

[[Actor]]
quote = "The crew"
name = "crew"

[[Protest]]
quote = "stayed ashore"
name = "stayed"
Who = "crew"
Factuality = "fact"

[[Time]]
quote = "Tuesday"
name = "Tuesday"
TimeType = "DATE"
refers = 2025-03-11

[[IS_INCLUDED]]
a = "stayed"
b = "Tuesday"
note = "the ferry stayed all day"
"""
)
BEN = (
    BOTH_HAVE
    + """
[[Morality]]
quote = "They should not choose between a ticket and a doctor"
Valence = "negative"

[[Attribution]]
quote = "said"
by = "Mara Lind"
says = "the fares had not covered the fuel since 2022"
Stance = "affirming"

[[Actor]]
quote = "The crew"
name = "crew"

[[Actor]]
quote = "The company"
refers = "lind"

[[Protest]]
quote = "stayed ashore"
name = "stayed"
Factuality = "fact"

[[Time]]
quote = "Tuesday"
name = "Tuesday"
TimeType = "DATE"
refers = 2025-03-11

[[SIMULTANEOUS]]
a = "Tuesday"
b = "stayed"
"""
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with an article that two coders have coded."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "page.txt").write_text(TEXT, encoding="utf-8")
    entry = Entry(folder / "page.txt", "Ferry stays in port", dt.date(2025, 3, 12), name="ferry")
    add(folder / "mine", [entry])
    accept(folder / "mine")
    (folder / "mine" / "actors.toml").write_text(ACTORS, encoding="utf-8")
    article = folder / "mine" / "ferry"
    for name, notes in (("anna", ANNA), ("ben", BEN)):
        with (article / "meta.toml").open("a", encoding="utf-8") as meta:
            meta.write(f'\n[coders.{name}]\nwho = "{name}"\n')
        (article / f"{name}.notes.toml").write_text(notes, encoding="utf-8")
    compile_notes(article)
    return tree(folder / "mine")


@pytest.fixture
def article(made, tmp_path):
    """The article's folder, in a project of its own."""
    for name, data in made.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "mine" / "ferry"


def decide(session, choices):
    """Decide everything: what a disagreement is about -> what is taken, else the first coder's."""
    while session.current:
        wanted = (
            taken for start, taken in choices.items() if session.current.what.startswith(start)
        )
        session.take(next(wanted, session.coders[0]), "it says so")
    return session


def said(annotations):
    """What a coding states, zones and sentences apart, in a form to search."""
    return {
        (span.label, span.text)
        for span in annotations.spans
        if span.label not in ("Headline", "Body", "Sentence")
    }


def gold(article):
    return standoff.load(article.parent).annotations[article.name]


def whats(session):
    return [one.what.split(" of ")[0] for one in session.open]


def test_a_coder_of_a_part_is_left_out_unless_named(article):
    (article / "cleo.ann").write_bytes((article / "anna.ann").read_bytes())
    with (article / "meta.toml").open("a", encoding="utf-8") as meta:
        meta.write('\n[coders.cleo]\nwho = "Cleo"\npartial = "frames only"\n')
    assert adjudicate(article).coders == compare(article.parent).coders == ("anna", "ben")
    assert compare(article.parent, coders=("anna", "cleo")).coders == ("anna", "cleo")


# --- what is a disagreement ---


def test_every_difference_is_asked_once_and_what_hangs_on_it_is_not(article):
    session = adjudicate(article)
    assert sorted(whats(session)) == [
        "Actor",  # only Ben: the company
        "Actor",  # only Anna: he
        "Attribution",  # only Anna: added; with its content
        "Stance",
        "Who",
        "label",
        "order",
        "words",
    ]


def test_two_labels_of_one_layer_in_one_place_are_one_question(article):
    one = next(one for one in adjudicate(article).open if one.what.startswith("label"))
    assert (one.first, one.second) == ("HumanInterest", "Morality")
    assert one.choices == ("anna", "ben", "both", "neither")


def test_what_a_label_must_have_cannot_be_left_out(article):
    choices = {one.what.split(" of ")[0]: one.choices for one in adjudicate(article).open}
    assert choices["Stance"] == ("anna", "ben")
    assert choices["Who"] == ("anna", "ben", "both", "neither")
    assert choices["words"] == ("anna", "ben")
    assert choices["order"] == ("anna", "ben", "neither")


def test_a_link_drawn_the_other_way_round_is_no_disagreement(article):
    ben = article / "ben.ann"
    ben.write_text(ben.read_text("utf-8").replace("SIMULTANEOUS", "INCLUDES"), "utf-8")
    assert "order" not in whats(adjudicate(article))


# --- what becomes of decisions ---


def test_what_one_coder_says_everywhere_becomes_that_coders_coding(article):
    for name, other in (("anna", "ben"), ("ben", "anna")):
        session = adjudicate(article, replace=True)
        while session.decisions:
            session.undo()
        decide(session, dict.fromkeys([one.what for one in session.merge.disagreements], name))
        own = standoff.load(article.parent, name).annotations["ferry"]
        assert contents(gold(article)) - contents(own) == {}
        assert said(gold(article)) == said(own), other


def test_the_reference_coding_is_canonical_and_passes_the_check(article):
    decide(adjudicate(article), {"label": "both", "words": "ben"})
    assert format_files([article / "gold.ann"], write=False)[0] == []
    assert survey(article.parent).problems == []


def test_both_keeps_two_labels_and_neither_keeps_none(article):
    words = "They should not choose between a ticket and a doctor"
    frames = {("HumanInterest", words), ("Morality", words)}
    decide(adjudicate(article), {"label": "both"})
    assert said(gold(article)) >= frames
    adjudicate(article).reopen(
        1 + [d.what[:5] for d in adjudicate(article).decisions].index("label")
    )
    decide(adjudicate(article), {"label": "neither"})
    assert not said(gold(article)) & frames


def test_roles_lead_to_the_spans_of_the_merged_coding(article):
    decide(adjudicate(article), {"words": "ben", "Actor": "ben", "Who": "anna"})
    annotations = gold(article)
    words = {span.id: span.text for span in annotations.spans}
    roles = {
        words[event.trigger]: {role: words[target] for role, target in event.roles}
        for event in annotations.events
    }
    assert roles["stayed ashore"] == {"Who": "The crew"}
    contents_of_lind = [
        words[target]
        for event in annotations.events
        for role, target in event.roles
        if role == "Content" and "fares" in words[target]
    ]
    assert contents_of_lind == ["the fares had not covered the fuel since 2022"]


def test_an_attribution_that_is_left_out_takes_its_content_with_it(article):
    decide(adjudicate(article), {"Attribution": "ben"})
    assert '"They should not choose between a ticket and a doctor,"' not in {
        words for label, words in said(gold(article)) if label == "Content"
    }


def test_a_source_that_is_left_out_is_no_longer_a_role(article):
    decide(adjudicate(article), {"Attribution": "anna", "Actor": "ben"})
    annotations = gold(article)
    words = {span.id: span.text for span in annotations.spans}
    (event,) = [event for event in annotations.events if words[event.trigger] == "added"]
    assert [role for role, _ in event.roles] == ["Content"]


def test_kind_is_not_asked_and_follows_from_the_words_that_were_taken(article):
    notes = article / "ben.notes.toml"
    said_by_ben = BEN.replace("neighbours,\"'", "neighbours,\" Paul Thorn'", 1)
    notes.write_text(said_by_ben, encoding="utf-8")
    compile_notes(article, "ben", replace=True)
    session = adjudicate(article)
    assert "Kind" not in whats(session)
    decide(session, {"words": "ben"})
    kinds = [item.value for item in gold(article).attributes_named("Kind")]
    assert sorted(kinds) == ["direct", "indirect", "mixed"]


def test_a_remark_on_a_relation_goes_with_it(article):
    decide(adjudicate(article), {"order": "anna"})
    annotations = gold(article)
    (note,) = annotations.notes
    (link,) = annotations.relations
    assert (note.target, note.text) == (link.id, "the ferry stayed all day")
    session = adjudicate(article)
    session.reopen(1 + [one.what[:5] for one in session.decisions].index("order"))
    decide(session, {"order": "ben"})
    assert gold(article).notes == []


def with_origin(article, name, origin):
    """Say of the attribution of Paul Thorn, the first event, where it comes from."""
    path = article / f"{name}.ann"
    lines = path.read_text(encoding="utf-8").splitlines()
    words = {line.split("\t")[0]: line.split("\t")[2] for line in lines if line[0] == "T"}
    (ident, *_), *_ = (
        line.split("\t")
        for line in lines
        if line[0] == "E" and words[line.split(":")[1].split()[0]] == "said"
    )
    path.write_text("\n".join([*lines, f"A99\tOrigin {ident} {origin}", ""]), encoding="utf-8")


@pytest.mark.parametrize(
    ("anna", "ben", "becomes"),
    [("confirmed", "confirmed", "confirmed"), ("confirmed", "added", "added")],
)
def test_the_origin_is_that_of_the_coder_who_depends_least_on_the_draft(
    article, anna, ben, becomes
):
    with_origin(article, "anna", anna)
    with_origin(article, "ben", ben)
    session = adjudicate(article)
    assert "Origin" not in whats(session)
    decide(session, {})
    assert [item.value for item in gold(article).attributes_named("Origin")] == [becomes]


def test_compare_says_how_many_marks_both_accepted_from_the_same_draft(article):
    assert compare(article.parent).from_drafts == 0
    for name in ("anna", "ben"):
        with_origin(article, name, "confirmed")
    comparison = compare(article.parent)
    assert comparison.from_drafts >= 1
    assert f"do not count in the tables: {comparison.from_drafts}\n" in str(comparison)


@pytest.mark.parametrize("doc", ["dw-2017-04-14", "avim-2018-10-31"])
@pytest.mark.parametrize("seed", range(3))
def test_any_decisions_on_the_collection_state_nothing_that_neither_coder_said(doc, seed):
    corpora = [standoff.load(SEEDS, coder) for coder in "ab"]
    codings = [corpus.annotations[doc] for corpus in corpora]
    merge = Merge(corpora[0].texts[doc], corpora[0].codebook, ("a", "b"), tuple(codings))
    generator, decisions = random.Random(seed), {}
    while left := merge.open(decisions):
        decisions[left[0].identity] = generator.choice(left[0].choices)
    merged = merge.result(decisions)
    assert brat.write(merged) == brat.write(canonical(merged, merge.codebook))
    union = {*said(codings[0]), *said(codings[1])}
    assert said(merged) <= union
    assert said(codings[0]) & said(codings[1]) - said(merged) == set()


def test_two_equal_codings_give_that_coding_without_a_question():
    corpus = standoff.load(SEEDS, "a")
    for doc, text in corpus.texts.items():
        coding = corpus.annotations[doc]
        merge = Merge(text, corpus.codebook, ("a", "b"), (coding, coding))
        assert merge.disagreements == []
        assert difference(coding, merge.result({})) == difference(merge.result({}), coding) == []


# --- steps ---


def test_a_decision_needs_a_possible_choice_and_a_reason(article):
    session, before = adjudicate(article), tree(article.parent)
    with pytest.raises(ValueError, match="did you mean 'anna'"):
        session.take("ana", "it says so")
    with pytest.raises(ValueError, match="reason is missing"):
        session.take("anna", "  ")
    assert session.decisions == [] and tree(article.parent) == before


def test_nothing_is_written_before_the_first_decision_and_only_the_record_until_the_last(article):
    before = tree(article.parent)
    session = adjudicate(article)
    assert tree(article.parent) == before
    session.take("anna", "it says so")
    after = tree(article.parent)
    assert {name for name in after if after[name] != before.get(name)} == {"adjudication.md"}


def test_one_can_stop_and_go_on_another_day(article):
    adjudicate(article).take("anna", "a | b & <c>\n d")
    session = adjudicate(article)
    assert [one.why for one in session.decisions] == ["a | b & <c> d"]
    assert len(session.open) == 7
    decide(session, {})
    assert adjudicate(article).current is None


def test_undo_takes_back_the_last_decision_and_the_reference_coding(article):
    before = tree(article)["gold.ann"]
    session = decide(adjudicate(article), {})
    assert tree(article)["gold.ann"] != before
    last = session.decisions[-1]
    session.undo()
    assert tree(article)["gold.ann"] == before
    assert [one.identity for one in session.open] == [last.identity]
    with pytest.raises(ValueError, match="decision 9 is unknown"):
        session.reopen(9)


def test_what_is_put_off_comes_last(article):
    session = adjudicate(article)
    first = session.current
    session.later()
    assert session.current != first and session.open[-1] == first
    decide(session, {})
    assert session.current is None


TIMES = """
[[Protest]]
quote = "stayed ashore"
name = "stayed"
Factuality = "fact"

[[Time]]
quote = "Tuesday"
TimeType = "DATE"
refers = 2025-03-11

[[Time]]
quote = "2022"
TimeType = "DATE"
refers = "2022"

[[IS_INCLUDED]]
a = "stayed"
b = { quote = "WHEN" }
"""


def test_decisions_that_together_break_a_rule_are_told_and_gold_is_not_written(article):
    """Either link in time is possible; together they say that Tuesday was in 2022."""
    for name, day in (("anna", "Tuesday"), ("ben", "2022")):
        notes = BOTH_HAVE + TIMES.replace("WHEN", day)
        (article / f"{name}.notes.toml").write_text(notes, encoding="utf-8")
    compile_notes(article, replace=True)
    before = tree(article)["gold.ann"]
    session = adjudicate(article)
    session.take("anna", "it says so").take("ben", "it says so")
    assert [problem.code for problem in session.problems] == ["E-time-conflict"]
    assert "Take a decision back" in repr(session)
    assert tree(article)["gold.ann"] == before
    session.undo().take("anna", "it is not the year")
    assert session.problems == [] and survey(article.parent).problems == []
    assert tree(article)["gold.ann"] != before


# --- files ---


@pytest.mark.parametrize("name", ["anna.ann", "ben.ann", "gold.ann"])
def test_a_file_that_was_changed_outside_is_noticed_and_nothing_is_overwritten(article, name):
    session = adjudicate(article)
    path = article / name
    path.write_text(path.read_text("utf-8") + "#9\tAnnotatorNotes T1\tx\n", "utf-8")
    before = tree(article.parent)
    with pytest.raises(OutsideChangeError, match=f"{name} changed"):
        session.take("anna", "it says so")
    assert tree(article.parent) == before and session.decisions == []


def test_two_windows_do_not_overwrite_each_others_decisions(article):
    one, other = adjudicate(article), adjudicate(article)
    one.take("anna", "it says so")
    with pytest.raises(OutsideChangeError, match=r"adjudication\.md changed"):
        other.take("ben", "it says so")
    other.reload()
    assert [decision.taken for decision in other.decisions] == ["anna"]


def test_a_reason_corrected_by_hand_stays(article):
    adjudicate(article).take("anna", "it sais so")
    record = article.parent / "adjudication.md"
    record.write_text("# My rules\n\n" + record.read_text("utf-8").replace("sais", "says"), "utf-8")
    decide(adjudicate(article), {})
    words = record.read_text(encoding="utf-8")
    assert "it says so" in words and "sais" not in words and words.startswith("# My rules\n")


def test_a_coding_that_holds_something_else_is_not_overwritten_unless_asked(article):
    gold_file, anna = article / "gold.ann", (article / "anna.ann").read_bytes()
    gold_file.write_bytes(anna)
    assert codes(adjudicate, article, under=article.parent) == [
        "ferry/gold.ann:1: E-adjudication-gold"
    ]
    session = adjudicate(article, replace=True)
    session.take("anna", "it says so")
    assert gold_file.read_bytes() == anna
    decide(session, dict.fromkeys([one.what for one in session.open], "ben"))
    assert gold_file.read_bytes() != anna


def test_a_decision_about_what_has_changed_since_is_kept_and_decides_nothing(article):
    session = adjudicate(article)
    while session.current.what.split(" of ")[0] != "Stance":
        session.later()
    session.take("anna", "the verb leaves it open")
    ben = article / "ben.ann"
    ben.write_text(
        ben.read_text("utf-8")
        .replace("Stance E3 affirming", "Stance E3 distancing")
        .replace("affirming", "distancing"),
        "utf-8",
    )
    session = adjudicate(article)
    assert session.decisions == [] and [one.taken for one in session.outdated] == ["anna"]
    decide(session, {})
    assert "the verb leaves it open" in (article.parent / "adjudication.md").read_text("utf-8")
    assert "No longer about any disagreement" in repr(adjudicate(article))


def test_two_coders_are_expected(article):
    with pytest.raises(ValueError, match="expected two"):
        adjudicate(article, coders=["anna"])
    with pytest.raises(ValueError, match="expected two other coders"):
        adjudicate(article, coders=["anna", "gold"])
    assert adjudicate(article, coders=["ben", "anna"]).coders == ("anna", "ben")


# --- comparing ---


def test_compare_shows_every_disagreement_with_both_coders_marks(article):
    comparison = compare(article.parent)
    session = adjudicate(article)
    assert len(comparison.disagreements) == len(session.merge.disagreements) == 8
    row = comparison.disagreements.set_index("what").loc["words of Content"]
    assert (row["article"], row["where"]) == ("ferry", "paragraph 2")
    assert row["ben"] == row["anna"] + " since 2022"
    assert "{[the fares had not covered the fuel] since 2022}" in str(comparison)


def test_the_words_of_an_article_are_no_markup(article):
    session = adjudicate(article)
    while session.current.first != "not marked":
        session.later()
    for html in (compare(article.parent)._repr_html_(), _View(session).page.value):
        assert "The company</span> &lt;sic&gt;" in html and "<sic>" not in html


def test_compare_takes_the_layer_of_each_statement_from_the_codebook(article):
    table = compare(article.parent).statements
    layers = dict(zip(table["what is said"], table["layer"], strict=True))
    assert layers["Stance"] == layers["Source"] == "sourcing"
    assert layers["Who"] == "chronology" and layers["Reference"] == "actors"


def test_compare_shows_what_the_reference_coding_says_once_there_is_one(article):
    assert "gold:" not in str(compare(article.parent))
    decide(adjudicate(article), {"words": "ben", "Stance": "anna", "Actor": "anna"})
    shown = str(compare(article.parent))
    said = re.findall(r": ([\w ]+?)(?: of .*)? \(\w+\)\n(?:.*\n){3}   gold: (.*)", shown)
    assert ("words", "Content: the fares had not covered the fuel since 2022") in said
    assert ("Stance", "neutral") in said and ("Actor", "not marked") in said
    (article / "gold.ann").write_text("no annotation\n", encoding="utf-8")
    with pytest.raises(standoff.SeedError):
        compare(article.parent, coders=["anna", "gold"])


def test_compare_shows_some_layers_alone(article):
    comparison = compare(article.parent, layers=["sourcing"])
    for table in (comparison.labels, comparison.statements, comparison.disagreements):
        assert set(table["layer"]) == {"sourcing"}
    with pytest.raises(ValueError, match="did you mean 'framing'"):
        compare(article.parent, layers=["framng"])


def test_compare_expects_an_article_that_both_have_coded(article):
    with pytest.raises(ValueError, match="ferri has no coding by both anna and ben"):
        compare(article.parent, "ferri")
    assert len(compare(article.parent, "ferry", ["ben", "gold"]).disagreements) > 0


# --- buttons ---


def test_buttons_take_a_step_and_say_what_went_wrong(article):
    session = adjudicate(article)
    view = _View(session)
    assert view.reload.layout.display == "none" and view.undo.disabled
    first = session.current
    view.choices[first.choices[0]].click()
    assert "reason is missing" in view.message.value and session.decisions == []
    view.reason.value = "it says so"
    view.choices[first.choices[0]].click()
    assert [one.why for one in session.decisions] == ["it says so"]
    assert view.reason.value == view.message.value == "" and not view.undo.disabled
    view.undo.click()
    assert session.current == first
    (article / "anna.ann").write_text("", encoding="utf-8")
    view.reason.value = "it says so"
    view.choices[first.choices[0]].click()
    assert "anna.ann changed" in view.message.value and view.reload.layout.display == ""
    assert view.reason.value == "it says so"


def test_only_buttons_that_apply_are_shown(article):
    session = adjudicate(article)
    view = _View(session)
    while session.current:
        shown = {name for name, button in view.choices.items() if not button.layout.display}
        assert shown == set(session.current.choices)
        view.reason.value = "it says so"
        view.choices["anna"].click()
    assert all(button.layout.display == "none" for button in view.choices.values())
    assert "gold.ann is written" in view.page.value
    assert view.decided.value.count("<li>") == len(session.decisions)
