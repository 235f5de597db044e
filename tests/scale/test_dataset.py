"""Tables as a partitioned Parquet dataset: whole or not there, checked when scanned, and the same
to every engine."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
from conftest import SEEDS, codes, wrong
from test_frames import MEASURES

import standoff
from standoff import sourcing
from standoff.cli.main import main
from standoff.corpus.loading import batches
from standoff.corpus.schema import COLUMNS
from standoff.measures import frames as engines
from standoff.scale import dataset

WRITER = """
import sys, time, standoff, standoff.corpus.schema
from standoff.scale import dataset
corpus = standoff.load(sys.argv[1])
def batches():
    for number in range(1000):
        yield {name: getattr(corpus, name) for name in standoff.corpus.schema.COLUMNS}
        print(number, flush=True)
        time.sleep(0.02)

dataset.write(batches(), sys.argv[2])
"""


@pytest.fixture(scope="module")
def written(corpus, tmp_path_factory):
    return corpus.write(tmp_path_factory.mktemp("sets") / "tables", size=1)


@pytest.fixture
def copied(corpus, tmp_path):
    """A dataset of one's own to break."""
    return corpus.write(tmp_path / "tables", size=1)


def problems(folder):
    return [problem.replace(f"{folder}", "FOLDER") for problem in wrong(standoff.scan, folder)]


@pytest.mark.parametrize("engine", ["duckdb", "polars", "dask", "pandas"])
def test_every_engine_reads_what_was_written(engine, written, corpus):
    with standoff.scan(written, engine) as found:
        for name, columns in COLUMNS.items():
            back = engines.collect(getattr(found, name))
            keys = [name for name in ("doc", "start", "id", "actor") if name in columns]
            ordered = [
                table.sort_values(keys, ignore_index=True)
                for table in (back, getattr(corpus, name))
            ]
            pd.testing.assert_frame_equal(*ordered)


ASKED = ["voices of parties", "concentration", "naming", "ownership", "ledger", "network", "lag"]


@pytest.mark.parametrize(
    ("engine", "name"),
    [  # Dask takes longer than all others together, so `make test` asks it two measures
        pytest.param(
            engine,
            name,
            marks=[pytest.mark.slow] if engine == "dask" and name not in ("naming", "lag") else [],
        )
        for engine in ("duckdb", "polars", "dask", "pandas")
        for name in ASKED
    ],
)
def test_measures_of_a_dataset_equal_those_of_the_corpus(engine, name, written, corpus):
    with standoff.scan(written, engine) as found:
        pd.testing.assert_frame_equal(
            engines.collect(MEASURES[name](found)), MEASURES[name](corpus)
        )


def test_each_part_holds_a_range_of_articles_in_the_order_of_their_names(written, corpus):
    manifest = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    events, actors = (manifest["tables"][name] for name in ("events", "actors"))
    docs = [pd.read_parquet(written / part["path"])["doc"].unique() for part in events["parts"]]
    assert [list(doc) for doc in docs] == [[doc] for doc in sorted(corpus.texts)]
    assert sum(part["rows"] for part in events["parts"]) == len(corpus.events) == events["rows"]
    assert len(actors["parts"]) == 1


def test_the_same_corpus_gives_the_same_bytes(corpus, written, tmp_path):
    again = corpus.write(tmp_path / "again", size=1)
    files = sorted(path.relative_to(written) for path in written.rglob("*.*"))
    assert [(again / path).read_bytes() for path in files] == [
        (written / path).read_bytes() for path in files
    ]


def test_write_rejects_an_existing_folder_and_an_empty_corpus(corpus, written, tmp_path):
    with pytest.raises(FileExistsError, match="exists already"):
        corpus.write(written)
    with pytest.raises(ValueError, match="no article"):
        dataset.write([], tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_every_part_that_does_not_fit_is_reported_at_once(copied):
    (copied / "frames" / "part-00000.parquet").unlink()
    (copied / "times" / "part-00009.parquet").write_bytes(b"")
    (copied / "links" / "part-00000.parquet").write_bytes(b"no Parquet")
    shutil.copyfile(
        copied / "events" / "part-00000.parquet", copied / "events" / "part-00001.parquet"
    )
    assert codes(standoff.scan, copied, under=copied) == [
        "events/part-00001.parquet:1: E-dataset-rows",
        "frames/part-00000.parquet:1: E-dataset-part-missing",
        "links/part-00000.parquet:1: E-dataset-rows",
        "times/part-00009.parquet:1: E-dataset-part-unlisted",
    ]


def test_rows_are_not_counted_without_verify(copied):
    shutil.copyfile(
        copied / "events" / "part-00000.parquet", copied / "events" / "part-00001.parquet"
    )
    assert len(standoff.scan(copied, "pandas", verify=False).events) > 0


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"coder": 1},
        {"tables": {}},
        {"tables": {name: {"columns": [], "rows": 0, "parts": []} for name in COLUMNS}},
    ],
)
def test_scan_rejects_a_manifest_of_another_kind(copied, change):
    path = copied / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | change), encoding="utf-8")
    (problem,) = codes(standoff.scan, copied, under=copied)
    assert problem in (
        "manifest.json:1: E-dataset-version",
        "manifest.json:1: E-dataset-manifest",
    )


