"""TimeML (`.tml`; https://timeml.github.io/, version 1.2.1): events, times and the links between
them, marked in the text itself.

Read: EVENT and its instances as events, TIMEX3 as `Time` with `TimeType`, `Mod` and its value,
TLINK as a relation of its type, SLINK and ALINK as
relations too, every other element that holds words as a span of its name. Written: events, times
and links; comments keep what makes
this project read its own files back the same, and what TimeML cannot say is given back as a list.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape

from ..annotation.brat import Annotations, Problem, SeedError, unnumbered
from ..annotation.dates import day, is_value
from ..annotation.problems import Report
from ..corpus.files import whole
from .documents import (
    Builder,
    Document,
    Places,
    counted,
    fit_for_xml,
    flat,
    gathered,
    refuse,
    stored,
)
from .untrusted import files_in, parse_xml, read_bytes

__all__ = ["read_timeml", "write_timeml"]

TYPES = (
    "BEFORE AFTER INCLUDES IS_INCLUDED SIMULTANEOUS BEGINS BEGUN_BY ENDS ENDED_BY IBEFORE IAFTER "
    "DURING DURING_INV IDENTITY"
).split()
VALUE = re.compile(
    r"\d{4}(-\d\d(-\d\d)?)?|P(\d+[YMWD])*(T(\d+[HMS])+)?"
)  # of EDTF, what TIMEX3 says alike
OWN = re.compile(
    r"standoff (?P<id>[ETR]\d+)(:(?P<trigger>T\d+) (?P<label>\S+))?( (?P<place>\d{1,9} "
    r"\d{1,9}(;\d{1,9} \d{1,9})*))?( =(?P<value>\S+))?"
)
HEAD = re.compile(
    rb"<\?standoff ([\w.%/~-]+) ([\w.%/~-]+)\?>"
)  # names text and coder in this project's own files
OWN_DCT = "standoff DCT"  # the date of publication as this project writes it: no words of the text
SEASONS = {
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
}  # EDTF level 2
LINKS = {  # element -> the attributes that may name its two ends
    "TLINK": (("eventInstanceID", "timeID"), ("relatedToEventInstance", "relatedToTime")),
    "SLINK": (("eventInstanceID",), ("subordinatedEventInstance",)),
    "ALINK": (("eventInstanceID",), ("relatedToEventInstance",)),
}


# --- in ---


def read_timeml(source: Path) -> list[Document]:
    """A document for every `.tml` below a folder, or of one file. Raises `SeedError` with
    everything that cannot be read."""
    paths = files_in(source, lambda path: path.suffix == ".tml") if source.is_dir() else [source]
    return gathered(
        lambda path: [_document(path)],
        paths,
        refuse(source, 1, "holds no .tml file; expected TimeML"),
    )


def _document(path):
    data = read_bytes(path)
    root = parse_xml(data, path)
    if root.tag != "TimeML":
        raise refuse(path, 1, f"is XML of another kind (<{root.tag}>); expected <TimeML>")
    said: list[str] = []
    raw, places = _flattened(root)
    text, at = stored(raw, path, said), Places(raw)
    places = [(element, at(start), at(end)) for element, start, end in places]
    own = HEAD.search(data[:2000])
    name, coder = (unquote(part.decode()) for part in own.groups()) if own else (path.stem, "gold")
    return Document(
        name,
        text,
        coder,
        _Reader(Builder(text, said), places, root, path).read(),
        _meta(root, said),
        said,
    )


def _flattened(root):
    """The text that the elements stand in, and where each lies in it: (element, start, end), outer
    ones last.

    White space around TEXT, where nothing else holds words, belongs to the file, not to the text.
    """
    text = root.find("TEXT")
    alone = (
        text is not None and "".join(root.itertext()).strip() == "".join(text.itertext()).strip()
    )
    parts: list[str] = []
    places: list[tuple[Element, int, int]] = []

    def visit(element, at):
        start, at = at, at + add(element.text)
        for child in element:
            at = visit(child, at)
            at += add(child.tail)
        places.append((element, start, at))
        return at

    def add(words):
        parts.append(words or "")
        return len(words or "")

    visit(text if alone else root, 0)
    return "".join(parts), places[:-1]


def _meta(root, said):
    """Title and date of publication, as the head of the file gives them."""
    meta: dict = {}
    title = root.find("TITLE")
    if title is not None and (words := " ".join("".join(title.itertext()).split())):
        meta["title"] = words
    created = next(
        (
            t
            for t in root.iter("TIMEX3")
            if t.get("functionInDocument") in ("CREATION_TIME", "PUBLICATION_TIME")
        ),
        None,
    )
    if created is not None:
        if published := day(created.get("value", "")[:10]):
            meta["published"] = published
        else:
            said.append(f"the time of creation {created.get('value')!r} is no day")
    return meta


class _Reader:
    """One file's annotations."""

    def __init__(self, built, places, root, path):
        self.built, self.places, self.root, self.path = built, places, root, path
        self.ids: dict[str, str] = {}  # tid, eiid, sid -> id
        self.problems = Report()
        self.pending: list[tuple[str, str, str]] = []  # an id, and an attribute that names another
        self.instances = defaultdict(list)
        for item in root.iter("MAKEINSTANCE"):
            self.instances[item.get("eventID")].append(item)

    def read(self) -> Annotations:
        inside = {id(element) for element, _, _ in self.places}
        for element in self.root.iter("TIMEX3"):
            if id(element) not in inside and (OWN_DCT not in element.attrib.get("comment", "")):
                self.places.append((element, 0, 0))
        for element, start, end in sorted(self.places, key=lambda place: (place[1], -place[2])):
            if element.tag == "TIMEX3":
                self._time(element, start, end)
            elif element.tag == "EVENT":
                self._event(element, start, end)
            elif element.tag not in LINKS and element.tag != "MAKEINSTANCE":
                self._other(element, start, end)
        for tag in LINKS:
            for element in self.root.iter(tag):
                self._link(element)
        for ident, name, other in self.pending:
            if other in self.ids:
                self.built.relation(name, ident, self.ids[other])
            else:
                self.built.said.append(
                    f"{ident} names {other!r} as its {name}, which is not in the file; left out"
                )
        if self.problems:
            raise SeedError(self.problems)
        return self.built.found

    def _places(self, own):
        """Fragments that a comment of this project names, or None."""
        if not own or not own["place"]:
            return None
        found = [tuple(map(int, part.split(" "))) for part in own["place"].split(";")]
        if all(start < end <= len(self.built.text) for start, end in found):
            return found
        message = (
            f"{own['id']} has the offsets {own['place'][:60]}, out of range; expected at most "
            f"{len(self.built.text)}, the length of the text"
        )
        self.problems.append(Problem(str(self.path), 1, message))
        return None

    def _time(self, element, start, end):
        own = OWN.fullmatch(element.get("comment", ""))
        ident = self.built.span("Time", self._places(own) or [(start, end)], own and own["id"])
        self.ids[element.get("tid", "")] = ident
        given = dict(element.attrib)
        value = given.pop("value", "")
        self.built.attribute(ident, "TimeType", given.pop("type", ""))
        self.built.attribute(ident, "Mod", given.pop("mod", ""))
        said = own["value"] if own and own["value"] else value
        edtf = said if own else _edtf(said)
        if edtf:
            self.built.reference(ident, "edtf", edtf, self.built.found.spans[-1].text)
        if not own and edtf != value:
            self.built.attribute(ident, "value", value)
        if not own:
            self._rest(ident, given, ("tid",), ("anchorTimeID", "beginPoint", "endPoint"))

    def _event(self, element, start, end):
        """The events of a trigger: one for each instance that is made of it, or one."""
        instances = self.instances[element.get("eid")] or [Element("MAKEINSTANCE")]
        trigger = None
        for instance in instances:
            own = OWN.fullmatch(instance.get("comment", ""))
            if own and own["trigger"]:
                have = own["trigger"] in self.built.used
                mine = (
                    own["trigger"]
                    if have
                    else self.built.span(
                        own["label"], self._places(own) or [(start, end)], own["trigger"]
                    )
                )
                ident = self.built.event(own["label"], mine, (), own["id"])
            else:
                trigger = trigger or self.built.span("EVENT", [(start, end)])
                ident = self.built.event("EVENT", trigger)
                self._rest(
                    ident,
                    {**element.attrib, **instance.attrib},
                    ("eid", "eiid", "eventID"),
                    ("signalID",),
                )
            for name in (instance.get("eiid"), element.get("eiid"), element.get("eid")):
                if name:
                    self.ids.setdefault(name, ident)

    def _other(self, element, start, end):
        """Any other element that holds words: a span of its name."""
        if not self.built.text[start:end].strip():
            self.built.once(f"<{element.tag}> holds no words; left out")
            return
        ident = self.built.span(element.tag, [(start, end)])
        if "sid" in element.attrib:
            self.ids[element.attrib["sid"]] = ident
        self._rest(ident, element.attrib, ("sid",), ())

    def _rest(self, ident, given, names, links):
        """What an element's attributes say beyond its own name; those that name another element
        become relations."""
        for name, value in given.items():
            if name in links and value:
                self.pending.append((ident, name, value))
            elif name not in names:
                self.built.attribute(ident, name, value)

    def _link(self, element):
        ends = []
        for names in LINKS[element.tag]:
            name = next((element.get(name) for name in names if element.get(name)), None)
            ends.append(self.ids.get(name or ""))
        if None in ends:
            self.built.said.append(
                f"the {element.tag} {element.get('lid', '')} joins what is not in the file; "
                f"left out"
            )
            return
        own = OWN.fullmatch(element.get("comment", ""))
        ident = self.built.relation(element.get("relType") or element.tag, *ends, own and own["id"])
        known = {"lid", "relType", *(name for names in LINKS[element.tag] for name in names)}
        if not own:
            self._rest(ident, element.attrib, known, ("signalID",))


