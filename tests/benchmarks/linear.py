"""How the time of each reader grows with its input, on inputs made to be slow: python
tests/benchmarks/linear.py [NAME …]

Each case is run with n, 2n, 4n and 8n; the exponent is the slope of log(seconds) over log(n): 1 is
linear, 2 quadratic.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
import shutil
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from standoff.annotation.problems import Report

ROOT = Path(__file__).parents[2]
SIZES = (1, 2, 4, 8)
LEAST = 0.02  # seconds: what takes less with the largest input is not told apart from noise


def words(n):
    """A text of n words in lines of ten, some of them everywhere."""
    return "".join(
        f"{'the' if i % 3 else f'w{i}'}{'.' if i % 10 == 9 else ''}{chr(10) if i % 10 == 9 else ' '}"
        for i in range(n)
    )


def spans(text, places, label="Actor"):
    """Lines of an .ann."""
    return "".join(f"T{n}\t{label} {a} {b}\t{text[a:b]}\n" for n, (a, b) in enumerate(places, 1))


def in_lines(text):
    """(start, end) of the lines of a text."""
    at, found = 0, []
    for line in text.split("\n"):
        if line:
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


# --- inputs: n -> something to be timed
# ------------------------------------------------------------------------------
def parsing(make):
    """Parse, verify and check an .ann that `make(n)` gives with its text."""

    def case(n):
        from standoff.annotation import brat

        text, source = make(n)

        def run():
            problems = Report()
            brat.verify(brat.parse(source, "x.ann", problems), text, "x.ann", problems)

        return run

    return case


def nested(n):
    text = "a " * (n + 200)
    return text, spans(text, [(i // 190 * 190, i // 190 * 190 + 380 - i % 190) for i in range(n)])


def moved(n):
    text = words(n)
    return text, "".join(f"T{i}\tActor {i} {i + 3}\tw{i} x\n" for i in range(1, n))


def repeated(n):
    return "a" * n, f"T1\tActor 0 {n // 2}\t{'a' * (n // 2 - 1)}b\nT2\tActor 0 4\t{'a' * 900}\n"


def same_id(n):
    return "a", "T1\tActor 0 1\ta\n" * n


def many_roles(n):
    return "a", "T1\tActor 0 1\ta\nE1\tActor:T1" + " a:b:c" * n + "  x\n"


def pieces(n):
    text = "ab " * n
    return (
        text,
        f"T1\tActor {';'.join(f'{3 * i} {3 * i + 2}' for i in range(n))}\t{' '.join(['ab'] * n)}\n",
    )


def checked(n):
    """Codebook, zones, sentences and tables of an article of n sentences."""
    from standoff.annotation import brat
    from standoff.annotation import structure_checks as rules
    from standoff.annotation import toml_files as registry
    from standoff.annotation.codebook import Codebook
    from standoff.corpus import loading as corpus
    from standoff.corpus.tables import tables_of

    text = words(10 * n)
    places = in_lines(text)
    lines = [
        f"T{i}\t{label} {a} {b}\t{text[a:b]}"
        for i, (label, (a, b)) in enumerate(
            [(x, p) for p in places for x in ("Body", "Sentence")], 1
        )
    ]
    count = len(lines)
    for i, (a, _) in enumerate(places):
        t, e = count + 3 * i, i + 1
        lines += [
            f"T{t + 1}\tActor {a} {a + 2}\t{text[a : a + 2]}",
            f"T{t + 2}\tAttribution {a} {a + 1}\t{text[a]}",
        ]
        lines += [
            f"T{t + 3}\tContent {a} {a + 4}\t{text[a : a + 4]}",
            f"E{e}\tAttribution:T{t + 2} Source:T{t + 1} Content:T{t + 3}",
        ]
        lines += [
            f"A{5 * i + 1}\tForm T{t + 1} name",
            f"A{5 * i + 2}\tKind E{e} indirect",
            f"A{5 * i + 3}\tStance E{e} neutral",
        ]
        lines += [
            f"A{5 * i + 4}\tChannel E{e} unstated",
            f"N{e}\tReference T{t + 1} actors:us-government\tx",
        ]
    problems: list = []
    found = brat.parse("\n".join(lines), "x", problems)
    actors = registry.read_actors(ROOT / "seeds" / "actors.toml", problems)
    book = Codebook.read(ROOT / "seeds" / "codebook.toml", problems)
    assert not problems, problems[:3]
    tracks = registry.read_tracks(ROOT / "seeds" / "tracks.toml", actors, problems)

    def check():
        corpus.check_values(found, book, {"actors": actors, "tracks": tracks}, "x", problems)

    def zones():
        rules.check_article(found, text, book, "x", problems)

    def sentences():
        rules.check_sentences(found, text, book, "x", problems)

    return {
        "check": check,
        "zones": zones,
        "sentences": sentences,
        "tables": lambda: tables_of("x", "gold", text, found, book, actors),
    }


def part(name):
    return lambda n: checked(n)[name]


def toml_of(make):
    """A TOML file's text."""

    def case(n):
        from standoff.annotation.toml_files import parse_toml

        source = make(n)
        return lambda: parse_toml(source, "x", Report())

    return case


