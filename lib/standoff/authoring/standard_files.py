"""The files that a new project begins with: codebook, guidelines, registry, notebook, README."""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "FRAMES",
    "GUIDELINES",
    "companions",
    "left_to_write",
    "standard_codebook",
    "standard_file",
]

STANDARD = Path(__file__).parent / "standard"
FRAMES = ("generic", "policy")  # sets of frames that a new project may have
GUIDELINES = "guidelines.md"
NOTEBOOK = "notebooks/start.ipynb"
# words of the first notebook that are to be replaced
TO_REPLACE = (
    "Write your answer here, in one sentence",
    "If this one fails for your articles",
    "What to do next",
)


def standard_codebook(frames: str = FRAMES[0]) -> str:
    """Return the text of the codebook of a new project, with the frames of one set.

    `frames` is "generic", for those of Semetko and Valkenburg (2000), or "policy", for those of
    the Policy Frames Codebook (Boydstun et al. 2014). Raises `ValueError` for another.

    >>> "[labels.HumanInterest]" in standard_codebook("generic")
    True
    """
    if frames not in FRAMES:
        raise ValueError(f"'{frames}' is no set of frames; expected {' or '.join(FRAMES)}")
    return standard_file("codebook.toml").replace(
        "{FRAMES}\n", standard_file(f"frames_{frames}.toml")
    )


def companions(project: str) -> dict[str, str]:
    """Return what else a new project begins with, name -> text; `project` is its folder's name."""
    readme = standard_file("README.md").replace("{PROJECT}", project)
    return {
        "README.md": readme,
        GUIDELINES: standard_file(GUIDELINES),
        NOTEBOOK: standard_file("start.ipynb"),
    }


def left_to_write(notebook: str) -> list[str]:
    """Return the words of the first notebook's cells that a notebook, given as text, still holds.

    >>> left_to_write("# Our paper\\n\\n## What to do next")
    ['What to do next']
    """
    return [words for words in TO_REPLACE if words in notebook]


def standard_file(name: str) -> str:
    """Return the text of a file that new projects begin with, such as actors.toml."""
    return (STANDARD / name).read_text(encoding="utf-8")
