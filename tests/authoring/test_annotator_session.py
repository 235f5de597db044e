"""The annotator without a browser: what each step writes, and that nothing is lost."""

import difflib
import shutil

import pytest
from conftest import ROOT, Folder, tree

import standoff
from standoff.annotation import brat
from standoff.annotation.ordering import contents
from standoff.authoring.annotator_edits import neat
from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.annotator_widget import STEPS, Annotator
from standoff.authoring.article_files import OutsideChangeError
from standoff.authoring.checking import survey
from standoff.authoring.drafting import draft
from standoff.corpus import safe_writing

FOOT = 'Mr Grey said the "low" talks failed. Grey left.'


@pytest.fixture
def folder(tmp_path):
    """The small folder, in which only zones and sentences are annotated."""
    folder = Folder(tmp_path / "project")
    folder.lines = folder.lines[:5]
    folder.write()
    return folder


@pytest.fixture
def anna(folder):
    return AnnotatorSession(folder.article, "anna")


def place(state, words, occurrence=1):
    """Where the text has some words."""
    start = -1
    for _ in range(occurrence):
        start = state.text.index(words, start + 1)
    return [(start, start + len(words))]


def written(state):
    """The lines of the coder's file beyond zones and sentences."""
    lines = state.file.read_text(encoding="utf-8").splitlines()
    base = ("Headline", "Body", "Sentence")
    return [line for line in lines if line.split("\t")[1].split(" ")[0] not in base]


def annotate_all(state):
    """Annotate the small article as Folder.lines do."""
    grey = state.mark("Actor", place(state, "Mr Grey"))
    said = state.mark("Attribution", place(state, "said"))
    state.tie(said, "Source", grey)
    state.tie_words(said, "Content", place(state, 'the "low" talks failed'))
    low = next(span.id for span in state.annotations.spans if span.label == "Quoted")
    state.set_attribute(said, "Stance", "neutral")
    state.mark("Actor", place(state, "Grey", 2))
    return grey, said, low


def test_opening_writes_nothing_and_the_first_step_makes_the_coders_file(folder):
    before = tree(folder.path)
    state = AnnotatorSession(folder.article, "anna")
    assert tree(folder.path) == before
    state.mark("Actor", place(state, "Mr Grey"))
    assert (folder.article / "anna.ann").is_file()
    assert '[coders.anna]\nwho = "anna"' in (folder.article / "meta.toml").read_text()
    assert survey(folder.path).problems == []


@pytest.mark.parametrize("undone", [False, True])
@pytest.mark.parametrize("replaced", [0, 1])
def test_a_step_that_was_cut_short_leaves_files_that_check_accepts(
    folder, anna, replaced, undone, monkeypatch
):
    def cut_short(source, target):
        done.append(target)
        if len(done) > replaced:
            raise KeyboardInterrupt
        shutil.move(source, target)

    done = []
    grey = anna.mark("Actor", place(anna, "Mr Grey"))
    if undone:
        anna.add_actor(grey, "Anna Grey", "expert")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(safe_writing.os, "replace", cut_short)
        anna.undo() if undone else anna.add_actor(grey, "Anna Grey", "expert")
    assert [one for one in survey(folder.path).problems if "quot" not in one.message] == []


