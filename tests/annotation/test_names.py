"""Names, links out of a folder, XML entities and size limits: what is refused."""

import io
import os
import sys
import zipfile

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

import standoff
from standoff.annotation import brat
from standoff.annotation.limits import unfit
from standoff.annotation.model import Annotations
from standoff.annotation.problems import Report
from standoff.annotation.span_index import SpanIndex
from standoff.authoring import project
from standoff.authoring.compiling import compile_notes
from standoff.authoring.reanchoring import reanchor
from standoff.cli.main import main
from standoff.exchange import FORMATS, Document, export_project
from standoff.exchange.project_writer import write_project
from standoff.exchange.untrusted import archive, parse_xml
from standoff.measures.pairing import PlacedSpan, match

NAMES = {
    "../../x": "holds '/'",
    "/etc/x": "holds '/'",
    "C:\\x": "holds ':'",
    "a\\b": "holds '\\\\'",
    "a\x00b": "holds '\\x00'",
    "a\nb": "holds '\\n'",
    "a\u202eb": "holds '\\u202e'",
    "<b>": "holds '<'",
    "a#b": "holds '#'",
    "a%2e": "holds '%'",
    "nul": "is a name that Windows keeps for itself",
    "COM1.txt": "is a name that Windows keeps for itself",
    "..": "begins or ends with a blank or a full stop",
    ".hidden": "begins or ends with a blank or a full stop",
    "end.": "begins or ends with a blank or a full stop",
    "end ": "begins or ends with a blank or a full stop",
    "-rf": "begins or ends with a blank or a full stop",
    "": "begins or ends with a blank or a full stop",
    "a" * 101: "is 101 characters long; expected at most 100",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_some_system_cannot_use_are_refused(name):
    assert unfit(name).startswith(NAMES[name])


@pytest.mark.parametrize("name", ["a" * 100, "X. Y_2-Z", "Max", "1X"])
def test_names_that_every_system_can_use_are_accepted(name):
    assert unfit(name) is None


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("", "a\x00b", "a\u202eb")])
def test_every_name_of_an_imported_article_becomes_a_folder_in_the_project(tmp_path, name):
    documents = [Document(name, "Text here.", name, Annotations(), {"title": name})]
    write_project(tmp_path / "in" / "p", documents)
    assert [path.name for path in tmp_path.iterdir()] == ["in"] and [
        path.name for path in (tmp_path / "in").iterdir()
    ] == ["p"]
    (article,) = (path for path in (tmp_path / "in" / "p").iterdir() if path.is_dir())
    assert unfit(article.name) is None and all(
        unfit(path.stem) is None for path in article.glob("*.ann")
    )
    assert main(["check", str(tmp_path / "in" / "p")]) == 0


@pytest.mark.parametrize(
    ("name", "kept", "repair"),
    [
        (
            "a\x00b",
            "a\ufffdb",
            "control characters replaced one to one, by a blank or by U+FFFD: U+0000 (1)",
        ),
        ("a\u202eb", "a\u202eb\u202c", "controls of direction closed or left out"),
    ],
)
def test_control_characters_in_the_names_of_imported_coders_are_replaced_and_said(
    tmp_path, name, kept, repair
):
    documents = [Document("one", "Text here.", name, Annotations(), {"title": name})]
    said = write_project(tmp_path / "p", documents).remarks
    assert [line for line in said if "control" in line] == [
        f"one: meta.toml: {key}: {repair}" for key in ("title", "coders gold who")
    ]
    meta = standoff.load(tmp_path / "p").meta["one"]
    assert (meta["title"], meta["coders"]["gold"]["who"]) == (kept, kept)
    assert main(["check", str(tmp_path / "p")]) == 0


@pytest.mark.parametrize("name", ["<b>", "a#b", "con", "end.", "a\nb", "a\u202eb", "a" * 101])
def test_load_reports_articles_and_coders_with_unfit_names(folder, name):
    (folder.article / f"{name}.ann").write_text("")
    assert f"one/{name}.ann:1: E-coder-name" in folder.codes()
    (folder.article / f"{name}.ann").unlink()
    folder.article.rename(folder.path / name)
    assert f"{name}:1: E-article-name" in folder.codes()


# Links.


