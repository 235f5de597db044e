"""Compares drafts with data sets of attributions and of times that the runner brings.

    python tests/benchmarks/draft.py polnear=FOLDER platinum=FOLDER [--test]

`polnear` is the folder `data` of PolNeAR, of which the part `dev` is used, with --test the part
`test`; of several coders the first counts. `platinum` holds files of TempEval-3. Each text is
drafted whole, with its lines as zones. No data set is part of this repository.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from standoff.annotation.model import Annotations, unnumbered
from standoff.authoring.drafts import Proposal, proposals
from standoff.exchange.documents import Document
from standoff.exchange.polnear import read_polnear
from standoff.exchange.timeml import to_edtf

EDGES = " \n.,;:!?'\"`“”‘’()-–—"
PARTS = ("source", "cue", "content")
OPENING = ('"', "“", "''", "``", "‘")


class Attribution(NamedTuple):
    """The places of the three parts of an attribution: a set of code points each."""

    source: frozenset[int]
    cue: frozenset[int]
    content: frozenset[int]


class Time(NamedTuple):
    """The place of an expression of time, and its value in EDTF or as TIMEX3 has it."""

    start: int
    end: int
    value: str


def f1(found: int, drafted: int, gold: int) -> float:
    """Return F1 in percent: 0 if nothing was found."""
    return 200 * found / (drafted + gold) if drafted + gold else 0.0


def zones(text: str) -> list[tuple[int, int]]:
    """Return the places of the lines that hold words."""
    return [match.span() for match in re.finditer(r"\S[^\n]*", text)]


def points(places: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Return the code points in some places."""
    return frozenset(n for start, end in places for n in range(start, end))


def core(text: str, place: frozenset[int]) -> tuple[int, int]:
    """Return a place without punctuation at its edges and without “that” before it."""
    if not place:
        return (-1, -1)
    start, end = min(place), max(place) + 1
    while start < end and text[start] in EDGES:
        start += 1
    if text[start:end].startswith("that "):
        start += len("that ")
    while start < end and text[start] in EDGES:
        start += 1
    while end > start and text[end - 1] in EDGES:
        end -= 1
    return (start, end)


# --- attributions ---


def gold_attributions(annotations: Annotations) -> list[Attribution]:
    """Return the attributions of a coding."""
    spans = {span.id: span.fragments for span in annotations.spans}
    found = []
    for event in annotations.events:
        if not event.label.startswith("Attribution"):
            continue
        places: dict[str, list[tuple[int, int]]] = {}
        for role, target in event.roles:
            places.setdefault(unnumbered(role).lower(), []).extend(spans.get(target, ()))
        places.setdefault("cue", list(spans[event.trigger]))
        found.append(Attribution(*(points(places.get(part, ())) for part in PARTS)))
    return found


def drafted_attributions(drafts: Iterable[Proposal]) -> list[Attribution]:
    """Return the attributions among proposals."""
    found = []
    for one in drafts:
        if one.label == "Attribution":
            source, content = (
                points(piece for place in one.roles.get(role, ()) for piece in place)
                for role in ("Source", "Content")
            )
            found.append(Attribution(source, points(one.fragments), content))
    return found


def overlaps(one: Attribution, other: Attribution) -> bool:
    """Whether each part overlaps, or is absent in both."""
    return all(bool(a & b) or not (a or b) for a, b in zip(one, other, strict=True))


def matched(rows: list, others: list, same) -> int:
    """Return how many items have a partner; each partner is given once."""
    free, number = list(others), 0
    for row in rows:
        partner = next((other for other in free if same(row, other)), None)
        if partner is not None:
            free.remove(partner)
            number += 1
    return number


def count_attributions(text: str, drafts: list, gold: list) -> Iterator[tuple[str, int]]:
    """Yield what to add to the counts for one text."""
    for part in PARTS:
        ours = [place for place in {getattr(one, part) for one in drafts} if place]
        theirs = [place for place in {getattr(one, part) for one in gold} if place]
        yield f"{part} drafted", len(ours)
        yield f"{part} gold", len(theirs)
        yield f"{part} exact", len(set(ours) & set(theirs))
        yield f"{part} overlap", matched(ours, theirs, lambda a, b: bool(a & b))
    yield "all drafted", len(drafts)
    yield "all gold", len(gold)

    def is_same(a: Attribution, b: Attribution) -> bool:
        return all(core(text, x) == core(text, y) for x, y in zip(a, b, strict=True))

    yield "all exact", matched(drafts, gold, is_same)
    yield "all overlap", matched(drafts, gold, overlaps)
    direct = [one.content for one in gold if is_direct(text, one.content)]
    contents = {core(text, one.content) for one in drafts}
    yield "direct", len(direct)
    yield "direct found", sum(core(text, place) in contents for place in direct)


