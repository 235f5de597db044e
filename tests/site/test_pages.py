"""The site, opened from file:// in a real Chromium: drawn, silent, reachable, readable by
everyone."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import FLAGS, ROOT, SEEDS, tree
from playwright.sync_api import sync_playwright

from standoff.figures.display import VEGALITE
from standoff.site.builder import build, cache_of
from standoff.site.render import GUIDES

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
ARTICLES = sorted(path.parent.name for path in SEEDS.glob("*/text.txt"))
TEXTS = [f"{doc}{coder}" for doc in ARTICLES for coder in ("", "-a", "-b")]
OF_OTHERS = [name for name in TEXTS if name not in ARTICLES]
PAGES = ["index", *NOTEBOOKS, *TEXTS, "claims", "codebook", "data", "api", *GUIDES]
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "preload": False,
}  # a page may fetch nothing, not even for axe
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "preload": False}
HEAVIEST = 700_000  # bytes of a page, beside the script that all share

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def opened(browser, site):
    """Opens a page of the site; when the test ends, nothing has been asked of a network and nothing
    complained."""
    contexts, requests, complaints = [], [], []

    def opened(name, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        name, _, anchor = name.partition("#")
        page.goto(f"{(site / f'{name}.html').as_uri()}{'#' if anchor else ''}{anchor}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def charts_in(name):
    if name == "index":
        return 1
    if name not in NOTEBOOKS:
        return 0
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return sum(
        VEGALITE in output.get("data", {}) for cell in cells for output in cell.get("outputs", ())
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_draws_and_describes_all_its_charts(opened, name):
    page = opened(name)
    charts = page.locator(".chart")
    assert charts.count() == charts_in(name)
    for number in range(charts.count()):
        charts.nth(number).and_(page.locator("[data-drawn=yes]")).wait_for(timeout=10_000)
        assert (
            charts.nth(number).locator("svg[role=graphics-document], svg .role-frame").count() > 0
        )
        assert len(charts.nth(number).locator("img").get_attribute("alt")) > 60


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS])
def test_a_page_shows_its_charts_as_pictures_where_scripts_are_off(opened, name):
    pictures = opened(name, java_script_enabled=False).locator(".chart img")
    assert pictures.count() == charts_in(name)
    for number in range(pictures.count()):
        assert pictures.nth(number).bounding_box()["width"] > 300


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
    for number in range(charts_in(name)):
        page.locator(".chart").nth(number).and_(page.locator("[data-drawn=yes]")).wait_for(
            timeout=10_000
        )
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    found = Axe().run(page, options=WCAG if scheme == "light" else CONTRAST)
    assert len(found.response["passes"]) > (10 if scheme == "light" else 0)
    told = [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"])
        for one in found.response["violations"]
    ]
    assert told == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_page_lies_beside_a_narrow_screen(opened, name):
    page = opened(name, viewport={"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    boxes = page.evaluate("""() => [...document.querySelectorAll(".wide caption")].map(caption => {
        const box = caption.closest(".wide"); box.scrollLeft = 50;
        return [box, caption].map(one => one.getBoundingClientRect()).flatMap(place => [place.left, place.right]) })""")
    assert all(left - 1 < first and last < right + 1 for left, right, first, last in boxes), (
        "a caption is cut off, or scrolls away from above its table"
    )


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


def test_hovering_over_the_strip_shows_the_passage(opened):
    page = opened("index", viewport={"width": 1200, "height": 1400})
    page.locator(".chart[data-drawn=yes]").wait_for()
    page.locator(".chart svg .mark-rect path").nth(1).hover()
    assert page.locator("#vg-tooltip-element.visible").inner_text().count("passage") == 1


def test_choosing_a_voice_by_keyboard_makes_the_others_pale_in_both_articles(opened):
    page = opened("index")
    page.locator(".chart[data-drawn=yes]").wait_for()
    page.locator(".chart select").focus()
    page.keyboard.type("Tali")
    page.wait_for_function("document.querySelector('.chart select').value === 'Taliban'")
    shown = page.locator(".chart svg .mark-rect path").evaluate_all(
        "all => all.map(one => [one.getAttribute('aria-label'), one.getAttribute('opacity')])"
    )
    assert {
        opacity
        for label, opacity in shown
        if "Taliban" in label.split("quoted")[0].split("passage")[0]
    } == {"1"}
    assert {opacity for label, opacity in shown if "the author;" in label} == {"0.12"}


def test_code_is_folded_and_opens_without_scripts(opened):
    page = opened("03_sourcing", java_script_enabled=False)
    assert page.locator("details.code[open]").count() == 1
    folded = page.locator("details.code:not([open])").first
    folded.locator("summary").click()
    assert page.locator("details.code[open] pre").nth(1).is_visible()


@pytest.mark.parametrize("name", ["02_framing", "claims"])
def test_a_claim_says_what_changes_it_on_its_notebooks_page_and_on_that_of_all_claims(site, name):
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    folds = re.findall(r"<summary>What changes it</summary><ul>(.*?)</ul>", page, re.DOTALL)
    assert any(
        "coder b: holds with other figures: The report's reporters" in unescape(fold)
        for fold in folds
    )


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
    assert not solution.locator("pre").is_visible()
    solution.locator("summary").click()
    assert solution.locator("pre").is_visible()
    assert solution.get_by_text("Right.").is_visible()


# the site in one file


def test_the_site_in_one_file_draws_everything_and_follows_its_links(browser, site, tmp_path):
    from standoff.site.one_page import single_file

    (tmp_path / "standoff.html").write_text(single_file(site), encoding="utf-8")
    context = browser.new_context()
    page, requests, complaints = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "standoff.html").as_uri())
    charts = sum(map(charts_in, PAGES))
    page.wait_for_function(
        f"document.querySelectorAll('.chart[data-drawn=yes]').length === {charts}"
    )
    assert [url for url in requests if not url.startswith("data:")] == [
        page.url
    ] and complaints == []
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(one => "
        "!document.getElementById(one.hash.slice(1))).map(one => one.hash)"
    )
    assert dead == []
    assert page.locator("a[href*='.html']:not([href^='https:'])").count() == 0
    context.close()
