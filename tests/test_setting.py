"""setting.py: the notebooks on articles of one's own."""

import datetime as dt
import json
import re
import shutil

import nbformat
import pytest
from conftest import ROOT, SEEDS

from standoff import kernels, project, publish, setting
from standoff.compiling import compile_notes

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ABOUT_THEM = r"\b(commentary|report's|the report|Taliban|Taleban|Moscow|Washington|Kabul|Russia\w*|Doha|AVIM|DW)\b"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A project of one invented article, annotated."""
    folder = tmp_path_factory.mktemp("own") / "articles"
    project.add(folder, [project.Entry(ROOT / "docs/example/harbour.txt", "Boatmen and harbour office part without a date", dt.date(2024, 5, 6), "harbour")])
    for name in ("actors.toml", "tracks.toml"):
        shutil.copyfile(ROOT / "docs" / "example" / name, folder / name)
    shutil.copyfile(ROOT / "docs/example/notes.toml", folder / "harbour" / "notes.toml")
    project.accept(folder)
    compile_notes(folder)
    return folder


def tagged(cell):
    return "seeds" in cell["metadata"].get("tags", [])


@pytest.mark.parametrize("path", PATHS[:8], ids=lambda path: path.stem)
def test_every_claim_about_the_two_articles_can_step_aside_and_so_can_prose_about_them(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells[1:]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "@claim" in source and '"DW' not in source:
            assert tagged(cell) or "every_span_stands" in source, source
        if cell["cell_type"] == "markdown" and not tagged(cell):
            assert not re.search(ABOUT_THEM, re.sub("^#.*$", "", source, flags=re.MULTILINE)), source


def test_headings_stay_and_claims_that_step_aside_are_named():
    notebook = nbformat.read(ROOT / "notebooks" / "04_sourcing.ipynb", as_version=4)
    headings = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.split("\n") if line.startswith("#")]
    claims = [name for cell in notebook.cells for name in re.findall(r"^@claim.*?^def (\w+)", cell.source, re.MULTILINE | re.DOTALL)]
    setting.step_aside(notebook, coders=0)
    left = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [line for line in left.split("\n") if line.startswith("#")] == headings
    assert [name for name in claims if f"`{name}` is about other articles" not in left] == []
    assert "@claim" not in "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def test_a_notebook_that_wants_two_coders_says_nothing_where_there_are_fewer():
    notebook = nbformat.read(ROOT / "notebooks" / "02_agreement.ipynb", as_version=4)
    setting.step_aside(notebook, coders=1)
    assert [cell for cell in notebook.cells if cell.cell_type == "code"] == []


def test_all_notebooks_run_on_articles_of_ones_own_and_make_a_site(own, tmp_path):
    publish.build(ROOT / "notebooks", own, tmp_path / "_site")
    sourcing = (tmp_path / "_site" / "04_sourcing.html").read_text(encoding="utf-8")
    assert "Boatmen" in sourcing and "Taliban" not in re.sub(r"(?s)<pre.*?</pre>|<code>.*?</code>", "", sourcing)
    assert sourcing.count('class="chart"') >= 4
    assert (tmp_path / "_site" / "harbour.html").is_file() and not (tmp_path / "_site" / "dw-2017-04-14.html").exists()


def test_a_copy_of_the_seeds_with_ten_coders_is_read_by_the_notebook_on_agreement(tmp_path):
    folder = tmp_path / "articles"
    shutil.copytree(SEEDS, folder)
    for article in folder.glob("*/meta.toml"):
        text = article.read_text(encoding="utf-8")
        table = text[text.index("[coders.b]") :].split("\n\n")[0]
        for name in "cdefghij":
            text += "\n" + table.replace("[coders.b]", f"[coders.{name}]") + "\n"
            shutil.copyfile(article.with_name("b.ann"), article.with_name(f"{name}.ann"))
        article.write_text(text, encoding="utf-8")
    (made,) = kernels.execute([ROOT / "notebooks" / "02_agreement.ipynb"], progress=False, folder=folder)
    shown = "".join(output.get("data", {}).get("text/html", "") for cell in made.cells for output in cell.get("outputs", ()))
    assert "a/b" in shown and "a/j" in shown and "b/c" not in shown
