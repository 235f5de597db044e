"""Everything that is marked in an article, as `Mark`s: where, in which layer, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..annotation.did_you_mean import check_known
from ..annotation.model import unnumbered
from ..measures.sourcing import THOUGHT
from .camps import camps
from .names import day_in_words, tracks, voices, with_names

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = [
    "LAYERS",
    "OTHER",
    "ArticleViews",
    "Mark",
    "dates_of",
    "marks",
    "rows_of",
]

OTHER = "other"  # the layer of everything that is in none of the tables
LAYERS = {
    "sourcing": "Who is speaking",
    "framing": "How it is framed",
    "chronology": "When",
    "actors": "Who is mentioned",
    OTHER: "What else is marked",
}
# table -> layer and kind of its marks
TABLES = {
    "frames": ("framing", "frame"),
    "attributions": ("sourcing", "cue"),
    "quotations": ("sourcing", "quoted"),
    "times": ("chronology", "time"),
    "events": ("chronology", "event"),
    "mentions": ("actors", "mention"),
}
# Each row of these tables is a mark: its name, then what the annotation says of it. {…} is a
# column; a phrase is left out where the value is missing.
PHRASES = {
    "frames": ("{name}", "{function}", "{valence}", "about {target}", "voice: {voice}"),
    "attributions": (
        "{speaker}",
        "{how}",
        "{through}",
        "{stance} verb",
        "channel: {channel}",
        "{words} words, {quoted_words} of them quoted",
        "{footnote}",
    ),
    "quotations": ("{use}",),
    "times": ("{date}", "{type}", "{mod}"),
    "events": (
        "{type}",
        "by {who}",
        "towards {whom}",
        "{factuality}",
        "{only_reported}",
        "table: {track}",
        "move: {move}",
        "{date}",
    ),
    "mentions": ("{actor}", "{form}"),
}
NOTE = ("{how}", "{through}", "“{cue}”")  # of an attribution, beside the paragraph
IF_MISSING = {
    "actor": "nobody",
    "use": "in quotation marks",
    "voice": "nobody",
}
ACTORS = ("actor", "who", "whom", "target", "voice")  # columns with ids of actors
HOW = {"direct": "quoted", "mixed": "partly quoted", "indirect": "paraphrased"}
USES = {
    "speech": "quoted words",
    "scare": "scare quotes",
    "message": "a quotation that nobody spoke",
    "title": "a title in quotation marks",
}
UNSPOKEN = (*list(USES.values())[1:], IF_MISSING["use"])
UNMARKED = ("zone", "sentence")  # kinds of labels that structure the text


class Mark(NamedTuple):
    """One thing marked in a text.

    `fragments` are its stretches of text, `name` what it is called in a tag or a note, `about` all
    else that the annotation says of it. `kind` says what it is ("source", "cue", "content",
    "frame", …) and `camp` whose colour it has. `anchors` are the ids by which a link can reach it.
    `group` is the id of the attribution that it is part of, or its own id. `note` says, for the cue
    of an attribution, how its words reach the reader.
    """

    id: str
    layer: str
    kind: str
    fragments: tuple[tuple[int, int], ...]
    name: str
    about: tuple[str, ...]
    anchors: tuple[str, ...]
    group: str
    camp: str = ""
    note: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is more than the source or content of an attribution."""
        return self.id == self.group == self.anchors[0]

    @property
    def start(self) -> int:
        """Where its first stretch begins."""
        return min(self.fragments)[0]

    @property
    def end(self) -> int:
        """Where its last stretch ends."""
        return max(self.fragments)[1]


