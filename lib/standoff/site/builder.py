"""Build the site: all of it or nothing, and only if something has changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..corpus.files import draft_folder, put_in_place
from .cache import Cache, fingerprint
from .kernels import IMPORTING, NotebookFailed, execute

__all__ = ["build", "cache_of"]

BUNDLE = (
    "import os, sys, vl_convert; getattr(os, 'nice', int)(19); "
    "sys.stdout.buffer.write(vl_convert.javascript_bundle(vl_version=sys.argv[1]).encode())"
)
# files beside the notebooks' folder on which pages depend
BESIDE = ("requirements.lock", "CITATION.cff")


def cache_of(notebooks: Path, seeds: Path, site: Path) -> Cache:
    """The cache of a site: the folder `.standoff-cache` beside it, which may be deleted anytime."""
    beside = [notebooks.resolve().parent / name for name in BESIDE]
    return Cache(site.parent / ".standoff-cache", [Path(__file__).parents[1], seeds, *beside])


def build(
    notebooks: Path, seeds: Path, site: Path, single: bool = False, cache: Cache | None = None
) -> list[Path]:
    """Execute notebooks and write the site, and return the pages of the notebooks.

    The whole site is written, or the last good one stays. `notebooks` is a folder, `seeds` the
    folder of articles; if it is not the collection's own, cells about the collection's articles
    are left out. `single` adds a page `standoff.html` that holds the whole site. With a cache only
    changed notebooks are executed, and nothing at all happens if nothing has changed.
    Raises `NotebookFailed`.
    """
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise NotebookFailed(f"{notebooks}: no notebooks here; expected *.ipynb")
    own = seeds.resolve() != notebooks.resolve().parent / "seeds"
    docs = notebooks.resolve().parent / "docs"
    key = fingerprint([notebooks, docs, *cache.inputs], f"{single=} {own=}") if cache else ""
    if not (cache and cache.unchanged(site, key)):
        with ThreadPoolExecutor(2) as threads:
            prepared = threads.submit(_prepare)
            vega = threads.submit(_vega, cache)
            executed = execute(paths, cache=cache, folder=seeds if own else None)
            prepared.result()
            site.parent.mkdir(parents=True, exist_ok=True)
            with draft_folder(site) as desk:
                draft = desk / "site"
                _write(paths, executed, seeds, own, vega.result(), single, draft)
                put_in_place(draft, site)
        if cache:
            cache.stamp(site, key)
    return [site / f"{path.stem}.html" for path in paths]


def _write(
    paths: list[Path],
    executed: list,
    seeds: Path,
    own: bool,
    vega: str,
    single: bool,
    draft: Path,
) -> None:
    """Write the site to a new folder."""
    from .one_page import single_file
    from .render import TEMPLATE, Site

    draft.mkdir()
    Site(paths, executed, seeds, own).write(draft)
    licence = (TEMPLATE / "vega-licence.txt").read_text(encoding="utf-8")
    (draft / "vega.js").write_text(licence + vega, encoding="utf-8")
    for part in ("style.css", "charts.js"):
        shutil.copyfile(TEMPLATE / part, draft / part)
    if single:
        (draft / "standoff.html").write_text(single_file(draft), encoding="utf-8")


def _prepare() -> None:
    """Import what pages need, and read the library's docstrings, while the kernels work."""
    with IMPORTING:
        import nbconvert  # noqa: F401 - imported for whoever imports it next

        from . import api, render  # noqa: F401 - likewise
    api.sections()


def _vega(cache: Cache | None) -> str:
    """Vega as one script for all pages, from the cache if it is there."""
    return cache.made("vega.js", fingerprint([]), _bundle) if cache else _bundle()


def _bundle() -> str:
    """Vega as one script, made in another process because vl-convert would block this one."""
    from ..figures.display import VERSION

    command = [sys.executable, "-c", BUNDLE, VERSION]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise ChildProcessError(
            f"the process that makes Vega for the pages ended with {done.returncode}"
        )
    return done.stdout.decode()


def __dir__() -> list[str]:
    return __all__
