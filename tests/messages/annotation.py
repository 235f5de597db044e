"""One broken input for each code that the package annotation reports."""

EXAMPLES = {}
