"""The tables: which columns each one has, what a column means and which type it is.

A class below describes the rows of a table, and its fields are the columns. `Annotated` gives the
type of a column and its meaning. Whatever reads, writes or describes a table asks this module.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ARROW_TYPES",
    "COLUMNS",
    "IN_ZONES",
    "ROWS",
    "TYPES",
    "Columns",
    "as_frame",
    "as_frames",
    "meanings",
    "with_types",
]

Columns = dict[str, list[Any]]  # column -> its values, one for each row

Doc = Annotated[str, "the article: its folder's name"]
Ident = Annotated[str, "id of the annotation in the `.ann` file"]
Start = Annotated[int, "first code point, 0-based"]
End = Annotated[int, "code point after the last"]
Text = Annotated[str, "the words covered"]
Zone = Annotated[str | None, "label of the zone it begins in"]
Sentence = Annotated[str | None, "id of the sentence it begins in"]
Coder = Annotated[str, "whose coding: gold, a, b or c"]
Line = Annotated[int, "line of the `.ann` file"]
Origin = Annotated[
    str | None,
    "confirmed or mended (accepted from a draft), added (beside drafts); missing without drafts",
]


class DocumentRow:
    """One row per article and coding, in the order of publication."""

    doc: Doc
    title: Annotated[str, "headline"]
    short: Annotated[str, "what figures and tables call it, such as DW"]
    outlet: Annotated[str, "who published it, as far as the text says"]
    genre: Annotated[str, "our reading: news report or commentary"]
    published: Annotated[dt.date | None, "date of publication"]
    words: Annotated[
        int, "words of the article text: headline, lead, crossheads, body; first copies only"
    ]
    sha256: Annotated[str, "checksum of `text.txt`"]
    coder: Coder


class ZoneRow:
    """What each part of the file is; together the zones hold every character that is not white
    space."""

    doc: Doc
    id: Ident
    label: Annotated[str, "kind of zone"]
    start: Start
    end: End
    text: Text
    duplicate: Annotated[bool, "whether it repeats an earlier zone"]
    coder: Coder
    line: Line
    origin: Origin


class SentenceRow:
    """Sentences of headline, lead, crossheads, body and captions."""

    doc: Doc
    id: Ident
    label: Annotated[str | None, "label of its zone"]
    start: Start
    end: End
    text: Text
    coder: Coder
    line: Line
    origin: Origin


class ActorRow:
    """The registry `actors.toml`."""

    actor: Annotated[str, "id"]
    name: Annotated[str, "name shown"]
    kind: Annotated[str, "government, armed-group, organisation, expert, media or public"]
    country: Annotated[str, "country it belongs to, none, or unknown"]
    part_of: Annotated[str | None, "id of the actor it speaks or acts for"]
    named: Annotated[
        bool | None, "whether the text names it: a person, a government or an institution"
    ]
    coder: Coder
    camp: Annotated[str | None, "what figures call its camp, such as Washington"]


class MentionRow:
    """Every mention of an actor."""

    doc: Doc
    id: Ident
    actor: Annotated[str | None, "actor ids, several joined by a blank"]
    form: Annotated[str | None, "name, description or pronoun"]
    start: Start
    end: End
    text: Text
    zone: Zone
    sentence: Sentence
    coder: Coder
    line: Line
    origin: Origin


class AttributionRow:
    """Every attribution, in the order of its cues."""

    doc: Doc
    id: Ident
    actor: Annotated[str | None, "actor ids of the source; missing where there is none"]
    source: Annotated[str | None, "words of the source"]
    cue: Annotated[str, "words of the cue"]
    content: Annotated[str, "words of the content, fragments joined by a blank"]
    kind: Annotated[str | None, "direct, indirect or mixed"]
    stance: Annotated[str | None, "neutral, affirming or distancing"]
    channel: Annotated[str | None, "how the words reached the author"]
    named: Annotated[bool | None, "whether all its sources are named; missing without source"]
    words: Annotated[int, "words of the content"]
    quoted_words: Annotated[int, "those of them in quotation marks of speech"]
    parent: Annotated[
        str | None, "id of the innermost attribution whose content holds this one (derived)"
    ]
    cites: Annotated[str | None, "ids of the references its footnote mark leads to"]
    start: Annotated[int, "first code point of the content"]
    end: Annotated[int, "code point after its last"]
    cue_start: Annotated[int, "first code point of the cue"]
    cue_end: Annotated[int, "code point after its last"]
    zone: Annotated[str | None, "label of the zone of the cue"]
    sentence: Annotated[str | None, "id of the sentence of the cue"]
    coder: Coder
    line: Line
    origin: Origin


class QuotationRow:
    """Every pair of quotation marks."""

    doc: Doc
    id: Ident
    use: Annotated[str | None, "speech, scare, message or title"]
    start: Start
    end: End
    text: Text
    attribution: Annotated[str | None, "id of the innermost attribution around it"]
    zone: Zone
    coder: Coder
    line: Line
    origin: Origin


class FrameRow:
    """Every framing clause."""

    doc: Doc
    id: Ident
    frame: Annotated[str, "issue frame"]
    function: Annotated[str | None, "problem, cause, judgement or remedy"]
    valence: Annotated[str | None, "how it makes its target look"]
    target: Annotated[str | None, "actor ids"]
    voice: Annotated[
        str,
        "whose frame it is: the source of the innermost attribution around it, `author` outside "
        "all (and where only a footnote mark ascribes), `unsourced` where no source is "
        "given (derived)",
    ]
    start: Start
    end: End
    text: Text
    zone: Zone
    sentence: Sentence
    coder: Coder
    line: Line
    origin: Origin


class TimeRow:
    """Every expression of time."""

    doc: Doc
    id: Ident
    text: Text
    type: Annotated[str | None, "DATE, TIME, DURATION or SET"]
    value: Annotated[str | None, "EDTF date or ISO 8601 duration; missing where nothing bounds it"]
    mod: Annotated[str | None, "modifier that the value cannot carry"]
    earliest: Annotated[dt.date | None, "first day of the value"]
    latest: Annotated[dt.date | None, "last day of the value"]
    start: Start
    end: End
    zone: Zone
    sentence: Sentence
    coder: Coder
    line: Line
    origin: Origin


class EventRow:
    """Every event, in the order of its triggers."""

    doc: Doc
    id: Ident
    type: Annotated[str, "PLOVER type; of an imported event its label"]
    text: Annotated[str, "words of the trigger"]
    who: Annotated[str | None, "actor ids of those who act"]
    whom: Annotated[str | None, "actor ids of those acted upon"]
    factuality: Annotated[str | None, "fact, denied, possible or planned"]
    reported: Annotated[bool, "whether it stands inside the content of an attribution (derived)"]
    track: Annotated[str | None, "negotiating table"]
    move: Annotated[str | None, "what is done there"]
    voice: Annotated[str, "as in `frames`"]
    start: Annotated[int, "first code point of the trigger"]
    end: Annotated[int, "code point after its last"]
    zone: Zone
    sentence: Sentence
    coder: Coder
    line: Line
    origin: Origin


class LinkRow:
    """Every relation in time."""

    doc: Doc
    id: Ident
    relation: Annotated[
        str,
        "BEFORE, AFTER, INCLUDES, IS_INCLUDED, SIMULTANEOUS, BEGINS, ENDS, IDENTITY or NOT_AFTER",
    ]
    a: Annotated[str, "id of an event, attribution or time"]
    b: Annotated[str, "id of another"]
    marked: Annotated[
        bool,
        'whether a note that begins with "conflict:" marks it, or one of what it joins, as a '
        "contradiction in the text itself",
    ]
    coder: Coder
    line: Line
    origin: Origin


ROWS: dict[str, type] = {
    "documents": DocumentRow,
    "zones": ZoneRow,
    "sentences": SentenceRow,
    "actors": ActorRow,
    "mentions": MentionRow,
    "attributions": AttributionRow,
    "quotations": QuotationRow,
    "frames": FrameRow,
    "times": TimeRow,
    "events": EventRow,
    "links": LinkRow,
}
HINTS = {table: get_type_hints(row, include_extras=True) for table, row in ROWS.items()}
# table -> its columns
COLUMNS = {table: list(hints) for table, hints in HINTS.items()}
# tables whose rows belong to a zone, given by the column `zone` or else `label`
IN_ZONES = "zones sentences mentions attributions quotations frames times events".split()
PANDAS_TYPES: dict[Any, str] = {
    int: "int64",
    bool: "bool",
    bool | None: "boolean",
    dt.date | None: "datetime64[s]",
}
# column -> its type in pandas; a column that is not listed holds text ("str")
TYPES: dict[str, str] = {
    column: PANDAS_TYPES[kind]
    for hints in HINTS.values()
    for column, (kind, _) in ((column, get_args(hint)) for column, hint in hints.items())
    if kind in PANDAS_TYPES
}

# type in pandas -> the type in Arrow that lists become first
ARROW_TYPES = {
    "int64": "int64",
    "bool": "bool",
    "boolean": "bool",
    "datetime64[s]": "date32",
    "str": "large_string",
}


def meanings(row: type) -> tuple[str, dict[str, str]]:
    """Return what the rows of a class are, and column -> its meaning.

    >>> meanings(LinkRow)[1]["a"]
    'id of an event, attribution or time'
    """
    hints = get_type_hints(row, include_extras=True)
    columns = {column: get_args(hint)[1] for column, hint in hints.items()}
    return " ".join(str(row.__doc__).split()), columns


def with_types(frame: "pd.DataFrame", **others: str) -> "pd.DataFrame":
    """Return a DataFrame whose columns have their types of `TYPES`; `others` adds to these."""
    types = TYPES | others
    return frame.astype({column: types.get(column, "str") for column in frame.columns})


def as_frame(table: str, columns: Columns) -> "pd.DataFrame":
    """Return the columns of a table as a pandas DataFrame.

    The types are the same with and without rows.

    >>> as_frame("links", {column: [] for column in COLUMNS["links"]}).dtypes["line"]
    dtype('int64')
    """
    import pyarrow as pa

    # by way of Arrow, because pandas takes longer to make columns from lists
    arrays = {}
    for column in COLUMNS[table]:
        kind = TYPES.get(column, "str")
        array = pa.array(columns[column], ARROW_TYPES[kind])
        arrays[column] = array.cast("timestamp[s]") if kind == "datetime64[s]" else array
    frame: pd.DataFrame = pa.table(arrays).to_pandas()
    for column in COLUMNS[table]:
        if TYPES.get(column) == "boolean":
            frame[column] = frame[column].astype("boolean")
    return frame


def as_frames(tables: Mapping[str, Columns]) -> "dict[str, pd.DataFrame]":
    """Table -> columns, as table -> pandas DataFrame."""
    return {table: as_frame(table, columns) for table, columns in tables.items()}
