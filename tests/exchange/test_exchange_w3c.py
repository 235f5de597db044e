"""exchange/w3c.py, w3c_writer.py and catma.py: Web Annotations with quotations and positions, and
CATMA's with positions alone.

The CATMA project is made here in the shape of the demo project of https://github.com/forTEXT/gitma
(demo/projects/…, CATMA 7).
"""

import json

import pytest
from conftest import SEEDS, codes

import standoff
from standoff.cli.main import main
from standoff.exchange import FORMATS, Document, documents_of
from standoff.exchange.import_builder import Builder
from standoff.exchange.w3c_writer import annotations_of

TEXT = "🥳 Grey said no.\nWhite said no too."


@pytest.fixture(scope="module")
def dw():
    return next(
        document
        for document in documents_of(SEEDS)
        if (document.name, document.coder) == ("dw-2017-04-14", "gold")
    )


# Web Annotations.
def test_every_line_is_a_valid_web_annotation(dw):
    items = annotations_of(dw)
    assert len(items) == 1 + len(dw.annotations.spans) + len(dw.annotations.events) + len(
        dw.annotations.relations
    )
    for item in items:
        assert (
            item["@context"] == "http://www.w3.org/ns/anno.jsonld" and item["type"] == "Annotation"
        )
        assert (
            item["motivation"] in ("describing", "classifying", "linking")
            and item["body"]
            and item["target"]
        )
    assert len({item["id"] for item in items}) == len(items)


def test_positions_are_code_points_and_agree_with_the_quotations(dw):
    places = 0
    for item in annotations_of(dw)[1 : 1 + len(dw.annotations.spans)]:
        for part in item["target"].get("items", [item["target"]]):
            position, quote = part["selector"]
            assert dw.text[position["start"] : position["end"]] == quote["exact"]
            around = dw.text[max(0, position["start"] - 32) : position["end"] + 32]
            assert quote["prefix"] + quote["exact"] + quote["suffix"] == around
            places += 1
    assert (
        places
        == sum(len(span.fragments) for span in dw.annotations.spans)
        > len(dw.annotations.spans)
    )


def test_a_mention_has_its_form_its_actor_and_the_line_it_comes_from(dw):
    item = next(item for item in annotations_of(dw) if item["id"].endswith("#T77"))
    tag, form, actor = item["body"]
    assert tag == {"type": "TextualBody", "purpose": "tagging", "value": "Actor"}
    assert (form["purpose"], form["label"], form["value"]) == ("describing", "Form", "name")
    assert (
        actor["source"] == {"id": "actors:us-government", "label": "US"}
        and actor["purpose"] == "identifying"
    )
    assert item["via"] == "dw-2017-04-14/gold.ann#line=76,77"


def read(tmp_path, *items, text=TEXT):
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    (tmp_path / "x.jsonl").write_text(
        "".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8"
    )
    (document,) = FORMATS["w3c"].read(tmp_path)
    return document


def selected(*selectors, ident="a1", body="a remark", **more):
    return {
        "type": "Annotation",
        "id": ident,
        "body": body,
        "target": {"source": "x.txt", "selector": list(selectors)},
    } | more


