"""The reading view: marks on a page and in a notebook cell, and the marks of other coders."""

import re

import pytest
from bs4 import BeautifulSoup
from conftest import SEEDS

import standoff
from standoff.claims.passages import passages
from standoff.figures import reading as reader
from standoff.figures.article_html import KEYS, PageWriter
from standoff.measures import pairing
from standoff.site.pages import codebook
from standoff.site.reading_pages import Readings

DOC = "dw-2017-04-14"


def parsed(html):
    """Return some HTML as a tree that keeps all blanks and line ends."""
    return BeautifulSoup(f"<pre>{html}</pre>", "html.parser")


def plain(html):
    """Return the words of an article's HTML without what is added to its text."""
    soup = parsed(html)
    for extra in soup.select(".extra, .keys, style"):
        extra.decompose()
    return soup.get_text()


def page_of(corpus, doc):
    """Return an article's HTML for a page, with all its marks, and the notes."""
    writer = PageWriter(corpus, doc, reader.marks(corpus, doc))
    return parsed("".join(writer.html())), writer.notes


def test_every_row_of_every_table_is_marked(corpus):
    for doc in corpus.texts:
        found = {mark.id for mark in reader.marks(corpus, doc)}
        for table in ("mentions", "attributions", "quotations", "frames", "times", "events"):
            rows = getattr(corpus, table)
            assert set(rows.loc[rows["doc"] == doc, "id"]) - found == set(), table


@pytest.mark.parametrize("coder", ["gold", "a", "b"])
def test_the_words_of_an_article_are_reproduced_to_the_character(coder):
    corpus = standoff.load(SEEDS, coder)
    for doc, text in corpus.texts.items():
        assert plain(str(page_of(corpus, doc)[0])) == text.strip("\n")
        assert plain(reader.show(corpus, doc).html) == text.strip("\n")


def test_what_is_shown_has_numbers_without_gaps_and_what_is_folded_has_letters(corpus):
    for doc in corpus.texts:
        soup, notes = page_of(corpus, doc)
        assert len(notes) == (corpus.attributions["doc"] == doc).sum()
        folded = {mark.text for mark in soup.select("details .n")}
        shown = [mark.text for mark in soup.select(".n") if not mark.find_parent("details")]
        assert shown == [str(number) for number in range(1, len(shown) + 1)]
        assert folded == ({"a"} if doc == DOC else set())
        for mark in soup.select(".n"):
            note = soup.find(id=mark["href"][1:])
            assert note.select_one(".number").text == mark.text
            assert note.find_parent(class_="part") is mark.find_parent(class_="part")


def test_a_note_says_who_speaks_how_and_with_which_verb(corpus):
    soup, _ = page_of(corpus, "avim-2018-10-31")
    notes = {item.b.text: item.text.split(": ")[1] for item in soup.select(".notes li")}
    assert notes["A Taliban spokesman"] == "paraphrased, through press reports, “announced”"
    assert notes["US government"] == "paraphrased, “saying”"
    assert notes["Unnamed US officials, unnamed Afghan officials"] == (
        "paraphrased, “were confirmed”"
    )
    thoughts = [item.text for item in soup.select(".notes li") if "as a thought" in item.text]
    assert len(thoughts) == 7


def test_a_content_inside_a_content_keeps_its_own_colour(corpus):
    soup, _ = page_of(corpus, DOC)
    row = corpus.attributions.set_index("id").loc["E16"]
    inner = next(one for one in soup.select(".content .content.E16"))
    assert plain(str(inner)) == row["content"]
    assert "other" in inner["class"] and "camp-2" in inner.find_parent(class_="content")["class"]


def test_a_discontinuous_content_is_tinted_piece_by_piece(corpus):
    soup, _ = page_of(corpus, DOC)
    [content] = [span for span in corpus.annotations[DOC].spans if span.id == "T150"]
    pieces = [plain(str(one)) for one in soup.select(".content.E25")]
    assert len(pieces) == len(content.fragments) == 2
    assert pieces == [corpus.texts[DOC][start:end] for start, end in content.fragments]


def test_paragraphs_have_the_numbers_by_which_passages_name_them(corpus):
    for doc, text in corpus.texts.items():
        soup, _ = page_of(corpus, doc)
        sentences = corpus.sentences[corpus.sentences["doc"] == doc]
        for sentence in sentences.itertuples():
            [passage] = passages(corpus, sentences[sentences["id"] == sentence.id])
            part = soup.find(id=sentence.id).find_parent(class_="part")
            number = part.select_one(".place")
            assert text[sentence.start : sentence.end] in plain(str(part))
            name = passage.where.split(", ")[1]
            assert name == (f"paragraph {number.text}" if number else name)
            assert bool(number) == name.startswith("paragraph")


