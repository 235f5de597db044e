"""A JupyterLab for tests: a server of its own, without a network."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time

import psutil
import pytest

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
