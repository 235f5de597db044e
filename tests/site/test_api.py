"""The page about the library: public names, signatures and docstrings."""

import importlib
from pathlib import Path

from standoff.site import api


def names_of(section):
    return {entry["name"] for entry in section["entries"]}


def test_every_public_function_and_class_of_a_package_is_listed():
    found = {section["name"]: names_of(section) for section in api.sections()}
    assert {f"standoff.{name}" for name in api.PACKAGES} <= set(found)
    assert {"load", "coders", "Corpus"} <= found["standoff.corpus"]
    for name, listed in found.items():
        assert listed <= set(importlib.import_module(name).__dir__())


def test_an_entry_has_a_signature_and_its_docstring():
    entry = next(
        entry
        for section in api.sections()
        for entry in section["entries"]
        if entry["name"] == "build"
    )
    assert "notebooks: pathlib.Path" in entry["signature"]
    assert "Execute notebooks and write the site" in entry["about"]


def test_an_example_is_shown_as_code_and_words_cannot_become_elements():
    assert api._html("Two.\n\n>>> 1 < 2\nTrue\n").count("<code>&gt;&gt;&gt; 1 &lt; 2\nTrue\n") == 1


def test_no_entry_carries_a_script_or_the_address_of_an_object():
    page = str(api.sections())
    assert "<script" not in page and " at 0x" not in page and "style=" not in page


def test_signatures_name_paths_alike_in_every_version_of_python(monkeypatch):
    monkeypatch.setattr(Path, "__module__", "pathlib._local")  # as in Python 3.13
    api.sections.cache_clear()
    shown = [entry["signature"] for part in api.sections() for entry in part["entries"]]
    assert any("pathlib.Path" in one for one in shown)
    assert not any("_local" in one for one in shown)
