"""docs/recipes.md: its code runs in the order of the page and makes what the page says."""

import re
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SEEDS
from IPython.core.interactiveshell import InteractiveShell

from standoff import agreement, figures, load
from standoff.figures import Figure

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
STEPS = [("was revealed", "it is so", "states it"), ("it was claimed", "somebody says", "adds")]
FURTHER = {"ladder": {"steps": STEPS}, "telling": {"doc": "dw-2017-04-14"}}
NO_FIGURES = {"Figure", "Table", "agreement", "labels", "named", "reading"}
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder in which the code ran, and what each block showed."""
    folder, shell, shown = tmp_path_factory.mktemp("recipes"), InteractiveShell(), []
    (folder / "seeds").symlink_to(SEEDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in BLOCKS:
            ran = shell.run_cell(block)
            ran.raise_error()
            shown.append(ran.result)
    return folder, shell.user_ns, shown


def test_each_block_of_the_recipes_runs_and_most_show_something(made):
    *_, shown = made
    assert sum(one is not None for one in shown) >= len(BLOCKS) - 3


def test_a_figure_takes_another_width_title_and_colours(made):
    _, known, _ = made
    figure, spec = known["figure"], str(known["figure"].spec())
    assert isinstance(figure, Figure) and figure.chart.width == 600
    assert "Four parties, heard and mentioned" in figure.svg()
    for colour in ("#00838f", "#7b1fa2"):
        assert colour in spec and colour in str(figure.chart.to_dict())
    assert "#b8330a" not in spec


def test_figures_are_saved_as_svg_and_png(made):
    folder, *_ = made
    svg = ElementTree.parse(folder / "heard.svg").getroot()
    assert svg.tag.endswith("svg") and float(svg.get("width")) > 600
    png = (folder / "heard.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    width = int.from_bytes(png[16:20], "big")
    assert width == pytest.approx(3 * float(svg.get("width")), abs=3)
    assert "vega" in (folder / "restyled.html").read_text(encoding="utf-8")


def test_the_table_of_the_recipes_counts_every_linked_word(made, corpus):
    _, known, _ = made
    rows = corpus.attributions.dropna(subset=["actor"])
    actors = rows["actor"].str.split().str.len()
    assert known["words"]["words"].sum() == (rows["words"] * actors).sum()
    assert known["latex"].startswith("\\begin{table}") and "\\toprule" in known["latex"]


def test_keyword_in_context_finds_every_match(made, corpus):
    *_, shown = made
    found = [one for one in shown if isinstance(one, pd.DataFrame)]
    assert len(found) == 2 and all(len(one) for one in found)
    assert set(found[0]["text"].str.lower()) == {"peace"}
    assert not set(found[1]["voice"]) & set(corpus.actors["actor"])


def is_plain_and_can_be_changed(figure):
    chart = figure.chart.properties(title="Another title").configure_title(fontSize=22)
    assert isinstance(chart, alt.TopLevelMixin)
    spec = chart.to_dict()
    assert spec["title"] == "Another title" and spec.get("width", 500) == 500
    figure.title, figure.width, figure.colours = "Mine", 640, {"ink": "#123456"}
    assert figure.alternative.startswith("Mine. ")
    assert "#123456" in str(figure.chart.to_dict()) and "Mine" in figure.svg()
    return True


@pytest.mark.parametrize("name", sorted(set(figures.__all__) - NO_FIGURES))
def test_width_title_and_colours_of_every_figure_can_be_changed(name, corpus):
    figure = getattr(figures, name)(corpus, **FURTHER.get(name, {}), width=500)
    assert is_plain_and_can_be_changed(figure)


def test_width_title_and_colours_of_the_figure_of_agreement_can_be_changed():
    coders = [load(SEEDS, name) for name in ("a", "b")]
    table = agreement.labels(coders, np.random.default_rng(1), draws=5)
    assert is_plain_and_can_be_changed(figures.agreement(table, width=500))


def test_an_unknown_role_of_colours_is_rejected_with_the_nearest(corpus):
    figure = figures.heard(corpus)
    figure.colours = {"camp2": "#123456"}
    with pytest.raises(KeyError, match=r"no role of colours 'camp2'.*camp-2"):
        figure.svg()
