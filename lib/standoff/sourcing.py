"""Who gets to speak, named or not, quoted or paraphrased, and who is only talked about.

Every measure takes a `Corpus` (anything with its tables as attributes) and gives a table. Article text only, unless
`captions=True`. The scheme is that of PARC3 (Pareti 2016) and PolNeAR (Newell, Margolin and Ruths 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rules import ARTICLE
from .words import positions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["citations", "concentration", "naming", "nesting", "runs", "unsourced", "voices"]

MONTHS = "January February March April May June July August September October November December".split()


def _in_article(table, captions):
    return table[table["zone"].isin([*ARTICLE, "Caption"] if captions else ARTICLE)]


def _each_actor(table):
    """One row for each actor of a cell that names several."""
    table = table[table["actor"].notna()]
    return table.assign(actor=table["actor"].str.split(" ")).explode("actor", ignore_index=True)


def parties(actors: pd.DataFrame) -> dict[str, str]:
    """Actor id -> id of the party at the top of its `part_of` chain (Toner -> the US government)."""
    above = dict(zip(actors["actor"], actors["part_of"], strict=True))
    top = {}
    for actor in above:
        party = actor
        while isinstance(above.get(party), str):
            party = above[party]
        top[actor] = party
    return top


def _roll_up(table, corpus, by):
    if by == "actor":
        return table
    if by != "party":
        raise ValueError(f"by={by!r}; expected 'actor' or 'party'")
    return table.assign(actor=table["actor"].map(parties(corpus.actors)))


def _own_words(attributions):
    """Attributions without those inside another by the same actor, whose words that one counts already."""
    outer = attributions[["doc", "id", "actor"]].rename(columns={"id": "parent"}).assign(again=True)
    joined = attributions.merge(outer.drop_duplicates(), on=["doc", "parent", "actor"], how="left")
    return joined[joined["again"].isna()].drop(columns="again")


def voices(corpus, by: str = "actor", captions: bool = False) -> pd.DataFrame:
    """How much each actor is heard, and how much it is talked about.

    One row an article and actor that speaks or is mentioned. `attributions` counts those with the actor as source;
    `words` and `quoted_words` (in quotation marks of speech) are words of their contents. `share` is `words` divided by all words of the article
    given to voices (contents that lie in no other content); contents within contents are credited to both sources, so
    shares may add up to more than 1. `mentions` counts mentions, `mention_share` divides them by all mentions in the article. `gap` is
    `mention_share - share`: above 0 for those more talked about than heard. `by="party"` adds up along `part_of`.
    An attribution with several sources counts in full for each.
    """
    mentions = _roll_up(_each_actor(_in_article(corpus.mentions, captions)), corpus, by)
    said = _in_article(corpus.attributions, captions)
    spoken = _roll_up(_each_actor(said), corpus, by).drop_duplicates(["doc", "id", "actor"])
    keys = ["doc", "actor"]
    counted = spoken.groupby(keys, as_index=False).agg(attributions=("id", "count"))
    sizes = _own_words(spoken).groupby(keys, as_index=False).agg(words=("words", "sum"), quoted_words=("quoted_words", "sum"))
    talked = mentions.groupby(keys, as_index=False).agg(mentions=("id", "count"))
    table = talked.merge(counted, on=keys, how="outer").merge(sizes, on=keys, how="outer")
    numbers = ["attributions", "words", "quoted_words", "mentions"]
    table[numbers] = table[numbers].fillna(0).astype("int64")
    given = said[said["parent"].isna()].groupby("doc", as_index=False).agg(given=("words", "sum"))
    table = table.merge(given, on="doc", how="left")
    table["share"] = (table["words"] / table["given"]).fillna(0.0)
    table["mention_share"] = table["mentions"] / table.groupby("doc")["mentions"].transform("sum")
    table["gap"] = table["mention_share"] - table["share"]
    table = table.merge(corpus.actors[["actor", "name", "kind", "country", "named"]], on="actor", how="left")
    columns = ["doc", "actor", "name", "kind", "country", "named", *numbers, "share", "mention_share", "gap"]
    return _in_order(table[columns], corpus).reset_index(drop=True)


def _in_order(table, corpus):
    """By article in the order of publication, then loudest first."""
    rank = {doc: number for number, doc in enumerate(corpus.documents["doc"])}
    table = table.assign(rank=table["doc"].map(rank))
    order = ["rank", "words", "mentions", "actor"]
    return table.sort_values(order, ascending=[True, False, False, True]).drop(columns="rank")


def concentration(corpus, by: str = "actor", captions: bool = False) -> pd.DataFrame:
    """How few voices have how much of the word.

    One row an article: `voices` with at least one word; `herfindahl`, the sum of squared shares in the words of all voices
    (1 is a monologue; Hirschman 1945, Herfindahl 1950); `effective`, its inverse: the number of equally loud voices with the same index
    (Laakso and Taagepera 1979). Shares here divide by the sum over voices, so they add up to 1. No voices: no index.
    """
    table = voices(corpus, by, captions)
    table = table.assign(part=table["words"] / table.groupby("doc")["words"].transform("sum"))
    table["squared"] = table["part"] ** 2
    heard = table[table["words"] > 0].groupby("doc", as_index=False).agg(voices=("actor", "count"), herfindahl=("squared", "sum"))
    result = corpus.documents[["doc"]].merge(heard, on="doc", how="left")
    result["voices"] = result["voices"].fillna(0).astype("int64")
    result["effective"] = 1 / result["herfindahl"]
    return result


def naming(corpus, captions: bool = False) -> pd.DataFrame:
    """Attributions and their words by whether the source is named, and by kind.

    One row an article, `naming` (named, unnamed, no source) and `kind` (direct, indirect, mixed): `attributions`, `words`, and `share` of the
    article's attributions. Contents within contents count on both levels.
    """
    table = _in_article(corpus.attributions, captions)
    label = table["named"].map({True: "named", False: "unnamed"}).astype("object").fillna("no source")
    table = table.assign(naming=label)
    result = table.groupby(["doc", "naming", "kind"], as_index=False).agg(attributions=("id", "count"), words=("words", "sum"))
    result["share"] = result["attributions"] / result.groupby("doc")["attributions"].transform("sum")
    rank = {doc: number for number, doc in enumerate(corpus.documents["doc"])}
    return result.sort_values(["doc", "naming", "kind"], key=lambda s: s.map(rank) if s.name == "doc" else s).reset_index(drop=True)


def nesting(corpus, captions: bool = False) -> pd.DataFrame:
    """Attributions within attributions: who is heard only through whom.

    One row a nested attribution: its own `actor`, `cue` and `content`, its `depth` (1: directly in another), and `through`, the
    actor of the attribution around it (missing where that has no source).
    """
    table = _in_article(corpus.attributions, captions)
    around = {(row.doc, row.id): row for row in table.itertuples()}
    rows = []
    for row in table[table["parent"].notna()].itertuples():
        depth, outer = 1, around[row.doc, row.parent]
        while isinstance(outer.parent, str):
            depth, outer = depth + 1, around[row.doc, outer.parent]
        rows.append((row.doc, row.id, row.actor, around[row.doc, row.parent].actor, row.cue, row.content, depth, row.start, row.end))
    import pandas as pd

    return pd.DataFrame(rows, columns="doc id actor through cue content depth start end".split())


def unsourced(corpus, captions: bool = False) -> pd.DataFrame:
    """Attributions without a source, as rows of `attributions`: somebody said it, the text does not say who."""
    table = _in_article(corpus.attributions, captions)
    return table[table["actor"].isna()].reset_index(drop=True)


def citations(corpus) -> pd.DataFrame:
    """The entries that footnote marks lead to, and whether a reader can follow them.

    One row an entry: `doc id text start end`, `attributions` that cite it, and `followable`: whether anything but mark, date and
    punctuation is left of it (a title, an author, an address).
    """
    table = corpus.zones[corpus.zones["label"] == "Reference"][["doc", "id", "text", "start", "end"]]
    cited = corpus.attributions[["doc", "cites"]].dropna()
    cited = cited.assign(id=cited["cites"].str.split(" ")).explode("id").groupby(["doc", "id"], as_index=False).agg(attributions=("cites", "count"))
    table = table.merge(cited, on=["doc", "id"], how="left")
    table["attributions"] = table["attributions"].fillna(0).astype("int64")
    bare = table["text"].str.replace(rf"\b(?:{'|'.join(MONTHS)})\b", "", regex=True)
    table["followable"] = bare.str.contains(r"[^\W\d_]", regex=True)
    return table.reset_index(drop=True)


def runs(corpus, by: str = "party", paragraphs: bool = False) -> pd.DataFrame:
    """Whose words stand where: each article's words from first to last, cut where the voice changes (with `paragraphs`, also between zones).

    One row a run of words: `doc`, `actor` (of the innermost attribution; "author" outside all and where a footnote mark alone ascribes,
    "unsourced" where nobody is named), `quoted` (in quotation marks of speech), `first` and `last` (numbers of its words in the article text,
    from 1), `start end`, and `text`, its words without what stands between the zones of the article.
    """
    import pandas as pd

    party = parties(corpus.actors) if by == "party" else {}
    zones = corpus.zones[corpus.zones["label"].isin(ARTICLE) & ~corpus.zones["duplicate"]]
    quoted_speech = corpus.quotations[corpus.quotations["use"] == "speech"]
    parts = [_by_article(table) for table in (zones, corpus.attributions, quoted_speech)]
    rows = []
    for doc, text in corpus.texts.items():
        inside, said, marks = (part.get(doc, ()) for part in parts)
        voices, speech = _painted(said, marks, len(text), party)
        words = ((zone.id, *word) for zone in inside for word in positions(text, zone.start, zone.end))
        run, last = None, None
        for number, (zone, start, end) in enumerate(words, 1):
            voice = voices[start] if voices[start] == voices[end - 1] else "author"
            quoted = bool(speech[start] and speech[end - 1])
            if run is None or run[1:3] != [voice, quoted] or (paragraphs and zone != last):
                run = [doc, voice, quoted, number, number, start, end, [[start, end]]]
                rows.append(run)
            elif zone != last:
                run[7].append([start, end])
            run[4], run[6], run[7][-1][1], last = number, end, end, zone
    table = pd.DataFrame(rows, columns="doc actor quoted first last start end text".split())
    table["text"] = [" ".join(corpus.texts[row.doc][a:b] for a, b in row.text) for row in table.itertuples()]
    return table


def _by_article(table):
    """Doc id -> its rows."""
    found: dict[str, list] = {}
    for row in table.itertuples():
        found.setdefault(row.doc, []).append(row)
    return found


def _painted(said, marks, length, party):
    """For each character of a text: in whose words it stands (outer contents first, inner ones over them), and whether it is quoted speech."""
    voices, speech = ["author"] * length, bytearray(length)
    for row in sorted(said, key=lambda row: row.start - row.end):
        voices[row.start : row.end] = [_voice(row, party)] * (row.end - row.start)
    for row in marks:
        speech[row.start : row.end] = b"\1" * (row.end - row.start)
    return voices, speech


def _voice(row, party):
    if not isinstance(row.actor, str):
        return "author" if row.channel == "citation" else "unsourced"
    return party.get(row.actor.split(" ")[0], row.actor.split(" ")[0])
