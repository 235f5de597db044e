"""Who gets to speak, named or not, quoted or paraphrased, and who is only talked about?

An attribution joins a source, a cue and a content: the scheme of PARC3 (Pareti 2016) and PolNeAR
(Newell, Margolin and Ruths 2018). Article text only, unless `captions=True`.

An attribution has a source if the text names or describes one. Where the source is not linked to a
registered actor (column `actor`), it is counted by its words (column `source`): in quotation marks,
in lower case and without a leading article, so that “The police” and “police” are one voice. The
measures say which voices are not linked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from ..annotation.dates import MONTHS
from ..annotation.did_you_mean import suggest
from ..annotation.model import is_content
from ..annotation.quotation_marks import quoted_passages
from ..annotation.words import positions
from ..annotation.zone_labels import ARTICLE
from .frames import (
    Expr,
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
    ratio,
    table,
    to_engine,
)

__all__ = [
    "citations",
    "concentration",
    "naming",
    "nesting",
    "parties",
    "parties_of",
    "runs",
    "unlinked_name",
    "unsourced",
    "voice_of",
    "voices",
]
__dir__ = __all__.copy  # for help and completion

WHITESPACE = "[\\s\u00a0]+"  # for DuckDB \\s does not include the no-break space
LEADING_ARTICLE = "^(?:the|an|a) "
COUNTS = "attributions words quoted_words ascribed_words mentions"  # columns of `voices` that count
WORDS = ("words", "quoted_words", "ascribed_words")
# cues that ascribe a thought: the last word of "must hold", "does not think", "is implying"
THOUGHT = (
    "(?i)\\b(?:hold|holds|held|think|thinks|thought|feel|feels|felt|believ(?:e|es|ed|ing)"
    "|impl(?:y|ies|ied|ying)|signal(?:s|led|ling)?)$"
)


def parties(actors: pd.DataFrame) -> dict[str, str]:
    """The party of each actor: the id at the top of its `part_of` chain.

    `actors` is the pandas table `actors`.

    >>> import standoff
    >>> standoff.sourcing.parties(standoff.load("seeds").actors)["mark-toner"]
    'us-government'
    """
    return {chain[0]: chain[-1] for chain in chains(actors)}


def chains(actors: pd.DataFrame) -> Iterator[list[str]]:
    """Yield for each actor of the pandas table `actors` its id and those above it, by `part_of`."""
    above = dict(zip(actors["actor"], actors["part_of"], strict=True))
    for actor in above:
        chain = [actor]
        while isinstance(above.get(chain[-1]), str):
            chain.append(above[chain[-1]])
        yield chain


def parties_of(corpus: Tables, by: str) -> dict[str, str] | None:
    """The id to count each actor under: its party's for `by="party"`, None (its own) for
    `by="actor"`. Raises ValueError for any other `by`."""
    known = ("actor", "party")
    if by not in known:
        raise ValueError(f"by={by!r}; {suggest(str(by), known)}")
    return parties(collect(corpus.actors)) if by == "party" else None


def unlinked_name(source: str) -> str:
    """The name under which a source that is not linked to an actor is counted.

    >>> unlinked_name("The  police")
    '“police”'
    """
    words = re.sub(WHITESPACE, " ", source.lower()).strip(" ")
    return f"“{re.sub(LEADING_ARTICLE, '', words)}”"


def _unlinked(attributions: Frame) -> Frame:
    """Attributions whose source is not linked to an actor, with its `unlinked_name` as `actor`."""
    words = (
        nw.col("source").str.to_lowercase().str.replace_all(WHITESPACE, " ").str.strip_chars(" ")
    )
    words = words.str.replace_all(LEADING_ARTICLE, "")
    name = nw.concat_str(nw.lit("“"), words, nw.lit("”"))
    return attributions.filter(nw.col("actor").is_null(), ~nw.col("source").is_null()).with_columns(
        actor=name
    )


def _is_linked() -> Expr:
    quoted = nw.col("actor").str.starts_with("“")
    return nw.when(quoted).then(nw.lit(False)).otherwise(nw.lit(True))


def voices(corpus: Tables, by: str = "actor", captions: bool = False) -> NativeTable:
    """How much each actor is heard, and how much it is talked about.

    `corpus` holds tables of any engine; `by="party"` adds actors up along `part_of`. One row
    per article and actor that speaks or is mentioned: `doc`, `actor`, `name`, `kind`,
    `country`, `named`; `attributions` with the actor as source; `words` and `quoted_words` (in
    quotation marks of speech) of their contents; `ascribed_words`, those of `words` that the
    cue ascribes as a thought ("must hold", "believed") and that are not quoted; `mentions`;
    `share`, words divided by all words of the article that are attributed (in contents that lie
    in no other content); `mention_share`, mentions divided by all mentions in the article;
    `gap`, mention_share - share: above 0 for those more talked about than heard; `linked`,
    whether the voice is linked to a registered actor (if not, `actor` and `name` are the words
    of the source). Nested contents count for both sources, so shares may add up to more than 1;
    an attribution with several sources counts in full for each. Raises ValueError for another
    `by`.

    >>> import standoff
    >>> table = standoff.sourcing.voices(standoff.load("seeds"))
    >>> table[["actor", "attributions", "words"]].head(2)
                actor  attributions  words
    0      mark-toner             4     80
    1  nicole-birtsch             3     61
    """
    counts = _counts(corpus, by, captions)
    attributions = in_article(table(corpus, "attributions"), captions)
    outermost = attributions.filter(nw.col("parent").is_null())
    all_words = grouped(outermost, "doc", all_words=nw.col("words").sum())
    all_mentions = grouped(counts, "doc", all_mentions=nw.col("mentions").sum())
    counts = counts.join(all_words, on="doc", how="left").join(all_mentions, on="doc", how="left")
    counts = counts.with_columns(
        share=ratio("words", "all_words").fill_null(0.0),
        mention_share=ratio("mentions", "all_mentions"),
    ).with_columns(gap=nw.col("mention_share") - nw.col("share"))
    described = table(corpus, "actors").select("actor", "name", "kind", "country", "named")
    counts = counts.join(described, on="actor", how="left").with_columns(linked=_is_linked())
    words = nw.col("actor").str.strip_chars("“”")
    counts = counts.with_columns(
        name=nw.when(nw.col("linked")).then(nw.col("name")).otherwise(words)
    )
    columns = f"doc actor name kind country named {COUNTS} share mention_share gap linked"
    return by_publication(counts, corpus, columns, "doc -words -mentions actor", whole=COUNTS)


def _counts(corpus: Tables, by: str, captions: bool) -> Frame:
    """`COUNTS` of each actor in each article; words within another content of the same actor count
    once."""
    keys, names = ["doc", "actor"], parties_of(corpus, by)
    columns = [*keys, "id", *WORDS]
    attributions = in_article(table(corpus, "attributions"), captions)
    is_thought = nw.col("cue").str.contains(THOUGHT) & (nw.col("quoted_words") == 0)
    attributions = attributions.with_columns(
        ascribed_words=nw.when(is_thought).then(nw.col("words")).otherwise(0)
    )
    linked = explode_ids(attributions.select(columns), "actor", names, once=("doc", "id", "actor"))
    spoken = materialize(nw.concat([linked, _unlinked(attributions).select(columns)]))
    mentions = in_article(table(corpus, "mentions"), captions).select(*keys)
    mentioned = explode_ids(mentions, "actor", names)
    one = nw.lit(1).cast(nw.Int64())
    none = dict.fromkeys(COUNTS.split(), nw.lit(0).cast(nw.Int64()))
    words = {name: nw.col(name).cast(nw.Int64()) for name in WORDS}
    nested_words = {name: -column for name, column in words.items()}
    rows = [
        spoken.select(*keys, **(none | words | {"attributions": one})),
        _self_nested(spoken, attributions).select(*keys, **(none | nested_words)),
        mentioned.select(*keys, **(none | {"mentions": one})),
    ]
    return grouped(nw.concat(rows), "doc actor", nw.col(*COUNTS.split()).sum())


def _self_nested(spoken: Frame, attributions: Frame) -> Frame:
    """Rows of `spoken` within another content of the same actor, directly or through others."""
    keys = ["doc", "actor", "id"]
    nested = attributions.filter(~nw.col("parent").is_null()).select("doc", "id", outer="parent")
    around = to_engine(_all_around(collect(nested)), nested)
    outer = spoken.select("doc", "actor", outer="id")
    inner = spoken.join(around, on=["doc", "id"]).join(outer, on=["doc", "actor", "outer"])
    return materialize(inner.select(*keys, *WORDS).unique(keys))


def _all_around(direct: pd.DataFrame) -> pd.DataFrame:
    """Attributions with every content around them (`doc id outer`), from those directly around
    them; imported tables may have contents inside each other."""
    pairs = direct.drop_duplicates()
    steps = pairs.rename(columns={"id": "outer", "outer": "next"})
    size = 0
    while size != len(pairs):
        size = len(pairs)
        farther = pairs.merge(steps, on=["doc", "outer"])[["doc", "id", "next"]]
        pairs = pd.concat([pairs, farther.rename(columns={"next": "outer"})]).drop_duplicates()
    return pairs[pairs["id"] != pairs["outer"]]


def concentration(corpus: Tables, by: str = "actor", captions: bool = False) -> NativeTable:
    """How much of the attributed words few voices have.

    `corpus` holds tables of any engine; `by` as in `voices`. One row per article: `doc`; `voices`
    with at least one word; `herfindahl`, the sum of squared shares in the words of all voices (1 is
    a monologue; Hirschman 1945, Herfindahl 1950); `effective`, its inverse, the number of equally
    loud voices with the same index (Laakso and Taagepera 1979); `unlinked`, how many of the voices
    are not linked to a registered actor. Shares here divide by the sum over voices, so they add up
    to 1. Without voices the index is missing. Raises ValueError for another
    `by`.

    >>> import standoff
    >>> standoff.sourcing.concentration(standoff.load("seeds"))["voices"].tolist()
    [11, 13]
    """
    heard = _counts(corpus, by, captions).filter(nw.col("words") > 0)
    heard = heard.with_columns(nw.col("words").cast(nw.Float64()))
    heard = heard.join(grouped(heard, "doc", all_words=nw.col("words").sum()), on="doc")
    heard = heard.with_columns(share=ratio("words", "all_words"))
    heard = heard.with_columns(
        squared=nw.col("share") * nw.col("share"),
        unlinked=nw.when(_is_linked()).then(0).otherwise(1),
    )
    sums = nw.col("unlinked").sum()
    rows = grouped(heard, "doc", voices=nw.len(), herfindahl=nw.col("squared").sum(), unlinked=sums)
    rows = table(corpus, "documents").select("doc").join(rows, on="doc", how="left")
    rows = rows.with_columns(
        nw.col("voices", "unlinked").fill_null(0), effective=1 / nw.col("herfindahl")
    )
    columns = "doc voices herfindahl effective unlinked"
    return by_publication(rows, corpus, columns, "doc", whole="voices unlinked")


def naming(corpus: Tables, captions: bool = False) -> NativeTable:
    """Attributions and their words by whether the source is named, and by kind.

    `corpus` holds tables of any engine. One row per article, naming and kind: `doc`; `naming`
    (named, unnamed, no source, or not linked: the text gives a source, but it is not linked to a
    registered actor, so that it may be either); `kind` (direct, indirect, mixed); `attributions`,
    their `words`, and `share` of the article's attributions. Nested contents count on each level.

    >>> import standoff
    >>> table = standoff.sourcing.naming(standoff.load("seeds"))
    >>> table[["naming", "kind", "attributions"]].head(2)
      naming      kind  attributions
    0  named    direct             7
    1  named  indirect             7
    """
    linked = nw.when(nw.col("named")).then(nw.lit("named")).otherwise(nw.lit("unnamed"))
    not_linked = nw.when(nw.col("source").is_null()).then(nw.lit("no source"))
    named = (
        nw.when(nw.col("actor").is_null())
        .then(not_linked.otherwise(nw.lit("not linked")))
        .otherwise(linked)
    )
    attributions = in_article(table(corpus, "attributions"), captions).select(
        "doc", "kind", "words", naming=named
    )
    rows = grouped(
        attributions, "doc naming kind", attributions=nw.len(), words=nw.col("words").sum()
    )
    rows = rows.join(grouped(attributions, "doc", total=nw.len()), on="doc")
    return by_publication(
        rows.with_columns(share=ratio("attributions", "total")),
        corpus,
        "doc naming kind attributions words share",
        "doc naming kind",
        whole="attributions words",
    )


def nesting(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Attributions within attributions: who is heard only through whom.

    `corpus` holds tables of any engine. One row per nested attribution: `doc`, `id`, its `actor`;
    `through`, the actor of the attribution around it; `cue`, `content`, `depth` (1: directly in
    another), `start`, `end`. Both actors are the words of the source where it is not linked to a
    registered actor, and missing where there is none.

    >>> import standoff
    >>> table = standoff.sourcing.nesting(standoff.load("seeds"))
    >>> table[["actor", "through", "depth"]].head(2)
                      actor                   through  depth
    0  conference-diplomats  russian-foreign-ministry      1
    1         us-government                mark-toner      1
    """
    attributions = local(corpus, "attributions", captions)
    names = attributions["source"].map(unlinked_name, na_action="ignore").astype("str")
    attributions["actor"] = attributions["actor"].fillna(names)
    nested = attributions[attributions["parent"].notna()]
    around = _all_around(nested[["doc", "id", "parent"]].rename(columns={"parent": "outer"}))
    depth = around.groupby(["doc", "id"]).size().rename("depth").reset_index()
    through = attributions[["doc", "id", "actor"]].set_axis(["doc", "parent", "through"], axis=1)
    rows = nested.merge(through, on=["doc", "parent"], how="left").merge(depth, on=["doc", "id"])
    return rows["doc id actor through cue content depth start end".split()]


