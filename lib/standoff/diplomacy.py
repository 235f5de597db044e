"""Who invited whom to which table, and what did they answer? The negotiating tables as the texts describe them."""

from __future__ import annotations

import pandas as pd

from .chronology import same_events
from .rules import ARTICLE
from .sourcing import parties

__all__ = ["ANSWERS", "COOPERATION", "ledger", "meetings", "network", "positions", "reasons", "talks"]

# PLOVER types by what they do to a relation (Halterman et al. 2023); a request is neither yet
COOPERATION = ("Agree", "Consult", "Support", "Concede", "Cooperate", "Aid", "Retreat")
CONFLICT = ("Accuse", "Reject", "Threaten", "Protest", "Sanction", "Mobilize", "Coerce", "Assault")
# what a party is to a table, strongest first: (move, factualities) -> word
ANSWERS = [
    ("host", ("fact",), "hosts"),
    ("host", ("denied",), "fails to lead"),
    ("stay-away", ("denied", "fact"), "stays away"),
    ("decline", ("fact", "denied"), "declines"),
    ("accept", ("denied",), "does not accept"),
    ("attend", ("fact",), "comes"),
    ("accept", ("fact",), "accepts"),
    ("propose", ("fact", "planned"), "proposes"),
    ("invite", ("fact", "planned"), "invites"),
    ("attend", ("planned", "possible"), "may come"),
    ("postpone", ("fact",), "postpones"),
]


def _inside(table, captions=False):
    return table[table["zone"].isin([*ARTICLE, "Caption"] if captions else ARTICLE)]


def _ids(value):
    """Ids in a cell; none in an empty one."""
    return value.split(" ") if isinstance(value, str) else []


def _first(values):
    """The values of several mentions, each once, in order, joined by a blank; None where there are none."""
    found = dict.fromkeys(word for value in values for word in _ids(value))
    return " ".join(found) or None


def ledger(corpus, captions: bool = False) -> pd.DataFrame:
    """Every move at every table, mentions of one event taken together.

    One row an article and event with a move: `track` (missing for a denial), `move`, `who`, `whom` (of all its mentions), `factuality`
    (fact where any mention is, else that of the first), `voices` (in whose words it is told, each once), `mentions`, `text` (the first
    trigger), `id`, `start end`.
    """
    table = _inside(corpus.events, captions)
    table = table[table["move"].notna()]
    first = same_events(corpus)
    table = table.assign(event=[first[key] for key in zip(table["doc"], table["id"], strict=True)])
    rows = []
    for (doc, track, move, _), mentions in table.groupby(["doc", "track", "move", "event"], sort=False, dropna=False):
        head = mentions.iloc[0]
        who, whom, told = _first(mentions["who"]), _first(mentions["whom"]), _first(mentions["voice"])
        named = None if pd.isna(track) else track
        sure = "fact" if "fact" in set(mentions["factuality"]) else head["factuality"]
        rows.append((doc, named, move, who, whom, sure, told, len(mentions), head["text"], head["id"], head["start"], head["end"]))
    return pd.DataFrame(rows, columns="doc track move who whom factuality voices mentions text id start end".split())


def positions(corpus, captions: bool = False) -> pd.DataFrame:
    """What each party is to each table, per text.

    One row an article, track and party: `stances`, what it does there in the words of `ANSWERS`, strongest first, joined by a comma;
    `moves`, how many moves of it; `invited`, whether it is invited there.
    """
    table = ledger(corpus, captions)
    party = parties(corpus.actors)
    table = table[table["track"].notna()]
    rows: dict = {}
    for row in table.itertuples():
        for actor in _ids(row.who):
            rows.setdefault((row.doc, row.track, party[actor]), []).append((row.move, row.factuality))
        for actor in _ids(row.whom) if row.move == "invite" else ():
            rows.setdefault((row.doc, row.track, party[actor]), []).append(("invited", row.factuality))
    found = []
    for (doc, track, name), moves in rows.items():
        stances = [word for move, kinds, word in ANSWERS if any(m == move and f in kinds for m, f in moves)]
        invited = any(move == "invited" for move, _ in moves)
        found.append((doc, track, name, ", ".join(stances), sum(move != "invited" for move, _ in moves), invited))
    return pd.DataFrame(found, columns="doc track party stances moves invited".split())


