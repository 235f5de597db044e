"""What figures and tables call articles, actors, negotiating tables and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..annotation.dates import MONTHS

if TYPE_CHECKING:
    import pandas as pd

    from ..corpus.loading import Corpus

__all__ = [
    "capital",
    "day_in_words",
    "first_fitting",
    "headings",
    "join_words",
    "labels",
    "named",
    "number",
    "percent",
    "tracks",
    "voices",
    "with_names",
]

LONGEST_TITLE = 80  # characters of the title of a figure
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def labels(corpus: Corpus) -> dict[str, str]:
    """Return what figures and tables call each article, by doc id: "DW".

    Articles of one name have their day added, and their id if they share that too.
    """
    rows = list(corpus.documents.itertuples())
    short = Counter(row.short for row in rows)
    names = {row.doc: row.short if short[row.short] == 1 else _dated_name(row) for row in rows}
    times = Counter(names.values())
    return {doc: name if times[name] == 1 else f"{name} ({doc})" for doc, name in names.items()}


def _dated_name(row: Any) -> str:
    return f"{row.short}, {day_in_words(row.published) or 'undated'}"


def day_in_words(day: Any) -> str:
    """Return a day as readers write it, and nothing for a missing one.

    >>> import datetime
    >>> day_in_words(datetime.date(2017, 4, 14))
    '14 April 2017'
    """
    import pandas as pd

    return "" if pd.isna(day) else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def headings(corpus: Corpus) -> dict[str, str]:
    """Return what stands above the part of a figure about one article, by doc id.

    >>> import standoff
    >>> headings(standoff.load("seeds"))["dw-2017-04-14"]
    'DW, news report, 14 April 2017'
    """
    found = {}
    for row, name in zip(corpus.documents.itertuples(), labels(corpus).values(), strict=True):
        genre = "" if row.genre == "unknown" else row.genre
        day = day_in_words(row.published)
        found[row.doc] = ", ".join(filter(None, (name, genre, day if day not in name else "")))
    return found


def first_fitting(*titles: str) -> str:
    """Return the first title that is not empty and not too long; the last one always fits.

    >>> first_fitting("", "A finding " * 9, "Who is speaking, word by word")
    'Who is speaking, word by word'
    """
    return next(title for title in titles if 0 < len(title) <= LONGEST_TITLE)


def capital(words: str) -> str:
    """Return words with a capital at their beginning.

    >>> capital("the Taliban")
    'The Taliban'
    """
    return words[:1].upper() + words[1:]


def voices(corpus: Corpus) -> dict[str, str]:
    """Return the name of every actor by id, and what the author and unnamed voices are called."""
    names = dict(zip(corpus.actors["actor"], corpus.actors["name"], strict=True))
    return names | {
        "author": "the author",
        "unsourced": "no source given",
        "unlinked": "a source that is not linked",
    }


def tracks(corpus: Corpus) -> dict[str, str]:
    """Return the name of every negotiating table by id."""
    return {track: entry["name"] for track, entry in corpus.registry["tracks"].items()}


def named(table: pd.DataFrame, corpus: Corpus, *columns: str) -> pd.DataFrame:
    """Return the table with names instead of the ids of actors and negotiating tables.

    `columns` are the columns to change: `track` holds negotiating tables, any other actors. Several
    ids in one cell become names joined by a comma.

    >>> named(diplomacy.ledger(corpus), corpus, "who", "track")  # doctest: +SKIP
    """
    actors = (column for column in columns if column != "track")
    table = with_names(table, voices(corpus), *actors)
    return with_names(table, tracks(corpus), "track") if "track" in columns else table


def with_names(table: pd.DataFrame, names: dict[str, str], *columns: str) -> pd.DataFrame:
    """Return the table with names instead of ids in some columns.

    The words of a source that is not linked to an actor, in quotation marks, stay as they are.
    """

    def join_names(ids):
        if ids.startswith("“"):
            return ids
        return ", ".join(names.get(one, one) for one in ids.split(" "))

    words = {column: table[column].map(join_names, na_action="ignore") for column in columns}
    # where all ids are missing, pandas would make numbers of them
    return table.assign(**{name: new.astype(table[name].dtype) for name, new in words.items()})


def percent(share: float) -> str:
    """Return a share as a whole percentage.

    >>> percent(0.314)
    '31%'
    """
    return f"{share:.0%}"


def number(count: int, noun: str) -> str:
    """Return a count with its noun; counts up to twelve are spelled out.

    >>> number(2, "table"), number(1, "file"), number(1300, "coder")
    ('two tables', 'one file', '1,300 coders')
    """
    spelled = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    return f"{spelled} {noun}{'' if count == 1 else 's'}"


def join_words(words: Iterable[str], most: int = 12) -> str:
    """Join words by a comma; of more than `most`, name the first ones and count the others.

    >>> join_words("abcd", 2)
    'a, b and 2 more'
    """
    words = list(words)
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
