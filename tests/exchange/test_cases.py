"""Data of other projects: what an import repairs, renames or sets aside, and how it counts that.

The inputs are written here, one small one for each category.
"""

import json
import re

import pytest

import standoff
from standoff.annotation import parse
from standoff.cli.main import main
from standoff.exchange import FORMATS, import_project
from standoff.exchange.import_tally import summary

TEXT = "Ann met Bob. Bob left. A long day.\n"


class Imported:
    """A project made by the command: what was printed, and what can be loaded."""

    def __init__(self, format, source, home, capsys, *options):
        capsys.readouterr()
        self.path = home / "project"
        self.code = main(["import", format, str(source), str(self.path), *options])
        self.out, self.said = capsys.readouterr()
        if self.path.exists():
            assert main(["check", str(self.path)]) == 0
            capsys.readouterr()

    def ann(self, coder="gold"):
        """The one article's annotations."""
        (path,) = self.path.glob(f"*/{coder}.ann")
        return parse(path.read_text(encoding="utf-8"), path.name)

    def counts(self):
        """The rows of the table of the annotations."""
        return {
            title.strip(): int(count.replace(",", ""))
            for title, count in re.findall(r"^(.*?)  +([\d,]+)$", self.out, re.MULTILINE)
        }


@pytest.fixture
def brat(tmp_path, capsys):
    """Imports lines of an `.ann`, written with blanks for tabs, beside a text."""

    def run(*lines, text=TEXT, options=()):
        home = tmp_path / f"brat-{len(list(tmp_path.iterdir()))}"
        (home / "in").mkdir(parents=True)
        (home / "in" / "doc.txt").write_bytes(text if type(text) is bytes else text.encode())
        source = "".join(f"{line}\n" for line in lines)
        (home / "in" / "doc.ann").write_bytes(source.encode())
        return Imported("brat", home / "in", home, capsys, *options)

    return run


def labels(annotations):
    return [(span.label, span.text) for span in annotations.spans]


# --- the tally ---


def test_every_annotation_stands_once_in_the_table_and_the_count_is_what_can_be_loaded(brat):
    project = brat(
        "T1\tPerson 0 3\tAnn",
        "T2\tPerson 0 3\tAnn",
        "T3\tNote 0 12\tAnn met Bob.",
        "A1\tAge T1 old",
        "A2\tAge T1 young",
        "N1\tReference T1 Wiki:1\tAnn",
    )
    counts = project.counts()
    # T1 repeats T2 only if both have the same attributes: they are two stacked annotations
    assert counts["annotations in the source"] == 6
    assert counts["kept as they are"] + counts["kept with a repair"] + counts["set aside"] == 6
    assert counts["label Note renamed imported-Note"] == 1
    assert counts["values kept as notes"] == 1
    loaded = len(project.ann())
    assert f"1 article, 1 coding, {loaded} annotations imported" in project.out
    written = (project.path / "import.txt").read_text(encoding="utf-8")
    assert written.startswith("annotations in the source") and "imported-Note" in written


def test_collect_imports_the_other_files_and_names_the_one_with_problems(brat, tmp_path, capsys):
    home = tmp_path / "many"
    home.mkdir()
    for name, start in (("one", 0), ("two", 5)):
        (home / f"{name}.txt").write_text(TEXT)
        (home / f"{name}.ann").write_text(f"T1\tPerson {start} {start + 3}\tAnn\n")
    refused = Imported("brat", home, tmp_path / "a", capsys)
    assert refused.code == 1 and not refused.path.exists()
    assert f"{home / 'two.ann'}:1: E-span-words" in refused.said
    collected = Imported("brat", home, tmp_path / "b", capsys, "--collect")
    assert collected.code == 1 and [path.name for path in collected.path.glob("*/")] == ["one"]
    assert f"left out: {home / 'two.ann'}:1: E-span-words" in collected.said
    assert "two.ann:1" in (collected.path / "import.txt").read_text(encoding="utf-8")


