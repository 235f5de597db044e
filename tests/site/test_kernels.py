"""Kernels, forked or started: they are clean, and nothing is left of them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from conftest import ROOT, SEEDS, notebook

from standoff.figures.display import draw
from standoff.site import forkserver, kernels
from standoff.site.builder import cache_of

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = [pytest.mark.notebooks]
if not forkserver.can_fork():
    pytestmark.append(pytest.mark.skip(reason="no kernel is forked here"))


def children():
    """Everything below the process of the tests; others than those of a kernel may be there, such
    as Python's own resource tracker."""
    return set(psutil.Process().children(recursive=True))


@pytest.fixture(params=["forked", "started"])
def kind(request, monkeypatch):
    """Both kinds of kernel, one after the other."""
    if request.param == "started":
        monkeypatch.setattr(kernels, "can_fork", lambda: False)
    return request.param


def run(folder, *notebooks):
    """What each notebook printed; at least two are run, as a single one is never forked."""
    paths = [
        notebook(folder / f"{number}.ipynb", *sources)
        for number, sources in enumerate([*notebooks, ["pass"]])
    ]
    done = kernels.execute(paths)
    return [
        "".join(
            output["text"]
            for cell in found.cells
            for output in cell.outputs
            if output.output_type == "stream"
        )
        for found in done[:-1]
    ]


def fails(folder, *sources):
    """Why a notebook fails that stands beside one that does not."""
    with pytest.raises(kernels.NotebookFailed) as caught:
        run(folder, sources)
    return str(caught.value).replace(f"{folder}/", "")


PLACES = (
    "import builtins, os, random, sys, numpy, pandas, standoff\nplaces = (builtins, os, random, "
    "sys, numpy, pandas, standoff)"
)
LEAK = "for place in places: place.leak = 1"
LEAK_MORE = (
    "name = 1; os.environ['LEAK'] = 'yes'; sys.path.append('leak'); os.chdir('/'); "
    "pandas.set_option('display.width', 33)"
)
SEEK = "print([hasattr(place, 'leak') for place in places])"
SEEK_MORE = (
    "print('name' in globals(), os.environ.get('LEAK'), 'leak' in sys.path, os.getcwd(), "
    "pandas.get_option('display.width'))"
)


def test_nothing_of_one_notebook_is_seen_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "SIDE_BY_SIDE", 1)
    _, found = run(
        tmp_path,
        [PLACES, LEAK, LEAK_MORE, "# the longest is run first" * 50],
        [PLACES, SEEK, SEEK_MORE],
    )
    assert found == f"{[False] * 7}\nFalse None False {tmp_path} 80\n"


PROBE = """
import gc, json, locale, logging, os, signal, sys, threading, warnings
import altair, pandas, scipy.sparse.csgraph, standoff.measures.agreement, standoff.figures, standoff.claims
found = {
    "folder": os.getcwd(), "path": sys.path, "arguments": [sys.argv[0], sys.argv[1]], "flags": str(sys.flags), "name": __name__,
    "names": sorted(name for name in globals() if name != "found"), "main": sys.modules["__main__"].__dict__ is globals(),
    "environment": {key: value for key, value in os.environ.items() if key != "JPY_PARENT_PID"},
    "warnings": sorted(map(str, warnings.filters)), "signals": [str(signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
    "threads": sorted(type(thread).__name__ for thread in threading.enumerate()), "collector": [gc.isenabled(), gc.get_threshold()],
    "locale": locale.getlocale(), "handlers": len(logging.getLogger().handlers), "leads": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    "parent": os.environ["JPY_PARENT_PID"] == str(os.getppid()), "input": sys.stdin.read(), "mask": os.umask(0),
    "limits": __import__("resource").getrlimit(__import__("resource").RLIMIT_NOFILE), "fork": os.environ.get("FORK"),
    "options": [pandas.get_option("display.max_rows"), altair.theme.active, altair.renderers.active, altair.Chart().mark_bar().to_dict()],
}
print(json.dumps(found, sort_keys=True))
"""


def test_a_fork_finds_what_a_kernel_that_is_started_finds(tmp_path, monkeypatch):
    (forked,) = run(tmp_path, [PROBE])
    monkeypatch.setattr(kernels, "can_fork", lambda: False)
    (started,) = run(tmp_path, [PROBE])
    forked, started = json.loads(forked), json.loads(started)
    forked["threads"].remove("Thread")  # ends the kernel when the build is gone
    assert {key for key in forked if forked[key] != started[key]} == set()
    assert (
        forked["folder"] == str(tmp_path)
        and "" in forked["path"]
        and forked["parent"]
        and all(forked["leads"])
    )


def test_forks_draw_random_numbers_of_their_own(tmp_path):
    draws = (
        "import random, uuid, numpy\nprint(random.random(), numpy.random.random(), "
        "numpy.random.default_rng().random(), uuid.uuid4())"
    )
    one, other = (found.split() for found in run(tmp_path, [draws], [draws]))
    assert len(one) == len(other) == 4 and set(one).isdisjoint(other)


def test_all_notebooks_forked_give_the_stored_outputs_byte_for_byte(site):
    """What the site was built from where its build kept it; another test sees the same outputs come
    from kernels of nbclient's own."""
    for path, done in zip(
        PATHS, kernels.execute(PATHS, cache_of(ROOT / "notebooks", SEEDS, site)), strict=True
    ):
        assert nbformat.writes(kernels.clean(done)) + "\n" == path.read_text(encoding="utf-8"), path


