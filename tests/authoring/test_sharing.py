"""A project is shared without its articles and restored by whoever has them."""

import re
import shutil

import pytest
from conftest import SEEDS, codes, tree

import standoff
from standoff.authoring import restore, share
from standoff.cli.main import main


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def runs(text):
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[place : place + 8]) for place in range(len(words) - 7)}


def test_the_record_is_shared_without_its_texts_and_restored_byte_by_byte(tmp_path, capsys):
    copy, texts = tmp_path / "copy", tmp_path / "texts"
    assert main(["share", str(SEEDS), str(copy)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 articles, 8 codings without") and "adjudication.md" in said
    for number, text in enumerate(SEEDS.glob("*/text.txt")):
        (texts / "deep").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, texts / "deep" / f"download {number}")
    assert main(["restore", str(copy), str(texts)]) == 0
    assert "2 articles, 8 codings restored" in capsys.readouterr().out
    original = bytes_of(SEEDS)
    assert bytes_of(copy) == {
        name: data for name, data in original.items() if f"{name}" not in said
    }
    assert set(original) - set(bytes_of(copy)) == {"adjudication.md", "guidelines.md"}
    assert len(standoff.load(copy).attributions) == len(standoff.load(SEEDS).attributions)


def test_a_shared_coding_states_offsets_and_no_words(tmp_path):
    share(SEEDS, tmp_path / "copy")
    articles = set().union(*(runs(path.read_text()) for path in SEEDS.glob("*/text.txt")))
    allowed = set().union(*(runs(path.read_text()) for path in SEEDS.rglob("*.toml")))
    for path in sorted((tmp_path / "copy").rglob("*")):
        if path.is_file():
            assert runs(path.read_text()) & (articles - allowed) == set(), path.name
    coding = (tmp_path / "copy" / "dw-2017-04-14" / "gold.ann").read_text()
    assert "T1\tNavigation 0 18\t…\n" in coding
    assert not list((tmp_path / "copy").rglob("text.txt"))


def test_a_shared_coding_without_remarks_holds_no_words_at_all(folder, tmp_path):
    share(folder.path, tmp_path / "copy")
    coding = (tmp_path / "copy" / "one" / "gold.ann").read_text()
    assert "T9\tQuoted 32 37\t…\n" in coding and "N1\tReference T6 actors:grey\t…\n" in coding
    assert not {"talks", "failed", "left"} & set(coding.split())


def test_files_that_quote_stay_behind_unless_they_are_kept(folder, tmp_path):
    quoting = 'I read: "Mr Grey said the low talks failed. Grey left."\n'
    (folder.path / "adjudication.md").write_text(quoting)
    (folder.path / "diary.md").write_text("Mr Grey said little.\n")
    (folder.path / "scan.bin").write_bytes(b"\xff\xfe")
    (folder.path / "notebooks").mkdir()
    (folder.path / "notebooks" / "a.ipynb").write_text('{"output_type": "stream"}')
    shared = share(folder.path, tmp_path / "copy")
    assert shared.left_out == ["adjudication.md", "notebooks/a.ipynb", "scan.bin"]
    assert (tmp_path / "copy" / "diary.md").is_file()
    share(folder.path, tmp_path / "all", keep=["adjudication.md"])
    assert (tmp_path / "all" / "adjudication.md").read_text() == quoting


def test_check_and_load_of_a_shared_project_say_how_to_restore_it(folder, tmp_path, capsys):
    copy = tmp_path / "copy"
    share(folder.path, copy)
    assert codes(standoff.load, copy, under=copy) == ["one/text.txt:1: E-text-withheld"]
    assert main(["check", str(copy)]) == 1
    assert f"python -m standoff restore {copy} TEXTS" in capsys.readouterr().out


def test_a_text_that_does_not_fit_is_named_with_both_checksums(folder, tmp_path):
    copy, other = tmp_path / "copy", tmp_path / "texts" / "one.txt"
    share(folder.path, copy)
    before = tree(copy)
    other.parent.mkdir()
    other.write_text("Another text.\n")
    with pytest.raises(standoff.SeedError) as caught:
        restore(copy, [other.parent])
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.code) == (str(other), 1, "E-text-unfit")
    assert folder.meta["sha256"] in problem.message and "its sha256 is " in problem.message
    other.write_bytes(folder.text.replace("\n", "\r\n").encode())
    with pytest.raises(standoff.SeedError, match="fits with LF line ends"):
        restore(copy, [other])
    other.rename(other.with_name("elsewhere.txt"))
    expected = ["one/meta.toml:8: E-text-wanting"]
    assert codes(restore, copy, [other.parent], under=copy) == expected
    assert tree(copy) == before


def test_a_shared_coding_that_was_changed_is_not_restored(folder, tmp_path):
    copy = tmp_path / "copy"
    share(folder.path, copy)
    coding = copy / "one" / "gold.ann"
    coding.write_text(coding.read_text().replace("Actor 52 56", "Actor 52 55"))
    text = folder.article / "text.txt"
    expected = ["one/gold.ann:1: E-shared-changed"]
    assert codes(restore, copy, [text], under=copy) == expected
    assert not (copy / "one" / "text.txt").exists()


def test_a_project_that_was_not_shared_is_not_restored(folder, tmp_path):
    assert codes(restore, folder.path, [tmp_path], under=tmp_path) == ["seeds:1: E-shared-missing"]


def test_a_project_with_mistakes_is_not_shared(folder, tmp_path):
    folder.replace("A4\tKind E1 mixed", "A4\tKin E1 mixed")
    with pytest.raises(standoff.SeedError):
        share(folder.path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