def test_collect_refuses_if_no_file_can_be_read(brat):
    project = brat("T1\tPerson 5 8\tAnn", options=["--collect"])
    assert project.code == 1 and not project.path.exists()


def test_problems_of_a_project_name_the_file_and_the_line_of_the_source(tmp_path, capsys):
    lines = [f"T{n}\tX 0 {n}\t{'x' * n}" for n in range(1, 203)]
    (tmp_path / "doc.txt").write_text("x" * 300)
    (tmp_path / "doc.ann").write_text("\n".join(["", *lines, ""]))
    assert main(["import", "brat", str(tmp_path), str(tmp_path / "in")]) == 1
    said = capsys.readouterr().err
    assert re.match(rf"{re.escape(str(tmp_path / 'doc.ann'))}:\d+: E-span-crowded", said)
    assert str(tmp_path / "in") not in said


# --- what is stated twice ---


def test_exact_doubles_are_left_out_and_what_names_them_names_the_first(brat):
    project = brat(
        "T1\tPerson 0 3\tAnn",
        "T2\tPerson 0 3\tAnn",
        "T3\tPerson 8 11\tBob",
        "R1\tknows Arg1:T1 Arg2:T3",
        "R2\tknows Arg1:T2 Arg2:T3",
        "N1\tReference T3 Wiki:1\tBob",
        "N2\tReference T3 Wiki:1\tBob",
        "A1\tAge T3 old",
        "A2\tAge T3 old",
        "A3\tSince R2 1999",
    )
    found = project.ann()
    assert [span.id for span in found.spans] == ["T1", "T3"]
    assert [(item.a, item.b) for item in found.relations] == [("T1", "T3")]
    assert [(item.target, item.name) for item in found.attributes] == [
        ("T3", "Age"),
        ("R1", "Since"),
    ]
    assert len(found.normalisations) == 1
    assert project.counts()["repeated"] == 4
    assert "4 of the annotations repeat others; left out" in project.said


def test_stacked_annotations_are_both_kept_with_their_own_values(brat):
    project = brat(
        "T1\tPerson 0 3\tAnn",
        "T2\tPerson 0 3\tAnn",
        "T3\tPerson 0 3\tAnn",
        "A1\tAge T1 old",
        "A2\tAge T2 young",
        "#1\tAnnotatorNotes T3\tunsure",
    )
    found = project.ann()
    assert [span.id for span in found.spans] == ["T1", "T2", "T3"]
    assert [(item.target, item.value) for item in found.attributes] == [
        ("T1", "old"),
        ("T2", "young"),
    ]
    assert project.counts()["kept as they are"] == 6
    assert "stacked = true" in (project.path / "codebook.toml").read_text()


# --- names that mean something else here ---


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (
            ["T1\tNote 0 12\tAnn met Bob.", "A1\tWeight T1 high"],
            [("imported-Note", "Ann met Bob.")],
        ),
        (["T1\tLead 0 12\tAnn met Bob."], [("imported-Lead", "Ann met Bob.")]),
        (
            ["T1\tSentence 0 12\tAnn met Bob.", "T2\tSentence 8 22\tBob. Bob left."],
            [("imported-Sentence", "Ann met Bob."), ("imported-Sentence", "Bob. Bob left.")],
        ),
        (["T1\tLink 4 7\tmet", "E1\tLink:T1"], [("imported-Link", "met")]),
    ],
)
def test_labels_of_others_that_are_also_zones_get_a_name_of_their_own(brat, lines, kept):
    project = brat(*lines)
    found = project.ann()
    assert labels(found) == kept and len(found) == len(lines)
    label = kept[0][0].removeprefix("imported-")
    assert f"the label {label} is written imported-{label}" in project.said


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (
            [
                "T1\tCue 4 7\tmet",
                "T2\tAttribution 4 7\tmet",
                "T3\tContent 8 11\tBob",
                "E1\tAttribution:T2 Content:T3",
                "A1\tKind E1 direct",
            ],
            "A1\timported-Kind E1 direct",
        ),
        (["T1\tPerson 0 3\tAnn", "A1\tMove T1 ask"], "A1\timported-Move T1 ask"),
        (
            ["T1\tTime 27 33\tlong d", "N1\tReference T1 edtf:May-2001\tMay"],
            "N1\tReference T1 imported-edtf:May-2001\tMay",
        ),
    ],
)
def test_our_own_rules_refuse_no_attribute_or_date_of_others(brat, lines, kept):
    text = TEXT if "Time" not in lines[0] else "Ann met Bob. Bob left. A   long d.\n"
    project = brat(*lines, text=text)
    (path,) = project.path.glob("*/gold.ann")
    assert kept in path.read_text() and len(project.ann()) == len(lines)


