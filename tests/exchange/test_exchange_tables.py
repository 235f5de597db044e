"""exchange/tables.py and lossless_tables.py: every table as CSV and Parquet in a package that validates."""

import csv
import dataclasses
import json
import shutil
import warnings

import pandas as pd
import pytest
from conftest import ROOT, SEEDS, codes

import standoff
from standoff.corpus.schema import COLUMNS
from standoff.exchange import FORMATS, documents_of, export_tables
from standoff.exchange.lossless_tables import RECORD, record_tables
from standoff.exchange.tables import column_dictionary
from standoff.site.render import Site

ALL = RECORD | COLUMNS


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
    tables = {
        name: pd.concat([getattr(corpus, name) for corpus in corpora], ignore_index=True)
        for name in COLUMNS
    }
    return record_tables(documents_of(SEEDS)) | tables


def faults(path):
    """Return the errors that Frictionless finds in a package, as (resource, type of error)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the validator's own, of which none is ours
        import frictionless

        limit = csv.field_size_limit()
        report = frictionless.Package(str(path / "datapackage.json")).validate()
        csv.field_size_limit(limit)  # the validator raises it for everybody
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frictionless_accepts_the_package(exported):
    assert faults(exported) == []


def test_frictionless_finds_a_broken_key_and_a_changed_file(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "out")
    for name, old, new in (
        ("events.csv", b",T41,", b",T9999,"),
        ("links.parquet", b"PAR1", b"PAR2"),
    ):
        path = tmp_path / "out" / name
        path.write_bytes(path.read_bytes().replace(old, new, 1))
    found = faults(tmp_path / "out")
    assert ("events", "foreign-key") in found and ("links-parquet", "hash-count") in found


def test_two_exports_are_the_same_to_the_byte(exported, tmp_path):
    again = export_tables(SEEDS, tmp_path / "again")
    assert [path.name for path in again] == sorted(path.name for path in exported.iterdir())
    assert all(path.read_bytes() == (exported / path.name).read_bytes() for path in again)


@pytest.mark.parametrize("name", ALL)
def test_csv_contains_every_row_of_every_coder_and_keeps_missing_values(exported, together, name):
    rows, table = read_csv(exported / f"{name}.csv"), together[name]
    assert len(rows) == len(table) and list(rows[0]) == ALL[name]
    for column in ALL[name]:
        wanted = ["" if pd.isna(value) else str(value) for value in table[column]]
        if str(table[column].dtype) in ("bool", "boolean"):
            wanted = [value.lower() for value in wanted]
        if str(table[column].dtype).startswith("datetime"):
            wanted = [value.removesuffix(" 00:00:00") for value in wanted]
        assert [row[column] for row in rows] == wanted, column


@pytest.mark.parametrize("name", ALL)
def test_parquet_contains_the_same_values_with_their_types(exported, together, name):
    from pyarrow import parquet

    found, table = parquet.read_table(exported / f"{name}.parquet"), together[name]
    kinds = {
        "int64": "int64",
        "bool": "bool",
        "boolean": "bool",
        "datetime64[s]": "date32[day]",
        "str": "string",
    }
    assert [str(kind) for kind in found.schema.types] == [kinds[str(kind)] for kind in table.dtypes]
    for column in ALL[name]:
        wanted = [
            None if pd.isna(value) else value.date() if isinstance(value, pd.Timestamp) else value
            for value in table[column]
        ]
        assert found[column].to_pylist() == wanted, column


def test_the_dictionary_describes_every_column(package):
    described = {r["name"]: r for r in package["resources"] if r["format"] == "csv"}
    assert list(described) == list(ALL)
    for name, resource in described.items():
        about, columns = column_dictionary(SEEDS)[name]
        assert resource["description"] == about
        assert {
            field["name"]: field["description"] for field in resource["schema"]["fields"]
        } == columns
    assert (
        described["annotations"]["description"]
        == "One row per line of an `.ann` file, in its order."
    )
    assert (
        described["events"]["schema"]["fields"][0]["description"]
        == "the article: its folder's name"
    )


def test_keys_are_declared_only_if_every_row_satisfies_them(package):
    foreign = {
        r["name"]: {tuple(key["fields"]) for key in r["schema"]["foreignKeys"]}
        for r in package["resources"]
        if r["format"] == "csv"
    }
    assert foreign["events"] == {("doc", "coder"), ("doc", "sentence", "coder")}
    assert foreign["times"] == {("doc", "coder")}  # a dateline has no sentence
    assert (
        foreign["annotations"] == foreign["documents"] == {("doc",)} and foreign["actors"] == set()
    )


def test_the_package_names_its_version_licence_and_the_rights_in_each_article(package):
    assert package["version"] == standoff.__version__ and package["licenses"][0]["name"] == "MIT"
    assert len(package["sources"]) == 2 and all(
        "rights in the text remain" in source["rights"] for source in package["sources"]
    )


def test_a_folder_without_a_readme_uses_the_standard_dictionary(folder, tmp_path):
    export_tables(folder.path, tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in package and package["version"] == standoff.load(SEEDS).codebook.version
    assert package["resources"][0]["description"] == column_dictionary(SEEDS)["articles"][0]
    assert faults(tmp_path / "out") == []


def test_writing_the_package_leaves_an_existing_destination_alone(tmp_path):
    with pytest.raises(FileExistsError, match="exists already"):
        export_tables(SEEDS, tmp_path)
    assert list(tmp_path.iterdir()) == []


def small(folder, tmp_path):
    """Write the tables of the small article, for tests that damage them."""
    export_tables(folder.path, tmp_path / "out")
    return tmp_path / "out"


def problems(name, path):
    return codes(FORMATS[name].read, path, under=path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "one,T6,span,Actor,,,,Mr Grey,15 22",
            "one,T6,span,Actor,,,,Mr Gray,15 22",
            "7: ",
        ),
        ("15 22", "15-22", "7: "),
        (
            "one,A1,attribute",
            "one,T1,attribute",
            "13: ",
        ),
        (
            "Source:T6",
            "Source",
            "12: ",
        ),
        ("Source:T6", "Source:T66", "12: "),
        ("one,A1,", "two,A1,", "13: E-source-reference"),
    ],
)
def test_an_impossible_row_is_reported_with_its_line_of_the_table(
    folder, tmp_path, old, new, problem
):
    path = small(folder, tmp_path) / "annotations.csv"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    assert any(f"annotations.csv:{problem}" in item for item in problems("csv", path.parent))


def test_missing_files_columns_and_cells_are_reported(folder, tmp_path):
    path = small(folder, tmp_path)
    (path / "coders.csv").unlink()
    (path / "articles.csv").write_text("doc,title\none,x\n")
    assert problems("csv", path) == [
        "articles.csv:1: E-source-format",
        "coders.csv:1: E-source-missing",
    ]
    (path / "annotations.csv").write_text((path / "annotations.csv").read_text() + "one,T99\n")
    assert "annotations.csv:21: E-source-format" in problems("csv", path)
    (path / "annotations.parquet").write_bytes(b"PAR1 no")
    assert "annotations.parquet:1: E-source-format" in problems("parquet", path)


def test_what_a_coder_of_a_part_coded_comes_back_and_older_tables_do_without(folder, tmp_path):
    with (folder.article / "meta.toml").open("a") as meta:
        meta.write('partial = "frames only"\n')
    path = small(folder, tmp_path) / "coders.csv"
    (document,) = FORMATS["csv"].read(path.parent)
    assert document.meta["coders"]["gold"]["partial"] == "frames only"
    rows = [line.rpartition(",")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    (document,) = FORMATS["csv"].read(path.parent)
    assert "partial" not in document.meta["coders"]["gold"]


def test_blanks_in_labels_and_actor_ids_are_replaced(folder, tmp_path):
    path = small(folder, tmp_path) / "annotations.csv"
    source = path.read_text(encoding="utf-8")
    for old, new in (
        ("reference,actors,T6,,grey", "reference,actors,T6,,mr grey"),
        ("span,Actor,,,,Mr Grey", "span,An Actor,,,,Mr Grey"),
    ):
        assert old in source
        source = source.replace(old, new)
    path.write_text(source, encoding="utf-8")
    (document,) = FORMATS["csv"].read(path.parent)
    assert document.annotations.normalisations[0].key == "mr_grey"
    assert document.remarks == [
        "the label 'An Actor' is written 'An_Actor': names hold no blanks",
        "the key 'mr grey' is written 'mr_grey': names hold no blanks",
    ]


def test_numbers_in_the_entries_of_coders_stay_as_written(folder):
    coders = {"gold": {"who": "a", "guidelines": 1}, "a": {"who": "b"}, "b": {"guidelines": 1.5}}
    (document,) = documents_of(folder.path)
    meta = document.meta | {"coders": coders}
    documents = [dataclasses.replace(document, coder=coder, meta=meta) for coder in coders]
    written = record_tables(documents)["coders"]["guidelines"]
    assert written.dropna().tolist() == ["1", "1.5"]


def test_parquet_text_that_is_not_utf8_is_refused(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    for table, columns in RECORD.items():
        odd = pa.Array.from_buffers(
            pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]
        )
        parquet.write_table(
            pa.table({column: odd for column in columns}), tmp_path / f"{table}.parquet"
        )
    assert "annotations.parquet:1: E-source-format" in problems("parquet", tmp_path)


CITED = 'title: "Harbours"\nversion: 3\nlicense: CC-BY-4.0\n'


def described(seeds, out):
    """Return the data page of a folder and the package written with it."""
    page = Site([], [], seeds, own=True).data(out).body
    return " ".join(page.split()), json.loads(
        (out / "data" / "datapackage.json").read_text(encoding="utf-8")
    )


def test_a_folder_inside_a_repository_uses_only_its_own_citation(folder, tmp_path):
    mine = folder.path.rename(tmp_path / "mine")
    shutil.copyfile(ROOT / "CITATION.cff", tmp_path / "CITATION.cff")
    (tmp_path / "out").mkdir()
    page, package = described(mine, tmp_path / "out")
    assert package["title"] == "Annotated articles: mine" and "licenses" not in package
    assert (
        "How to cite" not in page
        and "MIT" not in page
        and "The annotation belongs to its authors; they name no licence." in page
    )
    assert not (tmp_path / "out" / "data" / "CITATION.cff").exists()
    (mine / "CITATION.cff").write_text(CITED)
    shutil.rmtree(tmp_path / "out" / "data")
    page, package = described(mine, tmp_path / "out")
    assert (package["title"], package["version"], package["licenses"]) == (
        "Harbours",
        "3",
        [{"name": "CC-BY-4.0"}],
    )
    assert (
        "license: CC-BY-4.0" in page
        and "The annotation belongs to its authors, under the licence CC-BY-4.0." in page
    )
    assert (tmp_path / "out" / "data" / "CITATION.cff").read_text() == CITED and faults(
        tmp_path / "out" / "data"
    ) == []


@pytest.mark.parametrize(
    ("line", "licences"),
    [
        ("MIT  # the code", ["MIT"]),
        ("MIT ", ["MIT"]),
        ('"CC-BY-4.0"', ["CC-BY-4.0"]),
        ("[MIT, Apache-2.0]", None),
        (">-", None),
        ("a licence of ours", None),
    ],
)
def test_the_package_names_the_licence_of_the_citation(line, licences, folder, tmp_path):
    (folder.path / "CITATION.cff").write_text(f"title: Harbours\nlicense: {line}\n")
    (tmp_path / "out").mkdir()
    _, package = described(folder.path, tmp_path / "out")
    assert (
        [licence["name"] for licence in package["licenses"]] == licences
        if licences
        else "licenses" not in package
    )


def test_the_collection_is_cited_by_the_file_beside_its_seeds(tmp_path):
    page, package = described(SEEDS, tmp_path)
    assert (
        package["title"].startswith("standoff: ")
        and "Code and annotation belong to the project, under the MIT licence. The articles: Quoted"
        in page
    )
    assert (tmp_path / "data" / "CITATION.cff").read_bytes() == (ROOT / "CITATION.cff").read_bytes()


def test_a_citation_of_the_wrong_type_is_refused(folder, tmp_path):
    (folder.path / "CITATION.cff").write_bytes(b"title: \xff\n")
    (problem,) = codes(export_tables, folder.path, tmp_path / "out", under=folder.path)
    assert problem.startswith("CITATION.cff:1: ")


OWN = (
    "# Mine\n\n### `word`\n\nNo table.\n\n### `events`\n\n| `who` | who it was, as we see it "
    "|\n\n### `times`\n\nOur times.\n"
)


def test_the_readme_of_a_project_overrides_the_column_dictionary(folder, tmp_path):
    (folder.path / "README.md").write_text(OWN)
    said, standard = column_dictionary(folder.path), column_dictionary(SEEDS)
    assert {name: said[name] for name in ALL if name not in ("events", "times")} == {
        name: standard[name] for name in ALL if name not in ("events", "times")
    }
    assert said["events"] == (
        standard["events"][0],
        standard["events"][1] | {"who": "who it was, as we see it"},
    )
    assert said["times"] == ("Our times.", standard["times"][1])
    page, _ = described(folder.path, tmp_path)
    assert "who it was, as we see it (string)" in page
    (folder.path / "README.md").write_bytes(b"\xff")
    assert codes(column_dictionary, folder.path, under=folder.path)[0].startswith("README.md:1: ")
