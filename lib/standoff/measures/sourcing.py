"""Who gets to speak, named or not, quoted or paraphrased, and who is only talked about.

Every measure takes a `Corpus` (anything with its tables as attributes) and gives a table. Article
text only, unless
`captions=True`. The scheme is that of PARC3 (Pareti 2016) and PolNeAR (Newell, Margolin and Ruths
2018).
"""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from ..annotation.dates import MONTHS
from ..annotation.structure_checks import ARTICLE
from ..annotation.words import positions
from .frames import (
    collect,
    explode_ids,
    grouped,
    in_article,
    local,
    materialize,
    ratio,
    table,
    to_engine,
    to_native,
    with_publication_day,
)

__all__ = [
    "citations",
    "concentration",
    "naming",
    "nesting",
    "parties",
    "parties_of",
    "runs",
    "unsourced",
    "voice_of",
    "voices",
]

NUMBERS = "attributions words quoted_words mentions"  # columns of `voices` that are counts


def parties(actors: pd.DataFrame) -> dict[str, str]:
    """Actor id -> id of the party at the top of its `part_of` chain (Toner -> the US
    government)."""
    above = dict(zip(actors["actor"], actors["part_of"], strict=True))
    top = {}
    for actor in above:
        party = actor
        while isinstance(above.get(party), str):
            party = above[party]
        top[actor] = party
    return top


def parties_of(corpus, by: str) -> dict[str, str] | None:
    """Actor id -> the id to count it under: its party's, or None for its own. ValueError where `by`
    is neither."""
    if by not in ("actor", "party"):
        raise ValueError(f"by={by!r}; expected 'actor' or 'party'")
    return parties(collect(corpus.actors)) if by == "party" else None


def voices(corpus, by: str = "actor", captions: bool = False):
    """How much each actor is heard, and how much it is talked about.

    One row an article and actor that speaks or is mentioned. `attributions` counts those with the
    actor as source;
    `words` and `quoted_words` (in quotation marks of speech) are words of their contents. `share`
    is `words` divided by all words of the article
    given to voices (contents that lie in no other content); contents within contents are credited
    to both sources, so
    shares may add up to more than 1. `mentions` counts mentions, `mention_share` divides them by
    all mentions in the article. `gap` is
    `mention_share - share`: above 0 for those more talked about than heard. `by="party"` adds up
    along `part_of`.
    An attribution with several sources counts in full for each.
    """
    said = in_article(table(corpus, "attributions"), captions)
    counted = _counted(corpus, said, parties_of(corpus, by), captions)
    given = grouped(said.filter(nw.col("parent").is_null()), "doc", given=nw.col("words").sum())
    spoken_of = grouped(counted, "doc", of=nw.col("mentions").sum())
    counted = counted.join(given, on="doc", how="left").join(spoken_of, on="doc", how="left")
    counted = counted.with_columns(
        share=ratio("words", "given").fill_null(0.0), mention_share=ratio("mentions", "of")
    )
    counted = counted.with_columns(gap=nw.col("mention_share") - nw.col("share"))
    described = table(corpus, "actors").select("actor", "name", "kind", "country", "named")
    counted = with_publication_day(counted.join(described, on="actor", how="left"), corpus)
    columns = f"doc actor name kind country named {NUMBERS} share mention_share gap"
    return to_native(counted, columns, "published doc -words -mentions actor", whole=NUMBERS)


def _counted(corpus, said, names, captions):
    """`NUMBERS` of each actor in each article: what it says, less what stands within another
    content of its own, and how often it is mentioned."""
    keys, numbers = ["doc", "actor"], NUMBERS.split()
    spoken = explode_ids(
        said.select("doc", "actor", "id", "parent", "words", "quoted_words"),
        "actor",
        names,
        once=("doc", "id", "actor"),
    )
    again = _again(spoken, said)
    talked = explode_ids(
        in_article(table(corpus, "mentions"), captions).select("doc", "actor"), "actor", names
    )
    whole = [nw.col("words").cast(nw.Int64), nw.col("quoted_words").cast(nw.Int64)]
    one, none = nw.lit(1).cast(nw.Int64), nw.lit(0).cast(nw.Int64)
    rows = [
        spoken.select(*keys, *whole, attributions=one, mentions=none),
        again.select(*keys, *(-column for column in whole), attributions=none, mentions=none),
        talked.select(*keys, words=none, quoted_words=none, attributions=none, mentions=one),
    ]
    return grouped(
        nw.concat([part.select(*keys, *numbers) for part in rows]),
        "doc actor",
        nw.col(*numbers).sum(),
    )


