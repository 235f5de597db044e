"""Notebooks and record rendered to one site that works without a network."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .files import exchange
from .kernels import NotebookFailed, execute

__all__ = ["build"]

TEMPLATE = Path(__file__).parent / "template"


def build(notebooks: Path, seeds: Path, site: Path) -> list[Path]:
    """Execute all notebooks and write the site: all of it, or nothing and the last good one stays. Gives the pages written."""
    paths = sorted(notebooks.glob("*.ipynb"))
    if not paths:
        raise NotebookFailed(f"{notebooks}: no notebooks here; expected *.ipynb")
    with ThreadPoolExecutor(1) as beside:
        vega = beside.submit(_vega)
        executed = execute(paths)
        with tempfile.TemporaryDirectory(prefix=f".{site.name}-", dir=site.parent) as name:
            draft = Path(name) / "site"
            draft.mkdir()
            _render(paths, executed, seeds, draft)
            (draft / "vega.js").write_text(vega.result(), encoding="utf-8")
            for part in ("style.css", "charts.js"):
                shutil.copyfile(TEMPLATE / part, draft / part)
            exchange(draft, site)
    return [site / f"{path.stem}.html" for path in paths]


def _vega():
    import vl_convert

    from .show import VERSION

    return vl_convert.javascript_bundle(vl_version=VERSION)


def _render(paths, notebooks, seeds, draft):
    """Write a page a notebook and the index."""
    from . import __version__, figures
    from .corpus import load

    exporter = _exporter()
    pages = [{"name": path.stem, **_opening(notebook)} for path, notebook in zip(paths, notebooks, strict=True)]
    for number, (page, notebook) in enumerate(zip(pages, notebooks, strict=True)):
        around = {"before": pages[number - 1] if number else None, "after": pages[number + 1] if number + 1 < len(pages) else None}
        resources = {"page": page, "pages": pages, "version": __version__, **around}
        body, _ = exporter.from_notebook_node(notebook, resources)
        (draft / f"{page['name']}.html").write_text(body, encoding="utf-8")
    figure = figures.strip(load(seeds))
    template = exporter.environment.get_template("site_index.html.j2")
    body = template.render(pages=pages, figure=figure, spec=figure.spec(), svg=figure.svg(), version=__version__)
    (draft / "index.html").write_text(body, encoding="utf-8")


def _opening(notebook) -> dict[str, str]:
    """Title and question of a notebook: its first heading, and the first line beneath it."""
    lines = [line.strip() for line in notebook.cells[0].source.split("\n") if line.strip()]
    return {"title": lines[0].lstrip("# "), "question": lines[1].strip("*_ ") if len(lines) > 1 else ""}


def _exporter():
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)], exclude_anchor_links=True)
    exporter.register_filter("data_uri", _data_uri)
    exporter.register_filter("inert_json", _inert_json)
    exporter.register_filter("description", lambda data: data.get("text/plain", ""))
    return exporter


def _data_uri(svg: str) -> str:
    import base64

    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _inert_json(spec) -> str:
    """A chart as JSON that cannot end the script element it stands in, for the pages' own Vega-Lite."""
    import json

    from .show import SCHEMA

    spec = {**spec, "$schema": SCHEMA.format(6)}
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
