"""Which camp an actor belongs to, what the camp is called, and in which order camps are drawn.

The registry `actors.toml` may give an actor a `camp`, a name to be shown; whoever speaks or acts
for that actor belongs to the camp too. Without any, the parties with most words and mentions are
the camps. Experts are a camp of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..measures import sourcing
from ..measures.sourcing import chains
from .theme import CAMPS

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["PARTIES", "author_name", "camp_names", "camps", "in_camps", "keep_camps"]

PARTIES = tuple(camp for camp in CAMPS if camp.startswith("camp-"))  # of at most four camps
EXPERTS, OTHERS = "experts", "other or unnamed sources"


def camps(corpus: Corpus) -> dict[str, str]:
    """Return the key of each actor's camp, by actor id.

    Keys are "camp-1" to "camp-4", "expert" and "other"; "author" and "unsourced" stand for voices
    that are no actor.

    >>> import standoff
    >>> found = camps(standoff.load("seeds"))
    >>> found["mark-toner"], found["nicole-birtsch"], found["nato"], found["unsourced"]
    ('camp-1', 'expert', 'other', 'other')
    """
    keys = {name: key for key, name in _named_camps(corpus).items()}
    names, experts = _camp_of_actors(corpus), _experts(corpus)
    found = {"author": "author", "unsourced": "other"}
    for actor in corpus.actors["actor"]:
        kind = "expert" if actor in experts else "other"
        found[actor] = keys.get(names.get(actor, ""), kind)
    return found


def camp_names(corpus: Corpus) -> dict[str, str]:
    """Return the name of each camp by its key, in the order in which figures draw them.

    Names are those of running text: "the Taliban"; `capital` begins a label with them.

    >>> import standoff
    >>> list(camp_names(standoff.load("seeds")).values())[2:]
    ['Moscow', 'Kabul', 'the Taliban', 'experts', 'other or unnamed sources']
    """
    own = {"author": author_name(corpus)}
    return own | _named_camps(corpus) | {"expert": EXPERTS, "other": OTHERS}


def author_name(corpus: Corpus, doc: str | None = None) -> str:
    """Return what the author of one article, or of all, is called: a report's two are reporters.

    >>> import standoff
    >>> author_name(standoff.load("seeds"), "dw-2017-04-14")
    'the reporters'
    """
    chosen = [meta for name, meta in corpus.meta.items() if doc in (None, name)]
    authors = {author for meta in chosen for author in meta["authors"]}
    if len(authors) < 2:
        return "the author"
    is_report = all("report" in meta["genre"] for meta in chosen)
    return "the reporters" if is_report else "the authors"


def in_camps(ids: pd.Series, corpus: Corpus) -> pd.Series:
    """Return the camp of each cell of actor ids; "other" for actors of several camps or of none.

    `ids` holds ids as in the tables: several joined by a blank, "author" or "unsourced".
    """
    found = camps(corpus)

    def of_all(cell: str) -> str:
        several = {found.get(one, "other") for one in cell.split(" ")}
        return several.pop() if len(several) == 1 else "other"

    return ids.fillna("unsourced").map(of_all)


def keep_camps(corpus: Corpus) -> Corpus:
    """Return the corpus with its camps in the registry: parts of it then have the same camps."""
    actors = corpus.actors
    if actors["camp"].notna().any():
        return corpus
    names = actors["name"].where(actors["actor"].isin(_largest_parties(corpus)))
    return replace(corpus, actors=actors.assign(camp=names))


def _named_camps(corpus: Corpus) -> dict[str, str]:
    """The names of at most four camps by their keys."""
    names = keep_camps(corpus).actors["camp"].dropna().unique()
    return dict(zip(PARTIES, names, strict=False))


def _camp_of_actors(corpus: Corpus) -> dict[str, str]:
    """The name of the camp of each actor: its own, or that of the next above with one."""
    actors = keep_camps(corpus).actors
    named = actors[actors["camp"].notna()]
    own = dict(zip(named["actor"], named["camp"], strict=True))
    found = {}
    for chain in chains(actors):
        camp = next((own[actor] for actor in chain if actor in own), None)
        if camp is not None:
            found[chain[0]] = camp
    return found


def _experts(corpus: Corpus) -> set[str]:
    return set(corpus.actors.loc[corpus.actors["kind"] == "expert", "actor"])


def _largest_parties(corpus: Corpus) -> list[str]:
    """The parties with most words and mentions."""
    voices = sourcing.voices(corpus, by="party")
    voices = voices[voices["linked"] & ~voices["actor"].isin(_experts(corpus))]
    counts = voices.assign(weight=voices["words"] + voices["mentions"]).groupby("actor")["weight"]
    return list(counts.sum().nlargest(len(PARTIES)).index)
