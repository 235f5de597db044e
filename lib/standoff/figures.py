"""One function a figure: tables in, `Figure` out. Titles say what is shown; readings are worked out from the same table."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from . import chronology, diplomacy, framing, sourcing
from .rules import ARTICLE
from .show import Figure
from .theme import BLUE, GREY, INK, ORANGE, PALE, WIDTH, YELLOW
from .words import count

__all__ = [
    "agreement",
    "calling",
    "citations",
    "dealings",
    "frames",
    "functions",
    "heard",
    "key_words",
    "labels",
    "matrix",
    "naming",
    "share_of_words",
    "sightings",
    "strip",
    "telling",
    "timeline",
    "voices_of_frames",
    "zones",
]

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


def _choice(options, words, *fields):
    """A list to choose from beneath the chart, by mouse or keyboard, and the opacity that lets marks with none of their fields chosen grow pale."""
    chosen = alt.param(name=f"chosen_{fields[0]}", value="all", bind=alt.binding_select(options=["all", *options], name=f"{words}: "))
    test = " || ".join((f"{chosen.name} == 'all'", *(f"datum.{field} == {chosen.name}" for field in fields)))
    return chosen, alt.when(test).then(alt.value(1)).otherwise(alt.value(0.12))


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
    choice, opacity = _choice(list(dict.fromkeys(runs["voice"])), "Show one voice", "voice")

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
                opacity=opacity,
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
        _by_article(runs, panel, 22).add_params(choice),
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
    mark = alt.Chart().mark_rule(strokeDash=[4, 4], color=GREY, aria=False).encode(x=alt.datum(0.8))
    low = shown[shown["word"] < 0.8]["label"]
    named = f"below the customary 0.8: {', '.join(low)}" if len(low) else "none is below the customary 0.8"
    reading = f"{len(shown)} labels and layers with at least {least} spans of each coder; {named}; {len(table) - len(shown)} rarer labels are left out."
    chart = (bars + dots + mark).properties(width=WIDTH, height=alt.Step(20))
    return Figure(chart, "Two coders, label by label", reading, f"A point a label with its interval, a dashed line at 0.8. {reading}")


OWNERS = ["author", "source", "nobody named"]


def _owner_bars(rows, y, x, tooltip):
    """Bars cut by whose voice it is."""
    colour = alt.Color("owner:N", scale=alt.Scale(domain=OWNERS, range=[GREY, ORANGE, PALE]), sort=OWNERS, title="in the voice of")
    return alt.Chart(rows).mark_bar().encode(y=y, x=x, order="rank:Q", color=colour, tooltip=tooltip)


def frames(corpus) -> Figure:
    """Frames by how many clauses carry them and in whose voice."""
    table = framing.ownership(corpus).groupby(["doc", "frame", "owner", "of"], as_index=False)["frames"].sum()
    table = _label(table, corpus)
    table["rank"] = table["owner"].map(OWNERS.index)

    def panel(rows):
        y = alt.Y("frame:N", sort=list(rows.sort_values("of", ascending=False)["frame"].unique()), title="frame")
        return _owner_bars(rows, y, alt.X("frames:Q", title="clauses", axis=alt.Axis(format="d")), ["frame", "owner", "frames", "of"])

    parts = []
    for name, rows in table.groupby("article", sort=False):
        total, own = rows["frames"].sum(), rows.loc[rows["owner"] == "author", "frames"].sum()
        most = rows.groupby("frame")["frames"].sum().idxmax()
        parts.append(f"{name}: most clauses go to {most}; {own} of {total} are in the author's own voice")
    reading = f"{'; '.join(parts)}."
    return Figure(_by_article(table, panel, 22), "What is said to be the matter, and in whose voice", reading, f"Stacked bars of counts. {reading}")


def functions(corpus) -> Figure:
    """Frame by function: what each frame is used for."""
    table = framing.profile(corpus).groupby(["doc", "frame", "function"], as_index=False)["frames"].sum()
    table = _label(table, corpus)
    order = ["problem", "cause", "judgement", "remedy"]

    def panel(rows):
        base = alt.Chart(rows).encode(
            x=alt.X("function:N", sort=order, title="function of the clause", axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=order)),
            y=alt.Y("frame:N", title="frame"),
        )
        squares = base.mark_rect().encode(
            color=alt.Color("frames:Q", scale=alt.Scale(range=["#e8f1f8", BLUE]), legend=None), tooltip=["frame", "function", "frames"]
        )
        ink = alt.condition("datum.frames > 3", alt.value("#ffffff"), alt.value(INK))
        return squares + base.mark_text().encode(text="frames:Q", color=ink)

    sums = table.groupby(["article", "function"], sort=False)["frames"].sum()
    total = table.groupby("article", sort=False)["frames"].sum()
    reading = "; ".join(f"{name}: {sums.get((name, 'remedy'), 0)} of {total[name]} clauses ask for a remedy" for name in total.index)
    return Figure(
        _by_article(table, panel, 24),
        "What each frame is used for: number of clauses",
        f"{reading}.",
        f"Two tables of counts of clauses, frame by function. {reading}.",
    )


def calling(corpus, actor: str) -> Figure:
    """What an actor is called, by the author and by others."""
    table = framing.designations(corpus, actor)
    table["owner"] = table["voice"].map(framing.OWNERS).fillna("source")
    table = _label(table.groupby(["doc", "wording", "owner"], as_index=False)["mentions"].sum(), corpus)
    table["rank"] = table["owner"].map(OWNERS.index)

    def panel(rows):
        most = alt.EncodingSortField("mentions", op="sum", order="descending")
        y = alt.Y("wording:N", sort=most, title=None, axis=alt.Axis(labelLimit=330))
        return _owner_bars(rows, y, alt.X("mentions:Q", title="mentions", axis=alt.Axis(format="d")), ["wording", "owner", "mentions"])

    name = corpus.registry["actors"][actor]["name"]
    rare = table[table["mentions"] == 1].drop_duplicates("wording")
    spread = table.groupby("article", sort=False)["wording"].nunique()
    reading = "; ".join(f"{article}: {number} wording{'s' if number > 1 else ''}" for article, number in spread.items())
    return Figure(
        _by_article(table, panel, 24),
        f"What the texts call the {name}",
        f"{reading}.",
        f"Bars: mentions of each wording. {reading}. Said once: {', '.join(rare['wording'])}.",
    )


def key_words(table, sides: tuple[str, str], top: int = 14) -> Figure:
    """The most distinctive words of two sides, from `framing.keyness`."""
    shown = table.head(top).copy()
    shown["lasting"] = (shown["q"] < 0.05).map({True: "stands", False: "may be chance"})
    kinds = ["stands", "may be chance"]
    base = alt.Chart(shown).encode(y=alt.Y("word:N", sort=list(shown.sort_values("z")["word"]), title="word"))
    dots = base.mark_point(filled=True, size=100, opacity=1).encode(
        x=alt.X("z:Q", title=f"z of the log odds: left {sides[1]}, right {sides[0]}"),
        color=alt.Color("lasting:N", scale=alt.Scale(domain=kinds, range=[ORANGE, "#8c959f"]), title="after control for many comparisons"),
        tooltip=["word", "count_1", "count_2", *(alt.Tooltip(f"{c}:Q", format=".2f") for c in ("z", "g2", "q", "dp")), "parts"],
    )
    zero = alt.Chart().mark_rule(color="#8c959f", aria=False).encode(x=alt.datum(0))
    stands = table.loc[table["q"] < 0.05, "word"]
    reading = (
        f"Of {len(table)} words compared, {len(stands)} stand after control for the number of comparisons{': ' if len(stands) else ''}{', '.join(stands)}."
    )
    return Figure((dots + zero).properties(width=WIDTH, height=alt.Step(20)), "Words that set the two sides apart", reading, f"A point a word. {reading}")


FACTS = {"fact": "fact", "denied": "denied", "possible": "possible", "planned": "planned"}


DAY = pd.Timedelta(days=1)


def _dated(corpus):
    """Events with their bounds; an open side is cut at a week beyond all dates of the article, and said to be open."""
    bounds = chronology.timeline(corpus).query("kind == 'event'")[["doc", "id", "earliest", "latest"]]
    table = _label(corpus.events.merge(bounds, on=["doc", "id"]), corpus)
    table["number"] = table.groupby("doc")["start"].rank(method="first").astype(int)
    table = table[table["earliest"].notna() | table["latest"].notna()].reset_index(drop=True)
    days = table.groupby("doc")
    first, last = days["earliest"].transform("min"), days["latest"].transform("max")
    margin = (last - first) * 0.06
    table["open"] = "between the two days"
    table.loc[table["earliest"].isna(), "open"] = "not later than"
    table.loc[table["latest"].isna(), "open"] = "not earlier than"
    table["from_day"] = table["earliest"].fillna(first - margin)
    table["to_day"] = (table["latest"] + DAY).fillna(last + margin)
    table["said"] = [text.replace("\u00a0", " ") for text in table["text"]]
    for side in ("from_day", "to_day"):
        table[side] = table[side].dt.strftime("%Y-%m-%d")
    return table[["article", "doc", "number", "said", "factuality", "voice", "reported", "open", "from_day", "to_day"]]


def telling(corpus) -> Figure:
    """Narrated position against time: one line an event, as long as its date is uncertain."""
    table = _dated(corpus)
    kinds = list(FACTS)

    def panel(rows):
        base = alt.Chart(rows).encode(
            y=alt.Y("number:Q", title="order of telling", scale=alt.Scale(reverse=True, nice=False), axis=alt.Axis(format="d", tickCount=6)),
            color=alt.Color("factuality:N", scale=alt.Scale(domain=kinds, range=[INK, ORANGE, YELLOW, BLUE]), sort=kinds, title="told as"),
            tooltip=["said", "factuality", "voice", "open", "from_day", "to_day"],
        )
        x, x2 = alt.X("from_day:T", title="time", axis=alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=5)), "to_day:T"
        solid = alt.condition("datum.open == 'between the two days'", alt.value(1.0), alt.value(0.3))
        return base.mark_rule(strokeWidth=3.5).encode(x=x, x2=x2, opacity=solid)

    chart = _by_article(table, panel, 1)
    for part in chart.vconcat:
        part.height = 300
    chart = chart.resolve_scale(x="independent", color="shared")
    order = chronology.order(corpus)
    names = labels(corpus)
    reading = "; ".join(
        f"{names[row.doc]}: of {row.as_told + row.reversed} pairs of events whose order is known, {row.reversed} are told the other way round"
        for row in order.itertuples()
    )
    return Figure(
        chart,
        "Told in which order, happened when",
        f"{reading}.",
        f"One bar an event from its earliest to its latest day, pale where a side is open, from top to bottom as told. {reading}.",
    )


def timeline(corpus) -> Figure:
    """Both articles on their own time: facts, reports, denials, plans told apart."""
    table = _dated(corpus)
    table["kind"] = table["factuality"].map({"fact": "fact", "denied": "denied", "possible": "possible or planned", "planned": "possible or planned"})
    table.loc[(table["kind"] == "fact") & table["reported"], "kind"] = "fact, by a source alone"
    kinds = ["fact", "fact, by a source alone", "denied", "possible or planned"]
    table = table.sort_values(["article", "kind", "from_day", "to_day"], kind="stable")
    table = _label(table.drop(columns="article"), corpus)
    table["lane"] = table.groupby(["doc", "kind"]).cumcount()

    def panel(rows):
        return (
            alt.Chart(rows)
            .mark_bar(height=3)
            .encode(
                x=alt.X("from_day:T", title="time", axis=alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=5)),
                x2="to_day:T",
                y=alt.Y("kind:N", sort=kinds, title=None, scale=alt.Scale(domain=kinds)),
                yOffset=alt.YOffset("lane:Q"),
                color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[INK, GREY, ORANGE, BLUE]), legend=None),
                opacity=alt.condition("datum.open == 'between the two days'", alt.value(1.0), alt.value(0.3)),
                tooltip=["said", "factuality", "voice", "open", "from_day", "to_day"],
            )
        )

    chart = _by_article(table, panel, 110).resolve_scale(x="independent", color="shared")
    parts = [
        f"{name}: {(rows['kind'] == 'fact').sum()} of {len(rows)} dated events are facts in the author's own words"
        for name, rows in table.groupby("article", sort=False)
    ]
    reading = f"{'; '.join(parts)}."
    return Figure(
        chart, "What happened, what is said to have, what did not, and what was to come", reading, f"One bar an event on its article's time. {reading}"
    )


SPLIT = "split(replace(datum.label, ' in ', ', in '), ', ')"


def matrix(corpus) -> Figure:
    """Parties by tables: what each is to each."""
    table = _label(diplomacy.positions(corpus), corpus)
    names = dict(zip(corpus.actors["actor"], corpus.actors["name"], strict=True))
    table["party"] = table["party"].map(names)
    table["table"] = table["track"].map({track: entry["name"] for track, entry in corpus.registry["tracks"].items()})
    table["first"] = table["stances"].str.split(", ").str[0].replace("", "invited")
    yes, no = ["hosts", "comes", "accepts", "invites", "proposes"], ["stays away", "declines", "does not accept"]
    table["side"] = ["for it" if word in yes else "against it" if word in no else "open" for word in table["first"]]
    table.loc[table["first"] == "fails to lead", "side"] = "leads it, and fails"
    table.loc[table["stances"].str.contains("declines, accepts", regex=False), "side"] = "first against, then for it"
    table["shown"] = table["stances"].str.replace(", ", " · ") + table["invited"].map({True: " (invited)", False: ""})
    sides = ["for it", "against it", "open", "first against, then for it", "leads it, and fails"]

    def panel(rows):
        base = alt.Chart(rows).encode(
            y=alt.Y("party:N", title=None), x=alt.X("table:N", title=None, axis=alt.Axis(labelAngle=0, labelLimit=142, labelFontSize=11, labelExpr=SPLIT))
        )
        colour = alt.Color("side:N", scale=alt.Scale(domain=sides, range=[PALE, "#f5b48a", "#e6e8eb", "#f3d98c", "#d5c3e6"]), sort=sides, title="at the table")
        return base.mark_rect(stroke="#ffffff").encode(color=colour, tooltip=["party", "table", "stances", "moves", "invited"]) + base.mark_text(
            fontSize=10, color=INK
        ).encode(text="shown:N")

    chart = alt.vconcat(
        *(
            panel(rows).properties(width=alt.Step(142), height=alt.Step(26), title=alt.Title(name, fontSize=13, offset=6))
            for name, rows in table.groupby("article", sort=False)
        ),
        spacing=16,
    ).resolve_scale(x="independent", y="independent", color="shared")
    no_of = table[table["side"] == "against it"].groupby("article", sort=False)["party"].unique()
    reading = "; ".join(f"{name}: against a table are {', '.join(parties)}" for name, parties in no_of.items())
    return Figure(chart, "Who is what to which table", f"{reading}.", f"Two tables, parties by negotiating tables, with their moves in words. {reading}.")


def dealings(corpus, top: int = 6) -> Figure:
    """Who does what to whom, as far as it is told as fact: the busiest parties on a circle, conflict and cooperation told apart."""
    names = dict(zip(corpus.actors["actor"], corpus.actors["name"], strict=True))
    table = _label(diplomacy.network(corpus).query("factual > 0").drop(columns="events").rename(columns={"factual": "events"}), corpus)
    kinds = ["cooperation", "request", "conflict"]
    rings = {name: _places(rows, top) for name, rows in table.groupby("article", sort=False)}
    choice, opacity = _choice(sorted({names[party] for ring in rings.values() for party in ring}), "Show one party", "who", "whom")
    panels = []
    for name, rows in table.groupby("article", sort=False):
        ring = rings[name]
        arcs = [_arc(row, ring, kinds) for row in rows.itertuples() if row.who in ring and row.whom in ring]
        arcs = [arc | {"who": names[arc["who"]], "whom": names[arc["whom"]]} for arc in arcs]
        nodes = [{"party": names[party], "x": x * 1.02, "y": y * 1.02 + (0.14 if y >= 0 else -0.14)} for party, (x, y) in ring.items()]
        panels.append(_ring(arcs, nodes, kinds, opacity).properties(width=WIDTH, height=330, title=alt.Title(name, fontSize=13, offset=6)))
    chart = alt.vconcat(*panels, spacing=16).resolve_scale(color="shared", size="shared").add_params(choice)
    clash = table[table["relation"] == "conflict"].sort_values(["events"], ascending=False, kind="stable").groupby("article", sort=False).head(1)
    clash = clash.sort_values("article", key=lambda names: names.map(list(labels(corpus).values()).index))
    reading = "; ".join(
        f"{row.article}: the pair with most conflict is {names[row.who]} against {names[row.whom]} ({row.events})" for row in clash.itertuples()
    )
    return Figure(
        chart,
        "Who does what to whom, as far as it is told as fact",
        f"{reading}.",
        f"Parties on a circle, a line a relation, thicker for more events. {reading}.",
    )


def _places(rows, top):
    """The busiest parties at even distances on a circle: party -> (x, y)."""
    weight = rows.groupby("who")["events"].sum().add(rows.groupby("whom")["events"].sum(), fill_value=0).sort_values(ascending=False, kind="stable")
    shown = weight.index[:top]
    return {party: (math.sin(2 * math.pi * i / len(shown)), math.cos(2 * math.pi * i / len(shown))) for i, party in enumerate(shown)}


def _arc(row, ring, kinds):
    """A line between two parties, set a little aside for each kind of relation so that lines do not cover each other."""
    (x, y), (x2, y2) = ring[row.who], ring[row.whom]
    length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5
    aside = 0.035 * (kinds.index(row.relation) + 0.5)
    dx, dy = (y2 - y) / length * aside, -(x2 - x) / length * aside
    return {"x": x + dx, "y": y + dy, "x2": x2 + dx, "y2": y2 + dy, "relation": row.relation, "events": row.events, "who": row.who, "whom": row.whom}


def _ring(arcs, nodes, kinds, opacity):
    blank, scale = None, alt.Scale(domain=[-1.6, 1.6])
    lines = alt.Chart(alt.Data(values=arcs)).mark_rule()
    lines = lines.encode(
        x=alt.X("x:Q", axis=blank, scale=scale),
        y=alt.Y("y:Q", axis=blank, scale=alt.Scale(domain=[-1.3, 1.3])),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=alt.StrokeWidth("events:Q", scale=alt.Scale(domain=[1, 10], range=[1.2, 7]), legend=None),
        color=alt.Color("relation:N", scale=alt.Scale(domain=kinds, range=[BLUE, "#8c959f", ORANGE]), sort=kinds, title="relation"),
        opacity=opacity,
        tooltip=["who:N", "whom:N", "relation:N", "events:Q"],
    )
    words = alt.Chart(alt.Data(values=nodes)).mark_text(fontWeight="bold", fontSize=12, color=INK)
    return lines + words.encode(x=alt.X("x:Q", axis=blank), y=alt.Y("y:Q", axis=blank), text="party:N")


KINDS = ["the author", "named source, quoted", "named source, paraphrased", "unnamed source", "nobody named"]


def voices_of_frames(table, corpus) -> Figure:
    """Frames by the kind of voice they stand in, from a table doc, frame, voice_kind, frames."""
    table = _label(table, corpus)

    def panel(rows):
        base = alt.Chart(rows).encode(
            x=alt.X("voice_kind:N", sort=KINDS, title="in the voice of", axis=alt.Axis(labelAngle=-20), scale=alt.Scale(domain=KINDS)),
            y=alt.Y("frame:N", title="frame"),
        )
        colour = alt.Color("frames:Q", scale=alt.Scale(range=["#e8f1f8", BLUE]), legend=None)
        ink = alt.condition("datum.frames > 4", alt.value("#ffffff"), alt.value(INK))
        return base.mark_rect().encode(color=colour, tooltip=["frame", "voice_kind", "frames"]) + base.mark_text().encode(text="frames:Q", color=ink)

    quoted = table[table["voice_kind"] == KINDS[1]].groupby("article")["frames"].sum()
    total = table.groupby("article", sort=False)["frames"].sum()
    reading = "; ".join(f"{name}: {quoted.get(name, 0)} of {number} framing clauses stand in quoted words of a named source" for name, number in total.items())
    return Figure(
        _by_article(table, panel, 24),
        "Frames by the kind of voice they stand in: number of clauses",
        f"{reading}.",
        f"Two tables of counts, frame by kind of voice. {reading}.",
    )


def sightings(corpus) -> Figure:
    """Where in the telling each frame sits."""
    table = corpus.frames[corpus.frames["zone"].isin(ARTICLE)].copy()
    length = {doc: len(text) for doc, text in corpus.texts.items()}
    table["place"] = [row.start / length[row.doc] for row in table.itertuples()]
    table["owner"] = table["voice"].map(framing.OWNERS).fillna("source")
    table = _label(table[["doc", "frame", "place", "owner", "text"]], corpus)
    choice, opacity = _choice(sorted(table["frame"].unique()), "Show one frame", "frame")

    def panel(rows):
        return (
            alt.Chart(rows)
            .mark_tick(thickness=4, height=16)
            .encode(
                x=alt.X(
                    "place:Q", title="place in the file, from its first to its last character", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])
                ),
                y=alt.Y("frame:N", title="frame"),
                color=alt.Color("owner:N", scale=alt.Scale(domain=OWNERS, range=[GREY, ORANGE, PALE]), sort=OWNERS, title="in the voice of"),
                opacity=opacity,
                tooltip=["frame", "owner", "text"],
            )
        )

    last = table.sort_values("place").groupby("article", sort=False).tail(1).set_index("article")["frame"]
    first = table.sort_values("place").groupby("article", sort=False).head(1).set_index("article")["frame"]
    reading = "; ".join(f"{name} opens with {first[name]} and ends with {last[name]}" for name in labels(corpus).values())
    return Figure(
        _by_article(table, panel, 22).add_params(choice), "Where in the telling the frames sit", f"{reading}.", f"One mark a framing clause. {reading}."
    )
