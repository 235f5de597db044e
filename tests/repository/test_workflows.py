"""The workflow files: what a host would run on each push."""

import re

import pytest
import yaml
from conftest import ROOT

FOLDER = ROOT / ".github" / "workflows"


def steps(name):
    """Yield every step of a workflow."""
    for job in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["jobs"].values():
        yield from job["steps"]


def test_one_workflow_runs_all_checks_and_the_other_publishes_the_site():
    assert [step["run"] for step in steps("check.yml") if "run" in step] == ["bash .ci/run"]
    assert [step["run"] for step in steps("site.yml") if "run" in step] == ["make html"]
    assert {"path": "_site"} in [step.get("with") for step in steps("site.yml")]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_a_workflow_needs_no_secret_and_uses_the_python_of_binder(path):
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    version = re.search(r"python=(3\.\d+)", (ROOT / "environment.yml").read_text())[1]
    assert f'python-version: "{version}"' in text
    assert f"workflows/{path.name}/badge.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
