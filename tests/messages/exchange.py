"""One broken input for each code that the package exchange reports."""

EXAMPLES = {}
