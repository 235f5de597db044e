"""Files and folders of other tools: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["whole"]


@contextmanager
def whole(destination: str | Path) -> Iterator[Path]:
    """A folder beside `destination` to be filled, which takes its name when the block ends well and is gone otherwise.

    Raises `FileExistsError` where `destination` is there already: nothing is overwritten.
    """
    destination = Path(destination)
    if destination.exists() or destination.is_symlink():
        raise FileExistsError(f"{destination} exists already; expected a folder that is not there yet")
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{destination.name}-", dir=destination.parent) as name:
        draft = Path(name) / "draft"
        draft.mkdir()
        yield draft
        os.rename(draft, destination)