def test_an_event_whose_trigger_has_another_label_gets_one_of_its_own(brat):
    project = brat("T1\tPerson 0 3\tAnn", "T2\tVerb 4 7\tmet", "E1\tMeet:T2 Who:T1")
    assert ("Meet", "met") in labels(project.ann()) and ("Verb", "met") in labels(project.ann())
    assert project.counts()["triggers with the label of their event added"] == 1


def test_control_characters_are_replaced_one_to_one(brat):
    project = brat(
        "T1\tPerson 4 7\tBob", "#1\tAnnotatorNotes T1\ta\x1bb", text="A\x83n\x0cBob left.\n"
    )
    (text,) = project.path.glob("*/text.txt")
    assert text.read_text(encoding="utf-8") == "A\ufffdn Bob left.\n"
    assert project.ann().notes[0].text == "a\ufffdb"
    assert "control characters replaced one to one" in project.said


def test_documents_without_a_tally_count_each_annotation(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text(TEXT)
    (source / "a.ann").write_text("T1\tPerson 0 3\tAnn\n")
    documents, _ = import_project(FORMATS["brat"], source, tmp_path / "out")
    assert summary(document.tally for document in documents)[0].split()[-1] == "1"
    assert len(standoff.load(tmp_path / "out").documents) == 1


# --- brat: offsets ---

TWO_LINES = "Jo likes \U0001f602 May.\r\nHe wed her.\r\n"


@pytest.mark.parametrize(
    ("before", "places", "said"),
    [
        ("", [(0, 2), (17, 19)], ""),
        ("", [(0, 2), (16, 18)], "offsets count code points, line ends as one character: 2 of 2"),
        (
            "",
            [(0, 2), (18, 20)],
            "offsets count UTF-16 units, line ends as the file has them: 2 of 2",
        ),
        ("", [(0, 2), (17, 19), (9, 11)], "UTF-16 units, line ends as one character: 3 of 3"),
        (
            "\ufeff",
            [(1, 3), (18, 20)],
            "line ends as the file has them, the byte order mark counted: 2 of 2",
        ),
        ("\ufeff", [(0, 2), (17, 19)], ""),
    ],
)
def test_offsets_are_tried_in_several_ways_of_counting(brat, before, places, said):
    words = ["Jo", "He", "\U0001f602"]
    lines = [
        f"T{n}\tPerson {start} {end}\t{words[n - 1]}" for n, (start, end) in enumerate(places, 1)
    ]
    project = brat(*lines, text=(before + TWO_LINES).encode())
    assert [span.text for span in project.ann().spans] == words[: len(places)]
    assert ("offsets count" in project.said) == bool(said) and said in project.said


@pytest.mark.parametrize("text", ["Süß 😂 May.", "\ufeffSüß.\r\nWe May"])
def test_offsets_may_count_bytes(brat, text):
    said = text.removeprefix("\ufeff")[:3]
    data = text.encode()
    places = [(data.index(words.encode()), words) for words in (said, "May")]
    lines = [
        f"T{n}\tPerson {start} {start + len(words.encode())}\t{words}"
        for n, (start, words) in enumerate(places, 1)
    ]
    project = brat(*lines, text=data)
    assert [span.text for span in project.ann().spans] == [said, "May"]
    assert "offsets count bytes of UTF-8" in project.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A long\u00adword is.\n", "longword"),
        ("A the\u200b man.\n", "the man"),
        ("A Bob &amp; Ann.\n", "Bob & Ann"),
        ("A Jose\u0301.\n", "Jos\u00e9"),
    ],
)
def test_words_that_look_alike_are_taken_from_the_text(brat, text, said):
    end = len(text.rstrip().removesuffix(" is.").removesuffix("."))
    project = brat(f"T1\tThing 2 {end}\t{said}", text=text)
    assert [span.text for span in project.ann().spans] == [text[2:end]]
    assert project.counts()["words taken from the text"] == 1


