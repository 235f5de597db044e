"""Packages that import a public name when it is first used.

So `import standoff` is quick, and a command that needs no tables does not wait for pandas.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["attach"]


def attach(
    package: str, offered: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return `__getattr__`, `__dir__` and `__all__` for a package.

    `offered` maps each module of the package to the names that the package offers from it,
    separated by blanks; "" maps to modules that are offered themselves. What was imported once is
    kept.
    """
    module_of = {name: module for module, names in offered.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        module = import_module(f"{package}.{module_of[name] or name}")
        value = getattr(module, name) if module_of[name] else module
        setattr(sys.modules[package], name, value)
        return value

    names = sorted(module_of)
    return get, names.copy, names
