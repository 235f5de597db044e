"""exchange/refi.py and refi_writer.py: REFI-QDA projects and codebooks.

Projects are made here after the standard, version 1.5 (https://www.qdasoftware.org): a ZIP archive
with project.qde and a folder of sources. Positions are counted here a second time, by another way
than in the library.
"""

import io
import re
import zipfile
from collections import Counter
from unittest import mock
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from conftest import SEEDS
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff
from standoff.annotation.model import Annotations
from standoff.annotation.ordering import contents
from standoff.cli.main import main
from standoff.exchange import FORMATS, Builder, Document, export_project, import_project
from standoff.exchange.project_writer import write_project

TEXT = "🥳 Grey said:\nno talks.\n\nWhite left 👳🏻‍♀️ early.\nGrey stayed, and nobody else."
WORDS = ["Grey said:", "no talks.", "White left", "early.", "Grey stayed, and nobody else."]
NVIVO, CRLF = "NVivo 14", "\r\n"


def guid(number):
    return f"00000000-0000-0000-0000-{number:012}"


def qdpx(path, body, files=None, root='name="p" origin="test"'):
    """Write a project; `body` is what is inside <Project>."""
    xml = f'<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0" {root}>{body}</Project>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return path


CODES = f"""<Users><User guid="{guid(1)}" name="Ann"/><User guid="{guid(2)}" name="Bob"/></Users>
<CodeBook><Codes>
<Code guid="{guid(10)}" name="who" isCodable="false" color="#ff0000"><Description>People</Description>
  <Code guid="{guid(11)}" name="risk" isCodable="true"><Description>Danger</Description></Code>
</Code>
<Code guid="{guid(12)}" name="power talk" isCodable="true"><Code guid="{guid(13)}" name="risk"
  isCodable="true"/></Code>
</Codes></CodeBook>"""


def selection(number, start, end, name="", code=11, user=1, inside=""):
    owner = "" if code else f' creatingUser="{guid(user)}"'
    coding = f'<Coding guid="{guid(500 + number)}" creatingUser="{guid(user)}"><CodeRef targetGUID="{guid(code)}"/></Coding>'
    return (
        f'<PlainTextSelection guid="{guid(100 + number)}" name={quoteattr(name)} '
        f'startPosition="{start}" endPosition="{end}"{owner}>{inside}{coding if code else ""}'
        "</PlainTextSelection>"
    )


def source(selections, path="internal://a.txt", more="", name="a"):
    """Return the Sources with one text."""
    return (
        f'<Sources><TextSource guid="{guid(50)}" name="{name}" plainTextPath="{path}">'
        f"{selections}{more}</TextSource></Sources>"
    )


def read(path):
    return FORMATS["refi"].read(path)


def offset(text, words, unit, end):
    """Count characters before some words: `unit` is the size of a character, `end` of a line."""
    before = text[: text.index(words)]
    size = len(before.encode("utf-16-le")) // 2 if unit == "utf16" else len(before)
    return size + before.count("\n") * (len(end) - 1)


def counted(unit, end, mark=0, named=True, words=WORDS):
    """Return selections of some words of the text, counted in one way."""
    parts = []
    for number, word in enumerate(words):
        start = offset(TEXT, word, unit, end) + mark
        size = len(word.encode("utf-16-le")) // 2 if unit == "utf16" else len(word)
        parts.append(selection(number, start, start + size, word if named else ""))
    return "".join(parts)


# --- how positions are counted ---

