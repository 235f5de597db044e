"""What notes may leave out because it follows from the text, the notes and the registry of actors.

Only what the codebook requires is added, and nothing that a note states is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..annotation.annotation_builder import AnnotationBuilder
from ..annotation.codebook import Codebook
from ..annotation.codebook_checks import properties
from ..annotation.model import Event, Fragments, Span
from ..annotation.quotation_marks import quotations
from ..annotation.words import kind_of, positions, quoted_words

__all__ = ["derive", "mark_speech"]

ARTICLES = {"the", "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "les", "el", "los"}
PRONOUNS = set(
    "i me my mine we us our ours you your yours he him his she her hers it its they them their "
    "theirs this that these those who whom whose "
    "ich mich mir mein meine wir uns unser unsere er ihn ihm sein seine sie ihr ihre ihnen "
    "je moi mon ma mes nous notre nos il elle ils elles lui leur leurs son sa ses "
    "yo me mi mis nosotros nuestro nuestra él ella ellos ellas su sus".split()
)
REFERENCE = "reference to actors"


def derive(
    builder: AnnotationBuilder,
    codebook: Codebook,
    actors: Mapping[str, dict[str, Any]],
    among: Collection[str] | None = None,
) -> None:
    """Add references to actors, Form, Kind and Channel where they are required and missing.

    `actors` is the registry: actor id -> entry. With `among`, only annotations with these ids are
    completed.
    """
    annotations = builder.annotations
    given, counts = properties(annotations), quoted_words(annotations, builder.text)
    known = {word for actor in actors.values() for name in _names(actor) for word in _words(name)}
    items: list[Span | Event] = [*annotations.labelled(codebook.of_kind("span"))]
    for item in [*items, *annotations.events]:
        if among is not None and item.id not in among:
            continue
        words, values = "", dict[str, str | None](Channel="unstated")
        if isinstance(item, Span):
            words = item.text
            values = {"Form": form_of(words, known), REFERENCE: actor_of(words, actors)}
        elif item.id in counts:
            values["Kind"] = kind_of(*counts[item.id])
        for name in codebook.needed.get(item.label, ()):
            value = values.get(name)
            if value is None or (item.id, name) in given:
                continue
            if name == REFERENCE:
                builder.add_reference(item.id, "actors", value, words, line=item.line)
            elif value in codebook.attributes[name].get("values", ()):
                builder.add_attribute(item.id, name, value, line=item.line)


def mark_speech(
    builder: AnnotationBuilder, codebook: Codebook, content: Fragments, line: int = 0
) -> list[Span]:
    """Mark the quotation marks in a content as those of speech, unless they are marked.

    Returns the new marks; none if the codebook has no such marks.
    """
    uses = codebook.attributes.get("Use", {}).get("values", ())
    if "Quoted" not in codebook.labels or "speech" not in uses:
        return []
    spans = builder.annotations.spans
    marked, count = {span.mark for span in spans}, len(spans)
    for fragment in content:
        for place in quotations(builder.text, *fragment):
            if ("Quoted", (place,)) not in marked:
                ident = builder.add_span("Quoted", (place,), line=line)
                builder.add_attribute(ident, "Use", "speech", line=line)
    return spans[count:]


def form_of(words: str, known: Collection[str]) -> str:
    """Return how a mention refers to its actor: "pronoun", "name" or "description".

    It is a pronoun if all its words are pronouns, and a name if its last word has a capital letter
    and is one of the `known` words, those of the actors' names.

    >>> known = ["Paul", "Thorn", "the", "engineer"]
    >>> [form_of(words, known) for words in ("engineer Paul Thorn", "the engineer", "He")]
    ['name', 'description', 'pronoun']
    """
    found = _words(words)
    if found and all(word[0].lower() + word[1:] in PRONOUNS for word in found):
        return "pronoun"
    return "name" if found and found[-1][0].isupper() and found[-1] in known else "description"


def actor_of(words: str, actors: Mapping[str, dict[str, Any]]) -> str | None:
    """Return the id of the one actor that a mention names, or None.

    The mention ends in a name of the actor, the longest that fits, or is the end of one. Capital
    letters and an article at the beginning do not matter.

    >>> actors = {"thorn": {"name": "Paul Thorn"}, "crew": {"name": "the ferry's crew"}}
    >>> [actor_of(words, actors) for words in ("engineer Paul Thorn", "Thorn", "Its crew", "He")]
    ['thorn', 'thorn', None, None]
    """
    mention = _folded(words)
    fitting: dict[int, set[str]] = {}
    for ident, actor in actors.items():
        for name in map(_folded, _names(actor)):
            if name and mention and (_ends(mention, name) or _ends(name, mention)):
                fitting.setdefault(min(len(name), len(mention)), set()).add(ident)
    best = fitting[max(fitting)] if fitting else set()
    return next(iter(best)) if len(best) == 1 else None


def _names(actor: Mapping[str, Any]) -> Iterator[str]:
    yield str(actor.get("name", ""))
    yield from actor.get("spellings", [])


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in positions(text)]


def _folded(text: str) -> list[str]:
    """The words in small letters, without an article before them."""
    words = [word.casefold() for word in _words(text)]
    return words[1:] if words and words[0] in ARTICLES else words


def _ends(words: list[str], end: list[str]) -> bool:
    return words[-len(end) :] == end
