"""exchange/cas.py and cas_writer.py: UIMA CAS, its offsets in UTF-16 units, this project's types and
those of others.

The CAS of another project is made here by cassis in the shape that INCEpTION exports (named
entities with features, relations with Governor and
Dependent, slots with links, tokens with references, its own book-keeping); see
https://inception-project.github.io/releases/38.2/docs/user-guide.html
"""

import base64
import builtins
import json
import warnings
import zipfile

import pytest
from conftest import codes

import standoff
from standoff.cli.main import main
from standoff.exchange import FORMATS, Document
from standoff.exchange.cas import from_uima_name
from standoff.exchange.cas_writer import to_uima_name
from standoff.exchange.import_builder import Builder

cassis = pytest.importorskip("cassis")
TEXT = "🥳 Grey said: 👳🏻‍♀️ no. سلام\nWhite\u00a0left e\u0301."


def at(words):
    """Return start and end of some words of the text, in code points."""
    return {"begin": TEXT.index(words), "end": TEXT.index(words) + len(words)}


def inception():
    """Return a CAS as INCEpTION makes it: code points here, UTF-16 units in the files."""
    types = cassis.TypeSystem()
    token = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
    types.create_feature(token, "parent", "uima.tcas.Annotation")
    entity = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    types.create_feature(entity, "value", "uima.cas.String")
    types.create_feature(entity, "sure", "uima.cas.Boolean")
    types.create_feature(entity, "comment", "uima.cas.String")
    link = types.create_type("webanno.custom.SaysArgumentsLink", "uima.cas.TOP")
    types.create_feature(link, "role", "uima.cas.String")
    types.create_feature(link, "target", "uima.tcas.Annotation")
    says = types.create_type("webanno.custom.Says")
    types.create_feature(says, "arguments", "uima.cas.FSArray", elementType=link)
    beside = types.create_type("webanno.custom.Beside")
    for feature in ("Governor", "Dependent"):
        types.create_feature(beside, feature, "uima.tcas.Annotation")
    types.create_feature(beside, "kind", "uima.cas.String")
    keeping = types.create_type("de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata")
    meta = types.create_type(
        "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData",
        "uima.tcas.DocumentAnnotation",
    )
    types.create_feature(meta, "documentTitle", "uima.cas.String")
    cas = cassis.Cas(types)
    cas.sofa_string = TEXT
    grey = entity(**at("Grey"), value="PER", sure=True, comment="not quite sure")
    white = entity(**at("White"), value="PER")
    speech = says(
        **at("said"),
        arguments=types.get_type("uima.cas.FSArray")(elements=[link(role="who", target=grey)]),
    )
    silent = says(**at("left"))
    one = token(**at("👳🏻‍♀️"))
    two = token(**at("no"), parent=one)
    near = beside(**at("White"), Governor=grey, Dependent=white, kind="near")
    about = meta(begin=0, end=len(TEXT), language="en", documentTitle="grey.txt")
    cas.add_all([grey, white, speech, silent, one, two, near, keeping(begin=0, end=0), about])
    return cas


def write(cas, path, form):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cas.to_xmi(path) if form == "xmi" else cas.to_json(path)
        cas.typesystem.to_xml(path.parent / "TypeSystem.xml")
    return path


@pytest.mark.parametrize("form", ["xmi", "json"])
def test_what_inception_exports_becomes_spans_events_and_relations(form, tmp_path):
    write(inception(), tmp_path / f"x.{form}", form)
    (document,) = FORMATS[f"cas-{form}"].read(tmp_path)
    found = document.annotations
    assert (document.name, document.coder, document.text, document.meta) == (
        "grey",
        "gold",
        TEXT,
        {"language": "en"},
    )
    assert {(span.label, span.text) for span in found.spans} == {
        ("NamedEntity", "Grey"),
        ("NamedEntity", "White"),
        ("Says", "said"),
        ("Says", "left"),
        ("Token", "👳🏻‍♀️"),
        ("Token", "no"),
    }
    words = {span.id: span.text for span in found.spans} | {
        event.id: event.label for event in found.events
    }
    assert [[(role, words[target]) for role, target in event.roles] for event in found.events] == [
        [("who", "Grey")],
        [],
    ]
    assert sorted((item.label, words[item.a], words[item.b]) for item in found.relations) == [
        ("Beside", "Grey", "White"),
        ("parent", "no", "👳🏻‍♀️"),
    ]
    assert {(item.name, item.value) for item in found.attributes} == {
        ("value", "PER"),
        ("sure", "true"),
        ("kind", "near"),
    }
    assert [(item.kind, item.text) for item in found.notes] == [("comment", "not quite sure")]
    assert document.remarks == [
        "values of comment that hold blanks are kept as notes",
        "left out, because they mark no text: 1 de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata",
    ]


