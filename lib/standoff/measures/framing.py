"""What is said to be the matter, who is to blame, what should be done, and in whose voice.

Issue frames with the functions of Entman (1993). Article text only, unless `captions=True`.
"""

from __future__ import annotations

from collections import Counter

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from ..annotation.structure_checks import ARTICLE
from ..annotation.suggest import suggest
from ..annotation.words import positions
from .frames import explode_ids, grouped, in_article, local, ratio, table, to_native
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

OWNERS = {"author": "author", "unsourced": "nobody named"}


def profile(corpus, captions: bool = False):
    """Frames by function and valence.

    One row an article, frame, function and valence that occur together: `frames` (how many
    clauses), `of` (all frames of the
    article) and `share`, the one divided by the other. Entman, Journal of Communication 43 (1993),
    p. 52.
    """
    framed = in_article(table(corpus, "frames"), captions)
    found = grouped(framed, "doc frame function valence", frames=nw.len())
    found = found.join(grouped(framed, "doc", of=nw.len()), on="doc").with_columns(
        share=ratio("frames", "of")
    )
    return to_native(
        found,
        "doc frame function valence frames of share",
        "doc frame function valence",
        whole="frames of",
    )


def ownership(corpus, by: str = "party", captions: bool = False):
    """Whose frame is it: frames by the voice they stand in.

    One row an article, frame and voice: `voice` ("author", "unsourced", or an actor, with
    `by="party"` the party it belongs to),
    `owner` (author, source, nobody named), `frames`, `of` (the article's frames of that name) and
    `share`. A frame in the voice of several
    actors counts for each.
    """
    framed = in_article(table(corpus, "frames"), captions).select("doc", "id", "frame", "voice")
    told = explode_ids(framed, "voice", parties_of(corpus, by), once=("doc", "id", "voice"))
    found = grouped(told, "doc frame voice", frames=nw.len())
    found = found.join(grouped(framed, "doc frame", of=nw.len()), on=["doc", "frame"]).with_columns(
        share=ratio("frames", "of")
    )
    found = found.with_columns(
        owner=nw.col("voice").replace_strict(OWNERS, default="source", return_dtype=nw.String)
    )
    return to_native(
        found, "doc frame voice owner frames of share", "doc frame voice", whole="frames of"
    )


def crossing(corpus, captions: bool = False) -> pd.DataFrame:
    """Frames against the kind of voice they stand in: framing crossed with sourcing.

    One row an article, frame and `voice_kind` (the author; named source, quoted; named source,
    paraphrased; unnamed source; nobody
    named): `frames`, `of` (all frames of the article), `share`. Quoted: the innermost attribution
    around the clause is direct or mixed.
    """
    table = local(corpus, "frames", captions)
    around = _around(corpus)
    kinds = [_voice_kind(row, around(row)) for row in table.itertuples()]
    counted = (
        table.assign(voice_kind=kinds)
        .groupby(["doc", "frame", "voice_kind"], as_index=False)
        .agg(frames=("id", "count"))
    )
    counted["of"] = counted.groupby("doc")["frames"].transform("sum")
    counted["share"] = counted["frames"] / counted["of"]
    return counted


def _around(corpus):
    """What finds the attributions in whose content a row of a table stands, innermost first."""
    said = {
        doc: sorted(rows.itertuples(), key=lambda row: row.end - row.start)
        for doc, rows in corpus.attributions.groupby("doc")
    }
    return lambda row: (
        outer
        for outer in said.get(row.doc, ())
        if outer.start <= row.start and row.end <= outer.end
    )


def _voice_kind(frame, around):
    if frame.voice == "author":
        return "the author"
    if frame.voice == "unsourced":
        return "nobody named"
    outer = next(outer for outer in around if isinstance(outer.actor, str))
    if not outer.named:
        return "unnamed source"
    return "named source, paraphrased" if outer.kind == "indirect" else "named source, quoted"


def places(corpus):
    """Frames by where they stand: headline, lead and crossheads against the body.

    One row an article, place and frame: `frames`, `of` (all frames in that place), `share`.
    """
    place = (
        nw.when(nw.col("zone") == "Body")
        .then(nw.lit("body"))
        .otherwise(nw.lit("headings and lead"))
    )
    framed = in_article(table(corpus, "frames")).with_columns(place=place)
    found = grouped(framed, "doc place frame", frames=nw.len())
    found = found.join(grouped(framed, "doc place", of=nw.len()), on=["doc", "place"]).with_columns(
        share=ratio("frames", "of")
    )
    return to_native(found, "doc place frame frames of share", "doc place frame", whole="frames of")


def spoken_by(corpus, table) -> pd.Series:
    """Whose words each row of a table stands in: the party of the innermost attribution around it,
    "author" or "unsourced"."""
    party, around = parties(corpus.actors), _around(corpus)
    innermost = (next(around(row), None) for row in table.itertuples())
    return pd.Series(
        [voice_of(outer, party) if outer else "author" for outer in innermost],
        index=table.index,
        dtype="str",
    )


