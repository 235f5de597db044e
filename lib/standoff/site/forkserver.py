"""Kernels forked from one process that has imported pandas and Altair already.

That process is the fork server of the standard library (`multiprocessing.forkserver`).
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing import connection
from types import ModuleType

from . import kernel_main

__all__ = ["ForkServer", "can_fork"]


def can_fork() -> bool:
    """Whether kernels can be forked here. On macOS a fork of a process that has imported much is
    unsafe; Windows cannot fork."""
    return sys.platform == "linux"


class ForkedKernel:
    """A forked process, with those parts of `subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: multiprocessing.process.BaseProcess):
        self.process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """The exit code, or None while the process runs."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait until the process ends, and return its exit code."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process if it still runs."""
        if self.pid and self.process.is_alive():
            os.kill(self.pid, number)


class ForkServer:
    """Starts kernels until `close`, which ends the server and every kernel that still runs.

    The server begins its imports at once. Kernels also end if the build is killed.
    """

    def __init__(self) -> None:
        from multiprocessing import forkserver

        self.server = forkserver
        self.kernels: list[ForkedKernel] = []
        forkserver.set_forkserver_preload(["standoff.site.preload"])
        forkserver.ensure_running()

    def start(self, arguments: list[str], folder: str, environment: dict[str, str]) -> ForkedKernel:
        """Fork a kernel that behaves as if `kernel_main` had been started with these arguments in
        this folder and environment."""
        process = multiprocessing.get_context("forkserver").Process(
            target=_become_kernel, args=(arguments, folder, environment)
        )
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # or each kernel would run the caller's
        try:
            process.start()
        finally:
            sys.modules["__main__"] = main
        self.kernels.append(ForkedKernel(process))
        return self.kernels[-1]

    def close(self) -> None:
        """End the server and its kernels, and wait for them."""
        for kernel in self.kernels:
            kernel.send_signal(signal.SIGKILL)
            kernel.wait()
        # Nothing public stops the server, and one that lived on would hold an old library.
        self.server._forkserver._stop()  # type: ignore[attr-defined]


def _become_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    from . import preload

    os.setsid()
    threading.Thread(target=_end_with_build, daemon=True).start()
    sys.path[:] = preload.SEARCH_PATH
    sys.argv = [kernel_main.__file__, *arguments]
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(preload.ADDED | environment, JPY_PARENT_PID=str(os.getppid()))
    sys.modules["numpy.random"].seed()  # random itself is seeded anew in every fork
    try:
        kernel_main.run_kernel(arguments)
    finally:
        atexit._run_exitfuncs()  # multiprocessing ends a process without calling them


def _end_with_build() -> None:
    """Kill this kernel and its children once the build is gone."""
    build = multiprocessing.parent_process()
    if build:
        connection.wait([build.sentinel])
    os.killpg(0, signal.SIGKILL)