def position(start, end):
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quoted(exact, prefix="", suffix=""):
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def test_annotations_of_other_tools_become_spans_with_notes(tmp_path):
    tagged = selected(
        position(2, 6),
        ident="http://x.org/1",
        body=[
            {"type": "TextualBody", "purpose": "tagging", "value": "person"},
            {"type": "TextualBody", "value": "who?"},
        ],
    )
    reply = {
        "type": "Annotation",
        "id": "http://x.org/2",
        "motivation": "replying",
        "body": "Grey.",
        "target": "http://x.org/1",
    }
    document = read(tmp_path, reply, tagged, selected(position(7, 11)))
    assert [(span.label, span.text) for span in document.annotations.spans] == [
        ("person", "Grey"),
        ("Annotation", "said"),
    ]
    assert [(note.kind, note.target, note.text) for note in document.annotations.notes] == [
        ("comment", "T1", "Grey."),
        ("comment", "T1", "who?"),
        ("comment", "T2", "a remark"),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_replies_and_links_are_read_in_any_order_of_lines(tmp_path, order):
    answer = {"type": "Annotation", "motivation": "replying"}
    items = [
        selected(position(2, 6), ident="span"),
        answer | {"id": "first", "body": "Who?", "target": "span"},
        answer | {"id": "second", "body": "Grey.", "target": "first"},
        {
            "type": "Annotation",
            "id": "link",
            "motivation": "linking",
            "body": {"purpose": "linking", "source": "second"},
            "target": "span",
        },
    ]
    found = read(tmp_path, *(items[number] for number in order)).annotations
    assert {(note.target, note.text) for note in found.notes} == {
        ("T1", "a remark"),
        ("T1", "Who?"),
        ("T1", "Grey."),
    }
    assert [(item.a, item.b) for item in found.relations] == [("T1", "T1")]


def test_replies_that_answer_each_other_are_set_aside(tmp_path):
    items = [
        {"type": "Annotation", "id": ident, "body": "No.", "target": target}
        for ident, target in (("a", "b"), ("b", "a"))
    ]
    document = read(tmp_path, *items)
    assert document.tally.totals().aside == {"naming what is not in the file": 2}


def test_an_id_used_twice_gets_a_remark_and_no_span_gets_the_id_of_an_event(tmp_path):
    linking = {
        "type": "Annotation",
        "id": "x#E1",
        "body": [{"purpose": "linking", "label": "Who", "source": "x#T1"}],
        "target": "x#T1",
    }
    document = read(
        tmp_path,
        selected(position(2, 6), ident="x#T1"),
        linking,
        selected(position(7, 11), ident="x#E1"),
    )
    found = document.annotations
    assert ([span.id for span in found.spans], [event.id for event in found.events]) == (
        ["T1", "T2"],
        ["E1"],
    )
    assert document.remarks == [
        "line 3: the id x#E1 is used again; references to it are taken to mean this annotation"
    ]


@pytest.mark.parametrize("ident", ["x#E٣", f"x#E{'1' * 19}"])
def test_ids_that_are_not_valid_in_an_ann_file_are_replaced(tmp_path, ident):
    linking = {
        "type": "Annotation",
        "id": ident,
        "body": [{"purpose": "linking", "label": "Who", "source": "x#T1"}],
        "target": "x#T1",
    }
    document = read(tmp_path, selected(position(2, 6), ident="x#T1"), linking)
    assert [event.id for event in document.annotations.events] == ["E1"]


def test_the_quotation_overrides_a_position_that_differs(tmp_path):
    document = read(
        tmp_path,
        selected(position(4, 8), quoted("Grey")),
        selected(quoted("said", "White "), ident="a2"),
    )
    assert [span.fragments for span in document.annotations.spans] == [((2, 6),), ((22, 26),)]
    assert document.remarks == ["line 1: 'Grey' is not at 4 8, but at 2 6; put there"]


def test_positions_in_utf16_units_are_recognised_by_the_quotations(tmp_path):
    document = read(
        tmp_path,
        selected(position(3, 7), quoted("Grey")),
        selected(position(8, 12), quoted("said"), ident="a2"),
    )
    assert [span.fragments for span in document.annotations.spans] == [((2, 6),), ((7, 11),)]
    assert document.remarks == [
        (
            "positions are UTF-16 units, as browsers count, where that makes a difference; made "
            "code points"
        )
    ]


def test_positions_are_corrected_for_windows_line_ends(tmp_path):
    document = read(tmp_path, selected(position(17, 22)), text=TEXT.replace("\n", "\r\n"))
    assert (document.text, document.annotations.spans[0].text) == (TEXT, "White")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (
            selected(position(3, 7), quoted("said")),
            "E-source-quote",
        ),
        (
            selected(quoted("Black")),
            "E-source-quote",
        ),
        (
            selected(position(3, 700)),
            "E-source-offset",
        ),
        ({"type": "Note"}, "E-source-format"),
    ],
)
def test_annotations_without_a_place_in_the_text_are_refused_with_their_line(tmp_path, item, code):
    assert codes(read, tmp_path, item, under=tmp_path) == [f"x.jsonl:1: {code}"]


def test_a_page_of_annotations_in_one_json_file_is_read(tmp_path):
    (tmp_path / "x.txt").write_text(TEXT, encoding="utf-8")
    page = {
        "type": "AnnotationCollection",
        "first": {"type": "AnnotationPage", "items": [selected(position(2, 6))]},
    }
    (tmp_path / "x.json").write_text(json.dumps(page), encoding="utf-8")
    assert [span.text for span in FORMATS["w3c"].read(tmp_path)[0].annotations.spans] == ["Grey"]


