"""Sentences of texts in several languages."""

from standoff.authoring.zone_proposals import propose


def test_a_sentence_begins_with_its_quotation_mark_and_is_something_that_one_sees():
    spans = propose('T\n\nThe 12" pipe broke. "No," he said. \u200eShe left.\u202c\n', "T").spans
    assert [span.text for span in spans if span.label == "Sentence"][1:] == [
        'The 12" pipe broke.',
        '"No," he said.',
        "\u200eShe left.\u202c",
    ]
