"""The page of each article: its text, marks, notes, names, claims and lists, in a real Chromium."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SEEDS

import standoff

ARTICLES = sorted(path.parent.name for path in SEEDS.glob("*/text.txt"))
TEXTS = [f"{doc}{coder}" for doc in ARTICLES for coder in ("", "-a", "-b", "-c")]
DW = "dw-2017-04-14"
HEAVIEST = 700_000  # bytes
EVERYTHING = """() => { for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("input")) one.checked = true; }"""

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(opened):
    """Opens a page of the site, without scripts unless a test needs them to look."""
    return lambda address, scripts=False, **options: opened(
        address, java_script_enabled=scripts, **options
    )


def coding(name):
    """Return the corpus and the article of a page."""
    coder = "gold" if name in ARTICLES else name[-1]
    return standoff.load(SEEDS, coder), name.removesuffix(f"-{coder}")


def opacity(tag):
    return float(tag.evaluate("one => getComputedStyle(one).opacity"))


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_holds_the_text_as_it_is_stored_and_no_script_and_is_light(site, name):
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html.replace("<main", "<pre><main"), "html.parser")
    corpus, doc = coding(name)
    for extra in soup.select(".extra, .imprint, .lists, .layers"):
        extra.decompose()
    words = "".join(part.get_text() for part in soup.select(".opening, .text"))
    lines = [line.strip() for line in corpus.texts[doc].splitlines() if line.strip()]
    assert [line.strip() for line in words.splitlines() if line.strip()] == lines
    assert "<script" not in html and len(html.encode()) < HEAVIEST


@pytest.mark.parametrize("name", TEXTS)
def test_every_annotation_has_one_address_on_its_page(site, name):
    corpus, doc = coding(name)
    ids = re.findall(r' id="([^"]+)"', (site / f"{name}.html").read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))
    assert {item.id.replace("#", "note-") for item in corpus.annotations[doc]} - set(ids) == set()


def test_layers_are_switched_by_keyboard_and_names_appear_on_focus_and_hover(opened):
    page = opened(DW)
    definitions, tag = page.locator(".beside .framing"), page.locator(".lead .frame > .tag").first
    assert page.locator(".notes").first.is_visible() and not definitions.first.is_visible()
    page.locator(".on-framing").focus()
    page.keyboard.press("Space")
    assert definitions.first.is_visible() and opacity(tag) == 0
    tag.focus()
    assert opacity(tag) == 1
    page.locator(".on-sourcing").focus()
    assert opacity(tag) == 0
    page.locator(".lead .frame").first.hover(position={"x": 30, "y": 12})
    assert opacity(tag) == 1
    page.keyboard.press("Space")
    assert not page.locator(".notes").first.is_visible()
    page.locator(".on-names").check()
    assert opacity(page.locator(".headline .tag").first) == 1


def test_names_stand_at_the_foot_of_a_small_screen(opened):
    page = opened(DW, viewport={"width": 400, "height": 800})
    page.locator(".on-framing").check()
    page.locator(".lead .frame > .tag").first.focus()
    box = page.locator(".lead .frame > .tag").first.bounding_box()
    assert box["x"] == 0 and box["width"] == 400 and round(box["y"] + box["height"]) == 800


def test_the_address_of_an_annotation_opens_the_fold_in_which_it_stands(opened, corpus):
    for row in corpus.attributions.itertuples():
        if row.zone == "Caption":
            page = opened(f"{row.doc}#{row.id}")
            assert page.locator(f"#{row.id}").is_visible()
    page = opened(f"{DW}#about-T81")
    assert page.locator("#about-T81").is_visible()


def test_an_address_lights_up_all_parts_of_an_attribution(opened, corpus):
    row = next(row for row in corpus.attributions.itertuples() if row.kind == "direct")
    page = opened(f"{row.doc}#{row.id}", scripts=True)
    lit = page.locator(f".text .{row.id}").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    target = page.locator(":target").evaluate("one => getComputedStyle(one).backgroundColor")
    assert len(lit) >= 3 and set(lit) == {target}


def test_a_claim_is_followed_to_its_passage_and_back_by_keyboard_alone(opened):
    page = opened("03_sourcing", scripts=True)
    link = page.locator(".claim a[href*='#p']").first
    claim = link.evaluate("one => one.closest('.claim').id")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/*-*-*.html#p*")
    assert page.locator(":target").is_visible()
    back = page.locator(".part:has(:target) .rests a[href$='#" + claim + "']").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if back.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/03_sourcing.html#{claim}")


def test_claims_are_linked_beside_every_paragraph_on_which_they_rest(site):
    outputs = [
        output["data"]
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
    ]
    claims = [one[key] for one in outputs for key in one if "standoff.claim" in key]
    pages = {
        doc: BeautifulSoup((site / f"{doc}.html").read_text(encoding="utf-8"), "html.parser")
        for doc in ARTICLES
    }
    assert len(claims) > 10
    for claim in claims:
        for passage in claim["passages"]:
            place = pages[passage["doc"]].find(id=f"p{passage['start']}-{passage['end']}")
            beside = place.find_parent(class_="part").select(".rests a")
            assert [link for link in beside if link["href"].endswith(f"#claim-{claim['id']}")]


@pytest.mark.parametrize("width", [1280, 700, 400])
@pytest.mark.parametrize("name", ARTICLES)
def test_nothing_of_a_page_is_wider_than_its_column_with_everything_open(opened, name, width):
    page = opened(name, scripts=True, viewport={"width": width, "height": 900})
    page.evaluate(EVERYTHING)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate("""() => [...document.querySelectorAll(".lists table, .lists td, .part, .words, .beside li")]
      .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
        || one.getBoundingClientRect().right > one.closest(".text, .opening").getBoundingClientRect().right + 1)
      .filter(one => !one.querySelector(".tag")).map(one => one.outerHTML.slice(0, 99))""")
    assert wide == []


@pytest.mark.parametrize("name", TEXTS)
def test_tables_name_no_ids_and_have_no_row_that_is_mostly_blank(site, name):
    soup = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    rows = soup.select(".lists tbody tr")
    assert len(rows) > 150
    for row in rows:
        cells = [cell.get_text(strip=True) for cell in row.select("td")]
        assert sum(not cell for cell in cells) * 2 <= len(cells), row
        assert not re.search(r"\b(?:[TEAR]\d+|dw-2017|avim-2018|us-government)\b", " ".join(cells))


@pytest.mark.parametrize("width", [1280, 700])
def test_a_page_prints_with_the_layer_its_legend_and_notes_and_without_switches(opened, width):
    page = opened(DW, scripts=True, viewport={"width": width, "height": 900})
    page.emulate_media(media="print")
    for kept in ("h1", ".notes", ".keys.sourcing"):
        assert page.locator(kept).first.is_visible(), kept
    for gone in (".layers input", ".keys.framing", ".furniture", ".lists", "nav[aria-label=Site]"):
        assert not page.locator(gone).first.is_visible(), gone
    tint = page.locator(".content").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert tint not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
    assert page.pdf()[:5] == b"%PDF-"