def test_offsets_of_the_file_are_named_if_no_way_to_count_fits(brat):
    project = brat("T1\tPerson 3 9\tlikes", "T2\tPerson 22 24\tHe", text=TWO_LINES.encode())
    assert project.code == 1 and "at the offsets 22 24 of the file" in project.said


# --- brat: lines ---


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["R1 likes Arg1:T1 Arg2:T2"], ["R1\tlikes Arg1:T1 Arg2:T2"]),
        (["R1\tlikes Arg1:T1  Arg2:T2  "], ["R1\tlikes Arg1:T1 Arg2:T2"]),
        (["R1\tlikes Arg2:T1 Arg1:T2"], ["R1\tlikes Arg1:T2 Arg2:T1"]),
        (
            ["R1\tSame Later:T2 Earlier:T1", "R2\tSame Earlier:T2 Later:T1"],
            ["R1\tSame Arg1:T2 Arg2:T1", "R2\tSame Arg1:T1 Arg2:T2"],
        ),
        (["A1\tSex T1 "], ["A1\tSex T1 true"]),
        (["A1\tJob T1 Prime Minister"], ["#1\tJob T1\tPrime Minister"]),
        (["T3\tMeet 4 7\tmet", "E1\tMeet:T3  Who:T1 "], ["E1\tMeet:T3 Who:T1"]),
        (["N1\tReference T1 Wiki:Ann Lee\tAnn"], ["N1\tReference T1 Wiki:Ann_Lee\tAnn"]),
        (["T3-2\tPerson 13 16\tBob"], ["T3\tPerson 13 16\tBob"]),
        (["T3\tGap 3 3\t"], ["T3\tGap 4 5\tm"]),
        (["T3 Person 13 16 Bob"], ["T3\tPerson 13 16\tBob"]),
        (["T3\tWords 13 20;0 3\tBob lef Ann"], ["T3\tWords 13 20;0 3\tBob lef Ann"]),
        (["T3\tWords 4 16\tmet Bob.\\nBob"], ["T3\tWords 4 16\tmet Bob. Bob"]),
        (
            ["A1\tAge T1 old", "#1\tAnnotatorNotes A1\tunsure"],
            ["A1\tAge T1 old", "#1\tAnnotatorNotes T1\t(Age old) unsure"],
        ),
        (
            ["R1\tlikes Arg1:T1 Arg2:T2", "#1\tAnnotatorNotes R1\tunsure"],
            ["R1\tlikes Arg1:T1 Arg2:T2", "#1\tAnnotatorNotes R1\tunsure"],
        ),
    ],
)
def test_lines_are_read_leniently_where_their_meaning_is_certain(brat, lines, wanted):
    project = brat("T1\tPerson 0 3\tAnn", "T2\tPerson 8 11\tBob", *lines)
    (path,) = project.path.glob("*/gold.ann")
    written = path.read_text(encoding="utf-8").splitlines()
    assert set(wanted) <= set(written)
    counts = project.counts()
    assert counts["annotations in the source"] == len(lines) + 2
    assert counts["set aside"] == 0