def registry_of(make):
    """A registry of actors."""

    def case(n):
        from standoff.annotation.toml_files import read_actors

        path = Path(tempfile.mkdtemp()) / "actors.toml"
        path.write_text(make(n), encoding="utf-8")
        return lambda: read_actors(path, Report())

    return case


def chain(n):
    return "".join(
        (
            f'[a{i}]\nname = "x"\nkind = "expert"\ncountry = "x"\nnamed = true\npart_of = '
            f'"a{(i + 1) % n}"\n'
        )
        for i in range(n)
    )


def noted(make):
    """Notes over a text."""

    def case(n):
        from standoff.annotation.codebook import Codebook
        from standoff.authoring.notes import read_notes

        text, source = make(n)
        book = Codebook.read(ROOT / "seeds" / "codebook.toml", [])
        return lambda: read_notes(source, "notes.toml", text, book, None, [])

    return case


def notes_of_words(n):
    return words(n), "".join(
        f'[[Actor]]\nquote = "w{i}"\nname = "x{i}"\nForm = "name"\n' for i in range(0, n, 30)
    )


def notes_ambiguous(n):
    return (
        words(n),
        (
            '[[Actor]]\nquote = "the"\nprefix = "w9"\n[[Actor]]\nquote = "the thx '
            'the"\n[[Actor]]\nquote = "the"\nuntil = "the"\n'
        ),
    )


def notes_unknown(n):
    return "words", "".join(f"[x{i}]\n" for i in range(n))


def aligned(make):
    """An old and a new text, and every line of the old, or every word where it has but one, looked
    for in the new."""

    def case(n):
        from standoff.authoring.text_alignment import Alignment

        old, new = make(n)
        places = (
            in_lines(old)[:2000]
            if "\n" in old
            else [match.span() for match in re.finditer(r"\w+", old)]
        )

        def run():
            found = Alignment(old, new)
            for place in places:
                found.place(*place)
                found.between(*place)

        return run

    return case


