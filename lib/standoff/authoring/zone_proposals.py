"""Zones and sentences proposed for a plain text, which a person corrects and accepts.

A zone is a line, or a caption and its credit in one line. What a line is shows in its first words
(zone_clues.py), in its shape, and in where it stands: menus and links stand above the headline and
below the last paragraph, the lead between headline and byline, crossheads between paragraphs.
Sentences are those of the library sentencex (by Wikimedia), which knows the abbreviations,
initials, quotation marks, ellipses and footnote marks of some 300 languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.model import Annotations, Span
from ..annotation.text_files import INVISIBLE
from ..annotation.words import FOOTNOTE
from ..annotation.zone_labels import DIVIDED
from .zone_clues import BEGINNINGS, is_byline, is_dateline, is_paywall, plain, split_credit

__all__ = ["LINE", "add_sentences", "propose"]

LONGEST_HEADLINE = 120  # longest first line, in code points, that may be a headline
LONGEST_CAPTION = 200  # longest line that may be a caption
LONGEST_CROSSHEAD = 10  # words that a crosshead has at most
LONGEST_CONTROL = 8  # words that a line of a menu has at most
ENDED = re.compile(
    r"[.!?…。！？؟۔।][\"”“»«’')\]」』）]*(?:\s*\[\d+\])?$|[,;:，；：،]$"
)  # a line that ends like a sentence
UNSEEN = re.compile(rf"[\s{INVISIBLE}]*")
OPENING_MARK = re.compile(r"\s[\"“„«»‘]$")  # which belongs to the sentence that follows
LINE = re.compile(r"\S(?:.*\S)?")  # without the blanks around it


def propose(
    text: str, title: str, authors: Iterable[str] = (), language: str = "en"
) -> Annotations:
    """Return proposed zones and sentences of a text, with canonical ids.

    A headline that is repeated has the attribute `Duplicate` and no sentences.

    >>> [span.label for span in propose("Head\\n\\nOne. Two.", "Head").spans]
    ['Headline', 'Body', 'Sentence', 'Sentence', 'Sentence']
    """
    builder = AnnotationBuilder(text)
    places, known = _divided(text)
    lines = [text[start:end] for start, end in places]
    labels = _labels(lines, known, title, list(authors))
    for label, place in zip(labels, places, strict=True):
        builder.add_span(label, (place,))
    zones = [*builder.annotations.spans]
    duplicates = [zone for zone in zones if zone.label == "Headline"][1:]
    for zone in duplicates:
        builder.add_attribute(zone.id, "Duplicate")
    add_sentences(builder, (zone for zone in zones if zone not in duplicates), language)
    return builder.annotations


def _divided(text: str) -> tuple[list[tuple[int, int]], list[str | None]]:
    """The places of the lines, and their labels where a credit follows a caption in one line."""
    places: list[tuple[int, int]] = []
    known: list[str | None] = []
    for match in LINE.finditer(text):
        cut = split_credit(match[0]) if len(match[0]) <= LONGEST_CAPTION else None
        if cut:
            caption = match[0][:cut].rstrip()
            places.append((match.start(), match.start() + len(caption)))
            places.append((match.start() + cut, match.end()))
            known += ["Caption", "Credit"]
        else:
            places.append(match.span())
            known.append(None)
    return places, known


def _labels(lines: list[str], known: list[str | None], title: str, authors: list[str]) -> list[str]:
    """A label for each line: by its own words first, then by where it stands."""
    labels: list[str] = []
    for line, label in zip(lines, known, strict=True):
        labels.append(label or _label(line, title, authors, labels))
    if "Headline" not in labels and labels[:1] == ["Body"] and _may_be_headline(lines):
        labels[0] = "Headline"
    running = [n for n, label in enumerate(labels) if label == "Body" and ENDED.search(lines[n])]
    if running:
        _label_captions(lines, labels)
        _label_lead(labels)
        _label_controls(lines, labels, running[-1])
        _label_crossheads(lines, labels)
    return labels


def _may_be_headline(lines: list[str]) -> bool:
    first = lines[0]
    return (
        len(lines) > 1
        and len(first) <= LONGEST_HEADLINE
        and not first.endswith((".", "…", ",", ";", ":", "。"))
    )


def _label(line: str, title: str, authors: list[str], above: list[str]) -> str:
    """A label by the words of a line, and by the labels of the lines above it."""
    if plain(line) == plain(title):
        return "Headline"
    if is_dateline(line):
        return "Dateline"
    early = "Headline" in above[-3:] or len(above) == 1
    if is_byline(line, authors, above[-1:] == ["Byline"], early):
        return "Byline"
    if FOOTNOTE.match(line):
        return "Reference"
    for label, beginning in BEGINNINGS.items():
        if beginning.match(line) and (label != "Navigation" or _is_control(line)):
            return label
    return "Body"


def _is_control(line: str) -> bool:
    if is_paywall(line):
        return True
    return len(line.split()) <= LONGEST_CONTROL and not re.search(
        r"[.!?…。！？؟][\"”»]*$", line.rstrip(". ")
    )


def _label_captions(lines: list[str], labels: list[str]) -> None:
    """Call what stands above a credit, or a caption with one, a caption too, if it is short."""
    for number, label in enumerate(labels):
        before = number - 1
        while label in {"Credit", "Caption"} and before >= 0 and labels[before] == "Body":
            above_credit = label == "Credit" and before == number - 1
            if len(lines[before]) > LONGEST_CAPTION or (
                not above_credit and ENDED.search(lines[before])
            ):
                break
            labels[before] = "Caption"
            before -= 1


def _label_lead(labels: list[str]) -> None:
    """Call the first paragraph below the headline a lead if no other paragraph follows it."""
    first = labels.index("Headline") + 1 if "Headline" in labels else len(labels)
    while labels[first : first + 1] and labels[first] in {"Headline", "Byline", "Dateline"}:
        first += 1
    after = labels[first + 1 :]
    if labels[first : first + 1] == ["Body"] and "Body" in after and after[0] != "Body":
        labels[first] = "Lead"


def _label_controls(lines: list[str], labels: list[str], last: int) -> None:
    """Call short lines above the headline menus, and those below the last paragraph too.

    Below a line such as "Related" they are the titles of other articles.
    """
    above = labels.index("Headline") if "Headline" in labels else 0
    listing = False
    for number, label in enumerate(labels):
        below = number > last
        listing = below and (label == "Link" or (listing and label in {"Body", "Dateline"}))
        if label == "Reference" and not below:
            labels[number] = "Body"  # a paragraph that begins with a footnote mark
        if label == "Body" and (number < above or below) and not ENDED.search(lines[number]):
            labels[number] = "Link" if listing else "Navigation"


def _label_crossheads(lines: list[str], labels: list[str]) -> None:
    """Call a short line without a full stop between two paragraphs a crosshead."""
    for number in range(1, len(labels)):
        line = lines[number].strip("\"'“”„‘’«»")
        short = len(line.split()) <= LONGEST_CROSSHEAD and (
            line.endswith(("?", "!")) or not ENDED.search(line)
        )
        follows = labels[number + 1 : number + 2]
        if labels[number] == "Body" and short and follows and follows[0] == "Body":
            labels[number] = "Crosshead"


def add_sentences(builder: AnnotationBuilder, zones: Iterable[Span], language: str) -> None:
    """Add the sentences of those zones that are divided into sentences."""
    import sentencex

    for zone in zones:
        if zone.label in DIVIDED:
            words = builder.text[zone.start : zone.end]
            found = sentencex.get_sentence_boundaries(language, words)
            boundaries = [(sentence["start_index"], sentence["text"]) for sentence in found]
            for place in _trimmed(boundaries, zone.start):
                builder.add_span("Sentence", (place,))


def _trimmed(sentences: list[tuple[int, str]], offset: int) -> list[tuple[int, int]]:
    """Return the places of sentences without white space around them.

    A quotation mark that opens at the end of one belongs to the next. A stretch that
    shows nothing is no sentence.
    """
    places: list[tuple[int, int]] = []
    early = 0  # how much of a sentence stands at the end of the one before
    for begin, words in sentences:
        start, end = offset + begin - early, offset + begin + len(words.rstrip())
        early = 0
        if UNSEEN.fullmatch(words):
            if words.strip() and places:
                places[-1] = places[-1][0], end
            continue
        if (begin, words) != sentences[-1] and OPENING_MARK.search(words.rstrip()):
            early = len(words) - len(words.rstrip()) + 1
            end = offset + begin + len(words.rstrip()[:-1].rstrip())
        if start == offset + begin:
            start += len(words) - len(words.lstrip())
        places.append((start, end))
    return places
