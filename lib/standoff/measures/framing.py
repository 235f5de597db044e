"""What is presented as the problem, its cause and its remedy, and in whose voice?

Issue frames with the functions of Entman (1993). Article text only, unless `captions=True`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from ..annotation.did_you_mean import suggest
from ..annotation.span_index import SpanIndex
from ..annotation.words import positions
from ..annotation.zone_labels import ARTICLE
from .alpha_coefficients import Array
from .frames import (
    Frame,
    NativeTable,
    Tables,
    explode_ids,
    grouped,
    in_article,
    local,
    ratio,
    table,
    to_native,
)
from .pairing import indices
from .sourcing import parties, parties_of, runs, voice_of

__all__ = [
    "crossing",
    "designations",
    "keyness",
    "ownership",
    "places",
    "profile",
    "sentences_by",
    "spoken_by",
]
__dir__ = __all__.copy  # for help and completion

OWNERS = {"author": "author", "unsourced": "no source given"}  # voice -> owner; others are sources
KINDS = {"author": "the author", "unsourced": "no source given", "unlinked": "source not linked"}


def profile(corpus: Tables, captions: bool = False) -> NativeTable:
    """Frames by function and valence.

    `corpus` holds tables of any engine. One row per combination: `doc`, `frame`, `function`
    (problem, cause, judgement, remedy), `valence`; `frames`, the number of clauses; `of`, all
    frames of the article; `share`, frames divided by of. Entman, Framing: toward clarification of a
    fractured paradigm, Journal of Communication 43 (1993), p. 52.

    >>> import standoff
    >>> table = standoff.framing.profile(standoff.load("seeds"))
    >>> table[["frame", "function", "valence", "frames", "of"]].head(2)
          frame   function   valence  frames  of
    0  BadFaith  judgement  negative       3  50
    1  BadFaith    problem  negative       2  50
    """
    frames = in_article(table(corpus, "frames"), captions)
    keys = "doc frame function valence"
    return _shares(frames, keys, frames, "doc")


def _shares(counted: Frame, keys: str, frames: Frame, within: str) -> NativeTable:
    """Rows counted by `keys` as `frames`, with `of`, the number of all frames `within`, and
    `share`."""
    rows = grouped(counted, keys, frames=nw.len())
    totals = grouped(frames, within, of=nw.len())
    rows = rows.join(totals, on=within.split()).with_columns(share=ratio("frames", "of"))
    return to_native(rows, f"{keys} frames of share", keys, whole="frames of")


def ownership(corpus: Tables, by: str = "party", captions: bool = False) -> NativeTable:
    """Whose frames they are: frames by the voice in which they stand.

    `corpus` holds tables of any engine; `by="actor"` keeps actors apart. One row per article, frame
    and voice: `doc`, `frame`; `voice`: "author", "unsourced", "unlinked" (a source that is not
    linked to a registered actor), or an actor or party; `owner`: author, source, no source given;
    `frames`; `of`, the article's frames of that name; `share`. A
    frame in the voice of several actors counts for each. Raises ValueError for another `by`.

    >>> import standoff
    >>> table = standoff.framing.ownership(standoff.load("seeds"))
    >>> table[["frame", "voice", "owner", "frames", "of"]].head(2)
          frame   voice   owner  frames  of
    0  BadFaith  author  author       2   5
    1  BadFaith  russia  source       1   5
    """
    frames = in_article(table(corpus, "frames"), captions).select("doc", "id", "frame", "voice")
    voices = explode_ids(frames, "voice", parties_of(corpus, by), once=("doc", "id", "voice"))
    owner = nw.col("voice").replace_strict(OWNERS, default="source", return_dtype=nw.String)
    voices = voices.with_columns(owner=owner)
    return _shares(voices, "doc frame voice owner", frames, "doc frame")


def crossing(corpus: Tables, captions: bool = False) -> pd.DataFrame:
    """Frames by the kind of voice in which they stand: framing crossed with sourcing.

    `corpus` holds pandas tables. One row per article, frame and kind of voice: `doc`, `frame`;
    `voice_kind`: the author; named source, quoted; named source, paraphrased; unnamed source;
    source not linked (to a registered actor, so that it may or may not be named); no source
    given; `frames`; `of`, all frames of the article; `share`. Quoted means that the innermost
    attribution with a source around the clause is direct or mixed.

    >>> import standoff
    >>> table = standoff.framing.crossing(standoff.load("seeds"))
    >>> table[["frame", "voice_kind", "frames"]].head(2)
          frame                 voice_kind  frames
    0  BadFaith  named source, paraphrased       1
    1  BadFaith            no source given       1
    """
    frames = local(corpus, "frames", captions)
    around = _attributions_around(corpus)
    frames["voice_kind"] = [_voice_kind(frame, around[frame.doc]) for frame in frames.itertuples()]
    counted = nw.from_native(frames)
    return _shares(counted, "doc frame voice_kind", counted, "doc")


def _attributions_around(corpus: Tables) -> Mapping[Hashable, SpanIndex[Any]]:
    """For each article an index of its attributions by their contents, shorter ones first."""
    length = corpus.attributions["end"] - corpus.attributions["start"]
    rows = corpus.attributions.assign(length=length).sort_values("length", kind="stable")
    return indices((row.doc, row.start, row.end, row) for row in rows.itertuples())


def _voice_kind(frame: Any, around: SpanIndex[Any]) -> str:
    if frame.voice in KINDS:
        return KINDS[frame.voice]
    outer = around.first_around(frame.start, frame.end, lambda row: isinstance(row.actor, str))
    if outer is None or not outer.named:
        return "unnamed source"
    return "named source, paraphrased" if outer.kind == "indirect" else "named source, quoted"


def places(corpus: Tables) -> NativeTable:
    """Frames by where they stand: headline, lead and crossheads, or body.

    `corpus` holds tables of any engine. One row per article, place and frame: `doc`; `place`: body,
    or headings and lead; `frame`, `frames`; `of`, all frames in that place; `share`.

    >>> import standoff
    >>> table = standoff.framing.places(standoff.load("seeds"))
    >>> table[["place", "frame", "frames", "of"]].head(2)
      place     frame  frames  of
    0  body  BadFaith       5  49
    1  body  Disarray       5  49
    """
    in_body = nw.col("zone") == "Body"
    frames = in_article(table(corpus, "frames")).with_columns(
        place=nw.when(in_body).then(nw.lit("body")).otherwise(nw.lit("headings and lead"))
    )
    keys = "doc place frame"
    return _shares(frames, keys, frames, "doc place")


def spoken_by(corpus: Tables, table: pd.DataFrame) -> pd.Series:
    """In whose words each row of a table (with `doc`, `start` and `end`) stands: the party of the
    innermost attribution around it, "author" or "unsourced".

    `corpus` holds pandas tables.

    >>> import standoff
    >>> corpus = standoff.load("seeds")
    >>> spoken_by(corpus, corpus.frames).iloc[0]
    'author'
    """
    party, around = parties(corpus.actors), _attributions_around(corpus)
    innermost = [around[row.doc].first_around(row.start, row.end) for row in table.itertuples()]
    voices = ["author" if outer is None else voice_of(outer, party) for outer in innermost]
    return pd.Series(voices, index=table.index, dtype="str")


def designations(corpus: Tables, actor: str | None = None, captions: bool = False) -> pd.DataFrame:
    """What each actor is called, and by whom.

    `corpus` holds pandas tables; `actor` limits the table to one actor. One row per article, actor,
    wording and voice: `doc`, `actor`; `wording`, a name or description without a leading article
    (pronouns are left out); `form`; `voice`, as `spoken_by` gives it; `mentions`.

    >>> import standoff
    >>> table = standoff.framing.designations(standoff.load("seeds"), "russia")
    >>> table[["wording", "form", "voice", "mentions"]].head(2)
      wording  form      voice  mentions
    0  Russia  name     author        13
    1  Russia  name  unsourced         2
    """
    mentions = local(corpus, "mentions", captions)
    mentions = mentions[mentions["form"] != "pronoun"]
    if actor:
        mentions = mentions[mentions["actor"] == actor]
    wording = mentions["text"].str.replace("\u00a0", " ")
    wording = wording.str.replace(r"^(?:the|a|an) ", "", case=False, regex=True)
    mentions = mentions.assign(wording=wording, voice=spoken_by(corpus, mentions))
    counts = mentions.groupby(["doc", "actor", "wording", "form", "voice"]).size()
    return counts.reset_index(name="mentions").sort_values(
        ["doc", "actor", "mentions", "wording"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )


def sentences_by(corpus: Tables, by: str = "article") -> tuple[list[list[str]], list[list[str]]]:
    """Lower-case words of two sides, part by part, as `keyness` takes them.

    `corpus` holds pandas tables and `texts`. `by="article"`: the sentences of the first two
    articles; `by="voice"`: the runs of others' words, and of the authors' own. Raises ValueError
    for another `by`.

    >>> import standoff
    >>> first, second = standoff.framing.sentences_by(standoff.load("seeds"))
    >>> first[0][:4]
    ['us', 'skips', 'out', 'on']
    """
    known = ("article", "voice")
    if by not in known:
        raise ValueError(f"by={by!r}; {suggest(str(by), known)}")
    if by == "article":
        parts = corpus.sentences[corpus.sentences["label"].isin(ARTICLE)]
        docs = list(corpus.documents["doc"])
        side_of = [docs.index(doc) for doc in parts["doc"]]
    else:
        parts = runs(corpus, paragraphs=True)
        side_of = [int(actor == "author") for actor in parts["actor"]]
    sides: tuple[list[list[str]], list[list[str]]] = ([], [])
    for row, side in zip(parts.itertuples(), side_of, strict=True):
        if side < 2:
            text = corpus.texts[row.doc]
            sides[side].append([text[a:b].lower() for a, b in positions(text, row.start, row.end)])
    return sides


def keyness(
    first: Sequence[Sequence[str]], second: Sequence[Sequence[str]], prior: float = 0.01
) -> pd.DataFrame:
    """Which words set two sides apart.

    `first`, `second`: lists of parts (sentences), a part a list of words. One row per word, largest
    absolute z first: `word`; `count_1`, `count_2`; `log_odds`, the log odds ratio with an
    informative Dirichlet prior (the pooled counts times `prior`), and its `z` (Monroe, Colaresi and
    Quinn, Fightin' words, Political Analysis 16 (2008), eq. 15-22); `chi2`, `yates` (with Yates'
    correction) and `g2` (Dunning 1993; Rayson and Garside 2000) of the word against all others;
    `q`, the false discovery rate of g2 over all words (Benjamini and Hochberg 1995); `parts`, the
    number of parts that contain it; `dp`, its dispersion over all parts (Gries 2008: 0 even, 1 in
    one place). Raises ValueError for a side without words.

    >>> table = keyness([["peace", "talks"], ["talks", "fail"]], [["peace", "wins"]])
    >>> table[["word", "count_1", "count_2", "g2"]].head(2).round(2)
        word  count_1  count_2    g2
    0  peace        1        1  0.37
    1  talks        2        0  2.09
    """
    from scipy.stats import chi2 as chi2_distribution
    from scipy.stats import false_discovery_control

    by_part = pd.DataFrame([Counter(part) for part in (*first, *second)]).sort_index(axis=1)
    counts = by_part.fillna(0).to_numpy(dtype=float).T.copy()  # words x parts
    one, other = (side.sum(axis=1) for side in np.split(counts, [len(first)], axis=1))
    if not (one.any() and other.any()):
        raise ValueError("keyness needs words on both sides; one is empty")
    table = pd.DataFrame(
        {"word": by_part.columns, "count_1": one.astype(int), "count_2": other.astype(int)}
    )
    table["log_odds"], table["z"] = _log_odds(one, other, prior)
    table["chi2"], table["yates"], table["g2"] = _contingency(one, other)
    table["q"] = false_discovery_control(chi2_distribution.sf(table["g2"], 1))
    table["parts"] = (counts > 0).sum(axis=1)
    table["dp"] = _dispersion(counts)
    order = table["z"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _log_odds(one: Array, other: Array, prior: float) -> tuple[Array, Array]:
    """Log odds ratio of each word, and its z."""
    alpha = (one + other) * prior
    rest = [side.sum() + alpha.sum() - side - alpha for side in (one, other)]
    delta = np.log((one + alpha) / rest[0]) - np.log((other + alpha) / rest[1])
    return delta, delta / np.sqrt(1 / (one + alpha) + 1 / (other + alpha))


def _contingency(one: Array, other: Array) -> tuple[Array, Array, Array]:
    """Chi-square, with Yates' correction, and G2 of the 2 x 2 table of each word against all
    others."""
    cells = np.stack([one, other, one.sum() - one, other.sum() - other])
    words, total = one + other, one.sum() + other.sum()
    rows = np.stack([words, words, total - words, total - words])
    columns = np.array([one.sum(), other.sum()] * 2)[:, np.newaxis]
    expected = rows * columns / total
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = np.nansum((cells - expected) ** 2 / expected, axis=0)
        yates = np.nansum(np.clip(np.abs(cells - expected) - 0.5, 0, None) ** 2 / expected, axis=0)
        g2 = 2 * np.nansum(np.where(cells > 0, cells * np.log(cells / expected), 0), axis=0)
    return chi2, yates, np.clip(g2, 0, None)


def _dispersion(counts: Array) -> Array:
    """Gries' deviation of proportions of each word over parts, from counts (words x parts)."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    sizes = counts.sum(axis=0)
    return np.asarray(np.abs(shares - sizes / sizes.sum()).sum(axis=1) / 2)