def test_settings_of_whoever_runs_a_notebook_are_not_read(kind, tmp_path, monkeypatch):
    own = tmp_path / "ipython" / "profile_default"
    (own / "startup").mkdir(parents=True)
    (own / "startup" / "00.py").write_text("leak = 1")
    (own / "ipython_kernel_config.py").write_text("c.InteractiveShellApp.exec_lines = ['leak = 1']")
    (tmp_path / "python.py").write_text("leak = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "python.py"))
    before = sorted(tmp_path.rglob("*"))
    assert run(tmp_path, ["print('leak' in globals())"]) == ["False\n"]
    assert sorted(path for path in tmp_path.rglob("*") if path.suffix != ".ipynb") == before


def test_a_kernel_of_the_same_name_that_a_user_has_installed_is_left_alone(tmp_path, monkeypatch):
    spec = {"argv": ["false"], "display_name": "x", "language": "python"}
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert run(tmp_path, ["import sys; print(sys.executable)"]) == [f"{sys.executable}\n"]


def test_a_kernel_that_dies_is_named(kind, tmp_path):
    assert fails(tmp_path, "1", "import os; os._exit(1)").startswith(
        "0.ipynb: cell [2]: DeadKernelError"
    )


def test_a_kernel_that_is_killed_is_named(tmp_path):
    assert fails(tmp_path, "import os; os.kill(os.getpid(), 9)").startswith(
        "0.ipynb: cell [1]: DeadKernelError"
    )


def test_a_cell_that_does_not_end_is_named(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "CELL_LIMIT", 2)
    before = children()
    assert fails(tmp_path, "1", "2", "import time; time.sleep(60)").startswith(
        "0.ipynb: cell [3]: CellTimeoutError"
    )
    assert children() <= before


def test_failures_are_named_in_the_order_of_notebooks_whichever_ran_first(tmp_path):
    with pytest.raises(kernels.NotebookFailed) as caught:
        run(tmp_path, ["1 / 0"], ["{}['gone']  # the longest is run first" + " " * 500])
    assert str(caught.value).replace(f"{tmp_path}/", "").split("\n") == [
        "0.ipynb: cell [1]: ZeroDivisionError: division by zero",
        "1.ipynb: cell [1]: KeyError: 'gone'",
    ]


def test_two_executions_are_byte_identical(tmp_path):
    path = ROOT / "notebooks" / "06_conclusion.ipynb"
    first, second = (nbformat.writes(kernels.execute([path])[0]) for _ in range(2))
    assert first == second


def test_nothing_is_left_running(kind, tmp_path):
    before = children()
    run(tmp_path, ["import subprocess; subprocess.Popen(['sleep', '60'])"], ["1"])
    assert children() <= before


ENDLESS = "import os, time; open('{}', 'w').close(); time.sleep(100)"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_kernel_outlives_a_build_that_is_killed(number, tmp_path):
    paths = [notebook(tmp_path / f"{name}.ipynb", ENDLESS.format(name)) for name in ("one", "two")]
    code = (
        f"import pathlib, standoff.site.kernels as k; k.execute([*map(pathlib.Path, "
        f"{list(map(str, paths))})])"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as build:
        while not all((tmp_path / name).exists() for name in ("one", "two")):
            assert build.poll() is None
            psutil.wait_procs([], 0.1)
        family = psutil.Process(build.pid).children(recursive=True)
        assert len(family) > 2  # what forks, and two kernels
        build.send_signal(number)
        assert psutil.wait_procs(family, timeout=30)[1] == []


def test_the_fork_server_has_one_thread_when_it_forks(tmp_path):
    code = "import os, psutil; print(psutil.Process(os.getppid()).num_threads())"
    assert run(tmp_path, [code]) == ["1\n"]


def test_kernels_end_with_the_server_that_forked_them():
    before = children()
    server = forkserver.ForkServer()
    kernel = server.start(["-f", "/nowhere/kernel.json"], "/", dict(os.environ))
    server.close()
    assert kernel.poll() is not None
    assert children() <= before | {
        child for child in children() if "tracker" in str(child.cmdline())
    }


def test_what_cannot_be_imported_ahead_is_left_to_the_notebook_that_needs_it(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "edtf.py").write_text("raise ImportError('broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"), prepend=os.pathsep)
    assert run(tmp_path, ["print('well')"]) == ["well\n"]
    assert fails(tmp_path, "import edtf") == "0.ipynb: cell [1]: ImportError: broken"


FIGURE = (
    "import altair, standoff.figures.display\nfigure = "
    "standoff.figures.display.Figure(lambda width: altair.Chart().mark_point(), 'Title', 'Note.', "
    "'Caption.', 'Description.')\n"
)


def test_a_picture_is_the_one_that_the_kernel_would_have_drawn(tmp_path):
    path = notebook(tmp_path / "a.ipynb", FIGURE + "print(figure.svg()); figure")
    (done,) = kernels.execute([path])
    printed, shown = done.cells[0].outputs[:2]
    assert shown["data"]["image/svg+xml"] == printed["text"].removesuffix("\n")
    assert shown["data"]["image/svg+xml"] == draw(shown["data"]["application/vnd.vegalite.v5+json"])


def test_a_picture_that_cannot_be_drawn_is_named(tmp_path):
    broken = (
        "display({'application/vnd.vegalite.v5+json': {'mark': 'nothing'}, 'image/svg+xml': ''}, "
        "raw=True)"
    )
    assert fails(tmp_path, "1", broken).startswith("0.ipynb: cell [2]: ValueError")


def test_what_runs_a_notebook_does_not_wait_for_what_it_imports():
    code = (
        "import sys, standoff.site.kernels; print([name for name in ('nbformat', 'nbclient', "
        "'pandas', 'altair') if name in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path.home(),
        ).stdout
        == "[]\n"
    )
