"""Notebooks executed and the site put in its place: whole, or not at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .kernels import NotebookFailed, execute
from .rendering import TEMPLATE, Site
from .show import VERSION
from .single import single_file

__all__ = ["build"]

EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)


def build(notebooks: Path, seeds: Path, site: Path, single: bool = False) -> list[Path]:
    """Execute all notebooks and write the site: all of it, or nothing and the last good one stays. Gives the notebooks' pages.

    With `single` the whole site stands in one more page, `standoff.html`, that needs no other file.
    """
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise NotebookFailed(f"{notebooks}: no notebooks here; expected *.ipynb")
    with ThreadPoolExecutor(1) as beside:
        vega = beside.submit(_vega)
        executed = execute(paths)
        with tempfile.TemporaryDirectory(prefix=f".{site.name}-", dir=site.parent) as name:
            draft = Path(name) / "site"
            draft.mkdir()
            Site(paths, executed, seeds).write(draft)
            (draft / "vega.js").write_text(vega.result(), encoding="utf-8")
            for part in ("style.css", "charts.js"):
                shutil.copyfile(TEMPLATE / part, draft / part)
            if single:
                (draft / "standoff.html").write_text(single_file(draft), encoding="utf-8")
            _exchange(draft, site)
    return [site / f"{path.stem}.html" for path in paths]


def _vega():
    import vl_convert

    return vl_convert.javascript_bundle(vl_version=VERSION)


def _exchange(draft: Path, site: Path) -> None:
    """Put `draft` in the place of `site` in one step; where the system has none, in two."""
    if not site.exists():
        os.rename(draft, site)
        return
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here = -100  # AT_FDCWD
    if renameat2 is None or renameat2(here, os.fsencode(draft), here, os.fsencode(site), EXCHANGE) != 0:
        os.rename(site, draft.with_name("last"))
        os.rename(draft, site)
