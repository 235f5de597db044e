"""Figures of how far coders agree, with each other and with the reference coding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from ..measures.audit import FATES
from .charts import colour, empty_figure, one_width, panel_title
from .display import Figure
from .names import join_words, number, percent
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH, YELLOW

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["agreement", "fates"]

MANY = 4  # with so many coders or more, only the fewest and most spans of a label are shown
NUMBERS = ("word", "word_low", "word_high", "sentence", "unit", "exact", "overlap")
NAMES = list(FATES)
FATE_COLOURS = dict(zip(NAMES, (BLUE, PALE, YELLOW, ORANGE, GREY), strict=True))


def agreement(table: pd.DataFrame, least: int = 4) -> Figure:
    """Draw Krippendorff's alpha on words for each label, with its interval.

    `table` comes from `agreement.labels`. Labels of which some coder has fewer than `least` spans
    are counted, but not drawn.
    """
    if table.empty:
        return empty_figure("Coders, label by label", "no label is used by any coder")
    counts = table["spans"].str.split("/", expand=True).astype(int)
    fewest, coders = counts.min(axis=1), counts.shape[1]
    title = f"{number(coders, 'coder').capitalize()}, label by label"
    spans, heading = table["spans"], "spans of each coder"
    if coders >= MANY:
        spans = fewest.astype(str) + " to " + counts.max(axis=1).astype(str)
        heading = "fewest to most spans of a coder"
    label = table["label"].where(table["label"] != "any", "any " + table["layer"])
    shown = table.assign(name=label + " (" + spans + ")")
    shown = shown[(fewest >= least) & table["word"].notna()].reset_index(drop=True)
    if shown.empty:
        return empty_figure(title, f"no label has at least {least} spans of each coder")
    low, verdict = shown["label"][shown["word"] < 0.8], "none is below the customary 0.8"
    if len(low):
        verdict = f"below the customary 0.8: {join_words(low, 40)}"
    reading = (
        f"{len(shown)} labels and layers with at least {least} spans of each coder; {verdict}; "
        f"{len(table) - len(shown)} rarer labels are left out."
    )
    return one_width(
        _intervals(shown, f"label ({heading})").properties(width=WIDTH, height=alt.Step(20)),
        title,
        reading,
        f"A point for each label with its interval, a dashed line at 0.8. {reading}",
    )


def _intervals(table: pd.DataFrame, heading: str) -> alt.LayerChart:
    """Return a point and a line for alpha and its interval, and a dashed line at 0.8."""
    layers = alt.Color("layer:N", sort=list(table["layer"].unique()), title="layer")
    base = alt.Chart(table).encode(
        y=alt.Y("name:N", sort=list(table["name"]), title=heading),
        color=layers.scale(range=[INK, ORANGE, BLUE, GREY]),
    )
    x = alt.X("word_low:Q", title="alpha on words, with 95 % interval")
    lines = base.mark_rule(strokeWidth=2).encode(
        x=x.scale(domain=[min(0.0, table["word_low"].min()), 1]), x2="word_high:Q"
    )
    numbers = [alt.Tooltip(f"{column}:Q", format=".2f") for column in NUMBERS]
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="word:Q", tooltip=["name", "layer", *numbers]
    )
    threshold = alt.Chart().mark_rule(strokeDash=[4, 4], color=GREY, aria=False)
    return lines + points + threshold.encode(x=alt.datum(0.8))


def fates(table: pd.DataFrame) -> Figure:
    """Draw what became in each coding of what the reference coding says, by layer and kind.

    `table` comes from `audit.against`, with a column `coder`.
    """
    title = "How closely each coder matches the reference coding"
    if table.empty:
        return empty_figure(title, "nothing is said")
    sums = table.groupby(["coder", "layer", "kind"], sort=False, as_index=False)[NAMES].sum()
    sums["said"] = sums["layer"] + ", " + sums["kind"] + "s"
    totals = sums.groupby("coder", sort=False)[NAMES].sum()
    parts = [
        f"{percent(share)} is the same in coding {coder}"
        for coder, share in _share_of_same(totals).items()
    ]
    shares = _share_of_same(sums)
    least = sums.loc[shares.idxmin()]
    reading = (
        f"Of all that the reference coding or the coder marks, {' and '.join(parts)}; least of all "
        f"{least['kind']}s of {least['layer']} in {least['coder']} ({percent(shares.min())})."
    )
    return one_width(
        _fate_bars(sums),
        title,
        reading,
        f"A bar for each layer and kind of annotation, divided by how it compares. {reading}",
    )


def _share_of_same(counts: pd.DataFrame) -> pd.Series:
    return counts["same"] / counts[NAMES].sum(axis=1)


def _fate_bars(sums: pd.DataFrame) -> alt.VConcatChart:
    """Return one panel per coder, with a bar for each layer and kind, divided by fate."""
    rows = sums.melt(["coder", "said"], NAMES, "fate", "times")
    rows["order"] = rows["fate"].map(NAMES.index)
    x = alt.X(
        "times:Q", stack="normalize", title="share of all that the reference or the coder marks"
    )
    bars = alt.Chart(rows).mark_bar()
    bars = bars.encode(
        y=alt.Y("said:N", title=None, sort=list(sums["said"].unique())),
        x=x.axis(format=".0%"),
        color=colour("fate", FATE_COLOURS, "in the coding", sort=NAMES),
        order="order:Q",
        tooltip=["coder", "said", "fate", "times"],
    )
    panels = [
        bars.transform_filter(alt.datum.coder == coder).properties(
            width=WIDTH, height=alt.Step(18), title=panel_title(f"coder {coder}")
        )
        for coder in rows["coder"].unique()
    ]
    return alt.vconcat(*panels, spacing=16)


def __dir__() -> list[str]:
    return __all__
