"""The files that a new project begins with: codebook, guidelines, registry, notebook, README."""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "ACTORS",
    "FRAMES",
    "GUIDELINES",
    "TRACKS",
    "companions",
    "left_to_write",
    "standard_codebook",
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
ACTORS = """# Who is in the articles: one table per actor, under the id that annotations use:
#
#   [mary-grey]
#   name = "Mary Grey"                 # the name shown in tables and figures
#   kind = "scientist"                 # or government, party, court, armed-group, organisation,
#                                      # association, union, company, media, expert, celebrity,
#                                      # citizen, public; "unknown" if none of these
#   country = "none"                   # its country; "none", or "unknown" if the text does not say
#   named = true                       # true if a reader could tell whom to ask, not "many experts"
#   part_of = "harbour-office"         # optional: the actor it speaks or acts for, by its key
#   camp = "The port"                  # optional: the name of its camp in figures, four at most
"""
TRACKS = """# The negotiating tables that the articles mention: one table per track. The attribute
# Track takes its key. For example:
#
#   [harbour-talks]
#   name = "Harbour talks, 2020"
#   host = "harbour-office"            # a key of actors.toml, or "none"
#   aim = "what is to be reached there"
#   members = ["harbour-office", "mary-grey"]
#   period = "2020"                    # EDTF: date, month, year, or two with a /; or "unknown"
#   fate.the-articles-folder = "what becomes of it in that article, in a clause of your own"
"""


def standard_codebook(frames: str = FRAMES[0]) -> str:
    """Return the text of the codebook of a new project, with the frames of one set.

    `frames` is "generic", for those of Semetko and Valkenburg (2000), or "policy", for those of
    the Policy Frames Codebook (Boydstun et al. 2014). Raises `ValueError` for another.

    >>> "[labels.HumanInterest]" in standard_codebook("generic")
    True
    """
    if frames not in FRAMES:
        raise ValueError(f"'{frames}' is no set of frames; expected {' or '.join(FRAMES)}")
    return _read("codebook.toml").replace("{FRAMES}\n", _read(f"frames_{frames}.toml"))


def companions(project: str) -> dict[str, str]:
    """Return what else a new project begins with, name -> text; `project` is its folder's name."""
    readme = _read("README.md").replace("{PROJECT}", project)
    return {
        "README.md": readme,
        GUIDELINES: _read(GUIDELINES),
        NOTEBOOK: _read("start.ipynb"),
    }


def left_to_write(notebook: str) -> list[str]:
    """Return the words of the first notebook's cells that a notebook, given as text, still holds.

    >>> left_to_write("# Our paper\\n\\n## What to do next")
    ['What to do next']
    """
    return [words for words in TO_REPLACE if words in notebook]


def _read(name: str) -> str:
    return (STANDARD / name).read_text(encoding="utf-8")