WAYS = {
    "code points of a file with LF, the standard's way": ("points", "\n", 0, TEXT),
    "code points, CRLF counts as two": ("points", CRLF, 0, TEXT.replace("\n", CRLF)),
    "code points, CRLF counts as one": ("points", "\n", 0, TEXT.replace("\n", CRLF)),
    "LF in the file, positions of CRLF": ("points", CRLF, 0, TEXT),
    "UTF-16 units": ("utf16", "\n", 0, TEXT),
    "UTF-16 units, CRLF counts as two": ("utf16", CRLF, 0, TEXT.replace("\n", CRLF)),
    "a byte order mark that is not counted": ("points", "\n", 0, "\ufeff" + TEXT),
    "a byte order mark that is counted": ("points", "\n", 1, "\ufeff" + TEXT),
    "everything at once": ("utf16", "\n", 1, "\ufeff" + TEXT.replace("\n", CRLF)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_words_of_the_selections_decide_how_positions_are_counted(way, tmp_path):
    unit, end, mark, raw = WAYS[way]
    body = CODES + source(counted(unit, end, mark))
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": raw}))
    assert [span.text for span in document.annotations.spans] == WORDS
    assert document.text == TEXT
    assert any("5 of 5 passages have the words" in remark for remark in document.remarks)


@pytest.mark.parametrize("cut", ["Grey stayed, and nobo…", "Grey stayed, and nob", "Grey st..."])
def test_a_name_that_is_cut_short_decides_too(cut, tmp_path):
    start = offset(TEXT, WORDS[4], "utf16", CRLF)
    body = CODES + source(selection(0, start, start + len(WORDS[4]), cut))
    files = {"sources/a.txt": TEXT.replace("\n", CRLF)}
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, files))
    assert [span.text for span in document.annotations.spans] == [WORDS[4]]


def test_names_that_are_titles_decide_nothing_and_beginnings_of_words_do(tmp_path):
    body = CODES + source(counted("points", CRLF, named=False).replace('name=""', 'name="s1"'))
    files = {"sources/a.txt": TEXT.replace("\n", CRLF)}
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, files))
    assert [span.text for span in document.annotations.spans] == WORDS
    assert any("begin and end with a word" in remark for remark in document.remarks)


def test_where_nothing_decides_it_is_said(tmp_path):
    body = CODES + source(selection(0, 8, 9))
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": ". . . .\n- + - + ="}))
    assert [span.text for span in document.annotations.spans] == ["-"]
    assert any(remark.startswith("nothing in the file tells") for remark in document.remarks)


def test_atlas_ti_counts_a_line_end_as_one_character(tmp_path):
    raw = ". . . .\r\n- + - + ="
    body = CODES + source(selection(0, 8, 9))
    root = 'name="p" origin="ATLAS.ti 23"'
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": raw}, root))
    assert [span.text for span in document.annotations.spans] == ["-"]


def test_a_single_selection_that_only_another_counting_explains_is_put_where_its_words_are(
    tmp_path,
):
    odd = offset(TEXT, "nobody", "utf16", "\n")
    body = CODES + source(counted("points", "\n") + selection(9, odd, odd + 6, "nobody"))
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": TEXT}))
    assert [span.text for span in document.annotations.spans] == [*WORDS, "nobody"]
    assert document.tally.totals().repaired == {"put where its words are": 1}


# --- what becomes of a project ---


