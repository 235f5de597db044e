"""Write docs/licences.md: the licence of every package in requirements.lock, as the installed
packages say it themselves. `make licences` calls it."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What a package does not say in its metadata, or says where it is installed alone; read in its
# wheel.
ELSEWHERE = {
    "appnope": "BSD-2-Clause",  # on macOS
    "axe-playwright-python": "MIT, and MPL-2.0 for the axe-core in it",
    "pywinpty": "MIT License",  # on Windows
}
FILES = (
    "files under it are used as they are; changes to them would have to be published, and "
    "nothing else"
)
TOOL = "a tool of the tests, which no page and no function uses; " + FILES
COPYLEFT = {
    "axe-playwright-python": TOOL,
    "certifi": FILES,
    "fqdn": FILES,
    "hypothesis": TOOL,
    "krippendorff": "a tool of the tests, with whose alpha they compare the library's own; no page "
    "and no function uses it, and the package does not ask "
    "for it. Who passes on an image of the whole environment, tests' tools included, passes "
    "on this one under the GPL",
    "text-unidecode": (
        "its own choice of licences includes the Artistic License, which is taken; a tool of the "
        "tests, which frictionless needs"
    ),
    "tqdm": FILES,
}
HEAD = """# Licences of what this project needs

The code here is under the MIT licence. It is distributed without the packages below: whoever
installs it gets each from its own makers, under its own licence, as `requirements.lock` names it.
Written by `make licences` from what the packages say of themselves; a test compares it with the
lock.

A site carries one foreign part: Vega with Vega-Lite, Vega-Embed and what they are made of, in
`vega.js` and in `standoff.html`, under BSD-3-Clause and ISC, which allow it where their notices
are kept; they stand at the beginning of that file.

Nothing that the library needs to run, with any of its extras, is under a licence that would extend
to what uses it (a test follows what each package asks for). The lock also holds the tools of the
tests. Licences in it that ask for more than a notice, and why they allow what is done here:

"""


def packages() -> list[str]:
    """Names of all packages in the lock, for whatever system."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==", lock, re.MULTILINE)))


def licence(name: str) -> str:
    """What a package says of its licence: an expression, else its classifiers, else the first line
    of what it says."""
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
    """The whole page."""
    found = {name: licence(name) for name in packages()}
    rows = [
        f"| {name} | {found[name]} | {why} |" for name, why in COPYLEFT.items() if name in found
    ]
    asked = "\n".join(["| package | licence | why that is fine |", "|---|---|---|", *rows])
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
