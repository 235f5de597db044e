"""Zones and sentences proposed for a plain text, which a person corrects and accepts.

A zone is a line. Proposed are: as Headline the line that is the title, as Byline a line that only
names the authors, as Dateline a line that is only a date, as Reference footnotes at the end, and as
Body everything else. Sentences are those of the library sentencex (by Wikimedia), which knows the
abbreviations, initials, quotation marks, ellipses and footnote marks of some 300 languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..annotation.dates import MONTHS
from ..annotation.model import Annotations, Span
from ..annotation.zones import DIVIDED
from .builder import AnnotationBuilder

__all__ = ["propose", "propose_sentences"]

SHORT = 120  # longest first line, in code points, that may be a headline
# words that may stand beside names in a byline
BYLINE = re.compile(r"by|von|par|por|di|and|und|et|y|e", re.IGNORECASE)
MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in MONTHS) + r"|sept\.?"
DAY = r"(mon|tues|wednes|thurs|fri|satur|sun)day,?\s+"
DATE = re.compile(
    rf"({DAY})?(\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}"
    rf"|\d{{1,2}}(st|nd|rd|th)?\s+({MONTH}),?\s+\d{{4}}"
    rf"|({MONTH})\s+\d{{1,2}}(st|nd|rd|th)?,?\s+\d{{4}})",
    re.IGNORECASE,
)
FOOTNOTE = re.compile(r"\[\d+\]")
LINE = re.compile(r"\S(?:.*\S)?")


def propose(
    text: str, title: str, authors: Iterable[str] = (), language: str = "en"
) -> Annotations:
    """Return proposed zones and sentences of a text, with canonical ids.

    A headline that is repeated has the attribute `Duplicate` and no sentences.

    >>> [span.label for span in propose("Head\\n\\nOne. Two.", "Head").spans]
    ['Headline', 'Body', 'Sentence', 'Sentence', 'Sentence']
    """
    builder = AnnotationBuilder(text)
    places = [match.span() for match in LINE.finditer(text)]
    labels = _labels([text[start:end] for start, end in places], title, list(authors))
    for label, place in zip(labels, places, strict=True):
        builder.add_span(label, (place,))
    zones = [*builder.annotations.spans]
    duplicates = [zone for zone in zones if zone.label == "Headline"][1:]
    for zone in duplicates:
        builder.add_attribute(zone.id, "Duplicate")
    for place in propose_sentences(text, [z for z in zones if z not in duplicates], language):
        builder.add_span("Sentence", (place,))
    return builder.annotations


def _labels(lines: list[str], title: str, authors: list[str]) -> list[str]:
    """A label for each line."""
    labels = [_label(line, title, authors) for line in lines]
    if "Headline" not in labels and labels[:1] == ["Body"] and _may_be_headline(lines):
        labels[0] = "Headline"
    others = [number for number, label in enumerate(labels) if label != "Reference"]
    for number in range(others[-1] if others else 0):
        if labels[number] == "Reference":  # a paragraph that begins with a footnote mark
            labels[number] = "Body"
    return labels


def _may_be_headline(lines: list[str]) -> bool:
    first = lines[0]
    return len(lines) > 1 and len(first) <= SHORT and not first.endswith((".", "…", ",", ";", ":"))


def _label(line: str, title: str, authors: list[str]) -> str:
    if _plain(line) == _plain(title):
        return "Headline"
    if DATE.fullmatch(line):
        return "Dateline"
    if FOOTNOTE.match(line):
        return "Reference"
    return "Byline" if _names_only(line, authors) else "Body"


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _names_only(line: str, authors: list[str]) -> bool:
    """Whether a line consists of authors' names and words such as "by"."""
    rest = _plain(line)
    for name in sorted(map(_plain, authors), key=len, reverse=True):
        rest = rest.replace(name, " ")
    return rest != _plain(line) and all(map(BYLINE.fullmatch, re.findall(r"\w+", rest)))


def propose_sentences(
    text: str, zones: Iterable[Span], language: str = "en"
) -> list[tuple[int, int]]:
    """Return the places of the sentences in those zones that are divided into sentences."""
    import sentencex

    places = []
    for zone in zones:
        if zone.label not in DIVIDED:
            continue
        for sentence in sentencex.get_sentence_boundaries(language, text[zone.start : zone.end]):
            start, words = zone.start + sentence["start_index"], sentence["text"]
            if words.strip():
                first = start + len(words) - len(words.lstrip())
                places.append((first, start + len(words.rstrip())))
    return places


def __dir__() -> list[str]:
    return __all__
