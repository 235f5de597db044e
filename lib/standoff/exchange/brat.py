"""brat collections (https://brat.nlplab.org/standoff.html): one folder per coder, with the
configuration that brat needs to draw them."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..annotation import brat
from ..annotation.codebook import Codebook
from ..annotation.model import Annotations, Event, unnumbered
from ..annotation.ordering import edit_all
from ..annotation.origin import ORIGIN, ORIGINS
from ..annotation.problems import Report, refuse
from ..annotation.text_files import BOM
from ..corpus.articles import PROPOSED, read_rules
from ..corpus.loading import coders, load
from ..corpus.safe_writing import new_folder
from .companion_files import rules_beside
from .documents import Document, Format, read_all, sort_documents
from .foreign_ann import AnnReader
from .projects import export_project
from .untrusted import files_in, read_bytes, read_utf8

__all__ = [
    "Pair",
    "annotation_conf",
    "export_brat",
    "read_brat",
    "read_pairs",
    "visual_conf",
    "write_brat",
]

COLOURS = {
    "structure": "#e5e7eb",
    "actors": "#cfe8f7",
    "sourcing": "#fbe0c8",
    "framing": "#d9ead3",
    "chronology": "#fdf0b5",
}
# what brat's configuration takes as a name, and as a value of an attribute
PLAIN_NAME = re.compile(r"[\w-]*[a-z0-9][\w-]*", re.ASCII | re.IGNORECASE)
PLAIN_VALUE = re.compile(r"[^\s|,<>]+")
OTHER_COLOUR = "#eeeeee"  # layers that an import or a user added
Pair = tuple[str, str, Path, Path | None]  # article, coder, text, `.ann`


def read_brat(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read every text below `source` with the `.ann` files that belong to it.

    An `.ann` lies beside its text and has the same name. If several folders hold the same text
    under one name, the folders in which their paths differ are those of the coders; otherwise the
    coder is gold. In a project of this library an `.ann` has the coder's name and lies beside
    `text.txt`. Raises `SeedError` with everything that cannot be read.
    """
    texts = files_in(source, lambda path: path.suffix == ".txt")
    anns = files_in(source, lambda path: path.suffix == ".ann" and path.stem != PROPOSED)
    project_texts = {path.parent: path for path in texts if path.name == "text.txt"}
    folders = {path.parent for path in anns}
    back = _names_beside(source)
    names = _names(
        [path for path in texts if path.parent in folders - project_texts.keys()], source
    )
    pairs: list[Pair] = []
    for path in anns:
        text = project_texts.get(path.parent, path.with_suffix(".txt"))
        if text.name == "text.txt":
            name, coder = path.parent.name, path.stem
        else:
            name, coder = names.get(text, (path.stem, "gold"))
        pairs.append((name, coder, text, path))
    coded = {text for _, _, text, _ in pairs}
    for path in texts:
        if path not in coded and path.parent in folders:
            name, coder = names.get(path, (path.parent.name, "gold"))
            pairs.append((name, coder, path, None))
    documents = read_pairs(pairs, source, left_out)
    for document in documents:
        document.annotations = _rename(document.annotations, back)
    return documents


def _names_beside(source: Path) -> dict[str, str]:
    """Map the names that `write_brat` changed to those of the codebook beside a collection."""
    rules = rules_beside(source)
    if rules is None:
        return {}
    codebook, _ = read_rules(rules, Report())
    return {plain: name for name, plain in _plain_names(codebook).items()}


def _names(texts: list[Path], source: Path) -> dict[Path, tuple[str, str]]:
    """Return the article and the coder of each text, from its name and folder."""
    alike: dict[tuple[str, bytes], list[Path]] = defaultdict(list)
    for path in texts:
        alike[path.stem, hashlib.sha256(path.read_bytes()).digest()].append(path)
    coders: dict[Path, str] = {}  # folder -> coder
    for paths in alike.values():
        parts = [path.relative_to(source).parts for path in paths]
        level = next(
            (at for at, names in enumerate(zip(*parts, strict=False)) if len(set(names)) > 1), None
        )
        for steps in parts:
            if level is not None and level < len(steps) - 1:
                coders[source.joinpath(*steps[: level + 1])] = steps[level]
    return {
        path: (path.stem, next((coders[up] for up in path.parents if up in coders), "gold"))
        for path in texts
    }


def read_pairs(
    pairs: Sequence[Pair], source: Path, left_out: Report | None = None
) -> list[Document]:
    """Read documents from (article, coder, path of the text, path of the `.ann` or None)."""
    missing = "holds no text with annotations; expected NAME.txt and NAME.ann side by side"
    documents = read_all(lambda pair: _read_pair(pair, source), pairs, source, missing, left_out)
    return sort_documents(documents)


def _read_pair(pair: Pair, folder: Path) -> Document:
    name, coder, text, ann = pair
    if not text.is_file():
        message = f"there is no text {text.name} for it; expected one"
        raise refuse(ann or text, 1, "E-source-missing", message)
    mark = "\ufeff" if read_bytes(text, folder).startswith(BOM) else ""  # some tools count it
    reader = AnnReader(mark + read_utf8(text, folder), text, ann or text)
    if ann:
        reader.read(read_utf8(ann))
    else:
        reader.remarks.append("there is no .ann beside the text: nothing is coded")
    return reader.finish(name, coder, {})


