"""Sessions that write after every step: the annotator, and the adjudication of two coders.

Each is a generator that carries out one step after another. One that was cut short goes on where it
stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from standoff.authoring.adjudicating import adjudicate
from standoff.authoring.annotator_session import AnnotatorSession

ARTICLE = Path("articles", "harbour")
NAMES = "Ida Brook", "Tom Reyes"
DRAFTS = 10  # so many are left


def annotate() -> Iterator[None]:
    """A coder accepts every time, marks names, links one to a new actor, and rejects two drafts."""
    state = AnnotatorSession(ARTICLE, "anna")
    while times := [one.id for one in state.drafts if one.label == "Time"]:
        state.accept(times[0])
        yield
    for name in NAMES:
        start = state.text.index(name)
        with suppress(ValueError):  # marked already
            state.mark("Actor", [(start, start + len(name))])
        yield
    first = next(span.id for span in state.annotations.spans if span.label == "Actor")
    linked = [item.key for item in state.annotations.normalisations if item.target == first]
    if "a-new-actor" not in state.registry["actors"]:
        state.add_actor(first, "A new actor", "expert", "none")
        yield
    elif "a-new-actor" not in linked:  # listed before the session was cut short, but not linked
        state.refer(first, [*linked, "a-new-actor"])
        yield
    while len(state.drafts) > DRAFTS:
        state.reject(state.drafts[0].id)
        yield


def decide() -> Iterator[None]:
    """Somebody decides every difference of two coders for the first of them."""
    session = adjudicate(ARTICLE)
    while session.current:
        session.take(session.current.choices[0], "it is what the text says")
        yield


SESSIONS = {"annotate": annotate, "adjudicate": decide}


if __name__ == "__main__":
    for _ in SESSIONS[sys.argv[1]]():
        pass
