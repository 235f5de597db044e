"""One broken input for each code that the package corpus reports."""

EXAMPLES = {}