@pytest.mark.parametrize(
    "file",
    [
        "one/text.txt",
        "one/gold.ann",
        "one/meta.toml",
        "one",
        "actors.toml",
        "tracks.toml",
        "codebook.toml",
    ],
)
def test_links_out_of_a_project_are_not_followed(folder, tmp_path, file):
    (tmp_path / "outside").mkdir()
    (folder.path / file).rename(tmp_path / "outside" / "it")
    os.symlink(tmp_path / "outside" / "it", folder.path / file)
    assert f"{file}:1: E-link-outside" in folder.codes()
    for name in ("brat", "w3c", "csv"):
        with pytest.raises(standoff.SeedError, match="E-link-outside"):
            export_project(FORMATS[name], folder.path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_within_a_project_are_followed(folder):
    (folder.path / "shared.toml").write_text((folder.path / "actors.toml").read_text())
    (folder.path / "actors.toml").unlink()
    os.symlink("shared.toml", folder.path / "actors.toml")
    assert list(standoff.load(folder.path).registry["actors"]) == ["grey"]


def test_compile_accept_and_reanchor_do_not_write_through_links(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    folder.article.rename(tmp_path / "outside" / "one")
    os.symlink(tmp_path / "outside" / "one", folder.article)
    before = {path: path.read_bytes() for path in (tmp_path / "outside" / "one").iterdir()}
    (tmp_path / "outside" / "one" / "proposed.ann").write_text("")
    (tmp_path / "outside" / "one" / "notes.toml").write_text("")
    (tmp_path / "new.txt").write_text("Headline there\n")
    for change in (compile_notes, project.accept):
        with pytest.raises(standoff.SeedError, match="E-link-outside"):
            change(folder.path)
    (folder.path / "two").mkdir()
    for path in before:
        os.symlink(path, folder.path / "two" / path.name)
    with pytest.raises(standoff.SeedError, match="E-link-outside"):
        reanchor(folder.path / "two", tmp_path / "new.txt")
    assert {path: path.read_bytes() for path in before} == before


def test_nothing_is_exported_or_imported_over_a_link(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "out")
    os.symlink(tmp_path / "gone", tmp_path / "dangling")
    for name in ("out", "dangling"):
        assert main(["export", "brat", str(folder.path), str(tmp_path / name)]) == 1
        assert main(["import", "brat", str(SEEDS), str(tmp_path / name)]) == 1
    assert not list((tmp_path / "elsewhere").iterdir()) and not (tmp_path / "gone").exists()


def test_names_in_an_archive_are_not_used_as_paths(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in (
            "../../up.json",
            "/root.json",
            "C:\\drive.json",
            "a\nb.json",
            "x" * 5000 + ".json",
        ):
            packed.writestr(name, "{}")
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert sum(data == b"{}" for data in archive(made.getvalue(), "a.zip").values()) == 5
    (tmp_path / "a.zip").write_bytes(made.getvalue())
    with pytest.raises(standoff.SeedError, match=r"link\.json:1: E-source-format"):
        FORMATS["cas-json"].read(tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


# XML.
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
    "a file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
    "an external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
}
FILES = {
    "timeml": {"a.tml": "<TimeML><TEXT>a &l9;</TEXT></TimeML>"},
    "cas-xmi": {"a.xmi": "<xmi>&l9;</xmi>"},
    "cas-xmi's types": {
        "TypeSystem.xml": "<typeSystemDescription>&l9;</typeSystemDescription>",
        "a.xmi": "<xmi/>",
    },
}


@pytest.fixture
def opened():
    """The paths that are opened while a test runs."""
    paths, watching = [], True

    def watch(event, given):
        if watching and event == "open":
            paths.append(str(given[0]))

    sys.addaudithook(watch)  # it cannot be removed
    yield paths
    watching = False


@pytest.mark.parametrize("what", DOCTYPES)
@pytest.mark.parametrize("kind", FILES)
def test_xml_expands_no_entity_and_opens_no_other_file(tmp_path, monkeypatch, what, kind):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("an address was asked"))
    for name, source in FILES[kind].items():
        (tmp_path / name).write_text(
            f"<?xml version='1.0'?>\n{DOCTYPES[what] if 'l9' in source else ''}\n{source}"
        )
    line = 3 if what == "an external document type" else 2  # of its use, or of its declaration
    with pytest.raises(standoff.SeedError, match=f":{line}: E-source-doctype"):
        FORMATS[kind.split("'")[0]].read(tmp_path)


def test_an_external_document_type_is_passed_over_and_never_opened(tmp_path, monkeypatch, opened):
    """It would declare an entity for the contents of a file, an attribute and an element."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("an address was asked"))
    (tmp_path / "secret").write_text("the secret")
    hostile = tmp_path / "x.dtd"
    hostile.write_text(
        f'<!ENTITY l9 SYSTEM "{(tmp_path / "secret").as_uri()}">'
        '<!ATTLIST TEXT added CDATA "by the document type">'
    )
    opened.clear()  # which holds what the test itself wrote
    for address in (hostile.as_uri(), "x.dtd", "http://127.0.0.1:9/x.dtd"):
        for public in ("SYSTEM", 'PUBLIC "-//x"'):
            doctype = f'<!DOCTYPE TimeML {public} "{address}">'
            root = parse_xml(f"{doctype}<TimeML><TEXT>a</TEXT></TimeML>".encode(), "a.tml")
            assert (root[0].text, root[0].attrib) == ("a", {})
            for element in ("<TEXT>&l9;</TEXT>", "<TEXT a='b&l9;'/>"):
                wrong = f"{doctype}\n<TimeML>{element}</TimeML>".encode()
                with pytest.raises(standoff.SeedError, match=r"a\.tml:2: E-source-doctype: .*'l9'"):
                    parse_xml(wrong, "a.tml")
    assert not [path for path in opened if "x.dtd" in path or "secret" in path]
    hostile.read_text()
    assert str(hostile) in opened  # the watch would have seen it


@pytest.mark.parametrize("encoding", ["no-such", "UTF-18", "utf-7", "big5hkscs", "rot13"])
def test_xml_in_an_unknown_encoding_is_refused(tmp_path, encoding):
    (tmp_path / "a.tml").write_text(
        f"<?xml version='1.0' encoding='{encoding}'?>\n<TimeML><TEXT>a</TEXT></TimeML>"
    )
    with pytest.raises(standoff.SeedError, match=r"a\.tml:1: E-source-format"):
        FORMATS["timeml"].read(tmp_path)


# Limits.
@pytest.mark.parametrize(
    ("file", "size"),
    [
        ("one/text.txt", 4_194_305),
        ("one/meta.toml", 4_194_305),
        ("actors.toml", 4_194_305),
        ("one/gold.ann", 67_108_865),
    ],
)
def test_a_file_that_is_too_large_is_not_read(folder, file, size):
    os.truncate(folder.path / file, size)
    assert f"{file}:1: E-file-size" in folder.codes()


def test_a_malformed_event_with_many_roles_is_refused_quickly():
    """Each `a:b:c` may be parted in two ways: a reader that tried them all would not end."""
    report = Report()
    brat.parse("E1\tSay:T1" + " a:b:c" * 5_000 + "  x", "x.ann", report)
    assert [problem.code for problem in report] == ["E-line-format"]


def test_matching_does_not_compare_every_pair_of_spans():
    class Offset(int):
        tried = 0

        def __lt__(self, other):
            Offset.tried += 1
            return int(self) < int(other)

    items = [
        PlacedSpan("Actor", 0, Offset(at), Offset(at + 7), f"T{at}", "d", at, at + 7, "")
        for at in range(0, 30_000, 10)
    ]
    moved = [
        item._replace(first=Offset(item.first + 3), last=Offset(item.last + 3), id=f"a{item.id}")
        for item in items
    ]
    assert [(a.id, b.id) for a, b in match(items, moved)] == [
        (item.id, f"a{item.id}") for item in items
    ]
    assert 3_000 < Offset.tried < 3_000 * 300


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 600))),
    st.integers(0, 900),
    st.integers(1, 600),
)
def test_the_index_finds_all_overlapping_stretches(stretches, start, length):
    ends = [(first, first + long, number) for number, (first, long) in enumerate(stretches)]
    assert SpanIndex(ends).overlapping(start, start + length) == [
        what for first, last, what in ends if first < start + length and start < last
    ]
