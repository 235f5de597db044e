"""Opens REFI-QDA archives: their XML, and the texts that it points to.

The standard is at https://www.qdasoftware.org; section numbers are those of its version 1.5.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ..annotation.problems import SeedError
from ..annotation.text_files import BOM
from .countings import Positions
from .documents import refuse
from .untrusted import archive, as_utf8, parse_xml, read_bytes

__all__ = ["Package", "Text", "Tree", "UnreadableError", "docx_text", "guid_of"]

READ = (".qde", ".txt", ".docx")  # what is unpacked of an archive; recordings and pictures are not
DESCRIBING = ("xmlns", "xsi:")  # attributes of every XML file, which say nothing of the project


class UnreadableError(ValueError):
    """Why a source, or one annotation, is set aside."""


def guid_of(value: str) -> str:
    """Return a GUID as it is compared; tools write it in capitals and in braces, or not."""
    return value.strip().strip("{}").lower()


class Tree:
    """XML that counts what nobody asked for.

    >>> from xml.etree.ElementTree import fromstring
    >>> tree = Tree(fromstring('<Code name="risk" color="#ff0000"><Note/></Code>'))
    >>> tree.get(tree.root, "name"), sorted(tree.ignored())
    ('risk', ['Code/@color', 'Code/Note'])
    """

    def __init__(self, root: Element):
        self.root = root
        self.asked: set[tuple[Element, str]] = set()
        for element in root.iter():
            element.tag = element.tag.rpartition(":")[2]

    def get(self, element: Element, key: str) -> str:
        """Return an attribute of an element, empty if there is none."""
        self.asked.add((element, key))
        return element.get(key, "")

    def children(self, element: Element, *tags: str) -> list[Element]:
        """Return the children of an element that have one of these tags."""
        found = [child for child in element if child.tag in tags]
        self.asked.update((child, "") for child in found)
        return found

    def inside(self, *path: str) -> list[Element]:
        """Return the children of the elements at a path below the root."""
        level = [self.root]
        for tag in path:
            level = [child for element in level for child in self.children(element, tag)]
        return level

    def text(self, element: Element, tag: str) -> str:
        """Return the words of an element's children of a tag."""
        return "".join(child.text or "" for child in self.children(element, tag))

    def ask_for(self, element: Element, *keys: str) -> None:
        """Mark an element and some of its attributes as asked for."""
        self.asked.update((element, key) for key in ("", *keys))

    def ask_for_all(self, element: Element) -> None:
        """Mark an element and all in it as asked for."""
        for part in element.iter():
            self.asked.update((part, key) for key in ("", *part.attrib))

    def ignored(self) -> Counter[str]:
        """Count what nobody asked for, by the name of the element that holds it; of the lists in
        a project, such as its cases, each entry counts."""
        counts: Counter[str] = Counter()
        self.asked.add((self.root, ""))
        for element in self.root.iter():
            if (element, "") not in self.asked:
                continue
            for key in element.attrib:
                if (element, key) not in self.asked and not key.startswith(DESCRIBING):
                    counts[f"{element.tag}/@{key}"] += 1
            for child in element:
                if (child, "") not in self.asked:
                    parts = list(child) if element is self.root else []
                    names = [f"{child.tag}/{part.tag}" for part in parts]
                    counts.update(names or [f"{element.tag}/{child.tag}"])
        return counts


class Text(NamedTuple):
    """The text of a source: its positions, and a remark on where it comes from."""

    positions: Positions
    remark: str = ""


class Package:
    """A project's archive: its XML as a `Tree`, and the texts beside it."""

    def __init__(self, path: Path):
        self.path = path
        self.files = archive(path, path, lambda name: name.lower().endswith(READ))
        found = sorted((name.count("/"), name) for name in self.files if name.endswith(".qde"))
        if not found:
            message = "holds no project.qde; expected a REFI-QDA project"
            raise refuse(path, 1, "E-source-format", message)
        self.tree = Tree(parse_xml(self.files[found[0][1]], f"{path}/{found[0][1]}"))
        if self.tree.root.tag != "Project":
            message = f"is XML of another kind (<{self.tree.root.tag}>); expected <Project>"
            raise refuse(path, 1, "E-source-format", message)
        self.base = self.tree.get(self.tree.root, "basePath")

    def text(self, element: Element) -> Text:
        """Return the text of a source; raise `UnreadableError` if there is none.

        It stands in the XML, in a plain text, or in a styled text, in this order of preference.
        """
        inline = self.tree.text(element, "PlainTextContent")
        plain = self.tree.get(element, "plainTextPath")
        styled = self.tree.get(element, "richTextPath")
        reason = "it has no text"
        for place, words in ((plain, inline), (styled, "")):
            try:
                raw, remark = (words, "") if words else self._read(place)
                return Text(Positions(raw), remark)
            except (UnreadableError, SeedError) as error:
                message = error.problems[0].message if isinstance(error, SeedError) else str(error)
                reason = message if place or words else reason
        raise UnreadableError(reason)

    def _read(self, place: str) -> tuple[str, str]:
        """Return the raw text of a file that a source names, and a remark on it."""
        data = self._data(place)
        if place.lower().endswith(".docx"):
            remark = "the text is that of the paragraphs of a .docx; positions are mapped to it"
            return docx_text(data, place), remark
        mark = "\ufeff" if data.startswith(BOM) else ""
        return mark + as_utf8(data, place), ""

    def _data(self, place: str) -> bytes:
        """Return a file by its path, section 8.3: inside the archive, or beside it."""
        kind, _, name = place.rpartition("://")
        name = name.lstrip("/")
        if kind in ("", "internal"):  # some tools write the folder and the name in other capitals
            wanted = {name.lower(), f"sources/{name}".lower()}
            for file, data in self.files.items():
                if file.lower() in wanted:
                    return data
        elif kind == "relative":
            folder = self.path.parent.resolve()
            path = (folder / name).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return read_bytes(path)
        raise UnreadableError(
            f"its file {place!r} is not in the archive" if place else "it has no text"
        )


def docx_text(data: bytes, path: str) -> str:
    """Return the text of a Word document, a line for each paragraph.

    Tables are read cell by cell. Deleted words and the codes of fields are left out.
    """
    document = "word/document.xml"
    files = archive(data, path, lambda name: name == document)
    if document not in files:
        raise refuse(path, 1, "E-source-format", f"holds no {document}; expected a Word document")
    tree = Tree(parse_xml(files[document], path))
    parts: list[str] = []
    marks = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

    def visit(element: Element) -> None:
        if element.tag in ("del", "Fallback", "pPr", "instrText"):
            return
        parts.append(element.text or "" if element.tag == "t" else marks.get(element.tag, ""))
        for child in element:
            visit(child)
        if element.tag == "p":
            parts.append("\n")

    visit(tree.root)
    return "".join(parts)


def __dir__() -> list[str]:
    return __all__
