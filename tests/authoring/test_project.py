"""project.py, zone_proposals.py and safe_writing.py: articles of one's own, from a plain text to a
folder that every command takes."""

import datetime as dt
import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, SEEDS, plain, tree

import standoff
from standoff import audit, diplomacy, figures
from standoff.annotation import brat
from standoff.annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
)
from standoff.annotation.problems import Report
from standoff.annotation.span_checks import verify
from standoff.authoring.checking import survey
from standoff.authoring.standard_files import standard_codebook
from standoff.authoring.zone_proposals import propose
from standoff.cli.main import main
from standoff.corpus import safe_writing
from standoff.exchange import export_tables
from standoff.exchange.documents import Document
from standoff.exchange.project_writer import write_project
from standoff.measures.pairing import SharedSentences, disagreements
from standoff.site.render import Site

TEXT = 'Harbour falls silent\n\nMr. Grey said the "low" talks failed. He left.\n'
GIVEN = ["--title", "Harbour falls silent", "--published", "2020-05-05"]
ZONES = {
    "Headline",
    "Byline",
    "Dateline",
    "Lead",
    "Crosshead",
    "Body",
    "Caption",
    "Credit",
    "Link",
    "Navigation",
    "Note",
    "Reference",
}
AS_NOBODY = """import ast, os, sys
sys.path[:0] = ast.literal_eval(sys.argv[1])
arguments = ast.literal_eval(sys.argv[2])
from standoff.cli.main import main
assert main([*arguments, "--name", "first"]) == 0  # loads what nobody may not read
os.setuid(65534)
sys.exit(main([*arguments, "--name", "second"]))"""


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_bytes(TEXT.encode())
    return path


@pytest.fixture
def mine(tmp_path, article):
    """A project with one article that was just added."""
    assert main(["new", str(tmp_path / "mine"), str(article), *GIVEN, "--name", "one"]) == 0
    return tmp_path / "mine"


def refused(capsys, *arguments, code=1):
    """What `new` says when it refuses."""
    capsys.readouterr()
    assert main(["new", *map(str, arguments)]) == code
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.endswith("nothing was changed\n")
    return printed.err


# --- new
# -------------------------------------------------------------------------------------------------------------
def test_a_new_project_holds_the_text_unchanged_and_can_be_loaded(mine):
    assert sorted(path.name for path in mine.iterdir()) == [
        "README.md",
        "actors.toml",
        "codebook.toml",
        "guidelines.md",
        "notebooks",
        "one",
    ]
    assert (mine / "one" / "text.txt").read_bytes() == TEXT.encode() and (
        mine / "one" / "gold.ann"
    ).read_bytes() == b""
    assert (mine / "codebook.toml").read_text(encoding="utf-8") == standard_codebook()
    corpus = standoff.load(mine)
    document = corpus.documents.iloc[0]
    assert (document.title, document.outlet, document.words) == (
        "Harbour falls silent",
        "unknown",
        12,
    )
    assert list(corpus.zones["label"]) == ["Headline", "Body"]
    assert list(corpus.sentences["text"]) == [
        "Harbour falls silent",
        'Mr. Grey said the "low" talks failed.',
        "He left.",
    ]
    assert corpus.actors.empty and corpus.registry == {"actors": {}, "tracks": {}}


def test_check_accepts_a_new_project_and_warns_that_zones_are_proposals(mine, capsys):
    capsys.readouterr()
    assert main(["check", str(mine)]) == 0
    printed = capsys.readouterr()
    assert printed.out == "1 article, 5 annotations, no problems\n"
    assert printed.err.splitlines() == [
        f"1 article has proposed zones and sentences, which 'python -m standoff accept {mine}/one' "
        f"accepts: {mine}/one/proposed.ann",
        f"1 coding is empty so far: {mine}/one/gold.ann",
    ]


def test_new_writes_what_is_known_of_an_article_to_meta_toml(tmp_path, article):
    more = [
        "--outlet",
        'The "Post"',
        "--author",
        "A. Vale",
        "--author",
        "B. Brook",
        "--genre",
        "news report",
        "--language",
        "en",
    ]
    more += ["--rights", "mine", "--country", "none", "--coder-name", "Jo"]
    assert main(["new", str(tmp_path / "p"), str(article), *GIVEN, *more]) == 0
    meta = tomllib.loads(
        (tmp_path / "p" / "the-post-2020-05-05" / "meta.toml").read_text(encoding="utf-8")
    )
    assert (
        meta["outlet"] == 'The "Post"'
        and meta["authors"] == ["A. Vale", "B. Brook"]
        and meta["published"] == dt.date(2020, 5, 5)
    )
    assert (meta["genre"], meta["language"], meta["rights"], meta["country_of_outlet"]) == (
        "news report",
        "en",
        "mine",
        "none",
    )
    assert meta["coders"] == {"gold": {"who": "Jo"}} and meta["earlier_publication"] == "unknown"


def test_a_second_article_leaves_the_rest_of_the_project_unchanged(mine, article):
    (mine / "actors.toml").write_text("# mine\n")
    before = tree(mine)
    assert main(["new", str(mine), str(article), *GIVEN, "--name", "Zwei Ämter"]) == 0
    after = tree(mine)
    assert {name: after[name] for name in before} == before and len(
        standoff.load(mine).documents
    ) == 2
    assert (mine / "zwei-amter").is_dir()


def test_a_project_may_be_made_like_another(tmp_path, article, capsys):
    assert main(["new", str(tmp_path / "p"), str(article), *GIVEN, "--like", str(SEEDS)]) == 0
    assert len(standoff.load(tmp_path / "p").actors) == len(standoff.load(SEEDS).actors)
    assert "codebook.toml:1: E-file-missing: no such file; expected one" in refused(
        capsys, tmp_path / "q", article, *GIVEN, "--like", tmp_path
    )


