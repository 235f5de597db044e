"""The file in which a person decides where annotation belongs in a corrected text (TOML)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..annotation.did_you_mean import suggest
from ..annotation.model import Fragments
from ..annotation.problems import FileReport, Report
from ..annotation.toml_files import Lines, is_tables, parse_toml, read_source, toml
from .quote_finding import QuoteError, find_fragments, quote_for, surroundings

__all__ = ["Open", "PlaceDecision", "apply_decisions", "decisions_toml", "read_decisions"]

KEYS = ("was", "at", "marked", "becomes", "drop")  # of a decision


@dataclass
class Open:
    """A passage of the old text that could not be carried over.

    `fragments` is its place, `marked` what is marked there, such as "gold.ann T7 Actor", and
    `candidates` lists the places of the new text where it may be now.
    """

    fragments: Fragments
    words: str
    line: int
    marked: list[str]
    candidates: list[Fragments]


class PlaceDecision(NamedTuple):
    """The keys of a `[[place]]` in a file of decisions, and the line in which it begins."""

    line: int
    keys: dict[str, Any]


def read_decisions(path: Path, report: Report) -> list[PlaceDecision]:
    """Return the decisions of a file; places that are still undecided are left out.

    Every problem is added to `report`.
    """
    source = read_source(path, report) or ""
    data, lines, file = parse_toml(source, str(path), report) or {}, Lines(source), report.at(path)
    for name, entries in data.items():
        if name != "place" or not is_tables(entries):
            line = max(lines.of(name), lines.of("", name))
            message = (
                f"'{name}' is {repr(entries)[:60]}; expected only decisions, each below a "
                "line [[place]] with two brackets"
            )
            file.error(line, "E-decision-shape", message)
    decisions = [
        PlaceDecision(line, keys) for line, name, keys in lines.tables(data) if name == "place"
    ]
    for line, keys in decisions:
        for key in keys.keys() - KEYS:
            message = f"'{key}' is an unknown key of a decision; {suggest(key, KEYS)}"
            file.error(line, "E-decision-key", message)
    return [decision for decision in decisions if decision.keys.keys() & {"becomes", "drop"}]


def apply_decisions(
    decisions: Iterable[PlaceDecision], open_places: Iterable[Fragments], new: str, file: FileReport
) -> dict[Fragments, Fragments]:
    """Return open places of the old text with what a person decided: their places in the new one.

    The new place is () where the annotation is dropped. Every problem is added to `file`.
    """
    undecided = {_format_place(fragments): fragments for fragments in open_places}
    decided: dict[Fragments, Fragments] = {}
    for line, keys in decisions:
        at = keys.get("at", "")
        fragments = undecided.pop(str(at), None)
        if fragments is None:
            message = (
                f"'at' is {at!r}; expected a place that is open, as it was written, and "
                "decided once"
            )
            file.error(line, "E-decision-place", message)
        elif keys.get("drop", True) is not True or keys.keys() >= {"becomes", "drop"}:
            message = (
                f"'drop' is {toml(keys['drop'])}; expected true and no becomes, or becomes alone"
            )
            file.error(line, "E-decision-value", message)
        elif "drop" in keys:
            decided[fragments] = ()
        else:
            becomes = keys["becomes"]
            pieces = becomes if becomes and isinstance(becomes, list) else [becomes]
            try:
                decided[fragments] = find_fragments(new, pieces)
            except QuoteError as error:
                file.error(line, error.code, str(error))
    return decided


def decisions_toml(
    open_places: Iterable[Open], new: str, decisions: Iterable[PlaceDecision]
) -> str:
    """Return a file of decisions: open places with candidates to choose from, and the decided."""
    entries = []
    for one in open_places:
        keys = {
            "was": one.words,
            "at": _format_place(one.fragments),
            "marked": one.marked,
        }
        rows = _rows(keys)
        for fragments in one.candidates:
            rows += [f"# {surroundings(new, *place)}" for place in fragments]
            quotes = [quote_for(new, *place) for place in fragments]
            rows.append(f"# becomes = {toml(quotes[0] if len(quotes) == 1 else quotes)}")
        entries.append([*rows, "# drop = true"])
    entries += [_rows(decision.keys) for decision in decisions]
    return "\n".join("\n".join(["[[place]]", *rows, ""]) for rows in entries)


def _rows(keys: dict[str, Any]) -> list[str]:
    return [f"{name} = {toml(value)}" for name, value in keys.items()]


def _format_place(fragments: Fragments) -> str:
    """Offsets as a file of decisions states them: "12 18;30 34"."""
    return ";".join(f"{start} {end}" for start, end in fragments)
