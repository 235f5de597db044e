"""The pages, opened from file:// in a real Chromium."""

import json
import re

import pytest
from conftest import ROOT
from playwright.sync_api import sync_playwright

from standoff.show import VEGALITE

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


def charts_in(name):
    if name == "index":
        return 1
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return sum(VEGALITE in output.get("data", {}) for cell in cells for output in cell.get("outputs", ()))


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS])
def test_a_page_draws_all_its_charts_without_network_or_complaint(browser, site, name):
    page = browser.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / f"{name}.html").as_uri())
    charts = page.locator(".chart")
    assert charts.count() == charts_in(name)
    for number in range(charts.count()):
        charts.nth(number).and_(page.locator("[data-drawn=yes]")).wait_for(timeout=10_000)
        assert charts.nth(number).locator("svg[role=graphics-document], svg .role-frame").count() > 0
        assert charts.nth(number).locator("img").get_attribute("alt")
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS])
def test_a_page_shows_its_charts_as_pictures_where_scripts_are_off(browser, site, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / f"{name}.html").as_uri())
    pictures = page.locator(".chart img")
    assert pictures.count() == charts_in(name)
    for number in range(pictures.count()):
        assert pictures.nth(number).bounding_box()["width"] > 300
    context.close()


def test_hovering_over_the_strip_shows_the_passage(browser, site):
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    page.goto((site / "index.html").as_uri())
    page.locator(".chart[data-drawn=yes]").wait_for()
    page.locator(".chart svg .mark-rect path").nth(1).hover()
    assert page.locator("#vg-tooltip-element.visible").inner_text().count("passage") == 1
    page.close()


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS])
def test_every_internal_link_leads_somewhere(site, name):
    source = (site / f"{name}.html").read_text(encoding="utf-8")
    for target in re.findall(r'(?:href|src)="([^"#][^"]*)"', source):
        assert target.startswith("data:") or (site / target.split("#")[0]).exists(), target


def test_code_is_folded_and_opens_without_scripts(site):
    source = (site / "04_sourcing.html").read_text(encoding="utf-8")
    assert len(re.findall('<details class="code">', source)) > 5
    assert len(re.findall('<details class="code" open(?:="")?>', source)) == 1
