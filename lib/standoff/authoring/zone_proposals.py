"""Zones and sentences proposed for a plain text, for a human to mend and confirm.

Zones are lines. What is plain is named: the line that is the title, one that only names the
authors, one that is only a date, the entries of
footnotes at the end; everything else is proposed as Body, furniture too. Sentences come from
sentencex, which knows the abbreviations,
initials, quotation marks, ellipses and footnote marks of some 300 languages (sentencex, by
Wikimedia).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..annotation.brat import Annotations, Attribute, Span
from ..annotation.dates import MONTHS
from ..annotation.structure_checks import DIVIDED

__all__ = ["propose", "propose_sentences"]

SHORT = 120  # code points up to which a first line without a full stop passes for a headline
BYLINE = re.compile(
    r"by|von|par|por|di|and|und|et|y|e", re.IGNORECASE
)  # what may stand beside names in a byline
MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in MONTHS) + r"|sept\.?"
DAY = r"(mon|tues|wednes|thurs|fri|satur|sun)day,?\s+"
DATE = re.compile(
    rf"({DAY})?(\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|\d{{1,2}}(st|nd|rd|th)?\s+({MONTH}),?\s+\d{{4}}|({MONTH})\s+\d{{1,2}}(st|nd|rd|th)?,?\s+\d{{4}})",
    re.IGNORECASE,
)
ENTRY = re.compile(r"\[\d+\]")


def propose(
    text: str, title: str, authors: Iterable[str] = (), language: str = "en"
) -> Annotations:
    """Zones and sentences of `text`, as annotations with canonical ids. A headline that is printed
    twice carries `Duplicate` the second time."""
    zones, again = _zones(text, title, list(authors))
    sentences = propose_sentences(
        text, [zone for zone in zones if zone.id not in again], language, len(zones)
    )
    return Annotations(
        spans=[*zones, *sentences],
        attributes=[Attribute(f"A{n}", "Duplicate", ident) for n, ident in enumerate(again, 1)],
    )


def _zones(text, title, authors):
    """The zones, and the ids of those that repeat the headline."""
    lines = [(match.start(), match[0]) for match in re.finditer(r"\S(?:.*\S)?", text)]
    labels = [_label(line, title, authors) for _, line in lines]
    if (
        "Headline" not in labels
        and lines
        and labels[0] == "Body"
        and len(lines) > 1
        and len(lines[0][1]) <= SHORT
        and not lines[0][1].endswith((".", "…", ",", ";", ":"))
    ):
        labels[0] = "Headline"
    last = next((n for n in range(len(labels), 0, -1) if labels[n - 1] != "Reference"), 0)
    labels[:last] = [
        "Body" if label == "Reference" else label for label in labels[:last]
    ]  # a mark may open a paragraph of the running text
    zones = [
        Span(f"T{n}", label, ((start, start + len(line)),), line)
        for n, ((start, line), label) in enumerate(zip(lines, labels, strict=True), 1)
    ]
    return zones, [zone.id for zone in zones if zone.label == "Headline"][1:]


def _label(line, title, authors):
    if _plain(line) == _plain(title):
        return "Headline"
    if DATE.fullmatch(line):
        return "Dateline"
    if ENTRY.match(line):
        return "Reference"
    return "Byline" if _names_only(line, authors) else "Body"


def _plain(words):
    return " ".join(words.split()).casefold()


def _names_only(line, authors):
    """Whether a line holds the authors' names and nothing else of weight."""
    left = _plain(line)
    for name in sorted(map(_plain, authors), key=len, reverse=True):
        left = left.replace(name, " ")
    return left != _plain(line) and all(BYLINE.fullmatch(word) for word in re.findall(r"\w+", left))


def propose_sentences(
    text: str, zones: Iterable[Span], language: str = "en", after: int = 0
) -> list[Span]:
    """Sentences of those of the zones that hold sentences; their ids count on from `after`."""
    import sentencex

    places = []
    for zone in zones:
        if zone.label in DIVIDED:
            for found in sentencex.get_sentence_boundaries(language, text[zone.start : zone.end]):
                start, words = zone.start + found["start_index"], found["text"]
                places.append(
                    (start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
                )
    kept = [(start, end) for start, end in places if start < end]
    return [
        Span(f"T{after + n}", "Sentence", ((start, end),), text[start:end])
        for n, (start, end) in enumerate(kept, 1)
    ]
