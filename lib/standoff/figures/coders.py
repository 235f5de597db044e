"""Figures of how far coders agree, with each other and with gold."""

from __future__ import annotations

import altair as alt

from ..measures.audit import FATES
from .common import nothing, number, percent, some
from .display import Figure
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH, YELLOW

__all__ = ["agreement", "fates"]

MANY = 4  # so many coders or more: a label is shown with its fewest and most spans alone


def agreement(table, least: int = 4) -> Figure:
    """Alpha on words of each label with its interval, from `agreement.labels`; labels rarer than
    `least` spans of a coder are only counted."""
    if table.empty:
        return nothing("Coders, label by label", "no label is used by any coder")
    counts = [list(map(int, spans.split("/"))) for spans in table["spans"]]
    coders = len(counts[0])
    title = f"{number(coders, 'coder').capitalize()}, label by label"
    said = table["spans"] if coders < MANY else [f"{min(own)} to {max(own)}" for own in counts]
    enough = table["spans"].map(lambda spans: min(map(int, spans.split("/"))) >= least)
    shown = table.assign(said=said)[enough & table["word"].notna()].reset_index(drop=True)
    if shown.empty:
        return nothing(title, f"no label has at least {least} spans of each coder")
    shown["name"] = (
        shown["label"].where(shown["label"] != "any", "any " + shown["layer"])
        + " ("
        + shown.pop("said")
        + ")"
    )
    shown["layer"] = shown["layer"].map({name: name for name in shown["layer"]})
    y = alt.Y(
        "name:N",
        sort=list(shown["name"]),
        title=(
            f"label "
            f"({'spans of each coder' if coders < MANY else 'fewest to most spans of a coder'})"
        ),
    )
    x = alt.X(
        "word_low:Q",
        title="alpha on words, with 95 % interval",
        scale=alt.Scale(domain=[min(0.0, shown["word_low"].min()), 1]),
    )
    colour = alt.Color(
        "layer:N",
        sort=list(dict.fromkeys(shown["layer"])),
        scale=alt.Scale(range=[INK, ORANGE, BLUE, GREY]),
        title="layer",
    )
    bars = (
        alt.Chart(shown).mark_rule(strokeWidth=2).encode(y=y, x=x, x2="word_high:Q", color=colour)
    )
    tips = [
        "name",
        "layer",
        *(
            alt.Tooltip(f"{column}:Q", format=".2f")
            for column in ("word", "word_low", "word_high", "sentence", "unit", "exact", "overlap")
        ),
    ]
    dots = (
        alt.Chart(shown)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(y=y, x="word:Q", color=colour, tooltip=tips)
    )
    mark = alt.Chart().mark_rule(strokeDash=[4, 4], color=GREY, aria=False).encode(x=alt.datum(0.8))
    low = shown[shown["word"] < 0.8]["label"]
    named = (
        f"below the customary 0.8: {some(low, 40)}"
        if len(low)
        else "none is below the customary 0.8"
    )
    reading = (
        f"{len(shown)} labels and layers with at least {least} spans of each coder; {named}; "
        f"{len(table) - len(shown)} rarer labels are left out."
    )
    chart = (bars + dots + mark).properties(width=WIDTH, height=alt.Step(20))
    return Figure(
        chart, title, reading, f"A point a label with its interval, a dashed line at 0.8. {reading}"
    )


def fates(table) -> Figure:
    """What coders made of all that gold says, by layer and kind, from `audit.against` with the
    column `coder`."""
    title = "What each coder made of what gold says"
    if table.empty:
        return nothing(title, "nothing is said")
    sums = table.groupby(["coder", "layer", "kind"], sort=False, as_index=False)[list(FATES)].sum()
    sums["said"] = sums["layer"] + ", " + sums["kind"] + "s"
    rows = sums.melt(["coder", "said"], list(FATES), "fate", "times").assign(
        order=lambda t: t["fate"].map(FATES.index)
    )
    base = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            y=alt.Y("said:N", title=None, sort=list(dict.fromkeys(sums["said"]))),
            x=alt.X(
                "times:Q",
                stack="normalize",
                title="share of all that gold or the coder says",
                axis=alt.Axis(format=".0%"),
            ),
            color=alt.Color(
                "fate:N",
                sort=list(FATES),
                scale=alt.Scale(domain=list(FATES), range=[BLUE, PALE, YELLOW, ORANGE, GREY]),
                title="in the coding",
            ),
            order="order:Q",
            tooltip=["coder", "said", "fate", "times"],
        )
    )
    panels = [
        base.transform_filter(alt.datum.coder == coder).properties(
            width=WIDTH,
            height=alt.Step(18),
            title=alt.Title(f"coder {coder}", fontSize=13, offset=6),
        )
        for coder in dict.fromkeys(rows["coder"])
    ]
    same = sums.groupby("coder", sort=False)[list(FATES)].sum()
    share = (same["same"] / same.sum(axis=1)).map(percent)
    sums["share"] = sums["same"] / sums[list(FATES)].sum(axis=1)
    least = sums.loc[sums["share"].idxmin()]
    parts = " and ".join(f"{part} is the same in coding {coder}" for coder, part in share.items())
    reading = (
        f"Of all that gold or the coder says, {parts}; least of all {least['kind']}s of "
        f"{least['layer']} in {least['coder']} ({percent(least['share'])})."
    )
    chart = alt.vconcat(*panels, spacing=16)
    return Figure(
        chart,
        title,
        reading,
        f"A bar a layer and kind of thing said, parted by what became of it. {reading}",
    )