def test_round_trips_restore_relations_of_relations_and_names_with_special_characters(tmp_path):
    built = Builder(TEXT, [])
    one, two = built.span("A", [(2, 6), (7, 11)]), built.span("B", [(17, 22)])
    built.add_relation("Of", built.add_relation("To", one, two, ident="R2"), two, ident="R1")
    built.add_reference(one, "db", "50%/a#b [c]", "x")
    FORMATS["w3c"].write(
        [Document("50% ümlaut#1", TEXT, "me", built.annotations)], tmp_path / "out"
    )
    (again,) = FORMATS["w3c"].read(tmp_path / "out")
    assert again.annotations == built.annotations and (again.name, again.coder) == (
        "50% ümlaut#1",
        "me",
    )


@pytest.mark.parametrize(
    "names",
    [
        [("x", "a.1")],
        [("x", "gold"), ("x", "a.1.b")],
        [("x.a", "b"), ("x", "gold")],
        [("x", "a"), ("x.a", "gold")],
        [("x", "1.x"), ("x.1", "gold")],
    ],
)
def test_round_trips_restore_names_with_dots(tmp_path, names):
    documents = []
    for name, coder in names:
        built = Builder(TEXT, [])
        built.span("A", [(2, 6)])
        documents.append(Document(name, TEXT, coder, built.annotations))
    FORMATS["w3c"].write(documents, tmp_path / "out")
    assert sorted((one.name, one.coder) for one in FORMATS["w3c"].read(tmp_path / "out")) == sorted(
        names
    )


def test_names_with_dots_that_would_share_a_file_are_refused(tmp_path):
    documents = [
        Document(name, TEXT, coder, Builder(TEXT, []).annotations)
        for name, coder in (("x", "a.b"), ("x.a", "b"))
    ]
    problems = codes(FORMATS["w3c"].write, documents, tmp_path / "out", under=tmp_path)
    assert problems == ["x.a.b.jsonl:1: E-export-duplicate"]
    assert not (tmp_path / "out").exists()


def test_a_file_without_its_text_is_refused(tmp_path):
    (tmp_path / "x.a.jsonl").write_text("")
    problems = codes(FORMATS["w3c"].read, tmp_path, under=tmp_path)
    assert problems == ["x.a.jsonl:1: E-source-missing"]


# CATMA.
TIME, AUTHOR, COLOUR = "CATMA_54A5F93F", "CATMA_AB27F1D4", "CATMA_A309D8FB"


def catma_annotation(number, tag, places, user):
    system = {TIME: ["2023-08-03T13:29:00.085+0200"], AUTHOR: ["grey"]}
    items = [
        {"source": "D_1", "selector": {"start": start, "end": end, "type": "TextPositionSelector"}}
        for start, end in places
    ]
    body = {
        "@context": {"tag": "https://www.catma.de/tag"},
        "tagset": "tagsets/T_1",
        "tag": f"tagsets/T_1/{tag}",
        "type": "Dataset",
    }
    body["properties"] = {"system": system, "user": user}
    ident = f"collections/C_1/annotations/CATMA_{number}"
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "id": ident,
        "body": body,
        "target": {"items": items, "type": "List"},
    }