def docx(*paragraphs):
    """Return a Word document; a tab, a deleted word and a table cell are what Word writes."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:pPr/>{paragraph}</w:p>" for paragraph in paragraphs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        xml = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", xml)
    return buffer.getvalue()


def test_codes_users_notes_and_links_become_labels_coders_notes_and_relations(tmp_path):
    note = f'<NoteRef targetGUID="{guid(70)}"/>'
    picks = (
        selection(0, 2, 6, "Grey", inside="<Description>who?</Description>")
        + selection(1, 2, 6, "Grey", code=12, user=2)
        + selection(2, 24, 29, "White", code=13)
        + selection(3, 7, 11, "said", code=0, inside=note)
    )
    body = f"""{CODES}{source(picks)}
    <Notes><Note guid="{guid(70)}" name="memo"><PlainTextContent>strong word</PlainTextContent></Note></Notes>
    <Links><Link guid="{guid(80)}" name="hears" direction="OneWay" originGUID="{guid(102)}"
      targetGUID="{{{guid(100)}}}"/></Links>"""
    ann, bob = read(qdpx(tmp_path / "p.qdpx", body, {"Sources/A.txt": TEXT}))
    assert (ann.coder, bob.coder, ann.name) == ("Ann", "Bob", "a")
    labels = {span.id: (span.label, span.text) for span in ann.annotations.spans}
    assert sorted(labels.values()) == [
        ("Passage", "said"),
        ("power_talk/risk", "White"),
        ("who/risk", "Grey"),
    ]
    assert [span.label for span in bob.annotations.spans] == ["power_talk"]
    assert [(item.kind, item.text) for item in ann.annotations.notes] == [
        ("AnnotatorNotes", "who?"),
        ("memo", "strong word"),
    ]
    ((label, a, b),) = [(item.label, item.a, item.b) for item in ann.annotations.relations]
    assert (label, labels[a][1], labels[b][1]) == ("hears", "White", "Grey")
    assert ann.definitions == {
        "who/risk": "Danger In the group who.",
        "power_talk": "",
        "power_talk/risk": "In the group power talk.",
    }
    assert [one.tally.totals() for one in (ann, bob)] == [(4, {}, {}), (1, {}, {})]
    assert any("1 Code/@color" in remark for remark in ann.remarks)


def test_a_docx_is_read_paragraph_by_paragraph_and_positions_are_mapped(tmp_path):
    words = [
        "<w:r><w:t>Grey</w:t><w:tab/><w:t>said</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del>",
        "<w:r><w:t>no.</w:t></w:r>",
    ]
    picks = selection(0, 5, 9, "said") + selection(1, 11, 14, "no.")
    body = CODES + source(picks).replace("plainTextPath", "richTextPath").replace(".txt", ".docx")
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.docx": docx(*words)}))
    assert document.text == "Grey\tsaid\nno.\n"
    assert [span.text for span in document.annotations.spans] == ["said", "no."]
    assert any("positions are mapped" in remark for remark in document.remarks)


@pytest.mark.parametrize("place", ["internal://a.txt", "a.txt", "relative:///a.txt"])
def test_a_text_is_found_inside_the_archive_or_beside_it(place, tmp_path):
    files = {} if place.startswith("relative") else {"sources/a.txt": TEXT}
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    body = CODES + source(selection(0, 2, 6, "Grey"), place)
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, files))
    assert [span.text for span in document.annotations.spans] == ["Grey"]


def test_every_coding_is_kept_repaired_or_set_aside_and_stands_once_in_the_tally(tmp_path):
    picks = (
        selection(0, 2, 6, "Grey")
        + selection(1, 13, 24, "no talks.\n\n")
        + selection(2, 2, 22, "Grey said:\nno talks.")
        + selection(3, 9, 2)
        + selection(4, 5, 9999)
        + selection(5, "x", 9)
        + selection(6, 2, 6, "Grey", code=99)
    )
    whole = f'<Coding guid="{guid(700)}"><CodeRef targetGUID="{guid(12)}"/></Coding>'
    other = f'<PDFSource guid="{guid(51)}" name="scan.pdf" path="internal://s.pdf"><PDFSelection guid="{guid(52)}" page="1" firstX="0" firstY="0" secondX="1" secondY="1"><Coding guid="{guid(53)}"><CodeRef targetGUID="{guid(11)}"/></Coding></PDFSelection></PDFSource>'
    missing = source(selection(7, 0, 4), "absolute:///etc/passwd", name="b")
    sources = source(picks, more=whole) + other + missing
    body = CODES + sources.replace("</Sources><Sources>", "").replace("</Sources><PDF", "<PDF")
    body = body.replace("</PDFSource><Sources>", "</PDFSource>")
    documents = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": TEXT}))
    ann = documents[0]
    totals = [document.tally.totals() for document in documents]
    assert sum(one.kept for one in totals) == 1
    assert sum((one.repaired for one in totals), Counter()) == {
        "a code of a whole source put on its first line": 1,
        "a code that is not in the codebook": 1,
        "white space at the ends left out": 1,
        "split at line breaks": 1,
    }
    assert sum((one.aside for one in totals), Counter()) == {
        "codings of a PDFSelection of a PDFSource": 1,
        "codings of sources without a text": 1,
        "positions outside the text": 3,
    }
    assert sum(len(document.annotations.spans) for document in documents) == 5
    assert body.count("<Coding ") == 10
    aside = [remark for remark in ann.remarks if "set aside: " in remark and "Source '" in remark]
    assert aside == [
        "PDFSource 'scan.pdf' set aside: it has no text",
        "TextSource 'b' set aside: its file 'absolute:///etc/passwd': not in the archive",
    ]


def test_the_text_that_stands_for_a_pdf_is_read(tmp_path):
    inner = source(selection(0, 2, 6, "Grey"))
    inner = (
        inner.replace("TextSource", "Representation")
        .replace("<Sources>", "")
        .replace("</Sources>", "")
    )
    body = f'{CODES}<Sources><PDFSource guid="{guid(51)}" name="scan.pdf">{inner}</PDFSource></Sources>'
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": TEXT}))
    assert (document.name, [span.text for span in document.annotations.spans]) == ("scan", ["Grey"])


ABOUT = f'<Description>who?</Description><NoteRef targetGUID="{guid(70)}"/>'
OUTLET = f'<VariableValue><VariableRef targetGUID="{guid(60)}"/><TextValue>DW</TextValue></VariableValue>'
PICKS = selection(0, 2, 6, "Grey", inside=ABOUT) + selection(1, 24, 29, "White")
PICKS += selection(2, 30, 34, "left", user=2)
RICH = f"""{CODES}
<Variables><Variable guid="{guid(60)}" name="Outlet" typeOfVariable="Text"/></Variables>
<Cases><Case guid="{guid(61)}" name="Grey"/></Cases>
{source(PICKS, more=OUTLET, name="speech")}
<Notes><Note guid="{guid(70)}" name="memo"><PlainTextContent>word</PlainTextContent></Note></Notes>
<Links><Link guid="{guid(80)}" name="hears" color="#00ff00" direction="OneWay"
  originGUID="{guid(101)}" targetGUID="{guid(100)}"/></Links>
