"""Loading many articles: several processes, batches, and articles with problems set aside."""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from select import PIPE_BUF

import pandas as pd
import psutil
import pytest

import standoff
from standoff.corpus import articles
from standoff.corpus.loading import batches
from standoff.corpus.schema import COLUMNS
from standoff.corpus.workers import FEW, spread

MANY = 20  # more than one process is given at a time


@pytest.fixture
def many(folder):
    """A folder of `MANY` articles, one undated; their names are not in order of publication."""
    meta = (folder.article / "meta.toml").read_text(encoding="utf-8")
    for number in range(MANY - 1):
        copy = folder.path / f"copy{number:02}"
        shutil.copytree(folder.article, copy)
        day = f"2019-01-{28 - number:02}" if number else '"unknown"'
        (copy / "meta.toml").write_text(meta.replace("2020-01-02", day), encoding="utf-8")
    return folder


def spoil(folder, name):
    """Misspell a value in an article of a folder."""
    path = folder.path / name / "gold.ann"
    path.write_text(
        path.read_text(encoding="utf-8").replace("E1 neutral", "E1 nuetral"), encoding="utf-8"
    )


def same(one, other):
    assert (one.texts, one.meta, one.annotations, one.set_aside) == (
        other.texts,
        other.meta,
        other.annotations,
        other.set_aside,
    )
    assert list(one.texts) == list(other.texts)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def joined(corpora):
    """Return the tables of some batches, concatenated; all batches share the table of actors."""
    return {
        name: getattr(corpora[0], name)
        if name == "actors"
        else pd.concat([getattr(c, name) for c in corpora], ignore_index=True)
        for name in COLUMNS
    }


def test_load_returns_the_same_with_one_process_and_with_two(many):
    one, two = standoff.load(many.path, workers=1), standoff.load(many.path, workers=2)
    same(one, two)
    assert list(one.texts)[:2] == ["copy18", "copy17"] and list(one.texts)[-2:] == ["one", "copy00"]


def test_load_sets_the_same_articles_aside_with_one_process_and_with_two(many):
    for name in ("copy03", "copy11"):
        spoil(many, name)
    with pytest.warns(
        UserWarning, match="2 of 20 articles set aside, `set_aside` says why: copy03, copy11$"
    ):
        one = standoff.load(many.path, errors="collect", workers=1)
    with pytest.warns(UserWarning, match="2 of 20 articles set aside"):
        same(one, standoff.load(many.path, errors="collect", workers=2))
    assert len(one.texts) == MANY - 2 and not {"copy03", "copy11"} & set(one.mentions["doc"])
    assert [problem.code for problem in one.set_aside["copy03"]] == ["E-attribute-value"]
    assert one.set_aside["copy03"][0].path.endswith("copy03/gold.ann")


@pytest.mark.parametrize("workers", [1, 2])
def test_load_raises_the_problems_of_all_articles_together(many, workers):
    for name in ("copy03", "copy11"):
        spoil(many, name)
    (many.path / "copy05" / "text.txt").unlink()
    with pytest.raises(standoff.SeedError) as caught:
        standoff.load(many.path, workers=workers)
    assert [problem.path.split("/")[-2] for problem in caught.value.problems] == [
        "copy03",
        "copy05",
        "copy11",
    ]


@pytest.mark.parametrize(("size", "workers"), [(1, 1), (7, 1), (7, 2), (MANY, 2), (500, 1)])
def test_batches_laid_end_to_end_equal_load(many, size, workers):
    whole, parts = standoff.load(many.path), list(batches(many.path, size=size, workers=workers))
    assert [len(part.texts) for part in parts] == [size] * (MANY // size) + [MANY % size] * (
        MANY % size > 0
    )
    assert list(itertools.chain.from_iterable(part.texts for part in parts)) == list(whole.texts)
    for name, table in joined(parts).items():
        pd.testing.assert_frame_equal(table, getattr(whole, name))


def test_a_batch_holds_the_problems_of_the_articles_it_set_aside(many):
    spoil(many, "copy18")
    with pytest.warns(
        UserWarning, match="1 of 1 articles set aside, `set_aside` says why: copy18$"
    ):
        first, second = itertools.islice(batches(many.path, errors="collect", size=1), 2)
    assert (list(first.texts), list(first.set_aside)) == ([], ["copy18"])
    assert (list(second.texts), list(second.set_aside)) == (["copy17"], [])
    assert [list(getattr(first, name).dtypes) for name in COLUMNS] == [
        list(getattr(second, name).dtypes) for name in COLUMNS
    ]


def test_batches_stop_at_a_bad_article_and_report_all_problems(many):
    for name in ("copy15", "copy01"):
        spoil(many, name)
    given = []
    with pytest.raises(standoff.SeedError) as caught:
        given.extend(list(part.texts) for part in batches(many.path, size=2))
    assert given == [["copy18", "copy17"]]
    assert [problem.path.split("/")[-2] for problem in caught.value.problems] == [
        "copy01",
        "copy15",
    ]


def test_load_raises_if_every_article_is_set_aside(folder):
    spoil(folder, "one")
    with pytest.raises(standoff.SeedError, match="E-attribute-value"):
        standoff.load(folder.path, errors="collect")