def unsourced(corpus: Tables, captions: bool = False) -> NativeTable:
    """Attributions without a source, as rows of `attributions`: the text does
    not say who spoke.

    `corpus` holds tables of any engine. Attributions whose source is only not linked to a
    registered actor are not among them.

    >>> import standoff
    >>> standoff.sourcing.unsourced(standoff.load("seeds"))["cue"].tolist()[:2]
    ['announcement', 'confirmed']
    """
    attributions = table(corpus, "attributions")
    rows = in_article(attributions, captions).filter(
        nw.col("source").is_null(), nw.col("actor").is_null()
    )
    columns = " ".join(attributions.collect_schema().names())
    return by_publication(rows, corpus, columns, "doc cue_start cue_end id")


def citations(corpus: Tables) -> pd.DataFrame:
    """The entries that footnote marks lead to, and whether a reader can follow them.

    `corpus` holds pandas tables. One row per entry: `doc`, `id`, `text`, `start`, `end`;
    `attributions` that cite it; `followable`, whether anything is left of it without mark, date and
    punctuation (a title, an author, an address).

    >>> import standoff
    >>> table = standoff.sourcing.citations(standoff.load("seeds"))
    >>> table[["text", "followable"]].head(2)
                        text  followable
    0  [1], 14 February 2018       False
    1  [2],  29 January 2018       False
    """
    zones = corpus.zones[corpus.zones["label"] == "Reference"]
    entries = zones[["doc", "id", "text", "start", "end"]].reset_index(drop=True)
    cited = corpus.attributions[["doc", "cites"]].dropna()
    cited = cited.assign(id=cited["cites"].str.split(" ")).explode("id")
    counts = cited[["doc", "id"]].value_counts().rename("attributions")
    entries = entries.join(counts, on=["doc", "id"]).fillna({"attributions": 0})
    entries = entries.astype({"attributions": "int64"})
    bare = entries["text"].str.replace(rf"\b(?:{'|'.join(MONTHS)})\b", "", regex=True)
    entries["followable"] = bare.str.contains(r"[^\W\d_]", regex=True)
    return entries


