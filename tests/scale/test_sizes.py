"""The example in docs/sizes.md runs, and the measures it names exist."""

import re

from conftest import ROOT

import standoff

PAGE = (ROOT / "docs" / "sizes.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})
    assert "us-government" in capsys.readouterr().out


def test_every_measure_that_the_page_names_exists():
    named = re.findall(r"((?:`\w+`(?:, | and )?)+) of\s+`standoff\.(\w+)`", PAGE)
    assert len(named) == 5
    for words, module in named:
        for name in re.findall(r"`(\w+)`", words):
            assert hasattr(getattr(standoff, module), name), (module, name)