@pytest.mark.parametrize("name", ["actors.toml", "tracks.toml", "codebook.toml"])
def test_load_raises_problems_of_registries_even_when_it_collects(folder, name):
    (folder.path / name).write_text("x = \n", encoding="utf-8")
    with pytest.raises(standoff.SeedError, match=f"{name}:1: E-toml-syntax"):
        standoff.load(folder.path, errors="collect")


def test_load_reports_a_file_without_permission(folder, monkeypatch):
    def refuse(path, *more, read=articles.read_text):
        if path.name == "text.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *more)

    monkeypatch.setattr(articles, "read_text", refuse)
    assert folder.codes() == ["one/text.txt:1: E-file-unreadable"]


def test_load_rejects_unknown_options_and_suggests_known_ones(folder):
    with pytest.raises(ValueError, match=r"unknown errors 'colect'; did you mean 'collect'\?"):
        standoff.load(folder.path, errors="colect")
    with pytest.raises(ValueError, match="expected one of collect, raise"):
        next(batches(folder.path, errors="ignore"))
    with pytest.raises(ValueError, match="size is 0; expected at least 1 article"):
        batches(folder.path, size=0)
    with pytest.raises(ValueError, match="workers is 0; expected at least 1 process"):
        standoff.load(folder.path, workers=0)


def helpers():
    return [
        child for child in psutil.Process().children() if "popen_loky" in " ".join(child.cmdline())
    ]


def test_a_killed_process_raises_a_clear_error_and_leaves_no_process_behind(many):
    for number in range(100):
        shutil.copytree(many.article, many.path / f"more{number}")
    parts = batches(many.path, size=1, workers=2)
    next(parts)
    assert len(helpers()) == 2
    for helper in helpers():
        with contextlib.suppress(psutil.NoSuchProcess):  # ended when the pool lost the other one
            helper.kill()
    with pytest.raises(ChildProcessError, match="was ended; was there too little memory"):
        list(parts)
    assert helpers() == []


def test_abandoned_batches_leave_no_process_behind(many):
    parts = batches(many.path, size=1, workers=2)
    next(parts)
    del parts
    assert helpers() == []


def test_load_works_in_a_script_without_a_main_guard(many, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        f"import standoff\nprint(len(standoff.load({str(many.path)!r}, workers=2).texts))\n",
        encoding="utf-8",
    )
    (tmp_path / "pickle.py").write_text(
        "raise RuntimeError('not to be imported by what reads articles')\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-P", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == (f"{MANY}\n", "")


def fails(piece):
    raise KeyError(piece[0])


def speaks(piece):
    print("this is no answer")
    return os.getpid(), piece


def dies_while_it_answers(piece):
    """Answer with much data, of which a first part arrives before the process is killed."""

    def send(connection, data):
        os.write(connection.fileno(), data[: max(PIPE_BUF, len(data) // 2)])
        os.kill(os.getpid(), signal.SIGKILL)

    Connection._send = send
    return [bytes(1_000_000)]


def test_a_process_killed_while_it_answers_does_not_leave_the_others_waiting():
    script = "from test_loading import *; list(spread(dies_while_it_answers, [[1], [2]], 2))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "ChildProcessError: a process that worked on the articles was ended" in done.stderr


def test_an_error_in_another_process_is_raised_here_with_its_traceback():
    with pytest.raises(KeyError, match="3") as caught:
        list(spread(fails, [[3], [4]], 2))
    assert "in fails" in str(caught.value.__cause__)


def test_printing_in_another_process_does_not_disturb_results():
    answers = list(spread(speaks, [[number] for number in range(9)], 2))
    assert [piece for _, piece in answers] == [[number] for number in range(9)]
    assert os.getpid() not in {process for process, _ in answers}


def test_only_a_few_chunks_are_asked_ahead():
    asked = []
    answers = spread(speaks, (asked.append(number) or [number] for number in range(1000)), 2)
    next(answers)
    assert len(asked) < 10


@pytest.mark.parametrize("articles", [FEW, FEW + 1])
def test_only_more_articles_than_a_screen_lists_are_read_by_several_processes(
    folder, articles, monkeypatch
):
    for number in range(articles - 1):
        shutil.copytree(folder.article, folder.path / f"copy{number}")
    asked = []
    monkeypatch.setattr("standoff.corpus.workers.cores", lambda: 2)
    monkeypatch.setattr(
        "standoff.corpus.workers.spread",
        lambda task, pieces, processes: asked.append(processes) or map(task, pieces),
    )
    standoff.load(folder.path)
    assert asked == [1 if articles == FEW else 2]


def test_the_warning_counts_articles_set_aside_and_names_five(many):
    for number in range(5):
        spoil(many, f"copy{number:02}")
    with pytest.warns(UserWarning, match="5 of 20 .*: copy00, copy01, copy02, copy03, copy04$"):
        standoff.load(many.path, errors="collect", workers=1)
    spoil(many, "copy05")
    with pytest.warns(UserWarning, match="6 of 20 .*: copy00, copy01, copy02, copy03, copy04 …$"):
        standoff.load(many.path, errors="collect", workers=1)


def test_the_warning_points_to_where_load_was_called(many):
    spoil(many, "copy03")
    with pytest.warns(UserWarning, match="1 of 20 articles set aside") as caught:
        standoff.load(many.path, errors="collect", workers=1)
    assert caught[0].filename == __file__
