"""interchange/tables.py: every table as CSV and Parquet in a package that validates."""

import csv
import json
import warnings

import pandas as pd
import pytest
from conftest import SEEDS

import standoff
from standoff.interchange import export_tables
from standoff.interchange.tables import column_dictionary
from standoff.tables import COLUMNS


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "tables"
    export_tables(SEEDS, path)
    return path


@pytest.fixture(scope="module")
def package(exported):
    return json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def together():
    corpora = [standoff.load(SEEDS, coder) for coder in standoff.coders(SEEDS)]
    return {name: pd.concat([getattr(corpus, name) for corpus in corpora], ignore_index=True) for name in COLUMNS}


def faults(path):
    """What the standard's own validator finds wrong with a package: (resource, kind of error)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the validator's own, of which none is ours
        import frictionless

        report = frictionless.Package(str(path / "datapackage.json")).validate()
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [error.type for error in report.errors]


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_package_validates_with_frictionless(exported):
    assert faults(exported) == []


def test_a_row_that_breaks_a_key_and_a_changed_file_are_found_by_frictionless(tmp_path):
    export_tables(SEEDS, tmp_path / "out")
    for name, old, new in (("events.csv", b",T41,", b",T9999,"), ("links.parquet", b"PAR1", b"PAR2")):
        path = tmp_path / "out" / name
        path.write_bytes(path.read_bytes().replace(old, new, 1))
    found = faults(tmp_path / "out")
    assert ("events", "foreign-key") in found and ("links-parquet", "hash-count") in found


def test_two_exports_are_the_same_to_the_byte(exported, tmp_path):
    again = export_tables(SEEDS, tmp_path / "again")
    assert [path.name for path in again] == sorted(path.name for path in exported.iterdir())
    assert all(path.read_bytes() == (exported / path.name).read_bytes() for path in again)


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_holds_every_row_of_every_coder_with_missing_values_missing(exported, together, name):
    rows, table = read_csv(exported / f"{name}.csv"), together[name]
    assert len(rows) == len(table) and list(rows[0]) == COLUMNS[name]
    for column in COLUMNS[name]:
        wanted = ["" if pd.isna(value) else str(value) for value in table[column]]
        if str(table[column].dtype) in ("bool", "boolean"):
            wanted = [value.lower() for value in wanted]
        if str(table[column].dtype).startswith("datetime"):
            wanted = [value.removesuffix(" 00:00:00") for value in wanted]
        assert [row[column] for row in rows] == wanted, column


@pytest.mark.parametrize("name", COLUMNS)
def test_parquet_holds_the_same_values_with_their_types(exported, together, name):
    from pyarrow import parquet

    found, table = parquet.read_table(exported / f"{name}.parquet"), together[name]
    kinds = {"int64": "int64", "bool": "bool", "boolean": "bool", "datetime64[s]": "date32[day]", "str": "string"}
    assert [str(kind) for kind in found.schema.types] == [kinds[str(kind)] for kind in table.dtypes]
    for column in COLUMNS[name]:
        wanted = [None if pd.isna(value) else value.date() if isinstance(value, pd.Timestamp) else value for value in table[column]]
        assert found[column].to_pylist() == wanted, column


def test_the_dictionary_in_the_readme_describes_every_column(package):
    described = {r["name"]: r for r in package["resources"] if r["format"] == "csv"}
    assert list(described) == list(COLUMNS)
    for name, resource in described.items():
        about, columns = column_dictionary(SEEDS)[name]
        assert resource["description"] == about
        assert {field["name"]: field["description"] for field in resource["schema"]["fields"]} == columns
    assert described["events"]["schema"]["fields"][0]["description"] == "the article: its folder's name"


def test_keys_are_declared_where_every_row_keeps_them(package):
    foreign = {r["name"]: {tuple(key["fields"]) for key in r["schema"]["foreignKeys"]} for r in package["resources"] if r["format"] == "csv"}
    assert foreign["events"] == {("doc", "coder"), ("doc", "sentence", "coder")}
    assert foreign["times"] == {("doc", "coder")}  # a dateline has no sentence
    assert foreign["actors"] == set()


def test_the_package_names_its_version_licence_and_the_rights_in_each_article(package):
    assert package["version"] == standoff.__version__ and package["licenses"][0]["name"] == "MIT"
    assert len(package["sources"]) == 2 and all("rights in the text remain" in source["rights"] for source in package["sources"])


def test_a_folder_without_dictionary_and_citation_is_described_by_the_dictionary_of_the_seeds(folder, tmp_path):
    export_tables(folder.path, tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in package and package["version"] == "1.1"
    assert package["resources"][0]["description"] == column_dictionary(SEEDS)["documents"][0]
    assert faults(tmp_path / "out") == []


def test_a_destination_that_exists_is_left_alone(tmp_path):
    with pytest.raises(FileExistsError, match="exists already"):
        export_tables(SEEDS, tmp_path)
    assert list(tmp_path.iterdir()) == []