@pytest.mark.parametrize("name", ["codebook.toml", "actors.toml", "tracks.toml"])
def test_new_rejects_rules_to_copy_that_are_not_utf8(tmp_path, article, capsys, name):
    shutil.copytree(SEEDS, tmp_path / "like")
    (tmp_path / "like" / name).write_bytes(b"# one\n# Caf\xe9\n")
    found = refused(capsys, tmp_path / "p", article, *GIVEN, "--like", tmp_path / "like")
    assert f"{name}:2: E-file-utf8: byte 11 is 0xE9" in found


def test_a_new_project_may_be_made_where_the_texts_are_or_in_an_empty_folder(tmp_path, article):
    assert main(["new", str(tmp_path), str(article), *GIVEN, "--name", "one"]) == 0
    (tmp_path / "empty").mkdir()
    assert main(["new", str(tmp_path / "empty"), str(article), *GIVEN]) == 0
    assert len(standoff.load(tmp_path / "empty").documents) == 1


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path, mine, article, capsys):
    before = tree(tmp_path)
    assert f"article.txt:1: E-article-exists: {mine / 'one'}" in refused(
        capsys, mine, article, *GIVEN, "--name", "one"
    )
    other = "E-folder-in-use: contains other files (article.txt, mine)"
    (tmp_path / "b.txt").write_text("b")
    assert other in refused(capsys, tmp_path, tmp_path / "b.txt", *GIVEN)
    assert "article.txt:1: E-folder-in-use" in refused(capsys, article, article, *GIVEN)
    (tmp_path / "b.txt").unlink()
    assert tree(tmp_path) == before


def test_new_reports_all_missing_details_together(tmp_path, article, capsys):
    found = refused(capsys, tmp_path / "p", article, "--title", "  ", code=2)
    assert found.split("\n")[:2] == [
        "no title given; expected the headline, as in the text",
        "no published given; expected the day, such as 2017-04-14",
    ]
    found = refused(
        capsys, tmp_path / "p", article, "--title", "T", "--published", "5 May 2020", code=2
    )
    assert found.startswith(
        "'5 May 2020' is not a date; expected year-month-day, such as 2017-04-14\n"
    )
    assert "there is no such day as '2020-02-30'" in refused(
        capsys, tmp_path / "p", article, "--title", "T", "--published", "2020-02-30", code=2
    )
    assert main(["new", str(tmp_path / "p")]) == 2
    assert (
        "expected the text file of one article, or --list with a CSV file of many"
        in capsys.readouterr().err
    )
    assert not (tmp_path / "p").exists()