def test_a_line_that_cannot_be_read_is_named_and_not_the_line_above(brat):
    project = brat("T1\tPerson 0 3\tAnn", "some words", "T2\tPerson 8 11\tBob")
    assert project.code == 1 and re.search(r"doc\.ann:2: E-line-unknown", project.said)


def test_comments_and_dangling_ends_are_set_aside_and_counted(brat):
    project = brat(
        "# made by a script",
        "T1\tPerson 0 3\tAnn",
        "R1\tlikes Arg1:T1 Arg2:T9",
        "A1\tSure R1 yes",
        "T2\tMeet 4 7\tmet",
        "E1\tMeet:T2 Who:T1 Whom:T9",
    )
    counts = project.counts()
    assert (counts["comments"], counts["naming what is not in the file"]) == (1, 2)
    assert counts["roles without an annotation left out"] == 1
    assert project.ann().events[0].roles == (("Who", "T1"),)


def test_folders_of_coders_are_those_in_which_the_paths_of_one_text_differ(tmp_path, capsys):
    for coder, week, name in (("A", "w1", "d1"), ("A", "w2", "d2"), ("B", "w1", "d1")):
        home = tmp_path / "in" / coder / week
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{name}.txt").write_text(TEXT)
        (home / f"{name}.ann").write_text("T1\tPerson 0 3\tAnn\n")
    found = FORMATS["brat"].read(tmp_path / "in")
    assert [(one.name, one.coder) for one in found] == [("d1", "A"), ("d1", "B"), ("d2", "A")]


def test_other_texts_of_one_name_are_other_articles(tmp_path, capsys):
    for week, text in (("w1", TEXT), ("w2", "Ann left.\n")):
        (tmp_path / "in" / week).mkdir(parents=True)
        (tmp_path / "in" / week / "d.txt").write_text(text)
        (tmp_path / "in" / week / "d.ann").write_text("T1\tPerson 0 3\tAnn\n")
    project = Imported("brat", tmp_path / "in", tmp_path, capsys)
    assert sorted(path.parent.name for path in project.path.glob("*/gold.ann")) == ["d", "d-2"]
    assert "'d' is the article d-2" in project.said


# --- TimeML ---

TML = """<?xml version="1.0"?>
{doctype}<TimeML><TEXT>It <EVENT eid="e1" class="OCCURRENCE">rained</EVENT> and <EVENT eid="e2"
class="OCCURRENCE">froze</EVENT> in <TIMEX3 tid="t1" type="DATE" value="{value}"{mod}>{words}</TIMEX3>,
before <TIMEX3 tid="t2" type="DATE" value="2012" mod="END">the end of 2012</TIMEX3>.</TEXT>
{links}</TimeML>
"""
INSTANCES = (
    '<MAKEINSTANCE eventID="e1" eiid="i1" tense="PAST"/>'
    '<MAKEINSTANCE eventID="e2" eiid="i2" tense="PAST"/>'
)


@pytest.fixture
def timeml(tmp_path, capsys):
    """Imports a small TimeML file."""

    def run(links="", name="doc.tml", instances=INSTANCES, **parts):
        home = tmp_path / f"timeml-{len(list(tmp_path.iterdir()))}"
        (home / "in").mkdir(parents=True)
        known = {"doctype": "", "value": "1492", "mod": "", "words": "then"} | parts
        (home / "in" / name).write_text(TML.format(links=instances + links, **known))
        return Imported("timeml", home / "in", home, capsys)

    return run


def link(relation, a="i1", b="i2", more=""):
    return f'<TLINK eventInstanceID="{a}" relatedToEventInstance="{b}" relType="{relation}"{more}/>'


