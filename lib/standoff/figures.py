"""One function a figure: tables in, `Figure` out. Titles say what is shown; readings are worked out from the same table."""

from __future__ import annotations

import altair as alt

from . import sourcing
from .rules import ARTICLE
from .show import Figure
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH, YELLOW
from .words import count

__all__ = ["agreement", "citations", "heard", "labels", "naming", "share_of_words", "strip", "zones"]

VOICE = {"author": "the author", "unsourced": "nobody named"}


def labels(corpus) -> dict[str, str]:
    """Doc id -> what figures call the article: "DW, news report of 14 April 2017"."""
    return {
        row.doc: f"{row.doc.split('-')[0].upper()}, {row.genre} of {row.published.day} {sourcing.MONTHS[row.published.month - 1]} {row.published.year}"
        for row in corpus.documents.itertuples()
    }


def _label(table, corpus):
    """The table with the articles' names, in the order of publication."""
    names = labels(corpus)
    rank = table["doc"].map(list(names).index)
    return table.assign(article=table["doc"].map(names)).iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def _percent(share):
    return f"{share:.0%}"


def _by_article(table, panel, step):
    """One panel an article, in the order of the table, on one scale."""
    panels = [
        panel(rows.reset_index(drop=True)).properties(width=WIDTH, height=alt.Step(step), title=alt.Title(name, fontSize=13, offset=6))
        for name, rows in table.groupby("article", sort=False)
    ]
    return alt.vconcat(*panels, spacing=16).resolve_scale(x="shared", color="shared", shape="shared")


def zones(corpus) -> Figure:
    """Words of each file by zone: what is article, what is furniture."""
    table = corpus.zones.assign(words=corpus.zones["text"].map(count))
    table["part"] = (table["label"].isin(ARTICLE) & ~table["duplicate"]).map({True: "article text", False: "everything else"})
    table.loc[table["duplicate"], "label"] += " (again)"
    table = _label(table.groupby(["doc", "label", "part"], as_index=False).agg(words=("words", "sum"), zones=("id", "count")), corpus)
    parts = ["article text", "everything else"]

    def panel(rows):
        base = alt.Chart(rows).encode(
            x=alt.X("words:Q", title="words", axis=alt.Axis(tickCount=6)),
            y=alt.Y("label:N", sort=list(rows.sort_values("words", ascending=False)["label"]), title="zone"),
            tooltip=["label", "part", "zones", "words"],
        )
        colour = alt.Color("part:N", scale=alt.Scale(domain=parts, range=[BLUE, ORANGE]), title=None)
        return base.mark_bar().encode(color=colour) + base.mark_text(align="left", dx=4, color=INK).encode(text="words:Q")

    inside = table[table["part"] == "article text"].groupby("article", sort=False)["words"].sum() / table.groupby("article", sort=False)["words"].sum()
    reading = "; ".join(f"{_percent(share)} of the words in the file of {name} are article text" for name, share in inside.items())
    return Figure(
        _by_article(table, panel, 20),
        "What in the two files is article, and what is furniture",
        f"{reading}.",
        f"Bars: words by kind of zone. {reading}.",
    )


def _shares(corpus):
    runs = sourcing.runs(corpus)
    runs["words"] = runs["last"] - runs["first"] + 1
    runs["part"] = "reported in other words"
    runs.loc[runs["quoted"], "part"] = "quoted"
    runs.loc[runs["actor"] == "author", "part"] = "the author's own"
    table = runs.groupby(["doc", "part"], as_index=False, sort=False)["words"].sum()
    table["share"] = table["words"] / table.groupby("doc")["words"].transform("sum")
    return _label(table, corpus)


def share_of_words(corpus) -> Figure:
    """Each article's words: the author's own, reported, quoted."""
    table = _shares(corpus)
    parts = ["the author's own", "reported in other words", "quoted"]
    base = alt.Chart(table).encode(
        y=alt.Y("article:N", sort=list(labels(corpus).values()), title=None),
        x=alt.X("words:Q", title="words of the article text", stack="zero", axis=alt.Axis(tickCount=6)),
        order=alt.Order("rank:Q"),
        tooltip=["article", "part", "words", alt.Tooltip("share:Q", format=".0%")],
    )
    table["rank"] = table["part"].map(parts.index)
    table["middle"] = table.sort_values("rank").groupby("doc")["words"].transform(lambda words: words.cumsum() - words / 2)
    colour = alt.Color("part:N", scale=alt.Scale(domain=parts, range=[GREY, PALE, BLUE]), sort=parts, title=None)
    white = alt.condition("datum.rank != 1", alt.value("#ffffff"), alt.value(INK))
    numbers = alt.Chart(table[table["words"] > 30]).mark_text().encode(y=base.encoding.y, x="middle:Q", text="words:Q", color=white)
    chart = (base.mark_bar().encode(color=colour) + numbers).properties(width=WIDTH, height=alt.Step(44))
    said = table[table["part"] != parts[0]].groupby("article", sort=False)["share"].sum()
    quoted = table[table["part"] == parts[2]].set_index("article")["words"]
    reading = "; ".join(
        f"{name}: {_percent(share)} of the words are given to others, {quoted.get(name, 0)} of them in quotation marks" for name, share in said.items()
    )
    return Figure(chart, "Whose words are these?", f"{reading}.", f"Stacked bars, one an article. {reading}.")


