"""Words and shapes by which a line of a news page gives away what it is.

`zone_words.toml` lists the words by language: those of menus and links for English, German, French
and Spanish pages, those of bylines and datelines for some more. They only propose, and a
person corrects what they get wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from ..annotation.dates import MONTHS

__all__ = ["BEGINNINGS", "is_byline", "is_dateline", "is_paywall", "plain", "split_credit"]

FLAGS = re.IGNORECASE
ZONE_WORDS = tomllib.loads((files(__package__) / "zone_words.toml").read_text(encoding="utf-8"))


def _begins(label: str, more: str = r"(?!)") -> re.Pattern[str]:
    """A pattern for lines that begin with the phrases of a label, or with `more`."""
    phrases = [re.escape(phrase) for listed in ZONE_WORDS[label].values() for phrase in listed]
    return re.compile(rf"(?:{'|'.join(phrases)})(?!\w)|{more}", FLAGS)


AGENCIES = "|".join(map(re.escape, ZONE_WORDS["agencies"]["names"]))
PAYWALL = (  # a line that asks readers to subscribe, or to sign in, before they read on
    r"you( have|['’]ve) .{0,40}\bfree (articles?|stories)\b|already a (subscriber|member)[^.]*\?"
    r"|to (continue|keep) reading\b|subscribe (now )?to (continue|keep|read|unlock)\b"
    r"|this (article|content|story) is (only )?(for|available to) (our |paying )*subscribers\b"
)
LONGEST_PAYWALL = 20  # words of such a line
# Label -> how its lines begin. The first that fits decides.
BEGINNINGS = {
    "Note": _begins(
        "Note",
        r"©|summary$|\W*this (article|commentary|story|report|piece) "
        r"(was|is|has|first|originally)\b.{0,40}\b(published|appeared|updated|amended|corrected)",
    ),
    "Caption": _begins("Caption"),
    "Credit": re.compile(
        r"(image|photo|photograph|picture|foto|bild|bilder|imagen|crédit|credit)"
        rf"s?( photo| source)?( ?:|( by| von| par| por) \w)|({AGENCIES})\b[^.]{{0,40}}$",
        FLAGS,
    ),
    "Link": _begins("Link"),
    "Navigation": _begins("Navigation", rf"\d+ (comments?|kommentare?)$|{PAYWALL}"),
}


def _any(words: Iterable[str]) -> str:
    """A pattern for one of some words, the longest first."""
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


def _listed(table: str) -> list[str]:
    """The words of all languages in a table of zone_words.toml."""
    return [word for listed in ZONE_WORDS[table].values() for word in listed]


MONTH_NAMES = [*MONTHS, *_listed("months")]
MONTH = rf"(?:{_any([*MONTH_NAMES, *(name[:3] for name in MONTH_NAMES), 'sept'])})\.?"
ORDINAL = r"\d{1,2}(?:st|nd|rd|th|er|[.º°])?"
DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    rf"|{ORDINAL}\s+(?:de\s+)?{MONTH},?\s+(?:de\s+)?\d{{4}}|{MONTH}\s+{ORDINAL},?\s+\d{{4}}",
    FLAGS,
)
# what may stand beside the date: times, zones of time, weekdays, "updated"
BESIDE = re.compile(
    r"\d{1,2} ?[:.h] ?\d\d|\d{1,2} (?:hours?|minutes?|days?) ago|[+-]\d{1,2}\b"
    rf"|\b[ap]\.m\.|\b(?:{_any(_listed('beside_dates'))})(?!\w)",
    FLAGS,
)
NAMES_ONLY = re.compile(_any(_listed("by")), FLAGS)
WITH_NAMES = re.compile(rf"{NAMES_ONLY.pattern}|in|for|für|aus|à|en|de|van|del?|la", FLAGS)
BYLINE = re.compile(
    r"(?:(?:words|text|reporting|written|edited) by|by|von|ein bericht von|par|por|af|av|door|di)"
    r"\s+(?=[A-ZÀ-Þ])|(?:本报)?记者",
    FLAGS,
)
POST = re.compile(
    r"@\w+|.*\b(?:correspondent|reporter|editor|redakteur\w*|korrespondent\w*)", FLAGS
)
TAIL = re.compile(
    r"(?<=[.!?…\"”“»’'])\s+(?P<credit>[^.!?]{0,60}?\w\s?/\s?\w[^.!?]{0,40})$"
    r"|\s*(?P<named>\(?(?:image|photo|photograph|picture|foto|bild|imagen|crédit)s?"
    r" ?(?:source)?:.*)$",
    FLAGS,
)


def is_dateline(line: str) -> bool:
    """Whether a line is a date with nothing but times, weekdays and words such as "updated".

    >>> is_dateline("Published: 14:03, 14 January 2026"), is_dateline("On 6 May 2024 he left")
    (True, False)
    """
    rest, dates = DATE.subn(" ", line)
    return dates > 0 and not re.search(r"\w", BESIDE.sub(" ", rest))


def is_byline(line: str, authors: list[str], after_byline: bool, early: bool = False) -> bool:
    """Whether a line names authors, or says who they are and follows a line that names them; near
    the headline (`early`), also whether it has the shape of one, whoever the authors are.

    >>> is_byline("Nora Vale and T. Reyes", ["Nora Vale", "T. Reyes"], False)
    True
    """
    rest = plain(line)
    for name in sorted(map(plain, authors), key=len, reverse=True):
        rest = rest.replace(name, " ")
    named = rest != plain(line)
    if named and all(map(NAMES_ONLY.fullmatch, re.findall(r"\w+", rest))):
        return True
    if named and BYLINE.match(line):
        return not line.endswith(".")
    if early and not named and (begins := BYLINE.match(line)):
        words = re.findall(r"\w+", line[begins.end() :])
        fit = [not word[0].islower() or WITH_NAMES.fullmatch(word) for word in words]
        return 0 < len(words) <= 12 and all(fit) and not line.endswith((".", "?", "!", "。"))
    return after_byline and POST.match(line) is not None and not line.endswith(".")


def is_paywall(line: str) -> bool:
    """Whether a line asks readers to subscribe or to sign in before they read on.

    >>> is_paywall("You have 2 free articles left this month."), is_paywall("You have 2 boats.")
    (True, False)
    """
    return re.match(PAYWALL, line, FLAGS) is not None and len(line.split()) <= LONGEST_PAYWALL


def split_credit(line: str) -> int | None:
    """Return where the credit begins that runs on from a caption in the same line, if one does.

    >>> line = "The quay on Friday. Foto: Ulf Brand/dpa"
    >>> line[split_credit(line):]
    'Foto: Ulf Brand/dpa'
    """
    found = TAIL.search(line)
    if found is None:
        return None
    return found.start("credit") if found["credit"] else found.start("named")


def plain(words: str) -> str:
    """Return words in lower case, one blank between them."""
    return " ".join(words.split()).casefold()
