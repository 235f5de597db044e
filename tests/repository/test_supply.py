"""What is installed, and from where: hashes everywhere, no host anywhere, and a licence of each
package."""

import ast
import importlib.metadata
import importlib.util
import re
import sys
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = [
    ROOT / "requirements.lock",
    ROOT / "requirements-dev.lock",
    *(ROOT / "tests" / f"{tool}.lock" for tool in ("repo2docker", "atheris", "mutmut")),
]
ENTRY = re.compile(
    r"[\w.-]+(\[[\w,-]+\])?==[\w.!+-]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+"
)
INSTALLS = ["Makefile", "postBuild", "environment.yml", ".ci/run"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_entry_of_a_lock_pins_one_version_with_hashes(path):
    text = re.sub(r"(?m)^ *#.*\n", "", path.read_text(encoding="utf-8"))
    entries = re.split(r"\n(?! )", text.strip())
    assert entries != [""]
    assert [entry for entry in entries if not ENTRY.fullmatch(entry)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_lock_contains_a_host_or_a_path(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\w+://\S*|(?m:^-.*$)| @ .*|/(?:opt|root|home|work)/", text) == []


def test_every_install_uses_a_hashed_lock_or_only_the_package_itself():
    lines = [
        line
        for name in INSTALLS
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(pip|uv|npm|conda)\b.* install\b|\$\(PIP\)", line)
        and not line.startswith("PIP = ")
    ]
    assert len(lines) == 8  # six in the Makefile, one in postBuild, one that environment.yml quotes
    assert [
        line
        for line in lines
        if "--require-hashes -r" not in line
        and not line.endswith("--no-deps --no-build-isolation --editable .")
    ] == []


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(name):
    """Name with extras -> every version and marker that a lock pins for it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^([\w.-]+(?:\[[\w,-]+\])?)(==[^\\\n]+?) *\\?$", text)
    return {one: {pin for other, pin in entries if other == one} for one, _ in entries}


def test_each_lock_covers_what_pyproject_asks_for(project):
    extras = project["optional-dependencies"]
    for lock, asked in {
        "requirements.lock": project["dependencies"] + extras["read"],
        "requirements-dev.lock": project["dependencies"] + extras["read"] + extras["dev"],
    }.items():
        names = {re.match(r"[\w-]+", one)[0] for one in asked}
        assert names - {one.partition("[")[0] for one in pins(lock)} == set()


def test_both_locks_pin_the_same_versions():
    small, large = pins("requirements.lock"), pins("requirements-dev.lock")
    versions = {
        name: {
            pin.split(" ;")[0]
            for found, pinned in large.items()
            for pin in pinned
            if bare(found) == name
        }
        for name in map(bare, large)
    }
    assert [
        name
        for name, pinned in small.items()
        if not {pin.split(" ;")[0] for pin in pinned} <= versions.get(bare(name), set())
    ] == []


def bare(name):
    """A package's name without its extras."""
    return name.partition("[")[0]


def test_readers_install_at_most_125_packages_and_no_tool_of_developers():
    small = {bare(name) for name in pins("requirements.lock")}
    assert len(small) <= 125
    assert small & {"playwright", "dask", "uv", "ruff", "mypy", "duckdb", "polars"} == set()


@pytest.fixture(scope="module")
def needed(project):
    """What the library needs to run, its extras included: names of packages that are installed with
    it, and those that these need."""
    asked = project["dependencies"] + [
        one
        for name, extra in project["optional-dependencies"].items()
        if name not in ("dev", "read")
        for one in extra
    ]
    found, waiting = set(), [(Requirement(one), {""}) for one in asked]
    while waiting:
        one, extras = waiting.pop()
        key = canonicalize_name(one.name), *sorted(one.extras)
        if key not in found and (
            one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
        ):
            found.add(key)
            waiting += [
                (Requirement(line), one.extras or {""})
                for line in importlib.metadata.requires(one.name) or []
            ]
    return {name for name, *_ in found}


def test_the_library_imports_only_its_own_dependencies(needed):
    nodes = [
        node
        for path in (ROOT / "lib").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    foreign = {name.split(".")[0] for name in named} - sys.stdlib_module_names - {"standoff"}
    makers = importlib.metadata.packages_distributions()
    assert {"altair", "numpy", "scipy"} <= foreign
    assert {
        name
        for name in foreign
        if not {canonicalize_name(maker) for maker in makers[name]} & needed
    } == set()


# --- licences
# --------------------------------------------------------------------------------------------------------
def licences():
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def listed():
    """Package -> licence, as docs/licences.md has them."""
    every = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").split("\nAll ")[1]
    return dict(re.findall(r"(?m)^\| ([\w.-]+) \| (.*) \|$", every.split("|---|---|\n")[1]))


def test_licences_md_lists_every_package_of_the_lock(listed):
    assert list(listed) == licences().packages()
    assert [
        name for name, told in listed.items() if not re.search(r"[A-Z]{2}|Apache|Licen[cs]e", told)
    ] == []


def test_no_runtime_dependency_has_a_copyleft_licence_that_extends_to_users(listed, needed):
    assert {"numpy", "duckdb", "dask"} <= needed
    assert [
        name for name in sorted(needed) if re.search("GPL|EUPL|General Public", listed[name])
    ] == []


def test_every_copyleft_licence_is_listed_with_a_reason(
    listed,
):
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").split("\nAll ")[0]
    more = {
        name
        for name, told in listed.items()
        if re.search("GPL|MPL|EPL|EUPL|CDDL|General Public|Mozilla", told)
    }
    assert more == {
        name for name, why in re.findall(r"(?m)^\| ([\w.-]+) \| .* \| (.{20,}) \|$", page)
    }


def test_fonts_keep_their_licences():
    fonts = ROOT / "lib" / "standoff" / "site" / "template" / "fonts"
    families = {path.name.split("-ext")[0].split(".")[0] for path in fonts.glob("*.woff2")}
    assert families == {"newsreader", "newsreader-italic", "libre-franklin"}
    for name in ("Newsreader", "Libre-Franklin"):
        text = (fonts / f"OFL-{name}.txt").read_text(encoding="utf-8")
        assert text.startswith("Copyright ") and "SIL OPEN FONT LICENSE Version 1.1" in text
