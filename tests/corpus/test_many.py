"""Many articles: those that the benchmarks generate are valid, differ by coder and have pages."""

import importlib.util
from pathlib import Path

import pytest

import standoff
from standoff import agreement
from standoff.authoring.checking import survey
from standoff.site.render import FEW, Site

NUMBER = FEW + 1


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    spec = importlib.util.spec_from_file_location(
        "synthetic", Path(__file__).parents[1] / "benchmarks" / "synthetic.py"
    )
    synthetic = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(synthetic)
    return synthetic.make(tmp_path_factory.mktemp("many") / "project", NUMBER)


def test_synthetic_articles_have_every_layer_and_pass_the_check(many):
    found = survey(many)
    assert (found.articles, found.problems) == (NUMBER, [])
    corpus = standoff.load(many)
    assert all(
        len(getattr(corpus, table)) > NUMBER
        for table in (
            "mentions",
            "attributions",
            "quotations",
            "frames",
            "times",
            "events",
            "links",
        )
    )
    assert corpus.attributions["parent"].notna().any() and corpus.attributions["actor"].isna().any()


def test_synthetic_coders_differ_in_some_annotations_only(many):
    differences = agreement.disagreements([standoff.load(many, "a"), standoff.load(many, "b")])
    assert 0 < len(differences) < len(standoff.load(many, "a").mentions)


def test_all_reading_pages_of_many_articles_are_written_without_links_in_the_bar(many, tmp_path):
    Site([], [], many, own=True).write(tmp_path)
    names = {
        f"article-{number:04}{coder}.html" for number in range(NUMBER) for coder in ("", "-a", "-b")
    }
    assert names <= {path.name for path in tmp_path.glob("*.html")}
    page = (tmp_path / "article-0000.html").read_text(encoding="utf-8")
    assert "Text: " not in page and 'href="index.html' not in page  # there is no such page
