"""How right drafts are, against attributions of PolNeAR and times of TempEval-3.

    python tests/benchmarks/draft.py [--test] polnear=FOLDER times=FOLDER …

The runner brings the folders: `data` of PolNeAR, of which the articles in `dev` are scored, or with
`--test` those in `test`, by the first coder where there are several; and any folder of TimeML files.
F1 is over all annotations of whole articles. Source, cue and content are right if their characters
are the same, or overlap; all three "exact" forgives marks at the edges and a leading "that".
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from standoff.annotation.dates import bounds
from standoff.annotation.model import Fragments
from standoff.authoring.drafts.all_rules import proposals
from standoff.authoring.drafts.times import TIME_WORDS
from standoff.exchange.timeml import to_edtf

PARTS = ("Source", "Cue", "Content")
EDGE = " \n\t.,;:!?\"“”'‘’—-"
PARAGRAPH = re.compile(r"[^\n]+")
VAGUE = re.compile(
    r"(?:more than|over|about|around|approximately|roughly|some|nearly|almost|less than|under|"
    r"at least|up to)\s$",
    re.IGNORECASE,
)
REFERENCES = {
    "a word for now": "PRESENT_REF",
    "a word for the past": "PAST_REF",
    "a word for the future": "FUTURE_REF",
}


def f1(hits: int, found: int, expected: int) -> float:
    """Return F1 in percent."""
    return 200 * hits / (found + expected) if found + expected else 0.0


def overlap(one: Fragments, two: Fragments) -> bool:
    """Return whether two places share a character."""
    return any(a < d and c < b for a, b in one for c, d in two)


# --- attributions ---


def merged(text: str, fragments: Any) -> Fragments:
    """Return pieces with those joined between which there is nothing but blanks."""
    pieces: list[tuple[int, int]] = []
    for start, end in sorted(fragments):
        if pieces and not text[pieces[-1][1] : start].strip():
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return tuple(pieces)


def forgiven(text: str, fragments: Fragments) -> Fragments:
    """Return a place without marks at its edges and without a leading "that"."""
    if not fragments:
        return fragments
    pieces = [list(piece) for piece in fragments]
    if text[pieces[0][0] : pieces[0][1]].startswith("that "):
        pieces[0][0] += 5
    while pieces[0][0] < pieces[0][1] and text[pieces[0][0]] in EDGE:
        pieces[0][0] += 1
    while pieces[-1][0] < pieces[-1][1] and text[pieces[-1][1] - 1] in EDGE:
        pieces[-1][1] -= 1
    return tuple((start, end) for start, end in pieces)


def coded(path: Path, text: str) -> list[dict[str, Fragments]]:
    """Return the attributions of one of PolNeAR's files."""
    spans: dict[str, Fragments] = {}
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        ident, rest, *_ = [*line.split("\t"), ""]
        if ident.startswith("T"):
            pieces = rest.split(" ", 1)[1].split(";")
            spans[ident] = tuple((int(a), int(b)) for a, b in (piece.split() for piece in pieces))
        elif ident.startswith("E"):
            parts = defaultdict(list)
            for role, target in (item.split(":") for item in rest.split()):
                parts[re.sub(r"\d+$", "", role)] += spans.get(target, ())
            found.append({part: merged(text, parts[part]) for part in PARTS})
    return found


def drafted(text: str) -> list[dict[str, Fragments]]:
    """Return the attributions that the rules propose, in the same form."""
    zones = [match.span() for match in PARAGRAPH.finditer(text)]
    found = []
    for one in proposals(text, None, zones):
        if one.label == "Attribution":
            parts = one.roles | {"Cue": one.fragments}
            found.append({part: merged(text, [*parts.get(part, ())]) for part in PARTS})
    return found


def pairs(found: list[Any], expected: list[Any], is_hit: Any) -> int:
    """Return how many of those found can be paired with one that is expected."""
    free = list(expected)
    hits = 0
    for one in found:
        partner = next((place for place, other in enumerate(free) if is_hit(one, other)), None)
        if partner is not None:
            del free[partner]
            hits += 1
    return hits


def score_attributions(folder: Path, split: str) -> None:
    """Print F1 of source, cue, content and all three."""
    counts: Counter[Any] = Counter()
    seconds = articles = 0.0
    for path in sorted((folder / split / "text").glob("*.txt")):
        files = sorted((folder / split / "attributions").glob(f"{path.stem}_*.ann"))
        if not files:
            continue
        text = path.read_bytes().decode()
        started = time.perf_counter()
        found = drafted(text)
        seconds += time.perf_counter() - started
        articles += 1
        count_attributions(counts, text, found, coded(files[0], text))
    print(f"PolNeAR, {split}: {articles:.0f} articles, {counts['expected']} attributions,")
    print(f"{counts['found']} drafts, {1000 * seconds / articles:.1f} ms an article")
    for part in (*PARTS, "all"):
        sizes = counts["found", part], counts["expected", part]
        exact, near = (f1(counts[kind, part], *sizes) for kind in ("exact", "near"))
        print(f"{part:8}{exact:6.1f} / {near:.1f}")
    right, all_of_them = counts["direct"], counts["expected", "direct"]
    print(f"contents of direct speech found exactly: {right} of {all_of_them}")


