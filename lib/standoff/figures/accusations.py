"""Who charges whom with what, how the charge is put, and who answers it."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..measures.frames import local, split_ids
from ..measures.sourcing import parties
from .articles import row_sentences
from .camps import author_name, in_camps
from .canvas import BOLD, Board, is_wide, line_count, wrap
from .display import Figure, empty_figure
from .names import capital, labels, number, voices
from .theme import LINE, QUIET, SERIF, WIDE, colours, text_colour

if TYPE_CHECKING:
    import altair as alt

    from ..corpus.loading import Corpus

__all__ = ["charges"]

MOST_CLAUSES = 12  # rows
SENTENCES_AFTER = 2  # an answer stands in the sentence of the charge, or in one of so many after it
LONGEST_ANSWER = 130  # letters shown
SUBHEADINGS = {"Headline": "a headline", "Lead": "the lead", "Crosshead": "a subheading"}
NOTE = (
    "Every clause that the reference coding calls {frame}, in the order of the texts. An answer "
    f"comes after it, within {number(SENTENCES_AFTER, 'sentence')}."
)
CAPTION = (
    "An answer is a denial, a refusal or a charge by the accused; what they say earlier or "
    "further away is not counted."
)
HEADS = {
    "who": "who says it",
    "whom": "about whom",
    "words": "what",
    "how": "how it is put",
    "answer": "the answer",
}
# where cells begin, in parts of the width: wide, all in one line; narrow, in four
WIDE_LINES = ({"who": 0.0, "whom": 0.155, "words": 0.31, "how": 0.65, "answer": 0.825},)
NARROW_LINES = ({"who": 0.0, "whom": 0.5}, {"words": 0.0}, {"how": 0.0}, {"answer": 0.0})


class Answer(NamedTuple):
    """What the accused replies."""

    words: str
    place: tuple[str, int]  # the article, and where the verb stands
    denies: bool
    is_charge: bool


def charges(corpus: Corpus, frame: str = "BadFaith", width: int = WIDE) -> Figure:
    """Draw each clause of a frame that accuses: who says what of whom, and who answers.

    `frame` is a label of the codebook. An answer is the first event in the same sentence or the two
    after it in which the accused, or somebody who speaks for them, denies, refuses or accuses. Of
    more than 12 clauses, the first 12 are drawn, and the caption says so.

    >>> import standoff
    >>> standoff.figures.charges(standoff.load("seeds")).title
    'Seven clauses speak of bad faith; the only answer denies and accuses'
    """
    name = corpus.codebook.title(frame)
    table = local(corpus, "frames").query("frame == @frame")
    if table.empty:
        return empty_figure(f"Charges of {name} and their answers", "no clause is one", width)
    answers = [_answer(row, corpus, frame) for row in table.itertuples()]
    rows = _rows(table, answers, corpus)
    caption = CAPTION
    if len(rows) > MOST_CLAUSES:
        caption = f"Shows the first {MOST_CLAUSES} of {len(rows)} clauses. {CAPTION}"
    return Figure(
        lambda width: _draw(rows.head(MOST_CLAUSES), width),
        f"{number(len(table), 'clause').capitalize()} speak of {name}; {_answered(answers)}",
        NOTE.format(frame=name),
        caption,
        row_sentences(rows.head(MOST_CLAUSES), "{who} on {whom}, “{words}”: {answer}"),
        rows[["article", *HEADS]].rename(columns=HEADS),
        width,
    )


def _answer(charge: Any, corpus: Corpus, frame: str) -> Answer | None:
    """The first denial, refusal or charge by the accused in a sentence near by."""
    party = parties(corpus.actors)
    article = corpus.only([charge.doc])
    accused = _sides(charge.target, party)
    sentences = article.sentences.sort_values("start")
    after = sentences[sentences["end"] > charge.start].head(SENTENCES_AFTER + 1)
    events = local(article, "events")
    events = events[events["sentence"].isin(after["id"]) & (events["start"] >= charge.end)]
    replies = (events["move"] == "deny") | events["type"].isin(["Reject", "Accuse"])
    for event in events[replies].sort_values("start").itertuples():
        if accused & _sides(event.who, party):
            frames = article.frames[article.frames["frame"] == frame]
            back = frames.loc[frames["sentence"] == event.sentence, "voice"]
            speaker = voices(corpus)[split_ids(event.who)[0]]
            words = f"{speaker} “{event.text}”{_words_of(event, article)}"
            is_charge = bool(accused & _sides(" ".join(back.dropna()), party))
            denies = event.move == "deny" or event.type == "Reject"
            return Answer(words, (charge.doc, event.start), denies, is_charge)
    return None


def _sides(ids: object, party: dict[str, str]) -> set[str]:
    """The parties of the actors in a cell."""
    return {party.get(one, one) for one in split_ids(ids)}


def _just_before(charge: Any, corpus: Corpus) -> str:
    """That the accused speak in the sentence before a charge, if they do."""
    party, accused = parties(corpus.actors), split_ids(charge.target)
    sentences = corpus.sentences.query("doc == @charge.doc and end <= @charge.start")
    before = sentences.sort_values("start")["id"].tail(1)
    said = corpus.attributions[corpus.attributions["doc"] == charge.doc]
    said = said[said["sentence"].isin(before)]
    for speaker in said["actor"].dropna():
        if party.get(speaker) in accused:
            return f"; {voices(corpus)[speaker]} speaks just before"
    return ""


def _words_of(event: Any, article: Corpus) -> str:
    """What an answer says, if its verb introduces words."""
    said = article.attributions
    is_cue = (said["cue_start"] == event.start) & (said["cue_end"] == event.end)
    contents = said.loc[is_cue, "content"].str.replace("\u00a0", " ")
    return "".join(
        f": {shorten(words, LONGEST_ANSWER, placeholder=' …')}" for words in contents[:1]
    )


def _rows(table: pd.DataFrame, answers: list[Answer | None], corpus: Corpus) -> pd.DataFrame:
    """One row per clause, with all words of the figure, and the camps of both sides."""
    names, short = voices(corpus), labels(corpus)
    rows, before = [], None
    for row, answer in zip(table.itertuples(), answers, strict=True):
        reply = "no answer" + _just_before(row, corpus)
        if answer:
            reply = answer.words if answer != before else "the answer above"
        before = answer
        whom = [names.get(one, one) for one in split_ids(row.target)]
        is_author = row.voice == "author"
        rows.append(
            {
                "article": short[row.doc],
                "who": capital(author_name(corpus, row.doc)) if is_author else names[row.voice],
                "whom": " and ".join(whom) or "no one named",
                "words": row.text.replace("\u00a0", " "),
                "how": _how(row, corpus),
                "answer": reply,
            }
        )
    shown = pd.DataFrame(rows, index=table.index)
    camps, whom_camps = (in_camps(table[side], corpus) for side in ("voice", "target"))
    return shown.assign(camp=camps, whom_camp=whom_camps)


def _how(charge: Any, corpus: Corpus) -> str:
    """How a charge is put: the verb that introduces it, whether somebody is named, a footnote."""
    if charge.voice == "author":
        sentence = corpus.sentences.query("doc == @charge.doc and id == @charge.sentence")["text"]
        if charge.zone in SUBHEADINGS:
            return f"{SUBHEADINGS[charge.zone]}, no source"
        if sentence.str.rstrip().str.endswith("?").any():
            return "a question of the author’s"
        return "in the author’s own words"
    said = corpus.attributions[corpus.attributions["doc"] == charge.doc]
    has_notes = said["cites"].notna().any()
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
    if has_notes:
        parts.append("no footnote" if pd.isna(said["cites"]) else "a footnote")
    return "; ".join(parts)


def _answered(answers: list[Answer | None]) -> str:
    """How many different answers there are."""
    found = {one.place: one for one in answers if one}
    if not found:
        return "nobody answers"
    if len(found) > 1:
        return f"{number(len(found), 'answer')}"
    [only] = found.values()
    if only.is_charge:
        return f"the only answer {'denies and accuses' if only.denies else 'is itself a charge'}"
    return "only one answer"


def _draw(rows: pd.DataFrame, width: int) -> alt.LayerChart:
    """One row per clause, with five columns; narrow, the last three stand below the names."""
    board, y, article = Board(width, 0), 0.0, ""
    if is_wide(width):
        for name, left in WIDE_LINES[0].items():
            board.say(left * width, y, HEADS[name], QUIET, **board.small)
        y = 26
    for row in rows.itertuples():
        if row.article != article:
            article = row.article
            board.say(0, y + 8, article, fontSize=14, **BOLD)
            y += 26
        y = _clause(board, row, y) + 10
        board.rule(0, y, width, y, LINE)
        y += 10
    board.height = y - 8
    return board.chart()


def _clause(board: Board, row: Any, y: float) -> float:
    """Draw a clause with its source, its target and its answer; return where it ends."""
    camps = {"who": row.camp, "whom": row.whom_camp}
    for line in WIDE_LINES if is_wide(board.width) else NARROW_LINES:
        bottom, ends = y, [*list(line.values())[1:], 1.0]
        for (name, left), end in zip(line.items(), ends, strict=True):
            x, room = left * board.width, (end - left) * board.width - 12
            words = getattr(row, name)
            if name == "whom":
                board.say(x - 18, y + 8, "→", QUIET, **board.small)
            if name in camps:
                words = wrap(words, int((room - 26) / 7.4))
                board.box(x, x + 11, y + 8, 5.5, colours(camps[name]))
                board.say(x + 17, y + 1, words, text_colour(camps[name]), **BOLD, **board.lines)
            elif name == "words":
                words = wrap(f"“{words}”", int(room / 7.4))
                board.say(x, y, words, **SERIF)
            else:
                words = words if is_wide(int(board.width)) else f"{HEADS[name]}: {words}"
                words = wrap(words, int(room / 6.9))
                board.say(x, y + 1, words, QUIET, **board.lines)
            bottom = max(bottom, y + 17 * line_count(words))
        y = bottom + 3
    return y
