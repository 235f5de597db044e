"""brat collections (https://brat.nlplab.org/standoff.html): a folder a coder, with the
configuration that brat draws them by."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from ..annotation import brat
from ..annotation.brat import Annotations
from ..annotation.codebook import Codebook
from ..corpus.articles import PROPOSED
from ..corpus.files import whole
from ..corpus.loading import coders, load
from .documents import Document, by_coder, gathered, refuse, stored
from .foreign_ann import read_ann
from .untrusted import files_in, read_utf8

__all__ = ["annotation_conf", "export_brat", "read_brat", "read_pairs", "visual_conf", "write_brat"]

COLOURS = {
    "structure": "#e5e7eb",
    "actors": "#cfe8f7",
    "sourcing": "#fbe0c8",
    "framing": "#d9ead3",
    "chronology": "#fdf0b5",
}
OTHER = "#eeeeee"  # layers that this project does not know by name


def read_brat(source: Path) -> list[Document]:
    """Every text below `source` with the `.ann` files that belong to it.

    An `.ann` lies beside its text: under the same name, and then its coder is the folder where
    several folders hold that name, else gold; or, as
    in a project of this library, under the coder's name beside a `text.txt`. Raises `SeedError`
    with everything that cannot be read.
    """
    texts = files_in(source, lambda path: path.suffix == ".txt")
    anns = files_in(source, lambda path: path.suffix == ".ann" and path.stem != PROPOSED)
    holders = Counter(path.stem for path in texts)
    of_project = {path.parent: path for path in texts if path.name == "text.txt"}
    pairs = []
    for path in anns:
        if path.parent in of_project:
            pairs.append((path.parent.name, path.stem, of_project[path.parent], path))
        else:
            coder = path.parent.name if holders[path.stem] > 1 else "gold"
            pairs.append((path.stem, coder, path.with_suffix(".txt"), path))
    coded, homes = {text for _, _, text, _ in pairs}, {path.parent for path in anns}
    bare = [path for path in texts if path not in coded and path.parent in homes]
    pairs += [
        (path.parent.name if path.name == "text.txt" else path.stem, "gold", path, None)
        for path in bare
    ]
    return read_pairs(pairs, source)


def read_pairs(pairs, source: Path) -> list[Document]:
    """Documents of (name, coder, text's path, `.ann`'s path or None); all that cannot be read is
    raised together."""
    nothing = refuse(
        source, 1, "holds no text with annotations; expected NAME.txt and NAME.ann side by side"
    )
    return by_coder(gathered(lambda pair: [_document(*pair, source)], pairs, nothing))


def _document(name, coder, text, ann, folder):
    if ann is None:
        said = ["there is no .ann beside the text: nothing is coded"]
        return Document(
            name, stored(read_utf8(text, folder), text, said), coder, Annotations(), said=said
        )
    if not text.is_file():
        raise refuse(ann, 1, f"there is no text {text.name} for it; expected one")
    said, raw = [], read_utf8(text, folder)
    found = read_ann(read_utf8(ann), raw, ann, said)
    return Document(name, stored(raw, text, []), coder, found, said=said)


def export_brat(folder: str | Path, destination: str | Path) -> list[Path]:
    """A brat collection: a folder a coder, in each every text beside its `.ann`, with the
    configuration made from the codebook.

    `destination` must not exist yet; it is there whole or not at all. Gives the files written.
    https://brat.nlplab.org/configuration.html
    """
    folder, destination = Path(folder), Path(destination)
    with whole(destination) as draft:
        for coder in coders(folder):
            _one_coder(folder, coder, draft)
    return sorted(path for path in destination.rglob("*") if path.is_file())


def write_brat(folder: Path, destination: Path) -> list[str]:
    """`export_brat`; of the annotation everything is carried, so nothing is given back."""
    export_brat(folder, destination)
    return []


def _one_coder(folder, coder, draft):
    corpus = load(folder, coder)
    (draft / coder).mkdir()
    for doc, coding in corpus.annotations.items():
        shutil.copyfile(folder / doc / "text.txt", draft / coder / f"{doc}.txt")
        (draft / coder / f"{doc}.ann").write_text(
            brat.write(coding), encoding="utf-8", newline="\n"
        )
    for name, text in (
        ("annotation.conf", annotation_conf(corpus.codebook, corpus.registry)),
        ("visual.conf", visual_conf(corpus.codebook)),
    ):
        (draft / coder / name).write_text(text, encoding="utf-8", newline="\n")


def annotation_conf(book: Codebook, registry: dict) -> str:
    """brat's `annotation.conf`: what may be marked, joined and said of it."""
    events = [label for label, rules in book.labels.items() if rules["kind"] == "event"]
    parts = {
        "entities": [label for label in book.labels if label not in events],
        "relations": [
            f"{name}\tArg1:{_names(book, rules['a'])}, Arg2:{_names(book, rules['b'])}"
            for name, rules in book.relations.items()
        ],
        "events": [
            f"{label}\t"
            + ", ".join(
                f"{role}*:{_names(book, on)}" for role, on in book.labels[label]["roles"].items()
            )
            for label in events
        ],
        "attributes": [
            _attribute(book, registry, name, rules) for name, rules in book.attributes.items()
        ],
    }
    parts["relations"].append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    return "\n".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in parts.items()
    )


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
    drawing = "".join(
        f"{label}\tbgColor:{COLOURS.get(rules['layer'], OTHER)}\n"
        for label, rules in book.labels.items()
    )
    return f"[labels]\n{labels}\n[drawing]\n{drawing}"
