"""What counts as a word, how many words a text has, and how many of a content are quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from .model import Annotations, Span, is_content
from .span_index import SpanIndex

__all__ = ["FOOTNOTE", "count", "positions", "words_in"]

# What Unicode's word boundaries (UAX #29) join to the letter before, and `\w` does not hold: marks
# such as accents, vowels and vowel signs, soft hyphens, joiners.
COMBINING_MARKS = "".join(
    chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code)).startswith("M")
)
COMBINING_MARKS += r"\u00ad\u200c\u200d\u2060\u3099\u309a\ufe00-\ufe0f"
# Chinese, hiragana, Thai, Lao, Burmese and Khmer are written without blanks: each letter is a word.
UNSPACED = (
    r"\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ec0-\u0ec6\u0edc-\u0edf"
    r"\u1000-\u102a\u103f\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks and letters exclude each other, so nothing is tried twice; possessive quantifiers would say
# so, but Python 3.11.2 matches them wrongly.
LETTERS = rf"[^\W{UNSPACED}]+(?:[{COMBINING_MARKS}]+[^\W{UNSPACED}]*)*"
WORD = re.compile(rf"{LETTERS}(?:[-'’]{LETTERS}|(?<=\d)[.,]\d+)*|[{UNSPACED}][{COMBINING_MARKS}]*")
FOOTNOTE = re.compile(r"\[\d+\]")


def positions(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return (start, end) of each word of `text` between two offsets.

    A word is a run of letters or digits, with what hyphens and apostrophes join: "Afghan-led",
    "didn't" and "thanks-but-no-thanks" are one word each, "20" and "1,900" too. A footnote mark
    such as [1] is not a word. In scripts without blanks between words (Chinese, hiragana, Thai,
    Lao, Burmese, Khmer) each letter with its marks counts as a word, as in Unicode's UAX #29.

    >>> positions("Afghan-led talks.[1]")
    [(0, 10), (11, 16)]
    >>> positions("渡轮停在港口。")
    [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    """
    matches = WORD.finditer(_words_alone(text[start:end]))
    return [(start + match.start(), start + match.end()) for match in matches]


def count(text: str) -> int:
    """Return the number of words, as `positions` finds them.

    >>> count("thanks-but-no-thanks didn't end the Afghan-led talks.[1]")
    6
    """
    return len(WORD.findall(_words_alone(text)))


def _words_alone(text: str) -> str:
    """The text with blanks in place of footnote marks and underscores."""
    return FOOTNOTE.sub(lambda mark: " " * len(mark[0]), text.replace("_", " "))


def words_in(text: str, spans: Iterable[Span], within: SpanIndex[Any] | None = None) -> int:
    """Return the number of words of `text` under `spans`.

    With `within`, only words inside one of its stretches count.
    """
    fragments = [pair for span in spans for pair in span.fragments]
    if within is None:
        return sum(count(text[start:end]) for start, end in fragments)
    words = [word for start, end in fragments for word in positions(text, start, end)]
    return sum(within.first_around(*word) is not None for word in words)


def quoted_words(annotations: Annotations, text: str) -> dict[str, tuple[int, int]]:
    """Return event id -> words of its content, and how many are in quotation marks of speech."""
    use = {item.target: item.value for item in annotations.attributes_named("Use")}
    speech = SpanIndex(
        (start, end, span.id)
        for span in annotations.spans
        if span.label == "Quoted" and use.get(span.id) == "speech"
        for start, end in span.fragments
    )
    return {
        ident: (words_in(text, content), words_in(text, content, speech))
        for ident, content in content_spans(annotations).items()
    }


def content_spans(annotations: Annotations) -> dict[str, list[Span]]:
    """Return event id -> the spans of its content, for events that have one."""
    spans = annotations.spans_by_id()
    contents = {
        event.id: [spans[t] for role, t in event.roles if t in spans and is_content(role)]
        for event in annotations.events
    }
    return {ident: content for ident, content in contents.items() if content}


def kind_of(words: int, quoted: int) -> str:
    """Return the `Kind` of an attribution from the words of its content and how many are quoted.

    >>> kind_of(5, 5), kind_of(5, 2), kind_of(5, 0)
    ('direct', 'mixed', 'indirect')
    """
    if not quoted:
        return "indirect"
    return "direct" if quoted == words else "mixed"
