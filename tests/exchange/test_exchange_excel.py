"""exchange/excel.py: workbooks made by hand, and those that an export made and somebody changed."""

import datetime as dt
import hashlib
import zipfile

import pytest
from conftest import codes
from openpyxl import Workbook, load_workbook

import standoff
from standoff.annotation.ordering import contents
from standoff.cli.main import main
from standoff.exchange import FORMATS, documents_of, export_project, import_project

TEXT = """Talks fail again

Mr Grey said the talks “failed”. Ms Lee, of the council, said so too.

“We will not pay”, Mr Grey said.
"""
ARTICLES = [
    ["Name", "Title", "Outlet", "Published", "Text", "Mood"],
    [7, "Talks fail again", "Courier", dt.datetime(2020, 1, 2), TEXT, "grim"],
    ["late", "Talks fail again", "Courier", "2 January", None, None],
]
ACTORS = [
    ["id", "name", "kind", "country", "part of"],
    ["grey", "Mr Grey", "expert", "none", "council"],
    ["lee", "Ms Lee", "magician", None, "Council of Towns"],
    ["council", "The council", "government", "none", None],
]
ATTRIBUTIONS = [
    ["article", "source", "cue", "content", "actor", "remark"],
    [7, "Mr Grey", "said", 'the talks "failed"', "grey", None],
    [7, "Ms Lee", "said", "so too", "Ms Lee", "short"],
    [7, "Mr Grey", "said", "We will not pay", "grey", None],
    [7, "Mr Grey", "said", "We will pay", "grey", None],
    [7, "Mr Grey", "said", "the", "grey", None],
    [7, "Mr Grey", None, "failed", "grey", None],
    ["no", "Mr Grey", "said", "failed", "grey", None],
]
QUOTES = [["article", "quote", "use"], [7, "failed", "scare"], [7, "We will not pay", "speech"]]


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.capitalize())
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def by_hand(path, **changed):
    sheets = {"articles": ARTICLES, "actors": ACTORS, "attributions": ATTRIBUTIONS}
    return workbook(path, **(sheets | {"quotes": QUOTES} | changed))


@pytest.fixture
def students(tmp_path):
    return by_hand(tmp_path / "students.xlsx")


def test_a_workbook_made_by_hand_becomes_a_project_that_is_measured(students, tmp_path, capsys):
    assert main(["import", "excel", str(students), str(tmp_path / "in")]) == 0
    corpus = standoff.load(tmp_path / "in")
    assert list(corpus.documents["doc"]) == ["7"]
    assert str(corpus.documents["published"][0].date()) == "2020-01-02"
    found = corpus.attributions[["actor", "source", "cue", "content"]].values.tolist()
    assert found == [
        ["grey", "Mr Grey", "said", "the talks “failed”"],
        ["lee", "Ms Lee", "said", "so too"],
        ["grey", "Mr Grey", "said", "We will not pay"],
    ]
    places = list(corpus.attributions["cue_start"])
    assert places == [TEXT.index("said"), TEXT.index("said so"), TEXT.rindex("said")]
    assert list(corpus.quotations["text"]) == ["“failed”", "“We will not pay”"]
    assert list(corpus.quotations["use"]) == ["scare", "speech"]
    voices = standoff.sourcing.voices(corpus, by="party").set_index("actor")
    assert list(voices["attributions"][["council", "lee"]]) == [2, 1]
    assert voices["name"]["council"] == "The council"


def test_each_row_that_cannot_be_placed_is_counted_and_named_with_its_sheet(
    students, tmp_path, capsys
):
    main(["import", "excel", str(students), str(tmp_path / "in")])
    said = (tmp_path / "in" / "import.txt").read_text()
    counted = {
        line.rsplit(None, 1)[0].strip(): line.rsplit(None, 1)[1]
        for line in said.split("\n")[:12]
        if line
    }
    assert counted["set aside"] == "5"
    assert (
        counted["naming no article"]
        == counted["without a cue"]
        == counted["not in the text"]
        == "1"
    )
    for words in (
        "sheet attributions, row 5: the content 'We will pay' is not in the text; set aside",
        "sheet attributions, row 6: the content 'the' is there 2 times; expected more words",
        "sheet attributions, row 7: no cue; set aside",
        "sheet attributions, row 8: 'no' is no article; set aside",
        "sheet articles, row 3: there is no text; expected the words in text, or the name of a",
        "sheet articles, row 3: published is '2 January'; expected a day, such as 2017-04-14",
        "sheet actors, row 3: part_of 'Council of Towns' has no row; left out",
        "sheet actors, row 3: kind is 'magician'; expected one of",
        "articles.mood",
        "differs in the kind of quotation marks",
    ):
        assert words in said, words


