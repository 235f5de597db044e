"""Articles made up for measuring: words drawn by a seeded generator, annotated with the labels of
this project's codebook."""

from __future__ import annotations

import hashlib
import random
import shutil
from itertools import count, cycle
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYLLABLES = (
    (
        "ka bul mos cow ta li ban ne ta ro un gha ni Çe ürt şah «й» é ló wa shing ton pu tin trump "
        "pakis tan in dia"
    )
    .replace("«й»", "йо")
    .split()
)
# Shares of the labels among spans: those of the two gold annotations, without the triggers of
# events.
MIX = {"Actor": 232, "Sentence": 77, "Body": 62, "Content": 50, "Time": 32, "Quoted": 9}
FRAMES = {
    "Engagement": 19,
    "Rivalry": 16,
    "Ownership": 10,
    "Disarray": 10,
    "Threat": 8,
    "Failure": 8,
    "Indispensable": 7,
    "BadFaith": 7,
}
LINKS = ("BEFORE", "AFTER", "IS_INCLUDED", "SIMULTANEOUS", "INCLUDES")
VALUES = {
    "Form": ("name", "description", "pronoun"),
    "Function": ("problem", "cause", "judgement", "remedy"),
    "Valence": ("negative", "neutral", "positive"),
    "TimeType": ("DATE", "DURATION"),
    "Use": ("speech", "scare"),
}


def project(
    folder: Path, articles: int, spans: int, relations: int, attributes: int, seed: int = 1
) -> Path:
    """A folder of so many articles with so many annotations in all. Its codebook is the project's,
    but asks of no label that it carry something."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    book = (ROOT / "seeds" / "codebook.toml").read_text(encoding="utf-8")
    (folder / "codebook.toml").write_text(
        book.replace("required = true\n", "").replace("reference = true\n", ""), encoding="utf-8"
    )
    for name in ("actors.toml", "tracks.toml"):
        shutil.copyfile(ROOT / "seeds" / name, folder / name)
    for number in range(articles):
        text, lines = _article(
            chance, spans // articles, relations // articles, attributes // articles
        )
        article(
            folder / f"made-{number:05}",
            text,
            lines,
            f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}",
        )
    return folder


def article(folder: Path, text: str, lines: list[str], published: str) -> None:
    """Write one article with the lines of its annotation."""
    folder.mkdir()
    (folder / "text.txt").write_text(text, encoding="utf-8", newline="")
    (folder / "gold.ann").write_text(
        "".join(f"{line}\n" for line in lines), encoding="utf-8", newline=""
    )
    words = dict.fromkeys(
        ("title", "outlet", "country_of_outlet", "genre", "earlier_publication", "rights"),
        "unknown",
    )
    meta = words | {"language": "en", "sha256": hashlib.sha256(text.encode()).hexdigest()}
    told = [f'{key} = "{value}"' for key, value in meta.items()] + [
        "authors = []",
        f"published = {published}",
        "[coders.gold]",
        'who = "a generator"',
    ]
    (folder / "meta.toml").write_text("\n".join(told) + "\n", encoding="utf-8")


def _article(chance, spans, relations, attributes):
    """Text of one article and the lines of its annotation."""
    labels = [
        "Actor",
        "Time",
        "Rivalry",
        *chance.choices(list(MIX) + list(FRAMES), [*MIX.values(), *FRAMES.values()], k=spans - 3),
    ]
    many = {label: max(1, labels.count(label)) for label in ("Body", "Sentence")}
    text, places = _text(
        chance, many["Body"], -(-many["Sentence"] // many["Body"]), labels.count("Quoted")
    )
    marked = [(label, a, b) for label in ("Body", "Sentence", "Quoted") for a, b in places[label]]
    others = [label for label in labels if label in ("Actor", "Content", "Time") or label in FRAMES]
    others += ["Actor"] * (spans - len(marked) - len(others))
    drawn = (
        (
            label,
            *_stretch(chance, places["words"], 9 if label == "Content" or label in FRAMES else 3),
        )
        for label in cycle(others)
    )
    marked += _new(drawn, spans - len(marked))
    marked.sort(
        key=lambda item: ({"Body": 0, "Sentence": 1}.get(item[0], 2), item[1], -item[2])
    )  # as `standoff format` writes them
    lines = [
        f"T{number}\t{label} {a} {b}\t{text[a:b]}" for number, (label, a, b) in enumerate(marked, 1)
    ]
    ids = {
        label: [f"T{number}" for number, item in enumerate(marked, 1) if item[0] == label]
        for label in [*MIX, *FRAMES]
    }
    return text, lines + _relations(chance, ids, relations) + _attributes(chance, ids, attributes)


def _text(chance, paragraphs, sentences, quoted):
    """A text of so many paragraphs of so many sentences, with so many words in quotation marks, and
    the places of each."""
    pieces, at, places = [], 0, {"Body": [], "Sentence": [], "Quoted": [], "words": []}
    total = paragraphs * sentences
    marks = set(chance.sample(range(total), min(quoted, total)))
    for number in range(total):
        words = [
            "".join(chance.choices(SYLLABLES, k=chance.randint(1, 4)))
            for _ in range(chance.randint(8, 24))
        ]
        if number in marks:
            words[1] = f'"{words[1]}"'
        starts = [at + sum(map(len, words[:i])) + i for i in range(len(words))]
        ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
        places["words"].append((starts, ends))
        if number in marks:
            places["Quoted"].append((starts[1], ends[1]))
        if number % sentences == 0:
            places["Body"].append([at, at])
        places["Sentence"].append((at, ends[-1] + 1))
        places["Body"][-1][1] = ends[-1] + 1
        pieces.append(
            " ".join(words) + ("." + ("\n" if number % sentences == sentences - 1 else " "))
        )
        at += len(pieces[-1])
    return "".join(pieces), places


def _new(drawn, number):
    """The first so many of what is drawn, each once: a record says nothing twice."""
    found = {}
    while len(found) < number:
        found[next(drawn)] = None
    return list(found)


def _stretch(chance, words, most):
    """Some words in a row of one sentence."""
    starts, ends = chance.choice(words)
    first = chance.randrange(len(starts))
    return starts[first], ends[min(len(ends) - 1, first + chance.randrange(most))]


def _relations(chance, ids, number):
    """Half of them from frames to actors, half between times."""
    frames = [ident for label in FRAMES for ident in ids[label]]
    links = min(number // 2, len(LINKS) * len(ids["Time"]) ** 2 // 2)  # all different
    pairs = _new(
        (
            (chance.choice(LINKS), chance.choice(ids["Time"]), chance.choice(ids["Time"]))
            for _ in count()
        ),
        links,
    )
    pairs += _new(
        (("Target", chance.choice(frames), chance.choice(ids["Actor"])) for _ in count()),
        number - links,
    )
    return [f"R{n}\t{label} Arg1:{a} Arg2:{b}" for n, (label, a, b) in enumerate(pairs, 1)]


def _attributes(chance, ids, number):
    """As many as can be on frames, times and quotations, the rest on actors."""
    frames = [ident for label in FRAMES for ident in ids[label]]
    on = {
        "Use": ids["Quoted"],
        "TimeType": ids["Time"],
        "Function": frames,
        "Valence": frames,
        "Form": ids["Actor"],
    }
    given = [(name, ident) for name, idents in on.items() for ident in idents][:number]
    assert len(given) == number, (len(given), number)
    return [
        f"A{n}\t{name} {ident} {chance.choice(VALUES[name])}"
        for n, (name, ident) in enumerate(given, 1)
    ]
