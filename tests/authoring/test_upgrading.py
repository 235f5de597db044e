"""A project that an earlier version made is brought up by one command."""

import shutil
import tomllib

import pytest
from conftest import codes, tree

import standoff
from standoff.authoring.upgrading import upgrade
from standoff.cli.main import main
from standoff.corpus import safe_writing

# the head of the codebook and the first frame as `new` wrote them at first, with a user's remarks
CODEBOOK = """# Every label, attribute and relation.
version = "1.0"  # mine since May

[layers]
structure = "Structure: what belongs to the article and what to the web page"
sourcing = "Sourcing: who says what"
framing = "Framing: what the article presents as the problem"

[labels.Rivalry]  # I keep this one
layer = "framing"
kind = "frame"
definition = "Great powers compete for influence."
example = "geopolitical competition"

[labels.Failure]
layer = "framing"
kind = "frame"
title = "defeat"
definition = "A party fails."
example = "failed"
"""


@pytest.fixture
def old(folder):
    """A project of the first version, with a registry and a `meta.toml` that lack later keys."""
    path = folder.path
    (path / "codebook.toml").write_text(CODEBOOK)
    (path / "actors.toml").write_text('[grey]\nname = "Mr Grey"  # the pilot\nnamed = true\n')
    folder.write_meta(outlet="Harbour News", genre=None, rights=None)
    return path


def test_upgrade_says_what_it_added_and_then_that_there_is_nothing_to_do(old, capsys):
    assert main(["upgrade", str(old)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "added to codebook.toml: title, gloss of [labels.Rivalry]",
        "added to codebook.toml: gloss of [labels.Failure]",
        "added to actors.toml: kind, country of [grey]",
        "added to one/meta.toml: genre, rights, short",
        "added to codebook.toml: standoff",
        "added to README.md: the file, as a new project has it",
        "added to guidelines.md: the file, as a new project has it",
        "added to notebooks/start.ipynb: the file, as a new project has it",
    ]
    before = {path: path.read_bytes() for path in old.rglob("*.toml")}
    assert main(["upgrade", str(old)]) == 0
    assert capsys.readouterr().out == f"nothing to do: {old} is of the present format\n"
    assert {path: path.read_bytes() for path in old.rglob("*.toml")} == before


def test_an_upgrade_that_was_cut_short_is_completed_by_the_next(old, monkeypatch):
    shutil.copytree(old, old.parent / "whole" / old.name)
    upgrade(old.parent / "whole" / old.name)
    for number in range(6):
        done = []

        def cut_short(source, target, done=done, number=number):
            done.append(target)
            if len(done) > number:
                raise KeyboardInterrupt
            shutil.move(source, target)

        again = shutil.copytree(old, old.parent / str(number) / old.name)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(safe_writing.os, "replace", cut_short)
            upgrade(again)
        upgrade(again)
        assert tree(again) == tree(old.parent / "whole" / old.name)


def test_what_a_user_wrote_stays_line_by_line_with_its_comments(old):
    written = {path: path.read_text().splitlines() for path in old.rglob("*.toml")}
    upgrade(old)
    for path, lines in written.items():
        rest = iter(path.read_text().splitlines())
        assert all(line in rest for line in lines), path.name
    codebook = tomllib.loads((old / "codebook.toml").read_text())
    assert codebook["labels"]["Rivalry"]["gloss"] == "great powers compete"
    assert codebook["labels"]["Failure"]["title"] == "defeat", "the user's own title"
    assert codebook["version"] == "1.0"


def test_registries_and_articles_that_lacked_keys_load_after_an_upgrade(folder):
    (folder.path / "actors.toml").write_text('[grey]\nname = "Mr Grey"\nnamed = true\n')
    folder.write_meta(outlet="Harbour News", genre=None)
    assert codes(standoff.load, folder.path, under=folder.path) == [
        "actors.toml:1: E-key-missing",
        "actors.toml:1: E-key-missing",
        "one/meta.toml:1: E-key-missing",
    ]
    upgrade(folder.path)
    corpus = standoff.load(folder.path)
    assert corpus.documents["short"].tolist() == ["Harbour News"]
    assert corpus.actors["country"].tolist() == ["unknown"]


def test_a_project_with_a_file_that_cannot_be_read_is_left_as_it_was(old, capsys):
    (old / "actors.toml").write_text('[grey\nname = "Mr Grey"\n')
    before = tree(old)
    assert main(["upgrade", str(old)]) == 1
    printed = capsys.readouterr().err
    assert "actors.toml:1: E-toml-syntax" in printed and "nothing was changed" in printed
    assert tree(old) == before


def test_readme_and_notebooks_of_the_user_stay_as_they_are(old):
    (old / "README.md").write_text("Mine.\n")
    (old / "notebooks").mkdir()
    (old / "notebooks" / "mine.ipynb").write_text("{}\n")
    upgrade(old)
    assert (old / "README.md").read_text() == "Mine.\n"
    assert [path.name for path in (old / "notebooks").iterdir()] == ["mine.ipynb"]
    assert "Attribution" in (old / "guidelines.md").read_text()


def test_a_folder_for_notebooks_that_a_killed_upgrade_has_left_gets_the_first_notebook(old):
    (old / "notebooks").mkdir()
    nobody = 2**22 + 1  # more than the number of any process
    (old / "notebooks" / f".start.ipynb.{nobody}.draft").write_text("half of")
    upgrade(old)
    assert [path.name for path in (old / "notebooks").iterdir()] == ["start.ipynb"]


def test_a_folder_that_is_no_project_is_not_upgraded(tmp_path):
    assert codes(upgrade, tmp_path, under=tmp_path) == ["codebook.toml:1: E-file-missing"]
