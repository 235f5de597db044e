"""Words that want to be more than words: shown as text on every page and in every cell, or refused
with file and line."""

import csv
import hashlib
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import SEEDS
from nbconvert.filters import markdown2html
from test_lab import START_LIMIT, Server

import standoff
from standoff import figures
from standoff.annotation import brat
from standoff.annotation.escaping import as_html, as_markdown, balanced
from standoff.annotation.model import (
    Annotations,
    Attribute,
    Event,
    Normalisation,
    Note,
    Relation,
    Span,
)
from standoff.annotation.problems import Report
from standoff.annotation.span_checks import verify
from standoff.annotation.toml_files import toml
from standoff.claims import Claims, Finding
from standoff.exchange import FORMATS, documents_of, export_tables
from standoff.figures import Table, named
from standoff.figures import reading as reader
from standoff.site.builder import _write
from standoff.site.render import Site

pytestmark = pytest.mark.notebooks

HACK = "window.hacked=1"
MARKUP = [
    f"<script>{HACK}</script>",
    f"</script><script>{HACK}</script>",
    f"</style></title></textarea><svg onload={HACK}>",
    f'\'"><img src=x onerror="{HACK}">',
    f"javascript:{HACK}",
    f'<a href="javascript:{HACK}">&lt;&amp;</a>',
    "<!-- ]]> <![CDATA[ -->",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    f"[x](javascript:{HACK}) **b** _i_ `c` | ![p](x:y)",
    r"$\href{javascript:x}{a}$ \(x\) $$y$$ \begin{matrix}z\end{matrix}",
]
OTHER = [
    "Z" + "\u0301" * 60,
    "سلام، שלום",
    "\u202edetrevni\u202c",
    "\u2067a\u2069 b",
    "👳🏻‍♀️",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
]
WORDS = MARKUP + OTHER
BREAKOUT = f'Zone"><img/src=x/onerror={HACK}>'  # a label: names hold no blanks


# A project whose names and texts are hostile.
class _Coding:
    """Annotations that grow line by line over a text."""

    def __init__(self):
        self.text, self.found = "", Annotations()

    def mark(self, label, words, start):
        ident = f"T{len(self.found.spans) + 1}"
        self.found.spans.append(Span(ident, label, ((start, start + len(words)),), words))
        return ident

    def event(self, label, trigger, *roles):
        ident = f"E{len(self.found.events) + 1}"
        self.found.events.append(Event(ident, label, trigger, roles))
        return ident

    def say(self, target, **values):
        for name, value in values.items():
            self.found.attributes.append(
                Attribute(f"A{len(self.found.attributes) + 1}", name, target, value)
            )

    def refer(self, target, db, key, words):
        self.found.normalisations.append(
            Normalisation(f"N{len(self.found.normalisations) + 1}", target, db, key, words)
        )

    def line(self, zone, words, number):
        """One paragraph in which somebody called by these words says them, meets another and blames
        a third."""
        start, said = len(self.text), f"{words} said {words} on 2 May 2020"
        self.text += f"{said}\n\n"
        self.mark(zone, said, start)
        self.mark("Sentence", said, start)
        who = self.mark("Actor", words, start)
        self.say(who, Form="name")
        self.refer(who, "actors", f"actor-{number}", words)
        cue, content = (
            self.mark("Attribution", "said", start + len(words) + 1),
            self.mark("Content", words, start + len(words) + 6),
        )
        self.say(
            self.event("Attribution", cue, ("Source", who), ("Content", content)),
            Kind="indirect",
            Stance="neutral",
            Channel="unstated",
        )
        frame = self.mark("Rivalry", words, start + len(words) + 6)
        self.say(frame, Function="problem", Valence="negative")
        self.found.relations.append(Relation(f"R{number + 1}", "Target", frame, who))
        trigger = self.mark("Request", "said", start + len(words) + 1)
        met = self.event("Request", trigger, ("Who", who))
        self.say(met, Factuality="fact", Move="invite", Track=f"track-{number}")
        self.found.notes.append(Note(f"#{number + 1}", "AnnotatorNotes", met, f"{words} {words}"))
        time = self.mark("Time", "2 May 2020", start + len(said) - 10)
        self.say(time, TimeType="DATE")
        self.refer(time, "edtf", "2020-05-02", "2 May 2020")


