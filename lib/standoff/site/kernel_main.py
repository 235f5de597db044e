"""One kernel: `python -m standoff.site.kernel_main -f FILE` serves the connection file FILE.

It reads no IPython configuration and no startup file, and keeps no history. So a notebook gives the
same outputs for everyone who runs it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["COMMAND", "run_kernel", "without_working_directory"]

COMMAND = [sys.executable, "-m", "standoff.site.kernel_main"]
OPTIONS = ("--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False")


def without_working_directory(path: list[str]) -> list[str]:
    """`sys.path` without the folder of the call; the kernel itself adds the notebook's folder."""
    return path[1:] if path[0] in ("", os.getcwd()) else path[:]


def run_kernel(arguments: list[str]) -> None:
    """Run an IPython kernel until it is shut down. `arguments` are `-f` and the connection file."""
    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance(parent_handle=int(os.environ.get("JPY_PARENT_PID", "0")))
    kernel.load_config_file = lambda *_: None  # type: ignore[method-assign]
    kernel.initialize([*arguments, f"--ipython-dir={Path(arguments[1]).parent}", *OPTIONS])
    kernel.start()


if __name__ == "__main__":
    sys.path[:] = without_working_directory(sys.path)
    run_kernel(sys.argv[1:])
