"""Sentences and quotation marks of texts in several languages."""

import pytest

from standoff.annotation.structure_checks import quotations, quoted_passages
from standoff.authoring.zone_proposals import propose


def test_a_sentence_begins_with_its_quotation_mark_and_is_something_that_one_sees():
    spans = propose('T\n\nThe 12" pipe broke. "No," he said. \u200eShe left.\u202c\n', "T").spans
    assert [span.text for span in spans if span.label == "Sentence"][1:] == [
        'The 12" pipe broke.',
        '"No," he said.',
        "\u200eShe left.\u202c",
    ]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("»Das ist falsch«, sagte Thorn. »Wir gehen.«", ["»Das ist falsch«", "»Wir gehen.«"]),
        ("Er sagte: „Ja“, und „nein”.", ["„Ja“", "„nein”"]),
        ("« Non », dit-il. «Si», dit-elle.", ["« Non »", "«Si»"]),
        ("”Vi går”, sade hon. »Ja», sade han.", ["”Vi går”", "»Ja»"]),
        ("公司表示：“不够。”议会说：「好」。", ["“不够。”", "「好」"]),
        ('The 12" pipe. "No," he said, "not again."', ['"No,"', '"not again."']),
        ("“She called it ‘a “great” day’ twice,”", ["“She called it ‘a “great” day’ twice,”"]),
        ('“Anna is here" said one. "It is good."', ['“Anna is here"', '"It is good."']),
        ("“We saw it. “Then it went,” she said.", ["“Then it went,”"]),
        ("Hun sagde: »Ja.« »Nej.«", ["»Ja.«", "»Nej.«"]),
        ("Powiedział: „Tak”, a potem „nie”.", ["„Tak”", "„nie”"]),
        ("彼は「分からない『本』」と言った。", ["「分からない『本』」"]),
        ("〝引用〟と＂全角＂です。", ["〝引用〟", "＂全角＂"]),
        ("''We go,'' he said. ``And on,'' she said.", ["''We go,''", "``And on,''"]),
        ("The 6'2\" man, the 5'10'' one. \"No.\"", ['"No."']),
    ],
)
def test_quotation_marks_are_paired_by_style_and_context(text, pairs):
    assert [text[start:end] for start, end in quotations(text, 0, len(text))] == pairs


def test_a_quotation_that_goes_on_in_the_next_paragraph_ends_with_its_own():
    text = "»Eins«, sagte sie. »Zwei.\n»Drei«, sagte sie."
    found = [text[start:end] for start, end in quoted_passages(text)]
    assert found == ["»Eins«", "»Zwei.", "»Drei«"]
