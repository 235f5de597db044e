"""The reading view: marks on a page and in a notebook cell, and the marks of other coders."""

import re
from html import unescape

import pytest
from conftest import SEEDS

import standoff
from standoff.figures import reading as reader
from standoff.measures import pairing
from standoff.site.pages import Readings

DOC = "dw-2017-04-14"


def plain(html):
    """Return the words of some HTML without markup and without the tags of marks."""
    return unescape(
        re.sub(r"<[^>]+>", "", re.sub(r'<span style="font[^>]*>[^<]*</span>', "", html))
    )


def test_every_row_of_every_table_is_marked(corpus):
    for doc in corpus.texts:
        found = {mark.id for mark in reader.marks(corpus, doc)}
        for table in ("mentions", "attributions", "quotations", "frames", "times", "events"):
            rows = getattr(corpus, table)
            assert set(rows.loc[rows["doc"] == doc, "id"]) - found == set(), table


def test_parts_of_an_attribution_bear_its_number(corpus):
    row = next(row for row in corpus.attributions.itertuples() if isinstance(row.source, str))
    tags = {
        mark.tag for mark in reader.marks(corpus, row.doc, ["sourcing"]) if mark.group == row.id
    }
    assert {re.sub(r"\D", "", tag) for tag in tags} == {"1"} and {
        tag.split()[0] for tag in tags
    } == {"source", "cue", "content"}


def test_marks_of_times_and_events_give_their_dates(corpus):
    marks = {mark.id: mark for mark in reader.marks(corpus, DOC, ["chronology"])}
    first = next(row for row in corpus.times.itertuples() if row.doc == DOC)
    assert (
        marks[first.id].tag == f"time: {first.value}"
        and f"on {first.earliest:%Y-%m-%d}" in marks[first.id].about
    )
    assert any("between" in words for mark in marks.values() for words in mark.about)


def test_show_around_an_annotation_shows_its_sentence_and_neighbours(corpus):
    frame = next(row for row in corpus.frames.itertuples() if row.doc == DOC and row.zone == "Body")
    sentences = corpus.sentences[corpus.sentences["doc"] == DOC].reset_index(drop=True)
    here = sentences.index[sentences["id"] == frame.sentence][0]
    shown = reader.show(corpus, DOC, around=frame.id, sentences=0)
    assert shown.plain == sentences.loc[here, "text"]
    wider = reader.show(corpus, DOC, around=frame.id)
    assert (
        sentences.loc[here - 1, "text"] in wider.plain
        and sentences.loc[here + 1, "text"] in wider.plain
    )
    assert sentences.loc[here, "text"] in plain(wider.html)


def test_show_uses_no_style_sheet_script_or_link(corpus):
    html = reader.show(corpus, DOC)._repr_mimebundle_()["text/html"]
    assert not re.search(r"<script|<style|<a |\bid=|\bclass=|url\(|javascript", html)
    assert html.count("border-bottom:3px") > 200


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"doc": "dw-2017"}, "no article 'dw-2017'; did you mean 'dw-2017-04-14'?"),
        ({"doc": DOC, "layers": ["framings"]}, "no layer 'framings'; did you mean 'framing'?"),
        ({"doc": DOC, "around": "T9999"}, "no annotation 'T9999'; did you mean 'T99'?"),
    ],
)
def test_show_rejects_unknown_names_and_suggests_the_nearest(corpus, call, message):
    with pytest.raises(KeyError, match=re.escape(message)):
        reader.show(corpus, **call)


def test_markup_in_a_text_is_shown_as_text(folder):
    text = folder.text.replace("Grey left.", "<b>left</b>.")
    folder.lines = [
        line
        for line in folder.lines
        if not line.startswith(("T2\t", "T5\t", "T10\t", "A2\t", "N2\t"))
    ]
    folder.lines += [
        f"T2\tBody 15 {len(text) - 1}\t{text[15:-1]}",
        f"T5\tSentence 52 {len(text) - 1}\t{text[52:-1]}",
    ]
    folder.meta["sha256"] = __import__("hashlib").sha256(text.encode()).hexdigest()
    folder.write(text)
    corpus = standoff.load(folder.path)
    assert "&lt;b&gt;left&lt;/b&gt;" in reader.show(corpus, "one").html
    assert "&lt;b&gt;" in reader.text_html(corpus, "one", reader.marks(corpus, "one"))


