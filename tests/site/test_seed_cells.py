"""The notebooks on your own articles."""

import datetime as dt
import itertools
import json
import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SEEDS

from standoff.annotation.escaping import LEFT_ALONE
from standoff.authoring import project
from standoff.authoring.compiling import compile_notes
from standoff.site import builder, kernels, seed_cells
from standoff.site.render import Site

pytestmark = pytest.mark.notebooks

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ABOUT_THEM = (
    r"\b(commentary|report's|the "
    r"report|Taliban|Taleban|Moscow|Washington|Kabul|Russia\w*|Doha|AVIM|DW)\b"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A project of one invented article, annotated."""
    folder = tmp_path_factory.mktemp("own") / "articles"
    project.add(
        folder,
        [
            project.Entry(
                ROOT / "docs/example/harbour.txt",
                "Boatmen and harbour office part without a date",
                dt.date(2024, 5, 6),
                "harbour",
            )
        ],
        like=SEEDS,
    )
    for name in ("actors.toml", "tracks.toml"):
        shutil.copyfile(ROOT / "docs" / "example" / name, folder / name)
    shutil.copyfile(ROOT / "docs/example/notes.toml", folder / "harbour" / "notes.toml")
    project.accept(folder)
    compile_notes(folder)
    return folder


def tagged(cell):
    return "seeds" in cell["metadata"].get("tags", [])


@pytest.mark.parametrize("path", PATHS[:8], ids=lambda path: path.stem)
def test_every_claim_about_the_two_articles_can_remove_collection_cells_and_so_can_prose_about_them(
    path,
):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells[1:]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "@claim" in source and '"DW' not in source:
            assert tagged(cell) or "every_span_stands" in source, source
        if cell["cell_type"] == "markdown" and not tagged(cell):
            assert not re.search(ABOUT_THEM, re.sub("^#.*$", "", source, flags=re.MULTILINE)), (
                source
            )


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("path", PATHS[:8], ids=lambda path: path.stem)
def test_no_heading_is_left_with_nothing_beneath_it_and_no_name_of_an_article(
    path,
):
    notebook = nbformat.read(path, as_version=4)
    seed_cells.remove_collection_cells(notebook)
    lines = [
        line
        for cell in notebook.cells
        for line in (cell.source.split("\n") if cell.cell_type == "markdown" else ["code"])
        if line.strip()
    ]
    assert [
        one
        for one, other in itertools.pairwise(lines)
        if one.startswith("## ") and other.startswith("## ")
    ] == []
    assert not lines[-1].startswith("#") or len(notebook.cells) < 3
    assert re.findall("DW|AVIM|left out", "".join(cell.source for cell in notebook.cells)) == []


def test_headings_with_something_beneath_them_stay():
    notebook = nbformat.read(ROOT / "notebooks" / "03_sourcing.ipynb", as_version=4)
    seed_cells.remove_collection_cells(notebook)
    assert re.findall("^## (.+)", prose(notebook), re.MULTILINE) == [
        "How words reach the reader",
        "Who is heard, and who is mentioned",
    ]
    assert "@claim" not in "".join(
        cell.source for cell in notebook.cells if cell.cell_type == "code"
    )


@pytest.mark.parametrize(("stem", "gone"), [("02_framing", "rivalry"), ("04_chronology", "Friday")])
def test_headings_about_the_collection_have_others_on_pages_about_other_articles(stem, gone):
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    first = r"\A.*?^## (.+?)$"
    assert gone in re.search(first, prose(notebook), re.MULTILINE | re.DOTALL)[1]
    seed_cells.remove_collection_cells(notebook)
    headings = re.findall("^## (.+)", prose(notebook), re.MULTILINE)
    assert len(headings) == 1 and gone not in headings[0]


@pytest.mark.parametrize("path", PATHS[:8], ids=lambda path: path.stem)
def test_title_and_question_of_a_notebook_on_other_articles_ask_and_name_none_of_these(path):
    notebook = nbformat.read(path, as_version=4)
    seed_cells.remove_collection_cells(notebook)
    opening = notebook.cells[0].source
    assert (
        re.match(r"# [^\n]+\n\n\*\*Question\.\*\* [^\n]+\?", opening) and "**Answer" not in opening
    )
    assert "Minutes" not in opening
    assert not re.search(rf"{ABOUT_THEM}|Afghan|[Cc]ontest|\btwo (texts|articles|files)", opening)


def applied(folder):
    return [
        path.stem for path in PATHS if seed_cells.applies(nbformat.read(path, as_version=4), folder)
    ]


def test_notebooks_of_the_collection_apply_to_articles_that_have_what_they_are_about(own, tmp_path):
    assert applied(own) == ["02_framing", "03_sourcing", "04_chronology", "05_the_tables"]
    assert applied(SEEDS) == [*applied(own), "07_reliability"]
    folder = tmp_path / "bare"
    entry = project.Entry(ROOT / "docs/example/harbour.txt", "T", dt.date(2024, 5, 6), "harbour")
    project.add(folder, [entry])
    assert applied(folder) == []


@pytest.mark.slow
def test_all_notebooks_run_on_articles_of_ones_own_and_make_a_site(own, tmp_path):
    pages = builder.build(ROOT / "notebooks", own, tmp_path / "_site")
    assert [page.stem for page in pages] == ["index", *applied(own)]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        words = re.sub(r"(?s)<pre.*?</pre>|<code>.*?</code>", "", html)
        assert re.findall("Taliban|Afghan|left out here|Nothing to show", words) == [], page.stem
    sourcing = (tmp_path / "_site" / "03_sourcing.html").read_text(encoding="utf-8")
    assert "Boatmen" in sourcing and sourcing.count('class="chart"') >= 2
    assert (tmp_path / "_site" / "harbour.html").is_file()
    assert not (tmp_path / "_site" / "dw-2017-04-14.html").exists()


def test_a_copy_of_the_seeds_with_five_coders_is_read_by_the_notebook_on_agreement(tmp_path):
    folder = tmp_path / "articles"
    shutil.copytree(SEEDS, folder)
    for article in folder.glob("*/meta.toml"):
        text = article.read_text(encoding="utf-8")
        table = text[text.index("[coders.b]") :].split("\n\n")[0]
        for name in "def":
            text += "\n" + table.replace("[coders.b]", f"[coders.{name}]") + "\n"
            shutil.copyfile(article.with_name("b.ann"), article.with_name(f"{name}.ann"))
        article.write_text(text, encoding="utf-8")
    (made,) = kernels.execute([ROOT / "notebooks" / "07_reliability.ipynb"], folder=folder)
    shown = json.dumps([output for cell in made.cells for output in cell.get("outputs", ())])
    # of five coders, the fewest and the most spans of a label are named
    assert re.search(r"framing: any label \(\d+ to \d+\)", shown)


def test_in_a_notebook_no_formula_is_made_of_the_words_in_a_table_of_pandas():
    table = pd.DataFrame({"paid": ["$x$ and $y$"]})
    with pd.option_context("display.html.use_mathjax", True):
        assert "mathjax_ignore" not in table._repr_html_()
        seed_cells.folder()
        assert set(BeautifulSoup(table._repr_html_(), "html.parser").table["class"]) >= set(
            LEFT_ALONE.split()
        )


def test_on_a_page_dollar_signs_stay_text(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Who paid?")])
    output = nbformat.v4.new_output(
        "display_data", {"text/html": pd.DataFrame({"paid": ["$x$ and $y$"]})._repr_html_()}
    )
    notebook.cells.append(nbformat.v4.new_code_cell("paid", execution_count=1, outputs=[output]))
    Site([Path("paid.ipynb")], [notebook], SEEDS).write(tmp_path)
    page = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert page.find("td", string="$x$ and $y$")
    assert page.find_all("math") == [] and page.find_all("script") == []
