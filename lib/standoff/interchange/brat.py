"""brat collections: a folder a coder, with the configuration that brat draws them by."""

from __future__ import annotations

import shutil
from pathlib import Path

from .. import brat
from ..codebook import Codebook
from ..corpus import coders, load
from .files import whole

__all__ = ["annotation_conf", "export_brat", "visual_conf"]

COLOURS = {"structure": "#e5e7eb", "actors": "#cfe8f7", "sourcing": "#fbe0c8", "framing": "#d9ead3", "chronology": "#fdf0b5"}


def export_brat(folder: str | Path, destination: str | Path) -> list[Path]:
    """A brat collection: a folder a coder, in each every text beside its `.ann`, with the configuration made from the codebook.

    `destination` must not exist yet; it is there whole or not at all. Gives the files written. https://brat.nlplab.org/configuration.html
    """
    folder, destination = Path(folder), Path(destination)
    with whole(destination) as draft:
        for coder in coders(folder):
            _one_coder(folder, coder, draft)
    return sorted(path for path in destination.rglob("*") if path.is_file())


def _one_coder(folder, coder, draft):
    corpus = load(folder, coder)
    (draft / coder).mkdir()
    for doc, coding in corpus.annotations.items():
        shutil.copyfile(folder / doc / "text.txt", draft / coder / f"{doc}.txt")
        (draft / coder / f"{doc}.ann").write_text(brat.write(coding), encoding="utf-8", newline="\n")
    for name, text in (("annotation.conf", annotation_conf(corpus.codebook, corpus.registry)), ("visual.conf", visual_conf(corpus.codebook))):
        (draft / coder / name).write_text(text, encoding="utf-8", newline="\n")


def annotation_conf(book: Codebook, registry: dict) -> str:
    """brat's `annotation.conf`: what may be marked, joined and said of it."""
    events = [label for label, rules in book.labels.items() if rules["kind"] == "event"]
    parts = {
        "entities": [label for label in book.labels if label not in events],
        "relations": [f"{name}\tArg1:{_names(book, rules['a'])}, Arg2:{_names(book, rules['b'])}" for name, rules in book.relations.items()],
        "events": [f"{label}\t{', '.join(f'{role}*:{_names(book, on)}' for role, on in book.labels[label]['roles'].items())}" for label in events],
        "attributes": [_attribute(book, registry, name, rules) for name, rules in book.attributes.items()],
    }
    parts["relations"].append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in parts.items())


def _names(book, names):
    """Labels behind the names that the codebook uses for them."""
    return "|".join(label for name in names for label in book.labels if name in book.names(label))


def _attribute(book, registry, name, rules):
    values = list(rules.get("values") or registry[rules["registry"]])
    value = "" if values == ["true"] else f", Value:{'|'.join(values)}"
    return f"{name}\tArg:{_names(book, rules['on'])}{value}"


def visual_conf(book: Codebook) -> str:
    """brat's `visual.conf`: a label's name as it is, a colour a layer."""
    labels = "".join(f"{label} | {label}\n" for label in (*book.labels, *book.relations))
    drawing = "".join(f"{label}\tbgColor:{COLOURS[rules['layer']]}\n" for label, rules in book.labels.items())
    return f"[labels]\n{labels}\n[drawing]\n{drawing}"
