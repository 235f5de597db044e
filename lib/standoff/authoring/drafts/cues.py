"""The lexicon in `cue_lexicon.toml`: verbs by their forms, nouns of saying, lists of words."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

__all__ = ["LEXICON", "forms", "nouns", "verbs", "word_list"]

CLASSES = ("say", "quote", "that", "clause")
LEXICON = Path(__file__).with_name("cue_lexicon.toml")


def forms(entry: str) -> set[str]:
    """Return the forms of a verb: those given, and the regular ones that are not.

    >>> sorted(forms("argue")), sorted(forms("say said saying"))
    (['argue', 'argued', 'argues', 'arguing'], ['said', 'say', 'saying', 'says'])
    """
    base, *given = entry.split()
    stem = base.removesuffix("e")
    found = {base, *given}
    if not any(form.endswith("s") for form in given):
        found.add(base + ("es" if base.endswith(("s", "sh", "ch", "x", "o")) else "s"))
    if not any(form.endswith("ing") for form in given):
        found.add(f"{stem}ing")
    if all(form.endswith(("s", "ing")) for form in given):
        found.add(f"{stem}ed")
    return found


@cache
def verbs() -> dict[str, set[str]]:
    """Return the classes of each form of a verb."""
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for name in CLASSES:
        for entry in _lexicon()[name]["verbs"]:
            for form in forms(entry):
                classes[form].add(name)
    return dict(classes)


@cache
def nouns() -> frozenset[str]:
    """Return the nouns of saying, in singular and plural."""
    words = _lexicon()["noun"]["words"].split()
    return frozenset([*words, *(f"{word}s" for word in words)])


def word_list(name: str) -> frozenset[str]:
    """Return the words of a list, such as "pronouns".

    >>> sorted(word_list("plain"))
    ['said', 'say', 'saying', 'says']
    """
    return frozenset(_lexicon()["words"][name].split())


@cache
def _lexicon() -> dict:
    return tomllib.loads(LEXICON.read_text(encoding="utf-8"))
