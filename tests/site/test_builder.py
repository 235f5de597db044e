"""A build is whole or not at all; check and run report what is wrong."""

from functools import partial

import pytest
from conftest import SEEDS, tree
from conftest import notebook as untitled

from standoff.cli.main import main
from standoff.site import builder as publish
from standoff.site import kernels

pytestmark = pytest.mark.notebooks

notebook = partial(untitled, title="# Title?\n\n*Question.*")


def test_a_failing_cell_is_named_and_the_last_good_site_stays(tmp_path):
    notebooks, site = tmp_path / "notebooks", tmp_path / "_site"
    notebooks.mkdir()
    notebook(notebooks / "a.ipynb", "1 + 1")
    publish.build(notebooks, SEEDS, site)
    before = tree(site)
    notebook(notebooks / "a.ipynb", "1 + 1", "raise KeyError('gone')")
    notebook(notebooks / "b.ipynb", "1 / 0")
    with pytest.raises(kernels.NotebookFailed) as caught:
        publish.build(notebooks, SEEDS, site)
    assert str(caught.value).replace(f"{notebooks}/", "").split("\n") == [
        "a.ipynb: cell [2]: KeyError: 'gone'",
        "b.ipynb: cell [1]: ZeroDivisionError: division by zero",
    ]
    assert tree(site) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_site", "notebooks"]


def test_check_counts_articles_and_annotations(capsys):
    assert main(["check", str(SEEDS)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("2 articles, ") and printed.out.endswith(
        " annotations, no problems\n"
    )
    [remark] = printed.err.splitlines()
    assert remark.startswith("2 contradictions in time are marked as the text's own: ")


def test_check_prints_problems_a_line_each_and_exits_with_one(folder, capsys):
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    assert main(["check", str(folder.path)]) == 1
    lines = capsys.readouterr().out.strip().split("\n")
    assert len(lines) == 2 and lines[1].endswith("did you mean 'Kind'?")


def test_check_says_one_article_when_there_is_one(folder, capsys):
    assert main(["check", str(folder.path)]) == 0
    assert capsys.readouterr().out == "1 article, 19 annotations, no problems\n"


def test_check_of_a_folder_that_is_not_there(tmp_path, capsys):
    assert main(["check", str(tmp_path / "x")]) == 1
    assert "no such folder; expected a folder of articles" in capsys.readouterr().err


def test_a_call_without_command_exits_with_two(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2


def test_a_run_where_there_are_no_notebooks_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run"]) == 1
    assert capsys.readouterr().err == "notebooks: no notebooks here; expected *.ipynb\n"
