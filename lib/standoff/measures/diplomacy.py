"""Who invited whom to which negotiating table, and what did they answer?

A track is a series of talks (`tracks.toml`), a move what an actor does there: host, invite, attend,
decline … Article text only, unless `captions=True`.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from ..annotation.dates import period
from .chronology import with_events
from .frames import (
    Frame,
    NativeTable,
    Tables,
    by_publication,
    collect,
    explode_ids,
    grouped,
    in_article,
    local,
    materialize,
    split_ids,
    table,
    to_engine,
    to_native,
)
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
__dir__ = __all__.copy  # for help and completion

# PLOVER types by what they do to a relation (Halterman et al. 2023); a request is neither yet
COOPERATION = ("Agree", "Consult", "Support", "Concede", "Cooperate", "Aid", "Retreat")
CONFLICT = ("Accuse", "Reject", "Threaten", "Protest", "Sanction", "Mobilize", "Coerce", "Assault")
RELATIONS = dict.fromkeys(COOPERATION, "cooperation") | dict.fromkeys(CONFLICT, "conflict")
# what a party does at a table, strongest first: (move, factualities) -> word
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


def ledger(corpus: Tables, captions: bool = False) -> NativeTable:
    """Every move at every negotiating table, mentions of one event taken together.

    `corpus` holds tables of any engine. One row per article and event with a move: `doc`, `track`
    (missing for a denial), `move`, `who` and `whom` (ids of all its mentions), `factuality` (fact
    where any mention is, else that of the first), `voices` (in whose words it is reported, each
    once), `mentions`, `text` (the first trigger), `id`, `start`, `end`.

    >>> import standoff
    >>> standoff.diplomacy.ledger(standoff.load("seeds"))[["move", "factuality"]].head(2)
            move factuality
    0  stay-away     denied
    1    decline       fact
    """
    events = in_article(table(corpus, "events"), captions).filter(~nw.col("move").is_null())
    moves = collect(with_events(events, corpus)).sort_values(["start", "end", "id"])
    keys = ["doc", "track", "move", "event"]
    groups = moves.assign(fact=moves["factuality"] == "fact", voices=moves["voice"]).groupby(
        keys, dropna=False, as_index=False
    )
    ids = groups[["who", "whom", "voices"]].agg(_distinct_ids)
    totals = groups.agg(mentions=("id", "size"), fact=("fact", "any"))
    first = moves.drop_duplicates(keys)[[*keys, "factuality", "text", "id", "start", "end"]]
    rows = first.merge(ids, on=keys).merge(totals, on=keys)
    rows["factuality"] = rows["factuality"].mask(rows["fact"], "fact")
    rows = rows.astype({name: "str" for name in ("track", "who", "whom", "voices")})
    columns = "doc track move who whom factuality voices mentions text id start end"
    return by_publication(
        to_engine(rows[columns.split()], events),
        corpus,
        columns,
        "doc start end id move track",
        whole="mentions start end",
    )


def _distinct_ids(cells: pd.Series) -> str | None:
    """The ids in cells, each once, separated by blanks; None where there are none."""
    return " ".join(dict.fromkeys(" ".join(cells.dropna()).split())) or None


def positions(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """What each party does at each negotiating table, per article.

    `corpus` holds tables of any engine. One row per article, track and party: `doc`, `track`,
    `party`; `stances`, what it does there in the words of `ANSWERS`, strongest first, separated by
    commas; `moves`, the number of its moves; `invited`, whether it is invited there.

    >>> import standoff
    >>> table = standoff.diplomacy.positions(standoff.load("seeds"))
    >>> table[["track", "party", "stances"]].head(2)
             track                 party               stances
    0  moscow-2017         us-government  stays away, declines
    1  moscow-2017  conference-diplomats                 comes
    """
    moves = collect(ledger(corpus, captions))
    party = parties(collect(corpus.actors))
    of_party: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in moves[moves["track"].notna()].itertuples():
        roles = [(actor, row.move) for actor in split_ids(row.who)]
        if row.move == "invite":
            roles += [(actor, "invited") for actor in split_ids(row.whom)]
        for actor, move in roles:
            key = (row.doc, row.track, party[actor])
            of_party.setdefault(key, []).append((move, row.factuality))
    rows = []
    for key, own in of_party.items():
        stances = [
            word
            for move, factualities, word in ANSWERS
            if any((move, factuality) in own for factuality in factualities)
        ]
        invitations = sum(move == "invited" for move, _ in own)
        rows.append((*key, ", ".join(stances), len(own) - invitations, invitations > 0))
    return pd.DataFrame(rows, columns="doc track party stances moves invited".split())


def reasons(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Why a party came or stayed away, according to whom: what is attributed in the sentence that
    reports a refusal, an absence or an acceptance.

    `corpus` holds pandas tables. One row per move and attribution: `doc`, `track`, `move`, `who`;
    `source`, and `own`, whether source and mover are of one party; `kind`, `content`, and `start`
    and `end` of the content. Attributions that contain the move itself are left out, unless they
    mention a reason; so are moves outside all sentences.

    >>> import standoff
    >>> table = standoff.diplomacy.reasons(standoff.load("seeds"))
    >>> sorted(set(table["move"]))
    ['accept', 'decline', 'stay-away']
    """
    moves = local(corpus, "events", captions)
    moves = moves[
        moves["move"].isin(["decline", "stay-away", "accept"]) & moves["sentence"].notna()
    ]
    attributions = corpus.attributions[
        ["doc", "sentence", "actor", "kind", "content", "start", "end"]
    ].rename(columns={"actor": "source"})
    rows = moves[["doc", "sentence", "track", "move", "who", "start", "end"]].merge(
        attributions, on=["doc", "sentence"], suffixes=("_move", "")
    )
    contains = (rows["start"] <= rows["start_move"]) & (rows["end_move"] <= rows["end"])
    gives_reason = rows["content"].str.contains(r"\breason\b", regex=True)
    rows = rows[rows["source"].notna() & rows["who"].notna() & (~contains | gives_reason)]
    party = parties(corpus.actors)
    rows["own"] = [
        bool({party[a] for a in split_ids(row.who)} & {party[a] for a in split_ids(row.source)})
        for row in rows.itertuples()
    ]
    columns = "doc track move who source own kind content start end".split()
    return rows[columns].drop_duplicates(ignore_index=True)


