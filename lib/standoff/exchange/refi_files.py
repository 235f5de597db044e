"""Opens REFI-QDA archives: their XML, and the texts that it points to.

The standard is at https://www.qdasoftware.org; section numbers are those of its version 1.5.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

from ..annotation.problems import SeedError, refuse
from ..annotation.text_files import BOM
from .documents import by_reason
from .untrusted import archive, as_utf8, parse_xml, read_bytes

__all__ = ["IGNORED", "Package", "count_ignored"]

UNPACKED = (".qde", ".txt", ".docx")  # of an archive; recordings and pictures stay in it
MAPPED = "the text is that of the paragraphs of a .docx; positions are mapped to it"
DESCRIBING = ("xmlns", "xsi:")  # attributes of every XML file, which say nothing of the project
TEXT = (
    "guid name PlainTextContent plainTextPath richTextPath PlainTextSelection Coding "
    "VariableValue creatingUser modifyingUser Description NoteRef"
)
# what is read of each element: its attributes, and the elements in it; a reader removes what it
# reads or sets aside besides
READ = {
    "Project": "origin creatingUserGUID Users CodeBook Variables Cases Sources Notes Links "
    "Sets Graphs",
    "CodeBook": "Codes",
    "Codes": "Code",
    "Code": "guid name isCodable Code",
    "Users": "User",
    "User": "guid name",
    "Variables": "Variable",
    "Variable": "guid name",
    "Sources": "TextSource PDFSource PictureSource",
    "TextSource": TEXT,
    "PDFSource": "guid name Representation",
    "PictureSource": "guid name TextDescription",
    "Representation": TEXT,
    "TextDescription": TEXT,
    "PlainTextSelection": "guid name startPosition endPosition creatingUser modifyingUser "
    "Description Coding NoteRef",
    "Coding": "guid creatingUser CodeRef NoteRef",
    "VariableValue": "VariableRef TextValue BooleanValue IntegerValue FloatValue DateValue "
    "DateTimeValue",
    "Notes": "Note",
    "Note": "guid name PlainTextContent plainTextPath richTextPath Description",
    "Links": "Link",
    "Link": "guid name direction originGUID targetGUID NoteRef",
    "Sets": "Set",
    "Set": "guid name MemberCode",
} | dict.fromkeys(("CodeRef", "NoteRef", "VariableRef", "MemberCode"), "targetGUID")

IGNORED = by_reason(  # of what `count_ignored` counts, all that files after the standard have
    {
        "when something was made or changed": "@creationDateTime @modifiedDateTime",
        "how a tool draws the project": "@color Graphs/Graph",
        "a picture, a recording or the pages of a PDF, which stay in the archive": (
            "@path @currentPath Sources/AudioSource Sources/VideoSource"
        ),
        "of all articles together; each has entries of its own": (
            "Project/@name Project/@basePath Project/@modifyingUserGUID Project/Description "
            "Project/NoteRef"
        ),
        "a group of sources, codes or notes, other than that of events": "Cases/Case Sets/Set",
        "a variable that no meta.toml has": "Variables/Variable TextSource/VariableValue",
        "of a variable, whose values are read as words": "@typeOfVariable Variable/Description",
        "on a group of codes, or a note on a code": "Code/Description Code/NoteRef",
        "a user has a name": "User/@id",
        "of a note, which belongs to the coder of what it is on": "Note/@creatingUser",
        "a note on nothing that is read, or none": "Notes/Note NoteRef/@targetGUID",
        "of a picture, a recording or a PDF as a whole": "PDFSource/Description "
        "PictureSource/Description",
    }
)


def _read_xml(data: bytes, path: str | Path, kind: str) -> Element:
    """Return the root of some XML, which must be of this kind.

    Names are without prefixes. GUIDs are made alike: tools write them in capitals and in braces, or
    not.
    """
    root = parse_xml(data, path)
    for element in root.iter():
        element.tag = element.tag.rpartition(":")[2]
        for key, value in element.items():
            if key.endswith(("guid", "GUID", "User")):
                element.set(key, value.strip().strip("{}").lower())
    if root.tag != kind:
        message = f"is XML of another kind (<{root.tag}>); expected <{kind}>"
        raise refuse(path, 1, "E-source-format", message)
    return root


def count_ignored(element: Element, counts: Counter[str]) -> None:
    """Count the attributes and elements in an element that are not read, by their names."""
    known = READ.get(element.tag, "").split()
    for key in element.keys():  # noqa: SIM118 - an element is no dict
        if key not in known and not key.startswith(DESCRIBING):
            counts[f"{element.tag}/@{key}"] += 1
    for child in element:
        if child.tag in known:
            count_ignored(child, counts)
        else:
            counts[f"{element.tag}/{child.tag}"] += 1


class Package:
    """A project's archive: its XML, and the texts beside it by their names.

    A codebook alone is read as a project that has nothing else.
    """

    def __init__(self, path: Path):
        self.path = path
        self.texts: dict[str, bytes] = {}
        if path.suffix.lower() == ".qdc":
            self.root = Element("Project")
            self.root.append(_read_xml(read_bytes(path), path, "CodeBook"))
            return
        files = archive(path, path, lambda name: name.lower().endswith(UNPACKED))
        projects = [name for name in files if name.endswith(".qde")]
        if not projects:
            message = "holds no project.qde; expected a REFI-QDA project"
            raise refuse(path, 1, "E-source-format", message)
        project = min(projects, key=lambda name: (name.count("/"), name))
        self.root = _read_xml(files[project], f"{path}/{project}", "Project")
        self.texts = {_key(name): data for name, data in files.items()}

    def text(self, element: Element) -> tuple[str, str]:
        """Return the text of a source or a note as its file has it, and a remark on where it comes
        from; "" and the reason if there is none.

        It stands in the XML, in a plain text, or in a styled text, in this order of preference.
        """
        words, remark = element.findtext("PlainTextContent", ""), ""
        for place in filter(None, map(element.get, ("plainTextPath", "richTextPath"))):
            if not _has_words(words):
                words, remark = self._read(place)
        if _has_words(words):
            return words, remark
        return "", "it has no text" if words else remark or "it has no text"

    def _read(self, place: str) -> tuple[str, str]:
        try:
            data = self._data(place)
            if place.lower().endswith(".docx"):
                return _docx_text(data, place), MAPPED
            mark = "\ufeff" if data.startswith(BOM) else ""
            return mark + as_utf8(data, place), ""
        except SeedError as error:
            return "", f"its file {place!r}: {error.problems[0].message}"

    def _data(self, place: str) -> bytes:
        """Return a file by its path, section 8.3: in the archive, or in the folder beside it."""
        kind, _, name = place.rpartition("://")
        if kind in ("", "internal") and _key(name) in self.texts:
            return self.texts[_key(name)]
        if kind == "relative":
            folder = self.path.parent
            return read_bytes(folder / name.lstrip("/"), folder)
        raise refuse(self.path, 1, "E-source-missing", "not in the archive")


def _key(name: str) -> str:
    """Return a name as it is looked up; some tools write it and its folder in other capitals."""
    return name.lstrip("/").lower().removeprefix("sources/")


def _has_words(text: str) -> bool:
    return bool(text.removeprefix("\ufeff").strip())


def _docx_text(data: bytes, path: str) -> str:
    """Return the text of a Word document, a line for each paragraph.

    Tables are read cell by cell. Deleted words and the codes of fields are left out.
    """
    document = "word/document.xml"
    files = archive(data, path, lambda name: name == document)
    root = _read_xml(files.get(document, b""), path, "document")
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ("del", "Fallback", "pPr", "instrText"):
                parent.remove(child)
    marks = {"p": "\n", "tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
    for element in root.iter():
        if element.tag != "t":
            element.text = marks.get(element.tag, "")
        element.tail = ""
    return "".join(root.itertext()).removeprefix("\n") + "\n"