def docx(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("data", "line", "code", "found"),
    [
        (b"", 1, "E-text-empty", ""),
        (b" \n\n", 1, "E-text-empty", ""),
        (b"%PDF-1.7\n%\xe2\xe3", 1, "E-text-kind", "a PDF"),
        (docx, 1, "E-text-kind", "a ZIP archive (a Word or LibreOffice document is one)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", 1, "E-text-kind", "an old Word document"),
        (rb"{\rtf1 Hallo}", 1, "E-text-kind", "an RTF document"),
        (b"\x89PNG\r\n", 1, "E-text-kind", "a picture (PNG)"),
        (b"<!DOCTYPE html><p>x", 1, "E-text-kind", "a web page (HTML)"),
        (b"\xef\xbb\xbf\n <HTML lang=en>", 1, "E-text-kind", "a web page (HTML)"),
        ("Grey".encode("utf-16"), 1, "E-text-kind", "UTF-16 (little-endian)"),
        (b"\xfe\xff" + "Grey".encode("utf-16-be"), 1, "E-text-kind", "UTF-16 (big-endian)"),
        ("Grey left today".encode("utf-16-le"), 1, "E-text-kind", "UTF-16, or not text at all"),
        ("one\nCaf\xe9 x".encode("latin-1"), 2, "E-file-utf8", "0xE9 after 'Caf'"),
        (b"\xef\xbb\xbfGrey", 1, "E-text-bom", ""),
        (b"one\ntwo\r\nthree\r\n", 2, "E-text-line-ends", "2 carriage returns"),
        (b"one\ntwo\x00three", 2, "E-text-control", "U+0000"),
        (b"one\n\ntwo\x0cthree", 3, "E-text-control", "a page break, as PDF converters leave it"),
        (b"one \xc2\x93two\xc2\x94", 1, "E-text-control", "U+0093"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_plain_utf8_text_is_refused(tmp_path, capsys, data, line, code, found):
    path = tmp_path / "bad.txt"
    path.write_bytes(data(tmp_path / "x.docx") if callable(data) else data)
    message = refused(capsys, tmp_path / "p", path, *GIVEN)
    assert f"{path}:{line}: {code}: " in message and found in message
    assert not (tmp_path / "p").exists()


def test_new_rejects_a_missing_text(tmp_path, capsys):
    assert f"{tmp_path / 'x.txt'}:1: E-file-missing: " in refused(
        capsys, tmp_path / "p", tmp_path / "x.txt", *GIVEN
    )


def test_normalise_removes_the_bom_and_carriage_returns_and_records_it(tmp_path, article, capsys):
    article.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert (
        main(["new", str(tmp_path / "p"), str(article), *GIVEN, "--name", "one", "--normalise"])
        == 0
    )
    assert "changed in the text: byte order mark removed" in capsys.readouterr().err
    assert (tmp_path / "p" / "one" / "text.txt").read_bytes() == TEXT.encode()
    meta = tomllib.loads((tmp_path / "p" / "one" / "meta.toml").read_text(encoding="utf-8"))
    assert meta["normalised"] == ["byte order mark removed", "3 line ends made LF"]
    standoff.load(tmp_path / "p")


def test_new_warns_of_lost_letters_and_a_missing_title(tmp_path, article, capsys):
    article.write_text("Head\n\nCaf\ufffd closed.\n", encoding="utf-8")
    assert main(["new", str(tmp_path / "p"), str(article), *GIVEN, "--name", "one"]) == 0
    said = capsys.readouterr().err
    assert "1 replacement characters (U+FFFD), the first in line 3" in said
    assert "no line of the text is the title" in said


# --- many at once
# ----------------------------------------------------------------------------------------------------
def listed(tmp_path, *rows, head="text;title;published;name;author"):
    (tmp_path / "list.csv").write_text("\r\n".join([head, *rows]) + "\r\n", encoding="utf-8-sig")
    return tmp_path / "list.csv"


def test_a_table_adds_many_articles_at_once(tmp_path, article):
    path = listed(
        tmp_path,
        "article.txt;Harbour falls silent;2020-05-05;a;A. Vale; B. Brook".replace("; B", "; B"),
        'article.txt;"Harbour; falls";2021-05-05;b;',
    )
    path = listed(
        tmp_path,
        'article.txt;Harbour falls silent;2020-05-05;a;"A. Vale; B. Brook"',
        'article.txt;"Harbour; falls";2021-05-05;b;',
    )
    assert main(["new", str(tmp_path / "p"), "--list", str(path)]) == 0
    corpus = standoff.load(tmp_path / "p")
    assert list(corpus.documents["doc"]) == ["a", "b"] and corpus.meta["a"]["authors"] == [
        "A. Vale",
        "B. Brook",
    ]
    assert corpus.meta["b"]["title"] == "Harbour; falls"


def test_one_bad_line_of_a_list_adds_nothing(tmp_path, article, capsys):
    path = listed(
        tmp_path, "article.txt;Harbour;2020-05-05;a;", "article.txt;;soon;b;", "article.txt;T;x;c;"
    )
    found = (
        refused(capsys, tmp_path / "p", "--list", path, code=2)
        .replace(f"{path}", "list.csv")
        .split("\n")
    )
    assert found[:3] == [
        "list.csv:3: no title given; expected the headline, as in the text",
        "list.csv:3: 'soon' is not a date; expected year-month-day, such as 2017-04-14",
        "list.csv:4: 'x' is not a date; expected year-month-day, such as 2017-04-14",
    ]
    path = listed(
        tmp_path,
        "article.txt;T;2020-05-05;a;",
        "gone.txt;T;2020-05-05;b;",
        "article.txt;T;2020-05-05;A;",
    )
    found = refused(capsys, tmp_path / "p", "--list", path)
    assert "gone.txt:1: E-file-missing: " in found
    assert not (tmp_path / "p").exists()
    (tmp_path / "other.txt").write_text("x")
    path = listed(tmp_path, "article.txt;T;2020-05-05;a;", "other.txt;T;2020-05-05;A;")
    assert "other.txt:1: E-article-twice: " in refused(capsys, tmp_path / "p", "--list", path)


@pytest.mark.parametrize(
    ("rows", "head", "problem"),
    [
        (["article.txt;T;2020-05-05;a;A. Vale; B. Brook"], None, "list.csv:2: E-list-cells: "),
        (["a;b"], "text;titel", "list.csv:1: E-list-column: 'titel' is an unknown column; "),
        ([], None, "list.csv:1: E-list-empty: "),
    ],
)
def test_new_rejects_a_list_with_unknown_columns_too_many_cells_or_no_article(
    tmp_path, capsys, rows, head, problem
):
    path = listed(tmp_path, *rows, **({"head": head} if head else {}))
    assert problem in refused(capsys, tmp_path / "p", "--list", path)


@pytest.mark.parametrize("before", [False, True])
def test_a_line_that_is_given_twice_adds_nothing(tmp_path, article, capsys, before):
    if before:
        assert main(["new", str(tmp_path / "p"), str(article), *GIVEN, "--name", "first"]) == 0
    stood = tree(tmp_path / "p") if before else {}
    path = listed(tmp_path, *["article.txt;T;2020-05-05;a;"] * 2)
    said = "article.txt:1: E-article-twice: "
    assert said in refused(capsys, tmp_path / "p", "--list", path)
    assert (tree(tmp_path / "p") if (tmp_path / "p").exists() else {}) == stood


def test_new_rejects_a_list_with_a_cell_that_never_ends(tmp_path, article, capsys):
    path = listed(
        tmp_path,
        "article.txt;A;2020-05-05",
        'article.txt;"A\nB;2020-05-05',
        *["article.txt;T;2020-05-05"] * 8_000,
        head="text;title;published",
    )
    assert ": E-list-csv: " in refused(capsys, tmp_path / "p", "--list", path)


# --- proposals
# -------------------------------------------------------------------------------------------------------
def scored(doc):
    """Proposed and gold zones and sentences of one of the seeds, as sets of places."""
    meta = tomllib.loads((SEEDS / doc / "meta.toml").read_text(encoding="utf-8"))
    text, gold = (
        (SEEDS / doc / "text.txt").read_text(encoding="utf-8"),
        brat.parse((SEEDS / doc / "gold.ann").read_text(encoding="utf-8"), doc),
    )
    found = propose(text, meta["title"], meta["authors"], meta["language"])
    problems = Report()
    verify(found, text, doc, problems)
    assert problems == []
    return [
        (
            {(s.start, s.end) for s in part.spans if s.label in ZONES},
            {(s.start, s.end) for s in part.spans if s.label == "Sentence"},
        )
        for part in (found, gold)
    ]


def test_proposals_are_as_close_to_gold_as_measured():
    """Zones: 64 of 66 found, 65 proposed. Sentences: 77 of 77 found, 77 proposed."""
    totals = [0] * 6
    for doc in ("dw-2017-04-14", "avim-2018-10-31"):
        (zones, sentences), (gold_zones, gold_sentences) = scored(doc)
        for place, number in enumerate(
            map(
                len,
                (
                    zones & gold_zones,
                    zones,
                    gold_zones,
                    sentences & gold_sentences,
                    sentences,
                    gold_sentences,
                ),
            )
        ):
            totals[place] += number
    assert totals == [64, 65, 66, 77, 77, 77]


def test_in_zones_that_are_right_every_sentence_is():
    for doc in ("dw-2017-04-14", "avim-2018-10-31"):
        (zones, sentences), (gold_zones, gold_sentences) = scored(doc)
        right = [
            zone
            for zone in zones & gold_zones
            if any(zone[0] <= start < zone[1] for start, _ in gold_sentences)
        ]
        inside = [
            {s for s in part if any(a <= s[0] < b for a, b in right)}
            for part in (sentences, gold_sentences)
        ]
        assert inside[0] == inside[1] and len(inside[1]) > 30


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("By Nora Vale", "Byline"), ("Nora Vale and T. Reyes", "Byline"), ("Nora Vale left.", "Body"), ("6 May 2024", "Dateline"), ("May 6th, 2024", "Dateline"),
        ("Monday, 6 May 2024", "Dateline"), ("2024-05-06", "Dateline"), ("06.05.2024", "Dateline"), ("On 6 May 2024 he left.", "Body"),
        ("HARBOUR  falls silent", "Headline"), ("Read more: Harbour", "Link"), ("[1] is where it began.", "Body"),
    ],
)  # fmt: skip
def test_a_line_gets_its_label_by_its_words_and_shape(line, label):
    found = propose(
        f"First\n\n{line}\n\nSome words follow.\n",
        "Harbour falls silent",
        ["Nora Vale", "T. Reyes"],
    )
    assert [span.label for span in found.spans if span.text == line][:1] == [label]


def test_a_short_first_line_is_the_headline_where_no_line_is_the_title():
    assert propose("A short line\n\nMore words.", "Other").spans[0].label == "Headline"
    assert propose("A sentence, it seems.\n\nMore words.", "Other").spans[0].label == "Body"
    assert propose("Alone", "Other").spans[0].label == "Body"


def test_a_headline_printed_again_is_marked_and_has_no_sentence_there():
    found = propose("Head\n\nHead\n\nWords.\n", "Head")
    assert [span.label for span in found.spans] == [
        "Headline",
        "Headline",
        "Body",
        "Sentence",
        "Sentence",
    ]
    assert [(item.name, item.target) for item in found.attributes] == [("Duplicate", "T2")]


def test_entries_of_footnotes_at_the_end_are_references():
    found = propose("Head\n\nWords.[1]\n\n[1], May 2020\n[2], June\n", "Head")
    assert [span.label for span in found.spans][:4] == [
        "Headline",
        "Body",
        "Reference",
        "Reference",
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Smith met Dr. Jones at 5 p.m. on Friday. They spoke.", 2), ("J. K. Rowling wrote it. George W. Bush read it.", 2),
        ("Prices rose 3.5 percent to $1.2 million. Then they fell.", 2), ("“We will stay,” he said. “They will not.” He left.", 3),
        ("He paused … and went on. She did not.", 2), ("Is it true? Yes! Really?! No.", 4), ("This was reported.[3] It was denied. [4] So what?", 3),
        ("The U.S. said no. It left.", 2), ("Gen. Petraeus and Sen. McCain met Gov. Brown. Rep. Lee stayed away.", 2),
        ("Sie sagte: „Wir gehen.“ Dann ging sie.", 2),
    ],
)  # fmt: skip
def test_abbreviations_initials_numbers_quotation_marks_ellipses_and_footnotes_end_no_sentence(
    text, sentences
):
    found = [span for span in propose(f"Head\n\n{text}", "Head").spans if span.label == "Sentence"]
    assert len(found) == sentences + 1 and " ".join(span.text for span in found[1:]) == text


