"""How large the library is, and which names it offers: `make size`.

Size is counted in syntax nodes without docstrings and type annotations, so that layout cannot
hide it and documenting or typing costs nothing. Names are those in `__all__` of each package;
`--names` stores them in public_names.txt, with which a test compares them.
"""

from __future__ import annotations

import ast
import difflib
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "lib" / "standoff"
NAMES = Path(__file__).with_name("public_names.txt")
FIRST = ("annotation", "corpus", "measures", "claims", "figures")  # what a notebook reader meets
PACKAGES = (*FIRST, "site", "authoring", "exchange", "scale", "cli")
WITH_BODY = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
WIDTH, LENGTH = 100, 40  # columns of a line, lines of a function


class Bare(ast.NodeTransformer):
    """Takes docstrings, annotations and imports for type checking out of a syntax tree."""

    def visit(self, node: ast.AST) -> ast.AST | None:
        """Strip one node and everything below it."""
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return None
        if isinstance(node, WITH_BODY) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            plain = ast.Assign([node.target], node.value) if node.value else ast.Expr(node.target)
            return self.generic_visit(plain)
        return self.generic_visit(node)


def nodes(source: str) -> list[ast.AST]:
    """Return every syntax node of a module without docstrings and annotations.

    >>> len(nodes("x: int = 1")) == len(nodes("x = 1"))
    True
    """
    return list(ast.walk(Bare().visit(ast.parse(source))))


def density(found: list[ast.AST]) -> Counter[str]:
    """Count what makes code hard to read: conditional expressions, walruses, comprehensions in
    comprehensions."""
    counts: Counter[str] = Counter()
    counts["conditional expressions"] = sum(isinstance(node, ast.IfExp) for node in found)
    counts["walruses"] = sum(isinstance(node, ast.NamedExpr) for node in found)
    counts["nested comprehensions"] = sum(
        isinstance(inner, COMPREHENSIONS)
        for node in found
        if isinstance(node, COMPREHENSIONS)
        for inner in ast.walk(node)
        if inner is not node
    )
    return counts


def faults() -> Iterator[str]:
    """Yield each function that is too long and each line that is too wide."""
    for path in sorted(LIBRARY.rglob("*.py")):
        source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
        for number, line in enumerate(source.split("\n"), 1):
            if len(line) > WIDTH:
                yield f"{name}:{number}: {len(line)} columns; expected at most {WIDTH}"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = 1 + (node.end_lineno or node.lineno) - node.lineno
                if isinstance(node.body[0], ast.Expr):
                    lines -= 1 + (node.body[0].end_lineno or 0) - node.body[0].lineno
                if lines > LENGTH:
                    yield f"{name}:{node.lineno}: {node.name} has {lines} lines; at most {LENGTH}"


def names() -> list[str]:
    """Return the public names of the library, such as "standoff.measures.sourcing.voices"."""
    sys.path.insert(0, str(ROOT / "lib"))
    packages = ["standoff", *(f"standoff.{package}" for package in PACKAGES)]
    measures = [f"standoff.measures.{name}" for name in import_module("standoff.measures").__all__]
    offered = [
        f"{module}.{name}"
        for module in packages + measures
        for name in getattr(import_module(module), "__all__", ())
    ]
    return sorted(offered)


def changed_names() -> list[str]:
    """Return the names that are new ("+ name") or gone ("- name") since they were stored."""
    stored = NAMES.read_text(encoding="utf-8").split()
    return [line for line in difflib.ndiff(stored, names()) if line[0] in "+-"]


def report() -> Iterator[str]:
    """Yield the lines that `make size` prints."""
    total, dense, sizes = 0, Counter[str](), Counter[str]()
    for path in sorted(LIBRARY.rglob("*.py")):
        found = nodes(path.read_text(encoding="utf-8"))
        below = path.relative_to(LIBRARY).parts
        sizes[below[0] if len(below) > 1 else "top level"] += len(found)
        total += len(found)
        dense += density(found)
    yield "package          syntax nodes"
    yield from (f"{name:16}{sizes[name]:13,}" for name in (*PACKAGES, "top level"))
    yield f"{'first five':16}{sum(sizes[name] for name in FIRST):13,}"
    yield f"{'total':16}{total:13,}"
    yield ""
    files = [
        path for path in LIBRARY.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    lines = Counter[str]()
    for path in files:
        lines[path.suffix or "no ending"] += len(path.read_bytes().splitlines())
    yield from (f"{ending:16}{number:13,} lines" for ending, number in lines.most_common())
    yield ""
    yield from (
        f"{1000 * number / total:6.2f} {what} per 1,000 nodes" for what, number in dense.items()
    )
    yield from faults()
    yield from changed_names()


if __name__ == "__main__":
    if "--names" in sys.argv:
        NAMES.write_text("\n".join(names()) + "\n", encoding="utf-8")
    print("\n".join(report()))
