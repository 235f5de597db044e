"""Zones proposed for pages as they come from a browser, and corrected by line or by quoting."""

from pathlib import Path

import pytest
from conftest import codes

from standoff.authoring.project import accept
from standoff.authoring.relabelling import proposed_zones, relabel
from standoff.authoring.zone_proposals import propose
from standoff.cli.main import main

LAYOUTS = Path(__file__).parent / "layouts"


def read(path):
    """Heading, text and (label, start, end) of each labelled line of a page."""
    head, rows, text = {}, [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            key, value = line[2:].split(": ", 1)
            head[key] = value
        elif not line:
            text += "\n"
        else:
            label, words = line.split("\t", 1)
            if label.startswith("+"):
                text = text[:-1] + " "
            rows.append((label.lstrip("+"), len(text), len(text) + len(words)))
            text += words + "\n"
    return head, text, rows


def right(path):
    """How many lines of a page get their label, and how many there are."""
    head, text, rows = read(path)
    proposed = propose(text, head["title"], head["authors"].split("; "), head["language"])
    found = {
        (span.start, span.end): span.label for span in proposed.spans if span.label != "Sentence"
    }
    return sum(found.get((start, end)) == label for label, start, end in rows), len(rows)


@pytest.mark.parametrize(
    ("folder", "measured"), [("", (192, 197)), ("held_out", (87, 91))], ids=["seen", "held out"]
)
def test_the_lines_of_pages_get_their_label_as_often_as_measured(folder, measured):
    pages = [right(path) for path in sorted((LAYOUTS / folder).glob("*.tsv"))]
    assert (sum(hits for hits, _ in pages), sum(lines for _, lines in pages)) == measured
    assert [page for page in pages if page[0] < 0.85 * page[1]] == []


@pytest.fixture
def article(tmp_path):
    """A project with one page whose zones are proposed."""
    head, text, _ = read(LAYOUTS / "regional_en.tsv")
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    call = ["new", str(tmp_path / "mine"), str(tmp_path / "page.txt"), "--name", "library"]
    call += ["--title", head["title"], "--published", head["published"]]
    assert main([*call, "--author", head["authors"]]) == 0
    return tmp_path / "mine" / "library"


def labels(article):
    return {zone.words: zone.label for zone in proposed_zones(article)}


def test_a_zone_is_relabelled_by_the_number_of_its_line(article, capsys):
    assert main(["relabel", str(article), "Note", "13"]) == 0
    assert "  13  Note " in capsys.readouterr().out
    zone = next(zone for zone in proposed_zones(article) if zone.line == 13)
    assert zone.label == "Note"
    accept(article)
    assert "Sentence 291 " not in (article / "gold.ann").read_text(encoding="utf-8")


def test_words_that_are_a_part_of_a_zone_divide_it(article):
    relabel(article, "Caption", ["(Photo:"])
    after = labels(article)
    assert (after["(Photo:"], after["Jo Prentice)"]) == ("Caption", "Credit")
    relabel(article, "Note", ["Some had brought the books they had borrowed."])
    after = labels(article)
    assert after["Some had brought the books they had borrowed."] == "Note"
    assert after["More than 60 people filled the public gallery."] == "Body"
    text = (article / "proposed.ann").read_text(encoding="utf-8")
    assert "\tSome had brought" in text and "Sentence 454 498" not in text
    accept(article)


def test_a_zone_that_becomes_running_text_is_divided_into_sentences(article):
    relabel(article, "Body", ["26"])
    sentences = (article / "proposed.ann").read_text(encoding="utf-8")
    assert "\tThis article was amended on 21 November 2023.\n" in sentences
    assert "\tAn earlier version gave the wrong sum.\n" in sentences


def test_every_wrong_place_is_reported_and_nothing_is_changed(article):
    before = (article / "proposed.ann").read_bytes()
    wrong = ["300", "12", "no such words", "Marsh Lane"]
    assert codes(relabel, article, "Capton", wrong, under=article) == [
        "proposed.ann:1: E-zone-label",
        "text.txt:1: E-zone-quote",
        "text.txt:6: E-zone-quote",
        "text.txt:12: E-zone-line",
        "text.txt:300: E-zone-line",
    ]
    assert codes(relabel, article, "Note", ["14", "Some had"], under=article) == [
        "text.txt:14: E-zone-twice"
    ]
    assert (article / "proposed.ann").read_bytes() == before
    accept(article)
    assert codes(relabel, article, "Note", ["13"], under=article.parent) == [
        "library:1: E-proposed-missing"
    ]