def test_the_legend_explains_every_kind_of_mark_and_every_colour_that_is_shown(corpus):
    for doc in corpus.texts:
        writer = PageWriter(corpus, doc, reader.marks(corpus, doc))
        soup = parsed("".join(writer.html()))
        legend = parsed("".join(map(writer.keys, reader.LAYERS)))
        for kind in KEYS:
            assert bool(soup.select(f".words .{kind}")) == bool(legend.select(f"span.{kind}")), kind
        camps = {name for one in soup.select(".words .content") for name in one["class"][1:2]}
        assert {name for item in legend.select("li[class]") for name in item["class"]} == camps
        assert ("camp-4" in camps) == (doc != DOC)


def test_frames_are_defined_by_the_codebook_where_they_first_stand(corpus):
    for doc in corpus.texts:
        soup, _ = page_of(corpus, doc)
        items = [item.text for item in soup.select(".beside .framing li")]
        frames = set(corpus.frames.loc[corpus.frames["doc"] == doc, "frame"])
        defined = [item for item in items if ": " in item]
        assert len(defined) == len(frames)
        for frame in frames:
            name = corpus.codebook.title(frame).capitalize()
            definition = f"{name}: {corpus.codebook.labels[frame]['definition']}"
            assert items.index(definition) < min(
                [n for n, item in enumerate(items) if item == name], default=len(items)
            )


def test_times_are_shown_with_dates_and_durations_with_none(corpus):
    marks = {mark.id: mark for mark in reader.marks(corpus, DOC, ["chronology"])}
    names = {row.text: marks[row.id].name for row in corpus.times.itertuples() if row.doc == DOC}
    assert names["Wednesday"] == "12 April 2017"
    assert names["earlier in the week"] == "10 April 2017 to 13 April 2017"
    assert names["20 years"] == "how long" and names["at this time"] == "no date can be worked out"


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


def test_a_cell_has_no_script_link_or_address_and_is_marked_without_its_style_sheet(corpus):
    soup = parsed(reader.show(corpus, DOC).html)
    assert not soup.select("script, a, [id], [src], link")
    soup.style.decompose()
    assert "url(" not in str(soup)
    for kind in KEYS:
        assert all("style" in mark.attrs for mark in soup.select(f".words .{kind}")), kind
    tints = {mark["style"] for mark in soup.select(".words .content")}
    assert len(tints) == 5 and all(style.startswith("background:rgba(") for style in tints)


def test_a_cell_marks_only_the_layers_that_it_is_asked_for(corpus):
    soup = parsed(reader.show(corpus, DOC, ["framing"]).html)
    assert soup.select(".words .frame .tag") and not soup.select(".content, .n, .notes, .time")


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
    assert "&lt;b&gt;left&lt;/b&gt;" in str(page_of(corpus, "one")[0])


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
    assert found["E1"].name == "Mr Grey"
    assert found["E1"].about == ("paraphrased", "4 words, 0 of them quoted")
    assert found["T9"].name == "in quotation marks" and found["T9"].kind == "unspoken"
    assert "nan" not in reader.show(own, "one").html


def test_labels_of_added_layers_are_marked_with_a_switch_of_their_own(own):
    found = {mark.id: mark for mark in reader.marks(own, "one")}
    assert (found["T11"].layer, found["T11"].name, found["T11"].about) == (
        "other",
        "Glad",
        ("layer: mood", "Degree: much"),
    )
    assert found["T13"].about == ("layer: sourcing",) and {
        mark.id for mark in reader.marks(own, "one", ["other"])
    } == {"T11", "T13"}
    assert "double line" in reader.show(own, "one").html
    page = Readings({"gold": own}, []).page("one", "gold")
    assert page["switches"][-1][:2] == ("other", "What else is marked")
    assert page["layers"][-1]["id"] == "other" and [
        row["id"] for row in page["layers"][-1]["rows"]
    ] == ["T11", "T13"]
    for ident in ("T11", "T12", "T13", "E2", "E3"):
        assert (page["top"] + page["text"]).count(f'id="{ident}"') == 1


def test_the_layer_of_other_marks_is_hidden_if_it_is_empty(corpus):
    assert not [mark for doc in corpus.texts for mark in reader.marks(corpus, doc, ["other"])]
    page = Readings({"gold": corpus}, []).page(DOC, "gold")
    assert "other" not in {layer["id"] for layer in page["layers"]}
    assert [layer for layer, *_ in page["switches"]] == ["sourcing", "framing", "chronology"]
    assert "double line" not in reader.show(corpus, DOC).html


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
    assert [(row["href"], row["tag"], row["about"]) for row in page["layers"][-1]["rows"]] == [
        ("#T13", "Content", "layer: sourcing"),
        ("one-a.html#T11", "Glad", "not in gold"),
    ]


def test_a_coding_of_a_part_has_a_page_and_is_not_compared_with_the_reference(corpus):
    corpora = {coder: standoff.load(SEEDS, coder) for coder in ("gold", "b", "c")}
    pages = Readings(corpora, [])
    page = pages.page(DOC, "gold")
    assert page["others"] == ["b"]
    assert [name for name, _ in page["codings"]] == ["gold", "b", "c"]
    assert pages.page(DOC, "c")["partial"] == "framing and moves only"
    uses = {entry["uses"] for layer in codebook(corpora) for entry in layer["entries"]}
    assert not any("c " in words for words in uses)