def runs(corpus: Tables, by: str = "party", paragraphs: bool = False) -> pd.DataFrame:
    """Whose words each article consists of, from the first to the last, cut where the voice changes
    (with `paragraphs` also between zones).

    `corpus` is as `load` returns it; `by="actor"` keeps actors apart. One row per run of words:
    `doc`; `actor` of the innermost attribution ("author" outside all and where only a footnote mark
    attributes, "unsourced" where there is no source; words between two pieces of a content belong
    to what lies around it); `quoted`, whether the words are in quotation marks of speech; `first`
    and `last`, the numbers of its words in the article text, from 1; `start`, `end`; `text`, its
    words without what lies between zones; `linked`, False where the words are those of a source
    that is not linked to a registered actor. Raises ValueError for another `by`.

    >>> import standoff
    >>> table = standoff.sourcing.runs(standoff.load("seeds"))
    >>> table[["actor", "first", "last"]].head(2)
        actor  first  last
    0  author      1    81
    1  russia     82   109
    """
    words = _words_with_voices(corpus, parties_of(corpus, by) or {})
    keys = ["doc", "actor", "quoted", *(["zone"] if paragraphs else [])]
    run = (words[keys] != words[keys].shift()).any(axis=1).cumsum().rename("run")
    begins, ends = words.groupby(run).first(), words.groupby(run).last()
    table = begins[["doc", "actor", "quoted"]].assign(
        first=begins["number"], last=ends["number"], start=begins["start"], end=ends["end"]
    )
    pieces = words.groupby([run, "zone"], sort=False).agg(
        doc=("doc", "first"), start=("start", "first"), end=("end", "last")
    )
    pieces["text"] = [corpus.texts[row.doc][row.start : row.end] for row in pieces.itertuples()]
    table["text"] = pieces.groupby("run")["text"].agg(" ".join).astype("str")
    table["linked"] = ~table["actor"].astype("str").str.startswith("“")
    return table.reset_index(drop=True)


