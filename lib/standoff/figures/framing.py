"""Figures of what is said to be the matter, what for, in whose voice, and in which words."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..annotation.suggest import suggest
from ..measures import framing
from .common import (
    REST,
    by_article,
    choice,
    few,
    figure,
    inside,
    label,
    nothing,
    number,
    only_drawn,
    sentence,
    some,
    together,
)
from .display import Figure
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH

__all__ = ["calling", "frames", "functions", "key_words", "sightings", "voices_of_frames"]

OWNERS = ["author", "source", "nobody named"]
KINDS = [
    "the author",
    "named source, quoted",
    "named source, paraphrased",
    "unnamed source",
    "nobody named",
]
FUNCTIONS = ["problem", "cause", "judgement", "remedy"]
WORDINGS = 15  # rows of one article's wordings


def _owner_bars(rows, y, x, tooltip):
    """Bars cut by whose voice it is."""
    colour = alt.Color(
        "owner:N",
        scale=alt.Scale(domain=OWNERS, range=[GREY, ORANGE, PALE]),
        sort=OWNERS,
        title="in the voice of",
    )
    return (
        alt.Chart(rows).mark_bar().encode(y=y, x=x, order="rank:Q", color=colour, tooltip=tooltip)
    )


def _squares(rows, x, light, tooltip):
    """Counts in squares, darker for more; where most are above `light` the words on them are
    white."""
    base = alt.Chart(rows).encode(x=x, y=alt.Y("frame:N", title="frame"))
    colour = alt.Color("frames:Q", scale=alt.Scale(range=["#e8f1f8", BLUE]), legend=None)
    ink = alt.condition(f"datum.frames > {light}", alt.value("#ffffff"), alt.value(INK))
    return base.mark_rect().encode(color=colour, tooltip=tooltip) + base.mark_text().encode(
        text="frames:Q", color=ink
    )


def _light(table, usual):
    """For a panel's rows: up to which count its squares are light. The articles drawn one by one
    share a scale, the others have their own."""
    most = table.groupby(table["doc"] == REST)["frames"].max()
    return lambda rows: usual if (top := int(most[rows["doc"].iloc[0] == REST])) <= 10 else top // 2


def _owned(corpus):
    """Frames by owner, with how many clauses carry the frame in all."""
    table = (
        framing.ownership(corpus)
        .groupby(["doc", "frame", "owner", "of"], as_index=False)["frames"]
        .sum()
    )
    of = together(table.drop_duplicates(["doc", "frame"])[["doc", "frame", "of"]], corpus, "frame")
    return label(
        together(table.drop(columns="of"), corpus, "frame", "owner").merge(of, on=["doc", "frame"]),
        corpus,
    )


def frames(corpus) -> Figure:
    """Frames by how many clauses carry them and in whose voice."""
    title = "What is said to be the matter, and in whose voice"
    if inside(corpus.frames).empty:
        return nothing(title, "no clause is marked with a frame")
    table = _owned(corpus)[["doc", "frame", "owner", "of", "frames", "article"]]
    table["rank"] = table["owner"].map(OWNERS.index)

    def panel(rows):
        y = alt.Y(
            "frame:N",
            sort=list(rows.sort_values("of", ascending=False)["frame"].unique()),
            title="frame",
        )
        return _owner_bars(
            rows,
            y,
            alt.X("frames:Q", title="clauses", axis=alt.Axis(format="d")),
            ["frame", "owner", "frames", "of"],
        )

    parts = []
    for name, rows in table.groupby("article", sort=False):
        total, own = rows["frames"].sum(), rows.loc[rows["owner"] == "author", "frames"].sum()
        most = rows.groupby("frame")["frames"].sum().idxmax()
        parts.append(
            f"{name}: most clauses go to {most}; {own:,} of {total:,} are in the author's own voice"
        )
    reading = f"{sentence(parts, table, corpus)}."
    return Figure(
        by_article(table, panel, 22), title, reading, f"Stacked bars of counts. {reading}"
    )


def functions(corpus) -> Figure:
    """Frame by function: what each frame is used for."""
    title = "What each frame is used for: number of clauses"
    table = (
        framing.profile(corpus)
        .groupby(["doc", "frame", "function"], as_index=False)["frames"]
        .sum()
    )
    if table.empty:
        return nothing(title, "no clause is marked with a frame")
    table = label(together(table, corpus, "frame", "function"), corpus)
    light = _light(table, 3)

    def panel(rows):
        axis, scale = alt.Axis(labelAngle=0), alt.Scale(domain=FUNCTIONS)
        x = alt.X(
            "function:N", sort=FUNCTIONS, title="function of the clause", axis=axis, scale=scale
        )
        return _squares(rows, x, light(rows), ["frame", "function", "frames"])

    sums = table.groupby(["article", "function"], sort=False)["frames"].sum()
    total = table.groupby("article", sort=False)["frames"].sum()
    reading = sentence(
        [
            f"{name}: {sums.get((name, 'remedy'), 0):,} of {total[name]:,} clauses ask for a remedy"
            for name in total.index
        ],
        table,
        corpus,
    )
    tables = number(len(total), "table").capitalize()
    return Figure(
        by_article(table, panel, 24, own=("color",)),
        title,
        f"{reading}.",
        f"{tables} of counts of clauses, frame by function. {reading}.",
    )


def voices_of_frames(table: pd.DataFrame, corpus) -> Figure:
    """Frames by the kind of voice they stand in, from a table doc, frame, voice_kind, frames."""
    title = "Frames by the kind of voice they stand in: number of clauses"
    if table.empty:
        return nothing(title, "no clause is marked with a frame")
    table = label(together(table, corpus, "frame", "voice_kind"), corpus)
    light = _light(table, 4)

    def panel(rows):
        x = alt.X(
            "voice_kind:N",
            sort=KINDS,
            title="in the voice of",
            axis=alt.Axis(labelAngle=-20),
            scale=alt.Scale(domain=KINDS),
        )
        return _squares(rows, x, light(rows), ["frame", "voice_kind", "frames"])

    quoted = table[table["voice_kind"] == KINDS[1]].groupby("article")["frames"].sum()
    total = table.groupby("article", sort=False)["frames"].sum()
    parts = [
        (
            f"{name}: {quoted.get(name, 0):,} of {count:,} framing clauses stand in what a named "
            f"source says, quoted at least in part"
        )
        for name, count in total.items()
    ]
    reading = sentence(parts, table, corpus)
    tables = number(len(total), "table").capitalize()
    return Figure(
        by_article(table, panel, 24, own=("color",)),
        title,
        f"{reading}.",
        f"{tables} of counts, frame by kind of voice. {reading}.",
    )


def _most_mentioned(mentions):
    """The actor of most mentions, those of several at once left out; None where there is none."""
    counts = mentions["actor"].dropna().value_counts()
    alone = counts[~counts.index.str.contains(" ")]
    return min(alone.index[alone == alone.max()], default=None)


def calling(corpus, actor: str | None = None) -> Figure:
    """What an actor (the one most mentioned, if none is given) is called, by the author and by
    others; beyond `WORDINGS` the rest is summed and named.

    ValueError with the nearest id for one that is not in the registry.
    """
    known, part = corpus.registry["actors"], only_drawn(corpus)
    said = inside(part.mentions)
    if actor is None and (actor := _most_mentioned(said)) is None:
        return nothing(
            "What the texts call their actors", "nobody is mentioned in the article text", corpus
        )
    if actor not in known:
        raise ValueError(f"unknown actor '{actor}'; {suggest(str(actor), known)}")
    title = f"What the texts call the {known[actor]['name']}"
    if not ((said["actor"] == actor) & (said["form"] != "pronoun")).any():
        return nothing(title, "no name or description of it stands in the article text", corpus)
    table = framing.designations(part, actor)
    table["owner"] = table["voice"].map(framing.OWNERS).fillna("source")
    table = label(
        table.groupby(["doc", "wording", "owner"], as_index=False)["mentions"].sum(), corpus
    )
    table["rank"] = table["owner"].map(OWNERS.index)
    shown = few(table, "wording", "mentions", WORDINGS, "wordings")
    shown = (
        shown
        if shown is table
        else shown.groupby(
            ["doc", "wording", "owner", "article", "rank"], as_index=False, sort=False
        )["mentions"].sum()
    )

    def panel(rows):
        most = alt.EncodingSortField("mentions", op="sum", order="descending")
        y = alt.Y("wording:N", sort=most, title=None, axis=alt.Axis(labelLimit=330))
        return _owner_bars(
            rows,
            y,
            alt.X("mentions:Q", title="mentions", axis=alt.Axis(format="d")),
            ["wording", "owner", "mentions"],
        )

    rare = table[table["mentions"] == 1].drop_duplicates("wording")
    spread = table.groupby("article", sort=False)["wording"].nunique()
    reading = sentence(
        [f"{article}: {many} wording{'s' if many > 1 else ''}" for article, many in spread.items()],
        table,
        corpus,
    )
    description = (
        f"Bars: mentions of each wording. {reading}. Said once: {some(rare['wording'], 40)}."
    )
    return figure(corpus, by_article(shown, panel, 24), title, f"{reading}.", description)


def key_words(table: pd.DataFrame, sides: tuple[str, str], top: int = 14) -> Figure:
    """The most distinctive words of two sides, from `framing.keyness`."""
    title = "Words that set the two sides apart"
    if table.empty:
        return nothing(title, "there are no words to compare")
    shown = table.head(top).copy()
    shown["lasting"] = (shown["q"] < 0.05).map({True: "stands", False: "may be chance"})
    kinds = ["stands", "may be chance"]
    base = alt.Chart(shown).encode(
        y=alt.Y("word:N", sort=list(shown.sort_values("z")["word"]), title="word")
    )
    dots = base.mark_point(filled=True, size=100, opacity=1).encode(
        x=alt.X("z:Q", title=f"z of the log odds: left {sides[1]}, right {sides[0]}"),
        color=alt.Color(
            "lasting:N",
            scale=alt.Scale(domain=kinds, range=[ORANGE, "#8c959f"]),
            title="after control for many comparisons",
        ),
        tooltip=[
            "word",
            "count_1",
            "count_2",
            *(alt.Tooltip(f"{c}:Q", format=".2f") for c in ("z", "g2", "q", "dp")),
            "parts",
        ],
    )
    zero = alt.Chart().mark_rule(color="#8c959f", aria=False).encode(x=alt.datum(0))
    stands = table.loc[table["q"] < 0.05, "word"]
    reading = (
        f"Of {len(table)} words compared, {len(stands)} stand after control for the number of "
        f"comparisons{': ' if len(stands) else ''}{some(stands)}."
    )
    return Figure(
        (dots + zero).properties(width=WIDTH, height=alt.Step(20)),
        title,
        reading,
        f"A point a word. {reading}",
    )


def _placed(corpus):
    """The frames of the articles drawn, by their place in the file."""
    table = inside(only_drawn(corpus).frames).copy()
    table["place"] = [row.start / len(corpus.texts[row.doc]) for row in table.itertuples()]
    table["owner"] = table["voice"].map(framing.OWNERS).fillna("source")
    return label(table[["doc", "frame", "place", "owner", "text"]], corpus)


def sightings(corpus) -> Figure:
    """Where in the telling each frame sits."""
    title = "Where in the telling the frames sit"
    table = _placed(corpus)
    if table.empty:
        return nothing(title, "no clause is marked with a frame", corpus)
    chosen, opacity = choice(sorted(table["frame"].unique()), "Show one frame", "frame")

    def panel(rows):
        return (
            alt.Chart(rows)
            .mark_tick(thickness=4, height=16)
            .encode(
                x=alt.X(
                    "place:Q",
                    title="place in the file, from its first to its last character",
                    axis=alt.Axis(format=".0%"),
                    scale=alt.Scale(domain=[0, 1]),
                ),
                y=alt.Y("frame:N", title="frame"),
                color=alt.Color(
                    "owner:N",
                    scale=alt.Scale(domain=OWNERS, range=[GREY, ORANGE, PALE]),
                    sort=OWNERS,
                    title="in the voice of",
                ),
                opacity=opacity,
                tooltip=["frame", "owner", "text"],
            )
        )

    ends = table.sort_values("place").groupby("article", sort=False)["frame"].agg(["first", "last"])
    parts = [
        f"{name} opens with {ends['first'][name]} and ends with {ends['last'][name]}"
        for name in dict.fromkeys(table["article"])
    ]
    reading = sentence(parts, table, corpus)
    return figure(
        corpus,
        by_article(table, panel, 22).add_params(chosen),
        title,
        f"{reading}.",
        f"One mark a framing clause. {reading}.",
    )
