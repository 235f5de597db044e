"""What is measured in a project is the same after an export and an import, in every format that goes
both ways, for the collection and for a project with frames, actors and coders of its own.

`PYTHONPATH=lib:tests python tests/exchange/test_round_trips.py` prints the table of all trips.
"""

import functools
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import SEEDS, Folder

import standoff
from standoff.cli.main import main
from standoff.exchange import FORMATS, export_project, import_project

BOTH_WAYS = sorted(name for name, form in FORMATS.items() if form.read and form.write)
# what a format cannot carry, as its export says; none of it is part of a measure below
LOSSES = {
    "cas-json": ["ids of attributes", "ids of references", "ids of notes", "orders of the lines"],
    "cas-xmi": ["ids of attributes", "ids of references", "ids of notes", "orders of the lines"],
}
FRAMES = """
[labels.Scarcity]
layer = "framing"
kind = "frame"
definition = "There is too little of something."  # ours

[labels."Größe"]
layer = "framing"
kind = "frame"
definition = "Size matters."
"""
ACTORS = """# The people of our town.
[council]
name = "Kettlebrook council"
kind = "government"
country = "none"
named = true

[grey]
name = "Mr Grey"
kind = "expert"
country = "none"
named = true
part_of = "council"
"""
LINES = """T11\tScarcity 28 43\tthe "low" talks
T12\tGröße 44 50\tfailed
T13\tTime 0 8\tHeadline
T14\tReject 44 50\tfailed
T15\tReject 57 61\tleft
E2\tReject:T14 Who:T6
E3\tReject:T15 Who:T10
A7\tFunction T11 problem
A8\tValence T11 negative
A9\tFunction T12 cause
A10\tValence T12 neutral
A11\tTimeType T13 DATE
A12\tFactuality E2 fact
A13\tFactuality E3 fact
A14\tOrigin T11 added
A15\tOrigin E2 confirmed
A16\tOrigin E1 mended
N3\tReference T13 edtf:2019-12-30\tHeadline
R1\tTarget Arg1:T11 Arg2:T6
R4\tTarget Arg1:T12 Arg2:T6
R2\tBEFORE Arg1:E2 Arg2:E3
R3\tIS_INCLUDED Arg1:E2 Arg2:T13""".split("\n")


def own_project(path):
    """Write a project with two frames, a part_of and a second coder, who disagrees."""
    folder = Folder(path)
    with (path / "codebook.toml").open("a", encoding="utf-8") as book:
        book.write(FRAMES)
    (path / "actors.toml").write_text(ACTORS, encoding="utf-8")
    folder.lines += LINES
    folder.write()
    with (folder.article / "meta.toml").open("a") as meta:
        meta.write('[coders.a]\nwho = "Ann"\nwhen = 2020-02-01\nmood = "good"\n')
    gold = (folder.article / "gold.ann").read_text(encoding="utf-8")
    changed = gold.replace("T12\tGröße", "T12\tScarcity").replace(
        "A5\tStance E1 neutral", "A5\tStance E1 affirming"
    )
    (folder.article / "a.ann").write_text(changed, encoding="utf-8")
    return path


def measures(project):
    """Everything that is compared: name of the measure -> table."""
    corpus = standoff.load(project)
    coders = [standoff.load(project, coder) for coder in standoff.coders(project)]
    drawn = functools.partial(np.random.default_rng, 1)
    return {
        "voices": standoff.sourcing.voices(corpus),
        "voices by party": standoff.sourcing.voices(corpus, by="party"),
        "profile": standoff.framing.profile(corpus),
        "timeline": standoff.chronology.timeline(corpus),
        "agreement on labels": standoff.agreement.labels(coders, drawn(), draws=2),
        "agreement on values": standoff.agreement.attributes(coders, drawn(), draws=2),
        "origin of frames": corpus.frames[["doc", "frame", "origin"]],
        "origin of events": corpus.events[["doc", "type", "origin"]],
        "origin of attributions": corpus.attributions[["doc", "cue", "origin"]],
        "articles": corpus.documents,
        "actors": corpus.actors,
    }