# --- accept
# ----------------------------------------------------------------------------------------------------------
def test_accept_writes_zones_and_sentences_into_every_coders_file(mine, capsys):
    meta = mine / "one" / "meta.toml"
    meta.write_text(meta.read_text() + '\n[coders.a]\nwho = "x"\n')
    (mine / "one" / "a.ann").write_text('T1\tQuoted 40 45\t"low"\nA1\tUse T1 scare\n')
    before = standoff.load(mine, "a")
    capsys.readouterr()
    assert main(["accept", str(mine)]) == 0
    assert (
        capsys.readouterr().out
        == f"{mine / 'one'}: 2 zones and 3 sentences accepted into a.ann, gold.ann\n"
    )
    assert not (mine / "one" / "proposed.ann").exists()
    after = standoff.load(mine, "a")
    assert before.quotations["text"].equals(after.quotations["text"]) and before.sentences[
        "text"
    ].equals(after.sentences["text"])
    assert survey(mine).problems == [] and len(standoff.load(mine).zones) == 2
    assert main(["accept", str(mine)]) == 1
    assert f"{mine}:1: E-proposed-missing: " in capsys.readouterr().err


def test_sentences_of_a_zone_that_became_furniture_are_left_out(mine, capsys):
    path = mine / "one" / "proposed.ann"
    path.write_text(
        path.read_text(encoding="utf-8").replace("T2\tBody", "T2\tLink"), encoding="utf-8"
    )
    assert main(["accept", str(mine / "one")]) == 0
    assert "1 zone" not in capsys.readouterr().err
    assert len(standoff.load(mine).sentences) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "T2\tBody",
            "T2\tBdy",
            "proposed.ann:2: T2 has the unknown label 'Bdy'; did you mean 'Body'?",
        ),
        (
            "T2\tBody",
            "T2\tActor",
            "proposed.ann:2: T2 is a Actor; expected zones and sentences only",
        ),
        ("T2\tBody 22 ", "T2\tBody 23 ", "proposed.ann:2: T2 says"),
        (
            "T5\tSentence 60 68\tHe left.\n",
            "",
            "proposed.ann:2: no sentence covers 'He left.' of T2 Body; expected every word in one",
        ),
        (
            "T1\tHeadline 0 20\tHarbour falls silent\n",
            "",
            (
                "proposed.ann:1: no zone covers 'Harbour falls silent' at offset 0; expected "
                "every word in a zone"
            ),
        ),
        (
            "T5\tSentence 60 68\tHe left.\n",
            "T5\tSentence 60 68\tHe left.\nT6\tSentence 60 62\tHe\n",
            "proposed.ann:6: T6 Sentence overlaps T5 Sentence",
        ),
    ],
)
def test_proposals_that_break_a_rule_are_not_accepted(mine, capsys, old, new, message):
    path = mine / "one" / "proposed.ann"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")
    before = tree(mine)
    assert main(["accept", str(mine)]) == 1
    assert message in plain(capsys.readouterr().err) and tree(mine) == before
    with pytest.raises(standoff.SeedError):
        standoff.load(mine)


