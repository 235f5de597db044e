"""What `import standoff` costs: nothing heavy is imported before it is used."""

import inspect
import pydoc
import subprocess
import sys

import pytest

HEAVY = (
    "altair bs4 dask duckdb edtf frictionless IPython jinja2 jupyter_client narwhals nbclient "
    "nbconvert nbformat numpy pandas polars"
).split()
HEAVY += "pyarrow scipy sentencex tqdm vl_convert".split()


def imported(code):
    """Names of the packages that have been imported once `code` has run in a new Python."""
    code += "\nimport sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    return set(
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout.split()
    )


def test_importing_standoff_imports_no_heavy_package():
    assert not imported("import standoff") & set(HEAVY)


@pytest.mark.parametrize("name", ["corpus.loading", "corpus.workers"])
def test_processes_that_read_articles_import_no_heavy_package(name):
    assert not imported(f"import standoff.{name}") & set(HEAVY)


def test_heavy_packages_are_detected_when_imported():
    assert set(HEAVY) & imported("import standoff.measures.agreement") >= {"numpy", "pandas"}


PUBLIC = (
    "Corpus SeedError adjudicate agreement annotate audit chronology claims coders compare diplomacy figures "
    "folder framing load scan sourcing"
)

MODULES = "agreement audit chronology claims diplomacy figures framing sourcing".split()


def test_every_public_name_of_standoff_exists_and_is_documented():
    import standoff

    assert dir(standoff) == PUBLIC.split()
    assert all(getattr(standoff, name).__doc__ for name in dir(standoff))


def test_help_of_standoff_is_one_screen():
    import standoff

    lines = pydoc.render_doc(standoff).strip().split("\n")
    assert len(lines) <= 46  # two of them are pydoc's title


def test_a_star_import_brings_the_modules_of_standoff_and_nothing_else():
    names: dict = {}
    exec("from standoff import *", names)
    names.pop("__builtins__")
    assert sorted(names) == MODULES
    assert all(inspect.ismodule(module) for module in names.values())


def test_authoring_offers_documented_functions_and_what_they_take():
    from standoff import authoring

    assert dir(authoring) == ["Entry", *authoring.__all__]
    assert all(getattr(authoring, name).__doc__ for name in dir(authoring))