def write_project(path):
    """The project; its texts, titles, names, rights, definitions, notes and one label are hostile
    words."""
    path.mkdir()
    book = (
        (SEEDS / "codebook.toml")
        .read_text(encoding="utf-8")
        .replace("[labels.Quoted]", "[labels.Quoted]\nexhaustive = false")
    )
    for number, words in enumerate(WORDS[:3]):
        book = re.sub(
            r'(?m)^(definition|example|because|structure) = ".*"$',
            lambda m, w=words: f"{m[1]} = {toml(w)}",
            book,
            count=number + 4,
        )
    book += (
        f'\n[labels.{toml(BREAKOUT)}]\nlayer = "structure"\nkind = "zone"\ndefinition = '
        f"{toml(WORDS[3])}\n"
    )
    (path / "codebook.toml").write_text(book, encoding="utf-8")
    actors = [
        f'[actor-{n}]\nname = {toml(w)}\nkind = "expert"\ncountry = {toml(w)}\nnamed = true\n'
        for n, w in enumerate(WORDS)
    ]
    (path / "actors.toml").write_text("\n".join(actors), encoding="utf-8")
    tracks = [
        (
            f'[track-{n}]\nname = {toml(f"{w} {n}")}\nhost = "none"\naim = {toml(w)}\nmembers = '
            f'["actor-{n}"]\nperiod = "2020"\nfate.mine = {toml(w)}\n'
        )
        for n, w in enumerate(WORDS)
    ]
    (path / "tracks.toml").write_text("\n".join(tracks), encoding="utf-8")
    for number, doc in enumerate(("Müller e\u0301 2020", "سلام-1", "plain.-_x")):
        write_article(path / doc, number)
    return path


def write_article(path, number):
    path.mkdir()
    coding = _Coding()
    for at, words in enumerate(WORDS):
        coding.line(BREAKOUT if at == number else "Body", words, at)
    (path / "text.txt").write_bytes(coding.text.encode())
    keys = (
        "title",
        "outlet",
        "country_of_outlet",
        "genre",
        "earlier_publication",
        "language",
        "rights",
    )
    meta = [f"{key} = {toml(WORDS[(at + number) % len(WORDS)])}" for at, key in enumerate(keys)]
    meta += [
        f"authors = {toml(WORDS[:4])}",
        "published = 2020-05-03",
        f'sha256 = "{hashlib.sha256(coding.text.encode()).hexdigest()}"',
    ]
    coders = [
        f"[coders.{toml(coder)}]\nwho = {toml(words)}"
        for coder, words in (("gold", WORDS[0]), ("zwei ü", WORDS[12]))
    ]
    (path / "meta.toml").write_text("\n".join([*meta, *coders]) + "\n", encoding="utf-8")
    for coder in ("gold", "zwei ü"):
        (path / f"{coder}.ann").write_bytes(brat.write(coding.found).encode())


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("hostile") / "mine")


@pytest.fixture(scope="module")
def hostile(mine):
    return standoff.load(mine)


def claimed(corpus):
    """Claims whose sentence, figures and passages are hostile words."""
    claim = Claims(corpus, {"gold, as coded": corpus, f"other {WORDS[3]}": corpus})

    @claim("{who} and {whom} are heard.")
    def heard(c):
        return Finding(True, c.frames, who=WORDS[0], whom=WORDS[12])

    return claim.made


def drawings(corpus):
    """All figures of a corpus."""
    given = {
        "ladder": (corpus, [(words, "if", "opens") for words in WORDS]),
        "telling": (corpus, next(iter(corpus.texts))),
    }
    names = [
        name
        for name in figures.__all__
        if name[0].islower() and name not in ("agreement", "labels", "named", "reading")
    ]
    return {name: getattr(figures, name)(*given.get(name, (corpus,))) for name in names}


def output(bundle):
    return nbformat.v4.new_output("display_data", data=bundle)