@pytest.mark.parametrize(
    ("relation", "inverse"),
    [
        ("BEGINS", "BEGUN_BY"),
        ("ENDS", "ENDED_BY"),
        ("IBEFORE", "IAFTER"),
        ("DURING", "DURING_INV"),
        ("INCLUDES", "IS_INCLUDED"),
        ("BEFORE", "AFTER"),
    ],
)
def test_a_relation_and_its_inverse_say_the_same_of_events(timeml, relation, inverse):
    place = '<TLINK eventInstanceID="i1" relatedToTime="t1" relType="IS_INCLUDED"/>'
    tables = []
    for links in (link(relation), link(inverse, "i2", "i1")):
        project = timeml(links + place)
        corpus = standoff.load(project.path)
        assert len(corpus.links) == 2 and standoff.chronology.conflicts(corpus) == []
        tables.append(standoff.chronology.timeline(corpus))
    assert tables[0].equals(tables[1])
    contradiction = timeml(
        link(relation) + link("AFTER" if relation == "BEFORE" else "BEFORE", "i1", "i2")
    )
    said = "contradicts other links" in contradiction.said
    assert said == (relation not in ("IBEFORE",))


@pytest.mark.parametrize(
    "links",
    [
        '<TLINK eventID="e1" relatedToEvent="e2" relType="BEFORE"/>',
        '<TLINK eventID="#e1" relatedToEvent="#e2" relType="BEFORE"/>',
        link("BEFORE") + link("BEFORE"),
    ],
)
def test_links_may_name_events_or_instances_and_be_stated_twice(timeml, links):
    instances = INSTANCES if "Instance" in links else ""
    project = timeml(links, instances=instances)
    assert len(standoff.load(project.path).links) == 1
    assert project.counts()["set aside"] == (1 if instances else 0)


@pytest.mark.parametrize("name", ["doc.xml", "doc.tml"])
def test_a_document_type_is_passed_over_and_xml_files_are_seen(timeml, name):
    project = timeml(doctype='<!DOCTYPE TimeML SYSTEM "TimeML.dtd">\n', name=name)
    assert project.code == 0


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE TimeML [<!ENTITY a "b">]>',
        '<!DOCTYPE TimeML [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_of_a_document_type_are_refused(timeml, doctype):
    project = timeml(doctype=doctype)
    assert project.code == 1 and "E-source-doctype" in project.said


def test_an_entity_that_only_a_document_type_elsewhere_declares_is_refused(timeml):
    doctype = '<!DOCTYPE TimeML SYSTEM "TimeML.dtd">'
    for more in ({"words": "&there;"}, {"value": "1999 &there;"}):
        project = timeml(doctype=doctype, **more)
        assert project.code == 1 and "'there'" in project.said
    project = timeml(doctype=doctype + "<!-- &no; -->", words="A &amp; <![CDATA[&no;]]>&#65;")
    assert project.code == 0


@pytest.mark.parametrize("value", ["BC0350", "-0350", "123456", "soon"])
def test_dates_outside_the_calendar_are_kept_as_text_and_said(timeml, value):
    project = timeml(value=value)
    corpus = standoff.load(project.path)
    assert corpus.times["value"].isna().sum() == 1
    (path,) = project.path.glob("*/gold.ann")
    assert f" {value}\n" in path.read_text() and "kept as text" in project.said
    assert project.counts()["dates kept as text"] == 1


@pytest.mark.parametrize("year", ["0001", "0350", "1492", "1677", "2263", "9999"])
def test_every_year_of_the_calendar_goes_through_all_writers_and_back(timeml, year, tmp_path):
    project = timeml(
        '<TLINK eventInstanceID="i1" relatedToTime="t1" relType="IS_INCLUDED"/>', value=year
    )
    first = standoff.chronology.timeline(standoff.load(project.path))
    assert str(first.set_index("text").loc["rained", "earliest"].date()) == f"{year}-01-01"
    for form in ("brat", "w3c", "cas-xmi", "csv", "parquet"):
        out, back = tmp_path / f"{form}-{year}", tmp_path / f"{form}-{year}-back"
        assert main(["export", form, str(project.path), str(out)]) == 0
        assert main(["import", form, str(out), str(back)]) == 0
        again = standoff.load(back)
        assert list(again.times["value"]) == list(standoff.load(project.path).times["value"])
        assert again.documents["published"].isna().all()


