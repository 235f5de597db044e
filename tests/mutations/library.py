"""Small changes to the library, one at a time: which of them does no test notice? `make mutants`
runs this; LIBRARY.md holds what was measured.

`python tests/mutations/library.py [SAMPLE]` tries so many mutants of each file of [tool.mutmut]
(all without a number), drawn with a fixed seed.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).absolute().parents[2]
WORK = ROOT / ".mutants"
LINKS = {
    "src": "lib",
    "tests": "tests",
    "seeds": "seeds",
    "docs": "docs",
    "notebooks": "notebooks",
    "pyproject.toml": "pyproject.toml",
}  # mutmut finds modules in src/ alone


def lay():
    """A folder as mutmut wants it, which it copies and changes there."""
    WORK.mkdir(exist_ok=True)
    for name, target in LINKS.items():
        if not (WORK / name).exists():
            (WORK / name).symlink_to(ROOT / target)
    os.chdir(WORK)


def names_of(path):
    """Names of all mutants of a file."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    return [
        get_mutant_name(path, name)
        for name in mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names
    ]


def examples_stand(path, mutant):
    """Whether the examples in the docstrings of a file, which mutmut does not run, hold as well."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", path]
    changed = os.environ | {"MUTANT_UNDER_TEST": mutant, "CI": "true"}
    ran = subprocess.run(command, cwd="mutants", env=changed, capture_output=True, check=False)
    return ran.returncode in (0, 5)  # 5: the file has no examples


def report(tried):
    """Made, tried, killed and survived of each file, then each survivor as a diff."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    for path, (made, names) in tried.items():
        codes = json.loads(Path("mutants", f"{path}.meta").read_text(encoding="utf-8"))[
            "exit_code_by_key"
        ]
        survived = [name for name in names if codes[name] in (0, 33) and examples_stand(path, name)]
        print(
            f"{path.name}: {made} mutants, {len(names)} tried, {len(names) - len(survived)} "
            f"killed, {len(survived)} survived"
        )
        for name in survived:
            print(name, *get_diff_for_mutant(name, path=path).split("\n")[3:], sep="\n    ")


def main(sample=None):
    """Draw, run, report."""
    from mutmut.configuration import config
    from mutmut.utils.file_utils import walk_mutatable_files

    lay()
    config()
    tried = {}
    for path in sorted(walk_mutatable_files()):
        names = sorted(names_of(path))
        tried[path] = (
            len(names),
            random.Random(1).sample(names, min(sample or len(names), len(names))),
        )
    chosen = [name for _, names in tried.values() for name in names]
    command = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", "2", *chosen]
    with Path("log").open("w", encoding="utf-8") as log:
        subprocess.run(
            command, env=os.environ | {"CI": "true"}, stdout=log, stderr=log, check=True
        )  # in CI Hypothesis draws alike, without deadlines
    report(tried)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
