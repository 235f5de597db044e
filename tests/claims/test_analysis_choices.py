"""What each analytical choice does to the words, zones and attributions of a small article, and
how its passages are shown."""

import hashlib

import pytest

from standoff.claims import universes
from standoff.claims.passages import passage_html, passages

HEADLINE, LEAD, SAID = (
    "Ferry talks fail",
    'Grey sees "a storm".',
    'Grey said the "low" talks failed.',
)
CROSSHEAD, LEFT, CAPTION = "A way out", "Grey left.", "Grey says no."
TEXT = "\n\n".join([HEADLINE, LEAD, SAID, CROSSHEAD, LEFT, CAPTION, HEADLINE]) + "\n"


@pytest.fixture
def article(folder):
    """Seven zones; the last repeats the headline. Grey speaks in lead, body and caption."""
    lines = []

    def span(label, words, start):
        ident = f"T{len(lines) + 1}"
        lines.append(f"{ident}\t{label} {start} {start + len(words)}\t{words}")
        return ident

    def within(sentence, label, words):
        return span(label, words, TEXT.index(words, TEXT.index(sentence)))

    zones = [("Headline", HEADLINE), ("Lead", LEAD), ("Body", SAID), ("Crosshead", CROSSHEAD)]
    zones += [("Body", LEFT), ("Caption", CAPTION)]
    for label, words in zones:
        within(words, label, words)
        within(words, "Sentence", words)
    lines.append(f"A90\tDuplicate {span('Headline', HEADLINE, TEXT.rindex(HEADLINE))} true")
    for number, (sentence, cue, words, kind) in enumerate(
        [
            (LEAD, "sees", '"a storm"', "direct"),
            (SAID, "said", 'the "low" talks failed', "mixed"),
            (CAPTION, "says", "no", "indirect"),
        ]
    ):
        actor = within(sentence, "Actor", "Grey")
        trigger = within(sentence, "Attribution", cue)
        content = within(sentence, "Content", words)
        more = [f"E{number}\tAttribution:{trigger} Source:{actor} Content:{content}"]
        more += [f"A{number}0\tForm {actor} name", f"A{number}1\tKind E{number} {kind}"]
        more += [f"A{number}2\tStance E{number} neutral", f"A{number}3\tChannel E{number} unstated"]
        more += [f"N{number}\tReference {actor} actors:grey\tGrey"]
        lines.extend(more)
    lead, said = within(LEAD, "Quoted", '"a storm"'), within(SAID, "Quoted", '"low"')
    lines += [f"A91\tUse {lead} speech", f"A92\tUse {said} speech"]
    actor = within(LEFT, "Actor", "Grey")
    lines += [f"A93\tForm {actor} name", f"N93\tReference {actor} actors:grey\tGrey"]
    folder.text, folder.lines = TEXT, lines
    folder.write(title=HEADLINE, sha256=hashlib.sha256(TEXT.encode()).hexdigest())
    return folder


ZONES = ["Headline", "Lead", "Body", "Crosshead", "Body", "Caption", "Headline"]
CAPTION_IN_BODY = ["Headline", "Lead", "Body", "Crosshead", "Body", "Body", "Headline"]
BODY_ALONE = ["left out", "left out", "Body", "left out", "Body", "Caption", "left out"]


@pytest.mark.parametrize(
    ("choice", "words", "zones", "attributed"),
    [
        ("as coded", 18, ZONES, [("Lead", 2, 2), ("Body", 4, 1), ("Caption", 1, 0)]),
        ("with captions", 21, CAPTION_IN_BODY, [("Lead", 2, 2), ("Body", 4, 1), ("Body", 1, 0)]),
        (
            "without headings",
            8,
            BODY_ALONE,
            [("left out", 2, 2), ("Body", 4, 1), ("Caption", 1, 0)],
        ),
        ("by attributions", 18, ZONES, [("Lead", 1, 1), ("Body", 1, 1), ("Caption", 1, 0)]),
    ],
)
def test_a_choice_changes_what_counts_as_article_or_as_a_word(
    article, choice, words, zones, attributed
):
    """A repeated headline never counts; words of headings remain in the tables, but "left out"."""
    corpus = universes(article.path)[f"gold, {choice}"]
    assert corpus.documents["words"].tolist() == [words]
    assert corpus.zones["label"].tolist() == zones
    assert corpus.sentences["label"].tolist() == zones[:-1]
    counted = corpus.attributions[["zone", "words", "quoted_words"]]
    assert list(counted.itertuples(index=False, name=None)) == attributed
    assert counted["quoted_words"].dtype == "int64"
    spoken = {"Lead": zones[1], "Body": "Body", "Caption": zones[5]}
    assert corpus.mentions["zone"].tolist() == [
        spoken[zone] for zone in ("Lead", "Body", "Body", "Caption")
    ]
    assert corpus.quotations["zone"].tolist() == [spoken["Lead"], "Body"]


def as_coded(article):
    return universes(article.path)["gold, as coded"]


def shown(article, pattern, camps=None):
    """The only passage around a pattern, as HTML."""
    corpus = as_coded(article)
    (passage,) = passages(corpus, corpus.find(pattern))
    return passage_html(passage, TEXT, camps)


def test_a_passage_carries_its_style_where_there_is_no_style_sheet(article):
    assert shown(article, "storm") == (
        '<span class="source" style="font-weight: bold">Grey</span> '
        '<span class="cue" style="border-bottom: 2px dotted">sees</span> '
        '<span class="content" style="background: rgba(127, 127, 127, .16)">&quot;a </span>'
        '<span class="content words" style="background: rgba(127, 127, 127, .16); '
        'background: rgba(255, 200, 0, .3); color: inherit">storm</span>'
        '<span class="content" style="background: rgba(127, 127, 127, .16)">&quot;</span>.'
    )


@pytest.mark.parametrize(
    ("camps", "camp"), [({"grey": "camp-2"}, "camp-2"), ({"brown": "camp-1"}, "other")]
)
def test_a_passage_names_the_camp_of_its_speaker_or_calls_it_other(article, camps, camp):
    assert shown(article, "says", camps) == (
        f'<span class="source {camp}">Grey</span> <span class="cue words {camp}">says</span> '
        f'<span class="content {camp}">no</span>.'
    )


def test_words_outside_all_attributions_are_those_of_the_author(article):
    corpus = as_coded(article)
    (passage,) = passages(corpus, corpus.find("left"))
    assert passage.voice(passage.start, passage.end) == "author"


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [
        (SAID, SAID, "paragraph 1"),
        (SAID, LEFT, "paragraphs 1 to 2"),
        (SAID, CROSSHEAD, "paragraph 1"),
        (HEADLINE, SAID, "headline"),
    ],
)
def test_a_passage_over_several_paragraphs_names_the_first_and_the_last(
    article, first, last, place
):
    corpus = as_coded(article)
    evidence = corpus.find("talks").head(1)
    evidence = evidence.assign(start=TEXT.index(first), end=TEXT.index(last) + len(last))
    assert [one.where for one in passages(corpus, evidence)] == [f"Ferry talks fail, {place}"]