def test_a_manifest_cannot_lead_out_of_its_folder(copied):
    text = (copied / "manifest.json").read_text(encoding="utf-8")
    (copied / "manifest.json").write_text(
        text.replace("events/part-00000", "../events/part-00000"), encoding="utf-8"
    )
    assert codes(standoff.scan, copied, under=copied) == ["manifest.json:1: E-dataset-manifest"]


def test_scan_rejects_a_folder_without_manifest(tmp_path):
    assert codes(standoff.scan, SEEDS, under=SEEDS.parent) == ["seeds:1: E-dataset-incomplete"]
    for text in ("{", "[]", '{"schema": 1}'):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        assert codes(standoff.scan, tmp_path, under=tmp_path) == [
            "manifest.json:1: E-dataset-manifest"
        ]


def test_scan_rejects_an_unknown_engine_and_suggests_a_known_one(written):
    with pytest.raises(ValueError, match="unknown engine 'duckbd'; did you mean 'duckdb'"):
        standoff.scan(written, "duckbd")
    with pytest.raises(ValueError, match="a scheduler is Dask's, and the engine is 'polars'"):
        standoff.scan(written, "polars", scheduler="tcp://127.0.0.1:1")


def test_scan_says_how_to_install_a_missing_engine(written, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(
        ImportError,
        match=r"the engine 'polars' needs the package polars: pip install 'standoff\[scale\]'",
    ):
        standoff.scan(written, "polars")


def test_a_corpus_without_rows_in_a_table_keeps_its_columns(corpus, tmp_path):
    bare = replace(corpus, links=corpus.links.head(0), events=corpus.events.head(0))
    found = standoff.scan(bare.write(tmp_path / "bare"), "duckdb")
    assert engines.collect(found.events).dtypes.equals(corpus.events.dtypes)
    assert len(engines.collect(sourcing.voices(found))) == len(sourcing.voices(corpus))


def test_a_killed_writer_leaves_no_complete_dataset(tmp_path):
    target = tmp_path / "tables"
    for parts in (1, 4, 9):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(SEEDS), str(target)],
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            while int(writer.stdout.readline()) < parts:
                pass
            os.kill(writer.pid, signal.SIGKILL)
        assert not target.exists()
        drafts = list(tmp_path.glob(".tables.*.draft/draft"))
        assert drafts and not any((draft / "manifest.json").exists() for draft in drafts)
        for draft in drafts:
            assert "no manifest.json here" in problems(draft)[0]
        assert f"writing it was cut short: {drafts[0].parent} may be deleted" in problems(target)[0]


def test_articles_read_in_batches_are_written_one_batch_at_a_time(corpus, tmp_path):
    found = standoff.scan(dataset.write(batches(SEEDS, size=1), tmp_path / "tables"), "pandas")
    assert [part["rows"] for part in found.manifest["tables"]["documents"]["parts"]] == [1, 1]
    pd.testing.assert_frame_equal(found.events, corpus.events)
    pd.testing.assert_frame_equal(sourcing.voices(found), sourcing.voices(corpus))


def test_write_skips_a_batch_without_articles(folder, tmp_path):
    shutil.copytree(folder.article, folder.path / "two")
    folder.replace("A4\tKind E1 mixed", "A4\tKind E1 mixt")
    with pytest.warns(UserWarning, match="1 of 1 articles set aside"):
        found = standoff.scan(
            dataset.write(batches(folder.path, errors="collect", size=1), tmp_path / "tables"),
            "pandas",
        )
    assert list(found.documents["doc"]) == ["two"] and [
        part["path"][-9:-8] for part in found.manifest["tables"]["documents"]["parts"]
    ] == ["0"]


def test_write_reports_all_problems_if_every_article_was_set_aside(folder, tmp_path, capsys):
    shutil.copytree(folder.article, folder.path / "two")
    for name in ("one", "two"):
        path = folder.path / name / "gold.ann"
        path.write_text(path.read_text().replace("Kind E1 mixed", "Kind E1 mixt"))
    with pytest.warns(UserWarning, match="1 of 1 articles set aside"):
        said = wrong(
            dataset.write,
            batches(folder.path, errors="collect", size=1),
            tmp_path / "tables",
            under=folder.path,
        )
    assert [line.split(" ", 1)[0] for line in said] == [
        "one/gold.ann:15:",
        "two/gold.ann:15:",
    ] and not (tmp_path / "tables").exists()
    with pytest.warns(UserWarning, match="2 of 2 articles set aside"):
        assert main(["write", str(folder.path), str(tmp_path / "tables"), "--collect"]) == 1
    assert "did you mean 'mixed'?" in (printed := capsys.readouterr().err) and printed.endswith(
        "\nnothing was written\n"
    )