@pytest.fixture(scope="module")
def cells(hostile):
    """What a notebook about such articles shows: a passage, tables, a claim and every figure, as
    its outputs."""
    shown = [reader.show(hostile, doc)._repr_mimebundle_() for doc in hostile.texts]
    shown += [
        Table(
            named(hostile.frames, hostile, "voice", "target"), WORDS[0], {"text": WORDS[3]}
        )._repr_mimebundle_()
    ]
    shown += [
        Table(hostile.actors, WORDS[2])._repr_mimebundle_(),
        *(claim._repr_mimebundle_() for claim in claimed(hostile).values()),
    ]
    for figure in drawings(hostile).values():
        bundle = {
            "application/vnd.vegalite.v5+json": figure.spec(),
            "application/vnd.standoff.figure+json": figure.page_parts(),
            "image/svg+xml": figure.svg(),
            "text/plain": figure.alternative,
        }
        shown += [bundle, {"text/markdown": as_markdown(figure.caption)}]
    return shown


@pytest.fixture(scope="module")
def pages(mine, cells, tmp_path_factory):
    """The site of the project, with one notebook of such outputs, and all of it in one file."""
    cell = nbformat.v4.new_code_cell(
        "print()", execution_count=1, outputs=[output(bundle) for bundle in cells]
    )
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Title\n\n*Question?*"), cell]
    )
    path = tmp_path_factory.mktemp("site") / "site"
    _write(Site([path / "00_mine.ipynb"], [notebook], mine, True), True, path)
    return path


# Pages.
class _Seen(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, source):
        super().__init__()
        self.wrong = Report()
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag in ("img", "script", "svg", "style", "iframe", "object") and not self._ours(
            tag, told
        ):
            self.wrong.append((tag, attrs))
        self.wrong += [
            (tag, pair)
            for pair in attrs
            if pair[0].startswith("on") or pair[0] in ("srcdoc", "formaction", "action")
        ]
        self.wrong += [
            (tag, url)
            for url in (told.get("href"), told.get("src"))
            if re.match(r"\s*(javascript|vbscript|data:text)", url or "", re.IGNORECASE)
        ]

    def _ours(self, tag, told):
        if tag == "img":
            return (told.get("src") or "").startswith("data:image/svg+xml;base64,")
        return tag == "style" or (tag == "svg" and told["role"] == "img")


def test_no_page_holds_an_element_or_a_handler_that_the_words_made(pages):
    sources = {path.name: path.read_text(encoding="utf-8") for path in pages.glob("*.html")}
    assert len(sources) == 6 + 2 * 3
    for name, source in sources.items():
        assert _Seen(source).wrong == [], name


@pytest.fixture(scope="module")
def opened(browser):
    """Opens a page in a real browser; nothing may have run, asked or complained."""

    def opened(path):
        page, heard = browser.new_page(), []
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_timeout(100)
        assert heard == [] and page.evaluate("window.hacked === undefined"), path.name
        return page

    return opened


@pytest.mark.browser
def test_in_a_browser_nothing_of_the_words_runs_and_all_of_them_are_read(opened, pages, hostile):
    for path in sorted(pages.glob("*.html")):
        page = opened(path)
        text = page.evaluate("document.body.textContent")
        if path.stem in (*hostile.texts, "index", "standoff"):
            assert [words for words in WORDS if words not in text] == [], path.name
        if path.stem in hostile.texts:
            assert page.title() == f"{hostile.meta[path.stem]['title']} · standoff"
        page.close()


SHOW = (
    "import json\nfrom IPython.display import publish_display_data\nfor bundle in "
    "json.load(open('shown.json')):\n    publish_display_data(bundle)"
)


@pytest.mark.browser
def test_in_a_running_jupyterlab_nothing_of_the_words_runs_and_all_of_them_are_read(
    browser, cells, tmp_path
):
    """The cell is run there, so that JupyterLab trusts what it shows and cleans none of it."""
    (tmp_path / "home").mkdir()
    (tmp_path / "shown.json").write_text(json.dumps(cells), encoding="utf-8")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHOW)], metadata=kernel),
        tmp_path / "mine.ipynb",
    )
    server, heard = Server(tmp_path / "home", tmp_path), []
    try:
        address, page = server.address(), browser.new_page()
        page.set_default_timeout(START_LIMIT * 1000)
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.goto(f"{address}/lab/tree/mine.ipynb?token={server.token}&reset")
        page.locator(".jp-CodeCell").wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_function(
            f"document.querySelectorAll('.jp-OutputArea-output').length === {len(cells)}"
        )
        page.wait_for_timeout(1000)
        assert heard == [] and page.evaluate("window.hacked === undefined")
        text = page.locator(".jp-Notebook").text_content()
        assert "not trusted" not in page.locator(".jp-StatusItem-trust").get_attribute("title")
        page.close()
    finally:
        server.end()
    assert [words for words in WORDS if words not in text] == []


