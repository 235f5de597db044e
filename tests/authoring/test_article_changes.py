"""Articles are renamed, removed and redated, and nothing else changes."""

import datetime as dt
import shutil
import signal
import subprocess
import sys
import tomllib

import pytest
from conftest import SEEDS

import standoff
from standoff.authoring import article_changes
from standoff.cli.main import main

DW = "dw-2017-04-14"


@pytest.fixture
def seeds(tmp_path):
    """A copy of the collection."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def fates(folder):
    tracks = tomllib.loads((folder / "tracks.toml").read_text(encoding="utf-8"))
    return [doc for track in tracks.values() for doc in track["fate"]]


def test_a_renamed_article_keeps_its_files_and_its_fates(seeds, capsys, monkeypatch):
    before, told = files(seeds / DW), fates(seeds)
    monkeypatch.chdir(seeds.parent)
    assert main(["article", "rename", f"seeds/{DW}", "report"]) == 0
    assert capsys.readouterr().out == "seeds/report: renamed\n"
    assert files(seeds / "report") == before and not (seeds / DW).exists()
    assert sorted(fates(seeds)) == sorted("report" if doc == DW else doc for doc in told)
    assert set(standoff.load(seeds).texts) == {"report", "avim-2018-10-31"}


@pytest.mark.parametrize("what", ["rename", "remove"])
def test_a_change_that_was_cut_short_can_be_called_again(seeds, what, monkeypatch):
    def cut_short(*_):
        raise KeyboardInterrupt

    call = ["article", what, str(seeds / DW), *(["report"] if what == "rename" else [])]
    call += ["--annotated"] * (what == "remove")
    with monkeypatch.context() as patch:
        patch.setattr(article_changes.os, "rename", cut_short)
        main(call)
    assert standoff.load(seeds).texts.keys() == {DW, "avim-2018-10-31"}
    assert main(call) == 0
    kept = {"report"} if what == "rename" else set()
    assert standoff.load(seeds).texts.keys() == {"avim-2018-10-31", *kept}
    assert set(fates(seeds)) - {"avim-2018-10-31"} == kept


KILLED = """
import os, signal, sys
from standoff.authoring.article_changes import remove

rename = os.rename
os.rename = lambda *paths: (rename(*paths), os.kill(os.getpid(), signal.SIGKILL))
remove(sys.argv[1], annotated=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_what_a_killed_removal_leaves_is_named_by_check_and_read_by_nobody(seeds, capsys):
    done = subprocess.run([sys.executable, "-c", KILLED, str(seeds / DW)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert set(standoff.load(seeds).texts) == {"avim-2018-10-31"}
    assert main(["check", str(seeds)]) == 0
    assert f"seeds/.{DW}." in capsys.readouterr().err


def test_a_coded_article_is_removed_only_on_purpose(seeds, capsys):
    before = files(seeds / DW)
    assert main(["article", "remove", str(seeds / DW)]) == 1
    assert "E-article-coded" in capsys.readouterr().err and files(seeds / DW) == before
    assert main(["article", "remove", str(seeds / DW), "--annotated"]) == 0
    assert set(standoff.load(seeds).texts) == {"avim-2018-10-31"}
    assert DW not in fates(seeds)


def test_an_article_that_nobody_has_coded_is_removed_without_asking(tmp_path):
    (tmp_path / "page.txt").write_text("Harbour\n\nHe left.\n", encoding="utf-8")
    call = ["new", str(tmp_path / "p"), str(tmp_path / "page.txt"), "--name", "one"]
    assert main([*call, "--title", "Harbour", "--published", "2024-05-06"]) == 0
    assert main(["article", "remove", str(tmp_path / "p" / "one")]) == 0
    assert not (tmp_path / "p" / "one").exists()


def test_redating_changes_the_day_and_nothing_else(seeds, capsys):
    before = files(seeds / DW)
    assert main(["article", "redate", str(seeds / DW), "2017-04-15"]) == 0
    assert "published 2017-04-15 (was 2017-04-14)" in capsys.readouterr().out
    after = files(seeds / DW)
    changed = before.pop("meta.toml").replace(b"published = 2017-04-14", b"published = 2017-04-15")
    assert after.pop("meta.toml") == changed and after == before
    published = standoff.load(seeds).documents.set_index("doc")["published"]
    assert published[DW].date() == dt.date(2017, 4, 15)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["rename", DW, "avim-2018-10-31"], "E-article-exists"),
        (["rename", DW, "a/b"], "E-article-name"),
        (["rename", "nowhere", "one"], "E-article-missing"),
        (["redate", DW, "14 April"], "E-article-day"),
        (["remove", "nowhere"], "E-article-missing"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(seeds, capsys, call, code):
    what, article, *value = call
    before = sorted(seeds.rglob("*"))
    assert main(["article", what, str(seeds / article), *value]) == 1
    assert code in capsys.readouterr().err and sorted(seeds.rglob("*")) == before


def test_the_same_text_with_another_day_is_not_a_second_article(tmp_path, capsys):
    (tmp_path / "page.txt").write_text("Harbour\n\nHe left.\n", encoding="utf-8")
    call = ["new", str(tmp_path / "p"), str(tmp_path / "page.txt"), "--title", "Harbour"]
    assert main([*call, "--published", "2024-05-06"]) == 0
    assert main([*call, "--published", "2024-05-07"]) == 1
    assert "python -m standoff article redate" in capsys.readouterr().err
    assert main([*call, "--published", "2024-05-07", "--outlet", "Other Post"]) == 0
