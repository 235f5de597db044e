"""Round trips through every format, the commands import and export, and hostile input."""

import json
import os
import re
import zipfile
from collections import Counter

import pytest
from conftest import SEEDS, codes
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_brat import documents as drawn
from test_brat import without_lines

import standoff
from standoff.annotation import brat
from standoff.annotation.ordering import contents
from standoff.annotation.problems import Report
from standoff.cli.main import main
from standoff.exchange import (
    FORMATS,
    Document,
    annotation_conf,
    documents_of,
    export_brat,
    export_project,
    import_project,
)
from standoff.exchange.lossless_tables import record_tables
from standoff.exchange.untrusted import parse_xml

LOSSLESS = ("brat", "w3c", "csv", "parquet")  # they restore every line of an .ann
LINES = Counter(
    line[0]
    for path in SEEDS.glob("*/*.ann")
    for line in path.read_text(encoding="utf-8").splitlines()
)  # letter -> lines of the record
BOTH = sorted(
    name for name, form in FORMATS.items() if form.read and form.write and name != "tables"
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "brat"
    export_brat(SEEDS, path)
    return path


@pytest.fixture(scope="module")
def round_trip(tmp_path_factory):
    """Return a function: format -> (losses of the export, the project imported from it).

    Each format is written and read once.
    """
    made = {}

    def get(name):
        if name not in made:
            path = tmp_path_factory.mktemp(name)
            losses = export_project(
                FORMATS["tables" if name in ("csv", "parquet") else name], SEEDS, path / "out"
            )
            import_project(FORMATS[name], path / "out", path / "in")
            made[name] = losses, path / "in"
        return made[name]

    return get


def by_name(documents):
    return {(document.name, document.coder): document for document in documents}


# Export to brat.
def test_export_brat_copies_the_files_of_every_coder_exactly(exported):
    for coder in ("gold", "a", "b"):
        for doc in ("dw-2017-04-14", "avim-2018-10-31"):
            assert (exported / coder / f"{doc}.txt").read_bytes() == (
                SEEDS / doc / "text.txt"
            ).read_bytes()
            assert (exported / coder / f"{doc}.ann").read_bytes() == (
                SEEDS / doc / f"{coder}.ann"
            ).read_bytes()


def sections(text):
    return {
        name: body.strip().split("\n")
        for name, body in re.findall(r"\[(\w+)\]\n(.*?)(?=\n\[|\Z)", text, re.DOTALL)
    }


def test_annotation_conf_declares_everything_the_annotations_use(exported, corpus):
    conf = sections((exported / "gold" / "annotation.conf").read_text(encoding="utf-8"))
    declared = {line.split("\t")[0]: line for part in conf.values() for line in part}
    found = corpus.annotations["avim-2018-10-31"]
    label = {item.id: item.label for item in (*found.spans, *found.events)}
    for item in (*found.spans, *found.events, *found.relations):
        assert item.label in declared
    for item in found.attributes:
        assert label[item.target] in re.search(r"Arg:([\w|-]+)", declared[item.name])[1].split("|")
        assert item.value == "true" or item.value in re.search(
            r"Value:([\w|-]+)", declared[item.name]
        )[1].split("|")
    for item in found.relations:
        first, second = (
            re.search(rf"{arg}:([\w|]+)", declared[item.label])[1].split("|")
            for arg in ("Arg1", "Arg2")
        )
        assert label[item.a] in first and label[item.b] in second
    for event in found.events:
        for role, target in event.roles:
            wanted = re.search(rf"{role.rstrip('0123456789')}\*:([\w|]+)", declared[event.label])[1]
            assert label[target] in wanted.split("|")


def test_annotation_conf_allows_overlapping_spans(corpus):
    assert "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>" in annotation_conf(
        corpus.codebook, corpus.registry
    )


def test_export_writes_nothing_if_the_folder_has_problems(folder, tmp_path):
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    with pytest.raises(standoff.SeedError):
        export_brat(folder.path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_parsing_an_exported_file_gives_the_same_annotations(exported, corpus):
    problems = Report()
    again = brat.parse(
        (exported / "gold" / "dw-2017-04-14.ann").read_text(encoding="utf-8"), "x", problems
    )
    assert problems == [] and list(again) == list(corpus.annotations["dw-2017-04-14"])


# Round trips.
def test_round_trips_cover_every_annotation_of_the_record():
    found = documents_of(SEEDS)
    assert (
        len(found) == 8
        and sum(len(document.annotations) for document in found) == LINES.total() > 7000
    )


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_formats_restore_every_file_exactly(round_trip, name):
    losses, project = round_trip(name)
    assert losses == []
    for doc in ("dw-2017-04-14", "avim-2018-10-31"):
        for file in ("text.txt", "gold.ann", "a.ann", "b.ann"):
            assert (project / doc / file).read_bytes() == (SEEDS / doc / file).read_bytes(), file


@pytest.mark.parametrize("name", ["cas-xmi", "cas-json"])
def test_a_cas_restores_everything_except_some_ids_and_the_order_of_lines(round_trip, name):
    losses, project = round_trip(name)
    assert losses == [
        f"{LINES['A']} ids of attributes (numbered anew)",
        f"{LINES['N']} ids of references (numbered anew)",
        f"{LINES['#']} ids of notes (numbered anew)",
        "8 orders of the lines of an .ann (by place now)",
    ]
    was, now = by_name(documents_of(SEEDS)), by_name(documents_of(project))
    assert was.keys() == now.keys()
    for key, document in was.items():
        assert contents(document.annotations) == contents(now[key].annotations), key
        for part in ("spans", "events", "relations"):
            assert {item.id for item in getattr(document.annotations, part)} == {
                item.id for item in getattr(now[key].annotations, part)
            }, part


@pytest.mark.parametrize("name", BOTH)
def test_round_trips_restore_the_metadata_of_articles(round_trip, name):
    was, now = by_name(documents_of(SEEDS)), by_name(documents_of(round_trip(name)[1]))
    for key, document in was.items():
        assert now[key].meta == document.meta and now[key].text == document.text


@pytest.mark.parametrize("name", BOTH)
def test_imported_projects_load_and_pass_the_check(round_trip, name, capsys):
    project = round_trip(name)[1]
    assert main(["check", str(project)]) == 0
    assert "no problems" in capsys.readouterr().out
    for coder in ("gold", "a", "b"):
        assert len(standoff.load(project, coder).documents) == 2


def write_and_read(name, document, tmp_path_factory):
    """Write a document in a format and return what is read back."""
    path = tmp_path_factory.mktemp("drawn") / "out"
    if name in ("csv", "parquet"):
        path.mkdir()
        for table, rows in record_tables([document]).items():
            rows.to_csv(path / f"{table}.csv", index=False) if name == "csv" else rows.to_parquet(
                path / f"{table}.parquet"
            )
    else:
        FORMATS[name].write([document], path)
    (again,) = FORMATS[name].read(path)
    return again


@pytest.mark.parametrize("name", ["w3c", "cas-xmi", "cas-json", "csv", "parquet"])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn())
def test_round_trips_keep_emoji_combining_marks_and_right_to_left_words(
    name, tmp_path_factory, document
):
    text, found = document
    assume(
        text.strip()
        and not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", brat.write(found))
    )
    again = write_and_read(
        name, Document("x", text, "gold", found, {"title": "T"}), tmp_path_factory
    )
    assert again.text == text
    if name in ("w3c", "csv", "parquet"):
        assert without_lines(again.annotations) == without_lines(found)
    else:
        assert contents(again.annotations) == contents(found)


@given(
    st.text(st.sampled_from("ab\r\n😀é\u0301ش\u00a0\ufeff"), min_size=1, max_size=40), st.booleans()
)
def test_places_maps_offsets_of_a_source_to_the_same_character(raw, utf16):
    from standoff.exchange.offsets import Places, clean_text

    assume(raw.strip("\ufeff \r\n\u00a0"))
    text, places, unit = clean_text(raw, "x", []), Places(raw, utf16), 0
    for index, character in enumerate(raw):
        if not (character == "\r" and raw[index + 1 : index + 2] == "\n") and not (
            index == 0 and character == "\ufeff"
        ):
            assert text[places(unit)] == character.replace("\r", "\n")
        unit += 2 if utf16 and character > "\uffff" else 1
    assert places(unit) == len(text)
    with pytest.raises(ValueError, match="out of range"):
        places(unit + 1)


# The commands import and export.
def test_export_and_import_refuse_an_existing_destination_and_leave_it_alone(tmp_path, capsys):
    (tmp_path / "keep").write_text("x")
    assert main(["export", "brat", str(SEEDS), str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["import", "brat", str(SEEDS), str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["keep"]


def test_export_lists_what_the_format_does_not_carry(folder, tmp_path, capsys):
    assert main(["export", "cas-xmi", str(folder.path), str(tmp_path / "out")]) == 0
    output = capsys.readouterr()
    assert output.out == f"6 files written to {tmp_path / 'out'}\n"
    assert "6 ids of attributes (numbered anew)\n" in output.err
    assert (tmp_path / "out" / "actors.toml").read_bytes() == (
        folder.path / "actors.toml"
    ).read_bytes()


def test_import_sets_the_day_of_publication_of_all_articles_or_of_one(folder, tmp_path, capsys):
    export_brat(folder.path, tmp_path / "out")
    assert (
        main(
            [
                "import",
                "brat",
                str(tmp_path / "out"),
                str(tmp_path / "in"),
                "--published",
                "2020-01-01",
                "--published",
                "one=2020-01-02",
            ]
        )
        == 0
    )
    assert "1 article, 1 coding, 19 annotations imported" in capsys.readouterr().out
    assert str(standoff.load(tmp_path / "in").documents["published"][0].date()) == "2020-01-02"
    assert (
        main(
            [
                "import",
                "brat",
                str(tmp_path / "out"),
                str(tmp_path / "again"),
                "--published",
                "two=2020-01-02",
            ]
        )
        == 1
    )
    assert "holds no article two; expected one" in capsys.readouterr().err
    assert (
        main(
            [
                "import",
                "brat",
                str(tmp_path / "out"),
                str(tmp_path / "again"),
                "--published",
                "soon",
            ]
        )
        == 2
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "brta", "x", "y"], "'brta' is an unknown format; did you mean 'brat'?"),
        (
            ["export", "polnear", "x", "y"],
            (
                "'polnear' can only be imported; expected one of brat, cas-json, cas-xmi, csv, "
                "excel, parquet, refi, tables, w3c, xlsx"
            ),
        ),
        (
            ["import", "brat", "nowhere", "y"],
            "nowhere:1: E-source-missing: no such file or folder; expected one to import",
        ),
    ],
)
def test_a_wrong_call_prints_one_message(arguments, message, capsys):
    assert main(arguments) > 0
    assert capsys.readouterr().err.split("\n")[0] == message


def test_import_stores_its_remarks_in_import_txt(folder, tmp_path, capsys):
    export_brat(folder.path, tmp_path / "out")
    path = tmp_path / "out" / "gold" / "one.ann"
    path.write_text(path.read_text() + "*\tEquiv T6 T10\n")
    assert main(["import", "brat", str(tmp_path / "out"), str(tmp_path / "in")]) == 0
    remark = "one gold: line 20: the equivalence of T6, T10 is now R1 Equiv"
    assert (
        remark in capsys.readouterr().err and remark in (tmp_path / "in" / "import.txt").read_text()
    )
    assert "Equiv" in (tmp_path / "in" / "codebook.toml").read_text()


# Readers refuse malformed and hostile files.
def test_parse_xml_refuses_a_document_type_with_entities():
    for declared in ('<!ENTITY a "x">', '<!ENTITY a SYSTEM "file:///etc/passwd">'):
        source = f"<?xml version='1.0'?>\n<!DOCTYPE TimeML [{declared}]>\n<TimeML>&a;</TimeML>"
        assert codes(parse_xml, source.encode(), "x.xml") == ["x.xml:2: E-source-doctype"]


def test_readers_refuse_deep_nesting_and_malformed_xml(tmp_path):
    deep = b"<a>" * 300 + b"</a>" * 300
    assert codes(parse_xml, deep, "x") == ["x:1: E-source-size"]
    assert codes(parse_xml, b"<a>\n</b>", "x") == ["x:2: E-source-format"]
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "a.jsonl").write_text("{}\n" + "[" * 100_000)
    assert codes(FORMATS["w3c"].read, tmp_path, under=tmp_path) == ["a.jsonl:2: E-source-format"]