@pytest.mark.parametrize(
    ("mod", "first", "last"),
    [
        ("START", "2012-12-01", "2012-12-31"),
        ("MID", "2012-12-01", "2012-12-31"),
        ("BEFORE", "NaT", "2012-11-30"),
        ("AFTER", "2013-01-01", "NaT"),
        ("ON_OR_BEFORE", "NaT", "2012-12-31"),
        ("ON_OR_AFTER", "2012-12-01", "NaT"),
        ("APPROX", "NaT", "NaT"),
    ],
)
def test_a_time_with_a_modifier_is_bounded_by_what_it_says(timeml, mod, first, last):
    links = '<TLINK timeID="t1" relatedToTime="t2" relType="BEFORE"/>'
    project = timeml(links, value="2012-12", mod=f' mod="{mod}"', words="early December")
    corpus = standoff.load(project.path)
    (row,) = corpus.times[corpus.times["text"] == "early December"].to_dict("records")
    assert [str(row["earliest"])[:10], str(row["latest"])[:10]] == [first, last]
    assert standoff.chronology.conflicts(corpus) == [] or mod in ("AFTER",)


def test_links_that_contradict_the_days_of_times_are_told_from_those_that_contradict_others(timeml):
    days = '<TLINK timeID="t2" relatedToTime="t1" relType="BEFORE"/>'
    project = timeml(days + link("BEFORE") + link("AFTER"))
    assert "BEFORE contradicts the days of the times" in project.said
    assert "AFTER contradicts other links" in project.said


def test_instances_and_links_without_their_event_are_set_aside(timeml):
    project = timeml(
        link("BEFORE", "i1", "i9") + '<MAKEINSTANCE eventID="e9" eiid="i9"/><X y="1"/>'
    )
    counts = project.counts()
    assert (counts["naming what is not in the file"], counts["elements without words"]) == (2, 1)


# --- Web Annotations ---

PAGE = "The mouse one and the mouse two.\nAnn Lee said: the old\nfares were fair.\n"


@pytest.fixture
def w3c(tmp_path, capsys):
    """Imports Web Annotations beside their text."""

    def run(*items):
        home = tmp_path / f"w3c-{len(list(tmp_path.iterdir()))}"
        (home / "in").mkdir(parents=True)
        (home / "in" / "doc.txt").write_text(PAGE)
        known = [{"type": "Annotation", "id": f"a{n}"} | item for n, item in enumerate(items)]
        (home / "in" / "doc.json").write_text(json.dumps(known))
        return Imported("w3c", home / "in", home, capsys)

    return run


def at(start, end):
    return {"source": "x", "selector": {"type": "TextPositionSelector", "start": start, "end": end}}


def tag(value):
    return {"type": "TextualBody", "purpose": "tagging", "value": value}


def test_creators_are_coders_and_agreeing_ones_are_no_doubles(w3c):
    item = {"target": at(4, 9), "body": tag("Animal")}
    project = w3c(item | {"creator": {"name": "One"}}, item | {"creator": "acct:two@x.example"})
    assert (
        labels(project.ann("One")) == labels(project.ann("two_x_example")) == [("Animal", "mouse")]
    )


def test_what_answers_an_annotation_belongs_to_its_coding_with_a_note_of_who_said_it(w3c):
    project = w3c(
        {"target": "a1", "body": "No.", "motivation": "replying", "creator": "Two"},
        {"target": at(4, 9), "body": tag("Animal"), "creator": "One"},
    )
    assert {note.text for note in project.ann().notes} == {"No.", "Two"}