def test_a_coder_with_a_different_zone_is_reported(mine, capsys):
    (mine / "one" / "gold.ann").write_text("T1\tSentence 0 7\tHarbour\n")
    assert main(["check", str(mine)]) == 1
    assert "gold.ann:1: E-base-own: T1 Sentence is not in proposed.ann" in capsys.readouterr().out
    assert main(["accept", str(mine)]) == 1


def test_an_acceptance_that_was_cut_short_loads_the_same_and_is_finished_by_the_next(mine):
    proposed = (mine / "one" / "proposed.ann").read_bytes()
    main(["accept", str(mine)])
    (mine / "one" / "proposed.ann").write_bytes(proposed)  # killed before the last step
    assert len(standoff.load(mine).zones) == 2 and survey(mine).problems == []
    assert main(["accept", str(mine)]) == 0 and not (mine / "one" / "proposed.ann").exists()


def test_without_proposals_an_empty_file_is_still_refused(mine):
    (mine / "one" / "proposed.ann").unlink()
    with pytest.raises(standoff.SeedError, match=r"gold.ann:1: E-file-empty"):
        standoff.load(mine)


# --- disks and permissions
# -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission"),
    ],
)
def test_a_disk_that_does_not_take_the_files_leaves_nothing_half_written(
    tmp_path, article, mine, monkeypatch, capsys, number, words
):
    before = tree(tmp_path)

    def held(old, new):
        raise OSError(number, os.strerror(number), str(new))

    monkeypatch.setattr(safe_writing.os, "rename", held)
    assert words in refused(capsys, tmp_path / "p", article, *GIVEN)
    assert words in refused(capsys, mine, article, *GIVEN, "--name", "two")
    assert tree(tmp_path) == before and not [path for path in tmp_path.rglob(".*")]