SECRETS = {
    "brat": ("one.ann", "one.txt"),
    "w3c": ("one.jsonl", "one.txt"),
    "cas-json": ("one.json",),
    "timeml": ("one.tml",),
    "polnear": ("attributions/one_a.ann", "text/one.txt"),
    "catma": (
        "collections/C_1/header.json",
        "documents/D_1/D_1.txt",
        "documents/D_1/header.json",
        "tagsets/T/A/propertydefs.json",
    ),
    "csv": ("articles.csv", "coders.csv", "annotations.csv"),
    "parquet": ("articles.parquet",),
}


@pytest.mark.parametrize(
    ("name", "linked"), [(name, linked) for name, files in SECRETS.items() for linked in files]
)
def test_readers_follow_no_link_out_of_the_folder(tmp_path, name, linked):
    (tmp_path / "secret").write_text('{"sourceDocumentId": "D_1"}')
    for file in SECRETS[name]:
        path = tmp_path / "in" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        os.symlink(tmp_path / "secret", path) if file == linked else path.write_text(
            '{"sourceDocumentId": "D_1"}'
        )
    problems = codes(FORMATS[name].read, tmp_path / "in", under=tmp_path / "in")
    assert f"{linked}:1: E-source-link" in problems


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    from standoff.exchange import untrusted as safely

    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../a.json", "[" * 10_000)
    monkeypatch.setattr(safely, "MAX_FILE_BYTES", 9_000)
    problems = codes(FORMATS["cas-json"].read, tmp_path / "a.zip", under=tmp_path)
    assert problems == ["a.zip:1: E-source-size"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3),
    max_leaves=8,
)
KEYS = (
    "type body target id motivation selector source items start end exact purpose value label "
    "via first name uuid tag properties %TYPES %FEATURE_STRUCTURES"
)
OBJECTS = st.recursive(
    JSON,
    lambda x: st.dictionaries(
        st.sampled_from(KEYS.split()), x | st.just("Annotation") | st.just("linking"), max_size=6
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("name", ["w3c", "catma", "cas-json"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=OBJECTS)
def test_any_json_is_read_or_refused_with_a_message(name, value, tmp_path_factory):
    path = tmp_path_factory.mktemp("any")
    source = json.dumps(value)
    if name == "catma":
        for part in ("documents/D_1", "collections/C_1/annotations", "tagsets/T_1"):
            (path / part).mkdir(parents=True)
        (path / "documents/D_1/D_1.txt").write_text("some words")
        (path / "documents/D_1/header.json").write_text(source if isinstance(value, dict) else "{}")
        (path / "collections/C_1/header.json").write_text('{"sourceDocumentId": "D_1"}')
        (path / "collections/C_1/annotations/a.json").write_text(source)
        (path / "tagsets/T_1/propertydefs.json").write_text(
            source if isinstance(value, dict) else "{}"
        )
    else:
        (path / "a.txt").write_text("some words")
        (path / ("a.jsonl" if name == "w3c" else "a.json")).write_text(source)
    try:
        assert FORMATS[name].read(path)
    except standoff.SeedError as error:
        assert all(problem.message and problem.line >= 1 for problem in error.problems)


@pytest.mark.parametrize("name", ["brat", "timeml", "cas-xmi"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.sampled_from(
            [
                "T1\tA 0 4\tsome",
                "T1\tB 0 4",
                "E1\tA:T1 X:T2",
                "A1\tB T1 c",
                "*\tE T1 T2",
                "#1\tN T1",
                "M1\tN E1",
                "words",
                "",
                "<a>",
                "\t",
            ]
        )
    )
)
def test_any_lines_are_read_or_refused_with_a_message(name, lines, tmp_path_factory):
    path = tmp_path_factory.mktemp("any")
    (path / "a.txt").write_text("some words")
    (path / {"brat": "a.ann", "timeml": "a.tml", "cas-xmi": "a.xmi"}[name]).write_text(
        "\n".join(lines)
    )
    try:
        assert FORMATS[name].read(path)
    except standoff.SeedError as error:
        assert all(problem.message and problem.line >= 1 for problem in error.problems)


def test_import_reports_problems_of_the_codebook_of_the_project_it_copies(tmp_path, folder, capsys):
    folder.lines += [
        "T20\tAttribution 44 50\tfailed",
        "E2\tAttribution:T20 Content:T8",
        "R1\tOVERLAPS Arg1:E1 Arg2:E2",
    ]
    folder.write()
    (tmp_path / "brat").mkdir()
    for source, name in (("text.txt", "one.txt"), ("gold.ann", "one.ann")):
        (tmp_path / "brat" / name).write_bytes((folder.article / source).read_bytes())
    with (folder.path / "codebook.toml").open("a", encoding="utf-8") as book:
        book.write(
            '[relations.OVERLAPS]\nlayer = "chronology"\na = ["Attribution"]\nb = ["Attribution"]\n'
        )
    assert (
        main(
            [
                "import",
                "brat",
                str(tmp_path / "brat"),
                str(tmp_path / "in"),
                "--like",
                str(folder.path),
            ]
        )
        == 1
    )
    assert "E-codebook-relation: 'OVERLAPS'" in capsys.readouterr().err
    assert not (tmp_path / "in").exists()
