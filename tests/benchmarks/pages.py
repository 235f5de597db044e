"""How long a page of the site takes to be complete, opened from the disk in Chromium.

Builds the site unless a folder is named. Complete is when the page has loaded and the browser has
painted it; the floor is a page of one sentence. Prints Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import peers

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
PAGES = ("index", "02_framing", "04_chronology", "dw-2017-04-14", "data")
TIMES = """() => new Promise(done => new PerformanceObserver(list => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) setTimeout(() => {
    const [loading] = performance.getEntriesByType("navigation");
    done([paint.startTime, Math.max(paint.startTime, loading.loadEventEnd)]);
  });
}).observe({ type: "paint", buffered: true }))"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("site", nargs="?", help="a built site (default: it is built)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is opened")
    called = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        site = Path(called.site or Path(name) / "site").absolute()
        if not called.site:
            build = [sys.executable, "-m", "standoff", "html", "--site", site]
            subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        empty = Path(name) / "empty.html"
        empty.write_text("<!doctype html><title>Empty</title><p>One sentence.", encoding="utf-8")
        paths = [empty, *(site / f"{page}.html" for page in PAGES)]
        spent = _spent(paths, called.rounds)
    floor = spent[empty][1]
    rows = [
        (
            path.stem,
            f"{size / 1000:,.0f}",
            f"{painted:.0f}",
            f"{complete:.0f}",
            f"{complete / floor:.1f}",
        )
        for path, (painted, complete, size) in spent.items()
    ]
    heads = ("page", "kB", "first painted, ms", "complete, ms", "of the empty page")
    print(f"{peers.machine('playwright')}\n\n{peers.table(heads, rows)}")


def _spent(paths, rounds):
    """Path -> medians of the milliseconds to the first paint and to the whole page, and the bytes of
    the file. Each opening has a browser context of its own, and the pages take turns."""
    from conftest import BROWSERS, FLAGS
    from playwright.sync_api import sync_playwright

    program = next(found for one in BROWSERS if (found := shutil.which(one)))
    sizes = {path: path.stat().st_size for path in paths}
    seen = {path: [] for path in paths}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for _ in range(rounds):
            for path in paths:
                context = browser.new_context(viewport={"width": 1280, "height": 860})
                page = context.new_page()
                page.goto(path.as_uri(), wait_until="load")
                seen[path].append(page.evaluate(TIMES))
                context.close()
        browser.close()
    return {
        path: (*map(statistics.median, zip(*times, strict=True)), sizes[path])
        for path, times in seen.items()
    }


if __name__ == "__main__":
    main()
