"""exchange/label_studio.py: exports made here in the shape of Label Studio's documentation
(https://labelstud.io/guide/task_format)."""

import json

import pytest

import standoff
from standoff.cli.main import main
from standoff.exchange import FORMATS

TEXT = "🥳 Grey said no.\nWhite left."


def region(ident, words, labels, unit="points", **more):
    """Return a region, its offsets counted in code points or UTF-16 units."""
    before = TEXT[: TEXT.index(words)]
    start = len(before.encode("utf-16-le")) // 2 if unit == "utf16" else len(before)
    value = {"start": start, "end": start + len(words), "text": words, "labels": labels}
    names = {"from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
    return {"id": ident, "value": value | more, **names}


def answer(ident, name, kind, value):
    return {"id": ident, "from_name": name, "to_name": "text", "type": kind, "value": value}


def relation(direction, *labels):
    ends = {"from_id": "a", "to_id": "b", "direction": direction}
    return {"type": "relation", **ends, "labels": list(labels)}


def read(tmp_path, *tasks):
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    return FORMATS["label-studio"].read(tmp_path)


def task(*annotations, **more):
    return {"id": 7, "data": {"text": TEXT, "url": "x"}, "annotations": list(annotations)} | more


def by(who, *results, **more):
    return {"id": 1, "completed_by": who, "result": list(results), "lead_time": 3} | more


@pytest.mark.parametrize("unit", ["points", "utf16"])
def test_the_words_of_regions_decide_between_code_points_and_utf16_units(unit, tmp_path):
    regions = [region("a", "Grey", ["PER"], unit), region("b", "White", ["PER"], unit)]
    (document,) = read(tmp_path, task(by(1, *regions)))
    assert [span.text for span in document.annotations.spans] == ["Grey", "White"]
    assert (document.name, document.coder) == ("export-7", "annotator-1")
    assert any("2 of 2 passages have the words" in remark for remark in document.remarks)


def test_regions_without_words_are_read_as_code_points(tmp_path):
    one = region("a", "Grey", ["PER"])
    del one["value"]["text"]
    (document,) = read(tmp_path, task(by(1, one)))
    assert [span.text for span in document.annotations.spans] == ["Grey"]


@pytest.mark.parametrize(
    ("direction", "pairs"),
    [
        ("right", [("Grey", "White")]),
        ("left", [("White", "Grey")]),
        ("bi", [("Grey", "White"), ("White", "Grey")]),
    ],
)
def test_relations_keep_their_direction(direction, pairs, tmp_path):
    results = [
        relation(direction, "sees"),
        region("a", "Grey", ["PER"]),
        region("b", "White", ["PER", "ORG"]),
    ]
    (document,) = read(tmp_path, task(by(1, *results)))
    words = {span.id: span.text for span in document.annotations.spans}
    found = [(item.label, words[item.a], words[item.b]) for item in document.annotations.relations]
    assert found == [("sees", *pair) for pair in pairs]
    assert sorted(span.label for span in document.annotations.spans) == ["ORG", "PER", "PER"]
    assert document.tally.totals() == (3, {}, {})


def test_answers_become_notes_on_their_region_or_on_the_first_line(tmp_path):
    results = [
        region("a", "Grey", ["PER"]),
        answer("a", "sure", "choices", {"start": 2, "end": 6, "choices": ["very", "quite"]}),
        answer("z", "mood", "rating", {"rating": 4}),
        answer("y", "why", "textarea", {"text": ["because"]}),
    ]
    (document,) = read(tmp_path, task(by(1, *results)))
    spans = {span.id: (span.label, span.text) for span in document.annotations.spans}
    assert {(item.kind, item.text, *spans[item.target]) for item in document.annotations.notes} == {
        ("sure", "very, quite", "PER", "Grey"),
        ("mood", "4", "Text", "🥳 Grey said no."),
        ("why", "because", "Text", "🥳 Grey said no."),
    }


def test_annotators_are_coders_and_everything_else_is_counted(tmp_path):
    grey = region("a", "Grey", ["PER"])
    bare = region("c", "said", [])
    image = {"id": "i", "type": "rectanglelabels", "value": {"x": 1.5, "rectanglelabels": ["PER"]}}
    outside = region("o", "no", ["X"])
    outside["value"] |= {"start": 900, "end": 902}
    documents = read(
        tmp_path,
        task(
            by(
                {"email": "ann@example.org", "id": 3}, grey, bare, image, outside, relation("right")
            ),
            by(2, grey),
            by(2, grey),
            by(4, grey, was_cancelled=True),
            predictions=[{"result": [grey, grey]}],
            drafts=[{"result": [grey]}],
        ),
        {"id": 8, "data": {"image": "cat.png"}, "annotations": [by(1, image)]},
        {"id": 9, "data": {}, "annotations": []},
    )
    assert [(one.name, one.coder) for one in documents] == [
        ("export-7", "ann"),
        ("export-7", "annotator-2"),
        ("export-7", "annotator-2"),
        ("export-8", "annotator-1"),
    ]
    totals = documents[0].tally.totals()
    assert (totals.kept, totals.repaired) == (1, {"regions without a label": 1})
    assert totals.aside == {
        "regions that are not in a text": 1,
        "positions outside the text": 1,
        "naming what is not in the file": 1,
        "results of predictions": 2,
        "results of drafts": 1,
        "results of tasks that were skipped": 1,
        "in tasks without a text": 1,
    }
    (ignored,) = [one for one in documents[0].remarks if one.startswith("ignored")]
    for name in ("annotation/lead_time", "region/origin", "region/to_name", "data/url"):
        assert name in ignored


def test_json_min_is_read_with_its_answers(tmp_path):
    regions = [region("a", "Grey", ["PER"])["value"]]
    minimal = {"id": 5, "text": TEXT, "label": regions, "mood": "calm", "annotator": 1}
    (document,) = read(tmp_path, minimal | {"annotation_id": 9, "lead_time": 2.5})
    assert document.annotations.spans[0][1:2] == ("PER",)
    assert [(item.kind, item.text) for item in document.annotations.notes] == [("mood", "calm")]


def test_html_regions_are_read_by_their_offsets_in_the_text(tmp_path):
    one = region("a", "Grey", ["PER"], globalOffsets={"start": 2, "end": 6})
    one["value"] |= {"start": "/div[1]/text()[1]", "end": "/div[1]/text()[1]", "startOffset": 2}
    (document,) = read(tmp_path, task(by(1, one)))
    assert [span.text for span in document.annotations.spans] == ["Grey"]


@pytest.mark.parametrize(
    "content", ["[]", "[1]", '"x"', '[{"id": 1, "data": {}}]', "{", "[" * 9999]
)
def test_files_of_other_kinds_are_refused(content, tmp_path):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(standoff.SeedError) as caught:
        FORMATS["label-studio"].read(tmp_path)
    assert {problem.code for problem in caught.value.problems} <= {
        "E-source-format",
        "E-source-text",
    }


def test_an_export_becomes_a_project_that_loads(tmp_path, capsys):
    results = [region("a", "Grey", ["Sentence"]), region("b", "White", ["Actor"])]
    tasks = [task(by(1, *results, relation("bi", "BEFORE")), by(2, *results))]
    (tmp_path / "export.json").write_text(json.dumps(tasks))
    out = str(tmp_path / "new")
    assert main(["import", "label-studio", str(tmp_path / "export.json"), out]) == 0
    assert "1 article, 2 codings, 6 annotations imported" in capsys.readouterr().out
    assert len(standoff.coders(out)) == 3