def test_a_first_step_that_was_cut_short_leaves_a_coder_without_a_file(folder, anna, monkeypatch):
    def cut_short(source, target):
        if target == anna.file:
            raise KeyboardInterrupt
        shutil.move(source, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(safe_writing.os, "replace", cut_short)
        anna.mark("Actor", place(anna, "Mr Grey"))
    assert "[coders.anna]" in (folder.article / "meta.toml").read_text()
    assert not anna.file.is_file() and survey(folder.path).problems == []


def test_an_article_coded_step_by_step_is_that_coded_by_hand(folder, anna):
    annotate_all(anna)
    by_hand = Folder(folder.path.parent / "other")
    expected = brat.parse("\n".join(by_hand.lines), "gold.ann")
    found = brat.parse(anna.file.read_text(encoding="utf-8"), "anna.ann")
    assert contents(found) == contents(expected)
    assert survey(folder.path).problems == []
    assert anna.findings() == []
    assert len(standoff.load(folder.path, "anna").attributions) == 1


def test_what_follows_from_the_text_is_filled_in(anna):
    anna.mark("Actor", place(anna, "Mr Grey"))
    assert written(anna) == [
        "T6\tActor 15 22\tMr Grey",
        "A1\tForm T6 name",
        "N1\tReference T6 actors:grey\tMr Grey",
    ]


def test_the_kind_of_an_attribution_follows_its_quotation_marks(anna):
    _, _, low = annotate_all(anna)
    assert "A4\tKind E1 mixed" in written(anna)
    anna.set_attribute(low, "Use", "scare")
    assert "A4\tKind E1 indirect" in written(anna)


def test_each_step_writes_the_canonical_file(anna):
    anna.mark("Actor", place(anna, "Grey", 2))
    anna.mark("Actor", place(anna, "Mr Grey"))
    spans = [line for line in written(anna) if line.startswith("T")]
    assert spans == ["T6\tActor 15 22\tMr Grey", "T7\tActor 52 56\tGrey"]


def test_undo_and_redo_write_the_files_as_they_were(folder, anna):
    states = [None]
    for step in (
        lambda: anna.mark("Actor", place(anna, "Mr Grey")),
        lambda: anna.set_attribute("T6", "Form", "description"),
        lambda: anna.add_actor("T6", "Anna Grey", "expert"),
        lambda: anna.remove("T6"),
    ):
        step()
        states.append((anna.file.read_bytes(), (folder.path / "actors.toml").read_bytes()))
    for state in reversed(states[1:-1]):
        anna.undo()
        assert (anna.file.read_bytes(), (folder.path / "actors.toml").read_bytes()) == state
    anna.undo()
    assert not anna.can_undo and written(anna) == []
    for state in states[1:]:
        anna.redo()
        assert (anna.file.read_bytes(), (folder.path / "actors.toml").read_bytes()) == state
    assert not anna.can_redo


def test_a_step_after_undo_forgets_what_was_taken_back(anna):
    anna.mark("Actor", place(anna, "Mr Grey"))
    anna.undo()
    anna.mark("Quoted", place(anna, '"low"'))
    assert not anna.can_redo
    anna.redo()
    assert written(anna) == ['T6\tQuoted 32 37\t"low"']


def test_a_new_actor_is_added_to_the_registry_and_linked_beside_others(folder, anna):
    grey = anna.mark("Actor", place(anna, "Grey", 2))
    assert anna.add_actor(grey, "Ada  Grey", "scientist", "none") == "ada-grey"
    anna.refer(grey, [])
    assert anna.add_actor(grey, "Ada Grey", named=False) == "ada-grey-2"
    anna.add_actor(grey, "Bea White")
    text = (folder.path / "actors.toml").read_text()
    assert text.startswith('[grey]\nname = "Mr Grey"')
    assert '[ada-grey]\nname = "Ada Grey"\nkind = "scientist"\ncountry = "none"' in text
    assert written(anna)[-2:] == [
        "N1\tReference T6 actors:ada-grey-2\tGrey",
        "N2\tReference T6 actors:bea-white\tGrey",
    ]
    assert survey(folder.path).problems == []


def test_an_actor_that_another_window_adds_meanwhile_is_kept(folder, anna):
    grey = anna.mark("Actor", place(anna, "Grey", 2))
    other = AnnotatorSession(folder.article, "ben")
    other.add_actor(other.mark("Actor", place(other, "Mr Grey")), "Bea White")
    anna.add_actor(grey, "Ada Grey")
    other.undo()
    actors = standoff.load(folder.path, "anna").actors["actor"]
    assert {"ada-grey", "bea-white"} <= set(actors)


def test_a_mark_may_have_several_pieces_and_get_other_words(anna):
    said = anna.mark("Attribution", place(anna, "said"))
    content = anna.tie_words(said, "Content", place(anna, "the"))
    anna.extend(content, place(anna, "talks failed"))
    assert "T7\tContent 28 31;38 50\tthe talks failed" in written(anna)
    anna.move(content, place(anna, "talks"))
    assert "T7\tContent 38 43\ttalks" in written(anna)


def test_a_link_quotes_the_words_that_a_mark_was_given(anna):
    grey = anna.mark("Actor", place(anna, "Grey", 2))
    anna.add_actor(grey, "Ada Grey")
    anna.move(grey, place(anna, "Mr Grey"))
    assert [line.split("\t")[2] for line in written(anna) if line[0] == "N"] == ["Mr Grey"] * 2


def test_marks_overlap(anna):
    anna.mark("Actor", place(anna, 'Mr Grey said the "low"'))
    anna.mark("Rivalry", place(anna, 'said the "low" talks'))
    assert [line for line in written(anna) if line.startswith("T")] == [
        'T6\tActor 15 37\tMr Grey said the "low"',
        'T7\tRivalry 23 43\tsaid the "low" talks',
    ]


def test_a_frame_gets_targets_an_event_who_and_whom_and_two_events_a_relation_in_time(anna):
    grey, again = (anna.mark("Actor", place(anna, *which)) for which in (["Mr Grey"], ["Grey", 2]))
    frame = anna.mark("Failure", place(anna, "talks failed"))
    anna.tie(frame, "Target", grey)
    talks = anna.mark("Consult", place(anna, "talks"))
    anna.tie(talks, "Who", grey)
    anna.tie(talks, "Who", again)
    left = anna.mark("Retreat", place(anna, "left"))
    anna.tie(left, "AFTER", talks)
    assert {"E1\tConsult:T8 Who:T6 Who2:T9", "R1\tAFTER Arg1:E2 Arg2:E1"} <= set(written(anna))
    assert "R2\tTarget Arg1:T7 Arg2:T6" in written(anna)
    anna.tie(talks, "Who", grey)
    assert "E1\tConsult:T8 Who:T9" in written(anna)
    anna.tie(left, "AFTER", talks)
    assert not [line for line in written(anna) if "AFTER" in line]


def test_removing_an_attribution_removes_its_content_but_not_its_source(anna):
    _, said, _ = annotate_all(anna)
    anna.remove(said)
    assert [line.split("\t")[1].split()[0] for line in written(anna) if line[0] in "TE"] == [
        "Actor",
        "Quoted",
        "Actor",
    ]


def test_removing_a_mention_takes_it_out_of_the_events_of_which_it_is_a_role(anna):
    grey, again = (anna.mark("Actor", place(anna, *which)) for which in (["Mr Grey"], ["Grey", 2]))
    talks = anna.mark("Consult", place(anna, "talks"))
    for actor in (grey, again):
        anna.tie(talks, "Who", actor)
    anna.remove(grey)
    assert "E1\tConsult:T6 Who:T7" in written(anna)


def test_another_label_keeps_what_it_allows(anna):
    frame = anna.mark("Rivalry", place(anna, "talks failed"))
    anna.set_attribute(frame, "Function", "problem")
    assert anna.relabel(frame, "Failure") == frame
    assert "A1\tFunction T6 problem" in written(anna)
    assert anna.relabel(frame, "Actor") == frame
    assert not [line for line in written(anna) if "Function" in line]
    event = anna.relabel(frame, "Consult")
    assert anna.relabel(event, "Agree") == event
    assert "E1\tAgree:T6" in written(anna)


def test_a_remark_and_a_time(anna):
    time = anna.mark("Time", place(anna, "left"))
    anna.refer(time, ["2017-04"])
    anna.remark(time, " perhaps \n not ")
    assert written(anna)[-2:] == [
        "N1\tReference T6 edtf:2017-04\tleft",
        "#1\tAnnotatorNotes T6\tperhaps not",
    ]
    anna.remark(time, "")
    anna.refer(time, [])
    assert len(written(anna)) == 1
    with pytest.raises(ValueError, match="'14 April' is not one word; expected a date"):
        anna.refer(time, ["14 April"])


@pytest.mark.parametrize("value", ["two words", "a\rb", "a\x00b", "a\u2028b"])
def test_what_would_not_be_one_word_of_a_line_is_refused(anna, value):
    ident = anna.mark("Actor", place(anna, "Mr Grey"))
    before = anna.file.read_bytes()
    with pytest.raises(ValueError, match="is not one word"):
        anna.set_attribute(ident, "Form", value)
    with pytest.raises(ValueError, match="is no attribute"):
        anna.set_attribute(ident, value, "name")
    assert anna.file.read_bytes() == before


def test_control_characters_in_a_remark_become_blanks(folder, anna):
    anna.remark(anna.mark("Actor", place(anna, "Mr Grey")), "who\x00is\x7f this?")
    assert AnnotatorSession(folder.article, "anna").annotations.notes[0].text == "who is this?"


@pytest.mark.parametrize(
    "step",
    [
        lambda anna: anna.mark("Actor", [(0, 20)]),
        lambda anna: anna.mark("Actor", [(14, 15)]),
        lambda anna: anna.mark("Actor", []),
        lambda anna: anna.mark("Sentence", [(0, 4)]),
        lambda anna: anna.mark("Nothing", [(0, 4)]),
        lambda anna: anna.mark("Actor", [(15, 22)]),
        lambda anna: anna.remove("T99"),
        lambda anna: anna.tie("T6", "Source", "T6"),
        lambda anna: anna.tie("E1", "Source", "E2"),
        lambda anna: anna.tie("E1", "Whom", "T6"),
        lambda anna: anna.add_actor("T6", "!"),
    ],
)
def test_what_cannot_be_done_changes_nothing(folder, anna, step):
    anna.mark("Actor", place(anna, "Mr Grey"))
    anna.mark("Attribution", place(anna, "said"))
    anna.mark("Consult", place(anna, "talks"))
    before, annotations = tree(folder.path), anna.annotations
    with pytest.raises(ValueError):
        step(anna)
    assert tree(folder.path) == before
    assert anna.annotations is annotations


def test_a_file_changed_outside_is_not_overwritten_and_can_be_reloaded(anna):
    anna.mark("Actor", place(anna, "Mr Grey"))
    changed = anna.file.read_text(encoding="utf-8").replace("Form T6 name", "Form T6 pronoun")
    anna.file.write_text(changed, encoding="utf-8")
    for step in (lambda: anna.mark("Consult", place(anna, "talks")), anna.undo):
        with pytest.raises(OutsideChangeError, match=r"anna\.ann was changed"):
            step()
        assert anna.file.read_text(encoding="utf-8") == changed
    anna.reload()
    anna.mark("Consult", place(anna, "talks"))
    assert "A1\tForm T6 pronoun" in written(anna)
    assert "E1\tConsult:T7" in written(anna)


def test_of_two_windows_the_second_to_write_must_reload(folder):
    first, second = (AnnotatorSession(folder.article, "anna") for _ in range(2))
    first.mark("Actor", place(first, "Mr Grey"))
    with pytest.raises(OutsideChangeError):
        second.mark("Consult", place(second, "talks"))
    second.reload()
    second.mark("Consult", place(second, "talks"))
    assert [line.split("\t")[0] for line in written(second) if line[0] in "TE"] == [
        "T6",
        "T7",
        "E1",
    ]


def test_a_disk_that_refuses_leaves_everything_as_it_was(anna, monkeypatch):
    anna.mark("Actor", place(anna, "Mr Grey"))
    before = anna.annotations
    with monkeypatch.context() as context:
        context.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError):
            anna.mark("Consult", place(anna, "talks"))
    assert anna.annotations is before
    anna.mark("Consult", place(anna, "talks"))
    assert "E1\tConsult:T7" in written(anna)


