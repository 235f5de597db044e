"""Notebooks executed and the site put in its place: whole, or not at all, and only if anything has
changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..corpus.files import draft_beside, exchange
from .cache import Cache, fingerprint
from .kernels import IMPORTING, NotebookFailed, execute

__all__ = ["build", "cache_of"]

BUNDLE = (
    "import os, sys, vl_convert; getattr(os, 'nice', int)(19); "
    "sys.stdout.buffer.write(vl_convert.javascript_bundle(vl_version=sys.argv[1]).encode())"
)
BESIDE = (
    "requirements.lock",
    "CITATION.cff",
)  # files beside the notebooks' folder on which pages depend


def cache_of(notebooks: Path, seeds: Path, site: Path) -> Cache:
    """Where executed notebooks of a site are kept: `.standoff-cache` beside it. It may be deleted
    at any time."""
    return Cache(
        site.parent / ".standoff-cache",
        [Path(__file__).parents[1], seeds, *(notebooks.resolve().parent / name for name in BESIDE)],
    )


def build(
    notebooks: Path, seeds: Path, site: Path, single: bool = False, cache: Cache | None = None
) -> list[Path]:
    """Execute notebooks and write the site: all of it, or nothing and the last good one stays.
    Gives the notebooks' pages.

    With `single` the whole site stands in one more page, `standoff.html`, that needs no other file.
    With a cache only those notebooks are executed
    of which something has changed, and nothing at all is done where the site stands as it was built
    from the same. `seeds`: the folder of articles;
    where it is not the collection's own, what the notebooks say of that steps aside.
    """
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise NotebookFailed(f"{notebooks}: no notebooks here; expected *.ipynb")
    own = None if seeds.resolve() == notebooks.resolve().parent / "seeds" else seeds
    key = (
        fingerprint(
            [notebooks, *cache.inputs], "single" if single else "pages", "own" if own else ""
        )
        if cache
        else ""
    )
    if not (cache and cache.unchanged(site, key)):
        with ThreadPoolExecutor(2) as beside:
            imported = beside.submit(_import)
            vega = (
                beside.submit(cache.made, "vega.js", fingerprint([]), _vega)
                if cache
                else beside.submit(_vega)
            )
            executed = execute(paths, cache=cache, folder=own)
            imported.result()
            site.parent.mkdir(parents=True, exist_ok=True)
            with draft_beside(site) as desk:
                draft = desk / "site"
                _write(paths, executed, seeds, draft, vega.result(), single, own is not None)
                exchange(draft, site)
        if cache:
            cache.stamp(site, key)
    return [site / f"{path.stem}.html" for path in paths]


def _write(paths, executed, seeds, draft, vega, single, own):
    """The site in a new folder."""
    from .one_page import single_file
    from .render import TEMPLATE, Site

    draft.mkdir()
    Site(paths, executed, seeds, own).write(draft)
    (draft / "vega.js").write_text(
        (TEMPLATE / "vega-licence.txt").read_text(encoding="utf-8") + vega, encoding="utf-8"
    )
    for part in ("style.css", "charts.js"):
        shutil.copyfile(TEMPLATE / part, draft / part)
    if single:
        (draft / "standoff.html").write_text(single_file(draft), encoding="utf-8")


def _import():
    """What pages need, while the kernels work."""
    with IMPORTING:
        import nbconvert  # noqa: F401 - imported for whoever imports it next

        from . import render as rendering  # noqa: F401 - likewise


def _vega():
    """Vega for all pages, made by a process of its own in the time that is left: vl-convert lets
    nothing else run beside it."""
    from ..figures.display import VERSION

    done = subprocess.run([sys.executable, "-c", BUNDLE, VERSION], capture_output=True, check=False)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ChildProcessError(
            f"the process that makes Vega for the pages ended with "
            f"{done.returncode}{f': {told}' if told else ''}"
        )
    return done.stdout.decode()
