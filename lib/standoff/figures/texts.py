"""Who is speaking, from the first word of each article to the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ..annotation.words import positions
from ..annotation.zones import ARTICLE
from ..measures import sourcing
from .articles import inside, limit_articles
from .board import BOLD, Board, fitted, is_wide, line_count, text_width, wrap
from .camps import author_name, camp_names, in_camps
from .charts import empty_figure
from .display import Figure
from .names import capital, first_fitting, headings, labels
from .theme import INK, PAPER, TRACK, WIDE, colours, text_colour

if TYPE_CHECKING:
    from ..corpus.loading import Corpus

__all__ = ["strip"]

NEUTRAL = "Who is speaking, word by word"
LONG = 0.1  # share of an article from which its author's last words are remarked on
SILENT = 5  # mentions from which a camp without a word is named in the title
Span = tuple[int, int]  # words before it, and words up to its end


@limit_articles
def strip(corpus: Corpus, width: int = WIDE) -> Figure:
    """Draw who speaks from the first word of each article to the last, with a row for each camp.

    `width` is in pixels; below 600 the rows have their names above them.
    """
    runs = sourcing.runs(corpus)
    if runs.empty:
        return empty_figure(NEUTRAL, "there is no article text", width)
    runs = runs.assign(camp=in_camps(runs["actor"], corpus), words=runs["last"] - runs["first"] + 1)
    spoken = inside(corpus.mentions)
    spoken = spoken.assign(camp=in_camps(spoken["actor"], corpus))
    heard = set(runs["camp"]) | set(spoken["camp"])
    names = {camp: name for camp, name in camp_names(corpus).items() if camp in heard}
    articles = [
        _article(corpus, str(doc), rows, spoken[spoken["doc"] == doc], names)
        for doc, rows in runs.groupby("doc", sort=False)
    ]
    longest = max(article.length for article in articles)

    def draw(width: int) -> Any:
        panels = [_Lanes(article, width, longest).chart() for article in articles]
        return alt.vconcat(*panels, spacing=30 if is_wide(width) else 24)

    table = pd.concat([article.table() for article in articles], ignore_index=True)
    return Figure(
        draw,
        _title(articles, labels(corpus)),
        "Left to right, every word of each article. Tall and solid: quoted. Low and pale: "
        "paraphrased.",
        "Words belong to the innermost source around them; captions, menus and links are "
        "not counted. Mentions are names, descriptions and pronouns.",
        " ".join(article.sentence() for article in articles),
        table,
        width,
    )


@dataclass(frozen=True)
class _Article:
    """What one panel shows. `quiet` holds the mentions of camps that have no word."""

    doc: str
    heading: str
    author: str
    runs: pd.DataFrame
    names: dict[str, str]
    quiet: dict[str, int]
    tail: Span | None
    message: Span | None
    quotation: str

    @property
    def length(self) -> int:
        return int(self.runs["last"].max())

    @property
    def is_linked(self) -> bool:
        """Whether every source is an actor of the registry, so that silence is certain."""
        return bool(self.runs["linked"].all())

    def words_of(self, camp: str) -> tuple[int, int]:
        """How many words a camp has, and how many of them are quoted."""
        own = self.runs[self.runs["camp"] == camp]
        return own["words"].sum(), own.loc[own["quoted"].astype(bool), "words"].sum()

    def silence(self, camp: str) -> str:
        """What stands in the row of a camp without a word."""
        if camp in ("author", "other") or self.words_of(camp)[0]:
            return ""
        times = self.quiet.get(camp, 0)
        if not times:
            return "none in this text"
        given = "given no word" if self.is_linked else "no source linked to it"
        return f"mentioned {times} time{'s' * (times > 1)}, {given}"

    def remarks(self) -> dict[str, str]:
        """Return remarks on the author's last words and on a quotation without a speaker."""
        found = {}
        if self.message:
            found["message"] = f"{self.quotation} stands in quotation marks, but nobody says it"
        if self.tail:
            words = self.tail[1] - self.tail[0]
            found["tail"] = f"the last {words} words: {_possessive(self.author)}"
        return found

    def table(self) -> pd.DataFrame:
        counts = [self.words_of(camp) for camp in self.names]
        return pd.DataFrame(
            {
                "article": self.heading,
                "who": [capital(self.name_of(camp)) for camp in self.names],
                "words": [words for words, _ in counts],
                "of them quoted": [quoted for _, quoted in counts],
            }
        )

    def name_of(self, camp: str) -> str:
        return self.author if camp == "author" else self.names[camp]

    def sentence(self) -> str:
        """Describe the panel for readers who cannot see it."""
        parts = []
        for camp in self.names:
            words, quoted = self.words_of(camp)
            count = f"{words} words" + (f", {quoted} quoted" if quoted else "")
            parts.append(f"{self.name_of(camp)}: {self.silence(camp) or count}")
        return f"{self.heading}: {'; '.join([*parts, *self.remarks().values()])}."