def test_a_coder_sees_nothing_of_others(folder):
    ben = AnnotatorSession(folder.article, "ben")
    annotate_all(ben)
    anna = AnnotatorSession(folder.article, "anna")
    assert {span.label for span in anna.annotations.spans} == {"Headline", "Body", "Sentence"}
    assert anna.findings() == []


def test_findings_name_the_mark_and_speak_in_words(anna):
    said = anna.mark("Attribution", place(anna, "said"))
    found = {(one.ident, one.message) for one in anna.findings()}
    assert (
        said,
        "“said” (Attribution) has no Stance; expected one of neutral, affirming, distancing",
    ) in found
    assert (said, "“said” (Attribution) has no Content; expected one") in found
    frame = anna.mark("Failure", place(anna, "talks failed"))
    assert {one.ident for one in anna.findings()} == {said, frame}


def test_a_quotation_that_is_not_marked_is_a_finding_without_a_mark(anna):
    _, _, low = annotate_all(anna)
    anna.remove(low)
    (found,) = anna.findings()
    assert (found.ident, found.place) == ("", (32, 37))
    assert found.message.startswith("no Quoted span covers")


def test_a_contradiction_in_time_is_found(anna):
    talks, left = (
        anna.mark("Consult", place(anna, "talks")),
        anna.mark("Retreat", place(anna, "left")),
    )
    for event in (talks, left):
        anna.set_attribute(event, "Factuality", "fact")
    anna.tie(talks, "BEFORE", left)
    anna.tie(left, "BEFORE", talks)
    assert [one.ident in (talks, left) for one in anna.findings()] == [True]


