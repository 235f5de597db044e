"""adjudication.md and gold agree: decisions of gold alone have reasons, decided values are in gold."""

import re

import pytest
from conftest import SEEDS

import standoff
from standoff.measures.audit import alone

GOLD, *OTHERS = (standoff.load(SEEDS, coder) for coder in standoff.coders(SEEDS, whole=True))


def tables():
    """Return the tables of adjudication.md as (columns, rows)."""
    found = []
    for part in re.findall(
        r"(?:^\|.*\n)+", (SEEDS / "adjudication.md").read_text(encoding="utf-8"), re.MULTILINE
    ):
        head, _, *rows = (
            [cell.strip() for cell in line.strip("| \n").split(" | ")] for line in part.splitlines()
        )
        found.append((head, rows))
    return found


def test_each_decision_of_gold_alone_has_a_reason_and_no_reason_is_stale():
    (rows,) = (rows for head, rows in tables() if "others" in head)
    said = [
        (row.doc.split("-")[0], str(row.sentence), row.what, row.gold, row.others)
        for row in alone(GOLD, OTHERS).itertuples()
    ]
    assert sorted(tuple(row[:5]) for row in rows) == sorted(said)


@pytest.mark.parametrize(("head", "rows"), tables())
def test_every_decision_has_a_reason(head, rows):
    assert head[-1] == "why" and all(len(row) == len(head) and row[-1] for row in rows)


def decided_values():
    """Return (article, sentence, what) -> the value decided last."""
    rows = [row for head, rows in tables() if "is" in head for row in rows]
    return {
        (article, number, what): value
        for article, number, what, _, value, *_ in rows
        if number.isdigit()
    }


def plain(text):
    """Return a text with blanks instead of no-break spaces."""
    return text.replace("\u00a0", " ")


def in_sentence(article, number):
    """Return the id of an article, and the start and end of one of its sentences."""
    row = GOLD.sentences[GOLD.sentences["doc"].str.startswith(article)].iloc[int(number) - 1]
    return row["doc"], row["start"], row["end"]


def test_gold_has_the_values_decided_in_adjudication():
    held = 0
    for (article, number, what), value in decided_values().items():
        name, _, words = what.removesuffix("”").partition(" of “")
        if name not in GOLD.codebook.attributes:
            continue
        doc, start, end = in_sentence(article, number)
        found = GOLD.annotations[doc]
        triggers = {event.trigger: event.id for event in found.events}
        there = [(span, plain(span.text)) for span in found.spans if start <= span.start < end]
        spans = {
            triggers.get(span.id, span.id) for span, text in there if text in words or words in text
        }
        assert value in {
            item.value for item in found.attributes if item.target in spans and item.name == name
        }, (article, number, what)
        held += 1
    assert held > 30


def test_gold_marks_the_words_labelled_in_adjudication():
    for (article, number, what), value in decided_values().items():
        if what in GOLD.codebook.labels and value != "not coded":
            doc, start, end = in_sentence(article, number)
            spans = [
                span
                for span in GOLD.annotations[doc].spans
                if span.label == what and start <= span.start < end
            ]
            assert value in [plain(span.text) for span in spans], (article, number, what)
