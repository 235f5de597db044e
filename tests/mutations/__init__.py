"""Seeded corruptions of the record, and what notices them: `make mutate`; README.md quotes what was
measured."""