def test_the_reference_coding_is_taken_and_given_back_as_it_is(tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    article = tmp_path / "seeds" / "dw-2017-04-14"
    before = (article / "gold.ann").read_bytes()
    state = AnnotatorSession(article)
    ident = state.mark("Actor", place(state, "decision not to attend"))
    assert (article / "gold.ann").read_bytes() != before
    state.remove(ident)
    assert (article / "gold.ann").read_bytes() == before
    state.undo()
    state.undo()
    assert (article / "gold.ann").read_bytes() == before


TEXT = "Überschrift\n\n😀 Le président\u00a0a dit « 👩‍💻 non » à e\u0301te\u0301.\nقال الرئيس «لا» اليوم\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Le président\u00a0", "Le président"),
        ("\u00a0a dit ", "a dit"),
        ("e\u0301te", "e\u0301te\u0301"),
        ("👩", "👩‍💻"),
        ("💻", "👩‍💻"),
        ("قال الرئيس ", "قال الرئيس"),
        ("😀", "😀"),
    ],
)
def test_a_mark_has_whole_letters_and_no_blanks_at_its_ends(words, expected):
    start = TEXT.index(words)
    ((first, last),) = neat(TEXT, [(start, start + len(words))])
    assert TEXT[first:last] == expected


DRAFTS = """
[[Attribution]]
draft = "d1"
rule = "a reporting verb"
quote = "said"
by = "Mr Grey"
says = 'the "low" talks failed'
Kind = "mixed"

[[Time]]
draft = "d2"
rule = "a test"
quote = "left"
TimeType = "DATE"
refers = "2017"

[[Actor]]
draft = "d3"
rule = "a name"
quote = "Grey"
occurrence = 2
"""


