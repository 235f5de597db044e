"""exchange/foreign_ann.py, brat.py and polnear.py: folders as other projects leave them.

The files here are the project's own, in the shapes seen in
https://github.com/networkdynamics/PolNeAR (data/*/attributions/*.ann, data/metadata.tsv)
and in files that brat 1.3 wrote.
"""

import datetime as dt
import re

import pytest
from conftest import codes

import standoff
from standoff.annotation.brat import parse
from standoff.annotation.problems import Report
from standoff.annotation.span_checks import verify
from standoff.cli.main import main
from standoff.exchange import FORMATS
from standoff.exchange.foreign_ann import AnnReader

TEXT = "Grey said: “the talks failed.\n\n“We go on.”\nWhite agreed."
POLNEAR = """T1\tSource 0 4\tGrey
T2\tCue 5 10\tsaid:
T3\tContent 11 29;31 42\t“the talks failed. “We go on.”
T4\tAttribution 5 10\tsaid:
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T9\tSource 43 48\tWhite
T7\tAttribution-no-source 49 55\tagreed
E2\tAttribution-no-source:T7
T8\tDiscuss 43 56\tWhite agreed.
#1\tAnnotatorNotes E2\tno content?
"""


def read(source, text=TEXT):
    reader = AnnReader(text, "x.txt", "x.ann")
    reader.read(source)
    return reader.finish("x", "gold", {}).annotations, reader.remarks


def test_reading_polnear_keeps_every_id():
    found, said = read(POLNEAR)
    assert [span.id for span in found.spans] == ["T1", "T2", "T3", "T4", "T9", "T7", "T8"]
    assert found.spans[2].fragments == ((11, 29), (31, 42))
    assert [event.roles for event in found.events] == [
        (("Content", "T3"), ("Cue", "T2"), ("Source", "T1")),
        (),
    ]
    assert found.notes[0].text == "no content?"
    assert said == ["events without arguments: E2; kept as they are"]


def test_spans_over_several_lines_are_split_and_their_words_joined():
    found, said = read("T1\tContent 11 42\t“the talks failed.\n\n“We go on.”\nE1\tContent:T1\n")
    (span,) = found.spans
    assert (
        span.fragments == ((11, 29), (31, 42))
        and span.text == "“the talks failed. “We go on.”"
        and span.line == 1
    )
    assert found.events[0].line == 4
    assert said[:2] == [
        "line 3: goes on from line 1 (T1); joined with a blank",
        "T1 Content: covers a line break; kept as 11 29;31 42",
    ]


def test_a_blank_where_the_text_has_a_line_break_is_repaired():
    found, said = read(
        "T1\tContent 22 33\tfailed. “We\n", "Grey said: “the talks failed.\n“We go on.”"
    )
    assert found.spans[0].fragments == ((22, 29), (30, 33)) and found.spans[0].text == "failed. “We"
    assert said == ["T1 Content: covers a line break; kept as 22 29;30 33"]


def test_words_at_other_offsets_are_refused_and_the_right_offsets_suggested():
    assert codes(read, "T1\tSource 1 500\tGrey\n") == ["x.ann:1: E-source-offset"]
    with pytest.raises(standoff.SeedError, match="did you mean 0 4"):
        read("T1\tSource 1 5\tGrey\n")


def test_equivalences_modifications_and_repeated_lines_are_converted():
    found, said = read(
        "T1\tA 0 4\tGrey\nT2\tA 43 48\tWhite\nE1\tA:T1 B:T2\nT1\tA 0 4\tGrey\n*\tSame T1 T2 "
        "E1\nM1\tNegation E1\n#1\tAnnotatorNotes T1\n"
    )
    assert [(item.id, item.label, item.a, item.b, item.line) for item in found.relations] == [
        ("R1", "Same", "T1", "T2", 5),
        ("R2", "Same", "T2", "E1", 5),
    ]
    assert [(item.id, item.name, item.target) for item in found.attributes] == [
        ("A1", "Negation", "E1")
    ]
    assert found.notes[0].text == ""
    assert said == [
        "line 4: repeats the line of T1; left out",
        "line 6: the modification M1 is now the attribute A1",
        "line 5: the equivalence of T1, T2, E1 is now R1, R2 Same",
    ]


