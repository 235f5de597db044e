"""Everything that is marked in an article, as `Mark`s: where, in which layer, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..annotation.model import unnumbered
from ..annotation.suggest import suggest
from .names import tracks, voices, with_names

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = ["LAYERS", "OTHER", "ArticleViews", "Mark", "check_known", "dates_of", "marks", "rows_of"]

OTHER = "other"  # the layer of everything that is in none of the tables
LAYERS = {
    "framing": "what is said to be the matter",
    "sourcing": "who is given a voice",
    "chronology": "what happened when",
    "actors": "who is in the text",
    OTHER: "what else is marked",
}
LAYER_OF = {
    "frames": "framing",
    "attributions": "sourcing",
    "quotations": "sourcing",
    "times": "chronology",
    "events": "chronology",
    "mentions": "actors",
}
# Each row of these tables is a mark: its tag, then its attributes. {…} is a column; a phrase
# is left out where the value is missing.
PHRASES = {
    "frames": ("{frame}", "{function}", "{valence}", "towards {target}", "in the voice of {voice}"),
    "attributions": (
        "cue {number}",
        "{attributed}",
        "{kind}",
        "{stance} cue",
        "channel: {channel}",
        "{words} words, {quoted_words} of them quoted",
        "inside {parent}",
        "cites {cites}",
    ),
    "quotations": ("{use}", "in {attribution}"),
    "times": ("time: {value}", "{type}", "{mod}", "{date}"),
    "events": (
        "event: {type}",
        "by {who}",
        "to {whom}",
        "{factuality}",
        "{only_reported}",
        "table: {track}",
        "move: {move}",
        "{date}",
    ),
    "mentions": ("{actor}", "{form}"),
}
ROLE_PHRASES = ("of {id}, cue “{cue}”", "{attributed}")  # the second for contents alone
IF_MISSING = {
    "actor": "nobody",
    "attributed": "no source",
    "use": "in quotation marks",
    "value": "no date",
    "voice": "nobody",
}
ACTORS = ("actor", "who", "whom", "target", "voice")  # columns with ids of actors
USES = {
    "speech": "quoted words",
    "scare": "scare quotes",
    "message": "invented quotation",
    "title": "title in quotation marks",
}
UNMARKED = ("zone", "sentence")  # kinds of labels that structure the text


class Mark(NamedTuple):
    """One thing marked in a text.

    `fragments` are its stretches of text, `tag` the words shown before it, `about` all that the
    annotation says of it. `anchors` are the ids by which a link can reach it. `group` is the id of
    the attribution that it is part of, or its own id.
    """

    id: str
    layer: str
    fragments: tuple[tuple[int, int], ...]
    tag: str
    about: tuple[str, ...]
    anchors: tuple[str, ...]
    group: str

    @property
    def is_whole(self) -> bool:
        """Whether it is more than the source or content of an attribution."""
        return self.id == self.group == self.anchors[0]

    @property
    def start(self) -> int:
        """Where its first stretch begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where its last stretch ends."""
        return self.fragments[-1][1]


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
    check_known(doc, corpus.texts, "article")
    for layer in layers:
        check_known(layer, LAYERS, "layer")
    if dates is None:
        dates = dates_of(corpus) if "chronology" in layers else {}
    article = _Article(corpus, doc, dates)
    in_tables = list(article.in_tables())
    found = [*in_tables, *article.other(in_tables)]
    return sorted(
        (mark for mark in found if mark.layer in layers),
        key=lambda mark: (mark.start, -mark.end),
    )


def rows_of(table: pd.DataFrame, doc: str) -> pd.DataFrame:
    """Return the rows of an article."""
    return table[table["doc"] == doc]


def check_known(name: str, names: Iterable[str], noun: str) -> None:
    """Raise `KeyError` with the nearest name if `name` is not one of `names`."""
    if name not in names:
        raise KeyError(f"no {noun} '{name}'; {suggest(name, names)}")


def dates_of(corpus: Corpus) -> dict[tuple[str, str], str]:
    """Return (doc, id) -> when an event happened, as a phrase bounded by all links together."""
    from ..measures.chronology import timeline

    return {
        (row.doc, row.id): _date_range(row.earliest, row.latest)
        for row in timeline(corpus).itertuples()
    }


def _date_range(earliest: Any, latest: Any) -> str:
    import pandas as pd

    first, last = ("" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in (earliest, latest))
    if not first and not last:
        return "not dated"
    if first == last:
        return f"on {first}"
    return f"between {first or 'an open past'} and {last or 'an open future'}"


def _fill(phrases: Iterable[str], row: Mapping[str, Any]) -> Iterator[str]:
    """Fill phrases with the values of a row, and leave out those without a value."""
    for phrase in phrases:
        with suppress(KeyError):
            yield phrase.format_map(row)


class _Article:
    """Makes the marks of one article."""

    def __init__(self, corpus: Corpus, doc: str, dates: Mapping):
        self.corpus, self.doc, self.dates = corpus, doc, dates
        self.annotations = corpus.annotations[doc]
        self.fragments = {span.id: span.fragments for span in self.annotations.spans}
        self.events = {event.id: event for event in self.annotations.events}
        # the address of a trigger leads to the first of its events
        self.first_event = {event.trigger: event.id for event in reversed(self.annotations.events)}

    def in_tables(self) -> Iterator[Mark]:
        """Make the marks of all rows of the tables."""
        for table, phrases in PHRASES.items():
            for row in self.rows(table):
                tag, *about = _fill(phrases, row)
                yield self.mark(row["id"], LAYER_OF[table], tag, about)
                if table == "attributions":
                    yield from self.roles(row)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Return the rows of a table as what its phrases say, without missing values."""
        rows = rows_of(getattr(self.corpus, table), self.doc)
        rows = with_names(rows, voices(self.corpus), *rows.columns.intersection(ACTORS))
        if table == "attributions":
            attributed = "source: " + rows["actor"]
            rows = rows.assign(number=range(1, len(rows) + 1), attributed=attributed)
        elif table == "quotations":
            rows = rows.replace({"use": USES})
        elif table == "times":
            rows = rows.assign(date=list(map(_date_range, rows["earliest"], rows["latest"])))
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

    def mark(
        self,
        ident: str,
        layer: str,
        tag: str,
        about: Iterable[str],
        group: str = "",
        anchor: str = "",
    ) -> Mark:
        """Make the mark of a span or of an event's trigger."""
        trigger, anchors = ident, [anchor or ident]
        if ident in self.events:
            trigger = self.events[ident].trigger
        if self.first_event.get(trigger) == ident:
            anchors.append(trigger)
        fragments = self.fragments[trigger]
        return Mark(ident, layer, fragments, tag, tuple(about), tuple(anchors), group or ident)

    def roles(self, row: dict[str, Any]) -> Iterator[Mark]:
        """Make the marks of the source and the contents of an attribution."""
        for label, ident in self.events[row["id"]].roles:
            role = unnumbered(label).lower()
            about, anchor = list(_fill(ROLE_PHRASES, row)), ident
            if role != "content":  # a mention can be the source of several attributions
                about, anchor = about[:1], f"{row['id']}-{ident}"
            yield self.mark(ident, "sourcing", f"{role} {row['number']}", about, row["id"], anchor)

    def other(self, in_tables: list[Mark]) -> Iterator[Mark]:
        """Make the marks of all spans and events that are in no table."""
        known = {mark.id for mark in in_tables} | set(self.first_event)
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
                yield self.mark(item.id, OTHER, item.label, [layer, *about[item.id]])


def __dir__() -> list[str]:
    return __all__
