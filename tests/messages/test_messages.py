"""Every kind of problem has a code, an example here, and a line in docs/errors.md.

Other tests assert file, line and code. What a message says is kept in one snapshot; after a
change of wording, read it and run `pytest tests/messages --snapshot-update`.
"""

import re

import pytest
from conftest import ROOT
from messages import annotation, authoring, cli, corpus, exchange

CODE = re.compile(r"\bE-[a-z0-9]+(?:-[a-z0-9]+)*\b")
EXAMPLES = {
    **annotation.EXAMPLES,
    **corpus.EXAMPLES,
    **authoring.EXAMPLES,
    **exchange.EXAMPLES,
    **cli.EXAMPLES,
}


def codes_in(*paths):
    return {code for path in paths for code in CODE.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_message_says_what_was_found_and_expected(code, tmp_path, snapshot):
    problems = EXAMPLES[code](tmp_path)
    assert [problem.code for problem in problems] == [code]
    assert str(problems[0]).replace(str(tmp_path), "…") == snapshot


def test_every_code_has_an_example_and_a_line_in_the_docs():
    used = codes_in(*(ROOT / "lib" / "standoff").rglob("*.py")) - {"E-example"}
    assert used == set(EXAMPLES)
    assert codes_in(ROOT / "docs" / "errors.md") == set(EXAMPLES)