def _edtf(value):
    """A value of TIMEX3 as EDTF says it, or None where it bounds nothing (PAST_REF, XXXX, …)."""
    if week := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        try:
            days = [
                dt.date.fromisocalendar(int(week[1]), int(week[2]), number)
                for number in ((6, 7) if week[3] else (1, 7))
            ]
        except ValueError:
            return None
        return f"{days[0]}/{days[1]}"
    if season := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI|Q[1-4]|H[12])", value):
        return f"{season[1]}-{SEASONS[season[2]]}"
    if re.fullmatch(r"\d{2,3}", value):
        return value.ljust(4, "X")  # a century, a decade
    value = re.sub(r"(?<=^\d{4}-\d\d-\d\d)T.*$", "", value)  # the day of a time of day
    return value if value and not value.startswith("X") and is_value(value) else None


# --- out ---


def write_timeml(documents: list[Document], destination: Path) -> list[str]:
    """`NAME.CODER.tml` for every document. Gives what TimeML cannot carry, counted by kind: all but
    events, times and their links."""
    losses: Counter[str] = Counter()
    with whole(destination) as draft:
        for document in documents:
            fit_for_xml(document)
            writer = _Writer(document)
            path = draft / f"{document.name}.{document.coder}.tml"
            path.write_text(writer.xml(), encoding="utf-8", newline="\n")
            losses += writer.losses()
    return counted(losses)