def _words_with_voices(corpus: Tables, party: dict[str, str]) -> pd.DataFrame:
    """Each word of the article texts: `doc number zone start end actor quoted`; a word in two
    voices is the author's."""
    zones = corpus.zones[corpus.zones["label"].isin(ARTICLE) & ~corpus.zones["duplicate"]]
    zones_of, attributions_of, quotations_of = (
        _by_article(rows) for rows in (zones, corpus.attributions, corpus.quotations)
    )
    rows = []
    for doc, text in corpus.texts.items():
        contents = _contents(corpus, doc, attributions_of[doc])
        voices = voice_per_character(attributions_of[doc], contents, len(text), party)
        quoted = {at for place in _speech(quotations_of[doc], text) for at in range(*place)}
        words = (
            (zone.id, *word)
            for zone in zones_of[doc]
            for word in positions(text, zone.start, zone.end)
        )
        for number, (zone, start, end) in enumerate(words, 1):
            voice = voices[start] if voices[start] == voices[end - 1] else "author"
            in_quotes = start in quoted and end - 1 in quoted
            rows.append((doc, number, zone, start, end, voice, in_quotes))
    return pd.DataFrame(rows, columns="doc number zone start end actor quoted".split())


def _speech(quotations: list[Any], text: str) -> list[tuple[int, int]]:
    """Where speech is quoted in an article; if nobody marked that, what is in quotation marks."""
    if not quotations:
        return quoted_passages(text)
    return [(row.start, row.end) for row in quotations if row.use == "speech"]


