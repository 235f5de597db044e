"""cache.py: what has not changed is not done again, and what has is."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import notebook

import standoff
from standoff.site import kernels
from standoff.site.cache import Cache, fingerprint

COUNTED = "open('{}.txt', 'a').write('run ')"


class Project:
    """A folder with two notebooks and what they depend on."""

    def __init__(self, folder):
        self.folder, self.notebooks = folder, folder / "notebooks"
        for name in ("notebooks", "lib/room", "seeds/one", "_site/data"):
            (folder / name).mkdir(parents=True)
        for name in (
            "lib/room/a.py",
            "seeds/one/text.txt",
            "requirements.lock",
            "notebooks/figure.svg",
            "_site/index.html",
            "_site/data/a.csv",
        ):
            (folder / name).write_text(name)
        self.one, self.two = (
            notebook(self.notebooks / "one.ipynb", "1"),
            notebook(self.notebooks / "two.ipynb", "2"),
        )
        self.inputs = [folder / "lib", folder / "seeds", folder / "requirements.lock"]
        self.cache = Cache(folder / ".cache", self.inputs)
        self.site = folder / "_site"


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "project")


CHANGES = [
    "lib/room/a.py",
    "lib/room/new.py",
    "seeds/one/text.txt",
    "seeds/one/new.ann",
    "requirements.lock",
    "notebooks/figure.svg",
    "notebooks/helper.py",
]


@pytest.mark.parametrize("name", CHANGES)
def test_a_key_changes_with_everything_that_a_notebook_depends_on(project, name):
    before = project.cache.key(project.one)
    (project.folder / name).write_text("changed")
    assert project.cache.key(project.one) != before


@pytest.mark.parametrize("name", CHANGES[:1] + CHANGES[2:3] + CHANGES[4:6])
def test_a_key_changes_when_something_is_gone(project, name):
    before = project.cache.key(project.one)
    (project.folder / name).unlink()
    assert project.cache.key(project.one) != before


@pytest.mark.parametrize(
    "name",
    [
        "lib/__pycache__/a.pyc",
        "lib/.a.py.swp",
        "notebooks/.ipynb_checkpoints/one-checkpoint.ipynb",
        "README.md",
    ],
)
def test_a_key_stays_where_nothing_that_matters_changes(project, name):
    before = project.cache.key(project.one)
    (project.folder / name).parent.mkdir(exist_ok=True)
    (project.folder / name).write_text("changed")
    notebook(project.two, "3")
    assert project.cache.key(project.one) == before


def test_a_key_is_of_the_source_and_not_of_stored_outputs(project):
    before = project.cache.key(project.one)
    notebook(project.one, "1", outputs=[nbformat.v4.new_output("stream", text="1")])
    assert project.cache.key(project.one) == before
    notebook(project.one, "1 ")
    assert project.cache.key(project.one) != before


def test_a_notebook_that_shows_what_the_others_claim_depends_on_their_outputs_alone(project):
    notebook(project.one, "recall('two', 'name')")
    before = project.cache.key(project.one)
    notebook(project.two, "another source")
    assert project.cache.key(project.one) == before
    notebook(
        project.two, "another source", outputs=[nbformat.v4.new_output("stream", text="Holds")]
    )
    assert project.cache.key(project.one) != before


def test_a_key_changes_with_what_is_installed(project, monkeypatch, tmp_path):
    before = project.cache.key(project.one)
    (tmp_path / "site" / "altair-99.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert project.cache.key(project.one) != before


def test_a_file_that_is_no_notebook_has_a_key_too(project):
    keys = set()
    for text in ("", "{", "[]", '{"cells": [1]}'):
        project.one.write_text(text)
        keys.add(project.cache.key(project.one))
    assert len(keys) == 4


def test_an_executed_notebook_comes_back_as_it_was_kept(project):
    key = project.cache.key(project.one)
    assert project.cache.get(key) is None
    project.cache.put(project.one, key, "executed\nnotebook – \n")
    assert project.cache.get(key) == "executed\nnotebook – \n"
    (entry,) = (project.folder / ".cache" / "notebooks").iterdir()
    entry.write_bytes(b"\xff")
    assert project.cache.get(key) is None


def test_what_changed_during_a_run_is_not_kept(project):
    key = project.cache.key(project.one)
    (project.folder / "seeds/one/text.txt").write_text("changed")
    project.cache.put(project.one, key, "of both before and after")
    assert project.cache.get(key) is None


def test_the_folder_does_not_grow(project):
    keys = []
    for source in ("1", "2", "3"):
        keys.append(project.cache.key(notebook(project.one, source)))
        project.cache.put(project.one, keys[-1], source)
    project.cache.keep(keys[-1:])
    assert [project.cache.get(key) for key in keys] == [None, None, "3"]
    assert len(list((project.folder / ".cache" / "notebooks").iterdir())) == 1


def ran(project):
    """How often each notebook has been run."""
    return [
        path.read_text().count("run") if (path := project.folder / f"{name}.txt").exists() else 0
        for name in ("one", "two")
    ]


def test_only_the_notebook_that_was_edited_is_run(project):
    paths = [
        notebook(path, COUNTED.format(project.folder / path.stem), "print('of', 1 + 1)")
        for path in (project.one, project.two)
    ]
    first = [nbformat.writes(done) for done in kernels.execute(paths, project.cache)]
    assert ran(project) == [1, 1]
    assert [nbformat.writes(done) for done in kernels.execute(paths, project.cache)] == first
    assert ran(project) == [1, 1]
    notebook(project.two, COUNTED.format(project.folder / "two"), "print('of', 2 + 2)")
    second = [nbformat.writes(done) for done in kernels.execute(paths, project.cache)]
    assert ran(project) == [1, 2]
    assert second[0] == first[0] and "of 4" in second[1]
    assert second == [nbformat.writes(done) for done in kernels.execute(paths)]


def test_a_notebook_that_failed_is_run_again_and_the_others_are_not(project):
    paths = [
        notebook(project.one, COUNTED.format(project.folder / "one")),
        notebook(project.two, COUNTED.format(project.folder / "two"), "1 / 0"),
    ]
    for _ in range(2):
        with pytest.raises(
            kernels.NotebookFailed, match=r"two.ipynb: cell \[2\]: ZeroDivisionError"
        ):
            kernels.execute(paths, project.cache)
    assert ran(project) == [1, 2]


def test_a_site_is_unchanged_until_a_file_of_it_or_its_key_changes(project):
    key = fingerprint([project.notebooks, *project.inputs])
    assert not project.cache.unchanged(project.site, key)
    project.cache.stamp(project.site, key)
    assert project.cache.unchanged(project.site, key)
    assert not project.cache.unchanged(
        project.site, fingerprint([project.notebooks, *project.inputs], "single file")
    )


def damage(site):
    """Ways in which a site can be other than it was built."""
    page, table = site / "index.html", site / "data" / "a.csv"
    yield "one letter is another", lambda: page.write_text(page.read_text().replace("_", "-"))
    yield "a file is cut", lambda: table.write_text("")
    yield "a file is gone", table.unlink
    yield "a file is more", lambda: (site / "data" / ".hidden").write_text("x")
    yield "all is gone", lambda: shutil.rmtree(site)


@pytest.mark.parametrize("number", range(5))
def test_a_damaged_site_is_not_unchanged(project, number):
    project.cache.stamp(project.site, "key")
    _, change = list(damage(project.site))[number]
    change()
    assert not project.cache.unchanged(project.site, "key")


def test_a_damaged_stamp_is_none(project):
    project.cache.stamp(project.site, "key")
    (stamp,) = (project.folder / ".cache" / "sites").iterdir()
    for text in ("", "{", "[]", stamp.read_text()[:-5], json.dumps({"key": "key"})):
        stamp.write_text(text)
        assert not project.cache.unchanged(project.site, "key")


def test_two_folders_with_the_same_files_have_the_same_stamp(tmp_path):
    stamps = []
    for name in ("one", "another"):
        project = Project(tmp_path / name)
        project.cache.stamp(project.site, fingerprint([project.notebooks, *project.inputs]))
        stamps.append((project.folder / ".cache" / "sites" / "_site.json").read_bytes())
    assert stamps[0] == stamps[1]
    assert str(tmp_path).encode() not in stamps[0]


def test_nothing_need_be_imported_to_see_that_nothing_has_changed():
    code = (
        "import sys, standoff.site.cache; print(sorted({name.split('.')[0] for name in "
        "sys.modules} - sys.stdlib_module_names))"
    )
    call = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.append({standoff.__path__[0]!r} + '/..')\n{code}",
    ]
    assert (
        subprocess.run(call, capture_output=True, text=True, check=True).stdout
        == "['__main__', 'standoff']\n"
    )


def test_the_package_gives_all_its_names_when_they_are_asked_for():
    assert all(getattr(standoff, name).__doc__ for name in dir(standoff))
    with pytest.raises(AttributeError, match="module 'standoff' has no attribute 'lode'"):
        standoff.lode  # noqa: B018 - asking for it is the test