@pytest.fixture
def drafted(folder):
    (folder.article / "drafts.toml").write_text(DRAFTS, encoding="utf-8")
    return AnnotatorSession(folder.article, "anna")


def origins(state):
    """Words -> origin."""
    spans = {span.id: span for span in state.annotations.spans}
    spans |= {event.id: spans[event.trigger] for event in state.annotations.events}
    return {
        spans[item.target].text: item.value for item in state.annotations.attributes_named("Origin")
    }


def left(state):
    return [one.id for one in state.drafts]


def test_an_accepted_draft_is_marked_as_confirmed_with_all_that_it_made(folder, drafted):
    assert left(drafted) == ["d1", "d2", "d3"]
    said = drafted.accept("d1")
    assert left(drafted) == ["d2", "d3"]
    assert origins(drafted) == {
        "said": "confirmed",
        "Mr Grey": "confirmed",
        'the "low" talks failed': "confirmed",
        '"low"': "confirmed",
    }
    assert "E1\tAttribution:T7 Source:T6 Content:T8" in written(drafted)
    drafted.set_attribute(said, "Stance", "neutral")
    assert set(origins(drafted).values()) == {"confirmed"}, "a draft says nothing of Stance"
    drafted.accept("d2")
    drafted.accept("d3")
    assert left(drafted) == []
    assert survey(folder.path).problems == []


def test_a_draft_that_is_changed_is_mended_until_it_says_the_same_again(drafted):
    drafted.accept("d1")
    content = next(span for span in drafted.annotations.spans if span.label == "Content")
    drafted.move(content.id, place(drafted, "talks failed"))
    assert origins(drafted)["said"] == origins(drafted)["talks failed"] == "mended"
    assert origins(drafted)["Mr Grey"] == "confirmed"
    drafted.move(content.id, content.fragments)
    assert origins(drafted)["said"] == "confirmed"
    time = drafted.accept("d2")
    drafted.refer(time, ["2018"])
    assert origins(drafted)["left"] == "mended"
    assert left(drafted) == ["d3"]


def test_what_is_made_without_a_draft_is_added_where_there_are_drafts(drafted):
    drafted.mark("Consult", place(drafted, "talks"))
    assert origins(drafted) == {"talks": "added"}


def test_a_rejection_is_one_coders_alone_and_can_be_undone(folder, drafted):
    before = (folder.article / "drafts.toml").read_bytes()
    drafted.reject("d1")
    assert left(drafted) == ["d2", "d3"]
    assert 'rejected = ["anna"]' in (folder.article / "drafts.toml").read_text()
    assert left(AnnotatorSession(folder.article, "anna")) == ["d2", "d3"]
    assert left(AnnotatorSession(folder.article, "ben")) == ["d1", "d2", "d3"]
    drafted.undo()
    assert left(drafted) == ["d1", "d2", "d3"]
    assert (folder.article / "drafts.toml").read_bytes() == before
    drafted.redo()
    with pytest.raises(ValueError, match="decided already"):
        drafted.accept("d1")


