"""Binder: environment.yml and postBuild as repo2docker, which builds for Binder, understands them;
nothing is built."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

LOCK = (
    ROOT / "tests" / "repo2docker.lock"
)  # 18 small packages beside it; the rules are in its buildpacks/conda/__init__.py
COPIED = "COPY --chown=1000:1000 src/ ${REPO_DIR}/"
MADE = 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"'
FINISHED = "RUN ./postBuild"


@pytest.fixture(scope="module")
def repo2docker(tmp_path_factory):
    """Call repo2docker, in an environment of its own. Where it cannot be installed the tests are
    skipped, but never in CI."""
    home = tmp_path_factory.mktemp("repo2docker")
    python = home / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "--disable-pip-version-check",
        "--retries",
        "1",
        "--timeout",
        "15",
    ]
    found = subprocess.run(
        [*pip, "install", "--quiet", "--only-binary=:all:", "--require-hashes", "-r", LOCK],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode and os.environ.get("CI"):
        pytest.fail(
            f"CI must run the Binder tests, and repo2docker could not be "
            f"installed:\n{found.stderr[-2000:]}"
        )
    if found.returncode:
        pytest.skip(
            "repo2docker could not be installed; with a network the Binder tests do it themselves"
        )

    def call(folder):
        """The Dockerfile it would build, and what it says on the way."""
        user = [
            "--user-id",
            "1000",
            "--user-name",
            "reader",
        ]  # as on Binder; without them it is who runs the tests
        made = subprocess.run(
            [python, "-m", "repo2docker", "--no-build", "--debug", *user, folder],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        return made.stdout, made.stderr

    return call


@pytest.fixture(scope="module")
def planned(repo2docker):
    return repo2docker(ROOT)


def environment():
    """The lines of environment.yml without their comments."""
    lines = (
        line.split("#")[0].rstrip()
        for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line]


def python_version():
    return next(
        found[1] for line in environment() if (found := re.fullmatch(r"  - python=(3\.\d+)", line))
    )


def test_binder_copies_the_lock_before_it_makes_the_environment(
    planned,
):
    dockerfile, _ = planned
    assert [dockerfile.count(step) for step in (COPIED, MADE, FINISHED)] == [1, 1, 1]
    assert dockerfile.index(COPIED) < dockerfile.index(MADE) < dockerfile.index(FINISHED)


def test_with_a_list_of_names_binder_would_make_the_environment_too_early(repo2docker, tmp_path):
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    (tmp_path / "environment.yml").write_text(text.replace("-r requirements.lock", "pandas"))
    dockerfile, _ = repo2docker(tmp_path)
    assert dockerfile.index(MADE) < dockerfile.index(COPIED)


def test_binder_uses_the_python_of_environment_yml(planned):
    dockerfile, told = planned
    version = python_version()
    assert f"Building conda environment for python={version}\n" in told
    assert re.search(rf"py-2d{version.replace('.', '-2e')}-2dlinux", dockerfile), (
        "the base environment of that version"
    )


def test_ci_runs_the_python_of_environment_yml():
    version = python_version()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, beyond = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()
    assert version in [f"3.{minor}" for minor in range(int(first), int(beyond))]
    if os.environ.get("CI"):
        assert version == "{}.{}".format(*sys.version_info)


def test_the_environment_is_python_pip_and_the_lock():
    listed = environment()[environment().index("dependencies:") + 1 :]
    assert listed == [
        f"  - python={python_version()}",
        "  - pip",
        "  - pip:",
        "      - -r requirements.lock",
    ]


@pytest.fixture
def post_build(tmp_path):
    """Call postBuild with a `python` in its way that writes down what is asked of it and answers
    with a given code."""
    python, asked = tmp_path / "bin" / "python", tmp_path / "asked"
    python.parent.mkdir()

    def call(code):
        python.write_text(f'#!/bin/sh\necho "$@" >> "{asked}"\nexit {code}\n')
        python.chmod(0o755)
        path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [ROOT / "postBuild"], cwd=tmp_path, env=os.environ | {"PATH": path}, check=False
        ).returncode, asked.read_text()

    return call


@pytest.mark.skipif(
    shutil.which("bash") is None, reason="postBuild is a script for bash, which Binder has"
)
def test_post_build_installs_the_package_without_dependencies(post_build):
    assert post_build(0) == (0, "-m pip install --no-deps --no-build-isolation --editable .\n")


@pytest.mark.skipif(
    shutil.which("bash") is None, reason="postBuild is a script for bash, which Binder has"
)
def test_post_build_fails_if_the_package_cannot_be_installed(post_build):
    code, _ = post_build(3)
    assert code == 3
