"""A site without the articles shows the passages of claims and nothing more of the texts."""

import base64
import hashlib
import re
import shutil
from html import unescape

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SEEDS, notebook

import standoff
from standoff.claims.claim import claims_in
from standoff.cli.main import main
from standoff.site.blocks import markdown
from standoff.site.one_page import single_file
from standoff.site.render import TEMPLATE, Site, style_sheet

pytestmark = pytest.mark.notebooks

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def runs(text):
    """Every eight words in a row of a text."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return {" ".join(words[place : place + 8]) for place in range(len(words) - 7)}


def words_of(path):
    """What a file says to its reader: a page's words, attributes and pictures, a table's columns."""
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        return "\n".join(" ".join(map(str, table[column])) for column in table)
    text = path.read_bytes().decode("utf-8", errors="ignore")
    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        return text + "\n".join(" ".join(table[column]) for column in table)
    if path.suffix != ".html":
        return text
    for picture in re.findall(r"base64,([\w+/=]+)", text):
        text += base64.b64decode(picture).decode("utf-8", errors="ignore")
    soup = BeautifulSoup(text, "html.parser")
    said = [value for tag in soup.find_all(True) for value in map(str, tag.attrs.values())]
    return "\n".join([soup.get_text(), soup.get_text(" "), *said, unescape(text)])


@pytest.fixture(scope="module")
def notebooks():
    return [nbformat.read(path, as_version=4) for path in PATHS]


@pytest.fixture(scope="module")
def site(notebooks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    Site(PATHS, notebooks, SEEDS, texts=False).write(folder)
    (folder / "style.css").write_text(style_sheet(), encoding="utf-8")
    shutil.copytree(TEMPLATE / "fonts", folder / "fonts")
    (folder / "standoff.html").write_text(single_file(folder), encoding="utf-8")
    return folder


def test_no_file_holds_eight_words_in_a_row_that_no_claim_and_no_prose_quotes(site, notebooks):
    corpus = standoff.load(SEEDS)
    allowed = set()
    for meta in corpus.meta.values():
        allowed |= set().union(*(runs(str(value)) for value in meta.values()))
    for one in notebooks:
        for cell in one.cells:
            if cell.cell_type == "markdown":
                allowed |= runs(BeautifulSoup(markdown(cell.source), "html.parser").get_text())
        for claim in claims_in(one):
            for passage in claim["passages"]:
                allowed |= runs(corpus.texts[passage["doc"]][passage["start"] : passage["end"]])
    hidden = set().union(*map(runs, corpus.texts.values())) - allowed
    assert len(hidden) > 500
    shown = {
        path.relative_to(site).as_posix(): found
        for path in sorted(site.rglob("*"))
        if path.is_file() and (found := sorted(hidden & runs(words_of(path))))
    }
    assert shown == {}


def test_the_oracle_finds_what_a_site_with_its_articles_quotes(corpus):
    quoted = " ".join(next(iter(corpus.texts.values())).split()[100:110])
    assert runs(f"<p>{quoted}</p>") & runs(next(iter(corpus.texts.values())))


def test_links_lead_to_pages_and_files_that_are_there(site):
    for path in site.glob("*.html"):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        links = {link["href"].split("#")[0] for link in soup.select("a[href]")}
        local = {link for link in links if link and not link.startswith(("http", "mailto"))}
        assert {link for link in local if not (site / link).is_file()} == set(), path.name


def test_what_quotes_is_a_line_that_says_why_and_its_code_stays(site):
    page = BeautifulSoup((site / "01_read_them.html").read_text(encoding="utf-8"), "html.parser")
    left_out = [p for p in page.select("p.note") if p.get_text().startswith("Left out: ")]
    assert left_out and all(p.parent.select("details.code") for p in left_out)


def test_claims_figures_without_quotations_and_prose_stay(site):
    sourcing = (site / "03_sourcing.html").read_text(encoding="utf-8")
    assert sourcing.count('class="claim"') > 3 and "<svg" in sourcing
    assert 'class="passage' in sourcing and "read in place" not in sourcing


def test_the_site_as_one_file_leaves_out_the_same(site):
    whole = (site / "standoff.html").read_text(encoding="utf-8")
    assert "published without" in whole and 'id="dw-2017-04-14"' not in whole


def test_html_without_text_by_its_command(folder, monkeypatch, capsys):
    folder.text = (
        "Headline here\n\nThe harbour office closed the eastern quay for eleven days, "
        "Mr Grey said.\n"
    )
    folder.lines = [
        "T1\tHeadline 0 13\tHeadline here",
        f"T2\tBody 15 88\t{folder.text[15:88]}",
        "T3\tSentence 0 13\tHeadline here",
        f"T4\tSentence 15 88\t{folder.text[15:88]}",
    ]
    folder.write(sha256=hashlib.sha256(folder.text.encode()).hexdigest())
    root = folder.path.parent
    (root / "notebooks").mkdir()
    printing = "import standoff\nprint(standoff.load('seeds').texts['one'])"
    notebook(root / "notebooks" / "a.ipynb", printing, "print('ten words')", title="# Title")
    monkeypatch.chdir(root)
    assert main(["html", "--no-text"]) == 0
    index = (root / "_site" / "index.html").read_text(encoding="utf-8")
    assert "eastern quay" not in index and "ten words" in index
    assert index.count("Left out: this quotes") == 1 and "published without" in index
    assert not (root / "_site" / "one.html").exists()
    data = (root / "_site" / "data.html").read_text(encoding="utf-8")
    assert "python -m standoff restore PROJECT" in data and "data/brat" not in data
    assert main(["html"]) == 0, "the same site with its articles is another site"
    assert (root / "_site" / "one.html").exists()
    assert "eastern quay" in (root / "_site" / "index.html").read_text(encoding="utf-8")