def test_compared_gives_the_outcome_of_every_annotation_of_gold(corpus):
    told, more = pairing.compared(corpus, standoff.load(SEEDS, "a"))
    same = sum(words == "the same" for words in told.values())
    assert same > 0.9 * len(told)
    listed = pairing.disagreements([corpus, standoff.load(SEEDS, "a")])
    alone = listed[listed["kind"] == "only one"]
    assert len(more) == alone["first"].isna().sum()
    assert (
        sum(words.startswith("not marked") for words in told.values())
        == alone["second"].isna().sum()
    )


def test_gold_compared_with_itself_has_no_differences(corpus):
    told, more = pairing.compared(corpus, corpus)
    assert set(told.values()) == {"the same"} and more == []


@pytest.fixture
def own(folder):
    """An article with an added layer, an attribution with few attributes, and two events on one
    trigger."""
    book = folder.path / "codebook.toml"
    source = (
        book.read_text(encoding="utf-8")
        .replace("required = true", "")
        .replace("[layers]\n", '[layers]\nmood = "How it sounds"\n')
    )
    more = (
        '[labels.Glad]\nlayer = "mood"\nkind = "span"\ndefinition = "d"\n[labels.Sigh]\nlayer = '
        '"mood"\nkind = "event"\ndefinition = "d"\nroles = {}\n'
    )
    book.write_text(
        source + more + '[attributes.Degree]\nlayer = "mood"\non = ["Glad"]\nvalues = ["much"]\n',
        encoding="utf-8",
    )
    folder.lines = [line for line in folder.lines if not line.startswith(("A3", "A4", "A5", "A6"))]
    folder.lines += [
        "A4\tKind E1 indirect",
        "T11\tGlad 57 61\tleft",
        "A5\tDegree T11 much",
        "T13\tContent 57 61\tleft",
    ]
    folder.lines += ["T12\tSigh 44 50\tfailed", "E2\tSigh:T12", "E3\tSigh:T12"]
    folder.write()
    return standoff.load(folder.path)


def test_marks_omit_missing_attributes(own):
    found = {mark.id: mark for mark in reader.marks(own, "one")}
    assert (
        found["E1"].about == ("source: Mr Grey", "indirect", "4 words, 0 of them quoted")
        and found["T9"].tag == "in quotation marks"
    )
    assert "nan" not in reader.show(own, "one").html


def test_labels_of_added_layers_are_marked(own):
    found = {mark.id: mark for mark in reader.marks(own, "one")}
    assert (found["T11"].layer, found["T11"].tag, found["T11"].about) == (
        "other",
        "Glad",
        ("layer: mood", "Degree: much"),
    )
    assert found["T13"].about == ("layer: sourcing",) and {
        mark.id for mark in reader.marks(own, "one", ["other"])
    } == {"T11", "T13"}
    assert "what else is marked (other)" in reader.show(own, "one").html
    page = Readings({"gold": own}, []).page("one", "gold")
    assert [layer["id"] for layer in page["layers"]][-1] == "other" and [
        row["id"] for row in page["layers"][-1]["rows"]
    ] == ["T11", "T13"]
    for ident in ("T11", "T12", "T13", "E2", "E3"):
        assert page["text"].count(f'id="{ident}"') == 1


def test_the_layer_of_other_marks_is_hidden_if_it_is_empty(corpus):
    assert not [mark for doc in corpus.texts for mark in reader.marks(corpus, doc, ["other"])]
    assert "other" not in {
        layer["id"] for layer in Readings({"gold": corpus}, []).page(DOC, "gold")["layers"]
    }
    assert "what else is marked" not in reader.show(corpus, DOC).html


def test_marks_of_another_coder_in_an_added_layer_are_listed(own, folder):
    lines = (folder.article / "gold.ann").read_text().splitlines()
    (folder.article / "gold.ann").write_text(
        "".join(f"{line}\n" for line in lines if not line.startswith(("T11", "A5")))
    )
    (folder.article / "a.ann").write_text("".join(f"{line}\n" for line in lines))
    with (folder.article / "meta.toml").open("a") as meta:
        meta.write('[coders.a]\nwho = "a test"\n')
    page = Readings({coder: standoff.load(folder.path, coder) for coder in ("gold", "a")}, []).page(
        "one", "gold"
    )
    assert [(row["ident"], row["tag"]) for row in page["layers"][-1]["rows"]] == [
        ("T13", "Content"),
        ("a: T11", "Glad"),
    ]
