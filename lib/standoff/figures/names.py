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
    "AUTHOR",
    "join_words",
    "labels",
    "named",
    "number",
    "percent",
    "tracks",
    "voices",
    "with_names",
]

AUTHOR = "the author"
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
    import pandas as pd

    day = row.published
    if pd.isna(day):
        return f"{row.short}, undated"
    return f"{row.short}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def voices(corpus: Corpus) -> dict[str, str]:
    """Return the name of every actor by id, and what the author and unnamed voices are called."""
    names = dict(zip(corpus.actors["actor"], corpus.actors["name"], strict=True))
    others = {"unsourced": "no source given", "unlinked": "a source that is not linked"}
    return names | {"author": AUTHOR} | others


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

    return table.assign(
        **{column: table[column].map(join_names, na_action="ignore") for column in columns}
    )


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


def __dir__() -> list[str]:
    return __all__
