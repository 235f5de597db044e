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


HEADS = {  # language -> byline of Lena Ode and another, and dateline
    "de": ("Von Lena Ode und Jan Rau, Kiel", "14. April 2017"),
    "fr": ("Par Lena Ode et Jan Rau", "Publié le 14 avril 2017 à 10h30"),
    "es": ("Por Lena Ode, Juan Rau y Jan Rau", "14 de abril de 2017"),
    "en": ("By LENA ODE and Jan Rau in Kabul", "Updated April 14, 2017, 3:45 p.m. ET"),
    "da": ("Af Lena Ode og Jan Rau", "Publiceret fredag den 14. april 2017 kl. 10.30"),
    "sv": ("Av Lena Ode och Jan Rau", "Publicerad 14 april 2017 kl 10.30"),
    "nl": ("Door Lena Ode en Jan Rau", "Gepubliceerd op 14 april 2017 om 10:30"),
    "pl": ("Autor: Lena Ode i Jan Rau", "14 kwietnia 2017, godz. 10:30"),
    "it": ("Di Lena Ode e Jan Rau", "Aggiornato il 14 aprile 2017 alle 10:30"),
    "pt": ("Por Lena Ode e Jan Rau", "Publicado em 14 de abril de 2017 às 10h30"),
    "zh": ("记者张三", "2024年5月6日 星期一"),
    "ja": ("記者 張三", "2024年5月6日 10:30"),
    "ar": ("Lena Ode", "١٤ أبريل ٢٠١٧"),
}


@pytest.mark.parametrize("language", HEADS)
def test_bylines_and_datelines_of_many_languages_are_proposed(language):
    text = "\n\n".join(("The title", *HEADS[language], "It did not sail."))
    authors = ["Lena Ode", "Jan Rau", "张三", "張三"]
    zones = [s.label for s in propose(text, "The title", authors, language).spans]
    assert [label for label in zones if label != "Sentence"] == [
        "Headline",
        "Byline",
        "Dateline",
        "Body",
    ]


@pytest.mark.parametrize("language", sorted(HEADS.keys() - {"pl", "ja", "ar"}))
def test_a_byline_below_the_headline_is_known_by_its_shape(language):
    text = "\n\n".join(("The title", *HEADS[language], "It did not sail.", "By Friday", "It did."))
    zones = [span.label for span in propose(text, "The title", [], language).spans]
    assert [label for label in zones if label != "Sentence"] == [
        "Headline",
        "Byline",
        "Dateline",
        "Body",
        "Crosshead",
        "Body",
    ]


def test_paragraphs_that_end_with_a_chinese_stop_are_running_text():
    text = "渡轮停港\n\n渡轮没有开航。\n\n“旧票价不够付燃料。”\n\n他走了！\n\n她留下。"
    found = propose(text, "渡轮停港", [], "zh").spans
    assert [span.label for span in found if span.label != "Sentence"] == ["Headline"] + ["Body"] * 4


@pytest.mark.parametrize(
    "line",
    [
        "You have 2 free articles left this month.",
        "You’ve read your last free article.",
        "Already a subscriber? Sign in",
        "To continue reading, choose a plan",
        "Subscribe to continue reading…",
        "This article is for subscribers only",
        "This article is for subscribers only.",
    ],
)
def test_a_line_that_asks_readers_to_pay_is_not_counted(line):
    text = "\n\n".join(("The title", "It did not sail.", line, "The crew stayed."))
    zones = [span.label for span in propose(text, "The title", [], "en").spans]
    assert [label for label in zones if label != "Sentence"][2] == "Navigation"


@pytest.mark.parametrize(
    "line",
    [
        "You have two boats left, and this article of faith.",
        "To continue, reading helps.",
        "Already a member of the council, she moved on.",
        "Subscribers left. This article of the law was for them only.",
    ],
)
def test_a_paragraph_that_only_resembles_such_a_line_is_running_text(line):
    text = "\n\n".join(("The title", "It did not sail.", line, "The crew stayed."))
    zones = [span.label for span in propose(text, "The title", [], "en").spans]
    assert [label for label in zones if label != "Sentence"][2] == "Body"


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


def test_relabel_of_an_accepted_article_or_of_none_says_what_to_do(article, capsys, monkeypatch):
    accept(article)
    assert main(["relabel", str(article), "Note", "13"]) == 1
    assert "if they are accepted, change their label in gold.ann" in capsys.readouterr().err
    monkeypatch.chdir(article.parents[1])
    assert main(["relabel", "libary"]) == 1
    assert "no article here, which is a folder with text.txt; did you mean 'mine/library'?" in (
        capsys.readouterr().err
    )


def test_check_of_an_article_names_its_project(article, capsys, monkeypatch):
    monkeypatch.chdir(article.parents[1])
    assert main(["check", "mine/library"]) == 1
    assert "is the folder of an article; expected that of the project: mine" in (
        capsys.readouterr().err
    )


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
