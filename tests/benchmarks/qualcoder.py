"""Lets QualCoder's own code import a REFI-QDA project that this library wrote, and export it again.

    python tests/benchmarks/qualcoder.py QUALCODER PROJECT.qdpx [ANOTHER.qdpx]

QUALCODER is a checkout of https://github.com/ccbogel/QualCoder. Its windows are not needed: what
belongs to Qt is replaced by objects that accept everything. Codings are compared with the project's
own (code, coder, place, words); with ANOTHER, what QualCoder exports is written there.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import os
import sqlite3
import sys
import tempfile
import types
from contextlib import suppress
from pathlib import Path
from unittest import mock

from standoff.exchange.refi import read_refi

REPLACED = (
    "PyQt6",
    "PyQt6.QtWidgets",
    "PyQt6.QtCore",
    "qualcoder.color_selector",
    "qualcoder.helpers",
    "qualcoder.GUI",
    "qualcoder.GUI.ui_dialog_refi_export_endings",
)


def refi_of(checkout: Path) -> types.ModuleType:
    """Return QualCoder's module refi, without windows."""
    package = types.ModuleType("qualcoder")
    package.__path__ = [str(checkout / "src" / "qualcoder")]
    sys.modules["qualcoder"] = package
    for name in REPLACED:
        sys.modules[name] = mock.MagicMock()
    sys.modules["PyQt6.QtWidgets"].QDialog = sys.modules["PyQt6"].QtWidgets.QDialog = object
    sys.modules["qualcoder.color_selector"].colors = ["#CCCCCC"] * 120
    sys.modules["qualcoder.color_selector"].color_matcher = str
    builtins._ = str
    return importlib.import_module("qualcoder.refi")


def database(checkout: Path, path: Path) -> sqlite3.Connection:
    """Return an empty project's database, its tables as QualCoder's main module makes them."""
    source = (checkout / "src" / "qualcoder" / "__main__.py").read_text(encoding="utf-8")
    connection = sqlite3.connect(path)
    for node in ast.walk(ast.parse(source)):
        statement = node.value if isinstance(node, ast.Constant) else None
        if str(statement).upper().startswith(("CREATE TABLE", "ALTER TABLE")):
            with suppress(sqlite3.Error):  # older databases are upgraded by the same module
                connection.execute(str(statement))
    connection.execute("insert into project (date, memo) values ('2026-01-01 00:00:00', '')")
    return connection


def application(checkout: Path, folder: Path) -> mock.MagicMock:
    """Return what stands for QualCoder's application, with an empty project in `folder`."""
    for part in ("documents", "images", "audio", "video"):
        (folder / part).mkdir(parents=True)
    app = mock.MagicMock()
    app.conn = database(checkout, folder / "data.qda")
    app.settings = {"codername": "default", "directory": str(folder), "ai_enable": "False"}
    app.project_path, app.project_name, app.version = str(folder), "outside.qda", "QualCoder"
    app.project_events = None
    return app


def imported(app: mock.MagicMock) -> set[tuple]:
    """Return QualCoder's codings: file, coder, code, start, end, words."""
    rows = app.conn.execute(
        "select source.name, code_text.owner, code_name.name, pos0, pos1, seltext from code_text "
        "join source on source.id = fid left join code_name on code_name.cid = code_text.cid"
    )
    return set(rows)


def expected(path: Path) -> set[tuple]:
    """Return the codings of a project as this library reads them, attributes as codes."""
    codings = set()
    for document in read_refi(path):
        spans = {span.id: span for span in document.annotations.spans}
        triggers = {event.id: event.trigger for event in document.annotations.events}
        pairs = [(span, span.label) for span in spans.values()]
        for item in document.annotations.attributes:
            pairs.append(
                (spans[triggers.get(item.target, item.target)], f"{item.name}: {item.value}")
            )
        for span, code in pairs:
            for start, end in span.fragments:
                words = document.text[start:end]
                codings.add((document.name, document.coder, code, start, end, words))
    return codings


def main(checkout: Path, project: Path, again: Path | None = None) -> None:
    """Compare, and print what differs."""
    refi = refi_of(checkout)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "in.qdpx")
        copy.write_bytes(project.read_bytes())
        app = application(checkout, Path(folder, "qualcoder"))
        dialogs = refi.QtWidgets.QFileDialog
        dialogs.getOpenFileName.return_value = str(copy), True
        refi.RefiImport(app, mock.MagicMock(), "qdpx")
        theirs, ours = imported(app), expected(project)
        print(f"{len(ours)} codings here, {len(theirs)} in QualCoder, {len(ours & theirs)} equal")
        for coding in sorted(ours ^ theirs, key=str)[:10]:
            print("only here:" if coding in ours else "only in QualCoder:", coding)
        if again:
            app.get_annotations.return_value = []
            dialogs.getExistingDirectory.return_value = folder
            os.environ["HOME"] = folder  # where QualCoder prepares an export
            Path(folder, ".qualcoder").mkdir()
            for line_ends in (False, True):
                refi.RefiLineEndings = mock.MagicMock()
                button = refi.RefiLineEndings.return_value.ui.radioButton_maxqda
                button.isChecked.return_value = line_ends
                refi.RefiExport(app, mock.MagicMock(), "project")
                copy = Path(folder, "outside.qdpx").replace(Path(folder, f"{line_ends}.qdpx"))
                found = expected(copy)
                lines = "as MAXQDA needs them" if line_ends else "LF"
                print(f"exported again, line ends {lines}: {len(found & theirs)} equal")
                for coding in sorted(found ^ theirs, key=str)[:10]:
                    print("only here:" if coding in found else "only in QualCoder:", coding)
            again.write_bytes(copy.read_bytes())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
