"""`sourcing.voices` from ten thousand to a hundred million attributions: its time and memory on
each engine, against SQL written by hand.

Every measurement is a process of its own, which scans the dataset, works the measure out and writes
the answer as Parquet. The SQL asks the same
question of the same files in DuckDB. Each answer, added up over articles, must be what was drawn
when the corpus was made. Prints Markdown
tables; `--curve FILE` also keeps the figures as CSV, and `--draw CSV SVG` draws them.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

MEMORY = {
    10**8: "6GB"
}  # what DuckDB may hold, so that the whole process stays below 8 GB; smaller corpora: 3 GB
SQL = """
WITH RECURSIVE said AS (SELECT doc, id, actor, parent, words, quoted_words FROM attributions WHERE zone IN ('Headline', 'Lead', 'Crosshead', 'Body')),
spoken AS (SELECT doc, id, parent, words, quoted_words, unnest(string_split(actor, ' ')) AS actor FROM said WHERE actor IS NOT NULL),
around AS (SELECT doc, id, parent AS outer_id FROM said WHERE parent IS NOT NULL UNION ALL
           SELECT a.doc, a.id, s.parent FROM around a JOIN said s ON s.doc = a.doc AND s.id = a.outer_id WHERE s.parent IS NOT NULL),
again AS (SELECT s.doc, s.actor, sum(s.words) AS words, sum(s.quoted_words) AS quoted_words FROM spoken s
          WHERE s.parent IS NOT NULL AND EXISTS (SELECT 1 FROM around a JOIN spoken o ON o.doc = a.doc AND o.id = a.outer_id
                                                 WHERE a.doc = s.doc AND a.id = s.id AND o.actor = s.actor) GROUP BY ALL),
heard AS (SELECT doc, actor, count(*) AS attributions, sum(words) AS words, sum(quoted_words) AS quoted_words FROM spoken GROUP BY ALL),
talked AS (SELECT doc, actor, count(*) AS mentions FROM (SELECT doc, unnest(string_split(actor, ' ')) AS actor FROM mentions
           WHERE actor IS NOT NULL AND zone IN ('Headline', 'Lead', 'Crosshead', 'Body')) GROUP BY ALL),
given AS (SELECT doc, sum(words) AS given FROM said WHERE parent IS NULL GROUP BY ALL),
counted AS (SELECT doc, actor, coalesce(attributions, 0)::BIGINT AS attributions, (coalesce(h.words, 0) - coalesce(a.words, 0))::BIGINT AS words,
            (coalesce(h.quoted_words, 0) - coalesce(a.quoted_words, 0))::BIGINT AS quoted_words, coalesce(mentions, 0)::BIGINT AS mentions
            FROM heard h FULL JOIN talked t USING (doc, actor) LEFT JOIN again a USING (doc, actor)),
shared AS (SELECT c.*, coalesce(words / nullif(given, 0), 0) AS share, mentions / nullif(sum(mentions) OVER (PARTITION BY doc), 0) AS mention_share
           FROM counted c LEFT JOIN given USING (doc))
SELECT doc, s.actor, name, kind, country, named, attributions, s.words, quoted_words, mentions, share, mention_share, mention_share - share AS gap
FROM shared s LEFT JOIN actors USING (actor) LEFT JOIN (SELECT doc, published FROM documents) USING (doc)
ORDER BY published, doc, s.words DESC, mentions DESC, s.actor
"""
SIZES = (10**4, 10**5, 10**6, 10**7)
NAMES = {
    "sql": "SQL written by hand, DuckDB",
    "duckdb": "`voices`, DuckDB",
    "polars": "`voices`, Polars lazy",
    "pandas": "`voices`, pandas",
    "dask": "`voices`, Dask, threads",
}


def main() -> None:
    """Measure and print; with --one, be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="how often each is measured; the median counts (default: 3)",
    )
    parser.add_argument(
        "--largest",
        type=int,
        default=SIZES[-1],
        help="attributions in the largest corpus (default: 10,000,000)",
    )
    parser.add_argument(
        "--huge", action="store_true", help="also 100,000,000 attributions, DuckDB alone, once"
    )
    parser.add_argument("--curve", help="CSV file to keep the figures in")
    parser.add_argument(
        "--one", nargs=3, metavar=("ENGINE", "FOLDER", "ROWS"), help=argparse.SUPPRESS
    )
    parser.add_argument(
        "--draw", nargs=2, metavar=("CSV", "SVG"), help="draw kept figures, and measure nothing"
    )
    called = parser.parse_args()
    if called.draw:
        Path(called.draw[1]).write_text(_figure(called.draw[0]).svg(), encoding="utf-8")
        return
    if called.one:
        print(json.dumps(_one(called.one[0], Path(called.one[1]), int(called.one[2]))))
        return
    with tempfile.TemporaryDirectory() as name:
        found = _measured(
            Path(name),
            [size for size in SIZES if size <= called.largest],
            called.rounds,
            called.huge,
        )
    _print(found)
    if called.curve:
        with open(called.curve, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [
                    ("rows", "engine", "seconds", "gigabytes"),
                    *((*key, *spent) for key, spent in found.items()),
                ]
            )


