"""TOML files: what is refused, where problems are, and what an edit changes."""

import datetime as dt
import tomllib

import pytest

from standoff.annotation.problems import Report
from standoff.annotation.toml_files import Lines, key, parse_toml, toml, with_key

NOTES = """title = "x"

[[Actor]]
quote = "a"
attributes.Form = "name"

[[ Actor ]]  # the second
roles = { }
"refers" = "grey"

[coders . 'A. B']
who = "y"
"""


@pytest.mark.parametrize(
    "value",
    [
        'a "b" \\ c\n\t',
        "\x7f\u2028é😀",
        True,
        3,
        dt.date(2020, 1, 2),
        ["a", ["b"]],
        {"k": {"a b": 1}, "": []},
        {},
    ],
)
def test_a_value_written_as_toml_is_read_the_same(value):
    assert tomllib.loads(f"x = {toml(value)}")["x"] == value


def test_an_edit_changes_one_key_and_keeps_every_other_line():
    source = '# head\na = 1\n\n[coders.gold]  # who\nwho = "g"\n\n[coders.a]\nwho = "a"\n'
    assert with_key(source, (), "a", "x") == source.replace("a = 1", 'a = "x"')
    assert with_key(source, ("coders", "gold"), "compiled", "c") == source.replace(
        'who = "g"\n', 'who = "g"\ncompiled = "c"\n'
    )
    assert with_key(source, ("coders", "a"), "who", None) == source.replace('who = "a"\n', "")
    assert with_key(source, ("coders", "b"), "who", None) == source
    assert with_key(source, ("coders", "a"), "compiled", None) == source


@pytest.mark.parametrize("head", ['[coders."Zoë # B"]', "[ coders . 'Zoë # B' ]  # who"])
def test_an_edit_finds_a_table_however_its_name_is_quoted(head):
    source = f'{head}\nwho = "z"\n'
    assert with_key(source, ("coders", "Zoë # B"), "who", "y") == source.replace('"z"', '"y"')


@pytest.mark.parametrize("coder", ["Zoë van B", "a.b", "日本", 'a"b', ""])
def test_an_edit_adds_a_table_whose_name_needs_quotation_marks(coder):
    written = with_key("a = 1\n", ("coders", coder), "who", "x")
    assert tomllib.loads(written) == {"a": 1, "coders": {coder: {"who": "x"}}}
    changed = with_key(written, ("coders", coder), "who", "y")
    assert tomllib.loads(changed)["coders"] == {coder: {"who": "y"}}
    assert tomllib.loads(f"[coders.{key(coder)}]") == {"coders": {coder: {}}}


@pytest.mark.parametrize("value", ["“said”", "‘said’", "[“said”, “told”]"])
def test_curly_quotation_marks_around_a_value_are_named(value):
    report = Report()
    assert parse_toml(f"quote = {value}\n", "notes.toml", report) is None
    assert "expected straight quotation marks" in report[0].message


def test_errors_of_several_tables_and_lines_are_reported_together():
    source = """[[Actor]]
quote = "the boatmen", until = "union"
Form = "nam
refers = "union"

[[Attribution]
quote = "said"

[[Attribution]]
quote = ["one",
  "two"

[[Actor]]
quote = "a"
quote = "b"
refers =
"""
    report = Report()
    assert parse_toml(source, "notes.toml", report) is None
    assert [(problem.line, problem.code) for problem in report] == [
        (2, "E-toml-comma"),
        (3, "E-toml-syntax"),
        (6, "E-toml-syntax"),
        (11, "E-toml-syntax"),
        (15, "E-toml-syntax"),
        (16, "E-toml-syntax"),
    ]


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ('quote = "a", until = "b"', 'until = "b"'),
        ('Content = "a b", until = "c"', 'Content = { quote = "a b", until = "c" }'),
        ("quote = 'a \"b\"', occurrence = 2", "occurrence = 2"),
    ],
)
def test_keys_in_one_line_are_reported_with_what_to_write(line, mend):
    report = Report()
    parse_toml(f"[[Attribution]]\n{line}\n", "notes.toml", report)
    [problem] = report
    assert problem.line == 2 and problem.message.endswith(f": {mend}")
    fixed = Report()
    assert parse_toml(f"[[Attribution]]\n{mend}\n", "notes.toml", fixed) and not fixed


def test_a_string_of_several_lines_may_hold_what_looks_like_a_header():
    report = Report()
    source = 'a = """\n[b\n"""\nc =\n[d]\ne =\n'
    assert parse_toml(source, "x.toml", report) is None
    assert [problem.line for problem in report] == [4]


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("a = " + "[" * 50_000, 1, "E-toml-size"),
        ("a = " + "1" * 5_000, 1, "E-toml-size"),
        ("x = 1\n" + "a." * 5_000 + "b = 1", 1, "E-toml-size"),
        ('x = 1\na = "b\nc"', 2, "E-toml-syntax"),
        ("x = 1\na =", 2, "E-toml-syntax"),
        ('x = 1\na = "\\u0000"', 2, "E-toml-control"),
        ('x = "\\t"\na = ["\u202eb"]', 2, "E-toml-control"),
    ],
)
def test_malformed_toml_is_refused_with_its_line(source, line, code):
    report = Report()
    assert parse_toml(source, "x.toml", report) is None
    assert [(problem.path, problem.line, problem.code) for problem in report] == [
        ("x.toml", line, code)
    ]


def test_lines_finds_keys_and_headers():
    lines = Lines(NOTES)
    assert (lines.of("title"), lines.of("none"), lines.of("none", "Actor")) == (1, 1, 3)
    assert (lines.of("who", "coders.A. B"), lines.of("", "coders.A. B")) == (12, 11)
    assert [lines.of_entry("Actor", number) for number in range(3)] == [3, 7, 3]


def test_lines_finds_keys_inside_an_entry():
    lines = Lines(NOTES)
    assert lines.inside(3, "quote") == 4 and lines.inside(3, "Form", "attributes.Form") == 5
    assert (lines.inside(7, "refers"), lines.inside(7, "quote"), lines.inside(1, "quote")) == (
        9,
        7,
        1,
    )


def test_entries_in_one_line_keep_their_order():
    source = 'title = "x"\nActor = [{ quote = "b" }, { quote = "a" }]\n'
    assert Lines(source).tables(tomllib.loads(source)) == [
        (2, "Actor", {"quote": "b"}),
        (2, "Actor", {"quote": "a"}),
    ]
