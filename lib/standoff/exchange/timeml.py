"""Reads TimeML (`.tml`, `.xml`; https://timeml.github.io/, version 1.2.1), where events and times
are marked in the text itself.

EVENT becomes one event per instance, TIMEX3 a `Time` with `TimeType`, `Mod` and its value as EDTF,
TLINK, SLINK and ALINK relations, and every other element that holds words a span of its name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from xml.etree.ElementTree import Element

from ..annotation.dates import day, is_value
from ..annotation.problems import Report, refuse
from .documents import Document, by_reason
from .import_builder import Reader, named
from .import_tally import MISSING, SetAside
from .untrusted import parse_xml, read_bytes, read_files

__all__ = ["IGNORED", "read_timeml", "to_edtf"]

SEASONS = {  # EDTF level 2
    "SP": 21,
    "SU": 22,
    "FA": 23,
    "WI": 24,
    "Q1": 33,
    "Q2": 34,
    "Q3": 35,
    "Q4": 36,
    "H1": 40,
    "H2": 41,
}
LINKS = {  # element -> the attributes that may name its two ends
    "TLINK": (
        ("eventInstanceID", "timeID", "eventID"),
        ("relatedToEventInstance", "relatedToTime", "relatedToEvent"),
    ),
    "SLINK": (("eventInstanceID", "eventID"), ("subordinatedEventInstance", "subordinatedEvent")),
    "ALINK": (("eventInstanceID", "eventID"), ("relatedToEventInstance", "relatedToEvent")),
}
IDENTIFYING = {"tid", "eid", "eiid", "eventID", "sid", "lid", "xml:id"}  # attributes that identify
NAMING_OTHERS = {
    "anchorTimeID",
    "beginPoint",
    "endPoint",
    "signalID",
}  # attributes that name others
IGNORED = by_reason(
    {
        "names the element; the project has ids of its own": " ".join(sorted(IDENTIFYING)),
        "of the file's schema": "xmlns:xsi xsi:noNamespaceSchemaLocation",
    }
)
VAGUE = re.compile(r"(PAST|PRESENT|FUTURE)_REF|.*X.*")  # values that mean no certain day


def read_timeml(source: Path, left_out: Report | None = None) -> list[Document]:
    """Read every `.tml`, `.timeml` and TimeML in `.xml` below a folder, or one file; raise
    `SeedError` with everything that cannot be read."""
    missing = "holds no .tml file and no TimeML in .xml; expected one"
    return read_files(source, _is_timeml, _read_file, missing, left_out)


def _is_timeml(path: Path) -> bool:
    in_xml = path.suffix == ".xml" and b"<TimeML" in read_bytes(path)
    return in_xml or path.suffix in (".tml", ".timeml")


def _read_file(path: Path) -> list[Document]:
    lines: dict[Element, int] = {}
    root = parse_xml(read_bytes(path), path, lines)
    if root.tag != "TimeML":
        message = f"is XML of another kind (<{root.tag}>); expected <TimeML>"
        raise refuse(path, 1, "E-source-format", message)
    raw, elements = _flatten(root)
    reader = _TimeMLReader(raw, path, path)
    reader.lines = lines
    reader.add_elements(root, elements)
    return [reader.finish(path.stem, "gold", _read_meta(root, reader.remarks))]


def _flatten(root: Element) -> tuple[str, list[tuple[Element, int, int]]]:
    """Return the text, and (element, start, end) for each element in it.

    The text is that of TEXT if nothing outside it holds words.
    """
    text = root.find("TEXT")
    if text is None or "".join(root.itertext()).strip() != "".join(text.itertext()).strip():
        text = root
    parts: list[str] = []
    elements: list[tuple[Element, int, int]] = []

    def add(words: str | None) -> int:
        parts.append(words or "")
        return len(parts[-1])

    def visit(element: Element, start: int) -> int:
        end = start + add(element.text)
        for child in element:
            end = visit(child, end)
            end += add(child.tail)
        elements.append((element, start, end))
        return end

    visit(text, 0)
    return "".join(parts), elements[:-1]


def _read_meta(root: Element, remarks: list[str]) -> dict:
    """Return title and date of publication from the head of the file."""
    meta: dict = {}
    title = root.find("TITLE")
    if title is not None:
        meta["title"] = " ".join("".join(title.itertext()).split())
    for time in root.iter("TIMEX3"):
        if time.get("functionInDocument") in ("CREATION_TIME", "PUBLICATION_TIME"):
            meta["published"] = day(time.get("value", "")[:10])
            if meta["published"] is None:
                remarks.append(f"the time of creation {time.get('value')!r} is no day")
            break
    return {key: value for key, value in meta.items() if value}


class _TimeMLReader(Reader):
    lines: dict[Element, int]  # of each element of the file

    def add_elements(self, root: Element, elements: list[tuple[Element, int, int]]) -> None:
        """Build annotations from all elements of a file, and then what their attributes hold."""
        self.instances = defaultdict(list)
        for instance in root.iter("MAKEINSTANCE"):
            self.instances[_plain(instance.get("eventID", ""))].append(instance)
        inside = {element for element, _, _ in elements}
        elements += [(time, 0, 0) for time in root.iter("TIMEX3") if time not in inside]
        add = {"TIMEX3": self._add_time, "EVENT": self._add_events}
        for element, start, end in sorted(elements, key=lambda item: (item[1], -item[2])):
            if element.tag not in (*LINKS, "MAKEINSTANCE"):
                with self.element(element):
                    fragment = self.places.fragment(start, end)
                    add.get(element.tag, self._add_span)(element, fragment)
        for instance in root.iter("MAKEINSTANCE"):
            with self.element(instance):
                self._check_instance(instance)
        for tag in LINKS:
            for element in root.iter(tag):
                with self.element(element):
                    self._add_link(element)
        self._set_rest_aside(root, inside)

    def element(self, element: Element) -> AbstractContextManager[None]:
        """Count what the block builds as made of an element."""
        return self.reading(self.lines.get(element, 1), _shown(element), key=element)

    def _add_time(self, element: Element, fragment: tuple[int, int]) -> None:
        ident = self.builder.span("Time", [fragment])
        self._name(ident, element, "tid")
        attributes = dict(element.attrib)
        kinds = {"TimeType": attributes.pop("type", ""), "Mod": attributes.pop("mod", "")}
        value = attributes.get("value", "")
        edtf = to_edtf(value)
        if edtf:
            self.builder.add_reference(ident, "edtf", edtf, self.builder.annotations.spans[-1].text)
        elif value and not VAGUE.fullmatch(value):
            self.builder.repair(
                "dates kept as text",
                f"{ident} Time: {value!r} is no day or period of the years 1 to 9999; kept as text",
            )
        if edtf == value:
            del attributes["value"]
        self._add_attributes(ident, kinds | attributes)

    def _name(self, ident: str, element: Element, *names: str) -> None:
        for name in (*names, "xml:id"):
            if name in element.attrib:
                self.ids.setdefault(element.attrib[name], ident)

    def _add_events(self, element: Element, fragment: tuple[int, int]) -> None:
        """Build one event per instance of the element, or one if it has none."""
        trigger = self.builder.span("EVENT", [fragment])
        name = _plain(element.get("eid") or element.get("xml:id") or "")
        for instance in self.instances[name] or [element]:
            with self.element(instance):
                ident = self.builder.add_event("EVENT", trigger)
                self._add_attributes(ident, element.attrib | instance.attrib)
                self._name(ident, instance, "eiid")
                self._name(ident, element, "eiid", "eid")

    def _check_instance(self, instance: Element) -> None:
        if _plain(instance.get("eiid") or instance.get("xml:id") or "") not in self.ids:
            remark = f"the {_shown(instance)} is of no event in the file; left out"
            raise SetAside(MISSING, remark)

    def _add_span(self, element: Element, fragment: tuple[int, int]) -> None:
        if not self.text[slice(*fragment)].strip():
            words = f"{element.tag} {_attributes_in_words(element)}".strip()
            raise SetAside("elements without words", f"<{words}> holds no words; left out")
        ident = self.builder.span(element.tag, [fragment])
        self._name(ident, element, "sid")
        self._add_attributes(ident, element.attrib)

    def _add_link(self, element: Element) -> None:
        ends, read = [], {"relType"}
        for names in LINKS[element.tag]:
            given = next(filter(element.get, names), "")
            read.add(given)
            ends.append(named(_plain(element.get(given, "nothing"))))
        ident = self.builder.add_relation(element.get("relType") or element.tag, ends[0], ends[1])
        rest = {name: value for name, value in element.attrib.items() if name not in read}
        self._add_attributes(ident, rest)

    def _add_attributes(self, ident: str, attributes: Mapping[str, str]) -> None:
        """Add the attributes of an element; those that name another element become relations."""
        for name, value in attributes.items():
            if name in IDENTIFYING or not value:
                continue
            if name not in NAMING_OTHERS:
                self.builder.attribute(ident, name, value)
            else:
                self.builder.add_relation(name, ident, named(_plain(value)))

    def _set_rest_aside(self, root: Element, inside: set[Element]) -> None:
        """Count elements outside the text that hold no words, and attributes of the whole file."""
        read = {"TEXT", "TIMEX3", "MAKEINSTANCE", *LINKS}
        rest = _attributes_in_words(root)
        if rest:
            self.remarks.append(f"the file says of itself: {rest}")
        for element in root.iter():
            if element is not root and element not in inside and element.tag not in read:
                with self.element(element):
                    words = f"{element.tag} {_attributes_in_words(element)}".strip()
                    raise SetAside("elements without words", f"<{words}> holds no words; left out")


def _attributes_in_words(element: Element) -> str:
    kept = (pair for pair in element.attrib.items() if pair[0] not in IGNORED)
    return ", ".join(f"{name}={value!r}" for name, value in kept)


def _plain(name: str) -> str:
    """Return the name of an element, which ISO-TimeML writes with a # where it is named."""
    return name.removeprefix("#")


def _shown(element: Element) -> str:
    """Return how a message names an element."""
    names = (element.get(name) for name in ("lid", "eiid", "eid", "tid", "sid", "xml:id"))
    return f"{element.tag} {next((name for name in names if name), '')}"


def to_edtf(value: str) -> str | None:
    """Return a value of TIMEX3 as EDTF, or None if it limits nothing (PAST_REF, XXXX, …).

    >>> to_edtf("1998-W49")
    '1998-11-30/1998-12-06'
    """
    week = re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value)
    if week:
        year, number, first = int(week[1]), int(week[2]), 6 if week[3] else 1
        try:
            days = [str(dt.date.fromisocalendar(year, number, day)) for day in (first, 7)]
        except ValueError:
            return None
        return "/".join(days)
    season = re.fullmatch(r"(\d{4})-(SP|SU|FA|WI|Q[1-4]|H[12])", value)
    if season:
        return f"{season[1]}-{SEASONS[season[2]]}"
    if re.fullmatch(r"\d{2,3}", value):
        return value.ljust(4, "X")  # a century or a decade
    value = re.sub(r"(?<=^\d{4}-\d\d-\d\d)T.*$", "", value)  # drops the time of day
    return value if value and not value.startswith("X") and is_value(value) else None
