"""Write docs/licences.md: the licence that every package in the lock states for itself.

`make licences` calls it.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Licences that a package does not state in its metadata, or that are installed on one system alone;
# read in the wheel.
ELSEWHERE = {
    "appnope": "BSD-2-Clause",  # on macOS
    "axe-playwright-python": "MIT, and MPL-2.0 for the axe-core in it",
    "pdoc": "MIT-0",
    "pywinpty": "MIT License",  # on Windows
}
FILES = "files under it are used unchanged; only changes to those files would have to be published"
TOOL = "a tool of the tests that no page and no function uses; " + FILES
COPYLEFT = {
    "axe-playwright-python": TOOL,
    "certifi": FILES,
    "codespell": "a tool of make lint that reads the code and is not part of it; an image of the "
    "whole environment is passed on under the GPL",
    "fqdn": FILES,
    "hypothesis": TOOL,
    "pathspec": TOOL,
    "krippendorff": "a tool of the tests, which compare two ways to compute alpha; no page and "
    "no function uses it, and the package does not depend on it. An image of the whole environment "
    "that includes the tools of the tests is passed on under the GPL",
    "text-unidecode": (
        "offers a choice of licences, of which the Artistic License is taken; frictionless, a tool "
        "of the tests, needs it"
    ),
    "tqdm": FILES,
}
HEAD = """# Licences of what this project needs

The code here is under the MIT licence. It is distributed without the packages below: whoever
installs it gets each of them from its makers, under its own licence, in the version that
`requirements-dev.lock` names (`requirements.lock` holds those of them that readers need).
`make licences` writes this page from the packages' own metadata; a test compares it with the lock.

A site contains two parts by others: subsets of the fonts Newsreader and Libre Franklin, in `fonts/`
and in `standoff.html`, under the SIL Open Font License 1.1. The licence allows this
if its text is kept, and the text lies beside the fonts.

Nothing that the library needs to run, with any of its extras, is under a licence that extends to
whatever uses it; a test follows the dependencies of each package. The lock also contains the
tools of the tests. Some licences of packages in the lock ask for more than a notice. The table says
why they allow what is done here:

"""


def packages() -> list[str]:
    """Return the names of all packages in the lock, for every system."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==", lock, re.MULTILINE)))


def licence(name: str) -> str:
    """Return the licence that a package states: its expression, its classifiers or a first line."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    told = importlib.metadata.metadata(name)
    classes = [
        entry.rpartition(" :: ")[2]
        for entry in told.get_all("Classifier", [])
        if entry.startswith("License ::")
    ]
    return (
        told.get("License-Expression")
        or " or ".join(classes)
        or (told.get("License") or "").strip().partition("\n")[0]
    )


def page() -> str:
    """Return the whole page."""
    found = {name: licence(name) for name in packages()}
    rows = [
        f"| {name} | {found[name]} | {why} |" for name, why in COPYLEFT.items() if name in found
    ]
    asked = "\n".join(["| package | licence | why it may be used |", "|---|---|---|", *rows])
    every = "\n".join(
        [
            "| package | licence |",
            "|---|---|",
            *(f"| {name} | {told} |" for name, told in found.items()),
        ]
    )
    return f"{HEAD}{asked}\n\nAll {len(found)} packages:\n\n{every}\n"


if __name__ == "__main__":
    (ROOT / "docs" / "licences.md").write_text(page(), encoding="utf-8")