def test_merged_cells_count_for_each_row_and_a_missing_sheet_is_named(tmp_path):
    path = by_hand(tmp_path / "merged.xlsx", quotes=[])
    book = load_workbook(path)
    del book["Quotes"]
    sheet = book["Attributions"]
    sheet["A3"], sheet["A4"] = None, None
    sheet.merge_cells("A2:A4")
    book.save(path)
    _, remarks = import_project(FORMATS["excel"], path, tmp_path / "in")
    said = "\n".join(remarks)
    assert "sheet attributions: A2:A4 is merged; its words count for each cell of it" in said
    assert "there is no sheet quotes; nothing is read of it" in said
    assert len(standoff.load(tmp_path / "in").attributions) == 3


def test_a_text_may_lie_in_a_file_beside_the_workbook(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, encoding="utf-8")
    rows = [["name", "title", "file"], ["one", "Talks", "t.txt"], ["two", "Talks", "../x.txt"]]
    path = by_hand(tmp_path / "w.xlsx", articles=rows)
    _, remarks = import_project(FORMATS["excel"], path, tmp_path / "in")
    assert list(standoff.load(tmp_path / "in").documents["doc"]) == ["one"]
    assert "gold: sheet articles, row 3: ../x.txt" in "\n".join(remarks)


def test_what_is_no_workbook_or_has_no_articles_is_refused(tmp_path):
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    workbook(tmp_path / "empty.xlsx", actors=ACTORS)
    evil = by_hand(tmp_path / "evil.xlsx")
    with zipfile.ZipFile(evil, "a") as packed:
        packed.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    read = FORMATS["excel"].read
    for name, code in (
        ("old.xls", "E-source-format"),
        ("broken.xlsx", "E-source-format"),
        ("empty.xlsx", "E-source-format"),
        ("evil.xlsx", "E-source-doctype"),
    ):
        assert codes(read, tmp_path / name, under=tmp_path) == [f"{name}:1: {code}"]


def test_rows_changed_in_an_export_are_named_and_are_read_without_the_sheet_annotations(
    folder, tmp_path
):
    export_project(FORMATS["excel"], folder.path, tmp_path / "out")
    (path,) = (tmp_path / "out").glob("*.xlsx")
    book = load_workbook(path)
    book["attributions"]["E2"] = "talks failed"
    book["actors"]["B2"] = "Dr Grey"
    book.save(path)
    _, remarks = import_project(FORMATS["excel"], tmp_path / "out", tmp_path / "in")
    assert "sheet attributions, row 2: differs from the sheet annotations" in "\n".join(remarks)
    assert list(standoff.load(tmp_path / "in").actors["name"]) == ["Dr Grey"]
    del book["annotations"]
    book.save(path)
    import_project(FORMATS["excel"], tmp_path / "out", tmp_path / "again")
    assert list(standoff.load(tmp_path / "again").attributions["content"]) == ["talks failed"]


def test_words_that_begin_like_a_formula_and_long_texts_come_back(folder, tmp_path):
    text = folder.text + "\n" + "=SUM(A1) is a word. " * 2000 + "\n"
    start = len(folder.text) + 1
    end = len(text.rstrip())
    folder.lines += [
        f"T20\tNote {start} {end}\t{text[start:end]}",
        f"T21\tTime {start} {start + 8}\t=SUM(A1)",
        "A20\tTimeType T21 DATE",
        "N20\tReference T21 edtf:2020\t=SUM(A1)",
    ]
    folder.write(text, sha256=hashlib.sha256(text.encode()).hexdigest())
    export_project(FORMATS["excel"], folder.path, tmp_path / "out")
    assert (tmp_path / "out" / "one.txt").read_text() == text
    import_project(FORMATS["excel"], tmp_path / "out", tmp_path / "in")
    (was,), (now,) = documents_of(folder.path), documents_of(tmp_path / "in")
    assert now.text == was.text and contents(now.annotations) == contents(was.annotations)


def test_an_export_depends_on_nothing_but_the_project(folder, tmp_path):
    files = []
    for name in ("excel", "xlsx"):
        assert main(["export", name, str(folder.path), str(tmp_path / name)]) == 0
        (path,) = (tmp_path / name).glob("*.xlsx")
        files.append(path.read_bytes())
    assert files[0] == files[1]
    with zipfile.ZipFile(path) as packed:
        assert {info.date_time[0] for info in packed.infolist()} == {1980}
        assert packed.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2
    assert len(load_workbook(path).worksheets) == 6
