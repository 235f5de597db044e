"""What `import standoff` costs: nothing heavy is imported before it is used."""

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


def test_every_public_name_of_standoff_exists_and_is_documented():
    import standoff

    assert {name for name in standoff.__all__ if getattr(standoff, name).__doc__} == set(
        standoff.__all__
    )
