"""How long 50,000 lines of brat take to be read, verified and joined into tables; how long many
articles take. Prints Markdown.

The peers are a bare parser (`bare`, below: the floor), bratly's `from_line`, and dkpro-cassis on
the same annotation as XMI.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import peers

SPANS, RELATIONS, ATTRIBUTES = 30_000, 10_000, 10_000
PINS = ("bratly==0.1.4", "dkpro-cassis==0.12.0")
SHAPES = {"one article": 1, "100 articles": 100}
SEEDS = Path(__file__).parents[2] / "seeds"


def main() -> None:
    """Measure and print, or be one of the processes in which that is done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--rounds",
        type=int,
        default=9,
        help="how often each is measured; the median counts (default: 9)",
    )
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    called = parser.parse_args()
    if called.measure:
        what, folder, workers = called.measure
        print(json.dumps(MEASURED[what](Path(folder), called.rounds, int(workers))))
        return
    with tempfile.TemporaryDirectory() as name:
        print(_reading(Path(name), called.rounds))
        print(f"\n{_loading(Path(name))}")
        print(f"\n{_importing(called.rounds)}")


def bare(path: Path) -> tuple[dict, dict, dict]:
    """The floor: each line cut into what it says, offsets as numbers, by id. Nothing is checked,
    nothing joined, the text is not looked at."""
    spans, relations, attributes = {}, {}, {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        ident, _, rest = line.partition("\t")
        kind = ident[0]
        if kind == "T":
            place, _, words = rest.partition("\t")
            label, _, offsets = place.partition(" ")
            fragments = [
                (int(a), int(b)) for a, b in (pair.split(" ") for pair in offsets.split(";"))
            ]
            spans[ident] = {"label": label, "fragments": fragments, "text": words}
        elif kind == "R":
            label, a, b = rest.split()
            relations[ident] = {"label": label, "a": a[5:], "b": b[5:]}
        elif kind == "A":
            name, target, *value = rest.split(" ")
            attributes[ident] = {
                "name": name,
                "target": target,
                "value": value[0] if value else True,
            }
    return spans, relations, attributes


def _bare(folder, rounds, _):
    return peers.measured(
        lambda: [bare(path) for path in sorted(folder.glob("*/gold.ann"))], rounds
    )


def _ours(folder, rounds, workers):
    import pandas as pd  # noqa: F401 - what is measured is reading, not importing

    import standoff

    return peers.measured(lambda: standoff.load(folder, workers=workers), rounds)


def _batches(folder, rounds, workers):
    import pandas as pd  # noqa: F401

    from standoff.corpus.loading import batches

    return peers.measured(
        lambda: sum(len(corpus.texts) for corpus in batches(folder, size=200, workers=workers)),
        rounds,
    )


def _bratly(folder, rounds, _):
    """Its own objects by its own `from_line`, ids resolved, as its documentation reads a file."""
    from bratly import AttributeAnnotation, EntityAnnotation, RelationAnnotation

    def read(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        entities = {
            found.id: found
            for line in lines
            if line.startswith("T")
            for found in [EntityAnnotation.from_line(line)]
        }
        relations = [
            RelationAnnotation.from_line(line, entities) for line in lines if line.startswith("R")
        ]
        return (
            entities,
            relations,
            [
                AttributeAnnotation.from_line(line, entities)
                for line in lines
                if line.startswith("A")
            ],
        )

    return peers.measured(
        lambda: [read(path) for path in sorted(folder.glob("*/gold.ann"))], rounds
    )


def _cassis(folder, rounds, _):
    """All articles as CAS objects; the type system, which they share, is read once."""
    from cassis import load_cas_from_xmi, load_typesystem

    def read():
        with (folder / "TypeSystem.xml").open("rb") as file:
            types = load_typesystem(file)
        return [load_cas_from_xmi(path, typesystem=types) for path in sorted(folder.glob("*.xmi"))]

    return peers.measured(read, rounds)


MEASURED = {"bare": _bare, "ours": _ours, "batches": _batches, "bratly": _bratly, "cassis": _cassis}


def _reading(folder, rounds):
    """The first table: 50,000 lines, as one article and as a hundred."""
    from material import project

    from standoff.exchange.cas_writer import write_cas
    from standoff.exchange.projects import documents_of

    other, rows = peers.python("reading", *PINS), []
    for shape, articles in SHAPES.items():
        made = project(folder / shape, articles, SPANS, RELATIONS, ATTRIBUTES)
        write_cas(documents_of(made), folder / f"{shape} as XMI", "xmi")
        few = max(1, rounds // 3)
        spent = {
            "bare": _ask(sys.executable, "bare", made, rounds),
            "ours": _ask(sys.executable, "ours", made, rounds),
            "bratly": _ask(other, "bratly", made, few),
            "cassis": _ask(other, "cassis", folder / f"{shape} as XMI", few),
        }
        ours = spent["ours"]["processor"]
        for name, told in TOLD.items():
            of = spent[name]
            rows.append(
                (
                    f"{shape}: {told}",
                    of["rounds"],
                    *(f"{of[key]:.3f}" for key in ("seconds", "processor")),
                    *_ratios(name, of, ours),
                    round(of["peak"]),
                )
            )
    heads = (
        "50,000 lines as …",
        "rounds",
        "seconds",
        "processor's seconds",
        "ours is … of it",
        "it is … of ours",
        "peak MB",
    )
    return (
        f"{peers.machine('standoff', 'pandas', 'pyarrow')}; "
        f"{', '.join(PINS)}\n\n{peers.table(heads, rows)}"
    )


TOLD = {
    "bare": "bare parser",
    "ours": "`standoff.load`, one process",
    "bratly": "bratly, `from_line`",
    "cassis": "dkpro-cassis, the same as XMI",
}


def _ratios(name, of, ours):
    return (
        ("", "")
        if name == "ours"
        else (f"{ours / of['processor']:.2f}", f"{of['processor'] / ours:.2f}")
    )


def _ask(interpreter, what, folder, rounds, workers=1):
    return peers.ask(interpreter, __file__, "--rounds", rounds, "--measure", what, folder, workers)


def _loading(folder):
    """The second table: 2,000 small articles, and 400 as large as this project's own, by one
    process and by two."""
    from material import project

    small = project(folder / "small", 2000, 2000 * 60, 2000 * 20, 2000 * 20)
    rows = []
    for told, made in (
        ("2,000 articles of 100 lines", small),
        ("400 articles of about 1,200 lines", _copies(folder / "copies", 200)),
    ):
        alone = None
        for what, workers in (("ours", 1), ("ours", 2), ("batches", 1), ("batches", 2)):
            of = _ask(sys.executable, what, made, 3, workers)
            alone = alone or of["seconds"]
            name = "`load`" if what == "ours" else "`batches` of 200"
            rows.append(
                (
                    f"{told}: {name}",
                    workers,
                    f"{of['seconds']:.2f}",
                    f"{of['seconds'] / alone:.2f}",
                    round(of["peak"]),
                )
            )
    return peers.table(
        ("many articles", "processes", "seconds", "of `load` by one", "peak MB of the caller"), rows
    )


def _copies(folder, number):
    """The two articles of this project, so often."""
    folder.mkdir()
    for path in SEEDS.glob("*.toml"):
        shutil.copyfile(path, folder / path.name)
    for article in (path.parent for path in SEEDS.glob("*/gold.ann")):
        for copy in range(number):
            (folder / f"{article.name}-{copy}").mkdir()
            for name in ("text.txt", "gold.ann", "meta.toml"):
                shutil.copyfile(article / name, folder / f"{article.name}-{copy}" / name)
    return folder


def _importing(rounds):
    """The third table: what an import costs, each time in a new process."""
    import statistics

    code = (
        "import time; start = time.perf_counter(); import {}; import json; "
        "print(json.dumps(time.perf_counter() - start))"
    )
    spent = {
        name: statistics.median(
            peers.ask(sys.executable, "-c", code.format(name)) for _ in range(rounds)
        )
        for name in ("pandas", "standoff")
    }
    rows = [
        (f"`import {name}`", f"{seconds:.3f}", f"{seconds / spent['pandas']:.2f}")
        for name, seconds in spent.items()
    ]
    return peers.table(("what is imported", "seconds", "of pandas"), rows)


if __name__ == "__main__":
    main()
