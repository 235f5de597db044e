"""A kernel is a process of its own, started or forked.

`python -m standoff.site.forkserver -f FILE` is one kernel on the connection file FILE. With
`--serve N` it imports what notebooks import and
waits at its socket N for requests, a line of JSON each; every request is a fork that becomes the
same kernel without importing anything anew.
Neither reads the IPython of whoever runs it: no configuration, no startup files, no history. So a
notebook gives the same on every machine.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

__all__ = ["COMMAND", "Fork", "Forks", "can_fork", "main"]

COMMAND = [sys.executable, "-m", "standoff.site.forkserver"]
AHEAD = (
    *(
        "ipykernel.kernelapp",
        "ipykernel.debugger",
        "altair",
        "edtf",
        "pandas",
        "scipy.sparse.csgraph",
    ),
    *(
        "standoff.claims.claim",
        "standoff.corpus.loading",
        "standoff.measures.agreement",
        "standoff.figures.display",
    ),
    *(
        f"standoff.figures.{name}"
        for name in ("chronology", "coders", "diplomacy", "framing", "sourcing", "texts")
    ),
)
CLEAN = ("--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False")
# What importing would print, and the threads that it would start: a fork takes along only one.
QUIET = {
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
PATIENCE = 120  # seconds until the first fork must be there


def can_fork() -> bool:
    """Whether kernels can be forked here: on Linux 5.3 or later. On macOS a fork of a process that
    has imported much is unsafe."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return sys.platform == "linux"


class Fork:
    """A process that is no child of this one, in the place of a `subprocess.Popen`. `handle` is its
    pidfd, closed when the process is gone."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int):
        self.pid, self.handle, self.gone = pid, handle, False

    def poll(self) -> int | None:
        """None as long as it runs, then 1; how it ended only its parent knows."""
        if not self.gone and select.select([self.handle], [], [], 0)[0]:
            self.gone = True
            os.close(self.handle)
        return 1 if self.gone else None

    def wait(self) -> int:
        """1, once it is gone."""
        if self.poll() is None:
            select.select([self.handle], [], [])
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Signal this process and no other: its number may be given away again, its handle is
        not."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Forks:
    """The process that forks kernels, from here until `close`; closed, or left behind by a build
    that is killed, it ends and its forks with it."""

    def __init__(self):
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(PATIENCE)
        self.one = threading.Lock()
        with theirs:
            number = theirs.fileno()
            command, environment = [*COMMAND, "--serve", str(number)], os.environ | QUIET
            self.process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(self, arguments: list[str], folder: str, environment: dict[str, str]) -> Fork:
        """A kernel in `folder`, as `python -m standoff.site.forkserver` with these arguments would
        be. Raises OSError when there is nobody to fork it."""
        request = {"arguments": arguments, "folder": str(folder), "environment": environment}
        with self.one:
            self.channel.sendall(json.dumps(request).encode() + b"\n")
            pid, handles, _, _ = socket.recv_fds(self.channel, 32, 1)
        if not handles:
            raise ConnectionError("the process that forks kernels has ended")
        return Fork(int(pid), handles[0])

    def close(self) -> None:
        """End it, and whatever it forked."""
        self.channel.close()
        self.process.wait()


def main(arguments: list[str]) -> None:
    """Be one kernel, or serve forks that each become one."""
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[
            0
            # where the build was called is no place for modules; the kernel puts the notebook's own
            # folder there
        ]
    if arguments[0] == "--serve":
        arguments = _serve(socket.socket(fileno=int(arguments[1])))
    if arguments:
        _run(arguments)


def _run(arguments):
    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance(parent_handle=int(os.environ.get("JPY_PARENT_PID", "0")))
    kernel.load_config_file = lambda *_: None
    kernel.initialize([*arguments, f"--ipython-dir={Path(arguments[1]).parent}", *CLEAN])
    kernel.start()


def _serve(channel):
    """Fork at every request. Gives in each child the arguments of its kernel, in the server
    nothing, once nobody asks any more."""
    before, server = dict(os.environ), os.getpid()
    for name in AHEAD:
        with suppress(Exception):  # the notebook that imports it will say what is wrong
            importlib.import_module(name)
    imported = {key: value for key, value in os.environ.items() if before.get(key) != value}
    gc.collect()
    gc.freeze()  # all this stays: no child need look through it again
    with channel.makefile("rb") as requests:
        for line in requests:
            _bury()
            if os.fork() == 0:
                request = json.loads(line)
                request["environment"] |= imported | {"JPY_PARENT_PID": str(server)}
                return _become(request, channel, server)
    _bury()
    return []


def _bury():
    """Wait for the children that have ended, so that their time is counted as spent by the
    build."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(request, channel, server):
    """Tell who asked that this fork is there, and make it what a process started for the request
    would be."""
    os.setsid()
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit(1)
    handle = os.pidfd_open(os.getpid())
    socket.send_fds(channel, [str(os.getpid()).encode()], [handle])
    os.close(handle)
    channel.close()
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["arguments"]
    if random := sys.modules.get("numpy.random"):
        random.seed()  # Python's own generator does so by itself
    return request["arguments"]


if __name__ == "__main__":
    main(sys.argv[1:])