def network(corpus: Tables, captions: bool = False) -> NativeTable:
    """Who does what to whom, by parties.

    `corpus` holds tables of any engine. One row per article, pair and relation: `doc`, `who`,
    `whom`, `relation` (cooperation, conflict, request: groups of PLOVER types, Halterman et al.
    2023), `events` (mentions of one event count once), `factual` (those stated at least once as
    fact). What a party does to itself is left out. Events in which two parties act together count
    in both directions; where more than two do, as at a conference, no pair is counted.

    >>> import standoff
    >>> table = standoff.diplomacy.network(standoff.load("seeds"))
    >>> sorted(set(table["relation"]))
    ['conflict', 'cooperation', 'request']
    """
    keys = ["doc", "id"]
    events = in_article(table(corpus, "events"), captions).select(
        *keys,
        "who",
        "whom",
        relation=nw.col("type").replace_strict(
            RELATIONS, default="request", return_dtype=nw.String
        ),
        fact=nw.when(nw.col("factuality") == "fact").then(1).otherwise(0),
    )
    events = with_events(events, corpus)
    pairs = _pairs_of_parties(events, parties_of(corpus, "party")).join(
        events.select(*keys, "relation", "event", "fact"), on=keys
    )
    once = grouped(pairs, "doc who whom relation event", nw.col("fact").max())
    counts = grouped(once, "doc who whom relation", events=nw.len(), factual=nw.col("fact").sum())
    return to_native(
        counts,
        "doc who whom relation events factual",
        "doc who whom relation",
        whole="events factual",
    )


def _pairs_of_parties(events: Frame, names: dict[str, str] | None) -> Frame:
    """Who acts towards whom in each event (`doc id who whom`), both of two parties that act
    together."""
    keys = ["doc", "id"]
    who, whom = (
        explode_ids(events.select(*keys, role), role, names).unique() for role in ("who", "whom")
    )
    alone = who.join(whom, on=keys, how="anti")
    of_two = grouped(alone, "doc id", n=nw.len()).filter(nw.col("n") == 2)
    partner = alone.join(of_two.select(keys), on=keys, how="semi").select(*keys, whom="who")
    pairs = materialize(
        nw.concat(
            [who.join(other, on=keys).select(*keys, "who", "whom") for other in (whom, partner)]
        )
    )
    return pairs.filter(nw.col("who") != nw.col("whom"))


def meetings(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Every mention of a meeting, negotiation or contact between exactly two parties.

    `corpus` holds pandas tables. One row per mention: `doc`, `id`, `a` and `b` (the parties, in
    alphabetical order), `factuality`, `start`, `end`.

    >>> import standoff
    >>> table = standoff.diplomacy.meetings(standoff.load("seeds"))
    >>> bool((table["a"] < table["b"]).all())
    True
    """
    events = local(corpus, "events", captions)
    party = parties(corpus.actors)
    rows = []
    for row in events[events["type"].isin(["Consult", "Cooperate"])].itertuples():
        sides = sorted({party[actor] for actor in split_ids(row.who) + split_ids(row.whom)})
        if len(sides) == 2:
            rows.append((row.doc, row.id, *sides, row.factuality, row.start, row.end))
    return pd.DataFrame(rows, columns="doc id a b factuality start end".split())


def talks(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Who talks with whom, by how certain it is: `meetings` counted.

    `corpus` holds pandas tables. One row per article and pair: `doc`, `a`, `b`, and the number of
    mentions as `fact`, `possible`, `planned` and `denied`.

    >>> import standoff
    >>> list(standoff.diplomacy.talks(standoff.load("seeds")))
    ['doc', 'a', 'b', 'fact', 'possible', 'planned', 'denied']
    """
    counts = meetings(corpus, captions).groupby(["doc", "a", "b", "factuality"]).size()
    kinds = ["fact", "possible", "planned", "denied"]
    table = counts.unstack("factuality", fill_value=0).reindex(columns=kinds, fill_value=0)
    return table.reset_index().rename_axis(columns=None)


def tracks(corpus: Tables) -> pd.DataFrame:
    """The negotiating tables as `tracks.toml` describes them.

    `corpus` needs `registry`. One row per track: `track`, `host` (missing if it has no host),
    `members` (ids separated by blanks), `period`, `earliest` and `latest` (its first and last day;
    missing where open or unknown), `doc` (the articles that report it). Raises ValueError where a
    registry that was not loaded from a folder has a period that is no EDTF date.

    >>> import standoff
    >>> list(standoff.diplomacy.tracks(standoff.load("seeds")))
    ['track', 'host', 'members', 'period', 'earliest', 'latest', 'doc']
    """
    rows = []
    for track, entry in corpus.registry["tracks"].items():
        host = None if entry["host"] == "none" else entry["host"]
        days = period(entry["period"])
        members, docs = " ".join(entry["members"]), " ".join(entry["fate"])
        rows.append((track, host, members, entry["period"], *days, docs))
    table = pd.DataFrame(rows, columns="track host members period earliest latest doc".split())
    return table.astype({"earliest": "datetime64[s]", "latest": "datetime64[s]"})
