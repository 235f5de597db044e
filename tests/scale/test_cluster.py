"""Dask on a real cluster of processes: the same call with a scheduler's address, the same answer,
also when a worker is killed on the way."""

import os
import signal
import sys
import time

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import standoff
from standoff import chronology, diplomacy, framing, sourcing
from standoff.measures import frames as engines
from standoff.scale import dataset

sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
import corpora

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings(
        "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore:Dashboard:UserWarning"
    ),
]
ROWS = 30_000


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process that a nanny starts anew when it dies; on the loopback address
    alone."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit="1GB",
    ) as started:
        yield started


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A dataset of many parts, and what is known of it."""
    known, generator = corpora.Known(), np.random.default_rng(7)
    folder = tmp_path_factory.mktemp("cluster") / "made"
    batches = (batch for _ in range(1) for batch in corpora.batches(ROWS, generator, known))
    return dataset.write(batches, folder), known


@pytest.fixture
def on_cluster(cluster):
    """A dataset scanned with the cluster's address; its client is closed after the test."""
    opened = []

    def scanned(folder):
        opened.append(standoff.scan(folder, "dask", scheduler=cluster.scheduler_address))
        return opened[-1]

    yield scanned
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    "measure",
    [sourcing.voices, framing.ownership, diplomacy.ledger, chronology.lag],
    ids=lambda measure: measure.__name__,
)
def test_a_cluster_says_what_pandas_says(measure, on_cluster, corpus, tmp_path):
    found = on_cluster(corpus.write(tmp_path / "tables", size=1))
    pd.testing.assert_frame_equal(engines.collect(measure(found)), measure(corpus))


def test_a_cluster_finds_what_is_known_of_a_made_corpus(on_cluster, made):
    folder, known = made
    found = (
        engines.collect(sourcing.voices(on_cluster(folder)))
        .groupby("actor")[["attributions", "words", "mentions"]]
        .sum()
    )
    for column in found:
        assert {actor: int(count) for actor, count in found[column].items() if count} == {
            a: n for a, n in getattr(known, column).items() if n
        }


def test_a_worker_killed_in_the_middle_loses_nothing(on_cluster, cluster, made):
    folder, _ = made
    expected = engines.collect(sourcing.voices(standoff.scan(folder, "pandas")))
    tables = on_cluster(folder)
    client, before = tables.connection, {worker.pid for worker in cluster.workers.values()}
    future = client.compute(sourcing.voices(tables))
    victim = next(iter(before))
    deadline = time.monotonic() + 60
    while not _busy(client) and not future.done() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not future.done(), "the work was done before the worker could be killed"
    os.kill(victim, signal.SIGKILL)
    found = future.result(timeout=120).reset_index(drop=True)
    pd.testing.assert_frame_equal(found.astype(expected.dtypes), expected)
    while {
        worker.pid for worker in cluster.workers.values()
    } == before and time.monotonic() < deadline + 60:
        time.sleep(0.1)
    assert {worker.pid for worker in cluster.workers.values()} != before, (
        "the killed worker was never missed"
    )


def _busy(client):
    """Whether workers hold results that would be lost with them."""
    return any(client.has_what().values())
