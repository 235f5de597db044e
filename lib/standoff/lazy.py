"""Packages that import a public name when it is first used.

So `import standoff` is quick, and a command that needs no tables does not wait for pandas.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["attach"]


def attach(
    package: str, names: Mapping[str, str], namespace: dict[str, Any]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` for a package.

    `names` maps each public name to the module of the package that holds it, or to "" if the name
    is that of a module. `namespace` is the package's `globals()`, which keeps what was imported.
    """

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        module = import_module(f"{package}.{names[name] or name}")
        namespace[name] = value = getattr(module, name) if names[name] else module
        return value

    def public_names() -> list[str]:
        return sorted(names)

    return get, public_names
