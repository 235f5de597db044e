"""What the tests share: the corpus, a small folder of one article to break, a browser, a built
site."""

import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path

import pytest

import standoff

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]  # of Chromium
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# what `make test-quick` leaves out: commands, formats, engines, many articles and many draws
THOROUGH = (
    "authoring",
    "benchmarks",
    "cli",
    "corpus/test_loading.py",
    "corpus/test_many.py",
    "corpus/test_years.py",
    "exchange",
    "figures",
    "fuzz",
    "measures/test_agreement.py",
    "measures/test_audit.py",
    "measures/test_frames.py",
    "measures/test_temporal_network.py",
    "measures/test_unlinked_sources.py",
    "messages",
    "mutations",
    "record/test_teaching.py",
    "repository",
    "scale",
    "site",
)


def pytest_collection_modifyitems(items):
    """Mark the tests of these folders and files."""
    thorough = [ROOT / "tests" / name for name in THOROUGH]
    for item in items:
        if any(place in (item.path, *item.path.parents) for place in thorough):
            item.add_marker("thorough")


def wrong(call, *arguments, under="", **how):
    """The problems that a call raises as "path:line: message", without the path `under`."""
    with pytest.raises(standoff.SeedError) as caught:
        call(*arguments, **how)
    said = [
        f"{problem.path}:{problem.line}: {problem.message}" for problem in caught.value.problems
    ]
    return [one.replace(f"{under}/", "") if under else one for one in said]


def plain(printed):
    """What a command printed, without the codes of problems."""
    return re.sub(r"\bE-[a-z0-9-]+: ", "", printed)


def codes(call, *arguments, under="", **how):
    """The problems that a call raises, each as "path:line: code", without the path `under`."""
    with pytest.raises(standoff.SeedError) as caught:
        call(*arguments, **how)
    return [
        f"{problem.path.removeprefix(f'{under}/')}:{problem.line}: {problem.code}"
        for problem in caught.value.problems
    ]


def tree(folder):
    """Every file of a folder: name -> bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def notebook(path, *sources, title="", outputs=()):
    """Write a notebook of these cells of code, below a cell with a title where there is one."""
    import nbformat

    cells = [nbformat.v4.new_markdown_cell(title, id="title")] if title else []
    cells += [
        nbformat.v4.new_code_cell(source, id=f"c{number}", outputs=list(outputs))
        for number, source in enumerate(sources)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="session")
def corpus():
    return standoff.load(SEEDS)


class Folder:
    """A folder with one short article, to be changed by a test and loaded again."""

    text = 'Headline here\n\nMr Grey said the "low" talks failed. Grey left.\n'

    def __init__(self, path):
        self.path, self.article = path, path / "one"
        self.article.mkdir(parents=True)
        for name in ("codebook.toml", "tracks.toml"):
            shutil.copyfile(SEEDS / name, path / name)
        (path / "tracks.toml").write_text(
            '[table]\nname = "T"\nhost = "grey"\naim = "a"\nmembers = ["grey"]\nperiod = '
            '"2020"\nfate.one = "f"\n'
        )
        (path / "actors.toml").write_text(
            '[grey]\nname = "Mr Grey"\nkind = "expert"\ncountry = "none"\nnamed = true\n'
        )
        self.meta = {
            "title": "Headline here",
            "outlet": "unknown",
            "country_of_outlet": "unknown",
            "genre": "unknown",
            "earlier_publication": "unknown",
            "language": "en",
            "rights": "ours",
            "sha256": hashlib.sha256(self.text.encode()).hexdigest(),
        }
        self.lines = [
            "T1\tHeadline 0 13\tHeadline here",
            'T2\tBody 15 62\tMr Grey said the "low" talks failed. Grey left.',
            "T3\tSentence 0 13\tHeadline here",
            'T4\tSentence 15 51\tMr Grey said the "low" talks failed.',
            "T5\tSentence 52 62\tGrey left.",
            "T6\tActor 15 22\tMr Grey",
            "T7\tAttribution 23 27\tsaid",
            'T8\tContent 28 50\tthe "low" talks failed',
            'T9\tQuoted 32 37\t"low"',
            "T10\tActor 52 56\tGrey",
            "E1\tAttribution:T7 Source:T6 Content:T8",
            "A1\tForm T6 name",
            "A2\tForm T10 name",
            "A3\tUse T9 speech",
            "A4\tKind E1 mixed",
            "A5\tStance E1 neutral",
            "A6\tChannel E1 unstated",
            "N1\tReference T6 actors:grey\tMr Grey",
            "N2\tReference T10 actors:grey\tGrey",
        ]
        self.write()

    def write(self, text=None, **meta):
        text = self.text if text is None else text
        (self.article / "text.txt").write_bytes(text.encode())
        self.write_meta(**meta)
        (self.article / "gold.ann").write_text(
            "".join(f"{line}\n" for line in self.lines), encoding="utf-8"
        )

    def write_meta(self, **changes):
        lines = [
            f'{key} = "{value}"'
            for key, value in (self.meta | changes).items()
            if value is not None
        ]
        lines += ['authors = ["A"]', "published = 2020-01-02", "[coders.gold]", 'who = "a test"']
        (self.article / "meta.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def replace(self, old, new):
        assert old in self.lines, old
        self.lines[self.lines.index(old)] = new
        self.write()

    def problems(self):
        return wrong(standoff.load, self.path, under=self.path)

    def codes(self):
        return codes(standoff.load, self.path, under=self.path)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "seeds")


@pytest.fixture(scope="session")
def chromium():
    """Path of a real browser. Without one the tests that need it are skipped, but never in CI."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must run the browser tests, and no Chromium was found")
    if found is None:
        pytest.skip(
            "no Chromium found; install Debian's package 'chromium' to run the browser tests"
        )
    return found


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The whole site, built once by whichever process needs it first.

    Its cache keeps the notebooks as they were executed for it.
    """
    from standoff.site.builder import build, cache_of

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    path = shared / "site" / "_site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            cache = cache_of(ROOT / "notebooks", SEEDS, path)
            build(ROOT / "notebooks", SEEDS, path, cache=cache)
    return path


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium, for the tests of a file."""
    from playwright.sync_api import sync_playwright

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
