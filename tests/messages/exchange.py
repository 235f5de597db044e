"""One broken input for each code that the package exchange reports."""

import builtins
import json
from functools import partial
from pathlib import Path
from unittest import mock

import pytest

import standoff
from standoff.exchange import FORMATS, Builder, Document, Format, import_project
from standoff.exchange.lossless_tables import RECORD
from standoff.exchange.untrusted import parse_xml

TEXT = "Grey said no. White said no."


def _raised(call, *arguments):
    with pytest.raises(standoff.SeedError) as caught:
        call(*arguments)
    return caught.value.problems


def _read(name, files, folder):
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")
    return _raised(FORMATS[name].read, folder)


def _w3c(selector, folder, **more):
    target = {"source": "a.txt", "selector": selector}
    item = {"type": "Annotation", "id": "#T1", "target": target} | more
    return _read("w3c", {"a.txt": TEXT, "a.jsonl": json.dumps(item)}, folder)


def _csv(articles, coded, folder):
    """The problems of tables with some articles, and with codings of some."""
    files = {}
    for table, docs in (("articles", articles), ("coders", coded), ("annotations", [])):
        rows = [{"doc": doc, "coder": "gold", "text": TEXT, "who": "a"} for doc in docs]
        lines = [",".join(row.get(column, "") for column in RECORD[table]) for row in rows]
        files[f"{table}.csv"] = "\n".join([",".join(RECORD[table]), *lines, ""])
    return _read("csv", files, folder)


def _documents(*coders):
    return [Document("one", TEXT, coder, Builder(TEXT, []).annotations) for coder in coders]


def _link(folder):
    (folder / "in").mkdir()
    (folder / "secret.txt").write_text(TEXT)
    (folder / "in" / "a.txt").symlink_to(folder / "secret.txt")
    return _raised(FORMATS["brat"].read, folder / "in")


def _large(folder):
    (folder / "a.txt").write_text(TEXT)
    with mock.patch("standoff.exchange.untrusted.MAX_FILE_BYTES", 9):
        return _read("brat", {"a.ann": ""}, folder)


def _without_cassis(folder):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "cassis":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)

    with mock.patch.object(builtins, "__import__", missing):
        return _raised(FORMATS["cas-json"].read, folder)


def _unknown_article(folder):
    form = Format("one article", lambda path: _documents("gold"))
    return _raised(import_project, form, folder, folder / "new", {"two": {}})


def _xml_characters(folder):
    document = Document("one", "a\vb", "gold", Builder("a\vb", []).annotations)
    return _raised(FORMATS["cas-xmi"].write, [document], folder / "out")


def _one_file(folder):
    documents = [
        Document(name, TEXT, coder, Builder(TEXT, []).annotations)
        for name, coder in (("x", "a.b"), ("x.a", "b"))
    ]
    return _raised(FORMATS["w3c"].write, documents, Path("out"))


EXAMPLES = {
    "E-article-unknown": _unknown_article,
    "E-export-characters": _xml_characters,
    "E-export-duplicate": _one_file,
    "E-package-missing": _without_cassis,
    "E-source-doctype": lambda folder: _raised(
        parse_xml, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "a.xml"
    ),
    "E-source-duplicate": partial(_csv, ["one", "one"], ["one"]),
    "E-source-format": partial(_read, "w3c", {"a.txt": TEXT, "a.jsonl": "{"}),
    "E-source-link": _link,
    "E-source-missing": partial(_read, "brat", {}),
    "E-source-offset": partial(_w3c, {"type": "TextPositionSelector", "start": 3, "end": 99}),
    "E-source-quote": partial(_w3c, {"type": "TextQuoteSelector", "exact": "said"}),
    "E-source-reference": partial(_csv, ["one"], ["one", "two"]),
    "E-source-size": _large,
    "E-source-text": partial(_read, "brat", {"a.txt": " ", "a.ann": ""}),
}