def dump(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


@pytest.fixture
def catma(tmp_path):
    """A project with one text, two collections of it and a tagset."""
    home = tmp_path / "CATMA_1_Demo"
    header = {
        "gitContentInfoSet": {"author": "A. Author", "publisher": "", "title": "No"},
        "gitTechInfoSet": {"fileName": "the_no.txt"},
    }
    dump(home / "documents/D_1/header.json", header | {"gitIndexInfoSet": {"locale": "en"}})
    (home / "documents/D_1/D_1.txt").write_text(TEXT, encoding="utf-8")
    system = {
        TIME: {"name": "catma_markuptimestamp"},
        AUTHOR: {"name": "catma_markupauthor"},
        COLOUR: {"name": "catma_displaycolor"},
    }
    for tag, name, properties in (
        ("CATMA_A", "direct speech", {}),
        ("CATMA_B", "person", {"P_1": {"name": "sure"}, "P_2": {"name": "why"}}),
    ):
        value = {"name": name, "parentUuid": "", "uuid": tag, "tagsetDefinitionUuid": "T_1"}
        dump(
            home / f"tagsets/T_1/{tag}/propertydefs.json",
            value
            | {"systemPropertyDefinitions": system, "userDefinedPropertyDefinitions": properties},
        )
    for collection, name in (("C_1", "first reading"), ("C_2", "first reading")):
        dump(
            home / f"collections/{collection}/header.json",
            {"name": name, "sourceDocumentId": "D_1", "responsibleUser": "grey"},
        )
    person = catma_annotation(
        1, "CATMA_B", [(3, 7)], {"P_1": ["yes", "no"], "P_2": ["he is named"]}
    )
    pieces = catma_annotation(2, "CATMA_A", [(8, 12), (12, 15), (17, 22)], {})
    dump(home / "collections/C_1/annotations/grey_0.json", [person, pieces])
    dump(
        home / "collections/C_2/annotations/CATMA_3.json",
        catma_annotation(3, "CATMA_X", [(0, 2)], {}),
    )  # one a file, as CATMA 6 has them
    return home


def test_reading_catma_returns_its_collections_with_offsets_in_code_points(catma):
    first, second = FORMATS["catma"].read(catma)
    assert (first.name, first.coder, first.text) == ("the_no", "first-reading", TEXT)
    assert first.meta == {
        "title": "No",
        "language": "en",
        "authors": ["A. Author"],
        "coders": {"first-reading": {"who": "grey"}},
    }
    assert [(span.label, span.fragments, span.text) for span in first.annotations.spans] == [
        ("person", ((2, 6),), "Grey"),
        ("direct_speech", ((7, 14), (16, 21)), "said no White"),
    ]
    assert [(item.name, item.value) for item in first.annotations.attributes] == [("sure", "yes")]
    assert [(note.kind, note.text) for note in first.annotations.notes if note.target == "T1"] == [
        ("sure", "no"),
        ("why", "he is named"),
        ("catma_markuptimestamp", "2023-08-03T13:29:00.085+0200"),
        ("catma_markupauthor", "grey"),
    ]
    assert (
        "the label 'direct speech' is written 'direct_speech': names hold no blanks"
        in first.remarks
    )
    assert "1 pieces that touch the piece before them are joined with it" in first.remarks
    assert second.coder == "first-reading" and [
        (span.label, span.text) for span in second.annotations.spans
    ] == [("CATMA_X", "🥳")]
    assert "the tag CATMA_X is in no tagset: its id is the label" in second.remarks


def test_importing_catma_can_make_one_collection_gold(catma, tmp_path):
    assert (
        main(["import", "catma", str(catma), str(tmp_path / "in"), "--gold", "first-reading"]) == 0
    )
    assert main(["check", str(tmp_path / "in")]) == 0
    assert len(standoff.load(tmp_path / "in", "first-reading-2").documents) == 1


@pytest.mark.parametrize("fragment", [(1, 7), (7, 3), (0, 99), ("0", 9)])
def test_impossible_offsets_are_refused_with_their_file(catma, fragment):
    path = "collections/C_1/annotations/grey_0.json"
    dump(catma / path, [catma_annotation(1, "CATMA_B", [fragment], {})])
    assert codes(FORMATS["catma"].read, catma, under=catma) == [f"{path}:1: E-source-offset"]


def test_folders_without_a_catma_project_and_ids_that_leave_the_folder_are_refused(catma):
    tagsets = catma / "tagsets"
    assert codes(FORMATS["catma"].read, tagsets, under=catma) == ["tagsets:1: E-source-missing"]
    dump(catma / "collections/C_1/header.json", {"sourceDocumentId": "../../../etc"})
    problems = codes(FORMATS["catma"].read, catma, under=catma)
    assert problems == ["collections/C_1/header.json:1: E-source-reference"]


def test_a_lone_surrogate_in_json_is_refused_with_its_line(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    item = (
        '{"type": "Annotation", "body": "%s", "target": {"source": "a.txt", "selector": {"type": '
        '"TextQuoteSelector", "exact": "words"}}}\n'
    )
    (tmp_path / "a.jsonl").write_text(item % r"\ud83d\ude00" + item % r"\ud83d")
    problems = codes(FORMATS["w3c"].read, tmp_path, under=tmp_path)
    assert problems == ["a.jsonl:2: E-source-format"]
    (tmp_path / "a.jsonl").write_text(item % r"\ud83d\ude00")
    assert [note.text for note in FORMATS["w3c"].read(tmp_path)[0].annotations.notes] == ["😀"]


def test_unusable_keys_of_metadata_are_omitted(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    body = [{"label": label, "value": "x"} for label in ("", ".", "..", "title")]
    (tmp_path / "a.jsonl").write_text(
        json.dumps(
            {"type": "Annotation", "motivation": "describing", "target": "a.txt", "body": body}
        )
    )
    assert FORMATS["w3c"].read(tmp_path)[0].meta == {"title": "x"}
