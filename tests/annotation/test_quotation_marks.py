"""annotation/quotation_marks.py: double and single marks, apostrophes, feet and inches."""

import pytest

from standoff.annotation.quotation_marks import quotations, quoted_passages


def pairs_in(text):
    return [text[start:end] for start, end in quotations(text, 0, len(text))]


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
        ("It is odd (“‘No’ is no”).", ["“‘No’ is no”"]),
        ('It went," she said. The end."', []),  # neither mark can open a quotation
    ],
)
def test_quotation_marks_are_paired_by_style_and_context(text, pairs):
    assert pairs_in(text) == pairs


def test_a_quotation_that_goes_on_in_the_next_paragraph_ends_with_its_own():
    text = "»Eins«, sagte sie. »Zwei.\n»Drei«, sagte sie."
    found = [text[start:end] for start, end in quoted_passages(text)]
    assert found == ["»Eins«", "»Zwei.", "»Drei«"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("‘We go,’ he said. 'And on.'", ["‘We go,’", "'And on.'"]),
        ("“He called it ‘a day’, too,” she said.", ["“He called it ‘a day’, too,”"]),
        ("‘He called it “a day”, too,’ she said.", ["‘He called it “a day”, too,’"]),
        ("\"'No,' he told me,\" she said.", ["\"'No,' he told me,\""]),
        ("‚Das ist alles‘, sagte er. ›Nein‹, ‹Oui›", ["‚Das ist alles‘", "›Nein‹", "‹Oui›"]),
        ("('We go') and –'no'", ["'We go'", "'no'"]),
        ("'The workers' pay isn't fair,' she said.", ["'The workers' pay isn't fair,'"]),
        ("The 'losers' said the workers' party won.", ["'losers'"]),
        ("The so-called ‘experts’ claims were ‘wrong’.", ["‘experts’", "‘wrong’"]),
        ("‘The party of the workers’, he said. ‘Yes.’", ["‘The party of the workers’", "‘Yes.’"]),
        ("Thousands of ‘Brexit’ voters’ views", ["‘Brexit’"]),
        ("the 'Taliban's' leaders", ["'Taliban's'"]),
        ("'I love rock 'n' roll,' she said.", ["'I love rock 'n' roll,'"]),
        ("‘I said, ’tis done,’ he said.", ["‘I said, ’tis done,’"]),
        ("“We ‘go’ on,", []),
    ],
)
def test_single_marks_are_paired_within_a_line(text, pairs):
    assert pairs_in(text) == pairs


@pytest.mark.parametrize(
    "text",
    [
        "I don't. He didn’t. O'Brien, l’homme, rock 'n' roll, the '90s, the ’60s.",
        "James' book and the workers’ pay.",
        "'Tis the season for James' book. Give 'em the workers' pay.",
        "A stray 'mark.\nThe workers' day.",
        'He is 5\' 10" tall and 6\'2", the tube is 27" wide.',
    ],
)
def test_apostrophes_feet_and_inches_open_and_close_nothing(text):
    assert pairs_in(text) == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('"A 27" one," he said.', ['"A 27" one,"']),
        ('"He is 27" and "no".', ['"He is 27"', '"no"']),
        ("'A 27\" pipe, 5' 10\" long,' he said.", ["'A 27\" pipe, 5' 10\" long,'"]),
    ],
)
def test_a_measure_closes_a_quotation_only_if_no_later_mark_closes_it(text, pairs):
    assert pairs_in(text) == pairs


def test_a_mark_of_the_next_line_does_not_make_one_after_an_s_an_apostrophe():
    assert pairs_in("The 'workers' pay.\nIt is right,' she said.") == ["'workers'"]
    assert pairs_in("The 'workers' pay. It is right,' she said.") == [
        "'workers' pay. It is right,'"
    ]


def test_single_marks_in_a_quotation_that_goes_on_in_the_next_paragraph_are_part_of_it():
    text = "“We ‘go’ on.\n“And on,” he said.\n‘Yes,’ he said, ‘yes.\n‘No,’ she said.\n‘Yes.\n‘No.’"
    found = [text[start:end] for start, end in quoted_passages(text)]
    assert found == ["“We ‘go’ on.", "“And on,”", "‘Yes,’", "‘No,’", "‘Yes.", "‘No.’"]
