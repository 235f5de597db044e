"""What a new project begins with: a general codebook, frames, guidelines and a first notebook."""

import re
import shutil
import tomllib

import nbformat
import pytest
from conftest import ROOT, SEEDS
from walking import run, walk

import standoff
from standoff.annotation.codebook import Codebook
from standoff.annotation.problems import Report, SeedError
from standoff.annotation.registries import KINDS
from standoff.authoring.codebook_changes import add_frame
from standoff.authoring.standard_files import (
    TO_REPLACE,
    companions,
    left_to_write,
    standard_codebook,
    standard_file,
)

ACTORS = standard_file("actors.toml")
SHARED = ("structure", "actors", "sourcing")  # layers with the same labels and rules everywhere
WORDS = {"definition", "example", "counter_example", "because", "absent", "source", "values"}
PAGE = (ROOT / "docs" / "your_own_frames.md").read_text(encoding="utf-8")


def rules(source):
    """(part, name) -> its rules without what explains them, and the names of its values."""
    data, found = tomllib.loads(source), {}
    for part in ("labels", "attributes", "relations"):
        for name, entry in data[part].items():
            kept = {key: value for key, value in entry.items() if key not in WORDS}
            found[part, name] = kept | {"values": sorted(entry.get("values", ()))}
    return found


def of_layers(source, layers):
    return {key: one for key, one in rules(source).items() if one["layer"] in layers}


@pytest.fixture
def seeds_codebook():
    return (SEEDS / "codebook.toml").read_text(encoding="utf-8")


def test_zones_actors_attributions_and_quotations_have_the_rules_of_the_collection(seeds_codebook):
    assert of_layers(standard_codebook(), SHARED) == of_layers(seeds_codebook, SHARED)


def test_times_and_events_differ_from_the_collection_in_tracks_moves_and_other_events(
    seeds_codebook,
):
    own, theirs = (of_layers(one, ["chronology"]) for one in (standard_codebook(), seeds_codebook))
    assert theirs.keys() - own.keys() == {("attributes", "Track"), ("attributes", "Move")}
    assert own.keys() - theirs.keys() == {("labels", "Occur")}
    assert all(own[key] == theirs[key] for key in own.keys() & theirs.keys())


@pytest.mark.parametrize(("frames", "number"), [("generic", 5), ("policy", 15)])
def test_every_frame_has_definition_example_counter_example_and_paper(tmp_path, frames, number):
    (tmp_path / "codebook.toml").write_text(standard_codebook(frames), encoding="utf-8")
    report = Report()
    codebook = Codebook.read(tmp_path / "codebook.toml", report)
    assert not report
    labels = codebook.of_kind("frame")
    assert len(labels) == number
    for label in labels - {"OtherFrame"}:
        entry = codebook.labels[label]
        assert {"title", "gloss", "definition", "example", "counter_example", "because"} <= set(
            entry
        )
        assert re.search(
            r"Semetko and Valkenburg \(2000\)|Boydstun et al\. \(2014\)", entry["source"]
        )


def test_nothing_in_a_new_project_speaks_of_the_collection():
    texts = [standard_codebook("generic"), standard_codebook("policy"), ACTORS]
    for text in (*texts, *companions("mine").values()):
        assert re.findall(r"Afghan|Taliban|Russia|Washington|Kabul|negotiating table", text) == []


def test_the_registry_of_a_new_project_names_every_kind_of_actor():
    assert [kind for kind in KINDS if not re.search(rf"\b{kind}\b", ACTORS)] == []


def test_words_of_the_first_notebook_that_are_to_be_replaced_stand_in_it():
    assert left_to_write(companions("mine")["notebooks/start.ipynb"]) == list(TO_REPLACE)


def test_the_first_notebook_is_as_the_library_stores_notebooks():
    notebook = nbformat.reads(companions("mine")["notebooks/start.ipynb"], as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in notebook.cells if cell.get("outputs")] == []


NEW = "python -m standoff new {} article.txt --name one --title Head --published 2020-05-05"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of one article with zones and sentences and nothing else, and its folder."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "article.txt").write_text("Head\n\nGrey left. Vale stayed.\n", encoding="utf-8")
    for command in (NEW.format("mine"), "python -m standoff accept mine"):
        assert run(command, folder).returncode == 0
    return folder


