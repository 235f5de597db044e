"""span_index.py: which spans overlap some words."""

from standoff.annotation.model import Span
from standoff.annotation.span_index import touched, widened


def test_spans_that_only_meet_the_words_do_not_overlap_them():
    ends, overlaps, begins = (
        Span(f"T{start}", "Sentence", ((start, start + 4),), "abcd") for start in (0, 3, 6)
    )
    assert touched(4, 6, [ends, overlaps, begins]) == [overlaps]
    assert widened(4, 6, [ends, overlaps, begins]) == (3, 7)
    assert widened(4, 6, [ends, begins]) == (4, 6)
