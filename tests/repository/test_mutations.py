"""The checks are checked: corruptions do what they say, almost none goes unnoticed, and one that
goes unnoticed is reported."""

import filecmp
import re
import shutil

import numpy as np
import pytest
from mutations import annotations, record
from mutations.judge import LEVELS, MOVES, NOTHING, PAGE, REFUSED, Verdict, changed_coders
from mutations.report import share, summary, survivors, table
from mutations.sample import KINDS, SEEDS, Mutant, make, plan, run

pytestmark = pytest.mark.notebooks
LEAST = 0.99  # README.md says what was measured


def readme(folder, generator):
    """Nothing reads the README but the dictionary of columns, and this changes no column."""
    (folder / "README.md").write_text(
        (folder / "README.md").read_text(encoding="utf-8") + "\n", encoding="utf-8"
    )
    return "a line end in README.md"


def differing(folder):
    files = [path.relative_to(SEEDS) for path in sorted(SEEDS.rglob("*")) if path.is_file()]
    return [file for file in files if not filecmp.cmp(SEEDS / file, folder / file, shallow=False)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_corruption_changes_the_line_it_names(kind, tmp_path):
    what = make(tmp_path / "seeds", KINDS[kind], 7, 1)
    changed = differing(tmp_path / "seeds")
    assert changed
    if place := re.match(r"((?:\S+/)?\S+?):(\d+)", what):
        file, number = place[1], int(place[2])
        old, new = (
            (folder / file).read_text(encoding="utf-8").split("\n")
            for folder in (SEEDS, tmp_path / "seeds")
        )
        lines = {place for place, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b}
        assert number in lines or len(new) > len(old), what


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_corruption(kind, tmp_path):
    one, other = (make(tmp_path / name, KINDS[kind], 3, 5) for name in ("one", "other"))
    assert one == other
    assert filecmp.dircmp(tmp_path / "one", tmp_path / "other").diff_files == []


def test_dropping_a_line_leaves_line_numbers_alone(tmp_path):
    make(tmp_path / "seeds", annotations.drop_link, 1, 1)
    (file,) = differing(tmp_path / "seeds")
    old, new = (
        (folder / file).read_text(encoding="utf-8").split("\n")
        for folder in (SEEDS, tmp_path / "seeds")
    )
    assert [b for a, b in zip(old, new, strict=True) if a != b] == [""]


@pytest.mark.parametrize(
    ("value", "may"),
    [
        (
            "2018-03-31",
            {"2018-04-01", "2018-03-30", "2018-02-28", "2017-03-31", "2019-03-31", "2018-04-30"},
        ),
        ("2018-24", {"2018-23", "2018-21", "2017-24", "2019-24"}),
        ("2018-12", {"2018-11", "2018-01", "2017-12", "2019-12"}),
        ("P20Y", {"P21Y"}),
        ("2018/..", {"2017/..", "2019/.."}),
    ],
)
def test_a_date_is_shifted_by_one_unit(value, may):
    made = {annotations.shifted(value, np.random.default_rng(seed)) for seed in range(60)}
    assert made == may


def test_a_misspelt_word_differs_in_one_letter():
    for seed in range(20):
        new = record.misspelt("Zoë 9z", np.random.default_rng(seed))
        assert sum(a != b for a, b in zip("Zoë 9z", new, strict=True)) == 1


def test_every_kind_is_drawn_equally_often():
    drawn = plan(100, 1, ("one", "two", "three"))
    assert sorted(drawn.count(kind) for kind in ("one", "two", "three")) == [33, 33, 34]
    assert drawn == plan(100, 1, ("one", "two", "three")) != plan(100, 2, ("one", "two", "three"))


def test_only_coders_whose_files_changed_are_tried(tmp_path):
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    assert changed_coders(folder) == ()
    with (folder / "dw-2017-04-14" / "b.ann").open("a") as file:
        file.write("\n")
    assert changed_coders(folder) == ("b",)
    with (folder / "actors.toml").open("a") as file:
        file.write("\n")
    assert changed_coders(folder) == ("gold", "a", "b")


@pytest.mark.slow
def test_a_corruption_that_nothing_notices_is_reported():
    assert run(1, 0, {"planted": readme}) == [
        Mutant(0, "planted", "a line end in README.md", Verdict(NOTHING, ""))
    ]


def breaks(folder, generator):
    """Nothing is corrupted: the corruption itself fails."""
    raise LookupError("no place for it")


def test_a_corruption_that_fails_stops_the_run():
    with pytest.raises(LookupError, match="no place for it"):
        run(2, 0, {"broken": breaks})


def test_the_report_counts_and_lists_survivors():
    found = [
        ("kind", Verdict(REFUSED, "check")),
        ("kind", Verdict(NOTHING, "")),
        ("other", Verdict(PAGE, "dw")),
    ]
    mutants = [
        Mutant(number, kind, "here", verdict) for number, (kind, verdict) in enumerate(found)
    ]
    assert share(mutants) == pytest.approx(1 / 3)
    assert survivors(mutants) == "1: kind: here -> nothing: \n2: other: here -> a page alone: dw"
    assert f"| kind | 2 | 1 {'| ' * 4} | 1 |".replace("  ", " ") in table(mutants).replace(
        "  ", " "
    )
    assert "33.3% of 3" in summary(mutants)


def test_a_corruption_of_every_kind_is_noticed():
    mutants = run(len(KINDS), seed=20181031, quick=True)
    assert sorted(mutant.kind for mutant in mutants) == sorted(KINDS)
    assert share(mutants) == 1, survivors(mutants)


@pytest.mark.slow
def test_at_least_99_of_100_corruptions_are_noticed():
    mutants = run(200, seed=20181031, quick=True)
    assert {mutant.kind for mutant in mutants} == set(KINDS)
    assert share(mutants) >= LEAST, survivors(mutants)
    assert (
        all(mutant.verdict.by for mutant in mutants if mutant.verdict.level <= MOVES)
        and len(LEVELS) == NOTHING + 1
    )
