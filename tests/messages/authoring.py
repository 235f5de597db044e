"""One broken input for each code that the package authoring reports."""

EXAMPLES = {}