def strip(corpus) -> Figure:
    """Each article from first to last word: whose words stand where, with the passage on hover."""
    names = dict(zip(corpus.actors["actor"], corpus.actors["name"], strict=True)) | VOICE
    runs = _label(sourcing.runs(corpus), corpus)
    runs["voice"] = runs["actor"].map(names)
    runs["before"], runs["words"] = runs["first"] - 1, runs["last"] - runs["first"] + 1
    runs["how"] = runs["quoted"].map({True: "quoted", False: "in the author's words"})
    runs["passage"] = runs["text"].str.slice(0, 400)

    def panel(rows):
        loud = rows.groupby("voice")["words"].sum().sort_values(ascending=False, kind="stable").index
        order = [VOICE["author"], *(voice for voice in loud if voice != VOICE["author"])]
        hows = ["quoted", "in the author's words"]
        return (
            alt.Chart(rows)
            .mark_bar(height=14)
            .encode(
                x=alt.X("before:Q", title="word number in the article text", scale=alt.Scale(nice=False), axis=alt.Axis(tickCount=6)),
                x2="last:Q",
                y=alt.Y("voice:N", sort=order, title=None, axis=alt.Axis(grid=True)),
                color=alt.Color("how:N", scale=alt.Scale(domain=hows, range=[ORANGE, GREY]), title=None),
                tooltip=["voice:N", "how:N", "words:Q", "passage:N"],
            )
        )

    first = runs[runs["actor"] != "author"].groupby("article", sort=False)["first"].min()
    longest = runs[runs["actor"] == "author"].sort_values("words").groupby("article", sort=False).tail(1).set_index("article")["words"]
    reading = "; ".join(
        f"in {name} somebody else speaks from word {first[name]} on, and the longest stretch in the author's own voice is {longest[name]} words"
        for name in first.index
    )
    return Figure(
        _by_article(runs, panel, 22),
        "Whose words stand where, from the first word to the last",
        f"{reading[:1].upper()}{reading[1:]}.",
        f"One row a voice, one bar a stretch of words, orange where it is quoted. {reading}.",
    )


def heard(corpus, top: int = 9) -> Figure:
    """Each party's share of the words given to voices against its share of mentions; beyond `top` the rest is summed and named."""
    table = sourcing.voices(corpus, by="party")
    table["weight"] = table[["share", "mention_share"]].max(axis=1)
    table["rank"] = table.groupby("doc")["weight"].rank(ascending=False, method="first")
    most = table.groupby("doc")["rank"].transform("max")
    rest = (table["rank"] > top) & (most > top + 1)
    number = rest.groupby(table["doc"]).transform("sum")
    table["party"] = table["name"].where(~rest, number.map(lambda n: f"{n} others together"))
    table = table.groupby(["doc", "party"], as_index=False, sort=False).agg(
        heard=("share", "sum"), mentioned=("mention_share", "sum"), weight=("weight", "sum")
    )
    table.loc[table["party"].str.endswith("others together"), "weight"] = -1.0
    table = _label(table, corpus)
    kinds = {"heard": "heard: share of all words given to voices", "mentioned": "talked about: share of all mentions"}

    def panel(rows):
        rows = rows.sort_values("weight", ascending=False, kind="stable")
        y = alt.Y("party:N", sort=list(rows["party"]), title=None)
        rule = alt.Chart(rows).mark_rule(color="#8c959f", strokeWidth=2).encode(y=y, x="heard:Q", x2="mentioned:Q")
        long = rows.melt(["party"], list(kinds), "what", "share").replace({"what": kinds})
        colour = alt.Color("what:N", scale=alt.Scale(domain=list(kinds.values()), range=[ORANGE, BLUE]), title=None)
        dots = alt.Chart(long).mark_point(filled=True, size=110, opacity=1)
        return rule + dots.encode(
            y=y,
            x=alt.X("share:Q", axis=alt.Axis(format=".0%"), title="share within the article"),
            color=colour.legend(labelLimit=320, columns=1),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=list(kinds.values()), range=["circle", "diamond"]), title=None),
            tooltip=["party", "what", alt.Tooltip("share:Q", format=".1%")],
        )

    gap = table[table["weight"] >= 0].assign(gap=table["mentioned"] - table["heard"]).sort_values("gap").groupby("article", sort=False).tail(1)
    reading = "; ".join(
        f"the widest gap in {row.article}: {row.party}, {_percent(row.mentioned)} of the mentions and {_percent(row.heard)} of the words"
        for row in gap.itertuples()
    )
    reading = f"{reading[:1].upper()}{reading[1:]}."
    return Figure(_by_article(table, panel, 24), "Heard, and only talked about", reading, f"Two points a party, joined by a line. {reading}")