def test_undo_gives_an_accepted_draft_back(folder, drafted):
    drafted.accept("d3")
    drafted.undo()
    assert left(drafted) == ["d1", "d2", "d3"]
    assert written(drafted) == []


def test_a_draft_of_words_that_are_marked_already_is_not_shown(drafted):
    drafted.mark("Actor", place(drafted, "Grey", 2))
    assert left(drafted) == ["d1", "d2"]


@pytest.mark.parametrize(
    ("drafts", "reason"),
    [
        (
            DRAFTS.replace('"Mr Grey"', '"Mr Gray"'),
            "line 2: draft d1: 'Mr Gray' is not in the text",
        ),
        (DRAFTS.replace('draft = "d2"', 'draft = "second"'), "line 10: 'draft' is 'second'"),
        (DRAFTS + "quote", "line 22"),
    ],
)
def test_drafts_that_do_not_fit_the_article_are_not_shown_and_a_message_says_why(
    folder, drafts, reason
):
    file = folder.article / "drafts.toml"
    file.write_text(drafts, encoding="utf-8")
    anna = AnnotatorSession(folder.article, "anna")
    assert left(anna) == []
    assert anna.stale.startswith("No drafts are shown, because drafts.toml does not fit")
    assert reason in anna.stale
    anna.mark("Consult", place(anna, "talks"))
    assert origins(anna) == {"talks": "added"}
    assert file.read_text(encoding="utf-8") == drafts
    draft(folder.path)
    anna.reload()
    assert anna.stale == ""
    assert left(anna) != []


def all_steps(state):
    """Each step that the front end can ask for, with what it asks."""

    def ident(label, words):
        span = next(
            one for one in state.annotations.spans if (one.label, one.text) == (label, words)
        )
        events = (one.id for one in state.annotations.events if one.trigger == span.id)
        return next(events, span.id)

    yield {"do": "accept", "draft": "d1"}
    yield {"do": "reject", "draft": "d2"}
    yield {
        "do": "attribute",
        "id": ident("Attribution", "said"),
        "name": "Stance",
        "value": "neutral",
    }
    yield {"do": "move", "id": ident("Actor", "Mr Grey"), "fragments": place(state, "Grey", 1)}
    yield {"do": "extend", "id": ident("Actor", "Grey"), "fragments": place(state, "Mr")}
    yield {"do": "mark", "label": "Consult", "fragments": place(state, "talks")}
    yield {"do": "relabel", "id": ident("Consult", "talks"), "label": "Agree"}
    yield {
        "do": "tie words",
        "id": ident("Agree", "talks"),
        "name": "Whom",
        "fragments": place(state, "Grey", 2),
    }
    yield {
        "do": "tie",
        "id": ident("Agree", "talks"),
        "name": "Who",
        "target": ident("Actor", "Mr Grey"),
    }
    yield {
        "do": "actor",
        "id": ident("Actor", "Grey"),
        "name": "Ada Grey",
        "kind": "expert",
        "country": "none",
        "named": True,
    }
    yield {"do": "refer", "id": ident("Actor", "Grey"), "keys": ["ada-grey"]}
    yield {"do": "remark", "id": ident("Agree", "talks"), "words": "or a meeting"}
    yield {"do": "remove", "id": ident("Agree", "talks")}
    yield {"do": "undo"}
    yield {"do": "redo"}


def changed_lines(before, after):
    """The lines that two states of a folder do not share, by file."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = (files.get(name, b"").decode().splitlines() for files in (before, after))
        found = [*difflib.unified_diff(old, new, name, name, lineterm="", n=0)][2:]
        if found:
            lines += [f"  {name}", *(f"  {line}" for line in found if line[:2] != "@@")]
    return lines


def test_each_step_changes_these_lines_of_these_files(folder, drafted, snapshot):
    widget, told, taken = Annotator(drafted), [], set()
    for number, step in enumerate(all_steps(drafted), 1):
        before = tree(folder.path)
        widget._take(widget, step | {"number": number})
        assert widget.shown["message"] == {}, step
        told += [" ".join(map(str, step.values())), *changed_lines(before, tree(folder.path))]
        taken.add(step["do"])
    assert taken == STEPS.keys()
    assert "\n".join(told) == snapshot