class ArticleViews:
    """Each article of a corpus as a corpus of its own: `views[doc]`."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus
        tables = ("zones", "sentences", *PHRASES)
        self.rows = {table: getattr(corpus, table).groupby("doc").indices for table in tables}

    def __getitem__(self, doc: str) -> Corpus:
        tables = {
            table: getattr(self.corpus, table).iloc[rows.get(doc, [])]
            for table, rows in self.rows.items()
        }
        return replace(self.corpus, **tables)


def marks(
    corpus: Corpus, doc: str, layers: Iterable[str] = tuple(LAYERS), dates: Mapping | None = None
) -> list[Mark]:
    """Return everything marked in an article, in the order of the text.

    `dates` is the result of `dates_of(corpus)`, which is computed if it is not given. Raises
    `KeyError` with the nearest name for an unknown doc or layer.
    """
    check_known(doc, corpus.texts, "no article", KeyError)
    for layer in layers:
        check_known(layer, LAYERS, "no layer", KeyError)
    if dates is None:
        dates = dates_of(corpus) if "chronology" in layers else {}
    article = _MarkMaker(corpus, doc, dates)
    in_tables = list(article.in_tables())
    found = [*in_tables, *article.other(in_tables)]
    return sorted(
        (mark for mark in found if mark.layer in layers),
        key=lambda mark: (mark.start, -mark.end),
    )


def rows_of(table: pd.DataFrame, doc: str) -> pd.DataFrame:
    """Return the rows of an article."""
    return table[table["doc"] == doc]


def dates_of(corpus: Corpus) -> dict[tuple[str, str], str]:
    """Return (doc, id) -> when an event happened, as a phrase bounded by all links together."""
    from ..measures.chronology import timeline

    return {
        (row.doc, row.id): _date_range(row.earliest, row.latest)
        for row in timeline(corpus).itertuples()
    }


def _date_range(earliest: Any, latest: Any) -> str:
    """Return a range of days as readers write it, "10 April 2017 to 13 April 2017"."""
    first, last = map(day_in_words, (earliest, latest))
    if not first and not last:
        return "no date can be worked out"
    if first == last:
        return first
    if not last:
        return f"{first} or later"
    return f"{first} to {last}" if first else f"{last} or earlier"


def _fill(phrases: Iterable[str], row: Mapping[str, Any]) -> Iterator[str]:
    """Fill phrases with the values of a row, and leave out those without a value."""
    for phrase in phrases:
        with suppress(KeyError):
            yield phrase.format_map(row)


class _MarkMaker:
    """Makes the marks of one article."""

    def __init__(self, corpus: Corpus, doc: str, dates: Mapping):
        self.corpus, self.doc, self.dates = corpus, doc, dates
        self.annotations = corpus.annotations[doc]
        self.fragments = {span.id: span.fragments for span in self.annotations.spans}
        self.events = {event.id: event for event in self.annotations.events}
        # the address of a trigger leads to the first of its events
        self.first_event = {event.trigger: event.id for event in reversed(self.annotations.events)}
        # spans that have an address: first those with a row, then roles, in the order of the rows
        self.addressed = {
            ident for table in PHRASES for ident in rows_of(getattr(corpus, table), doc)["id"]
        }

    def in_tables(self) -> Iterator[Mark]:
        """Make the marks of all rows of the tables."""
        for table, phrases in PHRASES.items():
            layer, kind = TABLES[table]
            for row in self.rows(table):
                mark = self.mark(row["id"], layer, kind, *_fill(phrases, row))
                if table == "attributions":
                    note = ", ".join(_fill(NOTE, row))
                    mark = mark._replace(
                        camp=row.get("camp", ""),
                        note=note,
                        anchors=(*mark.anchors, *self.cues_at(mark)),
                    )
                    yield from self.roles(row)
                elif row.get("use") in UNSPOKEN:
                    mark = mark._replace(kind="unspoken")
                yield mark

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Return the rows of a table as what its phrases say, without missing values."""
        rows = rows_of(getattr(self.corpus, table), self.doc)
        if table == "attributions":
            rows = self.described(rows)
        rows = with_names(rows, voices(self.corpus), *rows.columns.intersection(ACTORS))
        if table == "quotations":
            rows = rows.replace({"use": USES})
        elif table == "frames":
            rows = rows.assign(name=rows["frame"].map(self.corpus.codebook.title).str.capitalize())
        elif table == "times":
            rows = rows.assign(
                date=[
                    "how long" if row.type == "DURATION" else _date_range(row.earliest, row.latest)
                    for row in rows.itertuples()
                ],
                type=rows["type"].where(rows["type"] == "SET").str.lower(),
                mod=rows["mod"].str.lower().str.replace("_", " "),
            )
        elif table == "events":
            rows = with_names(rows, tracks(self.corpus), "track").assign(
                date=[self.dates.get((self.doc, ident)) for ident in rows["id"]],
                only_reported=rows["reported"].map({True: "only reported"}),
            )
        for row in rows.fillna(IF_MISSING).to_dict("records"):
            yield {
                column: value
                for column, value in row.items()
                if isinstance(value, str | int) and value != ""
            }

    def described(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add who speaks, how, in whose colour and through whom to rows of attributions."""
        names = with_names(rows, voices(self.corpus), "actor").set_index("id")["actor"]
        is_thought = rows["cue"].str.contains(THOUGHT) & (rows["quoted_words"] == 0)
        words = rows.set_index("id")["source"].map("“{}”".format, na_action="ignore")
        names_or_words = names.fillna(words)
        colours = camps(self.corpus)
        first = rows["actor"].fillna("unsourced").str.split(" ").str[0]
        return rows.assign(
            speaker=names_or_words.fillna("no source given").to_numpy(),
            how=rows["kind"].map(HOW).mask(is_thought, "ascribed as a thought"),
            camp=first.map(colours),
            through=rows["parent"].map(names_or_words).map("through {}".format, na_action="ignore"),
            footnote=rows["cites"].map(lambda _: "with a footnote", na_action="ignore"),
        )

    def mark(self, ident: str, layer: str, kind: str, *words: str) -> Mark:
        """Return the mark of a span or an event's trigger, with its name and description."""
        trigger, anchors = ident, [ident]
        if ident in self.events:
            trigger = self.events[ident].trigger
        if self.first_event.get(trigger) == ident:
            anchors.append(trigger)
        name, *about = words
        fragments = self.fragments[trigger]
        return Mark(ident, layer, kind, fragments, name, tuple(about), tuple(anchors), ident)

    def cues_at(self, mark: Mark) -> Iterator[str]:
        """Address the spans that other schemes have as `Cue` where the trigger stands already."""
        for label, ident in self.events[mark.id].roles:
            at_trigger = self.fragments.get(ident) == mark.fragments
            if unnumbered(label) == "Cue" and at_trigger and ident not in self.addressed:
                self.addressed.add(ident)
                yield ident

    def roles(self, row: dict[str, Any]) -> Iterator[Mark]:
        """Make the marks of the source and the contents of an attribution."""
        trigger = self.fragments[self.events[row["id"]].trigger]
        for label, ident in self.events[row["id"]].roles:
            kind = unnumbered(label).lower()
            mark = self.mark(ident, "sourcing", kind, row["speaker"])
            if kind == "cue" and mark.fragments == trigger:
                continue  # its mark is that of the attribution
            if kind == "content" and row.get("channel") == "citation":
                kind = "cited"  # a footnote ascribes nothing that one could tint
            # a mention can be the source of several attributions
            anchors = [f"{row['id']}-{ident}"]
            if ident not in self.addressed:
                self.addressed.add(ident)
                anchors.append(ident)
            yield mark._replace(
                kind=kind, anchors=tuple(anchors), group=row["id"], camp=row.get("camp", "")
            )

    def other(self, in_tables: list[Mark]) -> Iterator[Mark]:
        """Make the marks of all spans and events that are in no table."""
        known = {mark.id for mark in in_tables} | self.addressed | set(self.first_event)
        about = defaultdict(list)
        for attribute in self.annotations.attributes:
            about[attribute.target].append(f"{attribute.name}: {attribute.value}")
        for reference in self.annotations.normalisations:
            about[reference.target].append(f"{reference.db}: {reference.key}")
        items: list[Any] = [*self.annotations.spans, *self.annotations.events]
        for item in items:
            entry = self.corpus.codebook.labels[item.label]
            if item.id not in known and entry["kind"] not in UNMARKED:
                layer = f"layer: {entry['layer']}"
                yield self.mark(item.id, OTHER, "label", item.label, layer, *about[item.id])
