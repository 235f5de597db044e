"""What rules propose to annotate in an English text: no model, no weights.

all_rules     what all rules propose, in the order of trust
attributions  who says what
times         expressions of time with their value
mentions      names
tokens        sentences and words; `cues`, the lexicon of verbs and nouns of saying
"""