def trip(name, project, desk):
    """Export and import a project; return the losses and the new project."""
    losses = export_project(FORMATS[name], project, desk / "out")
    import_project(FORMATS[name], desk / "out", desk / "in")
    return losses, desk / "in"


def differences(before, after):
    """Return the names of the measures whose tables differ."""
    return [name for name, table in before.items() if not table.equals(after[name])]


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """The collection and a project of one's own: name -> (folder, what is measured in it)."""
    own = own_project(tmp_path_factory.mktemp("own") / "mine")
    return {name: (path, measures(path)) for name, path in (("seeds", SEEDS), ("own", own))}


@pytest.mark.parametrize("project", ["seeds", "own"])
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_round_trip_changes_no_measure_and_no_file_of_rules(name, project, projects, tmp_path):
    source, before = projects[project]
    losses, made = trip(name, source, tmp_path)
    assert differences(before, measures(made)) == []
    assert all(len(table) for table in before.values())
    for file in ("codebook.toml", "actors.toml", "tracks.toml"):
        assert (made / file).read_bytes() == (source / file).read_bytes(), file
    for path in source.glob("*/meta.toml"):
        again = made / path.relative_to(source)
        assert tomllib.loads(again.read_text()) == tomllib.loads(path.read_text())
    known = LOSSES.get(name, ["the name Größe"] if name == "brat" else [])
    assert all(any(word in loss for word in known) for loss in losses), losses


def test_the_measures_tell_a_project_without_frames_and_parties_from_the_whole(projects, tmp_path):
    source, before = projects["own"]
    shutil.copytree(source, tmp_path / "less")
    path = tmp_path / "less" / "one" / "gold.ann"
    path.write_text(path.read_text().replace("Scarcity", "Threat"))
    actors = tmp_path / "less" / "actors.toml"
    actors.write_text(ACTORS.replace('part_of = "council"\n', ""))
    found = differences(before, measures(tmp_path / "less"))
    assert {"voices by party", "profile", "actors", "agreement on labels"} <= {*found}


def test_an_import_without_a_codebook_says_which_labels_are_new_and_where_they_went(
    projects, tmp_path, capsys
):
    source, _ = projects["own"]
    assert main(["export", "w3c", str(source), str(tmp_path / "out")]) == 0
    for file in (tmp_path / "out").glob("*.toml"):
        file.unlink()
    assert main(["import", "w3c", str(tmp_path / "out"), str(tmp_path / "in")]) == 0
    said = capsys.readouterr().err
    assert "not in the codebook: labels Scarcity, Größe; they are in its layer imported" in said
    assert "not in actors.toml: grey; added" in said
    assert "--like takes the codebook of another project" in said
    assert (
        main(
            ["import", "w3c", str(tmp_path / "out"), str(tmp_path / "like"), "--like", str(source)]
        )
        == 0
    )
    assert "not in the codebook" not in capsys.readouterr().err
    frames = standoff.load(tmp_path / "like").frames
    assert list(frames["frame"]) == ["Scarcity", "Größe"]


def test_what_a_file_says_of_an_article_counts_before_what_lies_beside_it(projects, tmp_path):
    export_project(FORMATS["csv"], projects["own"][0], tmp_path / "out")
    path = tmp_path / "out" / "articles.csv"
    path.write_text(path.read_text().replace("one,Headline here", "one,Corrected"))
    import_project(FORMATS["csv"], tmp_path / "out", tmp_path / "in")
    assert list(standoff.load(tmp_path / "in").documents["title"]) == ["Corrected"]


def table_of_trips(desk):
    """Return which measures are the same after each trip, as a table for people."""
    rows = []
    for project in (SEEDS, own_project(desk / "mine")):
        before = measures(project)
        for name in BOTH_WAYS:
            (place := desk / f"{project.name}-{name}").mkdir()
            losses, made = trip(name, project, place)
            changed = differences(before, measures(made))
            same = {measure: "no" if measure in changed else "same" for measure in before}
            rows.append(
                {"project": project.name, "format": name, **same, "lost": "; ".join(losses)}
            )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as desk:
        sys.stdout.write(table_of_trips(Path(desk)).to_markdown(index=False) + "\n")