def export_brat(folder: str | Path, destination: str | Path) -> list[Path]:
    """Write a project as a brat collection and return the files written.

    Each coder gets a folder with every text beside its `.ann`, and the configuration made from
    the codebook (https://brat.nlplab.org/configuration.html). Codebook and registries lie beside
    them. `destination` must not exist yet; it is written completely or not at all.
    """
    form = Format("brat", write=write_brat, writes_folder=True)
    export_project(form, Path(folder), Path(destination))
    return sorted(path for path in Path(destination).rglob("*") if path.is_file())


def write_brat(folder: Path, destination: Path) -> list[str]:
    """Write as `export_brat` does, and return a line on each name that brat cannot hold."""
    renamed: dict[str, str] = {}
    with new_folder(destination) as draft:
        for coder in coders(folder):
            renamed |= _write_coder(folder, coder, draft / coder)
    return [f"the name {name}; brat has {plain} for it" for name, plain in renamed.items()]


def _write_coder(folder: Path, coder: str, destination: Path) -> dict[str, str]:
    """Write a coder's folder; return the names that are changed."""
    corpus = load(folder, coder)
    destination.mkdir()
    book, names = corpus.codebook, _plain_names(corpus.codebook)
    files = {
        "annotation.conf": annotation_conf(book, corpus.registry, names),
        "visual.conf": visual_conf(book, names),
    }
    for doc, coding in corpus.annotations.items():
        shutil.copyfile(folder / doc / "text.txt", destination / f"{doc}.txt")
        files[f"{doc}.ann"] = brat.write(_rename(coding, names) if names else coding)
    for name, text in files.items():
        (destination / name).write_bytes(text.encode())
    return names


def _plain_names(book: Codebook) -> dict[str, str]:
    """Map each name of a codebook that brat cannot hold to one that it can, and that is free."""
    roles = (role for rules in book.labels.values() for role in rules.get("roles", ()))
    names = dict.fromkeys([*book.labels, *book.relations, *book.attributes, *roles])
    taken = {name for name in names if PLAIN_NAME.fullmatch(name)}
    plain_names = {}
    for name in [name for name in names if name not in taken]:
        ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^\w-]+", "_", ascii_only, flags=re.ASCII).strip("_-") or "Label"
        while plain in taken:
            plain += "_"
        taken.add(plain)
        plain_names[name] = plain
    return plain_names


def _rename(coding: Annotations, names: Mapping[str, str]) -> Annotations:
    """Return annotations under other names."""

    def role(name: str, target: str) -> tuple[str, str]:
        plain = unnumbered(name)
        return names.get(plain, plain) + name.removeprefix(plain), target

    def edit(item: Any) -> Any:
        own = {key: value for key, value in item._asdict().items() if key in ("label", "name")}
        new: dict[str, Any] = {key: names.get(value, value) for key, value in own.items()}
        if isinstance(item, Event):
            new["roles"] = tuple(role(*one) for one in item.roles)
        return item._replace(**new)

    return edit_all(coding, edit)


def annotation_conf(book: Codebook, registry: dict, names: Mapping[str, str] | None = None) -> str:
    """Return brat's `annotation.conf`: the labels, relations, events and attributes allowed.

    `names` are those to write for names that brat cannot hold. brat reads nothing of a file with an
    empty type: what can be given to no label is left out, and so is an attribute whose registry is
    still empty.
    """
    names = names or {}
    parts: dict[str, list[str]] = {"entities": [], "relations": [], "events": [], "attributes": []}

    def add(part: str, name: str, arguments: dict[str, str]) -> None:
        ends = ", ".join(f"{key}:{types}" for key, types in arguments.items() if types)
        parts[part].append(f"{names.get(name, name)}\t{ends}".strip())

    def labels(groups: list[str]) -> str:
        """Expand the names that the codebook uses for groups of labels."""
        return "|".join(names.get(label, label) for label in book.labels_among(groups))

    for label, rules in book.labels.items():
        if rules["kind"] == "event":
            roles = rules["roles"].items()
            add("events", label, {f"{names.get(r, r)}*": labels(on) for r, on in roles})
        else:
            add("entities", label, {})
    for name, rules in book.relations.items():
        ends = {"Arg1": labels(rules["a"]), "Arg2": labels(rules["b"])}
        if all(ends.values()):
            add("relations", name, ends)
    parts["relations"].append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    for name, rules in book.attributes.items():
        values = list(rules.get("values") or registry[rules["registry"]])
        listed = [value for value in values if PLAIN_VALUE.fullmatch(value)]
        choice = "" if values == ["true"] else "|".join(listed)
        if (on := labels(rules["on"])) and values:
            add("attributes", name, {"Arg": on, "Value": choice})
    if ORIGIN not in book.attributes:
        add("attributes", ORIGIN, {"Arg": "<ANY>", "Value": "|".join(ORIGINS)})
    return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in parts.items())


def visual_conf(book: Codebook, names: Mapping[str, str] | None = None) -> str:
    """Return brat's `visual.conf`: each label under its own name, one colour per layer."""
    names = names or {}
    lines = ["[labels]"]
    for name in (*book.labels, *book.relations):
        plain = names.get(name, name)
        lines.append(f"{plain} | {name if PLAIN_VALUE.fullmatch(name) else plain}")
    lines += ["", "[drawing]"]
    for label, rules in book.labels.items():
        colour = COLOURS.get(rules["layer"], OTHER_COLOUR)
        lines.append(f"{names.get(label, label)}\tbgColor:{colour}")
    return "\n".join([*lines, ""])