<Sets><Set guid="{guid(90)}" name="Texts"><MemberSource targetGUID="{guid(50)}"/></Set></Sets>
<Graphs><Graph guid="{guid(91)}"/></Graphs><Description>About it</Description>"""


def outcome(path):
    """Return all that is kept of a project, and all that is said of it."""
    return [
        (document.name, document.coder, contents(document.annotations), document.meta,
         document.definitions, document.remarks, document.tally.totals())
        for document in read(path)
    ]  # fmt: skip


def test_every_element_and_attribute_is_read_counted_by_name_or_an_error(tmp_path):
    files = {"sources/a.txt": TEXT}
    before = outcome(qdpx(tmp_path / "p.qdpx", RICH, files))
    root = ElementTree.fromstring(f"<Project>{RICH}</Project>")
    ignored = next(remark for remark in before[0][-2] if remark.startswith("ignored"))
    entries = {"Case", "Graph", "Set"}  # each counts, without what is inside
    inside = {part for item in root.iter() if item.tag in entries for part in item.iter()}
    for element in [item for item in root.iter() if item is not root]:
        parent = next(item for item in root.iter() if element in list(item))
        at = list(parent).index(element)
        parent.remove(element)
        body = "".join(ElementTree.tostring(part, "unicode") for part in root)
        whole = element not in inside or element.tag in entries
        assert not whole or outcome(qdpx(tmp_path / "p.qdpx", body, files)) != before, element.tag
        parent.insert(at, element)
        for key, value in list(element.attrib.items()) if element not in inside else ():
            del element.attrib[key]
            body = "".join(ElementTree.tostring(part, "unicode") for part in root)
            known = key in ("guid", "isCodable", "direction")  # names, and what is so by default
            assert known or outcome(qdpx(tmp_path / "p.qdpx", body, files)) != before, (
                element,
                key,
            )
            element.attrib[key] = value
    for name in ("Cases/Case", "Graphs/Graph", "Sets/Set", "Project/Description"):
        assert f"1 {name}" in ignored


# --- what readers refuse ---


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b"<Project>" + b" " * (65 * 2**20))
    return path


def test_hostile_projects_are_refused_and_nothing_is_read_outside(tmp_path):
    path = tmp_path / "p.qdpx"
    assert refused(bomb(path)) == ["E-source-size"]
    path.write_bytes(b"no archive")
    assert refused(path) == ["E-source-format"]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.xml", "<x/>")
    assert refused(path) == ["E-source-format"]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", '<!DOCTYPE x [<!ENTITY e "1">]><Project>&e;</Project>')
    assert refused(path) == ["E-source-doctype"]
    deep = '<Code guid="1" name="c" isCodable="true">' * 300 + "</Code>" * 300
    qdpx(path, f"<CodeBook><Codes>{deep}</Codes></CodeBook>")
    assert refused(path) == ["E-source-size"]


def refused(path):
    """Return the codes of the problems for which a project is refused."""
    with pytest.raises(standoff.SeedError) as caught:
        read(path)
    return [problem.code for problem in caught.value.problems]


def test_links_that_continue_in_a_circle_end(tmp_path):
    picks = "".join(selection(number, 2, 6, "Grey") for number in range(3))
    pairs = [(100, 101), (101, 102), (102, 101)]
    links = "".join(
        f'<Link guid="{guid(80)}" name="continues" originGUID="{guid(a)}" targetGUID="{guid(b)}"/>'
        for a, b in pairs
    )
    body = f"{CODES}{source(picks)}<Links>{links}</Links>"
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": TEXT}))
    assert {span.text for span in document.annotations.spans} == {"Grey"}


@pytest.mark.parametrize(
    "place",
    ["relative:///../secret.txt", "internal://../../secret.txt", "absolute:///etc/hostname"],
)
def test_paths_that_lead_out_are_set_aside_by_name(place, tmp_path):
    (tmp_path / "secret.txt").write_text("secret words")
    (tmp_path / "in").mkdir()
    body = CODES + source(selection(0, 0, 6), place)
    (document,) = read(qdpx(tmp_path / "in" / "p.qdpx", body))
    assert document.text == ""
    assert any(repr(place) in remark for remark in document.remarks)


def test_a_recording_in_the_archive_is_not_unpacked(tmp_path):
    body = CODES + source(selection(0, 2, 6, "Grey"))
    files = {"sources/a.txt": TEXT, "sources/film.mp4": b"0" * 2000}
    path = qdpx(tmp_path / "p.qdpx", body, files)
    with mock.patch("standoff.exchange.untrusted.MAX_FILE_BYTES", 1990):
        (document,) = read(path)
    assert [span.text for span in document.annotations.spans] == ["Grey"]


# --- projects and codebooks as a whole ---


def test_a_codebook_becomes_a_project_that_waits_for_its_first_article(tmp_path, capsys):
    xml = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="x">{CODES.split("<CodeBook>")[1]}'
    (tmp_path / "c.qdc").write_text(xml)
    assert main(["import", "refi", str(tmp_path / "c.qdc"), str(tmp_path / "new")]) == 0
    assert "\n0 articles, 0 codings, 0 annotations imported" in capsys.readouterr().out
    book = (tmp_path / "new" / "codebook.toml").read_text()
    assert '[labels."who/risk"]' in book
    assert 'definition = "Danger In the group who."' in book


def test_export_follows_the_order_of_the_schema_and_is_the_same_twice(tmp_path):
    for name in ("one", "two"):
        losses = export_project(FORMATS["refi"], SEEDS, tmp_path / name)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    beside = ["actors.toml", "articles.toml", "codebook.toml", "tracks.toml"]
    assert sorted(one) == sorted([f"{SEEDS.name}.qdc", f"{SEEDS.name}.qdpx", *beside])
    assert losses == []
    archive = zipfile.ZipFile(io.BytesIO(one[f"{SEEDS.name}.qdpx"]))
    root = ElementTree.fromstring(archive.read("project.qde"))
    tags = [re.sub("{.*}", "", child.tag) for child in root]
    assert tags == ["Users", "CodeBook", "Variables", "Sources", "Notes", "Links", "Sets"]
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item) for item in guids)
    assert max(Counter(guids).values()) == 1
    notes = [element for element in root.iter() if element.tag.endswith("}Note")]
    assert notes and all(note.get("creationDateTime") for note in notes)  # QualCoder needs one


def test_the_seeds_come_back_with_spans_codes_coders_and_values(tmp_path):
    export_project(FORMATS["refi"], SEEDS, tmp_path / "out")
    before = {(one.name, one.coder): one for one in standoff.exchange.documents_of(SEEDS)}
    import_project(FORMATS["refi"], tmp_path / "out", tmp_path / "back", like=SEEDS)
    after = {
        (one.name, one.coder): one for one in standoff.exchange.documents_of(tmp_path / "back")
    }
    assert before.keys() == after.keys()
    for key, document in before.items():
        old, new = contents(document.annotations), contents(after[key].annotations)
        assert old == new, key
        assert (document.meta["title"], document.meta["authors"], document.meta["published"]) == (
            after[key].meta["title"], after[key].meta["authors"], after[key].meta["published"]
        )  # fmt: skip


PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=1, max_size=6)
LINES = st.text(st.characters(categories=["L", "P", "S", "Zs"]), min_size=1, max_size=20)


@settings(deadline=None, max_examples=15)
@given(st.dictionaries(st.sampled_from(["gold", "a", "b"]), PLACES, min_size=1), st.data())
def test_any_project_comes_back_with_equal_spans_codes_and_coders(tmp_path_factory, coders, data):
    folder = tmp_path_factory.mktemp("refi")
    documents = []
    for coder, places in coders.items():
        builder = Builder(TEXT, [])
        seen = set()
        for start, size in places:
            label = data.draw(st.sampled_from(["Risk", "Hope", "Who"]))
            if (label, start, size) in seen or not TEXT[start : start + size].strip():
                continue
            seen.add((label, start, size))
            ident = builder.span(label, [(start, min(start + size, len(TEXT)))])
            if data.draw(st.booleans()):
                builder.attribute(ident, "Sure", data.draw(st.sampled_from(["yes", "no"])))
                builder.add_note(ident, "AnnotatorNotes", data.draw(LINES))
                builder.add_relation("near", ident, "T1")
        documents.append(Document("a", TEXT, coder, builder.annotations))
    write_project(folder / "new", documents)
    export_project(FORMATS["refi"], folder / "new", folder / "out")
    import_project(FORMATS["refi"], folder / "out", folder / "back", like=folder / "new")
    before, after = (
        {
            (one.name, one.coder): contents(one.annotations)
            for one in standoff.exchange.documents_of(folder / name)
        }
        for name in ("new", "back")
    )
    assert after == before


def test_a_coder_without_annotations_comes_back_and_others_are_not_invented(tmp_path):
    builder = Builder(TEXT, [])
    builder.span("Risk", [(2, 6)])
    both = [("a", "ann", builder.annotations), ("a", "bob", Annotations())]
    codings = [*both, ("b", "ann", Annotations())]
    write_project(tmp_path / "new", [Document(name, TEXT, who, ann) for name, who, ann in codings])
    export_project(FORMATS["refi"], tmp_path / "new", tmp_path / "out")
    import_project(FORMATS["refi"], tmp_path / "out", tmp_path / "back")
    before, after = (
        [(one.name, one.coder) for one in standoff.exchange.documents_of(tmp_path / name)]
        for name in ("new", "back")
    )
    assert before == after == [("a", "gold"), ("a", "ann"), ("a", "bob"), ("b", "gold")]


def test_a_user_who_has_coded_nothing_is_named(tmp_path):
    body = CODES + source(selection(0, 2, 6, "Grey"))
    (document,) = read(qdpx(tmp_path / "p.qdpx", body, {"sources/a.txt": TEXT}))
    assert "the user 'Bob' has coded nothing" in document.remarks
