"""The library's public names with their signatures and docstrings, for the page about its API."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from markupsafe import Markup

__all__ = ["sections"]

PACKAGES = "annotation corpus measures claims figures site authoring exchange scale".split()
EXAMPLE = re.compile(r"(?:^ *>>> .*\n(?:^ *\S.*\n?)*)", re.MULTILINE)


@cache
def sections() -> list[dict]:
    """One section for each public package, and one for each module that a package offers."""
    Path.__module__ = "pathlib"  # as users import it; Python 3.13 says pathlib._local
    return [section for name in PACKAGES for section in _module(f"standoff.{name}")]


def _module(name: str) -> Iterator[dict]:
    import pdoc.doc

    module = importlib.import_module(name)
    offered = {word: getattr(module, word) for word in getattr(module, "__all__", ())}
    entries = []
    for word, value in offered.items():
        kind = pdoc.doc.Class if inspect.isclass(value) else pdoc.doc.Function
        if callable(value):
            entries.append(_entry(word, kind(name, word, value, (name, word))))
    yield {"name": name, "about": _html(inspect.getdoc(module)), "entries": entries}
    for value in offered.values():
        if isinstance(value, ModuleType):
            yield from _module(value.__name__)


def _entry(name: str, doc: Any) -> dict[str, Any]:
    """A function, or a class with its documented methods, as pdoc describes them."""
    entry: dict[str, Any] = {
        "name": name,
        "signature": "",
        "about": _html(doc.docstring),
        "members": [],
    }
    if doc.kind == "function":
        entry["signature"] = str(doc.signature)
        return entry
    for one in doc.own_members:
        if one.kind == "function" and one.docstring and not one.name.startswith("_"):
            entry["members"].append(_entry(f"{name}.{one.name}", one))
    return entry


def _html(docstring: str | None) -> Markup:
    """A docstring as HTML: Markdown, with its examples as code."""
    from pdoc.render_helpers import to_html

    text = EXAMPLE.sub(lambda example: f"```\n{example[0].rstrip()}\n```\n", docstring or "")
    return Markup(to_html(text).replace("<pre>", '<pre tabindex="0">'))