@pytest.mark.notebooks
def test_the_commands_of_the_readme_work_in_a_folder_that_has_nothing_else(project):
    readme = (project / "mine" / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ +(python -m standoff .+)$", readme, re.MULTILINE)
    assert [command.split()[3] for command in commands] == ["accept", "draft", "compile", "html"]
    shutil.copytree(project / "mine", project / "kept")
    (project / "mine" / "one" / "notes.toml").write_text(
        '[[Time]]\nquote = "Grey"\nTimeType="DATE"\n'
    )
    for command in commands[1:]:
        done = run(command, project)
        assert done.returncode == 0, done.stderr
    page = (project / "mine_site" / "index.html").read_text(encoding="utf-8")
    assert "Most of the words are the author" in page and 'class="chart"' in page
    assert 'id="notebooks"' not in page
    left = "mine/notebooks/start.ipynb: published with words of the template, in the cells with"
    assert left in done.stderr and "“What to do next”" in done.stderr
    assert (
        "Code and annotation belong to the project.\nThe rights in the articles stay with" in page
    )
    book = (project / "mine_site" / "codebook.html").read_text(encoding="utf-8")
    assert "quoted verbatim" not in book and "other codings" not in book


def test_new_takes_frames_or_a_codebook_to_copy(project):
    assert run(NEW.format("debate") + " --frames policy", project).returncode == 0
    assert "PublicOpinion" in standoff.load(project / "debate").codebook.labels
    done = run(NEW.format("both") + " --frames policy --like mine", project)
    assert done.returncode == 2 and "expected --frames or --like" in done.stderr


def test_a_project_like_another_has_its_frames_and_guidelines(project):
    add_frame(project / "mine", "Fog", "Nobody can see.")
    (project / "mine" / "guidelines.md").write_text("# Ours\n")
    assert run(NEW.format("second") + " --like mine", project).returncode == 0
    assert "Fog" in standoff.load(project / "second").codebook.labels
    assert (project / "second" / "guidelines.md").read_text() == "# Ours\n"


# frames of your own


def test_a_frame_is_added_after_the_others_and_every_other_line_stays(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(standard_codebook() + "# the last word\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8").split("\n")
    line = add_frame(tmp_path, "Scarcity", 'Not "enough".', title="too little")
    after = path.read_text(encoding="utf-8").split("\n")
    assert after[line - 1] == "[labels.Scarcity]"
    added = len(after) - len(before)
    assert after[: line - 2] + after[line - 2 + added :] == before
    codebook = Codebook.read(path, Report())
    assert codebook.labels["Scarcity"]["definition"] == 'Not "enough".'
    assert list(codebook.labels).index("Scarcity") < list(codebook.labels).index("Time")


def test_a_frame_that_exists_or_is_no_name_is_refused(tmp_path):
    (tmp_path / "codebook.toml").write_text(standard_codebook(), encoding="utf-8")
    with pytest.raises(SeedError, match=r"codebook\.toml:\d\d\d: E-frame-known"):
        add_frame(tmp_path, "Conflict", "Again.")
    with pytest.raises(ValueError, match="'water shortage' is not a label"):
        add_frame(tmp_path, "water shortage", "Dry.")
    assert (tmp_path / "codebook.toml").read_text(encoding="utf-8") == standard_codebook()


def test_the_page_on_frames_leads_from_definition_to_recoding(tmp_path):
    shutil.copytree(ROOT / "docs" / "example", tmp_path / "docs" / "example")
    said = walk(PAGE, tmp_path)
    assert "frame Secrecy added" in "".join(said.values())
    assert "sold the berths before the first meeting" in said["python frames.py"]
    assert said["python -m standoff check port"].endswith("no problems\n")


def test_each_wrong_entry_of_a_registry_is_reported_at_its_own_line(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "mine")
    entries = [
        f'{name} = {{ name = "{name}", kind = "firm", country = "none", named = true }}'
        for name in ("a", "b", "c")
    ]
    path = tmp_path / "mine" / "actors.toml"
    path.write_text("\n".join(["# ours", *entries]) + "\n" + path.read_text(encoding="utf-8"))
    with pytest.raises(SeedError) as raised:
        standoff.load(tmp_path / "mine")
    lines = [one.line for one in raised.value.problems if one.code == "E-key-value"]
    assert lines == [2, 3, 4]
