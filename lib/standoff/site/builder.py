"""Build the site: all of it or nothing, and only if something has changed."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.safe_writing import draft_folder, put_in_place
from .cache import Cache, fingerprint
from .kernels import IMPORTING, NotebookFailed, execute

if TYPE_CHECKING:
    from .render import Site

__all__ = ["build", "cache_of"]

NOTEBOOKS = "notebooks"  # folder in a project
# files beside the notebooks' folder on which pages depend
BESIDE = ("requirements.lock", "CITATION.cff")


def cache_of(notebooks: Path, seeds: Path, site: Path) -> Cache:
    """The cache of a site: the folder `.standoff-cache` beside it, which may be deleted anytime."""
    beside = [notebooks.resolve().parent / name for name in BESIDE]
    return Cache(site.parent / ".standoff-cache", [Path(__file__).parents[1], seeds, *beside])


def build(
    notebooks: Path,
    seeds: Path,
    site: Path,
    single: bool = False,
    cache: Cache | None = None,
    texts: bool = True,
    collection: bool = True,
) -> list[Path]:
    """Execute notebooks and write the site, and return the pages of the notebooks.

    The whole site is written, or the last good one stays. `notebooks` is the folder of the
    collection's notebooks, `seeds` the folder of articles. If that is a project of your own, its
    notebooks come first, and with `collection` those of the collection that make sense there,
    without what they say about the collection's articles. `single` adds a page `standoff.html` that
    holds the whole site. Without `texts` the site shows only those passages of the articles that
    claims and prose quote. With a cache only changed notebooks are executed, and nothing at all
    happens if nothing has changed. Raises `NotebookFailed`.
    """
    own = seeds.resolve() != notebooks.resolve().parent / "seeds"
    paths = _notebooks_for(notebooks, seeds, collection) if own else _notebooks_in(notebooks)
    if not paths:
        places = f"{notebooks}, {seeds / NOTEBOOKS}" if own else f"{notebooks}"
        raise NotebookFailed(f"{places}: no notebooks here; expected *.ipynb")
    docs = notebooks.resolve().parent / "docs"
    inputs = [notebooks, docs, *cache.inputs] if cache else []
    key = fingerprint(inputs, f"{single=} {own=} {texts=} {collection=}") if cache else ""
    if not (cache and cache.unchanged(site, key)):
        with ThreadPoolExecutor(1) as threads:
            prepared = threads.submit(_prepare)
            executed = execute(paths, cache=cache, folder=seeds if own else None)
            prepared.result()
            from .render import Site

            site.parent.mkdir(parents=True, exist_ok=True)
            with draft_folder(site) as desk:
                draft = desk / "site"
                _write(Site(paths, executed, seeds, own, texts), single, draft)
                put_in_place(draft, site)
        if cache:
            cache.stamp(site, key)
    return [site / "index.html", *(site / f"{path.stem}.html" for path in paths[1:])]


def _notebooks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.ipynb"))


def _notebooks_for(notebooks: Path, project: Path, collection: bool) -> list[Path]:
    """The notebooks of a project of your own, then those of the collection that apply to it.

    A project without notebooks begins with the first of the collection.
    """
    paths = _notebooks_in(project / NOTEBOOKS)
    if not collection or notebooks.resolve() == (project / NOTEBOOKS).resolve():
        return paths
    import nbformat

    from .seed_cells import applies, needs

    stems = {path.stem for path in paths}
    others = [path for path in _notebooks_in(notebooks) if path.stem not in stems]
    read = {path: nbformat.read(path, as_version=4) for path in others}
    if not any(map(needs, read.values())):  # not the collection: no notebook says what it needs
        return [*paths, *others]
    first = others[:1] if not paths else []
    rest = [path for path in others if applies(read[path], project)]
    return [*paths, *first, *(path for path in rest if path not in first)]


def _write(pages: Site, single: bool, draft: Path) -> None:
    """Write the site to a new folder."""
    from .one_page import single_file
    from .render import TEMPLATE, style_sheet

    draft.mkdir()
    pages.write(draft)
    (draft / "style.css").write_text(style_sheet(), encoding="utf-8")
    shutil.copytree(TEMPLATE / "fonts", draft / "fonts")
    if single:
        (draft / "standoff.html").write_text(single_file(draft), encoding="utf-8")


def _prepare() -> None:
    """Import what pages need, and read the library's docstrings, while the kernels work."""
    with IMPORTING:
        import nbconvert  # noqa: F401 - imported for whoever imports it next

        from . import api, render  # noqa: F401 - likewise
    api.sections()