def is_direct(text: str, place: frozenset[int]) -> bool:
    """Whether a content begins with a quotation mark and ends with one."""
    words = text[min(place) : max(place) + 1] if place else ""
    return words.startswith(OPENING) and words.rstrip(".,").endswith(('"', "”", "''", "’"))


def first_coders(documents: Iterable[Document]) -> list[Document]:
    """Return one document for each text: that of the first coder by name."""
    first: dict[str, Document] = {}
    for document in sorted(documents, key=lambda one: (one.name, one.coder)):
        first.setdefault(document.name, document)
    return [document for name, document in first.items() if name]


def polnear(folder: Path, part: str) -> None:
    """Print how near the drafts come to PolNeAR's attributions."""
    counts: Counter[str] = Counter()
    documents = first_coders(read_polnear(folder / part))
    for one in documents:
        drafts = proposals(one.text, one.meta.get("published"), zones(one.text))
        ours, gold = drafted_attributions(drafts), gold_attributions(one.annotations)
        for name, number in count_attributions(one.text, ours, gold):
            counts[name] += number
    print(
        f"PolNeAR, {part}: {len(documents)} articles, {counts['all gold']} attributions, ", end=""
    )
    print(f"{counts['all drafted']} drafts\n\n| F1 | exact | overlap |\n|---|---:|---:|")
    for name in (*PARTS, "all"):
        sizes = counts[f"{name} drafted"], counts[f"{name} gold"]
        scores = [f1(counts[f"{name} {how}"], *sizes) for how in ("exact", "overlap")]
        print(f"| {name} | {scores[0]:.1f} | {scores[1]:.1f} |")
    share = 100 * counts["direct found"] / max(counts["direct"], 1)
    print(f"\nOf {counts['direct']} contents of direct speech {share:.1f}% are found exactly.\n")


# --- times ---


def read_times(path: Path) -> tuple[str, dt.date | None, list[Time]]:
    """Return the text of a file of TimeML, its day of creation and its times."""
    root = ElementTree.parse(path).getroot()
    text = root.find("TEXT")
    created = root.find("DCT/TIMEX3")
    published = None if created is None else dt.date.fromisoformat(created.attrib["value"][:10])
    pieces: list[str] = []
    times: list[Time] = []

    def visit(element: ElementTree.Element) -> None:
        start = sum(map(len, pieces))
        pieces.append(element.text or "")
        for child in element:
            visit(child)
            pieces.append(child.tail or "")
        if element.tag == "TIMEX3":
            times.append(Time(start, sum(map(len, pieces)), element.get("value", "")))

    if text is not None:
        visit(text)
    return "".join(pieces), published, times


def platinum(folder: Path) -> None:
    """Print how near the drafts come to the times of TempEval-3."""
    counts: Counter[str] = Counter()
    paths = sorted(folder.rglob("*.tml"))
    for path in paths:
        text, published, gold = read_times(path)
        ours = [
            Time(one.fragments[0][0], one.fragments[-1][1], one.attributes.get("refers", ""))
            for one in proposals(text, published, zones(text))
            if one.label == "Time"
        ]
        counts.update({"gold": len(gold), "drafted": len(ours)})
        counts["strict"] += len({one[:2] for one in ours} & {one[:2] for one in gold})
        counts["relaxed"] += matched(ours, gold, is_near)
        counts["value"] += matched(ours, gold, has_value)
    print(f"TempEval-3: {len(paths)} texts, {counts['gold']} times, {counts['drafted']} drafts")
    print("\n| F1 | |\n|---|---:|")
    for name in ("strict", "relaxed", "value"):
        print(f"| {name} | {f1(counts[name], counts['drafted'], counts['gold']):.1f} |")


def is_near(one: Time, other: Time) -> bool:
    """Whether two times overlap."""
    return one.start < other.end and other.start < one.end


def has_value(one: Time, other: Time) -> bool:
    """Whether two times overlap and have one value; `other` has that of TIMEX3."""
    return bool(one.value) and is_near(one, other) and one.value in values(other)


def values(time: Time) -> set[str | None]:
    """Return the forms of a value of TIMEX3: its own and that of EDTF."""
    return {time.value, to_edtf(time.value)}


def main() -> None:
    """Measure on the data that the arguments name."""
    given = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    if given.get("polnear"):
        polnear(Path(given["polnear"]), "test" if "--test" in sys.argv else "dev")
    if given.get("platinum"):
        platinum(Path(given["platinum"]))


if __name__ == "__main__":
    main()