def test_offsets_in_the_files_are_utf16_units_and_emoji_survive(tmp_path):
    write(inception(), tmp_path / "x.json", "json")
    written = [
        fs
        for fs in json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))[
            "%FEATURE_STRUCTURES"
        ]
        if fs["%TYPE"].endswith("NamedEntity")
    ]
    assert at("White") == {"begin": 28, "end": 33}
    assert [(fs["begin"], fs["end"]) for fs in written] == [
        (3, 7),
        (31, 36),
    ]  # one emoji stands before Grey, three parts of emoji before White
    source = (
        (tmp_path / "x.json")
        .read_text(encoding="utf-8")
        .replace('"begin": 3', '"begin": 1')
        .replace('"begin":3', '"begin":1')
    )
    (tmp_path / "x.json").write_text(source, encoding="utf-8")
    problems = codes(FORMATS["cas-json"].read, tmp_path, under=tmp_path)
    assert problems == ["x.json:1: E-source-format"]


def test_an_export_of_a_whole_project_names_text_and_coder_by_their_folders(tmp_path):
    write(inception(), tmp_path / "admin.xmi", "xmi")
    inner = tmp_path / "admin.zip"
    with zipfile.ZipFile(inner, "w") as packed:
        for name in ("admin.xmi", "TypeSystem.xml"):
            packed.write(tmp_path / name, name)
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as packed:
        packed.write(inner, "annotation/other.txt/admin.zip")
        packed.writestr("curation/other.txt/CURATION_USER.zip", inner.read_bytes())
    found = FORMATS["cas-xmi"].read(tmp_path / "project.zip")
    assert {(document.name, document.coder) for document in found} == {
        ("other", "admin"),
        ("other", "gold"),
    }


def test_every_view_with_text_becomes_a_document(tmp_path):
    cas = inception()
    second = cas.create_view("translation")
    second.sofa_string = "Grau sagte nein."
    entity = cas.typesystem.get_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    second.add(entity(begin=0, end=4, value="PER"))
    cas.create_view("without text")
    write(cas, tmp_path / "grey.xmi", "xmi")
    found = FORMATS["cas-xmi"].read(tmp_path)
    assert [(document.name, document.text) for document in found] == [
        ("grey", TEXT),
        ("grey-translation", "Grau sagte nein."),
    ]
    assert [span.text for span in found[1].annotations.spans] == ["Grau"]


@pytest.mark.parametrize(("mime", "found"), [("text/plain", [TEXT]), ("audio/mpeg", [])])
def test_a_text_may_be_an_array_of_bytes(mime, found, tmp_path):
    array = {"%ID": 1, "%TYPE": "uima.cas.ByteArray"}
    array["%ELEMENTS"] = base64.b64encode(TEXT.encode()).decode()
    sofa = {"%ID": 2, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView"}
    sofa |= {"mimeType": mime, "@sofaArray": 1}
    views = {"_InitialView": {"%SOFA": 2, "%MEMBERS": []}}
    cas = {"%TYPES": {}, "%FEATURE_STRUCTURES": [array, sofa], "%VIEWS": views}
    (tmp_path / "a.json").write_text(json.dumps(cas), encoding="utf-8")
    if found:
        assert [document.text for document in FORMATS["cas-json"].read(tmp_path)] == found
    else:
        refused = codes(FORMATS["cas-json"].read, tmp_path, under=tmp_path)
        assert refused == ["a.json:1: E-source-text"]


@pytest.mark.parametrize(
    ("types", "source"),
    [
        ("in/TypeSystem.xml", "in"),
        ("in/TypeSystem.xml", "in/docs"),
        ("in/TypeSystem.xml", "in/docs/grey.xmi"),
        ("in/docs/TypeSystem.xml", "in/docs/grey.xmi"),
    ],
)
def test_a_type_system_is_found_beside_the_xmi_and_in_folders_above(types, source, tmp_path):
    (tmp_path / "in" / "docs").mkdir(parents=True)
    write(inception(), tmp_path / "in" / "docs" / "grey.xmi", "xmi")
    (tmp_path / "in" / "docs" / "TypeSystem.xml").rename(tmp_path / types)
    (document,) = FORMATS["cas-xmi"].read(tmp_path / source)
    assert (document.name, len(document.annotations.spans)) == ("grey", 6)


def test_a_type_system_above_the_xmi_is_found_in_an_archive(tmp_path):
    write(inception(), tmp_path / "grey.xmi", "xmi")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "TypeSystem.xml", "TypeSystem.xml")
        packed.write(tmp_path / "grey.xmi", "one/two/grey.xmi")
    (tmp_path / "TypeSystem.xml").unlink()
    (document,) = FORMATS["cas-xmi"].read(tmp_path / "all.zip")
    assert len(document.annotations.spans) == 6


def test_a_foreign_cas_is_imported_as_a_project(tmp_path, capsys):
    write(inception(), tmp_path / "x.xmi", "xmi")
    assert main(["import", "cas-xmi", str(tmp_path / "x.xmi"), str(tmp_path / "in")]) == 0
    assert main(["check", str(tmp_path / "in")]) == 0
    assert list(standoff.load(tmp_path / "in").events["text"]) == ["said", "left"]


