"""did_you_mean.py: the known name most like an unknown one, or the first of many."""

import pytest

from standoff.annotation.did_you_mean import suggest

NAMES = [f"{number:03}" for number in range(101)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "there is none yet"),
        (["b", "a"], "expected one of a, b"),
        (NAMES[:100], f"expected one of {', '.join(NAMES[:100])}"),
        (NAMES, f"expected one of {', '.join(NAMES[:100])} …"),
    ],
    ids=["none", "two", "100", "101"],
)
def test_at_most_a_hundred_names_are_listed_and_more_are_hinted_at(options, message):
    assert suggest("Cue", options) == message