ORDER = """one => { const range = document.createRange(), box = (node, at) => { range.setStart(node, at); range.setEnd(node, at + 1);
  return range.getBoundingClientRect(); }, words = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = words.nextNode());) { const text = node.data; let at = text.search(/[a-z][a-z]/);
  if (at >= 0) { const a = box(node, at), b = box(node, at + 1); if (a.width && a.top === b.top) found.push([text.slice(at, at + 20), a.left < b.left]); } }
  return found; }"""


@pytest.mark.browser
def test_controls_of_direction_turn_no_word_of_the_page_around_them(opened, pages, tmp_path):
    """Also where a passage is cut so that a control stays open."""
    page = opened(pages / "index.html")
    style, sentence, passage = (
        (pages / "style.css").read_text(encoding="utf-8"),
        as_html("a\u202eb \u2069"),
        as_html("x\u2069\u202e y"),
    )
    page.set_content(f"""<style>{style}</style><div class="claim"><p><strong>Holds:</strong> <span class="x">{sentence}</span>
      <a class="number" href="#x">claim one</a></p>
      <ul><li><q>{passage}</q> <small>the place</small></li></ul></div>
      <p><span>dim &#x202e;</span><a href="#y">a tag</a></p><p>after it</p>""")
    for words in (".claim strong", ".claim .number", ".claim small", "p > a", "p:last-child"):
        found = page.locator(words).first.evaluate(ORDER)
        assert found and all(is_forward for _, is_forward in found), (words, found)
    place = (
        "one => { const range = document.createRange(); range.selectNodeContents(one); const box "
        "= range.getBoundingClientRect();"
    )
    place += " return [box.left, box.right]; }"
    for words, after in ((".x", ".claim .number"), ("q", "small")):
        assert (
            page.locator(words).first.evaluate(place)[1]
            <= page.locator(after).first.evaluate(place)[0]
        ), words
    page.close()


# Cells, figures and files.
ALLOWED = {
    "bdi",
    "blockquote",
    "br",
    "caption",
    "details",
    "div",
    "em",
    "li",
    "p",
    "q",
    "small",
    "span",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
}
ALLOWED |= {"b", "style", "tr", "ul"}


def test_what_a_cell_shows_holds_no_element_of_the_words_and_no_formula(cells):
    read = ""
    for bundle in cells:
        html = bundle.get("text/html") or (
            markdown2html(bundle["text/markdown"]) if "text/markdown" in bundle else ""
        )
        soup = BeautifulSoup(html, "html.parser")
        assert {tag.name for tag in soup.find_all()} <= ALLOWED, html[:300]
        assert not [
            tag
            for tag in soup.find_all()
            for key in tag.attrs
            if key.startswith("on") or key in ("href", "src")
        ]
        read += soup.get_text()
        for alone in soup.select(".mathjax_ignore"):
            alone.decompose()
        assert not re.search(r"[$\\]", soup.get_text())
    assert [words for words in WORDS if words not in read] == []


@pytest.mark.parametrize("words", WORDS)
def test_a_reading_is_the_same_words_in_markdown_and_in_html(words):
    for html in (markdown2html(as_markdown(f"Of {words} nothing.")), as_html(words)):
        soup = BeautifulSoup(html, "html.parser")
        assert words in soup.get_text() and {tag.name for tag in soup.find_all()} <= {
            "p",
            "em",
            "bdi",
            "span",
        }


def test_plain_readings_stay_plain():
    assert (
        as_markdown("In DW, 31% of 12 (a-b) words; nobody's.")
        == "*In DW, 31% of 12 (a-b) words; nobody's.*"
    )