def test_references_to_missing_annotations_are_left_out_with_a_remark():
    found, said = read(
        "T1\tA 0 4\tGrey\nE1\tA:T1 B:T2\nE2\tA:T3\nR1\tC Arg1:T1 Arg2:T4\nA1\tD T5 x\n"
    )
    assert (
        found.events[0].roles == ()
        and len(found.events) == 1
        and found.relations == []
        and found.attributes == []
    )
    assert (
        "E1 has as B T2, which is not in the file; left out" in said
        and "R1 joins T4, which is not in the file; left out" in said
    )


def test_offsets_are_corrected_for_removed_carriage_returns():
    found, said = read("T1\tSource 7 12\tWhite\r\n", "Grey.\r\nWhite.")
    assert found.spans[0].fragments == ((6, 11),) and said == [
        "1 line ends made LF; offsets follow"
    ]


@pytest.fixture
def polnear(tmp_path):
    """Two texts, one coded by two coders, as PolNeAR lays them out."""
    home = tmp_path / "data"
    for part in ("train/text", "train/attributions"):
        (home / part).mkdir(parents=True)
    (home / "metadata.tsv").write_text(
        "compartment\tfilename\tlevel\tannotators\tpublisher\tpublication_date\tauthor\ttitle\ttrump_count\tclinton_count\tcredit\twire\n"
        "train\tpaper_2016-03-11_grey-said\t1\t4b22|ef2d\tpaper\t2016-03-11\tA. Author\tGrey "
        '"said"\t0\t0\tNone\tNone\n'
    )
    for name in ("paper_2016-03-11_grey-said", "other_2016-04-01_more"):
        (home / f"train/text/{name}.txt").write_text(TEXT)
        (home / f"train/attributions/{name}_4b22.ann").write_text(POLNEAR)
    (home / "train/attributions/paper_2016-03-11_grey-said_ef2d.ann").write_text(
        "T1\tSource 0 4\tGrey\n"
    )
    return home


def test_reading_polnear_returns_every_coder_of_every_text(polnear):
    found = FORMATS["polnear"].read(polnear)
    assert [(document.name, document.coder, len(document.annotations)) for document in found] == [
        ("other_2016-04-01_more", "4b22", 10),
        ("paper_2016-03-11_grey-said", "4b22", 10),
        ("paper_2016-03-11_grey-said", "ef2d", 1),
    ]
    assert found[0].meta == {"outlet": "other", "published": dt.date(2016, 4, 1), "language": "en"}
    assert found[1].meta["title"] == 'Grey "said"' and found[1].meta["authors"] == ["A. Author"]


def test_importing_polnear_can_make_one_coder_gold(polnear, tmp_path, capsys):
    assert main(["import", "polnear", str(polnear), str(tmp_path / "in"), "--gold", "4b22"]) == 0
    assert main(["check", str(tmp_path / "in")]) == 0
    corpus = standoff.load(tmp_path / "in")
    assert (
        list(corpus.attributions["cue"]) == ["said:", "said:"]
        and list(corpus.events["type"]) == ["Attribution-no-source"] * 2
    )
    assert len(standoff.load(tmp_path / "in", "ef2d").documents) == 1
    assert "Discuss" in (tmp_path / "in" / "codebook.toml").read_text()


def test_polnear_sets_codings_without_a_text_aside_by_name(polnear, tmp_path, capsys):
    (polnear / "train/text/other_2016-04-01_more.txt").unlink()
    assert main(["import", "polnear", str(polnear), str(tmp_path / "in"), "--gold", "4b22"]) == 0
    assert [path.parent.name for path in sorted((tmp_path / "in").glob("*/gold.ann"))] == [
        "paper_2016-03-11_grey-said"
    ]
    said = (tmp_path / "in" / "import.txt").read_text()
    assert re.search(r"annotations in the source +21\n", said)
    assert re.search(r"without a text +10\n", said)
    assert "codings without their text are set aside (1): other_2016-04-01_more" in said