def _again(spoken, said):
    """What stands within what the same actor says already, right inside it or through others, each
    once: `doc actor words quoted_words`."""
    columns = ["doc", "actor", "words", "quoted_words"]
    outer = spoken.select("doc", "actor", parent="id")
    own = (
        spoken.filter(~nw.col("parent").is_null())
        .join(outer, on=["doc", "actor", "parent"], how="semi")
        .select(columns)
    )
    further = _through_others(spoken, _deep(said))
    return own if further.empty else nw.concat([own, to_engine(further[columns], said)])


def _deep(said):
    """Each attribution that is two or more contents deep, in memory, with each around it: `doc id
    outer nearest`."""
    nested = said.filter(~nw.col("parent").is_null()).select("doc", "id", "parent")
    deep = nested.join(nested.select("doc", parent="id"), on=["doc", "parent"], how="semi")
    around = nested.join(materialize(deep.select("doc", id="parent")), on=["doc", "id"], how="semi")
    deep, around = collect(deep), collect(around)
    above = {
        (doc, ident): parent
        for held in (around, deep)
        for doc, ident, parent in held.itertuples(index=False)
    }
    pairs = [
        (doc, ident, outer, outer == near)
        for doc, ident, near in deep.itertuples(index=False)
        for outer in _around(doc, ident, above)
    ]
    return pd.DataFrame(pairs, columns=["doc", "id", "outer", "nearest"]).astype(
        {"doc": "str", "id": "str", "outer": "str", "nearest": "bool"}
    )


def _through_others(spoken, deep):
    """Rows of `spoken`, in memory, that stand within the same actor's words through others alone;
    `deep` as `_deep` gives it."""
    ends = pd.concat(
        [deep[["doc", "id"]], deep[["doc", "outer"]].rename(columns={"outer": "id"})]
    ).drop_duplicates()
    held = (
        collect(spoken.join(to_engine(ends, spoken), on=["doc", "id"], how="semi"))
        if len(ends)
        else ends
    )
    if held.empty:
        return held
    pairs = held.merge(deep, on=["doc", "id"]).merge(
        held[["doc", "actor", "id"]].rename(columns={"id": "outer"}), on=["doc", "actor", "outer"]
    )
    return pairs[
        ~pairs.groupby(["doc", "actor", "id"])["nearest"].transform("any")
    ].drop_duplicates(["doc", "actor", "id"])


def concentration(corpus, by: str = "actor", captions: bool = False):
    """How few voices have how much of the word.

    One row an article: `voices` with at least one word; `herfindahl`, the sum of squared shares in
    the words of all voices
    (1 is a monologue; Hirschman 1945, Herfindahl 1950); `effective`, its inverse: the number of
    equally loud voices with the same index
    (Laakso and Taagepera 1979). Shares here divide by the sum over voices, so they add up to 1. No
    voices: no index.
    """
    said = in_article(table(corpus, "attributions"), captions)
    heard = (
        _counted(corpus, said, parties_of(corpus, by), captions)
        .filter(nw.col("words") > 0)
        .with_columns(nw.col("words").cast(nw.Float64))
    )
    heard = heard.join(grouped(heard, "doc", of=nw.col("words").sum()), on="doc").with_columns(
        part=ratio("words", "of")
    )
    heard = heard.with_columns(squared=nw.col("part") * nw.col("part"))
    found = grouped(heard, "doc", voices=nw.len(), herfindahl=nw.col("squared").sum())
    found = table(corpus, "documents").select("doc", "published").join(found, on="doc", how="left")
    found = found.with_columns(nw.col("voices").fill_null(0), effective=1 / nw.col("herfindahl"))
    return to_native(found, "doc voices herfindahl effective", "published doc", whole="voices")


def naming(corpus, captions: bool = False):
    """Attributions and their words by whether the source is named, and by kind.

    One row an article, `naming` (named, unnamed, no source) and `kind` (direct, indirect, mixed):
    `attributions`, `words`, and `share` of the
    article's attributions. Contents within contents count on both levels.
    """
    named = (
        nw.when(nw.col("named").is_null())
        .then(nw.lit("no source"))
        .otherwise(nw.when(nw.col("named")).then(nw.lit("named")).otherwise(nw.lit("unnamed")))
    )
    said = in_article(table(corpus, "attributions"), captions).select(
        "doc", "kind", "words", naming=named
    )
    found = grouped(said, "doc naming kind", attributions=nw.len(), words=nw.col("words").sum())
    found = found.join(grouped(said, "doc", of=nw.len()), on="doc").with_columns(
        share=ratio("attributions", "of")
    )
    return to_native(
        with_publication_day(found, corpus),
        "doc naming kind attributions words share",
        "published doc naming kind",
        whole="attributions words",
    )