def corrected(n):
    """An article with a zone, a sentence and a span in each line, in all of which a word is
    changed: what cannot be carried over is written down."""
    from standoff.authoring.reanchoring import reanchor

    text, folder = words(n), Path(tempfile.mkdtemp())
    article = folder / "a"
    article.mkdir()
    (folder / "codebook.toml").write_bytes((ROOT / "seeds" / "codebook.toml").read_bytes())
    coded = [("Sentence", place) for place in in_lines(text)] + [
        ("Actor", (a + 3, b - 3)) for a, b in in_lines(text)
    ]
    lines = [
        f"T{i}\t{label} {a} {b}\t{text[a:b]}\n"
        for i, (label, (a, b)) in enumerate(
            [("Body", (a, b)) for a, b in in_lines(text)] + coded, 1
        )
    ]
    (article / "gold.ann").write_text("".join(lines), encoding="utf-8")
    (article / "text.txt").write_text(text, encoding="utf-8")
    with (ROOT / "seeds" / "dw-2017-04-14" / "meta.toml").open(encoding="utf-8") as file:
        meta = re.sub(
            'sha256 = "[^"]*"',
            f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"',
            file.read(),
        )
    (article / "meta.toml").write_text(meta, encoding="utf-8")
    (folder / "new.txt").write_text(text.replace(" the", " a"), encoding="utf-8")

    def run():
        shutil.rmtree(folder / "b", ignore_errors=True)
        shutil.copytree(article, folder / "b")
        (folder / "rest.toml").unlink(missing_ok=True)
        assert reanchor(folder / "b", folder / "new.txt", partial=folder / "rest.toml").changed

    return run


def reversing(make):
    """The notes that give the spans of a text."""

    def case(n):
        from standoff.annotation import brat
        from standoff.annotation.codebook import Codebook
        from standoff.authoring.compiling import as_notes

        text, places = make(n)
        book = Codebook.read(ROOT / "seeds" / "codebook.toml", [])
        found = brat.parse(spans(text, places), "x", Report())
        return lambda: as_notes(found, text, book, None)

    return case


def each_word(n):
    text = words(n)
    return text, [match.span() for match in re.finditer(r"\w+", text)]


def in_one_line(n):
    text = words(n).replace("\n", " ")
    return text, [(a, a + 80) for a in (text.find(f" w{i} ") + 1 for i in range(0, n - 30, 3)) if a]


