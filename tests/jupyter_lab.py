"""A JupyterLab for tests: a server of its own, without a network."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import nbformat
import psutil
import pytest
from conftest import FLAGS
from playwright.sync_api import TimeoutError, expect, sync_playwright

OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
LAB = ["-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
ABANDONED = [
    "--MappingKernelManager.cull_idle_timeout=600",
    "--ServerApp.shutdown_no_activity_timeout=600",
]  # it ends even when nobody is left to end it
OWN = (
    "HOME",
    "IPYTHONDIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)
QUIET = {  # it neither asks for news nor whether it should be built anew
    "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True},
    "buildAvailable": False,
    "buildCheck": False,
}
# a proxy that is not there: what the server asked of another host would fail
NOWHERE = "http://127.0.0.1:9"
START_LIMIT = 120  # seconds


class Server:
    """A JupyterLab of its own: port, token, settings and kernels. It ends with everything that it
    started."""

    def __init__(self, home, folder):
        self.token, self.home = secrets.token_hex(16), home
        with (home / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *LAB, *ABANDONED],
                cwd=folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _environment(self):
        own = {name: str(self.home / name.lower()) for name in OWN}
        settings = self.home / "jupyter_config_dir" / "labconfig"
        settings.mkdir(parents=True)
        (settings / "page_config.json").write_text(json.dumps(QUIET))
        proxies = {"HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"}
        return (
            os.environ
            | own
            | proxies
            | {key.lower(): value for key, value in proxies.items()}
            | {"JUPYTER_TOKEN": self.token}
        )

    def address(self):
        """Where it listens: it writes that down as soon as it does."""
        told = self.home / "jupyter_runtime_dir" / f"jpserver-{self.process.pid}.json"
        end = time.monotonic() + START_LIMIT
        while not (told.exists() and told.read_text().rstrip().endswith("}")):
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"JupyterLab did not start:\n{(self.home / 'log').read_text()[-2000:]}")
            time.sleep(0.1)
        return json.loads(told.read_text())["url"].rstrip("/")

    def end(self):
        """End it by its own id, and see that no kernel outlives it."""
        if self.process.poll() is not None:
            return
        started = psutil.Process(self.process.pid).children(recursive=True)
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(START_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        _, left = psutil.wait_procs(started, timeout=5)
        for process in left:
            process.kill()
        assert left == []


@contextlib.contextmanager
def open_notebook(chromium, home, folder, code):
    """The page of a JupyterLab with a notebook of one cell; at the end nothing has failed and no
    other host was asked for anything."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell = nbformat.v4.new_code_cell(code, id="one")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "coding.ipynb")
    server = Server(home, folder)
    try:
        address = server.address()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, OFFLINE])
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(START_LIMIT * 500)
            asked, errors = [], []
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(f"{address}/lab/tree/coding.ipynb?token={server.token}&reset")
            page.locator(".jp-CodeCell").wait_for()
            page.get_by_text("(ipykernel) | Idle").wait_for()
            yield page
            assert errors == []
            assert {urlsplit(url).hostname for url in asked} - {None, ""} == {"127.0.0.1"}
            browser.close()
    finally:
        server.end()


def run_cell(page, shown):
    """Run the cell until it shows a new element, given by its CSS selector: what is run before the
    kernel is connected is lost."""
    elements = page.locator(shown)
    elements.evaluate_all("all => all.forEach(one => one.setAttribute('data-old', ''))")
    new = page.locator(f"{shown}:not([data-old])")
    for _ in range(START_LIMIT // 4):
        page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(TimeoutError):
            new.wait_for(timeout=4000)
            break
    expect(elements).to_have_count(1)
    page.locator(".jp-OutputArea-output").first.evaluate(
        "output => output.scrollIntoView({ block: 'start' })"
    )