def _article(
    corpus: Corpus, doc: str, runs: pd.DataFrame, mentions: pd.DataFrame, names: dict[str, str]
) -> _Article:
    last, length = runs.iloc[-1], runs["last"].max()
    tail: Span | None = None
    if last["actor"] == "author" and LONG * length < last["words"] < length:
        tail = (last["first"] - 1, last["last"])
    quotations = inside(corpus.quotations)
    messages = quotations[(quotations["doc"] == doc) & (quotations["use"] == "message")]
    span: Span | None = None
    quotation = ""
    if len(messages):
        first = messages.iloc[0]
        span = _words_before(corpus, doc, first["start"]), _words_before(corpus, doc, first["end"])
        quotation = _shortened(first["text"])
    return _Article(
        doc,
        headings(corpus)[doc],
        author_name(corpus, doc),
        runs,
        names,
        mentions["camp"].value_counts().to_dict(),
        tail,
        span,
        quotation,
    )


def _words_before(corpus: Corpus, doc: str, offset: int) -> int:
    """How many words of the article begin before a character."""
    zones = corpus.zones[corpus.zones["label"].isin(ARTICLE) & ~corpus.zones["duplicate"]]
    own = zones[zones["doc"] == doc]
    starts = (
        start
        for zone in own.itertuples()
        for start, _ in positions(corpus.texts[doc], zone.start, zone.end)
    )
    return sum(start < offset for start in starts)


def _shortened(quotation: str) -> str:
    """A quotation by its first four words and its last three."""
    words = quotation.split()
    return " ".join([*words[:4], "…", *words[-3:]] if len(words) > 8 else words)


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _title(articles: list[_Article], short: dict[str, str]) -> str:
    """The camp most often mentioned without a word, and the longest last words of an author."""
    silent = [
        (times, article.names[camp], short[article.doc])
        for article in articles
        for camp, times in article.quiet.items()
        if article.silence(camp) and article.is_linked and times >= SILENT and camp != "expert"
    ]
    tails = [(article.tail[1] - article.tail[0], article) for article in articles if article.tail]
    parts: list[str] = []
    if silent:
        _, name, label = max(silent)
        parts.append(f"Nobody speaks for {name} in {label}")
    if tails:
        words, article = max(tails, key=lambda tail: tail[0])
        whose = _possessive(article.author)
        parts.append(f"the last {words} words of {short[article.doc]} are {whose}")
    return capital(first_fitting("; ".join(parts), *parts, NEUTRAL))