class _Writer:
    """One document as TimeML. Its elements may not overlap, so an event whose words are marked
    already is another instance of that mark."""

    def __init__(self, document):
        self.document, self.found = document, document.annotations
        self.spans = {span.id: span for span in self.found.spans}
        self.said = defaultdict(dict)
        for item in self.found.attributes:
            self.said[item.target].setdefault(item.name, item)
        self.values = {}
        for item in self.found.normalisations:
            if item.db == "edtf":
                self.values.setdefault(item.target, item)
        self.marks: list[tuple[int, int, Element]] = []  # in the order of the text
        self.extent: dict[int, tuple[int, int]] = {}  # of a mark
        self.names: dict[str, str] = {}  # id -> tid or eiid
        self.instances: list[Element] = []
        self._times()
        self._events()
        self.links = list(self._links())

    def _free(self, start, end):
        """The mark that a stretch overlaps, or None."""
        at = bisect_left(self.marks, (end, -1), key=lambda mark: mark[:2]) - 1
        return self.marks[at][2] if at >= 0 and self.marks[at][1] > start else None

    def _mark(self, start, end, tag, **attributes):
        element = Element(tag, attributes)
        element.text = self.document.text[start:end]
        insort(self.marks, (start, end, element), key=lambda mark: mark[:2])
        self.extent[id(element)] = start, end
        return element

    def _times(self):
        triggers = {event.trigger for event in self.found.events}
        for span in sorted(self.found.spans, key=lambda span: (span.start, -span.end)):
            if (
                span.label != "Time"
                or span.id in triggers
                or self._free(*span.fragments[0]) is not None
            ):
                continue
            said, value = self.said[span.id], self.values.get(span.id)
            plain = bool(value and VALUE.fullmatch(value.key))
            element = self._mark(
                *span.fragments[0],
                "TIMEX3",
                tid=f"t{len(self.names) + 1}",
                type=said["TimeType"].value if "TimeType" in said else "DATE",
            )
            if plain:
                element.set("value", value.key)
            if "Mod" in said:
                element.set("mod", said["Mod"].value)
            comment = (
                f"standoff {span.id}{_where(span)}{f' ={value.key}' if value and not plain else ''}"
            )
            element.set("comment", comment)
            self.names[span.id] = element.get("tid")

    def _events(self):
        for event in sorted(
            self.found.events,
            key=lambda event: (self.spans[event.trigger].start, -self.spans[event.trigger].end),
        ):
            trigger = self.spans[event.trigger]
            place, element = self._place(trigger)
            if place is None:
                continue
            if element is None:
                kind = "REPORTING" if event.label == "Attribution" else "OCCURRENCE"
                element = self._mark(
                    *place, "EVENT", **{"eid": f"e{len(self.instances) + 1}", "class": kind}
                )
            denied = self.said[event.id].get("Factuality")
            instance = Element(
                "MAKEINSTANCE",
                eiid=f"ei{len(self.instances) + 1}",
                eventID=element.get("eid"),
                tense="NONE",
                aspect="NONE",
                pos="OTHER",
            )
            instance.set("polarity", "NEG" if denied and denied.value == "denied" else "POS")
            instance.set(
                "comment",
                (
                    f"standoff {event.id}:{trigger.id} "
                    f"{event.label}{_where(trigger, self.extent[id(element)])}"
                ),
            )
            self.instances.append(instance)
            self.names[event.id] = instance.get("eiid")

    def _place(self, trigger):
        """Where to mark a trigger, or the EVENT that marks its words already; nothing where times
        hold all of it."""
        for fragment in trigger.fragments:
            element = self._free(*fragment)
            if element is None or element.tag == "EVENT":
                return fragment, element
        return None, None

    def _links(self):
        """The relations in time whose ends are both marked."""
        for item in self.found.relations:
            if item.label in TYPES and item.a in self.names and item.b in self.names:
                one = "eventInstanceID" if item.a[0] == "E" else "timeID"
                other = "relatedToEventInstance" if item.b[0] == "E" else "relatedToTime"
                ends = {one: self.names[item.a], other: self.names[item.b]}
                yield (
                    item,
                    Element(
                        "TLINK",
                        lid=f"l{item.id[1:]}",
                        **ends,
                        relType=item.label,
                        comment=f"standoff {item.id}",
                    ),
                )

    def xml(self) -> str:
        """The file."""
        dct = ""
        if published := self.document.meta.get("published"):
            date = {
                "tid": "t0",
                "type": "DATE",
                "value": str(published),
                "temporalFunction": "false",
                "functionInDocument": "CREATION_TIME",
            }
            timex = Element("TIMEX3", date | {"comment": OWN_DCT})
            dct = f"<DCT>{tostring(timex, encoding='unicode')}</DCT>\n"
        text, at = "", 0
        for start, end, element in self.marks:
            text += escape(self.document.text[at:start]) + tostring(element, encoding="unicode")
            at = end
        after = [*self.instances, *(element for _, element in self.links)]
        body = f"{dct}<TEXT>{text}{escape(self.document.text[at:])}</TEXT>\n" + "".join(
            f"{tostring(element, encoding='unicode')}\n" for element in after
        )
        head = f"<?standoff {quote(self.document.name)} {quote(self.document.coder)}?>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n<TimeML>\n{body}</TimeML>\n'

    def losses(self) -> Counter[str]:
        """What the file does not say, counted by kind."""
        triggers = {event.trigger for event in self.found.events if event.id in self.names}
        times = {ident for ident in self.names if ident[0] == "T"}
        marked, carried = triggers | times, {item.id for item, _ in self.links}
        kept = {
            self.said[ident][name].id
            for ident in times
            for name in ("TimeType", "Mod")
            if name in self.said[ident]
        }
        values = {self.values[ident].id for ident in times if ident in self.values}
        parts = {
            "spans": (span.label for span in self.found.spans if span.id not in marked),
            "events": (event.label for event in self.found.events if event.id not in self.names),
            "roles": (unnumbered(role) for event in self.found.events for role, _ in event.roles),
            "attributes": (item.name for item in self.found.attributes if item.id not in kept),
            "relations": (item.label for item in self.found.relations if item.id not in carried),
            "references to": (
                item.db for item in self.found.normalisations if item.id not in values
            ),
            "notes": (item.kind for item in self.found.notes),
            "entries of meta.toml:": (
                key for key, _ in flat(self.document.meta) if key != "published"
            ),
        }
        lost = Counter(f"{what} {name}" for what, names in parts.items() for name in names)
        hidden = sum(
            not VALUE.fullmatch(item.key) for item in self.values.values() if item.id in values
        )
        lost["labels of triggers (the event's now)"] = sum(
            e.id in self.names and self.spans[e.trigger].label != e.label for e in self.found.events
        )
        lost["orders of the lines of an .ann (by place now)"] = 1
        return +lost + Counter(
            {"values that TIMEX3 cannot say (kept in comments, which other tools skip)": hidden}
        )


def _where(span, marked=None):
    """The place of a span in a comment, where its mark does not say it."""
    place = marked or span.fragments[0]
    return (
        ""
        if span.fragments == (place,)
        else f" {';'.join(f'{start} {end}' for start, end in span.fragments)}"
    )