def naming(corpus) -> Figure:
    """Attributions by whether the source is named, and whether it is quoted."""
    table = _label(sourcing.naming(corpus), corpus)
    kinds = ["direct", "mixed", "indirect"]
    table["rank"] = table["kind"].map(kinds.index)
    table["middle"] = table.sort_values("rank").groupby(["doc", "naming"])["attributions"].transform(lambda n: n.cumsum() - n / 2)

    def panel(rows):
        y = alt.Y("naming:N", sort=["named", "unnamed", "no source"], title="source")
        bars = (
            alt.Chart(rows)
            .mark_bar()
            .encode(
                y=y,
                x=alt.X("attributions:Q", title="attributions", axis=alt.Axis(format="d")),
                order="rank:Q",
                color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[ORANGE, YELLOW, GREY]), sort=kinds, title="the words are"),
                tooltip=["naming", "kind", "attributions", "words"],
            )
        )
        ink = alt.condition("datum.kind == 'indirect'", alt.value("#ffffff"), alt.value(INK))
        return bars + alt.Chart(rows).mark_text(fontWeight="bold").encode(y=y, x="middle:Q", text="attributions:Q", color=ink)

    parts = []
    for name, rows in table.groupby("article", sort=False):
        all_, named = rows["attributions"].sum(), rows.loc[rows["naming"] == "named", "attributions"].sum()
        parts.append(
            f"{name}: {named} of {all_} attributions have a named source, {rows.loc[rows['kind'] != 'indirect', 'attributions'].sum()} quote at least in part"
        )
    reading = f"{'; '.join(parts)}."
    return Figure(_by_article(table, panel, 30), "Named or not, quoted or not", reading, f"Stacked bars of counts. {reading}")


def citations(corpus) -> Figure:
    """The footnotes' entries as they stand, with what rests on each, and whether they can be followed."""
    table = _label(sourcing.citations(corpus), corpus)
    table["entry"] = table["text"].str.replace("\u00a0", " ")
    table["way"] = table["followable"].map({True: "can be followed", False: "leads nowhere: only mark and date are left"})
    ways = ["can be followed", "leads nowhere: only mark and date are left"]
    base = alt.Chart(table).encode(
        y=alt.Y("entry:N", sort=None, title="entry, as it stands"),
        x=alt.X("attributions:Q", title="attributions that rest on it", axis=alt.Axis(format="d", values=list(range(1 + table["attributions"].max())))),
    )
    colour = alt.Color("way:N", scale=alt.Scale(domain=ways, range=[BLUE, ORANGE]), title=None, legend=alt.Legend(labelLimit=320))
    chart = base.mark_bar().encode(color=colour, tooltip=["entry", "attributions", "way"]) + base.mark_text(align="left", dx=4, color=INK).encode(
        text="attributions:Q"
    )
    good, resting = int(table["followable"].sum()), int(table["attributions"].sum())
    reading = f"{good} of {len(table)} entries can be followed; {resting} links from attributions end at them."
    title = "Where the footnotes lead"
    return Figure(chart.properties(width=WIDTH, height=alt.Step(26)), title, reading, f"Bars: attributions for each entry. {reading}")


def agreement(table, least: int = 4) -> Figure:
    """Alpha on words of each label with its interval, from `agreement.labels`; labels rarer than `least` spans of a coder are only counted."""
    spans = table["spans"].str.split("/").map(lambda counts: min(map(int, counts)))
    shown = table[(spans >= least) & table["word"].notna()].reset_index(drop=True)
    shown["name"] = shown["label"].where(shown["label"] != "any", "any " + shown["layer"]) + " (" + shown["spans"] + ")"
    shown["layer"] = shown["layer"].map({name: name for name in shown["layer"]})
    y = alt.Y("name:N", sort=list(shown["name"]), title="label (spans of each coder)")
    x = alt.X("word_low:Q", title="alpha on words, with 95 % interval", scale=alt.Scale(domain=[min(0.0, shown["word_low"].min()), 1]))
    colour = alt.Color("layer:N", sort=list(dict.fromkeys(shown["layer"])), scale=alt.Scale(range=[INK, ORANGE, BLUE, GREY]), title="layer")
    bars = alt.Chart(shown).mark_rule(strokeWidth=2).encode(y=y, x=x, x2="word_high:Q", color=colour)
    tips = [
        "name",
        "layer",
        *(alt.Tooltip(f"{column}:Q", format=".2f") for column in ("word", "word_low", "word_high", "sentence", "unit", "exact", "overlap")),
    ]
    dots = alt.Chart(shown).mark_point(filled=True, size=90, opacity=1).encode(y=y, x="word:Q", color=colour, tooltip=tips)
    mark = alt.Chart().mark_rule(strokeDash=[4, 4], color=GREY).encode(x=alt.datum(0.8))
    low = shown[shown["word"] < 0.8]["label"]
    named = f"below the customary 0.8: {', '.join(low)}" if len(low) else "none is below the customary 0.8"
    reading = f"{len(shown)} labels and layers with at least {least} spans of each coder; {named}; {len(table) - len(shown)} rarer labels are left out."
    chart = (bars + dots + mark).properties(width=WIDTH, height=alt.Step(20))
    return Figure(chart, "Two coders, label by label", reading, f"A point a label with its interval, a dashed line at 0.8. {reading}")