def nesting(corpus, captions: bool = False) -> pd.DataFrame:
    """Attributions within attributions: who is heard only through whom.

    One row a nested attribution: its own `actor`, `cue` and `content`, its `depth` (1: directly in
    another), and `through`, the
    actor of the attribution around it (missing where that has no source).
    """
    table = local(corpus, "attributions", captions)
    actors, above = (
        {(row.doc, row.id): getattr(row, column) for row in table.itertuples()}
        for column in ("actor", "parent")
    )
    rows = []
    for row in table[table["parent"].notna()].itertuples():
        depth = len(_around(row.doc, row.id, above))
        rows.append(
            (
                row.doc,
                row.id,
                row.actor,
                actors[row.doc, row.parent],
                row.cue,
                row.content,
                depth,
                row.start,
                row.end,
            )
        )
    return pd.DataFrame(rows, columns="doc id actor through cue content depth start end".split())


def _around(doc, ident, above):
    """Ids of the attributions around one, from the innermost on; tables of others might have some
    that lie in one another, of which each is named once."""
    passed = {ident: None}
    while isinstance(ident := above.get((doc, ident)), str) and ident not in passed:
        passed[ident] = None
    return [*passed][1:]


def unsourced(corpus, captions: bool = False):
    """Attributions without a source, as rows of `attributions`: somebody said it, the text does not
    say who."""
    said = table(corpus, "attributions")
    found = with_publication_day(
        in_article(said, captions).filter(nw.col("actor").is_null()), corpus
    )
    return to_native(
        found, " ".join(said.collect_schema().names()), "published doc cue_start cue_end id"
    )


def citations(corpus) -> pd.DataFrame:
    """The entries that footnote marks lead to, and whether a reader can follow them.

    One row an entry: `doc id text start end`, `attributions` that cite it, and `followable`:
    whether anything but mark, date and
    punctuation is left of it (a title, an author, an address).
    """
    table = corpus.zones[corpus.zones["label"] == "Reference"][
        ["doc", "id", "text", "start", "end"]
    ]
    cited = corpus.attributions[["doc", "cites"]].dropna()
    cited = (
        cited.assign(id=cited["cites"].str.split(" "))
        .explode("id")
        .groupby(["doc", "id"], as_index=False)
        .agg(attributions=("cites", "count"))
    )
    table = table.merge(cited, on=["doc", "id"], how="left")
    table["attributions"] = table["attributions"].fillna(0).astype("int64")
    bare = table["text"].str.replace(rf"\b(?:{'|'.join(MONTHS)})\b", "", regex=True)
    table["followable"] = bare.str.contains(r"[^\W\d_]", regex=True)
    return table.reset_index(drop=True)


def runs(corpus, by: str = "party", paragraphs: bool = False) -> pd.DataFrame:
    """Whose words stand where: each article's words from first to last, cut where the voice changes
    (with `paragraphs`, also between zones).

    One row a run of words: `doc`, `actor` (of the innermost attribution; "author" outside all and
    where a footnote mark alone ascribes,
    "unsourced" where nobody is named), `quoted` (in quotation marks of speech), `first` and `last`
    (numbers of its words in the article text,
    from 1), `start end`, and `text`, its words without what stands between the zones of the
    article. ValueError where `by` is neither actor nor party.
    """
    party = parties_of(corpus, by) or {}
    zones = corpus.zones[corpus.zones["label"].isin(ARTICLE) & ~corpus.zones["duplicate"]]
    quoted_speech = corpus.quotations[corpus.quotations["use"] == "speech"]
    parts = [_by_article(table) for table in (zones, corpus.attributions, quoted_speech)]
    rows = []
    for doc, text in corpus.texts.items():
        inside, said, marks = (part.get(doc, ()) for part in parts)
        voices, speech = _painted(said, marks, len(text), party)
        words = (
            (zone.id, *word) for zone in inside for word in positions(text, zone.start, zone.end)
        )
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
    table["text"] = [
        " ".join(corpus.texts[row.doc][a:b] for a, b in row.text) for row in table.itertuples()
    ]
    return table


def _by_article(table):
    """Doc id -> its rows."""
    found: dict[str, list] = {}
    for row in table.itertuples():
        found.setdefault(row.doc, []).append(row)
    return found


def _painted(said, marks, length, party):
    """For each character of a text: in whose words it stands (outer contents first, inner ones over
    them), and whether it is quoted speech."""
    voices, speech = ["author"] * length, bytearray(length)
    for row in sorted(said, key=lambda row: row.start - row.end):
        voices[row.start : row.end] = [voice_of(row, party)] * (row.end - row.start)
    for row in marks:
        speech[row.start : row.end] = b"\1" * (row.end - row.start)
    return voices, speech


def voice_of(row, party: dict[str, str]) -> str:
    """In whose words the content of an attribution stands: its first source, or the party of that,
    "author" or "unsourced"."""
    if not isinstance(row.actor, str):
        return "author" if row.channel == "citation" else "unsourced"
    return party.get(row.actor.split(" ")[0], row.actor.split(" ")[0])