def test_dates_comments_and_whatever_has_no_place_are_notes(w3c):
    project = w3c(
        {
            "target": at(4, 9),
            "bodyValue": "not a rat",
            "motivation": "commenting",
            "created": "2021-02-03T04:05:06Z",
            "rights": "CC0",
        },
        {
            "target": at(10, 13),
            "body": {"type": "TextualBody", "value": "x", "colour": "red"},
            "motivation": "questioning",
        },
        {"target": at(14, 17), "body": {"value": "Link"}, "motivation": "tagging"},
        {"target": at(18, 21), "body": "http://x.example/Q1", "motivation": "identifying"},
    )
    notes = {(note.kind, note.text) for note in project.ann().notes}
    assert notes == {
        ("commenting", "not a rat"),
        ("created", "2021-02-03T04:05:06Z"),
        ("rights", "CC0"),
        ("questioning", "x"),
        ("colour", "red"),
    }
    assert ("imported-Link", "and") in labels(project.ann())
    assert project.ann().normalisations[0].db == "http"


def test_targets_and_tags_are_spans_of_their_own_and_a_composite_is_one(w3c):
    both = [at(4, 9), at(22, 27)]
    project = w3c(
        {"target": both, "body": [tag("Animal"), tag("Noun")]},
        {"target": {"type": "Composite", "items": both}, "body": tag("Pair")},
    )
    found = project.ann()
    assert sorted(labels(found)) == [
        ("Animal", "mouse"),
        ("Animal", "mouse"),
        ("Noun", "mouse"),
        ("Noun", "mouse"),
        ("Pair", "mouse mouse"),
    ]
    assert project.counts()["annotations in the source"] == 2


def test_an_annotation_of_two_annotations_is_a_relation(w3c):
    project = w3c(
        {"target": at(33, 40), "body": tag("Person"), "id": "#p"},
        {"target": at(4, 9), "body": tag("Animal"), "id": "#q"},
        {"target": [{"id": "#p"}, {"id": "#q"}], "body": tag("sees"), "motivation": "linking"},
        {"target": [{"id": "#p"}, {"id": "#z"}], "body": tag("sees"), "motivation": "linking"},
    )
    assert [(item.label, item.a, item.b) for item in project.ann().relations] == [
        ("sees", "T1", "T2")
    ]
    assert project.counts()["naming what is not in the file"] == 1


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ({"type": "TextQuoteSelector", "exact": "old fares", "prefix": "the "}, "old fares"),
        (
            [
                {"type": "TextPositionSelector", "start": 51, "end": 60},
                {"type": "TextQuoteSelector", "exact": "old fares"},
            ],
            "old fares",
        ),
        ({"type": "FragmentSelector", "value": "char=4,9"}, "mouse"),
        ({"type": "TextPositionSelector", "start": 4.0, "end": "9"}, "mouse"),
        (
            {
                "type": "XPathSelector",
                "value": "/p",
                "refinedBy": {"type": "TextQuoteSelector", "exact": "Ann Lee"},
            },
            "Ann Lee",
        ),
    ],
)
def test_places_are_found_where_they_are_certain(w3c, selector, words):
    project = w3c({"target": {"selector": selector}, "body": tag("X")})
    assert labels(project.ann()) == [("X", words)]


def test_an_address_may_name_the_characters(w3c):
    assert labels(w3c({"target": "doc.txt#char=4,9", "body": tag("X")}).ann()) == [("X", "mouse")]


def test_what_only_the_page_can_place_is_set_aside_with_the_reason(w3c):
    xpath = {"type": "XPathSelector", "value": "/p"}
    elsewhere = {"target": {"selector": "http://x.example/s"}, "body": tag("X")}
    project = w3c({"target": {"selector": xpath}, "body": tag("X")}, elsewhere)
    assert project.counts()["placed by what only the page can tell"] == 2
    assert "is placed by XPathSelector, which needs the page itself" in project.said
    project = w3c({"target": {"selector": [xpath, at(4, 9)["selector"]]}, "body": tag("X")})
    assert labels(project.ann()) == [("X", "mouse")] and "passed over: XPath" in project.said
