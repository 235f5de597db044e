"""What an annotated article must keep beyond the codebook: zones, quotation marks, kinds, moves, the common base."""

from __future__ import annotations

import re

from .brat import Annotations, Problem
from .words import words_in

__all__ = ["ARTICLE", "check_article", "check_base"]

ARTICLE = ("Headline", "Lead", "Crosshead", "Body")
QUOTES = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')


def check_article(found: Annotations, text: str, zones: frozenset[str], name: str, problems: list[Problem]) -> None:
    """Add to `problems` what breaks the rules of the article as a whole."""
    _zones(found, text, zones, name, problems)
    _quotations(found, text, name, problems)
    _kinds(found, text, name, problems)
    _moves(found, name, problems)


def _zones(found, text, labels, name, problems):
    """Zones part the text: no two overlap, and no character but white space lies outside."""
    covered, last = 0, None
    for zone in sorted((span for span in found.spans if span.label in labels), key=lambda span: span.start):
        if zone.start < covered:
            problems.append(Problem(name, zone.line, f"{zone.id} {zone.label} overlaps {last.id} {last.label}; expected zones side by side"))
        _gap(text, covered, zone.start, name, zone.line, problems)
        covered, last = max(covered, zone.end), zone
    _gap(text, covered, len(text), name, last.line if last else 1, problems)


def _gap(text, start, end, name, line, problems):
    if left := text[start:end].strip():
        at = start + text[start:end].index(left[0])
        problems.append(Problem(name, line, f"no zone covers {left[:40]!r} at offset {at}; expected every word in a zone"))


def _quotations(found, text, name, problems):
    quoted = {(span.start, span.end) for span in found.spans if span.label == "Quoted"}
    for zone in found.spans:
        if zone.label in ARTICLE:
            for match in QUOTES.finditer(text, zone.start, zone.end):
                if match.span() not in quoted:
                    where = f"at offsets {match.start()} {match.end()}"
                    problems.append(Problem(name, zone.line, f"no Quoted span covers {match[0][:60]!r} {where}; expected one"))


def _kinds(found, text, name, problems):
    """`Kind` says what the quotation marks of speech show."""
    spans = {span.id: span for span in found.spans}
    use = {item.target: item.value for item in found.attributes if item.name == "Use"}
    speech = [span for span in found.spans if span.label == "Quoted" and use.get(span.id) == "speech"]
    contents = {event.id: [spans[t] for r, t in event.roles if t in spans and r.startswith("Content")] for event in found.events}
    for item in found.attributes:
        if item.name == "Kind" and contents.get(item.target):
            total, quoted = words_in(text, contents[item.target]), words_in(text, contents[item.target], speech)
            kind = "indirect" if not quoted else "direct" if quoted == total else "mixed"
            if item.value != kind:
                found_words = f"{quoted} of its content's {total} words stand in quotation marks of speech"
                problems.append(Problem(name, item.line, f"{item.id} says {item.value}, but {found_words}; expected {kind}"))


def _moves(found, name, problems):
    have = {(item.target, item.name) for item in found.attributes}
    for item in found.attributes:
        if item.name == "Move" and item.value != "deny" and (item.target, "Track") not in have:
            problems.append(Problem(name, item.line, f"{item.id} is the move {item.value} of {item.target}, which has no Track; expected one"))


def check_base(found: Annotations, gold: Annotations, base: frozenset[str], name: str, problems: list[Problem]) -> None:
    """Every coder starts from the same zones and sentences: those of gold."""
    wanted = {(span.label, span.fragments) for span in gold.spans if span.label in base}
    mine = {(span.label, span.fragments): span for span in found.spans if span.label in base}
    for key, span in mine.items():
        if key not in wanted:
            problems.append(Problem(name, span.line, f"{span.id} {span.label} is not in gold.ann; expected the common base"))
    for label, fragments in sorted(wanted - mine.keys()):
        problems.append(Problem(name, 1, f"no {label} at {fragments[0][0]} {fragments[-1][1]}; expected the common base of gold.ann"))
