"""Who charges whom with what, how the charge is put, and who answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..measures.sourcing import parties
from .articles import inside
from .board import BOLD, Board, is_wide, line_count, wrap
from .camps import author_name, in_camps
from .charts import empty_figure
from .display import Figure
from .names import capital, join_words, labels, number, split_ids, voices
from .theme import QUIET, SERIF, WIDE, colours, text_colour

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["charges"]

MOST = 12  # rows
NEAR = 2  # an answer stands in the sentence of the charge, or in one of so many after it
LONGEST = 75  # letters shown of an answer
SUBHEADINGS = {"Headline": "a headline", "Lead": "the lead", "Crosshead": "a subheading"}
NOTE = "Every clause that the reference coding calls {frame}, in the order of the texts."
CAPTION = (
    "An answer is a denial, a refusal or a charge by the accused in the same sentence or the "
    f"{number(NEAR, 'sentence')} after it; what is said earlier or elsewhere is not counted."
)
HEADS = {0: "who charges", 138: "whom", 262: "with what", 600: "how it is put", 780: "the answer"}


class Answer(NamedTuple):
    """What the accused replies."""

    words: str
    start: int  # where its verb stands
    is_charge: bool


class Charge(NamedTuple):
    """A clause that accuses somebody, as the figure shows it."""

    article: str
    who: str
    camp: str
    whom: str
    whom_camp: str
    said: str
    how: str
    answer: str


def charges(corpus: Corpus, frame: str = "BadFaith", width: int = WIDE) -> Figure:
    """Draw each clause of a frame that accuses: who charges whom, in which words, and the answer.

    `frame` is a label of the codebook. An answer is the first event in the same sentence or the two
    after it in which the accused, or somebody who speaks for them, denies, refuses or accuses. Of
    more than 12 clauses, the first 12 are drawn, and the caption says so.

    >>> import standoff
    >>> standoff.figures.charges(standoff.load("seeds")).title
    'Seven charges of bad faith; the only answer is itself a charge'
    """
    name = corpus.codebook.title(frame)
    table = inside(corpus.frames[corpus.frames["frame"] == frame])
    if table.empty:
        return empty_figure(f"Charges of {name} and their answers", "no clause is one", width)
    names = table["doc"].map(labels(corpus))
    table = table.assign(article=names, target=table["target"].fillna(""))
    answers = [_answer(row, corpus, frame) for row in table.itertuples()]
    rows = _in_words(table, answers, corpus)
    caption = CAPTION
    if len(rows) > MOST:
        caption = f"Shows the first {MOST} of {len(rows)} clauses. {CAPTION}"

    def draw(width: int) -> alt.LayerChart:
        return _columns(rows[:MOST], width) if is_wide(width) else _stack(rows[:MOST], width)

    title = _title(name, table, answers)
    parts = [f"{row.article}: {row.who} against {row.whom}; {row.answer}" for row in rows[:MOST]]
    heads = {"who": "who charges", "said": "with what", "how": "how it is put"}
    shown = pd.DataFrame(rows).drop(columns=["camp", "whom_camp"]).rename(columns=heads)
    description = f"{title}. {join_words(parts)}."
    return Figure(draw, title, NOTE.format(frame=name), caption, description, shown, width)


def _answer(charge: Any, corpus: Corpus, frame: str) -> Answer | None:
    """The first denial, refusal or charge by the accused in a sentence near by."""
    party = parties(corpus.actors)
    accused = {party.get(one, one) for one in split_ids(charge.target)}
    sentences = corpus.sentences[corpus.sentences["doc"] == charge.doc].sort_values("start")
    after = sentences[sentences["end"] > charge.start].head(NEAR + 1)
    events = inside(corpus.events[corpus.events["doc"] == charge.doc])
    events = events[events["sentence"].isin(after["id"]) & (events["start"] >= charge.end)]
    replies = (events["move"] == "deny") | events["type"].isin(["Reject", "Accuse"])
    for event in events[replies].sort_values("start").itertuples():
        if accused & {party.get(one, one) for one in split_ids(event.who)}:
            frames = corpus.frames[corpus.frames["doc"] == charge.doc]
            frames = frames[(frames["frame"] == frame) & (frames["sentence"] == event.sentence)]
            back = {party.get(voice, voice) for voice in frames["voice"]}
            said = _words_of(event, corpus)
            name = voices(corpus)[split_ids(event.who)[0]]
            return Answer(f"{name} “{event.text}”{said}", event.start, bool(back & accused))
    return None


def _words_of(event: Any, corpus: Corpus) -> str:
    """What an answer says, if its verb introduces words."""
    said = corpus.attributions[corpus.attributions["doc"] == event.doc]
    said = said[(said["cue_start"] == event.start) & (said["cue_end"] == event.end)]
    if said.empty:
        return ""
    words = said["content"].iloc[0].replace("\u00a0", " ")
    if len(words) > LONGEST:
        words = words[: words.rfind(" ", 0, LONGEST)] + " …"
    return f": {words}"


def _in_words(table: pd.DataFrame, answers: list[Answer | None], corpus: Corpus) -> list[Charge]:
    """The rows of the figure."""
    names = voices(corpus)
    camps, targets = in_camps(table["voice"], corpus), in_camps(table["target"], corpus)
    rows, before = [], None
    for row, camp, target, answer in zip(table.itertuples(), camps, targets, answers, strict=True):
        who = names.get(row.voice, row.voice)
        if row.voice == "author":
            who = capital(author_name(corpus, row.doc))
        whom = " and ".join(names.get(one, one) for one in split_ids(row.target)) or "no one named"
        said, how = row.text.replace("\u00a0", " "), _how(row, corpus)
        reply = "no answer"
        if answer:
            reply = answer.words if answer != before else "the same answer"
        before = answer
        rows.append(Charge(row.article, who, camp, whom, target, said, how, reply))
    return rows


def _how(charge: Any, corpus: Corpus) -> str:
    """How a charge is put: the verb that introduces it, whether somebody is named, a footnote."""
    if charge.voice == "author":
        sentence = corpus.sentences.query("doc == @charge.doc and id == @charge.sentence")["text"]
        if charge.zone in SUBHEADINGS:
            return f"{SUBHEADINGS[charge.zone]}, no source"
        if len(sentence) and sentence.iloc[0].rstrip().endswith("?"):
            return "a question of the author’s"
        return "in the author’s own words"
    said = corpus.attributions[corpus.attributions["doc"] == charge.doc]
    around = (said["start"] <= charge.start) & (charge.end <= said["end"])
    said = said[around & (said["channel"] != "citation")]
    if said.empty:
        return "no source given"
    said = said.loc[(said["end"] - said["start"]).idxmin()]
    parts = [f"“{said['cue']}”"]
    if said["stance"] == "distancing":
        parts[0] += ", which keeps its distance"
    if pd.isna(said["source"]):
        parts.append("no source")
    elif not said["named"]:
        parts.append("nobody is named")
    parts.append("no footnote" if pd.isna(said["cites"]) else "a footnote")
    return "; ".join(parts)


def _title(name: str, table: pd.DataFrame, answers: list[Answer | None]) -> str:
    """How many charges there are, and how many different answers."""
    count = number(len(table), "charge").capitalize()
    docs = table["doc"]
    found = {(doc, one.start): one for doc, one in zip(docs, answers, strict=True) if one}
    if not found:
        return f"{count} of {name}, and no answer"
    if len(found) == 1:
        only = next(iter(found.values()))
        itself = "the only answer is itself a charge" if only.is_charge else "only one answer"
        return f"{count} of {name}; {itself}"
    return f"{count} of {name}; {number(len(found), 'answer')}"


def _columns(rows: list[Charge], width: int) -> alt.LayerChart:
    """One row per charge, with five columns."""
    scale = width / WIDE
    places = [left * scale for left in HEADS]
    ends = [*places[1:], width]
    room = [int((end - left - 16) / 6.7) for left, end in zip(places, ends, strict=True)]
    cells = []
    for row in rows:
        said = wrap(f"“{row.said}”", int(room[2] * 1.04))
        cells.append(
            [
                wrap(row.who, room[0] - 4),
                wrap(row.whom, room[1] - 3),
                said,
                wrap(row.how, room[3]),
                wrap(row.answer, room[4]),
            ]
        )
    heights = [17 * max(line_count(words) for words in row) + 24 for row in cells]
    articles = len({row.article for row in rows})
    board = Board(width, 30 + 30 * articles + sum(heights))
    for left, head in zip(places, HEADS.values(), strict=True):
        board.say(left, 8, head, QUIET, **board.small)
    y, article = 30, ""
    for row, words, height in zip(rows, cells, heights, strict=True):
        if row.article != article:
            article = row.article
            board.rule(0, y - 6, width, y - 6)
            board.say(0, y + 10, article, fontSize=14, **BOLD)
            y += 30
        else:
            board.rule(places[2], y - 6, width, y - 6)
        for column, camp in enumerate((row.camp, row.whom_camp)):
            _name(board, places[column], y, camp, words[column])
        board.say(places[1] - 18, y + 8, "→", QUIET, **board.small)
        board.say(places[2], y, words[2], **SERIF)
        for column in (3, 4):
            board.say(places[column], y + 1, words[column], QUIET, **board.lines)
        y += height
    return board.chart()


def _stack(rows: list[Charge], width: int) -> alt.LayerChart:
    """Charges one below the other, each with its words, how it is put, and the answer."""
    letters = width // 7
    blocks = []
    for row in rows:
        who, whom = wrap(row.who, letters // 2 - 4), wrap(row.whom, letters // 2 - 4)
        said = wrap(f"“{row.said}”", int(width / 6.2))
        rest = wrap(row.how, letters) + "\n" + wrap(f"→ {row.answer}", letters)
        blocks.append((who, whom, said, rest))
    heights = [
        17 * (max(line_count(who), line_count(whom)) + line_count(said))
        + 16 * line_count(rest)
        + 30
        for who, whom, said, rest in blocks
    ]
    articles = len({row.article for row in rows})
    board = Board(width, 28 * articles + sum(heights))
    y, article = 0, ""
    for row, (who, whom, said, rest), height in zip(rows, blocks, heights, strict=True):
        if row.article != article:
            article = row.article
            board.say(0, y + 8, article, fontSize=14, **BOLD)
            y += 28
        _name(board, 0, y, row.camp, who)
        _name(board, width / 2, y, row.whom_camp, whom)
        board.say(width / 2 - 18, y + 8, "→", QUIET, **board.small)
        below = y + 17 * max(line_count(who), line_count(whom)) + 5
        board.say(0, below, said, **SERIF | {"fontSize": 13})
        board.say(0, below + 17 * line_count(said) + 3, rest, QUIET, **board.lines)
        y += height
        board.rule(0, y - 12, width, y - 12)
    return board.chart()


def _name(board: Board, x: float, y: float, camp: str, name: str) -> None:
    """A square in the colour of a camp, and who it is."""
    board.box(x, x + 11, y + 8, 5.5, colours(camp))
    board.say(x + 17, y + 1, name, text_colour(camp), **BOLD, **board.lines)


def __dir__() -> list[str]:
    return __all__
