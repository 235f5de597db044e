"""Names that a package offers and imports when they are first asked for."""

from importlib import import_module


def attach(package: str, names: dict[str, str], namespace: dict):
    """`__getattr__` and `__dir__` of a package that imports its public names when they are first
    used.

    `names`: name -> the module in the package that holds it; "" where the name is that of a module.
    `import standoff` stays quick so, and a command that needs no tables does not wait for pandas.
    """

    def get(name: str):
        if name not in names:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        module = import_module(f"{package}.{names[name] or name}")
        namespace[name] = value = getattr(module, name) if names[name] else module
        return value

    def names_offered() -> list[str]:
        return sorted(names)

    return get, names_offered