def count_attributions(
    counts: Counter[Any], text: str, found: list[Any], expected: list[Any]
) -> None:
    """Add an article to the counts."""
    counts["found"] += len(found)
    counts["expected"] += len(expected)
    for part in PARTS:
        own, other = ([one[part] for one in side if one[part]] for side in (found, expected))
        counts["found", part] += len(own)
        counts["expected", part] += len(other)
        counts["exact", part] += (Counter(own) & Counter(other)).total()
        counts["near", part] += pairs(own, other, overlap)
    counts["found", "all"] += len(found)
    counts["expected", "all"] += len(expected)
    counts["exact", "all"] += pairs(
        found,
        expected,
        lambda one, two: all(forgiven(text, one[p]) == forgiven(text, two[p]) for p in PARTS),
    )
    counts["near", "all"] += pairs(
        found,
        expected,
        lambda one, two: all(overlap(one[p], two[p]) or not (one[p] or two[p]) for p in PARTS),
    )
    direct = [one["Content"] for one in expected if is_quoted(text, one["Content"])]
    counts["expected", "direct"] += len(direct)
    contents = {one["Content"] for one in found}
    counts["direct"] += sum(content in contents for content in direct)


def is_quoted(text: str, content: Fragments) -> bool:
    """Return whether all pieces of a content are in double quotation marks."""
    words = [text[start:end].rstrip(".,") for start, end in content]
    return bool(words) and all(piece[:1] in '"“' and piece[-1:] in '"”' for piece in words)


# --- times ---


def expected_times(root: ElementTree.Element) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text of a TimeML file, and the place and value of each of its times."""
    pieces: list[str] = []
    found = []

    def visit(element: ElementTree.Element) -> None:
        start = sum(map(len, pieces))
        pieces.append(element.text or "")
        for child in element:
            visit(child)
            pieces.append(child.tail or "")
        is_creation = element.get("functionInDocument") == "CREATION_TIME"
        if element.tag == "TIMEX3" and not is_creation:
            found.append((start, sum(map(len, pieces)), element.get("value", "")))

    visit(root.find("TEXT"))  # type: ignore[arg-type]
    return "".join(pieces), found


def comparable(value: str) -> Any:
    """Return a TIMEX3 value as days, or as it is if it has none."""
    if re.match(r"(?:PRESENT|PAST|FUTURE)_REF$|PT?[\dX]", value):
        return value
    edtf = to_edtf(value)
    return tuple(bounds(edtf)) if edtf else f"none: {value}"


def drafted_value(proposal: Any, text: str) -> Any:
    """Return the value of a draft in the same form; a part of a month counts as the month."""
    words = text[slice(*proposal.fragments[0])].lower()
    value = proposal.attributes.get("refers")
    if value is None:
        unit = re.search(r"(\w+?)s?$", words)
        sign = TIME_WORDS["unit"].get(unit[1]) if unit else None
        if proposal.rule == "a vague duration" and sign:
            return f"P{sign[:-1]}X{sign[-1]}"
        return REFERENCES.get(proposal.rule, "none")
    if value.startswith("P"):
        return value
    part = re.fullmatch(r"(\d{4}-\d\d)-(\d\d)/\1-(\d\d)", value)
    if part and int(part[3]) - int(part[2]) == 9:
        value = part[1]
    first, last = bounds(value)
    if "/" in value and ("earlier" in words or "later" in words):  # TIMEX3 gives the whole week
        first -= dt.timedelta(first.weekday())
        last = first + dt.timedelta(6)
    return first, last


def drafted_times(text: str, published: dt.date) -> Iterator[tuple[int, int, Any]]:
    """Yield place and value of each draft; words such as "over", which TIMEX3 includes, are added."""
    for one in proposals(text, published, [(0, len(text))]):
        if one.label == "Time":
            start, end = one.fragments[0]
            before = VAGUE.search(text[max(0, start - 14) : start])
            if before and one.attributes.get("Mod") in ("MORE_THAN", "LESS_THAN"):
                start -= len(before[0])
            yield start, end, drafted_value(one, text)


def score_times(folder: Path) -> None:
    """Print F1 of the extents, exact and by overlap, and of those with the right value."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.tml")):
        if path.name.startswith("."):
            continue
        root = ElementTree.parse(path).getroot()
        created = root.find(".//DCT/TIMEX3")
        text, expected = expected_times(root)
        day = dt.date.fromisoformat(created.get("value", "")[:10])  # type: ignore[union-attr]
        found = list(drafted_times(text, day))
        counts["expected"] += len(expected)
        counts["found"] += len(found)
        places = [[one[:2] for one in side] for side in (found, expected)]
        counts["strict"] += pairs(*places, lambda one, two: one == two)
        counts["relaxed"] += pairs(*places, lambda one, two: overlap((one,), (two,)))
        counts["value"] += pairs(
            found,
            expected,
            lambda one, two: overlap((one[:2],), (two[:2],)) and one[2] == comparable(two[2]),
        )
    print(f"{folder.name}: {counts['expected']} times, {counts['found']} drafts")
    for kind in ("strict", "relaxed", "value"):
        print(f"{kind:8}{f1(counts[kind], counts['found'], counts['expected']):6.1f}")


def main() -> None:
    """Score the folders that the arguments name."""
    split = "test" if "--test" in sys.argv else "dev"
    for kind, folder in (item.split("=", 1) for item in sys.argv[1:] if "=" in item):
        if kind == "polnear":
            score_attributions(Path(folder), split)
        else:
            score_times(Path(folder))


if __name__ == "__main__":
    main()