def contradictory(n):
    """A chain of n events, and half as many links that contradict it."""
    import pandas as pd

    from standoff.measures.temporal_network import Network, TemporalItems

    names, chance = [f"e{number}" for number in range(n)], random.Random(1)
    pairs = list(pairwise(names)) + [
        (names[last], names[first])
        for first, last in (sorted(chance.sample(range(n), 2)) for _ in range(n // 2))
    ]
    table = pd.DataFrame(
        {
            "doc": "x",
            "id": names,
            "text": names,
            "start": range(n),
            "kind": "event",
            "value": None,
            "first": math.nan,
            "last": math.nan,
        }
    )
    things = TemporalItems(
        table, [("x", line, "BEFORE", *pair) for line, pair in enumerate(pairs, 1)], set()
    )

    def run():
        assert len(Network(things).conflicts) == n // 2

    return run


def importing(name, make):
    """A format's reader over files that `make(n)` gives."""

    def case(n):
        from standoff.exchange import FORMATS

        folder = Path(tempfile.mkdtemp())
        for file, data in make(n).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(data, encoding="utf-8", newline="")
        return lambda: FORMATS[name].read(folder)

    return case


def brat_files(n):
    text = words(10 * n)
    lines = spans(text, in_lines(text)) + "".join(
        f"E{i}\tSay:T{i} Who:T1\n*\tEquiv T1 T2\nR{i}\tTo Arg1:R{i + 1} Arg2:T1\n"
        for i in range(1, n)
    )
    return {"a.txt": text, "a.ann": lines}


def broken_lines(n):
    return {"a.txt": words(n), "a.ann": "T1\tA 0 2\tw0\n" + "and on\n" * n}


def w3c_files(n):
    text = words(10 * n)
    item = (
        '{{"type": "Annotation", "id": "#T{i}", "body": "x", "target": {{"source": "a.txt", '
        '"selector": {s}}}}}\n'
    )
    quote = (
        '[{{"type": "TextPositionSelector", "start": {a}, "end": {b}}}, {{"type": '
        '"TextQuoteSelector", "exact": "{w}"}}]'
    )
    return {
        "a.txt": text,
        "a.jsonl": "".join(
            item.format(i=i, s=quote.format(a=a, b=b, w=text[a:b]))
            for i, (a, b) in enumerate(in_lines(text), 1)
        ),
    }


def w3c_lost(n):
    text = words(n)
    item = (
        '{"type": "Annotation", "body": "x", "target": {"source": "a.txt", "selector": {"type": '
        '"TextQuoteSelector", "exact": "the the w"}}}\n'
    )
    return {"a.txt": text, "a.jsonl": item * 200}


def w3c_replies(n):
    items = [
        f'{{"type": "Annotation", "id": "x{i}", "body": "b", "target": "x{i + 1}"}}\n'
        for i in range(n)
    ]
    return {"a.txt": "words", "a.jsonl": "".join(items)}


def timeml_file(n):
    body = "".join(
        f'<EVENT eid="e{i}">w{i}</EVENT> <TIMEX3 tid="t{i}" type="DATE" value="2020">y</TIMEX3>\n'
        for i in range(n)
    )
    links = "".join(
        f'<TLINK relType="BEFORE" eventInstanceID="e{i}" relatedToTime="t{i}"/>' for i in range(n)
    )
    return {"a.tml": f"<TimeML><TEXT>{body}</TEXT>{links}</TimeML>"}


def polnear_files(n):
    files = brat_files(n)
    return {
        "text/a_2020-01-02_x.txt": files["a.txt"],
        "attributions/a_2020-01-02_x_c.ann": files["a.ann"],
        "metadata.tsv": "filename\ttitle\n" + "x\ty\n" * n,
    }


def catma_files(n):
    text = words(10 * n)
    items = ",".join(
        f'{{"body": {{"tag": "t/C{i % 7}", "properties": {{"user": {{"p": ["v"]}}, "system": '
        f'{{}}}}}}, "target": {{"items": [{{"source": "D_1", '
        f'"selector": {{"start": {a}, "end": {b}}}}}]}}}}'
        for i, (a, b) in enumerate(in_lines(text))
    )
    tags = {
        f"tagsets/T/{i}/propertydefs.json": f'{{"name": "N", "uuid": "C{i}"}}' for i in range(7)
    }
    return tags | {
        "documents/D_1/D_1.txt": text,
        "collections/C/header.json": '{"sourceDocumentId": "D_1"}',
        "collections/C/annotations/a.json": f"[{items}]",
    }


def written(name):
    """What a format's writer makes of n sentences."""

    def make(n):
        from standoff.annotation import brat
        from standoff.exchange import FORMATS, Document
        from standoff.exchange.record import record_tables

        text = words(10 * n)
        document = Document(
            "a", text, "gold", brat.parse(spans(text, in_lines(text)), "x", []), {"title": "t"}
        )
        folder = Path(tempfile.mkdtemp()) / "out"
        if name != "csv":
            FORMATS[name].write([document], folder)
            return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        return {
            f"{table}.csv": rows.to_csv(index=False)
            for table, rows in record_tables([document]).items()
        }

    return make


def page(n):
    """The reading page of an article of n sentences, three marks in each."""
    from standoff.figures.reading import Mark, _Painter

    text = words(10 * n)
    marks = [
        Mark(f"T{i}", "actors", ((a, b - k),), "x", (), (f"T{i}",), f"T{i}")
        for i, (a, b) in enumerate(in_lines(text))
        for k in range(3)
    ]
    return lambda: _Painter(text, marks, True).block(0, len(text))


CASES = {
    "brat: spans in spans, 190 deep": (4_000, parsing(nested)),
    "brat: every span elsewhere": (4_000, parsing(moved)),
    "brat: one line of one letter": (500_000, parsing(repeated)),
    "brat: one id again and again": (40_000, parsing(same_id)),
    "brat: an event of many roles, broken": (200_000, parsing(many_roles)),
    "brat: one span in pieces": (40_000, parsing(pieces)),
    "article: codebook": (200, part("check")),
    "article: zones": (200, part("zones")),
    "article: sentences": (200, part("sentences")),
    "article: tables": (200, part("tables")),
    "toml: lines": (10_000, toml_of(lambda n: "".join(f"k{i} = {i}\n" for i in range(n)))),
    "toml: dotted keys": (20_000, toml_of(lambda n: "a." * n + "b = 1")),
    "toml: one long string": (500_000, toml_of(lambda n: f'a = "{"x" * n}"')),
    "actors: one part of the next, in a circle": (500, registry_of(chain)),
    "actors: every one misshapen": (
        1_000,
        registry_of(lambda n: "".join(f"[a{i}]\nname = 1\n" for i in range(n))),
    ),
    "notes: one a word": (3_000, noted(notes_of_words)),
    "notes: words that stand everywhere": (3_000, noted(notes_ambiguous)),
    "notes: labels that nobody knows": (1_000, noted(notes_unknown)),
    "reanchor: a word changed in each line": (
        1_000,
        aligned(lambda n: (words(n), words(n).replace("the w", "a w"))),
    ),
    "reanchor: all lines alike": (
        1_000,
        aligned(lambda n: ("the end.\n" * n, "the end.\n" * (n + 1))),
    ),
    "reanchor: one line": (
        3_000,
        aligned(
            lambda n: (
                words(n).replace("\n", " "),
                words(n).replace("\n", " ").replace("the w", "a w"),
            )
        ),
    ),
    "reanchor: an article, a word changed in each line": (1_000, corrected),
    "compile --reverse: a span a word": (1_000, reversing(each_word)),
    "compile --reverse: long spans in one line": (1_000, reversing(in_one_line)),
    "chronology: half as many contradictions as events": (100, contradictory),
    "import brat: events, equivalences, relations of relations": (
        1_000,
        importing("brat", brat_files),
    ),
    "import brat: lines that go on": (3_000, importing("brat", broken_lines)),
    "import polnear": (1_000, importing("polnear", polnear_files)),
    "import w3c": (500, importing("w3c", w3c_files)),
    "import w3c: quotations that stand nowhere": (20_000, importing("w3c", w3c_lost)),
    "import w3c: replies to replies": (1_000, importing("w3c", w3c_replies)),
    "import catma": (500, importing("catma", catma_files)),
    "import timeml": (500, importing("timeml", timeml_file)),
    "import cas-xmi": (400, importing("cas-xmi", written("cas-xmi"))),
    "import cas-json": (400, importing("cas-json", written("cas-json"))),
    "import csv": (500, importing("csv", written("csv"))),
    "page: three marks a sentence": (200, page),
}


def measured(least, case):
    """Seconds for each size, the better of two; and whether the input was refused."""
    from standoff.annotation.brat import SeedError

    found, refused = [], False
    for size in SIZES:
        run, best = case(least * size), math.inf
        for _ in range(2):
            begun = time.process_time()
            try:
                run()
            except SeedError:
                refused = True
            best = min(best, time.process_time() - begun)
        found.append(best)
    return found, refused


def exponent(seconds):
    """Slope of log(seconds) over log(n); None where there is nothing to measure."""
    if seconds[-1] < LEAST:
        return None
    xs, ys = (
        [math.log(size) for size in SIZES[1:]],
        [math.log(max(one, 1e-6)) for one in seconds[1:]],
    )
    middle, height = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - middle) ** 2 for x in xs
    )


def main():
    """Print the table."""
    print("| reader and input | n | seconds for n, 2n, 4n, 8n | exponent |\n|---|---|---|---|")
    for name, (least, case) in CASES.items():
        if not sys.argv[1:] or any(part in name for part in sys.argv[1:]):
            seconds, refused = measured(least, case)
            slope = exponent(seconds)
            shown = "too fast to tell" if slope is None else f"{slope:.2f}"
            print(
                (
                    f"| {name}{' (refused)' if refused else ''} | {least:,} | "
                    f"{' '.join(f'{one:.3f}' for one in seconds)} | {shown} |"
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