def test_labels_that_are_no_uima_names_are_escaped_and_restored():
    for name in (
        "Form",
        "Attribution-no-source",
        "begin",
        "_x2D_",
        "n_x2D_",
        "ref_actors",
        "note_",
        "1st",
        "Größe",
        "a.b",
        "type",
    ):
        assert (
            from_uima_name(to_uima_name(name)) == name
            and to_uima_name(name).isidentifier()
            and not to_uima_name(name).startswith("_")
        )


def test_round_trips_restore_discontinuous_spans_shared_triggers_and_hyphens(tmp_path):
    built = Builder(TEXT, [])
    one, two = (
        built.span("Says-so", [(2, 6), (13, 18)], ident="T5"),
        built.span("Actor", [(26, 31)], ident="T2"),
    )
    event = built.add_event("Says-so", one, [("Who", two), ("Who2", one)], ident="E9")
    built.add_event("Other", one, ident="E1")
    built.add_relation("A-B", event, built.add_relation("To", event, two, ident="R1"), ident="R2")
    built.attribute(event, "begin", "x")
    for key in ("grey", "white"):
        built.add_reference(two, "actors", key, f" {key} ")
    FORMATS["cas-xmi"].write([Document("d", TEXT, "c", built.annotations)], tmp_path / "out")
    (again,) = FORMATS["cas-xmi"].read(tmp_path / "out")
    from standoff.annotation.ordering import contents

    assert contents(again.annotations) == contents(built.annotations) and (
        again.name,
        again.coder,
    ) == (
        "d",
        "c",
    )
    assert {span.id for span in again.annotations.spans} == {"T5", "T2"}


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        ("x.xmi", "<a/>", "E-source-format"),
        ("x.xmi", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "E-source-doctype"),
        ("x.json", "[]", "E-source-format"),
        (
            "x.json",
            '{"%TYPES": {}, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}',
            "E-source-text",
        ),
        (
            "x.json",
            '{"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%TYPE": "no.such"}]}',
            "E-source-format",
        ),
    ],
)
def test_files_that_are_no_cas_are_refused(tmp_path, name, source, code):
    (tmp_path / name).write_text(source)
    problems = codes(FORMATS[f"cas-{name[2:]}"].read, tmp_path / name, under=tmp_path)
    assert problems == [f"{name}:1: {code}"]


def test_characters_that_xml_cannot_carry_are_refused_for_xmi(tmp_path):
    document = Document("d", "a\vb", "gold", Builder("a\vb", []).annotations)
    write = FORMATS["cas-xmi"].write
    assert codes(write, [document], tmp_path / "out") == ["d:1: E-export-characters"]
    assert not (tmp_path / "out").exists()


def test_a_missing_extra_is_named_in_the_message(monkeypatch, tmp_path):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "cassis":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert codes(FORMATS["cas-xmi"].read, tmp_path) == ["cas:1: E-package-missing"]


@pytest.mark.parametrize("value", [5, True, 1.5, None, [1], {"a": 1}, "\x00"])
@pytest.mark.parametrize(
    "key",
    [
        "ident",
        "role",
        "language",
        "documentTitle",
        "fragments",
        "trigger",
        "value",
        "begin",
        "end",
        "%ELEMENTS",
        "%TYPE",
    ],
)
def test_values_of_other_types_are_read_or_refused_with_a_message(tmp_path, key, value):
    document = Document("x", TEXT, "gold", Builder(TEXT, []).annotations, {"title": "T"})
    built = Builder(TEXT, [])
    one = built.span("A", [(0, 1), (2, 6)])
    built.add_event("Say", built.span("Say", [(7, 11)]), [("Who", one)])
    built.add_reference(one, "actors", "grey")
    built.add_note(one, "N", "words")
    document.annotations = built.annotations
    FORMATS["cas-json"].write([document], tmp_path / "out")
    path = tmp_path / "out" / "x.gold.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    found = data["%FEATURE_STRUCTURES"]
    for fs in found if isinstance(found, list) else found.values():
        if key in fs or key in ("language", "documentTitle"):
            fs[key] = value
    path.write_text(json.dumps(data), encoding="utf-8")
    try:
        assert FORMATS["cas-json"].read(tmp_path / "out")
    except standoff.SeedError as error:
        assert all(problem.message and problem.line >= 1 for problem in error.problems)


@pytest.mark.parametrize("name", ["False", "class", "def", "None"])
def test_round_trips_restore_names_that_are_python_keywords(tmp_path, name):
    built = Builder(TEXT, [])
    built.attribute(built.span(name, [(0, 1)]), name, "v")
    FORMATS["cas-json"].write([Document("x", TEXT, "gold", built.annotations)], tmp_path / "out")
    (again,) = FORMATS["cas-json"].read(tmp_path / "out")
    assert [(item.name, item.value) for item in again.annotations.attributes] == [
        (name, "v")
    ] and again.annotations.spans[0].label == name
