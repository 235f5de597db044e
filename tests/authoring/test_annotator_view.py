"""What the annotator's page gets: offsets as browsers count them, and steps asked for by it."""

import pytest
from conftest import Folder

from standoff.authoring.annotator_session import AnnotatorSession
from standoff.authoring.annotator_view import Offsets, page, view

TEXTS = [
    "plain",
    "😀 Le président\u00a0a dit « 👩\u200d💻 non » à e\u0301te\u0301.",
    "قال الرئيس «لا» 😀 اليوم",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
]


@pytest.mark.parametrize("text", TEXTS)
def test_offsets_are_those_of_a_browser_and_come_back(text):
    offsets = Offsets(text)
    for at in range(len(text) + 1):
        units = len(text[:at].encode("utf-16-le")) // 2
        assert offsets.units(at) == units
        assert offsets.points(units) == at


def test_an_offset_within_an_emoji_is_that_of_its_beginning():
    assert Offsets("a😀b").points(2) == 1


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "project")


def test_the_page_holds_text_zones_and_codebook(folder):
    state = AnnotatorSession(folder.article)
    shown = page(state, Offsets(state.text))
    assert [(zone["label"], zone["counts"]) for zone in shown["zones"]] == [
        ("Headline", True),
        ("Body", True),
    ]
    assert shown["sentences"] == [0, 15, 52]
    assert shown["labels"]["Attribution"]["roles"] == {"Source": ["Actor"], "Content": ["Content"]}
    assert shown["labels"]["Rivalry"]["relations"][0] == "Target"
    assert list(shown["attributes"]["Kind"]["values"]) == ["direct", "indirect", "mixed"]
    assert shown["attributes"]["Track"]["values"] == {"table": "T"}
    assert shown["relations"]["Target"]["b"] == ["Actor"]


def test_the_view_holds_marks_with_all_that_is_said_of_them(folder):
    state = AnnotatorSession(folder.article)
    shown = view(state, Offsets(state.text))
    marks = {mark["words"]: mark for mark in shown["marks"]}
    assert marks["said"] == {
        "id": "E1",
        "label": "Attribution",
        "fragments": [[23, 27]],
        "words": "said",
        "attributes": {"Kind": "mixed", "Stance": "neutral", "Channel": "unstated"},
        "refers": [],
        "roles": [["Source", "T6"], ["Content", "T8"]],
        "relations": [],
        "note": "",
    }
    assert marks["Mr Grey"]["refers"] == ["grey"]
    assert (shown["findings"], shown["undo"], shown["redo"]) == ([], False, False)
    assert shown["actors"] == [{"id": "grey", "name": "Mr Grey", "spellings": []}]


@pytest.fixture
def widget(folder):
    annotator_widget = pytest.importorskip("standoff.authoring.annotator_widget")
    return annotator_widget.Annotator(AnnotatorSession(folder.article))


def asked(widget, **step):
    """What is shown after a step that the front end asks for."""
    widget._take(widget, {"number": 7} | step)
    assert widget.shown["number"] == 7
    return widget.shown


def test_the_widget_carries_out_a_step_and_selects_the_mark(widget):
    shown = asked(widget, do="mark", label="Consult", fragments=[[38, 43]])
    assert (shown["selected"], shown["message"], shown["undo"]) == ("E2", {}, True)
    assert "E2" in {mark["id"] for mark in shown["marks"]}
    assert asked(widget, do="undo")["redo"] is True


def test_the_widget_says_why_a_step_was_refused(widget):
    shown = asked(widget, do="mark", label="Actor", fragments=[[0, 20]])
    assert shown["message"] == {"refused": "A mark stays within one paragraph; select fewer words."}


def test_the_widget_offers_to_reload_a_file_that_was_changed_outside(widget, folder):
    folder.replace("A1\tForm T6 name", "A1\tForm T6 pronoun")
    shown = asked(widget, do="mark", label="Consult", fragments=[[38, 43]])
    assert "gold.ann was changed by another window" in shown["message"]["outside"]
    shown = asked(widget, do="reload")
    assert shown["message"] == {}
    assert shown["marks"][1]["attributes"] == {"Form": "pronoun"}


def test_the_widget_says_that_nothing_was_written_on_a_full_disk(widget, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "gold.ann")

    with monkeypatch.context() as context:
        context.setattr("os.replace", full)
        shown = asked(widget, do="mark", label="Consult", fragments=[[38, 43]])
    assert shown["message"] == {"error": "Nothing was written: gold.ann: the disk is full."}


def test_where_widgets_are_not_shown_a_line_says_what_it_is(widget):
    shown = widget._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown
    assert data["text/plain"] == "<annotator of one for gold; run this cell in JupyterLab>"