def _by_article(table: pd.DataFrame) -> defaultdict[str, list[Any]]:
    rows = defaultdict(list)
    for row in table.itertuples():
        rows[row.doc].append(row)
    return rows


def _contents(
    corpus: Tables, doc: str, attributions: list[Any]
) -> Mapping[str, list[tuple[int, int]]]:
    """Where the content of each attribution stands, by its id: piece by piece, or from its first
    to its last word where there are only tables."""
    if not hasattr(corpus, "annotations"):
        return {row.id: [(row.start, row.end)] for row in attributions}
    spans = corpus.annotations[doc].spans_by_id()
    contents: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in corpus.annotations[doc].events:
        for role, target in event.roles:
            if is_content(role) and target in spans:
                contents[event.id] += spans[target].fragments
    return contents


def voice_per_character(
    attributions: Iterable[Any],
    contents: Mapping[str, list[tuple[int, int]]],
    length: int,
    party: dict[str, str],
) -> list[str]:
    """In whose words each character of a text stands: inner contents lie over outer ones.

    `attributions` are rows of one article, `contents` the places of their contents by id, `length`
    the number of code points of its text, `party` the ids to count actors under.
    """
    voices = ["author"] * length
    for row in sorted(attributions, key=lambda row: row.start - row.end):
        for start, end in contents[row.id]:
            voices[start:end] = [voice_of(row, party)] * (end - start)
    return voices


def voice_of(row: Any, party: dict[str, str]) -> str:
    """In whose words the content of an attribution stands: its first source or the party of that,
    the words of a source that is not linked, "author" (a footnote mark alone) or "unsourced"."""
    if isinstance(row.actor, str):
        first = row.actor.split(" ")[0]
        return party.get(first, first)
    if isinstance(row.source, str):
        return unlinked_name(row.source)
    return "author" if row.channel == "citation" else "unsourced"