def test_figures_are_well_formed_and_say_the_words_in_titles_and_alternatives(hostile):
    said = ""
    for name, figure in drawings(hostile).items():
        root = ElementTree.fromstring(figure.svg())
        assert not [
            one
            for one in root.iter()
            if one.tag.rpartition("}")[2] in ("script", "foreignObject", "a", "image")
        ], name
        assert not [
            key
            for one in root.iter()
            for key in one.attrib
            if key.lower().startswith("on") or key.endswith("href")
        ], name
        said += (
            "".join(root.itertext())
            + json.dumps(figure.spec(), ensure_ascii=False)
            + figure.description
        )
    assert [
        words for words in WORDS if json.dumps(words, ensure_ascii=False)[1:-1] not in said
    ] == []


def test_balanced_controls_stay_and_open_ones_are_closed():
    for words in WORDS:
        assert balanced(words) == words
    assert balanced("\u2067a\u202eb\u2069c\u202c") == "\u2067a\u202eb\u202c\u2069c"


def test_exports_hold_the_words_to_the_letter(mine, hostile, tmp_path):
    export_tables(mine, tmp_path / "tables")
    package = json.loads((tmp_path / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    assert all(
        any(words in source["title"] or words in source["rights"] for source in package["sources"])
        for words in WORDS[:3]
    )
    with (tmp_path / "tables" / "actors.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert names == set(WORDS)
    FORMATS["w3c"].write(documents_of(mine), tmp_path / "w3c")
    assert {d.text for d in FORMATS["w3c"].read(tmp_path / "w3c")} == set(hostile.texts.values())
    for name in ("csv", "w3c"):
        again = FORMATS[name].read(tmp_path / ("tables" if name == "csv" else name))
        assert {(d.name, d.coder, brat.write(d.annotations)) for d in again} == {
            (d.name, d.coder, brat.write(d.annotations)) for d in documents_of(mine)
        }


# Refusals.
@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"one\ntwo\x00", 2, "E-file-control"),
        (b"one\n\ntwo\x1b[31m", 3, "E-file-control"),
        (b"one\xed\xa0\x80", 1, "E-file-utf8"),
        (b"one\n\xf4\x90\x80\x80", 2, "E-file-utf8"),
        ("one\n\uffff".encode(), 2, "E-file-control"),
    ],
)
@pytest.mark.parametrize("file", ["text.txt", "gold.ann"])
def test_what_is_no_text_is_refused_in_a_text_and_in_an_annotation(folder, data, line, code, file):
    (folder.article / file).write_bytes(data)
    assert f"one/{file}:{line}: {code}" in folder.codes()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (r'"a\u0000b"', "E-toml-control"),
        ('"a\u202eb"', "E-toml-control"),
        (r'"a\u2069b"', "E-toml-control"),
        ("5", "E-key-value"),
    ],
)
def test_load_rejects_titles_with_characters_that_change_the_page(folder, value, code):
    path = folder.article / "meta.toml"
    path.write_text(
        path.read_text().replace('title = "Headline here"', f"title = {value}"), encoding="utf-8"
    )
    assert f"one/meta.toml:1: {code}" in folder.codes()


def test_load_rejects_a_line_of_ten_million_letters(folder):
    (folder.article / "text.txt").write_bytes(b"a" * 10_000_000)
    assert "one/text.txt:1: E-file-size" in folder.codes()


def test_a_hundred_thousand_spans_inside_one_another_are_refused():
    text = "a" * 200_001
    found = Annotations(
        [
            Span(f"T{n}", "Actor", ((0, 9 + n % 3),), ("a" * 12)[: 9 + n % 3], n)
            for n in range(1, 100_001)
        ]
    )
    problems = Report()
    verify(found, text, "x.ann", problems)
    assert [(problem.line, problem.code) for problem in problems] == [(201, "E-span-crowded")]


def test_two_pages_of_one_name_are_refused(mine, tmp_path):
    write_project(tmp_path / "p")
    (tmp_path / "p" / "plain.-_x").rename(tmp_path / "p" / "Claims")
    with pytest.raises(standoff.SeedError, match="Claims:1: E-page-name: "):
        empty = nbformat.v4.new_notebook()
        Site([tmp_path / "n" / "a.ipynb"], [empty], tmp_path / "p", True).write(tmp_path)