def _measured(folder, sizes, rounds, huge):
    """(rows, engine) -> (seconds, peak gigabytes)."""
    found = {}
    for rows in [*sizes, *([10**8] if huge else [])]:
        data = _made(folder / str(rows), rows)
        engines = [name for name in NAMES if rows < 10**8 or name == "duckdb"]
        engines = [name for name in engines if name != "dask" or rows <= 10**6]
        for _ in range(rounds if rows < 10**8 else 1):
            for engine in engines:
                found.setdefault((rows, engine), []).append(_spent(engine, data, rows))
                print(rows, engine, found[rows, engine][-1], file=sys.stderr)
    return {
        key: (statistics.median(s for s, _ in spent), max(g for _, g in spent))
        for key, spent in found.items()
    }


def _made(folder, rows):
    from corpora import Known, batches

    from standoff.scale import dataset

    start, known = time.perf_counter(), Known()
    dataset.write(batches(rows, np.random.default_rng(1), known), folder)
    _known(folder).write_text(json.dumps([known.attributions, known.words, known.mentions]))
    print(f"{rows:,} attributions written in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    return folder


def _known(folder):
    return folder.with_name(f"{folder.name}.json")


def _right(answer, folder):
    """Stop where the answer is not what was drawn: attributions, words and mentions of each actor
    in article text, over all articles."""
    import duckdb

    sums = duckdb.sql(
        f"SELECT actor, sum(attributions)::BIGINT, sum(words)::BIGINT, sum(mentions)::BIGINT "
        f"FROM '{answer}' GROUP BY actor"
    ).fetchall()
    for place, drawn in enumerate(json.loads(_known(folder).read_text()), 1):
        found = {row[0]: row[place] for row in sums if row[place]}
        if found != {actor: number for actor, number in drawn.items() if number}:
            sys.exit(
                f"{folder}: the answer differs from what was drawn, in column {place} of "
                f"attributions, words, mentions"
            )


def _spent(engine, data, rows):
    done = subprocess.run(
        [sys.executable, __file__, "--one", engine, data, str(rows)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "differs from what was drawn" in done.stderr:
        sys.exit(done.stderr)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return float("nan"), float("nan")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def _one(engine, folder, rows):
    """Seconds from the scan to the written answer, imports apart, and the peak of this process's
    memory in gigabytes."""
    import standoff
    from standoff import sourcing

    with (
        tempfile.TemporaryDirectory(dir=folder.parent) as name,
        standoff.scan(folder, {"sql": "duckdb"}.get(engine, engine), verify=False) as tables,
    ):
        if tables.engine == "duckdb":
            tables.connection.execute(
                f"SET memory_limit = '{MEMORY.get(rows, '3GB')}'; SET temp_directory = '{name}'"
            )
        sourcing.voices(
            standoff.scan(folder.parent / str(SIZES[0]), tables.engine)
        )  # what the first call imports
        start = time.perf_counter()
        _answered(engine, tables, sourcing.voices, Path(name) / "answer.parquet")
        seconds, memory = (
            time.perf_counter() - start,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        )
        _right(Path(name) / "answer.parquet", folder)
    return seconds, memory


def _answered(engine, tables, measure, path):
    if engine == "sql":
        for name in ("attributions", "mentions", "actors", "documents"):
            getattr(tables, name).create_view(name)
        tables.connection.sql(SQL).write_parquet(str(path))
    elif engine == "duckdb":
        measure(tables).write_parquet(str(path))
    elif engine == "polars":
        measure(tables).sink_parquet(path)
    else:
        measure(tables).to_parquet(path)


def _print(found):
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("narwhals", "duckdb", "polars", "pandas", "pyarrow", "dask")
    )
    print(
        f"Python {platform.python_version()} on {platform.system()} with {os.cpu_count()} "
        f"cores; {versions}; load: {os.getloadavg()[0]:.1f}\n"
    )
    print(
        "| attributions | engine | seconds | of the SQL's | peak memory, GB "
        "|\n|---:|---|---:|---:|---:|"
    )
    for (rows, engine), (seconds, memory) in found.items():
        print(
            f"| {rows:,} | {NAMES[engine]} | {seconds:.2f} | "
            f"{seconds / found.get((rows, 'sql'), (float('nan'),))[0]:.2f} | {memory:.2f} |"
        )
    print(
        "\n| engine | growth: exponent from the smallest to the largest corpus | from a "
        "million on |\n|---|---:|---:|"
    )
    for engine, name in NAMES.items():
        points = [
            (rows, seconds)
            for (rows, which), (seconds, _) in found.items()
            if which == engine and not np.isnan(seconds)
        ]
        large = [point for point in points if point[0] >= 10**6]
        print(f"| {name} | {_exponent(points):.2f} | {_exponent(large):.2f} |")


def _exponent(points):
    """Slope of the straight line through the logarithms, by least squares."""
    if len(points) < 2:
        return float("nan")
    return float(np.polyfit(*np.log(np.array(points, dtype=float)).T, 1)[0])


def _figure(path):
    """Time against size, a line an engine, both on logarithmic scales, each line named at its
    end."""
    import altair as alt
    import pandas as pd

    from standoff.figures.display import Figure

    table = pd.read_csv(path).dropna()
    called = {
        "sql": "SQL by hand (DuckDB)",
        "duckdb": "DuckDB",
        "polars": "Polars",
        "pandas": "pandas",
        "dask": "Dask",
    }
    table = table.assign(engine=table["engine"].map(called))
    last = _apart(table.loc[table.groupby("engine")["rows"].idxmax()])
    colours = alt.Scale(
        domain=list(called.values()), range=["#59636e", "#0072b2", "#d55e00", "#e69f00", "#009e73"]
    )
    x = alt.X(
        "rows:Q",
        scale=alt.Scale(type="log"),
        title="attributions in the corpus",
        axis=alt.Axis(values=[10**n for n in range(4, 9)], format="~s"),
    )
    y = alt.Y(
        "seconds:Q",
        scale=alt.Scale(type="log"),
        title="seconds for one measure (voices)",
        axis=alt.Axis(format="~g"),
    )
    lines = (
        alt.Chart(table)
        .mark_line(point=True)
        .encode(
            x, y, color=alt.Color("engine:N", scale=colours, legend=None), strokeDash="engine:N"
        )
    )
    lines = lines.encode(strokeDash=alt.StrokeDash("engine:N", legend=None))
    names = (
        alt.Chart(last)
        .mark_text(align="left", dx=8)
        .encode(
            x,
            alt.Y("name_at:Q"),
            text="engine:N",
            color=alt.Color("engine:N", scale=colours, legend=None),
        )
    )
    most = table.loc[table["rows"].idxmax()]
    said = (
        f"From {table['rows'].min():,} to {table['rows'].max():,} attributions; the largest took "
        f"{most['seconds']:.0f} seconds, much of it on disk"
    )
    return Figure(
        (lines + names).properties(width=460, height=300),
        "Up to ten million, time grows about as the corpus does",
        said,
        said,
    )


def _apart(last):
    """Where the names of lines that end close together are written, so that none covers another."""
    last = last.sort_values(["rows", "seconds"]).assign(name_at=lambda table: table["seconds"])
    for (_, below), (place, row) in zip(
        list(last.iterrows()), list(last.iterrows())[1:], strict=False
    ):
        if row["rows"] == below["rows"]:
            last.loc[place, "name_at"] = max(row["seconds"], last.loc[below.name, "name_at"] * 1.6)
    return last


if __name__ == "__main__":
    main()
