"""The site, opened from file:// in a real Chromium: silent, reachable, readable by everyone."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from conftest import ROOT, SEEDS, tree

from standoff.figures.display import VEGALITE
from standoff.site.builder import build, cache_of
from standoff.site.render import GUIDES

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
ARTICLES = sorted(path.parent.name for path in SEEDS.glob("*/text.txt"))
TEXTS = [f"{doc}{coder}" for doc in ARTICLES for coder in ("", "-a", "-b", "-c")]
OF_OTHERS = [name for name in TEXTS if name not in ARTICLES]
PAGES = ["index", *NOTEBOOKS[1:], *TEXTS, "claims", "codebook", "data", "api", *GUIDES]
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "preload": False,
}  # a page may fetch nothing, not even for axe
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "preload": False}
HEAVIEST = 700_000  # bytes of a page, beside the style and fonts that all share

pytestmark = pytest.mark.browser


def figures_in(name):
    stem = NOTEBOOKS[0] if name == "index" else name
    if stem not in NOTEBOOKS:
        return 0
    cells = json.loads((ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    return sum(
        VEGALITE in output.get("data", {}) for cell in cells for output in cell.get("outputs", ())
    )


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS[1:]])
def test_a_page_shows_and_describes_all_its_figures(opened, name):
    charts = opened(name).locator(".fig .chart")
    assert charts.count() == figures_in(name)
    for number in range(charts.count()):
        drawn = charts.nth(number).locator("svg:visible, img:visible")
        assert drawn.count() == 1 and drawn.bounding_box()["width"] > 300
        words = drawn.get_attribute("aria-label") or drawn.get_attribute("alt")
        assert len(words) > 60


def test_no_page_holds_a_script(site):
    assert [path.name for path in site.rglob("*.js")] == []
    for path in site.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "<script" not in page and "script-src 'none'" in page, path.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    [  # pages of other coders have the template and the colours of those of the reference coding
        pytest.param(name, marks=[pytest.mark.slow] if name in OF_OTHERS else []) for name in PAGES
    ],
)
def test_axe_finds_no_violation_of_wcag_on_a_page(opened, name, scheme):
    """In the dark only colours differ, so contrast alone is checked there."""
    page = opened(name, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    found = Axe().run(page, options=WCAG if scheme == "light" else CONTRAST)
    assert len(found.response["passes"]) > (10 if scheme == "light" else 0)
    told = [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"])
        for one in found.response["violations"]
    ]
    assert told == []


# a blank at the end of a line of an inline element may stand out of the column
TOO_WIDE = """() => { const main = document.querySelector("main").getBoundingClientRect(), found = [];
  for (const one of document.querySelectorAll("main *, nav *")) {
    if (one.closest("svg, .cards thead, .lists thead") || !one.offsetParent) continue;
    const place = one.getBoundingClientRect(), style = getComputedStyle(one), inside = one.closest("main");
    const slack = style.display === "inline" ? 8 : 1;
    const beside = inside && (place.right > main.right + slack || place.left < main.left - 1);
    const clipped = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    if (place.width && (beside || clipped || place.right > innerWidth + 1))
      found.push([one.tagName, one.className, Math.round(place.left), Math.round(place.right), one.textContent.slice(0, 60)]);
  } return found.slice(0, 5); }"""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in OF_OTHERS else []) for name in PAGES],
)
def test_no_element_is_wider_than_its_column(opened, name):
    """At three widths, with every fold open; nothing is clipped or scrolled sideways either."""
    page = opened(name, viewport={"width": 1280, "height": 800})
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    for width in (1280, 700, 400):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_WIDE) == [], width


@pytest.mark.parametrize("name", PAGES)
def test_tables_are_for_people(site, name):
    """No row is mostly blank, and no article goes by its id."""
    soup = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    for row in soup.select("tr"):
        words = [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        assert 2 * sum(word in ("", "–") for word in words) <= len(words), words
        assert not any(doc in word for doc in ARTICLES for word in words), words


@pytest.mark.parametrize("name", ["02_framing", "03_sourcing", "04_chronology"])
def test_a_claim_follows_the_words_that_it_supports(opened, name):
    """On the page and on a narrow screen; on a wide one it stands beside them."""
    page = opened(name, viewport={"width": 400, "height": 800})
    pairs = page.locator(".prose + .claim")
    assert pairs.count() >= 3
    bounds = """all => all.map(one => [one.previousElementSibling, one].map(part => {
        const place = part.getBoundingClientRect(); return [place.left, place.top, place.right, place.bottom]; }))"""
    for words, claim in pairs.evaluate_all(bounds):
        assert claim[1] >= words[3]
    page.set_viewport_size({"width": 1280, "height": 800})
    for words, claim in pairs.evaluate_all(bounds):
        assert claim[0] > words[2] and claim[1] >= words[1]


ENDS_ABOVE = """all => all.map(heading => { const tops = [];
    for (let one = heading.previousElementSibling; one; one = one.previousElementSibling)
      if (one.classList.contains("claim")) tops.push(one.getBoundingClientRect().bottom);
    return heading.getBoundingClientRect().top - Math.max(0, ...tops); })"""


@pytest.mark.parametrize("name", ["02_framing", "03_sourcing", "04_chronology"])
def test_no_claim_reaches_down_beside_the_next_section(opened, name):
    page = opened(name, viewport={"width": 1280, "height": 800})
    rooms = page.locator(".page > .prose:has(> h2:first-child)").evaluate_all(ENDS_ABOVE)
    assert len(rooms) > 4 and min(rooms) >= 0


def test_folds_are_open_on_paper_except_code(opened):
    page = opened("02_framing")
    page.emulate_media(media="print")
    assert page.locator("details.solution table").first.is_visible()
    assert page.locator(".claim .folds .passage").first.is_visible()
    assert page.locator("details.code:visible").count() == 0


class _Parts(HTMLParser):
    """Ids and links of a page."""

    def __init__(self, source):
        super().__init__()
        self.ids, self.links = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key == "id":
                self.ids.append(value)
            elif key in ("href", "src") and not value.startswith("data:"):
                self.links.append(value)


def test_every_link_and_anchor_leads_somewhere_and_no_address_stands_twice(site):
    parts = {path.name: _Parts(path.read_text(encoding="utf-8")) for path in site.glob("*.html")}
    assert sorted(parts) == sorted(f"{name}.html" for name in PAGES)
    dead = []
    for name, found in parts.items():
        assert len(found.ids) == len(set(found.ids)), sorted(
            ident for ident in found.ids if found.ids.count(ident) > 1
        )[:5]
        for link in found.links:
            target, _, anchor = link.partition("#")
            known = link.startswith("https://") or (site / (target or name)).is_file()
            if not known or (anchor and anchor not in parts[target or name].ids):
                dead.append((name, link))
    assert dead == []


def test_two_builds_are_byte_identical(site, tmp_path):
    """Pages are made anew in another folder; that notebooks give the same outputs each time, other
    tests see."""
    again = tmp_path / "elsewhere"
    build(ROOT / "notebooks", SEEDS, again, cache=cache_of(ROOT / "notebooks", SEEDS, site))
    one, other = tree(site), tree(again)
    assert len(one) > 50 and sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_no_page_is_heavy(site):
    assert {
        path.name: size for path in site.glob("*.html") if (size := path.stat().st_size) > HEAVIEST
    } == {}


def test_all_code_is_folded_and_opens_without_scripts(opened):
    page = opened("03_sourcing", java_script_enabled=False)
    assert page.locator("details[open]").count() == 0
    folded = page.locator("details.code").first
    folded.locator("summary").click()
    assert page.locator("details.code[open] pre").is_visible()


def test_the_list_of_notebooks_shows_how_far_one_has_come(opened):
    page = opened("04_chronology")
    items = page.locator(".list li")
    assert items.count() == len(NOTEBOOKS)
    assert page.locator(".list .done").count() == 4
    assert page.locator(".list [aria-current]").inner_text().startswith("Chronology")


def test_on_a_small_screen_the_title_comes_first_and_the_list_of_notebooks_last(opened):
    page = opened("04_chronology", viewport={"width": 400, "height": 800})
    assert page.locator("h1").bounding_box()["y"] < 300
    last = page.locator("main").bounding_box()
    assert page.locator(".list").bounding_box()["y"] >= last["y"] + last["height"]


def test_the_first_page_is_the_summary_and_has_no_double(site):
    assert "Two accounts of the US" in (site / "index.html").read_text(encoding="utf-8")
    assert not (site / f"{NOTEBOOKS[0]}.html").exists()


@pytest.mark.parametrize("name", ["02_framing", "claims"])
def test_a_claim_says_what_changes_it_on_its_notebooks_page_and_on_that_of_all_claims(site, name):
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    folds = re.findall(
        r'<summary>What changes it</summary><ul class="changes">(.*?)</ul>', page, re.DOTALL
    )
    assert any(re.search(r"instead of .* in coding B", unescape(fold)) for fold in folds)


@pytest.mark.parametrize("name", ["index", "02_framing", "dw-2017-04-14", "claims"])
def test_a_page_prints_with_its_text_and_without_its_switches(opened, name):
    page = opened(name)
    page.emulate_media(media="print")
    assert not page.locator("header nav").first.is_visible()
    assert page.locator("h1").is_visible()
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_coding_guide_prints_on_one_page(opened, paper):
    assert len(re.findall(rb"/Type /Page\b", opened("coding_guide").pdf(format=paper))) == 1


def test_a_solution_is_closed_with_its_code_and_output_until_somebody_opens_it(opened):
    page = opened("04_chronology", java_script_enabled=False)
    solution = page.locator("details.solution")
    assert not solution.locator("pre").first.is_visible()
    solution.locator("summary").first.click()
    assert solution.get_by_text("Right.").is_visible()
    solution.locator("details.code summary").click()
    assert solution.locator("details.code pre").is_visible()


# the site in one file


def test_the_site_in_one_file_loads_nothing_and_follows_its_links(browser, site, tmp_path):
    from standoff.site.one_page import single_file

    (tmp_path / "standoff.html").write_text(single_file(site), encoding="utf-8")
    context = browser.new_context()
    page, requests, complaints = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "standoff.html").as_uri())
    assert page.locator(".chart").count() == sum(map(figures_in, PAGES))
    assert [url for url in requests if not url.startswith("data:")] == [
        page.url
    ] and complaints == []
    assert page.evaluate("document.fonts.ready.then(all => all.size)") >= 4
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(one => "
        "!document.getElementById(one.hash.slice(1))).map(one => one.hash)"
    )
    assert dead == []
    assert page.locator("a[href*='.html']:not([href^='https:'])").count() == 0
    context.close()
