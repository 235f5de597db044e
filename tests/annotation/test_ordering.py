"""ordering.py: one order, one numbering, and whether two files state the same."""

import random
import shutil

import pandas as pd
import pytest
from conftest import SEEDS
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff
from standoff.annotation import brat
from standoff.annotation.model import Annotations, Attribute, Span
from standoff.annotation.ordering import (
    canonical,
    contents,
    fingerprint,
    renumbered,
    restrict_to_labels,
    with_base,
    without,
)
from standoff.annotation.problems import Report
from standoff.cli.main import main
from standoff.corpus.schema import COLUMNS

ANNS = sorted(path.relative_to(SEEDS) for path in SEEDS.glob("*/*.ann"))


def parse(source):
    problems = Report()
    found = brat.parse(source, "x.ann", problems)
    assert problems == []
    return found


def read(path):
    return parse(path.read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def without_ids(table):
    """A table whose ids are replaced by the words they stand for, and without lines."""
    kept = table.drop(columns=["line"], errors="ignore")
    return kept.drop(
        columns=[
            name
            for name in ("id", "sentence", "parent", "cites", "attribution", "a", "b")
            if name in kept
        ]
    )


def test_formatting_changes_no_table_apart_from_ids(copy, capsys):
    assert main(["format", str(copy)]) == 0
    assert "8 files checked, 4 changed" in capsys.readouterr().out
    for coder in standoff.coders(SEEDS):
        before, after = standoff.load(SEEDS, coder), standoff.load(copy, coder)
        for name in COLUMNS:
            one, other = without_ids(getattr(before, name)), without_ids(getattr(after, name))
            order = list(one.columns)
            pd.testing.assert_frame_equal(
                one.sort_values(order, ignore_index=True),
                other.sort_values(order, ignore_index=True),
                check_dtype=True,
                obj=f"{coder} {name}",
            )


@pytest.mark.parametrize("path", ANNS, ids=str)
def test_formatting_keeps_the_contents_and_is_idempotent(path, corpus):
    found = read(SEEDS / path)
    once = canonical(found, corpus.codebook)
    assert contents(once) == contents(found) and len(once) == len(found)
    assert brat.write(canonical(parse(brat.write(once)), corpus.codebook)) == brat.write(once)


def mixed(found, chance):
    """The same annotations in another order under other ids; several references of one mention keep
    their order."""
    parts = {name: list(part) for name, part in vars(found).items()}
    for name, part in parts.items():
        if name != "normalisations":
            chance.shuffle(part)
    return renumbered(Annotations(**parts))


@pytest.mark.parametrize("path", ANNS, ids=str)
def test_the_form_does_not_depend_on_order_and_ids_of_the_file(path, corpus):
    found = read(SEEDS / path)
    other = mixed(found, random.Random(7))
    assert other.spans[0].text != found.spans[0].text
    assert brat.write(canonical(other, corpus.codebook)) == brat.write(
        canonical(found, corpus.codebook)
    )


def test_zones_come_first_then_sentences_then_longer_before_shorter(corpus):
    found = parse(
        "T9\tActor 0 2\tab\nT5\tSentence 0 8\tab cd ef\nT4\tFailure 0 5\tab cd\nT2\tBody 0 "
        "8\tab cd ef\nE1\tConsult:T7\nT7\tConsult 3 5\tcd\n"
    )
    assert [span.label for span in canonical(found, corpus.codebook).spans] == [
        "Body",
        "Sentence",
        "Failure",
        "Actor",
        "Consult",
    ]
    assert brat.write(canonical(found, corpus.codebook)).split("\n")[5] == "E1\tConsult:T5"


def test_without_a_codebook_labels_are_in_alphabetical_order():
    found = parse("T9\tB 0 2\tab\nT5\tA 0 2\tab\nA3\tZ T9 x\nA1\tY T9 x\n")
    assert brat.write(canonical(found)) == "T1\tA 0 2\tab\nT2\tB 0 2\tab\nA1\tY T2 x\nA2\tZ T2 x\n"


def test_every_reference_is_renamed_with_its_target():
    found = parse(
        "T8\tA 0 2\tab\nT9\tE 3 5\tcd\nE7\tE:T9 Who:T8\nA5\tK E7 v\nR4\tTo Arg1:E7 "
        "Arg2:T8\nN3\tReference T8 db:k\tab\n#2\tAnnotatorNotes R4\tx\n"
    )
    assert brat.write(renumbered(found)) == (
        "T1\tA 0 2\tab\nT2\tE 3 5\tcd\nE1\tE:T2 Who:T1\nA1\tK E1 v\nR1\tTo Arg1:E1 "
        "Arg2:T1\nN1\tReference T1 db:k\tab\n#1\tAnnotatorNotes R1\tx\n"
    )


def test_contents_differ_by_attributes_and_not_by_ids_and_order():
    one = parse("T1\tA 0 2\tab\nT2\tB 3 5\tcd\nA1\tK T1 v\n")
    assert contents(one) == contents(parse("T7\tB 3 5\tcd\nT3\tA 0 2\tab\nA9\tK T3 v\n"))
    assert contents(one) != contents(parse("T1\tA 0 2\tab\nT2\tB 3 5\tcd\nA1\tK T2 v\n"))
    assert fingerprint(one) == fingerprint(renumbered(one)) != fingerprint(one, base={"B"})


@pytest.mark.parametrize(
    "line", ["A1\tDuplicate {} yes", "N1\tReference {} place:kabul\tab", "#1\tRemark {}\tx"]
)
def test_a_fingerprint_leaves_out_spans_of_the_base_and_what_is_stated_about_them(line):
    spans = "T1\tBody 0 2\tab\nT2\tActor 3 5\tcd\n"
    about_base, about_other = parse(spans + line.format("T1")), parse(spans + line.format("T2"))
    alone = fingerprint(parse("T1\tActor 3 5\tcd\n"))
    assert fingerprint(about_base, base={"Body"}) == alone
    assert fingerprint(about_other, base={"Body"}) != alone


def test_a_fingerprint_counts_events_and_relations_beside_a_base():
    lines = "T1\tActor 0 2\tab\nT2\tCue 3 5\tcd\nE1\tCue:T2 Source:T1\n"
    relation = "R1\tSame Arg1:T1 Arg2:T2\n"
    found = [fingerprint(parse(source), base={"Body"}) for source in (lines, lines + relation)]
    assert found[0] != found[1] == fingerprint(parse(lines + relation))


def test_a_base_is_added_under_free_ids_unless_it_is_there_already():
    mine = parse("T1\tActor 0 2\tab\nT2\tReference 3 5\tcd\nR1\tCites Arg1:T1 Arg2:T2\n")
    base = parse("T1\tBody 0 2\tab\nT2\tReference 3 5\tcd\nA1\tDuplicate T1\n")
    both = with_base(mine, base)
    assert [(span.id, span.label) for span in both.spans] == [
        ("T3", "Body"),
        ("T1", "Actor"),
        ("T2", "Reference"),
    ]
    assert [(item.target, item.line) for item in both.attributes] == [("T3", 0)]
    assert contents(restrict_to_labels(both, {"Body", "Reference"})) == contents(base)


def test_removing_a_span_removes_what_depends_on_it():
    found = parse(
        "T1\tA 0 2\tab\nT2\tE 3 5\tcd\nE1\tE:T2 Who:T1\nE2\tE:T2 Who:T2\nA1\tK E1 v\nR1\tTo "
        "Arg1:E1 Arg2:T1\n#1\tX R1\tx\nN1\tReference T1 d:k\tab\n"
    )
    kept = without(found, {"T1"})
    assert brat.write(kept) == "T2\tE 3 5\tcd\nE1\tE:T2\nE2\tE:T2 Who:T2\nA1\tK E1 v\n"
    assert len(without(found, {"T2"})) == 2


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.integers(0, 4),
            st.integers(1, 3),
            st.sampled_from(["x", "y"]),
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_every_order_of_annotations_has_one_canonical_form(rows, chance):
    text = "abcdefgh"
    spans = [
        Span(f"T{n}", label, ((start, start + size),), text[start : start + size])
        for n, (label, start, size, _) in enumerate(rows, 1)
    ]
    attributes = [Attribute(f"A{n}", "K", f"T{n}", value) for n, (*_, value) in enumerate(rows, 1)]
    one = Annotations(spans=spans, attributes=attributes)
    other = Annotations(
        spans=chance.sample(spans, len(spans)),
        attributes=chance.sample(attributes, len(attributes)),
    )
    assert brat.write(canonical(one)) == brat.write(canonical(other))


def test_check_reports_files_that_are_not_canonical_and_changes_nothing(folder, capsys):
    path = folder.article / "gold.ann"
    before = path.read_bytes()
    assert main(["format", "--check", str(path)]) == 1
    assert (
        capsys.readouterr().out
        == f"{path}: not in canonical form\n1 file checked, 1 to be changed\n"
    )
    assert path.read_bytes() == before
    assert (
        main(["format", str(folder.article)]) == 0
        and main(["format", "--check", str(folder.path)]) == 0
    )
    standoff.load(folder.path)


def test_format_repairs_a_byte_order_mark_and_crlf(folder):
    path = folder.article / "gold.ann"
    main(["format", str(path)])
    good = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n"))
    assert main(["format", str(path)]) == 0
    assert path.read_bytes() == good


def test_format_changes_nothing_if_one_file_cannot_be_read(folder, capsys):
    (folder.article / "a.ann").write_text("T1 Actor 0 2 ab\n")
    before = (folder.article / "gold.ann").read_bytes()
    assert main(["format", str(folder.path)]) == 1
    assert "a.ann:1: E-line-unknown" in capsys.readouterr().err
    assert (folder.article / "gold.ann").read_bytes() == before


def test_format_reports_a_folder_without_annotation(tmp_path, capsys):
    assert main(["format", str(tmp_path)]) == 1
    assert ":1: E-ann-missing: " in capsys.readouterr().err
