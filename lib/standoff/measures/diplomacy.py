"""Who invited whom to which table, and what did they answer? The negotiating tables as the texts
describe them."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from ..annotation.dates import period
from .chronology import with_events
from .frames import collect, dated, each, finished, grouped, inside, joined, local, settled, table
from .sourcing import parties, parties_of

__all__ = [
    "ANSWERS",
    "COOPERATION",
    "ledger",
    "meetings",
    "network",
    "positions",
    "reasons",
    "talks",
    "tracks",
]

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


def _ids(value):
    """Ids in a cell; none in an empty one."""
    return value.split(" ") if isinstance(value, str) else []


def ledger(corpus, captions: bool = False):
    """Every move at every table, mentions of one event taken together.

    One row an article and event with a move: `track` (missing for a denial), `move`, `who`, `whom`
    (of all its mentions), `factuality`
    (fact where any mention is, else that of the first), `voices` (in whose words it is told, each
    once), `mentions`, `text` (the first
    trigger), `id`, `start end`.
    """
    moves = inside(table(corpus, "events"), captions).filter(~nw.col("move").is_null())
    moves = with_events(moves, corpus).with_columns(
        nw.col("track").fill_null("")
    )  # engines differ in what a missing value equals
    moves = moves.with_columns(fact=nw.when(nw.col("factuality") == "fact").then(1).otherwise(0))
    keys = ["doc", "track", "move", "event"]
    found = grouped(
        moves, " ".join(keys), nw.col("start").min(), mentions=nw.len(), fact=nw.col("fact").max()
    )
    earliest = moves.select(*keys, "id", "start").join(
        found.select(*keys, "start"), on=[*keys, "start"]
    )
    first = grouped(earliest, " ".join(keys), nw.col("id").min())
    head = moves.select("doc", "id", "text", "factuality", "end")
    ids = joined(
        moves.with_columns(voices="voice"), " ".join(keys), "who whom voices", "start end id"
    )
    found = found.join(first, on=keys).join(head, on=["doc", "id"]).join(ids, on=keys)
    sure = nw.when(nw.col("fact") == 1).then(nw.lit("fact")).otherwise(nw.col("factuality"))
    found = dated(
        found.with_columns(
            factuality=sure,
            track=nw.when(nw.col("track") != "").then(nw.col("track")).otherwise(None),
        ),
        corpus,
    )
    columns = "doc track move who whom factuality voices mentions text id start end"
    return finished(
        found, columns, "published doc start end id move track", whole="mentions start end"
    )


def positions(corpus, captions: bool = False) -> pd.DataFrame:
    """What each party is to each table, per text.

    One row an article, track and party: `stances`, what it does there in the words of `ANSWERS`,
    strongest first, joined by a comma;
    `moves`, how many moves of it; `invited`, whether it is invited there.
    """
    table = collect(ledger(corpus, captions))
    party = parties(collect(corpus.actors))
    table = table[table["track"].notna()]
    rows: dict = {}
    for row in table.itertuples():
        for actor in _ids(row.who):
            rows.setdefault((row.doc, row.track, party[actor]), []).append(
                (row.move, row.factuality)
            )
        for actor in _ids(row.whom) if row.move == "invite" else ():
            rows.setdefault((row.doc, row.track, party[actor]), []).append(
                ("invited", row.factuality)
            )
    found = []
    for (doc, track, name), moves in rows.items():
        stances = [
            word for move, kinds, word in ANSWERS if any(m == move and f in kinds for m, f in moves)
        ]
        invited = any(move == "invited" for move, _ in moves)
        found.append(
            (
                doc,
                track,
                name,
                ", ".join(stances),
                sum(move != "invited" for move, _ in moves),
                invited,
            )
        )
    return pd.DataFrame(found, columns="doc track party stances moves invited".split())


def reasons(corpus, captions: bool = False) -> pd.DataFrame:
    """Why they came or stayed away, according to whom: what is ascribed in the sentence that tells
    a refusal, an absence or an acceptance.

    One row a move and attribution: `doc track move who`, `source` and `own` (whether source and
    mover are of one party), `kind`,
    `content`, `start end` of the content. Attributions that hold the move itself are left out,
    unless they speak of a reason; so are moves that stand
    in no sentence, as where an article has none marked.
    """
    moves = local(corpus, "events", captions)
    moves = moves[
        moves["move"].isin(["decline", "stay-away", "accept"]) & moves["sentence"].notna()
    ]
    said = corpus.attributions[
        ["doc", "sentence", "actor", "kind", "content", "start", "end", "cue_start"]
    ]
    both = moves[["doc", "sentence", "track", "move", "who", "start", "end"]].merge(
        said, on=["doc", "sentence"], suffixes=("_move", "")
    )
    both = both[both["actor"].notna() & both["who"].notna()]
    holds = (both["start"] <= both["start_move"]) & (both["end_move"] <= both["end"])
    named = both["content"].str.contains(r"\breason\b", regex=True)
    both = both[~holds | named]
    party = parties(corpus.actors)
    own = [
        bool({party[a] for a in _ids(row.who)} & {party[a] for a in _ids(row.actor)})
        for row in both.itertuples()
    ]
    table = both.rename(columns={"actor": "source"}).assign(own=own)
    return table[
        ["doc", "track", "move", "who", "source", "own", "kind", "content", "start", "end"]
    ].drop_duplicates(ignore_index=True)


def network(corpus, captions: bool = False):
    """Who does what to whom, by parties.

    One row an article, pair and relation: `who`, `whom`, `relation` (cooperation, conflict,
    request), `events` (mentions of one event
    once), `factual` (those that are fact in the words of somebody). What a party does to itself is
    left out. Events in which two act together
    count in both directions; where more than two do, as at a conference, no pair deals with each
    other and none is counted.
    """
    kind = nw.when(nw.col("type").is_in(COOPERATION)).then(nw.lit("cooperation")).otherwise(
        nw.when(nw.col("type").is_in(CONFLICT)).then(nw.lit("conflict")).otherwise(nw.lit("request"))
    )  # fmt: skip
    fact = nw.when(nw.col("factuality") == "fact").then(1).otherwise(0)
    names, keys = parties_of(corpus, "party"), ["doc", "id"]
    told = inside(table(corpus, "events"), captions).select(
        *keys, "who", "whom", relation=kind, fact=fact
    )
    told = with_events(told, corpus)
    sides = {role: each(told.select(*keys, role), role, names).unique() for role in ("who", "whom")}
    alone = sides["who"].join(sides["whom"], on=keys, how="anti")
    two = grouped(alone, "doc id", n=nw.len()).filter(nw.col("n") == 2)
    together = alone.join(two.select(keys), on=keys, how="semi")
    pairs = nw.concat(
        [
            sides["who"].join(other, on=keys).select(*keys, "who", "whom")
            for other in (sides["whom"], together.select(*keys, whom="who"))
        ]
    )
    pairs = (
        settled(pairs)
        .filter(nw.col("who") != nw.col("whom"))
        .join(told.select(*keys, "relation", "event", "fact"), on=keys)
    )
    once = grouped(pairs, "doc who whom relation event", nw.col("fact").max())
    counted = grouped(once, "doc who whom relation", events=nw.len(), factual=nw.col("fact").sum())
    return finished(
        counted,
        "doc who whom relation events factual",
        "doc who whom relation",
        whole="events factual",
    )


def meetings(corpus, captions: bool = False) -> pd.DataFrame:
    """Every mention of a meeting, negotiation or contact of two parties and no more.

    One row a mention: `doc id a b` (the parties, in the order of the alphabet), `factuality`,
    `start end`.
    """
    table = local(corpus, "events", captions)
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
    counted = (
        meetings(corpus, captions)
        .groupby(["doc", "a", "b", "factuality"])
        .size()
        .unstack("factuality", fill_value=0)
    )
    return (
        counted.reindex(columns=["fact", "possible", "planned", "denied"], fill_value=0)
        .reset_index()
        .rename_axis(columns=None)
    )


def tracks(corpus) -> pd.DataFrame:
    """The negotiating tables as the registry has them.

    One row a table: `track`, `host` (missing where nobody hosts it), `members`, `period`, `earliest
    latest` (its first and last day; missing where open
    or unknown), `doc` (the articles that tell of it). ValueError where a registry that was not
    loaded from a folder has a period that is no EDTF date.
    """
    rows = []
    for track, entry in corpus.registry["tracks"].items():
        host = None if entry["host"] == "none" else entry["host"]
        days = (pd.Timestamp(day) if day else pd.NaT for day in period(entry["period"]))
        rows.append(
            (
                track,
                host,
                " ".join(entry["members"]),
                entry["period"],
                *days,
                " ".join(entry["fate"]),
            )
        )
    return pd.DataFrame(rows, columns="track host members period earliest latest doc".split())