class _Lanes:
    """The panel of one article: a row for each camp, as long as the article, on a common scale."""

    def __init__(self, article: _Article, width: int, longest: int):
        self.article, self.wide = article, is_wide(width)
        remarks = article.remarks()
        self.below = [] if self.wide else [wrap(words, 54) for words in self.captions(remarks)]
        self.left, right = (144, 170) if self.wide else (0, 0)
        self.step, self.half = (31, 11) if self.wide else (44, 9)
        self.top = 26 + 18 * len(remarks) if self.wide else 24
        lines = sum(map(line_count, self.below))
        height = self.top + self.step * len(article.names) + 16 * lines
        self.board = Board(width, height)
        self.scale = (width - self.left - right) / longest

    def captions(self, remarks: dict[str, str]) -> list[str]:
        """Remarks as lines beneath a narrow panel."""
        marks = {"message": "White box: ", "tail": "Underlined: "}
        return [f"{marks[kind]}{words}." for kind, words in remarks.items()]

    def across(self, words: float) -> float:
        """Where so many words reach to."""
        return self.left + words * self.scale

    def chart(self) -> Any:
        board, article = self.board, self.article
        size = 14 if self.wide else 13
        heading = fitted(f"{article.heading}: {article.length:,} words", board.width, size)
        board.say(0, 8, heading, fontSize=size, **BOLD)
        for place, camp in enumerate(article.names):
            y = self.top + self.step * (place + (0.5 if self.wide else 0.72))
            self.lane(camp, y)
            if camp == "author":
                self.marks(y)
        y = board.height - 16 * sum(map(line_count, self.below)) + 10
        for words in self.below:
            board.say(0, y, words, lineHeight=16, **board.small)
            y += 16 * line_count(words)
        return board.chart()

    def lane(self, camp: str, y: float) -> None:
        """The row of one camp: track, runs, name and number of words."""
        board, article = self.board, self.article
        board.box(self.left, self.across(article.length), y, self.half, (TRACK, TRACK))
        own = article.runs[article.runs["camp"] == camp]
        for run in own.itertuples():
            half = self.half if run.quoted or camp == "author" else self.half / 2
            start, end = self.across(run.first - 1), self.across(run.last)
            board.box(start, max(end, start + 2), y, half, colours(camp, soft=not run.quoted))
        name, colour, height = capital(article.name_of(camp)), text_colour(camp), y
        if self.wide:
            name = "\n".join(wrap(name, 17).split("\n")[:2])
            height = y - 7 * name.count("\n")
        board.say(0, height if self.wide else y - 20, name, colour, lineHeight=14, fontWeight=600)
        remark = article.silence(camp)
        if remark:
            board.say(self.left + 10, y, remark, colour, **board.small)
            return
        words, quoted = article.words_of(camp)
        count = f"{words:,} words" + (f", {quoted:,} quoted" if quoted else "")
        if self.wide:
            board.say(self.across(article.length) + 12, y, count, colour, **board.small)
        else:
            board.say(board.width, y - 20, count, colour, align="right", **board.small)

    def marks(self, y: float) -> None:
        """In the author's row: a box around the quotation nobody spoke, a line along the end."""
        board, remarks, over = self.board, self.article.remarks(), y - self.half
        if self.article.tail:
            first, end = map(self.across, self.article.tail)
            line = over - 4 if self.wide else y + self.half + 4
            board.rule(first, line, end, line, INK, 2)
            if self.wide:
                board.say(end, over - 15, remarks["tail"], align="right", **board.small)
        if self.article.message:
            first, end = map(self.across, self.article.message)
            board.box(first, end, y, self.half, (PAPER, INK))
            if self.wide:
                self.label_above(first, end, over, remarks)

    def label_above(self, first: float, end: float, over: float, remarks: dict[str, str]) -> None:
        """The remark on a quotation, with a line that leads to it."""
        words, high = remarks["message"], over - (33 if "tail" in remarks else 15)
        middle = (first + end) / 2
        self.board.rule(middle, high + 8, middle, over, INK)
        rightmost = self.board.width - text_width(words, 13)
        self.board.say(max(0, min(first, rightmost)), high, words, **self.board.small)


def __dir__() -> list[str]:
    return __all__