def test_one_compartment_of_polnear_has_its_titles_from_the_folder_above(polnear):
    found = FORMATS["polnear"].read(polnear / "train")
    assert found[1].meta["title"] == 'Grey "said"' and found[1].meta["authors"] == ["A. Author"]


def test_codings_without_any_text_and_unknown_file_names_are_refused(polnear):
    for path in (polnear / "train/text").iterdir():
        path.unlink()
    name = "train/attributions/other_2016-04-01_more_4b22.ann"
    problems = codes(FORMATS["polnear"].read, polnear, under=polnear)
    assert problems[0] == f"{name}:1: E-source-missing" and len(problems) == 3
    (polnear / "train/attributions/odd.ann").write_text("")
    problems = codes(FORMATS["polnear"].read, polnear, under=polnear)
    assert problems == ["train/attributions/odd.ann:1: E-source-format"]
    texts = polnear / "train" / "text"
    assert codes(FORMATS["polnear"].read, texts, under=texts.parent) == ["text:1: E-source-missing"]


def test_a_flat_folder_is_read_as_gold_with_texts_that_nobody_coded(tmp_path):
    (tmp_path / "one.txt").write_text(TEXT)
    (tmp_path / "one.ann").write_text("T1\tA 0 4\tGrey\n")
    (tmp_path / "two.txt").write_text(TEXT)
    one, two = FORMATS["brat"].read(tmp_path)
    assert (one.name, one.coder, len(one.annotations)) == ("one", "gold", 1)
    assert (two.name, len(two.annotations), two.remarks) == (
        "two",
        0,
        ["there is no .ann beside the text: nothing is coded"],
    )
    (tmp_path / "three.ann").write_text("")
    problems = codes(FORMATS["brat"].read, tmp_path, under=tmp_path)
    assert problems == ["three.ann:1: E-source-missing"]


def test_annotations_of_omitted_annotations_are_omitted_too(tmp_path):
    (tmp_path / "a.txt").write_text("some words")
    lines = [
        "T1\tA 0 4\tsome",
        "E1\tSay:T9 Who:T1",
        "A1\tKind E1 x",
        "R1\tTo Arg1:R2 Arg2:T1",
        "R2\tTo Arg1:E1 Arg2:T1",
        "#1\tN R1\twords",
        "E2\tA:T1 Who:E1",
    ]
    (tmp_path / "a.ann").write_text("\n".join(lines))
    (document,) = FORMATS["brat"].read(tmp_path)
    problems = Report()
    verify(document.annotations, document.text, "a.ann", problems)
    assert problems == [] and [item.id for item in document.annotations] == ["T1", "E2"]
    assert len([remark for remark in document.remarks if remark.endswith("left out")]) == 6


ATTRIBUTED = """Hope fades. Ruth said she was “not sure” yet.
“We go on.

“And on,” he said; “so be it.”
It was 5" deep, they say.
"""
CONTENTS = [  # (label, trigger, content, source), each in words of ATTRIBUTED
    ("Attribution", "said she", "she was “not sure” yet", "Ruth"),
    ("Attribution-no-source", "said;", "“We go on.", None),
    ("Reported", "said;", "“And on,”", None),
    ("Attribution", "say", 'It was 5" deep', "they"),
]


