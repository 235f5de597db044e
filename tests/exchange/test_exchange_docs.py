"""docs/interchange.md: its commands exist and its example of a reader works.

The files are made in the shape of https://github.com/launchnlp/BASIL (articles/YEAR/ID_N.json,
annotations/YEAR/ID_N_ann.json).
"""

import json
import re

import pytest
from conftest import ROOT

import standoff
from standoff.cli.main import main
from standoff.exchange import FORMATS, Format, import_project

PAGE = (ROOT / "docs" / "interchange.md").read_text(encoding="utf-8")


def test_the_page_names_every_format_with_the_directions_it_has():
    table = PAGE.split("## Formats", 1)[1].split("## What readers leave out", 1)[0]
    for line in re.findall(r"^\| (`.*)$", table, re.MULTILINE):
        names, into, out = line.split(" | ", 3)[:3]
        for name in re.findall(r"`([\w-]+)`", names):
            assert (into.strip() == "yes", out.strip() == "yes") == (
                FORMATS[name].read is not None,
                FORMATS[name].write is not None,
            ), name
    assert {
        name
        for line in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)`", line)
    } == set(FORMATS)


def ignored():
    """The table of what readers leave out by name, made from the code."""
    formats = {}
    for name, form in FORMATS.items():
        reasons = {}
        for key, reason in form.ignored.items():
            reasons.setdefault(reason, []).append(f"`{key}`")
        for why, keys in reasons.items():
            formats.setdefault((", ".join(keys), why), []).append(f"`{name}`")
    rows = ["| format | left out by name | because |", "|---|---|---|"]
    rows += [f"| {', '.join(names)} | {keys} | {why} |" for (keys, why), names in formats.items()]
    return "\n".join(rows)


def test_the_page_lists_what_readers_leave_out_by_name():
    (table,) = re.findall(r"<!-- ignored -->\n(.*?)\n<!-- /ignored -->", PAGE, re.DOTALL)
    assert table == ignored(), f"put this into docs/interchange.md:\n{ignored()}"


def test_the_commands_on_the_page_exist():
    found = re.findall(r"`python -m standoff (import|export) ([\w-]+) ", PAGE)
    assert len(found) == 11
    for direction, name in found:
        assert getattr(FORMATS[name], "read" if direction == "import" else "write") is not None


@pytest.fixture
def basil(tmp_path):
    """Two sentences and a title, two phrases marked, and the example's reader."""
    for part in ("articles/2010", "annotations/2010"):
        (tmp_path / "BASIL" / part).mkdir(parents=True)
    article = {
        "title": "Grey says no",
        "source": "nyt",
        "date": "2010-07-03",
        "uuid": "u",
        "body-paragraphs": [["He said 😀 no . "], ["She did not.", "So wildly wrong."]],
    }
    (tmp_path / "BASIL/articles/2010/abc_1.json").write_text(json.dumps(article))
    phrase = {
        "aim": "dir",
        "polarity": "neg",
        "quote": "no",
        "speaker": "",
        "target": "Grey_Party",
        "notes": "strong words",
    }
    phrases = [
        {"id": "p0", "bias": "inf", "start": 11, "end": 13, "txt": "no"} | phrase,
        {"id": "p2", "bias": "lex", "start": 3, "end": 9, "txt": "mildly"} | phrase,
        {"id": "title", "bias": "lex", "start": 0, "end": 4, "txt": "Grey"} | phrase,
    ]
    coding = {
        "article-level-annotations": {"relative_stance": "left", "notes": ""},
        "phrase-level-annotations": phrases,
        "uuid": "u",
    }
    (tmp_path / "BASIL/annotations/2010/abc_1_ann.json").write_text(json.dumps(coding))
    return tmp_path / "BASIL"


def test_the_example_reads_offsets_that_count_from_each_sentence_in_under_forty_lines(
    basil, tmp_path
):
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    assert code.count("\n") < 40
    names = {}
    exec(code, names)
    (document,) = names["read_basil"](basil)
    assert document.text == "Grey says no\n\nHe said 😀 no .\n\nShe did not. So wildly wrong."
    assert [(span.label, span.text) for span in document.annotations.spans] == [
        ("inf", "no"),
        ("lex", "wildly"),
        ("lex", "Grey"),
        ("Article", "Grey says no"),
    ]
    assert {
        (item.name, item.value) for item in document.annotations.attributes if item.target == "T1"
    } == {
        ("aim", "dir"),
        ("polarity", "neg"),
        ("quote", "no"),
        ("target", "Grey_Party"),
    }
    assert document.remarks == [
        "values of notes that hold blanks are kept as notes",
        "T2 should hold 'mildly', but holds 'wildly'",
    ]
    import_project(Format("BASIL", names["read_basil"]), basil, tmp_path / "in")
    assert main(["check", str(tmp_path / "in")]) == 0
    assert str(standoff.load(tmp_path / "in").documents["published"][0].date()) == "2010-07-03"
