"""Alpha with an interval from 1,000 draws, 10 coders and 1,000 units: against calls of
`krippendorff.alpha` and of simpledorff. Prints Markdown.

Nothing is resampled by the peers: they are handed data in which the same units are drawn as in
ours, laid out as they want them before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np
import peers

CODERS, UNITS, DRAWS, VALUES = 10, 1000, 1000, 5
MISSING = 0.1  # of the values
FEW = 5  # draws that simpledorff, at a second or so each, is given
PINS = ("simpledorff==0.0.2", "pandas==2.3.3", "numpy==2.3.5")
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def main() -> None:
    """Measure and print, or be one of the processes in which that is done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="how often each is measured; the median counts (default: 5)",
    )
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    called = parser.parse_args()
    if called.measure:
        what, level = called.measure
        print(json.dumps(MEASURED[what](level, called.rounds)))
        return
    print(f"{peers.machine('krippendorff', 'numpy')}; {', '.join(PINS)}\n")
    heads = (
        f"{CODERS} coders, {UNITS} units, {DRAWS} draws",
        "draws measured",
        "seconds",
        "processor's seconds",
        "ours is … of it",
        "it is … of ours",
        "peak MB",
    )
    print(peers.table(heads, list(_rows(called.rounds))))


def _rows(rounds):
    other = peers.python("alpha", *PINS)
    for level in LEVELS:
        ours = _ask(sys.executable, "ours", level, rounds)
        theirs = {
            "`krippendorff.alpha`, called for each draw": _ask(
                sys.executable, "krippendorff", level, max(1, rounds // 2)
            )
        }
        if level == "nominal":
            theirs["simpledorff, called for each draw"] = _ask(other, "simpledorff", level, 1)
        yield (
            f"{level}: `agreement.bootstrap`",
            DRAWS,
            f"{ours['seconds']:.3f}",
            f"{ours['processor']:.3f}",
            "",
            "",
            round(ours["peak"]),
        )
        for told, of in theirs.items():
            times = DRAWS / of["draws"]
            name = told if times == 1 else f"{told}: times and ratios scaled by {times:.0f}"
            ratios = (
                f"{ours['processor'] / of['processor'] / times:.4f}",
                f"{of['processor'] * times / ours['processor']:.0f}",
            )
            yield (
                f"{level}: {name}",
                of["draws"],
                f"{of['seconds'] * times:.2f}",
                f"{of['processor'] * times:.2f}",
                *ratios,
                round(of["peak"]),
            )


def _ask(interpreter, what, level, rounds):
    return peers.ask(interpreter, __file__, "--rounds", rounds, "--measure", what, level)


def _data():
    """Coders that agree on six values in ten, with a tenth of all values missing."""
    chance = np.random.default_rng(1)
    truth, noise = (
        chance.integers(1, VALUES + 1, UNITS),
        chance.integers(1, VALUES + 1, (CODERS, UNITS)),
    )
    data = np.where(chance.random((CODERS, UNITS)) < 0.6, truth, noise).astype(float)
    data[chance.random(data.shape) < MISSING] = np.nan
    return data


def _drawn(number):
    """The first draws of the generator that `bootstrap` is given."""
    chosen = np.random.default_rng(2).integers(0, UNITS, (DRAWS, UNITS))
    return [_data()[:, units] for units in chosen[:number]]


def _ours(level, rounds):
    from standoff.measures.agreement import bootstrap

    data = _data()
    bootstrap(data, np.random.default_rng(2), 2, level)  # imports what it needs
    return peers.measured(
        lambda: bootstrap(data, np.random.default_rng(2), DRAWS, level), rounds
    ) | {"draws": DRAWS}


def _krippendorff(level, rounds):
    import krippendorff

    drawn = _drawn(DRAWS)
    return peers.measured(
        lambda: [
            krippendorff.alpha(reliability_data=data, level_of_measurement=level) for data in drawn
        ],
        rounds,
    ) | {"draws": DRAWS}


def _simpledorff(_, rounds):
    """By its documented entry, a table with a row for each value."""
    import pandas as pd
    import simpledorff

    names = ["coder", "unit", "value"]
    tables = [
        pd.DataFrame(
            [(*place, value) for place, value in np.ndenumerate(data) if not np.isnan(value)],
            columns=names,
        )
        for data in _drawn(FEW)
    ]

    def all_of_them():
        return [
            simpledorff.calculate_krippendorffs_alpha_for_df(
                table, experiment_col="unit", annotator_col="coder", class_col="value"
            )
            for table in tables
        ]

    return peers.measured(all_of_them, rounds) | {"draws": FEW}


MEASURED = {"ours": _ours, "krippendorff": _krippendorff, "simpledorff": _simpledorff}


if __name__ == "__main__":
    main()