def test_a_disk_that_fills_up_while_accepting_changes_no_file(mine, monkeypatch, capsys):
    before = tree(mine)

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(safe_writing.os, "fsync", full)
    capsys.readouterr()
    assert main(["accept", str(mine)]) == 1
    assert (
        capsys.readouterr().err
        == f"{mine / 'one' / 'gold.ann'}: the disk is full\nnothing was changed\n"
    )
    assert tree(mine) == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root can become nobody and mount a disk",
)
class TestRealDisks:
    def test_no_permission_is_said_in_words(self):
        with tempfile.TemporaryDirectory() as name:
            os.chmod(name, 0o755)  # may be read by all, written by its owner alone
            (path := Path(name) / "article.txt").write_text(TEXT)
            paths = [str(ROOT / "lib"), *[path for path in sys.path if path]]
            arguments = ["new", f"{name}/p", str(path), *GIVEN]
            ran = subprocess.run(
                [sys.executable, "-B", "-c", AS_NOBODY, repr(paths), repr(arguments)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 1 and "no permission\nnothing was changed" in ran.stderr, (
                ran.stderr
            )
            texts = sorted(path.parent.name for path in (Path(name) / "p").glob("*/text.txt"))
            assert texts == ["first"]

    def test_a_small_disk_that_is_full_is_said_in_words(self, tmp_path, article, capsys):
        disk = tmp_path / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip("no disk can be mounted here")
        try:
            assert "the disk is full" in refused(capsys, disk / "p", article, *GIVEN)
            assert list(disk.iterdir()) == []
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def test_errors_of_the_system_are_words():
    assert (
        safe_writing.describe_error(OSError(errno.ENOSPC, "x", "a.txt"))
        == "a.txt: the disk is full"
    )
    assert safe_writing.describe_error(OSError("own words")) == "own words"
    sharing = PermissionError(13, "x", "a.txt")
    sharing.winerror = 32
    assert safe_writing.describe_error(sharing) == "a.txt: in use by another program"


# --- imports
# ---------------------------------------------------------------------------------------------------------
def foreign():
    """A coding that the standard codebook does not know."""
    text = 'One two three.\n\nFour "five" six.\n'
    found = Annotations(
        spans=[
            Span("T1", "Person", ((0, 3),), "One"),
            Span("T2", "says", ((4, 7),), "two"),
            Span("T3", "Attribution", ((16, 20),), "Four"),
        ],
        events=[Event("E1", "says", "T2", (("Agent", "T1"), ("Agent2", "T3")))],
        attributes=[
            Attribute("A1", "Mood", "E1", "glad"),
            Attribute("A2", "Form", "T1", "nickname"),
        ],
        relations=[Relation("R1", "likes", "T1", "T3")],
        normalisations=[
            Normalisation("N1", "T1", "Wikidata", "Q1", "One"),
            Normalisation("N2", "T1", "actors", "one", "One"),
        ],
        notes=[Note("#1", "X", "R1", "hey")],
    )
    return text, found


def test_an_import_is_a_project_whose_codebook_knows_what_it_brought(tmp_path):
    text, found = foreign()
    said = write_project(tmp_path / "p", [Document("x/ä 1", text, "anna", found)]).remarks
    assert said[:2] == ["'x/ä 1' is the article x-a-1", "x-a-1: the one coding, by anna, is gold"]
    assert "labels says, Person; attributes Mood; relations likes" in said[2]
    corpus = standoff.load(tmp_path / "p")
    assert brat.write(corpus.annotations["x-a-1"]).endswith(brat.write(found))
    book = corpus.codebook
    assert book.labels["Person"] == {
        "layer": "imported",
        "definition": "Imported; to be defined.",
        "kind": "span",
        "collections": ["Wikidata", "actors"],
    }
    assert book.labels["says"]["roles"] == {"Agent": ["Person", "Attribution"]} and book.attributes[
        "Mood"
    ]["values"] == {"glad": "Imported; to be defined."}
    assert (
        "nickname" in book.attributes["Form"]["values"]
        and "Person" in book.attributes["Form"]["on"]
    )
    assert (book.relations["likes"]["a"], book.relations["likes"]["b"]) == (
        ["Person"],
        ["Attribution"],
    ) and "imported" in book.layers
    assert "required" not in book.attributes["Kind"] and book.labels["Morality"]["kind"] == "frame"
    assert corpus.registry["actors"]["one"] == {
        "name": "One",
        "kind": "unknown",
        "country": "unknown",
        "named": False,
    }
    assert (tmp_path / "p" / "x-a-1" / "proposed.ann").exists() and survey(
        tmp_path / "p"
    ).problems == []
    assert main(["accept", str(tmp_path / "p")]) == 0 and survey(tmp_path / "p").problems == []


@pytest.fixture
def like(tmp_path):
    """A folder whose codebook and registries an import may take."""
    (tmp_path / "like").mkdir()
    for name in ("codebook.toml", "actors.toml", "tracks.toml"):
        shutil.copyfile(SEEDS / name, tmp_path / "like" / name)
    return tmp_path / "like"


@pytest.mark.parametrize(
    ("name", "source", "messages"),
    [
        (
            "codebook.toml",
            'version = "1"\n',
            [
                f"codebook.toml:1: E-key-missing: the key '{part}' is missing"
                for part in ("labels", "attributes")
            ],
        ),
        (
            "codebook.toml",
            "version = \n",
            ["codebook.toml:1: E-toml-syntax: not valid TOML: Invalid value at column 11"],
        ),
        (
            "actors.toml",
            "[grey]\n",
            [
                (
                    "actors.toml:1: E-key-missing: the key 'name' of [grey] is missing; expected words in "
                    "quotation marks"
                )
            ],
        ),
    ],
)
def test_a_poor_codebook_to_copy_is_refused_with_all_that_is_wrong_with_it(
    tmp_path, article, capsys, like, name, source, messages
):
    (like / name).write_text(source)
    export_tables(SEEDS, tmp_path / "tables")
    capsys.readouterr()
    assert (
        main(["import", "csv", str(tmp_path / "tables"), str(tmp_path / "p"), "--like", str(like)])
        == 1
    )
    imported = capsys.readouterr().err
    for said in (imported, refused(capsys, tmp_path / "q", article, *GIVEN, "--like", like)):
        assert all(f"{like}/{message}" in said for message in messages)
    text, found = foreign()
    with pytest.raises(standoff.SeedError, match=re.escape(f"{like}/{messages[0]}")):
        write_project(tmp_path / "r", [Document("one", text, "ann", found)], like=like)
    assert not any((tmp_path / made).exists() for made in "pqr")


def test_a_codebook_to_copy_may_come_from_an_editor_of_windows(tmp_path, article, like):
    text, found = foreign()
    for path in like.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    write_project(tmp_path / "p", [Document("one", text, "ann", found)], like=like)
    assert main(["new", str(tmp_path / "q"), str(article), *GIVEN, "--like", str(like)]) == 0
    assert tree(tmp_path / "q")["codebook.toml"] == (SEEDS / "codebook.toml").read_bytes()


def test_an_import_adds_to_the_values_of_an_attribute_that_are_a_list(tmp_path, like):
    text, found = foreign()
    with (like / "codebook.toml").open("a") as book:
        book.write('[attributes.Mood]\nlayer = "framing"\non = []\nvalues = ["sad"]\n')
    write_project(tmp_path / "p", [Document("one", text, "ann", found)], like=like)
    assert standoff.load(tmp_path / "p").codebook.attributes["Mood"]["values"] == ["sad", "glad"]


def test_negotiating_tables_that_an_import_brings_have_no_period_yet_and_can_be_read_and_drawn(
    tmp_path,
):
    found = Annotations(
        spans=[Span("T1", "Consult", ((4, 7),), "two")],
        events=[Event("E1", "Consult", "T1", ())],
        attributes=[Attribute("A1", "Track", "E1", "harbour-talks")],
    )
    write_project(tmp_path / "p", [Document("one", "One two three.\n", "gold", found)])
    assert survey(tmp_path / "p").problems == []
    corpus = standoff.load(tmp_path / "p")
    assert diplomacy.tracks(corpus)[["track", "period"]].values.tolist() == [
        ["harbour-talks", "unknown"]
    ]
    assert figures.matrix(corpus).caption == "Nothing to show: no table has moves of two parties."


def test_zones_and_sentences_that_an_import_brings_are_not_proposals(tmp_path, corpus):
    documents = [
        Document(
            doc,
            corpus.texts[doc],
            coder,
            standoff.load(SEEDS, coder).annotations[doc],
            corpus.meta[doc],
        )
        for doc in corpus.texts
        for coder in ("gold", "a", "b")
    ]
    assert write_project(tmp_path / "p", documents, like=SEEDS).remarks == []
    assert (
        not list((tmp_path / "p").glob("*/proposed.ann")) and survey(tmp_path / "p").problems == []
    )
    for coder in ("gold", "a", "b"):
        before, after = standoff.load(SEEDS, coder), standoff.load(tmp_path / "p", coder)
        for table in (
            "documents",
            "zones",
            "mentions",
            "attributions",
            "frames",
            "events",
            "links",
        ):
            assert getattr(before, table).equals(getattr(after, table)), (coder, table)


def test_codings_of_several_coders_keep_their_names_and_one_may_be_named_gold(tmp_path):
    text, found = foreign()
    documents = [
        Document("one", text, "anna", found),
        Document("one", text, "b b", Annotations()),
        Document("two", text, "anna", found),
    ]
    said = write_project(tmp_path / "p", documents).remarks
    assert (
        "one: none of the codings (anna, b_b) is gold, so gold.ann holds none; name one to "
        "make it gold"
    ) in said
    assert standoff.coders(tmp_path / "p") == ["gold", "anna", "b_b"]
    assert list(standoff.load(tmp_path / "p", "anna").documents["doc"]) == ["one"]
    write_project(tmp_path / "q", documents, gold="anna")
    assert (
        standoff.coders(tmp_path / "q") == ["gold", "b_b"]
        and len(standoff.load(tmp_path / "q").annotations["one"]) > 8
    )
    with pytest.raises(
        standoff.SeedError, match="no article is coded by 'anne'; did you mean 'anna'"
    ):
        standoff.load(tmp_path / "p", "anne")


def test_coders_of_some_articles_are_compared_on_those_that_both_have(tmp_path):
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    article = seeds / "avim-2018-10-31"
    (article / "a.ann").unlink()
    meta = (article / "meta.toml").read_text(encoding="utf-8")
    with pytest.raises(standoff.SeedError, match=r"a.ann:1: E-file-missing"):
        standoff.load(seeds, "a")  # meta.toml says that a has coded it
    (article / "meta.toml").write_text(re.sub(r"\[coders.a\]\n(.+\n)+", "", meta), encoding="utf-8")
    gold, a = standoff.load(seeds), standoff.load(seeds, "a")
    assert list(a.documents["doc"]) == ["dw-2017-04-14"] and survey(seeds).problems == []
    with pytest.raises(
        ValueError, match=r"not every coder has avim-2018-10-31: compare corpus.only\(docs\)"
    ):
        SharedSentences([gold, a])
    both = [gold.only(a.texts), a]
    assert len(SharedSentences(both).sentences) and disagreements(both).equals(
        disagreements([gold.only(["dw-2017-04-14"]), standoff.load(SEEDS, "a").only(a.texts)])
    )


@pytest.fixture
def partial(tmp_path):
    """The collection, of which coder a has coded the report alone."""
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    article = seeds / "avim-2018-10-31"
    (article / "a.ann").unlink()
    meta = (article / "meta.toml").read_text(encoding="utf-8")
    (article / "meta.toml").write_text(re.sub(r"\[coders.a\]\n(.+\n)+", "", meta), encoding="utf-8")
    return seeds


def test_the_site_of_coders_who_coded_some_articles_compares_those_and_says_which_it_does_not(
    partial, tmp_path
):
    (site := tmp_path / "site").mkdir()
    Site([], [], partial, own=True).write(site)
    pages = {
        path.stem: " ".join(path.read_text(encoding="utf-8").split())
        for path in site.glob("*.html")
    }
    assert "dw-2017-04-14-a" in pages and "avim-2018-10-31-a" not in pages
    assert "avim-2018-10-31-a.html" not in "".join(pages.values())
    assert (
        "Not coded by A." in pages["avim-2018-10-31"] and "Not coded" not in pages["dw-2017-04-14"]
    )
    compared = {
        name: set(re.findall(r"\b([ab]): (?:the|other|not|marked)", pages[name]))
        for name in ("dw-2017-04-14", "avim-2018-10-31")
    }
    assert compared == {"dw-2017-04-14": {"a", "b"}, "avim-2018-10-31": {"b"}}


def test_gold_and_coders_of_some_articles_are_held_together_on_those_that_all_have_and_the_others_named(
    partial,
):
    gold, a, b = (standoff.load(partial, coder) for coder in ("gold", "a", "b"))
    for call, given in (
        (audit.against, [gold, a]),
        (audit.against, [a, gold]),
        (audit.alone, [gold, [a, b]]),
    ):
        with pytest.warns(
            UserWarning,
            match=r"^not every coder has coded all articles; 1 left out: avim-2018-10-31$",
        ):
            found = call(*given)
        assert found.equals(
            call(
                *(
                    [c.only(a.texts) for c in one] if isinstance(one, list) else one.only(a.texts)
                    for one in given
                )
            )
        )
    with pytest.raises(ValueError, match="no article is coded by all of a, b"):
        audit.against(a, b.only(["avim-2018-10-31"]))


def test_zones_of_a_coder_that_are_not_those_of_gold_are_renamed_and_said(tmp_path):
    text = "Head\n\nBody words.\n"
    zones = [
        Span("T1", "Headline", ((0, 4),), "Head"),
        Span("T2", "Body", ((6, 17),), "Body words."),
    ]
    sentences = [
        Span("T3", "Sentence", ((0, 4),), "Head"),
        Span("T4", "Sentence", ((6, 17),), "Body words."),
    ]
    gold, other = (
        Annotations(spans=[*zones, *sentences]),
        Annotations(spans=[zones[0], zones[1]._replace(label="Lead")]),
    )
    said = write_project(
        tmp_path / "p", [Document("one", text, "gold", gold), Document("one", text, "b", other)]
    ).remarks
    assert said[:1] == [
        "the label Lead is written imported-Lead where it breaks a rule: the codebook has rules of "
        "its own for Lead, which do not hold here"
    ]
    corpus = standoff.load(tmp_path / "p", "b")
    assert survey(tmp_path / "p").problems == [] and list(corpus.zones["label"]) == [
        "Headline",
        "Body",
    ]
    kept = [(span.label, span.text) for span in corpus.annotations["one"].spans]
    assert ("imported-Lead", "Body words.") in kept


def test_an_import_of_nothing_writes_nothing(tmp_path):
    with pytest.raises(standoff.SeedError, match="p:1: E-source-missing"):
        write_project(tmp_path / "p", [])
    assert list(tmp_path.iterdir()) == []


def test_a_second_coding_by_one_coder_is_kept_under_another_name(tmp_path):
    text, found = foreign()
    documents = [
        Document("one", text, "a", found, source="first.xmi"),
        Document("one", text, "a", Annotations(), source="second.xmi"),
    ]
    said = write_project(tmp_path / "p", documents).remarks
    assert ("one: the coding by a in second.xmi is that of a-2: there is another one by a") in said
    assert standoff.coders(tmp_path / "p") == ["gold", "a", "a-2"]
    assert len(standoff.load(tmp_path / "p", "a").annotations["one"]) > 8
    second = standoff.load(tmp_path / "p", "a-2").annotations["one"]
    assert {item.label for item in second} == {"Body", "Sentence"}  # which are proposed


def test_documents_of_one_name_with_other_texts_are_other_articles(tmp_path):
    documents = [Document("one", f"Text{end}", "a", Annotations()) for end in ".!"]
    said = write_project(tmp_path / "p", documents).remarks
    assert "'one' is the article one-2" in said
    assert standoff.load(tmp_path / "p").texts == {"one": "Text.", "one-2": "Text!"}


def test_an_import_that_would_not_load_is_refused_with_the_places_of_its_source(tmp_path):
    wrong = Annotations(spans=[Span("T1", "Person", ((0, 3),), "Two")])
    document = Document("one", "One two.", "gold", wrong, source="in/one.xmi")
    with document.tally.annotation("the only one", 7):
        document.tally.count_made("T1")
    with pytest.raises(standoff.SeedError) as caught:
        write_project(tmp_path / "p", [document])
    assert str(caught.value).startswith("in/one.xmi:7: E-span-words: T1 says 'Two'")
    assert list(tmp_path.iterdir()) == []


def test_names_that_a_disk_takes_for_one_are_kept_apart(tmp_path):
    names = ["A b", "a-b", "A-B", "../x", "con."]
    write_project(
        tmp_path / "p", [Document(name, "Text here.", "gold", Annotations()) for name in names]
    )
    assert len({path.name.lower() for path in (tmp_path / "p").iterdir() if path.is_dir()}) == 5


# --- the standard codebook, and TOML
# ---------------------------------------------------------------------------------
def test_a_project_made_with_an_installed_wheel_is_whole(tmp_path):
    """Built from a copy that has nothing of seeds/."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    shutil.copytree(
        ROOT / "lib", source / "lib", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
    )
    code = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)],
        cwd=source,
        capture_output=True,
        check=True,
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        rooms = {str(path.relative_to(ROOT / "lib")) for path in (ROOT / "lib").rglob("*.py")}
        assert rooms <= set(wheel.namelist())
        wheel.extractall(tmp_path / "installed")
    (tmp_path / "a.txt").write_text(TEXT)
    paths = [
        str(tmp_path / "installed"),
        *[
            path
            for path in sys.path
            if path and "lib/standoff" not in path and path != str(ROOT / "lib")
        ],
    ]
    run = (
        "import ast, sys; sys.path[:0] = ast.literal_eval(sys.argv[1]); from "
        "standoff.cli.main import main; sys.exit(main(sys.argv[2:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", run, repr(paths), "new", "mine", "a.txt", *GIVEN, "--name", "one"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("mine/one: ")
    names = {str(path.relative_to(tmp_path / "mine")) for path in (tmp_path / "mine").rglob("*.*")}
    assert names >= {"codebook.toml", "guidelines.md", "README.md", "notebooks/start.ipynb"}


def test_a_toml_file_that_an_editor_of_windows_saved_is_read(mine):
    path = mine / "actors.toml"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + b'[grey]\r\nname = "G"\r\nkind = "expert"\r\ncountry = "none"\r\nnamed = true\r\n'
    )
    assert list(standoff.load(mine).actors["name"]) == ["G"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("渡轮停在港口", "渡轮停在港口"),
        ("العبارة تبقى في الميناء", "العبارة-تبقى-في-الميناء"),
        ("Паром стоит: ёж", "паром-стоит-ёж"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Łódź & Ørsted", "lodz-orsted"),
    ],
)
def test_an_article_has_the_name_of_its_title_in_any_script(tmp_path, title, name):
    text = tmp_path / "a text é.txt"
    text.write_text(f"{title}\n\nMr. Grey left.\n", encoding="utf-8")
    home = tmp_path / "my project 渡"
    given = ["--title", title, "--published", "2020-05-05"]
    assert main(["new", str(home), str(text), *given]) == 0
    assert main(["accept", str(home)]) == main(["check", str(home)]) == 0
    assert standoff.load(home).documents["doc"].tolist() == [f"{name}-2020-05-05"]
    assert main(["export", "brat", str(home), str(tmp_path / "out")]) == 0


def test_a_clone_with_autocrlf_keeps_line_ends_and_passes(tmp_path):
    """Git turns line ends into CRLF on Windows, unless .gitattributes forbids it."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    assert main(["new", str(origin / "seeds"), str(text), *GIVEN]) == 0
    assert main(["accept", str(origin / "seeds")]) == 0
    shutil.copy(ROOT / ".gitattributes", origin)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "core.autocrlf=true"]
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Add"]):
        subprocess.run([*git, *step], cwd=origin, check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", "-c", "core.autocrlf=true", origin, clone], check=True)
    assert tree(clone / "seeds") == tree(origin / "seeds")
    assert main(["check", str(clone / "seeds")]) == 0