def designations(corpus, actor: str | None = None, captions: bool = False) -> pd.DataFrame:
    """What each actor is called, and by whom.

    One row an article, actor, wording and voice: `wording` (names and descriptions without a
    leading article; pronouns left out), `form`, `voice`, `mentions`.
    """
    table = local(corpus, "mentions", captions)
    table = table[table["form"] != "pronoun"]
    table = table[table["actor"] == actor] if actor else table
    wording = (
        table["text"]
        .str.replace("\u00a0", " ")
        .str.replace(r"^(?:the|a|an) ", "", case=False, regex=True)
    )
    table = table.assign(wording=wording, voice=spoken_by(corpus, table))
    counted = table.groupby(["doc", "actor", "wording", "form", "voice"], as_index=False).agg(
        mentions=("id", "count")
    )
    return counted.sort_values(
        ["doc", "actor", "mentions", "wording"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )


def sentences_by(corpus, by: str = "article") -> tuple[list[list[str]], list[list[str]]]:
    """Words in lower case, part by part, of two sides.

    `by="article"`: the sentences of the first two articles; `by="voice"`: the runs of others'
    words, and of the authors' own. ValueError for another.
    """
    if by not in (known := ("article", "voice")):
        raise ValueError(f"by={by!r}; {suggest(str(by), known)}")
    sides: tuple[list, list] = ([], [])
    docs = list(corpus.documents["doc"])
    pieces = (
        corpus.sentences[corpus.sentences["label"].isin(ARTICLE)]
        if by == "article"
        else runs(corpus, paragraphs=True)
    )
    for row in pieces.itertuples():
        side = docs.index(row.doc) if by == "article" else int(row.actor == "author")
        if side < 2:
            text = corpus.texts[row.doc]
            sides[side].append([text[a:b].lower() for a, b in positions(text, row.start, row.end)])
    return sides


def keyness(first, second, prior: float = 0.01) -> pd.DataFrame:
    """Which words set two sides apart.

    `first`, `second`: each a list of parts (sentences), a part a list of words. One row a word:
    `count_1`, `count_2`; `log_odds`, the
    log odds ratio with an informative Dirichlet prior (the pooled counts times `prior`) and its `z`
    (Monroe, Colaresi and Quinn 2008,
    eq. 15-22); `chi2`, `yates` (with Yates' correction) and `g2` (Dunning 1993) of the word against
    all others; `q`, the false discovery
    rate of g2 over all words (Benjamini and Hochberg 1995); `parts`, in how many parts it stands,
    and `dp`, its dispersion over all
    parts of both sides (Gries 2008: 0 even, 1 in one place). Largest absolute z first. ValueError
    for an empty side.
    """
    from scipy.stats import chi2 as chi2_distribution
    from scipy.stats import false_discovery_control

    counts = [Counter(word for part in side for word in part) for side in (first, second)]
    if not all(counts):
        raise ValueError("keyness needs words on both sides; one is empty")
    words = sorted(counts[0].keys() | counts[1].keys())
    one, other = (np.array([count[word] for word in words], dtype=float) for count in counts)
    table = pd.DataFrame({"word": words, "count_1": one.astype(int), "count_2": other.astype(int)})
    table["log_odds"], table["z"] = _log_odds(one, other, prior)
    table["chi2"], table["yates"], table["g2"] = _contingency(one, other)
    table["q"] = false_discovery_control(chi2_distribution.sf(table["g2"], 1))
    table["parts"], table["dp"] = _dispersion([*first, *second], words)
    order = table["z"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _log_odds(one, other, prior):
    alpha = (one + other) * prior
    rest = [side.sum() + alpha.sum() - side - alpha for side in (one, other)]
    delta = np.log((one + alpha) / rest[0]) - np.log((other + alpha) / rest[1])
    return delta, delta / np.sqrt(1 / (one + alpha) + 1 / (other + alpha))


def _contingency(one, other):
    """Chi-square, with Yates' correction, and G2 of the 2 x 2 table of each word against all
    others."""
    total = one.sum() + other.sum()
    cells = np.stack([one, other, one.sum() - one, other.sum() - other])
    row = np.stack([one + other, one + other, total - one - other, total - one - other])
    column = np.array([one.sum(), other.sum(), one.sum(), other.sum()])[:, None]
    expected = row * column / total
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = np.nansum((cells - expected) ** 2 / expected, axis=0)
        yates = np.nansum(np.clip(np.abs(cells - expected) - 0.5, 0, None) ** 2 / expected, axis=0)
        g2 = 2 * np.nansum(np.where(cells > 0, cells * np.log(cells / expected), 0), axis=0)
    return chi2, yates, np.clip(g2, 0, None)


def _dispersion(all_parts, words):
    sizes = np.array([len(part) for part in all_parts], dtype=float)
    place = {word: number for number, word in enumerate(words)}
    held = np.zeros((len(words), len(all_parts)))
    for number, part in enumerate(all_parts):
        for word in part:
            held[place[word], number] += 1
    shares = held / held.sum(axis=1, keepdims=True)
    return (held > 0).sum(axis=1), np.abs(shares - sizes / sizes.sum()).sum(axis=1) / 2