@pytest.fixture
def of_other_kinds(tmp_path):
    """An imported project whose attributions have labels of other schemes, and no Kind."""
    lines, number = [], 0
    for at, (label, cue, *words) in enumerate(CONTENTS, 1):
        roles = []
        for role, covered in zip((label, "Content", "Source"), (cue, *words), strict=True):
            if covered is not None:
                number += 1
                start = ATTRIBUTED.index(covered)
                place = f"{start} {start + len(covered)}"
                lines.append(f"T{number}\t{role} {place}\t{covered}")
                roles.append(f"{role}:T{number}")
        lines.append(f"E{at}\t{' '.join(roles)}")
    lines.append("T99\tReported 0 4\tHope\nE9\tReported:T99")
    source = tmp_path / "data"
    source.mkdir()
    (source / "one.txt").write_text(ATTRIBUTED)
    (source / "one.ann").write_text("\n".join(lines) + "\n")
    assert main(["import", "brat", str(source), str(tmp_path / "project")]) == 0
    return tmp_path / "project"


def test_attributions_under_labels_of_other_schemes_are_counted_as_attributions(of_other_kinds):
    corpus = standoff.load(of_other_kinds)
    assert list(corpus.attributions["id"]) == ["E1", "E3", "E2", "E4"]
    assert list(corpus.events["id"]) == ["E9"]  # it has no content
    assert list(standoff.sourcing.unsourced(corpus)["id"]) == ["E2", "E3"]
    assert set(standoff.sourcing.voices(corpus)["actor"]) == {"“ruth”", "“they”"}


def test_without_kind_or_quoted_spans_quotation_marks_say_how_much_is_quoted(of_other_kinds):
    table = standoff.load(of_other_kinds).attributions
    assert list(table["kind"]) == ["mixed", "direct", "direct", "indirect"]
    assert list(table["quoted_words"]) == [2, 2, 3, 0]
    runs = standoff.sourcing.runs(standoff.load(of_other_kinds))
    assert "not sure" in runs.loc[runs["quoted"], "text"].iloc[0]


FOREIGN = """T1\tPerson/Größe 0 4\tHope
T2\tEmotion.Ärger 5 10\tfades
T3\tEmotion_Arger 12 16\tRuth
E1\tPerson/Größe:T1 Inhalt|e:T2 Inhalt|e2:T3
R1\tgehört Arg1:T2 Arg2:T3
A1\tStärke T2 sehr,hoch
"""


def test_export_brat_gives_names_that_brat_cannot_hold_others_and_says_so(tmp_path, capsys):
    (tmp_path / "one.txt").write_text(ATTRIBUTED)
    (tmp_path / "one.ann").write_text(FOREIGN)
    project, out = tmp_path / "project", tmp_path / "out"
    assert main(["import", "brat", str(tmp_path), str(project)]) == 0
    assert main(["export", "brat", str(project), str(out)]) == 0
    said = capsys.readouterr().err
    assert "not exported: the name Emotion.Ärger; brat has Emotion_Arger_ for it" in said
    found = parse((out / "gold" / "one.ann").read_text(), "one.ann")
    labels = [span.label for span in found.spans if not span.label.startswith("Sent")]
    assert {"Person_Groe", "Emotion_Arger_", "Emotion_Arger"} <= set(labels)
    assert [role for role, _ in found.events[0].roles] == ["Inhalt_e", "Inhalt_e2"]
    assert [item.name for item in found.attributes] == ["Starke"]
    assert "Emotion_Arger_ | Emotion.Ärger" in (out / "gold" / "visual.conf").read_text()


def test_annotation_conf_has_no_empty_type_without_tracks_and_with_foreign_values(tmp_path):
    (tmp_path / "one.txt").write_text(ATTRIBUTED)
    (tmp_path / "one.ann").write_text(FOREIGN)
    assert main(["import", "brat", str(tmp_path), str(tmp_path / "project")]) == 0
    assert main(["export", "brat", str(tmp_path / "project"), str(tmp_path / "out")]) == 0
    lines = (tmp_path / "out" / "gold" / "annotation.conf").read_text().splitlines()
    arguments = [one for line in lines if "\t" in line for one in line.split("\t")[1].split(", ")]
    assert all(re.fullmatch(r"[^\s:]+:[^\s|,]+(\|[^\s|,]+)*", one) for one in arguments)
    assert "Starke\tArg:Emotion_Arger_" in lines
    assert not any(line.startswith("Track") for line in lines)