def reasons(corpus, captions: bool = False) -> pd.DataFrame:
    """Why they came or stayed away, according to whom: what is ascribed in the sentence that tells a refusal, an absence or an acceptance.

    One row a move and attribution: `doc track move who`, `source` and `own` (whether source and mover are of one party), `kind`,
    `content`, `start end` of the content. Attributions that hold the move itself are left out, unless they speak of a reason.
    """
    moves = _inside(corpus.events, captions)
    moves = moves[moves["move"].isin(["decline", "stay-away", "accept"])]
    said = corpus.attributions[["doc", "sentence", "actor", "kind", "content", "start", "end", "cue_start"]]
    both = moves[["doc", "sentence", "track", "move", "who", "start", "end"]].merge(said, on=["doc", "sentence"], suffixes=("_move", ""))
    both = both[both["actor"].notna() & both["who"].notna()]
    holds = (both["start"] <= both["start_move"]) & (both["end_move"] <= both["end"])
    named = both["content"].str.contains(r"\breason\b", regex=True)
    both = both[~holds | named]
    party = parties(corpus.actors)
    own = [bool({party[a] for a in _ids(row.who)} & {party[a] for a in _ids(row.actor)}) for row in both.itertuples()]
    table = both.rename(columns={"actor": "source"}).assign(own=own)
    return table[["doc", "track", "move", "who", "source", "own", "kind", "content", "start", "end"]].drop_duplicates(ignore_index=True)


def network(corpus, captions: bool = False) -> pd.DataFrame:
    """Who does what to whom, by parties.

    One row an article, pair and relation: `who`, `whom`, `relation` (cooperation, conflict, request), `events` (mentions of one event
    once), `factual` (those that are fact in the words of somebody). What a party does to itself is left out. Events in which two act together
    count in both directions; where more than two do, as at a conference, no pair deals with each other and none is counted.
    """
    table = _inside(corpus.events, captions)
    party = parties(corpus.actors)
    first = same_events(corpus)
    rows = []
    for row in table.itertuples():
        who = {party[actor] for actor in _ids(row.who)}
        whom = {party[actor] for actor in _ids(row.whom)}
        relation = "cooperation" if row.type in COOPERATION else "conflict" if row.type in CONFLICT else "request"
        pairs = {(a, b) for a in who for b in (whom or who) if a != b} if whom or len(who) == 2 else set()
        rows += [(row.doc, a, b, relation, first[row.doc, row.id], row.factuality == "fact") for a, b in sorted(pairs)]
    table = pd.DataFrame(rows, columns="doc who whom relation event fact".split())
    once = table.groupby(["doc", "who", "whom", "relation", "event"], as_index=False).agg(fact=("fact", "max"))
    counted = once.groupby(["doc", "who", "whom", "relation"], as_index=False).agg(events=("event", "count"), factual=("fact", "sum"))
    return counted.astype({"factual": "int64"})


def meetings(corpus, captions: bool = False) -> pd.DataFrame:
    """Every mention of a meeting, negotiation or contact of two parties and no more.

    One row a mention: `doc id a b` (the parties, in the order of the alphabet), `factuality`, `start end`.
    """
    table = _inside(corpus.events, captions)
    table = table[table["type"].isin(["Consult", "Cooperate"])]
    party = parties(corpus.actors)
    rows = []
    for row in table.itertuples():
        sides = sorted({party[actor] for actor in _ids(row.who) + _ids(row.whom)})
        if len(sides) == 2:
            rows.append((row.doc, row.id, *sides, row.factuality, row.start, row.end))
    return pd.DataFrame(rows, columns="doc id a b factuality start end".split())


def talks(corpus, captions: bool = False) -> pd.DataFrame:
    """Who talks with whom, by how sure it is: `meetings` counted.

    One row an article and pair: `fact`, `possible`, `planned`, `denied`: how many mentions of each.
    """
    counted = meetings(corpus, captions).groupby(["doc", "a", "b", "factuality"]).size().unstack("factuality", fill_value=0)
    return counted.reindex(columns=["fact", "possible", "planned", "denied"], fill_value=0).reset_index().rename_axis(columns=None)
