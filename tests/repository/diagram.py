"""The diagram of packages in ARCHITECTURE.md, drawn from the imports of the code.

`python tests/repository/diagram.py` writes it; a test fails when it is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

import grimp

PAGE = Path(__file__).parents[2] / "ARCHITECTURE.md"
BLOCK = re.compile(r"(?<=<!-- packages -->\n).*?(?=<!-- /packages -->)", re.DOTALL)
WRITE = ("standoff.corpus.loading", "standoff.scale.dataset")  # the lazy import in Corpus.write


def imports() -> dict[str, set[str]]:
    """Return package -> packages that it imports, without the one lazy import upwards."""
    graph = grimp.build_graph("standoff", cache_dir=None)
    graph.remove_import(importer=WRITE[0], imported=WRITE[1])
    packages = {
        name.removeprefix("standoff.")
        for name in graph.find_children("standoff")
        if graph.find_children(name)  # other modules at the top are no packages
    }
    return {
        name: {
            other
            for other in packages - {name}
            if graph.direct_import_exists(
                importer=f"standoff.{name}", imported=f"standoff.{other}", as_packages=True
            )
        }
        for name in packages
    }


def needed(arrows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the arrows that do not follow from others, so that the drawing stays readable."""

    def reached(name: str) -> set[str]:
        return arrows[name].union(*(reached(other) for other in arrows[name]))

    return sorted(
        (name, other)
        for name, others in arrows.items()
        for other in others
        if not any(other in reached(between) for between in others - {other})
    )


def diagram() -> str:
    """Return the diagram as a Mermaid block, which code hosts draw."""
    lines = [f"    {name} --> {other}" for name, other in needed(imports())]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


if __name__ == "__main__":
    PAGE.write_text(
        BLOCK.sub(lambda _: diagram(), PAGE.read_text(encoding="utf-8")), encoding="utf-8"
    )
