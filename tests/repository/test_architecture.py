"""ARCHITECTURE.md shows the packages as they are and names files that exist."""

import re

from conftest import ROOT
from diagram import BLOCK, PAGE, diagram

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_diagram_shows_the_imports_of_today():
    """After a change, `python tests/repository/diagram.py` writes it anew."""
    assert BLOCK.search(TEXT)[0] == diagram()


def test_every_file_that_the_page_names_exists():
    named = set(
        re.findall(
            r"`((?:annotation|corpus|measures|claims|figures|site|authoring|exchange|scale|cli)/[\w/.]+)`",
            TEXT,
        )
    )
    assert named
    assert sorted(name for name in named if not (ROOT / "lib" / "standoff" / name).exists()) == []
