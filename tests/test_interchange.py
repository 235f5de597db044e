"""interchange.py: the record in other tools' forms."""

import re

import pytest
from conftest import SEEDS

import standoff
from standoff import brat
from standoff.__main__ import main
from standoff.interchange import annotation_conf, export_brat


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "brat"
    export_brat(SEEDS, path)
    return path


def test_a_brat_collection_holds_every_coders_files_to_the_letter(exported):
    for coder in ("gold", "a", "b"):
        for doc in ("dw-2017-04-14", "avim-2018-10-31"):
            assert (exported / coder / f"{doc}.txt").read_bytes() == (SEEDS / doc / "text.txt").read_bytes()
            assert (exported / coder / f"{doc}.ann").read_bytes() == (SEEDS / doc / f"{coder}.ann").read_bytes()


def sections(text):
    return {name: body.strip().split("\n") for name, body in re.findall(r"\[(\w+)\]\n(.*?)(?=\n\[|\Z)", text, re.DOTALL)}


def test_the_configuration_declares_all_that_the_annotations_use(exported, corpus):
    conf = sections((exported / "gold" / "annotation.conf").read_text(encoding="utf-8"))
    declared = {line.split("\t")[0]: line for part in conf.values() for line in part}
    found = corpus.annotations["avim-2018-10-31"]
    label = {item.id: item.label for item in (*found.spans, *found.events)}
    for item in (*found.spans, *found.events, *found.relations):
        assert item.label in declared
    for item in found.attributes:
        assert label[item.target] in re.search(r"Arg:([\w|-]+)", declared[item.name])[1].split("|")
        assert item.value == "true" or item.value in re.search(r"Value:([\w|-]+)", declared[item.name])[1].split("|")
    for item in found.relations:
        first, second = (re.search(rf"{arg}:([\w|]+)", declared[item.label])[1].split("|") for arg in ("Arg1", "Arg2"))
        assert label[item.a] in first and label[item.b] in second
    for event in found.events:
        for role, target in event.roles:
            wanted = re.search(rf"{role.rstrip('0123456789')}\*:([\w|]+)", declared[event.label])[1]
            assert label[target] in wanted.split("|")


def test_overlaps_are_allowed(corpus):
    assert "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>" in annotation_conf(corpus.codebook, corpus.registry)


def test_a_destination_that_exists_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "keep").write_text("x")
    assert main(["export", "brat", str(tmp_path), "--folder", str(SEEDS)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["keep"]


def test_a_folder_with_problems_is_not_exported_by_halves(folder, tmp_path):
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    with pytest.raises(standoff.SeedError):
        export_brat(folder.path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_reading_what_was_written_gives_the_same(exported, corpus):
    problems = []
    again = brat.parse((exported / "gold" / "dw-2017-04-14.ann").read_text(encoding="utf-8"), "x", problems)
    assert problems == [] and list(again) == list(corpus.annotations["dw-2017-04-14"])
