"""The pages of articles that others annotated: no codebook of ours, several coders, no zones."""

import re

import numpy as np
import pytest

import standoff
from standoff import agreement, figures
from standoff.cli.main import main
from standoff.figures import Table
from standoff.measures.pairing import disagreements
from standoff.site.reading_pages import Readings

TEXT = "Grey said: “the talks failed.\n\n“We go on.”\nWhite agreed that they failed.\n"
# cue and trigger at one place, a cue in pieces, a content and a source of two attributions
CODED = """T1\tSource 0 4\tGrey
T2\tCue 5 10\tsaid:
T3\tContent 11 29;31 42\t“the talks failed. “We go on.”
T4\tAttribution 5 10\tsaid:
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T5\tCue 49 55;56 60\tagreed that
T6\tAttribution-no-source 49 55\tagreed
E2\tAttribution-no-source:T6 Content:T3 Cue:T5 Source:T1
T7\tDiscuss 43 55\tWhite agreed
"""


@pytest.fixture
def imported(tmp_path):
    """A project of one article, coded by one coder and left empty by two."""
    for coder, coded in (("gold", CODED), ("a", ""), ("b", "")):
        folder = tmp_path / "data" / coder
        folder.mkdir(parents=True)
        (folder / "grey.txt").write_text(TEXT)
        (folder / "grey.ann").write_text(coded)
    assert main(["import", "brat", str(tmp_path / "data"), str(tmp_path / "project")]) == 0
    meta = tmp_path / "project" / "grey" / "meta.toml"
    meta.write_text(meta.read_text().replace('outlet = "unknown"', 'outlet = "Harbour Post"'))
    return tmp_path / "project"


@pytest.fixture
def page(imported):
    """What the page of the reference coding shows."""
    corpora = {coder: standoff.load(imported, coder) for coder in standoff.coders(imported)}
    return Readings(corpora, []).page("grey", "gold")


def test_every_imported_annotation_has_one_address_and_no_link_is_dead(imported, page):
    rows = [row for layer in page["layers"] for row in layer["rows"]]
    html = page["top"] + page["text"]
    ids = re.findall(r' id="([^"]+)"', html) + [ident for row in rows for ident in row["spare"]]
    assert len(ids) == len(set(ids))
    found = standoff.load(imported).annotations["grey"]
    assert {item.id for item in (*found.spans, *found.events)} <= set(ids)
    links = [row["href"] for row in rows] + re.findall(r'href="(#[^"]+)"', html)
    about = {f"about-{row['id']}" for row in rows}
    assert {link[1:] for link in links} <= set(ids) | about


def test_each_cue_has_one_number_and_one_note(page):
    html = page["top"] + page["text"]
    assert re.findall(r'aria-label="Note (\d)"', html) == ["1", "2"]
    assert sorted(re.findall(r'id="note-(\w+)"', html)) == ["E1", "E2"]


def test_the_outlet_is_that_of_meta_toml_and_unknown_details_are_left_out(imported, page):
    assert page["byline"] == "Harbour Post · 13 words"
    assert figures.labels(standoff.load(imported)) == {"grey": "Harbour Post"}


def test_agreement_on_layers_that_nobody_coded_is_said_in_one_line(imported):
    coders = [standoff.load(imported, coder) for coder in "ab"]
    tables = [
        measure(coders, np.random.default_rng(1), 10)
        for measure in (agreement.labels, agreement.attributes, agreement.relations)
    ]
    tables += [disagreements(coders), agreement.counts(*coders)]
    for table in tables:
        assert Table(table, "Labels")._repr_mimebundle_()["text/html"] == (
            "<p>Labels: nothing to show.</p>"
        )
    drawn = figures.agreement(tables[0])
    assert drawn.caption == "Nothing to show: no label is used by any coder."


def test_check_says_once_what_it_says_of_many_articles(tmp_path, capsys):
    for number in range(12):
        (tmp_path / f"t{number:02}.txt").write_text(f"Number {number}\n\n{TEXT}")
        (tmp_path / f"t{number:02}.ann").write_text("")
    project = tmp_path / "project"
    assert main(["import", "brat", str(tmp_path), str(project)]) == 0
    capsys.readouterr()
    assert main(["check", str(project)]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"12 articles have proposed zones and sentences, which 'python -m standoff accept "
        f"{project}' accepts: {', '.join(f'{project}/t0{n}/proposed.ann' for n in range(3))} "
        "and 9 more",
        f"12 codings are empty so far: "
        f"{', '.join(f'{project}/t0{n}/gold.ann' for n in range(3))} and 9 more",
    ]
    for path in project.glob("t*/gold.ann"):
        path.unlink()
    assert main(["check", str(project)]) == 1
    assert capsys.readouterr().out.count("E-file-missing") == 1
