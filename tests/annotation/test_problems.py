"""problems.py: what a problem and an error look like as text."""

from standoff.annotation.problems import Problem, SeedError


def test_an_error_lists_its_problems_once_by_file_and_line_with_their_codes():
    later = Problem("a.ann", 10, "T1 is twice; expected once", "E-example")
    earlier = Problem("a.ann", 2, "T2 is empty; expected words")
    assert str(SeedError([later, earlier, later])) == (
        "a.ann:2: T2 is empty; expected words\na.ann:10: E-example: T1 is twice; expected once"
    )
